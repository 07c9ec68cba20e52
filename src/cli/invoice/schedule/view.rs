//! Schedules and their next dates as text and JSON.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::app::schedule::{Coming, Shown};
use crate::cli::count::count;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};

#[derive(Debug, Serialize)]
struct ItemView {
    description: String,
    quantity: String,
    unit_price: String,
}

/// A price with two places at least.
fn price(price: Decimal) -> String {
    let mut shown = price;
    if shown.scale() < 2 {
        shown.rescale(2);
    }
    shown.to_string()
}

/// A schedule: its terms, and where it stands.
#[derive(Debug, Serialize)]
pub(super) struct ScheduleView {
    schedule: String,
    client: String,
    state: &'static str,
    every: String,
    on: String,
    from: String,
    until: Option<String>,
    count: Option<u32>,
    items: Vec<ItemView>,
    currency: &'static str,
    work: bool,
    group_by: &'static str,
    draft: bool,
    terms_days: Option<u16>,
    paused: Option<String>,
    skipped: Vec<String>,
    /// The latest date that is settled.
    done: Option<String>,
    next: Option<String>,
}

impl ScheduleView {
    pub(super) fn of(shown: &Shown) -> Self {
        let schedule = &shown.schedule;
        let terms = &schedule.terms;
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        Self {
            schedule: schedule.name(),
            client: shown.client.slug.to_string(),
            state: shown.state().word(),
            every: terms.every.to_string(),
            on: terms.on.to_string(),
            from: terms.from.to_string(),
            until: text(terms.until),
            count: terms.times,
            items: schedule
                .items
                .iter()
                .map(|item| ItemView {
                    description: item.description.clone(),
                    quantity: item.quantity.to_string(),
                    unit_price: price(item.unit_price),
                })
                .collect(),
            currency: shown.client.details.currency.code(),
            work: schedule.work,
            group_by: schedule.grouping.word(),
            draft: schedule.draft,
            terms_days: schedule.terms_days,
            paused: text(schedule.paused),
            skipped: schedule.skips.iter().map(NaiveDate::to_string).collect(),
            done: text(shown.done),
            next: text(shown.next),
        }
    }

    /// What it bills, in a few words.
    fn bills(&self) -> String {
        let mut parts: Vec<String> = self
            .items
            .iter()
            .map(|item| item.description.clone())
            .collect();
        if self.work {
            parts.push("unbilled work".to_owned());
        }
        parts.join(", ")
    }

    fn ends(&self) -> Option<String> {
        match (&self.until, self.count) {
            (Some(until), None) => Some(format!("with {until}")),
            (None, Some(times)) => Some(format!("after {}", count(times, "date", "dates"))),
            (Some(until), Some(times)) => Some(format!(
                "with {until}, or after {}",
                count(times, "date", "dates")
            )),
            (None, None) => None,
        }
    }
}

impl View for ScheduleView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} for {} ({})",
            self.schedule, self.client, self.state
        ));
        page.field(
            "every",
            Some(format!("{} on {}, from {}", self.every, self.on, self.from)),
        );
        page.field("ends", self.ends());
        for item in &self.items {
            let line = if item.quantity == "1" {
                format!(
                    "{}, {} {}",
                    item.description, item.unit_price, self.currency
                )
            } else {
                format!(
                    "{}, {} × {} {}",
                    item.description, item.quantity, item.unit_price, self.currency
                )
            };
            page.field("item", Some(line));
        }
        if self.work {
            page.field("work", Some(format!("unbilled, by {}", self.group_by)));
        }
        if self.draft {
            page.field("makes", Some("drafts"));
        }
        page.field(
            "due",
            self.terms_days
                .map(|days| format!("{} after issue", count(days, "day", "days"))),
        );
        page.field("paused", self.paused.as_ref());
        if !self.skipped.is_empty() {
            page.field("left out", Some(self.skipped.join(", ")));
        }
        page.field("done up to", self.done.as_ref());
        page.field("next", self.next.as_ref());
    }

    fn reference(&self) -> String {
        self.schedule.clone()
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct List(pub(super) Vec<ScheduleView>);

impl View for List {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no schedules; `loggia invoice schedule add CLIENT --every month --from DATE --item '9.90 Hosting'` adds one");
            return;
        }
        let columns = [
            Column::Whole("schedule"),
            Column::Text("client"),
            Column::Text("state"),
            Column::Text("every"),
            Column::Text("on"),
            Column::Text("bills"),
            Column::Whole("next"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|schedule| {
                vec![
                    schedule.schedule.clone(),
                    schedule.client.clone(),
                    schedule.state.to_owned(),
                    schedule.every.clone(),
                    schedule.on.clone(),
                    schedule.bills(),
                    schedule.next.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        crate::cli::client::references(&self.0)
    }
}

#[derive(Debug, Serialize)]
struct DateView {
    date: String,
    due: bool,
    /// The days that items alone are for.
    period: PeriodView,
    items: String,
    /// What the unbilled work of today would add, on the next date alone.
    work: Option<String>,
    currency: &'static str,
    #[serde(skip)]
    weekday: String,
}

#[derive(Debug, Serialize)]
struct PeriodView {
    from: String,
    to: String,
}

/// The next dates of a schedule.
#[derive(Debug, Serialize)]
pub(super) struct Preview {
    schedule: String,
    client: String,
    state: &'static str,
    dates: Vec<DateView>,
    #[serde(skip)]
    bills_work: bool,
}

impl Preview {
    pub(super) fn of(shown: &Shown, coming: &[Coming]) -> Self {
        Self {
            schedule: shown.schedule.name(),
            client: shown.client.slug.to_string(),
            state: shown.state().word(),
            bills_work: shown.schedule.work,
            dates: coming
                .iter()
                .map(|coming| DateView {
                    date: coming.date.to_string(),
                    due: coming.is_due,
                    period: PeriodView {
                        from: coming.period.from.to_string(),
                        to: coming.period.to.to_string(),
                    },
                    items: coming.items.amount(),
                    work: coming.work.map(|work| work.amount()),
                    currency: coming.items.currency().code(),
                    weekday: coming.date.weekday().to_string(),
                })
                .collect(),
        }
    }
}

impl View for Preview {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} for {} ({})",
            self.schedule, self.client, self.state
        ));
        if self.dates.is_empty() {
            page.line("no dates to come");
            return;
        }
        let columns = [
            Column::Whole("date"),
            Column::Text("day"),
            Column::Number("items"),
            Column::Number("work"),
            Column::Text("state"),
        ];
        let rows: Vec<_> = self
            .dates
            .iter()
            .enumerate()
            .map(|(place, date)| {
                let work = match (&date.work, self.bills_work) {
                    (Some(work), _) => format!("{work} so far"),
                    (None, false) => String::new(),
                    (None, true) if place == 0 => "has no rate".to_owned(),
                    (None, true) => "what there is then".to_owned(),
                };
                let state = if date.due { "due" } else { "" };
                vec![
                    date.date.clone(),
                    date.weekday.clone(),
                    format!("{} {}", date.items, date.currency),
                    work,
                    state.to_owned(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
        page.line("amounts are net");
    }

    fn reference(&self) -> String {
        let dates: Vec<_> = self.dates.iter().map(|date| date.date.as_str()).collect();
        dates.join("\n")
    }
}
