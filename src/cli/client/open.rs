//! `loggia client open`: the website of a client, in the browser.

use clap::Args;
use serde::Serialize;

use crate::app::client;
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::opener;
use crate::cli::terminal::{Page, View};

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
        let (client, website) = client::website(&context.session()?, &self.client)?;
        if !self.print {
            opener::open(
                website.as_str().as_ref(),
                "open the address yourself; --print prints it alone",
            )?;
        }
        context.show(&Address {
            client: client.to_string(),
            website: website.to_string(),
        })
    }
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
