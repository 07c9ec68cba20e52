//! What stands against writing an entry.

use crate::domain::Refusal;
use crate::domain::key::EntryKey;
use crate::domain::time::{Entry, OverlapRule, Span, Work};
use crate::store::Writer;
use crate::values::calendar::Calendar;

use super::super::{Result, Session};

/// An entry that shares time with another.
#[derive(Debug, Clone)]
pub struct Overlapping {
    pub entry: EntryKey,
    pub span: Span,
}

/// What an entry that shares time with another is held against, and the clock it is told by.
pub(super) struct Guard {
    pub(super) rule: OverlapRule,
    pub(super) calendar: Calendar,
}

impl Guard {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            rule: session.business.overlap,
            calendar: session.calendar.clone(),
        }
    }
}

pub(super) fn not_invoiced(books: &Writer<'_>, entry: &Entry) -> Result<()> {
    let Some(key) = entry.invoice else {
        return Ok(());
    };
    let invoice = books
        .invoice_by_key(key)?
        .map_or_else(String::new, |invoice| invoice.name());
    Err(Refusal::EntryInvoiced {
        entry: entry.key.0,
        invoice,
    }
    .into())
}

/// The first entry of the member that shares time with this work, as far as the rule cares.
pub(super) fn overlap(
    books: &Writer<'_>,
    work: &Work,
    except: Option<EntryKey>,
    guard: &Guard,
) -> Result<Option<Overlapping>> {
    let Guard { rule, calendar } = guard;
    let rule = *rule;
    let (Some(span), true) = (work.span, rule != OverlapRule::Allow) else {
        return Ok(None);
    };
    let around = books.entries_around(work.member, &span, except)?;
    let found = around.iter().find_map(|other| {
        let theirs = other.work.span?;
        span.overlaps(&theirs).then_some(Overlapping {
            entry: other.key,
            span: theirs,
        })
    });
    match (found, rule) {
        (Some(other), OverlapRule::Refuse) => Err(Refusal::Overlap {
            entry: other.entry.0,
            span: format!(
                "{}–{}",
                calendar.local(other.span.start).format("%F %R"),
                calendar.local(other.span.end).format("%R")
            ),
        }
        .into()),
        (found, _) => Ok(found),
    }
}
