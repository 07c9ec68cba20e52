//! The way that mail takes: the mail server of the settings, or files. Sends what is in the outbox, and tells what came of it.

use std::path::{Path, PathBuf};

use crate::app::outbox::{self, Report, Shown, Ways};
use crate::app::{Error, Session};
use crate::cli::error::{Failure, Result, exit};
use crate::cli::{Context, file};
use crate::domain::Refusal;
use crate::domain::key::MailKey;
use crate::domain::mail::{Notices, State, Tls};
use crate::mail::smtp::{Encryption, Login, Server};
use crate::mail::{self, Carrier, Fault, Letter};
use crate::values::id::Slug;

use super::view::{MailList, MailView};

/// Refuses where neither a server nor a folder is set, nor a file named.
pub(in crate::cli) fn is_there(session: &Session, eml: Option<&Path>) -> Result<()> {
    let settings = &session.business.mail;
    if eml.is_some() || settings.host.is_some() || settings.folder.is_some() {
        return Ok(());
    }
    Err(Failure::refused(
        "mail.no_way",
        "there is no mail server, and no folder to write mail into".to_owned(),
        "loggia settings set smtp-host=smtp.example.com smtp-user=NAME, or mail-folder=FOLDER, or give --eml FILE"
            .to_owned(),
    ))
}

/// Sends these mails, if there are any and there is a way; else they wait in the outbox.
pub(in crate::cli) fn send_or_nothing(
    context: &mut Context<'_>,
    session: &mut Session,
    keys: &[i64],
) -> Result<()> {
    if keys.is_empty() {
        return context.show(&MailList(Vec::new()));
    }
    send(context, session, Some(keys), None)
}

/// Sends what is queued, or these mails at once.
pub(in crate::cli) fn send(
    context: &mut Context<'_>,
    session: &mut Session,
    named: Option<&[i64]>,
    eml: Option<&Path>,
) -> Result<()> {
    let keys: Option<Vec<MailKey>> = named.map(|keys| keys.iter().copied().map(MailKey).collect());
    if keys.is_none() && outbox::list(session, None, Some(State::Queued))?.is_empty() {
        context.say("nothing is queued")?;
        return context.show(&MailList(Vec::new()));
    }
    let mut ways = ways(context, session, eml)?;
    let report = outbox::send(session, &mut ways, keys.as_deref())?;
    drop(ways);
    tell(context, &report)?;
    match named {
        Some([_]) if report.tried.len() == 1 => match report.tried.first() {
            Some(one) => context.show(&MailView::of(one))?,
            None => context.show(&MailList(Vec::new()))?,
        },
        _ => context.show(&MailList(report.tried.iter().map(MailView::of).collect()))?,
    }
    match failure(&report) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// A line for each that is gone.
fn tell(context: &mut Context<'_>, report: &Report) -> Result<()> {
    for Shown { mail, .. } in &report.tried {
        if mail.state == State::Sent {
            let to: Vec<&str> = mail.recipients.to.iter().map(|to| to.as_str()).collect();
            let to = to.join(", ");
            context.say(&match &mail.portal {
                None => format!("sent `{}` to {to}", mail.subject),
                Some(portal) => format!("handed `{}` for {to} to {portal}", mail.subject),
            })?;
        }
        if mail.state == State::Discarded {
            let key = mail.key.0;
            context.say(&format!(
                "mail {key} is not sent: the reason for it is gone"
            ))?;
        }
    }
    Ok(())
}

/// What of it did not go.
fn failure(report: &Report) -> Option<Failure> {
    let stays = "it stays in the outbox; `loggia mail send` tries again";
    if let Some(fault) = &report.fault {
        let (code, status) = match fault {
            Fault::NotAuthorised(_) => ("mail.not_authorised", exit::NOT_AUTHORISED),
            _ => ("mail.unreachable", exit::UNREACHABLE),
        };
        let hint = match (fault, report.waiting) {
            (Fault::NotAuthorised(_), _) => "loggia settings show has smtp-user; the password is in LOGGIA_SMTP_PASSWORD, or what LOGGIA_SMTP_PASSWORD_COMMAND writes; then loggia mail send".to_owned(),
            (_, ..=1) => stays.to_owned(),
            (_, waiting) => format!("{waiting} mails stay in the outbox; `loggia mail send` tries again"),
        };
        return Some(Failure::with_exit(code, fault.to_string(), status).with_hint(hint));
    }
    if let Some(fault) = &report.fault_of_portal {
        let (code, status) = match fault {
            Fault::NotAuthorised(_) => ("portal.token_refused", exit::NOT_AUTHORISED),
            _ => ("portal.unreachable", exit::UNREACHABLE),
        };
        let hint = "notices stay in the outbox; `loggia mail send` tries again, and `loggia settings set notices=local` sends them from here";
        return Some(
            Failure::with_exit(code, fault.to_string(), status).with_hint(hint.to_owned()),
        );
    }
    let mut left = report
        .tried
        .iter()
        .filter(|of| !matches!(of.mail.state, State::Sent | State::Discarded));
    let Shown { mail, .. } = left.next()?;
    let key = mail.key.0;
    let more = match left.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let why = mail.error.as_deref().unwrap_or_default();
    let (code, hint) = match mail.state {
        State::Failed => (
            "mail.refused",
            format!(
                "`loggia mail show {key}`; then loggia mail retry {key}, or loggia mail discard {key} and send it to another address"
            ),
        ),
        _ => ("mail.later", stays.to_owned()),
    };
    let message = format!("mail {key} was not taken: {why}{more}");
    Some(Failure::with_exit(code, message, exit::PARTLY).with_hint(hint))
}

/// Our own way; and the portal, for what it is to send. A file or folder that is named takes all.
pub(in crate::cli) fn ways(
    context: &Context<'_>,
    session: &Session,
    eml: Option<&Path>,
) -> Result<Ways> {
    let own = carrier(context, session, eml);
    if eml.is_some() || session.business.mail.notices == Notices::Local {
        return Ok(Ways::own(own?));
    }
    let unreachable = |failure: Failure| Fault::Unreachable(failure.message().to_owned());
    let connection = context.connection(session).map_err(unreachable);
    Ok(Ways::with_portal(own.map_err(unreachable), connection))
}

/// A file or a folder where one is named, else the server, else the folder of the settings.
fn carrier(
    context: &Context<'_>,
    session: &Session,
    eml: Option<&Path>,
) -> Result<Box<dyn Carrier>> {
    is_there(session, eml)?;
    let settings = &session.business.mail;
    if let Some(path) = eml {
        return Ok(Box::new(Files::at(path)));
    }
    let Some(host) = &settings.host else {
        let folder = settings
            .folder
            .as_ref()
            .map_or("", |folder| folder.as_str());
        return Ok(Box::new(Files::into(Path::new(folder))));
    };
    let from = settings.from.as_ref().or(session.business.email.as_ref());
    let sender = from.ok_or(Refusal::NoSender)?;
    let login = match &settings.user {
        Some(user) => Some(Login {
            user: user.to_string(),
            password: context.environment.smtp_password()?,
        }),
        None => None,
    };
    let encryption = match settings.tls {
        Tls::StartTls => Encryption::StartTls,
        Tls::Tls => Encryption::Tls,
        Tls::Loopback => Encryption::Loopback,
        Tls::Insecure => Encryption::None,
    };
    let port = settings.port.unwrap_or_else(|| settings.tls.port());
    Ok(Box::new(Server::new(
        host.as_str(),
        port,
        encryption,
        login,
        sender,
    )))
}

/// Mail as files, which a mail program opens as drafts.
#[derive(Debug)]
struct Files {
    path: PathBuf,
    is_folder: bool,
}

impl Files {
    /// A file, or a folder if there is one of this name.
    fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            is_folder: path.is_dir(),
        }
    }

    fn into(folder: &Path) -> Self {
        Self {
            path: folder.to_owned(),
            is_folder: true,
        }
    }

    /// The same for the same letter, so that a second try makes no second file.
    fn place(&self, letter: &Letter) -> PathBuf {
        if !self.is_folder {
            return self.path.clone();
        }
        let id: String = letter.message_id.chars().take(8).collect();
        let subject = Slug::from_name(letter.subject.as_str());
        let subject = subject.map_or_else(|_| "mail".to_owned(), String::from);
        self.path.join(format!("{subject}-{id}.eml"))
    }
}

impl Carrier for Files {
    fn carry(&mut self, letter: &Letter) -> std::result::Result<(), Fault> {
        let bytes = mail::file(letter)?;
        let unwritten = |why: String| Fault::Unreachable(why);
        if self.is_folder {
            std::fs::create_dir_all(&self.path).map_err(|source| {
                let failure = Failure::from(Error::File {
                    path: self.path.clone(),
                    source,
                });
                unwritten(failure.message().to_owned())
            })?;
        }
        file::write(&self.place(letter), &bytes, true)
            .map_err(|failure| unwritten(failure.message().to_owned()))
    }
}
