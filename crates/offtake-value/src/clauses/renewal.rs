//! Renewal: a right and not a duty, so no flow hangs on it; what it is worth is what it saves against the market.
//!
//!     worth = max(0, market price on the day of notice − rate) · GPU-hours of the further term
//!
//! The same holds for an extension. A buyer who lets it lapse loses nothing, so it is never below zero.

use super::{Clause, HourRate};

pub(super) const CLAUSE: Clause = Clause {
    name: "renewal",
    about: "a right to go on at the contract's rate: no flow, but a worth wherever the market is dearer on the day of notice",
    keys: &["renewal.term", "renewal.notice", "renewal.times"],
};

/// Returns what the right saves over `hours` GPU-hours, in the currency's unit, for statistics.
#[must_use]
pub fn worth_of_renewal(market: f64, rate: HourRate, hours: f64) -> f64 {
    (market - rate.units()).max(0.0) * hours
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: 1,000 GPU-hours at 3.00 where the market asks 3.40 save 400; where it asks 2.00 nothing is lost.
    #[test]
    fn a_right_is_worth_what_it_saves_and_never_less_than_nothing() {
        let rate = HourRate::per_hour(3_000_000);
        assert!((worth_of_renewal(3.40, rate, 1_000.0) - 400.0).abs() < 1e-9);
        assert_eq!(worth_of_renewal(2.0, rate, 1_000.0), 0.0);
    }
}
