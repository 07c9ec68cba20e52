//! Reads a published part: the bytes must be the type its key names, and hold together. Pure, so that every store refuses alike.

use std::collections::HashSet;

use chrono::Datelike as _;
use ipnet::IpNet;

use crate::published::protocol::Users;
use crate::published::talk::LONGEST_MESSAGE;
use crate::published::{
    ChunkKey, Console, Documents, Expenses, Invoice, Month, Projects, Retainer, Talk,
};
use crate::values::calendar::Calendar;
use crate::values::period::YearMonth;
use crate::values::text::Email;

/// A part that was read.
#[derive(Debug)]
pub(super) enum Part {
    Console(Box<Console>),
    Users(Users),
    Projects,
    Retainers,
    Talk(Talk),
    Month(Month),
    Invoice(Box<Invoice>),
    Documents(Documents),
    Expenses(Expenses),
    File,
}

/// Why a part is refused; goes back to the account that sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {reason}")]
pub struct Flaw {
    /// Which part.
    pub key: ChunkKey,
    /// The fact.
    pub reason: String,
}

/// Idle minutes a session may last.
pub(super) const SESSION_MINUTES: std::ops::RangeInclusive<u32> = 5..=1440;

impl Part {
    /// Reads the bytes as what `key` says they are.
    pub(super) fn read(key: &ChunkKey, body: &[u8]) -> Result<Self, Flaw> {
        let flaw = |reason: String| Flaw {
            key: key.clone(),
            reason,
        };
        let part = match key {
            ChunkKey::Console => Self::Console(json(body).map_err(flaw)?),
            ChunkKey::Users => Self::Users(json(body).map_err(flaw)?),
            ChunkKey::Projects => {
                json::<Projects>(body).map_err(flaw)?;
                Self::Projects
            }
            ChunkKey::Retainers => {
                json::<Vec<Retainer>>(body).map_err(flaw)?;
                Self::Retainers
            }
            ChunkKey::Talk => Self::Talk(json(body).map_err(flaw)?),
            ChunkKey::Month(_) => Self::Month(json(body).map_err(flaw)?),
            ChunkKey::Invoice(_) => Self::Invoice(json(body).map_err(flaw)?),
            ChunkKey::Documents => Self::Documents(json(body).map_err(flaw)?),
            ChunkKey::Expenses(_) => Self::Expenses(json(body).map_err(flaw)?),
            ChunkKey::File(name) => {
                file_name(name).map_err(flaw)?;
                Self::File
            }
            ChunkKey::Document(_) => Self::File,
        };
        part.check(key).map_err(flaw)?;
        Ok(part)
    }

    fn check(&self, key: &ChunkKey) -> Result<(), String> {
        match (self, key) {
            (Self::Console(console), _) => check_console(console),
            (Self::Users(users), _) => check_users(users),
            (Self::Talk(talk), _) => check_talk(talk),
            (Self::Documents(documents), _) => check_documents(documents),
            (Self::Expenses(expenses), ChunkKey::Expenses(year)) => check_expenses(expenses, *year),
            (Self::Month(month), ChunkKey::Month(named)) => check_month(month, *named),
            (Self::Invoice(invoice), ChunkKey::Invoice(number)) => {
                if invoice.number.as_ref() == Some(number) {
                    Ok(())
                } else {
                    Err("the invoice has another number".to_owned())
                }
            }
            _ => Ok(()),
        }
    }
}

fn json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn check_console(console: &Console) -> Result<(), String> {
    Calendar::parse_zone(&console.zone).map_err(|error| error.to_string())?;
    let minutes = console.access.session_timeout_minutes;
    if !SESSION_MINUTES.contains(&minutes) {
        return Err(format!(
            "a session time-out of {minutes} minutes is not from 5 to 1440"
        ));
    }
    for network in &console.access.ip_allow {
        if network.parse::<IpNet>().is_err() {
            return Err(format!("`{network}` is no network in CIDR notation"));
        }
    }
    Ok(())
}

fn check_users(users: &Users) -> Result<(), String> {
    let (mut ids, mut emails) = (HashSet::new(), HashSet::new());
    for user in &users.users {
        let email = Email::parse(&user.email).map_err(|error| error.to_string())?;
        if !ids.insert(&user.id) {
            return Err(format!("two users have the id `{}`", user.id));
        }
        if !emails.insert(email_key(email.as_str())) {
            return Err(format!("two users have the address `{}`", user.email));
        }
    }
    Ok(())
}

/// Every thread and request is one, and nobody is made to read a book.
fn check_talk(talk: &Talk) -> Result<(), String> {
    let mut ids = HashSet::new();
    for thread in &talk.threads {
        if !ids.insert(&thread.id) {
            return Err(format!("two threads have the id `{}`", thread.id));
        }
        let mut texts = thread.messages.iter().map(|message| &message.text);
        if texts.any(|text| text.chars().count() > LONGEST_MESSAGE) {
            return Err(format!(
                "a message of the thread `{}` is too long",
                thread.id
            ));
        }
    }
    for request in &talk.requests {
        if !ids.insert(&request.id) {
            return Err(format!("two requests have the id `{}`", request.id));
        }
    }
    Ok(())
}

fn check_month(month: &Month, named: YearMonth) -> Result<(), String> {
    if month.month != named {
        return Err(format!("holds the month {}", month.month));
    }
    match month
        .entries
        .iter()
        .find(|entry| YearMonth::of(entry.day) != named)
    {
        Some(entry) => Err(format!("the entry `{}` is not of this month", entry.id)),
        None => Ok(()),
    }
}

fn check_documents(documents: &Documents) -> Result<(), String> {
    let mut ids = HashSet::new();
    for document in &documents.documents {
        if !ids.insert(&document.id) {
            return Err(format!("two documents have the id `{}`", document.id));
        }
        file_name(&document.name).map_err(|reason| format!("`{}` {reason}", document.name))?;
    }
    Ok(())
}

fn check_expenses(expenses: &Expenses, year: u16) -> Result<(), String> {
    if expenses.year != year {
        return Err(format!("holds the year {}", expenses.year));
    }
    let mut ids = HashSet::new();
    for expense in &expenses.expenses {
        if expense.day.year() != i32::from(year) {
            return Err(format!("the expense `{}` is not of this year", expense.id));
        }
        if !ids.insert(&expense.id) {
            return Err(format!("two expenses have the id `{}`", expense.id));
        }
    }
    Ok(())
}

fn file_name(name: &str) -> Result<(), String> {
    let plain =
        !name.starts_with('.') && !name.contains(['/', '\\', '"']) && name.chars().count() <= 150;
    if plain {
        Ok(())
    } else {
        Err("is no plain file name".to_owned())
    }
}

/// The form of a mail address by which one person is known: nobody has two accounts that differ in capitals only.
pub(super) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::id::PublicId;

    fn refused(key: &str, body: &str) -> String {
        Part::read(&key.parse().unwrap(), body.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn unknown_fields_and_foreign_types_are_named() {
        let unknown = refused("projects", r#"{"projects":[],"rate":"95"}"#);
        assert!(
            unknown.starts_with("`projects`: unknown field `rate`"),
            "{unknown}"
        );
        assert!(refused("console", "[]").starts_with("`console`: "));
        assert!(refused("retainers", "{}").starts_with("`retainers`: "));
        assert!(refused("users", "\u{0}").starts_with("`users`: "));
    }

    #[test]
    fn a_month_holds_its_own_days_only() {
        let other = refused("month/2026-11", r#"{"month":"2026-10","entries":[]}"#);
        assert_eq!(other, "`month/2026-11`: holds the month 2026-10");
    }

    #[test]
    fn users_are_told_apart() {
        let user = |id: &str, email: &str| {
            format!(
                r#"{{"id":"{id}","email":"{email}","name":null,"role":"full","enabled":true,"invitation":null}}"#
            )
        };
        let (a, b) = ("0".repeat(26), format!("{}1", "0".repeat(25)));
        let twins = format!(
            r#"{{"users":[{},{}]}}"#,
            user(&a, "x@y.example"),
            user(&b, "X@y.example")
        );
        assert!(refused("users", &twins).contains("two users have the address"));
        let same = format!(
            r#"{{"users":[{},{}]}}"#,
            user(&a, "x@y.example"),
            user(&a, "z@y.example")
        );
        assert!(refused("users", &same).contains("two users have the id"));
        assert!(
            refused(
                "users",
                &format!(r#"{{"users":[{}]}}"#, user(&a, "no mail"))
            )
            .contains("no mail")
        );
    }

    #[test]
    fn expenses_stand_once_in_their_year() {
        let expense = |id: &str, day: &str| {
            let id = PublicId::from_bytes([id.len() as u8; 16]);
            format!(
                r#"{{"id":"{id}","day":"{day}","project":"{id}","category":null,"description":null,"amount":{{"amount":"1.00","currency":"EUR"}},"invoice":null}}"#
            )
        };
        let list = |year: u16, all: [String; 2]| {
            format!(r#"{{"year":{year},"expenses":[{}]}}"#, all.join(","))
        };
        let (one, other) = (expense("a", "2026-03-01"), expense("bb", "2026-04-01"));
        let whole = list(2026, [one.clone(), other.clone()]);
        assert!(Part::read(&"expenses/2026".parse().unwrap(), whole.as_bytes()).is_ok());
        let same = list(2026, [one.clone(), expense("c", "2026-04-01")]);
        assert!(refused("expenses/2026", &same).contains("two expenses have the id"));
        let before = list(2026, [one.clone(), expense("bb", "2025-04-01")]);
        assert!(refused("expenses/2026", &before).contains("not of this year"));
        let named = list(2025, [one, other]);
        assert!(refused("expenses/2026", &named).contains("holds the year 2025"));
    }

    #[test]
    fn documents_have_an_id_of_their_own_and_a_plain_name() {
        let document = |id: &str, name: &str| {
            format!(
                r#"{{"id":"{id}","name":"{name}","kind":"contract","day":"2026-11-02","size":4}}"#
            )
        };
        let (a, b) = ("0".repeat(26), format!("{}1", "0".repeat(25)));
        let list = |documents: [String; 2]| format!(r#"{{"documents":[{}]}}"#, documents.join(","));
        let same = list([document(&a, "a.pdf"), document(&a, "b.pdf")]);
        assert!(refused("documents", &same).contains("two documents have the id"));
        let path = list([document(&a, "a.pdf"), document(&b, "../b.pdf")]);
        assert!(refused("documents", &path).contains("is no plain file name"));
    }

    #[test]
    fn file_names_are_no_paths() {
        for name in ["../a", "a/b", "a\\b", ".hidden", "a\"b"] {
            assert!(
                Part::read(&ChunkKey::File(name.to_owned()), b"").is_err(),
                "{name}"
            );
        }
        assert!(
            Part::read(
                &ChunkKey::File("Rechnung 2026-0007 ü.pdf".to_owned()),
                b"%PDF"
            )
            .is_ok()
        );
    }
}
