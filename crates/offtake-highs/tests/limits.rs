//! Standards and limits against the full matrix: the same optimum, the same verdict when there is none,
//! and never a lower cost for a tighter limit.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::*;
use offtake_plan::{PlanError, Search, made};
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

/// A made program of a buyer's size whose standards begin before anything can be delivered.
fn hard() -> Program {
    let sizes = made::Sizes { months: 4, hours: 24, scenarios: 4, offers: 30 };
    let mut program = made::program(sizes, 3);
    let months: Vec<usize> = (0..program.months.len()).collect();
    for class in [0, 5, 7] {
        let name = format!("eue[{}]", program.classes[class].name);
        let (classes, months, measure) = (vec![class], months.clone(), Measure::Expected);
        program.limits.standards.push(Standard { name, classes, months, measure, most: 1.0 });
    }
    program
}

#[test]
fn standards_that_nothing_can_meet_are_named_and_with_the_least_relaxation_there_is_a_plan() {
    let threads = threads(1);
    let mut program = hard();
    let mut rounds = 0;
    let search = Search::new(&program, &threads, offtake_plan::Options::default(), |_| rounds += 1);
    let Err(PlanError::NoPlan(conflict)) = search.unwrap().run() else { panic!("a plan") };
    assert_eq!(rounds, 0, "it is known before any plan is looked for");
    assert!(!conflict.together.is_empty() && !conflict.relax.is_empty(), "{conflict}");
    for (name, by) in &conflict.relax {
        let of = program.limits.standards.iter_mut().find(|of| of.name == *name).unwrap();
        of.most += by;
    }
    let mut search =
        Search::new(&program, &threads, offtake_plan::Options::default(), |_| {}).unwrap();
    let found = search.run().unwrap();
    assert!(found.objective.is_finite());
    // With a good part of it missing there is none.
    let mut less = hard();
    for (name, by) in &conflict.relax {
        let of = less.limits.standards.iter_mut().find(|of| of.name == *name).unwrap();
        of.most += 0.9 * by;
    }
    let mut search =
        Search::new(&less, &threads, offtake_plan::Options::default(), |_| {}).unwrap();
    assert!(matches!(search.run(), Err(PlanError::NoPlan(_))));
}
