//! Publishing and the portal, with real processes: the program, a portal on a free port, and a client's browser.

mod canary;
mod failure;
#[cfg(unix)]
mod faults;
mod lifecycle;
mod notice;
#[cfg(feature = "peers")]
mod processes;
mod story;
mod talk;
#[cfg(unix)]
mod watch;
