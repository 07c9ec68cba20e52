//! A notice as it would be written today, for a look at it: with the present figures of a client, or with a sample where there are
//! none. It counts for nothing: what is due stays due.

use chrono::Days;

use crate::app::publish;
use crate::domain::Refusal;
use crate::domain::client::Client;
use crate::domain::key::{ClientKey, MailKey};
use crate::domain::notice::{self, Occasion, Side};
use crate::domain::notification::{self, Audience, NotificationError};
use crate::published::MemberHours;
use crate::published::notice::{BudgetLine, Kind, Notice, RetainerLine, Week};
use crate::store::{ClientFilter, NewMail};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::Money;
use crate::values::period::Period;
use crate::values::text::Email;

use super::super::outbox::{self, Shown};
use super::super::{Error, Result, Session, find};
use super::client::{Part, named_reader};
use super::due::{Due, Scene, Subject};
use super::{owner, write};

/// The address in a mail that is only looked at, where none is set.
const ANYBODY: &str = "you@example.com";

/// What a rehearsal gave.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    pub mail: NewMail,
    /// There was no address to write from or to, so one that is nobody's stands there.
    pub without_address: bool,
    /// The client whose figures it shows; none for the sample.
    pub client: Option<String>,
}

impl Rehearsal {
    /// Puts it into the outbox.
    pub fn queue(&self, session: &mut Session) -> Result<Shown> {
        let key: MailKey = session.write(|books| Ok::<_, Error>(books.add_mail(&self.mail)?))?;
        outbox::show(session, key.0)
    }
}

/// Writes the mail of an event, for an address or the owner. What is not to be sent needs no address.
pub fn rehearse(
    session: &mut Session,
    event: &str,
    client: Option<&str>,
    to: Option<&Email>,
    is_look: bool,
) -> Result<Rehearsal> {
    let event = notification::find(event)?;
    if Kind::from_word(event.key).is_none() && event.key != owner::QUESTION {
        return Err(NotificationError::NoNotice(event.key).into());
    }
    let ids = publish::public_ids(session)?;
    let session = &*session;
    session.store.read(|books| {
        let scene = Scene {
            rehearsal: true,
            ..Scene::new(books, session, &ids)?
        };
        let anybody = || is_look.then(|| Email::parse(ANYBODY).ok()).flatten();
        let owner = || scene.owners(event).into_iter().next();
        let (own, known) = (
            write::sender(&session.business).ok(),
            to.cloned().or_else(owner),
        );
        let without_address = own.is_none() || known.is_none();
        let sender = own.or_else(anybody).ok_or(Refusal::NoSender)?;
        let to = known.or_else(anybody).ok_or(Refusal::NoSender)?;
        let clients = match client {
            Some(client) => vec![find::client(books, client)?],
            None => books.clients(&ClientFilter::default())?,
        };
        let mut found = None;
        for one in &clients {
            found = present(&scene, one, event.key, &to)?;
            if found.is_some() {
                break;
            }
        }
        let is_present = found.is_some();
        let due = match found {
            Some(due) => due,
            None => sample(session, clients.first(), event.key, &to),
        };
        let client = is_present.then(|| due.slug.clone());
        let mut mail = write::mail(&session.business, &[due], sender, session.now())?;
        // It is not the client's mail, whatever it shows.
        mail.client = None;
        Ok(Rehearsal {
            mail,
            client,
            without_address,
        })
    })
}

/// What there is to tell of a client today.
fn present(
    scene: &Scene<'_>,
    client: &Client,
    event: &'static str,
    to: &Email,
) -> Result<Option<Due>> {
    let found = notification::find(event)?;
    let subject = Subject {
        client,
        given: Vec::new(),
        choices: Vec::new(),
        audiences: vec![(found, Audience::Addresses(vec![to.clone()]))],
    };
    let mut due = Vec::new();
    match Kind::from_word(event) {
        None => owner::due(scene, &subject, &mut due)?,
        Some(kind) => {
            let seen = publish::seen(&scene.books, scene.session, client, scene.ids)?;
            let Some((source, portal)) = seen else {
                return Ok(None);
            };
            let readers = [named_reader(to)];
            let part = Part {
                scene,
                subject: &subject,
                source: &source,
                portal: &portal,
                event: found,
                readers: &readers,
            };
            part.due(kind, &mut due)?;
        }
    }
    Ok(due.pop())
}

/// Figures of nobody.
fn sample(session: &Session, client: Option<&Client>, event: &'static str, to: &Email) -> Due {
    let business = &session.business;
    let today = session.today();
    let hours = |hours: i64| Seconds(hours.saturating_mul(3600));
    let later = today.checked_add_days(Days::new(14)).unwrap_or(today);
    let budget = BudgetLine {
        project: "Website".to_owned(),
        percent: 75.into(),
        used: Amount::Hours(hours(30)),
        allocated: Amount::Hours(hours(40)),
    };
    let left = RetainerLine {
        name: None,
        left: Amount::Hours(hours(3)),
        available: Amount::Hours(hours(20)),
        until: Period::month(today).to,
    };
    let week = notice::week(today, business.week_start).unwrap_or(Period {
        from: today,
        to: today,
    });
    let notice = match Kind::from_word(event) {
        Some(Kind::InvoiceIssued) => Notice::Invoice {
            number: "0001".to_owned(),
            is_credit_note: false,
            total: Money::from_minor(100_000, business.currency),
            due: Some(later),
        },
        Some(Kind::BudgetThreshold) => Notice::Budget {
            project: budget.project.clone(),
            step: 75,
            standing: budget,
            until: Some(later),
        },
        Some(Kind::RetainerLow) => Notice::Retainer {
            standing: left,
            overage: Amount::Hours(Seconds::ZERO),
        },
        Some(Kind::WeeklySummary) => Notice::Week(Week {
            week,
            total: hours(12),
            projects: vec![("Website".to_owned(), hours(12))],
            members: vec![("Ada".to_owned(), hours(8)), ("Grace".to_owned(), hours(4))]
                .into_iter()
                .map(|(member, seconds)| MemberHours { member, seconds })
                .collect(),
            budgets: vec![budget],
            retainers: vec![left],
        }),
        Some(Kind::CommentReply) | None => Notice::Said {
            is_answer: event != owner::QUESTION,
            about: Some("Website".to_owned()),
            author: "Ada".to_owned(),
            text: "…".to_owned(),
        },
    };
    let is_owner = event == owner::QUESTION;
    let language = match client {
        Some(client) if !is_owner => client.details.language.to_string(),
        _ => business.language.to_string(),
    };
    Due {
        client: client.map_or(ClientKey(0), |client| client.key),
        slug: String::new(),
        name: client.map_or_else(String::new, |client| client.details.name.to_string()),
        event,
        occasion: Occasion::week(week),
        period: String::new(),
        side: if is_owner { Side::Owner } else { Side::Named },
        to: to.clone(),
        reader: None,
        language,
        notice,
        link: None,
        command: is_owner.then(|| "loggia inbox list".to_owned()),
        unsubscribe: None,
    }
}
