//! Clients and their contacts.

use serde_json::{Value, json};

use crate::sandbox::{Outcome, Sandbox, missing_keys, words};

#[test]
fn a_client_keeps_what_is_said_of_it() {
    let s = Sandbox::studio();
    s.ok("client add 'Acme GmbH' --slug acme --email office@acme.example --phone '+49 40 123456' --website acme.example --currency USD \
          --address 'Hafen 1, Hamburg' --country DE --tax-id DE136695976 --notes 'pays late'")
        .says("Acme GmbH");
    let client = s.json("client show acme");
    let wanted =
        "slug name kind stage website phone email currency billing notes contacts archived";
    assert_eq!(
        missing_keys(&client, wanted),
        Vec::<&str>::new(),
        "{client:#}"
    );
    assert_eq!(client["name"], "Acme GmbH");
    assert_eq!(client["kind"], "company");
    assert_eq!(client["currency"], "USD");
    assert_eq!(client["notes"], "pays late");
    assert_eq!(client["billing"], "hourly");

    s.ok("client edit acme --email '' --name 'Acme AG'");
    let client = s.json("client show acme");
    assert_eq!(client["email"], Value::Null);
    assert_eq!(client["name"], "Acme AG");
    assert_eq!(client["notes"], "pays late", "what was not named stays");
}

#[test]
fn a_script_can_add_twice_with_if_missing() {
    let s = Sandbox::studio();
    for line in [
        "client add Acme --slug acme --if-missing",
        "client contact add acme 'Jo Field' --if-missing",
        "project add acme Website --if-missing",
        "project task add acme/website Design --if-missing",
        "member add Ines --if-missing",
        "retainer add acme --hours 20 --from 2026-11-01 --if-missing",
        "user invite jo@acme.example --client acme --if-missing",
    ] {
        s.ok(line);
        let books = s.books();
        let second = s.ok(&format!("{line} --json"));
        assert!(second.json().is_object(), "{second}");
        assert_eq!(s.books(), books, "{line}");
    }
}

#[test]
fn without_if_missing_what_is_there_is_refused() {
    let s = Sandbox::acme();
    for line in [
        "client add Other --slug acme",
        "project add acme Website",
        "member add Mara",
    ] {
        let error = s.fails(line, 4, "exists");
        assert!(
            error["hint"].as_str().unwrap().contains("--if-missing"),
            "{error}"
        );
    }
}

#[test]
fn there_is_one_point_of_contact_as_long_as_there_is_a_contact() {
    let s = Sandbox::acme();
    let primary = || -> Vec<Value> {
        let contacts = s.json("client contact list acme");
        let contacts = contacts.as_array().unwrap().clone();
        contacts
            .into_iter()
            .filter(|contact| contact["primary"] == true)
            .collect()
    };
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example --position Decider");
    s.ok("client contact add acme 'Kim Wood'");
    assert_eq!(primary()[0]["name"], "Jo Field");
    s.ok("client contact primary acme 'kim wood'");
    assert_eq!(primary().len(), 1);
    assert_eq!(primary()[0]["name"], "Kim Wood");
    s.fails("client contact remove acme 'Kim Wood'", 2, "usage.confirm");
    // Who speaks for the client next is the owner's to say.
    let error = s.fails(
        "client contact remove acme 'Kim Wood' --yes",
        4,
        "contact.primary",
    );
    assert_eq!(
        error["hint"],
        "loggia client contact primary acme 'Jo Field', then remove"
    );
    s.ok("client contact primary acme 'Jo Field'");
    s.ok("client contact remove acme 'Kim Wood' --yes");
    assert_eq!(primary().len(), 1);
    s.ok("client contact remove acme 'Jo Field' --yes");
    assert_eq!(primary().len(), 0);
    s.ok("client contact add acme 'Jo Field'");
    s.fails(
        "client contact edit acme Nobody --position Boss",
        3,
        "contact.not_found",
    );
    s.is_sound();
}

#[test]
fn an_archived_client_takes_nothing_new_and_keeps_what_it_has() {
    let s = Sandbox::acme();
    s.ok("time log acme/website 1h");
    s.ok("client archive acme");
    assert_eq!(s.json("client show acme")["archived"], true);
    assert_eq!(s.json("client list"), json!([]));
    assert_eq!(s.json("client list --all")[0]["slug"], "acme");
    let books = s.books();
    for line in [
        "project add acme Shop",
        "time log acme/website 1h",
        "time start acme/website",
        "retainer add acme --hours 20 --from 2026-11-01",
        "user invite jo@acme.example --client acme",
    ] {
        let error = s.fails(line, 4, "client.archived");
        assert!(
            error["hint"]
                .as_str()
                .unwrap()
                .starts_with("loggia client restore acme"),
            "{error}"
        );
    }
    assert_eq!(s.books(), books);
    assert_eq!(s.json("time list all").as_array().unwrap().len(), 1);

    s.ok("client archive acme");
    s.ok("client restore acme");
    s.fails("client restore acme", 4, "client.not_archived");
    s.ok("time log acme/website 1h");
}

#[test]
fn a_client_with_a_running_timer_is_not_archived() {
    let s = Sandbox::acme();
    s.ok("time start acme/website");
    s.fails("client archive acme", 4, "client.has_timer");
    s.ok("time cancel");
    s.ok("client archive acme");
}

#[test]
fn the_currency_is_fixed_once_there_is_an_invoice() {
    let s = Sandbox::acme();
    s.ok("client edit acme --currency USD");
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme --draft");
    s.fails("client edit acme --currency EUR", 4, "currency.fixed");
}

#[test]
fn a_short_name_and_a_tax_id_are_of_one_client() {
    let s = Sandbox::studio();
    s.ok("client add 'Acme GmbH' --slug acme --tax-id 'de 136 695 976'");
    assert_eq!(s.json("client show acme")["tax_id"], "DE136695976");
    s.ok("client add Beta --slug beta");
    let books = s.books();
    for (line, code, other) in [
        ("client add Gamma --slug acme", "exists", "Acme GmbH"),
        (
            "client add Gamma --tax-id DE136695976",
            "client.tax_id_taken",
            "`acme`",
        ),
        (
            "client edit beta --tax-id DE-136695976",
            "client.tax_id_taken",
            "`acme`",
        ),
        ("client edit beta --slug acme", "exists", "Acme GmbH"),
    ] {
        let error = s.fails(line, 4, code);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(other), "{message}");
    }
    assert_eq!(s.books(), books);
    s.ok("client edit acme --tax-id DE136695976");
    s.ok("client edit acme --tax-id ''");
    s.ok("client edit beta --tax-id DE136695976");
}

#[test]
fn what_does_not_read_is_refused_and_changes_nothing() {
    let s = Sandbox::acme();
    s.ok("client contact add acme Jo");
    let books = s.books();
    for line in [
        "client edit acme --tax-id DE12345",
        "client edit acme --tax-id ATU1",
        "client edit acme --country Atlantis",
        "client edit acme --email nobody",
        "client edit acme --website ftp://example.com",
        "client edit acme --phone 12",
        "client edit acme --currency XXQ",
        "client edit acme --field Source",
        "client edit acme --field =x",
        "client edit acme --tag 'a\u{202e}b'",
        "client edit acme --field 'Source=a\u{1b}[31m'",
        "client edit acme --field 'a\u{7}b=c'",
        "client edit acme --name 'a\u{2066}b'",
        "client contact add acme Kim --role boss",
        "client note acme 'a\u{1b}b'",
        "client log acme 'a\u{202e}b'",
        "client log acme hello --kind letter",
        "client log acme hello --date never",
        "client log acme ''",
        "client history acme never",
    ] {
        s.loggia(line).exits(2);
    }
    assert_eq!(s.books(), books);
}

#[test]
fn a_tax_id_that_looks_wrong_is_taken_with_a_warning() {
    let s = Sandbox::studio();
    s.ok("client add Acme --tax-id DE136695977 --country AT")
        .tells("is of DE, and the client is in AT")
        .tells("check digit");
    s.ok("client edit acme --tax-id '12/345/67890'");
    assert_eq!(s.json("client show acme")["tax_id"], "12/345/67890");
}

#[test]
fn a_client_has_tags_and_fields_of_the_owners() {
    let s = Sandbox::studio();
    s.ok("client add Acme --tag web --tag VIP --field Source=fair --field Rank=1");
    let client = s.json("client show acme");
    assert_eq!(client["tags"], json!(["VIP", "web"]));
    assert_eq!(client["fields"], json!({"Source": "fair", "Rank": "1"}));
    s.ok("client edit acme --tag vip --untag WEB --field 'source=a=b' --field Rank=");
    let client = s.json("client show acme");
    assert_eq!(client["tags"], json!(["VIP"]));
    assert_eq!(client["fields"], json!({"Source": "a=b"}));
    let books = s.books();
    s.ok("client edit acme --untag none --field None= --tag VIP");
    assert_eq!(s.books(), books);
    s.ok("undo");
    assert_eq!(s.json("client show acme")["fields"]["Rank"], "1");
    s.is_sound();
}

#[test]
fn a_company_that_becomes_an_individual_keeps_its_contacts() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field'");
    s.ok("client contact add acme 'Kim Wood'");
    s.ok("client edit acme --individual").tells(
        "its 2 contacts are kept, and Jo Field, the point of contact, speaks for the client",
    );
    let client = s.json("client show acme");
    assert_eq!(client["kind"], "individual");
    assert_eq!(client["contacts"].as_array().unwrap().len(), 2);
    s.ok("client edit acme --company");
    assert_eq!(s.json("client show acme")["kind"], "company");
}

#[test]
fn contacts_have_roles_and_lose_what_is_taken_away() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field' --email jo@acme.example --role decision");
    s.ok("client contact add acme 'Kim Wood' --phone '+49 40 12345' --role project --role billing --role billing");
    let kim = || s.json("client contact list acme")[1].clone();
    assert_eq!(kim()["roles"], json!(["billing", "project"]));
    s.ok("time log acme/website 1h");
    s.ok("invoice create acme --draft");
    let buyer: String = s
        .sqlite()
        .query_row("SELECT buyer FROM invoice", [], |row| row.get(0))
        .unwrap();
    let buyer: Value = serde_json::from_str(&buyer).unwrap();
    assert_eq!(buyer["attention"], "Kim Wood", "who is for billing");
    s.ok("client contact edit acme 'kim wood' --unrole project --role decision --phone ''");
    assert_eq!(kim()["roles"], json!(["billing", "decision"]));
    assert_eq!(kim()["phone"], Value::Null);
    s.fails(
        "client contact edit acme 'Kim Wood' --name 'jo field'",
        4,
        "exists",
    );
    s.is_sound();
}

#[test]
fn a_lead_becomes_a_client_once() {
    let s = Sandbox::studio();
    s.ok("client add Acme --lead");
    s.ok("client contact add acme Jo");
    s.ok("client log acme 'wants a website' --kind call");
    s.ok("client convert acme");
    let client = s.json("client show acme");
    assert_eq!(client["stage"], "active");
    assert_eq!(client["contacts"][0]["name"], "Jo");
    assert_eq!(client["last_contact"]["text"], "wants a website");
    let stages = s.json("client history acme --kind stage");
    assert_eq!(stages[1]["summary"], "lead → active");
    s.fails("client convert acme", 4, "client.not_a_lead");
    s.ok("client archive acme");
    let error = s.fails("client convert acme", 4, "client.not_a_lead");
    assert_eq!(error["hint"], "loggia client restore acme");
}

#[test]
fn the_notes_are_edited_alone() {
    let s = Sandbox::acme();
    let notes = || s.json("client show acme")["notes"].clone();
    s.ok("client note acme 'pays late'");
    assert_eq!(notes(), "pays late");
    let pipe = |line: &str, text: &[u8]| {
        std::fs::write(s.path("piped"), text).unwrap();
        let mut command = s.command(&crate::sandbox::words(line));
        command.stdin(std::fs::File::open(s.path("piped")).unwrap());
        Outcome::of(&mut command)
    };
    pipe("client note acme --append", b"and\r\nagain\n").exits(0);
    assert_eq!(notes(), "pays late\nand\nagain");
    pipe("client note acme -", b"all new").exits(0);
    assert_eq!(notes(), "all new");
    for bad in [&b""[..], b" \n", b"\xff\xfe", b"a\0b", b"a\x1b[2J"] {
        pipe("client note acme", bad).exits(2);
        pipe("client note acme -", bad).exits(2);
    }
    s.loggia("client note acme").exits(2);
    assert_eq!(notes(), "all new");
    s.ok("client note acme ''");
    assert_eq!(notes(), Value::Null);
}

#[test]
fn the_website_is_printed_for_scripts() {
    let s = Sandbox::studio();
    s.ok("client add Acme --website acme.example");
    assert_eq!(
        s.ok("client open acme --print").reference(),
        "https://acme.example"
    );
    s.ok("client add Beta");
    s.fails("client open beta --print", 4, "client.no_website");
}

#[test]
fn the_list_can_be_searched() {
    let s = Sandbox::studio();
    s.ok("client add 'Müller & Söhne' --notes 'prefers calls'");
    s.ok("client add Other --lead");
    let found = |line: &str| -> Vec<String> {
        let list = s.json(line);
        let slugs = list.as_array().unwrap().iter();
        slugs
            .map(|client| client["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found("client list --search CALLS"), ["mueller-soehne"]);
    assert_eq!(found("client list --stage lead"), ["other"]);
    assert_eq!(
        found("client list --search nothing-like-it"),
        Vec::<String>::new()
    );
}

#[test]
fn a_mail_address_that_contacts_share_names_none_of_them() {
    let s = Sandbox::acme();
    for name in ["Carl", "Bob"] {
        s.ok(&format!(
            "client contact add acme {name} --email o@acme.example"
        ));
    }
    let line = "client contact remove acme o@acme.example --yes";
    let error = s.fails(line, 2, "contact.ambiguous");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("Carl") && hint.contains("Bob"), "{hint}");
    s.ok("client contact remove acme Bob --yes");
    s.ok("client contact edit acme o@acme.example --position CTO");
}

#[test]
fn names_of_any_script_and_countries_by_name_are_taken() {
    let s = Sandbox::studio();
    s.ok("client add 東京 --country Germany");
    s.ok("client add 'Студия Север' --country UK");
    let found = |slug: &str| s.json(&format!("client show {slug}"))["country"].clone();
    assert_eq!(found("dong-jing"), "DE");
    assert_eq!(found("studiia-sever"), "GB");
    s.ok("client edit dong-jing --country 'The Netherlands'");
    assert_eq!(found("dong-jing"), "NL");
    s.fails("client add x --country Atlantis", 2, "input.text");
}

#[test]
fn what_nobody_sees_does_not_tell_names_apart() {
    let s = Sandbox::acme();
    s.ok("client add 'Ac\u{200b}me\u{ad} GmbH' --slug other")
        .tells("`acme` is a client of the same name");
    assert_eq!(s.json("client show other")["name"], "Acme GmbH");
    s.ok("client add Beta --slug beta");
    s.ok("client archive beta");
    s.ok("client add Beta --slug beta --if-missing")
        .tells("`loggia client restore beta`");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let s = Sandbox::acme();
    s.ok("client contact add acme 'Jo Field'");
    let books = s.books();
    for (line, code) in [
        ("client edit acme --tag Vip --untag vip", "usage.conflict"),
        (
            "client contact edit acme Jo --role billing --unrole billing",
            "usage.conflict",
        ),
        ("member edit mara --all-clients --client acme", "usage"),
        ("client list --format csv", "usage.format"),
        ("client list --format xlsx --output -", "usage.format"),
    ] {
        s.fails(line, 2, code);
    }
    assert_eq!(s.books(), books);
    let written = s.json("client list --format csv --output clients.csv");
    assert_eq!(written["rows"], 1);
}

#[test]
fn hints_name_what_the_command_can_do() {
    let s = Sandbox::acme();
    s.ok("client add Beta --slug beta");
    s.ok("member add Jonas");
    s.ok("client contact add acme Eve");
    s.ok("client contact add acme 'Jo Field'");
    for (line, exit, code, hint) in [
        (
            "client contact edit acme Jo --name eve",
            4,
            "exists",
            "choose another name",
        ),
        (
            "member edit jonas --slug mara",
            4,
            "exists",
            "choose another name",
        ),
        (
            "client edit beta --slug acme",
            4,
            "exists",
            "choose another name",
        ),
        (
            "client edit acme --rate 100",
            2,
            "usage.rate",
            "loggia rate set 100 --client acme",
        ),
        (
            "client contact export beta",
            4,
            "client.no_contacts",
            "loggia client contact add beta NAME",
        ),
        (
            "notify set retainer-lo=both",
            2,
            "input.setting",
            "did you mean `retainer-low`?",
        ),
    ] {
        assert_eq!(s.fails(line, exit, code)["hint"], hint, "{line}");
    }
    let keys = s.fails("notify set nope=both", 2, "input.setting")["hint"].clone();
    assert!(keys.as_str().unwrap().contains("invoice-issued"), "{keys}");
    let amount = s.fails("client add C --rate '90 EUR'", 2, "input.amount")["message"].clone();
    assert!(
        amount.as_str().unwrap().contains("without a currency"),
        "{amount}"
    );
}

#[test]
fn texts_and_files_come_by_a_pipe() {
    let s = Sandbox::acme();
    let piped = |line: &str, bytes: &[u8]| {
        std::fs::write(s.path("input"), bytes).unwrap();
        let mut command = s.command(&words(line));
        command.stdin(std::fs::File::open(s.path("input")).unwrap());
        Outcome::of(&mut command)
    };
    piped("client note acme", "\u{feff}pays late".as_bytes()).exits(0);
    assert_eq!(s.json("client show acme")["notes"], "pays late");
    piped("client log acme --kind call", b"wants an offer").exits(0);
    assert_eq!(
        s.json("client show acme")["last_contact"]["text"],
        "wants an offer"
    );
    piped("client import -", b"name\nGamma\n").exits(0);
    s.ok("client show gamma");
    let card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Kim\nEND:VCARD\n";
    piped("client contact import acme -", card).exits(0);
    piped("document add acme - --name offer.txt", b"an offer").exits(0);
    s.ok("document export acme offer.txt -o -").says("an offer");
    let nameless = piped("document add acme -", b"an offer").exits(2);
    assert!(nameless.stderr.contains("--name"), "{nameless}");
}
