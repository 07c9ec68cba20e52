//! Whether a store changed, told by its files alone: cheap enough to be asked twice a second, and right about a store that was put in
//! the place of another.

use std::path::Path;
use std::time::SystemTime;

/// How the files of a store look from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp([Option<(u64, Option<SystemTime>)>; 2]);

impl Stamp {
    /// As they are now. Two that are the same: nothing was written between.
    pub fn of(store: &Path) -> Self {
        let mut log = store.as_os_str().to_owned();
        log.push("-wal");
        Self([store, Path::new(&log)].map(|path| {
            let file = std::fs::metadata(path).ok()?;
            Some((file.len(), file.modified().ok()))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn a_write_changes_it_and_a_look_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("books.db");
        assert_eq!(Stamp::of(&path), Stamp::of(&path));
        let mut store = Store::open(&path).unwrap();
        let before = Stamp::of(&path);
        store.read(|books| books.latest_operation()).unwrap();
        drop(Store::peek(&path).unwrap());
        assert_eq!(Stamp::of(&path), before);
        store.identity().unwrap();
        assert_ne!(Stamp::of(&path), before);
    }
}
