//! What holds for the things of a book after all defaults, and from where.

use crate::format::{KINDS, Kind, Shelf};
use offtake_model::{Book, Mark, Provenance};
use std::fmt::Write;

/// One value of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownValue {
    /// Its key within the thing, as `late.grace`.
    pub key: String,
    /// What it is, as it is written or as the default reads.
    pub text: String,
    /// How far to trust it.
    pub mark: Mark,
    /// Id of its source, if it has one.
    pub source: Option<String>,
    /// The formula of a derived value, a remark, or where a default comes from.
    pub note: Option<String>,
    /// What `stress` moves it between.
    pub low: Option<String>,
    /// The other end.
    pub high: Option<String>,
    /// Where it is written, as `file:line`; `None` for a default.
    pub place: Option<String>,
}

/// One thing of a book with its values, those that are written first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownThing {
    /// Its path, as `contract.iren-childress`; empty for the top of the book.
    pub path: String,
    /// What kind of thing it is, in a sentence.
    pub about: String,
    /// Where it is written; `None` for what was made to stand in.
    pub place: Option<String>,
    /// Its values.
    pub values: Vec<ShownValue>,
}

/// Returns the things that `id` means: a path (`contract.iren`), the start of one (`contract`), or a
/// bare id (`iren`, which shows all things of that name, and a contract's tranches with it). Without
/// an id, the whole book.
#[must_use]
pub fn show(book: &Book, id: Option<&str>) -> Vec<ShownThing> {
    let mut things: Vec<ShownThing> = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.stands_on(Shelf::Book)) {
        things.extend(of_kind(book, kind, id));
    }
    things
}

/// Returns the things of one kind, of those that `id` means where it is said.
pub(crate) fn of_kind(book: &Book, kind: &Kind, id: Option<&str>) -> Vec<ShownThing> {
    let mut things: Vec<ShownThing> = Vec::new();
    let prefix = if kind.name == "book" { String::new() } else { kind.name.to_owned() };
    // The paths of one kind stand together; the top's keys are spread over all.
    let own = book.provenance.range(prefix.clone()..);
    for (path, provenance) in own.take_while(|(path, _)| path.starts_with(&prefix)) {
        let Some((thing, key)) = split(kind, &prefix, path) else { continue };
        if id.is_some_and(|id| !is_meant(kind, &thing, id)) {
            continue;
        }
        if things.last().is_none_or(|last| last.path != thing) {
            let found = things.iter().position(|known| known.path == thing);
            match found {
                Some(at) => {
                    let known = things.remove(at);
                    things.push(known);
                }
                None => things.push(empty(book, kind, &thing)),
            }
        }
        if let (Some(last), false) = (things.last_mut(), key.is_empty()) {
            last.values.push(value(key, provenance));
        }
    }
    for thing in &mut things {
        thing
            .values
            .sort_by(|a, b| a.place.is_none().cmp(&b.place.is_none()).then(a.key.cmp(&b.key)));
    }
    things.sort_by(|a, b| a.path.cmp(&b.path));
    things
}

/// Splits the path of a value of `kind` into its thing and its key.
fn split(kind: &Kind, prefix: &str, path: &str) -> Option<(String, String)> {
    if prefix.is_empty() {
        // The top's keys are those that begin with no kind.
        let first = path.split('.').next().unwrap_or("");
        return kind
            .field(path)
            .filter(|_| !KINDS.iter().any(|k| k.name == first && k.name != "book"))
            .map(|_| (String::new(), path.to_owned()));
    }
    let rest = path.strip_prefix(prefix)?;
    if kind.is_single() {
        return rest.strip_prefix('.').map(|key| (prefix.to_owned(), key.to_owned()));
    }
    let rest = rest.strip_prefix('.')?;
    // Ids may hold points (`a100-40.5`), so that the key is the longest known ending.
    let parts: Vec<&str> = rest.split('.').collect();
    for at in kind.ids.len()..parts.len() {
        let key = parts[at..].join(".");
        if kind.field(&key).is_some() {
            return Some((format!("{prefix}.{}", parts[..at].join(".")), key));
        }
    }
    Some((path.to_owned(), String::new()))
}

/// Says whether `id` means the thing.
fn is_meant(kind: &Kind, thing: &str, id: &str) -> bool {
    let own = thing.strip_prefix(kind.name).map_or(thing, |rest| rest.trim_start_matches('.'));
    let below = |whole: &str| {
        whole.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    below(thing) || below(own) || own.rsplit_once('.').is_some_and(|(_, last)| last == id)
}

fn empty(book: &Book, kind: &Kind, thing: &str) -> ShownThing {
    let place = book.provenance.get(thing).and_then(|p| p.place.as_ref()).map(crate::place_text);
    ShownThing { path: thing.to_owned(), about: kind.doc.to_owned(), place, values: Vec::new() }
}

fn value(key: String, provenance: &Provenance) -> ShownValue {
    ShownValue {
        key,
        text: provenance.text.clone(),
        mark: provenance.mark,
        source: provenance.source.clone(),
        note: provenance.note.clone(),
        low: provenance.low.clone(),
        high: provenance.high.clone(),
        place: provenance.place.as_ref().map(crate::place_text),
    }
}

/// Writes things as text, a line for each value: what holds, how far to trust it, and from where.
#[must_use]
pub fn show_text(things: &[ShownThing]) -> String {
    let mut text = String::new();
    for thing in things {
        let title = if thing.path.is_empty() { "the book" } else { &thing.path };
        let place = thing.place.as_ref().map_or(String::new(), |place| format!("  ({place})"));
        let gap = if text.is_empty() { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{gap}{title}{place}");
        let width = |of: fn(&ShownValue) -> &str| {
            thing.values.iter().map(|v| of(v).chars().count()).max().unwrap_or(0).min(40)
        };
        let (keys, texts) = (width(|v| &v.key), width(|v| &v.text));
        for value in &thing.values {
            let _ =
                writeln!(text, "  {:keys$}  {:texts$}  {}", value.key, value.text, origin(value));
        }
    }
    text
}

/// Says in a line where a value comes from.
fn origin(value: &ShownValue) -> String {
    let mut parts = vec![value.mark.text().to_owned()];
    if let Some(source) = &value.source {
        parts.push(format!("source {source}"));
    }
    if let (Some(low), Some(high)) = (&value.low, &value.high) {
        parts.push(format!("between {low} and {high}"));
    }
    let says_more = |note: &&String| note.replace('`', "") != value.text;
    parts.extend(value.note.as_ref().filter(says_more).cloned());
    parts.extend(value.place.clone());
    parts.join("; ")
}
