//! A row of the file: the client it tells of, and the contact, as far as it says anything. Every value is checked here.

use std::borrow::Cow;

use csv::StringRecord;

use crate::document::sheet::original;
use crate::domain::client::{ContactRole, Kind, Stage};
use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, TextError, Website, fold};

use super::column::{Columns, Field};
use super::fault::Fault;
use crate::app::import::person::Person;

/// What a row says. What it leaves empty is none, and changes nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// The line of the file on which it begins.
    pub(super) line: u64,
    pub(super) external_id: Option<Line>,
    pub(super) slug: Option<Slug>,
    pub(super) name: Option<Line>,
    pub(super) stage: Option<Stage>,
    pub(super) values: Vec<Set>,
    pub(super) tags: Vec<Line>,
    pub(super) contact: Option<Person>,
    /// A second number, for which a contact has no room.
    pub(super) second_phone: Option<Phone>,
}

/// What is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Set {
    Kind(Kind),
    Email(Email),
    Phone(Phone),
    Website(Website),
    Currency(Currency),
    Language(Line),
    Address(Note),
    Country(Country),
    TaxId(TaxId),
    Notes(Note),
    Billable(bool),
    Field(Line, Line),
}

impl Set {
    pub(super) fn field(&self) -> Field {
        match self {
            Self::Kind(_) => Field::Kind,
            Self::Email(_) => Field::Email,
            Self::Phone(_) => Field::Phone,
            Self::Website(_) => Field::Website,
            Self::Currency(_) => Field::Currency,
            Self::Language(_) => Field::Language,
            Self::Address(_) => Field::Address,
            Self::Country(_) => Field::Country,
            Self::TaxId(_) => Field::TaxId,
            Self::Notes(_) => Field::Notes,
            Self::Billable(_) => Field::Billable,
            Self::Field(name, _) => Field::Custom(name.clone()),
        }
    }
}

/// Reads a record.
pub(super) fn read(columns: &Columns, record: &StringRecord, line: u64) -> Result<Row, Fault> {
    if record.len() != columns.count {
        return Err(Fault::Fields {
            found: record.len(),
            expected: columns.count,
        });
    }
    let cells = Cells { columns, record };
    let mut row = Row {
        line,
        external_id: cells.text(&Field::ExternalId, Line::parse)?,
        slug: match cells.get(&Field::Slug) {
            Some((column, text)) => Some(Slug::parse(&text).map_err(Fault::other(column))?),
            None => None,
        },
        name: cells.text(&Field::Name, Line::parse)?,
        stage: cells.word(&Field::Stage, STAGES, "lead, active or archived")?,
        values: cells.values()?,
        tags: Vec::new(),
        contact: cells.person()?,
        second_phone: cells.second_phone()?,
    };
    for tag in cells.list(&Field::Tags) {
        row.tags
            .push(Line::parse(&tag).map_err(Fault::text("tags"))?);
    }
    Ok(row)
}

const STAGES: &[(&str, Stage)] = &[
    ("lead", Stage::Lead),
    ("prospect", Stage::Lead),
    ("interessent", Stage::Lead),
    ("active", Stage::Active),
    ("client", Stage::Active),
    ("customer", Stage::Active),
    ("aktiv", Stage::Active),
    ("kunde", Stage::Active),
    ("archived", Stage::Archived),
    ("inactive", Stage::Archived),
    ("archiviert", Stage::Archived),
    ("inaktiv", Stage::Archived),
];

const KINDS: &[(&str, Kind)] = &[
    ("company", Kind::Company),
    ("business", Kind::Company),
    ("organization", Kind::Company),
    ("organisation", Kind::Company),
    ("firma", Kind::Company),
    ("unternehmen", Kind::Company),
    ("individual", Kind::Individual),
    ("person", Kind::Individual),
    ("private", Kind::Individual),
    ("privat", Kind::Individual),
    ("privatperson", Kind::Individual),
];

const FLAGS: &[(&str, bool)] = &[
    ("yes", true),
    ("true", true),
    ("1", true),
    ("x", true),
    ("ja", true),
    ("no", false),
    ("false", false),
    ("0", false),
    ("nein", false),
];

const LANGUAGES: &[(&str, &str)] = &[
    ("en", "en"),
    ("english", "en"),
    ("englisch", "en"),
    ("de", "de"),
    ("german", "de"),
    ("deutsch", "de"),
];

/// The cells of a record, by field.
struct Cells<'r> {
    columns: &'r Columns,
    record: &'r StringRecord,
}

impl<'r> Cells<'r> {
    /// The name of the column and what stands there, if something does. What an export put before a text that looks like a formula
    /// is taken off again.
    fn get(&self, field: &Field) -> Option<(&'r str, Cow<'r, str>)> {
        let (_, number, column) = self
            .columns
            .found
            .iter()
            .find(|(known, ..)| known == field)?;
        let text = original(self.record.get(*number)?.trim());
        (!text.is_empty()).then_some((column.as_str(), text.into()))
    }

    fn text<T>(
        &self,
        field: &Field,
        parse: impl Fn(&str) -> Result<T, TextError>,
    ) -> Result<Option<T>, Fault> {
        match self.get(field) {
            Some((column, text)) => parse(&text).map(Some).map_err(Fault::text(column)),
            None => Ok(None),
        }
    }

    /// A word of a fixed set, in any case.
    fn word<T: Copy>(
        &self,
        field: &Field,
        words: &[(&str, T)],
        accepted: &'static str,
    ) -> Result<Option<T>, Fault> {
        let Some((column, text)) = self.get(field) else {
            return Ok(None);
        };
        let wanted = fold(&text);
        let known = words.iter().find(|(word, _)| *word == wanted);
        known
            .map(|(_, value)| Some(*value))
            .ok_or_else(|| Fault::Word {
                column: column.to_owned(),
                text: text.chars().take(80).collect(),
                accepted,
            })
    }

    /// Parts of a text with commas, semicolons or bars between.
    fn list(&self, field: &Field) -> Vec<String> {
        let Some((_, text)) = self.get(field) else {
            return Vec::new();
        };
        text.split([',', ';', '|'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The values of the record.
    fn values(&self) -> Result<Vec<Set>, Fault> {
        let mut values = Vec::new();
        for (field, _, column) in &self.columns.found {
            let set = match field {
                Field::Kind => self
                    .word(field, KINDS, "company or individual")?
                    .map(Set::Kind),
                Field::Email => self.text(field, Email::parse)?.map(Set::Email),
                Field::Phone => self.text(field, Phone::parse)?.map(Set::Phone),
                Field::Website => self.text(field, Website::parse)?.map(Set::Website),
                Field::Currency => self.currency()?.map(Set::Currency),
                Field::Language => {
                    let word = self.word(field, LANGUAGES, "en or de")?;
                    let line = word.map(Line::parse).transpose();
                    line.map_err(Fault::text(column))?.map(Set::Language)
                }
                Field::Country => self.country()?.map(Set::Country),
                Field::TaxId => self.text(field, TaxId::parse)?.map(Set::TaxId),
                Field::Notes => self.text(field, Note::parse)?.map(Set::Notes),
                Field::Billable => self.word(field, FLAGS, "yes or no")?.map(Set::Billable),
                Field::Custom(name) => self
                    .text(field, Line::parse)?
                    .map(|value| Set::Field(name.clone(), value)),
                _ => None,
            };
            values.extend(set);
        }
        values.extend(self.address()?);
        Ok(values)
    }

    fn currency(&self) -> Result<Option<Currency>, Fault> {
        match self.get(&Field::Currency) {
            Some((_, text)) if text == "€" => Ok(Currency::parse("EUR").ok()),
            Some((column, text)) => Currency::parse(&text)
                .map(Some)
                .map_err(Fault::other(column)),
            None => Ok(None),
        }
    }

    /// A code, or a name in English or German.
    fn country(&self) -> Result<Option<Country>, Fault> {
        self.text(&Field::Country, Country::parse)
    }

    /// The lines of the address: as they are, or of their parts.
    fn address(&self) -> Result<Option<Set>, Fault> {
        let line = |field: &Field| self.get(field).map(|(_, text)| text);
        let column = [Field::Address, Field::Street, Field::City, Field::Postcode]
            .iter()
            .find_map(|field| self.get(field));
        let Some((column, _)) = column else {
            return Ok(None);
        };
        let place: Vec<_> = [line(&Field::Postcode), line(&Field::City)]
            .into_iter()
            .flatten()
            .collect();
        let lines = [
            line(&Field::Address),
            line(&Field::Street),
            (!place.is_empty()).then(|| place.join(" ").into()),
        ];
        let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        let address = Note::parse(&text).map_err(Fault::text(column))?;
        Ok(Some(Set::Address(address)))
    }

    fn person(&self) -> Result<Option<Person>, Fault> {
        let email = self.text(&Field::ContactEmail, Email::parse)?;
        let mobile = self.text(&Field::ContactMobile, Phone::parse)?;
        let phone = self.text(&Field::ContactPhone, Phone::parse)?.or(mobile);
        let position = self.text(&Field::ContactPosition, Line::parse)?;
        let roles = self.roles()?;
        let primary = self
            .word(&Field::ContactPrimary, FLAGS, "yes or no")?
            .unwrap_or_default();
        let Some(name) = self.contact_name() else {
            let told = email.is_some() || phone.is_some() || position.is_some() || primary;
            return match told || !roles.is_empty() {
                true => Err(Fault::NamelessContact),
                false => Ok(None),
            };
        };
        Ok(Some(Person {
            name: Line::parse(&name).map_err(Fault::text("contact"))?,
            email,
            phone,
            position,
            roles,
            primary,
        }))
    }

    /// A mobile number beside another one.
    fn second_phone(&self) -> Result<Option<Phone>, Fault> {
        let first = self.text(&Field::ContactPhone, Phone::parse)?;
        let mobile = self.text(&Field::ContactMobile, Phone::parse)?;
        Ok(mobile.filter(|mobile| first.is_some_and(|first| first != *mobile)))
    }

    /// As a whole, or of its parts.
    fn contact_name(&self) -> Option<Cow<'r, str>> {
        let line = |field: &Field| self.get(field).map(|(_, text)| text);
        let parts = [
            line(&Field::ContactFirstName),
            line(&Field::ContactLastName),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        line(&Field::ContactName).or_else(|| (!parts.is_empty()).then(|| parts.join(" ").into()))
    }

    fn roles(&self) -> Result<Vec<ContactRole>, Fault> {
        let role = |word: String| {
            ContactRole::from_word(&fold(&word)).ok_or_else(|| Fault::Word {
                column: Field::ContactRoles.word(),
                text: word.chars().take(80).collect(),
                accepted: "billing, project or decision",
            })
        };
        let words = self.list(&Field::ContactRoles).into_iter();
        words.map(role).collect()
    }
}
