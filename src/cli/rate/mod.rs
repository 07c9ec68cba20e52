//! `loggia rate`.

mod cost;
mod effective;

use clap::Subcommand;
use serde::Serialize;

use crate::app::rate::{self, For};
use crate::app::report::{self, Names};
use crate::app::{Error, cost as costs, explain};
use crate::domain::rate::DatedRate;
use crate::values::money::Rate as Amount;

use self::cost::{CostList, CostView};
use self::effective::EffectiveList;
use super::Context;
use super::error::Result;
use super::explain::EntryExplained;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Rates per hour
#[derive(Debug, Subcommand)]
pub(super) enum Rate {
    /// Set a rate: of the business, or of a client, project, task or member; from a day on, or from the beginning
    #[command(
        after_help = "The first that is set wins: entry, task, project and member, project, client and member, client, \
        member, business. An entry takes the rate in force on its own day.\n\nExamples:\n  loggia rate set 95\n  \
        loggia rate set 110 --client acme --from 2027-01-01\n  loggia rate set 0 --project acme/support\n  \
        loggia rate set 40 --cost --member ann"
    )]
    Set {
        /// Per hour, up to four decimal places
        amount: String,
        #[arg(long)]
        client: Option<String>,
        /// CLIENT/PROJECT
        #[arg(long)]
        project: Option<String>,
        #[arg(long, requires = "project")]
        task: Option<String>,
        #[arg(long, conflicts_with = "task")]
        member: Option<String>,
        /// First day on which it holds
        #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
        from: Option<String>,
        /// What an hour of the member costs the business: for `report profit`, and never published
        #[arg(long, requires = "member", conflicts_with_all = ["client", "project"])]
        cost: bool,
    },
    /// List rates as they were set, or what holds for a client today
    #[command(
        after_help = "Examples:\n  loggia rate list\n  loggia rate list --client acme\n  loggia rate list --cost"
    )]
    List {
        /// What holds for this client: each project, task and member with a rate of its own, and what is to come
        #[arg(long)]
        client: Option<String>,
        /// What an hour of members costs
        #[arg(long, conflicts_with = "client")]
        cost: bool,
    },
    /// Remove a rate: what was in force before it, or a weaker level, holds again
    Remove {
        /// Number, as `loggia rate list` shows it
        id: i64,
        /// A cost rate, as `loggia rate list --cost` shows it
        #[arg(long)]
        cost: bool,
    },
    /// Tell how an entry is billed: what was worked, the rounding, the rate, and where they come from
    #[command(after_help = "Example:\n  loggia rate explain @1")]
    Explain {
        /// Number, or @1 for the latest
        entry: String,
    },
}

impl Rate {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        match self {
            Self::Set {
                amount,
                client,
                project,
                task,
                member,
                from,
                cost,
            } => {
                let amount = Amount::parse(&amount).map_err(Error::from)?;
                let from = from
                    .map(|from| session.calendar.parse_date(&from))
                    .transpose()
                    .map_err(Error::from)?;
                if let (true, Some(member)) = (cost, &member) {
                    let set = costs::set(&mut session, amount, member, from)?;
                    context.say("set")?;
                    let view = CostView::of(&set, &report::names_of(&session)?);
                    return context.show(&view);
                }
                let target = For {
                    client,
                    project,
                    task,
                    member,
                };
                let set = rate::set(&mut session, amount, &target, from)?;
                if set.reaches_invoiced {
                    context.warn(
                        "some work of these days is on invoices, which keep their amounts; reports value it at the new rate \
                         (--from DATE leaves the days before as they are)",
                    )?;
                }
                let all = RateList::of(&session)?;
                let view = all
                    .0
                    .into_iter()
                    .find(|view| view.id == set.dated.key.0)
                    .ok_or_else(|| super::missing("the rate"))?;
                context.say("set")?;
                context.show(&view)
            }
            Self::Explain { entry } => {
                let explained = explain::entry(&session, &entry)?;
                context.show(&EntryExplained::of(&explained))
            }
            Self::Remove { id, cost: true } => {
                context.confirm(&format!("remove cost rate {id}"))?;
                let removed = costs::remove(&mut session, id)?;
                context.say("removed; `loggia undo` brings it back")?;
                let view = CostView::of(&removed, &report::names_of(&session)?);
                context.show(&view)
            }
            Self::Remove { id, cost: false } => {
                context.confirm(&format!("remove rate {id}"))?;
                let removed = rate::remove(&mut session, id)?;
                context.say("removed; `loggia undo` brings it back")?;
                let view = RateView::of(&removed, &report::names_of(&session)?);
                context.show(&view)
            }
            Self::List { cost: true, .. } => {
                let names = report::names_of(&session)?;
                let mut all = costs::list(&session)?;
                all.sort_by_key(|cost| (cost.member, cost.from));
                let views = all.iter().map(|cost| CostView::of(cost, &names));
                context.show(&CostList(views.collect()))
            }
            Self::List {
                client: Some(client),
                ..
            } => {
                let table = rate::effective(&session, &client)?;
                let names = report::names_of(&session)?;
                context.show(&EffectiveList::of(&table, &names))
            }
            Self::List { .. } => {
                let list = RateList::of(&session)?;
                context.show(&list)
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct RateView {
    id: i64,
    rate: String,
    from: Option<String>,
    client: Option<String>,
    project: Option<String>,
    task: Option<String>,
    member: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct RateList(Vec<RateView>);

impl RateList {
    fn of(session: &crate::app::Session) -> Result<Self> {
        let rates = rate::list(session)?;
        let names = report::names_of(session)?;
        let views = rates.iter().map(|rate| RateView::of(rate, &names));
        Ok(Self(views.collect()))
    }
}

impl RateView {
    fn of(rate: &DatedRate, names: &Names) -> Self {
        let DatedRate {
            key,
            scope,
            from,
            rate,
        } = rate;
        Self {
            id: key.0,
            rate: rate.to_string(),
            from: from.map(|day| day.to_string()),
            client: scope
                .client
                .and_then(|key| Some(names.clients.get(&key)?.0.clone())),
            project: scope
                .project
                .and_then(|key| Some(names.projects.get(&key)?.0.clone())),
            task: scope.task.and_then(|key| names.tasks.get(&key).cloned()),
            member: scope
                .member
                .and_then(|key| Some(names.members.get(&key)?.0.clone())),
        }
    }
}

impl RateView {
    fn target(&self) -> String {
        let parts: Vec<&str> = [
            self.project.as_deref().or(self.client.as_deref()),
            self.task.as_deref(),
            self.member.as_deref(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            "the business".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

impl View for RateView {
    fn text(&self, page: &mut Page) {
        let from = self.from.as_ref().map_or_else(
            || "from the beginning".to_owned(),
            |day| format!("from {day}"),
        );
        page.heading(&format!(
            "{} per hour for {}, {from}",
            self.rate,
            self.target()
        ));
    }

    fn reference(&self) -> String {
        self.id.to_string()
    }
}

impl View for RateList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no rates; `loggia rate set AMOUNT` sets that of the business");
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("for"),
            Column::Number("rate"),
            Column::Text("from"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|rate| {
                vec![
                    rate.id.to_string(),
                    rate.target(),
                    rate.rate.clone(),
                    rate.from.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        super::client::references(&self.0)
    }
}
