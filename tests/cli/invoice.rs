//! Invoices: exact money, states, and that what was issued does not change.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Acme with 2 h 30 min and 1 h 20 min in November.
fn worked() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h30m draft --date 2026-11-02");
    s.ok("time log acme/website 1h20m review --date 2026-11-03");
    s
}

#[test]
fn quantities_prices_and_taxes_multiply_to_the_cent() {
    let s = worked();
    let books = s.books();
    let preview = s.json("invoice preview acme 2026-11");
    assert_eq!(s.books(), books, "a preview keeps nothing");
    // 13800 s are 3.8333 h; at 95 that is 364.1635.
    let line = &preview["lines"][0];
    assert_eq!(line["quantity"], "3.8333");
    assert_eq!(line["unit"], "HUR");
    assert_eq!(line["unit_price"], "95.00");
    assert_eq!(line["net"], "364.16");
    assert_eq!(line["tax_rate"], "19");
    assert_eq!(preview["net"], "364.16");
    assert_eq!(
        preview["tax"],
        json!([{"category": "S", "name": null, "rate": "19", "base": "364.16", "amount": "69.19"}])
    );
    assert_eq!(preview["total"], "433.35");
    assert_eq!(preview["number"], Value::Null);

    let invoice = s.json("invoice create acme 2026-11");
    assert_eq!(invoice["number"], "2026-0001");
    assert_eq!(invoice["state"], "issued");
    assert_eq!(invoice["issue_date"], "2026-11-20");
    assert_eq!(invoice["due_date"], "2026-12-04");
    assert_eq!(invoice["entries"], json!([1, 2]));
    for key in ["lines", "net", "tax", "total"] {
        assert_eq!(invoice[key], preview[key], "{key}");
    }
    assert_eq!(invoice["document_sha256"].as_str().unwrap().len(), 64);
    s.is_sound();
}

#[test]
fn each_grouping_bills_the_same_seconds() {
    let s = worked();
    let lines = |by: &str| -> Vec<(Value, Value)> {
        let preview = s.json(&format!("invoice preview acme 2026-11 --group-by {by}"));
        let lines = preview["lines"].as_array().unwrap().iter();
        lines
            .map(|line| (line["quantity"].clone(), line["net"].clone()))
            .collect()
    };
    let one = vec![(json!("3.8333"), json!("364.16"))];
    for by in ["project", "task", "member"] {
        assert_eq!(lines(by), one, "{by}");
    }
    // 1.3333 h at 95 are 126.6635.
    let two = vec![
        (json!("2.5"), json!("237.50")),
        (json!("1.3333"), json!("126.66")),
    ];
    for by in ["day", "entry"] {
        assert_eq!(lines(by), two, "{by}");
    }
}

#[test]
fn different_rates_never_share_a_line() {
    let s = worked();
    s.ok("time log acme/website 1h --rate 120.5 --date 2026-11-04");
    let preview = s.json("invoice preview acme 2026-11");
    assert_eq!(preview["lines"].as_array().unwrap().len(), 2);
    assert_eq!(preview["net"], "484.66");
    // 19 % of the one base, not of each line: 92.0854.
    assert_eq!(preview["tax"][0]["amount"], "92.09");
    assert_eq!(preview["total"], "576.75");
}

#[test]
fn a_currency_has_its_own_places() {
    let s = Sandbox::studio();
    for (currency, rate, net, tax, total) in [
        ("JPY", "9500", "12666", "2407", "15073"),
        ("BHD", "40.123", "53.496", "10.164", "63.660"),
    ] {
        let slug = currency.to_lowercase();
        s.ok(&format!(
            "client add {currency} --currency {currency} --rate {rate}"
        ));
        s.ok(&format!("project add {slug} App"));
        s.ok(&format!("time log {slug}/app 1h20m"));
        let invoice = s.json(&format!("invoice create {slug}"));
        assert_eq!(invoice["currency"], currency);
        assert_eq!(invoice["net"], net);
        assert_eq!(invoice["tax"][0]["amount"], tax);
        assert_eq!(invoice["total"], total);
    }
}

#[test]
fn a_draft_has_no_number_binds_its_entries_and_can_go() {
    let s = worked();
    let draft = s
        .ok("invoice create acme --draft --quiet")
        .reference()
        .to_owned();
    assert!(draft.starts_with("draft-"), "{draft}");
    assert_eq!(
        s.json(&format!("invoice show {draft}"))["number"],
        Value::Null
    );
    s.fails("invoice create acme", 4, "invoice.nothing_to_bill");
    let error = s.fails("time edit 1 --time 1h", 4, "entry.invoiced");
    assert_eq!(error["hint"], format!("loggia invoice delete {draft}"));
    s.fails(&format!("invoice pay {draft} 10"), 4, "invoice.draft");
    s.fails(&format!("invoice delete {draft}"), 2, "usage.confirm");
    s.ok(&format!("invoice delete {draft} --yes"));
    s.ok("time edit 1 --time 1h");

    let draft = s
        .ok("invoice create acme --draft --quiet")
        .reference()
        .to_owned();
    assert_eq!(
        s.json(&format!("invoice issue {draft}"))["number"],
        "2026-0001"
    );
    s.fails("invoice issue 2026-0001", 4, "invoice.issued");
}

#[test]
fn what_was_issued_refuses_changes_and_so_do_its_entries() {
    let s = worked();
    s.ok("invoice create acme");
    let books = s.books();
    for line in ["time edit 1 --note changed", "time delete 2 --yes"] {
        let error = s.fails(line, 4, "entry.invoiced");
        assert!(
            error["hint"].as_str().unwrap().contains("2026-0001"),
            "{error}"
        );
    }
    s.fails("invoice delete 2026-0001 --yes", 4, "invoice.issued");
    assert_eq!(s.books(), books);
}

#[test]
fn a_later_change_of_names_and_rates_leaves_the_document_as_it_was() {
    let s = worked();
    s.ok("invoice create acme");
    let pdf = |s: &Sandbox| s.ok("invoice export 2026-0001 --output -").bytes;
    let json = |s: &Sandbox| s.json("invoice show 2026-0001");
    let (before_pdf, before) = (pdf(&s), json(&s));
    s.ok("client edit acme --name 'Other AG' --address Elsewhere");
    s.ok("settings set name=Changed tax=7 terms-days=1");
    s.ok("rate set 200");
    s.ok("project close acme/website");
    assert_eq!(pdf(&s), before_pdf);
    assert_eq!(json(&s), before);
}

#[test]
fn payments_are_counted_to_the_cent() {
    let s = worked();
    s.ok("invoice create acme --date 2026-11-10");
    s.fails(
        "invoice pay 2026-0001 10 --date 2026-11-09",
        4,
        "payment.too_early",
    );
    s.fails("invoice pay 2026-0001 0", 4, "payment.not_positive");
    s.fails("invoice pay 2026-0001 -5", 4, "payment.not_positive");
    assert_eq!(s.loggia("invoice pay 2026-0001 1.234").status, Some(2));
    let paid = s.json("invoice pay 2026-0001 100,10 --method transfer");
    assert_eq!(paid["paid"], "100.10");
    assert_eq!(paid["balance"], "333.25");
    s.fails("invoice pay 2026-0001 333.26", 4, "payment.over");
    let paid = s.json("invoice pay 2026-0001 333.25");
    assert_eq!(paid["balance"], "0.00");
    assert_eq!(paid["state"], "paid");
    let over = s.json("invoice pay 2026-0001 1 --overpay");
    assert_eq!(over["state"], "overpaid");
    assert_eq!(over["balance"], "-1.00");
}

#[test]
fn states_follow_from_the_day_and_the_payments() {
    let s = worked();
    s.ok("invoice create acme");
    let state =
        |day: &str| s.json(&format!("invoice show 2026-0001 --as-of {day}"))["state"].clone();
    assert_eq!(state("2026-12-04"), "issued");
    assert_eq!(state("2026-12-05"), "overdue");
    s.ok("invoice pay 2026-0001 100");
    assert_eq!(state("2026-12-04"), "partially-paid");
    assert_eq!(state("2026-12-05"), "overdue");
    s.ok("invoice pay 2026-0001 333.35");
    assert_eq!(
        state("2027-12-05"),
        "paid",
        "a paid invoice is never overdue"
    );
}

#[test]
fn void_writes_a_credit_note_and_opens_the_entries() {
    let s = worked();
    s.ok("invoice create acme");
    s.ok("invoice pay 2026-0001 10");
    s.fails("invoice void 2026-0001 --yes", 4, "invoice.paid");
    s.ok("undo");
    s.fails("invoice void 2026-0001", 2, "usage.confirm");
    let credit = s.json("invoice void 2026-0001 --yes");
    assert_eq!(credit["number"], "CN-2026-0001");
    assert_eq!(credit["corrects"], "2026-0001");
    assert_eq!(s.json("invoice show 2026-0001")["state"], "void");
    assert_eq!(
        s.json("time list all --unbilled").as_array().unwrap().len(),
        2
    );
    s.fails("invoice void 2026-0001 --yes", 4, "invoice.void");
    s.fails("invoice pay 2026-0001 10", 4, "invoice.void");
    s.fails("invoice void CN-2026-0001 --yes", 4, "invoice.credit_note");
    let again = s.json("invoice create acme");
    assert_eq!(again["number"], "2026-0002");
    assert_eq!(again["total"], "433.35");
    s.is_sound();
}

#[test]
fn what_has_no_rate_is_not_billed_for_nothing() {
    let s = Sandbox::empty();
    s.ok("init --business Bare --zone UTC");
    s.ok("client add Acme");
    s.ok("project add acme Website");
    s.ok("time log acme/website 1h");
    let error = s.fails("invoice create acme", 4, "rate.missing");
    assert_eq!(
        error["hint"],
        "loggia rate set AMOUNT --project acme/website"
    );
    s.ok("rate set 0 --project acme/website");
    assert_eq!(s.json("invoice create acme")["total"], "0.00");
}

#[test]
fn only_unbilled_billable_work_of_the_client_in_the_period_is_billed() {
    let s = worked();
    s.ok("client add Globex");
    s.ok("project add globex App");
    s.ok("time log globex/app 1h --date 2026-11-02");
    s.ok("time log acme/website 1h --date 2026-11-02 --non-billable");
    s.ok("time log acme/website 1h --date 2026-10-31");
    s.ok("time log acme/website 1h --date 2026-12-01");
    assert_eq!(
        s.json("invoice preview acme 2026-11")["entries"],
        json!([1, 2])
    );
    s.ok("invoice create acme 2026-11");
    assert_eq!(
        s.json("invoice preview acme 2026-10")["entries"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    s.fails("invoice preview acme 2026-11", 4, "invoice.nothing_to_bill");
    let open = s.json("time list all --client acme --billable --unbilled");
    assert_eq!(open.as_array().unwrap().len(), 2);
}

#[test]
fn an_export_is_the_document_of_the_issue_and_the_same_again() {
    let s = worked();
    let created = s.json("invoice create acme");
    let file = s.path("out.pdf");
    s.ok(&format!(
        "invoice export 2026-0001 --format pdf --output {}",
        file.display()
    ));
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(
        loggia::published::Digest::of(&bytes).as_str(),
        created["document_sha256"]
    );
    assert_eq!(s.ok("invoice export 2026-0001 --output -").bytes, bytes);
    s.ok("invoice export 2026-0001");
    assert_eq!(std::fs::read(s.path("2026-0001.pdf")).unwrap(), bytes);

    let other = worked();
    other.ok("invoice create acme");
    assert_eq!(
        other.ok("invoice export 2026-0001 --output -").bytes,
        bytes,
        "the same books give the same bytes"
    );

    let json = s
        .ok("invoice export 2026-0001 --format json --output -")
        .json();
    assert_eq!(json["total"], created["total"]);
    assert_eq!(json["lines"][0]["net"], created["lines"][0]["net"]);
    assert_eq!(
        json["entries"],
        json!([]),
        "a file for the client knows nothing of the books"
    );
}

#[test]
fn the_list_is_newest_first_with_what_is_open() {
    let s = worked();
    s.ok("invoice create acme 2026-11-02");
    s.ok("invoice create acme 2026-11-03");
    let numbers: Vec<_> = s
        .json("invoice list")
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["number"].clone())
        .collect();
    assert_eq!(numbers, ["2026-0002", "2026-0001"]);
    assert_eq!(
        s.ok("invoice list --quiet").reference(),
        "2026-0002\n2026-0001"
    );
    s.ok("client add Globex");
    assert_eq!(s.json("invoice list globex"), json!([]));
}
