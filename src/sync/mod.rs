//! The line to the portal: what is sent, asked and answered over HTTP, and what can go wrong with it.
//!
//! It carries what [`crate::published`] holds and looks into none of it; which client has to be sent is decided in `app::sync`.

mod address;
mod browse;
#[cfg(test)]
pub(crate) mod fake;
mod peer;

use std::fmt;

use url::Url;

use crate::published::protocol::Status;
use crate::values::id::Token;

pub use browse::browse;
pub use peer::Peer;

/// Where the portal is, and the secret that opens an account there.
#[derive(Clone)]
pub struct Connection {
    /// `https://portal.example`; plain http on this machine only.
    pub url: Url,
    pub token: Token,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// The address as people see it, and as pushes are noted.
    pub fn portal(&self) -> Result<String, SyncError> {
        Ok(address::Address::of(&self.url)?.as_str().to_owned())
    }

    /// Asks the portal who it is and what it holds.
    pub fn status(&self) -> Result<Status, SyncError> {
        Peer::connect(self)?.status()
    }
}

/// Why the portal was not reached, or did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    #[error("no portal is connected")]
    NotConnected,
    #[error("another sync of this store is running and does not finish")]
    Running,
    #[error("`{url}` is not the address of a portal")]
    BadAddress { url: String },
    #[error("`{url}` is not encrypted")]
    Insecure { url: String },
    #[error("the portal at `{url}` is not reachable: {reason}")]
    Unreachable { url: String, reason: String },
    /// It answers that it cannot.
    #[error("the portal at `{url}` failed: {message}")]
    Failing { url: String, message: String },
    #[error("the portal does not know the token")]
    TokenRefused,
    #[error("the portal refused the token: {message}")]
    AccountDisabled { message: String },
    /// The message of the portal says who must update.
    #[error("{message}")]
    Protocol { ours: u32, message: String },
    #[error(
        "the portal has a newer state of client `{client}` than this store knows of (revision {theirs}, here {ours}): \
         this store is an older copy, or another copy of it was synced since"
    )]
    Stale {
        client: String,
        ours: u64,
        theirs: u64,
    },
    #[error("{message}")]
    Limit { message: String },
    #[error("the portal refused: {message}")]
    Refused { code: String, message: String },
    #[error(
        "the portal at `{url}` is older than this program and sends no notices: whoever runs it has to update it"
    )]
    SendsNoNotices { url: String },
    #[error("`{url}` does not answer as a portal does: {reason}")]
    BadAnswer { url: String, reason: String },
}

impl SyncError {
    /// The stable code in `--json` errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConnected => "portal.not_connected",
            Self::Running => "sync.running",
            Self::BadAddress { .. } => "portal.address",
            Self::Insecure { .. } => "portal.insecure",
            Self::Unreachable { .. } => "portal.unreachable",
            Self::Failing { .. } => "portal.failing",
            Self::TokenRefused => "portal.token_refused",
            Self::AccountDisabled { .. } => "portal.account_disabled",
            Self::Protocol { .. } => "portal.protocol",
            Self::Stale { .. } => "sync.stale",
            Self::Limit { .. } => "portal.limit",
            Self::Refused { .. } => "portal.refused",
            Self::SendsNoNotices { .. } => "portal.no_notices",
            Self::BadAnswer { .. } => "portal.bad_answer",
        }
    }

    /// Whether no other client would fare better.
    pub fn is_of_connection(&self) -> bool {
        match self {
            Self::NotConnected
            | Self::Running
            | Self::BadAddress { .. }
            | Self::Insecure { .. }
            | Self::Unreachable { .. }
            | Self::TokenRefused
            | Self::AccountDisabled { .. }
            | Self::Protocol { .. } => true,
            Self::Failing { .. }
            | Self::Stale { .. }
            | Self::Limit { .. }
            | Self::Refused { .. }
            | Self::SendsNoNotices { .. }
            | Self::BadAnswer { .. } => false,
        }
    }
}
