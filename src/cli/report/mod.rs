//! `loggia report`: what is unbilled, owed and worked, and what it brought, as a table, a file or JSON.

mod aging;
mod budget;
mod profit;
mod statement;
pub(super) mod time;
mod unbilled;
mod utilisation;

use clap::Subcommand;

use crate::app::Session;
use crate::document::sheet::{self, Cell, Kind, Sheet};
use crate::values::money::Currency;

use super::Context;
use super::burn::Burn;
use super::error::Result;

pub(super) use aging::Aging;
pub(super) use statement::Account;

/// Reports: budgets, what is unbilled, owed, worked and earned (time by client, project and so on: `loggia time report`)
#[derive(Debug, Subcommand)]
pub(super) enum Report {
    Budget(budget::BudgetReport),
    Burn(Burn),
    Unbilled(unbilled::Unbilled),
    Aging(Aging),
    Profit(profit::ProfitReport),
    Utilisation(utilisation::Utilisation),
}

impl Report {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Budget(report) => report.run(context),
            Self::Burn(report) => report.run(context),
            Self::Unbilled(report) => report.run(context),
            Self::Aging(report) => report.run(context),
            Self::Profit(report) => report.run(context),
            Self::Utilisation(report) => report.run(context),
        }
    }
}

/// What is at the head of a column, for scripts and for people.
#[derive(Debug, Clone)]
struct Heading {
    key: String,
    english: String,
    german: String,
    kind: Kind,
}

impl Heading {
    fn new(key: &str, english: &str, german: &str, kind: Kind) -> Self {
        Self {
            key: key.to_owned(),
            english: english.to_owned(),
            german: german.to_owned(),
            kind,
        }
    }

    /// The same for one of several currencies.
    fn of(self, currency: Currency) -> Self {
        let code = currency.code();
        Self {
            key: format!("{}_{}", self.key, code.to_lowercase()),
            english: format!("{} {code}", self.english),
            german: format!("{} {code}", self.german),
            kind: self.kind,
        }
    }
}

/// A table that is not yet of a business.
struct SheetOf {
    title: String,
    columns: Vec<Heading>,
    rows: Vec<Vec<Cell>>,
}

impl SheetOf {
    fn for_business(self, session: &Session) -> Sheet {
        let business = &session.business;
        let german = is_german(session);
        let author = business.name.as_ref().map(ToString::to_string);
        Sheet {
            title: self.title,
            author: author.unwrap_or_default(),
            day: session.today(),
            language: business.language.to_string(),
            columns: self
                .columns
                .into_iter()
                .map(|heading| sheet::Column {
                    key: heading.key,
                    name: if german {
                        heading.german
                    } else {
                        heading.english
                    },
                    kind: heading.kind,
                })
                .collect(),
            rows: self.rows,
        }
    }
}

fn is_german(session: &Session) -> bool {
    session.business.language.as_str() == "de"
}

/// The word before a total.
fn total_word(session: &Session) -> Cell {
    let german = is_german(session);
    Cell::Text(if german { "Summe" } else { "total" }.to_owned())
}

/// Reads what to sort by: a word, with a `-` in front from the end.
pub(super) fn sorting<T>(
    text: &str,
    words: impl Iterator<Item = &'static str>,
    from_word: impl Fn(&str) -> Option<T>,
) -> std::result::Result<(T, bool), String> {
    let (word, down) = match text.strip_prefix('-') {
        Some(word) => (word, true),
        None => (text, false),
    };
    if let Some(sorted) = from_word(word) {
        return Ok((sorted, down));
    }
    let words: Vec<&'static str> = words.collect();
    let near = crate::values::id::near(word, words.iter().copied());
    Err(match near.first() {
        Some(near) => format!("nothing is sorted by `{word}`; did you mean `{near}`?"),
        None => format!(
            "nothing is sorted by `{word}`; there are {}",
            words.join(", ")
        ),
    })
}
