//! Names of files that people give us and that we give back: a name alone, good on every system, never a path.

use std::fmt;

use super::text::{Line, TextError};

/// A file name: 1 to 200 characters, no folder in it, nothing that a system or a terminal would take for something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

const LONGEST: usize = 200;
/// What file systems count.
const LONGEST_BYTES: usize = 255;

/// Characters that part folders or that some systems do not take.
fn is_reserved(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Names that mean a device where Windows runs, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|port| {
        let number = stem.strip_prefix(port).unwrap_or_default();
        matches!(number.as_bytes(), [b'1'..=b'9'])
    });
    numbered || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
}

impl FileName {
    /// Reads a name as it is.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let line = Line::parse(text)?;
        let name = line.as_str();
        let well_formed = !name.contains(is_reserved)
            && !name.ends_with('.')
            && !is_device(name)
            && name.chars().count() <= LONGEST
            && name.len() <= LONGEST_BYTES;
        if well_formed {
            Ok(Self(name.to_owned()))
        } else {
            Err(TextError::FileName(
                super::text::escape_terminal(name)
                    .chars()
                    .take(80)
                    .collect(),
            ))
        }
    }

    /// The name of a file that is somewhere: the end of its path, with `_` for what a name cannot have, and cut at the end of its
    /// stem where it is too long.
    pub fn of_path(path: &str) -> Result<Self, TextError> {
        let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last
            .trim()
            .trim_end_matches('.')
            .chars()
            .map(|c| {
                let unsafe_alone = c != ' ' && Line::parse(&c.to_string()).is_err();
                if is_reserved(c) || unsafe_alone {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        let (stem, ending) = match clean.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() && ending.len() <= 20 => {
                (stem, format!(".{ending}"))
            }
            _ => (clean.as_str(), String::new()),
        };
        let mut kept = String::new();
        for c in stem.chars().take(LONGEST - ending.chars().count()) {
            if kept.len() + c.len_utf8() + ending.len() > LONGEST_BYTES {
                break;
            }
            kept.push(c);
        }
        let name = format!("{}{ending}", kept.trim_end());
        if is_device(&name) {
            return Self::parse(&format!("_{name}"));
        }
        Self::parse(&name)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_a_name_alone() {
        for name in [
            "contract.pdf",
            "Angebot 2026 – Größe.docx",
            ".profile",
            "a",
            "console.pdf",
            "COM10.txt",
            "株式.pdf",
        ] {
            assert_eq!(FileName::parse(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            " ",
            ".",
            "..",
            "a/b",
            "a\\b",
            "../x",
            "c:x",
            "x.",
            "a\u{202e}fdp.exe",
            "a\nb",
            "a\u{0}b",
            "a?",
            "NUL",
            "con.pdf",
            "Com1.tar.gz",
            &"x".repeat(201),
            &"é".repeat(150),
        ] {
            assert!(FileName::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_path_gives_the_name_at_its_end() {
        for (path, name) in [
            ("/home/jo/contract.pdf", "contract.pdf"),
            ("/home/jo/con.pdf", "_con.pdf"),
            ("C:\\Users\\jo\\contract.pdf", "contract.pdf"),
            ("../up.txt", "up.txt"),
            ("scan 12:30.pdf", "scan 12_30.pdf"),
            ("a\u{202e}fdp.exe", "a_fdp.exe"),
            ("tab\there", "tab_here"),
        ] {
            assert_eq!(FileName::of_path(path).unwrap().as_str(), name, "{path}");
        }
        for path in ["", "/", "..", "folder/"] {
            assert!(FileName::of_path(path).is_err(), "{path}");
        }
        let long = FileName::of_path(&format!("{}.pdf", "é".repeat(300))).unwrap();
        assert!(long.as_str().len() <= 255 && long.as_str().ends_with("é.pdf"));
    }

    proptest! {
        #[test]
        fn what_a_path_gives_is_a_name(path in any::<String>()) {
            if let Ok(name) = FileName::of_path(&path) {
                prop_assert_eq!(FileName::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().contains(['/', '\\']));
            }
        }
    }
}
