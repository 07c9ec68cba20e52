//! The words, the hint, the stable code and the exit status of every failure: decided here alone.

use std::io;
use std::process::ExitCode;

use serde_json::json;

use crate::app::Error;
use crate::app::import::{ImportError, Reason, Rejected};
use crate::domain::Refusal;
use crate::domain::client::Stage;
use crate::store::StoreError;
use crate::sync::SyncError;

use super::terminal::Terminal;

pub(super) type Result<T> = std::result::Result<T, Failure>;

/// The exit statuses that scripts rely on.
pub(super) mod exit {
    pub(in crate::cli) const FAILED: u8 = 1;
    pub(in crate::cli) const USAGE: u8 = 2;
    pub(in crate::cli) const NOT_FOUND: u8 = 3;
    pub(in crate::cli) const REFUSED: u8 = 4;
    pub(in crate::cli) const BUSY: u8 = 5;
    pub(in crate::cli) const PARTLY: u8 = 6;
    pub(in crate::cli) const UNREACHABLE: u8 = 7;
    pub(in crate::cli) const NOT_AUTHORISED: u8 = 8;
}

/// A command failed.
#[derive(Debug)]
pub(super) struct Failure {
    code: String,
    message: String,
    /// A command that can be run, or what would be accepted.
    hint: Option<String>,
    exit: u8,
}

impl Failure {
    /// What was typed cannot be used.
    pub(super) fn usage(code: &str, message: String, hint: String) -> Self {
        Self::new(code, message, Some(hint), exit::USAGE)
    }

    /// Something outside failed.
    pub(super) fn failed(code: &str, message: String, hint: Option<String>) -> Self {
        Self::new(code, message, hint, exit::FAILED)
    }

    /// A rule said no.
    pub(super) fn refused(code: &str, message: String, hint: String) -> Self {
        Self::new(code, message, Some(hint), exit::REFUSED)
    }

    /// A failure with an exit status of its own.
    pub(super) fn with_exit(code: &str, message: String, exit: u8) -> Self {
        Self::new(code, message, None, exit)
    }

    fn new(code: &str, message: String, hint: Option<String>, exit: u8) -> Self {
        Self {
            code: code.to_owned(),
            message,
            hint,
            exit,
        }
    }

    /// Writes the failure and gives its exit status.
    pub(super) fn report(&self, terminal: &mut Terminal) -> ExitCode {
        // Where standard error is gone too there is nobody left to tell.
        let _ = if terminal.is_json() {
            terminal.talk_json(&json!({
                "error": {"code": self.code, "message": self.message, "hint": self.hint}
            }))
        } else {
            let mut text = format!("error: {}", self.message);
            if let Some(hint) = &self.hint {
                text.push_str(&format!("\nhint: {hint}"));
            }
            terminal.talk(&text)
        };
        ExitCode::from(self.exit)
    }
}

/// What clap has to say: help and version are data, everything else is a usage error.
pub(super) fn usage(error: &clap::Error, json: bool, terminal: &mut Terminal) -> ExitCode {
    use clap::error::ErrorKind;
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match terminal.data(&error.render().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(terminal),
        };
    }
    if json {
        let text = error.render().to_string();
        // What is missing stands on the lines below the first; help for the lack of a subcommand has no such lines.
        let lines = text.lines().take_while(|line| !line.starts_with("Usage:"));
        let said: Vec<&str> = lines
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let message = match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                "a subcommand is missing".to_owned()
            }
            _ => said.join(" ").trim_start_matches("error: ").to_owned(),
        };
        let _ = terminal.talk_json(&json!({
            "error": {"code": "usage", "message": message, "hint": "`--help` tells what the command takes"}
        }));
    } else {
        let _ = terminal.talk(error.render().to_string().trim_end());
    }
    ExitCode::from(exit::USAGE)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::failed(
            "output",
            format!("the output cannot be written: {error}"),
            None,
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Refused(refusal) => {
                let hint = refusal_hint(&refusal);
                Self::new(refusal.code(), message, hint, exit::REFUSED)
            }
            Error::NotFound { noun, near, .. } => not_found(noun, &near, message),
            Error::Ambiguous { noun, among, .. } => Self::new(
                &format!("{noun}.ambiguous"),
                message,
                Some(format!("give --client {}", among.join(" or --client "))),
                exit::USAGE,
            ),
            Error::Input(input) => Self::new(input.code(), message, None, exit::USAGE),
            Error::Store(store) => store_failure(&store, message),
            Error::Document(_) => Self::failed("document", message, None),
            Error::Sync(sync) => sync_failure(&sync, message),
            Error::Import(import) => import_failure(&import, message),
            Error::File { source, path } => Self::failed(
                "file",
                format!("`{}`: {}", path.display(), io_words(&source)),
                None,
            ),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
        io::ErrorKind::PermissionDenied => "access is denied".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

fn not_found(noun: &str, near: &[String], message: String) -> Failure {
    let hint = if near.is_empty() {
        let list = match noun {
            "client" | "project" | "member" | "invoice" => Some(format!("loggia {noun} list")),
            "entry" => Some("loggia time list".to_owned()),
            "task" => Some("loggia project show CLIENT/PROJECT".to_owned()),
            "user" => Some("loggia user list".to_owned()),
            "contact" => Some("loggia client contact list CLIENT".to_owned()),
            "operation" => Some("loggia history".to_owned()),
            _ => None,
        };
        list.map(|command| format!("`{command}` shows what there is"))
    } else {
        let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        Some(format!("did you mean {}?", names.join(" or ")))
    };
    Failure::new(&format!("{noun}.not_found"), message, hint, exit::NOT_FOUND)
}

fn refusal_hint(refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::ClientArchived { client } => format!("loggia client restore {client}"),
        Refusal::ClientHasTimer { .. } | Refusal::ProjectHasTimer { .. } => {
            "loggia time status, then stop or cancel it".to_owned()
        }
        Refusal::ClientNotALead { client, stage } => match stage {
            Stage::Archived => format!("loggia client restore {client}"),
            _ => format!("loggia client show {client}"),
        },
        Refusal::ClientExists { slug, .. } => format!(
            "choose another with --slug, change that one with `loggia client edit {slug}`, or give --if-missing to keep it"
        ),
        Refusal::TaxIdTaken { client, .. } => format!("loggia client show {client}"),
        Refusal::PointOfContact { client, other, .. } => {
            format!("loggia client contact primary {client} '{other}', then remove")
        }
        Refusal::ClientBilled { client, .. } => format!("loggia client archive {client}"),
        Refusal::ClientOnPortal { client } => format!(
            "loggia portal-settings set console=off --client {client}, then loggia sync --client {client}"
        ),
        Refusal::NoWebsite { client } => format!("loggia client edit {client} --website ADDRESS"),
        Refusal::ProjectClosed { project } => format!("loggia project reopen {project}"),
        Refusal::MemberArchived { member } => format!("loggia member edit {member} --restore"),
        Refusal::Exists { .. } => {
            "choose another name, or give --if-missing to keep the one that is there".to_owned()
        }
        Refusal::UserExists { client, .. } => format!("loggia user list --client {client}"),
        Refusal::UserDisabled { email, client } => {
            format!("loggia user enable {email} --client {client}")
        }
        Refusal::ContactWithoutEmail { contact, client } => {
            format!("loggia client contact edit {client} '{contact}' --email EMAIL")
        }
        Refusal::MemberElsewhere { member, client } => {
            format!("loggia member edit {member} --client {client}")
        }
        Refusal::MemberEverywhere { member } => {
            format!("name those that stay: loggia member edit {member} --client CLIENT")
        }
        Refusal::MemberNowhere { member } => format!(
            "loggia member edit {member} --client OTHER, or --all-clients, or loggia member archive {member}"
        ),
        Refusal::LastOwner { .. } => {
            "make somebody else owner first: loggia member edit MEMBER --access owner".to_owned()
        }
        Refusal::MemberHasTimer { member } => {
            format!("loggia time stop --by {member}, or loggia time cancel --by {member}")
        }
        Refusal::EntryInvoiced { invoice, .. } if invoice.starts_with("draft-") => {
            format!("loggia invoice delete {invoice}")
        }
        Refusal::EntryInvoiced { invoice, .. } => format!("loggia invoice void {invoice}"),
        Refusal::Overlap { entry, .. } => {
            format!("loggia time edit {entry}, or loggia settings set time.overlap=warn")
        }
        Refusal::TimerEmpty => "loggia time cancel".to_owned(),
        Refusal::NoTimer => "loggia time start CLIENT/PROJECT".to_owned(),
        Refusal::ClockWentBack { .. } => {
            "correct the clock, or give up the timer with loggia time cancel".to_owned()
        }
        Refusal::TimerRuns { .. } => "loggia time stop --at TIME, or a later --at".to_owned(),
        Refusal::FutureDate { .. } => "an invoice is dated today or before".to_owned(),
        Refusal::NumberTaken { .. } => {
            "loggia settings set credit-note-number=CN-{YYYY}-{SEQ:4}".to_owned()
        }
        Refusal::RetainerOverBilled { .. } => {
            "begin the retainer after the last invoiced day".to_owned()
        }
        Refusal::RestoreLoses { .. } => {
            "--lose-documents restores it all the same; their numbers would be given again"
                .to_owned()
        }
        Refusal::NothingToBill { client, .. } => {
            format!("loggia time list --client {client} --unbilled")
        }
        Refusal::NoRate { project, .. } => format!("loggia rate set AMOUNT --project {project}"),
        Refusal::InvoiceIssued { invoice } => format!("loggia invoice void {invoice}"),
        Refusal::InvoiceDraft { invoice } => format!("loggia invoice issue {invoice}"),
        Refusal::InvoicePaid { .. } => {
            "take its payments back first: loggia history, then loggia undo OPERATION".to_owned()
        }
        Refusal::Overpayment { .. } => "--overpay takes it and keeps the rest as credit".to_owned(),
        Refusal::Backdated { last_date, .. } => format!("give a date from {last_date} on"),
        Refusal::NoBusiness => "loggia init --business NAME".to_owned(),
        Refusal::BusinessExists => "loggia settings set KEY=VALUE".to_owned(),
        Refusal::RetainerOverlap { .. } => "loggia retainer status -v".to_owned(),
        Refusal::CurrencyFixed { .. } | Refusal::MixedCurrencies { .. } => {
            "add another client for the other currency".to_owned()
        }
        Refusal::NotUndoable { .. } => "loggia history".to_owned(),
        Refusal::TooLong { .. } => "log each day on its own".to_owned(),
        _ => return None,
    })
}

fn store_failure(error: &StoreError, message: String) -> Failure {
    let (code, hint, status) = match error {
        StoreError::Busy => (
            "store.busy",
            Some("try again when it is done".to_owned()),
            exit::BUSY,
        ),
        StoreError::NewerSchema { .. } => (
            "store.newer",
            Some("update this program; the store was left as it is".to_owned()),
            exit::FAILED,
        ),
        StoreError::NotAStore(_) => (
            "store.foreign",
            Some("name the right file with --store".to_owned()),
            exit::FAILED,
        ),
        StoreError::Missing(_) => ("store.missing", None, exit::NOT_FOUND),
        StoreError::Corrupt(_) => (
            "store.corrupt",
            Some("loggia check, then loggia restore BACKUP".to_owned()),
            exit::FAILED,
        ),
        StoreError::DiskFull => (
            "store.disk_full",
            Some("make room and run the command again".to_owned()),
            exit::FAILED,
        ),
        StoreError::ReadOnly => ("store.read_only", None, exit::FAILED),
        StoreError::File { source, path } => {
            let message = format!("`{}`: {}", path.display(), io_words(source));
            return Failure::failed("file", message, None);
        }
        _ => ("store.failed", None, exit::FAILED),
    };
    Failure::new(code, message, hint, status)
}

fn sync_failure(error: &SyncError, message: String) -> Failure {
    let (hint, status) = match error {
        SyncError::NotConnected => (
            Some("loggia portal connect URL".to_owned()),
            exit::UNREACHABLE,
        ),
        SyncError::Unreachable { .. } => (
            Some("nothing was lost; run the command again when it can be reached".to_owned()),
            exit::UNREACHABLE,
        ),
        SyncError::TokenRefused | SyncError::AccountDisabled { .. } => (
            Some("loggia portal connect URL, with a new token".to_owned()),
            exit::NOT_AUTHORISED,
        ),
        SyncError::Failing { .. } => (None, exit::UNREACHABLE),
        SyncError::Insecure { .. } | SyncError::BadAddress { .. } => (
            Some(
                "an address looks like https://portal.example.com; http is for this machine only"
                    .to_owned(),
            ),
            exit::USAGE,
        ),
        SyncError::Stale { client, .. } => (
            Some(format!("loggia sync --dry-run --client {client}")),
            exit::REFUSED,
        ),
        SyncError::Limit { .. } => (None, exit::REFUSED),
        _ => (None, exit::FAILED),
    };
    Failure::new(error.code(), message, hint, status)
}

/// The first things wrong with the rows of a file, and what can be done about them.
fn rows_hint(rejected: &Rejected) -> String {
    let mut lines: Vec<String> = rejected
        .problems
        .list
        .iter()
        .take(10)
        .map(ToString::to_string)
        .collect();
    let more = rejected.problems.count.saturating_sub(10);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    for named in rejected.missing.iter().take(20) {
        lines.push(match (named.noun, named.near.first()) {
            (_, Some(near)) => format!("{named}: did you mean `{near}`?"),
            ("client", _) => format!("loggia client add '{}'", named.name),
            ("member", _) => format!("loggia member add '{}'", named.name),
            ("project", _) => {
                let client = named.reference.split('/').next().unwrap_or_default();
                format!("loggia project add {client} '{}'", named.name)
            }
            _ => format!(
                "loggia project task add {} '{}'",
                named.reference, named.name
            ),
        });
    }
    if !rejected.missing.is_empty() {
        lines.push("--create-missing adds all that is not there".to_owned());
    }
    let reasons = || rejected.problems.list.iter().map(|problem| &problem.reason);
    if reasons().any(|reason| matches!(reason, Reason::NoProject)) {
        lines.push("--default-project CLIENT/PROJECT takes rows that name no project".to_owned());
    }
    if reasons().any(|reason| matches!(reason, Reason::NoClient { .. })) {
        lines.push(
            "--project-tag NAME=CLIENT/PROJECT says what a name means, --client CLIENT whose projects they are"
                .to_owned(),
        );
    }
    if reasons().any(|reason| matches!(reason, Reason::Separator { .. })) {
        lines.push("--decimal comma or --decimal point says which it is".to_owned());
    }
    if rejected.problems.count > 0 {
        lines.push("--skip-bad imports the other rows".to_owned());
    }
    lines.join("\n      ")
}

fn import_failure(error: &ImportError, message: String) -> Failure {
    match error {
        ImportError::Read(_) => Failure::failed(error.code(), message, None),
        ImportError::NoColumn { .. } => {
            let hint = "say which it is with --map FIELD=COLUMN; --help has the fields";
            Failure::usage(error.code(), message, hint.to_owned())
        }
        ImportError::Encoding { looks_like, .. } if looks_like.starts_with("UTF-16") => {
            let hint = "save the file in UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 IN > OUT";
            Failure::usage(error.code(), message, hint.to_owned())
        }
        ImportError::Encoding { .. } => Failure::usage(
            error.code(),
            message,
            "save the file as CSV in UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 IN > OUT"
                .to_owned(),
        ),
        ImportError::DateOrder { .. } => Failure::usage(
            error.code(),
            message,
            "say which with --dates day-first or --dates month-first".to_owned(),
        ),
        ImportError::Rows(rejected) => {
            let hint = Some(rows_hint(rejected));
            Failure::new(error.code(), message, hint, exit::REFUSED)
        }
        _ => Failure::new(error.code(), message, None, exit::USAGE),
    }
}
