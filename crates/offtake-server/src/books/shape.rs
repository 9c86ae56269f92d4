//! How versions, and what is in them, are written as JSON.

use super::Opened;
use crate::problem::Finding;
use crate::wire::instant_text;
use offtake_book::{Change, Happened, ShownThing, ShownValue, ids_of, show};
use offtake_desk::{Kept, Ledger};
use serde::Serialize;
use utoipa::ToSchema;

/// A version of the book.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct VersionShape {
    /// Its id, a hash of its files: equal books have equal ids.
    pub(crate) id: String,
    /// Its place among all versions: 1 for the first.
    pub(crate) number: u64,
    /// The book's title.
    pub(crate) title: String,
    /// The day whose knowledge it holds.
    pub(crate) as_of: String,
    /// The version that it was made from; left out for one that came from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// When it was kept.
    pub(crate) at: String,
    /// Who kept it.
    pub(crate) who: String,
    /// Why.
    pub(crate) why: String,
    /// Whether it is the newest.
    pub(crate) is_newest: bool,
    /// Whether the desk's supply was made of it.
    pub(crate) is_published: bool,
    /// Warnings; only where it was read to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) findings: Option<Vec<Finding>>,
}

/// A version of the book with all that is in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookShape {
    #[serde(flatten)]
    version: VersionShape,
    /// What holds, by kind of thing.
    tables: Vec<TableShape>,
    /// The files as they are written.
    files: Vec<FileShape>,
}

/// The things of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableShape {
    /// The kind, as `tranche`; `book` for the top of the book.
    table: String,
    /// What such a thing is.
    about: String,
    /// What identifies one, in order; none for kinds of which there is one.
    ids: Vec<String>,
    rows: Vec<ThingShape>,
}

/// A thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThingShape {
    /// Its id, as edits name it.
    id: String,
    /// Where it is written, as `file:line`; left out for what was made to stand in.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// Its values, those that are written first.
    values: Vec<ValueShape>,
}

/// A value, as the file has it or as the default reads.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ValueShape {
    /// Its key within the thing.
    field: String,
    /// What it is.
    text: String,
    /// Its number, where it begins with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    /// Its unit, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// How far to trust it: `filing`, `press`, `weak`, `derived`, `unverified`, `judgement`, or `default` where the file
    /// says nothing.
    mark: String,
    /// The id of its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The formula of a derived value, a remark, or where a default comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What a judgement is moved between.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    /// The other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    /// Where it is written, as `file:line`; left out for a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// A file of a book.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileShape {
    name: String,
    /// Its text.
    text: String,
}

/// What is not the same in two versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DifferenceShape {
    /// The first version.
    pub(crate) before: VersionShape,
    /// The second.
    pub(crate) after: VersionShape,
    /// Things that are not the same.
    pub(crate) changes: Vec<ChangeShape>,
}

/// A thing that is not the same.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeShape {
    table: String,
    id: String,
    /// Its name for people, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// `added`, `removed` or `changed`.
    happened: &'static str,
    values: Vec<ValueChangeShape>,
}

/// A value that is not the same.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValueChangeShape {
    field: String,
    /// `added`, `removed`, `changed`, or `retold` where only mark, source or range are others.
    happened: &'static str,
    /// Whether either version writes it, and not a default alone.
    is_written: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<ValueShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ValueShape>,
}

pub(crate) fn version_shape(ledger: &Ledger, kept: &Kept) -> VersionShape {
    let version = &kept.version;
    let is_it = |other: Option<&Kept>| other.is_some_and(|other| other.number == kept.number);
    VersionShape {
        id: version.id.clone(),
        number: kept.number,
        title: version.title.clone(),
        as_of: version.as_of.clone(),
        parent: version.parent.clone(),
        at: instant_text(kept.at),
        who: kept.who.to_string(),
        why: kept.why.to_string(),
        is_newest: is_it(ledger.newest_book()),
        is_published: is_it(ledger.published_book()),
        findings: None,
    }
}

pub(crate) fn book_shape(version: VersionShape, opened: &Opened) -> BookShape {
    let findings = opened.findings.iter().map(Finding::of).collect();
    let file = |(name, bytes): (&String, &Vec<u8>)| FileShape {
        name: name.clone(),
        text: String::from_utf8_lossy(bytes).into_owned(),
    };
    BookShape {
        version: VersionShape { findings: Some(findings), ..version },
        tables: tables(opened),
        files: opened.tree.files.iter().map(file).collect(),
    }
}

fn tables(opened: &Opened) -> Vec<TableShape> {
    let mut tables: Vec<TableShape> = Vec::new();
    for thing in show(&opened.book, None) {
        let (table, id) = named(&thing.path);
        let row = row(id, &thing);
        match tables.last_mut().filter(|last| last.table == table) {
            Some(last) => last.rows.push(row),
            None => tables.push(TableShape {
                table: table.to_owned(),
                about: thing.about,
                ids: ids_of(table).unwrap_or(&[]).iter().map(ToString::to_string).collect(),
                rows: vec![row],
            }),
        }
    }
    tables
}

/// Parts the path of a thing into its kind and its id.
fn named(path: &str) -> (&str, &str) {
    if path.is_empty() { ("book", "") } else { path.split_once('.').unwrap_or((path, "")) }
}

fn row(id: &str, thing: &ShownThing) -> ThingShape {
    let values = thing.values.iter().map(value).collect();
    ThingShape { id: id.to_owned(), place: thing.place.clone(), values }
}

fn value(shown: &ShownValue) -> ValueShape {
    let (number, unit) = measured(&shown.text);
    ValueShape {
        field: shown.key.clone(),
        text: shown.text.clone(),
        number,
        unit,
        mark: shown.mark.text().to_owned(),
        source: shown.source.clone(),
        note: shown.note.clone(),
        low: shown.low.clone(),
        high: shown.high.clone(),
        place: shown.place.clone(),
    }
}

/// Parts a quantity into its number and its unit.
fn measured(text: &str) -> (Option<f64>, Option<String>) {
    let (first, unit) =
        text.split_once(' ').map_or((text, None), |(first, rest)| (first, Some(rest)));
    // A year or an id that begins with a digit is no number, and neither is what only a float knows.
    let number = first.parse::<f64>().ok().filter(|number| number.is_finite());
    let is_plain = first.starts_with(|one: char| one.is_ascii_digit() || one == '-');
    match number.filter(|_| is_plain) {
        Some(number) => (Some(number), unit.map(str::to_owned)),
        None => (None, None),
    }
}

pub(crate) fn change_shape(change: Change) -> ChangeShape {
    let (table, id) = named(&change.path);
    let values = change.values.into_iter().map(|changed| ValueChangeShape {
        happened: word(changed.happened),
        is_written: changed.is_written(),
        before: changed.before.as_ref().map(value),
        after: changed.after.as_ref().map(value),
        field: changed.key,
    });
    ChangeShape {
        table: table.to_owned(),
        id: id.to_owned(),
        name: change.name,
        happened: word(change.happened),
        values: values.collect(),
    }
}

const fn word(happened: Happened) -> &'static str {
    match happened {
        Happened::Added => "added",
        Happened::Removed => "removed",
        Happened::Changed => "changed",
        Happened::Retold => "retold",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_number_and_a_unit_and_a_day_is_none() {
        assert_eq!(measured("200 MW"), (Some(200.0), Some("MW".to_owned())));
        assert_eq!(measured("2.2 times/year"), (Some(2.2), Some("times/year".to_owned())));
        assert_eq!(measured("72"), (Some(72.0), None));
        for text in ["2026-03-31", "Q2 2026", "NaN", "infinity", "", "iren-1"] {
            assert_eq!(measured(text), (None, None), "{text}");
        }
    }
}
