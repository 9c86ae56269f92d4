//! Hands a sample to the auditor: what was drawn and what the engine made of it, as plain data by name.
//!
//! The auditor knows neither engine nor sampler, so somebody must translate; this does and judges nothing.

use offtake_adequacy::{ClassKind, Runner, System};
use offtake_audit::{
    DrawnBreakdown, DrawnCut, DrawnEvents, DrawnStop, DrawnTranche, Recount, Reported,
};
use offtake_futures::{Breakdown, Causes, Future};
use offtake_model::Book;
use std::collections::BTreeMap;

/// Runs `sample` and has the auditor count it again, every hour or one of each `every`.
#[must_use]
pub fn recount(book: &Book, system: &System, sample: u64, every: usize) -> Recount {
    let drawn = drawn_events(book, system, sample);
    offtake_audit::recount(book, &drawn, &reported(system, sample), every)
}

/// Returns what was drawn in `sample`.
#[must_use]
pub fn drawn_events(book: &Book, system: &System, sample: u64) -> DrawnEvents {
    let mut future = Future::default();
    system.sampler.draw(sample, Causes::ALL, &mut future);
    let ranges = |hours: &Vec<offtake_futures::Hours>| -> Vec<(i64, i64)> {
        hours.iter().map(|range| (range.from, range.until)).collect()
    };
    let cut = |cut: &offtake_futures::Cut| DrawnCut {
        from: cut.hours.from,
        until: cut.hours.until,
        depth: cut.depth,
    };
    let works = || book.workloads.keys().map(ToString::to_string);
    let noise = |days: &Vec<f32>| days.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
    DrawnEvents {
        tranches: (0..system.pools.len())
            .map(|pool| {
                let id = system.pools[pool].tranche.to_string();
                (id, drawn_tranche(system, &future, sample, pool))
            })
            .collect(),
        outages: book
            .sites
            .keys()
            .map(ToString::to_string)
            .zip(future.outages.iter().map(ranges))
            .collect(),
        cuts: book
            .grids
            .keys()
            .map(ToString::to_string)
            .zip(future.cuts.iter().map(|cuts| cuts.iter().map(cut).collect()))
            .collect(),
        scenario: future.scenario,
        derate: works().zip(future.derate.iter().copied()).collect(),
        noise: works()
            .zip(future.noise.iter().map(noise))
            .filter(|(_, days)| !days.is_empty())
            .collect(),
    }
}

fn drawn_tranche(system: &System, future: &Future, sample: u64, pool: usize) -> DrawnTranche {
    let life = future.lives[pool];
    let mut breakdowns = Vec::new();
    let mut keep = |b: Breakdown| {
        breakdowns.push(DrawnBreakdown { from: b.from, until: b.until, gpus: b.gpus });
    };
    if let Some(start) = life.start.filter(|_| future.has_breakdowns) {
        system.sampler.breakdowns(sample, pool, (None, 0, 0), life, &mut keep);
        for (index, month) in system.axis.months().iter().enumerate() {
            if start < month.end as i64 && life.end > month.start as i64 {
                let span = (Some(index), month.start as i64, month.len());
                system.sampler.breakdowns(sample, pool, span, life, &mut keep);
            }
        }
        future.infants[pool].iter().copied().for_each(keep);
    }
    let stop = life.stop.map(|s| DrawnStop { at: s.at, back: s.back, share: s.share });
    DrawnTranche { in_service: life.start, stop, breakdowns }
}

/// Returns what the engine makes of `sample`, hour by hour.
#[must_use]
pub fn reported(system: &System, sample: u64) -> Reported {
    let mut available = vec![Vec::new(); system.pools.len()];
    let mut kilowatts = vec![Vec::new(); system.limits.len()];
    let mut demand = vec![Vec::new(); system.classes.len()];
    let mut unserved = vec![Vec::new(); system.blocks.len()];
    let append = |to: &mut Vec<f64>, from: &[f32]| to.extend(from.iter().map(|x| f64::from(*x)));
    Runner::new(system).hours(sample, Causes::ALL, |hours| {
        for (pool, series) in available.iter_mut().enumerate() {
            append(series, hours.available(pool));
        }
        for (limit, series) in system.limits.iter().zip(&mut kilowatts) {
            append(series, hours.resource(limit.resource));
        }
        for (class, series) in demand.iter_mut().enumerate() {
            append(series, hours.load(class));
        }
        for (block, series) in unserved.iter_mut().enumerate() {
            append(series, hours.unserved(block));
        }
    });
    let has_demand =
        |kind: &ClassKind| matches!(kind, ClassKind::Workload(_) | ClassKind::Obligation(_));
    let mut tranches: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (pool, series) in system.pools.iter().zip(available) {
        tranches.insert(pool.tranche.to_string(), series);
    }
    Reported {
        available: tranches,
        kilowatts: system.limits.iter().map(|limit| limit.id.to_string()).zip(kilowatts).collect(),
        demand: system
            .classes
            .iter()
            .zip(demand)
            .filter(|(class, _)| has_demand(&class.kind))
            .map(|(class, series)| (class.id.clone(), series))
            .collect(),
        unserved: system
            .blocks
            .iter()
            .zip(unserved)
            .map(|(block, series)| (block.workload.clone(), block.name.clone(), series))
            .collect(),
    }
}
