//! Money in integer minor units of an ISO 4217 currency, rates per hour, percents, and the one rounding function.
//!
//! No float anywhere. Mixed currencies never add.

use std::fmt;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not money, or why money cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("`{0}` is not a currency; use an ISO 4217 code such as EUR, USD or CHF")]
    UnknownCurrency(String),
    #[error("`{text}` is not an amount; write it as {example}")]
    NotAnAmount { text: String, example: String },
    #[error("`{text}` has a separator that could mean thousands or cents; write it as {example}")]
    Grouped { text: String, example: String },
    #[error("`{text}` has more than {places} decimal places")]
    TooPrecise { text: String, places: u32 },
    #[error("`{0}` is less than zero")]
    Negative(String),
    #[error("`{0}` is not more than zero")]
    NotPositive(String),
    #[error("{left} and {right} cannot be added")]
    Mixed { left: Currency, right: Currency },
    #[error("the amount is too large")]
    TooLarge,
    #[error("`{text}` is more than {most} percent")]
    TooManyPercent { text: String, most: i64 },
}

/// An ISO 4217 currency that has minor units.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Reads a code in any case.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(shown(text));
        let code = text.trim().to_ascii_uppercase();
        let currency = iso_currency::Currency::from_code(&code).ok_or_else(unknown)?;
        // Gold, test codes and the like have no minor unit and are nothing to invoice in.
        currency.exponent().ok_or_else(unknown)?;
        Ok(Self(currency))
    }

    /// The code: `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of the minor unit: EUR 2, JPY 0, BHD 3.
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }

    /// The sign: `€`.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).map_err(de::Error::custom)
    }
}

/// An amount in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// So many cents (or whatever the currency's minor unit is).
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads `1210`, `1210.5`, `1210,50` or `-3.20`. A text with a separator for thousands is refused as ambiguous.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let places = currency.exponent();
        let decimal = parse_decimal(text, places, &example(places))?;
        Self::rounded(decimal, currency)
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The amount in major units with all places of the currency: `1210.00`, `-0.05`; in JPY `1210`.
    pub fn amount(self) -> String {
        self.decimal().to_string()
    }

    /// The amount in major units.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The sum. Refuses mixed currencies.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with(self.minor.checked_add(other.minor))
    }

    /// The difference. Refuses mixed currencies.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with(self.minor.checked_sub(other.minor))
    }

    /// The same amount with the other sign.
    pub fn negated(self) -> Result<Self, MoneyError> {
        self.with(self.minor.checked_neg())
    }

    /// The sum of amounts that must all be of this currency.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    /// **The** rounding function: half away from zero, to the minor unit. `exact` is in major units.
    pub fn rounded(exact: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let places = currency.exponent();
        let rounded = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        Decimal::from(10_i64.pow(places))
            .checked_mul(rounded)
            .and_then(|minor| minor.to_i64())
            .map(|minor| Self { minor, currency })
            .ok_or(MoneyError::TooLarge)
    }

    /// So many percent of it, rounded.
    pub fn percent(self, percent: Percent) -> Result<Self, MoneyError> {
        let exact = self
            .decimal()
            .checked_mul(percent.0)
            .and_then(|product| product.checked_div(Decimal::ONE_HUNDRED))
            .ok_or(MoneyError::TooLarge)?;
        Self::rounded(exact, self.currency)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Mixed {
            left: self.currency,
            right: other.currency,
        })
    }

    fn with(self, minor: Option<i64>) -> Result<Self, MoneyError> {
        minor
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::TooLarge)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.amount(), self.currency))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = Wire {
            amount: self.amount(),
            currency: self.currency,
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount, wire.currency).map_err(de::Error::custom)
    }
}

/// Ten thousandths: rates and percents have up to four places.
pub(super) const SCALE: u32 = 4;

macro_rules! four_places {
    ($name:ident) => {
        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// From ten thousandths, as it is kept.
            pub fn from_ten_thousandths(value: i64) -> Self {
                Self(Decimal::new(value, SCALE))
            }

            /// In ten thousandths, as it is kept.
            pub fn ten_thousandths(self) -> i64 {
                let mut scaled = self.0;
                scaled.rescale(SCALE);
                i64::try_from(scaled.mantissa()).unwrap_or(i64::MAX)
            }

            /// The number.
            pub fn decimal(self) -> Decimal {
                self.0
            }

            /// Whether it is zero.
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_string())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    };
}

/// A price per hour in major units: zero or more, up to four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

four_places!(Rate);

impl Rate {
    /// Reads `95`, `95.50`, `95,1250`.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        not_negative(
            text,
            parse_decimal(text, SCALE, "95 or 95.50, without a currency")?,
            1_000_000_000,
        )
        .map(Self)
    }

    /// This many hours (or pieces) at this rate, rounded.
    pub fn of(self, quantity: Decimal, currency: Currency) -> Result<Money, MoneyError> {
        let exact = self.0.checked_mul(quantity).ok_or(MoneyError::TooLarge)?;
        Money::rounded(exact, currency)
    }
}

impl fmt::Display for Rate {
    /// At least two places: `95.00`, `95.125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.normalize();
        if shown.scale() < 2 {
            shown.rescale(2);
        }
        f.pad(&shown.to_string())
    }
}

/// A percentage: 0 to 1000, up to four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

four_places!(Percent);

impl Percent {
    /// Reads `19`, `19%`, `7.7`, `7,7 %`.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        Self::at_most(text, 1000)
    }

    /// Reads a rate of tax: as a percentage, and no more than all of it.
    pub fn parse_tax(text: &str) -> Result<Self, MoneyError> {
        Self::at_most(text, 100)
    }

    fn at_most(text: &str, most: i64) -> Result<Self, MoneyError> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let percent = parse_decimal(number, SCALE, "19 or 7.7")?;
        not_negative(text, percent, most)
            .map(Self)
            .map_err(|error| match error {
                MoneyError::TooLarge => MoneyError::TooManyPercent {
                    text: shown(text),
                    most,
                },
                other => other,
            })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.normalize().to_string())
    }
}

fn not_negative(text: &str, value: Decimal, most: i64) -> Result<Decimal, MoneyError> {
    if value.is_sign_negative() && !value.is_zero() {
        Err(MoneyError::Negative(shown(text)))
    } else if value > Decimal::from(most) {
        Err(MoneyError::TooLarge)
    } else {
        Ok(value)
    }
}

/// Digits with at most one decimal point or comma.
pub(super) fn parse_decimal(text: &str, places: u32, example: &str) -> Result<Decimal, MoneyError> {
    let not_an_amount = || MoneyError::NotAnAmount {
        text: shown(text),
        example: example.to_owned(),
    };
    let trimmed = text.trim();
    let digits = trimmed
        .strip_prefix('-')
        .or_else(|| trimmed.strip_prefix('+'))
        .unwrap_or(trimmed);
    if digits
        .chars()
        .any(|c| matches!(c, ' ' | '\'' | '\u{a0}' | '\u{202f}' | '_' | '’'))
        || digits.matches(['.', ',']).count() > 1
    {
        return Err(if digits.chars().any(|c| c.is_ascii_digit()) {
            MoneyError::Grouped {
                text: shown(text),
                example: example.to_owned(),
            }
        } else {
            not_an_amount()
        });
    }
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(not_an_amount());
    }
    if digits.ends_with(['.', ',']) {
        return Err(not_an_amount());
    }
    let significant = fraction.trim_end_matches('0');
    // Three digits after a single separator are as likely a thousand: `1,800`. A rate may have three places, but then with a point.
    let three = fraction.len() == 3 && !whole.trim_start_matches('0').is_empty();
    if three && (places < 3 || (places > 3 && digits.contains(','))) {
        return Err(MoneyError::Grouped {
            text: shown(text),
            example: example.to_owned(),
        });
    }
    if significant.len() > places as usize {
        return Err(MoneyError::TooPrecise {
            text: shown(text),
            places,
        });
    }
    if whole.len() > 18 {
        return Err(MoneyError::TooLarge);
    }
    let magnitude = if significant.is_empty() {
        Decimal::from_str_exact(whole)
    } else {
        Decimal::from_str_exact(&format!("{whole}.{significant}"))
    }
    .map_err(|_| MoneyError::TooLarge)?;
    Ok(if trimmed.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

fn example(places: u32) -> String {
    match places {
        0 => "1234".to_owned(),
        places => format!("1234.{}", "5".repeat(places as usize)),
    }
}

/// The user's words, short enough for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn the_exponent_is_that_of_the_standard() {
        for (code, exponent) in [("EUR", 2), ("jpy", 0), ("BHD", 3), ("usd", 2)] {
            assert_eq!(currency(code).exponent(), exponent, "{code}");
        }
        for code in ["XAU", "EURO", "", "€", "XXX"] {
            assert!(Currency::parse(code).is_err(), "{code}");
        }
    }

    #[test]
    fn amounts_read_and_print() {
        let cases = [
            ("EUR", "1210", "1210.00"),
            ("EUR", "1210.5", "1210.50"),
            ("EUR", "1210,50", "1210.50"),
            ("EUR", " -3.20 ", "-3.20"),
            ("EUR", "0.05", "0.05"),
            ("JPY", "1210", "1210"),
            ("BHD", "1.5", "1.500"),
            ("BHD", "1.234", "1.234"),
        ];
        for (code, text, amount) in cases {
            assert_eq!(
                Money::parse(text, currency(code)).map(Money::amount),
                Ok(amount.to_owned()),
                "{text} {code}"
            );
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for (code, text) in [
            ("EUR", "1,234"),
            ("EUR", "1.234"),
            ("EUR", "1.000"),
            ("EUR", "1.234,00"),
            ("EUR", "1 234"),
            ("EUR", "1'234"),
        ] {
            let error = Money::parse(text, currency(code)).unwrap_err();
            assert!(
                matches!(error, MoneyError::Grouped { .. }),
                "{text}: {error}"
            );
        }
        for (code, text) in [
            ("EUR", ""),
            ("EUR", "."),
            ("EUR", "12."),
            ("EUR", ".5"),
            ("EUR", "1e3"),
            ("EUR", "€5"),
            ("EUR", "1.2345"),
            ("JPY", "1.5"),
            ("EUR", "--1"),
            ("EUR", "٣"),
            ("EUR", "99999999999999999999"),
        ] {
            assert!(Money::parse(text, currency(code)).is_err(), "{text} {code}");
        }
    }

    #[test]
    fn one_rounding_half_away_from_zero() {
        let eur = currency("EUR");
        for (exact, minor) in [
            ("29.925", 2993),
            ("29.924999", 2992),
            ("-29.925", -2993),
            ("0.005", 1),
            ("2.5", 250),
        ] {
            let exact = Decimal::from_str_exact(exact).unwrap();
            assert_eq!(Money::rounded(exact, eur).unwrap().minor(), minor);
        }
        let yen = Money::rounded(Decimal::new(25, 1), currency("JPY")).unwrap();
        assert_eq!(yen.minor(), 3);
    }

    #[test]
    fn mixed_currencies_never_add_and_both_are_named() {
        let error = Money::zero(currency("EUR"))
            .checked_add(Money::zero(currency("USD")))
            .unwrap_err();
        assert_eq!(error.to_string(), "EUR and USD cannot be added");
    }

    #[test]
    fn rates_and_percents_have_four_places_and_are_not_negative() {
        assert_eq!(Rate::parse("95").unwrap().to_string(), "95.00");
        assert_eq!(Rate::parse("95,1250").unwrap().to_string(), "95.125");
        assert_eq!(Rate::parse("95.125").unwrap().to_string(), "95.125");
        assert_eq!(Rate::parse("0,125").unwrap().to_string(), "0.125");
        assert!(matches!(
            Rate::parse("1,800"),
            Err(MoneyError::Grouped { .. })
        ));
        assert!(matches!(
            Percent::parse("1,900"),
            Err(MoneyError::Grouped { .. })
        ));
        assert_eq!(Rate::parse("0.1234").unwrap().ten_thousandths(), 1234);
        assert!(Rate::parse("0.12345").is_err());
        assert!(Rate::parse("-1").is_err());
        assert_eq!(Percent::parse("19 %").unwrap().to_string(), "19");
        assert_eq!(Percent::parse("7,70").unwrap().to_string(), "7.7");
        assert!(Percent::parse("1000.1").is_err());
        assert!(Percent::parse("119").is_ok());
        assert_eq!(Percent::parse_tax("100").unwrap().to_string(), "100");
        assert_eq!(
            Percent::parse_tax("119 %").unwrap_err().to_string(),
            "`119 %` is more than 100 percent"
        );
    }

    #[test]
    fn overflow_is_an_error() {
        let most = Money::from_minor(i64::MAX, currency("EUR"));
        let cent = Money::from_minor(1, currency("EUR"));
        assert_eq!(most.checked_add(cent), Err(MoneyError::TooLarge));
        assert!(most.percent(Percent::parse("1000").unwrap()).is_err());
        assert!(
            Money::from_minor(i64::MIN, currency("EUR"))
                .negated()
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn printed_amounts_read_back(minor in -1_000_000_000_000i64..1_000_000_000_000, code in 0usize..3) {
            let money = Money::from_minor(minor, currency(["EUR", "JPY", "BHD"][code]));
            prop_assert_eq!(Money::parse(&money.amount(), money.currency()), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Money::parse(&text, currency("EUR"));
            let _ = Percent::parse(&text);
            if let Ok(rate) = Rate::parse(&text) {
                prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
                prop_assert_eq!(Rate::from_ten_thousandths(rate.ten_thousandths()), rate);
            }
        }
    }
}
