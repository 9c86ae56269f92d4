//! Results of `assess`, made from records in the order of samples.

use crate::estimate::{Estimate, Quantiles, Sorted, Weights};
use crate::headline::{self, Headline};
use crate::quarter::{QuarterResult, quarters, total};
use crate::record::{Family, Layout, Record};
use crate::system::System;

/// Everything that one pass over the samples gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Seed of the futures.
    pub seed: u64,
    /// Samples.
    pub samples: usize,
    /// Whether the standards hold over the headline horizon; `None` when the book sets none.
    pub holds: Option<bool>,
    /// How each standard fares.
    pub standards: Vec<StandardResult>,
    /// The answer in a few numbers.
    pub headline: Headline,
    /// Unserved reference GPU-hours a year when all that is signed comes as promised.
    pub open_position: f64,
    /// The rest of the expected unserved.
    pub risk: Estimate,
    /// Expected hours a year with a shortfall of firm work.
    pub lolh: Estimate,
    /// Expected days (UTC) a year with one.
    pub lole: Estimate,
    /// Expected unserved reference GPU-hours a year.
    pub eue: Estimate,
    /// The same of firm work.
    pub firm_eue: Estimate,
    /// The same of all work after spot, within its depth and lead time.
    pub eue_after_spot: Estimate,
    /// Expected unserved over demand.
    pub neue: Estimate,
    /// By month.
    pub months: Vec<MonthResult>,
    /// By quarter, in reference GPUs: what the picture is drawn from.
    pub quarters: Vec<QuarterResult>,
    /// Surplus by month, zone and type.
    pub headroom: Vec<HeadroomResult>,
    /// By class and block, in the order of service.
    pub classes: Vec<BlockResult>,
    /// By contract.
    pub contracts: Vec<ContractResult>,
    /// Relative standard error of the expected unserved.
    pub relative_error: f64,
    /// What a reader should know about how these numbers were made.
    pub notes: Vec<String>,
}

/// How a standard fares over the headline horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct StandardResult {
    /// Its name.
    pub name: String,
    /// Its priority.
    pub priority: u32,
    /// Share of its work that is unserved.
    pub unserved_share: Estimate,
    /// The greatest such share that it allows.
    pub unserved_limit: Option<f64>,
    /// The greatest chance of shortfall in any month.
    pub worst_month_risk: f64,
    /// The greatest such chance that it allows.
    pub month_risk_limit: Option<f64>,
    /// Months whose chance of shortfall is above that.
    pub months_at_risk: usize,
    /// Whether it holds.
    pub holds: bool,
}

/// A month.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthResult {
    /// As `2026-03`.
    pub month: String,
    /// Its quarter, as `2026-Q1`.
    pub quarter: String,
    /// Hours.
    pub hours: usize,
    /// Chance of any shortfall of firm work.
    pub lolp: Estimate,
    /// Unserved reference GPU-hours of all work.
    pub unserved: Estimate,
    /// Its quantiles.
    pub unserved_quantiles: Quantiles,
    /// Unserved reference GPU-hours of firm work.
    pub firm_unserved: Estimate,
    /// Quantiles of the deepest hour of firm work, in reference GPUs.
    pub deepest: Quantiles,
    /// Quantiles of the mean demand, in reference GPUs.
    pub demand: Quantiles,
    /// Quantiles of the busiest hour's demand, in reference GPUs.
    pub peak_demand: Quantiles,
    /// By supplier.
    pub supply: Vec<SupplyResult>,
    /// All suppliers together, in reference GPUs.
    pub total: SupplyResult,
}

/// A supplier's GPUs in a month, mean over its hours.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplyResult {
    /// The supplier.
    pub supplier: String,
    /// As the contracts promise, nothing broken.
    pub promised: f64,
    /// Expected.
    pub mean: f64,
    /// Exceeded with 90 % chance: what a late future has.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// Exceeded with 10 % chance.
    pub p90: f64,
}

/// Surplus GPUs that could be used without taking any from other work, mean over a month's hours.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadroomResult {
    /// The month.
    pub month: String,
    /// The zone.
    pub zone: String,
    /// The type.
    pub accelerator: String,
    /// Quantiles over samples.
    pub quantiles: Quantiles,
}

/// A block of work.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockResult {
    /// The workload, gang or sold contract.
    pub id: String,
    /// The block's own name.
    pub block: String,
    /// Its priority.
    pub priority: u32,
    /// Whether it is firm.
    pub is_firm: bool,
    /// Unserved reference GPU-hours a year.
    pub eue: Estimate,
    /// Unserved over demand.
    pub neue: Estimate,
    /// Share of its time that a gang does useful work while it runs; `None` for divisible work.
    pub goodput: Option<f64>,
    /// By month of the horizon.
    pub months: Vec<BlockMonth>,
}

/// A block of work in a month.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockMonth {
    /// As `2026-03`.
    pub month: String,
    /// Unserved reference GPU-hours.
    pub unserved: Estimate,
    /// Mean demand in reference GPU-hours.
    pub demand: f64,
    /// Unserved over demand; `None` in a month in which the block asks for nothing.
    pub share: Option<Estimate>,
}

/// A contract.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractResult {
    /// Its id.
    pub id: String,
    /// Its supplier.
    pub supplier: String,
    /// GPUs of all its tranches.
    pub nameplate_gpus: f64,
    /// GPU-hours a year that are paid for (take-or-pay, monthly on what is available) and not used.
    pub deficiency: Estimate,
}

/// The samples of a run with what results are read from.
pub(crate) struct Samples<'a> {
    pub(crate) system: &'a System,
    pub(crate) layout: Layout,
    pub(crate) records: &'a [Record],
    pub(crate) promised: &'a Record,
    pub(crate) weights: Weights,
}

impl<'a> Samples<'a> {
    pub(crate) fn new(
        system: &'a System,
        records: &'a [Record],
        promised: &'a Record,
    ) -> Samples<'a> {
        let strata = records.iter().map(|record| record.scenario).collect();
        let weights = Weights::new(strata, system.sampler.strata().probabilities());
        Samples { system, layout: Layout::of(system), records, promised, weights }
    }

    pub(crate) fn number(&self, sample: usize, family: Family, member: usize, month: usize) -> f64 {
        self.records[sample].row[self.layout.at(family, member, month)]
    }

    /// Returns the sum of a family over members and months of one sample.
    pub(crate) fn sum(
        &self,
        sample: usize,
        family: Family,
        members: impl IntoIterator<Item = usize>,
        months: std::ops::Range<usize>,
    ) -> f64 {
        sum_of(&self.layout, &self.records[sample], family, members, months)
    }

    pub(crate) fn firm_blocks(&self) -> Vec<usize> {
        (0..self.system.blocks.len()).filter(|&b| self.system.blocks[b].is_firm).collect()
    }

    pub(crate) fn blocks_of(&self, standard: usize) -> Vec<usize> {
        let counts = |b: &usize| self.system.blocks[*b].standards.contains(&standard);
        (0..self.system.blocks.len()).filter(counts).collect()
    }

    /// Returns the chance of a shortfall in a month, by standard or (one past the last) of firm work.
    pub(crate) fn lolp(&self, member: usize, month: usize) -> Estimate {
        self.weights.mean(|i| f64::from(self.number(i, Family::ShortHours, member, month) > 0.0))
    }
}

pub(crate) fn sum_of(
    layout: &Layout,
    record: &Record,
    family: Family,
    members: impl IntoIterator<Item = usize>,
    months: std::ops::Range<usize>,
) -> f64 {
    let row = |member: usize| {
        let first = layout.at(family, member, months.start);
        record.row[first..first + months.len()].iter().sum::<f64>()
    };
    members.into_iter().map(row).sum()
}

/// Returns the relative standard error of the expected unserved of `records`.
#[must_use]
pub fn relative_error(system: &System, records: &[Record]) -> f64 {
    let none = Record::default();
    let samples = Samples::new(system, records, &none);
    let all = 0..samples.layout.months;
    let unserved =
        |i: usize| samples.sum(i, Family::Unserved, 0..samples.layout.blocks, all.clone());
    samples.weights.mean(unserved).relative_error()
}

/// Makes the results of `records`; `promised` is the record of the run in which no cause is on.
#[must_use]
pub fn assess(system: &System, seed: u64, records: &[Record], promised: &Record) -> Assessment {
    let samples = Samples::new(system, records, promised);
    let standards = standards(&samples);
    let all = 0..samples.layout.months;
    let blocks = 0..system.blocks.len();
    let per_year = 1.0 / system.years();
    let firm = samples.firm_blocks();
    let unserved = |i: usize| samples.sum(i, Family::Unserved, blocks.clone(), all.clone());
    let eue = samples.weights.mean(unserved).times(per_year);
    let open_position =
        sum_of(&samples.layout, promised, Family::Unserved, blocks.clone(), all.clone()) * per_year;
    let count = system.standards.len();
    let yearly = |family: Family, members: &[usize]| {
        samples
            .weights
            .mean(|i| samples.sum(i, family, members.iter().copied(), all.clone()))
            .times(per_year)
    };
    Assessment {
        seed,
        samples: records.len(),
        holds: holds(system, &standards),
        headline: headline::headline(&samples, &standards),
        open_position,
        risk: Estimate { mean: eue.mean - open_position, ..eue },
        lolh: yearly(Family::ShortHours, &[count]),
        lole: yearly(Family::ShortDays, &[count]),
        firm_eue: yearly(Family::Unserved, &firm),
        eue_after_spot: yearly(Family::AfterSpot, &[0]),
        neue: samples
            .weights
            .ratio(unserved, |i| samples.sum(i, Family::Demand, blocks.clone(), all.clone())),
        relative_error: eue.relative_error(),
        eue,
        months: months(&samples, &firm),
        quarters: quarters(&samples),
        headroom: headroom(&samples),
        classes: classes(&samples),
        contracts: contracts(&samples),
        notes: notes(system),
        standards,
    }
}

fn holds(system: &System, standards: &[StandardResult]) -> Option<bool> {
    let is_set = system.standards.iter().any(|s| s.unserved.is_some() || s.month_risk.is_some());
    is_set.then(|| standards.iter().all(|s| s.holds))
}

fn standards(samples: &Samples) -> Vec<StandardResult> {
    let months = 0..samples.layout.headline;
    let result = |(index, spec): (usize, &crate::StandardSpec)| {
        let blocks = samples.blocks_of(index);
        let sum = |i, family| samples.sum(i, family, blocks.iter().copied(), months.clone());
        let unserved_share =
            samples.weights.ratio(|i| sum(i, Family::Unserved), |i| sum(i, Family::Demand));
        let risks: Vec<f64> = months.clone().map(|month| samples.lolp(index, month).mean).collect();
        let limit = spec.month_risk.unwrap_or(headline::DEFAULT_MONTH_RISK);
        let worst = risks.iter().copied().fold(0.0, f64::max);
        let holds_share = spec.unserved.is_none_or(|limit| unserved_share.mean <= limit);
        let holds_months = spec.month_risk.is_none_or(|limit| worst <= limit);
        StandardResult {
            name: spec.name.clone(),
            priority: spec.priority,
            unserved_share,
            unserved_limit: spec.unserved,
            worst_month_risk: worst,
            month_risk_limit: spec.month_risk,
            months_at_risk: risks.iter().filter(|risk| **risk > limit).count(),
            holds: holds_share && holds_months,
        }
    };
    samples.system.standards.iter().enumerate().map(result).collect()
}

fn months(samples: &Samples, firm: &[usize]) -> Vec<MonthResult> {
    let system = samples.system;
    let blocks = 0..system.blocks.len();
    let last = system.standards.len() - 1;
    let result = |(index, month): (usize, &offtake_model::Month)| {
        let hours = month.len() as f64;
        let at = index..index + 1;
        let sorted =
            |value: &dyn Fn(usize) -> f64| Sorted::new(&samples.weights, value).quantiles();
        let unserved = |i: usize| samples.sum(i, Family::Unserved, blocks.clone(), at.clone());
        MonthResult {
            month: month.text(),
            quarter: month.quarter_text(),
            hours: month.len(),
            lolp: samples.lolp(system.standards.len(), index),
            unserved: samples.weights.mean(unserved),
            unserved_quantiles: sorted(&unserved),
            firm_unserved: samples
                .weights
                .mean(|i| samples.sum(i, Family::Unserved, firm.iter().copied(), at.clone())),
            deepest: sorted(&|i| samples.number(i, Family::Deepest, last, index).max(0.0)),
            demand: sorted(&|i| samples.sum(i, Family::Demand, blocks.clone(), at.clone()) / hours),
            peak_demand: sorted(&|i| samples.number(i, Family::PeakDemand, 0, index)),
            supply: supply(samples, index, hours),
            total: total(samples, &at, 1.0 / hours),
        }
    };
    system.axis.months().iter().enumerate().map(result).collect()
}

fn supply(samples: &Samples, month: usize, hours: f64) -> Vec<SupplyResult> {
    let result = |(supplier, contracts): (String, Vec<usize>)| {
        let at = month..month + 1;
        let gpus = |i: usize| {
            samples.sum(i, Family::Available, contracts.iter().copied(), at.clone()) / hours
        };
        let promised = sum_of(
            &samples.layout,
            samples.promised,
            Family::Available,
            contracts.iter().copied(),
            at.clone(),
        );
        let sorted = Sorted::new(&samples.weights, gpus);
        SupplyResult {
            promised: promised / hours,
            mean: samples.weights.mean(gpus).mean,
            p10: sorted.quantile(0.10),
            p50: sorted.quantile(0.50),
            p90: sorted.quantile(0.90),
            supplier,
        }
    };
    suppliers(samples.system).into_iter().map(result).collect()
}

/// Returns the suppliers in the order of their ids, each with its contracts that have pools.
pub(crate) fn suppliers(system: &System) -> Vec<(String, Vec<usize>)> {
    let mut found: std::collections::BTreeMap<String, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (pool, &contract) in system.pools.iter().zip(&system.contract_of) {
        let contracts = found.entry(pool.supplier.to_string()).or_default();
        if !contracts.contains(&contract) {
            contracts.push(contract);
        }
    }
    found.into_iter().collect()
}

fn headroom(samples: &Samples) -> Vec<HeadroomResult> {
    let mut results = Vec::new();
    for (index, month) in samples.system.axis.months().iter().enumerate() {
        for (kind, (zone, accelerator)) in samples.system.headroom.iter().enumerate() {
            let surplus = |i: usize| samples.number(i, Family::Headroom, kind, index);
            results.push(HeadroomResult {
                month: month.text(),
                zone: zone.to_string(),
                accelerator: accelerator.to_string(),
                quantiles: Sorted::new(&samples.weights, surplus).quantiles(),
            });
        }
    }
    results
}

fn classes(samples: &Samples) -> Vec<BlockResult> {
    let all = 0..samples.layout.months;
    let result = |(index, block): (usize, &crate::Block)| {
        let sum = |i: usize, family: Family| samples.sum(i, family, [index], all.clone());
        let goodput = match block.work {
            crate::Work::Gang(gang) => Some(samples.system.gangs[gang].goodput),
            crate::Work::Divisible { .. } => None,
        };
        BlockResult {
            id: block.workload.clone(),
            block: block.name.clone(),
            priority: block.priority,
            is_firm: block.is_firm,
            eue: samples
                .weights
                .mean(|i| sum(i, Family::Unserved))
                .times(1.0 / samples.system.years()),
            neue: samples.weights.ratio(|i| sum(i, Family::Unserved), |i| sum(i, Family::Demand)),
            goodput,
            months: block_months(samples, index),
        }
    };
    samples.system.blocks.iter().enumerate().map(result).collect()
}

/// Returns what a block goes without, month by month.
fn block_months(samples: &Samples, block: usize) -> Vec<BlockMonth> {
    let result = |(index, month): (usize, &offtake_model::Month)| {
        let number = |i: usize, family: Family| samples.number(i, family, block, index);
        let asks = (0..samples.records.len()).any(|i| number(i, Family::Demand) > 0.0);
        let share = || {
            samples.weights.ratio(|i| number(i, Family::Unserved), |i| number(i, Family::Demand))
        };
        BlockMonth {
            month: month.text(),
            unserved: samples.weights.mean(|i| number(i, Family::Unserved)),
            demand: samples.weights.mean(|i| number(i, Family::Demand)).mean,
            share: asks.then(share),
        }
    };
    samples.system.axis.months().iter().enumerate().map(result).collect()
}

fn contracts(samples: &Samples) -> Vec<ContractResult> {
    let system = samples.system;
    let result = |(index, id): (usize, &offtake_model::ContractId)| {
        let pools: Vec<&offtake_position::Pool> =
            system.pools.iter().filter(|pool| pool.contract == *id).collect();
        let first = pools.first()?;
        let share = first.take_or_pay;
        let deficiency = |i: usize| -> f64 {
            (0..samples.layout.months)
                .map(|month| {
                    let available = samples.number(i, Family::Available, index, month);
                    let used = available - samples.number(i, Family::Idle, index, month);
                    (share * available - used).max(0.0)
                })
                .sum()
        };
        Some(ContractResult {
            id: id.to_string(),
            supplier: first.supplier.to_string(),
            nameplate_gpus: pools.iter().map(|pool| pool.gpus as f64).sum(),
            deficiency: samples.weights.mean(deficiency).times(1.0 / system.years()),
        })
    };
    system.contracts.iter().enumerate().filter_map(result).collect()
}

fn notes(system: &System) -> Vec<String> {
    let mut notes = Vec::new();
    if system
        .blocks
        .iter()
        .any(|b| matches!(b.work, crate::Work::Divisible { delay, .. } if delay > 0))
    {
        notes.push("work that may wait is served earliest due first, with foresight inside its window: optimistic for it, and not always the best for the blocks after it".to_owned());
    }
    if system.gangs.len() > 1 {
        notes.push("each gang takes, in order, the fabric that runs it for the most hours of a month: a rule where gangs compete for one fabric".to_owned());
    }
    if !system.is_transport {
        notes.push("GPUs of different speed or a power limit are in play: firm-equivalent GPUs are an upper bound, found hour by hour on what is short".to_owned());
    }
    notes
}
