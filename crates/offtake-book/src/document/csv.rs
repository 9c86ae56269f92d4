//! A CSV into rows, or into columns of numbers.
//!
//! The separator is the most frequent of comma, semicolon and tab in the head, as spreadsheets of
//! different countries write different ones. A unit may stand in the head: `price [USD/GPUh]`.

use super::{At, Beside, Cell, Document, MAX_LINES, Raw, text_of};
use crate::format::{Kind, kind_of_csv, unknown_column};
use offtake_model::{Finding, Place};

/// What can stand beside a value, as the end of a column's name: `promised.low`.
const ENDINGS: &[&str] = &["source", "mark", "note", "formula", "low", "high"];

/// The head of a table.
struct Head {
    at: At,
    columns: Vec<Column>,
}

/// One column: the key that it holds, and what of it.
struct Column {
    key: String,
    ending: Option<&'static str>,
    unit: Option<String>,
    state: State,
}

/// What is known of a column.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Known,
    /// No key of the kind; told once, at the head, when some row has a cell in it.
    Unknown,
    ToldUnknown,
    /// The second of two that are the same: told at the head, and not read.
    Second,
}

/// The columns of a file.
pub(crate) struct Table {
    /// Names of the columns.
    pub(crate) head: Vec<String>,
    /// Rows with their lines.
    pub(crate) rows: Vec<(u32, Vec<String>)>,
}

fn separator(text: &str) -> u8 {
    let head =
        text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).unwrap_or("");
    let count = |c: char| head.chars().filter(|other| *other == c).count();
    [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(separator, _)| separator)
}

/// Reads the file into rows of text, and hands each to `each` with its line; stops when that says so.
fn records(
    text: &str,
    mut each: impl FnMut(u32, &::csv::StringRecord) -> bool,
) -> Result<(), Box<Finding>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(::csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = record.position().map_or(0, |at| line_of(text, at));
                if record.iter().all(str::is_empty) {
                    continue;
                }
                if !each(line, &record) {
                    return Ok(());
                }
            }
            Err(error) => {
                let finding = Finding::error(
                    "csv-syntax",
                    "",
                    format!("this is not CSV: {error}"),
                    "mend the line".to_owned(),
                );
                let line =
                    error.position().map_or(0, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
                return Err(Box::new(Finding {
                    place: Some(Place { file: String::new(), line }),
                    ..finding
                }));
            }
        }
    }
}

/// Returns the line that a record stands on: its position is before the comments and empty lines above it.
fn line_of(text: &str, at: &::csv::Position) -> u32 {
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or("");
    let is_above = |line: &&str| line.starts_with('#') || line.trim_end_matches('\r').is_empty();
    let above = rest.split('\n').take_while(is_above).count() as u64;
    u32::try_from(at.line() + above).unwrap_or(u32::MAX)
}

/// Reads a table whose columns somebody else knows: a series, a profile.
pub(crate) fn read_table(bytes: &[u8]) -> Result<Table, Box<Finding>> {
    let text = text_of(bytes)?;
    let mut table = Table { head: Vec::new(), rows: Vec::new() };
    let mut too_many = false;
    records(text, |line, record| {
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if table.head.is_empty() {
            table.head = cells;
        } else {
            table.rows.push((line, cells));
        }
        too_many = table.rows.len() > MAX_LINES;
        !too_many
    })?;
    if too_many {
        let problem = format!("the table has more than {MAX_LINES} rows");
        return Err(Box::new(Finding::error(
            "too-much",
            "",
            problem,
            "give fewer rows".to_owned(),
        )));
    }
    Ok(table)
}

/// Reads a CSV that is named after a kind.
pub(super) fn read_rows(document: &mut Document, file: u32, stem: &str, bytes: &[u8]) {
    let Some(kind) = kind_of_csv(document.shelf(), stem) else { return };
    let outcome = text_of(bytes).and_then(|text| {
        let mut head: Option<Head> = None;
        records(text, |line, record| {
            let at = At { file, line };
            match &mut head {
                None => head = Some(Head { at, columns: columns(document, kind, record, at) }),
                Some(head) => row(document, kind, head, record, at),
            }
            !document.is_full && !document.has_enough()
        })
    });
    if let Err(finding) = outcome {
        let line = finding.place.as_ref().map_or(0, |place| place.line);
        document.broken.insert(file);
        document.find(At { file, line }, *finding);
    }
}

/// Reads the head.
fn columns(
    document: &mut Document,
    kind: &'static Kind,
    record: &::csv::StringRecord,
    at: At,
) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for name in record {
        let (name, unit) = match name.split_once('[') {
            Some((name, unit)) => (name.trim(), Some(unit.trim_end_matches(']').trim().to_owned())),
            None => (name, None),
        };
        let is_key =
            |name: &str| kind.ids.contains(&name) || kind.field(kind.canonical(name)).is_some();
        let parts = name.rsplit_once('.').filter(|(key, _)| !is_key(name) && is_key(key));
        let ending =
            parts.and_then(|(_, end)| ENDINGS.iter().find(|known| **known == end).copied());
        let key = if ending.is_some() { parts.map_or(name, |(key, _)| key) } else { name };
        let is_second = columns.iter().any(|other| other.key == key && other.ending == ending);
        if is_second {
            let fix = "remove one of the two".to_owned();
            document.find(
                at,
                Finding::error(
                    "same-key-twice",
                    kind.name,
                    format!("the column `{name}` is there twice"),
                    fix,
                ),
            );
        }
        let state = match (is_second, is_key(key)) {
            (true, _) => State::Second,
            (false, true) => State::Known,
            (false, false) => State::Unknown,
        };
        columns.push(Column { key: key.to_owned(), ending, unit, state });
    }
    for id in kind.ids {
        if !columns.iter().any(|column| column.key == *id) {
            let problem = format!("the table `{}.csv` has no column `{id}`", kind.csv);
            document.find(
                at,
                Finding::error(
                    "column-missing",
                    kind.name,
                    problem,
                    format!("add the column `{id}`"),
                ),
            );
        }
    }
    columns
}

/// Reads one row.
fn row(
    document: &mut Document,
    kind: &'static Kind,
    head: &mut Head,
    record: &::csv::StringRecord,
    at: At,
) {
    let columns = &head.columns;
    if record.len() > columns.len() {
        let problem = format!("the row has {} cells, and the head {}", record.len(), columns.len());
        let fix =
            "take out the separator too many, or put quotes round the cell that has one".to_owned();
        document.find(at, Finding::error("row-too-long", kind.name, problem, fix));
        return;
    }
    let cell_of = |key: &str| {
        columns.iter().position(|c| c.key == key && c.ending.is_none()).and_then(|i| record.get(i))
    };
    let id = if kind.ids.is_empty() {
        format!("{}:{}", at.file, at.line)
    } else {
        let parts: Vec<&str> = kind.ids.iter().map(|id| cell_of(id).unwrap_or("")).collect();
        if parts.iter().any(|part| part.is_empty()) {
            let problem = format!("the row has no {}", kind.ids.join(" and "));
            document.find(
                at,
                Finding::error("id-missing", kind.name, problem, "give it one".to_owned()),
            );
            return;
        }
        let Some(id) = super::checked_id(document, kind, &parts.join("."), at) else { return };
        id
    };
    if document.add_row(kind, &id, at).is_none() {
        return;
    }
    tell_unknown(document, kind, head, record);
    let columns = &head.columns;
    for (index, column) in columns.iter().enumerate() {
        let text = record.get(index).unwrap_or("");
        let is_value = column.ending.is_none() && column.state != State::Second;
        if text.is_empty() || !is_value || kind.ids.contains(&column.key.as_str()) {
            continue;
        }
        let raw = with_unit(text, column.unit.as_deref());
        let beside = beside(columns, record, &column.key).map(Box::new);
        document.put(kind, &id, &column.key, Cell { raw, at, beside });
    }
}

/// Tells of columns that are none and have a cell in this row, each once.
fn tell_unknown(
    document: &mut Document,
    kind: &'static Kind,
    head: &mut Head,
    record: &::csv::StringRecord,
) {
    for (index, column) in head.columns.iter_mut().enumerate() {
        if column.state == State::Unknown && record.get(index).is_some_and(|text| !text.is_empty())
        {
            column.state = State::ToldUnknown;
            document.find(head.at, unknown_column(kind, &column.key));
        }
    }
}

/// Puts the unit of the head to a bare number.
fn with_unit(text: &str, unit: Option<&str>) -> Raw {
    match unit {
        Some(unit) if text.parse::<f64>().is_ok() => Raw::Bare(format!("{text} {unit}")),
        _ => Raw::Bare(text.to_owned()),
    }
}

fn beside(columns: &[Column], record: &::csv::StringRecord, key: &str) -> Option<Beside> {
    let mut beside = Beside::default();
    let mut any = false;
    for (index, column) in columns.iter().enumerate() {
        let text = record.get(index).unwrap_or("");
        if column.key != key || text.is_empty() {
            continue;
        }
        match column.ending {
            Some("source") => beside.source = Some(text.to_owned()),
            Some("mark") => beside.mark = Some(text.to_owned()),
            Some("low") => beside.low = Some(with_unit(text, column.unit.as_deref())),
            Some("high") => beside.high = Some(with_unit(text, column.unit.as_deref())),
            Some(_) => beside.note = Some(text.to_owned()),
            None => continue,
        }
        any = true;
    }
    any.then_some(beside)
}
