//! How the last sync ended: a small file beside the store. It is state of this machine, and a write of it must not look like a change
//! of the books to whoever watches them.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The end of the last sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSync {
    pub at: DateTime<Utc>,
    /// Address of the portal.
    pub portal: String,
    /// Why it failed as a whole.
    pub failure: Option<String>,
    /// Clients that failed, each with why.
    pub clients: Vec<(String, String)>,
    /// It was started by the program itself, after a command.
    pub automatic: bool,
    /// Somebody was told of it.
    pub told: bool,
}

impl LastSync {
    /// What is kept beside a store. What does not read is as good as nothing.
    pub fn read(store: &Path) -> Option<Self> {
        let bytes = std::fs::read(file(store)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps it, whole or not at all. Nothing depends on it: where it cannot be kept, it is not.
    pub fn keep(&self, store: &Path) {
        let (Ok(bytes), path) = (serde_json::to_vec_pretty(self), file(store)) else {
            return;
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let made = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        if let Ok(made) = made
            && std::fs::write(made.path(), bytes).is_ok()
        {
            let _ = made.persist(path);
        }
    }

    /// Whether all went well.
    pub fn is_good(&self) -> bool {
        self.failure.is_none() && self.clients.is_empty()
    }

    /// What went wrong, in one line.
    pub fn words(&self) -> Option<String> {
        let (slug, why) = match &self.failure {
            Some(failure) => return Some(failure.clone()),
            None => self.clients.first()?,
        };
        Some(match self.clients.len() {
            1 => format!("{slug}: {why}"),
            many => format!("{many} clients failed; {slug}: {why}"),
        })
    }
}

fn file(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".sync");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_as_it_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("books.db");
        assert_eq!(LastSync::read(&store), None);
        let mut last = LastSync {
            at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
            portal: "https://portal.example".to_owned(),
            failure: None,
            clients: Vec::new(),
            automatic: true,
            told: false,
        };
        assert!(last.is_good());
        last.keep(&store);
        last.clients = vec![("acme".to_owned(), "it is stale".to_owned())];
        assert_eq!(last.words().as_deref(), Some("acme: it is stale"));
        last.keep(&store);
        assert_eq!(LastSync::read(&store), Some(last));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::write(file(&store), "{").unwrap();
        assert_eq!(LastSync::read(&store), None);
    }
}
