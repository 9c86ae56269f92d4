//! Phase one: is there a plan that keeps all limits, and if not, which stand in each other's way and the
//! least that would have to give.
//!
//! The same decomposition with another objective: blocks minimise what goes unserved beyond what they are
//! allowed, and the master minimises how far limits are relaxed, each as a share of itself. What the master
//! says is the least that has to give, whatever is signed; what a point that was evaluated needs is enough.
//! **Invariant:** "cannot be met" is said only when the least is above nothing, and a plan that needs
//! nothing is handed back to the search as its first.

use crate::block_rows::Allowed;
use crate::engine::PlanError;
use crate::master::{Aim, Choice};
use crate::search::{Integers, Options, Point, Search};
use crate::stage::{self, StageRow};
use std::fmt;

/// Limits that no plan keeps together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conflict {
    /// The limits that stand in each other's way, by name.
    pub together: Vec<String>,
    /// The least relaxation: limits, and by how much each has to give, in its own unit. With so much there
    /// is a plan; with a hundredth less of their sum there is none, unless the search was cut short.
    pub relax: Vec<(String, f64)>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "together these cannot be met: {}; ", self.together.join(", "))?;
        let relax = self.relax.iter().map(|(name, by)| format!("{name} by {by:.6}"));
        write!(f, "the least relaxation: {}", relax.collect::<Vec<_>>().join(", "))
    }
}

/// A relaxation, as a share of limits, that is none.
const NONE: f64 = 1e-7;
/// How close the least relaxation is found, as a share of itself.
const CLOSE: f64 = 1e-2;
/// Evaluations at most at each resolution.
const ROUNDS: usize = 60;

/// What a point needs.
#[derive(Clone, Debug)]
struct Needs {
    point: Point,
    /// By limit: how far it has to give, as a share of itself.
    relaxed: Vec<f64>,
}

impl Needs {
    fn sum(&self) -> f64 {
        self.relaxed.iter().sum()
    }
}

/// What phase one says.
pub(crate) enum Phase {
    /// A plan that keeps everything, at the resolution that was asked for.
    Kept(Point),
    /// No plan does.
    Never(Conflict),
}

impl Search<'_> {
    /// Returns why there is no plan, or a plan.
    pub(crate) fn phase_one(&self) -> Result<Phase, PlanError> {
        let (mut search, stage) = self.of_limits()?;
        let last = self.options.lengths.len() - 1;
        let mut duals = Vec::new();
        let mut needs: Option<Needs> = None;
        for level in 0..=last {
            let begin = needs.take().map(|needs| needs.point);
            let settled = search.settle(&stage, level, begin)?;
            duals = settled.0.duals;
            needs = Some(settled.1);
        }
        if self.options.integers == Integers::Whole && search.master.has_whole() {
            search.master.ask(Integers::Whole)?;
            let (choice, whole) = search.settle(&stage, last, None)?;
            if whole.sum() > NONE && !search.duals_say(&duals) {
                // Whole numbers are part of the reason: hold them and ask which limits bind.
                let held = search.master.whole(&choice.signed);
                search.master.ask(Integers::Relaxed)?;
                search.master.hold(0, &held, &held)?;
                duals = search.choose()?.duals;
            }
            needs = Some(whole);
        }
        let Some(needs) = needs else { return Err(PlanError::NoChoice) };
        if needs.sum() <= NONE {
            return Ok(Phase::Kept(needs.point));
        }
        Ok(Phase::Never(search.conflict(&duals, &needs.relaxed)))
    }

    /// Fails if no plan keeps all limits with the most hours joined: then none does without.
    pub(crate) fn can_be_kept(&self) -> Result<(), PlanError> {
        if self.nothing.rows() == 0 {
            return Ok(());
        }
        let (mut search, stage) = self.of_limits()?;
        let (choice, _) = search.settle(&stage, 0, None)?;
        // It is not shown that there is none.
        if choice.bound <= NONE {
            return Ok(());
        }
        match self.phase_one()? {
            Phase::Never(conflict) => Err(PlanError::NoPlan(Box::new(conflict))),
            Phase::Kept(_) => Ok(()),
        }
    }

    /// Returns a search of the same program for the least relaxation, and the limits of what is signed.
    fn of_limits(&self) -> Result<(Search<'_>, Vec<StageRow>), PlanError> {
        let options = Options { rounds: usize::MAX, ..self.options.clone() };
        let mut search = Search::new(self.program(), self.engine.solvers, options, |_| {})?;
        search.aim = Aim::Relaxation;
        search.master.aim(Aim::Relaxation)?;
        Ok((search, stage::rows(self.program())))
    }

    /// Adds cuts until a point needs no more than the master says that every point does, and returns what
    /// the master chose last and that point. A point half way between the best so far and the master's
    /// choice halves what is between them if it teaches nothing, and a choice that is right ends it: they
    /// take turns. With whole numbers only the choice will do.
    fn settle(
        &mut self,
        stage: &[StageRow],
        level: usize,
        begin: Option<Point>,
    ) -> Result<(Choice, Needs), PlanError> {
        let mut best: Option<Needs> = None;
        let mut begin = begin;
        let end = self.round + ROUNDS;
        loop {
            let choice = self.choose()?;
            if let Some(best) = &best {
                let most = best.sum();
                let is_close = most - choice.bound <= CLOSE * most;
                if most <= NONE || is_close || self.round >= end {
                    return Ok((choice, best.clone()));
                }
            }
            if self.engine.solvers.is_stopped() {
                return Err(PlanError::Stopped);
            }
            let signed = self.master.whole_if_asked(&choice.signed);
            let chosen = Point { signed, allowed: choice.allowed.clone() };
            let point = match (begin.take(), &best) {
                (Some(begin), _) => begin,
                (None, Some(best)) if !self.master.is_whole() && self.round.is_multiple_of(2) => {
                    best.point.half_way(&chosen)
                }
                _ => chosen,
            };
            let needs = self.needs(stage, &point, level)?;
            if best.as_ref().is_none_or(|best| needs.sum() < best.sum()) {
                best = Some(needs);
            }
        }
    }

    /// Returns what a point needs, and learns from it.
    fn needs(
        &mut self,
        stage: &[StageRow],
        point: &Point,
        level: usize,
    ) -> Result<Needs, PlanError> {
        let (counted, standings) = self.shortage(point, level)?;
        let used = |row: &StageRow| -> f64 {
            row.terms.iter().map(|(offer, factor)| factor * point.signed[*offer]).sum()
        };
        let values = stage.iter().map(used).chain(standings.iter().map(|of| of.value));
        let limits = self.master.limits.iter();
        let relaxed = limits.zip(values).map(|(limit, value)| {
            let beyond = (value - limit.most) / limit.scale;
            if beyond > NONE { beyond } else { 0.0 }
        });
        let relaxed = relaxed.collect();
        Ok(Needs { point: Point { signed: point.signed.clone(), allowed: counted }, relaxed })
    }

    fn conflict(&self, duals: &[f64], relaxed: &[f64]) -> Conflict {
        let mut conflict = Conflict::default();
        for (limit, relaxed) in self.master.limits.iter().zip(relaxed) {
            if *relaxed > NONE {
                conflict.relax.push((limit.name.clone(), relaxed * limit.scale));
            }
            let dual = duals.get(limit.row).copied().unwrap_or(0.0);
            if *relaxed > NONE || dual * limit.scale < -NONE {
                conflict.together.push(limit.name.clone());
            }
        }
        conflict
    }

    /// Says whether the relaxation without whole numbers names limits.
    fn duals_say(&self, duals: &[f64]) -> bool {
        let of = |row: usize| duals.get(row).copied().unwrap_or(0.0);
        self.master.limits.iter().any(|limit| of(limit.row) * limit.scale < -NONE)
    }
}

impl Point {
    fn half_way(&self, to: &Point) -> Point {
        let signed = self.signed.iter().zip(&to.signed).map(|(from, to)| 0.5 * (from + to));
        let allowed: Allowed = self.allowed.towards(&to.allowed, 0.5);
        Point { signed: signed.collect(), allowed }
    }
}
