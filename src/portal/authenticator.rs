//! Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, half a minute) and recovery codes. Pure: the store keeps what was
//! used, and the clock is given.

use chrono::{DateTime, Utc};
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Builder, Totp};

use crate::values::id::{RandomError, random};

use super::seal::{SealKey, Unsealed};

/// Seconds of a step.
const STEP: i64 = 30;
/// What the secret is sealed for.
const PURPOSE: &str = "loggia authenticator";

/// What an authenticator and the portal share.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret([u8; 20]);

/// A secret cannot be shown or computed with.
#[derive(Debug, thiserror::Error)]
#[error("an authenticator's secret does not work")]
pub(super) struct Unusable;

impl From<Unsealed> for Unusable {
    fn from(_: Unsealed) -> Self {
        Self
    }
}

impl Secret {
    pub(super) fn random() -> Result<Self, RandomError> {
        random().map(Self)
    }

    pub(super) fn seal(&self, key: &SealKey) -> Result<Vec<u8>, RandomError> {
        key.seal(PURPOSE, &self.0)
    }

    pub(super) fn open(key: &SealKey, sealed: &[u8]) -> Result<Self, Unusable> {
        let bytes = key.open(PURPOSE, sealed)?;
        bytes.try_into().map(Self).map_err(|_| Unusable)
    }

    /// As text, in groups that can be typed.
    pub(super) fn text(&self) -> String {
        let plain = data_encoding::BASE32_NOPAD.encode(&self.0);
        let groups: Vec<String> = plain
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join(" ")
    }

    /// The address an app reads from the picture.
    pub(super) fn address(&self, issuer: &str, account: &str) -> Result<String, Unusable> {
        self.totp(issuer, account)?.to_url().map_err(|_| Unusable)
    }

    /// The step whose code this is: the current one or the one before, if it comes after the last that was taken.
    pub(super) fn step_of(
        &self,
        code: &str,
        last: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, Unusable> {
        let totp = self.totp("loggia", "loggia")?;
        let current = now.timestamp().div_euclid(STEP);
        for step in [current, current.saturating_sub(1)] {
            let seconds = u64::try_from(step.saturating_mul(STEP)).map_err(|_| Unusable)?;
            if totp.check(code, seconds).is_some() && step > last {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// The code of an instant, as an app would show it.
    #[cfg(test)]
    pub(super) fn code(&self, now: DateTime<Utc>) -> String {
        let seconds = u64::try_from(now.timestamp()).unwrap();
        self.totp("loggia", "loggia")
            .unwrap()
            .generate(seconds)
            .to_string()
    }

    #[cfg(test)]
    pub(super) fn of_text(text: &str) -> Self {
        let plain: String = text.split_whitespace().collect();
        let bytes = data_encoding::BASE32_NOPAD
            .decode(plain.as_bytes())
            .unwrap();
        Self(bytes.try_into().unwrap())
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp, Unusable> {
        // A colon parts the two in the address.
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(self.0)
            .with_skew(0)
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build()
            .map_err(|_| Unusable)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Whether a text has the form of a code: six digits, perhaps with a gap.
pub(super) fn code_of(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A picture that a phone's camera reads: the side of its square, with the quiet zone, and the dark parts as the path of an SVG.
pub(super) fn picture(address: &str) -> Result<(usize, String), Unusable> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| Unusable)?;
    let side = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let x = index.checked_rem(side).unwrap_or(0).saturating_add(QUIET);
            let y = index.checked_div(side).unwrap_or(0).saturating_add(QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Ok((side.saturating_add(2 * QUIET), path))
}

/// How many recovery codes are in a set.
const CODES: usize = 10;
/// Without the letters that look like others.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new set of recovery codes, 50 bits each: `x7k2m-9qw4t`.
pub(super) fn recovery_codes() -> Result<Vec<String>, RandomError> {
    (0..CODES)
        .map(|_| {
            let bytes = random::<10>()?;
            let mut code = String::new();
            for (place, byte) in bytes.into_iter().enumerate() {
                if place == 5 {
                    code.push('-');
                }
                let letter = LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0');
                code.push(char::from(letter));
            }
            Ok(code)
        })
        .collect()
}

/// A recovery code as it was typed, in the form in which it was hashed.
pub(super) fn recovery_code_of(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let plain = letters.len() == 10 && letters.bytes().all(|byte| LETTERS.contains(&byte));
    let (first, second) = letters.split_at_checked(5)?;
    plain.then(|| format!("{first}-{second}"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Its appendix B, the last six digits.
        let secret = Secret(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(secret.code(at(seconds)), code);
            assert_eq!(
                secret.step_of(code, 0, at(seconds)).unwrap(),
                Some(seconds / 30)
            );
        }
    }

    #[test]
    fn the_current_step_and_the_one_before_are_taken_and_none_twice() {
        let secret = Secret::random().unwrap();
        let now = at(1_800_000_015);
        let step = 1_800_000_000 / 30;
        let code = |steps: i64| secret.code(now + TimeDelta::seconds(30 * steps));
        let taken = |code: &str, last: i64| secret.step_of(code, last, now).unwrap();
        assert_eq!(taken(&code(0), 0), Some(step));
        assert_eq!(taken(&code(-1), 0), Some(step - 1));
        assert_eq!(taken(&code(-2), 0), None);
        assert_eq!(taken(&code(1), 0), None, "a clock that is ahead");
        assert_eq!(taken(&code(0), step), None, "a second time");
        assert_eq!(taken(&code(-1), step), None, "an older one afterwards");
        assert_eq!(taken("000", 0), None);
        assert_eq!(taken("", 0), None);
    }

    #[test]
    fn a_secret_reads_back_from_its_seal_and_its_text() {
        let (key, _) = SealKey::random().unwrap();
        let secret = Secret::random().unwrap();
        let sealed = secret.seal(&key).unwrap();
        assert_eq!(Secret::open(&key, &sealed).unwrap(), secret);
        assert_eq!(Secret::of_text(&secret.text()), secret);
        assert_eq!(secret.text().len(), 39, "eight groups of four");
        let address = secret.address("Studio: North", "ada@x.example").unwrap();
        assert!(
            address.starts_with("otpauth://totp/Studio%20%20North:ada%40x.example?secret="),
            "{address}"
        );
        let (side, path) = picture(&address).unwrap();
        assert!(side > 40 && path.starts_with("M4 4h1v1h-1z"));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(code_of(" 123 456 "), Some("123456".to_owned()));
        for text in ["12345", "1234567", "12345a", "", "１２３４５６"] {
            assert_eq!(code_of(text), None, "{text}");
        }
        let codes = recovery_codes().unwrap();
        assert_eq!(codes.len(), CODES);
        for code in &codes {
            assert_eq!(recovery_code_of(code).as_ref(), Some(code));
            assert_eq!(
                recovery_code_of(&code.to_uppercase().replace('-', " ")).as_ref(),
                Some(code)
            );
        }
        assert_eq!(
            recovery_code_of("OIL00-abcde"),
            Some("01100-abcde".to_owned())
        );
        for text in ["", "abcde", "abcde-abcdu", "abcde-abcde-abcde"] {
            assert_eq!(recovery_code_of(text), None, "{text}");
        }
    }
}
