//! The CSV file of Harvest's detailed time report (Reports → Detailed report → Export; support.getharvest.com, "Importing and
//! exporting data").
//!
//! Its columns are `Date, Client, Project, Project Code, Task, Notes, Hours, Hours Rounded, Billable?, Invoiced?, Approved?,
//! First Name, Last Name, …`, with start and end where the account tracks them. `Hours Rounded` is not read: `Hours` is exact to
//! two places, and where these are a whole number of minutes, that is meant. There are no ids, and no times of day: a day may have
//! the same row twice.

use super::Format;
use super::table::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    format: Format::Harvest,
    columns: &[
        (Field::Member, &["Person", "Employee", "User"]),
        (Field::FirstName, &["First Name"]),
        (Field::LastName, &["Last Name"]),
        (Field::Email, &["Email"]),
        (Field::Client, &["Client"]),
        (Field::Project, &["Project"]),
        (Field::Task, &["Task"]),
        (Field::Note, &["Notes"]),
        (Field::Billable, &["Billable?", "Billable"]),
        (Field::Date, &["Date"]),
        (Field::Start, &["Started At", "Start Time"]),
        (Field::End, &["Ended At", "End Time"]),
        (Field::Hours, &["Hours"]),
        (Field::Id, &["ID", "Time Entry ID"]),
    ],
    needed: &[
        ("Date", &[&[Field::Date]]),
        ("Client", &[&[Field::Client]]),
        ("Project", &[&[Field::Project]]),
        ("Hours", &[&[Field::Hours]]),
        (
            "First Name",
            &[&[Field::FirstName], &[Field::LastName], &[Field::Member]],
        ),
    ],
    commas: false,
    iso: false,
    exact: false,
    personal: true,
    empty_billable: None,
    quoted_tags: false,
};
