//! Two books run on the same streams, and what their results differ by.

use crate::run::{Progress, Request, StudyError, run};
use offtake_adequacy::{Causes, Comparison, Run, Runner, System, compare};
use offtake_model::Book;

/// Runs `before` and `after` on the samples of `request` and compares what they came to.
///
/// The same seed gives both books the same streams: a thing that is in both draws the same numbers. Both
/// should have the same horizon, or a year's figures are over different years.
///
/// # Errors
///
/// When a book cannot be dispatched, or `progress` says to stop.
pub fn compare_books(
    before: &Book,
    after: &Book,
    request: &Request,
    progress: &dyn Progress,
) -> Result<Comparison, StudyError> {
    let request = Request { extras: false, until: None, ..request.clone() };
    let (first, _) = run(before, "", &request, progress)?;
    let (second, _) = run(after, "", &request, progress)?;
    let systems = [System::new(before, request.seed)?, System::new(after, request.seed)?];
    let promised = systems.each_ref().map(|system| Runner::new(system).record(0, Causes::NONE));
    let of =
        |side: usize, records| Run { system: &systems[side], records, promised: &promised[side] };
    Ok(compare(of(0, &first.records), of(1, &second.records)))
}
