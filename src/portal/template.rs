//! The HTML templates with what each is given. Everything is text by now, and askama escapes it; no template decides what is shown.

use askama::Template;
use axum::response::Html;

use super::asset;
use super::guard::SignedIn;
use super::viewer::{Need, Viewer};
use super::words::{ENGLISH, Words};

/// What stands around every page.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) w: &'static Words,
    pub(super) title: String,
    pub(super) style: String,
    pub(super) icon: String,
    pub(super) inside: Option<Inside>,
}

/// What stands around the pages of a client.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) client: String,
    pub(super) business: String,
    pub(super) menu: Vec<MenuItem>,
    /// Whether there are other clients to go to.
    pub(super) others: bool,
    pub(super) form_token: String,
}

/// A link of the main menu.
#[derive(Debug)]
pub(super) struct MenuItem {
    pub(super) address: String,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

impl Frame {
    /// Of a page for nobody in particular.
    pub(super) fn outside(title: &str) -> Self {
        Self {
            w: &ENGLISH,
            title: title.to_owned(),
            style: asset::style(),
            icon: asset::icon(),
            inside: None,
        }
    }

    /// Of a page of a client; the menu has what this viewer may see.
    pub(super) fn of(
        title: &str,
        current: &'static str,
        viewer: &Viewer,
        signed_in: &SignedIn,
    ) -> Self {
        let w = Words::of(&viewer.console().language);
        let base = format!("/c/{}", viewer.client());
        let menu = [
            (Need::Membership, "", w.console),
            (Need::Timesheet, "/timesheet", w.timesheet),
            (Need::Projects, "/projects", w.projects),
            (Need::Retainer, "/retainer", w.retainer),
            (Need::Invoices, "/invoices", w.invoices),
            (Need::Documents, "/documents", w.documents),
            (Need::Reports, "/reports", w.reports),
        ];
        let menu =
            menu.into_iter()
                .filter(|(need, ..)| viewer.may(*need))
                .map(|(_, path, name)| MenuItem {
                    address: format!("{base}{path}"),
                    name,
                    current: path == current,
                });
        Self {
            inside: Some(Inside {
                client: viewer.console().client.clone(),
                business: viewer.console().business.clone(),
                menu: menu.collect(),
                others: signed_in.session().clients.len() > 1,
                form_token: signed_in.form_token(),
            }),
            w,
            ..Self::outside(title)
        }
    }
}

/// Renders a page.
pub(super) fn render(template: &impl Template) -> Result<Html<String>, askama::Error> {
    template.render().map(Html)
}

/// A page that only says something.
#[derive(Debug, Template)]
#[template(path = "message.html", config = "src/portal/askama.toml")]
pub(super) struct Message {
    frame: Frame,
    text: String,
    number: Option<String>,
}

impl Message {
    pub(super) fn new(title: &str, text: &str) -> Self {
        Self {
            frame: Frame::outside(title),
            text: text.to_owned(),
            number: None,
        }
    }

    /// With the number of the request.
    pub(super) fn number(mut self, number: &str) -> Self {
        self.number = Some(number.to_owned());
        self
    }
}

/// See [`Message`].
pub(super) fn message(message: &Message) -> Result<Html<String>, askama::Error> {
    render(message)
}

/// The sign-in form.
#[derive(Debug, Template)]
#[template(path = "sign_in.html", config = "src/portal/askama.toml")]
pub(super) struct SignInPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) next: Option<String>,
    pub(super) problem: Option<String>,
}

/// The form for a password after an invitation.
#[derive(Debug, Template)]
#[template(path = "invitation.html", config = "src/portal/askama.toml")]
pub(super) struct InvitationPage {
    pub(super) frame: Frame,
    pub(super) lead: String,
    pub(super) email: String,
    pub(super) form_token: String,
    pub(super) problem: Option<String>,
}

/// The clients of a session.
#[derive(Debug, Template)]
#[template(path = "choose.html", config = "src/portal/askama.toml")]
pub(super) struct ChoosePage {
    pub(super) frame: Frame,
    pub(super) clients: Vec<Choice>,
    pub(super) form_token: String,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) address: String,
    pub(super) client: String,
    pub(super) by: String,
}

/// A bar with what it says in words.
#[derive(Debug)]
pub(super) struct Bar {
    /// 0 to 100.
    pub(super) width: u8,
    /// More was used than there was.
    pub(super) over: bool,
    pub(super) text: String,
}

/// Page numbers below a list.
#[derive(Debug)]
pub(super) struct Pager {
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
    pub(super) text: String,
}
