//! Exports: files for other programs, written whole once a day, week or month.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::app::invoice::list;
use crate::app::journal::{self, journal};
use crate::app::{Error, Result, Session, find};
use crate::document::DocumentError;
use crate::document::sheet::{Cell, Column, Kind as Of, Sheet};
use crate::domain::export::{Format, Plan};
use crate::domain::invoice::State as InvoiceState;
use crate::domain::job::{Key, Kind, Outcome};
use crate::domain::journal::Accounts;
use crate::values::money::Money;
use crate::values::period::Span;

use super::{Job, Run, State};

impl Run<'_> {
    /// Writes the files whose time has come.
    pub(super) fn exports(&mut self) -> Result<()> {
        let Some(plan) = self.session.business.exports.clone() else {
            return Ok(());
        };
        let period = plan.every.of(self.today);
        for format in &plan.formats {
            let key = Key::new(Kind::Export, format.file(), &period);
            let settled = self.session.store.read(|books| books.job(&key))?.is_some();
            if settled {
                continue;
            }
            if self.wanted.dry_run {
                self.note(Job::new(key, State::Due));
                continue;
            }
            let job = match self.export(&key, &plan, *format) {
                Ok(Some(path)) => Job {
                    reference: Some(path.display().to_string()),
                    ..Job::new(key, State::Done)
                },
                Ok(None) if self.wanted.mark_done => Job::new(key, State::Marked),
                Ok(None) => continue,
                Err(error) => Job::failed(key, error),
            };
            self.note(job);
        }
        Ok(())
    }

    /// The file stands before its key is kept: a run that is killed in between writes it again.
    fn export(&mut self, key: &Key, plan: &Plan, format: Format) -> Result<Option<PathBuf>> {
        let path = Path::new(&plan.folder).join(format.file());
        let (mark, today) = (self.wanted.mark_done, self.today);
        let bytes = if mark {
            Vec::new()
        } else {
            bytes(self.session, format)?
        };
        let outside = &mut *self.outside;
        self.session.write(|books| {
            if books.job(key)?.is_some() {
                return Ok(None);
            }
            let outcome = if mark { Outcome::Marked } else { Outcome::Done };
            books.settle(key, today, outcome, None, None)?;
            if mark {
                return Ok(None);
            }
            outside.write(&path, &bytes)?;
            Ok(Some(path))
        })
    }
}

fn bytes(session: &Session, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Hledger => {
            let accounts = Accounts::default();
            let journal = journal(session, journal::Format::Hledger, Span::all(), &accounts)?;
            Ok(journal.text.into_bytes())
        }
        Format::Xlsx => Ok(sheet(session, &rows(session)?).xlsx()?),
        Format::Csv => Ok(sheet(session, &rows(session)?).csv()?),
        Format::Json => Ok(document(&rows(session)?)?),
    }
}

/// An invoice or credit note as a row.
struct Row {
    number: String,
    kind: &'static str,
    client: String,
    state: InvoiceState,
    issued: chrono::NaiveDate,
    due: Option<chrono::NaiveDate>,
    net: Money,
    total: Money,
    open: Money,
}

/// All that were issued, oldest first.
fn rows(session: &Session) -> Result<Vec<Row>> {
    let listed = list::list(session, &list::Wanted::default())?;
    let mut rows = Vec::new();
    for row in listed.rows.into_iter().rev() {
        let list::Row {
            listed,
            state,
            client: (client, _),
        } = row;
        let Some(number) = listed.number else {
            continue;
        };
        let invoice = session
            .store
            .read(|books| find::invoice_of(books, listed.key))?;
        rows.push(Row {
            number,
            kind: listed.standing.kind.word(),
            client,
            state,
            issued: listed.issue_date,
            due: listed.standing.due,
            net: invoice.totals()?.net,
            total: listed.total,
            open: listed.standing.balance,
        });
    }
    Ok(rows)
}

/// Columns with their headings in English and German.
const COLUMNS: [(&str, &str, &str, Of); 10] = [
    ("number", "Number", "Nummer", Of::Reference),
    ("kind", "Kind", "Art", Of::Text),
    ("client", "Client", "Kunde", Of::Reference),
    ("state", "State", "Stand", Of::Text),
    ("issue_date", "Date", "Datum", Of::Date),
    ("due_date", "Due", "Fällig", Of::Date),
    ("net", "Net", "Netto", Of::Money),
    ("total", "Total", "Gesamt", Of::Money),
    ("balance", "Open", "Offen", Of::Money),
    ("currency", "Currency", "Währung", Of::Text),
];

fn sheet(session: &Session, rows: &[Row]) -> Sheet {
    let business = &session.business;
    let german = business.language.as_str() == "de";
    let columns = COLUMNS
        .iter()
        .map(|(key, english, german_name, kind)| Column {
            key: (*key).to_owned(),
            name: if german { *german_name } else { *english }.to_owned(),
            kind: *kind,
        });
    let cells = |row: &Row| {
        vec![
            Cell::Text(row.number.clone()),
            Cell::Text(row.kind.to_owned()),
            Cell::Text(row.client.clone()),
            Cell::Text(row.state.word().to_owned()),
            Cell::Date(row.issued),
            row.due.map_or(Cell::Empty, Cell::Date),
            Cell::Money(row.net),
            Cell::Money(row.total),
            Cell::Money(row.open),
            Cell::Text(row.total.currency().code().to_owned()),
        ]
    };
    Sheet {
        title: if german { "Rechnungen" } else { "Invoices" }.to_owned(),
        author: business
            .name
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        day: session.today(),
        language: business.language.to_string(),
        columns: columns.collect(),
        rows: rows.iter().map(cells).collect(),
    }
}

fn document(rows: &[Row]) -> Result<Vec<u8>> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "number": row.number,
                "kind": row.kind,
                "client": row.client,
                "state": row.state.word(),
                "issue_date": row.issued,
                "due_date": row.due,
                "net": row.net.amount(),
                "total": row.total.amount(),
                "balance": row.open.amount(),
                "currency": row.total.currency().code(),
            })
        })
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&rows).map_err(DocumentError::from)?;
    bytes.push(b'\n');
    Ok::<_, Error>(bytes)
}
