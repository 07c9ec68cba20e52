//! `loggia client add` on a terminal, without a name: asks for what was not given, each with its check. What is asked for is what
//! has a flag, and becomes its value.

use crate::app::error::field;
use crate::app::{Session, client};
use crate::values::id::Slug;
use crate::values::money::{Currency, Rate};
use crate::values::text::{Country, Email, Line, Phone, TextError, Website};

use super::super::error::Result;
use super::super::prompt;
use super::{Add, Fields};

/// Fills in what was not given.
pub(super) fn ask(mut add: Add, session: &Session) -> Result<Add> {
    let name = prompt::text("Name of the client", None, |typed| {
        field("name", Line::parse(typed))
    })?;
    if add.slug.is_none() {
        let made = Slug::from_name(name.as_str()).ok();
        let default = made.map(|slug| slug.to_string());
        let slug = prompt::text("Short name", default, |typed| {
            client::free_slug(session, typed)
        })?;
        add.slug = Some(slug.to_string());
    }
    add.name = Some(name.to_string());
    if !add.company && !add.individual {
        let kinds = [
            (false, "company".to_owned()),
            (true, "individual".to_owned()),
        ];
        add.individual = prompt::choice("Kind", &kinds)?;
    }
    if !add.lead {
        let stages = [(false, "client".to_owned()), (true, "lead".to_owned())];
        add.lead = prompt::choice("Stage", &stages)?;
    }
    add.fields = ask_fields(add.fields, session)?;
    if add.rate.is_none() {
        let rate = |typed: &str| Ok(Rate::parse(typed).map(|_| typed.to_owned())?);
        add.rate = prompt::optional_text("Rate per hour", rate)?;
    }
    Ok(add)
}

fn ask_fields(mut fields: Fields, session: &Session) -> Result<Fields> {
    let known = |name, read: fn(&str) -> std::result::Result<String, TextError>| {
        move |typed: &str| field(name, read(typed))
    };
    if fields.email.is_none() {
        let read = known("email", |typed| Email::parse(typed).map(String::from));
        fields.email = prompt::optional_text("Mail address", read)?;
    }
    if fields.phone.is_none() {
        let read = known("phone", |typed| Phone::parse(typed).map(String::from));
        fields.phone = prompt::optional_text("Phone", read)?;
    }
    if fields.website.is_none() {
        let read = known("website", |typed| Website::parse(typed).map(String::from));
        fields.website = prompt::optional_text("Website", read)?;
    }
    if fields.country.is_none() {
        let read = known("country", |typed| Country::parse(typed).map(String::from));
        fields.country = prompt::optional_text("Country, such as DE or Germany", read)?;
    }
    if fields.currency.is_none() {
        let default = session.business.currency.code().to_owned();
        let currency = prompt::text("Currency", Some(default), |typed| {
            Ok(Currency::parse(typed)?)
        })?;
        fields.currency = Some(currency.code().to_owned());
    }
    Ok(fields)
}
