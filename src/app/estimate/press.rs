//! Issuing: the number and the document, in one transaction. What was issued stays as it is, byte for byte.

use chrono::{Days, NaiveDate};

use crate::app::look::Printers;
use crate::app::{Error, Result, Session, find, portal_settings};
use crate::disclosure;
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::estimate::{Estimate, makes_sense};
use crate::published;
use crate::store::{Books, NewEstimate, Numbered};

use super::super::invoice::{buyer, seller};
use super::{Shown, as_new, by_key};

/// Gives a draft its number, its last day and the document that goes out. Its lines are as they were drafted.
pub fn issue(session: &mut Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let draft = find::estimate(books, reference)?;
        draft.is_draft()?;
        let business = crate::app::business(books, zone)?;
        if business.name.is_none() {
            return Err(Refusal::NoBusiness.into());
        }
        let client = find::client_of(books, draft.client)?;
        client.takes_work()?;
        let issued = NewEstimate {
            date: today,
            valid_until: draft.valid_until.or(usual_end(&business, today)),
            // What the draft lacked may have been set since it was made.
            seller: seller(&business),
            buyer: buyer(books, &client)?,
            ..as_new(&draft)
        };
        makes_sense(&issued.lines, today, issued.valid_until)?;
        books.edit_estimate(&draft, &issued)?;
        let numbered = next_number(books, &business, &client, &issued)?;
        let number = numbered.number.clone();
        let estimate = Estimate {
            number: Some(number.clone()),
            date: issued.date,
            valid_until: issued.valid_until,
            seller: issued.seller,
            buyer: issued.buyer,
            ..draft
        };
        let bytes = draw(books, &business, &estimate)?;
        books.issue_estimate(estimate.key, &numbered, &bytes)?;
        books.cannot_be_undone(&format!(
            "estimate {number} is issued; `loggia estimate decline {number}` closes it"
        ))?;
        Ok::<_, Error>(estimate.key)
    })?;
    by_key(session, key)
}

/// The next number, without a gap in its counter.
fn next_number(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    issued: &NewEstimate,
) -> Result<Numbered> {
    let pattern = &business.estimate_number;
    let slug = client.slug.as_str();
    let counter = pattern.counter(issued.date, slug);
    let last = books.last_estimate_sequence(&counter)?;
    let sequence = last.unwrap_or(0) + 1;
    let number = pattern.number(sequence, issued.date, slug);
    if books.estimate(&number)?.is_some() {
        return Err(Refusal::EstimateNumberTaken { number }.into());
    }
    Ok(Numbered {
        number,
        counter,
        sequence,
    })
}

/// The PDF: the one that was issued, or one drawn now of a draft.
pub fn pdf(session: &Session, shown: &Shown) -> Result<Vec<u8>> {
    session.store.read(|books| {
        if let Some(sha256) = &shown.estimate.document_sha256
            && let Some(bytes) = books.file(sha256)?
        {
            return Ok(bytes);
        }
        draw(books, &session.business, &shown.estimate)
    })
}

/// The characters of an estimate for which there is no typeface.
pub fn missing_glyphs(session: &Session, shown: &Shown) -> Result<Vec<char>> {
    session.store.read(|books| {
        let mut printers = Printers::default();
        let printer = printers.of(books, &session.business)?;
        Ok(printer.missing_in(&face(books, &session.business, &shown.estimate)?))
    })
}

/// The estimate as its client gets it.
pub fn for_client(session: &Session, shown: &Shown) -> Result<published::Estimate> {
    session
        .store
        .read(|books| face(books, &session.business, &shown.estimate))
}

/// The same within a transaction. A draft holds as long as it would if it were issued on its date.
pub(in crate::app) fn face(
    books: &Books<'_>,
    business: &Business,
    estimate: &Estimate,
) -> Result<published::Estimate> {
    let visibility = portal_settings::of(books, estimate.client)?;
    let face = disclosure::estimate::estimate(estimate, &visibility)?;
    Ok(published::Estimate {
        valid_until: face.valid_until.or(usual_end(business, estimate.date)),
        ..face
    })
}

fn usual_end(business: &Business, date: NaiveDate) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::from(business.estimate_days)))
}

fn draw(books: &Books<'_>, business: &Business, estimate: &Estimate) -> Result<Vec<u8>> {
    let mut printers = Printers::default();
    let printer = printers.of(books, business)?;
    Ok(printer.estimate(&face(books, business, estimate)?)?)
}
