//! Text that people write in their editor.

use super::Context;
use super::error::{Failure, Result};
use super::file;

/// Opens the editor on a text; none where they left without saving. `instead` is a command that takes the text without one.
pub(super) fn edited(context: &Context<'_>, before: &str, instead: &str) -> Result<Option<String>> {
    let editor = &context.environment.editor;
    // A last line that ends lets what is added stand on a line of its own.
    let before = match before {
        "" => String::new(),
        text => format!("{}\n", text.trim_end_matches('\n')),
    };
    dialoguer::Editor::new()
        .executable(editor)
        .extension(".txt")
        .edit(&before)
        .map_err(|error| {
            Failure::failed(
                "editor",
                format!("the editor `{editor}` did not open: {error}"),
                Some(format!(
                    "name another with EDITOR, or give the text: {instead}"
                )),
            )
        })
}

/// The failure, which tells where the text is kept that was not taken.
pub(super) fn kept(failure: Failure, text: &str) -> Result<Failure> {
    let path = file::private_copy("text.txt", text.as_bytes())?;
    Ok(failure.with_hint(format!("what you wrote is in {}", path.display())))
}
