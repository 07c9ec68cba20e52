//! The use-cases, one function per verb of the command line: load, decide, save, in one transaction.
//!
//! No rule is here (they are in [`crate::domain`]), no SQL (in [`crate::store`]), no text for people (in [`crate::cli`]).

pub mod activity;
pub mod aging;
pub mod alert;
mod annex;
pub mod approval_request;
pub mod budget;
pub mod client;
pub mod client_document;
pub mod client_history;
pub mod client_list;
pub mod client_removal;
pub mod client_summary;
pub mod cost;
pub mod einvoice;
pub mod error;
pub mod estimate;
pub mod event;
pub mod expense;
pub mod explain;
pub mod export;
mod face;
pub mod find;
pub mod import;
pub mod inbox;
pub mod invoice;
pub mod journal;
pub mod layered;
pub mod letter;
mod look;
pub mod mail_template;
pub mod member;
mod names;
pub mod notice;
pub mod notification;
pub mod outbox;
pub mod owed;
pub mod phase;
pub mod portal_settings;
pub mod profit;
pub mod project;
pub mod publish;
pub mod rate;
pub mod reminder;
pub mod report;
pub mod restore;
pub mod retainer;
pub mod rounding;
pub mod run;
pub mod schedule;
pub mod settings;
pub mod statement;
pub mod suggest;
pub mod sync;
pub mod talk;
pub mod task;
pub mod tax;
pub mod template;
pub mod time;
pub mod unbilled;
pub mod undo;
pub mod user;
pub mod utilisation;
mod way;

use std::path::Path;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::business::Business;
use crate::domain::rounding::Policies;
use crate::store::{Books, Operation, Store, StoreError, Writer};
use crate::values::calendar::Calendar;

pub use error::{Error, Result};

/// Who does in the log what client users did.
const PORTAL: &str = "portal";

/// What a command works with: the store, the business, the calendar, and who is at it.
#[derive(Debug)]
pub struct Session {
    pub store: Store,
    pub business: Business,
    pub calendar: Calendar,
    /// By which billed time is computed.
    pub policies: Policies,
    /// It is the program itself that is at it, after a command of a person.
    pub automatic: bool,
    /// Where the business has set no zone.
    zone: Tz,
    operation: Operation,
    following: Following,
}

/// Whether a sync is to follow: books were changed whose business has set so. Shared by the sessions of one command.
#[derive(Debug, Clone, Default)]
pub struct Following(Arc<AtomicBool>);

impl Following {
    /// Whether one is to follow.
    pub fn is_due(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// None is: it was done.
    pub fn done(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// What a session needs to know of the outside.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The clock.
    pub now: DateTime<Utc>,
    /// The day for which the command is run, if it is not today.
    pub as_of: Option<String>,
    /// The zone where the business has set none.
    pub zone: Tz,
    /// Login name.
    pub who: String,
    /// The command as it was typed.
    pub command: String,
}

impl Session {
    /// Opens the store, making it if there is none.
    pub fn open(path: &Path, setting: &Setting) -> Result<Self> {
        Self::with(Store::open(path)?, setting)
    }

    /// A session over an open store.
    pub fn with(store: Store, setting: &Setting) -> Result<Self> {
        let (business, policies) = store.read(|books| {
            let business = business(books, setting.zone)?;
            Ok::<_, Error>((business, books.policies()?))
        })?;
        let mut calendar = Calendar::new(business.zone, business.week_start, setting.now);
        if let Some(day) = &setting.as_of {
            let day = calendar.parse_date(day)?;
            calendar = Calendar::new(business.zone, business.week_start, noon(&calendar, day)?);
        }
        Ok(Self {
            store,
            business,
            calendar,
            policies,
            operation: Operation {
                who: setting.who.clone(),
                command: setting.command.clone(),
                at: setting.now,
            },
            automatic: false,
            zone: setting.zone,
            following: Following::default(),
        })
    }

    /// Reads the settings of the business again: somebody may have changed them while this waited.
    fn refresh(&mut self) -> Result<()> {
        let zone = self.zone;
        (self.business, self.policies) = self.store.read(|books| {
            let business = business(books, zone)?;
            Ok::<_, Error>((business, books.policies()?))
        })?;
        Ok(())
    }

    /// Tells by this whether a sync is to follow.
    pub fn followed_by(mut self, following: &Following) -> Self {
        self.following = following.clone();
        self
    }

    /// The day on which the command acts.
    pub fn today(&self) -> NaiveDate {
        self.calendar.today()
    }

    /// Writes through the one door, under this command's name.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let done = self.store.write(&self.operation, act);
        self.follow();
        done
    }

    /// A sync is to follow what was written, where the business has set so.
    fn follow(&self) {
        if self.business.auto_sync && self.store.wrote() {
            self.following.0.store(true, Ordering::Relaxed);
        }
    }

    /// Writes what client users did on the portal: it is theirs in the log, not of the person who ran the sync.
    fn write_for_portal<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let operation = Operation {
            who: PORTAL.to_owned(),
            ..self.operation.clone()
        };
        self.store.write(&operation, act)
    }

    /// The same for an operation of its own that follows from what they did and can be undone: under these words in the log.
    fn write_as_portal<T, E: From<StoreError>>(
        &mut self,
        command: String,
        act: impl FnOnce(&mut Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let operation = Operation {
            who: PORTAL.to_owned(),
            command,
            ..self.operation.clone()
        };
        self.store.write(&operation, act)
    }

    /// The clock, whatever day the command is run for.
    pub fn now(&self) -> DateTime<Utc> {
        self.operation.at
    }

    /// Login name of the person at it.
    pub fn who(&self) -> &str {
        &self.operation.who
    }
}

/// The business as its settings are now: within a write nobody changes them meanwhile.
fn business(books: &Books<'_>, zone: Tz) -> Result<Business> {
    let kept = books.settings()?;
    Ok(Business::from_settings(zone, |key| kept.get(key).cloned())?)
}

/// Noon of a day: an instant of the day in every zone.
fn noon(calendar: &Calendar, day: NaiveDate) -> Result<DateTime<Utc>> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    Ok(calendar.instant(day, noon)?)
}
