//! Locking days.

use clap::Args;
use serde::Serialize;

use crate::app::{Error, time};

use super::super::Context;
use super::super::error::Result;
use super::super::terminal::{Page, View};

/// Lock all days before a date: nothing dated before it is added, changed or removed
///
/// Without a date, tells what is locked. What is locked can still be billed, submitted and approved.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia time lock 2026-11-01     October and all before stays as it is\n  \
    loggia time unlock"
)]
pub(in crate::cli) struct Lock {
    /// The first day that stays open
    #[arg(allow_hyphen_values = true)]
    date: Option<String>,
}

impl Lock {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        if let Some(date) = &self.date {
            let before = session.calendar.parse_date(date).map_err(Error::from)?;
            time::lock(&mut session, before)?;
            for timer in time::status(&session, None)? {
                if session.calendar.day_of(timer.timer.start) < before {
                    context.warn(&format!(
                        "a timer of `{}` began on a day that is locked now; it can only be cancelled",
                        timer.member
                    ))?;
                }
            }
        }
        show(context, time::locked_before(&session))
    }
}

/// Unlocks all days.
pub(super) fn unlock(context: &mut Context<'_>) -> Result<()> {
    let mut session = context.session()?;
    time::unlock(&mut session)?;
    show(context, None)
}

fn show(context: &mut Context<'_>, before: Option<chrono::NaiveDate>) -> Result<()> {
    context.show(&LockView {
        locked_before: before.map(|day| day.to_string()),
    })
}

#[derive(Debug, Serialize)]
struct LockView {
    locked_before: Option<String>,
}

impl View for LockView {
    fn text(&self, page: &mut Page) {
        page.line(match &self.locked_before {
            Some(day) => format!("all days before {day} are locked"),
            None => {
                "no day is locked; `loggia time lock DATE` locks those before a date".to_owned()
            }
        });
    }

    fn reference(&self) -> String {
        self.locked_before.clone().unwrap_or_default()
    }
}
