//! What could be meant by what is being typed. A look at the store that changes nothing; where there is nothing to look at, nothing
//! is suggested.

use std::path::Path;

use crate::store::{Books, Store, StoreError, Suggestion};
use crate::values::id::{ProjectRef, Slug};

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Client,
    ArchivedClient,
    Lead,
    /// Of a client, where one is named; so are documents and talks.
    Contact(Option<Slug>),
    Document(Option<Slug>),
    Talk(Option<Slug>),
    /// Of clients.
    Question,
    Approval,
    /// Of clients.
    Tag,
    Project,
    Invoice,
    Member,
    /// Of a project, where one is named.
    Task(Option<ProjectRef>),
    /// Of a project, where one is named.
    Phase(Option<ProjectRef>),
    /// That a project can use, where one is named.
    Activity(Option<ProjectRef>),
    User,
    /// Of expenses.
    Category,
}

/// What begins with what was typed.
pub fn suggest(store: &Path, wanted: &Wanted, typed: &str) -> Vec<Suggestion> {
    let look = || Store::peek(store)?.read(|books| find(books, wanted, typed));
    look().unwrap_or_default()
}

fn find(
    books: &Books<'_>,
    wanted: &Wanted,
    typed: &str,
) -> std::result::Result<Vec<Suggestion>, StoreError> {
    match wanted {
        Wanted::Client => {
            let found = books.suggest_clients(typed, false)?;
            if found.is_empty() {
                return books.suggest_clients(typed, true);
            }
            Ok(found)
        }
        Wanted::ArchivedClient => books.suggest_clients(typed, true),
        Wanted::Lead => books.suggest_leads(typed),
        Wanted::Contact(Some(client)) => books.suggest_contacts(client.as_str(), typed),
        Wanted::Document(Some(client)) => books.suggest_documents(client.as_str(), typed),
        Wanted::Talk(Some(client)) => books.suggest_talks(client.as_str(), typed),
        Wanted::Contact(None) | Wanted::Document(None) | Wanted::Talk(None) => Ok(Vec::new()),
        Wanted::Question => books.suggest_questions(typed),
        Wanted::Approval => books.suggest_approvals(typed),
        Wanted::Tag => books.suggest_tags(typed),
        Wanted::Project => projects(books, typed),
        Wanted::Invoice => books.suggest_invoices(typed),
        Wanted::Member => books.suggest_members(typed),
        Wanted::Task(project) => books.suggest_tasks(project.as_ref(), typed),
        Wanted::Phase(project) => books.suggest_phases(project.as_ref(), typed),
        Wanted::Activity(project) => books.suggest_activities(project.as_ref(), typed),
        Wanted::User => books.suggest_users(typed),
        Wanted::Category => books.suggest_categories(typed),
    }
}

/// Clients first, as one goes down folders; of the only one who is meant, its projects.
fn projects(books: &Books<'_>, typed: &str) -> std::result::Result<Vec<Suggestion>, StoreError> {
    if let Some((client, project)) = typed.split_once('/') {
        return books.suggest_projects(client, project);
    }
    let clients = books.suggest_clients_with_projects(typed)?;
    match clients.as_slice() {
        [only] => books.suggest_projects(only.text.trim_end_matches('/'), ""),
        _ => Ok(clients),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::publish::sample::{Sample, line, sample};
    use crate::app::{client, member};
    use crate::domain::activity::Activity;
    use crate::domain::key::{ActivityKey, PhaseKey, TaskKey};
    use crate::domain::phase::Phase;
    use crate::domain::task::Task;
    use crate::values::id::Slug;

    fn texts(path: &Path, wanted: &Wanted, typed: &str) -> Vec<String> {
        let found = suggest(path, wanted, typed);
        found.into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn what_begins_so_is_suggested() {
        let Sample {
            mut session,
            folder,
        } = sample();
        let path = folder.path().join("books.db");
        session
            .write(|books| {
                let project = books.projects(None)?.remove(0).key;
                let phase = |name: &str, closed| Phase {
                    key: PhaseKey(0),
                    project,
                    name: line(name),
                    budget: None,
                    due: None,
                    closed,
                };
                books.add_phase(&phase("Design", false))?;
                books.add_phase(&phase("Debriefing", true))?;
                books.add_activity(&Activity {
                    key: ActivityKey(0),
                    project: Some(project),
                    code: line("DEV"),
                    name: line("Development"),
                    explanation: None,
                    archived: false,
                })?;
                books.add_task(&Task::new(TaskKey(0), project, line("Visual design")))
            })
            .unwrap();
        let website = ProjectRef::parse("acme/website").ok();
        let own = website.clone();
        let app = ProjectRef::parse("beta/website").ok();
        let acme = Slug::parse("acme").ok();
        client::add_contact(
            &mut session,
            "acme",
            line("Zoe Lund"),
            Default::default(),
            false,
            false,
        )
        .unwrap();
        let cases: [(Wanted, &str, &[&str]); 21] = [
            (Wanted::Contact(acme), "Zo", &["Zoe Lund"]),
            (Wanted::Contact(None), "Zo", &[]),
            (Wanted::Lead, "", &[]),
            (Wanted::Client, "", &["acme", "beta"]),
            (Wanted::Client, "b", &["beta"]),
            (Wanted::Client, "x", &[]),
            (Wanted::Client, "'", &[]),
            (Wanted::ArchivedClient, "", &[]),
            (Wanted::Project, "", &["acme/", "beta/"]),
            (Wanted::Project, "a", &["acme/website"]),
            (Wanted::Project, "acme/x", &[]),
            (Wanted::Task(None), "V", &["Visual design"]),
            (Wanted::Task(website), "", &["Visual design"]),
            (Wanted::Task(app.clone()), "", &[]),
            (Wanted::Phase(None), "D", &["Design"]),
            (Wanted::Phase(app.clone()), "D", &[]),
            (Wanted::Activity(None), "", &["DEV"]),
            (Wanted::Activity(own), "D", &["DEV"]),
            (Wanted::Activity(app), "D", &[]),
            (Wanted::User, "jo@b", &["jo@beta.example"]),
            (Wanted::Member, "a", &["ada"]),
        ];
        for (wanted, typed, expected) in cases {
            assert_eq!(texts(&path, &wanted, typed), expected, "{wanted:?} {typed}");
        }
        client::archive(&mut session, "beta").unwrap();
        assert_eq!(texts(&path, &Wanted::Client, ""), ["acme"]);
        assert_eq!(texts(&path, &Wanted::Client, "b"), ["beta"]);
        assert_eq!(texts(&path, &Wanted::ArchivedClient, ""), ["beta"]);
    }

    #[test]
    fn of_very_many_the_last_one_is_there_too() {
        let Sample {
            mut session,
            folder,
        } = sample();
        for number in 0..300 {
            let new = member::New {
                name: line("Somebody"),
                slug: Slug::parse(&format!("m-{number:03}")).ok(),
                email: None,
                role: None,
                access: None,
                alias: None,
                clients: Vec::new(),
            };
            member::add(&mut session, new, false).unwrap();
        }
        let found = texts(&folder.path().join("books.db"), &Wanted::Member, "m-");
        assert_eq!(found.len(), 201);
        assert_eq!(found.last().map(String::as_str), Some("m-299"));
    }

    #[test]
    fn a_look_makes_and_migrates_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none.db");
        assert!(suggest(&none, &Wanted::Client, "").is_empty());
        assert!(!none.exists());
        let old = folder.path().join("old.db");
        let bytes = std::fs::read("tests/data/schema-1.db").unwrap();
        std::fs::write(&old, &bytes).unwrap();
        assert!(suggest(&old, &Wanted::Client, "").is_empty());
        assert_eq!(std::fs::read(&old).unwrap(), bytes);
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "no store").unwrap();
        assert!(suggest(&text, &Wanted::Client, "").is_empty());
    }
}
