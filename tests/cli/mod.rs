//! Stories at the command line: text, JSON, errors, exit statuses.

mod calendar;
mod client;
mod client_history;
mod client_import;
mod client_list;
mod client_removal;
mod client_summary;
mod completion;
mod contract;
mod demo;
mod document;
mod duration;
mod entry;
mod failure;
mod init;
mod invoice;
mod member;
mod notify;
mod number;
mod project;
mod rate;
mod retainer;
mod time_file;
mod timer;
mod undo;
mod user;
