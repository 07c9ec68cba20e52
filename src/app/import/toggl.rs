//! The CSV file of Toggl Track's detailed report.
//!
//! Times are local and without a zone: they are taken in the business's. `Duration` is what passed; where start and end do not
//! give it, the row is refused, unless they differ by a clock change in between: then the instants count. `Amount` is not read:
//! what work costs is decided by the rates of the business.

use std::borrow::Cow;
use std::io::Read;

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use csv::StringRecord;

use crate::domain::Refusal;
use crate::domain::time::Span;
use crate::values::calendar::{Calendar, DateError};
use crate::values::text::{Email, Line, TextError};

use super::problem::{ImportError, Reason};
use super::row::{Batch, Marks, Names, Person, Place, Row, fingerprint};
use super::sheet::{Header, Sheet};
use super::source_key::NO_NOTE;

/// Reads a file. `progress` is told how many rows were read.
pub(super) fn read(
    input: impl Read,
    calendar: &Calendar,
    progress: &mut dyn FnMut(u64),
) -> Result<Batch, ImportError> {
    let mut sheet = Sheet::open(input)?;
    let columns = Columns::find(sheet.header()?)?;
    let mut batch = Batch::default();
    while let Some((line, record)) = sheet.next()? {
        batch.count += 1;
        let fields = Fields { record, line };
        match columns.row(&fields, calendar, &mut batch.names) {
            Ok((row, notice)) => {
                batch.rows.push(row);
                if let Some(notice) = notice {
                    batch.notices.add(line, notice);
                }
            }
            Err(reason) if reason.is_notice() => batch.notices.add(line, reason),
            Err(reason) => batch.problems.add(line, reason),
        }
        if batch.count.is_multiple_of(1000) {
            progress(batch.count);
        }
    }
    Ok(batch)
}

/// Where the columns are. Newer exports say `Member` and `Stop date`.
struct Columns {
    count: usize,
    user: Option<usize>,
    email: Option<usize>,
    client: usize,
    project: usize,
    task: Option<usize>,
    description: Option<usize>,
    billable: Option<usize>,
    start_date: usize,
    start_time: usize,
    end_date: Option<usize>,
    end_time: Option<usize>,
    duration: Option<usize>,
    tags: Option<usize>,
}

impl Columns {
    fn find(header: Header) -> Result<Self, ImportError> {
        let (user, email) = (header.find(&["User", "Member"]), header.find(&["Email"]));
        let end_date = header.find(&["End date", "Stop date"]);
        let end_time = header.find(&["End time", "Stop time"]);
        let duration = header.find(&["Duration"]);
        let needed = [
            ("Email", user.or(email)),
            ("Client", header.find(&["Client"])),
            ("Project", header.find(&["Project"])),
            ("Start date", header.find(&["Start date"])),
            ("Start time", header.find(&["Start time"])),
            ("Duration", duration.or(end_date.and(end_time))),
        ];
        let [
            (_, Some(_)),
            (_, Some(client)),
            (_, Some(project)),
            (_, Some(start_date)),
            (_, Some(start_time)),
            (_, Some(_)),
        ] = needed
        else {
            let missing = needed.iter().filter(|(_, found)| found.is_none());
            return Err(header.without(missing.map(|(name, _)| *name).collect()));
        };
        Ok(Self {
            count: header.columns(),
            user,
            email,
            client,
            project,
            task: header.find(&["Task"]),
            description: header.find(&["Description"]),
            billable: header.find(&["Billable"]),
            start_date,
            start_time,
            end_date,
            end_time,
            duration,
            tags: header.find(&["Tags"]),
        })
    }

    /// A row, with what is worth a notice.
    fn row(
        &self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        names: &mut Names,
    ) -> Result<(Row, Option<Reason>), Reason> {
        if fields.record.len() != self.count {
            return Err(Reason::Fields {
                found: fields.record.len(),
                expected: self.count,
            });
        }
        let times = self.times(fields, calendar)?;
        let note = optional(fields.at(self.description), "Description")?;
        let marks = self.marks(fields, names)?;
        let row = Row {
            line: fields.line,
            person: self.person(fields, names)?,
            place: self.place(fields, names)?,
            marks,
            start: times.start,
            span: times.span,
            note_print: note
                .as_ref()
                .map_or(NO_NOTE, |note| fingerprint(note.as_str())),
            note,
        };
        Ok((row, times.notice))
    }

    fn marks(&self, fields: &Fields<'_>, names: &mut Names) -> Result<usize, Reason> {
        let texts = [fields.at(self.billable), fields.at(self.tags)];
        names.marks.number(&texts, || {
            let [said, tags] = texts;
            let billable = read_billable(said)?;
            Ok(Marks {
                billable,
                tags: read_tags(tags)?,
                print: fingerprint(&format!("{billable:?} {tags}")),
            })
        })
    }

    fn person(&self, fields: &Fields<'_>, names: &mut Names) -> Result<usize, Reason> {
        let (name, email) = (fields.at(self.user), fields.at(self.email));
        names.people.number(&[name, email], || {
            if name.is_empty() && email.is_empty() {
                return Err(Reason::Empty("Email"));
            }
            let email = Some(email).filter(|email| !email.is_empty());
            Ok(Person {
                name: optional(name, "User")?,
                email: email
                    .map(Email::parse)
                    .transpose()
                    .map_err(Reason::text("Email"))?,
            })
        })
    }

    fn place(&self, fields: &Fields<'_>, names: &mut Names) -> Result<usize, Reason> {
        let client = fields.at(Some(self.client));
        let project = fields.at(Some(self.project));
        let task = fields.at(self.task);
        names.places.number(&[client, project, task], || {
            Ok(Place {
                client: optional(client, "Client")?.ok_or(Reason::Empty("Client"))?,
                project: optional(project, "Project")?.ok_or(Reason::Empty("Project"))?,
                task: optional(task, "Task")?,
            })
        })
    }

    fn times(&self, fields: &Fields<'_>, calendar: &Calendar) -> Result<Times, Reason> {
        let local = |date: &str, time: &str, columns: [&'static str; 2]| {
            let [date_column, time_column] = columns;
            Ok::<_, Reason>(
                read_date(calendar, date, date_column)?.and_time(read_time(time, time_column)?),
            )
        };
        let start = local(
            fields.at(Some(self.start_date)),
            fields.at(Some(self.start_time)),
            ["Start date", "Start time"],
        )?;
        let duration = match fields.at(self.duration) {
            "" => None,
            text => Some(read_duration(text)?),
        };
        let end = match (fields.at(self.end_date), fields.at(self.end_time)) {
            ("", "") if duration.is_some() => None,
            (date, time) => Some(local(date, time, ["End date", "End time"])?),
        };
        Times::new(calendar, start, end, duration)
    }
}

/// The fields of a record, trimmed; one of a column that is not there is empty.
struct Fields<'r> {
    record: &'r StringRecord,
    line: u64,
}

impl Fields<'_> {
    fn at(&self, column: Option<usize>) -> &str {
        column
            .and_then(|column| self.record.get(column))
            .unwrap_or_default()
            .trim()
    }
}

/// When a row was worked.
struct Times {
    start: NaiveDateTime,
    span: Span,
    notice: Option<Reason>,
}

impl Times {
    /// The instants that agree with the duration, of all that the local times can mean.
    fn new(
        calendar: &Calendar,
        start: NaiveDateTime,
        end: Option<NaiveDateTime>,
        duration: Option<i64>,
    ) -> Result<Self, Reason> {
        let starts = instants(calendar, start)?;
        let Some(end) = end else {
            let seconds = duration.filter(|s| *s != 0).ok_or(Reason::Zero)?;
            let from = starts.first;
            let span = Span::new(from, from + TimeDelta::seconds(seconds))?;
            return Ok(Self::plain(start, span));
        };
        if end == start && duration.is_none_or(|seconds| seconds == 0) {
            return Err(Reason::Zero);
        }
        let ends = instants(calendar, end)?;
        let apart = |(from, to): (DateTime<Utc>, DateTime<Utc>)| (to - from).num_seconds();
        let pairs = || {
            starts
                .each()
                .flat_map(|from| ends.each().map(move |to| (from, to)))
        };
        // In an hour that happens twice, the first start and the first end after it.
        let likely = pairs()
            .find(|pair| apart(*pair) > 0)
            .ok_or(Refusal::EmptyTime)?;
        let Some(seconds) = duration else {
            return Ok(Self::plain(start, Span::new(likely.0, likely.1)?));
        };
        if let Some((from, to)) = pairs().find(|pair| apart(*pair) == seconds) {
            return Ok(Self::plain(start, Span::new(from, to)?));
        }
        let passed = apart(likely);
        if (end - start).num_seconds() != seconds {
            return Err(Reason::Disagree {
                duration: seconds,
                between: passed,
            });
        }
        Ok(Self {
            notice: Some(Reason::ClockChange {
                passed,
                duration: seconds,
            }),
            ..Self::plain(start, Span::new(likely.0, likely.1)?)
        })
    }

    fn plain(start: NaiveDateTime, span: Span) -> Self {
        Self {
            start,
            span,
            notice: None,
        }
    }
}

/// What a local time can mean.
#[derive(Clone, Copy)]
struct Instants {
    first: DateTime<Utc>,
    second: Option<DateTime<Utc>>,
}

impl Instants {
    fn each(self) -> impl Iterator<Item = DateTime<Utc>> {
        std::iter::once(self.first).chain(self.second)
    }
}

fn instants(calendar: &Calendar, local: NaiveDateTime) -> Result<Instants, Reason> {
    let (first, second) = match calendar.zone().from_local_datetime(&local) {
        LocalResult::Single(only) => (only, None),
        LocalResult::Ambiguous(first, second) => (first, Some(second)),
        LocalResult::None => {
            return Err(Reason::Gap(DateError::Gap {
                day: local.date(),
                time: local.time(),
                zone: calendar.zone().name(),
            }));
        }
    };
    Ok(Instants {
        first: first.to_utc(),
        second: second.map(|second| second.to_utc()),
    })
}

/// Only `2026-11-21`: in a file, `today` and `4/2/2026` are no dates.
fn read_date(calendar: &Calendar, text: &str, column: &'static str) -> Result<NaiveDate, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty(column));
    }
    let date = || {
        let mut parts = text.split('-').map(number);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let written_out = text.len() == 10 && (1900..3000).contains(&year);
        let year = i32::try_from(year).ok().filter(|_| written_out)?;
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| parts.next().is_none())
    };
    date().ok_or_else(|| Reason::Date {
        column,
        // Whatever people may type instead, why it is none.
        source: calendar
            .parse_date(text)
            .err()
            .unwrap_or_else(|| DateError::NotADate(text.chars().take(60).collect())),
    })
}

/// `09:30:00` or `09:30`.
fn read_time(text: &str, column: &'static str) -> Result<NaiveTime, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty(column));
    }
    let read = || {
        let mut parts = text.split(':').map(number);
        let (hour, minute) = (parts.next()??, parts.next()??);
        let second = parts.next().unwrap_or(Some(0))?;
        if parts.next().is_some() {
            return None;
        }
        NaiveTime::from_hms_opt(hour, minute, second)
    };
    read().ok_or_else(|| Reason::Time {
        column,
        text: text.chars().take(60).collect(),
    })
}

/// `01:30:00`, in seconds.
fn read_duration(text: &str) -> Result<i64, Reason> {
    let read = || {
        let mut parts = text.split(':').map(number);
        let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
        let fits = minutes < 60 && seconds < 60 && parts.next().is_none();
        fits.then(|| i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds))
    };
    read().ok_or_else(|| Reason::Duration(text.chars().take(60).collect()))
}

/// A number of one to four digits.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn read_billable(text: &str) -> Result<Option<bool>, Reason> {
    match text {
        "" => Ok(None),
        text if text.eq_ignore_ascii_case("yes") => Ok(Some(true)),
        text if text.eq_ignore_ascii_case("no") => Ok(Some(false)),
        text => Err(Reason::Billable(text.chars().take(60).collect())),
    }
}

/// Tags, each once, in their order.
fn read_tags(text: &str) -> Result<Vec<Line>, Reason> {
    let mut tags: Vec<Line> = Vec::new();
    for tag in text.split(',') {
        match optional(tag.trim(), "Tags")? {
            Some(tag) if !tags.contains(&tag) => tags.push(tag),
            _ => {}
        }
    }
    Ok(tags)
}

/// A text that may be empty, on one line.
fn optional(text: &str, column: &'static str) -> Result<Option<Line>, Reason> {
    match Line::parse(&on_one_line(text)) {
        Ok(line) => Ok(Some(line)),
        Err(TextError::Empty) => Ok(None),
        Err(source) => Err(Reason::Text { column, source }),
    }
}

/// Line breaks and tabs become spaces.
fn on_one_line(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    if !text.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text
        .split(breaks)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    Cow::Owned(parts.join(" "))
}
