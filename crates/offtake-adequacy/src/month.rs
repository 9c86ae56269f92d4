//! One month of one future: what is available and what is wanted, hour by hour.

use crate::kernel::{self, Racks, Series, series};
use crate::system::{ClassKind, PowerLimit, System};
use offtake_futures::{Breakdown, Cut, Future, Hours};
use offtake_model::Month;
use offtake_position::{Life, Steps};

/// Hours of the longest month, rounded up to whole tiles.
pub(crate) const STRIDE: usize = 768;

/// Room to work in for one thread; nothing in it outlives a month but what is broken.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pools: Vec<Broken>,
    down: Vec<i32>,
    /// GPUs available by pool and hour.
    pub(crate) available: Vec<Series>,
    /// GPU-hours available over the month, by pool.
    pub(crate) hours: Vec<f64>,
    /// Capacity by resource and hour.
    pub(crate) resources: Vec<Series>,
    /// Demand by class and hour, in reference GPUs.
    pub(crate) loads: Vec<Series>,
}

/// What is broken of one pool, from month to month.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    /// Changes of broken GPUs by hour of the month, and beyond it.
    changes: Vec<i32>,
    /// Broken GPUs at the end of the month before.
    gpus: i32,
    /// Next breakdown of infancy.
    infant: usize,
}

/// What a pool's month is drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolDraw<'a> {
    pub(crate) sample: u64,
    pub(crate) pool: usize,
    pub(crate) life: Life,
    /// Breakdowns of its infancy, by start.
    pub(crate) infants: &'a [Breakdown],
    /// The site, by its place among the book's, whose outages decide, and those.
    pub(crate) site: (usize, &'a [Hours]),
    pub(crate) has_breakdowns: bool,
}

impl Broken {
    pub(crate) fn new(system: &System) -> Broken {
        let reach = STRIDE + system.sampler.longest_repair() + 2;
        Broken { changes: vec![0; reach], gpus: 0, infant: 0 }
    }

    /// Forgets the last future and takes in what began before the horizon of this one.
    pub(crate) fn start(&mut self, system: &System, draw: &PoolDraw<'_>) {
        self.changes.fill(0);
        (self.gpus, self.infant) = (0, 0);
        if draw.has_breakdowns {
            let mark = |b| mark(&mut self.changes, b, 0);
            system.sampler.breakdowns(draw.sample, draw.pool, (None, 0, 0), draw.life, mark);
        }
    }

    /// Writes what the pool has available in a month, and returns the GPU-hours; `down` is room to
    /// count in.
    pub(crate) fn fill(
        &mut self,
        system: &System,
        draw: &PoolDraw<'_>,
        (index, month): (usize, Month),
        down: &mut [i32],
        out: &mut [f32],
    ) -> f64 {
        let breaks = self.pass(system, draw, (index, month), down);
        let hours = available(system, draw, month, breaks.then_some(&*down), out);
        out[month.len()..].fill(0.0);
        hours
    }

    /// Leaves what is broken by hour of a month in `down`, and what is still broken for the next; says whether
    /// anything can break.
    pub(crate) fn pass(
        &mut self,
        system: &System,
        draw: &PoolDraw<'_>,
        (index, month): (usize, Month),
        down: &mut [i32],
    ) -> bool {
        let breaks = draw.has_breakdowns && system.sampler.breaks(draw.pool);
        if breaks {
            self.draw(system, draw, (index, month));
            self.count(month.len(), down);
        }
        breaks
    }

    /// Goes past a month of which nothing is still broken in any month that is asked for.
    pub(crate) fn forget(&mut self, draw: &PoolDraw<'_>, month: Month) {
        self.changes.fill(0);
        self.gpus = 0;
        let has_begun = |b: &&Breakdown| b.from < month.end as i64;
        self.infant += draw.infants[self.infant..].iter().take_while(has_begun).count();
    }

    fn draw(&mut self, system: &System, draw: &PoolDraw<'_>, (index, month): (usize, Month)) {
        let (life, start) = (draw.life, month.start as i64);
        let Some(first) = life.start else { return };
        let changes = &mut self.changes;
        if first < month.end as i64 && life.end > start {
            let span = (Some(index), start, month.len());
            let mark = |b| mark(changes, b, start);
            system.sampler.breakdowns(draw.sample, draw.pool, span, life, mark);
        }
        while let Some(b) = draw.infants.get(self.infant).filter(|b| b.from < month.end as i64) {
            mark(changes, Breakdown { from: b.from.max(start), ..*b }, start);
            self.infant += 1;
        }
    }

    /// Counts the broken GPUs by hour, and moves what is still broken into the next month.
    fn count(&mut self, length: usize, down: &mut [i32]) {
        let mut broken = self.gpus;
        for (down, change) in down[..length].iter_mut().zip(&self.changes[..length]) {
            broken += change;
            *down = broken;
        }
        self.gpus = broken;
        self.changes.copy_within(length.., 0);
        let reach = self.changes.len();
        self.changes[reach - length..].fill(0);
    }
}

/// Writes what a pool has available by hour, given what is down of it, and returns the GPU-hours.
fn available(
    system: &System,
    draw: &PoolDraw<'_>,
    month: Month,
    down: Option<&[i32]>,
    out: &mut [f32],
) -> f64 {
    let spec = &system.pools[draw.pool];
    let steps = Steps::new(spec, draw.life);
    let (site, outages) = draw.site;
    let (mut hour, mut hours) = (month.start as i64, 0.0);
    while hour < month.end as i64 {
        let (is_out, change) = state_at(outages, hour);
        let next = steps.next_change(hour).min(change).min(month.end as i64);
        let range = (hour - month.start as i64) as usize..(next - month.start as i64) as usize;
        let up = if is_out { 1.0 - system.sampler.outage_depth(site) } else { 1.0 };
        let count = steps.racks(hour) as f32;
        let racks = Racks {
            gpus: spec.rack_gpus as f32,
            count,
            spares: if count > 0.0 { spec.spares as f32 } else { 0.0 },
            most: spec.gpus as f32,
            alive: (steps.alive(hour) * up) as f32,
        };
        match down.filter(|_| count > 0.0) {
            Some(down) => {
                kernel::available(racks, &down[range.clone()], &mut out[range.clone()]);
                hours += kernel::sum(&out[range]);
            }
            None => {
                let mut all = [0.0];
                kernel::available(racks, &[0], &mut all);
                hours += f64::from(all[0]) * range.len() as f64;
                kernel::fill(&mut out[range], all[0]);
            }
        }
        hour = next;
    }
    hours
}

impl Ground {
    pub(crate) fn new(system: &System) -> Ground {
        Ground {
            pools: vec![Broken::new(system); system.pools.len()],
            down: vec![0; STRIDE],
            available: vec![series(STRIDE); system.pools.len()],
            hours: vec![0.0; system.pools.len()],
            resources: vec![series(STRIDE); system.resources],
            loads: vec![series(STRIDE); system.classes.len()],
        }
    }

    /// Forgets the last future and takes in what began before the horizon of this one.
    pub(crate) fn start(&mut self, system: &System, future: &Future, sample: u64) {
        for (pool, broken) in self.pools.iter_mut().enumerate() {
            broken.start(system, &draw_of(system, future, sample, pool));
        }
    }

    /// Fills the month.
    pub(crate) fn fill(&mut self, system: &System, future: &Future, sample: u64, index: usize) {
        let month = system.axis.months()[index];
        self.supply(system, future, sample, index);
        self.fill_resources(system, future, month);
        self.fill_loads(system, future, month);
    }

    /// Fills what each pool has available in the month.
    pub(crate) fn supply(&mut self, system: &System, future: &Future, sample: u64, index: usize) {
        let month = system.axis.months()[index];
        for (pool, broken) in self.pools.iter_mut().enumerate() {
            let draw = draw_of(system, future, sample, pool);
            let out = &mut self.available[pool];
            self.hours[pool] = broken.fill(system, &draw, (index, month), &mut self.down, out);
        }
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
            let power = &mut self.resources[limit.resource];
            power.fill(kilowatts(limit, 0.0));
            for cut in limit.grid.iter().flat_map(|&grid| &future.cuts[grid]) {
                limit_power(limit, cut, month, power);
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

/// Returns what the month of a pool is drawn from in `future`.
fn draw_of<'a>(system: &System, future: &'a Future, sample: u64, pool: usize) -> PoolDraw<'a> {
    let site = system.site_of[pool];
    PoolDraw {
        sample,
        pool,
        life: future.lives[pool],
        infants: &future.infants[pool],
        site: (site, &future.outages[site]),
        has_breakdowns: future.has_breakdowns,
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

/// Returns the kilowatts of a hall while a share of the curtailable part is cut.
fn kilowatts(limit: &PowerLimit, depth: f64) -> f32 {
    (limit.hall.megawatts(depth).unwrap_or(f64::MAX) * 1e3) as f32
}

/// Lowers the power of a hall, by hour of the month, to what a cut leaves.
pub(crate) fn limit_power(limit: &PowerLimit, cut: &Cut, month: Month, power: &mut [f32]) {
    let left = kilowatts(limit, cut.depth);
    for kw in &mut power[within(cut.hours, month)] {
        *kw = kw.min(left);
    }
}

/// Returns the part of `hours` that lies in the month, from its start.
pub(crate) fn within(hours: Hours, month: Month) -> std::ops::Range<usize> {
    let clamp = |hour: i64| hour.clamp(month.start as i64, month.end as i64) as usize - month.start;
    clamp(hours.from)..clamp(hours.until)
}
