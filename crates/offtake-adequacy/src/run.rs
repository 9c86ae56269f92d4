//! One sample: a future is drawn, served month by month, and boiled down to a row.

use crate::dispatch::cuts::Cut;
use crate::dispatch::{Outcome, Service, as_tile, is_short};
use crate::kernel::{self, Series, TILE, Tile, series};
use crate::ladder::{self, STEPS};
use crate::month::{Ground, STRIDE};
use crate::record::{Family, Layout, Record};
use crate::spot::SpotMarket;
use crate::system::{System, Work};
use offtake_futures::{Causes, Future};
use offtake_model::Month;
use std::ops::Range;

/// Runs samples of one system, one after another; each thread has one.
#[derive(Clone, Debug)]
pub struct Runner<'a> {
    system: &'a System,
    layout: Layout,
    future: Future,
    ground: Ground,
    service: Service,
    steps: [f32; STEPS],
    spots: SpotMarket,
    /// For each standard, (cut, 1 / greatest coefficient of the classes of its prefix).
    margins: Vec<Vec<(usize, f32, f32)>>,
    /// By standard: what its prefix is short of, or what was left, by hour.
    prefixes: Vec<Series>,
    own: Series,
    total: Series,
    /// GPU-hours available in the sample at hand, by pool and then month.
    by_pool: Vec<f64>,
    /// Unserved work of each block in the month at hand.
    sums: Vec<f64>,
    /// Groups of which nothing stands idle in the tile at hand.
    is_used: Vec<bool>,
}

impl<'a> Runner<'a> {
    /// Makes a runner.
    #[must_use]
    pub fn new(system: &'a System) -> Runner<'a> {
        Runner {
            layout: Layout::of(system),
            future: Future::default(),
            ground: Ground::new(system),
            service: Service::new(system),
            steps: ladder::steps(system).map(|gpus| gpus as f32),
            spots: SpotMarket::new(system),
            margins: system.standards.iter().map(|s| margin_cuts(system, s.prefix)).collect(),
            prefixes: vec![series(STRIDE); system.standards.len()],
            own: series(STRIDE),
            total: series(STRIDE),
            by_pool: vec![0.0; system.pools.len() * system.axis.months().len()],
            sums: vec![0.0; system.blocks.len()],
            is_used: vec![false; system.groups.len()],
            system,
        }
    }

    /// Returns the row of `sample` with only `causes` on.
    #[must_use]
    pub fn record(&mut self, sample: u64, causes: Causes) -> Record {
        let mut row = vec![0.0; self.layout.len()];
        self.start(sample, causes);
        for index in 0..self.system.axis.months().len() {
            self.ground.fill(self.system, &self.future, sample, index);
            self.serve_and_keep(index, &mut row);
        }
        Record { sample, scenario: self.future.scenario, row }
    }

    /// Returns the system that it runs.
    pub(crate) const fn system(&self) -> &'a System {
        self.system
    }

    /// Returns the future of the last sample.
    pub(crate) const fn future(&self) -> &Future {
        &self.future
    }

    /// Returns the GPU-hours available in the last sample, by pool and then month.
    pub(crate) fn by_pool(&self) -> &[f64] {
        &self.by_pool
    }

    /// Returns the unserved reference GPU-hours of `sample` over the whole horizon with only `causes` on.
    pub(crate) fn unserved(&mut self, sample: u64, causes: Causes) -> f64 {
        let mut total = 0.0;
        self.visit(sample, causes, 0..self.system.axis.months().len(), |outcome| {
            let length = outcome.month.len();
            total += outcome
                .service
                .shorts
                .iter()
                .map(|short| kernel::sum(&short[..length]))
                .sum::<f64>();
        });
        total
    }

    /// Calls `visit` for each month of `sample` after it was served.
    pub(crate) fn visit(
        &mut self,
        sample: u64,
        causes: Causes,
        months: std::ops::Range<usize>,
        mut visit: impl FnMut(Outcome<'_>),
    ) {
        self.start(sample, causes);
        for index in months {
            let month = self.system.axis.months()[index];
            self.ground.fill(self.system, &self.future, sample, index);
            self.service.serve(self.system, month, &self.ground.resources, &self.ground.loads);
            let outcome = Outcome { month, ground: &self.ground, service: &mut self.service };
            visit(outcome);
        }
    }

    fn start(&mut self, sample: u64, causes: Causes) {
        self.system.sampler.draw(sample, causes, &mut self.future);
        self.ground.start(self.system, &self.future, sample);
        self.service.start();
        self.spots.start();
    }

    /// Serves a month and keeps what reports need.
    fn serve_and_keep(&mut self, index: usize, row: &mut [f64]) {
        let system = self.system;
        let month = system.axis.months()[index];
        let tiles = month.len().div_ceil(TILE);
        self.service.open(system, month, &self.ground.resources);
        if !is_short(system) {
            self.service.place_gangs(system, month, &self.ground.loads);
            // What a tile needs stays in cache.
            for tile in 0..tiles {
                self.serve_in_turn(index, tile..tile + 1);
                self.keep_surplus(index, month, tile, row);
            }
        } else {
            self.serve_in_turn(index, 0..tiles);
            for tile in 0..tiles {
                self.keep_surplus(index, month, tile, row);
            }
        }
        for standard in 0..system.standards.len() {
            self.keep_prefix(index, month, standard, row);
        }
        self.keep_work(index, month, row);
        self.keep_supply(index, row);
    }

    /// Serves all blocks in some tiles, up to each standard's prefix in turn.
    fn serve_in_turn(&mut self, index: usize, tiles: Range<usize>) {
        let system = self.system;
        let month = system.axis.months()[index];
        let all = system.blocks.len();
        // Beyond the headline horizon nothing asks what is left after a prefix.
        let is_headline = index < self.layout.headline;
        let mut served = 0;
        for (standard, spec) in system.standards.iter().enumerate() {
            let until = if is_headline { spec.prefix.max(served) } else { all };
            self.serve_blocks(month, &tiles, served..until);
            served = until;
            for tile in tiles.clone() {
                self.fill_prefix(standard, tile);
                if is_headline {
                    self.fill_margin(standard, tile);
                }
            }
        }
        self.serve_blocks(month, &tiles, served..all);
    }

    fn serve_blocks(&mut self, month: Month, tiles: &Range<usize>, blocks: Range<usize>) {
        if blocks.is_empty() {
            return;
        }
        if !is_short(self.system) {
            for tile in tiles.clone() {
                let what = (blocks.clone(), tile);
                self.service.serve_tile(self.system, month, &self.ground.loads, what);
            }
        } else {
            self.service.serve_blocks(self.system, month, &self.ground.loads, blocks);
        }
    }

    /// Leaves what a standard's prefix is short of in a tile.
    fn fill_prefix(&mut self, standard: usize, tile: usize) {
        let hours = tile * TILE..(tile + 1) * TILE;
        let part = &mut self.prefixes[standard][hours.clone()];
        part.fill(0.0);
        for block in 0..self.system.standards[standard].prefix {
            kernel::add(&self.service.shorts[block][hours.clone()], part);
        }
    }

    /// Leaves what was left, below zero, in hours of the tile in which the prefix is not short.
    fn fill_margin(&mut self, standard: usize, tile: usize) {
        let tolerance = self.system.tolerance;
        let part = &mut self.prefixes[standard][tile * TILE..(tile + 1) * TILE];
        if part.iter().all(|x| *x > tolerance) {
            return;
        }
        let left = kernel::room(&self.margins[standard], self.service.slack(self.system, tile));
        for (x, left) in part.iter_mut().zip(&left) {
            *x = if *x > tolerance { *x } else { -left };
        }
    }

    /// Keeps what a standard's prefix is short of, or what was left where it is not short.
    fn keep_prefix(&mut self, index: usize, month: Month, standard: usize, row: &mut [f64]) {
        let numbers = &self.prefixes[standard][..month.len()];
        if index < self.layout.headline {
            let at = self.layout.at_ladder(standard, index, 0);
            self.excess(numbers, &mut row[at..at + STEPS]);
        }
        let deepest = kernel::greatest(numbers, f32::MIN);
        row[self.layout.at(Family::Deepest, standard, index)] = f64::from(deepest);
    }

    /// Writes the sum of max(0, shortfall − step) for each step of the ladder. Most steps lie above or
    /// below all hours of a month, where it is 0 or a difference of sums.
    fn excess(&self, numbers: &[f32], out: &mut [f64]) {
        let (least, most) = (kernel::least(numbers, f32::MAX), kernel::greatest(numbers, f32::MIN));
        let below = self.steps.partition_point(|step| *step <= least);
        let above = self.steps.partition_point(|step| *step < most);
        let sum = if below > 0 { kernel::sum(numbers) } else { 0.0 };
        for (total, step) in out.iter_mut().zip(&self.steps[..below]) {
            *total = sum - numbers.len() as f64 * f64::from(*step);
        }
        if below < above {
            kernel::excess(numbers, &self.steps[below..above], &mut out[below..above]);
        }
    }

    /// Keeps what is wanted and what of it is not served.
    fn keep_work(&mut self, index: usize, month: Month, row: &mut [f64]) {
        let (system, length) = (self.system, month.len());
        for (block, short) in self.service.shorts.iter().enumerate() {
            self.sums[block] = kernel::sum(&short[..length]);
            row[self.layout.at(Family::Unserved, block, index)] = self.sums[block];
        }
        self.keep_demand(index, month, row);
        self.keep_short_hours(index, month, row);
        self.keep_places(index, month, row);
        let covered = self.spots.cover(system, &self.service.shorts, &self.sums, length);
        let unserved: f64 = self.sums.iter().sum();
        row[self.layout.at(Family::AfterSpot, 0, index)] = (unserved - covered).max(0.0);
    }

    /// Leaves in `own` what these blocks are short of, hour by hour; says whether that is anything.
    fn gather(&mut self, blocks: impl Iterator<Item = usize>, length: usize) -> bool {
        let mut is_short = false;
        for block in blocks.filter(|&block| self.sums[block] > 0.0) {
            if !is_short {
                self.own[..length].fill(0.0);
                is_short = true;
            }
            kernel::add(&self.service.shorts[block][..length], &mut self.own[..length]);
        }
        is_short
    }

    fn keep_demand(&mut self, index: usize, month: Month, row: &mut [f64]) {
        let (system, length) = (self.system, month.len());
        self.total.fill(0.0);
        let sums: Vec<f64> = self.ground.loads[..system.divisible_classes]
            .iter()
            .map(|load| {
                kernel::add(load, &mut self.total);
                kernel::sum(&load[..length])
            })
            .collect();
        for gang in &system.gangs {
            for x in &mut self.total[active_hours(month, gang.hours)] {
                *x += gang.size as f32;
            }
        }
        for (block, spec) in system.blocks.iter().enumerate() {
            row[self.layout.at(Family::Demand, block, index)] = match spec.work {
                Work::Divisible { class, share, .. } => share * sums[class],
                Work::Gang(gang) => {
                    let spec = &system.gangs[gang];
                    active_hours(month, spec.hours).len() as f64 * spec.size
                }
            };
        }
        let peak = kernel::greatest(&self.total[..length], 0.0);
        row[self.layout.at(Family::PeakDemand, 0, index)] = f64::from(peak);
    }

    /// Keeps the hours and days with a shortfall: of each standard's own work, and of any firm work.
    fn keep_short_hours(&mut self, index: usize, month: Month, row: &mut [f64]) {
        let (system, length) = (self.system, month.len());
        let count = system.standards.len();
        for member in 0..=count {
            let is_of = |spec: &crate::Block| match member {
                standard if standard < count => spec.standards.contains(&standard),
                _ => spec.is_firm,
            };
            let blocks = (0..system.blocks.len()).filter(|&block| is_of(&system.blocks[block]));
            if !self.gather(blocks, length) {
                continue;
            }
            let hours = kernel::count_above(&self.own[..length], system.tolerance);
            let is_short = |day: &&[f32]| day.iter().any(|x| *x > system.tolerance);
            let days =
                if hours == 0 { 0 } else { self.own[..length].chunks(24).filter(is_short).count() };
            row[self.layout.at(Family::ShortHours, member, index)] = f64::from(hours);
            row[self.layout.at(Family::ShortDays, member, index)] = days as f64;
        }
    }

    /// Keeps the deepest hour of the firm work of each place.
    fn keep_places(&mut self, index: usize, month: Month, row: &mut [f64]) {
        let length = month.len();
        for (place, spec) in self.system.places.iter().enumerate() {
            if self.gather(spec.blocks.iter().copied(), length) {
                let deepest = kernel::greatest(&self.own[..length], 0.0);
                row[self.layout.at(Family::DeepestAt, place, index)] = f64::from(deepest);
            }
        }
    }

    fn keep_supply(&mut self, index: usize, row: &mut [f64]) {
        let months = self.layout.months;
        for (pool, &contract) in self.system.contract_of.iter().enumerate() {
            self.by_pool[pool * months + index] = self.ground.hours[pool];
            row[self.layout.at(Family::Available, contract, index)] += self.ground.hours[pool];
        }
    }

    /// Keeps what is left over in a tile: surplus by zone and type, and what stands idle.
    fn keep_surplus(&mut self, index: usize, month: Month, tile: usize, row: &mut [f64]) {
        let (system, length) = (self.system, month.len());
        let hours = TILE.min(length - tile * TILE);
        let mut has_surplus = false;
        for (kind, &class) in system.headroom_classes.iter().enumerate() {
            if !self.may_leave(tile, |cut| cut.alpha[class]) {
                continue;
            }
            let room = kernel::room(&system.classes[class].cuts, self.service.slack(system, tile));
            let sum = kernel::sum(&room[..hours]);
            has_surplus |= sum > f64::from(system.tolerance);
            row[self.layout.at(Family::Headroom, kind, index)] += sum / length as f64;
        }
        if has_surplus {
            self.keep_idle(index, tile, row);
        }
    }

    /// Says whether something may be left in a tile for what takes `weight` of a cut.
    fn may_leave(&mut self, tile: usize, weight: impl Fn(&Cut) -> f64) -> bool {
        !self.service.is_opened(tile) || self.service.may_leave(self.system, weight)
    }

    /// Leaves idle what the order of merit uses last: each pool as much as the cuts leave.
    fn keep_idle(&mut self, index: usize, tile: usize, row: &mut [f64]) {
        let system = self.system;
        // Pools of a group take from one room as long as no other group comes in between.
        let mut open: Option<(usize, Tile, Tile)> = None;
        self.is_used.fill(false);
        for &pool in &system.from_worst_merit {
            let Some(group) = system.group_of[pool].filter(|&group| !self.is_used[group]) else {
                continue;
            };
            if open.as_ref().is_none_or(|(last, ..)| *last != group) {
                self.take_idle(tile, open.take());
                let resource = system.groups[group].resource;
                if !self.may_leave(tile, |cut| cut.y[resource]) {
                    self.is_used[group] = true;
                    continue;
                }
                let cuts = &system.group_cuts[group];
                let room = kernel::room(cuts, self.service.slack(system, tile));
                open = Some((group, room, [0.0; TILE]));
            }
            let Some((_, room, taken)) = &mut open else { continue };
            let available = as_tile(&self.ground.available[pool][tile * TILE..]);
            let sum = kernel::idle(room, taken, available, system.tolerance);
            row[self.layout.at(Family::Idle, system.contract_of[pool], index)] += sum;
        }
    }

    /// Takes what stands idle in a group from the cuts.
    fn take_idle(&mut self, tile: usize, idle: Option<(usize, Tile, Tile)>) {
        let Some((group, _, taken)) = idle else { return };
        let cuts = &self.system.group_cuts[group];
        kernel::take(cuts, &taken, self.service.slack(self.system, tile));
    }
}

/// Returns the part of `hours` that lies in the month, from its start.
pub(crate) fn active_hours(month: Month, hours: offtake_futures::Hours) -> std::ops::Range<usize> {
    let clamp = |hour: i64| hour.clamp(month.start as i64, month.end as i64) as usize - month.start;
    clamp(hours.from)..clamp(hours.until)
}

/// Returns the cuts that bind any class of the first `prefix` blocks, with the greatest coefficient
/// of those classes: what one reference GPU open to all of them would take or give.
pub(crate) fn margin_cuts(system: &System, prefix: usize) -> Vec<(usize, f32, f32)> {
    let mut greatest = vec![0.0_f64; system.cuts.len()];
    for block in &system.blocks[..prefix] {
        let classes: &[usize] = match &block.work {
            Work::Divisible { class, .. } => std::slice::from_ref(class),
            Work::Gang(gang) => &system.gangs[*gang].at,
        };
        for (g, cut) in greatest.iter_mut().zip(&system.cuts) {
            *g = classes.iter().map(|&class| cut.alpha[class]).fold(*g, f64::max);
        }
    }
    let entry = |(cut, &g): (usize, &f64)| (g > 1e-9).then(|| (cut, g as f32, (1.0 / g) as f32));
    greatest.iter().enumerate().filter_map(entry).collect()
}
