//! One month of one future: what is available and what is wanted, hour by hour.

use crate::kernel::{self, Racks, Series, series};
use crate::system::{ClassKind, System};
use offtake_futures::{Breakdown, Future, Hours};
use offtake_model::Month;
use offtake_position::Steps;

/// Hours of the longest month, rounded up to whole tiles.
pub(crate) const STRIDE: usize = 768;

/// Room to work in for one thread; nothing in it outlives a month but what is broken.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    /// Changes of broken GPUs by pool and hour of the month, and beyond it.
    changes: Vec<Vec<i32>>,
    /// Broken GPUs of each pool at the end of the month before.
    broken: Vec<i32>,
    /// Next breakdown of infancy of each pool.
    infant: Vec<usize>,
    down: Vec<i32>,
    /// GPUs available by pool and hour.
    pub(crate) available: Vec<Series>,
    /// GPU-hours available over the month, by pool.
    pub(crate) hours: Vec<f64>,
    /// Capacity by resource and hour.
    pub(crate) resources: Vec<Series>,
    /// Demand by class and hour, in reference GPUs.
    pub(crate) loads: Vec<Series>,
    reach: usize,
}

impl Ground {
    pub(crate) fn new(system: &System) -> Ground {
        let reach = STRIDE + system.sampler.longest_repair() + 2;
        Ground {
            changes: vec![vec![0; reach]; system.pools.len()],
            broken: vec![0; system.pools.len()],
            infant: vec![0; system.pools.len()],
            down: vec![0; STRIDE],
            available: vec![series(STRIDE); system.pools.len()],
            hours: vec![0.0; system.pools.len()],
            resources: vec![series(STRIDE); system.resources],
            loads: vec![series(STRIDE); system.classes.len()],
            reach,
        }
    }

    /// Forgets the last future and takes in what began before the horizon of this one.
    pub(crate) fn start(&mut self, system: &System, future: &Future, sample: u64) {
        for changes in &mut self.changes {
            changes.fill(0);
        }
        self.broken.fill(0);
        self.infant.fill(0);
        if !future.has_breakdowns {
            return;
        }
        for pool in 0..system.pools.len() {
            let changes = &mut self.changes[pool];
            let life = future.lives[pool];
            system.sampler.breakdowns(sample, pool, (None, 0, 0), life, |b| mark(changes, b, 0));
        }
    }

    /// Fills the month.
    pub(crate) fn fill(&mut self, system: &System, future: &Future, sample: u64, index: usize) {
        let month = system.axis.months()[index];
        self.supply(system, future, sample, index);
        self.fill_resources(system, future, month);
        self.fill_loads(system, future, month);
    }

    /// Fills what the pools have available in the month.
    pub(crate) fn supply(&mut self, system: &System, future: &Future, sample: u64, index: usize) {
        let month = system.axis.months()[index];
        for pool in 0..system.pools.len() {
            if future.has_breakdowns {
                self.draw_breakdowns(system, future, sample, (index, month, pool));
            }
            self.fill_pool(system, future, month, pool);
        }
    }

    fn draw_breakdowns(
        &mut self,
        system: &System,
        future: &Future,
        sample: u64,
        at: (usize, Month, usize),
    ) {
        let (index, month, pool) = at;
        let life = future.lives[pool];
        let start = month.start as i64;
        let Some(first) = life.start else { return };
        let changes = &mut self.changes[pool];
        if first < month.end as i64 && life.end > start {
            let span = (Some(index), start, month.len());
            system.sampler.breakdowns(sample, pool, span, life, |b| mark(changes, b, start));
        }
        let infants = &future.infants[pool];
        while let Some(b) = infants.get(self.infant[pool]).filter(|b| b.from < month.end as i64) {
            mark(changes, Breakdown { from: b.from.max(start), ..*b }, start);
            self.infant[pool] += 1;
        }
    }

    /// Writes what the pool has available, and adds it up.
    fn fill_pool(&mut self, system: &System, future: &Future, month: Month, pool: usize) {
        let breaks = future.has_breakdowns && system.sampler.breaks(pool);
        if breaks {
            self.count_broken(month.len(), pool);
        }
        let spec = &system.pools[pool];
        let steps = Steps::new(spec, future.lives[pool]);
        let outages = &future.outages[system.site_of[pool]];
        let out = &mut self.available[pool];
        let (mut hour, mut hours) = (month.start as i64, 0.0);
        while hour < month.end as i64 {
            let (is_out, change) = state_at(outages, hour);
            let next = steps.next_change(hour).min(change).min(month.end as i64);
            let range = (hour - month.start as i64) as usize..(next - month.start as i64) as usize;
            let up =
                if is_out { 1.0 - system.sampler.outage_depth(system.site_of[pool]) } else { 1.0 };
            let count = steps.racks(hour) as f32;
            let racks = Racks {
                gpus: spec.rack_gpus as f32,
                count,
                spares: if count > 0.0 { spec.spares as f32 } else { 0.0 },
                most: spec.gpus as f32,
                alive: (steps.alive(hour) * up) as f32,
            };
            if breaks && count > 0.0 {
                kernel::available(racks, &self.down[range.clone()], &mut out[range.clone()]);
                hours += kernel::sum(&out[range]);
            } else {
                let mut all = [0.0];
                kernel::available(racks, &[0], &mut all);
                hours += f64::from(all[0]) * range.len() as f64;
                kernel::fill(&mut out[range], all[0]);
            }
            hour = next;
        }
        out[month.len()..].fill(0.0);
        self.hours[pool] = hours;
    }

    /// Counts the pool's broken GPUs by hour, and moves what is still broken into the next month.
    fn count_broken(&mut self, length: usize, pool: usize) {
        let changes = &mut self.changes[pool];
        let mut broken = self.broken[pool];
        for (down, change) in self.down[..length].iter_mut().zip(&changes[..length]) {
            broken += change;
            *down = broken;
        }
        self.broken[pool] = broken;
        changes.copy_within(length.., 0);
        changes[self.reach - length..].fill(0);
    }

    fn fill_resources(&mut self, system: &System, future: &Future, month: Month) {
        for group in &system.groups {
            let total = &mut self.resources[group.resource];
            total.fill(0.0);
            for &pool in &group.pools {
                kernel::add(&self.available[pool], total);
            }
        }
        for limit in &system.limits {
            let kilowatts = |depth: f64| limit.hall.megawatts(depth).unwrap_or(f64::MAX) * 1e3;
            let power = &mut self.resources[limit.resource];
            power.fill(kilowatts(0.0) as f32);
            for cut in limit.grid.iter().flat_map(|&grid| &future.cuts[grid]) {
                let left = kilowatts(cut.depth) as f32;
                for kw in &mut power[within(cut.hours, month)] {
                    *kw = kw.min(left);
                }
            }
        }
    }

    fn fill_loads(&mut self, system: &System, future: &Future, month: Month) {
        for (class, load) in system.classes.iter().zip(&mut self.loads) {
            let Some(found) = &class.load else { continue };
            let hours = &found.of(future.scenario)[month.start..month.end];
            fill_load(hours, found.workload, future, month, load);
            debug_assert!(!matches!(class.kind, ClassKind::Headroom(_)));
        }
    }
}

/// Writes `hours` of a class, times its noise and over its derate, to `out`.
pub(crate) fn fill_load(
    hours: &[f32],
    workload: Option<usize>,
    future: &Future,
    month: Month,
    out: &mut [f32],
) {
    out[hours.len()..].fill(0.0);
    let Some(workload) = workload else {
        out[..hours.len()].copy_from_slice(hours);
        return;
    };
    let scale = (1.0 / future.derate[workload]) as f32;
    let noise = &future.noise[workload];
    let first_day = month.start / 24;
    for (day, (from, to)) in hours.chunks(24).zip(out.chunks_mut(24)).enumerate() {
        let factor = noise.get(first_day + day).copied().unwrap_or(1.0) * scale;
        for (t, f) in to.iter_mut().zip(from) {
            *t = f * factor;
        }
    }
}

/// Marks a breakdown in the changes of the month that starts at `start`.
fn mark(changes: &mut [i32], breakdown: Breakdown, start: i64) {
    let gpus = breakdown.gpus as i32;
    let last = changes.len() as i64 - 1;
    changes[(breakdown.from - start).clamp(0, last) as usize] += gpus;
    changes[(breakdown.until - start).clamp(0, last) as usize] -= gpus;
}

/// Says whether `hour` lies in one of the ranges, and when that next changes.
fn state_at(ranges: &[Hours], hour: i64) -> (bool, i64) {
    let next = ranges.partition_point(|range| range.until <= hour);
    match ranges.get(next) {
        Some(range) if range.from <= hour => (true, range.until),
        Some(range) => (false, range.from),
        None => (false, i64::MAX),
    }
}

/// Returns the part of `hours` that lies in the month, from its start.
fn within(hours: Hours, month: Month) -> std::ops::Range<usize> {
    let clamp = |hour: i64| hour.clamp(month.start as i64, month.end as i64) as usize - month.start;
    clamp(hours.from)..clamp(hours.until)
}
