//! References that people type, ids that leave the machine, and secrets.
//!
//! Local row keys are no business of this module.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Why a text is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error(
        "`{0}` is not a short name; use lower-case letters, digits and single dashes, up to 64"
    )]
    Slug(String),
    #[error("no short name can be made of `{0}`; give one with --slug")]
    NoSlug(String),
    #[error("`{0}` is not a project; write it as client/project")]
    Project(String),
    #[error("`{0}` is not an entry; write its number, or @1 for the latest")]
    Entry(String),
    #[error("`{0}` is not an expense; write its number, or @1 for the latest")]
    Expense(String),
    #[error("`{0}` is not a public id")]
    PublicId(String),
    #[error("that is not a token")]
    Token,
}

/// A short name: lower-case ASCII letters, digits and single dashes inside, 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

const LONGEST_SLUG: usize = 64;

impl Slug {
    /// Reads a short name as it is.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let well_formed = !text.is_empty()
            && text.len() <= LONGEST_SLUG
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::Slug(shown(text)))
        }
    }

    /// Makes one of a name: `Müller & Söhne` gives `mueller-soehne`, `東京` gives `dong-jing`. A name without letters has none.
    pub fn from_name(name: &str) -> Result<Self, IdError> {
        let mut slug = String::new();
        // Marks that were typed apart from their letters are put on them first.
        for c in super::text::fold(name).chars() {
            match c {
                'a'..='z' | '0'..='9' => slug.push(c),
                '\'' | '’' | '.' | '\u{300}'..='\u{36f}' => {}
                _ => match latin(c) {
                    Some(letters) => slug.push_str(letters),
                    None if c.is_alphanumeric() => in_ascii(c, &mut slug),
                    None if slug.is_empty() || slug.ends_with('-') => {}
                    None => slug.push('-'),
                },
            }
        }
        let cut: String = slug.chars().take(LONGEST_SLUG).collect();
        let trimmed = cut.trim_matches('-');
        if trimmed.is_empty() {
            return Err(IdError::NoSlug(shown(name)));
        }
        Self::parse(trimmed)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A letter of another script as it sounds, or nearly so. Some stand for a word, and are apart from what follows.
fn in_ascii(c: char, slug: &mut String) {
    for c in deunicode::deunicode_char(c).unwrap_or_default().chars() {
        match c.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => slug.push(letter),
            ' ' | '-' if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
}

/// Latin letters with marks as ASCII letters, as their languages write them.
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => "a",
        'å' => "aa",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ø' => "oe",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        _ => return None,
    })
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl TryFrom<String> for Slug {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

/// A project as people name it: `acme/website`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectRef {
    pub client: Slug,
    pub project: Slug,
}

impl ProjectRef {
    /// Reads `client/project`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let (client, project) = text
            .trim()
            .split_once('/')
            .ok_or_else(|| IdError::Project(shown(text)))?;
        Ok(Self {
            client: Slug::parse(client)?,
            project: Slug::parse(project)?,
        })
    }
}

impl fmt::Display for ProjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.client, self.project))
    }
}

/// An entry as people name it: `1024`, or `@1` for the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRef {
    Id(i64),
    /// 1 is the latest, 2 the one before it.
    Latest(u32),
}

impl EntryRef {
    /// Reads `1024` or `@1`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let trimmed = text.trim();
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let read = match trimmed.strip_prefix('@') {
            Some(back) if digits(back) => back.parse().ok().filter(|n| *n > 0).map(Self::Latest),
            None if digits(trimmed) => trimmed.parse().ok().filter(|n| *n > 0).map(Self::Id),
            _ => None,
        };
        read.ok_or_else(|| IdError::Entry(shown(text)))
    }
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Latest(back) => write!(f, "@{back}"),
        }
    }
}

/// An id that leaves the machine, in Crockford's base 32: 128 bits in 26 characters, or 65 in 13 for what there are very many of. It tells
/// neither order nor time, and opens nothing: who may see what it names is asked each time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicId(String);

const LONG: usize = 26;
const SHORT: usize = 13;
const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Whether a byte is of the alphabet: compared, and not searched for, since a portal reads ids by the million.
fn is_crockford(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'h' | b'j' | b'k' | b'm' | b'n' | b'p'..=b't' | b'v'..=b'z')
}

impl PublicId {
    /// The id of these bits.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let mut bits = u128::from_be_bytes(bytes);
        let mut text = [b'0'; LONG];
        for digit in text.iter_mut().rev() {
            let index = (bits & 31) as usize;
            *digit = CROCKFORD.get(index).copied().unwrap_or(b'0');
            bits >>= 5;
        }
        Self(String::from_utf8_lossy(&text).into_owned())
    }

    /// Its second half, where it is a long one.
    #[must_use]
    pub fn short(self) -> Self {
        match self.0.get(SHORT..LONG) {
            Some(half) => Self(half.to_owned()),
            None => self,
        }
    }

    /// A new random id.
    pub fn random() -> Result<Self, RandomError> {
        random().map(Self::from_bytes)
    }

    /// Reads 26 or 13 characters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let well_formed = [LONG, SHORT].contains(&text.len()) && text.bytes().all(is_crockford);
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::PublicId(shown(text)))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<PublicId> for String {
    fn from(id: PublicId) -> Self {
        id.0
    }
}

impl TryFrom<String> for PublicId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random numbers")]
pub struct RandomError;

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

/// A secret of 256 random bits. It is shown once; what is kept is its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new secret.
    pub fn random() -> Result<Self, RandomError> {
        let bytes = random::<32>()?;
        Ok(Self(data_encoding::BASE64URL_NOPAD.encode(&bytes)))
    }

    /// A secret of these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(bytes))
    }

    /// Reads a secret as it was shown.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let trimmed = text.trim();
        match data_encoding::BASE64URL_NOPAD.decode(trimmed.as_bytes()) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(trimmed.to_owned())),
            _ => Err(IdError::Token),
        }
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be kept: SHA-256, hex.
    pub fn hash(&self) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Up to three known names that may have been meant, best first.
pub fn near<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    // What is longer than any name is none that was mistyped.
    if wanted.len() > 200 {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase();
    // A letter or two wrong in a short name, up to a third in a long one.
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut candidates: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let part = wanted.len() >= 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            let distance = strsim::damerau_levenshtein(&wanted, &lower);
            if distance <= allowed {
                Some((distance, name))
            } else if part {
                Some((allowed + 1, name))
            } else {
                None
            }
        })
        .collect();
    candidates.sort();
    candidates
        .into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_names_are_made_of_names() {
        let cases = [
            ("Acme", "acme"),
            ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
            ("Jay & Jay Versionworks", "jay-jay-versionworks"),
            ("O'Brien Ltd.", "obrien-ltd"),
            ("Café  Zoë", "cafe-zoe"),
            ("Łódź", "lodz"),
            ("--a--", "a"),
            ("3M", "3m"),
            ("Smörgås AB", "smoergaas-ab"),
            ("東京", "dong-jing"),
            ("東京 GmbH", "dong-jing-gmbh"),
            ("Студия Север", "studiia-sever"),
            ("Αθήνα", "athena"),
        ];
        for (name, slug) in cases {
            assert_eq!(Slug::from_name(name).map(String::from), Ok(slug.into()));
        }
        for name in ["", "   ", "🚀", "&"] {
            assert!(Slug::from_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn references_read_as_people_write_them() {
        assert_eq!(
            ProjectRef::parse("acme/website").map(|p| p.to_string()),
            Ok("acme/website".to_owned())
        );
        for text in ["acme", "acme/", "/website", "Acme/website", "a/b/c", ""] {
            assert!(ProjectRef::parse(text).is_err(), "{text}");
        }
        assert_eq!(EntryRef::parse("1024"), Ok(EntryRef::Id(1024)));
        assert_eq!(EntryRef::parse("@2"), Ok(EntryRef::Latest(2)));
        for text in ["@0", "0", "-1", "@", "", "1.5", "99999999999999999999"] {
            assert!(EntryRef::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tokens_are_never_shown_by_accident() {
        let token = Token::random().unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(Token::parse(token.expose()), Ok(token.clone()));
        assert_ne!(token.hash(), Token::random().unwrap().hash());
        assert_eq!(Token::parse("short"), Err(IdError::Token));
    }

    #[test]
    fn what_was_meant_is_suggested() {
        let known = ["acme", "acorn", "globex", "initech"];
        assert_eq!(near("acm", known), ["acme"]);
        assert_eq!(near("glbex", known), ["globex"]);
        assert!(near("zzz", known).is_empty());
    }

    proptest! {
        #[test]
        fn any_name_gives_a_short_name_or_a_refusal(name in "\\PC{0,100}") {
            if let Ok(slug) = Slug::from_name(&name) {
                prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()));
            }
        }

        #[test]
        fn public_ids_read_back_and_differ(one: [u8; 16], two: [u8; 16]) {
            let id = PublicId::from_bytes(one);
            prop_assert_eq!(PublicId::parse(id.as_str()), Ok(id.clone()));
            prop_assert_eq!(id == PublicId::from_bytes(two), one == two);
        }

        #[test]
        fn short_ids_read_back_and_differ(one: [u8; 16], two: [u8; 16]) {
            let id = PublicId::from_bytes(one).short();
            prop_assert_eq!(id.as_str().len(), 13);
            prop_assert_eq!(PublicId::parse(id.as_str()), Ok(id.clone()));
            prop_assert_eq!(&id.clone().short(), &id);
            prop_assert_eq!(id == PublicId::from_bytes(two).short(), one[8..] == two[8..]);
        }
    }
}
