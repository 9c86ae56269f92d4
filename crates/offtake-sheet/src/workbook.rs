//! The workbook as plain data.

use jiff::civil::Date;
use std::collections::BTreeMap;

/// The sheet that tells which book a workbook was written from.
pub(crate) const STAMP: &str = "about";
/// What stands beside the hash of that book.
pub(crate) const MADE_FROM: &str = "made from";

/// A workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// What it is about.
    pub title: String,
    /// Tells the book that it was written from from another.
    pub stamp: String,
    /// The day that its file is dated; the same book gives the same bytes.
    pub date: Date,
    /// Its sheets.
    pub sheets: Vec<Sheet>,
}

/// A table of things of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The kind.
    pub name: String,
    /// What such a thing is.
    pub about: String,
    /// Names of the first columns, which together identify a row.
    pub ids: Vec<String>,
    /// The other columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key that it holds.
    pub key: String,
    /// What it means.
    pub about: String,
}

/// A thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What identifies it, one for each id column.
    pub ids: Vec<String>,
    /// Its values by key.
    pub cells: BTreeMap<String, Cell>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it is.
    pub value: CellValue,
    /// What a reader sees when the pointer rests on it.
    pub note: Option<String>,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum CellValue {
    /// Words, and quantities with their unit.
    Text(String),
    /// A bare number.
    Number(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
}

impl CellValue {
    /// Returns the value as text: how a file would say it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            CellValue::Text(text) => text.clone(),
            CellValue::Number(number) => number.to_string(),
            CellValue::Date(date) => date.to_string(),
            CellValue::Bool(value) => value.to_string(),
        }
    }
}

/// Returns the name of a cell, as `F7`; row and column count from 0.
#[must_use]
pub(crate) fn cell_name(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        let letter = u8::try_from(left % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + letter));
        left /= 26;
    }
    format!("{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(6, 5), "F7");
        assert_eq!(cell_name(9, 25), "Z10");
        assert_eq!(cell_name(9, 26), "AA10");
        assert_eq!(cell_name(0, 701), "ZZ1");
        assert_eq!(cell_name(0, 702), "AAA1");
    }
}
