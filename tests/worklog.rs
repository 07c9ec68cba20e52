//! Real input: 4,603 entries of nine people for five clients, with real subject lines, set up by a script as a user would write it.

use std::path::{Path, PathBuf};

use crate::sandbox::{LOGGIA, Outcome, Sandbox};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// The agency of the file.
fn agency() -> Sandbox {
    let s = Sandbox::empty();
    set_up(&s);
    s
}

fn set_up(s: &Sandbox) {
    let mut script = s.program("/bin/sh");
    script
        .arg(data("setup-worklog.sh"))
        .env("LOGGIA", LOGGIA)
        .env("PATH", "/usr/bin:/bin");
    Outcome::of(&mut script).exits(0);
}

fn import(s: &Sandbox, file: &Path, more: &str) -> serde_json::Value {
    s.json(&format!("time import toggl '{}' {more}", file.display()))
}

#[test]
fn the_setup_can_run_twice_and_the_import_too() {
    let s = agency();
    let books = s.books();
    set_up(&s);
    let changed: Vec<_> = s
        .books()
        .into_iter()
        .filter(|row| !books.contains(row))
        .collect();
    assert!(
        changed.iter().all(|row| row.starts_with("rate:")),
        "{changed:?}"
    );

    let file = data("worklog-toggl.csv");
    let books = s.books();
    let dry = import(&s, &file, "--dry-run");
    assert_eq!(dry["added"], 4603);
    assert_eq!(s.books(), books, "a dry run changes nothing");

    let first = import(&s, &file, "");
    assert_eq!(first["rows"], 4603);
    assert_eq!(first["added"], 4603);
    assert_eq!(
        first["created"],
        serde_json::json!([]),
        "the script set all of it up"
    );
    let books = s.books();
    let second = import(&s, &file, "");
    assert_eq!(
        (&second["added"], &second["unchanged"]),
        (&0.into(), &4603.into())
    );
    assert_eq!(s.books(), books);
    s.is_sound();

    // An extended file with one corrected row: only these are written.
    let text = std::fs::read_to_string(&file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.push("member-01,member-01@example.com,Turtle Shell Ltd,Product,Development,\"a new, \"\"quoted\"\" row\",Yes,2026-01-05,09:00:00,2026-01-05,10:00:00,01:00:00,,".to_owned());
    let extended = s.path("extended.csv");
    std::fs::write(&extended, lines.join("\n")).unwrap();
    let third = import(&s, &extended, "");
    assert_eq!(
        (&third["added"], &third["unchanged"]),
        (&1.into(), &4603.into())
    );
    assert_eq!(
        s.json("time list 2026-01-05")[0]["note"],
        "a new, \"quoted\" row"
    );
    assert!(lines[1].contains(",Yes,"), "{}", lines[1]);
    lines[1] = lines[1].replace(",Yes,", ",No,");
    std::fs::write(&extended, lines.join("\n")).unwrap();
    let fourth = import(&s, &extended, "");
    assert_eq!(
        (&fourth["added"], &fourth["updated"], &fourth["unchanged"]),
        (&0.into(), &1.into(), &4603.into())
    );
    s.is_sound();
}

#[test]
fn without_the_setup_what_is_missing_is_named_and_nothing_is_imported() {
    let s = Sandbox::studio();
    let books = s.books();
    let file = data("worklog-toggl.csv");
    let outcome = s
        .loggia(&format!("time import toggl '{}'", file.display()))
        .exits(4);
    assert!(outcome.stderr.contains("--create-missing"), "{outcome}");
    assert_eq!(s.books(), books);
    let made = import(&s, &file, "--create-missing");
    assert_eq!(made["added"], 4603);
    assert!(!made["created"].as_array().unwrap().is_empty());
    s.is_sound();
}

#[cfg(feature = "peers")]
mod against_another_program {
    //! The totals, computed from the file by a program in another language.

    use std::collections::BTreeMap;

    use rust_decimal::Decimal;
    use serde_json::Value;

    use super::*;
    use crate::peer;
    use crate::visitor::Visitor;

    fn totals(more: &[&str]) -> Value {
        let mut python = peer::command("python3", "python3");
        python
            .arg(data("worklog_totals.py"))
            .arg(data("worklog-toggl.csv"))
            .args(more);
        serde_json::from_slice(&peer::output(python)).unwrap()
    }

    /// What a group sums up to, by its key.
    type Sums = BTreeMap<Vec<String>, (i64, i64, String)>;

    fn sums(rows: &Value, key: impl Fn(&Value) -> Vec<String>) -> Sums {
        let sums = |row: &Value| {
            let whole = |name: &str| row[name].as_i64().unwrap();
            (
                whole("seconds"),
                whole("billable_seconds"),
                row["hours"].as_str().unwrap().to_owned(),
            )
        };
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| (key(&row["key"]), sums(row)))
            .collect()
    }

    fn word(value: &Value) -> String {
        value.as_str().unwrap_or_default().to_owned()
    }

    fn slug(client: &Value) -> &'static str {
        match client.as_str().unwrap() {
            "Jay & Jay Versionworks" => "jay",
            "H. Ledger, Accountants" => "ledger",
            "Just Commands Inc." => "just",
            "Turtle Shell Ltd" => "turtle",
            "Kimaï Zeitdienste GmbH" => "kimai",
            other => panic!("a client that the script does not set up: {other}"),
        }
    }

    #[test]
    fn totals_agree_and_a_month_is_billed_published_and_read_back() {
        let s = agency();
        import(&s, &data("worklog-toggl.csv"), "");
        let theirs = totals(&[]);
        let ours = s.json("time report all --by client,month");
        for key in ["seconds", "billable_seconds", "hours"] {
            assert_eq!(ours["total"][key], theirs["total"][key], "{key}");
        }
        assert_eq!(
            sums(&ours["rows"], |key| vec![
                word(&key["client"]),
                word(&key["month"])
            ]),
            sums(&theirs["by_client_and_month"], |key| vec![
                slug(&key["client"]).to_owned(),
                word(&key["month"])
            ]),
        );
        let member = |key: &Value| vec![word(&key["member"]).split('@').next().unwrap().to_owned()];
        let ours = s.json("time report all --by member");
        assert_eq!(
            sums(&ours["rows"], member),
            sums(&theirs["by_member"], member)
        );
        let ours = s.json("time report all --by project");
        assert_eq!(
            sums(&ours["rows"], |key| vec![word(&key["project"])]),
            sums(&theirs["by_project"], |key| vec![format!(
                "{}/{}",
                slug(&key["client"]),
                word(&key["project"]).to_lowercase()
            )]),
        );
        published_and_read_back(&s, &theirs);
    }

    /// The month of a client with the most billable time.
    fn published_and_read_back(s: &Sandbox, theirs: &Value) {
        let rows = theirs["by_client_and_month"].as_array().unwrap();
        let most = rows
            .iter()
            .max_by_key(|row| row["billable_seconds"].as_i64())
            .unwrap();
        let (client, month) = (slug(&most["key"]["client"]), word(&most["key"]["month"]));
        let seconds = most["billable_seconds"].as_i64().unwrap();

        let created = s.json(&format!("invoice create {client} {month} --group-by task"));
        let number = word(&created["number"]);
        assert_eq!(
            created["entries"].as_array().unwrap().len() as u64,
            billable_entries(s, client, &month)
        );
        // Each line is rounded on its own to four places of an hour and to the cent; the sum cannot be off by more.
        let lines = created["lines"].as_array().unwrap();
        let number_of = |value: &Value| Decimal::from_str_exact(value.as_str().unwrap()).unwrap();
        let hours: Decimal = lines.iter().map(|line| number_of(&line["quantity"])).sum();
        let count = Decimal::from(lines.len());
        let off = (hours * Decimal::from(3600) - Decimal::from(seconds)).abs();
        assert!(off < count, "{hours} h, {seconds} s");
        let net = number_of(&created["net"]);
        let off = (net - hours * Decimal::from(95)).abs();
        assert!(off * Decimal::from(200) <= count, "{net}, {hours} h");

        let portal = s.portal();
        s.connect(&portal, &portal.url);
        s.ok(&format!("portal-settings set console=on --client {client}"));
        let link = s
            .ok(&format!(
                "user invite reader@client.example --client {client} -q"
            ))
            .reference()
            .to_owned();
        s.ok("sync");
        let mut reader = Visitor::of(&portal.url);
        let home = reader.accept(&link, "seven green kettles sing").path;

        let published = s.json(&format!("portal-settings preview {client}"));
        let part = |key: &str| -> Value {
            let parts = published["parts"].as_array().unwrap();
            let part = parts
                .iter()
                .find(|part| part["key"].as_str().unwrap().contains(key));
            part.unwrap_or_else(|| {
                panic!(
                    "{key}: {:?}",
                    parts.iter().map(|part| &part["key"]).collect::<Vec<_>>()
                )
            })["content"]
                .clone()
        };
        let sum: i64 = part(&month)["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["seconds"].as_i64().unwrap())
            .sum();
        assert_eq!(sum, most["seconds"].as_i64().unwrap());

        let (from, to) = (format!("{month}-01"), last_day(s, &month));
        let timesheet = reader
            .open(&format!("{home}/timesheet?from={from}&to={to}"))
            .ok();
        let hours = word(&most["hours"]);
        assert!(
            timesheet.contains(&hours),
            "{hours} h are not on the timesheet"
        );
        let list = reader.open(&format!("{home}/invoices")).ok();
        let address = list
            .split("href=\"")
            .find(|rest| rest.contains(&format!(">{number}<")))
            .unwrap();
        let address = address.split('"').next().unwrap().to_owned();
        let page = reader.open(&address).ok().replace(',', "");
        assert!(page.contains(created["total"].as_str().unwrap()), "{page}");
        let file = reader.open(&format!("{address}/file"));
        assert_eq!(
            file.bytes,
            s.ok(&format!("invoice export {number} --output -")).bytes
        );
    }

    fn billable_entries(s: &Sandbox, client: &str, month: &str) -> u64 {
        let entries = s.json(&format!("time list {month} --client {client} --billable"));
        entries.as_array().unwrap().len() as u64
    }

    fn last_day(s: &Sandbox, month: &str) -> String {
        word(&s.json(&format!("time report {month}"))["period"]["to"])
    }
}
