//! `loggia client import`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::app::import::client::{self, Field, Options, Outcome, Report, Told};
use crate::cli::count::count;
use crate::cli::error::{Failure, Result};
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View, progress};
use crate::cli::{Context, input};

/// Import clients and their contacts from a CSV file
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct Import {
    /// `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which column is what, where its name does not tell; may be given several times
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<(Field, String)>,
    /// Tell what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Import the good rows although others have problems
    #[arg(long)]
    skip_bad: bool,
}

const AFTER: &str = "The first line names the columns, in any order, in English or German; commas, semicolons, tabs or bars between. Fields: \
    external_id, slug, name, kind, stage, email, phone, website, currency, language, address, street, postcode, city, country, \
    tax_id, notes, tags, billable, contact, contact_first_name, contact_last_name, contact_email, contact_phone, contact_mobile, \
    contact_position, contact_roles, contact_primary, and field:NAME for a field of your own. Beside a column `Company`, `Name`, \
    `Email` and `Phone` are the contact's; beside `Client` they are where columns such as `First Name` are there.\n\n\
    A row is of the client with its external_id, else with its slug, else with its name, if only one has it; more rows of one client bring more \
    contacts. A second import changes what is different and adds what is new; an empty cell changes nothing, and `stage` counts for \
    new clients only.\n\n\
    Examples:\n  loggia client import customers.csv --dry-run\n  \
    loggia client import export.csv --map name=Bezeichnung --map field:Industry=Branche";

fn mapping(text: &str) -> std::result::Result<(Field, String), String> {
    let (field, column) = text
        .split_once('=')
        .ok_or_else(|| "it looks like name=Company".to_owned())?;
    let found = Field::parse(field).ok_or_else(|| {
        let near = crate::values::id::near(field, Field::words());
        match near.first() {
            Some(near) => format!("there is no field `{field}`; did you mean `{near}`?"),
            None => {
                let words: Vec<&str> = Field::words().collect();
                format!(
                    "there is no field `{field}`; there are {}",
                    words.join(", ")
                )
            }
        }
    })?;
    Ok((found, column.trim().to_owned()))
}

impl Import {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let file = input::file(&self.file)?;
        let options = Options {
            dry_run: self.dry_run,
            skip_bad: self.skip_bad,
            columns: self.map,
        };
        let bar = progress(context.terminal);
        let report = client::clients(&mut session, file, &options, &mut |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let report = report?;
        if !report.ignored.is_empty() {
            context.say(&ignored_words(&report.ignored))?;
        }
        if let Some(first) = report.second_phones.first() {
            let rows = count(report.second_phones.len(), "row", "rows");
            context.say(&format!(
                "{rows} with a mobile number that was not taken, since a contact has room for one (first on line {first})"
            ))?;
        }
        let [_, _, _, problems] = report.counts();
        let rows = report.rows.len();
        context.show(&ImportView::of(&report, self.dry_run))?;
        if report.refused {
            return Err(Failure::refused(
                "import.rows",
                format!("{problems} of {rows} rows cannot be imported; nothing was"),
                "correct them, or import the other rows with --skip-bad".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Columns that are named to people; all are in the JSON.
const NAMED: usize = 20;

fn ignored_words(ignored: &[String]) -> String {
    let names = ignored.iter().take(NAMED);
    let names: Vec<String> = names
        .map(|name| format!("`{}`", name.chars().take(80).collect::<String>()))
        .collect();
    let more = match ignored.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("columns that were not read: {}{more}", names.join(", "))
}

/// What was imported, for scripts and people.
#[derive(Debug, Serialize)]
struct ImportView {
    dry_run: bool,
    /// Nothing was written, since rows have problems.
    refused: bool,
    rows: usize,
    added: usize,
    updated: usize,
    unchanged: usize,
    problems: usize,
    /// Fields with the column they were read from.
    columns: BTreeMap<String, String>,
    ignored: Vec<String>,
    /// Lines with a second number, which was not taken.
    second_phones: Vec<u64>,
    results: Vec<RowView>,
}

#[derive(Debug, Serialize)]
struct RowView {
    line: u64,
    /// `added`, `updated`, `unchanged` or `problem`.
    result: &'static str,
    client: Option<String>,
    contact: Option<String>,
    changes: Vec<String>,
    message: Option<String>,
}

impl ImportView {
    fn of(report: &Report, dry_run: bool) -> Self {
        let [added, updated, unchanged, problems] = report.counts();
        Self {
            dry_run,
            refused: report.refused,
            rows: report.rows.len(),
            added,
            updated,
            unchanged,
            problems,
            columns: report.columns.iter().cloned().collect(),
            ignored: report.ignored.clone(),
            second_phones: report.second_phones.clone(),
            results: report.rows.iter().map(RowView::of).collect(),
        }
    }
}

impl RowView {
    fn of(told: &Told) -> Self {
        let (result, changes, message) = match &told.outcome {
            Outcome::Added => ("added", Vec::new(), None),
            Outcome::Updated(changes) => ("updated", changes.clone(), None),
            Outcome::Unchanged => ("unchanged", Vec::new(), None),
            Outcome::Problem(fault) => ("problem", Vec::new(), Some(fault.to_string())),
        };
        Self {
            line: told.line,
            result,
            client: told.client.as_ref().map(ToString::to_string),
            contact: told.contact.clone(),
            changes,
            message,
        }
    }

    fn cells(&self) -> Vec<String> {
        let what = match (&self.message, &self.contact) {
            (Some(message), _) => message.clone(),
            (None, _) if !self.changes.is_empty() => self.changes.join(", "),
            (None, Some(contact)) => format!("contact {contact}"),
            (None, None) => String::new(),
        };
        vec![
            self.line.to_string(),
            self.result.to_owned(),
            self.client.clone().unwrap_or_default(),
            what,
        ]
    }
}

/// Rows that are shown to people; all are in the JSON.
const SHOWN: usize = 50;

impl View for ImportView {
    fn text(&self, page: &mut Page) {
        let told = || self.results.iter().filter(|row| row.result != "unchanged");
        // Where there is not room for all, problems come first.
        let crowded = told().count() > SHOWN;
        let first = told().filter(|row| !crowded || row.result == "problem");
        let rows: Vec<_> = first.take(SHOWN).map(RowView::cells).collect();
        if !rows.is_empty() {
            let columns = [
                Column::Number("line"),
                Column::Text("row"),
                Column::Text("client"),
                Column::Text("what"),
            ];
            table(page, &columns, &rows, None);
        }
        let more = told().count() - rows.len();
        if more > 0 {
            page.line(format!("and {more} more rows; --json has them all"));
        }
        let would = if self.dry_run || self.refused {
            "would be "
        } else {
            ""
        };
        page.heading(&format!(
            "{}: {} {would}added, {} {would}updated, {} unchanged, {} with problems",
            count(self.rows, "row", "rows"),
            self.added,
            self.updated,
            self.unchanged,
            self.problems
        ));
    }

    fn reference(&self) -> String {
        let mut clients: Vec<&str> = self
            .results
            .iter()
            .filter(|row| row.result == "added")
            .filter_map(|row| row.client.as_deref())
            .collect();
        clients.dedup();
        clients.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_field() {
        for word in Field::words() {
            assert!(AFTER.contains(word), "{word}");
        }
    }

    #[test]
    fn columns_that_were_not_read_are_named_as_far_as_there_is_room() {
        let names = |count: usize| vec!["x".to_owned(); count];
        assert_eq!(
            ignored_words(&names(2)),
            "columns that were not read: `x`, `x`"
        );
        assert!(ignored_words(&names(25)).ends_with("`x` and 5 more"));
    }

    #[test]
    fn mappings_are_read_and_mistakes_named() {
        assert_eq!(
            mapping("tax-id= VAT no"),
            Ok((Field::TaxId, "VAT no".to_owned()))
        );
        assert_eq!(
            mapping("nme=x").unwrap_err(),
            "there is no field `nme`; did you mean `name`?"
        );
        assert!(mapping("name").is_err());
    }
}
