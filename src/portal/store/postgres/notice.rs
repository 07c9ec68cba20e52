//! Statements about what users do not want to be told by mail.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::Console;
use crate::published::notice::Kind;
use crate::published::protocol::EventKind;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::viewer::{AccountId, Viewer};
use super::super::column::{from_json, public_id};
use super::super::notice::{Chooser, MailReader, kept, kinds};
use super::tx::Tx;
use super::{Outcome, journal, lock};

/// See [`super::PortalStore::muted`].
pub(super) async fn muted(tx: &Tx, viewer: &Viewer) -> Outcome<Vec<Kind>> {
    let own = own(tx, viewer).await?;
    Ok(own.map_or_else(Vec::new, |chooser| chooser.muted))
}

/// See [`super::PortalStore::choose`].
pub(super) async fn choose(
    tx: &Tx,
    viewer: &Viewer,
    muted: &[Kind],
    now: DateTime<Utc>,
) -> Outcome<()> {
    lock::account(tx, viewer.account()).await?;
    match own(tx, viewer).await? {
        Some(chooser) => set(tx, &chooser, muted, now).await,
        None => Ok(()),
    }
}

/// See [`super::PortalStore::mail_reader`].
pub(super) async fn reader(tx: &Tx, token_hash: &str) -> Outcome<Option<MailReader>> {
    let all = of_secret(tx, token_hash).await?;
    let Some(chooser) = all.into_iter().next() else {
        return Ok(None);
    };
    let row = tx
        .first(
            "SELECT body FROM chunk JOIN membership ON membership.client_id = chunk.client_id
             WHERE membership.id = $1 AND key = 'console'",
            &[&chooser.row],
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let console: Console = from_json(row.try_get(0)?)?;
    Ok(Some(MailReader {
        business: console.business,
        muted: chooser.muted,
    }))
}

/// See [`super::PortalStore::mute`].
pub(super) async fn mute(
    tx: &Tx,
    token_hash: &str,
    more: &[Kind],
    now: DateTime<Utc>,
) -> Outcome<bool> {
    let found = of_secret(tx, token_hash).await?;
    let accounts = found.iter().map(|chooser| chooser.account).collect();
    lock::accounts(tx, accounts).await?;
    // As it is now that nobody else changes it.
    let all = of_secret(tx, token_hash).await?;
    for chooser in &all {
        let muted: Vec<Kind> = chooser.muted.iter().chain(more).copied().collect();
        set(tx, chooser, &muted, now).await?;
    }
    Ok(!all.is_empty())
}

const CHOOSER: &str =
    "SELECT m.id, c.account_id, c.public_id, m.public_id, coalesce(m.chosen, m.muted)
     FROM membership m JOIN client c ON c.id = m.client_id JOIN account a ON a.id = c.account_id";

async fn own(tx: &Tx, viewer: &Viewer) -> Outcome<Option<Chooser>> {
    let sql = format!("{CHOOSER} WHERE m.client_id = $1 AND m.public_id = $2");
    let row = tx
        .first(&sql, &[&viewer.client_row(), &viewer.user().as_str()])
        .await?;
    row.as_ref().map(chooser).transpose()
}

/// A store that published to several accounts has one secret for a user in all of them.
async fn of_secret(tx: &Tx, token_hash: &str) -> Outcome<Vec<Chooser>> {
    let sql = format!(
        "{CHOOSER} WHERE m.unsubscribe_hash = $1 AND a.enabled ORDER BY c.committed_at DESC, m.id"
    );
    let rows = tx.query(&sql, &[&token_hash]).await?;
    rows.iter().map(chooser).collect()
}

fn chooser(row: &Row) -> Outcome<Chooser> {
    Ok(Chooser {
        row: row.try_get(0)?,
        account: AccountId(row.try_get(1)?),
        client: public_id(row.try_get(2)?)?,
        user: public_id(row.try_get(3)?)?,
        muted: kinds(row.try_get(4)?),
    })
}

/// Keeps a choice and tells the account, unless it is so already. The account is held.
async fn set(tx: &Tx, chooser: &Chooser, muted: &[Kind], now: DateTime<Utc>) -> Outcome<()> {
    let wanted = kept(muted);
    if wanted == kept(&chooser.muted) {
        return Ok(());
    }
    let sql = "UPDATE membership SET chosen = $1 WHERE id = $2";
    tx.execute(sql, &[&wanted, &chooser.row]).await?;
    let Chooser {
        account,
        client,
        user,
        ..
    } = chooser;
    let act = Act::new(Action::NotificationsChanged, Actor::User(user.clone()))
        .client(client)
        .subject(user.to_string());
    journal::write(tx, account.0, &act, now).await?;
    let kind = EventKind::NotificationsChanged {
        muted: kinds(&wanted),
    };
    journal::emit(tx, *account, client, user, &kind, now).await
}
