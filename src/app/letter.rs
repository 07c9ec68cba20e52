//! Mails to clients as they are written: to whom, in which words, with which files.
//!
//! Words and files are made of the invoice as its client may see it; nothing else of the books is in reach of them.

use chrono::NaiveDate;

use crate::document::letter::{self, About, Facts, Occasion, Template};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::{Client, Contact};
use crate::domain::estimate::Estimate;
use crate::domain::invoice::{Invoice, Kind as InvoiceKind};
use crate::domain::key::MailKey;
use crate::domain::mail::{self, Kind, Recipients};
use crate::domain::notification::{self, Audience, People};
use crate::domain::number::Pattern;
use crate::published;
use crate::store::{Books, MailFilter, NewAttachment, NewMail, Writer};
use crate::values::id::random;
use crate::values::text::{Email, Line, Note, fold};

use super::einvoice::{self, Syntax};
use super::estimate;
use super::invoice::{self, Press};
use super::layered::effective;
use super::outbox::{self, Shown};
use super::statement;
use super::{Error, Result, Session, find};

/// The event of which the mail about an invoice tells.
const ISSUED: &str = "invoice-issued";
/// The event of which a reminder tells.
pub(super) const REMINDER: &str = "invoice-reminder";

/// The kind of file of a PDF.
const PDF: &str = "application/pdf";

/// Whether mail goes out about this event.
pub(super) fn sends(event: &str) -> bool {
    [ISSUED, REMINDER].contains(&event)
}

/// What somebody who sends a mail by hand wants otherwise.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Instead of those who get it else.
    pub to: Vec<Email>,
    pub cc: Vec<Email>,
    /// Instead of that of the text.
    pub subject: Option<Line>,
    /// Words for this one mail.
    pub message: Option<Note>,
}

/// A file that goes with the mail about an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attach {
    Pdf,
    EInvoice(Syntax),
}

/// A mail that is written and not queued.
#[derive(Debug, Clone)]
pub struct Written {
    pub mail: NewMail,
    /// Names for people.
    pub client: String,
    pub invoice: Option<Invoice>,
    pub estimate: Option<Estimate>,
}

/// The mail that brings an invoice or a credit note.
pub fn invoice(
    session: &mut Session,
    reference: &str,
    attach: &[Attach],
    wanted: &Wanted,
) -> Result<Written> {
    let shown = invoice::show(session, reference)?;
    mail::may_be_sent(&shown.invoice)?;
    let mut press = Press::new(session)?;
    let attachments = files(session, &mut press, &shown, attach)?;
    let occasion = match shown.invoice.kind {
        InvoiceKind::Invoice => Occasion::Invoice,
        InvoiceKind::CreditNote => Occasion::CreditNote,
    };
    of_invoice(
        session,
        &press,
        &shown,
        occasion,
        Kind::Invoice,
        None,
        attachments,
        wanted,
    )
}

/// The mail that thanks for payments.
pub fn receipt(session: &mut Session, reference: &str, wanted: &Wanted) -> Result<Written> {
    let shown = invoice::show(session, reference)?;
    shown.invoice.is_open()?;
    if shown.invoice.payments.is_empty() {
        let invoice = shown.invoice.name();
        return Err(Refusal::NothingPaid { invoice }.into());
    }
    let press = Press::new(session)?;
    of_invoice(
        session,
        &press,
        &shown,
        Occasion::Receipt,
        Kind::Receipt,
        None,
        Vec::new(),
        wanted,
    )
}

/// The mail that reminds of an invoice, by hand: whatever the schedule says, firmer than the one before.
pub fn reminder(session: &mut Session, reference: &str, wanted: &Wanted) -> Result<Written> {
    let shown = invoice::show(session, reference)?;
    shown.invoice.is_open()?;
    let level = super::reminder::by_hand(session, &shown.invoice)?;
    let mut press = Press::new(session)?;
    let attachments = files(session, &mut press, &shown, &[Attach::Pdf])?;
    let occasion = super::reminder::occasion(level.tone);
    let kind = Kind::Reminder;
    let days = Some(level.days);
    of_invoice(
        session,
        &press,
        &shown,
        occasion,
        kind,
        days,
        attachments,
        wanted,
    )
}

/// The mail that brings a statement of account, with the file that was made of it.
pub fn statement(
    session: &Session,
    shown: &statement::Shown,
    file: NewAttachment,
    wanted: &Wanted,
) -> Result<Written> {
    if shown.statements.is_empty() {
        let client = shown.client.slug.clone();
        return Err(Refusal::NothingBilled { client }.into());
    }
    let balances: Vec<_> = shown.statements.iter().map(|of| of.closing).collect();
    let mail = session.store.read(|books| {
        let about = About::Account {
            from: shown.days.from,
            to: shown.days.to.unwrap_or(session.today()),
            balances: &balances,
        };
        let draft = Draft {
            client: &shown.client,
            invoice: None,
            estimate: None,
            kind: Kind::Statement,
            level: None,
            occasion: Occasion::Statement,
            language: shown.client.details.language.as_str(),
            about,
            event: None,
            by_hand: true,
            attachments: vec![file],
        };
        write(books, &session.business, draft, wanted, session.now())
    })?;
    Ok(Written {
        mail,
        client: shown.client.slug.to_string(),
        invoice: None,
        estimate: None,
    })
}

/// The mail that brings an estimate. That of a draft is only for a look.
pub fn estimate(session: &mut Session, reference: &str, wanted: &Wanted) -> Result<Written> {
    let shown = estimate::show(session, reference)?;
    shown.estimate.may_be_sent()?;
    let file = NewAttachment {
        name: Pattern::file_name(&shown.estimate.name(), "pdf"),
        media: PDF,
        bytes: estimate::pdf(session, &shown)?,
    };
    let mail = session.store.read(|books| {
        let face = estimate::face(books, &session.business, &shown.estimate)?;
        let draft = Draft {
            client: &shown.client,
            invoice: None,
            estimate: Some(&shown.estimate),
            kind: Kind::Estimate,
            level: None,
            occasion: Occasion::Estimate,
            language: &shown.estimate.language,
            about: About::Estimate(&face),
            event: None,
            by_hand: true,
            attachments: vec![file],
        };
        write(books, &session.business, draft, wanted, session.now())
    })?;
    Ok(Written {
        mail,
        client: shown.client.slug.to_string(),
        invoice: None,
        estimate: Some(shown.estimate),
    })
}

/// Queues a mail. One that brings an invoice which was sent already, or is about to be, only `again`.
pub fn queue(session: &mut Session, written: &Written, again: bool) -> Result<Shown> {
    let key = session.write(|books| {
        if let (Kind::Invoice, Some(invoice), false) = (written.mail.kind, &written.invoice, again)
        {
            let about = MailFilter {
                invoice: Some(invoice.key),
                ..MailFilter::default()
            };
            let mut before = books.mails(about)?;
            before.retain(|mail| mail.kind == Kind::Invoice);
            mail::not_sent_yet(invoice, &before)?;
        }
        if let (Some(estimate), false) = (&written.estimate, again) {
            let about = MailFilter {
                estimate: Some(estimate.key),
                ..MailFilter::default()
            };
            mail::estimate_not_sent_yet(&estimate.name(), &books.mails(about)?)?;
        }
        Ok::<MailKey, Error>(books.add_mail(&written.mail)?)
    })?;
    outbox::show(session, key.0)
}

/// A reminder in the transaction of the caller.
pub(super) fn remind_in(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: &Invoice,
    level: crate::domain::reminder::Level,
    today: NaiveDate,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<MailKey> {
    let what = Unasked {
        kind: Kind::Reminder,
        level: Some(level.days),
        occasion: super::reminder::occasion(level.tone),
        event: REMINDER,
    };
    unasked(books, business, press, invoice, what, today, now)
}

/// The mail that brings an invoice which was issued by itself, in the transaction of the caller; none where nobody of the client is to
/// be told.
pub(super) fn issued_in(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: &Invoice,
    today: NaiveDate,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<MailKey>> {
    let client = find::client_of(books, invoice.client)?;
    if let (Audience::Off, _) = told(books, business, &client, ISSUED)? {
        return Ok(None);
    }
    let what = Unasked {
        kind: Kind::Invoice,
        level: None,
        occasion: Occasion::Invoice,
        event: ISSUED,
    };
    unasked(books, business, press, invoice, what, today, now).map(Some)
}

/// What a mail that nobody sends by hand is about.
struct Unasked {
    kind: Kind,
    level: Option<i32>,
    occasion: Occasion,
    event: &'static str,
}

fn unasked(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: &Invoice,
    what: Unasked,
    today: NaiveDate,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<MailKey> {
    let client = find::client_of(books, invoice.client)?;
    let seen = press.seen(books, invoice, today)?;
    let copy = NewAttachment {
        name: Pattern::file_name(&invoice.name(), "pdf"),
        media: PDF,
        bytes: press.copy(books, business, invoice)?,
    };
    let draft = Draft {
        client: &client,
        invoice: Some(invoice),
        estimate: None,
        kind: what.kind,
        level: what.level,
        occasion: what.occasion,
        language: &invoice.language,
        about: About::Invoice {
            invoice: &seen,
            today,
        },
        event: Some(what.event),
        by_hand: false,
        attachments: vec![copy],
    };
    let mail = write(books, business, draft, &Wanted::default(), now)?;
    Ok(books.add_mail(&mail)?)
}

fn files(
    session: &mut Session,
    press: &mut Press,
    shown: &invoice::Shown,
    attach: &[Attach],
) -> Result<Vec<NewAttachment>> {
    let number = shown.invoice.name();
    let mut files: Vec<NewAttachment> = Vec::new();
    for attach in attach {
        let (bytes, ending, media) = match attach {
            Attach::Pdf => {
                let read = session
                    .store
                    .read(|books| press.copy(books, &session.business, &shown.invoice));
                (read?, "pdf", PDF)
            }
            Attach::EInvoice(syntax) => {
                let bytes = einvoice::write(session, shown, *syntax)?;
                match syntax {
                    Syntax::FacturX => (bytes, "pdf", PDF),
                    Syntax::Ubl(_) | Syntax::Cii => (bytes, "xml", "application/xml"),
                }
            }
        };
        let is_free = |name: &String| files.iter().all(|file| file.name != *name);
        let names = std::iter::once(Pattern::file_name(&number, ending))
            .chain((2..).map(|count| Pattern::file_name(&format!("{number}-{count}"), ending)));
        let name = names.into_iter().find(is_free).unwrap_or_default();
        files.push(NewAttachment { name, media, bytes });
    }
    Ok(files)
}

#[allow(clippy::too_many_arguments)]
fn of_invoice(
    session: &Session,
    press: &Press,
    shown: &invoice::Shown,
    occasion: Occasion,
    kind: Kind,
    level: Option<i32>,
    attachments: Vec<NewAttachment>,
    wanted: &Wanted,
) -> Result<Written> {
    let mail = session.store.read(|books| {
        let seen: published::Invoice = press.seen(books, &shown.invoice, shown.today)?;
        let draft = Draft {
            client: &shown.client,
            invoice: Some(&shown.invoice),
            estimate: None,
            kind,
            level,
            occasion,
            language: &shown.invoice.language,
            about: About::Invoice {
                invoice: &seen,
                today: shown.today,
            },
            event: Some(match kind {
                Kind::Reminder => REMINDER,
                _ => ISSUED,
            }),
            by_hand: true,
            attachments,
        };
        write(books, &session.business, draft, wanted, session.now())
    })?;
    Ok(Written {
        mail,
        client: shown.client.slug.to_string(),
        invoice: Some(shown.invoice.clone()),
        estimate: None,
    })
}

/// What a mail is written from.
struct Draft<'a> {
    client: &'a Client,
    invoice: Option<&'a Invoice>,
    estimate: Option<&'a Estimate>,
    kind: Kind,
    level: Option<i32>,
    occasion: Occasion,
    language: &'a str,
    about: About<'a>,
    /// The notification that says who is told.
    event: Option<&'static str>,
    by_hand: bool,
    attachments: Vec<NewAttachment>,
}

fn write(
    books: &Books<'_>,
    business: &Business,
    draft: Draft<'_>,
    wanted: &Wanted,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<NewMail> {
    let name = business.name.clone().ok_or(Refusal::NoBusiness)?;
    let from = business.mail.from.as_ref().or(business.email.as_ref());
    let sender = from.cloned().ok_or(Refusal::NoSender)?;
    let contacts = books.contacts(draft.client.key)?;
    let recipients = recipients(books, business, &draft, &contacts, wanted)?;
    let language = letter::language(draft.language);
    let template = template(books, draft.occasion, language)?;
    let greeted = greeted(&contacts, recipients.to.first());
    let facts = Facts {
        business: name.as_str(),
        client: draft.client.details.name.as_str(),
        contact: greeted.map(Line::as_str),
        message: wanted.message.as_ref().map(Note::as_str),
        about: draft.about,
    };
    let text = letter::write(&template, language, &facts);
    let subject = wanted.subject.as_ref().map(ToString::to_string);
    Ok(NewMail {
        client: Some(draft.client.key),
        invoice: draft.invoice.map(|invoice| invoice.key),
        estimate: draft.estimate.map(|estimate| estimate.key),
        kind: draft.kind,
        level: draft.level,
        message_id: message_id(&sender)?,
        sender,
        sender_name: Some(name),
        recipients,
        subject: subject.unwrap_or(text.subject),
        body: text.body,
        html: None,
        unsubscribe: None,
        attachments: draft.attachments,
        queued: now,
    })
}

/// Random, in the domain that it is sent from: it tells nothing of this machine.
pub(super) fn message_id(sender: &Email) -> Result<String> {
    let bytes: [u8; 16] = random()?;
    let domain = sender.as_str().rsplit('@').next().unwrap_or_default();
    let domain = url::Host::parse(domain).map_or_else(|_| domain.to_owned(), |d| d.to_string());
    Ok(format!(
        "{}@{domain}",
        data_encoding::HEXLOWER.encode(&bytes)
    ))
}

/// The text for an occasion: the user's own, else ours.
pub(super) fn template(books: &Books<'_>, occasion: Occasion, language: &str) -> Result<Template> {
    let own = books.mail_template(occasion.word(), language)?;
    let text = own.as_deref().unwrap_or(occasion.text(language));
    Ok(Template::parse(text, occasion)?)
}

fn recipients(
    books: &Books<'_>,
    business: &Business,
    draft: &Draft<'_>,
    contacts: &[Contact],
    wanted: &Wanted,
) -> Result<Recipients> {
    let known = mail::addressee(draft.client, contacts).map(|(_, email)| email);
    let (audience, owners) = match draft.event {
        Some(event) => told(books, business, draft.client, event)?,
        None => (Audience::Client, Vec::new()),
    };
    let mut recipients = mail::recipients(&audience, known, owners, draft.by_hand);
    if !wanted.to.is_empty() {
        recipients.to.clone_from(&wanted.to);
    }
    recipients.cc.clone_from(&wanted.cc);
    let recipients = recipients.each_once();
    if recipients.to.is_empty() {
        let client = draft.client.slug.clone();
        return Err(Refusal::NoRecipient { client }.into());
    }
    Ok(recipients)
}

/// Whom the notifications of a client mean for an event, with the addresses of the owner.
pub(super) fn told(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    event: &str,
) -> Result<(Audience, Vec<Email>)> {
    let event = notification::find(event)?;
    let holds = effective::<notification::Event>(books, Some(client.key))?;
    let holds = holds
        .into_iter()
        .find(|holds| holds.setting.key == event.key);
    let value = holds.map_or_else(|| event.default.to_owned(), |holds| holds.value);
    let (users, members) = (Vec::new(), books.members()?);
    let people = People {
        users: &users,
        members: &members,
        business: business.email.as_ref(),
    };
    let owners = event.recipients(&Audience::Owner, &people);
    Ok((event.audience(&value)?, owners))
}

/// Who is greeted: the contact with this address.
fn greeted<'a>(contacts: &'a [Contact], email: Option<&Email>) -> Option<&'a Line> {
    let email = fold(email?.as_str());
    let has_it = |contact: &&Contact| {
        let own = contact.email.as_ref();
        own.is_some_and(|own| fold(own.as_str()) == email)
    };
    contacts.iter().find(has_it).map(|contact| &contact.name)
}
