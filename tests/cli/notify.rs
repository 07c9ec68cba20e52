//! Who is told of what.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn of(shown: &Value, key: &str) -> Value {
    let keys = shown["keys"].as_array().unwrap();
    keys.iter().find(|row| row["key"] == key).unwrap().clone()
}

#[test]
fn a_client_s_value_stands_before_the_global_one_and_both_before_the_default() {
    let s = Sandbox::acme();
    let shown = s.json("notify show");
    let summary = of(&shown, "weekly-summary");
    assert_eq!(
        (&summary["value"], &summary["origin"]),
        (&json!("off"), &json!("default"))
    );
    assert_eq!(summary["recipients"], Value::Null);
    s.ok("notify set weekly-summary=owner");
    s.ok("notify set weekly-summary='jo@acme.example, kim@acme.example' --client acme");
    let own = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(own["origin"], "client");
    assert_eq!(
        own["recipients"],
        json!(["jo@acme.example", "kim@acme.example"])
    );
    s.ok("notify unset weekly-summary --client acme");
    let global = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(
        (&global["value"], &global["origin"]),
        (&json!("owner"), &json!("global"))
    );
    assert_eq!(global["recipients"], json!([]), "no owner has an address");
    s.ok("member edit mara --email mara@studio.example");
    let told = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(told["recipients"], json!(["mara@studio.example"]));
}

#[test]
fn what_is_no_event_or_no_value_is_refused_and_nothing_kept() {
    let s = Sandbox::acme();
    let books = s.books();
    for line in [
        "notify set weather=on",
        "notify set weekly-summary=everybody",
        "notify set weekly-summary=both comment-reply=jo@nowhere",
        "notify set weekly-summary=",
        "notify unset weather",
    ] {
        s.fails(line, 2, "input.setting");
    }
    s.fails(
        "notify set weekly-summary=both --client nobody",
        3,
        "client.not_found",
    );
    assert_eq!(s.books(), books);
    s.ok("notify set weekly-summary=both");
    s.ok("undo");
    assert_eq!(s.books(), books);
}

#[test]
fn it_is_told_why_nobody_is_told_and_of_what_mail_goes_out() {
    let s = Sandbox::acme();
    let why_of = |s: &Sandbox, event: &str| {
        of(&s.json("notify show --client acme"), event)["nobody"].clone()
    };
    let why = |s: &Sandbox| why_of(s, "weekly-summary");
    // Mail about money goes to whoever pays, user or not.
    let missing = why_of(&s, "invoice-issued").to_string();
    assert!(missing.contains("has a mail address"), "{missing}");
    s.ok("client edit acme --email office@acme.example");
    let issued = of(&s.json("notify show --client acme"), "invoice-issued");
    assert_eq!(issued["recipients"], json!(["office@acme.example"]));
    assert_eq!(issued["nobody"], Value::Null);
    s.ok("notify set weekly-summary=client --client acme");
    assert_eq!(why(&s), "client: it has no user");
    s.ok("user invite jo@acme.example --client acme");
    assert_eq!(
        why(&s),
        "client: no user has accepted the invitation and is let in"
    );
    s.ok("notify set weekly-summary=jo@acme.example --client acme")
        .tells("nothing is sent yet");
    assert_eq!(why(&s), Value::Null);
    s.ok("notify show --client acme")
        .tells("smtp-host=HOST")
        .says("neither an owner nor the business has a mail address");
}

/// Monday morning after a week in which two clients were worked for; the owner has an address, and mail goes into a folder.
fn monday() -> Sandbox {
    let mut s = Sandbox::acme();
    s.ok("project add acme Shop --budget 10h");
    s.ok("client add Beta --slug beta");
    s.ok("project add beta App --budget 20h");
    s.ok("time log acme/shop 7h30m 'Layout CANARY-words' --internal CANARY-note --date 2026-11-18");
    s.ok("time log beta/app 4h --date 2026-11-19");
    s.at("2026-11-23T06:15:00Z");
    way(&s);
    s
}

fn way(s: &Sandbox) {
    let folder = s.path("mails");
    s.ok("settings set email=mara@studio.example");
    s.ok(&format!("settings set mail-folder={}", folder.display()));
}

/// The mails that went out: to whom, subject, body.
fn mails(s: &Sandbox) -> Vec<(String, String, String)> {
    let list = s.json("mail list --all");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array()
        .unwrap()
        .iter()
        .map(|mail| {
            assert_eq!(
                (&mail["kind"], &mail["state"]),
                (&json!("notice"), &json!("sent"))
            );
            let to = mail["to"].as_array().unwrap();
            assert_eq!(to.len(), 1, "one reader a mail");
            (text(&to[0]), text(&mail["subject"]), text(&mail["body"]))
        })
        .collect()
}

/// The notices of a run.
fn notices(run: &Value) -> Vec<String> {
    let jobs = run["jobs"].as_array().unwrap().iter();
    jobs.filter(|job| job["kind"] == "notice")
        .map(|job| {
            let word = |key: &str| job[key].as_str().unwrap().to_owned();
            ["subject", "period", "state"].map(word).join(" ")
        })
        .collect()
}

#[test]
fn a_threshold_is_mailed_once_whatever_runs_and_is_taken_back() {
    let s = monday();
    let due = ["budget-threshold/acme/mara@studio.example shop 75% due"];
    assert_eq!(notices(&s.json("run --dry-run")), due);
    assert_eq!(notices(&s.json("run --only alert")), Vec::<String>::new());
    let done = ["budget-threshold/acme/mara@studio.example shop 75% done"];
    assert_eq!(notices(&s.json("run")), done);
    for _ in 0..2 {
        assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    }
    let sent = mails(&s);
    let [(to, subject, body)] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert_eq!(to, "mara@studio.example");
    assert_eq!(subject, "Acme GmbH: 75% of the budget is used: Shop");
    for part in [
        "7.50\u{a0}h of 10.00\u{a0}h",
        "$ loggia project show acme/shop",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    // More work that is taken back again: the higher threshold is told, and the lower one not after it.
    s.ok("time log acme/shop 2h --date 2026-11-20");
    assert_eq!(notices(&s.json("run")).len(), 1);
    s.ok("time delete @1 --yes");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    s.ok("time log acme/shop 2h --date 2026-11-20");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    // Another budget is another thing.
    s.ok("project edit acme/shop --budget 12h");
    assert_eq!(notices(&s.json("run")).len(), 1);
    assert_eq!(mails(&s).len(), 3);
    s.is_sound();
}

#[test]
fn several_notices_of_one_person_are_one_mail_in_two_forms() {
    let s = monday();
    s.ok("notify set weekly-summary=owner");
    s.ok("retainer add acme --hours 8 --per month --fee 800 --from 2026-11-01");
    let run = s.json("run");
    assert_eq!(notices(&run).len(), 4, "{run:#}");
    let jobs = run["jobs"].as_array().unwrap();
    let mut references: Vec<_> = jobs.iter().filter(|job| job["kind"] == "notice").collect();
    references.dedup_by_key(|job| job["reference"].clone());
    assert_eq!(references.len(), 1, "{run:#}");
    let sent = mails(&s);
    let [(_, subject, body)] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert!(subject.ends_with("and 3 more"), "{subject}");
    for part in [
        "Acme GmbH\n=========",
        "Beta\n====",
        "The week 16 – 22 November 2026",
        "Little is left of the retainer",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    // About two clients, it is of none in particular.
    assert_eq!(s.json("mail list --all")[0]["client"], Value::Null);
    s.ok("mail list --all").says("several");
    let files: Vec<_> = std::fs::read_dir(s.path("mails")).unwrap().collect();
    assert_eq!(files.len(), 1);
    let file = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    for part in [
        "multipart/alternative",
        "text/html",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(file.contains(part), "{part}: {file}");
    }
}

#[test]
fn a_week_is_told_once_in_the_client_s_language_with_what_the_settings_show() {
    let mut s = monday();
    s.ok("notify set budget-threshold=off");
    s.ok("client edit acme --language de");
    s.ok("notify set weekly-summary=jo@acme.example --client acme");
    s.ok("portal-settings set budget=off");
    s.ok("run");
    s.ok("run");
    let sent = mails(&s);
    let [(to, subject, body)] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert_eq!(to, "jo@acme.example");
    assert_eq!(
        subject,
        "Studio Nord: die Woche vom 16. – 22. November 2026"
    );
    for part in [
        "Guten Tag,",
        "Stunden",
        "7,50\u{a0}h",
        "antworten Sie einfach",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    for hidden in ["CANARY", "Budget", "95", "EUR", "€", "Beta"] {
        assert!(!body.contains(hidden), "{hidden}: {body}");
    }
    let file = std::fs::read_dir(s.path("mails")).unwrap().next().unwrap();
    let file = std::fs::read_to_string(file.unwrap().path()).unwrap();
    assert!(
        file.contains("List-Unsubscribe: <mailto:mara@studio.example?"),
        "{file}"
    );
    // A week without work is told to nobody.
    s.at("2026-11-30T06:15:00Z");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    // A week that nobody looked at is not told late.
    s.ok("time log acme/website 1h --date 2026-11-30");
    s.at("2026-12-14T06:15:00Z");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
}

#[test]
fn without_a_way_notices_wait_and_that_is_told_once_a_month() {
    let mut s = Sandbox::acme();
    s.ok("project add acme Shop --budget 10h");
    s.ok("time log acme/shop 8h --date 2026-11-18");
    s.ok("run").tells("alert");
    s.ok("settings set email=mara@studio.example");
    let quiet = s.ok("run -q --only notice");
    assert!(quiet.stderr.contains("mail-folder=FOLDER"), "{quiet}");
    let again = s.ok("run -q --only notice");
    assert!(again.stderr.is_empty(), "{again}");
    s.at("2026-12-01T06:15:00Z");
    s.ok("run -q --only notice").tells("notices that wait");
    assert_eq!(notices(&s.json("run --dry-run")).len(), 1);
    way(&s);
    s.ok("run");
    assert_eq!(mails(&s).len(), 1);
}

#[test]
fn what_is_marked_as_done_is_not_told() {
    let s = monday();
    let run = s.json("run --only notice --mark-done --yes");
    assert_eq!(
        notices(&run),
        ["budget-threshold/acme/mara@studio.example shop 75% marked"]
    );
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    assert_eq!(mails(&s).len(), 0);
}

#[test]
fn a_notice_that_has_not_gone_out_can_be_taken_back_and_one_that_has_cannot() {
    let s = monday();
    s.ok("run --only notice");
    assert_eq!(s.json("mail list").as_array().unwrap().len(), 1);
    s.ok("undo");
    assert_eq!(s.json("mail list").as_array().unwrap().len(), 0);
    s.ok("run");
    assert_eq!(mails(&s).len(), 1);
    s.loggia("undo").exits(4);
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
}

#[test]
fn a_backup_that_is_restored_sends_nothing_again() {
    let s = monday();
    s.ok("backup old.db");
    s.ok("run");
    assert_eq!(mails(&s).len(), 1);
    s.ok("restore old.db --yes");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    assert_eq!(mails(&s).len(), 0, "the outbox is the one of the backup");
    s.is_sound();
}

#[test]
fn what_is_made_after_a_restore_is_told_whatever_was_told_of_something_that_is_lost() {
    let s = monday();
    s.ok("notify set invoice-issued=jo@acme.example --client acme");
    s.ok("portal-settings set console=on --client acme");
    s.ok("backup old.db");
    let threshold = |project: &str| {
        s.ok(&format!("project add beta {project} --budget 10h"));
        s.ok(&format!(
            "time log beta/{} 8h --date 2026-11-20",
            project.to_lowercase()
        ));
        s.ok("invoice create acme --date 2026-11-23");
        notices(&s.json("run"))
    };
    let told = threshold("Site");
    let site = "budget-threshold/beta/mara@studio.example site 75% done".to_owned();
    let shop = "budget-threshold/acme/mara@studio.example shop 75% done".to_owned();
    let invoice = "invoice-issued/acme/jo@acme.example 2026-0001 done".to_owned();
    for one in [&site, &shop, &invoice] {
        assert!(told.contains(one), "{told:?}");
    }
    s.fails("restore old.db --yes", 4, "restore.loses_documents");
    s.ok("restore old.db --yes --lose-documents");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    // The next rows are those of what was lost; the project of the backup is the one of before.
    let told = threshold("Other");
    let other = site.replace("site", "other");
    for one in [&other, &invoice] {
        assert!(told.contains(one), "{told:?}");
    }
    assert!(!told.contains(&shop), "{told:?}");
    s.is_sound();
}

#[test]
fn two_runs_at_once_tell_each_thing_once() {
    let s = monday();
    s.ok("notify set weekly-summary=owner");
    let start = || s.command(&["run", "-q"]).spawn().unwrap();
    let runs: Vec<_> = (0..4).map(|_| start()).collect();
    for mut run in runs {
        run.wait().unwrap();
    }
    s.ok("run");
    let subjects: Vec<_> = mails(&s)
        .into_iter()
        .map(|(_, subject, _)| subject)
        .collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    assert!(subjects[0].ends_with("and 2 more"), "{subjects:?}");
}

#[test]
fn somebody_who_does_not_want_it_is_not_told() {
    let s = monday();
    s.ok("notify set budget-threshold=off");
    s.ok("notify set weekly-summary=jo@acme.example,kim@acme.example --client acme");
    s.fails("notify mute nobody@acme.example", 3, "notify.not_told");
    s.fails("notify mute jo@acme.example weather", 2, "input.setting");
    s.fails(
        "notify mute jo@acme.example invoice-reminder",
        2,
        "input.setting",
    );
    s.fails(
        "notify mute jo@acme.example question-asked",
        2,
        "input.setting",
    );
    s.fails("notify set question-asked=both", 2, "input.setting");
    s.fails("notify mute jo", 2, "input.text");
    let muted = s.json("notify mute JO@acme.example weekly-summary");
    assert_eq!(
        muted,
        json!([{"client": "acme", "email": "JO@acme.example", "muted": ["weekly-summary"], "unsubscribed": []}])
    );
    s.ok("notify mute jo@acme.example weekly-summary")
        .tells("that is so already");
    let shown = of(&s.json("notify show --client acme"), "weekly-summary");
    assert_eq!(shown["recipients"], json!(["kim@acme.example"]));
    assert_eq!(shown["muted"], json!(["jo@acme.example"]));
    s.ok("notify show --client acme")
        .says("(not to jo@acme.example: muted by you)");
    s.ok("client history acme --kind notification")
        .says("wants no mail about weekly-summary");
    s.ok("run");
    let readers: Vec<_> = mails(&s).into_iter().map(|(to, ..)| to).collect();
    assert_eq!(readers, ["kim@acme.example"]);
    // What was written before and has not gone out is not sent any more.
    s.ok("time log acme/shop 1h --date 2026-11-25");
    let mut s = s;
    s.at("2026-11-30T06:15:00Z");
    s.ok("run --only notice");
    s.ok("notify mute kim@acme.example");
    s.ok("run").tells("not sent, the reason for it is gone");
    let last = s.json("mail list --state discarded");
    assert_eq!(
        (&last[0]["to"], last.as_array().unwrap().len()),
        (&json!(["kim@acme.example"]), 1)
    );
    s.fails("mail retry 2", 4, "mail.untold");
    s.ok("notify unmute jo@acme.example");
    s.ok("client history acme --kind notification")
        .says("wants to be told everything again");
    // Nobody was told of it, so it is news.
    let told = ["weekly-summary/acme/jo@acme.example 2026-11-23 done"];
    assert_eq!(notices(&s.json("run")), told);
}

#[test]
fn a_notice_that_waits_is_not_sent_to_who_is_told_no_more() {
    for change in [
        "notify set weekly-summary=owner --client acme",
        "notify set weekly-summary=kim@acme.example --client acme",
        "client archive acme --yes",
    ] {
        let s = monday();
        s.ok("notify set budget-threshold=off");
        s.ok("notify set weekly-summary=jo@acme.example --client acme");
        s.ok("run --only notice");
        s.ok(change);
        s.ok("run --only mail");
        let waits = s.json("mail list --all");
        assert_eq!(waits[0]["state"], "discarded", "{change}: {waits:#}");
    }
}

#[test]
fn the_alert_at_the_prompt_and_the_mail_tell_of_the_same_thresholds() {
    let s = monday();
    let told = |s: &Sandbox| {
        let run = s.json("run");
        let of = |kind: &str| {
            let jobs = run["jobs"].as_array().unwrap().iter();
            let about = jobs.filter(|job| {
                let subject = job["subject"].as_str().unwrap();
                job["kind"] == kind && subject.starts_with("budget") && subject.contains("acme")
            });
            about
                .filter(|job| !job["subject"].as_str().unwrap().starts_with("budget-pace"))
                .count()
        };
        (of("alert"), of("notice"))
    };
    assert_eq!(told(&s), (1, 1));
    for (change, expected) in [
        ("time log acme/shop 2h --date 2026-11-20", 1),
        ("time delete @1 --yes", 0),
        ("time log acme/shop 2h --date 2026-11-20", 0),
        ("project edit acme/shop --budget 12h", 1),
        ("project edit acme/shop --budget 10h", 0),
        ("project edit acme/shop --budget 8h", 1),
    ] {
        s.ok(change);
        assert_eq!(told(&s), (expected, expected), "{change}");
        assert_eq!(told(&s), (0, 0), "{change}");
    }
}

#[test]
fn two_retainers_of_a_client_are_told_apart() {
    let s = monday();
    s.ok("notify set budget-threshold=off retainer-low=off");
    s.ok("notify set weekly-summary=jo@acme.example retainer-low=jo@acme.example --client acme");
    s.ok("retainer add acme --hours 8 --per month --fee 800 --from 2026-11-01 --project acme/shop");
    s.ok("run");
    let alone = mails(&s).remove(0).2;
    assert!(!alone.contains("a month"), "{alone}");
    s.ok("retainer add acme --hours 4 --per quarter --fee 400 --from 2026-10-01 --to 2027-03-31 --project acme/website");
    s.ok("time log acme/website 4h --date 2026-11-19");
    s.ok("run");
    let (_, subject, body) = mails(&s).pop().unwrap();
    let name = "4.00\u{a0}h a quarter, since 1 October 2026 until 31 March 2027";
    assert_eq!(
        subject,
        format!(
            "Studio Nord: little is left of the retainer ({})",
            name.replace('\u{a0}', " ")
        )
    );
    assert!(
        body.contains(&format!("Little is left of the retainer ({name})\n---")),
        "{body}"
    );
    s.ok("client edit acme --language de");
    let shown = s.json("notify test weekly-summary --client acme --show");
    let body = shown["body"].as_str().unwrap();
    for line in [
        "8,00\u{a0}h pro Monat, seit 1. November 2026: 0,50\u{a0}h von 8,00\u{a0}h sind",
        "4,00\u{a0}h pro Quartal, seit 1. Oktober 2026 bis 31. März 2027: 0,00\u{a0}h von",
    ] {
        assert!(body.contains(line), "{line}: {body}");
    }
    // The owner knows them by their projects.
    s.ok("notify set retainer-low=owner weekly-summary=off --client acme");
    s.ok("run");
    let (_, _, body) = mails(&s).pop().unwrap();
    for project in ["(acme/shop)", "(acme/website)"] {
        assert!(body.contains(project), "{project}: {body}");
    }
}

/// The only mail that waits, or went out.
fn only_mail(s: &Sandbox) -> Value {
    let list = s.json("mail list --all");
    let mails = list.as_array().unwrap();
    assert_eq!(mails.len(), 1, "{list:#}");
    mails[0].clone()
}

/// The latest operation of a command.
fn operation(s: &Sandbox, command: &str) -> i64 {
    let history = s.json("history");
    let mut all = history.as_array().unwrap().iter();
    let found = all.find(|one| one["command"].as_str().unwrap().contains(command));
    let found = found.unwrap_or_else(|| panic!("no `{command}` in {history:#}"));
    found["operation"].as_i64().unwrap()
}

#[test]
fn what_was_hidden_or_undone_since_it_was_written_is_not_sent() {
    let invoice: &[&str] = &["invoice create acme 2026-11"];
    let retainer: &[&str] =
        &["retainer add acme --hours 8 --per month --fee 800 --from 2026-11-01"];
    for (event, before, change) in [
        (
            "invoice-issued",
            invoice,
            "portal-settings set invoices=off --client acme",
        ),
        ("invoice-issued", invoice, "invoice void 2026-0001 --yes"),
        (
            "retainer-low",
            retainer,
            "portal-settings set retainer=off --client acme",
        ),
        ("retainer-low", retainer, "portal-settings set retainer=off"),
        ("retainer-low", retainer, "undo: retainer add"),
        (
            "budget-threshold",
            &[],
            "portal-settings set budget=off --client acme",
        ),
        ("budget-threshold", &[], "project close acme/shop"),
        (
            "budget-threshold",
            &["project edit acme/shop --budget 8h"],
            "undo: project edit",
        ),
        ("weekly-summary", &[], "undo: time log acme/shop"),
    ] {
        let s = monday();
        s.ok("notify set budget-threshold=off retainer-low=off invoice-issued=off");
        s.ok(&format!("notify set {event}=jo@acme.example --client acme"));
        before.iter().for_each(|line| drop(s.ok(line)));
        s.ok("run --only notice");
        assert_eq!(only_mail(&s)["state"], "queued", "{event} {change}");
        match change.strip_prefix("undo: ") {
            Some(command) => s.ok(&format!("undo {}", operation(&s, command))),
            None => s.ok(change),
        };
        s.ok("run --only mail").tells("the reason for it is gone");
        let mail = only_mail(&s);
        assert_eq!(mail["state"], "discarded", "{change}: {mail:#}");
        assert!(!s.path("mails").exists(), "{change}");
        s.fails("mail retry 1", 4, "mail.untold");
        s.is_sound();
    }
}

#[test]
fn a_mail_of_several_notices_goes_without_those_that_were_hidden_and_they_are_told_when_shown_again()
 {
    let s = monday();
    s.ok("notify set budget-threshold=off");
    s.ok("notify set weekly-summary=jo@acme.example retainer-low=jo@acme.example --client acme");
    s.ok("retainer add acme --hours 8 --per month --fee 800 --from 2026-11-01");
    s.ok("run --only notice");
    let written = only_mail(&s);
    let body = |mail: &Value| mail["body"].as_str().unwrap().to_owned();
    assert!(body(&written).contains("retainer") && body(&written).contains("Budgets"));
    s.ok("portal-settings set retainer=off budget=off timesheets=off --client acme");
    s.ok("run --only mail");
    let sent = only_mail(&s);
    assert_eq!(sent["message_id"], written["message_id"]);
    assert_eq!(sent["state"], "sent");
    assert_eq!(
        sent["subject"],
        "Studio Nord: the week 16 – 22 November 2026"
    );
    for hidden in ["retainer", "Budget", "10.00", "Shop"] {
        assert!(!body(&sent).contains(hidden), "{hidden}: {}", body(&sent));
    }
    assert!(body(&sent).contains("7.50\u{a0}h"), "{}", body(&sent));
    let file = std::fs::read_dir(s.path("mails")).unwrap().next().unwrap();
    let file = std::fs::read_to_string(file.unwrap().path()).unwrap();
    assert!(!file.contains("retainer"), "{file}");
    assert_eq!(notices(&s.json("run")), Vec::<String>::new());
    s.ok("portal-settings unset retainer --client acme");
    assert_eq!(
        notices(&s.json("run")),
        ["retainer-low/acme/jo@acme.example 2026-11-01 done"]
    );
    s.is_sound();
}

#[test]
fn a_mail_about_several_clients_goes_without_one_that_was_deleted() {
    for both in [false, true] {
        let s = monday();
        s.ok("notify set weekly-summary=owner budget-threshold=off");
        s.ok("run --only notice");
        assert!(only_mail(&s)["body"].as_str().unwrap().contains("Beta"));
        s.ok("client delete beta --yes");
        if both {
            s.ok("client delete acme --yes");
            s.ok("run");
            assert_eq!(s.json("mail list --all"), json!([]));
        } else {
            s.ok("run --only mail");
            let sent = only_mail(&s);
            assert_eq!(
                (&sent["state"], &sent["client"]),
                (&json!("sent"), &json!("acme"))
            );
            assert!(!sent["body"].as_str().unwrap().contains("Beta"), "{sent:#}");
        }
        s.is_sound();
    }
}

#[test]
fn what_waits_tells_the_figures_of_the_day_on_which_it_goes() {
    let mut s = monday();
    s.ok("invoice create acme 2026-11");
    s.ok("notify set invoice-issued=jo@acme.example");
    s.ok("run --only notice");
    s.ok("time log acme/shop 2h --date 2026-11-23");
    // What was news when it was written is not too late because the mail had to wait for a way.
    s.at("2026-12-05T06:15:00Z");
    s.ok("run --only mail");
    let sent = mails(&s);
    assert_eq!(sent.len(), 2, "{sent:?}");
    let subjects: Vec<&str> = sent
        .iter()
        .map(|(_, subject, _)| subject.as_str())
        .collect();
    assert!(
        subjects.contains(&"Acme GmbH: 90% of the budget is used: Shop"),
        "{subjects:?}"
    );
    assert!(
        subjects.contains(&"Studio Nord: invoice 2026-0001"),
        "{subjects:?}"
    );
    assert_eq!(notices(&s.json("run --only notice")), Vec::<String>::new());
}

#[test]
fn a_test_shows_what_would_be_written_and_counts_for_nothing() {
    let s = monday();
    let shown = s.json("notify test budget-threshold --show");
    assert_eq!(shown["to"], json!(["mara@studio.example"]));
    assert!(
        shown["body"]
            .as_str()
            .unwrap()
            .contains("7.50\u{a0}h of 10.00\u{a0}h"),
        "{shown}"
    );
    s.ok("project edit acme/shop --budget 25h");
    let shown = s.json("notify test budget-threshold --show");
    let subject = shown["subject"].as_str().unwrap();
    assert!(subject.contains("30%"), "{shown}");
    s.ok("undo --yes");
    let books = s.books();
    for event in [
        "invoice-issued",
        "retainer-low",
        "weekly-summary",
        "comment-reply",
        "question-asked",
    ] {
        let line = format!("notify test {event} --show --client acme");
        assert!(
            s.json(&line)["subject"].as_str().unwrap().contains(": "),
            "{event}"
        );
    }
    s.fails("notify test invoice-reminder --show", 2, "input.setting");
    s.fails("notify test weather", 2, "input.setting");
    s.fails(
        "notify test weekly-summary --client nobody",
        3,
        "client.not_found",
    );
    assert_eq!(s.books(), books);
    s.ok("notify test weekly-summary --client beta --to kim@else.example")
        .tells("with the figures of beta");
    let sent = mails(&s);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0, "kim@else.example");
    assert!(sent[0].2.contains("4.00\u{a0}h"), "{}", sent[0].2);
    assert_eq!(notices(&s.json("run")).len(), 1, "what is due stays due");
    let empty = Sandbox::studio();
    empty
        .ok("notify test weekly-summary --show")
        .tells("a sample")
        .tells("settings set email=EMAIL")
        .says("you@example.com");
    let shown = empty.json("notify test question-asked --show --to kim@else.example");
    assert_eq!(shown["to"], json!(["kim@else.example"]));
    empty.fails("notify test weekly-summary", 4, "mail.no_sender");
    empty.ok("settings set email=mara@studio.example");
    empty
        .ok("notify test weekly-summary --show")
        .tells("a sample");
    empty.fails("notify test weekly-summary", 4, "mail.no_way");
}

#[cfg(feature = "peers")]
#[test]
fn over_a_mail_server_each_reader_gets_one_sound_mail_of_three_runs() {
    use crate::catcher::{Catcher, caught};

    let s = monday();
    let catcher = Catcher::open(&s, &[]);
    let port = &catcher.port;
    s.ok(&format!(
        "settings set smtp-host=127.0.0.1 smtp-port={port} smtp-tls=none"
    ));
    s.ok("client edit acme --language de --name 'Société Générale «Été»'");
    s.ok("notify set weekly-summary=jo@acme.example budget-threshold=owner --client acme");
    for _ in 0..3 {
        s.ok("run");
    }
    let mails = caught(&s);
    let readers: Vec<&Value> = mails.iter().map(|mail| &mail["recipients"]).collect();
    assert_eq!(
        readers,
        [&json!(["jo@acme.example"]), &json!(["mara@studio.example"])]
    );
    for mail in &mails {
        assert_eq!(mail["defects"], json!([]));
        assert_eq!(mail["headers"]["Auto-Submitted"], "auto-generated");
        let raw = mail["raw"].as_str().unwrap();
        assert!(raw.contains("multipart/alternative"), "{raw}");
        assert!(!raw.contains("CANARY"), "{raw}");
    }
    let jos = &mails[0];
    assert_eq!(
        jos["headers"]["Subject"],
        "Studio Nord: die Woche vom 16. – 22. November 2026"
    );
    assert_eq!(
        jos["headers"]["List-Unsubscribe"],
        "<mailto:mara@studio.example?subject=unsubscribe%20weekly-summary>"
    );
    assert!(
        jos["body"].as_str().unwrap().contains("7,50\u{a0}h"),
        "{jos}"
    );
    assert_eq!(
        mails[1]["headers"].get("List-Unsubscribe"),
        None,
        "the owner sets it"
    );
    assert!(
        mails[1]["body"]
            .as_str()
            .unwrap()
            .contains("$ loggia project show acme/shop")
    );
}
