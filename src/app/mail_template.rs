//! The texts of mails: ours, and those that people put in their place.

use crate::document::letter::{LANGUAGES, Occasion, Template};

use super::{Error, Result, Session};

/// A text in a language.
#[derive(Debug, Clone)]
pub struct Text {
    pub occasion: Occasion,
    pub language: &'static str,
    pub text: String,
    /// It is not the one that comes with the program.
    pub own: bool,
}

/// Every text.
pub fn list(session: &Session) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for occasion in Occasion::ALL {
        for language in LANGUAGES {
            texts.push(show(session, occasion, language)?);
        }
    }
    Ok(texts)
}

/// One text.
pub fn show(session: &Session, occasion: Occasion, language: &'static str) -> Result<Text> {
    let own = session
        .store
        .read(|books| books.mail_template(occasion.word(), language))?;
    Ok(Text {
        occasion,
        language,
        own: own.is_some(),
        text: own.unwrap_or_else(|| occasion.text(language).to_owned()),
    })
}

/// Refuses a text that would not work.
pub fn check(occasion: Occasion, text: &str) -> Result<()> {
    Template::parse(text, occasion)?;
    Ok(())
}

/// Puts a text in the place of ours. Ours itself takes it away again.
pub fn replace(
    session: &mut Session,
    occasion: Occasion,
    language: &'static str,
    text: Option<&str>,
) -> Result<Text> {
    if let Some(text) = text {
        check(occasion, text)?;
    }
    let text = text.filter(|text| text.trim() != occasion.text(language).trim());
    session.write(|books| {
        books.set_mail_template(occasion.word(), language, text)?;
        Ok::<_, Error>(())
    })?;
    show(session, occasion, language)
}
