//! One thing that reads otherwise, in the words of who reads it: `hours of the week of 31 August 2026 0:00 → 4:30`, `times of day are
//! shown`. The keys that JSON has stand in no sentence.

use chrono::NaiveDate;

use crate::published::change::{Field, Section, Value};

use super::Words;

/// What a switch of the portal shows or hides, and whether that is one thing.
const SWITCHES: [(&str, &str, bool); 13] = [
    ("timesheets", "time sheets", false),
    ("budget", "budgets", false),
    ("phases", "phases", false),
    ("tasks", "tasks", false),
    ("retainer", "the retainer", true),
    ("invoices", "invoices", false),
    ("unbilled", "unbilled work", true),
    ("expenses", "expenses", false),
    ("documents", "documents", false),
    ("notes", "notes", false),
    ("comments", "questions", false),
    ("clock", "times of day", false),
    ("rates", "rates and amounts", false),
];

/// What is so, and what is not: of flags that are no switches.
const FLAGS: [(&str, &str, &str); 8] = [
    ("enabled", "may come in again", "may no longer come in"),
    ("closed", "closed", "open again"),
    ("done", "done", "no longer done"),
    ("in-work", "being worked on", "no longer being worked on"),
    ("billable", "billable", "not billable"),
    (
        "running",
        "the current period",
        "no longer the current period",
    ),
    ("monthly", "by the month", "no longer by the month"),
    (
        "second-factor-required",
        "a second factor is required",
        "a second factor is no longer required",
    ),
];

/// Names that say little by themselves.
const LABELS: [(&str, &str); 21] = [
    ("client", "name"),
    ("business", "name of the business"),
    ("zone", "time zone"),
    ("welcome", "note"),
    ("unbilled", "unbilled work"),
    ("unbilled-amount", "amount of the unbilled work"),
    ("outstanding", "unpaid"),
    ("figures-of", "day of the figures"),
    ("clock", "time of day"),
    ("from", "from"),
    ("lasts-until", "projected end"),
    ("overage", "used beyond it"),
    ("per", "granted each"),
    ("invited-until", "invitation open until"),
    ("by", "change"),
    ("budget-now", "budget before it"),
    ("budget-then", "budget after it"),
    ("bytes", "size in bytes"),
    ("file", "PDF"),
    ("e-invoice", "e-invoice"),
    ("corrects", "invoice that it corrects"),
];

/// Texts that are words of ours, not of people.
const OF_OURS: [&str; 4] = ["state", "kind", "role", "per"];

impl Words {
    /// What reads otherwise of a thing.
    pub(super) fn field(&self, section: Section, field: &Field) -> String {
        if section == Section::File {
            return "its content".to_owned();
        }
        let own = self.switch(section, field);
        let own = own.or_else(|| flag(field));
        let own = own.or_else(|| self.of_its_own(section, field));
        own.unwrap_or_else(|| self.changed_value(&self.label(&field.name), field))
    }

    /// A part of the portal that comes or goes.
    fn switch(&self, section: Section, field: &Field) -> Option<String> {
        let Some(Value::Flag(on)) = field.is.as_ref().filter(|_| section == Section::Sections)
        else {
            return None;
        };
        let mut all = SWITCHES.iter();
        let (_, what, is_one) = all.find(|(name, _, _)| *name == field.name)?;
        let verb = if *is_one { "is" } else { "are" };
        let how = if *on { "shown" } else { "hidden" };
        Some(format!("{what} {verb} {how}"))
    }

    /// What is told in a sentence of its own.
    fn of_its_own(&self, section: Section, field: &Field) -> Option<String> {
        let text = |value: &Option<Value>| match value {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        Some(match (section, field.name.as_str()) {
            // What an entry is of is its time.
            (Section::Entry, "time") => {
                let (was, is) = (self.maybe(&field.was), self.maybe(&field.is));
                format!("{was} → {is}")
            }
            (Section::User, "invitation") => match (&field.was, &field.is) {
                (Some(_), Some(_)) => "another invitation".to_owned(),
                (None, _) => "a new invitation".to_owned(),
                (_, None) => "no open invitation".to_owned(),
            },
            (Section::User, name) if name.starts_with("notices ") => {
                let kind = name.trim_start_matches("notices ").replace('-', " ");
                match field.is {
                    Some(_) => format!("no mail about {kind}"),
                    None => format!("mail about {kind}"),
                }
            }
            (Section::Access, "from") => match text(&field.is).as_str() {
                "everywhere" => "from everywhere".to_owned(),
                networks => format!("only from {networks}"),
            },
            (Section::Access, "idle-minutes") => {
                format!("sessions end after {} idle minutes", self.maybe(&field.is))
            }
            _ => return None,
        })
    }

    fn changed_value(&self, label: &str, field: &Field) -> String {
        let shown = |value: &Option<Value>| {
            let text = self.maybe(value);
            match OF_OURS.contains(&field.name.as_str()) {
                true => text.replace('-', " "),
                false => text,
            }
        };
        let (was, is) = (shown(&field.was), shown(&field.is));
        match (was.is_empty(), is.is_empty()) {
            (true, _) => format!("{label} now {is}"),
            (_, true) if matches!(field.was, Some(Value::Text(_))) => {
                format!("{label} \"{was}\" no longer shown")
            }
            (_, true) => format!("{label} no longer shown"),
            (false, false) => format!("{label} {was} → {is}"),
        }
    }

    /// What a field is called: the first word of its name is ours, and what follows is a day, a person or a number.
    fn label(&self, name: &str) -> String {
        let (key, of) = name.split_once(' ').unwrap_or((name, ""));
        if of.is_empty() {
            let mut labels = LABELS.iter();
            let label = labels.find(|(known, _)| *known == key);
            return match (key, label) {
                ("week-of", _) => "week shown".to_owned(),
                (_, Some((_, label))) => (*label).to_owned(),
                (_, None) => key.replace('-', " "),
            };
        }
        let of = match of.parse::<NaiveDate>() {
            Ok(day) => day.format("%-d %B %Y").to_string(),
            Err(_) => of.to_owned(),
        };
        match key {
            "week-of" => format!("hours of the week of {of}"),
            "expires" => format!("ending on {of}"),
            key => format!("{} {of}", key.replace('-', " ")),
        }
    }

    /// A value; nothing where there is none.
    fn maybe(&self, value: &Option<Value>) -> String {
        value
            .as_ref()
            .map(|value| self.value(value))
            .unwrap_or_default()
    }
}

/// Something that is so now, or is not any more.
fn flag(field: &Field) -> Option<String> {
    let Some(Value::Flag(is)) = &field.is else {
        return None;
    };
    let mut all = FLAGS.iter();
    let (_, so, not) = all.find(|(name, _, _)| *name == field.name)?;
    Some(if *is { so } else { not }.to_string())
}

/// A part of a client's portal by its key, where nothing more can be told of it.
pub(super) fn part(key: &str) -> String {
    let (kind, of) = key.split_once('/').unwrap_or((key, ""));
    match kind {
        "console" => "first page".to_owned(),
        "talk" => "questions and approvals".to_owned(),
        "month" => {
            let first = format!("{of}-01").parse::<NaiveDate>();
            let month = first.map(|first| first.format("%B %Y").to_string());
            format!("entries of {}", month.unwrap_or_else(|_| of.to_owned()))
        }
        "expenses" => format!("expenses of {of}"),
        "invoice" => "an invoice".to_owned(),
        "document" => "a document".to_owned(),
        "file" => format!("file {of}"),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::duration::Seconds;

    #[test]
    fn no_key_stands_in_a_sentence() {
        let words = Words::new("2026-11-21".parse().unwrap());
        let field = |name: &str, was: Option<Value>, is: Option<Value>| Field {
            name: name.to_owned(),
            was,
            is,
        };
        let time = |hours: i64| Some(Value::Time(Seconds(hours * 3_600)));
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let flag = |is| Some(Value::Flag(is));
        let day = |day: &str| Some(Value::Day(day.parse().unwrap()));
        for (section, field, expected) in [
            (
                Section::Console,
                field("week-of 2026-08-31", time(0), time(4)),
                "hours of the week of 31 August 2026 0:00 → 4:00",
            ),
            (
                Section::Console,
                field("week-of", day("2026-11-16"), day("2026-11-09")),
                "week shown 16 Nov → 9 Nov",
            ),
            (
                Section::Console,
                field("hours-of Anna-Lena", None, time(4)),
                "hours of Anna-Lena now 4:00",
            ),
            (
                Section::Console,
                field("budget-left", time(4), None),
                "budget left no longer shown",
            ),
            (
                Section::Console,
                field("welcome", text(""), text("Hello")),
                "note now Hello",
            ),
            (
                Section::Sections,
                field("clock", flag(false), flag(true)),
                "times of day are shown",
            ),
            (
                Section::Sections,
                field("retainer", flag(true), flag(false)),
                "the retainer is hidden",
            ),
            (
                Section::Access,
                field("second-factor-required", flag(false), flag(true)),
                "a second factor is required",
            ),
            (
                Section::Access,
                field("from", text("everywhere"), text("10.0.0.0/8")),
                "only from 10.0.0.0/8",
            ),
            (
                Section::User,
                field("enabled", flag(true), flag(false)),
                "may no longer come in",
            ),
            (
                Section::User,
                field("notices weekly-summary", None, text("off")),
                "no mail about weekly summary",
            ),
            (
                Section::Entry,
                field("clock", None, text("09:00–10:15")),
                "time of day now 09:00–10:15",
            ),
            (
                Section::Entry,
                field("description", text("Layout"), None),
                "description \"Layout\" no longer shown",
            ),
            (
                Section::Period,
                field("expires 2026-11-30", time(2), time(1)),
                "ending on 30 November 2026 2:00 → 1:00",
            ),
            (
                Section::Invoice,
                field("credit-note CN-2026-0001", None, text("10.00 EUR")),
                "credit note CN-2026-0001 now 10.00 EUR",
            ),
            (
                Section::Invoice,
                field("state", text("issued"), text("partially-paid")),
                "state issued → partially paid",
            ),
        ] {
            assert_eq!(words.field(section, &field), expected);
        }
        for (key, expected) in [
            ("month/2026-11", "entries of November 2026"),
            ("console", "first page"),
            ("expenses/2026", "expenses of 2026"),
            ("file/2026-0001.pdf", "file 2026-0001.pdf"),
            ("users", "users"),
        ] {
            assert_eq!(part(key), expected);
        }
    }
}
