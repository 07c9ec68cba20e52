//! Mails, as text and as JSON.

use serde::Serialize;

use crate::app::letter::Written;
use crate::app::outbox::Shown;
use crate::cli::table::{Column, table};
use crate::cli::terminal::{Page, View};
use crate::domain::mail::{Recipients, State};
use crate::store::NewMail;

/// A mail.
#[derive(Debug, Serialize)]
pub(super) struct MailView {
    /// None for a preview.
    id: Option<i64>,
    kind: &'static str,
    /// None: it is about several.
    client: Option<String>,
    invoice: Option<String>,
    estimate: Option<String>,
    /// Of a reminder: days from due.
    level: Option<i32>,
    state: &'static str,
    message_id: String,
    from: String,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    subject: String,
    body: String,
    attachments: Vec<AttachmentView>,
    queued: Option<String>,
    attempts: u32,
    next_try: Option<String>,
    error: Option<String>,
    sent: Option<String>,
    /// The portal that sends it; null where it goes our own way.
    portal: Option<String>,
    /// Everything it says is shown to people, too.
    #[serde(skip)]
    whole: bool,
}

#[derive(Debug, Serialize)]
struct AttachmentView {
    name: String,
    media: String,
    /// None for what is not kept.
    sha256: Option<String>,
}

fn addresses(of: &[crate::values::text::Email]) -> Vec<String> {
    of.iter().map(ToString::to_string).collect()
}

fn at(instant: Option<chrono::DateTime<chrono::Utc>>) -> Option<String> {
    instant.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

impl MailView {
    pub(super) fn of(shown: &Shown) -> Self {
        let mail = &shown.mail;
        let Recipients { to, cc, bcc } = &mail.recipients;
        let attachments = mail.attachments.iter().map(|attachment| AttachmentView {
            name: attachment.name.clone(),
            media: attachment.media.clone(),
            sha256: Some(attachment.sha256.clone()),
        });
        Self {
            id: Some(mail.key.0),
            kind: mail.kind.word(),
            client: shown.client.clone(),
            invoice: shown.invoice.clone(),
            estimate: shown.estimate.clone(),
            level: mail.level,
            state: mail.state.word(),
            message_id: mail.message_id.clone(),
            from: mail.sender.to_string(),
            to: addresses(to),
            cc: addresses(cc),
            bcc: addresses(bcc),
            subject: mail.subject.clone(),
            body: mail.body.clone(),
            attachments: attachments.collect(),
            queued: at(Some(mail.queued)),
            attempts: mail.attempts,
            next_try: at(mail.next_try),
            error: mail.error.clone(),
            sent: at(mail.sent),
            portal: mail.portal.clone(),
            whole: false,
        }
    }

    /// With everything it says.
    pub(super) fn whole(self) -> Self {
        Self {
            whole: true,
            ..self
        }
    }

    pub(super) fn preview(written: &Written) -> Self {
        Self {
            invoice: written.invoice.as_ref().map(|invoice| invoice.name()),
            estimate: written.estimate.as_ref().map(|estimate| estimate.name()),
            ..Self::new(&written.mail, Some(written.client.clone()))
        }
    }

    /// A mail that is not in the outbox.
    pub(super) fn new(mail: &NewMail, client: Option<String>) -> Self {
        let Recipients { to, cc, bcc } = &mail.recipients;
        let attachments = mail.attachments.iter().map(|attachment| AttachmentView {
            name: attachment.name.clone(),
            media: attachment.media.to_owned(),
            sha256: None,
        });
        Self {
            id: None,
            kind: mail.kind.word(),
            client,
            invoice: None,
            estimate: None,
            level: mail.level,
            state: "preview",
            message_id: mail.message_id.clone(),
            from: mail.sender.to_string(),
            to: addresses(to),
            cc: addresses(cc),
            bcc: addresses(bcc),
            subject: mail.subject.clone(),
            body: mail.body.clone(),
            attachments: attachments.collect(),
            queued: None,
            attempts: 0,
            next_try: None,
            error: None,
            sent: None,
            portal: None,
            whole: true,
        }
    }

    /// What happens to it, in words.
    fn course(&self) -> String {
        match (&self.sent, &self.next_try, &self.error) {
            (Some(sent), ..) => match &self.portal {
                None => format!("sent {sent}"),
                Some(portal) => format!("handed to {portal} {sent}"),
            },
            (None, Some(next), Some(error)) => {
                format!("{}, again from {next}: {error}", self.state)
            }
            (None, None, Some(error)) => format!("{}: {error}", self.state),
            _ => self.state.to_owned(),
        }
    }
}

impl View for MailView {
    fn text(&self, page: &mut Page) {
        let list = |of: &[String]| (!of.is_empty()).then(|| of.join(", "));
        match self.id {
            Some(id) => page.heading(&format!("mail {id}: {}", self.subject)),
            None => page.heading(&self.subject),
        }
        page.field("state", Some(self.course()));
        page.field("from", Some(&self.from));
        page.field("to", list(&self.to));
        page.field("cc", list(&self.cc));
        page.field("bcc", list(&self.bcc));
        let names: Vec<String> = self.attachments.iter().map(|a| a.name.clone()).collect();
        page.field("attached", list(&names));
        if self.whole {
            page.line("");
            for line in self.body.lines() {
                page.prose(2, line);
            }
        }
    }

    fn reference(&self) -> String {
        self.id.map(|id| id.to_string()).unwrap_or_default()
    }
}

/// Mails.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct MailList(pub(super) Vec<MailView>);

impl View for MailList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no mail waits; `loggia mail list --all` shows what went out");
            return;
        }
        let columns = [
            Column::Number("mail"),
            Column::Whole("client"),
            Column::Text("subject"),
            Column::Text("to"),
            Column::Text("state"),
        ];
        let rows: Vec<Vec<String>> = self
            .0
            .iter()
            .map(|mail| {
                vec![
                    mail.reference(),
                    mail.client.clone().unwrap_or_else(|| "several".to_owned()),
                    mail.subject.clone(),
                    mail.to.join(", "),
                    mail.course(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
        if self.0.iter().any(|mail| mail.state == State::Failed.word()) {
            page.line("`loggia mail show MAIL` has the reason; retry or discard what failed");
        }
    }

    fn reference(&self) -> String {
        let ids: Vec<String> = self.0.iter().map(View::reference).collect();
        ids.join("\n")
    }
}
