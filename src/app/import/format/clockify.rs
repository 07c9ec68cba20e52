//! The CSV file of Clockify's detailed report (Reports → Detailed → Export → CSV; clockify.me/help, "Detailed report").
//!
//! Its columns are `Project, Client, Description, Task, User, Group, Email, Tags, Billable, Start Date, Start Time, End Date,
//! End Time, Duration (h), Duration (decimal), Billable Rate (USD), …`. Dates and times are written as the profile of whoever
//! exported says, so day or month may come first; the zone is that of the profile. With rounding switched on, the durations are
//! rounded and start and end are not: these count.

use super::Format;
use super::table::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    format: Format::Clockify,
    columns: &[
        (Field::Member, &["User"]),
        (Field::Email, &["Email"]),
        (Field::Client, &["Client"]),
        (Field::Project, &["Project"]),
        (Field::Task, &["Task"]),
        (Field::Note, &["Description"]),
        (Field::Billable, &["Billable"]),
        (Field::Date, &["Start Date"]),
        (Field::Start, &["Start Time"]),
        (Field::EndDate, &["End Date"]),
        (Field::End, &["End Time"]),
        (Field::Duration, &["Duration (h)"]),
        (Field::Hours, &["Duration (decimal)"]),
        (Field::Tags, &["Tags"]),
        (Field::Id, &["Id", "Time Entry ID"]),
    ],
    needed: &[
        ("User", &[&[Field::Member], &[Field::Email]]),
        ("Project", &[&[Field::Project]]),
        ("Start Date", &[&[Field::Date]]),
        (
            "Duration (h)",
            &[
                &[Field::Duration],
                &[Field::Hours],
                &[Field::Start, Field::EndDate, Field::End],
            ],
        ),
    ],
    commas: false,
    iso: false,
    exact: false,
    personal: true,
    empty_billable: None,
    quoted_tags: false,
};
