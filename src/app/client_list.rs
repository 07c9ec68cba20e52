//! The list of clients: which of them, in what order, with which columns.
//!
//! What a column needs is read only where it is asked for, and for all clients in one query.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::disclosure;
use crate::disclosure::public_id::{Noun, PublicIds};
use crate::document::sheet::{Cell, Kind};
use crate::domain::client::{Client, Contact, Kind as ClientKind, Stage};
use crate::domain::key::ClientKey;
use crate::domain::tax::ClientTax;
use crate::store::{Books, ClientFilter};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::text::{Email, Line, Phone, Website, fold};

use super::client::Shown;
use super::owed::{self, Owed};
use super::unbilled::{self, Unbilled};
use super::{Result, Session, expense, portal_settings};

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Slug,
    Name,
    Kind,
    Stage,
    Website,
    Phone,
    Email,
    Currency,
    Language,
    Billing,
    Billable,
    Address,
    Country,
    TaxId,
    Notes,
    Contacts,
    Tags,
    ExternalId,
    /// Those that are not closed.
    Projects,
    /// Value of billable work on no invoice.
    Unbilled,
    UnbilledHours,
    /// What an invoice could bill of expenses.
    UnbilledExpenses,
    Outstanding,
    Overdue,
    /// Day of the latest talk.
    LastContact,
    /// Where its users see it.
    Portal,
    /// A field of the owner's, by name.
    Field(Line),
}

/// The columns with their words, in the order of the help text.
const COLUMNS: [(Column, &str, Kind); 26] = [
    (Column::Slug, "slug", Kind::Reference),
    (Column::Name, "name", Kind::Text),
    (Column::Kind, "kind", Kind::Text),
    (Column::Stage, "stage", Kind::Text),
    (Column::Website, "website", Kind::Link),
    (Column::Phone, "phone", Kind::Link),
    (Column::Email, "email", Kind::Link),
    (Column::Currency, "currency", Kind::Text),
    (Column::Language, "language", Kind::Text),
    (Column::Billing, "billing", Kind::Text),
    (Column::Billable, "billable", Kind::Flag),
    (Column::Address, "address", Kind::Text),
    (Column::Country, "country", Kind::Text),
    (Column::TaxId, "tax_id", Kind::Text),
    (Column::Notes, "notes", Kind::Text),
    (Column::Contacts, "contacts", Kind::Text),
    (Column::Tags, "tags", Kind::Text),
    (Column::ExternalId, "external_id", Kind::Text),
    (Column::Projects, "projects", Kind::Number),
    (Column::Unbilled, "unbilled", Kind::Money),
    (Column::UnbilledHours, "unbilled_hours", Kind::Hours),
    (Column::UnbilledExpenses, "unbilled_expenses", Kind::Money),
    (Column::Outstanding, "outstanding", Kind::Money),
    (Column::Overdue, "overdue", Kind::Money),
    (Column::LastContact, "last_contact", Kind::Date),
    (Column::Portal, "portal", Kind::Link),
];

impl Column {
    /// The words of all columns but fields.
    pub fn words() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().map(|(_, word, _)| *word)
    }

    /// The column of a word; `field:Industry` is a field. Dashes do for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("field:") {
            return Line::parse(name).ok().map(Self::Field);
        }
        let wanted = fold(text).replace('-', "_");
        COLUMNS
            .iter()
            .find(|(_, word, _)| *word == wanted)
            .map(|(column, ..)| column.clone())
    }

    /// The word on the command line and the key in files.
    pub fn word(&self) -> String {
        match self {
            Self::Field(name) => format!("field:{name}"),
            known => COLUMNS
                .iter()
                .find(|(column, ..)| column == known)
                .map_or(String::new(), |(_, word, _)| (*word).to_owned()),
        }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        COLUMNS
            .iter()
            .find(|(column, ..)| column == self)
            .map_or(Kind::Text, |(_, _, kind)| *kind)
    }

    /// Whether it is part of every answer, or read only where it is asked for.
    pub fn is_figure(&self) -> bool {
        matches!(
            self,
            Self::ExternalId
                | Self::Projects
                | Self::Unbilled
                | Self::UnbilledHours
                | Self::UnbilledExpenses
                | Self::Outstanding
                | Self::Overdue
                | Self::LastContact
                | Self::Portal
        )
    }
}

/// Which clients to list, and what of them.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Archived ones too.
    pub archived: bool,
    pub stage: Option<Stage>,
    /// A text in any of the fields, of contacts too.
    pub search: Option<String>,
    /// All of these tags.
    pub tags: Vec<Line>,
    /// Something is outstanding.
    pub owes: bool,
    /// What is shown.
    pub columns: Vec<Column>,
    /// By what it is sorted, and whether from the end; then by name.
    pub sort: Vec<(Column, bool)>,
}

impl Wanted {
    /// Whether there may be clients that are not wanted.
    pub fn is_narrow(&self) -> bool {
        let Self {
            archived: _,
            stage,
            search,
            tags,
            owes,
            columns: _,
            sort: _,
        } = self;
        stage.is_some() || search.is_some() || !tags.is_empty() || *owes
    }
}

/// A client in the list. Figures that were not asked for are none.
#[derive(Debug, Clone)]
pub struct Row {
    pub shown: Shown,
    pub external_id: Option<String>,
    pub projects: i64,
    pub unbilled: Option<Unbilled>,
    pub expenses: Option<expense::Unbilled>,
    pub owed: Owed,
    pub last_contact: Option<NaiveDate>,
    pub portal: Portal,
}

/// Whether a client has a page on the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portal {
    Off,
    /// Switched on, and not sent yet.
    On,
    /// There, at this address.
    Live(String),
    /// Withdrawn, and there until the next sync.
    StillLive(String),
}

/// What a cell says with one of a few words. How that is said to people is the business of who shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Kind(ClientKind),
    Stage(Stage),
    /// By a retainer; else by the hour.
    Retainer(bool),
    /// The page is not on the portal yet.
    NotSent,
    /// The page is on the portal until the next sync.
    StillLive,
}

impl State {
    /// The word for scripts; empty where it only says why there is no value, or what is about to happen to it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Stage(stage) => stage.word(),
            Self::Retainer(true) => "retainer",
            Self::Retainer(false) => "hourly",
            Self::NotSent | Self::StillLive => "",
        }
    }
}

/// How people are told of a state.
pub type Words = fn(State) -> &'static str;

/// Clients, in the order that is asked for.
pub fn list(session: &Session, wanted: &Wanted) -> Result<Vec<Row>> {
    let today = session.today();
    session.store.read(|books| {
        let filter = ClientFilter {
            // A debt does not go away with the client.
            archived: wanted.archived || wanted.owes,
            stage: wanted.stage,
        };
        let clients = books.clients(&filter)?;
        let retainers = books.retainers(None)?;
        let mut figures = Figures::read(books, wanted, &clients, &retainers, today)?;
        let on_retainer: HashSet<ClientKey> = retainers
            .iter()
            .filter(|retainer| retainer.is_in_force(today))
            .map(|retainer| retainer.client)
            .collect();
        let mut contacts = books.all_contacts()?;
        let mut marks = books.all_marks(None)?;
        let mut taxes = books.client_taxes()?;
        let mut rows: Vec<Row> = clients
            .into_iter()
            .map(|client| {
                let key = client.key;
                figures.row(Shown {
                    contacts: contacts.remove(&key).unwrap_or_default(),
                    marks: marks.remove(&key).unwrap_or_default(),
                    retainer: on_retainer.contains(&key),
                    tax: taxes.remove(&key).unwrap_or(ClientTax::of_business(key)),
                    client,
                })
            })
            .filter(|row| row.is_wanted(wanted))
            .collect();
        sort(&mut rows, &wanted.sort);
        Ok(rows)
    })
}

/// What was read of all clients.
#[derive(Debug, Default)]
struct Figures {
    external_ids: HashMap<ClientKey, String>,
    projects: HashMap<ClientKey, i64>,
    unbilled: HashMap<ClientKey, Unbilled>,
    expenses: HashMap<ClientKey, expense::Unbilled>,
    owed: HashMap<ClientKey, Owed>,
    last_talks: HashMap<ClientKey, NaiveDate>,
    portals: HashMap<ClientKey, Portal>,
}

impl Figures {
    fn read(
        books: &Books<'_>,
        wanted: &Wanted,
        clients: &[Client],
        retainers: &[crate::domain::retainer::Retainer],
        today: NaiveDate,
    ) -> Result<Self> {
        let wants = |column: Column| {
            let sorts = wanted.sort.iter().any(|(sorting, _)| *sorting == column);
            sorts || wanted.columns.contains(&column)
        };
        let mut figures = Self::default();
        if wants(Column::ExternalId) || wanted.search.is_some() {
            figures.external_ids = books.external_ids()?;
        }
        if wants(Column::Projects) {
            figures.projects = books.open_projects()?;
        }
        if wants(Column::Unbilled) || wants(Column::UnbilledHours) {
            let currencies: HashMap<ClientKey, Currency> = clients
                .iter()
                .map(|client| (client.key, client.details.currency))
                .collect();
            let scope = unbilled::Scope {
                client: None,
                through: today,
            };
            figures.unbilled = unbilled::by_client(books, retainers, scope, |client| {
                currencies.get(&client).copied()
            })?;
        }
        if wants(Column::UnbilledExpenses) {
            figures.expenses = expense::unbilled(books, None, today)?;
        }
        if wants(Column::Outstanding) || wants(Column::Overdue) || wanted.owes {
            figures.owed = owed::by_client(books, None, today)?;
        }
        if wants(Column::LastContact) {
            figures.last_talks = books.last_talks()?;
        }
        if wants(Column::Portal) {
            figures.portals = portals(books, clients)?;
        }
        Ok(figures)
    }

    fn row(&mut self, shown: Shown) -> Row {
        let key = shown.client.key;
        let currency = shown.client.details.currency;
        Row {
            external_id: self.external_ids.remove(&key),
            projects: self.projects.remove(&key).unwrap_or_default(),
            unbilled: self.unbilled.remove(&key),
            expenses: self.expenses.remove(&key),
            owed: self.owed.remove(&key).unwrap_or(Owed::nothing(currency)),
            last_contact: self.last_talks.remove(&key),
            portal: self.portals.remove(&key).unwrap_or(Portal::Off),
            shown,
        }
    }
}

fn portals(books: &Books<'_>, clients: &[Client]) -> Result<HashMap<ClientKey, Portal>> {
    let settings = portal_settings::of_all(books, clients)?;
    let pushed = books.portals()?;
    let ids = books.identity()?.map(PublicIds::new);
    let page = |client: &Client| {
        let (ids, address) = (ids.as_ref()?, pushed.get(&client.key)?);
        let id = ids.row(Noun::Client, client.key.0);
        Some(format!("{}/c/{id}", address.trim_end_matches('/')))
    };
    let portal = |client: &Client| {
        let visibility = settings.get(&client.key);
        let published = visibility.is_some_and(|seen| disclosure::is_published(client, seen));
        match (published, page(client)) {
            (true, Some(page)) => Portal::Live(page),
            (true, None) => Portal::On,
            (false, Some(page)) => Portal::StillLive(page),
            (false, None) => Portal::Off,
        }
    };
    Ok(clients
        .iter()
        .map(|client| (client.key, portal(client)))
        .collect())
}

impl Row {
    fn is_wanted(&self, wanted: &Wanted) -> bool {
        let tagged = |tag: &Line| {
            let same = |own: &Line| fold(own.as_str()) == fold(tag.as_str());
            self.shown.marks.tags.iter().any(same)
        };
        let found = |text: &String| {
            let text = fold(text.trim());
            self.texts().any(|own| fold(own).contains(&text))
        };
        wanted.tags.iter().all(tagged)
            && (!wanted.owes || !self.owed.outstanding.is_zero())
            && wanted.search.as_ref().is_none_or(found)
    }

    /// Every text that people typed.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let Shown {
            client,
            contacts,
            marks,
            retainer: _,
            tax: _,
        } = &self.shown;
        let details = &client.details;
        let own = [
            Some(client.slug.as_str()),
            Some(details.name.as_str()),
            details.email.as_ref().map(|text| text.as_str()),
            details.phone.as_ref().map(|text| text.as_str()),
            details.website.as_ref().map(|text| text.as_str()),
            details.address.as_ref().map(|text| text.as_str()),
            details.country.as_ref().map(|text| text.as_str()),
            details.tax_id.as_ref().map(|text| text.as_str()),
            details.notes.as_ref().map(|text| text.as_str()),
            self.external_id.as_deref(),
        ];
        let contacts = contacts.iter().flat_map(|contact| {
            [
                Some(contact.name.as_str()),
                contact.email.as_ref().map(|text| text.as_str()),
                contact.phone.as_ref().map(|text| text.as_str()),
                contact.position.as_ref().map(|text| text.as_str()),
            ]
        });
        let tags = marks.tags.iter().map(|tag| Some(tag.as_str()));
        let fields = marks
            .fields
            .iter()
            .flat_map(|(name, value)| [Some(name.as_str()), Some(value.as_str())]);
        own.into_iter()
            .chain(contacts)
            .chain(tags)
            .chain(fields)
            .flatten()
    }

    /// The value of a column.
    pub fn cell(&self, column: &Column, words: Words) -> Cell {
        let Shown {
            client,
            contacts,
            marks,
            retainer,
            tax: _,
        } = &self.shown;
        let details = &client.details;
        let nothing = Money::zero(details.currency);
        let (unbilled, expenses) = (self.unbilled, self.expenses);
        match column {
            Column::Slug => text(Some(&client.slug)),
            Column::Name => text(Some(&details.name)),
            Column::Kind => word(State::Kind(details.kind), words),
            Column::Stage => word(State::Stage(client.stage), words),
            Column::Website => details.website.as_ref().map_or(Cell::Empty, website),
            Column::Phone => details.phone.as_ref().map_or(Cell::Empty, phone),
            Column::Email => details.email.as_ref().map_or(Cell::Empty, email),
            Column::Currency => text(Some(&details.currency)),
            Column::Language => text(Some(&details.language)),
            Column::Billing => word(State::Retainer(*retainer), words),
            Column::Billable => Cell::Flag(details.billable),
            Column::Address => text(details.address.as_ref()),
            Column::Country => text(details.country.as_ref()),
            Column::TaxId => text(details.tax_id.as_ref()),
            Column::Notes => text(details.notes.as_ref()),
            Column::Contacts => joined(contacts.iter().map(person)),
            Column::Tags => joined(marks.tags.iter().map(ToString::to_string)),
            Column::ExternalId => text(self.external_id.as_ref()),
            Column::Projects => Cell::Number(Decimal::from(self.projects)),
            Column::Unbilled => Cell::Money(unbilled.map_or(nothing, |found| found.amount)),
            Column::UnbilledHours => {
                Cell::Hours(unbilled.map_or(Seconds::ZERO, |found| found.seconds))
            }
            Column::UnbilledExpenses => Cell::Money(expenses.map_or(nothing, |found| found.amount)),
            Column::Outstanding => Cell::Money(self.owed.outstanding),
            Column::Overdue => Cell::Money(self.owed.overdue),
            Column::LastContact => self.last_contact.map_or(Cell::Empty, Cell::Date),
            Column::Portal => self.portal.cell(words),
            Column::Field(name) => text(field(&marks.fields, name)),
        }
    }
}

impl Portal {
    fn cell(&self, words: Words) -> Cell {
        match self {
            Self::Off => Cell::Empty,
            Self::On => Cell::Remark {
                words: words(State::NotSent),
                url: None,
            },
            Self::Live(url) => link(url.clone(), url.clone()),
            Self::StillLive(url) => Cell::Remark {
                words: words(State::StillLive),
                url: Some(url.clone()),
            },
        }
    }
}

fn text(found: Option<&impl ToString>) -> Cell {
    Cell::text(found.map(ToString::to_string))
}

fn word(state: State, words: Words) -> Cell {
    Cell::Word {
        key: state.key(),
        name: words(state),
    }
}

/// The value of a field of the owner's.
fn field<'f>(fields: &'f [(Line, Line)], name: &Line) -> Option<&'f Line> {
    let same = |(own, _): &&(Line, Line)| fold(own.as_str()) == fold(name.as_str());
    fields.iter().find(same).map(|(_, value)| value)
}

fn website(website: &Website) -> Cell {
    link(website.to_string(), website.to_string())
}

fn phone(phone: &Phone) -> Cell {
    link(phone.to_string(), format!("tel:{}", phone.tel()))
}

fn email(email: &Email) -> Cell {
    link(email.to_string(), mailto(email))
}

fn link(text: String, url: String) -> Cell {
    Cell::Link { text, url }
}

fn joined(texts: impl Iterator<Item = String>) -> Cell {
    Cell::text(Some(texts.collect::<Vec<_>>().join(", ")))
}

/// `Jane Miller <jane@acme.example>`.
fn person(contact: &Contact) -> String {
    match &contact.email {
        Some(email) => format!("{} <{email}>", contact.name),
        None => contact.name.to_string(),
    }
}

/// The address as a link: what means something in one is written by its code.
fn mailto(email: &Email) -> String {
    use std::fmt::Write as _;
    let mut url = "mailto:".to_owned();
    for byte in email.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_~+".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// Sorts; rows that say the same stay in the order of their names. What is empty comes last, from either end.
fn sort(rows: &mut Vec<Row>, by: &[(Column, bool)]) {
    if by.is_empty() {
        return;
    }
    let keys = |row: &Row| -> Vec<Cell> {
        let columns = by.iter().map(|(column, _)| column);
        columns.map(|column| row.cell(column, State::key)).collect()
    };
    let mut keyed: Vec<(Vec<Cell>, Row)> = rows.drain(..).map(|row| (keys(&row), row)).collect();
    keyed.sort_by(|(left, _), (right, _)| {
        let cells = left.iter().zip(right).zip(by);
        cells
            .map(|((left, right), (_, down))| order(left, right, *down))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

fn order(left: &Cell, right: &Cell, down: bool) -> Ordering {
    let empty = |cell: &Cell| *cell == Cell::Empty;
    if empty(left) || empty(right) {
        return empty(left).cmp(&empty(right));
    }
    let order = match (left, right) {
        (Cell::Number(left), Cell::Number(right)) => left.cmp(right),
        (Cell::Money(left), Cell::Money(right)) => {
            (left.decimal(), left.currency()).cmp(&(right.decimal(), right.currency()))
        }
        (Cell::Hours(left), Cell::Hours(right)) => left.cmp(right),
        (Cell::Date(left), Cell::Date(right)) => left.cmp(right),
        (Cell::Flag(left), Cell::Flag(right)) => left.cmp(right),
        (left, right) => fold(&left.plain()).cmp(&fold(&right.plain())),
    };
    if down { order.reverse() } else { order }
}
