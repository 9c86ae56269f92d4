//! Sublease: what is paid for and not taken may be passed on. To whom and at what price the book does not say, so no flow
//! hangs on it; at most it brings the market price of the hours that would be idle.

use super::Clause;

pub(super) const CLAUSE: Clause = Clause {
    name: "sublease",
    about: "GPU-hours paid for and not taken may be passed on: no flow, but at most the market price of what stands idle",
    keys: &["sublease"],
};

/// Returns the most that `idle` GPU-hours bring at the market price, in the currency's unit, for statistics.
#[must_use]
pub fn most_from_subletting(market: f64, idle: f64) -> f64 {
    market.max(0.0) * idle.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: 500 idle GPU-hours at a market price of 2.40 bring 1,200 at most.
    #[test]
    fn idle_hours_bring_the_market_price_at_most() {
        assert!((most_from_subletting(2.40, 500.0) - 1_200.0).abs() < 1e-9);
        assert_eq!(most_from_subletting(2.40, -1.0), 0.0);
    }
}
