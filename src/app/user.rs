//! Users of the clients' portals: inviting and listing them.

use chrono::Duration;

use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::user::{Party, Role, User};
use crate::store::NewUser;
use crate::values::id::Token;
use crate::values::text::{Email, Line};

use super::client::Made;
use super::{Error, Result, Session, find};

/// How long an invitation can be accepted.
const INVITATION_DAYS: i64 = 7;

/// An invited user. The secret is in this value only; what is kept is its hash.
#[derive(Debug, Clone)]
pub struct Invited {
    pub user: User,
    pub client: Client,
    /// None for a user who was there already.
    pub secret: Option<Token>,
}

/// Invites a person to see a client. The invitation is published with the next sync.
pub fn invite(
    session: &mut Session,
    client: &str,
    email: Email,
    name: Option<Line>,
    role: Role,
    party: Party,
    if_missing: bool,
) -> Result<(Invited, Made)> {
    let secret = Token::random()?;
    let expires = session.calendar.now() + Duration::days(INVITATION_DAYS);
    session.write(|books| {
        let client = find::client(books, client)?;
        if let Some(user) = books.user(client.key, &email)? {
            if if_missing {
                let existing = Invited {
                    user,
                    client,
                    secret: None,
                };
                return Ok((existing, Made::Existing));
            }
            return Err(Error::from(Refusal::UserExists {
                email: email.to_string(),
                client: client.slug,
            }));
        }
        client.takes_work()?;
        books.add_user(&NewUser {
            client: client.key,
            email: email.clone(),
            name,
            role,
            party,
            invitation_hash: secret.hash(),
            invitation_expires: expires,
        })?;
        let invited = Invited {
            user: find::user(books, &client, &email)?,
            client,
            secret: Some(secret),
        };
        Ok((invited, Made::New))
    })
}

/// Users with their clients; of one client, if one is named.
pub fn list(session: &Session, client: Option<&str>) -> Result<Vec<(Client, User)>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        books
            .users(client.as_ref().map(|client| client.key))?
            .into_iter()
            .map(|user| Ok((find::client_of(books, user.client)?, user)))
            .collect()
    })
}
