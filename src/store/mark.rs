//! Tags and fields of clients in the store.

use std::collections::HashMap;

use crate::domain::client::Marks;
use crate::domain::key::ClientKey;
use crate::values::text::{Line, fold};

use super::door::Writer;
use super::row::{int, of_client, parsed, text};
use super::{Books, Result};

impl Books<'_> {
    /// Tags and fields of a client.
    pub fn marks(&self, client: ClientKey) -> Result<Marks> {
        let mut marks = self.all_marks(Some(client))?;
        Ok(marks.remove(&client).unwrap_or_default())
    }

    /// Tags and fields of the clients that have some; of one client, if one is given.
    pub fn all_marks(&self, client: Option<ClientKey>) -> Result<HashMap<ClientKey, Marks>> {
        let of_client = of_client(client);
        let key = client.map(|client| client.0);
        let mut all: HashMap<ClientKey, Marks> = HashMap::new();
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, tag FROM client_tag WHERE {of_client} ORDER BY client_id, tag COLLATE NOCASE"
        ))?;
        let mut rows = statement.query([key])?;
        while let Some(row) = rows.next()? {
            let tag = parsed(&row.get::<_, String>(1)?, Line::parse)?;
            all.entry(ClientKey(row.get(0)?))
                .or_default()
                .tags
                .push(tag);
        }
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, name, value FROM client_field WHERE {of_client} ORDER BY client_id, name COLLATE NOCASE"
        ))?;
        let mut rows = statement.query([key])?;
        while let Some(row) = rows.next()? {
            let name = parsed(&row.get::<_, String>(1)?, Line::parse)?;
            let value = parsed(&row.get::<_, String>(2)?, Line::parse)?;
            let marks = all.entry(ClientKey(row.get(0)?)).or_default();
            marks.fields.push((name, value));
        }
        Ok(all)
    }

    /// The key and the name of the row that has this name in any case.
    fn mark(&self, sql: &'static str, client: ClientKey, name: &Line) -> Result<Option<i64>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([client.0])?;
        while let Some(row) = rows.next()? {
            if fold(&row.get::<_, String>(1)?) == fold(name.as_str()) {
                return Ok(Some(row.get(0)?));
            }
        }
        Ok(None)
    }

    fn tag(&self, client: ClientKey, tag: &Line) -> Result<Option<i64>> {
        self.mark(
            "SELECT id, tag FROM client_tag WHERE client_id = ?",
            client,
            tag,
        )
    }

    fn field(&self, client: ClientKey, name: &Line) -> Result<Option<i64>> {
        self.mark(
            "SELECT id, name FROM client_field WHERE client_id = ?",
            client,
            name,
        )
    }
}

impl Writer<'_> {
    /// Tags a client, once whatever the case.
    pub fn add_tag(&mut self, client: ClientKey, tag: &Line) -> Result<()> {
        if self.tag(client, tag)?.is_none() {
            let columns = [("client_id", int(client.0)), ("tag", text(tag))];
            self.insert("client_tag", &columns)?;
        }
        Ok(())
    }

    /// Takes a tag away; nothing happens if it is not there.
    pub fn remove_tag(&mut self, client: ClientKey, tag: &Line) -> Result<()> {
        match self.tag(client, tag)? {
            Some(row) => self.delete("client_tag", row),
            None => Ok(()),
        }
    }

    /// Gives a field a value, or takes it away.
    pub fn set_field(
        &mut self,
        client: ClientKey,
        name: &Line,
        value: Option<&Line>,
    ) -> Result<()> {
        match (self.field(client, name)?, value) {
            (None, None) => Ok(()),
            (Some(row), None) => self.delete("client_field", row),
            (Some(row), Some(value)) => self
                .update("client_field", row, &[("value", text(value))])
                .map(drop),
            (None, Some(value)) => {
                let columns = [
                    ("client_id", int(client.0)),
                    ("name", text(name)),
                    ("value", text(value)),
                ];
                self.insert("client_field", &columns).map(drop)
            }
        }
    }
}
