//! What a client sees, taken from the books: loads one client at one moment and hands it to the privacy filter.
//!
//! `portal-settings preview` and `sync` both begin here, so that what is previewed is what is sent.

use std::collections::HashSet;

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::disclosure::{self, ClientBooks, Portal, Worked};
use crate::document::DocumentError;
use crate::document::pdf::Printer;
use crate::domain::client::Client;
use crate::domain::invoice::Invoice;
use crate::domain::key::ProjectKey;
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::visibility::{Snapshot, Visibility};
use crate::published::protocol::{Manifest, ManifestChunk};
use crate::published::{self, Chunk};
use crate::store::{Books, EntryFilter, InvoiceFilter, Listed};
use crate::values::id::PublicId;
use crate::values::money::Money;

use super::{Error, Result, Session, find, invoice, portal_settings};

/// Everything a client sees, as it is sent.
#[derive(Debug, Clone)]
pub struct Projection {
    pub client: Client,
    pub id: PublicId,
    /// The settings it was made under.
    pub visibility: Visibility,
    /// The parts as values; none where nothing at all is published.
    pub portal: Option<Portal>,
    /// The parts as bytes, with the files, ordered by key.
    pub chunks: Vec<Chunk>,
    /// The latest operation that is in it.
    pub operation: i64,
}

impl Projection {
    /// The short name in addresses of pages.
    pub fn slug(&self) -> &str {
        self.client.slug.as_str()
    }

    /// The list of parts under a revision.
    pub fn manifest(&self, revision: u64) -> Manifest {
        Manifest {
            revision,
            slug: self.slug().to_owned(),
            chunks: self
                .chunks
                .iter()
                .map(|chunk| ManifestChunk {
                    key: chunk.key.clone(),
                    digest: chunk.digest(),
                    size: chunk.body.len() as u64,
                })
                .collect(),
        }
    }
}

/// What a client sees, read in one transaction.
pub fn project(session: &mut Session, client: &str) -> Result<Projection> {
    project_at(session, client, &mut Desk::default())
}

/// The public ids of this store.
pub fn public_ids(session: &mut Session) -> Result<PublicIds> {
    Ok(PublicIds::new(session.store.identity()?))
}

/// What is kept from client to client: a printer is slow to make and quick to use.
#[derive(Debug, Default)]
pub(super) struct Desk {
    printer: Option<Printer>,
}

impl Desk {
    fn draw(&mut self, invoice: &published::Invoice) -> Result<Vec<u8>> {
        let printer = match &mut self.printer {
            Some(printer) => printer,
            none => none.insert(Printer::new()?),
        };
        let issued = disclosure::invoice::as_issued(invoice.clone());
        Ok(printer.invoice(&issued)?)
    }
}

/// The same with a desk that is used again.
pub(super) fn project_at(
    session: &mut Session,
    client: &str,
    desk: &mut Desk,
) -> Result<Projection> {
    let ids = public_ids(session)?;
    let session = &*session;
    let (mut projection, files) = session.store.read(|books| load(books, session, client, ids))?;
    for file in files {
        let body = match file.kept {
            Some(bytes) => bytes,
            None => desk.draw(&file.invoice)?,
        };
        projection.chunks.push(Chunk::file(&file.name, body));
    }
    projection.chunks.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(projection)
}

/// The PDF of an invoice.
struct File {
    name: String,
    /// The document that was kept at issue, if it shows just what the client sees today.
    kept: Option<Vec<u8>>,
    invoice: published::Invoice,
}

fn load(
    books: &Books<'_>,
    session: &Session,
    client: &str,
    ids: PublicIds,
) -> Result<(Projection, Vec<File>)> {
    let client = find::client(books, client)?;
    let visibility = portal_settings::of(books, client.key)?;
    let mut projection = Projection {
        id: ids.row(Noun::Client, client.key.0),
        operation: books.latest_touch(client.key)?,
        client,
        visibility,
        portal: None,
        chunks: Vec::new(),
    };
    let Projection {
        client, visibility, ..
    } = &projection;
    if !disclosure::is_published(client, visibility) {
        return Ok((projection, Vec::new()));
    }
    let source = client_books(books, session, client, visibility, ids)?;
    let portal = disclosure::portal(&source, visibility)?;
    let mut files = Vec::new();
    if let Some(portal) = &portal {
        files = self::files(books, &source.invoices, portal)?;
        projection.chunks = portal.chunks().map_err(DocumentError::from)?;
    }
    projection.portal = portal;
    Ok((projection, files))
}

fn client_books(
    books: &Books<'_>,
    session: &Session,
    client: &Client,
    visibility: &Visibility,
    ids: PublicIds,
) -> Result<ClientBooks> {
    let business = session.business.clone();
    let projects = books.projects(Some(client.key))?;
    let mut tasks = Vec::new();
    for project in &projects {
        tasks.extend(books.tasks(Some(project.key))?);
    }
    Ok(ClientBooks {
        work: work(books, client, &projects.iter().map(|project| project.key).collect())?,
        projects,
        tasks,
        members: books.members()?,
        invoices: books.invoices(InvoiceFilter {
            client: Some(client.key),
            drafts: false,
        })?,
        retainers: books.retainers(Some(client.key), business.week_start)?,
        users: books.users(Some(client.key))?,
        next_invoice: next_invoice(books, session, client, visibility)?,
        as_of: session.today(),
        client: client.clone(),
        business,
        ids,
    })
}

/// What the next invoice would be; asked for only where it is shown.
fn next_invoice(
    books: &Books<'_>,
    session: &Session,
    client: &Client,
    visibility: &Visibility,
) -> Result<Option<Money>> {
    let shown = visibility.snapshots.contains(&Snapshot::NextInvoice)
        && visibility.rates
        && visibility.unbilled
        && !visibility.approved_only;
    if !shown {
        return Ok(None);
    }
    let through = disclosure::last_day(session.today(), &session.business, visibility);
    invoice::next_net(books, &session.business, client, through)
}

fn work(
    books: &Books<'_>,
    client: &Client,
    projects: &HashSet<ProjectKey>,
) -> Result<Vec<Worked>> {
    // Rates of other clients never hold here; without them an entry has few to look through.
    let mut rates = books.rates()?;
    rates.retain(|rate| {
        let client = rate.scope.client.is_none_or(|key| key == client.key);
        let project = rate.scope.project.is_none_or(|key| projects.contains(&key));
        client && project
    });
    let filter = EntryFilter {
        client: Some(client.key),
        ..Default::default()
    };
    let mut work = Vec::new();
    books.each_entry(&filter, |listed| {
        work.push(worked(client, &rates, listed));
        Ok(())
    })?;
    Ok(work)
}

fn worked(client: &Client, rates: &[DatedRate], listed: Listed) -> Worked {
    let work = &listed.entry.work;
    let facts = Facts {
        client: client.key,
        project: work.project,
        task: work.task,
        member: work.member,
        day: work.day,
        own: work.rate,
    };
    Worked {
        billable: listed.billable,
        billed: disclosure::billed(work.seconds),
        rate: rate::resolve(rates, &facts).map(|resolved| resolved.rate),
        invoice: listed.invoice,
        entry: listed.entry,
    }
}

/// The documents of the invoices that are shown.
fn files(books: &Books<'_>, invoices: &[Invoice], portal: &Portal) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for shown in &portal.invoices {
        let Some(name) = shown.file.clone() else {
            continue;
        };
        let issued = invoices
            .iter()
            .find(|invoice| invoice.number == shown.number);
        files.push(File {
            name,
            kept: kept(books, issued, shown)?,
            invoice: shown.clone(),
        });
    }
    Ok(files)
}

/// The document of the day of issue, as long as it was drawn from what the client may see today: a setting that was changed since
/// changes the document that is published, and never the one that is kept.
fn kept(
    books: &Books<'_>,
    issued: Option<&Invoice>,
    shown: &published::Invoice,
) -> Result<Option<Vec<u8>>> {
    let Some(Invoice {
        document_sha256: Some(sha256),
        document_face: Some(face),
        ..
    }) = issued
    else {
        return Ok(None);
    };
    let today = disclosure::invoice::face(shown).map_err(|error| Error::Document(error.into()))?;
    if today.as_str() == face {
        Ok(books.file(sha256)?)
    } else {
        Ok(None)
    }
}
