//! `loggia init` and `loggia settings`.

use std::path::Path;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::error::field;
use crate::app::settings::{self, Files};
use crate::document::{LARGEST_TYPEFACE, logo};
use crate::domain::appearance::{FILES, KeptFile, MOST_FONTS, TEMPLATE};
use crate::values::money::Rate;
use crate::values::text::Line;

use super::error::{Failure, Result};
use super::table::{Column, table};
use super::terminal::{Page, View};
use super::{Context, input, prompt};

/// Set up the business: name, currency, zone, rate and tax
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  loggia init --business \"Studio Nord\" --currency EUR --zone Europe/Berlin --rate 95 --tax 19"
)]
pub(super) struct Init {
    /// Name of the business, as on invoices
    #[arg(long, value_name = "NAME")]
    business: Option<String>,
    /// Currency of clients who have no other, ISO 4217 [default: EUR]
    #[arg(long)]
    currency: Option<String>,
    /// IANA zone in which days are counted [default: the machine's]
    #[arg(long)]
    zone: Option<String>,
    /// Rate per hour where nothing else sets one
    #[arg(long, value_name = "AMOUNT")]
    rate: Option<String>,
    /// Percent of tax on invoice lines
    #[arg(long, value_name = "PERCENT")]
    tax: Option<String>,
    /// Name of the owner, who becomes the first member [default: the login name]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Leave a business that is set up already as it is
    #[arg(long)]
    if_missing: bool,
}

impl Init {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let exists = session.business.name.is_some();
        let business = if exists {
            self.business.unwrap_or_default()
        } else {
            let (global, environment) = (&context.global, &context.environment);
            let question = "Name of the business";
            prompt::value(global, environment, self.business, "--business", question)?
        };
        let zone = self
            .zone
            .unwrap_or_else(|| session.business.zone.name().to_owned());
        let given = [
            ("name", Some(business)),
            ("currency", self.currency),
            ("zone", Some(zone)),
            ("tax", self.tax),
        ];
        let init = settings::Init {
            settings: given
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?)))
                .collect(),
            rate: self
                .rate
                .as_deref()
                .map(Rate::parse)
                .transpose()
                .map_err(crate::app::Error::from)?,
            owner: self
                .owner
                .as_deref()
                .map(|name| field("owner", Line::parse(name)))
                .transpose()?,
            if_missing: self.if_missing,
        };
        let made = settings::init(&mut session, &init)?;
        let session = context.session()?;
        if made {
            let path = session.store.path().display().to_string();
            context.say(&format!("the business is set up in {path}"))?;
        }
        context.show(&SettingsView::of(&session)?)
    }
}

/// Settings of the business
#[derive(Debug, Subcommand)]
pub(super) enum Settings {
    /// Show every setting with the value that holds
    Show,
    /// Set settings, all or none
    #[command(
        after_help = "Examples:\n  loggia settings set address=$'Hafenweg 1\\n20457 Hamburg' country=DE iban=DE89370400440532013000\n  loggia settings set logo=logo.svg paper=a4"
    )]
    Set {
        #[arg(value_name = "KEY=VALUE", required = true)]
        pairs: Vec<String>,
    },
    /// Unset settings: their defaults hold again
    Unset {
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,
    },
}

impl Settings {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let named: Option<Vec<String>> = match self {
            Self::Show => None,
            Self::Set { pairs } => {
                let pairs = pairs_of(&pairs)?;
                let named = pairs.iter().map(|(key, _)| key.clone()).collect();
                let (pairs, files) = with_files(pairs)?;
                settings::set(&mut session, &pairs, &files)?;
                Some(named)
            }
            Self::Unset { keys } => {
                settings::unset(&mut session, &keys)?;
                Some(keys)
            }
        };
        // Opened again: a setting may have changed how the session itself counts days.
        let session = context.session()?;
        let mut view = SettingsView::of(&session)?;
        if let Some(named) = named {
            view.only(&named);
        }
        context.show(&view)
    }
}

/// Settings with their values, as they were typed.
type Pairs = Vec<(String, String)>;

/// Splits `KEY=VALUE`.
pub(super) fn pairs_of(words: &[String]) -> Result<Vec<(String, String)>> {
    words
        .iter()
        .map(|word| {
            word.split_once('=')
                .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
                .ok_or_else(|| {
                    Failure::usage(
                        "usage.pair",
                        format!("`{word}` is not a setting with its value"),
                        "write KEY=VALUE".to_owned(),
                    )
                })
        })
        .collect()
}

/// Reads the files of settings that are files: `logo=FILE`, `fonts=FILE,FILE`.
fn with_files(pairs: Pairs) -> Result<(Pairs, Vec<Files>)> {
    let (mut plain, mut files) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        if key == TEMPLATE {
            return Err(Failure::usage(
                "usage.template",
                format!("`{TEMPLATE}` is tried before it is used"),
                "loggia invoice template use FILE".to_owned(),
            ));
        }
        let Some(key) = FILES.iter().find(|known| **known == key) else {
            plain.push((key, value));
            continue;
        };
        let paths: Vec<&str> = value.split(',').map(str::trim).collect();
        if paths.len() > MOST_FONTS || paths.contains(&"") {
            return Err(Failure::usage(
                "usage.file",
                format!("`{key}` takes files, at most {MOST_FONTS}"),
                format!("write {key}=FILE"),
            ));
        }
        let (paths, largest) = match *key {
            // A comma may be in the name of one file.
            "logo" => (vec![value.trim()], logo::LARGEST),
            _ => (paths, LARGEST_TYPEFACE),
        };
        let read = paths
            .iter()
            .map(|path| input::whole(Path::new(path), largest));
        files.push((*key, read.collect::<Result<_>>()?));
    }
    Ok((plain, files))
}

/// What people read of a value: of a file that is kept, its name.
fn shown(key: &str, value: &str) -> String {
    let files = match key {
        TEMPLATE => KeptFile::parse_all(value),
        key if FILES.contains(&key) => KeptFile::parse_all(value),
        _ => None,
    };
    match files {
        Some(files) => {
            let names: Vec<String> = files.into_iter().map(|file| file.name).collect();
            names.join(", ")
        }
        None => value.to_owned(),
    }
}

/// All settings: an object in JSON.
#[derive(Debug, Serialize)]
struct SettingsView {
    #[serde(flatten)]
    values: Map<String, Value>,
    #[serde(skip)]
    rows: Vec<Vec<String>>,
}

impl SettingsView {
    fn of(session: &crate::app::Session) -> Result<Self> {
        let shown = settings::show(session)?;
        Ok(Self {
            values: shown
                .iter()
                .map(|(setting, value, _)| {
                    let value = if value.is_empty() {
                        Value::Null
                    } else {
                        Value::from(self::shown(setting.key, value))
                    };
                    (json_key(setting.key), value)
                })
                .collect(),
            rows: shown
                .into_iter()
                .map(|(setting, value, set)| {
                    let shown = self::shown(setting.key, &value).replace('\n', " / ");
                    let origin = if set { "set" } else { "default" };
                    vec![
                        setting.key.to_owned(),
                        shown,
                        origin.to_owned(),
                        setting.meaning.to_owned(),
                    ]
                })
                .collect(),
        })
    }
}

impl SettingsView {
    /// Leaves those of these names: after a change the others are not of interest.
    fn only(&mut self, named: &[String]) {
        let is_named = |key: &str| named.iter().any(|name| name.trim() == key);
        self.values
            .retain(|key, _| named.iter().any(|name| json_key(name.trim()) == *key));
        self.rows
            .retain(|row| row.first().is_some_and(|key| is_named(key)));
    }
}

/// The key of a setting in JSON.
fn json_key(key: &str) -> String {
    key.replace(['-', '.'], "_")
}

impl View for SettingsView {
    fn text(&self, page: &mut Page) {
        let columns = [
            Column::Text("key"),
            Column::Text("value"),
            Column::Text("from"),
            Column::Text("meaning"),
        ];
        table(page, &columns, &self.rows, None);
    }

    fn reference(&self) -> String {
        String::new()
    }
}
