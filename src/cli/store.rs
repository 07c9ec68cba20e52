//! The store itself: `undo`, `history`, `backup`, `restore`, `check`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::{Error, restore, undo};
use crate::store::{Recorded, RecordedChange, Store, StoreError};
use crate::values::calendar::Calendar;

use super::Context;
use super::count::count;
use super::error::{Failure, Result, exit};
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Take back the latest operation, or a named one
#[derive(Debug, Args)]
#[command(after_help = "An undo is an operation itself: undoing it brings the first one back.")]
pub(super) struct Undo {
    /// Number of the operation, from `loggia history`
    operation: Option<i64>,
}

/// Show the latest operations, or what one of them changed
#[derive(Debug, Args)]
pub(super) struct History {
    /// Show the rows that this operation changed
    operation: Option<i64>,
    /// Only operations that concern this client
    #[arg(long, conflicts_with = "operation")]
    client: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: u32,
}

/// Copy the store to a file
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A file that is not there yet
    file: PathBuf,
}

/// Put the content of a backup in the place of the store
#[derive(Debug, Args)]
#[command(after_help = "The store is copied beside itself first, so that nothing is lost.")]
pub(super) struct Restore {
    file: PathBuf,
    /// Restore although invoices were issued after the backup, whose numbers would be given again
    #[arg(long)]
    lose_documents: bool,
}

/// Check that the file is whole and every invariant of the books holds
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Undo {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let recorded = undo::undo(&mut session, self.operation)?;
        context.say(&format!("taken back: {}", recorded.command))?;
        context.show(&OperationView::of(&recorded, &session.calendar))
    }
}

impl History {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        match self.operation {
            Some(key) => {
                let (recorded, changes) = undo::operation(&session, key)?;
                context.show(&ChangesView {
                    operation: OperationView::of(&recorded, &session.calendar),
                    changes: changes.into_iter().map(ChangeView::of).collect(),
                })
            }
            None => {
                let operations = undo::history(&session, self.client.as_deref(), self.limit)?;
                context.show(&OperationList(
                    operations
                        .iter()
                        .map(|recorded| OperationView::of(recorded, &session.calendar))
                        .collect(),
                ))
            }
        }
    }
}

impl Backup {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let bytes = session.store.backup(&self.file)?;
        context.show(&Copied {
            path: self.file.display().to_string(),
            bytes: Some(bytes),
            kept: None,
        })
    }
}

impl Restore {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        context.confirm(&format!("replace the store by `{}`", self.file.display()))?;
        let path = context.store_path()?;
        let restored =
            restore::restore(&path, &self.file, self.lose_documents, &context.setting()?);
        let kept = restored.map_err(|error| match &error {
            Error::Store(StoreError::NotAStore(named)) if *named == self.file => Failure::from(
                error,
            )
            .with_hint("loggia restore FILE, of a file that `loggia backup FILE` made".to_owned()),
            _ => error.into(),
        })?;
        let kept = kept.display().to_string();
        context.say(&format!("restored; what was there is in {kept}"))?;
        context.show(&Copied {
            path: path.display().to_string(),
            bytes: None,
            kept: Some(kept),
        })
    }
}

impl Check {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let session = context.session()?;
        let health = session.store.check()?;
        let sound = health.findings.is_empty();
        context.show(&CheckView {
            ok: sound,
            path: session.store.path().display().to_string(),
            schema: health.schema,
            program: env!("CARGO_PKG_VERSION"),
            sqlite: Store::sqlite_version(),
            entries: health.entries,
            invoices: health.invoices,
            operations: health.operations,
            findings: health
                .findings
                .iter()
                .map(|finding| FindingView {
                    check: finding.check,
                    message: finding.message.clone(),
                })
                .collect(),
        })?;
        Ok(if sound {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(exit::FAILED)
        })
    }
}

#[derive(Debug, Serialize)]
struct OperationView {
    operation: i64,
    at: String,
    who: String,
    command: String,
    program: String,
    rows: i64,
    undoes: Option<i64>,
    undone_by: Option<i64>,
    /// Why it cannot be taken back.
    r#final: Option<String>,
}

impl OperationView {
    fn of(recorded: &Recorded, calendar: &Calendar) -> Self {
        Self {
            operation: recorded.key.0,
            at: calendar.local(recorded.at).to_rfc3339(),
            who: recorded.who.clone(),
            command: recorded.command.clone(),
            program: recorded.program.clone(),
            rows: recorded.rows,
            undoes: recorded.undoes,
            undone_by: recorded.undone_by,
            r#final: recorded.final_reason.clone(),
        }
    }
}

impl View for OperationView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} {} {}: {}",
            self.operation, self.at, self.who, self.command
        ));
    }

    fn reference(&self) -> String {
        self.operation.to_string()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct OperationList(Vec<OperationView>);

impl View for OperationList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("nothing was written yet");
            return;
        }
        let columns = [
            Column::Number("op"),
            Column::Text("at"),
            Column::Text("who"),
            Column::Text("command"),
            Column::Number("rows"),
            Column::Text(""),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|operation| {
                let note = match (operation.undone_by, operation.undoes) {
                    (Some(by), _) => format!("undone by {by}"),
                    (_, Some(of)) => format!("undo of {of}"),
                    _ => String::new(),
                };
                vec![
                    operation.operation.to_string(),
                    operation.at.clone(),
                    operation.who.clone(),
                    operation.command.clone(),
                    operation.rows.to_string(),
                    note,
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        super::client::references(&self.0)
    }
}

#[derive(Debug, Serialize)]
struct ChangesView {
    #[serde(flatten)]
    operation: OperationView,
    changes: Vec<ChangeView>,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    noun: String,
    row: i64,
    before: Option<Map<String, Value>>,
    after: Option<Map<String, Value>>,
}

impl ChangeView {
    fn of(change: RecordedChange) -> Self {
        Self {
            noun: change.noun,
            row: change.row,
            before: change.before,
            after: change.after,
        }
    }

    fn line(&self) -> String {
        let verb = match (&self.before, &self.after) {
            (None, _) => "made",
            (_, None) => "removed",
            _ => "changed",
        };
        let said = |row: &Map<String, Value>| {
            row.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let values = match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{} → {}", said(before), said(after)),
            (None, Some(row)) | (Some(row), None) => said(row),
            (None, None) => String::new(),
        };
        format!("{verb} {} {}: {values}", self.noun, self.row)
    }
}

impl View for ChangesView {
    fn text(&self, page: &mut Page) {
        self.operation.text(page);
        for change in &self.changes {
            page.line(crate::values::text::escape_terminal(&change.line()));
        }
    }

    fn reference(&self) -> String {
        self.operation.reference()
    }
}

#[derive(Debug, Serialize)]
struct Copied {
    path: String,
    bytes: Option<u64>,
    /// Where what was replaced is kept.
    kept: Option<String>,
}

impl View for Copied {
    fn text(&self, page: &mut Page) {
        match self.bytes {
            Some(bytes) => page.line(format!("wrote {} ({bytes} bytes)", self.path)),
            None => page.line(&self.path),
        }
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

#[derive(Debug, Serialize)]
struct CheckView {
    ok: bool,
    path: String,
    schema: u32,
    program: &'static str,
    sqlite: &'static str,
    entries: i64,
    invoices: i64,
    operations: i64,
    findings: Vec<FindingView>,
}

#[derive(Debug, Serialize)]
struct FindingView {
    check: &'static str,
    message: String,
}

impl View for CheckView {
    fn text(&self, page: &mut Page) {
        let verdict = if self.ok {
            "all is well".to_owned()
        } else {
            count(self.findings.len(), "finding", "findings")
        };
        page.heading(&format!("{}: {verdict}", self.path));
        page.field(
            "holds",
            Some(format!(
                "{}, {}, {}",
                count(self.entries, "entry", "entries"),
                count(self.invoices, "invoice", "invoices"),
                count(self.operations, "operation", "operations")
            )),
        );
        page.field(
            "versions",
            Some(format!(
                "loggia {}, schema {}, SQLite {}",
                self.program, self.schema, self.sqlite
            )),
        );
        for finding in &self.findings {
            page.field(finding.check, Some(&finding.message));
        }
    }

    fn reference(&self) -> String {
        if self.ok { "ok" } else { "findings" }.to_owned()
    }
}
