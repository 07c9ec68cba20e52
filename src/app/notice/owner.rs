//! What is due for the owners: from the books, whatever a client sees.

use chrono::NaiveDate;

use crate::app::{alert, budget, publish, retainer};
use crate::disclosure::notice as shown;
use crate::domain::client::Client;
use crate::domain::inbox::{Author, State};
use crate::domain::notice::{self, Occasion, Side};
use crate::domain::notification::{self, Audience};
use crate::domain::retainer::Retainer;
use crate::published::notice::{BudgetLine, Kind, Notice, RetainerLine, RetainerName};
use crate::published::protocol::Role;
use crate::values::text::Email;

use super::super::Result;
use super::client::has_work_since;
use super::due::{Due, Scene, Subject};

/// The event of a question: the owners alone are told of it.
pub(super) const QUESTION: &str = "question-asked";

/// Adds what is due for the owners.
pub(super) fn due(scene: &Scene<'_>, subject: &Subject<'_>, due: &mut Vec<Due>) -> Result<()> {
    let desk = Desk { scene, subject };
    desk.budgets(due)?;
    desk.retainers(due)?;
    desk.week(due)?;
    desk.talk(due)
}

struct Desk<'a> {
    scene: &'a Scene<'a>,
    subject: &'a Subject<'a>,
}

impl Desk<'_> {
    /// The owners, if the event is for them.
    fn owners(&self, event: &str) -> Result<Vec<Email>> {
        Ok(match self.subject.audience(event) {
            Audience::Owner | Audience::Both => self.scene.owners(notification::find(event)?),
            // A question is the business's: whoever is named hears of it.
            Audience::Addresses(named) if event == QUESTION => named.clone(),
            Audience::Addresses(_) | Audience::Client | Audience::Off => Vec::new(),
        })
    }

    fn tell(
        &self,
        due: &mut Vec<Due>,
        event: &str,
        occasion: Occasion,
        period: String,
        notice: Notice,
        command: String,
    ) -> Result<()> {
        let (scene, client) = (self.scene, self.subject.client);
        if !self.subject.is_new(scene, Side::Owner, event, &occasion) {
            return Ok(());
        }
        let event = notification::find(event)?;
        for to in self.owners(event.key)? {
            due.push(Due {
                client: client.key,
                slug: client.slug.to_string(),
                name: client.details.name.to_string(),
                event: event.key,
                occasion: occasion.clone(),
                period: period.clone(),
                side: Side::Owner,
                to,
                reader: None,
                language: scene.session.business.language.to_string(),
                notice: notice.clone(),
                link: None,
                command: Some(command.clone()),
                unsubscribe: None,
            });
        }
        Ok(())
    }

    fn budgets(&self, due: &mut Vec<Due>) -> Result<()> {
        let event = Kind::BudgetThreshold.word();
        if self.owners(event)?.is_empty() {
            return Ok(());
        }
        let (scene, client) = (self.scene, self.subject.client);
        for project in scene.books.projects(Some(client.key))? {
            let Some(agreed) = project.budget.filter(|_| !project.closed) else {
                continue;
            };
            let standings = budget::standings(&scene.books, &project, Vec::new(), scene.today)?;
            let Some(state) = standings.whole else {
                continue;
            };
            let thresholds = &scene.session.business.thresholds;
            let steps = project.thresholds.as_ref().unwrap_or(thresholds);
            let Some((percent, step)) = state
                .percent
                .and_then(|percent| Some((percent, scene.step(percent, steps)?)))
            else {
                continue;
            };
            let occasion = Occasion::budget(project.key, &agreed, scene.today, step);
            let name = project.name.to_string();
            let notice = Notice::Budget {
                project: name.clone(),
                step,
                standing: BudgetLine {
                    project: name,
                    percent,
                    used: state.used,
                    allocated: state.allocated,
                },
                until: state.projected_completion,
            };
            let command = format!("loggia project show {}/{}", client.slug, project.slug);
            let period = format!("{} {step}%", project.slug);
            self.tell(due, event, occasion, period, notice, command)?;
        }
        Ok(())
    }

    fn retainers(&self, due: &mut Vec<Due>) -> Result<()> {
        let event = Kind::RetainerLow.word();
        if self.owners(event)?.is_empty() {
            return Ok(());
        }
        let (scene, client) = (self.scene, self.subject.client);
        let percent = scene.session.business.alerts.retainer_percent;
        let mut all = scene.books.retainers(Some(client.key))?;
        all.retain(|agreed| agreed.is_in_force(scene.today));
        let are_several = all.len() > 1;
        for agreed in all {
            let Some(account) = retainer::account_on(&scene.books, &agreed, scene.today)? else {
                continue;
            };
            let projects = retainer::scope_of(&scene.books, &agreed)?;
            let balance = alert::balance(client, &agreed, &projects, &account, scene.today);
            let level = notice::level(balance.available, balance.left, balance.overage, percent);
            let level = level.or(scene.rehearsal.then_some(notice::Level::Low));
            let Some(level) = level else { continue };
            let from = account.period.from;
            let occasion = Occasion::retainer(agreed.key, from, level);
            let notice = Notice::Retainer {
                standing: RetainerLine {
                    name: are_several.then(|| named(client, &agreed, balance.name, scene.today)),
                    left: balance.left,
                    available: balance.available,
                    until: balance.until,
                },
                overage: balance.overage,
            };
            let command = format!("loggia retainer status {}", client.slug);
            self.tell(due, event, occasion, from.to_string(), notice, command)?;
        }
        Ok(())
    }

    /// The week as the client may see it: what the owner gets is what the client gets.
    fn week(&self, due: &mut Vec<Due>) -> Result<()> {
        let event = Kind::WeeklySummary.word();
        if self.owners(event)?.is_empty() {
            return Ok(());
        }
        let (scene, client) = (self.scene, self.subject.client);
        let Some(week) = scene.week() else {
            return Ok(());
        };
        let occasion = Occasion::week(week);
        let is_new = self.subject.is_new(scene, Side::Owner, event, &occasion);
        if !(is_new && has_work_since(scene, client.key, week)?) {
            return Ok(());
        }
        let Some((_, portal)) = publish::seen(&scene.books, scene.session, client, scene.ids)?
        else {
            return Ok(());
        };
        let Some(summary) = shown::week(&portal, Role::Full, week) else {
            return Ok(());
        };
        let command = format!(
            "loggia time report {}..{} --client {}",
            week.from, week.to, client.slug
        );
        let notice = Notice::Week(summary);
        self.tell(due, event, occasion, week.from.to_string(), notice, command)
    }

    /// Questions, and what clients say to them, unless somebody has read it.
    fn talk(&self, due: &mut Vec<Due>) -> Result<()> {
        let reply = Kind::CommentReply.word();
        if self.owners(QUESTION)?.is_empty() && self.owners(reply)?.is_empty() {
            return Ok(());
        }
        let scene = self.scene;
        for thread in scene.books.threads(Some(self.subject.client.key))? {
            if thread.state() != State::Open && !scene.rehearsal {
                continue;
            }
            let read = scene.books.thread_read(thread.key)?;
            for (place, message) in thread.messages.iter().enumerate() {
                let Author::User { name, .. } = &message.author else {
                    continue;
                };
                let is_new = scene.rehearsal || place >= read;
                if !(is_new && scene.is_fresh(message.at)) {
                    continue;
                }
                let notice = Notice::Said {
                    is_answer: place > 0,
                    about: Some(thread.subject.clone()),
                    author: name.clone(),
                    text: message.text.to_string(),
                };
                let event = if place == 0 { QUESTION } else { reply };
                let reference = thread.reference();
                let command = format!("loggia inbox show {reference}");
                let occasion = Occasion::message(message);
                self.tell(due, event, occasion, reference, notice, command)?;
            }
        }
        Ok(())
    }
}

/// How the owner knows one of several retainers: by its projects, else by what was agreed.
fn named(
    client: &Client,
    agreed: &Retainer,
    projects: Option<String>,
    today: NaiveDate,
) -> RetainerName {
    let terms = &agreed.terms;
    let allowance = terms.on(today).allowance;
    match projects {
        Some(projects) => RetainerName::Projects(projects),
        None => RetainerName::Terms {
            allowance: terms.kind.amount(allowance, client.details.currency),
            per: terms.per.word().to_owned(),
            start: terms.start,
            end: terms.end,
        },
    }
}
