//! The portal's mail on its way out: claims what is due in the outbox, writes the letter, gives it to a mail server or a folder,
//! and writes down what came of it. Several server processes may do so side by side.
//!
//! A process that dies between sending and writing that down leaves a mail that goes out again when its claim is over, under the
//! same Message-ID: at most once more for each such death. The log has numbers and kinds, never addresses or links.

mod letter;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::mail::smtp::Server;
use crate::mail::{Carrier, Fault, Folder, Letter};
use crate::published::notice::NoticeMail;
use crate::values::id::Token;

use self::letter::{House, letter, notice};
use super::server::Portal;
use super::settings::{Outgoing, Way};
use super::store::{
    ClaimedMail, MAIL_ATTEMPTS, MailClaim, MailKind, MailOutcome, NoticeClaim, StoreError,
};

/// How long a claim holds: longer than the slowest server may take.
pub(super) const CLAIM: TimeDelta = TimeDelta::minutes(15);
/// The longest pause while nobody takes mail.
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(300);

/// When the try after this one may be made; none: it was the last.
fn next_try(attempt: u32) -> Option<TimeDelta> {
    if attempt >= MAIL_ATTEMPTS {
        return None;
    }
    let minutes = match attempt {
        0 | 1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        5 => 180,
        6 => 360,
        7 => 720,
        _ => 1_440,
    };
    Some(TimeDelta::minutes(minutes))
}

/// Sends what is due until `stop` says so; a mail that is on its way then is finished.
pub(super) async fn run(portal: Portal, mut stop: watch::Receiver<bool>) {
    let Some(outgoing) = portal.settings().mail.clone() else {
        return;
    };
    let rest = portal.settings().times.outbox;
    let mut pause = rest;
    while !*stop.borrow() {
        pause = match round(&portal, &outgoing, &stop).await {
            Ok(Round::Emptied) => rest,
            Ok(Round::Blocked) => pause.saturating_mul(2).min(LONGEST_PAUSE),
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                pause.saturating_mul(2).min(LONGEST_PAUSE)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// How a look into the outbox ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// Nothing more is due.
    Emptied,
    /// No mail would go now.
    Blocked,
}

/// Sends all that is due, over one connection.
async fn round(
    portal: &Portal,
    outgoing: &Outgoing,
    stop: &watch::Receiver<bool>,
) -> Result<Round, StoreError> {
    let mut carrier = None;
    while !*stop.borrow() {
        let now = portal.now();
        let Ok(secret) = Token::random() else {
            return Ok(Round::Blocked);
        };
        let claim = MailClaim {
            token_hash: secret.hash(),
            until: now + CLAIM,
        };
        let Some(mail) = portal.store().claim_mail(claim, now).await? else {
            return Ok(Round::Emptied);
        };
        let taken = match written(portal, outgoing, &mail, &secret) {
            Ok(letter) => {
                let through = carrier.take().unwrap_or_else(|| opened(portal, outgoing));
                let (through, taken) = carry(through, letter).await;
                carrier = through;
                taken
            }
            Err(why) => Err(Fault::Refused(why)),
        };
        let blocked = taken.as_ref().is_err_and(Fault::is_of_the_way);
        tell(portal, (mail.id, mail.kind, mail.attempt), &taken);
        let outcome = outcome(mail.attempt, taken, portal.now());
        let settled = portal
            .store()
            .settle_mail(mail.id, mail.attempt, outcome, portal.now())
            .await?;
        if !settled {
            tracing::warn!(mail = mail.id, "another process took the mail up meanwhile");
        }
        if blocked {
            return Ok(Round::Blocked);
        }
    }
    Ok(Round::Emptied)
}

fn written(
    portal: &Portal,
    outgoing: &Outgoing,
    mail: &ClaimedMail,
    secret: &Token,
) -> Result<Letter, String> {
    letter(mail, house(portal, outgoing), secret)
}

fn house<'a>(portal: &'a Portal, outgoing: &'a Outgoing) -> House<'a> {
    House {
        origin: &portal.place().origin,
        sender: &outgoing.sender,
    }
}

/// Sends what an account hands over, at once and over a connection of its own.
pub(super) async fn send(
    portal: &Portal,
    outgoing: &Outgoing,
    claim: &NoticeClaim,
    mail: NoticeMail,
) -> Result<(), Fault> {
    let taken = match notice(&claim.id, mail, house(portal, outgoing), portal.now()) {
        Ok(letter) => carry(opened(portal, outgoing), letter).await.1,
        Err(why) => Err(Fault::Refused(why)),
    };
    tell(
        portal,
        (claim.mail, MailKind::Notice, claim.attempt),
        &taken,
    );
    taken
}

fn opened(portal: &Portal, outgoing: &Outgoing) -> Box<dyn Carrier> {
    match &outgoing.way {
        Way::Folder(path) => Box::new(Folder::at(path)),
        Way::Server {
            host,
            port,
            encryption,
            login,
        } => Box::new(
            Server::new(host, *port, *encryption, login.clone(), &outgoing.sender)
                .waited_for(portal.settings().times.mail),
        ),
    }
}

/// Carrying blocks, so it has a thread of its own. After a fault the carrier is not used again.
async fn carry(
    mut carrier: Box<dyn Carrier>,
    letter: Letter,
) -> (Option<Box<dyn Carrier>>, Result<(), Fault>) {
    let carried = tokio::task::spawn_blocking(move || {
        let taken = carrier.carry(&letter);
        (carrier, taken)
    });
    match carried.await {
        Ok((carrier, Ok(()))) => (Some(carrier), Ok(())),
        Ok((_, fault)) => (None, fault),
        Err(_) => (
            None,
            Err(Fault::Later("sending it was cut short".to_owned())),
        ),
    }
}

fn outcome(attempt: u32, taken: Result<(), Fault>, now: DateTime<Utc>) -> MailOutcome {
    let fault = match taken {
        Ok(()) => return MailOutcome::Sent,
        Err(fault) => fault,
    };
    let error = fault.to_string();
    match fault {
        Fault::Refused(_) => MailOutcome::Dead { error },
        // A server that broke off may have taken it all the same: each such try counts, or its reader got it for ever.
        Fault::Later(_) | Fault::Unreachable(_) | Fault::NotAuthorised(_) => {
            match next_try(attempt) {
                Some(pause) => MailOutcome::Later {
                    at: now + pause,
                    error,
                },
                None => MailOutcome::Dead { error },
            }
        }
    }
}

/// What servers say may have an address in it: it is for `loggia portal mail list`, not for the log.
fn tell(portal: &Portal, (mail, kind, attempt): (i64, MailKind, u32), taken: &Result<(), Fault>) {
    let kind = kind.word();
    let why = match taken {
        Ok(()) => {
            portal.meter().mail(true);
            tracing::info!(mail, kind, attempt, "a mail went out");
            return;
        }
        Err(Fault::Unreachable(_)) => "unreachable",
        Err(Fault::NotAuthorised(_)) => "not authorised",
        Err(Fault::Later(_)) => "later",
        Err(Fault::Refused(_)) => "refused",
    };
    portal.meter().mail(false);
    tracing::warn!(mail, kind, attempt, why, "a mail was not taken");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_the_last_try() {
        let minutes: Vec<i64> = (1..MAIL_ATTEMPTS)
            .map(|attempt| next_try(attempt).unwrap().num_minutes())
            .collect();
        assert_eq!(minutes, [1, 5, 15, 60, 180, 360, 720, 1_440]);
        assert_eq!(next_try(MAIL_ATTEMPTS), None);
    }

    #[test]
    fn what_is_refused_is_not_tried_again_and_the_rest_not_for_ever() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let of = |attempt, fault| outcome(attempt, Err(fault), now);
        let why = || "why".to_owned();
        assert_eq!(outcome(1, Ok(()), now), MailOutcome::Sent);
        for fault in [
            Fault::Unreachable(why()),
            Fault::NotAuthorised(why()),
            Fault::Later(why()),
        ] {
            let at = now + TimeDelta::minutes(1);
            let error = why();
            assert_eq!(of(1, fault.clone()), MailOutcome::Later { at, error });
            assert!(matches!(of(MAIL_ATTEMPTS, fault), MailOutcome::Dead { .. }));
        }
        assert!(matches!(
            of(1, Fault::Refused(why())),
            MailOutcome::Dead { .. }
        ));
    }
}
