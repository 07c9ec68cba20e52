//! What the owner is told of what clients see.

use crate::sandbox::Sandbox;

#[test]
fn what_follows_is_told_with_the_command_that_closes_it() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 2h 'call with jo@acme.example'");
    // Nothing is published: that is said, and what would follow.
    s.ok("portal-settings explain acme")
        .tells("nothing of acme is published")
        .says("portal-settings set detail=weekly --client acme");
    s.ok("portal-settings set console=on --client acme");
    let codes = |told: &serde_json::Value| -> Vec<String> {
        let all = told["consequences"].as_array().unwrap().iter();
        all.map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = s.json("portal-settings explain acme");
    assert_eq!(told["published"], true);
    for code in ["rate", "pace", "addresses"] {
        assert!(codes(&told).contains(&code.to_owned()), "{code}: {told}");
    }
    // What is proposed works as it is written.
    let pace = told["consequences"].as_array().unwrap().iter();
    let pace = pace.clone().find(|one| one["code"] == "pace").unwrap();
    let command = pace["closes"][0].as_str().unwrap();
    s.ok(command.strip_prefix("loggia ").unwrap());
    assert!(!codes(&s.json("portal-settings explain acme")).contains(&"pace".to_owned()));
    s.fails("portal-settings explain nobody", 3, "client.not_found");
}
