//! `loggia client note`: the internal notes alone, from the command line, a pipe or an editor.

use clap::Args;

use crate::app::Session;
use crate::app::client::{self, Writing};
use crate::app::error::field;
use crate::cli::editor::{edited, kept};
use crate::cli::error::Result;
use crate::cli::{Context, input, prompt};
use crate::values::text::Note;

use super::view::ClientView;

/// Write the internal notes of a client: in your editor, or from the command line or a pipe
#[derive(Debug, Args)]
#[command(
    after_help = "On a terminal, without TEXT, $VISUAL or $EDITOR opens with the notes that are there.\n\n\
    Examples:\n  loggia client note acme\n  loggia client note acme 'pays late'\n  \
    loggia client note acme --append 'paid at once in May'\n  \
    loggia client note acme - < notes.txt\n  loggia client note acme ''      (takes the notes away)\n\n\
    In a loop that reads its lines from standard input, give it `</dev/null`."
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
        if self.text.is_none() && prompt::can_ask(&context.global, &context.environment) {
            return self.edit(context, &mut session);
        }
        let text = input::text(self.text.clone())?;
        let writing = match self.append {
            true => Writing::Append,
            false => Writing::Replace,
        };
        self.write(context, &mut session, note_of(&text)?, &writing)
    }

    /// Lets the notes be written in the editor. What was typed is never lost: where it is not taken, it is in a file.
    fn edit(&self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let known = client::show(session, &self.client)?.client.details.notes;
        let before = known.as_ref().filter(|_| !self.append);
        let before = before.map_or("", Note::as_str).to_owned();
        let (writing, mut text) = match self.append {
            true => (Writing::Append, String::new()),
            false => (Writing::ReplaceKnown(known), before.clone()),
        };
        loop {
            match edited(context, &text, "loggia client note CLIENT TEXT")? {
                Some(typed) => text = typed,
                None => return context.say("nothing was changed"),
            }
            if text.trim_end() == before.trim_end() {
                return context.say("nothing was changed");
            }
            let failure = match note_of(&text) {
                Ok(note) => match self.write(context, session, note, &writing) {
                    Ok(()) => return Ok(()),
                    Err(failure) => return Err(kept(failure, &text)?),
                },
                Err(failure) => failure,
            };
            context.warn(failure.message())?;
            if prompt::confirm(
                &context.global,
                &context.environment,
                "open the editor again",
            )
            .is_err()
            {
                return Err(kept(failure, &text)?);
            }
        }
    }

    fn write(
        &self,
        context: &mut Context<'_>,
        session: &mut Session,
        note: Option<Note>,
        writing: &Writing,
    ) -> Result<()> {
        let (shown, changed) = client::note(session, &self.client, note, writing)?;
        if !changed {
            context.say("nothing was changed")?;
        }
        context.show(&ClientView::of(&shown))
    }
}

fn note_of(text: &str) -> Result<Option<Note>> {
    match text.trim() {
        "" => Ok(None),
        _ => Ok(Some(field("notes", Note::parse(text))?)),
    }
}
