//! When no plan keeps all limits: which cannot be met together, and the least that would have to give.
//!
//! The same decomposition with another objective: blocks minimise what goes unserved beyond what they are
//! allowed, and the master minimises how far limits are relaxed, each as a share of itself. Its duals say
//! which limits stand in each other's way.

use crate::engine::PlanError;
use crate::master::Aim;
use crate::search::{Integers, Options, Point, Search};
use std::fmt;

/// Limits that no plan keeps together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conflict {
    /// The limits that stand in each other's way, by name.
    pub together: Vec<String>,
    /// The least relaxation: limits, and by how much each has to give, in its own unit.
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
/// An excess in kGPU, on average over a month, that is none: a thousandth of a GPU.
const EXCESS: f64 = 1e-6;
/// Evaluations in a row that leave the relaxation as it is, before it counts as found.
const STILL: usize = 8;
/// Evaluations at most.
const ROUNDS: usize = 200;

impl Search<'_> {
    /// Returns why there is no plan.
    pub(crate) fn no_plan(&self) -> PlanError {
        match self.conflict(1) {
            Ok(conflict) if conflict.relax.is_empty() => PlanError::Stopped,
            Ok(conflict) => PlanError::NoPlan(Box::new(conflict)),
            Err(error) => error,
        }
    }

    /// Fails if no plan keeps all limits with so many hours joined: then none does without.
    pub(crate) fn can_be_kept(&self, length: usize) -> Result<(), PlanError> {
        if self.nothing.rows() == 0 || self.conflict(length)?.relax.is_empty() {
            return Ok(());
        }
        Err(self.no_plan())
    }

    fn conflict(&self, length: usize) -> Result<Conflict, PlanError> {
        let options = Options { lengths: vec![length], rounds: ROUNDS, ..self.options.clone() };
        let mut search = Search::new(self.program(), self.engine.solvers, options, |_| {})?;
        search.aim = Aim::Relaxation;
        search.master.aim(Aim::Relaxation)?;
        let mut last = search.settle()?;

        let mut duals = last.duals.clone();
        if self.options.integers == Integers::Whole && search.master.has_whole() {
            search.master.ask(Integers::Whole)?;
            last = search.settle()?;
            if last.relaxed.iter().sum::<f64>() > NONE && !duals_say(&search, &duals) {
                // Whole numbers are part of the reason: hold them and ask which limits bind.
                let whole = search.master.whole(&last.signed);
                search.master.ask(Integers::Relaxed)?;
                search.master.hold(0, &whole, &whole)?;
                duals = search.choose()?.duals;
            }
        }
        let mut conflict = Conflict::default();
        for (limit, relaxed) in search.master.limits.iter().zip(&last.relaxed) {
            if *relaxed > NONE {
                conflict.relax.push((limit.name.clone(), relaxed * limit.scale));
            }
            let dual = duals.get(limit.row).copied().unwrap_or(0.0);
            if *relaxed > NONE || dual * limit.scale < -NONE {
                conflict.together.push(limit.name.clone());
            }
        }
        Ok(conflict)
    }

    /// Adds cuts until what the master believes can be served can be, or more cuts change nothing.
    fn settle(&mut self) -> Result<crate::master::Choice, PlanError> {
        let (mut before, mut still) = (f64::NEG_INFINITY, 0);
        loop {
            let choice = self.choose()?;
            still = if choice.bound > before + NONE { 0 } else { still + 1 };
            before = before.max(choice.bound);
            if choice.allowed.rows() == 0 || self.round >= ROUNDS || still >= STILL {
                return Ok(choice);
            }
            let point = Point { signed: choice.signed.clone(), allowed: choice.allowed.clone() };
            if self.excess(&point)? <= EXCESS {
                return Ok(choice);
            }
        }
    }
}

/// Says whether the relaxation without whole numbers names limits.
fn duals_say(search: &Search<'_>, duals: &[f64]) -> bool {
    let of = |row: usize| duals.get(row).copied().unwrap_or(0.0);
    search.master.limits.iter().any(|limit| of(limit.row) * limit.scale < -NONE)
}
