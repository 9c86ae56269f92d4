//! From which price on the bound with an offer reaches a cost: by bisection on the cuts.
//!
//! Where futures are weighed, or part of the offer need not be taken, the bound is no line in the price. Kept prices
//! prove cuts of the program with another price of the offer too, so the bound at any price is there without an
//! evaluation; and it only grows with the price, so halving an interval keeps it an interval.

use crate::engine::PlanError;
use crate::search::Search;
use crate::whatif::{Change, changed};

/// Steps, and how close is close enough, as a share of the price asked.
const STEPS: usize = 10;
const CLOSE: f64 = 0.002;
/// Prices that are tried where nothing says from which one on it is not worth it.
const DEARER: [f64; 4] = [2.0, 4.0, 8.0, 16.0];
/// The most cuts, times hours and uses of each, that are made anew for one price: about a second of work.
const WORK: usize = 100_000_000;

/// Returns a factor on the offer's prices at which the bound with `blocks` of it reaches `most`, as small as is found
/// between `low`, at which it may not, and `high`, at which it does; at or above `end` nothing is known to.
pub(super) fn reach(
    search: &Search<'_>,
    (offer, blocks): (usize, f64),
    most: f64,
    (mut low, high, end): (f64, f64, f64),
) -> Result<f64, PlanError> {
    let program = search.program();
    let cuts: usize = search.store.evaluations.iter().map(Vec::len).sum();
    if cuts * program.hours.len() * program.uses.len() > WORK || !most.is_finite() {
        return Ok(high);
    }
    let reaches = |factor: f64| -> Result<bool, PlanError> {
        let dearer = changed(program, &Change::Price { offer, factor });
        let (solvers, options) = (search.engine.solvers, search.options.clone());
        let mut other = Search::new(&dearer, solvers, options, |_| {})?;
        other.recall(&search.store)?;
        let choice = other.bound_with(offer, blocks)?;
        Ok(choice.is_none_or(|choice| choice.bound >= most))
    };
    let mut reached = high;
    if high >= end {
        for dearer in DEARER {
            if reaches(dearer)? {
                reached = dearer;
                break;
            }
            low = low.max(dearer);
        }
        if reached >= end {
            return Ok(high);
        }
    }
    for _ in 0..STEPS {
        if reached - low <= CLOSE {
            break;
        }
        let middle = 0.5 * (low + reached);
        if reaches(middle)? { reached = middle } else { low = middle }
    }
    Ok(reached)
}
