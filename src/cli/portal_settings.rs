//! `loggia portal-settings`.

use clap::Subcommand;
use serde::Serialize;

use crate::app::layered;
use crate::app::publish::{self, Consequence, Remedy};
use crate::domain::visibility::Setting;
use crate::published::{Chunk, ChunkKey, Entry, Invoice, Retainer};
use crate::published::{
    Console, Documents, Expenses, Figure, Month, Projects, Talk, protocol::Users,
};

use super::Context;
use super::count::count;
use super::error::Result;
use super::layered::{KeyList, Set, Show, Told, Unset};
use super::preview::Preview;
use super::retainer::sized;
use super::terminal::{Page, View};

/// What clients may see on the portal, globally and per client
#[derive(Debug, Subcommand)]
pub(super) enum PortalSettings {
    /// Show every key with the value that holds and where it comes from
    Show(Show),
    /// Set keys, globally or for a client
    #[command(
        after_help = "Examples:\n  loggia portal-settings set team=initials\n  \
        loggia portal-settings set console=on rates=shown --client acme"
    )]
    Set(Set),
    /// Unset keys: what stands behind them holds again
    Unset(Unset),
    /// Tell what a client can work out from what is shown, and what closes it
    #[command(
        after_help = "Nothing of it is sent anywhere. What is meant to be secret is decided in the README, \"Conventions\".\n\n\
        Examples:\n  loggia portal-settings explain acme\n  loggia portal-settings set detail=weekly --client acme"
    )]
    Explain {
        #[arg(value_name = "CLIENT")]
        client: String,
    },
    Preview(Preview),
}

impl PortalSettings {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<()> {
        let mut session = context.session()?;
        let client = match self {
            Self::Show(show) => show.client(&session)?,
            Self::Set(set) => {
                warn_of(context, &set.pairs)?;
                set.run::<Setting>(&mut session)?
            }
            Self::Unset(unset) => unset.run::<Setting>(&mut session)?,
            Self::Explain { client } => {
                let (published, found) = publish::explain(&mut session, &client)?;
                if !published {
                    context.say(&format!(
                        "nothing of {client} is published; with `loggia portal-settings set console=on --client {client}` this follows:"
                    ))?;
                }
                let consequences = found.iter().map(|one| ConsequenceView::of(&client, one));
                return context.show(&Explanation {
                    published,
                    consequences: consequences.collect(),
                    client,
                });
            }
            Self::Preview(preview) => return preview.run(context, &mut session),
        };
        let shown = layered::show::<Setting>(&session, client.as_deref())?;
        let keys = shown.into_iter().map(|holds| (holds, Told::NoMatter {}));
        context.show(&KeyList::new(client, keys))
    }
}

/// Values whose effect may surprise.
fn warn_of(context: &mut Context<'_>, pairs: &[String]) -> Result<()> {
    for pair in pairs {
        if pair.split_once('=') == Some(("approved-only", "on")) {
            context.warn("clients see work once it is approved: `loggia time submit`, then `loggia time approve`")?;
        }
    }
    Ok(())
}

/// What a client can work out.
#[derive(Debug, Serialize)]
struct Explanation {
    client: String,
    published: bool,
    consequences: Vec<ConsequenceView>,
}

#[derive(Debug, Serialize)]
struct ConsequenceView {
    code: &'static str,
    says: String,
    entries: Vec<i64>,
    /// Commands, any of which closes it.
    closes: Vec<String>,
}

impl ConsequenceView {
    fn of(client: &str, consequence: &Consequence) -> Self {
        let entries = match consequence {
            Consequence::Addresses { entries } => entries.iter().map(|key| key.0).collect(),
            _ => Vec::new(),
        };
        let closes = consequence
            .remedies()
            .into_iter()
            .map(|remedy| match remedy {
                Remedy::Portal(key, value) => {
                    format!("loggia portal-settings set {key}={value} --client {client}")
                }
                Remedy::Business(key, value) => format!("loggia settings set '{key}={value}'"),
                Remedy::Words => match entries.first() {
                    Some(entry) => format!("loggia time edit {entry} --note '…'"),
                    None => "loggia time edit".to_owned(),
                },
            });
        Self {
            code: consequence.code(),
            says: consequence.to_string(),
            closes: closes.collect(),
            entries,
        }
    }
}

impl View for Explanation {
    fn text(&self, page: &mut Page) {
        if self.consequences.is_empty() {
            return page.line("Nothing follows beyond what is shown.");
        }
        for one in &self.consequences {
            page.line(format!("- {}", one.says));
            match one.closes.is_empty() {
                true => page.line("    nothing closes it"),
                false => {
                    for command in &one.closes {
                        page.line(format!("    {command}"));
                    }
                }
            }
        }
    }

    fn reference(&self) -> String {
        let codes: Vec<&str> = self.consequences.iter().map(|one| one.code).collect();
        codes.join("\n")
    }
}

/// What the client will see, in words; in JSON, the very parts that will be sent.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    client: String,
    published: bool,
    parts: Vec<Part>,
    #[serde(skip)]
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Part {
    key: String,
    bytes: usize,
    /// None for a file.
    content: Option<serde_json::Value>,
}

impl Summary {
    pub(super) fn of(client: &str, chunks: &[Chunk]) -> Self {
        Self {
            client: client.to_owned(),
            published: !chunks.is_empty(),
            parts: chunks
                .iter()
                .map(|chunk| Part {
                    key: chunk.key.to_string(),
                    bytes: chunk.body.len(),
                    content: content(chunk),
                })
                .collect(),
            lines: chunks.iter().flat_map(sentences).collect(),
        }
    }
}

/// A part as it is sent; what an entry has not, and is left out on the wire, stands in it as null like everywhere else.
fn content(chunk: &Chunk) -> Option<serde_json::Value> {
    let mut content: serde_json::Value = serde_json::from_slice(&chunk.body).ok()?;
    if let ChunkKey::Month(_) = &chunk.key
        && let Some(entries) = content.get_mut("entries")
    {
        let objects = entries.as_array_mut().into_iter().flatten();
        for entry in objects.filter_map(serde_json::Value::as_object_mut) {
            for name in Entry::OPTIONAL {
                entry.entry(name).or_insert(serde_json::Value::Null);
            }
        }
    }
    Some(content)
}

/// A part in words.
fn sentences(chunk: &Chunk) -> Vec<String> {
    fn read<T: serde::de::DeserializeOwned>(chunk: &Chunk) -> Option<T> {
        serde_json::from_slice(&chunk.body).ok()
    }
    let said = match &chunk.key {
        ChunkKey::Console => read::<Console>(chunk).map(|console| console_words(&console)),
        ChunkKey::Users => read::<Users>(chunk).map(|users| {
            users
                .users
                .iter()
                .map(|user| format!("user {} ({:?})", user.email, user.role).to_lowercase())
                .collect()
        }),
        ChunkKey::Projects => read::<Projects>(chunk).map(|projects| {
            projects
                .projects
                .iter()
                .map(|project| format!("project {}: {} h", project.name, project.seconds.hours()))
                .collect()
        }),
        ChunkKey::Retainers => read::<Vec<Retainer>>(chunk)
            .map(|retainers| retainers.iter().filter_map(retainer_words).collect()),
        ChunkKey::Talk => read::<Talk>(chunk).map(|talk| talk_words(&talk)),
        ChunkKey::Month(_) => read::<Month>(chunk).map(|month| {
            let people: std::collections::BTreeSet<&str> = month
                .entries
                .iter()
                .map(|entry| entry.member.as_str())
                .collect();
            let people: Vec<&str> = people.into_iter().collect();
            let count = month.entries.len();
            let sum: crate::values::duration::Seconds =
                month.entries.iter().map(|entry| entry.seconds).sum();
            let (month, hours) = (month.month, sum.hours());
            vec![format!(
                "timesheet {month}: {count} entries, {hours} h, by {}",
                people.join(", ")
            )]
        }),
        ChunkKey::Invoice(number) => read::<Invoice>(chunk)
            .map(|invoice| vec![format!("invoice {number}: {}", invoice.total)]),
        ChunkKey::Documents => read::<Documents>(chunk).map(|shared| {
            let documents = shared.documents.iter();
            documents
                .map(|document| format!("document {}: {} bytes", document.name, document.size))
                .collect()
        }),
        ChunkKey::Expenses(year) => read::<Expenses>(chunk).map(|shown| {
            let count = count(shown.expenses.len(), "expense", "expenses");
            vec![format!("expenses {year}: {count}")]
        }),
        ChunkKey::File(name) => Some(vec![format!("file {name}: {} bytes", chunk.body.len())]),
        // Told by its line in the list.
        ChunkKey::Document(_) => Some(Vec::new()),
    };
    said.unwrap_or_else(|| vec![chunk.key.to_string()])
}

/// How many questions and requests there are, and how many of them wait.
fn talk_words(talk: &Talk) -> Vec<String> {
    let mut words = Vec::new();
    if !talk.threads.is_empty() {
        words.push(format!(
            "questions: {}",
            count(talk.threads.len(), "thread", "threads")
        ));
    }
    let unanswered = talk.requests.iter().filter(|one| one.answer.is_none());
    if !talk.requests.is_empty() {
        words.push(format!(
            "approvals: {}, {} not answered",
            count(talk.requests.len(), "request", "requests"),
            unanswered.count()
        ));
    }
    words
}

/// How the running period stands; of one in money without its figures, what was agreed.
fn retainer_words(retainer: &Retainer) -> Option<String> {
    if retainer.periods.is_empty() {
        let allowance = sized(retainer.allowance);
        return Some(format!("retainer of {allowance}, without what was drawn"));
    }
    let period = retainer.periods.iter().find(|period| period.current)?;
    let (left, granted) = (sized(period.left), sized(period.granted));
    Some(format!(
        "retainer {}: {left} left of {granted}",
        period.period
    ))
}

fn console_words(console: &Console) -> Vec<String> {
    let mut lines = vec![format!(
        "console of {} by {}",
        console.client, console.business
    )];
    for figure in &console.snapshots {
        lines.push(match figure {
            Figure::HoursWeek(hours) => format!("hours of the week: {}", hours.hours()),
            Figure::HoursTotal(hours) => format!("hours in all: {}", hours.hours()),
            Figure::BudgetLeft(hours) => format!("hours left in budgets: {}", hours.hours()),
            Figure::RetainerLeft(hours) => format!("hours left in the retainer: {}", hours.hours()),
            Figure::RetainerLeftMoney(money) => format!("left in the retainer: {money}"),
            Figure::Unbilled(hours) => format!("unbilled hours: {}", hours.hours()),
            Figure::NextInvoice(money) => format!("next invoice: {money}"),
            Figure::Outstanding(money) => format!("outstanding: {money}"),
        });
    }
    lines
}

impl View for Summary {
    fn text(&self, page: &mut Page) {
        if !self.published {
            page.line(format!(
                "{} sees nothing: the console is off; `loggia portal-settings set console=on --client {}`",
                self.client, self.client
            ));
            return;
        }
        for line in &self.lines {
            page.line(crate::values::text::escape_terminal(line));
        }
    }

    fn reference(&self) -> String {
        let keys: Vec<&str> = self.parts.iter().map(|part| part.key.as_str()).collect();
        keys.join("\n")
    }
}
