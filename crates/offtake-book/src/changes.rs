//! What changed between two books: things added and removed, and values by path.
//!
//! Values are held against each other as what they mean: `"Q2 2026"` is `2026-06-30`, and 9.7 GUSD are
//! 9700 MUSD. Of each value both sides come along with mark and source, so that a renegotiation reads as a
//! line, and a figure that is merely better known now is told apart from one that moved.

use crate::document::Raw;
use crate::format::{KINDS, Kind, Shelf, read};
use crate::show::{ShownThing, ShownValue, show};
use offtake_model::Book;
use std::collections::BTreeMap;

/// What happened to a thing or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// It is in the second book alone.
    Added,
    /// It is in the first book alone.
    Removed,
    /// Its value is another.
    Changed,
    /// Its value is the same, and its mark, source or range is another.
    Retold,
}

/// A thing that is not the same in both books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path of the thing, as `tranche.nscale.barstow`; empty for the top of the book.
    pub path: String,
    /// Its name for people, where it has one that says more than the path.
    pub name: Option<String>,
    /// `Added`, `Removed`, or `Changed` when values within are not the same.
    pub happened: Happened,
    /// Its values: all of an added or removed thing that are written, and those that are not the same.
    pub values: Vec<ValueChange>,
}

/// A value that is not the same in both books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueChange {
    /// Its key, as `late.grace`.
    pub key: String,
    /// What happened.
    pub happened: Happened,
    /// What held in the first book.
    pub before: Option<ShownValue>,
    /// What holds in the second.
    pub after: Option<ShownValue>,
}

impl ValueChange {
    /// Says whether either book writes the value, and not a default or a formula alone.
    #[must_use]
    pub fn is_written(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(|value| value.place.is_some())
    }
}

/// Returns what changed from `before` to `after`, in the order of the format's kinds and of paths.
#[must_use]
pub fn changes(before: &Book, after: &Book) -> Vec<Change> {
    let mut things: BTreeMap<(usize, String), [Option<ShownThing>; 2]> = BTreeMap::new();
    for (side, book) in [before, after].into_iter().enumerate() {
        for thing in show(book, None) {
            let key = (rank(&thing.path), thing.path.clone());
            things.entry(key).or_default()[side] = Some(thing);
        }
    }
    things.into_values().filter_map(|[a, b]| change(a, b)).collect()
}

/// Returns the place of a thing's kind in the format.
fn rank(path: &str) -> usize {
    kind_of(path).map_or(0, |kind| {
        KINDS.iter().position(|other| other.name == kind.name).unwrap_or(KINDS.len())
    })
}

fn kind_of(path: &str) -> Option<&'static Kind> {
    let name = path.split('.').next().filter(|name| !name.is_empty()).unwrap_or("book");
    KINDS.iter().copied().find(|kind| kind.name == name && kind.stands_on(Shelf::Book))
}

fn change(before: Option<ShownThing>, after: Option<ShownThing>) -> Option<Change> {
    let thing = after.as_ref().or(before.as_ref())?;
    let kind = kind_of(&thing.path);
    let name = thing.values.iter().find(|value| value.key == "name" && value.place.is_some());
    let name = name.map(|value| value.text.clone());
    let path = thing.path.clone();
    let happened = match (&before, &after) {
        (None, _) => Happened::Added,
        (_, None) => Happened::Removed,
        _ => Happened::Changed,
    };
    let is_whole = happened != Happened::Changed;
    let mut values: BTreeMap<String, [Option<ShownValue>; 2]> = BTreeMap::new();
    for (side, thing) in [before, after].into_iter().enumerate() {
        for value in thing.into_iter().flat_map(|thing| thing.values) {
            if !is_whole || value.place.is_some() {
                let key = value.key.clone();
                values.entry(key).or_default()[side] = Some(value);
            }
        }
    }
    // A book that says no title is named after its file, and a copy of it is the same book.
    let is_name_of_file = |key: &str, sides: &[Option<ShownValue>; 2]| {
        path.is_empty()
            && key == "title"
            && sides.iter().flatten().all(|value| value.place.is_none())
    };
    let values: Vec<ValueChange> = values
        .into_iter()
        .filter(|(key, sides)| !is_name_of_file(key, sides))
        .filter_map(|(key, [a, b])| value_change(kind, key, a, b))
        .collect();
    (is_whole || !values.is_empty()).then_some(Change { path, name, happened, values })
}

fn value_change(
    kind: Option<&Kind>,
    key: String,
    before: Option<ShownValue>,
    after: Option<ShownValue>,
) -> Option<ValueChange> {
    let happened = match (&before, &after) {
        (None, None) => return None,
        (None, Some(_)) => Happened::Added,
        (Some(_), None) => Happened::Removed,
        (Some(a), Some(b)) if !same(kind, &key, &a.text, &b.text) => Happened::Changed,
        (Some(a), Some(b)) => {
            let range = |v: &ShownValue| [v.low.clone(), v.high.clone()];
            let is_same = a.mark == b.mark && a.source == b.source && range(a) == range(b);
            if is_same {
                return None;
            }
            Happened::Retold
        }
    };
    Some(ValueChange { key, happened, before, after })
}

/// Says whether two texts of one key mean the same.
fn same(kind: Option<&Kind>, key: &str, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let Some(field) = kind.and_then(|kind| kind.field(key)) else { return false };
    let value = |text: &str| read(field.kind, &Raw::Bare(text.to_owned())).ok();
    matches!((value(a), value(b)), (Some(a), Some(b)) if a == b)
}

/// What of the changes is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Things, and values that are written and not the same; the rest is counted.
    Short,
    /// All: sources, defaults that follow, values that are merely told otherwise.
    Full,
}

/// Writes changes as text, a line for each value.
#[must_use]
pub fn changes_text(changes: &[Change], depth: Depth) -> String {
    let mut text = String::new();
    let mut counts = Counts::default();
    for change in changes {
        let is_source = change.path.starts_with("source.");
        if is_source && depth == Depth::Short {
            counts.sources += 1;
            continue;
        }
        let name = change.name.as_ref().map_or_else(String::new, |name| format!("  {name}"));
        let title = if change.path.is_empty() { "the book" } else { &change.path };
        if change.happened != Happened::Changed {
            let sign = if change.happened == Happened::Added { '+' } else { '-' };
            text.push_str(&format!("{sign} {title}{name}{}\n", facts(change)));
            if depth == Depth::Full {
                values_text(change, &change.values.iter().collect::<Vec<_>>(), depth, &mut text);
            }
            continue;
        }
        let shown: Vec<&ValueChange> =
            change.values.iter().filter(|value| counts.shows(value, depth)).collect();
        if !shown.is_empty() {
            text.push_str(&format!("  {title}\n"));
            values_text(change, &shown, depth, &mut text);
        }
    }
    text.push_str(&counts.text());
    text
}

/// Keys that say in a line what an added or removed thing is.
const FACTS: [&str; 14] = [
    "gpus",
    "racks",
    "size",
    "block",
    "blocks",
    "level",
    "promised",
    "price.total",
    "price.per_gpu_hour",
    "price",
    "amount",
    "total",
    "grid_power",
    "critical_it",
];

/// `  (gpus 66000, promised Q4 2027)`.
fn facts(change: &Change) -> String {
    let text = |key: &&str| {
        let value = change.values.iter().find(|value| value.key == **key)?;
        let shown = value.after.as_ref().or(value.before.as_ref())?;
        Some(format!("{key} {}", shown.text))
    };
    let said: Vec<String> = FACTS.iter().filter_map(text).take(4).collect();
    if said.is_empty() { String::new() } else { format!("  ({})", said.join(", ")) }
}

fn values_text(change: &Change, values: &[&ValueChange], depth: Depth, text: &mut String) {
    let width = values.iter().map(|v| v.key.chars().count()).max().unwrap_or(0).min(26);
    for value in values {
        // The top of the book says what it is about; how far to trust that is no question.
        let origin = if change.path.is_empty() { String::new() } else { origin(value, depth) };
        text.push_str(&format!("      {:width$}  {}{origin}\n", value.key, moved_value(value)));
    }
}

/// What is not written out.
#[derive(Default)]
struct Counts {
    sources: usize,
    retold: usize,
    defaults: usize,
}

impl Counts {
    /// Says whether a value is written out, and counts it when it is not.
    fn shows(&mut self, value: &ValueChange, depth: Depth) -> bool {
        if depth == Depth::Full {
            return true;
        }
        if !value.is_written() {
            self.defaults += 1;
        } else if value.happened == Happened::Retold {
            self.retold += 1;
        } else {
            return true;
        }
        false
    }

    fn text(&self) -> String {
        let parts = [
            (self.retold, "with the same value and another mark, source or range"),
            (self.defaults, "defaults and derived values that follow"),
            (self.sources, "sources added, removed or changed"),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if said.is_empty() {
            String::new()
        } else {
            format!("and {}; --all lists them\n", said.join(", "))
        }
    }
}

/// `2026-09-30 -> 2027-09-30`.
fn moved_value(value: &ValueChange) -> String {
    let text = |one: &Option<ShownValue>| {
        one.as_ref().map_or("not written".to_owned(), |value| value.text.clone())
    };
    let (before, after) = (text(&value.before), text(&value.after));
    match value.happened {
        Happened::Added => after,
        Happened::Removed => format!("{before} -> not written"),
        Happened::Retold => before,
        Happened::Changed => format!("{before} -> {after}"),
    }
}

/// `  (press -> weak, source a -> b)`; ranges stand in the full text alone.
fn origin(value: &ValueChange, depth: Depth) -> String {
    let mark = |one: &Option<ShownValue>| one.as_ref().map(|v| v.mark.text().to_owned());
    let source = |one: &Option<ShownValue>| one.as_ref().and_then(|v| v.source.clone());
    let range = |one: &Option<ShownValue>| {
        let value = one.as_ref().filter(|_| depth == Depth::Full)?;
        Some(format!("{} and {}", value.low.as_ref()?, value.high.as_ref()?))
    };
    let marks = moved("", mark(&value.before), mark(&value.after));
    let sources = moved("source ", source(&value.before), source(&value.after));
    let ranges = moved("between ", range(&value.before), range(&value.after));
    let origin: Vec<String> = [marks, sources, ranges].into_iter().flatten().collect();
    if origin.is_empty() { String::new() } else { format!("  ({})", origin.join(", ")) }
}

/// `press -> weak`, or one word where both are the same.
fn moved(word: &str, before: Option<String>, after: Option<String>) -> Option<String> {
    match (before, after) {
        (None, None) => None,
        (Some(a), Some(b)) if a == b => Some(format!("{word}{a}")),
        (Some(a), Some(b)) => Some(format!("{word}{a} -> {b}")),
        (None, Some(b)) => Some(format!("{word}{b}")),
        (Some(a), None) => Some(format!("{word}{a} -> none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_book_bytes;

    fn book(contract: &str) -> Book {
        let text = format!(
            "format = 1\nas_of = 2026-01-01\n[contract.acme]\naccelerator = \"gb300-nvl72\"\n\
             gpus = 4608\n{contract}"
        );
        read_book_bytes("book.toml", text.as_bytes()).book.unwrap()
    }

    fn lines(before: &Book, after: &Book) -> Vec<String> {
        let line = |path: &str, v: &ValueChange| {
            let text = |value: &Option<ShownValue>| {
                value.as_ref().map_or("-".to_owned(), |value| value.text.clone())
            };
            format!("{path} {} {:?} {} {}", v.key, v.happened, text(&v.before), text(&v.after))
        };
        let all = changes(before, after);
        let written = |c: &Change| {
            let values = c.values.iter().filter(|v| v.is_written());
            values.map(|v| line(&c.path, v)).collect::<Vec<_>>()
        };
        all.iter().flat_map(written).collect()
    }

    #[test]
    fn a_renegotiated_date_is_one_line() {
        let before = book("promised = 2026-03-31\n");
        let after = book("promised = 2026-05-31\n");
        assert_eq!(
            lines(&before, &after),
            ["contract.acme promised Changed 2026-03-31 2026-05-31"]
        );
        assert_eq!(changes(&before, &before), []);
    }

    #[test]
    fn what_means_the_same_is_no_change() {
        let before = book("promised = \"Q1 2026\"\nprice.total = \"9.7 GUSD\"\n");
        let after = book("promised = 2026-03-31\nprice.total = \"9700 MUSD\"\n");
        assert_eq!(lines(&before, &after), Vec::<String>::new());
    }

    #[test]
    fn what_is_merely_better_known_is_told_apart() {
        let before = book("promised = { value = 2026-03-31, mark = \"judgement\" }\n");
        let after = book("promised = { value = 2026-03-31, mark = \"filing\" }\n");
        assert_eq!(lines(&before, &after), ["contract.acme promised Retold 2026-03-31 2026-03-31"]);
    }

    #[test]
    fn a_change_is_written_with_both_values_marks_and_sources() {
        let before = book("promised = { value = 2026-03-31, mark = \"press\" }\n");
        let after = book("promised = { value = 2026-05-31, mark = \"weak\" }\n");
        let text = changes_text(&changes(&before, &after), Depth::Short);
        let line = "      promised  2026-03-31 -> 2026-05-31  (press -> weak)";
        assert!(text.starts_with(&format!("  contract.acme\n{line}\n")), "{text}");
        assert!(
            text.contains("defaults and derived values that follow; --all lists them"),
            "{text}"
        );
    }

    #[test]
    fn things_that_are_added_come_with_what_is_written_of_them() {
        let before = book("promised = 2026-03-31\n");
        let after = book(
            "promised = 2026-03-31\n[contract.bolt]\naccelerator = \"gb300-nvl72\"\ngpus = 72\npromised = 2026-06-30\n",
        );
        let change =
            changes(&before, &after).into_iter().find(|c| c.path == "contract.bolt").unwrap();
        assert_eq!((change.happened, change.values.len()), (Happened::Added, 3));
        let back =
            changes(&after, &before).into_iter().find(|c| c.path == "contract.bolt").unwrap();
        assert_eq!(back.happened, Happened::Removed);
    }
}
