//! Who is told of what by mail: global settings and those of a client.

use crate::domain::mail::{self, Recipients};
use crate::domain::notification::{self, Audience, EVENTS, Event, Nobody, People};
use crate::published::notice::Kind;
use crate::store::Layered;
use crate::values::text::Email;

use super::layered::{Effective, Setting, effective};
use super::letter;
use super::{Result, Session, find};

impl Setting for Event {
    const FAMILY: Layered = Layered::Notification;

    fn all() -> &'static [Self] {
        EVENTS
    }

    fn find(key: &str) -> Result<&'static Self> {
        Ok(notification::find(key)?)
    }

    fn key(&self) -> &'static str {
        self.key
    }

    fn default(&self) -> &'static str {
        self.default
    }

    fn meaning(&self) -> &'static str {
        self.meaning
    }

    fn check(&self, value: &str) -> Result<String> {
        Ok(Self::check(self, value)?)
    }
}

/// An event with what holds for a client, and who would be told of it today.
#[derive(Debug)]
pub struct Told {
    pub holds: Effective<Event>,
    pub addresses: Vec<Email>,
    /// Of those who are meant and not told: why.
    pub nobody: Vec<Nobody>,
    /// Who is meant and does not want it.
    pub muted: Vec<Email>,
}

/// Every event, as it holds for a client.
pub fn of_client(session: &Session, client: &str) -> Result<Vec<Told>> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let contacts = books.contacts(client.key)?;
        let (users, members) = (books.users(Some(client.key))?, books.members()?);
        let people = People {
            users: &users,
            members: &members,
            business: session.business.email.as_ref(),
        };
        let choices = books.notice_choices(Some(client.key))?;
        let is_muted = |email: &Email, event: &str| {
            let mut own = choices.iter().filter(|choice| choice.is_of(email));
            own.any(|choice| choice.muted.iter().any(|muted| muted == event))
        };
        let told = |holds: Effective<Event>| {
            let audience = holds.setting.audience(&holds.value)?;
            let by_notice = match &audience {
                Audience::Addresses(named) => named.clone(),
                _ => holds.setting.recipients(&Audience::Client, &people),
            };
            let is_meant = matches!(
                audience,
                Audience::Client | Audience::Both | Audience::Addresses(_)
            );
            let is_notice = Kind::from_word(holds.setting.key).is_some();
            let (muted, by_notice): (Vec<Email>, Vec<Email>) = by_notice
                .into_iter()
                .filter(|_| is_meant && is_notice)
                .partition(|email| is_muted(email, holds.setting.key));
            if letter::sends(holds.setting.key) {
                let known = mail::addressee(&client, &contacts).map(|(_, email)| email);
                let owners = holds.setting.recipients(&Audience::Owner, &people);
                let missing =
                    known.is_none() && matches!(audience, Audience::Client | Audience::Both);
                let Recipients { to, cc: _, bcc } =
                    mail::recipients(&audience, known, owners, false);
                let mut addresses: Vec<Email> = to.into_iter().chain(bcc).collect();
                // Whom no mail brings the invoice is told that it is on the portal.
                for email in by_notice {
                    if !addresses.contains(&email) {
                        addresses.push(email);
                    }
                }
                return Ok(Told {
                    addresses,
                    muted,
                    nobody: if missing {
                        vec![Nobody::NoAddress]
                    } else {
                        Vec::new()
                    },
                    holds,
                });
            }
            let mut addresses = holds.setting.recipients(&audience, &people);
            addresses.retain(|email| !muted.contains(email));
            Ok(Told {
                addresses,
                muted,
                nobody: holds.setting.nobody(&audience, &people),
                holds,
            })
        };
        effective(books, Some(client.key))?
            .into_iter()
            .map(told)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::layered::{Origin, set, show, unset};
    use crate::app::publish::sample::{Sample, sample};

    fn pair(key: &str, value: &str) -> [(String, String); 1] {
        [(key.to_owned(), value.to_owned())]
    }

    #[test]
    fn each_kind_of_notice_is_an_event_that_can_be_set() {
        for kind in Kind::ALL {
            assert!(notification::find(kind.word()).is_ok(), "{}", kind.word());
        }
    }

    #[test]
    fn a_client_s_value_stands_before_the_global_one_and_that_before_the_default() {
        let Sample { mut session, .. } = sample();
        let holds = |session: &Session, client: Option<&str>| {
            let shown = show::<Event>(session, client).unwrap();
            let summary = shown
                .into_iter()
                .find(|holds| holds.setting.key == "weekly-summary");
            summary.map(|holds| (holds.value, holds.origin)).unwrap()
        };
        let is = |value: &str, origin| (value.to_owned(), origin);
        assert_eq!(holds(&session, Some("acme")), is("off", Origin::Default));
        set::<Event>(&mut session, None, &pair("weekly-summary", "owner")).unwrap();
        set::<Event>(&mut session, Some("acme"), &pair("weekly-summary", "both")).unwrap();
        assert_eq!(holds(&session, None), is("owner", Origin::Global));
        assert_eq!(holds(&session, Some("acme")), is("both", Origin::Client));
        assert_eq!(holds(&session, Some("beta")), is("owner", Origin::Global));
        unset::<Event>(&mut session, Some("acme"), &["weekly-summary".to_owned()]).unwrap();
        assert_eq!(holds(&session, Some("acme")), is("owner", Origin::Global));
        let mut pairs = pair("weekly-summary", "off").to_vec();
        pairs.extend(pair("comment-reply", "everybody"));
        assert!(set::<Event>(&mut session, None, &pairs).is_err());
        assert_eq!(holds(&session, None), is("owner", Origin::Global));
        // Nobody has accepted an invitation yet.
        let told = of_client(&session, "acme").unwrap();
        let reply = told
            .iter()
            .find(|told| told.holds.setting.key == "comment-reply");
        assert!(reply.unwrap().nobody.contains(&Nobody::NotIn));
    }
}
