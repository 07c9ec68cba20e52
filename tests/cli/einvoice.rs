//! E-invoices at the command line: what is missing is named with commands that help, and files tell no more than the PDF.

use crate::sandbox::Sandbox;

/// A business and a client that have what an e-invoice needs, and one invoice.
fn billed() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("settings set country=DE tax-id=DE136695976 iban=DE89370400440532013000");
    s.ok("client edit acme --country AT");
    work(&s);
    s.ok("invoice create acme 2026-11");
    s
}

fn work(s: &Sandbox) {
    s.ok("time log acme/website 2h30m draft --date 2026-11-02");
    s.ok("time log acme/website 1h20m review --date 2026-11-03");
}

fn file(s: &Sandbox, line: &str) -> Vec<u8> {
    s.ok(&format!("invoice export {line} --output out"));
    std::fs::read(s.path("out")).unwrap()
}

#[test]
fn each_format_is_written_and_the_same_every_time() {
    let s = billed();
    for (format, beginning) in [("ubl", "<?xml"), ("cii", "<?xml"), ("facturx", "%PDF")] {
        let line = format!("2026-0001 --format {format}");
        let first = file(&s, &line);
        assert!(first.starts_with(beginning.as_bytes()), "{format}");
        s.ok("invoice pay 2026-0001 1.00");
        assert!(first == file(&s, &line), "a payment changes no document");
    }
    s.ok("invoice export 2026-0001 --format ubl")
        .says("2026-0001.xml");
}

#[test]
fn a_credit_note_is_an_e_invoice_too() {
    let s = billed();
    s.ok("invoice void 2026-0001 --yes");
    assert!(file(&s, "CN-2026-0001 --format facturx").starts_with(b"%PDF"));
    let credit = String::from_utf8(file(&s, "CN-2026-0001 --format ubl")).unwrap();
    assert!(credit.contains("<CreditNote ") && credit.contains("<cbc:ID>2026-0001</cbc:ID>"));
}

#[test]
fn what_is_missing_is_named_before_issue_with_commands_that_help() {
    let s = Sandbox::acme();
    work(&s);
    s.ok("settings set tax-category=E");
    s.ok("invoice create acme 2026-11 --draft");
    let error = s.fails(
        "invoice export draft-1 --format ubl --output -",
        4,
        "einvoice.incomplete",
    );
    let (message, hint) = (
        error["message"].as_str().unwrap(),
        error["hint"].as_str().unwrap(),
    );
    for lack in [
        "a number",
        "your country",
        "your tax id",
        "the client's country",
        "the reason",
    ] {
        assert!(message.contains(lack), "{lack}: {message}");
    }
    for command in [
        "loggia settings set country=CODE tax-id=ID tax-exemption-reason=TEXT",
        "loggia client edit acme --country CODE",
        "loggia invoice delete draft-1",
    ] {
        assert!(hint.contains(command), "{command}: {hint}");
    }
    s.ok("settings set country=DE tax-id=11/123/45678 tax-exemption-reason='Small business'");
    s.ok("client edit acme --country DE");
    s.ok("invoice delete draft-1 --yes");
    s.ok("invoice create acme");
    let xml = String::from_utf8(file(&s, "2026-0001 --format ubl")).unwrap();
    assert!(xml.contains("<cbc:TaxExemptionReason>Small business</cbc:TaxExemptionReason>"));
}

#[test]
fn what_leads_to_the_buyer_can_be_set_after_issue() {
    let s = billed();
    s.ok("invoice export 2026-0001 --format ubl");
    s.fails(
        "invoice export 2026-0001 --format cii --peppol",
        2,
        "usage.peppol",
    );
    let s = Sandbox::acme();
    s.ok("settings set country=AT tax-id=ATU13585627");
    s.ok("client edit acme --country AT");
    work(&s);
    s.ok("invoice create acme 2026-11");
    let line = "invoice export 2026-0001 --format ubl --peppol --output out";
    let error = s.fails(line, 4, "einvoice.incomplete");
    let hint = error["hint"].as_str().unwrap();
    assert!(!hint.contains("void"), "{hint}");
    s.ok("client edit acme --field 'Peppol id=0088:1' --field 'buyer reference=Desk 4'");
    s.fails(line, 2, "input.peppol_id");
    s.ok("client edit acme --field 'Peppol id=0088:4035811991021'");
    let xml = String::from_utf8(file(&s, "2026-0001 --format ubl --peppol")).unwrap();
    assert!(xml.contains("schemeID=\"0088\">4035811991021<") && xml.contains("Desk 4"));
}

#[test]
fn with_rates_hidden_no_file_tells_a_rate() {
    let s = billed();
    s.ok("portal-settings set rates=hidden --client acme");
    for format in ["ubl", "cii"] {
        let xml = String::from_utf8(file(&s, &format!("2026-0001 --format {format}"))).unwrap();
        for secret in [">95<", ">3.8333<", "HUR"] {
            assert!(!xml.contains(secret), "{format}: {secret}");
        }
        assert!(
            xml.contains("\"LS\">1<") && xml.contains(">364.16<"),
            "{format}"
        );
    }
}

#[test]
fn the_portal_gets_what_the_export_writes_for_clients_who_take_it_and_lack_nothing() {
    let s = billed();
    s.ok("portal-settings set console=on");
    let published = || -> (serde_json::Value, bool) {
        let preview = s.json("portal-settings preview acme");
        let parts = preview["parts"].as_array().unwrap();
        let part = |key: &str| parts.iter().find(|part| part["key"] == key).cloned();
        let is_there = part("file/2026-0001.xml").is_some();
        let invoice = parts
            .iter()
            .find(|part| part["key"].as_str().unwrap().starts_with("invoice/"));
        (invoice.unwrap()["content"]["e_invoice"].clone(), is_there)
    };
    assert_eq!(published(), (serde_json::Value::Null, false));
    s.ok("client edit acme --field 'Buyer reference=04011000'");
    let named = serde_json::json!("2026-0001.xml");
    assert_eq!(published(), (named, true));
    let written = String::from_utf8(file(&s, "2026-0001 --format ubl")).unwrap();
    assert!(written.contains("<cbc:BuyerReference>04011000<"));
    // What Peppol asks for beyond the core is lacking: nothing is published that the client's programs would refuse.
    s.ok("client edit acme --field 'Peppol id=0088:4035811991014'");
    assert_eq!(published(), (serde_json::Value::Null, false));
}
