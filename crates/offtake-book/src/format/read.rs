//! Rows into records: every cell read as what its field says, with all that cannot be read found.

use super::{Field, Kind, Value, kind_on, read};
use crate::document::{At, Beside, Cell, Document, Raw, Row};
use crate::moved::End;
use crate::near::nearest;
use offtake_model::{Finding, Mark, Place, Provenance};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One thing, typed.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) place: Place,
    /// What could be read, by key; shared, because every book takes the whole catalog with it.
    pub(crate) values: Arc<BTreeMap<String, Entry>>,
}

/// One value of a thing.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// `None` when it could not be read, which was reported.
    pub(crate) value: Option<Value>,
    pub(crate) text: String,
    pub(crate) place: Place,
    beside: Option<Box<Beside>>,
}

/// All things by kind and id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    /// Shared for the same reason as the values of a record: most kinds stay the catalog's.
    pub(crate) kinds: BTreeMap<&'static str, Arc<BTreeMap<String, Record>>>,
}

impl Record {
    /// Says whether a value is there and true.
    pub(crate) fn flag(&self, key: &str) -> bool {
        let value = self.values.get(key).and_then(|entry| entry.value.as_ref());
        matches!(value, Some(Value::Bool(true)))
    }

    /// Returns the text of a value, if it is text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key)?.value.as_ref()? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Says whether anything is written under `key`, readable or not.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Says whether anything is written whose key begins with `prefix`.
    pub(crate) fn has_any(&self, prefix: &str) -> bool {
        self.values
            .range(prefix.to_owned()..)
            .next()
            .is_some_and(|(key, _)| key.starts_with(prefix))
    }
}

impl Records {
    /// Returns the things of one kind.
    pub(crate) fn of(&self, kind: &str) -> impl Iterator<Item = (&String, &Record)> {
        self.kinds.get(kind).into_iter().flat_map(|records| records.iter())
    }

    pub(crate) fn get(&self, kind: &str, id: &str) -> Option<&Record> {
        self.kinds.get(kind)?.get(id)
    }

    /// Puts the low or high end of a value in its place, where it has one that can be read.
    pub(crate) fn put_end(&mut self, kind: &Kind, id: &str, key: &str, end: End) {
        let Some(field) = kind.field(key) else { return };
        let Some(rows) = self.kinds.get_mut(kind.name) else { return };
        let Some(record) = Arc::make_mut(rows).get_mut(id) else { return };
        let Some(entry) = Arc::make_mut(&mut record.values).get_mut(key) else { return };
        let Some(beside) = entry.beside.as_deref() else { return };
        let raw = match end {
            End::Low => &beside.low,
            End::High => &beside.high,
        };
        let Some(raw) = raw else { return };
        if let Ok(value) = read(field.kind, raw) {
            entry.text = raw.written();
            entry.value = Some(value);
        }
    }

    /// Lays `other` over this: a key that both write is the other's, and measurements of one model and
    /// accelerator, or of one pair of places, are the other's alone.
    pub(crate) fn overlay(&mut self, other: Records) {
        for (kind, records) in other.kinds {
            let is_list =
                super::KINDS.iter().any(|k| k.name == kind && k.ids.is_empty() && !k.is_single());
            let mine = Arc::make_mut(self.kinds.entry(kind).or_default());
            let measured: BTreeSet<[String; 2]> =
                records.values().filter_map(|record| measured(kind, record)).collect();
            mine.retain(|_, record| measured_is_not_in(&measured, kind, record));
            for (mut id, record) in Arc::unwrap_or_clone(records) {
                // Rows of a table without ids are told apart by their lines: those of two files that
                // have one number are not the same.
                while is_list && mine.contains_key(&id) {
                    id.push('+');
                }
                match mine.get_mut(&id) {
                    Some(below) => {
                        Arc::make_mut(&mut below.values).extend((*record.values).clone());
                    }
                    None => {
                        mine.insert(id, record);
                    }
                }
            }
        }
    }
}

/// Returns what a row of a table without ids measures.
fn measured(kind: &str, record: &Record) -> Option<[String; 2]> {
    let keys = match kind {
        "throughput" | "images" | "agentic" => ["model", "accelerator"],
        "round-trip" => ["from", "to"],
        _ => return None,
    };
    let mut both = [record.text(keys[0])?.to_owned(), record.text(keys[1])?.to_owned()];
    if kind == "round-trip" {
        both.sort();
    }
    Some(both)
}

fn measured_is_not_in(known: &BTreeSet<[String; 2]>, kind: &str, record: &Record) -> bool {
    measured(kind, record).is_none_or(|what| !known.contains(&what))
}

/// Reads every row of the document, and reports what cannot be read.
pub(crate) fn read_all(document: &mut Document) -> Records {
    let rows = std::mem::take(&mut document.rows);
    let mut records = Records::default();
    for (name, rows_of_kind) in &rows {
        let Some(kind) = kind_on(document.shelf(), name) else { continue };
        for (id, row) in rows_of_kind {
            let record = read_row(document, &rows, kind, id, row);
            Arc::make_mut(records.kinds.entry(kind.name).or_default()).insert(id.clone(), record);
        }
    }
    records
}

type Rows = BTreeMap<&'static str, BTreeMap<String, Row>>;

fn read_row(
    document: &mut Document,
    rows: &Rows,
    kind: &'static Kind,
    id: &str,
    row: &Row,
) -> Record {
    let mut record = Record { place: document.place(row.at), values: Arc::default() };
    for (key, cell) in &row.cells {
        let Some(field) = kind.field(key) else {
            // A column that is none was told at the head of its table, once for all rows.
            if !document.has_enough() && !matches!(cell.raw, Raw::Bare(_)) {
                let finding = unknown_key(document, rows, kind, id, key, cell.at);
                document.find(cell.at, finding);
            }
            // What was meant is not missing besides.
            if let Some(meant) =
                nearest_key(kind, key).filter(|meant| !row.cells.contains_key(*meant))
            {
                Arc::make_mut(&mut record.values)
                    .entry(meant.to_owned())
                    .or_insert_with(|| unread(document, cell));
            }
            continue;
        };
        let value = read_cell(document, kind, id, key, (field, cell));
        let entry = Entry {
            value,
            text: cell.raw.written(),
            place: document.place(cell.at),
            beside: cell.beside.clone(),
        };
        Arc::make_mut(&mut record.values).insert(key.clone(), entry);
    }
    // A row of a catalog may change a single key of a thing that another catalog has in full.
    if kind.stands_on(super::Shelf::Catalog) {
        return record;
    }
    for field in kind.keys().filter(|field| field.default.is_none() && !record.has(field.key)) {
        let path = kind.path_of(id, field.key);
        let finding = missing(kind, id, field);
        document.find(row.at, Finding { subject: path, ..finding });
    }
    record
}

/// Returns the entry of a cell before it is read.
fn unread(document: &Document, cell: &Cell) -> Entry {
    Entry {
        value: None,
        text: cell.raw.written(),
        place: document.place(cell.at),
        beside: cell.beside.clone(),
    }
}

fn nearest_key(kind: &Kind, key: &str) -> Option<&'static str> {
    nearest(key, kind.keys().map(|field| field.key).filter(|known| !known.contains('*')))
}

pub(crate) fn missing(kind: &Kind, id: &str, field: &Field) -> Finding {
    let (_, example) = super::describe::described(field.kind);
    let of =
        if kind.name == "book" { "the book".to_owned() } else { format!("`[{}]`", kind.path(id)) };
    let doc = field.doc.trim_end_matches('.');
    let problem = format!("{of} has no `{}`", field.key);
    let fix = format!("write it, as in `{} = {example}`: {}", field.key, lower_first(doc));
    Finding::error("key-missing", kind.path_of(id, field.key), problem, fix)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

fn read_cell(
    document: &mut Document,
    kind: &Kind,
    id: &str,
    key: &str,
    of: (&Field, &Cell),
) -> Option<Value> {
    let (field, cell) = of;
    let mut read_one = |raw: &Raw, which: &str| match read(field.kind, raw) {
        Ok(value) => Some(value),
        Err(misread) => {
            if !document.has_enough() {
                let problem = format!("{which}{}", misread.problem);
                let finding =
                    Finding::error(misread.rule, kind.path_of(id, key), problem, misread.fix);
                document.find(cell.at, finding);
            }
            None
        }
    };
    let value = read_one(&cell.raw, "");
    if let Some(beside) = &cell.beside {
        let ends = [(&beside.low, "its `low`: "), (&beside.high, "its `high`: ")];
        for (end, which) in ends {
            if let Some(end) = end {
                read_one(end, which);
            }
        }
        if let Some(mark) = &beside.mark
            && let Err(misread) =
                read(super::ValueKind::Choice(super::MARKS), &Raw::Text(mark.clone()))
        {
            let problem = format!("its mark: {}", misread.problem);
            let finding = Finding::error(misread.rule, kind.path_of(id, key), problem, misread.fix);
            document.find(cell.at, finding);
        }
    }
    value
}

/// Says what a column probably is whose name is no key.
pub(crate) fn unknown_column(kind: &Kind, key: &str) -> Finding {
    let problem = format!("there is no key `{key}` in a {}", kind.name);
    let fix = nearest_key(kind, key).map_or_else(
        || format!("remove the column; `{}` takes {}", kind.name, keys_in_words(kind)),
        |near| format!("did you mean `{near}`?"),
    );
    Finding::error("unknown-key", kind.name, problem, fix)
}

/// Says what an unknown key probably is, or which table it probably belongs to.
fn unknown_key(
    document: &Document,
    rows: &Rows,
    kind: &'static Kind,
    id: &str,
    key: &str,
    at: At,
) -> Finding {
    let path = kind.path_of(id, key);
    let table = if kind.name == "book" {
        "the top of a book".to_owned()
    } else {
        format!("a {}", kind.name)
    };
    let problem = format!("there is no key `{key}` in {table}");
    let fix = if let Some(near) = nearest_key(kind, key) {
        format!("did you mean `{near}`?")
    } else if kind.name != "book"
        && super::kind_named("book").is_some_and(|book| book.field(key).is_some())
    {
        format!(
            "`{key}` is a key of the book: move it to the top of the file, before the first `[table]`"
        )
    } else if let Some(owner) = owner_of(rows, document, key, at) {
        format!("it probably belongs to `[{owner}]`: move it there")
    } else if let Some(other) = super::KINDS
        .iter()
        .find(|k| k.name != "book" && k.stands_on(document.shelf()) && k.field(key).is_some())
    {
        format!(
            "`{key}` is a key of `[{}.…]`; remove it here, or write that table's head above it",
            other.name
        )
    } else {
        format!("remove it; `{}` takes {}", kind.name, keys_in_words(kind))
    };
    Finding::error("unknown-key", path, problem, fix)
}

/// Returns the last table of the file before `at` that has such a key and does not have it yet.
fn owner_of(rows: &Rows, document: &Document, key: &str, at: At) -> Option<String> {
    let mut best: Option<(At, String)> = None;
    for (name, rows) in rows {
        let Some(kind) = kind_on(document.shelf(), name).filter(|kind| kind.field(key).is_some())
        else {
            continue;
        };
        for (id, row) in rows {
            let is_before = row.at.file == at.file && row.at < at && !row.cells.contains_key(key);
            if is_before && best.as_ref().is_none_or(|(last, _)| row.at > *last) {
                best = Some((row.at, kind.path(id)));
            }
        }
    }
    best.map(|(_, path)| path)
}

fn keys_in_words(kind: &Kind) -> String {
    let keys: Vec<&str> = kind
        .keys()
        .map(|field| field.key)
        .filter(|key| !matches!(*key, "source" | "mark" | "note"))
        .collect();
    let shown = keys.iter().take(12).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    if keys.len() > 12 { format!("{shown}, …") } else { shown }
}

/// What a source says about the values that name it.
pub(crate) type Marks = BTreeMap<String, Mark>;

pub(crate) fn mark_named(text: &str) -> Option<Mark> {
    let all =
        [Mark::Filing, Mark::Press, Mark::Weak, Mark::Derived, Mark::Unverified, Mark::Judgement];
    all.into_iter().find(|mark| mark.text() == text)
}

impl Entry {
    /// Returns where the value comes from: what stands beside it, else its table, else `above`
    /// (the contract of a tranche).
    pub(crate) fn provenance(&self, tables: &[&Record], marks: &Marks) -> Provenance {
        let beside = self.beside.as_deref();
        let own_source = beside.and_then(|beside| beside.source.clone());
        let own_mark = beside.and_then(|beside| beside.mark.as_deref()).and_then(mark_named);
        let of_source = |source: &Option<String>| {
            source.as_ref().map(|source| marks.get(source).copied().unwrap_or(Mark::Press))
        };
        let table_source = tables.iter().find_map(|table| table.text("source")).map(str::to_owned);
        let table_mark = tables.iter().find_map(|table| table.text("mark")).and_then(mark_named);
        // A judgement beside a filing is nobody's but the author's.
        let source = match own_mark {
            Some(Mark::Judgement) => own_source.clone(),
            _ => own_source.clone().or(table_source),
        };
        let mark = own_mark
            .or_else(|| of_source(&own_source))
            .or(table_mark)
            .or_else(|| of_source(&source));
        Provenance {
            text: self.text.clone(),
            source,
            mark: mark.unwrap_or(Mark::Judgement),
            note: beside.and_then(|beside| beside.note.clone()),
            low: beside.and_then(|beside| beside.low.as_ref()).map(Raw::written),
            high: beside.and_then(|beside| beside.high.as_ref()).map(Raw::written),
            place: Some(self.place.clone()),
        }
    }

    /// Returns the source that stands beside the value.
    pub(crate) fn own_source(&self) -> Option<&str> {
        self.beside.as_deref()?.source.as_deref()
    }
}
