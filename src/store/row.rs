//! Between columns and values: how days, instants, money and checked texts stand in the file.

use std::fmt::Display;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Row;
use rusqlite::types::{Type, Value};
use rust_decimal::Decimal;

use crate::domain::key::ClientKey;
use crate::values::money::{Currency, Rate};
use crate::values::period::Period;

use super::StoreError;

type Read<T> = rusqlite::Result<T>;

/// A value that no longer reads was not written by this program.
pub(super) fn unreadable(reason: impl Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, reason.to_string().into())
}

pub(super) fn instant(seconds: i64) -> Read<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| unreadable("an instant out of range"))
}

pub(super) fn optional_instant(seconds: Option<i64>) -> Read<Option<DateTime<Utc>>> {
    seconds.map(instant).transpose()
}

pub(super) fn unsigned(number: i64) -> Read<u64> {
    u64::try_from(number).map_err(unreadable)
}

pub(super) fn day(text: &str) -> Read<NaiveDate> {
    match plain_day(text) {
        Some(day) => Ok(day),
        None => text.parse().map_err(unreadable),
    }
}

/// `YYYY-MM-DD`, as all days are kept.
fn plain_day(text: &str) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| {
        let mut digits = text.as_bytes().get(from..to)?.iter();
        digits.try_fold(0_u32, |sum, digit| {
            let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
            Some(sum * 10 + digit)
        })
    };
    let dashes = [4, 7].map(|at| text.as_bytes().get(at).copied());
    if text.len() != 10 || dashes != [Some(b'-'); 2] {
        return None;
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)
}

/// A text of a row, read where it lies.
pub(super) fn text_at<T>(
    row: &Row<'_>,
    column: usize,
    read: impl FnOnce(&str) -> Read<T>,
) -> Read<T> {
    read(row.get_ref(column)?.as_str().map_err(unreadable)?)
}

/// The same of a text that may be missing.
pub(super) fn optional_at<T, E: Display>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Read<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(unreadable)?;
    text.map(parse).transpose().map_err(unreadable)
}

pub(super) fn optional_day(text: Option<String>) -> Read<Option<NaiveDate>> {
    text.map(|text| day(&text)).transpose()
}

pub(super) fn optional_period(from: Option<String>, to: Option<String>) -> Read<Option<Period>> {
    match (optional_day(from)?, optional_day(to)?) {
        (Some(from), Some(to)) => Ok(Some(Period { from, to })),
        _ => Ok(None),
    }
}

pub(super) fn currency(code: &str) -> Read<Currency> {
    Currency::parse(code).map_err(unreadable)
}

pub(super) fn optional_rate(ten_thousandths: Option<i64>) -> Option<Rate> {
    ten_thousandths.map(Rate::from_ten_thousandths)
}

/// A checked text, by its parser.
pub(super) fn parsed<T, E: Display>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Read<T> {
    parse(text).map_err(unreadable)
}

/// A checked text that may be absent.
pub(super) fn optional<T, E: Display>(
    text: Option<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Read<Option<T>> {
    text.map(|text| parse(&text))
        .transpose()
        .map_err(unreadable)
}

/// Quantities and prices are kept in ten thousandths.
pub(super) fn ten_thousandths(value: Decimal) -> Result<i64, StoreError> {
    let mut scaled = value;
    scaled.rescale(4);
    i64::try_from(scaled.mantissa())
        .map_err(|_| StoreError::Corrupt("a number is too large to keep".into()))
}

/// A word of a fixed set.
pub(super) fn word<T>(text: &str, from_word: impl Fn(&str) -> Option<T>) -> Read<T> {
    from_word(text).ok_or_else(|| unreadable(format!("`{text}` is not known")))
}

/// The condition that a row is of a client, where one is given as `?1`. Two conditions in one would leave the index aside.
pub(super) fn of_client(client: Option<ClientKey>) -> &'static str {
    match client {
        Some(_) => "client_id = ?1",
        None => "?1 IS NULL",
    }
}

pub(super) fn int(number: i64) -> Value {
    Value::Integer(number)
}

pub(super) fn flag(yes: bool) -> Value {
    Value::Integer(i64::from(yes))
}

pub(super) fn text(text: impl Display) -> Value {
    Value::Text(text.to_string())
}

pub(super) fn maybe_text<T: Display>(text: Option<T>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_string()))
}

pub(super) fn maybe_int(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Integer)
}

pub(super) fn maybe_instant(instant: Option<DateTime<Utc>>) -> Value {
    maybe_int(instant.map(|instant| instant.timestamp()))
}
