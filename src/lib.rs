//! Loggia: clients, time, retainers and invoices in one local file, and a portal that shows each client just what it may see.
//!
//! **The map.** Layers are folders, features are file names: `invoice.rs` stands once in each layer that has something to say about
//! invoices, and the same verb has the same name in each. A command travels down and its answer comes back up:
//!
//! ```text
//!  main → cli → app ─┬→ store ─→ domain → values         a command: parse → use-case → rows; the rules are pure
//!                    ├→ disclosure → published           what a client may see: one pure filter, one set of types
//!                    ├→ document ─→ published            PDF and JSON drawn from what is published, never from the books
//!                    ├→ mail ─ ─ ─ network ─ ─ → the mail server of the business
//!                    └→ sync ─ ─ ─ network ─ ─ → portal → published
//!                                                   ├ portal::store → pages
//!                                                   └ mail
//!                                                   └→ document: lists as files
//! ```
//!
//! | layer | is | only here |
//! |---|---|---|
//! | [`values`] | money, rates, durations, dates, ids, text of people; parsed once at the edge | the clock |
//! | [`domain`] | the rules, pure: they take facts and give an answer or a refusal | |
//! | [`store`] | the local SQLite file, by noun; one door for writes; the operation log | SQL of the books |
//! | [`published`] | what a client may see, as versioned serde types | |
//! | [`disclosure`] | domain + visibility → published; names every field of its source | the privacy filter |
//! | [`document`] | files drawn from published types | typst |
//! | [`sync`] | sending what is published to a portal, and fetching what clients did there | the HTTP client |
//! | [`mail`] | a letter becomes a message, which a mail server takes | the SMTP client |
//! | [`app`] | the use-cases: load, decide, save, in one transaction | |
//! | [`portal`] | the hosted server; it cannot name the books | axum, tokio |
//! | [`cli`] | the command line: words, views, prompts, exit statuses | printing |
//!
//! Where this departs from the plan it was built from: `sync` knows the wire only, and `app` (above it) projects, compares and
//! writes down what came back, so that every use-case is in one layer.
//!
//! The directions are held by `tests/architecture.rs`.

pub mod app;
pub mod cli;
pub mod disclosure;
pub mod document;
pub mod domain;
pub mod mail;
pub mod portal;
pub mod published;
pub mod store;
pub mod sync;
pub mod values;
