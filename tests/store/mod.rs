//! The local store as a file: several processes at once, sudden death, backup, files that are not what they should be.

mod busy;
mod file;
mod kill;
mod run;
mod schema;
