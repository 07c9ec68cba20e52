//! klog files (`.klg`), by the klog file format specification 1.4.
//!
//! A record is a date, a summary, and indented entries: `9:00 - 10:30 the note #tag`, `1h30m the note`. Of an entry's tags
//! `#project=acme/website` is the project, `#task="Design"` the task, `#billable` and `#non-billable` say that, and one that
//! `--project-tag` names is the project too; tags of the record's summary hold for all its entries. The others are tags and stay in
//! the note as well. `<23:00` is on the day before and `1:30>` on the next. An open range (`9:00 - ?`) is still running. A time that
//! is taken away (`-1h lunch`) is no entry: the one before it, of the same record, is so much shorter. A file is that of one person.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::values::text::fold;

use super::super::problem::{ImportError, Reason};
use super::clock::Stated;
use super::field;
use super::reading::{Draft, Labels, Reading, shown};

/// Reads a file.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) -> Result<(), ImportError> {
    let mut record: Option<Record> = None;
    let mut read = Read::default();
    // The line, the text and the further lines of the summary of an entry that may go on.
    let mut entry: Option<(u64, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end();
        let indent = line.len() - line.trim_start().len();
        let goes_on = entry.is_some() && is_continuation(line);
        if !goes_on && let Some((number, text)) = entry.take() {
            read.entry(reading, record.as_ref(), number, &text);
        }
        match (&mut record, indent) {
            _ if line.is_empty() => {
                record = None;
                read.finish(reading);
            }
            (_, _) if goes_on => {
                if let Some((_, text)) = &mut entry {
                    text.push(' ');
                    text.push_str(line.trim_start());
                }
            }
            (None, 0) => match Record::new(reading, line) {
                Ok(new) => record = Some(new),
                Err(reason) => reading.take(number, Err(reason), &Labels::PLAIN),
            },
            (Some(record), 0) => record.tags.extend(tags_of(line).1),
            (Some(_), _) => entry = Some((number, line.trim_start().to_owned())),
            (None, _) => reading.take(
                number,
                Err(Reason::Syntax {
                    text: shown(line),
                    expected: "a date before the first entry",
                }),
                &Labels::PLAIN,
            ),
        }
    }
    if let Some((number, text)) = entry {
        read.entry(reading, record.as_ref(), number, &text);
    }
    read.finish(reading);
    Ok(())
}

/// A further line of an entry's summary is indented twice.
fn is_continuation(line: &str) -> bool {
    let rest = line.trim_start();
    let indent = line.get(..line.len() - rest.len()).unwrap_or_default();
    !rest.is_empty() && (indent.starts_with("\t\t") || indent.len() >= 6 && !indent.contains('\t'))
        || indent.len() >= 4 && !rest.is_empty() && !begins_entry(rest)
}

/// Whether a text begins as an entry does: with a digit, a sign or a shifted time.
fn begins_entry(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '-' | '+'))
}

/// The entry that was read last: what takes time away comes after it.
#[derive(Default)]
struct Read {
    last: Option<(u64, Result<Draft<'static>, Reason>)>,
}

impl Read {
    fn entry(
        &mut self,
        reading: &mut Reading<'_>,
        record: Option<&Record>,
        number: u64,
        text: &str,
    ) {
        let Some(record) = record else { return };
        if let Some((When::Length(minutes @ ..0), _)) = When::read(text) {
            let pause = minutes.saturating_mul(-60);
            let taken_off = match &mut self.last {
                Some((_, Ok(draft))) => take_off(draft, pause),
                // What it is taken from is refused already, and nobody knows how long it was.
                Some((_, Err(_))) | None => Err(Reason::LoneBreak),
            };
            if let Err(reason) = taken_off {
                reading.take(number, Err(reason), &Labels::PLAIN);
            }
            return;
        }
        self.finish(reading);
        self.last = Some((number, record.entry(reading, text)));
    }

    fn finish(&mut self, reading: &mut Reading<'_>) {
        if let Some((number, draft)) = self.last.take() {
            reading.take(number, draft, &Labels::PLAIN);
        }
    }
}

/// Ends an entry so much earlier: it is known again by its start.
fn take_off(draft: &mut Draft<'_>, pause: i64) -> Result<(), Reason> {
    let shorter = draft.times.less(pause)?;
    let before = match draft.notice.take() {
        Some(Reason::Break(before)) => before,
        _ => 0,
    };
    draft.times = shorter;
    draft.notice = Some(Reason::Break(before.saturating_add(pause)));
    Ok(())
}

/// A day with what holds for all its entries.
struct Record {
    day: NaiveDate,
    tags: Vec<Tag>,
}

impl Record {
    fn new(reading: &Reading<'_>, line: &str) -> Result<Self, Reason> {
        let date = line.split(' ').next().unwrap_or_default();
        let rest = line.get(date.len()..).unwrap_or_default().trim();
        let total = rest.is_empty() || (rest.starts_with('(') && rest.ends_with("!)"));
        if !total || !begins_entry(date) {
            return Err(Reason::Syntax {
                text: shown(line),
                expected: "a date, such as 2026-03-02",
            });
        }
        let date = date.replace('/', "-");
        Ok(Self {
            day: field::date(reading.clock.home(), &date, "date", None, false)?,
            tags: Vec::new(),
        })
    }

    fn entry(&self, reading: &Reading<'_>, text: &str) -> Result<Draft<'static>, Reason> {
        let (when, summary) = When::read(text).ok_or_else(|| Reason::Syntax {
            text: shown(text),
            expected: "a range such as 9:00 - 10:30, or a length such as 1h30m",
        })?;
        let (times, notice) = match when {
            When::Length(minutes) => {
                let seconds = minutes.checked_mul(60).ok_or(Reason::Negative)?;
                (reading.clock.length(self.day, seconds)?, None)
            }
            When::Open => return Err(Reason::Running),
            When::Range(start, end) => {
                let at = |moment: Shifted| moment.on(self.day).ok_or(Reason::Negative);
                reading
                    .clock
                    .local(at(start)?, Some(at(end)?), Stated::Nothing)?
            }
        };
        let (note, own) = tags_of(summary);
        let mut draft = Draft {
            note: Cow::Owned(note),
            notice,
            ..Draft::of(times)
        };
        let mapped = |name: &str| {
            let folded = fold(name);
            let mut projects = reading.choices.projects.iter();
            projects.any(|(known, _)| fold(known) == folded)
        };
        // What the entry says itself counts before what its record says, and what it says last: before that, it may be in the note.
        let about = |wanted: &str| {
            let mut tags = own.iter().rev().chain(&self.tags);
            let tag = tags.find(|tag| tag.name == wanted && tag.value.is_some());
            tag.and_then(|tag| tag.value.clone()).unwrap_or_default()
        };
        draft.project = Cow::Owned(about("project"));
        draft.task = Cow::Owned(about("task"));
        for tag in own.iter().chain(&self.tags) {
            match (tag.name.as_str(), &tag.value) {
                ("project" | "task", Some(_)) => {}
                ("tag", Some(value)) => draft.tags.push(Cow::Owned(value.clone())),
                ("billable", None) => draft.billable = draft.billable.or(Some(true)),
                ("non-billable", None) => draft.billable = draft.billable.or(Some(false)),
                (name, None) if draft.project.is_empty() && mapped(name) => {
                    draft.project = Cow::Owned(name.to_owned());
                }
                (name, None) => draft.tags.push(Cow::Owned(name.to_owned())),
                (name, Some(value)) => draft.tags.push(Cow::Owned(format!("{name}={value}"))),
            }
        }
        Ok(draft)
    }
}

/// When an entry was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// In minutes; less than nothing takes time away.
    Length(i64),
    Range(Shifted, Shifted),
    Open,
}

/// A time of day, on the day before (-1), of (0) or after (1) the record's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shifted {
    time: NaiveTime,
    days: i64,
}

impl Shifted {
    fn read(text: &str) -> Option<Self> {
        let (text, days) = match (text.strip_prefix('<'), text.strip_suffix('>')) {
            (Some(_), Some(_)) => return None,
            (Some(rest), None) => (rest, -1),
            (None, Some(rest)) => (rest, 1),
            (None, None) => (text, 0),
        };
        if text == "24:00" {
            let time = NaiveTime::MIN;
            let days = days + 1;
            return (days < 2).then_some(Self { time, days });
        }
        let written = text.contains(':') && text.split(':').count() == 2;
        let time = field::time(text, "").ok().filter(|_| written)?;
        Some(Self { time, days })
    }

    fn on(self, day: NaiveDate) -> Option<NaiveDateTime> {
        let day = day.checked_add_signed(TimeDelta::days(self.days))?;
        Some(day.and_time(self.time))
    }
}

impl When {
    /// The time at the beginning of an entry, and its summary.
    fn read(text: &str) -> Option<(Self, &str)> {
        let word_end = text.find([' ', '\t']).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(word_end)?;
        if let Some(minutes) = length(word) {
            return Some((Self::Length(minutes), rest.trim()));
        }
        // `9:00 - 10:30`, `9:00-10:30`: the first dash parts the two.
        let (start, after) = text.split_once('-')?;
        let start = Shifted::read(start.trim())?;
        let after = after.trim_start();
        let end_at = after.find([' ', '\t']).unwrap_or(after.len());
        let (end, rest) = after.split_at_checked(end_at)?;
        if !end.is_empty() && end.bytes().all(|byte| byte == b'?') {
            return Some((Self::Open, rest.trim()));
        }
        Some((Self::Range(start, Shifted::read(end)?), rest.trim()))
    }
}

/// `1h30m`, `-45m`, `+2h`, in minutes.
fn length(word: &str) -> Option<i64> {
    let (sign, word) = match word.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, word.strip_prefix('+').unwrap_or(word)),
    };
    let number = |text: &str| {
        let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|_| digits)
    };
    let (hours, minutes) = match (word.split_once('h'), word.strip_suffix('m')) {
        (Some((hours, "")), _) => (number(hours)?, 0),
        (Some((hours, rest)), Some(_)) => {
            let minutes = number(rest.strip_suffix('m')?)?;
            (number(hours)?, Some(minutes).filter(|m| *m < 60)?)
        }
        (None, Some(minutes)) => (0, number(minutes)?),
        _ => return None,
    };
    Some(sign * (hours * 60 + minutes))
}

/// `#name`, `#name=value` or `#name="a value"`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    name: String,
    value: Option<String>,
}

/// The tags of a summary, and the summary without those that say what the entry is about.
fn tags_of(summary: &str) -> (String, Vec<Tag>) {
    let mut tags = Vec::new();
    let mut note = String::with_capacity(summary.len());
    let mut rest = summary;
    while let Some(at) = rest.find('#') {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        note.push_str(before);
        let Some((tag, length)) = Tag::read(from) else {
            note.push('#');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        let about = matches!(
            (tag.name.as_str(), &tag.value),
            ("project" | "task" | "tag", Some(_)) | ("billable" | "non-billable", None)
        );
        let (text, after) = from.split_at_checked(length).unwrap_or((from, ""));
        if !about {
            note.push_str(text);
        }
        tags.push(tag);
        rest = after;
    }
    note.push_str(rest);
    let words: Vec<&str> = note.split(' ').filter(|word| !word.is_empty()).collect();
    (words.join(" "), tags)
}

/// The tags that a note would be read to have.
pub(in crate::app) fn tags_in(note: &str) -> Vec<String> {
    let (_, tags) = tags_of(note);
    let tags = tags
        .into_iter()
        .filter_map(|tag| match (tag.name.as_str(), tag.value) {
            ("project" | "task", Some(_)) | ("billable" | "non-billable", None) => None,
            ("tag", Some(value)) => Some(value),
            (_, None) => Some(tag.name),
            (name, Some(value)) => Some(format!("{name}={value}")),
        });
    tags.collect()
}

impl Tag {
    /// A tag at the beginning, and how many bytes it takes.
    fn read(text: &str) -> Option<(Self, usize)> {
        let inner = text.strip_prefix('#')?;
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = inner.find(|c| !is_part(c)).unwrap_or(inner.len());
        let (name, after) = inner.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let name = name.to_owned();
        let plain = Self {
            name: name.clone(),
            value: None,
        };
        let Some(value) = after.strip_prefix('=') else {
            return Some((plain, 1 + end));
        };
        for quote in ['"', '\''] {
            if let Some(inner) = value.strip_prefix(quote)
                && let Some((value, _)) = inner.split_once(quote)
            {
                let length = 1 + end + 1 + 1 + value.len() + 1;
                let value = Some(value.to_owned());
                return Some((Self { name, value }, length));
            }
        }
        let is_part = |c: char| is_part(c) || matches!(c, '/' | '.' | ':');
        let end_of_value = value.find(|c| !is_part(c)).unwrap_or(value.len());
        let (value, _) = value.split_at_checked(end_of_value)?;
        if value.is_empty() {
            return Some((plain, 1 + end));
        }
        let value = Some(value.to_owned());
        let length = 1 + end + 1 + end_of_value;
        Some((Self { name, value }, length))
    }
}
