//! `loggia rate`.

use clap::Subcommand;
use serde::Serialize;

use crate::app::explain;
use crate::app::rate::{self, For};
use crate::domain::rate::DatedRate;
use crate::values::money::Rate as Amount;

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
        loggia rate set 110 --client acme --from 2027-01-01\n  loggia rate set 0 --project acme/support"
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
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
    },
    /// List rates
    List,
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
            } => {
                let amount = Amount::parse(&amount).map_err(crate::app::Error::from)?;
                let from = from
                    .map(|from| session.calendar.parse_date(&from))
                    .transpose()
                    .map_err(crate::app::Error::from)?;
                let target = For {
                    client,
                    project,
                    task,
                    member,
                };
                let set = rate::set(&mut session, amount, &target, from)?;
                let all = RateList::of(&session)?;
                let view = all
                    .0
                    .into_iter()
                    .find(|view| view.key == set.key.0)
                    .ok_or_else(|| super::missing("the rate"))?;
                context.say("set")?;
                context.show(&view)
            }
            Self::Explain { entry } => {
                let explained = explain::entry(&session, &entry)?;
                context.show(&EntryExplained::of(&explained))
            }
            Self::List => {
                let list = RateList::of(&session)?;
                context.show(&list)
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct RateView {
    #[serde(skip)]
    key: i64,
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
        let names = crate::app::report::names_of(session)?;
        let view = |rate: &DatedRate| RateView {
            key: rate.key.0,
            rate: rate.rate.to_string(),
            from: rate.from.map(|day| day.to_string()),
            client: rate
                .scope
                .client
                .and_then(|key| Some(names.clients.get(&key)?.0.clone())),
            project: rate
                .scope
                .project
                .and_then(|key| Some(names.projects.get(&key)?.0.clone())),
            task: rate
                .scope
                .task
                .and_then(|key| names.tasks.get(&key).cloned()),
            member: rate
                .scope
                .member
                .and_then(|key| Some(names.members.get(&key)?.0.clone())),
        };
        Ok(Self(rates.iter().map(view).collect()))
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
        self.rate.clone()
    }
}

impl View for RateList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no rates; `loggia rate set AMOUNT` sets that of the business");
            return;
        }
        let columns = [
            Column::Text("for"),
            Column::Number("rate"),
            Column::Text("from"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|rate| {
                vec![
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
