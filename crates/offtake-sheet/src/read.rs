//! The bytes of an XLSX file into named rows of text.

use crate::SheetError;
use crate::workbook::{MADE_FROM, STAMP, cell_name};
use calamine::{Data, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// More cells than any book writes.
const MOST_CELLS: usize = 2_000_000;

/// A workbook as it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadWorkbook {
    /// Tells which book it was written from.
    pub stamp: String,
    /// Its sheets, the first one apart.
    pub sheets: Vec<ReadSheet>,
}

/// A sheet as it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSheet {
    /// Its name.
    pub name: String,
    /// Names of the columns with the names of their cells; those without a name are left out.
    pub head: Vec<(String, String)>,
    /// The rows that are not empty.
    pub rows: Vec<ReadRow>,
}

/// A row as it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// Its cells by the name of their column; empty ones are left out.
    pub cells: BTreeMap<String, ReadCell>,
    /// Its number in the sheet, from 1.
    pub number: usize,
}

/// A cell as it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCell {
    /// Its name, as `F7`.
    pub name: String,
    /// What it holds, as a file would say it; or what is wrong with it.
    pub text: Result<String, String>,
}

/// Reads a workbook.
///
/// # Errors
///
/// When the bytes are no workbook, or one that `write_workbook` did not make.
pub fn read_workbook(bytes: &[u8]) -> Result<ReadWorkbook, SheetError> {
    let broken = |error: calamine::XlsxError| SheetError::NotAWorkbook(error.to_string());
    let mut file: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = file.sheet_names();
    if !names.iter().any(|name| name == STAMP) {
        return Err(SheetError::NotOurs(STAMP));
    }
    let mut stamp = String::new();
    let mut sheets = Vec::new();
    for name in names {
        let cells = cells(&mut file, &name)?;
        if name == STAMP {
            stamp = stamp_of(&cells);
        } else {
            sheets.push(sheet(name, &cells));
        }
    }
    Ok(ReadWorkbook { stamp, sheets })
}

/// The cells of a sheet that are not empty, by row and column from 0. A stray cell in the last row that a
/// spreadsheet has must not make room for all between.
type Cells = BTreeMap<usize, BTreeMap<usize, Data>>;

fn cells(file: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Cells, SheetError> {
    let broken = |error: calamine::XlsxError| SheetError::NotAWorkbook(error.to_string());
    let mut reader = file.worksheet_cells_reader(name).map_err(broken)?;
    let mut cells = Cells::new();
    let mut count = 0;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let data = Data::from(cell.get_value().clone());
        if data == Data::Empty {
            continue;
        }
        count += 1;
        if count > MOST_CELLS {
            let text = format!("the sheet `{name}` has more than {MOST_CELLS} cells");
            return Err(SheetError::NotAWorkbook(text));
        }
        cells.entry(row as usize).or_default().insert(column as usize, data);
    }
    Ok(cells)
}

/// Returns what stands beside the words for it, below the title.
fn stamp_of(cells: &Cells) -> String {
    let text = |row: &BTreeMap<usize, Data>, column: usize| {
        row.get(&column).map(|data| data.to_string().trim().to_owned()).unwrap_or_default()
    };
    let row = cells.iter().find(|(at, row)| **at > 0 && text(row, 0) == MADE_FROM);
    row.map(|(_, row)| text(row, 1)).unwrap_or_default()
}

fn sheet(name: String, cells: &Cells) -> ReadSheet {
    let mut rows = cells.iter();
    let Some((top, head)) = rows.next() else {
        return ReadSheet { name, head: Vec::new(), rows: Vec::new() };
    };
    // A column without a name holds remarks of whoever wrote them.
    let head: BTreeMap<usize, String> = head
        .iter()
        .map(|(column, cell)| (*column, cell.to_string().trim().to_owned()))
        .filter(|(_, key)| !key.is_empty())
        .collect();
    let mut read = Vec::new();
    for (at, row) in rows {
        let mut cells = BTreeMap::new();
        for (column, data) in row {
            if let (Some(key), Some(text)) = (head.get(column), text(data)) {
                let name = cell_name(*at, *column);
                cells.entry(key.clone()).or_insert(ReadCell { name, text });
            }
        }
        if !cells.is_empty() {
            read.push(ReadRow { cells, number: at + 1 });
        }
    }
    let head = head.into_iter().map(|(column, key)| (key, cell_name(*top, column))).collect();
    ReadSheet { name, head, rows: read }
}

/// Returns what a cell holds; `None` when it is empty.
fn text(data: &Data) -> Option<Result<String, String>> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) if text.trim().is_empty() => return None,
        Data::String(text) => Ok(text.trim().to_owned()),
        Data::Int(number) => Ok(number.to_string()),
        // Spreadsheets know no whole numbers: 72 is 72.0 to them.
        Data::Float(number) => Ok(number.to_string()),
        Data::Bool(value) => Ok(value.to_string()),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                Ok(format!("{year:04}-{month:02}-{day:02}"))
            } else {
                Err("it is a moment, where a day is needed".to_owned())
            }
        }
        Data::DateTime(_) => {
            Err("it is a length of time of the spreadsheet's own; write it as text, as in `45 d`"
                .to_owned())
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Ok(text.trim_end_matches("T00:00:00").to_owned())
        }
        Data::Error(error) => Err(format!("it holds the error {error}")),
    })
}
