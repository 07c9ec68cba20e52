//! Tests of the whole portal, through its router and through its socket.

mod access;
#[cfg(feature = "peers")]
#[allow(
    dead_code,
    reason = "each of two test programs takes what it needs of it"
)]
#[path = "../../../tests/database.rs"]
mod database;
mod desk;
mod factor;
mod hand_over;
mod hostile;
mod mail;
mod matrix;
mod openapi;
mod page;
mod pages;
#[cfg(feature = "peers")]
mod postgres;
pub(crate) mod sample;
mod socket;
mod sync;
mod talk;
