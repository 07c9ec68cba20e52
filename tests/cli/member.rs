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
