//! Undo: each kind of write, taken back, leaves the very books that were there before.

use crate::sandbox::Sandbox;

#[test]
fn every_kind_of_write_can_be_taken_back_and_brought_back() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field'");
    s.ok("client contact add acme 'Kim Wood'");
    s.ok("client add Lead --lead");
    s.ok("project task add acme/website Design");
    s.ok("member add Ines");
    s.ok("time log acme/website 1h first --tag web");
    s.ok("time log acme/website 9:00-10:00 second");
    s.ok("time log acme/website 1h --date 2026-10-01");
    s.ok("invoice create acme 2026-10");
    s.ok("invoice schedule add acme --every month --from 2026-12-01 --item '10 Hosting'");
    for line in [
        "settings set terms-days=30 address=Hafen",
        "settings unset name",
        "client add Globex --rate 80",
        "client edit acme --slug acme-ag --notes changed",
        "client edit acme --individual --tag vip --field Source=fair",
        "client note acme 'pays late'",
        "client log acme hello --kind call --contact 'Kim Wood' --share",
        "client convert lead",
        "client delete lead --yes",
        "client archive acme",
        "client contact add acme 'Lee' --primary",
        "client contact edit acme 'Jo Field' --phone 1234567",
        "client contact primary acme 'Kim Wood'",
        "client contact remove acme 'Kim Wood' --yes",
        "member add Otto --email otto@studio.example",
        "member edit ines --role Designer",
        "member archive ines",
        "project add acme Shop --budget 10h",
        "project close acme/website",
        "project task add acme/website Code --non-billable",
        "rate set 120 --client acme --from 2026-11-01",
        "time start acme/website timer",
        "time log acme/website 2h third",
        "time edit 1 --time 3h --note changed --tag print",
        "time delete 2 --yes",
        "time delete 1 2 --yes",
        "time split 2 9:30",
        "time split 1 20m --note rest",
        "time edit --where client=acme --where invoiced=no --set note=all --set tag+=bulk --yes",
        "time submit all",
        "time lock 2026-11-01",
        "time resume 1",
        "time start acme/website --internal private",
        "retainer add acme --hours 20 --fee 1800 --from 2026-11-01 --project acme/website",
        "invoice create acme 2026-11 --draft",
        "invoice pay 2026-0001 10 --date 2026-11-20",
        "invoice schedule add acme --every month --from 2026-12-01 --item '2 x 10 Hosting' --work",
        "invoice schedule edit schedule-1 --every week --item '5 Care' --draft",
        "invoice schedule skip schedule-1",
        "invoice schedule pause schedule-1",
        "invoice schedule end schedule-1 --on 2027-01-31",
        "user invite jo@acme.example --client acme",
        "portal-settings set console=on",
        "portal-settings set rates=shown --client acme",
    ] {
        let before = s.books();
        s.ok(line);
        let after = s.books();
        assert_ne!(before, after, "{line}");
        s.ok("undo");
        assert_eq!(s.books(), before, "undo of {line}");
        let undo = s.json("history --limit 1")[0]["operation"].clone();
        s.ok(&format!("undo {undo}"));
        assert_eq!(s.books(), after, "undo of the undo of {line}");
        let again = s.json("history --limit 1")[0]["operation"].clone();
        s.ok(&format!("undo {again}"));
        assert_eq!(s.books(), before, "undo of the undo of the undo of {line}");
        s.is_sound();
    }
}

#[test]
fn a_timer_that_was_stopped_or_cancelled_runs_again() {
    let mut s = Sandbox::acme();
    s.ok("time start acme/website work");
    let running = s.books();
    s.at("2026-11-20T14:00:00Z");
    for line in ["time stop", "time cancel", "time start acme/website other"] {
        s.ok(line);
        s.ok("undo");
        assert_eq!(s.books(), running, "{line}");
    }
    assert_eq!(s.json("time stop")["seconds"], 7200);
}

#[test]
fn an_import_is_taken_back_as_one() {
    let s = Sandbox::studio();
    let file = s.path("toggl.csv");
    std::fs::write(
        &file,
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n\
         Ines,ines@studio.example,Globex,App,Code,one,Yes,2026-11-02,09:00:00,2026-11-02,10:00:00,01:00:00,,\n\
         Ines,ines@studio.example,Globex,App,Code,two,No,2026-11-03,09:00:00,2026-11-03,10:30:00,01:30:00,web,\n",
    )
    .unwrap();
    let before = s.books();
    let imported = s.json(&format!(
        "time import toggl {} --create-missing",
        file.display()
    ));
    assert_eq!(imported["added"], 2);
    s.ok("undo");
    assert_eq!(s.books(), before);
}

#[test]
fn what_was_issued_or_is_void_stays() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme");
    let error = s.fails("undo", 4, "undo.refused");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("loggia invoice void 2026-0001"),
        "{error}"
    );
    s.ok("invoice void 2026-0001 --yes");
    s.fails("undo", 4, "undo.refused");
    s.is_sound();
}

#[test]
fn an_operation_is_not_taken_back_under_a_later_one() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h first");
    let logged = s.json("history --limit 1")[0]["operation"].clone();
    s.ok("time edit 1 --note changed");
    let before = s.books();
    s.fails(&format!("undo {logged}"), 4, "undo.refused");
    assert_eq!(s.books(), before);
    s.ok("undo");
    s.ok(&format!("undo {logged}"));
    s.fails(&format!("undo {logged}"), 4, "undo.refused");
    s.fails("undo 9999", 3, "operation.not_found");
}

#[test]
fn what_others_need_is_not_taken_away() {
    let s = Sandbox::studio();
    s.ok("client add Acme");
    let added = s.json("history --limit 1")[0]["operation"].clone();
    s.ok("project add acme Website");
    let before = s.books();
    s.fails(&format!("undo {added}"), 4, "undo.refused");
    assert_eq!(s.books(), before);
}

#[test]
fn the_history_tells_who_did_what_with_which_version() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("time log acme/website 1h 'a note'");
    let history = s.json("history --limit 2");
    assert_eq!(history[0]["command"], "time log acme/website 1h 'a note'");
    assert_eq!(history[0]["who"], "tester");
    assert_eq!(history[0]["program"], env!("CARGO_PKG_VERSION"));
    let key = history[0]["operation"].clone();
    let changes = s.json(&format!("history {key}"))["changes"].clone();
    assert_eq!(changes[0]["noun"], "entry");
    assert_eq!(changes[0]["before"], serde_json::Value::Null);
    assert_eq!(changes[0]["after"]["seconds"], 3600);
    let commands: Vec<_> = s
        .json("history --client globex")
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(commands[0]["command"], "client add Globex");
    assert!(
        commands
            .iter()
            .all(|operation| operation["command"] != history[0]["command"])
    );
}

/// Commands that stand on one another without touching the same rows; the one whose number is given cannot be taken back alone.
#[test]
fn an_undo_does_not_break_what_has_to_agree() {
    let stories: [(&[&str], &str); 6] = [
        (
            &["client contact add acme A", "client contact add acme B"],
            "client contact add acme A",
        ),
        (
            &[
                "member add Ines --access owner",
                "member edit mara --access manager",
            ],
            "member add Ines --access owner",
        ),
        (
            &[
                "client archive acme",
                "client restore acme",
                "time start acme/website",
            ],
            "client restore acme",
        ),
        (
            &[
                "client contact add acme A",
                "client contact add acme Bob",
                "client contact remove acme Bob --yes",
                "client contact add acme bob",
            ],
            "client contact remove acme Bob --yes",
        ),
        (
            &[
                "client edit acme --tax-id DE136695976",
                "client edit acme --tax-id ''",
                "client add Beta --tax-id DE136695976",
            ],
            "client edit acme --tax-id ''",
        ),
        (
            &[
                "client add Beta",
                "client delete beta --yes",
                "client add Beta",
            ],
            "client delete beta --yes",
        ),
    ];
    for (story, taken) in stories {
        let s = Sandbox::acme();
        for line in story {
            s.ok(line);
        }
        let history = s.json("history");
        let id = history
            .as_array()
            .unwrap()
            .iter()
            .find(|operation| operation["command"] == taken)
            .unwrap_or_else(|| panic!("{taken}: {history:#}"))["operation"]
            .clone();
        let before = s.books();
        s.fails(&format!("undo {id}"), 4, "undo.refused");
        assert_eq!(s.books(), before, "{taken}");
        s.is_sound();
    }
}
