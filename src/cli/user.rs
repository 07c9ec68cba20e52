//! `loggia user`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::client::Made;
use crate::app::error::field;
use crate::app::portal_settings;
use crate::app::user::{self, Invitation, Invited, Reader, Shown, Whom};
use crate::app::{self, Session};
use crate::domain::client::Client;
use crate::domain::member::Member;
use crate::domain::user::{Party, Role};
use crate::values::calendar::Calendar;
use crate::values::text::{Email, Line};

use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};
use super::{Context, missing, prompt};

/// More clients than these are typed and not chosen from a list.
const MOST_CHOICES: usize = 20;

/// People who may see a client's portal
#[derive(Debug, Subcommand)]
pub(super) enum User {
    Invite(Invite),
    /// List users with their state; with --client, together with the members of the team who work for it
    #[command(visible_alias = "ls")]
    List {
        /// Only who sees this client
        #[arg(long)]
        client: Option<String>,
    },
    /// Show a user
    Show(Named),
    /// Let a user in again
    Enable(Named),
    /// Keep a user out; an open invitation no longer works either
    Disable(Named),
    /// Remove a user
    Remove(Named),
    /// Invite a user again: the link from before no longer works
    #[command(
        after_help = "The new link is shown this once, or mailed by the portal with --send. One who has a password keeps it until a new one is set."
    )]
    Reinvite {
        #[command(flatten)]
        named: Named,
        /// Let the portal mail the link, after the next sync
        #[arg(long)]
        send: bool,
    },
    /// Change what a user sees
    Role {
        email: String,
        /// full: all that is on; finance: invoices, retainer, unbilled work; work: hours, budgets, projects
        role: RoleWord,
        /// The client itself, or an outside party
        #[arg(long)]
        party: Option<PartyWord>,
        /// The client, where the address is a user of several
        #[arg(long)]
        client: Option<String>,
    },
}

/// A user by mail address.
#[derive(Debug, Args)]
pub(super) struct Named {
    email: String,
    /// The client, where the address is a user of several
    #[arg(long)]
    client: Option<String>,
}

/// Invite a person to see a client on the portal
#[derive(Debug, Args)]
#[command(
    after_help = "The link is shown this once and works for seven days, once the client is published by `loggia sync`.\n\n\
    Examples:\n  loggia user invite jo@acme.example --client acme --role finance\n  \
    loggia user invite jo@acme.example --client acme --send\n  \
    loggia user invite --client acme --contact \"Jo Field\""
)]
pub(super) struct Invite {
    /// Mail address [default: that of the contact]
    email: Option<String>,
    #[arg(long)]
    client: Option<String>,
    /// The contact of the client whom the user is, by name: gives address and name
    #[arg(long)]
    contact: Option<String>,
    /// full: all that is on; finance: invoices, retainer, unbilled work; work: hours, budgets, projects [default: full]
    #[arg(long)]
    role: Option<RoleWord>,
    #[arg(long)]
    name: Option<String>,
    /// The client itself, or an outside party [default: client]
    #[arg(long)]
    party: Option<PartyWord>,
    /// Let the portal mail the link, after the next sync; else it is shown here
    #[arg(long)]
    send: bool,
    /// Keep a user who is there already
    #[arg(long)]
    if_missing: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleWord {
    Full,
    Finance,
    Work,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Full => Self::Full,
            RoleWord::Finance => Self::Finance,
            RoleWord::Work => Self::Work,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PartyWord {
    Client,
    Accountant,
    Bookkeeper,
}

impl From<PartyWord> for Party {
    fn from(word: PartyWord) -> Self {
        match word {
            PartyWord::Client => Self::Client,
            PartyWord::Accountant => Self::Accountant,
            PartyWord::Bookkeeper => Self::Bookkeeper,
        }
    }
}

impl User {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        match self {
            Self::Invite(invite) => invite.run(context, &mut session),
            Self::List { client } => {
                let readers = user::list(&session, client.as_deref())?;
                let zone = &session.calendar;
                let views = readers
                    .iter()
                    .map(|reader| UserView::of_reader(reader, zone));
                context.show(&UserList(views.collect()))
            }
            Self::Show(named) => {
                let (email, client) = named.parse()?;
                let shown = user::show(&session, &email, client.as_deref())?;
                context.show(&UserView::of(&shown, &session.calendar))
            }
            Self::Enable(named) => {
                let (email, client) = named.parse()?;
                let done = user::enable(&mut session, &email, client.as_deref())?;
                changed(context, &session, done, "enabled")
            }
            Self::Disable(named) => {
                let (email, client) = named.parse()?;
                let done = user::disable(&mut session, &email, client.as_deref())?;
                changed(context, &session, done, "disabled")
            }
            Self::Remove(named) => named.remove(context, &mut session),
            Self::Reinvite { named, send } => {
                let (email, client) = named.parse()?;
                let invited = user::reinvite(&mut session, &email, client.as_deref(), send)?;
                show_invited(context, &session, invited, "invited again")
            }
            Self::Role {
                email,
                role,
                party,
                client,
            } => {
                let email = field("email", Email::parse(&email))?;
                let (client, role) = (client.as_deref(), role.into());
                let party = party.map(Party::from);
                let done = user::role(&mut session, &email, client, role, party)?;
                changed(context, &session, done, "changed")
            }
        }
    }
}

/// Says what became of a user, and when it takes effect.
fn changed(
    context: &mut Context<'_>,
    session: &Session,
    (shown, changed): (Shown, bool),
    what: &str,
) -> Result<()> {
    let email = &shown.user.email;
    if changed {
        context.say(&format!(
            "{what}: {email}; it takes effect with the next `loggia sync`"
        ))?;
    } else {
        context.say(&format!("{email} is as it was"))?;
    }
    context.show(&UserView::of(&shown, &session.calendar))
}

impl Named {
    fn parse(self) -> Result<(Email, Option<String>)> {
        Ok((field("email", Email::parse(&self.email))?, self.client))
    }

    fn remove(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let (email, client) = self.parse()?;
        let found = user::show(session, &email, client.as_deref())?;
        let client = found.client.slug.as_str();
        context.confirm(&format!("remove user `{email}` of {client}"))?;
        let shown = user::remove(session, &email, Some(client))?;
        context.say(&format!(
            "removed: {email}; it takes effect with the next `loggia sync`"
        ))?;
        context.show(&UserView {
            state: "removed",
            enabled: false,
            ..UserView::of(&shown, &session.calendar)
        })
    }
}

impl Invite {
    fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let if_missing = self.if_missing;
        let named = self.email.is_some() || self.contact.is_some();
        let complete = named && self.client.is_some();
        let invitation = if !complete && prompt::can_ask(&context.global, &context.environment) {
            self.ask(context, session)?
        } else {
            self.parse()?
        };
        let (invited, made) = user::invite(session, &invitation, if_missing)?;
        match made {
            Made::New => show_invited(context, session, invited, "invited"),
            Made::Existing => {
                context.say("the user is there already")?;
                let user = UserView::of(&invited.shown, &session.calendar);
                context.show(&InvitedView { user, link: None })
            }
        }
    }

    fn parse(self) -> Result<Invitation> {
        let email = parse_email(self.email.as_deref())?;
        let whom = match (self.contact, email) {
            (Some(contact), email) => Whom::Contact { contact, email },
            (None, Some(email)) => Whom::Address(email),
            (None, None) => return Err(missing("EMAIL or --contact")),
        };
        Ok(Invitation {
            client: self.client.ok_or_else(|| missing("--client"))?,
            whom,
            name: parse_name(self.name.as_deref())?,
            role: self.role.map_or(Role::Full, Role::from),
            party: self.party.map_or(Party::Client, Party::from),
            by_mail: self.send,
        })
    }

    /// Asks for what was not given.
    fn ask(self, context: &Context<'_>, session: &Session) -> Result<Invitation> {
        let client = match self.client {
            Some(client) => client,
            None => ask_client(session)?,
        };
        let email = parse_email(self.email.as_deref())?;
        let contact = match (self.contact, &email) {
            (Some(contact), _) => Some(contact),
            (None, Some(_)) => None,
            (None, None) => ask_contact(session, &client)?,
        };
        let is_free = |typed: &str| {
            let email = field("email", Email::parse(typed))?;
            user::free_address(session, &client, &email).map(|()| email)
        };
        let whom = match (contact, email) {
            (Some(contact), email) => Whom::Contact { contact, email },
            (None, Some(email)) => Whom::Address(email),
            (None, None) => Whom::Address(prompt::text("Mail address", None, is_free)?),
        };
        let name = match (parse_name(self.name.as_deref())?, &whom) {
            (None, Whom::Address(_)) => {
                prompt::optional_text("Name", |typed| field("name", Line::parse(typed)))?
            }
            (name, _) => name,
        };
        let invitation = Invitation {
            role: match self.role {
                Some(role) => role.into(),
                None => ask_role()?,
            },
            party: match self.party {
                Some(party) => party.into(),
                None => ask_party()?,
            },
            by_mail: self.send,
            client,
            whom,
            name,
        };
        prompt::agree(&context.global, &in_words(session, &invitation)?)?;
        Ok(invitation)
    }
}

/// What is about to happen: who, to which client, and what they will see.
fn in_words(session: &Session, invitation: &Invitation) -> Result<String> {
    let client = app::client::show(session, &invitation.client)?.client;
    let who = match &invitation.whom {
        Whom::Address(email) => email.to_string(),
        Whom::Contact { contact, email } => match email {
            Some(email) => format!("{contact} <{email}>"),
            None => {
                let contact = app::client::contact(session, &invitation.client, contact)?;
                let email = contact.email.map(|email| format!(" <{email}>"));
                format!("{}{}", contact.name, email.unwrap_or_default())
            }
        },
    };
    let role = invitation.role;
    Ok(format!(
        "invite {who} to {} ({}) as {} ({}), party {}",
        client.details.name,
        client.slug,
        role.word(),
        sees(role),
        invitation.party.word()
    ))
}

fn parse_email(text: Option<&str>) -> app::Result<Option<Email>> {
    text.map(|text| field("email", Email::parse(text)))
        .transpose()
}

fn parse_name(text: Option<&str>) -> app::Result<Option<Line>> {
    text.map(|text| field("name", Line::parse(text)))
        .transpose()
}

fn ask_client(session: &Session) -> Result<String> {
    let clients = user::open_clients(session)?;
    if clients.is_empty() || clients.len() > MOST_CHOICES {
        let is_there = |typed: &str| {
            app::client::show(session, typed).map(|shown| shown.client.slug.to_string())
        };
        return prompt::text("Client", None, is_there);
    }
    let choices: Vec<(String, String)> = clients
        .iter()
        .map(|client| {
            let words = format!("{} ({})", client.details.name, client.slug);
            (client.slug.to_string(), words)
        })
        .collect();
    prompt::choice("Client", &choices)
}

/// One of the contacts who can be invited, or none of them.
fn ask_contact(session: &Session, client: &str) -> Result<Option<String>> {
    let mut choices: Vec<(Option<String>, String)> = Vec::new();
    for contact in user::uninvited(session, client)? {
        if let Some(email) = &contact.email {
            let words = format!("{} <{email}>", contact.name);
            choices.push((Some(contact.name.to_string()), words));
        }
    }
    if choices.is_empty() {
        return Ok(None);
    }
    choices.push((None, "somebody else".to_owned()));
    prompt::choice("Whom to invite", &choices)
}

fn ask_role() -> Result<Role> {
    prompt::choice(
        "Role",
        &[Role::Full, Role::Finance, Role::Work]
            .map(|role| (role, format!("{}: {}", role.word(), sees(role)))),
    )
}

fn ask_party() -> Result<Party> {
    prompt::choice(
        "Party",
        &[Party::Client, Party::Accountant, Party::Bookkeeper]
            .map(|party| (party, party.word().to_owned())),
    )
}

/// What a role is shown, as far as it is on.
fn sees(role: Role) -> &'static str {
    match role {
        Role::Full => "all that is on",
        Role::Finance => "invoices, retainer, unbilled work",
        Role::Work => "hours, budgets, projects",
    }
}

fn show_invited(
    context: &mut Context<'_>,
    session: &Session,
    invited: Invited,
    what: &str,
) -> Result<()> {
    let portal = context.connection(session).ok();
    let link = invited.secret.map(|secret| {
        let path = format!("/invite/{}", secret.expose());
        match &portal {
            Some(connection) => {
                format!("{}{path}", connection.url.as_str().trim_end_matches('/'))
            }
            None => path,
        }
    });
    let client = &invited.shown.client;
    let (_, visibility) = portal_settings::visibility(session, client.slug.as_str())?;
    let sync = match visibility.console {
        true => "`loggia sync`".to_owned(),
        false => {
            let slug = &client.slug;
            format!(
                "`loggia portal-settings set console=on --client {slug}`, then `loggia sync`: the console of {slug} is off"
            )
        }
    };
    context.say(&match (&link, portal) {
        (None, _) => format!("{what}; the portal mails the link after {sync}"),
        (Some(_), Some(_)) => format!("{what}; the link works after {sync}"),
        (Some(_), None) => format!(
            "{what}; the link below follows the address of the portal (`loggia portal connect URL`), and works after {sync}"
        ),
    })?;
    let user = UserView::of(&invited.shown, &session.calendar);
    context.show(&InvitedView { user, link })
}

/// Who sees a client: a user, or a member of the team.
#[derive(Debug, Serialize)]
struct UserView {
    /// `user` or `member`.
    kind: &'static str,
    email: Option<String>,
    name: Option<String>,
    client: String,
    /// Of a member: owner, manager or member.
    role: &'static str,
    /// None for members.
    party: Option<&'static str>,
    state: &'static str,
    enabled: bool,
    /// The name of the contact whom the user is.
    contact: Option<String>,
    /// Of the invitation that is open.
    invitation_expires: Option<String>,
    accepted: Option<String>,
    last_sign_in: Option<String>,
    /// Whether a second factor is set up; not known here.
    mfa: Option<bool>,
    /// Short name of a member.
    member: Option<String>,
    #[serde(skip)]
    shown: InWords,
}

/// Instants as a person reads them, and what the role sees.
#[derive(Debug, Default)]
struct InWords {
    sees: &'static str,
    expires: Option<String>,
    accepted: Option<String>,
    last_sign_in: Option<String>,
}

impl UserView {
    fn of_reader(reader: &Reader, calendar: &Calendar) -> Self {
        match reader {
            Reader::User(shown) => Self::of(shown, calendar),
            Reader::Member { member, client } => Self::of_member(member, client),
        }
    }

    fn of(shown: &Shown, calendar: &Calendar) -> Self {
        let user = &shown.user;
        let expires = user
            .has_open_invitation()
            .then_some(user.invitation_expires);
        let local = |at| calendar.local(at).format("%F %R").to_string();
        Self {
            kind: "user",
            email: Some(user.email.to_string()),
            name: user.name.as_ref().map(ToString::to_string),
            client: shown.client.slug.to_string(),
            role: user.role.word(),
            party: Some(user.party.word()),
            state: user.state(calendar.now()).word(),
            enabled: user.enabled,
            contact: shown.contact.as_ref().map(|c| c.name.to_string()),
            invitation_expires: expires.map(|at| at.to_rfc3339()),
            accepted: user.accepted.map(|at| at.to_rfc3339()),
            last_sign_in: user.last_sign_in.map(|at| at.to_rfc3339()),
            mfa: None,
            member: None,
            shown: InWords {
                sees: sees(user.role),
                expires: expires.map(local),
                accepted: user.accepted.map(local),
                last_sign_in: user.last_sign_in.map(local),
            },
        }
    }

    fn of_member(member: &Member, client: &Client) -> Self {
        Self {
            kind: "member",
            email: member.email.as_ref().map(ToString::to_string),
            name: Some(member.name.to_string()),
            client: client.slug.to_string(),
            role: member.access.word(),
            party: None,
            state: "active",
            enabled: true,
            contact: None,
            invitation_expires: None,
            accepted: None,
            last_sign_in: None,
            mfa: None,
            member: Some(member.slug.to_string()),
            shown: InWords::default(),
        }
    }

    /// A user by address, a member by short name.
    fn named(&self) -> String {
        let name = self.member.as_ref().or(self.email.as_ref());
        name.cloned().unwrap_or_default()
    }
}

impl View for UserView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} sees {} as {} ({})",
            self.named(),
            self.client,
            self.role,
            self.state
        ));
        page.field("name", self.name.as_ref());
        page.field("contact", self.contact.as_ref());
        page.field("party", self.party);
        page.field("sees", Some(self.shown.sees));
        page.field("invited until", self.shown.expires.as_ref());
        page.field("accepted", self.shown.accepted.as_ref());
        page.field("last sign-in", self.shown.last_sign_in.as_ref());
    }

    fn reference(&self) -> String {
        self.named()
    }
}

/// A user with the link, which is shown this once.
#[derive(Debug, Serialize)]
struct InvitedView {
    #[serde(flatten)]
    user: UserView,
    /// None for a user who was there already, and where the portal mails it.
    link: Option<String>,
}

impl View for InvitedView {
    fn text(&self, page: &mut Page) {
        self.user.text(page);
        page.field("link", self.link.as_ref());
    }

    fn reference(&self) -> String {
        self.link.clone().unwrap_or_else(|| self.user.named())
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct UserList(Vec<UserView>);

impl View for UserList {
    fn text(&self, page: &mut Page) {
        if !self.0.iter().any(|reader| reader.kind == "user") {
            page.line("no users; `loggia user invite EMAIL --client CLIENT` invites one");
        }
        if self.0.is_empty() {
            return;
        }
        let columns = [
            Column::Text("who"),
            Column::Text("name"),
            Column::Text("client"),
            Column::Text("kind"),
            Column::Text("role"),
            Column::Text("party"),
            Column::Text("state"),
            Column::Text("last sign-in"),
        ];
        let row = |reader: &UserView| {
            vec![
                reader.named(),
                reader.name.clone().unwrap_or_default(),
                reader.client.clone(),
                reader.kind.to_owned(),
                reader.role.to_owned(),
                reader.party.unwrap_or_default().to_owned(),
                reader.state.to_owned(),
                reader.shown.last_sign_in.clone().unwrap_or_default(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
