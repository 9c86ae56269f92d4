//! A workbook into the bytes of an XLSX file; the same workbook gives the same bytes.

use crate::SheetError;
use crate::workbook::{CellValue, MADE_FROM, STAMP, Sheet, Workbook};
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, Note, Workbook as File, Worksheet,
    XlsxError,
};

/// The widest that a column is made.
const WIDEST: usize = 42;

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> SheetError {
        SheetError::Write(error.to_string())
    }
}

/// Returns the bytes of the workbook.
///
/// # Errors
///
/// When a sheet is larger than a workbook can hold, or a cell's text longer.
pub fn write_workbook(workbook: &Workbook) -> Result<Vec<u8>, SheetError> {
    let mut file = File::new();
    let day = excel_date(workbook.date)?;
    let properties = DocProperties::new().set_title(&workbook.title).set_creation_datetime(&day);
    file.set_properties(&properties);
    let formats = Formats::new();
    about(file.add_worksheet(), workbook, &formats)?;
    for sheet in &workbook.sheets {
        table(file.add_worksheet(), sheet, &formats)?;
    }
    Ok(file.save_to_buffer()?)
}

/// How cells look.
struct Formats {
    head: Format,
    id: Format,
    date: Format,
    cell: Format,
    title: Format,
}

impl Formats {
    fn new() -> Formats {
        let base = || Format::new().set_align(FormatAlign::Top);
        Formats {
            head: base().set_bold().set_background_color(Color::RGB(0xE8_EEF4)),
            id: base().set_bold(),
            date: base().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            cell: base(),
            title: Format::new().set_bold().set_font_size(14),
        }
    }
}

/// The first sheet: what this is, and how to bring changes back.
fn about(sheet: &mut Worksheet, workbook: &Workbook, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(STAMP)?;
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, &workbook.title, &formats.title)?;
    let lines = [
        (MADE_FROM, workbook.stamp.as_str()),
        (
            "change",
            "a cell of a sheet, as it would stand in the book: 2026-09-30, 200 MW, 2.91 USD/GPUh, 60 months; an empty cell takes the value out",
        ),
        (
            "add",
            "a row below the others, with ids of its own; or a key of the kind as a new column",
        ),
        (
            "take out",
            "a row: its table is taken out of the file, unless something still refers to it",
        ),
        (
            "bring back",
            "offtake sheet BOOK --from THIS-FILE.xlsx --dry-run tells what would change; without --dry-run it is changed",
        ),
        (
            "leave",
            "bold columns (ids) and names of columns; a sheet that is taken out here is left in the book",
        ),
    ];
    for (at, (name, text)) in (2_u32..).zip(lines) {
        sheet.write_string_with_format(at, 0, name, &formats.id)?;
        sheet.write_string_with_format(at, 1, text, &formats.cell)?;
    }
    for (at, one) in (9_u32..).zip(&workbook.sheets) {
        sheet.write_string_with_format(at, 0, &one.name, &formats.id)?;
        sheet.write_string_with_format(at, 1, &one.about, &formats.cell)?;
    }
    Ok(())
}

fn table(sheet: &mut Worksheet, table: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(&table.name)?;
    let ids = table.ids.len();
    for (at, id) in table.ids.iter().enumerate() {
        sheet.write_string_with_format(0, column(at)?, id, &formats.head)?;
    }
    for (at, one) in table.columns.iter().enumerate() {
        let at = column(ids + at)?;
        sheet.write_string_with_format(0, at, &one.key, &formats.head)?;
        sheet.insert_note(0, at, &note(&one.about))?;
    }
    for (at, row) in table.rows.iter().enumerate() {
        let line = u32::try_from(at + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        for (at, id) in row.ids.iter().enumerate() {
            sheet.write_string_with_format(line, column(at)?, id, &formats.id)?;
        }
        for (at, one) in table.columns.iter().enumerate() {
            let Some(cell) = row.cells.get(&one.key) else { continue };
            let at = column(ids + at)?;
            write_cell(sheet, (line, at), &cell.value, formats)?;
            if let Some(text) = &cell.note {
                sheet.insert_note(line, at, &note(text))?;
            }
        }
    }
    widths(sheet, table)?;
    sheet.set_freeze_panes(1, column(ids)?)?;
    let last = u32::try_from(table.rows.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    let columns = column((ids + table.columns.len()).max(1) - 1)?;
    sheet.autofilter(0, 0, last, columns)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (line, at): (u32, u16),
    value: &CellValue,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match value {
        CellValue::Text(text) => sheet.write_string_with_format(line, at, text, &formats.cell)?,
        CellValue::Number(number) => {
            sheet.write_number_with_format(line, at, *number, &formats.cell)?
        }
        CellValue::Bool(value) => {
            sheet.write_boolean_with_format(line, at, *value, &formats.cell)?
        }
        CellValue::Date(date) => match excel_date(*date) {
            Ok(day) => sheet.write_datetime_with_format(line, at, &day, &formats.date)?,
            // Before 1900 a spreadsheet has no dates.
            Err(_) => sheet.write_string_with_format(line, at, date.to_string(), &formats.cell)?,
        },
    };
    Ok(())
}

fn widths(sheet: &mut Worksheet, table: &Sheet) -> Result<(), XlsxError> {
    let length = |text: &str| text.chars().count();
    for (at, id) in table.ids.iter().enumerate() {
        let longest = table.rows.iter().filter_map(|row| row.ids.get(at)).map(|id| length(id));
        let width = longest.max().unwrap_or(0).max(length(id));
        sheet.set_column_width(column(at)?, (width.min(WIDEST) + 3) as f64)?;
    }
    for (at, one) in table.columns.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(&one.key));
        let longest = cells.map(|cell| length(&cell.value.text())).max().unwrap_or(0);
        let width = longest.max(length(&one.key)).min(WIDEST) + 3;
        sheet.set_column_width(column(table.ids.len() + at)?, width as f64)?;
    }
    Ok(())
}

fn note(text: &str) -> Note {
    let lines = text.lines().map(|line| line.chars().count() / 30 + 1).sum::<usize>().max(2);
    Note::new(text)
        .add_author_prefix(false)
        .set_author("offtake")
        .set_width(240)
        .set_height(u32::try_from(20 * lines + 16).unwrap_or(200).min(400))
}

fn column(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}

fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs())
}
