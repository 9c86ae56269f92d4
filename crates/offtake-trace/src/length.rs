//! Histograms of token lengths.
//!
//! Exact below 131,072 tokens; above, a length is kept to 17 binary digits (an error under 1 in
//! 65,536), so that memory stays bounded whatever a file says. The mean is of the lengths as they are.

use offtake_model::Lengths;
use std::collections::BTreeMap;

/// Digits kept of a long length.
const DIGITS: u32 = 17;
/// Millionths of a request.
pub(crate) const MICRO: u64 = 1_000_000;
const LEVELS: [f64; 7] = [0.05, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];

/// Lengths with their weights.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    weights: BTreeMap<u64, u128>,
    weighted_sum: u128,
    weight: u128,
}

impl Histogram {
    /// Counts a length with a weight in millionths of a request.
    pub(crate) fn add(&mut self, tokens: u64, weight: u64) {
        if weight == 0 {
            return;
        }
        *self.weights.entry(bucket(tokens)).or_default() += u128::from(weight);
        self.weight += u128::from(weight);
        self.weighted_sum =
            self.weighted_sum.saturating_add(u128::from(tokens).saturating_mul(u128::from(weight)));
    }

    /// Returns the weight of all lengths, in millionths of a request.
    pub(crate) fn weight(&self) -> u128 {
        self.weight
    }

    /// Returns mean and quantiles, or `None` without any length.
    ///
    /// A quantile is the least length that at least that share of requests does not exceed.
    pub(crate) fn lengths(&self) -> Option<Lengths> {
        if self.weight == 0 {
            return None;
        }
        let mean = self.weighted_sum as f64 / self.weight as f64;
        let mut quantiles = [0.0; 7];
        let mut sum = 0_u128;
        let mut next = 0;
        for (tokens, weight) in &self.weights {
            sum += weight;
            while next < 7 && sum as f64 >= LEVELS[next] * self.weight as f64 {
                quantiles[next] = *tokens as f64;
                next += 1;
            }
        }
        Some(Lengths { mean: (mean * 10.0).round() / 10.0, quantiles })
    }
}

fn bucket(tokens: u64) -> u64 {
    let digits = u64::BITS - tokens.leading_zeros();
    let drop = digits.saturating_sub(DIGITS);
    (tokens >> drop) << drop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_one_to_a_hundred_are_their_own_numbers() {
        let mut histogram = Histogram::default();
        for tokens in 1..=100 {
            histogram.add(tokens, MICRO);
        }
        let lengths = histogram.lengths().unwrap();
        assert_eq!(lengths.quantiles, [5.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0]);
        assert_eq!(lengths.mean, 50.5);
    }

    #[test]
    fn a_length_beyond_the_exact_range_keeps_its_first_digits() {
        assert_eq!(bucket(131_071), 131_071);
        assert_eq!(bucket(131_073), 131_072);
        let mut histogram = Histogram::default();
        histogram.add(u64::MAX, u64::MAX);
        let lengths = histogram.lengths().unwrap();
        assert!((lengths.quantiles[3] / u64::MAX as f64 - 1.0).abs() < 2e-5);
    }

    #[test]
    fn no_length_at_all_is_none() {
        assert_eq!(Histogram::default().lengths(), None);
    }
}
