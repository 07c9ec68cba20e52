//! `loggia mail`: the outbox, the texts of mails, and when clients are reminded.

mod envelope;
mod template;
mod view;
mod way;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::outbox;
use crate::app::reminder::{self, Plan};
use crate::domain::mail::State;
use crate::domain::reminder::{Schedule, ScheduleError};

use super::Context;
use super::error::{Failure, Result};
use super::table::{Column, table};
use super::terminal::{Page, View};

use template::Template;
use view::{MailList, MailView};

pub(super) use envelope::Envelope;
pub(super) use way::{is_there, send, send_or_nothing, ways};

/// A mail that is not in the outbox, whole.
pub(super) fn preview(mail: &crate::store::NewMail, client: Option<&str>) -> impl View {
    MailView::new(mail, client.map(str::to_owned))
}

/// The outbox: mail to clients, the texts of it, and reminders
#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    /// List mails, the oldest first [default: those that have not gone out]
    #[command(visible_alias = "ls")]
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Those in this state
        #[arg(long, conflicts_with = "all")]
        state: Option<StateWord>,
        /// Those that went out or were discarded, too
        #[arg(long)]
        all: bool,
    },
    /// Show a mail with all that it says
    Show {
        #[arg(value_name = "MAIL")]
        mail: i64,
    },
    /// Send what is queued, or these mails at once
    #[command(
        after_help = "What cannot be sent stays in the outbox with the reason. A mail whose sending was cut off is sent again, \
        under the same Message-ID.\n\nExamples:\n  loggia mail send\n  loggia mail send 12 --eml offer.eml"
    )]
    Send {
        #[arg(value_name = "MAIL")]
        mails: Vec<i64>,
        /// Write it to this file or into this folder as .eml, instead of sending it
        #[arg(long, value_name = "PATH")]
        eml: Option<std::path::PathBuf>,
    },
    /// Queue mails again that failed, were discarded or wait for their next try
    Retry {
        #[arg(value_name = "MAIL", required = true)]
        mails: Vec<i64>,
    },
    /// Decide that mails are not sent; `loggia mail retry` brings them back
    Discard {
        #[arg(value_name = "MAIL", required = true)]
        mails: Vec<i64>,
    },
    #[command(subcommand)]
    Template(Template),
    Reminders(Reminders),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StateWord {
    Queued,
    Sent,
    Failed,
    Discarded,
}

impl From<StateWord> for State {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Queued => Self::Queued,
            StateWord::Sent => Self::Sent,
            StateWord::Failed => Self::Failed,
            StateWord::Discarded => Self::Discarded,
        }
    }
}

impl Mail {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        match self {
            Self::List { client, state, all } => {
                let state = state.map(State::from);
                let mut mails = outbox::list(&session, client.as_deref(), state)?;
                if state.is_none() && !all {
                    mails.retain(|of| matches!(of.mail.state, State::Queued | State::Failed));
                }
                let mails = mails.iter().map(MailView::of).collect();
                context.show(&MailList(mails))
            }
            Self::Show { mail } => {
                context.show(&MailView::of(&outbox::show(&session, mail)?).whole())
            }
            Self::Send { mails, eml } => {
                let named = (!mails.is_empty()).then_some(mails);
                send(context, &mut session, named.as_deref(), eml.as_deref())
            }
            Self::Retry { mails } => {
                let queued = outbox::retry(&mut session, &mails)?;
                context.say("queued again; `loggia mail send` sends")?;
                context.show(&MailList(queued.iter().map(MailView::of).collect()))
            }
            Self::Discard { mails } => {
                let gone = outbox::discard(&mut session, &mails)?;
                context.show(&MailList(gone.iter().map(MailView::of).collect()))
            }
            Self::Template(command) => command.run(context, &mut session),
            Self::Reminders(command) => command.run(context, &mut session),
        }
    }
}

/// Show or set when a client is reminded of invoices
#[derive(Debug, Args)]
#[command(
    after_help = "Days count from the due day; before it they are negative. For everybody: loggia settings set reminder-days=7,14,30\n\n\
    Examples:\n  loggia mail reminders\n  loggia mail reminders acme --days 14,30\n  loggia mail reminders acme --days off\n  \
    loggia mail reminders acme --default"
)]
pub(super) struct Reminders {
    #[arg(value_name = "CLIENT")]
    client: Option<String>,
    /// -3,0,7,14,30 or off
    #[arg(
        long,
        value_name = "DAYS",
        requires = "client",
        allow_hyphen_values = true
    )]
    days: Option<String>,
    /// As the business has it
    #[arg(long, requires = "client", conflicts_with = "days")]
    default: bool,
}

impl Reminders {
    fn run(self, context: &mut Context<'_>, session: &mut crate::app::Session) -> Result<()> {
        let Some(client) = self.client else {
            let due = reminder::list_due(session)?;
            let plans = reminder::plans(session)?;
            return context.show(&PlanList {
                plans: plans.iter().map(PlanView::of).collect(),
                due: due
                    .into_iter()
                    .map(|due| DueView {
                        invoice: due.number,
                        client: due.client.to_string(),
                        level: due.level.days,
                    })
                    .collect(),
            });
        };
        let plan = match (&self.days, self.default) {
            (Some(days), _) => {
                let days: Schedule = days.parse().map_err(|error: ScheduleError| {
                    Failure::usage(
                        "input.reminders",
                        format!("`{days}` are no days of reminders: {error}"),
                        format!("loggia mail reminders {client} --days 7,14,30"),
                    )
                })?;
                reminder::set_plan(session, &client, Some(&days))?
            }
            (None, true) => reminder::set_plan(session, &client, None)?,
            (None, false) => reminder::plan(session, &client)?,
        };
        context.show(&PlanView::of(&plan))
    }
}

#[derive(Debug, Serialize)]
struct PlanList {
    plans: Vec<PlanView>,
    /// What `invoice remind --due` would send.
    due: Vec<DueView>,
}

#[derive(Debug, Serialize)]
struct DueView {
    invoice: String,
    client: String,
    level: i32,
}

#[derive(Debug, Serialize)]
struct PlanView {
    /// None: everybody else.
    client: Option<String>,
    days: String,
    own: bool,
}

impl PlanView {
    fn of(plan: &Plan) -> Self {
        Self {
            client: plan.client.as_ref().map(ToString::to_string),
            days: plan.days.to_string(),
            own: plan.own,
        }
    }
}

impl View for PlanView {
    fn text(&self, page: &mut Page) {
        let who = self.client.as_deref().unwrap_or("everybody");
        let origin = if self.own {
            ""
        } else {
            ", as the business has it"
        };
        page.line(format!("{who}: {}{origin}", self.days));
    }

    fn reference(&self) -> String {
        self.days.clone()
    }
}

impl View for PlanList {
    fn text(&self, page: &mut Page) {
        let columns = [Column::Whole("client"), Column::Text("days from due")];
        let rows: Vec<Vec<String>> = self
            .plans
            .iter()
            .map(|plan| {
                let who = plan
                    .client
                    .clone()
                    .unwrap_or_else(|| "everybody".to_owned());
                vec![who, plan.days.clone()]
            })
            .collect();
        table(page, &columns, &rows, None);
        if self.plans.iter().all(|plan| plan.days == "off") {
            page.line(
                "nobody is reminded; `loggia settings set reminder-days=7,14,30` changes that",
            );
        }
        if !self.due.is_empty() {
            let due: Vec<&str> = self.due.iter().map(|due| due.invoice.as_str()).collect();
            page.line(format!(
                "due: {}; `loggia invoice remind --due` sends them",
                due.join(", ")
            ));
        }
    }

    fn reference(&self) -> String {
        let due: Vec<&str> = self.due.iter().map(|due| due.invoice.as_str()).collect();
        due.join("\n")
    }
}

/// What was typed as an address.
pub(super) fn address(text: &str) -> Result<crate::values::text::Email> {
    let read = crate::values::text::Email::parse(text);
    Ok(crate::app::error::field("address", read)?)
}
