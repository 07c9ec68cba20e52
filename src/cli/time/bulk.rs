//! Changing all entries that a filter finds: `time edit --where … --set …`.

use serde::Serialize;

use crate::app::error::field;
use crate::app::time::{self, Edit as Change, Plan, Selection};
use crate::app::{Error, Session};
use crate::domain::Refusal;
use crate::store::{ApprovalFilter, Listed};
use crate::values::money::Rate;
use crate::values::period::Span;
use crate::values::text::Line;

use super::super::Context;
use super::super::client::references;
use super::super::error::{Failure, Result};
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};
use super::entry::{EntryView, tell};
use super::list::State;
use super::several::{closed, tell_skipped};
use super::taken_away;

/// How to go about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) dry_run: bool,
    pub(super) skip_locked: bool,
}

/// The selection that conditions of the form `FIELD=VALUE` make.
pub(super) fn selection(session: &Session, conditions: &[String]) -> Result<Selection> {
    let mut selection = Selection {
        days: Span::all(),
        ..Selection::default()
    };
    let mut seen: Vec<&str> = Vec::new();
    for condition in conditions {
        let (key, value) = pair("--where", condition)?;
        if value.is_empty() {
            return Err(bad(
                format!("`{condition}` names no value"),
                "--where client=acme".to_owned(),
            ));
        }
        if seen.contains(&key) {
            return Err(bad(
                format!("`{key}` is given twice"),
                "each condition is given once; all of them have to hold".to_owned(),
            ));
        }
        seen.push(key);
        let text = || Some(value.to_owned());
        match key {
            "client" => selection.client = text(),
            "project" => selection.project = text(),
            "phase" => selection.phase = text(),
            "task" => selection.task = text(),
            "activity" => selection.activity = text(),
            "member" => selection.member = text(),
            "tag" => selection.tag = text(),
            "billable" => selection.billable = Some(yes_or_no(condition, value)?),
            "invoiced" => selection.unbilled = !yes_or_no(condition, value)?,
            "period" => {
                selection.days = session.calendar.parse_period(value).map_err(Error::from)?;
            }
            "approval" => selection.approval = Some(approval(condition, value)?),
            _ => {
                return Err(bad(
                    format!("`{key}` is no field to choose by"),
                    "fields are client, project, phase, task, activity, member, tag, billable, invoiced, approval, period"
                        .to_owned(),
                ));
            }
        }
    }
    let of_project = ["task", "phase"].into_iter().find(|key| seen.contains(key));
    if let (Some(key), None) = (of_project, &selection.project) {
        return Err(bad(
            format!("a {key} is one of a project"),
            "--where project=CLIENT/PROJECT".to_owned(),
        ));
    }
    if conditions.iter().any(|c| c.starts_with("invoiced=")) && !selection.unbilled {
        return Err(bad(
            "what is on an invoice does not change".to_owned(),
            "--where invoiced=no".to_owned(),
        ));
    }
    Ok(selection)
}

/// Adds what `FIELD=VALUE` sets to a change.
pub(super) fn set(change: &mut Change, assignments: &[String]) -> Result<()> {
    let text = |name: &'static str, value: &str| -> Result<Option<Line>> {
        Ok(match value {
            "" => None,
            _ => Some(field(name, Line::parse(value))?),
        })
    };
    for assignment in assignments {
        let (key, value) = pair("--set", assignment)?;
        match key {
            "project" => change.project = Some(value.to_owned()),
            "phase" => change.phase = Some(taken_away(value.to_owned())),
            "task" => change.task = Some(taken_away(value.to_owned())),
            "activity" => change.activity = Some(taken_away(value.to_owned())),
            "member" => change.by = Some(value.to_owned()),
            "note" => change.note = Some(text("note", value)?),
            "internal" => change.internal_note = Some(text("internal", value)?),
            "billable" if value == "inherit" => change.billable = Some(None),
            "billable" => change.billable = Some(Some(yes_or_no(assignment, value)?)),
            "rate" if value.is_empty() => change.rate = Some(None),
            "rate" => change.rate = Some(Some(Rate::parse(value).map_err(Error::from)?)),
            "tag" => {
                let tags = change.tags.get_or_insert_default();
                tags.extend(text("tag", value)?);
            }
            "tag+" => change.tags_added.extend(text("tag", value)?),
            "tag-" => change.tags_removed.extend(text("tag", value)?),
            _ => {
                return Err(bad(
                    format!("`{key}` is no field to set"),
                    "fields are project, phase, task, activity, member, note, internal, billable, rate, tag, tag+ and tag-"
                        .to_owned(),
                ));
            }
        }
    }
    Ok(())
}

fn bad(message: String, hint: String) -> Failure {
    Failure::usage("usage.field", message, hint)
}

fn pair<'a>(flag: &str, text: &'a str) -> Result<(&'a str, &'a str)> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.trim(), value.trim())),
        None => Err(bad(
            format!("`{text}` is not of the form FIELD=VALUE"),
            format!("{flag} task=Design"),
        )),
    }
}

fn yes_or_no(whole: &str, word: &str) -> Result<bool> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(bad(
            format!("`{whole}` is neither yes nor no"),
            "write yes or no".to_owned(),
        )),
    }
}

fn approval(whole: &str, word: &str) -> Result<ApprovalFilter> {
    <State as clap::ValueEnum>::from_str(word, false)
        .map(ApprovalFilter::from)
        .map_err(|_| {
            bad(
                format!("`{whole}` is no state"),
                "states are open, submitted, approved, rejected".to_owned(),
            )
        })
}

/// Previews, asks, and changes all that was previewed, or nothing.
pub(super) fn run(
    context: &mut Context<'_>,
    session: &mut Session,
    selection: &Selection,
    change: &Change,
    how: How,
) -> Result<()> {
    let plan = time::plan(session, selection, change)?;
    let preview = BulkView::of_plan(&plan, change, session);
    if how.dry_run {
        return context.show(&preview);
    }
    if !plan.closed.is_empty() && !how.skip_locked {
        let closed = plan.closed;
        return Err(Error::from(Refusal::EntriesClosed { closed }).into());
    }
    if !plan.changes.is_empty() {
        if super::super::prompt::can_ask(&context.global, &context.environment)
            && !context.global.yes
        {
            let mut page = Page::new(None, false, false);
            preview.text(&mut page);
            context.say(page.into_text().trim_end())?;
        }
        context.confirm(&match plan.changes.len() {
            1 => "change 1 entry".to_owned(),
            many => format!("change {many} entries"),
        })?;
    }
    let keys: Vec<_> = plan.changes.iter().map(|listed| listed.entry.key).collect();
    // What closed since the preview was made is refused.
    let edited = time::edit_all(session, &keys, change, closed(false))?;
    tell(context, &session.calendar, &edited.notices)?;
    tell_skipped(
        context,
        plan.closed.iter().map(|(id, why)| why.of_entry(*id)),
    )?;
    context.show(&BulkView {
        dry_run: false,
        changed: edited.entries.len(),
        ..BulkView::of(&edited.entries, &plan, session)
    })
}

/// What a change of several entries does, or would do.
#[derive(Debug, Serialize)]
struct BulkView {
    dry_run: bool,
    changed: usize,
    unchanged: u64,
    /// As they are after it; before it, where it is a preview.
    entries: Vec<EntryView>,
    skipped: Vec<SkippedView>,
    /// What changes in each of the entries of a preview.
    #[serde(skip)]
    differences: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SkippedView {
    id: i64,
    reason: String,
}

impl BulkView {
    fn of(entries: &[Listed], plan: &Plan, session: &Session) -> Self {
        Self {
            dry_run: true,
            changed: plan.changes.len(),
            unchanged: plan.unchanged,
            entries: entries
                .iter()
                .map(|listed| EntryView::of(listed, session))
                .collect(),
            skipped: plan
                .closed
                .iter()
                .map(|(id, why)| SkippedView {
                    id: *id,
                    reason: why.of_entry(*id),
                })
                .collect(),
            differences: Vec::new(),
        }
    }

    fn of_plan(plan: &Plan, change: &Change, session: &Session) -> Self {
        let mut view = Self::of(&plan.changes, plan, session);
        view.differences = view
            .entries
            .iter()
            .map(|entry| differences(entry, change))
            .collect();
        view
    }
}

/// What of an entry becomes what.
fn differences(entry: &EntryView, change: &Change) -> String {
    let mut all = Vec::new();
    let mut add = |name: &str, before: String, after: Option<String>| {
        if let Some(after) = after.filter(|after| *after != before) {
            let shown = |text: String| {
                if text.is_empty() {
                    "–".to_owned()
                } else {
                    text
                }
            };
            all.push(format!("{name}: {} → {}", shown(before), shown(after)));
        }
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let optional = |line: &Option<Option<Line>>| {
        line.as_ref()
            .map(|line| line.as_ref().map_or_else(String::new, ToString::to_string))
    };
    add("project", entry.project.clone(), change.project.clone());
    add(
        "task",
        text(&entry.task),
        change.task.clone().map(Option::unwrap_or_default),
    );
    add(
        "phase",
        text(&entry.phase),
        change.phase.clone().map(Option::unwrap_or_default),
    );
    add(
        "activity",
        text(&entry.activity),
        change.activity.clone().map(Option::unwrap_or_default),
    );
    add("member", entry.member.clone(), change.by.clone());
    add(
        "date",
        entry.date.clone(),
        change.day.map(|day| day.to_string()),
    );
    add("note", text(&entry.note), optional(&change.note));
    add(
        "internal",
        text(&entry.internal_note),
        optional(&change.internal_note),
    );
    let billable = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let set = change
        .billable
        .map(|set| set.map_or_else(|| "inherit".to_owned(), billable));
    add("billable", billable(entry.billable), set);
    let rate = change
        .rate
        .map(|rate| rate.map_or_else(String::new, |rate| rate.to_string()));
    add("rate", text(&entry.rate), rate);
    let mut tags: Vec<String> = match &change.tags {
        Some(tags) => tags.iter().map(ToString::to_string).collect(),
        None => entry.tags.clone(),
    };
    tags.retain(|tag| !change.tags_removed.iter().any(|gone| gone.as_str() == tag));
    for tag in &change.tags_added {
        if !tags.iter().any(|there| there == tag.as_str()) {
            tags.push(tag.to_string());
        }
    }
    add("tags", entry.tags.join(", "), Some(tags.join(", ")));
    all.join("; ")
}

/// How many entries a preview shows.
const SHOWN: usize = 20;

impl View for BulkView {
    fn text(&self, page: &mut Page) {
        if self.dry_run && !self.entries.is_empty() {
            let columns = [
                Column::Number("id"),
                Column::Text("date"),
                Column::Text("project"),
                Column::Text("member"),
                Column::Number("hours"),
                Column::Text("change"),
            ];
            let rows: Vec<_> = self
                .entries
                .iter()
                .zip(&self.differences)
                .take(SHOWN)
                .map(|(entry, differences)| {
                    vec![
                        entry.id.to_string(),
                        entry.date.clone(),
                        entry.project.clone(),
                        entry.member.clone(),
                        entry.hours.clone(),
                        differences.clone(),
                    ]
                })
                .collect();
            table(page, &columns, &rows, None);
            let more = self.entries.len().saturating_sub(SHOWN);
            if more > 0 {
                page.line(format!("and {more} more"));
            }
        }
        let would = if self.dry_run { "would be " } else { "" };
        let noun = if self.changed == 1 {
            "entry"
        } else {
            "entries"
        };
        page.heading(&format!(
            "{} {noun} {would}changed, {} as wanted already, {} closed",
            self.changed,
            self.unchanged,
            self.skipped.len()
        ));
        if self.dry_run {
            for skipped in self.skipped.iter().take(SHOWN) {
                page.line(format!(
                    "  {}",
                    crate::values::text::escape_terminal(&skipped.reason)
                ));
            }
        }
    }

    fn reference(&self) -> String {
        references(&self.entries)
    }
}
