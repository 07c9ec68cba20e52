//! `loggia retainer status`: one line each, and the table of periods.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::retainer::Standing;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::domain::retainer::{Account, Why};

use super::{named, references, sized};

#[derive(Debug, Serialize)]
pub(super) struct RetainerView {
    client: String,
    kind: &'static str,
    per: &'static str,
    /// Empty: all of the client's.
    projects: Vec<String>,
    period: PeriodView,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    overage: String,
    expires: Vec<ExpiryView>,
    currency: &'static str,
    /// When nothing will be left at the pace of this period; none where enough is.
    used_up: Option<String>,
    /// Billable entries that no rate holds for: they draw no money.
    without_rate: Vec<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    periods: Vec<AccountView>,
    #[serde(skip)]
    line: String,
    #[serde(skip)]
    table: Option<Table>,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
}

/// What is carried out of the period and can be drawn until a day.
#[derive(Debug, Serialize)]
struct ExpiryView {
    on: Option<String>,
    /// None of a retainer in money.
    hours: Option<String>,
    /// None of a retainer in hours.
    amount: Option<String>,
}

#[derive(Debug, Serialize)]
struct AccountView {
    period: PeriodView,
    granted: String,
    carried_in: String,
    used: String,
    left: String,
    over_cap: String,
    expired: String,
    carried_out: String,
    overage: String,
    /// Drawn for days of earlier periods, which were closed by then.
    late: String,
    /// The invoice or draft that closed it.
    closed_by: Option<String>,
}

/// The table of periods: columns that are zero throughout are left out where they are about special cases.
#[derive(Debug)]
struct Table {
    expired: bool,
    late: bool,
    closed: bool,
}

impl AccountView {
    fn of(standing: &Standing, account: &Account) -> Self {
        let amount = |number| standing.amount(number).decimal();
        let late = account.draws.iter().filter(|draw| draw.late);
        Self {
            period: PeriodView {
                from: account.period.from.to_string(),
                to: account.period.to.to_string(),
            },
            granted: amount(account.granted),
            carried_in: amount(account.carried_in),
            used: amount(account.used),
            left: amount(account.left),
            over_cap: amount(account.over_cap),
            expired: amount(account.expired),
            carried_out: amount(account.carried_out),
            overage: amount(account.overage),
            late: amount(late.map(|draw| draw.amount).sum()),
            closed_by: standing.closed_by.get(&account.period.from).cloned(),
        }
    }
}

impl RetainerView {
    pub(super) fn of(standing: &Standing, today: NaiveDate, verbose: bool) -> Option<Self> {
        let account = standing.account(today).or(standing.accounts.first())?;
        let current = AccountView::of(standing, account);
        let is_money = standing.amount(0).currency().is_some();
        let expires = account.carried.iter().map(|carried| {
            let amount = standing.amount(carried.amount).decimal();
            ExpiryView {
                on: carried.expires.map(|day| day.to_string()),
                hours: (!is_money).then(|| amount.clone()),
                amount: is_money.then_some(amount),
            }
        });
        let accounts = if verbose {
            standing.accounts.as_slice()
        } else {
            &[]
        };
        let used_up = account.used_up_on(today);
        Some(Self {
            client: standing.client.slug.to_string(),
            kind: standing.retainer.terms.kind.word(),
            per: standing.retainer.terms.per.word(),
            projects: standing.projects.clone(),
            line: line(standing, account, used_up),
            period: current.period,
            granted: current.granted,
            carried_in: current.carried_in,
            used: current.used,
            left: current.left,
            overage: current.overage,
            expires: expires.collect(),
            currency: standing.client.details.currency.code(),
            used_up: used_up.map(|day| day.to_string()),
            without_rate: standing.without_rate.iter().map(|key| key.0).collect(),
            table: verbose.then(|| Table::of(standing)),
            periods: accounts
                .iter()
                .map(|account| AccountView::of(standing, account))
                .collect(),
        })
    }
}

/// How it stands, in one line.
fn line(standing: &Standing, account: &Account, used_up: Option<NaiveDate>) -> String {
    let amount = |number| sized(standing.amount(number));
    let mut line = format!(
        "{}: {} left of {} until {}",
        named(standing.client.slug.as_str(), &standing.projects),
        amount(account.left),
        amount(account.available()),
        account.period.to
    );
    if account.overage > 0 {
        line.push_str(&format!(", {} over", amount(account.overage)));
    }
    if let Some(day) = used_up {
        line.push_str(&format!(", used up on {day} at this pace"));
    }
    if !standing.without_rate.is_empty() {
        let count = standing.without_rate.len();
        line.push_str(&match count {
            1 => ", without 1 entry that has no rate".to_owned(),
            _ => format!(", without {count} entries that have no rate"),
        });
    }
    line
}

impl Table {
    fn of(standing: &Standing) -> Self {
        let mut draws = standing.accounts.iter().flat_map(|account| &account.draws);
        let mut lost = standing.accounts.iter().flat_map(|account| &account.lost);
        Self {
            expired: lost.any(|lost| lost.why == Why::Expired),
            late: draws.any(|draw| draw.late),
            closed: !standing.closed_by.is_empty(),
        }
    }

    fn text(&self, page: &mut Page, periods: &[AccountView]) {
        let mut columns = vec![Column::Text("period")];
        columns
            .extend(["granted", "carried in", "used", "left", "over the cap"].map(Column::Number));
        if self.expired {
            columns.push(Column::Number("expired"));
        }
        columns.extend(["carried out", "overage"].map(Column::Number));
        if self.late {
            columns.push(Column::Number("late"));
        }
        if self.closed {
            columns.push(Column::Text("closed by"));
        }
        let row = |account: &AccountView| {
            let mut row = vec![
                format!("{}..{}", account.period.from, account.period.to),
                account.granted.clone(),
                account.carried_in.clone(),
                account.used.clone(),
                account.left.clone(),
                account.over_cap.clone(),
            ];
            if self.expired {
                row.push(account.expired.clone());
            }
            row.extend([account.carried_out.clone(), account.overage.clone()]);
            if self.late {
                row.push(account.late.clone());
            }
            if self.closed {
                row.push(account.closed_by.clone().unwrap_or_default());
            }
            row
        };
        let rows: Vec<_> = periods.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }
}

impl View for RetainerView {
    fn text(&self, page: &mut Page) {
        match &self.table {
            None => page.line(&self.line),
            Some(table) => {
                page.heading(&self.line);
                table.text(page, &self.periods);
            }
        }
    }

    fn reference(&self) -> String {
        self.client.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct RetainerList(pub(super) Vec<RetainerView>);

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
