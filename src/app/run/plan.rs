//! What is due: which invoices are to be made by themselves, in the order in which they are made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::app::invoice::open_overages;
use crate::app::{Result, Session, schedule};
use crate::domain::business::Business;
use crate::domain::client::{Client, Stage};
use crate::domain::job::{self, Key, Kind};
use crate::domain::key::{ClientKey, InvoiceKey, RetainerKey, ScheduleKey};
use crate::domain::retainer::{self, Retainer};
use crate::store::{Books, ClientFilter, Job};
use crate::values::period::Period;

use super::Wanted;

/// An invoice that is due.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) key: Key,
    pub(super) client: ClientKey,
    pub(super) slug: String,
    pub(super) planned: NaiveDate,
    pub(super) what: What,
}

/// What it is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Schedule(ScheduleKey),
    Fee(RetainerKey, Period),
    Overage(RetainerKey, Period),
    LateFee(InvoiceKey),
}

/// A piece of work whose invoice is void or gone.
#[derive(Debug, Clone)]
pub(super) struct TakenBack {
    pub(super) key: Key,
    pub(super) client: Option<ClientKey>,
    pub(super) number: Option<String>,
}

/// What is due, and what is to be told.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) due: Vec<Due>,
    pub(super) taken_back: Vec<TakenBack>,
}

impl Due {
    /// A piece of work that is settled, to be done again; none where what it was for is gone.
    pub(super) fn of_job(books: &Books<'_>, job: &Job) -> Result<Option<Self>> {
        let key = job.key.clone();
        let (Some(client), Some((planned, what))) = (job.client, what_of(books, &key)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            slug: crate::app::find::client_of(books, client)?.slug.to_string(),
            client,
            planned,
            what,
            key,
        }))
    }
}

/// What a key stands for, and its planned day.
fn what_of(books: &Books<'_>, key: &Key) -> Result<Option<(NaiveDate, What)>> {
    let number = |prefix: &str| -> Option<i64> { key.subject.strip_prefix(prefix)?.parse().ok() };
    let day = || -> Option<NaiveDate> { key.period.parse().ok() };
    let days = || -> Option<Period> {
        let (from, to) = key.period.split_once("..")?;
        Period::new(from.parse().ok()?, to.parse().ok()?).ok()
    };
    let retainer = || Some((RetainerKey(number("retainer-")?), days()?));
    Ok(match key.kind {
        Kind::Schedule => number("schedule-")
            .zip(day())
            .map(|(number, day)| (day, What::Schedule(ScheduleKey(number)))),
        Kind::RetainerFee => {
            retainer().map(|(retainer, days)| (days.from, What::Fee(retainer, days)))
        }
        Kind::Overage => {
            retainer().map(|(retainer, days)| (after(days), What::Overage(retainer, days)))
        }
        Kind::LateFee => books
            .invoice(&key.subject)?
            .zip(day())
            .map(|(invoice, day)| (day, What::LateFee(invoice.key))),
        _ => None,
    })
}

fn after(days: Period) -> NaiveDate {
    days.to.succ_opt().unwrap_or(days.to)
}

/// Looks at everything that may be due.
pub(super) fn plan(session: &Session, wanted: &Wanted, today: NaiveDate) -> Result<Plan> {
    session.store.read(|books| {
        let everybody = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        let clients = books.clients(&everybody)?.into_iter();
        let mut look = Look {
            books,
            business: &session.business,
            today,
            dry_run: wanted.dry_run,
            clients: clients.map(|client| (client.key, client)).collect(),
            settled: BTreeMap::new(),
            plan: Plan::default(),
        };
        for kind in Kind::ALL {
            if kind.bills() && wanted.has(kind) {
                look.settled(kind)?;
                match kind {
                    Kind::Schedule => look.schedules()?,
                    Kind::RetainerFee => look.fees()?,
                    Kind::Overage => look.overages()?,
                    _ => look.late_fees()?,
                }
            }
        }
        let mut plan = look.plan;
        plan.due
            .sort_by(|a, b| (a.planned, &a.key).cmp(&(b.planned, &b.key)));
        Ok(plan)
    })
}

struct Look<'l> {
    books: &'l Books<'l>,
    business: &'l Business,
    today: NaiveDate,
    dry_run: bool,
    clients: HashMap<ClientKey, Client>,
    /// Of the kind that is looked at, by key.
    settled: BTreeMap<Key, Job>,
    plan: Plan,
}

impl Look<'_> {
    /// Reads what is settled of a kind, and keeps what is to be told of it.
    fn settled(&mut self, kind: Kind) -> Result<()> {
        let jobs = self.books.jobs(kind)?;
        for job in &jobs {
            if job.taken_back && (self.dry_run || !job.taken_back_told) {
                self.plan.taken_back.push(TakenBack {
                    key: job.key.clone(),
                    client: job.client,
                    number: job.number.clone(),
                });
            }
        }
        self.settled = jobs.into_iter().map(|job| (job.key.clone(), job)).collect();
        Ok(())
    }

    fn push(&mut self, key: Key, client: ClientKey, planned: NaiveDate, what: What) {
        if self.settled.contains_key(&key) {
            return;
        }
        let slug = self.clients.get(&client);
        let slug = slug
            .map(|client| client.slug.to_string())
            .unwrap_or_default();
        self.plan.due.push(Due {
            key,
            client,
            slug,
            planned,
            what,
        });
    }

    fn schedules(&mut self) -> Result<()> {
        for schedule in self.books.schedules(None)? {
            let done = schedule::done(self.books, &schedule)?;
            let name = schedule.name();
            for date in schedule.due(done, self.today) {
                let key = Key::new(Kind::Schedule, &name, date);
                self.push(key, schedule.client, date, What::Schedule(schedule.key));
            }
        }
        Ok(())
    }

    fn fees(&mut self) -> Result<()> {
        for agreed in self.books.retainers(None)? {
            let name = job::of_retainer(agreed.key);
            for period in retainer::periods(&agreed.terms, self.today) {
                if agreed.terms.fee(period).is_none_or(|fee| fee == 0) {
                    continue;
                }
                let key = Key::new(Kind::RetainerFee, &name, period);
                // By hand, or with the work of a schedule.
                let billed = !self.settled.contains_key(&key)
                    && self.books.is_billed_fee(agreed.key, period)?;
                if !billed && !self.is_voided(&key, &agreed, period)? {
                    let what = What::Fee(agreed.key, period);
                    self.push(key, agreed.client, period.from, what);
                }
            }
        }
        Ok(())
    }

    fn overages(&mut self) -> Result<()> {
        for agreed in self.books.retainers(None)? {
            for period in open_overages(self.books, self.business, &agreed, self.today)? {
                let key = Key::new(Kind::Overage, job::of_retainer(agreed.key), period);
                if !self.is_voided(&key, &agreed, period)? {
                    let what = What::Overage(agreed.key, period);
                    self.push(key, agreed.client, after(period), what);
                }
            }
        }
        Ok(())
    }

    /// For a dry run: whether what is due was billed by hand and voided, which is told and not done. A run finds out when it comes to it.
    fn is_voided(&mut self, key: &Key, agreed: &Retainer, period: Period) -> Result<bool> {
        if !self.dry_run || self.settled.contains_key(key) {
            return Ok(false);
        }
        let voided = self.books.voided_of_period(agreed.key, key.kind, period)?;
        let is_voided = voided.is_some();
        self.plan
            .taken_back
            .extend(voided.map(|(_, number)| TakenBack {
                key: key.clone(),
                client: Some(agreed.client),
                number: Some(number),
            }));
        Ok(is_voided)
    }

    fn late_fees(&mut self) -> Result<()> {
        let Some(rule) = self.business.late_fee else {
            return Ok(());
        };
        let mut fees = Vec::new();
        for (invoice, number, client, late) in self.books.late_invoices(self.today)? {
            let dates: BTreeSet<NaiveDate> = rule
                .dates(&late, self.today)
                .into_iter()
                .filter(|date| {
                    let key = Key::new(Kind::LateFee, &number, date);
                    !self.settled.contains_key(&key)
                })
                .collect();
            if !dates.is_empty() {
                fees.push((invoice, number, client, dates));
            }
        }
        for (invoice, number, client, dates) in fees {
            let Some(late) = self.books.invoice_by_key(invoice)? else {
                continue;
            };
            for date in dates {
                let open = late.open_on(date)?;
                let fee = rule.of(open, self.business.currency)?;
                if fee.is_some() {
                    let key = Key::new(Kind::LateFee, &number, date);
                    self.push(key, client, date, What::LateFee(invoice));
                }
            }
        }
        Ok(())
    }
}

/// Whether a client takes no new invoices by themselves.
pub(super) fn is_left_out(client: &Client, kind: Kind) -> bool {
    // What is owed is owed, whether there is more to come or not.
    client.stage == Stage::Archived && kind != Kind::LateFee
}
