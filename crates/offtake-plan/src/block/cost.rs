//! What a service costs: the solver's flows made feasible to the last bit, and counted anew.
//!
//! A solver keeps its rows to within a tolerance. Here flows are cut back until every row holds, what is
//! then missing goes unserved, and the cost is summed from quantities and prices: an upper bound of the
//! block's cost that rests on arithmetic alone, and the terms that a plan's cost is made of.

use super::{Filled, Layout};
use crate::certificate::Flows;
use crate::program::Program;

/// What a block serves and what that costs, in millions (discounted).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Cost of spot.
    pub spot: f64,
    /// By class: cost of what is lost.
    pub lost: Vec<f64>,
    /// By offer: cost of what is taken above the take-or-pay share.
    pub over: Vec<f64>,
    /// By row of unserved work: kGPU on average over the month beyond what is allowed.
    pub excess: Vec<f64>,
    /// Cost of that.
    pub excess_cost: f64,
    /// By class: thousands of reference GPU-hours of spot and lost work.
    pub unserved: Vec<f64>,
    /// By row of unserved work: what goes unserved, in kGPU on average over the month.
    pub counted: Vec<f64>,
}

impl Service {
    /// Returns the sum of all terms, without the cost of excess.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.spot + self.lost.iter().sum::<f64>() + self.over.iter().sum::<f64>()
    }

    /// Returns the largest excess.
    #[must_use]
    pub fn worst_excess(&self) -> f64 {
        self.excess.iter().copied().fold(0.0, f64::max)
    }
}

/// Cuts a use of something back to what is there.
fn cut_back(used: &[f64], there: impl Fn(usize) -> f64) -> Vec<f64> {
    let share = |(at, used): (usize, &f64)| {
        let there = there(at).max(0.0);
        if *used > there { there / used } else { 1.0 }
    };
    used.iter().enumerate().map(share).collect()
}

/// Returns the flows of `uses` after they are cut back to pools, power and what is asked.
fn feasible(
    program: &Program,
    layout: &Layout,
    filled: &Filled,
    flows: &[f64],
    (values, asked): (&[f64], &[f64]),
) -> Vec<f64> {
    let n = layout.resolution.len();
    let mut flow: Vec<f64> = flows.iter().map(|it| it.max(0.0)).collect();
    let mut taken = vec![0.0; program.pools.len() * n];
    for (at, offer) in layout.flexible.iter().enumerate() {
        let pool = program.offers[*offer].pool;
        for segment in 0..n {
            taken[pool * n + segment] +=
                values[layout.flows + at * n + segment].clamp(0.0, filled.flexible[at]);
        }
    }
    let mut limit = |key: &dyn Fn(usize) -> usize,
                     factor: &dyn Fn(usize) -> f64,
                     there: &dyn Fn(usize) -> f64,
                     keys: usize| {
        let mut used = vec![0.0; keys * n];
        for usage in 0..program.uses.len() {
            let (key, factor) = (key(usage), factor(usage));
            for segment in 0..n {
                used[key * n + segment] += factor * flow[usage * n + segment];
            }
        }
        let shares = cut_back(&used, there);
        for usage in 0..program.uses.len() {
            let key = key(usage);
            for segment in 0..n {
                flow[usage * n + segment] *= shares[key * n + segment];
            }
        }
    };
    let uses = &program.uses;
    limit(
        &|at| uses[at].pool,
        &|_| 1.0,
        &|at| filled.firm[at / n] + taken[at],
        program.pools.len(),
    );
    let site = |at: usize| program.pools[uses[at].pool].site;
    limit(&site, &|at| uses[at].power_kw, &|at| filled.power[at], program.sites.len());
    let (class, performance) = (|at: usize| uses[at].class, |at: usize| uses[at].performance);
    limit(&class, &performance, &|at| asked[at], program.classes.len());
    flow
}

/// Returns what is to be served by `class × segment`, after what waits and what waited.
fn asked(layout: &Layout, filled: &Filled, values: &[f64]) -> Vec<f64> {
    let n = layout.resolution.len();
    let mut asked = filled.demand.clone();
    for (at, (class, segment)) in layout.waiting.iter().enumerate() {
        let most = filled.waiting_most[class * n + segment];
        let waits = values[layout.backlog + at].clamp(0.0, most);
        asked[class * n + segment] -= filled.ratio[*segment] * waits;
        if let Some(after) = layout.resolution.before.iter().position(|it| it == segment) {
            asked[class * n + after] += filled.ratio[after] * waits;
        }
    }
    asked
}

/// What flows are held below what is there, so that they fit when they are summed in another order.
const ROOM: f64 = 1.0 - 1e-12;

/// Returns what a block does, made feasible.
pub(crate) fn flows_of(
    program: &Program,
    layout: &Layout,
    filled: &Filled,
    values: &[f64],
) -> Flows {
    let n = layout.resolution.len();
    let mut narrow = values.to_vec();
    let cells = narrow[..layout.spot].iter_mut();
    cells.for_each(|value| *value *= ROOM);
    // Waiting work comes first; what is asked follows from it.
    let unit = |segment: usize| filled.ratio[segment] * filled.weight[segment];
    let mut waiting = Vec::new();
    for (at, (class, segment)) in layout.waiting.iter().enumerate() {
        let most = filled.waiting_most[class * n + segment];
        let waits = values[layout.backlog + at].clamp(0.0, most) * unit(*segment);
        let waits = waits * ROOM;
        narrow[layout.backlog + at] = waits / unit(*segment);
        waiting.push(((class * n + segment) as u32, waits));
    }
    let asked = asked(layout, filled, &narrow);
    let flow = feasible(program, layout, filled, &narrow[..layout.flows], (&narrow, &asked));
    let sparse = |of: &[f64]| {
        let cells = of.iter().enumerate().filter(|(_, value)| **value > 0.0);
        cells.map(|(at, value)| (at as u32, value * ROOM)).collect::<Vec<_>>()
    };
    let taken: Vec<f64> = (layout.flows..layout.spot)
        .map(|at| narrow[at].clamp(0.0, filled.flexible[(at - layout.flows) / n]))
        .collect();
    let taken = taken.iter().enumerate().filter(|(_, value)| **value > 0.0);
    Flows {
        uses: sparse(&flow),
        taken: taken.map(|(at, value)| (at as u32, *value)).collect(),
        spot: sparse(&values[layout.spot..layout.lost]),
        waiting: waiting.into_iter().filter(|(_, waits)| *waits > 0.0).collect(),
    }
}

/// Returns what a solver's values serve and cost, made feasible.
pub(crate) fn service_of(
    program: &Program,
    layout: &Layout,
    filled: &Filled,
    values: &[f64],
) -> Service {
    let n = layout.resolution.len();
    let asked = asked(layout, filled, values);
    let flow = feasible(program, layout, filled, &values[..layout.flows], (values, &asked));
    let mut served = vec![0.0; asked.len()];
    for (at, usage) in program.uses.iter().enumerate() {
        for segment in 0..n {
            served[usage.class * n + segment] += usage.performance * flow[at * n + segment];
        }
    }
    let classes = program.classes.len();
    let mut service = Service {
        lost: vec![0.0; classes],
        over: vec![0.0; program.offers.len()],
        unserved: vec![0.0; classes],
        ..Service::default()
    };
    for class in 0..classes {
        for segment in 0..n {
            let at = class * n + segment;
            // Asked below nothing is a rounding of waiting work; it is paid for like lost work.
            let missing = (asked[at] - served[at]).abs();
            let spot = values[layout.spot + at].clamp(0.0, filled.spot_most[class].min(missing));
            let weight = filled.weight[segment];
            service.spot += weight * filled.spot_cost * spot;
            service.lost[class] += weight * filled.lost_cost[class] * (missing - spot);
            service.unserved[class] += weight * missing;
        }
    }
    over(program, layout, filled, values, &mut service);
    excess(filled, &mut service, program);
    service
}

fn over(program: &Program, layout: &Layout, filled: &Filled, values: &[f64], into: &mut Service) {
    let n = layout.resolution.len();
    for (at, offer) in layout.flexible.iter().enumerate() {
        let most = filled.flexible[at];
        let taken = &values[layout.flows + at * n..layout.flows + (at + 1) * n];
        let mean: f64 = taken
            .iter()
            .zip(&filled.share)
            .map(|(kgpu, share)| share * kgpu.clamp(0.0, most))
            .sum();
        let free = program.offers[*offer].taking.share() * most;
        into.over[*offer] = filled.over_cost[at] * (mean - free).max(0.0);
    }
}

fn excess(filled: &Filled, into: &mut Service, program: &Program) {
    let hours: f64 = filled.weight.iter().sum();
    for (row, allowed) in filled.allowed.iter().enumerate() {
        let classes = super::layout::counted_classes(program, row);
        let unserved: f64 = classes.iter().map(|class| into.unserved[*class]).sum::<f64>() / hours;
        let excess = (unserved - allowed).max(0.0);
        into.excess.push(excess);
        into.excess_cost += filled.excess_cost * excess;
        into.counted.push(unserved);
    }
}
