//! `loggia tax`.

use chrono::NaiveDate;
use clap::Subcommand;
use serde::Serialize;

use crate::app::{Error, Session, tax};
use crate::domain::tax::{DatedTaxRate, RateName};
use crate::values::money::Percent;
use crate::values::text::Country;

use super::Context;
use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Rates of tax by country, which you keep; clients are billed by them
#[derive(Debug, Subcommand)]
#[command(
    after_help = "The rate `standard` of your own country holds for all clients with whom nothing else is agreed, from its day on; \
    where the\ntable has none, the setting `tax`. Agree with a client by `loggia client edit CLIENT --tax …`.\n\n\
    Examples:\n  loggia tax set DE standard 19\n  loggia tax set DE reduced 7 --from 2026-01-01\n  loggia client edit acme --tax reduced"
)]
pub(super) enum Tax {
    /// List the rates
    List {
        /// Only of this country
        country: Option<String>,
    },
    /// Set a rate: from a day on, or always
    Set {
        /// ISO 3166 code, or a name such as Germany
        country: String,
        /// standard, reduced, or a word of your own
        name: String,
        /// Percents; 0 is the zero rate
        percent: String,
        /// First day on which it holds
        #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
        from: Option<String>,
    },
    /// Remove a rate; what was in force before it holds on
    Unset {
        country: String,
        name: String,
        /// The one that holds from this day on
        #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
        from: Option<String>,
    },
}

impl Tax {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::List { country: of } => {
                let of = of.as_deref().map(country).transpose()?;
                let session = context.session()?;
                let rates = tax::list(&session, of.as_ref())?;
                context.show(&RateList(rates.iter().map(RateView::of).collect()))
            }
            Self::Set {
                country: of,
                name: typed,
                percent,
                from,
            } => {
                let (of, name) = (country(&of)?, name(&typed)?);
                let percent = Percent::parse_tax(&percent).map_err(Error::from)?;
                let mut session = context.session()?;
                let from = day(&session, from.as_deref())?;
                let set = tax::set(&mut session, of, name, percent, from)?;
                context.say(&match set.before {
                    Some(before) if before != percent => format!("set, {before} before"),
                    _ => "set".to_owned(),
                })?;
                context.show(&RateView::of(&set.rate))
            }
            Self::Unset {
                country: of,
                name: typed,
                from,
            } => {
                let (of, name) = (country(&of)?, name(&typed)?);
                context.confirm(&format!("remove the rate {of} {name}"))?;
                let mut session = context.session()?;
                let from = day(&session, from.as_deref())?;
                let removed = tax::unset(&mut session, &of, &name, from)?;
                context.say("removed; `loggia undo` brings it back")?;
                context.show(&RateView::of(&removed))
            }
        }
    }
}

fn day(session: &Session, text: Option<&str>) -> Result<Option<NaiveDate>> {
    let day = text.map(|text| session.calendar.parse_date(text));
    Ok(day.transpose().map_err(Error::from)?)
}

fn country(text: &str) -> Result<Country> {
    Ok(crate::app::error::field("country", Country::parse(text))?)
}

fn name(text: &str) -> Result<RateName> {
    Ok(RateName::parse(text).map_err(Error::from)?)
}

#[derive(Debug, Serialize)]
struct RateView {
    country: String,
    name: String,
    rate: String,
    from: Option<String>,
}

impl RateView {
    fn of(rate: &DatedTaxRate) -> Self {
        Self {
            country: rate.country.to_string(),
            name: rate.name.to_string(),
            rate: rate.percent.to_string(),
            from: rate.from.map(|day| day.to_string()),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.country.clone(),
            self.name.clone(),
            self.rate.clone(),
            self.from.clone().unwrap_or_else(|| "always".to_owned()),
        ]
    }
}

const COLUMNS: [Column; 4] = [
    Column::Text("country"),
    Column::Text("name"),
    Column::Number("percent"),
    Column::Text("from"),
];

impl View for RateView {
    fn text(&self, page: &mut Page) {
        table(page, &COLUMNS, &[self.row()], None);
    }

    fn reference(&self) -> String {
        format!("{} {}", self.country, self.name)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct RateList(Vec<RateView>);

impl View for RateList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no rates; the setting `tax` holds for all. `loggia tax set DE standard 19` begins the table");
            return;
        }
        let rows: Vec<_> = self.0.iter().map(RateView::row).collect();
        table(page, &COLUMNS, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
