//! Running an offer against its alternatives on threads.

use crate::run::{Progress, StudyError, threads};
use crate::share::share;
use crate::stress::StressRequest;
use offtake_adequacy::{
    Choice, Effect, OfferResult, Prices, StressRunner, System, alternatives, offer_result,
};
use offtake_model::Book;

/// Runs the alternatives of `choice` on the samples of `request`, over the whole horizon of `book`, in which
/// the offer and its rivals are contracts; `price` is what a GPU-hour of the offer costs or earns.
///
/// # Errors
///
/// When the book cannot be dispatched, or `progress` says to stop.
pub fn offer(
    book: &Book,
    (choice, price): (&Choice, f64),
    request: &StressRequest,
    progress: &dyn Progress,
) -> Result<OfferResult, StudyError> {
    let system = System::new(book, request.seed)?;
    let mut prices = Prices::new(book, &system);
    prices.add(&system, &choice.offer, choice.capital);
    let effects = alternatives(&system, choice);
    let effects: Vec<&[Effect]> = effects.iter().map(Vec::as_slice).collect();
    let months = system.axis.months().len();
    let samples = &request.samples;
    progress.start("alternatives", samples.end - samples.start);
    let new = || StressRunner::new(&system, &prices, &effects, (months, 1));
    let work =
        |runner: &mut StressRunner<'_>, index: usize| runner.row(samples.start + index as u64);
    let count = (samples.end - samples.start) as usize;
    let rows =
        share(threads(request.threads), count, progress, new, work).ok_or(StudyError::Cancelled)?;
    Ok(offer_result(book, &system, choice, &rows, price))
}
