//! A book with one value at the end of its range: what `stress` asks of a judgement.
//!
//! A value that is only judged says how far it could be off, `low` and `high` beside it. Moving one of
//! them reads the book again with that end in its place, so that every default and check follows.

use crate::format::{KINDS, Records, kind_named};
use crate::shelf::{self, Shelved};
use offtake_model::{Book, Mark};
use std::borrow::Cow;

/// A value with a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its path, as `contract.iren.late.grace`; of the catalog, `catalog/slip.default.never`.
    pub path: String,
    /// The value as written.
    pub text: String,
    /// Its low end, as written.
    pub low: Option<String>,
    /// Its high end.
    pub high: Option<String>,
    /// How far it can be trusted.
    pub mark: Mark,
}

/// An end of a value's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The low one.
    Low,
    /// The high one.
    High,
}

/// A value at an end of its range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<'a> {
    pub(crate) path: &'a str,
    pub(crate) end: End,
}

const CATALOG: &str = "catalog/";

/// Returns the values with a range: the book's in the order of their paths, then those of the catalog
/// that the book does not say itself.
#[must_use]
pub fn judged(book: &Book) -> Vec<Judged> {
    let of_book = book.provenance.iter().filter(|(_, p)| p.low.is_some() || p.high.is_some());
    let mut found: Vec<Judged> = of_book
        .map(|(path, p)| Judged {
            path: path.clone(),
            text: p.text.clone(),
            low: p.low.clone(),
            high: p.high.clone(),
            mark: p.mark,
        })
        .collect();
    let of_catalog = of_catalog();
    let is_said = |path: &str| book.provenance.get(path).is_some_and(|p| p.mark != Mark::Default);
    found.extend(of_catalog.into_iter().filter(|j| !is_said(&j.path[CATALOG.len()..])));
    found
}

fn of_catalog() -> Vec<Judged> {
    let marks = crate::format::Marks::new();
    let mut found = Vec::new();
    for (name, records) in &shelf::embedded().records.kinds {
        let Some(kind) = kind_named(name) else { continue };
        for (id, record) in records.iter() {
            for (key, entry) in record.values.iter() {
                let p = entry.provenance(&[record], &marks);
                if p.low.is_some() || p.high.is_some() {
                    found.push(Judged {
                        path: format!("{CATALOG}{}", kind.path_of(id, key)),
                        text: p.text,
                        low: p.low,
                        high: p.high,
                        mark: p.mark,
                    });
                }
            }
        }
    }
    found
}

impl Moved<'_> {
    /// Puts the end in the place of the value, where it is one of the book's.
    pub(crate) fn in_book(&self, records: &mut Records) {
        if !self.path.starts_with(CATALOG) {
            self.put(records, self.path);
        }
    }

    /// Returns the catalog with the end in the place of the value, where it is one of the catalog's; `own`
    /// is the book's own.
    pub(crate) fn in_catalog(&self, own: Option<Shelved>) -> Option<Shelved> {
        let Some(path) = self.path.strip_prefix(CATALOG) else { return own };
        let mut records = shelf::embedded().records.clone();
        self.put(&mut records, path);
        match own {
            None => Some(Shelved { records, ..Shelved::default() }),
            Some(own) => {
                records.overlay(own.records);
                Some(Shelved { records, ..own })
            }
        }
    }

    fn put(&self, records: &mut Records, path: &str) {
        for kind in KINDS.iter() {
            let Some(rows) = records.kinds.get(kind.name) else { continue };
            let place = rows.iter().find_map(|(id, record)| {
                let key = record.values.keys().find(|key| kind.path_of(id, key) == path)?;
                Some((id.clone(), key.clone()))
            });
            if let Some((id, key)) = place {
                records.put_end(kind, &id, &key, self.end);
                return;
            }
        }
    }
}

/// Returns the path as the catalog's values are called, for people: without the shelf.
#[must_use]
pub fn judged_name(path: &str) -> Cow<'_, str> {
    path.strip_prefix(CATALOG)
        .map_or(Cow::Borrowed(path), |path| Cow::Owned(format!("{path} (catalog)")))
}
