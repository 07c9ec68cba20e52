//! The list of clients: which of them, in what order, with which columns.
//!
//! What a column needs is read only where it is asked for, and for all clients in one query.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::document::sheet::{Cell, Kind};
use crate::domain::client::{Client, Contact, Stage};
use crate::domain::key::ClientKey;
use crate::domain::visibility;
use crate::store::{Books, ClientFilter, Layered};
use crate::values::money::{Currency, Money};
use crate::values::text::{Email, Line, fold};

use super::client::Shown;
use super::unbilled::{self, Unbilled};
use super::{Result, Session};

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
const COLUMNS: [(Column, &str, Kind); 25] = [
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
    pub owed: Owed,
    pub last_contact: Option<NaiveDate>,
    pub portal: Portal,
}

/// What a client owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Open on issued invoices.
    pub outstanding: Money,
    /// The part of it that is past its due date.
    pub overdue: Money,
}

/// Whether a client has a page on the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portal {
    Off,
    /// Switched on, and not sent yet.
    On,
    /// There, at this address.
    Live(String),
}

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
        let mut rows: Vec<Row> = clients
            .into_iter()
            .map(|client| {
                let key = client.key;
                figures.row(Shown {
                    contacts: contacts.remove(&key).unwrap_or_default(),
                    marks: marks.remove(&key).unwrap_or_default(),
                    retainer: on_retainer.contains(&key),
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
                days: false,
            };
            figures.unbilled = unbilled::by_client(books, retainers, scope, |client| {
                currencies.get(&client).copied()
            })?;
        }
        if wants(Column::Outstanding) || wants(Column::Overdue) || wanted.owes {
            figures.owed = owed(books, today)?;
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
        let nothing = Money::zero(shown.client.details.currency);
        Row {
            external_id: self.external_ids.remove(&key),
            projects: self.projects.remove(&key).unwrap_or_default(),
            unbilled: self.unbilled.remove(&key),
            owed: self.owed.remove(&key).unwrap_or(Owed {
                outstanding: nothing,
                overdue: nothing,
            }),
            last_contact: self.last_talks.remove(&key),
            portal: self.portals.remove(&key).unwrap_or(Portal::Off),
            shown,
        }
    }
}

/// What is open on invoices. What was paid too much on one does not pay another.
fn owed(books: &Books<'_>, today: NaiveDate) -> Result<HashMap<ClientKey, Owed>> {
    let mut all: HashMap<ClientKey, Owed> = HashMap::new();
    for invoice in books.open_invoices()? {
        let open = invoice.total.checked_sub(invoice.paid)?;
        if open.minor() <= 0 {
            continue;
        }
        let nothing = Money::zero(open.currency());
        let owed = all.entry(invoice.client).or_insert(Owed {
            outstanding: nothing,
            overdue: nothing,
        });
        owed.outstanding = owed.outstanding.checked_add(open)?;
        if invoice.due.is_some_and(|due| due < today) {
            owed.overdue = owed.overdue.checked_add(open)?;
        }
    }
    Ok(all)
}

fn portals(books: &Books<'_>, clients: &[Client]) -> Result<HashMap<ClientKey, Portal>> {
    let global = books.layer(Layered::Visibility, None)?.remove("console");
    let default = visibility::find("console")?.default;
    let own = books.own_portal_settings("console")?;
    let pushed = books.portals()?;
    let ids = books.identity()?.map(PublicIds::new);
    let portal = |client: &Client| {
        let console = own.get(&client.key).or(global.as_ref());
        let on = console.map_or(default, String::as_str) == "on";
        if !on || client.stage == Stage::Archived {
            return Portal::Off;
        }
        match (&ids, pushed.get(&client.key)) {
            (Some(ids), Some(address)) => {
                let id = ids.row(Noun::Client, client.key.0);
                Portal::Live(format!("{}/c/{id}", address.trim_end_matches('/')))
            }
            _ => Portal::On,
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
    pub fn cell(&self, column: &Column) -> Cell {
        let Shown {
            client,
            contacts,
            marks,
            retainer,
        } = &self.shown;
        let details = &client.details;
        let text = |text: Option<&str>| Cell::text(text);
        let nothing = Money::zero(details.currency);
        match column {
            Column::Slug => text(Some(client.slug.as_str())),
            Column::Name => text(Some(details.name.as_str())),
            Column::Kind => text(Some(details.kind.word())),
            Column::Stage => text(Some(client.stage.word())),
            Column::Website => link(details.website.as_ref().map(|site| {
                let url = site.as_str().to_owned();
                (url.clone(), url)
            })),
            Column::Phone => link(details.phone.as_ref().map(|phone| {
                let url = format!("tel:{}", phone.tel());
                (phone.to_string(), url)
            })),
            Column::Email => link(details.email.as_ref().map(|email| {
                let url = mailto(email);
                (email.to_string(), url)
            })),
            Column::Currency => text(Some(details.currency.code())),
            Column::Language => text(Some(details.language.as_str())),
            Column::Billing => text(Some(if *retainer { "retainer" } else { "hourly" })),
            Column::Billable => Cell::Flag(details.billable),
            Column::Address => text(details.address.as_ref().map(|text| text.as_str())),
            Column::Country => text(details.country.as_ref().map(|text| text.as_str())),
            Column::TaxId => text(details.tax_id.as_ref().map(|text| text.as_str())),
            Column::Notes => text(details.notes.as_ref().map(|text| text.as_str())),
            Column::Contacts => joined(contacts.iter().map(person)),
            Column::Tags => joined(marks.tags.iter().map(ToString::to_string)),
            Column::ExternalId => text(self.external_id.as_deref()),
            Column::Projects => Cell::Number(Decimal::from(self.projects)),
            Column::Unbilled => {
                Cell::Money(self.unbilled.map_or(nothing, |unbilled| unbilled.amount))
            }
            Column::UnbilledHours => Cell::Hours(
                self.unbilled
                    .map(|unbilled| unbilled.seconds)
                    .unwrap_or_default(),
            ),
            Column::Outstanding => Cell::Money(self.owed.outstanding),
            Column::Overdue => Cell::Money(self.owed.overdue),
            Column::LastContact => self.last_contact.map_or(Cell::Empty, Cell::Date),
            Column::Portal => match &self.portal {
                Portal::Off => Cell::Empty,
                Portal::On => text(Some("not sent yet")),
                Portal::Live(url) => link(Some((url.clone(), url.clone()))),
            },
            Column::Field(name) => {
                let same = |(own, _): &&(Line, Line)| fold(own.as_str()) == fold(name.as_str());
                let field = marks.fields.iter().find(same);
                text(field.map(|(_, value)| value.as_str()))
            }
        }
    }
}

fn link(found: Option<(String, String)>) -> Cell {
    found.map_or(Cell::Empty, |(text, url)| Cell::Link { text, url })
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
    let keys = |row: &Row| -> Vec<Cell> { by.iter().map(|(column, _)| row.cell(column)).collect() };
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
