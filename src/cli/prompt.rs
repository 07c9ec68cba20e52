//! Questions to a person at a terminal. Each has its flag; off a terminal nothing is asked.

use dialoguer::console::Term;
use dialoguer::{Confirm, Input, Select};

use crate::app;

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
        .map_err(given_up)?;
    if answer { Ok(()) } else { Err(cancelled()) }
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
            .map_err(given_up),
        None => Err(missing(flag)),
    }
}

/// Whether somebody is there to answer.
pub(super) fn can_ask(global: &Global, environment: &Environment) -> bool {
    environment.interactive && !global.no_input && !global.json
}

/// Asks for a text until it passes the check.
pub(super) fn text<T>(
    question: &str,
    default: Option<String>,
    check: impl Fn(&str) -> app::Result<T>,
) -> Result<T> {
    let mut input = Input::<String>::new()
        .with_prompt(question)
        .validate_with(|typed: &String| check(typed).map(drop).map_err(|e| e.to_string()));
    if let Some(default) = default {
        input = input.default(default);
    }
    Ok(check(&input.interact_text().map_err(given_up)?)?)
}

/// Asks for a text that may be left empty; else until it passes the check.
pub(super) fn optional_text<T>(
    question: &str,
    check: impl Fn(&str) -> app::Result<T>,
) -> Result<Option<T>> {
    let check = |typed: &str| {
        if typed.trim().is_empty() {
            return Ok(None);
        }
        check(typed).map(Some)
    };
    let typed = Input::<String>::new()
        .with_prompt(format!("{question} (empty: none)"))
        .allow_empty(true)
        .validate_with(|typed: &String| check(typed).map(drop).map_err(|e| e.to_string()))
        .interact_text()
        .map_err(given_up)?;
    Ok(check(&typed)?)
}

/// Asks for one of several; the first is the default.
pub(super) fn choice<T: Clone>(question: &str, choices: &[(T, String)]) -> Result<T> {
    let words: Vec<&str> = choices.iter().map(|(_, words)| words.as_str()).collect();
    let chosen = Select::new()
        .with_prompt(question)
        .items(&words)
        .default(0)
        .interact()
        .map_err(given_up)?;
    let chosen = choices.get(chosen).map(|(choice, _)| choice.clone());
    chosen.ok_or_else(cancelled)
}

/// The question was left: the cursor that it hid comes back.
fn given_up(_: dialoguer::Error) -> Failure {
    let _ = Term::stderr().show_cursor();
    cancelled()
}

fn cancelled() -> Failure {
    Failure::failed("cancelled", "nothing was changed".to_owned(), None)
}
