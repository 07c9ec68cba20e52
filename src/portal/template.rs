//! The HTML templates with what each is given. Everything is text by now, and askama escapes it; no template decides what is shown.

use std::borrow::Cow;

use askama::Template;
use axum::response::Html;

use super::asset;
use super::guard::SignedIn;
use super::sign_in::choice;
use super::viewer::{Need, Viewer};
use super::words::{Words, asked};

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
    /// Other clients to go to.
    pub(super) others: Vec<Choice>,
    pub(super) form_token: String,
    /// Whether there is a person with an account page, and not just an operator's link.
    pub(super) account: bool,
}

/// A link of the main menu.
#[derive(Debug)]
pub(super) struct MenuItem {
    pub(super) address: String,
    pub(super) name: Cow<'static, str>,
    pub(super) current: bool,
}

impl Frame {
    /// Of a page for nobody in particular, in the language that the browser asks for.
    pub(super) fn outside(title: &str) -> Self {
        Self {
            w: asked(),
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
            (Need::Expenses, "/expenses", w.expenses),
            (Need::Documents, "/documents", w.documents),
            (Need::Reports, "/reports", w.reports),
            (Need::Questions, "/questions", w.questions),
            (Need::Approvals, "/approvals", w.approvals),
        ];
        let menu =
            menu.into_iter()
                .filter(|(need, ..)| viewer.may(*need))
                .map(|(_, path, name)| MenuItem {
                    address: format!("{base}{path}"),
                    name: name.into(),
                    current: path == current,
                });
        Self {
            inside: Some(Inside {
                client: viewer.console().client.clone(),
                business: viewer.console().business.clone(),
                menu: menu.collect(),
                others: others(signed_in, Some(viewer)),
                form_token: signed_in.form_token(),
                account: !signed_in.session().persons.is_empty(),
            }),
            w,
            ..Self::outside(title)
        }
    }

    /// Of a page about the one who is signed in.
    pub(super) fn account(title: &str, signed_in: &SignedIn) -> Self {
        let clients = others(signed_in, None);
        let menu = clients.into_iter().map(|client| MenuItem {
            address: client.address,
            name: format!("← {}", client.client).into(),
            current: false,
        });
        let person = signed_in.session().persons.first();
        Self {
            inside: Some(Inside {
                client: person
                    .map(|person| person.email_key.clone())
                    .unwrap_or_default(),
                business: String::new(),
                menu: menu.collect(),
                others: Vec::new(),
                form_token: signed_in.form_token(),
                account: true,
            }),
            w: signed_in.words(),
            ..Self::outside(title)
        }
    }
}

/// The clients of a session but the one that is looked at.
fn others(signed_in: &SignedIn, current: Option<&Viewer>) -> Vec<Choice> {
    let clients = signed_in.session().clients.iter();
    clients
        .filter(|membership| {
            current.is_none_or(|viewer| viewer.client() != membership.viewer.client())
        })
        .map(choice)
        .collect()
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
    pub(super) passkeys: bool,
    pub(super) problem: Option<String>,
}

/// The form for a second factor.
#[derive(Debug, Template)]
#[template(path = "second_step.html", config = "src/portal/askama.toml")]
pub(super) struct SecondStepPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) next: Option<String>,
    /// Whether there is an authenticator.
    pub(super) codes: bool,
    /// The form token of the button for passkeys, where there are any.
    pub(super) passkey_token: Option<String>,
    pub(super) problem: Option<String>,
}

/// What asks the browser for a passkey.
#[derive(Debug, Template)]
#[template(path = "ask_passkey.html", config = "src/portal/askama.toml")]
pub(super) struct AskPasskeyPage {
    pub(super) frame: Frame,
    pub(super) script: String,
    /// `create` or `get`.
    pub(super) kind: &'static str,
    pub(super) action: &'static str,
    pub(super) options: String,
    pub(super) form_token: String,
    pub(super) challenge: Option<String>,
    pub(super) next: Option<String>,
    pub(super) lead: &'static str,
    pub(super) back: &'static str,
}

/// The form for who forgot the password.
#[derive(Debug, Template)]
#[template(path = "forgot.html", config = "src/portal/askama.toml")]
pub(super) struct ForgotPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) problem: Option<String>,
    pub(super) sent: bool,
}

/// The form for a new password.
#[derive(Debug, Template)]
#[template(path = "reset.html", config = "src/portal/askama.toml")]
pub(super) struct ResetPage {
    pub(super) frame: Frame,
    pub(super) email: String,
    pub(super) form_token: String,
    pub(super) problem: Option<String>,
    pub(super) done: bool,
}

/// The form that asks who is in front of the browser.
#[derive(Debug, Template)]
#[template(path = "confirm.html", config = "src/portal/askama.toml")]
pub(super) struct ConfirmPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) email: String,
    pub(super) next: String,
    pub(super) codes: bool,
    pub(super) problem: Option<String>,
}

/// The form for another password.
#[derive(Debug, Template)]
#[template(path = "password.html", config = "src/portal/askama.toml")]
pub(super) struct PasswordPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) email: String,
    pub(super) problem: Option<String>,
}

/// What an authenticator reads, and the form for its first code.
#[derive(Debug, Template)]
#[template(path = "authenticator.html", config = "src/portal/askama.toml")]
pub(super) struct AuthenticatorPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) side: usize,
    pub(super) path: String,
    pub(super) secret: String,
    pub(super) address: String,
    pub(super) problem: Option<String>,
}

/// New recovery codes.
#[derive(Debug, Template)]
#[template(path = "codes.html", config = "src/portal/askama.toml")]
pub(super) struct CodesPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) codes: Vec<String>,
    pub(super) joined: String,
}

/// The choice of a second factor.
#[derive(Debug, Template)]
#[template(path = "second_factor.html", config = "src/portal/askama.toml")]
pub(super) struct FactorPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    /// Who asks for one.
    pub(super) required: Option<String>,
    /// Whether there is one that only has to be shown.
    pub(super) known: bool,
    pub(super) passkeys_offered: bool,
}

/// What people see about themselves.
#[derive(Debug, Template)]
#[template(path = "account.html", config = "src/portal/askama.toml")]
pub(super) struct AccountPage {
    pub(super) frame: Frame,
    pub(super) form_token: String,
    pub(super) notice: Option<&'static str>,
    pub(super) authenticator: Option<String>,
    pub(super) codes_left: Option<String>,
    pub(super) passkeys: Vec<PasskeyView>,
    pub(super) passkeys_offered: bool,
    /// Whether there are sessions beside this one.
    pub(super) others: bool,
    pub(super) sessions: Vec<SessionView>,
    pub(super) events: Vec<EventView>,
    pub(super) notices: Vec<NoticesView>,
}

/// What can be told about one client.
#[derive(Debug)]
pub(super) struct NoticesView {
    /// The id in addresses.
    pub(super) client: String,
    pub(super) about: String,
    pub(super) kinds: Vec<KindView>,
}

/// A kind of notice.
#[derive(Debug)]
pub(super) struct KindView {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) wanted: bool,
}

/// The way out of mails.
#[derive(Debug, Template)]
#[template(path = "unsubscribe.html", config = "src/portal/askama.toml")]
pub(super) struct UnsubscribePage {
    pub(super) frame: Frame,
    pub(super) text: String,
    /// Where the button leads; none once it is done.
    pub(super) action: Option<String>,
}

/// One passkey.
#[derive(Debug)]
pub(super) struct PasskeyView {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) since: String,
    pub(super) used: Option<String>,
}

/// One session.
#[derive(Debug)]
pub(super) struct SessionView {
    pub(super) handle: String,
    pub(super) device: String,
    pub(super) origin: String,
    pub(super) begun: String,
    pub(super) used: String,
    pub(super) current: bool,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct EventView {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) origin: String,
    pub(super) bad: bool,
}

/// The form for a password after an invitation.
#[derive(Debug, Template)]
#[template(path = "invitation.html", config = "src/portal/askama.toml")]
pub(super) struct InvitationPage {
    pub(super) frame: Frame,
    pub(super) lead: String,
    /// There is a password already.
    pub(super) replaces: bool,
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
