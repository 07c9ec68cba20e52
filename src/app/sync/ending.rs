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
    let mut left = HashMap::new();
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
            session.store.note_ended(client, &pushed)?;
        }
    }
    Ok(left)
}

/// Whether the portal has what was pushed.
fn is_of(held: &ClientStatus, pushed: &Pushed) -> bool {
    held.manifest.as_str() == pushed.manifest
}

/// Notes which pushes came to their end, as far as somebody saw it at the portal.
pub fn note_seen(session: &mut Session, standing: &Standing) -> Result<()> {
    let seen: Vec<_> = standing
        .clients
        .iter()
        .filter(|client| client.there == Some(There::Same))
        .filter_map(|client| Some((client.key, client.pushed_state.as_ref()?)))
        .collect();
    for (client, pushed) in seen {
        if pushed.open && !pushed.anew {
            session.store.note_ended(client, pushed)?;
        }
    }
    Ok(())
}

/// Notes that the portal has what was pushed, and who is not in any more because it did not have the client before.
pub(super) fn ended(
    session: &mut Session,
    client: ClientKey,
    pushed: Pushed,
) -> Result<Vec<String>> {
    let note = Pushed {
        open: false,
        anew: false,
        ..pushed.clone()
    };
    if pushed.anew {
        return users_left(session, client, Some(&note));
    }
    session.store.note_pushed(client, &note)?;
    Ok(Vec::new())
}

/// With the client its users left the portal, or they never were on it: those who have to be invited again. The push of which that
/// is noted, and the note, are one transaction: whoever is invited again afterwards stays in.
pub(super) fn users_left(
    session: &mut Session,
    client: ClientKey,
    note: Option<&Pushed>,
) -> Result<Vec<String>> {
    let now = session.now();
    let users = session.store.read(|books| books.users(Some(client)))?;
    if !users.iter().any(User::has_come) {
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
