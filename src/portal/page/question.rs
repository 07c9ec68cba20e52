//! Questions of a client: all of them, one with its messages, and the forms to ask and to answer. Who may read which is for
//! [`super::super::talk`] and the viewer to say.

use std::collections::HashMap;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{NaiveDate, Weekday};

use crate::published::talk::{LONGEST_MESSAGE, message};
use crate::published::{About, Author};
use crate::values::calendar::Calendar;
use crate::values::id::PublicId;
use crate::values::text::TextError;

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{InPerson, SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::talk::{NewMessage, Outcome};
use super::super::store::{Face, Said};
use super::super::talk::{self, Conversation, Saying, State as Turn, When};
use super::super::template::{Frame, render};
use super::super::viewer::Viewer;
use super::super::words::{Words, fill};
use super::approval;
use super::format_of;

/// Bytes of a form with the longest message in it: of the widest characters, each byte written as three.
const FORM: usize = LONGEST_MESSAGE * 4 * 3 + 2_000;
/// Characters of a question that stand for it in the list.
const TITLE: usize = 80;

#[derive(Debug, Template)]
#[template(path = "questions.html", config = "src/portal/askama.toml")]
struct ListPage {
    frame: Frame,
    w: &'static Words,
    business: String,
    form: FormView,
    rows: Vec<ListRow>,
}

#[derive(Debug, Template)]
#[template(path = "question.html", config = "src/portal/askama.toml")]
struct ThreadPage {
    frame: Frame,
    w: &'static Words,
    base: String,
    title: String,
    about: AboutView,
    state: Badge,
    sayings: Vec<SayingView>,
    form: FormView,
}

/// A form for a message.
#[derive(Debug)]
struct FormView {
    action: String,
    form_token: String,
    /// Minted here, so that a form that is sent twice writes once.
    message: String,
    about: Option<(String, String)>,
    text: String,
    problem: Option<String>,
    longest: usize,
}

#[derive(Debug)]
struct ListRow {
    address: String,
    title: String,
    about: String,
    state: Badge,
    unread: bool,
    when: String,
    sayings: String,
}

#[derive(Debug)]
struct AboutView {
    words: String,
    address: Option<String>,
}

#[derive(Debug)]
struct SayingView {
    id: String,
    who: String,
    /// Of the people who do the work.
    team: bool,
    when: String,
    text: String,
}

#[derive(Debug)]
pub(super) struct Badge {
    pub(super) word: &'static str,
    pub(super) class: &'static str,
}

/// `GET /c/{client}/questions`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let about = asked_about(query.as_deref().unwrap_or_default()).ok_or(Refusal::NotFound)?;
    let draft = Draft::empty(about)?;
    list_page(&portal, &viewer, &signed_in, draft, StatusCode::OK).await
}

/// `about=OBJECT`, once, and nothing else.
fn asked_about(query: &str) -> Option<About> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    match (pairs.next(), pairs.next()) {
        (None, _) => Some(About::Client),
        (Some((name, about)), None) if name == "about" => about.parse().ok(),
        _ => None,
    }
}

/// What stands in a form before it is sent.
struct Draft {
    message: PublicId,
    about: About,
    text: String,
    problem: Option<String>,
}

impl Draft {
    fn empty(about: About) -> Result<Self, Refusal> {
        Ok(Self {
            message: PublicId::random()?,
            about,
            text: String::new(),
            problem: None,
        })
    }

    fn form(
        self,
        action: String,
        about: Option<(String, String)>,
        signed_in: &SignedIn,
    ) -> FormView {
        FormView {
            action,
            form_token: signed_in.form_token(),
            message: self.message.to_string(),
            about,
            text: self.text,
            problem: self.problem,
            longest: LONGEST_MESSAGE,
        }
    }
}

async fn list_page(
    portal: &Portal,
    viewer: &Viewer,
    signed_in: &SignedIn,
    draft: Draft,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let format = format_of(viewer);
    let said = portal.store().talk(viewer).await?;
    let face = face(portal, viewer, &draft.about)
        .await?
        .ok_or(Refusal::NotFound)?;
    let about = (draft.about != About::Client).then(|| {
        let words = face_words(&face, &draft.about, viewer, &format);
        (draft.about.to_string(), words)
    });
    let here = format!("/c/{}/questions", viewer.client());
    let mut rows = Vec::new();
    let mut looked_up = HashMap::new();
    for one in talk::conversations(&said, viewer) {
        let words = match looked_up.get(&one.about) {
            Some(words) if !one.published => Option::clone(words),
            _ => shown_about(portal, viewer, &said, &one, &format).await?,
        };
        if let Some(words) = &words {
            rows.push(list_row(&one, words.clone(), &here, viewer, &format));
        }
        if !one.published {
            looked_up.insert(one.about, words);
        }
    }
    let page = ListPage {
        frame: Frame::of(format.words().questions, "/questions", viewer, signed_in),
        w: format.words(),
        business: viewer.console().business.clone(),
        form: draft.form(here, about, signed_in),
        rows,
    };
    Ok((status, render(&page)?).into_response())
}

/// What a thread is about in words; none where its object is not shown. Of what is published the account has seen to that.
async fn shown_about(
    portal: &Portal,
    viewer: &Viewer,
    said: &Said,
    one: &Conversation,
    format: &Format,
) -> Result<Option<String>, Refusal> {
    if one.published {
        return Ok(Some(about_words(one, said, format)));
    }
    let face = face(portal, viewer, &one.about).await?;
    Ok(face.map(|face| face_words(&face, &one.about, viewer, format)))
}

fn about_words(one: &Conversation, said: &Said, format: &Format) -> String {
    let w = format.words();
    let name = one.name.clone().unwrap_or_default();
    match &one.about {
        About::Client => w.about_general.to_owned(),
        About::Project(_) | About::Task(_) => name,
        About::Entry(day, _) => fill(w.about_work, &[&format.day(*day), &name]),
        About::Invoice(_) => fill(w.invoice_title, &[&name]),
        About::Request(id) => {
            let mut requests = said.talk.requests.iter();
            let found = requests.find(|request| request.id == *id);
            found.map_or_else(String::new, |request| approval::title(request, format))
        }
    }
}

/// The object, if it is there and the viewer may write about it.
async fn face(portal: &Portal, viewer: &Viewer, about: &About) -> Result<Option<Face>, Refusal> {
    if !viewer.may_ask(about) {
        return Ok(None);
    }
    Ok(portal.store().face(viewer, about.clone()).await?)
}

fn face_words(face: &Face, about: &About, viewer: &Viewer, format: &Format) -> String {
    let w = format.words();
    match face {
        Face::Client => fill(w.about_client, &[&viewer.console().business]),
        Face::Named(number) if matches!(about, About::Invoice(_)) => {
            fill(w.invoice_title, &[number])
        }
        Face::Named(name) => name.clone(),
        Face::Work { day, name } => fill(w.about_work, &[&format.day(*day), name]),
        Face::Request(request) => approval::title(request, format),
    }
}

fn list_row(
    one: &Conversation,
    about: String,
    here: &str,
    viewer: &Viewer,
    format: &Format,
) -> ListRow {
    let w = format.words();
    let last = one.sayings.last().map(|saying| day(saying.when, viewer));
    let count = one.sayings.len();
    ListRow {
        address: format!("{here}/{}", one.id),
        title: title(one),
        about,
        state: badge(one.state, format.words()),
        unread: one.unread,
        when: last.map_or_else(String::new, |day| format.short_day(day)),
        sayings: match count {
            1 => w.messages_one.to_owned(),
            many => fill(w.messages_many, &[&many.to_string()]),
        },
    }
}

/// How the question begins.
fn title(one: &Conversation) -> String {
    let text = one
        .sayings
        .first()
        .map_or("", |saying| saying.text.as_str());
    let line = text.lines().next().unwrap_or_default();
    if line.chars().nth(TITLE).is_some() {
        let cut: String = line.chars().take(TITLE).collect();
        format!("{}…", cut.trim_end())
    } else {
        line.to_owned()
    }
}

fn badge(state: Turn, w: &'static Words) -> Badge {
    let (word, class) = match state {
        Turn::Open => (w.question_open, "fair"),
        Turn::Answered => (w.question_answered, "good"),
        Turn::Done => (w.question_done, "quiet"),
    };
    Badge { word, class }
}

/// The day of a message, in the zone of the client.
fn day(when: When, viewer: &Viewer) -> NaiveDate {
    match when {
        When::Day(day) => day,
        When::Instant(at) => local_day(at, viewer),
    }
}

/// The day of an instant in the zone of the client.
pub(super) fn local_day(at: chrono::DateTime<chrono::Utc>, viewer: &Viewer) -> NaiveDate {
    Calendar::parse_zone(&viewer.console().zone).map_or_else(
        |_| at.date_naive(),
        |zone| Calendar::new(zone, Weekday::Mon, at).today(),
    )
}

/// `GET /c/{client}/questions/{thread}`
pub(in super::super) async fn show(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    _: InPerson,
    signed_in: SignedIn,
    Path((_, thread)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let found = Found::of(&portal, &viewer, &thread).await?;
    let draft = Draft::empty(found.one.about.clone())?;
    found
        .page(&portal, &viewer, &signed_in, draft, StatusCode::OK)
        .await
}

/// A thread that the viewer may read.
struct Found {
    one: Conversation,
    about: String,
}

impl Found {
    async fn of(portal: &Portal, viewer: &Viewer, thread: &str) -> Result<Self, Refusal> {
        let id = PublicId::parse(thread).map_err(|_| Refusal::NotFound)?;
        let said = portal.store().talk(viewer).await?;
        let one = talk::conversation(&said, viewer, &id).ok_or(Refusal::NotFound)?;
        let about = shown_about(portal, viewer, &said, &one, &format_of(viewer)).await?;
        let about = about.ok_or(Refusal::NotFound)?;
        Ok(Self { one, about })
    }

    async fn page(
        self,
        portal: &Portal,
        viewer: &Viewer,
        signed_in: &SignedIn,
        draft: Draft,
        status: StatusCode,
    ) -> Result<Response, Refusal> {
        let Self { one, about } = self;
        let count = u32::try_from(one.sayings.len()).unwrap_or(u32::MAX);
        if one.unread {
            portal
                .store()
                .see_thread(viewer, one.id.clone(), count)
                .await?;
        }
        let format = format_of(viewer);
        let client = format!("/c/{}", viewer.client());
        let base = format!("{client}/questions");
        let title = title(&one);
        let sayings = one.sayings.iter();
        let page = ThreadPage {
            frame: Frame::of(&title, "/questions", viewer, signed_in),
            w: format.words(),
            about: AboutView {
                address: address(&one.about, &client),
                words: about,
            },
            state: badge(one.state, format.words()),
            sayings: sayings
                .map(|saying| saying_view(saying, viewer, &format))
                .collect(),
            form: draft.form(format!("{base}/{}", one.id), None, signed_in),
            base,
            title,
        };
        Ok((status, render(&page)?).into_response())
    }
}

/// Where to ask about an object; none where the viewer may not.
pub(super) fn link(viewer: &Viewer, about: &About) -> Option<String> {
    let address = || format!("/c/{}/questions?about={about}", viewer.client());
    viewer.may_ask(about).then(address)
}

/// Where the object stands.
fn address(about: &About, client: &str) -> Option<String> {
    match about {
        About::Client => None,
        About::Project(_) | About::Task(_) => Some(format!("{client}/projects")),
        About::Entry(day, _) => Some(format!("{client}/timesheet?from={day}&to={day}")),
        About::Invoice(id) => Some(format!("{client}/invoices/{id}")),
        About::Request(id) => Some(format!("{client}/approvals#{id}")),
    }
}

fn saying_view(saying: &Saying, viewer: &Viewer, format: &Format) -> SayingView {
    let w = format.words();
    let (who, team) = match &saying.author {
        Author::User { id, .. } if id == viewer.user() => (w.you.to_owned(), false),
        Author::User { name, .. } if name.is_empty() => (w.former_user.to_owned(), false),
        Author::User { name, .. } => (name.clone(), false),
        Author::Team { name } => (
            fill(w.author_team, &[name, &viewer.console().business]),
            true,
        ),
    };
    SayingView {
        id: saying.id.to_string(),
        who,
        team,
        when: format.day(day(saying.when, viewer)),
        text: saying.text.clone(),
    }
}

/// `POST /c/{client}/questions`
pub(in super::super) async fn ask(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    request: Request,
) -> Result<Response, Refusal> {
    let sent = Sent::read(request).await?;
    let w = format_of(&viewer).words();
    signed_in.check(&sent.form_token)?;
    let about: About = match &sent.about {
        None => About::Client,
        Some(about) => about.parse().map_err(|_| Refusal::NotFound)?,
    };
    face(&portal, &viewer, &about)
        .await?
        .ok_or(Refusal::NotFound)?;
    let text = match message(&sent.text) {
        Ok(text) => text,
        Err(error) => {
            let draft = sent.again(about, problem(&error, w))?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return list_page(&portal, &viewer, &signed_in, draft, status).await;
        }
    };
    // The thread goes by the id of the message that begins it.
    let id = sent.message()?;
    let new = NewMessage {
        message: id.clone(),
        thread: id.clone(),
        about: Some(about.clone()),
        text: text.to_string(),
    };
    match portal
        .store()
        .write_message(&viewer, new, portal.now())
        .await?
    {
        Outcome::Done => {
            portal.store().see_thread(&viewer, id.clone(), 1).await?;
            let thread = format!("/c/{}/questions/{id}", viewer.client());
            Ok(Redirect::to(&thread).into_response())
        }
        refused @ (Outcome::TooMany | Outcome::Full) => {
            let draft = sent.again(about, told(refused, &viewer, w))?;
            let status = StatusCode::TOO_MANY_REQUESTS;
            list_page(&portal, &viewer, &signed_in, draft, status).await
        }
    }
}

/// Why a message was not taken.
fn told(refused: Outcome, viewer: &Viewer, w: &'static Words) -> String {
    match refused {
        Outcome::Full => fill(w.message_full, &[&viewer.console().business]),
        Outcome::Done | Outcome::TooMany => w.message_too_many.to_owned(),
    }
}

/// `POST /c/{client}/questions/{thread}`
pub(in super::super) async fn answer(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    Path((_, thread)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let found = Found::of(&portal, &viewer, &thread).await?;
    let sent = Sent::read(request).await?;
    let w = format_of(&viewer).words();
    signed_in.check(&sent.form_token)?;
    let about = found.one.about.clone();
    let text = match message(&sent.text) {
        Ok(text) => text,
        Err(error) => {
            let draft = sent.again(about, problem(&error, w))?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return found
                .page(&portal, &viewer, &signed_in, draft, status)
                .await;
        }
    };
    let new = NewMessage {
        message: sent.message()?,
        thread: found.one.id.clone(),
        about: None,
        text: text.to_string(),
    };
    match portal
        .store()
        .write_message(&viewer, new, portal.now())
        .await?
    {
        Outcome::Done => {
            let thread = format!("/c/{}/questions/{}", viewer.client(), found.one.id);
            Ok(Redirect::to(&thread).into_response())
        }
        refused @ (Outcome::TooMany | Outcome::Full) => {
            let draft = sent.again(about, told(refused, &viewer, w))?;
            let status = StatusCode::TOO_MANY_REQUESTS;
            found
                .page(&portal, &viewer, &signed_in, draft, status)
                .await
        }
    }
}

/// What a form sent. Fields that are not ours are none of our forms, so that nothing can be slipped in.
struct Sent {
    form_token: String,
    message: String,
    about: Option<String>,
    text: String,
}

impl Sent {
    async fn read(request: Request) -> Result<Self, Refusal> {
        let fields = fields(request, FORM).await?;
        let [form_token, message, about, text] =
            named(fields, ["form_token", "message", "about", "text"])?;
        Ok(Self {
            form_token: form_token.ok_or(Refusal::Malformed)?,
            message: message.ok_or(Refusal::Malformed)?,
            about,
            text: text.ok_or(Refusal::Malformed)?,
        })
    }

    fn message(&self) -> Result<PublicId, Refusal> {
        PublicId::parse(&self.message).map_err(|_| Refusal::Malformed)
    }

    fn again(self, about: About, problem: String) -> Result<Draft, Refusal> {
        Ok(Draft {
            message: self.message()?,
            about,
            text: self.text,
            problem: Some(problem),
        })
    }
}

/// The fields of a form of at most so many bytes.
pub(super) async fn fields(
    mut request: Request,
    most: usize,
) -> Result<Vec<(String, String)>, Refusal> {
    DefaultBodyLimit::max(most).apply(&mut request);
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refusal::TooLarge
            } else {
                Refusal::Malformed
            }
        })?;
    let pairs = url::form_urlencoded::parse(&body);
    Ok(pairs.into_owned().take(20).collect())
}

/// These fields, each at most once, and no others.
pub(super) fn named<const N: usize>(
    fields: Vec<(String, String)>,
    names: [&str; N],
) -> Result<[Option<String>; N], Refusal> {
    let mut values = [const { None }; N];
    for (name, value) in fields {
        let place = names.iter().position(|known| *known == name);
        let slot = place.and_then(|place| values.get_mut(place));
        match slot {
            Some(slot @ None) => *slot = Some(value),
            _ => return Err(Refusal::Malformed),
        }
    }
    Ok(values)
}

/// What is wrong with a text, in words.
pub(super) fn problem(error: &TextError, w: &Words) -> String {
    match error {
        TextError::Empty => w.message_empty.to_owned(),
        TextError::TooLong { most } => fill(w.message_long, &[&most.to_string()]),
        _ => w.message_unsafe.to_owned(),
    }
}
