//! Settings of the business: `init` and `settings`.

use std::collections::BTreeMap;

use crate::document::logo::Logo;
use crate::document::{DocumentError, Look};
use crate::domain::Refusal;
use crate::domain::business::{self, SETTINGS};
use crate::domain::key::{MemberKey, RateKey};
use crate::domain::member::{Access, Member};
use crate::domain::rate::{DatedRate, Scope};
use crate::values::id::Slug;
use crate::values::money::Rate;
use crate::values::text::Line;

use super::error::field;
use super::{Error, Result, Session, find, look, template, time};

/// What `init` was given.
#[derive(Debug, Clone, Default)]
pub struct Init {
    /// Settings by key.
    pub settings: Vec<(&'static str, String)>,
    pub rate: Option<Rate>,
    /// Name of the first member.
    pub owner: Option<Line>,
    /// A business that is there already is left as it is.
    pub if_missing: bool,
}

/// Sets up the business: settings, rate, and the owner as the first member. Whether it did.
pub fn init(session: &mut Session, init: &Init) -> Result<bool> {
    if session.business.name.is_some() {
        if init.if_missing {
            return Ok(false);
        }
        return Err(Refusal::BusinessExists.into());
    }
    let checked = checked(
        init.settings
            .iter()
            .map(|(key, value)| (*key, value.as_str())),
    )?;
    let who = session.who().to_owned();
    session.write(|books| {
        for (key, value) in &checked {
            books.set_setting(key, value)?;
        }
        if let Some(rate) = init.rate {
            books.add_rate(&DatedRate {
                key: RateKey(0),
                scope: Scope::default(),
                from: None,
                rate,
            })?;
        }
        if books.members()?.is_empty() {
            let member = owner(init.owner.clone(), &who)?;
            books.add_member(&member)?;
        }
        Ok(true)
    })
}

/// The first member: as named, else by login name.
pub(super) fn owner(name: Option<Line>, who: &str) -> Result<Member> {
    let name = match name {
        Some(name) => name,
        None => Line::parse(who).or_else(|_| field("name", Line::parse("Owner")))?,
    };
    let slug = Slug::from_name(name.as_str()).or_else(|_| Slug::parse("owner"))?;
    Ok(Member {
        key: MemberKey(0),
        slug,
        name,
        email: None,
        role: None,
        archived: false,
        access: Access::Owner,
        alias: None,
    })
}

/// Every setting with the value that holds and whether it was set.
pub fn show(session: &Session) -> Result<Vec<(&'static business::Setting, String, bool)>> {
    let kept = session.store.read(|books| books.settings())?;
    Ok(SETTINGS
        .iter()
        .map(|setting| match kept.get(setting.key) {
            Some(value) => (setting, value.clone(), true),
            None if setting.key == "zone" => {
                (setting, session.business.zone.name().to_owned(), false)
            }
            None => (setting, setting.default.to_owned(), false),
        })
        .collect())
}

/// A setting that is files, with their names and contents.
pub type Files = (&'static str, Vec<(String, Vec<u8>)>);

/// Sets settings, all or none.
pub fn set(session: &mut Session, pairs: &[(String, String)], files: &[Files]) -> Result<()> {
    for (key, contents) in files {
        readable(key, contents)?;
    }
    let checked = checked(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
    let (zone, today) = (session.business.zone, session.today());
    session.write(|books| {
        for (key, value) in &checked {
            books.set_setting(key, value)?;
        }
        // What was agreed before there were late fees has none.
        let is_new = checked.contains_key("late-fee") && !checked.contains_key("late-fee.from");
        if is_new && !books.settings()?.contains_key("late-fee.from") {
            books.set_setting("late-fee.from", &today.to_string())?;
        }
        for (key, contents) in files {
            books.set_files(key, contents)?;
        }
        let business = super::business(books, zone)?;
        if let (Some(before), true) = (
            business.guards.locked_before,
            checked.contains_key(time::LOCK),
        ) {
            time::not_ahead(before, today)?;
        }
        if let (Some(slug), true) = (&business.member, checked.contains_key("time.member")) {
            let member = find::member(books, slug.as_str())?;
            is_there(&member)?;
        }
        Ok::<_, Error>(business.series_differ()?)
    })?;
    if checked.get("auto-sync").is_some_and(|value| value == "on") {
        // It holds from this command on.
        session.business.auto_sync = true;
        session.follow();
    }
    Ok(())
}

/// Refuses files that cannot be printed with, before they are kept.
fn readable(key: &str, contents: &[(String, Vec<u8>)]) -> Result<()> {
    let mut look = Look::default();
    for (name, bytes) in contents {
        match key {
            "logo" => look.logo = Some(Logo::read(bytes.clone()).map_err(DocumentError::from)?),
            _ => look.typefaces.push(look::typeface(name, bytes.clone())?),
        }
    }
    if look.logo.is_some() {
        // What looks like a picture may still be none.
        template::try_logo(&look)?;
    }
    Ok(())
}

/// Refuses a member who logs no time any more.
fn is_there(member: &Member) -> std::result::Result<(), Refusal> {
    if member.archived {
        return Err(Refusal::MemberArchived {
            member: member.slug.clone(),
        });
    }
    Ok(())
}

/// Unsets settings: their defaults hold again.
pub fn unset(session: &mut Session, keys: &[String]) -> Result<()> {
    for key in keys {
        business::find(key)?;
    }
    session.write(|books| {
        for key in keys {
            books.unset_setting(key)?;
        }
        Ok(())
    })
}

fn checked<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<BTreeMap<&'static str, String>> {
    let mut checked = BTreeMap::new();
    for (key, value) in pairs {
        let setting = business::find(key)?;
        checked.insert(setting.key, setting.check(value)?);
    }
    Ok(checked)
}
