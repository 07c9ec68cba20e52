//! Where output goes: data to standard output, talk to standard error. The only place that writes to either.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::app::Error;
use crate::store::StoreError;
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
            let most = self
                .width
                .map(|width| usize::from(width) - INDENT.min(width.into()));
            let mut lines = value.lines().flat_map(|line| {
                let line = escape_terminal(line);
                match most {
                    Some(most) => wrapped(&line, most.max(20)),
                    None => vec![line],
                }
            });
            let first = lines.next().unwrap_or_default();
            self.line(format!("  {} {first}", self.dim(&format!("{label:<14}"))));
            for more in lines {
                self.line(format!("  {:<14} {more}", ""));
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

    /// Text that wraps at the width, so far from the left.
    pub(super) fn prose(&mut self, indent: usize, text: &str) {
        let width = self.width.map_or(usize::MAX, usize::from);
        let margin = " ".repeat(indent);
        let mut line = String::new();
        for word in escape_terminal(text).split(' ') {
            let wide = indent + line.width() + 1 + word.width();
            if !line.is_empty() && wide > width {
                self.line(format!("{margin}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(format!("{margin}{line}"));
    }

    /// Text in a colour, where style is on.
    pub(super) fn tinted(&self, text: &str, tone: Tone) -> String {
        if !self.style {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => 32,
            Tone::Warning => 33,
            Tone::Bad => 31,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
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

/// What a colour says beside the text, which never needs it to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Warning,
    Bad,
}

/// Columns before the value of a field.
const INDENT: usize = 17;

/// A line in parts of at most so many columns, parted between words; a word that is longer than that is parted too.
fn wrapped(line: &str, most: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut part, mut taken) = (String::new(), 0);
    for word in line.split_inclusive(' ') {
        let bare = word.trim_end().width();
        if taken > 0 && taken + bare > most {
            parts.push(std::mem::take(&mut part).trim_end().to_owned());
            taken = 0;
        }
        if bare <= most {
            part.push_str(word);
            taken += word.width();
            continue;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or_default();
            if taken + wide > most {
                parts.push(std::mem::take(&mut part));
                taken = 0;
            }
            part.push(c);
            taken += wide;
        }
    }
    parts.push(part.trim_end().to_owned());
    parts
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

    /// Before the flags are known: errors as JSON or as text.
    pub(super) fn set_json(&mut self, json: bool) {
        self.json = json;
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

    /// Writes data as it comes. Whoever writes is told when the reader went away, and can stop.
    pub(super) fn stream<T>(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> std::result::Result<T, Interrupted>,
    ) -> Result<Option<T>> {
        let done = if let Some(captured) = &mut self.captured {
            let mut bytes = Vec::new();
            let done = write(&mut bytes);
            captured.push_str(&String::from_utf8_lossy(&bytes));
            done
        } else {
            let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
            write(&mut out).and_then(|done| {
                out.flush()?;
                Ok(done)
            })
        };
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Interrupted::Output(error)) => tolerate(Err(error)).map(|()| None),
            Err(Interrupted::Failed(failure)) => Err(failure),
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

/// Why writing data as it comes ended early.
#[derive(Debug)]
pub(super) enum Interrupted {
    /// It could not be written.
    Output(io::Error),
    /// It could not be read.
    Failed(Failure),
}

impl From<io::Error> for Interrupted {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Error> for Interrupted {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_part_between_words() {
        let cases: [(&str, &[&str]); 6] = [
            ("", &[""]),
            ("pays late", &["pays late"]),
            ("pays always late", &["pays", "always", "late"]),
            ("a bb ccc dddd", &["a bb ccc", "dddd"]),
            ("abcdefghijklmnop q", &["abcdefghij", "klmnop q"]),
            ("東京東京東京", &["東京東京東", "京"]),
        ];
        for (line, parts) in cases {
            assert_eq!(wrapped(line, 10), parts, "{line}");
        }
    }

    #[test]
    fn a_field_keeps_its_indent_on_a_screen_and_its_lines_off_one() {
        let text = "word ".repeat(20);
        let mut page = Page::new(Some(50), false, false);
        page.field("notes", Some(&text));
        let shown = page.into_text();
        assert!(shown.lines().count() > 2, "{shown}");
        for line in shown.lines() {
            assert!(
                line.chars().count() <= 50 && line.find("word") == Some(INDENT),
                "{line}"
            );
        }
        let mut page = Page::new(None, false, false);
        page.field("notes", Some(&text));
        assert_eq!(page.into_text().lines().count(), 1);
    }
}
