//! Which named future a sample has: stratified by a van der Corput sequence.
//!
//! Scenarios drawn at random alone would need some 18,600 samples for 1 % of error on the expected
//! unserved work; with strata their spread costs nothing, since their probabilities are known.

use offtake_model::{Book, Scenario};

/// The strata of a run: the scenarios with their probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Strata {
    probabilities: Vec<f64>,
}

impl Strata {
    /// Makes the strata of `scenarios`.
    #[must_use]
    pub fn new(scenarios: &[Scenario]) -> Strata {
        let total: f64 = scenarios.iter().map(|s| s.probability.part()).sum();
        let share = |s: &Scenario| if total > 0.0 { s.probability.part() / total } else { 1.0 };
        Strata { probabilities: scenarios.iter().map(share).collect() }
    }

    /// Returns the probabilities; they sum to 1.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// Returns the scenario of `sample`: where the van der Corput number of the sample (base 2)
    /// falls among the cumulative probabilities.
    #[must_use]
    pub fn of(&self, sample: u64) -> usize {
        let at = (sample.reverse_bits() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut sum = 0.0;
        for (index, probability) in self.probabilities.iter().enumerate() {
            sum += probability;
            if at < sum {
                return index;
            }
        }
        self.probabilities.len().saturating_sub(1)
    }
}

/// Returns the index of the base scenario: the one named `base`, else the likeliest, else the first.
#[must_use]
pub fn base_scenario(book: &Book) -> usize {
    if let Some(index) = book.scenarios.iter().position(|s| s.name == "base") {
        return index;
    }
    let mut best = 0;
    for (index, scenario) in book.scenarios.iter().enumerate() {
        if scenario.probability > book.scenarios[best].probability {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_units::{Growth, Share};

    #[test]
    fn shares_of_samples_follow_the_probabilities_at_every_length() {
        let scenario = |name: &str, p| Scenario {
            name: name.to_owned(),
            probability: Share::new(p),
            tokens: Growth::new(1.0),
            accelerators: Growth::new(1.0),
        };
        let strata =
            Strata::new(&[scenario("low", 0.25), scenario("base", 0.5), scenario("high", 0.25)]);
        for n in [4_u64, 100, 1_000, 1_003] {
            let count = (0..n).filter(|&i| strata.of(i) == 1).count() as f64;
            // The discrepancy of a van der Corput sequence grows with log₂ n only.
            assert!(
                (count - 0.5 * n as f64).abs() <= (n as f64).log2() / 2.0 + 1.0,
                "{n}: {count}"
            );
        }
    }
}
