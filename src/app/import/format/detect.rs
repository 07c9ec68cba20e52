//! From which content a format is told. The name of the file says nothing: exports are renamed.
//!
//! Each format has a mark that its files have and others lack; where the marks of several are there, it is not guessed.

use std::io::{Read, Seek};

use chrono::NaiveDate;

use super::super::problem::ImportError;
use super::super::sheet::{self, Header, Sheet};
use super::{Format, clockify, csv, harvest, kimai, toggl};

/// How much of a file is looked at.
const HEAD: u64 = 64 << 10;

/// The format of a file, by its content.
pub fn detect(input: &mut (impl Read + Seek)) -> Result<Format, ImportError> {
    let head = head(input)?;
    let mut candidates = match head.trim_start().chars().next() {
        None => return Err(ImportError::Empty),
        Some('[') => of_json(&head),
        Some(_) => of_text(&head),
    };
    if candidates.is_empty() && !head.trim_start().starts_with(['[', '{']) {
        let header = Sheet::table(head.as_bytes(), false)?.header();
        candidates = header.map(|header| of_header(&header)).unwrap_or_default();
    }
    match candidates.as_slice() {
        [only] => Ok(*only),
        [] => Err(ImportError::UnknownFormat),
        _ => Err(ImportError::AmbiguousFormat(candidates)),
    }
}

/// The first character that is no space.
pub(super) fn first_character(input: &mut (impl Read + Seek)) -> Result<Option<char>, ImportError> {
    Ok(head(input)?.trim_start().chars().next())
}

/// The beginning of a file, in whole characters; the file is at its start again.
fn head(input: &mut (impl Read + Seek)) -> Result<String, ImportError> {
    input.rewind().map_err(ImportError::Read)?;
    let text = sheet::beginning(&mut *input, HEAD);
    input.rewind().map_err(ImportError::Read)?;
    text
}

fn of_json(head: &str) -> Vec<Format> {
    let has = |key: &str| head.contains(&format!("\"{key}\""));
    let rest = head.trim_start().trim_start_matches('[').trim_start();
    let nested = head.trim_start().get(1..).unwrap_or_default();
    let frames = nested.trim_start().starts_with('[')
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let log = has("project") && has("start") && has("stop");
    let sheet = has("begin") && has("activity");
    // Timewarrior writes its times without dashes and colons.
    let interval = has("start") && !log && !sheet && {
        let start = head.split_once("\"start\"").map(|(_, after)| after);
        let value = start.and_then(|after| after.split('"').nth(1));
        value.is_some_and(|value| value.len() == 16 && value.ends_with('Z'))
    };
    let found = [
        (Format::Watson, frames || log),
        (Format::Kimai, sheet),
        (Format::Timewarrior, interval),
    ];
    let found = found.into_iter().filter(|(_, is)| *is);
    found.map(|(format, _)| format).collect()
}

fn of_text(head: &str) -> Vec<Format> {
    let lines = || {
        head.lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
    };
    let first = lines().next().unwrap_or_default();
    let timewarrior = first == "inc" || first.starts_with("inc ");
    let mut events = lines().filter(|line| !line.starts_with([';', '#', '*']));
    let timeclock = events.next().is_some_and(is_event);
    // A date alone on its line, or with the total that it should have.
    let klog = is_date(first.split(' ').next().unwrap_or_default())
        && first
            .get(10..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("));
    let found = [
        (Format::Timewarrior, timewarrior),
        (Format::Timeclock, timeclock),
        (Format::Klog, klog),
    ];
    let found = found.into_iter().filter(|(_, is)| *is);
    found.map(|(format, _)| format).collect()
}

fn is_event(line: &str) -> bool {
    let mut words = line.split(' ');
    let code = words.next().unwrap_or_default();
    let date = words.next().unwrap_or_default();
    matches!(code, "i" | "o" | "O" | "b" | "h") && is_date(&date.replace('.', "-"))
}

fn is_date(text: &str) -> bool {
    let text = text.replace('/', "-");
    text.len() == 10 && NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok()
}

/// The formats whose columns a table has. The general one is only told where it is no other.
fn of_header(header: &Header) -> Vec<Format> {
    let has = |name: &str| header.find(&[name]).is_some();
    // Toggl's and Clockify's tables differ in the column of the length alone.
    let clockify = has("Duration (h)") || has("Duration (decimal)");
    let rivals = [
        (Format::Toggl, toggl::DIALECT.fits(header) && !clockify),
        (
            Format::Clockify,
            clockify::DIALECT.fits(header) && (clockify || !has("Duration")),
        ),
        (Format::Harvest, harvest::DIALECT.fits(header)),
        (Format::Kimai, kimai::DIALECT.fits(header)),
    ];
    let found: Vec<Format> = rivals
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(format, _)| format)
        .collect();
    match found.is_empty() {
        true if csv::DIALECT.fits(header) => vec![Format::Csv],
        _ => found,
    }
}
