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

/// Months that counterfactuals serve at most before they serve every fourth month of a future alone.
const MOST_MONTHS: u64 = 200_000;
/// That fourth.
const EVERY: u64 = 4;

/// Returns of how many months one is served, where nobody says: all where `counterfactuals` on these samples are a
/// matter of seconds, and every fourth beyond.
#[must_use]
pub fn every_month(counterfactuals: usize, samples: u64, months: usize) -> u64 {
    let all = (counterfactuals as u64).saturating_mul(samples).saturating_mul(months as u64);
    if all <= MOST_MONTHS { 1 } else { EVERY }
}

/// Runs the base and the counterfactuals that `list` makes of the system on the samples of `request`; serves every
/// `every`-th month of a future under a counterfactual, as [`every_month`] says when it is `None`.
///
/// # Errors
///
/// When the book cannot be dispatched, or `progress` says to stop.
pub fn stress(
    book: &Book,
    (request, every): (&StressRequest, Option<u64>),
    list: impl FnOnce(&System) -> Vec<Counterfactual>,
    progress: &dyn Progress,
) -> Result<Stresses, StudyError> {
    let system = System::new(book, request.seed)?;
    let list = list(&system);
    let samples = request.samples.end - request.samples.start;
    let by_size = || every_month(list.len(), samples, system.headline_months);
    let every = every.unwrap_or_else(by_size).min(system.headline_months as u64) as usize;
    let rows = rows(book, &system, (request, every), &list, progress)?;
    Ok(stresses(book, &system, &list, (&rows, every)))
}

fn rows(
    book: &Book,
    system: &System,
    (request, every): (&StressRequest, usize),
    list: &[Counterfactual],
    progress: &dyn Progress,
) -> Result<Vec<StressRow>, StudyError> {
    let prices = Prices::new(book, system);
    let effects: Vec<&[Effect]> = list.iter().map(|c| c.effects.as_slice()).collect();
    let samples = &request.samples;
    progress.start("counterfactuals", samples.end - samples.start);
    let new = || StressRunner::new(system, &prices, &effects, (system.headline_months, every));
    let work =
        |runner: &mut StressRunner<'_>, index: usize| runner.row(samples.start + index as u64);
    let count = (samples.end - samples.start) as usize;
    share(threads(request.threads), count, progress, new, work).ok_or(StudyError::Cancelled)
}
