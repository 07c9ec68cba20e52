//! What stands in the portal's mails: one function a kind. From it come the plain text and a simple HTML; nothing is loaded, and
//! nothing tells whether it was read. Of the people of a business nothing stands here but the business's name.

use chrono::{DateTime, Utc};

use crate::mail::Letter;
use crate::published::notice::NoticeMail;
use crate::values::id::Token;
use crate::values::text::{Email, Line};

use super::super::store::{ClaimedMail, MailKind, SecurityChange};
use super::super::words::fill;
use super::words::MailWords;

/// A mail before it is put into a form.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    subject: String,
    /// Above the link.
    before: Vec<String>,
    /// Its words, and the address.
    link: (&'static str, String),
    /// Below the link.
    after: Vec<String>,
}

/// Where mails come from and lead to.
#[derive(Debug, Clone, Copy)]
pub(super) struct House<'a> {
    /// `https://portal.example`
    pub(super) origin: &'a str,
    /// What stands in `From`.
    pub(super) sender: &'a Email,
}

/// The letter of a mail; what is missing in it, where it cannot be written.
pub(super) fn letter(
    mail: &ClaimedMail,
    house: House<'_>,
    secret: &Token,
) -> Result<Letter, String> {
    let words = MailWords::of(&mail.language);
    let content = match mail.kind {
        MailKind::Notice => return Err("a notice is sent while it is handed over".to_owned()),
        MailKind::Invitation => invitation(mail, words, house, secret),
        MailKind::PasswordReset => password_reset(mail, words, house, secret),
        MailKind::SecurityChange => security_change(mail, words, house)?,
    };
    let to = Email::parse(&mail.to).map_err(|error| error.to_string())?;
    let subject = Line::left_of(&content.subject, 250).ok_or("the mail has no subject")?;
    Ok(Letter {
        message_id: message_id(&mail.message_id, house)?,
        date: mail.queued,
        sender: house.sender.clone(),
        sender_name: mail
            .business
            .as_deref()
            .and_then(|name| Line::left_of(name, 100)),
        reply_to: None,
        to: vec![to],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject,
        body: text(&content, words, house.origin),
        html: Some(html(&content, words, house.origin)),
        automatic: true,
        unsubscribe: None,
        attachments: Vec::new(),
    })
}

fn message_id(id: &str, house: House<'_>) -> Result<String, String> {
    let (_, domain) = house
        .sender
        .as_str()
        .rsplit_once('@')
        .ok_or("no sender's domain")?;
    Ok(format!("{id}@{domain}"))
}

/// What an account wrote to one of its users: from the portal, in the name of the business, to which answers go.
pub(super) fn notice(
    id: &str,
    written: NoticeMail,
    house: House<'_>,
    date: DateTime<Utc>,
) -> Result<Letter, String> {
    let address = |text: &str| Email::parse(text).map_err(|error| error.to_string());
    Ok(Letter {
        message_id: message_id(id, house)?,
        date,
        sender: house.sender.clone(),
        sender_name: Line::left_of(&written.business, 100),
        reply_to: Some(address(&written.reply_to)?),
        to: vec![address(&written.to)?],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: Line::left_of(&written.subject, 250).ok_or("the mail has no subject")?,
        body: written.text,
        html: written.html,
        automatic: true,
        unsubscribe: written.unsubscribe,
        attachments: Vec::new(),
    })
}

fn invitation(
    mail: &ClaimedMail,
    words: &'static MailWords,
    house: House<'_>,
    secret: &Token,
) -> Content {
    let (business, client) = (
        business(mail, words),
        line(mail.client.as_deref().unwrap_or_default()),
    );
    Content {
        subject: fill(words.invitation_subject, &[&business, &client]),
        before: vec![fill(words.invitation_lead, &[&business, &client])],
        link: (
            words.invitation_link,
            format!("{}/invite/{}", house.origin, secret.expose()),
        ),
        after: vec![
            words.invitation_life.to_owned(),
            fill(words.invitation_stray, &[&business]),
        ],
    }
}

fn password_reset(
    mail: &ClaimedMail,
    words: &'static MailWords,
    house: House<'_>,
    secret: &Token,
) -> Content {
    Content {
        subject: fill(words.reset_subject, &[&business(mail, words)]),
        before: vec![words.reset_lead.to_owned()],
        link: (
            words.reset_link,
            format!("{}/reset/{}", house.origin, secret.expose()),
        ),
        after: vec![words.reset_life.to_owned(), words.reset_stray.to_owned()],
    }
}

fn security_change(
    mail: &ClaimedMail,
    words: &'static MailWords,
    house: House<'_>,
) -> Result<Content, String> {
    let change = parameter(mail, "change").and_then(SecurityChange::of);
    let change = change.ok_or("the mail does not say what was changed")?;
    let when = mail.queued.format("%Y-%m-%d %H:%M").to_string();
    Ok(Content {
        subject: fill(words.security_subject, &[&business(mail, words)]),
        before: vec![
            words.change(change).to_owned(),
            fill(words.security_when, &[&when]),
            words.security_stray.to_owned(),
        ],
        link: (words.security_link, format!("{}/sign-in", house.origin)),
        after: Vec::new(),
    })
}

fn parameter<'a>(mail: &'a ClaimedMail, name: &str) -> Option<&'a str> {
    mail.params.get(name)?.as_str()
}

fn business(mail: &ClaimedMail, words: &MailWords) -> String {
    mail.business
        .as_deref()
        .map(line)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| words.portal.to_owned())
}

/// One line that breaks nothing and hides nothing: names come from whoever publishes.
fn line(text: &str) -> String {
    Line::left_of(text, 100).map_or_else(String::new, String::from)
}

fn text(content: &Content, words: &MailWords, origin: &str) -> String {
    let mut paragraphs = vec![words.hello.to_owned()];
    paragraphs.extend(content.before.iter().cloned());
    paragraphs.push(content.link.1.clone());
    paragraphs.extend(content.after.iter().cloned());
    paragraphs.push(format!("-- \n{}", fill(words.foot, &[origin])));
    let mut text = paragraphs.join("\n\n");
    text.push('\n');
    text
}

fn html(content: &Content, words: &MailWords, origin: &str) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
        words.tag,
        escape(&content.subject)
    );
    let mut paragraph = |inner: &str| {
        page.push_str("<p>");
        page.push_str(inner);
        page.push_str("</p>\n");
    };
    paragraph(&escape(words.hello));
    for text in &content.before {
        paragraph(&escape(text));
    }
    let (label, address) = &content.link;
    let address = escape(address);
    paragraph(&format!("<a href=\"{address}\">{}</a>", escape(label)));
    for text in &content.after {
        paragraph(&escape(text));
    }
    paragraph(&format!(
        "<small>{}</small>",
        escape(&fill(words.foot, &[origin]))
    ));
    page.push_str("</body>\n</html>\n");
    page
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mail(kind: MailKind, language: &str, params: serde_json::Value) -> ClaimedMail {
        ClaimedMail {
            id: 1,
            message_id: "0a1b".to_owned(),
            attempt: 1,
            to: "jo@acme.example".to_owned(),
            kind,
            language: language.to_owned(),
            params,
            queued: "2026-11-20T12:00:00Z".parse().unwrap(),
            business: Some("Studio & Söhne".to_owned()),
            client: Some("<b>Acme</b> GmbH".to_owned()),
        }
    }

    fn written(mail: &ClaimedMail) -> Result<Letter, String> {
        let sender = Email::parse("portal@portal.example").unwrap();
        let house = House {
            origin: "https://portal.example",
            sender: &sender,
        };
        letter(mail, house, &secret())
    }

    fn secret() -> Token {
        Token::parse(&"A".repeat(43)).unwrap()
    }

    #[test]
    fn an_invitation_has_its_link_in_both_forms_and_every_language() {
        let link = format!("https://portal.example/invite/{}", "A".repeat(43));
        for (language, subject) in [
            (
                "en",
                "Studio & Söhne invites you to the portal of <b>Acme</b> GmbH",
            ),
            (
                "de-AT",
                "Studio & Söhne lädt Sie zum Portal von <b>Acme</b> GmbH ein",
            ),
            (
                "fr",
                "Studio & Söhne vous invite au portail de <b>Acme</b> GmbH",
            ),
            (
                "xx",
                "Studio & Söhne invites you to the portal of <b>Acme</b> GmbH",
            ),
        ] {
            let letter = written(&mail(MailKind::Invitation, language, json!({}))).unwrap();
            assert_eq!(letter.subject.as_str(), subject);
            assert_eq!(letter.message_id, "0a1b@portal.example");
            assert_eq!(letter.to.len(), 1);
            assert!(letter.cc.is_empty() && letter.bcc.is_empty() && letter.automatic);
            assert!(letter.body.contains(&format!("\n\n{link}\n\n")));
            let html = letter.html.unwrap();
            assert!(html.contains(&format!("<a href=\"{link}\">")), "{html}");
            assert!(
                html.contains("&lt;b&gt;Acme&lt;/b&gt;") && !html.contains("<b>"),
                "{html}"
            );
            assert!(!html.contains("{}") && !letter.body.contains("{}"));
        }
    }

    #[test]
    fn names_break_no_header_and_no_line() {
        let mut evil = mail(MailKind::Invitation, "en", json!({}));
        evil.business = Some("Studio\r\nBcc: x@y.example\r\n\r\nbody".to_owned());
        evil.client = Some("a\u{2028}b\u{202e}c".to_owned());
        let letter = written(&evil).unwrap();
        assert_eq!(
            letter.subject.as_str(),
            "Studio Bcc: x@y.example body invites you to the portal of a b c"
        );
        assert_eq!(
            letter.sender_name.unwrap().as_str(),
            "Studio Bcc: x@y.example body"
        );
        assert!(!letter.body.contains("\nBcc"));
        let mut to = mail(MailKind::Invitation, "en", json!({}));
        to.to = "jo@acme.example\r\nBcc: x@y.example".to_owned();
        assert!(written(&to).is_err());
    }

    #[test]
    fn a_reset_leads_to_this_portal_with_the_secret_of_this_try() {
        let one = written(&mail(MailKind::PasswordReset, "en", json!({}))).unwrap();
        let link = format!("\nhttps://portal.example/reset/{}\n", secret().expose());
        assert!(one.body.contains(&link), "{}", one.body);
    }

    #[test]
    fn a_change_is_told_with_its_time() {
        for (change, text) in [
            ("password", "Ihr Passwort wurde geändert."),
            (
                "passkey_removed",
                "Von Ihrer Anmeldung wurde ein Passkey entfernt.",
            ),
        ] {
            let params = json!({ "change": change });
            let letter = written(&mail(MailKind::SecurityChange, "de", params)).unwrap();
            assert!(letter.body.contains(text), "{}", letter.body);
            assert!(letter.body.contains("Das war am 2026-11-20 12:00 (UTC)."));
        }
        let unknown = json!({ "change": "shoe size" });
        assert!(written(&mail(MailKind::SecurityChange, "de", unknown)).is_err());
    }
}
