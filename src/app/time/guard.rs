//! What stands against writing an entry: the rules of [`crate::domain::guard`], with the facts they are held against.

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::guard::{self, Guards, Notice};
use crate::domain::key::{EntryKey, InvoiceKey, MemberKey};
use crate::domain::time::{Entry, Work};
use crate::store::{Books, StoreError, Writer};
use crate::values::calendar::Calendar;
use crate::values::id::Slug;

use super::super::budget::{Told, Watch};
use super::super::{Result, business};
use super::{Notices, Place};

/// The owner's rules as they are now, the budgets that are drawn on, and the clock by which all is told.
pub(super) struct Guard {
    rules: Guards,
    watch: Watch,
    calendar: Calendar,
}

impl Guard {
    /// Reads the rules: within a write nobody changes them meanwhile.
    pub(super) fn of(books: &Books<'_>, calendar: &Calendar) -> Result<Self> {
        let business = business(books, calendar.zone())?;
        Ok(Self {
            rules: business.guards,
            watch: Watch::of(&business),
            calendar: calendar.clone(),
        })
    }

    /// For what happened already: it is told, not refused. Locked days stay locked.
    pub(super) fn for_facts(&self) -> Self {
        Self {
            rules: self.rules.for_facts(),
            watch: self.watch.telling(),
            calendar: self.calendar.clone(),
        }
    }

    /// Refuses to change or remove an entry that is closed.
    pub(super) fn open(&self, books: &Books<'_>, entry: &Entry) -> Result<()> {
        let invoice = entry
            .invoice
            .map(|key| invoice_name(books, key))
            .transpose()?;
        self.rules.open(entry, invoice)?;
        not_drawn(books, entry.key)
    }

    /// Refuses to open an entry again that is on an invoice or of a locked day.
    pub(super) fn may_reopen(&self, books: &Books<'_>, entry: &Entry) -> Result<()> {
        let reopened = Entry {
            approval: None,
            ..entry.clone()
        };
        self.open(books, &reopened)
    }

    /// Refuses a day that is locked.
    pub(super) fn unlocked(&self, day: NaiveDate) -> Result<()> {
        Ok(self.rules.unlocked(day)?)
    }

    /// Writes work that nothing stands against, and tells what is to be known of it.
    pub(super) fn write(
        &self,
        books: &mut Writer<'_>,
        work: &Work,
        write: impl FnOnce(&mut Writer<'_>) -> Result<EntryKey>,
    ) -> Result<(EntryKey, Notices)> {
        let rules = self.admit(books, work, None)?;
        let drawn = self.watch.drawn(books, std::iter::once(work))?;
        let key = write(books)?;
        let budgets = self.watch.told(books, drawn)?;
        Ok((
            key,
            Notices {
                rules,
                budgets,
                ..Notices::default()
            },
        ))
    }

    /// Changes entries to what they are given with. Budgets are held against all of it together: the sums are as many as the budgets,
    /// not as the entries, and an entry may go over what another of the same change gives back.
    pub(super) fn change(
        &self,
        books: &mut Writer<'_>,
        changes: &[(&Entry, Work)],
    ) -> Result<Notices> {
        let mut notices = Notices::default();
        let draw = changes
            .iter()
            .filter(|(entry, work)| !draws_alike(&entry.work, work));
        let drawn = self.watch.drawn(books, draw.map(|(_, work)| work))?;
        for (entry, work) in changes {
            notices.rules.extend(self.admit(books, work, Some(entry))?);
            books.edit_entry(entry.key, work)?;
        }
        let budgets = self.watch.told(books, drawn)?;
        notices.extend(Notices {
            budgets,
            ..Notices::default()
        });
        Ok(notices)
    }

    /// Budgets that are used up before a timer starts to draw on them.
    pub(super) fn used_up(
        &self,
        books: &Books<'_>,
        place: &Place,
        day: NaiveDate,
    ) -> Result<Vec<Told>> {
        self.watch
            .used_up(books, &place.project, place.phase, day, place.billable)
    }

    /// Work as it is to be written, held against the entry as it was: only what changes is looked at.
    pub(super) fn admit(
        &self,
        books: &Books<'_>,
        work: &Work,
        before: Option<&Entry>,
    ) -> Result<Vec<Notice>> {
        let was = before.map(|entry| &entry.work);
        let mut notices = Vec::new();
        if was.is_none_or(|was| was.day != work.day) {
            notices.extend(self.rules.day(work.day, self.calendar.today())?);
        }
        let today = work.day == self.calendar.today();
        if let Some(span) = work.span
            && today
            && was.is_none_or(|was| was.span != work.span)
        {
            notices.extend(self.rules.end(span.end, self.calendar.now()));
        }
        if was.is_none_or(|was| was.span != work.span || was.member != work.member) {
            notices.extend(self.overlap(books, work, before)?);
        }
        notices.extend(self.total(books, work, before)?);
        Ok(notices)
    }

    /// The first entry of the member that shares time with this work, as far as the rule cares.
    fn overlap(
        &self,
        books: &Books<'_>,
        work: &Work,
        before: Option<&Entry>,
    ) -> Result<Option<Notice>> {
        let Some(span) = work.span else {
            return Ok(None);
        };
        let around = books.entries_around(work.member, &span, before.map(|entry| entry.key))?;
        let found = around.iter().find_map(|other| {
            let theirs = other.work.span?;
            span.overlaps(&theirs).then_some((other.key, theirs))
        });
        let Some((entry, span)) = found else {
            return Ok(None);
        };
        let refusal = Refusal::Overlap {
            entry: entry.0,
            span: format!(
                "{}–{}",
                self.calendar.local(span.start).format("%F %R"),
                self.calendar.local(span.end).format("%R")
            ),
        };
        let notice = Notice::Overlap { entry, span };
        Ok(self.rules.overlap.judge(notice, refusal)?)
    }

    /// All that the member worked on the day.
    fn total(
        &self,
        books: &Books<'_>,
        work: &Work,
        before: Option<&Entry>,
    ) -> Result<Option<Notice>> {
        let same_day = before
            .map(|entry| &entry.work)
            .filter(|was| was.day == work.day && was.member == work.member);
        if same_day.is_some_and(|was| was.seconds >= work.seconds) {
            return Ok(None);
        }
        let others = books.seconds_of_day(work.member, work.day, before.map(|entry| entry.key))?;
        let was = same_day.map_or(others, |was| others + was.seconds);
        let total = others + work.seconds;
        if !guard::grows_long(was, total) {
            return Ok(None);
        }
        let member = member_slug(books, work.member)?;
        Ok(self.rules.total(&member, work.day, was, total)?)
    }
}

/// Whether nothing changed that a budget counts.
fn draws_alike(was: &Work, is: &Work) -> bool {
    let counted = |work: &Work| {
        (
            (work.project, work.phase, work.task, work.member),
            (work.day, work.seconds, work.billable, work.rate),
        )
    };
    counted(was) == counted(is)
}

/// Refuses to change or remove an entry that a closed period of a retainer drew.
pub(in crate::app) fn not_drawn(books: &Books<'_>, entry: EntryKey) -> Result<()> {
    match books.closing_invoice(entry)? {
        None => Ok(()),
        Some(key) => Err(Refusal::EntryDrawn {
            entry: entry.0,
            invoice: invoice_name(books, key)?,
        }
        .into()),
    }
}

/// What an invoice is called.
pub(super) fn invoice_name(books: &Books<'_>, key: InvoiceKey) -> Result<String> {
    let invoice = books.invoice_by_key(key)?;
    Ok(invoice.map_or_else(String::new, |invoice| invoice.name()))
}

fn member_slug(books: &Books<'_>, key: MemberKey) -> Result<Slug> {
    let mut members = books.members()?.into_iter();
    let found = members.find(|member| member.key == key);
    let missing = || StoreError::Corrupt(format!("member {} is not there", key.0));
    Ok(found.ok_or_else(missing)?.slug)
}
