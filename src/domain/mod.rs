//! The rules: what a client, an entry, a retainer, an invoice is and what may be done with it.
//!
//! Pure: no SQL, no command line, no serde, no clock, no input or output. A rule takes facts and gives an answer or a
//! [`Refusal`]; it cannot fail for a reason outside itself. The decided rules are written for users in README, "Conventions".

pub mod activity;
pub mod aging;
pub mod alert;
pub mod appearance;
pub mod approval;
pub mod approval_request;
pub mod budget;
pub mod burn;
pub mod business;
pub mod client;
pub mod client_document;
pub mod cost;
pub mod estimate;
pub mod expense;
pub mod export;
pub mod guard;
pub mod inbox;
pub mod invariant;
pub mod invoice;
pub mod job;
pub mod journal;
pub mod key;
pub mod late_fee;
pub mod mail;
pub mod member;
pub mod notice;
pub mod notification;
pub mod number;
pub mod phase;
pub mod project;
pub mod proof;
pub mod rate;
pub mod rate_card;
pub mod refusal;
pub mod reminder;
pub mod report;
pub mod retainer;
pub mod rounding;
pub mod schedule;
pub mod statement;
pub mod talk;
pub mod task;
pub mod tax;
pub mod time;
pub mod user;
pub mod utilisation;
pub mod visibility;

pub use refusal::Refusal;
