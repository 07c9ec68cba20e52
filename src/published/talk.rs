//! What is talked about with a client: questions with their answers, and what the client is asked to approve.
//!
//! What client users wrote comes back here once the account has taken it in, so that a portal that lost its data gets it again.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::text::{Note, TextError};

use super::chunk::{Digest, KeyError};

/// The most characters of one message.
pub const LONGEST_MESSAGE: usize = 4_000;

/// A message as somebody typed it: plain text without what cannot be shown safely, not empty, not too long.
pub fn message(typed: &str) -> Result<Note, TextError> {
    let note = Note::parse(typed)?;
    if note.as_str().chars().count() > LONGEST_MESSAGE {
        return Err(TextError::TooLong {
            most: LONGEST_MESSAGE,
        });
    }
    Ok(note)
}

/// All questions and requests that a client sees, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    pub threads: Vec<Thread>,
    pub requests: Vec<Request>,
}

/// A question with its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    pub id: PublicId,
    pub about: About,
    /// The project, task, work or invoice in words; none where it is about the client as a whole or about a request.
    pub name: Option<String>,
    /// The owner has closed it.
    pub done: bool,
    /// In order.
    pub messages: Vec<Message>,
}

/// What somebody wrote. There is its day only: the clock times of the team are nobody's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub id: PublicId,
    pub day: NaiveDate,
    pub author: Author,
    pub text: String,
}

/// Who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum Author {
    /// A user of the client.
    User { id: PublicId, name: String },
    /// A member of the team under the name that this client may see.
    Team { name: String },
}

/// What a thread is about. The text form stands in addresses and on the wire: `client`, `project/ID`, `entry/2026-11-12/ID`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum About {
    /// No object in particular.
    Client,
    Project(PublicId),
    Task(PublicId),
    /// An entry, or a sum of entries, by its day.
    Entry(NaiveDate, PublicId),
    Invoice(PublicId),
    /// What was asked to be approved.
    Request(PublicId),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("client"),
            Self::Project(id) => write!(f, "project/{id}"),
            Self::Task(id) => write!(f, "task/{id}"),
            Self::Entry(day, id) => write!(f, "entry/{day}/{id}"),
            Self::Invoice(id) => write!(f, "invoice/{id}"),
            Self::Request(id) => write!(f, "request/{id}"),
        }
    }
}

impl FromStr for About {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let unknown = || KeyError(text.chars().take(100).collect());
        let id = |text: &str| PublicId::parse(text).map_err(|_| unknown());
        let mut parts = text.split('/');
        let parts = (parts.next(), parts.next(), parts.next(), parts.next());
        match parts {
            (Some("client"), None, ..) => Ok(Self::Client),
            (Some("project"), Some(project), None, _) => id(project).map(Self::Project),
            (Some("task"), Some(task), None, _) => id(task).map(Self::Task),
            (Some("invoice"), Some(invoice), None, _) => id(invoice).map(Self::Invoice),
            (Some("request"), Some(request), None, _) => id(request).map(Self::Request),
            (Some("entry"), Some(day), Some(entry), None) => {
                let day: NaiveDate = day.parse().map_err(|_| unknown())?;
                if !(1..=9_999).contains(&day.year()) {
                    return Err(unknown());
                }
                // Questions were asked while ids of entries were long.
                id(entry).map(|entry| Self::Entry(day, entry.short()))
            }
            _ => Err(unknown()),
        }
    }
}

impl From<About> for String {
    fn from(about: About) -> Self {
        about.to_string()
    }
}

impl TryFrom<String> for About {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

/// Something that the client is asked to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub id: PublicId,
    pub asked: NaiveDate,
    pub what: Asked,
    /// What the owner says about it.
    pub note: Option<String>,
    pub answer: Option<Decision>,
}

impl Request {
    /// Hash over what is asked: who approves approves just this.
    pub fn digest(&self) -> Result<Digest, serde_json::Error> {
        let shown = (&self.id, &self.what, &self.note);
        serde_json::to_vec(&shown).map(|bytes| Digest::of(&bytes))
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Asked {
    /// More budget for a project.
    Budget {
        project: PublicId,
        name: String,
        /// So much more.
        by: Amount,
        /// What it is and what it would be, where the client sees the budget.
        change: Option<(Amount, Amount)>,
        /// It is counted by the month.
        monthly: bool,
    },
    /// Worked time of some days.
    Timesheet {
        from: NaiveDate,
        to: NaiveDate,
        seconds: Seconds,
        /// By day; none once it is answered.
        rows: Vec<SheetRow>,
    },
}

/// An entry, or a sum of entries where the client sees only summaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetRow {
    pub day: NaiveDate,
    pub project: String,
    pub member: String,
    pub description: Option<String>,
    pub seconds: Seconds,
}

/// The client's answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub approved: bool,
    /// Who answered.
    pub by: String,
    pub at: DateTime<Utc>,
    pub note: Option<String>,
    /// The owner undid what followed from it: it does not hold any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_back: bool,
    /// Some of the work was changed or reopened: that holds no more, the rest does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_is_about_reads_back_as_it_is_written() {
        let id = || PublicId::from_bytes([7; 16]);
        let day = "2026-11-12".parse().unwrap();
        let all = [
            About::Client,
            About::Project(id()),
            About::Task(id()),
            About::Entry(day, id().short()),
            About::Invoice(id()),
            About::Request(id()),
        ];
        for about in all {
            assert_eq!(about.to_string().parse(), Ok(about));
        }
        let id = id();
        let long = format!("entry/{day}/{id}");
        assert_eq!(long.parse(), Ok(About::Entry(day, id.clone().short())));
        for text in [
            String::new(),
            "client/".to_owned(),
            "project".to_owned(),
            format!("project/{id}/"),
            format!("entry/{id}"),
            format!("entry/2026-13-01/{id}"),
            format!("member/{id}"),
            "invoice/2026-0007".to_owned(),
        ] {
            assert!(text.parse::<About>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_message_is_plain_text_of_some_length() {
        assert_eq!(message(" Why?\r\n ").unwrap().as_str(), "Why?");
        assert!(message(&"ä".repeat(LONGEST_MESSAGE)).is_ok());
        for typed in ["", " \n ", "a\u{202e}b", "a\u{0}b"] {
            assert!(message(typed).is_err(), "{typed:?}");
        }
        assert!(message(&"a".repeat(LONGEST_MESSAGE + 1)).is_err());
    }
}
