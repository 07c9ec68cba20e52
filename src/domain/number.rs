//! Invoice numbers: a pattern, and the counter it counts with.

use chrono::{Datelike, NaiveDate};

/// A pattern such as `{YYYY}-{SEQ:4}`. Tokens: `{YYYY}`, `{YY}`, `{MM}`, `{SEQ}` or `{SEQ:n}` (required, once), `{CLIENT}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    LongYear,
    ShortYear,
    Month,
    Client,
    /// Printed with at least this many digits; a longer counter is printed in full.
    Sequence(usize),
}

/// Why a text is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error(
        "`{0}` is not a token of a number pattern; there are {{YYYY}}, {{YY}}, {{MM}}, {{SEQ}}, {{SEQ:4}} and {{CLIENT}}"
    )]
    UnknownToken(String),
    #[error("a number pattern needs {{SEQ}} once, as in `{{YYYY}}-{{SEQ:4}}`")]
    SequenceOnce,
    #[error("a `{{` of the number pattern is not closed")]
    Unclosed,
    #[error("`{0}` cannot stand in an invoice number; letters, digits and - _ . / can")]
    Character(char),
    #[error(
        "the month alone would restart the counter every year with the same numbers; add {{YYYY}} or {{YY}}"
    )]
    MonthWithoutYear,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('{') {
                let (token, tail) = after.split_once('}').ok_or(PatternError::Unclosed)?;
                parts.push(Part::token(token)?);
                rest = tail;
            } else {
                let (literal, _) = rest.split_once('{').unwrap_or((rest, ""));
                if let Some(bad) = literal
                    .chars()
                    .find(|c| !(c.is_ascii_alphanumeric() || "-_./".contains(*c)))
                {
                    return Err(PatternError::Character(bad));
                }
                parts.push(Part::Text(literal.to_owned()));
                rest = rest.strip_prefix(literal).unwrap_or_default();
            }
        }
        let pattern = Self { parts };
        if pattern.count(|part| matches!(part, Part::Sequence(_))) != 1 {
            return Err(PatternError::SequenceOnce);
        }
        if pattern.names(&Part::Month) && !pattern.names_year() {
            return Err(PatternError::MonthWithoutYear);
        }
        Ok(pattern)
    }

    /// The counter that a number of this day and client counts with: it restarts with what the pattern names.
    pub fn counter(&self, day: NaiveDate, client: &str) -> String {
        let mut counter = String::new();
        if self.names_year() {
            counter.push_str(&format!("{:04}", day.year()));
        }
        if self.names(&Part::Month) {
            counter.push_str(&format!("-{:02}", day.month()));
        }
        if self.names(&Part::Client) {
            counter.push_str(&format!("/{client}"));
        }
        counter
    }

    /// The number with this place in its counter.
    pub fn number(&self, sequence: u64, day: NaiveDate, client: &str) -> String {
        let mut number = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => number.push_str(text),
                Part::LongYear => number.push_str(&format!("{:04}", day.year())),
                Part::ShortYear => number.push_str(&format!("{:02}", day.year().rem_euclid(100))),
                Part::Month => number.push_str(&format!("{:02}", day.month())),
                Part::Client => number.push_str(client),
                Part::Sequence(width) => number.push_str(&format!("{sequence:0width$}")),
            }
        }
        number
    }

    /// Whether each client has a counter of its own.
    pub fn is_per_client(&self) -> bool {
        self.names(&Part::Client)
    }

    /// A number as the name of a file: a slash would be a folder.
    pub fn file_name(number: &str, ending: &str) -> String {
        format!("{}.{ending}", number.replace('/', "-"))
    }

    fn count(&self, which: impl Fn(&Part) -> bool) -> usize {
        self.parts.iter().filter(|part| which(part)).count()
    }

    fn names(&self, part: &Part) -> bool {
        self.parts.contains(part)
    }

    fn names_year(&self) -> bool {
        self.names(&Part::LongYear) || self.names(&Part::ShortYear)
    }
}

impl Part {
    fn token(token: &str) -> Result<Self, PatternError> {
        match token {
            "YYYY" => Ok(Self::LongYear),
            "YY" => Ok(Self::ShortYear),
            "MM" => Ok(Self::Month),
            "CLIENT" => Ok(Self::Client),
            "SEQ" => Ok(Self::Sequence(1)),
            _ => token
                .strip_prefix("SEQ:")
                .and_then(|width| width.parse().ok())
                .filter(|width| (1..=12).contains(width))
                .map(Self::Sequence)
                .ok_or_else(|| PatternError::UnknownToken(format!("{{{token}}}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn patterns_print_numbers_and_name_their_counter() {
        // pattern, place in the counter, number, counter
        let cases = [
            ("{YYYY}-{SEQ:4}", 7, "2026-0007", "2026"),
            ("{SEQ}", 12, "12", ""),
            ("RE{YY}{MM}-{SEQ:3}", 5, "RE2603-005", "2026-03"),
            ("{CLIENT}/{SEQ:2}", 1, "acme/01", "/acme"),
            ("{YYYY}-{SEQ:2}", 1234, "2026-1234", "2026"),
        ];
        for (text, sequence, number, counter) in cases {
            let pattern = Pattern::parse(text).unwrap();
            assert_eq!(pattern.number(sequence, day("2026-03-09"), "acme"), number);
            assert_eq!(pattern.counter(day("2026-03-09"), "acme"), counter);
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let cases = [
            ("{YYYY}", PatternError::SequenceOnce),
            ("{SEQ}{SEQ:2}", PatternError::SequenceOnce),
            ("", PatternError::SequenceOnce),
            ("{SEQ:0}", PatternError::UnknownToken("{SEQ:0}".into())),
            ("{DD}{SEQ}", PatternError::UnknownToken("{DD}".into())),
            ("{SEQ", PatternError::Unclosed),
            ("n°{SEQ}", PatternError::Character('°')),
            ("a b{SEQ}", PatternError::Character(' ')),
            ("{MM}-{SEQ}", PatternError::MonthWithoutYear),
        ];
        for (text, error) in cases {
            assert_eq!(Pattern::parse(text), Err(error), "{text}");
        }
    }
}
