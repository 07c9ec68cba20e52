//! `loggia portal mail`: what is in the outbox of a portal, for whoever runs it.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::error::{Failure, Result, exit};
use crate::cli::table::{Column, cut, table};
use crate::cli::terminal::{Page, View};
use crate::portal::operator;
use crate::portal::store::{Mail, MailState};

use super::{Database, block_on};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MailCommand {
    /// List mails: those that wait and those that were given up; with --all, what was sent in the last 30 days, too
    #[command(visible_alias = "ls")]
    List {
        /// Also what was sent or is no longer wanted
        #[arg(long, conflicts_with = "state")]
        all: bool,
        #[arg(long)]
        state: Option<StateWord>,
        /// At most so many, the newest
        #[arg(long, value_name = "NUMBER", default_value_t = 200)]
        limit: u32,
        #[command(flatten)]
        database: Database,
    },
    /// Try mails again that were given up
    #[command(
        after_help = "Examples:\n  loggia portal mail retry 17\n  loggia portal mail retry --all"
    )]
    Retry {
        /// Number of the mail
        #[arg(value_name = "MAIL", required_unless_present = "all")]
        mails: Vec<i64>,
        /// All that were given up
        #[arg(long, conflicts_with = "mails")]
        all: bool,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum StateWord {
    Waiting,
    Sent,
    Dead,
    Dropped,
}

impl From<StateWord> for MailState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Waiting => Self::Waiting,
            StateWord::Sent => Self::Sent,
            StateWord::Dead => Self::Dead,
            StateWord::Dropped => Self::Dropped,
        }
    }
}

impl MailCommand {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::List {
                all,
                state,
                limit,
                database,
            } => {
                let store = database.open()?;
                let state = state.map(MailState::from);
                let mut mails = block_on(operator::mails(&*store, state, limit))??;
                if !all && state.is_none() {
                    mails.retain(|mail| matches!(mail.state, MailState::Waiting | MailState::Dead));
                }
                context.show(&MailList::of(mails))
            }
            Self::Retry {
                mut mails,
                all,
                database,
            } => {
                let store = database.open()?;
                if all {
                    let dead = operator::mails(&*store, Some(MailState::Dead), u32::MAX);
                    mails = block_on(dead)??.iter().map(|mail| mail.id).collect();
                }
                let now = context.environment.now()?;
                let mut retried = Vec::new();
                for mail in mails {
                    if !block_on(operator::retry_mail(&*store, mail, now))?? {
                        return Err(Failure::with_exit(
                            "mail.not_dead",
                            format!("mail {mail} is none that was given up"),
                            exit::REFUSED,
                        )
                        .with_hint("loggia portal mail list".to_owned()));
                    }
                    retried.push(mail);
                }
                let mut mails = block_on(operator::mails(&*store, None, u32::MAX))??;
                mails.retain(|mail| retried.contains(&mail.id));
                context.show(&MailList::of(mails))
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct MailView {
    id: i64,
    account: String,
    to: String,
    kind: &'static str,
    state: &'static str,
    queued: String,
    attempts: u32,
    next: Option<String>,
    settled: Option<String>,
    message_id: String,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct MailList(Vec<MailView>);

impl MailList {
    fn of(mails: Vec<Mail>) -> Self {
        let view = |mail: Mail| MailView {
            id: mail.id,
            account: mail.account,
            to: mail.to,
            kind: mail.kind.word(),
            state: mail.state.word(),
            queued: mail.queued.to_rfc3339(),
            attempts: mail.attempts,
            next: mail.next.map(|at| at.to_rfc3339()),
            settled: mail.settled.map(|at| at.to_rfc3339()),
            message_id: mail.message_id,
            error: mail.error,
        };
        Self(mails.into_iter().map(view).collect())
    }
}

impl View for MailList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("nothing waits and nothing was given up; `--all` lists what was sent");
            return;
        }
        let columns = [
            Column::Number("mail"),
            Column::Text("account"),
            Column::Text("to"),
            Column::Text("kind"),
            Column::Text("state"),
            Column::Number("tries"),
            Column::Text("next"),
            Column::Text("why"),
        ];
        let row = |mail: &MailView| {
            vec![
                mail.id.to_string(),
                mail.account.clone(),
                mail.to.clone(),
                mail.kind.replace('_', " "),
                mail.state.to_owned(),
                mail.attempts.to_string(),
                mail.next.clone().unwrap_or_default(),
                cut(mail.error.as_deref().unwrap_or_default(), 60),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
        if self.0.iter().any(|mail| mail.state == "dead") {
            page.line("`loggia portal mail retry MAIL` takes up again what was given up");
        }
    }

    fn reference(&self) -> String {
        let ids: Vec<String> = self.0.iter().map(|mail| mail.id.to_string()).collect();
        ids.join("\n")
    }
}
