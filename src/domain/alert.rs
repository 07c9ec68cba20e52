//! What is to be done about a client: rules over facts, most urgent first.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::money::Money;

use super::client::{Kind, Stage};

/// Percent of a budget from which it is told.
const BUDGET_STEPS: [i64; 3] = [100, 90, 75];

/// A retainer is low when no more than this many percent of it are left.
const LOW_PERCENT: i64 = 20;

/// Days after which unbilled work is old.
const OLD_DAYS: i64 = 30;

/// Days after which a lead was left alone for too long.
const SILENT_DAYS: i64 = 14;

/// What the rules look at.
#[derive(Debug, Clone)]
pub struct Facts {
    pub today: NaiveDate,
    pub kind: Kind,
    pub stage: Stage,
    pub has_point_of_contact: bool,
    /// The latest talk, or the day on which the client was added; none where nothing is known.
    pub last_contact: Option<NaiveDate>,
    pub overdue: Vec<Overdue>,
    /// Open projects with a budget, and percent used.
    pub budgets: Vec<(ProjectRef, Decimal)>,
    pub retainer: Option<Balance>,
    pub unbilled: Option<Unbilled>,
    /// Mail addresses of those whose invitation ran out.
    pub expired: Vec<String>,
}

/// An invoice whose day has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub invoice: String,
    pub due: NaiveDate,
    pub balance: Money,
}

/// A retainer in its current period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What the period began with: granted and carried in.
    pub available: Seconds,
    pub left: Seconds,
    pub overage: Seconds,
    pub until: NaiveDate,
}

/// Billable work on no invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbilled {
    pub seconds: Seconds,
    /// The first day of it.
    pub since: NaiveDate,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    Overdue {
        invoice: String,
        days: i64,
        balance: Money,
    },
    RetainerOver {
        over: Seconds,
        until: NaiveDate,
    },
    Budget {
        project: ProjectRef,
        percent: Decimal,
        /// The step that was reached: 75, 90 or 100.
        step: i64,
    },
    RetainerLow {
        left: Seconds,
        available: Seconds,
        until: NaiveDate,
    },
    UnbilledOld {
        seconds: Seconds,
        since: NaiveDate,
    },
    LeadSilent {
        days: i64,
    },
    InvitationExpired {
        email: String,
    },
    NoPointOfContact,
}

impl Alert {
    /// The stable word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Overdue { .. } => "invoice-overdue",
            Self::RetainerOver { .. } => "retainer-over",
            Self::Budget { .. } => "budget",
            Self::RetainerLow { .. } => "retainer-low",
            Self::UnbilledOld { .. } => "unbilled-old",
            Self::LeadSilent { .. } => "lead-silent",
            Self::InvitationExpired { .. } => "invitation-expired",
            Self::NoPointOfContact => "no-point-of-contact",
        }
    }
}

/// What is to be done. Of an archived client only what it still owes.
pub fn alerts(facts: &Facts) -> Vec<Alert> {
    let mut alerts = overdue(facts);
    if facts.stage == Stage::Archived {
        return alerts;
    }
    let balance = facts.retainer.as_ref();
    alerts.extend(balance.and_then(over));
    alerts.extend(budgets(&facts.budgets));
    alerts.extend(balance.and_then(low));
    let old = |unbilled: &Unbilled| (facts.today - unbilled.since).num_days() > OLD_DAYS;
    if let Some(unbilled) = facts.unbilled.filter(old) {
        alerts.push(Alert::UnbilledOld {
            seconds: unbilled.seconds,
            since: unbilled.since,
        });
    }
    if let (Stage::Lead, Some(last)) = (facts.stage, facts.last_contact) {
        let days = (facts.today - last).num_days();
        if days >= SILENT_DAYS {
            alerts.push(Alert::LeadSilent { days });
        }
    }
    let expired = facts.expired.iter().cloned();
    alerts.extend(expired.map(|email| Alert::InvitationExpired { email }));
    if facts.kind == Kind::Company && !facts.has_point_of_contact {
        alerts.push(Alert::NoPointOfContact);
    }
    alerts
}

/// The oldest first.
fn overdue(facts: &Facts) -> Vec<Alert> {
    let mut invoices: Vec<&Overdue> = facts.overdue.iter().collect();
    invoices.sort_by_key(|invoice| (invoice.due, invoice.invoice.clone()));
    invoices
        .into_iter()
        .map(|invoice| Alert::Overdue {
            invoice: invoice.invoice.clone(),
            days: (facts.today - invoice.due).num_days(),
            balance: invoice.balance,
        })
        .collect()
}

fn over(balance: &Balance) -> Option<Alert> {
    (balance.overage > Seconds::ZERO).then_some(Alert::RetainerOver {
        over: balance.overage,
        until: balance.until,
    })
}

/// Low is told until it is over; a retainer that granted nothing cannot be low.
fn low(balance: &Balance) -> Option<Alert> {
    let few = balance.left.0 * 100 <= balance.available.0 * LOW_PERCENT;
    let low = few && balance.available > Seconds::ZERO && balance.overage == Seconds::ZERO;
    low.then_some(Alert::RetainerLow {
        left: balance.left,
        available: balance.available,
        until: balance.until,
    })
}

/// Each budget by the highest step it reached, the fullest first.
fn budgets(budgets: &[(ProjectRef, Decimal)]) -> Vec<Alert> {
    let mut fullest: Vec<_> = budgets.iter().collect();
    fullest.sort_by(|(a, full), (b, other)| other.cmp(full).then_with(|| a.cmp(b)));
    fullest
        .into_iter()
        .filter_map(|(project, percent)| {
            let step = BUDGET_STEPS
                .into_iter()
                .find(|step| *percent >= Decimal::from(*step))?;
            Some(Alert::Budget {
                project: project.clone(),
                percent: *percent,
                step,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::money::Currency;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hours(hours: i64) -> Seconds {
        Seconds(hours * 3600)
    }

    /// An active company of which there is nothing to say.
    fn quiet() -> Facts {
        Facts {
            today: day("2026-11-21"),
            kind: Kind::Company,
            stage: Stage::Active,
            has_point_of_contact: true,
            last_contact: None,
            overdue: Vec::new(),
            budgets: Vec::new(),
            retainer: None,
            unbilled: None,
            expired: Vec::new(),
        }
    }

    fn words(facts: &Facts) -> Vec<&'static str> {
        alerts(facts).iter().map(Alert::word).collect()
    }

    fn project(name: &str) -> ProjectRef {
        ProjectRef::parse(&format!("acme/{name}")).unwrap()
    }

    #[test]
    fn nothing_is_said_of_a_client_with_whom_all_is_well() {
        assert_eq!(words(&quiet()), [""; 0]);
    }

    #[test]
    fn a_budget_is_told_by_the_highest_step_it_reached() {
        for (percent, expected) in [
            ("74.9", None),
            ("75", Some(75)),
            ("89.9", Some(75)),
            ("90", Some(90)),
            ("99.9", Some(90)),
            ("100", Some(100)),
            ("180.5", Some(100)),
        ] {
            let budgets = vec![(project("website"), percent.parse().unwrap())];
            let facts = Facts { budgets, ..quiet() };
            let step = alerts(&facts).first().map(|alert| match alert {
                Alert::Budget { step, .. } => *step,
                other => panic!("{other:?}"),
            });
            assert_eq!(step, expected, "{percent}");
        }
    }

    #[test]
    fn a_retainer_is_low_at_a_fifth_and_over_beyond_it() {
        for (available, left, overage, expected) in [
            (20, 5, 0, None),
            (20, 4, 0, Some("retainer-low")),
            (20, 0, 0, Some("retainer-low")),
            (20, 0, 1, Some("retainer-over")),
            (0, 0, 0, None),
            (0, 0, 2, Some("retainer-over")),
        ] {
            let retainer = Some(Balance {
                available: hours(available),
                left: hours(left),
                overage: hours(overage),
                until: day("2026-11-30"),
            });
            let facts = Facts {
                retainer,
                ..quiet()
            };
            assert_eq!(
                words(&facts).first().copied(),
                expected,
                "{left} of {available}"
            );
        }
    }

    #[test]
    fn work_is_old_after_thirty_days_and_a_lead_silent_after_fourteen() {
        for (since, old) in [("2026-10-22", false), ("2026-10-21", true)] {
            let unbilled = Some(Unbilled {
                seconds: hours(3),
                since: day(since),
            });
            let facts = Facts {
                unbilled,
                ..quiet()
            };
            assert_eq!(!words(&facts).is_empty(), old, "{since}");
        }
        for (last, stage, silent) in [
            (Some("2026-11-08"), Stage::Lead, false),
            (Some("2026-11-07"), Stage::Lead, true),
            (Some("2026-01-01"), Stage::Active, false),
            (None, Stage::Lead, false),
        ] {
            let facts = Facts {
                last_contact: last.map(day),
                stage,
                ..quiet()
            };
            assert_eq!(!words(&facts).is_empty(), silent, "{last:?}");
        }
    }

    #[test]
    fn only_a_company_needs_a_point_of_contact() {
        for (kind, expected) in [
            (Kind::Company, &["no-point-of-contact"][..]),
            (Kind::Individual, &[]),
        ] {
            let facts = Facts {
                kind,
                has_point_of_contact: false,
                ..quiet()
            };
            assert_eq!(words(&facts), expected);
        }
    }

    fn everything() -> Facts {
        let balance = Money::from_minor(10_000, Currency::parse("EUR").unwrap());
        let overdue = |invoice: &str, due| Overdue {
            invoice: invoice.to_owned(),
            due: day(due),
            balance,
        };
        Facts {
            has_point_of_contact: false,
            stage: Stage::Lead,
            last_contact: Some(day("2026-01-01")),
            overdue: vec![
                overdue("2026-0008", "2026-11-20"),
                overdue("2026-0007", "2026-11-01"),
            ],
            budgets: vec![
                (project("website"), Decimal::from(80)),
                (project("app"), Decimal::from(101)),
            ],
            retainer: Some(Balance {
                available: hours(20),
                left: hours(0),
                overage: hours(2),
                until: day("2026-11-30"),
            }),
            unbilled: Some(Unbilled {
                seconds: hours(3),
                since: day("2026-01-01"),
            }),
            expired: vec!["jo@acme.example".to_owned()],
            ..quiet()
        }
    }

    #[test]
    fn the_most_urgent_comes_first_and_the_oldest_debt_before_all() {
        let facts = everything();
        let expected = [
            "invoice-overdue",
            "invoice-overdue",
            "retainer-over",
            "budget",
            "budget",
            "unbilled-old",
            "lead-silent",
            "invitation-expired",
            "no-point-of-contact",
        ];
        assert_eq!(words(&facts), expected);
        let all = alerts(&facts);
        assert!(
            matches!(&all[0], Alert::Overdue { invoice, days: 20, .. } if invoice == "2026-0007")
        );
        assert!(matches!(&all[3], Alert::Budget { step: 100, .. }));
    }

    #[test]
    fn an_archived_client_is_only_reminded_of_its_debts() {
        let facts = Facts {
            stage: Stage::Archived,
            ..everything()
        };
        assert_eq!(words(&facts), ["invoice-overdue", "invoice-overdue"]);
    }
}
