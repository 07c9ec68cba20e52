//! What the client is asked to approve, and the answers it gave.

use askama::Template;
use axum::extract::{Path, Request as Sent, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::published::talk::{Decision, message};
use crate::published::{About, Asked, Digest, Request};
use crate::values::id::PublicId;
use crate::values::period::Period;

use super::super::error::Refusal;
use super::super::format::Format;
use super::super::guard::{SignedIn, Visitor};
use super::super::server::Portal;
use super::super::store::talk::PendingDecision;
use super::super::store::{Decided, NewDecision};
use super::super::talk;
use super::super::template::{Frame, render};
use super::super::viewer::{Need, Viewer};
use super::super::words::{Words, fill};
use super::format_of;
use super::question::{Badge, fields, local_day, named, problem};

/// Bytes of the form: a note of the longest and the little beside it.
const FORM: usize = 52_000;

#[derive(Debug, Template)]
#[template(path = "approvals.html", config = "src/portal/askama.toml")]
struct ListPage {
    frame: Frame,
    w: &'static Words,
    business: String,
    problem: Option<String>,
    requests: Vec<RequestView>,
}

#[derive(Debug)]
struct RequestView {
    id: String,
    title: String,
    asked: String,
    facts: Vec<(&'static str, String)>,
    note: Option<String>,
    rows: Vec<RowView>,
    /// What the rows are, for who hears the table.
    caption: String,
    state: Badge,
    answer: Option<AnswerView>,
    form: Option<FormView>,
    /// Where to ask about it.
    question: Option<String>,
}

#[derive(Debug)]
struct RowView {
    day: String,
    work: String,
    member: String,
    hours: String,
}

#[derive(Debug)]
struct AnswerView {
    words: String,
    note: Option<String>,
    /// That it does not hold any more, or not all of it.
    taken_back: Option<&'static str>,
}

#[derive(Debug)]
struct FormView {
    action: String,
    form_token: String,
    shown: String,
}

/// `GET /c/{client}/approvals`
pub(in super::super) async fn list(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
) -> Result<Response, Refusal> {
    page(&portal, &viewer, &signed_in, None, StatusCode::OK).await
}

async fn page(
    portal: &Portal,
    viewer: &Viewer,
    signed_in: &SignedIn,
    problem: Option<String>,
    status: StatusCode,
) -> Result<Response, Refusal> {
    let said = portal.store().talk(viewer).await?;
    let format = format_of(viewer);
    let mut requests = Vec::new();
    for request in talk::requests(&said, viewer) {
        let pending = talk::pending(&said, request);
        requests.push(view(request, pending, viewer, signed_in, &format)?);
    }
    // What waits comes first; the rest as it was asked, the latest first.
    requests.sort_by_key(|request| request.answer.is_some());
    let page = ListPage {
        frame: Frame::of(format.words().approvals, "/approvals", viewer, signed_in),
        w: format.words(),
        business: viewer.console().business.clone(),
        problem,
        requests,
    };
    Ok((status, render(&page)?).into_response())
}

/// What is asked for, in a line.
pub(super) fn title(request: &Request, format: &Format) -> String {
    let w = format.words();
    match &request.what {
        Asked::Budget {
            name,
            by,
            monthly: false,
            ..
        } => fill(w.approval_budget, &[&format.amount(*by), name]),
        Asked::Budget { name, by, .. } => {
            fill(w.approval_budget_monthly, &[&format.amount(*by), name])
        }
        Asked::Timesheet { from, to, .. } => {
            let period = Period {
                from: *from,
                to: *to,
            };
            fill(w.approval_timesheet, &[&format.period(period)])
        }
    }
}

fn view(
    request: &Request,
    pending: Option<&PendingDecision>,
    viewer: &Viewer,
    signed_in: &SignedIn,
    format: &Format,
) -> Result<RequestView, Refusal> {
    let w = format.words();
    let answer = answer(request, pending, viewer, format);
    let base = format!("/c/{}", viewer.client());
    let waits = answer.is_none();
    let form = if waits && viewer.may_decide(&request.what) {
        let shown = request
            .digest()
            .map_err(|_| Refusal::Unexplained("the hash of a request"))?;
        Some(FormView {
            action: format!("{base}/approvals/{}", request.id),
            form_token: signed_in.form_token(),
            shown: shown.to_string(),
        })
    } else {
        None
    };
    let about = About::Request(request.id.clone());
    let (facts, rows) = details(&request.what, format);
    Ok(RequestView {
        id: request.id.to_string(),
        title: title(request, format),
        asked: fill(w.approval_asked, &[&format.day(request.asked)]),
        facts,
        note: request.note.clone(),
        rows: if waits { rows } else { Vec::new() },
        caption: title(request, format),
        state: state(request, pending, w),
        answer,
        form,
        question: viewer
            .may(Need::Questions)
            .then(|| format!("{base}/questions?about={about}")),
    })
}

fn details(what: &Asked, format: &Format) -> (Vec<(&'static str, String)>, Vec<RowView>) {
    let w = format.words();
    match what {
        Asked::Budget { by, change, .. } => {
            let mut facts = vec![(w.approval_more, format.amount(*by))];
            if let Some((is, will)) = change {
                facts.push((w.approval_is, format.amount(*is)));
                facts.push((w.approval_will, format.amount(*will)));
            }
            (facts, Vec::new())
        }
        Asked::Timesheet { seconds, rows, .. } => {
            let rows = rows.iter().map(|row| RowView {
                day: format.short_day(row.day),
                work: match &row.description {
                    Some(words) => format!("{}: {words}", row.project),
                    None => row.project.clone(),
                },
                member: row.member.clone(),
                hours: format.hours(row.seconds),
            });
            (vec![(w.hours, format.hours(*seconds))], rows.collect())
        }
    }
}

fn state(request: &Request, pending: Option<&PendingDecision>, w: &'static Words) -> Badge {
    let approved = match (&request.answer, pending) {
        (Some(answer), _) => Some(answer.approved),
        (None, pending) => pending.map(|decision| decision.approved),
    };
    let is = |what: fn(&Decision) -> bool| request.answer.as_ref().is_some_and(what);
    let is_taken_back = is(|answer| answer.taken_back);
    let (word, class) = match approved {
        Some(true) if is_taken_back => (w.approval_taken_back, "bad"),
        Some(true) if is(|answer| answer.partly) => (w.approval_partly, "fair"),
        None => (w.approval_waits, "fair"),
        Some(true) => (w.approval_approved, "good"),
        Some(false) => (w.approval_declined, "bad"),
    };
    Badge { word, class }
}

fn answer(
    request: &Request,
    pending: Option<&PendingDecision>,
    viewer: &Viewer,
    format: &Format,
) -> Option<AnswerView> {
    let (approved, by, at, note) = match (&request.answer, pending) {
        (Some(answer), _) => (answer.approved, &answer.by, answer.at, &answer.note),
        (None, Some(one)) => (one.approved, &one.by, one.at, &one.note),
        (None, None) => return None,
    };
    let w = format.words();
    let text = if approved {
        w.approval_by
    } else {
        w.approval_declined_by
    };
    let who = if by.is_empty() { w.former_user } else { by };
    Some(AnswerView {
        words: fill(text, &[who, &format.day(local_day(at, viewer))]),
        note: note.clone(),
        taken_back: request.answer.as_ref().and_then(|answer| match answer {
            Decision {
                taken_back: true, ..
            } => Some(w.approval_undone),
            Decision { partly: true, .. } => Some(w.approval_in_part),
            _ => None,
        }),
    })
}

/// `POST /c/{client}/approvals/{request}`
pub(in super::super) async fn decide(
    State(portal): State<Portal>,
    Visitor(viewer): Visitor,
    signed_in: SignedIn,
    Path((_, request)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refusal> {
    // Whoever runs the portal looks through a link of his own; an approval is the client's word.
    if signed_in.session().persons.is_empty() {
        return Err(Refusal::Linked);
    }
    let id = PublicId::parse(&request).map_err(|_| Refusal::NotFound)?;
    let said = portal.store().talk(&viewer).await?;
    let mut known = talk::requests(&said, &viewer);
    if !known.any(|known| known.id == id && viewer.may_decide(&known.what)) {
        return Err(Refusal::NotFound);
    }
    let w = format_of(&viewer).words();
    let sent = fields(sent, FORM).await?;
    let [form_token, shown, decision, note] =
        named(sent, ["form_token", "shown", "decision", "note"])?;
    signed_in.check(&form_token.ok_or(Refusal::Malformed)?)?;
    let shown = Digest::try_from(shown.ok_or(Refusal::Malformed)?);
    let approved = match decision.as_deref() {
        Some("approve") => true,
        Some("decline") => false,
        _ => return Err(Refusal::Malformed),
    };
    let note = match note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty())
    {
        None => None,
        Some(note) => match message(note) {
            Ok(note) => Some(note.to_string()),
            Err(error) => {
                let (problem, status) = (problem(&error, w), StatusCode::UNPROCESSABLE_ENTITY);
                return page(&portal, &viewer, &signed_in, Some(problem), status).await;
            }
        },
    };
    let new = NewDecision {
        request: id,
        shown: shown.map_err(|_| Refusal::Malformed)?,
        approved,
        note,
    };
    let problem = match portal.store().decide(&viewer, new, portal.now()).await? {
        Decided::Done => {
            let here = format!("/c/{}/approvals", viewer.client());
            return Ok(Redirect::to(&here).into_response());
        }
        Decided::NotThere => return Err(Refusal::NotFound),
        Decided::Before => w.approval_before,
        Decided::Changed => w.approval_changed,
    };
    let problem = Some(problem.to_owned());
    page(&portal, &viewer, &signed_in, problem, StatusCode::CONFLICT).await
}
