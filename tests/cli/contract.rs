//! The keys that scripts read: there in every answer, null where there is nothing.

use serde_json::Value;

use crate::sandbox::{Sandbox, missing_keys};

fn holds(what: &str, object: &Value, keys: &str) {
    assert_eq!(
        missing_keys(object, keys),
        Vec::<&str>::new(),
        "{what}: {object:#}"
    );
}

const ENTRY: &str = "id client project task phase member date start end seconds hours billed_hours billable note internal_note tags invoice";
const INVOICE: &str = "number state status client issue_date due_date currency lines discount net tax total paid balance entries document_sha256";

#[test]
fn the_barest_of_everything_has_every_key() {
    let s = Sandbox::acme();
    let client =
        "slug name kind stage website phone email currency billing notes contacts archived";
    holds("client", &s.json("client show acme"), client);
    holds("client list", &s.json("client list")[0], client);
    s.ok("client contact add acme Jo");
    holds(
        "contact",
        &s.json("client show acme")["contacts"][0],
        "name email phone position primary",
    );

    holds("entry", &s.json("time log acme/website 1h"), ENTRY);
    holds("entry list", &s.json("time list all")[0], ENTRY);

    for report in [
        s.json("time report today --by project,task"),
        s.json("time report 2020 --by tag"),
    ] {
        holds("report", &report, "period rows total");
        holds("period", &report["period"], "from to");
        let sums = "seconds hours billed_hours billable_seconds amount currency";
        holds("total", &report["total"], sums);
        for row in report["rows"].as_array().unwrap() {
            holds("row", row, &format!("key {sums}"));
            holds("key", &row["key"], "project task");
        }
    }

    s.ok("project add acme Shop --budget 10h");
    let budget = s.json("project show acme/shop")["budget"].clone();
    holds(
        "budget",
        &budget,
        "allocated used left percent burn_rate projected_completion warnings",
    );
    holds(
        "project",
        &s.json("project show acme/website"),
        "project client name budget closed due",
    );

    let preview = s.json("invoice preview acme");
    holds("preview", &preview, INVOICE);
    let invoice = s.json("invoice create acme");
    holds("invoice", &invoice, INVOICE);
    holds(
        "line",
        &invoice["lines"][0],
        "description quantity unit unit_price net tax_rate tax_category",
    );
    holds("tax", &invoice["tax"][0], "category rate base amount");

    s.ok("retainer add acme --hours 20 --from 2026-11-01");
    let retainer = s.json("retainer status acme")[0].clone();
    holds(
        "retainer",
        &retainer,
        "client kind period granted carried_in used left overage expires currency",
    );

    holds(
        "user",
        &s.json("user invite jo@acme.example --client acme"),
        "email name client role party state last_sign_in link",
    );
    holds("check", &s.json("check"), "ok findings schema");
}

#[test]
fn money_and_hours_are_decimal_strings_and_seconds_whole() {
    let s = Sandbox::acme();
    let entry = s.json("time log acme/website 2h30m");
    assert_eq!(
        (&entry["seconds"], &entry["hours"]),
        (&Value::from(9000), &Value::from("2.50"))
    );
    let invoice = s.json("invoice create acme");
    for key in ["net", "total", "paid", "balance", "discount"] {
        let text = invoice[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key}: {invoice:#}"));
        assert!(
            text.split_once('.')
                .is_some_and(|(_, cents)| cents.len() == 2),
            "{key}: {text}"
        );
    }
}

#[test]
fn an_empty_list_is_an_empty_array() {
    let s = Sandbox::studio();
    for line in [
        "client list",
        "project list",
        "time list",
        "time status",
        "invoice list",
        "retainer status",
        "user list",
    ] {
        assert_eq!(s.json(line), serde_json::json!([]), "{line}");
    }
}
