//! The life of an invoice after its issue: credit in part, credit of the client, write-offs, payments.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Acme with an invoice over two lines, 237.50 and 126.66 net, 433.35 with its tax.
fn billed() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h30m draft --date 2026-11-02");
    s.ok("time log acme/website 1h20m review --date 2026-11-03");
    let invoice = s.json("invoice create acme --group-by entry");
    assert_eq!(invoice["total"], "433.35");
    s
}

fn balance(s: &Sandbox, number: &str) -> Value {
    s.json(&format!("invoice show {number}"))["balance"].clone()
}

fn closing(s: &Sandbox) -> Value {
    s.json("invoice statement acme")["accounts"][0]["closing"].clone()
}

#[test]
fn parts_are_credited_up_to_the_whole_and_no_further() {
    let s = billed();
    let note = s.json("invoice credit 2026-0001 100.00 Agreed on the phone");
    assert_eq!(note["number"], "CN-2026-0001");
    assert_eq!(note["corrects"], "2026-0001");
    assert_eq!(note["total"], "100.00");
    assert_eq!(note["introduction"], "Agreed on the phone");
    let half = s.json("invoice credit 2026-0001 --line 2 --quantity 0.5");
    assert_eq!(half["net"], "47.50");
    s.fails(
        "invoice credit 2026-0001 --line 2 --quantity 1",
        4,
        "credit.line_credited",
    );
    s.ok("invoice credit 2026-0001 --line 2");
    s.fails(
        "invoice credit 2026-0001 --line 2",
        4,
        "credit.line_credited",
    );
    s.fails("invoice credit 2026-0001 --line 3", 4, "line.not_found");
    s.fails("invoice credit 2026-0001 --line 0", 4, "line.not_found");
    s.fails("invoice credit 2026-0001 0", 4, "credit.not_positive");
    s.fails("invoice credit 2026-0001 500", 4, "credit.too_much");
    s.fails("invoice credit CN-2026-0001 1", 4, "invoice.credit_note");
    s.fails("invoice credit 2026-0001", 2, "usage.missing");

    let shown = s.json("invoice show 2026-0001");
    assert_eq!(shown["state"], "issued");
    assert_eq!(shown["credits"].as_array().unwrap().len(), 3);
    let left = shown["balance"].as_str().unwrap().to_owned();
    assert_eq!(closing(&s), left.as_str());
    assert_eq!(s.json("invoice aging")["totals"][0]["total"], left.as_str());
    // A credit in part opens no entries; a void takes back the rest and does.
    s.fails("time edit 1 --time 1h", 4, "entry.invoiced");
    let rest = s.json("invoice void 2026-0001 --yes");
    assert_eq!(rest["total"], left.as_str());
    assert_eq!(closing(&s), "0.00");
    s.ok("time edit 1 --time 1h");
    let proof = s.json("invoice verify");
    assert_eq!(proof["ok"], true, "{proof:#}");
    s.is_sound();
}

#[test]
fn two_halves_of_a_cent_of_tax_are_one_cent() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h --rate 1 --date 2026-11-02");
    assert_eq!(s.json("invoice create acme")["total"], "1.19");
    let half = "invoice credit 2026-0001 --line 1 --quantity 0.5";
    let taxes: Vec<Value> = (0..2)
        .map(|_| s.json(half)["tax"][0]["amount"].clone())
        .collect();
    // Each for itself would have 0.10.
    assert_eq!(taxes, ["0.10", "0.09"]);
    assert_eq!(balance(&s, "2026-0001"), "0.00");
    s.is_sound();
}

#[test]
fn a_payment_too_much_and_a_credit_on_what_is_paid_are_credit_that_is_used_once() {
    let s = billed();
    s.ok("invoice pay 2026-0001 443.35 --overpay");
    s.ok("invoice credit 2026-0001 20");
    assert_eq!(s.json("client show acme")["credit"], "30.00");
    assert_eq!(closing(&s), "-30.00");
    assert_eq!(s.json("invoice aging")["rows"], json!([]));

    s.ok("time log acme/website 10m --date 2026-11-04");
    let next = s.json("invoice create acme --use-credit");
    assert_eq!(
        (&next["total"], &next["balance"]),
        (&json!("18.85"), &json!("0.00"))
    );
    assert_eq!(next["state"], "paid");
    assert_eq!(s.json("client show acme")["credit"], "11.15");
    assert_eq!(balance(&s, "2026-0001"), "-11.15");

    // What was used cannot be taken from below.
    s.fails("invoice unpay 2026-0001 --yes", 4, "payment.needed");
    s.fails("client refund acme 11.16", 4, "credit.used_up");
    assert_eq!(s.json("client refund acme")["refunded"], "11.15");
    s.fails("client refund acme", 4, "credit.none");
    s.fails("invoice void 2026-0002 --yes", 4, "invoice.paid");
    assert_eq!(closing(&s), "0.00");
    s.is_sound();

    let used = s.json("invoice payments 2026-0002");
    assert_eq!(used[0]["kind"], "credit-use");
    assert_eq!(used[0]["invoice"], "2026-0001");
    let name = used[0]["payment"].as_str().unwrap().to_owned();
    s.ok(&format!("invoice unpay 2026-0002 {name} --yes"));
    assert_eq!(balance(&s, "2026-0002"), "18.85");
    s.ok("invoice pay 2026-0002 --from-credit 10");
    assert_eq!(balance(&s, "2026-0002"), "8.85");
    s.ok("undo");
    s.ok("invoice pay 2026-0002 --from-credit");
    assert_eq!(balance(&s, "2026-0002"), "0.00");
    s.fails(
        "invoice pay 2026-0002 --from-credit",
        4,
        "invoice.nothing_open",
    );
    s.is_sound();
}

#[test]
fn undo_of_a_payment_whose_credit_was_used_is_refused() {
    let s = billed();
    s.ok("invoice pay 2026-0001 500 --overpay");
    let paid = s.json("history")[0]["operation"].clone();
    s.ok("client refund acme");
    s.fails(&format!("undo {paid}"), 4, "undo.refused");
    s.ok("undo");
    s.ok(&format!("undo {paid}"));
    assert_eq!(balance(&s, "2026-0001"), "433.35");
    s.is_sound();
}

#[test]
fn a_write_off_closes_the_balance_and_can_be_taken_back() {
    let s = billed();
    s.ok("invoice pay 2026-0001 33.35 --date 2026-11-20");
    s.fails(
        "invoice write-off 2026-0001 --date 2026-11-19",
        4,
        "date.too_early",
    );
    let off = s.json("invoice write-off 2026-0001 --reason insolvent");
    assert_eq!(
        (&off["state"], &off["balance"]),
        (&json!("written-off"), &json!("0.00"))
    );
    assert_eq!(off["written_off"]["amount"], "400.00");
    let later =
        |day: &str| s.json(&format!("invoice show 2026-0001 --as-of {day}"))["state"].clone();
    assert_eq!(later("2027-06-01"), "written-off");
    assert_eq!(closing(&s), "0.00");
    let journal = s.ok("export hledger --output -");
    journal.says("Expenses:Bad-Debt  400.00 EUR");
    for line in [
        "invoice pay 2026-0001 1",
        "invoice credit 2026-0001 1",
        "invoice write-off 2026-0001",
        "invoice void 2026-0001 --yes",
    ] {
        let error = s.fails(line, 4, "invoice.written_off");
        assert_eq!(
            error["hint"],
            "loggia invoice write-off 2026-0001 --take-back"
        );
    }
    s.is_sound();
    s.ok("undo");
    assert_eq!(balance(&s, "2026-0001"), "400.00");
    s.ok("invoice write-off 2026-0001");
    s.ok("invoice write-off 2026-0001 --take-back");
    s.fails(
        "invoice write-off 2026-0001 --take-back",
        4,
        "invoice.not_written_off",
    );
    s.ok("invoice pay 2026-0001 400");
    s.fails("invoice write-off 2026-0001", 4, "invoice.nothing_open");
    s.is_sound();
}

#[test]
fn a_script_that_pays_again_does_not_pay_twice() {
    let s = billed();
    let pay = "invoice pay 2026-0001 100 --reference bank-1 --date 2026-11-20";
    s.ok(pay);
    let books = s.books();
    s.ok(pay);
    s.ok("invoice pay 2026-0001 100 --reference bank-1");
    assert_eq!(s.books(), books);
    s.fails(
        "invoice pay 2026-0001 101 --reference bank-1",
        4,
        "payment.differs",
    );
    s.fails(
        "invoice pay 2026-0001 5 --date tomorrow",
        4,
        "payment.in_future",
    );
    let error = s.fails("invoice pay 2026-0001 5USD", 4, "currency.mixed");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("USD") && message.contains("EUR"),
        "{message}"
    );
    s.ok("invoice pay 2026-0001 'EUR 5'");
    s.fails("invoice unpay 2026-0001", 2, "usage.confirm");
    s.fails("invoice unpay 2026-0001 p99 --yes", 4, "payment.not_found");
    s.ok("invoice unpay 2026-0001 bank-1 --yes");
    assert_eq!(balance(&s, "2026-0001"), "428.35");
}

#[test]
fn dates_go_back_within_their_counter_and_never_far_ahead() {
    let s = billed();
    s.ok("time log acme/website 1h --date 2026-11-04");
    let earlier = "invoice create acme --date 2026-11-10";
    s.fails(earlier, 4, "invoice.backdated");
    let books = s.books();
    s.fails(
        "invoice create acme --date 2025-12-31 --allow-backdate",
        4,
        "invoice.backdated_too_far",
    );
    assert_eq!(s.books(), books);
    assert_eq!(
        s.json(&format!("{earlier} --allow-backdate"))["number"],
        "2026-0002"
    );
    s.is_sound();

    s.ok("time log acme/website 1h --date 2026-11-05");
    s.fails(
        "invoice create acme --as-of 2062-11-20",
        4,
        "invoice.far_ahead",
    );
    // One that is dated ahead by the clock of another machine holds up no number of today.
    assert_eq!(
        s.json("invoice create acme --as-of 2027-01-05")["number"],
        "2027-0001"
    );
    s.ok("time log acme/website 1h --date 2026-11-06");
    assert_eq!(s.json("invoice create acme")["number"], "2026-0003");
    s.is_sound();
}

#[test]
fn references_and_texts_are_fixed_on_the_document() {
    let s = Sandbox::acme();
    s.ok("settings set invoice-intro=Hello 'invoice-intro.de=Guten Tag' invoice-closing=Bye");
    s.ok("client edit acme --purchase-order 4711 --invoice-closing 'See you'");
    s.ok("time log acme/website 1h --date 2026-11-02");
    let preview = s.json("invoice preview acme --po 12");
    assert_eq!(preview["purchase_order"], "12");
    let made = s.json("invoice create acme --project-ref P-9");
    assert_eq!(made["purchase_order"], "4711");
    assert_eq!(made["project_reference"], "P-9");
    assert_eq!(made["introduction"], "Hello");
    assert_eq!(made["closing"], "See you");
    s.ok("client edit acme --language de --purchase-order '' --invoice-closing ''");
    let as_before = s.json("invoice show 2026-0001");
    assert_eq!(as_before["introduction"], "Hello");
    s.ok("time log acme/website 1h --date 2026-11-02");
    let german = s.json("invoice create acme");
    assert_eq!(german["introduction"], "Guten Tag");
    assert_eq!(german["closing"], "Bye");
    assert_eq!(german["purchase_order"], Value::Null);
    let credit = s.json("invoice credit 2026-0001 1");
    assert_eq!(credit["purchase_order"], "4711");
}

#[test]
fn the_list_takes_states_periods_and_columns_and_adds_up() {
    let s = billed();
    s.ok("client add Globex --currency USD --rate 100");
    s.ok("project add globex App");
    s.ok("time log globex/app 1h --date 2026-11-02");
    s.ok("invoice create globex");
    s.ok("invoice pay 2026-0001 100");
    let numbers = |line: &str| -> Vec<Value> {
        let list = s.json(line);
        let list = list.as_array().unwrap().iter();
        list.map(|of| of["number"].clone()).collect()
    };
    assert_eq!(
        numbers("invoice list --state partially-paid"),
        ["2026-0001"]
    );
    assert_eq!(numbers("invoice list --state paid,issued"), ["2026-0002"]);
    assert_eq!(
        numbers("invoice list --state open --sort number"),
        ["2026-0001", "2026-0002"]
    );
    assert_eq!(
        numbers("invoice list --state overdue --as-of 2027-01-01").len(),
        2
    );
    assert_eq!(
        numbers("invoice list --since 2026-11-21"),
        Vec::<Value>::new()
    );
    assert_eq!(numbers("invoice list --period 2026-11").len(), 2);
    let row = s.json("invoice list acme --columns number,paid,open,credited");
    assert_eq!(
        row,
        json!([{"number": "2026-0001", "paid": "100.00", "open": "333.35", "credited": "0.00", "currency": "EUR"}])
    );
    let csv = s.ok("invoice list --columns number,total --sort total --format csv");
    assert_eq!(csv.stdout.lines().count(), 3, "{csv}");
    s.ok("invoice list").says("333.35 EUR").says("119.00 USD");
    s.ok("invoice list --state void")
        .says("no invoice is like that");
    assert_eq!(s.loggia("invoice list --state nonsense").status, Some(2));
    assert_eq!(s.loggia("invoice list --columns nonsense").status, Some(2));
}

#[test]
fn void_and_issued_again_come_to_the_same() {
    let s = billed();
    s.ok("invoice credit 2026-0001 33.33");
    s.ok("invoice void 2026-0001 --yes");
    assert_eq!(closing(&s), "0.00");
    assert_eq!(
        s.json("invoice create acme --group-by entry")["total"],
        "433.35"
    );
    assert_eq!(closing(&s), "433.35");
    // A credit over all of it leaves nothing for the void to write.
    s.ok("invoice credit 2026-0002 433.35");
    s.ok("invoice void 2026-0002 --yes");
    assert_eq!(s.json("invoice show 2026-0002")["state"], "void");
    s.is_sound();
}

#[test]
fn deposits_and_several_taxes_are_taken_back_as_a_whole() {
    let s = Sandbox::acme();
    s.ok("invoice deposit acme 100");
    s.fails("invoice credit 2026-0001 10", 4, "credit.whole");
    s.ok("time log acme/website 4h --date 2026-11-02");
    s.ok("invoice create acme");
    s.fails("invoice credit 2026-0002 10", 4, "credit.whole");
    s.ok("invoice create acme --only-items --item '50 Care' --tax 'GST 5' --tax 'PST 7'");
    s.fails("invoice credit 2026-0003 10", 4, "credit.whole");
    s.ok("invoice void 2026-0003 --yes");
    s.is_sound();
}

#[test]
fn a_deposit_that_is_written_off_is_not_deducted() {
    let s = Sandbox::acme();
    s.ok("invoice deposit acme 100");
    s.ok("invoice write-off 2026-0001 --reason insolvent");
    s.ok("time log acme/website 4h --date 2026-11-02");
    assert_eq!(s.json("invoice create acme")["net"], "380.00");
    s.is_sound();
}

#[test]
fn a_part_of_a_discounted_line_bears_its_part_of_the_discount() {
    let s = Sandbox::acme();
    s.ok("invoice create acme --only-items --item '4 x 100 -10% Care'");
    let quarter = s.json("invoice credit 2026-0001 --line 1 --quantity 1");
    assert_eq!(quarter["net"], "90.00");
    s.ok("invoice credit 2026-0001 --line 1");
    assert_eq!(balance(&s, "2026-0001"), "0.00");
    s.is_sound();
}
