//! People that a file tells of, brought together with the contacts of a client.

use std::collections::HashMap;

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

impl Person {
    /// Puts what is said of the person into a contact; whether that changed it.
    fn fill(&self, contact: &mut Contact) -> bool {
        let mut changed = fill(&mut contact.email, self.email.as_ref());
        changed |= fill(&mut contact.phone, self.phone.as_ref());
        changed |= fill(&mut contact.position, self.position.as_ref());
        let before = contact.roles.clone();
        contact.roles.extend(self.roles.iter().copied());
        contact.roles.sort_unstable();
        contact.roles.dedup();
        changed | (contact.roles != before)
    }
}

/// The contacts of a client, found by their names however many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    contacts: Vec<Contact>,
    by_name: HashMap<String, usize>,
}

impl People {
    pub(super) fn of(contacts: Vec<Contact>) -> Self {
        let mut by_name = HashMap::with_capacity(contacts.len());
        for (number, contact) in contacts.iter().enumerate() {
            by_name.entry(fold(contact.name.as_str())).or_insert(number);
        }
        Self { contacts, by_name }
    }

    pub(super) fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The contact of a name, in any case, with its number.
    pub(super) fn find(&self, name: &Line) -> Option<(usize, &Contact)> {
        let number = *self.by_name.get(&fold(name.as_str()))?;
        Some((number, self.contacts.get(number)?))
    }

    /// What taking a person in would do.
    pub(super) fn would_meet(&self, person: &Person) -> Met {
        match self.find(&person.name) {
            None => Met::Added,
            Some((_, contact)) if person.fill(&mut contact.clone()) => Met::Updated,
            Some(_) => Met::Unchanged,
        }
    }

    /// Takes a person in: into the contact of the name, or a new one. Gives the number of the contact.
    pub(super) fn meet(&mut self, client: ClientKey, person: &Person) -> (usize, Met) {
        let met = self.would_meet(person);
        let number = match self.find(&person.name) {
            Some((number, _)) => number,
            None => self.add(client, &person.name),
        };
        if let Some(contact) = self.contacts.get_mut(number) {
            person.fill(contact);
        }
        (number, met)
    }

    fn add(&mut self, client: ClientKey, name: &Line) -> usize {
        let number = self.contacts.len();
        self.by_name.insert(fold(name.as_str()), number);
        self.contacts.push(Contact {
            key: ContactKey(0),
            client,
            name: name.clone(),
            email: None,
            phone: None,
            position: None,
            roles: Vec::new(),
            // The first one speaks for the client.
            primary: number == 0,
        });
        number
    }

    /// Makes a contact the only point of contact.
    pub(super) fn name_primary(&mut self, number: usize) {
        for (other, contact) in self.contacts.iter_mut().enumerate() {
            contact.primary = other == number;
        }
    }
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
