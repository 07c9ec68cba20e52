//! How it is billed, besides what: tax, discount, surcharge, deposits; and the tax that follows for a client on a day.

use chrono::NaiveDate;

use crate::app::{Result, Session};
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::invoice::{Asked, Item, Line, TaxCategory};
use crate::domain::tax::{self, Applied, Treatment};
use crate::store::Books;
use crate::values::item::TypedItem;
use crate::values::text;

/// How it is billed. The default is for what is billed unattended: as agreed with the client, deposits left for who knows what they
/// were for.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Whether unbilled expenses are billed; none: where work is.
    pub expenses: Option<bool>,
    /// Whether deposits are deducted that fit.
    pub deposits: bool,
    pub discount: Option<Asked>,
    pub surcharge: Option<Asked>,
    /// In place of what is agreed with the client.
    pub tax: Option<Treatment>,
    /// Why no tax is charged, likewise.
    pub tax_note: Option<text::Line>,
}

/// The tax of a client on a day, and what documents say of why there is none.
pub(in crate::app) struct Taxation {
    pub applied: Applied,
    own_note: Option<text::Line>,
    of_business: Option<text::Line>,
}

impl Taxation {
    pub(in crate::app) fn of(
        books: &Books<'_>,
        business: &Business,
        client: &Client,
        terms: &Terms,
        date: NaiveDate,
    ) -> Result<Self> {
        let agreed = books.client_tax(client.key)?;
        let treatment = terms.tax.as_ref().or(agreed.treatment.as_ref());
        Ok(Self {
            applied: tax::apply(treatment, business, &books.tax_rates()?, date)?,
            own_note: terms.tax_note.clone().or(agreed.note),
            of_business: business.exemption.clone(),
        })
    }

    /// The business as it bills this client.
    pub(in crate::app) fn billing(&self, business: &Business) -> Business {
        Business {
            tax: self.applied.tax,
            taxes: self.applied.taxes.clone(),
            ..business.clone()
        }
    }

    /// Names the taxes of lines that have the tax of the invoice.
    pub(in crate::app) fn name(&self, lines: &mut [Line]) {
        for line in lines.iter_mut().filter(|line| line.tax == self.applied.tax) {
            line.taxes.clone_from(&self.applied.taxes);
        }
    }

    /// What the document says of why no tax is charged; nothing where it is.
    pub(in crate::app) fn note(&self, lines: &[Line]) -> Option<String> {
        let any = |wanted: fn(TaxCategory) -> bool| lines.iter().any(|l| wanted(l.tax.category));
        let own = self.own_note.as_ref();
        let note = if any(|category| category == TaxCategory::E) {
            own.or(self.of_business.as_ref())
        } else if any(|category| !matches!(category, TaxCategory::S | TaxCategory::Z)) {
            own
        } else {
            None
        };
        note.map(ToString::to_string)
    }
}

/// Items as they were typed, under the rates of a day where they name one.
pub fn items(session: &Session, typed: &[TypedItem], date: Option<NaiveDate>) -> Result<Vec<Item>> {
    let date = date.unwrap_or(session.today());
    let table = session.store.read(|books| books.tax_rates())?;
    let item = |typed: &TypedItem| {
        let tax = typed.tax.as_deref().map(Treatment::parse).transpose()?;
        let tax = tax
            .map(|treatment| tax::apply(Some(&treatment), &session.business, &table, date))
            .transpose()?;
        Ok(Item {
            description: typed.description.to_string(),
            quantity: typed.quantity,
            unit: typed.count.into(),
            unit_price: typed.price.decimal(),
            adjustment: typed.adjustment,
            tax: tax.map(|applied| applied.tax),
        })
    };
    typed.iter().map(item).collect()
}
