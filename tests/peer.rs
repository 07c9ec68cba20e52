//! Other programs that tests talk to. One that is missing fails its test with the command that installs it.

use std::process::Command;

use crate::sandbox::Sandbox;

/// A program in the environment of this test.
pub(crate) fn command(program: &str, package: &str) -> Command {
    is_there(program, package);
    Command::new(program)
}

/// A program in the environment of a sandbox.
pub(crate) fn in_sandbox(sandbox: &Sandbox, program: &str, package: &str) -> Command {
    is_there(program, package);
    let mut command = sandbox.program(program);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What a program writes to standard output; it must succeed.
pub(crate) fn output(mut command: Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn is_there(program: &str, package: &str) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    assert!(
        found,
        "`{program}` is not there; this installs it:\n\n    sudo apt-get install {package}\n\nor run tests/run, which does"
    );
}
