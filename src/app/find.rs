//! From what people type to what is meant; what is not there comes with what may have been meant.

use crate::domain::activity::Activity;
use crate::domain::approval_request::ApprovalRequest;
use crate::domain::client::{Client, Contact};
use crate::domain::estimate::Estimate;
use crate::domain::inbox::Thread;
use crate::domain::invoice::Invoice;
use crate::domain::key::{ActivityKey, ClientKey, EstimateKey, InvoiceKey, MemberKey, ProjectKey};
use crate::domain::key::{ApprovalRequestKey, ThreadKey};
use crate::domain::member::Member;
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::talk::Talk;
use crate::domain::task::Task;
use crate::domain::time::Entry;
use crate::domain::user::User;
use crate::store::{Books, ListedExpense, StoreError};
use crate::values::id::{EntryRef, IdError, ProjectRef, Slug, near};
use crate::values::text::{Email, fold};

use super::{Error, Result};

fn not_found<'a>(
    noun: &'static str,
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Error {
    Error::NotFound {
        noun,
        wanted: wanted.to_owned(),
        near: near(wanted, known),
    }
}

/// A client by short name; a text that is no short name can only be a mistaken one.
pub fn client(books: &Books<'_>, text: &str) -> Result<Client> {
    let slug = Slug::parse(text.trim()).or_else(|_| Slug::from_name(text));
    if let Ok(slug) = &slug
        && let Some(client) = books.client(slug)?
        && (slug.as_str() == text.trim() || fold(client.details.name.as_str()) == fold(text.trim()))
    {
        return Ok(client);
    }
    let slugs = books.client_slugs()?;
    Err(not_found("client", text, slugs.iter().map(String::as_str)))
}

/// The client of a row.
pub fn client_of(books: &Books<'_>, key: ClientKey) -> Result<Client> {
    books
        .client_by_key(key)?
        .ok_or_else(|| StoreError::Corrupt(format!("client {} is not there", key.0)).into())
}

/// A contact among those of a client: by name in any case, else by a mail address that is theirs alone, else by how the name of
/// only one of them begins.
pub fn contact<'a>(contacts: &'a [Contact], text: &str) -> Result<&'a Contact> {
    let wanted = fold(text.trim());
    let has_name = |contact: &&Contact| fold(contact.name.as_str()) == wanted;
    if let Some(contact) = contacts.iter().find(has_name) {
        return Ok(contact);
    }
    let has_address = |contact: &&Contact| {
        let email = contact.email.as_ref();
        email.is_some_and(|email| fold(email.as_str()) == wanted)
    };
    let begins =
        |contact: &&Contact| !wanted.is_empty() && fold(contact.name.as_str()).starts_with(&wanted);
    let mut found: Vec<&Contact> = contacts.iter().filter(has_address).collect();
    if found.is_empty() {
        found = contacts.iter().filter(begins).collect();
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let names = contacts.iter().map(|contact| contact.name.as_str());
            Err(not_found("contact", text, names))
        }
        several => Err(Error::Ambiguous {
            noun: "contact",
            wanted: text.to_owned(),
            among: several
                .iter()
                .map(|contact| contact.name.to_string())
                .collect(),
        }),
    }
}

/// A talk of a client, by `talk-7`.
pub fn talk(books: &Books<'_>, client: &Client, text: &str) -> Result<Talk> {
    let wanted = fold(text.trim());
    let talks = books.talks(client.key)?;
    let found = talks.into_iter().find(|talk| talk.reference() == wanted);
    found.ok_or_else(|| not_found("talk", text, std::iter::empty()))
}

/// A question by `question-7` or `7`.
pub fn thread(books: &Books<'_>, text: &str) -> Result<Thread> {
    let found = numbered(text, "question-").map(|key| books.thread(ThreadKey(key)));
    let found = found.transpose()?.flatten();
    found.ok_or_else(|| not_found("question", text, std::iter::empty()))
}

/// The question of a row.
pub fn thread_of(books: &Books<'_>, key: ThreadKey) -> Result<Thread> {
    let found = books.thread(key)?;
    found.ok_or_else(|| StoreError::Corrupt(format!("thread {} is not there", key.0)).into())
}

/// A request by `approval-3` or `3`.
pub fn approval_request(books: &Books<'_>, text: &str) -> Result<ApprovalRequest> {
    let key = numbered(text, "approval-").map(ApprovalRequestKey);
    let found = key.map(|key| books.approval_request(key)).transpose()?;
    let found = found.flatten();
    found.ok_or_else(|| not_found("approval", text, std::iter::empty()))
}

/// The number behind a word, or alone.
fn numbered(text: &str, word: &str) -> Option<i64> {
    let wanted = fold(text.trim());
    let digits = wanted.strip_prefix(word).unwrap_or(&wanted);
    digits.parse().ok().filter(|key| *key > 0)
}

/// The project of a row.
pub fn project_of(books: &Books<'_>, key: ProjectKey) -> Result<Project> {
    books
        .project_by_key(key)?
        .ok_or_else(|| StoreError::Corrupt(format!("project {} is not there", key.0)).into())
}

/// How the project of a row is named.
pub fn project_name(books: &Books<'_>, key: ProjectKey) -> Result<ProjectRef> {
    books
        .project_ref(key)?
        .ok_or_else(|| StoreError::Corrupt(format!("project {} is not there", key.0)).into())
}

/// A project by `client/project`, with its client.
pub fn project(books: &Books<'_>, text: &str) -> Result<(Client, Project, ProjectRef)> {
    let lost = |_| -> Result<Error> {
        let refs = books.project_refs()?;
        Ok(not_found("project", text, refs.iter().map(String::as_str)))
    };
    let Some((client_text, _)) = text.split_once('/') else {
        return Err(ProjectRef::parse(text).map_or_else(Error::from, |_| {
            not_found("project", text, std::iter::empty())
        }));
    };
    // Short names have no capitals; what is typed may.
    let Ok(reference) = ProjectRef::parse(&text.to_lowercase()) else {
        return Err(lost(())?);
    };
    let client = client(books, client_text)?;
    match books.project(client.key, &reference.project)? {
        Some(project) => Ok((client, project, reference)),
        None => Err(lost(())?),
    }
}

/// A task of a project by name, in any case.
pub fn task(books: &Books<'_>, project: &Project, text: &str) -> Result<Task> {
    let tasks = books.tasks(Some(project.key))?;
    let wanted = fold(text.trim());
    match tasks.iter().find(|task| fold(task.name.as_str()) == wanted) {
        Some(task) => Ok(task.clone()),
        None => Err(not_found(
            "task",
            text,
            tasks.iter().map(|task| task.name.as_str()),
        )),
    }
}

/// A phase of a project by name, in any case.
pub fn phase(books: &Books<'_>, project: &Project, text: &str) -> Result<Phase> {
    let mut phases = books.phases(Some(project.key))?;
    let wanted = fold(text.trim());
    let place = phases
        .iter()
        .position(|phase| fold(phase.name.as_str()) == wanted);
    match place {
        Some(place) => Ok(phases.swap_remove(place)),
        None => Err(not_found(
            "phase",
            text,
            phases.iter().map(|phase| phase.name.as_str()),
        )),
    }
}

/// The activity that a project means by a code or a name, in any case: its own, else that of the business. Without a project only
/// those of the business are meant.
pub fn activity(books: &Books<'_>, project: Option<ProjectKey>, text: &str) -> Result<Activity> {
    let mut known = books.activities()?;
    known.retain(|activity| activity.project.is_none() || activity.project == project);
    let wanted = fold(text.trim());
    let by_code = |activity: &Activity| fold(activity.code.as_str()) == wanted;
    let by_name = |activity: &Activity| fold(activity.name.as_str()) == wanted;
    let place = known
        .iter()
        .position(by_code)
        .or_else(|| known.iter().position(by_name));
    match place {
        Some(place) => Ok(known.swap_remove(place)),
        None => Err(not_found(
            "activity",
            text,
            known
                .iter()
                .flat_map(|activity| [activity.code.as_str(), activity.name.as_str()]),
        )),
    }
}

/// The activities of this code or name: those that a project can use, or where none is named those of all. Archived ones too, since
/// time was logged under them.
pub fn activities(
    books: &Books<'_>,
    project: Option<ProjectKey>,
    text: &str,
) -> Result<Vec<ActivityKey>> {
    if project.is_some() {
        return Ok(vec![activity(books, project, text)?.key]);
    }
    let wanted = fold(text.trim());
    let known = books.activities()?;
    let meant: Vec<ActivityKey> = known
        .iter()
        .filter(|known| fold(known.code.as_str()) == wanted || fold(known.name.as_str()) == wanted)
        .map(|known| known.key)
        .collect();
    if meant.is_empty() {
        let codes = known.iter().map(|activity| activity.code.as_str());
        return Err(not_found("activity", text, codes));
    }
    Ok(meant)
}

/// A member by short name, else by a name that is theirs alone.
pub fn member(books: &Books<'_>, text: &str) -> Result<Member> {
    let members = books.members()?;
    let wanted = fold(text.trim());
    if let Some(member) = members.iter().find(|member| member.slug.as_str() == wanted) {
        return Ok(member.clone());
    }
    let has_name = |member: &&Member| fold(member.name.as_str()) == wanted;
    let slugs = |found: &[&Member]| found.iter().map(|member| member.slug.to_string()).collect();
    match members
        .iter()
        .filter(has_name)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [one] => Ok((*one).clone()),
        [] => Err(not_found(
            "member",
            text,
            members.iter().map(|member| member.slug.as_str()),
        )),
        several => Err(Error::Ambiguous {
            noun: "member",
            wanted: text.to_owned(),
            among: slugs(several),
        }),
    }
}

/// The member of a row.
pub fn member_of(books: &Books<'_>, key: MemberKey) -> Result<Member> {
    let mut members = books.members()?.into_iter();
    members
        .find(|member| member.key == key)
        .ok_or_else(|| StoreError::Corrupt(format!("member {} is not there", key.0)).into())
}

/// An expense by number or `@1`.
pub fn expense(books: &Books<'_>, text: &str) -> Result<ListedExpense> {
    let reference = EntryRef::parse(text).map_err(|error| match error {
        IdError::Entry(shown) => IdError::Expense(shown),
        other => other,
    })?;
    books
        .expense(reference)?
        .ok_or_else(|| not_found("expense", text, std::iter::empty()))
}

/// An entry by number or `@1`.
pub fn entry(books: &Books<'_>, text: &str) -> Result<Entry> {
    let reference = EntryRef::parse(text)?;
    books
        .entry(reference)?
        .ok_or_else(|| not_found("entry", text, std::iter::empty()))
}

/// An invoice by number, or a draft by `draft-7`.
pub fn invoice(books: &Books<'_>, text: &str) -> Result<Invoice> {
    let wanted = text.trim();
    let draft = wanted
        .strip_prefix("draft-")
        .and_then(|key| key.parse().ok())
        .map(InvoiceKey);
    // A pattern of numbers may itself begin like the name of a draft.
    let found = match (books.invoice(wanted)?, draft) {
        (None, Some(key)) => books
            .invoice_by_key(key)?
            .filter(|invoice| invoice.number.is_none()),
        (found, _) => found,
    };
    match found {
        Some(invoice) => Ok(invoice),
        None => {
            let numbers = books.invoice_numbers()?;
            Err(not_found(
                "invoice",
                wanted,
                numbers.iter().map(String::as_str),
            ))
        }
    }
}

/// An estimate by its number; drafts by `estimate-3`.
pub fn estimate(books: &Books<'_>, wanted: &str) -> Result<Estimate> {
    let wanted = wanted.trim();
    if let Some(found) = books.estimate(wanted)? {
        return Ok(found);
    }
    let draft = wanted.strip_prefix("estimate-");
    let draft = draft.and_then(|key| key.parse().ok()).map(EstimateKey);
    let found = match draft {
        Some(key) => books.estimate_by_key(key)?,
        None => None,
    };
    match found.filter(|estimate| estimate.number.is_none()) {
        Some(estimate) => Ok(estimate),
        None => {
            let there = books.estimates(None)?;
            let names: Vec<String> = there.iter().map(Estimate::name).collect();
            Err(not_found(
                "estimate",
                wanted,
                names.iter().map(String::as_str),
            ))
        }
    }
}

/// The invoice of a key.
pub fn invoice_of(books: &Books<'_>, key: InvoiceKey) -> Result<Invoice> {
    books.invoice_by_key(key)?.ok_or_else(|| Error::NotFound {
        noun: "invoice",
        wanted: key.0.to_string(),
        near: Vec::new(),
    })
}

/// A user of a client by mail address.
pub fn user(books: &Books<'_>, client: &Client, email: &Email) -> Result<User> {
    match books.user(client.key, email)? {
        Some(user) => Ok(user),
        None => {
            let users = books.users(Some(client.key))?;
            Err(not_found(
                "user",
                email.as_str(),
                users.iter().map(|user| user.email.as_str()),
            ))
        }
    }
}

/// A user by mail address: of the named client, or of the only client who has a user with it.
pub fn user_of(
    books: &Books<'_>,
    email: &Email,
    client_text: Option<&str>,
) -> Result<(Client, User)> {
    if let Some(text) = client_text {
        let client = client(books, text)?;
        let user = user(books, &client, email)?;
        return Ok((client, user));
    }
    let mut users = books.users_of_address(email)?;
    match (users.pop(), users.is_empty()) {
        (Some(user), true) => Ok((client_of(books, user.client)?, user)),
        (Some(last), false) => {
            let mut among = Vec::new();
            for user in users.iter().chain([&last]) {
                among.push(client_of(books, user.client)?.slug.to_string());
            }
            Err(Error::Ambiguous {
                noun: "user",
                wanted: email.to_string(),
                among,
            })
        }
        (None, _) => {
            let addresses = books.user_addresses()?;
            Err(not_found(
                "user",
                email.as_str(),
                addresses.iter().map(String::as_str),
            ))
        }
    }
}
