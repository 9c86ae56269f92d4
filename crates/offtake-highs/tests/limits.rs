//! Standards and limits against the full matrix: the same optimum, the same verdict when there is none,
//! and never a lower cost for a tighter limit.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_plan::program::*;
use offtake_plan::{PlanError, Search, made};
use small::{Dice, optimum, options, program, threads};

/// A random program with some of every kind of limit, loose and tight.
fn limited(seed: u64) -> Program {
    let mut made = program(seed);
    let dice = &mut Dice::new(seed ^ 0xa5a5);
    let months: Vec<usize> = (0..made.months.len()).collect();
    let scenarios: Vec<usize> = (0..made.scenarios.len()).collect();
    let classes = made.classes.len();
    let asked: f64 = months.iter().map(|m| made.month_hours(*m) * 4.0).sum();
    let mut limits = Limits::default();
    if dice.is(0.6) {
        let measure = if dice.is(0.5) {
            Measure::Expected
        } else {
            Measure::Cvar { level: dice.between(0.2, 0.8) }
        };
        let (of, most) = (vec![dice.below(classes)], asked * dice.between(0.02, 0.6));
        limits.standards.push(Standard {
            name: "unserved".into(),
            classes: of,
            months: months.clone(),
            measure,
            most,
        });
    }
    if dice.is(0.3) {
        limits.losses.push(LossLimit {
            name: "n-1".into(),
            kind: dice.below(2),
            classes: vec![dice.below(classes)],
            months: vec![dice.below(months.len())],
            scenarios: vec![scenarios[dice.below(scenarios.len())]],
            most: asked * dice.between(0.1, 0.9),
        });
    }
    if dice.is(0.3) {
        let share = dice.between(0.5, 1.0);
        limits.concentration.push(ConcentrationLimit {
            name: "concentration".into(),
            kind: 0,
            share,
        });
    }
    if dice.is(0.3) {
        let most = dice.between(2.0, 60.0);
        limits.budgets.push(BudgetLimit { name: "budget".into(), year: 2026, most });
    }
    if dice.is(0.3) {
        let most = dice.between(0.0, 2.0);
        limits.prepayments.push(PrepaymentLimit { name: "prepayment".into(), month: 0, most });
    }
    if dice.is(0.3) {
        let most = dice.between(0.0, 4.0);
        limits.exposures.push(ExposureLimit {
            name: "exposure".into(),
            party: dice.below(2),
            most,
        });
    }
    if dice.is(0.3) {
        let terms = vec![(0, 1.0), (1, 1.0)];
        limits.rows.push(RowLimit { name: "one-of".into(), terms, most: 3.0 });
    }
    made.limits = limits;
    assert_eq!(findings(&made), []);
    made
}

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
