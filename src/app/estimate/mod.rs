//! Estimates: drafting, issuing, and what the client answers. Accepting one is in [`accept`].

mod accept;
mod press;

use chrono::NaiveDate;

use crate::domain::Refusal;
use crate::domain::business::{Business, ESTIMATE_CLOSING, ESTIMATE_INTRO};
use crate::domain::client::Client;
use crate::domain::estimate::{Estimate, EstimateLine, State, Stored, Task, makes_sense};
use crate::domain::invoice::{Adjustments, Asked, Item, Line as Billed};
use crate::domain::key::{EstimateKey, MemberKey, ProjectKey};
use crate::domain::rate::{self, Facts};
use crate::domain::tax::Treatment;
use crate::store::{Books, NewEstimate};
use crate::values::id::ProjectRef;
use crate::values::money::Rate;
use crate::values::planned::TypedTask;
use crate::values::text::{Line, Note, fold};

use super::client::Made;
use super::invoice::remarks::Texts;
use super::invoice::{Taxation, Terms, buyer, seller};
use super::{Error, Result, Session, find};

pub use accept::{Accept, Accepted, Budgeted, Place, accept};
pub(super) use press::face;
pub use press::{for_client, issue, missing_glyphs, pdf};

/// What `estimate add` was given.
#[derive(Debug, Clone)]
pub struct New {
    pub title: Line,
    pub tasks: Vec<TypedTask>,
    pub items: Vec<Item>,
    /// None: so many days from issue, by the settings.
    pub valid_until: Option<NaiveDate>,
    /// Of these discount, surcharge and tax.
    pub terms: Terms,
    pub introduction: Option<Note>,
    pub closing: Option<Note>,
    pub if_missing: bool,
}

/// What `estimate edit` changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub title: Option<Line>,
    pub tasks: Vec<TypedTask>,
    pub items: Vec<Item>,
    /// Places of lines, from 1.
    pub remove: Vec<usize>,
    pub valid_until: Option<Option<NaiveDate>>,
    pub discount: Option<Option<Asked>>,
    pub surcharge: Option<Option<Asked>>,
    pub introduction: Option<Option<Note>>,
    pub closing: Option<Option<Note>>,
}

/// An estimate with what a page about it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    pub estimate: Estimate,
    pub client: Client,
    /// What it became.
    pub project: Option<ProjectRef>,
    /// The day for which its state is told.
    pub today: NaiveDate,
}

impl Shown {
    /// Its state today.
    pub fn state(&self) -> State {
        self.estimate.state(self.today)
    }
}

/// Drafts an estimate for a client or a lead.
pub fn add(session: &mut Session, client: &str, new: &New) -> Result<(Shown, Made)> {
    let today = session.today();
    let zone = session.business.zone;
    let (key, made) = session.write(|books| {
        let client = find::client(books, client)?;
        if new.if_missing {
            let there = books.estimates(Some(client.key))?;
            let title = fold(new.title.as_str());
            let same = |there: &&Estimate| {
                fold(there.title.as_str()) == title && there.stored != Stored::Declined
            };
            if let Some(same) = there.iter().find(same) {
                return Ok((same.key, Made::Existing));
            }
        }
        client.takes_work()?;
        let business = super::business(books, zone)?;
        let taxation = Taxation::of(books, &business, &client, &new.terms, today)?;
        let lines = lines(books, &client, &taxation, &new.tasks, &new.items, today)?;
        makes_sense(&lines, today, new.valid_until)?;
        let billed = billed(&lines);
        let currency = client.details.currency;
        let Terms {
            discount,
            surcharge,
            tax,
            ..
        } = &new.terms;
        let texts = Texts::of(books, &client)?;
        let text = |own: &Option<Note>, key| match own {
            Some(own) => Some(own.to_string()),
            None => texts.text(key),
        };
        let draft = NewEstimate {
            client: client.key,
            title: new.title.clone(),
            date: today,
            valid_until: new.valid_until,
            currency,
            language: client.details.language.to_string(),
            seller: seller(&business),
            buyer: buyer(books, &client)?,
            adjustments: Adjustments::over(
                &billed,
                discount.as_ref(),
                surcharge.as_ref(),
                currency,
            )?,
            treatment: tax.as_ref().map(ToString::to_string),
            tax_note: taxation.note(&billed),
            introduction: text(&new.introduction, ESTIMATE_INTRO),
            closing: text(&new.closing, ESTIMATE_CLOSING),
            lines,
        };
        adds_up(&draft)?;
        Ok::<_, Error>((books.add_estimate(&draft)?, Made::New))
    })?;
    Ok((by_key(session, key)?, made))
}

/// Changes a draft. Percents of a discount are worked out again.
pub fn edit(session: &mut Session, reference: &str, edit: &Edit) -> Result<Shown> {
    let today = session.today();
    let zone = session.business.zone;
    let key = session.write(|books| {
        let current = find::estimate(books, reference)?;
        current.is_draft()?;
        let client = find::client_of(books, current.client)?;
        let business = super::business(books, zone)?;
        let taxation = taxation_of(books, &business, &client, &current, today)?;
        let mut lines = kept(&current, &edit.remove)?;
        lines.extend(self::lines(
            books,
            &client,
            &taxation,
            &edit.tasks,
            &edit.items,
            today,
        )?);
        let valid_until = edit.valid_until.unwrap_or(current.valid_until);
        makes_sense(&lines, today, valid_until)?;
        let billed = billed(&lines);
        let (had_discount, had_surcharge) = current.adjustments.asked();
        let discount = edit.discount.clone().unwrap_or(had_discount);
        let surcharge = edit.surcharge.clone().unwrap_or(had_surcharge);
        let text = |own: &Option<Option<Note>>, current: &Option<String>| match own {
            Some(own) => own.as_ref().map(ToString::to_string),
            None => current.clone(),
        };
        let draft = NewEstimate {
            title: edit.title.clone().unwrap_or(current.title.clone()),
            date: today,
            valid_until,
            seller: seller(&business),
            buyer: buyer(books, &client)?,
            adjustments: Adjustments::over(
                &billed,
                discount.as_ref(),
                surcharge.as_ref(),
                current.currency,
            )?,
            tax_note: current.tax_note.clone().or(taxation.note(&billed)),
            introduction: text(&edit.introduction, &current.introduction),
            closing: text(&edit.closing, &current.closing),
            lines,
            ..as_new(&current)
        };
        adds_up(&draft)?;
        books.edit_estimate(&current, &draft)?;
        Ok::<_, Error>(current.key)
    })?;
    by_key(session, key)
}

/// Removes a draft.
pub fn delete(session: &mut Session, reference: &str) -> Result<String> {
    session.write(|books| {
        let estimate = find::estimate(books, reference)?;
        estimate.is_draft()?;
        books.delete_estimate(estimate.key)?;
        Ok(estimate.name())
    })
}

/// Notes that the client does not want it.
pub fn decline(session: &mut Session, reference: &str, reason: Option<&Line>) -> Result<Shown> {
    let today = session.today();
    let key = session.write(|books| {
        let estimate = find::estimate(books, reference)?;
        estimate.may_be_declined()?;
        let reason = reason.map(Line::as_str);
        books.decide_estimate(estimate.key, Stored::Declined, today, reason, None)?;
        Ok::<_, Error>(estimate.key)
    })?;
    by_key(session, key)
}

/// Estimates, the newest first; of one client and in these states, if they are given.
pub fn list(session: &Session, client: Option<&str>, states: &[State]) -> Result<Vec<Shown>> {
    let today = session.today();
    session.store.read(|books| {
        let client = client
            .map(|client| find::client(books, client))
            .transpose()?;
        let mut estimates = books.estimates(client.map(|client| client.key))?;
        estimates.retain(|of| states.is_empty() || states.contains(&of.state(today)));
        let all = estimates.into_iter();
        all.map(|estimate| shown(books, estimate, today)).collect()
    })
}

/// An estimate.
pub fn show(session: &Session, reference: &str) -> Result<Shown> {
    let today = session.today();
    session
        .store
        .read(|books| shown(books, find::estimate(books, reference)?, today))
}

fn by_key(session: &Session, key: EstimateKey) -> Result<Shown> {
    let today = session.today();
    session.store.read(|books| {
        let found = books.estimate_by_key(key)?;
        let estimate = found.ok_or_else(|| Error::NotFound {
            noun: "estimate",
            wanted: key.0.to_string(),
            near: Vec::new(),
        })?;
        shown(books, estimate, today)
    })
}

fn shown(books: &Books<'_>, estimate: Estimate, today: NaiveDate) -> Result<Shown> {
    let client = find::client_of(books, estimate.client)?;
    let project = match estimate.project {
        Some(key) => Some(ProjectRef {
            client: client.slug.clone(),
            project: find::project_of(books, key)?.slug,
        }),
        None => None,
    };
    Ok(Shown {
        estimate,
        client,
        project,
        today,
    })
}

/// The same estimate as what it could be changed to.
fn as_new(estimate: &Estimate) -> NewEstimate {
    let of = estimate.clone();
    NewEstimate {
        client: of.client,
        title: of.title,
        date: of.date,
        valid_until: of.valid_until,
        currency: of.currency,
        language: of.language,
        seller: of.seller,
        buyer: of.buyer,
        lines: of.lines,
        adjustments: of.adjustments,
        treatment: of.treatment,
        tax_note: of.tax_note,
        introduction: of.introduction,
        closing: of.closing,
    }
}

/// The tax that the draft was given, else that of the client.
fn taxation_of(
    books: &Books<'_>,
    business: &Business,
    client: &Client,
    estimate: &Estimate,
    day: NaiveDate,
) -> Result<Taxation> {
    let treatment = estimate.treatment.as_deref();
    let terms = Terms {
        tax: treatment.map(Treatment::parse).transpose()?,
        ..Terms::default()
    };
    Taxation::of(books, business, client, &terms, day)
}

/// The lines of a draft but these.
fn kept(estimate: &Estimate, remove: &[usize]) -> Result<Vec<EstimateLine>> {
    let lines = estimate.lines.len();
    let none = remove.iter().find(|line| **line < 1 || **line > lines);
    if let Some(line) = none {
        return Err(Refusal::EstimateNoLine {
            estimate: estimate.name(),
            line: *line,
            lines,
        }
        .into());
    }
    let all = (1..).zip(&estimate.lines);
    let kept = all.filter(|(place, _)| !remove.contains(place));
    Ok(kept.map(|(_, line)| line.clone()).collect())
}

fn billed(lines: &[EstimateLine]) -> Vec<Billed> {
    lines.iter().map(|of| of.line.clone()).collect()
}

/// Refuses what no sum can hold.
fn adds_up(draft: &NewEstimate) -> Result<()> {
    crate::domain::invoice::totals(&billed(&draft.lines), &draft.adjustments, draft.currency)?;
    Ok(())
}

/// Lines of tasks, each at the rate it names or that holds for the client, and of items.
fn lines(
    books: &Books<'_>,
    client: &Client,
    taxation: &Taxation,
    tasks: &[TypedTask],
    items: &[Item],
    day: NaiveDate,
) -> Result<Vec<EstimateLine>> {
    let currency = client.details.currency;
    let tax = taxation.applied.tax;
    let mut lines = Vec::with_capacity(tasks.len().saturating_add(items.len()));
    for typed in tasks {
        let task = Task {
            phase: typed.phase.clone(),
            name: typed.name.clone(),
            seconds: typed.seconds,
        };
        let rate = match typed.rate {
            Some(rate) => rate,
            None => usual_rate(books, client, day)?.ok_or_else(|| Refusal::TaskWithoutRate {
                client: client.slug.clone(),
                task: task.heading(),
            })?,
        };
        lines.push(EstimateLine::task(task, rate, tax, currency)?);
    }
    for item in items {
        lines.push(EstimateLine::item(Billed::item(item, tax, currency)?));
    }
    for of in &mut lines {
        taxation.name(std::slice::from_mut(&mut of.line));
    }
    Ok(lines)
}

/// The rate for a client where neither project nor member have one of their own.
fn usual_rate(books: &Books<'_>, client: &Client, day: NaiveDate) -> Result<Option<Rate>> {
    // No row has this key.
    let facts = Facts {
        client: client.key,
        project: ProjectKey(0),
        task: None,
        member: MemberKey(0),
        day,
        own: None,
    };
    Ok(rate::resolve(&books.rates()?, &facts).map(|resolved| resolved.rate))
}
