//! Tables as people read them: names above, numbers to the right, no frames.

use crate::canvas::Style;
use std::fmt::Write;

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the left: words.
    Left,
    /// At the right: numbers.
    Right,
}

/// A table for people.
#[derive(Clone, Debug)]
pub struct Columns {
    title: String,
    heads: Vec<(String, Side)>,
    rows: Vec<Vec<String>>,
    /// Columns that go first where there is no room.
    spare: Vec<usize>,
    /// Lines below the table.
    feet: Vec<String>,
}

impl Columns {
    /// Makes a table with the names and sides of its columns.
    #[must_use]
    pub fn new(title: &str, heads: &[(&str, Side)]) -> Columns {
        Columns {
            title: title.to_owned(),
            heads: heads.iter().map(|(name, side)| ((*name).to_owned(), *side)).collect(),
            rows: Vec::new(),
            spare: Vec::new(),
            feet: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Names the columns that are left out, in this order, where there is no room for all.
    #[must_use]
    pub fn spare(self, spare: &[usize]) -> Columns {
        Columns { spare: spare.to_vec(), ..self }
    }

    /// Adds a line below the table.
    pub fn foot(&mut self, text: String) {
        self.feet.push(text);
    }

    /// Says whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, its title first. The last column takes what is left of the width: words that
    /// do not fit there go on in the next line.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        // Before anything is measured: a character may become two.
        let glyphs = |row: &Vec<String>| row.iter().map(|cell| style.glyphs(cell)).collect();
        let table = Columns { rows: self.rows.iter().map(glyphs).collect(), ..self.clone() };
        table.fitting(style.width).write(style)
    }

    /// Returns the table with as many of its columns as there is room for.
    fn fitting(&self, width: usize) -> Columns {
        let mut lost: Vec<usize> = Vec::new();
        for &column in &self.spare {
            let kept = self.without(&lost);
            let last_is_words = kept.heads.last().is_some_and(|(_, side)| *side == Side::Left);
            let widths = kept.widths();
            let fixed = widths.len() - usize::from(last_is_words);
            let used: usize = widths[..fixed].iter().map(|width| width + 2).sum();
            if used + if last_is_words { 24 } else { 0 } <= width {
                return kept;
            }
            lost.push(column);
        }
        self.without(&lost)
    }

    fn without(&self, lost: &[usize]) -> Columns {
        fn keep<T: Clone>(all: &[T], lost: &[usize]) -> Vec<T> {
            let kept = all.iter().enumerate().filter(|(at, _)| !lost.contains(at));
            kept.map(|(_, one)| one.clone()).collect()
        }
        Columns {
            title: self.title.clone(),
            heads: keep(&self.heads, lost),
            rows: self.rows.iter().map(|row| keep(row, lost)).collect(),
            spare: Vec::new(),
            feet: self.feet.clone(),
        }
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let of = |row: &Vec<String>| row.get(column).map_or(0, |cell| cell.chars().count());
            let head = self.heads[column].0.chars().count();
            self.rows.iter().map(of).max().unwrap_or(0).max(head)
        };
        (0..self.heads.len()).map(width).collect()
    }

    fn write(&self, style: Style) -> String {
        let widths = self.widths();
        let mut text = format!("{}\n", style.bold(&self.title));
        let names: Vec<String> = self.heads.iter().map(|(name, _)| name.clone()).collect();
        if names.iter().any(|name| !name.is_empty()) {
            for line in self.lines(&names, &widths, style.width) {
                let _ = writeln!(text, "{}", style.faint(&line));
            }
        }
        for row in &self.rows {
            for line in self.lines(row, &widths, style.width) {
                let _ = writeln!(text, "{line}");
            }
        }
        for foot in &self.feet {
            for line in wrap(foot, style.width.saturating_sub(2).max(24)) {
                let _ = writeln!(text, "{}", style.faint(&format!("  {line}")));
            }
        }
        text
    }

    fn lines(&self, row: &[String], widths: &[usize], most: usize) -> Vec<String> {
        let mut line = String::new();
        let last = self.heads.len() - 1;
        for (column, cell) in row.iter().enumerate().take(last) {
            let (width, gap) = (widths[column], "  ");
            let _ = match self.heads[column].1 {
                Side::Left => write!(line, "{gap}{cell:<width$}"),
                Side::Right => write!(line, "{gap}{cell:>width$}"),
            };
        }
        let cell = row.get(last).map_or("", String::as_str);
        if self.heads[last].1 == Side::Right {
            let _ = write!(line, "  {cell:>width$}", width = widths[last]);
            return vec![line.trim_end().to_owned()];
        }
        let indent = line.chars().count() + 2;
        let room = most.saturating_sub(indent).max(24);
        let wrapped = wrap(cell, room);
        let join = |(at, part): (usize, &String)| {
            let before = if at == 0 { line.clone() } else { " ".repeat(indent - 2) };
            format!("{before}  {part}").trim_end().to_owned()
        };
        wrapped.iter().enumerate().map(join).collect()
    }
}

/// Breaks text between words into lines of at most `width` characters; a longer word stays whole.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_at_the_right_and_long_words_at_the_end_go_on_below() {
        let heads = [("id", Side::Left), ("GPUs", Side::Right), ("how", Side::Left)];
        let mut columns = Columns::new("Gaps", &heads);
        columns.push(vec![
            "a".into(),
            "1,200".into(),
            "the offer that nobody has read yet to its end".into(),
        ]);
        let expected = "Gaps\n  id   GPUs  how\n  a   1,200  the offer that nobody has\n             read yet to its end\n";
        assert_eq!(columns.text(Style::plain(38)), expected);
    }
}
