//! Peppol ids: where e-invoices of somebody are delivered, `SCHEME:ID` with a scheme of the EAS code list.

use std::fmt;

/// EAS, the electronic address schemes of EN 16931 (2026).
const SCHEMES: &str = " 0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 \
    0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 \
    0219 0220 0221 0225 0230 0235 0240 0244 0242 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 \
    9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 \
    9953 9957 9959 AN AQ AS AU EM ";

/// The scheme of VAT ids by what they begin with.
const BY_VAT: &str = " AD9922 AL9923 AT9914 BA9924 BG9926 CH9927 CY9928 CZ9929 DE9930 EE9931 EL9933 ES9920 FI0213 FR9957 GB9932 \
    GR9933 HR9934 HU9910 IE9935 IT0211 LI9936 LT9937 LU9938 LV9939 MC9940 ME9941 MK9942 MT9943 NL9944 PL9945 PT9946 RO9947 RS9948 \
    SI9949 SK9950 ";

/// Schemes whose ids are those of a register of companies, so that they may stand as such on an invoice.
const REGISTERS: [&str; 6] = ["0007", "0106", "0184", "0190", "0192", "0208"];

/// An electronic address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeppolId {
    scheme: String,
    id: String,
}

/// Why a Peppol id does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeppolIdError {
    /// Not two parts.
    #[error("`{0}` is not a Peppol id; they look like 0208:0403019261 or 9930:DE123456789")]
    Form(String),
    /// The scheme is on no list.
    #[error("there is no electronic address scheme `{0}`")]
    Scheme(String),
    /// The check digits of a scheme that has them.
    #[error("the check digits of `{0}` are wrong")]
    Check(String),
}

impl PeppolId {
    /// Reads `0208:0403019261`.
    pub fn parse(text: &str) -> Result<Self, PeppolIdError> {
        let text = text.trim();
        let form = || PeppolIdError::Form(text.to_owned());
        let (scheme, id) = text.split_once(':').ok_or_else(form)?;
        let (scheme, id) = (scheme.trim().to_ascii_uppercase(), id.trim());
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        if id.is_empty() || id.len() > 100 || !id.chars().all(plain) {
            return Err(form());
        }
        if scheme.contains(' ') || !SCHEMES.contains(&format!(" {scheme} ")) {
            return Err(PeppolIdError::Scheme(scheme));
        }
        let sound = match scheme.as_str() {
            "0088" => gln(id),
            "0208" => belgian(id),
            _ => true,
        };
        if !sound {
            return Err(PeppolIdError::Check(text.to_owned()));
        }
        Ok(Self {
            scheme,
            id: id.to_owned(),
        })
    }

    /// The id that a business with this VAT id has in most countries; in Belgium that of the register, which is the same number.
    pub fn of_vat(vat: &str) -> Option<Self> {
        let (country, number) = vat.split_at_checked(2)?;
        if country == "BE" {
            return Self::parse(&format!("0208:{number}")).ok();
        }
        let known = BY_VAT
            .split_whitespace()
            .find_map(|entry| entry.strip_prefix(country))?;
        Self::parse(&format!("{known}:{vat}")).ok()
    }

    /// EAS code.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The address within its scheme.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it is the number in a register of companies.
    pub fn is_register(&self) -> bool {
        REGISTERS.contains(&self.scheme.as_str())
    }
}

impl fmt::Display for PeppolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme, self.id)
    }
}

/// GS1: weights 3 and 1 from the right; the sum with the check digit is a multiple of ten.
fn gln(id: &str) -> bool {
    let digits: Option<Vec<u32>> = id.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let weighted = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(place, digit)| digit * if place % 2 == 0 { 1 } else { 3 });
        digits.len() == 13 && weighted.sum::<u32>() % 10 == 0
    })
}

/// Ten digits of which the last two are 97 less the rest of the first eight by 97.
fn belgian(id: &str) -> bool {
    id.len() == 10
        && id
            .split_at_checked(8)
            .and_then(|(number, check)| {
                Some((number.parse::<u32>().ok()?, check.parse::<u32>().ok()?))
            })
            .is_some_and(|(number, check)| 97 - number % 97 == check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_a_scheme_of_the_list_and_sound_check_digits() {
        for (text, kept) in [
            ("0208:0403019261", Some("0208:0403019261")),
            ("0208:0403019262", None),
            ("0208:403019261", None),
            ("0088:4035811991021", Some("0088:4035811991021")),
            ("0088:4035811991022", None),
            (" 9930 : DE123456789 ", Some("9930:DE123456789")),
            ("em:jo@acme.example", Some("EM:jo@acme.example")),
            ("1234:56", None),
            ("0208 0007:1", None),
            ("9930:", None),
            ("9930:DE 1", None),
            ("DE123456789", None),
            ("", None),
        ] {
            let read = PeppolId::parse(text).ok().map(|id| id.to_string());
            assert_eq!(read.as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn a_vat_id_is_one_in_most_countries() {
        for (vat, id) in [
            ("DE123456789", Some("9930:DE123456789")),
            ("BE0403019261", Some("0208:0403019261")),
            ("EL123456789", Some("9933:EL123456789")),
            ("US12", None),
            ("D", None),
            ("日本", None),
        ] {
            let derived = PeppolId::of_vat(vat).map(|id| id.to_string());
            assert_eq!(derived.as_deref(), id, "{vat}");
        }
    }

    #[test]
    fn every_scheme_of_a_vat_id_is_on_the_list() {
        for entry in BY_VAT.split_whitespace() {
            let (_, scheme) = entry.split_at(2);
            assert!(SCHEMES.contains(&format!(" {scheme} ")), "{entry}");
        }
    }
}
