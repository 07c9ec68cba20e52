//! From a letter to the bytes of a message. The same letter gives the same bytes, at every try.

use std::time::SystemTime;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest as _, Sha256};

use crate::values::text::Email;

use super::{Fault, Letter};

/// The message for a file that a mail program opens as a draft: hidden recipients stand in it, or they would be lost.
pub fn file(letter: &Letter) -> Result<Vec<u8>, Fault> {
    Ok(message(letter, true)?.formatted())
}

/// The message as a file that is no draft: as a server would get it.
pub(super) fn finished(letter: &Letter) -> Result<Vec<u8>, Fault> {
    Ok(message(letter, false)?.formatted())
}

/// The message for a server.
pub(super) fn for_server(letter: &Letter) -> Result<Message, Fault> {
    message(letter, false)
}

fn message(letter: &Letter, as_draft: bool) -> Result<Message, Fault> {
    let name = letter.sender_name.as_ref().map(ToString::to_string);
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}>", letter.message_id)))
        .date(SystemTime::from(letter.date))
        .from(Mailbox::new(name, address(&letter.sender)?))
        .subject(letter.subject.as_str());
    if let Some(email) = &letter.reply_to {
        builder = builder.reply_to(Mailbox::new(None, address(email)?));
    }
    for email in &letter.to {
        builder = builder.to(Mailbox::new(None, address(email)?));
    }
    for email in &letter.cc {
        builder = builder.cc(Mailbox::new(None, address(email)?));
    }
    for email in &letter.bcc {
        builder = builder.bcc(Mailbox::new(None, address(email)?));
    }
    if as_draft {
        let unsent = HeaderName::new_from_ascii_str("X-Unsent");
        builder = builder
            .raw_header(HeaderValue::new(unsent, "1".to_owned()))
            .keep_bcc();
    }
    if letter.automatic {
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-generated".to_owned()));
    }
    if let Some(address) = &letter.unsubscribe {
        let name = HeaderName::new_from_ascii_str("List-Unsubscribe");
        builder = builder.raw_header(HeaderValue::new(name, format!("<{address}>")));
        // RFC 8058: the program of the reader may do it by itself.
        if address.starts_with("https://") {
            let name = HeaderName::new_from_ascii_str("List-Unsubscribe-Post");
            let click = "List-Unsubscribe=One-Click".to_owned();
            builder = builder.raw_header(HeaderValue::new(name, click));
        }
    }
    let text = SinglePart::plain(letter.body.replace('\n', "\r\n"));
    let built = if let (Some(html), true) = (&letter.html, letter.attachments.is_empty()) {
        let parts = MultiPart::alternative().boundary(boundary(letter));
        let html = SinglePart::html(html.replace('\n', "\r\n"));
        builder.multipart(parts.singlepart(text).singlepart(html))
    } else if letter.attachments.is_empty() {
        builder.singlepart(text)
    } else {
        let mut parts = MultiPart::mixed()
            .boundary(boundary(letter))
            .singlepart(text);
        for attachment in &letter.attachments {
            let media = ContentType::parse(&attachment.media).map_err(|_| {
                Fault::Refused(format!("`{}` is no kind of file", attachment.media))
            })?;
            let part = Part::new(attachment.name.clone());
            parts = parts.singlepart(part.body(attachment.bytes.clone(), media));
        }
        builder.multipart(parts)
    };
    built.map_err(|error| Fault::Refused(error.to_string()))
}

/// An address as the way of the mail takes it: the domain in ASCII.
fn address(email: &Email) -> Result<Address, Fault> {
    let bad = || {
        Fault::Refused(format!(
            "`{email}` is not an address that mail can be sent to"
        ))
    };
    let (local, domain) = email.as_str().rsplit_once('@').ok_or_else(bad)?;
    let domain = match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => domain,
        _ => return Err(bad()),
    };
    Address::new(local, domain).map_err(|_| bad())
}

/// What stands between the parts: nothing that could stand in one of them, and the same for the same letter.
fn boundary(letter: &Letter) -> String {
    let hash = Sha256::digest(letter.message_id.as_bytes());
    data_encoding::HEXLOWER
        .encode(&hash)
        .chars()
        .take(40)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Attachment;
    use super::*;
    use crate::values::text::Line;

    fn letter() -> Letter {
        let email = |text| Email::parse(text).unwrap();
        Letter {
            message_id: "abc@studio.example".into(),
            date: "2026-11-20T12:00:00Z".parse().unwrap(),
            sender: email("mara@studio.example"),
            sender_name: Line::parse("Müller, Söhne & Co").ok(),
            reply_to: None,
            to: vec![email("jo@bücher.example")],
            cc: vec![email("kim@acme.example")],
            bcc: vec![email("hidden@studio.example")],
            subject: Line::parse(&format!("Rechnung für Größeres {}", "x".repeat(200))).unwrap(),
            body: format!("Grüße\n.\n{}", "long ".repeat(400)),
            html: None,
            automatic: false,
            unsubscribe: None,
            attachments: vec![Attachment {
                name: "Rechnung Ä\".pdf".into(),
                media: "application/pdf".into(),
                bytes: (0..=255).collect(),
            }],
        }
    }

    #[test]
    fn what_goes_out_is_ascii_in_short_lines_and_the_same_at_each_try() {
        let message = for_server(&letter()).unwrap();
        let bytes = message.formatted();
        assert!(bytes.is_ascii());
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            text.split("\r\n")
                .all(|line| line.len() <= 998 && !line.contains('\n'))
        );
        assert!(text.contains("Message-ID: <abc@studio.example>"));
        assert!(text.contains("Date: Fri, 20 Nov 2026 12:00:00 +0000"));
        assert!(text.contains("xn--bcher-kva.example"));
        assert_eq!(for_server(&letter()).unwrap().formatted(), bytes);
        // Who is hidden gets it, and stands nowhere in it but in a draft.
        assert!(!text.contains("hidden"));
        assert_eq!(message.envelope().to().len(), 3);
        let draft = String::from_utf8(file(&letter()).unwrap()).unwrap();
        assert!(draft.contains("Bcc: hidden@studio.example") && draft.contains("X-Unsent: 1"));
    }

    #[test]
    fn the_way_out_of_mails_like_it_is_told_to_programs() {
        let secret = "A".repeat(43);
        for (address, by_one_click) in [
            (
                format!(
                    "https://portal.example/unsubscribe/weekly-summary.budget-threshold/{secret}"
                ),
                true,
            ),
            (
                format!("http://127.0.0.1:8070/unsubscribe/weekly-summary/{secret}"),
                false,
            ),
            (
                "mailto:mara@studio.example?subject=unsubscribe%20weekly-summary".to_owned(),
                false,
            ),
        ] {
            let letter = Letter {
                unsubscribe: Some(address.clone()),
                ..letter()
            };
            let text = String::from_utf8(for_server(&letter).unwrap().formatted()).unwrap();
            let whole = text.replace("\r\n ", "").replace("\r\n\t", "");
            let header = format!("List-Unsubscribe: <{address}>\r\n");
            assert!(whole.replace("<\u{20}", "<").contains(&header), "{text}");
            assert_eq!(
                text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
                by_one_click
            );
        }
    }

    #[test]
    fn what_is_no_host_of_mail_is_refused() {
        let mut letter = letter();
        letter.to = vec![Email::parse("jo@1.2.3.4").unwrap()];
        assert!(matches!(for_server(&letter), Err(Fault::Refused(_))));
    }
}
