//! The user's table of tax rates by country.

use chrono::NaiveDate;

use crate::domain::key::TaxRateKey;
use crate::domain::tax::{DatedTaxRate, RateName};
use crate::store::Books;
use crate::values::money::Percent;
use crate::values::text::Country;

use super::{Error, Result, Session};

/// What became of a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    pub rate: DatedTaxRate,
    /// What held of the same name from the same day before.
    pub before: Option<Percent>,
}

/// The rates, by country, name and day; of one country, if one is given.
pub fn list(session: &Session, country: Option<&Country>) -> Result<Vec<DatedTaxRate>> {
    let mut rates = session.store.read(|books| books.tax_rates())?;
    rates.retain(|rate| country.is_none_or(|country| rate.country == *country));
    Ok(rates)
}

/// Sets a rate from a day on. The same name from the same day is corrected.
pub fn set(
    session: &mut Session,
    country: Country,
    name: RateName,
    percent: Percent,
    from: Option<NaiveDate>,
) -> Result<Set> {
    session.write(|books| {
        let known = known(books, &country, &name, from)?;
        let before = known.as_ref().map(|rate| rate.percent);
        let mut rate = DatedTaxRate {
            key: TaxRateKey(0),
            country,
            name,
            percent,
            from,
        };
        rate.key = match known {
            Some(known) => {
                books.edit_tax_rate(known.key, percent)?;
                known.key
            }
            None => books.add_tax_rate(&rate)?,
        };
        Ok::<_, Error>(Set { rate, before })
    })
}

/// Removes a rate: that of a day, or the one without.
pub fn unset(
    session: &mut Session,
    country: &Country,
    name: &RateName,
    from: Option<NaiveDate>,
) -> Result<DatedTaxRate> {
    session.write(|books| {
        let Some(rate) = known(books, country, name, from)? else {
            let all = books.tax_rates()?;
            let same = all.iter().filter(|rate| rate.country == *country);
            return Err(Error::NotFound {
                noun: "rate",
                wanted: match from {
                    Some(from) => format!("{country} {name} --from {from}"),
                    None => format!("{country} {name}"),
                },
                near: same.map(shown).collect(),
            });
        };
        books.delete_tax_rate(rate.key)?;
        Ok(rate)
    })
}

fn shown(rate: &DatedTaxRate) -> String {
    match rate.from {
        Some(from) => format!("{} {} --from {from}", rate.country, rate.name),
        None => format!("{} {}", rate.country, rate.name),
    }
}

fn known(
    books: &Books<'_>,
    country: &Country,
    name: &RateName,
    from: Option<NaiveDate>,
) -> Result<Option<DatedTaxRate>> {
    let rates = books.tax_rates()?;
    let same =
        |rate: &DatedTaxRate| rate.country == *country && rate.name == *name && rate.from == from;
    Ok(rates.into_iter().find(same))
}
