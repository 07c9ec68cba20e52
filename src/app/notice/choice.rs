//! What somebody does not want to be told: as the owner puts it down, beside what people choose on the portal.

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::notification::{self, NotificationError};
use crate::published::notice::Kind;
use crate::store::{Books, ClientFilter};
use crate::values::text::{Email, fold};

use super::super::{Error, Result, Session, find};

/// What an address does not want to be told about a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Muted {
    pub client: String,
    pub email: Email,
    pub muted: Vec<String>,
    /// Those of them that the person ended.
    pub own: Vec<String>,
}

/// Tells an address no more of these events, about one client or about all that it is a user of. Gives what holds now, and whether
/// that is new.
pub fn mute(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    events: &[String],
) -> Result<(Vec<Muted>, bool)> {
    change(session, email, client, events, |_, choice, kinds| {
        for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
            let word = kind.word().to_owned();
            if !choice.muted.contains(&word) {
                choice.muted.push(word);
            }
        }
        Ok(())
    })
}

/// Tells an address of these events again. What the person ended stays ended, unless the person asked for it.
pub fn unmute(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    events: &[String],
    on_request: bool,
) -> Result<(Vec<Muted>, bool)> {
    change(session, email, client, events, |client, choice, kinds| {
        let is_meant = |word: &String| kinds.iter().any(|kind| kind.word() == word);
        let ended: Vec<&str> = choice
            .own
            .iter()
            .filter(|word| is_meant(word))
            .map(String::as_str)
            .collect();
        if !ended.is_empty() && !on_request {
            return Err(Refusal::Unsubscribed {
                email: choice.email.to_string(),
                client: client.slug.clone(),
                events: ended.join(" "),
            }
            .into());
        }
        choice.muted.retain(|word| !is_meant(word));
        choice.own.retain(|word| !is_meant(word));
        Ok(())
    })
}

/// What is not wanted about a client.
pub fn muted(session: &Session, client: &str) -> Result<Vec<Muted>> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let choices = books.notice_choices(Some(client.key))?.into_iter();
        Ok(choices
            .filter(|choice| !choice.muted.is_empty())
            .map(|choice| Muted {
                client: client.slug.to_string(),
                email: choice.email,
                muted: choice.muted,
                own: choice.own,
            })
            .collect())
    })
}

fn change(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    events: &[String],
    apply: impl Fn(&Client, &mut Muted, &[Kind]) -> Result<()>,
) -> Result<(Vec<Muted>, bool)> {
    let kinds = events
        .iter()
        .map(|word| kind(word))
        .collect::<Result<Vec<_>>>()?;
    let kinds = if kinds.is_empty() {
        Kind::ALL.to_vec()
    } else {
        kinds
    };
    session.write(|books| {
        let (mut all, mut changed) = (Vec::new(), false);
        for client in clients(books, email, client)? {
            let choices = books.notice_choices(Some(client.key))?;
            let known = choices.into_iter().find(|choice| choice.is_of(email));
            let (muted, own) =
                known.map_or_else(Default::default, |known| (known.muted, known.own));
            let mut choice = Muted {
                client: client.slug.to_string(),
                email: email.clone(),
                muted,
                own,
            };
            apply(&client, &mut choice, &kinds)?;
            choice.muted.sort_by_key(|word| Kind::from_word(word));
            changed |= books.set_notice_choice(client.key, email, &choice.muted, &choice.own)?;
            all.push(choice);
        }
        Ok::<_, Error>((all, changed))
    })
}

/// An event that somebody can do without. Mail that reminds of an invoice is none, and what the owner is told is set.
fn kind(word: &str) -> Result<Kind> {
    let event = notification::find(word)?;
    Kind::from_word(event.key).ok_or_else(|| NotificationError::Essential(event.key).into())
}

/// The client that is named; else those of which the address is a user, or whose settings name it.
fn clients(books: &Books<'_>, email: &Email, client: Option<&str>) -> Result<Vec<Client>> {
    if let Some(client) = client {
        return Ok(vec![find::client(books, client)?]);
    }
    let users = books.users_of_address(email)?;
    let mut clients = Vec::new();
    for client in books.clients(&ClientFilter::default())? {
        let audiences = super::due::audiences(books, &client)?;
        let named = audiences.iter().any(|(_, audience)| match audience {
            notification::Audience::Addresses(named) => named
                .iter()
                .any(|one| fold(one.as_str()) == fold(email.as_str())),
            _ => false,
        });
        if named || users.iter().any(|user| user.client == client.key) {
            clients.push(client);
        }
    }
    if clients.is_empty() {
        return Err(Refusal::NotTold {
            email: email.to_string(),
        }
        .into());
    }
    Ok(clients)
}
