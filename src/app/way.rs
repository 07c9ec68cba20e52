//! The ways that mail takes out of the outbox: our own, a mail server or files; and the portal, for notices to its users where that is
//! set. What one way cannot take now does not hold up the other.

use std::collections::BTreeSet;

use crate::disclosure::Noun;
use crate::domain::key::MailKey;
use crate::domain::mail::{Kind, Mail, Notices};
use crate::domain::notice::{Given, Side};
use crate::mail::{Carrier, Fault, Letter};
use crate::published::notice::{Kind as NoticeKind, NoticeAbout, NoticeMail};
use crate::sync::{Connection, Peer, SyncError};

use super::{Result, Session, publish};

/// What came of a mail: the portal that took it, or none where it went our own way.
pub(super) type Outcome = std::result::Result<Option<String>, Fault>;

/// The ways that there are.
pub struct Ways {
    own: std::result::Result<Box<dyn Carrier>, Fault>,
    /// None: no mail goes by the portal.
    portal: Option<std::result::Result<Peer, Fault>>,
    own_fault: Option<Fault>,
    portal_fault: Option<Fault>,
}

impl std::fmt::Debug for Ways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ways")
            .field("own", &self.own.is_ok())
            .field("portal", &self.portal)
            .finish_non_exhaustive()
    }
}

/// The way of one mail.
#[derive(Debug)]
pub(super) enum Way {
    Own,
    /// The portal sends it: by this id.
    Portal {
        id: String,
        about: Vec<NoticeAbout>,
    },
}

impl Ways {
    /// Our own way alone.
    pub fn own(carrier: Box<dyn Carrier>) -> Self {
        Self {
            own: Ok(carrier),
            portal: None,
            own_fault: None,
            portal_fault: None,
        }
    }

    /// Our own way, if there is one, and the portal for what it sends; or why it cannot be asked.
    pub fn with_portal(
        own: std::result::Result<Box<dyn Carrier>, Fault>,
        connection: std::result::Result<Connection, Fault>,
    ) -> Self {
        let peer = connection.and_then(|connection| Peer::connect(&connection).map_err(fault));
        Self {
            own,
            portal: Some(peer),
            own_fault: None,
            portal_fault: None,
        }
    }

    /// The way of a mail: notices to users of a client go by the portal, where that is set.
    pub(super) fn of(&self, session: &mut Session, key: MailKey) -> Result<Way> {
        let by_portal = session.business.mail.notices == Notices::Portal;
        if !by_portal || self.portal.is_none() {
            return Ok(Way::Own);
        }
        let ids = publish::public_ids(session)?;
        let (mail, told) = session.store.read(|books| {
            let told: Vec<Given> = books
                .notices_of(key)?
                .into_iter()
                .map(|(_, given)| given)
                .collect();
            Ok::<_, super::Error>((books.mail(key)?, told))
        })?;
        let to_users = !told.is_empty() && told.iter().all(|given| given.side == Side::Client);
        let Some(Mail {
            kind: Kind::Notice,
            message_id,
            ..
        }) = mail.filter(|_| to_users)
        else {
            return Ok(Way::Own);
        };
        let about: BTreeSet<NoticeAbout> = told
            .iter()
            .filter_map(|given| {
                Some(NoticeAbout {
                    client: ids.row(Noun::Client, given.client.0),
                    kind: NoticeKind::from_word(&given.event)?,
                })
            })
            .collect();
        let id = message_id.split('@').next().unwrap_or_default().to_owned();
        Ok(Way::Portal {
            id,
            about: about.into_iter().collect(),
        })
    }

    /// Gives a letter away. Gives the portal that took it.
    pub(super) fn carry(&mut self, way: Way, letter: &Letter) -> Outcome {
        let blocked = |place: &mut Option<Fault>, fault: &Fault| {
            if fault.is_of_the_way() {
                *place = Some(fault.clone());
            }
        };
        match way {
            Way::Own => {
                let taken = match &mut self.own {
                    Ok(carrier) => carrier.carry(letter),
                    Err(fault) => Err(fault.clone()),
                };
                taken
                    .map(|()| None)
                    .inspect_err(|fault| blocked(&mut self.own_fault, fault))
            }
            Way::Portal { id, about } => {
                let taken = match &self.portal {
                    Some(Ok(peer)) => peer
                        .hand_over(&id, &handed(letter, about))
                        .map(|()| Some(peer.url().to_owned()))
                        .map_err(fault),
                    Some(Err(fault)) => Err(fault.clone()),
                    None => Err(Fault::Unreachable(SyncError::NotConnected.to_string())),
                };
                taken.inspect_err(|fault| blocked(&mut self.portal_fault, fault))
            }
        }
    }

    /// Whether there is no use in trying another mail by this way.
    pub(super) fn is_blocked(&self, way: &Way) -> bool {
        match way {
            Way::Own => self.own_fault.is_some(),
            Way::Portal { .. } => self.portal_fault.is_some(),
        }
    }

    /// The same of all that there are.
    pub(super) fn are_blocked(&self) -> bool {
        self.own_fault.is_some() && (self.portal.is_none() || self.portal_fault.is_some())
    }

    /// Why a way takes no more: our own, the portal's.
    pub(super) fn faults(&self) -> (Option<Fault>, Option<Fault>) {
        (self.own_fault.clone(), self.portal_fault.clone())
    }
}

/// A letter as the portal takes it.
fn handed(letter: &Letter, about: Vec<NoticeAbout>) -> NoticeMail {
    let business = letter.sender_name.as_ref().map(ToString::to_string);
    NoticeMail {
        to: letter
            .to
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        about,
        business: business.unwrap_or_else(|| letter.sender.to_string()),
        reply_to: letter.sender.to_string(),
        subject: letter.subject.to_string(),
        text: letter.body.clone(),
        html: letter.html.clone(),
        unsubscribe: letter.unsubscribe.clone(),
    }
}

/// What a portal's refusal means for a mail.
fn fault(error: SyncError) -> Fault {
    let words = error.to_string();
    match error {
        SyncError::TokenRefused | SyncError::AccountDisabled { .. } => Fault::NotAuthorised(words),
        SyncError::Refused { code, message } => match code.as_str() {
            "no_mail" | "no_notices" | "too_many" | "mail_away" => Fault::Unreachable(message),
            // The next sync may bring the reader there, or what the reader ended here.
            "no_reader" | "unwanted" | "underway" => Fault::Later(format!("the portal: {message}")),
            "mail_later" => Fault::Later(message),
            "mail_refused" => Fault::Refused(message),
            _ => Fault::Refused(words),
        },
        SyncError::Stale { .. } | SyncError::Limit { .. } => Fault::Later(words),
        SyncError::NotConnected
        | SyncError::Running
        | SyncError::BadAddress { .. }
        | SyncError::Insecure { .. }
        | SyncError::Unreachable { .. }
        | SyncError::Failing { .. }
        | SyncError::Protocol { .. }
        | SyncError::SendsNoNotices { .. }
        | SyncError::BadAnswer { .. } => Fault::Unreachable(words),
    }
}
