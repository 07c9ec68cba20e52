//! `loggia project task`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::app::error::field;
use crate::app::task::{self, Edit as Change, New, Selection, Shown};
use crate::cli::Context;
use crate::cli::client::{references, say_made};
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, Tone, View};
use crate::domain::task::Status;
use crate::values::text::{Line, escape_terminal};

use super::{date, day, given};

/// Tasks: what is to be done, by whom, until when
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Task {
    Add(Add),
    /// List tasks: of a project, or of all open ones
    #[command(
        after_help = "Examples:\n  loggia project task list acme/website --board\n  \
        loggia project task list --assignee mara --overdue"
    )]
    List {
        #[arg(value_name = "CLIENT/PROJECT")]
        project: Option<String>,
        /// As a board: to do, doing, done
        #[arg(long)]
        board: bool,
        #[arg(long)]
        status: Option<Word>,
        /// Only what this member is to do
        #[arg(long, value_name = "MEMBER")]
        assignee: Option<String>,
        /// Only what should be done by now
        #[arg(long)]
        overdue: bool,
    },
    /// Show a task
    Show(Named),
    Edit(Edit),
    /// A task is being worked on
    Start(Named),
    /// A task is done: it takes no new time
    Done(Named),
    /// A task is to be done again
    Reopen(Named),
    /// Remove a task on which no time is logged
    Remove(Named),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Word {
    Todo,
    Doing,
    Done,
}

impl From<Word> for Status {
    fn from(word: Word) -> Self {
        match word {
            Word::Todo => Self::Todo,
            Word::Doing => Self::Doing,
            Word::Done => Self::Done,
        }
    }
}

/// Add a task
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia project task add acme/website Design --due 2026-12-04 --assignee mara --phase Design"
)]
pub(in crate::cli) struct Add {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    name: String,
    /// The phase in which it is
    #[arg(long)]
    phase: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Who is to do it
    #[arg(long, value_name = "MEMBER")]
    assignee: Option<String>,
    /// Work on it is not billable
    #[arg(long)]
    non_billable: bool,
    /// Clients never see it [default: they do, where the section `tasks` is on]
    #[arg(long)]
    internal: bool,
    /// Keep a task that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change a task; an empty text takes a value away
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    #[command(flatten)]
    which: Named,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// The phase in which it is
    #[arg(long)]
    phase: Option<String>,
    /// Day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Who is to do it
    #[arg(long, value_name = "MEMBER")]
    assignee: Option<String>,
    /// Work on it is billable
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Work on it is not billable
    #[arg(long)]
    non_billable: bool,
    /// Clients see it, where the section `tasks` is on
    #[arg(long, conflicts_with = "internal")]
    shared: bool,
    /// Clients never see it
    #[arg(long)]
    internal: bool,
}

/// A task by its name.
#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    #[arg(value_name = "CLIENT/PROJECT")]
    project: String,
    #[arg(value_name = "TASK")]
    task: String,
}

impl Task {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::List {
                project,
                board,
                status,
                assignee,
                overdue,
            } => {
                let one_project = project.is_some();
                let selection = Selection {
                    project,
                    status: status.map(Status::from),
                    assignee,
                    overdue,
                };
                let session = context.session()?;
                let tasks = task::list(&session, &selection)?;
                let tasks = tasks.iter().map(TaskView::of).collect();
                if board {
                    return context.show(&Board { tasks, one_project });
                }
                context.show(&TaskList { tasks, one_project })
            }
            Self::Show(Named { project, task }) => {
                let session = context.session()?;
                context.show(&TaskView::of(&task::show(&session, &project, &task)?))
            }
            Self::Start(which) => which.set_status(context, Status::Doing, "started"),
            Self::Done(which) => which.set_status(context, Status::Done, "done:"),
            Self::Reopen(which) => which.set_status(context, Status::Todo, "open again:"),
            Self::Remove(Named { project, task }) => {
                context.confirm(&format!("remove task {task} of {project}"))?;
                let mut session = context.session()?;
                let removed = task::remove(&mut session, &project, &task)?;
                context.say("removed; `loggia undo` brings it back")?;
                context.show(&TaskView::of(&removed))
            }
        }
    }
}

impl Named {
    fn set_status(self, context: &mut Context<'_>, status: Status, what: &str) -> Result<()> {
        let mut session = context.session()?;
        let shown = task::set_status(&mut session, &self.project, &self.task, status)?;
        context.say(&format!("{what} {}", shown.task.name))?;
        context.show(&TaskView::of(&shown))
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let new = New {
            name: field("name", Line::parse(&self.name))?,
            phase: self.phase.and_then(given),
            due: self
                .due
                .as_deref()
                .map(|due| date(&session, due))
                .transpose()?,
            assignee: self.assignee.and_then(given),
            billable: !self.non_billable,
            shared: !self.internal,
            if_missing: self.if_missing,
        };
        let (shown, made) = task::add(&mut session, &self.project, &new)?;
        say_made(context, made, "task", shown.task.name.as_str())?;
        context.show(&TaskView::of(&shown))
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let choice = |yes: bool, no: bool| (yes || no).then_some(yes);
        let change = Change {
            name: self
                .name
                .as_deref()
                .map(|name| field("name", Line::parse(name)))
                .transpose()?,
            phase: self.phase.map(given),
            due: day(&session, self.due)?,
            assignee: self.assignee.map(given),
            billable: choice(self.billable, self.non_billable),
            shared: choice(self.shared, self.internal),
        };
        let Named { project, task } = &self.which;
        let shown = task::edit(&mut session, project, task, &change)?;
        context.say(&format!("changed {}", shown.task.name))?;
        context.show(&TaskView::of(&shown))
    }
}

/// A task for scripts and people.
#[derive(Debug, Serialize)]
struct TaskView {
    project: String,
    name: String,
    status: &'static str,
    phase: Option<String>,
    due: Option<String>,
    overdue: bool,
    assignee: Option<String>,
    billable: bool,
    shared: bool,
    done: bool,
    seconds: i64,
    hours: String,
}

impl TaskView {
    fn of(shown: &Shown) -> Self {
        let task = &shown.task;
        Self {
            project: shown.project.to_string(),
            name: task.name.to_string(),
            status: task.status.word(),
            phase: shown.phase.clone(),
            due: task.due.map(|due| due.to_string()),
            overdue: shown.overdue,
            assignee: shown.assignee.clone(),
            billable: task.billable,
            shared: task.shared,
            done: task.status == Status::Done,
            seconds: shown.worked.0,
            hours: shown.worked.hours(),
        }
    }

    /// The day on which it is due, marked where that has passed.
    fn due_words(&self) -> Option<String> {
        let mark = if self.overdue { " (overdue)" } else { "" };
        self.due.as_ref().map(|due| format!("{due}{mark}"))
    }

    /// What else is to be known of it.
    fn marks(&self) -> String {
        let mut marks = Vec::new();
        if !self.shared {
            marks.push("internal");
        }
        if !self.billable {
            marks.push("non-billable");
        }
        marks.join(", ")
    }
}

impl View for TaskView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.project));
        page.field("status", Some(self.status));
        page.field("due", self.due_words());
        page.field("assignee", self.assignee.as_ref());
        page.field("phase", self.phase.as_ref());
        page.field("worked", Some(format!("{} h", self.hours)));
        page.field(
            "marks",
            Some(self.marks()).filter(|marks| !marks.is_empty()),
        );
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

const EMPTY: &str = "no tasks; `loggia project task add CLIENT/PROJECT NAME` adds one";

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct TaskList {
    tasks: Vec<TaskView>,
    #[serde(skip)]
    one_project: bool,
}

impl View for TaskList {
    fn text(&self, page: &mut Page) {
        if self.tasks.is_empty() {
            page.line(EMPTY);
            return;
        }
        let mut columns = vec![
            Column::Text("task"),
            Column::Text("status"),
            Column::Text("due"),
            Column::Text("assignee"),
            Column::Text("phase"),
            Column::Number("hours"),
            Column::Text("marks"),
        ];
        if !self.one_project {
            columns.insert(0, Column::Text("project"));
        }
        let rows: Vec<_> = self
            .tasks
            .iter()
            .map(|task| {
                let mut row = vec![
                    task.name.clone(),
                    task.status.to_owned(),
                    task.due_words().unwrap_or_default(),
                    task.assignee.clone().unwrap_or_default(),
                    task.phase.clone().unwrap_or_default(),
                    task.hours.clone(),
                    task.marks(),
                ];
                if !self.one_project {
                    row.insert(0, task.project.clone());
                }
                row
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.tasks)
    }
}

/// The same tasks as tiles under their status.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Board {
    tasks: Vec<TaskView>,
    #[serde(skip)]
    one_project: bool,
}

/// The width where there is no terminal, between columns, and below which columns stand under each other.
const WIDTH: usize = 80;
const GAP: usize = 1;
const NARROWEST: usize = 18;
const WIDEST: usize = 40;

impl View for Board {
    fn text(&self, page: &mut Page) {
        if self.tasks.is_empty() {
            page.line(EMPTY);
            return;
        }
        let whole = page.width.map_or(WIDTH, usize::from);
        let third = whole.saturating_sub(2 * GAP) / 3;
        let columns: Vec<Vec<&TaskView>> = Status::ALL
            .iter()
            .map(|status| {
                let of_status = |task: &&TaskView| task.status == status.word();
                self.tasks.iter().filter(of_status).collect()
            })
            .collect();
        let heads = Status::ALL
            .iter()
            .zip(&columns)
            .map(|(status, tasks)| format!("{} ({})", status.word().to_uppercase(), tasks.len()));
        let heads: Vec<String> = heads.collect();
        if third < NARROWEST {
            for (head, tasks) in heads.iter().zip(&columns) {
                page.heading(head);
                for line in self.tiles(tasks, whole.clamp(8, WIDEST)) {
                    page.line(line.drawn(page));
                }
            }
            return;
        }
        let width = third.min(WIDEST);
        let head: Vec<String> = heads.iter().map(|head| padded(head, width)).collect();
        page.heading(head.join(" ").trim_end());
        let tiles: Vec<Vec<TileLine>> = columns.iter().map(|c| self.tiles(c, width)).collect();
        let tallest = tiles.iter().map(Vec::len).max().unwrap_or_default();
        for row in 0..tallest {
            let mut line = String::new();
            for column in &tiles {
                match column.get(row) {
                    Some(tile) => line.push_str(&tile.drawn(page)),
                    None => line.push_str(&" ".repeat(width)),
                }
                line.push(' ');
            }
            page.line(line.trim_end());
        }
    }

    fn reference(&self) -> String {
        references(&self.tasks)
    }
}

/// A line of a tile, as wide as the tile.
struct TileLine {
    text: String,
    overdue: bool,
}

impl TileLine {
    fn drawn(&self, page: &Page) -> String {
        if self.overdue {
            page.tinted(&self.text, Tone::Bad)
        } else {
            self.text.clone()
        }
    }
}

impl Board {
    fn tiles(&self, tasks: &[&TaskView], width: usize) -> Vec<TileLine> {
        tasks
            .iter()
            .flat_map(|task| self.tile(task, width))
            .collect()
    }

    fn tile(&self, task: &TaskView, width: usize) -> Vec<TileLine> {
        let inner = width.saturating_sub(4);
        let plain = |text: String| TileLine {
            text,
            overdue: false,
        };
        let edge = "─".repeat(width.saturating_sub(2));
        let mut lines = vec![plain(format!("┌{edge}┐"))];
        let mut put = |text: &str, overdue: bool| {
            for part in wrapped(text, inner) {
                lines.push(TileLine {
                    text: format!("│ {} │", padded(&part, inner)),
                    overdue,
                });
            }
        };
        put(&task.name, false);
        if !self.one_project {
            put(&task.project, false);
        }
        match &task.due {
            Some(due) if task.overdue => put(&format!("! due {due}"), true),
            Some(due) => put(&format!("due {due}"), false),
            None => {}
        }
        let mut rest: Vec<String> = task.assignee.iter().cloned().collect();
        rest.extend(task.phase.clone());
        if task.seconds > 0 {
            rest.push(format!("{} h", task.hours));
        }
        rest.push(task.marks());
        rest.retain(|part| !part.is_empty());
        if !rest.is_empty() {
            put(&rest.join(" · "), false);
        }
        lines.push(plain(format!("└{edge}┘")));
        lines
    }
}

fn padded(text: &str, width: usize) -> String {
    let room = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(room))
}

/// The words of a text on lines that are not wider; a word that is wider itself is broken.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in escape_terminal(text).split_whitespace() {
        let wide = line.width() + usize::from(!line.is_empty()) + word.width();
        if wide > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if line.width() + letter.width().unwrap_or(0) > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, status: &'static str, overdue: bool) -> TaskView {
        TaskView {
            project: "acme/website".into(),
            name: name.into(),
            status,
            phase: None,
            due: overdue.then(|| "2026-11-01".into()),
            overdue,
            assignee: Some("mara".into()),
            billable: true,
            shared: false,
            done: status == "done",
            seconds: 3600,
            hours: "1.00".into(),
        }
    }

    #[test]
    fn a_board_fits_the_terminal_whatever_stands_on_it() {
        let board = Board {
            tasks: vec![
                task("設計レビューと納品の準備", "todo", true),
                task(
                    "Averylongwordthatfitsintonotileatallwhateverthewidth",
                    "todo",
                    false,
                ),
                task("Write the \u{1b}[31mtests", "doing", false),
                task("Kick-off", "done", false),
            ],
            one_project: false,
        };
        for width in [20, 40, 58, 80, 120, 200] {
            let mut page = Page::new(Some(width), false, false);
            board.text(&mut page);
            let text = page.into_text();
            for line in text.lines() {
                assert!(line.width() <= usize::from(width), "{width}: {line:?}");
            }
            assert!(text.contains("! due"), "{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
            assert!(
                text.contains("TODO (2)") && text.contains("DONE (1)"),
                "{text}"
            );
        }
    }

    #[test]
    fn words_are_wrapped_and_none_is_lost() {
        let cases = [
            ("one two three", 7, vec!["one two", "three"]),
            ("onetwothree", 4, vec!["onet", "woth", "ree"]),
            ("a onetwothree", 4, vec!["a", "onet", "woth", "ree"]),
            ("", 4, vec![]),
        ];
        for (text, width, lines) in cases {
            assert_eq!(wrapped(text, width), lines, "{text}");
        }
    }
}
