//! `loggia client open`: the website of a client, in the browser.

use std::process::{Command, Stdio};

use clap::Args;
use serde::Serialize;

use crate::app::client;
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::cli::terminal::{Page, View};
use crate::domain::Refusal;

/// Open the website of a client
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client open acme\n  curl -I \"$(loggia client open acme --print)\""
)]
pub(in crate::cli) struct Open {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// Only print the address
    #[arg(long)]
    print: bool,
}

impl Open {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let client = client::show(&context.session()?, &self.client)?.client;
        let Some(website) = client.details.website else {
            let refusal = Refusal::NoWebsite {
                client: client.slug,
            };
            return Err(crate::app::Error::from(refusal).into());
        };
        if !self.print {
            open(website.as_str())?;
        }
        context.show(&Address {
            client: client.slug.to_string(),
            website: website.to_string(),
        })
    }
}

/// The program that opens what is an address, and what stands before the address. On Windows not `start`: a shell would read it.
fn opener() -> (&'static str, &'static [&'static str]) {
    if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    }
}

fn open(address: &str) -> Result<()> {
    let (program, arguments) = opener();
    let done = Command::new(program)
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(unopened(program, address, "found nothing to open it with")),
        Err(_) => Err(unopened(program, address, "is not there")),
    }
}

fn unopened(program: &str, address: &str, why: &str) -> Failure {
    Failure::failed(
        "open",
        format!("{address} was not opened: `{program}` {why}"),
        Some("open the address yourself; --print prints it alone".to_owned()),
    )
}

#[derive(Debug, Serialize)]
struct Address {
    client: String,
    website: String,
}

impl View for Address {
    fn text(&self, page: &mut Page) {
        page.line(crate::values::text::escape_terminal(&self.website));
    }

    fn reference(&self) -> String {
        self.website.clone()
    }
}
