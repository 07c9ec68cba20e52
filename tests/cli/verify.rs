//! `invoice verify`: what it proves, and that it finds what was done to a store behind the program's back.

use serde_json::json;

use crate::sandbox::Sandbox;

/// Three invoices of a client, the second paid, the third void.
fn three() -> Sandbox {
    let s = Sandbox::acme();
    for (number, hours) in [(1, "2h"), (2, "90m"), (3, "45m")] {
        s.ok(&format!("time log acme/website {hours} work"));
        let invoice = s.json("invoice create acme");
        assert_eq!(invoice["number"], format!("2026-{number:04}"));
    }
    s.ok("invoice pay 2026-0002 50");
    s.ok("invoice void 2026-0003 --yes");
    s
}

#[test]
fn an_empty_store_and_a_sound_one_are_proven() {
    let s = Sandbox::studio();
    s.ok("invoice verify").says("proven: 0 invoices");
    let s = three();
    s.ok("time log acme/website 15m open");
    s.ok("invoice create acme --draft");
    let proof = s.json("invoice verify");
    assert_eq!(
        (&proof["ok"], &proof["invoices"], &proof["credit_notes"]),
        (&json!(true), &json!(3), &json!(1))
    );
    assert_eq!(proof["findings"], json!([]));
    assert_eq!(proof["entries"], 4);
    assert_eq!(proof["files"], 4);
    assert_eq!(
        proof["series"][0],
        json!({"kind": "invoice", "counter": "2026", "numbers": 3, "first": "2026-0001", "last": "2026-0003"})
    );
    s.ok("invoice verify --quiet").says("ok");
    s.is_sound();
}

#[test]
fn what_was_done_behind_the_programs_back_is_found() {
    // what was done, the invariant, and what is said of it
    for (sql, check, found) in [
        (
            "UPDATE invoice SET sequence = 9, number = '2026-0009' WHERE number = '2026-0002'",
            "numbers",
            "number 2 of the invoices of 2026 is missing",
        ),
        (
            "UPDATE invoice SET issue_date = '2027-01-01' WHERE number = '2026-0001'",
            "numbers",
            "2026-0002 is dated 2026-11-20, before 2026-0001 of 2027-01-01",
        ),
        (
            "UPDATE invoice SET number = '2026-0033' WHERE number = '2026-0003'",
            "numbers",
            "2026-0003 was given to the document that is 2026-0033 now",
        ),
        (
            "UPDATE invoice SET total = total + 1 WHERE number = '2026-0001'",
            "totals",
            "the lines of 2026-0001 no longer give its total",
        ),
        (
            "UPDATE invoice_line SET net = net + 1 WHERE invoice_id = 1",
            "totals",
            "line 1 of 2026-0001 is not quantity times price",
        ),
        (
            "UPDATE invoice_line SET tax_category = 'AE' WHERE invoice_id = 1",
            "totals",
            "line 1 of 2026-0001 has tax in category AE",
        ),
        (
            "UPDATE file SET bytes = x'00' WHERE sha256 = (SELECT document_sha256 FROM invoice WHERE number = '2026-0001')",
            "documents",
            "the document of 2026-0001 is not the one that was issued",
        ),
        (
            "DELETE FROM file WHERE sha256 = (SELECT document_sha256 FROM invoice WHERE kind = 'credit-note')",
            "documents",
            "is not the one that was issued",
        ),
        (
            "UPDATE invoice SET corrects = NULL WHERE kind = 'credit-note'",
            "credits",
            "takes back no invoice",
        ),
        (
            "UPDATE invoice SET state = 'void' WHERE number = '2026-0001'",
            "credits",
            "2026-0001 is void without a credit note",
        ),
        (
            "DROP INDEX billed_once; UPDATE billed SET entry_id = 1 WHERE entry_id = 2",
            "billed-once",
            "entry 1 is on two invoices",
        ),
        (
            "UPDATE entry SET invoice_id = NULL WHERE id = 2",
            "billed-once",
            "entry 2 is billed and open",
        ),
    ] {
        let s = three();
        s.sqlite().execute_batch(sql).unwrap();
        let outcome = s.loggia("invoice verify --json").exits(1);
        let proof = outcome.json();
        assert_eq!(proof["ok"], false);
        let findings = proof["findings"].as_array().unwrap();
        let is = |finding: &serde_json::Value| {
            finding["check"] == check && finding["message"].as_str().unwrap().contains(found)
        };
        assert!(findings.iter().any(is), "{sql}: {proof:#}");
        s.loggia("invoice verify").exits(1).says(found);
        // `check` asks for the same.
        s.loggia("check").exits(1).says(found);
    }
}

#[test]
fn the_log_knows_a_last_number_that_is_gone() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    s.sqlite()
        .execute_batch(
            "PRAGMA foreign_keys = OFF; UPDATE entry SET invoice_id = NULL; DELETE FROM billed; DELETE FROM invoice_line; DELETE FROM invoice",
        )
        .unwrap();
    s.loggia("invoice verify")
        .exits(1)
        .says("2026-0001 was given, and its document is gone");
}
