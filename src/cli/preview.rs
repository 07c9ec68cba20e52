//! `loggia portal-settings preview`: what a client will see after the next sync, as a summary or as the pages themselves.
//!
//! The pages come from a portal on this machine that is gone when the command ends. It gets the very parts that `sync` would send, but
//! for its users: there is one, whose role is asked for, and who signs in without a second factor and from here alone.

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde::Serialize;

use crate::app::publish::{self, Projection};
use crate::app::{Error, Session};
use crate::portal::store::{Commit, Staging};
use crate::portal::viewer::AccountId;
use crate::portal::{PortalStore, SqliteStore, StoreError, operator};
use crate::published::protocol::{Role, User, Users};
use crate::published::{Access, Chunk, ChunkKey, Console};
use crate::values::id::PublicId;

use super::Context;
use super::error::{Failure, Result};
use super::open_portal::OpenPortal;
use super::opener;
use super::portal::{block_on, stop_signal};
use super::portal_settings::Summary;
use super::terminal::{Page, View};

/// Show what the client will see after the next sync
#[derive(Debug, Args)]
#[command(
    after_help = "Without --open a summary is printed; with --json the very parts that will be sent.\n\n\
    Examples:\n  loggia portal-settings preview acme\n  loggia portal-settings preview acme --open --as finance"
)]
pub(super) struct Preview {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Open the pages in a browser, from a portal on this machine that ends with Ctrl-C
    #[arg(long)]
    open: bool,
    /// Of whom the pages are: full, finance or work
    #[arg(long = "as", value_name = "ROLE", requires = "open", default_value = "full", value_parser = role)]
    role: Role,
    /// Port of that portal; 0 takes a free one
    #[arg(long, value_name = "PORT", requires = "open", default_value_t = 0)]
    port: u16,
}

fn role(text: &str) -> std::result::Result<Role, String> {
    Role::from_word(&text.trim().to_lowercase())
        .ok_or_else(|| format!("`{text}` is no role; there are full, finance and work"))
}

const ACCOUNT: &str = "preview";
const USER: &str = "preview@loggia.invalid";

impl Preview {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let projection = publish::project(session, &self.client)?;
        if !self.open {
            return context.show(&Summary::of(&self.client, &projection.chunks));
        }
        let Some(chunks) = self.chunks(&projection)? else {
            return Err(Failure::refused(
                "portal.nothing_published",
                format!("nothing of `{}` is published", self.client),
                format!(
                    "loggia portal-settings set console=on --client {}",
                    self.client
                ),
            ));
        };
        let seen = Projection {
            chunks,
            ..projection
        };
        let folder = tempfile::tempdir()?;
        let portal = OpenPortal::start(folder.path(), self.port, context.environment.clock()?)?;
        let shown = fill(&portal, &seen, context.environment.now()?);
        let opened = shown.and_then(|link| {
            let url = format!("{}{link}", portal.url());
            context.show(&Opened { url: &url })?;
            context.terminal.finish()?;
            // Where nothing can be opened, as over SSH, the address was told.
            if context.environment.interactive {
                drop(opener::open(url.as_ref(), ""));
            }
            block_on(async { stop_signal().await })
        });
        portal.stop()?;
        opened
    }

    /// The parts as they would be sent, but for who may see them and from where; none where nothing is published.
    fn chunks(&self, projection: &Projection) -> Result<Option<Vec<Chunk>>> {
        let Some(shown) = &projection.portal else {
            return Ok(None);
        };
        let console = Console {
            access: Access {
                mfa_required: false,
                ip_allow: Vec::new(),
                session_timeout_minutes: 12 * 60,
            },
            ..shown.console.clone()
        };
        let users = Users {
            users: vec![User {
                id: PublicId::random().map_err(Error::from)?,
                email: USER.to_owned(),
                name: None,
                role: self.role,
                enabled: true,
                invitation: None,
            }],
        };
        let broken = |error: serde_json::Error| Failure::from(std::io::Error::from(error));
        let mut chunks = projection.chunks.clone();
        for chunk in &mut chunks {
            *chunk = match chunk.key {
                ChunkKey::Console => Chunk::json(ChunkKey::Console, &console),
                ChunkKey::Users => Chunk::json(ChunkKey::Users, &users),
                _ => continue,
            }
            .map_err(broken)?;
        }
        Ok(Some(chunks))
    }
}

/// Puts the parts into the portal; a link that signs the one user in.
fn fill(portal: &OpenPortal, seen: &Projection, now: DateTime<Utc>) -> Result<String> {
    let path = portal.database.trim_start_matches("sqlite:");
    let store = SqliteStore::open(std::path::Path::new(path)).map_err(failed)?;
    block_on(async {
        let token = operator::create_account(&store, ACCOUNT, now).await?;
        let account = store.account_by_token(token.hash()).await.map_err(failed)?;
        let account = account.ok_or_else(|| failed(StoreError::Stopped))?.id;
        put(&store, account, seen, now).await?;
        let (slug, lifetime) = (seen.slug(), TimeDelta::hours(12));
        let link = operator::sign_in_link(&store, ACCOUNT, slug, USER, lifetime, now).await?;
        Ok(link)
    })?
}

/// Stages every part and commits the client, as a sync does.
async fn put(
    store: &SqliteStore,
    account: AccountId,
    seen: &Projection,
    now: DateTime<Utc>,
) -> Result<()> {
    let parts = seen.chunks.iter();
    let parts = Staging {
        client: seen.id.clone(),
        parts: parts
            .map(|chunk| (chunk.digest(), chunk.body.clone()))
            .collect(),
        limit: u64::MAX,
        stale: DateTime::UNIX_EPOCH,
    };
    store.stage(account, parts, now).await.map_err(failed)?;
    let commit = store.commit(account, seen.id.clone(), seen.manifest(1), now);
    match commit.await.map_err(failed)? {
        Commit::Committed { .. } => Ok(()),
        other => Err(Failure::failed(
            "portal.preview",
            format!("the portal would not take it: {other:?}"),
            None,
        )),
    }
}

fn failed(error: StoreError) -> Failure {
    Failure::failed("portal.store", error.to_string(), None)
}

#[derive(Debug, Serialize)]
struct Opened<'a> {
    url: &'a str,
}

impl View for Opened<'_> {
    fn text(&self, page: &mut Page) {
        page.line("The pages as the client will see them (the link works once; Ctrl-C ends this):");
        page.line(self.url);
    }

    fn reference(&self) -> String {
        self.url.to_owned()
    }
}
