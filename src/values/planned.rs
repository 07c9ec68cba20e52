//! A task that is estimated, in one text: `Design=12h@95`, `Build: Shop checkout=40h@95`, `Support=90min`.

use super::duration::{DurationError, Seconds, parse_hours_amount};
use super::money::{MoneyError, Rate};
use super::text::{Line, TextError};

/// A task as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedTask {
    /// What stands before the first colon.
    pub phase: Option<Line>,
    pub name: Line,
    /// More than none.
    pub seconds: Seconds,
    /// None: that which holds for the client.
    pub rate: Option<Rate>,
}

/// Why a text is no task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedTaskError {
    #[error("`{0}` does not tell hours; write it as {EXAMPLE}")]
    NoHours(String),
    #[error("`{text}` does not tell hours: {source}")]
    Hours { text: String, source: DurationError },
    #[error("`{0}` takes no time; write it as {EXAMPLE}")]
    NoTime(String),
    #[error("`{text}` does not tell a rate: {source}")]
    Rate { text: String, source: MoneyError },
    #[error("`{text}` does not name a task: {source}")]
    Name { text: String, source: TextError },
}

const EXAMPLE: &str = "`Design=12h@95`";

impl TypedTask {
    /// Reads `[PHASE: ]NAME=HOURS[@RATE]`. A colon parts where a space follows, so that `10:30 call` is a name.
    pub fn parse(text: &str) -> Result<Self, TypedTaskError> {
        let shown = || text.trim().chars().take(60).collect::<String>();
        let (named, planned) = text
            .rsplit_once('=')
            .ok_or_else(|| TypedTaskError::NoHours(shown()))?;
        let (hours, rate) = match planned.split_once('@') {
            Some((hours, rate)) => (hours, Some(rate)),
            None => (planned, None),
        };
        let seconds = parse_hours_amount(hours.trim()).map_err(|source| TypedTaskError::Hours {
            text: shown(),
            source,
        })?;
        if seconds.0 <= 0 {
            return Err(TypedTaskError::NoTime(shown()));
        }
        let rate = rate
            .map(|rate| Rate::parse(rate.trim()))
            .transpose()
            .map_err(|source| TypedTaskError::Rate {
                text: shown(),
                source,
            })?;
        let line = |part: &str| {
            Line::parse(part).map_err(|source| TypedTaskError::Name {
                text: shown(),
                source,
            })
        };
        let (phase, name) = match named.split_once(": ") {
            Some((phase, name)) => (Some(line(phase)?), name),
            None => (None, named),
        };
        Ok(Self {
            phase,
            name: line(name)?,
            seconds,
            rate,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        match TypedTask::parse(text) {
            Ok(task) => format!(
                "{} | {} | {} | {}",
                task.phase.map_or("-".to_owned(), String::from),
                task.name,
                task.seconds.0,
                task.rate.map_or("-".to_owned(), |rate| rate.to_string()),
            ),
            Err(error) => format!("{error:?}")
                .split([' ', '('])
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn a_task_is_read_or_refused() {
        for (text, expected) in [
            ("Design=12h@95", "- | Design | 43200 | 95.00"),
            (" Design = 12h @ 95.50 ", "- | Design | 43200 | 95.50"),
            ("Support=90min", "- | Support | 5400 | -"),
            (
                "Build: Shop checkout=40h@95",
                "Build | Shop checkout | 144000 | 95.00",
            ),
            ("UI/UX=7:30@80", "- | UI/UX | 27000 | 80.00"),
            ("10:30 call=1h@80", "- | 10:30 call | 3600 | 80.00"),
            ("A=B=2h@80", "- | A=B | 7200 | 80.00"),
            ("QA: run: all=2h@0", "QA | run: all | 7200 | 0.00"),
            ("Design", "NoHours"),
            ("", "NoHours"),
            ("Design=", "Hours"),
            ("Design=soon@95", "Hours"),
            ("Design=0h@95", "NoTime"),
            ("Design=12h@", "Rate"),
            ("Design=12h@-5", "Rate"),
            ("=12h@95", "Name"),
            (": Design=12h@95", "Name"),
            ("Build: =12h@95", "Name"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}[:=@ 0-9h]{0,10}\\PC{0,6}") {
            let _ = TypedTask::parse(&text);
        }
    }
}
