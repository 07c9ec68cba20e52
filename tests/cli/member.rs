//! Members of the team.

use crate::sandbox::Sandbox;

#[test]
fn an_archived_member_keeps_its_time_and_takes_no_more() {
    let s = Sandbox::acme();
    s.ok("member add 'Ines Costa' --slug ines --email ines@studio.example --role Designer");
    s.ok("time log acme/website 1h --by ines");
    s.ok("member archive ines");
    assert_eq!(s.json("member list").as_array().unwrap().len(), 1);
    let error = s.fails("time log acme/website 1h --by ines", 4, "member.archived");
    assert_eq!(error["hint"], "loggia member edit ines --restore");
    assert_eq!(s.json("time list --member ines")[0]["member"], "ines");
    s.ok("member edit ines --restore");
    s.ok("time log acme/website 1h --by ines");
}

#[test]
fn time_is_logged_by_the_member_of_the_setting_or_by_name() {
    let s = Sandbox::acme();
    s.ok("member add 'Ines Costa' --slug ines");
    assert_eq!(s.json("time log acme/website 1h")["member"], "mara");
    assert_eq!(
        s.json("time log acme/website 1h --by 'ines costa'")["member"],
        "ines"
    );
    s.ok("settings set time.member=ines");
    assert_eq!(s.json("time log acme/website 1h")["member"], "ines");
}

#[test]
fn a_member_works_for_the_clients_that_are_named() {
    let s = Sandbox::acme();
    s.ok("client add Globex");
    s.ok("project add globex App");
    s.ok("member add Ines --client globex");
    let error = s.fails("time log acme/website 1h --by ines", 4, "member.elsewhere");
    assert_eq!(error["hint"], "loggia member edit ines --client acme");
    s.fails("time start acme/website --by ines", 4, "member.elsewhere");
    let shown = s.json("member edit ines --client acme --not-client globex");
    assert_eq!(shown["clients"], serde_json::json!(["acme"]));
    s.ok("time log acme/website 1h --by ines");
    s.fails("member edit ines --not-client acme", 4, "member.nowhere");
    s.fails("member edit mara --not-client acme", 4, "member.everywhere");
    s.fails("member edit ines --client nobody", 3, "client.not_found");
    s.ok("member edit ines --all-clients");
    s.ok("time log globex/app 1h --by ines");
    s.is_sound();
}

#[test]
fn a_team_keeps_an_owner() {
    let s = Sandbox::acme();
    assert_eq!(s.json("member show mara")["access"], "owner");
    s.ok("member add Ines");
    assert_eq!(s.json("member show ines")["access"], "member");
    for line in ["member archive mara", "member edit mara --access manager"] {
        let error = s.fails(line, 4, "member.last_owner");
        assert!(error["hint"].as_str().unwrap().contains("--access owner"));
    }
    s.ok("member edit ines --access owner");
    s.ok("member edit mara --access manager");
    s.ok("time start acme/website --by mara");
    s.fails("member archive mara", 4, "member.has_timer");
    s.ok("time cancel --by mara");
    s.ok("member archive mara");
}

#[test]
fn an_alias_is_what_clients_read() {
    let s = Sandbox::acme();
    s.ok("member edit mara --alias 'Studio Night'");
    s.ok("time log acme/website 1h --date yesterday");
    s.ok("portal-settings set console=on");
    let preview = s.json("portal-settings preview acme").to_string();
    assert!(
        preview.contains("Studio Night") && !preview.contains("Mara"),
        "{preview}"
    );
    assert_eq!(s.json("time list")[0]["member"], "mara");
    s.fails("member edit mara --alias 'a\u{202e}b'", 2, "input.text");
    let shown = s.json("member edit mara --alias ''");
    assert_eq!(shown["alias"], serde_json::Value::Null);
}

#[test]
fn a_short_name_comes_before_a_name() {
    let s = Sandbox::studio();
    s.ok("member add Tim --slug boss");
    s.ok("member add Other --slug tim");
    s.ok("member archive tim");
    assert_eq!(s.json("member show boss")["archived"], false);
    s.ok("member add Other --slug third");
    s.fails("member archive other", 2, "member.ambiguous");
}

#[test]
fn a_list_of_all_members_tells_who_is_archived() {
    let s = Sandbox::acme();
    s.ok("member add 'Ines Costa' --slug ines");
    let table = s.ok("member list --all");
    assert!(!table.stdout.contains("STATE"), "{table}");
    s.ok("member archive ines");
    s.ok("member list --all").says("STATE").says("archived");
}
