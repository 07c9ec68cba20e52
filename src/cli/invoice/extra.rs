//! What a new invoice has beside what it bills: references, texts, credit, and how free its date is.

use clap::Args;

use crate::app::error::field;
use crate::app::invoice::{Dating, Extras};
use crate::cli::error::Result;
use crate::domain::invoice::Remarks;
use crate::values::text::Note;

use super::pay::line;

/// References and texts, fixed on the document.
#[derive(Debug, Args)]
pub(in crate::cli) struct Remarking {
    /// The client's order [default: the client's `Purchase order`]
    #[arg(long = "po", value_name = "TEXT")]
    purchase_order: Option<String>,
    /// The client's name for the project
    #[arg(long, value_name = "TEXT")]
    project_ref: Option<String>,
    /// Text above the lines [default: that of the client, else the setting invoice-intro]
    #[arg(long, value_name = "TEXT")]
    intro: Option<String>,
    /// Text at the end [default: that of the client, else the setting invoice-closing]
    #[arg(long, value_name = "TEXT")]
    closing: Option<String>,
}

/// Dates that are not taken otherwise.
#[derive(Debug, Args)]
pub(in crate::cli) struct DatingArgs {
    /// Take a date before the last number's, within the period that the counter counts
    #[arg(long)]
    allow_backdate: bool,
    /// Take a date that is more than a year after the day by the clock
    #[arg(long)]
    allow_future: bool,
}

impl Remarking {
    pub(super) fn remarks(self) -> Result<Remarks> {
        let text = |what: &'static str, text: Option<String>| -> Result<Option<String>> {
            let text = text.filter(|text| !text.trim().is_empty());
            let note = text
                .map(|text| field(what, Note::parse(&text)))
                .transpose()?;
            Ok(note.map(|note| note.to_string()))
        };
        Ok(Remarks {
            purchase_order: line("po", self.purchase_order.as_deref())?,
            project_reference: line("project-ref", self.project_ref.as_deref())?,
            introduction: text("intro", self.intro)?,
            closing: text("closing", self.closing)?,
        })
    }
}

impl DatingArgs {
    pub(super) fn dating(&self) -> Dating {
        Dating {
            back: self.allow_backdate,
            ahead: self.allow_future,
        }
    }
}

pub(super) fn extras(remarking: Remarking, dating: Dating, use_credit: bool) -> Result<Extras> {
    Ok(Extras {
        remarks: remarking.remarks()?,
        use_credit,
        dating,
    })
}
