//! What is due: client by client, side by side.

use chrono::{DateTime, NaiveDate, Utc};

use crate::disclosure::public_id::PublicIds;
use crate::domain::budget::Thresholds;
use crate::domain::client::{Client, Stage};
use crate::domain::key::ClientKey;
use crate::domain::member::Member;
use crate::domain::notice::{self, Choice, Given, Occasion, Side};
use crate::domain::notification::{self, Audience, EVENTS, Event, People};
use crate::published::notice::{Kind, Notice};
use crate::store::{Books, ClientFilter, Layered};
use crate::values::period::Period;
use crate::values::text::Email;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::super::layered::Layers;
use super::super::{Error, Result, Session};
use super::{client, owner};

/// Something that somebody is to be told.
#[derive(Debug, Clone)]
pub struct Due {
    pub client: ClientKey,
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// The key of the notification.
    pub event: &'static str,
    pub occasion: Occasion,
    /// A threshold, a week, an invoice, a question: for people.
    pub period: String,
    pub side: Side,
    pub to: Email,
    /// The name by which to greet.
    pub reader: Option<String>,
    pub language: String,
    pub notice: Notice,
    /// A page of the portal, whole.
    pub link: Option<String>,
    /// What the owner types to see more.
    pub command: Option<String>,
    /// Where notices of this kind are ended at the portal.
    pub unsubscribe: Option<WayOut>,
}

/// The address at a portal by which a person ends notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    pub(super) portal: String,
    pub(super) secret: String,
}

impl WayOut {
    /// The address for these kinds.
    pub(super) fn address(&self, kinds: &[Kind]) -> String {
        let Self { portal, secret } = self;
        format!("{portal}/unsubscribe/{}/{secret}", Kind::joined(kinds))
    }
}

/// What is due of everything.
pub(super) fn all(books: &Books<'_>, session: &Session, ids: &PublicIds) -> Result<List> {
    let scene = Scene::new(books, session, ids)?;
    let mut list = List::default();
    for client in books.clients(&ClientFilter::default())? {
        let mut due = Vec::new();
        let given = books.notices(Some(client.key))?;
        match of_client(&scene, &client, given, &mut due) {
            Ok(()) => list.due.extend(due),
            Err(error @ Error::Store(_)) => return Err(error),
            Err(error) => list.failed.push((client.slug.to_string(), error)),
        }
    }
    Ok(list)
}

/// What is due, and of which clients that could not be told.
#[derive(Debug, Default)]
pub struct List {
    pub due: Vec<Due>,
    /// By slug. What fails for one keeps nothing from the others.
    pub failed: Vec<(String, Error)>,
}

/// What would be due of a client, had nothing been told, as it was news on a day.
pub(super) fn on(
    books: &Books<'_>,
    session: &Session,
    ids: &PublicIds,
    client: &Client,
    written: NaiveDate,
) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    if client.stage != Stage::Archived {
        let scene = Scene {
            written,
            ..Scene::new(books, session, ids)?
        };
        of_client(&scene, client, Vec::new(), &mut due)?;
    }
    Ok(due)
}

fn of_client(
    scene: &Scene<'_>,
    client: &Client,
    given: Vec<Given>,
    due: &mut Vec<Due>,
) -> Result<()> {
    let audiences = audiences(&scene.books, client)?;
    if audiences
        .iter()
        .all(|(_, audience)| *audience == Audience::Off)
    {
        return Ok(());
    }
    let subject = Subject {
        client,
        given,
        choices: scene.books.notice_choices(Some(client.key))?,
        audiences,
    };
    client::due(scene, &subject, due)?;
    owner::due(scene, &subject, due)
}

/// Whom each event of a client is told.
pub(super) fn audiences(
    books: &Books<'_>,
    client: &Client,
) -> Result<Vec<(&'static Event, Audience)>> {
    let layers = Layers::read(books, Layered::Notification, Some(client.key))?;
    let of = |event: &'static Event| {
        let set = layers.get(event.key).map(|(value, _)| value);
        Ok((event, event.audience(set.unwrap_or(event.default))?))
    };
    EVENTS.iter().map(of).collect()
}

/// What is looked at.
pub(super) struct Scene<'a> {
    pub(super) books: Books<'a>,
    pub(super) session: &'a Session,
    pub(super) ids: &'a PublicIds,
    pub(super) today: NaiveDate,
    /// When the mail was written that tells it: what was news then is told, however long the mail waited.
    pub(super) written: NaiveDate,
    pub(super) members: Vec<Member>,
    /// As if everything were new: for a look at what would be written.
    pub(super) rehearsal: bool,
}

impl<'a> Scene<'a> {
    pub(super) fn new(books: &Books<'a>, session: &'a Session, ids: &'a PublicIds) -> Result<Self> {
        Ok(Self {
            books: *books,
            session,
            ids,
            today: session.today(),
            written: session.today(),
            members: books.members()?,
            rehearsal: false,
        })
    }

    /// Whether what happened then is news.
    pub(super) fn is_fresh(&self, at: DateTime<Utc>) -> bool {
        self.is_fresh_day(self.session.calendar.day_of(at))
    }

    pub(super) fn is_fresh_day(&self, day: NaiveDate) -> bool {
        self.rehearsal || notice::is_fresh(day, self.written)
    }

    /// The week of which a summary tells.
    pub(super) fn week(&self) -> Option<Period> {
        notice::week(self.written, self.session.business.week_start)
    }

    /// The threshold that a budget is at; for a look, where it is at none yet, the percent that is used.
    pub(super) fn step(&self, percent: Decimal, thresholds: &Thresholds) -> Option<u16> {
        let reached = thresholds.reached(percent);
        reached.or_else(|| percent.trunc().to_u16().filter(|_| self.rehearsal))
    }

    /// The addresses of the owners.
    pub(super) fn owners(&self, event: &Event) -> Vec<Email> {
        let people = People {
            users: &[],
            members: &self.members,
            business: self.session.business.email.as_ref(),
        };
        event.recipients(&Audience::Owner, &people)
    }
}

/// A client with what was told and is to be told about it.
pub(super) struct Subject<'a> {
    pub(super) client: &'a Client,
    pub(super) given: Vec<Given>,
    pub(super) choices: Vec<Choice>,
    pub(super) audiences: Vec<(&'static Event, Audience)>,
}

impl Subject<'_> {
    /// Whether a side does not know of an occasion yet.
    pub(super) fn is_new(
        &self,
        scene: &Scene<'_>,
        side: Side,
        event: &str,
        occasion: &Occasion,
    ) -> bool {
        scene.rehearsal || !notice::is_given(&self.given, side, event, occasion)
    }

    /// Whether an address does not want to be told of an event.
    pub(super) fn is_muted(&self, email: &Email, event: &str) -> bool {
        let mut own = self.choices.iter().filter(|choice| choice.is_of(email));
        own.any(|choice| choice.muted.iter().any(|muted| muted == event))
    }

    pub(super) fn audience(&self, event: &str) -> &Audience {
        let mut all = self.audiences.iter();
        let found = all.find(|(known, _)| known.key == event);
        found.map_or(&Audience::Off, |(_, audience)| audience)
    }
}

/// The event of a kind.
pub(super) fn event(kind: Kind) -> Result<&'static Event> {
    Ok(notification::find(kind.word())?)
}
