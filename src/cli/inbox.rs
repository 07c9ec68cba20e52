//! `loggia inbox`: what clients ask on the portal.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::error::field;
use crate::app::inbox::{self, Filter, Shown};
use crate::domain::inbox::{Author, Message};
use crate::published::talk::message;
use crate::values::calendar::Calendar;
use crate::values::text::{Note, escape_terminal};

use super::Context;
use super::count::count;
use super::editor::{edited, kept};
use super::error::Result;
use super::table::{Column, cut, table};
use super::terminal::{Page, View};
use super::{input, missing, prompt, sync};

/// Read and answer what clients ask on the portal
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Questions come with `loggia sync`, and answers go out with it. They are named question-7, or 7. A refusal, and an approval\n\
    that could not be put into the books as it was shown, come as a task: `loggia approval show` tells what of.\n\n\
    Examples:\n  loggia inbox list --open\n  loggia inbox reply question-7 -m 'Yes, from Monday on' --send\n  loggia inbox done question-7"
)]
pub(super) enum Inbox {
    List(List),
    /// Show a question with all that was said to it
    Show {
        /// As in `inbox list`: question-7
        question: String,
    },
    Reply(Reply),
    /// Close a question
    Done {
        question: String,
    },
    /// Open a closed question again
    Reopen {
        question: String,
    },
}

/// List questions that are not closed, those that were written to last first
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only of this client
    #[arg(long)]
    client: Option<String>,
    /// Only those that wait for an answer
    #[arg(long)]
    open: bool,
    /// Only those with something new
    #[arg(long)]
    unread: bool,
    /// Closed ones too
    #[arg(long)]
    all: bool,
}

/// Answer a question; the client reads it after the next sync
///
/// The client sees who answers as the portal setting `team` says.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia inbox reply question-7 -m 'Yes, from Monday on'\n  \
    loggia inbox reply 7 --send\n  pbpaste | loggia inbox reply 7 --done"
)]
pub(super) struct Reply {
    question: String,
    /// The answer; `-` reads it from standard input, as does a pipe without it [default: the editor]
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// Who answers [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// Close the question with it
    #[arg(long)]
    done: bool,
    /// Bring the client in step on the portal at once
    #[arg(long)]
    send: bool,
}

impl Inbox {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        match self {
            Self::List(list) => list.run(context)?,
            Self::Show { question } => {
                let mut session = context.session()?;
                let shown = inbox::show(&session, &question)?;
                inbox::look_at(&mut session, &shown)?;
                context.show(&ThreadView::of(&shown, &session.calendar))?;
            }
            Self::Reply(reply) => return reply.run(context),
            Self::Done { question } => set_done(context, &question, true)?,
            Self::Reopen { question } => set_done(context, &question, false)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn set_done(context: &mut Context<'_>, question: &str, done: bool) -> Result<()> {
    let mut session = context.session()?;
    let (shown, changed) = inbox::set_done(&mut session, question, done)?;
    if !changed {
        context.say("nothing was changed")?;
    }
    context.show(&ThreadView::of(&shown, &session.calendar))
}

impl List {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let filter = Filter {
            client: self.client,
            open: self.open,
            unread: self.unread,
            all: self.all,
        };
        let narrow = filter.open || filter.unread || filter.client.is_some();
        let shown = inbox::list(&session, &filter)?;
        let aside = inbox::aside(&session)?.len();
        if aside > 0 {
            context.warn(&told_aside(aside))?;
        }
        context.show(&ThreadList {
            items: shown
                .iter()
                .map(|shown| ThreadView::of(shown, &session.calendar))
                .collect(),
            narrow,
        })
    }
}

/// What is told of events that cannot be read.
pub(super) fn told_aside(aside: usize) -> String {
    format!(
        "{} from the portal cannot be read by this version and kept aside; a newer loggia reads them at its next sync",
        count(aside, "event", "events")
    )
}

impl Reply {
    fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let mut session = context.session()?;
        // Before anything is written, so that nobody writes to a question that is not there.
        let question = inbox::show(&session, &self.question)?;
        inbox::may_be_answered(&session, &self.question)?;
        let text = self.text(context, &question)?;
        let said = field("message", message(&text));
        let by = self.by.as_deref();
        let replied = said
            .and_then(|said: Note| inbox::reply(&mut session, &self.question, said, by, self.done));
        let shown = match replied {
            Ok(shown) => shown,
            Err(error) if self.message.is_none() => return Err(kept(error.into(), &text)?),
            Err(error) => return Err(error.into()),
        };
        let client = shown.client.slug.to_string();
        context.show(&ThreadView::of(&shown, &session.calendar))?;
        if !self.send {
            context.say("`loggia sync` brings it to the client")?;
            return Ok(ExitCode::SUCCESS);
        }
        drop(session);
        sync::quietly(context, &client)
    }

    fn text(&self, context: &mut Context<'_>, question: &Shown) -> Result<String> {
        match &self.message {
            None if prompt::can_ask(&context.global, &context.environment) => {
                let reference = question.thread.reference();
                let instead = format!("loggia inbox reply {reference} -m TEXT");
                let last = question.thread.messages.last();
                let quoted = last.map_or_else(String::new, |last| quoted(last.text.as_str()));
                let typed = edited(context, &quoted, &instead)?;
                let typed = typed.map(|typed| unquoted(&typed));
                typed
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| missing("--message"))
            }
            given => input::text(given.clone()),
        }
    }
}

/// What was asked, for the eyes of who answers.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    format!("\n\n{}", lines.join("\n"))
}

/// The answer without what was asked.
fn unquoted(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("> ") && *line != ">");
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A question for scripts and people.
#[derive(Debug, Serialize)]
struct ThreadView {
    reference: String,
    /// `question`, or `task` where it came of an answer to a request and the client wrote nothing.
    kind: &'static str,
    client: String,
    subject: String,
    state: &'static str,
    unread: bool,
    asked: String,
    /// When something was said last.
    last: String,
    /// The answered request that it came of.
    approval: Option<String>,
    messages: Vec<MessageView>,
}

#[derive(Debug, Serialize)]
struct MessageView {
    at: String,
    #[serde(skip)]
    when: String,
    author: String,
    /// `client` or `team`.
    from: &'static str,
    text: String,
}

impl ThreadView {
    fn of(shown: &Shown, calendar: &Calendar) -> Self {
        let thread = &shown.thread;
        let messages = thread.messages.iter();
        let request = thread.request;
        Self {
            reference: thread.reference(),
            kind: match thread.is_task() {
                true => "task",
                false => "question",
            },
            client: shown.client.slug.to_string(),
            subject: thread.subject.clone(),
            state: thread.state().word(),
            unread: shown.unread,
            asked: calendar.local(thread.asked).to_rfc3339(),
            last: calendar.local(thread.since()).to_rfc3339(),
            approval: request.map(crate::domain::approval_request::reference),
            messages: messages
                .map(|message| MessageView::of(message, shown, calendar))
                .collect(),
        }
    }

    /// What is to be answered.
    fn question(&self) -> String {
        let mut of_client = self.messages.iter().filter(|one| one.from == "client");
        match (of_client.next_back(), &self.approval) {
            (Some(last), _) => last.text.replace('\n', " / "),
            (None, Some(approval)) => {
                format!("the answer to {approval} wants a look: loggia approval show {approval}")
            }
            (None, None) => String::new(),
        }
    }
}

impl MessageView {
    fn of(message: &Message, shown: &Shown, calendar: &Calendar) -> Self {
        let (author, from) = match &message.author {
            Author::User { name, .. } => (name.clone(), "client"),
            Author::Member(key) => {
                let name = shown.members.get(key).cloned();
                (name.unwrap_or_default(), "team")
            }
        };
        let at = calendar.local(message.at);
        Self {
            at: at.to_rfc3339(),
            when: at.format("%Y-%m-%d %H:%M").to_string(),
            author,
            from,
            text: message.text.to_string(),
        }
    }
}

impl View for ThreadView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} {} about {} ({})",
            self.reference, self.client, self.subject, self.state
        ));
        if let Some(approval) = &self.approval {
            page.line(format!(
                "  came of an answer: loggia approval show {approval}"
            ));
            if self.kind == "task" && self.state != "done" {
                page.line(format!("  looked at: loggia inbox done {}", self.reference));
            }
        }
        for message in &self.messages {
            let head = format!("{} {}", message.when, message.author);
            page.line(format!("  {}", page.dim(&escape_terminal(&head))));
            for line in message.text.lines() {
                page.prose(4, line);
            }
        }
    }

    fn reference(&self) -> String {
        self.reference.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ThreadList {
    items: Vec<ThreadView>,
    /// There may be more that was not asked for.
    #[serde(skip)]
    narrow: bool,
}

/// The longest question that the table shows.
const LONGEST: usize = 120;

impl View for ThreadList {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            page.line(if self.narrow {
                "no such question; `loggia inbox list --all` shows all of them"
            } else {
                "no open questions; `loggia sync` fetches what clients ask, `--all` shows closed ones"
            });
            return;
        }
        let columns = [
            Column::Whole("question"),
            Column::Text("client"),
            Column::Text("about"),
            Column::Text("state"),
            Column::Whole("last"),
            Column::Text("what"),
        ];
        let rows: Vec<_> = self
            .items
            .iter()
            .map(|item| {
                let new = if item.unread { ", new" } else { "" };
                vec![
                    item.reference.clone(),
                    item.client.clone(),
                    item.subject.clone(),
                    format!("{}{new}", item.state),
                    item.last.chars().take(10).collect(),
                    cut(&item.question(), LONGEST),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        super::client::references(&self.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_no_part_of_the_answer() {
        let asked = quoted("Why?\n\nBecause");
        assert_eq!(unquoted(&asked), "");
        assert_eq!(unquoted(&format!("Since\n> 3\n{asked}")), "Since");
    }
}
