//! What is to be done: rules over facts, most urgent first.

use chrono::{NaiveDate, NaiveTime, Timelike};
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::money::Money;

use super::budget::{self, Standing};
use super::client::{Kind, Stage};

/// From when on something is told: settings of the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A retainer is low when no more than this many percent of it are left.
    pub retainer_percent: i64,
    /// Days after which unbilled work is old.
    pub unbilled_days: i64,
    /// Days after which an open project with hours left is idle.
    pub idle_days: i64,
    /// A longer entry is unusual, and so is a timer that runs longer.
    pub long_entry: Seconds,
    /// Entries that begin or end outside of these hours are unusual.
    pub day_hours: DayHours,
    /// Days up to and with today of which unusual entries are told.
    pub entry_days: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            retainer_percent: 20,
            unbilled_days: 30,
            idle_days: 30,
            long_entry: Seconds(10 * 3600),
            day_hours: DayHours {
                from: NaiveTime::from_hms_opt(7, 0, 0).unwrap_or_default(),
                to: NaiveTime::from_hms_opt(20, 0, 0).unwrap_or_default(),
            },
            entry_days: 14,
        }
    }
}

/// The hours of a day in which work is expected; they may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayHours {
    pub from: NaiveTime,
    pub to: NaiveTime,
}

impl DayHours {
    /// Whether work from one time of day to another lies within them. The ends are part of them.
    pub fn hold(&self, start: NaiveTime, end: NaiveTime) -> bool {
        const DAY: i64 = 24 * 3600;
        let seconds = |time: NaiveTime| i64::from(time.num_seconds_from_midnight());
        let since = |time: NaiveTime| (seconds(time) - seconds(self.from)).rem_euclid(DAY);
        let length = match since(self.to) {
            0 => DAY,
            length => length,
        };
        let end = match since(end) {
            0 => DAY,
            end => end,
        };
        since(start) < end && end <= length
    }
}

/// Days after which a lead was left alone for too long.
const SILENT_DAYS: i64 = 14;

/// What the rules look at.
#[derive(Debug, Clone)]
pub struct Facts {
    pub today: NaiveDate,
    pub thresholds: Thresholds,
    pub kind: Kind,
    pub stage: Stage,
    pub has_point_of_contact: bool,
    /// The latest talk, or the day on which the client was added; none where nothing is known.
    pub last_contact: Option<NaiveDate>,
    pub overdue: Vec<Overdue>,
    /// Open projects with a budget, and percent used.
    pub budgets: Vec<(ProjectRef, Decimal, budget::Thresholds)>,
    pub retainers: Vec<Balance>,
    pub unbilled: Option<Unbilled>,
    /// Mail addresses of those whose invitation ran out.
    pub expired: Vec<String>,
    /// Questions and requests that wait.
    pub talk: Vec<Alert>,
}

/// An invoice whose day has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub invoice: String,
    pub due: NaiveDate,
    pub balance: Money,
}

/// A retainer in its current period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The projects it is for, where they are not all of the client's.
    pub name: Option<String>,
    /// What the period began with: granted and carried in.
    pub available: Amount,
    pub left: Amount,
    pub overage: Amount,
    pub until: NaiveDate,
    /// When nothing will be left at the pace of the period, if that is before its end.
    pub used_up: Option<NaiveDate>,
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
        /// The projects it is for, where they are not all of the client's; so in the others.
        name: Option<String>,
        over: Amount,
        until: NaiveDate,
    },
    Budget {
        project: ProjectRef,
        percent: Decimal,
        /// The threshold that was reached.
        step: u16,
    },
    RetainerLow {
        name: Option<String>,
        left: Amount,
        available: Amount,
        until: NaiveDate,
    },
    /// At the pace of the period it is used up before its end.
    RetainerPace {
        name: Option<String>,
        left: Amount,
        used_up: NaiveDate,
        until: NaiveDate,
    },
    UnbilledOld {
        seconds: Seconds,
        since: NaiveDate,
    },
    /// At its pace the budget is used up before the project is due.
    BudgetPace {
        project: ProjectRef,
        used_up: NaiveDate,
        due: NaiveDate,
    },
    /// Nothing was done for a while although there are hours left.
    ProjectIdle {
        project: ProjectRef,
        last: NaiveDate,
        days: i64,
        left: Amount,
    },
    /// Billable work that no rate holds for.
    WithoutRate {
        project: ProjectRef,
        seconds: Seconds,
        since: NaiveDate,
    },
    EntryLong {
        entry: i64,
        project: ProjectRef,
        day: NaiveDate,
        seconds: Seconds,
    },
    EntryOutOfHours {
        entry: i64,
        project: ProjectRef,
        day: NaiveDate,
        start: NaiveTime,
        end: NaiveTime,
    },
    TimerLong {
        member: String,
        project: ProjectRef,
        day: NaiveDate,
        /// None: it starts after now, since the clock went back.
        elapsed: Option<Seconds>,
    },
    LeadSilent {
        days: i64,
    },
    InvitationExpired {
        email: String,
    },
    NoPointOfContact,
    /// A client waits for an answer, or what a client answered wants a look.
    QuestionOpen {
        question: String,
        subject: String,
        days: i64,
        /// It is a task that came of an answer to this request: no client waits.
        task: Option<String>,
    },
    /// A client was asked a while ago and did not answer.
    ApprovalOpen {
        request: String,
        days: i64,
    },
}

impl Alert {
    /// The stable word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Overdue { .. } => "invoice-overdue",
            Self::RetainerOver { .. } => "retainer-over",
            Self::Budget { .. } => "budget",
            Self::BudgetPace { .. } => "budget-pace",
            Self::RetainerLow { .. } => "retainer-low",
            Self::RetainerPace { .. } => "retainer-pace",
            Self::UnbilledOld { .. } => "unbilled-old",
            Self::WithoutRate { .. } => "without-rate",
            Self::TimerLong { .. } => "timer-long",
            Self::EntryLong { .. } => "entry-long",
            Self::EntryOutOfHours { .. } => "entry-out-of-hours",
            Self::ProjectIdle { .. } => "project-idle",
            Self::LeadSilent { .. } => "lead-silent",
            Self::InvitationExpired { .. } => "invitation-expired",
            Self::NoPointOfContact => "no-point-of-contact",
            Self::QuestionOpen { .. } => "question-open",
            Self::ApprovalOpen { .. } => "approval-open",
        }
    }
}

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    High,
    Medium,
    Low,
}

impl Severity {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl Alert {
    /// The words of those that are told of all clients at once, in their order.
    pub const WORDS: [&'static str; 14] = [
        "invoice-overdue",
        "retainer-over",
        "budget",
        "budget-pace",
        "retainer-low",
        "retainer-pace",
        "without-rate",
        "unbilled-old",
        "question-open",
        "timer-long",
        "approval-open",
        "entry-long",
        "entry-out-of-hours",
        "project-idle",
    ];

    /// Money that is late or lost is urgent; what will be is next; the rest is worth a look.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Overdue { .. } | Self::RetainerOver { .. } => Severity::High,
            Self::Budget { step, .. } if *step >= 100 => Severity::High,
            Self::Budget { .. }
            | Self::BudgetPace { .. }
            | Self::RetainerLow { .. }
            | Self::RetainerPace { .. }
            | Self::WithoutRate { .. }
            | Self::UnbilledOld { .. }
            | Self::QuestionOpen { .. }
            | Self::TimerLong { .. } => Severity::Medium,
            Self::EntryLong { .. }
            | Self::EntryOutOfHours { .. }
            | Self::ProjectIdle { .. }
            | Self::LeadSilent { .. }
            | Self::InvitationExpired { .. }
            | Self::ApprovalOpen { .. }
            | Self::NoPointOfContact => Severity::Low,
        }
    }

    /// Where it stands among others: the most urgent first, then by kind.
    pub fn rank(&self) -> (Severity, usize) {
        let place = Self::WORDS.iter().position(|word| *word == self.word());
        (self.severity(), place.unwrap_or(Self::WORDS.len()))
    }
}

/// What is to be done. Of an archived client only what it still owes.
pub fn alerts(facts: &Facts) -> Vec<Alert> {
    let mut alerts = overdue(facts);
    if facts.stage == Stage::Archived {
        return alerts;
    }
    let percent = facts.thresholds.retainer_percent;
    let of_retainers = facts.retainers.iter();
    let mut of_retainers: Vec<Alert> = of_retainers
        .flat_map(|balance| retainer(balance, percent))
        .collect();
    of_retainers.sort_by_key(Alert::rank);
    let over = of_retainers.partition_point(|alert| alert.severity() == Severity::High);
    let later = of_retainers.split_off(over);
    alerts.extend(of_retainers);
    alerts.extend(budgets(&facts.budgets));
    alerts.extend(later);
    let unbilled = facts.unbilled.as_ref();
    alerts.extend(
        unbilled.and_then(|unbilled| unbilled_old(unbilled, &facts.thresholds, facts.today)),
    );
    alerts.extend(facts.talk.iter().cloned());
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
    overdue_invoices(&facts.overdue, facts.today)
}

/// Invoices that are late, the oldest first.
pub fn overdue_invoices(overdue: &[Overdue], today: NaiveDate) -> Vec<Alert> {
    let mut invoices: Vec<&Overdue> = overdue.iter().collect();
    invoices.sort_by_key(|invoice| (invoice.due, invoice.invoice.clone()));
    invoices
        .into_iter()
        .map(|invoice| Alert::Overdue {
            invoice: invoice.invoice.clone(),
            days: (today - invoice.due).num_days(),
            balance: invoice.balance,
        })
        .collect()
}

/// Billable work that has waited for too long.
pub fn unbilled_old(
    unbilled: &Unbilled,
    thresholds: &Thresholds,
    today: NaiveDate,
) -> Option<Alert> {
    let age = (today - unbilled.since).num_days();
    (age > thresholds.unbilled_days).then_some(Alert::UnbilledOld {
        seconds: unbilled.seconds,
        since: unbilled.since,
    })
}

/// What is to be told of a retainer: that it is over; else that it is low, or else that its pace will use it up too soon.
pub fn retainer(balance: &Balance, percent: i64) -> Option<Alert> {
    retainer_over(balance)
        .or_else(|| retainer_low(balance, percent))
        .or_else(|| retainer_pace(balance))
}

/// More was used than there is.
fn retainer_over(balance: &Balance) -> Option<Alert> {
    (balance.overage.exact() > Decimal::ZERO).then(|| Alert::RetainerOver {
        name: balance.name.clone(),
        over: balance.overage,
        until: balance.until,
    })
}

/// A retainer that granted nothing cannot be low.
fn retainer_low(balance: &Balance, percent: i64) -> Option<Alert> {
    let (left, available) = (balance.left.exact(), balance.available.exact());
    let few = left * Decimal::ONE_HUNDRED <= available * Decimal::from(percent);
    (few && available > Decimal::ZERO).then(|| Alert::RetainerLow {
        name: balance.name.clone(),
        left: balance.left,
        available: balance.available,
        until: balance.until,
    })
}

/// It ends before its period does.
fn retainer_pace(balance: &Balance) -> Option<Alert> {
    balance.used_up.map(|used_up| Alert::RetainerPace {
        name: balance.name.clone(),
        left: balance.left,
        used_up,
        until: balance.until,
    })
}

/// Each budget by the highest step it reached, the fullest first.
fn budgets(budgets: &[(ProjectRef, Decimal, budget::Thresholds)]) -> Vec<Alert> {
    let mut fullest: Vec<_> = budgets.iter().collect();
    fullest.sort_by(|(a, full, _), (b, other, _)| other.cmp(full).then_with(|| a.cmp(b)));
    fullest
        .into_iter()
        .filter_map(|(project, percent, thresholds)| budget(project, *percent, thresholds))
        .collect()
}

/// The highest threshold that a budget reached.
pub fn budget(
    project: &ProjectRef,
    percent: Decimal,
    thresholds: &budget::Thresholds,
) -> Option<Alert> {
    let step = thresholds.reached(percent)?;
    Some(Alert::Budget {
        project: project.clone(),
        percent,
        step,
    })
}

/// A budget that ends before the project does; of one that is used up the step tells.
pub fn budget_pace(
    project: &ProjectRef,
    state: &Standing,
    due: Option<NaiveDate>,
) -> Option<Alert> {
    let (used_up, due) = (state.projected_completion?, due?);
    (state.left.exact() > Decimal::ZERO && used_up < due).then(|| Alert::BudgetPace {
        project: project.clone(),
        used_up,
        due,
    })
}

/// A project on which nothing was done since a day, with budget left.
pub fn idle(
    project: &ProjectRef,
    last: NaiveDate,
    left: Amount,
    thresholds: &Thresholds,
    today: NaiveDate,
) -> Option<Alert> {
    let days = (today - last).num_days();
    (days > thresholds.idle_days && left.exact() > Decimal::ZERO).then(|| Alert::ProjectIdle {
        project: project.clone(),
        last,
        days,
        left,
    })
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

    fn of_retainer(available: i64, left: i64, overage: i64) -> Balance {
        Balance {
            name: None,
            available: Amount::Hours(hours(available)),
            left: Amount::Hours(hours(left)),
            overage: Amount::Hours(hours(overage)),
            until: day("2026-11-30"),
            used_up: None,
        }
    }

    #[test]
    fn a_pace_of_a_retainer_is_told_where_nothing_worse_is() {
        for (left, overage, expected) in [
            (12, 0, "retainer-pace"),
            (4, 0, "retainer-low"),
            (0, 1, "retainer-over"),
        ] {
            let fast = Balance {
                used_up: Some(day("2026-11-25")),
                ..of_retainer(20, left, overage)
            };
            let facts = Facts {
                retainers: vec![fast],
                ..quiet()
            };
            assert_eq!(words(&facts), [expected], "{left} {overage}");
        }
        assert!(retainer(&of_retainer(20, 12, 0), 20).is_none());
    }

    /// An active company of which there is nothing to say.
    fn quiet() -> Facts {
        Facts {
            today: day("2026-11-21"),
            thresholds: Thresholds::default(),
            kind: Kind::Company,
            stage: Stage::Active,
            has_point_of_contact: true,
            last_contact: None,
            overdue: Vec::new(),
            budgets: Vec::new(),
            retainers: Vec::new(),
            unbilled: None,
            expired: Vec::new(),
            talk: Vec::new(),
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
            let thresholds = budget::Thresholds::default();
            let budgets = vec![(project("website"), percent.parse().unwrap(), thresholds)];
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
            let facts = Facts {
                retainers: vec![of_retainer(available, left, overage)],
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
                (
                    project("website"),
                    Decimal::from(80),
                    budget::Thresholds::default(),
                ),
                (
                    project("app"),
                    Decimal::from(101),
                    budget::Thresholds::default(),
                ),
            ],
            retainers: vec![of_retainer(20, 0, 2)],
            unbilled: Some(Unbilled {
                seconds: hours(3),
                since: day("2026-01-01"),
            }),
            expired: vec!["jo@acme.example".to_owned()],
            talk: Vec::new(),
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
    fn hours_of_the_day_may_pass_midnight_and_their_ends_are_part_of_them() {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        for (hours, work, held) in [
            (("07:00", "20:00"), ("07:00", "20:00"), true),
            (("07:00", "20:00"), ("06:59", "08:00"), false),
            (("07:00", "20:00"), ("19:00", "20:01"), false),
            (("07:00", "20:00"), ("22:00", "01:30"), false),
            (("07:00", "20:00"), ("19:00", "08:00"), false),
            (("07:00", "20:00"), ("21:00", "22:00"), false),
            (("22:00", "06:00"), ("23:00", "05:00"), true),
            (("22:00", "06:00"), ("05:00", "06:30"), false),
            (("00:00", "00:00"), ("00:00", "00:00"), true),
            (("00:00", "00:00"), ("13:00", "23:59"), true),
            (("09:00", "00:00"), ("18:00", "00:00"), true),
        ] {
            let hours = DayHours {
                from: time(hours.0),
                to: time(hours.1),
            };
            assert_eq!(
                hours.hold(time(work.0), time(work.1)),
                held,
                "{hours:?} {work:?}"
            );
        }
    }

    #[test]
    fn a_pace_is_told_when_the_budget_ends_before_the_project() {
        let state = |left: i64, used_up: Option<&str>| Standing {
            allocated: Amount::Hours(hours(100)),
            used: Amount::Hours(hours(100 - left)),
            left: Amount::Hours(hours(left)),
            percent: None,
            burn_rate: Decimal::TEN,
            projected_completion: used_up.map(day),
            month: None,
        };
        for (left, used_up, due, told) in [
            (10, Some("2026-12-01"), Some("2026-12-24"), true),
            (10, Some("2026-12-24"), Some("2026-12-24"), false),
            (10, Some("2026-12-01"), None, false),
            (10, None, Some("2026-12-24"), false),
            (0, Some("2026-11-01"), Some("2026-12-24"), false),
        ] {
            let alert = budget_pace(&project("app"), &state(left, used_up), due.map(day));
            assert_eq!(alert.is_some(), told, "{left} {used_up:?} {due:?}");
        }
    }

    #[test]
    fn a_project_is_idle_after_thirty_days_while_there_are_hours_left() {
        let thresholds = Thresholds::default();
        for (last, left, told) in [
            ("2026-10-22", 5, false),
            ("2026-10-21", 5, true),
            ("2026-01-01", 0, false),
            ("2026-01-01", -1, false),
        ] {
            let today = day("2026-11-21");
            let alert = idle(
                &project("app"),
                day(last),
                Amount::Hours(hours(left)),
                &thresholds,
                today,
            );
            assert_eq!(alert.is_some(), told, "{last} {left}");
        }
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
