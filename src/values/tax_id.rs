//! Tax ids: VAT numbers of the EU, Northern Ireland, Great Britain and Switzerland by their form; anything else as typed.
//!
//! A number that begins with one of these countries must have its form, or it is refused. Its check digit is known for most
//! countries; one that does not fit is told ([`TaxId::is_sound`]) and taken, because the offices that give numbers know better.

use std::fmt;

use super::text::{Line, TextError};

/// A tax id of a client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxId(String);

/// How the numbers of a country look.
struct Form {
    /// What they begin with.
    prefix: &'static str,
    /// ISO 3166 code of the country.
    country: &'static str,
    /// What follows: `9` a digit, `A` a letter, `*` either, anything else itself.
    patterns: &'static [&'static str],
    example: &'static str,
    /// Whether the check digit fits; none where the rule is not applied.
    sound: Option<fn(&str) -> bool>,
}

const fn form(
    prefix: &'static str,
    patterns: &'static [&'static str],
    example: &'static str,
    sound: Option<fn(&str) -> bool>,
) -> Form {
    Form {
        prefix,
        country: prefix,
        patterns,
        example,
        sound,
    }
}

const BRITISH: &[&str] = &["999999999", "999999999999", "GD999", "HA999"];

const FORMS: &[Form] = &[
    form("AT", &["U99999999"], "ATU13585627", Some(austria)),
    form(
        "BE",
        &["0999999999", "1999999999"],
        "BE0403019261",
        Some(belgium),
    ),
    form("BG", &["999999999", "9999999999"], "BG175074752", None),
    form(
        "CH",
        &[
            "E999999999",
            "E999999999MWST",
            "E999999999TVA",
            "E999999999IVA",
        ],
        "CHE-107.787.577 MWST",
        Some(switzerland),
    ),
    form("CY", &["99999999A"], "CY10259033P", None),
    form(
        "CZ",
        &["99999999", "999999999", "9999999999"],
        "CZ25123891",
        None,
    ),
    form("DE", &["999999999"], "DE136695976", Some(chained)),
    form(
        "DK",
        &["99999999"],
        "DK13585628",
        Some(|n| by(n, &[2, 7, 6, 5, 4, 3, 2, 1], 11)),
    ),
    form(
        "EE",
        &["999999999"],
        "EE100931558",
        Some(|n| by(n, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10)),
    ),
    Form {
        prefix: "EL",
        country: "GR",
        patterns: &["999999999"],
        example: "EL094259216",
        sound: Some(greece),
    },
    form(
        "ES",
        &["A9999999A", "99999999A", "A99999999"],
        "ESB58378431",
        Some(spain),
    ),
    form(
        "FI",
        &["99999999"],
        "FI20774740",
        Some(|n| by(n, &[7, 9, 10, 5, 8, 4, 2, 1], 11)),
    ),
    form("FR", &["**999999999"], "FR40303265045", Some(france)),
    Form {
        prefix: "GB",
        country: "GB",
        patterns: BRITISH,
        example: "GB980780684",
        sound: Some(britain),
    },
    form("HR", &["99999999999"], "HR33392005961", Some(chained)),
    form(
        "HU",
        &["99999999"],
        "HU12892312",
        Some(|n| by(n, &[9, 7, 3, 1, 9, 7, 3, 1], 10)),
    ),
    form(
        "IE",
        &["9999999A", "9999999AA", "9A99999A"],
        "IE6433435F",
        Some(ireland),
    ),
    form("IT", &["99999999999"], "IT00743110157", Some(luhn)),
    form("LT", &["999999999", "999999999999"], "LT119511515", None),
    form("LU", &["99999999"], "LU15027442", Some(luxembourg)),
    form("LV", &["99999999999"], "LV40003521600", None),
    form("MT", &["99999999"], "MT11679112", Some(malta)),
    form("NL", &["999999999B99"], "NL004495445B01", Some(netherlands)),
    form("PL", &["9999999999"], "PL8567346215", Some(poland)),
    form("PT", &["999999999"], "PT501964843", Some(portugal)),
    form(
        "RO",
        &[
            "99",
            "999",
            "9999",
            "99999",
            "999999",
            "9999999",
            "99999999",
            "999999999",
            "9999999999",
        ],
        "RO18547290",
        Some(romania),
    ),
    form("SE", &["999999999999"], "SE123456789701", Some(sweden)),
    form("SI", &["99999999"], "SI50223054", Some(slovenia)),
    form("SK", &["9999999999"], "SK2022749619", Some(slovakia)),
    Form {
        prefix: "XI",
        country: "GB",
        patterns: BRITISH,
        example: "XI980780684",
        sound: Some(britain),
    },
];

impl TaxId {
    /// Reads a tax id. A VAT number is kept without spaces and dots, in capitals.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let line = Line::parse(text)?;
        let compact: String = line
            .as_str()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
            .flat_map(char::to_uppercase)
            .collect();
        // Greek numbers begin with EL, which few outside Greece know.
        let compact = match compact.strip_prefix("GR") {
            Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("EL{number}")
            }
            _ => compact,
        };
        let Some((form, number)) = form_of(&compact) else {
            return Ok(Self(line.as_str().to_owned()));
        };
        if !form.patterns.iter().any(|pattern| fits(number, pattern)) {
            return Err(TextError::TaxId {
                text: line.as_str().chars().take(80).collect(),
                example: form.example,
            });
        }
        Ok(Self(match form.prefix {
            "CH" => swiss(number),
            _ => compact,
        }))
    }

    /// A tax id that was taken before, perhaps by an older version that did not look at its form.
    pub fn kept(text: &str) -> Result<Self, TextError> {
        Line::parse(text).map(|line| Self(line.as_str().to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// ISO 3166 code of the country whose VAT number it is; none for any other tax id.
    pub fn country(&self) -> Option<&'static str> {
        form_of(&self.compact()).map(|(form, _)| form.country)
    }

    /// Whether its check digit fits, or none is known.
    pub fn is_sound(&self) -> bool {
        let compact = self.compact();
        match form_of(&compact) {
            Some((
                Form {
                    sound: Some(sound), ..
                },
                number,
            )) => sound(number),
            _ => true,
        }
    }

    fn compact(&self) -> String {
        self.0
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-'))
            .collect()
    }
}

impl fmt::Display for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The form a text claims to have by what it begins with, and what follows. A word such as `SIRET` only looks like one.
fn form_of(compact: &str) -> Option<(&'static Form, &str)> {
    let form = FORMS.iter().find(|form| compact.starts_with(form.prefix))?;
    let number = compact.strip_prefix(form.prefix)?;
    let letters = number.chars().take_while(char::is_ascii_alphabetic);
    let claims = number.chars().any(|c| c.is_ascii_digit())
        && form.patterns.iter().any(|pattern| {
            let mut pattern = pattern.chars();
            letters
                .clone()
                .all(|c| pattern.next().is_some_and(|p| is_of(c, p)))
        });
    claims.then_some((form, number))
}

fn is_of(c: char, pattern: char) -> bool {
    match pattern {
        '9' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        '*' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        itself => c == itself,
    }
}

fn fits(number: &str, pattern: &str) -> bool {
    number.len() == pattern.len()
        && number
            .chars()
            .zip(pattern.chars())
            .all(|(c, p)| is_of(c, p))
}

/// `E123456789MWST` as it is written: `CHE-123.456.789 MWST`.
fn swiss(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<String> = digits
        .chunks(3)
        .map(|group| group.iter().collect())
        .collect();
    let suffix: String = number.chars().skip(10).collect();
    let separator = if suffix.is_empty() { "" } else { " " };
    format!("CHE-{}{separator}{suffix}", groups.join("."))
}

// Check digits. Each takes a number that has its form; the rules are those the tax offices give.

fn digits(number: &str) -> Vec<u32> {
    number.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// The number of some digits.
fn value(digits: &[u32]) -> u64 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// The sum of digits times weights.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The weighted sum of all digits, the last included, is divisible.
fn by(number: &str, weights: &[u32], modulus: u32) -> bool {
    weighted(&digits(number), weights).is_multiple_of(modulus)
}

fn luhn(number: &str) -> bool {
    let digits = digits(number);
    let doubled = |place: usize, digit: &u32| match (place % 2, digit * 2) {
        (1, twice) if twice > 9 => twice - 9,
        (1, twice) => twice,
        _ => *digit,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| doubled(place, digit))
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 7064 modulus 11, 10: Germany and Croatia.
fn chained(number: &str) -> bool {
    let digits = digits(number);
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let product = body.iter().fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (product + check) % 10 == 1
}

fn austria(number: &str) -> bool {
    let digits = digits(number);
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    (106 - sum) % 10 == *check
}

fn belgium(number: &str) -> bool {
    let value = value(&digits(number));
    97 - value / 100 % 97 == value % 100
}

fn switzerland(number: &str) -> bool {
    by(number, &[5, 4, 3, 2, 7, 6, 5, 4, 1], 11)
}

fn greece(number: &str) -> bool {
    let digits = digits(number);
    let sum = weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]);
    digits.last() == Some(&(sum % 11 % 10))
}

/// Letters of persons; those of companies have several rules and are taken.
fn spain(number: &str) -> bool {
    const LETTERS: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    let of_person = |number: String| {
        let expected = LETTERS
            .chars()
            .nth(usize::try_from(value(&digits(&number)) % 23).unwrap_or_default());
        number.chars().next_back() == expected
    };
    match number.chars().next() {
        Some(c) if c.is_ascii_digit() => of_person(number.to_owned()),
        Some(c @ ('X' | 'Y' | 'Z')) => {
            let first = match c {
                'X' => "0",
                'Y' => "1",
                _ => "2",
            };
            of_person(number.replacen(c, first, 1))
        }
        _ => true,
    }
}

/// A key of two digits over the number; a key with letters is taken.
fn france(number: &str) -> bool {
    let digits = digits(number);
    match digits.split_at_checked(2) {
        Some((key, company)) if digits.len() == 11 => {
            value(key) == (12 + 3 * (value(company) % 97)) % 97
        }
        _ => true,
    }
}

/// Two ways of counting are in use; numbers of offices have no check digit.
fn britain(number: &str) -> bool {
    let digits = digits(number);
    if digits.len() < 9 {
        return true;
    }
    let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]);
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

/// The letter over seven digits and a second letter; older numbers are taken.
fn ireland(number: &str) -> bool {
    const LETTERS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    let digits = digits(number);
    if digits.len() != 7 {
        return true;
    }
    let mut letters = number.chars().skip(7);
    let check = letters.next();
    let second = letters
        .next()
        .and_then(|c| LETTERS.find(c))
        .and_then(|at| u32::try_from(at).ok())
        .unwrap_or_default();
    let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    check
        == LETTERS
            .chars()
            .nth(usize::try_from(sum % 23).unwrap_or_default())
}

fn luxembourg(number: &str) -> bool {
    let value = value(&digits(number));
    value / 100 % 89 == value % 100
}

fn malta(number: &str) -> bool {
    by(number, &[3, 4, 6, 7, 8, 9, 10, 1], 37)
}

/// Numbers of companies by modulus 11; those of persons, since 2020, by modulus 97 over the letters too.
fn netherlands(number: &str) -> bool {
    let digits = digits(number);
    let company = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if digits.get(8) == Some(&company) {
        return true;
    }
    let all = format!("NL{number}")
        .chars()
        .fold(0_u64, |rest, c| match c.to_digit(36) {
            Some(value) if value < 10 => (rest * 10 + u64::from(value)) % 97,
            Some(value) => (rest * 100 + u64::from(value)) % 97,
            None => rest,
        });
    all == 1
}

fn poland(number: &str) -> bool {
    let digits = digits(number);
    digits.last() == Some(&(weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11))
}

fn portugal(number: &str) -> bool {
    let digits = digits(number);
    let rest = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.last() == Some(&(if rest < 2 { 0 } else { 11 - rest }))
}

fn romania(number: &str) -> bool {
    let digits = digits(&format!("{number:0>10}"));
    digits.last() == Some(&(weighted(&digits, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10))
}

fn sweden(number: &str) -> bool {
    let organisation: String = number.chars().take(10).collect();
    luhn(&organisation)
}

fn slovenia(number: &str) -> bool {
    let digits = digits(number);
    let rest = 11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    rest < 11 && digits.last() == Some(&(rest % 10))
}

fn slovakia(number: &str) -> bool {
    value(&digits(number)).is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_every_country_has_its_form_and_check_digit() {
        for form in FORMS {
            let id = TaxId::parse(form.example).unwrap();
            assert_eq!(id.as_str(), form.example);
            assert_eq!(id.country(), Some(form.country), "{id}");
            assert!(id.is_sound(), "{id}");
        }
    }

    #[test]
    fn other_numbers_that_are_in_use_are_sound() {
        for number in [
            "ES54362315K",
            "ESX2482300W",
            "IE6433435OA",
            "IE8D79739I",
            "LT100001919017",
            "NL123456789B13",
            "CHE100155212",
            "GBGD001",
            "XIHA599",
            "FRK7399859412",
            "CZ7103192745",
        ] {
            let id = TaxId::parse(number).unwrap();
            assert!(id.country().is_some() && id.is_sound(), "{id}");
        }
    }

    #[test]
    fn a_mistyped_digit_is_told_where_there_is_a_rule() {
        for form in FORMS.iter().filter(|form| form.sound.is_some()) {
            let body: String = form
                .example
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            let at = body.chars().position(|c| c.is_ascii_digit()).unwrap() + 3;
            let changed: String = body
                .chars()
                .enumerate()
                .map(|(place, c)| match c.to_digit(10) {
                    Some(digit) if place == at => char::from_digit((digit + 1) % 10, 10).unwrap(),
                    _ => c,
                })
                .collect();
            let id = TaxId::parse(&changed).unwrap();
            // Letters of Spanish companies are not looked at.
            assert_eq!(id.is_sound(), form.prefix == "ES", "{id}");
        }
    }

    #[test]
    fn how_it_is_typed_makes_no_difference() {
        for (typed, kept) in [
            ("de 136 695 976", "DE136695976"),
            ("atu-13585627", "ATU13585627"),
            ("nl004495445b01", "NL004495445B01"),
            ("che 107 787 577 mwst", "CHE-107.787.577 MWST"),
            ("CHE107787577", "CHE-107.787.577"),
            ("GR 094259216", "EL094259216"),
        ] {
            assert_eq!(TaxId::parse(typed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn a_vat_number_of_another_form_is_refused_with_an_example() {
        for text in [
            "DE12345678",
            "DE1234567890",
            "DE12/345/67890",
            "ATU1234567",
            "AT13585627",
            "FR4030326504",
            "NL004495445",
            "CHE12345678",
            "IT0074311015X",
            "GB12345",
            "BE2403019261",
        ] {
            assert!(
                matches!(TaxId::parse(text), Err(TextError::TaxId { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_else_is_taken_as_typed() {
        for text in [
            "12-3456789",
            "US 98-7654321",
            "SIRET 303 265 045 00012",
            "Steuernummer 12/345/67890",
            "29 123 456 789",
            "NO 995 525 828 MVA",
            "Deposit 5",
        ] {
            let id = TaxId::parse(text).unwrap();
            assert_eq!((id.as_str(), id.country()), (text, None));
            assert!(id.is_sound());
        }
        assert!(TaxId::parse("12\u{202e}3").is_err());
        assert!(TaxId::parse(" ").is_err());
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_as_itself(text in any::<String>(), number in "[A-Za-z]{2}[A-Z0-9 .-]{0,14}") {
            for text in [text, number] {
                if let Ok(id) = TaxId::parse(&text) {
                    prop_assert_eq!(TaxId::parse(id.as_str()), Ok(id.clone()));
                    let _ = id.is_sound();
                }
            }
        }
    }
}
