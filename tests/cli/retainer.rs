//! Retainers: hours granted, used, left and over.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

#[test]
fn hours_are_drawn_and_what_is_beyond_is_overage() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --per month --fee 1800 --from 2026-10-01");
    assert_eq!(s.json("client show acme")["billing"], "retainer");
    s.ok("time log acme/website 12h --date 2026-10-05");
    s.ok("time log acme/website 11h --date 2026-10-06");
    s.ok("time log acme/website 2h30m --date 2026-11-05");
    s.ok("time log acme/website 5h --date 2026-11-06 --non-billable");
    let status = s.json("retainer status acme")[0].clone();
    let wanted = "client kind period granted carried_in used left overage expires currency";
    assert_eq!(missing_keys(&status, wanted), Vec::<&str>::new());
    assert_eq!(
        status["period"],
        json!({"from": "2026-11-01", "to": "2026-11-30"})
    );
    assert_eq!(status["granted"], "20.00");
    assert_eq!(status["carried_in"], "0.00");
    assert_eq!(status["used"], "2.50");
    assert_eq!(status["left"], "17.50");
    assert_eq!(status["overage"], "0.00");
    let october = s.json("retainer status acme --as-of 2026-10-31")[0].clone();
    assert_eq!(october["used"], "23.00");
    assert_eq!(october["left"], "0.00");
    assert_eq!(october["overage"], "3.00");
}

#[test]
fn the_fee_and_the_overage_are_billed_once() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --fee 1800 --from 2026-10-01");
    s.ok("time log acme/website 12h --date 2026-10-05");
    s.ok("time log acme/website 11h --date 2026-10-06");
    let invoice = s.json("invoice create acme 2026-10");
    // 1800 for the month and three hours at 95 beyond it.
    assert_eq!(invoice["net"], "2085.00");
    assert_eq!(invoice["tax"][0]["amount"], "396.15");
    assert_eq!(invoice["total"], "2481.15");
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
}

#[test]
fn a_partial_month_is_prorated_by_days() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --from 2026-11-16");
    // 15 of 30 days.
    assert_eq!(s.json("retainer status")[0]["granted"], "10.00");
    s.ok("client add Globex");
    s.ok("retainer add globex --hours 20 --from 2026-11-16 --no-prorate");
    assert_eq!(s.json("retainer status globex")[0]["granted"], "20.00");
}

#[test]
fn only_projects_in_scope_draw() {
    let s = Sandbox::acme();
    s.ok("project add acme Care");
    s.ok("retainer add acme --hours 20 --from 2026-11-01 --project acme/care");
    s.ok("time log acme/care 2h");
    s.ok("time log acme/website 1h");
    assert_eq!(s.json("retainer status")[0]["used"], "2.00");
    assert_eq!(s.json("invoice preview acme")["net"], "95.00");
}

#[test]
fn a_client_has_one_retainer_at_a_time() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 20 --from 2026-10-01 --to 2026-10-31");
    s.fails(
        "retainer add acme --hours 10 --from 2026-10-31",
        4,
        "retainer.overlap",
    );
    s.ok("retainer add acme --hours 10 --from 2026-11-01");
    s.fails(
        "retainer add acme --hours 10 --per term --from 2027-01-01",
        2,
        "usage.missing",
    );
    s.fails("retainer status nobody", 3, "client.not_found");
    assert_eq!(
        s.json("retainer status acme --verbose")[0]["client"],
        "acme"
    );
    assert_ne!(
        s.json("retainer status acme --verbose")[0]["periods"],
        Value::Null
    );
}
