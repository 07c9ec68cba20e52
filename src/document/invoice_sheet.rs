//! An invoice as a table, for spreadsheets: its lines, then its sums. The first column tells which is which, so that a filter on
//! `line` adds up to the sum of the lines.

use super::sheet::{Cell, Column, Kind, Sheet};
use crate::published::{Invoice, InvoiceKind};
use crate::values::money::Money;

/// The columns, by their names for scripts and for people.
const COLUMNS: [(&str, &str, Kind); 9] = [
    ("row", "Row", Kind::Text),
    ("invoice", "Invoice", Kind::Reference),
    ("date", "Date", Kind::Date),
    ("description", "Description", Kind::Text),
    ("quantity", "Quantity", Kind::Number),
    ("unit", "Unit", Kind::Text),
    ("unit_price", "Unit price", Kind::Number),
    ("tax_rate", "Tax %", Kind::Number),
    ("amount", "Amount", Kind::Money),
];

/// The table.
pub fn of(invoice: &Invoice) -> Sheet {
    let kind = match invoice.kind {
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::CreditNote => "Credit note",
    };
    let number = invoice.number.as_deref().unwrap_or("draft");
    let mut rows: Vec<Vec<Cell>> = invoice
        .lines
        .iter()
        .map(|line| {
            let cells = [
                Cell::Text(line.description.clone()),
                Cell::Number(line.quantity.normalize()),
                Cell::Text(line.unit.clone()),
                Cell::Number(line.unit_price.normalize()),
                Cell::Number(line.tax_rate.normalize()),
                Cell::Money(line.net),
            ];
            row(invoice, "line", cells)
        })
        .collect();
    rows.extend(sums(invoice));
    Sheet {
        title: format!("{kind} {number}"),
        author: invoice.seller.name.clone(),
        day: invoice.issue_date,
        language: invoice.language.clone(),
        columns: COLUMNS
            .map(|(key, name, kind)| Column {
                key: key.to_owned(),
                name: name.to_owned(),
                kind,
            })
            .to_vec(),
        rows,
    }
}

fn row(invoice: &Invoice, what: &str, cells: [Cell; 6]) -> Vec<Cell> {
    let head = [
        Cell::text(Some(what)),
        Cell::text(invoice.number.as_deref()),
        Cell::Date(invoice.issue_date),
    ];
    head.into_iter().chain(cells).collect()
}

/// What stands below the lines; what is taken off with its sign.
fn sums(invoice: &Invoice) -> Vec<Vec<Cell>> {
    let sum = |what: &str, about: Option<String>, amount: Cell| {
        let nothing = Cell::Empty;
        let cells = [
            Cell::text(about),
            nothing.clone(),
            nothing.clone(),
            nothing.clone(),
            nothing,
            amount,
        ];
        row(invoice, what, cells)
    };
    let negative = |money: Money| Cell::Money(Money::from_minor(-money.minor(), money.currency()));
    let mut rows = Vec::new();
    if !invoice.discount.is_zero() {
        rows.push(sum("discount", None, negative(invoice.discount)));
    }
    if let Some(surcharge) = &invoice.surcharge {
        rows.push(sum("surcharge", None, Cell::Money(surcharge.amount)));
    }
    rows.push(sum("net", None, Cell::Money(invoice.net)));
    for tax in &invoice.taxes {
        let about = format!("{} {}", tax.category.code(), tax.base);
        let mut cells = sum("tax", Some(about), Cell::Money(tax.amount));
        if let Some(cell) = cells.get_mut(7) {
            *cell = Cell::Number(tax.rate.normalize());
        }
        rows.push(cells);
    }
    rows.push(sum("total", None, Cell::Money(invoice.total)));
    for payment in &invoice.payments {
        let mut cells = sum("payment", payment.method.clone(), negative(payment.amount));
        if let Some(cell) = cells.get_mut(2) {
            *cell = Cell::Date(payment.date);
        }
        rows.push(cells);
    }
    for credit in &invoice.credits {
        let mut cells = sum(
            "credit",
            Some(credit.number.clone()),
            negative(credit.amount),
        );
        if let Some(cell) = cells.get_mut(2) {
            *cell = Cell::Date(credit.date);
        }
        rows.push(cells);
    }
    if !invoice.payments.is_empty() || !invoice.credits.is_empty() {
        rows.push(sum("balance", None, Cell::Money(invoice.balance)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sample;

    #[test]
    fn lines_then_sums_and_text_is_never_a_formula() {
        let mut invoice = sample::rich();
        if let Some(line) = invoice.lines.first_mut() {
            line.description = "=HYPERLINK(\"x\")".to_owned();
        }
        let csv = String::from_utf8(of(&invoice).csv().unwrap()).unwrap();
        let rows: Vec<&str> = csv.lines().collect();
        assert!(
            rows[0]
                .contains("row,invoice,date,description,quantity,unit,unit_price,tax_rate,amount")
        );
        assert!(
            !csv.contains(",=HYPERLINK") && !csv.contains(",\"=HYPERLINK"),
            "{csv}"
        );
        for wanted in [
            "line,2026-0007,2026-12-01,Umsetzung,132.3333,HUR,95.125,19,12588.21",
            "discount,2026-0007,2026-12-01,,,,,,-250.00",
            "total,2026-0007,2026-12-01,,,,,,17394.78",
            "payment,2026-0007,2026-12-03,Überweisung,,,,,-5000.00",
            "balance,2026-0007,2026-12-01,,,,,,11194.78",
        ] {
            assert!(csv.contains(wanted), "{wanted}\n{csv}");
        }
        assert!(
            of(&sample::credit_note())
                .xlsx()
                .unwrap()
                .starts_with(b"PK")
        );
    }
}
