//! The outbox in the store, the texts that people wrote over ours, and when clients are reminded.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::domain::key::{ClientKey, EstimateKey, InvoiceKey, MailKey};
use crate::domain::mail::{Attachment, Kind, Mail, Recipients, State};
use crate::domain::reminder::Schedule;
use crate::values::text::{Email, Line};

use super::door::Writer;
use super::row::{
    instant, int, maybe_instant, maybe_int, maybe_text, optional, optional_instant, parsed, text,
    unreadable, word,
};
use super::{Books, Result, Store, StoreError};

/// A mail that is not in the outbox yet.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// None: it is about several.
    pub client: Option<ClientKey>,
    pub invoice: Option<InvoiceKey>,
    pub estimate: Option<EstimateKey>,
    pub kind: Kind,
    pub level: Option<i32>,
    pub message_id: String,
    pub sender: Email,
    pub sender_name: Option<Line>,
    pub recipients: Recipients,
    pub subject: String,
    pub body: String,
    pub html: Option<String>,
    pub unsubscribe: Option<String>,
    pub attachments: Vec<NewAttachment>,
    pub queued: DateTime<Utc>,
}

/// A file that goes with it.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    pub name: String,
    pub media: &'static str,
    pub bytes: Vec<u8>,
}

/// Which mails to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailFilter {
    pub client: Option<ClientKey>,
    pub invoice: Option<InvoiceKey>,
    pub estimate: Option<EstimateKey>,
    pub state: Option<State>,
}

/// Recipients as the file keeps them.
#[derive(Serialize, Deserialize)]
struct RecipientsRow {
    to: Vec<Email>,
    cc: Vec<Email>,
    bcc: Vec<Email>,
}

const SELECT: &str = "SELECT id, client_id, invoice_id, kind, level, message_id, sender, sender_name, recipients, subject, body, \
    state, queued, sent, coalesce(attempts, 0), next_try, claimed, error, \
    estimate_id, html, unsubscribe, portal FROM mail LEFT JOIN mail_try ON mail_id = mail.id";

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let recipients: RecipientsRow =
        serde_json::from_str(&row.get::<_, String>(8)?).map_err(unreadable)?;
    let RecipientsRow { to, cc, bcc } = recipients;
    let estimate = row.get::<_, Option<i64>>(18)?.map(EstimateKey);
    Ok(Mail {
        key: MailKey(row.get(0)?),
        client: row.get::<_, Option<i64>>(1)?.map(ClientKey),
        invoice: row.get::<_, Option<i64>>(2)?.map(InvoiceKey),
        // The kinds that the table knows are older than estimates.
        kind: match estimate {
            Some(_) => Kind::Estimate,
            None => word(&row.get::<_, String>(3)?, Kind::from_word)?,
        },
        estimate,
        level: row.get(4)?,
        message_id: row.get(5)?,
        sender: parsed(&row.get::<_, String>(6)?, Email::parse)?,
        sender_name: optional(row.get(7)?, Line::parse)?,
        recipients: Recipients { to, cc, bcc },
        subject: row.get(9)?,
        body: row.get(10)?,
        html: row.get(19)?,
        unsubscribe: row.get(20)?,
        attachments: Vec::new(),
        state: word(&row.get::<_, String>(11)?, State::from_word)?,
        queued: instant(row.get(12)?)?,
        sent: optional_instant(row.get(13)?)?,
        attempts: row.get(14)?,
        next_try: optional_instant(row.get(15)?)?,
        claimed: optional_instant(row.get(16)?)?,
        error: row.get(17)?,
        portal: row.get(21)?,
    })
}

impl Books<'_> {
    /// Mails, the oldest first.
    pub fn mails(&self, filter: MailFilter) -> Result<Vec<Mail>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT} WHERE (?1 IS NULL OR client_id = ?1) AND (?2 IS NULL OR invoice_id = ?2) AND (?3 IS NULL OR state = ?3) \
             AND (?4 IS NULL OR estimate_id = ?4) ORDER BY id"
        ))?;
        let rows = statement.query_map(
            (
                filter.client.map(|key| key.0),
                filter.invoice.map(|key| key.0),
                filter.state.map(State::word),
                filter.estimate.map(|key| key.0),
            ),
            mail,
        )?;
        let mut mails: Vec<Mail> = rows.collect::<rusqlite::Result<_>>()?;
        for mail in &mut mails {
            mail.attachments = self.attachments(mail.key)?;
        }
        Ok(mails)
    }

    /// One mail.
    pub fn mail(&self, key: MailKey) -> Result<Option<Mail>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], mail)
            .optional()?;
        let Some(mut mail) = found else {
            return Ok(None);
        };
        mail.attachments = self.attachments(key)?;
        Ok(Some(mail))
    }

    fn attachments(&self, key: MailKey) -> Result<Vec<Attachment>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT name, media, sha256 FROM mail_attachment WHERE mail_id = ? ORDER BY id",
        )?;
        let rows = statement.query_map([key.0], |row| {
            Ok(Attachment {
                name: row.get(0)?,
                media: row.get(1)?,
                sha256: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The levels at which invoices were reminded, whatever became of the mail.
    pub fn reminded(&self, invoice: Option<InvoiceKey>) -> Result<HashMap<InvoiceKey, Vec<i32>>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT invoice_id, level FROM mail WHERE kind = 'reminder' AND (?1 IS NULL OR invoice_id = ?1)",
        )?;
        let mut rows = statement.query([invoice.map(|key| key.0)])?;
        let mut levels: HashMap<InvoiceKey, Vec<i32>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let of = levels.entry(InvoiceKey(row.get(0)?)).or_default();
            of.push(row.get(1)?);
        }
        Ok(levels)
    }

    /// The text that was put in the place of ours.
    pub fn mail_template(&self, occasion: &str, language: &str) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT text FROM mail_template WHERE occasion = ? AND language = ?")?
            .query_row([occasion, language], |row| row.get(0))
            .optional()?)
    }

    /// The days on which clients are reminded that have days of their own.
    pub fn own_reminders(&self) -> Result<BTreeMap<ClientKey, Schedule>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT client_id, days FROM client_reminder")?;
        let rows = statement.query_map([], |row| {
            let days = parsed(&row.get::<_, String>(1)?, str::parse::<Schedule>)?;
            Ok((ClientKey(row.get(0)?), days))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn key_of(&self, sql: &str, keys: impl rusqlite::Params) -> Result<Option<i64>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row(keys, |row| row.get(0)).optional()?)
    }
}

impl Store {
    /// A number that is another one as soon as another process has written something.
    pub fn version_of_others(&self) -> Result<i64> {
        let mut statement = self.conn.prepare_cached("PRAGMA data_version")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Leaves a mail to this command, for a while, if no other is sending it and it may be tried.
    pub fn claim_mail(
        &mut self,
        key: MailKey,
        now: DateTime<Utc>,
        at_once: bool,
    ) -> Result<Option<Mail>> {
        self.note(|conn| {
            let found = Books { conn }.mail(key)?;
            let Some(mut mail) = found.filter(|mail| mail.may_be_tried(now, at_once)) else {
                return Ok(None);
            };
            mail.claimed = Some(Mail::claim(now));
            mail.attempts = mail.attempts.saturating_add(1);
            note_try(conn, &mail)?;
            Ok(Some(mail))
        })
    }

    /// Notes what became of a try that did not send it.
    pub fn note_mail_try(&mut self, mail: &Mail) -> Result<()> {
        self.note(|conn| {
            // It may have been taken back meanwhile.
            match (Books { conn }).mail(mail.key)? {
                Some(_) => note_try(conn, mail),
                None => Ok(()),
            }
        })
    }
}

fn note_try(conn: &Connection, mail: &Mail) -> Result<()> {
    let at = |instant: Option<DateTime<Utc>>| instant.map(|instant| instant.timestamp());
    conn.prepare_cached(
        "INSERT OR REPLACE INTO mail_try (mail_id, attempts, next_try, claimed, error) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute((
        mail.key.0,
        mail.attempts,
        at(mail.next_try),
        at(mail.claimed),
        &mail.error,
    ))?;
    Ok(())
}

impl Writer<'_> {
    /// Puts a mail into the outbox.
    pub fn add_mail(&mut self, new: &NewMail) -> Result<MailKey> {
        let Recipients { to, cc, bcc } = new.recipients.clone();
        let recipients = serde_json::to_string(&RecipientsRow { to, cc, bcc })
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let columns = [
            ("client_id", maybe_int(new.client.map(|key| key.0))),
            ("invoice_id", maybe_int(new.invoice.map(|key| key.0))),
            ("estimate_id", maybe_int(new.estimate.map(|key| key.0))),
            (
                "kind",
                text(match new.kind {
                    Kind::Estimate => Kind::Invoice.word(),
                    kind => kind.word(),
                }),
            ),
            ("level", maybe_int(new.level.map(i64::from))),
            ("message_id", text(&new.message_id)),
            ("sender", text(&new.sender)),
            ("sender_name", maybe_text(new.sender_name.as_ref())),
            ("recipients", text(recipients)),
            ("subject", text(&new.subject)),
            ("body", text(&new.body)),
            ("html", maybe_text(new.html.as_ref())),
            ("unsubscribe", maybe_text(new.unsubscribe.as_ref())),
            ("state", text(State::Queued.word())),
            ("queued", int(new.queued.timestamp())),
        ];
        let key = self.insert("mail", &columns)?;
        for attachment in &new.attachments {
            let sha256 = self.keep_file(&attachment.bytes)?;
            let columns = [
                ("mail_id", int(key)),
                ("name", text(&attachment.name)),
                ("media", text(attachment.media)),
                ("sha256", text(sha256)),
            ];
            self.insert("mail_attachment", &columns)?;
        }
        Ok(MailKey(key))
    }

    /// Writes a mail that has not gone out anew: what it says, and about whom.
    pub fn rewrite_mail(&mut self, mail: &Mail) -> Result<bool> {
        let columns = [
            ("client_id", maybe_int(mail.client.map(|key| key.0))),
            ("subject", text(&mail.subject)),
            ("body", text(&mail.body)),
            ("html", maybe_text(mail.html.as_ref())),
            ("unsubscribe", maybe_text(mail.unsubscribe.as_ref())),
        ];
        self.update("mail", mail.key.0, &columns)
    }

    /// Writes down where a mail is on its way, and what became of the tries.
    pub fn mark_mail(&mut self, mail: &Mail) -> Result<bool> {
        let columns = [
            ("state", text(mail.state.word())),
            ("sent", maybe_instant(mail.sent)),
            ("portal", maybe_text(mail.portal.as_ref())),
        ];
        note_try(self.conn, mail)?;
        self.update("mail", mail.key.0, &columns)
    }

    /// Notes that an invoice went out.
    pub fn note_sent(&mut self, key: InvoiceKey, at: DateTime<Utc>) -> Result<bool> {
        self.update("invoice", key.0, &[("sent", int(at.timestamp()))])
    }

    /// Puts a text in the place of ours; without one, ours holds again. Whether that changed anything.
    pub fn set_mail_template(
        &mut self,
        occasion: &str,
        language: &str,
        template: Option<&str>,
    ) -> Result<bool> {
        let sql = "SELECT id FROM mail_template WHERE occasion = ? AND language = ?";
        match (self.key_of(sql, [occasion, language])?, template) {
            (None, None) => Ok(false),
            (Some(row), None) => self.delete("mail_template", row).map(|()| true),
            (Some(row), Some(template)) => {
                self.update("mail_template", row, &[("text", text(template))])
            }
            (None, Some(template)) => {
                let columns = [
                    ("occasion", text(occasion)),
                    ("language", text(language)),
                    ("text", text(template)),
                ];
                self.insert("mail_template", &columns).map(|_| true)
            }
        }
    }

    /// Sets when a client is reminded; without days, as the business has it. Whether that changed anything.
    pub fn set_own_reminders(
        &mut self,
        client: ClientKey,
        days: Option<&Schedule>,
    ) -> Result<bool> {
        let sql = "SELECT id FROM client_reminder WHERE client_id = ?";
        match (self.key_of(sql, [client.0])?, days) {
            (None, None) => Ok(false),
            (Some(row), None) => self.delete("client_reminder", row).map(|()| true),
            (Some(row), Some(days)) => self.update("client_reminder", row, &[("days", text(days))]),
            (None, Some(days)) => {
                let columns = [("client_id", int(client.0)), ("days", text(days))];
                self.insert("client_reminder", &columns).map(|_| true)
            }
        }
    }
}
