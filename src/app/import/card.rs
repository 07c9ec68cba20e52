//! Contacts of a client from and to vCards.

use std::collections::HashMap;
use std::io::Read;

use crate::app::{Result, Session, find};
use crate::document::vcard::{self, Card, VcardError};
use crate::domain::Refusal;
use crate::domain::client::{Contact, ContactRole};
use crate::values::text::{Email, Line, Phone, fold};

use super::person::{self, People, Person};
use super::problem::{Findings, ImportError, Reason, Rejected};
use super::sheet;

pub use super::person::Met;

/// The largest file that is read.
const MOST_BYTES: u64 = 32 << 20;

/// What became of the people of a file. Cards with problems were left out.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub contacts: Vec<(Contact, Met)>,
    pub problems: Findings,
    /// What cards say and a contact has no room for.
    pub notices: Findings,
    /// Cards of groups and companies, of which a contact has no use.
    pub skipped: usize,
}

/// Takes the people of a file in among the contacts of a client: all or none, unless those with problems are to be left out.
pub fn contacts(
    session: &mut Session,
    client: &str,
    input: impl Read,
    skip_bad: bool,
) -> Result<Report> {
    let text = sheet::cards(input, MOST_BYTES)?;
    let cards = vcard::read(&text).map_err(ImportError::Card)?;
    let rows = u64::try_from(cards.len()).unwrap_or(u64::MAX);
    if let Some(error) = none_read(&cards).filter(|_| !skip_bad) {
        return Err(ImportError::Card(error).into());
    }
    let Taken {
        people,
        problems,
        notices,
        skipped,
        said: _,
    } = Taken::of(cards);
    if problems.count > 0 && !skip_bad {
        return Err(ImportError::Rows(Box::new(Rejected {
            rows,
            problems,
            missing: Vec::new(),
        }))
        .into());
    }
    session.write(|books| {
        let client = find::client(books, client)?;
        let mut known = People::of(books.contacts(client.key)?);
        let met: Vec<(usize, Met)> = people
            .iter()
            .map(|person| known.meet(client.key, person))
            .collect();
        let contacts = known.contacts();
        person::write(books, client.key, contacts)?;
        let told = met.into_iter();
        let told = told.filter_map(|(number, met)| Some((contacts.get(number)?.clone(), met)));
        Ok(Report {
            contacts: told.collect(),
            problems,
            notices,
            skipped,
        })
    })
}

/// The first fault, where no card can be read: it is then one of the file.
fn none_read(cards: &[vcard::Read]) -> Option<VcardError> {
    match cards.first() {
        Some(Err((line, fault))) if cards.iter().all(std::result::Result::is_err) => {
            Some(VcardError::Card {
                line: *line,
                fault: fault.clone(),
            })
        }
        _ => None,
    }
}

/// The people of a file.
#[derive(Default)]
struct Taken {
    people: Vec<Person>,
    problems: Findings,
    notices: Findings,
    skipped: usize,
    /// What was said of the person of a name, and on which line first: other cards of the name say the same, or nothing.
    said: HashMap<(String, &'static str), (String, u64)>,
}

impl Taken {
    fn of(cards: Vec<vcard::Read>) -> Self {
        let mut taken = Self::default();
        for card in cards {
            match card {
                Err((line, fault)) => taken.problems.add(line, Reason::Card(fault)),
                Ok(card) if card.kind.is_some() => taken.skipped += 1,
                Ok(card) => taken.card(&card),
            }
        }
        taken
    }

    fn card(&mut self, card: &Card) {
        let person = read(card).and_then(|person| self.check(person));
        let person = match person {
            Ok(person) => person,
            Err(reason) => return self.problems.add(card.line, reason),
        };
        for (column, value) in said(&person) {
            let key = (fold(person.name.as_str()), column);
            self.said.entry(key).or_insert((value, card.line));
        }
        self.people.push(person);
        let rest = without_room(card);
        if !rest.is_empty() {
            let reason = Reason::NoRoom(rest.join(", "));
            self.notices.add(card.line, reason);
        }
    }

    /// Two people of one name cannot be told from one.
    fn check(&self, person: Person) -> std::result::Result<Person, Reason> {
        let name = fold(person.name.as_str());
        for (column, value) in said(&person) {
            match self.said.get(&(name.clone(), column)) {
                Some((other, first)) if *other != value => {
                    return Err(Reason::SamePerson {
                        column,
                        first: *first,
                    });
                }
                _ => {}
            }
        }
        Ok(person)
    }
}

/// What a contact has one of, by the names of the properties.
fn said(person: &Person) -> impl Iterator<Item = (&'static str, String)> {
    let all = [
        ("EMAIL", person.email.as_ref().map(ToString::to_string)),
        ("TEL", person.phone.as_ref().map(ToString::to_string)),
        ("TITLE", person.position.as_ref().map(ToString::to_string)),
    ];
    all.into_iter()
        .filter_map(|(column, value)| Some((column, value?)))
}

/// What a card says beyond what a contact has.
fn without_room(card: &Card) -> Vec<String> {
    let more = card.emails.iter().skip(1).chain(card.phones.iter().skip(1));
    let more = more.map(|value| value.chars().take(80).collect());
    more.chain(card.unused.iter().cloned()).collect()
}

fn read(card: &Card) -> std::result::Result<Person, Reason> {
    let title = card.title.as_deref().map(Line::parse);
    let email = card.emails.first().map(|email| Email::parse(email));
    let phone = card.phones.first().map(|phone| Phone::parse(phone));
    let roles = card.categories.iter();
    Ok(Person {
        name: Line::parse(&card.name).map_err(Reason::text("FN"))?,
        email: email.transpose().map_err(Reason::text("EMAIL"))?,
        phone: phone.transpose().map_err(Reason::text("TEL"))?,
        position: title.transpose().map_err(Reason::text("TITLE"))?,
        // Other categories are the business of whoever wrote the card.
        roles: roles
            .filter_map(|word| ContactRole::from_word(&fold(word.trim())))
            .collect(),
        primary: false,
    })
}

/// The contacts of a client as a file, or the named one; and the file's name without its ending.
pub fn export(session: &Session, client: &str, contact: Option<&str>) -> Result<(String, String)> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let contacts = books.contacts(client.key)?;
        let (contacts, name) = match contact {
            Some(name) => {
                let contact = find::contact(&contacts, name)?.clone();
                let slug = crate::values::id::Slug::from_name(contact.name.as_str());
                let slug = slug.map_or_else(|_| "contact".to_owned(), String::from);
                (vec![contact], format!("{}-{slug}", client.slug))
            }
            None => (contacts, client.slug.to_string()),
        };
        if contacts.is_empty() {
            return Err(Refusal::NoContacts {
                client: client.slug,
            }
            .into());
        }
        let organization = client.details.name.to_string();
        let cards: Vec<Card> = contacts
            .iter()
            .map(|contact| card(contact, &organization))
            .collect();
        Ok((vcard::write(&cards), name))
    })
}

fn card(contact: &Contact, organization: &str) -> Card {
    Card {
        line: 0,
        name: contact.name.to_string(),
        organization: Some(organization.to_owned()),
        title: contact.position.as_ref().map(ToString::to_string),
        emails: contact.email.iter().map(ToString::to_string).collect(),
        phones: contact.phone.iter().map(ToString::to_string).collect(),
        categories: contact
            .roles
            .iter()
            .map(|role| role.word().to_owned())
            .collect(),
        kind: None,
        unused: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Error;
    use crate::app::import::client::{self, Options};
    use crate::app::{Setting, client as record};
    use crate::store::Store;

    fn session(folder: &tempfile::TempDir) -> Session {
        let setting = Setting {
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            as_of: None,
            zone: chrono_tz::Tz::UTC,
            who: "jo".to_owned(),
            command: "client contact import".to_owned(),
        };
        let store = Store::open(&folder.path().join("books.db")).unwrap();
        let mut session = Session::with(store, &setting).unwrap();
        let file = "name,contact,contact_email,contact_position,contact_roles\nAcme,Jane Öhm,jane@acme.example,CFO,billing\n";
        let options = Options::default();
        client::clients(&mut session, file.as_bytes(), &options, &mut |_, _| {}).unwrap();
        session
    }

    fn card(lines: &str) -> String {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n")
    }

    #[test]
    fn contacts_come_in_once_and_go_out_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(&folder);
        let (file, name) = export(&session, "acme", None).unwrap();
        assert_eq!(name, "acme");
        let report = contacts(&mut session, "acme", file.as_bytes(), false).unwrap();
        assert_eq!(report.contacts[0].1, Met::Unchanged);
        let more =
            card("FN:jane öhm\r\nTEL:030 123456") + &card("FN:Bob\r\nEMAIL:bob@acme.example");
        let report = contacts(&mut session, "acme", more.as_bytes(), false).unwrap();
        let met: Vec<Met> = report.contacts.iter().map(|(_, met)| *met).collect();
        assert_eq!(met, [Met::Updated, Met::Added]);
        let all = record::contacts(&session, "acme").unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].position.as_ref().unwrap().as_str(), "CFO");
        assert_eq!(all[0].phone.as_ref().unwrap().as_str(), "030 123456");
        assert!(all[0].primary && !all[1].primary);
        let (one, name) = export(&session, "acme", Some("bob@acme.example")).unwrap();
        assert_eq!(name, "acme-bob");
        assert!(one.contains("FN:Bob\r\n") && !one.contains("Jane"));
    }

    #[test]
    fn two_people_of_one_name_are_told_and_nothing_is_dropped_in_silence() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(&folder);
        let file = card("FN:Jo Ray\r\nEMAIL:jo@acme.example\r\nEMAIL:j@home.example\r\nNOTE:tall")
            + &card("FN:jo ray\r\nEMAIL:ray@acme.example")
            + &card("FN:Jo Ray\r\nTEL:030 123456\r\nEMAIL:jo@acme.example");
        let refused = contacts(&mut session, "acme", file.as_bytes(), false);
        let Err(Error::Import(ImportError::Rows(rejected))) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(
            rejected.problems.list[0].to_string(),
            "line 8: `EMAIL` is not as on line 1, which tells of a person of the same name"
        );
        let report = contacts(&mut session, "acme", file.as_bytes(), true).unwrap();
        assert_eq!((report.problems.count, report.notices.count), (1, 1));
        assert_eq!(
            report.notices.list[0].to_string(),
            "line 1: not taken, since a contact has no room for it: j@home.example, NOTE"
        );
        let all = record::contacts(&session, "acme").unwrap();
        assert_eq!(all[1].email.as_ref().unwrap().as_str(), "jo@acme.example");
        assert_eq!(all[1].phone.as_ref().unwrap().as_str(), "030 123456");
    }

    #[test]
    fn a_card_that_cannot_be_read_is_left_out_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(&folder);
        let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Old\r\nEND:VCARD\r\n";
        let file = card("EMAIL:a@acme.example") + old + &card("FN:Bob");
        let refused = contacts(&mut session, "acme", file.as_bytes(), false);
        let Err(Error::Import(ImportError::Rows(rejected))) = refused else {
            panic!("{refused:?}");
        };
        let told: Vec<_> = rejected
            .problems
            .list
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "line 1: the vCard has no name",
                "line 5: the vCard is of version 2.1; 3.0 and 4.0 are read"
            ]
        );
        let report = contacts(&mut session, "acme", file.as_bytes(), true).unwrap();
        assert_eq!((report.contacts.len(), report.problems.count), (1, 2));
    }

    #[test]
    fn all_or_none_unless_bad_cards_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(&folder);
        let file = card("FN:Bob") + &card("FN:Sue\r\nEMAIL:sue") + &card("FN:E\u{202e}vil");
        let refused = contacts(&mut session, "acme", file.as_bytes(), false);
        let Err(Error::Import(ImportError::Rows(rejected))) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(rejected.problems.list[0].row, 5);
        assert_eq!(rejected.problems.count, 2);
        assert_eq!(record::contacts(&session, "acme").unwrap().len(), 1);
        let report = contacts(&mut session, "acme", file.as_bytes(), true).unwrap();
        assert_eq!((report.contacts.len(), report.problems.count), (1, 2));
        let group = card("FN:Board\r\nKIND:group");
        let report = contacts(&mut session, "acme", group.as_bytes(), false).unwrap();
        assert_eq!((report.contacts.len(), report.skipped), (0, 1));
        for (file, code) in [
            (b"\xff\xfeB\0".as_slice(), "import.encoding"),
            (b"BEGIN:VCARD\nFN:M\xfcller\n", "import.encoding"),
            (b"BEGIN:VCARD\nVERSION:2.1\nEND:VCARD\n", "import.vcard"),
            (b"", "import.vcard"),
        ] {
            match contacts(&mut session, "acme", file, false) {
                Err(Error::Import(error)) => assert_eq!(error.code(), code),
                other => panic!("{other:?}"),
            }
        }
    }
}
