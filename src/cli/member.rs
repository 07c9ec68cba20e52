//! `loggia member`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app;
use crate::app::error::field;
use crate::app::member::{self, ClientWords, New, Shown};
use crate::domain::member::Access;
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::Context;
use super::client::{clearable, references, say_made};
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Members of the team
#[derive(Debug, Subcommand)]
pub(super) enum Member {
    Add(Add),
    /// List members
    #[command(visible_alias = "ls")]
    List {
        /// Archived members too
        #[arg(long)]
        all: bool,
    },
    /// Show a member
    Show {
        member: String,
    },
    Edit(Edit),
    /// Archive a member: their time stays, they take no new entries
    Archive {
        member: String,
    },
}

/// Add a member
#[derive(Debug, Args)]
pub(super) struct Add {
    name: String,
    /// Short name used in commands [default: made of the name]
    #[arg(long)]
    slug: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// Works for this client only; given again for more [default: all clients]
    #[arg(long, value_name = "CLIENT")]
    client: Vec<String>,
    /// Keep a member that is there already
    #[arg(long)]
    if_missing: bool,
}

/// Change a member; an empty text takes a value away
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia member edit jonas --client acme --not-client globex\n  \
    loggia member edit jonas --all-clients\n  loggia member edit mara --access manager --alias \"M. Studio\""
)]
pub(super) struct Edit {
    member: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    slug: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// Works for this client too; where no client was named before, for this one only
    #[arg(long, value_name = "CLIENT")]
    client: Vec<String>,
    /// No longer works for this client
    #[arg(long, value_name = "CLIENT")]
    not_client: Vec<String>,
    /// Works for all clients again
    #[arg(long, conflicts_with_all = ["client", "not_client"])]
    all_clients: bool,
    /// Take new time again
    #[arg(long)]
    restore: bool,
}

#[derive(Debug, Args)]
struct Fields {
    #[arg(long)]
    email: Option<String>,
    /// What the member does, in words a client may read: Developer
    #[arg(long)]
    role: Option<String>,
    /// What the member is among the others; the first member is the owner
    #[arg(long)]
    access: Option<AccessWord>,
    /// What clients read in place of the name
    #[arg(long)]
    alias: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AccessWord {
    Owner,
    Manager,
    Member,
}

impl From<AccessWord> for Access {
    fn from(word: AccessWord) -> Self {
        match word {
            AccessWord::Owner => Self::Owner,
            AccessWord::Manager => Self::Manager,
            AccessWord::Member => Self::Member,
        }
    }
}

fn slug(text: Option<&str>) -> app::Result<Option<Slug>> {
    Ok(text.map(Slug::parse).transpose()?)
}

impl Member {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        match self {
            Self::Add(add) => {
                let if_missing = add.if_missing;
                let (shown, made) = member::add(&mut session, add.parse()?, if_missing)?;
                say_made(context, made, "member", shown.member.slug.as_str())?;
                context.show(&MemberView::of(&shown))
            }
            Self::List { all } => {
                let members = member::list(&session, all)?;
                context.show(&MemberList(members.iter().map(MemberView::of).collect()))
            }
            Self::Show { member } => {
                let shown = member::show(&session, &member)?;
                context.show(&MemberView::of(&shown))
            }
            Self::Edit(edit) => {
                let shown = edit.run(&mut session)?;
                context.show(&MemberView::of(&shown))
            }
            Self::Archive { member } => {
                let unchanged = ClientWords::default();
                let shown = member::edit(&mut session, &member, &unchanged, |m| m.archived = true)?;
                context.say(&format!("archived: {}", shown.member.slug))?;
                context.show(&MemberView::of(&shown))
            }
        }
    }
}

impl Add {
    fn parse(self) -> Result<New> {
        let Fields {
            email,
            role,
            access,
            alias,
        } = self.fields;
        Ok(New {
            name: field("name", Line::parse(&self.name))?,
            slug: slug(self.slug.as_deref())?,
            email: clearable("email", email, Email::parse)?.flatten(),
            role: clearable("role", role, Line::parse)?.flatten(),
            access: access.map(Access::from),
            alias: clearable("alias", alias, Line::parse)?.flatten(),
            clients: self.client,
        })
    }
}

impl Edit {
    fn run(self, session: &mut app::Session) -> Result<Shown> {
        let name = self.name.as_deref();
        let name = name
            .map(|name| field("name", Line::parse(name)))
            .transpose()?;
        let slug = slug(self.slug.as_deref())?;
        let Fields {
            email,
            role,
            access,
            alias,
        } = self.fields;
        let email = clearable("email", email, Email::parse)?;
        let role = clearable("role", role, Line::parse)?;
        let alias = clearable("alias", alias, Line::parse)?;
        let clients = ClientWords {
            all: self.all_clients,
            with: self.client,
            without: self.not_client,
        };
        let restore = self.restore;
        let shown = member::edit(session, &self.member, &clients, |member| {
            member.name = name.unwrap_or(member.name.clone());
            member.slug = slug.unwrap_or(member.slug.clone());
            member.email = email.unwrap_or(member.email.take());
            member.role = role.unwrap_or(member.role.take());
            member.alias = alias.unwrap_or(member.alias.take());
            member.access = access.map_or(member.access, Access::from);
            member.archived &= !restore;
        })?;
        Ok(shown)
    }
}

#[derive(Debug, Serialize)]
struct MemberView {
    slug: String,
    name: String,
    email: Option<String>,
    role: Option<String>,
    /// `owner`, `manager` or `member`.
    access: &'static str,
    alias: Option<String>,
    /// Empty: all clients.
    clients: Vec<String>,
    archived: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct MemberList(Vec<MemberView>);

impl MemberView {
    fn of(shown: &Shown) -> Self {
        let member = &shown.member;
        Self {
            slug: member.slug.to_string(),
            name: member.name.to_string(),
            email: member.email.as_ref().map(ToString::to_string),
            role: member.role.as_ref().map(ToString::to_string),
            access: member.access.word(),
            alias: member.alias.as_ref().map(ToString::to_string),
            clients: shown.clients.iter().map(ToString::to_string).collect(),
            archived: member.archived,
        }
    }

    fn works_for(&self) -> String {
        if self.clients.is_empty() {
            "all clients".to_owned()
        } else {
            self.clients.join(", ")
        }
    }
}

impl View for MemberView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.slug));
        page.field("access", Some(self.access));
        page.field("role", self.role.as_ref());
        page.field("alias", self.alias.as_ref());
        page.field("email", self.email.as_ref());
        page.field("works for", Some(self.works_for()));
        page.field("archived", self.archived.then_some("yes"));
    }

    fn reference(&self) -> String {
        self.slug.clone()
    }
}

impl View for MemberList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no members; the first one is made with the first entry, or by `loggia member add NAME`");
            return;
        }
        let mut columns = vec![
            Column::Text("slug"),
            Column::Text("name"),
            Column::Text("access"),
            Column::Text("role"),
            Column::Text("alias"),
            Column::Text("email"),
            Column::Text("works for"),
        ];
        let tells_state = self.0.iter().any(|member| member.archived);
        if tells_state {
            columns.push(Column::Text("state"));
        }
        let row = |member: &MemberView| {
            let state = if member.archived {
                "archived"
            } else {
                "active"
            };
            let mut cells = vec![
                member.slug.clone(),
                member.name.clone(),
                member.access.to_owned(),
                member.role.clone().unwrap_or_default(),
                member.alias.clone().unwrap_or_default(),
                member.email.clone().unwrap_or_default(),
                member.works_for(),
            ];
            cells.extend(tells_state.then(|| state.to_owned()));
            cells
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
