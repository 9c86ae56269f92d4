//! Cost against risk: the best plan for each weight of the worst futures, from the same cuts.

use crate::engine::PlanError;
use crate::master::Master;
use crate::risk;
use crate::search::{Found, Integers, Point, Search};

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

/// The weight at which the master is written: there a column's cost says what it is at any other.
const HALF: f64 = 0.5;

/// Returns the best known plan for each weight, in their order; what is learned goes to the search. Only for every
/// `every`-th weight, and the last, a plan is looked for and evaluated; each has its bound.
///
/// A plan that was evaluated for one weight is known to all, and so is `found`: a point is never worse than
/// another point's plan. What blocks cost does not hang on the weight, so one master and one set of solvers serve
/// all weights.
///
/// # Errors
/// If the solver fails, or limits contradict each other.
pub fn frontier(
    search: &mut Search<'_>,
    found: &Found,
    weights: &[f64],
    every: usize,
) -> Result<Vec<FrontierPoint>, PlanError> {
    let program = search.program();
    let mut plans = vec![(found.signed.clone(), found.costs.clone())];
    let mut bounds = Vec::with_capacity(weights.len());
    let mut master = master(search)?;
    for (at, weight) in weights.iter().enumerate() {
        master.set_costs(&costs(&master, program.scenarios.len(), *weight))?;
        let choice = master.choose(&search.nothing)?;
        bounds.push(choice.bound);
        let is_whole = search.integers() == Integers::Whole;
        let signed = if is_whole { master.whole(&choice.signed) } else { choice.signed };
        let is_asked = at.is_multiple_of(every.max(1)) || at + 1 == weights.len();
        if !is_asked || plans.iter().any(|(known, _)| *known == signed) {
            continue;
        }
        let point = Point { signed: signed.clone(), allowed: choice.allowed };
        if let Some(costs) = search.costs_fine(&point)? {
            plans.push((signed, costs));
        }
        learn(search, &mut master, search.store.evaluations.len() - 1)?;
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

/// Makes a master that weighs the worst futures, with all that the search knows.
fn master(search: &Search<'_>) -> Result<Master, PlanError> {
    let engine = &search.engine;
    let mut of = engine.program.clone();
    of.risk.weight = HALF;
    let mut master = Master::new(&of, engine.solvers, &engine.places, search.master.groups)?;
    for evaluation in 0..search.store.evaluations.len() {
        learn(search, &mut master, evaluation)?;
    }
    master.ask(search.integers())?;
    master.set_gap(search.options.gap / 4.0)?;
    Ok(master)
}

/// Gives a master the cuts of an evaluation.
fn learn(search: &Search<'_>, master: &mut Master, evaluation: usize) -> Result<(), PlanError> {
    let cuts = search.cuts_of(&search.store.evaluations[evaluation]);
    let cuts: Vec<_> = cuts.iter().map(|(block, cut)| (*block, cut)).collect();
    master.add(search.engine.program, &search.engine.places, &cuts)
}

/// Returns the costs of the master's columns at a weight. Only those of the tail grow with it; they stand behind θ.
fn costs(master: &Master, scenarios: usize, weight: f64) -> Vec<f64> {
    let tail = master.columns.theta + scenarios * master.groups;
    let part =
        |at: usize| if (tail..=tail + scenarios).contains(&at) { weight } else { 1.0 - weight };
    let columns = master.model.columns.iter().enumerate();
    columns.map(|(at, column)| column.cost / HALF * part(at)).collect()
}
