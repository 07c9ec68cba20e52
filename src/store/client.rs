//! Clients and contacts in the store.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::client::{Client, Contact, ContactRole, Details, Kind, Stage};
use crate::domain::key::{ClientKey, ContactKey};
use crate::values::id::Slug;
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, Website, fold};

use super::door::Writer;
use super::row::{currency, flag, int, maybe_text, optional, parsed, text, unreadable, word};
use super::{Books, Result};

/// Which clients to list.
#[derive(Debug, Clone, Default)]
pub struct ClientFilter {
    /// Archived ones too.
    pub archived: bool,
    pub stage: Option<Stage>,
}

const SELECT: &str = "SELECT id, slug, name, kind, stage, stage_before_archive, email, phone, website, currency, language, \
    address, country, tax_id, notes, billable FROM client";

fn client(row: &Row<'_>) -> rusqlite::Result<Client> {
    let before: Option<String> = row.get(5)?;
    Ok(Client {
        key: ClientKey(row.get(0)?),
        slug: parsed(&row.get::<_, String>(1)?, Slug::parse)?,
        stage: word(&row.get::<_, String>(4)?, Stage::from_word)?,
        stage_before_archive: before
            .map(|before| word(&before, Stage::from_word))
            .transpose()?,
        details: Details {
            name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
            kind: word(&row.get::<_, String>(3)?, Kind::from_word)?,
            email: optional(row.get(6)?, Email::parse)?,
            phone: optional(row.get(7)?, Phone::parse)?,
            website: optional(row.get(8)?, Website::parse)?,
            currency: currency(&row.get::<_, String>(9)?)?,
            language: parsed(&row.get::<_, String>(10)?, Line::parse)?,
            address: optional(row.get(11)?, Note::parse)?,
            country: optional(row.get(12)?, Country::parse)?,
            tax_id: optional(row.get(13)?, TaxId::kept)?,
            notes: optional(row.get(14)?, Note::parse)?,
            billable: row.get(15)?,
        },
    })
}

pub(super) const SELECT_CONTACT: &str =
    "SELECT id, client_id, name, email, phone, position, is_primary, roles FROM contact";

pub(super) fn contact(row: &Row<'_>) -> rusqlite::Result<Contact> {
    Ok(Contact {
        key: ContactKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        name: parsed(&row.get::<_, String>(2)?, Line::parse)?,
        email: optional(row.get(3)?, Email::parse)?,
        phone: optional(row.get(4)?, Phone::parse)?,
        position: optional(row.get(5)?, Line::parse)?,
        primary: row.get(6)?,
        roles: roles(&row.get::<_, String>(7)?)?,
    })
}

fn roles(json: &str) -> rusqlite::Result<Vec<ContactRole>> {
    let words: Vec<String> = serde_json::from_str(json).map_err(unreadable)?;
    words
        .iter()
        .map(|known| word(known, ContactRole::from_word))
        .collect()
}

fn roles_value(roles: &[ContactRole]) -> Value {
    text(serde_json::Value::from(
        roles.iter().map(|role| role.word()).collect::<Vec<_>>(),
    ))
}

impl Books<'_> {
    /// The client of this short name.
    pub fn client(&self, slug: &Slug) -> Result<Option<Client>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE slug = ?"))?
            .query_row([slug.as_str()], client)
            .optional()?)
    }

    /// The client of this key.
    pub fn client_by_key(&self, key: ClientKey) -> Result<Option<Client>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], client)
            .optional()?)
    }

    /// The client of this tax id.
    pub fn client_of_tax_id(
        &self,
        tax_id: &TaxId,
        but: Option<ClientKey>,
    ) -> Result<Option<Client>> {
        Ok(self
            .conn
            .prepare_cached(&format!(
                "{SELECT} WHERE tax_id = ?1 AND id IS NOT ?2 LIMIT 1"
            ))?
            .query_row((tax_id.as_str(), but.map(|key| key.0)), client)
            .optional()?)
    }

    /// Short names of the other clients with the name of this one, in any case.
    pub fn namesakes(&self, client: &Client) -> Result<Vec<Slug>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT slug, name FROM client WHERE id <> ? ORDER BY slug")?;
        let mut rows = statement.query([client.key.0])?;
        let wanted = fold(client.details.name.as_str());
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            if fold(&row.get::<_, String>(1)?) == wanted {
                found.push(parsed(&row.get::<_, String>(0)?, Slug::parse)?);
            }
        }
        Ok(found)
    }

    /// Clients by name.
    pub fn clients(&self, filter: &ClientFilter) -> Result<Vec<Client>> {
        let stage = filter.stage.map(Stage::word);
        let archived = filter.archived || filter.stage == Some(Stage::Archived);
        let sql = format!(
            "{SELECT} WHERE (?1 IS NULL OR stage = ?1) AND (?2 OR stage <> 'archived') ORDER BY name COLLATE NOCASE, slug"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((stage, archived), client)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All short names, for suggestions.
    pub fn client_slugs(&self) -> Result<Vec<String>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT slug FROM client ORDER BY slug")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The contacts of a client, the point of contact first.
    pub fn contacts(&self, key: ClientKey) -> Result<Vec<Contact>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT_CONTACT} WHERE client_id = ? ORDER BY is_primary DESC, name COLLATE NOCASE, id"
        ))?;
        let rows = statement.query_map([key.0], contact)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn details_columns(details: &Details) -> Vec<(&'static str, Value)> {
    let Details {
        name,
        kind,
        email,
        phone,
        website,
        currency,
        language,
        address,
        country,
        tax_id,
        notes,
        billable,
    } = details;
    vec![
        ("name", text(name)),
        ("kind", text(kind.word())),
        ("email", maybe_text(email.as_ref())),
        ("phone", maybe_text(phone.as_ref())),
        ("website", maybe_text(website.as_ref())),
        ("currency", text(currency)),
        ("language", text(language)),
        ("address", maybe_text(address.as_ref())),
        ("country", maybe_text(country.as_ref())),
        ("tax_id", maybe_text(tax_id.as_ref())),
        ("notes", maybe_text(notes.as_ref())),
        ("billable", flag(*billable)),
    ]
}

impl Writer<'_> {
    /// Adds a client.
    pub fn add_client(
        &mut self,
        slug: &Slug,
        stage: Stage,
        details: &Details,
    ) -> Result<ClientKey> {
        let mut columns = vec![("slug", text(slug)), ("stage", text(stage.word()))];
        columns.extend(details_columns(details));
        self.insert("client", &columns).map(ClientKey)
    }

    /// Changes what people edit of a client; whether anything changed.
    pub fn edit_client(&mut self, key: ClientKey, slug: &Slug, details: &Details) -> Result<bool> {
        let mut columns = vec![("slug", text(slug))];
        columns.extend(details_columns(details));
        self.update("client", key.0, &columns)
    }

    /// Adds a client with what identifies it where it comes from.
    pub fn add_imported_client(
        &mut self,
        slug: &Slug,
        stage: Stage,
        details: &Details,
        external_id: Option<&Line>,
    ) -> Result<ClientKey> {
        let mut columns = vec![
            ("slug", text(slug)),
            ("stage", text(stage.word())),
            ("external_id", maybe_text(external_id)),
        ];
        columns.extend(details_columns(details));
        self.insert("client", &columns).map(ClientKey)
    }

    /// Changes what people edit of a client, and what identifies it where it comes from; whether anything changed.
    pub fn edit_imported_client(
        &mut self,
        key: ClientKey,
        slug: &Slug,
        details: &Details,
        external_id: Option<&Line>,
    ) -> Result<bool> {
        let mut columns = vec![
            ("slug", text(slug)),
            ("external_id", maybe_text(external_id)),
        ];
        columns.extend(details_columns(details));
        self.update("client", key.0, &columns)
    }

    /// Moves a client to another stage.
    pub fn set_stage(
        &mut self,
        key: ClientKey,
        stage: Stage,
        before_archive: Option<Stage>,
    ) -> Result<()> {
        let columns = [
            ("stage", text(stage.word())),
            (
                "stage_before_archive",
                maybe_text(before_archive.map(Stage::word)),
            ),
        ];
        self.update("client", key.0, &columns).map(drop)
    }

    /// Adds a contact. The `key` of the given one is not used.
    pub fn add_contact(&mut self, contact: &Contact) -> Result<ContactKey> {
        let Contact {
            key: _,
            client,
            name,
            email,
            phone,
            position,
            roles,
            primary,
        } = contact;
        let columns = [
            ("client_id", int(client.0)),
            ("name", text(name)),
            ("email", maybe_text(email.as_ref())),
            ("phone", maybe_text(phone.as_ref())),
            ("position", maybe_text(position.as_ref())),
            ("roles", roles_value(roles)),
            ("is_primary", flag(*primary)),
        ];
        self.insert("contact", &columns).map(ContactKey)
    }

    /// Changes a contact; whether anything changed.
    pub fn edit_contact(&mut self, contact: &Contact) -> Result<bool> {
        let columns = [
            ("name", text(&contact.name)),
            ("email", maybe_text(contact.email.as_ref())),
            ("phone", maybe_text(contact.phone.as_ref())),
            ("position", maybe_text(contact.position.as_ref())),
            ("roles", roles_value(&contact.roles)),
            ("is_primary", flag(contact.primary)),
        ];
        self.update("contact", contact.key.0, &columns)
    }

    /// Removes a contact. Talks keep the name, users lose the link.
    pub fn remove_contact(&mut self, key: ContactKey) -> Result<()> {
        for row in self.rows_of("talk", "contact_id = ?", key.0)? {
            self.update("talk", row, &[("contact_id", Value::Null)])?;
        }
        self.unlink_contact(key)?;
        self.delete("contact", key.0)
    }
}
