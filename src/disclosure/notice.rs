//! What a notice may tell a person at a client: taken from what is published for the client, narrowed by the person's role. The books
//! are not in reach here, so a mail cannot tell more than the portal.

use std::collections::BTreeMap;

use crate::published::notice::{BudgetLine, RetainerLine, RetainerName, Week};
use crate::published::protocol::Role;
use crate::published::{
    About, Asked, Budget, BudgetUnit, Entry, Invoice, MemberHours, Message, Project, Retainer,
    RetainerPeriod, Thread,
};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::MoneyError;
use crate::values::period::Period;

use super::Portal;

fn sees_work(role: Role) -> bool {
    role != Role::Finance
}

fn sees_money(role: Role) -> bool {
    role != Role::Work
}

/// Whether a budget is told. One in money is there with rates shown alone, and for whom amounts are, as on the pages.
fn tells(role: Role, budget: &Budget) -> bool {
    match budget.unit {
        BudgetUnit::Hours { .. } => sees_work(role),
        BudgetUnit::Money { .. } => role == Role::Full,
    }
}

/// A week of work; none where there was none, or none is shown.
pub fn week(portal: &Portal, role: Role, week: Period) -> Option<Week> {
    if !sees_work(role) {
        return None;
    }
    let mut summary = if portal.console.sections.timesheets {
        of_entries(portal, week)
    } else {
        of_sums(portal, week)?
    };
    if summary.total <= Seconds::ZERO {
        return None;
    }
    let open = portal.projects.projects.iter().filter(|one| !one.closed);
    summary.budgets = open
        .filter_map(|project| Some((project, project.budget.as_ref()?)))
        .filter(|(_, budget)| tells(role, budget))
        .map(|(project, budget)| line(&project.name, budget))
        .collect();
    if sees_money(role) {
        let all = portal.retainers.iter().flatten();
        summary.retainers = all
            .filter_map(|retainer| left(portal, retainer, current(retainer)?).ok())
            .collect();
    }
    Some(summary)
}

fn of_entries(portal: &Portal, week: Period) -> Week {
    let entries = portal.months.iter().flat_map(|month| &month.entries);
    let entries: Vec<&Entry> = entries.filter(|entry| week.contains(entry.day)).collect();
    let name = |id: &PublicId| {
        let mut projects = portal.projects.projects.iter();
        let project = projects.find(|project| project.id == *id);
        project.map_or_else(String::new, |project| project.name.clone())
    };
    let mut projects: BTreeMap<String, Seconds> = BTreeMap::new();
    let mut members: BTreeMap<String, Seconds> = BTreeMap::new();
    for entry in &entries {
        *projects.entry(name(&entry.project)).or_default() += entry.seconds;
        *members.entry(entry.member.clone()).or_default() += entry.seconds;
    }
    let mut projects: Vec<(String, Seconds)> = projects.into_iter().collect();
    projects.sort_by_key(|(_, seconds)| std::cmp::Reverse(*seconds));
    let mut members: Vec<MemberHours> = members
        .into_iter()
        .map(|(member, seconds)| MemberHours { member, seconds })
        .collect();
    members.sort_by_key(|member| std::cmp::Reverse(member.seconds));
    Week {
        week,
        total: entries.iter().map(|entry| entry.seconds).sum(),
        projects,
        members,
        budgets: Vec::new(),
        retainers: Vec::new(),
    }
}

/// Where single entries are not shown there are sums of weeks.
fn of_sums(portal: &Portal, week: Period) -> Option<Week> {
    let hours = portal.console.hours.as_ref()?;
    let (_, total) = hours.weeks.iter().find(|(from, _)| *from == week.from)?;
    Some(Week {
        week,
        total: *total,
        projects: Vec::new(),
        members: Vec::new(),
        budgets: Vec::new(),
        retainers: Vec::new(),
    })
}

/// The budget of an open project.
pub fn budget<'a>(
    portal: &'a Portal,
    role: Role,
    id: &PublicId,
) -> Option<(&'a Project, &'a Budget)> {
    let mut projects = portal.projects.projects.iter();
    let project = projects.find(|project| project.id == *id && !project.closed)?;
    let budget = project.budget.as_ref()?;
    tells(role, budget).then_some((project, budget))
}

/// A budget in a line.
pub fn line(project: &str, budget: &Budget) -> BudgetLine {
    let (used, allocated) = match &budget.unit {
        BudgetUnit::Hours {
            used, allocated, ..
        } => (Amount::Hours(*used), Amount::Hours(*allocated)),
        BudgetUnit::Money {
            used, allocated, ..
        } => (Amount::Money(*used), Amount::Money(*allocated)),
    };
    BudgetLine {
        project: project.to_owned(),
        percent: budget.percent,
        used,
        allocated,
    }
}

/// A retainer with its running period.
pub fn retainer<'a>(
    portal: &'a Portal,
    role: Role,
    id: &PublicId,
) -> Option<(&'a Retainer, &'a RetainerPeriod)> {
    let mut all = portal.retainers.iter().flatten();
    let retainer = all.find(|retainer| retainer.id == *id)?;
    let period = current(retainer)?;
    sees_money(role).then_some((retainer, period))
}

fn current(retainer: &Retainer) -> Option<&RetainerPeriod> {
    retainer.periods.iter().find(|period| period.current)
}

/// A retainer in a line, by name where several run.
pub fn left(
    portal: &Portal,
    retainer: &Retainer,
    period: &RetainerPeriod,
) -> Result<RetainerLine, MoneyError> {
    let available = period.granted.exact() + period.carried_in.exact();
    let all = portal.retainers.iter().flatten();
    Ok(RetainerLine {
        name: (all.filter_map(current).count() > 1).then(|| RetainerName::Terms {
            allowance: retainer.allowance,
            per: retainer.per.clone(),
            start: retainer.start,
            end: retainer.end,
        }),
        left: period.left,
        available: period.granted.like(available)?,
        until: period.period.to,
    })
}

/// An invoice or credit note by its number.
pub fn invoice<'a>(portal: &'a Portal, role: Role, number: &str) -> Option<&'a Invoice> {
    let mut invoices = portal.invoices.iter();
    let found = invoices.find(|invoice| invoice.number.as_deref() == Some(number));
    found.filter(|_| sees_money(role))
}

/// Something that was said, with the thread it was said in.
pub fn said<'a>(
    portal: &'a Portal,
    role: Role,
    thread: &PublicId,
    message: &PublicId,
) -> Option<(&'a Thread, &'a Message)> {
    let talk = portal.talk.as_ref()?;
    let thread = talk.threads.iter().find(|one| one.id == *thread)?;
    let shown = match &thread.about {
        About::Client => true,
        About::Project(_) | About::Task(_) => sees_work(role),
        About::Entry(..) => sees_work(role) && portal.console.sections.timesheets,
        About::Invoice(_) => sees_money(role) && portal.console.sections.invoices,
        About::Request(id) => {
            let request = talk.requests.iter().find(|request| request.id == *id);
            request.is_some_and(|request| match &request.what {
                Asked::Budget { by, .. } => matches!(by, Amount::Hours(_)) || sees_money(role),
                Asked::Timesheet { .. } => sees_work(role),
            })
        }
    };
    let message = thread.messages.iter().find(|one| one.id == *message)?;
    (shown && portal.console.sections.comments).then_some((thread, message))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::canary::settings;
    use super::super::portal;
    use super::super::sample::{self, books, day};
    use super::*;
    use crate::values::money::Money;

    fn weeks() -> impl Iterator<Item = Period> {
        ["2026-11-02", "2026-11-09", "2026-11-16"]
            .into_iter()
            .map(|from| Period::week(day(from), chrono::Weekday::Mon))
    }

    fn shown(settings: &[(&str, &str)]) -> Portal {
        portal(&books(), &sample::visibility(settings))
            .unwrap()
            .unwrap()
    }

    #[test]
    fn a_budget_in_money_is_told_to_whom_the_pages_tell_it() {
        let mut all = shown(&[("budget", "on"), ("rates", "shown")]);
        let euro = |minor| Money::from_minor(minor, sample::euro());
        let mut projects = all.projects.projects.iter_mut();
        let website = projects.find(|one| one.name == "Website").unwrap();
        website.budget.as_mut().unwrap().unit = BudgetUnit::Money {
            allocated: euro(1_000_000),
            used: euro(750_000),
            left: euro(250_000),
        };
        let id = website.id.clone();
        let with_work = weeks().find(|one| week(&all, Role::Full, *one).is_some());
        let of = |role| {
            let week = week(&all, role, with_work.unwrap());
            let budgets = week.map_or_else(Vec::new, |week| week.budgets);
            let told = budgets.iter().any(|line| line.project == "Website");
            (told, budget(&all, role, &id).is_some())
        };
        assert_eq!(of(Role::Full), (true, true));
        assert_eq!(of(Role::Work), (false, false));
        assert_eq!(of(Role::Finance), (false, false));
    }

    #[test]
    fn a_week_tells_what_the_portal_shows_and_each_role_its_part() {
        let all = shown(&[("budget", "on"), ("retainer", "on")]);
        let with_work = weeks().find(|one| week(&all, Role::Full, *one).is_some());
        let with_work = with_work.expect("the sample has a week of work");
        let full = week(&all, Role::Full, with_work).unwrap();
        let sum: Seconds = full.projects.iter().map(|(_, seconds)| *seconds).sum();
        assert_eq!(sum, full.total);
        let by_member: Seconds = full.members.iter().map(|member| member.seconds).sum();
        assert_eq!(by_member, full.total);
        assert!(!full.budgets.is_empty() && !full.retainers.is_empty());
        assert_eq!(week(&all, Role::Finance, with_work), None);
        let work = week(&all, Role::Work, with_work).unwrap();
        assert_eq!((work.total, work.retainers.len()), (full.total, 0));
        let few = shown(&[
            ("timesheets", "off"),
            ("budget", "off"),
            ("retainer", "off"),
        ]);
        let sums = week(&few, Role::Full, with_work).unwrap();
        assert_eq!(sums.total, full.total);
        assert!(sums.projects.is_empty() && sums.members.is_empty());
        assert!(sums.budgets.is_empty() && sums.retainers.is_empty());
        let past = Period::week(day("2020-01-01"), chrono::Weekday::Mon);
        assert_eq!(week(&all, Role::Full, past), None);
    }

    proptest! {
        #[test]
        fn no_name_and_no_secret_stands_in_a_week_that_the_settings_hide(visibility in settings()) {
            let shown = portal(&books(), &visibility).unwrap().unwrap();
            for role in Role::ALL {
                for one in weeks() {
                    let text = format!("{:?}", week(&shown, role, one)).to_lowercase();
                    prop_assert!(!text.contains(sample::PRIVATE), "{text}");
                    if visibility.team != crate::domain::visibility::Team::Names {
                        prop_assert!(!text.contains("canary-lovelace"), "{text}");
                    }
                    if !visibility.rates {
                        for rate in sample::RATES {
                            prop_assert!(!text.contains(rate), "{text}");
                        }
                    }
                }
            }
        }
    }
}
