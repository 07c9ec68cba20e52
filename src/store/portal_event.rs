//! The events of the portal that came in, each once by its id, and the place up to which they were read.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use crate::domain::key::ClientKey;
use crate::values::id::PublicId;

use super::row::{optional_instant, parsed, unsigned};
use super::{Books, Result, Store};

/// Up to where the events of which portal are here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventPlace {
    /// Of which portal; none before the first one.
    pub epoch: Option<String>,
    /// The number of the last event.
    pub cursor: u64,
    /// The id of that event.
    pub anchor: Option<PublicId>,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEvent {
    pub id: PublicId,
    pub epoch: String,
    pub number: Option<u64>,
    pub at: Option<DateTime<Utc>>,
    /// None where it is about nobody who is here.
    pub client: Option<ClientKey>,
    /// Mail address of the user.
    pub who: Option<String>,
    pub kind: String,
    /// What it is about: an invoice, a file.
    pub subject: Option<String>,
    /// As it came, where it could not be read.
    pub aside: Option<String>,
}

const SELECT: &str =
    "SELECT id, epoch, number, at, client_id, who, kind, subject, aside FROM portal_event";

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptEvent> {
    Ok(KeptEvent {
        id: parsed(&row.get::<_, String>(0)?, PublicId::parse)?,
        epoch: row.get(1)?,
        number: row.get::<_, Option<i64>>(2)?.map(unsigned).transpose()?,
        at: optional_instant(row.get(3)?)?,
        client: row.get::<_, Option<i64>>(4)?.map(ClientKey),
        who: row.get(5)?,
        kind: row.get(6)?,
        subject: row.get(7)?,
        aside: row.get(8)?,
    })
}

impl Books<'_> {
    /// Up to where events are here.
    pub fn event_place(&self) -> Result<EventPlace> {
        let place = self
            .conn
            .query_row(
                "SELECT event_epoch, event_cursor, event_anchor FROM identity",
                [],
                |row| {
                    let anchor: Option<String> = row.get(2)?;
                    Ok(EventPlace {
                        epoch: row.get(0)?,
                        cursor: unsigned(row.get(1)?)?,
                        anchor: anchor.map(|id| parsed(&id, PublicId::parse)).transpose()?,
                    })
                },
            )
            .optional()?;
        Ok(place.unwrap_or_default())
    }

    /// Whether an event came in before.
    pub fn has_event(&self, id: &PublicId) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM portal_event WHERE id = ?")?
            .exists([id.as_str()])?)
    }

    /// What users of a client did on the portal, in order.
    pub fn portal_events(&self, client: ClientKey) -> Result<Vec<KeptEvent>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE client_id = ? ORDER BY at, number"))?;
        let rows = statement.query_map([client.0], kept)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Events that could not be read, in order.
    pub fn events_aside(&self) -> Result<Vec<KeptEvent>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE aside IS NOT NULL ORDER BY number"))?;
        let rows = statement.query_map([], kept)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Store {
    /// Begins the portal's events anew: the store is connected to another one. Those that came in stay known.
    pub fn forget_events(&mut self) -> Result<()> {
        self.note(|conn| {
            conn.execute(
                "UPDATE identity SET event_cursor = 0, event_epoch = NULL, event_anchor = NULL",
                [],
            )?;
            Ok(())
        })
    }
}

impl super::Writer<'_> {
    /// Notes the place in the portal's events, together with what they changed.
    pub fn set_event_place(&mut self, place: &EventPlace) -> Result<()> {
        let cursor = i64::try_from(place.cursor).unwrap_or(i64::MAX);
        self.conn.execute(
            "UPDATE identity SET event_epoch = ?, event_cursor = ?, event_anchor = ?",
            (
                &place.epoch,
                cursor,
                place.anchor.as_ref().map(PublicId::as_str),
            ),
        )?;
        Ok(())
    }

    /// Keeps an event, in the place of what was kept aside of it.
    pub fn keep_event(&mut self, event: &KeptEvent) -> Result<()> {
        let number = event.number.and_then(|number| i64::try_from(number).ok());
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO portal_event (id, epoch, number, at, client_id, who, kind, subject, aside) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(rusqlite::params![
                event.id.as_str(),
                event.epoch,
                number,
                event.at.map(|at| at.timestamp()),
                event.client.map(|client| client.0),
                event.who,
                event.kind,
                event.subject,
                event.aside,
            ])?;
        Ok(())
    }
}
