//! Mail to clients: what is in the outbox, to whom it goes where nobody is named, when it is tried again, and the settings of it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::text::{Email, Line, fold};

use super::Refusal;
use super::client::{Client, Contact, ContactRole, point_of_contact};
use super::invoice::{Invoice, Kind as InvoiceKind, Stored};
use super::key::{ClientKey, EstimateKey, InvoiceKey, MailKey};
use super::notification::Audience;
use super::reminder::Schedule;

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An invoice or a credit note.
    Invoice,
    /// That it was paid.
    Receipt,
    Reminder,
    Statement,
    Estimate,
    /// What somebody is told without having asked.
    Notice,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Invoice,
        Self::Receipt,
        Self::Reminder,
        Self::Statement,
        Self::Estimate,
        Self::Notice,
    ];

    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Receipt => "receipt",
            Self::Reminder => "reminder",
            Self::Statement => "statement",
            Self::Estimate => "estimate",
            Self::Notice => "notice",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a mail is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It has still to be sent.
    Queued,
    /// A server took it, or it is in a file.
    Sent,
    /// It was refused, or tried too often.
    Failed,
    /// Somebody decided that it is not sent.
    Discarded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Failed, Self::Discarded];

    /// The word in the store and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Discarded => "discarded",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    pub to: Vec<Email>,
    pub cc: Vec<Email>,
    /// Seen by nobody else.
    pub bcc: Vec<Email>,
}

impl Recipients {
    /// Without those who would get it twice.
    pub fn each_once(mut self) -> Self {
        let mut seen = Vec::new();
        for list in [&mut self.to, &mut self.cc, &mut self.bcc] {
            list.retain(|email| {
                let address = fold(email.as_str());
                let is_new = !seen.contains(&address);
                seen.push(address);
                is_new
            });
        }
        self
    }
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// `application/pdf`
    pub media: String,
    /// Of the bytes, hex.
    pub sha256: String,
}

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub key: MailKey,
    /// None: it is about several.
    pub client: Option<ClientKey>,
    pub invoice: Option<InvoiceKey>,
    pub estimate: Option<EstimateKey>,
    pub kind: Kind,
    /// Of a reminder: days from due.
    pub level: Option<i32>,
    /// The same at every try, by which a mail that comes twice is known to be one.
    pub message_id: String,
    pub sender: Email,
    pub sender_name: Option<Line>,
    pub recipients: Recipients,
    pub subject: String,
    pub body: String,
    /// The same for programs that prefer it.
    pub html: Option<String>,
    /// By which its reader ends mails like it.
    pub unsubscribe: Option<String>,
    pub attachments: Vec<Attachment>,
    pub state: State,
    pub queued: DateTime<Utc>,
    pub attempts: u32,
    /// None: at once.
    pub next_try: Option<DateTime<Utc>>,
    /// Until when a command is sending it.
    pub claimed: Option<DateTime<Utc>>,
    /// Why the last try came to nothing.
    pub error: Option<String>,
    pub sent: Option<DateTime<Utc>>,
    /// The portal that it was handed to, which sends it; none: it went our own way.
    pub portal: Option<String>,
}

/// How long a mail is left to the command that is sending it. A command that was killed meanwhile leaves it to the next after that.
const CLAIM: TimeDelta = TimeDelta::minutes(10);

/// The pauses between tries, in minutes; after the last of them a mail has failed.
const PAUSES: [i64; 10] = [5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440];

impl Mail {
    /// Whether a command may send it now; unless `at_once`, its pause has to be over.
    pub fn may_be_tried(&self, now: DateTime<Utc>, at_once: bool) -> bool {
        let is_free = self.claimed.is_none_or(|until| until <= now);
        let is_time = at_once || self.next_try.is_none_or(|next| next <= now);
        self.state == State::Queued && is_free && is_time
    }

    /// Until when it is left to the command that begins to send it.
    pub fn claim(now: DateTime<Utc>) -> DateTime<Utc> {
        now + CLAIM
    }

    /// When it is tried again after a try that failed; none: not any more.
    pub fn try_again(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let place = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let pause = PAUSES.get(place.saturating_sub(1))?;
        Some(now + TimeDelta::minutes(*pause))
    }

    /// Refuses what can be done only to a mail that has not gone out.
    pub fn is_here(&self) -> Result<(), Refusal> {
        match self.state {
            State::Sent => Err(Refusal::MailSent { mail: self.key.0 }),
            State::Queued | State::Failed | State::Discarded => Ok(()),
        }
    }
}

/// Refuses to send what is no document yet, or not one any more.
pub fn may_be_sent(invoice: &Invoice) -> Result<(), Refusal> {
    let name = invoice.name();
    match invoice.stored {
        Stored::Draft => Err(Refusal::InvoiceDraft { invoice: name }),
        Stored::Void if invoice.kind == InvoiceKind::Invoice => {
            Err(Refusal::InvoiceVoid { invoice: name })
        }
        Stored::Void | Stored::Issued => Ok(()),
    }
}

/// Refuses to send again what was sent, or is about to be. `before` are the mails of the same kind about it.
pub fn not_sent_yet(invoice: &Invoice, before: &[Mail]) -> Result<(), Refusal> {
    let name = invoice.name();
    let last = |state: State| before.iter().rev().find(|mail| mail.state == state);
    if let Some(mail) = last(State::Queued) {
        return Err(Refusal::MailQueued {
            invoice: name,
            mail: mail.key.0,
        });
    }
    match last(State::Sent) {
        Some(mail) => Err(Refusal::SentAlready {
            invoice: name,
            to: mail.recipients.to.iter().map(ToString::to_string).collect(),
        }),
        None => Ok(()),
    }
}

/// Refuses to send an estimate again that was sent, or is about to be.
pub fn estimate_not_sent_yet(estimate: &str, before: &[Mail]) -> Result<(), Refusal> {
    let out = |mail: &&Mail| matches!(mail.state, State::Queued | State::Sent);
    match before.iter().rev().find(out) {
        Some(mail) => Err(Refusal::EstimateSent {
            estimate: estimate.to_owned(),
            to: mail.recipients.to.iter().map(ToString::to_string).collect(),
        }),
        None => Ok(()),
    }
}

/// Who at a client gets mail about money: contacts for billing with an address, else the point of contact, else the client's own
/// address. With the name by which to greet.
pub fn addressee<'a>(
    client: &'a Client,
    contacts: &'a [Contact],
) -> Option<(Option<&'a Line>, &'a Email)> {
    let of = |contact: &'a Contact| Some((Some(&contact.name), contact.email.as_ref()?));
    contacts
        .iter()
        .filter(|contact| contact.roles.contains(&ContactRole::Billing))
        .find_map(of)
        .or_else(|| point_of_contact(contacts).and_then(of))
        .or_else(|| Some((None, client.details.email.as_ref()?)))
}

/// Whom a setting of notifications means for mail about money. `owners` are the addresses of the owner; none: nobody is meant.
/// By hand a mail always goes to the client, and the owner gets a copy where the owner is meant.
pub fn recipients(
    audience: &Audience,
    client: Option<&Email>,
    owners: Vec<Email>,
    by_hand: bool,
) -> Recipients {
    let client: Vec<Email> = client.into_iter().cloned().collect();
    let (to, bcc) = match audience {
        Audience::Addresses(named) => (named.clone(), Vec::new()),
        Audience::Client => (client, Vec::new()),
        Audience::Both => (client, owners),
        Audience::Owner if by_hand => (client, owners),
        Audience::Owner => (owners, Vec::new()),
        Audience::Off if by_hand => (client, Vec::new()),
        Audience::Off => (Vec::new(), Vec::new()),
    };
    Recipients {
        to,
        cc: Vec::new(),
        bcc,
    }
    .each_once()
}

/// How the way to the mail server is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Encrypted before anything is said but the greeting.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all; only to this machine.
    Loopback,
    /// Not at all, wherever the server is.
    Insecure,
}

impl Tls {
    const ALL: [Self; 4] = [Self::StartTls, Self::Tls, Self::Loopback, Self::Insecure];

    /// The word of the setting.
    pub fn word(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::Loopback => "none",
            Self::Insecure => "insecure",
        }
    }

    /// The way a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tls| tls.word() == word)
    }

    /// The port where none is set.
    pub fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::Loopback | Self::Insecure => 25,
        }
    }
}

/// The settings of mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// None: no server.
    pub host: Option<Line>,
    pub port: Option<u16>,
    pub user: Option<Line>,
    /// Where it is not the address of the business.
    pub from: Option<Email>,
    pub tls: Tls,
    /// Where mail is written where there is no server.
    pub folder: Option<Line>,
    pub reminders: Schedule,
    /// Whether what a run issues is mailed.
    pub invoices: bool,
    /// Who sends notices to users of a portal.
    pub notices: Notices,
}

/// Who sends notices to the users of a client's portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notices {
    /// This program, as all mail.
    Local,
    /// The portal that is connected.
    Portal,
}

impl Notices {
    /// The way a word of the settings names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "local" => Some(Self::Local),
            "portal" => Some(Self::Portal),
            _ => None,
        }
    }
}

/// A name or an address of a host.
pub fn host(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let is_host = !text.is_empty()
        && text.len() <= 253
        && text.chars().all(fits)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':')
        // `mail.example.com:587` is a host with a port, `::1` an address.
        && text.matches(':').count() != 1;
    is_host.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    #[test]
    fn hosts_are_names_or_addresses_without_a_port() {
        for (text, fits) in [
            ("mail.example.com", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("localhost", true),
            ("mail.example.com:587", false),
            ("smtp://mail.example.com", false),
            ("mail example", false),
            ("", false),
            ("-x", false),
        ] {
            assert_eq!(host(text).is_some(), fits, "{text}");
        }
    }

    #[test]
    fn a_setting_means_the_client_the_owner_or_others() {
        let (client, owner) = (email("jo@acme.example"), email("mara@studio.example"));
        let named = Audience::Addresses(vec![email("books@acme.example")]);
        let cases = [
            (Audience::Client, false, "jo@acme.example", ""),
            (
                Audience::Both,
                false,
                "jo@acme.example",
                "mara@studio.example",
            ),
            (Audience::Owner, false, "mara@studio.example", ""),
            (
                Audience::Owner,
                true,
                "jo@acme.example",
                "mara@studio.example",
            ),
            (Audience::Off, false, "", ""),
            (Audience::Off, true, "jo@acme.example", ""),
            (named, true, "books@acme.example", ""),
        ];
        let words = |list: &[Email]| {
            let list: Vec<&str> = list.iter().map(Email::as_str).collect();
            list.join(" ")
        };
        for (audience, by_hand, to, bcc) in cases {
            let found = recipients(&audience, Some(&client), vec![owner.clone()], by_hand);
            assert_eq!(
                (words(&found.to).as_str(), words(&found.bcc).as_str()),
                (to, bcc),
                "{audience:?}"
            );
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let now: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut mail = Mail {
            key: MailKey(1),
            client: Some(ClientKey(1)),
            invoice: None,
            estimate: None,
            kind: Kind::Statement,
            level: None,
            message_id: String::new(),
            sender: email("mara@studio.example"),
            sender_name: None,
            recipients: Recipients::default(),
            subject: String::new(),
            body: String::new(),
            html: None,
            unsubscribe: None,
            attachments: Vec::new(),
            state: State::Queued,
            queued: now,
            attempts: 0,
            next_try: None,
            claimed: None,
            error: None,
            sent: None,
            portal: None,
        };
        assert!(mail.may_be_tried(now, false));
        let mut last = now;
        for attempts in 1..=PAUSES.len() {
            mail.attempts = u32::try_from(attempts).unwrap();
            let next = mail.try_again(now).unwrap();
            assert!(next >= last);
            last = next;
        }
        mail.attempts += 1;
        assert_eq!(mail.try_again(now), None);
        mail.next_try = Some(last);
        assert!(!mail.may_be_tried(now, false) && mail.may_be_tried(now, true));
        mail.claimed = Some(Mail::claim(now));
        assert!(!mail.may_be_tried(now, true));
        assert!(mail.may_be_tried(Mail::claim(now), true));
    }
}
