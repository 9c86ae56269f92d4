//! Solves blocks: all of them at one signing, each at its resolution, on as many threads as there are.
//!
//! Blocks of one month and neighbouring futures form a chunk. A chunk begins from the basis that it ended
//! with before (or a coarser one, or nothing) and goes through its blocks one after the other, each
//! beginning where the last one ended. **Invariant:** what a chunk gives depends on its own history alone,
//! so any number of threads gives the same bits.

use crate::block::{
    Cut, Duals, Filled, Layout, Place, Resolution, Service, Tariff, cut, fill, flows_of, service_of,
};
use crate::block_rows::Allowed;
use crate::certificate::Flows;
use crate::pieces::{Piece, merge, pieces};
use crate::program::Program;
use crate::solver::{Basis, Ended, Solver, SolverError, Solvers};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Why no plan could be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// The data contradicts itself.
    #[error("check the program: {count} findings, the first: {first}")]
    CheckProgram {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
    /// A block could not be solved.
    #[error("solve block `{block}`")]
    SolveBlock {
        /// Its month, scenario and lost party.
        block: String,
        /// Why.
        #[source]
        source: SolverError,
    },
    /// The choice of what to sign could not be solved.
    #[error("choose what to sign")]
    Choose {
        /// Why.
        #[from]
        source: SolverError,
    },
    /// The choice has no end, or nothing keeps its rows; limits can be relaxed, so this is a broken program.
    #[error("choose what to sign: the solver finds no choice")]
    NoChoice,
    /// No plan keeps all limits.
    #[error("keep all limits: no plan does; {0}")]
    NoPlan(Box<crate::conflict::Conflict>),
    /// Somebody asked to stop before there was any plan.
    #[error("make a plan: stopped before the first")]
    Stopped,
}

/// A block that was solved at a signing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Solved {
    pub(crate) level: usize,
    pub(crate) duals: Duals,
    pub(crate) cut: Cut,
    pub(crate) service: Service,
    /// What it does; only if the engine is asked to keep it.
    pub(crate) flows: Option<Flows>,
}

/// A resolution and the matrices of its months.
struct Level {
    resolution: Resolution,
    layouts: Vec<Layout>,
    of_month: Vec<usize>,
    /// Parts of the hours, each a program of its own, whose bases together begin the whole.
    pieces: Vec<Piece>,
    piece_layouts: Vec<Layout>,
}

/// A solver with the layout that it holds.
struct Seat {
    layout: usize,
    solver: Box<dyn Solver>,
}

/// Where the chunks of a level stand, and the solvers of each seat.
pub(crate) struct Engine<'a> {
    pub(crate) program: &'a Program,
    pub(crate) solvers: &'a dyn Solvers,
    pub(crate) places: Vec<Place>,
    /// Blocks of money come first.
    pub(crate) money: usize,
    pub(crate) excess: f64,
    pub(crate) keeps_flows: bool,
    levels: Vec<Level>,
    chunks: Vec<Range<usize>>,
    /// By seat and level.
    seats: Vec<Mutex<Vec<Option<Seat>>>>,
    /// By block and level.
    bases: Vec<Mutex<Vec<Option<Basis>>>>,
}

/// Blocks of a chunk at most.
const CHUNK: usize = 5;

/// Takes what a lock holds, whatever became of who held it before.
pub(crate) fn locked<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the blocks of a program: of money by month and scenario, then of lost parties.
fn places(program: &Program) -> (Vec<Place>, usize) {
    let mut places = Vec::with_capacity(program.blocks());
    for month in 0..program.months.len() {
        let scenarios = 0..program.scenarios.len();
        places.extend(scenarios.map(|scenario| Place { scenario, month, lost: None }));
    }
    let money = places.len();
    let mut lost = Vec::new();
    for loss in &program.limits.losses {
        let parties = program.parties.iter().enumerate().filter(|(_, of)| of.kind == loss.kind);
        for (party, _) in parties {
            for month in &loss.months {
                let of = loss.scenarios.iter();
                lost.extend(of.map(|s| Place { scenario: *s, month: *month, lost: Some(party) }));
            }
        }
    }
    lost.sort_by_key(|place| (place.month, place.lost, place.scenario));
    lost.dedup();
    places.extend(lost);
    (places, money)
}

/// Groups neighbouring blocks of one loss.
fn chunks(places: &[Place]) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        match chunks.last_mut() {
            Some(last) if last.len() < CHUNK && places[last.start].lost == place.lost => {
                last.end = at + 1;
            }
            _ => chunks.push(at..at + 1),
        }
    }
    chunks
}

impl Level {
    fn new(program: &Program, length: usize) -> Level {
        let resolution = Resolution::joining(program, length);
        let mut layouts: Vec<Layout> = Vec::new();
        let mut of_month = Vec::new();
        for month in 0..program.months.len() {
            let at = layouts.iter().position(|layout| layout.fits(program, month));
            of_month.push(at.unwrap_or_else(|| {
                layouts.push(Layout::new(program, resolution.clone(), month));
                layouts.len() - 1
            }));
        }
        let mut piece_layouts = Vec::new();
        let pieces = pieces(program, &resolution, length, &mut piece_layouts);
        Level { resolution, layouts, of_month, pieces, piece_layouts }
    }
}

impl<'a> Engine<'a> {
    /// Makes an engine for resolutions of these lengths of segment, coarsest first.
    pub(crate) fn new(
        program: &'a Program,
        solvers: &'a dyn Solvers,
        lengths: &[usize],
    ) -> Engine<'a> {
        let (places, money) = places(program);
        let chunks = chunks(&places);
        let dearest = program.classes.iter().map(|class| class.lost_load).fold(0.0, f64::max);
        let hours = (0..program.months.len()).map(|month| program.month_hours(month));
        let excess = 20.0 * dearest.max(1.0) * hours.fold(0.0, f64::max) / crate::program::THOUSAND;
        let bases = places.iter().map(|_| Mutex::new(vec![None; lengths.len()])).collect();
        let empty = |_| (0..2 * lengths.len()).map(|_| None).collect();
        Engine {
            program,
            solvers,
            places,
            money,
            excess,
            keeps_flows: false,
            levels: lengths.iter().map(|length| Level::new(program, *length)).collect(),
            bases,
            seats: (0..solvers.seats()).map(empty).map(Mutex::new).collect(),
            chunks,
        }
    }

    pub(crate) fn chunk_count(&self) -> usize {
        self.chunks.len()
    }

    pub(crate) fn resolution(&self, level: usize) -> &Resolution {
        &self.levels[level].resolution
    }

    pub(crate) fn tariff(&self, block: usize) -> Tariff {
        if block < self.money { Tariff::Money { excess: self.excess } } else { Tariff::Excess }
    }

    /// Solves every block of the chunks that `level_of` gives a level, at what is signed and allowed.
    pub(crate) fn solve(
        &self,
        level_of: &(dyn Fn(usize) -> Option<usize> + Sync),
        tariff: Option<Tariff>,
        signed: &[f64],
        allowed: &Allowed,
    ) -> Result<Vec<Option<Solved>>, PlanError> {
        type Result1 = Result<Vec<Solved>, PlanError>;
        let slots: Vec<Mutex<Option<Result1>>> =
            self.chunks.iter().map(|_| Mutex::new(None)).collect();
        self.solvers.each(self.chunks.len(), &|seat, chunk| {
            if let Some(level) = level_of(chunk) {
                let result = self.solve_chunk(seat, chunk, level, tariff, (signed, allowed));
                *locked(&slots[chunk]) = Some(result);
            }
        });
        let mut solved = vec![None; self.places.len()];
        for (chunk, slot) in slots.into_iter().enumerate() {
            let Some(result) = slot.into_inner().unwrap_or_else(PoisonError::into_inner) else {
                continue;
            };
            for (block, one) in self.chunks[chunk].clone().zip(result?) {
                solved[block] = Some(one);
            }
        }
        Ok(solved)
    }

    fn solve_chunk(
        &self,
        seat: usize,
        chunk: usize,
        level: usize,
        tariff: Option<Tariff>,
        (signed, allowed): (&[f64], &Allowed),
    ) -> Result<Vec<Solved>, PlanError> {
        let of = &self.levels[level];
        let mut seat = locked(&self.seats[seat]);
        let mut solved = Vec::with_capacity(CHUNK);
        let mut before: Option<(usize, Basis)> = None;
        for block in self.chunks[chunk].clone() {
            if self.solvers.is_stopped() {
                return Err(PlanError::Stopped);
            }
            let number = of.of_month[self.places[block].month];
            let of_block = (block, tariff.unwrap_or(self.tariff(block)));
            let at = (signed, allowed.of(block));
            let neighbour = before.as_ref().filter(|(layout, _)| *layout == number);
            let neighbour = neighbour.map(|(_, basis)| basis);
            let named = |source| self.named(block, source);
            let basis = self.start(&mut seat, level, of_block, at, neighbour).map_err(named)?;
            let solver = self.seated(&mut seat, level, number).map_err(named)?;
            solver.start_from(basis.as_ref()).map_err(named)?;
            let layout = &of.layouts[number];
            let mut one = self.solve_one(solver, layout, of_block, signed, allowed.of(block))?;
            one.level = level;
            solved.push(one);
            let basis = solver.basis();
            before = basis.clone().map(|basis| (number, basis));
            locked(&self.bases[block])[level] = basis;
        }
        Ok(solved)
    }

    /// Returns where a block begins: where it ended before, or where its pieces do, or where it ended with
    /// more hours joined, or where its neighbour did. The neighbour comes last: another future's basis takes
    /// twice the steps that the same block's at joined hours does.
    fn start(
        &self,
        seat: &mut [Option<Seat>],
        level: usize,
        (block, tariff): (usize, Tariff),
        at: (&[f64], &[f64]),
        neighbour: Option<&Basis>,
    ) -> Result<Option<Basis>, SolverError> {
        let (of, month) = (&self.levels[level], self.places[block].month);
        let coarse = {
            let bases = locked(&self.bases[block]);
            if bases[level].is_some() {
                return Ok(bases[level].clone());
            }
            let coarse = (0..level).rev().find(|coarse| bases[*coarse].is_some());
            coarse.and_then(|coarse| Some((coarse, bases[coarse].clone()?)))
        };
        if coarse.is_none() && of.pieces.is_empty() {
            return Ok(neighbour.cloned());
        }
        let layout = &of.layouts[of.of_month[month]];
        let basis = coarse.map(|(coarse, basis)| {
            let from = &self.levels[coarse];
            layout.prolong(&from.layouts[from.of_month[month]], &basis)
        });
        if of.pieces.is_empty() {
            return Ok(basis);
        }
        Ok(self.pieced(seat, level, (block, tariff), at, basis.as_ref())?.or(basis))
    }

    /// Solves the pieces of a block one after the other and puts their bases together.
    fn pieced(
        &self,
        seat: &mut [Option<Seat>],
        level: usize,
        (block, tariff): (usize, Tariff),
        (signed, allowed): (&[f64], &[f64]),
        whole: Option<&Basis>,
    ) -> Result<Option<Basis>, SolverError> {
        let (of, place) = (&self.levels[level], self.places[block]);
        let mut bases: Vec<Basis> = Vec::with_capacity(of.pieces.len());
        for piece in &of.pieces {
            let number = piece.of_month[place.month];
            let layout = &of.piece_layouts[number];
            let full = &of.layouts[of.of_month[place.month]];
            let slot = &mut seat[self.levels.len() + level];
            if slot.as_ref().is_none_or(|held| held.layout != number) {
                *slot = Some(Seat { layout: number, solver: self.solvers.open(&layout.model)? });
            }
            let Some(held) = slot else { return Ok(None) };
            let begin = whole.map(|whole| piece.part(layout, full, whole));
            let last = bases.last().filter(|last| last.columns.len() == layout.columns());
            held.solver.start_from(last.or(begin.as_ref()))?;
            let filled = fill(&piece.program, &layout.resolution, place, tariff, signed, allowed);
            let answer = run(held.solver.as_mut(), &piece.program, layout, &filled)?;
            let Some(basis) = held.solver.basis().filter(|_| answer.ended == Ended::Optimal) else {
                return Ok(None);
            };
            bases.push(basis);
        }
        let full = &of.layouts[of.of_month[place.month]];
        let layouts = of.pieces.iter().map(|it| &of.piece_layouts[it.of_month[place.month]]);
        Ok(Some(merge(full, &of.pieces, &layouts.collect::<Vec<_>>(), &bases)))
    }

    fn seated<'s>(
        &self,
        seat: &'s mut [Option<Seat>],
        level: usize,
        layout: usize,
    ) -> Result<&'s mut dyn Solver, SolverError> {
        let place = &mut seat[level];
        if place.as_ref().is_none_or(|held| held.layout != layout) {
            let solver = self.solvers.open(&self.levels[level].layouts[layout].model)?;
            *place = Some(Seat { layout, solver });
        }
        match place {
            Some(held) => Ok(held.solver.as_mut()),
            None => Err(SolverError::Refused { call: "open" }),
        }
    }

    fn solve_one(
        &self,
        solver: &mut dyn Solver,
        layout: &Layout,
        (block, tariff): (usize, Tariff),
        signed: &[f64],
        allowed: &[f64],
    ) -> Result<Solved, PlanError> {
        let (program, place) = (self.program, self.places[block]);
        let named = |source| self.named(block, source);
        let filled = fill(program, &layout.resolution, place, tariff, signed, allowed);
        let answer = run(solver, program, layout, &filled).map_err(named)?;
        if answer.ended == Ended::Stopped {
            return Err(PlanError::Stopped);
        }
        if answer.ended != Ended::Optimal {
            // A block always has a solution: all of it may go unserved.
            return Err(named(SolverError::NoAnswer { status: -1 }));
        }
        let duals = Duals::read(layout, &answer.duals);
        let cut = cut(program, &layout.resolution, (place, tariff), &duals, allowed);
        let service = service_of(program, layout, &filled, &answer.values);
        let flows = self.keeps_flows.then(|| flows_of(program, layout, &filled, &answer.values));
        Ok(Solved { level: 0, duals, cut, service, flows })
    }

    fn named(&self, block: usize, source: SolverError) -> PlanError {
        let Place { scenario, month, lost } = self.places[block];
        let lost = lost.map(|party| format!(",lost {}", self.program.parties[party].name));
        let month = &self.program.months[month].name;
        let block = format!("block[{month},{scenario}{}]", lost.unwrap_or_default());
        PlanError::SolveBlock { block, source }
    }
}

fn run(
    solver: &mut dyn Solver,
    program: &Program,
    layout: &Layout,
    filled: &Filled,
) -> Result<crate::solver::Answer, SolverError> {
    let [cost, most, lower, upper] = filled.bounds(program, layout);
    solver.set_costs(0, &cost)?;
    solver.set_column_bounds(0, &vec![0.0; most.len()], &most)?;
    solver.set_row_bounds(0, &lower, &upper)?;
    solver.solve()
}
