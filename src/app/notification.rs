//! Who is told of what by mail: global settings and those of a client.

use crate::disclosure;
use crate::domain::client::Client;
use crate::domain::mail::{self, Recipients};
use crate::domain::notice::{Choice, EndedBy};
use crate::domain::notification::{self, Audience, EVENTS, Event, LeftOut, Nobody, People};
use crate::domain::user::User;
use crate::domain::visibility::Visibility;
use crate::published::notice::Kind;
use crate::store::Layered;
use crate::values::text::Email;

use super::layered::{Effective, Setting, effective};
use super::{Result, Session, find, letter, portal_settings};

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
    /// Of the client's users and of those who are named: who is left out, and why.
    pub left_out: Vec<(Email, LeftOut)>,
}

/// What decides who at a client is told.
struct Desk<'a> {
    client: &'a Client,
    users: &'a [User],
    choices: &'a [Choice],
    visibility: Visibility,
    /// It was brought to a portal.
    is_pushed: bool,
}

impl Desk<'_> {
    /// Those whom an audience means at the client, each with why they are left out.
    fn meant(
        &self,
        event: &Event,
        kind: Kind,
        audience: &Audience,
    ) -> Vec<(Email, Option<LeftOut>)> {
        let named = |email: &Email| {
            (
                email.clone(),
                self.ended(event, email).or_else(|| self.hidden(kind)),
            )
        };
        match audience {
            Audience::Addresses(all) => all.iter().map(named).collect(),
            Audience::Client | Audience::Both => self
                .users
                .iter()
                .map(|user| (user.email.clone(), self.left_out(event, kind, user)))
                .collect(),
            Audience::Owner | Audience::Off => Vec::new(),
        }
    }

    fn left_out(&self, event: &Event, kind: Kind, user: &User) -> Option<LeftOut> {
        let own = match user {
            User { enabled: false, .. } => Some(LeftOut::Disabled),
            User { accepted: None, .. } => Some(LeftOut::NotAccepted),
            User { role, .. } if !event.is_for(*role) => Some(LeftOut::Role(*role)),
            _ => self.ended(event, &user.email),
        };
        let console = || {
            let is_off = !disclosure::is_published(self.client, &self.visibility);
            is_off.then_some(LeftOut::Hidden("console"))
        };
        let unsynced = || (!self.is_pushed).then_some(LeftOut::NotSynced);
        own.or_else(console)
            .or_else(|| self.hidden(kind))
            .or_else(unsynced)
    }

    fn ended(&self, event: &Event, email: &Email) -> Option<LeftOut> {
        let own = self.choices.iter().find(|choice| choice.is_of(email))?;
        own.ended(event.key).map(|by| match by {
            EndedBy::Owner => LeftOut::Muted,
            EndedBy::Themselves => LeftOut::Unsubscribed,
        })
    }

    /// The section of the portal that it is about, where that is off.
    fn hidden(&self, kind: Kind) -> Option<LeftOut> {
        let (section, is_on) = match kind {
            Kind::InvoiceIssued => ("invoices", self.visibility.invoices),
            Kind::BudgetThreshold => ("budget", self.visibility.budget),
            Kind::RetainerLow => ("retainer", self.visibility.retainer),
            Kind::CommentReply => ("comments", self.visibility.comments),
            // Where single entries are not shown there are sums.
            Kind::WeeklySummary => return None,
        };
        (!is_on).then_some(LeftOut::Hidden(section))
    }
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
        let desk = Desk {
            client: &client,
            users: &users,
            choices: &books.notice_choices(Some(client.key))?,
            visibility: portal_settings::of(books, client.key)?,
            is_pushed: books.pushed(client.key)?.is_some(),
        };
        let told = |holds: Effective<Event>| {
            let audience = holds.setting.audience(&holds.value)?;
            let meant = Kind::from_word(holds.setting.key)
                .map_or_else(Vec::new, |kind| desk.meant(holds.setting, kind, &audience));
            let (mut by_notice, mut left_out) = (Vec::new(), Vec::new());
            for (email, why) in meant {
                match why {
                    None => by_notice.push(email),
                    Some(why) => left_out.push((email, why)),
                }
            }
            let is_muted = |why: &LeftOut| matches!(why, LeftOut::Muted | LeftOut::Unsubscribed);
            let muted = left_out.iter().filter(|(_, why)| is_muted(why));
            let muted: Vec<Email> = muted.map(|(email, _)| email.clone()).collect();
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
                // Mail brings it to them, whatever the portal shows.
                left_out.retain(|(email, _)| !addresses.contains(email));
                return Ok(Told {
                    addresses,
                    muted,
                    left_out,
                    nobody: if missing {
                        vec![Nobody::NoAddress]
                    } else {
                        Vec::new()
                    },
                    holds,
                });
            }
            let mut addresses = holds.setting.recipients(&audience, &people);
            addresses.retain(|email| left_out.iter().all(|(left, _)| left != email));
            Ok(Told {
                addresses,
                muted,
                left_out,
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
