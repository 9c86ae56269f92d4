//! When each delivery comes: the day in service of every tranche over the futures of a run.
//!
//! A row of a record has no room for days, so the lives of the pools are drawn again: a draw is a
//! function of seed and sample, and what is drawn here is what was dispatched. Demand, outages and
//! breakdowns move no delivery and stay off.

use crate::estimate::Sorted;
use crate::record::Record;
use crate::results::Samples;
use crate::system::System;
use jiff::civil::Date;
use offtake_futures::{Cause, Causes, Future};

/// When one tranche is in service with its first racks.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryResult {
    /// The tranche, as `iren-childress.horizon-1`.
    pub tranche: String,
    /// Its contract.
    pub contract: String,
    /// Its supplier.
    pub supplier: String,
    /// Its site.
    pub site: String,
    /// What is delivered.
    pub accelerator: String,
    /// How many GPUs, when all is in service.
    pub gpus: f64,
    /// The promised day of the first racks.
    pub promised: Date,
    /// The promised day of the last racks; that of the first where there is no ramp.
    pub promised_whole: Date,
    /// The last day of use as promised: the day before use ends.
    pub promised_end: Date,
    /// A day that one future in ten is no later than; `None` when that is never.
    pub p10: Option<Date>,
    /// The median day; `None` when half of the futures or more never see it.
    pub p50: Option<Date>,
    /// A day that nine futures in ten are no later than; `None` when more than one in ten never
    /// sees it.
    pub p90: Option<Date>,
    /// Share of futures in which it never comes: never ready, or its supplier stops before.
    pub never: f64,
}

/// Returns the day of every tranche over the samples of `records`, in the order of contracts.
#[must_use]
pub fn deliveries(system: &System, records: &[Record]) -> Vec<DeliveryResult> {
    let none = Record::default();
    let samples = Samples::new(system, records, &none);
    let starts = starts(system, records);
    let result = |(index, pool): (usize, &offtake_position::Pool)| {
        let hour = |i: usize| starts[i][index].map_or(f64::INFINITY, |hour| hour as f64);
        let sorted = Sorted::new(&samples.weights, hour);
        let day = |hour: f64| hour.is_finite().then(|| system.axis.date_of(hour as i64));
        let missed = |i: &usize| hour(*i).is_infinite();
        let promised = pool.promised_life();
        DeliveryResult {
            tranche: pool.tranche.to_string(),
            contract: pool.contract.to_string(),
            supplier: pool.supplier.to_string(),
            site: pool.site.to_string(),
            accelerator: pool.accelerator.to_string(),
            gpus: pool.gpus as f64,
            promised: system.axis.date_of(pool.promised),
            promised_whole: system.axis.date_of(pool.promised.saturating_add(pool.ramp)),
            promised_end: system.axis.date_of(promised.end.saturating_sub(1)),
            p10: day(sorted.quantile(0.10)),
            p50: day(sorted.quantile(0.50)),
            p90: day(sorted.quantile(0.90)),
            never: (0..records.len()).filter(missed).map(|i| samples.weights.of(i)).sum(),
        }
    };
    system.pools.iter().enumerate().map(result).collect()
}

/// Returns the hour in service of each pool by sample, `None` for never.
fn starts(system: &System, records: &[Record]) -> Vec<Vec<Option<i64>>> {
    let causes = Causes::NONE.with(Cause::Slip).with(Cause::SupplierFailure);
    let mut future = Future::default();
    let start = |life: &offtake_position::Life| {
        let is_stopped = |start: &i64| life.stop.is_some_and(|stop| stop.at <= *start);
        life.start.filter(|start| !is_stopped(start))
    };
    let mut of = |record: &Record| {
        system.sampler.draw(record.sample, causes, &mut future);
        future.lives.iter().map(start).collect()
    };
    records.iter().map(&mut of).collect()
}
