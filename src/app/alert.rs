//! What is to be done, of all clients at once: overdue, over budget, low, unusual, idle, old.
//!
//! It answers at once however much is in the books: sums by index, and entries only of the latest days.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::domain::alert::{self, Alert, Balance, Overdue, Thresholds};
use crate::domain::approval_request::{self, State};
use crate::domain::budget::{Standing, Thresholds as BudgetThresholds};
use crate::domain::client::{Client, Stage};
use crate::domain::inbox::is_unanswered;
use crate::domain::key::{ClientKey, ProjectKey};
use crate::domain::project::Project;
use crate::domain::retainer::{Account, Retainer};
use crate::store::Books;
use crate::values::duration::Seconds;
use crate::values::id::ProjectRef;
use crate::values::period::Period;
use rust_decimal::Decimal;

use super::unbilled::{self, Scope};
use super::{Result, Session, budget, find, inbox, retainer, time};

/// An alert with the client whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub client: String,
    pub alert: Alert,
    /// The day on which it began, or of what it is about.
    pub since: Option<NaiveDate>,
}

/// What is to be done, the most urgent first, then by kind, age and client; of one client, if one is named.
pub fn alerts(session: &Session, client: Option<&str>) -> Result<Vec<Told>> {
    let today = session.today();
    let mut told = session.store.read(|books| {
        let only = client
            .map(|client| find::client(books, client))
            .transpose()?
            .map(|client| client.key);
        let mut watch = Watch {
            books: *books,
            today,
            thresholds: session.business.alerts,
            budget_thresholds: session.business.thresholds.clone(),
            only,
            clients: HashMap::new(),
            told: Vec::new(),
        };
        watch.invoices()?;
        watch.retainers()?;
        watch.projects()?;
        watch.unbilled()?;
        watch.entries(session)?;
        watch.talk(session)?;
        Ok::<_, super::Error>(watch.told)
    })?;
    told.extend(timers(session, client)?);
    told.sort_by_cached_key(|told| {
        (
            told.alert.rank(),
            told.since,
            told.client.clone(),
            subject(&told.alert),
        )
    });
    Ok(told)
}

/// The project, invoice, entry or member that an alert is about; empty where it is the client.
pub fn subject(alert: &Alert) -> String {
    match alert {
        Alert::Overdue { invoice, .. } => invoice.clone(),
        Alert::Budget { project, .. }
        | Alert::BudgetPace { project, .. }
        | Alert::ProjectIdle { project, .. }
        | Alert::WithoutRate { project, .. } => project.to_string(),
        Alert::EntryLong { entry, .. } | Alert::EntryOutOfHours { entry, .. } => entry.to_string(),
        Alert::TimerLong { member, .. } => member.clone(),
        Alert::InvitationExpired { email } => email.clone(),
        Alert::QuestionOpen { question, .. } => question.clone(),
        Alert::ApprovalOpen { request, .. } => request.clone(),
        Alert::RetainerOver { .. }
        | Alert::RetainerLow { .. }
        | Alert::RetainerPace { .. }
        | Alert::UnbilledOld { .. }
        | Alert::LeadSilent { .. }
        | Alert::NoPointOfContact => String::new(),
    }
}

/// What the rules look at of a retainer.
pub(super) fn balance(
    client: &Client,
    agreed: &Retainer,
    projects: &[String],
    account: &Account,
    today: NaiveDate,
) -> Balance {
    let currency = client.details.currency;
    let amount = |number| agreed.terms.kind.amount(number, currency);
    Balance {
        name: (!projects.is_empty()).then(|| projects.join(", ")),
        available: amount(account.available()),
        left: amount(account.left),
        overage: amount(account.overage),
        until: account.period.to,
        used_up: account.used_up_on(today),
    }
}

/// What is looked at, and what was found.
struct Watch<'b> {
    books: Books<'b>,
    today: NaiveDate,
    thresholds: Thresholds,
    budget_thresholds: BudgetThresholds,
    only: Option<ClientKey>,
    clients: HashMap<ClientKey, Client>,
    told: Vec<Told>,
}

impl Watch<'_> {
    fn client(&mut self, key: ClientKey) -> Result<Client> {
        if let Some(client) = self.clients.get(&key) {
            return Ok(client.clone());
        }
        let client = find::client_of(&self.books, key)?;
        self.clients.insert(key, client.clone());
        Ok(client)
    }

    fn tell(&mut self, client: &Client, alert: Option<Alert>, since: Option<NaiveDate>) {
        self.told.extend(alert.map(|alert| Told {
            client: client.slug.to_string(),
            alert,
            since,
        }));
    }

    /// Invoices that are late; of archived clients too, for what is owed is owed.
    fn invoices(&mut self) -> Result<()> {
        for invoice in self.books.open_invoices_on(self.today, self.only)? {
            let balance = invoice.total.checked_sub(invoice.settled)?;
            let late = invoice.due.filter(|due| *due < self.today);
            let (Some(due), true) = (late, balance.minor() > 0) else {
                continue;
            };
            let overdue = Overdue {
                invoice: invoice.number,
                due,
                balance,
            };
            let client = self.client(invoice.client)?;
            for alert in alert::overdue_invoices(&[overdue], self.today) {
                self.tell(&client, Some(alert), Some(due));
            }
        }
        Ok(())
    }

    fn retainers(&mut self) -> Result<()> {
        for agreed in self.books.retainers(self.only)? {
            if !agreed.is_in_force(self.today) {
                continue;
            }
            let client = self.client(agreed.client)?;
            if client.stage == Stage::Archived {
                continue;
            }
            let Some((from, balance)) = self.balance(&client, &agreed)? else {
                continue;
            };
            let alert = alert::retainer(&balance, self.thresholds.retainer_percent);
            self.tell(&client, alert, Some(from));
        }
        Ok(())
    }

    /// How a retainer stands, and since when the period runs.
    fn balance(&self, client: &Client, agreed: &Retainer) -> Result<Option<(NaiveDate, Balance)>> {
        let current = retainer::account_on(&self.books, agreed, self.today)?;
        let projects = retainer::scope_of(&self.books, agreed)?;
        Ok(current.map(|account| {
            let balance = balance(client, agreed, &projects, &account, self.today);
            (account.period.from, balance)
        }))
    }

    /// Open projects with a budget.
    fn projects(&mut self) -> Result<()> {
        for project in self.books.projects(self.only)? {
            if project.budget.is_none() || project.closed {
                continue;
            }
            let client = self.client(project.client)?;
            if client.stage == Stage::Archived {
                continue;
            }
            let standings = budget::standings(&self.books, &project, Vec::new(), self.today)?;
            if let Some(state) = standings.whole {
                self.budget(&client, &project, &state)?;
            }
        }
        Ok(())
    }

    fn budget(&mut self, client: &Client, project: &Project, state: &Standing) -> Result<()> {
        let reference = ProjectRef {
            client: client.slug.clone(),
            project: project.slug.clone(),
        };
        let own = project.thresholds.as_ref();
        let steps = own.unwrap_or(&self.budget_thresholds);
        let full = state
            .percent
            .and_then(|percent| alert::budget(&reference, percent, steps));
        let last = self.books.last_day_of(project.key)?;
        // A budget that is used up, since that day; else since the last work.
        let used_up = state
            .projected_completion
            .filter(|_| state.left.exact() <= Decimal::ZERO);
        self.tell(client, full, used_up.or(last));
        let pace = alert::budget_pace(&reference, state, project.due);
        self.tell(client, pace, last);
        if let Some(last) = last {
            let (thresholds, today) = (self.thresholds, self.today);
            let idle = alert::idle(&reference, last, state.left, &thresholds, today);
            self.tell(client, idle, Some(last));
        }
        Ok(())
    }

    /// Unbilled work that is old, or that no rate holds for.
    fn unbilled(&mut self) -> Result<()> {
        let retainers = self.books.retainers(self.only)?;
        let scope = Scope {
            client: self.only,
            through: self.today,
        };
        let mut of_clients: HashMap<ClientKey, (Seconds, NaiveDate)> = HashMap::new();
        for part in unbilled::by_project(&self.books, &retainers, scope)? {
            let client = self.client(part.client)?;
            if client.stage == Stage::Archived {
                continue;
            }
            let Some(since) = part.since else { continue };
            let (seconds, first) = of_clients
                .entry(part.client)
                .or_insert((Seconds::ZERO, since));
            *seconds += part.seconds;
            *first = since.min(*first);
            if let Some(since) = part.without_rate_since {
                let alert = Alert::WithoutRate {
                    project: find::project_name(&self.books, part.project)?,
                    seconds: part.without_rate,
                    since,
                };
                self.tell(&client, Some(alert), Some(since));
            }
        }
        for (key, (seconds, since)) in of_clients {
            let client = self.client(key)?;
            let unbilled = alert::Unbilled { seconds, since };
            let old = alert::unbilled_old(&unbilled, &self.thresholds, self.today);
            self.tell(&client, old, Some(since));
        }
        Ok(())
    }

    /// Questions that wait for an answer, and requests that nobody answered.
    fn talk(&mut self, session: &Session) -> Result<()> {
        for (key, since, alert) in talk(&self.books, session, self.only)? {
            let client = self.client(key)?;
            if client.stage != Stage::Archived {
                self.tell(&client, Some(alert), Some(since));
            }
        }
        Ok(())
    }

    /// Entries of the latest days that are unusual.
    fn entries(&mut self, session: &Session) -> Result<()> {
        let back = u64::try_from(self.thresholds.entry_days - 1).unwrap_or(0);
        let from = self.today.checked_sub_days(Days::new(back));
        let days = Period {
            from: from.unwrap_or(self.today),
            to: self.today,
        };
        let thresholds = self.thresholds;
        let mut unusual = Vec::new();
        self.books.each_clocked(days, |clocked| {
            let times = clocked.span.map(|span| {
                let calendar = &session.calendar;
                (calendar.time_of(span.start), calendar.time_of(span.end))
            });
            let long = clocked.seconds > thresholds.long_entry;
            let odd = times.filter(|(start, end)| !thresholds.day_hours.hold(*start, *end));
            if long || odd.is_some() {
                unusual.push((clocked, long, odd));
            }
            Ok(())
        })?;
        let mut references: HashMap<ProjectKey, (ProjectRef, ClientKey)> = HashMap::new();
        for (clocked, long, odd) in unusual {
            let (project, client) = match references.get(&clocked.project) {
                Some(known) => known.clone(),
                None => {
                    let project = find::project_of(&self.books, clocked.project)?;
                    let reference = find::project_name(&self.books, clocked.project)?;
                    let found = (reference, project.client);
                    references.insert(clocked.project, found.clone());
                    found
                }
            };
            if self.only.is_some_and(|only| only != client) {
                continue;
            }
            let client = self.client(client)?;
            let (entry, day) = (clocked.entry.0, clocked.day);
            let long = long.then(|| Alert::EntryLong {
                entry,
                project: project.clone(),
                day,
                seconds: clocked.seconds,
            });
            self.tell(&client, long, Some(day));
            let odd = odd.map(|(start, end)| Alert::EntryOutOfHours {
                entry,
                project,
                day,
                start,
                end,
            });
            self.tell(&client, odd, Some(day));
        }
        Ok(())
    }
}

/// Questions that wait for an answer at once, and requests that wait for one a week.
pub(super) fn talk(
    books: &Books<'_>,
    session: &Session,
    client: Option<ClientKey>,
) -> Result<Vec<(ClientKey, NaiveDate, Alert)>> {
    let (calendar, today) = (&session.calendar, session.today());
    let mut told = Vec::new();
    for thread in inbox::open(books, client)? {
        let since = calendar.day_of(thread.since());
        let alert = Alert::QuestionOpen {
            question: thread.reference(),
            subject: thread.subject.clone(),
            days: (today - since).num_days(),
            task: thread
                .request
                .filter(|_| thread.is_task())
                .map(approval_request::reference),
        };
        told.push((thread.client, since, alert));
    }
    let requests = books.approval_requests(client)?.into_iter();
    for request in requests.filter(|request| request.state == State::Open) {
        let since = calendar.day_of(request.asked);
        if is_unanswered(since, today) {
            let alert = Alert::ApprovalOpen {
                request: request.reference(),
                days: (today - since).num_days(),
            };
            told.push((request.client, since, alert));
        }
    }
    Ok(told)
}

/// Timers that run for longer than an entry should, or from the future.
fn timers(session: &Session, client: Option<&str>) -> Result<Vec<Told>> {
    let running = time::status(session, None)?.into_iter();
    let long = session.business.alerts.long_entry;
    Ok(running
        .filter(|running| client.is_none_or(|client| running.project.client.as_str() == client))
        .filter(|running| running.elapsed.is_none_or(|elapsed| elapsed > long))
        .map(|running| {
            let day = session.calendar.day_of(running.timer.start);
            Told {
                client: running.project.client.to_string(),
                alert: Alert::TimerLong {
                    member: running.member,
                    project: running.project,
                    day,
                    elapsed: running.elapsed,
                },
                since: Some(day),
            }
        })
        .collect())
}
