//! Capacity credit: what each contract is worth in GPUs that never fail.
//!
//! The credit of a contract in a year is ρ times its promised GPUs, where as many firm GPUs as that
//! (same site and type, same promised dates and ramp, power of their own, never failing) leave the
//! same value-weighted unserved work in its place. V(ρ) is measured on a fixed ladder, so that parts
//! of a run merge; it falls and is convex in ρ, and is read off on straight lines between the steps.

use super::Extras;
use crate::dispatch::Service;
use crate::estimate::Estimate;
use crate::kernel::{self, Series, series};
use crate::month::{Ground, STRIDE};
use crate::record::Record;
use crate::results::Samples;
use crate::system::System;
use offtake_futures::{Causes, Future};
use offtake_position::Steps;

/// Credits are made from every so many samples: they cost most, and their errors say what is lost. An
/// odd number: scenarios follow a sequence in base 2, of which every eighth sample sees one end alone.
pub const CREDIT_EVERY: u64 = 9;
/// Shares of the promised GPUs that stand in for a contract.
const LADDER: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
/// Numbers of a contract and year: the value lost as it is, and at each step.
const WIDTH: usize = LADDER.len() + 1;
/// Differences below so many standard errors say nothing.
const LEAST_ERRORS: f64 = 2.0;

/// What a contract is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditResult {
    /// Its id.
    pub contract: String,
    /// GPUs of all its tranches.
    pub nameplate_gpus: f64,
    /// By calendar year.
    pub years: Vec<YearCredit>,
}

/// What a contract is worth in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct YearCredit {
    /// The year.
    pub year: i16,
    /// GPUs that it promises, mean over the year's hours.
    pub promised_gpus: f64,
    /// Firm GPUs that it is worth; `None` where taking the contract away changes too little to tell.
    pub credit_gpus: Option<Estimate>,
}

/// Returns the numbers of a sample.
pub(crate) fn numbers(system: &System) -> usize {
    system.contracts.len() * years(system).len() * WIDTH
}

/// Returns the calendar years of the horizon.
fn years(system: &System) -> Vec<i16> {
    let mut years: Vec<i16> = system.axis.months().iter().map(|month| month.year).collect();
    years.dedup();
    years
}

#[derive(Clone, Debug)]
pub(crate) struct CreditRunner<'a> {
    system: &'a System,
    future: Future,
    ground: Ground,
    service: Service,
    /// Work that waits, by contract and step, and last as it is.
    queues: Vec<crate::dispatch::Queues>,
    resources: Vec<Series>,
    /// Promised GPUs by resource and hour of the month.
    firm: Vec<Series>,
    years: Vec<i16>,
}

impl<'a> CreditRunner<'a> {
    pub(crate) fn new(system: &'a System) -> CreditRunner<'a> {
        let service = Service::new(system);
        let variants = system.contracts.len() * LADDER.len() + 1;
        CreditRunner {
            future: Future::default(),
            ground: Ground::new(system),
            queues: vec![service.queues().clone(); variants],
            service,
            resources: vec![series(STRIDE); system.resources],
            firm: vec![series(STRIDE); system.resources],
            years: years(system),
            system,
        }
    }

    /// Writes the value lost by contract, year and step.
    pub(crate) fn run(&mut self, sample: u64, out: &mut [f64]) {
        if !sample.is_multiple_of(CREDIT_EVERY) {
            return;
        }
        self.system.sampler.draw(sample, Causes::ALL, &mut self.future);
        self.ground.start(self.system, &self.future, sample);
        self.service.start();
        for queues in &mut self.queues {
            queues.clear();
        }
        for index in 0..self.system.axis.months().len() {
            self.ground.fill(self.system, &self.future, sample, index);
            self.run_month(index, out);
        }
    }

    fn run_month(&mut self, index: usize, out: &mut [f64]) {
        let month = self.system.axis.months()[index];
        let year = self.years.iter().position(|year| *year == month.year).unwrap_or(0);
        let last = self.queues.len() - 1;
        self.resources.clone_from(&self.ground.resources);
        let as_is = self.lost(index, last);
        for contract in 0..self.system.contracts.len() {
            let at = (contract * self.years.len() + year) * WIDTH;
            out[at] += as_is;
            let is_there = self.take_away(index, contract);
            for (step, share) in LADDER.into_iter().enumerate() {
                let lost =
                    if is_there { self.lost_with(index, contract, step, share) } else { as_is };
                out[at + 1 + step] += lost;
            }
        }
    }

    /// Leaves in `resources` what there is without the contract, and in `firm` what it promises;
    /// says whether the contract has or promises anything this month.
    fn take_away(&mut self, index: usize, contract: usize) -> bool {
        let system = self.system;
        let month = system.axis.months()[index];
        self.resources.clone_from(&self.ground.resources);
        self.firm.iter_mut().for_each(|firm| firm.fill(0.0));
        let mut is_there = false;
        for (pool, spec) in
            system.pools.iter().enumerate().filter(|(p, _)| system.contract_of[*p] == contract)
        {
            let Some(group) = system.group_of[pool] else { continue };
            let resource = system.groups[group].resource;
            for (left, a) in
                self.resources[resource].iter_mut().zip(self.ground.available[pool].iter())
            {
                is_there |= *a > 0.0;
                *left -= a;
            }
            let steps = Steps::new(spec, spec.promised_life());
            let mut hour = month.start as i64;
            while hour < month.end as i64 {
                let next = steps.next_change(hour).min(month.end as i64);
                let gpus = offtake_position::available(spec, steps.racks(hour), 0, 1.0) as f32;
                is_there |= gpus > 0.0;
                for x in &mut self.firm[resource]
                    [hour as usize - month.start..next as usize - month.start]
                {
                    *x += gpus;
                }
                hour = next;
            }
        }
        self.power_firm();
        is_there
    }

    /// Gives the firm GPUs power of their own: as much as they draw at most.
    fn power_firm(&mut self) {
        for (group, draw) in self.system.groups.iter().zip(&self.system.draws) {
            let Some((limit, kilowatts)) = *draw else { continue };
            let gpus = std::mem::replace(&mut self.firm[group.resource], series(0));
            kernel::add_times(&gpus, kilowatts as f32, &mut self.firm[limit]);
            self.firm[group.resource] = gpus;
        }
    }

    fn lost_with(&mut self, index: usize, contract: usize, step: usize, share: f64) -> f64 {
        let added = if step == 0 { 0.0 } else { share - LADDER[step - 1] } as f32;
        if added > 0.0 {
            for (left, firm) in self.resources.iter_mut().zip(&self.firm) {
                kernel::add_times(firm, added, left);
            }
        }
        self.lost(index, contract * LADDER.len() + step)
    }

    /// Serves the month from `resources` and returns the value of what is unserved.
    fn lost(&mut self, index: usize, variant: usize) -> f64 {
        let month = self.system.axis.months()[index];
        self.service.exchange_queues(&mut self.queues[variant]);
        self.service.serve(self.system, month, &self.resources, &self.ground.loads);
        self.service.exchange_queues(&mut self.queues[variant]);
        let lost = |(block, short): (&crate::Block, &Series)| {
            block.value * kernel::sum(&short[..month.len()])
        };
        self.system.blocks.iter().zip(&self.service.shorts).map(lost).sum()
    }
}

/// Makes the credits from the extras of all samples.
#[must_use]
pub fn credits(
    system: &System,
    (records, extras): (&[Record], &[Extras]),
    promised: &Record,
) -> Vec<CreditResult> {
    let chosen: Vec<usize> =
        (0..records.len()).filter(|&i| records[i].sample.is_multiple_of(CREDIT_EVERY)).collect();
    let own: Vec<Record> = chosen
        .iter()
        .map(|&i| Record {
            sample: records[i].sample,
            scenario: records[i].scenario,
            row: Vec::new(),
        })
        .collect();
    let samples = Samples::new(system, &own, promised);
    let first = super::Places::of(system).credit;
    let years = years(system);
    let result = |(contract, id): (usize, &offtake_model::ContractId)| {
        let pools: Vec<usize> =
            (0..system.pools.len()).filter(|p| system.contract_of[*p] == contract).collect();
        if pools.is_empty() {
            return None;
        }
        let year = |(index, year): (usize, &i16)| {
            let at = first + (contract * years.len() + index) * WIDTH;
            let promised_gpus = promised_in(system, &pools, *year);
            let number = |i: usize, k: usize| extras[chosen[i]].row[at + k];
            let share = if chosen.is_empty() { None } else { equal_share(&samples, number) };
            let share = share.filter(|_| promised_gpus > 0.0);
            YearCredit {
                year: *year,
                promised_gpus,
                credit_gpus: share.map(|s| s.times(promised_gpus)),
            }
        };
        Some(CreditResult {
            contract: id.to_string(),
            nameplate_gpus: pools.iter().map(|&p| system.pools[p].gpus as f64).sum(),
            years: years.iter().enumerate().map(year).collect(),
        })
    };
    system.contracts.iter().enumerate().filter_map(result).collect()
}

/// Returns the share of the promised GPUs at which the ladder loses as much as the contract does.
fn equal_share(samples: &Samples<'_>, number: impl Fn(usize, usize) -> f64) -> Option<Estimate> {
    let weights = &samples.weights;
    let gone = weights.mean(|i| number(i, 1) - number(i, 0));
    if gone.mean.abs() <= LEAST_ERRORS * gone.standard_error || gone.mean <= 0.0 {
        return None;
    }
    let over: Vec<f64> = (0..LADDER.len())
        .map(|step| weights.mean(|i| number(i, step + 1) - number(i, 0)).mean)
        .collect();
    let step = over.iter().position(|d| *d <= 0.0);
    let Some(step) = step.filter(|step| *step > 0) else {
        // Worth more than all that it promises: it came early, or its promises end before it does.
        return Some(Estimate { mean: 1.0, standard_error: 0.0 });
    };
    let (above, below) = (over[step - 1], over[step]);
    let width = LADDER[step] - LADDER[step - 1];
    let t = above / (above - below);
    // To the first order, the error of the share is that of the difference over the slope.
    let at = |i: usize| number(i, step) * (1.0 - t) + number(i, step + 1) * t - number(i, 0);
    let standard_error = weights.mean(at).standard_error * width / (above - below);
    Some(Estimate { mean: LADDER[step - 1] + t * width, standard_error })
}

/// Returns the GPUs that pools promise in a year, mean over its hours.
fn promised_in(system: &System, pools: &[usize], year: i16) -> f64 {
    let (mut hours, mut sum) = (0.0, 0.0);
    for month in system.axis.months().iter().filter(|month| month.year == year) {
        hours += month.len() as f64;
        for &pool in pools {
            let spec = &system.pools[pool];
            let steps = Steps::new(spec, spec.promised_life());
            let mut hour = month.start as i64;
            while hour < month.end as i64 {
                let next = steps.next_change(hour).min(month.end as i64);
                sum += offtake_position::available(spec, steps.racks(hour), 0, 1.0) as f64
                    * (next - hour) as f64;
                hour = next;
            }
        }
    }
    if hours > 0.0 { sum / hours } else { 0.0 }
}
