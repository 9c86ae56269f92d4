//! How far a site is from users is known only when the catalog has the round trip.

use super::supply::{Needs, list, pools};
use super::{Book, Check, Problem, Severity};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "unknown-round-trip",
    severity: Severity::Warning,
    about: "work with a bound on latency, and a site at a place to which no round trip is known",
    why: "the site counts as near enough, which it may not be",
    mend: "add the round trip to the book's own catalog, or name a `place` that the catalog knows it for",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    let mut problems = Vec::new();
    for workload in book.workloads.values() {
        let Some(latency) = &workload.latency else { continue };
        let needs = Needs::of_workload(workload);
        let open = pools.iter().filter(|pool| needs.open(book, pool));
        let unknown = open.filter(|pool| needs.round_trip(book, pool).is_none());
        let places: BTreeSet<&str> =
            unknown.filter_map(|pool| pool.site.place.as_deref()).collect();
        if !places.is_empty() {
            problems.push(Problem::new(
                format!("{}.latency.from", needs.path),
                format!("no round trip is known from `{}` to {}", latency.from, list(&places)),
                "add it as a round trip of the book's own catalog, or name another place",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_place_without_a_round_trip_is_found() {
        let mut book = test_book();
        book.catalog.places.insert("oslo".to_owned(), id("eu"));
        site(&mut book).place = Some("oslo".to_owned());
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat.latency.from: no round trip is known from `chicago` to oslo
  fix: add it as a round trip of the book's own catalog, or name another place");
    }

    #[test]
    fn a_place_is_no_way_from_itself() {
        let mut book = test_book();
        site(&mut book).place = Some("chicago".to_owned());
        assert_eq!(found(&CHECK, &book), "");
    }
}
