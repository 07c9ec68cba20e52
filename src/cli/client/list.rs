//! `loggia client list`: on the terminal, and as a file.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::client_list::{self, Column, Row, State, Wanted, Words};
use crate::app::error::field;
use crate::app::{Error, Session};
use crate::document::sheet::{self, Cell, Sheet};
use crate::domain::client::{Kind, Stage};
use crate::values::text::Line;

use super::references;
use super::view::ClientView;
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::sheet::{Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};

/// List clients; archived ones only with --all
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct List {
    /// Archived clients too
    #[arg(long)]
    all: bool,
    /// Only clients in this stage
    #[arg(long)]
    stage: Option<StageWord>,
    /// Only clients with this tag; given several times, with all of them
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only clients with something outstanding, archived ones too
    #[arg(long)]
    owes: bool,
    /// Only clients with this text in any field, tag or contact
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What to show, with commas between
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = column)]
    columns: Option<Vec<Column>>,
    /// By what to sort, with commas between; a `-` in front sorts from the end [default: name]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = sorting, allow_hyphen_values = true)]
    sort: Vec<(Column, bool)>,
    #[command(flatten)]
    target: Target,
}

const AFTER: &str = "Columns: slug, name, kind, stage, website, phone, email, currency, language, billing, billable, address, country, \
    tax_id, notes, contacts, tags, external_id, projects, unbilled, unbilled_hours, unbilled_expenses, outstanding, overdue, last_contact, portal, and \
    field:NAME for a field of your own.\n\n\
    Examples:\n  loggia client list --search muell --columns name,contacts,outstanding,last_contact --sort -outstanding\n  \
    loggia client list --owes --format xlsx --output owing.xlsx\n  loggia client list --format pdf";

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StageWord {
    Lead,
    Active,
    Archived,
}

impl From<StageWord> for Stage {
    fn from(word: StageWord) -> Self {
        match word {
            StageWord::Lead => Self::Lead,
            StageWord::Active => Self::Active,
            StageWord::Archived => Self::Archived,
        }
    }
}

/// What is shown where nothing is said.
const USUAL: &[Column] = &[
    Column::Slug,
    Column::Name,
    Column::Website,
    Column::Phone,
    Column::Notes,
];

/// What is shown of those who owe, where nothing is said.
const OWING: &[Column] = &[
    Column::Slug,
    Column::Name,
    Column::Stage,
    Column::Outstanding,
    Column::Overdue,
    Column::Website,
    Column::Phone,
    Column::Notes,
];

fn column(text: &str) -> std::result::Result<Column, String> {
    Column::parse(text).ok_or_else(|| {
        let near = crate::values::id::near(text, Column::words());
        match near.first() {
            Some(near) => format!("there is no column `{text}`; did you mean `{near}`?"),
            None => {
                let words: Vec<&str> = Column::words().collect();
                format!(
                    "there is no column `{text}`; there are {}",
                    words.join(", ")
                )
            }
        }
    })
}

fn sorting(text: &str) -> std::result::Result<(Column, bool), String> {
    match text.strip_prefix('-') {
        Some(name) => Ok((column(name)?, true)),
        None => Ok((column(text)?, false)),
    }
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let tags = self.tag.iter().map(|tag| field("tag", Line::parse(tag)));
        let usual = if self.owes { OWING } else { USUAL };
        let wanted = Wanted {
            archived: self.all,
            stage: self.stage.map(Stage::from),
            search: self.search,
            tags: tags.collect::<std::result::Result<_, Error>>()?,
            owes: self.owes,
            columns: self.columns.unwrap_or_else(|| usual.to_vec()),
            sort: self.sort,
        };
        let rows = client_list::list(&session, &wanted)?;
        let list = ClientList {
            items: rows.iter().map(|row| Item::of(row, &wanted)).collect(),
            sheet: sheet_of(&session, &rows, &wanted.columns, &self.target),
            narrow: wanted.is_narrow(),
        };
        deliver(context, &self.target, "clients", &list.sheet, &list)
    }
}

fn sheet_of(session: &Session, rows: &[Row], columns: &[Column], target: &Target) -> Sheet {
    let business = &session.business;
    let author = business.name.as_ref().map(ToString::to_string);
    let language = target.language(business.language.as_str());
    let german = language == "de";
    let words: Words = if german { in_german } else { in_english };
    Sheet {
        title: if german { "Kunden" } else { "Clients" }.to_owned(),
        author: author.unwrap_or_default(),
        day: session.today(),
        language: language.to_owned(),
        columns: columns
            .iter()
            .map(|column| sheet::Column {
                key: column.word(),
                name: heading(column, german),
                kind: column.kind(),
            })
            .collect(),
        rows: rows
            .iter()
            .map(|row| {
                let cells = columns.iter().map(|column| row.cell(column, words));
                cells.collect()
            })
            .collect(),
    }
}

/// The heading of a column in files for people.
fn heading(column: &Column, german: bool) -> String {
    let (english, in_german) = match column {
        Column::Field(name) => return name.to_string(),
        Column::Slug => ("Short name", "Kurzname"),
        Column::Name => ("Name", "Name"),
        Column::Kind => ("Kind", "Art"),
        Column::Stage => ("Stage", "Stufe"),
        Column::Website => ("Website", "Website"),
        Column::Phone => ("Phone", "Telefon"),
        Column::Email => ("E-mail", "E-Mail"),
        Column::Currency => ("Currency", "Währung"),
        Column::Language => ("Language", "Sprache"),
        Column::Billing => ("Billing", "Abrechnung"),
        Column::Billable => ("Billable", "Abrechenbar"),
        Column::Address => ("Address", "Anschrift"),
        Column::Country => ("Country", "Land"),
        Column::TaxId => ("Tax ID", "USt-IdNr."),
        Column::Notes => ("Notes", "Notizen"),
        Column::Contacts => ("Contacts", "Kontakte"),
        Column::Tags => ("Tags", "Schlagwörter"),
        Column::ExternalId => ("External ID", "Fremdnummer"),
        Column::Projects => ("Projects", "Projekte"),
        Column::Unbilled => ("Unbilled", "Unberechnet"),
        Column::UnbilledHours => ("Unbilled hours", "Unberechnete Stunden"),
        Column::UnbilledExpenses => ("Unbilled expenses", "Unberechnete Auslagen"),
        Column::Outstanding => ("Outstanding", "Offen"),
        Column::Overdue => ("Overdue", "Überfällig"),
        Column::LastContact => ("Last contact", "Letzter Kontakt"),
        Column::Portal => ("Portal", "Portal"),
    };
    if german { in_german } else { english }.to_owned()
}

fn in_english(state: State) -> &'static str {
    match state {
        State::NotSent => "not sent yet",
        State::StillLive => "live until the next sync",
        word => word.key(),
    }
}

fn in_german(state: State) -> &'static str {
    match state {
        State::Kind(Kind::Company) => "Firma",
        State::Kind(Kind::Individual) => "Privatperson",
        State::Stage(Stage::Lead) => "Interessent",
        State::Stage(Stage::Active) => "aktiv",
        State::Stage(Stage::Archived) => "archiviert",
        State::Retainer(true) => "Pauschale",
        State::Retainer(false) => "nach Stunden",
        State::NotSent => "noch nicht gesendet",
        State::StillLive => "bis zum nächsten Abgleich sichtbar",
    }
}

/// A client in the list, with the figures that were asked for.
#[derive(Debug, Serialize)]
struct Item {
    #[serde(flatten)]
    client: ClientView,
    #[serde(flatten)]
    figures: Map<String, Value>,
}

impl Item {
    fn of(row: &Row, wanted: &Wanted) -> Self {
        let figures = wanted.columns.iter().filter(|column| column.is_figure());
        Self {
            client: ClientView::of(&row.shown),
            figures: figures
                .map(|column| (column.word(), value(&row.cell(column, State::key))))
                .collect(),
        }
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty | Cell::Remark { url: None, .. } => Value::Null,
        Cell::Flag(flag) => Value::from(*flag),
        Cell::Number(number) => {
            i64::try_from(*number).map_or_else(|_| Value::from(number.to_string()), Value::from)
        }
        other => Value::from(other.plain()),
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ClientList {
    items: Vec<Item>,
    #[serde(skip)]
    sheet: Sheet,
    /// Others may be there that were not asked for.
    #[serde(skip)]
    narrow: bool,
}

impl View for Item {
    fn text(&self, page: &mut Page) {
        self.client.text(page);
    }

    fn reference(&self) -> String {
        self.client.reference()
    }
}

impl View for ClientList {
    fn text(&self, page: &mut Page) {
        if self.items.is_empty() {
            page.line(if self.narrow {
                "no client is like that; `loggia client list --all` shows every one"
            } else {
                "no clients; `loggia client add NAME` adds one"
            });
            return;
        }
        table::sheet(page, &self.sheet);
    }

    fn reference(&self) -> String {
        references(&self.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_column() {
        for word in Column::words() {
            assert!(AFTER.contains(word), "{word}");
            assert_eq!(Column::parse(word).unwrap().word(), word);
        }
    }

    #[test]
    fn columns_and_sorting_are_read_and_mistakes_named() {
        assert_eq!(column("Last-Contact"), Ok(Column::LastContact));
        assert_eq!(sorting("-outstanding"), Ok((Column::Outstanding, true)));
        let field = Column::Field(Line::parse("Industry").unwrap());
        assert_eq!(column("field:Industry"), Ok(field));
        assert_eq!(
            column("websit").unwrap_err(),
            "there is no column `websit`; did you mean `website`?"
        );
        assert!(column("xyzzy").unwrap_err().contains("slug, name"));
        assert!(column("field:").is_err());
    }
}
