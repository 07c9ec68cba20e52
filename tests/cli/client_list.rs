//! The list of clients: on the terminal, and as files.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Three clients: one that owes and has work to bill, a lead, and one without anything.
fn studio() -> Sandbox {
    let s = Sandbox::studio();
    s.ok("client add 'Acme GmbH' --slug acme --website acme.example --phone '+49 40 123456' --tag big --tag north \
          --field Industry=Film --notes '=1+1' --email 'a&b@acme.example'");
    s.ok("client contact add acme 'Jane Öhm' --email jane@acme.example --position CFO");
    s.ok("client add 'Zeta Ltd' --slug zeta --lead --currency USD --tag North");
    s.ok("client add 'Öhm & Söhne' --slug oehm");
    s.ok("project add acme Website");
    s.ok("time log acme/website 2h first --date 2026-10-05");
    s.ok("invoice create acme 2026-10 --date 2026-11-01");
    s.ok("time log acme/website 90m second --date 2026-11-10");
    s.ok("client log acme --kind call 'about the site' --date 2026-11-12");
    s
}

fn slugs(s: &Sandbox, arguments: &str) -> String {
    let listed = s.ok(&format!("client list {arguments} --quiet"));
    listed
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn clients_are_found_by_any_text_and_sorted_by_any_column() {
    let s = studio();
    for (arguments, expected) in [
        ("", "acme zeta oehm"),
        ("--search ÖHM", "acme oehm"),
        ("--search cfo", "acme"),
        ("--search film", "acme"),
        ("--search nothing", ""),
        ("--tag north", "acme zeta"),
        ("--tag north --tag big", "acme"),
        ("--stage lead", "zeta"),
        ("--owes", "acme"),
        ("--sort slug", "acme oehm zeta"),
        ("--sort -slug", "zeta oehm acme"),
        ("--sort stage,-name", "oehm acme zeta"),
        ("--sort -outstanding", "acme zeta oehm"),
        ("--sort website,-slug", "acme zeta oehm"),
        ("--sort -website,slug", "acme oehm zeta"),
    ] {
        assert_eq!(slugs(&s, arguments), expected, "{arguments}");
    }
    s.ok("client archive oehm");
    assert_eq!(slugs(&s, ""), "acme zeta");
    assert_eq!(slugs(&s, "--all"), "acme zeta oehm");
    assert_eq!(slugs(&s, "--stage archived"), "oehm");
}

#[test]
fn figures_come_where_they_are_asked_for() {
    let s = studio();
    let rows = s.json("client list --columns projects,unbilled,unbilled_hours,outstanding,overdue,last_contact,portal");
    let acme = &rows[0];
    assert_eq!(acme["slug"], "acme");
    assert_eq!(acme["contacts"][0]["name"], "Jane Öhm");
    for (key, value) in [
        ("projects", json!(1)),
        ("unbilled", json!("142.50")),
        ("unbilled_hours", json!("1.50")),
        ("outstanding", json!("226.10")),
        ("overdue", json!("226.10")),
        ("last_contact", json!("2026-11-12")),
        ("portal", Value::Null),
        ("currency", json!("EUR")),
    ] {
        assert_eq!(acme[key], value, "{key}");
    }
    assert_eq!(rows[1]["unbilled"], "0.00");
    let page = s.json("client show acme");
    assert_eq!(page["unbilled"]["amount"], acme["unbilled"], "{page:#}");
    assert!(s.json("client list")[0].get("unbilled").is_none());
}

#[test]
fn a_csv_file_has_plain_values_and_no_formula() {
    let s = studio();
    let csv =
        s.ok("client list --format csv --columns slug,phone,notes,outstanding,field:industry");
    assert_eq!(
        csv.stdout,
        "slug,phone,notes,outstanding,outstanding_currency,field:industry\r\n\
         acme,'+49 40 123456,'=1+1,226.10,EUR,Film\r\n\
         zeta,,,0.00,USD,\r\n\
         oehm,,,0.00,EUR,\r\n"
    );
    // What was exported comes in again as it was.
    s.ok("client list --format csv --output list.csv")
        .says("wrote list.csv (3 rows");
    let books = s.books();
    let report = s.json("client import list.csv");
    assert_eq!(report["unchanged"], 3, "{report:#}");
    assert_eq!(s.books(), books);
}

#[test]
fn workbooks_and_pages_are_written_to_files() {
    let s = studio();
    s.ok("client list --format xlsx")
        .says("wrote clients.xlsx (3 rows");
    s.ok("client list --format pdf --output print.pdf")
        .says("wrote print.pdf");
    s.ok("client list --format json --output list.json");
    let file = |name: &str| std::fs::read(s.path(name)).unwrap();
    assert!(file("clients.xlsx").starts_with(b"PK\x03\x04"));
    assert!(file("print.pdf").starts_with(b"%PDF-"));
    let json: Value = serde_json::from_slice(&file("list.json")).unwrap();
    assert_eq!(json, s.json("client list"));
    let first = file("clients.xlsx");
    s.ok("client list --format xlsx");
    assert!(
        first == file("clients.xlsx"),
        "the same list, the same bytes"
    );
}

#[test]
fn a_page_that_is_withdrawn_is_listed_until_the_next_sync() {
    let s = studio();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    let listed = |arguments: &str| {
        let row = s.json(&format!(
            "client list --search acme --columns name,portal {arguments}"
        ));
        let csv = s.ok(&format!(
            "client list --search acme --columns portal --format csv {arguments}"
        ));
        let table = s.ok(&format!(
            "client list --search acme --columns name,portal {arguments}"
        ));
        let csv = csv.stdout.lines().nth(1).unwrap().to_owned();
        (row[0]["portal"].clone(), csv, table.stdout)
    };
    assert_eq!(listed("").0, Value::Null);
    s.ok("portal-settings set console=on --client acme");
    let (json, csv, table) = listed("");
    assert_eq!((json, csv.as_str()), (Value::Null, "\"\""));
    assert!(table.contains("not sent yet"), "{table}");
    s.ok("sync");
    let (page, csv, _) = listed("");
    assert!(page.as_str().unwrap().starts_with(&portal.url), "{page}");
    assert_eq!(page, csv);
    // Switched off, or archived: it can be opened until the portal hears of it.
    for (off, on) in [
        (
            "portal-settings set console=off --client acme",
            "portal-settings set console=on --client acme",
        ),
        ("client archive acme", "client restore acme"),
    ] {
        s.ok(off);
        let (json, csv, table) = listed("--all");
        assert_eq!(json, page);
        assert_eq!(json, csv);
        assert!(table.contains("live until the next sync"), "{table}");
        s.ok("sync");
        assert_eq!(listed("--all").0, Value::Null);
        s.ok(on);
        s.ok("sync");
        assert_eq!(listed("").0, page);
    }
}

#[test]
fn links_are_for_terminals_that_know_them() {
    let mut s = studio();
    s.ok("client list").says("https://acme.example");
    assert!(!s.ok("client list").stdout.contains('\u{1b}'));
    s.env("FORCE_HYPERLINK", "1");
    let listed = s.ok("client list --columns name,website,phone,email");
    for link in [
        "\u{1b}]8;;https://acme.example\u{1b}\\acme.example\u{1b}]8;;\u{1b}\\",
        "\u{1b}]8;;tel:+4940123456\u{1b}\\+49 40 123456\u{1b}]8;;\u{1b}\\",
        "\u{1b}]8;;mailto:a%26b@acme.example\u{1b}\\a&b@acme.example\u{1b}]8;;\u{1b}\\",
    ] {
        assert!(listed.stdout.contains(link), "{listed}");
    }
}

#[test]
fn what_cannot_be_listed_is_refused_by_name() {
    let s = studio();
    for (line, told) in [
        ("client list --columns websit", "did you mean `website`?"),
        ("client list --sort xyzzy", "there is no column `xyzzy`"),
        ("client list --stage gone", "gone"),
        ("client list --format docx", "docx"),
        ("client list --output list.txt", "--format"),
    ] {
        s.loggia(line).exits(2).tells(told);
    }
    s.loggia("client list --format csv --output no/such/folder/x.csv")
        .exits(3);
}

#[test]
fn what_a_retainer_covers_is_not_unbilled_and_what_was_before_it_is() {
    let s = studio();
    s.ok("retainer add acme --hours 10 --from 2026-11-11");
    s.ok("time log acme/website 3h third --date 2026-11-12");
    let rows = s.json("client list --columns unbilled,unbilled_hours");
    assert_eq!(rows[0]["unbilled_hours"], "1.50", "{rows:#}");
    assert_eq!(rows[0]["unbilled"], "142.50");
    let page = s.json("client show acme");
    assert_eq!(page["unbilled"]["amount"], rows[0]["unbilled"]);
}

#[test]
fn a_file_that_nobody_named_is_not_replaced_without_a_word() {
    let s = Sandbox::acme();
    s.ok("client contact add acme Jo");
    for (name, line) in [
        ("clients.xlsx", "client list --format xlsx"),
        ("acme.vcf", "client contact export acme"),
    ] {
        std::fs::write(s.path(name), "mine").unwrap();
        s.fails(line, 2, "usage.confirm");
        assert_eq!(std::fs::read(s.path(name)).unwrap(), b"mine");
        s.ok(&format!("{line} --yes"));
        assert_ne!(std::fs::read(s.path(name)).unwrap(), b"mine");
        s.ok(&format!("{line} --output {name}"));
    }
}

#[cfg(feature = "peers")]
mod read_by_another_program {
    //! The workbook, opened by a program in another language.

    use super::*;
    use crate::peer;

    fn workbook(s: &Sandbox, arguments: &str) -> Value {
        s.ok(&format!(
            "client list --format xlsx --output book.xlsx {arguments}"
        ));
        let mut python = peer::in_sandbox(s, "python3", "python3");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/workbook.py");
        python.arg(script).arg("book.xlsx");
        serde_json::from_slice(&peer::output(python)).unwrap()
    }

    #[test]
    fn a_workbook_has_numbers_and_dates_and_no_formula() {
        let s = studio();
        let columns =
            "name,website,projects,outstanding,unbilled_hours,last_contact,billable,notes";
        let book = workbook(&s, &format!("--columns {columns}"));
        assert_eq!(book["name"], "Clients");
        assert_eq!(book["frozen_rows"], 1, "the header stays in sight");
        assert_eq!(book["filter"], "A1:H4");
        assert_eq!(book["formulas"], 0);
        for (cell, kind, value, format) in [
            ("A1", "text", "Name", None),
            ("A2", "text", "Acme GmbH", None),
            ("B2", "text", "https://acme.example", None),
            ("C2", "number", "1", Some("#,##0")),
            (
                "D2",
                "number",
                "226.1",
                Some("#,##0.00 \"EUR\";-#,##0.00 \"EUR\""),
            ),
            (
                "D3",
                "number",
                "0",
                Some("#,##0.00 \"USD\";-#,##0.00 \"USD\""),
            ),
            ("E2", "number", "1.5", Some("#,##0.00")),
            // 12 November 2026, in days as spreadsheets count them.
            ("F2", "number", "46338", Some("yyyy-mm-dd")),
            ("G2", "flag", "1", None),
            ("H2", "text", "=1+1", None),
        ] {
            let found = &book["cells"][cell];
            assert_eq!(found["kind"], kind, "{cell}: {found}");
            assert_eq!(found["value"], value, "{cell}: {found}");
            assert_eq!(found["format"].as_str(), format, "{cell}: {found}");
        }
        assert_eq!(book["cells"]["B2"]["link"], "https://acme.example");
        assert_eq!(book["cells"]["F3"], Value::Null, "empty is no cell");
    }

    #[test]
    fn a_workbook_speaks_the_language_of_the_business() {
        let s = studio();
        s.ok("client add Ida --individual --slug ida");
        s.ok("portal-settings set console=on --client ida");
        let columns = "--columns name,kind,stage,billing,portal --sort slug";
        let words = |book: &Value, row: u32| {
            let cell = |column| {
                book["cells"][format!("{column}{row}")]["value"]
                    .as_str()
                    .map(str::to_owned)
            };
            ["B", "C", "D", "E"].map(|column| cell(column).unwrap_or_default())
        };
        let english = workbook(&s, columns);
        assert_eq!(words(&english, 1), ["Kind", "Stage", "Billing", "Portal"]);
        assert_eq!(
            words(&english, 3),
            ["individual", "active", "hourly", "not sent yet"]
        );
        s.ok("settings set language=de");
        let german = workbook(&s, columns);
        assert_eq!(german["name"], "Kunden");
        assert_eq!(words(&german, 1), ["Art", "Stufe", "Abrechnung", "Portal"]);
        assert_eq!(words(&german, 2), ["Firma", "aktiv", "nach Stunden", ""]);
        assert_eq!(
            words(&german, 3),
            [
                "Privatperson",
                "aktiv",
                "nach Stunden",
                "noch nicht gesendet"
            ]
        );
        assert_eq!(
            words(&german, 5),
            ["Firma", "Interessent", "nach Stunden", ""]
        );
        // Scripts and the terminal read the same as ever.
        s.ok("client list --format csv --columns slug,kind,stage,portal --sort slug")
            .says("ida,individual,active,\r\n");
        s.ok("client list --columns slug,kind,portal")
            .says("individual")
            .says("not sent yet");
    }
}

#[test]
fn a_debt_is_seen_although_its_client_is_archived() {
    let s = studio();
    s.ok("client archive acme")
        .tells("acme still owes 226.10 EUR")
        .tells("work for acme is not billed yet: 1.50 h, 142.50 EUR");
    assert_eq!(slugs(&s, "--sort slug"), "oehm zeta");
    assert_eq!(slugs(&s, "--owes"), "acme");
    assert_eq!(slugs(&s, "--owes --stage lead"), "");
    let table = s.ok("client list --owes");
    for shown in ["OUTSTANDING", "226.10 EUR", "OVERDUE", "archived"] {
        assert!(table.stdout.contains(shown), "{shown}: {table}");
    }
    assert_eq!(s.json("client list --owes")[0]["outstanding"], "226.10");
}

#[test]
fn nothing_found_is_not_nothing_there() {
    let s = studio();
    let add = "`loggia client add NAME` adds one";
    for line in ["--tag none", "--search xyzzy", "--stage archived"] {
        let empty = s
            .ok(&format!("client list {line}"))
            .says("no client is like that");
        assert!(!empty.stdout.contains(add), "{empty}");
    }
    s.ok("client history acme 2020")
        .says("nothing of that kind in that time");
    s.ok("client history zeta --kind call")
        .says("nothing of that kind");
    Sandbox::studio().ok("client list").says(add);
}
