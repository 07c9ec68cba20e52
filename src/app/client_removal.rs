//! Deleting a client: only one for whom nothing was issued, after a copy of the store, in one operation that can be undone.

use std::path::PathBuf;

use chrono_tz::Tz;

use crate::domain::client::{self, Client, Holds};
use crate::domain::guard::Guards;
use crate::domain::invoice::Invoice;
use crate::domain::member::ReachChange;
use crate::store::{Books, InvoiceFilter};

use super::{Error, Result, Session, find};

/// A client that goes, with how many rows of which noun.
#[derive(Debug, Clone)]
pub struct Removal {
    pub client: Client,
    pub parts: Vec<(&'static str, i64)>,
}

/// What would go with a client; refused where it may not go.
pub fn look(session: &Session, reference: &str) -> Result<Removal> {
    let zone = session.business.zone;
    session.store.read(|books| removal(books, reference, zone))
}

/// Copies the store beside itself and deletes a client with everything of it. Gives the path of the copy.
pub fn delete(session: &mut Session, reference: &str) -> Result<(Removal, PathBuf)> {
    let removal = look(session, reference)?;
    let occasion = format!("before-delete-{}", removal.client.slug);
    let zone = session.business.zone;
    let copy = session.store.copy_beside(&occasion)?;
    let removal = session.write(|books| {
        let removal = self::removal(books, reference, zone)?;
        books.remove_client(removal.client.key)?;
        Ok::<_, Error>(removal)
    })?;
    Ok((removal, copy))
}

fn removal(books: &Books<'_>, reference: &str, zone: Tz) -> Result<Removal> {
    let client = find::client(books, reference)?;
    may_go(books, &client, &super::business(books, zone)?.guards)?;
    Ok(Removal {
        parts: books.client_parts(client.key)?,
        client,
    })
}

/// Refuses where something holds the client or is of a locked day, or a member works for no other.
fn may_go(books: &Books<'_>, client: &Client, guards: &Guards) -> Result<()> {
    let issued = books.invoices(InvoiceFilter {
        client: Some(client.key),
        drafts: false,
    })?;
    let mut issued: Vec<String> = issued.iter().map(Invoice::name).collect();
    let estimates = books.estimates(Some(client.key))?;
    issued.extend(estimates.into_iter().filter_map(|of| of.number));
    if let Some(first) = books.first_day_of(client.key)? {
        guards.unlocked(first)?;
    }
    let projects = books.projects(Some(client.key))?;
    let timers = books.timers(None)?;
    let is_timed = |key| timers.iter().any(|timer| timer.project == key);
    let holds = Holds {
        issued: &issued,
        timer: projects.iter().any(|project| is_timed(project.key)),
        on_portal: books.pushed(client.key)?.is_some(),
    };
    client::may_go(&client.slug, holds)?;
    // Without its last client a member would work for all.
    for member in books
        .members()?
        .into_iter()
        .filter(|member| !member.archived)
    {
        let without = ReachChange {
            without: vec![client.key],
            ..ReachChange::default()
        };
        let reach = books.reach(member.key)?;
        if reach.0.contains(&client.key) {
            reach.changed(&member.slug, &without)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::member::{self, ClientWords};
    use crate::app::publish::sample::{open, sample};
    use crate::app::{client, undo};
    use crate::domain::Refusal;
    use crate::domain::key::ClientKey;
    use crate::store::{Left, Pushed, StoreError};

    fn parts(session: &Session, client: ClientKey) -> Vec<(&'static str, i64)> {
        session
            .store
            .read::<_, StoreError>(|books| books.client_parts(client))
            .unwrap()
    }

    #[test]
    fn a_client_goes_with_all_it_has_and_an_undo_brings_it_back() {
        let sample = sample();
        let mut session = sample.session;
        let before = parts(&session, ClientKey(1));
        assert!(before.len() > 3, "{before:?}");
        let (removal, copy) = delete(&mut session, "acme").unwrap();
        assert_eq!(removal.parts, before);
        assert_eq!(parts(&session, ClientKey(1)), []);
        assert!(!parts(&session, ClientKey(2)).is_empty());
        assert_eq!(session.store.check().unwrap().findings, []);
        let name = copy.file_name().unwrap().to_string_lossy().into_owned();
        let kept = open(sample.folder.path(), &name);
        assert_eq!(parts(&kept, ClientKey(1)), before);
        undo::undo(&mut session, None).unwrap();
        assert_eq!(parts(&session, ClientKey(1)), before);
        assert!(client::show(&session, "acme").is_ok());
        assert_eq!(session.store.check().unwrap().findings, []);
    }

    #[test]
    fn one_who_is_on_the_portal_stays_until_it_is_withdrawn() {
        let mut sample = sample();
        let session = &mut sample.session;
        let pushed = Pushed {
            portal: "https://portal.example.com".to_owned(),
            revision: 1,
            manifest: "ab".repeat(32),
            operation: 1,
            at: session.calendar.now(),
            open: false,
            anew: false,
        };
        session.store.note_pushed(ClientKey(1), &pushed).unwrap();
        let refused = delete(session, "acme").unwrap_err();
        assert!(matches!(
            refused,
            Error::Refused(Refusal::ClientOnPortal { .. })
        ));
        let left = Left {
            portal: pushed.portal,
            revision: pushed.revision,
        };
        session.store.note_withdrawn(ClientKey(1), &left).unwrap();
        delete(session, "acme").unwrap();
    }

    #[test]
    fn the_only_client_of_a_member_stays_until_the_member_has_another() {
        let mut sample = sample();
        let session = &mut sample.session;
        let with = |client: &str| ClientWords {
            with: vec![client.to_owned()],
            ..ClientWords::default()
        };
        member::edit(session, "ada", &with("acme"), |_| ()).unwrap();
        let refused = delete(session, "acme").unwrap_err();
        assert!(matches!(
            refused,
            Error::Refused(Refusal::MemberNowhere { .. })
        ));
        member::edit(session, "ada", &with("beta"), |_| ()).unwrap();
        delete(session, "acme").unwrap();
        let left = member::show(session, "ada").unwrap().clients;
        assert_eq!(left.len(), 1);
    }
}
