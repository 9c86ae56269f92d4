//! Service of a month: blocks served in order, tile by tile, and what is short written down.

use super::cuts::Cut;
use super::delay::Queue;
use super::gangs::Placing;
use super::window::{self, Planned};
use super::working::Working;
use crate::kernel::{self, TILE, Tile};
use crate::month::{Ground, STRIDE};
use crate::system::{System, Work};
use offtake_model::Month;
use std::ops::Range;

/// Room to serve in for one thread; queues of work that waits and the cuts that have bound lately
/// outlive a month, nothing else does.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// What each resource holds and what is served of each class, by tile.
    inputs: Vec<Tile>,
    width: usize,
    /// What each cut leaves, by tile and cut; in keeping with `inputs` once the month `is_worked_out`.
    slack: Vec<Tile>,
    cuts: usize,
    is_worked_out: bool,
    /// Whether nothing is served yet.
    is_fresh: bool,
    /// Whether a gang runs this month.
    has_gangs: bool,
    working: Working,
    /// By tile: cuts of the working set that bind in some hour.
    binding: Vec<Vec<usize>>,
    /// Unserved work by block and hour, in reference GPUs.
    pub(crate) shorts: Vec<Vec<f32>>,
    queues: Queues,
    /// Where each gang runs this month, by block; meaningless for other blocks.
    pub(crate) placings: Vec<Placing>,
    course: Course,
    before: Before,
    /// Cuts of the question at hand.
    few: Vec<(usize, f32, f32)>,
    /// Classes for which there is no room left in the tile at hand.
    is_dead: Vec<bool>,
}

/// A tile as it was before it was served, to serve it again.
#[derive(Clone, Debug, Default)]
struct Before {
    served: Vec<Tile>,
    queues: Vec<Queue>,
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

/// A month as it was at some block, to go on from there again.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// What is served of each class, by tile.
    served: Vec<Tile>,
    queues: Vec<Queue>,
    placings: Vec<Placing>,
    is_fresh: bool,
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
        let delay = |work: Work| match work {
            Work::Divisible { delay, .. } => delay,
            Work::Gang(_) => 0,
        };
        let tiles = STRIDE / TILE;
        let (width, cuts) = (system.resources + system.served_classes, system.cuts.len());
        let queues: Vec<Queue> =
            system.blocks.iter().map(|block| Queue::new(delay(block.work))).collect();
        Service {
            inputs: vec![[0.0; TILE]; width * tiles],
            width,
            slack: vec![[0.0; TILE]; cuts * tiles],
            cuts,
            is_worked_out: false,
            is_fresh: true,
            has_gangs: false,
            working: Working::new(system),
            binding: vec![Vec::new(); tiles],
            shorts: vec![vec![0.0; STRIDE]; system.blocks.len()],
            before: Before {
                served: vec![[0.0; TILE]; system.divisible_classes],
                queues: queues.clone(),
            },
            queues: Queues(queues),
            placings: vec![Placing::default(); system.blocks.len()],
            course: Course::default(),
            few: Vec::new(),
            is_dead: vec![false; system.classes.len()],
        }
    }

    /// Forgets work that waits, and what has bound: so a sample owes nothing to the one before it.
    pub(crate) fn start(&mut self) {
        self.queues.clear();
        self.working.clear();
    }

    /// Returns the work that waits.
    pub(crate) const fn queues(&self) -> &Queues {
        &self.queues
    }

    /// Goes on with the work of `queues`, and leaves its own there: so one room serves many variants.
    pub(crate) const fn exchange_queues(&mut self, queues: &mut Queues) {
        std::mem::swap(&mut self.queues, queues);
    }

    /// Returns what the cuts leave in a tile, to take from.
    pub(crate) fn slack(&mut self, system: &System, tile: usize) -> &mut [Tile] {
        if !self.is_worked_out {
            (0..STRIDE / TILE).for_each(|tile| {
                self.work_out(system, tile);
            });
            self.is_worked_out = true;
        }
        &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts]
    }

    /// Says whether the cuts that bind in a tile leave something in some hour; `weight` says how much of
    /// a cut one unit takes. The last block must have been served.
    pub(crate) fn may_leave(
        &mut self,
        system: &System,
        tile: usize,
        weight: impl Fn(&Cut) -> f64,
    ) -> bool {
        let weighs = |cut: &&usize| weight(&system.cuts[**cut]) > 1e-9;
        self.few.clear();
        self.few.extend(self.binding[tile].iter().filter(weighs).map(|&cut| {
            let weight = weight(&system.cuts[cut]);
            (cut, weight as f32, (1.0 / weight) as f32)
        }));
        let slack = &self.slack[tile * self.cuts..(tile + 1) * self.cuts];
        kernel::greatest(&kernel::room(&self.few, slack), 0.0) > system.tolerance
    }

    /// Takes `served` of a class in a tile.
    pub(crate) fn take(&mut self, system: &System, tile: usize, class: usize, served: &Tile) {
        kernel::take(&system.classes[class].cuts, served, self.slack(system, tile));
        kernel::add(served, &mut self.inputs[tile * self.width + system.resources + class]);
        self.is_fresh = false;
    }

    /// Returns the month as it is.
    pub(crate) fn keep(&self, system: &System) -> Moment {
        let tiles = self.inputs.chunks_exact(self.width);
        Moment {
            served: tiles.flat_map(|inputs| &inputs[system.resources..]).copied().collect(),
            queues: self.queues.0.clone(),
            placings: self.placings.clone(),
            is_fresh: self.is_fresh,
        }
    }

    /// Makes the month as it was.
    pub(crate) fn give_back(&mut self, system: &System, moment: &Moment) {
        let tiles = self.inputs.chunks_exact_mut(self.width);
        for (inputs, served) in tiles.zip(moment.served.chunks_exact(system.served_classes)) {
            inputs[system.resources..].copy_from_slice(served);
        }
        self.queues.0.clone_from(&moment.queues);
        self.placings.clone_from(&moment.placings);
        (self.is_fresh, self.is_worked_out) = (moment.is_fresh, false);
    }

    /// Works out what every cut leaves in a tile, and returns the least.
    fn work_out(&mut self, system: &System, tile: usize) -> Tile {
        let steps = &system.sheets[usize::from(self.has_gangs)].steps;
        let inputs = &self.inputs[tile * self.width..(tile + 1) * self.width];
        kernel::evaluate(steps, inputs, &mut self.slack[tile * self.cuts..(tile + 1) * self.cuts])
    }

    /// Serves the month: every block in order, from what `resources` hold.
    pub(crate) fn serve(
        &mut self,
        system: &System,
        month: Month,
        resources: &[Vec<f32>],
        loads: &[Vec<f32>],
    ) {
        self.open(system, month, resources);
        self.serve_blocks(system, month, loads, 0..system.blocks.len());
    }

    /// Opens the month.
    pub(crate) fn open(&mut self, system: &System, month: Month, resources: &[Vec<f32>]) {
        self.placings.fill(Placing::default());
        self.course = Course::default();
        self.working.age(system);
        // What gangs were given is nothing but in months with gangs, and in the one after to forget it.
        let had_gangs = std::mem::replace(&mut self.has_gangs, system.has_gangs(month));
        let with_gangs = had_gangs || self.has_gangs;
        (self.is_fresh, self.is_worked_out) = (true, false);
        let classes = if with_gangs { system.served_classes } else { system.divisible_classes };
        for (tile, inputs) in self.inputs.chunks_exact_mut(self.width).enumerate() {
            for (to, from) in inputs.iter_mut().zip(resources) {
                to.copy_from_slice(&from[tile * TILE..(tile + 1) * TILE]);
            }
            inputs[system.resources..][..classes].fill([0.0; TILE]);
        }
    }

    /// Serves `blocks` in order; the month is open already.
    pub(crate) fn serve_blocks(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        blocks: Range<usize>,
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
                    next += 1;
                }
                Work::Divisible { delay: 1.., .. } if self.may_be_planned(system) => {
                    self.choose_course(system, month, loads, next);
                }
                Work::Divisible { .. } => {
                    let run = next..next + self.run(system, month, next..blocks.end);
                    next = run.end;
                    self.serve_run(system, month, loads, run);
                }
            }
        }
    }

    /// Says whether a program may serve work that waits.
    fn may_be_planned(&self, system: &System) -> bool {
        matches!(self.course, Course::Open) && window::is_short(system)
    }

    /// Returns how many of the `blocks`, of which the first divides, can be served tile by tile.
    fn run(&self, system: &System, month: Month, blocks: Range<usize>) -> usize {
        let (first, rest) = (1, blocks.start + 1..blocks.end);
        let goes_on = |block: &usize| match system.blocks[*block].work {
            Work::Gang(gang) => !system.gangs[gang].is_active(month),
            Work::Divisible { delay, .. } => delay == 0 || !self.may_be_planned(system),
        };
        first + rest.take_while(goes_on).count()
    }

    /// Decides how blocks from `first` on, which may wait, are served.
    fn choose_course(&mut self, system: &System, month: Month, loads: &[Vec<f32>], first: usize) {
        self.course = Course::WaitingByRule;
        let after = first + 1..system.blocks.len();
        let has_gang =
            system.blocks[after.clone()].iter().any(|block| matches!(block.work, Work::Gang(_)));
        if after.is_empty() || has_gang {
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
        let served: Vec<Tile> = planned
            .served
            .chunks(TILE)
            .map(|hours| std::array::from_fn(|hour| hours.get(hour).copied().unwrap_or(0.0)))
            .collect();
        for (tile, served) in served.iter().enumerate() {
            self.take(system, tile, class, served);
        }
        true
    }

    /// Returns what of a block is unserved over the month.
    pub(crate) fn unserved(&self, month: Month, block: usize) -> f64 {
        kernel::sum(&self.shorts[block][..month.len()])
    }

    /// Serves a run of blocks without a gang that runs, tile by tile so that what is at hand stays in
    /// cache.
    fn serve_run(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        blocks: Range<usize>,
    ) {
        let divisible = system.divisible_classes;
        for tile in 0..month.len().div_ceil(TILE) {
            let first = tile * self.width + system.resources;
            self.before.served.copy_from_slice(&self.inputs[first..first + divisible]);
            self.before.keep(&self.queues.0, blocks.clone());
            if !self.is_fresh {
                self.slack(system, tile);
            }
            loop {
                self.serve_tile(system, month, loads, (blocks.clone(), tile));
                let least = self.work_out(system, tile);
                let slack = &self.slack[tile * self.cuts..(tile + 1) * self.cuts];
                if !self.working.learn(system, &least, slack) {
                    break;
                }
                self.inputs[first..first + divisible].copy_from_slice(&self.before.served);
                self.before.give_back(&mut self.queues.0, blocks.clone());
                if !self.is_fresh {
                    self.work_out(system, tile);
                }
            }
            self.working.note(system, &mut self.binding[tile]);
        }
        (self.is_fresh, self.is_worked_out) = (false, true);
    }

    /// Serves blocks in one tile from the cuts of the working set.
    fn serve_tile(
        &mut self,
        system: &System,
        month: Month,
        loads: &[Vec<f32>],
        (blocks, tile): (Range<usize>, usize),
    ) {
        let inputs = &mut self.inputs[tile * self.width..(tile + 1) * self.width];
        match self.is_fresh {
            true => self.working.open(inputs),
            false => self.working.reopen(&self.slack[tile * self.cuts..(tile + 1) * self.cuts]),
        }
        self.is_dead.fill(false);
        let hours = tile * TILE..(tile + 1) * TILE;
        let length = hours.end.min(month.len()) - hours.start;
        for block in blocks {
            let short: &mut Tile = as_tile_mut(&mut self.shorts[block][hours.clone()]);
            let Work::Divisible { class, share, delay } = system.blocks[block].work else {
                *short = [0.0; TILE];
                continue;
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

impl Before {
    fn keep(&mut self, queues: &[Queue], blocks: Range<usize>) {
        self.queues[blocks.clone()].iter_mut().zip(&queues[blocks]).for_each(|(b, q)| b.copy(q));
    }

    fn give_back(&self, queues: &mut [Queue], blocks: Range<usize>) {
        queues[blocks.clone()].iter_mut().zip(&self.queues[blocks]).for_each(|(q, b)| q.copy(b));
    }
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
    queue.serve(
        &wanted[..length],
        &room[..length],
        &mut served[..length],
        &mut short[..length],
    );
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
