//! Entries as a JSON list, one a line, with the keys of `time list --json`.

use std::io::{self, Write};

use serde::Serialize;

use crate::domain::approval::Approval;

use super::{Fact, Notice, Result, Writer, Written, failed};

pub(super) struct Json<W: Write> {
    out: W,
    any: bool,
}

impl<W: Write> Json<W> {
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"[")?;
        Ok(Self { out, any: false })
    }
}

/// An entry.
#[derive(Serialize)]
struct Entry<'a> {
    id: i64,
    client: &'a str,
    project: &'a str,
    phase: Option<&'a str>,
    task: Option<&'a str>,
    activity: Option<&'a str>,
    member: &'a str,
    date: String,
    start: Option<String>,
    end: Option<String>,
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable: bool,
    note: Option<&'a str>,
    internal_note: Option<&'a str>,
    rate: Option<String>,
    tags: Vec<&'a str>,
    invoice: Option<&'a str>,
    approval: Option<&'static str>,
    approval_note: Option<&'a str>,
}

impl<W: Write> Writer for Json<W> {
    fn entry(&mut self, fact: &Fact<'_>, _: &mut dyn FnMut(Notice)) -> Result<Written> {
        let listed = fact.listed;
        let work = &listed.entry.work;
        let clock = |at| fact.calendar.local(at).to_rfc3339();
        let entry = Entry {
            id: listed.entry.key.0,
            client: &listed.client_slug,
            project: &fact.project(),
            phase: listed.phase.as_deref(),
            task: listed.task.as_deref(),
            activity: listed.activity.as_deref(),
            member: &listed.member_slug,
            date: work.day.to_string(),
            start: work.span.map(|span| clock(span.start)),
            end: work.span.map(|span| clock(span.end)),
            seconds: work.seconds.0,
            hours: work.seconds.hours(),
            billed_hours: fact.billed.hours(),
            billable: listed.billable,
            note: work.note.as_ref().map(|note| note.as_str()),
            internal_note: work.internal_note.as_ref().map(|note| note.as_str()),
            rate: work.rate.map(|rate| rate.to_string()),
            tags: work.tags.iter().map(|tag| tag.as_str()).collect(),
            invoice: listed.invoice.as_deref(),
            approval: listed.entry.approval.map(Approval::word),
            approval_note: listed
                .entry
                .approval_note
                .as_ref()
                .map(|note| note.as_str()),
        };
        let between: &[u8] = if self.any { b",\n" } else { b"\n" };
        self.any = true;
        self.out.write_all(between).map_err(failed)?;
        serde_json::to_writer(&mut self.out, &entry).map_err(|error| failed(error.into()))?;
        Ok(Written::Yes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let end: &[u8] = if self.any { b"\n]\n" } else { b"]\n" };
        self.out.write_all(end).map_err(failed)?;
        self.out.flush().map_err(failed)
    }
}
