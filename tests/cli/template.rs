//! How invoices look: templates, logo, paper, typefaces, payment code, time sheet; and that what was issued stays as it is.

use crate::sandbox::Sandbox;

/// A business that is paid by transfer, with one invoice issued and work for another.
fn studio() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("settings set address='Hafenweg 12, 20457 Hamburg' country=DE tax-id=DE136695976 iban=DE89370400440532013000");
    s.ok("portal-settings set rates=shown --client acme");
    s.ok("time log acme/website 2h30m 'first words' --date 2026-11-02");
    s.ok("time log acme/website 1h20m 'second words' --date 2026-11-03");
    s
}

fn exported(s: &Sandbox, arguments: &str) -> Vec<u8> {
    s.ok(&format!("invoice export {arguments} --output out"));
    std::fs::read(s.path("out")).unwrap()
}

fn write(s: &Sandbox, name: &str, text: &str) {
    std::fs::write(s.path(name), text).unwrap();
}

const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 40'><path fill='#a33' d='M0 40 20 0 40 40z'/></svg>";

#[test]
fn an_issued_invoice_stays_as_it_is_when_the_template_changes() {
    let s = studio();
    s.ok("client edit acme --country AT --tax-id ATU13585627");
    s.ok("invoice create acme 2026-11-02..2026-11-02");
    let issued = exported(&s, "2026-0001");
    let hybrid = exported(&s, "2026-0001 --format facturx");

    s.ok("invoice template export mine.typ");
    let text = std::fs::read_to_string(s.path("mine.typ")).unwrap();
    write(&s, "mine.typ", &text.replace("#1f4a5c", "#803010"));
    s.ok("invoice template use mine.typ");
    write(&s, "logo.svg", LOGO);
    s.ok("settings set logo=logo.svg paper=letter payment-qr=off");
    let shown = s.json("invoice template show");
    assert_eq!(shown["file"], "mine.typ");
    assert_eq!(shown["sha256"].as_str().unwrap().len(), 64);
    // The file is kept: nothing depends on the one on disk any more.
    std::fs::remove_file(s.path("mine.typ")).unwrap();
    std::fs::remove_file(s.path("logo.svg")).unwrap();
    assert_eq!(s.json("settings show")["logo"], "logo.svg");

    assert!(issued == exported(&s, "2026-0001"), "what was issued");
    assert!(
        hybrid == exported(&s, "2026-0001 --format facturx"),
        "and what is drawn of it later"
    );
    s.ok("invoice create acme");
    let next = exported(&s, "2026-0002");
    assert!(
        next.windows(15)
            .any(|bytes| bytes == b"[0 0 612 792]\n/" || bytes.starts_with(b"[0 0 612 792]")),
        "Letter"
    );

    s.ok("invoice template use --builtin");
    assert_eq!(s.json("invoice template show")["builtin"], true);
    assert!(next == exported(&s, "2026-0002"));
    s.ok("undo --yes");
    assert_eq!(s.json("invoice template show")["file"], "mine.typ");
    s.ok("check");
    s.ok("invoice verify");
}

#[test]
fn a_template_that_does_not_work_is_refused_with_its_line() {
    let s = studio();
    let title = "#set document(title: json(\"invoice.json\").title)\n";
    let cases = [
        (format!("{title}#unknown"), "line 2"),
        (format!("{title}\n#read(\"/etc/passwd\")"), "line 3"),
        (
            format!("{title}#eval(json(\"invoice.json\").seller.name)"),
            "never run",
        ),
        (format!("{title}#while true {{ }}"), "line 2"),
        ("no title".to_owned(), "title"),
        (String::new(), "empty"),
    ];
    for (text, words) in cases {
        write(&s, "broken.typ", &text);
        for verb in ["check", "use"] {
            let error = s.fails(
                &format!("invoice template {verb} broken.typ"),
                4,
                "template.broken",
            );
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(words), "{text}: {message}");
        }
    }
    s.fails("invoice template check nowhere.typ", 3, "file");
    s.fails(
        "settings set invoice-template=broken.typ",
        2,
        "usage.template",
    );
    assert_eq!(s.json("invoice template show")["builtin"], true);
}

#[test]
fn a_template_is_tried_with_every_kind_of_invoice() {
    let s = studio();
    s.ok("invoice template export");
    // Somebody's work is not lost.
    write(&s, "invoice.typ", "changed");
    s.fails("invoice template export", 2, "usage.confirm");
    s.ok("invoice template export --yes");
    let checked = s.json("invoice template check invoice.typ --output samples");
    let samples = checked["samples"].as_array().unwrap();
    for name in [
        "short",
        "long",
        "credit-note",
        "reverse-charge",
        "time-sheet",
    ] {
        let sample = samples
            .iter()
            .find(|sample| sample["name"] == name)
            .unwrap();
        let bytes = std::fs::read(s.path(sample["path"].as_str().unwrap())).unwrap();
        assert!(bytes.starts_with(b"%PDF"), "{name}");
    }
    s.ok("invoice template check invoice.typ")
        .says("credit-note: 1 page");
}

#[test]
fn a_logo_or_typeface_that_is_none_is_refused_and_changes_nothing() {
    let s = studio();
    write(&s, "text.png", "no picture");
    write(
        &s,
        "remote.svg",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='https://example.com/x.png'/></svg>",
    );
    write(&s, "cut.png", "\u{89}PNG");
    std::fs::write(s.path("large.svg"), vec![b' '; 2_000_000]).unwrap();
    for file in ["text.png", "remote.svg", "cut.png", "large.svg"] {
        s.fails(
            &format!("settings set paper=a4 logo={file}"),
            2,
            "logo.unreadable",
        );
    }
    s.fails("settings set fonts=text.png", 2, "font.unreadable");
    s.fails("settings set logo=nowhere.png", 3, "file");
    s.fails("settings set logo=", 2, "usage.file");
    assert!(s.json("settings show")["logo"].is_null());
    assert_eq!(s.json("settings show")["paper"], "auto");
}

#[test]
fn the_time_sheet_is_part_of_what_is_issued_where_that_is_set() {
    let s = studio();
    s.ok("settings set invoice-annex=on");
    s.ok("invoice create acme 2026-11-02..2026-11-02");
    let with = exported(&s, "2026-0001");
    s.ok("settings set invoice-annex=off");
    assert!(with == exported(&s, "2026-0001"));
    assert!(
        with == exported(&s, "2026-0001 --annex"),
        "it has one already"
    );
    s.ok("invoice create acme");
    let without = exported(&s, "2026-0002");
    let drawn = exported(&s, "2026-0002 --annex");
    assert!(without != drawn);
    assert!(
        drawn == exported(&s, "2026-0002 --annex"),
        "the same every time"
    );
    s.fails(
        "invoice export 2026-0002 --annex --format ubl",
        2,
        "usage.annex",
    );
    s.ok("invoice void 2026-0001 --yes");
    exported(&s, "CN-2026-0001 --annex");
}

#[test]
fn an_invoice_is_written_as_a_table() {
    let s = studio();
    s.ok("project edit acme/website --name '=Website'");
    s.ok("invoice create acme");
    let csv = String::from_utf8(exported(&s, "2026-0001 --format csv")).unwrap();
    assert!(
        csv.lines()
            .any(|row| row.starts_with("line,2026-0001,2026-11-20,'=Website,3.8333,HUR,95,19,")),
        "{csv}"
    );
    let shown = s.json("invoice show 2026-0001");
    let total = shown["total"].as_str().unwrap();
    assert!(
        csv.lines()
            .any(|row| row.starts_with("total,") && row.ends_with(&format!(",{total},EUR"))),
        "{csv}"
    );
    assert!(exported(&s, "2026-0001 --format xlsx").starts_with(b"PK"));
    s.ok("invoice void 2026-0001 --yes");
    assert!(exported(&s, "CN-2026-0001 --format xlsx").starts_with(b"PK"));
}

#[test]
fn what_an_e_invoice_would_lack_is_told_before_it_is_too_late() {
    let s = studio();
    // Nobody wants one.
    assert!(!s.ok("invoice preview acme").stderr.contains("e-invoice"));
    s.ok("client edit acme --field 'Buyer reference=04011000'");
    let told = s.ok("invoice preview acme");
    assert!(
        told.stderr.contains("the client's country")
            && told
                .stderr
                .contains("loggia client edit acme --country CODE"),
        "{told}"
    );
    s.ok("settings set e-invoice=off");
    assert!(!s.ok("invoice preview acme").stderr.contains("e-invoice"));
    s.ok("settings set e-invoice=require");
    s.fails("invoice create acme", 4, "einvoice.incomplete");
    assert_eq!(
        s.json("invoice list"),
        serde_json::json!([]),
        "nothing was made"
    );
    s.ok("client edit acme --country AT");
    s.ok("invoice create acme");
}

#[test]
fn characters_without_a_typeface_are_named_with_the_way_to_add_one() {
    let s = studio();
    s.ok("project edit acme/website --name 'Website 株式会社'");
    let told = s.ok("invoice create acme");
    assert!(
        told.stderr.contains('株') && told.stderr.contains("settings set fonts=FILE"),
        "{told}"
    );
    let greek = studio();
    greek.ok("project edit acme/website --name 'Ιστότοπος Сайт'");
    assert!(!greek.ok("invoice create acme").stderr.contains("box"));
}

#[cfg(feature = "peers")]
mod read_by_other_programs {
    use super::*;
    use crate::peer;

    fn text_of(s: &Sandbox, file: &str) -> String {
        let mut command = peer::in_sandbox(s, "pdftotext", "poppler-utils");
        command.args(["-layout", file, "-"]);
        String::from_utf8(peer::output(command)).unwrap()
    }

    #[test]
    fn a_banking_app_reads_whom_to_pay_how_much_and_what_for() {
        let s = studio();
        s.ok("invoice create acme");
        let total = s.json("invoice show 2026-0001")["total"].clone();
        exported(&s, "2026-0001");
        let mut paint = peer::in_sandbox(&s, "pdftoppm", "poppler-utils");
        paint.args(["-r", "200", "-png", "-singlefile", "out", "page"]);
        peer::output(paint);
        let mut scan = peer::in_sandbox(&s, "zbarimg", "zbar-tools");
        scan.args(["--quiet", "--raw", "page.png"]);
        let read = String::from_utf8(peer::output(scan)).unwrap();
        let lines: Vec<&str> = read.lines().collect();
        let amount = format!("EUR{}", total.as_str().unwrap());
        let expected = [
            "BCD",
            "002",
            "1",
            "SCT",
            "",
            "Studio Nord",
            "DE89370400440532013000",
            &amount,
            "",
            "",
            "2026-0001",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_workbook_has_numbers_and_no_formula() {
        let s = studio();
        s.ok("project edit acme/website --name '=1+1'");
        s.ok("invoice create acme");
        exported(&s, "2026-0001 --format xlsx");
        let mut python = peer::in_sandbox(&s, "python3", "python3");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/workbook.py");
        python.arg(script).arg("out");
        let book: serde_json::Value = serde_json::from_slice(&peer::output(python)).unwrap();
        assert_eq!(book["formulas"], 0);
        for (cell, kind, value) in [
            ("D2", "text", "=1+1"),
            ("E2", "number", "3.8333"),
            ("G2", "number", "95"),
            ("I2", "number", "364.16"),
        ] {
            assert_eq!(book["cells"][cell]["kind"], kind, "{cell}: {book}");
            assert_eq!(book["cells"][cell]["value"], value, "{cell}: {book}");
        }
    }

    #[test]
    fn the_time_sheet_tells_what_the_client_may_see() {
        let s = studio();
        s.ok("settings set invoice-annex=on");
        s.ok("rounding set up --step 60 --scope line");
        s.ok("time log acme/website 1h 'canary' --internal canary-internal --tag canary-tag --date 2026-11-04");
        s.ok("time log acme/website 1h --date 2026-11-04");
        s.ok("portal-settings set rates=hidden descriptions=summary team=anonymous --client acme");
        s.ok("invoice create acme");
        exported(&s, "2026-0001");
        let text = text_of(&s, "out");
        let sheet = text.split_once("Time sheet").unwrap().1;
        for expected in [
            "2 Nov 2026",
            "2.50",
            "1.3333",
            "Rounding",
            "0.1667",
            "Total",
            "6.00",
        ] {
            assert!(sheet.contains(expected), "{expected}\n{text}");
        }
        for private in ["canary", "words", "Mara", "95.00"] {
            assert!(!text.contains(private), "{private}\n{text}");
        }
    }
}
