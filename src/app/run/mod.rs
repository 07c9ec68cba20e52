//! `run`: all work that is due by itself, each piece once.
//!
//! First a look at what is due, then piece by piece in a transaction of its own, in which the look is taken again and the key of the
//! piece is written. Two runs at once do the work once, and one that was killed is gone on with by the next.
//!
//! What makes invoices goes by planned day, and on each day by kind: just as if it had been run every day. So dates run forward, and
//! an invoice that is caught up on has its planned date wherever no later one was issued.

mod bill;
mod notice;
mod plan;
mod tell;
mod write;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::job::{Key, Kind, Outcome};
use crate::domain::key::ClientKey;
use crate::domain::mail;
use crate::store::StoreError;
use crate::sync::Connection;

use super::alert::Told;
use super::approval_request::Applied;
use super::error::InputError;
use super::invoice::Press;
use super::{Error, Result, Session, find, outbox, reminder, sync};

use plan::Due;

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only these kinds; empty: all.
    pub only: Vec<Kind>,
    /// Tell what is due, and do nothing.
    pub dry_run: bool,
    /// Write down that what is due is done, without doing it.
    pub mark_done: bool,
}

impl Wanted {
    fn has(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// With `dry_run`.
    Due,
    Done,
    /// There was nothing to bill.
    Nothing,
    /// All that there is to bill waits for approval; the next run looks again.
    Waiting,
    /// Its client is archived.
    Skipped,
    /// It was done elsewhere.
    Marked,
    /// Its invoice is void, or was a draft and is deleted. It is not made again by itself.
    TakenBack,
    Failed,
}

impl State {
    /// The word in JSON and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Waiting => "waiting",
            Self::Skipped => "skipped",
            Self::Marked => "marked",
            Self::TakenBack => "taken-back",
            Self::Failed => "failed",
        }
    }
}

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Nothing => Self::Nothing,
            Outcome::Skipped => Self::Skipped,
            Outcome::Marked => Self::Marked,
        }
    }
}

/// Why a piece of work failed.
#[derive(Debug)]
pub enum Fault {
    Error(Error),
    /// What the outside said.
    Said(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A piece of work, and what became of it.
#[derive(Debug)]
pub struct Job {
    pub key: Key,
    pub client: Option<String>,
    pub state: State,
    /// The invoice, draft or file that was made, or that was taken back.
    pub reference: Option<String>,
    pub fault: Option<Fault>,
    pub told: Option<Told>,
}

impl Job {
    fn new(key: Key, state: State) -> Self {
        Self {
            key,
            client: None,
            state,
            reference: None,
            fault: None,
            told: None,
        }
    }

    fn of(due: Due, state: State) -> Self {
        Self {
            client: Some(due.slug),
            ..Self::new(due.key, state)
        }
    }

    fn failed(key: Key, fault: impl Into<Fault>) -> Self {
        Self {
            fault: Some(fault.into()),
            ..Self::new(key, State::Failed)
        }
    }
}

/// The way to the portal.
#[derive(Debug)]
pub enum Portal {
    NotConnected,
    Connected(Connection),
    /// What is known of it does not read: why.
    Broken(String),
}

/// What a run needs of the world around the books.
pub trait Outside {
    /// Takes note of a piece of work. An alert has to be told before this returns.
    fn tell(&mut self, job: &Job);

    /// Writes a file, whole or not at all.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<()>;

    /// Sends what waits in the outbox.
    fn send(&mut self, session: &mut Session) -> std::result::Result<outbox::Report, Fault>;

    /// The portal.
    fn portal(&mut self) -> Portal;
}

/// What was done, and how much was not tried any more since the store itself failed.
#[derive(Debug, Default)]
pub struct Report {
    pub jobs: Vec<Job>,
    pub left: usize,
    /// What clients approved and was put into the books.
    pub applied: Vec<Applied>,
}

/// Does what is due. A piece that fails does not keep others from being done.
pub fn run(session: &mut Session, wanted: &Wanted, outside: &mut dyn Outside) -> Result<Report> {
    let mut run = Run {
        today: session.today(),
        session,
        wanted,
        outside,
        report: Report::default(),
        connection: None,
        behind: Behind::default(),
    };
    if let Err(error) = run.bills() {
        run.fail(Kind::Schedule, error);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| wanted.has(*kind)) {
        let done = match kind {
            // Together, by planned day.
            Kind::Schedule | Kind::RetainerFee | Kind::Overage | Kind::LateFee => Ok(()),
            Kind::Reminder => run.reminders(),
            Kind::Alert => run.alerts(),
            Kind::Notice => run.notices(),
            Kind::Mail => run.mail(),
            Kind::Export => run.exports(),
            Kind::Sync => {
                run.sync();
                Ok(())
            }
        };
        // What one kind runs into keeps no other from being done.
        if let Err(error) = done {
            run.fail(kind, error);
        }
    }
    Ok(run.report)
}

/// Does a piece of work again whose invoice is void or gone, or that was left out.
pub fn again(session: &mut Session, key: &str) -> Result<Job> {
    let key = Key::parse(key)
        .filter(|key| key.kind.bills())
        .ok_or_else(|| InputError::JobKey(key.chars().take(200).collect()))?;
    let due = session.store.read(|books| {
        let not_done = || Refusal::NotDoneYet {
            key: key.to_string(),
        };
        let Some(job) = books.job(&key)? else {
            return Err(Error::from(not_done()));
        };
        if job.outcome == Outcome::Done && !job.taken_back {
            return Err(Refusal::JobStands {
                key: key.to_string(),
                invoice: job.number.unwrap_or_else(|| "a draft".to_owned()),
            }
            .into());
        }
        Due::of_job(books, &job)?.ok_or_else(|| not_done().into())
    })?;
    let mut press = Press::new(session)?;
    let today = session.today();
    let done = bill::again(session, &mut press, &due, today)?;
    Ok(Job {
        reference: done.reference,
        fault: done.unsent.map(Fault::from),
        ..Job::of(due, done.state)
    })
}

/// A run that is under way.
struct Run<'r> {
    session: &'r mut Session,
    wanted: &'r Wanted,
    outside: &'r mut dyn Outside,
    today: NaiveDate,
    report: Report,
    /// The portal that was brought in step.
    connection: Option<Connection>,
    behind: Behind,
}

impl Run<'_> {
    /// A kind of work that could not be looked at.
    fn fail(&mut self, kind: Kind, error: Error) {
        let key = Key::new(kind, "all", self.today);
        self.note(Job::failed(key, error));
    }

    fn note(&mut self, job: Job) {
        self.outside.tell(&job);
        self.report.jobs.push(job);
    }

    /// Schedules, fees and overage of retainers, late fees.
    fn bills(&mut self) -> Result<()> {
        let plan = plan::plan(self.session, self.wanted, self.today)?;
        for taken_back in plan.taken_back {
            self.taken_back(taken_back)?;
        }
        if plan.due.is_empty() {
            return Ok(());
        }
        if self.wanted.dry_run {
            for due in plan.due {
                self.note(Job::of(due, State::Due));
            }
            return Ok(());
        }
        self.make(plan.due)
    }

    /// Makes the invoices that are due, until the store itself fails.
    fn make(&mut self, due: Vec<Due>) -> Result<()> {
        // One for all of them: its fonts are read once.
        let mut press = Press::new(self.session)?;
        // A schedule is caught up on in order: where one of its dates fails or waits, later ones wait for it.
        let mut stuck: BTreeSet<String> = BTreeSet::new();
        let mark = self.wanted.mark_done;
        let mut due = due.into_iter();
        while let Some(one) = due.next() {
            if one.key.kind == Kind::Schedule && stuck.contains(&one.key.subject) {
                continue;
            }
            let subject = one.key.subject.clone();
            match bill::one(self.session, &mut press, &one, self.today, mark) {
                Ok(None) => {}
                Ok(Some(done)) => {
                    if done.state == State::Waiting {
                        stuck.insert(subject);
                    }
                    let unsent = done.unsent.map(|why| {
                        let number = done.reference.as_deref().unwrap_or_default();
                        Job {
                            client: Some(one.slug.clone()),
                            ..Job::failed(Key::new(Kind::Mail, number, self.today), why)
                        }
                    });
                    self.note(Job {
                        reference: done.reference,
                        ..Job::of(one, done.state)
                    });
                    if let Some(unsent) = unsent {
                        self.note(unsent);
                    }
                }
                Err(error) => {
                    stuck.insert(subject);
                    let is_last = is_of_store(&error);
                    self.note(Job {
                        fault: Some(error.into()),
                        ..Job::of(one, State::Failed)
                    });
                    if is_last {
                        self.report.left = due.count();
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Tells once that the invoice of a piece of work is void or gone.
    fn taken_back(&mut self, taken: plan::TakenBack) -> Result<()> {
        if !self.wanted.dry_run {
            self.session.write(|books| {
                books.tell_taken_back(&taken.key)?;
                Ok::<_, Error>(())
            })?;
        }
        let client = match taken.client {
            Some(client) => Some(self.slug(client)?),
            None => None,
        };
        self.note(Job {
            client,
            reference: taken.number,
            ..Job::new(taken.key, State::TakenBack)
        });
        Ok(())
    }

    fn slug(&self, client: ClientKey) -> Result<String> {
        self.session
            .store
            .read(|books| Ok(find::client_of(books, client)?.slug.to_string()))
    }

    /// Queues reminders of invoices, by days from their due day.
    fn reminders(&mut self) -> Result<()> {
        let mut press = None;
        for wanted in reminder::list_due(self.session)? {
            let key = Key::new(Kind::Reminder, &wanted.number, wanted.level.days);
            if self.session.store.read(|books| books.job(&key))?.is_some() {
                continue;
            }
            let job = |state| Job {
                client: Some(wanted.client.to_string()),
                ..Job::new(key.clone(), state)
            };
            if self.wanted.dry_run {
                self.note(job(State::Due));
                continue;
            }
            let press = match &mut press {
                Some(press) => press,
                none => none.insert(Press::new(self.session)?),
            };
            let mark = self.wanted.mark_done;
            let outcome = if mark { Outcome::Marked } else { Outcome::Done };
            match reminder::once(self.session, press, &wanted, &key, mark) {
                Ok(true) => self.note(job(outcome.into())),
                Ok(false) => {}
                Err(error) => {
                    let fault = Some(error.into());
                    self.note(Job {
                        fault,
                        ..job(State::Failed)
                    });
                }
            }
        }
        Ok(())
    }

    /// Sends what waits in the outbox. A mail has its own state, and so no key.
    fn mail(&mut self) -> Result<()> {
        let queued = outbox::list(self.session, None, Some(mail::State::Queued))?;
        if queued.is_empty() || self.wanted.mark_done {
            return Ok(());
        }
        let today = self.today;
        let key =
            |of: &outbox::Shown| Key::new(Kind::Mail, format!("mail-{}", of.mail.key.0), today);
        if self.wanted.dry_run {
            for of in &queued {
                self.note(Job {
                    client: of.client.clone(),
                    ..Job::new(key(of), State::Due)
                });
            }
            return Ok(());
        }
        let report = match self.outside.send(self.session) {
            Ok(report) => report,
            Err(fault) => {
                self.note(Job::failed(Key::new(Kind::Mail, "outbox", today), fault));
                return Ok(());
            }
        };
        for of in &report.tried {
            let job = match of.mail.state {
                mail::State::Sent => Job::new(key(of), State::Done),
                mail::State::Discarded => Job::new(key(of), State::Nothing),
                _ => {
                    let why = of.mail.error.clone().unwrap_or_default();
                    Job::failed(key(of), Fault::Said(why))
                }
            };
            self.note(Job {
                client: of.client.clone(),
                reference: Some(of.mail.subject.to_string()),
                ..job
            });
        }
        let is_document = |of: &outbox::Shown| of.invoice.is_some() || of.estimate.is_some();
        let is_gone = |of: &outbox::Shown| of.mail.state == mail::State::Sent;
        let changes_pages = report.tried.iter().any(|of| is_document(of) && is_gone(of));
        let faults = [("outbox", report.fault), ("portal", report.fault_of_portal)];
        for (way, fault) in faults {
            if let Some(fault) = fault {
                let key = Key::new(Kind::Mail, way, today);
                self.note(Job::failed(key, Fault::Said(fault.to_string())));
            }
        }
        // That an invoice was sent stands on its page.
        if let Some(connection) = self.connection.take_if(|_| changes_pages) {
            self.push(&connection, false);
        }
        Ok(())
    }

    /// Brings the portal in step, where there is one. It has no key: a portal that is in step has nothing to do.
    fn sync(&mut self) {
        let (today, dry_run) = (self.today, self.wanted.dry_run);
        let key = |subject: &str| Key::new(Kind::Sync, subject, today);
        let connection = match self.outside.portal() {
            Portal::NotConnected => return,
            Portal::Broken(why) => {
                self.behind.all = true;
                return self.note(Job::failed(key("portal"), Fault::Said(why)));
            }
            Portal::Connected(connection) => connection,
        };
        if self.wanted.mark_done {
            return;
        }
        if dry_run {
            return self.would_push(&connection);
        }
        let done = self.push(&connection, true);
        self.connection = Some(connection).filter(|_| done);
    }

    /// What a portal lacks as the books are now; what else is due may add to it.
    fn would_push(&mut self, connection: &Connection) {
        let key = |subject: &str, today| Key::new(Kind::Sync, subject, today);
        let today = self.today;
        let report = match sync::run(self.session, connection, None, true, &mut |_| {}) {
            Ok(report) => report,
            Err(error) => return self.note(Job::failed(key("portal", today), error)),
        };
        if report.events > 0 {
            self.note(Job::new(key("portal", today), State::Due));
        }
        for client in report.clients {
            let job = match client.state {
                sync::State::WouldPush | sync::State::WouldWithdraw => {
                    Job::new(key(&client.slug, today), State::Due)
                }
                sync::State::Stale(error) | sync::State::OverLimit(error) => {
                    Job::failed(key(&client.slug, today), Error::from(error))
                }
                sync::State::Failed(error) => Job::failed(key(&client.slug, today), error),
                _ => continue,
            };
            self.note(Job {
                client: Some(client.slug),
                ..job
            });
        }
    }

    /// Whether a sync of this run did not reach a client's pages.
    fn is_behind(&self, slug: &str) -> bool {
        self.behind.all || self.behind.clients.iter().any(|behind| behind == slug)
    }

    /// Brings a portal in step; whether it answered.
    fn push(&mut self, connection: &Connection, told: bool) -> bool {
        let key = |subject: &str, today| Key::new(Kind::Sync, subject, today);
        let report = match sync::run(self.session, connection, None, false, &mut |_| {}) {
            Ok(report) => report,
            Err(error) => {
                self.behind.all = true;
                self.note(Job::failed(key("portal", self.today), error));
                return false;
            }
        };
        self.report.applied.extend(report.applied);
        for client in report.clients {
            let key = key(&client.slug, self.today);
            let job = match client.state {
                sync::State::Failed(error) => {
                    self.behind.clients.push(client.slug.clone());
                    Job::failed(key, error)
                }
                sync::State::Pushed | sync::State::Withdrawn if told => Job::new(key, State::Done),
                _ => continue,
            };
            self.note(Job {
                client: Some(client.slug),
                ..job
            });
        }
        true
    }
}

/// Whose pages are not what the books say.
#[derive(Debug, Default)]
struct Behind {
    all: bool,
    /// By slug.
    clients: Vec<String>,
}

/// Whether it is the store that failed, and would do so again.
fn is_of_store(error: &Error) -> bool {
    matches!(
        error,
        Error::Store(
            StoreError::DiskFull
                | StoreError::ReadOnly
                | StoreError::Corrupt(_)
                | StoreError::Unlogged
                | StoreError::Sqlite(_)
        )
    )
}
