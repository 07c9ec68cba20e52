//! `loggia approval`: what clients are asked to approve.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::approval_request::{self, Applied, Shown};
use crate::app::error::field;
use crate::app::{Error, Session};
use crate::domain::approval_request::{Asked, Outcome};
use crate::published::talk::message;
use crate::values::amount::Amount;
use crate::values::calendar::Calendar;
use crate::values::period::{Period, YearMonth};

use super::Context;
use super::count::count;
use super::error::{Failure, Result};
use super::missing;
use super::retainer::sized;
use super::table::{Column, cut, table};
use super::terminal::{Page, View};

/// Ask clients to approve more budget or a time sheet, on the portal
#[derive(Debug, Subcommand)]
#[command(
    after_help = "What is approved comes back with `loggia sync`: a budget is raised, entries are approved, each in an operation that\n\
    `undo` takes back. An approval covers what the client was shown: an entry that was changed since is not approved, and a budget\n\
    that is another by now is not raised; both come as a task in `inbox list`, and so does what is declined.\n\n\
    Examples:\n  loggia approval request acme --project website --hours 20 -m 'For the import'\n  \
    loggia approval request acme --month 2026-10\n  loggia approval list --all"
)]
pub(super) enum Approval {
    Request(Request),
    List(List),
    /// Show what was asked, and what came of it
    Show {
        /// As in `approval list`: approval-3
        approval: String,
    },
    /// Take a request back that was not answered yet
    Withdraw {
        /// As in `approval list`: approval-3
        approval: String,
    },
}

/// Ask for more budget of a project, or for the approval of worked time
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia approval request acme --project website --hours 20\n  \
    loggia approval request acme --project acme/website --amount 2000 -m 'As discussed on Monday'\n  \
    loggia approval request acme --month 2026-10\n  loggia approval request acme --period 'last week'"
)]
pub(super) struct Request {
    client: String,
    /// More budget for this project
    #[arg(long, conflicts_with_all = ["month", "period"], requires = "more")]
    project: Option<String>,
    /// So many hours more: 20, 7.5, 20h
    #[arg(long, group = "more", requires = "project")]
    hours: Option<String>,
    /// So much money more
    #[arg(long, group = "more", requires = "project")]
    amount: Option<String>,
    /// The time sheet of this month: 2026-10
    #[arg(long, value_name = "MONTH", conflicts_with = "period")]
    month: Option<String>,
    /// The time sheet of these days: last week, 2026-W47, 2026-10-01..2026-10-15
    #[arg(long, value_name = "DAYS")]
    period: Option<String>,
    /// What the client reads beside it
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
}

/// List what waits for an answer
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only of this client
    #[arg(long)]
    client: Option<String>,
    /// What was answered or taken back, too
    #[arg(long)]
    all: bool,
}

impl Approval {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Request(request) => request.run(context),
            Self::List(List { client, all }) => {
                let session = context.session()?;
                let list = approval_request::list(&session, client.as_deref(), all)?;
                context.show(&RequestList {
                    items: list
                        .iter()
                        .map(|shown| RequestView::of(shown, &session.calendar))
                        .collect(),
                    all,
                })
            }
            Self::Show { approval } => {
                let session = context.session()?;
                let shown = approval_request::show(&session, &approval)?;
                context.show(&RequestView::of(&shown, &session.calendar))
            }
            Self::Withdraw { approval } => {
                let mut session = context.session()?;
                let shown = approval_request::withdraw(&mut session, &approval)?;
                context.say("`loggia sync` takes it from the portal")?;
                context.show(&RequestView::of(&shown, &session.calendar))
            }
        }
    }
}

impl Request {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let note = self.message.as_deref().map(message).transpose();
        let note = field("message", note)?;
        let shown = match (&self.project, &self.hours, &self.amount) {
            (Some(project), hours, amount) => {
                let project = match project.contains('/') {
                    true => project.clone(),
                    false => format!("{}/{project}", self.client),
                };
                if project.split('/').next() != Some(self.client.as_str()) {
                    return Err(Failure::usage(
                        "usage.conflict",
                        format!("`{project}` is no project of `{}`", self.client),
                        format!("loggia project list --client {}", self.client),
                    ));
                }
                let by = match (hours, amount) {
                    (Some(hours), _) if hours.ends_with(|c: char| c.is_ascii_digit()) => {
                        format!("{hours}h")
                    }
                    (Some(hours), _) => hours.clone(),
                    (None, Some(amount)) => amount.clone(),
                    (None, None) => return Err(missing("--hours or --amount")),
                };
                is_of_its_flag(&session, &project, &by, hours.is_some())?;
                approval_request::extend(&mut session, &project, &by, note)?
            }
            _ => {
                let days = self.days(&session)?;
                approval_request::sheet(&mut session, &self.client, days, note)?
            }
        };
        context.say("`loggia sync` brings it to the client")?;
        context.show(&RequestView::of(&shown, &session.calendar))
    }

    fn days(&self, session: &Session) -> Result<Period> {
        match (&self.month, &self.period) {
            (Some(month), _) => {
                let month = YearMonth::parse(month).map_err(Error::from)?;
                Ok(month.period())
            }
            (None, Some(period)) => {
                let span = session.calendar.parse_period(period).map_err(Error::from)?;
                span.bounded().ok_or_else(|| {
                    Failure::usage(
                        "usage.period",
                        format!("`{period}` has no first or no last day"),
                        "give both: 2026-10-01..2026-10-31".to_owned(),
                    )
                })
            }
            (None, None) => Err(missing("--project, --month or --period")),
        }
    }
}

/// `--hours` takes hours and `--amount` money.
fn is_of_its_flag(session: &Session, project: &str, by: &str, hours: bool) -> Result<()> {
    let client = project.split('/').next().unwrap_or_default();
    let currency = crate::app::client::show(session, client)?
        .client
        .details
        .currency;
    let amount = Amount::parse(by, currency).map_err(Error::from)?;
    if hours == amount.currency().is_none() {
        return Ok(());
    }
    let (flag, other) = if hours {
        ("--hours", "--amount")
    } else {
        ("--amount", "--hours")
    };
    Err(Failure::usage(
        "usage.unit",
        format!("`{by}` is nothing for {flag}"),
        format!("give {other} {by}"),
    ))
}

/// A request for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct RequestView {
    reference: String,
    client: String,
    /// `budget` or `timesheet`.
    kind: &'static str,
    state: &'static str,
    asked: String,
    project: Option<String>,
    /// How much more, and what the budget was then.
    by: Option<String>,
    was: Option<String>,
    currency: Option<String>,
    #[serde(skip)]
    budget: Option<(Amount, Amount)>,
    from: Option<String>,
    to: Option<String>,
    /// Entries that were asked for, and those of them that are still as they were.
    entries: Option<usize>,
    unchanged: Option<usize>,
    message: Option<String>,
    answered: Option<String>,
    answered_by: Option<String>,
    answer: Option<String>,
    /// What an approval changed: applied, partly, not-applied.
    outcome: Option<&'static str>,
    /// Entries that it covers.
    covered: Option<usize>,
    /// What followed from an approval was undone.
    taken_back: bool,
}

impl RequestView {
    pub(super) fn of(shown: &Shown, calendar: &Calendar) -> Self {
        let request = &shown.request;
        let budget = match &request.what {
            Asked::Budget { by, was, .. } => Some((*by, *was)),
            Asked::Timesheet { .. } => None,
        };
        let sheet = match &request.what {
            Asked::Timesheet { days, entries } => Some((*days, entries.len())),
            Asked::Budget { .. } => None,
        };
        let answer = request.answer.as_ref();
        Self {
            reference: request.reference(),
            client: shown.client.slug.to_string(),
            kind: if budget.is_some() {
                "budget"
            } else {
                "timesheet"
            },
            state: request.state.word(),
            asked: calendar.local(request.asked).to_rfc3339(),
            project: shown.project.as_ref().map(ToString::to_string),
            by: budget.map(|(by, _)| by.decimal()),
            was: budget.map(|(_, was)| was.decimal()),
            currency: budget
                .and_then(|(by, _)| by.currency())
                .map(|currency| currency.to_string()),
            budget,
            from: sheet.map(|(days, _)| days.from.to_string()),
            to: sheet.map(|(days, _)| days.to.to_string()),
            entries: sheet.map(|(_, entries)| entries),
            unchanged: sheet.map(|_| shown.unchanged),
            message: request.note.as_ref().map(ToString::to_string),
            answered: answer.map(|answer| calendar.local(answer.at).to_rfc3339()),
            answered_by: answer.map(|answer| answer.by.clone()),
            answer: answer.and_then(|answer| answer.note.as_ref().map(ToString::to_string)),
            outcome: request.outcome.map(Outcome::word),
            covered: request
                .outcome
                .filter(|_| sheet.is_some())
                .map(Outcome::covered),
            taken_back: request.taken_back,
        }
    }

    /// How far it is, in words.
    fn standing(&self) -> String {
        match self.taken_back {
            true => format!("{}, and taken back", self.state),
            false => self.state.to_owned(),
        }
    }

    /// What is asked, in a line.
    fn what(&self) -> String {
        match (&self.budget, &self.project, &self.from, &self.to) {
            (Some((by, was)), Some(project), ..) => {
                format!(
                    "{} more for {project}, which had {}",
                    sized(*by),
                    sized(*was)
                )
            }
            (_, _, Some(from), Some(to)) => format!(
                "the time of {from} to {to}, {}",
                count(self.entries.unwrap_or_default(), "entry", "entries")
            ),
            _ => String::new(),
        }
    }

    /// What an approval changed, in words.
    fn result(&self) -> Option<String> {
        let (entries, covered) = (
            self.entries.unwrap_or_default(),
            self.covered.unwrap_or_default(),
        );
        let words = match (self.outcome?, &self.budget) {
            ("applied", Some(_)) => "the budget was raised".to_owned(),
            ("applied", None) => format!("{} approved", count(covered, "entry is", "entries are")),
            ("partly", _) => format!(
                "{covered} of {} approved; the others were changed since they were shown",
                count(entries, "entry", "entries")
            ),
            (_, Some(_)) => format!(
                "nothing was changed: the budget is not what was shown; loggia project edit {} --budget AMOUNT",
                self.project.as_deref().unwrap_or_default()
            ),
            (_, None) => {
                "nothing was approved: every entry was changed since it was shown".to_owned()
            }
        };
        Some(words)
    }
}

impl View for RequestView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} {} ({})",
            self.reference,
            self.client,
            self.standing()
        ));
        page.field("asked for", Some(self.what()));
        page.field("asked on", self.asked.get(..10));
        page.field("message", self.message.as_ref());
        if let (Some(entries), Some(unchanged)) = (self.entries, self.unchanged)
            && self.state == "open"
            && unchanged < entries
        {
            let changed = entries.saturating_sub(unchanged);
            let words = count(changed, "entry was", "entries were");
            page.field(
                "note",
                Some(format!("{words} changed since and not part of it")),
            );
        }
        if let Some(by) = &self.answered_by {
            let on = self.answered.as_ref().and_then(|at| at.get(..10));
            page.field(
                "answered by",
                Some(format!("{by}, {}", on.unwrap_or_default())),
            );
        }
        page.field("answer", self.answer.as_ref());
        page.field("result", self.result());
    }

    fn reference(&self) -> String {
        self.reference.clone()
    }
}

/// What is told of an approval after a sync, with how it is taken back.
pub(super) fn told(applied: &Applied, calendar: &Calendar) -> String {
    let view = RequestView::of(&applied.shown, calendar);
    let by = view.answered_by.clone().unwrap_or_default();
    let undo = match (applied.operation, view.outcome) {
        (Some(operation), Some("applied" | "partly")) => {
            format!("; `loggia undo {operation}` takes it back")
        }
        _ => String::new(),
    };
    format!(
        "{} of {} was approved by {by}: {}{undo}",
        view.reference,
        view.client,
        view.result().unwrap_or_default()
    )
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct RequestList {
    items: Vec<RequestView>,
    #[serde(skip)]
    all: bool,
}

impl View for RequestList {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            page.line(if self.all {
                "nothing was asked yet; `loggia approval request CLIENT --month 2026-10` asks for a time sheet"
            } else {
                "nothing waits for an answer; `--all` shows what was answered"
            });
            return;
        }
        let columns = [
            Column::Whole("approval"),
            Column::Text("client"),
            Column::Text("state"),
            Column::Whole("asked"),
            Column::Text("what"),
            Column::Text("answered by"),
        ];
        let rows: Vec<_> = self
            .items
            .iter()
            .map(|item| {
                vec![
                    item.reference.clone(),
                    item.client.clone(),
                    item.standing(),
                    item.asked.chars().take(10).collect(),
                    cut(&item.what(), 100),
                    item.answered_by.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        super::client::references(&self.items)
    }
}
