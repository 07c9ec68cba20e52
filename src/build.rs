//! How the program is linked; it must not know what the program does.
//!
//! A position-independent program of this size (documents are typeset in it) writes to some 800 pages at each start, to relocate
//! itself: 3.5 ms of the 5.5 that `loggia --version` took. At fixed addresses it takes 1.9. What is given up is that the program's
//! own code lies elsewhere in each process; its stack, heap and libraries still do. `LOGGIA_PIE=1 cargo build` keeps that too, for a
//! machine that only serves a portal.

#![allow(
    clippy::print_stdout,
    reason = "it is how a build script speaks to cargo"
)]

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    println!("cargo:rerun-if-env-changed=LOGGIA_PIE");
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|found| found == value);
    let here = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if here && !is("LOGGIA_PIE", "1") {
        println!("cargo:rustc-link-arg-bin=loggia=-no-pie");
    }
}
