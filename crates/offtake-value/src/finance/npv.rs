//! Net present value of month-end flows.
//!
//! ```text
//! NPV(r) = Σ_k  c_k · (1 + r)^(−(k − at) / 12)
//! ```
//! `c_k` is what flows at the end of month `k`, `r` a yearly rate, `at` the month that the value is
//! told for. Money comes in exact; what comes out is a statistic.

use super::units;

/// Returns the present value at the end of month `at` of `flows` (millionths, by month), at the yearly
/// `rate` (0.08 for 8 %, above −1).
///
/// At a rate of −100 % or less nothing has a present value: the result is not a number.
#[must_use]
pub fn npv(flows: &[i128], rate: f64, at: usize) -> f64 {
    if rate <= -1.0 {
        return f64::NAN;
    }
    let monthly = libm::exp(-libm::log1p(rate) / 12.0);
    let last = flows.iter().rposition(|flow| *flow != 0).unwrap_or(0);
    let sum = flows[..flows.len().min(last + 1)]
        .iter()
        .rev()
        .fold(0.0, |sum, flow| sum * monthly + units(*flow));
    sum * libm::pow(monthly, -(at as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MILLION: i128 = 1_000_000;

    #[test]
    fn a_hundred_and_ten_in_a_year_is_worth_a_hundred_at_ten_per_cent() {
        let mut flows = vec![0; 13];
        flows[12] = 110 * MILLION;
        assert!((npv(&flows, 0.10, 0) - 100.0).abs() < 1e-9);
        // Told for the end of the year it is worth what it is.
        assert!((npv(&flows, 0.10, 12) - 110.0).abs() < 1e-9);
    }

    #[test]
    fn without_interest_it_is_the_sum() {
        assert!((npv(&[-3 * MILLION, MILLION, 5 * MILLION], 0.0, 0) - 3.0).abs() < 1e-12);
        assert_eq!(npv(&[], 0.1, 0), 0.0);
        assert!(npv(&[MILLION], -1.0, 0).is_nan());
    }

    proptest! {
        #[test]
        fn it_scales_with_the_money_and_shifts_with_the_month(
            flows in prop::collection::vec(-1_000_000_000_000_i128..1_000_000_000_000, 1..80),
            rate in -0.5..2.0_f64,
            later in 0_usize..30,
        ) {
            let value = npv(&flows, rate, 0);
            let size: f64 = flows.iter().map(|f| npv(&[f.abs()], 0.0, 0)).sum::<f64>() * libm::pow(1.0 + rate, -7.0).max(1.0);
            let twice: Vec<i128> = flows.iter().map(|flow| flow * 2).collect();
            prop_assert!((npv(&twice, rate, 0) - 2.0 * value).abs() <= 1e-9 * size);
            let mut shifted = vec![0; later];
            shifted.extend(&flows);
            prop_assert!((npv(&shifted, rate, later) - value).abs() <= 1e-9 * size);
        }
    }
}
