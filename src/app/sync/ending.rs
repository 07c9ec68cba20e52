//! How pushes ended, and what that means for users: a push is noted before the portal commits it, and whatever is still to be noted of
//! it is noted by whoever sees what became of it.

use std::collections::HashMap;

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::domain::key::ClientKey;
use crate::domain::user::User;
use crate::published::protocol::{ClientStatus, Status};
use crate::store::{Pushed, Writer};

use super::super::{Error, Result, Session};
use super::standing::{Standing, There};

/// What is said in the log of users who were in.
const LEFT: &str =
    "the portal does not know with what they signed in; `loggia user reinvite` lets them in again";

/// Notes of the pushes to a portal whose end is not known what the portal tells of them. Gives the users who are not in any more.
pub(super) fn settle(
    session: &mut Session,
    ids: &PublicIds,
    portal: &str,
    status: &Status,
) -> Result<HashMap<ClientKey, Vec<String>>> {
    let (mut left, mut done) = (HashMap::new(), Vec::new());
    for (client, pushed) in session.store.read(|books| books.open_pushes())? {
        let id = ids.row(Noun::Client, client.0);
        let held = status.clients.iter().find(|held| held.id == id);
        let Some(held) = held.filter(|_| pushed.portal == portal) else {
            continue;
        };
        if pushed.anew {
            let note = Pushed {
                open: pushed.open && !is_of(held, &pushed),
                anew: false,
                ..pushed
            };
            left.insert(client, users_left(session, client, Some(&note))?);
        } else if is_of(held, &pushed) {
            done.push((client, pushed));
        }
    }
    session.store.note_ended(&done)?;
    Ok(left)
}

/// Whether the portal has what was pushed.
fn is_of(held: &ClientStatus, pushed: &Pushed) -> bool {
    held.manifest.as_str() == pushed.manifest
}

/// Notes which pushes came to their end, as far as somebody saw it at the portal.
pub fn note_seen(session: &mut Session, standing: &Standing) -> Result<()> {
    let there = standing.clients.iter();
    let seen = there.filter(|client| client.there == Some(There::Same));
    let open: Vec<_> = seen
        .filter_map(|client| Some((client.key, client.noted.clone()?)))
        .filter(|(_, pushed)| pushed.open)
        .collect();
    Ok(session.store.note_ended(&open)?)
}

/// Notes what follows for users from a push that the portal took: where it did not have the client before, who was in is not any more.
/// Gives them, and the push where that it ended is still to be noted, which is done for many at once: whoever is killed before finds at
/// the portal that it did.
pub(super) fn ended(
    session: &mut Session,
    client: ClientKey,
    pushed: Pushed,
) -> Result<(Vec<String>, Option<Pushed>)> {
    let note = Pushed {
        open: false,
        anew: false,
        ..pushed
    };
    if pushed.anew && has_come(session, client)? {
        let left = users_left(session, client, Some(&note))?;
        return Ok((left, None));
    }
    Ok((Vec::new(), Some(note)))
}

fn has_come(session: &Session, client: ClientKey) -> Result<bool> {
    let users = session.store.read(|books| books.users(Some(client)))?;
    Ok(users.iter().any(User::has_come))
}

/// With the client its users left the portal, or they never were on it: those who have to be invited again. The push of which that
/// is noted, and the note, are one transaction: whoever is invited again afterwards stays in.
pub(super) fn users_left(
    session: &mut Session,
    client: ClientKey,
    note: Option<&Pushed>,
) -> Result<Vec<String>> {
    let now = session.now();
    if !has_come(session, client)? {
        if let Some(note) = note {
            session.store.note_pushed(client, note)?;
        }
        return Ok(Vec::new());
    }
    session.write_for_portal(|books| {
        let before = books.latest_touch(client)?;
        let left = leave(books, client, now)?;
        books.cannot_be_undone(LEFT)?;
        if let Some(note) = note {
            let operation = match note.operation == before {
                // What was pushed shows them as they are now.
                true => books.latest_touch(client)?,
                false => note.operation,
            };
            books.note_pushed(
                client,
                &Pushed {
                    operation,
                    ..note.clone()
                },
            )?;
        }
        Ok::<_, Error>(left)
    })
}

fn leave(
    books: &mut Writer<'_>,
    client: ClientKey,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for mut user in books.users(Some(client))? {
        if user.leave(now) {
            books.edit_user(&user)?;
            left.push(user.email.to_string());
        }
    }
    Ok(left)
}
