//! Alerts: what is new among them is told once.

use std::collections::HashSet;

use crate::app::alert::{Told, alerts, subject};
use crate::app::{Error, Result, find};
use crate::domain::alert::Alert;
use crate::domain::job::{Key, Kind, Outcome};
use crate::domain::notice::{Occasion, alert_period};
use crate::store::Books;

use super::{Job, Run, State};

impl Run<'_> {
    /// Tells alerts that were not told yet. Each is told before its key is kept: one that is told twice, since the run was killed in
    /// between, is better than one that is never.
    pub(super) fn alerts(&mut self) -> Result<()> {
        let told = alerts(self.session, None)?;
        let (known, keys) = self.session.store.read(|books| {
            let known: HashSet<Key> = books
                .jobs(Kind::Alert)?
                .into_iter()
                .map(|job| job.key)
                .collect();
            let keys: Vec<Key> = told
                .iter()
                .map(|told| self.key_of(books, told))
                .collect::<Result<_>>()?;
            Ok::<_, Error>((known, keys))
        })?;
        for (told, key) in told.into_iter().zip(keys) {
            if is_known(&known, &key) {
                continue;
            }
            let state = match (self.wanted.dry_run, self.wanted.mark_done) {
                (true, _) => State::Due,
                (_, true) => State::Marked,
                _ => State::Done,
            };
            let job = Job {
                client: Some(told.client.clone()),
                told: Some(told),
                ..Job::new(key, state)
            };
            if state == State::Due {
                self.note(job);
                continue;
            }
            let outcome = match state {
                State::Marked => Outcome::Marked,
                _ => Outcome::Done,
            };
            let (outside, today) = (&mut *self.outside, self.today);
            let is_new = self.session.write(|books| {
                if books.job(&job.key)?.is_some() {
                    return Ok::<_, Error>(false);
                }
                books.settle(&job.key, today, outcome, None, None)?;
                outside.tell(&job);
                Ok(true)
            })?;
            if is_new {
                self.report.jobs.push(job);
            }
        }
        Ok(())
    }

    /// What makes an alert another one: the invoice and its due day, the threshold of a budget as it was agreed, the period of a retainer.
    fn key_of(&self, books: &Books<'_>, told: &Told) -> Result<Key> {
        let about = match subject(&told.alert) {
            about if about.is_empty() => told.client.clone(),
            about => about,
        };
        let since = told.since.map(|since| since.to_string());
        let since = since.unwrap_or_else(|| "-".to_owned());
        let period = match &told.alert {
            Alert::Budget { project, step, .. } => {
                let (_, project, _) = find::project(books, &project.to_string())?;
                let budget = project.budget.as_ref();
                budget.map_or(since, |budget| alert_period(budget, self.today, *step))
            }
            Alert::BudgetPace { due, .. } => due.to_string(),
            _ => since,
        };
        let subject = format!("{}/{about}", told.alert.word());
        Ok(Key::new(Kind::Alert, subject, period))
    }
}

/// Whether it was told, or something that goes further. Budgets go by the rule of notices: a threshold is told once for each budget as
/// it was agreed, and never after a higher one.
fn is_known(known: &HashSet<Key>, key: &Key) -> bool {
    let occasion = |key: &Key| Occasion::alert(&key.subject, &key.period);
    let wanted = occasion(key);
    known.contains(key)
        || known
            .iter()
            .any(|told| told.subject == key.subject && wanted.is_known_from(&occasion(told)))
}
