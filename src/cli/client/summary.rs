//! `loggia client show`: everything about a client on one page.

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::app::client_summary::{self, Summary};
use crate::app::retainer::Standing;
use crate::app::unbilled::Unbilled;
use crate::app::{Session, project};
use crate::cli::Context;
use crate::cli::alert::words;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::domain::alert::Alert;
use crate::domain::retainer::Account;
use crate::domain::user::User;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::talk::TalkView;
use super::view::ClientView;

/// Show a client: contacts, billing, projects, what is open and owed, the portal, and what is to be done
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  loggia client show acme --json | jq '.next_steps[].command'")]
pub(in crate::cli) struct Show {
    #[arg(value_name = "CLIENT")]
    client: String,
}

impl Show {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let summary = client_summary::summary(&session, &self.client)?;
        context.show(&SummaryView::of(&summary, &session))
    }
}

/// The client of the list, and what hangs on it.
#[derive(Debug, Serialize)]
struct SummaryView {
    #[serde(flatten)]
    client: ClientView,
    rate: Option<RateView>,
    /// The first of them.
    retainer: Option<RetainerView>,
    retainers: Vec<RetainerView>,
    projects: Vec<ProjectView>,
    unbilled: UnbilledView,
    unbilled_expenses: ExpensesView,
    outstanding: String,
    overdue: String,
    /// What it paid or was credited above its invoices.
    credit: String,
    last_contact: Option<TalkView>,
    portal: PortalView,
    users: Vec<UserView>,
    next_steps: Vec<StepView>,
    #[serde(skip)]
    owed: Option<String>,
    #[serde(skip)]
    has_credit: Option<String>,
}

#[derive(Debug, Serialize)]
struct RateView {
    amount: String,
    currency: &'static str,
    /// Since when; none: always.
    from: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct RetainerView {
    kind: &'static str,
    per: &'static str,
    /// Of a whole period; none of one in money.
    hours: Option<String>,
    /// Of a whole period; none of one in hours.
    amount: Option<String>,
    /// Empty: all of the client's.
    projects: Vec<String>,
    fee: Option<String>,
    currency: &'static str,
    start: String,
    end: Option<String>,
    period: Option<AccountView>,
    #[serde(skip)]
    terms: String,
}

#[derive(Debug, Clone, Serialize)]
struct AccountView {
    from: String,
    to: String,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    overage: String,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct ProjectView {
    project: String,
    name: String,
    due: Option<String>,
    hours: String,
    budget: Option<BudgetView>,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct BudgetView {
    /// Hours, or money where there is a currency.
    allocated: String,
    used: String,
    left: String,
    currency: Option<&'static str>,
    percent: Option<String>,
}

#[derive(Debug, Serialize)]
struct UnbilledView {
    seconds: i64,
    hours: String,
    amount: String,
    currency: &'static str,
    /// Hours that no amount counts.
    hours_without_rate: String,
    since: Option<String>,
    #[serde(skip)]
    line: Option<String>,
}

#[derive(Debug, Serialize)]
struct ExpensesView {
    count: usize,
    /// Before the tax of the invoice.
    amount: String,
    currency: &'static str,
    since: Option<String>,
    #[serde(skip)]
    line: Option<String>,
}

#[derive(Debug, Serialize)]
struct PortalView {
    /// `on` or `off`.
    console: &'static str,
    /// It will be there after the next sync.
    published: bool,
    address: Option<String>,
    last_push: Option<String>,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct UserView {
    email: String,
    name: Option<String>,
    role: &'static str,
    party: &'static str,
    state: &'static str,
    last_sign_in: Option<String>,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct StepView {
    alert: &'static str,
    message: String,
    /// What helps.
    command: String,
}

impl SummaryView {
    fn of(summary: &Summary, session: &Session) -> Self {
        let client = &summary.shown.client;
        let slug = client.slug.as_str();
        let owed = &summary.owed;
        let standings = summary.retainers.iter();
        let retainers: Vec<RetainerView> = standings
            .map(|standing| RetainerView::of(standing, session.today()))
            .collect();
        Self {
            client: ClientView::of(&summary.shown),
            rate: summary.rate.as_ref().map(|resolved| RateView {
                amount: resolved.rate.to_string(),
                currency: client.details.currency.code(),
                from: resolved.from.map(|day| day.to_string()),
            }),
            retainer: retainers.first().cloned(),
            retainers,
            projects: summary.projects.iter().map(ProjectView::of).collect(),
            unbilled: UnbilledView::of(summary),
            unbilled_expenses: ExpensesView::of(summary),
            outstanding: owed.outstanding.amount(),
            overdue: owed.overdue.amount(),
            credit: owed.credit.amount(),
            last_contact: summary
                .last_contact
                .as_ref()
                .map(|talk| TalkView::of(slug, talk)),
            portal: PortalView::of(summary, session),
            users: summary
                .users
                .iter()
                .map(|user| UserView::of(user, session))
                .collect(),
            next_steps: summary
                .alerts
                .iter()
                .map(|alert| StepView::of(alert, slug))
                .collect(),
            owed: owed_words(owed.outstanding, owed.overdue),
            has_credit: (!owed.credit.is_zero()).then(|| owed.credit.to_string()),
        }
    }
}

pub(super) fn owed_words(outstanding: Money, overdue: Money) -> Option<String> {
    if outstanding.is_zero() {
        return None;
    }
    let late = match overdue.is_zero() {
        true => String::new(),
        false => format!(", {overdue} overdue"),
    };
    Some(format!("{outstanding}{late}"))
}

pub(super) fn unbilled_words(unbilled: &Unbilled) -> Option<String> {
    let without = match unbilled.without_rate {
        Seconds::ZERO => String::new(),
        seconds => format!(", {} h without a rate", seconds.hours()),
    };
    let (hours, amount) = (unbilled.seconds.hours(), unbilled.amount);
    let since = unbilled.since?;
    Some(format!("{hours} h, {amount}, since {since}{without}"))
}

impl RetainerView {
    fn of(standing: &Standing, today: NaiveDate) -> Self {
        let terms = &standing.retainer.terms;
        let agreement = terms.on(today);
        let currency = standing.client.details.currency;
        let fee = agreement.fee.map(|fee| Money::from_minor(fee, currency));
        let allowance = standing.amount(agreement.allowance);
        let is_money = allowance.currency().is_some();
        let price = fee.map(|fee| format!(" for {fee}")).unwrap_or_default();
        let end = terms
            .end
            .map(|end| format!(" to {end}"))
            .unwrap_or_default();
        let scope = match standing.projects.as_slice() {
            [] => String::new(),
            projects => format!(", on {}", projects.join(", ")),
        };
        let (per, size) = (terms.per.word(), figure(allowance));
        Self {
            kind: terms.kind.word(),
            per,
            terms: format!("{size} per {per}{price}, from {}{end}{scope}", terms.start),
            hours: (!is_money).then(|| allowance.decimal()),
            amount: is_money.then(|| allowance.decimal()),
            projects: standing.projects.clone(),
            fee: fee.map(Money::amount),
            currency: currency.code(),
            start: terms.start.to_string(),
            end: terms.end.map(|end| end.to_string()),
            period: standing
                .account(today)
                .map(|account| AccountView::of(standing, account)),
        }
    }
}

impl AccountView {
    fn of(standing: &Standing, account: &Account) -> Self {
        let amount = |number| standing.amount(number);
        let available = amount(account.available());
        let over = match account.overage {
            0 => String::new(),
            over => format!(", {} over", figure(amount(over))),
        };
        Self {
            line: format!(
                "{} {} of {}, {} left until {}{over}",
                bar(account.used, account.available()),
                amount(account.used).decimal(),
                figure(available),
                figure(amount(account.left)),
                account.period.to
            ),
            from: account.period.from.to_string(),
            to: account.period.to.to_string(),
            granted: amount(account.granted).decimal(),
            carried_in: amount(account.carried_in).decimal(),
            used: amount(account.used).decimal(),
            left: amount(account.left).decimal(),
            overage: amount(account.overage).decimal(),
        }
    }
}

/// How much of something is used, as a bar; all of it where there is nothing to use.
fn bar(used: i64, of: i64) -> String {
    const WIDTH: i64 = 20;
    let filled = match of {
        0 if used == 0 => 0,
        0 => WIDTH,
        of => (used * WIDTH / of).clamp(0, WIDTH),
    };
    let times = |text: &str, count: i64| text.repeat(usize::try_from(count).unwrap_or_default());
    format!("{}{}", times("█", filled), times("░", WIDTH - filled))
}

/// An amount with its unit: `12.00 h`, `12.00 EUR`.
fn figure(amount: Amount) -> String {
    match amount {
        Amount::Hours(seconds) => format!("{} h", seconds.hours()),
        Amount::Money(money) => money.to_string(),
    }
}

/// What a bar is drawn from: seconds, or minor units.
fn share(amount: Amount) -> i64 {
    match amount {
        Amount::Hours(seconds) => seconds.0,
        Amount::Money(money) => money.minor(),
    }
}

impl ProjectView {
    fn of(shown: &project::Shown) -> Self {
        let name = shown.project.name.to_string();
        let line = match &shown.budget {
            Some(budget) => format!(
                "{} {} % of {}, {} left",
                bar(share(budget.used), share(budget.allocated)),
                budget
                    .percent
                    .map_or_else(|| "–".to_owned(), |percent| percent.to_string()),
                figure(budget.allocated),
                figure(budget.left)
            ),
            None => format!("{} h", shown.worked.hours()),
        };
        Self {
            line: format!("{} {name}: {line}", shown.reference),
            project: shown.reference.to_string(),
            name,
            due: shown.project.due.map(|due| due.to_string()),
            hours: shown.worked.hours(),
            budget: shown.budget.as_ref().map(|budget| BudgetView {
                allocated: budget.allocated.decimal(),
                used: budget.used.decimal(),
                left: budget.left.decimal(),
                currency: budget.allocated.currency().map(|currency| currency.code()),
                percent: budget.percent.map(|percent| percent.to_string()),
            }),
        }
    }
}

impl UnbilledView {
    fn of(summary: &Summary) -> Self {
        let unbilled = &summary.unbilled;
        Self {
            line: unbilled_words(unbilled),
            seconds: unbilled.seconds.0,
            hours: unbilled.seconds.hours(),
            amount: unbilled.amount.amount(),
            currency: unbilled.amount.currency().code(),
            hours_without_rate: unbilled.without_rate.hours(),
            since: unbilled.since.map(|since| since.to_string()),
        }
    }
}

impl ExpensesView {
    fn of(summary: &Summary) -> Self {
        let currency = summary.shown.client.details.currency;
        let Some(unbilled) = summary.expenses else {
            return Self {
                count: 0,
                amount: Money::zero(currency).amount(),
                currency: currency.code(),
                since: None,
                line: None,
            };
        };
        let noun = match unbilled.count {
            1 => "expense",
            _ => "expenses",
        };
        let (count, amount, since) = (unbilled.count, unbilled.amount, unbilled.since);
        Self {
            count,
            amount: amount.amount(),
            currency: currency.code(),
            since: Some(since.to_string()),
            line: Some(format!("{count} {noun}, {amount}, since {since}")),
        }
    }
}

impl PortalView {
    fn of(summary: &Summary, session: &Session) -> Self {
        let portal = &summary.portal;
        let pushed = portal.pushed.as_ref();
        let console = if portal.console { "on" } else { "off" };
        let last = pushed.map_or_else(
            || "never synced".to_owned(),
            |pushed| {
                let at = session.calendar.local(pushed.at).format("%Y-%m-%d %H:%M");
                format!("last sync {at} to {}", pushed.portal)
            },
        );
        Self {
            line: format!("console {console}, {last}"),
            console,
            published: portal.published,
            address: pushed.map(|pushed| pushed.portal.clone()),
            last_push: pushed.map(|pushed| pushed.at.to_rfc3339()),
        }
    }
}

impl UserView {
    fn of(user: &User, session: &Session) -> Self {
        let state = user.state(session.calendar.now()).word();
        let seen = user.last_sign_in.map(|at| {
            let at = session.calendar.local(at).format("%Y-%m-%d %H:%M");
            format!(", last sign-in {at}")
        });
        Self {
            line: format!(
                "{} {}, {state}{}",
                user.email,
                user.role.word(),
                seen.unwrap_or_default()
            ),
            email: user.email.to_string(),
            name: user.name.as_ref().map(ToString::to_string),
            role: user.role.word(),
            party: user.party.word(),
            state,
            last_sign_in: user.last_sign_in.map(|at| at.to_rfc3339()),
        }
    }
}

impl StepView {
    fn of(alert: &Alert, slug: &str) -> Self {
        let (message, command) = words(alert, slug);
        Self {
            alert: alert.word(),
            message,
            command,
        }
    }
}

impl View for SummaryView {
    fn text(&self, page: &mut Page) {
        self.client.text(page);
        for retainer in &self.retainers {
            page.field("retainer", Some(&retainer.terms));
            let period = retainer.period.as_ref();
            page.field("this period", period.map(|period| &period.line));
        }
        if let ([], Some(rate)) = (self.retainers.as_slice(), &self.rate) {
            let since = rate.from.as_ref().map(|from| format!(" since {from}"));
            let since = since.unwrap_or_default();
            page.field(
                "rate",
                Some(format!("{} {} an hour{since}", rate.amount, rate.currency)),
            );
        }
        for project in &self.projects {
            page.field("project", Some(&project.line));
        }
        page.field("unbilled", self.unbilled.line.as_ref());
        page.field("expenses", self.unbilled_expenses.line.as_ref());
        page.field("outstanding", self.owed.as_ref());
        page.field("credit", self.has_credit.as_ref());
        let talk = self.last_contact.as_ref().map(TalkView::line);
        page.field("last contact", talk);
        page.field("portal", Some(&self.portal.line));
        for user in &self.users {
            page.field("user", Some(&user.line));
        }
        for step in &self.next_steps {
            page.field(
                "next step",
                Some(format!("{}\n→ {}", step.message, step.command)),
            );
        }
    }

    fn reference(&self) -> String {
        self.client.reference()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_what_it_shows_and_never_fuller() {
        for (used, of, filled) in [
            (0, 100, 0),
            (50, 100, 10),
            (99, 100, 19),
            (100, 100, 20),
            (250, 100, 20),
            (0, 0, 0),
            (1, 0, 20),
        ] {
            let shown = bar(used, of);
            assert_eq!(shown.chars().count(), 20);
            assert_eq!(shown.matches('█').count(), filled, "{used} of {of}");
        }
    }
}
