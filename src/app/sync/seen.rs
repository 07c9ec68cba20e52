//! What a client would notice of a difference. What it sees now is fetched from the portal, which gives an account back what it
//! pushed, and only the parts that differ.

use std::collections::HashSet;

use crate::published::change::{self, Change, Names, Side};
use crate::published::protocol::ManifestChunk;
use crate::published::{ChunkKey, Digest, Projects};
use crate::sync::{Peer, SyncError};
use crate::values::id::PublicId;

use super::super::publish::Projection;
use super::Difference;

/// What a client would notice when it is as projected, or is on the portal no more.
pub(super) fn changes(
    peer: &Peer,
    client: &PublicId,
    held: &[ManifestChunk],
    projection: Option<&Projection>,
    difference: &Difference,
) -> Result<Vec<Change>, SyncError> {
    let keys = |lists: [&[ChunkKey]; 2]| -> HashSet<ChunkKey> {
        lists.into_iter().flatten().cloned().collect()
    };
    let old = keys([&difference.changed, &difference.removed]);
    let mut was = Vec::new();
    for chunk in held.iter().filter(|chunk| old.contains(&chunk.key)) {
        let body = match is_file(&chunk.key) {
            true => None,
            false => peer.part(client, &chunk.digest)?,
        };
        was.push((chunk, body));
    }
    let new = keys([&difference.added, &difference.changed]);
    let is: Vec<_> = projection
        .into_iter()
        .flat_map(|projection| &projection.chunks)
        .filter(|chunk| new.contains(&chunk.key))
        .map(|chunk| (chunk, chunk.digest()))
        .collect();
    let mut names = Names::default();
    let portal = projection.and_then(|projection| projection.portal.as_ref());
    if let Some(portal) = portal {
        names.learn(&portal.projects);
    }
    for (chunk, body) in &was {
        if let (ChunkKey::Projects, Some(body)) = (&chunk.key, body)
            && let Ok(projects) = serde_json::from_slice::<Projects>(body)
        {
            names.learn(&projects);
        }
    }
    let was: Vec<Side<'_>> = was
        .iter()
        .map(|(chunk, body)| side(&chunk.key, &chunk.digest, body.as_deref()))
        .collect();
    let is: Vec<Side<'_>> = is
        .iter()
        .map(|(chunk, digest)| side(&chunk.key, digest, Some(&chunk.body)))
        .collect();
    Ok(change::between(&was, &is, &names))
}

fn side<'a>(key: &'a ChunkKey, digest: &'a Digest, body: Option<&'a [u8]>) -> Side<'a> {
    Side { key, digest, body }
}

/// Of a file only whether it is the same can be told.
fn is_file(key: &ChunkKey) -> bool {
    matches!(key, ChunkKey::File(_) | ChunkKey::Document(_))
}
