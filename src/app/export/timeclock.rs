//! Entries as a timeclock file, for hledger and Ledger: the account is `client:project:task`, the description the note, and tags stand
//! in a comment.

use std::io::Write;

use chrono::TimeDelta;

use super::{Fact, Notice, Result, Writer, Written, failed};

pub(super) struct Timeclock<W: Write> {
    out: W,
}

impl<W: Write> Timeclock<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Writer for Timeclock<W> {
    fn entry(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) -> Result<Written> {
        let listed = fact.listed;
        let work = &listed.entry.work;
        let Some(clock) = fact.on_the_clock() else {
            told(Notice::NoClock);
            return Ok(Written::No);
        };
        let start = clock.start;
        // The reader goes by what the clock shows.
        let end = start + TimeDelta::seconds(work.seconds.0);
        if !clock.plain {
            told(Notice::ClockChange);
        }
        let mut replaced = false;
        let mut plain = |text: &str, marks: &[char]| {
            replaced |= text.contains(marks);
            text.replace(marks, " ")
        };
        let mut account = format!("{}:{}", listed.client_slug, listed.project_slug);
        if let Some(task) = &listed.task {
            let task = plain(task, &[';']);
            let words: Vec<&str> = task.split_whitespace().collect();
            account.push(':');
            account.push_str(&words.join(" "));
        }
        let note = plain(fact.note(), &[';']);
        let mut comments: Vec<String> = Vec::new();
        for tag in &work.tags {
            comments.push(format!("tag:{}", plain(tag.as_str(), &[',', ';'])));
        }
        if let Some(billable) = work.billable {
            comments.push(format!("billable:{}", if billable { "yes" } else { "no" }));
        }
        if replaced {
            told(Notice::Sign);
        }
        let form = "%Y/%m/%d %H:%M:%S";
        let mut line = format!("i {} {account}", start.format(form));
        if !note.trim().is_empty() {
            line.push_str("  ");
            line.push_str(note.trim());
        }
        if !comments.is_empty() {
            line.push_str("  ; ");
            line.push_str(&comments.join(", "));
        }
        writeln!(self.out, "{line}\no {}", end.format(form)).map_err(failed)?;
        Ok(Written::Yes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(failed)
    }
}
