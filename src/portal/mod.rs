//! The portal: a server where the clients of a freelancer or agency see their hours, budgets and invoices.
//!
//! It shows what was published and nothing else: it cannot name the books, and it has no rule of visibility to get wrong. What a
//! role may see is one function in [`viewer`]; what an address needs is one table in `router`.
//!
//! ```text
//! server ── router (every route, who may call it) ── guard (host, headers, session → Viewer, token → Account)
//!              ├── ingest ── the sync API          ┐
//!              ├── sign_in, invitation, reset,     │── store::PortalStore ── store::sqlite, store::postgres
//!              │   account ── password, proof      │
//!              └── page/ ── template, chart, format, words┘
//! mail ── what is in the outbox goes out ──────────┘
//! operator ── what the command line does ──────────┘
//! ```
//!
//! **People.** A *person* is one mail address within one account (provider) and holds the password. A *membership* makes a person
//! a user of one client, with a role; it counts once its invitation was accepted. The same address with two accounts is two
//! persons with two passwords: an account that invites somebody must not be able to set the password of another account's
//! client. A sign-in tries them all (they share a salt, so it is one computation), and the session reaches the clients of those
//! whose password it was. An operator's link opens a session that reaches one membership and nothing else.
//!
//! **Second factors** belong to a person: an authenticator's codes, or passkeys, with a set of recovery codes beside them. Whoever
//! has one is asked for it after the password; until then there is a *half session*, which opens nothing. A passkey knows its user
//! and stands for both. What is changed on the account page is changed for all persons of the session at once, and ends their other
//! sessions. The secrets of authenticators are sealed with a key that is not in the database ([`SealKey`]).
//!
//! **Accepting an invitation** always sets the person's password and ends the person's other sessions, so inviting again is also
//! the way back in for who forgot it; so is a link that is mailed on demand. Neither passes the second factor by. Who lost that
//! needs whoever runs the portal, who takes it away.
//!
//! **Lock-out.** Five attempts at one mail address (five more at its second factor) and thirty from one network are free, then each
//! costs a delay that doubles from 30 seconds to 15 minutes. Nobody can shut another out for longer, and a passkey, an invitation or
//! a link passes it by. A thousand failures of everybody in an hour slow further ones to one in five seconds.

pub mod audit;
pub mod error;
pub mod operator;
pub mod settings;
pub mod store;
pub mod viewer;

mod account;
mod agent;
mod asset;
mod authenticator;
mod chart;
mod compress;
mod flood;
mod format;
mod guard;
mod hand_over;
mod ingest;
mod invitation;
mod mail;
mod meter;
mod notice;
pub mod openapi;
mod page;
mod part;
mod passkey;
mod password;
mod patience;
mod proof;
mod reset;
mod router;
mod seal;
mod server;
mod session;
mod sign_in;
mod talk;
mod template;
mod throttle;
mod tls;
mod words;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use part::Flaw;
pub use seal::SealKey;
pub use server::{Doors, serve, serve_at};
pub use settings::{Clock, Hashing, Limits, Outgoing, Settings, Times, Way};
pub use store::address::{Address, AddressError, Opened};
pub use store::postgres::PostgresStore;
pub use store::sqlite::SqliteStore;
pub use store::{PortalStore, StoreError};
pub use throttle::Counter;
pub use tls::{Tls, TlsError};
