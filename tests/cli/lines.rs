//! Lines of invoices besides work: expenses, items, discounts, deposits; and drafts that change.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Acme with 2 h of work, proofs of 119 with tax and mark-up, and a way.
fn spent() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h draft --date 2026-11-02");
    s.ok("expense add acme/website 119 Proofs --tax 19 --markup 10 --date 2026-11-03 --internal secret");
    s.ok("expense add acme/website 42km 'There and back' --price 0.30 --date 2026-10-30");
    s
}

fn nets(invoice: &Value) -> Vec<&str> {
    let lines = invoice["lines"].as_array().unwrap().iter();
    lines.map(|line| line["net"].as_str().unwrap()).collect()
}

#[test]
fn each_expense_is_billed_once_and_open_again_when_the_invoice_goes() {
    let s = spent();
    let preview = s.json("invoice preview acme");
    assert_eq!(nets(&preview), ["190.00", "12.60", "110.00"]);
    let way = &preview["lines"][1];
    assert_eq!(
        (&way["quantity"], &way["unit"], &way["unit_price"]),
        (&json!("42"), &json!("KMT"), &json!("0.30"))
    );
    assert!(!preview.to_string().contains("secret"));
    let unbilled = s.json("report unbilled");
    assert_eq!(unbilled["totals"][0]["expenses"], "122.60");
    assert_eq!(unbilled["totals"][0]["total"], preview["net"]);

    let draft = s.json("invoice create acme --draft");
    assert_eq!(draft["net"], preview["net"]);
    s.fails("invoice preview acme", 4, "invoice.nothing_to_bill");
    s.fails("expense edit 1 --amount 10", 4, "expense.invoiced");
    assert_eq!(s.json("report unbilled")["rows"], json!([]));
    s.is_sound();
    s.ok("invoice delete draft-1 --yes");
    s.ok("invoice create acme 2026-11");
    assert_eq!(nets(&s.json("invoice preview acme")), ["12.60"]);
    s.ok("invoice void 2026-0001 --yes");
    assert_eq!(s.json("invoice preview acme")["net"], preview["net"]);
    s.is_sound();
    // What is free may go, and the void invoice still tells what it billed.
    s.ok("expense delete 1 --yes");
    assert_eq!(
        nets(&s.json("invoice show 2026-0001")),
        ["190.00", "110.00"]
    );
    s.is_sound();
}

#[test]
fn work_and_expenses_can_be_billed_apart() {
    let s = spent();
    let nets_of = |flags: &str| {
        let preview = s.json(&format!("invoice preview acme {flags}"));
        nets(&preview)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(nets_of("--no-expenses"), ["190.00"]);
    assert_eq!(nets_of("--only-expenses"), ["12.60", "110.00"]);
    assert_eq!(nets_of("--only-expenses 2026-11"), ["110.00"]);
    assert_eq!(nets_of("--only-items --item '10 Stamps'"), ["10.00"]);
    s.fails("invoice preview acme --only-items", 2, "usage");
    s.fails(
        "invoice preview acme --no-expenses --only-expenses",
        2,
        "usage",
    );
}

#[test]
fn items_are_typed_as_they_are_read() {
    let s = Sandbox::acme();
    let invoice = s.json(
        "invoice create acme --item '3 x 49.00 -10% Hosting' --item '2 days x 800 Workshop' --item '12 x 9.90 @7 Handbook'",
    );
    assert_eq!(nets(&invoice), ["132.30", "1600.00", "118.80"]);
    let line = &invoice["lines"][0];
    assert_eq!(line["adjustment"], "-14.70");
    assert_eq!(line["adjustment_percent"], "10");
    assert_eq!(invoice["lines"][1]["unit"], "DAY");
    assert_eq!(invoice["tax"][0]["rate"], "7");
    for (item, code) in [
        ("Hosting 49", "input.item"),
        ("3 x 49", "input.item"),
        ("3 x 1,000 Hosting", "input.item"),
        ("49 @nothing Hosting", "tax.no_rate"),
        ("49 @0 Hosting", "input.tax"),
    ] {
        let exit = if code == "tax.no_rate" { 4 } else { 2 };
        s.fails(&format!("invoice preview acme --item '{item}'"), exit, code);
    }
    s.is_sound();
}

#[test]
fn discounts_and_surcharges_stand_on_every_document() {
    let s = Sandbox::acme();
    s.ok("settings set country=DE tax-id=DE136695976");
    s.ok("client edit acme --country DE");
    let invoice = s.json(
        "invoice create acme --item '900 Design' --item '100 @7 Book' --discount 10% --discount-reason loyalty --surcharge 20",
    );
    for (key, value) in [
        ("line_total", "1000.00"),
        ("discount", "100.00"),
        ("discount_percent", "10"),
        ("discount_reason", "loyalty"),
        ("surcharge", "20.00"),
        ("net", "920.00"),
    ] {
        assert_eq!(invoice[key], value, "{key}");
    }
    assert_eq!(invoice["surcharge_percent"], Value::Null);
    let bases: Vec<_> = invoice["tax"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tax| &tax["base"])
        .collect();
    assert_eq!(bases, ["92.00", "828.00"]);
    for format in ["ubl", "cii"] {
        let file = s.path(format);
        s.ok(&format!(
            "invoice export 2026-0001 --format {format} --output {}",
            file.display()
        ));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains(">loyalty<") && text.contains(">Surcharge<"),
            "{text}"
        );
    }
    s.fails(
        "invoice preview acme --item '10 Pen' --discount 11",
        4,
        "discount.too_large",
    );
    s.fails(
        "invoice preview acme --item '10 Pen' --discount 0",
        2,
        "input.amount",
    );
    s.fails(
        "invoice preview acme --item '10 Pen' --discount-reason why",
        2,
        "usage",
    );
    s.is_sound();
    s.ok("invoice void 2026-0001 --yes");
    s.is_sound();
}

#[test]
fn a_deposit_is_deducted_once() {
    let s = Sandbox::acme();
    let deposit = s.json("invoice deposit acme 300 'First third'");
    assert_eq!(
        (&deposit["net"], &deposit["total"]),
        (&json!("300.00"), &json!("357.00"))
    );
    // Too small to take it off: it waits, and that is said.
    let small = s.ok("invoice preview acme --item '100 Start'");
    assert!(
        small.stderr.contains("2026-0001 of 300.00 EUR stays open"),
        "{}",
        small.stderr
    );
    let left = s.json("invoice preview acme --item '1000 Website' --no-deposits");
    assert_eq!(left["net"], "1000.00");
    let last = s.json("invoice create acme --item '1000 Website'");
    assert_eq!(nets(&last), ["1000.00", "-300.00"]);
    assert_eq!(last["total"], "833.00");
    let line = last["lines"][1]["description"].as_str().unwrap();
    assert!(line.contains("2026-0001"), "{line}");
    assert_eq!(
        nets(&s.json("invoice preview acme --item '1000 More'")),
        ["1000.00"]
    );
    s.is_sound();
    let error = s.fails("invoice void 2026-0001 --yes", 4, "deposit.deducted");
    assert_eq!(error["hint"], "loggia invoice void 2026-0002");
    s.ok("invoice void 2026-0002 --yes");
    s.is_sound();
    assert_eq!(
        nets(&s.json("invoice preview acme --item '1000 Website'")),
        ["1000.00", "-300.00"]
    );
    s.ok("invoice void 2026-0001 --yes");
    assert_eq!(
        nets(&s.json("invoice preview acme --item '1000 Website'")),
        ["1000.00"]
    );
    s.is_sound();
    s.fails("invoice deposit acme 0", 4, "deposit.of_nothing");
    s.fails("invoice deposit acme -5", 4, "deposit.of_nothing");
}

#[test]
fn a_draft_frees_its_deposit_and_undo_keeps_the_two_together() {
    let s = Sandbox::acme();
    s.ok("invoice deposit acme 300");
    s.ok("invoice create acme --item '1000 Website' --draft");
    s.fails("invoice void 2026-0001 --yes", 4, "deposit.deducted");
    s.ok("undo --yes");
    s.is_sound();
    s.ok("invoice create acme --item '1000 Website' --draft");
    s.ok("invoice edit draft-3 --remove 2");
    s.is_sound();
    assert_eq!(
        nets(&s.json("invoice preview acme --item '500 More'")),
        ["500.00", "-300.00"]
    );
    s.ok("undo --yes");
    s.is_sound();
    s.ok("invoice delete draft-3 --yes");
    s.is_sound();
}

#[test]
fn a_draft_changes_freely_and_an_issued_invoice_does_not() {
    let s = spent();
    s.ok("invoice create acme --draft --item '3 x 49 Hosting' --discount 10%");
    let edited = s.json(
        "invoice edit draft-1 --describe '1=Website, first part' --price 4=59 --quantity 4=2 --remove 2 --item '10 Stamps' --date 2026-11-19 --period 2026-11",
    );
    assert_eq!(nets(&edited), ["190.00", "110.00", "118.00", "10.00"]);
    assert_eq!(edited["lines"][0]["description"], "Website, first part");
    assert_eq!(
        (&edited["discount"], &edited["discount_percent"]),
        (&json!("42.80"), &json!("10"))
    );
    assert_eq!(
        (&edited["issue_date"], &edited["due_date"]),
        (&json!("2026-11-19"), &json!("2026-12-03"))
    );
    assert_eq!(
        edited["period"],
        json!({"from": "2026-11-01", "to": "2026-11-30"})
    );
    // The way is open again.
    assert_eq!(nets(&s.json("invoice preview acme")), ["12.60"]);
    s.fails("invoice edit draft-1 --price 1=10", 4, "line.not_fixed");
    s.fails("invoice edit draft-1 --remove 1", 4, "line.stays");
    s.fails("invoice edit draft-1 --remove 9", 4, "line.not_found");
    s.fails("invoice edit draft-1 --price 3", 2, "usage");
    s.fails("invoice edit draft-1 --price 3=1 --remove 3", 2, "usage");
    s.fails(
        "invoice edit draft-1 --discount 5000",
        4,
        "discount.too_large",
    );
    let none = s.json("invoice edit draft-1 --discount none --surcharge 5");
    assert_eq!(
        (&none["discount"], &none["surcharge"]),
        (&json!("0.00"), &json!("5.00"))
    );
    s.is_sound();
    s.ok("invoice issue draft-1");
    let error = s.fails("invoice edit 2026-0001 --discount 5", 4, "invoice.issued");
    assert_eq!(error["hint"], "loggia invoice void 2026-0001");
    s.is_sound();
}

#[test]
fn what_is_void_and_made_again_comes_to_the_same() {
    let s = spent();
    let line =
        "invoice create acme --item '12 x 9.90 -5% @7 Handbook' --discount 3.33 --surcharge 2%";
    let first = s.json(line);
    s.ok("invoice void 2026-0001 --yes");
    let credit = s.json("invoice show CN-2026-0001");
    let again = s.json(line);
    for key in ["lines", "discount", "surcharge", "net", "tax", "total"] {
        assert_eq!(first[key], again[key], "{key}");
        assert_eq!(first[key], credit[key], "{key}");
    }
    s.is_sound();
}
