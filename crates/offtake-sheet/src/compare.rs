//! Which cells of a workbook that came back are other than they were.

use crate::read::{ReadCell, ReadRow, ReadSheet, ReadWorkbook};
use crate::workbook::{Row, Sheet, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// What came back, held against what is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Cells that are other than they were.
    pub changes: Vec<CellChange>,
    /// Rows that were not there.
    pub new_rows: Vec<NewRow>,
    /// Rows that are no longer in their sheet: the sheet and their ids.
    pub missing_rows: Vec<(String, Vec<String>)>,
    /// Sheets that are no longer there.
    pub missing_sheets: Vec<String>,
    /// What cannot be understood: the place (sheet and cell) and what is wrong.
    pub problems: Vec<(String, String)>,
}

/// A cell that is other than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// Its sheet.
    pub sheet: String,
    /// Its name, as `F7`; of an emptied cell its row, as `row 7`.
    pub cell: String,
    /// What identifies its row.
    pub ids: Vec<String>,
    /// The key of its column.
    pub key: String,
    /// What it was; `None` when there was nothing.
    pub before: Option<String>,
    /// What it is; `None` when it was emptied.
    pub after: Option<String>,
}

/// A row that was not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Its sheet.
    pub sheet: String,
    /// Its number in the sheet, from 1.
    pub number: usize,
    /// What identifies it.
    pub ids: Vec<String>,
    /// The row above it that was there, if any: where it belongs.
    pub above: Option<Vec<String>>,
    /// Its values by key, with the names of their cells.
    pub cells: BTreeMap<String, (String, String)>,
}

/// Holds the workbook that came back against what the book says now.
///
/// A number is the same as its text, and so is a day; an empty cell is no value.
#[must_use]
pub fn compare(now: &Workbook, read: &ReadWorkbook) -> Comparison {
    let mut found = Comparison::default();
    for sheet in &read.sheets {
        match now.sheets.iter().find(|known| known.name == sheet.name) {
            Some(known) => of_sheet(known, sheet, &mut found),
            // Its last row was taken out.
            None if sheet.rows.is_empty() => {}
            None => found.problems.push((
                sheet.name.clone(),
                "there is no such kind of thing in the book: remove the sheet".to_owned(),
            )),
        }
    }
    let is_gone = |known: &&Sheet| !read.sheets.iter().any(|sheet| sheet.name == known.name);
    found.missing_sheets =
        now.sheets.iter().filter(is_gone).map(|sheet| sheet.name.clone()).collect();
    found
}

fn of_sheet(known: &Sheet, read: &ReadSheet, found: &mut Comparison) {
    let has = |key: &str| read.head.iter().any(|(other, _)| other == key);
    let missing: Vec<&String> = known.ids.iter().filter(|id| !has(id)).collect();
    if let Some(id) = missing.first() {
        let problem = format!("its column `{id}` is gone; rows cannot be told apart without it");
        found.problems.push((read.name.clone(), problem));
        return;
    }
    let mut twice = BTreeSet::new();
    for (key, cell) in &read.head {
        if !twice.insert(key) {
            found.problems.push((place(read, cell), format!("there is another column `{key}`")));
        }
    }
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut above: Option<Vec<String>> = None;
    for row in &read.rows {
        let Some(ids) = ids_of(known, read, row, found) else { continue };
        if !seen.insert(ids.clone()) {
            let problem = format!("`{}` is there twice", ids.join("."));
            found.problems.push((format!("{}, row {}", read.name, row.number), problem));
            continue;
        }
        match known.rows.iter().find(|known| known.ids == ids) {
            Some(was) => {
                of_row(known, was, (read, row), found);
                above = Some(ids);
            }
            None => new_row((known, read), row, (ids, above.as_ref()), found),
        }
    }
    let gone = known.rows.iter().filter(|row| !seen.contains(&row.ids));
    found.missing_rows.extend(gone.map(|row| (known.name.clone(), row.ids.clone())));
}

fn place(sheet: &ReadSheet, cell: &str) -> String {
    format!("{}, cell {cell}", sheet.name)
}

/// Returns what identifies the row; a row that lacks a part is told.
fn ids_of(
    known: &Sheet,
    read: &ReadSheet,
    row: &ReadRow,
    found: &mut Comparison,
) -> Option<Vec<String>> {
    let mut ids = Vec::new();
    for id in &known.ids {
        match row.cells.get(id).map(|cell| &cell.text) {
            Some(Ok(text)) => ids.push(text.clone()),
            _ => {
                let problem = format!("the row has no `{id}`");
                found.problems.push((format!("{}, row {}", read.name, row.number), problem));
                return None;
            }
        }
    }
    Some(ids)
}

fn of_row(known: &Sheet, was: &Row, (sheet, row): (&ReadSheet, &ReadRow), found: &mut Comparison) {
    let change = |cell: String, key: &str, before: Option<String>, after: Option<String>| {
        let (sheet, ids) = (known.name.clone(), was.ids.clone());
        CellChange { sheet, cell, ids, key: key.to_owned(), before, after }
    };
    for (key, _) in sheet.head.iter().filter(|(key, _)| !known.ids.contains(key)) {
        let before = was.cells.get(key).map(|cell| cell.value.text());
        match (before, row.cells.get(key)) {
            (None, None) => {}
            (before, Some(ReadCell { name, text: Ok(text) })) => {
                if before.as_ref().is_none_or(|before| !is_same(before, text)) {
                    found.changes.push(change(name.clone(), key, before, Some(text.clone())));
                }
            }
            (_, Some(ReadCell { name, text: Err(problem) })) => {
                found.problems.push((place(sheet, name), problem.clone()));
            }
            (Some(before), None) => {
                let cell = format!("row {}", row.number);
                found.changes.push(change(cell, key, Some(before), None));
            }
        }
    }
}

fn new_row(
    (known, sheet): (&Sheet, &ReadSheet),
    row: &ReadRow,
    (ids, above): (Vec<String>, Option<&Vec<String>>),
    found: &mut Comparison,
) {
    let mut cells = BTreeMap::new();
    for (key, cell) in row.cells.iter().filter(|(key, _)| !known.ids.contains(key)) {
        match &cell.text {
            Ok(text) => {
                cells.insert(key.clone(), (cell.name.clone(), text.clone()));
            }
            Err(problem) => found.problems.push((place(sheet, &cell.name), problem.clone())),
        }
    }
    let (sheet, number) = (sheet.name.clone(), row.number);
    found.new_rows.push(NewRow { sheet, number, ids, above: above.cloned(), cells });
}

/// Says whether two texts are the same, or the same number.
fn is_same(before: &str, after: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    before == after || matches!((number(before), number(after)), (Some(a), Some(b)) if a == b)
}
