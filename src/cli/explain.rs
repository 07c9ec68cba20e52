//! `loggia time list --explain` and `loggia rate explain`: where the hours and the amount of an entry come from.

use serde::Serialize;

use crate::app::explain::{Explained, Explanation, OfEntry, Sum};
use crate::domain::rate::{Level, Resolved};
use crate::domain::rounding::DatedPolicy;
use crate::values::duration::Seconds;
use crate::values::money::Money;

use super::rounding;
use super::table::{Column, table};
use super::terminal::{Page, View};

#[derive(Debug, Serialize)]
struct RuleView {
    id: i64,
    level: &'static str,
    from: Option<String>,
    mode: &'static str,
    step: u16,
    minimum: u16,
    scope: &'static str,
    #[serde(skip)]
    words: String,
}

#[derive(Debug, Serialize)]
struct RateView {
    rate: String,
    level: &'static str,
    from: Option<String>,
}

#[derive(Debug, Serialize)]
struct SumView {
    entries: Vec<i64>,
    seconds: i64,
    billed_seconds: i64,
    billed_hours: String,
    difference_seconds: i64,
    difference_hours: String,
}

/// An entry, or what rounding a sum of entries adds to them.
#[derive(Debug, Serialize)]
struct PartView {
    /// entry or rounding.
    part: &'static str,
    id: Option<i64>,
    date: String,
    project: String,
    member: Option<String>,
    billable: bool,
    /// Worked; of a difference nothing.
    seconds: i64,
    hours: String,
    rounding: Option<RuleView>,
    sum: Option<SumView>,
    billed_seconds: i64,
    billed_hours: String,
    rate: Option<RateView>,
    amount: Option<String>,
    currency: &'static str,
    /// It draws from a retainer.
    retained: bool,
    invoice: Option<String>,
}

/// `of the client, since 2026-11-01`
fn origin(level: &str, from: Option<&String>) -> String {
    if level == Level::Entry.word() {
        return "of the entry itself".to_owned();
    }
    match from {
        Some(day) => format!("of the {level}, since {day}"),
        None => format!("of the {level}, from the beginning"),
    }
}

impl RuleView {
    fn of(dated: &DatedPolicy) -> Self {
        let DatedPolicy {
            key,
            target,
            from,
            policy,
        } = dated;
        Self {
            id: key.0,
            level: target.word(),
            from: from.map(|day| day.to_string()),
            mode: policy.mode.word(),
            step: policy.step_minutes,
            minimum: policy.minimum_minutes,
            scope: policy.scope.word(),
            words: rounding::words(policy),
        }
    }

    fn sentence(&self) -> String {
        format!("{}: {}", self.words, origin(self.level, self.from.as_ref()))
    }
}

impl RateView {
    fn of(resolved: &Resolved) -> Self {
        Self {
            rate: resolved.rate.to_string(),
            level: resolved.level.word(),
            from: resolved.from.map(|day| day.to_string()),
        }
    }
}

impl SumView {
    fn of(sum: &Sum) -> Self {
        Self {
            entries: sum.entries.iter().map(|key| key.0).collect(),
            seconds: sum.worked.0,
            billed_seconds: sum.billed.0,
            billed_hours: sum.billed.hours(),
            difference_seconds: sum.difference().0,
            difference_hours: sum.difference().hours(),
        }
    }

    fn entries(&self) -> String {
        let keys: Vec<String> = self.entries.iter().take(6).map(i64::to_string).collect();
        let more = if self.entries.len() > keys.len() {
            ", …"
        } else {
            ""
        };
        let noun = if keys.len() == 1 { "entry" } else { "entries" };
        format!("{noun} {}{more}", keys.join(", "))
    }
}

impl PartView {
    fn entry(explained: &Explained) -> Self {
        let listed = &explained.listed;
        let work = &listed.entry.work;
        Self {
            part: "entry",
            id: Some(listed.entry.key.0),
            date: work.day.to_string(),
            project: format!("{}/{}", listed.client_slug, listed.project_slug),
            member: Some(listed.member_slug.clone()),
            billable: listed.billable,
            seconds: work.seconds.0,
            hours: work.seconds.hours(),
            rounding: explained.policy.as_ref().map(RuleView::of),
            sum: None,
            billed_seconds: explained.billed.0,
            billed_hours: explained.billed.hours(),
            rate: explained.rate.as_ref().map(RateView::of),
            amount: explained.amount.map(Money::amount),
            currency: explained.currency.code(),
            retained: explained.retained,
            invoice: listed.invoice.clone(),
        }
    }

    fn rounding(sum: &Sum) -> Self {
        let difference = sum.difference();
        Self {
            part: "rounding",
            id: None,
            date: sum.day.to_string(),
            project: sum.project.clone(),
            member: sum.member.clone(),
            billable: true,
            seconds: 0,
            hours: Seconds::ZERO.hours(),
            rounding: Some(RuleView::of(&sum.policy)),
            sum: Some(SumView::of(sum)),
            billed_seconds: difference.0,
            billed_hours: difference.hours(),
            rate: None,
            amount: sum.amount.map(Money::amount),
            currency: sum.currency.code(),
            retained: false,
            invoice: None,
        }
    }
}

/// `time list --explain`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct ExplainedList {
    parts: Vec<PartView>,
    #[serde(skip)]
    period: String,
}

impl ExplainedList {
    pub(super) fn of(explanation: &Explanation, period: String) -> Self {
        let entries = explanation.entries.iter().map(PartView::entry);
        let changed = |sum: &&Sum| sum.difference() != Seconds::ZERO;
        let sums = explanation.sums.iter().filter(changed);
        let mut parts: Vec<_> = entries.chain(sums.map(PartView::rounding)).collect();
        // Stable: a difference stands below the entries of its day.
        parts.sort_by(|a, b| a.date.cmp(&b.date));
        Self { parts, period }
    }

    /// Amounts by currency.
    fn amounts(&self) -> String {
        let mut sums: Vec<(&'static str, rust_decimal::Decimal)> = Vec::new();
        for part in &self.parts {
            let Some(amount) = part.amount.as_deref().and_then(|a| a.parse().ok()) else {
                continue;
            };
            match sums
                .iter_mut()
                .find(|(currency, _)| *currency == part.currency)
            {
                Some((_, sum)) => *sum += amount,
                None => sums.push((part.currency, amount)),
            }
        }
        let sums: Vec<String> = sums
            .iter()
            .map(|(currency, sum)| format!("{sum} {currency}"))
            .collect();
        sums.join(" + ")
    }
}

impl View for ExplainedList {
    fn text(&self, page: &mut Page) {
        if self.parts.is_empty() {
            page.line(format!("no entries in {}", self.period));
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("date"),
            Column::Text("project"),
            Column::Number("hours"),
            Column::Text("rule"),
            Column::Number("billed"),
            Column::Number("rate"),
            Column::Text("rate of"),
            Column::Number("amount"),
        ];
        let since = |level: &str, from: Option<&String>| match from {
            Some(day) => format!("{level}, since {day}"),
            None => level.to_owned(),
        };
        let row = |part: &PartView| {
            let rule = match (&part.sum, &part.rounding) {
                _ if !part.billable => "non-billable".to_owned(),
                (Some(sum), _) => format!(
                    "rounding: {} h of {}",
                    Seconds(sum.billed_seconds).hours(),
                    sum.entries()
                ),
                (None, Some(rule)) => {
                    format!("{} ({})", rule.words, since(rule.level, rule.from.as_ref()))
                }
                (None, None) => "as worked".to_owned(),
            };
            let rate = part.rate.as_ref();
            let money = |amount: &String| format!("{amount} {}", part.currency);
            vec![
                part.id.map_or_else(String::new, |id| id.to_string()),
                part.date.clone(),
                part.project.clone(),
                if part.sum.is_some() {
                    String::new()
                } else {
                    part.hours.clone()
                },
                rule,
                part.billed_hours.clone(),
                rate.map(|rate| rate.rate.clone()).unwrap_or_default(),
                rate.map(|rate| since(rate.level, rate.from.as_ref()))
                    .unwrap_or_else(|| match part.billable && part.sum.is_none() {
                        true => "no rate".to_owned(),
                        false => String::new(),
                    }),
                part.amount.as_ref().map(money).unwrap_or_default(),
            ]
        };
        let rows: Vec<_> = self.parts.iter().map(row).collect();
        let sum =
            |seconds: fn(&PartView) -> i64| Seconds(self.parts.iter().map(seconds).sum()).hours();
        let total = vec![
            String::new(),
            String::new(),
            "total".to_owned(),
            sum(|part| part.seconds),
            String::new(),
            sum(|part| part.billed_seconds),
            String::new(),
            String::new(),
            self.amounts(),
        ];
        table(page, &columns, &rows, Some(total));
    }

    fn reference(&self) -> String {
        let keys = self.parts.iter().filter_map(|part| part.id);
        let keys: Vec<String> = keys.map(|id| id.to_string()).collect();
        keys.join("\n")
    }
}

/// `rate explain`.
#[derive(Debug, Serialize)]
pub(super) struct EntryExplained {
    #[serde(flatten)]
    part: PartView,
    /// entry, task, project or client: who says that it is not billable.
    non_billable_by: Option<&'static str>,
    /// What its invoice bills of it, where that is something else.
    invoiced_hours: Option<String>,
    /// The rate at which its invoice bills it, where that is another.
    invoiced_rate: Option<String>,
    #[serde(skip)]
    heading: String,
}

impl EntryExplained {
    pub(super) fn of(explained: &OfEntry) -> Self {
        let OfEntry {
            entry,
            sum,
            non_billable,
            invoiced,
            invoiced_rate,
        } = explained;
        let mut part = PartView::entry(entry);
        part.sum = sum.as_ref().map(SumView::of);
        let note = entry.listed.entry.work.note.as_ref();
        let note = note.map_or_else(String::new, |note| format!(": {note}"));
        Self {
            heading: format!(
                "{} {} on {} ({}, {}){note}",
                entry.listed.entry.key.0,
                entry.listed.entry.work.seconds.words(),
                part.project,
                part.date,
                entry.listed.member_slug
            ),
            part,
            non_billable_by: *non_billable,
            invoiced_hours: invoiced.map(Seconds::hours),
            invoiced_rate: invoiced_rate.map(|rate| rate.to_string()),
        }
    }
}

impl View for EntryExplained {
    fn text(&self, page: &mut Page) {
        let part = &self.part;
        page.heading(&self.heading);
        page.field("worked", Some(format!("{} h", part.hours)));
        if let Some(who) = self.non_billable_by {
            page.field("billable", Some(format!("no, says the {who}")));
            return;
        }
        let rule = part.rounding.as_ref().map(RuleView::sentence);
        page.field(
            "rounding",
            Some(rule.unwrap_or_else(|| "none: billed time is worked time".to_owned())),
        );
        page.field("billed", Some(format!("{} h", part.billed_hours)));
        if let Some(sum) = &part.sum {
            let sign = if sum.difference_seconds < 0 { "" } else { "+" };
            page.field(
                "its day",
                Some(format!(
                    "{}: {} h worked, {} h billed; the difference of {sign}{} h stands beside them",
                    sum.entries(),
                    Seconds(sum.seconds).hours(),
                    sum.billed_hours,
                    sum.difference_hours
                )),
            );
        } else if part
            .rounding
            .as_ref()
            .is_some_and(|rule| rule.scope == "line")
        {
            page.field(
                "its line",
                Some(match part.retained {
                    true => "none: a retainer is drawn by the time worked",
                    false => "is rounded on the invoice, as a sum",
                }),
            );
        }
        match &part.rate {
            Some(rate) => page.field(
                "rate",
                Some(format!(
                    "{} {} an hour: {}",
                    rate.rate,
                    part.currency,
                    origin(rate.level, rate.from.as_ref())
                )),
            ),
            None => page.field(
                "rate",
                Some(format!(
                    "none: loggia rate set AMOUNT --project {}",
                    part.project
                )),
            ),
        }
        let amount = part.amount.as_ref();
        page.field(
            "amount",
            amount.map(|amount| format!("{amount} {}", part.currency)),
        );
        page.field(
            "retainer",
            part.retained
                .then_some("it draws from one: the hours are paid with the fee"),
        );
        page.field(
            "invoice",
            part.invoice
                .as_ref()
                .map(|number| match (&self.invoiced_hours, &self.invoiced_rate) {
                    (Some(hours), Some(rate)) => {
                        format!(
                            "{number}, with {hours} h at {rate}: rule and rate were others then"
                        )
                    }
                    (Some(hours), None) => {
                        format!("{number}, with {hours} h: the rule was another then")
                    }
                    (None, Some(rate)) => format!("{number}, at {rate}: the rate was another then"),
                    (None, None) => number.clone(),
                }),
        );
    }

    fn reference(&self) -> String {
        self.part.id.map_or_else(String::new, |id| id.to_string())
    }
}
