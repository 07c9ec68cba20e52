//! Entries as lines of a Timewarrior data file. The project is a tag, the task, and whether work is billable where that differs from
//! what goes without saying, are tags too; `time import timewarrior` reads them back.

use std::fmt::Write as _;
use std::io::Write;

use super::super::import::format::{BILLABLE, NON_BILLABLE, TASK};
use super::{Fact, Notice, Result, Writer, Written, failed};

pub(super) struct Timewarrior<W: Write> {
    out: W,
    line: String,
}

impl<W: Write> Timewarrior<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            line: String::new(),
        }
    }

    fn tag(&mut self, tag: &str) {
        let plain = |c: char| c.is_alphanumeric() || "-_./:@".contains(c);
        self.line.push(' ');
        match tag.chars().all(plain) {
            true => self.line.push_str(tag),
            false => quote(&mut self.line, tag),
        }
    }
}

impl<W: Write> Writer for Timewarrior<W> {
    fn entry(&mut self, fact: &Fact<'_>, told: &mut dyn FnMut(Notice)) -> Result<Written> {
        let work = &fact.listed.entry.work;
        let Some(span) = work.span else {
            told(Notice::NoClock);
            return Ok(Written::No);
        };
        self.line.clear();
        let form = "%Y%m%dT%H%M%SZ";
        let (start, end) = (span.start.format(form), span.end.format(form));
        let _ = write!(self.line, "inc {start} - {end} #");
        self.tag(&fact.project());
        if let Some(task) = &fact.listed.task {
            self.tag(&format!("{TASK}{task}"));
        }
        if let Some(billable) = work.billable {
            self.tag(if billable { BILLABLE } else { NON_BILLABLE });
        }
        for tag in &work.tags {
            self.tag(tag.as_str());
        }
        if !fact.note().is_empty() {
            self.line.push_str(" # ");
            quote(&mut self.line, fact.note());
        }
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes()).map_err(failed)?;
        Ok(Written::Yes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.flush().map_err(failed)
    }
}

fn quote(line: &mut String, text: &str) {
    line.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            line.push('\\');
        }
        line.push(c);
    }
    line.push('"');
}
