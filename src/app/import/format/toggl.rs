//! The CSV file of Toggl Track's detailed report (Reports → Detailed → Export; `toggl_track` help: "Exporting reports").
//!
//! Times are local and without a zone. `Duration` is what passed; where start and end do not give it, the row is refused, unless
//! they differ by a clock change in between: then the instants count. A row without start and end is a day and a length.

use super::Format;
use super::table::{Dialect, Field};

/// Newer exports say `Member` and `Stop date`.
pub(super) static DIALECT: Dialect = Dialect {
    format: Format::Toggl,
    columns: &[
        (Field::Member, &["User", "Member"]),
        (Field::Email, &["Email"]),
        (Field::Client, &["Client"]),
        (Field::Project, &["Project"]),
        (Field::Task, &["Task"]),
        (Field::Note, &["Description"]),
        (Field::Billable, &["Billable"]),
        (Field::Date, &["Start date"]),
        (Field::Start, &["Start time"]),
        (Field::EndDate, &["End date", "Stop date"]),
        (Field::End, &["End time", "Stop time"]),
        (Field::Duration, &["Duration"]),
        (Field::Tags, &["Tags"]),
    ],
    needed: &[
        ("Email", &[&[Field::Email], &[Field::Member]]),
        ("Client", &[&[Field::Client]]),
        ("Project", &[&[Field::Project]]),
        ("Start date", &[&[Field::Date]]),
        ("Start time", &[&[Field::Start]]),
        (
            "Duration",
            &[&[Field::Duration], &[Field::EndDate, Field::End]],
        ),
    ],
    commas: true,
    iso: true,
    exact: true,
    personal: true,
    empty_billable: None,
    quoted_tags: false,
};
