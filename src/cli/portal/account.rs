//! `loggia portal account`: the businesses that publish to a portal.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::count::count;
use crate::cli::error::{Failure, Result};
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::portal::PortalStore;
use crate::portal::operator;
use crate::portal::store::{Account as Kept, AccountStatus, KnownUser};
use crate::published::protocol::Manifest;
use crate::values::id::Token;

use super::{Database, block_on};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Account {
    /// Make an account; its token is shown this once
    #[command(after_help = "Example:\n  loggia portal account create studio --limit 20")]
    Create {
        name: String,
        /// How many clients with an open console it may publish [default: any number]
        #[arg(long, value_name = "CLIENTS")]
        limit: Option<u32>,
        #[command(flatten)]
        database: Database,
    },
    /// List accounts
    #[command(visible_alias = "ls")]
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Show an account with its clients and how many people see each
    Show {
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Limit how many clients with an open console an account may publish; what is published stays
    Limit {
        name: String,
        /// A number, or `none`
        clients: String,
        #[command(flatten)]
        database: Database,
    },
    /// Switch an account off: its token and its clients' pages end at once; nothing is deleted
    Disable {
        name: String,
        /// Switch it on again, as `enable` does
        #[arg(long, hide = true)]
        undo: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Switch an account on again
    Enable {
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Give an account a new token; the old one dies at once
    #[command(visible_alias = "rotate")]
    Token {
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

impl Account {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let now = context.environment.now()?;
        match self {
            Self::Create {
                name,
                limit,
                database,
            } => {
                let store = database.open_or_make()?;
                let token = block_on(operator::create_account(&*store, &name, now))??;
                if limit.is_some() {
                    block_on(operator::set_client_limit(&*store, &name, limit, now))??;
                }
                context
                    .say("the token is shown this once; give it to `loggia portal connect URL`")?;
                context.show(&TokenView::of(name, &token))
            }
            Self::Token { name, database } => {
                let store = database.open()?;
                let token = block_on(operator::new_token(&*store, &name, now))??;
                context.say("the old token is dead; this one is shown this once")?;
                context.show(&TokenView::of(name, &token))
            }
            Self::Disable {
                name,
                undo,
                database,
            } => switch(context, &database, &name, undo),
            Self::Enable { name, database } => switch(context, &database, &name, true),
            Self::Limit {
                name,
                clients,
                database,
            } => {
                let limit = parse_limit(&clients)?;
                let store = database.open()?;
                block_on(operator::set_client_limit(&*store, &name, limit, now))??;
                let (account, ..) = block_on(operator::account(&*store, &name))??;
                if limit.is_some_and(|limit| account.clients > limit) {
                    context.say(&format!(
                        "{} open already: they stay, and no other one comes in",
                        count(
                            usize::try_from(account.clients).unwrap_or(usize::MAX),
                            "client is",
                            "clients are"
                        )
                    ))?;
                }
                context.show(&AccountList(vec![AccountView::of(account)]))
            }
            Self::Show { name, database } => {
                let store = database.open()?;
                let (account, status, people) = block_on(operator::account(&*store, &name))??;
                let held = block_on(operator::manifests(&*store, &account, &status))??;
                context.show(&Shown::of(account, status, &held, &people))
            }
            Self::List { database } => list(context, &*database.open()?),
        }
    }
}

fn switch(context: &mut Context<'_>, database: &Database, name: &str, enabled: bool) -> Result<()> {
    let now = context.environment.now()?;
    let store = database.open()?;
    block_on(operator::set_enabled(&*store, name, enabled, now))??;
    let (account, ..) = block_on(operator::account(&*store, name))??;
    context.show(&AccountList(vec![AccountView::of(account)]))
}

fn parse_limit(text: &str) -> Result<Option<u32>> {
    if text == "none" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        Failure::usage(
            "usage.value",
            format!("`{text}` is not a number of clients"),
            "write a number, or none".to_owned(),
        )
    })
}

fn list(context: &mut Context<'_>, store: &dyn PortalStore) -> Result<()> {
    let accounts = block_on(operator::accounts(store))??;
    let views = accounts.into_iter().map(AccountView::of).collect();
    context.show(&AccountList(views))
}

#[derive(Debug, Serialize)]
struct TokenView {
    account: String,
    token: String,
}

impl TokenView {
    fn of(account: String, token: &Token) -> Self {
        Self {
            account,
            token: token.expose().to_owned(),
        }
    }
}

impl View for TokenView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.account);
        page.field("token", Some(&self.token));
    }

    fn reference(&self) -> String {
        self.token.clone()
    }
}

#[derive(Debug, Serialize)]
struct AccountView {
    name: String,
    enabled: bool,
    clients: u32,
    client_limit: Option<u32>,
    created: String,
}

impl AccountView {
    fn of(account: Kept) -> Self {
        Self {
            name: account.name,
            enabled: account.enabled,
            clients: account.clients,
            client_limit: account.client_limit,
            created: account.created.to_rfc3339(),
        }
    }

    fn state(&self) -> &'static str {
        if self.enabled { "on" } else { "off" }
    }

    fn limit(&self) -> String {
        self.client_limit
            .map_or_else(|| "none".to_owned(), |limit| limit.to_string())
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct AccountList(Vec<AccountView>);

impl View for AccountList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no accounts; `loggia portal account create NAME` makes one");
            return;
        }
        let columns = [
            Column::Text("account"),
            Column::Text("state"),
            Column::Number("clients"),
            Column::Number("limit"),
        ];
        let row = |account: &AccountView| {
            vec![
                account.name.clone(),
                account.state().to_owned(),
                account.clients.to_string(),
                account.limit(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|account| account.name.as_str()).collect();
        names.join("\n")
    }
}

/// One client of an account.
#[derive(Debug, Serialize)]
struct ClientView {
    slug: String,
    id: String,
    /// Whether it counts against the limit.
    console: bool,
    revision: u64,
    parts: usize,
    bytes: u64,
    users: usize,
}

/// An account with its clients.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    account: AccountView,
    last_event: u64,
    published: Vec<ClientView>,
}

impl Shown {
    fn of(account: Kept, status: AccountStatus, held: &[Manifest], people: &[KnownUser]) -> Self {
        let mut published: Vec<ClientView> = status
            .clients
            .into_iter()
            .zip(held)
            .map(|(client, held)| ClientView {
                console: client.console,
                revision: client.revision,
                parts: held.chunks.len(),
                bytes: held.chunks.iter().map(|chunk| chunk.size).sum(),
                users: people
                    .iter()
                    .filter(|known| known.client == client.id && known.enabled)
                    .count(),
                id: client.id.to_string(),
                slug: client.slug,
            })
            .collect();
        published.sort_by(|a, b| (&a.slug, &a.id).cmp(&(&b.slug, &b.id)));
        Self {
            account: AccountView::of(account),
            last_event: status.last_event,
            published,
        }
    }
}

impl View for Shown {
    fn text(&self, page: &mut Page) {
        page.heading(&self.account.name);
        page.field("state", Some(self.account.state()));
        page.field("open clients", Some(self.account.clients));
        page.field("limit", Some(self.account.limit()));
        page.field("made", Some(&self.account.created));
        if self.published.is_empty() {
            page.line("nothing is published yet: `loggia sync` there does");
            return;
        }
        let columns = [
            Column::Text("client"),
            Column::Text("console"),
            Column::Number("users"),
            Column::Number("parts"),
            Column::Number("kB"),
            Column::Number("revision"),
        ];
        let row = |client: &ClientView| {
            vec![
                client.slug.clone(),
                if client.console { "open" } else { "closed" }.to_owned(),
                client.users.to_string(),
                client.parts.to_string(),
                client.bytes.div_ceil(1_000).to_string(),
                client.revision.to_string(),
            ]
        };
        let rows: Vec<_> = self.published.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        self.account.name.clone()
    }
}
