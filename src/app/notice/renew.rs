//! A notice that waits in the outbox is looked at again before it goes: it is written anew from what is to be told by then.
//!
//! Settings, roles, choices and the books may be others than when it was written. What its reader is not told any more, for whatever
//! reason, is not in what is written anew, and that it was given is taken back: where it is to be told again, the next run tells it.
//! What was news when it was written stays news; figures are those of today. Nothing left: it is not sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;

use crate::domain::key::{ClientKey, MailKey, NoticeKey};
use crate::domain::mail::{Kind, Mail, State};
use crate::domain::notice::{Given, Occasion, is_given};
use crate::store::{Books, StoreError};
use crate::values::text::fold;

use super::super::{Error, Result, Session, publish};
use super::due::{self, Due};
use super::write::{self, Content};

/// What became of a mail that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Renewed {
    /// It goes as it is there now, if it may be tried.
    Stands,
    /// Nothing in it is to be told any more.
    Discarded,
}

/// Looks at one mail after the other. What is to be told of a client is worked out once, as long as nobody else writes.
#[derive(Debug, Default)]
pub(in crate::app) struct Renewal {
    /// Of the state of the store that was looked at.
    version: i64,
    due: HashMap<(ClientKey, NaiveDate), Vec<Due>>,
}

/// A mail as it is to be.
struct Plan {
    mail: Mail,
    /// What it told, and of what it tells now.
    kept: Vec<(NoticeKey, Occasion)>,
    dropped: Vec<NoticeKey>,
    /// None: there is nothing to tell.
    content: Option<Content>,
}

impl Renewal {
    /// Brings a mail up to what its reader is to be told. One that was sent, or that a command is sending, is left alone, and so is
    /// one that is no notice of something.
    pub(in crate::app) fn renew(
        &mut self,
        session: &mut Session,
        key: MailKey,
        at_once: bool,
    ) -> Result<Renewed> {
        let version = session.store.version_of_others()?;
        if version != self.version {
            self.version = version;
            self.due.clear();
        }
        let ids = publish::public_ids(session)?;
        let now = session.now();
        let session_here = &*session;
        let plan = session_here.store.read(|books| {
            let waits = |mail: &Mail| mail.kind == Kind::Notice && mail.may_be_tried(now, at_once);
            let Some(mail) = books.mail(key)?.filter(waits) else {
                return Ok::<_, Error>(None);
            };
            let told = books.notices_of(key)?;
            let written = session_here.calendar.day_of(mail.queued);
            let mut clients: Vec<ClientKey> = Vec::new();
            for (_, given) in &told {
                if !clients.contains(&given.client) {
                    clients.push(given.client);
                }
            }
            for client in &clients {
                if let Entry::Vacant(place) = self.due.entry((*client, written))
                    && let Some(client) = books.client_by_key(*client)?
                {
                    place.insert(due::on(books, session_here, &ids, &client, written)?);
                }
            }
            let all = clients
                .iter()
                .filter_map(|client| self.due.get(&(*client, written)))
                .flatten();
            // A test tells nothing that counts.
            match told.is_empty() {
                true => Ok(None),
                false => plan(books, session_here, mail, told, all).map(Some),
            }
        })?;
        match plan {
            None => Ok(Renewed::Stands),
            Some(plan) => settle(session, plan, at_once),
        }
    }
}

/// Of all that would be due of its clients, what a mail told: to the same reader, of the same thing, unless another mail did.
fn plan<'d>(
    books: &Books<'_>,
    session: &Session,
    mail: Mail,
    told: Vec<(NoticeKey, Given)>,
    due: impl Iterator<Item = &'d Due>,
) -> Result<Plan> {
    let mut elsewhere: HashMap<ClientKey, Vec<Given>> = HashMap::new();
    for (_, given) in &told {
        if let Entry::Vacant(place) = elsewhere.entry(given.client) {
            let mut all = books.notices(Some(given.client))?;
            all.retain(|one| {
                one.recipient == given.recipient && told.iter().all(|(_, own)| own != one)
            });
            place.insert(all);
        }
    }
    let (mut kept, mut tells) = (Vec::new(), Vec::new());
    let mut left = told;
    for one in due {
        let is_of = |given: &Given| {
            (given.client, given.side, given.event.as_str()) == (one.client, one.side, one.event)
                && given.recipient == fold(one.to.as_str())
                && given.occasion.is_of_same(&one.occasion)
        };
        let is_told = elsewhere
            .get(&one.client)
            .is_some_and(|all| is_given(all, one.side, one.event, &one.occasion));
        let exact = left
            .iter()
            .position(|(_, given)| is_of(given) && given.occasion == one.occasion);
        let place = exact.or_else(|| left.iter().position(|(_, given)| is_of(given)));
        if let (Some(place), false) = (place, is_told) {
            let (key, _) = left.remove(place);
            kept.push((key, one.occasion.clone()));
            tells.push(one.clone());
        }
    }
    let content = match tells.as_slice() {
        [] => None,
        tells => Some(write::content(&session.business, tells, &mail.sender)?),
    };
    Ok(Plan {
        mail,
        kept,
        dropped: left.into_iter().map(|(key, _)| key).collect(),
        content,
    })
}

/// Writes it down, unless somebody took or changed the mail meanwhile.
fn settle(session: &mut Session, plan: Plan, at_once: bool) -> Result<Renewed> {
    let Plan {
        mail,
        kept,
        dropped,
        content,
    } = plan;
    if dropped.is_empty() && content.as_ref() == Some(&Content::of(&mail)) {
        return Ok(Renewed::Stands);
    }
    let now = session.now();
    session
        .write(|books| {
            let is_as_it_was = |there: &Mail| {
                there.may_be_tried(now, at_once) && Content::of(there) == Content::of(&mail)
            };
            if !books.mail(mail.key)?.as_ref().is_some_and(is_as_it_was) {
                return Ok(Renewed::Stands);
            }
            for key in dropped {
                books.take_notice_back(key)?;
            }
            for (key, occasion) in &kept {
                books.move_notice(*key, occasion)?;
            }
            let Some(content) = content else {
                books.mark_mail(&Mail {
                    state: State::Discarded,
                    next_try: None,
                    claimed: None,
                    ..mail
                })?;
                return Ok(Renewed::Discarded);
            };
            let Content {
                client,
                subject,
                body,
                html,
                unsubscribe,
            } = content;
            books.rewrite_mail(&Mail {
                client,
                subject,
                body,
                html,
                unsubscribe,
                ..mail
            })?;
            Ok::<_, StoreError>(Renewed::Stands)
        })
        .map_err(Error::from)
}
