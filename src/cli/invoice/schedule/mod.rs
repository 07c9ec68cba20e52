//! `loggia invoice schedule`: invoices that come again and again. `loggia run` makes them.

mod view;

use chrono::NaiveDate;
use clap::{ArgAction, Args, Subcommand};

use crate::app::invoice;
use crate::app::schedule::{self, Change, New};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::count::count;
use crate::cli::error::{Failure, Result};
use crate::domain::invoice::Item;
use crate::domain::schedule::Every;
use crate::values::item::TypedItem;

use super::bill::GroupBy;
use view::{List, Preview, ScheduleView};

/// Invoices that come again every week, month or year; `loggia run` makes them
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Schedule {
    Add(Add),
    /// List schedules with their next dates
    List {
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Those that ended, too
        #[arg(long)]
        all: bool,
    },
    /// Show a schedule
    Show {
        /// schedule-3, or a client that has one alone
        schedule: String,
    },
    Edit(Edit),
    /// Nothing is due any more, until it is resumed
    Pause {
        schedule: String,
    },
    /// Let a schedule go on; what passed while it was paused is left out
    Resume {
        schedule: String,
        /// Bill the dates that passed while it was paused, too
        #[arg(long)]
        catch_up: bool,
    },
    /// Leave one date out; its work comes with the next
    #[command(after_help = "Examples:\n  loggia invoice schedule skip acme\n  \
        loggia invoice schedule skip schedule-3 2026-12-01")]
    Skip {
        schedule: String,
        /// The date [default: the next]
        date: Option<String>,
    },
    /// End a schedule: no date comes after this day
    End {
        schedule: String,
        /// The last day [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Show the next dates with what each would bill; nothing is kept
    Next {
        schedule: String,
        /// How many dates
        #[arg(default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=500))]
        count: u16,
    },
}

const ITEM: &str = "[QUANTITY x] PRICE DESCRIPTION";

/// Bill a client every so many weeks, months or years
#[derive(Debug, Args)]
#[command(
    after_help = "The wanted day is kept: 31 January, 28 February, 31 March. With --work, each date bills all work up to the day \
    before that is on no invoice, with what retainers are due by then. Without --work or --item, work is what is billed.\n\nExamples:\n  \
    loggia invoice schedule add acme --every month --from 2026-12-01 --item '12 x 9.90 Hosting'\n  \
    loggia invoice schedule add acme --every quarter --on end --from 2026-12-31 --item '450 Care plan' --work --group-by task\n  \
    loggia invoice schedule add acme --every '2 weeks' --on monday --from 2026-12-01 --draft"
)]
pub(in crate::cli) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// week, 2 weeks, month, 3 months, quarter, year
    #[arg(long, value_name = "INTERVAL")]
    every: String,
    /// Day of the month, 1 to 31 or end; of weeks the weekday [default: that of --from]
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// The first date is on this day, or the first wanted day after it
    #[arg(long, value_name = "DATE")]
    from: String,
    /// No date is after this day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// So many dates in all
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: Option<u32>,
    /// What each invoice bills, as in `12 x 9.90 Hosting`; may be given several times
    #[arg(long = "item", value_name = ITEM)]
    items: Vec<String>,
    /// Bill unbilled work, too
    #[arg(long, overrides_with = "no_work")]
    work: bool,
    /// Bill the items alone
    #[arg(long)]
    no_work: bool,
    /// What makes a line of work
    #[arg(long, value_name = "KEY", default_value = "project")]
    group_by: GroupBy,
    /// Keep the invoices as drafts, to be looked at and issued by hand
    #[arg(long)]
    draft: bool,
    /// Days from issue to due [default: the setting terms-days]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=365))]
    terms_days: Option<u16>,
    /// Keep a schedule with the same dates, items and work that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change a schedule; dates that were billed stay as they are
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia invoice schedule edit schedule-3 --item '12 x 10.90 Hosting'\n  loggia invoice schedule edit acme --until never"
)]
pub(in crate::cli) struct Edit {
    /// schedule-3, or a client that has one alone
    schedule: String,
    #[arg(long, value_name = "INTERVAL")]
    every: Option<String>,
    /// Day of the month, 1 to 31 or end; of weeks the weekday
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// No date is after this day; never: it goes on
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// So many dates in all, those that were billed with them; 0: it goes on
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    count: Option<u32>,
    /// Takes the place of all items; may be given several times
    #[arg(long = "item", value_name = ITEM)]
    items: Vec<String>,
    /// It bills no items any more
    #[arg(long, conflicts_with = "items")]
    no_items: bool,
    /// Bill unbilled work, too
    #[arg(long, action = ArgAction::SetTrue, conflicts_with = "no_work")]
    work: bool,
    /// Bill the items alone
    #[arg(long)]
    no_work: bool,
    /// What makes a line of work
    #[arg(long, value_name = "KEY")]
    group_by: Option<GroupBy>,
    /// Keep the invoices as drafts
    #[arg(long, conflicts_with = "issue")]
    draft: bool,
    /// Issue the invoices
    #[arg(long)]
    issue: bool,
    /// Days from issue to due; default: the setting terms-days
    #[arg(long, value_name = "DAYS")]
    terms_days: Option<String>,
}

impl Schedule {
    pub(in crate::cli) fn run(
        self,
        context: &mut Context<'_>,
        session: &mut Session,
    ) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context, session),
            Self::List { client, all } => {
                let listed = schedule::list(session, client.as_deref(), all)?;
                context.show(&List(listed.iter().map(ScheduleView::of).collect()))
            }
            Self::Show { schedule } => {
                let shown = schedule::show(session, &schedule)?;
                context.show(&ScheduleView::of(&shown))
            }
            Self::Edit(edit) => edit.run(context, session),
            Self::Pause { schedule } => {
                let shown = schedule::pause(session, &schedule)?;
                context.say(&format!("paused {}", shown.schedule.name()))?;
                context.show(&ScheduleView::of(&shown))
            }
            Self::Resume { schedule, catch_up } => {
                let shown = schedule::resume(session, &schedule, catch_up)?;
                context.say(&format!("{} goes on", shown.schedule.name()))?;
                context.show(&ScheduleView::of(&shown))
            }
            Self::Skip { schedule, date } => {
                let date = dated(session, date.as_deref())?;
                let (shown, date) = schedule::skip(session, &schedule, date)?;
                context.say(&format!("{} leaves {date} out", shown.schedule.name()))?;
                context.show(&ScheduleView::of(&shown))
            }
            Self::End { schedule, on } => {
                let day = dated(session, on.as_deref())?.unwrap_or(session.today());
                let shown = schedule::end(session, &schedule, day)?;
                context.say(&format!("{} ends with {day}", shown.schedule.name()))?;
                context.show(&ScheduleView::of(&shown))
            }
            Self::Next { schedule, count } => {
                let (shown, coming) = schedule::next(session, &schedule, count.into())?;
                context.show(&Preview::of(&shown, &coming))
            }
        }
    }
}

fn dated(session: &Session, text: Option<&str>) -> Result<Option<NaiveDate>> {
    let date = text.map(|text| session.calendar.parse_date(text));
    Ok(date.transpose().map_err(Error::from)?)
}

fn items_of(session: &Session, texts: &[String]) -> Result<Vec<Item>> {
    let typed = texts.iter().map(|text| TypedItem::parse(text));
    let typed: Vec<TypedItem> = typed
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::from)?;
    Ok(invoice::items(session, &typed, None)?)
}

impl Add {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let items = items_of(session, &self.items)?;
        let Some(from) = dated(session, Some(&self.from))? else {
            return Err(crate::cli::missing("--from"));
        };
        let new = New {
            every: Every::parse(&self.every).map_err(Error::from)?,
            on: self.on,
            from,
            until: dated(session, self.until.as_deref())?,
            times: self.count,
            work: self.work || (items.is_empty() && !self.no_work),
            items,
            grouping: self.group_by.into(),
            draft: self.draft,
            terms_days: self.terms_days,
            if_missing: self.if_missing,
        };
        let (shown, is_new) = schedule::add(session, &self.client, &new)?;
        let name = shown.schedule.name();
        if is_new {
            context.say(&format!("added {name}; `loggia run` bills it"))?;
        }
        let today = session.today();
        let due = shown.schedule.due(shown.done, today).count();
        if is_new && due > 0 {
            let dates = count(due, "date is", "dates are");
            context.say(&format!(
                "{dates} due already; `loggia invoice schedule next {name} {due}` shows what they bill"
            ))?;
        }
        context.show(&ScheduleView::of(&shown))
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let until = match self.until.as_deref() {
            Some("never" | "") => Some(None),
            Some(text) => Some(dated(session, Some(text))?),
            None => None,
        };
        let terms_days = match self.terms_days.as_deref() {
            None => None,
            Some("default") => Some(None),
            Some(text) => Some(Some(days_of(text)?)),
        };
        let change = Change {
            every: self
                .every
                .as_deref()
                .map(Every::parse)
                .transpose()
                .map_err(Error::from)?,
            on: self.on,
            from: dated(session, self.from.as_deref())?,
            until,
            times: self
                .count
                .map(|count| Some(count).filter(|count| *count > 0)),
            items: match (self.no_items, self.items.is_empty()) {
                (true, _) => Some(Vec::new()),
                (_, true) => None,
                _ => Some(items_of(session, &self.items)?),
            },
            work: either(self.work, self.no_work),
            grouping: self.group_by.map(Into::into),
            draft: either(self.draft, self.issue),
            terms_days,
        };
        let shown = schedule::edit(session, &self.schedule, &change)?;
        context.say(&format!("changed {}", shown.schedule.name()))?;
        context.show(&ScheduleView::of(&shown))
    }
}

fn either(yes: bool, no: bool) -> Option<bool> {
    (yes || no).then_some(yes)
}

fn days_of(text: &str) -> Result<u16> {
    text.parse()
        .ok()
        .filter(|days| *days <= 365)
        .ok_or_else(|| {
            Failure::usage(
                "usage",
                format!("`{text}` is not a number of days from 0 to 365"),
                "give --terms-days 30, or --terms-days default".to_owned(),
            )
        })
}
