//! `loggia client note`: the internal notes alone, from the command line, a pipe or an editor.

use std::io::{IsTerminal, Read};

use clap::Args;

use crate::app::client;
use crate::app::error::field;
use crate::cli::error::{Failure, Result};
use crate::cli::{Context, missing, prompt};
use crate::values::text::Note;

use super::view::ClientView;

/// Write the internal notes of a client: in your editor, or from the command line or a pipe
#[derive(Debug, Args)]
#[command(
    after_help = "On a terminal, without TEXT, $VISUAL or $EDITOR opens with the notes that are there.\n\n\
    Examples:\n  loggia client note acme\n  loggia client note acme 'pays late'\n  \
    loggia client note acme --append 'paid at once in May'\n  \
    loggia client note acme - < notes.txt\n  loggia client note acme ''      (takes the notes away)"
)]
pub(in crate::cli) struct Notes {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The notes; `-` reads them from standard input, as does a pipe without TEXT
    text: Option<String>,
    /// After what is there, not in its place
    #[arg(long)]
    append: bool,
}

impl Notes {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let text = match self.text.as_deref() {
            Some("-") => standard_input()?,
            Some(text) => text.to_owned(),
            None if prompt::can_ask(&context.global, &context.environment) => {
                let before = client::show(&session, &self.client)?.client.details.notes;
                let before = before.filter(|_| !self.append);
                let before = before.as_ref().map_or("", Note::as_str);
                match edited(context, before)? {
                    Some(text) => text,
                    None => return context.say("nothing was changed"),
                }
            }
            None if std::io::stdin().is_terminal() => return Err(missing("TEXT")),
            None => standard_input()?,
        };
        let note = match text.trim() {
            "" => None,
            _ => Some(field("notes", Note::parse(&text))?),
        };
        let (shown, changed) = client::note(&mut session, &self.client, note, self.append)?;
        if !changed {
            context.say("nothing was changed")?;
        }
        context.show(&ClientView::of(&shown))
    }
}

/// Text that people wrote in their editor; none where they left it as it was.
fn edited(context: &Context<'_>, before: &str) -> Result<Option<String>> {
    let editor = &context.environment.editor;
    // A last line that ends lets what is added stand on a line of its own.
    let before = match before {
        "" => String::new(),
        text => format!("{text}\n"),
    };
    dialoguer::Editor::new()
        .executable(editor)
        .extension(".txt")
        .edit(&before)
        .map_err(|error| {
            Failure::failed(
                "editor",
                format!("the editor `{editor}` did not open: {error}"),
                Some(
                    "name another with EDITOR, or give the text: loggia client note CLIENT TEXT"
                        .to_owned(),
                ),
            )
        })
        .map(|text| text.filter(|text| text.trim_end() != before.trim_end()))
}

/// Most that is read: more than the longest note takes.
const MOST: u64 = 1 << 20;

/// All of standard input, as text. None at all is a mistake of a script, and takes nothing away.
pub(super) fn standard_input() -> Result<String> {
    let unreadable = |message: &str| {
        Failure::usage(
            "input.stdin",
            message.to_owned(),
            "give the text as an argument, or pipe it as UTF-8".to_owned(),
        )
    };
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MOST)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&format!("standard input cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| unreadable("what came on standard input is no UTF-8 text"))?;
    if text.trim().is_empty() {
        return Err(unreadable("nothing came on standard input"));
    }
    Ok(text)
}
