//! What `portal-settings` and `notify` have in common: their commands, and the table of settings with the value that holds and
//! where it comes from.

use clap::Args;
use serde::Serialize;

use crate::app::layered::{self, Effective, Origin, Setting};
use crate::app::{Session, client};

use super::error::Result;
use super::settings::pairs_of;
use super::table::{Column, table};
use super::terminal::{Page, View};

/// `show`
#[derive(Debug, Args)]
pub(super) struct Show {
    /// What holds for this client [default: what holds for all]
    #[arg(long)]
    client: Option<String>,
}

/// `set`
#[derive(Debug, Args)]
pub(super) struct Set {
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub(super) pairs: Vec<String>,
    /// For this client [default: for all]
    #[arg(long)]
    client: Option<String>,
}

/// `unset`
#[derive(Debug, Args)]
pub(super) struct Unset {
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// For this client [default: for all]
    #[arg(long)]
    client: Option<String>,
}

impl Show {
    /// The client to show.
    pub(super) fn client(self, session: &Session) -> Result<Option<String>> {
        short_name(session, self.client)
    }
}

impl Set {
    /// Sets; gives the client to show.
    pub(super) fn run<S: Setting>(self, session: &mut Session) -> Result<Option<String>> {
        layered::set::<S>(session, self.client.as_deref(), &pairs_of(&self.pairs)?)?;
        short_name(session, self.client)
    }
}

impl Unset {
    /// Unsets; gives the client to show.
    pub(super) fn run<S: Setting>(self, session: &mut Session) -> Result<Option<String>> {
        layered::unset::<S>(session, self.client.as_deref(), &self.keys)?;
        short_name(session, self.client)
    }
}

/// The short name of a client, however it was written.
fn short_name(session: &Session, client: Option<String>) -> Result<Option<String>> {
    let slug = |text: String| Ok(client::show(session, &text)?.client.slug.to_string());
    client.map(slug).transpose()
}

/// Settings of a family.
#[derive(Debug, Serialize)]
pub(super) struct KeyList {
    client: Option<String>,
    keys: Vec<KeyView>,
}

#[derive(Debug, Serialize)]
struct KeyView {
    key: &'static str,
    value: String,
    /// `default`, `global` or `client`.
    origin: &'static str,
    #[serde(skip)]
    set: bool,
    meaning: &'static str,
    #[serde(flatten)]
    told: Told,
}

/// Who is told, where that is the matter.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Told {
    NoMatter {},
    /// Of notifications; both are none where no client is named.
    Of {
        /// The addresses that it means.
        recipients: Option<Vec<String>>,
        /// Why some of those who are meant are not told.
        nobody: Option<String>,
        /// Who is meant and does not want it.
        muted: Option<Vec<String>>,
        /// Who of the client is left out, and why.
        left_out: Option<Vec<LeftOutView>>,
    },
}

/// Somebody who is meant and not told.
#[derive(Debug, Serialize)]
pub(super) struct LeftOutView {
    pub(super) email: String,
    /// `disabled`, `not-accepted`, `role`, `muted`, `unsubscribed`, `hidden` or `not-synced`.
    pub(super) why: &'static str,
    /// The setting that hides it.
    pub(super) setting: Option<&'static str>,
    #[serde(skip)]
    pub(super) words: String,
}

impl Told {
    fn cell(&self) -> Option<String> {
        let Self::Of {
            recipients: Some(recipients),
            nobody,
            muted: _, // they are among those who are left out
            left_out,
        } = self
        else {
            return None;
        };
        let told = (!recipients.is_empty()).then(|| recipients.join(", "));
        let left_out = left_out.as_ref().filter(|left_out| !left_out.is_empty());
        let left_out = left_out.map(|left_out| {
            let each = |one: &LeftOutView| format!("{}: {}", one.email, one.words);
            let all: Vec<String> = left_out.iter().map(each).collect();
            format!("(not to {})", all.join("; "))
        });
        let parts = [
            told,
            nobody.as_ref().map(|why| format!("({why})")),
            left_out,
        ];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

impl KeyList {
    /// The values that hold, for a client or globally, each with who is told.
    pub(super) fn new<S: Setting>(
        client: Option<String>,
        keys: impl IntoIterator<Item = (Effective<S>, Told)>,
    ) -> Self {
        let view = |(holds, told): (Effective<S>, Told)| KeyView {
            key: holds.setting.key(),
            value: holds.value,
            origin: holds.origin.word(),
            set: holds.origin != Origin::Default,
            meaning: holds.setting.meaning(),
            told,
        };
        Self {
            client,
            keys: keys.into_iter().map(view).collect(),
        }
    }
}

impl View for KeyList {
    fn text(&self, page: &mut Page) {
        let tells = |key: &KeyView| key.told.cell().is_some();
        let mut columns = vec![
            Column::Text("key"),
            Column::Text("value"),
            Column::Text("from"),
            Column::Text("meaning"),
        ];
        if self.keys.iter().any(tells) {
            columns.push(Column::Text("goes to"));
        }
        let row = |key: &KeyView| {
            let mut cells = vec![
                key.key.to_owned(),
                key.value.replace('\n', " / "),
                key.origin.to_owned(),
                key.meaning.to_owned(),
            ];
            cells.extend(key.told.cell());
            cells
        };
        let rows: Vec<_> = self.keys.iter().map(row).collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        self.keys
            .iter()
            .filter(|key| key.set)
            .map(|key| format!("{}={}", key.key, key.value))
            .collect::<Vec<_>>()
            .join("\n")
    }
}
