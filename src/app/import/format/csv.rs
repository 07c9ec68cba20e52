//! Any table with named columns, and the one that `loggia time export csv` writes.
//!
//! `--map FIELD=COLUMN` says what a column is where its name does not. `project` is `client/project`, or the project of the column
//! `client`. `start` and `end` are moments (`2026-03-02T09:00:00+01:00`, `2026-03-02 09:00`) or times of the day in `date`; else
//! `seconds`, `duration` (`1:30`, `1h30m`, `1.50` hours), `hours` or `minutes` tell the length. A column `id` makes a row known
//! again whatever else changed in it.

use super::Format;
use super::table::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    format: Format::Csv,
    columns: &[
        (Field::Id, &["id", "external_id", "entry id"]),
        (
            Field::Member,
            &[
                "member",
                "user",
                "person",
                "employee",
                "name",
                "mitarbeiter",
            ],
        ),
        (Field::FirstName, &["first name", "first_name", "vorname"]),
        (Field::LastName, &["last name", "last_name", "nachname"]),
        (Field::Email, &["email", "e-mail"]),
        (Field::Client, &["client", "customer", "kunde"]),
        (Field::Project, &["project", "projekt"]),
        (Field::Phase, &["phase"]),
        (Field::Task, &["task", "activity", "aufgabe"]),
        // Beside a task; alone it is one.
        (Field::Activity, &["activity"]),
        (
            Field::Note,
            &["note", "notes", "description", "comment", "beschreibung"],
        ),
        (Field::InternalNote, &["internal_note", "internal note"]),
        (Field::Billable, &["billable", "billable?", "abrechenbar"]),
        (Field::Tags, &["tags", "tag"]),
        (Field::Rate, &["rate"]),
        (
            Field::Date,
            &["date", "day", "start date", "start_date", "datum"],
        ),
        (
            Field::Start,
            &["start", "start time", "start_time", "begin", "from", "von"],
        ),
        (Field::EndDate, &["end date", "end_date"]),
        (
            Field::End,
            &["end", "end time", "end_time", "stop", "to", "bis"],
        ),
        (Field::Seconds, &["seconds"]),
        (Field::Duration, &["duration", "dauer", "time"]),
        (Field::Hours, &["hours", "stunden"]),
        (Field::Minutes, &["minutes", "minuten"]),
        (Field::Break, &["break", "pause"]),
    ],
    needed: &[
        ("the project", &[&[Field::Project]]),
        ("the day", &[&[Field::Date], &[Field::Start]]),
        (
            "the time worked",
            &[
                &[Field::Seconds],
                &[Field::Duration],
                &[Field::Hours],
                &[Field::Minutes],
                &[Field::Start, Field::End],
            ],
        ),
    ],
    commas: false,
    iso: false,
    exact: false,
    personal: false,
    empty_billable: None,
    quoted_tags: true,
};
