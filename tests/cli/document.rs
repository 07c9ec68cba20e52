//! Documents of clients.

use crate::sandbox::Sandbox;

fn with_offer() -> Sandbox {
    let s = Sandbox::acme();
    std::fs::write(s.path("offer.pdf"), b"an offer").unwrap();
    s.ok("document add acme offer.pdf --kind proposal --date 2026-11-02");
    s
}

#[test]
fn a_document_is_kept_with_its_content() {
    let s = with_offer();
    let listed = s.json("document list acme");
    let keys = "client name kind date size sha256 shared";
    assert_eq!(
        crate::sandbox::missing_keys(&listed[0], keys),
        Vec::<&str>::new()
    );
    assert_eq!(listed[0]["kind"], "proposal");
    assert_eq!(listed[0]["size"], 8);
    assert_eq!(listed[0]["shared"], false);
    assert_eq!(
        s.ok("document export acme OFFER.pdf --output -").bytes,
        b"an offer"
    );
    // The file that is there is replaced only where it is the same, or after a word.
    s.ok("document export acme offer.pdf")
        .says("wrote offer.pdf");
    std::fs::write(s.path("offer.pdf"), b"edited").unwrap();
    s.fails("document export acme offer.pdf", 2, "usage.confirm");
    s.ok("document export acme offer.pdf --yes");
    assert_eq!(std::fs::read(s.path("offer.pdf")).unwrap(), b"an offer");
    s.ok("document list").says("proposal");
    s.is_sound();
}

#[test]
fn sharing_is_a_mark_and_removing_can_be_undone() {
    let s = with_offer();
    s.ok("document share acme offer.pdf").tells("shared");
    assert_eq!(s.json("document list")[0]["shared"], true);
    s.ok("document share acme offer.pdf")
        .tells("shared already");
    s.ok("document unshare acme offer.pdf")
        .tells("no longer shared");
    s.fails("document remove acme offer.pdf", 2, "usage.confirm");
    s.ok("document remove acme offer.pdf --yes");
    assert_eq!(s.json("document list"), serde_json::json!([]));
    s.ok("undo");
    assert_eq!(
        s.ok("document export acme offer.pdf --output -").bytes,
        b"an offer"
    );
    s.is_sound();
}

#[test]
fn a_name_is_a_name_alone_and_of_its_own() {
    let s = with_offer();
    s.fails("document add acme offer.pdf", 4, "exists");
    s.fails("document add acme offer.pdf --name OFFER.PDF", 4, "exists");
    let kept = s.json("document add acme offer.pdf --if-missing");
    assert_eq!(kept["date"], "2026-11-02");
    for name in ["../up", "a/b", "..", "a\u{202e}b", ""] {
        s.fails(
            &format!("document add acme offer.pdf --name '{name}'"),
            2,
            "input.text",
        );
    }
    std::fs::create_dir(s.path("folder")).unwrap();
    std::fs::write(s.path("folder/scan 12:30.pdf"), b"x").unwrap();
    s.ok("document add acme 'folder/scan 12:30.pdf'");
    let listed = s.json("document list acme");
    assert_eq!(listed[0]["name"], "scan 12_30.pdf");
    assert_eq!(listed[0]["date"], "2026-11-20");
}

#[test]
fn what_cannot_be_kept_is_refused_and_nothing_stored() {
    let s = with_offer();
    std::fs::write(s.path("empty.pdf"), b"").unwrap();
    std::fs::File::create(s.path("film.mov"))
        .unwrap()
        .set_len((25 << 20) + 1)
        .unwrap();
    std::fs::create_dir(s.path("folder")).unwrap();
    let before = s.books();
    for (line, exit, code) in [
        ("document add acme gone.pdf", 3, "file"),
        ("document add acme folder --name x", 1, "file"),
        ("document add acme empty.pdf", 4, "document.empty"),
        ("document add acme film.mov", 4, "document.too_large"),
        (
            "document add nobody offer.pdf --name x",
            3,
            "client.not_found",
        ),
        (
            "document add acme offer.pdf --name x --date someday",
            2,
            "input.date",
        ),
        ("document export acme ofer.pdf", 3, "document.not_found"),
        ("document share acme other", 3, "document.not_found"),
        ("document remove acme other --yes", 3, "document.not_found"),
    ] {
        s.fails(line, exit, code);
    }
    assert_eq!(s.books(), before);
    std::fs::File::create(s.path("most.bin"))
        .unwrap()
        .set_len(25 << 20)
        .unwrap();
    s.ok("document add acme most.bin");
}

#[cfg(unix)]
#[test]
fn opening_shows_a_private_copy_to_the_program_for_it() {
    use std::os::unix::fs::PermissionsExt;
    let mut s = with_offer();
    let program = s.path("bin/xdg-open");
    std::fs::create_dir(s.path("bin")).unwrap();
    std::fs::write(&program, "#!/bin/sh\necho \"$1\" > \"$HOME/opened\"\n").unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = s.path("bin").display().to_string();
    s.env("PATH", &path);
    s.ok("document open acme offer.pdf")
        .tells("do not come back");
    let opened = std::fs::read_to_string(s.path("opened")).unwrap();
    let opened = std::path::Path::new(opened.trim());
    assert_eq!(opened.file_name().unwrap(), "offer.pdf");
    assert_eq!(std::fs::read(opened).unwrap(), b"an offer");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(opened), mode(opened.parent().unwrap())),
        (0o600, 0o700)
    );
    s.env("PATH", "");
    s.fails("document open acme offer.pdf", 1, "open");
}

#[test]
fn a_set_up_script_finds_its_document_when_the_file_is_gone() {
    let s = Sandbox::acme();
    std::fs::write(s.path("offer.pdf"), "offer").unwrap();
    s.ok("document add acme offer.pdf --kind proposal --if-missing");
    std::fs::remove_file(s.path("offer.pdf")).unwrap();
    s.ok("document add acme offer.pdf --kind proposal --if-missing");
    s.fails(
        "document add acme other.pdf --kind proposal --if-missing",
        3,
        "file",
    );
}

#[test]
fn a_copy_that_was_not_opened_does_not_stay() {
    let mut s = Sandbox::acme();
    s.env("PATH", "/nowhere");
    std::fs::write(s.path("offer.pdf"), "offer").unwrap();
    s.ok("document add acme offer.pdf --kind proposal");
    s.fails("document open acme offer.pdf", 1, "open");
    let copies = std::fs::read_dir(s.path("")).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_str().unwrap().starts_with("loggia-copy-")
    });
    assert_eq!(copies.count(), 0);
}

#[test]
fn sharing_says_where_the_client_sees_it() {
    let s = with_offer();
    let told = "documents=on";
    s.ok("document share acme offer.pdf").tells(told);
    let kept = s.ok("document unshare acme offer.pdf");
    assert!(!kept.stderr.contains(told), "{kept}");
}

#[test]
fn a_document_is_renamed_and_described_anew() {
    let s = with_offer();
    std::fs::write(s.path("other.pdf"), b"another").unwrap();
    s.ok("document add acme other.pdf");
    s.ok("document edit acme offer.pdf --name contract.pdf --kind contract --date 2026-11-05");
    let edited = s.json("document edit acme CONTRACT.pdf --name Contract.pdf");
    assert_eq!(edited["name"], "Contract.pdf");
    assert_eq!(
        (&edited["kind"], &edited["date"]),
        (&"contract".into(), &"2026-11-05".into())
    );
    s.fails(
        "document edit acme other.pdf --name contract.pdf",
        4,
        "exists",
    );
    s.fails("document edit acme other.pdf --name NUL", 2, "input.text");
    s.fails(
        "document edit acme gone.pdf --kind other",
        3,
        "document.not_found",
    );
    s.ok("undo");
    assert_eq!(s.json("document list acme").as_array().unwrap().len(), 2);
    s.ok("document export acme contract.pdf -o -")
        .says("an offer");
    s.is_sound();
}
