//! Tests of the whole portal, through its router and through its socket.

mod access;
mod desk;
mod hostile;
mod mail;
mod matrix;
mod openapi;
mod page;
pub(crate) mod sample;
mod socket;
mod sync;
