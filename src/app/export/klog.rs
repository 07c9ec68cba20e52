//! Entries as klog records, a record a day. klog counts in minutes: an entry with seconds is written to the minute, at least one. One
//! that was worked while the clock changed is written as its length.

use std::fmt::Write as _;
use std::io::Write;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike as _};

use super::super::import::format::tags_in;
use super::{Fact, Notice, Result, Writer, Written, failed};

pub(super) struct Klog<W: Write> {
    out: W,
    day: Option<NaiveDate>,
    line: String,
}

impl<W: Write> Klog<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            day: None,
            line: String::new(),
        }
    }

    /// When it was: a range, where klog can say it, else the length.
    fn when(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) {
        let work = &fact.listed.entry.work;
        let minutes = ((work.seconds.0 + 30) / 60).max(1);
        let clock = fact.on_the_clock();
        let whole = clock.as_ref().is_none_or(|clock| clock.start.second() == 0);
        if !whole || minutes * 60 != work.seconds.0 {
            told(Notice::Seconds);
        }
        if let Some(clock) = clock {
            let from = clock.start.with_second(0).unwrap_or(clock.start);
            let to = from + TimeDelta::minutes(minutes);
            let moments = (moment(from, work.day), moment(to, work.day));
            if let (true, (Some(from), Some(to))) = (clock.plain, moments) {
                let _ = write!(self.line, "{from} - {to}");
                return;
            }
            told(Notice::ClockChange);
        }
        let _ = match (minutes / 60, minutes % 60) {
            (0, minutes) => write!(self.line, "{minutes}m"),
            (hours, 0) => write!(self.line, "{hours}h"),
            (hours, minutes) => write!(self.line, "{hours}h{minutes}m"),
        };
    }
}

/// A time of day, shifted by the mark for the day before or after.
fn moment(at: NaiveDateTime, day: NaiveDate) -> Option<String> {
    let time = at.format("%-H:%M");
    match (at.date() - day).num_days() {
        -1 => Some(format!("<{time}")),
        0 => Some(time.to_string()),
        1 => Some(format!("{time}>")),
        _ => None,
    }
}

/// `#name=value`, or `#name="a value"` in the quotes that the value does not have.
fn tag(line: &mut String, name: &str, value: &str, told: &mut dyn FnMut(Notice)) {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if value.chars().all(plain) {
        let _ = write!(line, " #{name}={value}");
        return;
    }
    let quote = if value.contains('"') { '\'' } else { '"' };
    let value = match value.contains(quote) {
        true => {
            told(Notice::Sign);
            value.replace(quote, " ")
        }
        false => value.to_owned(),
    };
    let _ = write!(line, " #{name}={quote}{value}{quote}");
}

impl<W: Write> Writer for Klog<W> {
    fn entry(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) -> Result<Written> {
        let work = &fact.listed.entry.work;
        self.line.clear();
        if self.day != Some(work.day) {
            let between = if self.day.is_some() { "\n" } else { "" };
            let _ = writeln!(self.line, "{between}{}", work.day);
            self.day = Some(work.day);
        }
        self.line.push_str("    ");
        self.when(fact, told);
        if !fact.note().is_empty() {
            self.line.push(' ');
            self.line.push_str(fact.note());
        }
        let in_note = tags_in(fact.note());
        for own in &work.tags {
            if !in_note.iter().any(|tag| tag == own.as_str()) {
                tag(&mut self.line, "tag", own.as_str(), told);
            }
        }
        // The last of them counts, so that a note cannot say otherwise.
        tag(&mut self.line, "project", &fact.project(), told);
        if let Some(task) = &fact.listed.task {
            tag(&mut self.line, "task", task, told);
        }
        match work.billable {
            Some(true) => self.line.push_str(" #billable"),
            Some(false) => self.line.push_str(" #non-billable"),
            None => {}
        }
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes()).map_err(failed)?;
        Ok(Written::Yes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(failed)
    }
}
