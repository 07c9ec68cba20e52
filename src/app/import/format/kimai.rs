//! Kimai's export as CSV, in English or German, and the JSON of its API.
//!
//! The columns are those of `src/Export/ColumnConverter.php` with the words of Kimai's translations (`Date, From, To, Duration, …,
//! Name, User, Customer, Project, Activity, Description, Billable, Tags, …`; older ones say `Begin` and `End`, with the date in
//! them). An activity is a task. In a `Billable` column an empty cell is a no, as older exports write it. A break is taken off the
//! end, since an entry is what passed from its start to its end.
//!
//! The JSON is a list of timesheets as `GET /api/timesheets?full=true` gives them, with their ids.

use serde_json::Value;

use super::super::problem::{ImportError, Reason};
use super::Format;
use super::field::{self, Moment};
use super::reading::{Draft, Labels, Reading, each_element, shown};
use super::table::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    format: Format::Kimai,
    columns: &[
        (Field::Id, &["ID"]),
        (Field::Date, &["Date", "Datum"]),
        (Field::Start, &["From", "Begin", "Von", "Beginn"]),
        (Field::End, &["To", "End", "Bis", "Ende"]),
        (Field::Duration, &["Duration", "Dauer"]),
        (Field::Break, &["Break", "Pause"]),
        (Field::Member, &["User", "Username", "Name", "Benutzer"]),
        (Field::Email, &["Email", "E-Mail"]),
        (Field::Client, &["Customer", "Kunde"]),
        (Field::Project, &["Project", "Projekt"]),
        (Field::Task, &["Activity", "Tätigkeit"]),
        (Field::Note, &["Description", "Beschreibung"]),
        (Field::Billable, &["Billable", "Abrechenbar"]),
        (Field::Tags, &["Tags", "Schlagworte"]),
    ],
    needed: &[
        ("Date", &[&[Field::Date], &[Field::Start]]),
        (
            "Duration",
            &[&[Field::Duration], &[Field::Start, Field::End]],
        ),
        ("Customer", &[&[Field::Client]]),
        ("Project", &[&[Field::Project]]),
        ("Activity", &[&[Field::Task]]),
    ],
    commas: false,
    iso: false,
    exact: false,
    personal: false,
    empty_billable: Some(false),
    quoted_tags: false,
};

const LABELS: Labels = Labels {
    name: "user",
    client: "customer",
    task: "activity",
    note: "description",
    ..Labels::PLAIN
};

/// Reads the JSON.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) -> Result<(), ImportError> {
    reading.count_entries();
    each_element(text, |number, sheet| {
        let id = sheet.get("id").map(Value::to_string).unwrap_or_default();
        let draft = timesheet(reading, sheet, &id);
        reading.take(number, draft, &LABELS);
    })
}

fn timesheet<'t>(
    reading: &Reading<'_>,
    sheet: &'t Value,
    id: &'t str,
) -> Result<Draft<'t>, Reason> {
    let text = |value: &'t Value| value.as_str().unwrap_or_default();
    let name = |value: Option<&'t Value>| match value {
        Some(Value::Object(object)) => Ok(object.get("name").map(text).unwrap_or_default()),
        Some(Value::Number(number)) => Err(Reason::Syntax {
            text: number.to_string(),
            expected: "a name; ask for `/api/timesheets?full=true`",
        }),
        _ => Ok(""),
    };
    let instant = |key: &'static str| {
        let text = sheet.get(key).map(text).unwrap_or_default();
        match field::moment(text) {
            _ if text.is_empty() => Ok(None),
            Some(Moment::Instant(instant)) => Ok(Some(instant)),
            _ => Err(Reason::Time {
                column: key,
                text: shown(text),
            }),
        }
    };
    let start = instant("begin")?.ok_or(Reason::Empty("begin"))?;
    let end = instant("end")?.ok_or(Reason::Running)?;
    let times = reading.clock.instants(start, end)?;
    let project = sheet.get("project");
    let user = sheet.get("user").filter(|user| user.is_object());
    let user = user.and_then(|user| {
        let names = ["alias", "username"];
        names.iter().find_map(|key| user.get(key)?.as_str())
    });
    let tags = sheet.get("tags").and_then(Value::as_array);
    Ok(Draft {
        name: user.unwrap_or_default().into(),
        client: name(project.and_then(|project| project.get("customer")))?,
        project: name(project)?.into(),
        task: name(sheet.get("activity"))?.into(),
        note: sheet
            .get("description")
            .map(text)
            .unwrap_or_default()
            .into(),
        billable: sheet.get("billable").and_then(Value::as_bool),
        tags: tags
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(Into::into)
            .collect(),
        id,
        ..Draft::of(times)
    })
}
