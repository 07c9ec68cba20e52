//! What a list of all clients needs, each in one query however many there are.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::client::Contact;
use crate::domain::key::ClientKey;
use crate::values::money::Money;

use super::invoice::{EVER, settled};
use super::row::{currency, day, optional_day};
use super::{Books, Result, client};

/// An invoice that was issued and is not void, with what settled it: payments, credit notes, credit, a write-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvoice {
    pub client: ClientKey,
    pub number: String,
    pub due: Option<NaiveDate>,
    pub total: Money,
    pub settled: Money,
}

impl Books<'_> {
    /// The contacts of all clients, those of each in the order of [`Books::contacts`].
    pub fn all_contacts(&self) -> Result<HashMap<ClientKey, Vec<Contact>>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{} ORDER BY client_id, is_primary DESC, name COLLATE NOCASE, id",
            client::SELECT_CONTACT
        ))?;
        let mut all: HashMap<ClientKey, Vec<Contact>> = HashMap::new();
        for contact in statement.query_map([], client::contact)? {
            let contact = contact?;
            all.entry(contact.client).or_default().push(contact);
        }
        Ok(all)
    }

    /// What identifies imported clients where they come from.
    pub fn external_ids(&self) -> Result<HashMap<ClientKey, String>> {
        self.by_client("SELECT id, external_id FROM client WHERE external_id IS NOT NULL")
    }

    /// Projects that are not closed.
    pub fn open_projects(&self) -> Result<HashMap<ClientKey, i64>> {
        self.by_client("SELECT client_id, count(*) FROM project WHERE closed = 0 GROUP BY 1")
    }

    /// The day of the latest talk.
    pub fn last_talks(&self) -> Result<HashMap<ClientKey, NaiveDate>> {
        let days: HashMap<ClientKey, String> = self.by_client(
            "SELECT client_id, max(day) FROM talk WHERE kind <> 'note' GROUP BY client_id",
        )?;
        let read = |(key, text): (ClientKey, String)| Ok((key, day(&text)?));
        days.into_iter().map(read).collect()
    }

    /// The portals that are known to hold clients.
    pub fn portals(&self) -> Result<HashMap<ClientKey, String>> {
        self.by_client("SELECT client_id, portal FROM pushed")
    }

    /// Invoices that may have something open: of one client, or of all.
    pub fn open_invoices(&self, client: Option<ClientKey>) -> Result<Vec<OpenInvoice>> {
        let of_client = match client {
            Some(_) => "AND client_id = ?1",
            None => "AND ?1 IS NULL",
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, currency, due_date, total, {}, coalesce(number, '') FROM invoice \
             WHERE kind = 'invoice' AND state = 'issued' AND total IS NOT NULL {of_client} ORDER BY issue_date, id",
            settled()
        ))?;
        let rows = statement.query_map((client.map(|client| client.0), EVER), |row| {
            let currency = currency(&row.get::<_, String>(1)?)?;
            Ok(OpenInvoice {
                client: ClientKey(row.get(0)?),
                number: row.get(5)?,
                due: optional_day(row.get(2)?)?,
                total: Money::from_minor(row.get(3)?, currency),
                settled: Money::from_minor(row.get(4)?, currency),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn by_client<T: rusqlite::types::FromSql>(
        &self,
        sql: &'static str,
    ) -> Result<HashMap<ClientKey, T>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((ClientKey(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
