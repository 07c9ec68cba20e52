//! The command line: what is typed becomes a use-case of [`crate::app`], its answer becomes text or JSON.
//!
//! One file a noun. Only this layer prints (through [`terminal`]), asks ([`prompt`]), reads the environment ([`config`]) and gives
//! words and exit statuses to errors ([`error`]). The help texts are the doc comments of the arguments.

mod client;
mod completion;
mod config;
mod demo;
mod document;
mod error;
mod invoice;
mod layered;
mod member;
mod notification;
mod opener;
mod portal;
mod portal_settings;
mod project;
mod prompt;
mod rate;
mod retainer;
mod settings;
mod sheet;
mod store;
mod sync;
mod table;
mod terminal;
mod time;
mod time_export;
mod time_import;
mod user;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::{Session, Setting};

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
    Project(project::Project),
    #[command(subcommand)]
    Time(time::Time),
    #[command(subcommand)]
    Retainer(retainer::Retainer),
    #[command(subcommand)]
    Invoice(invoice::Invoice),
    #[command(subcommand)]
    Document(document::Document),
    #[command(subcommand)]
    PortalSettings(portal_settings::PortalSettings),
    #[command(subcommand)]
    Notify(notification::Notify),
    #[command(subcommand)]
    Portal(portal::Portal),
    Sync(sync::Sync),
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
    let parsed = command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error, json, terminal),
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
    };
    let done = cli.command.run(&mut context);
    match done.and_then(|code| context.terminal.finish().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => failure.report(context.terminal),
    }
}

/// The definition of the command line, for the parser, the completions and the manual.
fn command() -> clap::Command {
    Cli::command()
}

/// The words of a command as they could be typed again, for the operation log.
fn as_typed(arguments: &[OsString]) -> String {
    let quote = |word: &OsString| {
        let word = word.to_string_lossy();
        let plain = |c: char| c.is_alphanumeric() || "-_./:=@,+%".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let words: Vec<String> = arguments.iter().skip(1).map(quote).collect();
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
            Self::Project(command) => command.run(context),
            Self::Time(command) => command.run(context),
            Self::Retainer(command) => command.run(context),
            Self::Invoice(command) => command.run(context),
            Self::Document(command) => command.run(context),
            Self::PortalSettings(command) => command.run(context),
            Self::Notify(command) => command.run(context),
            Self::Portal(command) => command.run(context),
            Self::Sync(command) => return command.run(context),
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
    /// Opens the store.
    fn session(&self) -> Result<Session> {
        let path = self.store_path()?;
        Ok(Session::open(&path, &self.setting()?)?)
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
