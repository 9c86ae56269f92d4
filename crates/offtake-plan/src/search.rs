//! The search: choose, evaluate, learn, until what is known of the best is close enough.
//!
//! First without whole numbers, from coarse hours to fine; then with them, on the cuts that are there.
//! A point is evaluated between the master's choice and the best point so far (in-out), which keeps early
//! choices from swinging. **Invariant:** `bound` is at every moment what no plan can undercut, because
//! every cut is valid; `incumbent` is at every moment what a known plan costs, evaluated at full
//! resolution with every standard kept. What is between them is the gap.

use crate::block::{Cut, Service, Tariff};
use crate::block_rows::Allowed;
use crate::conflict::Phase;
use crate::engine::{Engine, PlanError, Solved, Way};
use crate::master::{Aim, Choice, Master};
use crate::program::{Program, findings};
use crate::risk;
use crate::solver::Solvers;
use crate::standards::{self, Standing};
use crate::store::{Kept, Store};

/// Whether whole numbers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integers {
    /// As the offers say.
    Whole,
    /// Any quantity of everything.
    Relaxed,
}

/// How a search is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Ends once incumbent and bound are this close, as a share of the incumbent.
    pub gap: f64,
    /// Hours joined, coarsest first; the last is 1.
    pub lengths: Vec<usize>,
    /// The most sums of cuts that the master keeps apart.
    pub sums: usize,
    /// The most evaluations.
    pub rounds: usize,
    /// Whether whole numbers are asked for.
    pub integers: Integers,
    /// Bytes that kept prices may take; beyond it the oldest are forgotten, with their cuts. At least a few
    /// evaluations have to fit, or the search does not come to an end before its rounds do.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            gap: 1e-3,
            lengths: vec![12, 1],
            sums: 500,
            rounds: 400,
            integers: Integers::Whole,
            memory: 400 << 20,
        }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Evaluations so far.
    pub round: usize,
    /// Hours joined in the last one.
    pub length: usize,
    /// No plan costs less, in millions.
    pub bound: f64,
    /// What the best plan so far costs; `None` before the first.
    pub incumbent: Option<f64>,
    /// Whether whole numbers are asked for already.
    pub is_whole: bool,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The gap asked for is reached.
    Reached,
    /// Somebody asked to stop.
    Stopped,
    /// The most evaluations were made.
    Rounds,
}

/// A plan with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Blocks by offer.
    pub signed: Vec<f64>,
    /// What it costs, in millions: the weighed objective, at full resolution.
    pub objective: f64,
    /// No plan costs less.
    pub bound: f64,
    /// By scenario: what it costs.
    pub costs: Vec<f64>,
    /// How much each block left unserved.
    pub allowed: Allowed,
    /// Why the search ended.
    pub finish: Finish,
    /// Evaluations.
    pub rounds: usize,
}

impl Found {
    /// Returns the gap as a share of the objective.
    #[must_use]
    pub fn gap(&self) -> f64 {
        gap(self.objective, self.bound)
    }
}

/// Returns the gap between an incumbent and a bound.
#[must_use]
pub fn gap(objective: f64, bound: f64) -> f64 {
    ((objective - bound) / objective.abs().max(1e-9)).max(0.0)
}

/// A search with all that it knows.
pub struct Search<'a> {
    pub(crate) engine: Engine<'a>,
    pub(crate) master: Master,
    pub(crate) options: Options,
    /// What it has learned.
    pub store: Store,
    /// By evaluation: the first of its rows among the master's cuts.
    pub(crate) first_rows: Vec<usize>,
    pub(crate) nothing: Allowed,
    pub(crate) best: Option<Best>,
    pub(crate) bound: f64,
    pub(crate) round: usize,
    pub(crate) aim: Aim,
    is_whole: bool,
    /// What every block served in the last evaluation.
    pub(crate) last_services: Vec<Service>,
    /// Evaluations at full resolution without a plan.
    doubts: usize,
    report: Box<dyn FnMut(&Progress) + 'a>,
}

/// The best plan so far.
#[derive(Clone, Debug)]
pub(crate) struct Best {
    pub(crate) signed: Vec<f64>,
    pub(crate) allowed: Allowed,
    pub(crate) objective: f64,
    pub(crate) costs: Vec<f64>,
    /// The evaluation that it comes from, in the store.
    pub(crate) evaluation: usize,
}

/// A point that is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) signed: Vec<f64>,
    pub(crate) allowed: Allowed,
}

/// What an evaluation says.
pub(crate) struct Value {
    /// The objective, with what excess costs.
    pub(crate) penalised: f64,
    /// The objective without; of a plan, if every standard is kept.
    pub(crate) objective: f64,
    pub(crate) costs: Vec<f64>,
    pub(crate) is_kept: bool,
}

/// How close a search with joined hours comes to what it can say, and one by single hours with whole numbers
/// to come (as a share of the gap asked for).
const ROUGH: f64 = 1e-2;
const NEAR: f64 = 0.5;
/// By how much excess gets dearer where paying for it is cheaper than to keep a standard.
const DEARER: f64 = 8.0;
/// How much of the way from the best point to the master's choice is gone.
const IN_OUT: f64 = 0.5;
/// After so many evaluations at full resolution without a plan, the search asks whether there is one.
const DOUBT: usize = 10;

impl<'a> Search<'a> {
    /// Begins a search; `report` is told after every evaluation.
    ///
    /// # Errors
    /// If the program has findings, or the solver refuses it.
    pub fn new(
        program: &'a Program,
        solvers: &'a dyn Solvers,
        options: Options,
        report: impl FnMut(&Progress) + 'a,
    ) -> Result<Search<'a>, PlanError> {
        let found = findings(program);
        if let Some(first) = found.first() {
            let first = format!("{} {}", first.subject, first.problem);
            return Err(PlanError::CheckProgram { count: found.len(), first });
        }
        let engine = Engine::new(program, solvers, &options.lengths);
        let groups = (options.sums / program.scenarios.len()).clamp(1, program.months.len().min(5));
        let master = Master::new(program, solvers, &engine.places, groups)?;
        let nothing = Allowed::nothing(program, &engine.places);
        Ok(Search {
            engine,
            master,
            options,
            store: Store::default(),
            first_rows: Vec::new(),
            nothing,
            best: None,
            bound: f64::NEG_INFINITY,
            round: 0,
            aim: Aim::Cost,
            is_whole: false,
            last_services: Vec::new(),
            doubts: 0,
            report: Box::new(report),
        })
    }

    pub(crate) fn program(&self) -> &'a Program {
        self.engine.program
    }

    /// Solves all blocks at a point and learns from them.
    pub(crate) fn evaluate(&mut self, point: &Point, way: Way) -> Result<Value, PlanError> {
        let solved = self.engine.solve(way, None, &point.signed, &point.allowed)?;
        let value = self.value(&solved, point, way);
        let is_plan =
            self.is_whole || self.options.integers == Integers::Relaxed || !self.master.has_whole();
        if way == self.full() && is_plan && value.is_kept && self.aim == Aim::Cost {
            self.offer(point, &value, &solved);
        }
        self.learn(solved)?;
        self.round += 1;
        Ok(value)
    }

    /// Returns the way to solve blocks as they are.
    pub(crate) fn full(&self) -> Way {
        Way::Level(self.options.lengths.len() - 1)
    }

    /// Returns the least that goes unserved at a point beyond what is allowed, as allowances and as what
    /// each standard comes to, and learns from it.
    pub(crate) fn shortage(
        &mut self,
        point: &Point,
        level: usize,
    ) -> Result<(Allowed, Vec<Standing>), PlanError> {
        let (way, tariff) = (Way::Level(level), Some(Tariff::Excess));
        let solved = self.engine.solve(way, tariff, &point.signed, &point.allowed)?;
        let counted: Vec<&[f64]> =
            solved.iter().map(|one| one.service.counted.as_slice()).collect();
        let standings = standards::standings(self.program(), &self.engine.places, &counted);
        let allowed = point.allowed.counted(&counted);
        self.learn(solved)?;
        self.round += 1;
        Ok((allowed, standings))
    }

    /// Keeps a plan if it is the best.
    fn offer(&mut self, point: &Point, value: &Value, solved: &[Solved]) {
        if self.best.as_ref().is_some_and(|best| best.objective <= value.objective) {
            return;
        }
        let counted: Vec<&[f64]> =
            solved.iter().map(|one| one.service.counted.as_slice()).collect();
        let allowed = point.allowed.counted(&counted);
        let (signed, costs) = (point.signed.clone(), value.costs.clone());
        let evaluation = self.store.evaluations.len();
        self.best = Some(Best { signed, allowed, objective: value.objective, costs, evaluation });
    }

    fn value(&self, solved: &[Solved], point: &Point, way: Way) -> Value {
        let program = self.program();
        let mut costs: Vec<f64> = (0..program.scenarios.len())
            .map(|s| {
                let offers = point.signed.iter().enumerate().filter(|(_, blocks)| **blocks != 0.0);
                offers.map(|(c, blocks)| blocks * program.fixed_cost(s, c)).sum()
            })
            .collect();
        let mut penalised = costs.clone();
        let money = self.engine.places[..self.engine.money].iter().zip(solved).enumerate();
        for (block, (place, one)) in money {
            costs[place.scenario] += one.service.cost();
            penalised[place.scenario] += match way {
                Way::Level(_) => one.service.cost() + one.service.excess_cost,
                Way::Hours => one.cut.at(&point.signed, point.allowed.of(block)),
            };
        }
        let counted: Vec<&[f64]> =
            solved.iter().map(|one| one.service.counted.as_slice()).collect();
        Value {
            penalised: risk::weighed(program, &penalised),
            objective: risk::weighed(program, &costs),
            is_kept: standards::are_kept(program, &self.engine.places, &counted),
            costs,
        }
    }

    /// Adds the cuts of an evaluation and keeps its prices.
    fn learn(&mut self, solved: Vec<Solved>) -> Result<(), PlanError> {
        let cuts: Vec<(usize, &Cut)> =
            solved.iter().enumerate().map(|(block, one)| (block, &one.cut)).collect();
        if self.aim == Aim::Cost {
            let first_row = self.master.cuts.len();
            self.master.add(self.engine.program, &self.engine.places, &cuts)?;
            let (mut kept, mut services) = (Vec::new(), Vec::new());
            for (place, one) in self.engine.places.iter().zip(solved) {
                let length = self.options.lengths[one.level];
                kept.push(Kept { place: *place, length, duals: one.duals });
                services.push(one.service);
            }
            self.store.evaluations.push(kept);
            self.first_rows.push(first_row);
            self.last_services = services;
        } else {
            self.master.add_excess(&cuts)?;
        }
        Ok(())
    }

    /// Asks the master, and raises the bound.
    pub(crate) fn choose(&mut self) -> Result<Choice, PlanError> {
        let is_less = self.make_room()?;
        let choice = self.master.choose(&self.nothing)?;
        // What was forgotten proves nothing any more.
        self.bound = if is_less { choice.bound } else { self.bound.max(choice.bound) };
        Ok(choice)
    }

    pub(crate) fn tell(&mut self, way: Way) {
        let level = match way {
            Way::Level(level) => level,
            Way::Hours => self.options.lengths.len() - 1,
        };
        let progress = Progress {
            round: self.round,
            length: self.options.lengths[level],
            bound: self.bound,
            incumbent: self.best.as_ref().map(|best| best.objective),
            is_whole: self.is_whole,
        };
        (self.report)(&progress);
    }

    /// Returns what no plan can undercut, by what is known so far; after [`Search::recall`], an answer to a
    /// what-if before anything is solved.
    ///
    /// # Errors
    /// If the limits of what is signed contradict each other.
    pub fn bound(&mut self) -> Result<f64, PlanError> {
        self.choose()?;
        Ok(self.bound)
    }

    /// Searches until the gap is reached, somebody asks to stop, or the rounds are over.
    ///
    /// # Errors
    /// If no plan was found: the limits of what is signed contradict each other, or it was stopped before.
    pub fn run(&mut self) -> Result<Found, PlanError> {
        let ended = match self.relaxed() {
            Ok(Finish::Reached)
                if self.options.integers == Integers::Whole && self.master.has_whole() =>
            {
                self.whole()
            }
            other => other,
        };
        let finish = match ended {
            Ok(finish) => finish,
            Err(PlanError::Stopped) => Finish::Stopped,
            // Limits leave the master nothing to choose from: it says which.
            Err(PlanError::NoChoice) => {
                self.find_one()?;
                Finish::Rounds
            }
            Err(error) => return Err(error),
        };
        if finish != Finish::Stopped && self.best.is_none() {
            self.find_one()?;
        }
        self.found(finish)
    }

    fn found(&self, finish: Finish) -> Result<Found, PlanError> {
        let Some(best) = self.best.clone() else { return Err(PlanError::Stopped) };
        Ok(Found {
            signed: best.signed,
            objective: best.objective,
            bound: self.bound.min(best.objective),
            costs: best.costs,
            allowed: best.allowed,
            finish,
            rounds: self.round,
        })
    }

    /// The search without whole numbers: with hours joined until it is roughly known what to sign, then by
    /// single hours; as they are only if no whole numbers come after.
    fn relaxed(&mut self) -> Result<Finish, PlanError> {
        self.can_be_kept()?;
        let is_all = self.options.integers == Integers::Relaxed || !self.master.has_whole();
        self.begin_with_few(ROUGH)?;
        let mut point = self.first()?;
        let mut ways = Vec::new();
        // What was recalled has been through joined hours.
        if self.store.evaluations.is_empty() && self.engine.finest() == Way::Hours {
            ways.push((Way::Level(0), ROUGH.max(self.options.gap)));
        }
        let near = self.options.gap * if is_all { 0.5 } else { NEAR };
        ways.push((self.engine.finest(), near));
        if is_all && self.engine.finest() == Way::Hours {
            ways.push((self.full(), self.options.gap));
        }
        for (way, wanted) in ways {
            if self.level(way, wanted, &mut point)? == Finish::Rounds {
                return Ok(Finish::Rounds);
            }
        }
        Ok(Finish::Reached)
    }

    /// Asks, once a search at full resolution takes long without a plan, whether there is one.
    fn doubt(&mut self, way: Way) -> Result<(), PlanError> {
        if self.best.is_some() || way != self.full() {
            self.doubts = 0;
            return Ok(());
        }
        self.doubts += 1;
        if self.doubts == DOUBT { self.find_one() } else { Ok(()) }
    }

    /// Begins from a plan that keeps all limits, whatever it costs.
    ///
    /// # Errors
    /// If there is none.
    fn find_one(&mut self) -> Result<(), PlanError> {
        match self.phase_one()? {
            Phase::Never(conflict) => Err(PlanError::NoPlan(Box::new(conflict))),
            Phase::Kept(point) => {
                let is_whole = std::mem::replace(&mut self.is_whole, true);
                self.evaluate(&point, self.full())?;
                self.is_whole = is_whole;
                Ok(())
            }
        }
    }

    /// Returns where to begin: nothing signed, or what the master chooses from cuts that were recalled.
    pub(crate) fn first(&mut self) -> Result<Point, PlanError> {
        let choice = self.choose()?;
        Ok(Point { signed: choice.signed, allowed: choice.allowed })
    }

    /// Searches at one level until it has no more to say. Leaves the last point in `point`.
    pub(crate) fn level(
        &mut self,
        way: Way,
        wanted: f64,
        point: &mut Point,
    ) -> Result<Finish, PlanError> {
        let mut centre: Option<(f64, Point)> = None;
        let mut before = f64::NEG_INFINITY;
        loop {
            if self.engine.solvers.is_stopped() {
                return Err(PlanError::Stopped);
            }
            if self.round >= self.options.rounds {
                return Ok(Finish::Rounds);
            }
            self.doubt(way)?;
            let value = self.evaluate(point, way)?;
            let is_better = centre.as_ref().is_none_or(|(least, _)| value.penalised < *least);
            if is_better {
                centre = Some((value.penalised, point.clone()));
            }
            let choice = self.choose()?;
            // Single hours at prices that are a little off may have no more to say.
            let is_still = !is_better && choice.bound <= before && way == Way::Hours;
            before = choice.bound;
            self.tell(way);
            let Some((least, middle)) = &centre else { continue };
            let reached = match (&self.best, way == self.full()) {
                (Some(best), true) => gap(best.objective, self.bound),
                // Without a plan that keeps every standard, excess is paid for at the end as well.
                _ => gap(*least, choice.bound),
            };
            let signed = middle.signed.iter().zip(&choice.signed);
            let signed = signed.map(|(from, to)| (1.0 - IN_OUT) * from + IN_OUT * to).collect();
            *point = Point { signed, allowed: middle.allowed.towards(&choice.allowed, IN_OUT) };
            if reached <= wanted || is_still {
                return Ok(Finish::Reached);
            }
        }
    }

    /// The search with whole numbers: candidates are tried at the last level but one until it has no more
    /// to say of them, then at full resolution.
    fn whole(&mut self) -> Result<Finish, PlanError> {
        self.is_whole = true;
        self.master.ask(Integers::Whole)?;
        let mut near = self.options.gap / 4.0;
        self.master.set_gap(near)?;
        let mut way = self.engine.finest();
        let (mut before, mut is_kept): (Option<Vec<f64>>, bool) = (None, true);
        let dearest = self.engine.excess * DEARER.powi(4);
        let mut least = f64::INFINITY;
        loop {
            let choice = self.choose()?;
            if let Some(best) = &self.best
                && gap(best.objective, self.bound) <= self.options.gap
            {
                return Ok(Finish::Reached);
            }
            if choice.is_stopped || self.engine.solvers.is_stopped() {
                return Err(PlanError::Stopped);
            }
            if self.round >= self.options.rounds {
                return Ok(Finish::Rounds);
            }
            let point =
                Point { signed: self.master.whole(&choice.signed), allowed: choice.allowed };
            let is_same = before.as_ref() == Some(&point.signed);
            if is_same && way == self.full() {
                // It is within the master's own gap and not a plan, or not good enough.
                near = if near > self.options.gap * 1e-4 { near / 4.0 } else { 0.0 };
                self.master.set_gap(near)?;
                // The master would rather pay for the excess than keep a standard.
                if !is_kept {
                    self.engine.excess = (self.engine.excess * DEARER).min(dearest);
                }
            }
            if is_same || gap(least, self.bound) <= self.options.gap / 2.0 {
                way = self.full();
            }
            self.doubt(way)?;
            let value = self.evaluate(&point, way)?;
            self.tell(way);
            least = least.min(value.penalised);
            (before, is_kept) = (Some(point.signed), value.is_kept);
        }
    }
}
