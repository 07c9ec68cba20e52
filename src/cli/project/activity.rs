//! `loggia project activity`.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::activity::{self, Edit as Change, New, Shown};
use crate::app::error::field;
use crate::cli::Context;
use crate::cli::client::{references, say_made};
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::values::text::{Line, Note};

use super::given;

/// Activity codes: what kind of work it is, explained in words that a client understands
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Activity {
    Add(Add),
    /// List activity codes: those a project can use, or all
    List {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: Option<String>,
        /// Archived ones too
        #[arg(long)]
        all: bool,
    },
    Edit(Edit),
    /// Archive an activity code: it takes no new time
    Archive {
        #[arg(value_name = "CODE")]
        code: String,
        /// The project whose code it is
        #[arg(long, value_name = "CLIENT/PROJECT")]
        project: Option<String>,
    },
}

/// Add an activity code
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia project activity add DEV Development --explanation \"Programming, with its tests\"\n  \
    loggia project activity add DRILL Drilling --project acme/well"
)]
pub(in crate::cli) struct Add {
    /// One short word, such as DEV
    code: String,
    name: String,
    /// What it stands for, in words a client understands
    #[arg(long, value_name = "TEXT")]
    explanation: Option<String>,
    /// Only for this project [default: for all]
    #[arg(long, value_name = "CLIENT/PROJECT")]
    project: Option<String>,
    /// Keep a code that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change an activity code; an empty text takes a value away
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    #[arg(value_name = "CODE")]
    code: String,
    /// The project whose code it is
    #[arg(long, value_name = "CLIENT/PROJECT")]
    project: Option<String>,
    /// Another code
    #[arg(long = "code", value_name = "NEW")]
    to: Option<String>,
    #[arg(long)]
    name: Option<String>,
    /// What it stands for, in words a client understands
    #[arg(long, value_name = "TEXT")]
    explanation: Option<String>,
    /// Take it out of the archive
    #[arg(long)]
    restore: bool,
}

impl Activity {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::List { project, all } => {
                let session = context.session()?;
                let found = activity::list(&session, project.as_deref(), all)?;
                context.show(&ActivityList(found.iter().map(ActivityView::of).collect()))
            }
            Self::Archive { code, project } => {
                let mut session = context.session()?;
                let shown = activity::set_archived(&mut session, project.as_deref(), &code, true)?;
                context.say(&format!("archived {}", shown.activity.code))?;
                context.show(&ActivityView::of(&shown))
            }
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let new = New {
            code: field("code", Line::parse(&self.code))?,
            name: field("name", Line::parse(&self.name))?,
            explanation: self
                .explanation
                .and_then(given)
                .map(|text| field("explanation", Note::parse(&text)))
                .transpose()?,
            project: self.project,
            if_missing: self.if_missing,
        };
        let mut session = context.session()?;
        let (shown, made) = activity::add(&mut session, &new)?;
        say_made(context, made, "activity", shown.activity.code.as_str())?;
        context.show(&ActivityView::of(&shown))
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let line =
            |name, text: Option<&str>| text.map(|text| field(name, Line::parse(text))).transpose();
        let change = Change {
            code: line("code", self.to.as_deref())?,
            name: line("name", self.name.as_deref())?,
            explanation: self
                .explanation
                .map(|text| {
                    given(text)
                        .map(|text| field("explanation", Note::parse(&text)))
                        .transpose()
                })
                .transpose()?,
            archived: self.restore.then_some(false),
        };
        let mut session = context.session()?;
        let shown = activity::edit(&mut session, self.project.as_deref(), &self.code, &change)?;
        context.say(&format!("changed {}", shown.activity.code))?;
        context.show(&ActivityView::of(&shown))
    }
}

#[derive(Debug, Serialize)]
struct ActivityView {
    code: String,
    name: String,
    explanation: Option<String>,
    /// None: of the whole business.
    project: Option<String>,
    archived: bool,
}

impl ActivityView {
    fn of(shown: &Shown) -> Self {
        let activity = &shown.activity;
        Self {
            code: activity.code.to_string(),
            name: activity.name.to_string(),
            explanation: activity.explanation.as_ref().map(ToString::to_string),
            project: shown.project.as_ref().map(ToString::to_string),
            archived: activity.archived,
        }
    }
}

impl View for ActivityView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} {}", self.code, self.name));
        page.field("explanation", self.explanation.as_ref());
        page.field("project", self.project.as_ref());
        page.field("archived", self.archived.then_some("yes"));
    }

    fn reference(&self) -> String {
        self.code.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ActivityList(Vec<ActivityView>);

impl View for ActivityList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no activity codes; `loggia project activity add CODE NAME` adds one");
            return;
        }
        let columns = [
            Column::Text("code"),
            Column::Text("name"),
            Column::Text("project"),
            Column::Text("explanation"),
            Column::Text("archived"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|activity| {
                vec![
                    activity.code.clone(),
                    activity.name.clone(),
                    activity.project.clone().unwrap_or_default(),
                    activity
                        .explanation
                        .clone()
                        .unwrap_or_default()
                        .replace('\n', " "),
                    if activity.archived { "yes" } else { "" }.to_owned(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
