//! How many clients the plan of the account has room for, as a sync goes on: for a look at what it would do.

use std::collections::BTreeMap;

use crate::published::ChunkKey;
use crate::published::protocol::{Manifest, Status, over_the_limit};
use crate::sync::SyncError;
use crate::values::id::PublicId;

/// The clients with an open console, and how many there may be.
#[derive(Debug)]
pub(super) struct Room {
    limit: Option<u32>,
    /// Their slugs, in the order in which the portal tells them.
    open: BTreeMap<PublicId, String>,
}

impl Room {
    pub(super) fn of(status: &Status) -> Self {
        let open = status.clients.iter().filter(|client| client.console);
        Self {
            limit: status.client_limit,
            open: open
                .map(|client| (client.id.clone(), client.slug.clone()))
                .collect(),
        }
    }

    /// A client would leave the portal.
    pub(super) fn leave(&mut self, client: &PublicId) {
        self.open.remove(client);
    }

    /// A client would be as a manifest says; refused as the portal would refuse it.
    pub(super) fn enter(
        &mut self,
        client: &PublicId,
        manifest: &Manifest,
    ) -> Result<(), SyncError> {
        let has_console = |key: &ChunkKey| *key == ChunkKey::Console;
        if !manifest.chunks.iter().any(|chunk| has_console(&chunk.key)) {
            self.leave(client);
            return Ok(());
        }
        let is_full =
            |limit: &u32| self.open.len() >= usize::try_from(*limit).unwrap_or(usize::MAX);
        match self.limit.filter(is_full) {
            Some(limit) if !self.open.contains_key(client) => {
                let open: Vec<String> = self.open.values().cloned().collect();
                Err(SyncError::Limit {
                    message: over_the_limit(limit, &open),
                })
            }
            _ => {
                self.open.insert(client.clone(), manifest.slug.clone());
                Ok(())
            }
        }
    }
}
