//! `loggia demo`: the first thing a stranger runs.

use crate::sandbox::Sandbox;

#[test]
fn the_demo_does_the_main_job_and_holds_itself_to_it() {
    let s = Sandbox::empty();
    let folder = s.path("agency");
    let outcome = s
        .run(&["demo", "--no-serve", "--folder", folder.to_str().unwrap()])
        .exits(0);
    let outcome = outcome
        .says("$ loggia -q invoice create")
        .says("$ loggia sync")
        .says("all is well");
    assert!(outcome.stderr.is_empty(), "{outcome}");
    assert!(folder.join("books.db").is_file());
    assert!(folder.join("portal.db").is_file());
    let year = outcome.stdout.split("invoice pay ").nth(1).unwrap();
    let number = year.split_whitespace().next().unwrap();
    assert!(
        std::fs::read(folder.join(format!("{number}.pdf")))
            .unwrap()
            .starts_with(b"%PDF-")
    );
    assert!(!s.store().exists(), "the demo leaves your own books alone");

    // What it made is a store like any other.
    let store = folder.join("books.db");
    let check = s
        .run(&["check", "--json", "--store", store.to_str().unwrap()])
        .exits(0)
        .json();
    assert_eq!(check["ok"], true);
    s.run(&["demo", "--no-serve", "--folder", folder.to_str().unwrap()])
        .exits(2);
}
