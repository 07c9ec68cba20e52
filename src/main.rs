//! The program: everything is in the library, beginning with [`loggia::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    loggia::cli::main()
}
