//! What it is worth to plan for many futures instead of their mean, and what it would be worth to know
//! which one comes.
//!
//! Value of the stochastic solution: what the plan for the mean future costs over all futures, less the
//! plan's cost. Value of perfect information: the plan's cost, less the weighed costs of the best plan of
//! each future on its own. Both as intervals: every cost in them lies between a bound and an incumbent.

use crate::engine::PlanError;
use crate::program::{Program, Risk, Scenario, Table2, Table3};
use crate::risk;
use crate::search::{Found, Integers, Options, Point, Search};
use crate::solver::Solvers;
use crate::store::Store;

/// What uncertainty is worth, in millions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Information {
    /// Value of the stochastic solution, at least and at most; `None` if the mean future has no plan, or
    /// its plan does not keep the standards over all futures.
    pub stochastic: Option<(f64, f64)>,
    /// Value of perfect information, at least and at most; `None` if a future on its own has no plan.
    pub perfect: Option<(f64, f64)>,
}

/// Returns the program with one future: the mean of all.
#[must_use]
pub fn mean_program(program: &Program) -> Program {
    let p = |s: usize| program.scenarios[s].probability;
    let count = program.scenarios.len();
    let mean3 = |table: &Table3| {
        let (_, rows, columns) = table.size();
        Table3::new((1, rows, columns), |_, row, column| {
            (0..count).map(|s| p(s) * table.at(s, row, column)).sum()
        })
    };
    let (_, months) = program.spot_price.size();
    let spot = |_, month| (0..count).map(|s| p(s) * program.spot_price.at(s, month)).sum();
    let due = due(program, |offer| program.expected_due(offer));
    Program { due, ..alone(program, mean3, Table2::new((1, months), spot)) }
}

/// Returns the program with one of its futures.
#[must_use]
pub fn one_scenario(program: &Program, scenario: usize) -> Program {
    let plane = |table: &Table3| {
        let (_, rows, columns) = table.size();
        Table3::new((1, rows, columns), |_, row, column| table.at(scenario, row, column))
    };
    let (_, months) = program.spot_price.size();
    let spot = Table2::new((1, months), |_, month| program.spot_price.at(scenario, month));
    let due = due(program, |offer| program.due(scenario, offer));
    Program { due, ..alone(program, plane, spot) }
}

/// Returns the shares of payments that fall due in the one future that is left.
fn due(program: &Program, share: impl Fn(usize) -> f64) -> Table2 {
    let (scenarios, offers) = program.due.size();
    if scenarios == 0 {
        Table2::default()
    } else {
        Table2::new((1, offers), |_, offer| share(offer))
    }
}

fn alone(program: &Program, table: impl Fn(&Table3) -> Table3, spot: Table2) -> Program {
    let mut one = program.clone();
    one.scenarios = vec![Scenario { probability: 1.0 }];
    one.risk = Risk { weight: 0.0, ..program.risk };
    one.power_mw = table(&program.power_mw);
    one.held_kgpu = table(&program.held_kgpu);
    one.available = table(&program.available);
    one.demand_level = table(&program.demand_level);
    one.spot_price = spot;
    one.limits.losses.iter_mut().for_each(|loss| loss.scenarios = vec![0]);
    one
}

/// Returns what was learned of one scenario, as of a program with that scenario alone.
fn of_scenario(store: &Store, scenario: usize) -> Store {
    let evaluations = store.evaluations.iter().map(|kept| {
        let of = kept.iter().filter(|kept| kept.place.scenario == scenario);
        let mut of: Vec<_> = of.cloned().collect();
        of.iter_mut().for_each(|kept| kept.place.scenario = 0);
        of
    });
    Store { evaluations: evaluations.collect() }
}

/// Returns what planning for all futures is worth, and what knowing the future would be.
///
/// # Errors
/// If the solver fails, or somebody asked to stop.
pub fn information(search: &mut Search<'_>, found: &Found) -> Result<Information, PlanError> {
    let (program, solvers) = (search.program(), search.engine.solvers);
    let options = search.options.clone();
    let mean = mean_program(program);
    let stochastic = match solved(&mean, solvers, &options, None)? {
        None => None,
        Some(of_mean) => {
            let point = Point { signed: of_mean.signed, allowed: found.allowed.clone() };
            let cost = search.evaluate_fine(&point)?;
            cost.map(|cost| ((cost - found.objective).max(0.0), cost - found.bound))
        }
    };
    let (mut least, mut most) = (Vec::new(), Vec::new());
    for scenario in 0..program.scenarios.len() {
        let one = one_scenario(program, scenario);
        let store = of_scenario(&search.store, scenario);
        let Some(found) = solved(&one, solvers, &options, Some(&store))? else {
            return Ok(Information { stochastic, perfect: None });
        };
        least.push(found.bound);
        most.push(found.objective);
    }
    let (least, most) = (risk::weighed(program, &least), risk::weighed(program, &most));
    let perfect = Some(((found.bound - most).max(0.0), found.objective - least));
    Ok(Information { stochastic, perfect })
}

/// Solves a program; `None` if no plan keeps its limits.
fn solved(
    program: &Program,
    solvers: &dyn Solvers,
    options: &Options,
    store: Option<&Store>,
) -> Result<Option<Found>, PlanError> {
    let mut search = Search::new(program, solvers, options.clone(), |_| {})?;
    if let Some(store) = store {
        search.recall(store)?;
    }
    debug_assert!(matches!(options.integers, Integers::Whole | Integers::Relaxed));
    match search.run() {
        Ok(found) => Ok(Some(found)),
        Err(PlanError::NoPlan(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
