//! No hindsight in facts: what a value rests on was known on the day of the book. Measurements of
//! the catalog are exempt, since they say what hardware does and not what became of a promise; they
//! are listed instead.

use super::{Book, Check, Problem, Severity};
use crate::Source;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "source-after-as-of",
    severity: Severity::Error,
    about: "a value of the book with a source dated after `as_of`",
    why: "a book that knows its future cannot be held against what came: every back-test of it is worthless",
    mend: "use a source of the time, or write a book with a later `as_of`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    let written = written(book);
    for (id, source) in later(book).filter(|(id, source)| !is_measurement(book, id, source)) {
        let values = written.get(id).map_or(&[][..], Vec::as_slice);
        let of_catalog = values.is_empty() && book.provenance.values().any(|p| p.source.as_deref() == Some(id));
        if of_catalog {
            continue;
        }
        let date = source.date.map_or(String::new(), |date| date.to_string());
        let used = match values {
            [] => "no value rests on it yet".to_owned(),
            values => format!("{} ({})", resting(values.len()), super::supply::list(values)),
        };
        problems.push(Problem::new(
            values.first().map_or(format!("source.{id}.date"), |path| (*path).to_owned()),
            format!("the source `{id}` is of {date}, but the book knows only what was known on {}; {used}", book.as_of),
            "name a source of the time, or set `as_of` later",
        ));
    }
    problems
}

/// Returns the sources of the catalog that are later than the book and that it draws on: listed, not
/// forbidden. By id.
#[must_use]
pub fn measurements_after(book: &Book) -> Vec<(&str, &Source)> {
    let written = written(book);
    later(book).filter(|(id, source)| is_measurement(book, id, source) || !written.contains_key(id)).collect()
}

fn resting(values: usize) -> String {
    if values == 1 { "one value rests on it".to_owned() } else { format!("{values} values rest on it") }
}

fn later(book: &Book) -> impl Iterator<Item = (&str, &Source)> {
    let all = book.sources.iter().map(|(id, source)| (id.as_str(), source));
    all.filter(|(_, source)| source.date.is_some_and(|date| date > book.as_of))
}

/// Says whether the source is of a measurement: it says so, or rows of the catalog rest on it.
fn is_measurement(book: &Book, id: &str, source: &Source) -> bool {
    source.is_measurement
        || book.catalog.throughput.iter().any(|row| row.source == id)
        || book.catalog.agentic.iter().any(|point| point.source == id)
}

/// Returns the paths of the values that the book writes, by source.
fn written(book: &Book) -> BTreeMap<&str, Vec<&str>> {
    let mut by_source: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, provenance) in book.provenance.iter().filter(|(_, p)| p.place.is_some()) {
        if let Some(source) = &provenance.source {
            by_source.entry(source).or_default().push(path);
        }
    }
    by_source
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::{Mark, Place, Provenance};
    use jiff::civil::date;

    /// A book with a source of March 2026 that one value rests on.
    fn with_a_later_source(place: Option<Place>) -> Book {
        let mut book = test_book();
        let source = Source {
            title: "What came of it".to_owned(),
            publisher: "A paper".to_owned(),
            date: Some(date(2026, 3, 1)),
            address: None,
            is_measurement: false,
        };
        book.sources.insert("hindsight".to_owned(), source);
        let value = Provenance { place, ..provenance(Mark::Press, Some("hindsight")) };
        book.provenance.insert("contract.acme.price.per_gpu_hour".to_owned(), value);
        book
    }

    fn here() -> Option<Place> {
        Some(Place { file: "book.toml".to_owned(), line: 7 })
    }

    fn listed(book: &Book) -> Vec<&str> {
        measurements_after(book).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn a_source_that_nobody_could_read_is_found_at_what_rests_on_it() {
        let book = with_a_later_source(here());
        assert_eq!(found(&CHECK, &book), "\
error: contract.acme.price.per_gpu_hour: the source `hindsight` is of 2026-03-01, but the book knows only what was known on 2025-11-30; one value rests on it (contract.acme.price.per_gpu_hour)
  fix: name a source of the time, or set `as_of` later");
        assert!(listed(&book).is_empty());
    }

    #[test]
    fn a_measurement_is_listed_and_no_finding() {
        let mut book = with_a_later_source(here());
        book.sources.get_mut("hindsight").unwrap().is_measurement = true;
        assert_eq!(found(&CHECK, &book), "");
        assert_eq!(listed(&book), ["hindsight"]);
    }

    #[test]
    fn a_default_of_the_catalog_is_listed_and_no_finding() {
        let book = with_a_later_source(None);
        assert_eq!(found(&CHECK, &book), "");
        assert_eq!(listed(&book), ["hindsight"]);
    }

    #[test]
    fn a_source_of_the_day_of_the_book_is_good() {
        let mut book = with_a_later_source(here());
        book.as_of = date(2026, 3, 1);
        assert_eq!(found(&CHECK, &book), "");
        assert!(listed(&book).is_empty());
    }
}
