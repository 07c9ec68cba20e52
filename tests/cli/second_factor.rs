//! What whoever runs a portal does for people who cannot come in, and the key beside the database.

use crate::sandbox::Sandbox;
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";
const OTHER: &str = "nine kettles under snow";

#[test]
fn a_link_sets_a_new_password_once() {
    let s = Sandbox::acme();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on");
    let invited = s.json("user invite jo@acme.example --client acme");
    s.ok("sync");
    let at = format!("--database {}", portal.database);
    let reset = format!("portal reset-link jo@acme.example --account studio {at}");
    let error = s.fails(&reset, 3, "user.not_found");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("loggia user reinvite")
    );
    let mut jo = Visitor::of(&portal.url);
    jo.accept(invited["link"].as_str().unwrap(), PASSWORD);
    let path = s.ok(&format!("{reset} --quiet")).stdout.trim().to_owned();
    assert!(path.starts_with("/reset/"), "{path}");
    assert_eq!(s.json(&reset)["path"].as_str().unwrap().len(), path.len());
    let form = jo.open(&path);
    let token = form.field("form_token");
    let fields = [
        ("form_token", token.as_str()),
        ("password", OTHER),
        ("repeat", OTHER),
    ];
    assert!(
        jo.send("/reset", &fields)
            .ok()
            .contains("Your password is set")
    );
    assert_eq!(jo.open(&path).status, 410);
    assert_eq!(jo.sign_in("jo@acme.example", PASSWORD).status, 403);
    jo.sign_in("jo@acme.example", OTHER).ok();
    s.fails(
        &format!("portal reset-link jo@acme.example --account other {at}"),
        3,
        "account.not_found",
    );
}

#[test]
fn factors_are_taken_away_after_a_word_only() {
    let s = Sandbox::acme();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    s.ok("portal-settings set console=on");
    s.ok("user invite jo@acme.example --client acme");
    s.ok("sync");
    let reset = format!(
        "portal reset-factors jo@acme.example --account studio --database {}",
        portal.database
    );
    s.fails(&reset, 2, "usage.confirm");
    assert_eq!(
        s.json(&format!("{reset} --yes"))["email"],
        "jo@acme.example"
    );
    let nobody = reset.replace("jo@", "nobody@");
    s.fails(&format!("{nobody} --yes"), 3, "user.not_found");
}

#[test]
fn the_key_lies_beside_the_database_and_only_its_owner_reads_it() {
    let s = Sandbox::studio();
    let first = s.portal();
    drop(first);
    let path = s.path("portal.db.key");
    let key = std::fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(s.portal());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), key, "it is kept");
    std::fs::write(&path, "rubbish").unwrap();
    let serve = format!(
        "portal serve --listen 127.0.0.1:0 --database sqlite:{}",
        s.path("portal.db").display()
    );
    let error = s.loggia(&serve).exits(1);
    assert!(error.stderr.contains("holds no key"), "{error}");
}
