//! Service of a month: cuts opened, blocks served in order, what is short written down.

use super::delay::Queue;
use super::gangs::Placing;
use super::window::{self, Planned};
use crate::kernel::{self, TILE, Tile};
use crate::month::{Ground, STRIDE};
use crate::system::{System, Work};
use offtake_model::Month;

/// Room to serve in for one thread; queues of work that waits outlive a month, nothing else does.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// What each cut leaves, by tile and cut.
    slack: Vec<Tile>,
    cuts: usize,
    /// Weights of the cuts on resources.
    weights: Vec<Vec<(usize, f32)>>,
    /// Unserved work by block and hour, in reference GPUs.
    pub(crate) shorts: Vec<Vec<f32>>,
    queues: Queues,
    resources: Vec<Tile>,
    /// Where each gang runs this month, by block; meaningless for other blocks.
    pub(crate) placings: Vec<Placing>,
    course: Course,
}

/// How work that may wait, and what comes after it, is served this month.
#[derive(Clone, Debug, Default)]
enum Course {
    /// Not decided yet.
    #[default]
    Open,
    /// By the rule, month by month.
    WaitingByRule,
    /// As the program of a short window says, from block `first` on.
    Window { first: usize, blocks: Vec<Planned> },
}

/// Work that waits, by block: all that outlives a month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queues(Vec<Queue>);

impl Queues {
    /// Forgets the work.
    pub(crate) fn clear(&mut self) {
        self.0.iter_mut().for_each(Queue::clear);
    }
}

/// What a month of service left behind.
pub(crate) struct Outcome<'a> {
    /// The month.
    pub(crate) month: Month,
    /// What was available and wanted.
    pub(crate) ground: &'a Ground,
    /// What was served.
    pub(crate) service: &'a mut Service,
}

impl Service {
    pub(crate) fn new(system: &System) -> Service {
        let row = |cut: &super::cuts::Cut| {
            cut.y
                .iter()
                .enumerate()
                .filter(|(_, y)| **y > 1e-9)
                .map(|(r, y)| (r, *y as f32))
                .collect()
        };
        let delay = |work: Work| match work {
            Work::Divisible { delay, .. } => delay,
            Work::Gang(_) => 0,
        };
        Service {
            slack: vec![[0.0; TILE]; system.cuts.len() * (STRIDE / TILE)],
            cuts: system.cuts.len(),
            weights: system.cuts.iter().map(row).collect(),
            shorts: vec![vec![0.0; STRIDE]; system.blocks.len()],
            queues: Queues(
                system.blocks.iter().map(|block| Queue::new(delay(block.work))).collect(),
            ),
            resources: vec![[0.0; TILE]; system.resources],
            placings: vec![Placing::default(); system.blocks.len()],
            course: Course::default(),
        }
    }

    /// Forgets work that waits.
    pub(crate) fn start(&mut self) {
        self.queues.clear();
    }

    /// Returns the work that waits.
    pub(crate) const fn queues(&self) -> &Queues {
        &self.queues
    }

    /// Goes on with the work of `queues`, and leaves its own there: so one room serves many variants.
    pub(crate) const fn exchange_queues(&mut self, queues: &mut Queues) {
        std::mem::swap(&mut self.queues, queues);
    }

    /// Returns what the cuts leave in a tile.
    pub(crate) fn slack(&self, tile: usize) -> &[Tile] {
        &self.slack[tile * self.cuts..(tile + 1) * self.cuts]
    }

    /// Returns what the cuts leave in a tile, to take from.
    pub(crate) fn slack_mut(&mut self, tile: usize) -> &mut [Tile] {
        &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts]
    }

    /// Serves the month: every block in order, from what `resources` hold.
    pub(crate) fn serve(
        &mut self,
        system: &System,
        month: Month,
        resources: &[Vec<f32>],
        loads: &[Vec<f32>],
    ) {
        self.open(month, resources);
        self.serve_blocks(system, month, loads, 0..system.blocks.len());
    }

    /// Opens the cuts of the month.
    pub(crate) fn open(&mut self, month: Month, resources: &[Vec<f32>]) {
        self.placings.fill(Placing::default());
        self.course = Course::default();
        for tile in 0..month.len().div_ceil(TILE) {
            for (to, from) in self.resources.iter_mut().zip(resources) {
                to.copy_from_slice(&from[tile * TILE..(tile + 1) * TILE]);
            }
            let slack = &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts];
            kernel::open_slack(&self.weights, &self.resources, slack);
        }
    }

    /// Serves `blocks` in order; the cuts are open already.
    pub(crate) fn serve_blocks(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        blocks: std::ops::Range<usize>,
    ) {
        let mut next = blocks.start;
        while next < blocks.end {
            if self.serve_as_planned(system, month, next) {
                next += 1;
                continue;
            }
            match system.blocks[next].work {
                Work::Gang(gang) => {
                    if self.placings[next] == Placing::ByRule {
                        self.choose_fabrics(system, month, loads, next);
                    }
                    self.place_gang(system, month, &system.gangs[gang], next);
                }
                Work::Divisible { class, share, delay } if delay > 0 => {
                    if matches!(self.course, Course::Open) {
                        self.choose_course(system, month, loads, next);
                        continue;
                    }
                    self.serve_delayed(system, month, (class, share as f32), loads, next);
                }
                Work::Divisible { .. } => {
                    let is_plain = |block: &usize| {
                        matches!(system.blocks[*block].work, Work::Divisible { delay: 0, .. })
                    };
                    let run = (next..blocks.end).take_while(is_plain).count();
                    self.serve_run(system, month, loads, next..next + run);
                    next += run;
                    continue;
                }
            }
            next += 1;
        }
    }

    /// Decides how blocks from `first` on, which may wait, are served.
    fn choose_course(&mut self, system: &System, month: Month, loads: &[Vec<f32>], first: usize) {
        self.course = Course::WaitingByRule;
        let after = first + 1..system.blocks.len();
        let has_gang =
            system.blocks[after.clone()].iter().any(|block| matches!(block.work, Work::Gang(_)));
        if after.is_empty() || has_gang || !window::is_short(system) {
            return;
        }
        // Where nothing that comes later is short, no other schedule is better.
        let mut trial = self.clone();
        trial.serve_blocks(system, month, loads, first..system.blocks.len());
        let short: f64 = after.map(|block| trial.unserved(month, block)).sum();
        if short > f64::from(system.tolerance)
            && let Some(blocks) = window::plan(system, month, self, loads, first)
        {
            self.course = Course::Window { first, blocks };
        }
    }

    /// Serves a block as a program said, if one did.
    fn serve_as_planned(&mut self, system: &System, month: Month, block: usize) -> bool {
        let Course::Window { first, blocks } = &self.course else { return false };
        let Some(planned) = block.checked_sub(*first).map(|index| &blocks[index]) else {
            return false;
        };
        let Work::Divisible { class, .. } = system.blocks[block].work else { return false };
        let short = &mut self.shorts[block];
        short[..month.len()].copy_from_slice(&planned.lost);
        short[month.len()..].fill(0.0);
        for (tile, hours) in planned.served.chunks(TILE).enumerate() {
            let mut served = [0.0_f32; TILE];
            served[..hours.len()].copy_from_slice(hours);
            let slack = &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts];
            kernel::take(&system.classes[class].cuts, &served, slack);
        }
        true
    }

    /// Returns what of a block is unserved over the month.
    pub(crate) fn unserved(&self, month: Month, block: usize) -> f64 {
        kernel::sum(&self.shorts[block][..month.len()])
    }

    /// Serves a run of blocks that may not wait, tile by tile so that the cuts stay in cache.
    fn serve_run(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        blocks: std::ops::Range<usize>,
    ) {
        for tile in 0..month.len().div_ceil(TILE) {
            let hours = tile * TILE..(tile + 1) * TILE;
            let slack = &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts];
            for block in blocks.clone() {
                let Work::Divisible { class, share, .. } = system.blocks[block].work else {
                    continue;
                };
                let load: &Tile = as_tile(&loads[class][hours.clone()]);
                let short: &mut Tile = as_tile_mut(&mut self.shorts[block][hours.clone()]);
                kernel::serve(&system.classes[class].cuts, load, share as f32, slack, short);
            }
        }
    }

    /// Serves a block that may wait.
    fn serve_delayed(
        &mut self,
        system: &System,
        month: Month,
        (class, share): (usize, f32),
        loads: &[Vec<f32>],
        block: usize,
    ) {
        let cuts = &system.classes[class].cuts;
        for tile in 0..month.len().div_ceil(TILE) {
            let slack = &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts];
            let hours = tile * TILE..month.len().min((tile + 1) * TILE);
            let length = hours.len();
            let room = kernel::room(cuts, slack);
            let wanted = as_tile(&loads[class][tile * TILE..]).map(|load| load * share);
            let mut served = [0.0_f32; TILE];
            self.queues.0[block].serve(
                &wanted[..length],
                &room[..length],
                &mut served[..length],
                &mut self.shorts[block][hours],
            );
            kernel::take(cuts, &served, slack);
        }
        self.shorts[block][month.len()..].fill(0.0);
    }
}

/// Returns the hours of one tile.
pub(crate) fn as_tile(hours: &[f32]) -> &Tile {
    hours.first_chunk().unwrap_or(&[0.0; TILE])
}

/// Returns the hours of one tile, to write to.
fn as_tile_mut(hours: &mut [f32]) -> &mut Tile {
    match hours.first_chunk_mut() {
        Some(tile) => tile,
        None => unreachable!("buffers are whole tiles long"),
    }
}
