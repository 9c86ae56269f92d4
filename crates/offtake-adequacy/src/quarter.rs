//! Supply against demand by quarter: what the picture of `assess` is drawn from.
//!
//! Both are in reference GPUs, so that they can be held against each other; a supplier's GPUs of
//! another type count by what they do on average for the work that is open to them. The quantiles of
//! a quarter are over its means, and those of all suppliers together are over their sum: bad news
//! that comes together is counted together.

use crate::estimate::{Estimate, Quantiles, Sorted};
use crate::record::{Family, Record};
use crate::results::{Samples, SupplyResult};
use std::ops::Range;

/// A quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct QuarterResult {
    /// As `2026-Q1`.
    pub quarter: String,
    /// Whether all of it lies in the headline horizon.
    pub is_headline: bool,
    /// Hours.
    pub hours: usize,
    /// Months whose chance of a firm shortfall is above the standard's.
    pub months_at_risk: usize,
    /// Unserved over demand, of all work.
    pub unserved_share: Estimate,
    /// The same of firm work.
    pub firm_unserved_share: Estimate,
    /// Quantiles of the mean demand, in reference GPUs.
    pub demand: Quantiles,
    /// Its mean.
    pub demand_mean: f64,
    /// By supplier, in reference GPUs.
    pub supply: Vec<QuarterSupply>,
    /// All suppliers together, in reference GPUs.
    pub total: SupplyResult,
}

/// A supplier's part of a quarter, in reference GPUs, mean over its hours.
#[derive(Clone, Debug, PartialEq)]
pub struct QuarterSupply {
    /// The supplier.
    pub supplier: String,
    /// As the contracts promise, nothing broken.
    pub promised: f64,
    /// Expected.
    pub mean: f64,
    /// What it has in a future in which all suppliers together have what nine in ten exceed: its mean
    /// over the samples between P5 and P15 of the sum, scaled so that suppliers add up to P10.
    pub late: f64,
}

pub(crate) fn quarters(samples: &Samples) -> Vec<QuarterResult> {
    spans(samples.system).into_iter().map(|(name, span)| quarter(samples, name, span)).collect()
}

/// Returns the quarters of the horizon with their months.
pub(crate) fn spans(system: &crate::System) -> Vec<(String, Range<usize>)> {
    let months = system.axis.months();
    let mut spans: Vec<(String, Range<usize>)> = Vec::new();
    for (index, month) in months.iter().enumerate() {
        let name = month.quarter_text();
        match spans.last_mut().filter(|(last, _)| *last == name) {
            Some((_, span)) => span.end = index + 1,
            None => spans.push((name, index..index + 1)),
        }
    }
    spans
}

fn quarter(samples: &Samples, name: String, months: Range<usize>) -> QuarterResult {
    let system = samples.system;
    let hours: usize =
        system.axis.months()[months.clone()].iter().map(offtake_model::Month::len).sum();
    let per_hour = 1.0 / hours.max(1) as f64;
    let demand = |i: usize| {
        samples.sum(i, Family::Demand, 0..system.blocks.len(), months.clone()) * per_hour
    };
    let share = |blocks: Vec<usize>| {
        let sum = |i, family| samples.sum(i, family, blocks.iter().copied(), months.clone());
        samples.weights.ratio(|i| sum(i, Family::Unserved), |i| sum(i, Family::Demand))
    };
    let is_at_risk = |month: &usize| crate::headline::is_at_risk(samples, *month);
    let (supply, total) = supplies(samples, &months, per_hour);
    QuarterResult {
        quarter: name,
        is_headline: months.end <= samples.layout.headline,
        hours,
        months_at_risk: months.clone().filter(is_at_risk).count(),
        unserved_share: share((0..system.blocks.len()).collect()),
        firm_unserved_share: share(samples.firm_blocks()),
        demand: Sorted::new(&samples.weights, demand).quantiles(),
        demand_mean: samples.weights.mean(demand).mean,
        supply,
        total,
    }
}

/// Returns what all suppliers together have over `months`, in reference GPUs.
pub(crate) fn total(samples: &Samples, months: &Range<usize>, per_hour: f64) -> SupplyResult {
    supplies(samples, months, per_hour).1
}

/// Returns each supplier's part, and all together.
fn supplies(
    samples: &Samples,
    months: &Range<usize>,
    per_hour: f64,
) -> (Vec<QuarterSupply>, SupplyResult) {
    let suppliers = crate::results::suppliers(samples.system);
    let speed = |contract: &usize| (*contract, speed(samples, *contract) * per_hour);
    let weighed: Vec<Vec<(usize, f64)>> =
        suppliers.iter().map(|(_, contracts)| contracts.iter().map(speed).collect()).collect();
    let of = |record: &Record, supplier: usize| -> f64 {
        let gpus = |&(contract, speed): &(usize, f64)| {
            let at = samples.layout.at(Family::Available, contract, months.start);
            record.row[at..at + months.len()].iter().sum::<f64>() * speed
        };
        weighed[supplier].iter().map(gpus).sum()
    };
    let all = |record: &Record| -> f64 { (0..weighed.len()).map(|s| of(record, s)).sum() };
    let sums: Vec<f64> = samples.records.iter().map(all).collect();
    let sorted = Sorted::new(&samples.weights, |i| sums[i]);
    let total = SupplyResult {
        supplier: "all".to_owned(),
        promised: all(samples.promised),
        mean: samples.weights.mean(|i| sums[i]).mean,
        p10: sorted.quantile(0.10),
        p50: sorted.quantile(0.50),
        p90: sorted.quantile(0.90),
    };
    let band = sorted.quantile(0.05)..=sorted.quantile(0.15);
    let late = |supplier: usize| -> f64 {
        let weight = |i: usize| if band.contains(&sums[i]) { samples.weights.of(i) } else { 0.0 };
        let part = |i: usize| weight(i) * of(&samples.records[i], supplier);
        (0..sums.len()).map(part).sum()
    };
    let lates: Vec<f64> = (0..weighed.len()).map(late).collect();
    let scale = |sum: f64| if sum > 0.0 { total.p10 / sum } else { 0.0 };
    let scale = scale(lates.iter().sum());
    let result = |(index, (supplier, _)): (usize, &(String, Vec<usize>))| QuarterSupply {
        supplier: supplier.clone(),
        promised: of(samples.promised, index),
        mean: samples.weights.mean(|i| of(&samples.records[i], index)).mean,
        late: lates[index] * scale,
    };
    (suppliers.iter().enumerate().map(result).collect(), total)
}

/// Returns the reference GPUs that one GPU of a contract stands for, its pools weighed by their GPUs.
fn speed(samples: &Samples, contract: usize) -> f64 {
    let system = samples.system;
    let own = || (0..system.pools.len()).filter(|&pool| system.contract_of[pool] == contract);
    let gpus: f64 = own().map(|pool| system.pools[pool].gpus as f64).sum();
    let sum: f64 = own().map(|pool| system.pools[pool].gpus as f64 * system.pool_speed[pool]).sum();
    if gpus > 0.0 { sum / gpus } else { 1.0 }
}
