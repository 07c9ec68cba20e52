//! The completions and the manual are checked in, and are what the program generates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

const SHELLS: [(&str, &str); 3] = [
    ("bash", "loggia.bash"),
    ("zsh", "_loggia"),
    ("fish", "loggia.fish"),
];

/// As in CONTRIBUTING.md.
const ANEW: &str = "\
    cargo run -- completions bash > completions/loggia.bash
    cargo run -- completions zsh  > completions/_loggia
    cargo run -- completions fish > completions/loggia.fish
    cargo run -- man man
";

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, std::fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn is_as_generated(folder: &str, generated: &BTreeMap<String, Vec<u8>>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let kept = files(&folder);
    let differs: Vec<_> = generated
        .keys()
        .chain(kept.keys())
        .filter(|name| generated.get(*name) != kept.get(*name))
        .collect();
    assert!(
        differs.is_empty(),
        "not as the program generates it: {differs:?} in {}; this writes it anew:\n\n{ANEW}",
        folder.display()
    );
}

#[test]
fn the_completions_are_those_of_this_program() {
    let s = Sandbox::empty();
    let script = |(shell, file): (&str, &str)| {
        let outcome = s.ok(&format!("completions {shell}"));
        assert!(outcome.stdout.contains("LOGGIA_COMPLETE"), "{outcome}");
        (file.to_owned(), outcome.bytes)
    };
    is_as_generated("completions", &SHELLS.into_iter().map(script).collect());
}

#[test]
fn the_manual_is_that_of_this_program() {
    let s = Sandbox::empty();
    s.ok("man pages");
    let pages = files(&s.path("pages"));
    assert!(
        pages.contains_key("loggia-time-log.1"),
        "{:?}",
        pages.keys()
    );
    is_as_generated("man", &pages);
}
