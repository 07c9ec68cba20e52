//! A client as it will be: what rows say of it is checked first, and then taken in, so that a row with a fault leaves nothing behind.

use std::collections::HashMap;

use crate::domain::client::{Contact, Details, Marks, Stage};
use crate::domain::key::ClientKey;
use crate::values::id::Slug;
use crate::values::text::{Line, fold};

use super::column::{Columns, Field};
use super::fault::Fault;
use super::row::{Row, Set};
use crate::app::import::person::{Met, People, Person};

/// A client of the books, or a new one.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// None: it is new.
    pub(super) key: Option<ClientKey>,
    pub(super) slug: Slug,
    pub(super) stage: Stage,
    pub(super) details: Details,
    pub(super) external_id: Option<Line>,
    pub(super) marks: Marks,
    people: People,
    /// A row of the file tells of it.
    pub(super) met: bool,
    /// What the file said of it, and on which line first.
    said: HashMap<Said, u64>,
    /// The line that named its point of contact.
    primary_named: Option<u64>,
}

/// What is said once: other rows of the client say the same of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Said {
    Field(Field),
    /// The number of the contact, and what of it.
    Contact(usize, &'static str),
}

impl Target {
    pub(super) fn new(
        key: Option<ClientKey>,
        slug: Slug,
        stage: Stage,
        details: Details,
        contacts: Vec<Contact>,
    ) -> Self {
        Self {
            key,
            slug,
            stage,
            details,
            external_id: None,
            marks: Marks::default(),
            people: People::of(contacts),
            met: false,
            said: HashMap::new(),
            primary_named: None,
        }
    }

    pub(super) fn contacts(&self) -> &[Contact] {
        self.people.contacts()
    }

    /// What a row would change: fields by their words, tags and contacts by name. Another row may not have said otherwise.
    pub(super) fn changes(&self, row: &Row, columns: &Columns) -> Result<Vec<String>, Fault> {
        let mut changes = Vec::new();
        for (field, differs) in self.differences(row) {
            if !differs {
                continue;
            }
            if let Some(first) = self.said.get(&Said::Field(field.clone())) {
                return Err(Fault::Differs {
                    column: columns.heading(&field),
                    first: *first,
                });
            }
            changes.push(field.word());
        }
        for tag in &row.tags {
            let change = format!("tag {tag}");
            if !self.has_tag(tag) && !changes.contains(&change) {
                changes.push(change);
            }
        }
        if let Some(person) = &row.contact
            && self.would_meet(person)?
        {
            changes.push(format!("contact {}", person.name));
        }
        Ok(changes)
    }

    /// Each field that a row says, and whether it is another than the client has.
    fn differences(&self, row: &Row) -> Vec<(Field, bool)> {
        let mut all = Vec::new();
        if let Some(id) = &row.external_id {
            all.push((Field::ExternalId, self.external_id.as_ref() != Some(id)));
        }
        if let Some(slug) = &row.slug {
            all.push((Field::Slug, self.slug != *slug));
        }
        if let Some(name) = &row.name {
            all.push((Field::Name, self.details.name != *name));
        }
        let values = row.values.iter();
        all.extend(values.map(|set| (set.field(), self.differs(set))));
        all
    }

    fn differs(&self, set: &Set) -> bool {
        let details = &self.details;
        match set {
            Set::Kind(kind) => details.kind != *kind,
            Set::Email(email) => details.email.as_ref() != Some(email),
            Set::Phone(phone) => details.phone.as_ref() != Some(phone),
            Set::Website(website) => details.website.as_ref() != Some(website),
            Set::Currency(currency) => details.currency != *currency,
            Set::Language(language) => details.language != *language,
            Set::Address(address) => details.address.as_ref() != Some(address),
            Set::Country(country) => details.country.as_ref() != Some(country),
            Set::TaxId(tax_id) => details.tax_id.as_ref() != Some(tax_id),
            Set::Notes(notes) => details.notes.as_ref() != Some(notes),
            Set::Billable(billable) => details.billable != *billable,
            Set::Field(name, value) => !self
                .marks
                .fields
                .iter()
                .any(|(own, has)| same(own, name) && has == value),
        }
    }

    fn has_tag(&self, tag: &Line) -> bool {
        self.marks.tags.iter().any(|own| same(own, tag))
    }

    /// Whether a contact would change anything.
    fn would_meet(&self, person: &Person) -> Result<bool, Fault> {
        let found = self.people.find(&person.name);
        if let Some((number, contact)) = found {
            for (what, differs) in differences(contact, person) {
                if let (true, Some(first)) = (differs, self.said.get(&Said::Contact(number, what)))
                {
                    return Err(Fault::Differs {
                        column: format!("{what} of {}", fold(person.name.as_str())),
                        first: *first,
                    });
                }
            }
        }
        // The first contact is the point of contact.
        let is_primary = match found {
            Some((_, contact)) => contact.primary,
            None => self.contacts().is_empty(),
        };
        match self.primary_named {
            Some(first) if person.primary && !is_primary => {
                Err(Fault::OtherPointOfContact { first })
            }
            _ => {
                Ok(self.people.would_meet(person) != Met::Unchanged
                    || (person.primary && !is_primary))
            }
        }
    }

    /// Takes in what a row says, which was checked.
    pub(super) fn take(&mut self, row: &Row) {
        self.met = true;
        for (field, _) in self.differences(row) {
            self.said.entry(Said::Field(field)).or_insert(row.line);
        }
        if let Some(id) = &row.external_id {
            self.external_id = Some(id.clone());
        }
        if let Some(slug) = &row.slug {
            self.slug = slug.clone();
        }
        if let Some(name) = &row.name {
            self.details.name = name.clone();
        }
        for set in &row.values {
            self.set(set.clone());
        }
        for tag in &row.tags {
            if !self.has_tag(tag) {
                self.marks.tags.push(tag.clone());
            }
        }
        if let Some(person) = &row.contact {
            self.meet(person, row.line);
        }
    }

    fn set(&mut self, set: Set) {
        let details = &mut self.details;
        match set {
            Set::Kind(kind) => details.kind = kind,
            Set::Email(email) => details.email = Some(email),
            Set::Phone(phone) => details.phone = Some(phone),
            Set::Website(website) => details.website = Some(website),
            Set::Currency(currency) => details.currency = currency,
            Set::Language(language) => details.language = language,
            Set::Address(address) => details.address = Some(address),
            Set::Country(country) => details.country = Some(country),
            Set::TaxId(tax_id) => details.tax_id = Some(tax_id),
            Set::Notes(notes) => details.notes = Some(notes),
            Set::Billable(billable) => details.billable = billable,
            Set::Field(name, value) => {
                let fields = &mut self.marks.fields;
                match fields.iter_mut().find(|(own, _)| same(own, &name)) {
                    Some((_, own)) => *own = value,
                    None => fields.push((name, value)),
                }
            }
        }
    }

    fn meet(&mut self, person: &Person, line: u64) {
        let client = self.key.unwrap_or(ClientKey(0));
        let (number, _) = self.people.meet(client, person);
        if let Some(contact) = self.people.contacts().get(number) {
            for (what, _) in differences(contact, person) {
                let said = self.said.entry(Said::Contact(number, what));
                said.or_insert(line);
            }
        }
        if person.primary && self.primary_named.is_none() {
            self.primary_named = Some(line);
            self.people.name_primary(number);
        }
    }
}

/// Each thing that is said of a person, and whether the contact has another.
fn differences(contact: &Contact, person: &Person) -> impl Iterator<Item = (&'static str, bool)> {
    let email = person.email.as_ref();
    let phone = person.phone.as_ref();
    let position = person.position.as_ref();
    let all = [
        email.map(|email| ("email", contact.email.as_ref() != Some(email))),
        phone.map(|phone| ("phone", contact.phone.as_ref() != Some(phone))),
        position.map(|position| ("position", contact.position.as_ref() != Some(position))),
    ];
    all.into_iter().flatten()
}

/// Whether two names are the same in any case.
fn same(left: &Line, right: &Line) -> bool {
    fold(left.as_str()) == fold(right.as_str())
}
