//! `loggia portal withdraw`: taking clients off a portal as a whole.

use clap::Args;
use serde::Serialize;

use crate::app::Error;
use crate::app::sync::{self, Withdrawn};
use crate::cli::Context;
use crate::cli::config::connection_file;
use crate::cli::count::count;
use crate::cli::error::{Failure, Result, exit};
use crate::cli::sync::told_left;
use crate::cli::terminal::{Page, View};
use crate::sync::Connection;

use super::{Kept, kept_connection, token_of};

/// Take clients off a portal, with their users, sessions and files; here nothing is changed
#[derive(Debug, Args)]
#[command(
    after_help = "A client that keeps its console comes back with the next `loggia sync`; to take one off for good: loggia portal-settings set \
    console=off --client acme, and loggia sync.\n\nExamples:\n  loggia portal withdraw && loggia portal disconnect     leave a portal\n  \
    loggia portal withdraw --from https://old.example       one that was left"
)]
pub(in crate::cli) struct Withdraw {
    /// Only these [default: all of this store]
    #[arg(value_name = "CLIENT")]
    clients: Vec<String>,
    /// A portal that was connected before
    #[arg(long, value_name = "URL")]
    from: Option<url::Url>,
}

impl Withdraw {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let path = connection_file(session.store.path());
        let connection = match &self.from {
            Some(url) if is_emptied(&path, url)? => {
                let portal = url.as_str().trim_end_matches('/').to_owned();
                return context.show(&WithdrawnView::of(portal, Vec::new()));
            }
            Some(url) => left(&path, url)?,
            None => context.connection(&session)?,
        };
        let portal = connection.portal().map_err(Error::from)?;
        let held = sync::held(&mut session, &connection, &self.clients)?;
        if !held.is_empty() {
            let clients = count(held.len(), "client", "clients");
            context.confirm(&format!(
                "take {clients} ({}) off {portal}, with their users",
                held.join(", ")
            ))?;
        }
        let withdrawn = sync::withdraw(&mut session, &connection, &self.clients)?;
        let failed: Vec<String> = withdrawn
            .iter()
            .filter(|client| client.failure.is_some())
            .map(|client| client.slug.clone())
            .collect();
        if self.from.is_some() && self.clients.is_empty() && failed.is_empty() {
            forget(&path, &connection)?;
        }
        if self.clients.is_empty() && failed.is_empty() {
            forget_account(&path, &connection)?;
        }
        for client in &withdrawn {
            if let Some(told) = told_left(&client.slug, &client.left, true) {
                context.warn(&told)?;
            }
            if let Some(error) = &client.failure {
                context.warn(&format!("{}: {error}", client.slug))?;
            }
        }
        let broken = withdrawn.iter().find_map(|client| match &client.failure {
            Some(Error::Sync(error)) if error.is_of_connection() => Some(error.clone()),
            _ => None,
        });
        let removed = withdrawn.iter().any(|client| client.removed);
        if self.from.is_none() && removed {
            context
                .say("a client that keeps its console comes back with the next `loggia sync`")?;
        }
        context.show(&WithdrawnView::of(portal.clone(), withdrawn))?;
        match broken {
            Some(error) => Err(Error::from(error).into()),
            None if failed.is_empty() => Ok(()),
            None => Err(self.partly(&portal, &failed)),
        }
    }

    /// Some clients are still there.
    fn partly(&self, portal: &str, failed: &[String]) -> Failure {
        let from = self.from.as_ref().map(|url| format!(" --from {url}"));
        let clients = count(failed.len(), "client is", "clients are");
        let message = format!("{clients} still on {portal}: {}", failed.join(", "));
        Failure::with_exit("portal.withdraw", message, exit::PARTLY).with_hint(format!(
            "loggia portal withdraw {}{}",
            failed.join(" "),
            from.unwrap_or_default()
        ))
    }
}

/// The connection to a portal that was left, or is connected.
fn left(path: &std::path::Path, url: &url::Url) -> Result<Connection> {
    let unknown = || {
        Failure::usage(
            "portal.unknown",
            format!("this store was never connected to `{url}`"),
            "with the token of its account in LOGGIA_PORTAL_TOKEN and its address in LOGGIA_PORTAL_URL it needs no --from"
                .to_owned(),
        )
    };
    let kept = kept_connection(path)?.ok_or_else(unknown)?;
    let all = kept
        .left
        .into_iter()
        .map(|left| (left.url, left.token))
        .chain([(kept.url, kept.token)]);
    let mut all = all.filter(|(known, _)| same(known, url));
    let (url, token) = all.next().ok_or_else(unknown)?;
    Ok(Connection {
        url,
        token: token_of(&token)?,
    })
}

/// Whether a portal was left and all of this store taken off it before: there is nothing to do, and no token to do it with.
fn is_emptied(path: &std::path::Path, url: &url::Url) -> Result<bool> {
    let kept = kept_connection(path)?;
    let known = |kept: Kept| kept.emptied.iter().any(|known| same(known, url));
    Ok(kept.is_some_and(known))
}

/// A stroke at the end makes no other address.
fn same(one: &url::Url, other: &url::Url) -> bool {
    one.as_str().trim_end_matches('/') == other.as_str().trim_end_matches('/')
}

/// It holds nothing of this store any more, so its token need not be kept.
fn forget(path: &std::path::Path, connection: &Connection) -> Result<()> {
    let Some(mut kept) = kept_connection(path)? else {
        return Ok(());
    };
    let before = kept.left.len();
    kept.left.retain(|left| !same(&left.url, &connection.url));
    if kept.left.len() < before {
        kept.emptied.push(connection.url.clone());
    }
    kept.keep(path)
}

/// What was published as another account is told of no more, once it is taken off with its token.
fn forget_account(path: &std::path::Path, connection: &Connection) -> Result<()> {
    let Some(mut kept) = kept_connection(path)? else {
        return Ok(());
    };
    if !kept.others.iter().any(|other| other.url == connection.url) {
        return Ok(());
    }
    let account = connection.status().map_err(Error::from)?.account;
    kept.others
        .retain(|other| !other.is(&connection.url, &account));
    kept.keep(path)
}

#[derive(Debug, Serialize)]
struct WithdrawnView {
    portal: String,
    clients: Vec<ClientView>,
}

#[derive(Debug, Serialize)]
struct ClientView {
    slug: String,
    removed: bool,
    /// Why it is still there.
    error: Option<String>,
}

impl WithdrawnView {
    fn of(portal: String, withdrawn: Vec<Withdrawn>) -> Self {
        let clients = withdrawn.into_iter().map(|one| ClientView {
            slug: one.slug,
            removed: one.removed,
            error: one.failure.map(|error| error.to_string()),
        });
        Self {
            portal,
            clients: clients.collect(),
        }
    }
}

impl View for WithdrawnView {
    fn text(&self, page: &mut Page) {
        if self.clients.is_empty() {
            page.line(format!("{} holds nothing of this store", self.portal));
        }
        for client in &self.clients {
            page.line(match client.removed {
                true => format!("{} is off {}", client.slug, self.portal),
                false if client.error.is_some() => {
                    format!("{} is still on {}", client.slug, self.portal)
                }
                false => format!("{} was not on {}", client.slug, self.portal),
            });
        }
    }

    fn reference(&self) -> String {
        let removed = self.clients.iter().filter(|client| client.removed);
        let slugs: Vec<&str> = removed.map(|client| client.slug.as_str()).collect();
        slugs.join("\n")
    }
}
