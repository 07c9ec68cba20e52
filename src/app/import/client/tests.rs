//! Imports of clients into a store of their own, one story each.

use std::fmt::Write as _;

use super::*;
use crate::app::client_list::{self, Row as Listed, Wanted};
use crate::app::{Error, Setting};
use crate::store::Store;

pub(super) struct Desk {
    pub(super) session: Session,
    _folder: tempfile::TempDir,
}

pub(super) const SKIP: Options = Options {
    dry_run: false,
    skip_bad: true,
    columns: Vec::new(),
};

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        let setting = Setting {
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            as_of: None,
            zone: chrono_tz::Tz::Europe__Berlin,
            who: "jo".to_owned(),
            command: "client import".to_owned(),
        };
        Self {
            session: Session::with(store, &setting).unwrap(),
            _folder: folder,
        }
    }

    pub(super) fn try_import(&mut self, file: &[u8], options: &Options) -> Result<Report> {
        clients(&mut self.session, file, options, &mut |_, _| {})
    }

    pub(super) fn import(&mut self, file: &str) -> Report {
        self.try_import(file.as_bytes(), &Options::default())
            .unwrap()
    }

    fn list(&self) -> Vec<Listed> {
        let wanted = Wanted {
            archived: true,
            columns: vec![client_list::Column::ExternalId],
            ..Wanted::default()
        };
        client_list::list(&self.session, &wanted).unwrap()
    }

    fn client(&self, slug: &str) -> Listed {
        let mut all = self.list();
        all.retain(|row| row.shown.client.slug.as_str() == slug);
        all.pop().unwrap()
    }

    pub(super) fn slugs(&self) -> Vec<String> {
        let slugs = self.list().into_iter();
        slugs.map(|row| row.shown.client.slug.to_string()).collect()
    }

    /// The name of each contact, the point of contact first.
    fn contacts(&self, slug: &str) -> Vec<String> {
        let contacts = self.client(slug).shown.contacts;
        contacts
            .iter()
            .map(|contact| contact.name.to_string())
            .collect()
    }
}

/// `2 added`, `3 updated: email`, …, a line each.
pub(super) fn told(report: &Report) -> Vec<String> {
    let one = |told: &Told| {
        let what = match &told.outcome {
            Outcome::Added => "added".to_owned(),
            Outcome::Updated(changes) => format!("updated: {}", changes.join(", ")),
            Outcome::Unchanged => "unchanged".to_owned(),
            Outcome::Problem(fault) => fault.to_string(),
        };
        format!("{} {what}", told.line)
    };
    report.rows.iter().map(one).collect()
}

const FILE: &str = "Kundennr.;Firma;E-Mail;Land;Straße;PLZ;Ort;Ansprechpartner;Schlagwörter\n\
    17;Öhm & Söhne;office@oehm.example;Deutschland;Weg 1;10115;Berlin;Jane Miller;big, north\n\
    18;Acme;;US;;;;;\n\
    17;Öhm & Söhne;;;;;;Bob Ray;\n";

#[test]
fn clients_and_contacts_come_in_and_a_second_time_nothing_changes() {
    let mut desk = Desk::new();
    assert_eq!(
        told(&desk.import(FILE)),
        ["2 added", "3 added", "4 updated: contact Bob Ray"]
    );
    let oehm = desk.client("oehm-soehne");
    let details = &oehm.shown.client.details;
    assert_eq!(oehm.external_id.as_deref(), Some("17"));
    assert_eq!(
        details.address.as_ref().unwrap().as_str(),
        "Weg 1\n10115 Berlin"
    );
    assert_eq!(details.country.as_ref().unwrap().as_str(), "DE");
    assert_eq!(oehm.shown.marks.tags.len(), 2);
    assert_eq!(desk.contacts("oehm-soehne"), ["Jane Miller", "Bob Ray"]);
    assert!(oehm.shown.contacts[0].primary && !oehm.shown.contacts[1].primary);
    assert_eq!(
        told(&desk.import(FILE)),
        ["2 unchanged", "3 unchanged", "4 unchanged"]
    );
    assert_eq!(desk.slugs(), ["acme", "oehm-soehne"]);
}

#[test]
fn a_changed_row_changes_its_client_and_an_empty_cell_nothing() {
    let mut desk = Desk::new();
    desk.import("id,name,email,phone,contact,contact_email\n1,Acme,a@acme.example,030 12345,Jo,jo@acme.example\n");
    let second = "id,name,email,phone,contact,contact_email,field\n1,Acme Inc,b@acme.example,,jo,jo@example.com,\n";
    assert_eq!(
        told(&desk.import(second)),
        ["2 updated: name, email, contact jo"]
    );
    let acme = desk.client("acme").shown;
    assert_eq!(acme.client.details.name.as_str(), "Acme Inc");
    assert_eq!(acme.client.details.phone.unwrap().as_str(), "030 12345");
    assert_eq!(acme.contacts.len(), 1);
    assert_eq!(
        acme.contacts[0].email.as_ref().unwrap().as_str(),
        "jo@example.com"
    );
}

#[test]
fn who_a_row_is_about() {
    let mut desk = Desk::new();
    desk.import("name\nAcme\nMüller\n");
    // A client that was there gets its id; a second one of the name, another short name.
    let report = desk.import("id,name\n7,ACME\n8,Müller\n9,Müller\n");
    assert_eq!(
        told(&report),
        [
            "2 updated: external_id, name",
            "3 updated: external_id",
            "4 added"
        ]
    );
    assert_eq!(desk.slugs(), ["acme", "mueller", "mueller-2"]);
    // By short name, whatever the name; and by id, whatever both.
    assert_eq!(
        told(&desk.import("slug,name\nacme,Acme Corp\n")),
        ["2 updated: name"]
    );
    assert_eq!(told(&desk.import("id,name\n7,Beta\n")), ["2 updated: name"]);
    assert_eq!(desk.slugs().len(), 3);
    let report = desk.try_import(b"slug,id,name\nmueller,10,Other\n", &Options::default());
    assert_eq!(
        told(&report.unwrap()),
        ["2 `mueller` is the client with the external id `8`"]
    );
    let report = desk.import("name\nmueller!\n");
    assert_eq!(
        told(&report),
        [
            "2 `mueller!` and `Müller` have the same short name `mueller`; give them a column `slug` or `external_id`"
        ]
    );
}

#[test]
fn one_point_of_contact_whoever_it_is() {
    let mut desk = Desk::new();
    desk.import("name,contact,contact_primary\nAcme,Jane,\nAcme,Bob,yes\nAcme,Sue,no\n");
    assert_eq!(desk.contacts("acme"), ["Bob", "Jane", "Sue"]);
    desk.import("name,contact,contact_primary\nAcme,Sue,x\n");
    assert_eq!(desk.contacts("acme"), ["Sue", "Bob", "Jane"]);
    let report = desk.import("name,contact,contact_primary\nAcme,Bob,1\nAcme,Jane,1\n");
    assert_eq!(told(&report)[1], "3 line 2 names another point of contact");
    assert_eq!(desk.contacts("acme"), ["Sue", "Bob", "Jane"]);
    assert!(desk.session.store.check().unwrap().findings.is_empty());
}

#[test]
fn what_one_client_gives_up_another_can_take_in_any_order() {
    let mut desk = Desk::new();
    desk.import("id,name,tax_id\n1,Alpha,DE136695976\n2,Beta,ATU13585627\n");
    let file = "id,name,tax_id,contact\n1,Alpha,,Jo\n2,Beta,DK13585628,\n1,Alpha,ATU13585627,\n2,Beta,,Bo\n3,Gamma,DE136695976,\n";
    assert_eq!(
        told(&desk.import(file)),
        [
            "2 updated: contact Jo",
            "3 updated: tax_id",
            "4 updated: tax_id",
            "5 updated: contact Bo",
            "6 added",
        ]
    );
    let tax_id = |slug: &str| desk.client(slug).shown.client.details.tax_id.unwrap();
    assert_eq!(tax_id("alpha").as_str(), "ATU13585627");
    assert_eq!(tax_id("beta").as_str(), "DK13585628");
    assert_eq!(tax_id("gamma").as_str(), "DE136695976");
    // Short names too.
    let file =
        "id,slug,name,tax_id\n2,gone,Beta,\n1,beta,Alpha,\n4,alpha,Alpha,\n2,,Beta,IT00743110157\n";
    assert_eq!(
        told(&desk.import(file)),
        [
            "2 updated: slug",
            "3 updated: slug",
            "4 added",
            "5 updated: tax_id"
        ]
    );
    let external_id = |slug: &str| desk.client(slug).external_id.unwrap();
    assert_eq!(
        [
            external_id("gone"),
            external_id("beta"),
            external_id("alpha")
        ],
        ["2", "1", "4"]
    );
    for _ in 0..2 {
        crate::app::undo::undo(&mut desk.session, None).unwrap();
    }
    assert_eq!(desk.slugs(), ["alpha", "beta"]);
    assert!(desk.session.store.check().unwrap().findings.is_empty());
}

#[test]
fn a_short_name_changes_if_it_is_free() {
    let mut desk = Desk::new();
    desk.import("id,slug,name\n7,acme,Acme\n8,beta,Beta\n");
    assert_eq!(
        told(&desk.import("id,slug,name\n7,acme-corp,Acme\n")),
        ["2 updated: slug"]
    );
    assert_eq!(desk.slugs(), ["acme-corp", "beta"]);
    assert_eq!(
        told(&desk.import("id,slug,name\n7,beta,Acme\n")),
        ["2 `beta` is the short name of another client: Beta"]
    );
    assert_eq!(
        told(&desk.import("id,slug,name\n9,foo,Foo\n9,bar,Foo\n")),
        [
            "2 added",
            "3 `slug` is not as on line 2, which tells of the same client"
        ]
    );
    // A row is told with the short name that its client has in the end.
    let report = desk.import("id,slug,name\n9,,Foo\n9,bar,Foo\n");
    let clients = report.rows.iter().map(|told| told.client.clone().unwrap());
    assert_eq!(
        clients.map(String::from).collect::<Vec<_>>(),
        ["bar", "bar"]
    );
    assert_eq!(desk.client("bar").external_id.as_deref(), Some("9"));
}

#[test]
fn clients_of_one_name_are_numbered() {
    let mut desk = Desk::new();
    let mut file = "id,name,email\n".to_owned();
    for id in 1..=40 {
        writeln!(file, "{id},Foo,").unwrap();
    }
    // What is left out takes no number.
    file.push_str("41,Foo,not mail\n42,Foo,\n");
    let report = desk.try_import(file.as_bytes(), &SKIP).unwrap();
    assert_eq!(report.counts(), [41, 0, 0, 1]);
    assert_eq!(desk.client("foo").external_id.as_deref(), Some("1"));
    assert_eq!(desk.client("foo-2").external_id.as_deref(), Some("2"));
    assert_eq!(desk.client("foo-41").external_id.as_deref(), Some("42"));
}

#[test]
fn what_is_said_of_a_column_is_not_said_of_another() {
    let mut desk = Desk::new();
    let options = Options {
        columns: vec![
            (Field::Name, "Firma".to_owned()),
            (Field::Notes, "name".to_owned()),
        ],
        ..Options::default()
    };
    let report = desk
        .try_import(b"name,Firma\nof old,Acme\nother,Acme\n", &options)
        .unwrap();
    assert_eq!(
        told(&report),
        [
            "2 added",
            "3 `name` is not as on line 2, which tells of the same client"
        ]
    );
}

#[test]
fn what_is_said_of_a_contact_without_a_name_is_not_lost() {
    let mut desk = Desk::new();
    let file = |cells: &str| {
        format!(
            "name,contact,contact_email,contact_position,contact_roles,contact_primary\nX,,{cells}\n"
        )
    };
    for (cells, expected) in [
        ("a@b.example,,,", "2 the contact has no name"),
        (",CFO,,", "2 the contact has no name"),
        (",,billing,", "2 the contact has no name"),
        (",,,yes", "2 the contact has no name"),
        (
            ",,boss,",
            "2 `boss` in `contact_roles` is not known; it can be billing, project or decision",
        ),
        (
            ",,,maybe",
            "2 `maybe` in `contact_primary` is not known; it can be yes or no",
        ),
    ] {
        assert_eq!(told(&desk.import(&file(cells))), [expected], "{cells}");
    }
    assert_eq!(told(&desk.import(&file(",,,no"))), ["2 added"]);
}

#[test]
fn problems_are_told_by_line_and_nothing_is_stored() {
    let mut desk = Desk::new();
    desk.import("name,tax_id\nTaken,DE136695976\n");
    let cases = [
        (",a@b.example,,,", "the client has no name"),
        (
            "X,not mail,,,",
            "`Email`: `not mail` is not an e-mail address; it looks like name@example.com",
        ),
        (
            "X,,Atlantis,,",
            "`Country`: `Atlantis` is not a country; use a code such as DE, US or CH",
        ),
        (
            "X,,,XXL,",
            "`XXL` in `Kind` is not known; it can be company or individual",
        ),
        (
            "X,,,,DE136695976",
            "`DE136695976` is the tax id of client `taken`",
        ),
        (
            "X\u{202e}Y,,,,",
            "`Name`: the text has a character that cannot be shown safely (U+202E)",
        ),
        (
            "★★,,,,",
            "no short name can be made of `★★`; give one in a column `slug`",
        ),
        (
            "X,,",
            "it has 3 fields and the header has 5; is a quote open?",
        ),
    ];
    for (row, message) in cases {
        let file = format!("Name,Email,Country,Kind,Tax id\nGood,,,,\n{row}\n");
        let report = desk.import(&file);
        assert!(report.refused);
        let fault = &told(&report)[1];
        assert_eq!(*fault, format!("3 {message}"));
        assert_eq!(desk.slugs(), ["taken"], "{row}");
    }
}

#[test]
fn bad_rows_are_skipped_only_if_asked_and_a_dry_run_tells_the_same() {
    let mut desk = Desk::new();
    let file = "name,email\nGood,\nBad,x\nGood,a@b.example\n";
    let dry = Options {
        dry_run: true,
        ..Options::default()
    };
    let planned = desk.try_import(file.as_bytes(), &dry).unwrap();
    assert!(planned.refused && desk.slugs().is_empty());
    assert_eq!(planned, desk.import(file));
    assert!(desk.slugs().is_empty());
    let report = desk.try_import(file.as_bytes(), &SKIP).unwrap();
    assert_eq!(report.counts(), [1, 1, 0, 1]);
    assert_eq!(desk.slugs(), ["good"]);
    let log = crate::app::undo::history(&desk.session, None, 10).unwrap();
    assert_eq!(log.len(), 1, "one operation, and none of what was refused");
    crate::app::undo::undo(&mut desk.session, None).unwrap();
    assert!(desk.slugs().is_empty());
}

#[test]
fn rows_of_one_client_may_not_differ() {
    let mut desk = Desk::new();
    let report = desk
        .import("name,email,contact,contact_email\nAcme,a@b.example,Jo,\nAcme,c@d.example,Bo,\n");
    assert_eq!(
        told(&report)[1],
        "3 `email` is not as on line 2, which tells of the same client"
    );
    let report =
        desk.import("name,contact,contact_email\nAcme,Jo,a@b.example\nAcme,jo,c@d.example\n");
    assert!(told(&report)[1].contains("`email of jo` is not as on line 2"));
}

#[test]
fn blank_lines_above_the_header_are_passed_over() {
    let mut desk = Desk::new();
    assert_eq!(
        told(&desk.import("\n  \r\nname;email\r\nAcme;a@acme.example\r\n")),
        ["4 added"]
    );
    assert_eq!(
        told(&desk.import(";;\nname;email;phone\nZeta;;\n")),
        ["3 added"]
    );
}

#[test]
fn what_is_no_csv_file_is_refused_as_a_whole() {
    let mut desk = Desk::new();
    let utf16: Vec<u8> = "name\nAcme\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut large = "name,notes\n".to_owned();
    while large.len() < 33 << 20 {
        writeln!(large, "Acme,{}", "x".repeat(90_000)).unwrap();
    }
    let long = format!("name\n{}", "a\n".repeat(200_001));
    let cases: [(&[u8], &str, &str); 9] = [
        (b"", "import.empty", "the file is empty"),
        (b"\n\n", "import.empty", "the file is empty"),
        (
            b"just a line of text",
            "import.header",
            "its only column is `just a line of text`",
        ),
        (b"a,b\n1,2\n", "import.header", "its columns are `a`, `b`"),
        (
            b"name\nM\xfcller\n",
            "import.encoding",
            "looks like Windows-1252 or Latin-1",
        ),
        (
            &[b"\xff\xfe".as_slice(), &utf16].concat(),
            "import.encoding",
            "looks like UTF-16",
        ),
        (b"name\nA\0cme\n", "import.encoding", "NUL byte on line 2"),
        (large.as_bytes(), "import.too_large", "larger than 32 MiB"),
        (long.as_bytes(), "import.too_large", "more than 200000 rows"),
    ];
    for (file, code, message) in cases {
        match desk.try_import(file, &Options::default()) {
            Err(Error::Import(error)) => {
                assert_eq!(error.code(), code);
                assert!(error.to_string().contains(message), "{error}");
            }
            other => panic!("not refused: {:?}", other.map(|report| told(&report))),
        }
    }
    assert!(desk.slugs().is_empty());
}

#[test]
fn lines_may_end_with_a_return_and_columns_part_at_bars_or_as_the_first_line_says() {
    for (file, expected) in [
        ("name,notes\rAcme,\"a\rb\"\rBeta,\r", ["2 added", "4 added"]),
        (
            "name|email\nAcme|a@acme.example\nBeta|\n",
            ["2 added", "3 added"],
        ),
        (
            "sep=;\r\nname;notes\r\nAcme;a, b, c\r\nBeta;\r\n",
            ["3 added", "4 added"],
        ),
        ("sep=;\rname;notes\rAcme;a\rBeta;", ["3 added", "4 added"]),
    ] {
        let mut desk = Desk::new();
        assert_eq!(told(&desk.import(file)), expected, "{file}");
        assert_eq!(desk.slugs(), ["acme", "beta"], "{file}");
    }
    // Also where the returns come after what is looked at first.
    let mut desk = Desk::new();
    let mut file = "name\r".to_owned();
    for number in 0..2000 {
        write!(file, "Client {number}\r").unwrap();
    }
    assert_eq!(desk.import(&file).counts(), [2000, 0, 0, 0]);
}

#[test]
fn a_name_that_several_clients_have_is_told_and_changes_none() {
    let mut desk = Desk::new();
    desk.import("slug,name\nacme-old,Acme\nacme-new,acme\nsolo-ltd,Solo\n");
    let several = "more than one client is called `Acme`: `acme-new`, `acme-old`; say which in a column `slug` or `external_id`";
    for file in ["name,notes\nAcme,x\n", "id,name\n7,Acme\n"] {
        assert_eq!(told(&desk.import(file)), [format!("2 {several}")], "{file}");
    }
    // Neither is it the one whose short name happens to fit.
    desk.import("slug,name\nacme,Acme\n");
    assert!(told(&desk.import("name,notes\nAcme,x\n"))[0].contains("more than one client"));
    // With a short name or an external id it is clear, and the only one of a name has whatever short name.
    assert_eq!(
        told(&desk.import("slug,id,name\nacme-old,1,Acme\nacme-new,2,acme\n")),
        ["2 updated: external_id", "3 updated: external_id"]
    );
    assert_eq!(
        told(&desk.import("id,name,notes\n2,,x\n3,Acme,\n4,Acme,\n")),
        ["2 updated: notes", "3 updated: external_id", "4 added"]
    );
    assert_eq!(
        told(&desk.import("name,notes\nsolo,x\n")),
        ["2 updated: name, notes"]
    );
    assert_eq!(
        desk.slugs(),
        ["acme", "acme-2", "acme-new", "acme-old", "solo-ltd"]
    );
}

#[test]
fn people_beside_a_client_are_its_contacts() {
    let mut desk = Desk::new();
    let file = "Client,First Name,Last Name,Title,Email,Office Phone,Mobile Phone\n\
                Acme,Jane,Miller,CFO,jane@acme.example,030 111111,0171 111111\n\
                Acme,Bob,Ray,,bob@acme.example,,0171 222222\nZeta,,,,,,\n";
    let report = desk.import(file);
    assert_eq!(
        told(&report),
        ["2 added", "3 updated: contact Bob Ray", "4 added"]
    );
    assert_eq!(report.second_phones, [2]);
    assert!(report.ignored.is_empty());
    let contacts = desk.client("acme").shown.contacts;
    let said: Vec<_> = contacts
        .iter()
        .map(|contact| {
            let email = contact.email.as_ref().unwrap();
            let phone = contact.phone.as_ref().unwrap();
            format!("{} {} {}", contact.name, email.as_str(), phone.as_str())
        })
        .collect();
    assert_eq!(
        said,
        [
            "Jane Miller jane@acme.example 030 111111",
            "Bob Ray bob@acme.example 0171 222222"
        ]
    );
    assert_eq!(desk.client("acme").shown.client.details.email, None);
    assert_eq!(
        told(&desk.import(file)),
        ["2 unchanged", "3 unchanged", "4 unchanged"]
    );
}
