//! Storage and network are checks, not dispatch: a class's bytes and bits against its sites'.

use super::supply::{Needs, Pool, list, pools};
use super::{Book, Check, Problem, Severity};
use std::collections::BTreeSet;
use std::fmt::Display;

pub(super) const CHECK: Check = Check {
    name: "site-below-need",
    severity: Severity::Warning,
    about: "work that needs more storage or network than a site that may serve it has",
    why: "the results let the site serve it all the same: dispatch does not look at storage or network",
    mend: "correct either number, or keep the work away from the site by its zones or types",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    let mut problems = Vec::new();
    for workload in book.workloads.values() {
        let needs = Needs::of_workload(workload);
        let open: Vec<&Pool> = pools.iter().filter(|pool| needs.open(book, pool)).collect();
        let storage = below(&needs, &open, "storage", workload.storage, |pool| pool.site.storage);
        let network = below(&needs, &open, "network", workload.network, |pool| pool.site.network);
        problems.extend(storage.into_iter().chain(network));
    }
    problems
}

fn below<T: Display + PartialOrd>(
    needs: &Needs,
    open: &[&Pool],
    key: &str,
    needed: Option<T>,
    there: impl Fn(&Pool) -> Option<T>,
) -> Option<Problem> {
    let needed = needed?;
    let low = |pool: &&Pool| {
        let there = there(pool).filter(|there| *there < needed)?;
        Some(format!("`site.{}` has {there}", pool.site_id))
    };
    let sites: BTreeSet<String> = open.iter().filter_map(low).collect();
    (!sites.is_empty()).then(|| {
        Problem::new(
            format!("{}.{key}", needs.path),
            format!("it needs {needed} at a site that serves it: {}", list(&sites)),
            format!("correct `{key}` of either, or keep the work away from the site"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_site_with_too_little_storage_and_network_is_found() {
        let mut book = test_book();
        site(&mut book).storage = Some(of("1 PB"));
        site(&mut book).network = Some(of("10 Gb/s"));
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat.storage: it needs 10 PB at a site that serves it: `site.childress` has 1 PB
  fix: correct `storage` of either, or keep the work away from the site
warning: workload.chat.network: it needs 100 Gb/s at a site that serves it: `site.childress` has 10 Gb/s
  fix: correct `network` of either, or keep the work away from the site");
    }

    #[test]
    fn a_site_that_does_not_say_is_not_asked() {
        let mut book = test_book();
        site(&mut book).storage = None;
        site(&mut book).network = None;
        assert_eq!(found(&CHECK, &book), "");
    }
}
