//! The picture: supply by supplier against demand, quarter by quarter, in characters.
//!
//! A quarter is a group of columns: what is promised, what is expected, what a late future has, each
//! stacked by supplier, then demand from P10 to P90 with its median. What lies between expected supply
//! and median demand is filled as not covered. Below stand the numbers, with the share of firm work
//! unserved: it is counted hour by hour and place by place, so it need not be what the bars leave open.

use crate::answer::{Answer, stacked};
use crate::canvas::{Canvas, Cell, Colour, Glyphs, RED, Style};
use crate::number;
use offtake_adequacy::QuarterResult;
use std::fmt::Write;

/// Colours of suppliers, from the bottom of the stack; told apart by eyes that cannot tell red from
/// green too, and none near the red of shortfall.
pub(crate) const COLOURS: [Colour; 8] = [32, 214, 36, 140, 250, 62, 148, 180];
/// Columns left of the bars, for the axis and the names of the numbers.
const GUTTER: usize = 9;
/// Rows of the bars.
const HEIGHT: usize = 16;
/// Quarters that are shown when there is room.
const QUARTERS: usize = 12;
/// Eighths of a row.
const EIGHTHS: f64 = 8.0;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What the picture shows, and at what scale.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) quarters: &'a [QuarterResult],
    /// Suppliers from the bottom of the stack.
    pub(crate) order: Vec<usize>,
    /// Reference GPUs at the top; demand above it is cut off.
    pub(crate) top: f64,
    /// Reference GPUs between two marks of the axis.
    pub(crate) step: f64,
    /// Quarters of the headline among those shown.
    pub(crate) headline: usize,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(quarters: &'a [QuarterResult], most: usize) -> Frame<'a> {
        let headline = quarters.iter().filter(|quarter| quarter.is_headline).count();
        let shown = &quarters[..quarters.len().min(most)];
        let headline = headline.min(shown.len());
        let supply = shown.iter().map(|q| q.total.promised.max(q.total.mean)).fold(0.0, f64::max);
        let demand = shown.iter().map(|q| q.demand.p90).fold(0.0, f64::max);
        let near = shown[..headline].iter().map(|q| q.demand.p50).fold(0.0, f64::max);
        // Demand that runs away after the headline must not press the rest to the ground.
        let most = demand.max(supply).min((1.5 * supply).max(1.25 * near)).max(1.0);
        let step = step(most);
        Frame {
            quarters: shown,
            order: stacked(shown),
            top: (most / step).ceil() * step,
            step,
            headline,
        }
    }
}

/// Returns a round distance of marks that gives four to eight of them.
pub(crate) fn step(most: f64) -> f64 {
    let power = 10.0_f64.powf((most / 4.0).log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|s| s * power)
        .filter(|s| most / s >= 4.0)
        .fold(power, f64::max)
}

/// One of the three bars of a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bar {
    Promised,
    Expected,
    Late,
}

/// Returns the heights of a bar's parts from the bottom, in reference GPUs.
pub(crate) fn parts(quarter: &QuarterResult, order: &[usize], bar: Bar) -> Vec<f64> {
    let of = |&supplier: &usize| {
        let supply = &quarter.supply[supplier];
        match bar {
            Bar::Promised => supply.promised,
            Bar::Expected => supply.mean,
            Bar::Late => supply.late,
        }
    };
    order.iter().map(of).collect()
}

/// Draws the picture.
#[must_use]
pub fn picture(answer: &Answer<'_>, style: Style) -> String {
    let quarters = &answer.assessment.quarters;
    if quarters.is_empty() {
        return String::new();
    }
    let room = style.width.max(40) - GUTTER + 1;
    let most = (room / 6).clamp(1, QUARTERS);
    let frame = Frame::new(quarters, most);
    let cell = (room / frame.quarters.len().max(8)).min(8);
    let mut canvas = Canvas::new(GUTTER + cell * frame.quarters.len(), HEIGHT + 3);
    let sketch = Sketch { frame: &frame, style, cell };
    sketch.axis(&mut canvas);
    for index in 0..frame.quarters.len() {
        sketch.quarter(&mut canvas, index);
    }
    let mut text = canvas.text(style);
    text.push_str(&sketch.numbers());
    text.push('\n');
    text.push_str(&sketch.legend(answer));
    text
}

struct Sketch<'a> {
    frame: &'a Frame<'a>,
    style: Style,
    /// Columns of a quarter.
    cell: usize,
}

impl Sketch<'_> {
    fn is_ascii(&self) -> bool {
        self.style.glyphs == Glyphs::Ascii
    }

    fn glyph(&self, block: char, ascii: char) -> char {
        if self.is_ascii() { ascii } else { block }
    }

    /// Returns how many eighths of a row a number is high.
    fn eighths(&self, gpus: f64) -> usize {
        let full = HEIGHT as f64 * EIGHTHS;
        (gpus / self.frame.top * full).round().clamp(0.0, full) as usize
    }

    /// Returns the row, counted from the top, and the eighths within it of a number.
    fn place(&self, gpus: f64) -> (usize, usize) {
        let eighths = self.eighths(gpus).min(HEIGHT * 8 - 1);
        (HEIGHT - 1 - eighths / 8, eighths % 8)
    }

    /// Columns of the bars of a quarter: (first, width) of promised, expected and late.
    fn bars(&self) -> [(Bar, usize, usize); 3] {
        let side = if self.cell >= 8 { 2 } else { 1 };
        let middle = if self.cell >= 6 { 2 } else { 1 };
        [(Bar::Promised, 0, side), (Bar::Expected, side, middle), (Bar::Late, side + middle, side)]
    }

    fn first_column(&self, quarter: usize) -> usize {
        GUTTER + quarter * self.cell
    }

    fn axis(&self, canvas: &mut Canvas) {
        let (frame, line) = (self.frame, self.glyph('│', '|'));
        for row in 0..HEIGHT {
            canvas.put(row, GUTTER - 2, Cell::new(line));
        }
        let marks = (frame.top / frame.step).round() as usize;
        let mut last = usize::MAX;
        for mark in 1..=marks {
            let gpus = mark as f64 * frame.step;
            let row = self.place(gpus).0;
            if row == last {
                continue;
            }
            last = row;
            canvas.write(row, 0, &format!("{:>6}", number::tiny(gpus)));
            canvas.put(row, GUTTER - 2, Cell::new(self.glyph('┤', '+')));
        }
        canvas.put(HEIGHT, GUTTER - 2, Cell::new(self.glyph('└', '+')));
        canvas.write(HEIGHT - 1, 0, "GPU");
        for column in GUTTER - 1..GUTTER + self.cell * frame.quarters.len() {
            canvas.put(HEIGHT, column, Cell::new(self.glyph('─', '-')));
        }
        if frame.headline < frame.quarters.len() && frame.headline > 0 {
            let column = self.first_column(frame.headline) - 1;
            for row in 0..=HEIGHT {
                canvas.put(row, column, Cell::new(self.glyph('┊', ':')));
            }
        }
    }

    fn quarter(&self, canvas: &mut Canvas, index: usize) {
        let quarter = &self.frame.quarters[index];
        let first = self.first_column(index);
        let bars = self.bars();
        for (bar, column, width) in bars {
            let parts = parts(quarter, &self.frame.order, bar);
            for column in first + column..first + column + width {
                self.bar(canvas, column, &parts, bar);
            }
        }
        let (_, expected, width) = bars[1];
        self.uncovered(canvas, quarter, first + expected..first + expected + width);
        let (_, late, width) = bars[2];
        self.demand(canvas, quarter, first..first + late + width);
        let (year, name) = quarter.quarter.split_once('-').unwrap_or(("", &quarter.quarter));
        canvas.write(HEIGHT + 1, first, name);
        if name == "Q1" || index == 0 {
            canvas.write(HEIGHT + 2, first, year);
        }
    }

    /// Draws a stacked bar of one column.
    fn bar(&self, canvas: &mut Canvas, column: usize, parts: &[f64], bar: Bar) {
        let mut edges = vec![0];
        let mut sum = 0.0;
        for part in parts {
            sum += part;
            edges.push(self.eighths(sum));
        }
        for row in 0..HEIGHT {
            let bottom = (HEIGHT - 1 - row) * 8;
            // The parts of this row, from below: (part, up to which eighth).
            let within: Vec<(usize, usize)> = (1..edges.len())
                .filter(|&i| {
                    edges[i] > bottom && edges[i - 1] < bottom + 8 && edges[i] > edges[i - 1]
                })
                .map(|i| (i - 1, edges[i].min(bottom + 8) - bottom))
                .collect();
            if let Some(cell) = self.bar_cell(&within, bar) {
                canvas.put(row, column, cell);
            }
        }
    }

    /// Returns the cell of a row that holds these parts.
    fn bar_cell(&self, within: &[(usize, usize)], bar: Bar) -> Option<Cell> {
        let (&(lowest, edge), &(highest, top)) = (within.first()?, within.last()?);
        let colour = |part: usize| COLOURS[part.min(COLOURS.len() - 1)];
        if !self.style.has_colour || bar == Bar::Promised {
            // Half a row counts as a row; the part that fills most of it names it.
            let mut below = 0;
            let height = |&(part, edge): &(usize, usize)| {
                let high = edge - below;
                below = edge;
                (high, part)
            };
            let (_, part) = within.iter().map(height).max_by_key(|(high, _)| *high)?;
            // What is promised is paler than what is expected; without colours it is in small letters.
            let cell = match (self.style.has_colour, bar) {
                (true, _) => Cell::of('▒', colour(part)),
                (false, Bar::Promised) => Cell::new(letter(part).to_ascii_lowercase()),
                (false, _) => Cell::new(letter(part)),
            };
            return (top >= 4).then_some(cell);
        }
        if within.len() == 1 {
            return Some(Cell::of(BLOCKS[top], colour(lowest)));
        }
        let back = Some(colour(highest));
        Some(Cell { glyph: BLOCKS[edge.min(7)], front: Some(colour(lowest)), back })
    }

    /// Fills what lies between expected supply and median demand.
    fn uncovered(
        &self,
        canvas: &mut Canvas,
        quarter: &QuarterResult,
        columns: std::ops::Range<usize>,
    ) {
        if quarter.demand.p50 <= quarter.total.mean {
            return;
        }
        let cell = Cell::of(self.glyph('░', '.'), RED);
        let row = self.place(quarter.demand.p50).0;
        for row in row..HEIGHT {
            for column in columns.clone() {
                if canvas.at(row, column) == Cell::BLANK {
                    canvas.put(row, column, cell);
                }
            }
        }
    }

    /// Draws demand: a line at the median over the bars, and a rod from P10 to P90 beside them.
    fn demand(&self, canvas: &mut Canvas, quarter: &QuarterResult, bars: std::ops::Range<usize>) {
        let demand = &quarter.demand;
        if demand.p90 <= 0.0 {
            return;
        }
        let rod = bars.end;
        let (low, high) = (self.place(demand.p10).0, self.place(demand.p90).0);
        for row in high..=low {
            canvas.put(row, rod, Cell::new(self.glyph('│', '|')));
        }
        if demand.p90 > self.frame.top {
            canvas.put(0, rod, Cell::new(self.glyph('↑', '^')));
        }
        if demand.p50 > self.frame.top {
            return;
        }
        let (row, eighths) = self.place(demand.p50);
        let line = match eighths {
            0..=1 => '▁',
            6..=7 => '▔',
            _ => '━',
        };
        for column in bars {
            let under = canvas.at(row, column);
            // The line is drawn on the colour of the bar that it crosses.
            let back = if under.glyph == '█' { under.front } else { under.back };
            let cell = Cell { glyph: self.glyph(line, '='), front: None, back };
            let cell = if back.is_some() { Cell { front: Some(16), ..cell } } else { cell };
            canvas.put(row, column, cell);
        }
        canvas.put(row, rod, Cell::new(self.glyph('┿', '+')));
    }

    /// Writes the numbers below the picture.
    fn numbers(&self) -> String {
        let mut text = String::new();
        type Row = (&'static str, fn(&QuarterResult) -> (String, bool));
        let rows: [Row; 6] = [
            ("promised", |q| (number::tiny(q.total.promised), false)),
            ("expected", |q| (number::tiny(q.total.mean), false)),
            ("P90-late", |q| (number::tiny(q.total.p10), false)),
            ("demand", |q| (number::tiny(q.demand.p50), false)),
            ("short", |q| {
                let share = q.firm_unserved_share.mean;
                (tiny_share(share), share > 0.0)
            }),
            ("at risk", |q| (format!("{} mo", q.months_at_risk), q.months_at_risk > 0)),
        ];
        for (name, of) in rows {
            let _ = write!(text, "{name:<GUTTER$}");
            for quarter in self.frame.quarters {
                let (number, is_bad) = of(quarter);
                let padded = format!("{number:<width$}", width = self.cell);
                text.push_str(&if is_bad { self.style.coloured(&padded, RED) } else { padded });
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    fn legend(&self, answer: &Answer<'_>) -> String {
        let mut entries: Vec<(String, Option<Colour>)> = Vec::new();
        let names = &self.frame.quarters[0].supply;
        for (place, &supplier) in self.frame.order.iter().enumerate() {
            let name = answer.head.supplier(&names[supplier].supplier);
            let colour = COLOURS[place.min(COLOURS.len() - 1)];
            let mark = if self.style.has_colour { '■' } else { letter(place) };
            entries.push((format!("{mark} {name}"), Some(colour)));
        }
        let mut text = flow(&entries, self.style);
        let pale = if self.style.has_colour { "shaded" } else { "small letters" };
        let _ = writeln!(
            text,
            "Bars: promised ({pale}), expected, P90-late (nine futures in ten have more)."
        );
        let (line, rod, fill) =
            if self.is_ascii() { ("=", "|", ".") } else { ("━", "│", "░") };
        let fill = self.style.coloured(fill, RED);
        let _ = writeln!(
            text,
            "{line} median demand  {rod} its P10 to P90  {fill} not covered  short: firm work unserved"
        );
        let mut unit = format!("In {} GPUs, mean of the quarter", answer.head.reference);
        if !answer.head.is_one_type {
            unit.push_str("; other types count by the work that they do");
        }
        let rest = answer.assessment.quarters.len() - self.frame.quarters.len();
        if rest > 0 {
            let _ = write!(unit, "; {rest} later quarters are in the tables of --out");
        }
        let _ = writeln!(text, "{unit}.");
        text
    }
}

/// Returns the letter that stands for a part of the stack where there is no colour.
pub(crate) fn letter(part: usize) -> char {
    u8::try_from(part).ok().filter(|p| *p < 26).map_or('+', |p| char::from(b'A' + p))
}

/// Writes a share in at most five characters.
pub(crate) fn tiny_share(share: f64) -> String {
    match share {
        s if s <= 0.0 => "-".to_owned(),
        s if s < 1e-6 => "<1ppm".to_owned(),
        s if s < 9.995e-4 => format!("{:.0}ppm", s * 1e6),
        s if s < 0.0995 => format!("{:.1}%", s * 100.0),
        s => format!("{:.0}%", s * 100.0),
    }
}

/// Writes entries side by side in lines of the style's width.
pub(crate) fn flow(entries: &[(String, Option<Colour>)], style: Style) -> String {
    let mut text = String::new();
    let mut used = 0;
    for (entry, colour) in entries {
        let length = entry.chars().count();
        if used > 0 && used + 2 + length > style.width {
            text.push('\n');
            used = 0;
        }
        if used > 0 {
            text.push_str("  ");
            used += 2;
        }
        let mark: String = entry.chars().take(1).collect();
        let rest: String = entry.chars().skip(1).collect();
        text.push_str(&colour.map_or(mark.clone(), |c| style.coloured(&mark, c)));
        text.push_str(&rest);
        used += length;
    }
    if used > 0 {
        text.push('\n');
    }
    text
}
