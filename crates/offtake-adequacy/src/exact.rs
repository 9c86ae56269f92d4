//! The expected shortfall without sampling, where that can be had: units that are out independently
//! of one another, and demand that is given.
//!
//! Each site is up or down with the probabilities of its equilibrium; the capacity of the groups of
//! pools is the sum over sites, so its distribution is their convolution (as published adequacy tables
//! are made), and each hour's demand is served from each of its states. Good for checking: what is
//! random otherwise (slips, failures, breakdowns, growth) must be off.

use crate::record::Layout;
use crate::system::{System, Work};
use offtake_futures::{Cause, Causes, Future};
use offtake_model::Book;
use offtake_position::{Steps, available};
use std::collections::BTreeMap;

/// States of capacity beyond which the answer would take too long.
const MOST_STATES: usize = 200_000;

/// Exact expectations.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Expected hours a year with a shortfall of firm work.
    pub lolh: f64,
    /// Expected unserved reference GPU-hours a year.
    pub eue: f64,
    /// By block, in the order of service.
    pub blocks: Vec<ExactBlock>,
    /// By month.
    pub months: Vec<ExactMonth>,
    /// The most states of capacity that any hour had.
    pub states: usize,
}

/// A block of work.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactBlock {
    /// The workload.
    pub id: String,
    /// The block's own name.
    pub block: String,
    /// Expected unserved reference GPU-hours a year.
    pub eue: f64,
}

/// A month.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactMonth {
    /// As `2026-03`.
    pub month: String,
    /// Expected hours with a shortfall of firm work.
    pub short_hours: f64,
    /// Expected unserved reference GPU-hours.
    pub unserved: f64,
}

/// Why a book has no exact answer here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotExact {
    /// Something is uncertain that is not an independent outage.
    #[error("{} {} uncertain in this book; only outages of sites may be, as with `[defaults]` `uncertainty = \"none\"`", causes.join(", "), if causes.len() == 1 { "is" } else { "are" })]
    Uncertain {
        /// The causes.
        causes: Vec<&'static str>,
    },
    /// Hours are coupled.
    #[error(
        "{work} couples the hours (a gang, or work that may wait), so no hour can be answered alone"
    )]
    Coupled {
        /// The work.
        work: String,
    },
    /// There are too many states.
    #[error("the sites have more than {MOST_STATES} states of capacity together")]
    TooManyStates,
}

/// The distribution of capacity by resource: states with their probabilities.
type States = Vec<(Vec<f64>, f64)>;

/// Expected shortfall of an hour: of firm work (a probability), and by block in GPU-hours.
#[derive(Clone)]
struct Hour {
    short: f64,
    unserved: Vec<f64>,
}

/// Returns the exact expectations of `book`.
///
/// # Errors
///
/// When something else than independent outages is uncertain, or hours are coupled.
pub fn exact(book: &Book, system: &System) -> Result<Exact, NotExact> {
    refuse(system)?;
    let mut future = Future::default();
    system.sampler.draw(0, Causes::NONE, &mut future);
    let layout = Layout::of(system);
    let mut blocks = vec![0.0; layout.blocks];
    let mut months = Vec::new();
    let (mut states, mut until, mut most): (States, i64, usize) = (Vec::new(), 0, 0);
    let mut known: BTreeMap<Vec<u64>, Hour> = BTreeMap::new();
    for month in system.axis.months() {
        let mut found = ExactMonth { month: month.text(), short_hours: 0.0, unserved: 0.0 };
        for hour in month.start..month.end {
            if hour as i64 >= until {
                (states, until) = capacity(book, system, &future, hour as i64)?;
                most = most.max(states.len());
                known.clear();
            }
            let loads = loads(system, &future, hour);
            let key: Vec<u64> = loads.iter().map(|load| load.to_bits()).collect();
            let of = known.entry(key).or_insert_with(|| serve(system, &states, &loads));
            found.short_hours += of.short;
            found.unserved += of.unserved.iter().sum::<f64>();
            blocks.iter_mut().zip(&of.unserved).for_each(|(total, x)| *total += x);
        }
        months.push(found);
    }
    let per_year = 1.0 / system.years();
    let block = |(spec, eue): (&crate::Block, &f64)| ExactBlock {
        id: spec.workload.clone(),
        block: spec.name.clone(),
        eue: eue * per_year,
    };
    Ok(Exact {
        lolh: months.iter().map(|month| month.short_hours).sum::<f64>() * per_year,
        eue: months.iter().map(|month| month.unserved).sum::<f64>() * per_year,
        blocks: system.blocks.iter().zip(&blocks).map(block).collect(),
        months,
        states: most,
    })
}

fn refuse(system: &System) -> Result<(), NotExact> {
    let live = system.sampler.live_causes();
    let causes: Vec<&str> = Cause::ALL
        .into_iter()
        .filter(|cause| *cause != Cause::SiteOutage && live.has(*cause))
        .map(Cause::name)
        .collect();
    if !causes.is_empty() {
        return Err(NotExact::Uncertain { causes });
    }
    let is_coupled =
        |block: &&crate::Block| !matches!(block.work, Work::Divisible { delay: 0, .. });
    match system.blocks.iter().find(is_coupled) {
        Some(block) => Err(NotExact::Coupled { work: block.workload.clone() }),
        None => Ok(()),
    }
}

/// Returns the states of capacity at `hour`, and the hour at which they next change.
fn capacity(
    book: &Book,
    system: &System,
    future: &Future,
    hour: i64,
) -> Result<(States, i64), NotExact> {
    let mut none = vec![0.0; system.resources];
    for limit in &system.limits {
        none[limit.resource] =
            limit.hall.megawatts(0.0).map_or(f64::MAX, |megawatts| megawatts * 1e3);
    }
    // Capacities are whole GPUs, or exact kilowatts: as bits they compare exactly.
    let mut states: BTreeMap<Vec<u64>, f64> =
        BTreeMap::from([(none.iter().map(|x| x.to_bits()).collect(), 1.0)]);
    let mut until = i64::MAX;
    for (place, site) in book.sites.values().enumerate() {
        let (down, depth) = site.outage.map_or((0.0, 0.0), |outage| {
            let (up, down) = (outage.up.hours(), outage.down.hours());
            (if down > 0.0 { down / (up + down) } else { 0.0 }, outage.depth.part())
        });
        let pools: Vec<usize> =
            (0..system.pools.len()).filter(|&pool| system.site_of[pool] == place).collect();
        let mut next: BTreeMap<Vec<u64>, f64> = BTreeMap::new();
        for (up, probability) in [(1.0, 1.0 - down), (1.0 - depth, down)] {
            if probability <= 0.0 {
                continue;
            }
            for (state, weight) in &states {
                let mut state: Vec<f64> = state.iter().map(|bits| f64::from_bits(*bits)).collect();
                for &pool in &pools {
                    let Some(group) = system.group_of[pool] else { continue };
                    let steps = Steps::new(&system.pools[pool], future.lives[pool]);
                    let gpus = available(
                        &system.pools[pool],
                        steps.racks(hour),
                        0,
                        steps.alive(hour) * up,
                    );
                    state[system.groups[group].resource] += gpus as f64;
                    until = until.min(steps.next_change(hour));
                }
                *next.entry(state.iter().map(|x| x.to_bits()).collect()).or_default() +=
                    weight * probability;
            }
        }
        if next.len() > MOST_STATES {
            return Err(NotExact::TooManyStates);
        }
        states = next;
    }
    let state = |(bits, p): (Vec<u64>, f64)| (bits.into_iter().map(f64::from_bits).collect(), p);
    Ok((states.into_iter().map(state).collect(), until))
}

/// Returns the demand of each class at `hour`, in reference GPUs.
fn loads(system: &System, future: &Future, hour: usize) -> Vec<f64> {
    let of = |class: &crate::Class| {
        let Some(load) = &class.load else { return 0.0 };
        let derate = load.workload.map_or(1.0, |workload| future.derate[workload]);
        f64::from(load.of(future.scenario)[hour]) / derate
    };
    system.classes.iter().map(of).collect()
}

/// Serves an hour's demand from each state, block after block, each as far as every cut leaves room.
fn serve(system: &System, states: &States, loads: &[f64]) -> Hour {
    let mut hour = Hour { short: 0.0, unserved: vec![0.0; system.blocks.len()] };
    for (capacity, probability) in states {
        let mut slack: Vec<f64> = system
            .cuts
            .iter()
            .map(|cut| cut.y.iter().zip(capacity).map(|(y, q)| y * q).sum())
            .collect();
        let mut firm_short = 0.0;
        for (index, block) in system.blocks.iter().enumerate() {
            let Work::Divisible { class, share, .. } = block.work else { continue };
            let wanted = loads[class] * share;
            let binding =
                || system.cuts.iter().enumerate().filter(|(_, cut)| cut.alpha[class] > 1e-9);
            let room = binding()
                .map(|(k, cut)| slack[k] / cut.alpha[class])
                .fold(f64::MAX, f64::min)
                .max(0.0);
            let served = wanted.min(room);
            binding().for_each(|(k, cut)| slack[k] -= cut.alpha[class] * served);
            hour.unserved[index] += probability * (wanted - served);
            firm_short += if block.is_firm { wanted - served } else { 0.0 };
        }
        if firm_short > f64::from(system.tolerance) {
            hour.short += probability;
        }
    }
    hour
}
