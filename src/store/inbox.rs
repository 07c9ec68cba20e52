//! Questions of clients in the store, with what was said to them.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use crate::domain::inbox::{Author, Message, Thread};
use crate::domain::key::{ApprovalRequestKey, ClientKey, MemberKey, MessageKey, ThreadKey};
use crate::values::id::PublicId;
use crate::values::text::Note;

use super::door::Writer;
use super::row::{flag, instant, int, maybe_int, maybe_text, of_client, parsed, text};
use super::{Books, Result, Store};

/// A thread that is not there yet.
#[derive(Debug, Clone)]
pub struct NewThread {
    pub client: ClientKey,
    pub public_id: PublicId,
    pub about: String,
    pub subject: String,
    pub asked: DateTime<Utc>,
    pub request: Option<ApprovalRequestKey>,
}

const SELECT: &str =
    "SELECT id, client_id, public_id, about, subject, asked, done, request_id FROM thread";

/// The head; messages follow.
fn head(row: &Row<'_>) -> rusqlite::Result<Thread> {
    Ok(Thread {
        key: ThreadKey(row.get(0)?),
        client: ClientKey(row.get(1)?),
        public_id: parsed(&row.get::<_, String>(2)?, PublicId::parse)?,
        about: row.get(3)?,
        subject: row.get(4)?,
        asked: instant(row.get(5)?)?,
        done: row.get(6)?,
        request: row.get::<_, Option<i64>>(7)?.map(ApprovalRequestKey),
        messages: Vec::new(),
    })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let author = match row.get::<_, Option<i64>>(4)? {
        Some(member) => Author::Member(MemberKey(member)),
        None => Author::User {
            message: parsed(&row.get::<_, String>(1)?, PublicId::parse)?,
            id: parsed(&row.get::<_, String>(2)?, PublicId::parse)?,
            name: row.get(3)?,
        },
    };
    Ok(Message {
        key: MessageKey(row.get(0)?),
        author,
        at: instant(row.get(5)?)?,
        text: parsed(&row.get::<_, String>(6)?, Note::parse)?,
    })
}

impl Books<'_> {
    /// Threads, those that were said something to last first; of one client, if one is given.
    pub fn threads(&self, client: Option<ClientKey>) -> Result<Vec<Thread>> {
        let sql = format!(
            "{SELECT} WHERE {} ORDER BY coalesce((SELECT max(at) FROM message WHERE thread_id = thread.id), asked) DESC, id DESC",
            of_client(client)
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([client.map(|client| client.0)], head)?;
        let heads: Vec<Thread> = rows.collect::<rusqlite::Result<_>>()?;
        heads
            .into_iter()
            .map(|head| self.with_messages(head))
            .collect()
    }

    /// The thread of this number.
    pub fn thread(&self, key: ThreadKey) -> Result<Option<Thread>> {
        self.one_thread("id = ?", key.0)
    }

    /// The thread that the portal has under this id.
    pub fn thread_by_public_id(&self, id: &PublicId) -> Result<Option<Thread>> {
        self.one_thread("public_id = ?", id.as_str())
    }

    fn one_thread(&self, condition: &str, key: impl rusqlite::ToSql) -> Result<Option<Thread>> {
        let found = self
            .conn
            .prepare_cached(&format!("{SELECT} WHERE {condition}"))?
            .query_row([key], head)
            .optional()?;
        found.map(|head| self.with_messages(head)).transpose()
    }

    fn with_messages(&self, head: Thread) -> Result<Thread> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, public_id, user_id, user_name, member_id, at, text FROM message WHERE thread_id = ? ORDER BY id",
        )?;
        let messages = statement
            .query_map([head.key.0], message)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Thread { messages, ..head })
    }

    /// Whether a message of a user's is here.
    pub fn has_message(&self, id: &PublicId) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM message WHERE public_id = ?")?
            .exists([id.as_str()])?)
    }

    /// How many messages of a thread were looked at.
    pub fn thread_read(&self, key: ThreadKey) -> Result<usize> {
        let read: Option<i64> = self
            .conn
            .prepare_cached("SELECT messages FROM thread_read WHERE thread_id = ?")?
            .query_row([key.0], |row| row.get(0))
            .optional()?;
        Ok(usize::try_from(read.unwrap_or_default()).unwrap_or_default())
    }
}

impl Store {
    /// Notes that all of a thread was looked at: even one without a message counts as one.
    pub fn note_thread_read(&mut self, thread: &Thread) -> Result<()> {
        let messages = i64::try_from(thread.messages.len().max(1)).unwrap_or(i64::MAX);
        self.note(|conn| {
            conn.execute(
                "INSERT OR REPLACE INTO thread_read (thread_id, messages) VALUES (?, ?)",
                (thread.key.0, messages),
            )?;
            Ok(())
        })
    }
}

impl Writer<'_> {
    /// Adds a thread.
    pub fn add_thread(&mut self, new: &NewThread) -> Result<ThreadKey> {
        let NewThread {
            client,
            public_id,
            about,
            subject,
            asked,
            request,
        } = new;
        let columns = [
            ("client_id", int(client.0)),
            ("public_id", text(public_id)),
            ("about", text(about)),
            ("subject", text(subject)),
            ("asked", int(asked.timestamp())),
            ("done", flag(false)),
            ("request_id", maybe_int(request.map(|request| request.0))),
        ];
        self.insert("thread", &columns).map(ThreadKey)
    }

    /// Adds a message to a thread. Its `key` is not used.
    pub fn add_message(
        &mut self,
        client: ClientKey,
        thread: ThreadKey,
        message: &Message,
    ) -> Result<MessageKey> {
        let Message {
            key: _,
            at,
            author,
            text: said,
        } = message;
        let (user, member) = match author {
            Author::User { message, id, name } => (Some((message, id, name)), None),
            Author::Member(member) => (None, Some(member.0)),
        };
        let columns = [
            ("client_id", int(client.0)),
            ("thread_id", int(thread.0)),
            ("public_id", maybe_text(user.map(|(message, ..)| message))),
            ("user_id", maybe_text(user.map(|(_, id, _)| id))),
            ("user_name", maybe_text(user.map(|(.., name)| name))),
            ("member_id", maybe_int(member)),
            ("at", int(at.timestamp())),
            ("text", text(said)),
        ];
        self.insert("message", &columns).map(MessageKey)
    }

    /// Closes a thread or opens it again; whether that changed anything.
    pub fn set_thread_done(&mut self, key: ThreadKey, done: bool) -> Result<bool> {
        self.update("thread", key.0, &[("done", flag(done))])
    }
}
