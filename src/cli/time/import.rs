//! `loggia time import`.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::import::format::{DateOrder, Decimals, Field, detect};
use crate::app::import::{self, Choices, Findings, Format, ImportError};
use crate::app::{Error, error::field};
use crate::values::calendar::Calendar;
use crate::values::id::{Slug, near};
use crate::values::text::{Line, escape_terminal};

use super::super::Context;
use super::super::error::{Failure, Result};
use super::super::terminal::{Page, View, progress};

/// Import entries from another program's file
#[derive(Debug, Args)]
#[command(override_usage = "loggia time import [OPTIONS] [FORMAT] <FILE>")]
#[command(after_help = AFTER)]
pub(in crate::cli) struct Import {
    /// toggl, clockify, harvest, kimai, timewarrior, watson, klog, timeclock or csv [default: told from the file]
    #[arg(value_name = "FORMAT", hide_possible_values = true)]
    format_or_file: PathBuf,
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Tell what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Add clients, projects, tasks and members that are not there
    #[arg(long)]
    create_missing: bool,
    /// Import the good rows although others have problems
    #[arg(long)]
    skip_bad: bool,
    /// Zone of local times in the file [default: that of the business]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// What parts decimals, where thousands are parted too
    #[arg(long, value_name = "SIGN")]
    decimal: Option<Decimal>,
    /// What comes first in dates such as 4/2/2026 [default: told from the file, where it tells]
    #[arg(long, value_name = "ORDER")]
    dates: Option<Order>,
    /// What an empty cell of a billable column says [default: in Kimai's files no, else what the project says]
    #[arg(long, value_name = "YES|NO")]
    empty_billable: Option<YesNo>,
    /// Tag, or name of a project, and what it means; may be given several times
    #[arg(long, value_name = "NAME=CLIENT/PROJECT", value_parser = mapped_project)]
    project_tag: Vec<(String, [Line; 2])>,
    /// Project of rows that name none
    #[arg(long, value_name = "CLIENT/PROJECT", value_parser = project)]
    default_project: Option<Pair>,
    /// Client of projects for which the file names none
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Whose work it is, where the file does not say [default: the setting time.member, else the first member]
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,
    /// Which column is what, where its name does not tell; may be given several times
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<(Field, String)>,
}

const AFTER: &str = "A second import of the same or an extended file adds only what is new; a corrected row updates its entry. What is here \
    already in the same words and at the same time, though it came another way, is left out. It is all or nothing, \
    unless --skip-bad.\n\n\
    Start and end count, and not a length that the program rounded. An entry over midnight belongs to the day of its start. What is \
    still running is left out.\n\n\
    Columns of csv: id, member, first_name, last_name, email, client, project, phase, task, activity, note, internal_note, billable, tags, rate, \
    date, start, end_date, end, seconds, duration, hours, minutes, break. `project` is client/project, or the project of the column \
    client.\n\n\
    Examples:\n  loggia time import detailed.csv --dry-run\n  \
    loggia time import toggl detailed.csv --create-missing\n  \
    cat ~/.local/share/timewarrior/data/*.data | loggia time import timewarrior - --project-tag site=acme/website\n  \
    loggia time import csv hours.csv --map project=Auftrag --map hours=Std --client acme --decimal comma";

/// A client and a project, by name or short name.
type Pair = [Line; 2];

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Decimal {
    /// 1,50
    Comma,
    /// 1.50
    Point,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

fn project(text: &str) -> std::result::Result<Pair, String> {
    let bad = || format!("`{text}` is not CLIENT/PROJECT, such as acme/website");
    let (client, project) = text.split_once('/').ok_or_else(bad)?;
    let part = |text: &str| Line::parse(text).map_err(|_| bad());
    Ok([part(client)?, part(project)?])
}

fn mapped_project(text: &str) -> std::result::Result<(String, Pair), String> {
    let (name, reference) = text
        .rsplit_once('=')
        .ok_or_else(|| "it looks like site=acme/website".to_owned())?;
    Ok((name.trim().to_owned(), project(reference)?))
}

fn mapping(text: &str) -> std::result::Result<(Field, String), String> {
    let (a, b) = text
        .split_once('=')
        .ok_or_else(|| "it looks like hours=Std".to_owned())?;
    // COLUMN=FIELD is understood where it cannot be the other way.
    if let Some(field) = Field::parse(a) {
        return Ok((field, b.trim().to_owned()));
    }
    if let Some(field) = Field::parse(b) {
        return Ok((field, a.trim().to_owned()));
    }
    Err(match near(a, Field::words()).first() {
        Some(near) => format!("there is no field `{a}`; did you mean `{near}`?"),
        None => {
            let words: Vec<&str> = Field::words().collect();
            format!("there is no field `{a}`; there are {}", words.join(", "))
        }
    })
}

/// What is read: a file, or what came by standard input.
trait Input: Read + Seek {}

impl<T: Read + Seek> Input for T {}

/// The most that is taken from standard input.
const MOST_PIPED: u64 = 256 << 20;

impl Import {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let (named, path) = self.named()?;
        let mut input = open(&path)?;
        let format = match named {
            Some(format) => format,
            None => {
                let format = detect(&mut input).map_err(|error| undetected(error, &path))?;
                context.say(&format!("took it for {}", format.title()))?;
                format
            }
        };
        let choices = self.choices()?;
        let options = import::Options {
            dry_run: self.dry_run,
            create_missing: self.create_missing,
            skip_bad: self.skip_bad,
        };
        let mut session = context.session()?;
        let bar = progress(context.terminal);
        let told = &mut |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let report = import::time(&mut session, input, format, &choices, &options, told);
        bar.finish_and_clear();
        let report = report?;
        if !report.ignored.is_empty() && format == Format::Csv {
            let names = report.ignored.iter().map(|name| format!("`{name}`"));
            let names: Vec<String> = names.collect();
            context.say(&format!("columns that were not read: {}", names.join(", ")))?;
        }
        for finding in report.problems.list.iter().chain(&report.notices.list) {
            context.warn(&finding.to_string())?;
        }
        let shown = report.problems.list.len() + report.notices.list.len();
        let all = report.problems.count + report.notices.count;
        let more = all.saturating_sub(u64::try_from(shown).unwrap_or(all));
        if more > 0 {
            context.warn(&format!("and {more} more"))?;
        }
        context.show(&ImportView::of(&report, format, self.dry_run))
    }

    /// The format, if one is named, and the file.
    fn named(&self) -> Result<(Option<Format>, PathBuf)> {
        let word = self.format_or_file.to_string_lossy();
        let format = Format::from_word(&word.to_lowercase());
        match (&self.file, format) {
            (Some(file), Some(format)) => Ok((Some(format), file.clone())),
            (None, Some(format)) if !self.format_or_file.exists() => Err(Failure::usage(
                "usage.missing",
                "FILE is missing".to_owned(),
                format!("loggia time import {} FILE", format.word()),
            )),
            (None, _) => Ok((None, self.format_or_file.clone())),
            (Some(_), None) => {
                let words = || Format::ALL.into_iter().map(Format::word);
                let hint = match near(&word, words()).first() {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", words().collect::<Vec<_>>().join(", ")),
                };
                let message = format!("there is no format `{word}`");
                Err(Failure::usage("import.format", message, hint))
            }
        }
    }

    fn choices(&self) -> Result<Choices> {
        let zone = self.zone.as_deref().map(Calendar::parse_zone);
        let client = self.client.as_deref();
        let client = client.map(|client| field("client", Line::parse(client)));
        let by = self.by.as_deref().map(|by| Slug::parse(&by.to_lowercase()));
        Ok(Choices {
            zone: zone.transpose().map_err(Error::from)?,
            decimals: self.decimal.map(|sign| match sign {
                Decimal::Comma => Decimals::Comma,
                Decimal::Point => Decimals::Point,
            }),
            dates: self.dates.map(|order| match order {
                Order::DayFirst => DateOrder::DayFirst,
                Order::MonthFirst => DateOrder::MonthFirst,
            }),
            empty_billable: self.empty_billable.map(|said| said == YesNo::Yes),
            projects: self.project_tag.clone(),
            client: client.transpose()?,
            project: self.default_project.clone(),
            by: by.transpose().map_err(Error::from)?,
            columns: self.map.clone(),
        })
    }
}

fn open(path: &Path) -> Result<Box<dyn Input>> {
    let failed = |source| {
        Error::File {
            path: path.to_owned(),
            source,
        }
        .into()
    };
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let mut input = std::io::stdin().lock().take(MOST_PIPED + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
        return Ok(Box::new(Cursor::new(bytes)));
    }
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(Box::new(std::io::BufReader::new(file)))
}

/// Says how the format of a file can be named that does not tell.
fn undetected(error: ImportError, path: &Path) -> Failure {
    let command = |format: Format| {
        let path = path.display();
        format!("loggia time import {} {path}", format.word())
    };
    let candidates = match &error {
        ImportError::AmbiguousFormat(candidates) => candidates.clone(),
        ImportError::UnknownFormat => vec![Format::Csv],
        _ => return Error::from(error).into(),
    };
    let mut hint: Vec<String> = candidates.into_iter().map(command).collect();
    if matches!(error, ImportError::UnknownFormat) {
        hint.push("with --map FIELD=COLUMN for columns whose names do not tell".to_owned());
        let words: Vec<&str> = Format::ALL.into_iter().map(Format::word).collect();
        hint.push(format!("formats are {}", words.join(", ")));
    }
    Failure::usage(error.code(), error.to_string(), hint.join("\n      "))
}

/// What was imported, for scripts and people.
#[derive(Debug, Serialize)]
struct ImportView {
    format: &'static str,
    dry_run: bool,
    rows: u64,
    added: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
    seconds: i64,
    hours: String,
    /// Rows that share time with another entry of the member.
    overlaps: u64,
    created: Vec<String>,
    problems: Vec<ProblemView>,
    notices: Vec<ProblemView>,
}

#[derive(Debug, Serialize)]
struct ProblemView {
    line: u64,
    message: String,
}

fn found(findings: &Findings) -> Vec<ProblemView> {
    findings
        .list
        .iter()
        .map(|problem| ProblemView {
            line: problem.row,
            message: problem.reason.to_string(),
        })
        .collect()
}

impl ImportView {
    fn of(report: &import::Report, format: Format, dry_run: bool) -> Self {
        Self {
            format: format.word(),
            dry_run,
            rows: report.rows,
            added: report.added,
            updated: report.updated,
            unchanged: report.unchanged,
            skipped: report.skipped,
            seconds: report.seconds.0,
            hours: report.seconds.hours(),
            created: report.created.iter().map(ToString::to_string).collect(),
            overlaps: report.overlaps,
            problems: found(&report.problems),
            notices: found(&report.notices),
        }
    }
}

impl View for ImportView {
    fn text(&self, page: &mut Page) {
        for created in &self.created {
            page.line(escape_terminal(created));
        }
        let would = if self.dry_run { "would be " } else { "" };
        page.heading(&format!(
            "{} rows: {} {would}added ({} h), {} {would}updated, {} unchanged, {} skipped",
            self.rows, self.added, self.hours, self.updated, self.unchanged, self.skipped
        ));
    }

    fn reference(&self) -> String {
        self.added.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_field_and_format() {
        for word in Field::words() {
            assert!(AFTER.contains(word), "{word}");
        }
    }

    #[test]
    fn mappings_are_read_either_way_and_mistakes_named() {
        assert_eq!(mapping("hours= Std"), Ok((Field::Hours, "Std".to_owned())));
        assert_eq!(mapping("Std=hours"), Ok((Field::Hours, "Std".to_owned())));
        assert_eq!(
            mapping("hurs=x").unwrap_err(),
            "there is no field `hurs`; did you mean `hours`?"
        );
        assert!(mapping("hours").is_err());
        assert!(project("acme").is_err());
        let (name, pair) = mapped_project("a=b=acme/website").unwrap();
        assert_eq!((name.as_str(), pair[1].as_str()), ("a=b", "website"));
    }
}
