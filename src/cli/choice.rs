//! One of several, chosen at a terminal: arrows move, letters leave what begins with them or contains them.
//!
//! dialoguer's `Select` hides the cursor and leaves it hidden when it is left with ctrl-c, and its `FuzzySelect` takes letters that
//! lie apart; this one does neither.

use std::io;

use dialoguer::console::{Key, Term, truncate_str};

use crate::values::text::{escape_terminal, fold};

/// The place of the one that was chosen; none if the question was left.
pub(super) fn choose(term: &Term, question: &str, words: &[String]) -> io::Result<Option<usize>> {
    let (height, width) = term.size();
    let width = usize::from(width).saturating_sub(1);
    let line = |text: &str| truncate_str(&escape_terminal(text), width, "…").into_owned();
    let mut picker = Picker::new(words);
    loop {
        term.write_line(&line(&format!("{question}: {}", picker.typed)))?;
        let shown = picker.lines(usize::from(height).saturating_sub(2).max(1));
        for text in &shown {
            term.write_line(&line(text))?;
        }
        let key = term.read_key_raw()?;
        term.clear_last_lines(shown.len() + 1)?;
        match picker.press(&key) {
            Pressed::On => {}
            Pressed::Left => return Ok(None),
            Pressed::Chosen(place) => {
                let word = words.get(place).map(String::as_str).unwrap_or_default();
                term.write_line(&line(&format!("{question}: {word}")))?;
                return Ok(Some(place));
            }
        }
    }
}

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
enum Pressed {
    On,
    Chosen(usize),
    Left,
}

/// What there is, what was typed, and where the mark stands.
#[derive(Debug)]
struct Picker<'w> {
    words: &'w [String],
    typed: String,
    /// Places of those that match what was typed, the best first.
    matching: Vec<usize>,
    /// The mark, within `matching`.
    at: usize,
}

impl<'w> Picker<'w> {
    fn new(words: &'w [String]) -> Self {
        Self {
            words,
            typed: String::new(),
            matching: (0..words.len()).collect(),
            at: 0,
        }
    }

    fn press(&mut self, key: &Key) -> Pressed {
        match key {
            Key::ArrowDown | Key::Tab => self.move_by(1),
            Key::ArrowUp | Key::BackTab => self.move_by(self.matching.len().saturating_sub(1)),
            Key::Escape | Key::CtrlC => return Pressed::Left,
            Key::Enter => {
                if let Some(place) = self.matching.get(self.at) {
                    return Pressed::Chosen(*place);
                }
            }
            Key::Backspace => {
                self.typed.pop();
                self.search();
            }
            // Ctrl-U takes the line back.
            Key::Char('\u{15}') => {
                self.typed.clear();
                self.search();
            }
            Key::Char(c) if !c.is_control() => {
                self.typed.push(*c);
                self.search();
            }
            _ => {}
        }
        Pressed::On
    }

    fn move_by(&mut self, steps: usize) {
        let next = (self.at + steps).checked_rem(self.matching.len());
        self.at = next.unwrap_or_default();
    }

    fn search(&mut self) {
        let wanted = fold(self.typed.trim());
        let ranked = self.words.iter().enumerate();
        let mut ranked: Vec<(u8, usize)> = ranked
            .filter_map(|(place, word)| Some((rank(&fold(word), &wanted)?, place)))
            .collect();
        ranked.sort_unstable();
        self.matching = ranked.into_iter().map(|(_, place)| place).collect();
        self.at = 0;
    }

    /// What is to be seen, at most this many lines around the mark.
    fn lines(&self, most: usize) -> Vec<String> {
        if self.matching.is_empty() {
            return vec![format!(
                "  nothing has `{}`; backspace takes letters back",
                self.typed
            )];
        }
        let first = (self.at + 1).saturating_sub(most);
        let lines = self.matching.iter().enumerate().skip(first).take(most);
        lines
            .filter_map(|(line, place)| {
                let mark = if line == self.at { '>' } else { ' ' };
                Some(format!("{mark} {}", self.words.get(*place)?))
            })
            .collect()
    }
}

/// How well a text fits what was typed, both folded; none if it does not.
fn rank(text: &str, wanted: &str) -> Option<u8> {
    let begins = |word: &str| word.starts_with(wanted);
    if begins(text) {
        Some(0)
    } else if text.split(|c: char| !c.is_alphanumeric()).any(begins) {
        Some(1)
    } else {
        text.contains(wanted).then_some(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(keys: &[Key]) -> Pressed {
        let words = ["Acme GmbH (acme)", "Café Blau (cafe)", "Beta (b2)"].map(str::to_owned);
        let mut picker = Picker::new(&words);
        let mut last = Pressed::On;
        for key in keys {
            last = picker.press(key);
        }
        last
    }

    fn typed(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn letters_leave_what_has_them_and_enter_takes_only_what_is_left() {
        let enter = |text: &str| {
            let mut keys = typed(text);
            keys.push(Key::Enter);
            picked(&keys)
        };
        for (text, chosen) in [
            ("", Pressed::Chosen(0)),
            ("b", Pressed::Chosen(2)),
            ("bl", Pressed::Chosen(1)),
            ("B2", Pressed::Chosen(2)),
            ("CAFE\u{301} b", Pressed::Chosen(1)),
            ("eta", Pressed::Chosen(2)),
            ("jk", Pressed::On),
            ("acme2", Pressed::On),
            ("acme2\u{15}", Pressed::Chosen(0)),
        ] {
            assert_eq!(enter(text), chosen, "{text}");
        }
    }

    #[test]
    fn keys_move_edit_and_leave() {
        for (keys, last) in [
            (vec![Key::ArrowDown, Key::Enter], Pressed::Chosen(1)),
            (vec![Key::ArrowUp, Key::Enter], Pressed::Chosen(2)),
            (
                vec![Key::Char('b'), Key::ArrowDown, Key::Enter],
                Pressed::Chosen(1),
            ),
            (
                vec![Key::Char('x'), Key::Backspace, Key::Enter],
                Pressed::Chosen(0),
            ),
            (vec![Key::Char('x'), Key::Tab, Key::Enter], Pressed::On),
            (vec![Key::Char('b'), Key::Escape], Pressed::Left),
            (vec![Key::CtrlC], Pressed::Left),
        ] {
            assert_eq!(picked(&keys), last, "{keys:?}");
        }
    }

    #[test]
    fn the_mark_stays_in_sight() {
        let words: Vec<String> = (0..9).map(|word| word.to_string()).collect();
        let mut picker = Picker::new(&words);
        assert_eq!(picker.lines(3), ["> 0", "  1", "  2"]);
        picker.press(&Key::ArrowUp);
        assert_eq!(picker.lines(3), ["  6", "  7", "> 8"]);
        picker.press(&Key::Char('x'));
        assert!(picker.lines(3).concat().contains("nothing has `x`"));
    }
}
