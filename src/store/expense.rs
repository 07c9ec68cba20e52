//! Expenses in the store. The bytes of their receipts are in `file`, by content, where they stay when an expense is removed: so that
//! the removal can be taken back.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, ToSql};

use crate::domain::expense::{Expense, Measure, Receipt, Spent};
use crate::domain::key::{ClientKey, ExpenseKey, InvoiceKey, MemberKey, ProjectKey};
use crate::values::file_name::FileName;
use crate::values::id::EntryRef;
use crate::values::money::{Money, Percent, Rate};
use crate::values::period::Span as Days;
use crate::values::quantity::{Quantity, Unit};
use crate::values::text::Line;

use super::door::Writer;
use super::row::{
    currency, day, flag, int, maybe_int, maybe_text, optional, parsed, text, unreadable,
};
use super::{Books, Result};

/// Which expenses to list.
#[derive(Debug, Clone, Default)]
pub struct ExpenseFilter {
    pub days: Days,
    pub client: Option<ClientKey>,
    pub project: Option<ProjectKey>,
    pub member: Option<MemberKey>,
    pub category: Option<Line>,
    /// As decided by expense, project and client together.
    pub billable: Option<bool>,
    /// On no invoice.
    pub unbilled: bool,
}

/// An expense with the names a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedExpense {
    pub expense: Expense,
    pub client: ClientKey,
    pub client_slug: String,
    pub project_slug: String,
    pub member_slug: String,
    pub billable: bool,
    /// Number of the invoice that bills it, or name of the draft.
    pub invoice: Option<String>,
}

/// Whether an expense is billable: itself, else project and client together. The rule is `domain::time::is_billable`; this is its
/// form in a query, and a test holds the two together.
const BILLABLE: &str = "coalesce(expense.billable, project.billable AND client.billable)";

fn select() -> String {
    format!(
        "SELECT expense.id, expense.project_id, expense.member_id, expense.day, expense.amount, client.currency, \
         expense.quantity, expense.unit, expense.unit_price, expense.category, expense.tax_rate, expense.markup, \
         expense.billable, expense.note, expense.internal_note, expense.receipt_name, expense.receipt_sha256, \
         expense.invoice_id, client.id, client.slug, project.slug, member.slug, {BILLABLE}, \
         coalesce(invoice.number, 'draft-' || invoice.id) \
         FROM expense JOIN project ON project.id = expense.project_id JOIN client ON client.id = project.client_id \
         JOIN member ON member.id = expense.member_id LEFT JOIN invoice ON invoice.id = expense.invoice_id"
    )
}

fn listed(row: &Row<'_>) -> rusqlite::Result<ListedExpense> {
    let currency = currency(&row.get::<_, String>(5)?)?;
    let measure = match (row.get(6)?, row.get(8)?) {
        (Some(quantity), Some(price)) => Some(Measure {
            quantity: Quantity::from_ten_thousandths(quantity),
            unit: parsed(&row.get::<_, String>(7)?, Unit::parse)?,
            price: Rate::from_ten_thousandths(price),
        }),
        _ => None,
    };
    let receipt = match (optional(row.get(15)?, FileName::parse)?, row.get(16)?) {
        (Some(name), Some(sha256)) => Some(Receipt { name, sha256 }),
        (None, None) => None,
        _ => return Err(unreadable("a receipt without a name or content")),
    };
    let spent = Spent {
        project: ProjectKey(row.get(1)?),
        member: MemberKey(row.get(2)?),
        day: day(&row.get::<_, String>(3)?)?,
        amount: Money::from_minor(row.get(4)?, currency),
        measure,
        category: optional(row.get(9)?, Line::parse)?,
        tax: row
            .get::<_, Option<i64>>(10)?
            .map(Percent::from_ten_thousandths),
        markup: Percent::from_ten_thousandths(row.get(11)?),
        billable: row.get(12)?,
        note: optional(row.get(13)?, Line::parse)?,
        internal_note: optional(row.get(14)?, Line::parse)?,
        receipt,
    };
    Ok(ListedExpense {
        expense: Expense {
            key: ExpenseKey(row.get(0)?),
            spent,
            invoice: row.get::<_, Option<i64>>(17)?.map(InvoiceKey),
        },
        client: ClientKey(row.get(18)?),
        client_slug: row.get(19)?,
        project_slug: row.get(20)?,
        member_slug: row.get(21)?,
        billable: row.get(22)?,
        invoice: row.get(23)?,
    })
}

impl ExpenseFilter {
    fn conditions(&self) -> (String, Vec<Box<dyn ToSql>>) {
        let mut parts: Vec<String> = vec!["1".to_owned()];
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let mut add = |part: &str, value: Box<dyn ToSql>| {
            parts.push(part.to_owned());
            values.push(value);
        };
        if let Some(from) = self.days.from {
            add("expense.day >= ?", Box::new(from.to_string()));
        }
        if let Some(to) = self.days.to {
            add("expense.day <= ?", Box::new(to.to_string()));
        }
        if let Some(client) = self.client {
            // By the projects of the client, so that the index over project and day serves.
            add(
                "expense.project_id IN (SELECT id FROM project WHERE client_id = ?)",
                Box::new(client.0),
            );
        }
        if let Some(project) = self.project {
            add("expense.project_id = ?", Box::new(project.0));
        }
        if let Some(member) = self.member {
            add("expense.member_id = ?", Box::new(member.0));
        }
        if let Some(category) = &self.category {
            add("expense.category = ?", Box::new(category.to_string()));
        }
        if let Some(billable) = self.billable {
            add(&format!("{BILLABLE} = ?"), Box::new(billable));
        }
        if self.unbilled {
            parts.push("expense.invoice_id IS NULL".to_owned());
        }
        (parts.join(" AND "), values)
    }
}

impl Books<'_> {
    /// Expenses with their names, in the order of their days.
    pub fn expenses(&self, filter: &ExpenseFilter) -> Result<Vec<ListedExpense>> {
        let (condition, values) = filter.conditions();
        let sql = format!(
            "{} WHERE {condition} ORDER BY expense.day, expense.id",
            select()
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let values = values.iter().map(|value| value.as_ref());
        let rows = statement.query_map(rusqlite::params_from_iter(values), listed)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The expense of this reference.
    pub fn expense(&self, reference: EntryRef) -> Result<Option<ListedExpense>> {
        let (condition, value) = match reference {
            EntryRef::Id(id) => ("WHERE expense.id = ?", id),
            EntryRef::Latest(back) => (
                "ORDER BY expense.id DESC LIMIT 1 OFFSET ?",
                i64::from(back) - 1,
            ),
        };
        Ok(self
            .conn
            .prepare_cached(&format!("{} {condition}", select()))?
            .query_row([value], listed)
            .optional()?)
    }

    /// What an invoice of a client could bill: billable expenses on none yet, up to a day and with it.
    pub fn unbilled_expenses(
        &self,
        client: ClientKey,
        through: NaiveDate,
    ) -> Result<Vec<ListedExpense>> {
        self.expenses(&ExpenseFilter {
            days: Days {
                from: None,
                to: Some(through),
            },
            client: Some(client),
            billable: Some(true),
            unbilled: true,
            ..ExpenseFilter::default()
        })
    }

    /// The categories in use, those of most expenses first.
    pub fn expense_categories(&self) -> Result<Vec<Line>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT category FROM expense WHERE category IS NOT NULL GROUP BY category ORDER BY count(*) DESC, category",
        )?;
        let rows = statement.query_map([], |row| parsed(&row.get::<_, String>(0)?, Line::parse))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn columns(spent: &Spent) -> Vec<(&'static str, Value)> {
    let Spent {
        project,
        member,
        day,
        amount,
        measure,
        category,
        tax,
        markup,
        billable,
        note,
        internal_note,
        receipt,
    } = spent;
    let measured = |part: fn(&Measure) -> Value| measure.as_ref().map_or(Value::Null, part);
    vec![
        ("project_id", int(project.0)),
        ("member_id", int(member.0)),
        ("day", text(day)),
        ("amount", int(amount.minor())),
        ("quantity", measured(|m| int(m.quantity.ten_thousandths()))),
        ("unit", measured(|m| text(&m.unit))),
        ("unit_price", measured(|m| int(m.price.ten_thousandths()))),
        ("category", maybe_text(category.as_ref())),
        ("tax_rate", maybe_int(tax.map(Percent::ten_thousandths))),
        ("markup", int(markup.ten_thousandths())),
        ("billable", billable.map_or(Value::Null, flag)),
        ("note", maybe_text(note.as_ref())),
        ("internal_note", maybe_text(internal_note.as_ref())),
        (
            "receipt_sha256",
            maybe_text(receipt.as_ref().map(|receipt| &receipt.sha256)),
        ),
        (
            "receipt_name",
            maybe_text(receipt.as_ref().map(|receipt| &receipt.name)),
        ),
    ]
}

impl Writer<'_> {
    /// Keeps the content of a receipt.
    pub fn keep_receipt(&mut self, name: FileName, bytes: &[u8]) -> Result<Receipt> {
        let sha256 = self.keep_file(bytes)?;
        Ok(Receipt { name, sha256 })
    }

    /// Adds an expense.
    pub fn add_expense(&mut self, spent: &Spent) -> Result<ExpenseKey> {
        self.insert("expense", &columns(spent)).map(ExpenseKey)
    }

    /// Changes an expense; whether anything changed.
    pub fn edit_expense(&mut self, key: ExpenseKey, spent: &Spent) -> Result<bool> {
        self.update("expense", key.0, &columns(spent))
    }

    /// Puts an expense on an invoice, or takes it off.
    pub fn bill_expense(&mut self, key: ExpenseKey, invoice: Option<InvoiceKey>) -> Result<bool> {
        let invoice = maybe_int(invoice.map(|invoice| invoice.0));
        self.update("expense", key.0, &[("invoice_id", invoice)])
    }

    /// Removes an expense.
    pub fn delete_expense(&mut self, key: ExpenseKey) -> Result<()> {
        self.delete("expense", key.0)
    }
}
