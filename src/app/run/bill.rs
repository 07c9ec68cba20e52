//! Making an invoice that is due, with its key in one transaction.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::invoice::Press;
use crate::app::invoice::due::{self, Closes};
use crate::app::{Error, Result, Session, find, letter, schedule};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::job::{Kind, Outcome};
use crate::domain::key::{InvoiceKey, RetainerKey};
use crate::domain::retainer::Retainer;
use crate::store::{Books, NewInvoice, StoreError, Writer};

use super::State;
use super::plan::{Due, What, is_left_out};

/// What came of it.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) state: State,
    pub(super) reference: Option<String>,
    /// Why an invoice that was to be mailed is not.
    pub(super) unsent: Option<Error>,
}

impl Done {
    fn without_invoice(state: State) -> Self {
        Self {
            state,
            reference: None,
            unsent: None,
        }
    }
}

/// How often another process is waited for: each time as long as the store's patience.
const TRIES: u32 = 5;

/// Makes an invoice that is due; none where it is not due any more, since another run made it.
pub(super) fn one(
    session: &mut Session,
    press: &mut Press,
    due: &Due,
    today: NaiveDate,
    mark_done: bool,
) -> Result<Option<Done>> {
    let (zone, now) = (session.business.zone, session.now());
    patiently(session, |books| {
        if books.job(&due.key)?.is_some() {
            return Ok(None);
        }
        if mark_done {
            return settle(books, due, today, Outcome::Marked, None).map(Some);
        }
        let client = find::client_of(books, due.client)?;
        if is_left_out(&client, due.key.kind) {
            return settle(books, due, today, Outcome::Skipped, None).map(Some);
        }
        if let Some(invoice) = voided_by_hand(books, due)? {
            let done = settle(books, due, today, Outcome::Done, Some(invoice))?;
            books.tell_taken_back(&due.key)?;
            return Ok(Some(Done {
                state: State::TakenBack,
                ..done
            }));
        }
        if !is_due_still(books, due, today)? {
            return Ok(None);
        }
        let business = crate::app::business(books, zone)?;
        make(books, &business, press, due, today, now)
    })
}

/// Makes one again that was settled.
pub(super) fn again(
    session: &mut Session,
    press: &mut Press,
    due: &Due,
    today: NaiveDate,
) -> Result<Done> {
    let (zone, now) = (session.business.zone, session.now());
    patiently(session, |books| {
        let business = crate::app::business(books, zone)?;
        if let What::Fee(agreed, period) = due.what
            && let Some((_, invoice)) =
                books.invoice_of_period(agreed, Kind::RetainerFee, period, false)?
        {
            return Err(Refusal::JobStands {
                key: due.key.to_string(),
                invoice,
            }
            .into());
        }
        match make(books, &business, press, due, today, now)? {
            Some(done) => Ok(done),
            None => Ok(Done::without_invoice(State::Nothing)),
        }
    })
}

/// Writes, and waits for other processes that write longer than the store does by itself.
fn patiently<T>(
    session: &mut Session,
    mut act: impl FnMut(&mut Writer<'_>) -> Result<T>,
) -> Result<T> {
    let mut tries = 1;
    loop {
        match session.write(&mut act) {
            Err(Error::Store(StoreError::Busy)) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

fn make(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    due: &Due,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Done>> {
    let Drafted {
        draft,
        closes,
        issue,
    } = match draft(books, business, due, today) {
        Ok(drafted) => drafted,
        Err(Error::Refused(Refusal::NothingToBill { waiting: 0, .. })) => {
            return settle(books, due, today, Outcome::Nothing, None).map(Some);
        }
        Err(Error::Refused(Refusal::NothingToBill { .. })) => {
            return Ok(Some(Done::without_invoice(State::Waiting)));
        }
        Err(other) => return Err(other),
    };
    let Some(draft) = draft else {
        return Ok(None);
    };
    let invoice = due::keep(books, business, press, &draft, &closes, issue, today)?;
    let unsent = match issue && business.mail.invoices {
        true => mail(books, business, press, invoice, today, now)?,
        false => None,
    };
    let done = settle(books, due, today, Outcome::Done, Some(invoice))?;
    Ok(Some(Done { unsent, ..done }))
}

/// Queues the mail that brings an invoice, or says why it cannot be. The invoice stands all the same: it can be sent by hand.
fn mail(
    books: &mut Writer<'_>,
    business: &Business,
    press: &mut Press,
    invoice: InvoiceKey,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Error>> {
    let invoice = find::invoice_of(books, invoice)?;
    match letter::issued_in(books, business, press, &invoice, today, now) {
        Ok(_) => Ok(None),
        Err(Error::Store(error)) => Err(error.into()),
        Err(why) => Ok(Some(why)),
    }
}

fn settle(
    books: &mut Writer<'_>,
    due: &Due,
    today: NaiveDate,
    outcome: Outcome,
    invoice: Option<InvoiceKey>,
) -> Result<Done> {
    books.settle(&due.key, today, outcome, Some(due.client), invoice)?;
    let reference = match invoice {
        Some(key) => books.invoice_by_key(key)?.map(|invoice| invoice.name()),
        None => None,
    };
    Ok(Done {
        state: outcome.into(),
        reference,
        unsent: None,
    })
}

/// The draft of what is due, with what it closes, and whether it is issued.
struct Drafted {
    draft: Option<NewInvoice>,
    closes: Closes,
    issue: bool,
}

impl Drafted {
    fn issued(draft: Option<NewInvoice>) -> Self {
        Self {
            draft,
            closes: Closes::Nothing,
            issue: true,
        }
    }
}

fn draft(books: &Books<'_>, business: &Business, due: &Due, today: NaiveDate) -> Result<Drafted> {
    Ok(match due.what {
        What::Schedule(key) => match books.schedule(key)? {
            Some(schedule) => {
                let draft = due::of_schedule(books, business, &schedule, due.planned, today)?;
                let client = find::client_of(books, due.client)?;
                Drafted {
                    draft: Some(draft),
                    closes: Closes::Work(due::wanted_of(&schedule, &client, due.planned)),
                    issue: !schedule.draft,
                }
            }
            None => Drafted::issued(None),
        },
        What::Fee(key, period) => Drafted::issued(match retainer(books, due, key)? {
            Some(retainer) => due::of_fee(books, business, &retainer, period, today)?,
            None => None,
        }),
        What::Overage(key, period) => match retainer(books, due, key)? {
            Some(retainer) => Drafted {
                closes: Closes::Through(retainer.clone(), period),
                ..Drafted::issued(due::of_overage(books, business, &retainer, period, today)?)
            },
            None => Drafted::issued(None),
        },
        What::LateFee(key) => {
            Drafted::issued(match (business.late_fee, books.invoice_by_key(key)?) {
                (Some(rule), Some(late)) => {
                    due::of_late_fee(books, business, &rule, &late, due.planned, today)?
                }
                _ => None,
            })
        }
    })
}

fn retainer(books: &Books<'_>, due: &Due, key: RetainerKey) -> Result<Option<Retainer>> {
    let mut agreed = books.retainers(Some(due.client))?.into_iter();
    Ok(agreed.find(|agreed| agreed.key == key))
}

/// Whether it is due still: since the look another may have paused a schedule, or billed a fee by hand.
fn is_due_still(books: &Books<'_>, due: &Due, today: NaiveDate) -> Result<bool> {
    Ok(match due.what {
        What::Schedule(key) => match books.schedule(key)? {
            Some(schedule) => {
                let done = schedule::done(books, &schedule)?;
                schedule.due(done, today).any(|date| date == due.planned)
            }
            None => false,
        },
        What::Fee(agreed, period) => !books.is_billed_fee(agreed, period)?,
        What::Overage(..) | What::LateFee(_) => true,
    })
}

/// The invoice by which a fee or overage was billed by hand, and which is void. What somebody took back is not made again unasked.
fn voided_by_hand(books: &Books<'_>, due: &Due) -> Result<Option<InvoiceKey>> {
    let (What::Fee(agreed, period) | What::Overage(agreed, period)) = due.what else {
        return Ok(None);
    };
    let voided = books.voided_of_period(agreed, due.key.kind, period)?;
    Ok(voided.map(|(key, _)| key))
}
