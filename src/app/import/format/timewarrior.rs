//! Timewarrior's data files (`~/.local/share/timewarrior/data/2026-11.data`) and the JSON of `timew export`.
//!
//! A line is `inc 20260302T080000Z - 20260302T093000Z # tag "another tag" # annotation` (`src/Interval.cpp`); times are of UTC. One
//! tag is the project: one that `--project-tag` names, else the first such as `client/project`. `task:Design` is the task,
//! `billable` and `non-billable` say what they say; the other tags are tags, and the annotation is the note. A file is that of one
//! person.
//!
//! Intervals do not share a start, so that is what they are known again by; `@1` is a place in the list and no id.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use super::super::problem::{ImportError, Reason};
use super::Choices;
use super::field;
use super::reading::{Draft, Labels, Reading, each_element, project_among, shown};

/// How the task and what is billable stand among the tags.
pub(in crate::app) const TASK: &str = "task:";
pub(in crate::app) const BILLABLE: &str = "billable";
pub(in crate::app) const NON_BILLABLE: &str = "non-billable";

const LABELS: Labels = Labels {
    note: "annotation",
    ..Labels::PLAIN
};

/// Reads a data file or an export.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) -> Result<(), ImportError> {
    if text.trim_start().starts_with('[') {
        reading.count_entries();
        return each_element(text, |number, interval| {
            let draft = exported(reading, interval);
            reading.take(number, draft, &LABELS);
        });
    }
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let draft = interval(reading, line);
        reading.take(number, draft, &LABELS);
    }
    match reading.is_empty() {
        true => Err(ImportError::Empty),
        false => Ok(()),
    }
}

fn interval<'t>(reading: &Reading<'_>, line: &'t str) -> Result<Draft<'t>, Reason> {
    let bad = || Reason::Syntax {
        text: shown(line),
        expected: "inc 20260302T080000Z - 20260302T093000Z # tags",
    };
    let rest = line.trim_start().strip_prefix("inc").ok_or_else(bad)?;
    let (times, rest) = match rest.split_once('#') {
        Some((times, rest)) => (times, Some(rest)),
        None => (rest, None),
    };
    let (start, end) = match times.split_once(" - ") {
        Some((start, end)) => (start.trim(), Some(end.trim())),
        None => (times.trim(), None),
    };
    let start = instant(start)?;
    let end = instant(end.ok_or(Reason::Running)?)?;
    let (tags, annotation) = tags_and_annotation(rest.unwrap_or_default());
    drafted(reading, start, end, tags, annotation)
}

fn exported<'t>(reading: &Reading<'_>, interval: &'t Value) -> Result<Draft<'t>, Reason> {
    let text = |key: &str| interval.get(key).and_then(Value::as_str);
    let start = instant(text("start").ok_or(Reason::Empty("start"))?)?;
    let end = instant(text("end").ok_or(Reason::Running)?)?;
    let tags = interval.get("tags").and_then(Value::as_array);
    let tags = tags.into_iter().flatten().filter_map(Value::as_str);
    let annotation = text("annotation").unwrap_or_default();
    drafted(
        reading,
        start,
        end,
        tags.map(Cow::Borrowed).collect(),
        Cow::Borrowed(annotation),
    )
}

fn drafted<'t>(
    reading: &Reading<'_>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    tags: Vec<Cow<'t, str>>,
    annotation: Cow<'t, str>,
) -> Result<Draft<'t>, Reason> {
    let times = reading.clock.instants(start, end)?;
    let tagged = Tagged::new(reading.choices, tags);
    Ok(Draft {
        project: tagged.project,
        task: tagged.task,
        billable: tagged.billable,
        tags: tagged.tags,
        note: annotation,
        ..Draft::of(times)
    })
}

/// What tags say.
pub(super) struct Tagged<'t> {
    pub(super) project: Cow<'t, str>,
    pub(super) task: Cow<'t, str>,
    pub(super) billable: Option<bool>,
    pub(super) tags: Vec<Cow<'t, str>>,
}

impl<'t> Tagged<'t> {
    pub(super) fn new(choices: &Choices, mut tags: Vec<Cow<'t, str>>) -> Self {
        let project = project_among(choices, tags.iter().map(Cow::as_ref)).map(str::to_owned);
        let place = tags
            .iter()
            .position(|tag| project.as_deref() == Some(tag.as_ref()));
        let project = place.map(|place| tags.remove(place)).unwrap_or_default();
        let mut tagged = Self {
            project,
            task: Cow::Borrowed(""),
            billable: None,
            tags: Vec::with_capacity(tags.len()),
        };
        for tag in tags {
            match tag.as_ref() {
                BILLABLE => tagged.billable = Some(true),
                NON_BILLABLE => tagged.billable = Some(false),
                text => match text.strip_prefix(TASK) {
                    Some(task) if tagged.task.is_empty() => {
                        tagged.task = Cow::Owned(task.to_owned());
                    }
                    _ => tagged.tags.push(tag),
                },
            }
        }
        tagged
    }
}

/// `20260302T080000Z`.
fn instant(text: &str) -> Result<DateTime<Utc>, Reason> {
    let read = || {
        let digits = text.strip_suffix('Z').filter(|digits| digits.len() == 15)?;
        let local = NaiveDateTime::parse_from_str(digits, "%Y%m%dT%H%M%S").ok()?;
        Some(local.and_utc()).filter(|at| field::in_use(at.date_naive()))
    };
    read().ok_or_else(|| Reason::Syntax {
        text: shown(text),
        expected: "a time such as 20260302T080000Z",
    })
}

/// What stands behind the first `#`: tags, and behind the next one that stands alone the annotation.
fn tags_and_annotation(text: &str) -> (Vec<Cow<'_, str>>, Cow<'_, str>) {
    let mut tags = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let after_mark = rest.strip_prefix('#');
        if let Some(annotation) = after_mark.filter(|a| a.is_empty() || a.starts_with(' ')) {
            let annotation = annotation.trim();
            let whole = match quoted(annotation) {
                Some((text, "")) => Cow::Owned(text),
                _ => Cow::Borrowed(annotation),
            };
            return (tags, whole);
        }
        let (tag, after) = match quoted(rest) {
            Some((tag, after)) => (Cow::Owned(tag), after),
            None => {
                let end = rest.find(' ').unwrap_or(rest.len());
                let (tag, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Cow::Borrowed(tag), after)
            }
        };
        tags.push(tag);
        rest = after.trim_start();
    }
    (tags, Cow::Borrowed(""))
}

/// A text in double quotes at the beginning, with `\"` and `\\` in it, and what comes after.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut read = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => match characters.next()?.1 {
                'n' | 't' | 'r' => read.push(' '),
                other => read.push(other),
            },
            '"' => return Some((read, inner.get(at + 1..)?)),
            c => read.push(c),
        }
    }
    None
}
