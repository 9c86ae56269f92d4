//! SLA credits: GPU-hours missing below the promised availability are credited at the rate.
//!
//!     missing = max(0, ⌊promised · in service⌋ − available)      credited at most cap · in service
//!
//! Hours that are not available are not billed in the first place; the credit comes on top, for those beyond
//! what the promise allows. It is claimed within the window and set against the bill of the month after; a window of
//! no time leaves no claim.

use super::Clause;
use crate::exact::WHOLE;

pub(super) const CLAUSE: Clause = Clause {
    name: "sla-credit",
    about: "GPU-hours missing below the promised availability are credited at the rate in the month after, up to a share of the month's fee",
    keys: &["sla.availability", "sla.credit_cap", "sla.claim_within"],
};

/// Returns the GPU-hours that are credited for a month; promise and cap in parts of a billion.
#[must_use]
pub fn missing_hours(in_service: i64, available: i64, promise: i128, cap: i128) -> i64 {
    let of = |share: i128| (i128::from(in_service.max(0)) * share / WHOLE) as i64;
    (of(promise) - available).clamp(0, of(cap))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked example: of 10,000 GPU-hours in service 9,700 are there and 9,900 are promised: 200 are credited.
    #[test]
    fn what_is_missing_below_the_promise_is_credited() {
        assert_eq!(missing_hours(10_000, 9_700, 990_000_000, WHOLE), 200);
        assert_eq!(missing_hours(10_000, 9_900, 990_000_000, WHOLE), 0);
        assert_eq!(missing_hours(10_000, 9_950, 990_000_000, WHOLE), 0);
    }

    #[test]
    fn a_cap_holds_however_long_an_outage_lasts() {
        assert_eq!(missing_hours(10_000, 0, 990_000_000, 100_000_000), 1_000);
        assert_eq!(missing_hours(0, 0, 990_000_000, WHOLE), 0);
    }
}
