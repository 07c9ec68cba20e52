//! `loggia client contact`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::client::{self, ContactFields};
use crate::app::error::field;
use crate::app::user;
use crate::domain::client::{Contact, ContactRole};
use crate::domain::user::User;
use crate::values::text::{Email, Line, Phone, shell_word};

use super::{card, clearable, exclude, references, say_made};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ContactCommand {
    /// Add a contact; the first one is the point of contact
    #[command(
        after_help = "Example:\n  loggia client contact add acme 'Jo Field' --email jo@acme.example --position CFO --role billing"
    )]
    Add {
        #[arg(value_name = "CLIENT")]
        client: String,
        name: String,
        #[command(flatten)]
        fields: ContactArgs,
        /// Make this the point of contact
        #[arg(long)]
        primary: bool,
        /// Keep a contact of this name that is there already
        #[arg(long)]
        if_missing: bool,
    },
    /// List contacts
    List {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    /// Change a contact, named by name or mail address; an empty text takes a value away
    #[command(
        after_help = "Example:\n  loggia client contact edit acme jo@acme.example --role decision --unrole billing --phone ''"
    )]
    Edit {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: ContactArgs,
        /// Role to take away; may be given several times
        #[arg(long = "unrole", value_name = "ROLE")]
        unroles: Vec<RoleWord>,
    },
    /// Remove a contact; the point of contact goes last
    Remove {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
    },
    Import(card::Import),
    Export(card::Export),
    /// Make a contact the point of contact
    Primary {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ContactArgs {
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// What the person is there: CFO, project manager…
    #[arg(long)]
    position: Option<String>,
    /// What the person is asked about: invoices go to the attention of billing; may be given several times
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<RoleWord>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum RoleWord {
    /// Invoices and payments
    Billing,
    /// The work
    Project,
    /// Whether it is done at all
    Decision,
}

impl From<RoleWord> for ContactRole {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Billing => Self::Billing,
            RoleWord::Project => Self::Project,
            RoleWord::Decision => Self::Decision,
        }
    }
}

impl ContactArgs {
    fn parse(self, name: Option<Line>, unroles: Vec<RoleWord>) -> Result<ContactFields> {
        let roles = |words: Vec<RoleWord>| -> Vec<ContactRole> {
            words.into_iter().map(ContactRole::from).collect()
        };
        let (given, taken) = (roles(self.roles), roles(unroles));
        let words = |roles: &[ContactRole]| -> Vec<String> {
            roles.iter().map(|role| role.word().to_owned()).collect()
        };
        exclude("--role", &words(&given), "--unrole", &words(&taken))?;
        Ok(ContactFields {
            name,
            email: clearable("email", self.email, Email::parse)?,
            phone: clearable("phone", self.phone, Phone::parse)?,
            position: clearable("position", self.position, Line::parse)?,
            roles: given,
            unroles: taken,
        })
    }
}

impl ContactCommand {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add {
                client,
                name,
                fields,
                primary,
                if_missing,
            } => {
                let name = field("name", Line::parse(&name))?;
                let fields = fields.parse(None, Vec::new())?;
                let mut session = context.session()?;
                let (contact, made) =
                    client::add_contact(&mut session, &client, name, fields, primary, if_missing)?;
                say_made(context, made, "contact", contact.name.as_str())?;
                context.show(&ContactView::of(&contact))
            }
            Self::List { client } => {
                let contacts = client::contacts(&context.session()?, &client)?;
                let list = ContactList(contacts.iter().map(ContactView::of).collect());
                context.show(&list)
            }
            Self::Edit {
                client,
                contact,
                name,
                fields,
                unroles,
            } => {
                let name = name
                    .as_deref()
                    .map(|name| field("name", Line::parse(name)))
                    .transpose()?;
                let fields = fields.parse(name, unroles)?;
                let mut session = context.session()?;
                let before = client::contact(&session, &client, &contact)?;
                let mut users = user::of_contact(&session, &client, &before)?;
                let contact =
                    client::edit_contact(&mut session, &client, before.name.as_str(), fields)?;
                users.retain(|user| {
                    before.email != contact.email && Some(&user.email) != contact.email.as_ref()
                });
                warn_of_users(context, &client, &users)?;
                context.show(&ContactView::of(&contact))
            }
            Self::Remove { client, contact } => {
                let mut session = context.session()?;
                let contact = client::contact(&session, &client, &contact)?;
                let users = user::of_contact(&session, &client, &contact)?;
                let name = contact.name;
                context.confirm(&format!("remove contact `{name}` of {client}"))?;
                let contact = client::remove_contact(&mut session, &client, name.as_str())?;
                context.say(&format!("removed contact {}", contact.name))?;
                warn_of_users(context, &client, &users)?;
                context.show(&ContactView::of(&contact))
            }
            Self::Import(import) => import.run(context),
            Self::Export(export) => export.run(context),
            Self::Primary { client, contact } => {
                let contact = client::set_primary(&mut context.session()?, &client, &contact)?;
                context.show(&ContactView::of(&contact))
            }
        }
    }
}

/// Says who is still let into the portal although the contact is gone, or has another address.
fn warn_of_users(context: &mut Context<'_>, client: &str, users: &[User]) -> Result<()> {
    for user in users {
        let (email, client) = (shell_word(user.email.as_str()), shell_word(client));
        context.warn(&format!(
            "{} is still a user of the portal; `loggia user remove {email} --client {client}` ends that",
            user.email
        ))?;
    }
    Ok(())
}

/// A contact for scripts and people.
#[derive(Debug, Serialize)]
pub(super) struct ContactView {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    position: Option<String>,
    roles: Vec<&'static str>,
    primary: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ContactList(Vec<ContactView>);

impl ContactView {
    pub(super) fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.to_string(),
            email: contact.email.as_ref().map(ToString::to_string),
            phone: contact.phone.as_ref().map(ToString::to_string),
            position: contact.position.as_ref().map(ToString::to_string),
            roles: contact.roles.iter().map(|role| role.word()).collect(),
            primary: contact.primary,
        }
    }

    pub(super) fn line(&self) -> String {
        let parts = [
            Some(self.name.clone()),
            self.position.clone(),
            self.email.clone(),
            self.phone.clone(),
            (!self.roles.is_empty()).then(|| format!("for {}", self.roles.join(", "))),
            self.primary.then(|| "point of contact".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

impl View for ContactView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.line());
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

impl View for ContactList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no contacts; `loggia client contact add CLIENT NAME` adds one");
        }
        for contact in &self.0 {
            contact.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
