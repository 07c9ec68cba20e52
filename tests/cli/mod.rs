//! Stories at the command line: text, JSON, errors, exit statuses.

mod calendar;
mod client;
mod contract;
mod demo;
mod duration;
mod entry;
mod failure;
mod init;
mod invoice;
mod member;
mod number;
mod project;
mod rate;
mod retainer;
mod timer;
mod undo;
