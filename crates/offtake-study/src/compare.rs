//! Two books run on the same streams, and what their results differ by.

use crate::run::{Progress, Request, StudyError, run};
use crate::value::headlines_by_sample;
use offtake_adequacy::{Causes, Comparison, Run, Runner, System, compare};
use offtake_model::Book;
use offtake_stdx::sampled::Sampled;
use offtake_value::Side;

/// What two books differ by: whether they hold, and what they cost and earn.
#[derive(Clone, Debug)]
pub struct BooksCompared {
    /// What `assess` says of both.
    pub adequacy: Comparison,
    /// The headlines of `value` of each book, on each side on which it has prices.
    pub values: [Vec<(Side, Sampled)>; 2],
}

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
) -> Result<BooksCompared, StudyError> {
    let request = Request { extras: false, until: None, ..request.clone() };
    let (first, _) = run(before, "", &request, progress)?;
    let (second, _) = run(after, "", &request, progress)?;
    let systems = [System::new(before, request.seed)?, System::new(after, request.seed)?];
    let promised = systems.each_ref().map(|system| Runner::new(system).record(0, Causes::NONE));
    let of =
        |side: usize, records| Run { system: &systems[side], records, promised: &promised[side] };
    let adequacy = compare(of(0, &first.records), of(1, &second.records));
    let how = (request.seed, request.samples.end, request.threads);
    let values = [
        headlines_by_sample(before, how, (&first.records, progress))?,
        headlines_by_sample(after, how, (&second.records, progress))?,
    ];
    Ok(BooksCompared { adequacy, values })
}
