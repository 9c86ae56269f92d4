//! A grid of coloured characters, written out as lines with as few colour changes as possible.

use std::fmt::Write;

/// How text is made for the place that it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether colours may be used.
    pub has_colour: bool,
    /// Which characters may be used.
    pub glyphs: Glyphs,
}

/// Which characters a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Block and line drawing characters.
    Blocks,
    /// ASCII alone, as under `TERM=dumb`.
    Ascii,
}

/// A colour, by its number among the 256 of terminals.
pub type Colour = u8;

/// The colour of shortfall.
pub const RED: Colour = 167;
/// The colour of what holds.
pub const GREEN: Colour = 71;
/// The colour of what a reader should know.
pub const YELLOW: Colour = 172;

impl Style {
    /// Plain text of a width, for files and tests.
    #[must_use]
    pub const fn plain(width: usize) -> Style {
        Style { width, has_colour: false, glyphs: Glyphs::Blocks }
    }

    /// Writes `text` in a colour, where colours may be used.
    #[must_use]
    pub fn coloured(self, text: &str, colour: Colour) -> String {
        if self.has_colour { format!("\x1b[38;5;{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Writes `text` in bold, where that may be used.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        if self.has_colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Writes `text` faintly, where that may be used.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        if self.has_colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Returns `text` in the characters that may be used.
    #[must_use]
    pub fn glyphs(self, text: &str) -> String {
        if self.glyphs == Glyphs::Blocks {
            return text.to_owned();
        }
        let plain = |c: char| match c {
            '±' => "+-".to_owned(),
            '–' | '─' => "-".to_owned(),
            '…' => "...".to_owned(),
            '≥' => ">=".to_owned(),
            '≤' => "<=".to_owned(),
            '·' => "*".to_owned(),
            '█' | '■' => "#".to_owned(),
            '░' => ".".to_owned(),
            '▒' => "+".to_owned(),
            '▓' => "%".to_owned(),
            c if c.is_ascii() => c.to_string(),
            _ => "?".to_owned(),
        };
        text.chars().map(plain).collect()
    }
}

/// One character with its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) glyph: char,
    pub(crate) front: Option<Colour>,
    pub(crate) back: Option<Colour>,
}

impl Cell {
    pub(crate) const BLANK: Cell = Cell { glyph: ' ', front: None, back: None };

    pub(crate) const fn new(glyph: char) -> Cell {
        Cell { glyph, front: None, back: None }
    }

    pub(crate) const fn of(glyph: char, front: Colour) -> Cell {
        Cell { glyph, front: Some(front), back: None }
    }
}

/// A grid of cells; the first row is the highest.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width: usize,
    cells: Vec<Cell>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, cells: vec![Cell::BLANK; width * height] }
    }

    /// Puts a cell; what lies outside is left out.
    pub(crate) fn put(&mut self, row: usize, column: usize, cell: Cell) {
        if column < self.width
            && let Some(place) = self.cells.get_mut(row * self.width + column)
        {
            *place = cell;
        }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> Cell {
        self.cells.get(row * self.width + column).copied().unwrap_or(Cell::BLANK)
    }

    /// Puts text from `column` on.
    pub(crate) fn write(&mut self, row: usize, column: usize, text: &str) {
        for (at, glyph) in text.chars().enumerate() {
            self.put(row, column + at, Cell::new(glyph));
        }
    }

    /// Writes the grid as lines, without blanks at their ends.
    pub(crate) fn text(&self, style: Style) -> String {
        let mut text = String::new();
        for row in self.cells.chunks(self.width.max(1)) {
            let end = row.iter().rposition(|cell| *cell != Cell::BLANK).map_or(0, |at| at + 1);
            let mut colours = (None, None);
            for cell in &row[..end] {
                if style.has_colour && (cell.front, cell.back) != colours {
                    text.push_str("\x1b[0m");
                    colours = (cell.front, cell.back);
                    // Writing to a string cannot fail.
                    let _ = cell.front.map_or(Ok(()), |c| write!(text, "\x1b[38;5;{c}m"));
                    let _ = cell.back.map_or(Ok(()), |c| write!(text, "\x1b[48;5;{c}m"));
                }
                text.push(cell.glyph);
            }
            text.push_str(if colours == (None, None) { "\n" } else { "\x1b[0m\n" });
        }
        text
    }
}
