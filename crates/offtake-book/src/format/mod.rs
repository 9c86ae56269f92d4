//! The data model as a table: every kind of thing, its keys, what may stand there, what holds when
//! nothing does, and what it means.
//!
//! One table drives reading, findings about unknown keys, the JSON Schema and the reference page,
//! so that they cannot disagree. To add a key: one line in the kind's list, then its use in `build`.

mod book;
mod catalog;
mod contract;
mod convert;
mod describe;
mod finance;
mod page;
mod place;
mod read;
mod schema;
mod value;
mod work;

pub(crate) use convert::{FromValue, Shown};
pub use page::page;
pub(crate) use read::{
    Entry, Marks, Record, Records, mark_named, missing, read_all, unknown_column,
};
pub use schema::schema;
pub use value::ValueKind;
pub(crate) use value::{Value, read};

/// The newest number that `format = …` may have.
pub const FORMAT: i64 = 1;

/// One key of a kind of thing.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key as it is written, dotted; `*` stands for an id.
    pub key: &'static str,
    /// What may stand there.
    pub kind: ValueKind,
    /// What holds when the key is not written, and where that comes from; `None` when it must be.
    pub default: Option<&'static str>,
    /// What it means, in a sentence or two.
    pub doc: &'static str,
}

/// Where a kind of thing may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// In a book.
    Book,
    /// In a catalog.
    Catalog,
    /// In the catalog, and in a book that knows better.
    Both,
}

/// One kind of thing.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name, which is the name of its tables.
    pub name: &'static str,
    /// What identifies one of them, in order: `["contract", "id"]` for `[tranche.CONTRACT.ID]`; empty
    /// for a table that is there once. In a CSV these are columns.
    pub ids: &'static [&'static str],
    /// The name of the CSV that may hold many of them, without `.csv`; empty when none may.
    pub csv: &'static str,
    /// Where it may be written.
    pub shelf: Shelf,
    /// What it is, for the reference.
    pub doc: &'static str,
    /// A small example.
    pub example: &'static str,
    /// Its keys, in groups that kinds share.
    pub fields: &'static [&'static [Field]],
}

const fn field(
    key: &'static str,
    kind: ValueKind,
    default: &'static str,
    doc: &'static str,
) -> Field {
    Field { key, kind, default: Some(default), doc }
}

const fn required(key: &'static str, kind: ValueKind, doc: &'static str) -> Field {
    Field { key, kind, default: None, doc }
}

/// The words that a `mark` may be.
pub const MARKS: &[&str] = &["filing", "press", "weak", "derived", "unverified", "judgement"];

/// Keys that every table has.
const COMMON: &[Field] = &[
    field(
        "source",
        ValueKind::Ref("source"),
        "none: the values are judgements",
        "Where all values of the table come from, unless one says otherwise.",
    ),
    field(
        "mark",
        ValueKind::Choice(MARKS),
        "the source's mark; without a source `judgement`",
        "How far to trust all values of the table, unless one says otherwise.",
    ),
    field("note", ValueKind::Text, "none", "A remark for people."),
];

/// The name of a thing for people.
const NAME: &[Field] = &[field("name", ValueKind::Text, "its id", "Its name for people.")];

/// Keys that are read as another one.
const ALIASES: &[(&str, &str, &str)] = &[("book", "headline_quarters", "headline")];

/// Every kind, in the order of the reference.
pub const KINDS: &[&Kind] = &[
    &book::BOOK,
    &book::DEFAULTS,
    &book::FX,
    &book::STANDARD,
    &book::GROWTH,
    &book::PARTY,
    &place::GRID,
    &place::SITE,
    &place::HALL,
    &contract::CONTRACT,
    &contract::TRANCHE,
    &contract::FLEET,
    &work::WORKLOAD,
    &work::BLOCK,
    &work::GANG,
    &contract::OFFER,
    &contract::SPOT,
    &contract::OPTION,
    &contract::RIGHT,
    &finance::PURCHASE,
    &finance::LEASE,
    &finance::DEBT,
    &finance::POWER,
    &finance::BUILD,
    &finance::IDLE,
    &finance::OPPORTUNITY,
    &book::STRESS,
    &book::SOURCE,
    &catalog::ACCELERATOR,
    &catalog::FAILURE,
    &catalog::SLIP,
    &catalog::CLASS,
    &catalog::CLAUSES,
    &catalog::OUTAGE,
    &catalog::CURTAILMENT,
    &catalog::SUPPLIER,
    &catalog::FLEET_DEFAULT,
    &catalog::GANG_DEFAULT,
    &catalog::PRICE,
    &catalog::MARKET,
    &catalog::THROUGHPUT,
    &catalog::IMAGES,
    &catalog::AGENTIC,
    &catalog::ZONE,
    &catalog::PLACE,
    &catalog::ROUND_TRIP,
];

/// Returns the kind of that name that may be written in a book; its top is the kind `book`.
#[must_use]
pub fn kind_named(name: &str) -> Option<&'static Kind> {
    kind_on(Shelf::Book, name)
}

/// Returns the kind of that name that may be written on `shelf`.
pub(crate) fn kind_on(shelf: Shelf, name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name && kind.stands_on(shelf))
}

/// Returns the kind whose CSV has that name, without `.csv`.
pub(crate) fn kind_of_csv(shelf: Shelf, stem: &str) -> Option<&'static Kind> {
    KINDS
        .iter()
        .copied()
        .find(|kind| !kind.csv.is_empty() && kind.csv == stem && kind.stands_on(shelf))
}

impl Kind {
    /// Says whether it may be written on `shelf`.
    #[must_use]
    pub fn stands_on(&self, shelf: Shelf) -> bool {
        self.shelf == shelf || self.shelf == Shelf::Both
    }

    /// Says whether there is one of it alone, without an id.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.ids.is_empty() && self.csv.is_empty()
    }

    /// Returns all its keys.
    pub fn keys(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().flat_map(|group| group.iter())
    }

    /// Returns the field that `key` is, with `*` standing for any id.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.keys().find(|field| matches(field.key, key))
    }

    /// Returns the key that `key` stands for.
    pub(crate) fn canonical<'a>(&self, key: &'a str) -> &'a str {
        ALIASES
            .iter()
            .find(|(kind, also, _)| *kind == self.name && *also == key)
            .map_or(key, |(_, _, key)| key)
    }

    /// Returns the path of a thing: `contract.iren`, or nothing for the top of the book.
    #[must_use]
    pub fn path(&self, id: &str) -> String {
        match (self.name, id) {
            ("book", _) => String::new(),
            (name, "") => name.to_owned(),
            (name, id) => format!("{name}.{id}"),
        }
    }

    /// Returns the path of a value of a thing.
    #[must_use]
    pub fn path_of(&self, id: &str, key: &str) -> String {
        let path = self.path(id);
        if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
    }
}

fn matches(pattern: &str, key: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == key,
        Some((before, after)) => key
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|id| !id.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_and_key_is_there_once_and_says_what_it_is() {
        let names: BTreeSet<(&str, bool)> =
            KINDS.iter().map(|kind| (kind.name, kind.shelf == Shelf::Catalog)).collect();
        assert_eq!(names.len(), KINDS.len());
        for kind in KINDS {
            let keys: Vec<&str> = kind.keys().map(|field| field.key).collect();
            let once: BTreeSet<&str> = keys.iter().copied().collect();
            assert_eq!(once.len(), keys.len(), "{}", kind.name);
            for field in kind.keys() {
                assert!(field.doc.ends_with('.'), "{}.{}", kind.name, field.key);
                assert!(
                    field.default.is_none_or(|text| !text.is_empty()),
                    "{}.{}",
                    kind.name,
                    field.key
                );
            }
        }
    }

    #[test]
    fn a_star_stands_for_an_id() {
        let site = kind_named("site").unwrap();
        assert!(site.field("accelerator.gb300-nvl72.draw").is_some());
        assert!(site.field("accelerator..draw").is_none());
        assert!(site.field("accelerator.gb300-nvl72.colour").is_none());
    }
}
