//! Notices that an account hands over, for the portal to send to its own users and to nobody else: bounded, and once each.
//!
//! A notice is sent while its account waits, and nothing of its words is kept: what the mail server does not take stays in the outbox
//! of the account, which knows what may be told by the next try. A process that dies in the midst leaves its claim; once that is
//! over, the notice goes out again under the same Message-ID.

use std::time::Duration;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::published::notice::NoticeMail;
use crate::values::text::{Email, Line};

use super::error::ApiRefusal;
use super::ingest::body;
use super::mail::CLAIM;
use super::server::Portal;
use super::settings::Place;
use super::store::{Account, HandOver, NewNotice, NoticeClaim};

/// How long one waits for others to be sent.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long an account waits for the mail server: less than a request may take.
const LONGEST_WAIT: Duration = Duration::from_secs(40);
/// Bytes of a notice: a digest about many clients has a few thousand.
const LONGEST: usize = 256 * 1024;
/// Things that one notice tells.
const MOST_ABOUT: usize = 500;
/// Characters of an address by which mail is ended.
const LONGEST_WAY_OUT: usize = 1_000;

/// `PUT /api/v1/notices/{id}`
pub(super) async fn take(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    if !is_id(&id) {
        return Err(invalid("its id is none"));
    }
    if portal.settings().mail.is_none() {
        return Err(ApiRefusal::NoMail);
    }
    if !portal.settings().takes_notices {
        return Err(ApiRefusal::NoNotices);
    }
    let body = body(request, "a notice", LONGEST).await?;
    let mail: NoticeMail = serde_json::from_slice(&body)
        .map_err(|error| ApiRefusal::Invalid(format!("the notice: {error}")))?;
    check(&mail, portal.place())?;
    // Before it is claimed: whoever claims it sends it at once.
    let Some(leave) = portal.leave_to_send(PATIENCE).await else {
        return Err(ApiRefusal::Busy);
    };
    let now = portal.now();
    let new = NewNotice {
        id,
        mail: mail.clone(),
        until: now + CLAIM,
        most: portal.settings().limits.notices_a_day,
    };
    let most = new.most;
    match portal.store().take_notice(account.id, new, now).await? {
        HandOver::Taken(claim) => send(&portal, claim, mail, leave).await,
        HandOver::Before => Ok(StatusCode::NO_CONTENT),
        HandOver::Underway => Err(ApiRefusal::Underway),
        HandOver::Foreign => Err(invalid("its id is taken")),
        HandOver::NoReader => Err(ApiRefusal::NoReader),
        HandOver::Unwanted => Err(ApiRefusal::Unwanted),
        HandOver::Full => Err(ApiRefusal::TooMany(most)),
    }
}

/// Gives it to the mail server. That goes on to its end when the account does not wait so long, and the next try learns what came of it.
async fn send(
    portal: &Portal,
    claim: NoticeClaim,
    mail: NoticeMail,
    leave: OwnedSemaphorePermit,
) -> Result<StatusCode, ApiRefusal> {
    let Some(outgoing) = portal.settings().mail.clone() else {
        return Err(ApiRefusal::NoMail);
    };
    let (tell, told) = oneshot::channel();
    let here = portal.clone();
    let errand = async move {
        let taken = super::mail::send(&here, &outgoing, &claim, mail).await;
        drop(leave);
        let (number, is_sent) = (claim.mail, taken.is_ok());
        match here.store().settle_notice(claim, is_sent, here.now()).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(mail = number, "nobody waits for the end of this notice"),
            Err(error) => {
                tracing::error!(%error, mail = number, "the end of a notice is not written down");
            }
        }
        // Nobody listens who has gone away.
        tell.send(taken).ok();
    };
    portal.to_its_end(errand).await;
    match tokio::time::timeout(LONGEST_WAIT, told).await {
        Ok(Ok(Ok(()))) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(Err(fault))) => Err(ApiRefusal::Mail(fault)),
        Ok(Err(_)) | Err(_) => Err(ApiRefusal::Underway),
    }
}

fn invalid(what: &str) -> ApiRefusal {
    ApiRefusal::Invalid(format!("the notice: {what}"))
}

/// Whether it can stand before the `@` of a Message-ID.
fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (16..=64).contains(&text.len()) && text.chars().all(fits)
}

/// What can be said of a notice without the store: nothing in it breaks a header or leads elsewhere.
fn check(mail: &NoticeMail, place: &Place) -> Result<(), ApiRefusal> {
    let NoticeMail {
        to,
        about,
        business,
        reply_to,
        subject,
        text,
        html,
        unsubscribe,
    } = mail;
    for address in [to, reply_to] {
        Email::parse(address).map_err(|_| invalid("an address is none"))?;
    }
    for line in [business, subject] {
        Line::parse(line).map_err(|_| invalid("a line is none"))?;
    }
    if about.is_empty() || about.len() > MOST_ABOUT {
        return Err(invalid("it is about nothing, or about too much"));
    }
    let texts = [Some(text), html.as_ref()];
    let is_text = |text: &String| {
        text.chars()
            .all(|c| !c.is_control() || c == '\n' || c == '\t')
    };
    if !texts.into_iter().flatten().all(is_text) {
        return Err(invalid("its text has characters that are none"));
    }
    let is_way_out = unsubscribe
        .as_ref()
        .is_none_or(|address| is_way_out(address, place, reply_to));
    match is_way_out {
        true => Ok(()),
        false => Err(invalid("its way out leads elsewhere")),
    }
}

/// A page of this portal, or a mail to the business.
fn is_way_out(address: &str, place: &Place, reply_to: &str) -> bool {
    let mail = format!("mailto:{reply_to}?subject=unsubscribe");
    let is_plain = address
        .chars()
        .all(|c| c.is_ascii_graphic() && c != '<' && c != '>');
    let page = place.path_of(address);
    let leads =
        page.is_some_and(|path| path.starts_with("/unsubscribe/")) || address.starts_with(&mail);
    is_plain && leads && address.len() <= LONGEST_WAY_OUT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_out_leads_to_this_portal_or_to_the_business() {
        let public = url::Url::parse("https://portal.example").unwrap();
        let listening = "127.0.0.1:1".parse().unwrap();
        let place = Place::new(Some(&public), listening, false).unwrap();
        for (address, fits) in [
            (
                "https://portal.example/unsubscribe/weekly-summary/AbC",
                true,
            ),
            (
                "mailto:mara@studio.example?subject=unsubscribe%20weekly-summary",
                true,
            ),
            ("https://portal.example.evil/unsubscribe/x", false),
            ("https://portal.example/sign-in", false),
            ("mailto:eve@evil.example?subject=unsubscribe", false),
            ("https://portal.example/unsubscribe/a> <b", false),
            (
                "https://portal.example/unsubscribe/a\r\nBcc: x@y.example",
                false,
            ),
        ] {
            let found = is_way_out(address, &place, "mara@studio.example");
            assert_eq!(found, fits, "{address}");
        }
        // On one's own machine it has several names, and an account knows it by any of them.
        let here = Place::new(None, "127.0.0.1:8070".parse().unwrap(), false).unwrap();
        for (address, fits) in [
            ("http://127.0.0.1:8070/unsubscribe/x", true),
            ("http://localhost:8070/unsubscribe/x", true),
            ("http://[::1]:8070/unsubscribe/x", true),
            ("https://localhost:8070/unsubscribe/x", false),
            ("http://localhost:8071/unsubscribe/x", false),
            ("http://localhost:8070@evil.example/unsubscribe/x", false),
            ("http://localhost:8070", false),
        ] {
            let found = is_way_out(address, &here, "mara@studio.example");
            assert_eq!(found, fits, "{address}");
        }
    }

    #[test]
    fn an_id_is_of_letters_and_digits() {
        assert!(is_id("6e6456d58466f693e543e8105f0a64de"));
        for text in [
            "",
            "short",
            "6E6456D58466F693E543",
            "6e6456d58466f693@x.example",
            "6e6456d5 8466f693",
        ] {
            assert!(!is_id(text), "{text}");
        }
    }
}
