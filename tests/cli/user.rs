//! Users of a client's portal, and who sees it with them.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, missing_keys};

#[test]
fn users_go_through_their_states_and_each_change_waits_for_the_sync() {
    let s = Sandbox::acme();
    s.ok("user invite jo@acme.example --client acme --role finance --name 'Jo Field'");
    let invited = s.json("user show jo@acme.example");
    let keys = "kind email name client role party state enabled contact invitation_expires accepted last_sign_in mfa member";
    assert_eq!(missing_keys(&invited, keys), Vec::<&str>::new());
    assert_eq!(
        (&invited["state"], &invited["mfa"]),
        (&json!("invited"), &Value::Null)
    );
    s.ok("user disable jo@acme.example")
        .tells("next `loggia sync`");
    s.ok("user disable jo@acme.example").tells("is as it was");
    let disabled = s.json("user show JO@ACME.EXAMPLE");
    assert_eq!(disabled["state"], "disabled");
    assert_eq!(disabled["invitation_expires"], Value::Null);
    let error = s.fails("user reinvite jo@acme.example", 4, "user.disabled");
    assert_eq!(
        error["hint"],
        "loggia user enable jo@acme.example --client acme"
    );
    s.ok("user enable jo@acme.example");
    let changed = s.json("user role jo@acme.example work --party accountant");
    assert_eq!(
        (&changed["role"], &changed["party"]),
        (&json!("work"), &json!("accountant"))
    );
    let error = s.fails("user remove jo@acme.example", 2, "usage.confirm");
    assert_eq!(error["hint"], "give --yes");
    s.ok("user remove jo@acme.example --yes")
        .tells("next `loggia sync`");
    s.fails("user show jo@acme.example", 3, "user.not_found");
    s.is_sound();
}

#[test]
fn a_new_invitation_has_a_new_link_and_runs_out_after_seven_days() {
    let mut s = Sandbox::acme();
    let first = s.json("user invite jo@acme.example --client acme");
    s.at("2026-11-28T12:00:00Z");
    assert_eq!(s.json("user list")[0]["state"], "expired");
    let second = s.json("user reinvite jo@acme.example");
    assert_eq!(second["state"], "invited");
    assert_ne!(first["link"], second["link"]);
    assert!(
        second["link"]
            .as_str()
            .is_some_and(|link| link.starts_with("/invite/"))
    );
    assert_eq!(second["invitation_expires"], "2026-12-05T12:00:00+00:00");
    let again = s.json("user invite jo@acme.example --client acme --if-missing");
    assert_eq!(again["link"], Value::Null, "a link is shown once");
    s.fails(
        "user invite jo@acme.example --client acme",
        4,
        "user.exists",
    );
}

#[test]
fn an_address_of_several_clients_is_named_with_one() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    for client in ["acme", "globex"] {
        s.ok(&format!("user invite kim@else.example --client {client}"));
    }
    let error = s.fails("user disable kim@else.example", 2, "user.ambiguous");
    assert_eq!(error["hint"], "give --client acme or --client globex");
    s.ok("user disable kim@else.example --client globex");
    let states: Vec<_> = ["acme", "globex"]
        .map(|client| s.json(&format!("user show kim@else.example --client {client}")))
        .map(|user| user["state"].clone())
        .into();
    assert_eq!(states, ["invited", "disabled"]);
}

#[test]
fn a_contact_is_invited_by_name() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example");
    s.ok("client contact add acme 'Max Quiet'");
    let invited = s.json("user invite --client acme --contact 'jo field'");
    assert_eq!(invited["email"], "jo@acme.example");
    assert_eq!(
        (&invited["name"], &invited["contact"]),
        (&json!("Jo Field"), &json!("Jo Field"))
    );
    let error = s.fails(
        "user invite --client acme --contact 'Max Quiet'",
        4,
        "contact.no_email",
    );
    assert_eq!(
        error["hint"],
        "loggia client contact edit acme 'Max Quiet' --email EMAIL"
    );
    s.fails(
        "user invite --client acme --contact Nobody",
        3,
        "contact.not_found",
    );
    s.ok("user invite max@home.example --client acme --contact 'Max Quiet'");
}

#[test]
fn nobody_is_invited_to_a_client_in_the_archive() {
    let s = Sandbox::acme();
    s.ok("user invite jo@acme.example --client acme");
    s.ok("client archive acme");
    for line in [
        "user invite kim@acme.example --client acme",
        "user reinvite jo@acme.example",
    ] {
        let error = s.fails(line, 4, "client.archived");
        assert_eq!(error["hint"], "loggia client restore acme");
    }
    s.ok("user disable jo@acme.example");
}

#[test]
fn off_a_terminal_what_is_missing_is_named() {
    let s = Sandbox::acme();
    for (line, named) in [
        ("user invite", "EMAIL or --contact is missing"),
        ("user invite jo@acme.example", "--client is missing"),
        ("client add", "NAME is missing"),
    ] {
        let error = s.fails(line, 2, "usage.missing");
        assert_eq!(error["message"], named);
    }
}

#[test]
fn members_who_work_for_a_client_are_listed_with_its_users() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("member add Ines --client globex --email ines@studio.example");
    s.ok("user invite jo@acme.example --client acme");
    let list = |line: &str| -> Vec<String> {
        let readers = s.json(line);
        let name =
            |reader: &Value| format!("{} {}", reader["kind"], reader["name"]).replace('"', "");
        readers.as_array().unwrap().iter().map(name).collect()
    };
    assert_eq!(list("user list"), ["user null"]);
    assert_eq!(
        list("user list --client acme"),
        ["user null", "member Mara"]
    );
    assert_eq!(
        list("user list --client globex"),
        ["member Mara", "member Ines"]
    );
    let ines = s.json("user list --client globex")[1].clone();
    assert_eq!(
        (&ines["member"], &ines["role"]),
        (&json!("ines"), &json!("member"))
    );
    assert_eq!(ines["party"], Value::Null);
}

#[test]
fn an_address_is_the_same_in_any_case_of_any_alphabet() {
    let s = Sandbox::acme();
    s.ok("user invite jö@acme.example --client acme");
    s.fails(
        "user invite JÖ@acme.example --client acme",
        4,
        "user.exists",
    );
    s.ok("user disable JÖ@ACME.example");
}

#[test]
fn who_is_no_contact_any_more_is_told_to_be_a_user_still() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example");
    s.ok("client contact add acme 'Kim Old' --email kim@acme.example");
    s.ok("user invite --client acme --contact 'Kim Old'");
    let remove = "`loggia user remove kim@acme.example --client acme`";
    s.ok("client contact edit acme 'Kim Old' --email kim@new.example")
        .tells(remove);
    let quiet = s.ok("client contact edit acme 'Kim Old' --phone '+49 30 123456'");
    assert!(!quiet.stderr.contains("still a user"), "{quiet}");
    s.ok("client contact remove acme 'Kim Old' --yes")
        .tells(remove);
    assert_eq!(s.json("user list")[0]["email"], "kim@acme.example");
    let silent = s.ok("client contact remove acme 'Jo Field' --yes");
    assert!(!silent.stderr.contains("still a user"), "{silent}");
}

#[test]
fn an_invitation_to_a_client_whose_console_is_off_says_how_to_switch_it_on() {
    let s = Sandbox::acme();
    let on = "loggia portal-settings set console=on --client acme";
    s.ok("user invite jo@acme.example --client acme").tells(on);
    s.ok("portal-settings set console=on --client acme");
    let again = s.ok("user reinvite jo@acme.example");
    assert!(!again.stderr.contains(on), "{again}");
}
