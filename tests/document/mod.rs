//! The documents as other programs read them.

#[cfg(feature = "peers")]
mod pdf;
