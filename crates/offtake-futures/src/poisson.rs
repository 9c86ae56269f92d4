//! Numbers of events, by table.

use offtake_stdx::Stream;

/// Buckets that say where to begin looking.
const BUCKETS: usize = 64;

/// A Poisson distribution.
#[derive(Clone, Debug)]
pub(crate) struct Poisson {
    /// Cumulative probabilities from 0 up.
    cdf: Vec<f64>,
    /// First number whose cumulative probability is over k / 64.
    guide: Vec<usize>,
}

impl Poisson {
    /// Tables the distribution with this mean.
    pub(crate) fn new(mean: f64) -> Poisson {
        let cdf = cdf(mean);
        let first = |k: usize| {
            let at = k as f64 / BUCKETS as f64;
            cdf.partition_point(|&p| p <= at).min(cdf.len() - 1)
        };
        Poisson { guide: (0..BUCKETS).map(first).collect(), cdf }
    }

    /// Draws a number.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> usize {
        let u = stream.uniform();
        let mut number = self.guide[(u * BUCKETS as f64) as usize % BUCKETS];
        while number + 1 < self.cdf.len() && self.cdf[number] <= u {
            number += 1;
        }
        number
    }
}

fn cdf(mean: f64) -> Vec<f64> {
    if mean <= 0.0 {
        return vec![1.0];
    }
    // Far enough that what lies beyond is below 1e-15.
    let last = (mean + 10.0 * mean.sqrt() + 20.0) as usize;
    let mut sum = 0.0;
    let log_mean = libm::log(mean);
    (0..=last)
        .map(|k| {
            sum += libm::exp(k as f64 * log_mean - mean - libm::lgamma(k as f64 + 1.0));
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_stdx::{Entity, Purpose};

    #[test]
    fn mean_and_variance_are_the_rate() {
        for mean in [0.0, 0.3, 4.0, 150.0] {
            let poisson = Poisson::new(mean);
            let mut stream = Stream::new(1, Purpose::new("poisson"), Entity::new(""), 0, 0);
            let numbers: Vec<f64> =
                (0..200_000).map(|_| poisson.draw(&mut stream) as f64).collect();
            let found = numbers.iter().sum::<f64>() / numbers.len() as f64;
            let square = |x: &f64| (x - found) * (x - found);
            let variance = numbers.iter().map(square).sum::<f64>() / numbers.len() as f64;
            assert!((found - mean).abs() <= 0.01 * mean + 1e-9, "{found} for {mean}");
            assert!((variance - mean).abs() <= 0.02 * mean + 1e-9, "{variance} for {mean}");
        }
    }
}
