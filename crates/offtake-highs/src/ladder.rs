//! Ways to solve, from the quickest to the most patient, tried in turn until one gives an answer.
//!
//! One block that a solver trips over must not end a study of six thousand. Each way undoes its options
//! afterwards, so the next solve begins with the quickest again.

use crate::raw::Highs;
use highs_sys as sys;
use offtake_plan::solver::{Answer, Ended, SolverError};
use std::ffi::CStr;

/// A way to solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// From the basis that is there.
    AsItStands,
    /// From nothing.
    WithoutBasis,
    /// From nothing, made smaller first.
    Presolved,
    /// By the primal simplex method.
    Primal,
    /// By an interior point method, with crossover to a vertex.
    Interior,
}

const RUNGS: [Rung; 5] =
    [Rung::AsItStands, Rung::WithoutBasis, Rung::Presolved, Rung::Primal, Rung::Interior];
/// HiGHS's number for the primal simplex method, and the one to choose for itself.
const PRIMAL: i32 = 4;
const CHOOSE: i32 = 0;

/// Solves, by the first way that leads to an answer.
pub(crate) fn climb(highs: &mut Highs) -> Result<Answer, SolverError> {
    climb_with(highs, |highs, _| Ok(highs.run()))
}

/// The same with another way to run, for tests of failing ones.
pub(crate) fn climb_with(
    highs: &mut Highs,
    mut run: impl FnMut(&mut Highs, Rung) -> Result<i32, SolverError>,
) -> Result<Answer, SolverError> {
    let mut status = sys::kHighsModelStatusNotset;
    for rung in RUNGS {
        if rung != Rung::AsItStands {
            highs.clear()?;
        }
        set(highs, rung)?;
        status = run(highs, rung)?;
        unset(highs, rung)?;
        if let Some(ended) = meaning(status) {
            highs.took(rung);
            return Ok(highs.answer(ended));
        }
    }
    Err(SolverError::NoAnswer { status })
}

/// Returns what HiGHS's number says; `None` if it is no answer.
fn meaning(status: i32) -> Option<Ended> {
    match status {
        sys::kHighsModelStatusOptimal | sys::kHighsModelStatusModelEmpty => Some(Ended::Optimal),
        sys::kHighsModelStatusInfeasible => Some(Ended::Infeasible),
        sys::kHighsModelStatusUnbounded | sys::kHighsModelStatusUnboundedOrInfeasible => {
            Some(Ended::Unbounded)
        }
        sys::kHighsModelStatusTimeLimit
        | sys::kHighsModelStatusInterrupt
        | sys::kHighsModelStatusHighsInterrupt => Some(Ended::Stopped),
        _ => None,
    }
}

fn presolve(rung: Rung, highs: &Highs) -> &'static CStr {
    let is_mip = highs.is_mip();
    match rung {
        // Whole numbers are searched on a presolved copy; a block keeps its basis instead.
        Rung::AsItStands | Rung::WithoutBasis | Rung::Primal if !is_mip => c"off",
        _ => c"on",
    }
}

fn set(highs: &mut Highs, rung: Rung) -> Result<(), SolverError> {
    let is_mip = highs.is_mip();
    let presolve = presolve(rung, highs);
    highs.option_text(c"presolve", presolve)?;
    match rung {
        Rung::Primal => highs.option_int(c"simplex_strategy", PRIMAL),
        // A basis that was given is nearer to feasible than to optimal: half the iterations.
        Rung::AsItStands if highs.has_given() => highs.option_int(c"simplex_strategy", PRIMAL),
        Rung::Interior if !is_mip => highs.option_text(c"solver", c"ipx"),
        _ => Ok(()),
    }
}

fn unset(highs: &mut Highs, rung: Rung) -> Result<(), SolverError> {
    match rung {
        Rung::Primal | Rung::AsItStands => highs.option_int(c"simplex_strategy", CHOOSE),
        Rung::Interior => highs.option_text(c"solver", c"choose"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_plan::solver::{Model, Solver};

    /// Two columns that must sum to 3, the second dearer: 2 + 2 · 1 = 4.
    fn model() -> Model {
        let mut model = Model::default();
        let (cheap, dear) = (model.column(1.0, 0.0, 2.0), model.column(2.0, 0.0, 9.0));
        model.rows.push(3.0, f64::INFINITY, [(cheap, 1.0), (dear, 1.0)]);
        model
    }

    #[test]
    fn every_way_finds_the_same_answer_when_those_before_it_fail() {
        for working in RUNGS {
            let mut highs = Highs::open(&model(), std::sync::Arc::default()).unwrap();
            let answer = climb_with(&mut highs, |highs, rung| {
                Ok(if rung < working { sys::kHighsModelStatusSolveError } else { highs.run() })
            })
            .unwrap();
            assert_eq!((answer.ended, highs.rung()), (Ended::Optimal, working));
            assert!((answer.objective - 4.0).abs() < 1e-9, "{working:?}: {}", answer.objective);
            assert!((answer.duals[0] - 2.0).abs() < 1e-7, "{working:?}: {:?}", answer.duals);
            // What a failing way set is undone: the next solve takes the first way again.
            highs.set_row_bounds(0, &[4.0], &[f64::INFINITY]).unwrap();
            assert!((highs.solve().unwrap().objective - 6.0).abs() < 1e-9);
            assert_eq!(highs.rung(), Rung::AsItStands);
        }
    }

    #[test]
    fn a_model_that_no_way_solves_is_an_error_and_no_panic() {
        let mut highs = Highs::open(&model(), std::sync::Arc::default()).unwrap();
        let failed = climb_with(&mut highs, |_, _| Ok(sys::kHighsModelStatusUnknown));
        let status = sys::kHighsModelStatusUnknown;
        assert_eq!(failed, Err(SolverError::NoAnswer { status }));
    }
}
