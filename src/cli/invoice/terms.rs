//! How it is billed, besides what: discount, surcharge and tax, as flags of several commands; and items in one text each.

use clap::Args;

use crate::app::error::field;
use crate::app::invoice::Terms;
use crate::app::{Error, Session};
use crate::cli::error::{Failure, Result};
use crate::domain::invoice::{Asked, Item};
use crate::domain::tax::Treatment;
use crate::values::item::TypedItem;
use crate::values::part::Part;
use crate::values::text::Line;

/// Discount and surcharge of a document.
#[derive(Debug, Args)]
pub(in crate::cli) struct Adjust {
    /// Taken off the whole, before tax: 10% or 50.00
    #[arg(long, value_name = "PART", allow_hyphen_values = true)]
    discount: Option<String>,
    /// What it is given for, on the document
    #[arg(long, value_name = "TEXT")]
    discount_reason: Option<String>,
    /// Added to the whole, before tax: 10% or 50.00
    #[arg(long, value_name = "PART", allow_hyphen_values = true)]
    surcharge: Option<String>,
    /// What it is for, on the document
    #[arg(long, value_name = "TEXT")]
    surcharge_reason: Option<String>,
}

impl Adjust {
    /// What was asked for, of discount and surcharge; `none` is nothing, where something was there before.
    pub(in crate::cli) fn asked(self) -> Result<[Option<Option<Asked>>; 2]> {
        Ok([
            asked("--discount", self.discount, self.discount_reason)?,
            asked("--surcharge", self.surcharge, self.surcharge_reason)?,
        ])
    }
}

fn asked(
    flag: &str,
    part: Option<String>,
    reason: Option<String>,
) -> Result<Option<Option<Asked>>> {
    let reason = reason
        .map(|reason| field("reason", Line::parse(&reason)))
        .transpose()?;
    match part.as_deref().map(str::trim) {
        None if reason.is_some() => Err(Failure::usage(
            "usage",
            format!("a reason without {flag}"),
            format!("give {flag} 10% or {flag} 50.00 too"),
        )),
        None => Ok(None),
        Some("none" | "") => Ok(Some(None)),
        Some(part) => Ok(Some(Some(Asked {
            part: Part::parse(part).map_err(Error::from)?,
            reason: reason.map(String::from),
        }))),
    }
}

/// The tax of one document, in place of what is agreed with the client.
#[derive(Debug, Args)]
pub(in crate::cli) struct Taxed {
    /// Tax in place of the client's: 19, reduced, FR/standard, zero, exempt, reverse-charge, intra-community, export, outside; or one
    /// with its name, "GST 5", and several by giving it again
    #[arg(long = "tax", value_name = "TAX", allow_hyphen_values = true)]
    taxes: Vec<String>,
    /// Why no tax is charged, on the document; a VATEX code may stand before it
    #[arg(long, value_name = "TEXT")]
    tax_note: Option<String>,
}

impl Taxed {
    pub(in crate::cli) fn read(self) -> Result<(Option<Treatment>, Option<Line>)> {
        let tax = match self.taxes.as_slice() {
            [] => None,
            taxes => Some(Treatment::parse(&taxes.join(" + ")).map_err(Error::from)?),
        };
        let note = self
            .tax_note
            .map(|note| field("tax note", Line::parse(&note)))
            .transpose()?;
        Ok((tax, note))
    }
}

/// Terms without expenses and deposits.
pub(in crate::cli) fn terms(adjust: Adjust, taxed: Taxed) -> Result<Terms> {
    let [discount, surcharge] = adjust.asked()?;
    let (tax, tax_note) = taxed.read()?;
    Ok(Terms {
        discount: discount.flatten(),
        surcharge: surcharge.flatten(),
        tax,
        tax_note,
        ..Terms::default()
    })
}

/// Items as they were typed.
pub(in crate::cli) fn items(
    session: &Session,
    texts: &[String],
    date: Option<chrono::NaiveDate>,
) -> Result<Vec<Item>> {
    let typed = texts
        .iter()
        .map(|text| TypedItem::parse(text))
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(Error::from)?;
    Ok(crate::app::invoice::items(session, &typed, date)?)
}
