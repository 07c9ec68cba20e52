//! From the names in a file to the rows they mean: members, and projects and tasks of clients. What is not there is made, or,
//! where nothing may be written, made up, so that the rest of an import need not know the difference.

use crate::domain::Refusal;
use crate::domain::activity::Activity;
use crate::domain::budget::Counts;
use crate::domain::business::Business;
use crate::domain::client::{Client, Details, Kind, Stage};
use crate::domain::key::{ActivityKey, ClientKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::member::{Member, first_access};
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::task::Task;
use crate::domain::time::is_billable;
use crate::store::{Books, ClientFilter, NewProject, StoreError, Writer};
use crate::values::id::{ProjectRef, Slug, near};
use crate::values::text::{Email, Line, fold};

use super::problem::{Named, Reason};
use super::row::{Names, Person, Place, Row};

/// What the names of a file mean, by their numbers.
#[derive(Debug)]
pub(super) struct Resolved {
    people: Vec<Result<Worker, Reason>>,
    places: Vec<Result<Destination, Reason>>,
    /// What was not there.
    pub(super) absent: Vec<Named>,
}

/// A member who did work.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub(super) key: MemberKey,
    /// Why the member takes no new work.
    pub(super) refusal: Option<Refusal>,
    /// Numbers of what was not there.
    needs: Vec<usize>,
}

/// What work was done on.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) project: ProjectKey,
    pub(super) phase: Option<PhaseKey>,
    pub(super) task: Option<TaskKey>,
    pub(super) activity: Option<ActivityKey>,
    /// Whether work on it is billable where the work does not say.
    pub(super) billable: bool,
    /// Why it takes no new work.
    pub(super) refusal: Option<Refusal>,
    needs: Vec<usize>,
}

impl Resolved {
    /// Finds what the names mean and lets `maker` make what is not there. `by` did the work of which a file does not say whose it
    /// is; none: the first member.
    pub(super) fn new(
        books: Catalogue,
        by: Option<&Slug>,
        names: &Names,
        maker: &mut dyn Maker,
    ) -> Result<Self, StoreError> {
        let mut search = Search {
            books,
            by,
            maker,
            absent: Vec::new(),
        };
        let mut people = Vec::with_capacity(names.people.values.len());
        for person in &names.people.values {
            people.push(split(search.worker(person))?);
        }
        let mut places = Vec::with_capacity(names.places.values.len());
        for place in &names.places.values {
            places.push(split(search.destination(place))?);
        }
        Ok(Self {
            people,
            places,
            absent: search.absent,
        })
    }

    /// Who did the work of a row, and on what.
    pub(super) fn of(&self, row: &Row) -> Result<(&Worker, &Destination), Reason> {
        fn found<T>(all: &[Result<T, Reason>], number: usize) -> Result<&T, Reason> {
            match all.get(number) {
                Some(found) => found.as_ref().map_err(Reason::clone),
                None => Err(Reason::Empty("Project")),
            }
        }
        Ok((
            found(&self.people, row.person)?,
            found(&self.places, row.place)?,
        ))
    }

    /// Counts a row for what it needs and was not there; the first of that.
    pub(super) fn count(&mut self, row: &Row) -> Option<Reason> {
        let worker = self.people.get(row.person).and_then(|w| w.as_ref().ok());
        let place = self.places.get(row.place).and_then(|p| p.as_ref().ok());
        let needs = worker
            .into_iter()
            .flat_map(|worker| &worker.needs)
            .chain(place.into_iter().flat_map(|place| &place.needs));
        let mut first = None;
        for need in needs {
            if let Some(named) = self.absent.get_mut(*need) {
                named.rows += 1;
                first = first.or(Some(Reason::Missing {
                    noun: named.noun,
                    name: named.name.clone(),
                }));
            }
        }
        first
    }
}

/// Why a name means nothing: of its own account, or because the store failed.
enum Failure {
    Name(Reason),
    Store(StoreError),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::Name(reason)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn split<T>(found: Result<T, Failure>) -> Result<Result<T, Reason>, StoreError> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(Failure::Name(reason)) => Ok(Err(reason)),
        Err(Failure::Store(error)) => Err(error),
    }
}

/// All that can be named.
#[derive(Debug)]
pub(super) struct Catalogue {
    clients: Vec<Client>,
    projects: Vec<Project>,
    phases: Vec<Phase>,
    tasks: Vec<Task>,
    activities: Vec<Activity>,
    members: Vec<Member>,
    /// For new clients.
    business: Business,
    /// Login name of the person at it.
    who: String,
}

impl Catalogue {
    pub(super) fn read(
        books: &Books<'_>,
        business: &Business,
        who: &str,
    ) -> Result<Self, StoreError> {
        let all = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        Ok(Self {
            clients: books.clients(&all)?,
            projects: books.projects(None)?,
            phases: books.phases(None)?,
            tasks: books.tasks(None)?,
            activities: books.activities()?,
            members: books.members()?,
            business: business.clone(),
            who: who.to_owned(),
        })
    }
}

struct Search<'m> {
    books: Catalogue,
    by: Option<&'m Slug>,
    maker: &'m mut dyn Maker,
    absent: Vec<Named>,
}

impl Search<'_> {
    /// A member by mail address, else by name or short name.
    fn worker(&mut self, person: &Person) -> Result<Worker, Failure> {
        if person.email.is_none() && person.name.is_none() {
            return self.unnamed();
        }
        let email = person.email.as_ref().map(|email| fold(email.as_str()));
        let by_email = |member: &&Member| {
            let own = member.email.as_ref().map(|own| fold(own.as_str()));
            own.is_some() && own == email
        };
        let members = self.books.members.iter();
        let mut found: Vec<&Member> = members.filter(by_email).collect();
        if let (true, Some(name)) = (found.is_empty(), &person.name) {
            let members = self.books.members.iter();
            found = named(members, name, |m| (&m.name, &m.slug), |m| !m.archived);
        }
        let member = match found.as_slice() {
            [] => return self.new_worker(person),
            [one] => *one,
            [one, ..] => return Err(several("member", &one.name).into()),
        };
        Ok(known(member))
    }

    /// Who did the work where the file does not say.
    fn unnamed(&mut self) -> Result<Worker, Failure> {
        let mut members = self.books.members.iter();
        let member = match self.by {
            Some(slug) => members.find(|member| member.slug == *slug),
            None => members.find(|member| !member.archived),
        };
        match member {
            Some(member) => Ok(known(member)),
            None => {
                let name = Line::parse(&self.books.who);
                let name = name.or_else(|_| Line::parse("Owner"));
                let name = Some(name.map_err(Reason::text("Member"))?);
                self.new_worker(&Person { name, email: None })
            }
        }
    }

    fn new_worker(&mut self, person: &Person) -> Result<Worker, Failure> {
        let email = person.email.as_ref().map(Email::as_str);
        let name = match (&person.name, email) {
            (Some(name), _) => name.clone(),
            (None, email) => {
                let local = email.and_then(|email| email.split('@').next());
                Line::parse(local.unwrap_or_default()).map_err(Reason::text("Email"))?
            }
        };
        let mut member = Member {
            key: MemberKey(0),
            slug: free_slug(&name, "member", |slug| {
                self.books.members.iter().any(|m| m.slug == *slug)
            })?,
            name,
            email: person.email.clone(),
            role: None,
            archived: false,
            access: first_access(&self.books.members),
            alias: None,
        };
        member.key = self.maker.member(&member)?;
        let need = self.absent.len();
        self.absent.push(Named {
            noun: "member",
            name: member.name.to_string(),
            reference: member.slug.to_string(),
            email: email.map(str::to_owned),
            rows: 0,
            near: self.near(&member.name, self.books.members.iter().map(|m| &m.name)),
        });
        let key = member.key;
        self.books.members.push(member);
        Ok(Worker {
            key,
            refusal: None,
            needs: vec![need],
        })
    }

    fn destination(&mut self, place: &Place) -> Result<Destination, Failure> {
        let (client, project) = match &place.client {
            Some(client) => {
                let client = self.client(client)?;
                let project = self.project(&client, &place.project)?;
                (client, project)
            }
            None => self.only_project(&place.project)?,
        };
        let task = match &place.task {
            Some(task) => Some(self.task(&client, &project, task)?),
            None => None,
        };
        let phase = match &place.phase {
            Some(phase) => Some(self.phase(&client, &project, phase)?),
            None => None,
        };
        let activity = match &place.activity {
            Some(activity) => Some(self.activity(&project, activity)?),
            None => None,
        };
        let reference = ProjectRef {
            client: client.slug.clone(),
            project: project.slug.clone(),
        };
        let mut refusal = client.takes_work().and(project.takes_work(&reference));
        if let Some(phase) = &phase {
            refusal = refusal.and_then(|()| phase.takes_work(&reference));
        }
        if let Some(activity) = &activity {
            let own = activity.project.map(|_| &reference);
            refusal = refusal.and_then(|()| activity.takes_work(own));
        }
        Ok(Destination {
            project: project.key,
            phase: phase.as_ref().map(|phase| phase.key),
            task: task.as_ref().map(|task| task.key),
            activity: activity.map(|activity| activity.key),
            billable: is_billable(
                None,
                task.as_ref().is_none_or(|task| task.billable),
                project.billable,
                client.details.billable,
            ),
            refusal: refusal.err(),
            needs: self.needs(&client, &reference, phase.as_ref(), task.as_ref()),
        })
    }

    /// Which of the four were not there.
    fn needs(
        &self,
        client: &Client,
        project: &ProjectRef,
        phase: Option<&Phase>,
        task: Option<&Task>,
    ) -> Vec<usize> {
        let project = project.to_string();
        let concerned = |named: &Named| match named.noun {
            "client" => named.reference == client.slug.as_str(),
            "project" => named.reference == project,
            "phase" => {
                named.reference == project && phase.is_some_and(|p| p.name.as_str() == named.name)
            }
            "task" => {
                named.reference == project && task.is_some_and(|t| t.name.as_str() == named.name)
            }
            _ => false,
        };
        let numbered = self.absent.iter().enumerate();
        numbered
            .filter(|(_, named)| concerned(named))
            .map(|(number, _)| number)
            .collect()
    }

    /// A client by name or short name; of several of a name, the one that is not archived.
    fn client(&mut self, name: &Line) -> Result<Client, Failure> {
        let open = |client: &Client| client.stage != Stage::Archived;
        let clients = self.books.clients.iter();
        match named(clients, name, |c| (&c.details.name, &c.slug), open).as_slice() {
            [] => {}
            [one] => return Ok((*one).clone()),
            _ => return Err(several("client", name).into()),
        }
        let slug = free_slug(name, "client", |slug| {
            self.books.clients.iter().any(|c| c.slug == *slug)
        })?;
        let details = new_client(name, &self.books.business);
        let client = Client {
            key: self.maker.client(&slug, &details)?,
            slug,
            details,
            stage: Stage::Active,
            stage_before_archive: None,
        };
        let near = self.near(name, self.books.clients.iter().map(|c| &c.details.name));
        self.lacked("client", name, client.slug.to_string(), near);
        self.books.clients.push(client.clone());
        Ok(client)
    }

    /// A project that one client alone has, by name or short name.
    fn only_project(&self, name: &Line) -> Result<(Client, Project), Failure> {
        let projects = self.books.projects.iter();
        let found = named(projects, name, |p| (&p.name, &p.slug), |p| !p.closed);
        let project = match found.as_slice() {
            [] => return Err(no_client(name).into()),
            [one] => (*one).clone(),
            _ => return Err(several("project", name).into()),
        };
        let mut clients = self.books.clients.iter();
        let client = clients.find(|client| client.key == project.client);
        Ok((client.ok_or_else(|| no_client(name))?.clone(), project))
    }

    /// A project of a client by name or short name; of several of a name, the one that is not closed.
    fn project(&mut self, client: &Client, name: &Line) -> Result<Project, Failure> {
        let of_client = |project: &&Project| project.client == client.key;
        let projects = self.books.projects.iter().filter(of_client);
        match named(projects, name, |p| (&p.name, &p.slug), |p| !p.closed).as_slice() {
            [] => {}
            [one] => return Ok((*one).clone()),
            _ => return Err(several("project", name).into()),
        }
        let taken = |slug: &Slug| {
            let mut projects = self.books.projects.iter().filter(of_client);
            projects.any(|p| p.slug == *slug)
        };
        let new = NewProject {
            client: client.key,
            slug: free_slug(name, "project", taken)?,
            name: name.clone(),
            budget: None,
            counts: Counts::default(),
            thresholds: None,
            due: None,
            billable: true,
        };
        let project = Project {
            key: self.maker.project(&new)?,
            client: client.key,
            slug: new.slug,
            name: new.name,
            budget: None,
            counts: Counts::default(),
            thresholds: None,
            due: None,
            billable: true,
            closed: false,
        };
        let known = self.books.projects.iter().filter(of_client);
        let near = self.near(name, known.map(|p| &p.name));
        let reference = format!("{}/{}", client.slug, project.slug);
        self.lacked("project", name, reference, near);
        self.books.projects.push(project.clone());
        Ok(project)
    }

    /// A task of a project by name.
    fn task(&mut self, client: &Client, project: &Project, name: &Line) -> Result<Task, Failure> {
        let wanted = fold(name.as_str());
        let of_project = |task: &&Task| task.project == project.key;
        let mut tasks = self.books.tasks.iter().filter(of_project);
        if let Some(task) = tasks.find(|task| fold(task.name.as_str()) == wanted) {
            return Ok(task.clone());
        }
        let key = self.maker.task(project.key, name)?;
        let task = Task::new(key, project.key, name.clone());
        let known = self.books.tasks.iter().filter(of_project);
        let near = self.near(name, known.map(|t| &t.name));
        let reference = format!("{}/{}", client.slug, project.slug);
        self.lacked("task", name, reference, near);
        self.books.tasks.push(task.clone());
        Ok(task)
    }

    /// A phase of a project by name.
    fn phase(&mut self, client: &Client, project: &Project, name: &Line) -> Result<Phase, Failure> {
        let wanted = fold(name.as_str());
        let of_project = |phase: &&Phase| phase.project == project.key;
        let mut phases = self.books.phases.iter().filter(of_project);
        if let Some(phase) = phases.find(|phase| fold(phase.name.as_str()) == wanted) {
            return Ok(phase.clone());
        }
        let mut phase = Phase {
            key: PhaseKey(0),
            project: project.key,
            name: name.clone(),
            budget: None,
            due: None,
            closed: false,
        };
        phase.key = self.maker.phase(&phase)?;
        let known = self.books.phases.iter().filter(of_project);
        let near = self.near(name, known.map(|p| &p.name));
        let reference = format!("{}/{}", client.slug, project.slug);
        self.lacked("phase", name, reference, near);
        self.books.phases.push(phase.clone());
        Ok(phase)
    }

    /// The activity that a project means by a code or a name: its own, else that of the business. None is made: what a code means to
    /// clients is not in a file.
    fn activity(&self, project: &Project, text: &Line) -> Result<Activity, Failure> {
        let wanted = fold(text.as_str());
        let usable = |activity: &&Activity| activity.project.is_none_or(|of| of == project.key);
        let activities = || self.books.activities.iter().filter(usable);
        let by_code = activities().find(|activity| fold(activity.code.as_str()) == wanted);
        let found = by_code
            .or_else(|| activities().find(|activity| fold(activity.name.as_str()) == wanted));
        let missing = || Reason::Missing {
            noun: "activity",
            name: text.to_string(),
        };
        Ok(found.ok_or_else(missing)?.clone())
    }

    fn lacked(&mut self, noun: &'static str, name: &Line, reference: String, near: Vec<String>) {
        self.absent.push(Named {
            noun,
            name: name.to_string(),
            reference,
            email: None,
            rows: 0,
            near,
        });
    }

    fn near<'a>(&self, name: &Line, known: impl Iterator<Item = &'a Line>) -> Vec<String> {
        near(name.as_str(), known.map(Line::as_str))
    }
}

/// Those of this name, else of this short name; where there are several, those that take work.
fn named<'a, T>(
    all: impl Iterator<Item = &'a T> + Clone,
    name: &Line,
    names: impl Fn(&T) -> (&Line, &Slug),
    open: impl Fn(&T) -> bool,
) -> Vec<&'a T> {
    let wanted = fold(name.as_str());
    let mut found: Vec<&T> = all
        .clone()
        .filter(|one| fold(names(one).0.as_str()) == wanted)
        .collect();
    if found.is_empty() {
        found = all.filter(|one| names(one).1.as_str() == wanted).collect();
    }
    if found.len() > 1 && found.iter().any(|one| open(one)) {
        found.retain(|one| open(one));
    }
    found
}

fn known(member: &Member) -> Worker {
    Worker {
        key: member.key,
        refusal: member.archived.then(|| Refusal::MemberArchived {
            member: member.slug.clone(),
        }),
        needs: Vec::new(),
    }
}

fn no_client(project: &Line) -> Reason {
    Reason::NoClient {
        project: project.to_string(),
    }
}

fn several(noun: &'static str, name: &Line) -> Reason {
    Reason::Several {
        noun,
        name: name.to_string(),
    }
}

/// A short name made of a name that nobody has; names of another script get the noun and a number.
fn free_slug(
    name: &Line,
    noun: &'static str,
    taken: impl Fn(&Slug) -> bool,
) -> Result<Slug, Failure> {
    let unnameable = |_| several(noun, name);
    let first = Slug::from_name(name.as_str())
        .or_else(|_| Slug::parse(noun))
        .map_err(unnameable)?;
    if !taken(&first) {
        return Ok(first);
    }
    let stem: String = first.as_str().chars().take(56).collect();
    for number in 2..100_000 {
        let next = Slug::from_name(&format!("{stem}-{number}")).map_err(unnameable)?;
        if !taken(&next) {
            return Ok(next);
        }
    }
    Err(several(noun, name).into())
}

fn new_client(name: &Line, business: &Business) -> Details {
    Details {
        name: name.clone(),
        kind: Kind::Company,
        email: None,
        phone: None,
        website: None,
        currency: business.currency,
        language: business.language.clone(),
        address: None,
        country: None,
        tax_id: None,
        notes: None,
        billable: true,
    }
}

/// Makes what a file names and is not there.
pub(super) trait Maker {
    fn client(&mut self, slug: &Slug, details: &Details) -> Result<ClientKey, StoreError>;
    fn project(&mut self, new: &NewProject) -> Result<ProjectKey, StoreError>;
    fn phase(&mut self, phase: &Phase) -> Result<PhaseKey, StoreError>;
    fn task(&mut self, project: ProjectKey, name: &Line) -> Result<TaskKey, StoreError>;
    fn member(&mut self, member: &Member) -> Result<MemberKey, StoreError>;
}

impl Maker for Writer<'_> {
    fn client(&mut self, slug: &Slug, details: &Details) -> Result<ClientKey, StoreError> {
        self.add_client(slug, Stage::Active, details)
    }

    fn project(&mut self, new: &NewProject) -> Result<ProjectKey, StoreError> {
        self.add_project(new)
    }

    fn phase(&mut self, phase: &Phase) -> Result<PhaseKey, StoreError> {
        self.add_phase(phase)
    }

    fn task(&mut self, project: ProjectKey, name: &Line) -> Result<TaskKey, StoreError> {
        self.add_task(&Task::new(TaskKey(0), project, name.clone()))
    }

    fn member(&mut self, member: &Member) -> Result<MemberKey, StoreError> {
        self.add_member(member)
    }
}

/// Makes nothing: gives keys that no row has.
#[derive(Debug, Default)]
pub(super) struct MadeUp(i64);

impl MadeUp {
    fn key(&mut self) -> i64 {
        self.0 -= 1;
        self.0
    }
}

impl Maker for MadeUp {
    fn client(&mut self, _: &Slug, _: &Details) -> Result<ClientKey, StoreError> {
        Ok(ClientKey(self.key()))
    }

    fn project(&mut self, _: &NewProject) -> Result<ProjectKey, StoreError> {
        Ok(ProjectKey(self.key()))
    }

    fn phase(&mut self, _: &Phase) -> Result<PhaseKey, StoreError> {
        Ok(PhaseKey(self.key()))
    }

    fn task(&mut self, _: ProjectKey, _: &Line) -> Result<TaskKey, StoreError> {
        Ok(TaskKey(self.key()))
    }

    fn member(&mut self, _: &Member) -> Result<MemberKey, StoreError> {
        Ok(MemberKey(self.key()))
    }
}
