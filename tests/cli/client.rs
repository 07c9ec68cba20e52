//! Clients and their contacts.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

#[test]
fn a_client_keeps_what_is_said_of_it() {
    let s = Sandbox::studio();
    s.ok("client add 'Acme GmbH' --slug acme --email office@acme.example --phone '+49 40 123456' --website acme.example --currency USD \
          --address 'Hafen 1, Hamburg' --country DE --tax-id DE136695976 --notes 'pays late'")
        .says("Acme GmbH");
    let client = s.json("client show acme");
    let wanted =
        "slug name kind stage website phone email currency billing notes contacts archived";
    assert_eq!(
        missing_keys(&client, wanted),
        Vec::<&str>::new(),
        "{client:#}"
    );
    assert_eq!(client["name"], "Acme GmbH");
    assert_eq!(client["kind"], "company");
    assert_eq!(client["currency"], "USD");
    assert_eq!(client["notes"], "pays late");
    assert_eq!(client["billing"], "hourly");

    s.ok("client edit acme --email '' --name 'Acme AG'");
    let client = s.json("client show acme");
    assert_eq!(client["email"], Value::Null);
    assert_eq!(client["name"], "Acme AG");
    assert_eq!(client["notes"], "pays late", "what was not named stays");
}

#[test]
fn a_script_can_add_twice_with_if_missing() {
    let s = Sandbox::studio();
    for line in [
        "client add Acme --slug acme --if-missing",
        "client contact add acme 'Jo Field' --if-missing",
        "project add acme Website --if-missing",
        "project task add acme/website Design --if-missing",
        "member add Ines --if-missing",
        "retainer add acme --hours 20 --from 2026-11-01 --if-missing",
        "user invite jo@acme.example --client acme --if-missing",
    ] {
        s.ok(line);
        let books = s.books();
        let second = s.ok(&format!("{line} --json"));
        assert!(second.json().is_object(), "{second}");
        assert_eq!(s.books(), books, "{line}");
    }
}

#[test]
fn without_if_missing_what_is_there_is_refused() {
    let s = Sandbox::acme();
    for line in [
        "client add Other --slug acme",
        "project add acme Website",
        "member add Mara",
    ] {
        let error = s.fails(line, 4, "exists");
        assert!(
            error["hint"].as_str().unwrap().contains("--if-missing"),
            "{error}"
        );
    }
}

#[test]
fn there_is_one_point_of_contact_as_long_as_there_is_a_contact() {
    let s = Sandbox::acme();
    let primary = || -> Vec<Value> {
        let contacts = s.json("client contact list acme");
        let contacts = contacts.as_array().unwrap().clone();
        contacts
            .into_iter()
            .filter(|contact| contact["primary"] == true)
            .collect()
    };
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example --position Decider");
    s.ok("client contact add acme 'Kim Wood'");
    assert_eq!(primary()[0]["name"], "Jo Field");
    s.ok("client contact primary acme 'kim wood'");
    assert_eq!(primary().len(), 1);
    assert_eq!(primary()[0]["name"], "Kim Wood");
    s.fails("client contact remove acme 'Kim Wood'", 2, "usage.confirm");
    // Who speaks for the client next is the owner's to say.
    s.fails(
        "client contact remove acme 'Kim Wood' --yes",
        4,
        "contact.primary",
    );
    s.ok("client contact primary acme 'Jo Field'");
    s.ok("client contact remove acme 'Kim Wood' --yes");
    assert_eq!(primary().len(), 1);
    assert_eq!(primary()[0]["name"], "Jo Field");
    s.fails(
        "client contact edit acme Nobody --position Boss",
        3,
        "contact.not_found",
    );
    s.is_sound();
}

#[test]
fn an_archived_client_takes_nothing_new_and_keeps_what_it_has() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("client archive acme");
    assert_eq!(s.json("client show acme")["archived"], true);
    assert_eq!(s.json("client list"), json!([]));
    assert_eq!(s.json("client list --all")[0]["slug"], "acme");
    let books = s.books();
    for line in [
        "project add acme Shop",
        "time log acme/website 1h",
        "time start acme/website",
        "retainer add acme --hours 20 --from 2026-11-01",
        "user invite jo@acme.example --client acme",
    ] {
        let error = s.fails(line, 4, "client.archived");
        assert!(
            error["hint"]
                .as_str()
                .unwrap()
                .starts_with("loggia client restore acme"),
            "{error}"
        );
    }
    assert_eq!(s.books(), books);
    assert_eq!(s.json("time list all").as_array().unwrap().len(), 1);

    s.ok("client archive acme");
    s.ok("client restore acme");
    s.fails("client restore acme", 4, "client.not_archived");
    s.ok("time log acme/website 1h");
}

#[test]
fn a_client_with_a_running_timer_is_not_archived() {
    let s = Sandbox::acme();
    s.ok("time start acme/website");
    s.fails("client archive acme", 4, "client.has_timer");
    s.ok("time cancel");
    s.ok("client archive acme");
}

#[test]
fn the_currency_is_fixed_once_there_is_an_invoice() {
    let s = Sandbox::acme();
    s.ok("client edit acme --currency USD");
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme --draft");
    s.fails("client edit acme --currency EUR", 4, "currency.fixed");
}

#[test]
fn the_list_can_be_searched() {
    let s = Sandbox::studio();
    s.ok("client add 'Müller & Söhne' --notes 'prefers calls'");
    s.ok("client add Other --lead");
    let found = |line: &str| -> Vec<String> {
        let list = s.json(line);
        let slugs = list.as_array().unwrap().iter();
        slugs
            .map(|client| client["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found("client list --search CALLS"), ["mueller-soehne"]);
    assert_eq!(found("client list --stage lead"), ["other"]);
    assert_eq!(
        found("client list --search nothing-like-it"),
        Vec::<String>::new()
    );
}
