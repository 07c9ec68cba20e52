//! The typeface of the documents, and what happens to text it cannot draw.
//!
//! Three files of Inter 3.019 (SIL Open Font License, no reserved font name; `fonts/LICENSE-Inter.txt`) are part of the
//! program, so a document looks the same, byte for byte, on every machine. They are subsets of Debian's `fonts-inter`,
//! with Latin, Greek, Cyrillic, punctuation, currencies, arrows and the common symbols:
//!
//! ```sh
//! pyftsubset /usr/share/fonts/opentype/inter/Inter-Regular.otf --no-hinting --notdef-outline --name-IDs='*' \
//!   --layout-features=kern,ccmp,locl,mark,mkmk,tnum,case --output-file=Inter-Regular.otf \
//!   --unicodes=20-7E,A0-24F,250-2FF,300-36F,370-3FF,400-52F,1E00-1EFF,1F00-1FFF,2000-206F,2070-209F,20A0-20CF,2100-214F,2150-218F,2190-21FF,2200-22FF,25A0-25FF,2600-26FF,2700-27BF,FB00-FB04
//! ```
//!
//! `calt` is left out on purpose: it would turn a typed `->` into an arrow and `3x4` into `3×4`.
//!
//! PDF/A forbids a glyph that stands for nothing, so a character outside the typeface (Chinese, Arabic, emoji, …) is
//! printed as [`BOX`], one for one, and remembered: whoever prints can warn. Invisible characters (joiners, direction
//! marks, controls) are dropped without a word.
//!
//! The owner may name further typefaces ([`Typeface`]), which draw what the program's own cannot. Those of the system are never
//! looked at: what is installed there must not change a document.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use super::DocumentError;

/// Stands for a character that the typeface does not have.
pub(super) const BOX: char = '\u{25a1}';

/// Where a line may break without a hyphen.
const BREAK: char = '\u{200b}';
/// A word of more characters than this gets places to break.
const LONG_WORD: usize = 28;
/// Characters of a long word between two places to break.
const STRETCH: usize = 14;

/// The files, upright first.
const FILES: [(&str, &[u8]); 3] = [
    (
        "Inter-Regular.otf",
        include_bytes!("fonts/Inter-Regular.otf"),
    ),
    ("Inter-Italic.otf", include_bytes!("fonts/Inter-Italic.otf")),
    (
        "Inter-SemiBold.otf",
        include_bytes!("fonts/Inter-SemiBold.otf"),
    ),
];

/// The largest file of a typeface that is taken: those for Chinese or Japanese have some 20 MB.
pub const LARGEST_TYPEFACE: usize = 32 * 1024 * 1024;

/// A file with one or more faces, as the owner gave it.
#[derive(Debug, Clone)]
pub struct Typeface {
    fonts: Vec<Font>,
}

impl Typeface {
    /// Reads a TTF, OTF, TTC or OTC file; none if it is no such file, or too large.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() > LARGEST_TYPEFACE {
            return None;
        }
        let fonts: Vec<Font> = Font::iter(Bytes::new(bytes)).collect();
        (!fonts.is_empty()).then_some(Self { fonts })
    }

    /// The name by which a template asks for it.
    pub fn family(&self) -> &str {
        self.fonts
            .first()
            .map_or("", |font| font.info().family.as_str())
    }
}

/// The loaded faces with typst's index of them: our own first.
#[derive(Debug)]
pub(super) struct Faces {
    pub(super) book: LazyHash<FontBook>,
    pub(super) fonts: Vec<Font>,
}

/// Reads our own faces at the first call; later calls cost nothing.
pub(super) fn faces() -> Result<Arc<Faces>, DocumentError> {
    static FACES: LazyLock<Result<Arc<Faces>, DocumentError>> =
        LazyLock::new(|| load().map(Arc::new));
    FACES.clone()
}

/// Our own faces and others.
pub(super) fn faces_with(others: &[Typeface]) -> Result<Arc<Faces>, DocumentError> {
    let own = faces()?;
    if others.is_empty() {
        return Ok(own);
    }
    let others = others.iter().flat_map(|typeface| &typeface.fonts);
    let fonts: Vec<Font> = own.fonts.iter().chain(others).cloned().collect();
    Ok(Arc::new(Faces {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }))
}

fn load() -> Result<Faces, DocumentError> {
    let fonts = FILES
        .iter()
        .map(|&(name, data)| Font::new(Bytes::new(data), 0).ok_or(DocumentError::Font(name)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Faces {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    })
}

impl Faces {
    /// Every face of our own can draw it, or any other.
    fn covers(&self, c: char) -> bool {
        let (own, others) = self
            .fonts
            .split_at_checked(FILES.len())
            .unwrap_or((&self.fonts, &[]));
        let draws = |font: &Font| font.info().coverage.contains(u32::from(c));
        own.iter().all(draws) || others.iter().any(draws)
    }
}

/// Makes text of people printable, and remembers what it had to replace.
#[derive(Debug)]
pub(super) struct Proof {
    faces: Arc<Faces>,
    missing: BTreeSet<char>,
}

impl Proof {
    pub(super) fn new() -> Result<Self, DocumentError> {
        Ok(Self::with(faces()?))
    }

    /// For what is drawn with these faces.
    pub(super) fn with(faces: Arc<Faces>) -> Self {
        Self {
            faces,
            missing: BTreeSet::new(),
        }
    }

    /// The characters that were replaced, in the order of Unicode.
    pub(super) fn missing(self) -> Vec<char> {
        self.missing.into_iter().collect()
    }

    /// One line of printable text. Line breaks become spaces.
    pub(super) fn line(&mut self, text: &str) -> String {
        let clean: String = text
            .trim()
            .chars()
            .filter_map(|c| self.printable(if c.is_whitespace() { space(c) } else { c }))
            .collect();
        breakable(&clean)
    }

    /// Printable lines; a blank one is kept as an empty string, none at the ends.
    pub(super) fn lines(&mut self, text: &str) -> Vec<String> {
        text.replace("\r\n", "\n")
            .trim()
            .split(['\n', '\r', '\u{2028}', '\u{2029}'])
            .map(|line| self.line(line))
            .collect()
    }

    /// Paragraphs (parted by blank lines) of printable lines.
    pub(super) fn paragraphs(&mut self, text: &str) -> Vec<Vec<String>> {
        self.lines(text)
            .split(String::is_empty)
            .filter(|lines| !lines.is_empty())
            .map(<[String]>::to_vec)
            .collect()
    }

    fn printable(&mut self, c: char) -> Option<char> {
        if invisible(c) {
            None
        } else if self.faces.covers(c) {
            Some(c)
        } else {
            self.missing.insert(c);
            Some(BOX)
        }
    }
}

/// A space that may not break stays one; tabs and the like become plain.
fn space(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' => '\u{a0}',
        _ => ' ',
    }
}

/// Controls, direction marks, joiners, variation selectors, tags: nothing to draw. The soft hyphen stays, it is typed on purpose.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Gives words that are too long for a column places to break: after punctuation, else every few characters.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            out.push(' ');
        }
        if word.chars().nth(LONG_WORD).is_none() {
            out.push_str(word);
            continue;
        }
        let mut since = 0;
        for c in word.chars() {
            // Never between a letter and its accent.
            if since >= STRETCH && !('\u{300}'..='\u{36f}').contains(&c) {
                out.push(BREAK);
                since = 0;
            }
            out.push(c);
            since += 1;
            if matches!(
                c,
                '/' | '-' | '_' | '.' | '@' | '?' | '&' | '=' | ':' | ',' | ';'
            ) {
                out.push(BREAK);
                since = 0;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> (String, Vec<char>) {
        let mut proof = Proof::new().unwrap();
        let line = proof.line(text);
        (line, proof.missing())
    }

    #[test]
    fn european_text_stays_as_it_is() {
        for text in [
            "Größe, Œuvre, Łódź, Čeština, İstanbul, Tiếng Việt",
            "Ελληνικά Русский Українська",
            "1 € £ ¥ ₽ ₹ ₿ − – — … „so“ «ainsi» → ✓ №",
            "e\u{301} soft\u{ad}hyphen",
            "#read(\"/etc/passwd\") $x^2$ *b* _i_ \\ `c` <a> @x // /* ~ --",
        ] {
            assert_eq!(line(text), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn what_no_face_has_becomes_a_box_and_is_reported() {
        assert_eq!(
            line("株 ok 株 🎉"),
            ("□ ok □ □".to_owned(), vec!['株', '🎉'])
        );
        // A private character means nothing in an archive.
        assert_eq!(line("\u{e000}").1, vec!['\u{e000}']);
    }

    #[test]
    fn the_invisible_is_dropped() {
        assert_eq!(
            line("a\u{202e}b\u{200b}c\u{0}d\u{feff}e\u{2066}f\tg\u{fe0f}"),
            ("abcdef g".to_owned(), vec![])
        );
    }

    #[test]
    fn long_words_get_places_to_break_and_short_ones_none() {
        let (long, _) = line(&"a".repeat(100));
        assert!(
            long.split(BREAK)
                .all(|part| part.chars().count() <= STRETCH)
        );
        assert_eq!(long.replace(BREAK, ""), "a".repeat(100));
        let address = "https://example.com/a/very/long/path?with=query";
        assert!(line(address).0.contains("com/\u{200b}a/"));
        assert_eq!(
            line("Softwareentwicklungskosten").0,
            "Softwareentwicklungskosten"
        );
    }

    #[test]
    fn paragraphs_are_parted_by_blank_lines() {
        let mut proof = Proof::new().unwrap();
        assert_eq!(
            proof.paragraphs("\n one\r\ntwo\n \n\nthree\u{2028}four\n"),
            vec![vec!["one", "two"], vec!["three", "four"]]
        );
        assert!(proof.paragraphs(" \n ").is_empty());
    }

    #[test]
    fn the_box_is_in_every_face() {
        assert!(faces().unwrap().covers(BOX));
        assert!(faces().unwrap().covers(BREAK));
    }
}
