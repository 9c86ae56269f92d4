//! Work that nothing in the book may serve, and why each pool is closed to it.

use super::supply::{Needs, Pool, needs, pools};
use super::{Book, Check, Problem, Severity};

pub(super) const CHECK: Check = Check {
    name: "no-pool-may-serve",
    severity: Severity::Warning,
    about: "work that no pool under contract, owned or on offer may serve, whatever the date",
    why: "it is unserved in every hour, and no delivery in the book changes that",
    mend: "widen its zones, latency, types or NVLink domain, or contract capacity that it may use",
    run,
};

/// Why a pool is closed, in the order asked; the mend of the first that closes most pools is told.
const GATES: [(&str, &str); 5] = [
    ("set apart for somebody else", "name the `tenant` that they are set apart for, or take `dedicated_to` out"),
    ("of a type without a speed for it", "write `speed.…` for a type that there is, or widen `accelerators`"),
    ("with too small an NVLink domain", "lower `nvlink_domain`"),
    ("outside its zones", "widen `zones`, or contract capacity inside them"),
    ("too far from its users", "raise `latency.round_trip`, or contract capacity nearer to them"),
];

fn run(book: &Book) -> Vec<Problem> {
    let pools = pools(book);
    if pools.is_empty() {
        return Vec::new();
    }
    let closed = |work: &Needs| !pools.iter().any(|pool| work.open(book, pool));
    needs(book).filter(closed).map(|work| problem(book, &pools, &work)).collect()
}

fn problem(book: &Book, pools: &[Pool], work: &Needs) -> Problem {
    let mut counts = [0_usize; 5];
    for pool in pools {
        let opens = [
            work.tenant_may(pool),
            work.runs_on(pool),
            work.has_domain(book, pool),
            work.is_in_zone(book, pool),
            work.is_near(book, pool),
        ];
        if let Some(gate) = opens.iter().position(|is_open| !is_open) {
            counts[gate] += 1;
        }
    }
    let shut = || GATES.iter().zip(counts).filter(|(_, count)| *count > 0);
    let told: Vec<String> = shut().map(|((why, _), count)| format!("{count} {why}")).collect();
    let fix = shut().rev().max_by_key(|(_, count)| *count).map_or("", |((_, fix), _)| *fix);
    let told = format!("none of the {} pools may serve it: {}", pools.len(), told.join(", "));
    Problem::new(work.path.clone(), told, fix)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn work_for_another_continent_and_a_gang_on_another_type_are_found() {
        let mut book = test_book();
        workload(&mut book).zones = vec![id("eu")];
        gang(&mut book).speed = [(id("h100"), 1.0)].into();
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat: none of the 2 pools may serve it: 2 outside its zones
  fix: widen `zones`, or contract capacity inside them
warning: gang.pretrain: none of the 2 pools may serve it: 2 of a type without a speed for it
  fix: write `speed.…` for a type that there is, or widen `accelerators`");
    }

    #[test]
    fn users_too_far_away_are_found() {
        let mut book = test_book();
        let bound = workload(&mut book).latency.as_mut().unwrap();
        bound.round_trip = of("26 ms");
        assert_eq!(found(&CHECK, &book), "\
warning: workload.chat: none of the 2 pools may serve it: 2 too far from its users
  fix: raise `latency.round_trip`, or contract capacity nearer to them");
    }

    #[test]
    fn what_is_set_apart_for_its_tenant_is_open_to_it() {
        let mut book = test_book();
        book.offers.clear();
        book.gangs.clear();
        tranche(&mut book).dedicated_to = Some(id("acme"));
        assert_ne!(found(&CHECK, &book), "");
        workload(&mut book).tenant = Some(id("acme"));
        assert_eq!(found(&CHECK, &book), "");
    }
}
