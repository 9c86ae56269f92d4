//! What chores that read the reference data share: the folder, tables of text, and writing what came of it.
//!
//! The data is not part of the repository: it lies in the folder that `OFFTAKE_DATA` names,
//! and only small derived figures are committed.

pub(crate) use crate::tables::root;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One row of a table: text by column.
pub(crate) type Row = BTreeMap<String, String>;

/// Returns the folder of reference data, or what to do where there is none.
pub(crate) fn data() -> Result<PathBuf, String> {
    let Some(folder) = std::env::var_os("OFFTAKE_DATA").map(PathBuf::from) else {
        return Err("set OFFTAKE_DATA to the folder of reference data".to_owned());
    };
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(format!("there is no folder of reference data at {}", folder.display()))
    }
}

/// Reads a CSV, also one that is packed (`.gz`).
pub(crate) fn table(path: &Path) -> Result<Vec<Row>, String> {
    let failed =
        |error: &dyn std::fmt::Display| format!("failed to read {}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .map_err(|error| failed(&error))?;
    } else {
        text = String::from_utf8(bytes).map_err(|error| failed(&error))?;
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    rows.map_err(|error| failed(&error))
}

/// Returns the text of a column, empty when it is not there.
pub(crate) fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", |text| text.trim())
}

/// Returns the number of a column.
pub(crate) fn number(row: &Row, column: &str) -> Option<f64> {
    text(row, column).parse().ok().filter(|number: &f64| number.is_finite())
}

/// Writes a file of the repository.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|error| format!("failed to write {}: {error}", path.display()))
}

/// Writes a number with four digits that count.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let whole = libm::floor(libm::log10(libm::fabs(number))) as i32;
    let places = usize::try_from(3 - whole).unwrap_or(0);
    let text = format!("{number:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_count() {
        let said: Vec<String> = [5842.486, 0.0123456, 12.0, 99.996, 0.0].map(short).to_vec();
        assert_eq!(said, ["5842", "0.01235", "12", "100", "0"]);
    }
}
