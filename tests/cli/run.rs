//! `loggia run`: what is due by itself is done once, in order, whatever fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::sandbox::{LOGGIA, Outcome, Sandbox, missing_keys};

/// The pieces of work, each as `kind subject period state reference`.
fn told(run: &Value) -> Vec<String> {
    let jobs = run["jobs"].as_array().unwrap().iter();
    jobs.map(|job| {
        let word = |key: &str| job[key].as_str().unwrap_or("-").to_owned();
        ["kind", "subject", "period", "state", "reference"]
            .map(word)
            .join(" ")
    })
    .collect()
}

fn invoices(s: &Sandbox) -> Vec<(String, String, String)> {
    let list = s.json("invoice list");
    let mut all: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|invoice| invoice["kind"] == "invoice")
        .map(|invoice| {
            let word = |key: &str| invoice[key].as_str().unwrap().to_owned();
            (word("number"), word("issue_date"), word("net"))
        })
        .collect();
    all.sort();
    all
}

fn invoice(number: &str, date: &str, net: &str) -> (String, String, String) {
    (number.to_owned(), date.to_owned(), net.to_owned())
}

#[test]
fn nothing_due_is_said_calmly() {
    let s = Sandbox::acme();
    s.ok("run").says("nothing is due");
    assert!(s.ok("run -q").stdout.is_empty());
    assert_eq!(s.json("run"), json!({"jobs": []}));
    s.ok("run --dry-run").says("nothing is due");
    s.loggia("run --only nonsense").exits(2);
}

#[test]
fn missed_dates_are_caught_up_on_one_by_one_and_once() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --on end --from 2026-11-30 --item '10 Hosting' --work");
    s.ok("time log acme/website 1h --date 2026-11-10");
    s.at("2027-02-03T12:00:00Z");
    s.ok("time log acme/website 2h --date 2027-01-10");
    let due = told(&s.json("run --dry-run --only schedule"));
    assert_eq!(
        due,
        [
            "schedule schedule-1 2026-11-30 due -",
            "schedule schedule-1 2026-12-31 due -",
            "schedule schedule-1 2027-01-31 due -",
        ]
    );
    assert!(invoices(&s).is_empty());
    let run = s.json("run --only schedule");
    let keys = "kind subject period state reference";
    assert_eq!(missing_keys(&run["jobs"][0], keys), Vec::<&str>::new());
    assert_eq!(
        told(&run)[2],
        "schedule schedule-1 2027-01-31 done 2027-0001"
    );
    assert_eq!(
        invoices(&s),
        [
            invoice("2026-0001", "2026-11-30", "105.00"),
            invoice("2026-0002", "2026-12-31", "10.00"),
            invoice("2027-0001", "2027-01-31", "200.00"),
        ]
    );
    let books = s.books();
    s.ok("run --only schedule").says("nothing is due");
    assert_eq!(s.books(), books);
    // Items alone are for the days up to the next date.
    let period = &s.json("invoice show 2026-0002")["period"];
    assert_eq!(period, &json!({"from": "2026-12-31", "to": "2027-01-30"}));
    s.is_sound();
}

#[test]
fn catching_up_in_parts_gives_the_invoices_of_all_at_once() {
    let fill = |s: &mut Sandbox| {
        s.at("2026-01-01T12:00:00Z");
        s.ok("client add Globex");
        s.ok("invoice schedule add acme --every month --from 2026-01-31 --item '10 Hosting'");
        s.ok("invoice schedule add globex --every '2 weeks' --from 2026-01-05 --item '7 Care'");
        s.ok("retainer add globex --hours 5 --fee 300 --from 2026-01-01");
    };
    let mut whole = Sandbox::acme();
    fill(&mut whole);
    whole.at("2026-05-20T12:00:00Z");
    whole.ok("run -q --only schedule --only retainer-fee");
    let mut parts = Sandbox::acme();
    fill(&mut parts);
    for day in ["01-20", "02-01", "02-02", "03-31", "04-27", "05-20"] {
        parts.at(&format!("2026-{day}T12:00:00Z"));
        parts.ok("run -q --only schedule --only retainer-fee");
    }
    assert_eq!(invoices(&whole), invoices(&parts));
    assert_eq!(invoices(&whole).len(), 4 + 10 + 5);
}

#[test]
fn where_a_later_invoice_stands_the_date_moves_and_the_period_stays() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
    s.at("2027-01-20T12:00:00Z");
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme 2027-01");
    s.ok("run -q --only schedule");
    for (number, from) in [("2027-0002", "2026-12-01"), ("2027-0003", "2027-01-01")] {
        let shown = s.json(&format!("invoice show {number}"));
        assert_eq!(shown["issue_date"], "2027-01-20");
        assert_eq!(shown["period"]["from"], from);
    }
    s.ok("invoice verify");
}

#[test]
fn a_date_without_anything_to_bill_is_done_with() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --work");
    s.at("2026-12-05T12:00:00Z");
    assert_eq!(
        told(&s.json("run --only schedule")),
        ["schedule schedule-1 2026-12-01 nothing -"]
    );
    // Hours that are logged late are on the next one.
    s.ok("time log acme/website 1h --date 2026-11-30");
    s.ok("run --only schedule").says("nothing is due");
    s.at("2027-01-01T12:00:00Z");
    s.ok("run -q --only schedule");
    assert_eq!(invoices(&s), [invoice("2027-0001", "2027-01-01", "95.00")]);
}

#[test]
fn a_failure_is_named_the_rest_is_done_and_the_next_run_goes_on() {
    let mut s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("project add globex Shop");
    s.ok("rate remove 1 --yes");
    for client in ["acme", "globex"] {
        s.ok(&format!(
            "invoice schedule add {client} --every month --from 2026-12-01 --item '10 Hosting' --work"
        ));
    }
    s.ok("time log acme/website 1h");
    s.at("2027-01-05T12:00:00Z");
    let outcome = s.loggia("run --only schedule").exits(6);
    assert!(outcome.stderr.contains("no rate"), "{outcome}");
    // Of acme, neither date: they are billed in order.
    assert_eq!(invoices(&s).len(), 2);
    let run = s.loggia("run --only schedule --json").exits(6).json();
    assert_eq!(told(&run), ["schedule schedule-1 2026-12-01 failed -"]);
    assert!(run["jobs"][0]["message"].as_str().unwrap().contains("rate"));
    s.ok("rate set 80 --client acme");
    s.ok("run --only schedule");
    assert_eq!(invoices(&s).len(), 4);
    s.ok("invoice verify");
}

#[test]
fn what_waits_for_approval_is_looked_at_again() {
    let mut s = Sandbox::acme();
    s.ok("settings set invoice.approved-only=on");
    s.ok("invoice schedule add acme --every month --from 2026-12-01");
    s.ok("time log acme/website 1h");
    s.at("2026-12-02T12:00:00Z");
    let waits = "schedule schedule-1 2026-12-01 waiting -";
    assert_eq!(told(&s.json("run --only schedule")), [waits]);
    s.ok("time submit all");
    s.ok("time approve all");
    assert_eq!(
        told(&s.json("run --only schedule")),
        ["schedule schedule-1 2026-12-01 done 2026-0001"]
    );
}

#[test]
fn drafts_stay_drafts_and_one_that_is_deleted_is_not_made_again() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting' --draft --terms-days 30");
    s.at("2026-12-02T12:00:00Z");
    let draft = s.ok("run -q --only schedule").reference().to_owned();
    let shown = s.json(&format!("invoice show {draft}"));
    assert_eq!(shown["state"], "draft");
    assert_eq!(shown["due_date"], "2026-12-31");
    s.ok(&format!("invoice delete {draft} --yes"));
    s.is_sound();
    s.ok("run --only schedule")
        .tells("--again schedule/schedule-1/2026-12-01");
    s.ok("run --only schedule").says("nothing is due");
    s.ok("run --again schedule/schedule-1/2026-12-01");
    assert_eq!(s.json("invoice list").as_array().unwrap().len(), 1);
}

#[test]
fn a_job_that_made_a_draft_can_be_undone() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting' --draft");
    s.at("2026-12-02T12:00:00Z");
    let before = s.books();
    s.ok("run -q --only schedule");
    s.ok("undo");
    assert_eq!(s.books(), before);
    s.ok("run --only schedule").says("1 done");
}

#[test]
fn what_was_voided_is_made_again_only_when_asked() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
    s.ok("retainer add acme --hours 5 --fee 300 --from 2026-12-01");
    s.at("2026-12-02T12:00:00Z");
    s.ok("run -q");
    s.ok("invoice void 2026-0001 --yes");
    s.ok("invoice void 2026-0002 --yes");
    let run = s.json("run");
    let states: Vec<_> = told(&run);
    assert_eq!(
        states,
        [
            "schedule schedule-1 2026-12-01 taken-back 2026-0001",
            "retainer-fee retainer-1 2026-12-01..2026-12-31 taken-back 2026-0002",
        ]
    );
    s.ok("run").says("nothing is due");
    for job in run["jobs"].as_array().unwrap() {
        let key = job["key"].as_str().unwrap();
        s.ok(&format!("run --again {key}"));
        s.fails(&format!("run --again {key}"), 4, "run.stands");
    }
    assert_eq!(invoices(&s).len(), 4);
    s.ok("run").says("nothing is due");
    s.fails(
        "run --again schedule/schedule-1/2027-01-01",
        4,
        "run.not_done",
    );
    s.fails("run --again nonsense", 2, "input.job");
    s.ok("invoice verify");
}

#[test]
fn fees_and_overage_are_billed_once_by_hand_or_by_run() {
    let mut s = Sandbox::acme();
    s.at("2026-10-01T12:00:00Z");
    s.ok("retainer add acme --hours 2 --fee 500 --from 2026-10-01");
    s.ok("run -q --only retainer-fee --only overage");
    assert_eq!(invoices(&s), [invoice("2026-0001", "2026-10-01", "500.00")]);
    s.ok("time log acme/website 5h --date 2026-10-01");
    s.at("2026-11-05T12:00:00Z");
    // By hand: what is beyond October. The rest by run.
    s.ok("invoice create acme 2026-10");
    assert_eq!(
        told(&s.json("run --only retainer-fee --only overage")),
        ["retainer-fee retainer-1 2026-11-01..2026-11-30 done 2026-0003"]
    );
    // Logged late for a month that is billed: it draws from the next, of which three hours are beyond then.
    s.ok("time log acme/website 1h --date 2026-10-30");
    s.ok("run --only overage").says("nothing is due");
    s.ok("time log acme/website 4h --date 2026-11-04");
    s.at("2026-12-05T12:00:00Z");
    let beyond = told(&s.json("run --only overage"));
    assert_eq!(
        beyond,
        ["overage retainer-1 2026-11-01..2026-11-30 done 2026-0004"]
    );
    assert_eq!(invoices(&s)[3].2, "285.00");
    // What run billed is closed, too.
    s.ok("time log acme/website 1h --date 2026-11-30");
    s.ok("run --only overage").says("nothing is due");
    s.ok("invoice verify");
    s.is_sound();
}

#[test]
fn a_fee_that_was_voided_by_hand_is_not_made_again_unasked() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 2 --fee 500 --from 2026-11-01");
    s.ok("invoice create acme 2026-11");
    s.ok("invoice void 2026-0001 --yes");
    for line in [
        "run --dry-run --only retainer-fee",
        "run --only retainer-fee",
    ] {
        assert_eq!(
            told(&s.json(line)),
            ["retainer-fee retainer-1 2026-11-01..2026-11-30 taken-back 2026-0001"]
        );
    }
    s.ok("run --only retainer-fee").says("nothing is due");
    s.ok("run --again retainer-fee/retainer-1/2026-11-01..2026-11-30");
    assert_eq!(invoices(&s).len(), 2);
}

#[test]
fn an_archived_client_is_left_out_for_good() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
    s.ok("client archive acme");
    s.at("2026-12-05T12:00:00Z");
    assert_eq!(
        told(&s.json("run --only schedule")),
        ["schedule schedule-1 2026-12-01 skipped -"]
    );
    s.ok("client restore acme");
    s.ok("run --only schedule").says("nothing is due");
    s.at("2027-01-01T12:00:00Z");
    s.ok("run -q --only schedule");
    assert_eq!(invoices(&s).len(), 1);
}

#[test]
fn what_was_billed_elsewhere_is_marked() {
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 2 --fee 500 --from 2026-09-01");
    s.fails("run --mark-done", 2, "usage.confirm");
    s.ok("run --only retainer-fee --as-of 2026-10-31 --mark-done --yes");
    assert_eq!(
        told(&s.json("run --only retainer-fee")),
        ["retainer-fee retainer-1 2026-11-01..2026-11-30 done 2026-0001"]
    );
    // Nor does an invoice by hand bill it.
    s.fails("invoice create acme 2026-10", 4, "invoice.nothing_to_bill");
}

#[test]
fn a_late_fee_is_an_invoice_of_its_own() {
    let mut s = Sandbox::acme();
    s.ok("time log acme/website 10h");
    s.ok("invoice create acme");
    s.ok("settings set late-fee=1.5%");
    s.ok("time log acme/website 10h --date 2026-11-19");
    s.ok("invoice create acme");
    s.ok("settings set late-fee.after-days=10");
    // Due on 4 December, with a fee on the 14th and each month after that while it is open.
    s.at("2027-01-20T12:00:00Z");
    s.ok("invoice pay 2026-0001 1130.50 --date 2027-01-10");
    s.ok("run -q --only late-fee");
    assert_eq!(
        invoices(&s)[2..],
        [
            invoice("2026-0003", "2026-12-14", "16.96"),
            invoice("2026-0004", "2026-12-14", "16.96"),
            invoice("2027-0001", "2027-01-14", "16.96"),
        ]
    );
    let fee = s.json("invoice show 2026-0003");
    assert_eq!(fee["tax"][0]["category"], "O");
    assert_eq!(fee["total"], "16.96");
    s.ok("run --only late-fee").says("nothing is due");
    // A fee that is late has none itself, unless that is set.
    s.at("2027-02-13T12:00:00Z");
    s.ok("run --only late-fee").says("nothing is due");
    s.ok("settings set late-fee.on-fees=on");
    s.ok("run --only late-fee").says("done");
    s.ok("invoice verify");
    // Who voids an invoice hears of the fees that were charged for it, while they stand.
    s.ok("invoice void 2026-0003 --yes");
    s.ok("invoice void 2026-0002 --yes")
        .tells("2027-0001")
        .tells("loggia invoice void 2027-0001");
}

#[test]
fn what_was_agreed_before_there_were_late_fees_has_none() {
    let mut s = Sandbox::acme();
    s.ok("time log acme/website 10h");
    s.ok("invoice create acme");
    s.at("2026-11-21T12:00:00Z");
    s.ok("settings set late-fee=40");
    s.at("2027-03-01T12:00:00Z");
    s.ok("run --only late-fee").says("nothing is due");
    s.ok("settings set late-fee.from=2026-01-01");
    s.ok("run -q --only late-fee");
    assert_eq!(invoices(&s)[1], invoice("2026-0002", "2026-12-18", "40.00"));
}

#[test]
fn an_alert_is_told_once() {
    let mut s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    s.at("2026-12-10T12:00:00Z");
    let outcome = s.ok("run --only alert -q");
    assert!(
        outcome.stderr.contains("2026-0001 is 6 days overdue"),
        "{outcome}"
    );
    s.at("2026-12-11T12:00:00Z");
    s.ok("run --only alert").says("nothing is due");
    s.ok("alerts").says("2026-0001");
}

#[test]
fn files_are_exported_once_a_week() {
    let mut s = Sandbox::acme();
    let folder = s.path("out");
    s.fails("settings set export.folder=out", 2, "input.setting");
    s.ok(&format!(
        "settings set export.folder={} export.formats=csv,xlsx,json,hledger export.every=week",
        folder.display()
    ));
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    // A file stands where the folder would be made.
    std::fs::write(&folder, "in the way").unwrap();
    s.loggia("run --only export").exits(6).tells("invoices.csv");
    std::fs::remove_file(&folder).unwrap();
    let run = told(&s.json("run --only export"));
    assert_eq!(run.len(), 4);
    assert!(run[0].starts_with("export invoices.xlsx 2026-W47 done "));
    let names: BTreeSet<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected = [
        "books.journal",
        "invoices.csv",
        "invoices.json",
        "invoices.xlsx",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    let json: Value =
        serde_json::from_slice(&std::fs::read(folder.join("invoices.json")).unwrap()).unwrap();
    assert_eq!(json[0]["total"], "113.05");
    s.ok("run --only export").says("nothing is due");
    s.at("2026-11-23T12:00:00Z");
    assert_eq!(
        s.json("run --only export")["jobs"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn a_portal_that_is_away_fails_and_invoices_are_made() {
    let mut s = Sandbox::acme();
    s.env("LOGGIA_PORTAL_URL", "http://127.0.0.1:9");
    s.env("LOGGIA_PORTAL_TOKEN", "nonsense");
    s.ok("retainer add acme --hours 2 --fee 500 --from 2026-11-01");
    let run = s.loggia("run --json").exits(6).json();
    let told = told(&run);
    assert!(told[0].ends_with("done 2026-0001"), "{told:?}");
    assert!(
        told.last()
            .unwrap()
            .starts_with("sync portal 2026-11-20 failed"),
        "{told:?}"
    );
}

#[test]
fn two_runs_at_once_do_the_work_once() {
    let mut s = Sandbox::acme();
    s.ok("invoice schedule add acme --every week --from 2026-11-23 --item '10 Hosting'");
    s.at("2027-01-20T12:00:00Z");
    let made: usize = std::thread::scope(|scope| {
        let s = &s;
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(move || s.json("run --only schedule")))
            .collect();
        let runs = runs.into_iter().map(|run| run.join().unwrap());
        runs.map(|run| run["jobs"].as_array().unwrap().len()).sum()
    });
    assert_eq!(made, 9);
    assert_eq!(invoices(&s).len(), 9);
    s.ok("invoice verify");
    s.is_sound();
}

/// The lines of the README, as they stand there.
#[cfg(unix)]
#[test]
fn the_lines_for_cron_and_systemd_work() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let s = Sandbox::acme();
    s.ok("retainer add acme --hours 2 --fee 500 --from 2026-11-01");
    std::fs::create_dir_all(s.path(".cargo/bin")).unwrap();
    std::os::unix::fs::symlink(LOGGIA, s.path(".cargo/bin/loggia")).unwrap();
    let shell = |mark: &str| {
        let line = readme.lines().find_map(|line| line.strip_prefix(mark));
        let line = line.unwrap_or_else(|| panic!("`{mark}` is not in the README"));
        // systemd's word for the home.
        let line = line.replace("%h/", "$HOME/");
        Outcome::of(s.program("/bin/sh").args(["-c", &line])).exits(0)
    };
    assert_eq!(shell("15 6 * * *").reference(), "2026-0001");
    assert_eq!(shell("ExecStart=").stdout, "");
    assert!(
        readme.contains("OnCalendar=")
            && readme.contains("systemctl --user enable --now loggia.timer")
    );
}

#[test]
fn reminders_are_queued_once_and_the_outbox_is_sent() {
    let mut s = Sandbox::acme();
    s.ok("client edit acme --email billing@acme.example");
    s.ok("settings set email=me@studio.example reminder-days=7");
    s.ok("time log acme/website 2h --date 2026-11-02");
    s.ok("invoice create acme");
    s.at("2026-12-20T12:00:00Z");
    assert_eq!(
        told(&s.json("run --dry-run --only reminder")),
        ["reminder 2026-0001 7 due -"]
    );
    assert_eq!(
        told(&s.json("run --only reminder")),
        ["reminder 2026-0001 7 done -"]
    );
    // There is no way for it to go.
    s.loggia("run --only mail").exits(6).tells("mail server");
    s.ok("settings set mail-folder=outbox");
    s.ok("run --only mail");
    assert_eq!(
        s.json("mail list --state sent").as_array().unwrap().len(),
        1
    );
    s.ok("run --only reminder --only mail")
        .says("nothing is due");
    s.is_sound();
}

#[test]
fn what_a_run_issues_is_mailed_if_that_is_set() {
    let mut s = Sandbox::acme();
    s.ok("settings set email=me@studio.example mail-folder=outbox mail-invoices=on");
    s.ok("client add 'Beta Ltd' --email bills@beta.example");
    s.ok("client add 'Gamma Ltd' --email bills@gamma.example");
    s.ok("notify set invoice-issued=off --client gamma-ltd");
    for client in ["acme", "beta-ltd", "gamma-ltd"] {
        s.ok(&format!(
            "invoice schedule add {client} --every month --from 2026-12-01 --item '40 Hosting'"
        ));
    }
    s.at("2026-12-01T12:00:00Z");
    // One client has no address: its invoice is made, and that it went nowhere is told.
    let run = s.loggia("run --json").exits(6).json();
    let told = told(&run);
    let count = |word: &str| told.iter().filter(|job| job.starts_with(word)).count();
    assert_eq!(count("schedule"), 3, "{told:?}");
    assert_eq!(
        told.iter()
            .filter(|job| job.starts_with("mail") && job.contains("failed"))
            .count(),
        1,
        "{told:?}"
    );
    let sent = s.json("mail list --state sent");
    let sent = sent.as_array().unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["client"], "beta-ltd");
    let number = sent[0]["invoice"].as_str().unwrap().to_owned();
    assert_eq!(s.json(&format!("invoice show {number}"))["state"], "sent");
    s.ok("run").says("nothing is due");
    // By hand it goes as ever, once there is an address.
    s.ok("client edit acme --email billing@acme.example");
    let acme = s.json("invoice list --client acme")[0]["number"].clone();
    s.ok(&format!("invoice send {}", acme.as_str().unwrap()));
    s.is_sound();
}
