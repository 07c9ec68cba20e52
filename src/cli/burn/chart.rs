//! The chart of weeks in a terminal: bars of eighths of a line, and the even pace as a line behind them.

use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr;

use crate::cli::terminal::{Page, Tone};

use super::{BurnView, WeekView, axis};

/// Lines of the chart.
const HEIGHT: u32 = 8;
/// The width where there is no terminal.
const WIDTH: usize = 80;
/// A bar of a line, by eighths.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// The even pace where no bar hides it.
const PACE: &str = "─";

/// Draws the weeks that are not ahead: as many of the latest as fit.
pub(super) fn draw(view: &BurnView, page: &mut Page) {
    let past: Vec<&WeekView> = view.weeks.iter().filter(|week| !week.ahead).collect();
    let exact = |pick: fn(&WeekView) -> Decimal| past.iter().map(|week| pick(week)).max();
    let most = exact(|week| week.exact.used).unwrap_or_default();
    let pace = exact(|week| week.exact.ideal.unwrap_or_default()).unwrap_or_default();
    let top = most.max(pace);
    if most.is_zero() {
        page.line("  no work that counts yet");
        return;
    }
    let label = axis(top);
    let margin = label.width().max(1) + 3;
    let room = page.width.map_or(WIDTH, usize::from).saturating_sub(margin);
    let bar = match room / past.len().max(1) {
        0 | 1 => 1,
        2 | 3 => 2,
        4 | 5 => 4,
        _ => 6,
    };
    let fitting = (room / bar).max(1);
    let shown = past
        .get(past.len().saturating_sub(fitting)..)
        .unwrap_or_default();
    for line in (0..HEIGHT).rev() {
        let at = if line + 1 == HEIGHT {
            label.as_str()
        } else {
            ""
        };
        let cells: String = shown
            .iter()
            .map(|week| cell(week, line, top, bar, page))
            .collect();
        let text = format!("  {at:>width$}┤{cells}", width = margin - 3);
        page.line(text.trim_end());
    }
    page.line(format!(
        "  {:>width$}┴{}",
        "0",
        "─".repeat(shown.len() * bar),
        width = margin - 3
    ));
    legend(view, shown, page);
}

/// One line of one week.
fn cell(week: &WeekView, line: u32, top: Decimal, width: usize, page: &Page) -> String {
    let eighths = |number: Decimal| -> u32 {
        let exact = number * Decimal::from(HEIGHT * 8) / top;
        u32::try_from(exact.ceil()).unwrap_or_default()
    };
    let here = eighths(week.exact.used).saturating_sub(line * 8).min(8);
    // The pace stands in the line in which its end is.
    let pace = week.exact.ideal.map(eighths).filter(|pace| *pace > 0);
    let on_pace = pace.is_some_and(|pace| (pace - 1) / 8 == line);
    let full = usize::from(width > 1);
    let bars = width - full;
    if here == 0 && on_pace {
        return page.dim(&PACE.repeat(width));
    }
    let glyph = usize::try_from(here)
        .ok()
        .and_then(|here| EIGHTHS.get(here))
        .copied()
        .unwrap_or("█");
    let drawn = glyph.repeat(bars);
    let over = week
        .exact
        .ideal
        .is_some_and(|ideal| week.exact.used > ideal);
    let tone = if over { Tone::Warning } else { Tone::Good };
    let gap = if on_pace { PACE } else { " " };
    let drawn = if here == 0 {
        drawn
    } else {
        page.tinted(&drawn, tone)
    };
    format!("{drawn}{}", gap.repeat(full))
}

/// Which weeks are shown, in which unit.
fn legend(view: &BurnView, shown: &[&WeekView], page: &mut Page) {
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return;
    };
    let pace = if last.exact.ideal.is_some() {
        format!(", {PACE}{PACE} an even pace")
    } else {
        String::new()
    };
    let days = format!("weeks of {} to {}", first.from, last.from);
    page.prose(2, &format!("{days}, {}{pace}", view.unit_word()));
}

#[cfg(test)]
mod tests {
    use super::super::sample::view;
    use super::*;

    fn drawn(used: &[i64], ideal: Option<i64>, width: u16) -> String {
        let mut page = Page::new(Some(width), false, false);
        draw(&view(used, ideal), &mut page);
        page.into_text()
    }

    #[test]
    fn the_chart_fits_the_terminal_however_many_weeks_there_are() {
        for weeks in [1, 2, 10, 40, 300] {
            let used: Vec<i64> = (0..weeks).map(|week| week % 13).chain([40]).collect();
            for width in [30, 80, 200] {
                for ideal in [None, Some(7)] {
                    let text = drawn(&used, ideal, width);
                    for line in text.lines() {
                        assert!(
                            line.width() <= usize::from(width),
                            "{weeks} {width}: {line}"
                        );
                    }
                    assert!(text.contains("40┤"), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_bar_is_as_high_as_its_share_and_the_pace_is_behind_it() {
        let text = drawn(&[8, 4, 1, 0], Some(2), 80);
        let column = |week: usize| -> String {
            let bars = text.lines().take(8);
            bars.map(|line| line.chars().nth(4 + week * 6).unwrap_or(' '))
                .collect()
        };
        assert_eq!(column(0), "████████");
        assert_eq!(column(1), "    ████");
        assert_eq!(column(2), "      ─█");
        assert_eq!(column(3), "      ─ ");
    }

    #[test]
    fn nothing_worked_is_said_and_not_drawn() {
        assert!(drawn(&[0, 0], Some(5), 80).contains("no work"));
    }
}
