//! The sync that follows a command, where the setting `auto-sync` is on: a process of its own, started when the command is done, so
//! that no command waits for the network. However many commands there are, one is running and one waits at most; the one that waits
//! begins to read the store only after it has left the queue, so the last change is always in what one of them pushes.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::app::sync;
use crate::store::{LastSync, Queue, Stamp, Turn};

use super::super::Context;
use super::super::config::{Environment, connection_file};
use super::super::error::Result;

/// The store is quiet for so long before a sync begins: commands come in rows.
const QUIET: Duration = Duration::from_millis(400);
/// But it is not waited for longer than this.
const LONGEST: Duration = Duration::from_secs(5);
/// How long the one before may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// After each command but `sync`: starts one where it is due, and tells a person once that the last one failed.
pub(in crate::cli) fn after(context: &mut Context<'_>) {
    let Ok(store) = context.store_path() else {
        return;
    };
    if context.following.is_due() {
        start(context, &store);
    }
    if context.environment.interactive {
        tell(context, &store);
    }
}

/// Starts a process of its own. Where that cannot be, `sync status` shows what waits.
fn start(context: &Context<'_>, store: &Path) {
    let connected = context.environment.portal_url.is_some() || connection_file(store).exists();
    let waiting = || matches!(Turn::take(store, Queue::Next, Duration::ZERO), Ok(None));
    if !connected || waiting() {
        return;
    }
    let Ok(program) = Environment::program() else {
        return;
    };
    let mut command = Command::new(program);
    command
        .args(["sync", "--later", "--quiet", "--no-input", "--store"])
        .arg(store)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    detach(&mut command);
    // This process ends at once; the system waits for the other one.
    drop(command.spawn());
}

/// Ctrl-C in the terminal is not for it.
fn detach(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        const DETACHED: u32 = 0x0000_0008;
        const NEW_GROUP: u32 = 0x0000_0200;
        command.creation_flags(DETACHED | NEW_GROUP);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

/// One word of a sync that nobody saw fail.
fn tell(context: &mut Context<'_>, store: &Path) {
    let Some(mut last) = LastSync::read(store).filter(|last| last.automatic && !last.told) else {
        return;
    };
    let Some(words) = last.words() else {
        return;
    };
    let told = context.warn(&format!(
        "the last automatic sync failed: {words}; `loggia sync status` tells more"
    ));
    if told.is_ok() {
        last.told = true;
        last.keep(store);
    }
}

/// `sync --later`: waits until commands pause, and syncs.
pub(super) fn run(context: &mut Context<'_>) -> Result<ExitCode> {
    let store = context.store_path()?;
    let Some(next) = Turn::take(&store, Queue::Next, Duration::ZERO)? else {
        return Ok(ExitCode::SUCCESS);
    };
    pause(&store);
    // Whoever syncs now may have read the store before the last change.
    drop(Turn::take(&store, Queue::Sync, PATIENCE)?);
    drop(next);
    let mut session = context.session()?;
    session.automatic = true;
    let connection = context.connection(&session)?;
    sync::run(&mut session, &connection, None, false, &mut |_| ())?;
    Ok(ExitCode::SUCCESS)
}

/// Until nothing is written for a while.
fn pause(store: &Path) {
    let begun = Instant::now();
    let mut stamp = Stamp::of(store);
    loop {
        std::thread::sleep(QUIET);
        let now = Stamp::of(store);
        if now == stamp || begun.elapsed() >= LONGEST {
            return;
        }
        stamp = now;
    }
}
