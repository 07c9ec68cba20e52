//! A folder that takes letters as files, where there is no mail server: a person or another program sends them on.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::message::finished;
use super::{Carrier, Fault, Letter};

/// See the module. What it takes is read by its owner only: links in mails open doors.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder, which is made with the first letter.
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    fn make(&self) -> std::io::Result<()> {
        if self.path.is_dir() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }

    /// Whole or not at all. The same letter has the same name, so a second try makes no second file.
    fn keep(&self, letter: &Letter, bytes: &[u8]) -> std::io::Result<()> {
        self.make()?;
        let mut partial = tempfile::Builder::new()
            .prefix(".loggia-")
            .tempfile_in(&self.path)?;
        partial.write_all(bytes)?;
        partial.as_file().sync_all()?;
        partial.persist(self.path.join(name(letter)))?;
        if cfg!(unix) {
            std::fs::File::open(&self.path)?.sync_all()?;
        }
        Ok(())
    }
}

/// `20261120T120000Z-0123456789abcdef.eml`: in the order in which they were written.
fn name(letter: &Letter) -> String {
    let id: String = letter
        .message_id
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    format!("{}-{id}.eml", letter.date.format("%Y%m%dT%H%M%SZ"))
}

impl Carrier for Folder {
    fn carry(&mut self, letter: &Letter) -> Result<(), Fault> {
        let bytes = finished(letter)?;
        self.keep(letter, &bytes).map_err(|error| {
            Fault::Unreachable(format!(
                "the folder `{}` takes no mail: {error}",
                self.path.display()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::text::{Email, Line};

    #[test]
    fn the_same_letter_is_one_file_that_its_owner_reads() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a/mail");
        let letter = Letter {
            message_id: "0123456789abcdef01@portal.example".into(),
            date: "2026-11-20T12:00:00Z".parse().unwrap(),
            sender: Email::parse("portal@portal.example").unwrap(),
            sender_name: None,
            reply_to: None,
            to: vec![Email::parse("jo@acme.example").unwrap()],
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: Line::parse("Hello").unwrap(),
            body: "text".into(),
            html: Some("<p>text</p>".into()),
            automatic: true,
            unsubscribe: None,
            attachments: Vec::new(),
        };
        let mut folder = Folder::at(&path);
        folder.carry(&letter).unwrap();
        folder.carry(&letter).unwrap();
        let files: Vec<_> = std::fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(files, [path.join("20261120T120000Z-0123456789abcdef.eml")]);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        for part in [
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "text/html",
            "text/plain",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("X-Unsent"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(&files[0])), (0o700, 0o600));
        }
        std::fs::write(place.path().join("file"), "").unwrap();
        let fault = Folder::at(&place.path().join("file/mail"))
            .carry(&letter)
            .unwrap_err();
        assert!(fault.is_of_the_way(), "{fault}");
    }
}
