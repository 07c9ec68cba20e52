//! Statements of the sync: what is there, what was sent, and the swap of a client to a new manifest.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use crate::published::protocol::{ClientStatus, Manifest, ManifestChunk, Users};
use crate::published::{ChunkKey, Digest, Invoice, InvoiceKind, Month};
use crate::values::id::PublicId;

use super::super::super::audit::{Act, Action, Actor};
use super::super::super::part::{Flaw, Part};
use super::super::super::viewer::AccountId;
use super::super::column::{
    digest, flaw, instant, is_open, key, public_id, searchable, signed, unsigned,
};
use super::super::sums::pieces;
use super::super::{AccountStatus, Commit, Removal, Staging, StoreError};
use super::session::{Forgotten, forget};
use super::tx::Tx;
use super::{Outcome, journal, lock, people, sums, talk, text};

pub(super) async fn status(tx: &Tx, account: AccountId) -> Outcome<AccountStatus> {
    let sql = "SELECT last_event, epoch, client_limit FROM account WHERE id = $1";
    let row = tx.one(sql, &[&account.0]).await?;
    let last_event: i64 = row.try_get(0)?;
    let limit: Option<i64> = row.try_get(2)?;
    let rows = tx
        .query(
            "SELECT public_id, slug, revision, manifest, has_console, committed_at FROM client WHERE account_id = $1
             ORDER BY public_id",
            &[&account.0],
        )
        .await?;
    let (mut clients, mut last_push) = (Vec::new(), None);
    for row in &rows {
        clients.push(ClientStatus {
            id: public_id(row.try_get(0)?)?,
            slug: row.try_get(1)?,
            revision: unsigned(row.try_get(2)?)?,
            manifest: digest(row.try_get(3)?)?,
            console: row.try_get(4)?,
        });
        last_push = last_push.max(Some(instant(row.try_get(5)?)?));
    }
    Ok(AccountStatus {
        clients,
        last_event: unsigned(last_event)?,
        last_event_id: journal::event_id(tx, account, last_event).await?,
        epoch: row.try_get(1)?,
        client_limit: limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
        last_push,
    })
}

/// What a client of the account holds.
pub(super) async fn manifest(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
) -> Outcome<Option<Manifest>> {
    let sql = "SELECT id, slug, revision FROM client WHERE account_id = $1 AND public_id = $2";
    let found = tx.first(sql, &[&account.0, &client.as_str()]).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let row: i64 = found.try_get(0)?;
    let sql = "SELECT key, digest, size FROM chunk WHERE client_id = $1 ORDER BY position";
    let chunks = tx.query(sql, &[&row]).await?;
    Ok(Some(Manifest {
        revision: unsigned(found.try_get(2)?)?,
        slug: found.try_get(1)?,
        chunks: chunks.iter().map(chunk).collect::<Outcome<_>>()?,
    }))
}

/// The bytes of a part that a client of the account holds.
pub(super) async fn part(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    digest: &Digest,
) -> Outcome<Option<Vec<u8>>> {
    let found = tx
        .first(
            "SELECT body FROM chunk WHERE client_id = (SELECT id FROM client WHERE account_id = $1 AND public_id = $2)
             AND digest = $3 LIMIT 1",
            &[&account.0, &client.as_str(), &digest.as_str()],
        )
        .await?;
    Ok(found.map(|row| row.try_get(0)).transpose()?)
}

fn chunk(row: &Row) -> Outcome<ManifestChunk> {
    Ok(ManifestChunk {
        key: key(row.try_get(0)?)?,
        digest: digest(row.try_get(1)?)?,
        size: unsigned(row.try_get(2)?)?,
    })
}

/// False where too much is waiting already.
pub(super) async fn stage(
    tx: &Tx,
    account: AccountId,
    staging: &Staging,
    now: DateTime<Utc>,
) -> Outcome<bool> {
    lock::staging(tx, account).await?;
    forget(tx, Forgotten::Staged, staging.stale).await?;
    let waiting: i64 = tx
        .one(
            "SELECT coalesce(sum(length(body)), 0) FROM staged WHERE account_id = $1",
            &[&account.0],
        )
        .await?
        .try_get(0)?;
    let mut with_these = unsigned(waiting)?;
    for (_, body) in &staging.parts {
        with_these = with_these.saturating_add(body.len() as u64);
    }
    if with_these > staging.limit {
        return Ok(false);
    }
    for (digest, body) in &staging.parts {
        tx.execute(
            "INSERT INTO staged (account_id, client, digest, body, received_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account_id, client, digest) DO UPDATE SET received_at = excluded.received_at",
            &[
                &account.0,
                &staging.client.as_str(),
                &digest.as_str(),
                body,
                &now.timestamp(),
            ],
        )
        .await?;
    }
    Ok(true)
}

/// A client as it is before the commit.
struct Before {
    row: i64,
    revision: u64,
    manifest: String,
    has_console: bool,
}

/// See [`super::PortalStore::commit`]. Whatever is not `Committed` is rolled back by the caller. The client is held from the
/// beginning; the account, which every page view waits for, only once the parts are in their places.
pub(super) async fn commit(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    now: DateTime<Utc>,
) -> Outcome<Commit> {
    lock::client(tx, account, client).await?;
    let before = before(tx, account, client).await?;
    let wanted = manifest.digest();
    if let Some(before) = &before {
        if before.manifest == wanted.as_str() {
            return repeat(tx, before, manifest.revision).await;
        }
        if manifest.revision <= before.revision {
            return Ok(Commit::Stale {
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
        && let Some(limit) = reached_limit(tx, account).await?
    {
        return Ok(Commit::Limit { limit });
    }
    let held = match &before {
        Some(before) => held(tx, before.row).await?,
        None => HashMap::new(),
    };
    let lacking = lacking(tx, account, client, manifest, &held).await?;
    if !lacking.is_empty() {
        return Ok(Commit::Lacks(lacking));
    }
    let row = upsert(tx, account, client, manifest, &wanted, has_console, now).await?;
    swap(tx, account, client, row, manifest, &held, now).await
}

async fn before(tx: &Tx, account: AccountId, client: &PublicId) -> Outcome<Option<Before>> {
    let found = tx
        .first(
            "SELECT id, revision, manifest, has_console FROM client WHERE account_id = $1 AND public_id = $2",
            &[&account.0, &client.as_str()],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    Ok(Some(Before {
        row: row.try_get(0)?,
        revision: unsigned(row.try_get(1)?)?,
        manifest: row.try_get(2)?,
        has_console: row.try_get(3)?,
    }))
}

/// The same again: at most the revision moves on.
async fn repeat(tx: &Tx, before: &Before, revision: u64) -> Outcome<Commit> {
    let revision = revision.max(before.revision);
    if revision > before.revision {
        let sql = "UPDATE client SET revision = $1 WHERE id = $2";
        tx.execute(sql, &[&signed(revision)?, &before.row]).await?;
    }
    Ok(Commit::Committed { revision })
}

/// Two clients that open at the same time are counted one after the other: the account is held.
async fn reached_limit(tx: &Tx, account: AccountId) -> Outcome<Option<u32>> {
    let limit = "SELECT client_limit FROM account WHERE id = $1";
    let limit: Option<i64> = tx.one(limit, &[&account.0]).await?.try_get(0)?;
    let Some(limit) = limit else {
        return Ok(None);
    };
    lock::account(tx, account).await?;
    let sql = "SELECT count(*) FROM client WHERE account_id = $1 AND has_console";
    let clients: i64 = tx.one(sql, &[&account.0]).await?.try_get(0)?;
    Ok((clients >= limit).then(|| u32::try_from(limit).unwrap_or(u32::MAX)))
}

async fn held(tx: &Tx, client: i64) -> Outcome<HashMap<ChunkKey, Digest>> {
    let sql = "SELECT key, digest FROM chunk WHERE client_id = $1";
    let rows = tx.query(sql, &[&client]).await?;
    let held = rows
        .iter()
        .map(|row| Ok((key(row.try_get(0)?)?, digest(row.try_get(1)?)?)));
    held.collect()
}

async fn lacking(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    held: &HashMap<ChunkKey, Digest>,
) -> Outcome<Vec<Digest>> {
    let rows = tx
        .query(
            "SELECT digest FROM staged WHERE account_id = $1 AND client = $2",
            &[&account.0, &client.as_str()],
        )
        .await?;
    let staged = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<HashSet<&str>, _>>()?;
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

async fn upsert(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    manifest: &Manifest,
    digest: &Digest,
    has_console: bool,
    now: DateTime<Utc>,
) -> Outcome<i64> {
    let row = tx
        .one(
            "INSERT INTO client (account_id, public_id, slug, revision, manifest, has_console, committed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account_id, public_id) DO UPDATE SET slug = excluded.slug, revision = excluded.revision,
                 manifest = excluded.manifest, has_console = excluded.has_console, committed_at = excluded.committed_at
             RETURNING id",
            &[
                &account.0,
                &client.as_str(),
                &text(&manifest.slug),
                &signed(manifest.revision)?,
                &digest.as_str(),
                &has_console,
                &now.timestamp(),
            ],
        )
        .await?;
    Ok(row.try_get(0)?)
}

/// Puts the new parts in the place of the old ones.
async fn swap(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    row: i64,
    manifest: &Manifest,
    held: &HashMap<ChunkKey, Digest>,
    now: DateTime<Utc>,
) -> Outcome<Commit> {
    let stays = |chunk: &ManifestChunk| held.get(&chunk.key) == Some(&chunk.digest);
    let staying: HashSet<&ChunkKey> = manifest
        .chunks
        .iter()
        .filter(|chunk| stays(chunk))
        .map(|chunk| &chunk.key)
        .collect();
    let going: Vec<String> = held
        .keys()
        .filter(|key| !staying.contains(key))
        .map(ToString::to_string)
        .collect();
    let sql = "DELETE FROM chunk WHERE client_id = $1 AND key = ANY($2)";
    tx.execute(sql, &[&row, &going]).await?;
    place(tx, row, manifest, &staying).await?;
    let mut users = None;
    for (position, chunk) in (0_i64..).zip(&manifest.chunks) {
        if stays(chunk) {
            continue;
        }
        match insert(tx, account, client, row, position, chunk).await? {
            Ok(Part::Users(sent)) => users = Some(sent),
            Ok(_) => {}
            Err(flaw) => return Ok(Commit::Flawed(flaw)),
        }
    }
    tx.execute(
        "DELETE FROM staged WHERE account_id = $1 AND client = $2",
        &[&account.0, &client.as_str()],
    )
    .await?;
    if !staying.contains(&ChunkKey::Users) {
        let users = users.unwrap_or(Users { users: Vec::new() });
        people::apply(tx, account, client, row, &users, now).await?;
    }
    // Held from before what clients wrote is looked at: see there.
    lock::account(tx, account).await?;
    talk::settle(tx, row).await?;
    let act = Act::new(Action::ClientPublished, Actor::Account)
        .client(client)
        .subject(manifest.revision.to_string());
    journal::write(tx, account.0, &act, now).await?;
    Ok(Commit::Committed {
        revision: manifest.revision,
    })
}

/// Gives the parts that stay their places in the new order.
async fn place(
    tx: &Tx,
    client: i64,
    manifest: &Manifest,
    staying: &HashSet<&ChunkKey>,
) -> Outcome<()> {
    let (keys, positions): (Vec<String>, Vec<i64>) = (0_i64..)
        .zip(&manifest.chunks)
        .filter(|(_, chunk)| staying.contains(&chunk.key))
        .map(|(position, chunk)| (chunk.key.to_string(), position))
        .unzip();
    tx.execute(
        "UPDATE chunk SET position = new.position FROM unnest($2::text[], $3::bigint[]) AS new (key, position)
         WHERE client_id = $1 AND chunk.key = new.key AND chunk.position <> new.position",
        &[&client, &keys, &positions],
    )
    .await?;
    Ok(())
}

async fn insert(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    row: i64,
    position: i64,
    chunk: &ManifestChunk,
) -> Outcome<Result<Part, Flaw>> {
    let staged = tx
        .first(
            "SELECT body FROM staged WHERE account_id = $1 AND client = $2 AND digest = $3",
            &[&account.0, &client.as_str(), &chunk.digest.as_str()],
        )
        .await?;
    // It was there a moment ago: cleared away as too old by another request. The next look finds it lacking.
    let staged = staged.ok_or(StoreError::Crossed)?;
    let body: &[u8] = staged.try_get(0)?;
    if u64::try_from(body.len()) != Ok(chunk.size) {
        return Ok(Err(flaw(&chunk.key, "the part has another size")));
    }
    let part = match Part::read(&chunk.key, body) {
        Ok(part) => part,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let inserted = tx
        .one(
            "INSERT INTO chunk (client_id, key, position, digest, size, body)
             SELECT $1::bigint, $2::text, $3::bigint, digest, length(body), body FROM staged
             WHERE account_id = $4 AND client = $5 AND digest = $6 RETURNING id",
            &[
                &row,
                &text(&chunk.key.to_string()),
                &position,
                &account.0,
                &client.as_str(),
                &chunk.digest.as_str(),
            ],
        )
        .await?;
    let chunk_row = inserted.try_get(0)?;
    match &part {
        Part::Month(month) => spread_month(tx, chunk_row, row, month).await?,
        Part::Invoice(invoice) if !spread_invoice(tx, chunk_row, row, invoice).await? => {
            return Ok(Err(flaw(&chunk.key, "another invoice has the same id")));
        }
        _ => {}
    }
    Ok(Ok(part))
}

/// One row for each entry, its text apart, and what can be filtered by: a statement for each, however many they are.
async fn spread_month(tx: &Tx, chunk: i64, client: i64, month: &Month) -> Outcome<()> {
    let entries = &month.entries;
    let ordinals: Vec<i64> = (0_i64..).take(entries.len()).collect();
    let days: Vec<_> = entries.iter().map(|entry| entry.day).collect();
    let seconds: Vec<_> = entries.iter().map(|entry| entry.seconds.0).collect();
    let billable: Vec<_> = entries.iter().map(|entry| entry.billable).collect();
    let projects: Vec<_> = entries.iter().map(|entry| entry.project.as_str()).collect();
    let phases: Vec<_> = entries
        .iter()
        .map(|entry| entry.phase.as_deref().map(text))
        .collect();
    let tasks: Vec<_> = entries
        .iter()
        .map(|entry| entry.task.as_deref().map(text))
        .collect();
    let members: Vec<_> = entries.iter().map(|entry| text(&entry.member)).collect();
    let amounts = || entries.iter().map(|entry| entry.amount);
    let minors: Vec<_> = amounts()
        .map(|amount| amount.map(|amount| amount.minor()))
        .collect();
    let currencies: Vec<_> = amounts()
        .map(|amount| amount.map(|amount| amount.currency().code()))
        .collect();
    tx.execute(
        "INSERT INTO entry (chunk_id, client_id, ordinal, day, seconds, billable, project, phase, task, member, minor, currency)
         SELECT $1::bigint, $2::bigint, e.* FROM unnest($3::bigint[], $4::date[], $5::bigint[], $6::boolean[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[]) AS e",
        &[
            &chunk, &client, &ordinals, &days, &seconds, &billable, &projects, &phases, &tasks,
            &members, &minors, &currencies,
        ],
    )
    .await?;
    let searches: Vec<String> = entries
        .iter()
        .map(|entry| text(&searchable(entry)).into_owned())
        .collect();
    let bodies = entries
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<Vec<String>, _>>()
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    tx.execute(
        "INSERT INTO entry_text (chunk_id, client_id, ordinal, day, search, body)
         SELECT $1::bigint, $2::bigint, e.* FROM unnest($3::bigint[], $4::date[], $5::text[], $6::text[]) AS e",
        &[&chunk, &client, &ordinals, &days, &searches, &bodies],
    )
    .await?;
    spread_facets(tx, chunk, month).await?;
    sums::write(tx, chunk, client, &pieces(month.month, entries)?).await
}

/// Spreads what was committed before the tables that pages read from were as they are.
pub(super) async fn spread_again(tx: &Tx) -> Outcome<()> {
    for table in ["facet", "entry_text", "entry", "month_sum", "invoice"] {
        tx.execute(&format!("DELETE FROM {table}"), &[]).await?;
    }
    let sql = "SELECT id, client_id, key FROM chunk ORDER BY id";
    for row in tx.query(sql, &[]).await? {
        let (chunk, client): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let key = key(row.try_get(2)?)?;
        if !matches!(key, ChunkKey::Month(_) | ChunkKey::Invoice(_)) {
            continue;
        }
        let found = tx
            .one("SELECT body FROM chunk WHERE id = $1", &[&chunk])
            .await?;
        match Part::read(&key, found.try_get(0)?) {
            Ok(Part::Month(month)) => spread_month(tx, chunk, client, &month).await?,
            Ok(Part::Invoice(invoice)) => {
                spread_invoice(tx, chunk, client, &invoice).await?;
            }
            // It is replaced by the next sync.
            _ => {}
        }
    }
    Ok(())
}

async fn spread_facets(tx: &Tx, chunk: i64, month: &Month) -> Outcome<()> {
    let mut facets = BTreeSet::new();
    for entry in &month.entries {
        facets.insert(("project", text(entry.project.as_str())));
        facets.insert(("member", text(&entry.member)));
        if let Some(task) = &entry.task {
            facets.insert(("task", text(task)));
        }
    }
    let (kinds, values): (Vec<_>, Vec<_>) = facets.into_iter().unzip();
    tx.execute(
        "INSERT INTO facet (chunk_id, kind, value) SELECT $1::bigint, f.* FROM unnest($2::text[], $3::text[]) AS f",
        &[&chunk, &kinds, &values],
    )
    .await?;
    Ok(())
}

/// False where another invoice of the client has the id.
async fn spread_invoice(tx: &Tx, chunk: i64, client: i64, invoice: &Invoice) -> Outcome<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO invoice (chunk_id, client_id, public_id, number, issue_date, is_open, due_date, is_credit, currency, net, balance)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (client_id, public_id) DO NOTHING",
            &[
                &chunk,
                &client,
                &invoice.id.as_str(),
                &invoice.number.as_deref().map(text),
                &invoice.issue_date,
                &is_open(invoice),
                &invoice.due_date,
                &(invoice.kind == InvoiceKind::CreditNote),
                &invoice.currency.code(),
                &invoice.net.minor(),
                &invoice.balance.minor(),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// See [`super::PortalStore::remove_client`].
pub(super) async fn remove(
    tx: &Tx,
    account: AccountId,
    client: &PublicId,
    revision: u64,
    now: DateTime<Utc>,
) -> Outcome<Removal> {
    lock::client(tx, account, client).await?;
    let before = before(tx, account, client).await?;
    if let Some(newer) = before.as_ref().filter(|before| before.revision > revision) {
        return Ok(Removal::Stale {
            revision: newer.revision,
        });
    }
    tx.execute(
        "DELETE FROM staged WHERE account_id = $1 AND client = $2",
        &[&account.0, &client.as_str()],
    )
    .await?;
    let Some(before) = before else {
        return Ok(Removal::NotThere);
    };
    // Mail to those who see no other client.
    tx.execute(
        "DELETE FROM mail WHERE account_id = $1 AND lower(trim(recipient)) IN
             (SELECT email_key FROM person JOIN membership ON membership.person_id = person.id WHERE client_id = $2 AND NOT EXISTS
                 (SELECT 1 FROM membership AS other WHERE other.person_id = person.id AND other.client_id <> $2))",
        &[&account.0, &before.row],
    )
    .await?;
    let nobody = Users { users: Vec::new() };
    people::apply(tx, account, client, before.row, &nobody, now).await?;
    let sql = "DELETE FROM client WHERE id = $1";
    tx.execute(sql, &[&before.row]).await?;
    let act = Act::new(Action::ClientRemoved, Actor::Account).client(client);
    journal::write(tx, account.0, &act, now).await?;
    Ok(Removal::Removed)
}
