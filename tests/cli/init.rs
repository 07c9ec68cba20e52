//! Setting up the business, and its settings.

use crate::sandbox::Sandbox;

#[test]
fn a_business_is_set_up_with_its_owner_and_rate() {
    let s = Sandbox::studio();
    let settings = s.json("settings show");
    assert_eq!(settings["name"], "Studio Nord");
    assert_eq!(settings["currency"], "EUR");
    assert_eq!(settings["zone"], "Europe/Berlin");
    assert_eq!(settings["tax"], "19");
    assert_eq!(s.json("member list")[0]["slug"], "mara");
    assert_eq!(s.json("rate list")[0]["rate"], "95.00");
}

#[test]
fn a_second_init_is_refused_unless_it_may_be_there() {
    let s = Sandbox::studio();
    let error = s.fails("init --business Other", 4, "business.exists");
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .starts_with("loggia settings set")
    );
    s.ok("init --business Other --if-missing");
    assert_eq!(s.json("settings show")["name"], "Studio Nord");
}

#[test]
fn what_is_missing_off_a_terminal_is_a_usage_error_that_names_the_flag() {
    let s = Sandbox::empty();
    let error = s.fails("init", 2, "usage.missing");
    assert!(error["message"].as_str().unwrap().contains("--business"));
    let error = s.fails("client add", 2, "usage.missing");
    assert!(error["message"].as_str().unwrap().contains("NAME"));
}

#[test]
fn settings_are_set_all_or_none_and_unset_to_their_default() {
    let s = Sandbox::studio();
    let before = s.json("settings show");
    assert_eq!(
        s.loggia("settings set terms-days=30 nonsense=1").status,
        Some(2)
    );
    assert_eq!(
        s.loggia("settings set terms-days=30 currency=XXZ").status,
        Some(2)
    );
    assert_eq!(s.loggia("settings set terms-days").status, Some(2));
    assert_eq!(s.json("settings show"), before);

    s.ok("settings set terms-days=30 'payment-terms=Two weeks. Thank you.'");
    assert_eq!(s.json("settings show")["terms_days"], "30");
    s.ok("settings unset terms-days");
    assert_eq!(s.json("settings show")["terms_days"], before["terms_days"]);
}

#[test]
fn settings_show_what_was_set_and_know_the_members() {
    let s = Sandbox::studio();
    assert_eq!(
        s.json("settings set terms-days=30 'time.overlap=refuse'"),
        serde_json::json!({"terms_days": "30", "time_overlap": "refuse"})
    );
    let text = s.ok("settings set terms-days=20").stdout;
    assert!(
        text.contains("20") && !text.contains("time.overlap"),
        "{text}"
    );
    assert_eq!(
        s.json("settings unset time.overlap"),
        serde_json::json!({"time_overlap": "warn"})
    );
    s.fails("settings set time.member=nobody", 3, "member.not_found");
    s.ok("member add Ines");
    s.ok("settings set time.member=ines");
    s.ok("settings unset time.member");
    s.ok("member archive ines");
    s.fails("settings set time.member=ines", 4, "member.archived");
    s.fails("settings set tax=119", 2, "input.setting");
}

#[test]
fn a_store_that_was_named_by_mistake_is_not_made() {
    let s = Sandbox::studio();
    for line in [
        "client list",
        "time report",
        "check",
        "undo",
        "time log acme/website 1h",
    ] {
        let error = s.fails(&format!("{line} --store bokos.db"), 3, "store.missing");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("--store bokos.db init"), "{hint}");
    }
    assert!(!s.path("bokos.db").exists());
    s.ok("--store books2.db init --business Second");
    s.ok("--store books2.db client list");
}

#[test]
fn the_store_is_made_on_first_use_where_it_is_named_or_in_the_data_folder() {
    let s = Sandbox::empty();
    s.ok("client list");
    assert!(s.store().is_file());

    let named = s.path("elsewhere.db");
    s.ok(&format!("client add Acme --store {}", named.display()));
    assert!(named.is_file());
    assert_eq!(s.json("client list"), serde_json::json!([]));

    let mut command = s.command(&["client", "list"]);
    assert!(
        command
            .env_remove("LOGGIA_STORE")
            .status()
            .unwrap()
            .success()
    );
    assert!(s.path("data/loggia/books.db").is_file());
}
