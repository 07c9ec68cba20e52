//! Questions to a person at a terminal. Each has its flag; off a terminal nothing is asked.

use dialoguer::{Confirm, Input};

use super::config::Environment;
use super::error::{Failure, Result};
use super::{Global, missing};

/// Asks whether to go on. With `--yes` it is not asked; where nobody can be asked, `--yes` is needed.
pub(super) fn confirm(global: &Global, environment: &Environment, question: &str) -> Result<()> {
    if global.yes {
        return Ok(());
    }
    if !can_ask(global, environment) {
        return Err(Failure::usage(
            "usage.confirm",
            format!("{question} needs a confirmation"),
            "give --yes".to_owned(),
        ));
    }
    let answer = Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact()
        .map_err(|_| given_up())?;
    if answer { Ok(()) } else { Err(given_up()) }
}

/// A value that was not given: asked for on a terminal, else a usage error that names its flag.
pub(super) fn value(
    global: &Global,
    environment: &Environment,
    given: Option<String>,
    flag: &str,
    question: &str,
) -> Result<String> {
    match given {
        Some(value) => Ok(value),
        None if can_ask(global, environment) => Input::<String>::new()
            .with_prompt(question)
            .interact_text()
            .map_err(|_| given_up()),
        None => Err(missing(flag)),
    }
}

/// Whether somebody is there to be asked.
pub(super) fn can_ask(global: &Global, environment: &Environment) -> bool {
    environment.interactive && !global.no_input && !global.json
}

fn given_up() -> Failure {
    Failure::failed("cancelled", "nothing was changed".to_owned(), None)
}
