//! `loggia user`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::client::Made;
use crate::app::error::field;
use crate::app::user;
use crate::domain::client::Client;
use crate::domain::user::{Party, Role, User as Person};
use crate::values::text::{Email, Line};

use super::Context;
use super::client::references;
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// People who may see a client's portal
#[derive(Debug, Subcommand)]
pub(super) enum User {
    Invite(Invite),
    /// List users with their state
    List {
        /// Only this client's
        #[arg(long)]
        client: Option<String>,
    },
}

/// Invite a person to see a client on the portal
#[derive(Debug, Args)]
#[command(
    after_help = "The link is shown this once and works for seven days, once the client is published by `loggia sync`.\n\n\
    Example:\n  loggia user invite jo@acme.example --client acme --role finance"
)]
pub(super) struct Invite {
    email: String,
    #[arg(long)]
    client: String,
    /// full: all that is on; finance: invoices, retainer, unbilled, documents; work: hours, budgets, projects
    #[arg(long, default_value = "full")]
    role: RoleWord,
    #[arg(long)]
    name: Option<String>,
    /// The client itself, or an outside party
    #[arg(long, default_value = "client")]
    party: PartyWord,
    /// Keep a user who is there already
    #[arg(long)]
    if_missing: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleWord {
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
enum PartyWord {
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
            Self::Invite(invite) => {
                let (invited, made) = user::invite(
                    &mut session,
                    &invite.client,
                    field("email", Email::parse(&invite.email))?,
                    invite
                        .name
                        .as_deref()
                        .map(|name| field("name", Line::parse(name)))
                        .transpose()?,
                    invite.role.into(),
                    invite.party.into(),
                    invite.if_missing,
                )?;
                let mut view = UserView::of(&invited.client, &invited.user, session.calendar.now());
                let portal = context.connection(&session).ok();
                view.link = invited.secret.map(|secret| {
                    let path = format!("/invite/{}", secret.expose());
                    match &portal {
                        Some(connection) => {
                            format!("{}{path}", connection.url.as_str().trim_end_matches('/'))
                        }
                        None => path,
                    }
                });
                match made {
                    Made::Existing => context.say("the user is there already")?,
                    Made::New if portal.is_none() => context.say(
                        "invited; the link below follows the address of the portal (`loggia portal connect URL`)",
                    )?,
                    Made::New => context.say("invited; the link works after `loggia sync`")?,
                }
                context.show(&view)
            }
            Self::List { client } => {
                let now = session.calendar.now();
                let users = user::list(&session, client.as_deref())?;
                let views = users
                    .iter()
                    .map(|(client, user)| UserView::of(client, user, now))
                    .collect();
                context.show(&UserList(views))
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct UserView {
    email: String,
    name: Option<String>,
    client: String,
    role: &'static str,
    party: &'static str,
    state: &'static str,
    enabled: bool,
    invitation_expires: String,
    last_sign_in: Option<String>,
    /// Shown once, to whoever invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl UserView {
    fn of(client: &Client, user: &Person, now: DateTime<Utc>) -> Self {
        Self {
            email: user.email.to_string(),
            name: user.name.as_ref().map(ToString::to_string),
            client: client.slug.to_string(),
            role: user.role.word(),
            party: user.party.word(),
            state: user.state(now).word(),
            enabled: user.enabled,
            invitation_expires: user.invitation_expires.to_rfc3339(),
            last_sign_in: user.last_sign_in.map(|at| at.to_rfc3339()),
            link: None,
        }
    }
}

impl View for UserView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!(
            "{} sees {} as {} ({})",
            self.email, self.client, self.role, self.state
        ));
        page.field("name", self.name.as_ref());
        page.field("link", self.link.as_ref());
    }

    fn reference(&self) -> String {
        self.link.clone().unwrap_or_else(|| self.email.clone())
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct UserList(Vec<UserView>);

impl View for UserList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no users; `loggia user invite EMAIL --client CLIENT` invites one");
            return;
        }
        let columns = [
            Column::Text("email"),
            Column::Text("client"),
            Column::Text("role"),
            Column::Text("party"),
            Column::Text("state"),
            Column::Text("last sign-in"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|user| {
                vec![
                    user.email.clone(),
                    user.client.clone(),
                    user.role.to_owned(),
                    user.party.to_owned(),
                    user.state.to_owned(),
                    user.last_sign_in.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
