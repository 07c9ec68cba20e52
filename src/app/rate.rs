//! Rates: setting one from a day on.

use chrono::NaiveDate;

use crate::domain::key::RateKey;
use crate::domain::rate::{DatedRate, Scope};
use crate::values::money::Rate;

use super::{Result, Session, find};

/// For what a rate is set, as named on the command line.
#[derive(Debug, Clone, Default)]
pub struct For {
    pub client: Option<String>,
    pub project: Option<String>,
    pub task: Option<String>,
    pub member: Option<String>,
}

/// Sets a rate from a day on; without a day, from the beginning. One for the same thing and day is replaced.
pub fn set(
    session: &mut Session,
    amount: Rate,
    target: &For,
    from: Option<NaiveDate>,
) -> Result<DatedRate> {
    session.write(|books| {
        let project = target
            .project
            .as_deref()
            .map(|project| find::project(books, project))
            .transpose()?;
        let client = match (&project, target.client.as_deref()) {
            (Some((client, ..)), _) => Some(client.clone()),
            (None, Some(client)) => Some(find::client(books, client)?),
            (None, None) => None,
        };
        let task = match (&project, target.task.as_deref()) {
            (Some((_, project, _)), Some(task)) => Some(find::task(books, project, task)?),
            _ => None,
        };
        let member = target
            .member
            .as_deref()
            .map(|member| find::member(books, member))
            .transpose()?;
        let scope = Scope {
            client: client.map(|client| client.key),
            project: project.map(|(_, project, _)| project.key),
            task: task.map(|task| task.key),
            member: member.map(|member| member.key),
        };
        let mut rate = DatedRate {
            key: RateKey(0),
            scope,
            from,
            rate: amount,
        };
        let same = books
            .rates()?
            .into_iter()
            .find(|known| known.scope == scope && known.from == from);
        rate.key = match same {
            Some(known) => {
                books.edit_rate(known.key, amount)?;
                known.key
            }
            None => books.add_rate(&rate)?,
        };
        Ok(rate)
    })
}

/// All rates.
pub fn list(session: &Session) -> Result<Vec<DatedRate>> {
    Ok(session.store.read(|books| books.rates())?)
}
