//! From what is due to mails: one for each person and run.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::document::notice::{Digest, Exit, Item, write};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::key::ClientKey;
use crate::domain::mail::{Kind as MailKind, Mail, Recipients};
use crate::domain::notice::Side;
use crate::published::notice::Kind;
use crate::store::NewMail;
use crate::values::text::{Email, Line, fold};

use super::super::{Result, letter};
use super::due::Due;

/// The most characters of a subject.
const LONGEST_SUBJECT: usize = 200;

/// What is due, by person. An owner who is a client's user as well is written to as each.
pub(super) fn letters(due: Vec<Due>) -> Vec<Vec<Due>> {
    let mut places = HashMap::new();
    let mut letters: Vec<Vec<Due>> = Vec::new();
    for one in due {
        let person = (fold(one.to.as_str()), one.side == Side::Owner);
        let place = *places.entry(person).or_insert(letters.len());
        match letters.get_mut(place) {
            Some(letter) => letter.push(one),
            None => letters.push(vec![one]),
        }
    }
    letters
}

/// What stands in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// None: it is about several.
    pub(super) client: Option<ClientKey>,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: Option<String>,
    pub(super) unsubscribe: Option<String>,
}

impl Content {
    /// What stands in this one.
    pub(super) fn of(mail: &Mail) -> Self {
        Self {
            client: mail.client,
            subject: mail.subject.clone(),
            body: mail.body.clone(),
            html: mail.html.clone(),
            unsubscribe: mail.unsubscribe.clone(),
        }
    }
}

/// Who mail of the business comes from.
pub(super) fn sender(business: &Business) -> Result<Email> {
    let from = business.mail.from.as_ref().or(business.email.as_ref());
    Ok(from.cloned().ok_or(Refusal::NoSender)?)
}

/// The mail that tells one person all of it.
pub(super) fn mail(
    business: &Business,
    due: &[Due],
    sender: Email,
    now: DateTime<Utc>,
) -> Result<NewMail> {
    let Content {
        client,
        subject,
        body,
        html,
        unsubscribe,
    } = content(business, due, &sender)?;
    Ok(NewMail {
        client,
        invoice: None,
        estimate: None,
        kind: MailKind::Notice,
        level: None,
        message_id: letter::message_id(&sender)?,
        unsubscribe,
        sender,
        sender_name: business.name.clone(),
        recipients: Recipients {
            to: due
                .first()
                .map(|first| first.to.clone())
                .into_iter()
                .collect(),
            ..Recipients::default()
        },
        subject,
        body,
        html,
        attachments: Vec::new(),
        queued: now,
    })
}

/// What the mail says that tells one person all of it.
pub(super) fn content(business: &Business, due: &[Due], sender: &Email) -> Result<Content> {
    let name = business.name.clone().ok_or(Refusal::NoBusiness)?;
    let first = due.first();
    let for_owner = first.is_some_and(|first| first.side == Side::Owner);
    let links = links(due);
    let answers = due.iter().any(|one| one.unsubscribe.is_none());
    let written = write(&Digest {
        business: name.as_str(),
        reader: due.iter().find_map(|one| one.reader.as_deref()),
        language: first.map_or("en", |first| &first.language),
        items: &due.iter().map(item).collect::<Vec<_>>(),
        exit: match (for_owner, links.as_slice()) {
            (true, _) => Exit::Command("loggia notify show"),
            (false, []) => Exit::Answer,
            (false, links) => Exit::Links {
                links,
                answer: answers,
            },
        },
    });
    let subject = Line::left_of(&written.subject, LONGEST_SUBJECT);
    let clients = due.iter().map(|one| one.client);
    let client = first.map(|first| first.client);
    Ok(Content {
        client: client.filter(|client| clients.clone().all(|other| other == *client)),
        subject: subject.unwrap_or(name).to_string(),
        body: written.text,
        html: Some(written.html),
        unsubscribe: (!for_owner).then(|| unsubscribe(due, sender.as_str())),
    })
}

fn item(due: &Due) -> Item {
    Item {
        client: due.name.clone(),
        notice: due.notice.clone(),
        link: due.link.clone(),
        command: due.command.clone(),
    }
}

/// The kind of a notice; none for what is the owner's alone.
fn kind(due: &Due) -> Option<Kind> {
    Kind::from_word(due.event)
}

/// A link for each kind and client.
fn links(due: &[Due]) -> Vec<(String, Kind, String)> {
    let mut links: Vec<(String, Kind, String)> = Vec::new();
    for one in due {
        if let (Some(kind), Some(way)) = (kind(one), &one.unsubscribe) {
            let link = (one.name.clone(), kind, way.address(&[kind]));
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
    links
}

/// What a mail program does when its reader wants no more like it: for all kinds in it at the portal, where it is about one client
/// there; else a mail.
fn unsubscribe(due: &[Due], sender: &str) -> String {
    let mut kinds: Vec<Kind> = due.iter().filter_map(kind).collect();
    kinds.sort();
    kinds.dedup();
    let way = due.first().and_then(|first| first.unsubscribe.as_ref());
    match way {
        Some(way) if due.iter().all(|one| one.unsubscribe.as_ref() == Some(way)) => {
            way.address(&kinds)
        }
        _ => format!(
            "mailto:{sender}?subject=unsubscribe%20{}",
            Kind::joined(&kinds)
        ),
    }
}
