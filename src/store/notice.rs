//! Notices that were given, and what somebody does not want to be told.

use chrono::NaiveDate;
use rusqlite::Row;

use crate::domain::key::{ClientKey, MailKey, NoticeChoiceKey, NoticeKey};
use crate::domain::notice::{Choice, Given, Occasion, Side};
use crate::values::text::Email;

use super::door::Writer;
use super::row::{int, maybe_int, of_client, parsed, text, word};
use super::{Books, Result};

/// A notice that is given now.
#[derive(Debug, Clone)]
pub struct NewNotice {
    pub given: Given,
    pub day: NaiveDate,
    /// The mail that tells it; none where it was told elsewhere.
    pub mail: Option<MailKey>,
}

fn given(row: &Row<'_>) -> rusqlite::Result<Given> {
    Ok(Given {
        client: ClientKey(row.get(0)?),
        event: row.get(1)?,
        occasion: Occasion::parse(&row.get::<_, String>(2)?),
        side: word(&row.get::<_, String>(3)?, Side::from_word)?,
        recipient: row.get(4)?,
    })
}

fn choice(row: &Row<'_>) -> rusqlite::Result<Choice> {
    let words = |text: String| {
        let words = text.split(',').filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    Ok(Choice {
        key: NoticeChoiceKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        email: parsed(&row.get::<_, String>(2)?, Email::parse)?,
        muted: words(row.get(3)?),
        own: words(row.get(4)?),
    })
}

impl Books<'_> {
    /// Notices that were given; about one client, if one is given.
    pub fn notices(&self, client: Option<ClientKey>) -> Result<Vec<Given>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT client_id, event, occasion, side, recipient FROM notice WHERE {} ORDER BY id",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], given)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The notices that a mail tells.
    pub fn notices_of(&self, mail: MailKey) -> Result<Vec<(NoticeKey, Given)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client_id, event, occasion, side, recipient, id FROM notice WHERE mail_id = ? ORDER BY id",
        )?;
        let rows =
            statement.query_map([mail.0], |row| Ok((NoticeKey(row.get(5)?), given(row)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is not wanted; about one client, if one is given.
    pub fn notice_choices(&self, client: Option<ClientKey>) -> Result<Vec<Choice>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT id, client_id, email, muted, own FROM notice_choice WHERE {} ORDER BY email",
            of_client(client)
        ))?;
        let rows = statement.query_map([client.map(|client| client.0)], choice)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Puts down that a notice is given.
    pub fn add_notice(&mut self, new: &NewNotice) -> Result<()> {
        let Given {
            client,
            event,
            occasion,
            side,
            recipient,
        } = &new.given;
        let columns = [
            ("client_id", int(client.0)),
            ("event", text(event)),
            ("occasion", text(occasion)),
            ("side", text(side.word())),
            ("recipient", text(recipient)),
            ("day", text(new.day)),
            ("mail_id", maybe_int(new.mail.map(|mail| mail.0))),
        ];
        self.insert("notice", &columns).map(drop)
    }

    /// Puts down that a notice tells of this by now.
    pub fn move_notice(&mut self, key: NoticeKey, occasion: &Occasion) -> Result<bool> {
        self.update("notice", key.0, &[("occasion", text(occasion))])
    }

    /// Takes back that a notice was given.
    pub fn take_notice_back(&mut self, key: NoticeKey) -> Result<()> {
        self.delete("notice", key.0)
    }

    /// Sets what an address does not want to be told about a client, and what of it the person said; whether that changed anything.
    pub fn set_notice_choice(
        &mut self,
        client: ClientKey,
        email: &Email,
        muted: &[String],
        own: &[String],
    ) -> Result<bool> {
        let mut known = self.notice_choices(Some(client))?;
        known.retain(|choice| choice.is_of(email));
        let said = [
            ("muted", text(muted.join(","))),
            ("own", text(own.join(","))),
        ];
        match known.first() {
            Some(choice) => self.update("notice_choice", choice.key.0, &said),
            None if muted.is_empty() => Ok(false),
            None => {
                let [muted, own] = said;
                let columns = [
                    ("client_id", int(client.0)),
                    ("email", text(email)),
                    muted,
                    own,
                ];
                self.insert("notice_choice", &columns).map(|_| true)
            }
        }
    }
}
