//! One cell of a CSV changed, or a row added or taken out, and no other byte.
//!
//! The separator is that of the head (comma, semicolon or tab, whichever is most frequent there). A head
//! such as `price [USD/GPUh]` holds the unit: cells below it are bare numbers.

use std::ops::Range;

/// Why a file was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// The table has no such column.
    #[error("the table has no column `{0}`; add it to the head of the file")]
    NoColumn(String),
    /// The table has no such row.
    #[error("the table has no row on line {0}")]
    NoRow(usize),
    /// The value is not in the unit of its column.
    #[error("`{value}` is not in `{unit}`, the unit of the column `{column}`")]
    OtherUnit {
        /// The value.
        value: String,
        /// The column.
        column: String,
        /// Its unit.
        unit: String,
    },
}

/// A file cut into lines of fields.
struct Table<'a> {
    text: &'a str,
    separator: char,
    /// Line number from 1, and where each field stands, quotes included.
    rows: Vec<(usize, Vec<Range<usize>>)>,
}

/// Sets the cell of `key` in the row on `line` (from 1) to `value`; an empty value empties it.
///
/// # Errors
///
/// When there is no such row or column, or the column has another unit.
pub fn set(text: &str, line: usize, key: &str, value: &str) -> Result<String, CsvError> {
    let table = Table::new(text);
    let column = table.column(key)?;
    let (_, fields) =
        table.rows.iter().skip(1).find(|(at, _)| *at == line).ok_or(CsvError::NoRow(line))?;
    let written = table.written(column, value)?;
    match fields.get(column) {
        Some(span) => Ok(format!("{}{written}{}", &text[..span.start], &text[span.end..])),
        // A row may end before the last columns.
        None => {
            let end = fields.last().map_or(0, |span| span.end);
            let gap = table.separator.to_string().repeat(column + 1 - fields.len());
            Ok(format!("{}{gap}{written}{}", &text[..end], &text[end..]))
        }
    }
}

/// Adds a row at the end.
///
/// # Errors
///
/// When a column is not there, or has another unit.
pub fn append(text: &str, values: &[(String, String)]) -> Result<String, CsvError> {
    let table = Table::new(text);
    let count = table.rows.first().map_or(0, |(_, fields)| fields.len());
    let mut fields = vec![String::new(); count];
    for (key, value) in values {
        let column = table.column(key)?;
        fields[column] = table.written(column, value)?;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    Ok(format!("{text}{gap}{}{newline}", fields.join(&table.separator.to_string())))
}

/// Takes the row on `line` (from 1) out.
///
/// # Errors
///
/// When there is no such row.
pub fn remove_row(text: &str, line: usize) -> Result<String, CsvError> {
    let table = Table::new(text);
    let (_, fields) =
        table.rows.iter().skip(1).find(|(at, _)| *at == line).ok_or(CsvError::NoRow(line))?;
    let start = fields.first().map_or(0, |span| span.start);
    let end = fields.last().map_or(start, |span| span.end);
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    Ok(format!("{}{}", &text[..start], &text[end..]))
}

impl<'a> Table<'a> {
    fn new(text: &'a str) -> Table<'a> {
        let is_head = |line: &&str| !line.starts_with('#') && !line.trim().is_empty();
        let head = text.lines().find(is_head).unwrap_or("");
        let count = |c: char| head.chars().filter(|other| *other == c).count();
        let most = [',', ';', '\t'].into_iter().rev().max_by_key(|c| count(*c)).unwrap_or(',');
        let rows = rows(text, most);
        Table { text, separator: most, rows }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let head = self.rows.first().into_iter().flat_map(|(_, fields)| fields);
        head.map(|span| self.text[span.clone()].trim().trim_matches('"'))
    }

    /// Returns the column that holds `key`, with or without a unit.
    fn column(&self, key: &str) -> Result<usize, CsvError> {
        let bare = |name: &str| name.split('[').next().unwrap_or(name).trim() == key;
        self.names().position(bare).ok_or_else(|| CsvError::NoColumn(key.to_owned()))
    }

    /// Writes a value as the column needs it: without the unit that stands in the head, in quotes where it
    /// must.
    fn written(&self, column: usize, value: &str) -> Result<String, CsvError> {
        let name = self.names().nth(column).unwrap_or_default();
        let unit = name.split_once('[').and_then(|(_, unit)| unit.strip_suffix(']'));
        let bare = match unit.map(str::trim) {
            Some(unit) if !value.is_empty() && value.parse::<f64>().is_err() => {
                value.strip_suffix(unit).map(str::trim).ok_or_else(|| CsvError::OtherUnit {
                    value: value.to_owned(),
                    column: name.to_owned(),
                    unit: unit.to_owned(),
                })?
            }
            _ => value,
        };
        let needs_quotes = bare.contains([self.separator, '"', '\n', '\r', '#']);
        Ok(if needs_quotes {
            format!("\"{}\"", bare.replace('"', "\"\""))
        } else {
            bare.to_owned()
        })
    }
}

/// Cuts the text into rows; comments and empty lines are none.
fn rows(text: &str, separator: char) -> Vec<(usize, Vec<Range<usize>>)> {
    let mut rows = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let rest = &text[at..];
        let end = row_end(rest);
        let row = rest[..end].trim_end_matches(['\n', '\r']);
        if !row.starts_with('#') && !row.trim().is_empty() {
            rows.push((line, fields(row, at, separator)));
        }
        line += rest[..end].matches('\n').count();
        at += end;
    }
    rows
}

/// Returns where the row at the start of `text` ends: at a line's end outside of quotes.
fn row_end(text: &str) -> usize {
    let mut is_quoted = false;
    let is_comment = text.starts_with('#');
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if !is_comment => is_quoted = !is_quoted,
            '\n' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn fields(row: &str, offset: usize, separator: char) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (at, letter) in row.char_indices() {
        if letter == '"' {
            is_quoted = !is_quoted;
        } else if letter == separator && !is_quoted {
            spans.push(offset + start..offset + at);
            start = at + letter.len_utf8();
        }
    }
    spans.push(offset + start..offset + row.len());
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Tranches.\ncontract,id,gpus,price [USD/GPUh],note\nnscale,barstow,104000,2.74,\"a, b\"\n\nnscale,sines,12600,,\n";

    #[test]
    fn a_changed_cell_changes_its_own_bytes_and_no_other() {
        assert_eq!(set(TABLE, 3, "gpus", "72").unwrap(), TABLE.replace("104000", "72"));
        assert_eq!(
            set(TABLE, 5, "note", "x; \"y\", z").unwrap(),
            TABLE.replace("12600,,\n", "12600,,\"x; \"\"y\"\", z\"\n")
        );
        assert_eq!(set(TABLE, 3, "note", "").unwrap(), TABLE.replace("\"a, b\"", ""));
    }

    #[test]
    fn the_unit_of_the_head_is_not_written_again_and_another_is_refused() {
        assert_eq!(set(TABLE, 3, "price", "3.10 USD/GPUh").unwrap(), TABLE.replace("2.74", "3.10"));
        assert_eq!(set(TABLE, 5, "price", "2.5").unwrap(), TABLE.replace("12600,,", "12600,2.5,"));
        assert!(matches!(set(TABLE, 3, "price", "3.10 EUR/GPUh"), Err(CsvError::OtherUnit { .. })));
    }

    #[test]
    fn a_row_is_added_with_the_separator_and_line_ends_of_the_file() {
        let table = "id;gpus\r\na;1\r\n";
        let values = [("gpus".to_owned(), "2".to_owned()), ("id".to_owned(), "b".to_owned())];
        assert_eq!(append(table, &values).unwrap(), "id;gpus\r\na;1\r\nb;2\r\n");
        assert_eq!(append("id,gpus\na,1", &values).unwrap(), "id,gpus\na,1\nb,2\n");
    }

    #[test]
    fn rows_that_are_short_are_filled_up_and_what_is_not_there_is_told() {
        assert_eq!(set("id,gpus,note\na\n", 2, "note", "x").unwrap(), "id,gpus,note\na,,x\n");
        assert_eq!(set(TABLE, 4, "gpus", "1"), Err(CsvError::NoRow(4)));
        assert_eq!(set(TABLE, 3, "ramp", "1"), Err(CsvError::NoColumn("ramp".to_owned())));
    }

    #[test]
    fn a_row_is_taken_out_with_its_line_and_no_other_byte() {
        let row = "nscale,barstow,104000,2.74,\"a, b\"\n";
        assert_eq!(remove_row(TABLE, 3).unwrap(), TABLE.replace(row, ""));
        assert_eq!(remove_row("id,note\r\na,\"x\r\ny\"\r\nb,z", 2).unwrap(), "id,note\r\nb,z");
        assert_eq!(remove_row(TABLE, 2), Err(CsvError::NoRow(2)));
    }

    #[test]
    fn quoted_line_breaks_do_not_end_a_row() {
        let table = "id,note\na,\"one\ntwo\"\nb,x\n";
        assert_eq!(set(table, 4, "note", "y").unwrap(), table.replace(",x", ",y"));
    }
}
