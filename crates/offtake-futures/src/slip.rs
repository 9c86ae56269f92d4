//! How late a milestone is: correlated normal factors through a law with an on-time part, a
//! log-normal part and a chance of never.
//!
//! Z = √v₀·W + √v₁·G + √v₂·S + √v₃·ε over world, grid, supplier and own; u = Φ(Z) goes through the
//! quantile function of the law. With the default shares 0.15, 0.10, 0.25 and 0.50 two milestones
//! correlate by 0.50 with the same supplier and grid, 0.40 with the same supplier, 0.25 with the
//! same grid and 0.15 otherwise.

use offtake_model::SlipLaw;
use offtake_stdx::normal;

/// The shares of variance of world, grid, supplier and own; they sum to 1.
pub type Shares = [f64; 4];

/// The standard normal factors behind one milestone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// The same for every milestone of a sample.
    pub world: f64,
    /// The same on one grid.
    pub grid: f64,
    /// The same for one supplier.
    pub supplier: f64,
    /// This milestone's own.
    pub own: f64,
}

impl Factors {
    /// Returns Z, standard normal again.
    #[must_use]
    pub fn combine(self, shares: &Shares) -> f64 {
        let [world, grid, supplier, own] = shares.map(libm::sqrt);
        world * self.world + grid * self.grid + supplier * self.supplier + own * self.own
    }
}

/// Returns the slip in days at probability `u`, or `None` for never.
///
/// u ≥ 1 − p_never is never; else w = u / (1 − p_never); w below the on-time share p gives
/// `within · w / p`; above it `m · exp(σ Φ⁻¹(F₀ + (1 − F₀)(w − p)/(1 − p)))` with
/// `F₀ = Φ(ln(within / m)/σ)`: continuous and increasing.
#[must_use]
pub fn slip_quantile(law: &SlipLaw, u: f64) -> Option<f64> {
    let ever = 1.0 - law.never.part();
    if u >= ever {
        return None;
    }
    let w = u / ever;
    let (on_time, within) = (law.on_time.part(), law.on_time_within.days());
    if w < on_time || on_time >= 1.0 {
        return Some(if on_time > 0.0 { within * w / on_time } else { 0.0 });
    }
    let median = law.median.days();
    if median <= 0.0 || law.sigma <= 0.0 {
        return Some(median.max(within));
    }
    let floor =
        if within > 0.0 { normal::cdf(libm::log(within / median) / law.sigma) } else { 0.0 };
    let p = floor + (1.0 - floor) * (w - on_time) / (1.0 - on_time);
    let z = normal::quantile(p.clamp(1e-15, 1.0 - 1e-15));
    Some(median * libm::exp(law.sigma * z))
}

/// Returns the probability of a slip of at most `days`, never counted as longer than any.
#[must_use]
pub fn slip_cdf(law: &SlipLaw, days: f64) -> f64 {
    if days < 0.0 {
        return 0.0;
    }
    // The quantile function is increasing: halving the range sixty times pins it down.
    let (mut low, mut high) = (0.0, 1.0 - law.never.part());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        match slip_quantile(law, middle) {
            Some(slip) if slip <= days => low = middle,
            _ => high = middle,
        }
    }
    low
}

/// Returns the slip in days for the normal number `z`, given that it is later than `known_late`
/// days (negative when nothing is known), or `None` for never.
#[must_use]
pub fn slip_days(law: &SlipLaw, z: f64, known_late: f64) -> Option<f64> {
    let u = normal::cdf(z);
    if known_late <= 0.0 {
        return slip_quantile(law, u);
    }
    let floor = slip_cdf(law, known_late);
    slip_quantile(law, floor + (1.0 - floor) * u).map(|slip| slip.max(known_late))
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_stdx::{Entity, Purpose, Stream};
    use offtake_units::{Share, Span};

    pub(crate) fn default_law() -> SlipLaw {
        SlipLaw {
            on_time: Share::new(0.35),
            on_time_within: Span::from_days(30),
            median: Span::from_months(4),
            sigma: 0.9,
            never: Share::new(0.04),
        }
    }

    const SHARES: Shares = [0.15, 0.10, 0.25, 0.50];

    #[test]
    fn the_law_is_increasing_and_continuous() {
        let law = default_law();
        let slips: Vec<f64> =
            (0..9_600).filter_map(|i| slip_quantile(&law, f64::from(i) / 1e4)).collect();
        assert!(slips.windows(2).all(|w| w[0] <= w[1]));
        let below = slip_quantile(&law, 0.96 * 0.35 - 1e-9).unwrap();
        let above = slip_quantile(&law, 0.96 * 0.35 + 1e-9).unwrap();
        assert!((below - above).abs() < 1e-3, "{below} and {above}");
    }

    #[test]
    fn quantiles_of_delivered_ones_are_near_what_the_default_was_fitted_to() {
        // P90 near 10 months and P95 near 14 of those delivered.
        let law = default_law();
        let months = |p: f64| slip_quantile(&law, p * 0.96).unwrap() / 30.4369;
        assert!((months(0.90) - 10.0).abs() < 2.5, "P90 {}", months(0.90));
        assert!((months(0.95) - 14.0).abs() < 3.0, "P95 {}", months(0.95));
    }

    #[test]
    fn pairwise_correlations_are_as_said() {
        let n = 100_000_u64;
        let draw = |purpose: &'static str, entity: &str, i| {
            Stream::new(3, Purpose::new(purpose), Entity::new(entity), i, 0).normal()
        };
        let z = |grid: &str, supplier: &str, own: &str, i| {
            let factors = Factors {
                world: draw("world", "", i),
                grid: draw("grid", grid, i),
                supplier: draw("supplier", supplier, i),
                own: draw("own", own, i),
            };
            factors.combine(&SHARES)
        };
        let correlation = |a: [&str; 3], b: [&str; 3]| {
            (0..n).map(|i| z(a[0], a[1], a[2], i) * z(b[0], b[1], b[2], i)).sum::<f64>() / n as f64
        };
        let one = ["g", "s", "a"];
        for (other, expected) in [
            (["g", "s", "b"], 0.50),
            (["h", "s", "b"], 0.40),
            (["g", "t", "b"], 0.25),
            (["h", "t", "b"], 0.15),
        ] {
            let seen = correlation(one, other);
            // The standard error of a correlation on 10⁵ draws is below 0.0036.
            assert!((seen - expected).abs() < 0.012, "{other:?}: {seen}, expected {expected}");
        }
    }

    #[test]
    fn what_is_known_to_be_late_draws_from_the_rest() {
        let law = default_law();
        let slips: Vec<f64> = (1..1_000)
            .filter_map(|i| slip_days(&law, normal::quantile(f64::from(i) / 1e3), 90.0))
            .collect();
        assert!(slips.iter().all(|&slip| slip >= 90.0));
        let unconditional = 1.0 - slip_cdf(&law, 90.0);
        let never = 1.0 - slips.len() as f64 / 999.0;
        assert!((never - 0.04 / unconditional).abs() < 2e-3, "{never}");
    }
}
