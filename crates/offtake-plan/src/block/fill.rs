//! The numbers of one block: capacity from what is signed, power, demand, costs.
//!
//! Everything here is read from the program and used by all three that need it: the solver's bounds, the
//! bound from dual values and the cost of a service. They differ in what they do with it, so a mistake here
//! is for the comparison with the whole matrix to find, which does not come by.

use super::layout::{Resolution, flexible};
use super::{Layout, Place, Tariff};
use crate::program::{Program, THOUSAND, Taking};

/// The numbers of a block at a resolution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filled {
    /// By segment: hours that it stands for, and their share of the month.
    pub(crate) weight: Vec<f64>,
    pub(crate) share: Vec<f64>,
    /// By segment: unit of waiting work over weight.
    pub(crate) ratio: Vec<f64>,
    /// By pool: kGPU there at no further cost, held and firm.
    pub(crate) firm: Vec<f64>,
    /// By pool: the part of it that is held.
    pub(crate) held: Vec<f64>,
    /// By flexible offer: kGPU that may be taken.
    pub(crate) flexible: Vec<f64>,
    /// `site × segment`: MW.
    pub(crate) power: Vec<f64>,
    /// `class × segment`: kGPU asked.
    pub(crate) demand: Vec<f64>,
    /// By class: kGPU of spot.
    pub(crate) spot_most: Vec<f64>,
    /// `class × segment`: the most that waits at its end, in units of the run.
    pub(crate) waiting_most: Vec<f64>,
    /// Cost of a kGPU of spot in a segment, over the segment's weight.
    pub(crate) spot_cost: f64,
    /// By class: the same of what is lost.
    pub(crate) lost_cost: Vec<f64>,
    /// By flexible offer: cost of a kGPU above its share on average over the month.
    pub(crate) over_cost: Vec<f64>,
    /// By row of unserved work: cost of the excess.
    pub(crate) excess_cost: f64,
    /// By row of unserved work: what is allowed, in kGPU on average over the month; infinity where the
    /// row does not count this block.
    pub(crate) allowed: Vec<f64>,
}

/// Says whether a party stands behind something and is lost.
fn is_lost(place: Place, parties: &[usize]) -> bool {
    place.lost.is_some_and(|lost| parties.contains(&lost))
}

/// Returns kGPU of one block of an offer that are there.
pub(crate) fn kgpu_of_block(program: &Program, place: Place, offer: usize) -> f64 {
    let of = &program.offers[offer];
    if is_lost(place, &of.parties) {
        return 0.0;
    }
    program.available.at(place.scenario, place.month, offer) * of.block_kgpu
}

/// Returns held capacity by pool, in kGPU.
pub(crate) fn held(program: &Program, place: Place) -> Vec<f64> {
    let mut pools = vec![0.0; program.pools.len()];
    let kgpu = program.held_kgpu.row(place.scenario, place.month);
    for (held, kgpu) in program.held.iter().zip(kgpu) {
        if !is_lost(place, &held.parties) {
            pools[held.pool] += kgpu;
        }
    }
    pools
}

/// Returns kGPU by pool, what is held and what is signed and firm, then by flexible offer.
pub(crate) fn capacity(
    program: &Program,
    place: Place,
    held: Vec<f64>,
    signed: &[f64],
) -> (Vec<f64>, Vec<f64>) {
    let mut firm = held;
    for (offer, of) in program.offers.iter().enumerate() {
        if of.taking == Taking::Firm {
            firm[of.pool] += kgpu_of_block(program, place, offer) * signed[offer];
        }
    }
    let taken = |at: &usize| kgpu_of_block(program, place, *at) * signed[*at];
    (firm, flexible(program).iter().map(taken).collect())
}

/// Returns the most that may wait at the end of each segment, in units of its run.
fn waiting_most(
    program: &Program,
    resolution: &Resolution,
    place: Place,
    units: &[f64],
) -> Vec<f64> {
    let weights = program.weight.row(place.month);
    let mut most = Vec::with_capacity(program.classes.len() * resolution.len());
    for (class, of) in program.classes.iter().enumerate() {
        if of.delay_hours == 0 {
            most.extend(resolution.segments.iter().map(|_| 0.0));
            continue;
        }
        let asked: Vec<f64> = program.demand(place.scenario, place.month, class).collect();
        for (segment, hours) in resolution.segments.iter().enumerate() {
            let last = hours.end - 1;
            let run = run_of(program, last);
            let back = of.delay_hours.min(run.len());
            let recent = (0..back).map(|ago| {
                let hour = run.start + (last - run.start + run.len() - ago) % run.len();
                weights[hour] * asked[hour]
            });
            most.push(recent.sum::<f64>() / units[segment]);
        }
    }
    most
}

/// Returns the hours of the run that an hour belongs to.
fn run_of(program: &Program, hour: usize) -> std::ops::Range<usize> {
    let (hours, run) = (&program.hours, program.hours[hour].run);
    let first = hours[..hour].iter().rposition(|it| it.run != run).map_or(0, |before| before + 1);
    let after = hours[hour..].iter().position(|it| it.run != run);
    first..after.map_or(hours.len(), |after| hour + after)
}

/// Returns the numbers of a block. `signed` is blocks by offer, `allowed` what may go unserved by row.
pub(crate) fn fill(
    program: &Program,
    resolution: &Resolution,
    place: Place,
    tariff: Tariff,
    signed: &[f64],
    allowed: &[f64],
) -> Filled {
    let Place { scenario, month, .. } = place;
    let hours = program.weight.row(month);
    let month_hours = program.month_hours(month);
    let weight = resolution.weights(program, month);
    let units = resolution.unit(program, month);
    let held = held(program, place);
    let (firm, taken) = capacity(program, place, held.clone(), signed);
    let flexible = flexible(program);
    let power = program.power_mw.row(scenario, month).iter().enumerate().flat_map(|(site, mw)| {
        let shares = resolution.mean(hours, program.power_share.row(month, site));
        shares.into_iter().map(move |share| share * mw)
    });
    let demand = (0..program.classes.len()).flat_map(|class| {
        let level = program.demand_level.at(scenario, month, class);
        let shape = resolution.mean(hours, program.demand_shape.row(month, class));
        shape.into_iter().map(move |shape| level * shape)
    });
    let money = program.months[month].discount / THOUSAND;
    let (money, excess_cost) = match tariff {
        Tariff::Money { excess } => (money, excess),
        Tariff::Excess => (0.0, 1.0),
    };
    let over_cost = |at: &usize| program.offers[*at].price[month] * month_hours * money;
    Filled {
        share: weight.iter().map(|weight| weight / month_hours).collect(),
        ratio: weight.iter().zip(&units).map(|(weight, unit)| unit / weight).collect(),
        firm,
        held,
        flexible: taken,
        power: power.collect(),
        demand: demand.collect(),
        spot_most: program.classes.iter().map(|class| class.spot_kgpu_most[month]).collect(),
        waiting_most: waiting_most(program, resolution, place, &units),
        spot_cost: program.spot_price.at(scenario, month) * money,
        lost_cost: program.classes.iter().map(|class| class.lost_load * money).collect(),
        over_cost: flexible.iter().map(over_cost).collect(),
        excess_cost,
        allowed: allowed.to_vec(),
        weight,
    }
}

impl Filled {
    /// Returns costs and upper bounds of columns, then lower and upper bounds of rows, as `layout` has them.
    pub(crate) fn bounds(&self, program: &Program, layout: &Layout) -> [Vec<f64>; 4] {
        let n = layout.resolution.len();
        let mut cost = vec![0.0; layout.columns()];
        let mut most = vec![f64::INFINITY; layout.columns()];
        for (at, kgpu) in self.flexible.iter().enumerate() {
            most[layout.flows + at * n..layout.flows + (at + 1) * n].fill(*kgpu);
        }
        self.close(program, layout, &mut most);
        for (class, lost) in self.lost_cost.iter().enumerate() {
            for segment in 0..n {
                let at = class * n + segment;
                cost[layout.spot + at] = self.weight[segment] * self.spot_cost;
                cost[layout.lost + at] = self.weight[segment] * lost;
                most[layout.spot + at] = self.spot_most[class];
            }
        }
        for (at, (class, segment)) in layout.waiting.iter().enumerate() {
            most[layout.backlog + at] = self.waiting_most[class * n + segment];
        }
        cost[layout.over..layout.excess].copy_from_slice(&self.over_cost);
        cost[layout.excess..].fill(self.excess_cost);

        let mut upper = Vec::with_capacity(layout.unserved + self.allowed.len());
        for firm in &self.firm {
            upper.extend(std::iter::repeat_n(*firm, n));
        }
        upper.extend(&self.power);
        upper.extend(&self.demand);
        upper.extend(self.flexible.iter().map(|_| f64::INFINITY));
        upper.extend(&self.allowed);
        let mut lower = vec![f64::NEG_INFINITY; upper.len()];
        lower[layout.balance..layout.overtake].copy_from_slice(&self.demand);
        for (at, kgpu) in self.flexible.iter().enumerate() {
            let share = program.offers[layout.flexible[at]].taking.share();
            lower[layout.overtake + at] = -share * kgpu;
        }
        [cost, most, lower, upper]
    }
    /// Closes uses of pools without any capacity. Their rows say so too; a column that is closed is one
    /// that the solver need not look at, and prices of capacity are recomputed for every pool anyway.
    fn close(&self, program: &Program, layout: &Layout, most: &mut [f64]) {
        let n = layout.resolution.len();
        let mut there = self.firm.clone();
        for (at, kgpu) in self.flexible.iter().enumerate() {
            there[program.offers[layout.flexible[at]].pool] += kgpu;
        }
        for (at, usage) in program.uses.iter().enumerate() {
            if there[usage.pool] <= 0.0 {
                most[at * n..(at + 1) * n].fill(0.0);
            }
        }
    }
}
