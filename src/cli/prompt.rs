//! Questions to a person at a terminal. Each has its flag; off a terminal nothing is asked.

use dialoguer::console::Term;
use dialoguer::{Confirm, Input};

use crate::app;
use crate::values::text::escape_terminal;

use super::choice::choose;
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
    let words: Vec<String> = choices.iter().map(|(_, words)| words.clone()).collect();
    let place = choose(&Term::stderr(), question, &words)?;
    let chosen = place.and_then(|place| choices.get(place));
    chosen
        .map(|(choice, _)| choice.clone())
        .ok_or_else(cancelled)
}

/// Shows what the answers come to, and goes on unless told not to. With `--yes` it is not asked.
pub(super) fn agree(global: &Global, summary: &str) -> Result<()> {
    if global.yes {
        return Ok(());
    }
    let answer = Confirm::new()
        .with_prompt(escape_terminal(summary))
        .default(true)
        .interact()
        .map_err(given_up)?;
    if answer { Ok(()) } else { Err(cancelled()) }
}

fn given_up(_: dialoguer::Error) -> Failure {
    cancelled()
}

fn cancelled() -> Failure {
    Failure::failed("cancelled", "nothing was changed".to_owned(), None)
}
