//! Notices: what somebody is told by mail without having asked, each once. When a threshold counts as new, how old a thing may be to
//! be told at all, and which week a summary is of.

use std::fmt;

use chrono::{NaiveDate, Weekday};
use rust_decimal::Decimal;

use crate::values::amount::Amount;
use crate::values::period::{Period, YearMonth};
use crate::values::text::{Email, fold};

use super::budget::{Budget, Per};
use super::inbox::{Author, Message};
use super::key::{ClientKey, InvoiceKey, NoticeChoiceKey, ProjectKey, RetainerKey};

/// Whom a notice is for. What one side was told says nothing about another: they do not see the same figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Users of the client's portal.
    Client,
    /// The owners of the business.
    Owner,
    /// Addresses that a setting names.
    Named,
}

impl Side {
    const ALL: [Self; 3] = [Self::Client, Self::Owner, Self::Named];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Owner => "owner",
            Self::Named => "named",
        }
    }

    /// The side a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.word() == word)
    }
}

/// Of what a notice tells. Occasions with the same base and a higher rung go further: whoever was told that a budget is at 90 % is not
/// told afterwards that it is at 75 %.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occasion {
    base: String,
    rung: Option<u16>,
}

/// How far a retainer is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Low,
    /// More was used than there is.
    Over,
}

impl Occasion {
    /// A budget as it was agreed reached a threshold; one of a month anew in each.
    pub fn budget(project: ProjectKey, budget: &Budget, today: NaiveDate, step: u16) -> Self {
        let month = match budget.per {
            Per::Total => String::new(),
            Per::Month => format!("/{}", YearMonth::of(today)),
        };
        Self {
            base: format!("budget/{}/{}{month}", project.0, compact(budget.amount)),
            rung: Some(step),
        }
    }

    /// The same for an alert, by the text in its key: `75% of 10h`, `75% of 10h in 2026-11`; where it is another text, that is all there is.
    pub fn alert(about: &str, period: &str) -> Self {
        let parts = period.split_once("% of ");
        match parts.and_then(|(step, agreed)| Some((step.parse().ok()?, agreed))) {
            Some((step, agreed)) => Self {
                base: format!("{about}/{agreed}"),
                rung: Some(step),
            },
            None => Self::once(format!("{about}/{period}")),
        }
    }

    /// A retainer is low, or over, in a period.
    pub fn retainer(retainer: RetainerKey, from: NaiveDate, level: Level) -> Self {
        Self {
            base: format!("retainer/{}/{from}", retainer.0),
            rung: Some(match level {
                Level::Low => 1,
                Level::Over => 2,
            }),
        }
    }

    /// A week is over.
    pub fn week(week: Period) -> Self {
        Self::once(format!("week/{}", week.from))
    }

    /// An invoice or credit note was issued.
    pub fn invoice(invoice: InvoiceKey) -> Self {
        Self::once(format!("invoice/{}", invoice.0))
    }

    /// Something was said. What a user said is known by the id that it has wherever it is read.
    pub fn message(message: &Message) -> Self {
        Self::once(match &message.author {
            Author::User { message: id, .. } => format!("message/{id}"),
            Author::Member(_) => format!("message/{}", message.key.0),
        })
    }

    /// The row that it is about, by noun and key, where it is known by that: in another store there is another under the same key.
    pub fn row(&self) -> Option<(&'static str, i64)> {
        let mut parts = self.base.split('/');
        let noun = match parts.next()? {
            "budget" => "project",
            "retainer" => "retainer",
            "invoice" => "invoice",
            "message" => "message",
            _ => return None,
        };
        Some((noun, parts.next()?.parse().ok()?))
    }

    fn once(base: String) -> Self {
        Self { base, rung: None }
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Self {
        let rung = text.rsplit_once('@');
        let rung = rung.and_then(|(base, rung)| Some((base, rung.parse().ok()?)));
        match rung {
            Some((base, rung)) => Self {
                base: base.to_owned(),
                rung: Some(rung),
            },
            None => Self::once(text.to_owned()),
        }
    }

    /// Whether it is of the same thing, however far that went.
    pub fn is_of_same(&self, other: &Self) -> bool {
        self.base == other.base
    }

    /// Whether whoever was told of `other` knows this already.
    pub fn is_known_from(&self, other: &Self) -> bool {
        self.base == other.base && self.rung <= other.rung
    }
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rung {
            Some(rung) => write!(f, "{}@{rung}", self.base),
            None => f.write_str(&self.base),
        }
    }
}

/// An amount in a word.
fn compact(amount: Amount) -> String {
    match amount {
        Amount::Hours(seconds) => format!("{}s", seconds.0),
        Amount::Money(money) => format!("{}{}", money.minor(), money.currency().code()),
    }
}

/// What an alert says of a threshold of a budget as it was agreed: see [`Occasion::alert`].
pub fn alert_period(budget: &Budget, today: NaiveDate, step: u16) -> String {
    let month = match budget.per {
        Per::Total => String::new(),
        Per::Month => format!(" in {}", YearMonth::of(today)),
    };
    format!("{step}% of {}{month}", budget.amount)
}

/// A notice that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub client: ClientKey,
    /// The key of the notification.
    pub event: String,
    pub occasion: Occasion,
    pub side: Side,
    pub recipient: String,
}

/// Whether a side was told of an occasion, or of one that goes further.
pub fn is_given(given: &[Given], side: Side, event: &str, occasion: &Occasion) -> bool {
    given
        .iter()
        .any(|one| one.side == side && one.event == event && occasion.is_known_from(&one.occasion))
}

/// What somebody does not want to be told about a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: NoticeChoiceKey,
    pub client: ClientKey,
    pub email: Email,
    /// Keys of notifications, in their order.
    pub muted: Vec<String>,
    /// Those of them that the person ended, by a link or on the account page; the others the owner put down.
    pub own: Vec<String>,
}

impl Choice {
    /// Whether it is of this address.
    pub fn is_of(&self, email: &Email) -> bool {
        fold(self.email.as_str()) == fold(email.as_str())
    }

    /// Whether it is not to be told of an event, and who says so.
    pub fn ended(&self, event: &str) -> Option<EndedBy> {
        let has = |words: &[String]| words.iter().any(|word| word == event);
        match (has(&self.muted), has(&self.own)) {
            (false, _) => None,
            (true, true) => Some(EndedBy::Themselves),
            (true, false) => Some(EndedBy::Owner),
        }
    }
}

/// Who ended mail about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// The person.
    Themselves,
    /// The owner, for the person.
    Owner,
}

/// What a person ended, after the person said what is wanted: what the owner had put down and the person left is the owner's still.
pub fn own_after(before: Option<&Choice>, muted: &[String]) -> Vec<String> {
    let by_owner = |event: &str| {
        let ended = before.and_then(|choice| choice.ended(event));
        ended == Some(EndedBy::Owner)
    };
    let own = muted.iter().filter(|event| !by_owner(event));
    own.cloned().collect()
}

/// Days after which an issued invoice or an answer is no news any more. What could not be told by then is not told late.
const FRESH_DAYS: i64 = 7;

/// Whether what happened on a day is still news.
pub fn is_fresh(day: NaiveDate, today: NaiveDate) -> bool {
    (today - day).num_days() < FRESH_DAYS
}

/// The week that a summary is of: the last whole one. Until the next is whole its summary is due; then it is too late for it.
pub fn week(today: NaiveDate, first: Weekday) -> Option<Period> {
    let running = Period::week(today, first);
    Some(Period::week(running.from.pred_opt()?, first))
}

/// How far a retainer is used up, if that is to be told: no more than so many percent are left. One that granted nothing is not low.
pub fn level(available: Amount, left: Amount, overage: Amount, percent: i64) -> Option<Level> {
    if overage.exact() > Decimal::ZERO {
        return Some(Level::Over);
    }
    let few = left.exact() * Decimal::ONE_HUNDRED <= available.exact() * Decimal::from(percent);
    (few && available.exact() > Decimal::ZERO).then_some(Level::Low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::{MemberKey, MessageKey};
    use crate::values::duration::Seconds;
    use crate::values::id::PublicId;
    use crate::values::text::Note;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn budget(hours: i64, per: Per) -> Budget {
        Budget {
            amount: Amount::Hours(Seconds(hours * 3600)),
            per,
        }
    }

    fn given(side: Side, occasion: &Occasion) -> Given {
        Given {
            client: ClientKey(1),
            event: "budget-threshold".to_owned(),
            occasion: Occasion::parse(&occasion.to_string()),
            side,
            recipient: "jo@acme.example".to_owned(),
        }
    }

    #[test]
    fn a_threshold_is_told_once_each_budget_and_never_after_a_higher_one() {
        let at = |hours, per, on: &str, step| {
            Occasion::budget(ProjectKey(3), &budget(hours, per), day(on), step)
        };
        let told = [
            given(Side::Client, &at(100, Per::Total, "2026-11-20", 90)),
            given(Side::Client, &at(10, Per::Month, "2026-11-20", 75)),
        ];
        let cases = [
            (Side::Client, at(100, Per::Total, "2026-11-21", 90), true),
            (Side::Client, at(100, Per::Total, "2027-02-01", 90), true),
            // Work was deleted, and the budget is at less again.
            (Side::Client, at(100, Per::Total, "2026-11-21", 75), true),
            (Side::Client, at(100, Per::Total, "2026-11-21", 100), false),
            // Another budget is another thing; put back, it is the one of before.
            (Side::Client, at(200, Per::Total, "2026-11-21", 75), false),
            (Side::Owner, at(100, Per::Total, "2026-11-21", 90), false),
            (Side::Client, at(10, Per::Month, "2026-11-30", 75), true),
            (Side::Client, at(10, Per::Month, "2026-12-01", 75), false),
        ];
        for (side, occasion, known) in cases {
            let is = is_given(&told, side, "budget-threshold", &occasion);
            assert_eq!(is, known, "{side:?} {occasion}");
        }
        let weekly = Occasion::week(Period::week(day("2026-11-18"), Weekday::Mon));
        assert_eq!(weekly.to_string(), "week/2026-11-16");
        assert!(!is_given(&told, Side::Client, "weekly-summary", &weekly));
    }

    #[test]
    fn an_occasion_knows_the_row_that_it_is_of_where_it_is_known_by_one() {
        let said = |author| Message {
            key: MessageKey(7),
            at: "2026-11-18T10:00:00Z".parse().unwrap(),
            author,
            text: Note::parse("Yes").unwrap(),
        };
        let id = PublicId::from_bytes([1; 16]);
        let answer = Occasion::message(&said(Author::Member(MemberKey(1))));
        let asked = Occasion::message(&said(Author::User {
            message: id.clone(),
            id,
            name: "Jo".to_owned(),
        }));
        let month = budget(10, Per::Month);
        let budget = Occasion::budget(ProjectKey(3), &month, day("2026-11-20"), 75);
        let retainer = Occasion::retainer(RetainerKey(4), day("2026-11-01"), Level::Low);
        let week = Occasion::week(Period::week(day("2026-11-18"), Weekday::Mon));
        for (occasion, row) in [
            (answer, Some(("message", 7))),
            (asked, None),
            (budget, Some(("project", 3))),
            (retainer, Some(("retainer", 4))),
            (Occasion::invoice(InvoiceKey(5)), Some(("invoice", 5))),
            (week, None),
        ] {
            assert_eq!(occasion.row(), row, "{occasion}");
            assert_eq!(Occasion::parse(&occasion.to_string()), occasion);
        }
    }

    #[test]
    fn an_alert_goes_by_the_same_rule_as_a_notice() {
        let today = day("2026-11-20");
        let alert = |hours, per, step| {
            let period = alert_period(&budget(hours, per), today, step);
            Occasion::alert("budget/acme/shop", &period)
        };
        let told = alert(10, Per::Total, 90);
        for (occasion, known) in [
            (alert(10, Per::Total, 90), true),
            (alert(10, Per::Total, 75), true),
            (alert(10, Per::Total, 100), false),
            (alert(12, Per::Total, 75), false),
            (alert(10, Per::Month, 75), false),
            (Occasion::alert("budget/acme/shop", "2026-11-20"), false),
            (Occasion::alert("budget/acme/app", "75% of 10h"), false),
        ] {
            assert_eq!(occasion.is_known_from(&told), known, "{occasion}");
        }
    }

    #[test]
    fn what_a_person_ended_is_told_apart_from_what_the_owner_put_down() {
        let words =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let choice = |muted: &str, own: &str| Choice {
            key: NoticeChoiceKey(1),
            client: ClientKey(1),
            email: Email::parse("jo@acme.example").unwrap(),
            muted: words(muted),
            own: words(own),
        };
        for (before, muted, own) in [
            (None, "weekly-summary", "weekly-summary"),
            // What the owner had put down stands in the form, too.
            (
                Some(choice("weekly-summary", "")),
                "weekly-summary comment-reply",
                "comment-reply",
            ),
            (
                Some(choice("weekly-summary", "weekly-summary")),
                "weekly-summary",
                "weekly-summary",
            ),
            (Some(choice("weekly-summary", "weekly-summary")), "", ""),
        ] {
            assert_eq!(
                own_after(before.as_ref(), &words(muted)),
                words(own),
                "{muted}"
            );
        }
        let both = choice("weekly-summary comment-reply", "comment-reply");
        assert_eq!(both.ended("weekly-summary"), Some(EndedBy::Owner));
        assert_eq!(both.ended("comment-reply"), Some(EndedBy::Themselves));
        assert_eq!(both.ended("invoice-issued"), None);
    }

    #[test]
    fn a_retainer_is_told_low_and_then_over_in_each_period() {
        let hours = |hours: i64| Amount::Hours(Seconds(hours * 3600));
        let cases = [
            (20, 5, 0, None),
            (20, 4, 0, Some(Level::Low)),
            (20, 0, 0, Some(Level::Low)),
            (20, 0, 1, Some(Level::Over)),
            (0, 0, 0, None),
            (0, 0, 1, Some(Level::Over)),
        ];
        for (available, left, overage, expected) in cases {
            let found = level(hours(available), hours(left), hours(overage), 20);
            assert_eq!(found, expected, "{available} {left} {overage}");
        }
        let of = |from: &str, level| Occasion::retainer(RetainerKey(1), day(from), level);
        let told = [Given {
            event: "retainer-low".to_owned(),
            ..given(Side::Client, &of("2026-11-01", Level::Low))
        }];
        let knows = |occasion: &Occasion| is_given(&told, Side::Client, "retainer-low", occasion);
        assert!(knows(&of("2026-11-01", Level::Low)));
        assert!(!knows(&of("2026-11-01", Level::Over)));
        assert!(!knows(&of("2026-12-01", Level::Low)));
    }

    #[test]
    fn a_summary_is_of_the_last_whole_week_and_news_are_a_week_young() {
        for (today, first, from) in [
            ("2026-11-20", Weekday::Mon, "2026-11-09"),
            ("2026-11-22", Weekday::Mon, "2026-11-09"),
            ("2026-11-23", Weekday::Mon, "2026-11-16"),
            ("2026-11-22", Weekday::Sun, "2026-11-15"),
        ] {
            let found = week(day(today), first).unwrap();
            assert_eq!((found.from, found.days()), (day(from), 7), "{today}");
        }
        for (happened, fresh) in [
            ("2026-11-20", true),
            ("2026-11-14", true),
            ("2026-11-13", false),
            ("2026-11-25", true),
        ] {
            assert_eq!(
                is_fresh(day(happened), day("2026-11-20")),
                fresh,
                "{happened}"
            );
        }
    }
}
