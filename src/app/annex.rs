//! The time sheet behind an invoice, with the eyes of its client on the day of issue.

use crate::disclosure;
use crate::disclosure::public_id::PublicIds;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::published::Annex;
use crate::store::Books;

use super::{Result, portal_settings, publish};

/// The time sheet; none where there is no work, or where the client sees no entries.
pub(super) fn of(
    books: &Books<'_>,
    ids: &PublicIds,
    business: &Business,
    client: &Client,
    invoice: &Invoice,
) -> Result<Option<Annex>> {
    let visibility = portal_settings::of(books, client.key)?;
    let billed = books.billed_work(invoice.key)?;
    if !visibility.timesheets || billed.is_empty() {
        return Ok(None);
    }
    let source = publish::client_books(
        books,
        business,
        client,
        ids.clone(),
        invoice.issue_date,
        None,
    )?;
    Ok(disclosure::annex::annex(
        &source,
        invoice,
        &billed,
        &visibility,
    ))
}
