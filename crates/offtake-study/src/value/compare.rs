//! Two books valued on the same streams, and what their headlines differ by.

use super::{ValueRequest, Valued, results, run_on};
use crate::run::{Progress, StudyError};
use offtake_adequacy::Record;
use offtake_model::{Book, Ownership};
use offtake_stdx::sampled::Sampled;
use offtake_value::{Asked, Side, Use, by_sample};

/// Months that signing later would have waited.
const WAIT: i32 = 12;

/// Returns the headlines of `book`, sample by sample, on each side on which it has a contract with a price.
///
/// `records` are the book's samples as they were dispatched with the same seed, from sample 0 on.
///
/// # Errors
///
/// When the book cannot be dispatched, or `progress` says to stop.
pub fn headlines_by_sample(
    book: &Book,
    (seed, samples, threads): (u64, u64, usize),
    (records, progress): (&[Record], &dyn Progress),
) -> Result<Vec<(Side, Sampled)>, StudyError> {
    let mut found = Vec::new();
    for side in [Side::Buyer, Side::Seller].into_iter().filter(|side| has_price(book, *side)) {
        let usage = if side == Side::Seller { Use::Taken } else { Use::Dispatched };
        let asked = Asked { side, usage, wait: WAIT, seed };
        let request = ValueRequest { asked, samples, dispatched: samples, threads };
        let mut keep = |_, _: &[offtake_value::Flow]| Ok(());
        let valued = run_on(book, &request, records, (progress, &mut keep))?;
        found.push((side, sampled(book, &request, &valued)));
    }
    Ok(found)
}

/// Returns the headlines of what was run on `book`, sample by sample.
#[must_use]
pub fn sampled(book: &Book, request: &ValueRequest, valued: &Valued) -> Sampled {
    let value = results(book, request, valued);
    by_sample(book, &request.asked, &valued.samples, &value)
}

/// Says whether the owner has a contract with a price on that side.
fn has_price(book: &Book, side: Side) -> bool {
    book.contracts.values().any(|contract| {
        contract.ownership == Ownership::Contracted
            && contract.price.is_some()
            && book.side(contract) == side.of_book()
    })
}
