//! Standards and limits against the full matrix: the same optimum, the same verdict when there is none,
//! and never a lower cost for a tighter limit.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::{PlanError, Search};
use small::{limited, optimum, options, threads};

#[test]
fn with_standards_and_limits_it_finds_the_optimum_of_the_full_matrix_or_its_absence() {
    let threads = threads(1);
    let (mut wrong, mut solved, mut without) = (Vec::new(), 0, 0);
    for seed in 1000..1240 {
        let program = limited(seed);
        let best = optimum(&program);
        let mut search = Search::new(&program, &threads, options(1e-5), |_| {}).unwrap();
        match (best, search.run()) {
            (Some(best), Ok(found)) => {
                solved += 1;
                let slack = 2e-5 * best.abs().max(1.0);
                if found.gap() > 1e-5
                    || found.bound > best + slack
                    || (found.objective - best).abs() > slack
                {
                    let (cost, bound, rounds) = (found.objective, found.bound, found.rounds);
                    wrong.push(format!("seed {seed}: {best}, found {bound} to {cost} in {rounds}"));
                }
            }
            (None, Err(PlanError::NoPlan(conflict))) => {
                without += 1;
                if conflict.relax.is_empty() || conflict.together.is_empty() {
                    wrong.push(format!("seed {seed}: {conflict:?}"));
                }
            }
            (best, other) => wrong.push(format!("seed {seed}: {best:?} and {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n"));
    assert!(solved > 100 && without > 10, "{solved} with a plan, {without} without");
}
