//! `loggia retainer`.

mod ledger;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::Error;
use crate::app::retainer::{self, New, Standing};
use crate::domain::retainer::{Account, Carry, Overage, Per, Retainer as Agreed};
use crate::values::duration::{Seconds, parse_hours_amount};
use crate::values::money::{Money, Rate};

use super::Context;
use super::client::references;
use super::error::{Failure, Result};
use super::table::{Column, table};
use super::terminal::{Page, View};

use ledger::Ledger;

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
    /// List retainers with what was agreed
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
    },
    Ledger(Ledger),
    /// End a client's retainer early; what was invoiced for it stays
    #[command(after_help = "Example:\n  loggia retainer end acme --on 2026-12-31")]
    End {
        #[arg(value_name = "CLIENT")]
        client: String,
        /// The last day [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
}

/// Agree on a retainer with a client
#[derive(Debug, Args)]
#[command(
    after_help = "While a retainer is in force, work in its scope draws from it; only what is beyond it is billed by the hour.\n\n\
    Examples:\n  loggia retainer add acme --hours 20 --per month --fee 1800 --from 2026-01-01\n  \
    loggia retainer add acme --hours 20 --from 2026-01-01 --carry-cap 10 --carry-expires 2 --overage bill --overage-rate 110"
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
    /// What is left moves to the next period, up to so many hours
    #[arg(long, value_name = "HOURS")]
    carry_cap: Option<String>,
    /// A grant can be drawn in its own period and so many after it [default: for ever]
    #[arg(long, value_name = "PERIODS", requires = "carry_cap", value_parser = clap::value_parser!(u32).range(1..=1000))]
    carry_expires: Option<u32>,
    /// What becomes of work beyond the hours
    #[arg(long, default_value = "bill")]
    overage: Beyond,
    /// Rate of work beyond the hours [default: that of each entry]
    #[arg(long, value_name = "AMOUNT")]
    overage_rate: Option<String>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Beyond {
    /// It is billed by the hour
    Bill,
    /// The next period begins with it as a deficit
    Carry,
    /// It is given to the client
    Absorb,
}

impl From<Beyond> for Overage {
    fn from(beyond: Beyond) -> Self {
        match beyond {
            Beyond::Bill => Self::Bill,
            Beyond::Carry => Self::Carry,
            Beyond::Absorb => Self::Absorb,
        }
    }
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
            Self::List { client } => {
                let session = context.session()?;
                let agreed = retainer::list(&session, client.as_deref())?;
                context.show(&TermsList(agreed.iter().map(TermsView::of).collect()))
            }
            Self::Ledger(ledger) => ledger.run(context),
            Self::End { client, on } => {
                let mut session = context.session()?;
                let day = on
                    .as_deref()
                    .map(|on| session.calendar.parse_date(on))
                    .transpose()
                    .map_err(Error::from)?
                    .unwrap_or(session.today());
                let agreed = retainer::end(&mut session, &client, day)?;
                context.say(&format!("the retainer ends with {day}"))?;
                context.show(&TermsView::of(&agreed))
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
            carry: match self.carry_cap.as_deref() {
                None => None,
                Some(cap) => Some(Carry {
                    cap: parse_hours_amount(cap).map_err(Error::from)?.0,
                    periods: self.carry_expires,
                }),
            },
            overage: self.overage.into(),
            overage_rate: self
                .overage_rate
                .as_deref()
                .map(Rate::parse)
                .transpose()
                .map_err(Error::from)?,
            projects: self.projects,
            prorate: !self.no_prorate,
            if_missing: self.if_missing,
        };
        if new.overage_rate.is_some() && new.overage != Overage::Bill {
            return Err(Failure::usage(
                "usage.conflict",
                "--overage-rate says what is billed beyond the hours, and nothing is".to_owned(),
                "give --overage bill, or leave --overage-rate away".to_owned(),
            ));
        }
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

/// What was agreed.
#[derive(Debug, Serialize)]
struct TermsView {
    client: String,
    kind: &'static str,
    per: &'static str,
    allowance: String,
    fee: Option<String>,
    currency: &'static str,
    from: String,
    to: Option<String>,
    prorate: bool,
    carry_cap: Option<String>,
    carry_expires: Option<u32>,
    overage: &'static str,
    overage_rate: Option<String>,
    projects: Vec<String>,
    #[serde(skip)]
    words: String,
}

/// What was agreed, in words.
fn terms_words(agreed: &Agreed) -> String {
    let terms = &agreed.terms;
    let mut words = format!("{} h a {}", hours(terms.allowance), terms.per.word());
    if terms.per == Per::Term {
        words = format!("{} h in all", hours(terms.allowance));
    }
    if let Some(carry) = terms.carry {
        words.push_str(&format!(", up to {} h carried over", hours(carry.cap)));
        match carry.periods {
            Some(1) => words.push_str(" for 1 period"),
            Some(periods) => words.push_str(&format!(" for {periods} periods")),
            None => {}
        }
    }
    words.push_str(match terms.overage {
        Overage::Bill => ", billed beyond that",
        Overage::Carry => ", a deficit carried over",
        Overage::Absorb => ", given beyond that",
    });
    if let Some(rate) = agreed.overage_rate {
        words.push_str(&format!(" at {rate}"));
    }
    words.push_str(&format!(", from {}", terms.start));
    if let Some(end) = terms.end {
        words.push_str(&format!(" to {end}"));
    }
    words
}

impl TermsView {
    fn of(agreed: &retainer::Agreed) -> Self {
        let retainer::Agreed {
            client,
            retainer,
            projects,
        } = agreed;
        let terms = &retainer.terms;
        let currency = client.details.currency;
        let fee = retainer.fee.map(|fee| Money::from_minor(fee, currency));
        let mut words = terms_words(retainer);
        if let Some(fee) = fee {
            words.push_str(&format!(", fee {fee}"));
        }
        if !projects.is_empty() {
            words.push_str(&format!(", for {}", projects.join(", ")));
        }
        Self {
            client: client.slug.to_string(),
            kind: "hours",
            per: terms.per.word(),
            allowance: hours(terms.allowance),
            fee: fee.map(|fee| fee.amount()),
            currency: currency.code(),
            from: terms.start.to_string(),
            to: terms.end.map(|day| day.to_string()),
            prorate: terms.prorate,
            carry_cap: terms.carry.map(|carry| hours(carry.cap)),
            carry_expires: terms.carry.and_then(|carry| carry.periods),
            overage: terms.overage.word(),
            overage_rate: retainer.overage_rate.map(|rate| rate.to_string()),
            projects: projects.clone(),
            words,
        }
    }
}

impl View for TermsView {
    fn text(&self, page: &mut Page) {
        page.line(format!("{}: {}", self.client, self.words));
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct TermsList(Vec<TermsView>);

impl View for TermsList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no retainers; `loggia retainer add CLIENT --hours 20 --from DATE` adds one");
        }
        for terms in &self.0 {
            terms.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
