//! A line of an invoice in one text: `3 x 49.00 Hosting`, `2 days x 800 Workshop`, `12 x 9.90 -10% @7 Handbook`.

use std::fmt;

use rust_decimal::Decimal;

use super::money::{MoneyError, Rate};
use super::part::Part;
use super::quantity::Quantity;
use super::text::{Line, TextError};

/// What is counted, by UN/ECE Recommendation 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    Hour,
    Day,
    Week,
    Month,
    Year,
    Kilometre,
    #[default]
    Piece,
}

impl Count {
    const WORDS: [(Self, &'static [&'static str]); 7] = [
        (Self::Hour, &["h", "hr", "hrs", "hour", "hours"]),
        (Self::Day, &["d", "day", "days"]),
        (Self::Week, &["w", "wk", "week", "weeks"]),
        (Self::Month, &["mo", "month", "months"]),
        (Self::Year, &["y", "yr", "year", "years"]),
        (Self::Kilometre, &["km", "kms"]),
        (Self::Piece, &["pc", "pcs", "piece", "pieces"]),
    ];

    fn of(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Self::WORDS
            .iter()
            .find(|(_, words)| words.contains(&word.as_str()))
            .map(|(count, _)| *count)
    }
}

/// A line as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedItem {
    pub quantity: Decimal,
    pub count: Count,
    /// For one of them.
    pub price: Rate,
    /// What the line is given for less, or costs more.
    pub adjustment: Option<(Sign, Part)>,
    /// What follows an `@`: a tax of its own.
    pub tax: Option<String>,
    pub description: Line,
}

/// Less or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Less,
    More,
}

/// Why a text is no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    #[error("`{0}` does not begin with a price or `QUANTITY x PRICE`; write it as {EXAMPLE}")]
    Start(String),
    #[error("`{text}` does not tell a price: {source}")]
    Price { text: String, source: MoneyError },
    #[error("`{text}` does not tell how many: {source}")]
    Quantity { text: String, source: MoneyError },
    #[error("`{text}` does not tell how much less or more: {source}")]
    Adjustment { text: String, source: MoneyError },
    #[error("`{0}` is no unit; known are h, day, week, month, year, km, piece")]
    Unit(String),
    #[error("`{0}` has no description; write it as {EXAMPLE}")]
    NoDescription(String),
    #[error("the description is not a line of text: {0}")]
    Description(#[from] TextError),
}

const EXAMPLE: &str = "`3 x 49.00 Hosting`";

impl TypedItem {
    /// Reads `[QUANTITY [UNIT] x] PRICE [-10%|+5.00] [@TAX] DESCRIPTION`.
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let words = split_times(text);
        let mut words = words.iter().map(String::as_str).peekable();
        let shown = || text.trim().chars().take(60).collect::<String>();
        let first = words
            .next()
            .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
            .ok_or_else(|| ItemError::Start(shown()))?;
        let (number, glued) = split_unit(first);
        let mut count = Count::of(glued);
        if !glued.is_empty() && count.is_none() {
            return Err(ItemError::Start(shown()));
        }
        let mut rest = words.clone();
        if count.is_none() {
            count = rest.peek().and_then(|word| Count::of(word));
            if count.is_some() {
                rest.next();
            }
        }
        // `3 nights x 120`: a word before the sign can only be a unit.
        let mut ahead = rest.clone();
        if count.is_none()
            && let Some(unit) = ahead.next()
            && ahead.next().is_some_and(is_times)
            && ahead
                .next()
                .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Err(ItemError::Unit(unit.chars().take(60).collect()));
        }
        let (quantity, price) = if rest.next().is_some_and(is_times) {
            words = rest;
            let quantity = Quantity::parse(number).map_err(|source| ItemError::Quantity {
                text: shown(),
                source,
            })?;
            let price = words.next().ok_or_else(|| ItemError::Start(shown()))?;
            (quantity.decimal(), price)
        } else if glued.is_empty() {
            count = None;
            (Decimal::ONE, number)
        } else {
            return Err(ItemError::Start(shown()));
        };
        let price = Rate::parse(price).map_err(|source| ItemError::Price {
            text: shown(),
            source,
        })?;
        let (mut adjustment, mut tax) = (None, None);
        while let Some(word) = words.peek().copied() {
            if let Some(part) = signed(word).filter(|_| adjustment.is_none()) {
                adjustment = Some(part.map_err(|source| ItemError::Adjustment {
                    text: shown(),
                    source,
                })?);
            } else if let Some(word) = word.strip_prefix('@').filter(|_| tax.is_none()) {
                tax = Some(word.to_owned());
            } else {
                break;
            }
            words.next();
        }
        let description: Vec<&str> = words.collect();
        if description.is_empty() {
            return Err(ItemError::NoDescription(shown()));
        }
        Ok(Self {
            quantity,
            count: count.unwrap_or_default(),
            price,
            adjustment,
            tax,
            description: Line::parse(&description.join(" "))?,
        })
    }
}

/// Words; a sign of multiplication between digits stands by itself: `3x49`.
fn split_times(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (place, word) in text.split_whitespace().enumerate() {
        // Beyond the price everything is description.
        let found = word.char_indices().find(|(_, c)| is_sign(*c));
        let parts = found.and_then(|(at, sign)| {
            let (left, right) = (word.get(..at)?, word.get(at + sign.len_utf8()..)?);
            let before = left.is_empty() || left.starts_with(|c: char| c.is_ascii_digit());
            let after = right.is_empty() || right.starts_with(|c: char| c.is_ascii_digit());
            (before && after && place < 3).then_some((left, right))
        });
        match parts {
            Some((left, right)) => {
                let parts = [left, "x", right];
                words.extend(
                    parts
                        .iter()
                        .filter(|part| !part.is_empty())
                        .map(|part| (*part).to_owned()),
                );
            }
            None => words.push(word.to_owned()),
        }
    }
    words
}

fn is_sign(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | '*')
}

fn is_times(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(is_sign) && letters.next().is_none()
}

/// `2.5h` as the number and the letters behind it.
fn split_unit(word: &str) -> (&str, &str) {
    let at = word.find(char::is_alphabetic).unwrap_or(word.len());
    word.split_at(at)
}

/// `-10%` or `+5.00`; none for a word that is neither.
pub fn signed(word: &str) -> Option<Result<(Sign, Part), MoneyError>> {
    let (sign, part) = match word.strip_prefix(['-', '−']) {
        Some(part) => (Sign::Less, part),
        None => (Sign::More, word.strip_prefix('+')?),
    };
    part.starts_with(|c: char| c.is_ascii_digit())
        .then(|| Part::parse(part).map(|part| (sign, part)))
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Less => "-",
            Self::More => "+",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        match TypedItem::parse(text) {
            Ok(item) => format!(
                "{} {:?} {} {} {} {}",
                item.quantity.normalize(),
                item.count,
                item.price,
                item.adjustment
                    .map_or("as it is".to_owned(), |(sign, part)| format!(
                        "{sign}{part}"
                    )),
                item.tax.unwrap_or("-".to_owned()),
                item.description
            ),
            Err(error) => format!("{error:?}")
                .split([' ', '('])
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn a_line_is_read_or_refused() {
        for (text, expected) in [
            ("49.00 Hosting", "1 Piece 49.00 as it is - Hosting"),
            ("3 x 49.00 Hosting", "3 Piece 49.00 as it is - Hosting"),
            ("3x49 Hosting", "3 Piece 49.00 as it is - Hosting"),
            (
                "3 × 49,5 Hosting, year 2",
                "3 Piece 49.50 as it is - Hosting, year 2",
            ),
            ("3 * 49 Hosting", "3 Piece 49.00 as it is - Hosting"),
            ("2 days x 800 Workshop", "2 Day 800.00 as it is - Workshop"),
            ("2.5h x 95 Support", "2.5 Hour 95.00 as it is - Support"),
            (
                "42 km x 0.30 To Kiel",
                "42 Kilometre 0.30 as it is - To Kiel",
            ),
            (
                "12 x 9.90 -10% @7 Handbook",
                "12 Piece 9.90 -10% 7 Handbook",
            ),
            (
                "9.90 @reduced +5.00 Handbook",
                "1 Piece 9.90 +5 reduced Handbook",
            ),
            (
                "800 x-ray of a wall",
                "1 Piece 800.00 as it is - x-ray of a wall",
            ),
            ("800 days out", "1 Piece 800.00 as it is - days out"),
            ("3 x 0 Sample", "3 Piece 0.00 as it is - Sample"),
            ("49 -rebate-", "1 Piece 49.00 as it is - -rebate-"),
            ("Hosting 49", "Start"),
            ("", "Start"),
            ("3 x", "Start"),
            ("3q x 49 Hosting", "Start"),
            ("2h Support", "Start"),
            ("3 Stunden x 80 Arbeit", "Unit"),
            ("2 nights x 120 Hotel", "Unit"),
            ("3 x 49.00", "NoDescription"),
            ("49.00 -10%", "NoDescription"),
            ("0 x 49 Hosting", "Quantity"),
            ("3 x -49 Hosting", "Price"),
            ("-49 Hosting", "Price"),
            ("3 x 1,000 Hosting", "Price"),
            ("49 -0% Hosting", "Adjustment"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9x×*@%. +-]{0,12}\\PC{0,20}") {
            let _ = TypedItem::parse(&text);
        }
    }
}
