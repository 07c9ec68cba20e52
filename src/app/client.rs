//! Clients and their contacts.

use crate::domain::Refusal;
use crate::domain::client::{self, Client, Contact, ContactRole, Details, Marks, Notice, Stage};
use crate::domain::key::{ClientKey, ContactKey, RateKey};
use crate::domain::rate::{DatedRate, Scope};
use crate::domain::tax::{ClientTax, Treatment};
use crate::store::{Books, InvoiceFilter, Writer};
use crate::values::amount::Amount;
use crate::values::id::Slug;
use crate::values::money::Rate;
use crate::values::tax_id::TaxId;
use crate::values::text::{Email, Line, Note, Phone, Website, fold};

use super::error::field;
use super::{Error, Result, Session, find};

/// A client with everything a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub client: Client,
    pub contacts: Vec<Contact>,
    pub marks: Marks,
    /// A retainer is in force.
    pub retainer: bool,
    pub tax: ClientTax,
}

/// What stands beside the record: tags and fields to add and to take away, and the tax that is agreed.
#[derive(Debug, Clone, Default)]
pub struct Marking {
    pub tags: Vec<Line>,
    pub untags: Vec<Line>,
    /// A field without a value is taken away.
    pub fields: Vec<(Line, Option<Line>)>,
    /// How it is taxed; Some(None): as the business is.
    pub tax: Option<Option<Treatment>>,
    /// What its documents say of that.
    pub tax_note: Option<Option<Line>>,
    /// Texts on invoices, by the setting that each stands in for.
    pub texts: Vec<(&'static str, Option<Note>)>,
}

impl Marking {
    fn apply(&self, books: &mut Writer<'_>, client: ClientKey) -> Result<()> {
        for tag in &self.untags {
            books.remove_tag(client, tag)?;
        }
        for tag in &self.tags {
            books.add_tag(client, tag)?;
        }
        for (name, value) in &self.fields {
            books.set_field(client, name, value.as_ref())?;
        }
        if self.tax.is_some() || self.tax_note.is_some() {
            let known = books.client_tax(client)?;
            books.set_client_tax(&ClientTax {
                client,
                treatment: self.tax.clone().unwrap_or(known.treatment),
                note: self.tax_note.clone().unwrap_or(known.note),
            })?;
        }
        for (key, text) in &self.texts {
            let text = text.as_ref().map(|text| text.as_str());
            books.set_client_text(client, key, text)?;
        }
        Ok(())
    }
}

/// What `client add` was given.
#[derive(Debug, Clone)]
pub struct New {
    /// None: made of the name.
    pub slug: Option<Slug>,
    pub stage: Stage,
    pub details: Details,
    pub marking: Marking,
    /// Rate per hour for this client.
    pub rate: Option<Rate>,
    pub if_missing: bool,
}

/// What became of a client, and what is worth a look.
#[derive(Debug, Clone)]
pub struct Changed {
    pub shown: Shown,
    pub notices: Vec<Notice>,
}

/// Whether something was made, or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    New,
    Existing,
}

/// Adds a client. With `if_missing`, one of the same short name is left as it is.
pub fn add(session: &mut Session, new: &New) -> Result<(Changed, Made)> {
    let slug = match &new.slug {
        Some(slug) => slug.clone(),
        None => Slug::from_name(new.details.name.as_str())?,
    };
    let made = session.write(|books| {
        if new.if_missing && books.client(&slug)?.is_some() {
            return Ok(Made::Existing);
        }
        is_free(books, None, &slug, new.details.tax_id.as_ref())?;
        let key = books.add_client(&slug, new.stage, &new.details)?;
        new.marking.apply(books, key)?;
        if let Some(rate) = new.rate {
            books.add_rate(&DatedRate {
                key: RateKey(0),
                scope: Scope {
                    client: Some(key),
                    ..Scope::default()
                },
                from: None,
                rate,
            })?;
        }
        Ok::<_, Error>(Made::New)
    })?;
    let shown = show(session, slug.as_str())?;
    let namesakes = session.store.read(|books| books.namesakes(&shown.client))?;
    let notices = match made {
        Made::New => {
            let mut notices = client::notices(None, &shown.client.details, &shown.contacts);
            notices.extend(namesakes.into_iter().map(Notice::SameName));
            notices
        }
        Made::Existing if shown.client.stage == Stage::Archived => vec![Notice::Archived],
        Made::Existing => Vec::new(),
    };
    Ok((Changed { shown, notices }, made))
}

/// Reads the short name of a client to come: one that none has.
pub fn free_slug(session: &Session, typed: &str) -> Result<Slug> {
    let slug = Slug::parse(typed.trim())?;
    session
        .store
        .read(|books| is_free(books, None, &slug, None))?;
    Ok(slug)
}

/// The website of a client.
pub fn website(session: &Session, reference: &str) -> Result<(Slug, Website)> {
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let website = client.website()?.clone();
        Ok((client.slug, website))
    })
}

/// Refuses a short name or a tax id of another client than `own`.
pub(super) fn is_free(
    books: &Books<'_>,
    own: Option<ClientKey>,
    slug: &Slug,
    tax_id: Option<&TaxId>,
) -> Result<()> {
    let other = books.client(slug)?.filter(|client| Some(client.key) != own);
    if let Some(other) = other {
        return Err(Error::from(match own {
            Some(_) => Refusal::ClientSlugTaken {
                slug: slug.clone(),
                name: other.details.name.to_string(),
            },
            None => Refusal::ClientExists {
                slug: slug.clone(),
                name: other.details.name.to_string(),
            },
        }));
    }
    let Some(tax_id) = tax_id else {
        return Ok(());
    };
    match books.client_of_tax_id(tax_id, own)? {
        Some(other) => Err(Error::from(Refusal::TaxIdTaken {
            tax_id: tax_id.to_string(),
            client: other.slug,
        })),
        None => Ok(()),
    }
}

/// A client with its contacts.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let retainer = books
            .retainers(Some(client.key))?
            .iter()
            .any(|retainer| retainer.is_in_force(today));
        Ok(Shown {
            contacts: books.contacts(client.key)?,
            marks: books.marks(client.key)?,
            tax: books.client_tax(client.key)?,
            client,
            retainer,
        })
    })
}

/// Changes a client. The currency is fixed once an invoice was made in it.
pub fn edit(
    session: &mut Session,
    reference: &str,
    slug: Option<Slug>,
    marking: &Marking,
    change: impl FnOnce(&mut Details),
) -> Result<Changed> {
    let (slug, notices) = session.write(|books| {
        let client = find::client(books, reference)?;
        let mut details = client.details.clone();
        change(&mut details);
        if details.currency != client.details.currency {
            currency_may_change(books, client.key)?;
        }
        let slug = slug.unwrap_or_else(|| client.slug.clone());
        is_free(books, Some(client.key), &slug, details.tax_id.as_ref())?;
        books.edit_client(client.key, &slug, &details)?;
        marking.apply(books, client.key)?;
        let contacts = books.contacts(client.key)?;
        let notices = client::notices(Some(&client.details), &details, &contacts);
        Ok::<_, Error>((slug, notices))
    })?;
    let shown = show(session, slug.as_str())?;
    Ok(Changed { shown, notices })
}

/// Expenses are in the currency of the client.
fn no_expenses(books: &Books<'_>, client: ClientKey) -> Result<()> {
    let filter = crate::store::ExpenseFilter {
        client: Some(client),
        ..crate::store::ExpenseFilter::default()
    };
    match books.expenses(&filter)?.first() {
        Some(listed) => Err(Error::from(Refusal::CurrencyFixed {
            reason: format!(
                "expense {} is in {}",
                listed.expense.key.0,
                listed.expense.spent.amount.currency()
            ),
        })),
        None => Ok(()),
    }
}

fn currency_may_change(books: &Books<'_>, client: ClientKey) -> Result<()> {
    for project in books.projects(Some(client))? {
        let in_money = |amount: Option<Amount>| amount.is_some_and(|it| it.currency().is_some());
        let phases = books.phases(Some(project.key))?;
        if in_money(project.budget.map(|budget| budget.amount))
            || phases.iter().any(|phase| in_money(phase.budget))
        {
            return Err(Error::from(Refusal::CurrencyFixed {
                reason: format!("project `{}` has a budget in money", project.slug),
            }));
        }
    }
    let filter = InvoiceFilter {
        client: Some(client),
        drafts: true,
    };
    client::currency_may_change(books.invoices(filter)?.first())?;
    no_expenses(books, client)
}

/// How internal notes are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writing {
    /// In the place of what is there.
    Replace,
    /// In the place of these notes: refused where others are there by now.
    ReplaceKnown(Option<Note>),
    /// After what is there.
    Append,
}

/// Writes the internal notes. None takes them away. Whether anything changed.
pub fn note(
    session: &mut Session,
    reference: &str,
    text: Option<Note>,
    writing: &Writing,
) -> Result<(Shown, bool)> {
    let append = *writing == Writing::Append;
    let changed = session.write(|books| {
        let client = find::client(books, reference)?;
        let mut details = client.details.clone();
        if let Writing::ReplaceKnown(known) = writing
            && *known != details.notes
        {
            return Err(Error::from(Refusal::NotesChanged {
                client: client.slug,
            }));
        }
        details.notes = match (details.notes.take(), text) {
            (Some(before), Some(text)) if append => {
                let joined = Note::parse(&format!("{before}\n{text}"));
                Some(field("notes", joined)?)
            }
            (Some(before), None) if append => Some(before),
            (_, text) => text,
        };
        Ok::<_, Error>(books.edit_client(client.key, &client.slug, &details)?)
    })?;
    Ok((show(session, reference)?, changed))
}

/// Makes a client of a lead. All that is known of it stays, and the conversion stands in its history.
pub fn convert(session: &mut Session, reference: &str) -> Result<Shown> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        client.is_lead()?;
        Ok::<_, Error>(books.set_stage(client.key, Stage::Active, None)?)
    })?;
    show(session, reference)
}

/// Archives a client. Whether it was not archived before.
pub fn archive(session: &mut Session, reference: &str) -> Result<(Shown, bool)> {
    let changed = session.write(|books| {
        let client = find::client(books, reference)?;
        if client.stage == Stage::Archived {
            return Ok(false);
        }
        let projects = books.projects(Some(client.key))?;
        let has_timer = books
            .timers(None)?
            .iter()
            .any(|timer| projects.iter().any(|project| project.key == timer.project));
        if has_timer {
            return Err(Error::from(Refusal::ClientHasTimer {
                client: client.slug,
            }));
        }
        books.set_stage(client.key, Stage::Archived, Some(client.stage))?;
        Ok(true)
    })?;
    Ok((show(session, reference)?, changed))
}

/// Brings an archived client back to the stage it came from.
pub fn restore(session: &mut Session, reference: &str) -> Result<Shown> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        if client.stage != Stage::Archived {
            return Err(Error::from(Refusal::ClientNotArchived {
                client: client.slug,
            }));
        }
        let stage = client.stage_before_archive.unwrap_or(Stage::Active);
        books.set_stage(client.key, stage, None)?;
        Ok(())
    })?;
    show(session, reference)
}

/// What can be said of a contact. What is none stays as it is; what is none inside is taken away.
#[derive(Debug, Clone, Default)]
pub struct ContactFields {
    pub name: Option<Line>,
    pub email: Option<Option<Email>>,
    pub phone: Option<Option<Phone>>,
    pub position: Option<Option<Line>>,
    /// Roles to add.
    pub roles: Vec<ContactRole>,
    /// Roles to take away.
    pub unroles: Vec<ContactRole>,
}

impl ContactFields {
    fn apply(self, contact: &mut Contact) {
        contact.name = self.name.unwrap_or_else(|| contact.name.clone());
        contact.email = self.email.unwrap_or_else(|| contact.email.take());
        contact.phone = self.phone.unwrap_or_else(|| contact.phone.take());
        contact.position = self.position.unwrap_or_else(|| contact.position.take());
        contact.roles.retain(|role| !self.unroles.contains(role));
        contact.roles.extend(self.roles);
        contact.roles.sort_unstable();
        contact.roles.dedup();
    }
}

/// One contact of a client.
pub fn contact(session: &Session, reference: &str, contact: &str) -> Result<Contact> {
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        Ok(find::contact(&books.contacts(client.key)?, contact)?.clone())
    })
}

/// Adds a contact; the first one is the point of contact.
pub fn add_contact(
    session: &mut Session,
    reference: &str,
    name: Line,
    fields: ContactFields,
    primary: bool,
    if_missing: bool,
) -> Result<(Contact, Made)> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let contacts = books.contacts(client.key)?;
        match named(&contacts, None, &name) {
            Some(existing) if if_missing => return Ok((existing.clone(), Made::Existing)),
            Some(_) => {
                return Err(Error::from(Refusal::Exists {
                    noun: "contact",
                    reference: name.to_string(),
                }));
            }
            None => {}
        }
        let primary = primary || contacts.is_empty();
        if primary {
            unset_primary(books, &contacts)?;
        }
        let mut contact = Contact {
            key: ContactKey(0),
            client: client.key,
            name,
            email: None,
            phone: None,
            position: None,
            roles: Vec::new(),
            primary,
        };
        fields.apply(&mut contact);
        contact.key = books.add_contact(&contact)?;
        Ok((contact, Made::New))
    })
}

/// The contact of this name, other than `own`.
fn named<'a>(contacts: &'a [Contact], own: Option<ContactKey>, name: &Line) -> Option<&'a Contact> {
    contacts.iter().find(|contact| {
        Some(contact.key) != own && fold(contact.name.as_str()) == fold(name.as_str())
    })
}

/// The contacts of a client.
pub fn contacts(session: &Session, reference: &str) -> Result<Vec<Contact>> {
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        Ok(books.contacts(client.key)?)
    })
}

/// Changes a contact.
pub fn edit_contact(
    session: &mut Session,
    reference: &str,
    name: &str,
    fields: ContactFields,
) -> Result<Contact> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let contacts = books.contacts(client.key)?;
        let mut contact = find::contact(&contacts, name)?.clone();
        fields.apply(&mut contact);
        if named(&contacts, Some(contact.key), &contact.name).is_some() {
            return Err(Error::from(Refusal::Taken {
                noun: "contact",
                reference: contact.name.to_string(),
            }));
        }
        books.edit_contact(&contact)?;
        Ok(contact)
    })
}

/// Makes a contact the point of contact.
pub fn set_primary(session: &mut Session, reference: &str, name: &str) -> Result<Contact> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let contacts = books.contacts(client.key)?;
        let mut contact = find::contact(&contacts, name)?.clone();
        if !contact.primary {
            unset_primary(books, &contacts)?;
            contact.primary = true;
            books.edit_contact(&contact)?;
        }
        Ok(contact)
    })
}

/// Removes a contact. The point of contact goes last, so that there is always one who speaks for the client.
pub fn remove_contact(session: &mut Session, reference: &str, name: &str) -> Result<Contact> {
    session.write(|books| {
        let client = find::client(books, reference)?;
        let contacts = books.contacts(client.key)?;
        let contact = find::contact(&contacts, name)?.clone();
        client::may_be_removed(&client.slug, &contact, &contacts)?;
        books.remove_contact(contact.key)?;
        Ok(contact)
    })
}

fn unset_primary(books: &mut Writer<'_>, contacts: &[Contact]) -> Result<()> {
    for other in contacts.iter().filter(|contact| contact.primary) {
        let mut other = other.clone();
        other.primary = false;
        books.edit_contact(&other)?;
    }
    Ok(())
}
