//! Which values an argument takes: known by its name, which is the same in all commands.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Arg;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::app::client_list::Column;
use crate::app::suggest::{Wanted, suggest};
use crate::domain::{business, notification, visibility};
use crate::values::id::{ProjectRef, Slug};

use super::super::config::Environment;

/// Where values come from: the store that the line names, and what else stands in the line.
#[derive(Debug)]
pub(super) struct Source {
    store: PathBuf,
    /// The first word that is a project.
    project: Option<ProjectRef>,
    words: Vec<String>,
}

/// What an argument takes.
#[derive(Debug, Clone)]
enum Values {
    OfStore(Wanted),
    /// Keys with their values: `KEY=VALUE`.
    Pairs(Vec<Key>),
    Keys(Vec<Key>),
    /// Columns of the list of clients, with commas between.
    Columns,
}

/// A setting as it can be typed.
#[derive(Debug, Clone, Copy)]
struct Key {
    name: &'static str,
    values: &'static [&'static str],
    meaning: &'static str,
}

impl Source {
    /// The surroundings of the words of a line; none if there is no place for a store.
    pub(super) fn of(words: &[OsString], environment: &Environment) -> Option<Self> {
        let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
        let named = words.iter().enumerate().find_map(|(place, word)| {
            let joined = word.strip_prefix("--store=");
            let apart = || (*word == "--store").then(|| words.get(place + 1).copied());
            joined.or_else(|| apart().flatten())
        });
        Some(Self {
            store: match named {
                Some(path) => path.into(),
                None => environment.store().ok()?,
            },
            project: words.iter().find_map(|word| ProjectRef::parse(word).ok()),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        })
    }

    /// The client that a line names: by its flag, else as the first word after the command.
    fn client(&self, path: &[&str]) -> Option<Slug> {
        let words = || self.words.iter().map(String::as_str);
        let joined = words().find_map(|word| word.strip_prefix("--client="));
        let apart = || words().skip_while(|word| *word != "--client").nth(1);
        let mut rest = words();
        let after = path.iter().all(|name| rest.any(|word| word == *name));
        let first = || rest.find(|word| after && !word.starts_with('-'));
        let named = joined.or_else(apart).or_else(first);
        named.and_then(|word| Slug::parse(word).ok())
    }

    /// Teaches a command which values its arguments take.
    pub(super) fn attach(self, command: clap::Command) -> clap::Command {
        attach(&Arc::new(self), command, &[])
    }

    fn candidates(&self, values: &Values, typed: &str) -> Vec<CompletionCandidate> {
        match values {
            Values::OfStore(wanted) => suggest(&self.store, wanted, typed)
                .into_iter()
                .map(|found| candidate(found.text, found.meaning))
                .collect(),
            Values::Keys(keys) => keys
                .iter()
                .filter(|key| key.name.starts_with(typed))
                .map(|key| candidate(key.name.to_owned(), Some(key.meaning.to_owned())))
                .collect(),
            Values::Pairs(keys) => pairs(keys, typed),
            Values::Columns => columns(typed),
        }
    }
}

fn candidate(text: String, meaning: Option<String>) -> CompletionCandidate {
    CompletionCandidate::new(text).help(meaning.map(Into::into))
}

/// Keys up to their `=`, then the values of the key.
fn pairs(keys: &[Key], typed: &str) -> Vec<CompletionCandidate> {
    let Some((name, value)) = typed.split_once('=') else {
        let begins = keys.iter().filter(|key| key.name.starts_with(typed));
        return begins
            .map(|key| candidate(format!("{}=", key.name), Some(key.meaning.to_owned())))
            .collect();
    };
    let values = keys
        .iter()
        .find(|key| key.name == name)
        .map(|key| key.values);
    let values = values.unwrap_or_default().iter();
    values
        .filter(|known| known.starts_with(value))
        .map(|known| candidate(format!("{name}={known}"), None))
        .collect()
}

/// Columns after the last comma; one that sorts from the end has a dash in front.
fn columns(typed: &str) -> Vec<CompletionCandidate> {
    let (before, last) = match typed
        .rfind(',')
        .and_then(|at| typed.split_at_checked(at + 1))
    {
        Some(parts) => parts,
        None => ("", typed),
    };
    let (dash, name) = match last.strip_prefix('-') {
        Some(name) => ("-", name),
        None => ("", last),
    };
    Column::words()
        .filter(|word| word.starts_with(name))
        .map(|word| candidate(format!("{before}{dash}{word}"), None))
        .collect()
}

fn attach(source: &Arc<Source>, command: clap::Command, path: &[&str]) -> clap::Command {
    let command = command.mut_args(|arg| match values(path, &arg, source) {
        Some(values) => {
            let source = Arc::clone(source);
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
                let typed = typed.to_str();
                typed.map_or_else(Vec::new, |typed| source.candidates(&values, typed))
            }))
        }
        None => arg,
    });
    command.mut_subcommands(|below| {
        let name = below.get_name().to_owned();
        let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        attach(source, below, &path)
    })
}

/// What an argument of a command takes, as far as it is known.
fn values(path: &[&str], arg: &Arg, source: &Source) -> Option<Values> {
    let of_store = |wanted| Some(Values::OfStore(wanted));
    match (path, arg.get_id().as_str()) {
        (["client", "restore"], "client") => of_store(Wanted::ArchivedClient),
        (["client", "convert"], "client") => of_store(Wanted::Lead),
        (["client", "list"], "columns" | "sort") => Some(Values::Columns),
        (["client", ..], "tag" | "tags" | "untags") => of_store(Wanted::Tag),
        (_, "contact") => of_store(Wanted::Contact(source.client(path))),
        (["client", ..], "talk") => of_store(Wanted::Talk(source.client(path))),
        (["inbox", ..], "question") => of_store(Wanted::Question),
        (["approval", ..], "approval") => of_store(Wanted::Approval),
        (["document", "add"], "name") => None,
        (["document", _], "name") => of_store(Wanted::Document(source.client(path))),
        (_, "client" | "not_client") => of_store(Wanted::Client),
        (_, "project") => of_store(Wanted::Project),
        (_, "invoice") => of_store(Wanted::Invoice),
        (_, "phase") => of_store(Wanted::Phase(source.project.clone())),
        (["project", "activity", "edit" | "archive"], "code") | (_, "activity") => {
            of_store(Wanted::Activity(source.project.clone()))
        }
        (_, "member" | "by" | "assignee") => of_store(Wanted::Member),
        (_, "task") => of_store(Wanted::Task(source.project.clone())),
        (["expense", _], "category") => of_store(Wanted::Category),
        (["user", "invite"], "email") => None,
        (["user", _], "email") => of_store(Wanted::User),
        (["notify", "mute" | "unmute"], "email") => of_store(Wanted::User),
        (["notify", _], "event" | "events") => keys("notify").map(Values::Keys),
        ([noun, "set"], "pairs") => keys(noun).map(Values::Pairs),
        ([noun, "unset"], "keys") => keys(noun).map(Values::Keys),
        _ => None,
    }
}

/// The keys of a family of settings.
fn keys(noun: &str) -> Option<Vec<Key>> {
    const AUDIENCES: &[&str] = &["off", "client", "owner", "both"];
    Some(match noun {
        "settings" => business::SETTINGS
            .iter()
            .map(|setting| Key {
                name: setting.key,
                values: &[],
                meaning: setting.meaning,
            })
            .collect(),
        "portal-settings" => visibility::SETTINGS
            .iter()
            .map(|setting| Key {
                name: setting.key,
                values: setting.values,
                meaning: setting.meaning,
            })
            .collect(),
        "notify" => notification::EVENTS
            .iter()
            .map(|event| Key {
                name: event.key,
                values: AUDIENCES,
                meaning: event.meaning,
            })
            .collect(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap_complete::engine::complete;

    use super::*;

    /// What is offered for the last word of a line; no store is there.
    fn offered(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let source = Source {
            store: PathBuf::from("none.db"),
            project: None,
            words: Vec::new(),
        };
        let last = words.len() - 1;
        let mut command = source.attach(super::super::command());
        let found = complete(&mut command, words, last, None).unwrap();
        let texts = found
            .iter()
            .map(|found| found.get_value().to_string_lossy().into_owned());
        texts.filter(|text| !text.starts_with("--")).collect()
    }

    #[test]
    fn settings_are_offered_with_their_values_and_nothing_without_a_store() {
        let cases: [(&str, &[&str]); 9] = [
            (
                "loggia client list --columns name,out",
                &["name,outstanding"],
            ),
            ("loggia client list --sort last", &["last_contact"]),
            ("loggia portal-settings set rat", &["rates="]),
            (
                "loggia portal-settings set console=on rates=s",
                &["rates=shown"],
            ),
            ("loggia portal-settings unset console rat", &["rates"]),
            (
                "loggia notify set retainer-low=o",
                &["retainer-low=off", "retainer-low=owner"],
            ),
            ("loggia settings set zo", &["zone="]),
            ("loggia settings set nothing=", &[]),
            ("loggia client show a", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(offered(line), expected, "{line}");
        }
    }

    #[test]
    fn arguments_take_what_their_names_say() {
        let source = Source {
            store: PathBuf::from("none.db"),
            project: ProjectRef::parse("acme/website").ok(),
            words: Vec::new(),
        };
        let kinds = |line: &[&str], id: &'static str| {
            let taken = values(line, &Arg::new(id), &source);
            taken.map(|taken| format!("{taken:?}")).unwrap_or_default()
        };
        assert_eq!(
            kinds(&["client", "restore"], "client"),
            "OfStore(ArchivedClient)"
        );
        assert_eq!(kinds(&["client", "show"], "client"), "OfStore(Client)");
        assert_eq!(kinds(&["client", "convert"], "client"), "OfStore(Lead)");
        assert_eq!(kinds(&["client", "edit"], "untags"), "OfStore(Tag)");
        assert_eq!(kinds(&["document", "add"], "name"), "");
        assert_eq!(kinds(&["time", "log"], "by"), "OfStore(Member)");
        assert_eq!(kinds(&["user", "show"], "email"), "OfStore(User)");
        assert_eq!(kinds(&["user", "invite"], "email"), "");
        assert_eq!(kinds(&["client", "add"], "email"), "");
        assert_eq!(kinds(&["expense", "add"], "category"), "OfStore(Category)");
        assert!(kinds(&["time", "log"], "task").contains("website"));
        assert!(kinds(&["time", "log"], "phase").contains("Phase"));
        assert!(kinds(&["time", "log"], "activity").contains("Activity"));
        assert_eq!(kinds(&["project", "activity", "add"], "code"), "");
    }

    #[test]
    fn the_client_of_a_line_is_named_by_a_flag_or_comes_first() {
        let environment = Environment {
            store: Some(PathBuf::from("own.db")),
            ..Environment::of_process()
        };
        for (line, path, client) in [
            (
                "loggia client log acme x --contact J",
                &["client", "log"][..],
                Some("acme"),
            ),
            (
                "loggia -q document share acme o",
                &["document", "share"],
                Some("acme"),
            ),
            (
                "loggia user invite --client b2 --contact",
                &["user", "invite"],
                Some("b2"),
            ),
            (
                "loggia user invite --client=b2 --contact",
                &["user", "invite"],
                Some("b2"),
            ),
            ("loggia client talk edit", &["client", "talk", "edit"], None),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let found = Source::of(&words, &environment).unwrap().client(path);
            assert_eq!(found.map(String::from).as_deref(), client, "{line}");
        }
    }

    #[test]
    fn the_store_and_the_project_of_a_line_are_found() {
        let environment = Environment {
            store: Some(PathBuf::from("own.db")),
            ..Environment::of_process()
        };
        let of = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let source = Source::of(&words, &environment).unwrap();
            let project = source.project.map(|project| project.to_string());
            (source.store.display().to_string(), project)
        };
        let project = Some("acme/website".to_owned());
        assert_eq!(
            of("loggia time log acme/website"),
            ("own.db".into(), project)
        );
        assert_eq!(of("loggia --store a.db client"), ("a.db".into(), None));
        assert_eq!(of("loggia client --store=b.db"), ("b.db".into(), None));
        assert_eq!(of("loggia client --store"), ("own.db".into(), None));
    }
}
