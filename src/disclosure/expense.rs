//! Expenses: the billable ones, at what the client pays for them, where the section is on.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::domain::Refusal;
use crate::domain::expense::{Expense, Spent};
use crate::domain::invoice::Stored;
use crate::domain::visibility::{Descriptions, Visibility};
use crate::published::{self, Expenses};

use super::{ClientBooks, Noun};

/// The expenses up to a day, year by year, the latest first in each.
pub(super) fn expenses(
    books: &ClientBooks,
    visibility: &Visibility,
    through: NaiveDate,
) -> Result<Vec<Expenses>, Refusal> {
    let mut years: BTreeMap<u16, Vec<published::Expense>> = BTreeMap::new();
    for expense in &books.expenses {
        let day = expense.spent.day;
        // There is no money that was spent before the year 0.
        if let (true, Ok(year)) = (day <= through, u16::try_from(day.year())) {
            let shown = shown(books, visibility, expense)?;
            years.entry(year).or_default().push(shown);
        }
    }
    let mut all = Vec::new();
    for (year, mut expenses) in years {
        expenses.sort_by(|a, b| (b.day, &a.id).cmp(&(a.day, &b.id)));
        all.push(Expenses { year, expenses });
    }
    Ok(all)
}

fn shown(
    books: &ClientBooks,
    visibility: &Visibility,
    expense: &Expense,
) -> Result<published::Expense, Refusal> {
    let Expense {
        key,
        spent,
        invoice,
    } = expense;
    let worth = spent.worth()?;
    let Spent {
        project,
        member: _, // who paid is between the business and its people
        day,
        amount: _,  // what was paid: the client pays what it is worth
        measure: _, // with a mark-up, the price would tell it
        category,
        tax: _,      // got back from the tax office
        markup: _,   // the business's own
        billable: _, // only what is billable comes here
        note,
        internal_note: _, // the name says it
        receipt: _,       // shows what was paid
    } = spent;
    let billed_on = invoice.filter(|_| visibility.invoices).and_then(|key| {
        let mut issued = books.invoices.iter();
        let issued = issued.find(|one| one.key == key && one.stored != Stored::Draft)?;
        issued.number.clone()
    });
    Ok(published::Expense {
        id: books.ids.row(Noun::Expense, key.0),
        day: *day,
        project: books.ids.row(Noun::Project, project.0),
        category: category.as_ref().map(ToString::to_string),
        description: note
            .as_ref()
            .filter(|_| visibility.descriptions == Descriptions::Full)
            .map(ToString::to_string),
        amount: worth.billed,
        invoice: billed_on,
    })
}

#[cfg(test)]
mod tests {
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};

    #[test]
    fn expenses_are_shown_at_what_is_billed_for_them() {
        let shown = |settings: &[(&str, &str)]| {
            let shown = portal(&sample::books(), &visibility(settings)).unwrap();
            shown.unwrap().expenses
        };
        assert!(shown(&[]).is_empty());
        let years = shown(&[("expenses", "on")]);
        let lines: Vec<String> = years
            .iter()
            .flat_map(|year| &year.expenses)
            .map(|expense| {
                format!(
                    "{} {} {} {} {}",
                    expense.day,
                    expense.category.as_deref().unwrap_or("-"),
                    expense.description.as_deref().unwrap_or("-"),
                    expense.amount,
                    expense.invoice.as_deref().unwrap_or("-"),
                )
            })
            .collect();
        // 119.00 with 19 % tax and 10 % on top; 40.00 as it is.
        assert_eq!(
            lines,
            [
                "2025-12-30 Travel - 40.00 EUR 2026-0007",
                "2026-11-17 - canary-words of a train 110.00 EUR -",
            ]
        );
        assert_eq!(years.len(), 2);
        let weekly = shown(&[("expenses", "on"), ("detail", "weekly")]);
        assert_eq!(weekly.len(), 1, "nothing of the running week");
        let bare = shown(&[
            ("expenses", "on"),
            ("descriptions", "none"),
            ("invoices", "off"),
        ]);
        let mut bare = bare.iter().flat_map(|year| &year.expenses);
        assert!(bare.all(|one| one.description.is_none() && one.invoice.is_none()));
    }
}
