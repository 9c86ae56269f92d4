//! The tables of a study as one workbook: a sheet that says what it is, then a sheet for each table.
//!
//! Numbers are numbers, whatever the part wrote them as; the day that the book holds stands for the day of
//! making, so that equal studies give equal bytes.

use super::StudyReport;
use crate::table::{Table, Value};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;
use std::io;

/// Characters that the name of a sheet may have.
const NAME: usize = 31;
/// Rows that a sheet may have, the head among them.
const ROWS: usize = 1_048_576;

/// Returns the workbook's bytes.
///
/// # Errors
///
/// When a table is too large for a sheet.
pub(super) fn workbook(report: &StudyReport, tables: &[Table]) -> io::Result<Vec<u8>> {
    made(report, tables).map_err(io::Error::other)
}

fn made(report: &StudyReport, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::parse_from_str(&report.head.as_of)
        .or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    book.set_properties(
        &DocProperties::new().set_title(&report.head.title).set_creation_datetime(&day),
    );
    let names = sheet_names(tables);
    cover(book.add_worksheet(), report, tables, &names)?;
    for (table, name) in tables.iter().zip(&names) {
        sheet(book.add_worksheet().set_name(name)?, table)?;
    }
    book.save_to_buffer()
}

fn cover(
    sheet: &mut Worksheet,
    report: &StudyReport,
    tables: &[Table],
    names: &[String],
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let head = &report.head;
    let lines = [
        ("Study", head.title.clone()),
        ("as known on", head.as_of.clone()),
        ("horizon", format!("{} to {} (the day after the last)", head.from, head.until)),
        ("reference accelerator", head.reference.clone()),
        ("book hash", head.book_hash.clone()),
        ("seed", report.seed.to_string()),
        ("version of Offtake", head.version.clone()),
    ];
    sheet.set_name("About")?.set_column_width(0, 30)?.set_column_width(1, 80)?;
    let mut row = 0;
    for (name, text) in lines {
        sheet.write_with_format(row, 0, name, &bold)?.write(row, 1, text)?;
        row += 1;
    }
    for section in &report.sections {
        for (what, samples) in &section.samples {
            let name = if what == "all" {
                section.name.clone()
            } else {
                format!("{}, {what}", section.name)
            };
            sheet.write_with_format(row, 0, format!("futures: {name}"), &bold)?;
            sheet.write(row, 1, *samples as f64)?;
            row += 1;
        }
    }
    row += 1;
    sheet.write_with_format(row, 0, "sheet", &bold)?.write_with_format(row, 1, "rows", &bold)?;
    for (table, name) in tables.iter().zip(names) {
        row += 1;
        sheet.write(row, 0, name)?.write(row, 1, table.rows.len() as f64)?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    for (column, (name, _)) in table.columns.iter().enumerate() {
        let at = u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?;
        sheet.write_with_format(0, at, name, &bold)?;
        sheet.set_column_width(at, width(table, column))?;
        let is_numeric = reads_as_numbers(table, column);
        for (row, values) in table.rows.iter().enumerate().take(ROWS) {
            let row = u32::try_from(row + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
            match &values[column] {
                Value::Number(number) => sheet.write(row, at, *number)?,
                Value::Flag(flag) => sheet.write(row, at, *flag)?,
                Value::Text(text) => match text.parse::<f64>() {
                    Ok(number) if is_numeric => sheet.write(row, at, number)?,
                    _ => sheet.write_string(row, at, text)?,
                },
                Value::Nothing => sheet,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Says whether all words of a column are decimal numbers, as amounts of money are.
fn reads_as_numbers(table: &Table, column: usize) -> bool {
    let is_amount = |text: &String| {
        text.len() < 16
            && text.contains(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
            && text.parse::<f64>().is_ok()
    };
    let texts = table.rows.iter().filter_map(|row| match &row[column] {
        Value::Text(text) => Some(text),
        _ => None,
    });
    let mut any = false;
    texts.inspect(|_| any = true).all(is_amount) && any
}

/// Returns the width of a column in characters.
fn width(table: &Table, column: usize) -> f64 {
    let length = |row: &Vec<Value>| match &row[column] {
        Value::Text(text) => text.chars().count(),
        _ => 12,
    };
    let longest = table.rows.iter().take(200).map(length).max().unwrap_or(0);
    (longest.max(table.columns[column].0.len().div_ceil(2)).clamp(10, 60) + 1) as f64
}

/// Returns a name of its own for each sheet, short enough.
fn sheet_names(tables: &[Table]) -> Vec<String> {
    let mut taken = BTreeSet::from(["about".to_owned()]);
    let mut name = |table: &Table| {
        let clean: String =
            table.name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let mut found: String = clean.chars().take(NAME).collect();
        let mut number = 2;
        while !taken.insert(found.to_lowercase()) {
            let tail = format!("_{number}");
            found = clean.chars().take(NAME - tail.len()).collect::<String>() + &tail;
            number += 1;
        }
        found
    };
    tables.iter().map(&mut name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Head;
    use crate::study::{Section, StudyReport};
    use serde_json::json;

    fn report() -> StudyReport {
        let value = json!({ "cash_flows": [
            { "month": "2026-01", "amount": "12.50" }, { "month": "2026-02", "amount": "-3" },
        ] });
        StudyReport {
            head: Head { as_of: "2025-11-30".into(), ..Head::default() },
            seed: 1,
            book: json!({}),
            sections: vec![Section::new("value", value)],
        }
    }

    #[test]
    fn amounts_become_numbers_and_months_stay_words() {
        let tables = report().tables();
        assert_eq!(tables[0].name, "value_cash_flows");
        assert!(!reads_as_numbers(&tables[0], 0));
        assert!(reads_as_numbers(&tables[0], 1));
    }

    #[test]
    fn equal_studies_give_equal_workbooks() {
        let one = workbook(&report(), &report().tables()).unwrap();
        assert_eq!(one, workbook(&report(), &report().tables()).unwrap());
        assert_eq!(&one[..2], b"PK");
    }

    #[test]
    fn names_that_are_alike_at_their_start_stay_apart() {
        let long = "stress_diversification_by_supplier_and_year";
        let tables = [Table::new(long, vec![]), Table::new(&format!("{long}_more"), vec![])];
        let names = sheet_names(&tables);
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.len() <= NAME));
    }
}
