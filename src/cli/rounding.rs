//! `loggia rounding`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::rounding::{self, For};
use crate::app::{Error, Session};
use crate::domain::rounding::{DatedPolicy, Mode, Policy, Scope, Target};

use super::Context;
use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Rounding of billed time; worked time is never changed
#[derive(Debug, Subcommand)]
pub(super) enum Rounding {
    Set(Set),
    /// List policies
    List {
        /// Those that can hold for this client: its own, its projects' and the business's
        #[arg(long)]
        client: Option<String>,
    },
    /// Remove a policy: what was in force before it holds on
    Remove {
        /// Number, as `loggia rounding list` shows it
        id: i64,
    },
}

/// Set how billed time is rounded: of the business, or of a client or project; from a day on, or from the beginning
#[derive(Debug, Args)]
#[command(
    after_help = "The project's policy wins, else its client's, else the business's: the one in force on the entry's day.\n\
    A policy `none` on a project or client switches rounding off there.\n\n\
    Scopes:\n  entry  each entry\n  day    all of one member on one project on one day\n  line   each line of an invoice\n\n\
    Examples:\n  loggia rounding set up --step 15\n  \
    loggia rounding set nearest --step 6 --scope day --client acme --from 2027-01-01\n  \
    loggia rounding set none --minimum 15 --project acme/support"
)]
pub(super) struct Set {
    mode: ModeArg,
    /// Minutes of a step, 1 to 480 [default: 15]
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=480))]
    step: Option<u16>,
    /// Minutes that are billed at least, 0 to 1440
    #[arg(long, value_name = "MINUTES", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1440))]
    minimum: u16,
    /// What is rounded at once
    #[arg(long, value_enum, default_value = "entry")]
    scope: ScopeArg,
    #[arg(long, conflicts_with = "project")]
    client: Option<String>,
    /// CLIENT/PROJECT
    #[arg(long)]
    project: Option<String>,
    /// First day on which it holds
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeArg {
    /// Up to the next step
    Up,
    /// To the nearest step, an exact half up
    Nearest,
    /// Down to the last step
    Down,
    /// As worked
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScopeArg {
    /// Each entry
    Entry,
    /// All of one member on one project on one day
    Day,
    /// Each line of an invoice
    Line,
}

impl Rounding {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Set(set) => set.run(context),
            Self::List { client } => {
                let session = context.session()?;
                let policies = rounding::list(&session, client.as_deref())?;
                let list = PolicyList::of(&session, &policies, client)?;
                context.show(&list)
            }
            Self::Remove { id } => {
                context.confirm(&format!("remove rounding {id}"))?;
                let mut session = context.session()?;
                let removed = rounding::remove(&mut session, id)?;
                context.say("removed; `loggia undo` brings it back")?;
                let view = PolicyView::of(&session, &removed)?;
                context.show(&view)
            }
        }
    }
}

impl Set {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mode = match self.mode {
            ModeArg::Up => Mode::Up,
            ModeArg::Nearest => Mode::Nearest,
            ModeArg::Down => Mode::Down,
            ModeArg::None => Mode::None,
        };
        if let (Mode::None, Some(_)) = (mode, self.step) {
            return Err(super::error::Failure::usage(
                "usage",
                "`none` has no step".to_owned(),
                "leave --step out, or round `up`, `nearest` or `down`".to_owned(),
            ));
        }
        let mut session = context.session()?;
        let from = self
            .from
            .map(|from| session.calendar.parse_date(&from))
            .transpose()
            .map_err(Error::from)?;
        let target = For {
            client: self.client,
            project: self.project,
        };
        let policy = Policy {
            mode,
            step_minutes: self.step.unwrap_or(if mode == Mode::None { 1 } else { 15 }),
            minimum_minutes: self.minimum,
            scope: match self.scope {
                ScopeArg::Entry => Scope::Entry,
                ScopeArg::Day => Scope::Day,
                ScopeArg::Line => Scope::Line,
            },
        };
        let set = rounding::set(&mut session, policy, &target, from)?;
        if set.reaches_invoiced {
            context.warn(
                "some work of these days is on invoices, which keep their hours; reports count it by the new rule \
                 (--from DATE leaves the days before as they are)",
            )?;
        }
        context.say("set")?;
        let view = PolicyView::of(&session, &set.dated)?;
        context.show(&view)
    }
}

/// What a policy does, in words: `up to 15 min, at least 30 min, by entry`.
pub(super) fn words(policy: &Policy) -> String {
    let step = policy.step_minutes;
    let mut words = match policy.mode {
        Mode::None if policy.minimum_minutes == 0 => return "as worked".to_owned(),
        Mode::None => "as worked".to_owned(),
        Mode::Up => format!("up to {step} min"),
        Mode::Nearest => format!("to the nearest {step} min"),
        Mode::Down => format!("down to {step} min"),
    };
    if policy.minimum_minutes > 0 {
        words.push_str(&format!(", at least {} min", policy.minimum_minutes));
    }
    format!("{words}, by {}", policy.scope.word())
}

#[derive(Debug, Serialize)]
struct PolicyView {
    id: i64,
    /// business, client or project.
    level: &'static str,
    client: Option<String>,
    project: Option<String>,
    from: Option<String>,
    mode: &'static str,
    /// Minutes.
    step: u16,
    minimum: u16,
    scope: &'static str,
    #[serde(skip)]
    words: String,
}

impl PolicyView {
    fn of(session: &Session, dated: &DatedPolicy) -> Result<Self> {
        let names = crate::app::report::names_of(session)?;
        Ok(Self::named(&names, dated))
    }

    fn named(names: &crate::app::report::Names, dated: &DatedPolicy) -> Self {
        let DatedPolicy {
            key,
            target,
            from,
            policy,
        } = dated;
        let (client, project) = match target {
            Target::Business => (None, None),
            Target::Client(key) => (names.clients.get(key).map(|(slug, ..)| slug.clone()), None),
            Target::Project(key) => {
                let project = names
                    .projects
                    .get(key)
                    .map(|(reference, _)| reference.clone());
                let client = project
                    .as_deref()
                    .and_then(|project| project.split_once('/'))
                    .map(|(client, _)| client.to_owned());
                (client, project)
            }
        };
        Self {
            id: key.0,
            level: target.word(),
            client,
            project,
            from: from.map(|day| day.to_string()),
            mode: policy.mode.word(),
            step: policy.step_minutes,
            minimum: policy.minimum_minutes,
            scope: policy.scope.word(),
            words: words(policy),
        }
    }

    fn target(&self) -> &str {
        let named = self.project.as_deref().or(self.client.as_deref());
        named.unwrap_or("the business")
    }
}

impl View for PolicyView {
    fn text(&self, page: &mut Page) {
        let from = match &self.from {
            Some(day) => format!("from {day}"),
            None => "from the beginning".to_owned(),
        };
        page.heading(&format!(
            "{} {}: {}, {from}",
            self.id,
            self.target(),
            self.words
        ));
    }

    fn reference(&self) -> String {
        self.id.to_string()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct PolicyList {
    policies: Vec<PolicyView>,
    #[serde(skip)]
    client: Option<String>,
}

impl PolicyList {
    fn of(session: &Session, policies: &[DatedPolicy], client: Option<String>) -> Result<Self> {
        let names = crate::app::report::names_of(session)?;
        let mut policies: Vec<_> = policies
            .iter()
            .map(|dated| PolicyView::named(&names, dated))
            .collect();
        // The business's first, each target's in the order of its days.
        policies.sort_by(|a, b| {
            (&a.client, &a.project, &a.from, a.id).cmp(&(&b.client, &b.project, &b.from, b.id))
        });
        Ok(Self { policies, client })
    }
}

impl View for PolicyList {
    fn text(&self, page: &mut Page) {
        if self.policies.is_empty() {
            let of = match &self.client {
                Some(client) => format!(" --client {client}"),
                None => String::new(),
            };
            page.line(format!(
                "billed time is worked time; `loggia rounding set up --step 15{of}` rounds it"
            ));
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("for"),
            Column::Text("from"),
            Column::Text("billed time"),
        ];
        let rows: Vec<_> = self
            .policies
            .iter()
            .map(|policy| {
                vec![
                    policy.id.to_string(),
                    policy.target().to_owned(),
                    policy.from.clone().unwrap_or_default(),
                    policy.words.clone(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.policies)
    }
}
