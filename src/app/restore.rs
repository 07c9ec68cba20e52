//! Putting a backup in the place of the store.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::domain::Refusal;
use crate::domain::key::{InvoiceKey, OperationKey};
use crate::domain::mail::State;
use crate::domain::notice::Given;
use crate::store::{Books, MailFilter, NewNotice, Store, StoreError};

use super::{Error, Result, Session, Setting};

/// Puts a backup in the place of the store; gives the path where what was there is kept. A number that was given must not be given
/// again: refused where documents were issued after the backup, unless `lose_documents`. A store that is damaged is set aside.
///
/// What somebody was told since is told again by no run: what was told about things that are in the backup is carried over.
pub fn restore(
    path: &Path,
    backup: &Path,
    lose_documents: bool,
    setting: &Setting,
) -> Result<PathBuf> {
    let staged = Store::stage(path, backup)?;
    let mut current = match Store::open(path) {
        Ok(current) => current,
        Err(StoreError::Corrupt(_)) => return Ok(Store::replace_damaged(path, &staged)?),
        Err(other) => return Err(other.into()),
    };
    let kept: HashSet<String> = staged.invoice_numbers()?.into_iter().collect();
    let mut numbers = current.read(|books| books.invoice_numbers())?;
    numbers.retain(|number| !kept.contains(number));
    if !numbers.is_empty() && !lose_documents {
        return Err(Refusal::RestoreLoses { numbers }.into());
    }
    let told = current.read(Told::read)?;
    let kept = current.replace(&staged)?;
    drop(current);
    told.carry(&mut Session::open(path, setting)?)?;
    Ok(kept)
}

/// Who was told what, and what is behind the keys that it names.
struct Told {
    notices: Vec<Given>,
    rows: HashMap<Row, Origin>,
}

/// A row by its noun and its key.
type Row = (&'static str, i64);

/// By what a row is the same in two stores of which one is an earlier state of the other: the operation that made it. An invoice is
/// told of when it is issued, so its number belongs to it.
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    operation: OperationKey,
    at: DateTime<Utc>,
    number: Option<String>,
}

impl Origin {
    /// Of a row that is there.
    fn of(books: &Books<'_>, (noun, key): Row) -> Result<Option<Self>> {
        let changes = books.row_changes(noun, key)?;
        let is_there = changes.last().is_some_and(|last| last.after.is_some());
        let made = changes.iter().find(|change| change.before.is_none());
        let Some(made) = made.filter(|_| is_there) else {
            return Ok(None);
        };
        let number = match noun {
            "invoice" => {
                let invoice = books.invoice_by_key(InvoiceKey(key))?;
                invoice.and_then(|invoice| invoice.number)
            }
            _ => None,
        };
        Ok(Some(Self {
            operation: made.operation,
            at: made.at,
            number,
        }))
    }
}

/// The rows without which a notice is about something else.
fn rows(given: &Given) -> impl Iterator<Item = Row> {
    let client = ("client", given.client.0);
    std::iter::once(client).chain(given.occasion.row())
}

impl Told {
    fn read(books: &Books<'_>) -> Result<Self> {
        let mut notices = books.notices(None)?;
        // Mail that waits goes out from the outbox of the backup, or not at all.
        let waiting = MailFilter {
            state: Some(State::Queued),
            ..MailFilter::default()
        };
        for mail in books.mails(waiting)? {
            let untold = books.notices_of(mail.key)?;
            notices.retain(|given| untold.iter().all(|(_, one)| one != given));
        }
        let mut told = HashMap::new();
        for row in notices.iter().flat_map(rows) {
            if !told.contains_key(&row)
                && let Some(origin) = Origin::of(books, row)?
            {
                told.insert(row, origin);
            }
        }
        Ok(Self {
            notices,
            rows: told,
        })
    }

    /// Puts down what the store does not know, of what it has. Under the key of something that is lost it will have something else,
    /// as another store has: of that nobody was told.
    fn carry(self, session: &mut Session) -> Result<()> {
        let today = session.today();
        session.write(|books| {
            let known = books.notices(None)?;
            let mut there: HashMap<Row, bool> = HashMap::new();
            for given in self.notices {
                let mut is_same = true;
                for row in rows(&given) {
                    let same = match there.get(&row) {
                        Some(same) => *same,
                        None => {
                            let origin = Origin::of(books, row)?;
                            origin.is_some() && origin.as_ref() == self.rows.get(&row)
                        }
                    };
                    there.insert(row, same);
                    is_same &= same;
                }
                if is_same && !known.contains(&given) {
                    books.add_notice(&NewNotice {
                        given,
                        day: today,
                        mail: None,
                    })?;
                }
            }
            Ok::<_, Error>(())
        })
    }
}
