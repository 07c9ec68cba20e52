//! Changing a draft.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::app::{Error, Result, Session, find};
use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::invoice::{Adjustments, Asked, Change, Invoice, Item, Line, Source};
use crate::domain::tax::Applied;
use crate::store::Writer;
use crate::values::period::Period;

use super::press::{moved_due, not_future};
use super::terms::{Taxation, Terms};
use super::{Shown, shown};

/// What `invoice edit` changes; none: as it is. Lines are counted from 1, as they stand before.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub change: BTreeMap<usize, Change>,
    pub remove: BTreeSet<usize>,
    pub add: Vec<Item>,
    pub date: Option<NaiveDate>,
    /// Some(None): it names no days.
    pub period: Option<Option<Period>>,
    pub discount: Option<Option<Asked>>,
    pub surcharge: Option<Option<Asked>>,
}

/// Changes a draft. What was issued is not.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let business = crate::app::business(books, zone)?;
        let draft = find::invoice(books, reference)?;
        draft.is_draft()?;
        if let Some(date) = edit.date {
            not_future(date, today)?;
            let due = moved_due(&business, &draft, date);
            books.date_invoice(draft.key, date, due)?;
        }
        if let Some(period) = edit.period {
            books.set_period(draft.key, period)?;
        }
        let changes_more =
            !edit.add.is_empty() || edit.discount.is_some() || edit.surcharge.is_some();
        if changes_more
            && draft
                .lines
                .iter()
                .any(|line| line.source == Source::Deposit)
        {
            return Err(Refusal::DepositAlone {
                invoice: draft.name(),
            }
            .into());
        }
        edit_lines(books, &business, &draft, edit)?;
        adjust(books, &draft, edit)?;
        Ok::<_, Error>(draft.key)
    })?;
    shown(session, key)
}

fn edit_lines(
    books: &mut Writer<'_>,
    business: &Business,
    draft: &Invoice,
    edit: &Edit,
) -> Result<()> {
    for (place, change) in &edit.change {
        let line = line_at(draft, *place)?.changed(change, *place, draft.currency)?;
        books.edit_line(draft.key, *place, &line)?;
    }
    for place in edit.remove.iter().rev() {
        line_at(draft, *place)?.may_be_removed(*place)?;
        books.remove_line(draft.key, *place)?;
    }
    if edit.add.is_empty() {
        return Ok(());
    }
    let client = find::client_of(books, draft.client)?;
    let date = edit.date.unwrap_or(draft.issue_date);
    let mut taxation = Taxation::of(books, business, &client, &Terms::default(), date)?;
    // An invoice that is taxed in its own way stays so.
    if let [first, rest @ ..] = draft.lines.as_slice()
        && rest
            .iter()
            .all(|line| (line.tax, &line.taxes) == (first.tax, &first.taxes))
    {
        taxation.applied = Applied {
            tax: first.tax,
            taxes: first.taxes.clone(),
        };
    }
    let tax = taxation.applied.tax;
    let mut lines = edit
        .add
        .iter()
        .map(|item| Line::item(item, tax, draft.currency))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    taxation.name(&mut lines);
    if draft.tax_note.is_none() {
        let all: Vec<Line> = draft.lines.iter().chain(&lines).cloned().collect();
        books.note_tax(draft.key, taxation.note(&all).as_deref())?;
    }
    for line in &lines {
        books.append_line(draft.key, line)?;
    }
    Ok(())
}

fn line_at(draft: &Invoice, place: usize) -> std::result::Result<&Line, Refusal> {
    let line = place
        .checked_sub(1)
        .and_then(|place| draft.lines.get(place));
    line.ok_or_else(|| Refusal::NoLine {
        invoice: draft.name(),
        place,
        count: draft.lines.len(),
    })
}

/// Percents are worked out again over the lines as they are now.
fn adjust(books: &mut Writer<'_>, draft: &Invoice, edit: &Edit) -> Result<()> {
    let mut draft = find::invoice(books, &draft.name())?;
    if draft.lines.is_empty() {
        return Err(Refusal::LastLine {
            invoice: draft.name(),
        }
        .into());
    }
    let (discount, surcharge) = draft.adjustments.asked();
    let discount = edit.discount.clone().unwrap_or(discount);
    let surcharge = edit.surcharge.clone().unwrap_or(surcharge);
    let (lines, currency) = (&draft.lines, draft.currency);
    let adjustments = Adjustments::over(lines, discount.as_ref(), surcharge.as_ref(), currency)?;
    books.adjust_draft(draft.key, &adjustments)?;
    draft.adjustments = adjustments;
    draft.is_payable()?;
    Ok(())
}
