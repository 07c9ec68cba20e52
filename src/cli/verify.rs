//! `loggia invoice verify`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::app::Session;
use crate::domain::proof::Series;
use crate::store::Proof;

use super::Context;
use super::count::count;
use super::error::{Result, exit};
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Prove that no number is missing or used twice, nothing is billed twice, and every total and document is what was issued
#[derive(Debug, Args)]
#[command(
    after_help = "It goes through the whole store: the numbers of every counter and their dates, also against the log; each entry on one \
    live invoice at most; each line, tax base and total computed again; credit notes against the invoices they take back; the SHA-256 of \
    every kept file. Nothing is written. Exit status 0: all is proven; 1: not, and each finding is told.\n\nExamples:\n  \
    loggia invoice verify\n  loggia invoice verify --json | jq -r '.findings[].message'"
)]
pub(super) struct Verify {}

impl Verify {
    pub(super) fn run(self, context: &mut Context<'_>, session: &Session) -> Result<ExitCode> {
        let proof = session.store.verify().map_err(crate::app::Error::from)?;
        let view = ProofView::of(proof);
        context.show(&view)?;
        Ok(if view.ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(exit::FAILED)
        })
    }
}

#[derive(Debug, Serialize)]
struct ProofView {
    ok: bool,
    invoices: usize,
    credit_notes: usize,
    lines: usize,
    /// Entries on invoices and drafts.
    entries: i64,
    /// Kept files that were hashed again.
    files: usize,
    series: Vec<SeriesView>,
    findings: Vec<FindingView>,
}

#[derive(Debug, Serialize)]
struct SeriesView {
    kind: &'static str,
    counter: String,
    numbers: usize,
    first: String,
    last: String,
}

#[derive(Debug, Serialize)]
struct FindingView {
    check: &'static str,
    message: String,
}

impl ProofView {
    fn of(proof: Proof) -> Self {
        let Proof {
            findings,
            series,
            invoices,
            credit_notes,
            lines,
            files,
            entries,
        } = proof;
        let findings = findings.into_iter().map(|finding| FindingView {
            check: finding.check,
            message: finding.message,
        });
        let series = series.into_iter().map(|series: Series| SeriesView {
            kind: series.kind.word(),
            counter: series.counter,
            numbers: series.numbers,
            first: series.first,
            last: series.last,
        });
        let findings: Vec<FindingView> = findings.collect();
        Self {
            ok: findings.is_empty(),
            invoices,
            credit_notes,
            lines,
            entries,
            files,
            series: series.collect(),
            findings,
        }
    }
}

impl View for ProofView {
    fn text(&self, page: &mut Page) {
        let columns = [
            Column::Text("kind"),
            Column::Text("counter"),
            Column::Number("numbers"),
            Column::Text("first"),
            Column::Text("last"),
        ];
        let rows: Vec<_> = self
            .series
            .iter()
            .map(|series| {
                vec![
                    series.kind.to_owned(),
                    series.counter.clone(),
                    series.numbers.to_string(),
                    series.first.clone(),
                    series.last.clone(),
                ]
            })
            .collect();
        if !rows.is_empty() {
            table(page, &columns, &rows, None);
        }
        for finding in &self.findings {
            page.line(format!("{}: {}", finding.check, finding.message));
        }
        let looked_at = format!(
            "{}, {}, {}, {} billed, {}",
            count(self.invoices, "invoice", "invoices"),
            count(self.credit_notes, "credit note", "credit notes"),
            count(self.lines, "line", "lines"),
            count(
                usize::try_from(self.entries).unwrap_or_default(),
                "entry",
                "entries"
            ),
            count(self.files, "file", "files"),
        );
        page.line(match self.findings.len() {
            0 => format!("proven: {looked_at}"),
            found => format!(
                "{} in {looked_at}; `loggia backup` keeps a copy before anything is mended",
                count(found, "finding", "findings")
            ),
        });
    }

    fn reference(&self) -> String {
        if self.ok { "ok" } else { "not proven" }.to_owned()
    }
}
