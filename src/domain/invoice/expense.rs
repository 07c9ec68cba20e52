//! Expenses on invoices: a line for each, over its net amount with the mark-up. The tax is that of the invoice: what was paid with the
//! expense is got back from the tax office and not passed on.

use crate::domain::Refusal;
use crate::domain::expense::{Expense, Measure, Spent};
use crate::values::money::Money;
use crate::values::quantity;

use super::{Line, Source, Tax, Unit, language};

/// The line over an expense. Its first line is the note, which clients may read; the project and the day stand below.
pub fn rebilled(expense: &Expense, project: &str, tongue: &str, tax: Tax) -> Result<Line, Refusal> {
    let spent = &expense.spent;
    let source = Source::Expense {
        expense: expense.key,
    };
    let about = spent.note.as_ref().or(spent.category.as_ref());
    let about = about.map_or(language::expense(tongue), |text| text.as_str());
    let description = format!("{about}\n{project} · {}", spent.day);
    let billed = spent.worth()?.billed;
    let line = Line::fixed(source, description, billed, tax);
    Ok(match measured(spent, billed) {
        Some((measure, unit)) => Line {
            quantity: measure.quantity.decimal().normalize(),
            unit,
            unit_price: measure.price.decimal().normalize(),
            ..line
        },
        None => line,
    })
}

/// How many of what, where a reader who multiplies gets just what is billed.
fn measured(spent: &Spent, billed: Money) -> Option<(&Measure, Unit)> {
    let measure = spent.measure.as_ref()?;
    let unit = unit(&measure.unit)?;
    let product = measure
        .price
        .of(measure.quantity.decimal(), billed.currency());
    (product == Ok(billed)).then_some((measure, unit))
}

fn unit(unit: &quantity::Unit) -> Option<Unit> {
    match unit.as_str() {
        "km" => Some(Unit::Kilometre),
        "mi" => Some(Unit::Mile),
        "x" => Some(Unit::Piece),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invoice::TaxCategory;
    use crate::domain::key::{ExpenseKey, MemberKey, ProjectKey};
    use crate::values::money::{Currency, Percent, Rate};
    use crate::values::quantity::Quantity;
    use crate::values::text;

    fn spent(amount: &str, tax: Option<&str>, markup: &str) -> Spent {
        let percent = |text| Percent::parse(text).unwrap();
        Spent {
            project: ProjectKey(1),
            member: MemberKey(1),
            day: "2026-11-03".parse().unwrap(),
            amount: Money::parse(amount, Currency::parse("EUR").unwrap()).unwrap(),
            measure: None,
            category: None,
            tax: tax.map(percent),
            markup: percent(markup),
            billable: None,
            note: None,
            internal_note: Some(text::Line::parse("ask for a discount").unwrap()),
            receipt: None,
        }
    }

    fn line(spent: Spent) -> Line {
        let expense = Expense {
            key: ExpenseKey(7),
            spent,
            invoice: None,
        };
        let tax = Tax {
            category: TaxCategory::S,
            percent: Percent::parse("19").unwrap(),
        };
        rebilled(&expense, "Website", "en", tax).unwrap()
    }

    #[test]
    fn the_net_is_billed_with_the_mark_up_and_a_way_by_its_length() {
        let way = |tax, markup| Spent {
            measure: Some(Measure {
                quantity: Quantity::parse("42").unwrap(),
                unit: quantity::Unit::parse("km").unwrap(),
                price: Rate::parse("0.30").unwrap(),
            }),
            ..spent("12.60", tax, markup)
        };
        for (spent, expected) in [
            (
                spent("119", Some("19"), "10"),
                ["1", "C62", "110", "110.00"],
            ),
            (spent("119", None, "0"), ["1", "C62", "119", "119.00"]),
            (way(None, "0"), ["42", "KMT", "0.3", "12.60"]),
            (way(None, "10"), ["1", "C62", "13.86", "13.86"]),
            (way(Some("19"), "0"), ["1", "C62", "10.59", "10.59"]),
        ] {
            let line = line(spent);
            let found = [
                line.quantity.normalize().to_string(),
                line.unit.code().to_owned(),
                line.unit_price.normalize().to_string(),
                line.net.amount(),
            ];
            assert_eq!(found, expected);
            assert_eq!(line.worked_out(line.net.currency()), Ok(line.net));
        }
    }

    #[test]
    fn what_is_internal_stands_on_no_line() {
        assert_eq!(
            line(spent("1", None, "0")).description,
            "Expense\nWebsite · 2026-11-03"
        );
        let told = Spent {
            note: Some(text::Line::parse("Train to Kiel").unwrap()),
            category: Some(text::Line::parse("Travel").unwrap()),
            ..spent("1", None, "0")
        };
        assert_eq!(
            line(told).description,
            "Train to Kiel\nWebsite · 2026-11-03"
        );
    }
}
