//! Files that commands write: whole or not at all, and never over something that nobody named.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::app;

use super::Context;
use super::error::{Failure, Result};

/// Where a file goes: the one that was named, else one of this name in the folder, which is replaced only after a word.
pub(super) fn place(
    context: &mut Context<'_>,
    named: Option<PathBuf>,
    name: &str,
    bytes: &[u8],
) -> Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path);
    }
    let path = PathBuf::from(name);
    match std::fs::read(&path) {
        Ok(there) if there != bytes => {
            context.confirm(&format!("replace the file `{}`", path.display()))?;
        }
        _ => {}
    }
    Ok(path)
}

/// Writes a file whole or not at all, and durably. `private`: only its owner can read it.
///
/// What is there already keeps its permissions, and a link to it stays one. A pipe or a device is written into.
pub(super) fn write(path: &Path, bytes: &[u8], private: bool) -> Result<()> {
    write_with(path, private, |file| {
        file.write_all(bytes)
            .map_err(|source| error_of(path, source))
    })
}

/// The same for a use-case that has a file written.
pub(super) fn write_for_app(path: &Path, bytes: &[u8]) -> app::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| error_of(folder, source))?;
    }
    written(path, false, |file| {
        file.write_all(bytes)
            .map_err(|source| error_of(path, source))
    })
}

/// The same for what is written bit by bit.
pub(super) fn write_with<T>(
    path: &Path,
    private: bool,
    write: impl FnOnce(&mut File) -> app::Result<T>,
) -> Result<T> {
    Ok(written(path, private, write)?)
}

fn written<T>(
    path: &Path,
    private: bool,
    write: impl FnOnce(&mut File) -> app::Result<T>,
) -> app::Result<T> {
    let failed = |source| error_of(path, source);
    match std::fs::metadata(path) {
        Ok(there) if !there.is_file() && !there.is_dir() => std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(failed)
            .and_then(|mut file| write(&mut file)),
        Ok(there) => path
            .canonicalize()
            .map_err(failed)
            .and_then(|target| replace(&target, write, private, Some(there.permissions()))),
        Err(_) => replace(path, write, private, None),
    }
}

fn replace<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> app::Result<T>,
    private: bool,
    permissions: Option<std::fs::Permissions>,
) -> app::Result<T> {
    let failed = |source| error_of(path, source);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Beside it, under a name that nothing has; gone again where anything fails.
    let mut builder = tempfile::Builder::new();
    builder.prefix(".loggia-");
    #[cfg(unix)]
    if !private {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's umask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut partial = builder.tempfile_in(folder).map_err(failed)?;
    let written = write(partial.as_file_mut())?;
    let complete = || -> std::io::Result<()> {
        if let Some(permissions) = permissions.filter(|_| !private) {
            partial.as_file().set_permissions(permissions)?;
        }
        partial.as_file().sync_all()?;
        partial.persist(path)?;
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    complete().map_err(failed)?;
    Ok(written)
}

/// What the folders of private copies begin with.
const COPIES: &str = "loggia-copy-";

/// How long the program that opened a copy may need it.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A private copy of something, in a folder of its own among the system's temporary files, under its name. Copies of former days go.
pub(super) fn private_copy(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let temporary = std::env::temp_dir();
    sweep(&temporary);
    let mut builder = tempfile::Builder::new();
    builder.prefix(COPIES);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    let folder = builder
        .tempdir_in(&temporary)
        .map_err(|source| failed(&temporary, source))?;
    let path = folder.path().join(name);
    write(&path, bytes, true)?;
    // It stays: the program that shows it is only about to read it.
    let folder = folder.keep();
    Ok(folder.join(name))
}

/// Takes a private copy away again.
pub(super) fn drop_copy(path: &Path) {
    if let Some(folder) = path.parent() {
        // What is not removed now is swept another day.
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Removes the copies that this user's commands of former days left. Nothing depends on it.
fn sweep(temporary: &Path) {
    let Ok(entries) = std::fs::read_dir(temporary) else {
        return;
    };
    for entry in entries.flatten() {
        let is_copy = entry.file_name().to_string_lossy().starts_with(COPIES);
        let age = entry
            .metadata()
            .and_then(|meta| meta.modified())
            .ok()
            .and_then(|modified| modified.elapsed().ok());
        if is_copy && age.is_some_and(|age| age > KEPT) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn failed(path: &Path, source: std::io::Error) -> Failure {
    error_of(path, source).into()
}

fn error_of(path: &Path, source: std::io::Error) -> app::Error {
    app::Error::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> Option<u32> {
        let meta = std::fs::metadata(path).ok()?;
        Some(meta.permissions().mode() & 0o777)
    }

    #[test]
    fn what_is_replaced_keeps_its_place_and_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("kept.csv"), "old").unwrap();
        std::fs::set_permissions(at("kept.csv"), std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink(at("kept.csv"), at("link.csv")).unwrap();
        write(&at("link.csv"), b"new", false).unwrap();
        assert_eq!(std::fs::read(at("kept.csv")).unwrap(), b"new");
        assert_eq!(mode(&at("kept.csv")), Some(0o600));
        assert!(at("link.csv").symlink_metadata().unwrap().is_symlink());
        write(&at("secret"), b"new", true).unwrap();
        assert_eq!(mode(&at("secret")), Some(0o600));
    }

    #[test]
    fn a_file_beside_it_is_not_touched_and_none_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("x.csv.partial"), "mine").unwrap();
        write(&at("x.csv"), b"new", false).unwrap();
        // A folder cannot be replaced by a file.
        std::fs::create_dir(at("folder")).unwrap();
        assert!(write(&at("folder"), b"new", false).is_err());
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["folder", "x.csv", "x.csv.partial"]);
        assert_eq!(std::fs::read(at("x.csv.partial")).unwrap(), b"mine");
    }

    #[test]
    fn a_name_as_long_as_names_can_be_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("{}.pdf", "é".repeat(125)));
        write(&path, b"new", false).unwrap();
        assert!(path.is_file());
    }

    #[test]
    fn a_device_is_written_into() {
        use std::os::unix::fs::FileTypeExt as _;
        write(Path::new("/dev/null"), b"new", false).unwrap();
        let null = std::fs::metadata("/dev/null").unwrap();
        assert!(null.file_type().is_char_device());
    }
}
