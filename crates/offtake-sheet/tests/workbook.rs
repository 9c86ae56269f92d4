//! Workbooks written and read again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use jiff::civil::date;
use offtake_sheet::{
    Cell, CellValue, Column, Row, Sheet, SheetError, Workbook, compare, read_workbook,
    write_workbook,
};

fn workbook() -> Workbook {
    let values = [
        ("name", CellValue::Text("Ünïcode; \"quotes\"".to_owned())),
        ("gpus", CellValue::Number(104_000.0)),
        ("pue", CellValue::Number(1.12)),
        ("promised", CellValue::Date(date(2026, 9, 30))),
        ("sublease", CellValue::Bool(true)),
    ];
    let column = |key: &str| Column { key: key.to_owned(), about: "What it means.".to_owned() };
    let cell =
        |value: &CellValue| Cell { value: value.clone(), note: Some("press\nx.toml:3".to_owned()) };
    let row = |id: &str, from: usize| Row {
        ids: vec!["nscale".to_owned(), id.to_owned()],
        cells: values[from..].iter().map(|(key, value)| ((*key).to_owned(), cell(value))).collect(),
    };
    Workbook {
        title: "A book".to_owned(),
        stamp: "12ab".to_owned(),
        date: date(2025, 11, 30),
        sheets: vec![Sheet {
            name: "tranche".to_owned(),
            about: "A part of a contract.".to_owned(),
            ids: vec!["contract".to_owned(), "id".to_owned()],
            columns: values.iter().map(|(key, _)| column(key)).collect(),
            rows: vec![row("barstow", 0), row("sines", 3)],
        }],
    }
}

#[test]
fn what_is_written_reads_as_the_same_and_the_same_bytes_come_twice() {
    let bytes = write_workbook(&workbook()).unwrap();
    let read = read_workbook(&bytes).unwrap();
    assert_eq!(read.stamp, "12ab");
    let found = compare(&workbook(), &read);
    assert_eq!(found, offtake_sheet::Comparison::default());
    let cell = &read.sheets[0].rows[0].cells["gpus"];
    assert_eq!((cell.name.as_str(), cell.text.as_deref()), ("D2", Ok("104000")));
    assert!(bytes == write_workbook(&workbook()).unwrap());
}

#[test]
fn changed_emptied_filled_new_and_missing_are_told_apart() {
    let mut edited = workbook();
    let rows = &mut edited.sheets[0].rows;
    rows[0].cells.get_mut("gpus").unwrap().value = CellValue::Number(72.0);
    rows[0].cells.remove("name");
    let filled = rows[0].cells["pue"].clone();
    rows[1].cells.insert("pue".to_owned(), filled);
    rows.push(Row { ids: vec!["nscale".to_owned(), "narvik".to_owned()], ..rows[1].clone() });
    let read = read_workbook(&write_workbook(&edited).unwrap()).unwrap();
    let found = compare(&workbook(), &read);
    let said: Vec<(&str, Option<&str>, Option<&str>)> = found
        .changes
        .iter()
        .map(|one| (one.cell.as_str(), one.before.as_deref(), one.after.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("row 2", Some("Ünïcode; \"quotes\""), None),
            ("D2", Some("104000"), Some("72")),
            ("E3", None, Some("1.12"))
        ]
    );
    assert_eq!(found.new_rows[0].above, Some(vec!["nscale".to_owned(), "sines".to_owned()]));
    assert_eq!(found.new_rows[0].cells.len(), 3);
    edited.sheets[0].rows.truncate(1);
    let read = read_workbook(&write_workbook(&edited).unwrap()).unwrap();
    let missing = compare(&workbook(), &read).missing_rows;
    assert_eq!(missing, [("tranche".to_owned(), vec!["nscale".to_owned(), "sines".to_owned()])]);
}

#[test]
fn a_row_twice_a_row_without_its_id_and_a_column_that_is_gone_are_told() {
    let mut edited = workbook();
    let rows = &mut edited.sheets[0].rows;
    rows.push(rows[0].clone());
    rows.push(Row { ids: vec!["nscale".to_owned(), " ".to_owned()], ..rows[0].clone() });
    let read = read_workbook(&write_workbook(&edited).unwrap()).unwrap();
    let problems = compare(&workbook(), &read).problems;
    assert_eq!(problems[0].1, "`nscale.barstow` is there twice");
    assert_eq!(problems[1], ("tranche, row 5".to_owned(), "the row has no `id`".to_owned()));
    edited.sheets[0].ids[1] = "name of tranche".to_owned();
    let read = read_workbook(&write_workbook(&edited).unwrap()).unwrap();
    assert!(compare(&workbook(), &read).problems[0].1.contains("its column `id` is gone"));
}

#[test]
fn a_workbook_of_somebody_else_and_bytes_that_are_none_are_told_apart() {
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().write_string(0, 0, "mine").unwrap();
    let bytes = other.save_to_buffer().unwrap();
    assert!(matches!(read_workbook(&bytes), Err(SheetError::NotOurs("about"))));
    assert!(matches!(read_workbook(b"no archive"), Err(SheetError::NotAWorkbook(_))));
}

#[test]
fn a_stray_cell_in_the_last_row_and_column_takes_no_room_for_all_between() {
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().set_name("about").unwrap();
    let sheet = other.add_worksheet().set_name("tranche").unwrap();
    for (column, key) in ["contract", "id", "gpus"].into_iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), key).unwrap();
    }
    sheet.write_string(1_048_575, 16_383, "a slip of the hand").unwrap();
    let read = read_workbook(&other.save_to_buffer().unwrap()).unwrap();
    assert_eq!(read.sheets[0].rows, []);
}
