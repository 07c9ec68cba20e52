//! What is to be billed: the arguments of `invoice preview` and `invoice create`.

use clap::{Args, ValueEnum};

use crate::app::invoice::{Terms, Wanted};
use crate::app::{Error, Session};
use crate::cli::error::Result;
use crate::domain::invoice::Grouping;
use crate::values::period::Span;

use super::terms::{Adjust, Taxed, items, terms};

#[derive(Debug, Args)]
#[command(
    after_help = "What is billed: unbilled work, what retainers are due, and unbilled expenses of the days; items besides. Deposits that were billed \
    before\nare deducted, as far as they fit.\n\n\
    Items: [QUANTITY [UNIT] x] PRICE [-10%|+5.00] [@TAX] DESCRIPTION; units are h, days, weeks, months, years, km, pieces.\n\n\
    Examples:\n  loggia invoice preview acme last month\n  loggia invoice create acme 2026-11 --group-by task\n  \
    loggia invoice create acme --item \"3 x 49.00 Hosting\" --item \"2 days x 800 -10% Workshop\" --only-items\n  \
    loggia invoice create acme --discount 10% --discount-reason loyalty --tax reverse-charge"
)]
pub(in crate::cli) struct Bill {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Days whose work is billed [default: everything up to today]
    period: Vec<String>,
    /// What makes a line
    #[arg(long, value_name = "KEY", default_value = "project")]
    group_by: GroupBy,
    /// Date of the invoice [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Item to bill besides, such as "3 x 49.00 Hosting"; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Leave work, retainers and expenses for another invoice
    #[arg(long, requires = "items", conflicts_with_all = ["no_expenses", "only_expenses"])]
    only_items: bool,
    /// Leave expenses for another invoice
    #[arg(long, conflicts_with = "only_expenses")]
    no_expenses: bool,
    /// Leave work and retainers for another invoice
    #[arg(long)]
    only_expenses: bool,
    /// Leave deposits for another invoice
    #[arg(long)]
    no_deposits: bool,
    #[command(flatten)]
    adjust: Adjust,
    #[command(flatten)]
    taxed: Taxed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum GroupBy {
    Project,
    Task,
    Member,
    Day,
    Entry,
}

impl From<GroupBy> for Grouping {
    fn from(by: GroupBy) -> Self {
        match by {
            GroupBy::Project => Self::Project,
            GroupBy::Task => Self::Task,
            GroupBy::Member => Self::Member,
            GroupBy::Day => Self::Day,
            GroupBy::Entry => Self::Entry,
        }
    }
}

impl Bill {
    pub(super) fn wanted(self, session: &Session) -> Result<Wanted> {
        let text = self.period.join(" ");
        let calendar = &session.calendar;
        let date = self
            .date
            .as_deref()
            .map(|date| calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        Ok(Wanted {
            client: self.client,
            days: if text.trim().is_empty() {
                Span::all()
            } else {
                calendar.parse_period(&text).map_err(Error::from)?
            },
            grouping: self.group_by.into(),
            work: !self.only_items && !self.only_expenses,
            items: items(session, &self.items, date)?,
            terms: Terms {
                expenses: Some(!self.only_items && !self.no_expenses),
                deposits: !self.no_deposits,
                ..terms(self.adjust, self.taxed)?
            },
            date,
        })
    }
}
