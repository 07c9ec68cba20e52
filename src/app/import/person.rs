//! People that a file tells of, brought together with the contacts of a client.

use crate::domain::client::{Contact, ContactRole};
use crate::domain::key::{ClientKey, ContactKey};
use crate::store::{StoreError, Writer};
use crate::values::text::{Email, Line, Phone, fold};

/// A contact as a file tells of it. What it leaves empty is none, and changes nothing.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: Line,
    pub(super) email: Option<Email>,
    pub(super) phone: Option<Phone>,
    pub(super) position: Option<Line>,
    pub(super) roles: Vec<ContactRole>,
    pub(super) primary: bool,
}

/// What became of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    Added,
    Updated,
    Unchanged,
}

/// Takes a person in among the contacts: the one of the name, or a new one. Gives the number of the contact.
pub(super) fn meet(
    contacts: &mut Vec<Contact>,
    client: ClientKey,
    person: &Person,
) -> (usize, Met) {
    let name = fold(person.name.as_str());
    let known = contacts
        .iter()
        .position(|contact| fold(contact.name.as_str()) == name);
    let number = known.unwrap_or_else(|| {
        contacts.push(Contact {
            key: ContactKey(0),
            client,
            name: person.name.clone(),
            email: None,
            phone: None,
            position: None,
            roles: Vec::new(),
            // The first one speaks for the client.
            primary: contacts.is_empty(),
        });
        contacts.len() - 1
    });
    let mut changed = false;
    if let Some(contact) = contacts.get_mut(number) {
        changed |= fill(&mut contact.email, person.email.as_ref());
        changed |= fill(&mut contact.phone, person.phone.as_ref());
        changed |= fill(&mut contact.position, person.position.as_ref());
        let before = contact.roles.clone();
        contact.roles.extend(person.roles.iter().copied());
        contact.roles.sort_unstable();
        contact.roles.dedup();
        changed |= contact.roles != before;
    }
    let met = match (known, changed) {
        (None, _) => Met::Added,
        (Some(_), true) => Met::Updated,
        (Some(_), false) => Met::Unchanged,
    };
    (number, met)
}

/// Sets a value that was said; whether it was another.
fn fill<T: PartialEq + Clone>(place: &mut Option<T>, value: Option<&T>) -> bool {
    match value {
        Some(value) if place.as_ref() != Some(value) => {
            *place = Some(value.clone());
            true
        }
        _ => false,
    }
}

/// Writes contacts. There is one point of contact at any time, so the old one steps back first.
pub(super) fn write(
    books: &mut Writer<'_>,
    client: ClientKey,
    contacts: &[Contact],
) -> Result<(), StoreError> {
    let (first, then): (Vec<_>, Vec<_>) = contacts.iter().partition(|contact| !contact.primary);
    for contact in first.into_iter().chain(then) {
        let contact = Contact {
            client,
            ..contact.clone()
        };
        if contact.key.0 == 0 {
            books.add_contact(&contact)?;
        } else {
            books.edit_contact(&contact)?;
        }
    }
    Ok(())
}
