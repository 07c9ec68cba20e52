//! Passwords: which are refused, how they are hashed and compared. Knows no page and no store.
//!
//! All persons with one mail address share a salt (see [`Hasher::hash`]), so that one computation answers for the accounts of
//! them all, and a sign-in takes the same time whether the address is known to none, one or several.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::values::id::{RandomError, random};
use crate::values::text::fold;

use super::settings::Hashing;

/// Fewest characters.
pub(super) const SHORTEST: usize = 12;
/// Most characters; none is cut off.
pub(super) const LONGEST: usize = 128;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    Short,
    Long,
    Common,
    Pattern,
    Personal,
}

/// What is wrong with a new password; `own` are words of the person, the client and the business.
pub(super) fn weakness(password: &str, own: &[&str]) -> Option<Weakness> {
    let characters: Vec<char> = fold(password).chars().collect();
    if password.chars().count() < SHORTEST {
        return Some(Weakness::Short);
    }
    if password.chars().count() > LONGEST {
        return Some(Weakness::Long);
    }
    let folded: String = characters.iter().collect();
    if is_common(&folded) {
        return Some(Weakness::Common);
    }
    if repeats(&characters) || runs(&characters) || on_a_row(&folded) {
        return Some(Weakness::Pattern);
    }
    let squeezed: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let personal = own
        .iter()
        .flat_map(|text| words(text))
        .chain(["loggia".to_owned()])
        .any(|word| squeezed.contains(&word));
    personal.then_some(Weakness::Personal)
}

/// The words of a text that are long enough to tell.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let whole: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .chain([whole])
        .filter(|word| word.chars().count() >= 4)
        .collect()
}

/// On the list, or a word of the list with figures and signs around it.
fn is_common(folded: &str) -> bool {
    static LIST: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let list = LIST.get_or_init(|| {
        include_str!("passwords.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect()
    });
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    list.contains(folded) || core.is_empty() || (core.chars().count() >= 4 && list.contains(core))
}

/// `abcabcabcabca`, `passwordpassword`.
fn repeats(characters: &[char]) -> bool {
    (1..=characters.len() / 2).any(|unit| {
        characters
            .iter()
            .zip(characters.iter().skip(unit))
            .all(|(a, b)| a == b)
    })
}

/// `abcdefghijkl`, `210987654321`, or three different characters at most.
fn runs(characters: &[char]) -> bool {
    let steps: HashSet<i64> = characters
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(i64::from(u32::from(*b)) - i64::from(u32::from(*a))),
            _ => None,
        })
        .collect();
    let different: HashSet<&char> = characters.iter().collect();
    steps.len() <= 1 || different.len() <= 3
}

/// Along the rows of a keyboard, forth or back.
fn on_a_row(folded: &str) -> bool {
    const ROWS: [&str; 4] = [
        "1234567890qwertyuiopasdfghjklzxcvbnm",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "1234567890qwertzuiopasdfghjklyxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm1234567890",
    ];
    let back: String = folded.chars().rev().collect();
    ROWS.iter()
        .any(|row| row.contains(folded) || row.contains(&back))
}

/// Computes argon2id, a few at a time.
#[derive(Debug, Clone)]
pub(super) struct Hasher {
    params: Params,
    permits: Arc<Semaphore>,
    /// Compared with where there is nobody to compare with.
    nobody: Arc<str>,
}

/// A password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed")]
pub(super) struct HashError;

impl From<RandomError> for HashError {
    fn from(_: RandomError) -> Self {
        Self
    }
}

impl Hasher {
    pub(super) fn new(settings: &Hashing) -> Result<Self, HashError> {
        let params = Params::new(settings.memory_kib, settings.passes, settings.lanes, None)
            .map_err(|_| HashError)?;
        let nobody = derive(&params, &random::<32>()?, &random::<16>()?)?.to_string();
        Ok(Self {
            params,
            permits: Arc::new(Semaphore::new(settings.parallel.max(1))),
            nobody: nobody.into(),
        })
    }

    /// The hash to keep. `others` are the hashes of the same mail address elsewhere: a salt of theirs is used again.
    pub(super) async fn hash(
        &self,
        password: String,
        others: Vec<String>,
    ) -> Result<String, HashError> {
        let fresh = random::<16>()?;
        let params = self.params.clone();
        self.compute(move || {
            let shared = others.iter().find_map(|other| {
                let hash = PasswordHash::new(other).ok()?;
                let theirs = Params::try_from(&hash).ok()?;
                hash.salt.filter(|_| costs(&theirs) == costs(&params))
            });
            let salt = shared.as_deref().unwrap_or(&fresh);
            Ok(derive(&params, password.as_bytes(), salt)?.to_string())
        })
        .await
    }

    /// For each hash whether the password is its. Takes as long for none as for one.
    pub(super) async fn verify(
        &self,
        password: String,
        hashes: Vec<String>,
    ) -> Result<Vec<bool>, HashError> {
        let nobody = Arc::clone(&self.nobody);
        self.compute(move || {
            if hashes.is_empty() {
                matches(&password, &nobody, &mut Vec::new())?;
                return Ok(Vec::new());
            }
            let mut computed = Vec::new();
            hashes
                .iter()
                .map(|hash| matches(&password, hash, &mut computed))
                .collect()
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| HashError)?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.map_err(|_| HashError)?
    }
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn derive(params: &Params, password: &[u8], salt: &[u8]) -> Result<PasswordHash, HashError> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_with_salt(password, salt)
        .map_err(|_| HashError)
}

/// Compares in constant time, and computes once for each salt.
fn matches(
    password: &str,
    hash: &str,
    computed: &mut Vec<PasswordHash>,
) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|_| HashError)?;
    let same = |other: &&PasswordHash| other.salt == hash.salt && other.params == hash.params;
    if let Some(known) = computed.iter().find(same) {
        return Ok(known.hash == hash.hash);
    }
    let params = Params::try_from(&hash).map_err(|_| HashError)?;
    let salt = hash.salt.as_ref().ok_or(HashError)?;
    let fresh = derive(&params, password.as_bytes(), salt)?;
    let right = fresh.hash.is_some() && fresh.hash == hash.hash;
    computed.push(fresh);
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_for_their_reason() {
        let own = [
            "ada.lovelace@analytical.example",
            "Acme Corporation",
            "Studio North",
        ];
        let rows = [
            ("short", Some(Weakness::Short)),
            ("elevenchars", Some(Weakness::Short)),
            ("password1234", Some(Weakness::Common)),
            ("Password2026!!", Some(Weakness::Common)),
            ("!!!Sommer2026", Some(Weakness::Common)),
            ("482915730164", Some(Weakness::Common)),
            ("qwertyuiopas", Some(Weakness::Pattern)),
            ("abcdefghijkl", Some(Weakness::Pattern)),
            ("lkjihgfedcba", Some(Weakness::Pattern)),
            ("xkqxkqxkqxkq", Some(Weakness::Pattern)),
            ("vuvuvuvuzuvuvv", Some(Weakness::Pattern)),
            ("lovelace in the rain", Some(Weakness::Personal)),
            ("my A-C-M-E account", Some(Weakness::Personal)),
            ("north by north west", Some(Weakness::Personal)),
            ("Loggia is so good", Some(Weakness::Personal)),
            ("correct horse battery staple", None),
            ("vier Wände, ein Dach", None),
            ("gT7#pQ2!zL9x", None),
            ("ÄÖÜäöüß€😀漢字ok", None),
        ];
        for (password, expected) in rows {
            assert_eq!(weakness(password, &own), expected, "{password}");
        }
        let long: String = ('a'..='z').cycle().step_by(7).take(LONGEST).collect();
        assert_eq!(weakness(&long, &own), Some(Weakness::Pattern));
        let mixed = format!(
            "{}Q",
            long.replacen('a', "9-", 1)
                .chars()
                .take(127)
                .collect::<String>()
        );
        assert_eq!(weakness(&mixed, &own), None);
        assert_eq!(weakness(&format!("{mixed}x"), &own), Some(Weakness::Long));
    }

    fn quick() -> Hasher {
        Hasher::new(&Hashing {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
            parallel: 2,
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_password_is_told_from_its_neighbours() {
        let hasher = quick();
        let hash = hasher
            .hash("correct horse".to_owned(), Vec::new())
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        for (password, right) in [
            ("correct horse", true),
            ("correct horse ", false),
            ("Correct horse", false),
        ] {
            let verified = hasher
                .verify(password.to_owned(), vec![hash.clone()])
                .await
                .unwrap();
            assert_eq!(verified, [right], "{password:?}");
        }
        assert!(
            hasher
                .verify("any".to_owned(), Vec::new())
                .await
                .unwrap()
                .is_empty()
        );
    }

    #[tokio::test]
    async fn one_address_has_one_salt() {
        let hasher = quick();
        let first = hasher
            .hash("correct horse".to_owned(), Vec::new())
            .await
            .unwrap();
        let second = hasher
            .hash("battery staple".to_owned(), vec![first.clone()])
            .await
            .unwrap();
        let salt = |hash: &str| hash.rsplit_once('$').unwrap().0.to_owned();
        assert_eq!(salt(&first), salt(&second));
        let both = vec![first, second.clone()];
        assert_eq!(
            hasher
                .verify("battery staple".to_owned(), both)
                .await
                .unwrap(),
            [false, true]
        );
        assert_ne!(
            salt(&hasher.hash("x".to_owned(), Vec::new()).await.unwrap()),
            salt(&second)
        );
    }

    #[test]
    fn the_default_costs_what_owasp_asks() {
        let hasher = Hasher::new(&Hashing::default()).unwrap();
        assert!(
            hasher.nobody.contains("m=47104,t=1,p=1"),
            "{}",
            hasher.nobody
        );
    }
}
