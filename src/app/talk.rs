//! Talks with clients: writing them down, correcting them, taking them out.

use chrono::NaiveDate;

use crate::domain::client::Client;
use crate::domain::key::TalkKey;
use crate::domain::talk::{self, Kind, Talk};
use crate::store::Books;
use crate::values::text::Note;

use super::{Result, Session, find};

/// A talk to write down.
#[derive(Debug, Clone)]
pub struct New {
    pub kind: Kind,
    /// None: today.
    pub day: Option<NaiveDate>,
    /// Name or mail address of a contact.
    pub contact: Option<String>,
    pub text: Note,
    pub shared: bool,
}

/// Writes down a talk with a client.
pub fn log(session: &mut Session, reference: &str, new: &New) -> Result<Talk> {
    let today = session.today();
    let day = new.day.unwrap_or(today);
    talk::has_been(day, today)?;
    session.write(|books| {
        let client = find::client(books, reference)?;
        let mut talk = Talk {
            key: TalkKey(0),
            client: client.key,
            contact: None,
            with: None,
            kind: new.kind,
            day,
            text: new.text.clone(),
            shared: new.shared,
        };
        with(books, &client, &mut talk, new.contact.as_deref())?;
        talk.key = books.add_talk(&talk)?;
        Ok(talk)
    })
}

/// What is to be different about a talk. What is none stays as it is; a contact that is none inside is taken away.
#[derive(Debug, Clone, Default)]
pub struct Correction {
    pub kind: Option<Kind>,
    pub day: Option<NaiveDate>,
    pub contact: Option<Option<String>>,
    pub text: Option<Note>,
    pub shared: Option<bool>,
}

/// One talk of a client, named as `talk-7`.
pub fn show(session: &Session, reference: &str, talk: &str) -> Result<Talk> {
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        find::talk(books, &client, talk)
    })
}

/// Corrects a talk. Whether that changed anything.
pub fn edit(
    session: &mut Session,
    reference: &str,
    talk: &str,
    correction: Correction,
) -> Result<(Talk, bool)> {
    let today = session.today();
    session.write(|books| {
        let client = find::client(books, reference)?;
        let mut talk = find::talk(books, &client, talk)?;
        let Correction {
            kind,
            day,
            contact,
            text,
            shared,
        } = correction;
        if let Some(day) = day {
            talk::has_been(day, today)?;
            talk.day = day;
        }
        if let Some(contact) = contact {
            with(books, &client, &mut talk, contact.as_deref())?;
        }
        talk.kind = kind.unwrap_or(talk.kind);
        talk.text = text.unwrap_or(talk.text);
        talk.shared = shared.unwrap_or(talk.shared);
        let changed = books.edit_talk(&talk)?;
        Ok((talk, changed))
    })
}

/// Says with whom a talk was.
fn with(books: &Books<'_>, client: &Client, talk: &mut Talk, contact: Option<&str>) -> Result<()> {
    let contacts = books.contacts(client.key)?;
    let contact = contact
        .map(|name| find::contact(&contacts, name))
        .transpose()?;
    talk.contact = contact.map(|contact| contact.key);
    talk.with = contact.map(|contact| contact.name.clone());
    Ok(())
}

/// Takes a talk out.
pub fn remove(session: &mut Session, reference: &str, talk: &str) -> Result<Talk> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let talk = find::talk(books, &client, talk)?;
        books.remove_talk(talk.key)?;
        Ok(talk)
    })
}
