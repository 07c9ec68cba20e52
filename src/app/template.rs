//! The template of invoices: the program's own, the one in use, and the trial of another.

use crate::document::Look;
use crate::document::template::{BUILTIN, TemplateError, Trial, try_logo as try_in, try_out};
use crate::domain::appearance::{KeptFile, TEMPLATE};
use crate::domain::business::Business;
use crate::store::Books;

use super::{Error, Result, Session, look};

/// The template in use.
#[derive(Debug, Clone)]
pub struct InUse {
    /// None: the program's own.
    pub file: Option<KeptFile>,
    pub text: String,
}

/// The text of the program's own.
pub fn builtin() -> &'static str {
    BUILTIN
}

/// The template that invoices are printed with.
pub fn show(session: &Session) -> Result<InUse> {
    let look = session
        .store
        .read(|books| look::of(books, &session.business))?;
    Ok(InUse {
        file: session.business.appearance.template.clone(),
        text: look.template.unwrap_or_else(|| BUILTIN.to_owned()),
    })
}

/// Tries a template with invoices of every kind, in the look of the business.
pub fn check(session: &Session, bytes: Vec<u8>) -> Result<Trial> {
    let text = look::text(bytes)?;
    session
        .store
        .read(|books| tried(books, &session.business, Some(text)))
}

/// Prints with a template from now on: tried first, and kept by its content. None: the program's own again.
pub fn use_(session: &mut Session, template: Option<(String, Vec<u8>)>) -> Result<Option<Trial>> {
    let zone = session.business.zone;
    let trial = match &template {
        Some((_, bytes)) => Some(check(session, bytes.clone())?),
        None => None,
    };
    session.write(|books| {
        match template {
            Some(file) => books.set_files(TEMPLATE, &[file])?,
            None => {
                books.unset_setting(TEMPLATE)?;
            }
        }
        super::business(books, zone)?;
        Ok::<_, Error>(())
    })?;
    Ok(trial)
}

/// Refuses a logo that cannot be printed.
pub(super) fn try_logo(look: &Look) -> Result<()> {
    Ok(try_in(look)?)
}

fn tried(books: &Books<'_>, business: &Business, template: Option<String>) -> Result<Trial> {
    // The template in use does not matter, and it may be the one that does not work.
    let mut business = business.clone();
    business.appearance.template = None;
    let look = Look {
        template,
        ..look::of(books, &business)?
    };
    try_out(&look).map_err(|error: TemplateError| Error::Template(error))
}
