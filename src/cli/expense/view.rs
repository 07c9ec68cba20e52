//! An expense for people and scripts.

use serde::Serialize;

use crate::app::Error;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};
use crate::store::ListedExpense;

#[derive(Debug, Serialize)]
pub(super) struct ExpenseView {
    id: i64,
    client: String,
    pub(super) project: String,
    member: String,
    pub(super) date: String,
    /// What was paid, with tax.
    pub(super) amount: String,
    pub(super) currency: &'static str,
    tax_rate: Option<String>,
    tax: String,
    net: String,
    markup_rate: String,
    markup: String,
    /// The net of it on an invoice; zero if it is not billable.
    pub(super) billed: String,
    pub(super) billable: bool,
    pub(super) category: Option<String>,
    pub(super) note: Option<String>,
    internal_note: Option<String>,
    quantity: Option<String>,
    unit: Option<String>,
    unit_price: Option<String>,
    receipt: Option<ReceiptView>,
    pub(super) invoice: Option<String>,
}

#[derive(Debug, Serialize)]
struct ReceiptView {
    name: String,
    sha256: String,
}

impl ExpenseView {
    pub(super) fn of(listed: &ListedExpense) -> Result<Self> {
        let spent = &listed.expense.spent;
        let worth = spent.worth().map_err(Error::from)?;
        let currency = spent.amount.currency();
        let measure = spent.measure.as_ref();
        let nothing = crate::values::money::Money::zero(currency);
        let billed = if listed.billable {
            worth.billed
        } else {
            nothing
        };
        Ok(Self {
            id: listed.expense.key.0,
            client: listed.client_slug.clone(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            member: listed.member_slug.clone(),
            date: spent.day.to_string(),
            amount: worth.amount.amount(),
            currency: currency.code(),
            tax_rate: spent.tax.map(|rate| rate.to_string()),
            tax: worth.tax.amount(),
            net: worth.net.amount(),
            markup_rate: spent.markup.to_string(),
            markup: worth.markup.amount(),
            billed: billed.amount(),
            billable: listed.billable,
            category: spent.category.as_ref().map(ToString::to_string),
            note: spent.note.as_ref().map(ToString::to_string),
            internal_note: spent.internal_note.as_ref().map(ToString::to_string),
            quantity: measure.map(|measure| measure.quantity.to_string()),
            unit: measure.map(|measure| measure.unit.to_string()),
            unit_price: measure.map(|measure| measure.price.to_string()),
            receipt: spent.receipt.as_ref().map(|receipt| ReceiptView {
                name: receipt.name.to_string(),
                sha256: receipt.sha256.clone(),
            }),
            invoice: listed.invoice.clone(),
        })
    }

    pub(super) fn id(&self) -> String {
        self.id.to_string()
    }

    /// In one line: what it was, where and when.
    pub(super) fn title(&self) -> String {
        let note = self.note.as_ref().map(|note| format!(": {note}"));
        format!(
            "{} {} {} on {} ({}, {}){}",
            self.id,
            self.amount,
            self.currency,
            self.project,
            self.date,
            self.member,
            note.unwrap_or_default()
        )
    }

    /// `42 km at 0.30`.
    pub(super) fn measured(&self) -> Option<String> {
        let (quantity, unit) = (self.quantity.as_ref()?, self.unit.as_ref()?);
        let price = self.unit_price.as_ref()?;
        Some(format!("{quantity} {unit} at {price}"))
    }

    /// How what is billed comes from what was paid.
    fn billing(&self) -> String {
        if !self.billable {
            return "no, not billable".to_owned();
        }
        let mut parts = Vec::new();
        if let Some(rate) = &self.tax_rate {
            parts.push(format!("without {rate} % tax of {}", self.tax));
        }
        if self.markup_rate != "0" {
            parts.push(format!(
                "with {} % mark-up of {}",
                self.markup_rate, self.markup
            ));
        }
        let how = match parts.is_empty() {
            true => String::new(),
            false => format!(" ({})", parts.join(", ")),
        };
        format!("{} {}{how}", self.billed, self.currency)
    }
}

impl View for ExpenseView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.title());
        page.field("quantity", self.measured());
        page.field("category", self.category.as_ref());
        page.field("billed", Some(self.billing()));
        page.field("internal", self.internal_note.as_ref());
        page.field(
            "receipt",
            self.receipt.as_ref().map(|receipt| &receipt.name),
        );
        page.field("invoice", self.invoice.as_ref());
    }

    fn reference(&self) -> String {
        self.id()
    }
}
