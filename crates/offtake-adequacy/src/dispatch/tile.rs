//! Service of one tile of hours: a run of blocks from the cuts that bind, and the rest checked.

use super::cuts::Cut;
use super::delay::Queue;
use super::service::{Service, active};
use crate::kernel::{self, Series, TILE, Tile, Tiles, tiles};
use crate::system::{System, Work};
use offtake_model::Month;
use std::ops::Range;

/// A tile as it was before it was served, to serve it again.
#[derive(Clone, Debug)]
pub(super) struct Before {
    served: Tiles,
    queues: Vec<Queue>,
}

impl Before {
    pub(super) fn new(classes: usize, queues: &[Queue]) -> Before {
        Before { served: tiles(classes), queues: queues.to_vec() }
    }

    fn keep(&mut self, served: &[Tile], queues: &[Queue], blocks: Range<usize>) {
        self.served[..served.len()].copy_from_slice(served);
        self.queues[blocks.clone()].iter_mut().zip(&queues[blocks]).for_each(|(b, q)| b.copy(q));
    }

    fn give_back(&self, served: &mut [Tile], queues: &mut [Queue], blocks: Range<usize>) {
        served.copy_from_slice(&self.served[..served.len()]);
        queues[blocks.clone()].iter_mut().zip(&self.queues[blocks]).for_each(|(q, b)| q.copy(b));
    }
}

impl Service {
    /// Returns what the cuts leave in a tile.
    pub(crate) fn slack(&mut self, system: &System, tile: usize) -> &mut [Tile] {
        if self.worked_out != Some(tile) {
            self.work_out(system, tile);
        }
        &mut self.slack
    }

    /// Works out what every cut leaves in a tile, and returns the least.
    fn work_out(&mut self, system: &System, tile: usize) -> Tile {
        self.worked_out = Some(tile);
        let sheet = &system.sheets[usize::from(self.has_gangs)];
        let inputs = &self.inputs[tile * self.width..(tile + 1) * self.width];
        kernel::evaluate(sheet, inputs, &mut self.slack)
    }

    /// Says whether a tile is the one served last, of which `may_leave` speaks.
    pub(crate) fn is_opened(&self, tile: usize) -> bool {
        self.opened == Some(tile) && self.worked_out == Some(tile)
    }

    /// Says whether the cuts that bind in the opened tile leave something in some hour; `weight` says
    /// how much of a cut one unit takes.
    pub(crate) fn may_leave(&mut self, system: &System, weight: impl Fn(&Cut) -> f64) -> bool {
        let weighs = |cut: &&usize| weight(&system.cuts[**cut]) > 1e-9;
        self.few.clear();
        self.few.extend(self.binding.iter().filter(weighs).map(|&cut| {
            let weight = weight(&system.cuts[cut]);
            (cut, weight as f32, (1.0 / weight) as f32)
        }));
        kernel::greatest(&kernel::room(&self.few, &self.slack), 0.0) > system.tolerance
    }

    /// Takes `served` of a class in a tile.
    pub(crate) fn take(&mut self, system: &System, tile: usize, class: usize, served: &Tile) {
        if self.worked_out == Some(tile) {
            kernel::take(&system.classes[class].cuts, served, &mut self.slack);
        }
        kernel::add(served, &mut self.inputs[tile * self.width + system.resources + class]);
        self.is_fresh[tile] = false;
        self.opened = None;
    }

    /// Serves a run of blocks in a tile; gangs that run this month are placed already. Until another tile is served, `slack`
    /// and `may_leave` speak of what it left.
    pub(crate) fn serve_tile(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Series],
        (blocks, tile): (Range<usize>, usize),
    ) {
        let first = tile * self.width + system.resources;
        let classes = if self.has_gangs { system.served_classes } else { system.divisible_classes };
        let served = first..first + classes;
        self.before.keep(&self.inputs[served.clone()], &self.queues.0, blocks.clone());
        loop {
            self.open_tile(system, tile);
            self.serve_opened(system, month, loads, (blocks.clone(), tile));
            let least = self.work_out(system, tile);
            if !self.working.learn(system, &least, &self.slack) {
                break;
            }
            let inputs = &mut self.inputs[served.clone()];
            self.before.give_back(inputs, &mut self.queues.0, blocks.clone());
            (self.opened, self.worked_out) = (None, None);
        }
        self.working.note(system, &mut self.binding);
        self.is_fresh[tile] = false;
    }

    /// Opens the working set in a tile, if it is not.
    fn open_tile(&mut self, system: &System, tile: usize) {
        if self.opened == Some(tile) {
            return;
        }
        self.opened = Some(tile);
        self.is_dead.fill(false);
        if self.is_fresh[tile] {
            self.working.open(&self.inputs[tile * self.width..(tile + 1) * self.width]);
        } else {
            self.slack(system, tile);
            self.working.reopen(&self.slack);
        }
    }

    /// Serves blocks in the opened tile from the cuts of the working set.
    fn serve_opened(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Series],
        (blocks, tile): (Range<usize>, usize),
    ) {
        let inputs = &mut self.inputs[tile * self.width..(tile + 1) * self.width];
        let hours = tile * TILE..(tile + 1) * TILE;
        let length = hours.end.min(month.len()) - hours.start;
        for block in blocks {
            let short: &mut Tile = as_tile_mut(&mut self.shorts[block][hours.clone()]);
            let (class, share, delay) = match system.blocks[block].work {
                Work::Divisible { class, share, delay } => (class, share, delay),
                Work::Gang(gang) => {
                    let active = active(&self.is_absent, &system.gangs[gang], gang, month);
                    let wanted =
                        (within(active, tile), system.gangs[gang].size as f32, system.tolerance);
                    let at = self.placings[block].class().map(|class| {
                        let (cuts, slack) = self.working.of(class);
                        (cuts, slack, &mut inputs[system.resources + class])
                    });
                    run_gang(wanted, at, short);
                    continue;
                }
            };
            let load = (as_tile(&loads[class][hours.clone()]), share as f32);
            let given = &mut inputs[system.resources + class];
            let (cuts, slack) = self.working.of(class);
            let is_dead = &mut self.is_dead[class];
            if delay > 0 {
                let queue = &mut self.queues.0[block];
                serve_delayed(queue, (cuts, slack), load, (given, short, is_dead), length);
            } else if *is_dead {
                kernel::times(load.0, load.1, short);
            } else {
                *is_dead = !kernel::serve(cuts, load, slack, given, short);
            }
        }
    }
}

/// Returns which hours of a tile lie in `hours` of the month.
pub(super) fn within(hours: Range<usize>, tile: usize) -> Range<usize> {
    let clamp = |hour: usize| hour.clamp(tile * TILE, (tile + 1) * TILE) - tile * TILE;
    clamp(hours.start)..clamp(hours.end)
}

/// Cuts that bind a class, what they leave, and what the class was given.
type At<'a> = (&'a [(usize, f32, f32)], &'a mut [Tile], &'a mut Tile);

/// Runs a gang whole in those of its `active` hours in which there is room for all of it.
fn run_gang(
    (active, size, tolerance): (Range<usize>, f32, f32),
    at: Option<At<'_>>,
    short: &mut Tile,
) {
    *short = [0.0; TILE];
    short[active.clone()].fill(size);
    let Some((cuts, slack, given)) = at.filter(|_| !active.is_empty()) else { return };
    let room = kernel::room(cuts, slack);
    let mut served = [0.0_f32; TILE];
    for hour in active.filter(|&hour| room[hour] >= size - tolerance) {
        (served[hour], short[hour]) = (size, 0.0);
    }
    kernel::add(&served, given);
    kernel::take(cuts, &served, slack);
}

/// Serves a block that may wait in one tile of `length` hours.
fn serve_delayed(
    queue: &mut Queue,
    (cuts, slack): (&[(usize, f32, f32)], &mut [Tile]),
    (load, share): (&Tile, f32),
    (given, short, is_dead): (&mut Tile, &mut Tile, &mut bool),
    length: usize,
) {
    let room = if *is_dead { [0.0; TILE] } else { kernel::room(cuts, slack) };
    let mut wanted = [0.0_f32; TILE];
    kernel::times(load, share, &mut wanted);
    let mut served = [0.0_f32; TILE];
    *short = [0.0; TILE];
    queue.serve(&wanted[..length], &room[..length], &mut served[..length], &mut short[..length]);
    *is_dead |= room[..length].iter().all(|room| *room <= 0.0);
    if !*is_dead {
        kernel::add(&served, given);
        kernel::take(cuts, &served, slack);
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
