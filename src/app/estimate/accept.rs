//! Accepting: the estimate becomes a project with the budgets that were agreed on, in one transaction that can be undone.

use chrono::NaiveDate;

use crate::app::error::field;
use crate::app::invoice::{Drafted, Terms, draft_deposit};
use crate::app::{Error, Result, Session, find};
use crate::domain::Refusal;
use crate::domain::budget::{Budget, Counts, Per};
use crate::domain::business::Business;
use crate::domain::client::{Client, Stage};
use crate::domain::estimate::{Estimate, Plan, PlannedTask, Stored, grown};
use crate::domain::key::{InvoiceKey, PhaseKey, RateKey, TaskKey};
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::rate::{self, DatedRate, Facts, Scope};
use crate::domain::task::Task;
use crate::domain::tax::Treatment;
use crate::store::{NewProject, Writer};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::{ProjectRef, Slug};
use crate::values::money::{Money, Rate};
use crate::values::part::Part;
use crate::values::text::Line;

use super::{Shown, by_key};

/// What the budgets of an accepted estimate are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Budgeted {
    #[default]
    Hours,
    Money,
    /// There are none.
    None,
}

/// Where the work goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// A new project, named after the title.
    #[default]
    Titled,
    /// This one, `CLIENT/PROJECT` or its short name, if it is there; else a new one of this name.
    Named(String),
    Nowhere,
}

/// What `estimate accept` was given.
#[derive(Debug, Clone, Default)]
pub struct Accept {
    pub place: Place,
    pub budgeted: Budgeted,
    /// What is to be paid in advance, of its net: kept as a draft invoice.
    pub deposit: Option<Part>,
    /// Although it has expired.
    pub late: bool,
}

/// An accepted estimate, with what was done for it.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub shown: Shown,
    /// A lead became a client.
    pub converted: bool,
    /// The project is new; none: there is none.
    pub is_new: Option<bool>,
    pub phases: usize,
    pub tasks: usize,
    /// Tasks that were given the rate of the estimate, for another would hold.
    pub rates: usize,
    /// The draft over the deposit.
    pub deposit: Option<String>,
}

/// Takes an estimate as agreed.
pub fn accept(session: &mut Session, reference: &str, wanted: &Accept) -> Result<Accepted> {
    let today = session.today();
    let zone = session.business.zone;
    let mut done = Done::default();
    let key = session.write(|books| {
        let estimate = find::estimate(books, reference)?;
        estimate.may_be_accepted(today, wanted.late)?;
        let client = find::client_of(books, estimate.client)?;
        client.takes_work()?;
        if client.details.currency != estimate.currency {
            return Err(Refusal::EstimateOtherCurrency {
                estimate: estimate.name(),
                given: estimate.currency,
                wanted: client.details.currency,
            }
            .into());
        }
        if client.stage == Stage::Lead {
            books.set_stage(client.key, Stage::Active, None)?;
            done.converted = true;
        }
        let project = place(books, &estimate, &client, wanted, &mut done)?;
        if let Some(project) = &project {
            let plan = estimate.plan()?;
            let reference = ProjectRef {
                client: client.slug.clone(),
                project: project.slug.clone(),
            };
            let mut filling = Filling {
                books: &mut *books,
                client: &client,
                project,
                reference: &reference,
                budgeted: wanted.budgeted,
                today,
                done: &mut done,
            };
            filling.fill(&plan)?;
        }
        if let Some(part) = wanted.deposit {
            let business = crate::app::business(books, zone)?;
            let key = deposit(books, &business, &client, &estimate, part, today)?;
            done.deposit = Some(find::invoice_of(books, key)?.name());
        }
        let project = project.map(|project| project.key);
        books.decide_estimate(estimate.key, Stored::Accepted, today, None, project)?;
        Ok::<_, Error>(estimate.key)
    })?;
    let Done {
        converted,
        is_new,
        phases,
        tasks,
        rates,
        deposit,
    } = done;
    Ok(Accepted {
        shown: by_key(session, key)?,
        converted,
        is_new,
        phases,
        tasks,
        rates,
        deposit,
    })
}

#[derive(Default)]
struct Done {
    converted: bool,
    is_new: Option<bool>,
    phases: usize,
    tasks: usize,
    rates: usize,
    deposit: Option<String>,
}

/// A draft over a part of what was agreed, under the tax of the estimate.
fn deposit(
    books: &mut Writer<'_>,
    business: &Business,
    client: &Client,
    estimate: &Estimate,
    part: Part,
    date: NaiveDate,
) -> Result<InvoiceKey> {
    let net = estimate.totals()?.net;
    let amount = part.of(net)?;
    if amount.minor() > net.minor() {
        return Err(Refusal::DepositTooLarge {
            deposit: amount,
            net,
        }
        .into());
    }
    let note = match &estimate.number {
        Some(number) => format!("{}, {number}", estimate.title),
        None => estimate.title.to_string(),
    };
    let treatment = estimate.treatment.as_deref();
    let of = Drafted {
        amount,
        note: Some(&note),
        terms: Terms {
            tax: treatment.map(Treatment::parse).transpose()?,
            ..Terms::default()
        },
        date,
    };
    draft_deposit(books, business, client, of)
}

/// The project that takes the work: made, if it is not there.
fn place(
    books: &mut Writer<'_>,
    estimate: &Estimate,
    client: &Client,
    wanted: &Accept,
    done: &mut Done,
) -> Result<Option<Project>> {
    let (name, is_named) = match &wanted.place {
        Place::Nowhere => return Ok(None),
        Place::Titled => (estimate.title.to_string(), false),
        Place::Named(name) => (name.clone(), true),
    };
    if is_named && name.contains('/') && !name.contains(' ') {
        let (owner, project, reference) = find::project(books, &name)?;
        if owner.key != client.key {
            return Err(Refusal::ProjectOfAnother {
                project: reference,
                estimate: estimate.name(),
            }
            .into());
        }
        project.takes_work(&reference)?;
        done.is_new = Some(false);
        return Ok(Some(project));
    }
    let slug = Slug::from_name(&name)?;
    let reference = ProjectRef {
        client: client.slug.clone(),
        project: slug.clone(),
    };
    if let Some(there) = books.project(client.key, &slug)? {
        if !is_named {
            return Err(Refusal::ProjectThere { project: reference }.into());
        }
        there.takes_work(&reference)?;
        done.is_new = Some(false);
        return Ok(Some(there));
    }
    let key = books.add_project(&NewProject {
        client: client.key,
        slug,
        name: field("project", Line::parse(&name))?,
        budget: None,
        counts: Counts::default(),
        thresholds: None,
        due: None,
        billable: true,
    })?;
    done.is_new = Some(true);
    Ok(Some(find::project_of(books, key)?))
}

/// Puts a plan into a project.
struct Filling<'a, 'w> {
    books: &'a mut Writer<'w>,
    client: &'a Client,
    project: &'a Project,
    reference: &'a ProjectRef,
    budgeted: Budgeted,
    today: NaiveDate,
    done: &'a mut Done,
}

impl Filling<'_, '_> {
    fn fill(&mut self, plan: &Plan) -> Result<()> {
        self.whole(plan)?;
        for phase in &plan.phases {
            self.phase(&phase.name, phase.seconds, phase.worth)?;
        }
        for task in &plan.tasks {
            self.task(task)?;
        }
        Ok(())
    }

    fn amount(&self, seconds: Seconds, worth: Money) -> Option<Amount> {
        match self.budgeted {
            Budgeted::Hours if seconds.0 > 0 => Some(Amount::Hours(seconds)),
            Budgeted::Money if !worth.is_zero() => Some(Amount::Money(worth)),
            Budgeted::Hours | Budgeted::Money | Budgeted::None => None,
        }
    }

    /// The budget of the project with that of the plan in it.
    fn whole(&mut self, plan: &Plan) -> Result<()> {
        let Some(more) = self.amount(plan.seconds, plan.worth) else {
            return Ok(());
        };
        let Project {
            key,
            client,
            slug,
            name,
            budget,
            counts,
            thresholds,
            due,
            billable,
            closed: _,
        } = self.project.clone();
        let monthly = budget.is_some_and(|budget| budget.per != Per::Total);
        let amount = grown(budget.map(|budget| budget.amount), more)?.filter(|_| !monthly);
        let amount = amount.ok_or_else(|| Refusal::OtherBudget {
            of: self.reference.to_string(),
        })?;
        self.books.edit_project(
            key,
            &NewProject {
                client,
                slug,
                name,
                budget: Some(Budget {
                    amount,
                    per: Per::Total,
                }),
                counts,
                thresholds,
                due,
                billable,
            },
        )?;
        Ok(())
    }

    fn phase(&mut self, name: &Line, seconds: Seconds, worth: Money) -> Result<()> {
        let more = self.amount(seconds, worth);
        match find::phase(self.books, self.project, name.as_str()) {
            Ok(there) => {
                there.takes_work(self.reference)?;
                let Some(more) = more else { return Ok(()) };
                let budget = grown(there.budget, more)?.ok_or_else(|| Refusal::OtherBudget {
                    of: there.name.to_string(),
                })?;
                self.books.edit_phase(&Phase {
                    budget: Some(budget),
                    ..there
                })?;
            }
            Err(Error::NotFound { .. }) => {
                self.books.add_phase(&Phase {
                    key: PhaseKey(0),
                    project: self.project.key,
                    name: name.clone(),
                    budget: more,
                    due: None,
                    closed: false,
                })?;
                self.done.phases += 1;
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// A task of the plan; one that is there already is left as it is.
    fn task(&mut self, planned: &PlannedTask) -> Result<()> {
        match find::task(self.books, self.project, &planned.name) {
            Ok(_) => return Ok(()),
            Err(Error::NotFound { .. }) => {}
            Err(other) => return Err(other),
        }
        let phase = planned.phase.as_ref();
        let phase = phase
            .map(|phase| find::phase(self.books, self.project, phase.as_str()))
            .transpose()?;
        let name = field("task", Line::parse(&planned.name))?;
        let task = Task {
            phase: phase.map(|phase| phase.key),
            ..Task::new(TaskKey(0), self.project.key, name)
        };
        let key = self.books.add_task(&task)?;
        self.done.tasks += 1;
        self.rate(key, planned.rate)
    }

    /// What was agreed on is what is billed: where another rate would hold for anybody, the task has its own.
    fn rate(&mut self, task: TaskKey, agreed: Rate) -> Result<()> {
        let rates = self.books.rates()?;
        let members = self.books.members()?;
        let holds = members.iter().all(|member| {
            let facts = Facts {
                client: self.client.key,
                project: self.project.key,
                task: Some(task),
                member: member.key,
                day: self.today,
                own: None,
            };
            rate::resolve(&rates, &facts).is_some_and(|resolved| resolved.rate == agreed)
        });
        if holds && !members.is_empty() {
            return Ok(());
        }
        self.books.add_rate(&DatedRate {
            key: RateKey(0),
            scope: Scope {
                client: Some(self.client.key),
                project: Some(self.project.key),
                task: Some(task),
                member: None,
            },
            from: None,
            rate: agreed,
        })?;
        self.done.rates += 1;
        Ok(())
    }
}
