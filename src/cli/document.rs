//! `loggia document`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::Error;
use crate::app::client::Made;
use crate::app::client_document::{self, Attached, New};
use crate::app::error::field;
use crate::domain::client_document::Kind;
use crate::values::file_name::FileName;

use super::Context;
use super::client::{references, say_made};
use super::error::Result;
use super::file;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Said where a document is shared.
const SHARED: &str =
    "the client sees it after the next `loggia sync`, where `portal-settings` has documents=on";

/// Proposals, contracts and agreements of clients
#[derive(Debug, Subcommand)]
pub(super) enum Document {
    Add(Add),
    /// List documents, the latest first
    #[command(visible_alias = "ls")]
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
    },
    Edit(Edit),
    Export(Export),
    /// Open a copy of a document in the program for its kind
    Open(Named),
    /// Share a document with the client, on the portal
    Share(Named),
    /// Keep a document to yourself again
    Unshare(Named),
    /// Remove a document; `loggia undo` brings it back
    Remove(Named),
}

/// Attach a file to a client
#[derive(Debug, Args)]
#[command(after_help = "Up to 25 MiB. Internal unless --share is given.\n\n\
    Example:\n  loggia document add acme ~/offers/website.pdf --kind proposal --share")]
pub(super) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// `-` is standard input; it needs a --name
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, default_value = "other")]
    kind: KindWord,
    /// Name to keep it under [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// The day it is of [default: today]
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
    /// For the client's eyes too, on the portal
    #[arg(long)]
    share: bool,
    /// Keep a document of this name that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change the name, the kind or the day of a document
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia document edit acme scan.pdf --name contract.pdf --kind contract --date 2026-11-02"
)]
pub(super) struct Edit {
    #[command(flatten)]
    named: Named,
    #[arg(long)]
    kind: Option<KindWord>,
    /// Name to keep it under from now on
    #[arg(long = "name", value_name = "NEW")]
    new_name: Option<String>,
    /// The day it is of
    #[arg(long, allow_hyphen_values = true)]
    date: Option<String>,
}

/// Write a document to a file
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    named: Named,
    /// The file; `-` is standard output [default: its name in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Of the document
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindWord {
    Proposal,
    Contract,
    Agreement,
    Other,
}

impl From<KindWord> for Kind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Proposal => Self::Proposal,
            KindWord::Contract => Self::Contract,
            KindWord::Agreement => Self::Agreement,
            KindWord::Other => Self::Other,
        }
    }
}

impl Document {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List { client } => {
                let documents = client_document::list(&context.session()?, client.as_deref())?;
                let views = documents.iter().map(DocumentView::of).collect();
                context.show(&DocumentList(views))
            }
            Self::Edit(edit) => edit.run(context),
            Self::Export(export) => export.run(context),
            Self::Open(named) => named.open(context),
            Self::Share(named) => named.share(context, true),
            Self::Unshare(named) => named.share(context, false),
            Self::Remove(Named { client, name }) => {
                let mut session = context.session()?;
                // Asked about only where it is there.
                let (found, _) = client_document::content(&session, &client, &name)?;
                let (client, name) = (found.client.as_str(), found.document.name.as_str());
                context.confirm(&format!("remove document `{name}` of {client}"))?;
                let removed = client_document::remove(&mut session, client, name)?;
                context.say(&format!("removed {name}; `loggia undo` brings it back"))?;
                context.show(&DocumentView::of(&removed))
            }
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let name = self
            .name
            .as_deref()
            .map(|name| field("name", FileName::parse(name)))
            .transpose()?;
        let day = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let new = New {
            client: self.client,
            file: self.file,
            kind: self.kind.into(),
            name,
            day,
            shared: self.share,
            if_missing: self.if_missing,
        };
        let (added, made) = client_document::add(&mut session, &new)?;
        let reference = format!("{} of {}", added.document.name, added.client);
        say_made(context, made, "document", &reference)?;
        if made == Made::New && added.document.shared {
            context.say(SHARED)?;
        }
        context.show(&DocumentView::of(&added))
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let name = self
            .new_name
            .as_deref()
            .map(|name| field("name", FileName::parse(name)))
            .transpose()?;
        let day = self
            .date
            .as_deref()
            .map(|date| session.calendar.parse_date(date))
            .transpose()
            .map_err(Error::from)?;
        let kind = self.kind.map(Kind::from);
        let Named { client, name: of } = &self.named;
        let (edited, changed) = client_document::edit(&mut session, client, of, |document| {
            document.name = name.unwrap_or_else(|| document.name.clone());
            document.kind = kind.unwrap_or(document.kind);
            document.day = day.unwrap_or(document.day);
        })?;
        if !changed {
            context.say("nothing was changed")?;
        }
        context.show(&DocumentView::of(&edited))
    }
}

impl Export {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let Named { client, name } = self.named;
        let (found, bytes) = client_document::content(&context.session()?, &client, &name)?;
        let path = match self.output {
            Some(path) if path.as_os_str() == "-" => return context.terminal.bytes(&bytes),
            named => file::place(context, named, found.document.name.as_str(), &bytes)?,
        };
        file::write(&path, &bytes, false)?;
        context.show(&Exported {
            document: found.document.name.to_string(),
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }
}

impl Named {
    fn open(self, context: &mut Context<'_>) -> Result<()> {
        let (found, bytes) =
            client_document::content(&context.session()?, &self.client, &self.name)?;
        let path = file::private_copy(found.document.name.as_str(), &bytes)?;
        super::opener::open(
            path.as_os_str(),
            "loggia document export CLIENT NAME writes it to a file",
        )
        .inspect_err(|_| file::drop_copy(&path))?;
        context.say("opened a copy; changes to it do not come back")?;
        context.show(&Exported {
            document: found.document.name.to_string(),
            path: path.display().to_string(),
            bytes: bytes.len(),
        })
    }

    fn share(self, context: &mut Context<'_>, shared: bool) -> Result<()> {
        let mut session = context.session()?;
        let (document, changed) =
            client_document::share(&mut session, &self.client, &self.name, shared)?;
        let what = match (shared, changed) {
            (true, true) => "shared",
            (true, false) => "shared already",
            (false, true) => "no longer shared",
            (false, false) => "not shared",
        };
        context.say(&format!("{what}: {}", document.document.name))?;
        if shared {
            context.say(SHARED)?;
        }
        context.show(&DocumentView::of(&document))
    }
}

/// A document for scripts and people.
#[derive(Debug, Serialize)]
struct DocumentView {
    client: String,
    name: String,
    kind: &'static str,
    date: String,
    /// In bytes.
    size: u64,
    sha256: String,
    shared: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct DocumentList(Vec<DocumentView>);

impl DocumentView {
    fn of(attached: &Attached) -> Self {
        let document = &attached.document;
        Self {
            client: attached.client.to_string(),
            name: document.name.to_string(),
            kind: document.kind.word(),
            date: document.day.to_string(),
            size: document.size,
            sha256: document.sha256.clone(),
            shared: document.shared,
        }
    }

    fn shared_word(&self) -> &'static str {
        if self.shared { "shared" } else { "internal" }
    }
}

impl View for DocumentView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.client));
        page.field(
            "kind",
            Some(format!("{}, {}", self.kind, self.shared_word())),
        );
        page.field("date", Some(&self.date));
        page.field("size", Some(size(self.size)));
        page.field("sha256", Some(&self.sha256));
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

impl View for DocumentList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no documents; `loggia document add CLIENT FILE` adds one");
            return;
        }
        let columns = [
            Column::Text("client"),
            Column::Text("name"),
            Column::Text("kind"),
            Column::Text("date"),
            Column::Number("size"),
            Column::Text("for"),
        ];
        let row = |document: &DocumentView| {
            vec![
                document.client.clone(),
                document.name.clone(),
                document.kind.to_owned(),
                document.date.clone(),
                size(document.size),
                document.shared_word().to_owned(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

/// A size for people: `812 B`, `14.2 KiB`.
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = bytes * 10 / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", tenths(1024)),
        _ => format!("{} MiB", tenths(1_048_576)),
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    document: String,
    path: String,
    bytes: usize,
}

impl View for Exported {
    fn text(&self, page: &mut Page) {
        let path = crate::values::text::escape_terminal(&self.path);
        page.line(format!("wrote {path} ({} bytes)", self.bytes));
    }

    fn reference(&self) -> String {
        self.path.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (14_541, "14.2 KiB"),
            (26_214_400, "25.0 MiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
