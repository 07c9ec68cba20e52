//! `loggia client`: the commands over the record itself.
//!
//! [`contact`] has the contacts, [`list`] the list, [`view`] what a client looks like.

mod contact;
mod list;
mod view;

use clap::{Args, Subcommand};

use crate::app::client::{self, Made};
use crate::app::error::field;
use crate::domain::client::{Details, Kind, Stage};
use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

use super::error::Result;
use super::terminal::View;
use super::{Context, prompt};

use contact::ContactCommand;
use list::List;
use view::ClientView;

/// Clients and their contacts
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(Add),
    #[command(visible_alias = "ls")]
    List(List),
    /// Show a client with its contacts
    Show {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    Edit(Edit),
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
}

/// Add a client
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  loggia client add \"Acme GmbH\" --slug acme --email office@acme.example\n  \
    loggia client add \"Jo Field\" --individual --currency USD --if-missing"
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
    /// Country, ISO 3166 code
    #[arg(long)]
    country: Option<String>,
    /// VAT id or other tax id
    #[arg(long)]
    tax_id: Option<String>,
    /// Internal notes
    #[arg(long)]
    notes: Option<String>,
    /// No work for this client is billable
    #[arg(long)]
    non_billable: bool,
}

/// Change a client; an empty text takes a value away
#[derive(Debug, Args)]
pub(super) struct Edit {
    #[arg(value_name = "CLIENT")]
    client: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    slug: Option<String>,
    #[arg(long, conflicts_with = "individual")]
    company: bool,
    #[arg(long)]
    individual: bool,
    /// Work is billable again
    #[arg(long, conflicts_with = "non_billable")]
    billable: bool,
    #[command(flatten)]
    fields: Fields,
}

impl Client {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List(list) => list.run(context),
            Self::Show { client } => {
                let shown = client::show(&context.session()?, &client)?;
                context.show(&ClientView::of(&shown))
            }
            Self::Edit(edit) => edit.run(context),
            Self::Archive { client } => {
                let (shown, changed) = client::archive(&mut context.session()?, &client)?;
                let what = if changed {
                    "archived"
                } else {
                    "archived already"
                };
                context.say(&format!("{what}: {}", shown.client.slug))?;
                context.show(&ClientView::of(&shown))
            }
            Self::Restore { client } => {
                let shown = client::restore(&mut context.session()?, &client)?;
                context.say(&format!("restored: {}", shown.client.slug))?;
                context.show(&ClientView::of(&shown))
            }
            Self::Contact(command) => command.run(context),
        }
    }
}

impl Add {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        let (global, environment) = (&context.global, &context.environment);
        let name = prompt::value(global, environment, self.name, "NAME", "Name of the client")?;
        let mut session = context.session()?;
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
        self.fields.parse()?(&mut details);
        let slug = self
            .slug
            .as_deref()
            .map(Slug::parse)
            .transpose()
            .map_err(crate::app::Error::from)?;
        let rate = self
            .rate
            .as_deref()
            .map(crate::values::money::Rate::parse)
            .transpose()
            .map_err(crate::app::Error::from)?;
        let stage = if self.lead {
            Stage::Lead
        } else {
            Stage::Active
        };
        let (shown, made) =
            client::add(&mut session, slug, stage, &details, rate, self.if_missing)?;
        say_made(context, made, "client", shown.client.slug.as_str())?;
        context.show(&ClientView::of(&shown))
    }
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
    /// Checks all values first; the change is applied to details later.
    fn parse(self) -> Result<impl FnOnce(&mut Details)> {
        let email = clearable("email", self.email, Email::parse)?;
        let phone = clearable("phone", self.phone, Phone::parse)?;
        let website = clearable("website", self.website, Website::parse)?;
        let address = clearable("address", self.address, Note::parse)?;
        let country = clearable("country", self.country, Country::parse)?;
        let tax_id = clearable("tax-id", self.tax_id, Line::parse)?;
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
        let name = self
            .name
            .as_deref()
            .map(|name| field("name", Line::parse(name)))
            .transpose()?;
        let slug = self
            .slug
            .as_deref()
            .map(Slug::parse)
            .transpose()
            .map_err(crate::app::Error::from)?;
        let change = self.fields.parse()?;
        let (company, individual, billable) = (self.company, self.individual, self.billable);
        let shown = client::edit(&mut context.session()?, &self.client, slug, |details| {
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
        context.show(&ClientView::of(&shown))
    }
}

/// A text that is empty takes a value away.
fn clearable<T>(
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
