//! Clients and their contacts: kinds, stages, and what an archived client refuses.

use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

use super::Refusal;
use super::key::{ClientKey, ContactKey};

/// A person, or a company with several contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Individual,
    Company,
}

impl Kind {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Company => "company",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Individual, Self::Company]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// Where a client stands. An archived client is hidden from lists, gets no projects, time or expenses, does not count toward
/// plan limits, and can be restored to the stage it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Lead,
    Active,
    Archived,
}

impl Stage {
    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The stage a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Lead, Self::Active, Self::Archived]
            .into_iter()
            .find(|stage| stage.word() == word)
    }
}

/// What is known of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub key: ClientKey,
    pub slug: Slug,
    pub details: Details,
    pub stage: Stage,
    /// The stage to which `restore` leads back.
    pub stage_before_archive: Option<Stage>,
}

/// The part of a client that people type and edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub name: Line,
    pub kind: Kind,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub website: Option<Website>,
    pub currency: Currency,
    /// `en` or `de`: language of documents and pages.
    pub language: Line,
    /// Lines of the postal address, without the country.
    pub address: Option<Note>,
    pub country: Option<Country>,
    pub tax_id: Option<Line>,
    /// For the owner's eyes.
    pub notes: Option<Note>,
    /// False: no work for this client is billable.
    pub billable: bool,
}

impl Client {
    /// Refuses new projects, time and expenses for an archived client.
    pub fn takes_work(&self) -> Result<(), Refusal> {
        match self.stage {
            Stage::Archived => Err(Refusal::ClientArchived {
                client: self.slug.clone(),
            }),
            Stage::Lead | Stage::Active => Ok(()),
        }
    }
}

/// A person at a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub key: ContactKey,
    pub client: ClientKey,
    pub name: Line,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    /// Position in the company: project manager, billing contact, decision maker…
    pub position: Option<Line>,
    /// The point of contact; a company with contacts has exactly one.
    pub primary: bool,
}
