//! Charts: numbers become lines and bars of an SVG, with a title, a description, and the same numbers as a table. Whole numbers
//! all the way; nothing is known here of pages or of where the numbers come from.

use chrono::{Days, NaiveDate};

use crate::values::duration::Seconds;

use super::format::Format;
use super::words::fill;

/// The drawing, in its own units; a page scales it.
const WIDTH: i64 = 640;
const HEIGHT: i64 = 260;
const LEFT: i64 = 8;
const RIGHT: i64 = 8;
const TOP: i64 = 26;
const BOTTOM: i64 = 30;
/// Rows of the table beside a chart; longer stretches are told in steps.
const MOST_ROWS: usize = 26;
/// A projection is drawn no further than this beyond the present.
const FURTHEST_DAYS: u64 = 540;

/// A chart, ready for a template.
#[derive(Debug)]
pub(super) struct Chart {
    /// Of its own on the page.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) lines: Vec<Line>,
    pub(super) bars: Vec<Bar>,
    pub(super) paths: Vec<(&'static str, String)>,
    pub(super) labels: Vec<Label>,
    /// Class and words.
    pub(super) legend: Vec<(&'static str, String)>,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A straight line.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) class: &'static str,
    pub(super) from: (i64, i64),
    pub(super) to: (i64, i64),
}

/// A bar with what it says.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) title: String,
}

/// Words in the drawing.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) x: i64,
    pub(super) y: i64,
    /// `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// What a budget in hours has come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burn<'a> {
    pub(super) name: &'a str,
    /// Hours of each week, by its first day, without a gap.
    pub(super) weeks: &'a [(NaiveDate, Seconds)],
    pub(super) allocated: Seconds,
    pub(super) as_of: NaiveDate,
    /// The day on which it is used up at the present pace.
    pub(super) completion: Option<NaiveDate>,
    /// The plain sentence.
    pub(super) sentence: &'a str,
}

/// Part of a whole, over a length; zero where there is no whole.
fn along(part: i64, whole: i64, length: i64) -> i64 {
    let product = i128::from(part.max(0)).saturating_mul(i128::from(length));
    let found = product.checked_div(i128::from(whole)).unwrap_or(0);
    i64::try_from(found).unwrap_or(length)
}

/// A plot of days over a height.
#[derive(Debug, Clone, Copy)]
struct Plot {
    first: NaiveDate,
    days: i64,
    top: i64,
}

impl Plot {
    fn x(&self, day: NaiveDate) -> i64 {
        let days = day.signed_duration_since(self.first).num_days();
        LEFT.saturating_add(along(days.min(self.days), self.days, WIDTH - LEFT - RIGHT))
    }

    fn y(&self, number: i64) -> i64 {
        (HEIGHT - BOTTOM).saturating_sub(along(
            number.min(self.top),
            self.top,
            HEIGHT - TOP - BOTTOM,
        ))
    }

    fn base(&self) -> Line {
        Line {
            class: "base",
            from: (LEFT, HEIGHT - BOTTOM),
            to: (WIDTH - RIGHT, HEIGHT - BOTTOM),
        }
    }
}

/// All that was used up to each week against the budget, and how it goes on at the present pace.
pub(super) fn burn_up(id: &str, burn: &Burn<'_>, format: &Format) -> Option<Chart> {
    let w = format.words();
    let (first, _) = *burn.weeks.first()?;
    let used: Seconds = burn.weeks.iter().map(|(_, seconds)| *seconds).sum();
    let ahead = burn
        .completion
        .filter(|day| *day > burn.as_of && used.0 < burn.allocated.0);
    let furthest = burn.as_of.checked_add_days(Days::new(FURTHEST_DAYS))?;
    let last_week = burn.weeks.last()?.0.checked_add_days(Days::new(7))?;
    let end = ahead.map_or(last_week, |day| day.min(furthest).max(last_week));
    let plot = Plot {
        first,
        days: end.signed_duration_since(first).num_days().max(1),
        top: burn.allocated.0.max(used.0).max(1),
    };
    let (mut path, mut total) = (format!("M{} {}", plot.x(first), plot.y(0)), Seconds::ZERO);
    let mut sums = Vec::new();
    let mut at = (plot.x(first), plot.y(0));
    for (day, seconds) in burn.weeks {
        total += *seconds;
        let week_end = day.checked_add_days(Days::new(7))?;
        let until = match week_end > burn.as_of && *day <= burn.as_of {
            true => burn.as_of.succ_opt()?,
            false => week_end,
        };
        at = (plot.x(until), plot.y(total.0));
        path.push_str(&format!(" L{} {}", at.0, at.1));
        sums.push((*day, *seconds, total));
    }
    let mut paths = vec![("area", format!("{path} L{} {} Z", at.0, HEIGHT - BOTTOM))];
    paths.push(("used", path));
    let mut legend = vec![("used", w.burn_used.to_owned())];
    if let Some(day) = ahead {
        let share = day
            .min(furthest)
            .signed_duration_since(burn.as_of)
            .num_days();
        let whole = day.signed_duration_since(burn.as_of).num_days();
        let reached = total.0.saturating_add(along(
            share,
            whole,
            burn.allocated.0.saturating_sub(total.0),
        ));
        let (x, y) = (plot.x(day.min(furthest)), plot.y(reached));
        paths.push(("ahead", format!("M{} {} L{x} {y}", at.0, at.1)));
        legend.push(("ahead", w.burn_ahead.to_owned()));
    }
    let limit = plot.y(burn.allocated.0);
    legend.push((
        "limit",
        fill(w.burn_limit, &[&format.hours(burn.allocated)]),
    ));
    let mut labels = vec![label(LEFT, HEIGHT - 8, "start", format.brief_day(first))];
    labels.push(label(
        WIDTH - RIGHT,
        HEIGHT - 8,
        "end",
        format.short_day(end),
    ));
    labels.push(label(
        LEFT,
        limit.saturating_sub(7),
        "start",
        format.hours(burn.allocated),
    ));
    Some(Chart {
        id: id.to_owned(),
        title: fill(w.burn_title, &[burn.name]),
        text: format!(
            "{} {}",
            fill(
                w.burn_text,
                &[
                    &format.hours(total),
                    &format.hours(burn.allocated),
                    &format.day(burn.as_of)
                ]
            ),
            burn.sentence
        ),
        width: WIDTH,
        height: HEIGHT,
        lines: vec![
            plot.base(),
            Line {
                class: "limit",
                from: (LEFT, limit),
                to: (WIDTH - RIGHT, limit),
            },
        ],
        bars: Vec::new(),
        paths,
        labels,
        legend,
        head: vec![w.from_week, w.hours, w.burn_total],
        rows: in_steps(&sums, format),
    })
}

fn label(x: i64, y: i64, anchor: &'static str, text: String) -> Label {
    Label { x, y, anchor, text }
}

/// The weeks with hours and sums; several in one row where they are many.
fn in_steps(sums: &[(NaiveDate, Seconds, Seconds)], format: &Format) -> Vec<Vec<String>> {
    let step = sums.len().div_ceil(MOST_ROWS).max(1);
    sums.chunks(step)
        .filter_map(|part| {
            let (first, last) = (part.first()?, part.last()?);
            let hours: Seconds = part.iter().map(|(_, seconds, _)| *seconds).sum();
            Some(vec![
                format.short_day(first.0),
                format.hours(hours),
                format.hours(last.2),
            ])
        })
        .collect()
}

/// A column of a chart of bars.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// Below it, where there is room.
    pub(super) brief: String,
    /// As it is told.
    pub(super) value: String,
    pub(super) number: i64,
    /// Up to here it was agreed.
    pub(super) limit: Option<i64>,
}

/// Columns side by side. One that passes its limit is marked, and the limit is a line across it; `limit` says what it is.
pub(super) fn columns(
    id: &str,
    title: String,
    head: [&'static str; 2],
    limit: Option<&str>,
    columns: &[Column],
) -> Option<Chart> {
    let most = columns
        .iter()
        .map(|column| column.number.max(column.limit.unwrap_or(0)))
        .max()
        .filter(|most| *most > 0)?;
    let count = i64::try_from(columns.len()).ok()?;
    let room = WIDTH - LEFT - RIGHT;
    let (mut bars, mut lines, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    let height = |number: i64| match along(number, most, HEIGHT - TOP - BOTTOM) {
        // What is something is never drawn as nothing.
        0 if number > 0 => 1,
        height => height,
    };
    lines.push(Line {
        class: "base",
        from: (LEFT, HEIGHT - BOTTOM),
        to: (WIDTH - RIGHT, HEIGHT - BOTTOM),
    });
    // At most four names stand below, whatever the number of columns.
    let step = columns.len().div_ceil(4).max(1);
    for (place, column) in (0_i64..).zip(columns) {
        let left = LEFT.saturating_add(along(place, count, room));
        let right = LEFT.saturating_add(along(place.saturating_add(1), count, room));
        let gap = right.saturating_sub(left).min(80) / 5;
        let tall = height(column.number);
        let (x, width) = (
            left.saturating_add(gap),
            right
                .saturating_sub(left)
                .saturating_sub(gap)
                .saturating_sub(gap)
                .max(1),
        );
        // Few columns are not drawn as walls.
        let narrow = width.min(72);
        let x = x.saturating_add(width.saturating_sub(narrow) / 2);
        let is_over = column.limit.is_some_and(|limit| column.number > limit);
        bars.push(Bar {
            class: if is_over { "over" } else { "used" },
            x,
            y: (HEIGHT - BOTTOM).saturating_sub(tall),
            width: narrow,
            height: tall,
            title: format!("{}: {}", column.name, column.value),
        });
        if let Some(limit) = column.limit.filter(|limit| *limit > 0) {
            let y = (HEIGHT - BOTTOM).saturating_sub(height(limit));
            lines.push(Line {
                class: "limit",
                from: (x.saturating_sub(4), y),
                to: (x.saturating_add(narrow).saturating_add(4), y),
            });
        }
        let index = usize::try_from(place).unwrap_or_default();
        if index.is_multiple_of(step) {
            labels.push(label(
                x.saturating_add(narrow / 2),
                HEIGHT - 8,
                "middle",
                column.brief.clone(),
            ));
        }
    }
    let told: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", column.name, column.value))
        .collect();
    Some(Chart {
        id: id.to_owned(),
        title,
        text: told.join(", "),
        width: WIDTH,
        height: HEIGHT,
        lines,
        bars,
        paths: Vec::new(),
        labels,
        legend: limit
            .map(|words| ("limit", words.to_owned()))
            .into_iter()
            .collect(),
        head: head.to_vec(),
        rows: columns
            .iter()
            .map(|column| vec![column.name.clone(), column.value.clone()])
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn weeks(hours: &[i64]) -> Vec<(NaiveDate, Seconds)> {
        let days = day("2026-10-05").iter_weeks();
        days.zip(hours)
            .map(|(day, hours)| (day, Seconds(hours * 3600)))
            .collect()
    }

    fn burn<'a>(weeks: &'a [(NaiveDate, Seconds)], completion: Option<&str>) -> Burn<'a> {
        Burn {
            name: "Web shop",
            weeks,
            allocated: Seconds(100 * 3600),
            as_of: day("2026-10-29"),
            completion: completion.map(day),
            sentence: "At this pace.",
        }
    }

    #[test]
    fn a_burn_up_ends_today_and_its_projection_at_the_budget() {
        let weeks = weeks(&[10, 20, 0, 20]);
        let format = Format::of("en");
        let chart = burn_up("a", &burn(&weeks, Some("2026-12-03")), &format).unwrap();
        let path = |class: &str| chart.paths.iter().find(|(name, _)| *name == class);
        let used = &path("used").unwrap().1;
        let ahead = &path("ahead").unwrap().1;
        // The projection starts where the line ends, and reaches the line of the budget at the right edge.
        let end = used.rsplit('L').next().unwrap();
        assert!(ahead.starts_with(&format!("M{end} L")), "{used} {ahead}");
        assert!(
            ahead.ends_with(&format!("L{} {TOP}", WIDTH - RIGHT)),
            "{ahead}"
        );
        assert_eq!(chart.rows.len(), 4);
        assert_eq!(chart.rows[3][2], "50.00\u{a0}h");
        assert!(
            chart.text.contains("50.00\u{a0}h of 100.00\u{a0}h"),
            "{}",
            chart.text
        );
    }

    #[test]
    fn odd_budgets_are_drawn_too() {
        let format = Format::of("de");
        let over = weeks(&[200]);
        let chart = burn_up("a", &burn(&over, Some("2026-10-08")), &format).unwrap();
        assert!(chart.paths.iter().all(|(class, _)| *class != "ahead"));
        let none = weeks(&[0, 0]);
        let nothing = Burn {
            allocated: Seconds::ZERO,
            ..burn(&none, None)
        };
        assert!(burn_up("a", &nothing, &format).is_some());
        assert!(burn_up("a", &burn(&[], None), &format).is_none());
        let many = weeks(&[1; 260]);
        let never = Burn {
            completion: Some(day("9999-12-31")),
            allocated: Seconds(i64::MAX),
            ..burn(&many, None)
        };
        let chart = burn_up("a", &never, &format).unwrap();
        assert!(chart.rows.len() <= MOST_ROWS);
        for (class, path) in &chart.paths {
            let numbers = path
                .split(|c: char| !c.is_ascii_digit() && c != '-')
                .filter(|part| !part.is_empty());
            for number in numbers {
                let number: i64 = number.parse().unwrap();
                assert!((0..=WIDTH).contains(&number), "{class} {path}");
            }
        }
    }

    #[test]
    fn columns_stay_within_the_drawing_and_tell_when_they_pass_their_limit() {
        let column = |number, limit| Column {
            name: "a".to_owned(),
            brief: "a".to_owned(),
            value: "1".to_owned(),
            number,
            limit,
        };
        assert!(columns("a", String::new(), ["a", "b"], None, &[]).is_none());
        assert!(columns("a", String::new(), ["a", "b"], None, &[column(0, None)]).is_none());
        let chart = columns(
            "a",
            String::new(),
            ["a", "b"],
            None,
            &[column(1, None), column(i64::MAX, Some(5)), column(-4, None)],
        )
        .unwrap();
        assert_eq!(chart.bars[0].height, 1);
        assert_eq!(chart.bars[1].class, "over");
        for bar in &chart.bars {
            assert!(
                bar.y >= TOP && bar.y + bar.height <= HEIGHT - BOTTOM,
                "{bar:?}"
            );
            assert!(
                bar.x >= LEFT && bar.x + bar.width <= WIDTH - RIGHT,
                "{bar:?}"
            );
        }
    }
}
