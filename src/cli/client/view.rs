//! A client as scripts and people see it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::app::client::Shown;
use crate::domain::client::Stage;

use super::contact::ContactView;
use crate::cli::terminal::{Page, View};

/// A client for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct ClientView {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) stage: &'static str,
    pub(super) website: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) currency: &'static str,
    pub(super) language: String,
    /// `hourly` or `retainer`.
    pub(super) billing: &'static str,
    pub(super) billable: bool,
    pub(super) address: Option<String>,
    pub(super) country: Option<String>,
    pub(super) tax_id: Option<String>,
    /// How it is taxed; none: as the business is.
    pub(super) tax: Option<String>,
    pub(super) tax_note: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) tags: Vec<String>,
    /// Fields of the owner's, by name.
    pub(super) fields: BTreeMap<String, String>,
    pub(super) contacts: Vec<ContactView>,
    pub(super) archived: bool,
}

impl ClientView {
    pub(super) fn of(shown: &Shown) -> Self {
        let client = &shown.client;
        let details = &client.details;
        Self {
            slug: client.slug.to_string(),
            name: details.name.to_string(),
            kind: details.kind.word(),
            stage: client.stage.word(),
            website: details.website.as_ref().map(ToString::to_string),
            phone: details.phone.as_ref().map(ToString::to_string),
            email: details.email.as_ref().map(ToString::to_string),
            currency: details.currency.code(),
            language: details.language.to_string(),
            billing: if shown.retainer { "retainer" } else { "hourly" },
            billable: details.billable,
            address: details.address.as_ref().map(ToString::to_string),
            country: details.country.as_ref().map(ToString::to_string),
            tax_id: details.tax_id.as_ref().map(ToString::to_string),
            tax: shown.tax.treatment.as_ref().map(ToString::to_string),
            tax_note: shown.tax.note.as_ref().map(ToString::to_string),
            notes: details.notes.as_ref().map(ToString::to_string),
            tags: shown.marks.tags.iter().map(ToString::to_string).collect(),
            fields: shown
                .marks
                .fields
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            contacts: shown.contacts.iter().map(ContactView::of).collect(),
            archived: client.stage == Stage::Archived,
        }
    }
}

impl View for ClientView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.slug));
        let terms = format!("{} {}, {}", self.stage, self.kind, self.billing);
        page.field("client", Some(terms));
        page.field("email", self.email.as_ref());
        page.field("phone", self.phone.as_ref());
        page.field("website", self.website.as_ref());
        page.field("address", self.address.as_ref());
        page.field("country", self.country.as_ref());
        page.field("tax id", self.tax_id.as_ref());
        page.field("tax", self.tax.as_ref());
        page.field("tax note", self.tax_note.as_ref());
        page.field("currency", Some(self.currency));
        page.field("billable", (!self.billable).then_some("no"));
        page.field(
            "tags",
            (!self.tags.is_empty()).then(|| self.tags.join(", ")),
        );
        for (name, value) in &self.fields {
            page.field(name, Some(value));
        }
        page.field("notes", self.notes.as_ref());
        for contact in &self.contacts {
            page.field("contact", Some(contact.line()));
        }
    }

    fn reference(&self) -> String {
        self.slug.clone()
    }
}
