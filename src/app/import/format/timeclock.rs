//! Timeclock files, as hledger, Ledger and timeclock.el write them (hledger manual, "timeclock").
//!
//! `i 2026/03/02 09:00:00 acme:website:Design  the note  ; comment` clocks in, `o 2026/03/02 10:30:00` clocks out. The account is
//! `client:project` or `client:project:task`, or one that `--project-tag` names; the description behind two spaces is the note. In
//! the comment, `tag:x` is a tag, and `billable:yes` or `billable:no` says that. `o` closes the session of its account, else the
//! latest that is open. Times are local; what they say of a zone is not read, as hledger does not. `b` and `h` are balances. A file
//! is that of one person.

use std::borrow::Cow;

use chrono::NaiveDateTime;

use super::super::problem::{ImportError, Reason};
use super::clock::Stated;
use super::field;
use super::reading::{Draft, Labels, Reading, shown};

const LABELS: Labels = Labels {
    note: "description",
    ..Labels::PLAIN
};

/// Clocked in, and not yet out.
struct Open<'t> {
    line: u64,
    start: NaiveDateTime,
    account: &'t str,
    description: &'t str,
    comment: &'t str,
}

/// Reads a file.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) -> Result<(), ImportError> {
    let mut open: Vec<Open<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match event(reading, line) {
            Ok(None) => {}
            Ok(Some(Event::In(session))) => open.push(Open {
                line: number,
                ..session
            }),
            Ok(Some(Event::Out(end, account))) => {
                let place = match account {
                    "" => open.len().checked_sub(1),
                    account => open
                        .iter()
                        .rposition(|session| session.account == account)
                        .or(open.len().checked_sub(1)),
                };
                match place.map(|place| open.remove(place)) {
                    Some(session) => {
                        let draft = session.closed(reading, end);
                        reading.take(session.line, draft, &LABELS);
                    }
                    None => reading.take(number, Err(out_alone(line)), &LABELS),
                }
            }
            Err(reason) => reading.take(number, Err(reason), &LABELS),
        }
    }
    for session in open {
        reading.take(session.line, Err(Reason::Running), &LABELS);
    }
    match reading.is_empty() {
        true => Err(ImportError::Empty),
        false => Ok(()),
    }
}

fn out_alone(line: &str) -> Reason {
    Reason::Syntax {
        text: shown(line),
        expected: "an `i` line before the `o` that closes it",
    }
}

enum Event<'t> {
    In(Open<'t>),
    Out(NaiveDateTime, &'t str),
}

fn event<'t>(reading: &Reading<'_>, line: &'t str) -> Result<Option<Event<'t>>, Reason> {
    let line = line.trim_end();
    let mut words = line.splitn(4, ' ');
    let code = words.next().unwrap_or_default();
    if line.is_empty() || line.starts_with([';', '#', '*']) || matches!(code, "b" | "h") {
        return Ok(None);
    }
    if !matches!(code, "i" | "o" | "O") {
        return Err(Reason::Syntax {
            text: shown(line),
            expected: "i 2026/03/02 09:00:00 account, or o 2026/03/02 10:30:00",
        });
    }
    let (date, time) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let rest = words.next().unwrap_or_default();
    let date = date.replace(['/', '.'], "-");
    let day = field::date(reading.clock.home(), &date, "date", None, false)?;
    // `09:00:00+0100`: the zone is ignored, as hledger does.
    let clock = time.split(['+', '-']).next().unwrap_or_default();
    let at = day.and_time(field::time(clock, "time")?);
    let (text, comment) = match rest.split_once(';') {
        Some((text, comment)) => (text, comment.trim()),
        None => (rest, ""),
    };
    let (account, description) = match text.trim_start().split_once("  ") {
        Some((account, description)) => (account.trim(), description.trim()),
        None => (text.trim(), ""),
    };
    if code != "i" {
        return Ok(Some(Event::Out(at, account)));
    }
    Ok(Some(Event::In(Open {
        line: 0,
        start: at,
        account,
        description,
        comment,
    })))
}

impl<'t> Open<'t> {
    fn closed(&self, reading: &Reading<'_>, end: NaiveDateTime) -> Result<Draft<'t>, Reason> {
        let (times, notice) = reading
            .clock
            .local(self.start, Some(end), Stated::Nothing)?;
        let (project, task) = place(reading, self.account);
        let mut draft = Draft {
            project,
            task: Cow::Borrowed(task),
            note: Cow::Borrowed(self.description),
            notice,
            ..Draft::of(times)
        };
        for part in self.comment.split(',') {
            let Some((name, value)) = part.trim().split_once(':') else {
                continue;
            };
            match (name.trim(), value.trim()) {
                ("billable", said) => draft.billable = field::yes(said, "billable")?,
                ("tag", tag) => draft.tags.push(Cow::Borrowed(tag)),
                // A tag of hledger's, which may have a value.
                (name, "") => draft.tags.push(Cow::Borrowed(name)),
                _ => draft.tags.push(Cow::Borrowed(part.trim())),
            }
        }
        Ok(draft)
    }
}

/// The project and the task of an account.
fn place<'t>(reading: &Reading<'_>, account: &'t str) -> (Cow<'t, str>, &'t str) {
    let named = reading.choices.projects.iter();
    if named
        .clone()
        .any(|(name, _)| super::table::same_name(name, account))
    {
        return (Cow::Borrowed(account), "");
    }
    let mut parts = account.splitn(3, ':');
    let first = parts.next().unwrap_or_default().trim();
    match (parts.next(), parts.next()) {
        (Some(project), task) => (
            Cow::Owned(format!("{first}/{}", project.trim())),
            task.unwrap_or_default(),
        ),
        (None, _) => (Cow::Borrowed(first), ""),
    }
}
