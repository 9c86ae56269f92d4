//! A gang runs at one site, on GPUs that are there.

use super::supply::{Needs, Pool, pools};
use super::{Book, Check, Problem, Severity};
use crate::{Gang, SiteId};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "gang-larger-than-any-site",
    severity: Severity::Warning,
    about: "a gang of more GPUs than any site has that may serve it, all tranches and offers together",
    why: "it never runs, whatever is delivered",
    mend: "make the gang smaller, or contract more at one site",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    book.gangs.values().filter_map(|gang| too_large(book, &pools, gang)).collect()
}

fn too_large(book: &Book, pools: &[Pool], gang: &Gang) -> Option<Problem> {
    let needs = Needs::of_gang(gang);
    let mut by_site: BTreeMap<&SiteId, i64> = BTreeMap::new();
    for pool in pools.iter().filter(|pool| needs.open(book, pool)) {
        // A site whose fabric is too small is told by that rule.
        if pool.site.fabric.is_none_or(|fabric| gang.size <= fabric) {
            let sum = by_site.entry(pool.site_id).or_default();
            *sum = sum.saturating_add(pool.gpus);
        }
    }
    let (site, most) = by_site.into_iter().max_by_key(|(_, gpus)| *gpus)?;
    (gang.size.count() > most).then(|| {
        Problem::new(
            format!("gang.{}.size", gang.id),
            format!("it needs {} at one site, and the most is {most} at `{site}`", gang.size),
            format!("set `size` to {most} GPU or less, or contract more at one site"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_gang_larger_than_all_that_comes_to_its_site_is_found() {
        let mut book = test_book();
        site(&mut book).fabric = None;
        gang(&mut book).size = of("9793 GPU");
        assert_eq!(found(&CHECK, &book), "\
warning: gang.pretrain.size: it needs 9793 GPU at one site, and the most is 9792 at `childress`
  fix: set `size` to 9792 GPU or less, or contract more at one site");
    }

    #[test]
    fn contracts_and_offers_of_one_site_count_together() {
        let mut book = test_book();
        site(&mut book).fabric = None;
        gang(&mut book).size = of("9792 GPU");
        assert_eq!(found(&CHECK, &book), "");
    }
}
