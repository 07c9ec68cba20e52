//! What a client sees, taken from the books: loads one client at one moment and hands it to the privacy filter.
//!
//! `portal-settings preview` and `sync` both begin here, so that what is previewed is what is sent.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::disclosure::explain;
use crate::disclosure::public_id::{Noun, PublicIds};
use crate::disclosure::{self, ClientBooks, Portal, Worked};
use crate::document::DocumentError;
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::expense::Expense;
use crate::domain::invoice::Invoice;
use crate::domain::key::ProjectKey;
use crate::domain::rate::{self, DatedRate, Facts};
use crate::domain::visibility::Visibility;
use crate::published::protocol::{Manifest, ManifestChunk};
use crate::published::{self, Chunk, ChunkKey};
use crate::store::{Books, EntryFilter, ExpenseFilter, InvoiceFilter, Listed};
use crate::values::id::PublicId;
use crate::values::money::Money;

pub use crate::disclosure::explain::{Consequence, Remedy};

use super::einvoice::Taker;
use super::look::{self, Printers};
use super::{Error, Result, Session, client_document, find, invoice, portal_settings};

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
    printers: Printers,
}

impl Desk {
    /// Draws it in the look of the day of its issue.
    fn draw(&mut self, session: &Session, file: &File) -> Result<Vec<u8>> {
        let face = disclosure::invoice::as_issued(file.shown.clone());
        session.store.read(|books| {
            let zone = session.business.zone;
            let then = look::at_issue(books, &file.issued, zone)?;
            let business = then.as_ref().unwrap_or(&session.business);
            let printer = self.printers.of(books, business)?;
            Ok(printer.with_annex(&face, file.annex.as_ref())?)
        })
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
    let (mut projection, files) = session
        .store
        .read(|books| load(books, session, client, ids))?;
    for mut file in files {
        let body = match file.kept.take() {
            Some(bytes) => bytes,
            None => desk.draw(session, &file)?,
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
    issued: Invoice,
    shown: published::Invoice,
    /// The time sheet that is drawn with it.
    annex: Option<published::Annex>,
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
    let next = next_invoice(books, session, client, visibility)?;
    let (business, today) = (&session.business, session.today());
    let source = client_books(books, business, client, ids, today, next)?;
    let mut portal = disclosure::portal(&source, visibility)?;
    let mut files = Vec::new();
    if let Some(portal) = &mut portal {
        let e_invoices = e_invoices(books, &source, portal)?;
        files = self::files(books, &source, portal)?;
        projection.chunks = portal.chunks().map_err(DocumentError::from)?;
        projection.chunks.extend(documents(books, &source, portal)?);
        projection.chunks.extend(e_invoices);
    }
    projection.portal = portal;
    Ok((projection, files))
}

/// What a client sees, or would see with the console on, as values and with what it was taken from; no files are drawn.
pub(super) fn seen(
    books: &Books<'_>,
    session: &Session,
    client: &Client,
    ids: &PublicIds,
) -> Result<Option<(ClientBooks, Portal)>> {
    let visibility = Visibility {
        console: true,
        ..portal_settings::of(books, client.key)?
    };
    let (business, today) = (&session.business, session.today());
    let source = client_books(books, business, client, ids.clone(), today, None)?;
    let portal = disclosure::portal(&source, &visibility)?;
    Ok(portal.map(|portal| (source, portal)))
}

/// Whether a client is to be on a portal.
pub(super) fn is_published(books: &Books<'_>, client: &Client) -> Result<bool> {
    let visibility = portal_settings::of(books, client.key)?;
    Ok(disclosure::is_published(client, &visibility))
}

/// What follows from what a client sees, or would see with the console on, and whether it is on.
pub fn explain(session: &mut Session, client: &str) -> Result<(bool, Vec<Consequence>)> {
    let ids = public_ids(session)?;
    let (business, today) = (&session.business, session.today());
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let visibility = portal_settings::of(books, client.key)?;
        let source = client_books(books, business, &client, ids, today, None)?;
        let consequences = explain::consequences(&source, &visibility);
        Ok((disclosure::is_published(&client, &visibility), consequences))
    })
}

/// All that concerns a client, on a day.
pub(super) fn client_books(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    ids: PublicIds,
    as_of: NaiveDate,
    next_invoice: Option<Money>,
) -> Result<ClientBooks> {
    let projects = books.projects(Some(client.key))?;
    let retainers = books.retainers(Some(client.key))?;
    let mut closed = Vec::new();
    for retainer in &retainers {
        closed.extend(books.closed_periods(retainer.key)?);
    }
    let (mut phases, mut tasks) = (Vec::new(), Vec::new());
    for project in &projects {
        phases.extend(books.phases(Some(project.key))?);
        tasks.extend(books.tasks(Some(project.key))?);
    }
    Ok(ClientBooks {
        work: work(
            books,
            client,
            &projects.iter().map(|project| project.key).collect(),
        )?,
        projects,
        phases,
        tasks,
        members: books.members()?,
        invoices: books.invoices(InvoiceFilter {
            client: Some(client.key),
            drafts: false,
        })?,
        retainers,
        closed,
        users: books.users(Some(client.key))?,
        threads: books.threads(Some(client.key))?,
        requests: books.approval_requests(Some(client.key))?,
        documents: books.client_documents(Some(client.key))?,
        expenses: expenses(books, client)?,
        choices: books.notice_choices(Some(client.key))?,
        policies: books.policies()?,
        next_invoice,
        as_of,
        client: client.clone(),
        business: business.clone(),
        ids,
    })
}

/// What the client pays for, or has paid for.
fn expenses(books: &Books<'_>, client: &Client) -> Result<Vec<Expense>> {
    let billable = books.expenses(&ExpenseFilter {
        client: Some(client.key),
        billable: Some(true),
        ..ExpenseFilter::default()
    })?;
    Ok(billable.into_iter().map(|listed| listed.expense).collect())
}

/// What the next invoice would be; asked for only where it is shown.
fn next_invoice(
    books: &Books<'_>,
    session: &Session,
    client: &Client,
    visibility: &Visibility,
) -> Result<Option<Money>> {
    if !(visibility.rates && visibility.unbilled) {
        return Ok(None);
    }
    let through = disclosure::last_day(session.today(), &session.business, visibility);
    let mut business = session.business.clone();
    business.approved_only |= visibility.approved_only;
    invoice::next_net(books, &business, client, through, visibility.expenses)
}

fn work(books: &Books<'_>, client: &Client, projects: &HashSet<ProjectKey>) -> Result<Vec<Worked>> {
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
        Ok::<_, Error>(())
    })?;
    Ok(work)
}

fn worked(client: &Client, rates: &[DatedRate], listed: Listed) -> Worked {
    let work = &listed.entry.work;
    let facts = Facts::of(client.key, work);
    Worked {
        billable: listed.billable,
        rate: rate::resolve(rates, &facts).map(|resolved| resolved.rate),
        invoice: listed.invoice,
        entry: listed.entry,
    }
}

/// The content of the documents that are shown.
fn documents(books: &Books<'_>, source: &ClientBooks, portal: &Portal) -> Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    for shown in portal.documents.iter().flat_map(|all| &all.documents) {
        let mut kept = source.documents.iter();
        let kept = kept.find(|kept| source.ids.row(Noun::Document, kept.key.0) == shown.id);
        let bytes = match kept {
            Some(kept) => books.file(&kept.sha256)?,
            None => None,
        };
        let body = bytes.ok_or_else(|| client_document::lost("the content of a document"))?;
        chunks.push(Chunk {
            key: ChunkKey::Document(shown.id.clone()),
            body,
        });
    }
    Ok(chunks)
}

/// The e-invoices of the invoices that are shown, for a client who takes them; each invoice is told the name of its own.
fn e_invoices(books: &Books<'_>, source: &ClientBooks, portal: &mut Portal) -> Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let Some(taker) = Taker::of(books, &source.business, &source.client)? else {
        return Ok(chunks);
    };
    for shown in &mut portal.invoices {
        let Some(number) = &shown.number else {
            continue;
        };
        if let Some(body) = taker.file(shown)? {
            let name = disclosure::invoice::e_invoice_name(number, &shown.id);
            chunks.push(Chunk::file(&name, body));
            shown.e_invoice = Some(name);
        }
    }
    Ok(chunks)
}

/// The documents of the invoices that are shown.
fn files(books: &Books<'_>, source: &ClientBooks, portal: &Portal) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for shown in &portal.invoices {
        let mut issued = source.invoices.iter();
        let issued = issued.find(|invoice| invoice.number == shown.number);
        if let (Some(name), Some(issued)) = (shown.file.clone(), issued) {
            files.push(file(books, source, name, issued, shown)?);
        }
    }
    Ok(files)
}

/// The document of the day of issue, as long as it was drawn from what the client may see today: a setting that was changed since
/// changes the document that is published, and never the one that is kept.
fn file(
    books: &Books<'_>,
    source: &ClientBooks,
    name: String,
    issued: &Invoice,
    shown: &published::Invoice,
) -> Result<File> {
    let is_kept = |annex: Option<&published::Annex>| {
        let face = disclosure::invoice::face_with(shown, annex).map_err(DocumentError::from)?;
        Ok::<_, Error>(issued.document_face.as_deref() == Some(face.as_str()))
    };
    let mut annex = None;
    let mut matches = is_kept(None)?;
    if !matches && let Some(then) = look::at_issue(books, issued, source.business.zone)? {
        if then.appearance.annex {
            annex = super::annex::of(books, &source.ids, &then, &source.client, issued)?;
        }
        matches = annex.is_some() && is_kept(annex.as_ref())?;
    }
    let kept = match &issued.document_sha256 {
        Some(sha256) if matches => books.file(sha256)?,
        _ => None,
    };
    Ok(File {
        name,
        kept,
        issued: issued.clone(),
        shown: shown.clone(),
        annex,
    })
}

#[cfg(test)]
pub(super) mod sample {
    //! A store with two clients, for the tests of publishing and of the sync.

    use chrono::NaiveDate;
    use chrono_tz::Tz;

    use crate::app::{Result, Session, Setting, layered};
    use crate::domain::client::{Details, Kind, Stage};
    use crate::domain::key::{ClientKey, EntryKey, MemberKey, RateKey};
    use crate::domain::member::Member;
    use crate::domain::rate::{DatedRate, Scope};
    use crate::domain::time::Work;
    use crate::domain::user::{Party, Role};
    use crate::domain::visibility;
    use crate::store::{NewProject, NewUser, Writer};
    use crate::values::duration::Seconds;
    use crate::values::id::Slug;
    use crate::values::money::{Currency, Rate};
    use crate::values::text::{Email, Line};

    pub(crate) struct Sample {
        pub(crate) session: Session,
        pub(crate) folder: tempfile::TempDir,
    }

    pub(crate) fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    pub(crate) fn open(folder: &std::path::Path, file: &str) -> Session {
        let setting = Setting {
            now: "2026-11-21T10:00:00Z".parse().unwrap(),
            as_of: None,
            zone: Tz::Europe__Berlin,
            who: "owner".to_owned(),
            command: "test".to_owned(),
        };
        Session::open(&folder.join(file), &setting).unwrap()
    }

    /// Clients `acme` and `beta` with an entry each; the console of both is on.
    pub(crate) fn sample() -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let mut session = open(folder.path(), "books.db");
        session
            .write(|books| {
                books.set_setting("name", "Loggia Studio")?;
                let member = books.add_member(&Member {
                    key: MemberKey(0),
                    slug: slug("ada"),
                    name: line("Ada Example"),
                    email: None,
                    role: None,
                    archived: false,
                    access: crate::domain::member::Access::Owner,
                    alias: None,
                })?;
                books.add_rate(&DatedRate {
                    key: RateKey(0),
                    scope: Scope::default(),
                    from: None,
                    rate: Rate::parse("95").unwrap(),
                })?;
                for name in ["acme", "beta"] {
                    client(books, name, member)?;
                }
                Ok::<_, crate::app::Error>(())
            })
            .unwrap();
        // The business is read when a session begins.
        drop(session);
        let mut session = open(folder.path(), "books.db");
        set(&mut session, None, "console", "on");
        Sample { session, folder }
    }

    fn client(books: &mut Writer<'_>, name: &str, member: MemberKey) -> Result<ClientKey> {
        let details = Details {
            name: line(name),
            kind: Kind::Company,
            email: None,
            phone: None,
            website: None,
            currency: Currency::parse("EUR").unwrap(),
            language: line("en"),
            address: None,
            country: None,
            tax_id: None,
            notes: None,
            billable: true,
        };
        let key = books.add_client(&slug(name), Stage::Active, &details)?;
        let project = books.add_project(&NewProject {
            client: key,
            slug: slug("website"),
            name: line("Website"),
            budget: None,
            counts: Default::default(),
            thresholds: None,
            due: None,
            billable: true,
        })?;
        books.add_user(&NewUser {
            client: key,
            email: Email::parse(&format!("jo@{name}.example")).unwrap(),
            name: None,
            role: Role::Full,
            party: Party::Client,
            invitation_hash: "ab".repeat(32),
            invitation_expires: "2026-12-01T00:00:00Z".parse().unwrap(),
            invitation_by_mail: false,
            contact: None,
        })?;
        books.add_entry(&work(project, member), None)?;
        Ok(key)
    }

    fn work(project: crate::domain::key::ProjectKey, member: MemberKey) -> Work {
        Work {
            project,
            phase: None,
            task: None,
            activity: None,
            member,
            day: day("2026-11-20"),
            span: None,
            seconds: Seconds(7200),
            billable: None,
            note: Some(line("Layout")),
            internal_note: None,
            rate: None,
            tags: Vec::new(),
        }
    }

    pub(crate) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Sets a portal setting.
    pub(crate) fn set(session: &mut Session, client: Option<&str>, key: &str, value: &str) {
        let pairs = [(key.to_owned(), value.to_owned())];
        layered::set::<visibility::Setting>(session, client, &pairs).unwrap();
    }

    /// Changes the first entry, the one of `acme`.
    pub(crate) fn edit_entry(session: &mut Session, change: impl FnOnce(&mut Work)) {
        session
            .write(|books| {
                let listed = books.listed_entry(EntryKey(1))?.unwrap();
                let mut work = listed.entry.work;
                change(&mut work);
                books.edit_entry(EntryKey(1), &work)
            })
            .unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{sample, set};
    use super::*;
    use crate::domain::invoice::Grouping;
    use crate::published::{ChunkKey, Digest};
    use crate::values::period::Span;

    fn keys(projection: &Projection) -> Vec<String> {
        projection
            .chunks
            .iter()
            .map(|chunk| chunk.key.to_string())
            .collect()
    }

    fn file(projection: &Projection) -> Vec<u8> {
        let chunk = projection
            .chunks
            .iter()
            .find(|chunk| matches!(chunk.key, ChunkKey::File(_)));
        chunk.unwrap().body.clone()
    }

    #[test]
    fn a_client_is_published_in_parts_and_not_at_all_when_its_console_is_off() {
        let mut session = sample().session;
        let shown = project(&mut session, "acme").unwrap();
        assert_eq!(
            keys(&shown),
            ["console", "users", "projects", "retainers", "month/2026-11"]
        );
        assert_eq!(
            project(&mut session, "acme").unwrap().manifest(1),
            shown.manifest(1)
        );
        set(&mut session, Some("acme"), "console", "off");
        let off = project(&mut session, "acme").unwrap();
        assert!(off.chunks.is_empty() && off.portal.is_none());
        assert_eq!(off.id, shown.id);
        assert!(matches!(
            project(&mut session, "nobody"),
            Err(Error::NotFound { .. })
        ));
    }

    #[test]
    fn the_kept_document_is_published_until_it_would_tell_more_or_less_than_the_page() {
        let mut session = sample().session;
        let wanted = invoice::Wanted {
            client: "acme".to_owned(),
            days: Span::all(),
            grouping: Grouping::Project,
            work: true,
            items: Vec::new(),
            terms: crate::app::invoice::Terms::default(),
            date: None,
        };
        let issued = invoice::create(&mut session, &wanted).unwrap();
        let sha256 = issued.invoice.document_sha256.clone().unwrap();
        let number = issued.invoice.number.clone().unwrap();
        let shown = project(&mut session, "acme").unwrap();
        assert_eq!(Digest::of(&file(&shown)).as_str(), sha256);
        // Paid, it is still the document of the day of issue.
        let half = invoice::settle::NewPayment {
            amount: "50".into(),
            ..Default::default()
        };
        invoice::pay(&mut session, &number, &half).unwrap();
        let paid = project(&mut session, "acme").unwrap();
        assert_eq!(Digest::of(&file(&paid)).as_str(), sha256);
        assert_ne!(paid.manifest(1).digest(), shown.manifest(1).digest());
        // With rates shown the page tells more; what is drawn then is the same each time.
        set(&mut session, Some("acme"), "rates", "shown");
        let redrawn = project(&mut session, "acme").unwrap();
        assert_ne!(Digest::of(&file(&redrawn)).as_str(), sha256);
        assert_eq!(
            file(&project(&mut session, "acme").unwrap()),
            file(&redrawn)
        );
        set(&mut session, Some("acme"), "rates", "hidden");
        assert_eq!(
            Digest::of(&file(&project(&mut session, "acme").unwrap())).as_str(),
            sha256
        );
    }
}
