//! `loggia time report`: worked and billed time by anything, as a table, a file or JSON, held against the period before.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::Session;
use crate::app::report::{self, Line, Report, Wanted};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::sheet::{Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::cli::time::{Filter, period_of};
use crate::document::sheet::{Cell, Kind, Sheet};
use crate::domain::report::{self as rules, Cell as Key, Dimension, SortBy, Sums};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::{Period, Span};

use super::{Heading, SheetOf, is_german, sorting};

/// Sum up time [default period: this month]
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct TimeReport {
    /// this week, last month, 2026-11, 2026-W47, 2026-11-01..2026-11-15, all
    period: Vec<String>,
    /// In this order, with commas between
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "project",
        value_name = "KEYS",
        value_parser = dimension()
    )]
    by: Vec<Dimension>,
    #[command(flatten)]
    filter: Filter,
    /// Hold it against the period before: a month against the month before, else as many days
    #[arg(long)]
    compare: bool,
    /// hours, billable, billed, amount or a key, with commas between; a `-` in front sorts from the end [default: the keys]
    #[arg(long, value_name = "BY", value_delimiter = ',', value_parser = sort_by, allow_hyphen_values = true)]
    sort: Vec<(SortBy, bool)>,
    /// Only the first so many of the first key; the total stays that of all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    target: Target,
}

const AFTER: &str = "Billable hours are worked, billed hours rounded as agreed; amounts are billed hours at the rates in force. An entry with \
    two tags stands in two rows and counts once in totals. Tables and PDFs have subtotals where there are several keys; CSV and XLSX \
    have rows alone, so that nothing is summed twice.\n\nExamples:\n  \
    loggia time report last month --by client,project\n  \
    loggia time report 2026 --by month --client acme --json\n  \
    loggia time report this quarter --by client --sort -amount --limit 5\n  \
    loggia time report last month --by member --compare\n  \
    loggia time report 2026-Q4 --by project,task --format xlsx --output q4.xlsx";

fn dimension() -> impl clap::builder::TypedValueParser<Value = Dimension> {
    let words = Dimension::ALL.map(Dimension::word);
    PossibleValuesParser::new(words)
        .try_map(|word| Dimension::from_word(&word).ok_or_else(|| format!("`{word}` is no key")))
}

fn sort_by(text: &str) -> std::result::Result<(SortBy, bool), String> {
    let measures = ["hours", "billable", "billed", "amount"];
    let words = measures
        .into_iter()
        .chain(Dimension::ALL.map(Dimension::word));
    sorting(text, words, SortBy::from_word)
}

impl TimeReport {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let days = period_of(&session, &self.period, "this month")?;
        let by = self.by;
        let before = match self.compare {
            true => Some(period_before(days, &by)?),
            false => None,
        };
        for (sorted, _) in &self.sort {
            if let SortBy::Dimension(dimension) = sorted
                && !by.contains(dimension)
            {
                return Err(not_a_key(*dimension));
            }
        }
        let wanted = Wanted {
            by,
            before,
            sort: self.sort,
            limit: self.limit.and_then(|limit| usize::try_from(limit).ok()),
        };
        let report = report::report(&session, &self.filter.selection(days), &wanted)?;
        let view = ReportView::of(&report, &session);
        let file = sheet_of(&report, &session, self.target.is_for_people());
        deliver(context, &self.target, "time-report", &file, &view)
    }
}

/// The period that another is held against.
fn period_before(days: Span, by: &[Dimension]) -> Result<Period> {
    if let Some(dimension) = by.iter().find(|dimension| dimension.is_of_time()) {
        let word = dimension.word();
        return Err(Failure::usage(
            "usage.compare",
            format!(
                "a {word} is in one of two periods only, so --compare has nothing to hold it against"
            ),
            "give --by keys that both have, such as client, project or member".to_owned(),
        ));
    }
    let bounded = days.bounded().map(|period| period.previous());
    bounded.ok_or_else(|| {
        Failure::usage(
            "usage.compare",
            format!("there is no period before `{days}`"),
            "give a period with both ends, such as last month or 2026-Q3".to_owned(),
        )
    })
}

fn not_a_key(dimension: Dimension) -> Failure {
    let word = dimension.word();
    Failure::usage(
        "usage.sort",
        format!("`{word}` is no key of this report"),
        format!("add it to --by, or sort by hours, billable, billed or amount: --by {word}"),
    )
}

#[derive(Debug, Serialize)]
struct ReportView {
    period: PeriodView,
    /// The period before, with --compare.
    compared_with: Option<PeriodView>,
    rows: Vec<RowView>,
    /// Of the rows that have the beginning of their keys in common.
    subtotals: Vec<RowView>,
    total: SumsView,
    /// Values of the first key that --limit left out.
    left_out: usize,
    #[serde(skip)]
    sheet: Sheet,
    /// Lines of the sheet that are totals.
    #[serde(skip)]
    totals: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    key: Map<String, Value>,
    #[serde(flatten)]
    sums: SumsView,
}

#[derive(Debug, Serialize)]
struct SumsView {
    #[serde(flatten)]
    now: FiguresView,
    before: Option<FiguresView>,
    change: Option<ChangeView>,
}

#[derive(Debug, Serialize)]
struct FiguresView {
    seconds: i64,
    hours: String,
    billed_hours: String,
    billable_seconds: i64,
    /// None where there are several currencies, or time without a rate.
    amount: Option<String>,
    currency: Option<&'static str>,
    amounts: Vec<AmountView>,
    /// Hours that no amount counts.
    hours_without_rate: String,
}

#[derive(Debug, Serialize)]
struct AmountView {
    amount: String,
    currency: &'static str,
}

/// What is more, or less.
#[derive(Debug, Serialize)]
struct ChangeView {
    seconds: i64,
    hours: String,
    /// None where there was nothing before.
    percent: Option<String>,
    amount: Option<String>,
    amount_percent: Option<String>,
    currency: Option<&'static str>,
}

impl PeriodView {
    fn of(days: Span) -> Self {
        Self {
            from: days.from.map(|day| day.to_string()),
            to: days.to.map(|day| day.to_string()),
        }
    }
}

impl FiguresView {
    fn of(sums: &Sums) -> Self {
        let single = sums.amount();
        Self {
            seconds: sums.seconds.0,
            hours: sums.seconds.hours(),
            billed_hours: sums.billed.hours(),
            billable_seconds: sums.billable.0,
            amount: single.map(Money::amount),
            currency: single.map(|money| money.currency().code()),
            amounts: sums
                .amounts
                .iter()
                .map(|money| AmountView {
                    amount: money.amount(),
                    currency: money.currency().code(),
                })
                .collect(),
            hours_without_rate: sums.without_rate.hours(),
        }
    }
}

impl ChangeView {
    fn of(before: &Sums, now: &Sums) -> Self {
        let more = now.seconds - before.seconds;
        let amounts = amounts(before, now);
        let difference = amounts.and_then(|(before, now)| now.checked_sub(before).ok());
        let percent = |before, now| rules::change(before, now).map(|percent| percent.to_string());
        Self {
            seconds: more.0,
            hours: more.hours(),
            percent: percent(
                Decimal::from(before.seconds.0),
                Decimal::from(now.seconds.0),
            ),
            amount: difference.map(Money::amount),
            amount_percent: amounts
                .and_then(|(before, now)| percent(before.decimal(), now.decimal())),
            currency: difference.map(|money| money.currency().code()),
        }
    }
}

/// The amounts of both periods, where they can be held against each other; nothing billable is an amount of zero.
fn amounts(before: &Sums, now: &Sums) -> Option<(Money, Money)> {
    let currency = now.amount().or(before.amount())?.currency();
    let amount = |sums: &Sums| match sums.billed {
        Seconds::ZERO => Some(Money::zero(currency)),
        _ => sums.amount().filter(|money| money.currency() == currency),
    };
    Some((amount(before)?, amount(now)?))
}

impl SumsView {
    fn of(now: &Sums, before: Option<&Sums>) -> Self {
        Self {
            now: FiguresView::of(now),
            before: before.map(FiguresView::of),
            change: before.map(|before| ChangeView::of(before, now)),
        }
    }
}

impl RowView {
    fn of(line: &Line, report: &Report) -> Self {
        let value = |cell: &Key| match cell {
            Key::Billable(billable) => Value::from(*billable),
            other => match report.names.text(other) {
                text if text.is_empty() => Value::Null,
                text => Value::from(text),
            },
        };
        let cells = report.by.iter().zip(&line.key);
        Self {
            key: cells
                .map(|(dimension, cell)| (dimension.word().to_owned(), value(cell)))
                .collect(),
            sums: SumsView::of(&line.sums, line.before.as_ref()),
        }
    }
}

impl ReportView {
    fn of(report: &Report, session: &Session) -> Self {
        let view = |line: &Line| RowView::of(line, report);
        let before = report.before.as_ref();
        let subtotals = report.lines.iter().filter(|line| !report.is_row(line));
        let shown: Vec<&Line> = shown(report, true).collect();
        let mut totals: Vec<usize> = (0..)
            .zip(&shown)
            .filter(|(_, line)| !report.is_row(line))
            .map(|(number, _)| number)
            .collect();
        totals.push(shown.len());
        Self {
            period: PeriodView::of(report.days),
            compared_with: before.map(|(period, _)| PeriodView::of((*period).into())),
            rows: report.rows().map(view).collect(),
            subtotals: subtotals.map(view).collect(),
            total: SumsView::of(&report.total, before.map(|(_, sums)| sums)),
            left_out: report.left_out,
            sheet: sheet_of(report, session, true),
            totals,
        }
    }
}

/// The lines that are shown: subtotals for people, and of several rows only.
fn shown(report: &Report, for_people: bool) -> impl Iterator<Item = &Line> {
    let is_shown = move |line: &&Line| report.is_row(line) || (for_people && line.rows > 1);
    report.lines.iter().filter(is_shown)
}

fn sheet_of(report: &Report, session: &Session, for_people: bool) -> Sheet {
    let columns = columns(report, for_people);
    let german = is_german(session);
    let mut rows: Vec<Vec<Cell>> = shown(report, for_people)
        .map(|line| {
            columns
                .iter()
                .map(|column| column.cell(report, line, german))
                .collect()
        })
        .collect();
    if for_people {
        let total = Line {
            key: Vec::new(),
            sums: report.total.clone(),
            before: report.before.as_ref().map(|(_, sums)| sums.clone()),
            rows: 0,
        };
        let cell = |column: &Column| column.cell(report, &total, german);
        rows.push(columns.iter().map(cell).collect());
    }
    let (english, in_german) = match report.before {
        Some((before, _)) => (
            format!("Time {} ({before} before)", report.days),
            format!("Zeiten {} (davor {before})", report.days),
        ),
        None => (
            format!("Time {}", report.days),
            format!("Zeiten {}", report.days),
        ),
    };
    SheetOf {
        title: if german { in_german } else { english },
        columns: columns.iter().map(Column::heading).collect(),
        rows,
    }
    .for_business(session)
}

/// A column of the report.
#[derive(Debug, Clone, Copy)]
enum Column {
    Key(usize, Dimension),
    Hours,
    HoursBefore,
    Change,
    ChangePercent,
    Billable,
    Billed,
    /// The amount in this currency, and whether it is the only one.
    Amount(crate::values::money::Currency, bool),
    AmountBefore(crate::values::money::Currency, bool),
    WithoutRate,
}

/// The columns that have something to say. Files always have those of time.
fn columns(report: &Report, for_people: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = (0..)
        .zip(&report.by)
        .map(|(place, dimension)| Column::Key(place, *dimension))
        .collect();
    columns.push(Column::Hours);
    if report.before.is_some() {
        columns.extend([Column::HoursBefore, Column::Change, Column::ChangePercent]);
    }
    columns.push(Column::Billable);
    let rounded = |line: &Line| line.sums.billed != line.sums.billable;
    if !for_people || report.lines.iter().any(rounded) {
        columns.push(Column::Billed);
    }
    let currencies = report.currencies();
    let only = currencies.len() == 1;
    for currency in currencies {
        columns.push(Column::Amount(currency, only));
        if report.before.is_some() {
            columns.push(Column::AmountBefore(currency, only));
        }
    }
    if report.total.without_rate != Seconds::ZERO {
        columns.push(Column::WithoutRate);
    }
    columns
}

impl Column {
    fn cell(&self, report: &Report, line: &Line, german: bool) -> Cell {
        let before = line.before.as_ref();
        let change = |before: &Sums| {
            rules::change(
                Decimal::from(before.seconds.0),
                Decimal::from(line.sums.seconds.0),
            )
        };
        match self {
            Self::Key(place, _) => match line.key.get(*place) {
                Some(Key::Day(day) | Key::Week(day)) => Cell::Date(*day),
                Some(Key::Billable(billable)) => Cell::Flag(*billable),
                Some(other) => Cell::text(Some(report.names.text(other))),
                None if *place == line.key.len() => {
                    Cell::Text(if german { "Summe" } else { "total" }.to_owned())
                }
                None => Cell::Empty,
            },
            Self::Hours => Cell::Hours(line.sums.seconds),
            Self::HoursBefore => before.map_or(Cell::Empty, |before| Cell::Hours(before.seconds)),
            Self::Change => before.map_or(Cell::Empty, |before| {
                Cell::Hours(line.sums.seconds - before.seconds)
            }),
            Self::ChangePercent => before.and_then(change).map_or(Cell::Empty, Cell::Number),
            Self::Billable => Cell::Hours(line.sums.billable),
            Self::Billed => Cell::Hours(line.sums.billed),
            Self::Amount(currency, _) => line
                .sums
                .amount_in(*currency)
                .map_or(Cell::Empty, Cell::Money),
            Self::AmountBefore(currency, _) => before
                .and_then(|before| before.amount_in(*currency))
                .map_or(Cell::Empty, Cell::Money),
            Self::WithoutRate => match line.sums.without_rate {
                Seconds::ZERO => Cell::Empty,
                seconds => Cell::Hours(seconds),
            },
        }
    }

    fn heading(&self) -> Heading {
        match self {
            Self::Key(_, dimension) => dimension_heading(*dimension),
            Self::Hours => Heading::new("hours", "Hours", "Stunden", Kind::Hours),
            Self::HoursBefore => {
                Heading::new("hours_before", "Hours before", "Stunden davor", Kind::Hours)
            }
            Self::Change => Heading::new("change", "Change", "Änderung", Kind::Hours),
            Self::ChangePercent => {
                Heading::new("change_percent", "Change %", "Änderung %", Kind::Number)
            }
            Self::Billable => Heading::new("billable", "Billable", "Abrechenbar", Kind::Hours),
            Self::Billed => Heading::new("billed", "Billed", "Berechnet", Kind::Hours),
            Self::Amount(_, true) => Heading::new("amount", "Amount", "Betrag", Kind::Money),
            Self::AmountBefore(_, true) => Heading::new(
                "amount_before",
                "Amount before",
                "Betrag davor",
                Kind::Money,
            ),
            Self::Amount(currency, false) => {
                Heading::new("amount", "Amount", "Betrag", Kind::Money).of(*currency)
            }
            Self::AmountBefore(currency, false) => Heading::new(
                "amount_before",
                "Amount before",
                "Betrag davor",
                Kind::Money,
            )
            .of(*currency),
            Self::WithoutRate => {
                Heading::new("without_rate", "Without rate", "Ohne Satz", Kind::Hours)
            }
        }
    }
}

fn dimension_heading(dimension: Dimension) -> Heading {
    let (english, german, kind) = match dimension {
        Dimension::Client => ("Client", "Kunde", Kind::Reference),
        Dimension::Project => ("Project", "Projekt", Kind::Reference),
        Dimension::Phase => ("Phase", "Phase", Kind::Text),
        Dimension::Activity => ("Activity", "Tätigkeit", Kind::Text),
        Dimension::Task => ("Task", "Aufgabe", Kind::Text),
        Dimension::Member => ("Member", "Person", Kind::Reference),
        Dimension::Tag => ("Tag", "Schlagwort", Kind::Text),
        Dimension::Day => ("Day", "Tag", Kind::Date),
        Dimension::Week => ("Week", "Woche", Kind::Date),
        Dimension::Month => ("Month", "Monat", Kind::Reference),
        Dimension::Quarter => ("Quarter", "Quartal", Kind::Reference),
        Dimension::Year => ("Year", "Jahr", Kind::Reference),
        Dimension::Billable => ("Billable", "Abrechenbar", Kind::Flag),
    };
    Heading::new(dimension.word(), english, german, kind)
}

impl View for ReportView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            let (from, to) = (self.period.from.as_deref(), self.period.to.as_deref());
            let period = match (from, to) {
                (None, None) => String::new(),
                (from, to) => format!(
                    " in {}..{}",
                    from.unwrap_or_default(),
                    to.unwrap_or_default()
                ),
            };
            page.line(format!(
                "no entries{period}; `loggia time list all --limit 5` shows the latest"
            ));
            return;
        }
        table::summed(page, &self.sheet, &self.totals);
        if self.left_out > 0 {
            let more = page.dim(&format!("and {} more", self.left_out));
            page.line(more);
        }
        if self.total.now.hours_without_rate != Seconds::ZERO.hours() {
            let without = &self.total.now.hours_without_rate;
            page.line(format!(
                "{without} h have no rate and are in no amount; `loggia rate set AMOUNT` sets one for all"
            ));
        }
    }

    fn reference(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sorted_by_is_read_and_mistakes_are_named() {
        assert_eq!(sort_by("-amount"), Ok((SortBy::Amount, true)));
        assert_eq!(
            sort_by("client"),
            Ok((SortBy::Dimension(Dimension::Client), false))
        );
        assert!(sort_by("amuont").unwrap_err().contains("`amount`"));
        assert!(sort_by("xyzzy").unwrap_err().contains("hours, billable"));
    }

    #[test]
    fn periods_are_held_against_the_one_before_of_their_kind() {
        let days = |from: &str, to: &str| Span {
            from: Some(from.parse().unwrap()),
            to: Some(to.parse().unwrap()),
        };
        let november = days("2026-11-01", "2026-11-30");
        let before = period_before(november, &[Dimension::Client]).unwrap();
        assert_eq!(before.to_string(), "2026-10-01..2026-10-31");
        assert!(period_before(november, &[Dimension::Client, Dimension::Day]).is_err());
        assert!(period_before(Span::all(), &[Dimension::Client]).is_err());
    }
}
