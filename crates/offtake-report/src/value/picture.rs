//! The picture: money by quarter, half-year or year, each kind a part of a bar; what usually flows upwards, what flows
//! the other way below the line.

use super::ValueAnswer;
use crate::canvas::{Canvas, Cell, Glyphs, Style};
use crate::number;
use crate::picture::{COLOURS, flow, letter, step};
use offtake_value::{FlowKind, Side};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Columns left of the bars.
const GUTTER: usize = 9;
/// Rows of all bars together.
const HEIGHT: usize = 16;
/// Least columns of a bar with its gap.
const CELL: usize = 5;

/// Money of one period, seen as what the side usually does: a buyer pays, a seller receives.
#[derive(Clone, Debug, Default)]
struct Period {
    name: String,
    year: String,
    /// By kind, upwards and downwards.
    sums: BTreeMap<FlowKind, f64>,
}

/// Draws the picture; empty where no money flows from the horizon's first month on.
pub(super) fn picture(answer: &ValueAnswer<'_>, style: Style) -> String {
    let room = (style.width.max(40) - GUTTER) / CELL;
    let Some((periods, length)) = periods(answer, room.max(1)) else { return String::new() };
    let kinds = kinds(&periods);
    let sketch = Sketch::new(&periods, &kinds, style);
    let mut canvas = Canvas::new(GUTTER + CELL * periods.len(), HEIGHT + 3);
    sketch.axis(&mut canvas, &answer.value.currency);
    for index in 0..periods.len() {
        sketch.bars(&mut canvas, index);
    }
    let mut text = canvas.text(style);
    text.push_str(&sketch.numbers(answer));
    text.push('\n');
    text.push_str(&sketch.legend(answer, length));
    text
}

/// Returns the money of each period, as fine as there is room for, with the months of a period.
fn periods(answer: &ValueAnswer<'_>, room: usize) -> Option<(Vec<Period>, i32)> {
    let last = last_that_counts(answer);
    let flows = answer.value.cash_flows.iter().filter(|flow| (0..=last).contains(&flow.month));
    let sign = if answer.value.side == Side::Buyer { -1.0 } else { 1.0 };
    for months in [3, 6, 12, 24, 60] {
        let mut by: BTreeMap<i32, Period> = BTreeMap::new();
        for flow in flows.clone() {
            let (year, month) = flow.text.split_once('-')?;
            let (year, month) = (year.parse::<i32>().ok()?, month.parse::<i32>().ok()?);
            let at = (year * 12 + month - 1).div_euclid(months);
            let period = by.entry(at).or_default();
            *period.sums.entry(flow.kind).or_default() += sign * flow.micros as f64 / 1e6;
        }
        let (first, last) = (*by.keys().next()?, *by.keys().next_back()?);
        if (last - first + 1) as usize > room && months < 60 {
            continue;
        }
        let filled = (first..=last).take(room).map(|at| {
            let mut period = by.remove(&at).unwrap_or_default();
            let start = at * months;
            period.year = format!("{:04}", start.div_euclid(12));
            period.name = match months {
                3 => format!("Q{}", start.rem_euclid(12) / 3 + 1),
                6 => format!("H{}", start.rem_euclid(12) / 6 + 1),
                _ => period.year.clone(),
            };
            period
        });
        return Some((filled.collect(), months));
    }
    None
}

/// Returns the last month before which all but a hundredth of the money has flowed: deliveries that are years late
/// have a tail that nobody can see.
pub(super) fn last_that_counts(answer: &ValueAnswer<'_>) -> i32 {
    let flows = || answer.value.cash_flows.iter().filter(|flow| flow.month >= 0);
    let size = |micros: i128| micros.unsigned_abs();
    let all: u128 = flows().map(|flow| size(flow.micros)).sum();
    let mut left = all;
    for flow in flows() {
        left -= size(flow.micros);
        if left * 100 <= all {
            // To the end of that year: tables have whole years.
            let of_year: i32 =
                flow.text.split('-').nth(1).and_then(|m| m.parse().ok()).unwrap_or(12);
            return flow.month + 12 - of_year;
        }
    }
    0
}

/// Returns the kinds that flow at all, the greatest first.
fn kinds(periods: &[Period]) -> Vec<FlowKind> {
    let mut sizes: BTreeMap<FlowKind, f64> = BTreeMap::new();
    for (kind, sum) in periods.iter().flat_map(|period| &period.sums) {
        *sizes.entry(*kind).or_default() += sum.abs();
    }
    let mut kinds: Vec<(FlowKind, f64)> = sizes.into_iter().collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kinds.into_iter().map(|(kind, _)| kind).collect()
}

struct Sketch<'a> {
    periods: &'a [Period],
    kinds: &'a [FlowKind],
    style: Style,
    /// Money of a row.
    row: f64,
    /// Rows above the line.
    above: usize,
    step: f64,
}

impl<'a> Sketch<'a> {
    fn new(periods: &'a [Period], kinds: &'a [FlowKind], style: Style) -> Sketch<'a> {
        let most = |sign: f64| {
            let of = |period: &Period| -> f64 {
                period.sums.values().map(|sum| (sum * sign).max(0.0)).sum()
            };
            periods.iter().map(of).fold(0.0, f64::max)
        };
        let (up, down) = (most(1.0), most(-1.0));
        let row = ((up + down) / (HEIGHT as f64 - 1.0)).max(1e-9);
        // A bar below the line that is less than half a row cannot be seen, and takes no row.
        let below = ((down / row).round() as usize).min(HEIGHT - 1);
        let above = HEIGHT - below;
        let row = (up / above as f64).max(if below > 0 { down / below as f64 } else { 0.0 });
        Sketch {
            periods,
            kinds,
            style,
            row: row.max(1e-9),
            above,
            step: step(up.max(down).max(1.0)),
        }
    }

    fn glyph(&self, block: char, ascii: char) -> char {
        if self.style.glyphs == Glyphs::Ascii { ascii } else { block }
    }

    fn axis(&self, canvas: &mut Canvas, currency: &str) {
        for row in 0..=HEIGHT {
            canvas.put(row, GUTTER - 2, Cell::new(self.glyph('│', '|')));
        }
        for column in GUTTER - 1..GUTTER + CELL * self.periods.len() {
            canvas.put(self.above, column, Cell::new(self.glyph('─', '-')));
        }
        canvas.put(self.above, GUTTER - 2, Cell::new(self.glyph('┼', '+')));
        canvas.write(self.above, 0, currency);
        for mark in 1..64 {
            let rows = (self.step * f64::from(mark) / self.row).round() as usize;
            if rows > self.above.max(HEIGHT - self.above) || rows == 0 {
                break;
            }
            let text = number::tiny(self.step * f64::from(mark));
            let marks = [self.above.checked_sub(rows), Some(self.above + rows)];
            for row in marks.into_iter().flatten().filter(|row| *row <= HEIGHT) {
                canvas.write(row, 0, &format!("{text:>6}"));
                canvas.put(row, GUTTER - 2, Cell::new(self.glyph('┤', '+')));
            }
        }
    }

    fn bars(&self, canvas: &mut Canvas, index: usize) {
        let period = &self.periods[index];
        let first = GUTTER + index * CELL;
        for sign in [1.0, -1.0] {
            let mut edge = 0.0;
            let mut from = 0;
            for (place, kind) in self.kinds.iter().enumerate() {
                edge += (period.sums.get(kind).copied().unwrap_or(0.0) * sign).max(0.0);
                let until = (edge / self.row).round() as usize;
                for step in from..until {
                    let row = if sign > 0.0 {
                        self.above.checked_sub(step + 1)
                    } else {
                        Some(self.above + 1 + step)
                    };
                    let Some(row) = row.filter(|row| *row <= HEIGHT) else { continue };
                    for column in first..first + CELL - 2 {
                        canvas.put(row, column, self.cell(place));
                    }
                }
                from = until;
            }
        }
        canvas.write(HEIGHT + 1, first, &period.name);
        let is_first = index == 0 || self.periods[index - 1].year != period.year;
        if is_first && period.name != period.year {
            canvas.write(HEIGHT + 2, first, &period.year);
        }
    }

    fn cell(&self, place: usize) -> Cell {
        if self.style.has_colour {
            Cell::of('█', COLOURS[place.min(COLOURS.len() - 1)])
        } else {
            Cell::new(letter(place))
        }
    }

    /// Writes sums below the picture.
    fn numbers(&self, answer: &ValueAnswer<'_>) -> String {
        let names = match answer.value.side {
            Side::Buyer => ["paid", "received", "net paid"],
            Side::Seller => ["received", "paid", "net"],
        };
        let sums: [fn(&Period) -> f64; 3] = [
            |p| p.sums.values().map(|sum| sum.max(0.0)).sum(),
            |p| p.sums.values().map(|sum| (-sum).max(0.0)).sum(),
            |p| p.sums.values().sum(),
        ];
        let mut text = String::new();
        for (name, sum) in names.into_iter().zip(sums) {
            let _ = write!(text, "{name:<GUTTER$}");
            for period in self.periods {
                let _ = write!(text, "{:<CELL$}", tight(sum(period)));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    fn legend(&self, answer: &ValueAnswer<'_>, months: i32) -> String {
        let entry = |(place, kind): (usize, &FlowKind)| {
            let mark = if self.style.has_colour { '■' } else { letter(place) };
            let colour = COLOURS[place.min(COLOURS.len() - 1)];
            (format!("{mark} {}", kind.name()), Some(colour))
        };
        let entries: Vec<_> = self.kinds.iter().enumerate().map(entry).collect();
        let mut text = flow(&entries, self.style);
        let (up, down) = match answer.value.side {
            Side::Buyer => ("paid", "received or credited"),
            Side::Seller => ("received", "paid or credited"),
        };
        let each = match months {
            3 => "quarter".to_owned(),
            6 => "half-year".to_owned(),
            12 => "year".to_owned(),
            months => format!("{} years", months / 12),
        };
        let currency = &answer.value.currency;
        let _ = writeln!(
            text,
            "Above the line {up}, below it {down}: {currency} in each {each}, mean over all futures."
        );
        let last = last_that_counts(answer);
        let later = answer.value.cash_flows.iter().filter(|flow| flow.month > last);
        let later: f64 = later.map(|flow| flow.micros as f64 / 1e6).sum();
        if later != 0.0 {
            let _ = writeln!(
                text,
                "What comes later, from deliveries that are very late, is {} in all.",
                answer.money(later.abs())
            );
        }
        text
    }
}

/// Writes an amount in at most four characters: `1.9G`, `388M`, `12k`.
fn tight(amount: f64) -> String {
    let text = number::tiny(amount);
    if text.chars().count() <= 4 {
        return text;
    }
    match text.find('.') {
        Some(at) => {
            let letter: String = text.chars().filter(char::is_ascii_alphabetic).collect();
            format!("{}{letter}", &text[..at])
        }
        None => text,
    }
}
