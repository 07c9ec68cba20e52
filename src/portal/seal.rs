//! What the database alone shall not tell: sealed with a key that is kept in a file beside it. Knows nothing of what it seals.

use std::fmt;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::values::id::{RandomError, Token, random};

/// The key under which secrets lie in the database. Whoever has a copy of the database has no use of them without it.
#[derive(Clone)]
pub struct SealKey(LessSafeKey);

/// What was sealed does not open: another key, or another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what is sealed in the database does not open with the key of this portal")]
pub struct Unsealed;

impl SealKey {
    /// A new key, and the line of text under which it can be kept.
    pub fn random() -> Result<(Self, String), RandomError> {
        let token = Token::random()?;
        let key = Self::parse(token.expose()).map_err(|_| RandomError)?;
        Ok((key, token.expose().to_owned()))
    }

    /// Reads a key as it is kept: 256 bits in base64url.
    pub fn parse(text: &str) -> Result<Self, Unsealed> {
        let bytes = data_encoding::BASE64URL_NOPAD
            .decode(text.trim().as_bytes())
            .map_err(|_| Unsealed)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| Unsealed)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals a text for one purpose: it opens for no other.
    pub(super) fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, RandomError> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| RandomError)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this purpose.
    pub(super) fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Unsealed> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealed)?;
        let mut text = text.to_vec();
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text)
            .map_err(|_| Unsealed)?;
        Ok(plain.to_vec())
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_purpose_only() {
        let (key, text) = SealKey::random().unwrap();
        let sealed = key.seal("a", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(
            SealKey::parse(&text).unwrap().open("a", &sealed).unwrap(),
            b"secret"
        );
        assert_eq!(key.open("b", &sealed), Err(Unsealed));
        let (other, _) = SealKey::random().unwrap();
        assert_eq!(other.open("a", &sealed), Err(Unsealed));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open("a", &changed), Err(Unsealed));
        assert_eq!(key.open("a", b"short"), Err(Unsealed));
        // The same text twice does not look the same.
        assert_ne!(key.seal("a", b"secret").unwrap(), sealed);
        assert!(SealKey::parse("short").is_err());
        assert_eq!(format!("{key:?}"), "SealKey(…)");
    }
}
