//! Cost against risk: the best plan for each weight of the worst futures, from the same cuts.

use crate::engine::PlanError;
use crate::program::Program;
use crate::risk;
use crate::search::{Integers, Options, Point, Search, Store};
use crate::solver::Solvers;

/// A plan on the frontier.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontierPoint {
    /// Weight of the CVaR.
    pub weight: f64,
    /// Blocks by offer.
    pub signed: Vec<f64>,
    /// What it costs on average, evaluated at full resolution.
    pub expected: f64,
    /// What it costs in the worst futures, evaluated at full resolution.
    pub cvar: f64,
    /// What no plan can undercut at this weight.
    pub bound: f64,
}

/// Returns the best known plan for each weight, in their order, and adds what was learned to `store`.
///
/// A plan that was evaluated for one weight is known to all, so a point is never worse than another
/// point's plan.
///
/// # Errors
/// If the solver fails, or limits contradict each other.
pub fn frontier(
    program: &Program,
    solvers: &dyn Solvers,
    options: &Options,
    store: &mut Store,
    weights: &[f64],
) -> Result<Vec<FrontierPoint>, PlanError> {
    let mut plans: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    let mut bounds = Vec::with_capacity(weights.len());
    for weight in weights {
        let mut of = program.clone();
        of.risk.weight = *weight;
        let mut search = Search::new(&of, solvers, options.clone(), |_| {})?;
        search.recall(store)?;
        let is_whole = options.integers == Integers::Whole && search.master.has_whole();
        search.master.ask(search.integers())?;
        search.master.set_gap(options.gap / 4.0)?;
        let choice = search.choose()?;
        bounds.push(choice.bound);
        let signed =
            if is_whole { search.master.whole(&choice.signed) } else { choice.signed.clone() };
        if plans.iter().any(|(known, _)| *known == signed) {
            continue;
        }
        let point = Point { signed: signed.clone(), allowed: choice.allowed };
        if let Some(costs) = search.costs_fine(&point)? {
            plans.push((signed, costs));
        }
        *store = search.store;
    }
    let best = |weight: &f64| {
        let mut of = program.clone();
        of.risk.weight = *weight;
        let value = |costs: &[f64]| risk::weighed(&of, costs);
        plans.iter().min_by(|a, b| value(&a.1).total_cmp(&value(&b.1)))
    };
    let points = weights.iter().zip(bounds).filter_map(|(weight, bound)| {
        let (signed, costs) = best(weight)?;
        Some(FrontierPoint {
            weight: *weight,
            signed: signed.clone(),
            expected: risk::expected(program, costs),
            cvar: risk::cvar(program, costs, program.risk.level),
            bound,
        })
    });
    Ok(points.collect())
}
