//! Users of the clients' portals: inviting them, and what becomes of them. All of it reaches the portal with the next sync.

use crate::domain::Refusal;
use crate::domain::client::{Client, Contact};
use crate::domain::key::ContactKey;
use crate::domain::member::Member;
use crate::domain::user::{Act, Party, Role, User, invitation_expires};
use crate::store::{Books, ClientFilter, NewUser};
use crate::values::id::Token;
use crate::values::text::{Email, Line, fold};

use super::client::Made;
use super::{Result, Session, find, member};

/// A user with the client and the contact they are.
#[derive(Debug, Clone)]
pub struct Shown {
    pub user: User,
    pub client: Client,
    pub contact: Option<Contact>,
}

impl Shown {
    fn of(books: &Books<'_>, client: Client, user: User) -> Result<Self> {
        let contact = match user.contact {
            Some(key) => {
                let contacts = books.contacts(client.key)?;
                contacts.into_iter().find(|contact| contact.key == key)
            }
            None => None,
        };
        Ok(Self {
            user,
            client,
            contact,
        })
    }
}

/// An invited user. The secret is in this value only; what is kept is its hash.
#[derive(Debug, Clone)]
pub struct Invited {
    pub shown: Shown,
    /// None for a user who was there already, or whose link the portal makes and mails.
    pub secret: Option<Token>,
}

/// Whom to invite, and as what.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub client: String,
    pub whom: Whom,
    /// None: the name of the contact.
    pub name: Option<Line>,
    pub role: Role,
    pub party: Party,
    /// The portal mails the link, once the client was synced.
    pub by_mail: bool,
}

/// How a person who is invited is named.
#[derive(Debug, Clone)]
pub enum Whom {
    Address(Email),
    /// A contact of the client, by name; at another address than theirs, if one is given.
    Contact {
        contact: String,
        email: Option<Email>,
    },
}

/// Who sees a client: its users, and the members of the team who work for it.
#[derive(Debug, Clone)]
pub enum Reader {
    User(Shown),
    Member { member: Member, client: Client },
}

/// Invites a person to see a client. The invitation is published with the next sync.
pub fn invite(
    session: &mut Session,
    wanted: &Invitation,
    if_missing: bool,
) -> Result<(Invited, Made)> {
    let secret = Token::random()?;
    let expires = invitation_expires(session.calendar.now());
    session.write(|books| {
        let client = find::client(books, &wanted.client)?;
        let person = Person::of(books, &client, wanted)?;
        let existing = books.user(client.key, &person.email)?;
        if let (Some(user), true) = (&existing, if_missing) {
            let existing = Invited {
                shown: Shown::of(books, client, user.clone())?,
                secret: None,
            };
            return Ok((existing, Made::Existing));
        }
        Act::Invite.check(&client.slug, client.stage, existing.as_ref())?;
        books.add_user(&NewUser {
            client: client.key,
            email: person.email.clone(),
            name: person.name,
            role: wanted.role,
            party: wanted.party,
            invitation_hash: secret.hash(),
            invitation_expires: expires,
            invitation_by_mail: wanted.by_mail,
            contact: person.contact,
        })?;
        let user = find::user(books, &client, &person.email)?;
        let invited = Invited {
            shown: Shown::of(books, client, user)?,
            secret: (!wanted.by_mail).then_some(secret),
        };
        Ok((invited, Made::New))
    })
}

/// Who is invited: as named, completed by the contact.
struct Person {
    email: Email,
    name: Option<Line>,
    contact: Option<ContactKey>,
}

impl Person {
    fn of(books: &Books<'_>, client: &Client, wanted: &Invitation) -> Result<Self> {
        let name = wanted.name.clone();
        let (contact, email) = match &wanted.whom {
            Whom::Address(email) => {
                return Ok(Self {
                    email: email.clone(),
                    name,
                    contact: None,
                });
            }
            Whom::Contact { contact, email } => {
                let contacts = books.contacts(client.key)?;
                (find::contact(&contacts, contact)?.clone(), email)
            }
        };
        let email = email.clone().or(contact.email);
        Ok(Self {
            email: email.ok_or_else(|| Refusal::ContactWithoutEmail {
                contact: contact.name.to_string(),
                client: client.slug.clone(),
            })?,
            name: name.or(Some(contact.name)),
            contact: Some(contact.key),
        })
    }
}

/// Invites a user again: the secret of the invitation before is no longer good from the next sync on.
pub fn reinvite(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    by_mail: bool,
) -> Result<Invited> {
    let secret = Token::random()?;
    let now = session.calendar.now();
    let (shown, _) = change(session, email, client, Act::Reinvite, |user| {
        user.invite_again(secret.hash(), by_mail, now);
    })?;
    Ok(Invited {
        shown,
        secret: (!by_mail).then_some(secret),
    })
}

/// Lets a user in again. Whether they were kept out.
pub fn enable(session: &mut Session, email: &Email, client: Option<&str>) -> Result<(Shown, bool)> {
    change(session, email, client, Act::Enable, |user| {
        user.enabled = true;
    })
}

/// Keeps a user out, with an open invitation too. Whether they were let in.
pub fn disable(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
) -> Result<(Shown, bool)> {
    change(session, email, client, Act::Disable, |user| {
        user.enabled = false;
    })
}

/// Changes what a user sees, and which party they are if one is given. Whether anything changed.
pub fn role(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    role: Role,
    party: Option<Party>,
) -> Result<(Shown, bool)> {
    change(session, email, client, Act::ChangeRole, |user| {
        user.role = role;
        user.party = party.unwrap_or(user.party);
    })
}

fn change(
    session: &mut Session,
    email: &Email,
    client: Option<&str>,
    act: Act,
    apply: impl FnOnce(&mut User),
) -> Result<(Shown, bool)> {
    session.write(|books| {
        let (client, mut user) = find::user_of(books, email, client)?;
        act.check(&client.slug, client.stage, Some(&user))?;
        apply(&mut user);
        let changed = books.edit_user(&user)?;
        Ok((Shown::of(books, client, user)?, changed))
    })
}

/// Removes a user. What they did stays in the log.
pub fn remove(session: &mut Session, email: &Email, client: Option<&str>) -> Result<Shown> {
    session.write(|books| {
        let (client, user) = find::user_of(books, email, client)?;
        Act::Remove.check(&client.slug, client.stage, Some(&user))?;
        let shown = Shown::of(books, client, user)?;
        books.remove_user(shown.user.key)?;
        Ok(shown)
    })
}

/// One user.
pub fn show(session: &Session, email: &Email, client: Option<&str>) -> Result<Shown> {
    session.store.read(|books| {
        let (client, user) = find::user_of(books, email, client)?;
        Shown::of(books, client, user)
    })
}

/// Refuses an address that is of a user of the client already.
pub fn free_address(session: &Session, client: &str, email: &Email) -> Result<()> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        match books.user(client.key, email)? {
            Some(user) => Err(Refusal::UserExists {
                email: user.email.to_string(),
                client: client.slug,
            }
            .into()),
            None => Ok(()),
        }
    })
}

/// All users; of a named client, with the members of the team who work for it.
pub fn list(session: &Session, client: Option<&str>) -> Result<Vec<Reader>> {
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let key = client.as_ref().map(|client| client.key);
        let mut readers = Vec::new();
        for user in books.users(key)? {
            let client = find::client_of(books, user.client)?;
            readers.push(Reader::User(Shown::of(books, client, user)?));
        }
        if let Some(client) = client {
            for member in member::of_client(books, client.key)? {
                let client = client.clone();
                readers.push(Reader::Member { member, client });
            }
        }
        Ok(readers)
    })
}

/// Clients to whose portal somebody can be invited, by name.
pub fn open_clients(session: &Session) -> Result<Vec<Client>> {
    Ok(session
        .store
        .read(|books| books.clients(&ClientFilter::default()))?)
}

/// The contacts of a client who are no users yet.
pub fn uninvited(session: &Session, client: &str) -> Result<Vec<Contact>> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let users = books.users(Some(client.key))?;
        let mut contacts = books.contacts(client.key)?;
        contacts.retain(|contact| !users.iter().any(|user| is_contact(user, contact)));
        Ok(contacts)
    })
}

/// The users of a client who are let in and are this contact.
pub fn of_contact(session: &Session, client: &str, contact: &Contact) -> Result<Vec<User>> {
    session.store.read(|books| {
        let client = find::client(books, client)?;
        let mut users = books.users(Some(client.key))?;
        users.retain(|user| user.enabled && is_contact(user, contact));
        Ok(users)
    })
}

/// Whether a user is a contact: invited as this contact, or by their address.
fn is_contact(user: &User, contact: &Contact) -> bool {
    let email = contact.email.as_ref();
    let has_address = email.is_some_and(|email| fold(email.as_str()) == fold(user.email.as_str()));
    user.contact == Some(contact.key) || has_address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::publish::sample::{Sample, line, sample};
    use crate::app::{Error, client, undo};
    use crate::domain::user::State;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn invitation(client: &str, whom: Whom) -> Invitation {
        Invitation {
            client: client.to_owned(),
            whom,
            name: None,
            role: Role::Work,
            party: Party::Accountant,
            by_mail: false,
        }
    }

    fn of_contact(contact: &str, email: Option<Email>) -> Whom {
        Whom::Contact {
            contact: contact.to_owned(),
            email,
        }
    }

    fn code(error: Error) -> &'static str {
        match error {
            Error::Refused(refusal) => refusal.code(),
            Error::NotFound { noun, .. } => noun,
            Error::Ambiguous { .. } => "ambiguous",
            other => panic!("{other}"),
        }
    }

    fn add_contact(session: &mut Session, name: &str, email: Option<Email>) {
        let fields = client::ContactFields {
            email: email.map(Some),
            ..Default::default()
        };
        client::add_contact(session, "acme", line(name), fields, false, false).unwrap();
    }

    #[test]
    fn a_contact_gives_its_address_and_name_and_can_go_without_the_user() {
        let Sample { mut session, .. } = sample();
        add_contact(&mut session, "Zoe Contact", Some(email("zoe@acme.example")));
        add_contact(&mut session, "Max Mailless", None);
        let names = |session: &Session| -> Vec<String> {
            let contacts = uninvited(session, "acme").unwrap();
            contacts.iter().map(|c| c.name.to_string()).collect()
        };
        assert_eq!(names(&session), ["Zoe Contact", "Max Mailless"]);
        let wanted = invitation("acme", of_contact("zoe contact", None));
        let (invited, _) = invite(&mut session, &wanted, false).unwrap();
        let Shown { user, contact, .. } = invited.shown;
        assert_eq!(user.email, email("zoe@acme.example"));
        assert_eq!(user.name, Some(line("Zoe Contact")));
        assert_eq!((user.role, user.party), (Role::Work, Party::Accountant));
        assert!(contact.is_some() && invited.secret.is_some());
        assert_eq!(names(&session), ["Max Mailless"]);

        let without = invitation("acme", of_contact("Max Mailless", None));
        let refused = invite(&mut session, &without, false).unwrap_err();
        assert_eq!(code(refused), "contact.no_email");
        let with = of_contact("Max Mailless", Some(email("max@else.example")));
        invite(&mut session, &invitation("acme", with), false).unwrap();
        let nobody = invitation("acme", of_contact("Nobody", None));
        let unknown = invite(&mut session, &nobody, false).unwrap_err();
        assert_eq!(code(unknown), "contact");

        let zoe = client::contact(&session, "acme", "Zoe Contact").unwrap();
        let users = |session: &Session| super::of_contact(session, "acme", &zoe).unwrap().len();
        assert_eq!(users(&session), 1);
        disable(&mut session, &email("zoe@acme.example"), None).unwrap();
        assert_eq!(users(&session), 0);

        client::set_primary(&mut session, "acme", "Max Mailless").unwrap();
        client::remove_contact(&mut session, "acme", "Zoe Contact").unwrap();
        let left = show(&session, &email("zoe@acme.example"), None).unwrap();
        assert!(left.contact.is_none() && left.user.contact.is_none());
    }

    #[test]
    fn an_address_of_several_clients_has_to_be_named_with_one() {
        let Sample { mut session, .. } = sample();
        let both = email("kim@both.example");
        for client in ["acme", "beta"] {
            let wanted = invitation(client, Whom::Address(both.clone()));
            invite(&mut session, &wanted, false).unwrap();
        }
        let Err(Error::Ambiguous { among, .. }) = show(&session, &both, None) else {
            panic!("one of two");
        };
        assert_eq!(among, ["acme", "beta"]);
        let shown = show(&session, &email("KIM@both.example"), Some("beta")).unwrap();
        assert_eq!(shown.client.slug.as_str(), "beta");
        let gone = remove(&mut session, &both, Some("acme")).unwrap();
        assert_eq!(gone.client.slug.as_str(), "acme");
        assert_eq!(
            show(&session, &both, None).unwrap().client.slug.as_str(),
            "beta"
        );
        let lost = show(&session, &both, Some("acme")).unwrap_err();
        assert_eq!(code(lost), "user");
    }

    #[test]
    fn users_are_kept_out_let_in_changed_and_invited_again() {
        let Sample { mut session, .. } = sample();
        let jo = email("jo@acme.example");
        let now = session.calendar.now();
        let before = show(&session, &jo, None).unwrap().user;
        let (shown, changed) = disable(&mut session, &jo, None).unwrap();
        assert_eq!((shown.user.state(now), changed), (State::Disabled, true));
        assert!(!disable(&mut session, &jo, None).unwrap().1);
        let refused = reinvite(&mut session, &jo, None, false).unwrap_err();
        assert_eq!(code(refused), "user.disabled");
        assert!(enable(&mut session, &jo, None).unwrap().1);
        let party = Some(Party::Bookkeeper);
        let (shown, _) = role(&mut session, &jo, None, Role::Finance, party).unwrap();
        assert_eq!(
            (shown.user.role, shown.user.party),
            (Role::Finance, Party::Bookkeeper)
        );
        let (kept, changed) = role(&mut session, &jo, None, Role::Finance, None).unwrap();
        assert_eq!((kept.user.party, changed), (Party::Bookkeeper, false));
        let again = reinvite(&mut session, &jo, None, false).unwrap();
        let user = again.shown.user;
        assert_eq!(user.invitation_hash, again.secret.unwrap().hash());
        assert_ne!(user.invitation_hash, before.invitation_hash);
    }

    #[test]
    fn an_archived_client_takes_no_invitations_and_its_users_can_still_go() {
        let Sample { mut session, .. } = sample();
        let jo = email("jo@acme.example");
        client::archive(&mut session, "acme").unwrap();
        let new = invitation("acme", Whom::Address(email("new@acme.example")));
        let refused = invite(&mut session, &new, false).unwrap_err();
        assert_eq!(code(refused), "client.archived");
        let refused = reinvite(&mut session, &jo, None, false).unwrap_err();
        assert_eq!(code(refused), "client.archived");
        let existing = invitation("acme", Whom::Address(jo.clone()));
        assert!(matches!(
            invite(&mut session, &existing, true).unwrap(),
            (Invited { secret: None, .. }, Made::Existing)
        ));
        assert!(disable(&mut session, &jo, None).unwrap().1);
        remove(&mut session, &jo, None).unwrap();
        undo::undo(&mut session, None).unwrap();
        assert!(!show(&session, &jo, None).unwrap().user.enabled);
    }

    #[test]
    fn the_team_that_works_for_a_client_is_listed_with_its_users() {
        let Sample { mut session, .. } = sample();
        for (name, clients) in [("Jonas", vec!["beta"]), ("Mara", vec!["acme", "beta"])] {
            let new = member::New {
                name: line(name),
                slug: None,
                email: None,
                role: None,
                access: None,
                alias: None,
                clients: clients.into_iter().map(str::to_owned).collect(),
            };
            member::add(&mut session, new, false).unwrap();
        }
        let names = |client: Option<&str>| -> Vec<String> {
            let readers = list(&session, client).unwrap();
            let name = |reader: &Reader| match reader {
                Reader::User(shown) => shown.user.email.to_string(),
                Reader::Member { member, .. } => member.slug.to_string(),
            };
            readers.iter().map(name).collect()
        };
        assert_eq!(names(Some("acme")), ["jo@acme.example", "ada", "mara"]);
        let beta = ["jo@beta.example", "ada", "jonas", "mara"];
        assert_eq!(names(Some("beta")), beta);
        assert_eq!(names(None), ["jo@acme.example", "jo@beta.example"]);
    }
}
