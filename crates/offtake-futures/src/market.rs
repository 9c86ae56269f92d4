//! Market prices of GPU-hours: a path for each accelerator, from a stream of its own.
//!
//! With x the logarithm of the price over its trend, months after the book's `as_of`,
//!
//! ```text
//! x[t] = ρ · g · s[t] + √(1 − ρ²) · y[t]        y[t] = a · y[t−1] + σ' · ε[t]        y[0] = 0
//! ```
//!
//! a = 2^(−1 month / half-life); σ' makes a year's change of y, before it reverts, have the volatility asked for; s[t]
//! is the standard deviation of y[t]; g is the growth of the sample's scenario, standardised over the scenarios. So the
//! deviation has the spread s[t], and the correlation ρ with growth, in every month.

use crate::Strata;
use offtake_model::{Book, Market, Scenario};
use offtake_stdx::{Entity, Purpose, Stream};

const MARKET: Purpose = Purpose::new("market-price");

/// Draws price paths of one book.
#[derive(Clone, Debug)]
pub struct Prices {
    seed: u64,
    laws: Vec<Law>,
    /// Standardised growth by scenario.
    growth: Vec<f64>,
}

#[derive(Clone, Debug)]
struct Law {
    entity: Entity,
    price: f64,
    /// Logarithm of the trend's monthly factor.
    trend: f64,
    keep: f64,
    step: f64,
    correlation: f64,
}

impl Prices {
    /// Makes the prices of `book`'s markets, in the order of their accelerators' ids. `price` turns a market's starting
    /// price into the unit of the paths.
    #[must_use]
    pub fn new(book: &Book, seed: u64, price: impl Fn(&Market) -> f64) -> Prices {
        let law = |(id, market): (&offtake_model::AcceleratorId, &Market)| {
            let half_life = (market.half_life.hours() / HOURS_PER_MONTH).max(1e-3);
            let keep = libm::exp2(-1.0 / half_life);
            Law {
                entity: Entity::new(&id.to_string()),
                price: price(market),
                trend: libm::log(market.trend.factor()) / 12.0,
                keep,
                step: market.volatility.part() * libm::sqrt(discrete(keep) / 12.0),
                correlation: market.correlation.part(),
            }
        };
        Prices {
            seed,
            laws: book.markets.iter().map(law).collect(),
            growth: standardised(&book.scenarios),
        }
    }

    /// Returns how many markets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.laws.len()
    }

    /// Says whether there is no market.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.laws.is_empty()
    }

    /// Fills `out` with the prices of market `index` in a sample of `scenario`; its first month is the one of the
    /// starting price.
    pub fn draw(&self, index: usize, (sample, scenario): (u64, usize), out: &mut [f64]) {
        let law = &self.laws[index];
        let mut stream = Stream::new(self.seed, MARKET, law.entity, sample, 0);
        let growth = law.correlation * self.growth.get(scenario).copied().unwrap_or(0.0);
        let own = libm::sqrt(1.0 - law.correlation * law.correlation);
        let (mut y, mut variance) = (0.0, 0.0);
        for (month, price) in out.iter_mut().enumerate() {
            if month > 0 {
                y = law.keep * y + law.step * stream.normal();
                variance = law.keep * law.keep * variance + law.step * law.step;
            }
            let deviation = growth * libm::sqrt(variance) + own * y;
            *price = law.price * libm::exp(law.trend * month as f64 + deviation);
        }
    }
}

const HOURS_PER_MONTH: f64 = 8_765.82 / 12.0;

/// Returns the variance of a month's step of a process that keeps `keep` of itself, for one of a continuous process of
/// variance 1 a month: `(1 − a²) / (−2 ln a)`.
fn discrete(keep: f64) -> f64 {
    let rate = -libm::log(keep);
    if rate < 1e-9 { 1.0 } else { -libm::expm1(-2.0 * rate) / (2.0 * rate) }
}

/// Returns the logarithm of each scenario's growth, with mean 0 and variance 1 over their probabilities.
fn standardised(scenarios: &[Scenario]) -> Vec<f64> {
    let strata = Strata::new(scenarios);
    let logs: Vec<f64> = scenarios.iter().map(|s| libm::log(s.accelerators.factor())).collect();
    let over = |value: &dyn Fn(f64) -> f64| -> f64 {
        strata.probabilities().iter().zip(&logs).map(|(p, log)| p * value(*log)).sum()
    };
    let mean = over(&|log| log);
    let spread = libm::sqrt(over(&|log| (log - mean) * (log - mean)));
    let standard = |log: &f64| if spread > 1e-12 { (log - mean) / spread } else { 0.0 };
    logs.iter().map(standard).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_units::{Growth, Share};

    fn prices(correlation: f64, half_life: f64) -> Prices {
        let scenario = |name: &str, p, growth| Scenario {
            name: name.to_owned(),
            probability: Share::new(p),
            tokens: Growth::new(growth),
            accelerators: Growth::new(growth),
        };
        let keep = libm::exp2(-1.0 / half_life);
        let law = Law {
            entity: Entity::new("gb300-nvl72"),
            price: 3.0,
            trend: libm::log(0.9) / 12.0,
            keep,
            step: 0.35 * libm::sqrt(discrete(keep) / 12.0),
            correlation,
        };
        let scenarios =
            [scenario("low", 0.25, 1.5), scenario("base", 0.5, 2.2), scenario("high", 0.25, 3.5)];
        Prices { seed: 3, laws: vec![law], growth: standardised(&scenarios) }
    }

    /// Draws the deviation from the trend in month `at` of many samples, with the growth of each.
    fn deviations(prices: &Prices, at: usize) -> Vec<(f64, f64)> {
        let of = |sample: u64| {
            let scenario = [0, 1, 1, 2][(sample % 4) as usize];
            let mut path = vec![0.0; at + 1];
            prices.draw(0, (sample, scenario), &mut path);
            let trend = 3.0 * libm::pow(0.9, at as f64 / 12.0);
            (prices.growth[scenario], libm::log(path[at] / trend))
        };
        (0..40_000).map(of).collect()
    }

    #[test]
    fn a_path_starts_at_its_price_and_its_spread_is_that_of_the_law() {
        let prices = prices(0.5, 12.0);
        let mut path = [0.0; 2];
        prices.draw(0, (0, 1), &mut path);
        assert_eq!(path[0], 3.0);
        // Continuous time: σ² (1 − e^(−2κt)) / 2κ, κ = ln 2 a year.
        let kappa = std::f64::consts::LN_2;
        for (month, years) in [(12, 1.0), (60, 5.0)] {
            let all = deviations(&prices, month);
            let n = all.len() as f64;
            let mean = all.iter().map(|x| x.1).sum::<f64>() / n;
            let variance = all.iter().map(|x| (x.1 - mean) * (x.1 - mean)).sum::<f64>() / n;
            let expected = 0.35 * 0.35 * (1.0 - libm::exp(-2.0 * kappa * years)) / (2.0 * kappa);
            assert!(mean.abs() < 0.01, "{mean}");
            assert!((variance / expected - 1.0).abs() < 0.03, "{variance} for {expected}");
        }
    }

    #[test]
    fn growth_and_price_are_correlated_as_asked() {
        let all = deviations(&prices(0.5, 12.0), 36);
        let n = all.len() as f64;
        let product = all.iter().map(|x| x.0 * x.1).sum::<f64>() / n;
        let spread = libm::sqrt(all.iter().map(|x| x.1 * x.1).sum::<f64>() / n);
        assert!((product / spread - 0.5).abs() < 0.02, "{}", product / spread);
    }

    #[test]
    fn a_price_that_hardly_reverts_wanders_like_a_random_walk() {
        let all = deviations(&prices(0.0, 1e5), 48);
        let variance = all.iter().map(|x| x.1 * x.1).sum::<f64>() / all.len() as f64;
        assert!((variance / (0.35 * 0.35 * 4.0) - 1.0).abs() < 0.03, "{variance}");
    }
}
