//! Service of a month: blocks served in order, tile by tile, and what is short written down.

use super::delay::Queue;
use super::gangs::Placing;
use super::tile::Before;
use super::window::{self, Planned};
use super::working::Working;
use crate::kernel::{self, Series, TILE, Tile, Tiles, series, tiles};
use crate::month::{Ground, STRIDE};
use crate::system::{GangSpec, System, Work};
use offtake_model::Month;
use std::ops::Range;

/// Room to serve in for one thread; queues of work that waits and the cuts that have bound lately
/// outlive a month, nothing else does.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// What each resource holds and what is served of each class, by tile.
    pub(super) inputs: Tiles,
    pub(super) width: usize,
    /// What each cut leaves in the tile that is `worked_out`.
    pub(super) slack: Tiles,
    pub(super) worked_out: Option<usize>,
    /// By tile: whether nothing is served yet.
    pub(super) is_fresh: Vec<bool>,
    /// Whether a gang runs this month.
    pub(super) has_gangs: bool,
    pub(super) working: Working,
    /// The tile in which the working set is open.
    pub(super) opened: Option<usize>,
    /// Cuts of the working set that bind in some hour of that tile.
    pub(super) binding: Vec<usize>,
    /// Unserved work by block and hour, in reference GPUs.
    pub(crate) shorts: Vec<Series>,
    pub(super) queues: Queues,
    /// Where each gang runs this month, by block; meaningless for other blocks.
    pub(crate) placings: Vec<Placing>,
    course: Course,
    pub(super) before: Before,
    /// Cuts of the question at hand.
    pub(super) few: Vec<(usize, f32, f32)>,
    /// Classes for which no room is left in the opened tile.
    pub(super) is_dead: Vec<bool>,
    /// Gangs that do not run at all, whatever the book says: their tenant is gone.
    pub(super) is_absent: Vec<bool>,
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
pub(crate) struct Queues(pub(super) Vec<Queue>);

impl Queues {
    /// Forgets the work.
    pub(crate) fn clear(&mut self) {
        self.0.iter_mut().for_each(Queue::clear);
    }

    /// Says whether the same work waits here as in `other`.
    pub(crate) fn is_same(&self, other: &Queues) -> bool {
        self.0.iter().zip(&other.0).all(|(queue, other)| queue.is_same(other))
    }

    /// Becomes as `other` is.
    pub(crate) fn copy(&mut self, other: &Queues) {
        self.0.iter_mut().zip(&other.0).for_each(|(queue, other)| queue.copy(other));
    }
}

/// A month as it was at some block, to go on from there again.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// What is served of each class, by tile.
    served: Vec<Tile>,
    queues: Vec<Queue>,
    placings: Vec<Placing>,
    course: Course,
    is_fresh: Vec<bool>,
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
        let count = STRIDE / TILE;
        let width = system.resources + system.served_classes;
        let queues: Vec<Queue> =
            system.blocks.iter().map(|block| Queue::new(delay(block.work))).collect();
        Service {
            inputs: tiles(width * count),
            width,
            slack: tiles(system.cuts.len()),
            worked_out: None,
            is_fresh: vec![true; count],
            has_gangs: false,
            working: Working::new(system),
            opened: None,
            binding: Vec::new(),
            shorts: vec![series(STRIDE); system.blocks.len()],
            before: Before::new(system.served_classes, &queues),
            queues: Queues(queues),
            placings: vec![Placing::default(); system.blocks.len()],
            course: Course::default(),
            few: Vec::new(),
            is_dead: vec![false; system.classes.len()],
            is_absent: vec![false; system.gangs.len()],
        }
    }

    /// Leaves out the gangs of which `is_absent` says so, from the next month on.
    pub(crate) fn leave_out(&mut self, is_absent: &[bool]) {
        self.is_absent.copy_from_slice(is_absent);
    }

    /// Returns the hours of the month in which a gang runs, counted from the month's start.
    pub(super) fn active(&self, system: &System, gang: usize, month: Month) -> Range<usize> {
        active(&self.is_absent, &system.gangs[gang], gang, month)
    }

    /// Says whether the block is a gang that runs in the month.
    pub(super) fn runs(&self, system: &System, block: usize, month: Month) -> bool {
        match system.blocks[block].work {
            Work::Gang(gang) => !self.active(system, gang, month).is_empty(),
            Work::Divisible { .. } => false,
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

    /// Returns the month as it is.
    pub(crate) fn keep(&self, system: &System) -> Moment {
        let tiles = self.inputs.chunks_exact(self.width);
        Moment {
            served: tiles.flat_map(|inputs| &inputs[system.resources..]).copied().collect(),
            queues: self.queues.0.clone(),
            placings: self.placings.clone(),
            course: self.course.clone(),
            is_fresh: self.is_fresh.clone(),
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
        self.course.clone_from(&moment.course);
        self.is_fresh.clone_from(&moment.is_fresh);
        (self.worked_out, self.opened) = (None, None);
    }

    /// Serves the month: every block in order, from what `resources` hold.
    pub(crate) fn serve(
        &mut self,
        system: &System,
        month: Month,
        resources: &[Series],
        loads: &[Series],
    ) {
        self.open(system, month, resources);
        self.serve_blocks(system, month, loads, 0..system.blocks.len());
    }

    /// Opens the month.
    pub(crate) fn open(&mut self, system: &System, month: Month, resources: &[Series]) {
        self.placings.fill(Placing::default());
        self.course = Course::default();
        self.working.age(system);
        // What gangs were given is nothing but in months with gangs, and in the one after to forget it.
        let had_gangs = std::mem::replace(&mut self.has_gangs, system.has_gangs(month));
        let with_gangs = had_gangs || self.has_gangs;
        self.is_fresh.fill(true);
        (self.worked_out, self.opened) = (None, None);
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
        loads: &[Series],
        blocks: Range<usize>,
    ) {
        let mut next = blocks.start;
        while next < blocks.end {
            if self.serve_as_planned(system, month, next) {
                next += 1;
                continue;
            }
            match system.blocks[next].work {
                Work::Gang(_)
                    if self.placings[next] == Placing::Open && self.runs(system, next, month) =>
                {
                    self.choose_fabrics(system, month, loads, next);
                }
                Work::Divisible { delay: 1.., .. } if self.may_be_planned(system) => {
                    self.choose_course(system, month, loads, next);
                }
                _ => {
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

    /// Returns how many of the `blocks`, of which the first can, can be served tile by tile.
    fn run(&self, system: &System, month: Month, blocks: Range<usize>) -> usize {
        let (first, rest) = (1, blocks.start + 1..blocks.end);
        let goes_on = |block: &usize| match system.blocks[*block].work {
            Work::Gang(_) => {
                self.placings[*block] != Placing::Open || !self.runs(system, *block, month)
            }
            Work::Divisible { delay, .. } => delay == 0 || !self.may_be_planned(system),
        };
        first + rest.take_while(goes_on).count()
    }

    /// Decides how blocks from `first` on, which may wait, are served.
    fn choose_course(&mut self, system: &System, month: Month, loads: &[Series], first: usize) {
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

    /// Serves a run of blocks.
    fn serve_run(&mut self, system: &System, month: Month, loads: &[Series], blocks: Range<usize>) {
        for tile in 0..month.len().div_ceil(TILE) {
            self.serve_tile(system, month, loads, (blocks.clone(), tile));
        }
    }
}

/// Returns the hours of the month in which a gang runs, unless it is left out.
pub(super) fn active(
    is_absent: &[bool],
    spec: &GangSpec,
    gang: usize,
    month: Month,
) -> Range<usize> {
    if is_absent[gang] { 0..0 } else { spec.active(month) }
}
