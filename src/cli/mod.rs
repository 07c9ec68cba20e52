//! The command line: what is typed becomes a use-case of [`crate::app`], its answer becomes text or JSON.
//!
//! One file a noun. Only this layer prints (through [`terminal`]), asks ([`prompt`]), reads the environment ([`config`]) and gives
//! words and exit statuses to errors ([`error`]). The help texts are the doc comments of the arguments.

mod alert;
mod approval;
mod budget;
mod burn;
mod choice;
mod client;
mod completion;
mod config;
mod count;
mod demo;
mod document;
mod editor;
mod einvoice;
mod error;
mod estimate;
mod expense;
mod explain;
mod export;
mod file;
mod inbox;
mod input;
mod invoice;
mod layered;
mod mail;
mod member;
mod notification;
mod open_portal;
mod opener;
mod portal;
mod portal_settings;
mod preview;
mod project;
mod prompt;
mod rate;
mod report;
mod retainer;
mod rounding;
mod run;
mod settings;
mod sheet;
mod store;
mod sync;
mod table;
mod tax;
mod terminal;
mod time;
mod user;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::{Following, Session, Setting};
use crate::values::text::shell_word;

use config::Environment;
use error::{Failure, Result};
use terminal::{Colour, Terminal, View};

/// Clients, time, retainers and invoices in one local file, and a portal that shows each client just what it may see.
#[derive(Debug, Parser)]
#[command(
    name = "loggia",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Start with `loggia demo`, or with your own business:\n  \
    loggia init --business \"Studio Nord\" --currency EUR --zone Europe/Berlin --rate 95 --tax 19\n  \
    loggia client add \"Acme GmbH\" --slug acme\n  \
    loggia project add acme Website --budget 120h\n  \
    loggia time log acme/website 2h30m \"first draft\""
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Flags of every command")]
struct Global {
    /// The store [env: LOGGIA_STORE] [default: books.db in the platform's data folder]
    #[arg(long, value_name = "FILE", global = true)]
    store: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    /// Only the reference of what was made
    #[arg(long, short, global = true)]
    quiet: bool,
    /// The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]
    #[arg(long, value_name = "DATE", global = true)]
    as_of: Option<String>,
    /// Answer every confirmation with yes
    #[arg(long, short = 'y', global = true)]
    yes: bool,
    /// Never ask, not even on a terminal
    #[arg(long, global = true)]
    no_input: bool,
    /// Colour of the output [env: NO_COLOR]
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(settings::Init),
    Demo(demo::Demo),
    #[command(subcommand)]
    Settings(settings::Settings),
    #[command(subcommand)]
    Client(client::Client),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Member(member::Member),
    #[command(subcommand)]
    Rate(rate::Rate),
    #[command(subcommand)]
    Rounding(rounding::Rounding),
    #[command(subcommand)]
    Tax(tax::Tax),
    #[command(subcommand)]
    Project(project::Project),
    #[command(subcommand)]
    Time(time::Time),
    #[command(subcommand)]
    Expense(expense::Expense),
    #[command(subcommand)]
    Report(report::Report),
    #[command(subcommand)]
    Retainer(retainer::Retainer),
    Alerts(alert::Alerts),
    #[command(subcommand)]
    Estimate(estimate::Estimate),
    #[command(subcommand)]
    Invoice(invoice::Invoice),
    #[command(subcommand)]
    Mail(mail::Mail),
    #[command(subcommand)]
    Document(document::Document),
    #[command(subcommand)]
    PortalSettings(portal_settings::PortalSettings),
    #[command(subcommand)]
    Notify(notification::Notify),
    #[command(subcommand)]
    Portal(portal::Portal),
    Run(run::Run),
    Sync(sync::Sync),
    #[command(subcommand)]
    Inbox(inbox::Inbox),
    #[command(subcommand)]
    Approval(approval::Approval),
    #[command(subcommand)]
    Export(export::Export),
    Undo(store::Undo),
    History(store::History),
    Backup(store::Backup),
    Restore(store::Restore),
    Check(store::Check),
    Completions(completion::Completions),
    Man(completion::Man),
}

/// What a command works with.
struct Context<'t> {
    global: Global,
    environment: Environment,
    terminal: &'t mut Terminal,
    /// The command as it was typed, for the log.
    command: String,
    /// Whether the command may make the store.
    founds: bool,
    /// Whether a sync is to follow the command.
    following: Following,
}

/// The program.
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    let mut terminal = Terminal::of_process();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let Some(asked) = &environment.completion {
        return completion::answer(asked, arguments, &environment, &mut terminal);
    }
    run(&arguments, &environment, &mut terminal)
}

/// One command. `arguments` begin with the name of the program.
fn run(arguments: &[OsString], environment: &Environment, terminal: &mut Terminal) -> ExitCode {
    let json = arguments.iter().any(|argument| argument == "--json");
    // Most of the start of a command is this definition: only the part that is named is gone through, and none of it is taken apart.
    let mut command = std::mem::ManuallyDrop::new(reading_numbers(Cli::command(), &|name| {
        arguments.iter().any(|argument| argument == name)
    }));
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, founds(&matches))));
    let (cli, founds) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return error::usage(&error, arguments, json, terminal),
    };
    let Global {
        json, quiet, color, ..
    } = cli.global;
    terminal.configure(json, quiet, color, environment);
    let mut context = Context {
        global: cli.global,
        environment: environment.clone(),
        terminal,
        command: as_typed(arguments),
        founds,
        following: Following::default(),
    };
    let syncs = matches!(cli.command, Command::Sync(_));
    let done = cli.command.run(&mut context);
    if !syncs {
        sync::automatic::after(&mut context);
    }
    match done.and_then(|code| context.terminal.finish().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => failure.report(context.terminal),
    }
}

/// The definition of the command line, for the parser, the completions and the manual.
fn command() -> clap::Command {
    reading_numbers(Cli::command(), &|_| true)
}

/// Teaches every value of the subcommands that are named to take `-5`, so that it is the value's own reader that says why it is none.
fn reading_numbers(command: clap::Command, named: &dyn Fn(&str) -> bool) -> clap::Command {
    let command = command.mut_args(|argument| {
        if argument.get_action().takes_values() && !argument.is_allow_hyphen_values_set() {
            argument.allow_negative_numbers(true)
        } else {
            argument
        }
    });
    command.mut_subcommands(|below| {
        let is_named = named(below.get_name()) || below.get_all_aliases().any(named);
        if is_named {
            reading_numbers(below, named)
        } else {
            below
        }
    })
}

/// Commands that have something to write into a store that is not there yet, by their verbs. All others would find nothing in it.
const FOUNDERS: [&str; 6] = ["init", "add", "set", "unset", "import", "connect"];

/// Whether a command may make the store: by its last word, `list` of `client contact list`.
fn founds(matches: &clap::ArgMatches) -> bool {
    let mut verb = None;
    let mut below = matches.subcommand();
    while let Some((name, matches)) = below {
        verb = Some(name);
        below = matches.subcommand();
    }
    verb.is_some_and(|verb| FOUNDERS.contains(&verb))
}

/// The words of a command as they could be typed again, for the operation log.
fn as_typed(arguments: &[OsString]) -> String {
    let words: Vec<String> = arguments
        .iter()
        .skip(1)
        .map(|word| shell_word(&word.to_string_lossy()))
        .collect();
    words.join(" ").chars().take(2000).collect()
}

impl Command {
    fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        match self {
            Self::Init(command) => command.run(context),
            Self::Demo(command) => return command.run(context),
            Self::Settings(command) => command.run(context),
            Self::Client(command) => command.run(context),
            Self::User(command) => command.run(context),
            Self::Member(command) => command.run(context),
            Self::Rate(command) => command.run(context),
            Self::Rounding(command) => command.run(context),
            Self::Tax(command) => command.run(context),
            Self::Project(command) => command.run(context),
            Self::Time(command) => command.run(context),
            Self::Expense(command) => command.run(context),
            Self::Report(command) => command.run(context),
            Self::Retainer(command) => command.run(context),
            Self::Alerts(command) => command.run(context),
            Self::Invoice(command) => return command.run(context),
            Self::Mail(command) => command.run(context),
            Self::Document(command) => command.run(context),
            Self::PortalSettings(command) => command.run(context),
            Self::Notify(command) => command.run(context),
            Self::Portal(command) => command.run(context),
            Self::Run(command) => return command.run(context),
            Self::Sync(command) => return command.run(context),
            Self::Inbox(command) => return command.run(context),
            Self::Approval(command) => command.run(context),
            Self::Export(command) => command.run(context),
            Self::Estimate(command) => command.run(context),
            Self::Undo(command) => command.run(context),
            Self::History(command) => command.run(context),
            Self::Backup(command) => command.run(context),
            Self::Restore(command) => command.run(context),
            Self::Check(command) => return command.run(context),
            Self::Completions(command) => command.run(context),
            Self::Man(command) => command.run(context),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Context<'_> {
    /// Opens the store. One that `--store` names and that is not there is made only by commands that begin the books; any other would
    /// make it by a mistake in the name. The one in the data folder, or that of the environment, is made by whichever comes first.
    fn session(&self) -> Result<Session> {
        let path = self.store_path()?;
        if self.global.store.is_some() && !self.founds && !path.exists() {
            return Err(error::no_store(&path));
        }
        let session = Session::open(&path, &self.setting()?)?;
        Ok(session.followed_by(&self.following))
    }

    fn store_path(&self) -> Result<PathBuf> {
        match &self.global.store {
            Some(path) => Ok(path.clone()),
            None => self.environment.store(),
        }
    }

    fn setting(&self) -> Result<Setting> {
        Ok(Setting {
            now: self.environment.now()?,
            as_of: self.global.as_of.clone(),
            zone: self.environment.zone(),
            who: self.environment.user.clone(),
            command: self.command.clone(),
        })
    }

    /// Shows an answer: as text, as JSON, or with `--quiet` only its reference.
    fn show(&mut self, view: &impl View) -> Result<()> {
        self.terminal.show(view)
    }

    /// Says something beside the data: on standard error, and not with `--quiet` or `--json`.
    fn say(&mut self, text: &str) -> Result<()> {
        self.terminal.say(text)
    }

    /// Warns on standard error, whatever the output is.
    fn warn(&mut self, text: &str) -> Result<()> {
        self.terminal.warn(text)
    }

    /// Asks whether to go on with something that takes data away. Off a terminal `--yes` is needed.
    fn confirm(&mut self, question: &str) -> Result<()> {
        prompt::confirm(&self.global, &self.environment, question)
    }
}

/// A usage error naming what is missing.
fn missing(flag: &str) -> Failure {
    Failure::usage(
        "usage.missing",
        format!("{flag} is missing"),
        "`--help` tells what the command takes".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn a_command_is_logged_as_it_could_be_typed_again() {
        let words = [
            "loggia",
            "time",
            "log",
            "acme/website",
            "2h30m",
            "it's done",
            "",
        ];
        let arguments: Vec<OsString> = words.iter().map(Into::into).collect();
        assert_eq!(
            as_typed(&arguments),
            r"time log acme/website 2h30m 'it'\''s done' ''"
        );
    }
}
