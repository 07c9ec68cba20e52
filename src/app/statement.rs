//! Statements of account.

use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::domain::journal::{Billed, transactions};
use crate::domain::statement::{self, Statement};
use crate::store::InvoiceFilter;
use crate::values::period::Span;

use super::{Result, Session, find};

/// A client with its account over some days.
#[derive(Debug, Clone)]
pub struct Shown {
    pub client: Client,
    /// Up to today at most.
    pub days: Span,
    /// One a currency.
    pub statements: Vec<Statement>,
}

/// The account of a client over some days; what is dated after the day for which the command runs does not count.
pub fn statement(session: &Session, client: &str, days: Span) -> Result<Shown> {
    let today = session.today();
    let days = Span {
        to: Some(days.to.map_or(today, |to| to.min(today))),
        ..days
    };
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let own = InvoiceFilter {
            client: Some(client.key),
            ..InvoiceFilter::default()
        };
        let slug = client.slug.to_string();
        let of_client = |invoice: Invoice| Billed {
            client: slug.clone(),
            invoice,
        };
        let billed: Vec<Billed> = books.invoices(own)?.into_iter().map(of_client).collect();
        let statements = statement::statements(&transactions(&billed, &[])?, &slug, days)?;
        Ok(Shown {
            client,
            days,
            statements,
        })
    })
}
