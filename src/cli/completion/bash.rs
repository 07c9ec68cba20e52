//! The answers to bash. It breaks words at `@`, `=` and `:` too and replaces the last piece only, so the line is read here as a shell
//! reads it, and of each answer what bash leaves standing is cut off. Names with spaces are escaped.

use std::ffi::OsString;

use clap_complete::engine::complete;

use super::super::config::{Completion, Environment};
use super::command;
use super::value::Source;

/// Registers the completion.
pub(super) const SCRIPT: &str = r#"_loggia() {
    local IFS=$'\n'
    COMPREPLY=($(LOGGIA_COMPLETE=bash LOGGIA_COMPLETE_LINE="${COMP_LINE:0:COMP_POINT}" LOGGIA_COMPLETE_WORD="$2" \
        "${1/#\~/$HOME}" 2>/dev/null))
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _loggia loggia
"#;

/// Whether a shell is bash.
pub(super) fn is(shell: &str) -> bool {
    shell == "bash"
}

/// One answer a line.
pub(super) fn answer(asked: &Completion, environment: &Environment) -> Vec<u8> {
    let mut answer = Vec::new();
    for text in answers(asked, environment).unwrap_or_default() {
        answer.extend(text.as_bytes());
        answer.push(b'\n');
    }
    answer
}

fn answers(asked: &Completion, environment: &Environment) -> Option<Vec<String>> {
    let line = Line::read(&asked.line);
    let words: Vec<OsString> = line.words.iter().map(OsString::from).collect();
    let last = words.len().checked_sub(1)?;
    let mut command = Source::of(&words, environment)?.attach(command());
    let folder = environment.folder.as_deref();
    let found = complete(&mut command, words, last, folder).ok()?;
    let standing = line.standing(&asked.word);
    let texts = found
        .iter()
        .filter_map(|candidate| candidate.get_value().to_str());
    // Flags are offered where nothing else could stand, or one was begun.
    let is_flag = |text: &str| text.starts_with('-');
    let only_flags = texts.clone().all(is_flag);
    let begun = line.last.starts_with('-');
    let texts = texts.filter(|text| only_flags || begun || !is_flag(text));
    Some(
        texts
            .map(|text| {
                let typed = escaped(text, line.quote);
                typed.strip_prefix(standing).unwrap_or(&typed).to_owned()
            })
            .collect(),
    )
}

/// A line up to the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line {
    /// Without quotes and backslashes; the last one is being typed.
    words: Vec<String>,
    /// The last word as it stands there.
    last: String,
    /// The quotes within which the cursor is.
    quote: Option<char>,
}

impl Line {
    fn read(text: &str) -> Self {
        let mut line = Self::default();
        let mut word = String::new();
        let mut quote: Option<char> = None;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match (c, quote) {
                (' ' | '\t', None) => {
                    if !line.last.is_empty() {
                        line.words.push(std::mem::take(&mut word));
                        line.last.clear();
                    }
                    continue;
                }
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                ('\\', None | Some('"')) => {
                    line.last.push(c);
                    if let Some(escaped) = chars.next() {
                        word.push(escaped);
                        line.last.push(escaped);
                    }
                    continue;
                }
                (c, _) => word.push(c),
            }
            line.last.push(c);
        }
        line.words.push(word);
        line.quote = quote;
        line
    }

    /// What bash leaves standing of the last word when it replaces its own last piece.
    fn standing(&self, piece: &str) -> &str {
        let standing = self.last.strip_suffix(piece).unwrap_or_default();
        standing.trim_start_matches(['\'', '"'])
    }
}

/// A text as it is typed within these quotes, or without any: nothing of it means anything to the shell.
fn escaped(text: &str, quote: Option<char>) -> String {
    let mut typed = String::with_capacity(text.len());
    for c in text.chars() {
        let plain = match quote {
            // Nothing can be escaped between these: the quotes end, and begin again behind what ends them.
            Some('\'') if c == '\'' => {
                typed.push_str(r"'\''");
                continue;
            }
            Some('\'') => true,
            // Neither does a backslash help against the history of commands there.
            Some(_) if c == '!' => {
                typed.push_str("\"'!'\"");
                continue;
            }
            Some(_) => !"\\\"$`".contains(c),
            None => c.is_alphanumeric() || "-_./:=@,+%".contains(c) || !c.is_ascii(),
        };
        if !plain {
            typed.push('\\');
        }
        typed.push(c);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_a_shell_reads_it() {
        // The line, its words, the piece that bash replaces, and what it leaves standing.
        let cases: [(&str, &[&str], &str, &str); 8] = [
            ("loggia", &["loggia"], "loggia", ""),
            (
                "loggia  user show ",
                &["loggia", "user", "show", ""],
                "",
                "",
            ),
            (
                "loggia user show jo@ac",
                &["loggia", "user", "show", "jo@ac"],
                "ac",
                "jo@",
            ),
            (
                "loggia notify set x=",
                &["loggia", "notify", "set", "x="],
                "",
                "x=",
            ),
            (
                r"l --task Visual\ de",
                &["l", "--task", "Visual de"],
                r"Visual\ de",
                "",
            ),
            (
                "l --task \"Visual de",
                &["l", "--task", "Visual de"],
                "Visual de",
                "",
            ),
            ("l 'a \"b' c", &["l", "a \"b", "c"], "c", ""),
            ("l \\", &["l", ""], "\\", ""),
        ];
        for (text, words, piece, standing) in cases {
            let line = Line::read(text);
            assert_eq!(line.words, words, "{text}");
            assert_eq!(line.standing(piece), standing, "{text}");
        }
        assert_eq!(Line::read("l \"Visual").quote, Some('"'));
        assert_eq!(Line::read("l \"Visual\"").quote, None);
        assert_eq!(
            escaped("Visual design & \u{fc}ber", None),
            "Visual\\ design\\ \\&\\ \u{fc}ber"
        );
    }
}
