//! Which work draws from which retainer, and which days none covers.

use chrono::NaiveDate;

use crate::domain::key::ProjectKey;
use crate::values::period::{Period, Span};

use super::{Retainer, Terms};

/// The days that two retainers of a client both cover for a project of both; none where each entry has one retainer at most.
pub fn overlap(
    (days, projects): (Period, &[ProjectKey]),
    (others, of_other): (Period, &[ProjectKey]),
) -> Option<Period> {
    let shared = projects.is_empty()
        || of_other.is_empty()
        || projects.iter().any(|project| of_other.contains(project));
    (shared && days.overlaps(&others)).then(|| Period {
        from: days.from.max(others.from),
        to: days.to.min(others.to),
    })
}

impl Retainer {
    /// All its days, to the end of time where no end is agreed.
    pub fn days(&self) -> Period {
        Period {
            from: self.terms.start,
            to: self.terms.end.unwrap_or(NaiveDate::MAX),
        }
    }
}

/// The days up to `through` on which none of these retainers covers work on a project.
pub fn uncovered<'r>(
    retainers: impl Iterator<Item = &'r Retainer>,
    project: ProjectKey,
    through: NaiveDate,
) -> Vec<Span> {
    let mut covering: Vec<&Retainer> = retainers
        .filter(|retainer| retainer.covers(project, retainer.terms.start))
        .collect();
    covering.sort_by_key(|retainer| retainer.terms.start);
    let mut spans = Vec::new();
    // The first day that may be uncovered; none: the beginning of time.
    let mut from: Option<NaiveDate> = None;
    for retainer in covering {
        let Terms { start, end, .. } = &retainer.terms;
        let before = start
            .pred_opt()
            .map_or(NaiveDate::MIN, |day| day.min(through));
        if from.is_none_or(|from| from <= before) {
            spans.push(Span {
                from,
                to: Some(before),
            });
        }
        match end.and_then(|end| end.succ_opt()) {
            Some(next) => from = Some(from.map_or(next, |from| from.max(next))),
            None => return spans,
        }
    }
    if from.is_none_or(|from| from <= through) {
        spans.push(Span {
            from,
            to: Some(through),
        });
    }
    spans
}
