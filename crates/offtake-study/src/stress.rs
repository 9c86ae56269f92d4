//! Running counterfactuals on threads.

use crate::run::{Progress, StudyError, threads};
use crate::share::share;
use offtake_adequacy::{
    Counterfactual, Effect, Prices, StressRow, StressRunner, Stresses, System, stresses,
};
use offtake_model::Book;
use std::ops::Range;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct StressRequest {
    /// Seed of the futures.
    pub seed: u64,
    /// The samples.
    pub samples: Range<u64>,
    /// Threads; 0 for as many as the machine has.
    pub threads: usize,
}

/// Runs the base and the counterfactuals that `list` makes of the system on the samples of `request`.
///
/// # Errors
///
/// When the book cannot be dispatched, or `progress` says to stop.
pub fn stress(
    book: &Book,
    request: &StressRequest,
    list: impl FnOnce(&System) -> Vec<Counterfactual>,
    progress: &dyn Progress,
) -> Result<Stresses, StudyError> {
    let system = System::new(book, request.seed)?;
    let list = list(&system);
    let rows = rows(book, &system, request, &list, progress)?;
    Ok(stresses(book, &system, &list, &rows))
}

fn rows(
    book: &Book,
    system: &System,
    request: &StressRequest,
    list: &[Counterfactual],
    progress: &dyn Progress,
) -> Result<Vec<StressRow>, StudyError> {
    let prices = Prices::new(book, system);
    let effects: Vec<&[Effect]> = list.iter().map(|c| c.effects.as_slice()).collect();
    let samples = &request.samples;
    progress.start("counterfactuals", samples.end - samples.start);
    let new = || StressRunner::new(system, &prices, &effects, system.headline_months);
    let work =
        |runner: &mut StressRunner<'_>, index: usize| runner.row(samples.start + index as u64);
    let count = (samples.end - samples.start) as usize;
    share(threads(request.threads), count, progress, new, work).ok_or(StudyError::Cancelled)
}
