//! Clients and their contacts: kinds, stages, roles, the point of contact, and what an archived client refuses.

use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

use super::Refusal;
use super::invoice::Invoice;
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
    pub tax_id: Option<TaxId>,
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

    /// Its website; refused where none is known.
    pub fn website(&self) -> Result<&Website, Refusal> {
        self.details
            .website
            .as_ref()
            .ok_or_else(|| Refusal::NoWebsite {
                client: self.slug.clone(),
            })
    }

    /// Refuses to make a client of one who is no lead.
    pub fn is_lead(&self) -> Result<(), Refusal> {
        match self.stage {
            Stage::Lead => Ok(()),
            stage => Err(Refusal::ClientNotALead {
                client: self.slug.clone(),
                stage,
            }),
        }
    }
}

/// Refuses another currency once there is an invoice in the one before, a draft too.
pub fn currency_may_change(latest: Option<&Invoice>) -> Result<(), Refusal> {
    match latest {
        Some(invoice) => Err(Refusal::CurrencyFixed {
            reason: format!("invoice {} is in {}", invoice.name(), invoice.currency),
        }),
        None => Ok(()),
    }
}

/// What holds a client in the books.
#[derive(Debug, Clone, Copy, Default)]
pub struct Holds<'a> {
    /// Numbers of what was issued to it, the latest first.
    pub issued: &'a [String],
    /// A timer runs on one of its projects.
    pub timer: bool,
    /// The portal still shows it.
    pub on_portal: bool,
}

/// Refuses to delete a client for whom something was issued, on whom a timer runs, or whom the portal still shows: what is not in
/// the books any more cannot be withdrawn from it.
pub fn may_go(client: &Slug, holds: Holds<'_>) -> Result<(), Refusal> {
    let client = client.clone();
    if let Some(latest) = holds.issued.first() {
        return Err(Refusal::ClientBilled {
            client,
            invoice: latest.clone(),
            count: holds.issued.len(),
        });
    }
    if holds.timer {
        return Err(Refusal::ClientHasTimer { client });
    }
    if holds.on_portal {
        return Err(Refusal::ClientOnPortal { client });
    }
    Ok(())
}

/// What stands beside the record of a client, in the owner's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// By name.
    pub tags: Vec<Line>,
    /// Fields of the owner's, by name.
    pub fields: Vec<(Line, Line)>,
}

/// Something about a client that is taken as it is and yet worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A company became an individual: its contacts stay, and one of them speaks for the client.
    ContactsKept {
        contacts: usize,
        point_of_contact: Option<Line>,
    },
    /// The tax id is of another country than the client.
    TaxIdElsewhere {
        tax_id: TaxId,
        of: &'static str,
        country: Country,
    },
    /// The check digit of the tax id does not fit.
    TaxIdUnsound { tax_id: TaxId },
    /// Another client has the same name.
    SameName(Slug),
    /// The client that is there already is archived.
    Archived,
}

/// What is worth a look after a change of the record; `before` is none for a new one.
pub fn notices(before: Option<&Details>, after: &Details, contacts: &[Contact]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let was_company = before.is_some_and(|before| before.kind == Kind::Company);
    if was_company && after.kind == Kind::Individual && !contacts.is_empty() {
        notices.push(Notice::ContactsKept {
            contacts: contacts.len(),
            point_of_contact: point_of_contact(contacts).map(|contact| contact.name.clone()),
        });
    }
    let identity = |details: &Details| (details.tax_id.clone(), details.country.clone());
    let Some(tax_id) = &after.tax_id else {
        return notices;
    };
    if before.map(identity) == Some(identity(after)) {
        return notices;
    }
    if let (Some(of), Some(country)) = (tax_id.country(), &after.country)
        && of != country.as_str()
    {
        notices.push(Notice::TaxIdElsewhere {
            tax_id: tax_id.clone(),
            of,
            country: country.clone(),
        });
    }
    if !tax_id.is_sound() {
        notices.push(Notice::TaxIdUnsound {
            tax_id: tax_id.clone(),
        });
    }
    notices
}

/// What a contact is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactRole {
    /// Invoices and payments.
    Billing,
    /// The work.
    Project,
    /// Whether it is done at all.
    Decision,
}

impl ContactRole {
    const ALL: [Self; 3] = [Self::Billing, Self::Project, Self::Decision];

    /// The word in the store, in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Project => "project",
            Self::Decision => "decision",
        }
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
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
    /// In the order of [`ContactRole`], each once.
    pub roles: Vec<ContactRole>,
    /// The point of contact; a company with contacts has exactly one.
    pub primary: bool,
}

/// Who speaks for the client.
pub fn point_of_contact(contacts: &[Contact]) -> Option<&Contact> {
    contacts.iter().find(|contact| contact.primary)
}

/// To whose attention an invoice goes: the first contact for billing, else the point of contact.
pub fn attention(contacts: &[Contact]) -> Option<&Contact> {
    contacts
        .iter()
        .find(|contact| contact.roles.contains(&ContactRole::Billing))
        .or_else(|| point_of_contact(contacts))
}

/// Refuses to remove the point of contact while there are others: somebody has to be named in its place first.
pub fn may_be_removed(
    client: &Slug,
    contact: &Contact,
    contacts: &[Contact],
) -> Result<(), Refusal> {
    let other = contacts.iter().find(|other| other.key != contact.key);
    match other {
        Some(other) if contact.primary => Err(Refusal::PointOfContact {
            client: client.clone(),
            contact: contact.name.to_string(),
            other: other.name.to_string(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::money::Currency;

    fn details(kind: Kind, tax_id: &str, country: &str) -> Details {
        Details {
            name: Line::parse("Acme").unwrap(),
            kind,
            email: None,
            phone: None,
            website: None,
            currency: Currency::parse("EUR").unwrap(),
            language: Line::parse("en").unwrap(),
            address: None,
            country: Country::parse(country).ok(),
            tax_id: TaxId::parse(tax_id).ok(),
            notes: None,
            billable: true,
        }
    }

    fn contact(key: i64, primary: bool, roles: &[ContactRole]) -> Contact {
        Contact {
            key: ContactKey(key),
            client: ClientKey(1),
            name: Line::parse(&format!("Contact {key}")).unwrap(),
            email: None,
            phone: None,
            position: None,
            roles: roles.to_vec(),
            primary,
        }
    }

    #[test]
    fn a_tax_id_of_another_country_or_with_a_wrong_check_digit_is_told_once() {
        let company = |tax_id, country| details(Kind::Company, tax_id, country);
        let count = |before: Option<&Details>, after: &Details| notices(before, after, &[]).len();
        for (tax_id, country, expected) in [
            ("DE136695976", "DE", 0),
            ("DE136695976", "AT", 1),
            ("DE136695977", "DE", 1),
            ("DE136695977", "AT", 2),
            ("DE136695976", "", 0),
            ("EL094259216", "GR", 0),
            ("XI980780684", "GB", 0),
            ("12-3456789", "US", 0),
            ("", "DE", 0),
        ] {
            let after = company(tax_id, country);
            assert_eq!(count(None, &after), expected, "{tax_id} {country}");
            assert_eq!(count(Some(&after), &after), 0, "nothing was changed");
        }
        let moved = (company("DE136695976", "DE"), company("DE136695976", "CH"));
        assert_eq!(count(Some(&moved.0), &moved.1), 1);
    }

    #[test]
    fn a_company_that_becomes_an_individual_keeps_its_contacts() {
        let (company, individual) = (
            details(Kind::Company, "", ""),
            details(Kind::Individual, "", ""),
        );
        let contacts = [contact(1, false, &[]), contact(2, true, &[])];
        let kept = Notice::ContactsKept {
            contacts: 2,
            point_of_contact: Some(contacts[1].name.clone()),
        };
        assert_eq!(notices(Some(&company), &individual, &contacts), [kept]);
        assert_eq!(notices(Some(&company), &individual, &[]), []);
        assert_eq!(notices(Some(&individual), &company, &contacts), []);
        assert_eq!(notices(Some(&individual), &individual, &contacts), []);
    }

    #[test]
    fn invoices_go_to_whoever_pays_them_and_else_to_the_point_of_contact() {
        use ContactRole::{Billing, Decision};
        let primary = contact(1, true, &[Decision]);
        let payer = contact(2, false, &[Billing, Decision]);
        let both = [primary.clone(), payer.clone()];
        assert_eq!(attention(&both), Some(&payer));
        assert_eq!(attention(&both[..1]), Some(&primary));
        assert_eq!(attention(&[]), None);
    }

    #[test]
    fn the_point_of_contact_goes_last() {
        let slug = Slug::parse("acme").unwrap();
        let both = [contact(1, true, &[]), contact(2, false, &[])];
        assert!(may_be_removed(&slug, &both[0], &both).is_err());
        assert!(may_be_removed(&slug, &both[1], &both).is_ok());
        assert!(may_be_removed(&slug, &both[0], &both[..1]).is_ok());
    }

    #[test]
    fn a_client_goes_when_nothing_holds_it() {
        let slug = Slug::parse("acme").unwrap();
        let free = Holds::default();
        assert_eq!(may_go(&slug, free), Ok(()));
        let code = |holds| may_go(&slug, holds).unwrap_err().code();
        let timed = Holds {
            timer: true,
            ..free
        };
        assert_eq!(code(timed), "client.has_timer");
        let shown = Holds {
            on_portal: true,
            ..free
        };
        assert_eq!(code(shown), "client.on_portal");
        assert_eq!(currency_may_change(None), Ok(()));
    }
}
