//! Invoice numbers: patterns, counters, and that no number is left out.

use crate::sandbox::Sandbox;

fn issue(s: &Sandbox, date: &str) -> String {
    s.ok("time log acme/website 15m --date 2026-01-01");
    let line = format!("invoice create acme --quiet --date {date}");
    s.ok(&line).reference().to_owned()
}

#[test]
fn numbers_run_without_a_gap_whatever_fails_between() {
    let s = Sandbox::acme();
    assert_eq!(issue(&s, "2026-11-01"), "2026-0001");
    s.fails("invoice create acme", 4, "invoice.nothing_to_bill");
    s.ok("time log acme/website 15m");
    s.ok("invoice create acme --draft");
    s.ok("undo");
    s.ok("undo");
    s.fails("invoice show 2026-0002", 3, "invoice.not_found");
    assert_eq!(issue(&s, "2026-11-02"), "2026-0002");
    s.is_sound();
}

#[test]
fn a_counter_restarts_with_what_the_pattern_names() {
    let s = Sandbox::acme();
    s.ok("settings set invoice-number=R{YY}{MM}-{SEQ:2}");
    assert_eq!(issue(&s, "2026-10-01"), "R2610-01");
    assert_eq!(issue(&s, "2026-10-31"), "R2610-02");
    assert_eq!(issue(&s, "2026-11-01"), "R2611-01");
    s.ok("settings set invoice-number={CLIENT}/{SEQ:1}");
    let numbers: Vec<_> = (0..10).map(|_| issue(&s, "2026-11-20")).collect();
    assert_eq!(numbers[0], "acme/1");
    assert_eq!(numbers[9], "acme/10", "a wider counter is printed in full");
    s.is_sound();
}

#[test]
fn numbers_and_dates_run_the_same_way() {
    let s = Sandbox::acme();
    issue(&s, "2026-11-10");
    s.ok("time log acme/website 1h");
    let error = s.fails(
        "invoice create acme --date 2026-11-09",
        4,
        "invoice.backdated",
    );
    assert!(
        error["hint"].as_str().unwrap().contains("2026-11-10"),
        "{error}"
    );
    assert_eq!(issue(&s, "2026-11-10"), "2026-0002");
}

#[test]
fn a_pattern_without_its_counter_is_refused() {
    let s = Sandbox::studio();
    for pattern in ["R-{YYYY}", "R-{SEQ:4}-{NOPE}", "{SEQ", "", "{SEQ:4}{SEQ:4}"] {
        let outcome = s.run(&["settings", "set", &format!("invoice-number={pattern}")]);
        assert_eq!(outcome.status, Some(2), "{outcome}");
    }
}
