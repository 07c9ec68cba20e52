//! Budgets in words, bars and JSON.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::app::budget::{PhaseStanding, Told, What};
use crate::app::project::Shown;
use crate::domain::budget::{Standing, Thresholds};
use crate::domain::business::Business;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::terminal::{Page, Tone};

/// A budget for scripts and people. Numbers are hours, or money where there is a currency.
#[derive(Debug, Serialize)]
pub(super) struct BudgetView {
    pub(super) project: String,
    /// None: of the whole project.
    pub(super) phase: Option<String>,
    unit: &'static str,
    currency: Option<&'static str>,
    /// Total, or month.
    per: &'static str,
    /// Billable, or all.
    counts: &'static str,
    month: Option<MonthView>,
    pub(super) allocated: String,
    pub(super) used: String,
    pub(super) left: String,
    pub(super) percent: Option<String>,
    /// Hours or money a week.
    burn_rate: String,
    pub(super) projected_completion: Option<String>,
    due: Option<String>,
    thresholds: Vec<u16>,
    pub(super) warnings: Vec<String>,
    /// How a person would say it.
    pub(super) sentence: String,
    #[serde(skip)]
    shares: Shares,
    #[serde(skip)]
    line: String,
}

#[derive(Debug, Serialize)]
struct MonthView {
    from: String,
    to: String,
}

/// What a bar is drawn from.
#[derive(Debug, Clone, Copy)]
struct Shares {
    used: Decimal,
    allocated: Decimal,
    tone: Tone,
}

/// What stands around a budget.
struct Facts<'a> {
    standing: &'a Standing,
    due: Option<NaiveDate>,
    today: NaiveDate,
    thresholds: &'a Thresholds,
    without_rate: Seconds,
}

impl BudgetView {
    /// The budget of a whole project.
    pub(super) fn of_project(shown: &Shown, business: &Business, today: NaiveDate) -> Option<Self> {
        let standing = shown.budget.as_ref()?;
        Some(Self::of(
            shown,
            None,
            shown.project.due,
            standing,
            business,
            today,
        ))
    }

    /// The budgets of the phases of a project.
    pub(super) fn of_phases(shown: &Shown, business: &Business, today: NaiveDate) -> Vec<Self> {
        let view = |phase: &PhaseStanding| Self::of_phase(shown, phase, business, today);
        shown.phases.iter().filter_map(view).collect()
    }

    /// The budget of a phase.
    pub(super) fn of_phase(
        shown: &Shown,
        phase: &PhaseStanding,
        business: &Business,
        today: NaiveDate,
    ) -> Option<Self> {
        let standing = phase.budget.as_ref()?;
        let name = phase.phase.name.to_string();
        let due = phase.phase.due;
        Some(Self::of(shown, Some(name), due, standing, business, today))
    }

    fn of(
        shown: &Shown,
        phase: Option<String>,
        due: Option<NaiveDate>,
        standing: &Standing,
        business: &Business,
        today: NaiveDate,
    ) -> Self {
        let own = shown.project.thresholds.as_ref();
        let thresholds = own.unwrap_or(&business.thresholds);
        let facts = Facts {
            standing,
            due,
            today,
            thresholds,
            without_rate: match standing.allocated {
                Amount::Money(_) => shown.without_rate,
                Amount::Hours(_) => Seconds::ZERO,
            },
        };
        let percent = standing
            .percent
            .map(|percent| percent.normalize().to_string());
        Self {
            project: shown.reference.to_string(),
            phase,
            unit: match standing.allocated {
                Amount::Hours(_) => "hours",
                Amount::Money(_) => "money",
            },
            currency: standing
                .allocated
                .currency()
                .map(|currency| currency.code()),
            per: if standing.month.is_some() {
                "month"
            } else {
                "total"
            },
            counts: shown.project.counts.word(),
            month: standing.month.map(|month| MonthView {
                from: month.from.to_string(),
                to: month.to.to_string(),
            }),
            allocated: standing.allocated.decimal(),
            used: standing.used.decimal(),
            left: standing.left.decimal(),
            burn_rate: pace_number(standing),
            projected_completion: standing.projected_completion.map(|day| day.to_string()),
            due: due.map(|due| due.to_string()),
            thresholds: thresholds.percents().to_vec(),
            warnings: facts.warnings(),
            sentence: facts.sentence(),
            shares: Shares {
                used: standing.used.exact(),
                allocated: standing.allocated.exact(),
                tone: facts.tone(),
            },
            line: line(standing, percent.as_deref()),
            percent,
        }
    }

    /// What was agreed, with its currency or its month: `9000.00 EUR`, `10.00 a month`.
    pub(super) fn agreed(&self) -> String {
        let currency = self
            .currency
            .map_or_else(String::new, |code| format!(" {code}"));
        let month = if self.month.is_some() { " a month" } else { "" };
        format!("{}{currency}{month}", self.allocated)
    }

    /// On one line: `65h of 200h used, 135h left`.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// A bar with the percents at its end, so wide.
    pub(super) fn bar(&self, page: &Page, width: usize) -> String {
        let percent = format!("{:>6} %", self.percent.as_deref().unwrap_or("–"));
        let cells = width.saturating_sub(percent.len() + 1).clamp(5, 60);
        let drawn = bar(self.shares.used, self.shares.allocated, cells);
        format!("{} {percent}", page.tinted(&drawn, self.shares.tone))
    }
}

fn line(standing: &Standing, percent: Option<&str>) -> String {
    let percent = percent.map_or_else(String::new, |percent| format!(" ({percent} %)"));
    let used = format!("{} of {} used{percent}", standing.used, standing.allocated);
    let left = if standing.left.exact() < Decimal::ZERO {
        format!("{} over", standing.left.magnitude())
    } else {
        format!("{} left", standing.left)
    };
    match standing.month {
        Some(month) => format!("{used} in {}, {left}", month.from.format("%B")),
        None => format!("{used}, {left}"),
    }
}

/// How much of something is used. What is over it is drawn darker at the end, so that it is seen without colour.
fn bar(used: Decimal, allocated: Decimal, cells: usize) -> String {
    let whole = Decimal::from(u64::try_from(cells).unwrap_or_default());
    let share = |part: Decimal, of: Decimal| -> usize {
        let exact = (part * whole).checked_div(of).unwrap_or(whole);
        usize::try_from(exact.floor())
            .unwrap_or_default()
            .min(cells)
    };
    let (full, over) = if used <= Decimal::ZERO {
        (0, 0)
    } else if used > allocated {
        // Of all that was used, the part that is over: at least one cell.
        let within = share(allocated, used).min(cells.saturating_sub(1));
        (within, cells - within)
    } else {
        (share(used, allocated), 0)
    };
    let empty = cells.saturating_sub(full + over);
    format!(
        "{}{}{}",
        "█".repeat(full),
        "▓".repeat(over),
        "░".repeat(empty)
    )
}

/// The pace as a number: hours, or money of the currency.
fn pace_number(standing: &Standing) -> String {
    match standing.allocated.currency() {
        Some(currency) => Money::rounded(standing.burn_rate, currency)
            .map_or_else(|_| standing.burn_rate.to_string(), Money::amount),
        None => standing.burn_rate.normalize().to_string(),
    }
}

/// The pace in words: `12.5 h a week`.
pub(super) fn pace(standing: &Standing) -> String {
    let number = pace_number(standing);
    match standing.allocated.currency() {
        Some(currency) => format!("{number} {currency} a week"),
        None => format!("{number} h a week"),
    }
}

impl Facts<'_> {
    /// What a person would say of it.
    fn sentence(&self) -> String {
        let standing = self.standing;
        let budget = match standing.month {
            Some(month) => format!("the budget of {}", month.from.format("%B")),
            None => "the budget".to_owned(),
        };
        let left = standing.left;
        if left.exact() <= Decimal::ZERO {
            return match standing.projected_completion {
                Some(day) if left.exact() < Decimal::ZERO => format!(
                    "{} was used up on {}; it is {} over.",
                    capital(&budget),
                    self.day(day),
                    left.magnitude()
                ),
                Some(day) => format!("{} was used up on {}.", capital(&budget), self.day(day)),
                None => format!("{} is zero.", capital(&budget)),
            };
        }
        if standing.burn_rate.is_zero() && standing.projected_completion.is_none() {
            let used = standing.used.exact() > Decimal::ZERO;
            return match standing.month {
                _ if used => format!("Nothing was used in the last four weeks; {left} is left."),
                Some(_) => format!("Nothing of {budget} is used yet; {left} is left."),
                None => format!("Nothing is used yet; {left} is left."),
            };
        }
        let pace = pace(standing);
        match (standing.projected_completion, standing.month) {
            (Some(day), Some(month)) => format!(
                "At {pace} {budget} is used up on {}, {}.",
                self.day(day),
                before_the_end(day, month)
            ),
            (None, Some(_)) => format!("At {pace} {budget} lasts the month; {left} is left."),
            (Some(day), None) => format!("At {pace} {budget} lasts until {}.", self.until(day)),
            (None, None) => format!("At {pace} {budget} lasts beyond any calendar."),
        }
    }

    /// The day on which it is used up, and where it stands to the day on which it is due.
    fn until(&self, day: NaiveDate) -> String {
        let on = self.day(day);
        match self.due {
            None => on,
            Some(due) if due < self.today => format!("{on}; it was due on {}", self.day(due)),
            Some(due) => match (due - day).num_days() {
                0 => format!("{on}, the due date"),
                before if before > 0 => format!("{on}, {} before the due date", days(before)),
                after => format!("{on}, {} after the due date", days(-after)),
            },
        }
    }

    /// A day as it is said: with its year where that is another one.
    fn day(&self, day: NaiveDate) -> String {
        if day.year() == self.today.year() {
            day.format("%-d %B").to_string()
        } else {
            day.format("%-d %B %Y").to_string()
        }
    }

    fn warnings(&self) -> Vec<String> {
        let standing = self.standing;
        let mut warnings = Vec::new();
        let reached = standing
            .percent
            .and_then(|percent| self.thresholds.reached(percent));
        if standing.left.exact() < Decimal::ZERO {
            warnings.push(format!("{} over the budget", standing.left.magnitude()));
        } else if let Some(threshold) = reached {
            warnings.push(format!("{threshold} % of the budget is reached"));
        }
        let early = match (standing.projected_completion, self.due) {
            (Some(day), Some(due)) if standing.month.is_none() => (due - day).num_days(),
            _ => 0,
        };
        if early > 0 && standing.left.exact() > Decimal::ZERO {
            warnings.push(format!("used up {} before the due date", days(early)));
        }
        if self.without_rate > Seconds::ZERO {
            warnings.push(format!(
                "{} without a rate is not counted",
                self.without_rate.words()
            ));
        }
        warnings
    }

    fn tone(&self) -> Tone {
        let percent = self.standing.percent.unwrap_or_default();
        if self.standing.left.exact() < Decimal::ZERO {
            Tone::Bad
        } else if self.thresholds.reached(percent).is_some() {
            Tone::Warning
        } else {
            Tone::Good
        }
    }
}

fn before_the_end(day: NaiveDate, month: Period) -> String {
    match (month.to - day).num_days() {
        0 => "the last day of the month".to_owned(),
        more => format!("{} before the month ends", days(more)),
    }
}

/// `one day`, `nine days`, `13 days`.
fn days(count: i64) -> String {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let word = usize::try_from(count - 1)
        .ok()
        .and_then(|place| WORDS.get(place))
        .map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let noun = if count == 1 { "day" } else { "days" };
    format!("{word} {noun}")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}

/// What a person is told of a budget after logging time.
pub(super) fn told(told: &Told) -> String {
    let Told {
        project,
        phase,
        allocated,
        monthly,
        what,
    } = told;
    let whose = match phase {
        Some(phase) => format!("phase `{phase}` of `{project}`"),
        None => format!("`{project}`"),
    };
    let month = if *monthly { " a month" } else { "" };
    match what {
        What::Over(by) => format!("{whose} is {by} over its budget of {allocated}{month}"),
        What::Reached(percent) => {
            format!("{whose} has reached {percent} % of its budget of {allocated}{month}")
        }
        What::UsedUp => format!("the budget of {whose} is used up ({allocated}{month})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::budget::{self, Budget, Day, Per};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn said(
        hours: i64,
        per: Per,
        due: Option<&str>,
        worked: &[(&str, i64)],
    ) -> (String, Vec<String>) {
        let days: Vec<Day> = worked
            .iter()
            .map(|(on, hours)| Day {
                day: day(on),
                seconds: Seconds(hours * 3600),
                worth: Decimal::ZERO,
            })
            .collect();
        let budget = Budget {
            amount: Amount::Hours(Seconds(hours * 3600)),
            per,
        };
        let today = day("2026-11-20");
        let standing = budget::standing(&budget, &days, today).unwrap();
        let facts = Facts {
            standing: &standing,
            due: due.map(day),
            today,
            thresholds: &Thresholds::default(),
            without_rate: Seconds::ZERO,
        };
        (facts.sentence(), facts.warnings())
    }

    #[test]
    fn it_is_said_as_a_person_would() {
        use Per::{Month, Total};
        // 50 h in 28 days: 12.5 a week. 42.5 h are left of 100: 23.8 days.
        let autumn: &[(&str, i64)] = &[("2026-10-01", 8), ("2026-11-02", 30), ("2026-11-18", 20)];
        let cases = [
            (
                100,
                Total,
                None,
                autumn,
                "At 12.5 h a week the budget lasts until 14 December.",
            ),
            (
                100,
                Total,
                Some("2026-12-23"),
                autumn,
                "At 12.5 h a week the budget lasts until 14 December, nine days before the due date.",
            ),
            (
                100,
                Total,
                Some("2026-12-14"),
                autumn,
                "At 12.5 h a week the budget lasts until 14 December, the due date.",
            ),
            (
                100,
                Total,
                Some("2026-12-01"),
                autumn,
                "At 12.5 h a week the budget lasts until 14 December, 13 days after the due date.",
            ),
            (
                100,
                Total,
                Some("2026-11-01"),
                autumn,
                "At 12.5 h a week the budget lasts until 14 December; it was due on 1 November.",
            ),
            (
                200,
                Total,
                None,
                autumn,
                "At 12.5 h a week the budget lasts until 8 February 2027.",
            ),
            (
                50,
                Total,
                None,
                autumn,
                "The budget was used up on 18 November; it is 8h over.",
            ),
            (
                58,
                Total,
                None,
                autumn,
                "The budget was used up on 18 November.",
            ),
            (
                55,
                Month,
                None,
                autumn,
                "At 12.5 h a week the budget of November is used up on 23 November, seven days before the month ends.",
            ),
            (
                90,
                Month,
                None,
                autumn,
                "At 12.5 h a week the budget of November lasts the month; 40h is left.",
            ),
            (20, Total, None, &[], "Nothing is used yet; 20h is left."),
            (0, Total, None, &[], "The budget is zero."),
            (
                20,
                Total,
                None,
                &[("2026-05-01", 5)],
                "Nothing was used in the last four weeks; 15h is left.",
            ),
            (
                20,
                Month,
                None,
                &[("2026-05-01", 5)],
                "Nothing of the budget of November is used yet; 20h is left.",
            ),
        ];
        for (hours, per, due, worked, sentence) in cases {
            assert_eq!(said(hours, per, due, worked).0, sentence);
        }
    }

    #[test]
    fn warnings_tell_what_is_over_reached_and_too_early() {
        let worked: &[(&str, i64)] = &[("2026-11-18", 80)];
        let cases = [
            (200, None, Vec::new()),
            (70, None, vec!["10h over the budget"]),
            (80, None, vec!["100 % of the budget is reached"]),
            (88, None, vec!["90 % of the budget is reached"]),
            (
                88,
                Some("2026-11-23"),
                vec![
                    "90 % of the budget is reached",
                    "used up two days before the due date",
                ],
            ),
        ];
        for (hours, due, expected) in cases {
            assert_eq!(said(hours, Per::Total, due, worked).1, expected, "{hours}");
        }
    }

    #[test]
    fn a_bar_is_always_as_wide_as_it_should_be() {
        let cases = [
            (0, 10, "░░░░░░░░░░"),
            (5, 10, "█████░░░░░"),
            (10, 10, "██████████"),
            (20, 10, "█████▓▓▓▓▓"),
            (101, 100, "█████████▓"),
            (1, 0, "▓▓▓▓▓▓▓▓▓▓"),
            (0, 0, "░░░░░░░░░░"),
        ];
        for (used, allocated, drawn) in cases {
            let (used, of) = (Decimal::from(used), Decimal::from(allocated));
            assert_eq!(bar(used, of, 10), drawn, "{used} of {of}");
        }
    }
}
