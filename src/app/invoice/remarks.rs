//! References and texts of a new invoice: as asked for, else those of the client, else those of the business in the client's language.

use std::collections::BTreeMap;

use crate::app::Result;
use crate::domain::business;
use crate::domain::client::Client;
use crate::domain::invoice::Remarks;
use crate::store::Books;

use super::press::Dating;

/// Field of a client with the order that its invoices name.
pub const PURCHASE_ORDER: &str = "Purchase order";

/// What a new invoice has beside what it bills.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// What is asked for; what is none comes from the client and the business.
    pub remarks: Remarks,
    /// Credit of the client pays it, as far as it goes.
    pub use_credit: bool,
    pub dating: Dating,
}

/// What is written on an invoice of a client.
pub(super) fn of(books: &Books<'_>, client: &Client, asked: &Remarks) -> Result<Remarks> {
    let Remarks {
        purchase_order,
        project_reference,
        introduction,
        closing,
    } = asked.clone();
    let marks = books.marks(client.key)?;
    let order = || {
        let mut fields = marks.fields.iter();
        let found = fields.find(|(name, _)| name.as_str().eq_ignore_ascii_case(PURCHASE_ORDER));
        found.map(|(_, order)| order.to_string())
    };
    let texts = Texts::of(books, client)?;
    Ok(Remarks {
        purchase_order: purchase_order.or_else(order),
        project_reference,
        introduction: introduction.or_else(|| texts.text(business::INVOICE_INTRO)),
        closing: closing.or_else(|| texts.text(business::INVOICE_CLOSING)),
    })
}

/// The texts that a client's documents have where nobody gave another.
pub(in crate::app) struct Texts<'a> {
    own: BTreeMap<String, String>,
    business: BTreeMap<String, String>,
    language: &'a str,
}

impl<'a> Texts<'a> {
    pub(in crate::app) fn of(books: &Books<'_>, client: &'a Client) -> Result<Self> {
        Ok(Self {
            own: books.client_texts(client.key)?,
            business: books.settings()?,
            language: client.details.language.as_str(),
        })
    }

    /// The client's own, else that of the business in the language, else its text for all languages.
    pub(in crate::app) fn text(&self, key: &str) -> Option<String> {
        let in_language = format!("{key}.{}", self.language);
        let found = self
            .own
            .get(key)
            .or_else(|| self.business.get(&in_language))
            .or_else(|| self.business.get(key));
        found.cloned()
    }
}
