//! What an import of clients does, decided before anything is written.
//!
//! A row is of the client with its external id; without one, of the client with its short name; without that, of the only client
//! with its name. Rows of the same client come together: the first makes or changes it, the others bring more contacts, and may not
//! say anything else of the client. What a row leaves empty stays as it is, and nothing is ever taken away.

use std::collections::{BTreeSet, HashMap};

use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::{Client, Details, Kind, Stage};
use crate::store::{Books, ClientFilter, InvoiceFilter, StoreError};
use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::tax_id::TaxId;
use crate::values::text::{Line, fold};

use super::column::Columns;
use super::fault::Fault;
use super::row::{Row, Set};
use super::target::Target;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Added,
    /// What it changed: fields by their words, tags and contacts by name.
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

/// What is to be written, and what is told of it.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) rows: Vec<Told>,
    /// Every client that a row tells of, in an order in which each short name is free when its turn comes: first clients of the
    /// books that get another one, as the file says it.
    pub(super) targets: Vec<Target>,
}

/// All clients, as they are and as they will be.
pub(super) struct Plan<'b> {
    books: &'b Books<'b>,
    business: &'b Business,
    columns: &'b Columns,
    targets: Vec<Target>,
    by_slug: HashMap<String, usize>,
    by_external_id: HashMap<String, usize>,
    /// In any case; several clients may have one name.
    by_name: HashMap<String, BTreeSet<usize>>,
    /// The same of clients without an external id.
    by_name_alone: HashMap<String, BTreeSet<usize>>,
    /// An old store may have one several times.
    by_tax_id: HashMap<String, Vec<usize>>,
    /// The number from which on a short name that begins so may be free.
    numbers: HashMap<String, u32>,
    /// Clients of the books that get another short name.
    renamed: Vec<usize>,
    rows: Vec<(Option<usize>, Told)>,
}

/// Why a row is not taken in.
enum Stop {
    Fault(Fault),
    Store(StoreError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<'b> Plan<'b> {
    /// A plan that changes nothing yet.
    pub(super) fn new(
        books: &'b Books<'b>,
        business: &'b Business,
        columns: &'b Columns,
    ) -> Result<Self, StoreError> {
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
            columns,
            targets: Vec::new(),
            by_slug: HashMap::new(),
            by_external_id: HashMap::new(),
            by_name: HashMap::new(),
            by_name_alone: HashMap::new(),
            by_tax_id: HashMap::new(),
            numbers: HashMap::new(),
            renamed: Vec::new(),
            rows: Vec::new(),
        };
        for client in books.clients(&everybody)? {
            let Client {
                key,
                slug,
                details,
                stage,
                stage_before_archive: _,
            } = client;
            let contacts = contacts.remove(&key).unwrap_or_default();
            let external_id = external_ids.remove(&key);
            let mut target = Target::new(Some(key), slug, stage, details, contacts);
            target.external_id = external_id.and_then(|id| Line::parse(&id).ok());
            target.marks = marks.remove(&key).unwrap_or_default();
            plan.insert(target);
        }
        Ok(plan)
    }

    /// What became of all rows.
    pub(super) fn finish(self) -> Decided {
        let Self {
            targets,
            renamed,
            rows,
            ..
        } = self;
        let of = |number: usize| targets.get(number);
        let rows = rows.into_iter().map(|(number, told)| Told {
            client: number
                .and_then(of)
                .map(|target| target.slug.clone())
                .or(told.client),
            ..told
        });
        let rows = rows.collect();
        let mut targets: Vec<Option<Target>> = targets.into_iter().map(Some).collect();
        let first: Vec<Target> = renamed
            .into_iter()
            .filter_map(|number| targets.get_mut(number)?.take())
            .collect();
        let then = targets.into_iter().flatten().filter(|target| target.met);
        Decided {
            rows,
            targets: first.into_iter().chain(then).collect(),
        }
    }

    /// Notes a record that could not be read.
    pub(super) fn refuse(&mut self, line: u64, fault: Fault) {
        let told = Told {
            line,
            client: None,
            contact: None,
            outcome: Outcome::Problem(fault),
        };
        self.rows.push((None, told));
    }

    /// Takes a row in. A row with a fault leaves nothing behind.
    pub(super) fn take(&mut self, row: &Row) -> Result<(), StoreError> {
        let mut told = Told {
            line: row.line,
            client: None,
            contact: row.contact.as_ref().map(|person| person.name.to_string()),
            outcome: Outcome::Unchanged,
        };
        let mut number = None;
        told.outcome = match self.decide(row, &mut number, &mut told.client) {
            Ok(outcome) => outcome,
            Err(Stop::Fault(fault)) => Outcome::Problem(fault),
            Err(Stop::Store(error)) => return Err(error),
        };
        self.rows.push((number, told));
        Ok(())
    }

    /// Finds or makes the client of a row, checks the row, and takes it in. Says the number of a known client, and the short name
    /// of a new one, as soon as that is clear.
    fn decide(
        &mut self,
        row: &Row,
        number: &mut Option<usize>,
        new: &mut Option<Slug>,
    ) -> Result<Outcome, Stop> {
        if let Some((known, target)) = self.place(row)? {
            *number = Some(known);
            let changes = self.check(*number, target, row)?;
            self.apply(known, row);
            return Ok(match changes.is_empty() {
                true => Outcome::Unchanged,
                false => Outcome::Updated(changes),
            });
        }
        let target = self.made(row)?;
        *new = Some(target.slug.clone());
        self.check(None, &target, row)?;
        let added = self.insert(target);
        self.apply(added, row);
        *number = Some(added);
        Ok(Outcome::Added)
    }

    /// The client that a row tells of, if it is known.
    fn place(&self, row: &Row) -> Result<Option<(usize, &Target)>, Fault> {
        match &row.external_id {
            Some(id) => match self.by_external_id.get(id.as_str()) {
                Some(number) => Ok(self.targets.get(*number).map(|target| (*number, target))),
                None => self.adopted(row, id),
            },
            None => self.named(row),
        }
    }

    /// A client that was there before it had an external id.
    fn adopted(&self, row: &Row, id: &Line) -> Result<Option<(usize, &Target)>, Fault> {
        let Some(slug) = &row.slug else {
            // Where all of the name have another id, the new one gets a number behind its short name.
            let name = row.name.as_ref().ok_or(Fault::NoName)?;
            return self.only(&self.by_name_alone, name);
        };
        let Some((number, target)) = self.at(slug) else {
            return Ok(None);
        };
        match &target.external_id {
            Some(other) if other != id => Err(Fault::OtherId {
                slug: slug.to_string(),
                external_id: other.to_string(),
            }),
            _ => Ok(Some((number, target))),
        }
    }

    fn named(&self, row: &Row) -> Result<Option<(usize, &Target)>, Fault> {
        if let Some(slug) = &row.slug {
            return Ok(self.at(slug));
        }
        let name = row.name.as_ref().ok_or(Fault::NoName)?;
        if let Some(found) = self.only(&self.by_name, name)? {
            return Ok(Some(found));
        }
        let slug = slug_of(name)?;
        match self.at(&slug) {
            Some((_, target)) => Err(Fault::SameSlug {
                slug: slug.to_string(),
                name: name.to_string(),
                other: target.details.name.to_string(),
            }),
            None => Ok(None),
        }
    }

    /// The client of a name; where there are several, nobody knows which is meant.
    fn only(
        &self,
        by_name: &HashMap<String, BTreeSet<usize>>,
        name: &Line,
    ) -> Result<Option<(usize, &Target)>, Fault> {
        let found = by_name.get(&fold(name.as_str())).into_iter().flatten();
        let mut found = found.filter_map(|number| Some((*number, self.targets.get(*number)?)));
        let first = found.next();
        let more: Vec<_> = first.iter().copied().chain(found.take(4)).collect();
        match more.len() {
            0 | 1 => Ok(first),
            _ => Err(Fault::SeveralClients {
                name: name.to_string(),
                slugs: more.iter().map(|(_, t)| t.slug.to_string()).collect(),
            }),
        }
    }

    /// Notes under which name a client is found, or that it is so no more.
    fn note_name(&mut self, number: usize, name: &str, has_id: bool, found: bool) {
        let note = |by_name: &mut HashMap<String, BTreeSet<usize>>, found: bool| {
            let numbers = by_name.entry(fold(name)).or_default();
            match found {
                true => numbers.insert(number),
                false => numbers.remove(&number),
            }
        };
        note(&mut self.by_name, found);
        note(&mut self.by_name_alone, found && !has_id);
    }

    fn at(&self, slug: &Slug) -> Option<(usize, &Target)> {
        let number = *self.by_slug.get(slug.as_str())?;
        Some((number, self.targets.get(number)?))
    }

    fn made(&mut self, row: &Row) -> Result<Target, Fault> {
        let name = row.name.clone().ok_or(Fault::NoName)?;
        let slug = match &row.slug {
            Some(slug) => slug.clone(),
            None => self.free_slug(&name)?,
        };
        let details = Details {
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
        };
        let stage = row.stage.unwrap_or(Stage::Active);
        Ok(Target::new(None, slug, stage, details, Vec::new()))
    }

    /// The short name of a name, with a number behind it where it is taken.
    fn free_slug(&mut self, name: &Line) -> Result<Slug, Fault> {
        let slug = slug_of(name)?;
        if self.at(&slug).is_none() {
            return Ok(slug);
        }
        let stem: String = slug.as_str().chars().take(58).collect();
        let stem = stem.trim_end_matches('-');
        let first = self.numbers.get(stem).copied().unwrap_or(2);
        let free = (first..100_000)
            .filter_map(|number| Some((number, Slug::parse(&format!("{stem}-{number}")).ok()?)))
            .find(|(_, slug)| self.at(slug).is_none());
        let (number, slug) = free.ok_or_else(|| Fault::NoSlug(name.to_string()))?;
        self.numbers.insert(stem.to_owned(), number);
        Ok(slug)
    }

    /// What a row would change of a client, if it may.
    fn check(
        &self,
        number: Option<usize>,
        target: &Target,
        row: &Row,
    ) -> Result<Vec<String>, Stop> {
        let changes = target.changes(row, self.columns)?;
        if let Some(slug) = &row.slug
            && let Some((other, holder)) = self.at(slug)
            && Some(other) != number
        {
            return Err(Stop::Fault(Fault::Refused(Refusal::ClientExists {
                slug: slug.clone(),
                name: holder.details.name.to_string(),
            })));
        }
        for set in &row.values {
            match set {
                Set::TaxId(tax_id) => self.check_tax_id(number, target, tax_id)?,
                Set::Currency(currency) => self.check_currency(target, *currency)?,
                _ => {}
            }
        }
        Ok(changes)
    }

    /// No two clients have the same. One that has it already keeps it.
    fn check_tax_id(
        &self,
        number: Option<usize>,
        target: &Target,
        tax_id: &TaxId,
    ) -> Result<(), Fault> {
        if target.details.tax_id.as_ref() == Some(tax_id) {
            return Ok(());
        }
        let holders = self.by_tax_id.get(tax_id.as_str()).into_iter().flatten();
        let other = holders
            .filter(|holder| Some(**holder) != number)
            .find_map(|holder| self.targets.get(*holder));
        match other {
            Some(other) => Err(Fault::Refused(Refusal::TaxIdTaken {
                tax_id: tax_id.to_string(),
                client: other.slug.clone(),
            })),
            None => Ok(()),
        }
    }

    /// Invoices keep the currency of their client.
    fn check_currency(&self, target: &Target, currency: Currency) -> Result<(), Stop> {
        let (Some(client), true) = (target.key, target.details.currency != currency) else {
            return Ok(());
        };
        let filter = InvoiceFilter {
            client: Some(client),
            drafts: true,
        };
        match self.books.invoices(filter)?.first() {
            Some(invoice) => {
                let reason = format!("invoice {} is in {}", invoice.name(), invoice.currency);
                Err(Stop::Fault(Fault::Refused(Refusal::CurrencyFixed {
                    reason,
                })))
            }
            None => Ok(()),
        }
    }

    fn insert(&mut self, target: Target) -> usize {
        let number = self.targets.len();
        self.by_slug.insert(target.slug.to_string(), number);
        if let Some(id) = &target.details.tax_id {
            let holders = self.by_tax_id.entry(id.to_string()).or_default();
            holders.push(number);
        }
        if let Some(id) = &target.external_id {
            self.by_external_id.insert(id.to_string(), number);
        }
        let (name, has_id) = (
            target.details.name.to_string(),
            target.external_id.is_some(),
        );
        self.targets.push(target);
        self.note_name(number, &name, has_id, true);
        number
    }

    /// Takes a row, which was checked, into a client.
    fn apply(&mut self, number: usize, row: &Row) {
        let Some(target) = self.targets.get_mut(number) else {
            return;
        };
        let (slug, tax_id) = (target.slug.clone(), target.details.tax_id.clone());
        let name = target.details.name.to_string();
        target.take(row);
        let names = [name, target.details.name.to_string()];
        let has_id = target.external_id.is_some();
        if let Some(id) = &row.external_id {
            self.by_external_id.insert(id.to_string(), number);
        }
        if target.slug != slug {
            self.by_slug.remove(slug.as_str());
            self.by_slug.insert(target.slug.to_string(), number);
            if target.key.is_some() {
                self.renamed.push(number);
            }
        }
        if target.details.tax_id != tax_id {
            let holders = tax_id.and_then(|id| self.by_tax_id.get_mut(id.as_str()));
            if let Some(holders) = holders {
                holders.retain(|holder| *holder != number);
            }
            if let Some(id) = &target.details.tax_id {
                let holders = self.by_tax_id.entry(id.to_string()).or_default();
                holders.push(number);
            }
        }
        let [before, now] = names;
        self.note_name(number, &before, has_id, false);
        self.note_name(number, &now, has_id, true);
    }
}

fn slug_of(name: &Line) -> Result<Slug, Fault> {
    Slug::from_name(name.as_str()).map_err(|_| Fault::NoSlug(name.to_string()))
}
