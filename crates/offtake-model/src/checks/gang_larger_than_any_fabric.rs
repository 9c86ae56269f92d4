//! A gang runs within one network fabric.

use super::supply::{Needs, Pool, pools};
use super::{Book, Check, Problem, Severity};
use crate::Gang;
use offtake_units::Gpus;

pub(super) const CHECK: Check = Check {
    name: "gang-larger-than-any-fabric",
    severity: Severity::Warning,
    about: "a gang of more GPUs than one network fabric joins, at every site that may serve it",
    why: "it never runs, whatever is delivered",
    mend: "make the gang smaller, correct the site's `fabric`, or contract a site with a larger one",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    book.gangs.values().filter_map(|gang| too_large(book, &pools, gang)).collect()
}

fn too_large(book: &Book, pools: &[Pool], gang: &Gang) -> Option<Problem> {
    let needs = Needs::of_gang(gang);
    let open = pools.iter().filter(|pool| needs.open(book, pool));
    let fabrics: Option<Vec<(Gpus, _)>> =
        open.map(|pool| Some((pool.site.fabric?, pool.site_id))).collect();
    // A site that does not say has a fabric for all its GPUs.
    let (largest, site) = fabrics?.into_iter().max_by_key(|(fabric, _)| *fabric)?;
    (gang.size > largest).then(|| {
        Problem::new(
            format!("gang.{}.size", gang.id),
            format!("it needs {} in one fabric, and the largest that may serve it joins {largest} (`site.{site}`)", gang.size),
            format!("set `size` to {largest} or less, or correct `site.{site}.fabric`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_gang_that_no_fabric_joins_is_found() {
        let mut book = test_book();
        gang(&mut book).size = of("4609 GPU");
        assert_eq!(found(&CHECK, &book), "\
warning: gang.pretrain.size: it needs 4609 GPU in one fabric, and the largest that may serve it joins 4608 GPU (`site.childress`)
  fix: set `size` to 4608 GPU or less, or correct `site.childress.fabric`");
    }

    #[test]
    fn a_fabric_that_nobody_limits_joins_all() {
        let mut book = test_book();
        gang(&mut book).size = of("4609 GPU");
        site(&mut book).fabric = None;
        assert_eq!(found(&CHECK, &book), "");
    }
}
