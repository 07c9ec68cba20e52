//! `loggia report utilisation`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::Session;
use crate::app::utilisation::{self, Figures, Part};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::sheet::{Target, deliver};
use crate::cli::table;
use crate::cli::terminal::{Page, View};
use crate::cli::time::period_of;
use crate::document::sheet::{Cell, Kind, Sheet};
use crate::values::period::Period;

use super::{Heading, SheetOf, is_german, total_word};

/// How much of what the members could work was worked and billable [default period: this month]
#[derive(Debug, Args)]
#[command(
    after_help = "Capacity is the hours of a week (`loggia settings set time.capacity=40`) over five for each Monday to Friday of the \
    period up to and with today; holidays and leave are not taken off. Utilisation is billable hours of the capacity, the billable \
    share is billable of worked hours. Members who are not archived are listed although they worked nothing.\n\nExamples:\n  \
    loggia report utilisation\n  loggia report utilisation last quarter --by member,month\n  \
    loggia report utilisation 2026 --member mara --by member,week --format csv"
)]
pub(in crate::cli) struct Utilisation {
    /// this week, last month, 2026-11, 2026-Q4, 2026-11-01..2026-11-15
    period: Vec<String>,
    /// member, and week or month beside it
    #[arg(
        long,
        value_name = "KEYS",
        value_delimiter = ',',
        default_value = "member"
    )]
    by: Vec<By>,
    /// Only this member
    #[arg(long)]
    member: Option<String>,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Member,
    Week,
    Month,
}

impl Utilisation {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let session = context.session()?;
        let days = period_of(&session, &self.period, "this month")?;
        let period = match (days.from, days.to) {
            (Some(from), to) if to.is_some() || from <= session.today() => Period {
                from,
                to: to.unwrap_or(session.today()),
            },
            _ => {
                return Err(Failure::usage(
                    "usage.period",
                    format!("`{days}` has no beginning, so nobody's capacity can be told"),
                    "give a period with both ends, such as last month or 2026-Q3".to_owned(),
                ));
            }
        };
        let part = match (self.by.contains(&By::Week), self.by.contains(&By::Month)) {
            (true, true) => {
                return Err(Failure::usage(
                    "usage.by",
                    "a week is not part of one month, so --by takes one of the two".to_owned(),
                    "give --by member,week or --by member,month".to_owned(),
                ));
            }
            (true, false) => Some(Part::Week),
            (false, true) => Some(Part::Month),
            (false, false) => None,
        };
        let found = utilisation::utilisation(&session, period, part, self.member.as_deref())?;
        let view = UtilisationView {
            period: PeriodView::of(found.period),
            weekly_hours: found.weekly.hours(),
            rows: found.rows.iter().map(RowView::of).collect(),
            total: FiguresView::of(&found.total),
            sheet: sheet_of(&found, part, &session, true),
        };
        let file = sheet_of(&found, part, &session, self.target.is_for_people());
        deliver(context, &self.target, "utilisation", &file, &view)
    }
}

#[derive(Debug, Serialize)]
struct UtilisationView {
    period: PeriodView,
    weekly_hours: String,
    rows: Vec<RowView>,
    total: FiguresView,
    #[serde(skip)]
    sheet: Sheet,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct RowView {
    member: String,
    /// The week or month, as far as it is in the period.
    part: Option<PeriodView>,
    #[serde(flatten)]
    figures: FiguresView,
}

#[derive(Debug, Serialize)]
struct FiguresView {
    seconds: i64,
    hours: String,
    billable_seconds: i64,
    billable_hours: String,
    capacity_seconds: i64,
    capacity_hours: String,
    /// Billable of worked hours, in percent; none where nothing was worked.
    billable_share: Option<String>,
    /// Billable hours of the capacity, in percent; none where there is none.
    utilisation: Option<String>,
}

impl PeriodView {
    fn of(period: Period) -> Self {
        Self {
            from: period.from.to_string(),
            to: period.to.to_string(),
        }
    }
}

impl FiguresView {
    fn of(figures: &Figures) -> Self {
        Self {
            seconds: figures.worked.0,
            hours: figures.worked.hours(),
            billable_seconds: figures.billable.0,
            billable_hours: figures.billable.hours(),
            capacity_seconds: figures.capacity.0,
            capacity_hours: figures.capacity.hours(),
            billable_share: figures.billable_share().map(|percent| percent.to_string()),
            utilisation: figures.utilisation().map(|percent| percent.to_string()),
        }
    }
}

impl RowView {
    fn of(row: &utilisation::Row) -> Self {
        Self {
            member: row.member.clone(),
            part: row.part.map(PeriodView::of),
            figures: FiguresView::of(&row.figures),
        }
    }
}

fn sheet_of(
    found: &utilisation::Utilisation,
    part: Option<Part>,
    session: &Session,
    for_people: bool,
) -> Sheet {
    let cells = |first: Cell, of: Option<Cell>, figures: &Figures| {
        let percent = |percent: Option<_>| percent.map_or(Cell::Empty, Cell::Number);
        let mut cells = vec![first];
        cells.extend(of);
        cells.extend([
            Cell::Hours(figures.worked),
            Cell::Hours(figures.billable),
            Cell::Hours(figures.capacity),
            percent(figures.billable_share()),
            percent(figures.utilisation()),
        ]);
        cells
    };
    let mut rows: Vec<Vec<Cell>> = found
        .rows
        .iter()
        .map(|row| {
            let of = row.part.map(|part| Cell::Date(part.from));
            cells(Cell::Text(row.member.clone()), of, &row.figures)
        })
        .collect();
    if for_people {
        let of = part.map(|_| Cell::Empty);
        rows.push(cells(total_word(session), of, &found.total));
    }
    let mut columns = vec![Heading::new("member", "Member", "Person", Kind::Reference)];
    columns.extend(part.map(|part| match part {
        Part::Week => Heading::new("week", "Week of", "Woche ab", Kind::Date),
        Part::Month => Heading::new("month", "Month of", "Monat ab", Kind::Date),
    }));
    columns.extend([
        Heading::new("hours", "Hours", "Stunden", Kind::Hours),
        Heading::new("billable", "Billable", "Abrechenbar", Kind::Hours),
        Heading::new("capacity", "Capacity", "Kapazität", Kind::Hours),
        Heading::new(
            "billable_share",
            "Billable %",
            "Abrechenbar %",
            Kind::Number,
        ),
        Heading::new("utilisation", "Utilisation %", "Auslastung %", Kind::Number),
    ]);
    let title = match is_german(session) {
        true => format!("Auslastung {}", found.period),
        false => format!("Utilisation {}", found.period),
    };
    SheetOf {
        title,
        columns,
        rows,
    }
    .for_business(session)
}

impl View for UtilisationView {
    fn text(&self, page: &mut Page) {
        if self.rows.is_empty() {
            page.line("there are no members; `loggia member add NAME` adds one");
            return;
        }
        table::summed(page, &self.sheet, &[self.rows.len()]);
    }

    fn reference(&self) -> String {
        String::new()
    }
}
