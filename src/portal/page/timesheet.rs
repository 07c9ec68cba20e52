//! The timesheet: entries as a list or by day, filters that are part of the address, and sums that follow them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::{NaiveDate, Weekday};

use crate::published::{About, Entry, Project};
use crate::values::calendar::Calendar;
use crate::values::id::PublicId;
use crate::values::period::Period;

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::{EntryFilter, EntryPage, Facets};
use super::super::template::{Frame, Pager, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{ENGLISH as W, Words, fill};
use super::{format_of, pager, question, rows};

/// Words of a search that are looked at, and their length.
const SEARCH_WORDS: usize = 8;
const SEARCH_LENGTH: usize = 200;

#[derive(Debug, Template)]
#[template(path = "timesheet.html", config = "src/portal/askama.toml")]
struct TimesheetPage {
    frame: Frame,
    w: &'static Words,
    here: String,
    form: FormView,
    presets: Vec<Link>,
    views: Vec<Link>,
    problem: Option<String>,
    filtered: bool,
    entries: String,
    total: String,
    billable: Option<String>,
    amounts: Vec<String>,
    groups: Vec<Group>,
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
    by_day: bool,
    projects: Vec<Choice>,
    members: Vec<Choice>,
    tasks: Vec<Choice>,
    billable: Vec<Choice>,
}

#[derive(Debug)]
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

#[derive(Debug)]
struct Link {
    address: String,
    name: &'static str,
    current: bool,
}

/// Entries under one heading, or all of them under none.
#[derive(Debug)]
struct Group {
    heading: Option<(String, String)>,
    caption: String,
    rows: Vec<Row>,
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

/// What the address asks for, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    range: String,
    from: String,
    to: String,
    project: String,
    person: String,
    task: String,
    billable: String,
    search: String,
    view: String,
    page: String,
}

impl Asked {
    /// Each name once; unknown ones are refused, so that no name can be guessed to mean something.
    fn read(query: &str) -> Option<Self> {
        let mut asked = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if seen.iter().any(|other| *other == name) {
                return None;
            }
            let field = match name.as_ref() {
                "range" => &mut asked.range,
                "from" => &mut asked.from,
                "to" => &mut asked.to,
                "project" => &mut asked.project,
                "person" => &mut asked.person,
                "task" => &mut asked.task,
                "billable" => &mut asked.billable,
                "q" => &mut asked.search,
                "view" => &mut asked.view,
                "page" => &mut asked.page,
                _ => return None,
            };
            *field = value.trim().to_owned();
            seen.push(name.into_owned());
        }
        Some(asked)
    }

    /// The address of a page that asks for this.
    fn address(&self, here: &str) -> String {
        let pairs = [
            ("range", &self.range),
            ("from", &self.from),
            ("to", &self.to),
            ("project", &self.project),
            ("person", &self.person),
            ("task", &self.task),
            ("billable", &self.billable),
            ("q", &self.search),
            ("view", &self.view),
            ("page", &self.page),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() {
            here.to_owned()
        } else {
            format!("{here}?{query}")
        }
    }

    fn filter(&self, today: NaiveDate, week_start: Weekday) -> Result<EntryFilter, String> {
        let bad = |value: &str| fill(W.bad_choice, &[value]);
        let (mut from, mut to) = (day(&self.from)?, day(&self.to)?);
        if !self.range.is_empty() {
            let range = Range::named(&self.range).ok_or_else(|| bad(&self.range))?;
            let period = range.period(today, week_start);
            (from, to) = (
                period.map(|period| period.from),
                period.map(|period| period.to),
            );
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(W.bad_range.to_owned());
        }
        let project = match self.project.as_str() {
            "" => None,
            id => Some(PublicId::parse(id).map_err(|_| bad(id))?),
        };
        let billable = match self.billable.as_str() {
            "" => None,
            "yes" => Some(true),
            "no" => Some(false),
            other => return Err(bad(other)),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let search: String = self.search.chars().take(SEARCH_LENGTH).collect();
        Ok(EntryFilter {
            from,
            to,
            project,
            task: some(&self.task),
            member: some(&self.person),
            billable,
            words: search
                .split_whitespace()
                .take(SEARCH_WORDS)
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Anything that leaves entries out.
    fn is_filter(&self) -> bool {
        let all = Self {
            view: self.view.clone(),
            page: self.page.clone(),
            ..Self::default()
        };
        *self != all
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, String> {
    match text {
        "" => Ok(None),
        text => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map_err(|_| fill(W.bad_day, &[text]))?;
            Ok(Some(day))
        }
    }
}

/// A time range with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    All,
    ThisWeek,
    LastWeek,
    ThisMonth,
    LastMonth,
    ThisQuarter,
    LastQuarter,
    ThisYear,
}

impl Range {
    const EACH: [(Self, &'static str, &'static str); 8] = [
        (Self::All, "", W.preset_all),
        (Self::ThisWeek, "this-week", W.preset_this_week),
        (Self::LastWeek, "last-week", W.preset_last_week),
        (Self::ThisMonth, "this-month", W.preset_this_month),
        (Self::LastMonth, "last-month", W.preset_last_month),
        (Self::ThisQuarter, "this-quarter", W.preset_this_quarter),
        (Self::LastQuarter, "last-quarter", W.preset_last_quarter),
        (Self::ThisYear, "this-year", W.preset_this_year),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::EACH
            .into_iter()
            .find(|(_, word, _)| *word == name)
            .map(|(range, ..)| range)
    }

    fn period(self, today: NaiveDate, week_start: Weekday) -> Option<Period> {
        match self {
            Self::All => None,
            Self::ThisWeek => Some(Period::week(today, week_start)),
            Self::LastWeek => Some(Period::week(today, week_start).previous()),
            Self::ThisMonth => Some(Period::month(today)),
            Self::LastMonth => Some(Period::month(today).previous()),
            Self::ThisQuarter => Some(Period::quarter(today)),
            Self::LastQuarter => Some(Period::quarter(today).previous()),
            Self::ThisYear => Some(Period::year(today)),
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
    let number = match asked.page.as_str() {
        "" => 1,
        page => page
            .parse::<u32>()
            .ok()
            .filter(|page| *page > 0)
            .ok_or(Refusal::Malformed)?,
    };
    if !matches!(asked.view.as_str(), "" | "days") {
        return Err(Refusal::Malformed);
    }
    let store = portal.store();
    let (today, week_start) = calendar(&portal, &viewer);
    let facets = store.facets(&viewer).await?;
    let projects = store
        .projects(&viewer)
        .await?
        .map_or_else(Vec::new, |projects| projects.projects);
    let filter = asked.filter(today, week_start);
    let span = filter
        .as_ref()
        .map_or((None, None), |filter| (filter.from, filter.to));
    let (found, problem) = match filter {
        Ok(filter) => (
            Some(store.entries(&viewer, filter, rows(number)).await?),
            None,
        ),
        Err(problem) => (None, Some(problem)),
    };
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let sheet = Sheet {
        viewer: &viewer,
        asked: &asked,
        format: format_of(&viewer),
        names: projects
            .iter()
            .map(|project| (&project.id, project))
            .collect(),
        here: format!("/c/{}/timesheet", viewer.client()),
        span,
    };
    let page = sheet.page(&signed_in, &facets, found, problem, number);
    Ok((status, render(&page)?).into_response())
}

/// Today where the client's days are counted, and the first day of its weeks.
fn calendar(portal: &Portal, viewer: &Viewer) -> (NaiveDate, Weekday) {
    use chrono::Datelike as _;
    let console = viewer.console();
    let week_start = console
        .hours
        .as_ref()
        .map_or(Weekday::Mon, |hours| hours.week.from.weekday());
    let now = portal.now();
    let today = Calendar::parse_zone(&console.zone).map_or_else(
        |_| now.date_naive(),
        |zone| Calendar::new(zone, week_start, now).today(),
    );
    (today, week_start)
}

/// What a page is made of.
struct Sheet<'a> {
    viewer: &'a Viewer,
    asked: &'a Asked,
    format: Format,
    names: HashMap<&'a PublicId, &'a Project>,
    here: String,
    /// First and last day that are shown, where the range has them.
    span: (Option<NaiveDate>, Option<NaiveDate>),
}

impl Sheet<'_> {
    fn page(
        &self,
        signed_in: &SignedIn,
        facets: &Facets,
        found: Option<EntryPage>,
        problem: Option<String>,
        number: u32,
    ) -> TimesheetPage {
        let found = found.unwrap_or_else(|| EntryPage {
            entries: Vec::new(),
            totals: Default::default(),
            days: Vec::new(),
        });
        let totals = &found.totals;
        let at_page = |page: u32| {
            Asked {
                page: page.to_string(),
                ..self.asked.clone()
            }
            .address(&self.here)
        };
        TimesheetPage {
            frame: Frame::of(W.timesheet, "/timesheet", self.viewer, signed_in),
            w: &W,
            form: self.form(facets),
            presets: self.presets(),
            views: self.views(),
            problem,
            filtered: self.asked.is_filter(),
            entries: match totals.entries {
                1 => W.entries_one.to_owned(),
                many => fill(W.entries_many, &[&self.format.number(many.into())]),
            },
            total: self.format.hours(totals.seconds),
            billable: (totals.billable != totals.seconds)
                .then(|| self.format.hours(totals.billable)),
            amounts: totals
                .amounts
                .iter()
                .map(|amount| self.format.money(*amount))
                .collect(),
            pager: pager(number, totals.entries, at_page),
            groups: self.groups(&found),
            columns: Columns {
                clock: self.viewer.console().sections.clock,
                amount: self.viewer.shows_amounts(),
                invoice: self.viewer.may(Need::Invoices),
            },
            any: facets.days.is_some(),
            here: self.here.clone(),
        }
    }

    fn form(&self, facets: &Facets) -> FormView {
        let choices =
            |values: &[String], chosen: &str, name: &dyn Fn(&String) -> String| -> Vec<Choice> {
                let choice = |value: &String| Choice {
                    value: value.clone(),
                    name: name(value),
                    chosen: value == chosen,
                };
                values.iter().map(choice).collect()
            };
        let project = |id: &String| {
            let project = PublicId::parse(id)
                .ok()
                .and_then(|id| self.names.get(&id).copied());
            project.map_or_else(|| "\u{2013}".to_owned(), |project| project.name.clone())
        };
        let mut projects = choices(&facets.projects, &self.asked.project, &project);
        projects.sort_by_cached_key(|choice| choice.name.to_lowercase());
        let yes_or_no = [("yes", W.billable), ("no", W.non_billable)];
        FormView {
            from: self
                .span
                .0
                .map_or_else(|| self.asked.from.clone(), |day| day.to_string()),
            to: self
                .span
                .1
                .map_or_else(|| self.asked.to.clone(), |day| day.to_string()),
            search: self.asked.search.clone(),
            by_day: self.by_day(),
            projects,
            members: choices(&facets.members, &self.asked.person, &String::clone),
            tasks: choices(&facets.tasks, &self.asked.task, &String::clone),
            billable: yes_or_no
                .into_iter()
                .map(|(value, name)| Choice {
                    value: value.to_owned(),
                    name: name.to_owned(),
                    chosen: value == self.asked.billable,
                })
                .collect(),
        }
    }

    fn by_day(&self) -> bool {
        self.asked.view == "days"
    }

    fn presets(&self) -> Vec<Link> {
        let dated = !self.asked.from.is_empty() || !self.asked.to.is_empty();
        let link = |(_, word, name): (Range, &str, &'static str)| Link {
            address: Asked {
                range: word.to_owned(),
                from: String::new(),
                to: String::new(),
                page: String::new(),
                ..self.asked.clone()
            }
            .address(&self.here),
            name,
            current: self.asked.range == word && (!word.is_empty() || !dated),
        };
        Range::EACH.into_iter().map(link).collect()
    }

    fn views(&self) -> Vec<Link> {
        let link = |(view, name): (&str, &'static str)| Link {
            address: Asked {
                view: view.to_owned(),
                page: String::new(),
                ..self.asked.clone()
            }
            .address(&self.here),
            name,
            current: self.asked.view == view,
        };
        [("", W.view_list), ("days", W.view_days)]
            .into_iter()
            .map(link)
            .collect()
    }

    fn groups(&self, found: &EntryPage) -> Vec<Group> {
        if found.entries.is_empty() {
            return Vec::new();
        }
        if !self.by_day() {
            return vec![Group {
                heading: None,
                caption: W.entries_caption.to_owned(),
                rows: found.entries.iter().map(|entry| self.row(entry)).collect(),
            }];
        }
        found
            .entries
            .chunk_by(|a, b| a.day == b.day)
            .filter_map(|entries| {
                let day = entries.first()?.day;
                let sum = found.days.iter().find(|(other, _)| *other == day)?.1;
                let heading = self.format.long_day(day);
                Some(Group {
                    caption: fill(W.day_caption, &[&heading]),
                    heading: Some((heading, self.format.hours(sum))),
                    rows: entries.iter().map(|entry| self.row(entry)).collect(),
                })
            })
            .collect()
    }

    fn row(&self, entry: &Entry) -> Row {
        let sections = &self.viewer.console().sections;
        let phase = entry.phase.clone().filter(|_| sections.phases);
        let task = entry.task.clone().filter(|_| sections.tasks);
        let project = self
            .names
            .get(&entry.project)
            .map_or_else(String::new, |project| project.name.clone());
        let clock = entry.clock.as_ref();
        Row {
            day: self.format.short_day(entry.day),
            question: question::link(self.viewer, &About::Entry(entry.day, entry.id.clone())),
            clock: clock.map_or_else(String::new, |clock| {
                format!("{}\u{2013}{}", clock.start, clock.end)
            }),
            project,
            work: [phase, task].into_iter().flatten().collect(),
            description: entry.description.clone().unwrap_or_default(),
            member: entry.member.clone(),
            hours: self.format.hours(entry.seconds),
            billable: entry.billable,
            amount: entry
                .amount
                .map_or_else(String::new, |amount| self.format.money(amount)),
            invoice: entry.invoice.clone().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(query: &str) -> Result<EntryFilter, String> {
        let today = "2026-11-18".parse().unwrap();
        Asked::read(query).unwrap().filter(today, Weekday::Mon)
    }

    fn span(query: &str) -> (String, String) {
        let filter = filter(query).unwrap();
        let text = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        (text(filter.from), text(filter.to))
    }

    #[test]
    fn ranges_are_whole_weeks_months_and_quarters() {
        let rows = [
            ("", "", ""),
            ("range=this-week", "2026-11-16", "2026-11-22"),
            ("range=last-week", "2026-11-09", "2026-11-15"),
            ("range=this-month", "2026-11-01", "2026-11-30"),
            ("range=last-month", "2026-10-01", "2026-10-31"),
            ("range=this-quarter", "2026-10-01", "2026-12-31"),
            ("range=last-quarter", "2026-07-01", "2026-09-30"),
            ("range=this-year", "2026-01-01", "2026-12-31"),
            ("from=2026-11-03", "2026-11-03", ""),
            ("to=2026-11-03", "", "2026-11-03"),
        ];
        for (query, from, to) in rows {
            assert_eq!(span(query), (from.to_owned(), to.to_owned()), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_or_refused() {
        for query in [
            "from=tomorrow",
            "range=ever",
            "project=1",
            "billable=maybe",
            "from=2026-11-02&to=2026-11-01",
            "from=2026-02-30",
        ] {
            assert!(filter(query).is_err(), "{query}");
        }
        for query in ["sort=rate", "q=a&q=b", "q=a&%71=b"] {
            assert_eq!(Asked::read(query), None, "{query}");
        }
    }

    #[test]
    fn a_search_is_bounded() {
        let long = format!("q={}", "ab+".repeat(10_000));
        assert_eq!(filter(&long).unwrap().words.len(), SEARCH_WORDS);
    }

    #[test]
    fn an_address_reads_back_as_it_was_asked() {
        let asked = Asked {
            search: "a&b=c d".to_owned(),
            view: "days".to_owned(),
            ..Asked::default()
        };
        let address = asked.address("/c/x/timesheet");
        let query = address.strip_prefix("/c/x/timesheet?").unwrap();
        assert_eq!(Asked::read(query), Some(asked));
        assert_eq!(Asked::default().address("/here"), "/here");
    }
}
