//! `loggia retainer ledger`: each period of a retainer, with every grant, draw and loss, and the entry behind each draw.

use clap::Args;
use serde::Serialize;

use crate::app::retainer::{self, Drawn, Standing};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::domain::retainer::{Account, Carried, Draw, Lost, Why};

use super::{named, references};

/// Show every grant, draw, carry-over and loss of a client's retainers
#[derive(Debug, Args)]
#[command(
    after_help = "Work draws in order of time, from the oldest grant first. What is left is carried up to the cap; what is beyond the cap \
    or too old is lost. What is logged for a day of a period that an invoice closed is late: it draws from the first period after \
    it that is open.\n\nExamples:\n  loggia retainer ledger acme\n  loggia retainer ledger acme --json"
)]
pub(in crate::cli) struct Ledger {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Only sums, without the draws
    #[arg(long)]
    short: bool,
}

impl Ledger {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let standings = retainer::ledgers(&session, &self.client)?;
        let ledgers = standings
            .iter()
            .map(|(standing, drawn)| LedgerView::of(standing, drawn, self.short))
            .collect();
        context.show(&Ledgers(ledgers))
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Ledgers(Vec<LedgerView>);

#[derive(Debug, Serialize)]
struct LedgerView {
    client: String,
    kind: &'static str,
    currency: &'static str,
    /// Empty: all of the client's.
    projects: Vec<String>,
    from: String,
    to: Option<String>,
    per: &'static str,
    periods: Vec<PeriodView>,
    #[serde(skip)]
    terms: String,
    #[serde(skip)]
    unit: &'static str,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
    /// The invoice or draft that closed it.
    closed_by: Option<String>,
    overage_rule: &'static str,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    /// Lost, because no more than the cap is carried.
    over_cap: String,
    /// Lost, because it is too old.
    expired: String,
    carried_out: String,
    overage: String,
    /// What came in, by the grants it is of.
    brought: Vec<PartView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    draws: Vec<DrawView>,
    lost: Vec<LossView>,
    /// What goes on, by the grants it is of.
    carried: Vec<PartView>,
    #[serde(skip)]
    deficit: bool,
}

#[derive(Debug, Serialize)]
struct DrawView {
    entry: i64,
    date: String,
    project: String,
    member: String,
    note: Option<String>,
    /// None of a retainer in money.
    hours: Option<String>,
    /// None of a retainer in hours.
    amount: Option<String>,
    /// First day of the period whose grant it is drawn from; none: beyond all grants.
    grant: Option<String>,
    /// Its day is in an earlier period, which was closed when it came.
    late: bool,
}

/// A part of a grant.
#[derive(Debug, Serialize)]
struct PartView {
    /// First day of the period that granted it.
    grant: String,
    amount: String,
    /// The last day on which it can be drawn; none: it does not expire.
    expires: Option<String>,
}

#[derive(Debug, Serialize)]
struct LossView {
    grant: String,
    amount: String,
    /// `cap` or `expired`.
    why: &'static str,
}

impl LedgerView {
    fn of(standing: &Standing, drawn: &Drawn, short: bool) -> Self {
        let terms = &standing.retainer.terms;
        let currency = standing.client.details.currency;
        let unit = standing.amount(0).currency();
        let periods = standing.accounts.iter();
        Self {
            client: standing.client.slug.to_string(),
            kind: terms.kind.word(),
            currency: currency.code(),
            projects: standing.projects.clone(),
            from: terms.start.to_string(),
            to: terms.end.map(|day| day.to_string()),
            per: terms.per.word(),
            terms: super::terms_words(&standing.retainer, currency),
            unit: unit.map_or("hours", |_| "amount"),
            periods: periods
                .map(|account| PeriodView::of(standing, account, drawn, short))
                .collect(),
        }
    }
}

impl PeriodView {
    fn of(standing: &Standing, account: &Account, drawn: &Drawn, short: bool) -> Self {
        let amount = |number| standing.amount(number).decimal();
        let draws = if short { &[] } else { account.draws.as_slice() };
        let draws = draws.iter();
        let part = |carried: &Carried| PartView {
            grant: carried.granted_on.to_string(),
            amount: amount(carried.amount),
            expires: carried.expires.map(|day| day.to_string()),
        };
        let loss = |lost: &Lost| LossView {
            grant: lost.granted_on.to_string(),
            amount: amount(lost.amount),
            why: match lost.why {
                Why::OverCap => "cap",
                Why::Expired => "expired",
            },
        };
        let agreement = standing.retainer.terms.on(account.period.from);
        Self {
            from: account.period.from.to_string(),
            to: account.period.to.to_string(),
            closed_by: standing.closed_by.get(&account.period.from).cloned(),
            overage_rule: agreement.overage.word(),
            granted: amount(account.granted),
            carried_in: amount(account.carried_in),
            used: amount(account.used),
            left: amount(account.left),
            over_cap: amount(account.over_cap),
            expired: amount(account.expired),
            carried_out: amount(account.carried_out),
            overage: amount(account.overage),
            brought: account.brought.iter().map(part).collect(),
            draws: draws
                .filter_map(|draw| DrawView::of(standing, draw, drawn))
                .collect(),
            lost: account.lost.iter().map(loss).collect(),
            carried: account.carried.iter().map(part).collect(),
            deficit: account.carried_in < 0,
        }
    }
}

impl DrawView {
    fn of(standing: &Standing, draw: &Draw, drawn: &Drawn) -> Option<Self> {
        let listed = drawn.get(&draw.entry)?;
        let amount = standing.amount(draw.amount);
        let is_money = amount.currency().is_some();
        Some(Self {
            entry: draw.entry.0,
            date: draw.day.to_string(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            member: listed.member_slug.clone(),
            note: listed.entry.work.note.as_ref().map(ToString::to_string),
            hours: (!is_money).then(|| amount.decimal()),
            amount: is_money.then(|| amount.decimal()),
            grant: draw.granted_on.map(|day| day.to_string()),
            late: draw.late,
        })
    }

    /// The entry and where it is drawn from, in words.
    fn words(&self, period: &str) -> String {
        let late = if self.late { "late, " } else { "" };
        let from = match &self.grant {
            Some(grant) if grant == period => String::new(),
            Some(grant) => format!(", from the grant of {grant}"),
            None => ", beyond what is there".to_owned(),
        };
        let note = self.note.as_deref().map(|note| format!(": {note}"));
        format!(
            "{late}{} entry {} ({}){}{from}",
            self.date,
            self.entry,
            self.member,
            note.unwrap_or_default()
        )
    }
}

impl View for Ledgers {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no retainer; `loggia retainer add CLIENT --hours 20 --from DATE` adds one");
        }
        for ledger in &self.0 {
            ledger.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

impl View for LedgerView {
    fn text(&self, page: &mut Page) {
        let name = named(&self.client, &self.projects);
        page.heading(&format!("{name}: {}", self.terms));
        for period in &self.periods {
            period.text(page, self.unit);
        }
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

impl PeriodView {
    fn text(&self, page: &mut Page, unit: &'static str) {
        let closed = self.closed_by.as_ref();
        let closed = closed.map(|invoice| format!(", closed by {invoice}"));
        let closed = closed.unwrap_or_default();
        page.heading(&format!("{} to {}{closed}", self.from, self.to));
        let columns = [Column::Text(""), Column::Number(unit), Column::Text("")];
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut add = |what: &str, amount: &str, note: String| {
            rows.push(vec![what.to_owned(), amount.to_owned(), note]);
        };
        add("granted", &self.granted, String::new());
        if self.deficit {
            add("carried in", &self.carried_in, "a deficit".to_owned());
        }
        for part in &self.brought {
            add("carried in", &part.amount, part.words());
        }
        for draw in &self.draws {
            let amount = draw.hours.as_ref().or(draw.amount.as_ref());
            let amount = format!("-{}", amount.map(String::as_str).unwrap_or_default());
            add("drawn", &amount, draw.words(&self.from));
        }
        add("used", &self.used, String::new());
        if !is_zero(&self.overage) {
            let becomes = match self.overage_rule {
                "bill" => "billed",
                "carry" => "a deficit of the next period",
                _ => "given",
            };
            add("beyond", &self.overage, becomes.to_owned());
        }
        add("left", &self.left, String::new());
        for loss in &self.lost {
            let what = match loss.why {
                "cap" => "over the cap",
                _ => "expired",
            };
            let note = format!("lost, of the grant of {}", loss.grant);
            add(what, &format!("-{}", loss.amount), note);
        }
        for part in &self.carried {
            add("carried out", &part.amount, part.words());
        }
        table(page, &columns, &rows, None);
    }
}

impl PartView {
    fn words(&self) -> String {
        let until = self.expires.as_ref().map(|day| format!(", until {day}"));
        format!(
            "of the grant of {}{}",
            self.grant,
            until.unwrap_or_default()
        )
    }
}

/// Whether an amount is nothing, in any currency.
fn is_zero(amount: &str) -> bool {
    amount.chars().all(|c| matches!(c, '0' | '.' | '-'))
}
