//! Statements of the sync: what is there, what was sent, and the swap of a client to a new manifest.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::published::protocol::{ClientStatus, Manifest, ManifestChunk, Users};
use crate::published::{ChunkKey, Digest};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::part::{Flaw, Part};
use super::super::super::viewer::AccountId;
use super::super::column::{digest, flaw, instant, key, public_id, signed, unsigned};
use super::super::{AccountStatus, Commit, Removal, Staging};
use super::spread::{self, Placed};
use super::{After, Outcome, journal, people, talk};

pub(super) fn status(tx: &Transaction<'_>, account: AccountId) -> Outcome<AccountStatus> {
    let (last_event, epoch, client_limit): (i64, String, Option<u32>) = tx.query_row(
        "SELECT last_event, coalesce(epoch, ''), client_limit FROM account WHERE id = ?",
        [account.0],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let mut statement =
        tx.prepare_cached("SELECT public_id, slug, revision, manifest, has_console, committed_at FROM client WHERE account_id = ? ORDER BY public_id")?;
    let mut rows = statement.query([account.0])?;
    let (mut clients, mut last_push) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        clients.push(ClientStatus {
            id: public_id(&row.get::<_, String>(0)?)?,
            slug: row.get(1)?,
            revision: unsigned(row.get(2)?)?,
            manifest: digest(row.get(3)?)?,
            console: row.get(4)?,
        });
        last_push = last_push.max(Some(instant(row.get(5)?)?));
    }
    Ok(AccountStatus {
        clients,
        last_event: unsigned(last_event)?,
        last_event_id: journal::event_id(tx, account, last_event)?,
        epoch,
        client_limit,
        last_push,
    })
}

/// What a client of the account holds.
pub(super) fn manifest(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
) -> Outcome<Option<Manifest>> {
    let found: Option<(i64, String, i64)> = tx
        .prepare_cached(
            "SELECT id, slug, revision FROM client WHERE account_id = ? AND public_id = ?",
        )?
        .query_row(params![account.0, client.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((row, slug, revision)) = found else {
        return Ok(None);
    };
    Ok(Some(Manifest {
        revision: unsigned(revision)?,
        slug,
        chunks: chunks(tx, row)?,
    }))
}

/// The bytes of a part that a client of the account holds.
pub(super) fn part(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    digest: &Digest,
) -> Outcome<Option<Vec<u8>>> {
    Ok(tx
        .prepare_cached(
            "SELECT body FROM chunk WHERE client_id = (SELECT id FROM client WHERE account_id = ? AND public_id = ?) AND digest = ? LIMIT 1",
        )?
        .query_row(
            params![account.0, client.as_str(), digest.as_str()],
            |row| row.get(0),
        )
        .optional()?)
}

fn chunks(tx: &Transaction<'_>, client: i64) -> Outcome<Vec<ManifestChunk>> {
    let mut statement = tx.prepare_cached(
        "SELECT key, digest, size FROM chunk WHERE client_id = ? ORDER BY position",
    )?;
    let mut rows = statement.query([client])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        chunks.push(ManifestChunk {
            key: key(&row.get::<_, String>(0)?)?,
            digest: digest(row.get(1)?)?,
            size: unsigned(row.get(2)?)?,
        });
    }
    Ok(chunks)
}

/// False where too much is waiting already; and what is to follow, since parts that waited too long were shown to nobody.
pub(super) fn stage(
    tx: &Transaction<'_>,
    account: AccountId,
    staging: &Staging,
    now: DateTime<Utc>,
) -> Outcome<(bool, After)> {
    let gone = tx.execute(
        "DELETE FROM staged WHERE received_at < ?",
        [staging.stale.timestamp()],
    )?;
    let after = match gone {
        0 => After::Nothing,
        _ => After::Forget,
    };
    let waiting: i64 = tx
        .prepare_cached("SELECT coalesce(sum(length(body)), 0) FROM staged WHERE account_id = ?")?
        .query_row([account.0], |row| row.get(0))?;
    let mut with_these = unsigned(waiting)?;
    for (_, body) in &staging.parts {
        with_these = with_these.saturating_add(body.len() as u64);
    }
    if with_these > staging.limit {
        return Ok((false, after));
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO staged (account_id, client, digest, body, received_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (account_id, client, digest) DO UPDATE SET received_at = excluded.received_at",
    )?;
    for (digest, body) in &staging.parts {
        insert.execute(params![
            account.0,
            staging.client.to_string(),
            digest.as_str(),
            body,
            now.timestamp()
        ])?;
    }
    Ok((true, after))
}

/// A client as it is before the commit.
struct Before {
    row: i64,
    revision: u64,
    manifest: String,
    has_console: bool,
}

/// See [`super::PortalStore::commit`]. Whatever is not `Committed` is rolled back by the caller.
pub(super) fn commit(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    now: DateTime<Utc>,
) -> Outcome<(Commit, After)> {
    let so = |outcome| Ok((outcome, After::Nothing));
    let before = before(tx, account, client)?;
    let wanted = manifest.digest();
    if let Some(before) = &before {
        if before.manifest == wanted.as_str() {
            return so(repeat(tx, before, manifest.revision)?);
        }
        if manifest.revision <= before.revision {
            return so(Commit::Stale {
                revision: before.revision,
            });
        }
    }
    let has_console = manifest
        .chunks
        .iter()
        .any(|chunk| chunk.key == ChunkKey::Console);
    if has_console
        && !before.as_ref().is_some_and(|before| before.has_console)
        && let Some(limit) = reached_limit(tx, account)?
    {
        return so(Commit::Limit { limit });
    }
    let held = match &before {
        Some(before) => chunks(tx, before.row)?
            .into_iter()
            .map(|chunk| (chunk.key, chunk.digest))
            .collect(),
        None => HashMap::new(),
    };
    let lacking = lacking(tx, account, client, manifest, &held)?;
    if !lacking.is_empty() {
        return so(Commit::Lacks(lacking));
    }
    let row = upsert(tx, account, client, manifest, &wanted, has_console, now)?;
    swap(tx, account, client, row, manifest, &held, now)
}

fn before(tx: &Transaction<'_>, account: AccountId, client: &PublicId) -> Outcome<Option<Before>> {
    let mut statement =
        tx.prepare_cached("SELECT id, revision, manifest, has_console FROM client WHERE account_id = ? AND public_id = ?")?;
    let row = statement
        .query_row(params![account.0, client.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((row, revision, manifest, has_console)) = row else {
        return Ok(None);
    };
    Ok(Some(Before {
        row,
        revision: unsigned(revision)?,
        manifest,
        has_console,
    }))
}

/// The same again: at most the revision moves on.
fn repeat(tx: &Transaction<'_>, before: &Before, revision: u64) -> Outcome<Commit> {
    let revision = revision.max(before.revision);
    if revision > before.revision {
        tx.execute(
            "UPDATE client SET revision = ? WHERE id = ?",
            params![signed(revision)?, before.row],
        )?;
    }
    Ok(Commit::Committed { revision })
}

fn reached_limit(tx: &Transaction<'_>, account: AccountId) -> Outcome<Option<u32>> {
    let (limit, clients): (Option<u32>, u32) = tx.query_row(
        "SELECT client_limit, (SELECT count(*) FROM client WHERE account_id = account.id AND has_console = 1)
         FROM account WHERE id = ?",
        [account.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(limit.filter(|limit| clients >= *limit))
}

fn lacking(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    held: &HashMap<ChunkKey, Digest>,
) -> Outcome<Vec<Digest>> {
    let mut statement =
        tx.prepare_cached("SELECT digest FROM staged WHERE account_id = ? AND client = ?")?;
    let rows = statement.query_map(params![account.0, client.to_string()], |row| {
        row.get::<_, String>(0)
    })?;
    let staged = rows.collect::<Result<HashSet<String>, _>>()?;
    let mut asked = HashSet::new();
    let lacking = manifest
        .chunks
        .iter()
        .filter(|chunk| {
            held.get(&chunk.key) != Some(&chunk.digest) && !staged.contains(chunk.digest.as_str())
        })
        .filter(|chunk| asked.insert(&chunk.digest));
    Ok(lacking.map(|chunk| chunk.digest.clone()).collect())
}

fn upsert(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    digest: &Digest,
    has_console: bool,
    now: DateTime<Utc>,
) -> Outcome<i64> {
    let row = tx
        .prepare_cached(
            "INSERT INTO client (account_id, public_id, slug, revision, manifest, has_console, committed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (account_id, public_id) DO UPDATE SET slug = excluded.slug, revision = excluded.revision,
                 manifest = excluded.manifest, has_console = excluded.has_console, committed_at = excluded.committed_at
             RETURNING id",
        )?
        .query_row(
            params![
                account.0,
                client.to_string(),
                manifest.slug,
                signed(manifest.revision)?,
                digest.as_str(),
                has_console,
                now.timestamp()
            ],
            |row| row.get(0),
        )?;
    Ok(row)
}

/// Puts the new parts in the place of the old ones.
fn swap(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    row: i64,
    manifest: &Manifest,
    held: &HashMap<ChunkKey, Digest>,
    now: DateTime<Utc>,
) -> Outcome<(Commit, After)> {
    let stays = |chunk: &ManifestChunk| held.get(&chunk.key) == Some(&chunk.digest);
    let staying: HashSet<&ChunkKey> = manifest
        .chunks
        .iter()
        .filter(|chunk| stays(chunk))
        .map(|chunk| &chunk.key)
        .collect();
    for key in held.keys().filter(|key| !staying.contains(key)) {
        tx.prepare_cached("DELETE FROM chunk WHERE client_id = ? AND key = ?")?
            .execute(params![row, key.to_string()])?;
        spread::gather_up(tx, row, key)?;
    }
    let mut users = None;
    let places: Vec<_> = (0_i64..).zip(&manifest.chunks).collect();
    // The newest month first, as they stand in their tables.
    for (position, chunk) in places.into_iter().rev() {
        if stays(chunk) {
            tx.prepare_cached("UPDATE chunk SET position = ? WHERE client_id = ? AND key = ?")?
                .execute(params![position, row, chunk.key.to_string()])?;
            continue;
        }
        match insert(tx, account, client, row, position, chunk)? {
            Ok(Part::Users(sent)) => users = Some(sent),
            Ok(_) => {}
            Err(flaw) => return Ok((Commit::Flawed(flaw), After::Nothing)),
        }
    }
    if !staying.contains(&ChunkKey::Users) {
        let users = users.unwrap_or(Users { users: Vec::new() });
        people::apply(tx, account, client, row, &users, now)?;
    }
    talk::settle(tx, row)?;
    let staged = tx.execute(
        "DELETE FROM staged WHERE account_id = ? AND client = ?",
        params![account.0, client.to_string()],
    )?;
    let act = Act::new(Action::ClientPublished, Actor::Account).client(client);
    journal::write(
        tx,
        account.0,
        &act.subject(manifest.revision.to_string()),
        now,
    )?;
    // Of a client that is new, nothing was there that is not there now, but for what a push that was given up had left.
    let shown: HashSet<&Digest> = manifest.chunks.iter().map(|chunk| &chunk.digest).collect();
    let after = match held.is_empty() && staged <= shown.len() {
        true => After::Nothing,
        false => After::Forget,
    };
    let revision = manifest.revision;
    Ok((Commit::Committed { revision }, after))
}

fn insert(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    row: i64,
    position: i64,
    chunk: &ManifestChunk,
) -> Outcome<Result<Part, Flaw>> {
    let body: Vec<u8> = tx
        .prepare_cached(
            "SELECT body FROM staged WHERE account_id = ? AND client = ? AND digest = ?",
        )?
        .query_row(
            params![account.0, client.to_string(), chunk.digest.as_str()],
            |row| row.get(0),
        )?;
    if u64::try_from(body.len()) != Ok(chunk.size) {
        return Ok(Err(flaw(&chunk.key, "the part has another size")));
    }
    let part = match Part::read(&chunk.key, &body) {
        Ok(part) => part,
        Err(flaw) => return Ok(Err(flaw)),
    };
    tx.prepare_cached("INSERT INTO chunk (client_id, key, position, digest, size, body) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            row,
            chunk.key.to_string(),
            position,
            chunk.digest.as_str(),
            signed(chunk.size)?,
            body
        ])?;
    let placed = Placed {
        client: row,
        chunk: tx.last_insert_rowid(),
        key: &chunk.key,
        body: &body,
    };
    Ok(spread::part(tx, placed, &part)?.map(|()| part))
}

/// See [`super::PortalStore::remove_client`].
pub(super) fn remove(
    tx: &Transaction<'_>,
    account: AccountId,
    client: &PublicId,
    revision: u64,
    now: DateTime<Utc>,
) -> Outcome<Removal> {
    let before = before(tx, account, client)?;
    if let Some(newer) = before.as_ref().filter(|before| before.revision > revision) {
        return Ok(Removal::Stale {
            revision: newer.revision,
        });
    }
    tx.execute(
        "DELETE FROM staged WHERE account_id = ? AND client = ?",
        params![account.0, client.to_string()],
    )?;
    let Some(before) = before else {
        return Ok(Removal::NotThere);
    };
    // Mail to those who see no other client.
    tx.execute(
        "DELETE FROM mail WHERE account_id = ?1 AND lower(trim(recipient)) IN
             (SELECT email_key FROM person JOIN membership ON membership.person_id = person.id WHERE client_id = ?2 AND NOT EXISTS
                 (SELECT 1 FROM membership AS other WHERE other.person_id = person.id AND other.client_id <> ?2))",
        params![account.0, before.row],
    )?;
    people::apply(
        tx,
        account,
        client,
        before.row,
        &Users { users: Vec::new() },
        now,
    )?;
    tx.execute("DELETE FROM client WHERE id = ?", [before.row])?;
    let act = Act::new(Action::ClientRemoved, Actor::Account).client(client);
    journal::write(tx, account.0, &act, now)?;
    Ok(Removal::Removed)
}
