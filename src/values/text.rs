//! Text of people: lines, notes, mail addresses, web addresses, telephone numbers, countries.
//!
//! What cannot be shown safely (control characters, characters that turn the direction of text) is refused; what cannot be seen is
//! left out, so that two texts that look the same are the same; the rest is kept as typed. Escaping happens where text leaves, for a terminal by [`escape_terminal`].

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::country;

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("the text is empty")]
    Empty,
    #[error("the text is longer than {most} characters")]
    TooLong { most: usize },
    #[error("the text has a character that cannot be shown safely (U+{0:04X})")]
    Unsafe(u32),
    #[error("`{0}` is not an e-mail address; it looks like name@example.com")]
    Email(String),
    #[error("`{0}` is not a web address; it looks like https://example.com")]
    Website(String),
    #[error("`{0}` is not a telephone number; it looks like +49 30 1234567")]
    Phone(String),
    #[error("`{0}` is not a country; use a code such as DE, US or CH")]
    Country(String),
    #[error("`{0}` is not a name for a file; it looks like contract.pdf")]
    FileName(String),
    #[error("`{text}` is not a VAT number of its country; one looks like {example}")]
    TaxId { text: String, example: &'static str },
}

/// Characters that move the cursor, hide text or turn its direction.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}')
}

/// Characters that nobody sees and that come with copied text: soft hyphens, spaces of no width, byte order marks, fillers, tags.
/// Joiners are none of them: emoji and some scripts are written with them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

/// A text without what nobody sees.
fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).collect())
}

fn check(text: &str, most: usize, allowed: &[char]) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > most && text.chars().count() > most {
        return Err(TextError::TooLong { most });
    }
    match text.chars().find(|c| is_unsafe(*c) && !allowed.contains(c)) {
        Some(bad) => Err(TextError::Unsafe(u32::from(bad))),
        None => Ok(()),
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }
    };
}

text! {
    /// One line, trimmed, 1 to 1,000 characters.
    Line
}

impl Line {
    /// Reads a line.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let composed = compose(visible(text).trim());
        check(&composed, 1000, &[])?;
        Ok(Self(composed))
    }

    /// What is left of a text that others wrote, for where refusing it helps nobody: spaces for what cannot be shown safely, and at
    /// most so many characters.
    pub fn left_of(text: &str, most: usize) -> Option<Self> {
        let plain: String = visible(text)
            .chars()
            .map(|c| if is_unsafe(c) { ' ' } else { c })
            .take(most)
            .collect();
        Self::parse(&plain.split_whitespace().collect::<Vec<_>>().join(" ")).ok()
    }
}

text! {
    /// Text of several lines, up to 100,000 characters; line ends are `\n`.
    Note
}

impl Note {
    /// Reads a note.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let unix = visible(text).replace("\r\n", "\n");
        let composed = compose(unix.trim());
        check(&composed, 100_000, &['\n', '\t'])?;
        Ok(Self(composed))
    }
}

text! {
    /// A mail address. Only its form is checked: one `@`, a domain with a dot, nothing that breaks a header.
    Email
}

impl Email {
    /// Reads an address; the domain is lower-cased.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let trimmed = text.trim();
        let bad = || TextError::Email(shown(trimmed));
        let (local, domain) = trimmed.rsplit_once('@').ok_or_else(bad)?;
        let domain = domain.to_lowercase();
        let local_fits = (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_fits =
            domain.contains('.') && domain.len() <= 190 && domain.split('.').all(label_fits);
        if local_fits && domain_fits {
            Ok(Self(format!("{local}@{domain}")))
        } else {
            Err(bad())
        }
    }
}

text! {
    /// A web address with http or https.
    Website
}

impl Website {
    /// Reads an address; `example.com` becomes `https://example.com`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let trimmed = text.trim();
        let bad = || TextError::Website(shown(trimmed));
        if trimmed.chars().any(|c| is_unsafe(c) || c.is_whitespace()) || trimmed.len() > 2000 {
            return Err(bad());
        }
        let full = if trimmed.contains("://") {
            trimmed.to_owned()
        } else {
            format!("https://{trimmed}")
        };
        let url = url::Url::parse(&full).map_err(|_| bad())?;
        let named = url
            .host_str()
            .is_some_and(|host| host.contains('.') || host == "localhost" || host.contains(':'));
        let plain = matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none();
        if !named || !plain {
            return Err(bad());
        }
        // The slash that the standard adds to a bare host is nothing anyone typed.
        let kept = url.as_str();
        let kept = if full.ends_with('/') {
            kept
        } else {
            kept.trim_end_matches('/')
        };
        Ok(Self(kept.to_owned()))
    }
}

text! {
    /// A telephone number as typed.
    Phone
}

impl Phone {
    /// Reads a number of 5 to 15 digits.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let trimmed = text.trim();
        let bad = || TextError::Phone(shown(trimmed));
        let (number, _extension) = trimmed
            .split_once("ext")
            .map_or((trimmed, None), |(number, extension)| {
                (number, Some(extension))
            });
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let fits = trimmed.len() <= 40
            && (5..=15).contains(&digits)
            && trimmed.replace("ext", "").chars().all(|c| {
                c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ')
            })
            && trimmed.rfind('+').is_none_or(|at| at == 0);
        if fits {
            Ok(Self(trimmed.to_owned()))
        } else {
            Err(bad())
        }
    }

    /// What a telephone dials: digits with a leading `+` where there is one.
    pub fn tel(&self) -> String {
        let number = self.0.split("ext").next().unwrap_or_default();
        // (0) is dialled only without the country code.
        let number = if number.starts_with('+') {
            number.replace("(0)", "")
        } else {
            number.to_owned()
        };
        number
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect()
    }
}

text! {
    /// A country by its ISO 3166-1 alpha-2 code.
    Country
}

impl Country {
    /// Reads a code in any case, or a name in English or German.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        match country::code(text) {
            Some(code) => Ok(Self(code.to_owned())),
            None => Err(TextError::Country(shown(text.trim()))),
        }
    }
}

/// Text for a terminal: what would move its cursor or turn its direction is shown by its code instead.
pub fn escape_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text as one word of a command line, as POSIX shells read it: bare where nothing in it means anything to them, else in quotes.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@,+%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The form in which text is compared when searching: any case, and marks on letters however they were typed.
pub fn fold(text: &str) -> String {
    compose(&text.to_lowercase())
}

/// Letters with their marks as one character each (Unicode's form C): some systems type and store them apart.
pub(super) fn compose(text: &str) -> String {
    // Most text is so already, and a million entries are read at once.
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    text.nfc().collect()
}

fn shown(text: &str) -> String {
    escape_terminal(&text.chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_shown_safely_is_refused_by_name() {
        for (text, code) in [
            ("a\u{202e}b", 0x202e),
            ("a\u{1b}[31m", 0x1b),
            ("a\0b", 0),
            ("a\nb", 0x0a),
            ("a\u{2066}b", 0x2066),
        ] {
            assert_eq!(Line::parse(text), Err(TextError::Unsafe(code)));
        }
        assert_eq!(Note::parse("a\r\nb\tc").unwrap().as_str(), "a\nb\tc");
        assert!(Note::parse("a\u{1b}b").is_err());
        // Marks that are typed apart from their letters make the same text.
        assert_eq!(Line::parse("Mu\u{308}ller"), Line::parse("Müller"));
        assert_eq!(Note::parse("Cafe\u{301}"), Note::parse("Café"));
        assert_eq!(fold("CAFE\u{301}"), fold("café"));
        assert_eq!(Line::parse("  "), Err(TextError::Empty));
        assert_eq!(Line::parse("\u{200b}"), Err(TextError::Empty));
        // What nobody sees makes no difference.
        for text in [
            "Ac\u{200b}me",
            "Ac\u{ad}me",
            "Acme\u{2060}",
            "\u{feff} Acme",
            "Acme\u{e0041}\u{e007f}",
            "\u{3164}Acme",
        ] {
            assert_eq!(Line::parse(text).unwrap().as_str(), "Acme", "{text:?}");
            assert_eq!(Note::parse(text).unwrap().as_str(), "Acme", "{text:?}");
        }
        let joined = "👩\u{200d}💻 می\u{200c}خواهم";
        assert_eq!(Line::parse(joined).unwrap().as_str(), joined);
        assert!(Line::parse(&"x".repeat(1001)).is_err());
        assert!(Line::parse("naïve 👩‍💻 \"quoted\", comma").is_ok());
    }

    #[test]
    fn mail_addresses() {
        assert_eq!(
            Email::parse(" Jo@Example.COM ").unwrap().as_str(),
            "Jo@example.com"
        );
        for text in [
            "",
            "jo",
            "jo@",
            "@x.de",
            "jo@x",
            "a b@x.de",
            "jo@x..de",
            "jo@-x.de",
            "jo@x.de\nBcc: a@b.de",
            "a@b@c.de",
            ".a@b.de",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn web_addresses() {
        for (text, kept) in [
            ("example.com", "https://example.com"),
            ("http://example.com/a?b=c", "http://example.com/a?b=c"),
            ("https://example.com/", "https://example.com/"),
        ] {
            assert_eq!(Website::parse(text).unwrap().as_str(), kept);
        }
        for text in [
            "javascript:alert(1)",
            "ftp://example.com",
            "example",
            "https://u:p@example.com",
            "ex ample.com",
            "",
        ] {
            assert!(Website::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn telephone_numbers() {
        assert_eq!(
            Phone::parse("+49 (0)30 123-456").unwrap().tel(),
            "+4930123456"
        );
        assert_eq!(Phone::parse("030/123456 ext 7").unwrap().tel(), "030123456");
        for text in ["", "123", "call me", "12345+6", "1234567890123456"] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn countries() {
        for (text, code) in [
            ("de", "DE"),
            (" germany ", "DE"),
            ("Österreich", "AT"),
            ("UK", "GB"),
            ("U.S.A.", "US"),
            ("The Netherlands", "NL"),
            ("die Schweiz", "CH"),
            ("Great Britain", "GB"),
        ] {
            assert_eq!(Country::parse(text).unwrap().as_str(), code, "{text}");
        }
        for text in ["XX", "Atlantis", "", "D", "The", "The DE"] {
            assert!(Country::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_escaped_can_move_a_cursor(text in any::<String>()) {
            prop_assert!(!escape_terminal(&text).chars().any(is_unsafe));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = (Line::parse(&text), Note::parse(&text), Email::parse(&text));
            let _ = (Website::parse(&text), Country::parse(&text));
            if let Ok(phone) = Phone::parse(&text) {
                let _ = phone.tel();
            }
        }
    }
}
