//! Talks with clients in the store.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::key::{ClientKey, ContactKey, TalkKey};
use crate::domain::talk::{Kind, Talk};
use crate::values::text::{Line, Note};

use super::door::Writer;
use super::row::{day, flag, int, maybe_int, maybe_text, optional, parsed, text, word};
use super::{Books, Result};

const SELECT: &str = "SELECT talk.id, talk.client_id, contact_id, coalesce(contact.name, contact_name), kind, day, text, shared \
    FROM talk LEFT JOIN contact ON contact.id = contact_id WHERE talk.client_id = ?";

fn talk(row: &Row<'_>) -> rusqlite::Result<Talk> {
    Ok(Talk {
        key: TalkKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        contact: row.get::<_, Option<i64>>(2)?.map(ContactKey),
        with: optional(row.get(3)?, Line::parse)?,
        kind: word(&row.get::<_, String>(4)?, Kind::from_word)?,
        day: day(&row.get::<_, String>(5)?)?,
        text: parsed(&row.get::<_, String>(6)?, Note::parse)?,
        shared: row.get(7)?,
    })
}

impl Books<'_> {
    /// Talks with a client, oldest first.
    pub fn talks(&self, client: ClientKey) -> Result<Vec<Talk>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{SELECT} ORDER BY day, talk.id"))?;
        let rows = statement.query_map([client.0], talk)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The latest talk with a client; a note is a talk with nobody.
    pub fn latest_talk(&self, client: ClientKey) -> Result<Option<Talk>> {
        Ok(self
            .conn
            .prepare_cached(&format!(
                "{SELECT} AND talk.kind <> 'note' ORDER BY day DESC, talk.id DESC LIMIT 1"
            ))?
            .query_row([client.0], talk)
            .optional()?)
    }
}

impl Writer<'_> {
    /// Writes a talk down. The `key` of the given one is not used.
    pub fn add_talk(&mut self, talk: &Talk) -> Result<TalkKey> {
        self.insert("talk", &columns(talk)).map(TalkKey)
    }

    /// Changes a talk; whether that changed anything.
    pub fn edit_talk(&mut self, talk: &Talk) -> Result<bool> {
        self.update("talk", talk.key.0, &columns(talk))
    }

    /// Removes a talk.
    pub fn remove_talk(&mut self, key: TalkKey) -> Result<()> {
        self.delete("talk", key.0)
    }
}

fn columns(talk: &Talk) -> [(&'static str, Value); 7] {
    let Talk {
        key: _,
        client,
        contact,
        with,
        kind,
        day,
        text: said,
        shared,
    } = talk;
    [
        ("client_id", int(client.0)),
        ("contact_id", maybe_int(contact.map(|contact| contact.0))),
        ("contact_name", maybe_text(with.as_ref())),
        ("kind", text(kind.word())),
        ("day", text(day)),
        ("text", text(said)),
        ("shared", flag(*shared)),
    ]
}
