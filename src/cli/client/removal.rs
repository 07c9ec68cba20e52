//! `loggia client delete`.

use clap::Args;
use serde::Serialize;

use crate::app::client_removal::{self, Removal};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::terminal::{Page, View};

/// Delete a client for whom nothing was issued, with everything of it
#[derive(Debug, Args)]
#[command(
    after_help = "The store is copied beside itself first, and `loggia undo` brings the client back. A client for whom an invoice was \
    issued is archived instead; one who is on the portal is withdrawn first.\n\nExample:\n  loggia client delete acme --yes"
)]
pub(in crate::cli) struct Delete {
    #[arg(value_name = "CLIENT")]
    client: String,
}

impl Delete {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let removal = client_removal::look(&session, &self.client)?;
        let slug = removal.client.slug.clone();
        context.say(&format!("{slug} goes with {}", words(&removal)))?;
        context.confirm(&format!("delete client `{slug}`"))?;
        let (removal, copy) = client_removal::delete(&mut session, &self.client)?;
        let view = RemovalView::of(&removal, copy.display().to_string());
        context.say("`loggia undo` brings it back")?;
        context.show(&view)
    }
}

/// How many of what, as people count it.
fn counts(removal: &Removal) -> impl Iterator<Item = (&'static str, i64)> + '_ {
    removal.parts.iter().filter_map(|(noun, count)| {
        let plural = match *noun {
            "contact" => "contacts",
            "talk" => "talks",
            "thread" => "questions",
            "approval_request" => "approvals",
            "document" => "documents",
            "project" => "projects",
            "task" => "tasks",
            "entry" => "entries",
            "expense" => "expenses",
            "rate" => "rates",
            "retainer" => "retainers",
            "user" => "users",
            "invoice" => "drafts",
            "visibility" => "portal_settings",
            "notification" => "notifications",
            "client_tag" => "tags",
            "client_field" => "fields",
            _ => return None,
        };
        Some((plural, *count))
    })
}

fn words(removal: &Removal) -> String {
    let parts: Vec<String> = counts(removal)
        .map(|(plural, count)| {
            let noun = match (plural, count) {
                ("entries", 1) => "entry",
                (plural, 1) => plural.trim_end_matches('s'),
                (plural, _) => plural,
            };
            format!("{count} {}", noun.replace('_', " "))
        })
        .collect();
    match parts.is_empty() {
        true => "nothing else".to_owned(),
        false => parts.join(", "),
    }
}

#[derive(Debug, Serialize)]
struct RemovalView {
    deleted: String,
    name: String,
    /// How many of what went with it.
    removed: serde_json::Map<String, serde_json::Value>,
    backup: String,
}

impl RemovalView {
    fn of(removal: &Removal, backup: String) -> Self {
        Self {
            deleted: removal.client.slug.to_string(),
            name: removal.client.details.name.to_string(),
            removed: counts(removal)
                .map(|(noun, count)| (noun.to_owned(), count.into()))
                .collect(),
            backup,
        }
    }
}

impl View for RemovalView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("deleted {} ({})", self.name, self.deleted));
        page.field("backup", Some(&self.backup));
    }

    fn reference(&self) -> String {
        self.deleted.clone()
    }
}
