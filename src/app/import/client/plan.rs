//! What an import of clients does, decided before anything is written.
//!
//! A row is of the client with its external id; without one, of the client with its short name, which is made of the name where
//! none is given. Rows of the same client come together: the first makes or changes it, the others bring more contacts, and may not
//! say anything else of the client. What a row leaves empty stays as it is, and nothing is ever taken away.

use std::collections::HashMap;

use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::{Client, Contact, Details, Kind, Marks, Stage};
use crate::domain::key::ClientKey;
use crate::store::{Books, ClientFilter, InvoiceFilter, StoreError};
use crate::values::id::Slug;
use crate::values::text::{Line, fold};

use super::fault::Fault;
use super::row::{Row, Set, Value};
use crate::app::import::person::{self, Met, Person};

/// A client as it will be.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// None: it is new.
    pub(super) key: Option<ClientKey>,
    pub(super) slug: Slug,
    pub(super) stage: Stage,
    pub(super) details: Details,
    pub(super) external_id: Option<Line>,
    pub(super) marks: Marks,
    pub(super) contacts: Vec<Contact>,
    /// A row of the file tells of it.
    pub(super) met: bool,
    /// What the file said of it, and on which line.
    said: HashMap<String, (u64, String)>,
    /// The line that named its point of contact.
    primary_named: Option<u64>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Added,
    /// What it changed: columns, and contacts by name.
    Updated(Vec<String>),
    Unchanged,
    Problem(Fault),
}

/// A row with the client it tells of, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub line: u64,
    /// The short name; none where that could not be told.
    pub client: Option<Slug>,
    pub contact: Option<String>,
    pub outcome: Outcome,
}

/// All clients, as they are and as they will be.
pub(super) struct Plan<'b> {
    books: &'b Books<'b>,
    business: &'b Business,
    pub(super) targets: Vec<Target>,
    by_slug: HashMap<String, usize>,
    by_external_id: HashMap<String, usize>,
    by_tax_id: HashMap<String, usize>,
}

impl<'b> Plan<'b> {
    /// A plan that changes nothing yet.
    pub(super) fn new(books: &'b Books<'b>, business: &'b Business) -> Result<Self, StoreError> {
        let everybody = ClientFilter {
            archived: true,
            stage: None,
        };
        let mut external_ids = books.external_ids()?;
        let mut marks = books.all_marks(None)?;
        let mut contacts = books.all_contacts()?;
        let mut plan = Self {
            books,
            business,
            targets: Vec::new(),
            by_slug: HashMap::new(),
            by_external_id: HashMap::new(),
            by_tax_id: HashMap::new(),
        };
        for client in books.clients(&everybody)? {
            let Client {
                key,
                slug,
                details,
                stage,
                stage_before_archive: _,
            } = client;
            let external_id = external_ids.remove(&key);
            plan.insert(Target {
                key: Some(key),
                slug,
                stage,
                details,
                external_id: external_id.and_then(|id| Line::parse(&id).ok()),
                marks: marks.remove(&key).unwrap_or_default(),
                contacts: contacts.remove(&key).unwrap_or_default(),
                met: false,
                said: HashMap::new(),
                primary_named: None,
            });
        }
        Ok(plan)
    }

    fn insert(&mut self, target: Target) -> usize {
        let number = self.targets.len();
        self.by_slug.insert(target.slug.to_string(), number);
        if let Some(id) = &target.external_id {
            self.by_external_id.insert(id.to_string(), number);
        }
        if let Some(id) = &target.details.tax_id {
            self.by_tax_id.insert(id.to_string(), number);
        }
        self.targets.push(target);
        number
    }

    /// Takes a row in. A row with a fault leaves nothing behind.
    pub(super) fn take(&mut self, row: &Row) -> Result<Told, StoreError> {
        let contact = row.contact.as_ref().map(|person| person.name.to_string());
        let mut told = Told {
            line: row.line,
            client: None,
            contact,
            outcome: Outcome::Unchanged,
        };
        told.outcome = match self.place(row) {
            Err(fault) => Outcome::Problem(fault),
            Ok((number, target)) => {
                told.client = Some(target.slug.clone());
                match self.merge(number, target, row)? {
                    Err(fault) => Outcome::Problem(fault),
                    Ok((target, changes)) => {
                        let is_new = number.is_none();
                        self.put(number, target);
                        match changes {
                            _ if is_new => Outcome::Added,
                            changes if changes.is_empty() => Outcome::Unchanged,
                            changes => Outcome::Updated(changes),
                        }
                    }
                }
            }
        };
        Ok(told)
    }

    /// The client that a row tells of: one that is known, or a new one without a number.
    fn place(&self, row: &Row) -> Result<(Option<usize>, Target), Fault> {
        let found = match &row.external_id {
            Some(id) => match self.by_external_id.get(id.as_str()) {
                Some(number) => Some(*number),
                None => self.adopted(row, id)?,
            },
            None => self.named(row)?,
        };
        match found.and_then(|number| Some((number, self.targets.get(number)?))) {
            Some((number, target)) => Ok((Some(number), target.clone())),
            None => Ok((None, self.made(row)?)),
        }
    }

    /// A client that was there before it had an external id.
    fn adopted(&self, row: &Row, id: &Line) -> Result<Option<usize>, Fault> {
        let slug = match (&row.slug, &row.name) {
            (Some(slug), _) => slug.clone(),
            (None, Some(name)) => slug_of(name)?,
            (None, None) => return Err(Fault::NoName),
        };
        let Some((number, target)) = self.at(&slug) else {
            return Ok(None);
        };
        let same_name = row
            .name
            .as_ref()
            .is_some_and(|name| same(name, &target.details.name));
        match (&target.external_id, &row.slug) {
            (None, Some(_)) => Ok(Some(number)),
            (None, None) if same_name => Ok(Some(number)),
            (Some(other), Some(_)) if other != id => Err(Fault::OtherId {
                slug: slug.to_string(),
                external_id: other.to_string(),
            }),
            // Another client of the same name: the new one gets a number behind its short name.
            _ => Ok(None),
        }
    }

    fn named(&self, row: &Row) -> Result<Option<usize>, Fault> {
        if let Some(slug) = &row.slug {
            return Ok(self.at(slug).map(|(number, _)| number));
        }
        let name = row.name.as_ref().ok_or(Fault::NoName)?;
        let slug = slug_of(name)?;
        match self.at(&slug) {
            Some((number, target)) if same(name, &target.details.name) => Ok(Some(number)),
            Some((_, target)) => Err(Fault::SameSlug {
                slug: slug.to_string(),
                name: name.to_string(),
                other: target.details.name.to_string(),
            }),
            None => Ok(None),
        }
    }

    fn at(&self, slug: &Slug) -> Option<(usize, &Target)> {
        let number = *self.by_slug.get(slug.as_str())?;
        Some((number, self.targets.get(number)?))
    }

    fn made(&self, row: &Row) -> Result<Target, Fault> {
        let name = row.name.clone().ok_or(Fault::NoName)?;
        let slug = match &row.slug {
            Some(slug) => slug.clone(),
            None => self.free_slug(&name)?,
        };
        Ok(Target {
            key: None,
            slug,
            stage: row.stage.unwrap_or(Stage::Active),
            details: Details {
                name,
                kind: Kind::Company,
                email: None,
                phone: None,
                website: None,
                currency: self.business.currency,
                language: self.business.language.clone(),
                address: None,
                country: None,
                tax_id: None,
                notes: None,
                billable: true,
            },
            external_id: None,
            marks: Marks::default(),
            contacts: Vec::new(),
            met: false,
            said: HashMap::new(),
            primary_named: None,
        })
    }

    /// The short name of a name, with a number behind it where it is taken.
    fn free_slug(&self, name: &Line) -> Result<Slug, Fault> {
        let slug = slug_of(name)?;
        if self.at(&slug).is_none() {
            return Ok(slug);
        }
        let stem: String = slug.as_str().chars().take(58).collect();
        let stem = stem.trim_end_matches('-');
        (2..100_000)
            .filter_map(|number| Slug::parse(&format!("{stem}-{number}")).ok())
            .find(|slug| self.at(slug).is_none())
            .ok_or_else(|| Fault::NoSlug(name.to_string()))
    }

    /// The client with what the row says, and what that changes.
    fn merge(
        &self,
        number: Option<usize>,
        mut target: Target,
        row: &Row,
    ) -> Result<Result<(Target, Vec<String>), Fault>, StoreError> {
        let before = target.details.clone();
        let merged = target.merge(row);
        let changes = match merged {
            Ok(changes) => changes,
            Err(fault) => return Ok(Err(fault)),
        };
        if let Some(tax_id) = &target.details.tax_id
            && let Some(other) = self.by_tax_id.get(tax_id.as_str())
            && Some(*other) != number
            && let Some(other) = self.targets.get(*other)
        {
            return Ok(Err(Fault::Refused(Refusal::TaxIdTaken {
                tax_id: tax_id.to_string(),
                client: other.slug.clone(),
            })));
        }
        if let (Some(client), true) = (target.key, before.currency != target.details.currency) {
            let filter = InvoiceFilter {
                client: Some(client),
                drafts: true,
            };
            if let Some(invoice) = self.books.invoices(filter)?.first() {
                let reason = format!("invoice {} is in {}", invoice.name(), invoice.currency);
                return Ok(Err(Fault::Refused(Refusal::CurrencyFixed { reason })));
            }
        }
        Ok(Ok((target, changes)))
    }

    fn put(&mut self, number: Option<usize>, mut target: Target) {
        target.met = true;
        let number = match number {
            None => {
                self.insert(target);
                return;
            }
            Some(number) => number,
        };
        if let Some(id) = &target.external_id {
            self.by_external_id.insert(id.to_string(), number);
        }
        if let Some(place) = self.targets.get_mut(number) {
            if let Some(old) = &place.details.tax_id {
                self.by_tax_id.remove(old.as_str());
            }
            if let Some(new) = &target.details.tax_id {
                self.by_tax_id.insert(new.to_string(), number);
            }
            *place = target;
        }
    }
}

fn slug_of(name: &Line) -> Result<Slug, Fault> {
    Slug::from_name(name.as_str()).map_err(|_| Fault::NoSlug(name.to_string()))
}

fn same(left: &Line, right: &Line) -> bool {
    fold(left.as_str()) == fold(right.as_str())
}

impl Target {
    /// Takes in what a row says, and tells what that changes.
    fn merge(&mut self, row: &Row) -> Result<Vec<String>, Fault> {
        let mut changes = Vec::new();
        if let Some(id) = &row.external_id {
            self.say("external_id", id.as_str(), row.line)?;
            if self.external_id.as_ref() != Some(id) {
                self.external_id = Some(id.clone());
                changes.push("external_id".to_owned());
            }
        }
        if let Some(name) = &row.name {
            self.say("name", name.as_str(), row.line)?;
            if self.details.name != *name {
                self.details.name = name.clone();
                changes.push("name".to_owned());
            }
        }
        for value in &row.values {
            if self.set(value, row.line)? {
                changes.push(value.column.clone());
            }
        }
        for tag in &row.tags {
            if !self.marks.tags.iter().any(|own| same(own, tag)) {
                self.marks.tags.push(tag.clone());
                changes.push(format!("tag {tag}"));
            }
        }
        if let Some(person) = &row.contact
            && self.meet(person, row.line)?
        {
            changes.push(format!("contact {}", person.name));
        }
        Ok(changes)
    }

    /// Refuses to hear something else about the same thing.
    fn say(&mut self, what: &str, value: &str, line: u64) -> Result<(), Fault> {
        match self.said.get(what) {
            Some((first, said)) if said != value => Err(Fault::Differs {
                column: what.to_owned(),
                first: *first,
            }),
            Some(_) => Ok(()),
            None => {
                self.said.insert(what.to_owned(), (line, value.to_owned()));
                Ok(())
            }
        }
    }

    /// Sets a value; whether that changed it.
    fn set(&mut self, value: &Value, line: u64) -> Result<bool, Fault> {
        self.say(&value.column, &format!("{:?}", value.set), line)?;
        let details = &mut self.details;
        Ok(match value.set.clone() {
            Set::Kind(kind) => replace(&mut details.kind, kind),
            Set::Email(email) => replace(&mut details.email, Some(email)),
            Set::Phone(phone) => replace(&mut details.phone, Some(phone)),
            Set::Website(website) => replace(&mut details.website, Some(website)),
            Set::Currency(currency) => replace(&mut details.currency, currency),
            Set::Language(language) => replace(&mut details.language, language),
            Set::Address(address) => replace(&mut details.address, Some(address)),
            Set::Country(country) => replace(&mut details.country, Some(country)),
            Set::TaxId(tax_id) => replace(&mut details.tax_id, Some(tax_id)),
            Set::Notes(notes) => replace(&mut details.notes, Some(notes)),
            Set::Billable(billable) => replace(&mut details.billable, billable),
            Set::Field(name, value) => {
                let fields = &mut self.marks.fields;
                match fields.iter_mut().find(|(own, _)| same(own, &name)) {
                    Some((_, own)) => replace(own, value),
                    None => {
                        fields.push((name, value));
                        true
                    }
                }
            }
        })
    }

    /// Takes in a contact; whether that changed anything.
    fn meet(&mut self, person: &Person, line: u64) -> Result<bool, Fault> {
        let name = fold(person.name.as_str());
        let said = [
            ("email", person.email.as_ref().map(ToString::to_string)),
            ("phone", person.phone.as_ref().map(ToString::to_string)),
            (
                "position",
                person.position.as_ref().map(ToString::to_string),
            ),
        ];
        for (what, value) in said {
            if let Some(value) = value {
                self.say(&format!("{what} of {name}"), &value, line)?;
            }
        }
        let client = self.key.unwrap_or(ClientKey(0));
        let (number, met) = person::meet(&mut self.contacts, client, person);
        let mut changed = met != Met::Unchanged;
        if person.primary {
            changed |= self.name_primary(number, line)?;
        }
        Ok(changed)
    }

    /// Makes a contact the point of contact; whether it was another.
    fn name_primary(&mut self, number: usize, line: u64) -> Result<bool, Fault> {
        let is = self
            .contacts
            .get(number)
            .is_some_and(|contact| contact.primary);
        match self.primary_named {
            Some(first) if !is => return Err(Fault::OtherPointOfContact { first }),
            _ => self.primary_named = Some(line),
        }
        for (other, contact) in self.contacts.iter_mut().enumerate() {
            contact.primary = other == number;
        }
        Ok(!is)
    }
}

/// Sets a value; whether it was another.
fn replace<T: PartialEq>(place: &mut T, value: T) -> bool {
    let changed = *place != value;
    *place = value;
    changed
}
