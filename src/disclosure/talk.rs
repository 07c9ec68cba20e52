//! Questions with their answers, and what the client is asked to approve.
//!
//! A question is shown as long as what it is about is: it goes with its object, and all go with the setting `comments`. Of an answer
//! stand the day and the name under which the client sees the member, never a time of day. A request shows what was asked as it is
//! now: an entry that was changed since is no longer part of it. With rates hidden a budget in money shows how much more is asked
//! for and nothing else, and a budget that is not published shows no more than that either.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::approval_request::{Answer, ApprovalRequest, Asked, State, facts, sum};
use crate::domain::budget::{Counts, Per};
use crate::domain::inbox::{self, Author, Thread};
use crate::domain::key::{EntryKey, MemberKey, ProjectKey};
use crate::domain::visibility::Visibility;
use crate::published::{self, About, Entry, Invoice, Month, Projects, SheetRow, Talk};
use crate::values::amount::Amount;
use crate::values::calendar::Calendar;
use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::period::Period;

use super::entry::{self, Scene};
use super::{ClientBooks, Noun, Worked, alias};

/// The most threads that are published: those that were written to last.
const MOST_THREADS: usize = 200;
/// The most requests that are published: the latest.
const MOST_REQUESTS: usize = 100;

/// What else is published, to which questions may refer.
pub(super) struct Shown<'a> {
    pub(super) projects: &'a Projects,
    pub(super) months: &'a [Month],
    pub(super) invoices: &'a [Invoice],
}

/// All that is talked about.
pub(super) fn talk(scene: &Scene<'_>, shown: &Shown<'_>) -> Result<Talk, Refusal> {
    let aliases = alias::aliases(scene.books, &scene.work, scene.visibility.team);
    let places = scene.work.iter().enumerate();
    let places = places.filter(|_| !scene.books.requests.is_empty());
    let desk = Desk {
        scene,
        shown,
        aliases,
        places: places
            .map(|(place, worked)| (worked.entry.key, place))
            .collect(),
    };
    let requests = scene.books.requests.iter().take(MOST_REQUESTS);
    let requests: Vec<published::Request> = requests
        .filter_map(|request| desk.request(request).transpose())
        .collect::<Result<_, _>>()?;
    let threads = if scene.visibility.comments {
        let threads = scene.books.threads.iter();
        let threads = threads.filter_map(|thread| desk.thread(thread, &requests));
        threads.take(MOST_THREADS).collect()
    } else {
        Vec::new()
    };
    Ok(Talk { threads, requests })
}

/// The entries that the client sees, each with the time that is shown of it.
pub fn shown_work(books: &ClientBooks, visibility: &Visibility) -> HashMap<EntryKey, Seconds> {
    let scene = Scene::of(books, visibility);
    let work = scene.work.iter().zip(&scene.billed);
    work.map(|(worked, billed)| (worked.entry.key, shown_time(worked, *billed)))
        .collect()
}

/// Of what is not billed the time that was worked is shown.
fn shown_time(worked: &Worked, billed: Seconds) -> Seconds {
    if worked.billable {
        billed
    } else {
        worked.entry.work.seconds
    }
}

struct Desk<'a> {
    scene: &'a Scene<'a>,
    shown: &'a Shown<'a>,
    aliases: HashMap<MemberKey, String>,
    /// Where each entry that is shown stands; of a client who was asked nothing it is empty.
    places: HashMap<EntryKey, usize>,
}

impl Desk<'_> {
    fn books(&self) -> &ClientBooks {
        self.scene.books
    }

    /// The day of an instant where the business is.
    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        let business = &self.books().business;
        Calendar::new(business.zone, business.week_start, at).today()
    }

    fn thread(
        &self,
        thread: &Thread,
        requests: &[published::Request],
    ) -> Option<published::Thread> {
        let Thread {
            key: _,    // local
            client: _, // the client's own page
            public_id,
            about,
            subject: _, // how the owner names it
            asked: _,   // told by the first message
            done,
            request: _, // told by what it is about
            messages,
        } = thread;
        // An answer to a request without a word is a task of the owner's and no talk.
        if messages.is_empty() {
            return None;
        }
        let about: About = about.parse().ok()?;
        let name = self.name(&about, requests)?;
        let messages = messages.iter();
        Some(published::Thread {
            id: public_id.clone(),
            about,
            name,
            done: *done,
            messages: messages.map(|message| self.message(message)).collect(),
        })
    }

    /// The object's name as it is published; the outer none where it is not, the inner where it needs none.
    fn name(&self, about: &About, requests: &[published::Request]) -> Option<Option<String>> {
        let projects = &self.shown.projects.projects;
        match about {
            About::Client => Some(None),
            About::Project(id) => {
                let found = projects.iter().find(|project| project.id == *id)?;
                Some(Some(found.name.clone()))
            }
            About::Task(id) => projects.iter().find_map(|project| {
                let task = project.tasks.iter().find(|task| task.id == *id)?;
                Some(Some(format!("{}, {}", project.name, task.name)))
            }),
            About::Entry(day, id) => {
                let mut entries = self.shown.months.iter().flat_map(|month| &month.entries);
                let found = entries.find(|entry| entry.day == *day && entry.has_id(id))?;
                Some(Some(self.work(found)))
            }
            About::Invoice(id) => {
                let found = self
                    .shown
                    .invoices
                    .iter()
                    .find(|invoice| invoice.id == *id)?;
                Some(found.number.clone())
            }
            About::Request(id) => requests
                .iter()
                .any(|request| request.id == *id)
                .then_some(None),
        }
    }

    /// The project and the words of an entry, as they are shown.
    fn work(&self, entry: &Entry) -> String {
        let mut projects = self.shown.projects.projects.iter();
        let project = projects.find(|project| project.id == entry.project);
        let project = project.map_or("", |project| project.name.as_str());
        match entry.description.as_ref().or(entry.task.as_ref()) {
            Some(words) => format!("{project}, {words}"),
            None => project.to_owned(),
        }
    }

    fn message(&self, message: &inbox::Message) -> published::Message {
        let inbox::Message {
            key,
            at,
            author,
            text,
        } = message;
        let (id, author) = match author {
            Author::User { message, id, name } => {
                let (id, name) = (id.clone(), name.clone());
                (message.clone(), published::Author::User { id, name })
            }
            Author::Member(member) => {
                let team = self.scene.visibility.team;
                let name = alias::speaker(self.books(), &self.aliases, *member, team);
                let id = self.books().ids.row(Noun::Message, key.0);
                (id, published::Author::Team { name })
            }
        };
        published::Message {
            id,
            day: self.day(*at),
            author,
            text: text.as_str().to_owned(),
        }
    }

    /// None where it was taken back, where its section is off, or where nothing is left of it.
    fn request(&self, request: &ApprovalRequest) -> Result<Option<published::Request>, Refusal> {
        let ApprovalRequest {
            key,
            client: _, // the client's own page
            what,
            note,
            asked,
            state,
            answer,
            outcome,
            taken_back,
        } = request;
        if *state == State::Withdrawn {
            return Ok(None);
        }
        let mut holds = match taken_back {
            true => Holds::Nothing,
            false => Holds::All,
        };
        let what = match what {
            Asked::Budget { project, by, was } => self.budget(*project, *by, *was)?,
            Asked::Timesheet { days, entries } => {
                if *state == State::Approved && !taken_back && outcome.is_some() {
                    holds = self.holds(entries, answer.as_ref());
                }
                self.sheet(*days, entries, answer.as_ref())
            }
        };
        Ok(what.map(|what| published::Request {
            id: self.books().ids.row(Noun::Request, key.0),
            asked: self.day(*asked),
            what,
            note: note.as_ref().map(|note| note.as_str().to_owned()),
            answer: answer
                .as_ref()
                .map(|answer| decision(answer, *state, holds)),
        }))
    }

    fn budget(
        &self,
        key: ProjectKey,
        by: Amount,
        was: Amount,
    ) -> Result<Option<published::Asked>, Refusal> {
        let visibility = self.scene.visibility;
        let mut projects = self.books().projects.iter();
        let Some(project) = projects.find(|project| project.key == key) else {
            return Ok(None);
        };
        if !visibility.budget {
            return Ok(None);
        }
        let per = project.budget.map_or(Per::Total, |budget| budget.per);
        let in_sight = match was {
            Amount::Hours(_) => per == Per::Total && project.counts == Counts::Billable,
            Amount::Money(_) => visibility.rates,
        };
        let change = in_sight.then(|| sum(was, by)).transpose()?;
        Ok(Some(published::Asked::Budget {
            project: self.books().ids.row(Noun::Project, key.0),
            name: project.name.as_str().to_owned(),
            by,
            change: change.map(|will| (was, will)),
            monthly: per == Per::Month,
        }))
    }

    /// What of an approved time sheet is still approved as it was shown.
    fn holds(&self, asked: &[(EntryKey, String)], answer: Option<&Answer>) -> Holds {
        let shown = answer.map_or(&[][..], |answer| &answer.sheet);
        let is_meant =
            |key: &EntryKey| shown.is_empty() || shown.iter().any(|(shown, _)| shown == key);
        let approved = self.books().work.iter();
        let approved = approved.filter(|one| one.entry.approval == Some(Approval::Approved));
        let approved: HashMap<EntryKey, &Worked> =
            approved.map(|one| (one.entry.key, one)).collect();
        let meant = asked.iter().filter(|(key, _)| is_meant(key));
        let kept = meant.clone().filter(|(key, then)| {
            let found = approved.get(key);
            found.is_some_and(|one| facts(&one.entry.work) == *then)
        });
        match (kept.count(), meant.count()) {
            (0, _) => Holds::Nothing,
            (kept, meant) if kept == meant => Holds::All,
            _ => Holds::Part,
        }
    }

    /// The entries that are shown and still as they were. Answered, it is the sum that was shown: what was approved was approved.
    fn sheet(
        &self,
        days: Period,
        asked: &[(EntryKey, String)],
        answer: Option<&Answer>,
    ) -> Option<published::Asked> {
        let is_open = answer.is_none();
        let Scene {
            books, visibility, ..
        } = self.scene;
        if !visibility.timesheets {
            return None;
        }
        let unchanged = asked.iter().filter_map(|(key, then)| {
            let place = *self.places.get(key)?;
            let worked = self.scene.work.get(place)?;
            let billed = *self.scene.billed.get(place)?;
            let seconds = shown_time(worked, billed);
            (*then == facts(&worked.entry.work)).then_some((*key, seconds))
        });
        let billed: HashMap<EntryKey, Seconds> = unchanged.collect();
        if billed.is_empty() && is_open {
            return None;
        }
        let rows = if is_open {
            entry::billed_rows(books, visibility, &billed)
        } else {
            Vec::new()
        };
        // Of an answer that came before that was kept, it is what is still so.
        let kept = answer.filter(|answer| !answer.sheet.is_empty());
        let seconds = match kept {
            Some(answer) => answer.sheet.iter().map(|(_, seconds)| *seconds).sum(),
            None => billed.values().copied().sum(),
        };
        Some(published::Asked::Timesheet {
            from: days.from,
            to: days.to,
            seconds,
            rows: rows.iter().map(|row| sheet_row(books, row)).collect(),
        })
    }
}

fn sheet_row(books: &ClientBooks, row: &entry::Row) -> SheetRow {
    let project = books.projects.iter().find(|one| one.key == row.project);
    let task = row
        .task
        .and_then(|task| entry::task_name(&books.tasks, task));
    SheetRow {
        day: row.day,
        project: project.map_or_else(String::new, |project| project.name.to_string()),
        member: row.member.clone(),
        description: row.words().or(task),
        seconds: row.seconds,
    }
}

/// How much of an approval holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    All,
    Part,
    Nothing,
}

fn decision(answer: &Answer, state: State, holds: Holds) -> published::Decision {
    let Answer {
        at,
        by,
        note,
        shown: _, // the portal told it
        sheet: _, // stands as a sum in what was asked
    } = answer;
    published::Decision {
        approved: state == State::Approved,
        by: by.clone(),
        at: *at,
        note: note.as_ref().map(|note| note.as_str().to_owned()),
        taken_back: holds == Holds::Nothing,
        partly: holds == Holds::Part,
    }
}

/// The thread that begins with the answer to a request.
pub fn thread_of(ids: &super::PublicIds, request: i64) -> (PublicId, String) {
    let about = About::Request(ids.row(Noun::Request, request));
    (ids.row(Noun::Thread, request), about.to_string())
}

#[cfg(test)]
mod tests {
    use crate::disclosure::ClientBooks;
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, KEY, WEBSITE, visibility};
    use crate::domain::approval_request::{Asked, facts};
    use crate::domain::key::EntryKey;
    use crate::published::{self, Author, Talk};
    use crate::values::amount::Amount;

    fn talk(settings: &[(&str, &str)]) -> Talk {
        let shown = portal(&sample::books(), &visibility(settings)).unwrap();
        shown.unwrap().talk.unwrap_or_default()
    }

    fn abouts(talk: &Talk) -> Vec<String> {
        let word = |thread: &published::Thread| {
            let about = thread.about.to_string();
            about.split('/').next().unwrap_or_default().to_owned()
        };
        let mut words: Vec<String> = talk.threads.iter().map(word).collect();
        words.sort();
        words
    }

    #[test]
    fn a_question_goes_with_what_it_is_about() {
        let all = ["client", "entry", "invoice", "project", "task"];
        let without = |gone: &str| -> Vec<&str> {
            all.iter().copied().filter(|about| *about != gone).collect()
        };
        assert_eq!(abouts(&talk(&[])), all);
        let cases = [
            ("timesheets", "entry"),
            ("invoices", "invoice"),
            ("tasks", "task"),
        ];
        for (section, gone) in cases {
            assert_eq!(
                abouts(&talk(&[(section, "off")])),
                without(gone),
                "{section}"
            );
        }
        assert!(talk(&[("comments", "off")]).threads.is_empty());
    }

    #[test]
    fn an_answer_is_of_whom_the_client_knows() {
        let cases = [
            ("names", "Ada Canary-Lovelace"),
            ("initials", "AC"),
            ("roles", "Designer"),
        ];
        let speaker = |team: &str| {
            let talk = talk(&[("team", team)]);
            let mut messages = talk.threads.iter().flat_map(|thread| &thread.messages);
            messages
                .find_map(|message| match &message.author {
                    Author::Team { name } => Some(name.clone()),
                    Author::User { .. } => None,
                })
                .unwrap()
        };
        for (team, name) in cases {
            assert_eq!(speaker(team), name, "{team}");
        }
        assert!(speaker("anonymous").starts_with("Member "));
    }

    #[test]
    fn a_time_sheet_is_the_work_that_is_still_as_it_was() {
        let sheet = |books: &ClientBooks| {
            let shown = portal(books, &visibility(&[])).unwrap().unwrap();
            let requests = shown.talk.unwrap_or_default().requests;
            let mut open = requests.into_iter().filter(|one| one.answer.is_none());
            open.find_map(|request| match request.what {
                published::Asked::Timesheet { seconds, rows, .. } => Some((seconds, rows.len())),
                published::Asked::Budget { .. } => None,
            })
        };
        let mut books = sample::books();
        let before = sheet(&books).unwrap();
        assert!(before.1 >= 2, "{before:?}");
        let asked: Vec<(EntryKey, String)> = books
            .requests
            .iter()
            .find_map(|request| match &request.what {
                Asked::Timesheet { entries, .. } => Some(entries.clone()),
                Asked::Budget { .. } => None,
            })
            .unwrap();
        let changed = books
            .work
            .iter_mut()
            .find(|worked| worked.entry.key == asked[0].0)
            .unwrap();
        changed.entry.work.seconds += changed.entry.work.seconds;
        assert_ne!(facts(&changed.entry.work), asked[0].1);
        assert_eq!(sheet(&books).unwrap().1, before.1 - 1);
        for worked in &mut books.work {
            worked.entry.work.seconds += worked.entry.work.seconds;
        }
        assert_eq!(sheet(&books), None);
    }

    #[test]
    fn a_budget_in_money_is_told_by_what_is_asked_for_alone() {
        let mut books = sample::books();
        let euro = |minor| {
            Amount::Money(crate::values::money::Money::from_minor(
                minor,
                sample::euro(),
            ))
        };
        for request in &mut books.requests {
            if let Asked::Budget { by, was, .. } = &mut request.what {
                (*by, *was) = (euro(50_000), euro(KEY));
            }
        }
        for project in &mut books.projects {
            if project.key == WEBSITE {
                project.budget = project.budget.map(|budget| crate::domain::budget::Budget {
                    amount: euro(KEY),
                    ..budget
                });
            }
        }
        let change = |settings: &[(&str, &str)]| {
            let shown = portal(&books, &visibility(settings)).unwrap().unwrap();
            let requests = shown.talk.unwrap_or_default().requests;
            requests.into_iter().find_map(|request| match request.what {
                published::Asked::Budget { change, by, .. } => Some((by, change)),
                published::Asked::Timesheet { .. } => None,
            })
        };
        assert_eq!(change(&[]), Some((euro(50_000), None)));
        let shown = change(&[("rates", "shown")]).unwrap();
        assert_eq!(shown.1, Some((euro(KEY), euro(KEY + 50_000))));
        assert_eq!(change(&[("budget", "off")]), None);
    }
}
