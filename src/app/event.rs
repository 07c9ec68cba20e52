//! What client users did on the portal comes here: each event once, in order, in the transaction in which its place is noted.
//!
//! Numbers count up per account of a portal; the epoch tells which account, and the id of the last event whether it is still the one
//! that was read. A portal that was made anew, or put back to an older copy, is noticed by these: then its events are read from the
//! beginning, and those that are here already change nothing, because each has an id of its own. An event that this program cannot
//! read is set aside as it came, and tried again by a later program; the others go through.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::disclosure::public_id::{Noun, PublicIds};
use crate::disclosure::thread_of;
use crate::domain::approval_request::{Answer, ApprovalRequest, State};
use crate::domain::client::Client;
use crate::domain::inbox::{Author, Message, Thread};
use crate::domain::key::{ClientKey, MessageKey, ThreadKey, UserKey};
use crate::domain::notice;
use crate::published::notice::Kind;
use crate::published::protocol::{Event, EventKind, Status};
use crate::published::{About, Digest, talk};
use crate::store::{Books, ClientFilter, EntryFilter, EventPlace, KeptEvent, NewThread, Writer};
use crate::sync::Peer;
use crate::values::id::PublicId;
use crate::values::period::Period;
use crate::values::text::{Email, Note};

use super::{Error, Result, Session, approval_request, find};

/// The most that is kept of an event that cannot be read.
const MOST_ASIDE: usize = 64 * 1024;
/// Pages of events that are read in one run; the rest comes with the next, and a portal that always has more keeps nobody for ever.
const MOST_PAGES: usize = 200;
/// The kind of an event that was set aside because this program knows none like it.
const UNKNOWN: &str = "unknown";

/// What came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Events that were not here before; with a dry run those that wait.
    pub events: usize,
    /// Events that cannot be read, of all times.
    pub aside: usize,
    /// The events were read from the beginning.
    pub restarted: Option<Restart>,
}

/// Why events were read from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// The account on the portal is another one than it was.
    Rebuilt,
    /// The portal is an older copy of itself.
    Restored,
}

impl Restart {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rebuilt => "rebuilt",
            Self::Restored => "restored",
        }
    }
}

/// How events are read.
pub(super) struct Reading<'a> {
    /// The clients whose users are in once the portal tells that they came in. Of one that left it since, the portal has forgotten who
    /// they are, and at a portal that was left for another they are no users any more.
    pub(super) let_in: HashSet<&'a PublicId>,
    /// They are counted, and nothing is changed.
    pub(super) dry_run: bool,
}

/// Brings events here, each exactly once: what they change and the place in them are one transaction.
pub(super) fn pull(
    session: &mut Session,
    peer: &Peer,
    ids: &PublicIds,
    status: &Status,
    reading: &Reading<'_>,
) -> Result<Pulled> {
    let Reading { let_in, dry_run } = reading;
    let dry_run = *dry_run;
    let mut pulled = Pulled::default();
    if !dry_run {
        pulled.events += read_again(session, ids, let_in)?;
    }
    let place = session.store.read(|books| books.event_place())?;
    let (mut after, mut check) = match start(&place, status) {
        Start::Nothing => return finish(session, pulled),
        Start::Beginning(restart) => {
            pulled.restarted = restart;
            (0, None)
        }
        // With the last one that is here, to see that it is still the same.
        Start::After(cursor) => (cursor.saturating_sub(1), place.anchor.clone()),
    };
    let mut anew = check.is_none();
    for _ in 0..MOST_PAGES {
        if after >= status.last_event {
            break;
        }
        let page = peer.events(after)?;
        let received: Vec<Received> = page.events.into_iter().map(Received::read).collect();
        if let Some(anchor) = check.take()
            && received.first().map(|first| &first.id) != Some(&anchor)
        {
            pulled.restarted = Some(Restart::Restored);
            (after, anew) = (0, true);
            continue;
        }
        let Some(newest) = received.iter().filter_map(|one| one.number).max() else {
            break;
        };
        if newest <= after {
            return Err(peer.bad("its events do not go on".to_owned()).into());
        }
        let at = EventPlace {
            epoch: Some(status.epoch.clone()),
            cursor: newest,
            anchor: received
                .iter()
                .find(|one| one.number == Some(newest))
                .map(|one| one.id.clone()),
        };
        pulled.events += if dry_run {
            waiting(session, &received)?
        } else {
            take_in(session, (ids, let_in), &received, Some((at, anew)))?
        };
        (after, anew) = (newest, false);
        if !page.more {
            break;
        }
    }
    let begun = EventPlace {
        epoch: Some(status.epoch.clone()),
        ..EventPlace::default()
    };
    // There is no event yet to note the place by.
    if anew && !dry_run && place != begun {
        take_in(session, (ids, let_in), &[], Some((begun, true)))?;
    }
    finish(session, pulled)
}

fn finish(session: &Session, pulled: Pulled) -> Result<Pulled> {
    let aside = session.store.read(|books| books.events_aside())?.len();
    Ok(Pulled { aside, ..pulled })
}

/// From where events are read.
enum Start {
    Nothing,
    Beginning(Option<Restart>),
    After(u64),
}

fn start(place: &EventPlace, status: &Status) -> Start {
    match &place.epoch {
        None => Start::Beginning(None),
        Some(epoch) if *epoch != status.epoch => Start::Beginning(Some(Restart::Rebuilt)),
        Some(_) if place.cursor == 0 || place.anchor.is_none() => Start::Beginning(None),
        Some(_) if status.last_event < place.cursor => Start::Beginning(Some(Restart::Restored)),
        Some(_) if status.last_event == place.cursor && status.last_event_id == place.anchor => {
            Start::Nothing
        }
        Some(_) => Start::After(place.cursor),
    }
}

/// An event as it came.
struct Received {
    number: Option<u64>,
    id: PublicId,
    raw: String,
    event: Option<Event>,
}

impl Received {
    fn read(raw: serde_json::Value) -> Self {
        let number = raw.get("number").and_then(serde_json::Value::as_u64);
        // No portal counts so far; a place there would be past all that comes.
        let number = number.filter(|number| i64::try_from(*number).is_ok());
        let id = raw.get("id").and_then(serde_json::Value::as_str);
        let id = id.and_then(|id| PublicId::parse(id).ok());
        let text = raw.to_string();
        Self {
            number,
            id: id.unwrap_or_else(|| by_content(&text)),
            event: serde_json::from_value(raw).ok(),
            raw: text,
        }
    }
}

/// The id of an event that has none that can be read: the same each time it comes.
fn by_content(raw: &str) -> PublicId {
    let digest = Digest::of(raw.as_bytes());
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.as_str().bytes()) {
        *to = from;
    }
    PublicId::from_bytes(bytes)
}

/// How many of these are not here.
fn waiting(session: &Session, received: &[Received]) -> Result<usize> {
    session.store.read(|books| {
        let mut count = 0;
        for one in received {
            count += usize::from(!books.has_event(&one.id)?);
        }
        Ok(count)
    })
}

/// Events of kinds that an older program did not know and this one does.
fn read_again(
    session: &mut Session,
    ids: &PublicIds,
    let_in: &HashSet<&PublicId>,
) -> Result<usize> {
    let aside = session.store.read(|books| books.events_aside())?;
    let of_unknown = aside.into_iter().filter(|event| event.kind == UNKNOWN);
    let known: Vec<Received> = of_unknown
        .filter_map(|event| serde_json::from_str(&event.aside?).ok())
        .map(Received::read)
        .filter(|received| received.event.is_some())
        .collect();
    if known.is_empty() {
        return Ok(0);
    }
    take_in(session, (ids, let_in), &known, None)
}

/// Takes in what is not here yet and notes the place; `anew` where the place may go back. Gives how many it were.
fn take_in(
    session: &mut Session,
    (ids, let_in): (&PublicIds, &HashSet<&PublicId>),
    received: &[Received],
    place: Option<(EventPlace, bool)>,
) -> Result<usize> {
    session.write_for_portal(|books| {
        let events: Vec<&Event> = received
            .iter()
            .filter_map(|one| one.event.as_ref())
            .collect();
        let known = Known::of(books, ids, let_in, &events)?;
        let aside: HashSet<PublicId> = books
            .events_aside()?
            .into_iter()
            .map(|one| one.id)
            .collect();
        let epoch = match &place {
            Some((place, _)) => place.epoch.clone(),
            None => books.event_place()?.epoch,
        };
        let (mut count, mut changed) = (0, false);
        for one in received {
            let again = place.is_none() && aside.contains(&one.id);
            if books.has_event(&one.id)? && !again {
                continue;
            }
            changed |= keep(books, &known, one, epoch.as_deref().unwrap_or_default())?;
            count += 1;
        }
        if changed {
            books.cannot_be_undone("it is what client users did")?;
        }
        if let Some((place, anew)) = place {
            let now = books.event_place()?;
            // Another sync may have read further meanwhile.
            let behind = !anew && now.epoch == place.epoch && now.cursor >= place.cursor;
            if !behind {
                books.set_event_place(&place)?;
            }
        }
        Ok::<_, Error>(count)
    })
}

/// Keeps one event and does what it says; whether that changed the books.
fn keep(books: &mut Writer<'_>, known: &Known<'_>, one: &Received, epoch: &str) -> Result<bool> {
    let mut kept = KeptEvent {
        id: one.id.clone(),
        epoch: epoch.to_owned(),
        number: one.number,
        at: None,
        client: None,
        who: None,
        kind: UNKNOWN.to_owned(),
        subject: None,
        aside: None,
    };
    let as_it_came = || Some(one.raw.chars().take(MOST_ASIDE).collect::<String>());
    let mut changed = false;
    match &one.event {
        None => kept.aside = as_it_came(),
        Some(event) => {
            kept.at = Some(event.at);
            kept.client = known.client(event).map(|client| client.key);
            kept.who = known.user(event).map(|user| user.email.clone());
            kept.kind = event.kind.word().to_owned();
            kept.subject = event.kind.subject().map(str::to_owned);
            match happened(books, known, event)? {
                Happened::Unreadable => kept.aside = as_it_came(),
                Happened::Nothing => {}
                Happened::Changed => changed = true,
            }
        }
    }
    books.keep_event(&kept)?;
    Ok(changed)
}

/// The clients of which events tell, by public id.
struct Known<'a> {
    ids: &'a PublicIds,
    /// See [`Reading::let_in`].
    let_in: &'a HashSet<&'a PublicId>,
    clients: Vec<(PublicId, Client)>,
    users: Vec<KnownUser>,
}

struct KnownUser {
    id: PublicId,
    client: ClientKey,
    key: UserKey,
    email: String,
    /// The name, or the address where there is none.
    name: String,
}

impl<'a> Known<'a> {
    fn of(
        books: &Books<'_>,
        ids: &'a PublicIds,
        let_in: &'a HashSet<&'a PublicId>,
        events: &[&Event],
    ) -> Result<Self> {
        let everybody = ClientFilter {
            archived: true,
            ..Default::default()
        };
        let mut known = Self {
            ids,
            let_in,
            clients: Vec::new(),
            users: Vec::new(),
        };
        if events.is_empty() {
            return Ok(known);
        }
        for client in books.clients(&everybody)? {
            let id = ids.row(Noun::Client, client.key.0);
            if !events.iter().any(|event| event.client == id) {
                continue;
            }
            for user in books.users(Some(client.key))? {
                let email = user.email.to_string();
                known.users.push(KnownUser {
                    id: ids.row(Noun::User, user.key.0),
                    client: client.key,
                    key: user.key,
                    name: user
                        .name
                        .map_or_else(|| email.clone(), |name| name.to_string()),
                    email,
                });
            }
            known.clients.push((id, client));
        }
        Ok(known)
    }

    fn client(&self, event: &Event) -> Option<&Client> {
        let found = self.clients.iter().find(|(id, _)| *id == event.client);
        found.map(|(_, client)| client)
    }

    /// The user, if it is one of the client's.
    fn user(&self, event: &Event) -> Option<&KnownUser> {
        let client = self.client(event)?.key;
        let wanted = event.user.as_ref()?;
        let mut users = self.users.iter();
        users.find(|user| user.id == *wanted && user.client == client)
    }
}

/// What an event did here.
enum Happened {
    Nothing,
    Changed,
    /// It says something that cannot be kept.
    Unreadable,
}

impl From<bool> for Happened {
    fn from(changed: bool) -> Self {
        if changed {
            Self::Changed
        } else {
            Self::Nothing
        }
    }
}

/// Takes one event in. Of clients, users and invoices that are not there (any more) nothing is changed.
fn happened(books: &mut Writer<'_>, known: &Known<'_>, event: &Event) -> Result<Happened> {
    let Some(client) = known.client(event) else {
        return Ok(Happened::Nothing);
    };
    match &event.kind {
        EventKind::InvitationAccepted => signed_in(books, known, event, client.key, true),
        EventKind::SignedIn | EventKind::LinkOpened => {
            signed_in(books, known, event, client.key, false)
        }
        EventKind::InvoiceViewed { invoice } => viewed(books, client.key, invoice, event.at),
        EventKind::ExportMade { .. } | EventKind::Forgotten => Ok(Happened::Nothing),
        EventKind::NotificationsChanged { muted } => chose(books, known, event, client.key, muted),
        EventKind::Asked {
            thread,
            message,
            about,
            text,
        } => said(
            books,
            known,
            event,
            client,
            (thread, message, text),
            Some(about),
        ),
        EventKind::Answered {
            thread,
            message,
            text,
        } => said(books, known, event, client, (thread, message, text), None),
        EventKind::Approved {
            request,
            shown,
            note,
        } => decided(
            books,
            known,
            event,
            client,
            request,
            (shown, note),
            State::Approved,
        ),
        EventKind::Declined {
            request,
            shown,
            note,
        } => decided(
            books,
            known,
            event,
            client,
            request,
            (shown, note),
            State::Declined,
        ),
    }
}

/// What the user wants to be told from now on.
fn chose(
    books: &mut Writer<'_>,
    known: &Known<'_>,
    event: &Event,
    client: ClientKey,
    muted: &[Kind],
) -> Result<Happened> {
    let Some(user) = known.user(event) else {
        return Ok(Happened::Nothing);
    };
    let Ok(email) = Email::parse(&user.email) else {
        return Ok(Happened::Nothing);
    };
    let mut kinds = muted.to_vec();
    kinds.sort();
    kinds.dedup();
    let muted: Vec<String> = kinds.iter().map(|kind| kind.word().to_owned()).collect();
    let choices = books.notice_choices(Some(client))?;
    let before = choices.iter().find(|choice| choice.is_of(&email));
    let own = notice::own_after(before, &muted);
    let changed = books.set_notice_choice(client, &email, &muted, &own)?;
    Ok(changed.into())
}

fn signed_in(
    books: &mut Writer<'_>,
    known: &Known<'_>,
    event: &Event,
    client: ClientKey,
    accepted: bool,
) -> Result<Happened> {
    let Some(key) = known.user(event).map(|user| user.key) else {
        return Ok(Happened::Nothing);
    };
    if !known.let_in.contains(&event.client) {
        return Ok(Happened::Nothing);
    }
    let mut users = books.users(Some(client))?.into_iter();
    let Some(mut user) = users.find(|user| user.key == key) else {
        return Ok(Happened::Nothing);
    };
    if accepted {
        user.accept(event.at);
    } else {
        user.sign_in(event.at);
    }
    Ok(books.edit_user(&user)?.into())
}

fn viewed(
    books: &mut Writer<'_>,
    client: ClientKey,
    invoice: &str,
    at: DateTime<Utc>,
) -> Result<Happened> {
    match books.invoice(invoice)? {
        // The first look counts; and a number is no key to another client's invoice.
        Some(invoice) if invoice.client == client && invoice.viewed.is_none() => {
            Ok(books.note_viewed(invoice.key, at)?.into())
        }
        _ => Ok(Happened::Nothing),
    }
}

/// A question, or something said to one. A closed one is open again.
fn said(
    books: &mut Writer<'_>,
    known: &Known<'_>,
    event: &Event,
    client: &Client,
    (thread, message, text): (&PublicId, &PublicId, &String),
    about: Option<&About>,
) -> Result<Happened> {
    let Ok(text) = talk::message(text) else {
        return Ok(Happened::Unreadable);
    };
    if books.has_message(message)? {
        return Ok(Happened::Nothing);
    }
    let key = match books.thread_by_public_id(thread)? {
        Some(there) if there.client != client.key => return Ok(Happened::Unreadable),
        Some(there) => {
            books.set_thread_done(there.key, false)?;
            there.key
        }
        None => {
            let about = about.unwrap_or(&About::Client);
            books.add_thread(&NewThread {
                client: client.key,
                public_id: thread.clone(),
                about: about.to_string(),
                subject: subject(books, known.ids, client, about)?,
                asked: event.at,
                request: None,
            })?
        }
    };
    write(books, known, event, key, message, text)?;
    Ok(Happened::Changed)
}

fn write(
    books: &mut Writer<'_>,
    known: &Known<'_>,
    event: &Event,
    thread: ThreadKey,
    message: &PublicId,
    text: Note,
) -> Result<()> {
    let Some(client) = known.client(event) else {
        return Ok(());
    };
    let name = known.user(event).map(|user| user.name.clone());
    let id = event.user.clone().unwrap_or_else(|| event.client.clone());
    books.add_message(
        client.key,
        thread,
        &Message {
            key: MessageKey(0),
            at: event.at,
            author: Author::User {
                message: message.clone(),
                name: name.unwrap_or_else(|| id.to_string()),
                id,
            },
            text,
        },
    )?;
    Ok(())
}

/// What a question is about, as people here name it: `acme/website`, `2026-0007`, `entry 1024`.
fn subject(books: &Books<'_>, ids: &PublicIds, client: &Client, about: &About) -> Result<String> {
    let projects = books.projects(Some(client.key))?;
    let named = match about {
        About::Client => None,
        About::Project(id) => projects
            .iter()
            .find(|project| ids.row(Noun::Project, project.key.0) == *id)
            .map(|project| format!("{}/{}", client.slug, project.slug)),
        About::Task(id) => task(books, ids, client, id)?,
        About::Entry(day, id) => {
            let filter = EntryFilter {
                client: Some(client.key),
                days: Period {
                    from: *day,
                    to: *day,
                }
                .into(),
                ..EntryFilter::default()
            };
            let entries = books.entries(&filter)?;
            let key = entries.iter().map(|listed| listed.entry.key.0);
            let found = key
                .into_iter()
                .find(|key| ids.row(Noun::Entry, *key) == *id);
            Some(found.map_or_else(
                || format!("{}, {day}", client.slug),
                |key| format!("entry {key}"),
            ))
        }
        About::Invoice(id) => {
            let filter = crate::store::InvoiceFilter {
                client: Some(client.key),
                drafts: false,
            };
            let invoices = books.invoices(filter)?;
            let mut invoices = invoices.iter();
            let found = invoices.find(|invoice| ids.row(Noun::Invoice, invoice.key.0) == *id);
            found.and_then(|invoice| invoice.number.clone())
        }
        About::Request(id) => request(books, ids, client.key, id)?.map(|found| found.reference()),
    };
    Ok(named.unwrap_or_else(|| client.slug.to_string()))
}

fn task(
    books: &Books<'_>,
    ids: &PublicIds,
    client: &Client,
    id: &PublicId,
) -> Result<Option<String>> {
    for project in books.projects(Some(client.key))? {
        let mut tasks = books.tasks(Some(project.key))?.into_iter();
        if let Some(task) = tasks.find(|task| ids.row(Noun::Task, task.key.0) == *id) {
            return Ok(Some(format!(
                "{}/{}, {}",
                client.slug, project.slug, task.name
            )));
        }
    }
    Ok(None)
}

/// The request of a client under a public id.
fn request(
    books: &Books<'_>,
    ids: &PublicIds,
    client: ClientKey,
    id: &PublicId,
) -> Result<Option<ApprovalRequest>> {
    let mut requests = books.approval_requests(Some(client))?.into_iter();
    Ok(requests.find(|request| ids.row(Noun::Request, request.key.0) == *id))
}

/// An answer to a request. A refusal is a task here, and so is an answer to what was taken back meanwhile.
fn decided(
    books: &mut Writer<'_>,
    known: &Known<'_>,
    event: &Event,
    client: &Client,
    id: &PublicId,
    (shown, note): (&Digest, &Option<String>),
    state: State,
) -> Result<Happened> {
    let Ok(note) = note.as_deref().map(talk::message).transpose() else {
        return Ok(Happened::Unreadable);
    };
    let Some(request) = request(books, known.ids, client.key, id)? else {
        return Ok(Happened::Nothing);
    };
    let withdrawn = match request.state {
        State::Open => false,
        State::Withdrawn => true,
        // Answered before: the first answer stands.
        State::Approved | State::Declined => return Ok(Happened::Nothing),
    };
    if !withdrawn {
        let by = known.user(event).map(|user| user.name.clone());
        let answer = Answer {
            at: event.at,
            by: by.unwrap_or_else(|| {
                event
                    .user
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            }),
            note: note.clone(),
            shown: shown.to_string(),
            sheet: approval_request::answered(books, &request)?,
        };
        books.answer_approval_request(request.key, state, &answer)?;
    }
    if withdrawn || state == State::Declined {
        let thread = of_request(books, known.ids, &request, event.at)?;
        if let Some(note) = note
            && !books.has_message(&event.id)?
        {
            write(books, known, event, thread.key, &event.id, note)?;
        }
    }
    Ok(Happened::Changed)
}

/// The thread that begins with the answer to a request; it is made where it is not there.
pub(super) fn of_request(
    books: &mut Writer<'_>,
    ids: &PublicIds,
    request: &ApprovalRequest,
    at: DateTime<Utc>,
) -> Result<Thread> {
    let (public_id, about) = thread_of(ids, request.key.0);
    if let Some(there) = books.thread_by_public_id(&public_id)? {
        return Ok(there);
    }
    let key = books.add_thread(&NewThread {
        client: request.client,
        public_id,
        about,
        subject: request.reference(),
        asked: at,
        request: Some(request.key),
    })?;
    find::thread_of(books, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::publish::sample::{Sample, sample};
    use crate::app::{inbox, publish, sync};
    use crate::sync::fake::Fake;

    fn sync(session: &mut Session, fake: &Fake) -> sync::Report {
        sync::run(session, &fake.connection(), None, false, &mut |_| ()).unwrap()
    }

    fn acme(session: &mut Session) -> PublicId {
        publish::public_ids(session).unwrap().row(Noun::Client, 1)
    }

    fn event(number: u64, client: &PublicId, kind: EventKind) -> Event {
        Event {
            number,
            id: PublicId::random().unwrap(),
            at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
            client: client.clone(),
            user: None,
            kind,
        }
    }

    fn asked(text: &str) -> EventKind {
        EventKind::Asked {
            thread: PublicId::random().unwrap(),
            message: PublicId::random().unwrap(),
            about: About::Client,
            text: text.to_owned(),
        }
    }

    fn said(session: &Session) -> Vec<String> {
        let all = inbox::Filter {
            all: true,
            ..inbox::Filter::default()
        };
        let threads = inbox::list(session, &all).unwrap();
        let messages = threads.iter().flat_map(|shown| &shown.thread.messages);
        let mut said: Vec<String> = messages.map(|one| one.text.to_string()).collect();
        said.sort();
        said
    }

    #[test]
    fn an_event_that_cannot_be_read_is_set_aside_and_the_others_go_through() {
        let (
            Sample {
                mut session,
                folder: _folder,
            },
            fake,
        ) = (sample(), Fake::start());
        let client = acme(&mut session);
        let events: Vec<Event> = (1..=6)
            .map(|number| event(number, &client, asked(&format!("question {number}"))))
            .collect();
        let mut later = serde_json::to_value(&events[1]).unwrap();
        later["kind"] = "sang".into();
        let bad_text = event(4, &client, asked("turned \u{202e} around"));
        {
            let mut held = fake.held();
            held.epoch = "one".to_owned();
            held.events = events.clone();
            held.strange.insert(2, later);
            held.strange
                .insert(3, serde_json::json!({"number": 3, "nonsense": true}));
            held.strange
                .insert(4, serde_json::to_value(&bad_text).unwrap());
        }
        let report = sync(&mut session, &fake);
        assert_eq!((report.events, report.aside), (6, 3));
        assert_eq!(said(&session), ["question 1", "question 5", "question 6"]);
        let again = sync(&mut session, &fake);
        assert_eq!((again.events, again.aside), (0, 3));
        let aside = inbox::aside(&session).unwrap();
        assert!(
            aside[0].aside.as_ref().unwrap().contains("sang"),
            "{aside:?}"
        );

        // A program that knows the kind reads it at its next sync.
        let known = KeptEvent {
            aside: Some(serde_json::to_string(&events[1]).unwrap()),
            ..aside[0].clone()
        };
        let write = |books: &mut Writer<'_>| Ok::<_, Error>(books.keep_event(&known)?);
        session.write(write).unwrap();
        let later = sync(&mut session, &fake);
        assert_eq!((later.events, later.aside), (1, 2));
        assert_eq!(said(&session).len(), 4);
        assert_eq!(sync(&mut session, &fake).events, 0);
    }

    #[test]
    fn what_a_portal_tells_twice_under_other_numbers_comes_in_once() {
        let (
            Sample {
                mut session,
                folder: _folder,
            },
            fake,
        ) = (sample(), Fake::start());
        let client = acme(&mut session);
        let mut events: Vec<Event> = (1..=5)
            .map(|number| event(number, &client, asked(&format!("question {number}"))))
            .collect();
        fake.held().epoch = "one".to_owned();
        fake.held().events = events.clone();
        assert_eq!(sync(&mut session, &fake).events, 5);
        // Put back to after the third, and gone on otherwise.
        events.truncate(3);
        let others =
            (4..=7).map(|number| event(number, &client, asked(&format!("other {number}"))));
        events.extend(others);
        fake.held().events = events.clone();
        let report = sync(&mut session, &fake);
        let expected = (4, Some(Restart::Restored));
        assert_eq!((report.events, report.restarted), expected);
        assert_eq!(said(&session).len(), 9);
        // Put back to before the place, with nothing new.
        events.truncate(2);
        fake.held().events = events.clone();
        let report = sync(&mut session, &fake);
        let expected = (0, Some(Restart::Restored));
        assert_eq!((report.events, report.restarted), expected);
        assert_eq!(sync(&mut session, &fake).restarted, None);
        // Another account, with the same words once more.
        fake.held().epoch = "two".to_owned();
        fake.held().events.clear();
        assert_eq!(sync(&mut session, &fake).restarted, Some(Restart::Rebuilt));
        assert_eq!(sync(&mut session, &fake).restarted, None);
        assert_eq!(said(&session).len(), 9);
        assert_eq!(session.store.check().unwrap().findings, []);
    }

    #[test]
    fn a_portal_that_always_has_more_or_counts_beyond_all_numbers_keeps_nobody() {
        let (
            Sample {
                mut session,
                folder: _folder,
            },
            fake,
        ) = (sample(), Fake::start());
        let client = acme(&mut session);
        let some = event(1, &client, asked("again and again"));
        fake.held().epoch = "one".to_owned();
        fake.held().endless = Some(some.clone());
        let report = sync(&mut session, &fake);
        assert_eq!(report.events, MOST_PAGES);
        assert_eq!(said(&session), ["again and again"], "one message is one");
        let states: Vec<_> = report.clients.iter().map(|one| one.state.word()).collect();
        assert_eq!(states, ["pushed", "pushed"]);
        // Then it is honest again, but for one number.
        let mut events = vec![some, event(2, &client, asked("more"))];
        events[1].number = u64::MAX;
        fake.held().endless = None;
        fake.held().epoch = "two".to_owned();
        fake.held().events = events.clone();
        sync(&mut session, &fake);
        events[1].number = 2;
        fake.held().events = events;
        sync(&mut session, &fake);
        assert_eq!(said(&session), ["again and again", "more"]);
        assert_eq!(session.store.check().unwrap().findings, []);
    }

    #[test]
    fn a_message_of_another_clients_thread_is_not_taken() {
        let (
            Sample {
                mut session,
                folder: _folder,
            },
            fake,
        ) = (sample(), Fake::start());
        let client = acme(&mut session);
        let beta = publish::public_ids(&mut session)
            .unwrap()
            .row(Noun::Client, 2);
        let thread = PublicId::random().unwrap();
        let first = EventKind::Asked {
            thread: thread.clone(),
            message: PublicId::random().unwrap(),
            about: About::Client,
            text: "mine".to_owned(),
        };
        let answer = EventKind::Answered {
            thread,
            message: PublicId::random().unwrap(),
            text: "slipped in".to_owned(),
        };
        fake.held().events = vec![event(1, &client, first), event(2, &beta, answer)];
        let report = sync(&mut session, &fake);
        assert_eq!((report.events, report.aside), (2, 1));
        assert_eq!(said(&session), ["mine"]);
    }
}
