//! Solves blocks: all of them at one signing, each at its resolution, on as many threads as there are.
//!
//! Blocks of one month and neighbouring futures form a chunk. A chunk begins from the basis that it ended
//! with before (or a coarser one, or nothing) and goes through its blocks one after the other, each
//! beginning where the last one ended. **Invariant:** what a chunk gives depends on its own history alone,
//! so any number of threads gives the same bits.

use crate::block::{
    Cut, Duals, Filled, Layout, Place, Resolution, Service, Tariff, capacity, cut, fill, flows_of,
    held, service_of,
};
use crate::block_rows::Allowed;
use crate::certificate::Flows;
use crate::hours::{self, Hours, Ties};
use crate::left::{self, Left};
use crate::program::Program;
use crate::solver::{Basis, Begin, Ended, Solver, SolverError, Solvers};
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
    /// The level that its prices belong to.
    pub(crate) level: usize,
    pub(crate) duals: Duals,
    /// By flexible offer: the price of use above its share.
    over: Vec<f64>,
    pub(crate) cut: Cut,
    pub(crate) service: Service,
    /// What it does; only if the engine is asked to keep it.
    pub(crate) flows: Option<Flows>,
}

/// How a block is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As one programme, at the level of this number.
    Level(usize),
    /// As one programme at the coarsest level, for the prices of what ties hours together; then hour by hour
    /// with these. Gives prices and a cut at full resolution, but no service.
    Hours,
}

/// A resolution and the matrices of its months.
struct Level {
    resolution: Resolution,
    layouts: Vec<Layout>,
    of_month: Vec<usize>,
}

/// What a thread works with.
#[derive(Default)]
struct Bench {
    /// By level.
    solvers: Vec<Option<Seat>>,
    hours: Option<Hours>,
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
    seats: Vec<Mutex<Bench>>,
    left: Left,
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
        Level { resolution, layouts, of_month }
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
        // A number that prices are kept in: one that is clipped to it stays so when excess gets dearer.
        let excess = f64::from(excess as f32);
        let empty = |_| {
            let solvers = (0..lengths.len()).map(|_| None).collect();
            Bench { solvers, hours: None }
        };
        Engine {
            program,
            solvers,
            money,
            excess,
            keeps_flows: false,
            levels: lengths.iter().map(|length| Level::new(program, *length)).collect(),
            left: Left::new(places.len(), lengths.len()),
            seats: (0..solvers.seats()).map(empty).map(Mutex::new).collect(),
            chunks,
            places,
        }
    }

    pub(crate) fn resolution(&self, level: usize) -> &Resolution {
        &self.levels[level].resolution
    }

    pub(crate) fn tariff(&self, block: usize) -> Tariff {
        if block < self.money { Tariff::Money { excess: self.excess } } else { Tariff::Excess }
    }

    /// Returns the way that is as good as full resolution for prices.
    pub(crate) fn finest(&self) -> Way {
        if self.levels.len() > 1 { Way::Hours } else { Way::Level(0) }
    }

    /// Solves every block at what is signed and allowed.
    pub(crate) fn solve(
        &self,
        way: Way,
        tariff: Option<Tariff>,
        signed: &[f64],
        allowed: &Allowed,
    ) -> Result<Vec<Solved>, PlanError> {
        type Result1 = Result<Vec<Solved>, PlanError>;
        let slots: Vec<Mutex<Option<Result1>>> =
            self.chunks.iter().map(|_| Mutex::new(None)).collect();
        self.solvers.each(self.chunks.len(), &|seat, chunk| {
            let result = self.solve_chunk(seat, chunk, way, tariff, (signed, allowed));
            *locked(&slots[chunk]) = Some(result);
        });
        let mut solved = Vec::with_capacity(self.places.len());
        for slot in slots {
            let result = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            solved.extend(result.unwrap_or(Err(PlanError::Stopped))?);
        }
        Ok(solved)
    }

    fn solve_chunk(
        &self,
        seat: usize,
        chunk: usize,
        way: Way,
        tariff: Option<Tariff>,
        (signed, allowed): (&[f64], &Allowed),
    ) -> Result<Vec<Solved>, PlanError> {
        let mut bench = locked(&self.seats[seat]);
        let Bench { solvers: seat, hours } = &mut *bench;
        // A chunk begins from nothing, so that it does not matter what its thread did before.
        let last = self.levels.len() - 1;
        let by_hours = last > 0 && (way == Way::Hours || way == Way::Level(last));
        let mut hours = by_hours.then(|| {
            let flexible = &self.levels[last].layouts[0].flexible;
            let hours = hours.get_or_insert_with(|| Hours::new(self.program, flexible));
            hours.restart();
            hours
        });
        let mut solved = Vec::with_capacity(CHUNK);
        for block in self.chunks[chunk].clone() {
            if self.solvers.is_stopped() {
                return Err(PlanError::Stopped);
            }
            let of_block = (block, tariff.unwrap_or(self.tariff(block)));
            let at = (signed, allowed.of(block));
            let level = match way {
                Way::Level(level) => level,
                Way::Hours => 0,
            };
            let mut begin = None;
            if let (Some(hours), true) = (&mut hours, way != Way::Hours)
                && !self.is_near((block, level), signed)
            {
                let mut one = self.solve_one(seat, (0, None), of_block, at)?;
                begin = self.by_hours(hours, (of_block, hours::Aim::Basis), at, &mut one);
            }
            let mut one = self.solve_one(seat, (level, begin), of_block, at)?;
            if let (Some(hours), Way::Hours) = (&mut hours, way) {
                self.by_hours(hours, (of_block, hours::Aim::Prices), at, &mut one);
            }
            solved.push(one);
        }
        Ok(solved)
    }

    /// Says whether a block ended at a level with nearly the capacity that it would have now.
    fn is_near(&self, (block, level): (usize, usize), signed: &[f64]) -> bool {
        let (program, place) = (self.program, self.places[block]);
        let (firm, flexible) = capacity(program, place, held(program, place), signed);
        self.left.is_near((block, level), &left::kgpu(&firm, &flexible))
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

    /// Solves a block as one programme, from where it is likely to end or else from where it ended before.
    fn solve_one(
        &self,
        seat: &mut [Option<Seat>],
        (level, likely): (usize, Option<Basis>),
        (block, tariff): (usize, Tariff),
        (signed, allowed): (&[f64], &[f64]),
    ) -> Result<Solved, PlanError> {
        let (program, place) = (self.program, self.places[block]);
        let named = |source| self.named(block, source);
        let of = &self.levels[level];
        let number = of.of_month[place.month];
        let layout = &of.layouts[number];
        let ended = if likely.is_none() { self.left.basis(block, level) } else { None };
        let begin = match (&likely, &ended) {
            (Some(likely), _) => Begin::Likely(likely),
            (None, Some(ended)) => Begin::Ended(ended),
            (None, None) => Begin::Anew,
        };
        let solver = self.seated(seat, level, number).map_err(named)?;
        solver.start_from(begin).map_err(named)?;
        let filled = fill(program, &layout.resolution, place, tariff, signed, allowed);
        let answer = run(solver, program, layout, &filled).map_err(named)?;
        if answer.ended == Ended::Stopped {
            return Err(PlanError::Stopped);
        }
        if answer.ended != Ended::Optimal {
            // A block always has a solution: all of it may go unserved.
            return Err(named(SolverError::NoAnswer { status: -1 }));
        }
        self.left.keep((block, level), solver.basis(), left::kgpu(&filled.firm, &filled.flexible));
        let mut duals = Duals::read(layout, &answer.duals);
        let dearest = filled.excess_cost as f32;
        duals.unserved.iter_mut().for_each(|price| *price = price.clamp(0.0, dearest));
        let over = answer.duals[layout.overtake..layout.unserved].to_vec();
        let cut = cut(program, &layout.resolution, (place, tariff), &duals, allowed);
        let service = service_of(program, layout, &filled, &answer.values);
        let flows = self.keeps_flows.then(|| flows_of(program, layout, &filled, &answer.values));
        Ok(Solved { level, duals, over, cut, service, flows })
    }

    /// Replaces prices of joined hours by prices of single ones, if these prove more. Returns where the block
    /// as it is may begin, if that is asked for.
    fn by_hours(
        &self,
        hours: &mut Hours,
        ((block, tariff), aim): ((usize, Tariff), hours::Aim),
        (signed, allowed): (&[f64], &[f64]),
        one: &mut Solved,
    ) -> Option<Basis> {
        let (program, place, last) = (self.program, self.places[block], self.levels.len() - 1);
        let layout_of = |level: &'_ Level| level.of_month[place.month];
        let joined = &self.levels[one.level].layouts[layout_of(&self.levels[one.level])];
        let level = &self.levels[last];
        let fine = &level.resolution;
        let filled = fill(program, fine, place, tariff, signed, allowed);
        let weights = joined.resolution.weights(program, place.month);
        let work = one.duals.balance.chunks_exact(weights.len()).flat_map(|of| {
            let segments = joined.resolution.segments.iter().zip(of.iter().zip(&weights));
            segments.flat_map(|(hours, (price, weight))| {
                let inside = fine.segments.iter().filter(|it| hours.contains(&it.start));
                inside.map(move |_| f64::from(*price) / weight)
            })
        });
        let ties = Ties {
            over: one.over.iter().map(|price| price.max(0.0)).collect(),
            work: work.collect(),
            unserved: one.duals.unserved.iter().map(|price| f64::from(*price).max(0.0)).collect(),
        };
        let extra = crate::block::extra_by_class(program, &ties.unserved, &filled);
        let (ties, extra) = (&ties, &extra[..]);
        let of = hours::Block { program, resolution: fine, filled: &filled, ties, extra, aim };
        if aim == hours::Aim::Basis {
            let mut stands = hours::Stands::default();
            hours.solve(&of, Some(&mut stands))?;
            return Some(stands.basis(&of, &level.layouts[layout_of(level)]));
        }
        let duals = hours.solve(&of, None)?;
        let cut = cut(program, fine, (place, tariff), &duals, allowed);
        if cut.at(signed, allowed) > one.cut.at(signed, allowed) {
            (one.level, one.duals, one.cut) = (last, duals, cut);
        }
        None
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
