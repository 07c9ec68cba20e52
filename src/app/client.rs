//! Clients and their contacts.

use crate::domain::Refusal;
use crate::domain::client::{Client, Contact, Details, Stage};
use crate::domain::key::{ClientKey, ContactKey, RateKey};
use crate::domain::rate::{DatedRate, Scope};
use crate::store::{ClientFilter, Writer};
use crate::values::id::Slug;
use crate::values::money::Rate;
use crate::values::text::{Email, Line, Phone, fold};

use super::{Error, Result, Session, find};

/// A client with everything a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub client: Client,
    pub contacts: Vec<Contact>,
    /// A retainer is in force.
    pub retainer: bool,
}

/// Whether something was made, or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    New,
    Existing,
}

/// Adds a client. With `if_missing`, one of the same short name is left as it is.
pub fn add(
    session: &mut Session,
    slug: Option<Slug>,
    stage: Stage,
    details: &Details,
    rate: Option<Rate>,
    if_missing: bool,
) -> Result<(Shown, Made)> {
    let slug = match slug {
        Some(slug) => slug,
        None => Slug::from_name(details.name.as_str())?,
    };
    let made = session.write(|books| match books.client(&slug)? {
        Some(_) if if_missing => Ok(Made::Existing),
        Some(_) => Err(Error::from(Refusal::Exists {
            noun: "client",
            reference: slug.to_string(),
        })),
        None => {
            let key = books.add_client(&slug, stage, details)?;
            if let Some(rate) = rate {
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
            Ok(Made::New)
        }
    })?;
    Ok((show(session, slug.as_str())?, made))
}

/// A client with its contacts.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let client = find::client(books, reference)?;
        let contacts = books.contacts(client.key)?;
        let retainer = books
            .retainers(Some(client.key))?
            .iter()
            .any(|retainer| retainer.is_in_force(today));
        Ok(Shown {
            client,
            contacts,
            retainer,
        })
    })
}

/// Clients by name, with their contacts.
pub fn list(session: &Session, filter: &ClientFilter) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let on_retainer: std::collections::HashSet<ClientKey> = books
            .retainers(None)?
            .iter()
            .filter(|retainer| retainer.is_in_force(today))
            .map(|retainer| retainer.client)
            .collect();
        books
            .clients(filter)?
            .into_iter()
            .map(|client| {
                Ok(Shown {
                    contacts: books.contacts(client.key)?,
                    retainer: on_retainer.contains(&client.key),
                    client,
                })
            })
            .collect()
    })
}

/// Changes a client. The currency is fixed once an invoice was made in it.
pub fn edit(
    session: &mut Session,
    reference: &str,
    slug: Option<Slug>,
    change: impl FnOnce(&mut Details),
) -> Result<Shown> {
    let slug = session.write(|books| {
        let client = find::client(books, reference)?;
        let mut details = client.details.clone();
        change(&mut details);
        if details.currency != client.details.currency {
            let filter = crate::store::InvoiceFilter {
                client: Some(client.key),
                drafts: true,
            };
            if let Some(invoice) = books.invoices(filter)?.first() {
                return Err(Error::from(Refusal::CurrencyFixed {
                    reason: format!("invoice {} is in {}", invoice.name(), invoice.currency),
                }));
            }
        }
        let slug = slug.unwrap_or_else(|| client.slug.clone());
        if slug != client.slug && books.client(&slug)?.is_some() {
            return Err(Refusal::Exists {
                noun: "client",
                reference: slug.to_string(),
            }
            .into());
        }
        books.edit_client(client.key, &slug, &details)?;
        Ok(slug)
    })?;
    show(session, slug.as_str())
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

/// What can be said of a contact.
#[derive(Debug, Clone, Default)]
pub struct ContactFields {
    pub name: Option<Line>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub position: Option<Line>,
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
        let same = |contact: &&Contact| fold(contact.name.as_str()) == fold(name.as_str());
        if let Some(existing) = contacts.iter().find(same) {
            if if_missing {
                return Ok((existing.clone(), Made::Existing));
            }
            return Err(Error::from(Refusal::Exists {
                noun: "contact",
                reference: name.to_string(),
            }));
        }
        let primary = primary || contacts.is_empty();
        if primary {
            unset_primary(books, &contacts)?;
        }
        let mut contact = Contact {
            key: ContactKey(0),
            client: client.key,
            name,
            email: fields.email,
            phone: fields.phone,
            position: fields.position,
            primary,
        };
        contact.key = books.add_contact(&contact)?;
        Ok((contact, Made::New))
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
        let (_, mut contact) = contact(books, reference, name)?;
        contact.name = fields.name.unwrap_or(contact.name);
        contact.email = fields.email.or(contact.email);
        contact.phone = fields.phone.or(contact.phone);
        contact.position = fields.position.or(contact.position);
        books.edit_contact(&contact)?;
        Ok(contact)
    })
}

/// Makes a contact the point of contact.
pub fn set_primary(session: &mut Session, reference: &str, name: &str) -> Result<Contact> {
    session.write(|books| {
        let (contacts, mut contact) = contact(books, reference, name)?;
        if !contact.primary {
            unset_primary(books, &contacts)?;
            contact.primary = true;
            books.edit_contact(&contact)?;
        }
        Ok(contact)
    })
}

/// Removes a contact. If it was the point of contact, the next one becomes it.
pub fn remove_contact(session: &mut Session, reference: &str, name: &str) -> Result<Contact> {
    session.write(|books| {
        let (contacts, contact) = contact(books, reference, name)?;
        books.remove_contact(contact.key)?;
        let next = contacts.iter().find(|other| other.key != contact.key);
        if let (true, Some(next)) = (contact.primary, next) {
            let mut next = next.clone();
            next.primary = true;
            books.edit_contact(&next)?;
        }
        Ok(contact)
    })
}

fn contact(books: &Writer<'_>, reference: &str, name: &str) -> Result<(Vec<Contact>, Contact)> {
    let client = find::client(books, reference)?;
    let contacts = books.contacts(client.key)?;
    let wanted = fold(name.trim());
    let found = contacts.iter().find(|contact| {
        fold(contact.name.as_str()) == wanted
            || contact
                .email
                .as_ref()
                .is_some_and(|email| fold(email.as_str()) == wanted)
    });
    match found.cloned() {
        Some(contact) => Ok((contacts, contact)),
        None => Err(Error::NotFound {
            noun: "contact",
            wanted: name.to_owned(),
            near: crate::values::id::near(
                name,
                contacts.iter().map(|contact| contact.name.as_str()),
            ),
        }),
    }
}

fn unset_primary(books: &mut Writer<'_>, contacts: &[Contact]) -> Result<()> {
    for other in contacts.iter().filter(|contact| contact.primary) {
        let mut other = other.clone();
        other.primary = false;
        books.edit_contact(&other)?;
    }
    Ok(())
}
