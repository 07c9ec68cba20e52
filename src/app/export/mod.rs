//! Entries as files: for spreadsheets and scripts, and in the formats of other programs, so that import and export meet.
//!
//! Entries go from the store to the file one by one; a million of them need no memory. Each format has a file of its own that writes
//! a [`Fact`], and says itself what it has no room for: that is counted and told, and never bent in silence. Worked time is exported,
//! not billed time.

mod json;
mod klog;
mod table;
mod timeclock;
mod timewarrior;
mod toggl;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use chrono::NaiveDateTime;

use crate::domain::client::Client;
use crate::domain::key::{ClientKey, MemberKey};
use crate::domain::member::Member;
use crate::store::{Books, ClientFilter, Listed};
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;

use super::time::{Selection, billed};
use super::{Error, Result, Session};

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
    TogglCsv,
    Timewarrior,
    Timeclock,
    Klog,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Csv,
        Self::Xlsx,
        Self::Json,
        Self::TogglCsv,
        Self::Timewarrior,
        Self::Timeclock,
        Self::Klog,
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::TogglCsv => "toggl-csv",
            Self::Timewarrior => "timewarrior",
            Self::Timeclock => "timeclock",
            Self::Klog => "klog",
        }
    }
}

/// Where a file goes.
#[expect(
    missing_debug_implementations,
    reason = "a stream says nothing of itself"
)]
pub enum Target<'a> {
    /// What takes bytes in their order.
    Stream(&'a mut dyn io::Write),
    File(&'a mut File),
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub rows: u64,
    pub seconds: Seconds,
    /// Entries that the format has no room for.
    pub left_out: u64,
    pub notices: Vec<(Notice, u64)>,
}

/// What a format has no room for, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Notice {
    #[error("have no time of day, which the format needs, and are left out")]
    NoClock,
    #[error("have no time of day; their start is empty")]
    EmptyStart,
    #[error("have seconds, and are written to the minute")]
    Seconds,
    #[error(
        "were worked while the clock changed; their length is right, one of their times is not"
    )]
    ClockChange,
    #[error("have a sign in their text that means something in the format; it was replaced")]
    Sign,
    #[error("are of other members than the first; the format does not say whose they are")]
    Members,
    #[error("have a phase; the format has no phases")]
    Phase,
    #[error("have an activity; the format has no activities")]
    Activity,
    #[error("have an internal note, which is not written")]
    InternalNote,
    #[error("have a rate of their own, which is not written")]
    Rate,
}

/// Writes entries in the order of day and start. `progress` is told how many were.
pub fn time(
    session: &Session,
    selection: &Selection,
    format: Format,
    target: Target<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Report> {
    session.store.read(|books| {
        let filter = selection.filter(books)?;
        let names = Names::read(books)?;
        let mut writer = writer(session, format, target)?;
        let mut report = Report::default();
        let mut notices: BTreeMap<Notice, u64> = BTreeMap::new();
        let mut first_member = None;
        books.each_entry(&filter, |listed| {
            let fact = Fact::new(&listed, &names, session);
            let told = &mut |notice| *notices.entry(notice).or_default() += 1;
            if !format.tells_member() {
                let member = listed.entry.work.member;
                if *first_member.get_or_insert(member) != member {
                    told(Notice::Members);
                }
            }
            if format.is_foreign() {
                fact.lost().into_iter().for_each(&mut *told);
            }
            match writer.entry(&fact, told)? {
                Written::Yes => {
                    report.rows += 1;
                    report.seconds += listed.entry.work.seconds;
                }
                Written::No => report.left_out += 1,
            }
            if report.rows.is_multiple_of(1000) {
                progress(report.rows);
            }
            Ok::<(), Error>(())
        })?;
        writer.finish()?;
        report.notices = notices.into_iter().collect();
        Ok(report)
    })
}

impl Format {
    fn tells_member(self) -> bool {
        match self {
            Self::Csv | Self::Xlsx | Self::Json | Self::TogglCsv => true,
            Self::Timewarrior | Self::Timeclock | Self::Klog => false,
        }
    }

    /// Whether it is another program's, which has fewer facts of an entry.
    fn is_foreign(self) -> bool {
        match self {
            Self::Csv | Self::Xlsx | Self::Json => false,
            Self::TogglCsv | Self::Timewarrior | Self::Timeclock | Self::Klog => true,
        }
    }
}

/// Whether an entry is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Yes,
    No,
}

/// A file that is being written.
trait Writer {
    /// Writes an entry.
    fn entry(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) -> Result<Written>;

    /// Writes what is not written yet.
    fn finish(self: Box<Self>) -> Result<()>;
}

fn writer<'a>(
    session: &Session,
    format: Format,
    target: Target<'a>,
) -> Result<Box<dyn Writer + 'a>> {
    if format == Format::Xlsx {
        let business = &session.business;
        let author = business.name.as_ref().map_or("", |name| name.as_str());
        return Ok(Box::new(table::Workbook::new(
            author,
            session.today(),
            target,
        )?));
    }
    let out: Box<dyn Write + 'a> = match target {
        Target::Stream(out) => Box::new(BufWriter::with_capacity(1 << 16, out)),
        Target::File(out) => Box::new(BufWriter::with_capacity(1 << 16, out)),
    };
    Ok(match format {
        Format::Csv => Box::new(table::Csv::new(out).map_err(failed)?),
        Format::Json => Box::new(json::Json::new(out).map_err(failed)?),
        Format::TogglCsv => Box::new(toggl::Toggl::new(out).map_err(failed)?),
        Format::Timewarrior => Box::new(timewarrior::Timewarrior::new(out)),
        Format::Timeclock => Box::new(timeclock::Timeclock::new(out)),
        Format::Klog | Format::Xlsx => Box::new(klog::Klog::new(out)),
    })
}

/// The file could not be written.
fn failed(source: io::Error) -> Error {
    Error::File {
        path: PathBuf::from(OUTPUT),
        source,
    }
}

/// How the file is called in errors; whoever opened it knows better.
pub const OUTPUT: &str = "the export";

/// An entry with what all formats know of it.
struct Fact<'a> {
    listed: &'a Listed,
    client: &'a str,
    email: Option<&'a str>,
    /// Its own rounding, without that of a day or a line.
    billed: Seconds,
    calendar: &'a Calendar,
}

impl<'a> Fact<'a> {
    fn new(listed: &'a Listed, names: &'a Names, session: &'a Session) -> Self {
        let client = names.clients.get(&listed.client).map(String::as_str);
        let email = names.emails.get(&listed.entry.work.member);
        Self {
            client: client.unwrap_or(&listed.client_slug),
            email: email.map(String::as_str),
            billed: billed(&session.policies, listed),
            listed,
            calendar: &session.calendar,
        }
    }

    /// `acme/website`.
    fn project(&self) -> String {
        format!("{}/{}", self.listed.client_slug, self.listed.project_slug)
    }

    /// What other programs have no room for.
    fn lost(&self) -> Vec<Notice> {
        let work = &self.listed.entry.work;
        let lost = [
            (work.phase.is_some(), Notice::Phase),
            (work.activity.is_some(), Notice::Activity),
            (work.internal_note.is_some(), Notice::InternalNote),
            (work.rate.is_some(), Notice::Rate),
        ];
        let lost = lost.into_iter().filter(|(has, _)| *has);
        lost.map(|(_, notice)| notice).collect()
    }

    /// When it began and ended on the business's clock, where the clock says it: told by the clock alone, they are what they were.
    fn on_the_clock(&self) -> Option<OnTheClock> {
        let span = self.listed.entry.work.span?;
        let local = |at| self.calendar.local(at).naive_local();
        let (start, end) = (local(span.start), local(span.end));
        let read = self.calendar.instant(start.date(), start.time());
        let passed = (end - start).num_seconds() == self.listed.entry.work.seconds.0;
        Some(OnTheClock {
            start,
            end,
            plain: passed && read == Ok(span.start),
        })
    }

    fn note(&self) -> &str {
        let note = self.listed.entry.work.note.as_ref();
        note.map_or("", |note| note.as_str())
    }
}

/// Times of an entry as the clock showed them.
struct OnTheClock {
    start: NaiveDateTime,
    end: NaiveDateTime,
    /// Whether a reader who knows nothing else finds the instants again: not so where the clock was put back or forward.
    plain: bool,
}

/// Names that a list of entries does not have.
struct Names {
    clients: HashMap<ClientKey, String>,
    emails: HashMap<MemberKey, String>,
}

impl Names {
    fn read(books: &Books<'_>) -> Result<Self> {
        let all = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        let clients = books.clients(&all)?;
        let mut seen = HashSet::new();
        let mut twice = HashSet::new();
        for client in &clients {
            let name = client.details.name.as_str();
            if !seen.insert(name) {
                twice.insert(name);
            }
        }
        // Where two share a name, the short name tells them apart.
        let name = |client: &Client| match client.details.name.as_str() {
            name if twice.contains(name) => client.slug.to_string(),
            name => name.to_owned(),
        };
        let email = |member: &Member| Some((member.key, member.email.as_ref()?.to_string()));
        Ok(Self {
            clients: clients.iter().map(|c| (c.key, name(c))).collect(),
            emails: books.members()?.iter().filter_map(email).collect(),
        })
    }
}
