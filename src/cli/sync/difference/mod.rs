//! What a client would notice, in words: `21 Nov, Website: 2:30 → 3:00 "Landing page"`.

mod field;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::app::sync::Seen;
use crate::published::change::{Change, Field, How, Section, Summary, Value};
use crate::values::text::escape_terminal;

use super::super::count::count;

/// Lines that are shown of a client without `--all`.
const LINES: usize = 12;
/// Things of which one changed in so many ways are told by the first.
const FIELDS: usize = 6;
/// The longest text within a line.
const LONGEST: usize = 60;

/// Words for changes, on a day: days of its year need no year.
#[derive(Debug)]
pub(super) struct Words {
    year: i32,
}

impl Words {
    pub(super) fn new(today: NaiveDate) -> Self {
        Self { year: today.year() }
    }

    /// What a client would notice, line by line. Each begins with `+`, `~` or `-`.
    pub(super) fn lines(&self, seen: &Seen, all: bool) -> Vec<String> {
        if seen.changes.is_empty() {
            let whole = self.whole(&seen.summary);
            return whole.into_iter().collect();
        }
        let most = match all || seen.changes.len() <= LINES + 1 {
            true => usize::MAX,
            false => LINES,
        };
        let mut lines: Vec<String> = seen
            .changes
            .iter()
            .take(most)
            .map(|change| escape_terminal(&self.line(change)))
            .collect();
        let left = seen.changes.len().saturating_sub(lines.len());
        if left > 0 {
            let counted: Vec<String> = seen
                .summary
                .iter()
                .map(|one| {
                    let sign = sign(one.how);
                    format!("{sign}{}", self.counted(one))
                })
                .collect();
            lines.push(format!(
                "and {left} more; in all {}; --all shows each",
                counted.join(", ")
            ));
        }
        lines
    }

    /// All of a client comes or goes: `+ 3 projects, 214 entries from 3 Jan to 20 Nov, 5 invoices, 2 users`.
    fn whole(&self, summary: &[Summary]) -> Option<String> {
        let how = summary.first()?.how;
        let told = summary.iter().filter(|one| {
            !matches!(
                one.section,
                Section::Console | Section::Sections | Section::Access | Section::Period
            )
        });
        let counted: Vec<String> = told.map(|one| self.counted(one)).collect();
        let counted = match counted.is_empty() {
            true => "the console".to_owned(),
            false => counted.join(", "),
        };
        Some(format!("{} {counted}", sign(how)))
    }

    fn counted(&self, one: &Summary) -> String {
        let (single, many) = nouns(one.section);
        let mut text = count(one.count, single, many);
        if one.section == Section::Entry
            && let Some((from, to)) = one.days
        {
            text.push_str(&match from == to {
                true => format!(" of {}", self.day(from)),
                false => format!(" from {} to {}", self.day(from), self.day(to)),
            });
            if let Some(time) = one.time {
                text.push_str(&format!(" ({})", time.clock()));
            }
        }
        text
    }

    /// One change.
    pub(super) fn line(&self, change: &Change) -> String {
        let text = match change.how {
            _ if change.section == Section::Part => {
                let part = change.name.as_deref().unwrap_or_default();
                format!("{}: in details", field::part(part))
            }
            How::Changed => self.changed(change),
            How::Added | How::Removed => self.whole_thing(change),
        };
        format!("{} {text}", sign(change.how))
    }

    fn whole_thing(&self, change: &Change) -> String {
        let name = change.name.as_deref().unwrap_or_default();
        if change.section == Section::User {
            return match change.how {
                How::Removed => format!("{name} may no longer come in"),
                _ => {
                    let role = change.note.as_deref().unwrap_or_default();
                    format!("{name} may come in ({role})")
                }
            };
        }
        let mut text = self.subject(change);
        if let Some(value) = &change.value {
            text.push_str(&format!(": {}", self.value(value)));
        }
        if let Some(note) = &change.note {
            text.push_str(&format!(" {}", quoted(note)));
        }
        text
    }

    fn changed(&self, change: &Change) -> String {
        // What was drawn is told by the entries and by what is used; what an invitation is by when it ends.
        let (draws, mut fields): (Vec<&Field>, Vec<&Field>) =
            change.fields.iter().partition(|field| is_draw(field));
        let is_invitation = |field: &&Field| field.name == "invitation";
        if fields.iter().any(is_invitation) {
            fields.retain(|field| field.name != "invited-until");
        }
        let mut told: Vec<String> = fields
            .iter()
            .take(FIELDS)
            .map(|field| self.field(change.section, field))
            .collect();
        let left = fields.len().saturating_sub(told.len());
        if left > 0 {
            told.push(format!("and {left} more"));
        }
        if told.is_empty() {
            told.push(drawn(&draws));
        }
        let told = told.join(", ");
        let mut text = match change.section {
            Section::Sections => told,
            _ => format!("{}: {told}", self.subject(change)),
        };
        let rewritten = |field: &Field| field.name == "description" || field.name == "text";
        if matches!(change.section, Section::Entry | Section::Message)
            && let Some(note) = &change.note
            && !change.fields.iter().any(rewritten)
        {
            text.push_str(&format!(" {}", quoted(note)));
        }
        text
    }

    /// What a change is of.
    fn subject(&self, change: &Change) -> String {
        let name = change.name.as_deref().unwrap_or_default();
        if change.count > 1 {
            let (single, many) = nouns(change.section);
            let mut text = count(change.count, single, many);
            if let (Some(from), Some(to)) = (change.day, change.until) {
                text.push_str(&format!(" from {} to {}", self.day(from), self.day(to)));
            }
            return text;
        }
        let day = change.day.map(|day| self.day(day)).unwrap_or_default();
        match change.section {
            Section::Entry => format!("{day}, {name}"),
            Section::Console => "first page".to_owned(),
            Section::Access => "signing in".to_owned(),
            Section::Sections => nouns(change.section).0.to_owned(),
            Section::User | Section::Part => name.to_owned(),
            Section::Period => format!("retainer, period from {day}"),
            Section::Message => format!("message of {name}, {day}"),
            section => format!("{} {name}", nouns(section).0),
        }
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => short(text),
            Value::Time(seconds) => seconds.clock(),
            Value::Money(money) => money.to_string(),
            Value::Day(day) => self.day(*day),
            Value::Number(number) => number.normalize().to_string(),
            Value::Flag(true) => "yes".to_owned(),
            Value::Flag(false) => "no".to_owned(),
        }
    }

    fn day(&self, day: NaiveDate) -> String {
        let format = match day.year() == self.year {
            true => "%-d %b",
            false => "%-d %b %Y",
        };
        day.format(format).to_string()
    }
}

/// A draw on a retainer.
fn is_draw(field: &Field) -> bool {
    field.name.starts_with("draw ")
}

/// What becomes of single draws where nothing else does.
fn drawn(draws: &[&Field]) -> String {
    let all = count(draws.len(), "draw", "draws");
    if draws.iter().all(|draw| draw.is.is_none()) {
        format!("{all} no longer listed")
    } else if draws.iter().all(|draw| draw.was.is_none()) {
        format!("{all} more listed")
    } else {
        format!("{all} listed otherwise")
    }
}

fn sign(how: How) -> char {
    match how {
        How::Added => '+',
        How::Changed => '~',
        How::Removed => '-',
    }
}

fn nouns(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Console => ("first page", "first pages"),
        Section::Sections => ("choice of what is shown", "choices of what is shown"),
        Section::Access => ("way to sign in", "ways to sign in"),
        Section::User => ("user", "users"),
        Section::Project => ("project", "projects"),
        Section::Phase => ("phase", "phases"),
        Section::Task => ("task", "tasks"),
        Section::Retainer => ("retainer", "retainers"),
        Section::Period => ("retainer period", "retainer periods"),
        Section::Question => ("question", "questions"),
        Section::Message => ("message", "messages"),
        Section::Request => ("request", "requests"),
        Section::Document => ("document", "documents"),
        Section::Expense => ("expense", "expenses"),
        Section::Entry => ("entry", "entries"),
        Section::Invoice => ("invoice", "invoices"),
        Section::File => ("file", "files"),
        Section::Part => ("part", "parts"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text))
}

/// One line of a text, not too long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("{}…", cut.trim_end())
}

/// One change in JSON.
#[derive(Debug, Serialize)]
pub(super) struct ChangeView {
    section: &'static str,
    change: &'static str,
    count: usize,
    day: Option<NaiveDate>,
    until: Option<NaiveDate>,
    name: Option<String>,
    note: Option<String>,
    value: Option<Json>,
    fields: Vec<FieldView>,
    /// The same in words.
    text: String,
}

#[derive(Debug, Serialize)]
struct FieldView {
    name: String,
    was: Option<Json>,
    is: Option<Json>,
}

impl ChangeView {
    pub(super) fn of(change: &Change, words: &Words) -> Self {
        let field = |field: &Field| FieldView {
            name: field.name.clone(),
            was: field.was.as_ref().map(in_json),
            is: field.is.as_ref().map(in_json),
        };
        Self {
            section: change.section.word(),
            change: change.how.word(),
            count: change.count,
            day: change.day,
            until: change.until,
            name: change.name.clone(),
            note: change.note.clone(),
            value: change.value.as_ref().map(in_json),
            fields: change.fields.iter().map(field).collect(),
            text: words.line(change),
        }
    }
}

/// A value as it stands in other answers.
fn in_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Time(seconds) => json!({ "seconds": seconds.0, "hours": seconds.hours() }),
        Value::Money(money) => {
            json!({ "amount": money.amount(), "currency": money.currency().code() })
        }
        Value::Day(day) => json!(day),
        Value::Number(number) => json!(number.normalize().to_string()),
        Value::Flag(flag) => json!(flag),
    }
}

/// How many of a kind.
#[derive(Debug, Serialize)]
pub(super) struct SummaryView {
    section: &'static str,
    change: &'static str,
    count: usize,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    seconds: Option<i64>,
}

impl SummaryView {
    pub(super) fn of(one: &Summary) -> Self {
        Self {
            section: one.section.word(),
            change: one.how.word(),
            count: one.count,
            from: one.days.map(|(from, _)| from),
            to: one.days.map(|(_, to)| to),
            seconds: one.time.map(|time| time.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::duration::Seconds;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn change(section: Section, how: How, name: &str) -> Change {
        Change {
            section,
            how,
            count: 1,
            day: None,
            until: None,
            name: Some(name.to_owned()),
            note: None,
            value: None,
            fields: Vec::new(),
        }
    }

    fn field(name: &str, was: impl Into<Value>, is: impl Into<Value>) -> Field {
        Field {
            name: name.to_owned(),
            was: Some(was.into()),
            is: Some(is.into()),
        }
    }

    #[test]
    fn changes_in_words() {
        let words = Words::new(day("2026-11-21"));
        let entry = |how| Change {
            day: Some(day("2026-11-21")),
            note: Some("Landing\npage".to_owned()),
            value: Some(Value::Time(Seconds(10_800))),
            ..change(Section::Entry, how, "Website")
        };
        let euro = |amount: &str| {
            let currency = crate::values::money::Currency::parse("EUR").unwrap();
            Value::Money(crate::values::money::Money::parse(amount, currency).unwrap())
        };
        let cases = [
            (
                entry(How::Added),
                "+ 21 Nov, Website: 3:00 \"Landing page\"",
            ),
            (
                Change {
                    fields: vec![field("time", Seconds(9_000), Seconds(10_800))],
                    ..entry(How::Changed)
                },
                "~ 21 Nov, Website: 2:30 → 3:00 \"Landing page\"",
            ),
            (
                Change {
                    fields: vec![field("description", "Landing", "Landing page")],
                    ..entry(How::Changed)
                },
                "~ 21 Nov, Website: description Landing → Landing page",
            ),
            (
                Change {
                    day: Some(day("2025-12-31")),
                    ..entry(How::Removed)
                },
                "- 31 Dec 2025, Website: 3:00 \"Landing page\"",
            ),
            (
                Change {
                    count: 214,
                    day: Some(day("2026-01-03")),
                    until: Some(day("2026-11-20")),
                    name: None,
                    note: None,
                    fields: vec![field("member", "Mara", "Member A")],
                    ..entry(How::Changed)
                },
                "~ 214 entries from 3 Jan to 20 Nov: member Mara → Member A",
            ),
            (
                Change {
                    note: Some("full".to_owned()),
                    ..change(Section::User, How::Added, "jo@acme.example")
                },
                "+ jo@acme.example may come in (full)",
            ),
            (
                change(Section::User, How::Removed, "jo@acme.example"),
                "- jo@acme.example may no longer come in",
            ),
            (
                Change {
                    value: Some(euro("1190")),
                    ..change(Section::Invoice, How::Added, "2026-0007")
                },
                "+ invoice 2026-0007: 1190.00 EUR",
            ),
            (
                Change {
                    fields: vec![
                        field("state", "sent", "paid"),
                        Field {
                            name: "balance".to_owned(),
                            was: Some(euro("1190")),
                            is: Some(euro("0")),
                        },
                    ],
                    ..change(Section::Invoice, How::Changed, "2026-0007")
                },
                "~ invoice 2026-0007: state sent → paid, balance 1190.00 EUR → 0.00 EUR",
            ),
            (
                Change {
                    day: Some(day("2026-11-01")),
                    fields: vec![
                        field("hours-left", Seconds(14_400), Seconds(5_400)),
                        field("draw 1", "2h 30m Mara", "5h Mara"),
                    ],
                    ..change(Section::Period, How::Changed, "20h a month")
                },
                "~ retainer, period from 1 Nov: hours left 4:00 → 1:30",
            ),
            (
                Change {
                    fields: vec![field("invoices", true, false)],
                    ..change(Section::Sections, How::Changed, "")
                },
                "~ invoices are hidden",
            ),
            (
                Change {
                    fields: vec![field("content", "aa", "bb")],
                    ..change(Section::File, How::Changed, "2026-0007.pdf")
                },
                "~ file 2026-0007.pdf: its content",
            ),
            (
                change(Section::Part, How::Changed, "month/2026-11"),
                "~ entries of November 2026: in details",
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(words.line(&change), expected);
        }
    }

    #[test]
    fn a_long_list_is_cut_and_counted_and_a_whole_client_summed_up() {
        let words = Words::new(day("2026-11-21"));
        let changes: Vec<Change> = (0..20)
            .map(|_| change(Section::Task, How::Added, "Website / Design\u{1b}[31m"))
            .collect();
        let summary = crate::published::change::summary(&changes);
        let seen = Seen { changes, summary };
        let lines = words.lines(&seen, false);
        assert_eq!(lines.len(), LINES + 1);
        assert!(!lines[0].contains('\u{1b}'));
        assert_eq!(
            lines[LINES],
            "and 8 more; in all +20 tasks; --all shows each"
        );
        assert_eq!(words.lines(&seen, true).len(), 20);
        let seen = Seen {
            changes: Vec::new(),
            summary: vec![
                Summary {
                    section: Section::Console,
                    how: How::Added,
                    count: 1,
                    days: None,
                    time: None,
                },
                Summary {
                    section: Section::Entry,
                    how: How::Added,
                    count: 214,
                    days: Some((day("2026-01-03"), day("2026-11-20"))),
                    time: Some(Seconds(36_000)),
                },
            ],
        };
        let whole = words.lines(&seen, false);
        assert_eq!(whole, ["+ 214 entries from 3 Jan to 20 Nov (10:00)"]);
        assert!(words.lines(&Seen::default(), false).is_empty());
    }
}
