//! Taxes with names, several on the same base: `GST 5 + PST 7`.

use std::fmt;

use super::money::{MoneyError, Percent};

/// A tax under its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedTax {
    pub name: String,
    pub percent: Percent,
}

/// Why a text is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamedTaxError {
    #[error("`{0}` is not a tax with its percents; write it as GST 5")]
    Shape(String),
    #[error("`{name}` is there twice")]
    Twice { name: String },
    #[error(transparent)]
    Percent(#[from] MoneyError),
}

/// The longest name.
const LONGEST: usize = 20;

impl NamedTax {
    /// Reads `GST 5`, `TVQ 9.975 %`.
    pub fn parse(text: &str) -> Result<Self, NamedTaxError> {
        let shape = || NamedTaxError::Shape(text.trim().chars().take(60).collect());
        let text = text.trim();
        let number = text.trim_end_matches('%').trim_end();
        let (name, number) = number.rsplit_once(char::is_whitespace).ok_or_else(shape)?;
        let name = name.trim();
        let is_name = name.starts_with(char::is_alphabetic)
            && name.chars().count() <= LONGEST
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-'));
        if !is_name || !number.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(shape());
        }
        Ok(Self {
            name: name.to_owned(),
            percent: Percent::parse_tax(number)?,
        })
    }

    /// Reads one or several, with `+` between them; none has the name of another.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, NamedTaxError> {
        let all: Vec<Self> = text.split('+').map(Self::parse).collect::<Result<_, _>>()?;
        for (place, tax) in all.iter().enumerate() {
            let same = |other: &Self| other.name.eq_ignore_ascii_case(&tax.name);
            if all.iter().skip(place + 1).any(same) {
                return Err(NamedTaxError::Twice {
                    name: tax.name.clone(),
                });
            }
        }
        // Together they are a rate of tax, too.
        sum(&all)?;
        Ok(all)
    }
}

/// The percents of all together.
pub fn sum(taxes: &[NamedTax]) -> Result<Percent, MoneyError> {
    let parts = taxes.iter().map(|tax| tax.percent.ten_thousandths());
    let sum = Percent::from_ten_thousandths(parts.sum());
    Percent::parse_tax(&sum.to_string())
}

/// As it is typed and kept.
pub fn written(taxes: &[NamedTax]) -> String {
    let taxes: Vec<String> = taxes.iter().map(ToString::to_string).collect();
    taxes.join(" + ")
}

impl fmt::Display for NamedTax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.name, self.percent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_percents_read_and_write() {
        for (text, expected) in [
            ("GST 5", Some("GST 5")),
            ("GST 5 % + PST 7%", Some("GST 5 + PST 7")),
            ("TPS 5+TVQ 9.975", Some("TPS 5 + TVQ 9.975")),
            ("State tax 6,25", Some("State tax 6.25")),
            ("GST", None),
            ("5", None),
            ("GST five", None),
            ("GST 5 + gst 7", None),
            ("GST 60 + PST 60", None),
            ("GST 5 +", None),
            ("<b> 5", None),
            ("", None),
        ] {
            let read = NamedTax::parse_all(text).map(|taxes| written(&taxes));
            assert_eq!(read.ok().as_deref(), expected, "{text}");
        }
    }
}
