//! Electrical power.

use crate::text::{whole_quantity, write_scaled};
use std::fmt;

whole_quantity! {
    /// Electrical power, in whole watts.
    Power(i64), "power", example "750 MW", unit "MW",
    range 0..=1_000_000_000_000 ("from 0 to 1000 GW"),
    [("W", 1), ("kW", 1_000), ("MW", 1_000_000), ("GW", 1_000_000_000)]
}

impl Power {
    /// Makes a power from whole watts.
    #[must_use]
    pub const fn from_watts(watts: i64) -> Power {
        Power(watts)
    }

    /// Returns the watts.
    #[must_use]
    pub const fn watts(self) -> i64 {
        self.0
    }

    /// Returns the kilowatts, for arithmetic that ends in statistics.
    #[must_use]
    pub fn kilowatts(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// Returns the megawatts, for arithmetic that ends in statistics.
    #[must_use]
    pub fn megawatts(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0.into(), Self::UNITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParseQuantityError, Quantity};

    #[test]
    fn what_has_no_number_is_told_with_what_it_is() {
        for text in ["NaN", "about 5 MW", "MW"] {
            let error = Power::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not a number")), "{error}");
        }
    }

    #[test]
    fn a_bare_number_is_refused_with_the_mend_in_the_message() {
        let error = Power::parse("750").unwrap_err();
        assert_eq!(error.to_string(), "`750` has no unit; write for example `750 MW`");
    }

    #[test]
    fn a_separator_is_refused() {
        let error = Power::parse("1,000 MW").unwrap_err();
        assert!(matches!(error, ParseQuantityError::Separator { .. }));
    }

    #[test]
    fn a_draw_of_1_95_kw_is_exact() {
        assert_eq!(Power::parse("1.95 kW"), Ok(Power::from_watts(1_950)));
        assert_eq!(Power::from_watts(1_950).to_string(), "1.95 kW");
    }

    #[test]
    fn a_gpu_is_not_a_unit_of_power() {
        let error = Power::parse("3 GPU").unwrap_err();
        assert_eq!(error.to_string(), "`GPU` is not a unit of power; use W, kW, MW or GW");
    }
}
