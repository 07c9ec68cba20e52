//! The timesheet: entries as a list, or as tiles by day, task or person; filters that are part of the address, sums that follow
//! them, and the same as a file.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;

use crate::document::sheet::{Cell, Column, Kind};
use crate::published::{About, Entry, Project};
use crate::values::id::PublicId;

use super::super::error::Refusal;
use super::super::format::{Format, share};
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::{By, EntryFilter, EntryPage, Facets, Page, Sum};
use super::super::template::{Frame, Pager, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::export::{self, File, FileKind};
use super::filter::{Asked, calendar};
use super::{Choice, Link, format_of, pager, question, rows};

/// Tiles on one page.
const MOST_TILES: usize = 60;

#[derive(Debug, Template)]
#[template(path = "timesheet.html", config = "src/portal/askama.toml")]
struct TimesheetPage {
    frame: Frame,
    w: &'static Words,
    here: String,
    form: FormView,
    presets: Vec<Link>,
    views: Vec<Link>,
    files: Vec<Link>,
    report: String,
    problem: Option<String>,
    filtered: bool,
    entries: String,
    total: String,
    billable: Option<String>,
    amounts: Vec<String>,
    rows: Vec<Row>,
    tiles: Vec<Tile>,
    columns: Columns,
    any: bool,
    pager: Option<Pager>,
}

/// The form as it is to be shown again.
#[derive(Debug)]
struct FormView {
    from: String,
    to: String,
    search: String,
    view: String,
    selects: Vec<Select>,
}

/// A choice in the form, of those that offer one.
#[derive(Debug)]
struct Select {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

/// What has a day, a task or a person in common.
#[derive(Debug)]
struct Tile {
    title: String,
    beside: String,
    hours: String,
    /// Its share of the largest.
    width: u8,
    /// Of a day: what was done.
    rows: Vec<Row>,
    count: String,
    address: String,
}

#[derive(Debug)]
struct Row {
    day: String,
    /// Where to ask about it.
    question: Option<String>,
    clock: String,
    project: String,
    work: Vec<String>,
    description: String,
    member: String,
    hours: String,
    billable: bool,
    amount: String,
    invoice: String,
}

/// Columns that some clients do not have.
#[derive(Debug)]
struct Columns {
    clock: bool,
    amount: bool,
    invoice: bool,
}

/// How entries are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    List,
    Days,
    Tasks,
    People,
}

impl Look {
    const EACH: [(Self, &'static str); 4] = [
        (Self::List, ""),
        (Self::Days, "days"),
        (Self::Tasks, "tasks"),
        (Self::People, "people"),
    ];

    fn named(name: &str) -> Option<Self> {
        let mut each = Self::EACH.into_iter();
        each.find(|(_, word)| *word == name).map(|(look, _)| look)
    }

    fn name(self, w: &Words) -> &'static str {
        match self {
            Self::List => w.view_list,
            Self::Days => w.view_days,
            Self::Tasks => w.view_tasks,
            Self::People => w.view_people,
        }
    }

    /// What its tiles sum up, where the sums come from the store.
    fn sums(self) -> Option<By> {
        match self {
            Self::List | Self::Days => None,
            Self::Tasks => Some(By::Task),
            Self::People => Some(By::Member),
        }
    }
}

/// `GET /c/{client}/timesheet`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = Asked::read(query.as_deref().unwrap_or_default()).ok_or(Refusal::Malformed)?;
    let number = page_number(&asked.page).ok_or(Refusal::Malformed)?;
    let look = Look::named(&asked.view).ok_or(Refusal::Malformed)?;
    let store = portal.store();
    let format = format_of(&viewer);
    let (today, week_start) = calendar(&portal, &viewer);
    let facets = store.facets(&viewer).await?;
    let projects = names(&portal, &viewer).await?;
    let (found, problem) = match asked.filter(today, week_start, format.words()) {
        Ok(filter) => (
            Some(find(&portal, &viewer, filter, look, number).await?),
            None,
        ),
        Err(problem) => (None, Some(problem)),
    };
    let status = match problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let sheet = Sheet {
        viewer: &viewer,
        asked: &asked,
        look,
        format,
        names: &projects,
        here: format!("/c/{}/timesheet", viewer.client()),
    };
    let page = sheet.page(
        &signed_in,
        &facets,
        found.unwrap_or_default(),
        problem,
        number,
    );
    Ok((status, render(&page)?).into_response())
}

/// From 1; an empty text is the first.
pub(super) fn page_number(text: &str) -> Option<u32> {
    match text {
        "" => Some(1),
        page => page.parse().ok().filter(|page| *page > 0),
    }
}

/// The projects of the viewer's client by id.
pub(super) async fn names(
    portal: &Portal,
    viewer: &Viewer,
) -> Result<HashMap<PublicId, Project>, Refusal> {
    let projects = match viewer.may(Need::Projects) {
        true => portal.store().projects(viewer).await?,
        false => None,
    };
    let projects = projects.map_or_else(Vec::new, |projects| projects.projects);
    Ok(projects
        .into_iter()
        .map(|project| (project.id.clone(), project))
        .collect())
}

/// What passes a filter, as far as one page shows it.
#[derive(Debug, Default)]
struct Found {
    span: (Option<NaiveDate>, Option<NaiveDate>),
    page: EntryPage,
    sums: Vec<Sum>,
}

async fn find(
    portal: &Portal,
    viewer: &Viewer,
    filter: EntryFilter,
    look: Look,
    number: u32,
) -> Result<Found, Refusal> {
    let store = portal.store();
    let span = (filter.from, filter.to);
    let (page, mut sums) = match look.sums() {
        None => (
            store.entries(viewer, filter, rows(number)).await?,
            Vec::new(),
        ),
        Some(by) => {
            let none = Page { skip: 0, take: 0 };
            let totals = store.entries(viewer, filter.clone(), none).await?;
            (totals, store.sums(viewer, filter, by).await?)
        }
    };
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.totals.seconds));
    sums.truncate(MOST_TILES);
    Ok(Found { span, page, sums })
}

/// What a page is made of.
struct Sheet<'a> {
    viewer: &'a Viewer,
    asked: &'a Asked,
    look: Look,
    format: Format,
    names: &'a HashMap<PublicId, Project>,
    here: String,
}

impl Sheet<'_> {
    fn page(
        &self,
        signed_in: &SignedIn,
        facets: &Facets,
        found: Found,
        problem: Option<String>,
        number: u32,
    ) -> TimesheetPage {
        let (format, w) = (&self.format, self.format.words());
        let totals = &found.page.totals;
        let at_page = |page: u32| {
            let page = page.to_string();
            let asked = Asked {
                page,
                ..self.asked.clone()
            };
            asked.address(&self.here, &[])
        };
        let unpaged = self.unpaged();
        TimesheetPage {
            frame: Frame::of(w.timesheet, "/timesheet", self.viewer, signed_in),
            w,
            form: self.form(facets, found.span),
            presets: self.asked.presets(&self.here, w),
            views: self.views(),
            files: export::links(w, |kind| {
                unpaged.address(&format!("{}/export", self.here), &[("format", kind)])
            }),
            report: unpaged.address(&format!("/c/{}/reports", self.viewer.client()), &[]),
            problem,
            filtered: self.asked.is_filter(),
            entries: entries(w, format, totals.entries),
            total: format.hours(totals.seconds),
            billable: (totals.billable != totals.seconds).then(|| format.hours(totals.billable)),
            amounts: totals
                .amounts
                .iter()
                .map(|amount| format.money(*amount))
                .collect(),
            pager: match self.look.sums() {
                None => pager(w, number, totals.entries, at_page),
                Some(_) => None,
            },
            rows: match self.look {
                Look::List => found
                    .page
                    .entries
                    .iter()
                    .map(|entry| self.row(entry))
                    .collect(),
                _ => Vec::new(),
            },
            tiles: match self.look {
                Look::List => Vec::new(),
                Look::Days => self.days(&found.page),
                Look::Tasks | Look::People => self.tiles(&found.sums),
            },
            columns: Columns {
                clock: self.viewer.console().sections.clock,
                amount: self.viewer.shows_amounts(),
                invoice: self.viewer.may(Need::Invoices),
            },
            any: facets.days.is_some(),
            here: self.here.clone(),
        }
    }

    /// The filter alone, to carry it elsewhere.
    fn unpaged(&self) -> Asked {
        Asked {
            view: String::new(),
            page: String::new(),
            ..self.asked.clone()
        }
    }

    fn form(&self, facets: &Facets, span: (Option<NaiveDate>, Option<NaiveDate>)) -> FormView {
        let w = self.format.words();
        let asked = self.asked;
        let same = |values: &[String], chosen: &str| -> Vec<Choice> {
            let choice = |value: &String| Choice {
                value: value.clone(),
                name: value.clone(),
                chosen: value == chosen,
            };
            values.iter().map(choice).collect()
        };
        let mut projects = same(&facets.projects, &asked.project);
        for choice in &mut projects {
            choice.name = self.project_name(&choice.value);
        }
        projects.sort_by_cached_key(|choice| choice.name.to_lowercase());
        let billable = [("yes", w.billable), ("no", w.non_billable)].map(|(value, name)| Choice {
            value: value.to_owned(),
            name: name.to_owned(),
            chosen: value == asked.billable,
        });
        let sections = &self.viewer.console().sections;
        let selects = [
            ("project", w.project, projects, true),
            (
                "phase",
                w.phase,
                same(&facets.phases, &asked.phase),
                sections.phases,
            ),
            (
                "task",
                w.task,
                same(&facets.tasks, &asked.task),
                sections.tasks,
            ),
            (
                "person",
                w.person,
                same(&facets.members, &asked.person),
                true,
            ),
            ("billable", w.billable, billable.into(), true),
        ];
        let text = |day: Option<NaiveDate>, written: &str| {
            day.map_or_else(|| written.to_owned(), |day| day.to_string())
        };
        FormView {
            from: text(span.0, &asked.from),
            to: text(span.1, &asked.to),
            search: asked.search.clone(),
            view: asked.view.clone(),
            selects: selects
                .into_iter()
                .filter(|(_, _, choices, shown)| *shown && !choices.is_empty())
                .map(|(name, label, choices, _)| Select {
                    name,
                    label,
                    choices,
                })
                .collect(),
        }
    }

    fn project_name(&self, id: &str) -> String {
        project_name(self.names, id)
    }

    fn views(&self) -> Vec<Link> {
        let link = |(look, word): (Look, &str)| Link {
            address: Asked {
                view: word.to_owned(),
                ..self.unpaged()
            }
            .address(&self.here, &[]),
            name: look.name(self.format.words()).to_owned(),
            current: look == self.look,
        };
        let tasks = self.viewer.console().sections.tasks;
        Look::EACH
            .into_iter()
            .filter(|(look, _)| tasks || *look != Look::Tasks)
            .map(link)
            .collect()
    }

    /// A tile for each day that stands on the page, with what was done.
    fn days(&self, page: &EntryPage) -> Vec<Tile> {
        let w = self.format.words();
        let most = page
            .days
            .iter()
            .map(|(_, seconds)| seconds.0)
            .max()
            .unwrap_or(0);
        page.entries
            .chunk_by(|a, b| a.day == b.day)
            .filter_map(|entries| {
                let day = entries.first()?.day;
                let sum = page.days.iter().find(|(other, _)| *other == day)?.1;
                let date = day.to_string();
                Some(Tile {
                    title: self.format.long_day(day),
                    beside: String::new(),
                    hours: self.format.hours(sum),
                    width: share(sum.0, most),
                    rows: entries.iter().map(|entry| self.row(entry)).collect(),
                    count: w.only_day.to_owned(),
                    address: Asked {
                        range: String::new(),
                        from: date.clone(),
                        to: date,
                        ..self.unpaged()
                    }
                    .address(&self.here, &[]),
                })
            })
            .collect()
    }

    fn tiles(&self, sums: &[Sum]) -> Vec<Tile> {
        let w = self.format.words();
        let most = sums
            .iter()
            .map(|sum| sum.totals.seconds.0)
            .max()
            .unwrap_or(0);
        let tile = |sum: &Sum| {
            let project = sum.project.clone().unwrap_or_default();
            let name = sum.name.clone().unwrap_or_default();
            let mut asked = self.unpaged();
            let (title, beside) = match self.look {
                Look::People => {
                    asked.person.clone_from(&name);
                    (name, String::new())
                }
                _ => {
                    asked.project.clone_from(&project);
                    asked.task.clone_from(&name);
                    let title = match name.is_empty() {
                        true => w.without_task.to_owned(),
                        false => name,
                    };
                    (title, self.project_name(&project))
                }
            };
            Tile {
                title,
                beside,
                hours: self.format.hours(sum.totals.seconds),
                width: share(sum.totals.seconds.0, most),
                rows: Vec::new(),
                count: entries(w, &self.format, sum.totals.entries),
                address: asked.address(&self.here, &[]),
            }
        };
        sums.iter().map(tile).collect()
    }

    fn row(&self, entry: &Entry) -> Row {
        let format = &self.format;
        let sections = &self.viewer.console().sections;
        let phase = entry.phase.clone().filter(|_| sections.phases);
        let task = entry.task.clone().filter(|_| sections.tasks);
        let clock = entry.clock.as_ref();
        Row {
            day: format.short_day(entry.day),
            question: question::link(self.viewer, &About::Entry(entry.day, entry.id.clone())),
            clock: clock.map_or_else(String::new, |clock| {
                format!("{}\u{2013}{}", clock.start, clock.end)
            }),
            project: self
                .names
                .get(&entry.project)
                .map_or_else(String::new, |project| project.name.clone()),
            work: [phase, task].into_iter().flatten().collect(),
            description: entry.description.clone().unwrap_or_default(),
            member: entry.member.clone(),
            hours: format.hours(entry.seconds),
            billable: entry.billable,
            amount: entry
                .amount
                .map_or_else(String::new, |amount| format.money(amount)),
            invoice: entry.invoice.clone().unwrap_or_default(),
        }
    }
}

/// The name behind an id; a dash where the project is gone.
pub(super) fn project_name(names: &HashMap<PublicId, Project>, id: &str) -> String {
    let project = PublicId::parse(id).ok().and_then(|id| names.get(&id));
    project.map_or_else(|| "\u{2013}".to_owned(), |project| project.name.clone())
}

/// `1 entry`, `42 entries`
pub(super) fn entries(w: &Words, format: &Format, count: u64) -> String {
    match count {
        1 => w.entries_one.to_owned(),
        many => fill(w.entries_many, &[&format.number(many.into())]),
    }
}

/// `GET /c/{client}/timesheet/export`: what the page shows under the same filter, all of it.
pub(in super::super) async fn export(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let (asked, [kind]) = Asked::read_beside(&query, &["format"]).ok_or(Refusal::Malformed)?;
    let kind = FileKind::named(&kind).ok_or(Refusal::Malformed)?;
    let format = format_of(&viewer);
    let w = format.words();
    let (today, week_start) = calendar(&portal, &viewer);
    let filter = asked
        .filter(today, week_start, w)
        .map_err(|_| Refusal::Malformed)?;
    let span = [filter.from, filter.to].into_iter().flatten();
    let days: Vec<String> = span.map(|day| day.to_string()).collect();
    let page = Page {
        skip: 0,
        take: kind.most_rows(),
    };
    let found = portal.store().entries(&viewer, filter, page).await?;
    if found.totals.entries > u64::from(kind.most_rows()) {
        return Err(kind.too_many(found.totals.entries, &format));
    }
    let names = names(&portal, &viewer).await?;
    let (columns, rows) = table(&viewer, w, &names, &found.entries);
    let file = File {
        stem: [vec![w.file_timesheet.to_owned()], days].concat().join("-"),
        title: w.timesheet.to_owned(),
        day: today,
        columns,
        rows,
    };
    export::send(&portal, &viewer, file, kind).await
}

/// The columns this viewer has on the page, and a row for each entry.
fn table(
    viewer: &Viewer,
    w: &Words,
    names: &HashMap<PublicId, Project>,
    entries: &[Entry],
) -> (Vec<Column>, Vec<Vec<Cell>>) {
    type Value = fn(&Entry) -> Cell;
    let sections = &viewer.console().sections;
    let text = |text: &Option<String>| Cell::text(text.as_deref());
    let project = |entry: &Entry| {
        Cell::text(
            names
                .get(&entry.project)
                .map(|project| project.name.as_str()),
        )
    };
    let columns: [(&str, &'static str, Kind, bool); 11] = [
        ("day", w.day, Kind::Date, true),
        ("start", w.from_time, Kind::Text, sections.clock),
        ("end", w.to_time, Kind::Text, sections.clock),
        ("project", w.project, Kind::Text, true),
        ("phase", w.phase, Kind::Text, sections.phases),
        ("task", w.task, Kind::Text, sections.tasks),
        ("person", w.person, Kind::Text, true),
        ("description", w.description, Kind::Text, true),
        ("billable", w.billable, Kind::Flag, true),
        ("hours", w.hours, Kind::Hours, true),
        ("amount", w.amount, Kind::Money, viewer.shows_amounts()),
    ];
    let amount: Value = |entry| entry.amount.map_or(Cell::Empty, Cell::Money);
    let rows = entries
        .iter()
        .map(|entry| {
            let clock = entry.clock.as_ref();
            let cells = [
                Cell::Date(entry.day),
                Cell::text(clock.map(|clock| clock.start.as_str())),
                Cell::text(clock.map(|clock| clock.end.as_str())),
                project(entry),
                text(&entry.phase),
                text(&entry.task),
                Cell::Text(entry.member.clone()),
                text(&entry.description),
                Cell::Flag(entry.billable),
                Cell::Hours(entry.seconds),
                amount(entry),
            ];
            let mut row: Vec<Cell> = cells
                .into_iter()
                .zip(&columns)
                .filter(|(_, (.., shown))| *shown)
                .map(|(cell, _)| cell)
                .collect();
            if viewer.may(Need::Invoices) {
                row.push(text(&entry.invoice));
            }
            row
        })
        .collect();
    let mut shown: Vec<Column> = columns
        .into_iter()
        .filter(|(.., shown)| *shown)
        .map(|(key, name, kind, _)| export::column(key, name, kind))
        .collect();
    if viewer.may(Need::Invoices) {
        shown.push(export::column("invoice", w.invoice, Kind::Text));
    }
    (shown, rows)
}
