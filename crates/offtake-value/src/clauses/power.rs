//! Power passed through: what the GPUs are billed at, times PUE and the site's price of power, on top of the fee.
//!
//!     power = GPU-hours available · billed power · PUE · price of a megawatt-hour
//!
//! The power that a contract bills is not what the GPUs draw (glossary: billed power); it is what the two agreed.

use super::Clause;
use crate::exact::{WHOLE, ratio};

pub(super) const CLAUSE: Clause = Clause {
    name: "power",
    about: "power is charged on top of the fee: billed power of the GPUs in service, times PUE and the site's price",
    keys: &["power_passed_through", "billed_power", "site.power_price", "hall.pue"],
};

const WATTS: i128 = 1_000_000;

/// What power costs where a tranche stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerRate {
    /// Watts that a GPU is billed at.
    pub watts: i128,
    /// PUE, in parts of a billion.
    pub pue: i128,
    /// Millionths of the currency for a megawatt-hour.
    pub price: i128,
}

impl PowerRate {
    /// Returns what `hours` GPU-hours cost in power.
    #[must_use]
    pub const fn of(self, hours: i64) -> i128 {
        ratio(ratio(self.watts * hours as i128, self.pue, WHOLE), self.price, WATTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: 1,000 GPU-hours at 2.63 kW and a PUE of 1.20 are 3.156 MWh; at 46 USD/MWh, 145.176 USD.
    #[test]
    fn gpu_hours_become_megawatt_hours_become_money() {
        let rate = PowerRate { watts: 2_630, pue: 1_200_000_000, price: 46_000_000 };
        assert_eq!(rate.of(1_000), 145_176_000);
    }
}
