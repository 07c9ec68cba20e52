//! One sync at a time over one store: two would note what they pushed over each other. The turn is a lock on a file beside the store,
//! which the system takes back from a process that dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Result, Store, StoreError};

/// How often it is looked whether the one before is done.
const LOOK: Duration = Duration::from_millis(50);

/// What turns are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// To sync.
    Sync,
    /// To be the next that syncs by itself: whoever is behind need not come.
    Next,
}

impl Queue {
    fn file(self, store: &Path) -> PathBuf {
        let mut name = store.as_os_str().to_owned();
        name.push(match self {
            Self::Sync => ".sync-lock",
            Self::Next => ".sync-next",
        });
        name.into()
    }
}

/// The turn, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _file: Option<File>,
}

impl Turn {
    /// Takes the turn, waiting for so long; none where somebody else has it for longer.
    pub fn take(store: &Path, queue: Queue, patience: Duration) -> Result<Option<Self>> {
        let path = queue.file(store);
        let failed = |source| StoreError::File {
            path: path.clone(),
            source,
        };
        let file = match open(&path) {
            Ok(file) => file,
            // The folder is gone: no other process can have this store.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Some(Self { _file: None }));
            }
            Err(source) => return Err(failed(source)),
        };
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: Some(file) })),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
                // A file system without locks: there is nobody to wait for that could be known.
                Err(TryLockError::Error(error))
                    if error.kind() == std::io::ErrorKind::Unsupported =>
                {
                    return Ok(Some(Self { _file: Some(file) }));
                }
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
    }
}

impl Store {
    /// Takes the turn to sync this store.
    pub fn turn(&self, patience: Duration) -> Result<Option<Turn>> {
        Turn::take(&self.path, Queue::Sync, patience)
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_the_next_one_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("books.db");
        let take = |queue| Turn::take(&store, queue, Duration::ZERO).unwrap();
        let first = take(Queue::Sync).unwrap();
        assert!(take(Queue::Sync).is_none());
        let next = take(Queue::Next).unwrap();
        drop(first);
        assert!(take(Queue::Sync).is_some());
        assert!(take(Queue::Next).is_none());
        drop(next);
        let waits = std::thread::scope(|scope| {
            let held = take(Queue::Sync).unwrap();
            let waiting = scope.spawn(|| Turn::take(&store, Queue::Sync, Duration::from_secs(60)));
            drop(held);
            waiting.join().unwrap().unwrap()
        });
        assert!(waits.is_some());
    }
}
