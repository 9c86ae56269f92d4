//! What a search makes of odd programs and of being stopped, and that threads change nothing.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod small;

use offtake_highs::{Highs, Threads, write_mps};
use offtake_plan::program::{Program, Scenario, Table2, Table3, findings};
use offtake_plan::solver::{Basis, Ended, Model, Solver as _, SolverError, Solvers as _};
use offtake_plan::{Finish, Options, PlanError, Search, Store, made, whole};
use small::{optimum, options, program, threads};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn medium() -> Program {
    made::program(made::Sizes { months: 4, hours: 24, scenarios: 4, offers: 30 }, 3)
}

#[test]
fn the_plan_is_the_same_on_any_number_of_threads() {
    let program = medium();
    assert_eq!(findings(&program), []);
    let all: Vec<_> = [1, 2, 3]
        .into_iter()
        .map(|count| {
            let threads = threads(count);
            let mut search = Search::new(&program, &threads, Options::default(), |_| {}).unwrap();
            let found = search.run().unwrap();
            (found, search.store)
        })
        .collect();
    assert!(all[0].0.gap() <= 1e-3);
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}

#[test]
fn a_search_that_is_stopped_returns_its_best_plan_and_a_valid_gap() {
    let program = medium();
    let stop = Arc::new(AtomicBool::new(false));
    let threads = Threads::stopped_by(NonZeroUsize::MIN, Arc::clone(&stop));
    let told = |progress: &offtake_plan::Progress| {
        if progress.incumbent.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let options = Options { gap: 1e-6, ..Options::default() };
    let mut search = Search::new(&program, &threads, options, told).unwrap();
    let found = search.run().unwrap();
    assert_eq!(found.finish, Finish::Stopped);
    assert!(found.bound <= found.objective && found.gap() > 1e-6 && found.gap() < 0.2);
    // Stopped before the first plan, there is none to return.
    let mut search = Search::new(&program, &threads, Options::default(), |_| {}).unwrap();
    assert!(matches!(search.run(), Err(PlanError::Stopped)));
    assert!(threads.is_stopped());
}

#[test]
fn odd_programs_have_plans_too() {
    let threads = threads(1);
    let solve = |program: &Program| {
        assert_eq!(findings(program), []);
        let mut search = Search::new(program, &threads, options(1e-6), |_| {}).unwrap();
        let found = search.run().unwrap();
        let best = optimum(program).unwrap();
        assert!((found.objective - best).abs() <= 1e-5 * best.abs().max(1.0), "{found:?} {best}");
        found
    };
    let mut no_offers = program(7);
    no_offers.offers.clear();
    no_offers.due = Table2::default();
    no_offers.available = Table3::new((1, no_offers.months.len(), 0), |_, _, _| 0.0);
    assert!(solve(&no_offers).signed.is_empty());
    let mut no_demand = program(8);
    no_demand.offers.iter_mut().for_each(|offer| offer.payments.clear());
    no_demand.demand_level.change(|_, _, _, _| 0.0);
    assert_eq!(solve(&no_demand).objective, 0.0);
    let mut one = program(9);
    one.scenarios = vec![Scenario { probability: 1.0 }];
    let first = |table: &Table3| {
        let (_, rows, columns) = table.size();
        Table3::new((1, rows, columns), |_, row, column| table.at(0, row, column))
    };
    one.power_mw = first(&one.power_mw);
    one.held_kgpu = first(&one.held_kgpu);
    one.available = first(&one.available);
    one.demand_level = first(&one.demand_level);
    one.due = Table2::default();
    one.spot_price = Table2::new((1, one.months.len()), |_, _| 6.0);
    solve(&one);
}

#[test]
fn data_that_contradicts_itself_is_told_in_one_go() {
    let mut broken = program(10);
    broken.risk.weight = 2.0;
    broken.offers[0].block_kgpu = f64::NAN;
    broken.offers[1].size.most = f64::INFINITY;
    broken.pools[0].site = 99;
    broken.scenarios[0].probability += 0.5;
    assert!(findings(&broken).len() >= 5, "{:?}", findings(&broken));
    let threads = threads(1);
    let refused = Search::new(&broken, &threads, options(1e-3), |_| {}).err();
    assert!(matches!(refused, Some(PlanError::CheckProgram { count, .. }) if count >= 5));
    assert!(findings(&Program::default()).len() >= 3);
}

#[test]
fn a_basis_of_another_model_is_refused() {
    let mut model = Model::default();
    let column = model.column(1.0, 0.0, 5.0);
    model.rows.push(2.0, f64::INFINITY, [(column, 1.0)]);
    let mut highs = Highs::open(&model, Arc::default()).unwrap();
    let wrong = Basis { columns: vec![1], rows: vec![0, 0] };
    let refused = highs.start_from(Some(&wrong));
    assert_eq!(refused, Err(SolverError::Length { call: "set basis", given: 2, wanted: 1 }));
    assert!(highs.set_row_bounds(1, &[0.0], &[1.0]).is_err());
    assert!(highs.set_costs(0, &[1.0, 2.0]).is_err());
    assert_eq!(highs.solve().unwrap().ended, Ended::Optimal);
    let basis = highs.basis().unwrap();
    highs.start_from(Some(&basis)).unwrap();
    assert_eq!((highs.solve().unwrap().objective, highs.iterations()), (2.0, 0));
}

#[test]
fn the_whole_matrix_can_be_written_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.mps");
    let whole = whole::whole(&program(11));
    write_mps(&whole.model, &path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("ROWS") && text.contains("ENDATA"));
    assert!(write_mps(&whole.model, &folder.path().join("no/such.mps")).is_err());
}

#[test]
fn a_bound_on_memory_is_kept_and_the_plan_is_as_good() {
    let program = medium();
    let threads = threads(1);
    let mut free = Search::new(&program, &threads, Options::default(), |_| {}).unwrap();
    let found = free.run().unwrap();
    let all = free.store.bytes();
    let memory = all - all / 4;
    let options = Options { memory, ..Options::default() };
    let mut tight = Search::new(&program, &threads, options, |_| {}).unwrap();
    let again = tight.run().unwrap();
    // The last evaluation comes on top: nothing is asked of the master after it.
    let last = Store {
        evaluations: tight.store.evaluations[tight.store.evaluations.len() - 1..].to_vec(),
    };
    assert!(tight.store.bytes() <= memory + last.bytes(), "{} of {memory}", tight.store.bytes());
    assert!(tight.store.evaluations.len() < again.rounds);
    assert_eq!(again.finish, Finish::Reached);
    let gap = 1e-3 * found.objective;
    assert!((again.objective - found.objective).abs() <= gap && again.bound <= found.objective);
    // What is left proves the bound that is told.
    let of = offtake_plan::certificate::certificate(&mut tight, &again).unwrap();
    offtake_plan::certificate::check(&program, &of).unwrap();
    let mut highs = Highs::open(&of.master(), Arc::default()).unwrap();
    highs.set_gap(1e-8).unwrap();
    assert!(highs.solve().unwrap().bound >= again.bound - 1e-6 * again.bound.abs());
}
