//! `loggia retainer`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::Error;
use crate::app::retainer::{self, New, Standing};
use crate::domain::retainer::{Account, Per};
use crate::values::duration::{Seconds, parse_hours_amount};

use super::Context;
use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Retainers: hours agreed per period
#[derive(Debug, Subcommand)]
pub(super) enum Retainer {
    Add(Add),
    /// Show how retainers stand in the current period
    Status {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Every period
        #[arg(long, short)]
        verbose: bool,
    },
}

/// Agree on a retainer with a client
#[derive(Debug, Args)]
#[command(
    after_help = "While a retainer is in force, work in its scope draws from it; only what is beyond it is billed by the hour.\n\n\
    Example:\n  loggia retainer add acme --hours 20 --per month --fee 1800 --from 2026-01-01"
)]
pub(super) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Hours granted in a whole period
    #[arg(long)]
    hours: String,
    /// Length of a period
    #[arg(long, default_value = "month")]
    per: Length,
    /// Fee of a whole period, in the client's currency
    #[arg(long, value_name = "AMOUNT")]
    fee: Option<String>,
    /// First day
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Last day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only work on this project draws from it; may be given several times
    #[arg(long = "project", value_name = "CLIENT/PROJECT")]
    projects: Vec<String>,
    /// Grant the whole allowance in a first or last partial period too
    #[arg(long)]
    no_prorate: bool,
    /// Keep a retainer with the same first day that is there already
    #[arg(long)]
    if_missing: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Length {
    Week,
    Month,
    Quarter,
    Year,
    /// One period from --from to --to
    Term,
}

impl From<Length> for Per {
    fn from(length: Length) -> Self {
        match length {
            Length::Week => Self::Week,
            Length::Month => Self::Month,
            Length::Quarter => Self::Quarter,
            Length::Year => Self::Year,
            Length::Term => Self::Term,
        }
    }
}

impl Retainer {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Status { client, verbose } => {
                let session = context.session()?;
                let standings = retainer::status(&session, client.as_deref())?;
                let today = session.today();
                let views = standings
                    .iter()
                    .filter_map(|standing| RetainerView::of(standing, today, verbose))
                    .collect();
                context.show(&RetainerList(views))
            }
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let date = |text: &str| session.calendar.parse_date(text).map_err(Error::from);
        let new = New {
            hours: parse_hours_amount(&self.hours).map_err(Error::from)?,
            per: self.per.into(),
            fee: self.fee,
            from: date(&self.from)?,
            to: self.to.as_deref().map(date).transpose()?,
            projects: self.projects,
            prorate: !self.no_prorate,
            if_missing: self.if_missing,
        };
        if new.per == Per::Term && new.to.is_none() {
            return Err(super::missing("--to"));
        }
        let standing = retainer::add(&mut session, &self.client, &new)?;
        context.say(&format!("retainer of {}", standing.client.slug))?;
        let today = session.today();
        match RetainerView::of(&standing, today.max(new.from), false) {
            Some(view) => context.show(&view),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Serialize)]
struct RetainerView {
    client: String,
    kind: &'static str,
    per: &'static str,
    period: PeriodView,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    overage: String,
    expires: Vec<ExpiryView>,
    currency: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    periods: Vec<AccountView>,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct ExpiryView {
    on: Option<String>,
    hours: String,
}

#[derive(Debug, Serialize)]
struct AccountView {
    period: PeriodView,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    overage: String,
}

fn hours(seconds: i64) -> String {
    Seconds(seconds).hours()
}

impl AccountView {
    fn of(account: &Account) -> Self {
        Self {
            period: PeriodView {
                from: account.period.from.to_string(),
                to: account.period.to.to_string(),
            },
            granted: hours(account.granted),
            carried_in: hours(account.carried_in),
            used: hours(account.used),
            left: hours(account.left),
            overage: hours(account.overage),
        }
    }
}

impl RetainerView {
    fn of(standing: &Standing, today: chrono::NaiveDate, verbose: bool) -> Option<Self> {
        let account = standing.account(today).or(standing.accounts.first())?;
        let current = AccountView::of(account);
        let over = if account.overage > 0 {
            format!(", {} h over", current.overage)
        } else {
            String::new()
        };
        let line = format!(
            "{}: {} h left of {} h until {}{over}",
            standing.client.slug,
            current.left,
            hours(account.granted + account.carried_in),
            account.period.to
        );
        Some(Self {
            client: standing.client.slug.to_string(),
            kind: "hours",
            per: standing.retainer.terms.per.word(),
            period: current.period,
            granted: current.granted,
            carried_in: current.carried_in,
            used: current.used,
            left: current.left,
            overage: current.overage,
            expires: account
                .expires
                .iter()
                .map(|(on, amount)| ExpiryView {
                    on: on.map(|day| day.to_string()),
                    hours: hours(*amount),
                })
                .collect(),
            currency: standing.client.details.currency.code(),
            periods: if verbose {
                standing.accounts.iter().map(AccountView::of).collect()
            } else {
                Vec::new()
            },
            line,
        })
    }
}

impl View for RetainerView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.line);
        if self.periods.is_empty() {
            return;
        }
        let columns = [
            Column::Text("period"),
            Column::Number("granted"),
            Column::Number("carried in"),
            Column::Number("used"),
            Column::Number("left"),
            Column::Number("over"),
        ];
        let rows: Vec<_> = self
            .periods
            .iter()
            .map(|account| {
                vec![
                    format!("{}..{}", account.period.from, account.period.to),
                    account.granted.clone(),
                    account.carried_in.clone(),
                    account.used.clone(),
                    account.left.clone(),
                    account.overage.clone(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct RetainerList(Vec<RetainerView>);

impl View for RetainerList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no retainers; `loggia retainer add CLIENT --hours 20 --from DATE` adds one");
        }
        for retainer in &self.0 {
            retainer.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
