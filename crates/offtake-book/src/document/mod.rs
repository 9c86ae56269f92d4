//! Files into rows: kind → id → dotted key → cell, with the place of each.
//!
//! Nothing here knows what a key means; that is `format`. A syntax error in one file does not hide
//! what is wrong in the others: what can be read of it is read, and nothing is said about the rest.
//!
//! **Invariant:** any bytes give findings, never a panic; what is held in memory is bounded by the
//! limits in this module.

mod csv;
mod files;
mod toml;

use crate::format::{KINDS, Kind, Shelf};
use jiff::civil::Date;
use offtake_model::{Finding, Id, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) use csv::{Table, read_table};
pub(crate) use files::{Disk, Edited, Files, Memory, ReadFailure, tidy};

/// Largest TOML file: one that people wrote by hand.
pub(crate) const MAX_TOML: u64 = 16 << 20;
/// Largest CSV.
pub(crate) const MAX_CSV: u64 = 256 << 20;
/// Most files of one book.
pub(crate) const MAX_FILES: usize = 10_000;
/// Deepest chain of files that include one another.
const MAX_INCLUDES: usize = 64;
/// Most lines of a series.
pub(crate) const MAX_LINES: usize = 1_000_000;
/// Most things (rows of all kinds) of one book: each takes some six kilobytes once it is built, and the
/// largest operator has some hundred contracts.
pub(crate) const MAX_ROWS: usize = 100_000;
/// Most cells of one book: what bounds the memory of a table that is wide and long.
pub(crate) const MAX_CELLS: usize = 2_000_000;
/// Most findings that are worth printing.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    /// Text in quotes.
    Text(String),
    /// A cell of a CSV, whose type its field decides.
    Bare(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Date(Date),
    /// A date with a time, or a time.
    Instant(String),
    List(Vec<Raw>),
    /// Something that no cell can hold, in words.
    Odd(String),
}

/// A line of one of the document's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) file: u32,
    pub(crate) line: u32,
}

/// What stands beside a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    pub(crate) source: Option<String>,
    pub(crate) mark: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) low: Option<Raw>,
    pub(crate) high: Option<Raw>,
}

/// One value with its place and what stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) raw: Raw,
    pub(crate) at: At,
    pub(crate) beside: Option<Box<Beside>>,
}

/// One thing: its cells by dotted key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) at: At,
    pub(crate) cells: BTreeMap<String, Cell>,
}

/// Everything read.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Names of the files, as findings print them, with their folder.
    pub(crate) files: Vec<SourceFile>,
    /// Rows by kind and id.
    pub(crate) rows: BTreeMap<&'static str, BTreeMap<String, Row>>,
    pub(crate) findings: Vec<Finding>,
    /// Files of which only a part could be read.
    pub(crate) broken: BTreeSet<u32>,
    shelf: Option<Shelf>,
    rows_read: usize,
    cells_read: usize,
    is_full: bool,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) hash: u128,
}

impl Raw {
    /// Returns it as it is written, without quotes.
    pub(crate) fn written(&self) -> String {
        match self {
            Raw::Text(text) | Raw::Bare(text) | Raw::Instant(text) | Raw::Odd(text) => text.clone(),
            Raw::Integer(number) => number.to_string(),
            Raw::Float(number) => number.to_string(),
            Raw::Bool(value) => value.to_string(),
            Raw::Date(date) => date.to_string(),
            Raw::List(all) => all.iter().map(Raw::written).collect::<Vec<_>>().join(", "),
        }
    }

    /// Returns it for a message: quoted as in the file, and short.
    pub(crate) fn described(&self) -> String {
        let text = match self {
            Raw::Text(text) => format!("\"{text}\""),
            Raw::List(_) => format!("[{}]", self.written()),
            Raw::Odd(what) => return what.clone(),
            _ => self.written(),
        };
        let short: String = text.chars().take(60).collect();
        let dots = if short.len() < text.len() { "…" } else { "" };
        format!("`{short}{dots}`")
    }
}

impl Document {
    pub(crate) fn new(shelf: Shelf) -> Document {
        Document { shelf: Some(shelf), ..Document::default() }
    }

    pub(crate) fn shelf(&self) -> Shelf {
        self.shelf.unwrap_or(Shelf::Book)
    }

    /// Returns the place that `at` is.
    pub(crate) fn place(&self, at: At) -> Place {
        let file = self.files.get(at.file as usize).map_or(String::new(), |file| file.name.clone());
        Place { file, line: at.line }
    }

    /// Keeps a finding about a place. Of a file that could not be read in full only what says so is
    /// kept: the rest may follow from what is missing.
    pub(crate) fn find(&mut self, at: At, finding: Finding) {
        let is_about_reading = matches!(
            finding.rule,
            "toml-syntax" | "csv-syntax" | "not-text" | "same-id-twice" | "same-key-twice"
        );
        if (self.broken.contains(&at.file) && !is_about_reading) || self.has_enough() {
            return;
        }
        let place = Some(self.place(at));
        self.findings.push(Finding { place, ..finding });
    }

    /// Says whether more has been found than anybody will read at once.
    pub(crate) fn has_enough(&self) -> bool {
        self.findings.len() > MAX_FINDINGS
    }

    /// Registers a file and returns its number.
    pub(crate) fn file(&mut self, name: String, path: PathBuf, bytes: &[u8]) -> u32 {
        self.files.push(SourceFile { name, path, hash: crate::hash::of(bytes) });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// Adds an empty row, or reports that the id is taken and returns nothing.
    pub(crate) fn add_row(&mut self, kind: &'static Kind, id: &str, at: At) -> Option<&mut Row> {
        if self.rows_read >= MAX_ROWS {
            self.report_full(at, "rows", MAX_ROWS);
            return None;
        }
        self.rows_read += 1;
        let first = self.rows.get(kind.name).and_then(|rows| rows.get(id)).map(|row| row.at);
        if let Some(first) = first {
            let problem = format!("`{}` is there twice", kind.path(id));
            let fix = "remove one of the two, or give it another id".to_owned();
            let other_place = Some(self.place(first));
            let finding = Finding::error("same-id-twice", kind.path(id), problem, fix);
            self.find(at, Finding { other_place, ..finding });
            return None;
        }
        let row = Row { at, cells: BTreeMap::new() };
        Some(self.rows.entry(kind.name).or_default().entry(id.to_owned()).or_insert(row))
    }

    /// Puts a cell into a row that was added before.
    pub(crate) fn put(&mut self, kind: &'static Kind, id: &str, key: &str, cell: Cell) {
        if self.cells_read >= MAX_CELLS {
            self.report_full(cell.at, "values", MAX_CELLS);
            return;
        }
        self.cells_read += 1;
        let key = kind.canonical(key);
        let row = self.rows.entry(kind.name).or_default().entry(id.to_owned());
        let row = row.or_insert_with(|| Row { at: cell.at, cells: BTreeMap::new() });
        if let Some(first) = row.cells.get(key).map(|first| first.at) {
            let path = kind.path_of(id, key);
            let fix = "remove one of the two".to_owned();
            let finding =
                Finding::error("same-key-twice", &path, format!("`{path}` is there twice"), fix);
            let other_place = Some(self.place(first));
            self.find(cell.at, Finding { other_place, ..finding });
            return;
        }
        row.cells.insert(key.to_owned(), cell);
    }

    fn report_full(&mut self, at: At, what: &str, most: usize) {
        if !self.is_full {
            self.is_full = true;
            let problem = format!("the book has more than {most} {what}; the rest is not read");
            let fix = "split it into several books, or sum up what need not stand alone".to_owned();
            self.find(at, Finding::error("too-much", "", problem, fix));
        }
    }

    /// Reads a book: a folder, or a file with what it includes.
    pub(crate) fn read(&mut self, files: &dyn Files, path: &Path) {
        let mut seen = Seen::default();
        if files.is_folder(path) {
            self.read_folder(files, path, &mut seen);
        } else {
            self.read_file(files, path, None, &mut seen);
        }
    }

    /// Reads tables that stand in no file of the book, under a name for findings.
    pub(crate) fn read_more(&mut self, name: &str, text: &str) {
        let file = self.file(name.to_owned(), PathBuf::from(name), text.as_bytes());
        // What it includes is not read: it stands in no folder.
        let _ = toml::read(self, file, text.as_bytes());
    }

    fn read_folder(&mut self, files: &dyn Files, folder: &Path, seen: &mut Seen) {
        let is_catalog = self.shelf() == Shelf::Catalog;
        let found = match files::walk(files, folder, self.shelf()) {
            Ok(found) => found,
            Err(finding) => {
                self.findings.push(*finding);
                return;
            }
        };
        let shelf = self.shelf();
        let is_wanted = |path: &PathBuf| match extension(path) {
            "toml" => true,
            "csv" => crate::format::kind_of_csv(shelf, stem(path)).is_some(),
            _ => false,
        };
        let (wanted, other): (Vec<PathBuf>, Vec<PathBuf>) = found.into_iter().partition(is_wanted);
        other.iter().for_each(|path| self.warn_of_unread(path));
        if wanted.is_empty() && !is_catalog {
            let problem = format!("the folder `{}` has no `*.toml`", folder.display());
            let fix = "give the path of a book: a folder with its `*.toml`, or one file; `offtake init` writes one";
            self.findings.push(Finding::error("nothing-to-read", "", problem, fix.to_owned()));
        }
        for path in wanted {
            self.read_file(files, &path, None, seen);
        }
    }

    /// Warns of a CSV that is not read, though its name is nearly that of a kind.
    fn warn_of_unread(&mut self, path: &Path) {
        let shelf = self.shelf();
        let names = KINDS
            .iter()
            .filter(|kind| kind.stands_on(shelf) && !kind.csv.is_empty())
            .map(|kind| kind.csv);
        let near =
            (extension(path) == "csv").then(|| crate::near::nearest(stem(path), names)).flatten();
        let Some(near) = near else { return };
        let file = tidy(path).display().to_string();
        let problem = format!("`{file}` is not read: no kind has that name");
        let fix = format!("rename it to `{near}.csv`, if it is a table of the book");
        let place = Some(Place { file, line: 0 });
        self.findings.push(Finding { place, ..Finding::warning("not-read", "", problem, fix) });
    }

    fn read_file(&mut self, files: &dyn Files, path: &Path, from: Option<At>, seen: &mut Seen) {
        let identity = files.identity(path);
        if seen.open.contains(&identity) {
            let problem =
                format!("`{}` includes itself, by way of what it includes", path.display());
            let finding = Finding::error(
                "include-cycle",
                "include",
                problem,
                "take this file out of `include`".to_owned(),
            );
            self.find(from.unwrap_or_default(), finding);
            return;
        }
        if seen.open.len() >= MAX_INCLUDES {
            let problem =
                format!("`{}` is included by way of {MAX_INCLUDES} other files", path.display());
            let fix = "include it nearer to the book".to_owned();
            self.find(
                from.unwrap_or_default(),
                Finding::error("include-too-deep", "include", problem, fix),
            );
            return;
        }
        if !seen.done.insert(identity.clone()) {
            return;
        }
        if self.files.len() >= MAX_FILES {
            self.report_full(from.unwrap_or_default(), "files", MAX_FILES);
            return;
        }
        let is_csv = extension(path) == "csv";
        if is_csv && crate::format::kind_of_csv(self.shelf(), stem(path)).is_none() {
            let problem = format!("`{}` is not named after a kind", path.display());
            let fix = "rename it, as in `tranche.csv`; a series is named by the workload that it belongs to".to_owned();
            self.find(
                from.unwrap_or_default(),
                Finding::error("unknown-kind", "include", problem, fix),
            );
            return;
        }
        let bytes = match files.read(path, if is_csv { MAX_CSV } else { MAX_TOML }) {
            Ok(bytes) => bytes,
            Err(failure) => {
                self.report_unread(path, from, &failure);
                return;
            }
        };
        let file = self.file(tidy(path).display().to_string(), path.to_path_buf(), &bytes);
        if is_csv {
            csv::read_rows(self, file, stem(path), &bytes);
            return;
        }
        seen.open.push(identity);
        for (include, at) in toml::read(self, file, &bytes) {
            let folder = path.parent().unwrap_or(Path::new(""));
            self.read_file(files, &folder.join(include), Some(at), seen);
        }
        seen.open.pop();
    }

    fn report_unread(&mut self, path: &Path, from: Option<At>, failure: &ReadFailure) {
        let finding = failure.finding(path);
        match from {
            Some(at) => self.find(at, finding),
            None => self.findings.push(Finding {
                place: Some(Place { file: tidy(path).display().to_string(), line: 0 }),
                ..finding
            }),
        }
    }
}

/// Returns the id as ids are kept, or reports it.
fn checked_id(document: &mut Document, kind: &'static Kind, id: &str, at: At) -> Option<String> {
    // Zones are known by codes in capitals (`US-TX`), and currencies likewise.
    let folded = if kind.name == "zone" { id.to_lowercase() } else { id.to_owned() };
    let parts: Vec<&str> = match kind.ids.len() {
        2 => folded.splitn(2, '.').collect(),
        _ => vec![&folded],
    };
    let bad = parts.iter().find_map(|part| offtake_model::ZoneId::new(part).err().map(|_| *part));
    let Some(bad) = bad else { return Some(folded) };
    let problem = format!("`{}` is not an id", bad.chars().take(80).collect::<String>());
    let fix = "use lower-case letters, digits, `-` and, in model names, `.`; at most 80 of them"
        .to_owned();
    document.find(at, Finding::error("bad-id", kind.name, problem, fix));
    None
}

/// Which files were read, and which are being read.
#[derive(Default)]
struct Seen {
    done: BTreeSet<PathBuf>,
    open: Vec<PathBuf>,
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|text| text.to_str()).unwrap_or("")
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|text| text.to_str()).unwrap_or("")
}

/// Returns the text of a file, without a byte-order mark, or what is wrong with it.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, Box<Finding>> {
    let refused = |line: u32, problem: &str, fix: &str| {
        let place = Some(Place { file: String::new(), line });
        Box::new(Finding {
            place,
            ..Finding::error("not-text", "", problem.to_owned(), fix.to_owned())
        })
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(refused(
            1,
            "the file is UTF-16",
            "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
        ));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let line_of = |end: usize| {
        u32::try_from(bytes[..end].iter().filter(|b| **b == b'\n').count() + 1).unwrap_or(u32::MAX)
    };
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(refused(
            line_of(at),
            "the file is binary, not text",
            "give a file of text; a spreadsheet must be exported first",
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let line = line_of(error.valid_up_to());
        refused(line, "the file is not UTF-8", "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")
    })
}
