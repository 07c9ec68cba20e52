//! The words, the hint, the stable code and the exit status of every failure: decided here alone.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use crate::app::Error;
use crate::app::error::InputError;
use crate::app::import::{Expected, ImportError, LooksLike, Reason, Rejected};
use crate::document::DocumentError;
use crate::document::vcard::{CardFault, VcardError};
use crate::domain::Refusal;
use crate::domain::business::{self, SettingError};
use crate::domain::client::Stage;
use crate::domain::journal::AccountsError;
use crate::domain::notification::{self, NotificationError};
use crate::domain::retainer::Kind;
use crate::domain::visibility::{self, VisibilityError};
use crate::store::StoreError;
use crate::sync::SyncError;
use crate::values::id::near;
use crate::values::text::shell_word;

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

    /// The same where a part of what was to be done is done.
    pub(super) fn partly(self) -> Self {
        Self {
            exit: exit::PARTLY,
            ..self
        }
    }

    /// The same with another hint.
    pub(super) fn with_hint(self, hint: String) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    /// What happened, in words.
    pub(super) fn message(&self) -> &str {
        &self.message
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
pub(super) fn usage(
    error: &clap::Error,
    arguments: &[OsString],
    json: bool,
    terminal: &mut Terminal,
) -> ExitCode {
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
    if let Some(failure) = dashed(error, arguments) {
        terminal.set_json(json);
        return failure.report(terminal);
    }
    if json {
        let text = error.render().to_string();
        // What is missing stands on the lines below the first; help for the lack of a subcommand has no such lines.
        let lines = text.lines().take_while(|line| !line.starts_with("Usage:"));
        let said: Vec<&str> = lines
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        // What would have been complete stands there as it is typed.
        let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
        let hint = match (error.kind(), usage) {
            (ErrorKind::MissingRequiredArgument, Some(usage)) => usage.trim(),
            _ => "`--help` tells what the command takes",
        };
        let message = match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                "a subcommand is missing".to_owned()
            }
            _ => said.join(" ").trim_start_matches("error: ").to_owned(),
        };
        let _ = terminal.talk_json(&json!({
            "error": {"code": "usage", "message": message, "hint": hint}
        }));
    } else {
        let _ = terminal.talk(error.render().to_string().trim_end());
    }
    ExitCode::from(exit::USAGE)
}

/// A value that begins with a dash and a digit reads as a flag, and clap says no more than that there is none such.
fn dashed(error: &clap::Error, arguments: &[OsString]) -> Option<Failure> {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let is_value = word
        .strip_prefix('-')?
        .starts_with(|c: char| c.is_ascii_digit());
    if error.kind() != ErrorKind::UnknownArgument || !is_value {
        return None;
    }
    // Clap tells the dash and the digit; what was typed is longer.
    let mut typed = arguments.iter().map(|typed| typed.to_string_lossy());
    let typed = typed.find(|typed| typed.starts_with(word.as_str()));
    let word = typed.unwrap_or_else(|| word.into());
    Some(Failure::usage(
        "usage",
        format!("`{word}` begins with a dash and reads as a flag"),
        format!("where it is meant as a value, write --flag={word}"),
    ))
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
                let status = match refusal {
                    // What was named is not there.
                    Refusal::NotTold { .. } => exit::NOT_FOUND,
                    _ => exit::REFUSED,
                };
                Self::new(refusal.code(), message, hint, status)
            }
            Error::NotFound { noun, near, .. } => not_found(noun, &near, message),
            Error::Ambiguous { noun, among, .. } => Self::new(
                &format!("{noun}.ambiguous"),
                message,
                Some(match noun {
                    "user" => format!("give --client {}", among.join(" or --client ")),
                    _ => {
                        let words: Vec<_> = among.iter().map(|name| shell_word(name)).collect();
                        format!("name one of them: {}", words.join(", "))
                    }
                }),
                exit::USAGE,
            ),
            Error::Input(input) => {
                Self::new(input.code(), message, input_hint(&input), exit::USAGE)
            }
            Error::Store(store) => store_failure(&store, message),
            Error::Document(document) => document_failure(&document, message),
            Error::Template(_) => Self::new(
                "template.broken",
                message,
                Some("loggia invoice template check FILE".to_owned()),
                exit::REFUSED,
            ),
            Error::Sync(sync) => sync_failure(&sync, message),
            Error::Import(import) => import_failure(&import, message),
            Error::Incomplete(incomplete) => {
                let hint = super::einvoice::completing(&incomplete);
                Self::new("einvoice.incomplete", message, hint, exit::REFUSED)
            }
            Error::File { source, path } => file_failure(&source, &path),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Error::from(refusal).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

/// A file of the user's that is not there was named and not found; anything else about a file is a failure.
fn document_failure(error: &DocumentError, message: String) -> Failure {
    match error {
        DocumentError::Logo(_) => Failure::new("logo.unreadable", message, None, exit::USAGE),
        DocumentError::Typeface(_) => Failure::new("font.unreadable", message, None, exit::USAGE),
        DocumentError::Template { .. }
        | DocumentError::Runaway(_)
        | DocumentError::Incomplete(_)
        | DocumentError::Standard(_) => Failure::new(
            "template.broken",
            message,
            Some("loggia invoice template use --builtin".to_owned()),
            exit::REFUSED,
        ),
        _ => Failure::failed("document", message, None),
    }
}

fn file_failure(source: &io::Error, path: &Path) -> Failure {
    let status = match source.kind() {
        io::ErrorKind::NotFound => exit::NOT_FOUND,
        _ => exit::FAILED,
    };
    let message = format!("`{}`: {}", path.display(), io_words(source));
    Failure::with_exit("file", message, status)
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
            "client" | "project" | "member" | "invoice" | "estimate" => {
                Some(format!("loggia {noun} list"))
            }
            "schedule" => Some("loggia invoice schedule list --all".to_owned()),
            "entry" => Some("loggia time list".to_owned()),
            "expense" | "category" => Some("loggia expense list all".to_owned()),
            "task" => Some("loggia project task list CLIENT/PROJECT".to_owned()),
            "phase" => Some("loggia project phase list CLIENT/PROJECT".to_owned()),
            "activity" => Some("loggia project activity list".to_owned()),
            "user" => Some("loggia user list".to_owned()),
            "rate" => Some("loggia rate list".to_owned()),
            "cost" => Some("loggia rate list --cost".to_owned()),
            "rounding" => Some("loggia rounding list".to_owned()),
            "contact" => Some("loggia client contact list CLIENT".to_owned()),
            "document" => Some("loggia document list CLIENT".to_owned()),
            "question" => Some("loggia inbox list --all".to_owned()),
            "approval" => Some("loggia approval list --all".to_owned()),
            "talk" => Some("loggia client history CLIENT".to_owned()),
            "mail" => Some("loggia mail list --all".to_owned()),
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

fn input_hint(input: &InputError) -> Option<String> {
    let keys =
        |typed: &str, known: Vec<&'static str>| match near(typed, known.iter().copied()).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.join(", ")),
        };
    Some(match input {
        InputError::Nameless => "give --name".to_owned(),
        InputError::Accounts(AccountsError::Key { key, .. }) => {
            keys(key, AccountsError::keys().collect())
        }
        InputError::Accounts(_) => "loggia export accounts".to_owned(),
        InputError::Notification(NotificationError::Unknown(key)) => keys(
            key,
            notification::EVENTS.iter().map(|event| event.key).collect(),
        ),
        InputError::Notification(NotificationError::Essential(key)) => {
            format!("loggia notify set {key}=off, for all or with --client CLIENT")
        }
        InputError::Notification(NotificationError::NoNotice(_)) => {
            "loggia invoice remind NUMBER --preview".to_owned()
        }
        InputError::Visibility(VisibilityError::Unknown(key)) => keys(
            key,
            visibility::SETTINGS
                .iter()
                .map(|setting| setting.key)
                .collect(),
        ),
        InputError::Setting(SettingError::Unknown(key)) => keys(
            key,
            business::SETTINGS
                .iter()
                .map(|setting| setting.key)
                .collect(),
        ),
        _ => return None,
    })
}

/// What helps where a part of a command failed; none where there is nothing to say.
pub(super) fn hint_of(error: &Error) -> Option<String> {
    match error {
        Error::Refused(refusal) => refusal_hint(refusal),
        _ => None,
    }
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
        Refusal::ScheduleOfNothing => {
            "give --item '9.90 Hosting' for what it bills each time, or --work".to_owned()
        }
        Refusal::ScheduleWithoutDates { .. } => "give a later --until, or none".to_owned(),
        Refusal::NoDateOfSchedule { schedule, .. } => {
            format!("loggia invoice schedule next {schedule}")
        }
        Refusal::ScheduleEnded { schedule } => {
            format!("loggia invoice schedule edit {schedule} --until never --count 0")
        }
        Refusal::EstimateOfNothing => "give --task 'Design=12h@95' or --item '450 Hosting'".to_owned(),
        Refusal::EstimateEndsBefore { .. } => "give a later --valid-until".to_owned(),
        Refusal::TaskTwice { .. } => "give one of them another name or phase".to_owned(),
        Refusal::TaskWithoutRate { client, .. } => {
            format!("write it as 'Design=12h@95', or loggia rate set 95 --client {client}")
        }
        Refusal::EstimateNotDraft { estimate } => {
            format!("loggia estimate decline {estimate}, then add another")
        }
        Refusal::EstimateDraft { estimate } => format!("loggia estimate issue {estimate}"),
        Refusal::EstimateExpired { estimate, .. } => {
            format!("loggia estimate accept {estimate} --late")
        }
        Refusal::EstimateDecided { estimate, .. } | Refusal::EstimateNoLine { estimate, .. } => {
            format!("loggia estimate show {estimate}")
        }
        Refusal::OtherBudget { .. } => {
            "give --budget none, or --project with the name of another".to_owned()
        }
        Refusal::EstimateNumberTaken { .. } => {
            "loggia settings set estimate-number='E-{YYYY}-{SEQ:4}'".to_owned()
        }
        Refusal::EstimateOtherCurrency { estimate, .. } => {
            format!("loggia estimate decline {estimate}, then add another")
        }
        Refusal::DepositTooLarge { .. } => "give a smaller --deposit, such as 30%".to_owned(),
        Refusal::ProjectThere { project } => {
            format!("give --project {project} to add to it, or --project 'Another name'")
        }
        Refusal::ProjectOfAnother { estimate, .. } => format!("loggia estimate show {estimate}"),
        Refusal::EstimateSent { .. } => "give --again".to_owned(),
        Refusal::NotDoneYet { .. } => "loggia run --dry-run".to_owned(),
        Refusal::JobStands { invoice, .. } => format!("loggia invoice show {invoice}"),
        Refusal::Taken { .. } | Refusal::ClientSlugTaken { .. } => "choose another name".to_owned(),
        Refusal::TaxIdTaken { client, .. } => format!("loggia client show {client}"),
        Refusal::NotesChanged { client } => format!("loggia client note {client}"),
        Refusal::PointOfContact { client, other, .. } => {
            let other = shell_word(other.as_str());
            format!("loggia client contact primary {client} {other}, then remove")
        }
        Refusal::ClientBilled { client, .. } => format!("loggia client archive {client}"),
        Refusal::ClientOnPortal { client } => format!(
            "loggia portal-settings set console=off --client {client}, then loggia sync --client {client}"
        ),
        Refusal::NoContacts { client } => format!("loggia client contact add {client} NAME"),
        Refusal::NoWebsite { client } => format!("loggia client edit {client} --website ADDRESS"),
        Refusal::ProjectClosed { project } => format!("loggia project reopen {project}"),
        Refusal::TaskDone { task, project } => {
            format!("loggia project task reopen {project} {}", shell_word(task))
        }
        Refusal::PhaseClosed { phase, project } => {
            format!(
                "loggia project phase reopen {project} {}",
                shell_word(phase)
            )
        }
        Refusal::ActivityArchived { activity, project } => {
            let project = project
                .as_ref()
                .map_or_else(String::new, |project| format!(" --project {project}"));
            format!(
                "loggia project activity edit {}{project} --restore",
                shell_word(activity)
            )
        }
        Refusal::NoCode { .. } => {
            "the name may be longer: loggia project activity add DEV Development".to_owned()
        }
        Refusal::HasTime {
            noun: "task",
            name,
            project,
        } => format!("loggia project task done {project} {}", shell_word(name)),
        Refusal::HasTime { name, project, .. } => {
            format!("loggia project phase close {project} {}", shell_word(name))
        }
        Refusal::OverBudget { project, phase, .. } | Refusal::BudgetUsedUp { project, phase } => {
            let more = match phase {
                Some(phase) => format!("project phase edit {project} {}", shell_word(phase)),
                None => format!("project edit {project}"),
            };
            format!("loggia {more} --budget MORE, or loggia settings set budget.over=warn")
        }
        Refusal::NoBudget { project } => format!("loggia project edit {project} --budget 120h"),
        Refusal::MemberArchived { member } => format!("loggia member edit {member} --restore"),
        Refusal::Exists { .. } => {
            "choose another name, or give --if-missing to keep the one that is there".to_owned()
        }
        Refusal::UserExists { client, .. } => format!("loggia user list --client {client}"),
        Refusal::UserDisabled { email, client } => {
            format!("loggia user enable {} --client {client}", shell_word(email))
        }
        Refusal::ContactWithoutEmail { contact, client } => {
            let contact = shell_word(contact.as_str());
            format!("loggia client contact edit {client} {contact} --email EMAIL")
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
        Refusal::ExpenseInvoiced { invoice, .. } if invoice.starts_with("draft-") => {
            format!("loggia invoice delete {invoice}")
        }
        Refusal::ExpenseInvoiced { invoice, .. } => format!("loggia invoice void {invoice}"),
        Refusal::ExpenseCurrency { currency, .. } => {
            format!(
                "give what it comes to in {currency}, and keep the other amount with --internal"
            )
        }
        Refusal::NoPrice { unit } if unit.is_way() => format!(
            "give --price AMOUNT, or set one for all: loggia settings set expense.mileage-rate=0.30/{unit}"
        ),
        Refusal::NoPrice { .. } | Refusal::MileageCurrency { .. } => {
            "give --price AMOUNT".to_owned()
        }
        Refusal::ExpenseOfNothing => "give a larger quantity or --price".to_owned(),
        Refusal::NotMeasured { expense } => {
            format!("loggia expense edit {expense} --amount 42km --price AMOUNT")
        }
        Refusal::NoReceipt { expense } => format!("loggia expense edit {expense} --receipt FILE"),
        Refusal::EntrySubmitted { entry } | Refusal::EntryApproved { entry } => {
            format!("loggia time reject --entry {entry} --reason TEXT opens it again")
        }
        Refusal::EntryNotSubmitted { entry } => format!("loggia time submit --entry {entry}"),
        Refusal::MayNotApprove { .. } => "name who does with --by MEMBER".to_owned(),
        Refusal::EntriesClosed { .. } => "--skip-locked leaves them as they are".to_owned(),
        Refusal::SplitOutside { entry, .. } => {
            format!("loggia time show {entry}; a part has to be left on both sides")
        }
        Refusal::NoClock { .. } => "give a duration such as 1h30m".to_owned(),
        Refusal::NothingToMerge => "loggia time merge ENTRY ENTRY".to_owned(),
        Refusal::NotAlike { .. } => "make them alike with loggia time edit first".to_owned(),
        Refusal::NotYet { .. } => {
            "give a time that has been, such as 9:15 or yesterday 18:00".to_owned()
        }
        Refusal::TimerTooLong { .. } => {
            "say when work ended: loggia time stop --at 18:00; or give it up: loggia time cancel"
                .to_owned()
        }
        Refusal::DayLocked { day, .. } => {
            format!("loggia time lock {day}, or loggia time unlock")
        }
        Refusal::FutureDay { .. } => "loggia settings set time.future=warn".to_owned(),
        Refusal::DayFull { .. } => {
            "loggia time list DAY, or loggia settings set time.day-limit=warn".to_owned()
        }
        Refusal::Overlap { entry, .. } => {
            format!("loggia time edit {entry}, or loggia settings set time.overlap=warn")
        }
        Refusal::TimerEmpty => "loggia time cancel".to_owned(),
        Refusal::NothingToResume => "loggia time start CLIENT/PROJECT".to_owned(),
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
        Refusal::NothingToBill { waiting: 1.., .. } => {
            "loggia time approvals, or loggia time approvals --state open for what is not submitted"
                .to_owned()
        }
        Refusal::NothingToBill { client, .. } => {
            format!("loggia time list --client {client} --unbilled")
        }
        Refusal::NoRate { project, .. } => format!("loggia rate set AMOUNT --project {project}"),
        Refusal::InvoiceIssued { invoice } => format!("loggia invoice void {invoice}"),
        Refusal::InvoiceDraft { invoice } => format!("loggia invoice issue {invoice}"),
        Refusal::InvoicePaid { invoice, .. } => {
            format!(
                "loggia invoice payments {invoice}, then loggia invoice unpay {invoice} PAYMENT"
            )
        }
        Refusal::DepositDeducted { invoice, .. } if invoice.starts_with("draft-") => {
            format!("loggia invoice delete {invoice}")
        }
        Refusal::DepositDeducted { invoice, .. } => format!("loggia invoice void {invoice}"),
        Refusal::DepositOfNothing => "loggia invoice deposit CLIENT AMOUNT".to_owned(),
        Refusal::InvoiceNegative { .. } => {
            "take less off: `loggia invoice edit DRAFT --remove LINE`, or a smaller --discount"
                .to_owned()
        }
        Refusal::DiscountTooLarge { of, .. } => format!("give at most {}", of.amount()),
        Refusal::LineNotFixed { .. } => {
            "change the entry, the expense or the rate, and make the draft anew; or give a --discount"
                .to_owned()
        }
        Refusal::LineStays { .. } => {
            "`loggia invoice delete DRAFT` opens its work again; then bill another period".to_owned()
        }
        Refusal::DepositAlone { invoice } => {
            format!("loggia invoice edit {invoice} --price 1=AMOUNT; bill other things on an invoice of their own")
        }
        Refusal::LastLine { invoice } => format!("loggia invoice delete {invoice}"),
        Refusal::NoTaxRate {
            country: None, ..
        } => "loggia settings set country=CODE".to_owned(),
        Refusal::NoTaxRate {
            name,
            country: Some(country),
            ..
        } => format!("loggia tax set {country} {name} PERCENT"),
        Refusal::NoBuyerTaxId { client, .. } => {
            format!("loggia client edit {client} --tax-id ID")
        }
        Refusal::NoSellerTaxId { .. } => "loggia settings set tax-id=ID".to_owned(),
        Refusal::Overpayment { .. } => "--overpay takes it and keeps the rest as credit".to_owned(),
        Refusal::Backdated { last_date, .. } => format!(
            "give a date from {last_date} on; --allow-backdate takes an earlier one within the same counter"
        ),
        Refusal::BackdatedTooFar { last_date, .. } => format!("give a date from {last_date} on"),
        Refusal::FarAhead { .. } => {
            "look at --as-of and at the clock; --allow-future takes it all the same".to_owned()
        }
        Refusal::PaymentInFuture { .. } => "record it on the day on which it is paid".to_owned(),
        Refusal::PaymentDiffers { invoice, .. } | Refusal::NoMovement { invoice, .. } => {
            format!("loggia invoice payments {invoice}")
        }
        Refusal::WrittenOff { invoice } => {
            format!("loggia invoice write-off {invoice} --take-back")
        }
        Refusal::NotWrittenOff { invoice }
        | Refusal::NothingOpen { invoice }
        | Refusal::NothingToCredit { invoice }
        | Refusal::NoLine { invoice, .. }
        | Refusal::CreditTooMuch { invoice, .. } => format!("loggia invoice show {invoice}"),
        Refusal::CreditWhole { invoice, .. } => format!("loggia invoice void {invoice}"),
        Refusal::CreditNotPositive => "give an amount or a quantity above zero".to_owned(),
        Refusal::LineTwice { .. } => "name each line once".to_owned(),
        Refusal::LineCredited { left, .. } => match left.is_zero() {
            true => "credit another line, or an amount".to_owned(),
            false => format!("--quantity {} at most", left.normalize()),
        },
        Refusal::CreditUsedUp { credit, .. } => format!("give {} at most", credit.amount()),
        Refusal::NoCredit { client, .. } => format!("loggia invoice statement {client}"),
        Refusal::OtherCurrency { wanted, .. } => {
            format!("record what arrived on the account, in {wanted}")
        }
        Refusal::Unsettled { invoice, .. } => {
            format!("take back first what came of it: loggia invoice payments {invoice}")
        }
        Refusal::RequestAnswered { .. } => "loggia approval list --all".to_owned(),
        Refusal::RequestUnseen { client, setting } => {
            format!("loggia portal-settings set {setting}=on --client {client}")
        }
        Refusal::TaskApproved { question, request } => {
            format!("loggia approval show {request}, then loggia inbox done {question}")
        }
        Refusal::TaskTakenBack { question, .. } => format!("loggia inbox done {question}"),
        Refusal::RequestTwice { request, .. } => format!("loggia approval withdraw {request}"),
        Refusal::ExtensionUnit { was, .. } => match was.currency() {
            Some(_) => "give --amount".to_owned(),
            None => "give --hours".to_owned(),
        },
        Refusal::ExtensionOfNothing { .. } => "give more than zero".to_owned(),
        Refusal::SheetAhead { .. } => "give days that have been".to_owned(),
        Refusal::SheetEmpty { client, waiting: 1.., .. } => {
            format!("loggia time approvals; loggia portal-settings set approved-only=off --client {client}")
        }
        Refusal::SheetEmpty { client, approved: 1.., .. } => {
            format!("loggia approval list --all --client {client}")
        }
        Refusal::SheetEmpty { client, .. } => format!("loggia time list all --client {client}"),
        Refusal::NoBusiness => "loggia init --business NAME".to_owned(),
        Refusal::BusinessExists => "loggia settings set KEY=VALUE".to_owned(),
        Refusal::RetainerOverlap { .. } => "loggia retainer status -v".to_owned(),
        Refusal::CurrencyFixed { .. } | Refusal::MixedCurrencies { .. } => {
            "add another client for the other currency".to_owned()
        }
        Refusal::NoRecipient { client } => format!(
            "loggia client contact add {client} NAME --email EMAIL --role billing, or loggia client edit {client} --email EMAIL, or give --to EMAIL"
        ),
        Refusal::NotTold { .. } => "give --client CLIENT; loggia notify show --client CLIENT".to_owned(),
        Refusal::Unsubscribed { email, client, events } => format!(
            "whoever wants it again chooses so on the account page of the portal; where you were asked to, loggia notify unmute {email} {events} --client {client} --on-request"
        ),
        Refusal::NoSender => "loggia settings set email=EMAIL, or smtp-from=EMAIL".to_owned(),
        Refusal::SentAlready { .. } => "--again sends it once more".to_owned(),
        Refusal::MailQueued { mail, .. } => {
            format!("loggia mail send {mail}, or --again for another one")
        }
        Refusal::MailSent { mail } => format!("loggia mail show {mail}"),
        Refusal::MailNotQueued { mail, .. } => format!("loggia mail retry {mail}"),
        Refusal::MailUntold { .. } => "loggia run writes anew what is due".to_owned(),
        Refusal::MailClaimed { mail } => format!(
            "wait for it; where it was killed, loggia mail retry {mail}, then loggia mail send {mail}"
        ),
        Refusal::NothingPaid { invoice } => format!("loggia invoice pay {invoice} AMOUNT"),
        Refusal::NoRetainer { client, .. } => format!("loggia retainer list {client}"),
        Refusal::EntryDrawn { invoice, .. } if invoice.starts_with("draft-") => {
            format!("loggia invoice delete {invoice}")
        }
        Refusal::EntryDrawn { invoice, .. } => {
            format!(
                "loggia invoice void {invoice}, or log the difference: it draws from the current period"
            )
        }
        Refusal::RetainerClosed { invoice, .. } => {
            format!("begin after that day, or loggia invoice void {invoice} first")
        }
        Refusal::SeveralRetainers { project, .. } => format!("add --project {project}"),
        Refusal::RetainerNotAStart {
            next: Some(next), ..
        } => format!("--from {next}: a change takes effect when a period begins"),
        Refusal::RetainerNotAStart { client, .. } | Refusal::RetainerNoNext { client, .. } => {
            format!("loggia retainer list {client}")
        }
        Refusal::RetainerChangesLater { client, later } => {
            format!("give --from {later} or later; loggia retainer list {client} has the changes")
        }
        Refusal::RetainerKind { client, kind, .. } => {
            let flag = match kind {
                Kind::Hours => "--hours HOURS",
                Kind::Money => "--amount AMOUNT",
            };
            format!("loggia retainer edit {client} {flag}")
        }
        Refusal::RetainerNoCap { client } => {
            format!("loggia retainer edit {client} --carry-cap CAP")
        }
        Refusal::RetainerOverageRate { .. } => "leave --overage-rate away".to_owned(),
        Refusal::RetainerFeeBilled { client, through } => {
            format!("loggia retainer end {client} --on {through}, or void that invoice first")
        }
        Refusal::NotUndoable { .. } => "loggia history".to_owned(),
        Refusal::TooLong { .. } => "log each day on its own".to_owned(),
        _ => return None,
    })
}

/// The store that was named is not there.
pub(super) fn no_store(path: &Path) -> Failure {
    Failure::new(
        "store.missing",
        StoreError::Missing(path.to_owned()).to_string(),
        Some(format!(
            "is the name right? `loggia --store {} init --business NAME` makes one",
            shell_word(&path.to_string_lossy())
        )),
        exit::NOT_FOUND,
    )
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
        StoreError::File { source, path } => return file_failure(source, path),
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
        SyncError::Running => (Some("loggia sync status".to_owned()), exit::BUSY),
        SyncError::Unreachable { .. } => (
            Some("nothing was lost; run the command again when it can be reached".to_owned()),
            exit::UNREACHABLE,
        ),
        SyncError::AccountDisabled { .. } => (
            Some("ask whoever runs the portal: `loggia portal account enable NAME`".to_owned()),
            exit::NOT_AUTHORISED,
        ),
        SyncError::TokenRefused => (
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
            ("client", _) => format!("loggia client add {}", shell_word(&named.name)),
            ("member", _) => format!("loggia member add {}", shell_word(&named.name)),
            ("project", _) => {
                let client = named.reference.split('/').next().unwrap_or_default();
                format!("loggia project add {client} {}", shell_word(&named.name))
            }
            _ => format!(
                "loggia project task add {} {}",
                shell_word(&named.reference),
                shell_word(&named.name)
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

/// How to get a file that can be read.
fn encoding_hint(looks_like: LooksLike, format: Expected) -> String {
    let name = match format {
        Expected::Csv => "CSV",
        Expected::Vcard => "vCard",
        Expected::Text => "text",
    };
    let from = match looks_like {
        LooksLike::Utf16 => "UTF-16",
        LooksLike::BareUtf16 => "UTF-16LE",
        LooksLike::Latin => "WINDOWS-1252",
        LooksLike::Archive => return format!("save what is in it as {name} in UTF-8"),
    };
    format!("save the file as {name} in UTF-8, or convert it: iconv -f {from} -t UTF-8 IN > OUT")
}

/// What to do about a file that has no cards that can be read.
fn card_hint(error: &VcardError) -> Option<&'static str> {
    match error {
        VcardError::None | VcardError::Outside { .. } => {
            Some("clients and contacts in CSV are read by `loggia client import FILE`")
        }
        VcardError::Card {
            fault: CardFault::Version { .. } | CardFault::QuotedPrintable { .. },
            ..
        } => Some("export the contacts as vCard 3.0 or 4.0"),
        VcardError::Card { .. } => None,
    }
}

fn import_failure(error: &ImportError, message: String) -> Failure {
    match error {
        ImportError::Read(_) => Failure::failed(error.code(), message, None),
        ImportError::NoColumn { found, .. }
            if found
                .first()
                .is_some_and(|name| name.starts_with("BEGIN:VCARD")) =>
        {
            let hint = "vCards are read by `loggia client contact import CLIENT FILE`";
            Failure::usage(error.code(), message, hint.to_owned())
        }
        ImportError::NoColumn { .. } => {
            let hint = "say which it is with --map FIELD=COLUMN; --help has the fields";
            Failure::usage(error.code(), message, hint.to_owned())
        }
        ImportError::Encoding {
            looks_like, format, ..
        } => Failure::usage(error.code(), message, encoding_hint(*looks_like, *format)),
        ImportError::Card(card) => {
            let hint = card_hint(card).map(str::to_owned);
            Failure::new(error.code(), message, hint, exit::USAGE)
        }
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
