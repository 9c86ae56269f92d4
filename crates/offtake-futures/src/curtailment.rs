//! Grid curtailment: events that cut a share of the curtailable megawatts of every site on a grid.

use crate::{Hours, renewal};
use offtake_model::Curtailment;
use offtake_stdx::Stream;
use offtake_units::RateBasis;

/// One event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// When.
    pub hours: Hours,
    /// Share of the curtailable megawatts that is cut.
    pub depth: f64,
}

/// Hours of a year of 365.25 days.
pub(crate) const HOURS_PER_YEAR: f64 = 8_766.0;

/// Appends the events over `[0, until)`: a Poisson process of starts with exponential lengths.
pub(crate) fn cuts(process: &Curtailment, until: i64, stream: &mut Stream, out: &mut Vec<Cut>) {
    let per_hour = match process.events.basis() {
        RateBasis::Month => process.events.value() * 12.0 / HOURS_PER_YEAR,
        _ => process.events.value() / HOURS_PER_YEAR,
    };
    let mean = process.duration.hours();
    if per_hour <= 0.0 || mean <= 0.0 {
        return;
    }
    // Events that began before the first hour may still last: start ten mean lengths earlier.
    let mut at = -10.0 * mean;
    let mut ranges = Vec::with_capacity(1);
    loop {
        at += stream.exponential() / per_hour;
        if at >= until as f64 {
            return;
        }
        let end = at + stream.exponential() * mean;
        ranges.clear();
        renewal::push(at.max(0.0), end.min(until as f64), &mut ranges);
        out.extend(ranges.iter().map(|&hours| Cut { hours, depth: process.depth.part() }));
    }
}
