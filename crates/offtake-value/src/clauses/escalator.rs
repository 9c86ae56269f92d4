//! The escalator: the rate changes by a factor on each anniversary of a tranche's service; below 1 it steps down.

use super::{Clause, HourRate};
use crate::exact::{WHOLE, ratio};

pub(super) const CLAUSE: Clause = Clause {
    name: "escalator",
    about: "the rate rises or steps down by a factor with each year of a tranche's service",
    keys: &["escalator"],
};

/// Returns the rate of a service year (0 for the first); `factor` in parts of a billion.
#[must_use]
pub fn escalated(rate: HourRate, factor: i128, year: i32) -> HourRate {
    let mut micros = rate.micros;
    // Rounded year by year, as the two sides would write it into their bills.
    for _ in 0..year {
        micros = ratio(micros, factor, WHOLE);
    }
    HourRate { micros, ..rate }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: 3 USD rising by 2 % a year is 3.06 in the second and 3.1212 in the third.
    #[test]
    fn a_rate_rises_with_each_year_of_service() {
        let rate = HourRate::per_hour(3_000_000);
        let years: Vec<i128> = (0..3).map(|y| escalated(rate, 1_020_000_000, y).micros).collect();
        assert_eq!(years, [3_000_000, 3_060_000, 3_121_200]);
    }

    #[test]
    fn a_factor_below_one_steps_down_and_one_changes_nothing() {
        let rate = HourRate { micros: 9_700_000_000_000_000, hours: 3_331_960_000 };
        assert_eq!(escalated(rate, WHOLE, 40), rate);
        assert_eq!(escalated(rate, 900_000_000, 1).micros, 8_730_000_000_000_000);
    }
}
