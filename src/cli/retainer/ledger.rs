//! `loggia retainer ledger`: each period of a retainer, with every draw and the entry behind it.

use clap::Args;
use serde::Serialize;

use crate::app::retainer::{self, Drawn, Standing};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::domain::retainer::Account;

use super::hours;

/// Show every grant, draw, carry-over and loss of a client's retainers
#[derive(Debug, Args)]
#[command(
    after_help = "Work draws in order of time, from the oldest grant first. What is left is carried up to the cap; what is beyond the cap \
    or too old is lost.\n\nExamples:\n  loggia retainer ledger acme\n  loggia retainer ledger acme --json"
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
    from: String,
    to: Option<String>,
    per: &'static str,
    overage_rule: &'static str,
    periods: Vec<PeriodView>,
    #[serde(skip)]
    terms: String,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    draws: Vec<DrawView>,
}

#[derive(Debug, Serialize)]
struct DrawView {
    entry: i64,
    date: String,
    project: String,
    member: String,
    note: Option<String>,
    hours: String,
    /// First day of the period whose grant it is drawn from; none: beyond all grants.
    grant: Option<String>,
}

impl LedgerView {
    fn of(standing: &Standing, drawn: &Drawn, short: bool) -> Self {
        let terms = &standing.retainer.terms;
        let period = |account: &Account| PeriodView {
            from: account.period.from.to_string(),
            to: account.period.to.to_string(),
            granted: hours(account.granted),
            carried_in: hours(account.carried_in),
            used: hours(account.used),
            left: hours(account.left),
            over_cap: hours(account.over_cap),
            expired: hours(account.expired),
            carried_out: hours(account.carried_out),
            overage: hours(account.overage),
            draws: if short {
                Vec::new()
            } else {
                draws(account, drawn)
            },
        };
        Self {
            client: standing.client.slug.to_string(),
            from: terms.start.to_string(),
            to: terms.end.map(|day| day.to_string()),
            per: terms.per.word(),
            overage_rule: terms.overage.word(),
            periods: standing.accounts.iter().map(period).collect(),
            terms: super::terms_words(&standing.retainer),
        }
    }
}

fn draws(account: &Account, drawn: &Drawn) -> Vec<DrawView> {
    let view = |draw: &crate::domain::retainer::Draw| {
        let listed = drawn.get(&draw.entry)?;
        Some(DrawView {
            entry: draw.entry.0,
            date: draw.day.to_string(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            member: listed.member_slug.clone(),
            note: listed.entry.work.note.as_ref().map(ToString::to_string),
            hours: hours(draw.amount),
            grant: draw.granted_on.map(|day| day.to_string()),
        })
    };
    account.draws.iter().filter_map(view).collect()
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
        let references: Vec<&str> = self.0.iter().map(|ledger| ledger.client.as_str()).collect();
        references.join("\n")
    }
}

impl View for LedgerView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{}: {}", self.client, self.terms));
        for period in &self.periods {
            period.text(page);
        }
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

impl PeriodView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} to {}", self.from, self.to));
        let columns = [Column::Text(""), Column::Number("hours"), Column::Text("")];
        let row =
            |what: &str, hours: &str, note: String| vec![what.to_owned(), hours.to_owned(), note];
        let mut rows = vec![row("granted", &self.granted, String::new())];
        let is_zero = |hours: &str| hours.trim_start_matches('-') == "0.00";
        let mut add = |what: &str, hours: &str, note: &str| {
            if !is_zero(hours) {
                rows.push(row(what, hours, note.to_owned()));
            }
        };
        add("carried in", &self.carried_in, "");
        for draw in &self.draws {
            let from = match &draw.grant {
                Some(grant) if *grant == self.from => String::new(),
                Some(grant) => format!(", from the grant of {grant}"),
                None => ", beyond what is there".to_owned(),
            };
            let note = draw.note.as_deref().map(|note| format!(": {note}"));
            let words = format!(
                "{} entry {} ({}){}{from}",
                draw.date,
                draw.entry,
                draw.member,
                note.unwrap_or_default()
            );
            add("drawn", &format!("-{}", draw.hours), &words);
        }
        add("used", &self.used, "");
        add("beyond", &self.overage, "");
        add("over the cap", &self.over_cap, "lost");
        add("expired", &self.expired, "lost");
        add("carried out", &self.carried_out, "");
        rows.push(row("left", &self.left, String::new()));
        table(page, &columns, &rows, None);
    }
}
