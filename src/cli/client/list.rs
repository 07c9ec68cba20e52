//! `loggia client list`.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::app::client;
use crate::domain::client::Stage;
use crate::store::ClientFilter;

use super::references;
use super::view::ClientView;
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};

/// List clients; archived ones only with --all
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Archived clients too
    #[arg(long)]
    all: bool,
    /// Only clients in this stage
    #[arg(long)]
    stage: Option<StageWord>,
    /// Only clients with this text in any field
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StageWord {
    Lead,
    Active,
    Archived,
}

impl From<StageWord> for Stage {
    fn from(word: StageWord) -> Self {
        match word {
            StageWord::Lead => Self::Lead,
            StageWord::Active => Self::Active,
            StageWord::Archived => Self::Archived,
        }
    }
}

impl List {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let filter = ClientFilter {
            archived: self.all,
            stage: self.stage.map(Stage::from),
            search: self.search,
        };
        let clients = client::list(&context.session()?, &filter)?;
        let list = ClientList(clients.iter().map(ClientView::of).collect());
        context.show(&list)
    }
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ClientList(Vec<ClientView>);

impl View for ClientList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no clients; `loggia client add NAME` adds one");
            return;
        }
        let columns = [
            Column::Text("slug"),
            Column::Text("name"),
            Column::Text("website"),
            Column::Text("phone"),
            Column::Text("notes"),
            Column::Text("stage"),
        ];
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|client| {
                vec![
                    client.slug.clone(),
                    client.name.clone(),
                    text(&client.website),
                    text(&client.phone),
                    text(&client.notes).replace('\n', " "),
                    client.stage.to_owned(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
