//! The privacy filter: what of the books a client may see, by the owner's settings.
//!
//! Pure functions from [`crate::domain`] and a [`Visibility`] to [`crate::published`]. No store, no clock, no network. Every struct of
//! the books is taken apart by naming each of its fields, never with `..`: a new field does not compile until somebody decides here
//! whether a client may see it.
//!
//! What is not shown is not counted either: sums, budgets, retainers and figures are computed over the work that is shown (with
//! `detail=weekly` up to the end of the last whole week), so that no difference of two sums tells what is held back.
//! With rates hidden no money stands beside hours but on issued invoices, whose time is one amount per project or task.

mod alias;
pub mod annex;
#[cfg(test)]
mod canary;
mod console;
mod document;
mod entry;
pub mod estimate;
pub mod explain;
#[cfg(test)]
mod interference;
pub mod invoice;
mod project;
pub mod public_id;
mod retainer;
#[cfg(test)]
mod sample;
mod solve;
#[cfg(test)]
mod solver;
mod talk;
mod user;

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::approval_request::ApprovalRequest;
use crate::domain::business::Business;
use crate::domain::client::{Client, Stage};
use crate::domain::client_document::ClientDocument;
use crate::domain::inbox::Thread;
use crate::domain::invoice::{Invoice, Stored};
use crate::domain::member::Member;
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::retainer::{Closed, Retainer};
use crate::domain::rounding::Policies;
use crate::domain::task::Task;
use crate::domain::time::Entry;
use crate::domain::user::User;
use crate::domain::visibility::Visibility;
use crate::published::protocol::Users;
use crate::published::{self, Chunk, ChunkKey, Console, Documents, Month, Projects, Talk};
use crate::values::money::{Money, Rate};
use crate::values::period::Period;

pub use public_id::{Noun, PublicIds};
pub use talk::{shown_work, thread_of};

/// Everything in the books that concerns one client.
#[derive(Debug, Clone)]
pub struct ClientBooks {
    pub client: Client,
    pub projects: Vec<Project>,
    pub phases: Vec<Phase>,
    pub tasks: Vec<Task>,
    /// The client's entries, in any order.
    pub work: Vec<Worked>,
    pub members: Vec<Member>,
    pub invoices: Vec<Invoice>,
    pub retainers: Vec<Retainer>,
    /// The periods of these that invoices closed.
    pub closed: Vec<Closed>,
    pub users: Vec<User>,
    /// Questions, those that were written to last first.
    pub threads: Vec<Thread>,
    /// What the client is asked to approve, the latest first.
    pub requests: Vec<ApprovalRequest>,
    pub documents: Vec<ClientDocument>,
    pub business: Business,
    /// By which billed time is computed, over the work that is shown.
    pub policies: Policies,
    /// What an invoice over all that is billable up to [`last_day`] would be without tax, where there is anything to bill.
    pub next_invoice: Option<Money>,
    pub as_of: NaiveDate,
    pub ids: PublicIds,
}

/// An entry with what the rules say of it.
#[derive(Debug, Clone)]
pub struct Worked {
    pub entry: Entry,
    /// As entry, task, project and client say together.
    pub billable: bool,
    /// The rate in force; none if no level has one.
    pub rate: Option<Rate>,
    /// Number of the issued invoice that bills it.
    pub invoice: Option<String>,
}

/// Everything a client sees, but the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    pub console: Console,
    pub users: Users,
    pub projects: Projects,
    /// None where the section is off.
    pub retainers: Option<Vec<published::Retainer>>,
    pub months: Vec<Month>,
    pub invoices: Vec<published::Invoice>,
    /// None where nothing is talked about.
    pub talk: Option<Talk>,
    /// None where the section is off.
    pub documents: Option<Documents>,
}

/// Whether anything of a client is published. An archived client has left the portal until it is restored.
pub fn is_published(client: &Client, visibility: &Visibility) -> bool {
    visibility.console && client.stage != Stage::Archived
}

/// The last day that figures count: today, or with `detail=weekly` the end of the last whole week.
pub fn last_day(as_of: NaiveDate, business: &Business, visibility: &Visibility) -> NaiveDate {
    if !visibility.weekly {
        return as_of;
    }
    let running = Period::week(as_of, business.week_start);
    running.from.pred_opt().unwrap_or(running.from)
}

/// What the client sees; none where nothing at all is published.
pub fn portal(books: &ClientBooks, visibility: &Visibility) -> Result<Option<Portal>, Refusal> {
    if !is_published(&books.client, visibility) {
        return Ok(None);
    }
    let scene = entry::Scene::of(books, visibility);
    let ledgers = retainer::ledgers(&scene)?;
    let projects = project::projects(&scene)?;
    let invoices = invoices(books, visibility)?;
    let months = entry::months(&scene)?;
    let shown = talk::Shown {
        projects: &projects,
        months: &months,
        invoices: &invoices,
    };
    let talk = talk::talk(&scene, &shown)?;
    Ok(Some(Portal {
        talk: (talk != Talk::default()).then_some(talk),
        console: console::console(&scene, &ledgers, &projects, &invoices)?,
        users: user::users(books),
        projects,
        retainers: visibility
            .retainer
            .then(|| retainer::retainers(&scene, &ledgers)),
        months,
        invoices,
        documents: visibility.documents.then(|| document::documents(books)),
    }))
}

/// Issued invoices and credit notes, void ones too, by date and number; no drafts.
fn invoices(
    books: &ClientBooks,
    visibility: &Visibility,
) -> Result<Vec<published::Invoice>, Refusal> {
    if !visibility.invoices {
        return Ok(Vec::new());
    }
    let mut all = books
        .invoices
        .iter()
        .filter(|invoice| invoice.stored != Stored::Draft)
        .filter_map(|invoice| Some((invoice, invoice.number.as_deref()?)))
        .map(|(invoice, number)| {
            let id = books.ids.row(Noun::Invoice, invoice.key.0);
            let corrects = invoice.corrects.and_then(|key| {
                let corrected = books.invoices.iter().find(|other| other.key == key)?;
                corrected.number.clone()
            });
            let file = Some(invoice::file_name(number, &id));
            invoice::invoice(invoice, visibility, corrects, id, books.as_of, file)
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    all.sort_by(|a, b| (a.issue_date, &a.number).cmp(&(b.issue_date, &b.number)));
    Ok(all)
}

impl Portal {
    /// The parts that are published, without files, ordered by key.
    pub fn chunks(&self) -> Result<Vec<Chunk>, serde_json::Error> {
        let Self {
            console,
            users,
            projects,
            retainers,
            months,
            invoices,
            talk,
            documents,
        } = self;
        let mut chunks = vec![
            Chunk::json(ChunkKey::Console, console)?,
            Chunk::json(ChunkKey::Users, users)?,
            Chunk::json(ChunkKey::Projects, projects)?,
        ];
        if let Some(retainers) = retainers {
            chunks.push(Chunk::json(ChunkKey::Retainers, retainers)?);
        }
        if let Some(talk) = talk {
            chunks.push(Chunk::json(ChunkKey::Talk, talk)?);
        }
        if let Some(documents) = documents {
            chunks.push(Chunk::json(ChunkKey::Documents, documents)?);
        }
        for month in months {
            chunks.push(Chunk::json(ChunkKey::Month(month.month), month)?);
        }
        for invoice in invoices {
            if let Some(number) = &invoice.number {
                chunks.push(Chunk::json(ChunkKey::Invoice(number.clone()), invoice)?);
            }
        }
        chunks.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(chunks)
    }
}
