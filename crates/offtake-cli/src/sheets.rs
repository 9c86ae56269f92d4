//! From a book to a workbook, and from the cells that changed to the bytes of files.
//!
//! Nothing is written here. What comes back is read as a book before anybody writes it, and held against
//! the workbook once more: an edit that does not say what its cell says is refused.

use offtake_book::{
    LongTable, LongThing, Written, long_tables, read_book_edited, read_cell, refers_to,
    render_findings,
};
use offtake_model::{Book, Finding, Place, Severity};
use offtake_sheet::{
    Cell, CellChange, CellValue, Column, Comparison, NewRow, ReadWorkbook, Row, Sheet, Workbook,
    compare, csv, toml,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Something wrong with a cell, a row or a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Sheet and cell.
    pub(crate) place: String,
    /// What is wrong, and how to mend it.
    pub(crate) text: String,
}

/// What a workbook changes in a book.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// Whole new contents by file.
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
    /// What changes, in words, with its file.
    pub(crate) told: Vec<(PathBuf, String)>,
    /// Sheets that the workbook no longer has.
    pub(crate) missing: Vec<String>,
    /// What still names a thing that is taken out, though the book reads without it.
    pub(crate) left: Vec<Problem>,
}

/// Makes the workbook of a book.
pub(crate) fn workbook(book: &Book, hash: &str) -> Workbook {
    let sheets = long_tables(book).iter().map(sheet).collect();
    Workbook { title: book.title.clone(), stamp: hash.to_owned(), date: book.as_of, sheets }
}

fn sheet(table: &LongTable) -> Sheet {
    let column =
        |(key, about): &(String, &str)| Column { key: key.clone(), about: (*about).to_owned() };
    let row = |thing: &LongThing| Row {
        ids: thing.ids.clone(),
        cells: thing
            .values
            .iter()
            .map(|(key, value)| {
                let note = Some(value.note.clone());
                (key.clone(), Cell { value: cell(&value.written, &value.text), note })
            })
            .collect(),
    };
    Sheet {
        name: table.kind.to_owned(),
        about: table.about.to_owned(),
        ids: table.ids.iter().map(|id| (*id).to_owned()).collect(),
        columns: table.columns.iter().map(column).collect(),
        rows: table.things.iter().map(row).collect(),
    }
}

fn cell(written: &Written, text: &str) -> CellValue {
    match written {
        Written::Integer(number) => CellValue::Number(*number as f64),
        Written::Float(number) => CellValue::Number(*number),
        Written::Bool(value) => CellValue::Bool(*value),
        Written::Date(date) => CellValue::Date(*date),
        Written::Text(_) | Written::List(_) => CellValue::Text(text.to_owned()),
    }
}

/// Finds what the workbook that came back changes in the book at `path`.
pub(crate) fn edits(
    path: &Path,
    book: &Book,
    hash: &str,
    read: &ReadWorkbook,
) -> Result<Edits, Vec<Problem>> {
    let found = compare(&workbook(book, hash), read);
    let problems = problems(&found);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut draft = Draft { tables: long_tables(book), texts: BTreeMap::new(), told: Vec::new() };
    let mut problems = Vec::new();
    for change in &found.changes {
        draft.change(change).unwrap_or_else(|text| problems.push(problem_of(change, text)));
    }
    for (sheet, ids) in draft.lowest_first(&found.missing_rows) {
        let place = format!("{sheet}, the row `{}` that was taken out", ids.join("."));
        draft.take_out(sheet, ids).unwrap_or_else(|text| problems.push(Problem { place, text }));
    }
    for row in &found.new_rows {
        let place = format!("{}, row {}", row.sheet, row.number);
        draft.add(row).unwrap_or_else(|text| problems.push(Problem { place, text }));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let files = draft.texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let missing = found.missing_sheets.clone();
    let edits = Edits { files, told: draft.told, missing, left: Vec::new() };
    confirmed(path, read, &found, edits)
}

fn problem_of(change: &CellChange, text: String) -> Problem {
    Problem { place: format!("{}, cell {}", change.sheet, change.cell), text }
}

/// Returns what is wrong with the cells, each by itself.
fn problems(found: &Comparison) -> Vec<Problem> {
    let mut problems: Vec<Problem> = found
        .problems
        .iter()
        .map(|(place, text)| Problem { place: place.clone(), text: text.clone() })
        .collect();
    let mut check = |place: String, sheet: &str, key: &str, text: &str| {
        if let Err(wrong) = read_cell(sheet, key, text) {
            problems.push(Problem { place, text: format!("{}; {}", wrong.problem, wrong.fix) });
        }
    };
    for change in &found.changes {
        let place = format!("{}, cell {} ({})", change.sheet, change.cell, subject(change));
        if let Some(after) = &change.after {
            check(place, &change.sheet, &change.key, after);
        }
    }
    for row in &found.new_rows {
        for (key, (cell, text)) in &row.cells {
            check(format!("{}, cell {cell}", row.sheet), &row.sheet, key, text);
        }
    }
    for row in &found.new_rows {
        for id in row.ids.iter().filter(|id| !is_id(id)) {
            let place = format!("{}, row {}", row.sheet, row.number);
            let text = format!(
                "`{id}` is no id; use lower-case letters, digits, `-` and, in model names, `.`"
            );
            problems.push(Problem { place, text });
        }
    }
    problems
}

fn is_id(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.chars().all(good)
}

/// `tranche.nscale.barstow promised`.
fn subject(change: &CellChange) -> String {
    format!("{}.{} {}", change.sheet, change.ids.join("."), change.key)
}

/// Reads the book as it would be: it must have no new error, and say what the workbook says.
fn confirmed(
    path: &Path,
    read: &ReadWorkbook,
    found: &Comparison,
    mut edits: Edits,
) -> Result<Edits, Vec<Problem>> {
    let reading = read_book_edited(path, &edits.files);
    let dangling = dangling(read, found);
    let errors: Vec<&Finding> =
        reading.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if !errors.is_empty() {
        let mut problems: Vec<Problem> =
            errors.into_iter().map(|finding| of_finding(finding, (found, read))).collect();
        // Of what refers to nothing, only why is missing yet.
        for (cell, text) in dangling {
            match problems.iter_mut().find(|problem| problem.place.starts_with(&cell)) {
                Some(problem) => problem.text = format!("{text}: {}", problem.text),
                None => problems.push(Problem { place: cell, text }),
            }
        }
        return Err(problems);
    }
    edits.left = dangling.into_iter().map(|(place, text)| Problem { place, text }).collect();
    let again = reading.book.map(|book| compare(&workbook(&book, &reading.hash), read));
    let left: Vec<Problem> = match again {
        Some(again) => {
            let cells = again.changes.iter().map(|change| {
                let text = "it could not be put in its place; change it in the file".to_owned();
                problem_of(change, text)
            });
            let rows = again.new_rows.iter().map(|row| Problem {
                place: format!("{}, row {}", row.sheet, row.number),
                text: "the row could not be put in its place; write it in a file".to_owned(),
            });
            let gone = again.missing_rows.iter().map(|(sheet, ids)| Problem {
                place: format!("{sheet}, the row `{}` that was taken out", ids.join(".")),
                text: "it is written elsewhere too; take it out in the file".to_owned(),
            });
            cells.chain(rows).chain(gone).collect()
        }
        None => vec![Problem {
            place: "the workbook".to_owned(),
            text: "the book would not read".to_owned(),
        }],
    };
    if left.is_empty() { Ok(edits) } else { Err(left) }
}

/// Returns the cells that name a thing whose row was taken out, each with what is to be said of it.
fn dangling(read: &ReadWorkbook, found: &Comparison) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for sheet in &read.sheets {
        for row in &sheet.rows {
            for (key, cell) in &row.cells {
                let (Some(kind), Ok(text)) = (refers_to(&sheet.name, key), &cell.text) else {
                    continue;
                };
                for name in text.split(',').map(str::trim) {
                    let is_it = |(sheet, ids): &&(String, Vec<String>)| {
                        sheet == kind && ids.join(".") == name
                    };
                    if found.missing_rows.iter().any(|row| is_it(&row)) {
                        let place = format!("{}, cell {}", sheet.name, cell.name);
                        let text = format!(
                            "`{key}` still refers to `{kind}.{name}`, whose row was taken out"
                        );
                        all.push((place, text));
                    }
                }
            }
        }
    }
    all
}

/// Tells a finding of the edited book by the cell that it comes from, where one does.
fn of_finding(finding: &Finding, (found, read): (&Comparison, &ReadWorkbook)) -> Problem {
    let text = format!("{}; {}", finding.problem, finding.fix);
    let path = |change: &&CellChange| {
        let thing = format!("{}.{}", change.sheet, change.ids.join("."));
        finding.subject == format!("{thing}.{}", change.key)
    };
    if let Some(change) = found.changes.iter().find(path) {
        return problem_of(change, text);
    }
    let of_row = |row: &&NewRow| {
        finding.subject.starts_with(&format!("{}.{}", row.sheet, row.ids.join(".")))
    };
    if let Some(row) = found.new_rows.iter().find(of_row) {
        return Problem { place: format!("{}, row {}", row.sheet, row.number), text };
    }
    let of_thing = |change: &&CellChange| {
        finding.subject.starts_with(&format!("{}.{}.", change.sheet, change.ids.join(".")))
    };
    if let Some(change) = found.changes.iter().find(of_thing) {
        return Problem {
            place: format!("{}, cell {} (by what it changes)", change.sheet, change.cell),
            text,
        };
    }
    if let Some(place) = place_in(read, &finding.subject) {
        return Problem { place, text };
    }
    Problem {
        place: "the book, with these changes".to_owned(),
        text: render_findings(std::slice::from_ref(finding)),
    }
}

/// Returns the cell, or the row, in which the thing or value at `subject` stands.
fn place_in(read: &ReadWorkbook, subject: &str) -> Option<String> {
    let (kind, rest) = subject.split_once('.')?;
    let sheet = read.sheets.iter().find(|sheet| sheet.name == kind)?;
    let kinds = offtake_book::ids_of(kind)?;
    let of_row = |row: &&offtake_sheet::ReadRow| {
        let ids: Option<Vec<&str>> = kinds
            .iter()
            .map(|id| row.cells.get(*id).and_then(|cell| cell.text.as_deref().ok()))
            .collect();
        ids.is_some_and(|ids| {
            let id = ids.join(".");
            rest == id || rest.starts_with(&format!("{id}."))
        })
    };
    let row = sheet.rows.iter().find(of_row)?;
    let of_cell =
        |(key, _): &(&String, &offtake_sheet::ReadCell)| rest.ends_with(&format!(".{key}"));
    Some(match row.cells.iter().find(of_cell) {
        Some((_, cell)) => format!("{kind}, cell {}", cell.name),
        None => format!("{kind}, row {}", row.number),
    })
}

/// Edits as they are made.
struct Draft {
    tables: Vec<LongTable>,
    texts: BTreeMap<PathBuf, String>,
    told: Vec<(PathBuf, String)>,
}

impl Draft {
    fn thing(&self, sheet: &str, ids: &[String]) -> Option<&LongThing> {
        let table = self.tables.iter().find(|table| table.kind == sheet)?;
        table.things.iter().find(|thing| thing.ids == ids)
    }

    /// Returns the text of a file, edits included.
    fn text(&mut self, file: &Path) -> Result<&mut String, String> {
        if !self.texts.contains_key(file) {
            let text = std::fs::read_to_string(file)
                .map_err(|cause| format!("cannot read `{}`: {cause}", file.display()))?;
            self.texts.insert(file.to_owned(), text);
        }
        self.texts.get_mut(file).ok_or_else(|| "the file is not there".to_owned())
    }

    fn change(&mut self, change: &CellChange) -> Result<(), String> {
        let thing = self.thing(&change.sheet, &change.ids).ok_or("there is no such row")?;
        let value = thing.values.get(&change.key);
        let place = value.map_or_else(|| thing.place.clone(), |value| value.place.clone());
        let written = change.after.as_ref().map(|text| written(&change.sheet, &change.key, text));
        let written = written.transpose()?;
        let file = PathBuf::from(&place.file);
        let text = self.text(&file)?;
        *text = if is_csv(&file) {
            let new = change.after.as_deref().unwrap_or_default();
            csv::set(text, line(&place), &change.key, new).map_err(|error| error.to_string())?
        } else {
            let table = parts(&change.sheet, &change.ids);
            match written {
                Some(value) => toml::set(text, &table, &change.key, &value),
                None => toml::remove(text, &table, &change.key),
            }
            .map_err(|error| error.to_string())?
        };
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let told = format!(
            "{}  {} -> {}  ({}, {})",
            subject(change),
            side(&change.before),
            side(&change.after),
            change.sheet,
            change.cell
        );
        self.told.push((file, told));
        Ok(())
    }

    /// Returns rows so that those further down in a file come first: taking one out moves no line above it.
    fn lowest_first<'r>(&self, rows: &'r [(String, Vec<String>)]) -> Vec<(&'r str, &'r [String])> {
        let mut all: Vec<(&str, &[String])> =
            rows.iter().map(|(sheet, ids)| (sheet.as_str(), ids.as_slice())).collect();
        all.sort_by_key(|(sheet, ids)| {
            std::cmp::Reverse(self.thing(sheet, ids).map(|thing| thing.place.clone()))
        });
        all
    }

    /// Takes a thing out of the file that it stands in.
    fn take_out(&mut self, sheet: &str, ids: &[String]) -> Result<(), String> {
        let thing = self.thing(sheet, ids).ok_or("there is no such row")?;
        let place = thing.place.clone();
        let file = PathBuf::from(&place.file);
        let text = self.text(&file)?;
        *text = if is_csv(&file) {
            csv::remove_row(text, line(&place)).map_err(|error| error.to_string())?
        } else {
            toml::remove_table(text, &parts(sheet, ids)).map_err(|error| error.to_string())?
        };
        self.told.push((file, format!("{sheet}.{}  taken out  ({sheet})", ids.join("."))));
        Ok(())
    }

    /// Adds a row where the one above it stands, else where the last of its kind does.
    fn add(&mut self, row: &NewRow) -> Result<(), String> {
        let table = self.tables.iter().find(|table| table.kind == row.sheet);
        let table = table.ok_or("there is no such kind of thing in the book")?;
        let above = row.above.as_ref().and_then(|ids| self.thing(&row.sheet, ids));
        let beside = above.or(table.things.last()).ok_or("there is no file to put it in")?;
        let file = PathBuf::from(&beside.place.file);
        let (id_names, order) = (table.ids, table.columns.clone());
        let rank = |key: &str| order.iter().position(|(known, _)| known == key);
        let mut keys: Vec<(&String, &(String, String))> = row.cells.iter().collect();
        keys.sort_by_key(|(key, _)| (rank(key).unwrap_or(usize::MAX), (*key).clone()));
        let text = self.text(&file)?;
        *text = if is_csv(&file) {
            let ids =
                id_names.iter().zip(&row.ids).map(|(name, id)| ((*name).to_owned(), id.clone()));
            let values = keys.iter().map(|(key, (_, text))| ((*key).clone(), text.clone()));
            let all: Vec<(String, String)> = ids.chain(values).collect();
            csv::append(text, &all).map_err(|error| error.to_string())?
        } else {
            let values = keys
                .iter()
                .map(|(key, (_, text))| Ok(((*key).clone(), written(&row.sheet, key, text)?)))
                .collect::<Result<Vec<_>, String>>()?;
            let table = parts(&row.sheet, &row.ids);
            toml::append_table(text, &table, &values).map_err(|error| error.to_string())?
        };
        let values = crate::library::count(row.cells.len(), "value");
        let told = format!(
            "{}.{}  added with {values}  ({}, row {})",
            row.sheet,
            row.ids.join("."),
            row.sheet,
            row.number
        );
        self.told.push((file, told));
        Ok(())
    }
}

fn written(kind: &str, key: &str, text: &str) -> Result<toml::Value, String> {
    let written = read_cell(kind, key, text).map_err(|wrong| wrong.problem)?;
    Ok(match written {
        Written::Text(text) => toml::Value::Text(text),
        Written::Integer(number) => toml::Value::Integer(number),
        Written::Float(number) => toml::Value::Float(number),
        Written::Bool(value) => toml::Value::Bool(value),
        Written::Date(date) => toml::Value::Date(date),
        Written::List(all) => toml::Value::List(all),
    })
}

fn parts<'a>(kind: &'a str, ids: &'a [String]) -> Vec<&'a str> {
    std::iter::once(kind).chain(ids.iter().map(String::as_str)).collect()
}

fn is_csv(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

fn line(place: &Place) -> usize {
    place.line as usize
}

impl Edits {
    /// Returns the files with what changes in each, in words.
    pub(crate) fn by_file(&self) -> Vec<(&PathBuf, Vec<&str>)> {
        let files: BTreeSet<&PathBuf> = self.told.iter().map(|(file, _)| file).collect();
        let of = |file: &PathBuf| {
            self.told
                .iter()
                .filter(|(other, _)| other == file)
                .map(|(_, text)| text.as_str())
                .collect()
        };
        files.into_iter().map(|file| (file, of(file))).collect()
    }
}
