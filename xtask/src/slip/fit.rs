//! Fits the slip law by maximum likelihood, open cases counted as later than what was seen of them.
//!
//! A delivery within the on-time span has the probability of that span, a later one that of the month
//! round it, an open one that of coming later or never. Six cases of which four are open do not
//! identify four parameters: the likelihood alone grows as lateness grows without end. So the law that
//! is kept adds what little a builder knows beforehand ([`prior`]), and both are printed.

use super::MONTH;
use super::cases::{Case, Outcome};
use offtake_model::SlipLaw;
use offtake_stdx::normal;
use offtake_units::{Share, Span};

/// The laws that come out.
#[derive(Clone, Debug)]
pub(super) struct Refit {
    /// Likelihood alone, as far as the search goes.
    pub(super) alone: SlipLaw,
    /// Likelihood alone, each revised date taken at its word.
    pub(super) at_its_word: SlipLaw,
    /// Likelihood with the prior: the one that is kept.
    pub(super) held: SlipLaw,
}

/// Fits the law to the cases, starting from another.
pub(super) fn refit(cases: &[Case], start: &SlipLaw) -> Refit {
    let seen: Vec<Outcome> = cases.iter().map(|case| case.outcome).collect();
    let word: Vec<Outcome> =
        cases.iter().filter_map(|case| case.at_its_word.map(Outcome::Delivered)).collect();
    Refit {
        alone: fit(start, |law| likelihood(&seen, law)),
        at_its_word: fit(start, |law| likelihood(&word, law)),
        held: fit(start, |law| likelihood(&seen, law) + prior(law)),
    }
}

/// Returns the logarithm of the likelihood.
pub(super) fn likelihood(cases: &[Outcome], law: &SlipLaw) -> f64 {
    let within = law.on_time_within.days();
    let one = |case: &Outcome| match *case {
        Outcome::Delivered(days) if days <= within => chance(law, within),
        Outcome::Delivered(days) => {
            chance(law, days + MONTH / 2.0) - chance(law, (days - MONTH / 2.0).max(within))
        }
        Outcome::Open(days) => 1.0 - chance(law, days),
    };
    cases.iter().map(|case| libm::log(one(case).max(1e-12))).sum()
}

/// Returns the chance of a slip of at most `days`, of all that is promised: `offtake_futures::slip_cdf`
/// without its search, which a fit calls too often.
pub(super) fn chance(law: &SlipLaw, days: f64) -> f64 {
    let (within, on_time) = (law.on_time_within.days(), law.on_time.part());
    let below = |days: f64| normal::cdf(libm::log(days / law.median.days()) / law.sigma);
    let of_ever = if days <= within {
        on_time * (days / within).max(0.0)
    } else {
        on_time + (1.0 - on_time) * (below(days) - below(within)) / (1.0 - below(within))
    };
    (1.0 - law.never.part()) * of_ever
}

/// Returns the logarithm of what is believed beforehand: the median within a factor 1.6 of four months,
/// the spread within 1.3 of 0.9, about 4 % never, nothing of the share on time.
fn prior(law: &SlipLaw) -> f64 {
    let square = |x: f64| -x * x / 2.0;
    let median = square(libm::log(law.median.days() / (4.0 * MONTH)) / libm::log(1.6));
    let sigma = square(libm::log(law.sigma / 0.9) / libm::log(1.3));
    let never = law.never.part();
    median + sigma + libm::log(never) + 23.0 * libm::log(1.0 - never)
}

/// Returns the law that is best by `of`, within what a law can be.
fn fit(start: &SlipLaw, of: impl Fn(&SlipLaw) -> f64) -> SlipLaw {
    let worth = |at: &[f64; 4]| {
        let (law, outside) = law_at(at, start);
        -of(&law) + outside
    };
    let mut at = [
        logit(start.on_time.part()),
        libm::log(start.median.days()),
        libm::log(start.sigma),
        logit(start.never.part()),
    ];
    // A simplex that has shrunk to a line finds its way again when it is set up anew.
    for _ in 0..4 {
        at = lowest(at, &worth);
    }
    law_at(&at, start).0
}

/// Returns the law at a point of the search, and how far the point is outside what a law can be.
fn law_at(at: &[f64; 4], start: &SlipLaw) -> (SlipLaw, f64) {
    let mut outside = 0.0;
    let mut within = |x: f64, low: f64, high: f64| {
        outside += (x - x.clamp(low, high)).abs();
        x.clamp(low, high)
    };
    let law = SlipLaw {
        on_time: Share::new(share(within(at[0], -4.0, 4.0))),
        on_time_within: start.on_time_within,
        median: Span::from_hours(
            (libm::exp(within(at[1], libm::log(10.0), libm::log(60.0 * MONTH))) * 24.0).round()
                as i64,
        ),
        sigma: libm::exp(within(at[2], libm::log(0.3), libm::log(2.5))),
        never: Share::new(share(within(at[3], -7.0, 2.2))),
    };
    (law, outside)
}

fn logit(share: f64) -> f64 {
    libm::log(share / (1.0 - share))
}

fn share(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

/// Returns the lowest point near `start` (Nelder and Mead).
fn lowest(start: [f64; 4], worth: &impl Fn(&[f64; 4]) -> f64) -> [f64; 4] {
    let mut simplex: Vec<([f64; 4], f64)> = vec![(start, worth(&start))];
    for axis in 0..4 {
        let mut point = start;
        point[axis] += 0.5;
        simplex.push((point, worth(&point)));
    }
    for _ in 0..600 {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        let worst = simplex[4];
        if worst.1 - simplex[0].1 < 1e-10 {
            break;
        }
        let mut middle = [0.0; 4];
        for (point, _) in &simplex[..4] {
            (0..4).for_each(|axis| middle[axis] += point[axis] / 4.0);
        }
        let step = |by: f64| {
            let point =
                std::array::from_fn(|axis| middle[axis] + by * (worst.0[axis] - middle[axis]));
            (point, worth(&point))
        };
        let mirrored = step(-1.0);
        let better = if mirrored.1 < simplex[0].1 {
            let further = step(-2.0);
            if further.1 < mirrored.1 { further } else { mirrored }
        } else if mirrored.1 < simplex[3].1 {
            mirrored
        } else {
            step(if mirrored.1 < worst.1 { -0.5 } else { 0.5 })
        };
        if better.1 < worst.1 {
            simplex[4] = better;
            continue;
        }
        let best = simplex[0].0;
        for entry in &mut simplex[1..] {
            let point = std::array::from_fn(|axis| f64::midpoint(best[axis], entry.0[axis]));
            *entry = (point, worth(&point));
        }
    }
    simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
    simplex[0].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_futures::slip_quantile;

    fn law(on_time: f64, months: i64, sigma: f64, never: f64) -> SlipLaw {
        SlipLaw {
            on_time: Share::new(on_time),
            on_time_within: Span::from_days(30),
            median: Span::from_months(months),
            sigma,
            never: Share::new(never),
        }
    }

    #[test]
    fn the_chance_is_that_of_the_sampler() {
        let law = law(0.35, 4, 0.9, 0.04);
        for days in [0.0, 3.0, 29.0, 31.0, 90.0, 400.0, 4_000.0] {
            let (own, sampler) = (chance(&law, days), offtake_futures::slip_cdf(&law, days));
            assert!((own - sampler).abs() < 1e-9, "{days}: {own} and {sampler}");
        }
    }

    #[test]
    fn the_bottom_of_a_bowl_is_found() {
        let bowl = |p: &[f64; 4]| p.iter().enumerate().map(|(i, x)| (x - i as f64).powi(2)).sum();
        let found = lowest([5.0, 5.0, -5.0, 9.0], &bowl);
        assert!(found.iter().enumerate().all(|(i, x)| (x - i as f64).abs() < 1e-4), "{found:?}");
    }

    #[test]
    fn a_law_is_found_again_from_many_of_its_cases_a_third_of_them_open() {
        let truth = law(0.4, 6, 0.6, 0.10);
        let cases: Vec<Outcome> = (0..300)
            .map(|i| {
                let days = slip_quantile(&truth, (f64::from(i) + 0.5) / 300.0);
                let seen = if i % 3 == 0 { 150.0 } else { 2_000.0 };
                days.filter(|days| *days <= seen).map_or(Outcome::Open(seen), Outcome::Delivered)
            })
            .collect();
        let found = fit(&law(0.35, 4, 0.9, 0.04), |law| likelihood(&cases, law));
        assert!((found.on_time.part() - 0.4).abs() < 0.03, "{found:?}");
        assert!((found.median.days() / (6.0 * MONTH) - 1.0).abs() < 0.06, "{found:?}");
        assert!((found.sigma - 0.6).abs() < 0.06, "{found:?}");
        assert!((found.never.part() - 0.10).abs() < 0.02, "{found:?}");
    }
}
