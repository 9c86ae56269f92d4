//! A certificate is checked by arithmetic and by solving its small programme; one that was tampered with
//! is found out.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_highs::Highs;
use offtake_plan::certificate::{Broken, certificate, check};
use offtake_plan::program::{Measure, Standard};
use offtake_plan::solver::Solver as _;
use offtake_plan::{Search, program::Program};
use small::{options, program, threads};

fn with_standard(seed: u64) -> Program {
    let mut program = program(seed);
    if seed.is_multiple_of(2) {
        program.limits.standards = vec![Standard {
            name: "eue".into(),
            classes: vec![0],
            months: (0..program.months.len()).collect(),
            measure: Measure::Expected,
            most: 1500.0,
        }];
    }
    program
}

#[test]
fn every_certificate_holds_and_its_small_programme_gives_the_bound() {
    let threads = threads(1);
    let mut checked_some = 0;
    for seed in 5000..5060 {
        let program = with_standard(seed);
        let mut search = Search::new(&program, &threads, options(1e-5), |_| {}).unwrap();
        let Ok(found) = search.run() else { continue };
        let of = certificate(&mut search, &found).unwrap();
        let checked = check(&program, &of).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        assert_eq!(checked.cuts, of.cuts.len());
        let slack = 1e-5 * found.objective.abs().max(1.0);
        assert!((checked.objective - found.objective).abs() < slack, "seed {seed}: {checked:?}");
        let mut highs = Highs::open(&of.master(), std::sync::Arc::default()).unwrap();
        highs.set_gap(1e-8).unwrap();
        let bound = highs.solve().unwrap().bound;
        assert!(bound >= found.bound - slack, "seed {seed}: {bound} and {found:?}");
        checked_some += 1;
    }
    assert!(checked_some > 40);
}

#[test]
fn a_certificate_that_was_tampered_with_is_found_out() {
    let threads = threads(1);
    let program = program(5001);
    let mut search = Search::new(&program, &threads, options(1e-5), |_| {}).unwrap();
    let found = search.run().unwrap();
    let of = certificate(&mut search, &found).unwrap();
    let mut raised = of.clone();
    raised.cuts.lower[0] += 0.01;
    assert!(matches!(check(&program, &raised), Err(Broken::Cut { row: 0, .. })));
    let mut cheap = of.clone();
    cheap.objective -= 0.01 * cheap.objective.abs();
    assert!(matches!(check(&program, &cheap), Err(Broken::Cost { .. })));
    let mut greedy = of.clone();
    let flow = greedy.flows.iter_mut().find_map(|flows| flows.uses.first_mut()).unwrap();
    flow.1 += 100.0;
    assert!(matches!(check(&program, &greedy), Err(Broken::Used { .. })));
    let mut short = of;
    short.cuts.value[0] += 0.5;
    assert!(check(&program, &short).is_err());
}
