//! Watson's `frames` file and the JSON of `watson log --json`.
//!
//! `frames` is a list of lists: start and stop in seconds since 1970, project, id, tags (older files have none), time of change
//! (`watson/frames.py`); the log is a list of objects with the same and local times with their zones. The project is
//! `client/project`, or one that `--project-tag` names, or one that a single client has. Tags mean what they mean for Timewarrior.
//! Frames have ids, so a frame is known again whatever changes in it. The running frame is in neither.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::problem::{ImportError, Reason};
use super::field::{self, Moment};
use super::reading::{Draft, Labels, Reading, each_element, shown};
use super::timewarrior::Tagged;

/// Reads frames or a log.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) -> Result<(), ImportError> {
    reading.count_entries();
    each_element(text, |number, frame| {
        let draft = match frame {
            Value::Array(frame) => of_frames(reading, frame),
            frame => of_log(reading, frame),
        };
        reading.take(number, draft, &Labels::PLAIN);
    })
}

fn of_frames<'t>(reading: &Reading<'_>, frame: &'t [Value]) -> Result<Draft<'t>, Reason> {
    let [start, stop, project, id, rest @ ..] = frame else {
        return Err(Reason::Syntax {
            text: shown(&Value::from(frame.to_vec()).to_string()),
            expected: "[start, stop, project, id, tags, time of change]",
        });
    };
    let instant = |value: &Value| {
        let read = value
            .as_i64()
            .and_then(|at| DateTime::from_timestamp(at, 0));
        read.filter(|at| field::in_use(at.date_naive()))
            .ok_or_else(|| Reason::Syntax {
                text: shown(&value.to_string()),
                expected: "seconds since 1970",
            })
    };
    let tags = rest.first().and_then(Value::as_array);
    drafted(reading, instant(start)?, instant(stop)?, project, id, tags)
}

fn of_log<'t>(reading: &Reading<'_>, frame: &'t Value) -> Result<Draft<'t>, Reason> {
    let instant = |key: &'static str| {
        let text = frame.get(key).and_then(Value::as_str).unwrap_or_default();
        match field::moment(text) {
            Some(Moment::Instant(at)) => Ok(at),
            _ => Err(Reason::Time {
                column: key,
                text: shown(text),
            }),
        }
    };
    let (project, id) = (frame.get("project"), frame.get("id"));
    drafted(
        reading,
        instant("start")?,
        instant("stop")?,
        project.unwrap_or(&Value::Null),
        id.unwrap_or(&Value::Null),
        frame.get("tags").and_then(Value::as_array),
    )
}

fn drafted<'t>(
    reading: &Reading<'_>,
    start: DateTime<Utc>,
    stop: DateTime<Utc>,
    project: &'t Value,
    id: &'t Value,
    tags: Option<&'t Vec<Value>>,
) -> Result<Draft<'t>, Reason> {
    let times = reading.clock.instants(start, stop)?;
    let tags = tags.into_iter().flatten().filter_map(Value::as_str);
    let mut tagged = Tagged::new(reading.choices, tags.map(Cow::Borrowed).collect());
    let own = project.as_str().unwrap_or_default();
    // The project of a frame is its project; a tag such as `client/project` says it better only where there is none.
    let project = match own {
        "" => tagged.project,
        own => {
            if !tagged.project.is_empty() {
                tagged.tags.push(tagged.project);
            }
            Cow::Borrowed(own)
        }
    };
    Ok(Draft {
        project,
        task: tagged.task,
        billable: tagged.billable,
        tags: tagged.tags,
        id: id.as_str().unwrap_or_default(),
        ..Draft::of(times)
    })
}
