//! `loggia member`.

use clap::Subcommand;
use serde::Serialize;

use crate::app::error::field;
use crate::app::member;
use crate::domain;
use crate::values::id::Slug;
use crate::values::text::{Email, Line};

use super::Context;
use super::client::{references, say_made};
use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// Members of the team
#[derive(Debug, Subcommand)]
pub(super) enum Member {
    /// Add a member
    Add {
        name: String,
        /// Short name used in commands [default: made of the name]
        #[arg(long)]
        slug: Option<String>,
        #[arg(long)]
        email: Option<String>,
        /// What the member does, in words a client may read: Developer
        #[arg(long)]
        role: Option<String>,
        /// Keep a member that is there already
        #[arg(long)]
        if_missing: bool,
    },
    /// List members
    List {
        /// Archived members too
        #[arg(long)]
        all: bool,
    },
    /// Change a member
    Edit {
        member: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        slug: Option<String>,
        #[arg(long)]
        email: Option<String>,
        #[arg(long)]
        role: Option<String>,
        /// Take new time again
        #[arg(long)]
        restore: bool,
    },
    /// Archive a member: their time stays, they take no new entries
    Archive { member: String },
}

impl Member {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let slug_of = |slug: Option<String>| {
            slug.as_deref()
                .map(Slug::parse)
                .transpose()
                .map_err(crate::app::Error::from)
        };
        let line = |name: &'static str, text: Option<String>| {
            text.as_deref()
                .map(|text| field(name, Line::parse(text)))
                .transpose()
        };
        let mail = |text: Option<String>| {
            text.as_deref()
                .map(|text| field("email", Email::parse(text)))
                .transpose()
        };
        match self {
            Self::Add {
                name,
                slug,
                email,
                role,
                if_missing,
            } => {
                let name = field("name", Line::parse(&name))?;
                let (member, made) = member::add(
                    &mut session,
                    name,
                    slug_of(slug)?,
                    mail(email)?,
                    line("role", role)?,
                    if_missing,
                )?;
                say_made(context, made, "member", member.slug.as_str())?;
                context.show(&MemberView::of(&member))
            }
            Self::List { all } => {
                let members = member::list(&session, all)?;
                context.show(&MemberList(members.iter().map(MemberView::of).collect()))
            }
            Self::Edit {
                member,
                name,
                slug,
                email,
                role,
                restore,
            } => {
                let (name, slug) = (line("name", name)?, slug_of(slug)?);
                let (email, role) = (mail(email)?, line("role", role)?);
                let member = member::edit(&mut session, &member, |member| {
                    member.name = name.unwrap_or(member.name.clone());
                    member.slug = slug.unwrap_or(member.slug.clone());
                    member.email = email.or(member.email.take());
                    member.role = role.or(member.role.take());
                    member.archived &= !restore;
                })?;
                context.show(&MemberView::of(&member))
            }
            Self::Archive { member } => {
                let member = member::edit(&mut session, &member, |member| member.archived = true)?;
                context.say(&format!("archived: {}", member.slug))?;
                context.show(&MemberView::of(&member))
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct MemberView {
    slug: String,
    name: String,
    email: Option<String>,
    role: Option<String>,
    archived: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct MemberList(Vec<MemberView>);

impl MemberView {
    fn of(member: &domain::member::Member) -> Self {
        Self {
            slug: member.slug.to_string(),
            name: member.name.to_string(),
            email: member.email.as_ref().map(ToString::to_string),
            role: member.role.as_ref().map(ToString::to_string),
            archived: member.archived,
        }
    }
}

impl View for MemberView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.slug));
        page.field("role", self.role.as_ref());
        page.field("email", self.email.as_ref());
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
        let columns = [
            Column::Text("slug"),
            Column::Text("name"),
            Column::Text("role"),
            Column::Text("email"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|member| {
                vec![
                    member.slug.clone(),
                    member.name.clone(),
                    member.role.clone().unwrap_or_default(),
                    member.email.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
