//! How far a site is from users is known only when it says where it is.

use super::supply::{Needs, list, pools};
use super::{Book, Check, Problem, Severity};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check {
    name: "unknown-place",
    severity: Severity::Warning,
    about: "work with a bound on latency that a site without a `place` may serve",
    why: "the site counts as near enough, which it may not be",
    mend: "write the site's `place`, the nearest in the catalog, and `place_adder` for what lies between",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    let mut problems = Vec::new();
    for workload in book.workloads.values() {
        let Some(latency) = &workload.latency else { continue };
        let needs = Needs::of_workload(workload);
        let open = pools.iter().filter(|pool| needs.open(book, pool) && pool.site.place.is_none());
        let sites: BTreeSet<_> = open.map(|pool| pool.site_id).collect();
        if !sites.is_empty() {
            problems.push(Problem::new(
                format!("{}.latency.round_trip", needs.path),
                format!(
                    "it may be at most {} from `{}`, and nothing says where these sites that may serve it are: {}",
                    latency.round_trip,
                    latency.from,
                    list(&sites)
                ),
                format!("write `place` of {}", list(sites.iter().map(|site| format!("`site.{site}`")))),
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
    fn a_site_that_is_nowhere_is_found() {
        let mut book = test_book();
        site(&mut book).place = None;
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat.latency.round_trip: it may be at most 40 ms from `chicago`, and nothing says where these sites that may serve it are: childress
  fix: write `place` of `site.childress`");
    }

    #[test]
    fn work_that_is_not_bound_does_not_ask_where() {
        let mut book = test_book();
        site(&mut book).place = None;
        workload(&mut book).latency = None;
        assert_eq!(found(&CHECK, &book), "");
    }
}
