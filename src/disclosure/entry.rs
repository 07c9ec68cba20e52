//! The work that is shown: which entries, in which detail, under whose name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::Refusal;
use crate::domain::approval::Approval;
use crate::domain::business::Business;
use crate::domain::key::{EntryKey, MemberKey, PhaseKey, ProjectKey, TaskKey};
use crate::domain::phase::Phase;
use crate::domain::retainer::Closed;
use crate::domain::rounding::{Billed, Piece};
use crate::domain::task::Task;
use crate::domain::time::{Entry, Work};
use crate::domain::visibility::{Descriptions, Visibility};
use crate::published::{self, Clock, Month};
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money, Rate};
use crate::values::period::YearMonth;

use super::{ClientBooks, Noun, Worked, alias, last_day};

/// What all sections look at: the settings, and the work that is shown.
pub(super) struct Scene<'a> {
    pub(super) books: &'a ClientBooks,
    pub(super) visibility: &'a Visibility,
    /// The last day that figures count: today, or the end of the last whole week.
    pub(super) horizon: NaiveDate,
    /// Shown entries in the order of time.
    pub(super) work: Vec<&'a Worked>,
    /// Billed time of each, with what rounding a day or a line adds to it or takes off.
    pub(super) billed: Vec<Seconds>,
    /// The same as the client sees them.
    pub(super) rows: Vec<Row>,
}

/// An entry as it is shown, or several that are shown as one.
pub(super) struct Row {
    pub(super) day: NaiveDate,
    pub(super) project: ProjectKey,
    pub(super) phase: Option<PhaseKey>,
    pub(super) task: Option<TaskKey>,
    pub(super) member: String,
    pub(super) billable: bool,
    /// Billed time; of non-billable work the time worked.
    pub(super) seconds: Seconds,
    pub(super) entries: Vec<EntryKey>,
    pub(super) clock: Option<Clock>,
    descriptions: BTreeSet<String>,
    invoice: Option<String>,
    value: Value,
}

impl Row {
    /// What it comes to; work without a rate is worth nothing.
    pub(super) fn worth(&self, currency: Currency) -> Result<Money, Refusal> {
        self.value.known(currency)
    }

    /// The words of its entries, in alphabetical order.
    pub(super) fn words(&self) -> Option<String> {
        let words: Vec<&str> = self.descriptions.iter().map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// Billed time by rate: an amount is rounded once per rate, as on an invoice.
#[derive(Default)]
pub(super) struct Value {
    by_rate: BTreeMap<Rate, Seconds>,
    /// Some of it has no rate.
    incomplete: bool,
}

impl Value {
    pub(super) fn add(&mut self, rate: Option<Rate>, seconds: Seconds) {
        match rate {
            Some(rate) => *self.by_rate.entry(rate).or_default() += seconds,
            None => self.incomplete = true,
        }
    }

    fn join(&mut self, other: Self) {
        self.incomplete |= other.incomplete;
        for (rate, seconds) in other.by_rate {
            self.add(Some(rate), seconds);
        }
    }

    /// The amount; none where some of it has no rate.
    pub(super) fn amount(&self, currency: Currency) -> Result<Option<Money>, Refusal> {
        if self.incomplete {
            return Ok(None);
        }
        self.known(currency).map(Some)
    }

    /// The amount of what has a rate.
    fn known(&self, currency: Currency) -> Result<Money, Refusal> {
        let mut sum = Money::zero(currency);
        for (rate, seconds) in &self.by_rate {
            sum = sum.checked_add(rate.of(seconds.as_hours(), currency)?)?;
        }
        Ok(sum)
    }
}

impl<'a> Scene<'a> {
    pub(super) fn of(books: &'a ClientBooks, visibility: &'a Visibility) -> Self {
        let horizon = last_day(books.as_of, &books.business, visibility);
        let mut work: Vec<&Worked> = books
            .work
            .iter()
            .filter(|worked| is_shown(worked, visibility, horizon))
            .collect();
        work.sort_by_key(|worked| {
            let work = &worked.entry.work;
            (work.day, work.span.map(|span| span.start), worked.entry.key)
        });
        let aliases = alias::aliases(books, &work, visibility.team);
        let billed = billed(books, &work);
        let mut rows = Vec::new();
        for (worked, own) in work.iter().zip(&billed.own) {
            rows.push(row(books, visibility, &aliases, worked, *own));
        }
        let differences = billed.differences.iter().filter_map(|difference| {
            let worked = work.get(difference.piece)?;
            let beside = row(books, visibility, &aliases, worked, difference.seconds);
            Some(difference_of(books, visibility, beside))
        });
        let differences: Vec<Row> = differences.collect();
        if is_summed(visibility) {
            rows.extend(differences);
            rows = summed(rows);
        } else {
            rows.extend(summed(differences));
        }
        Self {
            books,
            visibility,
            horizon,
            billed: billed.of_pieces(),
            work,
            rows,
        }
    }

    pub(super) fn currency(&self) -> Currency {
        self.books.client.details.currency
    }
}

/// The work of some entries as the client sees it, with this billed time of each; what it does not see is left out.
pub(super) fn billed_rows(
    books: &ClientBooks,
    visibility: &Visibility,
    billed: &HashMap<EntryKey, Seconds>,
) -> Vec<Row> {
    let horizon = last_day(books.as_of, &books.business, visibility);
    let mut work: Vec<&Worked> = books
        .work
        .iter()
        .filter(|worked| is_shown(worked, visibility, horizon))
        .collect();
    work.sort_by_key(|worked| {
        let work = &worked.entry.work;
        (work.day, work.span.map(|span| span.start), worked.entry.key)
    });
    // By all work that is shown, so that a name is the same everywhere.
    let aliases = alias::aliases(books, &work, visibility.team);
    let rows = work.into_iter().filter_map(|worked| {
        let seconds = *billed.get(&worked.entry.key)?;
        let row = row(books, visibility, &aliases, worked, seconds);
        // What is on an invoice is billed, whatever the project says today.
        Some(Row {
            seconds,
            billable: true,
            ..row
        })
    });
    if is_summed(visibility) {
        summed(rows.collect())
    } else {
        rows.collect()
    }
}

/// Whether entries are shown in sums: then they have no times of day.
pub(super) fn is_summed(visibility: &Visibility) -> bool {
    visibility.weekly || visibility.descriptions == Descriptions::Summary
}

fn is_shown(worked: &Worked, visibility: &Visibility, horizon: NaiveDate) -> bool {
    let past = !visibility.weekly || worked.entry.work.day <= horizon;
    let approved = worked.entry.approval == Some(Approval::Approved);
    past && (approved || !visibility.approved_only)
}

/// What closed periods of retainers drew, by entry.
pub(super) fn drawn(books: &ClientBooks) -> HashMap<EntryKey, (&Closed, i64)> {
    let closed = books.closed.iter();
    closed
        .flat_map(|closed| {
            let draws = closed.draws.iter();
            draws.map(move |(entry, amount)| (*entry, (closed, *amount)))
        })
        .collect()
}

/// Billed time of the shown work, as an invoice by project would have it; of what is not billable none.
fn billed(books: &ClientBooks, work: &[&Worked]) -> Billed {
    let retained = |work: &Work| {
        let mut retainers = books.retainers.iter();
        retainers.any(|retainer| retainer.covers(work.project, work.day))
    };
    let drawn = drawn(books);
    let pieces: Vec<_> = work
        .iter()
        .map(|worked| {
            let entry = &worked.entry;
            let piece = Piece::of(books.client.key, &entry.work, worked.rate, entry.invoice);
            let piece = piece.by_project(retained(&entry.work));
            // What a closed period drew is rounded for itself, as on two invoices.
            let closed = drawn.get(&entry.key).map(|(closed, _)| closed.invoice);
            Piece {
                entries: i64::from(worked.billable),
                invoice: closed.or(piece.invoice),
                ..piece
            }
        })
        .collect();
    books.policies.billed(&pieces)
}

/// What rounding a day or a line adds or takes off, as a row of its own.
fn difference_of(books: &ClientBooks, visibility: &Visibility, beside: Row) -> Row {
    let word = match books.client.details.language.as_str() {
        "de" => "Rundung",
        _ => "Rounding",
    };
    let shows_words = visibility.descriptions == Descriptions::Full;
    Row {
        entries: Vec::new(),
        clock: None,
        descriptions: shows_words.then(|| word.to_owned()).into_iter().collect(),
        ..beside
    }
}

/// An entry with this billed time.
fn row(
    books: &ClientBooks,
    visibility: &Visibility,
    aliases: &HashMap<MemberKey, String>,
    worked: &Worked,
    billed: Seconds,
) -> Row {
    let Worked {
        entry,
        billable,
        rate,
        invoice,
    } = worked;
    let Entry {
        key,
        work,
        invoice: _,       // local; the number is given, of issued ones only
        approval: _,      // how the owner works; with `approved-only` it decided what is here
        approval_note: _, // words between the owner and the member
    } = entry;
    let Work {
        project,
        phase,
        task,
        activity: _, // not published yet
        member,
        day,
        span,
        seconds,
        billable: _, // decided together with task, project and client
        note,
        internal_note: _, // for the owner's eyes
        rate: _,          // resolved; shown as an amount at most
        tags: _,          // the owner's own sorting
    } = work;
    let mut value = Value::default();
    if *billable {
        value.add(*rate, billed);
    }
    let shows_clock = visibility.clock && !is_summed(visibility);
    let shows_words = visibility.descriptions == Descriptions::Full;
    Row {
        day: *day,
        project: *project,
        phase: phase.filter(|_| visibility.phases),
        task: task.filter(|task| visibility.tasks && is_shared(&books.tasks, *task)),
        member: aliases.get(member).cloned().unwrap_or_default(),
        billable: *billable,
        seconds: if *billable { billed } else { *seconds },
        entries: vec![*key],
        clock: span
            .filter(|_| shows_clock)
            .map(|span| clock(&books.business, span.start, span.end)),
        descriptions: note
            .iter()
            .filter(|_| shows_words)
            .map(|note| note.as_str().to_owned())
            .collect(),
        invoice: invoice.clone().filter(|_| visibility.invoices),
        value,
    }
}

fn clock(business: &Business, start: DateTime<Utc>, end: DateTime<Utc>) -> Clock {
    let local = |instant: DateTime<Utc>| {
        let local = instant.with_timezone(&business.zone);
        local.format("%H:%M").to_string()
    };
    Clock {
        start: local(start),
        end: local(end),
    }
}

/// One row for all of a day that the client cannot tell apart: the words, where they are shown, stand together.
fn summed(rows: Vec<Row>) -> Vec<Row> {
    let mut sums: BTreeMap<_, Row> = BTreeMap::new();
    for row in rows {
        let key = (
            row.day,
            row.project,
            row.phase,
            row.task,
            row.member.clone(),
            row.billable,
            row.invoice.clone(),
        );
        match sums.get_mut(&key) {
            None => {
                sums.insert(key, row);
            }
            Some(sum) => {
                sum.seconds += row.seconds;
                sum.entries.extend(row.entries);
                sum.descriptions.extend(row.descriptions);
                sum.value.join(row.value);
            }
        }
    }
    sums.into_values().collect()
}

/// The months with work, where single entries or their sums are shown.
pub(super) fn months(scene: &Scene<'_>) -> Result<Vec<Month>, Refusal> {
    if !scene.visibility.timesheets {
        return Ok(Vec::new());
    }
    let mut months: BTreeMap<YearMonth, Vec<published::Entry>> = BTreeMap::new();
    for row in &scene.rows {
        let entry = published(scene, row)?;
        months
            .entry(YearMonth::of(row.day))
            .or_default()
            .push(entry);
    }
    Ok(months
        .into_iter()
        .map(|(month, mut entries)| {
            entries.sort_by(|a, b| order(a).cmp(&order(b)));
            Month { month, entries }
        })
        .collect())
}

/// By what is shown, never by when it was written.
fn order(entry: &published::Entry) -> impl Ord + '_ {
    let published::Entry {
        id,
        day,
        clock,
        seconds,
        billable,
        project,
        phase,
        task,
        member,
        description,
        amount: _, // the order of equal rows is no place for a price
        invoice,
    } = entry;
    let start = clock.as_ref().map(|clock| (&clock.start, &clock.end));
    (
        (day, start, project, phase, task),
        (member, description, invoice, !billable, seconds, id),
    )
}

fn published(scene: &Scene<'_>, row: &Row) -> Result<published::Entry, Refusal> {
    let Row {
        day,
        project,
        phase,
        task,
        member,
        billable,
        seconds,
        entries,
        clock,
        descriptions: _, // `words`
        invoice,
        value,
    } = row;
    let ids = &scene.books.ids;
    let project = ids.row(Noun::Project, project.0);
    let phase = phase.and_then(|phase| phase_name(&scene.books.phases, phase));
    let task = task.and_then(|task| task_name(&scene.books.tasks, task));
    let id = match entries.as_slice() {
        [single] if !is_summed(scene.visibility) => ids.row(Noun::Entry, single.0),
        [] => ids.of(
            Noun::Sum,
            &[
                "rounding",
                &day.to_string(),
                project.as_str(),
                phase.as_deref().unwrap_or_default(),
                task.as_deref().unwrap_or_default(),
                member,
                invoice.as_deref().unwrap_or_default(),
            ],
        ),
        // By what the row sums up and not by its entries, so that it stays the same row when one is added.
        _ => ids.of(
            Noun::Sum,
            &[
                &day.to_string(),
                project.as_str(),
                phase.as_deref().unwrap_or_default(),
                task.as_deref().unwrap_or_default(),
                member,
                if *billable { "billable" } else { "" },
                invoice.as_deref().unwrap_or_default(),
            ],
        ),
    };
    let shows_amount = scene.visibility.rates && *billable;
    Ok(published::Entry {
        id,
        day: *day,
        clock: clock.clone(),
        seconds: *seconds,
        billable: *billable,
        project,
        phase,
        task,
        member: member.clone(),
        description: row.words(),
        amount: if shows_amount {
            value.amount(scene.currency())?
        } else {
            None
        },
        invoice: invoice.clone(),
    })
}

/// Whether a client may know of a task.
fn is_shared(tasks: &[Task], wanted: TaskKey) -> bool {
    tasks.iter().any(|task| task.key == wanted && task.shared)
}

pub(super) fn task_name(tasks: &[Task], wanted: TaskKey) -> Option<String> {
    let task = tasks.iter().find(|task| task.key == wanted)?;
    Some(task.name.as_str().to_owned())
}

pub(super) fn phase_name(phases: &[Phase], wanted: PhaseKey) -> Option<String> {
    let phase = phases.iter().find(|phase| phase.key == wanted)?;
    Some(phase.name.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::portal;
    use crate::disclosure::sample::{self, visibility};
    use crate::domain::key::RoundingKey;
    use crate::domain::rounding::{DatedPolicy, Mode, Policies, Policy, Scope, Target};
    use crate::domain::visibility::Team;

    /// All entries that are shown, in order.
    fn entries(visibility: &Visibility) -> Vec<published::Entry> {
        let shown = portal(&sample::books(), visibility).unwrap().unwrap();
        shown
            .months
            .into_iter()
            .flat_map(|month| month.entries)
            .collect()
    }

    fn texts(visibility: &Visibility) -> Vec<Option<String>> {
        entries(visibility)
            .into_iter()
            .map(|entry| entry.description)
            .collect()
    }

    fn members(visibility: &Visibility) -> Vec<String> {
        let names: BTreeSet<_> = entries(visibility)
            .into_iter()
            .map(|entry| entry.member)
            .collect();
        names.into_iter().collect()
    }

    #[test]
    fn timesheets_off_shows_no_entry_and_the_same_totals() {
        let on = portal(&sample::books(), &visibility(&[])).unwrap().unwrap();
        let off = portal(&sample::books(), &visibility(&[("timesheets", "off")]))
            .unwrap()
            .unwrap();
        assert!(!on.months.is_empty());
        assert!(off.months.is_empty());
        assert_eq!(off.console.hours, on.console.hours);
        assert_eq!(off.projects, on.projects);
        assert!(!off.console.sections.timesheets);
    }

    fn rounded(scope: Scope) -> ClientBooks {
        let mut books = sample::books();
        books.policies = Policies::new([DatedPolicy {
            key: RoundingKey(1),
            target: Target::Business,
            from: None,
            policy: Policy {
                mode: Mode::Up,
                step_minutes: 105,
                minimum_minutes: 0,
                scope,
            },
        }]);
        books
    }

    #[test]
    fn rounded_time_is_the_same_in_all_sections() {
        for scope in [Scope::Entry, Scope::Day, Scope::Line] {
            for settings in [
                vec![],
                vec![("rates", "shown")],
                vec![("detail", "weekly")],
                vec![("descriptions", "summary"), ("team", "anonymous")],
                vec![("tasks", "off"), ("invoices", "off")],
            ] {
                let settings = visibility(&settings);
                let books = rounded(scope);
                let shown = portal(&books, &settings).unwrap().unwrap();
                let plain = portal(&sample::books(), &settings).unwrap().unwrap();
                let rows = |portal: &crate::disclosure::Portal| -> Vec<published::Entry> {
                    let months = portal.months.iter();
                    months.flat_map(|month| month.entries.clone()).collect()
                };
                let sum = |entries: &[published::Entry]| -> Seconds {
                    entries.iter().map(|entry| entry.seconds).sum()
                };
                let entries = rows(&shown);
                assert!(sum(&entries) > sum(&rows(&plain)), "{scope:?}");
                let hours = shown.console.hours.unwrap();
                assert_eq!(hours.total, sum(&entries));
                let projects = shown.projects.projects.iter();
                assert_eq!(projects.map(|p| p.seconds).sum::<Seconds>(), sum(&entries));
                for period in shown.retainers.unwrap().iter().flat_map(|r| &r.periods) {
                    let drawn: i64 = period.draws.iter().map(|draw| draw.amount.number()).sum();
                    assert_eq!(drawn, period.used.number());
                }
                let ids: BTreeSet<_> = entries.iter().map(|entry| entry.id.clone()).collect();
                assert_eq!(ids.len(), entries.len(), "each row has an id of its own");
            }
        }
    }

    #[test]
    fn the_difference_of_a_day_is_a_row_of_its_own() {
        let words = |books: &ClientBooks, settings: &[(&str, &str)]| -> Vec<Option<String>> {
            let shown = portal(books, &visibility(settings)).unwrap().unwrap();
            let rows = shown.months.into_iter().flat_map(|month| month.entries);
            rows.map(|row| row.description).collect()
        };
        let is_rounding = |word: &Option<String>| word.as_deref() == Some("Rounding");
        assert!(words(&rounded(Scope::Day), &[]).iter().any(is_rounding));
        assert!(!words(&rounded(Scope::Entry), &[]).iter().any(is_rounding));
        let silent = words(&rounded(Scope::Day), &[("descriptions", "none")]);
        assert!(!silent.iter().any(is_rounding));
    }

    #[test]
    fn weekly_shows_whole_past_weeks_summed_by_day() {
        let weekly = visibility(&[("detail", "weekly"), ("clock", "shown")]);
        let entries = entries(&weekly);
        // Saturday 21 November 2026; the running week began on Monday, 16.
        assert!(
            entries
                .iter()
                .all(|entry| entry.day < sample::day("2026-11-16"))
        );
        assert!(entries.iter().all(|entry| entry.clock.is_none()));
        let shown = portal(&sample::books(), &weekly).unwrap().unwrap();
        assert!(!shown.console.sections.clock);
        let hours = shown.console.hours.unwrap();
        assert_eq!(hours.week.to, sample::day("2026-11-15"));
        let sum: Seconds = entries.iter().map(|entry| entry.seconds).sum();
        assert_eq!(hours.total, sum);
        let of_day: Vec<_> = entries
            .iter()
            .filter(|entry| entry.day == sample::day("2026-11-10"))
            .collect();
        assert_eq!(
            of_day.len(),
            1,
            "two entries of one member on one task are one row"
        );
        assert_eq!(of_day[0].seconds, Seconds(3 * 3600));
        assert_eq!(
            of_day[0].description.as_deref(),
            Some("Layout of the form; Wording")
        );
    }

    #[test]
    fn descriptions_are_full_a_summary_or_none() {
        let full = texts(&visibility(&[]));
        assert!(full.iter().flatten().any(|text| text == "Wording"));
        let summary = entries(&visibility(&[("descriptions", "summary")]));
        assert!(summary.iter().all(|entry| entry.description.is_none()));
        assert!(summary.len() < full.len());
        let none = texts(&visibility(&[("descriptions", "none")]));
        assert_eq!(none, vec![None; full.len()]);
    }

    #[test]
    fn a_summed_row_keeps_its_id_when_an_entry_joins_it() {
        let weekly = visibility(&[("detail", "weekly")]);
        let mut books = sample::books();
        let before = portal(&books, &weekly).unwrap().unwrap();
        let mut more = books
            .work
            .iter()
            .find(|worked| worked.entry.work.day == sample::day("2026-11-10"))
            .unwrap()
            .clone();
        more.entry.key = EntryKey(999_999);
        books.work.push(more);
        let after = portal(&books, &weekly).unwrap().unwrap();
        let ids = |portal: &crate::disclosure::Portal| -> Vec<_> {
            portal
                .months
                .iter()
                .flat_map(|month| month.entries.iter().map(|entry| entry.id.clone()))
                .collect()
        };
        assert_eq!(ids(&before), ids(&after));
        assert_ne!(before, after);
    }

    #[test]
    fn the_team_is_shown_by_names_initials_roles_or_letters() {
        let team = |value| members(&visibility(&[("team", value)]));
        assert_eq!(
            team("names"),
            [
                "Ada Canary-Lovelace",
                "Grace Canary-Hopper",
                "Linus Canary-Novak"
            ]
        );
        assert_eq!(team("initials"), ["AC", "GC", "LC"]);
        assert_eq!(team("roles"), ["Designer", "Developer", "Team member"]);
        assert_eq!(team("anonymous"), ["Member A", "Member B", "Member C"]);
    }

    #[test]
    fn letters_stay_when_somebody_joins_whatever_the_row_ids_are() {
        let anonymous = visibility(&[("team", "anonymous")]);
        let letters = |books: &ClientBooks| -> BTreeMap<EntryKey, String> {
            Scene::of(books, &anonymous)
                .rows
                .into_iter()
                .map(|row| (row.entries[0], row.member))
                .collect()
        };
        let books = sample::books();
        let before = letters(&books);
        let mut joined = books.clone();
        let mut newcomer = joined.members[0].clone();
        newcomer.key = MemberKey(-5);
        let mut work = joined.work[0].clone();
        work.entry.key = EntryKey(1);
        work.entry.work.member = newcomer.key;
        work.entry.work.day = sample::day("2026-11-20");
        joined.members.insert(0, newcomer);
        joined.work.insert(0, work);
        let after = letters(&joined);
        for (entry, letter) in &before {
            assert_eq!(after.get(entry), Some(letter));
        }
        assert_eq!(after[&EntryKey(1)], "Member D");
        // The member with the lowest key is not the first letter.
        let lowest = books.members.iter().map(|member| member.key).min().unwrap();
        let of_lowest = books
            .work
            .iter()
            .find(|worked| worked.entry.work.member == lowest)
            .unwrap();
        assert_ne!(before[&of_lowest.entry.key], "Member A");
        assert_eq!(Team::Anonymous, anonymous.team);
    }

    #[test]
    fn the_clock_is_shown_in_the_business_zone_or_not_at_all() {
        assert!(
            entries(&visibility(&[]))
                .iter()
                .all(|entry| entry.clock.is_none())
        );
        let shown = entries(&visibility(&[("clock", "shown")]));
        let clocks: Vec<_> = shown
            .iter()
            .filter_map(|entry| entry.clock.clone())
            .collect();
        // 08:00 to 10:00 UTC in winter.
        assert!(
            clocks.contains(&Clock {
                start: "09:00".into(),
                end: "11:00".into()
            }),
            "{clocks:?}"
        );
    }

    #[test]
    fn amounts_stand_where_rates_are_shown() {
        assert!(
            entries(&visibility(&[]))
                .iter()
                .all(|entry| entry.amount.is_none())
        );
        let shown = entries(&visibility(&[("rates", "shown")]));
        for entry in &shown {
            assert_eq!(entry.amount.is_some(), entry.billable, "{entry:?}");
        }
    }

    #[test]
    fn tasks_and_invoices_off_leave_entries_without_them() {
        let on = entries(&visibility(&[]));
        assert!(
            on.iter().any(|entry| entry.task.is_some())
                && on.iter().any(|entry| entry.invoice.is_some())
        );
        let off = entries(&visibility(&[("tasks", "off"), ("invoices", "off")]));
        assert!(
            off.iter()
                .all(|entry| entry.task.is_none() && entry.invoice.is_none())
        );
    }

    #[test]
    fn with_approved_only_nothing_unapproved_is_shown_or_counted() {
        let shown = portal(&sample::books(), &visibility(&[("approved-only", "on")]))
            .unwrap()
            .unwrap();
        assert!(shown.months.is_empty());
        assert_eq!(shown.console.hours.unwrap().total, Seconds::ZERO);
        assert!(
            shown
                .projects
                .projects
                .iter()
                .all(|project| project.seconds == Seconds::ZERO)
        );
        assert!(
            shown
                .retainers
                .unwrap()
                .iter()
                .flat_map(|retainer| &retainer.periods)
                .all(|period| period.used.number() == 0)
        );
        assert_eq!(shown.console.unbilled.unwrap().seconds, Seconds::ZERO);
    }

    #[test]
    fn with_approved_only_just_what_is_approved_is_shown_and_counted() {
        use crate::domain::approval::Approval;
        let mut books = sample::books();
        let settings = visibility(&[("approved-only", "on")]);
        let all = portal(&books, &visibility(&[])).unwrap().unwrap();
        let everything = entries_of(&all);
        for approval in [Approval::Submitted, Approval::Rejected] {
            for worked in &mut books.work {
                worked.entry.approval = Some(approval);
            }
            let shown = portal(&books, &settings).unwrap().unwrap();
            assert_eq!(entries_of(&shown), 0, "{approval:?}");
        }
        for worked in &mut books.work {
            worked.entry.approval = Some(Approval::Approved);
        }
        let shown = portal(&books, &settings).unwrap().unwrap();
        assert_eq!(entries_of(&shown), everything);
        assert_eq!(
            shown.console.hours.unwrap().total,
            all.console.hours.unwrap().total
        );
    }

    fn entries_of(portal: &crate::disclosure::Portal) -> usize {
        portal.months.iter().map(|month| month.entries.len()).sum()
    }

    #[test]
    fn entries_are_ordered_by_what_is_shown() {
        let mut books = sample::books();
        let settings = visibility(&[]);
        let before = portal(&books, &settings).unwrap().unwrap();
        books.work.reverse();
        assert_eq!(portal(&books, &settings).unwrap().unwrap(), before);
    }
}
