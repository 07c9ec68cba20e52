//! What is due for a client's people, and for addresses that a setting names: made of what is published for the client.

use crate::app::publish;
use crate::disclosure::notice as shown;
use crate::disclosure::{ClientBooks, Noun, Portal};
use crate::domain::inbox::Author;
use crate::domain::invoice::Stored;
use crate::domain::key::ClientKey;
use crate::domain::mail::{Kind as MailKind, State as MailState};
use crate::domain::notice::{self, Occasion, Side};
use crate::domain::notification::{Audience, Event};
use crate::domain::user::{Role as UserRole, User};
use crate::published::notice::{Kind, Notice};
use crate::published::protocol::Role;
use crate::published::{InvoiceKind, RetainerPeriod};
use crate::store::{InvoiceFilter, MailFilter};
use crate::values::id::PublicId;
use crate::values::period::Period;
use crate::values::text::{Email, fold};

use super::super::Result;
use super::due::{Due, Scene, Subject, WayOut, event};

/// A person who may be told.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) to: Email,
    pub(super) name: Option<String>,
    pub(super) role: Role,
    pub(super) side: Side,
    /// As the portal knows the person.
    pub(super) id: Option<PublicId>,
    /// The client's console, if the person has one.
    pub(super) console: Option<String>,
    pub(super) way_out: Option<WayOut>,
}

/// Adds what is due for those whom the settings mean.
pub(super) fn due(scene: &Scene<'_>, subject: &Subject<'_>, due: &mut Vec<Due>) -> Result<()> {
    let users = users(scene, subject)?;
    let mut told = Vec::new();
    for kind in Kind::ALL {
        let event = event(kind)?;
        let readers = readers(subject, event, kind, &users);
        if !readers.is_empty() && may_be_due(scene, subject, kind, &readers)? {
            told.push((event, kind, readers));
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let Some((source, portal)) =
        publish::seen(&scene.books, scene.session, subject.client, scene.ids)?
    else {
        return Ok(());
    };
    for (event, kind, readers) in told {
        let part = Part {
            scene,
            subject,
            source: &source,
            portal: &portal,
            event,
            readers: &readers,
        };
        part.due(kind, due)?;
    }
    Ok(())
}

/// Whether it is worth to look at all that the client sees, which is dear: most days there is nothing new of most clients.
fn may_be_due(
    scene: &Scene<'_>,
    subject: &Subject<'_>,
    kind: Kind,
    readers: &[Reader],
) -> Result<bool> {
    let (books, client) = (&scene.books, subject.client.key);
    Ok(match kind {
        Kind::InvoiceIssued => {
            let filter = InvoiceFilter {
                client: Some(client),
                drafts: false,
            };
            let invoices = books.invoices(filter)?;
            invoices
                .iter()
                .any(|invoice| scene.is_fresh_day(invoice.issue_date))
        }
        Kind::BudgetThreshold => {
            let projects = books.projects(Some(client))?;
            projects
                .iter()
                .any(|project| project.budget.is_some() && !project.closed)
        }
        Kind::RetainerLow => {
            let retainers = books.retainers(Some(client))?;
            retainers
                .iter()
                .any(|retainer| retainer.is_in_force(scene.today))
        }
        Kind::WeeklySummary => {
            let Some(week) = scene.week() else {
                return Ok(false);
            };
            let occasion = Occasion::week(week);
            let is_new = |side| subject.is_new(scene, side, kind.word(), &occasion);
            readers.iter().any(|reader| is_new(reader.side)) && has_work_since(scene, client, week)?
        }
        Kind::CommentReply => {
            let threads = books.threads(Some(client))?;
            let mut messages = threads.iter().flat_map(|thread| &thread.messages);
            messages.any(|message| {
                matches!(message.author, Author::Member(_)) && scene.is_fresh(message.at)
            })
        }
    })
}

/// Whether somebody worked for a client since the beginning of a week.
pub(super) fn has_work_since(scene: &Scene<'_>, client: ClientKey, week: Period) -> Result<bool> {
    for project in scene.books.projects(Some(client))? {
        let last = scene.books.last_day_of(project.key)?;
        if last.is_some_and(|last| last >= week.from) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Those whom the setting of an event means, without those who do not want it.
fn readers(subject: &Subject<'_>, event: &Event, kind: Kind, users: &[Reader]) -> Vec<Reader> {
    let mut readers = match subject.audience(event.key) {
        Audience::Client | Audience::Both => users
            .iter()
            .filter(|user| kind.is_for(user.role))
            .cloned()
            .collect(),
        Audience::Addresses(named) => named.iter().map(named_reader).collect(),
        Audience::Owner | Audience::Off => Vec::new(),
    };
    readers.retain(|reader| !subject.is_muted(&reader.to, event.key));
    readers
}

/// Somebody whom a setting names sees what the client sees, without a way to the portal.
pub(super) fn named_reader(email: &Email) -> Reader {
    Reader {
        to: email.clone(),
        name: None,
        role: Role::Full,
        side: Side::Named,
        id: None,
        console: None,
        way_out: None,
    }
}

/// The users who are in, where the client is on a portal.
fn users(scene: &Scene<'_>, subject: &Subject<'_>) -> Result<Vec<Reader>> {
    let client = subject.client;
    let Some(pushed) = scene.books.pushed(client.key)? else {
        return Ok(Vec::new());
    };
    if !publish::is_published(&scene.books, client)? {
        return Ok(Vec::new());
    }
    let portal = pushed.portal.trim_end_matches('/');
    let id = scene.ids.row(Noun::Client, client.key.0);
    let users = scene.books.users(Some(client.key))?;
    let reader = |user: &User| Reader {
        to: user.email.clone(),
        name: user.name.as_ref().map(ToString::to_string),
        role: role(user.role),
        side: Side::Client,
        id: Some(scene.ids.row(Noun::User, user.key.0)),
        console: Some(format!("{portal}/c/{id}")),
        way_out: Some(WayOut {
            portal: portal.to_owned(),
            secret: scene.ids.unsubscribe(user.key).expose().to_owned(),
        }),
    };
    Ok(users
        .iter()
        .filter(|user| user.is_in())
        .map(reader)
        .collect())
}

fn role(role: UserRole) -> Role {
    match role {
        UserRole::Full => Role::Full,
        UserRole::Finance => Role::Finance,
        UserRole::Work => Role::Work,
    }
}

/// One event of one client, with those who are told of it.
pub(super) struct Part<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) subject: &'a Subject<'a>,
    pub(super) source: &'a ClientBooks,
    pub(super) portal: &'a Portal,
    pub(super) event: &'static Event,
    pub(super) readers: &'a [Reader],
}

/// What somebody is told, and where it stands on the portal.
type Told = (Notice, Option<String>);

impl Part<'_> {
    pub(super) fn due(&self, kind: Kind, due: &mut Vec<Due>) -> Result<()> {
        match kind {
            Kind::InvoiceIssued => self.invoices(due),
            Kind::BudgetThreshold => {
                self.budgets(due);
                Ok(())
            }
            Kind::RetainerLow => self.retainers(due),
            Kind::WeeklySummary => {
                self.week(due);
                Ok(())
            }
            Kind::CommentReply => {
                self.replies(due);
                Ok(())
            }
        }
    }

    /// Tells each reader to whom there is something to tell, unless the reader's side knows.
    fn tell(
        &self,
        due: &mut Vec<Due>,
        occasion: &Occasion,
        period: &str,
        what: impl Fn(&Reader) -> Option<Told>,
    ) {
        let client = self.subject.client;
        for reader in self.readers {
            if !self
                .subject
                .is_new(self.scene, reader.side, self.event.key, occasion)
            {
                continue;
            }
            let Some((notice, page)) = what(reader) else {
                continue;
            };
            let link = reader.console.as_ref().map(|console| match page {
                Some(page) => format!("{console}/{page}"),
                None => console.clone(),
            });
            due.push(Due {
                client: client.key,
                slug: client.slug.to_string(),
                name: client.details.name.to_string(),
                event: self.event.key,
                occasion: occasion.clone(),
                period: period.to_owned(),
                side: reader.side,
                to: reader.to.clone(),
                reader: reader.name.clone(),
                language: client.details.language.to_string(),
                notice,
                link,
                command: None,
                unsubscribe: reader.way_out.clone(),
            });
        }
    }

    /// Invoices that no mail brought to the reader.
    fn invoices(&self, due: &mut Vec<Due>) -> Result<()> {
        for issued in &self.source.invoices {
            let (Some(number), Stored::Issued) = (&issued.number, issued.stored) else {
                continue;
            };
            if !self.scene.is_fresh_day(issued.issue_date) {
                continue;
            }
            let filter = MailFilter {
                invoice: Some(issued.key),
                ..MailFilter::default()
            };
            let mails = self.scene.books.mails(filter)?;
            let brought = |to: &Email| {
                let out = mails.iter().filter(|mail| {
                    mail.kind == MailKind::Invoice
                        && matches!(mail.state, MailState::Queued | MailState::Sent)
                });
                let mut all = out.flat_map(|mail| {
                    let lists = &mail.recipients;
                    lists.to.iter().chain(&lists.cc).chain(&lists.bcc)
                });
                all.any(|email| fold(email.as_str()) == fold(to.as_str()))
            };
            let occasion = Occasion::invoice(issued.key);
            self.tell(due, &occasion, number, |reader| {
                let invoice = shown::invoice(self.portal, reader.role, number)?;
                if brought(&reader.to) && !self.scene.rehearsal {
                    return None;
                }
                let notice = Notice::Invoice {
                    number: number.clone(),
                    is_credit_note: invoice.kind == InvoiceKind::CreditNote,
                    total: invoice.total,
                    due: invoice.due_date,
                };
                Some((notice, Some(format!("invoices/{}", invoice.id))))
            });
        }
        Ok(())
    }

    fn budgets(&self, due: &mut Vec<Due>) {
        let thresholds = &self.scene.session.business.thresholds;
        for project in &self.source.projects {
            let id = self.scene.ids.row(Noun::Project, project.key.0);
            let (Some(agreed), Some((_, state))) =
                (&project.budget, shown::budget(self.portal, Role::Full, &id))
            else {
                continue;
            };
            let steps = project.thresholds.as_ref().unwrap_or(thresholds);
            let Some(step) = self.scene.step(state.percent, steps) else {
                continue;
            };
            let occasion = Occasion::budget(project.key, agreed, self.source.as_of, step);
            let period = format!("{} {step}%", project.slug);
            self.tell(due, &occasion, &period, |reader| {
                let (project, state) = shown::budget(self.portal, reader.role, &id)?;
                let notice = Notice::Budget {
                    project: project.name.clone(),
                    step,
                    standing: shown::line(&project.name, state),
                    until: state.projected_completion,
                };
                Some((notice, Some(format!("projects/{}", project.id))))
            });
        }
    }

    fn retainers(&self, due: &mut Vec<Due>) -> Result<()> {
        let percent = self.scene.session.business.alerts.retainer_percent;
        for retainer in &self.source.retainers {
            let id = self.scene.ids.row(Noun::Retainer, retainer.key.0);
            let Some((seen, period)) = shown::retainer(self.portal, Role::Full, &id) else {
                continue;
            };
            let standing = shown::left(self.portal, seen, period)?;
            let RetainerPeriod { left, overage, .. } = period;
            let level = notice::level(standing.available, *left, *overage, percent);
            let level = level.or(self.scene.rehearsal.then_some(notice::Level::Low));
            let Some(level) = level else { continue };
            let from = period.period.from;
            let occasion = Occasion::retainer(retainer.key, from, level);
            self.tell(due, &occasion, &from.to_string(), |reader| {
                shown::retainer(self.portal, reader.role, &id)?;
                let notice = Notice::Retainer {
                    standing: standing.clone(),
                    overage: *overage,
                };
                Some((notice, Some("retainer".to_owned())))
            });
        }
        Ok(())
    }

    fn week(&self, due: &mut Vec<Due>) {
        let Some(week) = self.scene.week() else {
            return;
        };
        let occasion = Occasion::week(week);
        self.tell(due, &occasion, &week.from.to_string(), |reader| {
            let summary = shown::week(self.portal, reader.role, week)?;
            Some((Notice::Week(summary), None))
        });
    }

    /// Answers of the team, to those who spoke before; where none of them is there, to all who see it.
    fn replies(&self, due: &mut Vec<Due>) {
        for thread in &self.source.threads {
            let spoke = |reader: &Reader| {
                let mut authors = thread.messages.iter().map(|message| &message.author);
                authors.any(|author| match author {
                    Author::User { id, .. } => reader.id.as_ref() == Some(id),
                    Author::Member(_) => false,
                })
            };
            let anybody = self.readers.iter().any(spoke);
            for message in &thread.messages {
                let by_team = matches!(message.author, Author::Member(_));
                if !(by_team && self.scene.is_fresh(message.at)) {
                    continue;
                }
                let id = self.scene.ids.row(Noun::Message, message.key.0);
                let occasion = Occasion::message(message);
                self.tell(due, &occasion, &thread.reference(), |reader| {
                    if anybody && reader.side == Side::Client && !spoke(reader) {
                        return None;
                    }
                    let (shown, said) =
                        shown::said(self.portal, reader.role, &thread.public_id, &id)?;
                    let notice = Notice::Said {
                        is_answer: true,
                        about: shown.name.clone(),
                        author: match &said.author {
                            crate::published::Author::Team { name }
                            | crate::published::Author::User { name, .. } => name.clone(),
                        },
                        text: said.text.clone(),
                    };
                    Some((notice, Some(format!("questions/{}", shown.id))))
                });
            }
        }
    }
}
