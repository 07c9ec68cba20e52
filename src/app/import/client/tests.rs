//! Imports of clients into a store of their own, one story each.

use std::fmt::Write as _;

use super::*;
use crate::app::client_list::{self, Row as Listed, Wanted};
use crate::app::{Error, Setting};
use crate::store::Store;

struct Desk {
    session: Session,
    _folder: tempfile::TempDir,
}

const SKIP: Options = Options {
    dry_run: false,
    skip_bad: true,
    columns: Vec::new(),
};

impl Desk {
    fn new() -> Self {
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

    fn try_import(&mut self, file: &[u8], options: &Options) -> Result<Report> {
        clients(&mut self.session, file, options, &mut |_, _| {})
    }

    fn import(&mut self, file: &str) -> Report {
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

    fn slugs(&self) -> Vec<String> {
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
fn told(report: &Report) -> Vec<String> {
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
fn what_the_list_exports_comes_back_as_it_was() {
    let mut desk = Desk::new();
    let file = "name,phone,notes,field:Industry\n\"Acme, \"\"Inc\"\"\",+49 30 123456,\"=1+1\nsecond\",Film\n";
    let mapped = Options {
        columns: vec![(
            Field::parse("field:Industry").unwrap(),
            "field:Industry".to_owned(),
        )],
        ..Options::default()
    };
    desk.try_import(file.as_bytes(), &mapped).unwrap();
    let acme = desk.client("acme-inc");
    let cell = |column: &str| {
        acme.cell(&client_list::Column::parse(column).unwrap())
            .plain()
    };
    assert_eq!(cell("field:industry"), "Film");
    let columns = ["slug", "name", "phone", "notes"];
    let sheet = crate::document::sheet::Sheet {
        title: String::new(),
        author: String::new(),
        day: desk.session.today(),
        language: "en".to_owned(),
        columns: columns
            .map(|key| crate::document::sheet::Column {
                key: key.to_owned(),
                name: key.to_owned(),
                kind: crate::document::sheet::Kind::Text,
            })
            .to_vec(),
        rows: vec![
            columns
                .map(|key| acme.cell(&client_list::Column::parse(key).unwrap()))
                .to_vec(),
        ],
    };
    let exported = sheet.csv().unwrap();
    let report = desk.try_import(&exported, &Options::default()).unwrap();
    assert_eq!(told(&report), ["2 unchanged"]);
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
    let cases: [(&[u8], &str, &str); 8] = [
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
