//! What the address of a page of hours asks for: a range, the things to filter by, a search. The time sheet, its exports and the
//! reports read it alike, so that a file holds what the page shows.

use chrono::{Datelike as _, NaiveDate, Weekday};

use crate::values::calendar::Calendar;
use crate::values::id::PublicId;
use crate::values::period::Period;

use super::super::server::Portal;
use super::super::store::EntryFilter;
use super::super::viewer::Viewer;
use super::super::words::{Words, fill};
use super::Link;

/// Words of a search that are looked at, and their length.
const SEARCH_WORDS: usize = 8;
const SEARCH_LENGTH: usize = 200;

/// What the address asks for, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) range: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) project: String,
    pub(super) phase: String,
    pub(super) person: String,
    pub(super) task: String,
    pub(super) billable: String,
    pub(super) search: String,
    pub(super) view: String,
    pub(super) page: String,
}

/// Goes through what stands in an address; none where a name stands there twice, or `take` does not take one.
pub(super) fn each_once(query: &str, mut take: impl FnMut(&str, &str) -> Option<()>) -> Option<()> {
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if seen.iter().any(|other| *other == name) {
            return None;
        }
        take(&name, &value)?;
        seen.push(name.into_owned());
    }
    Some(())
}

impl Asked {
    /// Each name once; unknown ones are refused, so that no name can be guessed to mean something.
    pub(super) fn read(query: &str) -> Option<Self> {
        Self::read_beside(query, &[]).map(|(asked, _)| asked)
    }

    /// The same beside some names of the page's own; their values, empty where they are not there.
    pub(super) fn read_beside<const N: usize>(
        query: &str,
        own: &[&str; N],
    ) -> Option<(Self, [String; N])> {
        let mut asked = Self::default();
        let mut beside = [const { String::new() }; N];
        each_once(query, |name, value| {
            let own = own.iter().position(|own| *own == name);
            let field = match own.and_then(|place| beside.get_mut(place)) {
                Some(field) => field,
                None => asked.field(name)?,
            };
            value.clone_into(field);
            Some(())
        })?;
        Some((asked, beside))
    }

    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "range" => &mut self.range,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "project" => &mut self.project,
            "phase" => &mut self.phase,
            "person" => &mut self.person,
            "task" => &mut self.task,
            "billable" => &mut self.billable,
            "q" => &mut self.search,
            "view" => &mut self.view,
            "page" => &mut self.page,
            _ => return None,
        })
    }

    /// The address that asks for this, and for what the page adds.
    pub(super) fn address(&self, here: &str, beside: &[(&str, &str)]) -> String {
        let Self {
            range,
            from,
            to,
            project,
            phase,
            person,
            task,
            billable,
            search,
            view,
            page,
        } = self;
        let own = [
            ("range", range.as_str()),
            ("from", from),
            ("to", to),
            ("project", project),
            ("phase", phase),
            ("person", person),
            ("task", task),
            ("billable", billable),
            ("q", search),
            ("view", view),
            ("page", page),
        ];
        let asked: Vec<_> = own
            .iter()
            .chain(beside)
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if asked.is_empty() {
            return here.to_owned();
        }
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(asked)
            .finish();
        format!("{here}?{query}")
    }

    /// What it means; or what is wrong with it, in words.
    pub(super) fn filter(
        &self,
        today: NaiveDate,
        week_start: Weekday,
        w: &Words,
    ) -> Result<EntryFilter, String> {
        let bad = |value: &str| fill(w.bad_choice, &[value]);
        let range = Range::named(&self.range).ok_or_else(|| bad(&self.range))?;
        let period = range.period(today, week_start);
        let from = day(&self.from, w)?.or(period.map(|period| period.from));
        let to = day(&self.to, w)?.or(period.map(|period| period.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(w.bad_range.to_owned());
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
            phase: some(&self.phase),
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
    pub(super) fn is_filter(&self) -> bool {
        let all = Self {
            view: self.view.clone(),
            page: self.page.clone(),
            ..Self::default()
        };
        *self != all
    }

    /// The ranges with a name, as links that keep the rest of the filter.
    pub(super) fn presets(&self, here: &str, w: &Words) -> Vec<Link> {
        let dated = !self.from.is_empty() || !self.to.is_empty();
        let link = |(_, word, name): (Range, &str, &'static str)| Link {
            address: Self {
                range: word.to_owned(),
                from: String::new(),
                to: String::new(),
                page: String::new(),
                ..self.clone()
            }
            .address(here, &[]),
            name: name.to_owned(),
            current: self.range == word && (!word.is_empty() || !dated),
        };
        Range::each(w).into_iter().map(link).collect()
    }
}

fn day(text: &str, w: &Words) -> Result<Option<NaiveDate>, String> {
    match text {
        "" => Ok(None),
        text => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            // Years as they are written; what lies beyond is no day of work, and databases differ over it.
            let day = day.filter(|day| (1..=9_999).contains(&day.year()));
            let day = day.ok_or_else(|| fill(w.bad_day, &[text]))?;
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
    LastYear,
}

impl Range {
    fn each(w: &Words) -> [(Self, &'static str, &'static str); 9] {
        [
            (Self::All, "", w.preset_all),
            (Self::ThisWeek, "this-week", w.preset_this_week),
            (Self::LastWeek, "last-week", w.preset_last_week),
            (Self::ThisMonth, "this-month", w.preset_this_month),
            (Self::LastMonth, "last-month", w.preset_last_month),
            (Self::ThisQuarter, "this-quarter", w.preset_this_quarter),
            (Self::LastQuarter, "last-quarter", w.preset_last_quarter),
            (Self::ThisYear, "this-year", w.preset_this_year),
            (Self::LastYear, "last-year", w.preset_last_year),
        ]
    }

    fn named(name: &str) -> Option<Self> {
        Self::each(Words::of(""))
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
            Self::LastYear => Some(Period::year(today).previous()),
        }
    }
}

/// Today where the client's days are counted, and the first day of its weeks.
pub(super) fn calendar(portal: &Portal, viewer: &Viewer) -> (NaiveDate, Weekday) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(query: &str) -> Result<EntryFilter, String> {
        let today = "2026-11-18".parse().unwrap();
        Asked::read(query)
            .unwrap()
            .filter(today, Weekday::Mon, Words::of("en"))
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
            ("range=last-year", "2025-01-01", "2025-12-31"),
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
        let address = asked.address("/c/x/timesheet", &[]);
        let query = address.strip_prefix("/c/x/timesheet?").unwrap();
        assert_eq!(Asked::read(query), Some(asked.clone()));
        let export = asked.address("/c/x", &[("format", "csv")]);
        let query = export.strip_prefix("/c/x?").unwrap();
        assert_eq!(Asked::read(query), None);
        let (back, [format]) = Asked::read_beside(query, &["format"]).unwrap();
        assert_eq!((back, format.as_str()), (asked, "csv"));
        assert_eq!(Asked::read_beside("format=a&format=b", &["format"]), None);
        assert_eq!(Asked::default().address("/here", &[]), "/here");
    }
}
