//! Notices: whom something is to be told without having been asked, once each, and several at once in one mail.
//!
//! What is due is looked at by `run` and by nothing else. What a client's people are told is made of what is published for them, so
//! that nothing that the settings hide stands in it; the owner is told from the books.

mod choice;
mod client;
mod due;
mod owner;
mod rehearsal;
mod renew;
mod write;

use crate::domain::key::MailKey;
use crate::domain::mail::Notices;
use crate::domain::notice::{Given, Side, is_given};
use crate::store::NewNotice;
use crate::values::text::fold;

use super::{Error, Result, Session, publish};

pub use choice::{Muted, mute, muted, unmute};
pub use due::{Due, List};
pub use rehearsal::{Rehearsal, rehearse};
pub(super) use renew::{Renewal, Renewed};

/// What is to be told today.
pub fn list_due(session: &mut Session) -> Result<List> {
    let ids = publish::public_ids(session)?;
    let session = &*session;
    session.store.read(|books| due::all(books, session, &ids))
}

/// Whether there is a way for some notices, somebody they come from, and a name to put under them.
pub fn has_way(session: &Session) -> bool {
    let by_portal = session.business.mail.notices == Notices::Portal;
    is_signed(session) && (by_portal || has_own_way(session))
}

/// Whether there is a way for this one: users of a client may be told by the portal.
pub fn has_way_for(session: &Session, due: &Due) -> bool {
    let by_portal = session.business.mail.notices == Notices::Portal && due.side == Side::Client;
    is_signed(session) && (by_portal || has_own_way(session))
}

fn has_own_way(session: &Session) -> bool {
    let mail = &session.business.mail;
    mail.host.is_some() || mail.folder.is_some()
}

fn is_signed(session: &Session) -> bool {
    let business = &session.business;
    let sender = business.mail.from.is_some() || business.email.is_some();
    sender && business.name.is_some()
}

/// Puts the mails that tell it into the outbox, or with `mark` only down that it was told elsewhere, in one transaction. Gives what
/// no other run told meanwhile, each with its mail.
pub fn give(
    session: &mut Session,
    due: Vec<Due>,
    mark: bool,
) -> Result<Vec<(Due, Option<MailKey>)>> {
    let (today, now) = (session.today(), session.now());
    let business = session.business.clone();
    session.write(|books| {
        let mut fresh = Vec::new();
        for one in due {
            let given = books.notices(Some(one.client))?;
            if !is_given(&given, one.side, one.event, &one.occasion) {
                fresh.push(one);
            }
        }
        let mut told = Vec::new();
        for letter in write::letters(fresh) {
            let mail = match mark {
                true => None,
                false => {
                    let sender = write::sender(&business)?;
                    Some(books.add_mail(&write::mail(&business, &letter, sender, now)?)?)
                }
            };
            for one in letter {
                books.add_notice(&NewNotice {
                    given: Given {
                        client: one.client,
                        event: one.event.to_owned(),
                        occasion: one.occasion.clone(),
                        side: one.side,
                        recipient: fold(one.to.as_str()),
                    },
                    day: today,
                    mail,
                })?;
                told.push((one, mail));
            }
        }
        Ok::<_, Error>(told)
    })
}
