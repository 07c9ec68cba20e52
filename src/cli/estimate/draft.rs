//! `loggia estimate add` and `edit`.

use chrono::NaiveDate;
use clap::Args;

use crate::app::client::Made;
use crate::app::error::field;
use crate::app::estimate::{self, Edit as Wanted, New};
use crate::app::{Error, Session};
use crate::cli::Context;
use crate::cli::error::Result;
use crate::cli::invoice::{Adjust, Taxed, items, terms};
use crate::values::planned::TypedTask;
use crate::values::text::{Line, Note};

use super::show;

/// Draft an estimate for a client or a lead
#[derive(Debug, Args)]
#[command(
    after_help = "Tasks: [PHASE: ]NAME=HOURS[@RATE]; without a rate that of the client holds. Items: [QUANTITY [UNIT] x] PRICE [-10%|+5.00] \
    [@TAX]\nDESCRIPTION, as on invoices. A draft has no number: `loggia estimate send` or `issue` gives one.\n\nExamples:\n  \
    loggia estimate add acme 'Web shop' --task 'Design=12h@95' --task 'Build: Shop checkout=40h@95' --item '12 x 9.90 Hosting'\n  \
    loggia estimate add acme 'Support 2027' --task 'Support=60h' --discount 10% --valid-until 2026-12-31"
)]
pub(in crate::cli) struct Add {
    #[arg(value_name = "CLIENT")]
    client: String,
    /// What it is for; the project is named after it
    title: String,
    /// Work in hours, such as "Build: Shop checkout=40h@95"; may be given several times
    #[arg(long = "task", value_name = "TASK")]
    tasks: Vec<String>,
    /// Something at a price, such as "3 x 49.00 Hosting"; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Its last day [default: the setting estimate-valid-days, from issue]
    #[arg(long, value_name = "DATE")]
    valid_until: Option<String>,
    #[command(flatten)]
    adjust: Adjust,
    #[command(flatten)]
    taxed: Taxed,
    /// Text above the lines [default: the setting estimate-intro]
    #[arg(long, value_name = "TEXT")]
    intro: Option<String>,
    /// Text at the end [default: the setting estimate-closing]
    #[arg(long, value_name = "TEXT")]
    closing: Option<String>,
    /// Keep an estimate of the client with this title that is there and not declined
    #[arg(long)]
    if_missing: bool,
}

fn tasks(texts: &[String]) -> Result<Vec<TypedTask>> {
    let tasks = texts.iter().map(|text| TypedTask::parse(text));
    let tasks: std::result::Result<Vec<_>, _> = tasks.collect();
    Ok(tasks.map_err(Error::from)?)
}

fn date(session: &Session, text: Option<&str>) -> Result<Option<NaiveDate>> {
    let date = text.map(|text| session.calendar.parse_date(text));
    Ok(date.transpose().map_err(Error::from)?)
}

fn note(what: &'static str, text: &str) -> Result<Option<Note>> {
    match text.trim() {
        "" | "none" => Ok(None),
        text => Ok(Some(field(what, Note::parse(text))?)),
    }
}

impl Add {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let text = |what, text: Option<&str>| -> Result<Option<Note>> {
            Ok(text.map(|text| note(what, text)).transpose()?.flatten())
        };
        let new = New {
            title: field("title", Line::parse(&self.title))?,
            tasks: tasks(&self.tasks)?,
            items: items(session, &self.items, None)?,
            valid_until: date(session, self.valid_until.as_deref())?,
            introduction: text("intro", self.intro.as_deref())?,
            closing: text("closing", self.closing.as_deref())?,
            terms: terms(self.adjust, self.taxed)?,
            if_missing: self.if_missing,
        };
        let (shown, made) = estimate::add(session, &self.client, &new)?;
        let name = shown.estimate.name();
        context.say(&match made {
            Made::New => format!("drafted {name}"),
            Made::Existing => format!("{name} is there already"),
        })?;
        show(context, &shown)
    }
}

/// Change a draft: its lines, title, last day, texts, discount and surcharge
#[derive(Debug, Args)]
#[command(
    after_help = "Lines are counted from 1, as `loggia estimate show` lists them.\n\nExamples:\n  \
    loggia estimate edit estimate-3 --task 'Launch: Training=4h@95' --remove 2\n  \
    loggia estimate edit estimate-3 --discount 10% --discount-reason loyalty --valid-until none"
)]
pub(in crate::cli) struct Edit {
    /// estimate-3
    estimate: String,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Task to add: [PHASE: ]NAME=HOURS[@RATE]; may be given several times
    #[arg(long = "task", value_name = "TASK")]
    tasks: Vec<String>,
    /// Item to add: [QUANTITY [UNIT] x] PRICE [-10%|+5.00] [@TAX] DESCRIPTION; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Line to take away; may be given several times
    #[arg(long, value_name = "LINE")]
    remove: Vec<usize>,
    /// Its last day; `none`: by the setting estimate-valid-days
    #[arg(long, value_name = "DATE")]
    valid_until: Option<String>,
    /// Text above the lines; `none` for no text
    #[arg(long, value_name = "TEXT")]
    intro: Option<String>,
    /// Text at the end; `none` for no text
    #[arg(long, value_name = "TEXT")]
    closing: Option<String>,
    /// What is taken off and added; `none` takes it away again
    #[command(flatten)]
    adjust: Adjust,
}

impl Edit {
    pub(super) fn run(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let [discount, surcharge] = self.adjust.asked()?;
        let text = |what, text: Option<&str>| text.map(|text| note(what, text)).transpose();
        let wanted = Wanted {
            title: self
                .title
                .map(|title| field("title", Line::parse(&title)))
                .transpose()?,
            tasks: tasks(&self.tasks)?,
            items: items(session, &self.items, None)?,
            remove: self.remove,
            valid_until: match self.valid_until.as_deref().map(str::trim) {
                Some("none") => Some(None),
                text => date(session, text)?.map(Some),
            },
            discount,
            surcharge,
            introduction: text("intro", self.intro.as_deref())?,
            closing: text("closing", self.closing.as_deref())?,
        };
        let shown = estimate::edit(session, &self.estimate, &wanted)?;
        context.say(&format!("changed {}", shown.estimate.name()))?;
        show(context, &shown)
    }
}
