//! The outbox: mail is queued in the transaction of what causes it, and sent afterwards, at least once.
//!
//! A command claims a mail before it sends it, so that two commands do not send it both, and marks it when it is gone. One that
//! is killed between the two leaves a mail that is sent again when the claim is over, under the same Message-ID.

use crate::domain::Refusal;
use crate::domain::key::MailKey;
use crate::domain::mail::{Kind, Mail, State};
use crate::domain::reminder;
use crate::mail::{Attachment, Fault, Letter};
use crate::store::{Books, MailFilter, NewMail, StoreError};
use crate::values::text::Line;

use super::error::field;
use super::notice::{Renewal, Renewed};
use super::way::Outcome;
pub use super::way::Ways;
use super::{Error, Result, Session, find};

/// A mail with the names of what it is about.
#[derive(Debug, Clone)]
pub struct Shown {
    pub mail: Mail,
    /// None: it is about several clients.
    pub client: Option<String>,
    pub invoice: Option<String>,
    pub estimate: Option<String>,
}

/// What came of sending.
#[derive(Debug)]
pub struct Report {
    /// Those that were tried, as they are now.
    pub tried: Vec<Shown>,
    /// Why there was no use in trying the others that go our own way.
    pub fault: Option<Fault>,
    /// The same of those that the portal sends.
    pub fault_of_portal: Option<Fault>,
    /// How many are still queued.
    pub waiting: usize,
}

/// Mails, the oldest first; of one client, and in one state, if they are named.
pub fn list(session: &Session, client: Option<&str>, state: Option<State>) -> Result<Vec<Shown>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let filter = MailFilter {
            client: client.map(|client| client.key),
            state,
            ..MailFilter::default()
        };
        let mails = books.mails(filter)?.into_iter();
        mails.map(|mail| complete(books, mail)).collect()
    })
}

/// One mail.
pub fn show(session: &Session, key: i64) -> Result<Shown> {
    session
        .store
        .read(|books| complete(books, find(books, key)?))
}

/// The mail as it goes out.
pub fn letter(session: &Session, mail: &Mail) -> Result<Letter> {
    session.store.read(|books| {
        let attachments = mail.attachments.iter().map(|attachment| {
            let bytes = books.file(&attachment.sha256)?;
            Ok(Attachment {
                name: attachment.name.clone(),
                media: attachment.media.clone(),
                bytes: bytes.ok_or_else(|| {
                    StoreError::Corrupt(format!("`{}` is not kept any more", attachment.name))
                })?,
            })
        });
        let attachments = attachments.collect::<Result<_>>()?;
        let mail = mail.clone();
        Ok(Letter {
            message_id: mail.message_id,
            date: mail.queued,
            sender: mail.sender,
            sender_name: mail.sender_name,
            reply_to: None,
            to: mail.recipients.to,
            cc: mail.recipients.cc,
            bcc: mail.recipients.bcc,
            subject: field("subject", Line::parse(&mail.subject))?,
            body: mail.body,
            html: mail.html,
            automatic: mail.kind == Kind::Notice,
            unsubscribe: mail.unsubscribe,
            attachments,
        })
    })
}

/// A mail that is not in the outbox, as it would go out.
pub fn letter_of(new: &NewMail) -> Result<Letter> {
    let new = new.clone();
    let attachments = new.attachments.into_iter().map(|attachment| Attachment {
        name: attachment.name,
        media: attachment.media.to_owned(),
        bytes: attachment.bytes,
    });
    Ok(Letter {
        message_id: new.message_id,
        date: new.queued,
        sender: new.sender,
        sender_name: new.sender_name,
        reply_to: None,
        to: new.recipients.to,
        cc: new.recipients.cc,
        bcc: new.recipients.bcc,
        subject: field("subject", Line::parse(&new.subject))?,
        body: new.body,
        html: new.html,
        automatic: new.kind == Kind::Notice,
        unsubscribe: new.unsubscribe,
        attachments: attachments.collect(),
    })
}

/// Sends what is queued and due, or these mails at once, each by its way. What is refused stays in the outbox with the reason.
pub fn send(session: &mut Session, ways: &mut Ways, named: Option<&[MailKey]>) -> Result<Report> {
    let queued = MailFilter {
        state: Some(State::Queued),
        ..MailFilter::default()
    };
    let keys = match named {
        Some(keys) => keys.to_vec(),
        None => {
            let mails = session.store.read(|books| books.mails(queued))?;
            mails.iter().map(|mail| mail.key).collect()
        }
    };
    let now = session.now();
    let mut tried = Vec::new();
    let mut renewal = Renewal::default();
    for key in keys {
        if has_no_reason(session, key)? {
            discard(session, &[key.0])?;
            tried.push(show(session, key.0)?);
            continue;
        }
        let unclear = match renewal.renew(session, key, named.is_some()) {
            Ok(Renewed::Stands) => None,
            Ok(Renewed::Discarded) => {
                tried.push(show(session, key.0)?);
                continue;
            }
            Err(error @ Error::Store(_)) => return Err(error),
            // What of it may still be told is not known, so it waits.
            Err(error) => Some(Fault::Later(error.to_string())),
        };
        let way = ways.of(session, key)?;
        if ways.is_blocked(&way) {
            continue;
        }
        let Some(mail) = session.store.claim_mail(key, now, named.is_some())? else {
            if named.is_some() {
                return Err(not_now(session, key));
            }
            continue;
        };
        let letter = letter(session, &mail)?;
        let outcome = match unclear {
            Some(unclear) => Err(unclear),
            None => ways.carry(way, &letter),
        };
        mark(session, mail, outcome)?;
        tried.push(show(session, key.0)?);
        if ways.are_blocked() {
            break;
        }
    }
    let waiting = session.store.read(|books| books.mails(queued))?.len();
    let (fault, fault_of_portal) = ways.faults();
    Ok(Report {
        tried,
        fault,
        fault_of_portal,
        waiting,
    })
}

/// Whether a mail that waits reminds of an invoice that is not open any more.
fn has_no_reason(session: &Session, key: MailKey) -> Result<bool> {
    let today = session.today();
    session.store.read(|books| {
        let mail = find(books, key.0)?;
        let (Kind::Reminder, State::Queued, Some(invoice)) = (mail.kind, mail.state, mail.invoice)
        else {
            return Ok(false);
        };
        let invoice = find::invoice_of(books, invoice)?;
        Ok(!reminder::is_open(invoice.state(today)?))
    })
}

/// Why a mail that was named cannot be sent.
fn not_now(session: &Session, key: MailKey) -> Error {
    match show(session, key.0) {
        Err(error) => error,
        Ok(Shown { mail, .. }) if mail.state == State::Queued => {
            Refusal::MailClaimed { mail: key.0 }.into()
        }
        Ok(Shown { mail, .. }) => match mail.is_here() {
            Err(refusal) => refusal.into(),
            Ok(()) => Refusal::MailNotQueued {
                mail: key.0,
                state: mail.state.word(),
            }
            .into(),
        },
    }
}

/// Writes down what came of a try.
fn mark(session: &mut Session, mail: Mail, outcome: Outcome) -> Result<()> {
    let now = session.now();
    let mut mail = Mail {
        claimed: None,
        next_try: None,
        error: outcome.as_ref().err().map(ToString::to_string),
        ..mail
    };
    match outcome {
        Ok(portal) => {
            mail.state = State::Sent;
            mail.sent = Some(now);
            mail.portal = portal;
        }
        // It is not the mail's fault, and goes as soon as there is a way.
        Err(fault) if fault.is_of_the_way() => {
            mail.attempts = mail.attempts.saturating_sub(1);
        }
        Err(Fault::Refused(_)) => mail.state = State::Failed,
        Err(_) => match mail.try_again(now) {
            Some(next) => mail.next_try = Some(next),
            None => mail.state = State::Failed,
        },
    }
    if mail.state == State::Queued {
        return Ok(session.store.note_mail_try(&mail)?);
    }
    session.write(|books| {
        // Somebody may have taken the mail back while it went out.
        if books.mail(mail.key)?.is_none() {
            return Ok(());
        }
        books.mark_mail(&mail)?;
        if mail.state == State::Sent {
            if let (Kind::Invoice, Some(invoice)) = (mail.kind, mail.invoice) {
                books.note_sent(invoice, now)?;
            }
            if let Some(estimate) = mail.estimate {
                books.note_estimate_sent(estimate, now)?;
            }
            books.cannot_be_undone(&format!("mail {} was sent", mail.key.0))?;
        }
        Ok(())
    })
}

/// Queues a mail again that failed, was discarded or waits for its next try: from the beginning, whatever claimed it.
pub fn retry(session: &mut Session, keys: &[i64]) -> Result<Vec<Shown>> {
    change(session, keys, State::Queued)
}

/// Decides that a mail is not sent.
pub fn discard(session: &mut Session, keys: &[i64]) -> Result<Vec<Shown>> {
    change(session, keys, State::Discarded)
}

fn change(session: &mut Session, keys: &[i64], state: State) -> Result<Vec<Shown>> {
    session.write(|books| {
        for key in keys {
            let mail = find(books, *key)?;
            mail.is_here()?;
            // One that tells nothing any more was discarded for that, and a test is made in a moment.
            let is_notice = (mail.kind, mail.state) == (Kind::Notice, State::Discarded);
            if state == State::Queued && is_notice && books.notices_of(mail.key)?.is_empty() {
                return Err(Refusal::MailUntold { mail: *key }.into());
            }
            let error = mail.error.clone().filter(|_| state == State::Discarded);
            books.mark_mail(&Mail {
                state,
                attempts: 0,
                next_try: None,
                claimed: None,
                error,
                ..mail
            })?;
        }
        Ok::<_, Error>(())
    })?;
    keys.iter().map(|key| show(session, *key)).collect()
}

fn find(books: &Books<'_>, key: i64) -> Result<Mail> {
    books.mail(MailKey(key))?.ok_or_else(|| Error::NotFound {
        noun: "mail",
        wanted: key.to_string(),
        near: Vec::new(),
    })
}

fn complete(books: &Books<'_>, mail: Mail) -> Result<Shown> {
    let client = match mail.client {
        Some(key) => Some(find::client_of(books, key)?.slug.to_string()),
        None => None,
    };
    let invoice = match mail.invoice {
        Some(key) => books.invoice_by_key(key)?.map(|invoice| invoice.name()),
        None => None,
    };
    let estimate = match mail.estimate {
        Some(key) => books.estimate_by_key(key)?.map(|estimate| estimate.name()),
        None => None,
    };
    Ok(Shown {
        client,
        invoice,
        estimate,
        mail,
    })
}
