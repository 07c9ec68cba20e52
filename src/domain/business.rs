//! Settings of the business: what they are called, what they may be, what holds where nothing is set.

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

use crate::values::calendar::Calendar;
use crate::values::duration::{Seconds, parse_hours_amount, parse_length, parse_time_of_day};
use crate::values::id::Slug;
use crate::values::money::{Currency, Percent};
use crate::values::named_tax::{self, NamedTax, NamedTaxError};
use crate::values::peppol_id::PeppolId;
use crate::values::quantity::UnitPrice;
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

use super::Refusal;
use super::alert::{DayHours, Thresholds as AlertThresholds};
use super::appearance::{self, Appearance};
use super::budget::{OverRule, Thresholds};
use super::export::{self, Plan, Rhythm};
use super::guard::{Guards, Strictness};
use super::invoice::{Tax, TaxCategory};
use super::late_fee::{self, LateFee};
use super::mail::{self, Notices, Tls};
use super::number::Pattern;
use super::reminder::Schedule;

/// A setting that can be set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub key: &'static str,
    /// What holds where it is not set; empty: nothing.
    pub default: &'static str,
    /// For `settings show` and the help.
    pub meaning: &'static str,
}

/// The text above the lines of an invoice; a client may have its own.
pub const INVOICE_INTRO: &str = "invoice-intro";
/// The text at its end.
pub const INVOICE_CLOSING: &str = "invoice-closing";
/// The text above the lines of an estimate, and that at its end.
pub const ESTIMATE_INTRO: &str = "estimate-intro";
/// The latter.
pub const ESTIMATE_CLOSING: &str = "estimate-closing";

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    setting("name", "", "name of the business, as on invoices"),
    setting(
        "currency",
        "EUR",
        "currency of clients who have no other, ISO 4217",
    ),
    setting(
        "zone",
        "",
        "IANA zone in which days are counted; else the machine's",
    ),
    setting("week-start", "monday", "first day of the week"),
    setting("language", "en", "language of documents: en or de"),
    setting("address", "", "lines of the postal address"),
    setting("country", "", "ISO 3166 code"),
    setting("email", "", "on invoices"),
    setting("phone", "", "on invoices"),
    setting("website", "", "on invoices"),
    setting("tax-id", "", "VAT id or other tax id"),
    setting("iban", "", "bank account for payments"),
    setting("bic", "", "its bank"),
    setting(
        "tax",
        "0",
        "tax on invoice lines: percents, or names with them such as GST 5 + PST 7",
    ),
    setting(
        "tax-category",
        "",
        "EN 16931 code S, Z, E, AE, K, G or O; S where there is tax, else E",
    ),
    setting(
        "tax-exemption-reason",
        "",
        "why no tax is charged in category E, on documents; a VATEX code may stand before it",
    ),
    setting(
        "peppol-id",
        "",
        "SCHEME:ID where you take e-invoices; else by the VAT id",
    ),
    setting(
        "invoice-number",
        "{YYYY}-{SEQ:4}",
        "pattern of invoice numbers",
    ),
    setting(
        "credit-note-number",
        "CN-{YYYY}-{SEQ:4}",
        "pattern of credit note numbers",
    ),
    setting(
        "estimate-number",
        "E-{YYYY}-{SEQ:4}",
        "pattern of the numbers of estimates",
    ),
    setting(
        "estimate-valid-days",
        "30",
        "days for which an estimate holds",
    ),
    setting("terms-days", "14", "days from issue to due"),
    setting("payment-terms", "", "text below the totals of an invoice"),
    setting(
        INVOICE_INTRO,
        "",
        "text above the lines of an invoice; in place of it for a language: invoice-intro.de, invoice-intro.en",
    ),
    setting("invoice-intro.en", "", "the same on English invoices"),
    setting("invoice-intro.de", "", "the same on German invoices"),
    setting(
        INVOICE_CLOSING,
        "",
        "text at the end of an invoice; in place of it for a language: invoice-closing.de, invoice-closing.en",
    ),
    setting("invoice-closing.en", "", "the same on English invoices"),
    setting("invoice-closing.de", "", "the same on German invoices"),
    setting(
        ESTIMATE_INTRO,
        "",
        "text above the lines of an estimate; in place of it for a language: estimate-intro.de, estimate-intro.en",
    ),
    setting("estimate-intro.en", "", "the same on English estimates"),
    setting("estimate-intro.de", "", "the same on German estimates"),
    setting(
        ESTIMATE_CLOSING,
        "",
        "text at the end of an estimate; in place of it for a language: estimate-closing.de, estimate-closing.en",
    ),
    setting("estimate-closing.en", "", "the same on English estimates"),
    setting("estimate-closing.de", "", "the same on German estimates"),
    setting(
        "paper",
        "auto",
        "of documents: a4, letter, or auto: letter for clients in the United States and Canada",
    ),
    setting("logo", "", "file of the logo on invoices: PNG, JPEG or SVG"),
    setting(
        "fonts",
        "",
        "files of typefaces, parted by commas, for characters that the program's own does not have",
    ),
    setting(
        appearance::TEMPLATE,
        "",
        "set by `invoice template use`; else the program's own",
    ),
    setting(
        "payment-qr",
        "on",
        "QR code for banking apps on invoices in EUR with an IBAN: on or off",
    ),
    setting(
        "invoice-annex",
        "off",
        "the entries behind the lines as further pages of invoices: on or off",
    ),
    setting(
        "e-invoice",
        "warn",
        "clients with a Peppol id or buyer reference, where an invoice lacks something for an e-invoice: off, warn or require",
    ),
    setting(
        "time.member",
        "",
        "who logs time where --by is not given; else the first member",
    ),
    setting(
        "budget.thresholds",
        "75,90,100",
        "percents of a budget at which it is told, where a project has no others",
    ),
    setting(
        "budget.over",
        "warn",
        "work that goes over a budget: warn or refuse",
    ),
    setting(
        "time.overlap",
        "warn",
        "entries of one member that share time: warn, refuse or allow",
    ),
    setting(
        "expense.mileage-rate",
        "",
        "price of a kilometre or mile where --price is not given: 0.30/km, 0.67/mi",
    ),
    setting(
        "time.capacity",
        "40",
        "hours that a member can work in a week, Monday to Friday, for report utilisation",
    ),
    setting(
        "alerts.long-entry",
        "10",
        "hours from which an entry or a running timer is unusual",
    ),
    setting(
        "alerts.day-hours",
        "7:00-20:00",
        "entries that begin or end outside of these hours are unusual; 0:00-24:00: none",
    ),
    setting(
        "alerts.entry-days",
        "14",
        "days of which unusual entries are told",
    ),
    setting(
        "alerts.idle-days",
        "30",
        "days without work after which an open project with budget left is idle",
    ),
    setting(
        "alerts.unbilled-days",
        "30",
        "days after which unbilled work is old",
    ),
    setting(
        "alerts.retainer-percent",
        "20",
        "percent left from which a retainer is low",
    ),
    setting(
        "time.future",
        "warn",
        "entries on days after today: warn, refuse or allow",
    ),
    setting(
        "time.day-limit",
        "refuse",
        "more than 24 hours of one member on one day: warn, refuse or allow",
    ),
    setting(
        "time.locked-before",
        "",
        "a date; nothing dated before it is added, changed or removed (`time lock`)",
    ),
    setting(
        "invoice.approved-only",
        "off",
        "whether only approved entries are billed: on or off",
    ),
    setting(
        "late-fee",
        "",
        "fee for late payment, made by `run`: 1.5% of what is open, each month, or a flat 40",
    ),
    setting(
        "late-fee.after-days",
        "14",
        "days from the due day to the late fee",
    ),
    setting(
        "late-fee.from",
        "",
        "only invoices issued from this date on have late fees; set with the fee, if you do not",
    ),
    setting(
        "late-fee.on-fees",
        "off",
        "whether a late fee that is late has one, too: on or off",
    ),
    setting(
        "export.folder",
        "",
        "folder into which `run` exports; none: it does not",
    ),
    setting(
        "export.formats",
        "xlsx,hledger",
        "what `run` exports: xlsx, csv and json of all invoices, hledger of the books",
    ),
    setting("export.every", "day", "how often: day, week or month"),
    setting("smtp-host", "", "mail server that sends, without its port"),
    setting(
        "smtp-port",
        "",
        "its port; else 587 for starttls, 465 for tls, 25 for none",
    ),
    setting(
        "smtp-user",
        "",
        "name to sign in with; the password is in LOGGIA_SMTP_PASSWORD, or what LOGGIA_SMTP_PASSWORD_COMMAND writes",
    ),
    setting("smtp-from", "", "address to send from; else email"),
    setting(
        "smtp-tls",
        "starttls",
        "starttls, tls, none (to this machine only) or insecure",
    ),
    setting(
        "mail-folder",
        "",
        "folder into which mail is written as .eml where there is no mail server",
    ),
    setting(
        "reminder-days",
        "off",
        "days from due on which clients are reminded, such as -3,0,7,14,30, or off",
    ),
    setting(
        "mail-invoices",
        "off",
        "invoices that `run` issues are mailed to their clients: on or off",
    ),
    setting(
        "notices",
        "local",
        "who sends notices to users of a client's portal: local, this program; portal, the portal that is connected",
    ),
    setting(
        "auto-sync",
        "off",
        "after a command that changes something the portal is brought in step, in the background: on or off",
    ),
];

const fn setting(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        default,
        meaning,
    }
}

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("there is no setting `{0}`")]
    Unknown(String),
    #[error("`{value}` is not a value of `{key}`: {reason}")]
    Value {
        key: &'static str,
        value: String,
        reason: String,
    },
}

/// The settings, each checked.
#[derive(Debug, Clone)]
pub struct Business {
    /// Invoices need one.
    pub name: Option<Line>,
    pub currency: Currency,
    pub zone: Tz,
    pub week_start: Weekday,
    pub language: Line,
    pub address: Option<Note>,
    pub country: Option<Country>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub website: Option<Website>,
    pub tax_id: Option<Line>,
    pub iban: Option<Line>,
    pub bic: Option<Line>,
    /// Where no other is agreed with a client.
    pub tax: Tax,
    /// Where it has a name, or is several on one base: those it is made of.
    pub taxes: Vec<NamedTax>,
    /// Why no tax is charged in category E.
    pub exemption: Option<Line>,
    pub peppol_id: Option<PeppolId>,
    pub invoice_number: Pattern,
    pub credit_note_number: Pattern,
    pub estimate_number: Pattern,
    /// For how many days an estimate holds.
    pub estimate_days: u16,
    pub terms_days: u16,
    pub payment_terms: Option<Note>,
    pub member: Option<Slug>,
    /// In the currency of the business.
    pub mileage: Option<UnitPrice>,
    /// What a member can work in a week.
    pub capacity: Seconds,
    /// From when on something is told.
    pub alerts: AlertThresholds,
    pub guards: Guards,
    /// Only approved entries are billed.
    pub approved_only: bool,
    /// A sync follows what is changed.
    pub auto_sync: bool,
    /// Fees for late payment; none: there are none.
    pub late_fee: Option<LateFee>,
    /// What is exported by itself.
    pub exports: Option<Plan>,
    pub thresholds: Thresholds,
    pub over_budget: OverRule,
    pub mail: mail::Settings,
    /// How documents look.
    pub appearance: Appearance,
}

/// The setting of this name.
pub fn find(key: &str) -> Result<&'static Setting, SettingError> {
    SETTINGS
        .iter()
        .find(|setting| setting.key == key)
        .ok_or_else(|| SettingError::Unknown(key.to_owned()))
}

impl Setting {
    /// Checks a value and gives it in the form in which it is kept.
    pub fn check(&self, value: &str) -> Result<String, SettingError> {
        let refuse = |reason: String| SettingError::Value {
            key: self.key,
            value: value.chars().take(100).collect(),
            reason,
        };
        let text = |reason: &dyn std::fmt::Display| refuse(reason.to_string());
        if let Some(checked) = appearance::check(self.key, value) {
            return checked;
        }
        match self.key {
            "currency" => Currency::parse(value)
                .map(|currency| currency.code().to_owned())
                .map_err(|e| text(&e)),
            "zone" => Calendar::parse_zone(value)
                .map(|zone| zone.name().to_owned())
                .map_err(|e| text(&e)),
            "week-start" => Calendar::parse_week_start(value)
                .map(|day| week_start_word(day).to_owned())
                .map_err(|e| text(&e)),
            "language" => match value {
                "en" | "de" => Ok(value.to_owned()),
                _ => Err(refuse("expected `en` or `de`".into())),
            },
            "address"
            | "payment-terms"
            | INVOICE_INTRO
            | "invoice-intro.en"
            | "invoice-intro.de"
            | INVOICE_CLOSING
            | "invoice-closing.en"
            | "invoice-closing.de"
            | ESTIMATE_INTRO
            | "estimate-intro.en"
            | "estimate-intro.de"
            | ESTIMATE_CLOSING
            | "estimate-closing.en"
            | "estimate-closing.de" => Note::parse(value)
                .map(|note| note.as_str().to_owned())
                .map_err(|e| text(&e)),
            "country" => Country::parse(value)
                .map(|country| country.as_str().to_owned())
                .map_err(|e| text(&e)),
            "email" => Email::parse(value)
                .map(|email| email.as_str().to_owned())
                .map_err(|e| text(&e)),
            "phone" => Phone::parse(value)
                .map(|phone| phone.as_str().to_owned())
                .map_err(|e| text(&e)),
            "website" => Website::parse(value)
                .map(|website| website.as_str().to_owned())
                .map_err(|e| text(&e)),
            "iban" => iban(value).ok_or_else(|| refuse("its check digits are wrong".into())),
            "tax" => taxes(value).map(|(_, _, kept)| kept).map_err(|e| text(&e)),
            "tax-category" => TaxCategory::from_code(value)
                .map(|category| category.code().to_owned())
                .ok_or_else(|| refuse("expected S, Z, E, AE, K, G or O".into())),
            "peppol-id" => PeppolId::parse(value)
                .map(|id| id.to_string())
                .map_err(|e| text(&e)),
            "invoice-number" | "credit-note-number" | "estimate-number" => Pattern::parse(value)
                .map(|_| value.trim().to_owned())
                .map_err(|e| text(&e)),
            "terms-days" | "estimate-valid-days" => value
                .parse::<u16>()
                .ok()
                .filter(|days| *days <= 365)
                .map(|days| days.to_string())
                .ok_or_else(|| refuse("expected 0 to 365 days".into())),
            "time.member" => Slug::parse(value).map(String::from).map_err(|e| text(&e)),
            "budget.thresholds" => value
                .parse::<Thresholds>()
                .map(|thresholds| thresholds.to_string())
                .map_err(|_| refuse("expected percents such as 75,90,100, or none".into())),
            "budget.over" => OverRule::from_word(value)
                .map(|_| value.to_owned())
                .ok_or_else(|| refuse("expected warn or refuse".into())),
            "time.overlap" | "time.future" | "time.day-limit" => Strictness::from_word(value)
                .map(|_| value.to_owned())
                .ok_or_else(|| refuse("expected warn, refuse or allow".into())),
            "expense.mileage-rate" => UnitPrice::parse_mileage(value)
                .map(|price| price.to_string())
                .map_err(|e| text(&e)),
            "time.capacity" => week_hours(value)
                .map(|_| value.trim().to_owned())
                .ok_or_else(|| refuse("expected hours of a week, such as 40 or 37.5".into())),
            "alerts.long-entry" => day_length(value)
                .map(|_| value.trim().to_owned())
                .ok_or_else(|| refuse("expected up to 24 hours, such as 10 or 8h30m".into())),
            "alerts.day-hours" => day_hours(value)
                .map(|_| value.trim().to_owned())
                .ok_or_else(|| refuse("expected two times of day, such as 7:00-20:00".into())),
            "alerts.entry-days" | "alerts.idle-days" | "alerts.unbilled-days" => {
                number(value, 1, 3650)
                    .map(|days| days.to_string())
                    .ok_or_else(|| refuse("expected 1 to 3650 days".into()))
            }
            "alerts.retainer-percent" => number(value, 0, 100)
                .map(|percent| percent.to_string())
                .ok_or_else(|| refuse("expected 0 to 100 percent".into())),
            "time.locked-before" => value
                .trim()
                .parse::<NaiveDate>()
                .map(|day| day.to_string())
                .map_err(|_| refuse("expected a date such as 2026-11-01".into())),
            "smtp-host" => mail::host(value)
                .map(str::to_owned)
                .ok_or_else(|| refuse("expected a host such as smtp.example.com".into())),
            "smtp-port" => number(value, 1, 65535)
                .map(|port| port.to_string())
                .ok_or_else(|| refuse("expected 1 to 65535".into())),
            "tax-id" => TaxId::parse(value)
                .map(|id| id.to_string())
                .map_err(|e| text(&e)),
            "smtp-from" => Email::parse(value)
                .map(|email| email.as_str().to_owned())
                .map_err(|e| text(&e)),
            "smtp-tls" => Tls::from_word(value)
                .map(|_| value.to_owned())
                .ok_or_else(|| refuse("expected starttls, tls, none or insecure".into())),
            "reminder-days" => value
                .parse::<Schedule>()
                .map(|days| days.to_string())
                .map_err(|e| text(&e)),
            "late-fee" => late_fee::Amount::parse(value)
                .map(|amount| amount.to_string())
                .map_err(|e| text(&e)),
            "late-fee.after-days" => number(value, 0, 365)
                .map(|days| days.to_string())
                .ok_or_else(|| refuse("expected 0 to 365 days".into())),
            "late-fee.from" => value
                .trim()
                .parse::<NaiveDate>()
                .map(|day| day.to_string())
                .map_err(|_| refuse("expected a date such as 2026-11-01".into())),
            "export.folder" => {
                let folder = Line::parse(value).map_err(|e| text(&e))?;
                if !export::is_folder(folder.as_str()) {
                    return Err(refuse(
                        "expected a whole path, such as /home/me/books".into(),
                    ));
                }
                Ok(folder.as_str().to_owned())
            }
            "export.formats" => export::parse_formats(value)
                .map(|formats| {
                    let words: Vec<_> = formats.iter().map(|format| format.word()).collect();
                    words.join(",")
                })
                .ok_or_else(|| refuse("expected some of xlsx, csv, json, hledger".into())),
            "export.every" => Rhythm::from_word(value)
                .map(|_| value.to_owned())
                .ok_or_else(|| refuse("expected day, week or month".into())),
            "notices" => Notices::from_word(value)
                .map(|_| value.to_owned())
                .ok_or_else(|| refuse("expected `local` or `portal`".into())),
            "invoice.approved-only" | "late-fee.on-fees" | "mail-invoices" | "auto-sync" => {
                match value {
                    "on" | "off" => Ok(value.to_owned()),
                    _ => Err(refuse("expected `on` or `off`".into())),
                }
            }
            _ => Line::parse(value)
                .map(|line| line.as_str().to_owned())
                .map_err(|e| text(&e)),
        }
    }
}

/// Percents of tax, or taxes with names; with the form in which they are kept.
fn taxes(value: &str) -> Result<(Percent, Vec<NamedTax>, String), NamedTaxError> {
    if value.contains(char::is_alphabetic) {
        let taxes = NamedTax::parse_all(value)?;
        let kept = named_tax::written(&taxes);
        return Ok((named_tax::sum(&taxes)?, taxes, kept));
    }
    let percent = Percent::parse_tax(value)?;
    Ok((percent, Vec::new(), percent.to_string()))
}

/// A whole number within bounds.
fn number(value: &str, least: i64, most: i64) -> Option<i64> {
    let number = value.trim().parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

/// Hours of a week of seven days.
fn week_hours(value: &str) -> Option<Seconds> {
    let hours = parse_hours_amount(value).ok()?;
    (hours <= Seconds(7 * 24 * 3600)).then_some(hours)
}

fn day_length(value: &str) -> Option<Seconds> {
    parse_length(value).ok()
}

/// Two times of day; the whole of it from 0:00 to 24:00.
fn day_hours(value: &str) -> Option<DayHours> {
    let (from, to) = value.split_once(['-', '–'])?;
    let (from, end) = (parse_time_of_day(from).ok()?, to.trim());
    let to = match end {
        "24:00" | "24" => NaiveTime::MIN,
        time => parse_time_of_day(time).ok()?,
    };
    let whole = from == NaiveTime::MIN && end.starts_with("24");
    (from != to || whole).then_some(DayHours { from, to })
}

/// The word under which a first day of the week is kept.
pub fn week_start_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

/// An IBAN without spaces, if its check digits hold (ISO 13616, mod 97).
fn iban(value: &str) -> Option<String> {
    let compact: String = value
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if !(15..=34).contains(&compact.len()) || !compact.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (head, tail) = compact.split_at_checked(4)?;
    let rest = tail.chars().chain(head.chars()).try_fold(0u32, |rest, c| {
        let digit = c.to_digit(36)?;
        let shifted = if digit < 10 { rest * 10 } else { rest * 100 };
        Some((shifted + digit) % 97)
    })?;
    (rest == 1).then_some(compact)
}

impl Business {
    /// Refuses one pattern for both series: their numbers would be the same.
    pub fn series_differ(&self) -> Result<(), Refusal> {
        if self.invoice_number == self.credit_note_number {
            return Err(Refusal::SameSeries);
        }
        Ok(())
    }

    /// Reads settings as they are kept; `get` gives the kept value of a key. Where no zone is set, the given one holds.
    pub fn from_settings(
        zone: Tz,
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingError> {
        let read = |key: &'static str| -> Result<Option<String>, SettingError> {
            let setting = find(key)?;
            match get(key) {
                Some(value) => setting.check(&value).map(Some),
                None if setting.default.is_empty() => Ok(None),
                None => Ok(Some(setting.default.to_owned())),
            }
        };
        /// A kept value was checked when it was set; one that no longer reads was changed by other means.
        fn parsed<T, E: std::fmt::Display>(
            key: &'static str,
            value: String,
            parse: impl Fn(&str) -> Result<T, E>,
        ) -> Result<T, SettingError> {
            parse(&value).map_err(|e| SettingError::Value {
                key,
                reason: e.to_string(),
                value,
            })
        }
        macro_rules! optional {
            ($key:literal, $parse:expr) => {
                read($key)?.map(|v| parsed($key, v, $parse)).transpose()?
            };
        }
        macro_rules! required {
            ($key:literal, $parse:expr) => {
                match optional!($key, $parse) {
                    Some(value) => value,
                    None => return Err(SettingError::Unknown($key.to_owned())),
                }
            };
        }
        let (percent, taxes, _) = required!("tax", taxes);
        let unknown = |word: &str| format!("`{word}` is not known");
        let strictness = |word: &str| Strictness::from_word(word).ok_or_else(|| unknown(word));
        let category = optional!("tax-category", |v: &str| TaxCategory::from_code(v)
            .ok_or_else(|| unknown(v)))
        .unwrap_or(if percent.is_zero() {
            TaxCategory::E
        } else {
            TaxCategory::S
        });
        Ok(Self {
            name: optional!("name", Line::parse),
            currency: required!("currency", Currency::parse),
            zone: optional!("zone", Calendar::parse_zone).unwrap_or(zone),
            week_start: required!("week-start", Calendar::parse_week_start),
            language: required!("language", Line::parse),
            address: optional!("address", Note::parse),
            country: optional!("country", Country::parse),
            email: optional!("email", Email::parse),
            phone: optional!("phone", Phone::parse),
            website: optional!("website", Website::parse),
            tax_id: optional!("tax-id", Line::parse),
            iban: optional!("iban", Line::parse),
            bic: optional!("bic", Line::parse),
            tax: Tax {
                category,
                percent: if category == TaxCategory::S {
                    percent
                } else {
                    Percent::ZERO
                },
            },
            taxes: match category {
                TaxCategory::S => taxes,
                _ => Vec::new(),
            },
            exemption: optional!("tax-exemption-reason", Line::parse),
            peppol_id: optional!("peppol-id", PeppolId::parse),
            invoice_number: required!("invoice-number", Pattern::parse),
            credit_note_number: required!("credit-note-number", Pattern::parse),
            estimate_number: required!("estimate-number", Pattern::parse),
            estimate_days: required!("estimate-valid-days", str::parse::<u16>),
            terms_days: required!("terms-days", str::parse::<u16>),
            payment_terms: optional!("payment-terms", Note::parse),
            member: optional!("time.member", Slug::parse),
            thresholds: required!("budget.thresholds", str::parse::<Thresholds>),
            over_budget: required!("budget.over", |v: &str| OverRule::from_word(v)
                .ok_or_else(|| unknown(v))),
            mileage: optional!("expense.mileage-rate", UnitPrice::parse_mileage),
            capacity: required!("time.capacity", |v: &str| week_hours(v)
                .ok_or_else(|| unknown(v))),
            alerts: AlertThresholds {
                retainer_percent: required!("alerts.retainer-percent", str::parse::<i64>),
                unbilled_days: required!("alerts.unbilled-days", str::parse::<i64>),
                idle_days: required!("alerts.idle-days", str::parse::<i64>),
                long_entry: required!("alerts.long-entry", |v: &str| day_length(v)
                    .ok_or_else(|| unknown(v))),
                day_hours: required!("alerts.day-hours", |v: &str| day_hours(v)
                    .ok_or_else(|| unknown(v))),
                entry_days: required!("alerts.entry-days", str::parse::<i64>),
            },
            guards: Guards {
                overlap: required!("time.overlap", strictness),
                future: required!("time.future", strictness),
                day_limit: required!("time.day-limit", strictness),
                locked_before: optional!("time.locked-before", str::parse::<NaiveDate>),
            },
            mail: mail::Settings {
                host: optional!("smtp-host", Line::parse),
                port: optional!("smtp-port", str::parse::<u16>),
                user: optional!("smtp-user", Line::parse),
                from: optional!("smtp-from", Email::parse),
                tls: required!("smtp-tls", |v: &str| Tls::from_word(v)
                    .ok_or_else(|| unknown(v))),
                folder: optional!("mail-folder", Line::parse),
                reminders: required!("reminder-days", str::parse::<Schedule>),
                invoices: required!("mail-invoices", |v: &str| Ok::<_, String>(v == "on")),
                notices: required!("notices", |v: &str| Notices::from_word(v)
                    .ok_or_else(|| unknown(v))),
            },
            appearance: Appearance::of(&read)?,
            auto_sync: required!("auto-sync", |v: &str| Ok::<_, String>(v == "on")),
            approved_only: required!("invoice.approved-only", |v: &str| Ok::<_, String>(
                v == "on"
            )),
            late_fee: match optional!("late-fee", late_fee::Amount::parse) {
                None => None,
                Some(amount) => Some(LateFee {
                    amount,
                    after_days: required!("late-fee.after-days", str::parse::<u32>),
                    from: optional!("late-fee.from", str::parse::<NaiveDate>),
                    on_fees: required!("late-fee.on-fees", |v: &str| Ok::<_, String>(v == "on")),
                }),
            },
            exports: match read("export.folder")? {
                None => None,
                Some(folder) => Some(Plan {
                    folder,
                    formats: required!("export.formats", |v: &str| export::parse_formats(v)
                        .ok_or_else(|| unknown(v))),
                    every: required!("export.every", |v: &str| Rhythm::from_word(v)
                        .ok_or_else(|| unknown(v))),
                }),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_and_kept_in_one_form() {
        let cases = [
            ("currency", "eur", Some("EUR")),
            ("currency", "XYZ", None),
            ("zone", "Europe/Berlin", Some("Europe/Berlin")),
            ("zone", "Berlin", None),
            ("week-start", "Sunday", Some("sunday")),
            ("tax", "19 %", Some("19")),
            ("tax", "-1", None),
            ("tax", "100", Some("100")),
            ("tax", "119", None),
            ("tax", "GST 5%+PST 7", Some("GST 5 + PST 7")),
            ("tax", "GST", None),
            ("tax-category", "ae", Some("AE")),
            ("peppol-id", "0208: 0403019261", Some("0208:0403019261")),
            ("peppol-id", "0208:1", None),
            ("invoice-number", "{YYYY}", None),
            ("terms-days", "30", Some("30")),
            ("terms-days", "366", None),
            (
                "iban",
                "DE89 3704 0044 0532 0130 00",
                Some("DE89370400440532013000"),
            ),
            ("iban", "DE88 3704 0044 0532 0130 00", None),
            ("time.overlap", "maybe", None),
            ("time.locked-before", "2026-11-01", Some("2026-11-01")),
            ("time.locked-before", "yesterday", None),
            ("expense.mileage-rate", "0,30", Some("0.30/km")),
            ("expense.mileage-rate", "0.67/mile", Some("0.67/mi")),
            ("expense.mileage-rate", "0.30/night", None),
            ("time.capacity", "37.5", Some("37.5")),
            ("time.capacity", "200", None),
            ("alerts.long-entry", "8h30m", Some("8h30m")),
            ("alerts.long-entry", "0", None),
            ("alerts.day-hours", "22:00-6:00", Some("22:00-6:00")),
            ("alerts.day-hours", "0:00-24:00", Some("0:00-24:00")),
            ("alerts.day-hours", "9:00-9:00", None),
            ("alerts.day-hours", "9h", None),
            ("alerts.idle-days", "0", None),
            ("alerts.retainer-percent", "101", None),
            ("time.future", "allow", Some("allow")),
            ("time.day-limit", "25h", None),
            ("time.locked-before", " 2026-11-01", Some("2026-11-01")),
            ("time.locked-before", "november", None),
            ("invoice.approved-only", "yes", None),
            ("mail-invoices", "yes", None),
            ("notices", "portal", Some("portal")),
            ("notices", "on", None),
            ("auto-sync", "yes", None),
            ("auto-sync", "on", Some("on")),
            ("tax-id", "de 136 695 976", Some("DE136695976")),
            ("tax-id", "DE12", None),
            ("tax-id", "21/815/08150", Some("21/815/08150")),
            ("late-fee", "1,5 %", Some("1.5%")),
            ("late-fee", "40", Some("40.00")),
            ("late-fee", "-1%", None),
            ("late-fee.from", "soon", None),
            ("export.folder", "books", None),
            ("export.formats", "hledger,csv", Some("csv,hledger")),
            ("export.formats", "pdf", None),
            ("export.every", "hour", None),
            ("budget.thresholds", "90, 50 %", Some("50,90")),
            ("budget.thresholds", "0", None),
            ("budget.over", "allow", None),
            ("smtp-host", "mail.example.com:25", None),
            ("smtp-port", "0", None),
            ("smtp-tls", "ssl", None),
            ("reminder-days", "14,7", Some("7,14")),
        ];
        for (key, value, kept) in cases {
            let checked = find(key).unwrap().check(value);
            assert_eq!(checked.ok().as_deref(), kept, "{key}={value}");
        }
        assert!(find("colour").is_err());
    }

    #[test]
    fn every_default_is_a_value() {
        for setting in SETTINGS.iter().filter(|s| !s.default.is_empty()) {
            assert_eq!(
                setting.check(setting.default).as_deref(),
                Ok(setting.default),
                "{}",
                setting.key
            );
        }
    }

    #[test]
    fn what_is_not_set_has_a_default_or_is_absent() {
        let with = |keys: &[(&str, &str)]| {
            Business::from_settings(Tz::Europe__Berlin, |key| {
                keys.iter()
                    .find(|(k, _)| *k == key)
                    .map(|(_, v)| (*v).to_owned())
            })
            .unwrap()
        };
        let bare = with(&[]);
        assert_eq!(bare.alerts, AlertThresholds::default());
        assert_eq!((bare.name, bare.zone), (None, Tz::Europe__Berlin));
        assert_eq!(bare.tax.category, TaxCategory::E);
        assert_eq!(with(&[("zone", "Asia/Tokyo")]).zone, Tz::Asia__Tokyo);
        assert_eq!(with(&[("tax", "19")]).tax.category, TaxCategory::S);
        let reverse = with(&[("tax", "19"), ("tax-category", "AE")]).tax;
        assert!(reverse.percent.is_zero());
    }
}
