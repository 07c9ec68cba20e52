//! Budgets: how they stand, and what is to be told of work that draws on them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::Refusal;
use crate::domain::budget::{
    self, Budget, Counts, Crossing, Day, OverRule, Per, Standing, Thresholds,
};
use crate::domain::burn::{self, Plan, Week};
use crate::domain::business::Business;
use crate::domain::client::Client;
use crate::domain::key::{PhaseKey, ProjectKey};
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::time::Work;
use crate::store::{Books, EntryFilter};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::money::Currency;
use crate::values::period::{Period, Span};

use super::report::{self, Spent};
use super::{Result, Session, find, project};

/// A phase with what is used of it.
#[derive(Debug, Clone)]
pub struct PhaseStanding {
    pub phase: Phase,
    /// All worked time that counts.
    pub worked: Seconds,
    pub budget: Option<Standing>,
}

/// How the budgets of a project stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Standings {
    pub(super) whole: Option<Standing>,
    pub(super) phases: Vec<PhaseStanding>,
    /// Time that a budget in money cannot count.
    pub(super) without_rate: Seconds,
}

/// How the budgets of a project and of its phases stand.
pub(super) fn standings(
    books: &Books<'_>,
    project: &Project,
    phases: Vec<Phase>,
    today: NaiveDate,
) -> Result<Standings> {
    if project.budget.is_none() && phases.is_empty() {
        return Ok(Standings::default());
    }
    let in_money = |amount: Amount| amount.currency().is_some();
    let money = project.budget.is_some_and(|budget| in_money(budget.amount))
        || phases
            .iter()
            .any(|phase| phase.budget.is_some_and(in_money));
    let spent = if money || !phases.is_empty() {
        let filter = of_project(project.key);
        let currency = find::client_of(books, project.client)?.details.currency;
        report::spent(books, &filter, project.counts, currency)?
    } else {
        // Hours of the whole are summed by an index alone.
        hours(books, project)?
    };
    let days = |of: Option<PhaseKey>| -> Vec<Day> {
        spent
            .iter()
            .filter(|spent| of.is_none() || spent.phase == of)
            .map(|spent| spent.day)
            .collect()
    };
    let standing = |budget: Budget, of| budget::standing(&budget, &days(of), today);
    let whole = project
        .budget
        .map(|budget| standing(budget, None))
        .transpose()?;
    let phases = phases
        .into_iter()
        .map(|phase| {
            let budget = phase.budget.map(|amount| Budget {
                amount,
                per: Per::Total,
            });
            Ok(PhaseStanding {
                worked: days(Some(phase.key)).iter().map(|day| day.seconds).sum(),
                budget: budget
                    .map(|budget| standing(budget, Some(phase.key)))
                    .transpose()?,
                phase,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Standings {
        whole,
        phases,
        without_rate: if money {
            spent.iter().map(|spent| spent.without_rate).sum()
        } else {
            Seconds::ZERO
        },
    })
}

fn of_project(project: ProjectKey) -> EntryFilter {
    EntryFilter {
        project: Some(project),
        ..EntryFilter::default()
    }
}

fn hours(books: &Books<'_>, project: &Project) -> Result<Vec<Spent>> {
    let days = books.seconds_by_day(project.key, project.counts == Counts::Billable)?;
    Ok(days
        .into_iter()
        .map(|(day, seconds)| Spent {
            phase: None,
            day: Day {
                day,
                seconds,
                worth: Decimal::ZERO,
            },
            without_rate: Seconds::ZERO,
        })
        .collect())
}

/// Projects with a budget, of their own or of a phase.
pub fn list(session: &Session, client: Option<&str>, all: bool) -> Result<Vec<project::Shown>> {
    let mut projects = project::list(session, client, all)?;
    projects.retain(has_budget);
    Ok(projects)
}

/// A project by name, with a budget of its own or of a phase.
pub fn of(session: &Session, reference: &str) -> Result<Vec<project::Shown>> {
    let shown = project::show(session, reference)?;
    if !has_budget(&shown) {
        return Err(Refusal::NoBudget {
            project: shown.reference,
        }
        .into());
    }
    Ok(vec![shown])
}

fn has_budget(shown: &project::Shown) -> bool {
    shown.budget.is_some() || shown.phases.iter().any(|phase| phase.budget.is_some())
}

/// A project week by week.
#[derive(Debug, Clone)]
pub struct Burn {
    pub shown: project::Shown,
    /// In the unit of the budget; without one, in seconds.
    pub weeks: Vec<Week>,
}

/// A project week by week: hours, or money where its budget is in money.
pub fn burn(session: &Session, reference: &str) -> Result<Burn> {
    let shown = project::show(session, reference)?;
    let today = session.today();
    let spent = session.store.read(|books| {
        let project = &shown.project;
        let currency = find::client_of(books, project.client)?.details.currency;
        report::spent(books, &of_project(project.key), project.counts, currency)
    })?;
    let unit = shown
        .project
        .budget
        .map_or(Amount::Hours(Seconds::ZERO), |budget| budget.amount);
    let mut days: Vec<(NaiveDate, Decimal)> = Vec::new();
    for Spent { day, .. } in &spent {
        match days.last_mut() {
            Some((last, sum)) if *last == day.day => *sum += day.number(unit),
            _ => days.push((day.day, day.number(unit))),
        }
    }
    let plan = shown.project.budget.map(|budget| Plan {
        allocated: budget.amount.exact(),
        per: budget.per,
        due: shown.project.due,
    });
    let weeks = burn::weeks(plan.as_ref(), &days, today, session.business.week_start);
    Ok(Burn { shown, weeks })
}

/// What holds for work that draws on a budget.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    rule: OverRule,
    thresholds: Thresholds,
}

/// A budget that work draws on, and what was used of it before.
pub(super) struct Drawn {
    project: Project,
    reference: ProjectRef,
    phase: Option<Phase>,
    amount: Amount,
    days: Span,
    currency: Currency,
    before: Decimal,
}

/// What is to be told of a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub project: ProjectRef,
    /// None: the budget of the whole project.
    pub phase: Option<String>,
    pub allocated: Amount,
    /// It is counted by the month.
    pub monthly: bool,
    pub what: What,
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is over by so much.
    Over(Amount),
    /// So many percent are used.
    Reached(u16),
    /// Nothing is left of it.
    UsedUp,
}

impl Watch {
    pub(super) fn of(business: &Business) -> Self {
        Self {
            rule: business.over_budget,
            thresholds: business.thresholds.clone(),
        }
    }

    /// The same for work that is done already: it is told, never refused.
    pub(super) fn telling(&self) -> Self {
        Self {
            rule: OverRule::Warn,
            thresholds: self.thresholds.clone(),
        }
    }

    /// The budgets that all of this work draws on, each once, as they are before any of it is written. Where there is none, nothing is
    /// summed up.
    pub(super) fn drawn<'w>(
        &self,
        books: &Books<'_>,
        works: impl Iterator<Item = &'w Work>,
    ) -> Result<Vec<Drawn>> {
        let mut drawn = Vec::new();
        let mut seen = BTreeSet::new();
        for work in works {
            if seen.insert((work.project, work.phase, Period::month(work.day).from)) {
                let project = find::project_of(books, work.project)?;
                draw(books, &project, work.phase, work.day, &mut drawn)?;
            }
        }
        Ok(drawn)
    }

    /// What is to be told after the work was written, or the refusal.
    pub(super) fn told(&self, books: &Books<'_>, drawn: Vec<Drawn>) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        for budget in drawn {
            let after = budget.used(books)?;
            let own = budget.project.thresholds.as_ref();
            let thresholds = own.unwrap_or(&self.thresholds);
            let allocated = budget.amount.exact();
            let what = match budget::crossing(allocated, budget.before, after, thresholds) {
                None => continue,
                Some(Crossing::Reached { threshold }) => What::Reached(threshold),
                Some(Crossing::Over { by }) => What::Over(budget.amount.like(by)?),
            };
            if let (What::Over(by), OverRule::Refuse) = (what, self.rule) {
                return Err(Refusal::OverBudget {
                    project: budget.reference,
                    phase: budget.phase.map(|phase| phase.name.to_string()),
                    by,
                }
                .into());
            }
            told.push(budget.told(what));
        }
        Ok(told)
    }

    /// Before a timer is started on billable (or not) work: what is used up is told, or refused.
    pub(super) fn used_up(
        &self,
        books: &Books<'_>,
        project: &Project,
        phase: Option<PhaseKey>,
        day: NaiveDate,
        billable: bool,
    ) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        if !project.counts.takes(billable) {
            return Ok(told);
        }
        let mut drawn = Vec::new();
        draw(books, project, phase, day, &mut drawn)?;
        for budget in drawn {
            if budget.before < budget.amount.exact() {
                continue;
            }
            if self.rule == OverRule::Refuse {
                return Err(Refusal::BudgetUsedUp {
                    project: budget.reference,
                    phase: budget.phase.map(|phase| phase.name.to_string()),
                }
                .into());
            }
            told.push(budget.told(What::UsedUp));
        }
        Ok(told)
    }
}

/// Adds the budgets that work of a project, a phase and a day draws on, where they are not there yet.
fn draw(
    books: &Books<'_>,
    project: &Project,
    phase: Option<PhaseKey>,
    day: NaiveDate,
    drawn: &mut Vec<Drawn>,
) -> Result<()> {
    let mut budgets = Vec::new();
    if let Some(budget) = project.budget {
        let days = budget.per.period(day).map_or_else(Span::all, Span::from);
        budgets.push((None, budget.amount, days));
    }
    if let Some(key) = phase {
        let phases = books.phases(Some(project.key))?;
        if let Some(phase) = phases.into_iter().find(|phase| phase.key == key)
            && let Some(amount) = phase.budget
        {
            budgets.push((Some(phase), amount, Span::all()));
        }
    }
    for (phase, amount, days) in budgets {
        let of = phase.as_ref().map(|phase| phase.key);
        if drawn.iter().any(|known| known.is_of(project.key, of, days)) {
            continue;
        }
        let client = find::client_of(books, project.client)?;
        let mut budget = Drawn {
            project: project.clone(),
            reference: reference(&client, project),
            phase,
            amount,
            days,
            currency: client.details.currency,
            before: Decimal::ZERO,
        };
        budget.before = budget.used(books)?;
        drawn.push(budget);
    }
    Ok(())
}

fn reference(client: &Client, project: &Project) -> ProjectRef {
    ProjectRef {
        client: client.slug.clone(),
        project: project.slug.clone(),
    }
}

impl Drawn {
    fn is_of(&self, project: ProjectKey, phase: Option<PhaseKey>, days: Span) -> bool {
        let of = self.phase.as_ref().map(|phase| phase.key);
        (self.project.key, of, self.days) == (project, phase, days)
    }

    fn used(&self, books: &Books<'_>) -> Result<Decimal> {
        let phase = self.phase.as_ref().map(|phase| phase.key);
        let project = &self.project;
        if self.amount.currency().is_none() {
            let billable_only = project.counts == Counts::Billable;
            let seconds = books.seconds_in(project.key, phase, self.days, billable_only)?;
            return Ok(Decimal::from(seconds.0));
        }
        let filter = EntryFilter {
            days: self.days,
            phase,
            ..of_project(project.key)
        };
        let spent = report::spent(books, &filter, project.counts, self.currency)?;
        Ok(spent.iter().map(|spent| spent.day.worth).sum())
    }

    fn told(self, what: What) -> Told {
        Told {
            project: self.reference,
            phase: self.phase.map(|phase| phase.name.to_string()),
            allocated: self.amount,
            monthly: self.days != Span::all(),
            what,
        }
    }
}
