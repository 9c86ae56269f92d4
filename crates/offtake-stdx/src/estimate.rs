//! Estimates from samples that are stratified by scenario.
//!
//! With strata s of probability p_s and n_s samples each: mean Σ p_s · mean_s, variance of the mean
//! Σ p_s² · var_s / n_s, and each sample weighs p_s / n_s in a quantile.

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error; not a number when a stratum has a single sample that could vary.
    pub standard_error: f64,
}

impl Estimate {
    /// Makes an estimate that is known exactly.
    #[must_use]
    pub const fn exact(mean: f64) -> Estimate {
        Estimate { mean, standard_error: 0.0 }
    }

    /// Returns the estimate in another unit.
    #[must_use]
    pub fn times(self, factor: f64) -> Estimate {
        Estimate { mean: self.mean * factor, standard_error: self.standard_error * factor.abs() }
    }

    /// Returns the standard error as a share of the mean; zero when both are zero.
    #[must_use]
    pub fn relative_error(self) -> f64 {
        if self.standard_error == 0.0 { 0.0 } else { self.standard_error / self.mean.abs() }
    }
}

/// Batches for the errors of what is no plain mean.
const BATCHES: usize = 10;

/// Returns the standard error of a statistic of many samples, from its spread over ten batches of
/// them; not a number when some batch has no value.
///
/// Batches are runs of neighbours: scenarios follow a sequence that fills each run evenly, and that
/// every tenth sample would miss half of.
pub fn batch_error(samples: &[usize], statistic: impl Fn(&[usize]) -> Option<f64>) -> f64 {
    let length = samples.len().div_ceil(BATCHES).max(1);
    let values: Vec<f64> = samples.chunks(length).filter_map(statistic).collect();
    let n = values.len() as f64;
    if values.len() < 2 || values.len() < samples.chunks(length).len() {
        return f64::NAN;
    }
    let centre = values.iter().sum::<f64>() / n;
    let spread: f64 = values.iter().map(|x| (x - centre) * (x - centre)).sum();
    libm::sqrt(spread / (n - 1.0) / n)
}

/// The strata and weights of a set of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Stratum of each sample.
    strata: Vec<usize>,
    /// Probability of each stratum that has samples, made to sum to 1.
    probabilities: Vec<f64>,
    counts: Vec<usize>,
}

impl Weights {
    /// Makes the weights of samples with these strata; a stratum without samples is left out and
    /// the others take its probability in proportion.
    #[must_use]
    pub fn new(strata: Vec<usize>, probabilities: &[f64]) -> Weights {
        let mut counts = vec![0; probabilities.len().max(1)];
        for &stratum in &strata {
            counts[stratum] += 1;
        }
        let seen = |s: usize| {
            if counts[s] > 0 { probabilities.get(s).copied().unwrap_or(1.0) } else { 0.0 }
        };
        let total: f64 = (0..counts.len()).map(seen).sum();
        let probabilities =
            (0..counts.len()).map(|s| if total > 0.0 { seen(s) / total } else { 0.0 }).collect();
        Weights { strata, probabilities, counts }
    }

    /// Returns how many samples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.strata.len()
    }

    /// Says whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.strata.is_empty()
    }

    /// Returns the weight of sample `index`; all weights sum to 1.
    #[must_use]
    pub fn of(&self, index: usize) -> f64 {
        let stratum = self.strata[index];
        self.probabilities[stratum] / self.counts[stratum] as f64
    }

    /// Returns the mean of one number per sample, with its standard error.
    #[must_use]
    pub fn mean(&self, values: impl Fn(usize) -> f64) -> Estimate {
        let mut sums = vec![(None, 0.0, 0.0); self.counts.len()];
        // Numbers are taken relative to the first of their stratum, so that squares do not cancel.
        for (index, &stratum) in self.strata.iter().enumerate() {
            let value = values(index);
            let (origin, sum, squares) = &mut sums[stratum];
            let x = value - *origin.get_or_insert(value);
            *sum += x;
            *squares += x * x;
        }
        let mut estimate = Estimate::default();
        let mut variance = 0.0;
        for (stratum, (origin, sum, squares)) in sums.into_iter().enumerate() {
            let (n, p) = (self.counts[stratum] as f64, self.probabilities[stratum]);
            if n == 0.0 || p == 0.0 {
                continue;
            }
            estimate.mean += p * (origin.unwrap_or(0.0) + sum / n);
            let spread = (squares - sum * sum / n).max(0.0);
            variance += p * p * if n > 1.0 { spread / (n - 1.0) / n } else { f64::NAN };
        }
        estimate.standard_error = libm::sqrt(variance);
        estimate
    }

    /// Returns the ratio of two means, with the standard error of the first order.
    #[must_use]
    pub fn ratio(&self, top: impl Fn(usize) -> f64, bottom: impl Fn(usize) -> f64) -> Estimate {
        let (over, under) = (self.mean(&top).mean, self.mean(&bottom).mean);
        if under == 0.0 {
            return Estimate::default();
        }
        let ratio = over / under;
        let residual = self.mean(|i| top(i) - ratio * bottom(i));
        Estimate { mean: ratio, standard_error: residual.standard_error / under.abs() }
    }
}

/// How one number per sample is spread: its mean and three quantiles, each with its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distribution {
    /// The mean.
    pub mean: Estimate,
    /// The 5th percentile.
    pub p5: Estimate,
    /// The median.
    pub p50: Estimate,
    /// The 95th percentile.
    pub p95: Estimate,
}

impl Weights {
    /// Returns how one number per sample is spread. The error of a quantile is half the gap of the order statistics
    /// nα ± √(nα(1 − α)).
    #[must_use]
    pub fn distribution(&self, values: impl Fn(usize) -> f64) -> Distribution {
        let mean = self.mean(&values);
        let sorted = Sorted::new(self, values);
        let n = self.len().max(1) as f64;
        let quantile = |alpha: f64| {
            let shift = libm::sqrt(alpha * (1.0 - alpha) / n);
            let (low, high) = ((alpha - shift).max(0.0), (alpha + shift).min(1.0));
            let gap = sorted.quantile(high) - sorted.quantile(low);
            Estimate { mean: sorted.quantile(alpha), standard_error: gap / 2.0 }
        };
        Distribution { mean, p5: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95) }
    }

    /// Returns the weight of each sample of a stratum; zero for one without samples.
    #[must_use]
    pub fn of_stratum(&self, stratum: usize) -> f64 {
        match self.counts.get(stratum) {
            Some(&count) if count > 0 => self.probabilities[stratum] / count as f64,
            _ => 0.0,
        }
    }
}

/// The quantiles that months report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quantiles {
    /// The 10th percentile.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The mean of the worst 5 %.
    pub cvar95: f64,
    /// Standard error of the 95th percentile: half the gap of the order statistics nα ± √(nα(1 − α)).
    pub p95_error: f64,
    /// Standard error of the CVaR.
    pub cvar95_error: f64,
}

/// Numbers of one kind over the samples, sorted with their weights.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    values: Vec<(f64, f64)>,
}

impl Sorted {
    /// Sorts one number per sample.
    pub fn new(weights: &Weights, value: impl Fn(usize) -> f64) -> Sorted {
        let mut values: Vec<(f64, f64)> =
            (0..weights.len()).map(|i| (value(i), weights.of(i))).collect();
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Sorted { values }
    }

    fn index(&self, p: f64) -> usize {
        let mut sum = 0.0;
        for (index, (_, weight)) in self.values.iter().enumerate() {
            sum += weight;
            if sum >= p - 1e-12 {
                return index;
            }
        }
        self.values.len().saturating_sub(1)
    }

    /// Returns the least number with at least `p` of the weight at or below it.
    pub fn quantile(&self, p: f64) -> f64 {
        self.values.get(self.index(p)).map_or(0.0, |(value, _)| *value)
    }

    /// Returns all that months report.
    pub fn quantiles(&self) -> Quantiles {
        let n = self.values.len() as f64;
        if n == 0.0 {
            return Quantiles::default();
        }
        let alpha = 0.95;
        let q = self.quantile(alpha);
        let shift = libm::sqrt(alpha * (1.0 - alpha) / n);
        let gap = self.quantile((alpha + shift).min(1.0)) - self.quantile((alpha - shift).max(0.0));
        let tail = |x: f64| q + (x - q).max(0.0) / (1.0 - alpha);
        let cvar: f64 = self.values.iter().map(|(x, w)| w * tail(*x)).sum();
        let variance: f64 =
            self.values.iter().map(|(x, w)| w * (tail(*x) - cvar) * (tail(*x) - cvar)).sum();
        Quantiles {
            p10: self.quantile(0.10),
            p50: self.quantile(0.50),
            p90: self.quantile(0.90),
            p95: q,
            p99: self.quantile(0.99),
            cvar95: cvar,
            p95_error: gap / 2.0,
            cvar95_error: libm::sqrt(variance / n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_weigh_by_their_probabilities_and_not_by_their_samples() {
        // Two samples of a stratum with probability 0.25, one of another with 0.75.
        let weights = Weights::new(vec![0, 0, 1, 1], &[0.25, 0.75]);
        let values = [0.0, 4.0, 10.0, 10.0];
        let estimate = weights.mean(|i| values[i]);
        assert!((estimate.mean - (0.25 * 2.0 + 0.75 * 10.0)).abs() < 1e-12);
        // var of the first stratum is 8; 0.25² · 8 / 2.
        assert!((estimate.standard_error - (0.0625_f64 * 4.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_error_of_a_constant_is_zero_even_when_it_is_large() {
        let weights = Weights::new(vec![0; 1_000], &[1.0]);
        let estimate = weights.mean(|_| 1e12 + 0.1);
        assert_eq!(estimate.standard_error, 0.0);
    }

    #[test]
    fn a_distribution_has_its_quantiles_with_their_errors() {
        let weights = Weights::new(vec![0; 10_000], &[1.0]);
        let d = weights.distribution(|i| i as f64 / 10_000.0);
        assert!((d.p5.mean - 0.05).abs() < 2e-4 && (d.p95.mean - 0.95).abs() < 2e-4);
        // Uniform: √(α(1 − α)/n).
        assert!((d.p50.standard_error - 0.005).abs() < 2e-4, "{}", d.p50.standard_error);
        assert!((weights.of_stratum(0) - 1e-4).abs() < 1e-18 && weights.of_stratum(1) == 0.0);
    }

    #[test]
    fn quantiles_and_cvar_of_a_hundred_numbers() {
        let weights = Weights::new(vec![0; 100], &[1.0]);
        let q = Sorted::new(&weights, |i| (i + 1) as f64).quantiles();
        assert_eq!((q.p10, q.p50, q.p90, q.p95, q.p99), (10.0, 50.0, 90.0, 95.0, 99.0));
        // The mean of 96 … 100.
        assert!((q.cvar95 - 98.0).abs() < 1e-9);
    }
}
