//! What every reader adds its rows to: names become numbers, texts are checked, problems are kept with the place of the row.

use std::borrow::Cow;

use crate::values::calendar::Calendar;
use crate::values::money::Rate;
use crate::values::text::{Email, Line, TextError, fold};

use super::super::problem::{ImportError, Reason};
use super::super::row::{Batch, Marks, Person, Place, Row, Times, fingerprint, id_print};
use super::super::source_key::NO_NOTE;
use super::Choices;
use super::clock::Clock;

/// A file that is being read.
pub(super) struct Reading<'a> {
    pub(super) choices: &'a Choices,
    pub(super) clock: Clock,
    batch: Batch,
    progress: &'a mut dyn FnMut(u64),
}

/// A row as its format tells it; a text that is not there is empty.
pub(super) struct Draft<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) email: &'t str,
    pub(super) client: &'t str,
    pub(super) project: Cow<'t, str>,
    pub(super) phase: &'t str,
    pub(super) task: Cow<'t, str>,
    pub(super) activity: &'t str,
    pub(super) billable: Option<bool>,
    pub(super) tags: Vec<Cow<'t, str>>,
    pub(super) rate: Option<Rate>,
    pub(super) note: Cow<'t, str>,
    pub(super) internal_note: &'t str,
    pub(super) id: &'t str,
    pub(super) times: Times,
    /// Worth a notice.
    pub(super) notice: Option<Reason>,
}

impl Draft<'_> {
    /// A row of nothing but its time.
    pub(super) fn of(times: Times) -> Self {
        Self {
            name: Cow::Borrowed(""),
            email: "",
            client: "",
            project: Cow::Borrowed(""),
            phase: "",
            task: Cow::Borrowed(""),
            activity: "",
            billable: None,
            tags: Vec::new(),
            rate: None,
            note: Cow::Borrowed(""),
            internal_note: "",
            id: "",
            times,
            notice: None,
        }
    }
}

/// What the format calls the parts of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) client: &'static str,
    pub(super) project: &'static str,
    pub(super) phase: &'static str,
    pub(super) task: &'static str,
    pub(super) activity: &'static str,
    pub(super) tags: &'static str,
    pub(super) note: &'static str,
    pub(super) internal_note: &'static str,
}

impl Labels {
    /// As people say.
    pub(super) const PLAIN: Self = Self {
        name: "member",
        email: "email",
        client: "client",
        project: "project",
        phase: "phase",
        task: "task",
        activity: "activity",
        tags: "tag",
        note: "note",
        internal_note: "internal note",
    };
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        choices: &'a Choices,
        home: &Calendar,
        progress: &'a mut dyn FnMut(u64),
    ) -> Self {
        Self {
            choices,
            clock: Clock::new(choices.zone, home),
            batch: Batch::default(),
            progress,
        }
    }

    /// Rows are counted in entries and not in lines.
    pub(super) fn count_entries(&mut self) {
        self.batch.problems.noun = "entry";
        self.batch.notices.noun = "entry";
    }

    /// Takes a row in, or why there is none.
    pub(super) fn take(&mut self, line: u64, draft: Result<Draft<'_>, Reason>, labels: &Labels) {
        self.batch.count += 1;
        let taken = draft.and_then(|draft| {
            let notice = draft.notice.clone();
            self.add(line, draft, labels)?;
            Ok(notice)
        });
        match taken {
            Ok(None) => {}
            Ok(Some(notice)) => self.batch.notices.add(line, notice),
            Err(reason) if reason.is_notice() => self.batch.notices.add(line, reason),
            Err(reason) => self.batch.problems.add(line, reason),
        }
        if self.batch.count.is_multiple_of(1000) {
            (self.progress)(self.batch.count);
        }
    }

    /// Says which columns were not read.
    pub(super) fn ignore(&mut self, columns: Vec<String>) {
        self.batch.ignored = columns;
    }

    pub(super) fn into_batch(self) -> Batch {
        self.batch
    }

    /// Whether there was no row.
    pub(super) fn is_empty(&self) -> bool {
        self.batch.count == 0
    }

    fn add(&mut self, line: u64, draft: Draft<'_>, labels: &Labels) -> Result<(), Reason> {
        let note = optional(&draft.note, labels.note)?;
        let internal_note = optional(draft.internal_note, labels.internal_note)?;
        let marks = self.marks(&draft, labels)?;
        let person = self.person(&draft, labels)?;
        let place = self.place(&draft, labels)?;
        self.batch.rows.push(Row {
            line,
            person,
            place,
            marks,
            times: draft.times,
            note_print: note_print(note.as_ref(), internal_note.as_ref()),
            note,
            internal_note,
            id: id_print(draft.id),
        });
        Ok(())
    }

    fn marks(&mut self, draft: &Draft<'_>, labels: &Labels) -> Result<usize, Reason> {
        let said = match draft.billable {
            None => "",
            Some(true) => "y",
            Some(false) => "n",
        };
        let rate = draft.rate.map(|rate| rate.to_string()).unwrap_or_default();
        let tags = draft.tags.iter().map(Cow::as_ref);
        let mut texts: Vec<&str> = [said, rate.as_str()].into_iter().chain(tags).collect();
        // Where they are said, so that rows of files without them keep their fingerprint.
        if !(draft.phase.is_empty() && draft.activity.is_empty()) {
            texts.extend(["\u{1e}", draft.phase, draft.activity]);
        }
        self.batch.names.marks.number(&texts, || {
            let mut tags: Vec<Line> = Vec::new();
            for tag in &draft.tags {
                match optional(tag, labels.tags)? {
                    Some(tag) if !tags.contains(&tag) => tags.push(tag),
                    _ => {}
                }
            }
            let print = fingerprint(&texts.join("\u{1f}"));
            Ok(Marks {
                billable: draft.billable,
                rate: draft.rate,
                tags,
                print,
            })
        })
    }

    fn person(&mut self, draft: &Draft<'_>, labels: &Labels) -> Result<usize, Reason> {
        let (name, email) = (draft.name.as_ref(), draft.email);
        self.batch.names.people.number(&[name, email], || {
            let email = Some(email).filter(|email| !email.is_empty());
            Ok(Person {
                name: optional(name, labels.name)?,
                email: email
                    .map(Email::parse)
                    .transpose()
                    .map_err(Reason::text(labels.email))?,
            })
        })
    }

    fn place(&mut self, draft: &Draft<'_>, labels: &Labels) -> Result<usize, Reason> {
        let (client, project, task) = (draft.client, &draft.project, &draft.task);
        let (phase, activity) = (draft.phase, draft.activity);
        let choices = self.choices;
        self.batch
            .names
            .places
            .number(&[client, project, phase, task, activity], || {
                let phase = optional(phase, labels.phase)?;
                let task = optional(task, labels.task)?;
                let activity = optional(activity, labels.activity)?;
                let client = optional(client, labels.client)?;
                let project = optional(project, labels.project)?;
                let [client, project] = located(choices, client, project, labels)?;
                let project = project.ok_or(Reason::NoProject)?;
                Ok(Place {
                    client,
                    project,
                    phase,
                    task,
                    activity,
                })
            })
    }
}

/// Client and project as they are meant: the second is there.
fn located(
    choices: &Choices,
    client: Option<Line>,
    project: Option<Line>,
    labels: &Labels,
) -> Result<[Option<Line>; 2], Reason> {
    let Some(named) = project else {
        return match (&choices.project, client) {
            (Some(pair), None) => Ok(pair.clone().map(Some)),
            (_, Some(_)) => Err(Reason::Empty(labels.project)),
            (None, None) => Err(Reason::NoProject),
        };
    };
    let folded = fold(named.as_str());
    let mut mapped = choices.projects.iter();
    if let Some((_, pair)) = mapped.find(|(name, _)| fold(name) == folded) {
        return Ok(pair.clone().map(Some));
    }
    let parts = named.as_str().split_once('/');
    let parts = parts.and_then(|(a, b)| Some([Line::parse(a).ok()?, Line::parse(b).ok()?]));
    match (client, parts) {
        // `acme` and `acme/website`.
        (Some(client), Some([of, project])) if fold(client.as_str()) == fold(of.as_str()) => {
            Ok([Some(client), Some(project)])
        }
        (Some(client), _) => Ok([Some(client), Some(named)]),
        (None, Some(pair)) => Ok(pair.map(Some)),
        (None, None) => Ok([choices.client.clone(), Some(named)]),
    }
}

/// Whether a tag is the project of its entry: one that is mapped, else one such as `client/project`.
pub(super) fn project_among<'t>(
    choices: &Choices,
    tags: impl Iterator<Item = &'t str> + Clone,
) -> Option<&'t str> {
    let is_mapped = |tag: &str| {
        let folded = fold(tag);
        choices
            .projects
            .iter()
            .any(|(name, _)| fold(name) == folded)
    };
    let is_reference = |tag: &str| crate::values::id::ProjectRef::parse(tag).is_ok();
    let mapped = tags.clone().find(|tag| is_mapped(tag));
    mapped.or_else(|| tags.clone().find(|tag| is_reference(tag)))
}

fn note_print(note: Option<&Line>, internal: Option<&Line>) -> u32 {
    match (note, internal) {
        (None, None) => NO_NOTE,
        (Some(note), None) => fingerprint(note.as_str()),
        (note, Some(internal)) => {
            let note = note.map_or("", Line::as_str);
            fingerprint(&format!("{note}\u{1f}{internal}"))
        }
    }
}

/// A text that may be empty, on one line.
pub(super) fn optional(text: &str, column: &'static str) -> Result<Option<Line>, Reason> {
    match Line::parse(&on_one_line(text)) {
        Ok(line) => Ok(Some(line)),
        Err(TextError::Empty) => Ok(None),
        Err(source) => Err(Reason::Text { column, source }),
    }
}

/// Line breaks and tabs become spaces.
fn on_one_line(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    if !text.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text
        .split(breaks)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    Cow::Owned(parts.join(" "))
}

/// The beginning of a text, to be shown.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Each element of a JSON list, or of the list that an object has under `key`.
pub(super) fn each_element(
    text: &str,
    mut with: impl FnMut(u64, &serde_json::Value),
) -> Result<(), ImportError> {
    struct Elements<'w>(&'w mut dyn FnMut(u64, &serde_json::Value));

    impl<'de> serde::de::Visitor<'de> for Elements<'_> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of entries")
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
            let mut number = 0;
            while let Some(element) = list.next_element()? {
                number += 1;
                (self.0)(number, &element);
            }
            Ok(())
        }
    }

    let mut json = serde_json::Deserializer::from_str(text);
    serde::de::Deserializer::deserialize_seq(&mut json, Elements(&mut with))
        .and_then(|()| json.end())
        .map_err(|error| ImportError::Json {
            line: error.line(),
            why: json_words(&error),
        })
}

fn json_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The place is told beside it.
    let end = text.find(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}
