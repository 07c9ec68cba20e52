//! `loggia client`.

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::client::{self, ContactFields, Made, Shown};
use crate::app::error::field;
use crate::domain::client::{Contact, Details, Kind, Stage};
use crate::store::ClientFilter;
use crate::values::id::Slug;
use crate::values::money::Currency;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

use super::error::Result;
use super::table::{Column, table};
use super::terminal::{Page, View};
use super::{Context, prompt};

/// Clients and their contacts
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(Add),
    /// List clients; archived ones only with --all
    #[command(visible_alias = "ls")]
    List {
        /// Archived clients too
        #[arg(long)]
        all: bool,
        /// Only clients in this stage
        #[arg(long)]
        stage: Option<StageWord>,
        /// Only clients with this text in any field
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
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

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StageWord {
    Lead,
    Active,
    Archived,
}

impl From<StageWord> for Stage {
    fn from(word: StageWord) -> Self {
        match word {
            StageWord::Lead => Self::Lead,
            StageWord::Active => Self::Active,
            StageWord::Archived => Self::Archived,
        }
    }
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

#[derive(Debug, Subcommand)]
pub(super) enum ContactCommand {
    /// Add a contact; the first one is the point of contact
    Add {
        #[arg(value_name = "CLIENT")]
        client: String,
        name: String,
        #[command(flatten)]
        fields: ContactArgs,
        /// Make this the point of contact
        #[arg(long)]
        primary: bool,
        /// Keep a contact of this name that is there already
        #[arg(long)]
        if_missing: bool,
    },
    /// List contacts
    List {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    /// Change a contact, named by name or mail address
    Edit {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: ContactArgs,
    },
    /// Remove a contact
    Remove {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
    },
    /// Make a contact the point of contact
    Primary {
        #[arg(value_name = "CLIENT")]
        client: String,
        contact: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct ContactArgs {
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// Project manager, billing contact, decision maker…
    #[arg(long)]
    position: Option<String>,
}

impl Client {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List { all, stage, search } => {
                let filter = ClientFilter {
                    archived: all,
                    stage: stage.map(Stage::from),
                    search,
                };
                let clients = client::list(&context.session()?, &filter)?;
                let list = ClientList(clients.iter().map(ClientView::of).collect());
                context.show(&list)
            }
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

impl ContactArgs {
    fn parse(self, name: Option<Line>) -> Result<ContactFields> {
        Ok(ContactFields {
            name,
            email: clearable("email", self.email, Email::parse)?.flatten(),
            phone: clearable("phone", self.phone, Phone::parse)?.flatten(),
            position: clearable("position", self.position, Line::parse)?.flatten(),
        })
    }
}

impl ContactCommand {
    fn run(self, context: &mut Context<'_>) -> Result<()> {
        match self {
            Self::Add {
                client,
                name,
                fields,
                primary,
                if_missing,
            } => {
                let name = field("name", Line::parse(&name))?;
                let fields = fields.parse(None)?;
                let mut session = context.session()?;
                let (contact, made) =
                    client::add_contact(&mut session, &client, name, fields, primary, if_missing)?;
                say_made(context, made, "contact", contact.name.as_str())?;
                context.show(&ContactView::of(&contact))
            }
            Self::List { client } => {
                let contacts = client::contacts(&context.session()?, &client)?;
                let list = ContactList(contacts.iter().map(ContactView::of).collect());
                context.show(&list)
            }
            Self::Edit {
                client,
                contact,
                name,
                fields,
            } => {
                let name = name
                    .as_deref()
                    .map(|name| field("name", Line::parse(name)))
                    .transpose()?;
                let fields = fields.parse(name)?;
                let contact =
                    client::edit_contact(&mut context.session()?, &client, &contact, fields)?;
                context.show(&ContactView::of(&contact))
            }
            Self::Remove { client, contact } => {
                context.confirm(&format!("remove contact `{contact}` of {client}"))?;
                let contact = client::remove_contact(&mut context.session()?, &client, &contact)?;
                context.say(&format!("removed contact {}", contact.name))?;
                context.show(&ContactView::of(&contact))
            }
            Self::Primary { client, contact } => {
                let contact = client::set_primary(&mut context.session()?, &client, &contact)?;
                context.show(&ContactView::of(&contact))
            }
        }
    }
}

/// A client for scripts and people.
#[derive(Debug, Serialize)]
struct ClientView {
    slug: String,
    name: String,
    kind: &'static str,
    stage: &'static str,
    website: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    currency: &'static str,
    language: String,
    /// `hourly` or `retainer`.
    billing: &'static str,
    billable: bool,
    address: Option<String>,
    country: Option<String>,
    tax_id: Option<String>,
    notes: Option<String>,
    contacts: Vec<ContactView>,
    archived: bool,
}

#[derive(Debug, Serialize)]
struct ContactView {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    position: Option<String>,
    primary: bool,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ClientList(Vec<ClientView>);

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ContactList(Vec<ContactView>);

impl ClientView {
    fn of(shown: &Shown) -> Self {
        let client = &shown.client;
        let details = &client.details;
        Self {
            slug: client.slug.to_string(),
            name: details.name.to_string(),
            kind: details.kind.word(),
            stage: client.stage.word(),
            website: details.website.as_ref().map(ToString::to_string),
            phone: details.phone.as_ref().map(ToString::to_string),
            email: details.email.as_ref().map(ToString::to_string),
            currency: details.currency.code(),
            language: details.language.to_string(),
            billing: if shown.retainer { "retainer" } else { "hourly" },
            billable: details.billable,
            address: details.address.as_ref().map(ToString::to_string),
            country: details.country.as_ref().map(ToString::to_string),
            tax_id: details.tax_id.as_ref().map(ToString::to_string),
            notes: details.notes.as_ref().map(ToString::to_string),
            contacts: shown.contacts.iter().map(ContactView::of).collect(),
            archived: client.stage == Stage::Archived,
        }
    }
}

impl ContactView {
    fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.to_string(),
            email: contact.email.as_ref().map(ToString::to_string),
            phone: contact.phone.as_ref().map(ToString::to_string),
            position: contact.position.as_ref().map(ToString::to_string),
            primary: contact.primary,
        }
    }

    fn line(&self) -> String {
        let parts = [
            Some(self.name.clone()),
            self.position.clone(),
            self.email.clone(),
            self.phone.clone(),
            self.primary.then(|| "point of contact".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

impl View for ClientView {
    fn text(&self, page: &mut Page) {
        page.heading(&format!("{} ({})", self.name, self.slug));
        let terms = format!("{} {}, {}", self.stage, self.kind, self.billing);
        page.field("client", Some(terms));
        page.field("email", self.email.as_ref());
        page.field("phone", self.phone.as_ref());
        page.field("website", self.website.as_ref());
        page.field("address", self.address.as_ref());
        page.field("country", self.country.as_ref());
        page.field("tax id", self.tax_id.as_ref());
        page.field("currency", Some(self.currency));
        page.field("billable", (!self.billable).then_some("no"));
        page.field("notes", self.notes.as_ref());
        for contact in &self.contacts {
            page.field("contact", Some(contact.line()));
        }
    }

    fn reference(&self) -> String {
        self.slug.clone()
    }
}

impl View for ContactView {
    fn text(&self, page: &mut Page) {
        page.heading(&self.line());
    }

    fn reference(&self) -> String {
        self.name.clone()
    }
}

impl View for ClientList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no clients; `loggia client add NAME` adds one");
            return;
        }
        let columns = [
            Column::Text("slug"),
            Column::Text("name"),
            Column::Text("website"),
            Column::Text("phone"),
            Column::Text("notes"),
            Column::Text("stage"),
        ];
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|client| {
                vec![
                    client.slug.clone(),
                    client.name.clone(),
                    text(&client.website),
                    text(&client.phone),
                    text(&client.notes).replace('\n', " "),
                    client.stage.to_owned(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

impl View for ContactList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line("no contacts; `loggia client contact add CLIENT NAME` adds one");
        }
        for contact in &self.0 {
            contact.text(page);
        }
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}

/// The references of a list, one a line.
pub(super) fn references<V: View>(views: &[V]) -> String {
    views
        .iter()
        .map(View::reference)
        .collect::<Vec<_>>()
        .join("\n")
}
