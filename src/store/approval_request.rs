//! What clients were asked to approve, in the store.

use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::approval_request::{Answer, ApprovalRequest, Asked, Outcome, State};
use crate::domain::key::{ApprovalRequestKey, ClientKey, EntryKey, ProjectKey};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::period::Period;
use crate::values::text::Note;

use super::door::Writer;
use super::project::amount;
use super::row::{
    currency, flag, instant, int, maybe_int, maybe_text, of_client, optional, optional_period,
    text, unreadable, word,
};
use super::{Books, Result};

const SELECT: &str = "SELECT id, client_id, kind, project_id, by_seconds, by_money, was_seconds, was_money, from_day, to_day, note, \
    asked, state, decided, decided_by, decided_note, shown, outcome, covered, \
    (SELECT currency FROM client WHERE client.id = client_id), taken_back FROM approval_request";

/// The head; the entries of a time sheet follow.
fn head(row: &Row<'_>) -> rusqlite::Result<ApprovalRequest> {
    let currency = currency(&row.get::<_, String>(19)?)?;
    let missing = || unreadable("a request without what it asks for");
    let what = match row.get::<_, String>(2)?.as_str() {
        "budget" => Asked::Budget {
            project: ProjectKey(row.get(3)?),
            by: amount(row.get(4)?, row.get(5)?, currency).ok_or_else(missing)?,
            was: amount(row.get(6)?, row.get(7)?, currency).ok_or_else(missing)?,
        },
        _ => Asked::Timesheet {
            days: optional_period(row.get(8)?, row.get(9)?)?.ok_or_else(missing)?,
            entries: Vec::new(),
        },
    };
    let answer = match row.get::<_, Option<i64>>(13)? {
        Some(at) => Some(Answer {
            at: instant(at)?,
            by: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
            note: optional(row.get(15)?, Note::parse)?,
            shown: row.get::<_, Option<String>>(16)?.unwrap_or_default(),
            sheet: Vec::new(),
        }),
        None => None,
    };
    let covered = row.get::<_, Option<i64>>(18)?.unwrap_or_default();
    let covered = usize::try_from(covered).unwrap_or_default();
    let outcome = row
        .get::<_, Option<String>>(17)?
        .map(|outcome| word(&outcome, |word| Outcome::from_word(word, covered)))
        .transpose()?;
    Ok(ApprovalRequest {
        key: ApprovalRequestKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        what,
        note: optional(row.get(10)?, Note::parse)?,
        asked: instant(row.get(11)?)?,
        state: word(&row.get::<_, String>(12)?, State::from_word)?,
        answer,
        outcome,
        taken_back: row.get(20)?,
    })
}

impl Books<'_> {
    /// Requests, the latest first; of one client, if one is given.
    pub fn approval_requests(&self, client: Option<ClientKey>) -> Result<Vec<ApprovalRequest>> {
        let sql = format!("{SELECT} WHERE {} ORDER BY id DESC", of_client(client));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([client.map(|client| client.0)], head)?;
        let heads: Vec<ApprovalRequest> = rows.collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.with_entries(head))
            .collect()
    }

    /// The request of this number.
    pub fn approval_request(&self, key: ApprovalRequestKey) -> Result<Option<ApprovalRequest>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
            .query_row([key.0], head)
            .optional()?;
        found.map(|head| self.with_entries(head)).transpose()
    }

    /// The entries of a time sheet that was asked, each with the time that was shown of it then, where that is known.
    pub fn asked_sheet(&self, key: ApprovalRequestKey) -> Result<Vec<(EntryKey, Seconds)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT entry, seconds FROM approval_entry WHERE request_id = ? AND seconds IS NOT NULL ORDER BY entry",
        )?;
        let rows = statement.query_map([key.0], |row| {
            Ok((EntryKey(row.get(0)?), Seconds(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Requests that were approved and are not in the books yet, in order.
    pub fn due_approvals(&self) -> Result<Vec<ApprovalRequest>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{SELECT} WHERE id IN (SELECT request_id FROM approval_due) ORDER BY id"
        ))?;
        let rows = statement.query_map([], head)?;
        let heads: Vec<ApprovalRequest> = rows.collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.with_entries(head))
            .collect()
    }

    fn with_entries(&self, mut head: ApprovalRequest) -> Result<ApprovalRequest> {
        if let Asked::Timesheet { entries, .. } = &mut head.what {
            let mut statement = self.conn.prepare_cached(
                "SELECT entry, facts FROM approval_entry WHERE request_id = ? ORDER BY entry",
            )?;
            let rows = statement
                .query_map([head.key.0], |row| Ok((EntryKey(row.get(0)?), row.get(1)?)))?;
            *entries = rows.collect::<rusqlite::Result<_>>()?;
        }
        if let Some(answer) = &mut head.answer {
            let mut statement = self.conn.prepare_cached(
                "SELECT entry, seconds FROM approval_entry \
                 WHERE request_id = ? AND answered AND seconds IS NOT NULL ORDER BY entry",
            )?;
            let rows = statement.query_map([head.key.0], |row| {
                Ok((EntryKey(row.get(0)?), Seconds(row.get(1)?)))
            })?;
            answer.sheet = rows.collect::<rusqlite::Result<_>>()?;
        }
        Ok(head)
    }
}

/// The two columns of an amount under these names.
fn columns_of(
    names: [&'static str; 2],
    amount: Option<Amount>,
) -> impl Iterator<Item = (&'static str, Value)> {
    let (seconds, money) = match amount {
        None => (None, None),
        Some(Amount::Hours(seconds)) => (Some(seconds.0), None),
        Some(Amount::Money(money)) => (None, Some(money.minor())),
    };
    names
        .into_iter()
        .zip([maybe_int(seconds), maybe_int(money)])
}

impl Writer<'_> {
    /// Writes down what a client is asked, and of a time sheet the time that is shown of each entry. `key`, state, answer and outcome
    /// of the given one are not used.
    pub fn add_approval_request(
        &mut self,
        new: &ApprovalRequest,
        seen: &HashMap<EntryKey, Seconds>,
    ) -> Result<ApprovalRequestKey> {
        let (kind, project, by, was, days): (_, _, _, _, Option<Period>) = match &new.what {
            Asked::Budget { project, by, was } => {
                ("budget", Some(project.0), Some(*by), Some(*was), None)
            }
            Asked::Timesheet { days, entries: _ } => ("timesheet", None, None, None, Some(*days)),
        };
        let mut columns = vec![
            ("client_id", int(new.client.0)),
            ("kind", text(kind)),
            ("project_id", maybe_int(project)),
            ("from_day", maybe_text(days.map(|days| days.from))),
            ("to_day", maybe_text(days.map(|days| days.to))),
            ("note", maybe_text(new.note.as_ref())),
            ("asked", int(new.asked.timestamp())),
            ("state", text(State::Open.word())),
        ];
        columns.extend(columns_of(["by_seconds", "by_money"], by));
        columns.extend(columns_of(["was_seconds", "was_money"], was));
        let key = ApprovalRequestKey(self.insert("approval_request", &columns)?);
        if let Asked::Timesheet { days: _, entries } = &new.what {
            for (entry, facts) in entries {
                let columns = [
                    ("client_id", int(new.client.0)),
                    ("request_id", int(key.0)),
                    ("entry", int(entry.0)),
                    ("facts", text(facts)),
                    (
                        "seconds",
                        maybe_int(seen.get(entry).map(|seconds| seconds.0)),
                    ),
                ];
                self.insert("approval_entry", &columns)?;
            }
        }
        Ok(key)
    }

    /// Takes a request back.
    pub fn withdraw_approval_request(&mut self, key: ApprovalRequestKey) -> Result<bool> {
        let columns = [("state", text(State::Withdrawn.word()))];
        self.update("approval_request", key.0, &columns)
    }

    /// Writes an answer down, with what of a time sheet was shown. What was approved is due to be put into the books.
    pub fn answer_approval_request(
        &mut self,
        key: ApprovalRequestKey,
        state: State,
        answer: &Answer,
    ) -> Result<()> {
        let Answer {
            at,
            by,
            note,
            shown,
            sheet,
        } = answer;
        let columns = [
            ("state", text(state.word())),
            ("decided", int(at.timestamp())),
            ("decided_by", text(by)),
            ("decided_note", maybe_text(note.as_ref())),
            ("shown", text(shown)),
        ];
        self.update("approval_request", key.0, &columns)?;
        for (entry, _) in sheet {
            let row: i64 = self
                .conn
                .prepare_cached("SELECT id FROM approval_entry WHERE request_id = ? AND entry = ?")?
                .query_row([key.0, entry.0], |row| row.get(0))?;
            self.update("approval_entry", row, &[("answered", flag(true))])?;
        }
        if state == State::Approved {
            self.conn.execute(
                "INSERT OR IGNORE INTO approval_due (request_id) VALUES (?)",
                [key.0],
            )?;
        }
        Ok(())
    }

    /// Takes what is due off the list. False where another command was quicker.
    pub fn take_due_approval(&mut self, key: ApprovalRequestKey) -> Result<bool> {
        let taken = self
            .conn
            .execute("DELETE FROM approval_due WHERE request_id = ?", [key.0])?;
        Ok(taken > 0)
    }

    /// Writes down that what followed from an approval was undone.
    pub fn take_approval_back(&mut self, key: ApprovalRequestKey) -> Result<bool> {
        self.update("approval_request", key.0, &[("taken_back", flag(true))])
    }

    /// Writes down what an approval changed.
    pub fn set_approval_outcome(
        &mut self,
        key: ApprovalRequestKey,
        outcome: Outcome,
    ) -> Result<()> {
        let covered = i64::try_from(outcome.covered()).unwrap_or(i64::MAX);
        let columns = [("outcome", text(outcome.word())), ("covered", int(covered))];
        self.update("approval_request", key.0, &columns).map(drop)
    }
}
