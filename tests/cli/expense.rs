//! Expenses: amounts and quantities, currencies, receipts, lists, and where else they show.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

#[test]
fn the_net_amount_is_billed_with_the_mark_up() {
    let s = Sandbox::acme();
    let expense = s.json(
        "expense add acme/website 119 Proofs --tax 19 --markup 10 --category Print --date yesterday --internal 'ask for a discount'",
    );
    for (key, value) in [
        ("date", json!("2026-11-19")),
        ("member", json!("mara")),
        ("amount", json!("119.00")),
        ("currency", json!("EUR")),
        ("tax_rate", json!("19")),
        ("tax", json!("19.00")),
        ("net", json!("100.00")),
        ("markup", json!("10.00")),
        ("billed", json!("110.00")),
        ("internal_note", json!("ask for a discount")),
        ("quantity", Value::Null),
        ("invoice", Value::Null),
    ] {
        assert_eq!(expense[key], value, "{key}");
    }
    let not_billed = s.json("expense edit @1 --non-billable --tax '' --markup '' --category ''");
    assert_eq!(not_billed["billed"], "0.00");
    assert_eq!(not_billed["net"], "119.00");
    assert_eq!(not_billed["category"], Value::Null);
    assert_eq!(not_billed["note"], "Proofs");
    s.is_sound();
}

#[test]
fn a_quantity_needs_a_price_and_a_way_may_have_one_by_setting() {
    let s = Sandbox::acme();
    let error = s.fails("expense add acme/website 42km", 4, "expense.no_price");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("expense.mileage-rate=0.30/km"), "{hint}");
    s.ok("settings set expense.mileage-rate=0,30");
    let way = s.json("expense add acme/website '42 km' 'there and back'");
    assert_eq!(
        (&way["amount"], &way["unit_price"]),
        (&json!("12.60"), &json!("0.30"))
    );
    assert_eq!(
        (&way["quantity"], &way["unit"]),
        (&json!("42"), &json!("km"))
    );
    s.fails("expense add acme/website 42mi", 4, "expense.no_price");
    let pieces = s.json("expense add acme/website 12x licences --price 8.50");
    assert_eq!(pieces["amount"], "102.00");
    // Another quantity of the same keeps the price of then; another price multiplies again.
    s.ok("settings set expense.mileage-rate=0.40");
    assert_eq!(s.json("expense edit 1 --amount 50km")["amount"], "15.00");
    assert_eq!(s.json("expense edit 1 --price 0.5")["amount"], "25.00");
    let plain = s.json("expense edit 1 --amount 20");
    assert_eq!(
        (&plain["amount"], &plain["unit"]),
        (&json!("20.00"), &Value::Null)
    );
    s.fails("expense edit 1 --price 0.5", 4, "expense.not_measured");
    s.fails("expense add acme/website 5 --price 3", 2, "usage.price");
    s.is_sound();
}

#[test]
fn an_expense_is_in_the_currency_of_its_client() {
    let s = Sandbox::acme();
    s.ok("settings set expense.mileage-rate=0.30");
    s.ok("client add Globex --slug globex --currency USD");
    s.ok("project add globex App");
    for line in [
        "expense add globex/app '12.50 EUR'",
        "expense add globex/app 12.50 --currency EUR",
        "expense add globex/app 10km",
    ] {
        let error = s.fails(line, 4, "expense.currency");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains("EUR") && message.contains("USD"),
            "{line}: {message}"
        );
    }
    assert_eq!(s.json("expense add globex/app USD12.50")["amount"], "12.50");
    s.ok("expense add acme/website 5 --currency eur");
    s.fails(
        "expense edit @1 --project globex/app",
        4,
        "expense.currency",
    );
    s.fails("client edit globex --currency EUR", 4, "currency.fixed");
    s.ok("expense list all").says("5.00 EUR + 12.50 USD");
}

#[test]
fn what_does_not_read_is_refused_and_nothing_is_kept() {
    let s = Sandbox::acme();
    for amount in ["-5", "0", "1.234", "much", "$5", "0km", "1,200km"] {
        let outcome = s
            .loggia(&format!("expense add acme/website {amount}"))
            .exits(2);
        assert!(outcome.stderr.contains("error: "), "{outcome}");
    }
    // Words that belong to the number and were typed apart would make another amount of it.
    s.fails("expense add acme/website 42 km", 2, "usage.amount");
    s.fails("expense add acme/website 42 USD", 2, "usage.amount");
    s.fails("expense add acme/website 5 --tax 119", 2, "input.amount");
    s.fails("expense add acme/website 5 --tax=-1", 2, "input.amount");
    s.fails(
        "expense add acme/website 5 --markup 1001",
        2,
        "input.amount",
    );
    s.fails("expense add acme/website 5 --receipt none.pdf", 3, "file");
    s.fails("expense add acme/website 5 --receipt .", 1, "file");
    std::fs::write(s.path("empty.pdf"), "").unwrap();
    s.fails(
        "expense add acme/website 5 --receipt empty.pdf",
        4,
        "document.empty",
    );
    for line in [
        "92233720368547758",
        "99999999999999999999",
        "900000000km --price 900000000",
    ] {
        s.fails(
            &format!("expense add acme/website {line} --markup 1000"),
            4,
            "amount.too_large",
        );
    }
    s.ok("expense add acme/website 10000000000000 --markup 1000");
    s.fails(
        "expense edit 1 --amount 92233720368547758",
        4,
        "amount.too_large",
    );
    s.ok("expense delete 1 --yes");
    s.fails("expense add acme/shop 5", 3, "project.not_found");
    s.fails("expense show 99", 3, "expense.not_found");
    s.fails("expense show x", 2, "input.reference");
    assert_eq!(s.json("expense list all"), json!([]));
}

#[test]
fn expenses_are_guarded_as_time_is() {
    let s = Sandbox::acme();
    s.ok("client add Globex --slug globex");
    s.ok("project add globex App");
    s.ok("member add Ines --client globex");
    s.fails(
        "expense add acme/website 5 --by ines",
        4,
        "member.elsewhere",
    );
    s.ok("expense add globex/app 5 --by ines");
    s.fails(
        "expense edit @1 --project acme/website",
        4,
        "member.elsewhere",
    );
    s.ok("expense add acme/website 6 --date tomorrow")
        .tells("after today");
    s.ok("settings set time.locked-before=2026-11-01");
    s.fails(
        "expense add acme/website 5 --date 2026-10-31",
        4,
        "day.locked",
    );
    s.ok("project close globex/app");
    s.fails("expense add globex/app 5", 4, "project.closed");
    s.fails("expense edit 2 --project globex/app", 4, "project.closed");
    s.ok("client archive acme");
    s.fails("expense add acme/website 5", 4, "client.archived");
    s.is_sound();
}

#[test]
fn a_receipt_is_kept_and_given_back() {
    let s = Sandbox::acme();
    std::fs::write(s.path("ticket.pdf"), b"%PDF \xff\x00 ticket").unwrap();
    let expense = s.json("expense add acme/website 49.90 train --receipt ticket.pdf");
    assert_eq!(expense["receipt"]["name"], "ticket.pdf");
    std::fs::write(s.path("ticket.pdf"), "changed since").unwrap();
    let given = s.ok("expense receipt 1 --output -");
    assert_eq!(given.bytes, b"%PDF \xff\x00 ticket");
    // A file that nobody named is not replaced without a word.
    s.fails("expense receipt 1", 2, "usage.confirm");
    s.ok("expense receipt 1 --output copy.pdf");
    assert_eq!(
        std::fs::read(s.path("copy.pdf")).unwrap(),
        b"%PDF \xff\x00 ticket"
    );
    assert_eq!(
        s.json("expense edit 1 --receipt ''")["receipt"],
        Value::Null
    );
    s.fails("expense receipt 1", 4, "expense.no_receipt");
    s.ok("undo");
    assert_eq!(
        s.ok("expense receipt 1 -o -").bytes,
        b"%PDF \xff\x00 ticket"
    );
    s.sqlite()
        .execute(
            "UPDATE file SET bytes = x'00' WHERE sha256 = ?",
            [expense["receipt"]["sha256"].as_str().unwrap()],
        )
        .unwrap();
    s.loggia("check").exits(1).says("receipt of expense 1");
}

#[test]
fn lists_choose_and_add_up() {
    let s = Sandbox::acme();
    s.ok("client add Globex --slug globex");
    s.ok("project add globex App");
    s.ok("member add Ines");
    for line in [
        "acme/website 10 one --category Travel --date 2026-10-30",
        "acme/website 20 two --category travel --date 2026-11-02 --by ines",
        "globex/app 40 three --category Print --date 2026-11-03 --non-billable",
    ] {
        s.ok(&format!("expense add {line}"));
    }
    let amounts = |filter: &str| -> Vec<String> {
        let list = s.json(&format!("expense list {filter}"));
        let amounts = list.as_array().unwrap().iter();
        amounts
            .map(|expense| expense["amount"].as_str().unwrap().to_owned())
            .collect()
    };
    for (filter, expected) in [
        ("all", vec!["10.00", "20.00", "40.00"]),
        ("", vec!["20.00", "40.00"]),
        ("last month", vec!["10.00"]),
        ("all --client acme", vec!["10.00", "20.00"]),
        ("all --project globex/app", vec!["40.00"]),
        ("all --category TRAVEL", vec!["10.00", "20.00"]),
        ("all --member ines", vec!["20.00"]),
        ("all --billable", vec!["10.00", "20.00"]),
        ("all --non-billable", vec!["40.00"]),
        ("all --unbilled", vec!["10.00", "20.00", "40.00"]),
    ] {
        assert_eq!(amounts(filter), expected, "{filter}");
    }
    s.fails("expense list all --category Trave", 3, "category.not_found");
    s.ok("expense list all").says("70.00 EUR").says("30.00 EUR");
    s.ok("expense list 2025").says("expense add");
    let csv = s.ok("expense list all --format csv");
    assert_eq!(csv.stdout.lines().count(), 4, "{csv}");
    csv.says("2,2026-11-02,acme,acme/website,ines,Travel,two,,20.00,EUR");
    for format in ["xlsx", "pdf"] {
        s.ok(&format!(
            "expense list all --format {format} --output list.{format}"
        ));
        assert!(
            std::fs::metadata(s.path(&format!("list.{format}")))
                .unwrap()
                .len()
                > 500
        );
    }
}

#[test]
fn the_same_twice_is_told_and_kept_once_if_asked() {
    let s = Sandbox::acme();
    let add = "expense add acme/website 49.90 'train to Hamburg' --category Travel";
    s.ok(add);
    s.ok(add).tells("expense 1 says the same");
    assert_eq!(s.ok(&format!("{add} --if-missing -q")).reference(), "1");
    assert_eq!(s.json("expense list all").as_array().unwrap().len(), 2);
    s.ok("expense add acme/website 3 --category Travl")
        .tells("there is `Travel`");
}

#[test]
fn an_expense_shows_where_its_client_does_and_goes_with_it() {
    let s = Sandbox::acme();
    s.ok("expense add acme/website 119 Proofs --tax 19 --date 2026-11-18");
    s.ok("expense add acme/website 10 --non-billable");
    let client = s.json("client show acme");
    assert_eq!(
        client["unbilled_expenses"],
        json!({"count": 1, "amount": "100.00", "currency": "EUR", "since": "2026-11-18"})
    );
    s.ok("client show acme")
        .says("1 expense, 100.00 EUR, since 2026-11-18");
    let list = s.json("client list --columns slug,unbilled_expenses");
    assert_eq!(list[0]["unbilled_expenses"], "100.00");
    let history = s.json("client history acme --kind expense");
    assert_eq!(history[0]["summary"], "119.00 EUR Proofs");
    let before = s.books();
    s.fails("expense delete 1", 2, "usage.confirm");
    s.ok("expense delete 1 --yes");
    s.ok("undo");
    assert_eq!(s.books(), before);
    assert_eq!(s.json("client delete acme --yes")["removed"]["expenses"], 2);
    s.ok("undo");
    assert_eq!(s.books(), before);
    s.is_sound();
}
