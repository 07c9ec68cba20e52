//! Who may sign in for a client.

use crate::domain::notice::Choice;
use crate::domain::user::{Role, User};
use crate::published::Digest;
use crate::published::notice::Kind;
use crate::published::protocol;
use crate::values::text::Email;

use super::{ClientBooks, Noun};

/// The users of a client, by address.
pub(super) fn users(books: &ClientBooks) -> protocol::Users {
    let mut users: Vec<_> = books
        .users
        .iter()
        .map(|user| published(books, user))
        .collect();
    users.sort_by(|a, b| a.email.cmp(&b.email));
    protocol::Users { users }
}

fn published(books: &ClientBooks, user: &User) -> protocol::User {
    let User {
        key,
        client: _, // the client's own list
        email,
        name,
        role,
        party: _, // who is an accountant is the owner's note
        enabled,
        invitation_hash,
        invitation_expires,
        invitation_by_mail,
        accepted: _,     // came from there
        last_sign_in: _, // came from there
        contact: _,      // whom the owner knows the user as
    } = user;
    let open = user.has_open_invitation();
    let invitation = Digest::try_from(invitation_hash.clone())
        .ok()
        .filter(|_| open)
        .map(|token_hash| protocol::Invitation {
            token_hash,
            expires: *invitation_expires,
            send: *invitation_by_mail,
        });
    protocol::User {
        id: books.ids.row(Noun::User, key.0),
        email: email.as_str().to_owned(),
        name: name.as_ref().map(|name| name.as_str().to_owned()),
        role: match role {
            Role::Full => protocol::Role::Full,
            Role::Finance => protocol::Role::Finance,
            Role::Work => protocol::Role::Work,
        },
        enabled: *enabled,
        invitation,
        unsubscribe_hash: Digest::try_from(books.ids.unsubscribe(*key).hash()).ok(),
        muted: muted(books, email),
    }
}

/// What the user does not want to be told; only kinds that a client can do without.
fn muted(books: &ClientBooks, email: &Email) -> Vec<Kind> {
    let mut muted: Vec<Kind> = books
        .choices
        .iter()
        .filter(|choice| choice.is_of(email))
        .flat_map(|choice| {
            let Choice {
                key: _,
                client: _, // the client's own list
                email: _,  // the user's
                muted,
                own: _, // who said it changes nothing
            } = choice;
            muted.iter().filter_map(|word| Kind::from_word(word))
        })
        .collect();
    muted.sort();
    muted.dedup();
    muted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::sample;

    #[test]
    fn users_are_told_with_their_role_and_an_invitation_while_it_is_open() {
        let mut books = sample::books();
        let shown = users(&books).users;
        let seen: Vec<_> = shown
            .iter()
            .map(|user| (user.email.as_str(), user.role, user.invitation.is_some()))
            .collect();
        let expected = [
            ("jo@acme.example", protocol::Role::Full, true),
            ("zoe@acme.example", protocol::Role::Finance, false),
        ];
        assert_eq!(seen, expected, "one that was accepted is open no more");
        for user in &mut books.users {
            user.invite_again("cd".repeat(32), true, user.invitation_expires);
        }
        let anew = users(&books).users;
        assert!(
            anew.iter()
                .all(|user| user.invitation.as_ref().is_some_and(|open| open.send))
        );
        for user in &mut books.users {
            user.enabled = false;
        }
        let disabled = users(&books).users;
        assert!(
            disabled
                .iter()
                .all(|user| !user.enabled && user.invitation.is_none())
        );
    }
}
