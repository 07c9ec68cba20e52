//! Taxes: the table of rates, what is agreed with a client, and what the documents say of it.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// A preview of an item of 100 in short: categories with rates and amounts, and the note.
fn taxes(s: &Sandbox, flags: &str) -> (Vec<String>, Value) {
    let preview = s.json(&format!("invoice preview acme --item '100 Design' {flags}"));
    let taxes = preview["tax"].as_array().unwrap().iter().map(|tax| {
        let text = |key: &str| tax[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{}{} {} {}",
            text("category"),
            text("rate"),
            text("name"),
            text("amount")
        )
    });
    (taxes.collect(), preview["tax_note"].clone())
}

#[test]
fn rates_are_a_table_with_dates_that_the_user_keeps() {
    let s = Sandbox::acme();
    assert!(
        s.ok("tax list")
            .stdout
            .contains("loggia tax set DE standard 19")
    );
    assert_eq!(taxes(&s, "").0, ["S19  19.00"], "the setting");
    s.ok("settings set country=DE");
    s.ok("tax set Germany standard 16");
    s.ok("tax set DE standard 20 --from 2026-12-01");
    s.ok("tax set DE reduced 5");
    assert_eq!(taxes(&s, "").0, ["S16  16.00"], "the table");
    assert_eq!(taxes(&s, "--tax reduced").0, ["S5  5.00"]);
    assert_eq!(taxes(&s, "--tax 8.5").0, ["S8.5  8.50"]);
    let corrected = s.ok("tax set DE reduced 7");
    assert!(
        corrected.stderr.contains("5 before"),
        "{}",
        corrected.stderr
    );
    assert_eq!(
        s.json("tax list DE"),
        json!([
            {"country": "DE", "name": "reduced", "rate": "7", "from": null},
            {"country": "DE", "name": "standard", "rate": "16", "from": null},
            {"country": "DE", "name": "standard", "rate": "20", "from": "2026-12-01"},
        ])
    );
    s.fails("tax unset DE super-reduced --yes", 3, "rate.not_found");
    s.ok("tax unset DE standard --yes");
    assert_eq!(
        taxes(&s, "").0,
        ["S19  19.00"],
        "the other one begins later"
    );
    s.ok("undo --yes");
    assert_eq!(taxes(&s, "").0, ["S16  16.00"]);
    let error = s.fails(
        "invoice preview acme --item '1 Pen' --tax FR/standard",
        4,
        "tax.no_rate",
    );
    assert_eq!(error["hint"], "loggia tax set FR standard PERCENT");
    for (line, code) in [
        ("tax set DE exempt 0", "input.tax"),
        ("tax set XX standard 1", "input.text"),
        ("tax set DE standard 101", "input.amount"),
        ("invoice preview acme --item '1 Pen' --tax 0", "input.tax"),
        (
            "invoice preview acme --item '1 Pen' --tax 'GST'",
            "tax.no_rate",
        ),
        ("client edit acme --tax 'a b'", "input.tax"),
    ] {
        s.fails(line, if code == "tax.no_rate" { 4 } else { 2 }, code);
    }
    s.is_sound();
}

#[test]
fn a_client_is_taxed_as_agreed_and_its_documents_say_why() {
    let s = Sandbox::acme();
    s.ok("settings set country=DE 'tax-exemption-reason=VATEX-EU-132-1I Education'");
    for (treatment, expected) in [
        ("zero", "Z0  0.00"),
        ("exempt", "E0  0.00"),
        ("export", "G0  0.00"),
        ("outside", "O0  0.00"),
        ("7", "S7  7.00"),
        ("standard", "S19  19.00"),
    ] {
        let client = s.json(&format!("client edit acme --tax {treatment}"));
        assert_eq!(client["tax"], treatment);
        assert_eq!(taxes(&s, "").0, [expected], "{treatment}");
    }
    s.ok("client edit acme --tax exempt");
    assert_eq!(taxes(&s, "").1, "VATEX-EU-132-1I Education");
    s.ok("client edit acme --tax-note 'Small business'");
    assert_eq!(taxes(&s, "").1, "Small business");
    assert_eq!(taxes(&s, "--tax 19").1, Value::Null);
    let own = s.json("client edit acme --tax '' --tax-note ''");
    assert_eq!(
        (&own["tax"], &own["tax_note"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(taxes(&s, "").0, ["S19  19.00"]);
    s.is_sound();
}

#[test]
fn reverse_charge_needs_the_tax_ids_of_both_before_it_is_issued() {
    let s = Sandbox::acme();
    s.ok("settings set country=DE");
    s.ok("client edit acme --tax reverse-charge --country AT");
    s.ok("invoice create acme --item '100 Design' --draft");
    let error = s.fails("invoice issue draft-1", 4, "tax.no_buyer_id");
    assert_eq!(error["hint"], "loggia client edit acme --tax-id ID");
    s.ok("client edit acme --tax-id ATU13585627");
    let error = s.fails("invoice issue draft-1", 4, "tax.no_seller_id");
    assert_eq!(error["hint"], "loggia settings set tax-id=ID");
    s.ok("settings set tax-id=DE136695976");
    let issued = s.json("invoice issue draft-1");
    assert_eq!(issued["tax"][0]["category"], "AE");
    assert_eq!(issued["buyer"]["tax_id"], "ATU13585627");
    let file = s.path("bill.xml");
    s.ok(&format!(
        "invoice export 2026-0001 --format ubl --output {}",
        file.display()
    ));
    let text = std::fs::read_to_string(file).unwrap();
    assert!(
        text.contains("VATEX-EU-AE") && text.contains("Reverse charge"),
        "{text}"
    );
    s.is_sound();
}

#[test]
fn several_taxes_are_each_on_the_same_base_and_no_e_invoice() {
    let s = Sandbox::acme();
    let expected = ["S5 GST 5.00", "S7 PST 7.00"];
    assert_eq!(taxes(&s, "--tax 'GST 5' --tax 'PST 7'").0, expected);
    s.ok("client edit acme --tax 'GST 5 + PST 7' --country CA");
    assert_eq!(taxes(&s, "").0, expected);
    s.ok("client edit acme --tax ''");
    s.ok("settings set 'tax=GST 5+PST 7' country=CA tax-id=123456789RT0001");
    assert_eq!(taxes(&s, "").0, expected);
    let invoice =
        s.json("invoice create acme --item '100 Design' --item '50 @exempt Course' --discount 10%");
    assert_eq!(
        (&invoice["net"], &invoice["total"]),
        (&json!("135.00"), &json!("145.80"))
    );
    s.ok("invoice export 2026-0001 --format pdf");
    let error = s.fails(
        "invoice export 2026-0001 --format ubl",
        4,
        "einvoice.incomplete",
    );
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("one tax on each line"),
        "{error}"
    );
    s.ok("invoice void 2026-0001 --yes");
    s.is_sound();
}
