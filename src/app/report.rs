//! Reports over time: sums by any of the dimensions, for a period and the one before it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};
use rust_decimal::Decimal;

use crate::domain::budget::{Counts, Day};
use crate::domain::key::{MemberKey, PhaseKey, ProjectKey};
use crate::domain::rate::{self, Facts};
use crate::domain::rate_card::RateCard;
use crate::domain::report::{Cell, Dimension, SortBy, Sums, is_a_grouping};
use crate::domain::rounding::Needs;
use crate::store::{Books, EntryFilter, Group, GroupBy, Listed};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::{Period, Span};
use crate::values::text::fold;

use super::rounding::{Part, Rounding};
use super::time::Selection;
use super::{Result, Session};

pub use super::names::Names;

/// What of the selected entries is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub by: Vec<Dimension>,
    /// Hold it against this period.
    pub before: Option<Period>,
    /// By what, and whether from the end; where nothing is said, by the keys.
    pub sort: Vec<(SortBy, bool)>,
    /// At most so many values of the first dimension.
    pub limit: Option<usize>,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    pub days: Span,
    pub by: Vec<Dimension>,
    /// Rows, and after the rows of a group its subtotal.
    pub lines: Vec<Line>,
    pub total: Sums,
    /// The period that it is held against, and its total.
    pub before: Option<(Period, Sums)>,
    /// Values of the first dimension that the limit left out.
    pub left_out: usize,
    pub names: Names,
}

/// A row, or the subtotal of the rows that begin with its key.
#[derive(Debug, Clone)]
pub struct Line {
    pub key: Vec<Cell>,
    pub sums: Sums,
    /// What it was in the period before; where that was asked for.
    pub before: Option<Sums>,
    /// How many rows it sums up; one of a row.
    pub rows: usize,
}

impl Report {
    /// The rows without the subtotals.
    pub fn rows(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| self.is_row(line))
    }

    /// Whether a line is a row; if not, it is a subtotal.
    pub fn is_row(&self, line: &Line) -> bool {
        line.key.len() == self.by.len()
    }

    /// The currencies of all amounts, in order.
    pub fn currencies(&self) -> Vec<Currency> {
        let before = self.before.iter().flat_map(|(_, sums)| &sums.amounts);
        let amounts = self.total.amounts.iter().chain(before);
        let currencies: BTreeSet<Currency> = amounts.map(|amount| amount.currency()).collect();
        currencies.into_iter().collect()
    }

    /// Whether there is nothing in the period, nor in the one before.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// Sums worked and billed time of the selected entries.
///
/// What is selected is rounded as if it were billed alone: by entry, by day, or by line, where a line is what an invoice by project
/// would have. A difference of a sum stands with the task (and of a line on the last day) of most of its time, and under no tag.
pub fn report(session: &Session, selection: &Selection, wanted: &Wanted) -> Result<Report> {
    is_a_grouping(&wanted.by)?;
    session.store.read(|books| {
        let mut reader = Reader {
            card: RateCard::of(books.rates()?),
            rounding: Rounding::of(books)?,
            names: Names::default(),
            business: session.business.currency,
            week_start: session.business.week_start,
        };
        let now = reader.sums(books, selection, &wanted.by)?;
        let before = match wanted.before {
            None => None,
            Some(period) => {
                let selection = Selection {
                    days: period.into(),
                    ..selection.clone()
                };
                Some((period, reader.sums(books, &selection, &wanted.by)?))
            }
        };
        let keys = now
            .keys()
            .chain(before.iter().flat_map(|(_, sums)| sums.keys()));
        for cell in keys.filter_map(|key| key.last()) {
            reader.names.learn(books, cell)?;
        }
        let tree = Tree {
            depth: wanted.by.len(),
            by: &wanted.by,
            sort: &wanted.sort,
            names: &reader.names,
            now: &now,
            before: before.as_ref().map(|(_, sums)| sums),
        };
        let (lines, left_out) = tree.lines(wanted.limit);
        let total = |sums: &Level| sums.get(&Vec::new()).cloned().unwrap_or_default();
        Ok(Report {
            days: selection.days,
            by: wanted.by.clone(),
            lines,
            total: total(&now),
            before: before.map(|(period, sums)| (period, total(&sums))),
            left_out,
            names: reader.names,
        })
    })
}

/// The sums of rows by their keys, of groups of rows by the beginning of theirs, and of all by the empty key.
type Level = BTreeMap<Vec<Cell>, Sums>;

/// What a row adds up before its amounts are rounded.
#[derive(Default)]
struct Gathered {
    sums: Sums,
    /// Exact values by currency: each figure is rounded once, so that the total is the same under any grouping.
    values: BTreeMap<Currency, Decimal>,
}

/// What is needed to make sums of groups.
struct Reader {
    card: RateCard,
    rounding: Rounding,
    names: Names,
    business: Currency,
    week_start: Weekday,
}

/// A pass over the entries: what it keeps apart, and for which beginnings of the keys its sums count.
struct Pass<'d> {
    by: &'d [Dimension],
    lengths: RangeInclusive<usize>,
    /// What of the parts counts: an entry with two tags stands in two rows, and yet was worked and is rounded once.
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    Work,
    Differences,
}

impl Reader {
    fn sums(
        &mut self,
        books: &Books<'_>,
        selection: &Selection,
        by: &[Dimension],
    ) -> Result<Level> {
        let filter = selection.filter(books)?;
        let mut all: BTreeMap<Vec<Cell>, Gathered> = BTreeMap::new();
        for pass in self.passes(by) {
            // Differences of sums stand under no tag.
            let tag = pass.by.contains(&Dimension::Tag) && pass.of != Of::Differences;
            let keys = group_by(pass.by, &self.card, self.rounding.policies.needs());
            let groups = books.sums(&filter, GroupBy { tag, ..keys })?;
            for group in &groups {
                self.names.learn_client(books, group.client)?;
            }
            for part in self
                .rounding
                .parts(&groups, |group| rate_of(&self.card, group))
            {
                let counts = match pass.of {
                    Of::All => true,
                    Of::Work => !part.is_difference,
                    Of::Differences => part.is_difference,
                };
                if !counts {
                    continue;
                }
                let dimensions = pass.by.iter();
                let key: Vec<Cell> = dimensions
                    .filter_map(|dimension| cell(*dimension, part.group, self.week_start))
                    .collect();
                let currency = self.names.currency(part.group.client);
                for length in pass.lengths.clone() {
                    let beginning: Vec<Cell> = key.iter().take(length).cloned().collect();
                    let gathered = all.entry(beginning).or_default();
                    gathered.add(&part, currency.unwrap_or(self.business));
                }
            }
        }
        all.into_iter()
            .map(|(key, gathered)| Ok((key, settle(gathered)?)))
            .collect()
    }

    /// One pass; where there are tags, what stands above them is summed without.
    fn passes<'d>(&self, by: &'d [Dimension]) -> Vec<Pass<'d>> {
        let Some(tag) = by.iter().position(|dimension| *dimension == Dimension::Tag) else {
            return vec![Pass {
                by,
                lengths: 0..=by.len(),
                of: Of::All,
            }];
        };
        let pass = |by, lengths, of| Pass { by, lengths, of };
        vec![
            pass(by.get(..tag).unwrap_or_default(), 0..=tag, Of::All),
            pass(by, tag + 1..=by.len(), Of::Work),
            pass(by, tag + 1..=by.len(), Of::Differences),
        ]
    }
}

/// The keys that the dimensions, the rates and the rounding policies need. Days only where a rule depends on the day.
pub(super) fn group_by(by: &[Dimension], card: &RateCard, rounding: Needs) -> GroupBy {
    let wants = |dimension| by.contains(&dimension);
    let needs = card.needs();
    GroupBy {
        project: true,
        phase: wants(Dimension::Phase),
        activity: wants(Dimension::Activity),
        task: wants(Dimension::Task) || needs.task,
        member: wants(Dimension::Member) || needs.member,
        tag: wants(Dimension::Tag),
        day: needs.day || wants(Dimension::Day) || wants(Dimension::Week),
        month: by.iter().any(|dimension| dimension.is_of_time()),
        ..GroupBy::default()
    }
    .and(rounding)
}

/// The rate of a group; the keys it depends on were kept apart.
pub(super) fn rate_of(card: &RateCard, group: &Group) -> Option<Rate> {
    let facts = Facts {
        client: group.client,
        project: group.project.unwrap_or(ProjectKey(0)),
        task: group.task,
        member: group.member.unwrap_or(MemberKey(0)),
        day: group.day.unwrap_or(NaiveDate::MIN),
        own: group.own_rate,
    };
    card.resolve(&facts).map(|resolved| resolved.rate)
}

impl Gathered {
    fn add(&mut self, part: &Part<'_>, currency: Currency) {
        self.sums.seconds += part.worked;
        if !part.group.billable {
            return;
        }
        self.sums.billable += part.worked;
        self.sums.billed += part.billed;
        match part.rate {
            Some(rate) => {
                *self.values.entry(currency).or_default() += rate::exact(rate, part.billed);
            }
            None => self.sums.without_rate += part.billed,
        }
    }
}

pub(super) fn cell(dimension: Dimension, group: &Group, week_start: Weekday) -> Option<Cell> {
    Some(match dimension {
        Dimension::Client => Cell::Client(group.client),
        Dimension::Project => Cell::Project(group.project?),
        Dimension::Phase => Cell::Phase(group.phase),
        Dimension::Task => Cell::Task(group.task),
        Dimension::Activity => Cell::Activity(group.activity),
        Dimension::Member => Cell::Member(group.member?),
        Dimension::Tag => Cell::Tag(group.tag.clone()),
        Dimension::Day => Cell::Day(group.day?),
        Dimension::Week => Cell::Week(Period::week(group.day?, week_start).from),
        Dimension::Month => Cell::Month(group.day?.with_day(1)?),
        Dimension::Quarter => Cell::Quarter(Period::quarter(group.day?).from),
        Dimension::Year => Cell::Year(Period::year(group.day?).from),
        Dimension::Billable => Cell::Billable(group.billable),
    })
}

/// The work of a day in a phase, with its worth.
pub(super) struct Spent {
    pub(super) phase: Option<PhaseKey>,
    pub(super) day: Day,
    /// Of it, what has no rate and so no worth.
    pub(super) without_rate: Seconds,
}

/// The entries of a filter that count, by day and phase, each with what it is worth as a report says. Non-billable work that counts
/// is worth what it would be if it were billed.
pub(super) fn spent(
    books: &Books<'_>,
    filter: &EntryFilter,
    counts: Counts,
    currency: Currency,
) -> Result<Vec<Spent>> {
    let card = RateCard::of(books.rates()?);
    let rounding = Rounding::of(books)?;
    let by = GroupBy {
        phase: true,
        ..group_by(&[Dimension::Day], &card, rounding.policies.needs())
    };
    let mut groups = books.sums(filter, by)?;
    groups.retain(|group| counts.takes(group.billable));
    for group in &mut groups {
        group.billable = true;
    }
    let mut spent: BTreeMap<(NaiveDate, Option<PhaseKey>), Gathered> = BTreeMap::new();
    for part in rounding.parts(&groups, |group| rate_of(&card, group)) {
        if let Some(day) = part.group.day {
            let into = spent.entry((day, part.group.phase)).or_default();
            into.add(&part, currency);
        }
    }
    Ok(spent
        .into_iter()
        .map(|((day, phase), gathered)| Spent {
            phase,
            day: Day {
                day,
                seconds: gathered.sums.seconds,
                worth: gathered.values.values().sum(),
            },
            without_rate: gathered.sums.without_rate,
        })
        .collect())
}

fn settle(gathered: Gathered) -> Result<Sums> {
    let amounts = gathered
        .values
        .iter()
        .map(|(currency, value)| Ok(Money::rounded(*value, *currency)?))
        .collect::<Result<_>>()?;
    Ok(Sums {
        amounts,
        ..gathered.sums
    })
}

/// Sums on their way to lines: groups within groups, sorted at each level.
struct Tree<'r> {
    depth: usize,
    by: &'r [Dimension],
    sort: &'r [(SortBy, bool)],
    names: &'r Names,
    now: &'r Level,
    before: Option<&'r Level>,
}

impl Tree<'_> {
    /// The lines, and how many values of the first dimension the limit left out.
    fn lines(&self, limit: Option<usize>) -> (Vec<Line>, usize) {
        let mut children: BTreeMap<&[Cell], BTreeSet<&Vec<Cell>>> = BTreeMap::new();
        let before = self.before.into_iter().flat_map(BTreeMap::keys);
        for key in self.now.keys().chain(before) {
            if let Some((_, parent)) = key.split_last() {
                children.entry(parent).or_default().insert(key);
            }
        }
        let mut lines = Vec::new();
        let mut left_out = 0;
        self.add(&children, &[], limit, &mut lines, &mut left_out);
        (lines, left_out)
    }

    /// Adds what is below a key. How many rows that is.
    fn add(
        &self,
        children: &BTreeMap<&[Cell], BTreeSet<&Vec<Cell>>>,
        parent: &[Cell],
        limit: Option<usize>,
        lines: &mut Vec<Line>,
        left_out: &mut usize,
    ) -> usize {
        let below = children.get(parent).into_iter().flatten();
        let mut keys: Vec<(Vec<String>, &Vec<Cell>)> =
            below.map(|key| (self.words(key), *key)).collect();
        keys.sort_by(|left, right| self.order(left, right));
        let shown = limit.unwrap_or(keys.len());
        *left_out += keys.len().saturating_sub(shown);
        let mut rows = 0;
        for (_, key) in keys.into_iter().take(shown) {
            let within = match key.len() == self.depth {
                true => 1,
                false => self.add(children, key, None, lines, left_out),
            };
            rows += within;
            lines.push(Line {
                sums: self.now.get(key).cloned().unwrap_or_default(),
                before: self
                    .before
                    .map(|before| before.get(key).cloned().unwrap_or_default()),
                key: key.clone(),
                rows: within,
            });
        }
        rows
    }

    /// By what the last cell of a key is sorted: what is empty comes last.
    fn words(&self, key: &[Cell]) -> Vec<String> {
        let cell = key.last().map(|cell| self.names.text(cell));
        let text = cell.unwrap_or_default();
        vec![
            if text.is_empty() { "1" } else { "0" }.to_owned(),
            fold(&text),
            text,
        ]
    }

    fn order(
        &self,
        (left_words, left): &(Vec<String>, &Vec<Cell>),
        (right_words, right): &(Vec<String>, &Vec<Cell>),
    ) -> Ordering {
        let dimension = self.by.get(left.len().saturating_sub(1));
        let nothing = Sums::default();
        let sums = |key: &Vec<Cell>| self.now.get(key).unwrap_or(&nothing);
        let sorted = self.sort.iter().map(|(by, down)| {
            let (left, right) = (sums(left), sums(right));
            let order = match by {
                SortBy::Dimension(named) if Some(named) == dimension => left_words.cmp(right_words),
                SortBy::Dimension(_) => Ordering::Equal,
                SortBy::Hours => left.seconds.cmp(&right.seconds),
                SortBy::Billable => left.billable.cmp(&right.billable),
                SortBy::Billed => left.billed.cmp(&right.billed),
                SortBy::Amount => ordered(left).cmp(&ordered(right)),
            };
            if *down { order.reverse() } else { order }
        });
        sorted
            .into_iter()
            .find(|order| order.is_ne())
            .unwrap_or_else(|| left_words.cmp(right_words))
    }
}

/// Amounts in an order; those of different currencies are not worth comparing, and yet a list has to have one.
fn ordered(sums: &Sums) -> Vec<(Decimal, Currency)> {
    let amounts = sums.amounts.iter();
    amounts
        .map(|amount| (amount.decimal(), amount.currency()))
        .collect()
}

/// What entries are worth, each on its own: none of those that are not billable or have no rate.
pub fn values(session: &Session, entries: &[Listed]) -> Result<Vec<Option<Money>>> {
    session.store.read(|books| {
        let card = RateCard::of(books.rates()?);
        let mut names = Names::default();
        let mut values = Vec::with_capacity(entries.len());
        for listed in entries {
            let work = &listed.entry.work;
            let rate = match listed.billable {
                true => card.resolve(&Facts::of(listed.client, work)),
                false => None,
            };
            names.learn_client(books, listed.client)?;
            let client = names.clients.get(&listed.client);
            let currency = client.map_or(session.business.currency, |(_, _, currency)| *currency);
            let policies = &session.policies;
            let billed = policies.own(listed.client, work.project, work.day, work.seconds);
            values.push(match rate {
                Some(resolved) => Some(resolved.rate.of(billed.as_hours(), currency)?),
                None => None,
            });
        }
        Ok(values)
    })
}

/// The names of everything.
pub fn names_of(session: &Session) -> Result<Names> {
    session.store.read(Names::all)
}
