//! The console: switches, access, hours, and the figures on top.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};

use crate::domain::Refusal;
use crate::domain::business::Business;
use crate::domain::client::{Client, Details};
use crate::domain::key::ProjectKey;
use crate::domain::retainer::Kind;
use crate::domain::visibility::{Snapshot, Visibility};
use crate::published::{
    Access, BudgetUnit, Console, Figure, HoursSummary, Invoice, Projects, Sections, Unbilled,
    UnbilledProject,
};
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;

use super::Noun;
use super::entry::{Scene, Value, is_summed};
use super::project::by_member;
use super::retainer::Ledger;

/// Weeks on the console's chart.
const WEEKS: u64 = 12;

/// The console of a client.
pub(super) fn console(
    scene: &Scene<'_>,
    ledgers: &[Ledger<'_>],
    projects: &Projects,
    invoices: &[Invoice],
) -> Result<Console, Refusal> {
    let Client {
        key: _,  // local
        slug: _, // how the owner types it; pages have it from the manifest
        details,
        stage: _,                // how the owner sees the client
        stage_before_archive: _, // likewise
    } = &scene.books.client;
    let Details {
        name,
        kind: _,    // of no use to the client
        email: _,   // what the owner knows of the client stays there
        phone: _,   // likewise
        website: _, // likewise
        currency,
        language,
        address: _,  // stands on invoices
        country: _,  // likewise
        tax_id: _,   // likewise
        notes: _,    // for the owner's eyes
        billable: _, // told by each entry
    } = details;
    let (business, zone) = business(&scene.books.business);
    let unbilled = unbilled(scene, ledgers)?;
    let hours = hours(scene);
    let facts = Facts {
        hours: hours.as_ref(),
        unbilled: &unbilled,
        projects,
        invoices,
    };
    Ok(Console {
        client: name.as_str().to_owned(),
        business,
        language: language.as_str().to_owned(),
        zone,
        currency: *currency,
        as_of: scene.books.as_of,
        sections: sections(scene.visibility),
        access: access(scene.visibility),
        snapshots: figures(scene, ledgers, &facts)?,
        welcome: welcome(scene.visibility),
        hours,
        unbilled: Some(unbilled).filter(|_| scene.visibility.unbilled),
    })
}

/// Of the business: its name and the zone in which days are counted.
fn business(business: &Business) -> (String, String) {
    let Business {
        name,
        currency: _, // of other clients
        zone,
        week_start: _, // told by the weeks
        language: _,   // the client has its own
        address: _,    // what stands on invoices stands there
        country: _,
        email: _,
        phone: _,
        website: _,
        tax_id: _,
        iban: _,
        bic: _,
        tax: _,
        taxes: _,
        invoice_number: _,     // how numbers are made
        credit_note_number: _, // likewise
        estimate_number: _,    // likewise
        estimate_days: _,      // told by the estimates
        terms_days: _,
        payment_terms: _,
        member: _,        // who logs by default
        mileage: _,       // what a way costs is told by its expense
        capacity: _,      // of the members
        alerts: _,        // for the owner's eyes
        guards: _,        // how the owner works
        auto_sync: _,     // likewise
        approved_only: _, // likewise; what was billed is on the invoices
        thresholds: _,    // how the owner works
        over_budget: _,   // the same
        exemption: _,     // stands in e-invoices, which the owner writes
        peppol_id: _,     // likewise
        late_fee: _,      // its invoices tell
        exports: _,       // internal
        mail: _,          // how the owner sends
        appearance: _,    // seen on documents
    } = business;
    let name = name.as_ref().map_or("", |name| name.as_str());
    (name.to_owned(), zone.name().to_owned())
}

fn sections(visibility: &Visibility) -> Sections {
    let Visibility {
        console: _, // there is none without it
        timesheets,
        weekly: _,       // what is shown is what was kept of it
        descriptions: _, // likewise
        team: _,         // likewise
        rates,
        clock,
        budget,
        phases,
        tasks,
        retainer,
        invoices,
        unbilled,
        expenses,
        documents,
        notes,
        comments,
        approved_only: _,           // how the owner works
        snapshots: _,               // see `figures`
        welcome: _,                 // see `welcome`
        mfa_required: _,            // see `access`
        ip_allow: _,                // likewise
        session_timeout_minutes: _, // likewise
    } = visibility;
    Sections {
        timesheets: *timesheets,
        budget: *budget,
        phases: *phases,
        tasks: *tasks,
        retainer: *retainer,
        invoices: *invoices,
        unbilled: *unbilled,
        expenses: *expenses,
        documents: *documents,
        notes: *notes,
        comments: *comments,
        clock: *clock && !is_summed(visibility),
        rates: *rates,
    }
}

fn access(visibility: &Visibility) -> Access {
    Access {
        mfa_required: visibility.mfa_required,
        ip_allow: visibility
            .ip_allow
            .iter()
            .map(|text| network(text))
            .collect(),
        session_timeout_minutes: visibility.session_timeout_minutes,
    }
}

/// A single address is a network of one.
fn network(text: &str) -> String {
    match text.parse::<std::net::IpAddr>() {
        Ok(address) if address.is_ipv4() => format!("{text}/32"),
        Ok(_) => format!("{text}/128"),
        Err(_) => text.to_owned(),
    }
}

fn welcome(visibility: &Visibility) -> Option<String> {
    let welcome = visibility.welcome.as_ref()?;
    visibility.notes.then(|| welcome.as_str().to_owned())
}

/// The running week, or with `detail=weekly` the last whole one.
fn hours(scene: &Scene<'_>) -> Option<HoursSummary> {
    if scene.visibility.weekly && scene.rows.is_empty() {
        return None;
    }
    let first = scene.books.business.week_start;
    let week = Period::week(scene.horizon, first);
    let in_week = |week: &Period| -> Seconds {
        let rows = scene.rows.iter().filter(|row| week.contains(row.day));
        rows.map(|row| row.seconds).sum()
    };
    let weeks = (0..WEEKS)
        .rev()
        .filter_map(|back| {
            let day = week.from.checked_sub_days(Days::new(back * 7))?;
            Some((day, in_week(&Period::week(day, first))))
        })
        .collect::<Vec<(NaiveDate, Seconds)>>();
    Some(HoursSummary {
        week,
        by_member: by_member(scene.rows.iter().filter(|row| week.contains(row.day))),
        week_total: in_week(&week),
        total: scene.rows.iter().map(|row| row.seconds).sum(),
        weeks,
    })
}

/// Billable work on no issued invoice: by the hour what no retainer covers, and what goes beyond one.
///
/// With rates hidden it has no amount, not even a blended one: the difference of two syncs with one entry between them would be the
/// rate of that entry.
fn unbilled(scene: &Scene<'_>, ledgers: &[Ledger<'_>]) -> Result<Unbilled, Refusal> {
    let overage: Vec<HashMap<_, _>> = ledgers.iter().map(Ledger::overage).collect();
    let mut projects: BTreeMap<ProjectKey, (Seconds, Value)> = BTreeMap::new();
    let mut value = Value::default();
    let open = scene
        .work
        .iter()
        .zip(&scene.billed)
        .filter(|(worked, _)| worked.billable && worked.invoice.is_none());
    for (worked, billed) in open {
        let work = &worked.entry.work;
        let covering = ledgers
            .iter()
            .zip(&overage)
            .find(|(ledger, _)| ledger.retainer.covers(work.project, work.day));
        let (billed, rate) = match covering {
            None => (*billed, worked.rate),
            Some((ledger, beyond)) => {
                let agreement = ledger.retainer.terms.on(work.day);
                (
                    beyond.get(&worked.entry.key).copied().unwrap_or_default(),
                    agreement.overage_rate.or(worked.rate),
                )
            }
        };
        if billed != Seconds::ZERO {
            let (seconds, of_project) = projects.entry(work.project).or_default();
            *seconds += billed;
            of_project.add(rate, billed);
            value.add(rate, billed);
        }
    }
    let mut amount = None;
    if scene.visibility.rates {
        amount = value.amount(scene.currency())?;
        for beyond in ledgers.iter().map(|ledger| ledger.overage_money(scene)) {
            amount = amount.map(|sum| sum.checked_add(beyond)).transpose()?;
        }
    }
    Ok(Unbilled {
        seconds: projects.values().map(|(seconds, _)| *seconds).sum(),
        amount,
        invoice: scene.books.next_invoice.filter(|_| scene.visibility.rates),
        projects: unbilled_projects(scene, projects)?,
    })
}

fn unbilled_projects(
    scene: &Scene<'_>,
    sums: BTreeMap<ProjectKey, (Seconds, Value)>,
) -> Result<Vec<UnbilledProject>, Refusal> {
    let mut projects = Vec::new();
    for project in &scene.books.projects {
        let Some((seconds, value)) = sums.get(&project.key) else {
            continue;
        };
        projects.push(UnbilledProject {
            project: scene.books.ids.row(Noun::Project, project.key.0),
            name: project.name.as_str().to_owned(),
            seconds: *seconds,
            amount: match scene.visibility.rates {
                true => value.amount(scene.currency())?,
                false => None,
            },
        });
    }
    projects
        .sort_by(|a, b| (b.seconds, &a.name, &a.project).cmp(&(a.seconds, &b.name, &b.project)));
    Ok(projects)
}

/// From what the figures are taken.
struct Facts<'a> {
    hours: Option<&'a HoursSummary>,
    unbilled: &'a Unbilled,
    projects: &'a Projects,
    invoices: &'a [Invoice],
}

/// The figures the owner picked, without those whose section is off or that have nothing to tell.
fn figures(
    scene: &Scene<'_>,
    ledgers: &[Ledger<'_>],
    facts: &Facts<'_>,
) -> Result<Vec<Figure>, Refusal> {
    let mut figures = Vec::new();
    for snapshot in &scene.visibility.snapshots {
        figures.extend(figure(*snapshot, scene, ledgers, facts)?);
        if *snapshot == Snapshot::RetainerLeft && scene.visibility.retainer {
            figures.extend(retainer_left_money(scene, ledgers)?);
        }
    }
    Ok(figures)
}

fn figure(
    snapshot: Snapshot,
    scene: &Scene<'_>,
    ledgers: &[Ledger<'_>],
    facts: &Facts<'_>,
) -> Result<Option<Figure>, Refusal> {
    let visibility = scene.visibility;
    Ok(match snapshot {
        Snapshot::HoursWeek => facts.hours.map(|hours| Figure::HoursWeek(hours.week_total)),
        Snapshot::HoursTotal => facts.hours.map(|hours| Figure::HoursTotal(hours.total)),
        Snapshot::BudgetLeft => budget_left(facts.projects),
        Snapshot::RetainerLeft if visibility.retainer => retainer_left(scene, ledgers),
        Snapshot::Unbilled if visibility.unbilled => Some(Figure::Unbilled(facts.unbilled.seconds)),
        // Beside the hours it would tell the rate of each entry that is added.
        Snapshot::NextInvoice if visibility.unbilled && visibility.rates => {
            scene.books.next_invoice.map(Figure::NextInvoice)
        }
        Snapshot::Outstanding if visibility.invoices => Some(Figure::Outstanding(Money::sum(
            scene.currency(),
            facts.invoices.iter().map(|invoice| invoice.balance),
        )?)),
        Snapshot::RetainerLeft
        | Snapshot::Unbilled
        | Snapshot::NextInvoice
        | Snapshot::Outstanding => None,
    })
}

/// Over the open projects that have a budget, and show it.
fn budget_left(projects: &Projects) -> Option<Figure> {
    let mut hours = projects
        .projects
        .iter()
        .filter(|project| !project.closed)
        .filter_map(|project| match project.budget.as_ref()?.unit {
            BudgetUnit::Hours {
                allocated: _,
                used: _,
                left,
            } => Some(left),
            BudgetUnit::Money {
                allocated: _,
                used: _,
                left: _,
            } => None,
        })
        .peekable();
    hours.peek()?;
    Some(Figure::BudgetLeft(hours.sum()))
}

/// Hours left in the running periods.
fn retainer_left(scene: &Scene<'_>, ledgers: &[Ledger<'_>]) -> Option<Figure> {
    let mut hours = ledgers
        .iter()
        .filter(|ledger| ledger.retainer.terms.kind == Kind::Hours)
        .filter_map(|ledger| ledger.current(scene))
        .map(|account| Seconds(account.left))
        .peekable();
    hours.peek()?;
    Some(Figure::RetainerLeft(hours.sum()))
}

/// Money left in the running periods: with rates hidden it would tell them beside the hours that are shown.
fn retainer_left_money(
    scene: &Scene<'_>,
    ledgers: &[Ledger<'_>],
) -> Result<Option<Figure>, Refusal> {
    let mut left = ledgers
        .iter()
        .filter(|ledger| ledger.retainer.terms.kind == Kind::Money && scene.visibility.rates)
        .filter_map(|ledger| ledger.current(scene))
        .map(|account| Money::from_minor(account.left, scene.currency()))
        .peekable();
    if left.peek().is_none() {
        return Ok(None);
    }
    let left = Money::sum(scene.currency(), left)?;
    Ok(Some(Figure::RetainerLeftMoney(left)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, day, visibility};

    fn of(settings: &[(&str, &str)]) -> Console {
        let shown = portal(&sample::books(), &visibility(settings)).unwrap();
        shown.unwrap().console
    }

    const ALL: &str =
        "outstanding,hours-week,hours-total,budget-left,retainer-left,unbilled,next-invoice";

    #[test]
    fn figures_stand_in_the_order_that_was_picked() {
        let hour = |hours: i64| Seconds(hours * 3600);
        let figures = of(&[("snapshots", ALL), ("rates", "shown")]).snapshots;
        let invoice = &portal(&sample::books(), &visibility(&[]))
            .unwrap()
            .unwrap()
            .invoices;
        let open = invoice
            .iter()
            .find(|invoice| invoice.number.as_deref() == Some("2026-0007"));
        let expected = [
            Figure::Outstanding(open.unwrap().balance),
            Figure::HoursWeek(hour(7)),
            Figure::HoursTotal(hour(34)),
            // 40 h less 15 h; the closed project does not count.
            Figure::BudgetLeft(hour(25)),
            Figure::RetainerLeft(hour(0)),
            // 3 + 4 + 2 h on the website, and 1 h beyond the retainer.
            Figure::Unbilled(hour(10)),
            Figure::NextInvoice(Money::from_minor(13_731, sample::euro())),
        ];
        assert_eq!(figures, expected);
    }

    #[test]
    fn a_figure_goes_with_its_section() {
        let without = |section: &str| {
            of(&[("snapshots", ALL), ("rates", "shown"), (section, "off")])
                .snapshots
                .len()
        };
        for (section, left) in [
            ("budget", 6),
            ("retainer", 6),
            ("unbilled", 5),
            ("invoices", 6),
            ("notes", 7),
        ] {
            assert_eq!(without(section), left, "{section}");
        }
        assert_eq!(of(&[("snapshots", "")]).snapshots, []);
    }

    #[test]
    fn with_rates_hidden_unbilled_hours_have_no_amount() {
        let hidden = of(&[("snapshots", "unbilled,next-invoice")]);
        assert_eq!(hidden.unbilled.unwrap().amount, None);
        assert_eq!(hidden.snapshots, [Figure::Unbilled(Seconds(36_000))]);
        // 3 × 137.31 + 6 × 91.17 + 1 × 151.51, rounded once per rate.
        let shown = of(&[("rates", "shown")]).unbilled.unwrap();
        assert_eq!(
            shown.amount,
            Some(Money::from_minor(41_193 + 54_702 + 15_151, sample::euro()))
        );
        assert_eq!(of(&[("unbilled", "off")]).unbilled, None);
    }

    #[test]
    fn hours_are_of_the_running_week_and_the_twelve_last() {
        let hours = of(&[]).hours.unwrap();
        assert_eq!(
            hours.week,
            Period {
                from: day("2026-11-16"),
                to: day("2026-11-22")
            }
        );
        assert_eq!(
            (hours.weeks.len(), hours.weeks.last()),
            (12, Some(&(day("2026-11-16"), hours.week_total)))
        );
        let by_member: Vec<_> = hours
            .by_member
            .iter()
            .map(|one| (one.member.as_str(), one.seconds.0 / 3600))
            .collect();
        assert_eq!(
            by_member,
            [("Linus Canary-Novak", 5), ("Grace Canary-Hopper", 2)]
        );
        let mut books = sample::books();
        books
            .work
            .retain(|worked| worked.entry.work.day >= day("2026-11-16"));
        let weekly = portal(&books, &visibility(&[("detail", "weekly")]))
            .unwrap()
            .unwrap();
        assert_eq!(weekly.console.hours, None, "there is no whole week yet");
    }

    #[test]
    fn access_and_notes_are_as_they_were_set() {
        let console = of(&[
            ("mfa", "required"),
            ("ip-allow", "203.0.113.0/24,198.51.100.7,::1"),
            ("session-timeout", "2h"),
            ("welcome", "Hello"),
        ]);
        assert!(console.access.mfa_required);
        assert_eq!(
            console.access.ip_allow,
            ["203.0.113.0/24", "198.51.100.7/32", "::1/128"]
        );
        assert_eq!(console.access.session_timeout_minutes, 120);
        assert_eq!(console.welcome.as_deref(), Some("Hello"));
        assert_eq!(of(&[("welcome", "Hello"), ("notes", "off")]).welcome, None);
        let open = of(&[]).access;
        assert!(!open.mfa_required && open.ip_allow.is_empty());
    }

    #[test]
    fn every_section_has_its_switch() {
        type Section = (&'static str, fn(&Sections) -> bool);
        let sections: [Section; 11] = [
            ("timesheets", |sections| sections.timesheets),
            ("budget", |sections| sections.budget),
            ("phases", |sections| sections.phases),
            ("tasks", |sections| sections.tasks),
            ("retainer", |sections| sections.retainer),
            ("invoices", |sections| sections.invoices),
            ("unbilled", |sections| sections.unbilled),
            ("expenses", |sections| sections.expenses),
            ("documents", |sections| sections.documents),
            ("notes", |sections| sections.notes),
            ("comments", |sections| sections.comments),
        ];
        for (key, read) in sections {
            assert!(read(&of(&[(key, "on")]).sections), "{key}");
            assert!(!read(&of(&[(key, "off")]).sections), "{key}");
        }
        assert!(!of(&[]).sections.rates && of(&[("rates", "shown")]).sections.rates);
        assert!(!of(&[]).sections.clock && of(&[("clock", "shown")]).sections.clock);
    }
}
