//! Reminders: which are due, and sending them. When one is due is decided in [`crate::domain::reminder`].

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::document::letter::Occasion;
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::invoice::Invoice;
use crate::domain::job::{self, Key, Outcome};
use crate::domain::key::{ClientKey, InvoiceKey, MailKey};
use crate::domain::notification::Audience;
use crate::domain::reminder::{self, Facts, Level, Schedule, Tone};
use crate::store::{Books, Writer};
use crate::values::id::Slug;

use super::invoice::Press;
use super::letter::{REMINDER, remind_in as write_in, told};
use super::{Error, Result, Session, find};

/// A reminder that has to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub invoice: InvoiceKey,
    pub number: String,
    pub client: Slug,
    pub level: Level,
}

impl Due {
    /// What no other reminder has: the invoice and the days from due.
    pub fn key(&self) -> (InvoiceKey, i32) {
        (self.invoice, self.level.days)
    }
}

/// What came of queueing reminders.
#[derive(Debug, Default)]
pub struct Reminded {
    /// The mails.
    pub queued: Vec<i64>,
    /// Invoices of which none could be written, with the reason.
    pub failed: Vec<(String, Error)>,
}

/// When a client is reminded.
#[derive(Debug, Clone)]
pub struct Plan {
    /// None: of everybody who has no days of its own.
    pub client: Option<Slug>,
    pub days: Schedule,
    /// Not as the business has it.
    pub own: bool,
}

/// The reminders that are due on a day, by due day of their invoices.
pub(super) fn due(books: &Books<'_>, business: &Business, today: NaiveDate) -> Result<Vec<Due>> {
    let own = books.own_reminders()?;
    if business.mail.reminders.is_off() && own.is_empty() {
        return Ok(Vec::new());
    }
    let reminded = books.reminded(None)?;
    let mut clients: BTreeMap<ClientKey, (Slug, bool)> = BTreeMap::new();
    let mut all = Vec::new();
    for open in books.open_invoices_on(today, None)? {
        let schedule = own.get(&open.client).unwrap_or(&business.mail.reminders);
        if schedule.is_off() || open.due.is_none() || open.total.minor() <= open.settled.minor() {
            continue;
        }
        let Some(invoice) = books.invoice(&open.number)? else {
            continue;
        };
        let done = reminded.get(&invoice.key).map_or(&[][..], Vec::as_slice);
        let Some(level) = schedule.due(facts(&invoice, done, today)?, today) else {
            continue;
        };
        // Sent by a run, or marked as sent elsewhere.
        let key = Key::new(job::Kind::Reminder, &open.number, level.days);
        if books.job(&key)?.is_some() {
            continue;
        }
        let (client, is_told) = match clients.get(&open.client) {
            Some(known) => known.clone(),
            None => {
                let client = find::client_of(books, open.client)?;
                let (audience, _) = told(books, business, &client, REMINDER)?;
                let known = (client.slug, audience != Audience::Off);
                clients.insert(open.client, known.clone());
                known
            }
        };
        if is_told {
            all.push(Due {
                invoice: invoice.key,
                number: open.number,
                client,
                level,
            });
        }
    }
    Ok(all)
}

/// Queues a reminder in the transaction of the caller; none if it is not due any more.
pub(super) fn remind_in(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    wanted: &Due,
    today: NaiveDate,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<MailKey>> {
    let Some(invoice) = books.invoice_by_key(wanted.invoice)? else {
        return Ok(None);
    };
    let reminded = books.reminded(Some(invoice.key))?;
    let done = reminded.get(&invoice.key).map_or(&[][..], Vec::as_slice);
    let own = books.own_reminders()?;
    let schedule = own.get(&invoice.client).unwrap_or(&business.mail.reminders);
    match schedule.due(facts(&invoice, done, today)?, today) {
        Some(level) if level == wanted.level => {
            write_in(books, business, press, &invoice, level, today, now).map(Some)
        }
        _ => Ok(None),
    }
}

/// The reminders that are due today.
pub fn list_due(session: &Session) -> Result<Vec<Due>> {
    let (business, today) = (&session.business, session.today());
    session.store.read(|books| due(books, business, today))
}

/// Queues every reminder that is due, each on its own. Those that could not be written are told with the reason.
pub fn remind_all(session: &mut Session) -> Result<Reminded> {
    let due = list_due(session)?;
    let mut reminded = Reminded::default();
    if due.is_empty() {
        return Ok(reminded);
    }
    let mut press = Press::new(session)?;
    for wanted in due {
        match remind(session, &mut press, &wanted) {
            Ok(key) => reminded.queued.extend(key.map(|key| key.0)),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => reminded.failed.push((wanted.number, error)),
        }
    }
    Ok(reminded)
}

/// Queues one reminder that is due, in a transaction of its own; none if another command did meanwhile.
fn remind(session: &mut Session, press: &mut Press, wanted: &Due) -> Result<Option<MailKey>> {
    let (zone, today, now) = (session.business.zone, session.today(), session.now());
    session.write(|books| {
        let business = super::business(books, zone)?;
        remind_in(books, &business, press, wanted, today, now)
    })
}

/// The same with its key in one transaction, or the key alone where it was sent elsewhere; whether it was due still.
pub(super) fn once(
    session: &mut Session,
    press: &mut Press,
    wanted: &Due,
    key: &Key,
    mark: bool,
) -> Result<bool> {
    let (zone, today, now) = (session.business.zone, session.today(), session.now());
    session.write(|books| {
        if books.job(key)?.is_some() {
            return Ok(false);
        }
        let client = find::invoice_of(books, wanted.invoice)?.client;
        let outcome = if mark {
            Outcome::Marked
        } else {
            let business = super::business(books, zone)?;
            if remind_in(books, &business, press, wanted, today, now)?.is_none() {
                return Ok(false);
            }
            Outcome::Done
        };
        // Its invoice is told by the subject: that of a job is one that it made.
        books.settle(key, today, outcome, Some(client), None)?;
        Ok(true)
    })
}

/// The level of a reminder that is sent by hand.
pub(super) fn by_hand(session: &Session, invoice: &Invoice) -> Result<Level> {
    let today = session.today();
    let reminded = session
        .store
        .read(|books| books.reminded(Some(invoice.key)))?;
    let done = reminded.get(&invoice.key).map_or(&[][..], Vec::as_slice);
    let facts = facts(invoice, done, today)?;
    reminder::by_hand(facts, today).ok_or_else(|| {
        Error::from(Refusal::NothingToRemind {
            invoice: invoice.name(),
            state: facts.state.word(),
        })
    })
}

fn facts<'a>(invoice: &Invoice, done: &'a [i32], today: NaiveDate) -> Result<Facts<'a>> {
    Ok(Facts {
        state: invoice.state(today)?,
        issued: invoice.issue_date,
        due: invoice.due_date,
        done,
    })
}

/// The text for a tone.
pub(super) fn occasion(tone: Tone) -> Occasion {
    match tone {
        Tone::DueSoon => Occasion::ReminderDue,
        Tone::First => Occasion::ReminderFirst,
        Tone::Second => Occasion::ReminderSecond,
        Tone::Last => Occasion::ReminderLast,
    }
}

/// When clients are reminded: the business's days, and those of clients that have their own.
pub fn plans(session: &Session) -> Result<Vec<Plan>> {
    let mut plans = vec![Plan {
        client: None,
        days: session.business.mail.reminders.clone(),
        own: false,
    }];
    session.store.read(|books| {
        for (client, days) in books.own_reminders()? {
            plans.push(Plan {
                client: Some(find::client_of(books, client)?.slug),
                days,
                own: true,
            });
        }
        Ok::<_, Error>(())
    })?;
    Ok(plans)
}

/// When one client is reminded.
pub fn plan(session: &Session, client: &str) -> Result<Plan> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let own = books.own_reminders()?.remove(&client.key);
        Ok(Plan {
            client: Some(client.slug),
            own: own.is_some(),
            days: own.unwrap_or_else(|| session.business.mail.reminders.clone()),
        })
    })
}

/// Sets when a client is reminded; without days, as the business has it.
pub fn set_plan(session: &mut Session, client: &str, days: Option<&Schedule>) -> Result<Plan> {
    session.write(|books| {
        let client = find::client(books, client)?;
        books.set_own_reminders(client.key, days)?;
        Ok::<_, Error>(())
    })?;
    plan(session, client)
}
