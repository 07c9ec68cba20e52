//! Where output goes: data to standard output, talk to standard error. The only place that writes to either.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::app::Error;
use crate::values::text::escape_terminal;

use super::config::{Environment, Links};
use super::error::{Failure, Result};

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// An answer: one struct gives the JSON (by its fields), the text, and the reference for `--quiet`.
pub(super) trait View: Serialize {
    /// Lines for a person. What people typed is escaped by the page.
    fn text(&self, page: &mut Page);

    /// What names it: `acme`, `2026-0007`; one a line where it is a list.
    fn reference(&self) -> String;
}

/// Text for a person, with the width and style it may use.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    /// Columns of the terminal; none where the output is a file or a pipe.
    pub(super) width: Option<u16>,
    pub(super) style: bool,
    /// Addresses can be clicked (OSC 8).
    pub(super) links: bool,
}

impl Page {
    pub(super) fn new(width: Option<u16>, style: bool, links: bool) -> Self {
        Self {
            text: String::new(),
            width,
            style,
            links,
        }
    }

    /// What was put on it.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Adds a line of a label and a value, if there is a value.
    pub(super) fn field<T: std::fmt::Display>(&mut self, label: &str, value: Option<T>) {
        if let Some(value) = value {
            let value = value.to_string();
            let mut lines = value.lines();
            let first = escape_terminal(lines.next().unwrap_or_default());
            self.line(format!("  {} {first}", self.dim(&format!("{label:<14}"))));
            for more in lines {
                self.line(format!("  {:<14} {}", "", escape_terminal(more)));
            }
        }
    }

    /// A heading.
    pub(super) fn heading(&mut self, text: &str) {
        let text = escape_terminal(text);
        let styled = if self.style {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text
        };
        self.line(styled);
    }

    /// Text in the background, where style is on.
    pub(super) fn dim(&self, text: &str) -> String {
        if self.style {
            format!("\u{1b}[2m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Both outputs, and how they are used.
#[derive(Debug)]
pub(super) struct Terminal {
    json: bool,
    quiet: bool,
    style: bool,
    links: bool,
    width: Option<u16>,
    /// What was asked to be written, for a caller inside the program.
    captured: Option<String>,
}

impl Terminal {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        Self {
            json: false,
            quiet: false,
            style: false,
            links: false,
            width: None,
            captured: None,
        }
    }

    /// One that keeps its data instead of writing it.
    pub(super) fn capturing() -> Self {
        Self {
            captured: Some(String::new()),
            ..Self::of_process()
        }
    }

    /// What was kept.
    pub(super) fn captured(self) -> String {
        self.captured.unwrap_or_default()
    }

    pub(super) fn configure(
        &mut self,
        json: bool,
        quiet: bool,
        colour: Colour,
        environment: &Environment,
    ) {
        let screen = io::stdout().is_terminal() && self.captured.is_none();
        self.json = json;
        self.quiet = quiet;
        self.style = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => screen && !environment.plain,
        };
        self.links = match environment.links {
            Links::Always => true,
            Links::Known => screen && self.style,
            Links::Never => false,
        };
        self.width = screen.then(console_width);
    }

    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    pub(super) fn show(&mut self, view: &impl View) -> Result<()> {
        if self.json {
            return self.json(view);
        }
        if self.quiet {
            let reference = view.reference();
            return if reference.is_empty() {
                Ok(())
            } else {
                self.data(&format!("{}\n", escape_lines(&reference)))
            };
        }
        let mut page = Page::new(self.width, self.style, self.links);
        view.text(&mut page);
        self.data(&page.into_text())
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        text.push('\n');
        self.data(&text)
    }

    /// Writes data. A reader that went away has seen what it wanted.
    pub(super) fn data(&mut self, text: &str) -> Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes of a file to standard output.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(captured) = &mut self.captured {
            captured.push_str(&String::from_utf8_lossy(bytes));
            return Ok(());
        }
        tolerate(io::stdout().lock().write_all(bytes))
    }

    /// Lets data be written to standard output as it comes; none, where the reader went away and has seen what it wanted.
    pub(super) fn stream<T>(
        &mut self,
        write: impl FnOnce(&mut dyn io::Write) -> std::result::Result<T, Error>,
    ) -> Result<Option<T>> {
        let written = match &mut self.captured {
            Some(captured) => {
                let mut bytes = Vec::new();
                let written = write(&mut bytes);
                captured.push_str(&String::from_utf8_lossy(&bytes));
                written
            }
            None => write(&mut io::stdout().lock()),
        };
        match written {
            Ok(written) => Ok(Some(written)),
            Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn say(&mut self, text: &str) -> Result<()> {
        if self.quiet || self.json || self.captured.is_some() {
            return Ok(());
        }
        self.talk(text)
    }

    pub(super) fn warn(&mut self, text: &str) -> Result<()> {
        self.talk(&format!("warning: {text}"))
    }

    /// Writes a line of talk.
    pub(super) fn talk(&mut self, text: &str) -> Result<()> {
        tolerate(writeln!(io::stderr().lock(), "{}", escape_lines(text)))
    }

    /// Writes one JSON document of talk: an error.
    pub(super) fn talk_json(&mut self, value: &serde_json::Value) -> Result<()> {
        tolerate(writeln!(io::stderr().lock(), "{value}"))
    }

    pub(super) fn finish(&mut self) -> Result<()> {
        tolerate(io::stdout().lock().flush())
    }
}

fn tolerate(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Failure::from),
    }
}

/// Escapes each line; the ends of lines stay.
fn escape_lines(text: &str) -> String {
    text.split('\n')
        .map(escape_terminal)
        .collect::<Vec<_>>()
        .join("\n")
}

fn console_width() -> u16 {
    let (_, columns) = dialoguer::console::Term::stdout().size();
    columns
}

/// A progress bar on standard error, drawn only where a person looks on.
pub(super) fn progress(terminal: &Terminal) -> indicatif::ProgressBar {
    if terminal.json || terminal.quiet || terminal.captured.is_some() {
        return indicatif::ProgressBar::hidden();
    }
    let style =
        indicatif::ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} ({eta})");
    let bar = indicatif::ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
