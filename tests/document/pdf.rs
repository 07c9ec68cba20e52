//! The PDF of an invoice, read by programs that did not write it.

use crate::peer;
use crate::sandbox::Sandbox;

fn text_of(path: &std::path::Path) -> String {
    let mut command = peer::command("pdftotext", "poppler-utils");
    command.args(["-layout", path.to_str().unwrap(), "-"]);
    String::from_utf8(peer::output(command)).unwrap()
}

#[test]
fn a_reader_finds_what_the_invoice_says() {
    let s = Sandbox::acme();
    s.ok("settings set 'address=Hafenweg 12, 20457 Hamburg' tax-id=DE123456789 iban=DE89370400440532013000");
    s.ok("client edit acme --name 'Müller & Söhne <GmbH> #1 $x$' --address 'Straße 3, Köln'");
    s.ok("portal-settings set rates=shown --client acme");
    s.ok("time log acme/website 2h30m --date 2026-11-02");
    s.ok("time log acme/website 1h20m --date 2026-11-03");
    let invoice = s.json("invoice create acme 2026-11");
    let file = s.path("invoice.pdf");
    s.ok(&format!(
        "invoice export 2026-0001 --output {}",
        file.display()
    ));
    let text = text_of(&file);
    for expected in [
        "2026-0001",
        "Studio Nord",
        "Hafenweg 12",
        "Müller & Söhne <GmbH> #1 $x$",
        "Straße 3, Köln",
        "DE123456789",
        "Website",
        "3.8333",
        "95.00",
        invoice["net"].as_str().unwrap(),
        invoice["tax"][0]["amount"].as_str().unwrap(),
        invoice["total"].as_str().unwrap(),
    ] {
        assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
    }
    assert!(
        text.replace(' ', "").contains("DE89370400440532013000"),
        "{text}"
    );

    let mut check = peer::command("qpdf", "qpdf");
    check.args(["--check", file.to_str().unwrap()]);
    peer::output(check);
    let mut info = peer::command("pdfinfo", "poppler-utils");
    info.arg(&file);
    let info = String::from_utf8(peer::output(info)).unwrap();
    assert!(
        info.contains("2026-0001"),
        "the title names the invoice:\n{info}"
    );
}

#[test]
fn with_rates_hidden_the_document_names_none() {
    let s = Sandbox::acme();
    s.ok("rate set 97.31 --client acme");
    s.ok("time log acme/website 2h30m 'visible words' --internal canary-internal --tag canary-tag");
    s.ok("time log acme/website 1h --rate 113.57");
    s.ok("portal-settings set console=on rates=hidden --client acme");
    let total = s.json("invoice create acme")["total"].clone();
    let file = s.path("invoice.pdf");
    s.ok(&format!(
        "invoice export 2026-0001 --output {}",
        file.display()
    ));
    let text = text_of(&file);
    assert!(text.contains(total.as_str().unwrap()), "{text}");
    for private in ["97.31", "113.57", "canary"] {
        assert!(!text.contains(private), "`{private}` is in:\n{text}");
    }
}
