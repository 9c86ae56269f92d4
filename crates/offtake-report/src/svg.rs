//! The picture as SVG, the same as in the terminal; it reads on light and on dark pages.

use crate::answer::Answer;
use crate::number;
use crate::picture::{Bar, Frame, parts};
use offtake_adequacy::QuarterResult;
use std::fmt::Write;

/// Colours of suppliers from the bottom of the stack: Okabe and Ito's, which all eyes tell apart.
const COLOURS: [&str; 8] =
    ["#0072b2", "#e69f00", "#009e73", "#a06bc0", "#56b4e9", "#b0a000", "#8c6d4f", "#9aa0a6"];
const QUARTERS: usize = 12;
const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 108.0;
const HEIGHT: f64 = 300.0;

/// Ink on light and on dark pages.
const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:12px;fill:#24292f}\
.t{font-size:16px;font-weight:600}.a{font-size:13px}.f{fill:#57606a}.r{fill:#c0392b}\
.g{stroke:#8c959f;stroke-opacity:.35}.d{stroke:#24292f;fill:none}.m{stroke-width:2.5}.h{stroke:#8c959f;stroke-dasharray:3 3}\
.p{fill-opacity:.45}.l{fill-opacity:.72}.u{fill:#c0392b;fill-opacity:.22;stroke:#c0392b;stroke-opacity:.5;stroke-width:.5}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.f{fill:#9aa4af}.r{fill:#ff7b72}.d{stroke:#e6edf3}.u{fill:#ff7b72;stroke:#ff7b72}}";

/// Draws the picture.
#[must_use]
pub fn svg(answer: &Answer<'_>) -> String {
    let frame = Frame::new(&answer.assessment.quarters, QUARTERS);
    let page = Page { frame: &frame, answer };
    let rows = page.legend_rows();
    let height = TOP + HEIGHT + 168.0 + 20.0 * rows as f64;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{}\"><style>{STYLE}</style>\n",
        escape(&crate::sentence(answer))
    );
    page.head(&mut text);
    if !frame.quarters.is_empty() {
        page.axis(&mut text);
        for (index, quarter) in frame.quarters.iter().enumerate() {
            page.quarter(&mut text, index, quarter);
        }
        page.legend(&mut text);
    }
    text.push_str("</svg>\n");
    text
}

struct Page<'a> {
    frame: &'a Frame<'a>,
    answer: &'a Answer<'a>,
}

impl Page<'_> {
    fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.frame.quarters.len().max(1) as f64
    }

    fn y(&self, gpus: f64) -> f64 {
        TOP + HEIGHT * (1.0 - (gpus / self.frame.top).clamp(0.0, 1.0))
    }

    fn head(&self, text: &mut String) {
        put(text, 16.0, 26.0, "t", &self.answer.head.title);
        for (at, line) in crate::wrap(&crate::sentence(self.answer), 140).iter().take(3).enumerate()
        {
            put(text, 16.0, 47.0 + 17.0 * at as f64, "a", line);
        }
    }

    fn axis(&self, text: &mut String) {
        let marks = (self.frame.top / self.frame.step).round() as usize;
        for mark in 0..=marks {
            let gpus = mark as f64 * self.frame.step;
            let y = self.y(gpus);
            let right = WIDTH - RIGHT;
            line(text, "g", (LEFT, y), (right, y));
            let _ = writeln!(
                text,
                "<text class=\"f\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                number::tiny(gpus)
            );
        }
        let headline = self.frame.headline;
        if headline > 0 && headline < self.frame.quarters.len() {
            let x = LEFT + self.step() * headline as f64;
            line(text, "h", (x, TOP - 6.0), (x, TOP + HEIGHT + 30.0));
            put(text, x + 4.0, TOP + 6.0, "f", "after the headline");
        }
    }

    fn quarter(&self, text: &mut String, index: usize, quarter: &QuarterResult) {
        let step = self.step();
        let x = LEFT + step * index as f64 + step * 0.1;
        let (side, middle) = (step * 0.17, step * 0.34);
        let bars = [
            (Bar::Promised, "p", x, side),
            (Bar::Expected, "e", x + side, middle),
            (Bar::Late, "l", x + side + middle, side),
        ];
        for (bar, class, x, width) in bars {
            let mut sum = 0.0;
            for (place, part) in parts(quarter, &self.frame.order, bar).into_iter().enumerate() {
                let (low, high) = (self.y(sum), self.y(sum + part));
                sum += part;
                if low - high > 0.05 {
                    let colour = COLOURS[place.min(COLOURS.len() - 1)];
                    rectangle(
                        text,
                        &format!("class=\"{class}\" fill=\"{colour}\""),
                        (x, high),
                        (width - 1.0, low - high),
                    );
                }
            }
        }
        let demand = &quarter.demand;
        if demand.p50 > quarter.total.mean {
            let (high, low) = (self.y(demand.p50), self.y(quarter.total.mean));
            rectangle(text, "class=\"u\"", (x + side, high), (middle - 1.0, low - high));
        }
        let rod = x + side * 2.0 + middle + step * 0.06;
        if demand.p90 > 0.0 {
            line(text, "d", (rod, self.y(demand.p10)), (rod, self.y(demand.p90)));
        }
        if demand.p90 > self.frame.top {
            let _ = writeln!(
                text,
                "<path class=\"d\" d=\"M{:.1} {:.1}l4 -6l4 6\"/>",
                rod - 4.0,
                TOP + 2.0
            );
        }
        if demand.p50 > 0.0 && demand.p50 <= self.frame.top {
            let y = self.y(demand.p50);
            line(text, "d m", (x, y), (rod + 3.0, y));
        }
        self.numbers(text, index, quarter);
    }

    /// Writes the quarter's name and numbers below it.
    fn numbers(&self, text: &mut String, index: usize, quarter: &QuarterResult) {
        let x = LEFT + self.step() * index as f64 + self.step() * 0.1;
        let base = TOP + HEIGHT + 18.0;
        let (year, name) = quarter.quarter.split_once('-').unwrap_or(("", &quarter.quarter));
        let label =
            if name == "Q1" || index == 0 { format!("{name} {year}") } else { name.to_owned() };
        put(text, x, base, "", &label);
        let short = quarter.firm_unserved_share.mean;
        let rows = [
            ("promised", number::tiny(quarter.total.promised), ""),
            ("expected", number::tiny(quarter.total.mean), ""),
            ("P90-late", number::tiny(quarter.total.p10), ""),
            ("demand", number::tiny(quarter.demand.p50), ""),
            ("short", crate::picture::tiny_share(short), if short > 0.0 { "r" } else { "" }),
        ];
        for (at, (name, value, class)) in rows.into_iter().enumerate() {
            let y = base + 20.0 + 17.0 * at as f64;
            if index == 0 {
                put(text, 8.0, y, "f", name);
            }
            put(text, x, y, class, &value);
        }
    }

    /// Suppliers of the stack, with the left end and the row of each in the legend.
    fn entries(&self) -> Vec<(usize, String, f64, usize)> {
        let names = self.frame.quarters.first().map_or(&[][..], |quarter| &quarter.supply);
        let (mut x, mut row) = (LEFT, 0);
        let mut entries = Vec::new();
        for (place, &supplier) in self.frame.order.iter().enumerate() {
            let name = self.answer.head.supplier(&names[supplier].supplier).to_owned();
            let width = 32.0 + 7.0 * name.chars().count() as f64;
            if x + width > WIDTH - RIGHT {
                (x, row) = (LEFT, row + 1);
            }
            entries.push((place, name, x, row));
            x += width;
        }
        entries
    }

    fn legend_rows(&self) -> usize {
        self.entries().last().map_or(1, |(.., row)| row + 1)
    }

    fn legend(&self, text: &mut String) {
        let base = TOP + HEIGHT + 124.0;
        for (place, name, x, row) in self.entries() {
            let y = base + 20.0 * row as f64;
            let colour = COLOURS[place.min(COLOURS.len() - 1)];
            rectangle(text, &format!("fill=\"{colour}\""), (x, y), (12.0, 12.0));
            put(text, x + 17.0, y + 10.5, "", &name);
        }
        let y = base + 20.0 * self.legend_rows() as f64 + 12.0;
        let notes = [
            "Bars: promised (pale), expected, P90-late (nine futures in ten have more). Red: expected supply does \
             not cover median demand."
                .to_owned(),
            format!(
                "Line: median demand; rod: its P10 to P90. Short: firm work unserved, hour by hour and place by \
                 place. In {} GPUs.",
                self.answer.head.reference
            ),
        ];
        for (at, note) in notes.iter().enumerate() {
            put(text, LEFT, y + 17.0 * at as f64, "f", note);
        }
    }
}

fn put(text: &mut String, x: f64, y: f64, class: &str, words: &str) {
    // Writing to a string cannot fail.
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let _ = writeln!(text, "<text{class} x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escape(words));
}

fn line(text: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let _ = writeln!(
        text,
        "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn rectangle(text: &mut String, attributes: &str, at: (f64, f64), size: (f64, f64)) {
    let _ = writeln!(
        text,
        "<rect {attributes} x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
        at.0, at.1, size.0, size.1
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
