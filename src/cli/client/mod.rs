//! `loggia client`: the commands over the record itself.
//!
//! [`contact`] has the contacts, [`card`] vCards, [`history`] talks and what else happened, [`interview`] the questions of `add`,
//! [`note`] the notes, [`list`] the list, [`import`] the import, [`view`] what a client looks like, [`open`] its website,
//! [`refund`] credit that is paid back, [`removal`] its end, [`summary`] everything about it.

mod card;
mod contact;
mod history;
mod import;
mod interview;
mod list;
mod note;
mod open;
mod refund;
mod removal;
mod summary;
mod talk;
mod view;

use clap::{Args, Subcommand};

use crate::app::Session;
use crate::app::client::{self, Changed, Made, Marking, New};
use crate::app::client_summary;
use crate::app::einvoice::BUYER_REFERENCE;
use crate::app::error::field;
use crate::app::invoice::PURCHASE_ORDER;
use crate::domain::business::{INVOICE_CLOSING, INVOICE_INTRO};
use crate::domain::client::{Details, Kind, Notice, Stage};
use crate::domain::tax::Treatment;
use crate::values::id::Slug;
use crate::values::money::{Currency, Rate};
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, Website, fold, shell_word};

use super::error::{Failure, Result};
use super::terminal::View;
use super::{Context, missing, prompt};

use contact::ContactCommand;
use history::History;
use import::Import;
use list::List;
use note::Notes;
use open::Open;
use refund::Refund;
use removal::Delete;
use summary::{Show, owed_words, unbilled_words};
use talk::{Log, TalkCommand};
use view::ClientView;

/// Clients and their contacts
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(Add),
    #[command(visible_alias = "ls")]
    List(List),
    Import(Import),
    Show(Show),
    Edit(Edit),
    Note(Notes),
    /// Make a client of a lead; contacts, talks and all else stay
    Convert {
        #[arg(value_name = "LEAD")]
        client: String,
    },
    /// Archive a client: hidden from lists, no new projects, time or expenses
    Archive {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    /// Restore an archived client
    Restore {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    /// Contacts of a client
    #[command(subcommand)]
    Contact(ContactCommand),
    Log(Log),
    #[command(subcommand)]
    Talk(TalkCommand),
    History(History),
    Open(Open),
    Refund(Refund),
    Delete(Delete),
}

/// Add a client
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client add \"Acme GmbH\" --slug acme --email office@acme.example\n  \
    loggia client add \"Jo Field\" --individual --currency USD --if-missing\n  \
    loggia client add Beta --lead --tag web --tag vip --field Source=fair --country DE --tax-id DE136695976"
)]
pub(super) struct Add {
    /// Name, as on invoices
    name: Option<String>,
    /// Short name used in commands [default: made of the name]
    #[arg(long)]
    slug: Option<String>,
    /// A company (the default)
    #[arg(long, conflicts_with = "individual")]
    company: bool,
    /// A single person
    #[arg(long)]
    individual: bool,
    /// Not yet a client: a lead
    #[arg(long)]
    lead: bool,
    #[command(flatten)]
    fields: Fields,
    /// Rate per hour for this client
    #[arg(long, value_name = "AMOUNT")]
    rate: Option<String>,
    /// Keep a client that is there already, and print it
    #[arg(long)]
    if_missing: bool,
}

#[derive(Debug, Args)]
struct Fields {
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    #[arg(long)]
    website: Option<String>,
    /// Currency of invoices, ISO 4217 [default: the business's]
    #[arg(long)]
    currency: Option<String>,
    /// Language of invoices and pages: en or de [default: the business's]
    #[arg(long)]
    language: Option<String>,
    /// Lines of the postal address, without the country
    #[arg(long)]
    address: Option<String>,
    /// Country: ISO 3166 code, or a name such as Germany or UK
    #[arg(long)]
    country: Option<String>,
    /// VAT number of the EU, GB or CH, checked by its form; or any other tax id
    #[arg(long)]
    tax_id: Option<String>,
    /// Tax on its invoices, where it is not yours: 19, reduced, FR/standard, zero, exempt, reverse-charge, intra-community, export,
    /// outside, or names with percents such as "GST 5 + PST 7"
    #[arg(long, value_name = "TAX")]
    tax: Option<String>,
    /// Why no tax is charged, on its documents; a VATEX code may stand before it
    #[arg(long, value_name = "TEXT")]
    tax_note: Option<String>,
    /// Internal notes
    #[arg(long)]
    notes: Option<String>,
    /// No work for this client is billable
    #[arg(long)]
    non_billable: bool,
    /// Tag to add; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Field of your own; without a value it is taken away; may be given several times
    #[arg(long = "field", value_name = "NAME=VALUE")]
    custom: Vec<String>,
    /// What e-invoices must name for this client (BT-10), such as a Leitweg-ID: the field `Buyer reference`
    #[arg(long, value_name = "TEXT")]
    buyer_reference: Option<String>,
    /// The order that invoices name where --po is not given: the field `Purchase order`
    #[arg(long, value_name = "TEXT")]
    purchase_order: Option<String>,
    /// Text above the lines of its invoices, in place of the setting invoice-intro
    #[arg(long, value_name = "TEXT")]
    invoice_intro: Option<String>,
    /// Text at the end of its invoices, in place of the setting invoice-closing
    #[arg(long, value_name = "TEXT")]
    invoice_closing: Option<String>,
}

/// Change a client; an empty text takes a value away
#[derive(Debug, Args)]
#[command(
    after_help = "A company that becomes an individual keeps its contacts.\n\n\
    Examples:\n  loggia client edit acme --phone '+49 30 1234567' --website ''\n  \
    loggia client edit acme --individual\n  loggia client edit acme --tax reverse-charge --tax-id ATU13585627\n  \
    loggia client edit acme --tag vip --untag new --field Source=fair --field 'Old name='"
)]
pub(super) struct Edit {
    #[arg(value_name = "CLIENT")]
    client: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    slug: Option<String>,
    /// A company, with several contacts
    #[arg(long, conflicts_with = "individual")]
    company: bool,
    /// A single person
    #[arg(long)]
    individual: bool,
    /// Tag to take away; may be given several times
    #[arg(long = "untag", value_name = "TAG")]
    untags: Vec<String>,
    /// Work is billable again
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    /// Rates are dated and have a command of their own: said where one is given.
    #[arg(long, value_name = "AMOUNT", hide = true)]
    rate: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

impl Client {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List(list) => list.run(context),
            Self::Import(import) => import.run(context),
            Self::Show(show) => show.run(context),
            Self::Edit(edit) => edit.run(context),
            Self::Archive { client } => archive(context, &client),
            Self::Restore { client } => {
                let shown = client::restore(&mut context.session()?, &client)?;
                context.say(&format!("restored: {}", shown.client.slug))?;
                context.show(&ClientView::of(&shown))
            }
            Self::Note(notes) => notes.run(context),
            Self::Convert { client } => {
                let shown = client::convert(&mut context.session()?, &client)?;
                context.say(&format!("now a client: {}", shown.client.slug))?;
                context.show(&ClientView::of(&shown))
            }
            Self::Contact(command) => command.run(context),
            Self::Log(log) => log.run(context),
            Self::Talk(command) => command.run(context),
            Self::History(history) => history.run(context),
            Self::Open(open) => open.run(context),
            Self::Refund(refund) => refund.run(context),
            Self::Delete(delete) => delete.run(context),
        }
    }
}

/// Archives a client, and says what is left open with it: a list hides it from now on.
fn archive(context: &mut Context<'_>, client: &str) -> Result<()> {
    let mut session = context.session()?;
    let (shown, changed) = client::archive(&mut session, client)?;
    let what = if changed {
        "archived"
    } else {
        "archived already"
    };
    let slug = &shown.client.slug;
    context.say(&format!("{what}: {slug}"))?;
    let (owed, unbilled) = client_summary::left_open(&session, slug.as_str())?;
    if let Some(owed) = owed_words(owed.outstanding, owed.overdue) {
        context.warn(&format!(
            "{slug} still owes {owed}; `loggia client list --owes` keeps showing it"
        ))?;
    }
    if let Some(unbilled) = unbilled_words(&unbilled) {
        context.warn(&format!(
            "work for {slug} is not billed yet: {unbilled}; `loggia invoice preview {slug}` shows it"
        ))?;
    }
    context.show(&ClientView::of(&shown))
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let asks = prompt::can_ask(&context.global, &context.environment);
        let this = if self.name.is_none() && asks {
            interview::ask(self, &session)?
        } else {
            self
        };
        this.add(context, &mut session)
    }

    fn add(self, context: &mut Context<'_>, session: &mut Session) -> Result<()> {
        let name = self.name.ok_or_else(|| missing("NAME"))?;
        let mut details = Details {
            name: field("name", Line::parse(&name))?,
            kind: if self.individual {
                Kind::Individual
            } else {
                Kind::Company
            },
            email: None,
            phone: None,
            website: None,
            currency: session.business.currency,
            language: session.business.language.clone(),
            address: None,
            country: None,
            tax_id: None,
            notes: None,
            billable: true,
        };
        let marking = self.fields.marking(Vec::new())?;
        self.fields.parse()?(&mut details);
        let new = New {
            slug: self.slug.as_deref().map(slug).transpose()?,
            stage: if self.lead {
                Stage::Lead
            } else {
                Stage::Active
            },
            details,
            marking,
            rate: self
                .rate
                .as_deref()
                .map(Rate::parse)
                .transpose()
                .map_err(crate::app::Error::from)?,
            if_missing: self.if_missing,
        };
        let (changed, made) = client::add(session, &new)?;
        say_made(context, made, "client", changed.shown.client.slug.as_str())?;
        show_changed(context, &changed)
    }
}

fn slug(text: &str) -> Result<Slug> {
    Ok(Slug::parse(text).map_err(crate::app::Error::from)?)
}

/// Shows a client after a change, and says what is worth a look.
fn show_changed(context: &mut Context<'_>, changed: &Changed) -> Result<()> {
    for notice in &changed.notices {
        match notice {
            Notice::ContactsKept {
                contacts,
                point_of_contact,
            } => {
                let speaker = point_of_contact.as_ref().map_or("nobody", Line::as_str);
                let kept = match contacts {
                    1 => "its contact is kept".to_owned(),
                    many => format!("its {many} contacts are kept"),
                };
                context.say(&format!(
                    "now an individual: {kept}, and {speaker}, the point of contact, speaks for the client"
                ))?;
            }
            Notice::TaxIdElsewhere {
                tax_id,
                of,
                country,
            } => context.warn(&format!(
                "the tax id {tax_id} is of {of}, and the client is in {country}"
            ))?,
            Notice::TaxIdUnsound { tax_id } => context.warn(&format!(
                "the check digit of the tax id {tax_id} does not fit; look at it again"
            ))?,
            Notice::SameName(other) => {
                context.warn(&format!("`{other}` is a client of the same name"))?;
            }
            Notice::Archived => {
                let slug = &changed.shown.client.slug;
                context.warn(&format!(
                    "{slug} is archived; `loggia client restore {slug}` brings it back"
                ))?;
            }
        }
    }
    context.show(&ClientView::of(&changed.shown))
}

/// Tells whether something was made.
pub(super) fn say_made(
    context: &mut Context<'_>,
    made: Made,
    noun: &str,
    reference: &str,
) -> Result<()> {
    match made {
        Made::New => context.say(&format!("added {noun} {reference}")),
        Made::Existing => context.say(&format!("{noun} {reference} is there already")),
    }
}

impl Fields {
    /// Tags and fields, checked.
    fn marking(&self, untags: Vec<String>) -> Result<Marking> {
        let tag = |text: &String| field("tag", Line::parse(text));
        let tags = |texts: &[String]| {
            let tags = texts.iter().map(tag);
            tags.collect::<std::result::Result<Vec<Line>, _>>()
        };
        let (tags, untags) = (tags(&self.tags)?, tags(&untags)?);
        let words = |tags: &[Line]| tags.iter().map(ToString::to_string).collect::<Vec<_>>();
        exclude("--tag", &words(&tags), "--untag", &words(&untags))?;
        let mut fields = self
            .custom
            .iter()
            .map(|pair| custom(pair))
            .collect::<Result<Vec<_>>>()?;
        for (name, value) in [
            (BUYER_REFERENCE, &self.buyer_reference),
            (PURCHASE_ORDER, &self.purchase_order),
        ] {
            if let Some(value) = clearable(name, value.clone(), Line::parse)? {
                fields.push((field("field", Line::parse(name))?, value));
            }
        }
        let mut texts = Vec::new();
        for (key, text) in [
            (INVOICE_INTRO, &self.invoice_intro),
            (INVOICE_CLOSING, &self.invoice_closing),
        ] {
            if let Some(text) = clearable(key, text.clone(), Note::parse)? {
                texts.push((key, text));
            }
        }
        Ok(Marking {
            tags,
            untags,
            fields,
            texts,
            tax: match self.tax.as_deref() {
                None => None,
                Some("") => Some(None),
                Some(text) => Some(Some(
                    Treatment::parse(text).map_err(crate::app::Error::from)?,
                )),
            },
            tax_note: clearable("tax-note", self.tax_note.clone(), Line::parse)?,
        })
    }

    /// Checks all values first; the change is applied to details later.
    fn parse(self) -> Result<impl FnOnce(&mut Details)> {
        let email = clearable("email", self.email, Email::parse)?;
        let phone = clearable("phone", self.phone, Phone::parse)?;
        let website = clearable("website", self.website, Website::parse)?;
        let address = clearable("address", self.address, Note::parse)?;
        let country = clearable("country", self.country, Country::parse)?;
        let tax_id = clearable("tax-id", self.tax_id, TaxId::parse)?;
        let notes = clearable("notes", self.notes, Note::parse)?;
        let currency = self
            .currency
            .as_deref()
            .map(Currency::parse)
            .transpose()
            .map_err(crate::app::Error::from)?;
        let language = match self.language.as_deref() {
            None => None,
            Some(language) => {
                let setting = crate::domain::business::find("language")
                    .and_then(|setting| setting.check(language))
                    .map_err(crate::app::Error::from)?;
                Some(field("language", Line::parse(&setting))?)
            }
        };
        Ok(move |details: &mut Details| {
            details.email = email.unwrap_or(details.email.take());
            details.phone = phone.unwrap_or(details.phone.take());
            details.website = website.unwrap_or(details.website.take());
            details.address = address.unwrap_or(details.address.take());
            details.country = country.unwrap_or(details.country.take());
            details.tax_id = tax_id.unwrap_or(details.tax_id.take());
            details.notes = notes.unwrap_or(details.notes.take());
            details.currency = currency.unwrap_or(details.currency);
            if let Some(language) = language {
                details.language = language;
            }
            if self.non_billable {
                details.billable = false;
            }
        })
    }
}

impl Edit {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        if let Some(rate) = &self.rate {
            let (rate, client) = (shell_word(rate), shell_word(&self.client));
            return Err(Failure::usage(
                "usage.rate",
                "a rate holds from a day on, and is not part of the record".to_owned(),
                format!("loggia rate set {rate} --client {client}"),
            ));
        }
        let name = self
            .name
            .as_deref()
            .map(|name| field("name", Line::parse(name)))
            .transpose()?;
        let slug = self.slug.as_deref().map(slug).transpose()?;
        let marking = self.fields.marking(self.untags)?;
        let change = self.fields.parse()?;
        let (company, individual, billable) = (self.company, self.individual, self.billable);
        let mut session = context.session()?;
        let changed = client::edit(&mut session, &self.client, slug, &marking, |details| {
            if let Some(name) = name {
                details.name = name;
            }
            if company {
                details.kind = Kind::Company;
            }
            if individual {
                details.kind = Kind::Individual;
            }
            details.billable |= billable;
            change(details);
        })?;
        show_changed(context, &changed)
    }
}

/// Refuses what is to be given and to be taken away at once.
fn exclude(give: &str, given: &[String], take: &str, taken: &[String]) -> Result<()> {
    let both = |one: &&String| taken.iter().any(|other| fold(one) == fold(other));
    match given.iter().find(both) {
        Some(both) => Err(Failure::usage(
            "usage.conflict",
            format!("{give} and {take} both name `{both}`"),
            format!("give `{both}` once, to {give} or to {take}"),
        )),
        None => Ok(()),
    }
}

/// A field of the owner's: `NAME=VALUE`.
fn custom(pair: &str) -> Result<(Line, Option<Line>)> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(Failure::usage(
            "usage.field",
            format!("`{pair}` is not a field"),
            "write it as NAME=VALUE; NAME= takes it away".to_owned(),
        ));
    };
    let value = match value {
        "" => None,
        value => Some(field("field", Line::parse(value))?),
    };
    Ok((field("field", Line::parse(name))?, value))
}

/// A text that is empty takes a value away.
pub(super) fn clearable<T>(
    name: &'static str,
    text: Option<String>,
    parse: impl Fn(&str) -> std::result::Result<T, crate::values::text::TextError>,
) -> Result<Option<Option<T>>> {
    Ok(match text.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(field(name, parse(text))?)),
    })
}

/// The references of a list, one a line.
pub(super) fn references<V: View>(views: &[V]) -> String {
    views
        .iter()
        .map(View::reference)
        .collect::<Vec<_>>()
        .join("\n")
}
