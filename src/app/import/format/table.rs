//! Tables with named columns: what each format calls them, and what a row of them says.
//!
//! Start and end count where they are there, and a length that differs is told of: programs round what they show. Amounts and rates
//! of other programs are not read, what work costs is decided by the rates of the business. A `'` that keeps a spreadsheet from
//! computing a text is taken off.

use std::borrow::Cow;
use std::io::{Read, Seek};

use ::csv::StringRecord;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::document::sheet;
use crate::values::money::Rate;
use crate::values::text::fold;

use super::super::problem::{ImportError, Reason};
use super::super::row::Times;
use super::super::sheet::{Header, Sheet};
use super::clock::Stated;
use super::field::{self, DateOrder, Moment};
use super::reading::{Draft, Labels, Reading};
use super::{Choices, Format};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Id,
    Member,
    FirstName,
    LastName,
    Email,
    Client,
    Project,
    Phase,
    Task,
    Activity,
    Note,
    InternalNote,
    Billable,
    Tags,
    Rate,
    Date,
    Start,
    EndDate,
    End,
    Duration,
    Hours,
    Minutes,
    Seconds,
    Break,
}

impl Field {
    /// All of them, with the words of `--map`.
    const ALL: [(Self, &'static str); 24] = [
        (Self::Id, "id"),
        (Self::Member, "member"),
        (Self::FirstName, "first_name"),
        (Self::LastName, "last_name"),
        (Self::Email, "email"),
        (Self::Client, "client"),
        (Self::Project, "project"),
        (Self::Phase, "phase"),
        (Self::Task, "task"),
        (Self::Activity, "activity"),
        (Self::Note, "note"),
        (Self::InternalNote, "internal_note"),
        (Self::Billable, "billable"),
        (Self::Tags, "tags"),
        (Self::Rate, "rate"),
        (Self::Date, "date"),
        (Self::Start, "start"),
        (Self::EndDate, "end_date"),
        (Self::End, "end"),
        (Self::Duration, "duration"),
        (Self::Hours, "hours"),
        (Self::Minutes, "minutes"),
        (Self::Seconds, "seconds"),
        (Self::Break, "break"),
    ];

    /// The words of all fields.
    pub fn words() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(_, word)| *word)
    }

    /// The field of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace('-', "_");
        let mut all = Self::ALL.iter();
        all.find(|(_, known)| *known == word)
            .map(|(field, _)| *field)
    }

    fn word(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(field, _)| *field == self)
            .map_or("", |(_, word)| *word)
    }
}

/// How a program writes a table.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) format: Format,
    /// What it calls its columns; the first name is told in problems.
    pub(super) columns: &'static [(Field, &'static [&'static str])],
    /// What cannot be done without: its name, and what has it.
    pub(super) needed: &'static [(&'static str, &'static [&'static [Field]])],
    /// Commas part its columns, and nothing else does.
    pub(super) commas: bool,
    /// Dates are `2026-11-21`, unless it is said otherwise.
    pub(super) iso: bool,
    /// A length is `01:30:00`, and is what passed from start to end.
    pub(super) exact: bool,
    /// Each row names who worked.
    pub(super) personal: bool,
    /// What an empty cell of the billable column says.
    pub(super) empty_billable: Option<bool>,
    /// A tag with a comma in it stands in quotes.
    pub(super) quoted_tags: bool,
}

impl Dialect {
    /// Whether a header has what the format needs.
    pub(super) fn fits(&self, header: &Header) -> bool {
        let has = |field: &Field| {
            let names = self.columns.iter().find(|(known, _)| known == field);
            names.is_some_and(|(_, names)| header.find(names).is_some())
        };
        let mut needed = self.needed.iter();
        needed.all(|(_, ways)| ways.iter().any(|way| way.iter().all(has)))
    }
}

/// Reads a table.
pub(super) fn read(
    reading: &mut Reading<'_>,
    mut input: impl Read + Seek,
    dialect: &'static Dialect,
) -> Result<(), ImportError> {
    let mut sheet = Sheet::table(&mut input, dialect.commas)?;
    let columns = Columns::find(sheet.header()?, dialect, reading.choices)?;
    let order = match reading.choices.dates {
        Some(order) => Some(order),
        None if dialect.iso => None,
        None => {
            let order = columns.date_order(&mut sheet)?;
            drop(sheet);
            input.rewind().map_err(ImportError::Read)?;
            sheet = Sheet::table(&mut input, dialect.commas)?;
            sheet.header()?;
            order
        }
    };
    let labels = columns.labels();
    reading.ignore(columns.ignored.clone());
    while let Some((line, record)) = sheet.next()? {
        let row = Record {
            columns: &columns,
            record,
            order,
        };
        let draft = row.draft(reading);
        reading.take(line, draft, &labels);
    }
    Ok(())
}

/// Where the columns are, and what they are called.
struct Columns {
    dialect: &'static Dialect,
    count: usize,
    places: Vec<(Field, usize, &'static str)>,
    /// What was not asked for.
    ignored: Vec<String>,
}

impl Columns {
    fn find(
        header: Header,
        dialect: &'static Dialect,
        choices: &Choices,
    ) -> Result<Self, ImportError> {
        let mut places: Vec<(Field, usize, &'static str)> = Vec::new();
        for (field, named) in &choices.columns {
            let Some(place) = header.find(&[named]) else {
                return Err(ImportError::NotAColumn {
                    named: named.clone(),
                    found: header.shown(),
                });
            };
            places.push((*field, place, field.word()));
        }
        for (field, names) in dialect.columns {
            let taken = |place: usize| places.iter().any(|(_, other, _)| *other == place);
            let known = places.iter().any(|(known, _, _)| known == field);
            let label = names.first().copied().unwrap_or_default();
            if let (false, Some(place)) = (known, header.find(names).filter(|p| !taken(*p))) {
                places.push((*field, place, label));
            }
        }
        let has = |field: &Field| places.iter().any(|(known, _, _)| known == field);
        let is_there = |ways: &[&[Field]]| ways.iter().any(|way| way.iter().all(has));
        let by_choice = |ways: &[&[Field]]| {
            choices.project.is_some() && ways.iter().any(|way| way.contains(&Field::Project))
        };
        let needed = dialect.needed.iter();
        let missing: Vec<&'static str> = needed
            .filter(|(_, ways)| !is_there(ways) && !by_choice(ways))
            .map(|(name, _)| *name)
            .collect();
        if let Some(what) = missing.first() {
            return Err(match dialect.format {
                Format::Csv => ImportError::NoColumn {
                    what,
                    found: header.shown(),
                },
                _ => header.without(missing),
            });
        }
        let read = |place: &usize| places.iter().any(|(_, known, _)| known == place);
        let names = header.names().iter().enumerate();
        Ok(Self {
            dialect,
            count: header.columns(),
            ignored: names
                .filter(|(place, name)| !read(place) && !name.is_empty())
                .map(|(_, name)| name.clone())
                .collect(),
            places,
        })
    }

    fn label(&self, field: Field) -> &'static str {
        let mut places = self.places.iter();
        let place = places.find(|(known, _, _)| *known == field);
        place.map_or_else(|| field.word(), |(_, _, label)| *label)
    }

    fn has(&self, field: Field) -> bool {
        self.places.iter().any(|(known, _, _)| *known == field)
    }

    fn labels(&self) -> Labels {
        Labels {
            name: self.label(Field::Member),
            email: self.label(Field::Email),
            client: self.label(Field::Client),
            project: self.label(Field::Project),
            phase: self.label(Field::Phase),
            task: self.label(Field::Task),
            activity: self.label(Field::Activity),
            tags: self.label(Field::Tags),
            note: self.label(Field::Note),
            internal_note: self.label(Field::InternalNote),
        }
    }

    /// Whether days or months come first, by all dates of the file; none, where none asks.
    fn date_order<R: Read>(&self, sheet: &mut Sheet<R>) -> Result<Option<DateOrder>, ImportError> {
        let dates = [Field::Date, Field::Start, Field::EndDate, Field::End];
        let mut example: Option<String> = None;
        while let Some((_, record)) = sheet.next()? {
            let row = Record {
                columns: self,
                record,
                order: None,
            };
            for text in dates.map(|field| row.at(field)) {
                let date = text.split([' ', 'T']).next().unwrap_or_default();
                if date.contains('.') {
                    continue;
                }
                match field::parts_of(date) {
                    Some([13..=31, 1..=12, _]) => return Ok(Some(DateOrder::DayFirst)),
                    Some([1..=12, 13..=31, _]) => return Ok(Some(DateOrder::MonthFirst)),
                    Some([first, second, _]) if first != second => {
                        example.get_or_insert_with(|| date.to_owned());
                    }
                    // The same either way.
                    Some(_) => {}
                    None => {}
                }
            }
        }
        match example {
            Some(example) => Err(ImportError::DateOrder { example }),
            None => Ok(Some(DateOrder::DayFirst)),
        }
    }
}

/// A row of a table.
struct Record<'r> {
    columns: &'r Columns,
    record: &'r StringRecord,
    order: Option<DateOrder>,
}

impl Record<'_> {
    /// The text of a field, trimmed; one that is not there is empty.
    fn at(&self, field: Field) -> &str {
        let mut places = self.columns.places.iter();
        let place = places.find(|(known, _, _)| *known == field);
        let text = place
            .and_then(|(_, place, _)| self.record.get(*place))
            .unwrap_or_default()
            .trim();
        sheet::original(text)
    }

    fn label(&self, field: Field) -> &'static str {
        self.columns.label(field)
    }

    fn draft(&self, reading: &Reading<'_>) -> Result<Draft<'_>, Reason> {
        if self.record.len() != self.columns.count {
            return Err(Reason::Fields {
                found: self.record.len(),
                expected: self.columns.count,
            });
        }
        let (times, notice) = self.times(reading)?;
        let tags = self.at(Field::Tags);
        let tags = match self.columns.dialect.quoted_tags {
            true => field::list(tags).into_iter().map(Cow::Owned).collect(),
            false => tags
                .split(',')
                .map(|tag| Cow::Borrowed(tag.trim()))
                .filter(|tag| !tag.is_empty())
                .collect(),
        };
        let rate = match self.at(Field::Rate) {
            "" => None,
            text => Some(Rate::parse(text).map_err(|source| Reason::Rate {
                column: self.label(Field::Rate),
                source,
            })?),
        };
        Ok(Draft {
            name: self.name()?,
            email: self.at(Field::Email),
            client: self.at(Field::Client),
            project: self.at(Field::Project).into(),
            phase: self.at(Field::Phase),
            task: self.at(Field::Task).into(),
            activity: self.at(Field::Activity),
            billable: self.billable(reading.choices)?,
            tags,
            rate,
            note: self.at(Field::Note).into(),
            internal_note: self.at(Field::InternalNote),
            id: self.at(Field::Id),
            notice,
            ..Draft::of(times)
        })
    }

    fn name(&self) -> Result<Cow<'_, str>, Reason> {
        let parts = [self.at(Field::FirstName), self.at(Field::LastName)];
        let name = match (self.at(Field::Member), parts) {
            ("", [first, ""]) => Cow::Borrowed(first),
            ("", ["", last]) => Cow::Borrowed(last),
            ("", [first, last]) => Cow::Owned(format!("{first} {last}")),
            (name, _) => Cow::Borrowed(name),
        };
        let nobody = name.is_empty() && self.at(Field::Email).is_empty();
        if nobody && self.columns.dialect.personal {
            let email = match self.columns.has(Field::Email) {
                true => Field::Email,
                false => Field::Member,
            };
            return Err(Reason::Empty(self.label(email)));
        }
        Ok(name)
    }

    fn billable(&self, choices: &Choices) -> Result<Option<bool>, Reason> {
        if !self.columns.has(Field::Billable) {
            return Ok(None);
        }
        let said = field::yes(self.at(Field::Billable), self.label(Field::Billable))?;
        Ok(said
            .or(choices.empty_billable)
            .or(self.columns.dialect.empty_billable))
    }

    fn times(&self, reading: &Reading<'_>) -> Result<(Times, Option<Reason>), Reason> {
        let clock = &reading.clock;
        let stated = self.stated(reading)?;
        let (start, end) = (self.at(Field::Start), self.at(Field::End));
        if start.is_empty() && end.is_empty() && stated != Stated::Nothing {
            let day = self.day(reading, Field::Date)?;
            let seconds = match stated {
                Stated::Exact(seconds) | Stated::Shown { seconds, .. } => seconds,
                Stated::Nothing => 0,
            };
            return Ok((clock.length(day, seconds)?, None));
        }
        let start = self.moment(reading, Field::Date, Field::Start)?;
        let end = match end {
            "" if self.at(Field::EndDate).is_empty() => None,
            _ => Some(self.end(reading, start)?),
        };
        if end.is_none() && stated == Stated::Nothing {
            return Err(Reason::Running);
        }
        if let (Some(pause), Moment::Local(start)) = (self.pause(reading)?, start)
            && stated != Stated::Nothing
        {
            let (times, _) = clock.local(start, None, stated)?;
            return Ok((times, Some(Reason::Break(pause))));
        }
        match (start, end) {
            (Moment::Local(start), None) => clock.local(start, None, stated),
            (Moment::Local(start), Some(Moment::Local(end))) => {
                clock.local(start, Some(end), stated)
            }
            (Moment::Instant(start), Some(Moment::Instant(end))) => {
                let times = clock.instants(start, end)?;
                Ok((times, apart(&times, stated)))
            }
            (Moment::Instant(start), None) => {
                let seconds = match stated {
                    Stated::Exact(seconds) | Stated::Shown { seconds, .. } => seconds,
                    Stated::Nothing => 0,
                };
                let length = TimeDelta::try_seconds(seconds);
                let end = length.and_then(|length| start.checked_add_signed(length));
                let end = end.ok_or(Reason::Zero)?;
                Ok((clock.instants(start, end)?, None))
            }
            (Moment::Instant(_), Some(Moment::Local(_)))
            | (Moment::Local(_), Some(Moment::Instant(_))) => Err(Reason::Syntax {
                text: self.at(Field::End).to_owned(),
                expected: "start and end both with or both without a zone",
            }),
        }
    }

    /// How long it took, by the finest of the columns.
    fn stated(&self, reading: &Reading<'_>) -> Result<Stated, Reason> {
        let decimals = reading.choices.decimals;
        let whole = |field: Field, unit: i64| {
            let column = self.label(field);
            let text = self.at(field);
            let number = text.parse::<i64>().ok();
            let seconds = number.and_then(|number| number.checked_mul(unit));
            seconds.ok_or_else(|| Reason::Number {
                column,
                text: super::reading::shown(text),
            })
        };
        let shown = |field: Field, seconds: i64, grain: i64| Stated::Shown {
            column: self.label(field),
            seconds,
            grain,
        };
        if !self.at(Field::Seconds).is_empty() {
            return Ok(shown(Field::Seconds, whole(Field::Seconds, 1)?, 0));
        }
        let duration = self.at(Field::Duration);
        if !duration.is_empty() {
            let column = self.label(Field::Duration);
            if self.columns.dialect.exact {
                return Ok(Stated::Exact(field::hms(duration, column)?));
            }
            let (seconds, grain) = field::length(duration, column, decimals)?;
            return Ok(shown(Field::Duration, seconds, grain));
        }
        let hours = self.at(Field::Hours);
        if !hours.is_empty() {
            let column = self.label(Field::Hours);
            // `1:30` stands in a column of hours too.
            let (seconds, grain) = match hours.contains(':') {
                true => field::length(hours, column, decimals)?,
                false => (field::hours(hours, column, decimals)?, field::HUNDREDTH),
            };
            return Ok(shown(Field::Hours, seconds, grain));
        }
        if !self.at(Field::Minutes).is_empty() {
            return Ok(shown(Field::Minutes, whole(Field::Minutes, 60)?, 59));
        }
        Ok(Stated::Nothing)
    }

    /// A break that was taken off, in seconds.
    fn pause(&self, reading: &Reading<'_>) -> Result<Option<i64>, Reason> {
        let text = self.at(Field::Break);
        if text.is_empty() {
            return Ok(None);
        }
        let column = self.label(Field::Break);
        let (seconds, _) = field::length(text, column, reading.choices.decimals)?;
        Ok(Some(seconds).filter(|seconds| *seconds > 0))
    }

    fn day(&self, reading: &Reading<'_>, field: Field) -> Result<NaiveDate, Reason> {
        // A date with a time of day that says nothing: `2026-03-02T00:00:00+01:00`.
        let text = self.at(field);
        let date = match field::moment(text) {
            Some(_) => text.split([' ', 'T']).next().unwrap_or_default(),
            None => text,
        };
        self.read_day(reading, date, field)
    }

    fn read_day(
        &self,
        reading: &Reading<'_>,
        text: &str,
        field: Field,
    ) -> Result<NaiveDate, Reason> {
        let dots = !self.columns.dialect.iso;
        let home = reading.clock.home();
        field::date(home, text, self.label(field), self.order, dots)
    }

    /// A moment that is written in one column, or in two.
    fn moment(&self, reading: &Reading<'_>, date: Field, time: Field) -> Result<Moment, Reason> {
        let text = self.at(time);
        if let Some(moment) = field::moment(text) {
            return Ok(moment);
        }
        let (day, rest) = match text.split_once([' ', 'T']) {
            // `04/02/2026 09:00`, but not `9:00 AM`.
            Some((day, rest)) if !day.contains(':') => {
                (self.read_day(reading, day, time)?, rest.trim())
            }
            _ => (self.day(reading, date)?, text),
        };
        let time = field::time(rest, self.label(time))?;
        Ok(Moment::Local(day.and_time(time)))
    }

    /// The end; where it tells no day, that of the start, or the next if it would be before the start.
    fn end(&self, reading: &Reading<'_>, start: Moment) -> Result<Moment, Reason> {
        let text = self.at(Field::End);
        let has_date = field::moment(text).is_some() || text.contains(['/', '.', '-']);
        let Moment::Local(started) = start else {
            return self.moment(reading, Field::EndDate, Field::End);
        };
        if self.columns.has(Field::EndDate) || has_date {
            return self.moment(reading, Field::EndDate, Field::End);
        }
        let time = field::time(text, self.label(Field::End))?;
        let same_day: NaiveDateTime = started.date().and_time(time);
        let next_day = started.date().succ_opt().map(|day| day.and_time(time));
        Ok(Moment::Local(match next_day {
            Some(next) if same_day < started => next,
            _ => same_day,
        }))
    }
}

/// That a length differs from what passed.
fn apart(times: &Times, stated: Stated) -> Option<Reason> {
    let Stated::Shown {
        column,
        seconds,
        grain,
    } = stated
    else {
        return None;
    };
    let between = times.seconds.0;
    ((between - seconds).abs() > grain).then_some(Reason::Rounded {
        column,
        stated: seconds,
        between,
    })
}

/// Whether two names of columns are the same to people.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    fold(a.trim()) == fold(b.trim())
}
