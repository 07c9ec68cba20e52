//! Work that may never end: a template that somebody edited. It is done beside, watched, and given up when it takes too long or too
//! much memory; it cannot be stopped, but it ends with the program, which has nothing else to do then.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::DocumentError;

/// How much of it is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// In steps of [`STEP`].
    pub(super) steps: u32,
    /// What the program may take besides, in KiB; watched where the system tells it.
    pub(super) memory: u64,
}

/// How often it is looked at.
const STEP: Duration = Duration::from_millis(20);
/// Templates call themselves, and the typesetter itself.
const STACK: usize = 256 * 1024 * 1024;

impl Limits {
    /// Half a minute and a gigabyte: a hundred times what a long invoice takes.
    pub(super) const USUAL: Self = Self {
        steps: 1_500,
        memory: 1024 * 1024,
    };
}

/// The result of the work, unless it takes too much.
pub(super) fn watched<T: Send + 'static>(
    limits: Limits,
    work: impl FnOnce() -> Result<T, DocumentError> + Send + 'static,
) -> Result<T, DocumentError> {
    let (done, result) = mpsc::sync_channel(1);
    let before = memory();
    std::thread::Builder::new()
        .name("template".to_owned())
        .stack_size(STACK)
        // Nobody listens any more once it was given up.
        .spawn(move || drop(done.send(work())))
        .map_err(|error| DocumentError::Runaway(error.to_string()))?;
    for _ in 0..limits.steps {
        match result.recv_timeout(STEP) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(DocumentError::Runaway(
                    "it breaks the typesetter".to_owned(),
                ));
            }
        }
        if memory().saturating_sub(before) > limits.memory {
            return Err(DocumentError::Runaway(
                "it takes too much memory".to_owned(),
            ));
        }
    }
    Err(DocumentError::Runaway("it does not end".to_owned()))
}

/// What the program takes now, in KiB; 0 where the system does not tell.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_given_up() {
        let (hold, held) = mpsc::channel::<()>();
        let limits = Limits {
            steps: 3,
            ..Limits::USUAL
        };
        let given_up = watched(limits, move || {
            // For as long as the test runs.
            let _ = held.recv();
            Ok(())
        });
        assert_eq!(
            given_up,
            Err(DocumentError::Runaway("it does not end".to_owned()))
        );
        drop(hold);
    }

    #[test]
    fn what_ends_gives_its_result() {
        assert_eq!(watched(Limits::USUAL, || Ok(7)), Ok(7));
        let broken = watched::<()>(Limits::USUAL, || std::panic::resume_unwind(Box::new("no")));
        assert!(matches!(broken, Err(DocumentError::Runaway(_))));
    }
}
