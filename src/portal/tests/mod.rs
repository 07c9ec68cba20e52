//! Tests of the whole portal, through its router and through its socket.

mod access;
mod desk;
mod matrix;
mod page;
mod pages;
pub(crate) mod sample;
mod socket;
mod sync;
