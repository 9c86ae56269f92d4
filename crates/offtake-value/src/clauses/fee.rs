//! The fee: GPU-hours in service, at the contract's rate, billed at the end of each month.

use super::Clause;
use crate::exact::ratio;

pub(super) const CLAUSE: Clause = Clause {
    name: "fee",
    about: "GPU-hours available and taken are paid at the rate, at the end of the month of service; what is not delivered is not billed",
    keys: &["price.total", "price.per_gpu_hour", "term"],
};

/// A rate for a GPU-hour as a fraction, so that a total over the contracted hours comes out exactly: 9.7 GUSD over
/// 3.33 billion GPU-hours is no whole number of millionths an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourRate {
    /// Millionths of the currency …
    pub micros: i128,
    /// … for so many GPU-hours; at least 1.
    pub hours: i128,
}

impl HourRate {
    /// Makes the rate of `micros` for one GPU-hour.
    #[must_use]
    pub const fn per_hour(micros: i128) -> HourRate {
        HourRate { micros, hours: 1 }
    }

    /// Returns what `hours` GPU-hours cost.
    #[must_use]
    pub const fn of(self, hours: i64) -> i128 {
        ratio(self.micros, hours as i128, self.hours)
    }

    /// Returns the money for one GPU-hour, for statistics alone.
    #[must_use]
    pub fn units(self) -> f64 {
        self.micros as f64 / self.hours as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: 9.7 GUSD over 76,032 GPUs and five years of 43,824 hours.
    #[test]
    fn the_fees_of_all_contracted_hours_add_up_to_the_total() {
        let hours = 76_032 * 43_824;
        let rate = HourRate { micros: 9_700_000_000_000_000, hours: i128::from(hours) };
        assert_eq!(rate.of(hours), 9_700_000_000_000_000);
        assert!((rate.units() - 2.911).abs() < 5e-4, "{}", rate.units());
        // A month of 30 days at full service: 76,032 · 720 h · 2.911… USD.
        assert_eq!(rate.of(76_032 * 720), 159_364_731_653_888);
    }
}
