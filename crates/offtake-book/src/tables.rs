//! A book as long tables, one for each kind of thing: what is written, and where; for spreadsheets.
//!
//! Defaults are not in them, since a cell stands for what a file says. What stands beside a value (mark,
//! source, range) comes along as a note; what a table says of all its values has columns of its own.

use crate::document::Raw;
use crate::format::{KINDS, Kind, Shelf, Value, ValueKind, kind_named, read};
use crate::near::nearest;
use crate::show::of_kind;
use jiff::civil::Date;
use offtake_model::{Book, Mark, Place, Provenance};
use std::collections::{BTreeMap, BTreeSet};

/// Keys that hold for a whole table: they come last.
const OF_TABLE: [&str; 3] = ["source", "mark", "note"];

/// The things of one kind that a book writes.
#[derive(Clone, Debug, PartialEq)]
pub struct LongTable {
    /// The kind, as `tranche`.
    pub kind: &'static str,
    /// What such a thing is.
    pub about: &'static str,
    /// What identifies one, in order: `["contract", "id"]`.
    pub ids: &'static [&'static str],
    /// Keys that some thing writes, in the order of the reference, each with what it means.
    pub columns: Vec<(String, &'static str)>,
    /// The things, by id.
    pub things: Vec<LongThing>,
}

/// A thing that a book writes.
#[derive(Clone, Debug, PartialEq)]
pub struct LongThing {
    /// Its path, as `tranche.nscale.barstow`.
    pub path: String,
    /// What identifies it, one for each of the kind's ids.
    pub ids: Vec<String>,
    /// Where its table (or row) stands.
    pub place: Place,
    /// Its values by key.
    pub values: BTreeMap<String, LongValue>,
}

/// A value that a book writes.
#[derive(Clone, Debug, PartialEq)]
pub struct LongValue {
    /// As it is written.
    pub text: String,
    /// The same, typed.
    pub written: Written,
    /// How far to trust it and where it comes from, in a few lines.
    pub note: String,
    /// Where it stands.
    pub place: Place,
}

/// A value as a file writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// Text, and quantities with their unit.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
    /// Several texts.
    List(Vec<String>),
}

/// Why a cell cannot stand in a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub fix: String,
}

/// Returns the long tables of a book, in the order of the reference; kinds of which nothing is written are
/// left out.
#[must_use]
pub fn long_tables(book: &Book) -> Vec<LongTable> {
    let kinds = KINDS.iter().copied().filter(|kind| kind.stands_on(Shelf::Book));
    let tables = kinds.filter(|kind| !kind.ids.is_empty()).map(|kind| table(book, kind));
    tables.filter(|table| !table.things.is_empty()).collect()
}

fn table(book: &Book, kind: &'static Kind) -> LongTable {
    let things: Vec<LongThing> = of_kind(book, kind, None)
        .into_iter()
        .filter(|thing| thing.path.starts_with(&format!("{}.", kind.name)))
        .filter_map(|shown| thing(book, kind, &shown.path, &shown.values))
        .collect();
    let used: BTreeSet<&String> = things.iter().flat_map(|thing| thing.values.keys()).collect();
    let rank = |key: &str| {
        let field = kind.field(key);
        let at = kind.keys().position(|known| field.is_some_and(|field| field.key == known.key));
        match OF_TABLE.iter().position(|of_table| *of_table == key) {
            Some(last) => usize::MAX - OF_TABLE.len() + last,
            None => at.unwrap_or(usize::MAX - OF_TABLE.len() - 1),
        }
    };
    let mut columns: Vec<(String, &'static str)> = used
        .into_iter()
        .map(|key| (key.clone(), kind.field(key).map_or("", |field| field.doc)))
        .collect();
    columns.sort_by_key(|(key, _)| (rank(key), key.clone()));
    LongTable { kind: kind.name, about: kind.doc, ids: kind.ids, columns, things }
}

fn thing(book: &Book, kind: &Kind, path: &str, shown: &[crate::ShownValue]) -> Option<LongThing> {
    let place = book.provenance.get(path).and_then(|known| known.place.clone())?;
    let id = path.strip_prefix(kind.name)?.strip_prefix('.')?;
    let mut values = BTreeMap::new();
    for value in shown.iter().filter(|value| value.place.is_some()) {
        let known = book.provenance.get(&kind.path_of(id, &value.key));
        let Some((known, place)) = known.and_then(|known| Some((known, known.place.clone()?)))
        else {
            continue;
        };
        let Some(field) = kind.field(&value.key) else { continue };
        let written = written(field.kind, &known.text);
        let note = note(known);
        values.insert(
            value.key.clone(),
            LongValue { text: known.text.clone(), written, note, place },
        );
    }
    for key in OF_TABLE {
        let (Some(said), Some(field)) = (book.said.get(&kind.path_of(id, key)), kind.field(key))
        else {
            continue;
        };
        let written = written(field.kind, &said.text);
        let (text, place) = (said.text.clone(), said.place.clone());
        let note = format!("of the whole table\n{}", crate::place_text(&place));
        values.insert(key.to_owned(), LongValue { text, written, note, place });
    }
    let count = kind.ids.len();
    let ids: Vec<String> = id.splitn(count, '.').map(str::to_owned).collect();
    (ids.len() == count).then(|| LongThing { path: path.to_owned(), ids, place, values })
}

fn note(known: &Provenance) -> String {
    let mut lines = vec![known.mark.text().to_owned()];
    lines.extend(known.source.as_ref().map(|source| format!("source {source}")));
    if let (Some(low), Some(high)) = (&known.low, &known.high) {
        lines.push(format!("between {low} and {high}"));
    }
    lines.extend(known.note.clone().filter(|_| known.mark != Mark::Default));
    lines.extend(known.place.as_ref().map(crate::place_text));
    lines.join("\n")
}

/// Returns a text as the file would write it.
fn written(kind: ValueKind, text: &str) -> Written {
    let text = text.trim();
    let as_text = || Written::Text(text.to_owned());
    let number = || {
        let integer = text.parse::<i64>().map(Written::Integer);
        integer.or_else(|_| text.parse::<f64>().map(Written::Float)).unwrap_or_else(|_| as_text())
    };
    match kind {
        ValueKind::Count | ValueKind::Quarters | ValueKind::Number | ValueKind::SpeedOrNumber => {
            number()
        }
        ValueKind::Bool => text.parse().map_or_else(|_| as_text(), Written::Bool),
        ValueKind::Date => text.parse().map_or_else(|_| as_text(), Written::Date),
        ValueKind::Texts | ValueKind::Choices(_) | ValueKind::Refs(_) => {
            match read(kind, &Raw::Bare(text.to_owned())) {
                Ok(Value::Texts(all)) => Written::List(all),
                _ => Written::List(text.split(',').map(|part| part.trim().to_owned()).collect()),
            }
        }
        _ => as_text(),
    }
}

/// Reads a cell of a spreadsheet as the value of `key` of a `kind`.
///
/// # Errors
///
/// When there is no such key, or the text cannot stand there: what is wrong, and how to mend it.
pub fn read_cell(kind: &str, key: &str, text: &str) -> Result<Written, CellProblem> {
    let refused = |problem: String, fix: String| Err(CellProblem { problem, fix });
    let Some(kind) = kind_named(kind) else {
        return refused(
            format!("there is no kind of thing `{kind}`"),
            "remove the sheet".to_owned(),
        );
    };
    let Some(field) = kind.field(key) else {
        let known = kind.keys().map(|field| field.key).filter(|known| !known.contains('*'));
        let fix = nearest(key, known).map_or_else(
            || "remove the column, or give it the name of a key of the reference".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return refused(format!("there is no key `{key}` in a {}", kind.name), fix);
    };
    match read(field.kind, &Raw::Bare(text.to_owned())) {
        Ok(_) => Ok(written(field.kind, text)),
        Err(misread) => refused(misread.problem, misread.fix.replace(['`', '"'], "'")),
    }
}

/// Returns the names of what identifies a thing of the kind, in order; `None` when there is no such kind.
#[must_use]
pub fn ids_of(kind: &str) -> Option<&'static [&'static str]> {
    kind_named(kind).map(|kind| kind.ids)
}

/// Returns the kind of thing that `key` of a `kind` names by its id, if it names one.
#[must_use]
pub fn refers_to(kind: &str, key: &str) -> Option<&'static str> {
    match kind_named(kind)?.field(key)?.kind {
        ValueKind::Ref(other) | ValueKind::Refs(other) => Some(other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_book_bytes;

    #[test]
    fn a_book_comes_as_tables_of_what_is_written() {
        let text = "format = 1\nas_of = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\n\
            price.total = { value = \"9.7 GUSD\", mark = \"press\" }\n\
            [tranche.acme.one]\ngpus = 72\npromised = 2026-03-31\n[tranche.acme.two]\nracks = 2\npromised = \"Q2 2026\"\n";
        let book = read_book_bytes("b.toml", text.as_bytes()).book.unwrap();
        let tables = long_tables(&book);
        let kinds: Vec<&str> = tables.iter().map(|table| table.kind).collect();
        assert_eq!(kinds, ["contract", "tranche"]);
        let tranches = &tables[1];
        assert_eq!(tranches.things[1].ids, ["acme", "two"]);
        let keys: Vec<&str> = tranches.columns.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys.iter().filter(|key| ["gpus", "racks", "promised"].contains(key)).count(),
            3
        );
        let first = &tranches.things[0].values;
        assert_eq!(first["gpus"].written, Written::Integer(72));
        assert_eq!(first["promised"].written, Written::Date(jiff::civil::date(2026, 3, 31)));
        assert_eq!(tranches.things[1].values["promised"].written, Written::Text("Q2 2026".into()));
        let price = &tables[0].things[0].values["price.total"];
        assert_eq!((price.text.as_str(), price.note.as_str()), ("9.7 GUSD", "press\nb.toml:5"));
    }

    #[test]
    fn what_a_table_says_of_all_its_values_has_columns_and_what_its_contract_says_is_not_repeated()
    {
        let text = "format = 1\nas_of = 2026-01-01\n[source.s]\ntitle = \"T\"\nmark = \"filing\"\n[contract.acme]\n\
            source = \"s\"\nmark = \"weak\"\nnote = \"by telephone\"\naccelerator = \"gb300-nvl72\"\n\
            [tranche.acme.one]\ngpus = 72\npromised = 2026-03-31\n";
        let book = read_book_bytes("b.toml", text.as_bytes()).book.unwrap();
        let tables = long_tables(&book);
        let of = |kind: &str| tables.iter().find(|table| table.kind == kind).unwrap();
        let keys: Vec<&str> = of("contract").columns.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["accelerator", "source", "mark", "note"]);
        assert_eq!(of("contract").things[0].values["note"].text, "by telephone");
        assert!(!of("tranche").things[0].values.contains_key("source"));
        assert_eq!(of("source").things[0].values["mark"].text, "filing");
    }

    #[test]
    fn a_cell_is_read_as_its_key_asks_and_refused_with_the_mend() {
        assert_eq!(read_cell("tranche", "gpus", "72"), Ok(Written::Integer(72)));
        assert_eq!(
            read_cell("workload", "zones", "EU, UK"),
            Ok(Written::List(vec!["EU".to_owned(), "UK".to_owned()]))
        );
        assert!(read_cell("tranche", "term", "60").unwrap_err().problem.contains("no unit"));
        assert_eq!(
            read_cell("tranche", "promissed", "x").unwrap_err().fix,
            "did you mean `promised`?"
        );
        assert!(read_cell("lunch", "x", "y").is_err());
        assert_eq!(read_cell("tranche", "source", "x"), Ok(Written::Text("x".to_owned())));
        assert!(read_cell("tranche", "mark", "hearsay").is_err());
        assert_eq!(refers_to("contract", "seller"), Some("party"));
        assert_eq!(refers_to("contract", "gpus"), None);
    }
}
