//! Everything about a client on one page.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

fn steps(client: &Value) -> Vec<&str> {
    let steps = client["next_steps"].as_array().unwrap().iter();
    steps.map(|step| step["alert"].as_str().unwrap()).collect()
}

#[test]
fn a_new_client_has_all_keys_and_nothing_in_them() {
    let s = Sandbox::studio();
    s.ok("client add Jo --individual");
    let client = s.json("client show jo");
    let keys = "slug name kind stage website phone email currency billing notes contacts archived tags fields rate retainer \
                projects unbilled outstanding overdue last_contact portal users next_steps";
    assert_eq!(missing_keys(&client, keys), Vec::<&str>::new());
    assert_eq!(client["rate"]["amount"], "95.00");
    assert_eq!(client["retainer"], Value::Null);
    assert_eq!(client["unbilled"]["amount"], "0.00");
    assert_eq!(client["unbilled"]["since"], Value::Null);
    assert_eq!(client["outstanding"], "0.00");
    assert_eq!(client["last_contact"], Value::Null);
    assert_eq!(client["portal"]["console"], "off");
    assert_eq!(client["next_steps"], json!([]));
}

#[test]
fn a_client_is_summed_up_and_what_is_to_be_done_is_told() {
    let mut s = Sandbox::empty();
    s.at("2026-09-01T10:00:00Z").found();
    s.ok("client add Acme --rate 100");
    s.ok("project add acme Website --budget 10h");
    s.ok("project add acme Care");
    s.ok("time log acme/website 8h --date 2026-08-10");
    s.ok("invoice create acme 2026-08");
    s.ok("time log acme/website 1h30m --date 2026-09-01");
    s.ok("user invite jo@acme.example --client acme");
    s.at("2026-11-20T12:00:00Z");
    s.ok("retainer add acme --hours 10 --fee 900 --from 2026-11-01 --project acme/care");
    s.ok("time log acme/care 9h --date 2026-11-10");
    let client = s.json("client show acme");
    assert_eq!(client["billing"], "retainer");
    assert_eq!(client["rate"]["amount"], "100.00");
    let retainer = &client["retainer"];
    assert_eq!(
        (&retainer["hours"], &retainer["fee"], &retainer["start"]),
        (&json!("10.00"), &json!("900.00"), &json!("2026-11-01"))
    );
    assert_eq!(retainer["period"]["left"], "1.00");
    let projects = client["projects"].as_array().unwrap();
    assert_eq!(projects[1]["project"], "acme/website");
    assert_eq!(projects[1]["budget"]["percent"], "95");
    assert_eq!(
        client["unbilled"]["hours"], "1.50",
        "what draws from the retainer is not unbilled"
    );
    assert_eq!(client["unbilled"]["amount"], "150.00");
    assert_eq!(client["outstanding"], "952.00");
    assert_eq!(client["overdue"], "952.00");
    assert_eq!(client["users"][0]["state"], "expired");
    let expected = [
        "invoice-overdue",
        "budget",
        "retainer-low",
        "unbilled-old",
        "invitation-expired",
        "no-point-of-contact",
    ];
    assert_eq!(steps(&client), expected);
    s.ok("client show acme")
        .says("█")
        .says("952.00 EUR overdue")
        .says("loggia invoice show 2026-0001");

    s.ok("invoice pay 2026-0001 952");
    s.ok("invoice create acme ..2026-10-31");
    s.ok("client contact add acme Jo");
    let client = s.json("client show acme");
    assert_eq!(client["overdue"], "0.00");
    assert_eq!(client["unbilled"]["seconds"], 0);
    assert_eq!(
        steps(&client),
        ["budget", "retainer-low", "invitation-expired"]
    );
}

#[test]
fn what_is_unbilled_is_what_the_next_invoice_bills() {
    let s = Sandbox::acme();
    s.ok("project add acme Shop");
    s.ok("rate set 33.33 --project acme/shop");
    for line in [
        "time log acme/website 20m",
        "time log acme/website 25m --date 2026-11-19",
        "time log acme/shop 7m",
        "time log acme/shop 13m --rate 71.5",
        "time log acme/shop 5h --non-billable",
    ] {
        s.ok(line);
    }
    let unbilled = s.json("client show acme")["unbilled"].clone();
    let preview = s.json("invoice preview acme");
    assert_eq!(unbilled["amount"], preview["net"], "{preview:#}");
}

#[test]
fn a_lead_that_nobody_talks_with_is_told() {
    let mut s = Sandbox::empty();
    s.at("2026-11-01T10:00:00Z").found();
    s.ok("client add Acme --individual --lead");
    assert_eq!(steps(&s.json("client show acme")), [""; 0]);
    s.at("2026-11-20T12:00:00Z");
    assert_eq!(steps(&s.json("client show acme")), ["lead-silent"]);
    s.ok("client log acme hello --kind email --date 2026-11-10");
    assert_eq!(steps(&s.json("client show acme")), [""; 0]);
}

#[test]
fn the_next_steps_can_be_run_as_they_stand() {
    let mut s = Sandbox::acme();
    let address = "`touch${IFS}ran`@x.example";
    s.run(&["user", "invite", address, "--client", "acme"])
        .exits(0);
    s.at("2027-02-01T12:00:00Z");
    let summary = s.json("client show acme");
    let steps = summary["next_steps"].as_array().unwrap();
    let step = steps
        .iter()
        .map(|step| step["command"].as_str().unwrap())
        .find(|command| command.contains("reinvite"))
        .unwrap();
    let mut shell = s.program("sh");
    shell
        .arg("-c")
        .arg(format!("set -- {step}; printf %s \"$4\""));
    assert_eq!(
        crate::sandbox::Outcome::of(&mut shell).exits(0).stdout,
        address
    );
    assert!(!s.path("ran").exists());
}
