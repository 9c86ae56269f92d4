//! The desk's position as a picture: month by month what is promised of what there is, and what is left.
//!
//! A month is a group of columns, from below: what was sold before the desk opened, what is committed, what is held, what
//! is left firmly, what is left by contract alone. Promised GPUs above what is there are red. Below stand the numbers.

use crate::canvas::{Canvas, Cell, Colour, Glyphs, RED, Style};
use crate::number;
use crate::picture::step;

/// Columns left of the bars, for the axis and the names of the numbers.
const GUTTER: usize = 11;
/// Rows of the bars.
const HEIGHT: usize = 12;
/// Columns of a month, with the gap behind it.
const CELL: usize = 7;
const SOLD: Colour = 246;
const COMMITTED: Colour = 32;
const HELD: Colour = 214;
const FIRM: Colour = 71;

/// GPUs of one month, all at the minute at which the least of them is free.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskMonth {
    /// The month, `2030-01`.
    pub month: String,
    /// In service by contract.
    pub contracted: i64,
    /// Of contracts that were sold before the desk opened.
    pub sold: i64,
    /// Committed.
    pub committed: i64,
    /// Held.
    pub held: i64,
    /// Left of firm supply: below zero where that is short.
    pub firm_left: i64,
    /// What the pipeline may take, each opportunity by its chance.
    pub pipeline: f64,
}

impl DeskMonth {
    /// Returns the GPUs that may still be promised by contract; below zero where too many are.
    #[must_use]
    pub const fn free(&self) -> i64 {
        self.contracted - self.promised()
    }

    /// Returns the GPUs that somebody has: sold, committed or held.
    #[must_use]
    pub const fn promised(&self) -> i64 {
        self.sold + self.committed + self.held
    }

    /// Adds another pool's month.
    pub fn add(&mut self, other: &DeskMonth) {
        self.contracted += other.contracted;
        self.sold += other.sold;
        self.committed += other.committed;
        self.held += other.held;
        self.firm_left += other.firm_left;
        self.pipeline += other.pipeline;
    }
}

/// Draws the months, as many as there is room for, with their numbers below; `firmness` names the level of what is firm.
#[must_use]
pub fn desk_picture(months: &[DeskMonth], firmness: &str, style: Style) -> String {
    let room = style.width.saturating_sub(GUTTER) / CELL;
    let shown = &months[..months.len().min(room.max(1))];
    let most = shown.iter().map(|month| month.contracted.max(month.promised())).max().unwrap_or(0);
    if most <= 0 {
        return "there is nothing to promise in this time\n".to_owned();
    }
    let step = step(most as f64);
    let top = (most as f64 / step).ceil() * step;
    let mut canvas = Canvas::new(GUTTER + CELL * shown.len(), HEIGHT + 2);
    axis(&mut canvas, (top, step), style);
    for (at, month) in shown.iter().enumerate() {
        let first = GUTTER + at * CELL;
        for row in 0..HEIGHT {
            // The middle of the row says what it shows.
            let gpus = (HEIGHT - row) as f64 - 0.5;
            if let Some(cell) = cell(month, gpus / HEIGHT as f64 * top, style) {
                (first..first + CELL - 2).for_each(|column| canvas.put(row, column, cell));
            }
        }
        // The century is in the reader's head.
        canvas.write(HEIGHT + 1, first, month.month.get(2..).unwrap_or_default());
    }
    let mut text = canvas.text(style);
    text.push_str(&numbers(shown, firmness, style));
    text.push_str(&legend(style));
    if shown.len() < months.len() {
        let left = months.len() - shown.len();
        text.push_str(&format!("and {left} more months; a wider screen or --from shows them\n"));
    }
    text
}

fn axis(canvas: &mut Canvas, (top, step): (f64, f64), style: Style) {
    let glyph = |block, ascii| if style.glyphs == Glyphs::Ascii { ascii } else { block };
    for row in 0..HEIGHT {
        canvas.put(row, GUTTER - 2, Cell::new(glyph('│', '|')));
    }
    for mark in 1..=(top / step).round() as usize {
        let gpus = mark as f64 * step;
        let row = HEIGHT - ((gpus / top * HEIGHT as f64).round() as usize).clamp(1, HEIGHT);
        let mark = if gpus < 1e6 { number::whole(gpus) } else { number::tiny(gpus) };
        canvas.write(row, 0, &format!("{mark:>8}"));
        canvas.put(row, GUTTER - 2, Cell::new(glyph('┤', '+')));
    }
    for column in GUTTER - 1..GUTTER + CELL * 40 {
        canvas.put(HEIGHT, column, Cell::new(glyph('─', '-')));
    }
    canvas.put(HEIGHT, GUTTER - 2, Cell::new(glyph('└', '+')));
    canvas.write(HEIGHT, 0, "     GPU");
}

/// What a month shows at a height: the first of its parts, from below, that comes up to it.
fn cell(month: &DeskMonth, gpus: f64, style: Style) -> Option<Cell> {
    let plain = !style.has_colour;
    let block = |letter: char, colour: Colour| match plain {
        true => Cell::new(letter),
        false => Cell::of('█', colour),
    };
    let promised = month.promised();
    if gpus > month.contracted as f64 && gpus < promised as f64 {
        return Some(if plain { Cell::new('!') } else { Cell::of('█', RED) });
    }
    let firm = promised + month.firm_left.clamp(0, month.free().max(0));
    let shade = if style.glyphs == Glyphs::Ascii { '.' } else { '░' };
    let parts = [
        (month.sold, block('s', SOLD)),
        (month.sold + month.committed, block('c', COMMITTED)),
        (promised, block('h', HELD)),
        (firm, if plain { Cell::new('f') } else { Cell::of('▒', FIRM) }),
        (month.contracted, Cell::new(shade)),
    ];
    parts.into_iter().find(|(up_to, _)| gpus < *up_to as f64).map(|(_, cell)| cell)
}

fn numbers(months: &[DeskMonth], firmness: &str, style: Style) -> String {
    type Row = (String, fn(&DeskMonth) -> f64);
    let rows: [Row; 6] = [
        ("contracted".to_owned(), |month| month.contracted as f64),
        ("committed".to_owned(), |month| (month.sold + month.committed) as f64),
        ("held".to_owned(), |month| month.held as f64),
        ("free".to_owned(), |month| month.free() as f64),
        (format!("firm {firmness}"), |month| month.firm_left as f64),
        ("pipeline".to_owned(), |month| month.pipeline),
    ];
    let mut text = String::new();
    for (name, of) in rows {
        let mut line = format!("{name:<width$}", width = GUTTER);
        for month in months {
            let value = of(month);
            let cell = format!("{:>width$}", number::tiny(value), width = CELL - 2);
            let cell = if value < 0.0 { style.coloured(&cell, RED) } else { cell };
            line.push_str(&format!("{cell}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn legend(style: Style) -> String {
    let names = "sold before and committed, held, left firmly, left by contract alone; each month at its tightest minute";
    let plain = "s sold before, c committed, h held, f left firmly, ░ left by contract alone, ! promised and not there; each month \
                 at its tightest minute";
    if !style.has_colour {
        let lines = crate::columns::wrap(&style.glyphs(plain), style.width);
        return format!("{}\n", lines.join("\n"));
    }
    let keys = [("█", SOLD), ("█", COMMITTED), ("█", HELD), ("▒", FIRM)];
    let keys: Vec<String> = keys.iter().map(|(key, colour)| style.coloured(key, *colour)).collect();
    format!("{} {}\n", keys.join(""), style.faint(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(name: &str, figures: [i64; 5]) -> DeskMonth {
        let [contracted, sold, committed, held, firm_left] = figures;
        let month = name.to_owned();
        DeskMonth { month, contracted, sold, committed, held, firm_left, pipeline: 0.5 }
    }

    #[test]
    fn a_month_is_stacked_from_what_is_sold_to_what_is_left_by_contract_alone() {
        // Of 1,200 GPUs a row is 100: two rows sold, four committed, one held, three firm, two by contract alone.
        let months = [
            month("2030-01", [1200, 200, 400, 100, 300]),
            month("2030-02", [600, 0, 900, 0, -300]),
        ];
        let text = desk_picture(&months, "0.9", Style::plain(60));
        let column = |at: usize| -> String {
            let line = |line: &str| line.chars().nth(at).unwrap_or(' ');
            text.lines().take(HEIGHT).map(line).collect::<Vec<_>>().into_iter().rev().collect()
        };
        assert_eq!(column(GUTTER), "sscccchfff░░");
        assert_eq!(column(GUTTER + CELL), "cccccc!!!   ");
        let free = text.lines().find(|line| line.starts_with("free")).unwrap();
        assert_eq!(free.split_whitespace().collect::<Vec<_>>(), ["free", "500", "-300"]);
    }

    #[test]
    fn where_nothing_is_there_it_says_so() {
        let text = desk_picture(&[DeskMonth::default()], "0.9", Style::plain(60));
        assert_eq!(text, "there is nothing to promise in this time\n");
    }
}
