//! Documents of clients: attaching files, giving them back, sharing.
//!
//! Sharing sets a mark that the privacy filter reads; nothing is published here.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::client_document::{ClientDocument, Kind, MOST_BYTES, fits};
use crate::domain::key::ClientKey;
use crate::store::{Books, NewDocument, StoreError};
use crate::values::file_name::FileName;
use crate::values::id::{Slug, near};
use crate::values::text::fold;

use super::client::Made;
use super::error::{InputError, field};
use super::{Error, Result, Session, find};

/// What `document add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub client: String,
    pub file: PathBuf,
    pub kind: Kind,
    /// None: that of the file.
    pub name: Option<FileName>,
    /// None: today.
    pub day: Option<NaiveDate>,
    pub shared: bool,
    pub if_missing: bool,
}

/// A document with the client it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub client: Slug,
    pub document: ClientDocument,
}

/// Attaches a file to a client.
pub fn add(session: &mut Session, new: &New) -> Result<(Attached, Made)> {
    let name = match &new.name {
        Some(name) => name.clone(),
        None if is_standard_input(&new.file) => return Err(InputError::Nameless.into()),
        None => field("name", FileName::of_path(&new.file.to_string_lossy()))?,
    };
    if new.if_missing {
        // The file may be gone since a set-up script ran first.
        let there = session.store.read(|books| {
            let client = find::client(books, &new.client)?;
            let documents = books.client_documents(Some(client.key))?;
            let document = among(&documents, name.as_str()).cloned();
            Ok::<_, Error>(document.map(|document| Attached {
                client: client.slug,
                document,
            }))
        })?;
        if let Some(attached) = there {
            return Ok((attached, Made::Existing));
        }
    }
    let bytes = if is_standard_input(&new.file) {
        content_of(std::io::stdin().lock(), &new.file, name.as_str())?
    } else {
        read(&new.file)?
    };
    let day = new.day.unwrap_or(session.today());
    session.write(|books| {
        let client = find::client(books, &new.client)?;
        let documents = books.client_documents(Some(client.key))?;
        if let Some(document) = among(&documents, name.as_str()).cloned() {
            if !new.if_missing {
                return Err(Error::from(Refusal::Exists {
                    noun: "document",
                    reference: document.name.to_string(),
                }));
            }
            let client = client.slug;
            return Ok((Attached { client, document }, Made::Existing));
        }
        let key = books.add_client_document(&NewDocument {
            client: client.key,
            kind: new.kind,
            name,
            day,
            shared: new.shared,
            bytes: &bytes,
        })?;
        let documents = books.client_documents(Some(client.key))?;
        let document = documents.into_iter().find(|document| document.key == key);
        let document = document.ok_or_else(|| lost("a document that was just written"))?;
        let client = client.slug;
        Ok((Attached { client, document }, Made::New))
    })
}

/// The content of a file, if it is one and not too large; no more than that is read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    // A folder, a pipe or a device has no content to keep, and could be read for ever.
    let kind = std::fs::metadata(path).map_err(failed)?;
    if !kind.is_file() {
        return Err(failed(if kind.is_dir() {
            std::io::ErrorKind::IsADirectory.into()
        } else {
            std::io::Error::other("it is no file that can be kept")
        }));
    }
    let file = File::open(path).map_err(failed)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    content_of(file, path, &name.to_string_lossy())
}

/// All that comes, if it is not too much.
fn content_of(input: impl Read, path: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = input.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    let size = read.map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    fits(name, size)?;
    Ok(bytes)
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Documents, the latest first; of one client, if one is named.
pub fn list(session: &Session, client: Option<&str>) -> Result<Vec<Attached>> {
    session.store.read(|books| {
        if let Some(client) = client {
            let client = find::client(books, client)?;
            let documents = books.client_documents(Some(client.key))?;
            let attached = documents.into_iter().map(|document| Attached {
                client: client.slug.clone(),
                document,
            });
            return Ok(attached.collect());
        }
        let documents = books.client_documents(None)?;
        let attached = documents.into_iter().map(|document| {
            let client = find::client_of(books, document.client)?.slug;
            Ok(Attached { client, document })
        });
        attached.collect()
    })
}

/// A document with its content.
pub fn content(session: &Session, client: &str, name: &str) -> Result<(Attached, Vec<u8>)> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let document = named(books, client.key, name)?;
        let bytes = books.file(&document.sha256)?;
        let bytes = bytes.ok_or_else(|| lost("the content of a document"))?;
        let client = client.slug;
        Ok((Attached { client, document }, bytes))
    })
}

/// Shares a document with the client, or no longer. Whether that changed anything.
pub fn share(
    session: &mut Session,
    client: &str,
    name: &str,
    shared: bool,
) -> Result<(Attached, bool)> {
    session.write(|books| {
        let client = find::client(books, client)?;
        let mut document = named(books, client.key, name)?;
        let changed = books.share_client_document(document.key, shared)?;
        document.shared = shared;
        let client = client.slug;
        Ok((Attached { client, document }, changed))
    })
}

/// Changes the name, the kind or the day of a document. Whether that changed anything.
pub fn edit(
    session: &mut Session,
    client: &str,
    name: &str,
    change: impl FnOnce(&mut ClientDocument),
) -> Result<(Attached, bool)> {
    session.write(|books| {
        let client = find::client(books, client)?;
        let mut document = named(books, client.key, name)?;
        change(&mut document);
        let documents = books.client_documents(Some(client.key))?;
        let other = among(&documents, document.name.as_str());
        if other.is_some_and(|other| other.key != document.key) {
            return Err(Error::from(Refusal::Taken {
                noun: "document",
                reference: document.name.to_string(),
            }));
        }
        let changed = books.edit_client_document(&document)?;
        let client = client.slug;
        Ok((Attached { client, document }, changed))
    })
}

/// Removes a document.
pub fn remove(session: &mut Session, client: &str, name: &str) -> Result<Attached> {
    session.write(|books| {
        let client = find::client(books, client)?;
        let document = named(books, client.key, name)?;
        books.remove_client_document(document.key)?;
        let client = client.slug;
        Ok(Attached { client, document })
    })
}

/// The document of this name, in any case.
fn among<'d>(documents: &'d [ClientDocument], name: &str) -> Option<&'d ClientDocument> {
    let wanted = fold(name.trim());
    documents
        .iter()
        .find(|document| fold(document.name.as_str()) == wanted)
}

fn named(books: &Books<'_>, client: ClientKey, name: &str) -> Result<ClientDocument> {
    let documents = books.client_documents(Some(client))?;
    among(&documents, name)
        .cloned()
        .ok_or_else(|| Error::NotFound {
            noun: "document",
            wanted: name.to_owned(),
            near: near(
                name,
                documents.iter().map(|document| document.name.as_str()),
            ),
        })
}

pub(super) fn lost(what: &str) -> Error {
    StoreError::Corrupt(format!("{what} is not there")).into()
}
