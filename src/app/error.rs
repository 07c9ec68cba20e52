//! What a use-case can fail with, sources kept. The words and the exit status are given in `cli`.

use std::path::PathBuf;

use crate::document::DocumentError;
use crate::document::einvoice::Lack;
use crate::document::letter;
use crate::document::template::TemplateError;
use crate::domain::Refusal;
use crate::domain::budget::ThresholdError;
use crate::domain::business::SettingError;
use crate::domain::journal::AccountsError;
use crate::domain::notification::NotificationError;
use crate::domain::report::GroupingError;
use crate::domain::schedule::ScheduleError;
use crate::domain::tax::TaxError;
use crate::domain::visibility::VisibilityError;
use crate::store::StoreError;
use crate::sync::SyncError;
use crate::values::amount::AmountError;
use crate::values::calendar::DateError;
use crate::values::duration::DurationError;
use crate::values::id::{IdError, RandomError};
use crate::values::item::ItemError;
use crate::values::money::MoneyError;
use crate::values::peppol_id::PeppolIdError;
use crate::values::planned::TypedTaskError;
use crate::values::text::TextError;

use super::einvoice::Incomplete;

/// What use-cases return.
pub type Result<T> = std::result::Result<T, Error>;

/// A use-case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was named is not there.
    #[error("there is no {noun} `{wanted}`")]
    NotFound {
        noun: &'static str,
        wanted: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// What was named is there more than once.
    #[error("there is more than one {noun} `{wanted}`: {}", among.join(", "))]
    Ambiguous {
        noun: &'static str,
        wanted: String,
        /// Each by what tells it apart: a user by its client, others by name.
        among: Vec<String>,
    },
    /// What was typed does not read.
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Import(#[from] super::import::ImportError),
    /// What an e-invoice needs is not there.
    #[error("`{}` lacks what an e-invoice needs: {}", .0.invoice, listed(&.0.lacks))]
    Incomplete(Incomplete),
    /// A template was tried and does not work.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A file of the user's.
    #[error("`{path}`: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
}

fn listed(lacks: &[Lack]) -> String {
    let words: Vec<String> = lacks.iter().map(ToString::to_string).collect();
    words.join("; ")
}

/// What was typed does not read: one of the values' parse errors.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Date(#[from] DateError),
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error(transparent)]
    Id(#[from] IdError),
    #[error("{field}: {source}")]
    Text {
        field: &'static str,
        source: TextError,
    },
    /// Standard input has no name.
    #[error("what comes on standard input has no name to be kept under")]
    Nameless,
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Visibility(#[from] VisibilityError),
    #[error(transparent)]
    Notification(#[from] NotificationError),
    #[error(transparent)]
    Grouping(#[from] GroupingError),
    #[error(transparent)]
    PeppolId(#[from] PeppolIdError),
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// What `run` is asked to do again.
    #[error("`{0}` is not the key of a piece of work; `loggia run` tells them")]
    JobKey(String),
    #[error(transparent)]
    Item(#[from] ItemError),
    #[error(transparent)]
    Task(#[from] TypedTaskError),
    #[error(transparent)]
    Tax(#[from] TaxError),
    #[error("the text of the mail cannot be used: {0}")]
    Letter(#[from] letter::TemplateError),
}

impl InputError {
    /// The stable code in `--json` errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Money(_) | Self::Amount(_) => "input.amount",
            Self::Date(_) => "input.date",
            Self::Duration(_) => "input.duration",
            Self::Id(_) => "input.reference",
            Self::Text { .. } => "input.text",
            Self::Grouping(_) => "input.grouping",
            Self::PeppolId(_) => "input.peppol_id",
            Self::Accounts(_) => "input.accounts",
            Self::Schedule(_) => "input.schedule",
            Self::JobKey(_) => "input.job",
            Self::Item(_) => "input.item",
            Self::Task(_) => "input.task",
            Self::Tax(_) => "input.tax",
            Self::Letter(_) => "input.template",
            Self::Threshold(_) => "input.thresholds",
            Self::Nameless => "usage.missing",
            Self::Setting(_) | Self::Visibility(_) | Self::Notification(_) => "input.setting",
        }
    }
}

macro_rules! input {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::Input(error.into())
            }
        }
    )*};
}

input!(
    AccountsError,
    AmountError,
    DateError,
    DurationError,
    GroupingError,
    IdError,
    ItemError,
    NotificationError,
    PeppolIdError,
    ScheduleError,
    SettingError,
    TaxError,
    letter::TemplateError,
    ThresholdError,
    TypedTaskError,
    VisibilityError
);

impl From<MoneyError> for Error {
    /// Amounts that were typed and do not read are input; arithmetic that cannot be done is a rule.
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Mixed { .. } | MoneyError::TooLarge => Self::Refused(error.into()),
            typed => Self::Input(typed.into()),
        }
    }
}

impl From<RandomError> for Error {
    fn from(error: RandomError) -> Self {
        Self::Store(error.into())
    }
}

/// Names the field of a text that does not read.
pub fn field<T>(name: &'static str, read: std::result::Result<T, TextError>) -> Result<T> {
    read.map_err(|source| {
        Error::Input(InputError::Text {
            field: name,
            source,
        })
    })
}
