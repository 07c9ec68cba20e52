//! Statements about what users do not want to be told by mail.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::published::Console;
use crate::published::notice::Kind;
use crate::published::protocol::EventKind;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::{AccountId, Viewer};
use super::super::column::{from_json, public_id};
use super::super::notice::{Chooser, MailReader, kept, kinds};
use super::{Outcome, journal};

/// See [`super::PortalStore::muted`].
pub(super) fn muted(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Vec<Kind>> {
    Ok(own(tx, viewer)?.map_or_else(Vec::new, |chooser| chooser.muted))
}

/// See [`super::PortalStore::choose`].
pub(super) fn choose(
    tx: &Transaction<'_>,
    viewer: &Viewer,
    muted: &[Kind],
    now: DateTime<Utc>,
) -> Outcome<()> {
    match own(tx, viewer)? {
        Some(chooser) => set(tx, &chooser, muted, now),
        None => Ok(()),
    }
}

/// See [`super::PortalStore::mail_reader`].
pub(super) fn reader(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Option<MailReader>> {
    let Some(chooser) = of_secret(tx, token_hash)?.into_iter().next() else {
        return Ok(None);
    };
    let console: Option<Vec<u8>> = tx
        .prepare_cached(
            "SELECT body FROM chunk JOIN membership ON membership.client_id = chunk.client_id
             WHERE membership.id = ? AND key = 'console'",
        )?
        .query_row([chooser.row], |row| row.get(0))
        .optional()?;
    let console: Option<Console> = console.map(|body| from_json(&body)).transpose()?;
    Ok(console.map(|console| MailReader {
        business: console.business,
        muted: chooser.muted,
    }))
}

/// See [`super::PortalStore::mute`].
pub(super) fn mute(
    tx: &Transaction<'_>,
    token_hash: &str,
    more: &[Kind],
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let all = of_secret(tx, token_hash)?;
    for chooser in &all {
        let muted: Vec<Kind> = chooser.muted.iter().chain(more).copied().collect();
        set(tx, chooser, &muted, now)?;
    }
    Ok(!all.is_empty())
}

const CHOOSER: &str =
    "SELECT m.id, c.account_id, c.public_id, m.public_id, coalesce(m.chosen, m.muted)
     FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id";

fn own(tx: &Transaction<'_>, viewer: &Viewer) -> Outcome<Option<Chooser>> {
    let sql = format!("{CHOOSER} WHERE m.client_id = ? AND m.public_id = ?");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params![viewer.client_row(), viewer.user().to_string()])?;
    rows.next()?.map(chooser).transpose()
}

/// A store that published to several accounts has one secret for a user in all of them.
fn of_secret(tx: &Transaction<'_>, token_hash: &str) -> Outcome<Vec<Chooser>> {
    let sql = format!(
        "{CHOOSER} WHERE m.unsubscribe_hash = ? AND a.enabled = 1 ORDER BY c.committed_at DESC, m.id"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query([token_hash])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(chooser(row)?);
    }
    Ok(all)
}

fn chooser(row: &rusqlite::Row<'_>) -> Outcome<Chooser> {
    Ok(Chooser {
        row: row.get(0)?,
        account: AccountId(row.get(1)?),
        client: public_id(&row.get::<_, String>(2)?)?,
        user: public_id(&row.get::<_, String>(3)?)?,
        muted: kinds(&row.get::<_, String>(4)?),
    })
}

/// Keeps a choice and tells the account, unless it is so already.
fn set(tx: &Transaction<'_>, chooser: &Chooser, muted: &[Kind], now: DateTime<Utc>) -> Outcome<()> {
    let wanted = kept(muted);
    if wanted == kept(&chooser.muted) {
        return Ok(());
    }
    tx.prepare_cached("UPDATE membership SET chosen = ? WHERE id = ?")?
        .execute(params![wanted, chooser.row])?;
    let Chooser {
        account,
        client,
        user,
        ..
    } = chooser;
    let act = Act::new(Action::NotificationsChanged, Actor::User(user.clone()))
        .client(client)
        .subject(user.to_string());
    journal::write(tx, account.0, &act, now)?;
    let kind = EventKind::NotificationsChanged {
        muted: kinds(&wanted),
    };
    journal::emit(tx, *account, client, user, &kind, now)
}
