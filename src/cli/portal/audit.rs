//! `loggia portal audit`: what was done on a portal, and whether its log is whole.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use serde::Serialize;

use crate::app::Error;
use crate::cli::count::count;
use crate::cli::error::{Failure, Result};
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::cli::{Context, file};
use crate::portal::audit::Head;
use crate::portal::operator::{self, AuditFilter, AuditLine};

use super::{Database, block_on};

/// Read the audit log of a portal: sign-ins, views of invoices, downloads, changes of access
#[derive(Debug, Args)]
#[command(
    after_help = "The log is kept for as long as the database: nothing shortens it. It has ids, which are shown by their names as far as \
    they are still known, and the network addresses of sign-ins.\n\n\
    --verify follows the chain of hashes through every line. With --anchor it also finds lines that were cut off at the end: the file has \
    the last line of each chain, and is written anew after each check that went well. Keep it where who runs the portal cannot write.\n\n\
    Examples:\n  loggia portal audit --client acme --since 2026-11-01\n  loggia portal audit --kind signed_in,sign_in_failed --json\n  \
    loggia portal audit --verify --anchor /mnt/elsewhere/portal.anchor"
)]
pub(in crate::cli) struct Audit {
    /// Of one account
    #[arg(long)]
    account: Option<String>,
    /// About one client, by its short name or id
    #[arg(long)]
    client: Option<String>,
    /// By or about one user, by mail address or id
    #[arg(long)]
    user: Option<String>,
    /// From this day (UTC) or instant
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Of these kinds, such as signed_in or invoice_viewed
    #[arg(long, value_delimiter = ',')]
    kind: Vec<String>,
    /// Check that no line was changed, left out or put in
    #[arg(long, conflicts_with_all = ["account", "client", "user", "since", "kind"])]
    verify: bool,
    /// Compare with the ends of the chains in this file, then write them anew
    #[arg(long, value_name = "FILE", requires = "verify")]
    anchor: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
}

impl Audit {
    pub(in crate::cli) fn run(self, context: &mut Context<'_>) -> Result<()> {
        if self.verify {
            return self.verify(context);
        }
        let filter = AuditFilter {
            since: self.since.as_deref().map(instant).transpose()?,
            account: self.account,
            client: self.client,
            user: self.user,
            kinds: self.kind,
        };
        let store = self.database.open()?;
        let lines = block_on(operator::audit(&*store, &filter))??;
        context.show(&AuditList(lines.into_iter().map(LineView::of).collect()))
    }

    fn verify(self, context: &mut Context<'_>) -> Result<()> {
        let known = match &self.anchor {
            Some(path) => anchored(path)?,
            None => Vec::new(),
        };
        let store = self.database.open()?;
        let (lines, heads) =
            block_on(operator::verify_audit(&*store, &known))??.map_err(|broken| {
                Failure::refused(
                    "audit.broken",
                    format!("the audit log is not what was written: {broken}"),
                    "compare with a backup of the database from before".to_owned(),
                )
            })?;
        if let Some(path) = &self.anchor {
            let bytes = serde_json::to_vec_pretty(&heads).map_err(std::io::Error::from)?;
            file::write(path, &bytes, true)?;
        }
        context.show(&Verified {
            ok: true,
            lines,
            chains: heads.len(),
            anchored: self.anchor.is_some() && !known.is_empty(),
            heads,
        })
    }
}

/// The ends of the chains as they were; none where the file is still to be made.
fn anchored(path: &Path) -> Result<Vec<Head>> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
            Failure::failed(
                "audit.anchor",
                format!("`{}` does not read: {error}", path.display()),
                Some("name a file that an earlier --anchor wrote, or a new one".to_owned()),
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(Error::File {
            path: path.to_owned(),
            source,
        }
        .into()),
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map(|day| day.and_time(NaiveTime::MIN).and_utc());
    day.or_else(|_| DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc()))
        .map_err(|_| {
            Failure::usage(
                "input.date",
                format!("`{text}` is not a day or an instant"),
                "--since 2026-11-01, or 2026-11-01T08:00:00Z".to_owned(),
            )
        })
}

#[derive(Debug, Serialize)]
struct LineView {
    account: Option<String>,
    chain: i64,
    number: i64,
    at: String,
    kind: String,
    /// `operator`, `account`, `unknown`, or the id of a user.
    actor: String,
    actor_email: Option<String>,
    client: Option<String>,
    client_slug: Option<String>,
    subject: Option<String>,
    subject_email: Option<String>,
    origin: Option<String>,
    hash: String,
}

impl LineView {
    fn of(line: AuditLine) -> Self {
        let AuditLine {
            record,
            account,
            client,
            actor,
            subject,
        } = line;
        Self {
            account,
            chain: record.chain,
            number: record.number,
            at: record.at.to_rfc3339(),
            kind: record.action,
            actor: record.actor,
            actor_email: actor,
            client: record.client,
            client_slug: client,
            subject: record.subject,
            subject_email: subject,
            origin: record.origin,
            hash: record.hash,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct AuditList(Vec<LineView>);

impl View for AuditList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no such lines; `loggia portal audit` without filters lists all");
            return;
        }
        let columns = [
            Column::Whole("at"),
            Column::Text("account"),
            Column::Text("kind"),
            Column::Text("who"),
            Column::Text("client"),
            Column::Text("about"),
            Column::Text("from"),
        ];
        let or = |name: &Option<String>, id: &Option<String>| {
            name.as_ref().or(id.as_ref()).cloned().unwrap_or_default()
        };
        let row = |line: &LineView| {
            vec![
                line.at.replace("+00:00", "Z"),
                line.account.clone().unwrap_or_default(),
                line.kind.clone(),
                line.actor_email
                    .clone()
                    .unwrap_or_else(|| line.actor.clone()),
                or(&line.client_slug, &line.client),
                or(&line.subject_email, &line.subject),
                line.origin.clone().unwrap_or_default(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|line| format!("{}/{}", line.chain, line.number))
            .collect();
        lines.join("\n")
    }
}

#[derive(Debug, Serialize)]
struct Verified {
    ok: bool,
    lines: u64,
    chains: usize,
    /// Whether there were ends from before to compare with.
    anchored: bool,
    heads: Vec<Head>,
}

impl View for Verified {
    fn text(&self, page: &mut Page) {
        let lines = usize::try_from(self.lines).unwrap_or(usize::MAX);
        page.line(format!(
            "the audit log is whole: {} in {}{}",
            count(lines, "line", "lines"),
            count(self.chains, "chain", "chains"),
            match self.anchored {
                true => ", and it holds all that the anchor knew",
                false => "",
            }
        ));
    }

    fn reference(&self) -> String {
        self.lines.to_string()
    }
}
