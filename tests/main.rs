//! The tests of the whole program: the real binary in a sandbox, told as stories. Rules on their own are tested where they live, in `src/`.
//!
//! `cargo test` needs no other program. The tests behind the feature `peers` talk to other programs (Python, strace, PDF readers);
//! `tests/run` installs those and runs everything. A peer that is missing fails its tests and names the command that installs it.
//!
//! [`sandbox`] runs commands, [`visitor`] is a client's browser without a window, `browser` a real one, [`wire`] records what is sent
//! to a portal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test says what it expects by failing loudly, in its helpers too"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the rule that only `cli` prints is about the program"
)]

mod architecture;
#[cfg(all(feature = "peers", unix))]
#[allow(
    dead_code,
    reason = "what one story does not ask of a browser another does"
)]
mod browser;
#[cfg(feature = "peers")]
mod catcher;
mod cli;
#[cfg(feature = "peers")]
#[allow(
    dead_code,
    reason = "each of two test programs takes what it needs of it"
)]
mod database;
mod document;
mod generated;
mod hosting;
#[cfg(all(feature = "peers", unix))]
mod pages;
#[cfg(feature = "peers")]
mod peer;
mod sandbox;
#[cfg(all(feature = "peers", unix))]
mod sign_in;
mod store;
mod sync;
mod visitor;
mod wire;
mod worklog;
