//! What every command that sends a mail takes: to whom, in which words, and whether it is sent at all.

use std::path::PathBuf;

use clap::Args;

use crate::app::error::field;
use crate::app::letter::{self, Wanted, Written};
use crate::app::{Session, outbox};
use crate::cli::Context;
use crate::cli::error::{Failure, Result};
use crate::values::text::{Line, Note};

use super::address;
use super::view::MailView;
use super::way;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The mail")]
pub(in crate::cli) struct Envelope {
    /// Who gets it; several times for several [default: the contact for billing, else the point of contact, else the client]
    #[arg(long, value_name = "EMAIL")]
    to: Vec<String>,
    /// Who gets a copy
    #[arg(long, value_name = "EMAIL")]
    cc: Vec<String>,
    /// Instead of the subject of the text
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// Words for this one mail; they stand where the text has {message}
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// Show the mail whole, and send nothing
    #[arg(long)]
    preview: bool,
    /// Write it to this file or into this folder as .eml, instead of sending it
    #[arg(long, value_name = "PATH", conflicts_with = "preview")]
    eml: Option<PathBuf>,
    /// Leave it in the outbox for `loggia mail send`
    #[arg(long, conflicts_with_all = ["preview", "eml"])]
    queue: bool,
}

impl Envelope {
    /// Whether anything of it was given.
    pub(in crate::cli) fn is_given(&self) -> bool {
        let Self {
            to,
            cc,
            subject,
            message,
            preview,
            eml,
            queue,
        } = self;
        !to.is_empty()
            || !cc.is_empty()
            || subject.is_some()
            || message.is_some()
            || eml.is_some()
            || *preview
            || *queue
    }

    /// What is wanted otherwise.
    pub(in crate::cli) fn wanted(&self) -> Result<Wanted> {
        let addresses = |texts: &[String]| -> Result<Vec<_>> {
            let each = texts.iter().flat_map(|text| text.split(','));
            each.map(address).collect()
        };
        let subject = self.subject.as_deref().map(Line::parse);
        let message = self.message.as_deref().map(Note::parse);
        Ok(Wanted {
            to: addresses(&self.to)?,
            cc: addresses(&self.cc)?,
            subject: subject.map(|read| field("subject", read)).transpose()?,
            message: message.map(|read| field("message", read)).transpose()?,
        })
    }

    /// Whether it is only shown.
    pub(in crate::cli) fn is_preview(&self) -> bool {
        self.preview
    }

    /// Refuses what nothing could send.
    pub(in crate::cli) fn can_go(&self, session: &Session) -> Result<()> {
        match self.queue {
            true => Ok(()),
            false => way::is_there(session, self.eml.as_deref()),
        }
    }

    /// Shows the mail, queues it, or queues and sends it.
    pub(in crate::cli) fn dispatch(
        &self,
        context: &mut Context<'_>,
        session: &mut Session,
        written: &Written,
        again: bool,
    ) -> Result<()> {
        if self.preview {
            return context.show(&MailView::preview(written));
        }
        // Before anything is queued: a mail that nothing can send would lie there unseen.
        if !self.queue {
            way::is_there(session, self.eml.as_deref())?;
        }
        let queued = letter::queue(session, written, again).map_err(Failure::from)?;
        if self.queue {
            context.say(&format!(
                "mail {} is in the outbox; `loggia mail send` sends it",
                queued.mail.key.0
            ))?;
            let shown = outbox::show(session, queued.mail.key.0)?;
            return context.show(&MailView::of(&shown));
        }
        let key = queued.mail.key.0;
        let sent = way::send(context, session, Some(&[key]), self.eml.as_deref());
        if sent.is_err() && self.eml.is_some() {
            // It was for a file, and nobody wants it sent by the next run instead.
            outbox::discard(session, &[key])?;
        }
        sent
    }
}
