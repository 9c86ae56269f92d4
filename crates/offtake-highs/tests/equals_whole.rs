//! The decomposition against HiGHS on the full matrix, whose code it does not share.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::Search;
use small::{optimum, options, program, threads};

#[test]
fn the_decomposition_finds_the_optimum_of_the_full_matrix() {
    let threads = threads(1);
    let mut wrong = Vec::new();
    for seed in 0..240 {
        let program = program(seed);
        let best = optimum(&program).unwrap();
        let mut bounds = Vec::new();
        let told =
            |progress: &offtake_plan::Progress| bounds.push((progress.bound, progress.incumbent));
        let mut search = Search::new(&program, &threads, options(1e-6), told).unwrap();
        let found = search.run();
        drop(search);
        let slack = 2e-6 * best.abs().max(1.0);
        for (bound, incumbent) in bounds {
            if bound > best + slack || incumbent.is_some_and(|cost| cost < best - slack) {
                wrong.push(format!("seed {seed}: {bound} to {incumbent:?} around {best}"));
            }
        }
        match found {
            Ok(found) if found.gap() <= 1e-6 && (found.objective - best).abs() <= slack => {}
            other => wrong.push(format!("seed {seed}: {best} and {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
}
