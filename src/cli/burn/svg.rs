//! The chart of weeks as a drawing: one file without scripts or fonts of its own, that is read on light and on dark ground.

use rust_decimal::Decimal;

use super::{BurnView, WeekView, axis};

/// Of the drawing, and of what stands around the plot.
const WIDTH: u32 = 800;
const HEIGHT: u32 = 436;
const LEFT: u32 = 64;
const RIGHT: u32 = 24;
const TOP: u32 = 92;
const BOTTOM: u32 = 64;

const STYLE: &str = "\
svg { color-scheme: light dark; font: 13px system-ui, sans-serif }
.ground { fill: #ffffff } text { fill: #1f2933 } .quiet { fill: #52606d }
.grid { stroke: #d9e2ec } .bar { fill: #5b8def } .ahead { fill: none }
.ideal { stroke: #8a5a00; stroke-dasharray: 6 5 } .total { stroke: #1b4bb3 } .limit { stroke: #b42318 }
.bar-text { fill: #2f6bd8 } .limit-text { fill: #b42318 } .ideal-text { fill: #8a5a00 } .total-text { fill: #1b4bb3 }
path, line { fill: none; stroke-width: 2 } .grid { stroke-width: 1 }
@media (prefers-color-scheme: dark) {
.ground { fill: #14181d } text { fill: #e4e7eb } .quiet { fill: #9aa5b1 }
.grid { stroke: #323f4b } .bar { fill: #3f6fd1 }
.ideal { stroke: #f0b429 } .total { stroke: #8fb3ff } .limit { stroke: #ff8a7a }
.bar-text { fill: #6f9bea } .limit-text { fill: #ff8a7a } .ideal-text { fill: #f0b429 } .total-text { fill: #8fb3ff }
}";

/// Draws a project: where its budget is for the whole, all that was used against the even pace and the budget, over bars of the
/// weeks; else the weeks alone.
pub(super) fn draw(view: &BurnView) -> String {
    let sums = !view.monthly && view.allocated.is_some();
    let plot = Plot::of(view, sums);
    let title = escaped(&view.title());
    let sentence = escaped(&view.sentence());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{sentence}</desc>\n\
         <style>\n{STYLE}\n</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n"
    );
    out.push_str(&format!(
        "<text x=\"{LEFT}\" y=\"30\" font-size=\"18\" font-weight=\"600\">{title}</text>\n"
    ));
    // One sentence a line: a drawing does not wrap.
    let said = view.said();
    for (said, y) in said.iter().zip([50, 68]) {
        let said = escaped(said);
        out.push_str(&format!(
            "<text class=\"quiet\" x=\"{LEFT}\" y=\"{y}\">{said}</text>\n"
        ));
    }
    plot.grid(view, &mut out);
    plot.bars(view, &mut out);
    if sums {
        plot.sums(view, &mut out);
    } else {
        plot.pace(view, &mut out);
    }
    plot.legend(view, sums, &mut out);
    out.push_str("</svg>\n");
    out
}

/// Where numbers stand.
struct Plot {
    top: Decimal,
    weeks: Decimal,
}

impl Plot {
    fn of(view: &BurnView, sums: bool) -> Self {
        let mut most = Decimal::ONE;
        for week in &view.weeks {
            let exact = &week.exact;
            most = most.max(exact.used).max(exact.ideal.unwrap_or_default());
            if sums {
                most = most.max(exact.total);
            }
        }
        if sums {
            most = most.max(view.allocated.unwrap_or_default());
        }
        Self {
            top: round_up(most),
            weeks: Decimal::from(u64::try_from(view.weeks.len().max(1)).unwrap_or(1)),
        }
    }

    /// The left edge of a week by its number, or the right edge of the one before.
    fn x(&self, week: usize) -> Decimal {
        let room = Decimal::from(WIDTH - LEFT - RIGHT);
        let week = Decimal::from(u64::try_from(week).unwrap_or_default());
        (Decimal::from(LEFT) + room * week / self.weeks).round_dp(1)
    }

    fn y(&self, number: Decimal) -> Decimal {
        let room = Decimal::from(HEIGHT - TOP - BOTTOM);
        (Decimal::from(HEIGHT - BOTTOM) - room * number / self.top).round_dp(1)
    }

    fn grid(&self, view: &BurnView, out: &mut String) {
        let right = WIDTH - RIGHT;
        for part in 0..=4u32 {
            let number = self.top * Decimal::from(part) / Decimal::from(4);
            let (y, label) = (self.y(number), axis(number));
            out.push_str(&format!(
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\"/>\n\
                 <text class=\"quiet\" x=\"{}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{label}</text>\n",
                LEFT - 8
            ));
        }
        // About six days stand below, whatever the number of weeks.
        let step = view.weeks.len().div_ceil(6).max(1);
        for (number, week) in view.weeks.iter().enumerate().step_by(step) {
            let (x, y) = (self.x(number), HEIGHT - BOTTOM + 18);
            let from = &week.from;
            out.push_str(&format!(
                "<text class=\"quiet\" x=\"{x}\" y=\"{y}\">{from}</text>\n"
            ));
        }
    }

    fn bars(&self, view: &BurnView, out: &mut String) {
        let unit = view.unit_word();
        for (number, week) in view.weeks.iter().enumerate() {
            if week.exact.used <= Decimal::ZERO {
                continue;
            }
            let (left, right) = (self.x(number), self.x(number + 1));
            let gap = ((right - left) / Decimal::from(6)).round_dp(1);
            let y = self.y(week.exact.used);
            let height = self.y(Decimal::ZERO) - y;
            let (from, used) = (&week.from, &week.used);
            out.push_str(&format!(
                "<rect class=\"bar\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{height}\"><title>week of {from}: {used} {unit}</title></rect>\n",
                left + gap,
                right - left - gap - gap
            ));
        }
    }

    /// All that was used up to each week, the even pace, and the budget.
    fn sums(&self, view: &BurnView, out: &mut String) {
        if let Some(allocated) = view.allocated {
            let (y, right) = (self.y(allocated), WIDTH - RIGHT);
            out.push_str(&format!(
                "<line class=\"limit\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\"/>\n"
            ));
        }
        self.path(view, "ideal", |week| week.exact.ideal_total, out);
        self.path(
            view,
            "total",
            |week| (!week.ahead).then_some(week.exact.total),
            out,
        );
    }

    /// A line from nothing over the ends of weeks, as far as they have a number.
    fn path(
        &self,
        view: &BurnView,
        class: &str,
        number: impl Fn(&WeekView) -> Option<Decimal>,
        out: &mut String,
    ) {
        let mut path = format!("M{LEFT} {}", self.y(Decimal::ZERO));
        let mut points = 0;
        for (place, week) in view.weeks.iter().enumerate() {
            let Some(number) = number(week) else {
                break;
            };
            path.push_str(&format!(" L{} {}", self.x(place + 1), self.y(number)));
            points += 1;
        }
        if points > 0 {
            out.push_str(&format!("<path class=\"{class}\" d=\"{path}\"/>\n"));
        }
    }

    /// The even pace of each week as a step.
    fn pace(&self, view: &BurnView, out: &mut String) {
        for (place, week) in view.weeks.iter().enumerate() {
            if let Some(ideal) = week.exact.ideal {
                let (x1, x2, y) = (self.x(place), self.x(place + 1), self.y(ideal));
                out.push_str(&format!(
                    "<line class=\"ideal\" x1=\"{x1}\" y1=\"{y}\" x2=\"{x2}\" y2=\"{y}\"/>\n"
                ));
            }
        }
    }

    fn legend(&self, view: &BurnView, sums: bool, out: &mut String) {
        let unit = view.unit_word();
        let mut parts = vec![("bar-text", format!("■ {unit} a week"))];
        if sums {
            parts.push(("total-text", "━ used so far".to_owned()));
        }
        if view.weeks.iter().any(|week| week.exact.ideal.is_some()) {
            parts.push(("ideal-text", "┅ an even pace".to_owned()));
        }
        if let (true, Some(allocated)) = (sums, view.allocated) {
            parts.push((
                "limit-text",
                format!("━ the budget, {} {unit}", axis(allocated)),
            ));
        }
        let y = HEIGHT - 16;
        out.push_str(&format!("<text x=\"{LEFT}\" y=\"{y}\">"));
        for (class, text) in parts {
            out.push_str(&format!(
                "<tspan class=\"{class}\">{text}</tspan><tspan dx=\"14\"> </tspan>"
            ));
        }
        out.push_str("</text>\n");
    }
}

/// The next number that is read with ease: 1, 2, 4, 5 or 8 with zeros.
fn round_up(number: Decimal) -> Decimal {
    let mut unit = Decimal::ONE;
    while unit * Decimal::TEN < number {
        unit *= Decimal::TEN;
    }
    [1, 2, 4, 5, 8, 10]
        .into_iter()
        .map(|factor| unit * Decimal::from(factor))
        .find(|rounded| *rounded >= number)
        .unwrap_or(number)
}

/// A text as it stands in XML. Characters that XML has no place for are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::view;
    use super::*;

    #[test]
    fn a_drawing_has_a_title_a_description_and_no_script() {
        for ideal in [None, Some(7)] {
            let drawing = draw(&view(&[3, 0, 9], ideal));
            assert!(drawing.contains(
                "<title id=\"title\">Web &lt;site&gt; &amp; &quot;more&quot; (acme/website)</title>"
            ));
            assert!(drawing.contains("<desc id=\"desc\">"));
            assert!(drawing.contains("prefers-color-scheme: dark"));
            for never in ["<script", "http://", "https://", "NaN", "url("] {
                let bare = drawing.replacen("http://www.w3.org/2000/svg", "", 1);
                assert!(!bare.contains(never), "{never}");
            }
            assert_eq!(drawing.matches("class=\"bar\"").count(), 2);
            assert_eq!(drawing.contains("class=\"total\""), ideal.is_some());
        }
    }

    #[test]
    fn an_axis_ends_with_a_round_number() {
        let cases = [
            ("1", "1"),
            ("1.5", "2"),
            ("3", "4"),
            ("41", "50"),
            ("801", "1000"),
            ("10", "10"),
        ];
        for (number, top) in cases {
            assert_eq!(
                round_up(number.parse().unwrap()),
                top.parse().unwrap(),
                "{number}"
            );
        }
    }
}
