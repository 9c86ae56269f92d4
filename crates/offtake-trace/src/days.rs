//! How much days differ from the week's shape, and from one day to the next.
//!
//! ```text
//! x[d] = ln(requests of day d / requests that the shape gives its observed hours)
//! sigma^2 = sum (x[d] - mean)^2 / (days - k)
//! ```
//!
//! A shape made of the same days hides part of their spread, so `k` counts what it was fitted with:
//! seven kinds of day when every weekday was seen twice, else working days and weekends (one or two
//! kinds). A slow rise over the trace is part of the spread; it is not taken out. Days are those of
//! UTC, as in the sampler, and one counts when at least twelve hours of it were observed.

use crate::week::{Seen, hour_of_week, mean_rates};
use std::collections::BTreeMap;

/// Hours of a day that must have been observed.
const HOURS_OF_A_DAY: f64 = 12.0;
/// Days below which nothing is said.
pub(crate) const DAYS_AT_LEAST: usize = 7;

/// Day-to-day variability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Standard deviation of the logarithm of a day's level.
    pub(crate) sigma: f64,
    /// Correlation with the next day.
    pub(crate) correlation: f64,
}

/// Returns how many days were seen, and their spread if they are enough.
pub(crate) fn spread(seen: &[Seen]) -> (usize, Option<Spread>) {
    let mut days: BTreeMap<i64, Vec<Seen>> = BTreeMap::new();
    for one in seen {
        days.entry(one.hour.div_euclid(24)).or_default().push(*one);
    }
    days.retain(|_, hours| hours.iter().map(|h| h.exposure).sum::<f64>() >= HOURS_OF_A_DAY);
    let count = days.len();
    if count < DAYS_AT_LEAST {
        return (count, None);
    }
    let mut weekdays = [0_usize; 7];
    for day in days.keys() {
        weekdays[weekday(*day)] += 1;
    }
    let has_all_twice = weekdays.iter().all(|count| *count >= 2);
    let kind = |day: i64| if has_all_twice { weekday(day) } else { usize::from(weekday(day) > 4) };
    let kinds = days.keys().map(|day| kind(*day)).collect::<std::collections::BTreeSet<_>>().len();
    let class = |hour: i64| kind(hour.div_euclid(24)) * 24 + hour.rem_euclid(24) as usize;
    let used: Vec<Seen> = days.values().flatten().copied().collect();
    let usual: [Option<f64>; 168] = mean_rates(&used, class);
    let levels: BTreeMap<i64, f64> = days
        .iter()
        .filter_map(|(day, hours)| {
            let count: f64 = hours.iter().map(|h| h.count).sum();
            let due: f64 =
                hours.iter().map(|h| usual[class(h.hour)].unwrap_or(0.0) * h.exposure).sum();
            // A day without any request has no logarithm.
            (count > 0.0 && due > 0.0).then(|| (*day, libm::log(count / due)))
        })
        .collect();
    (count, of_levels(&levels, kinds))
}

fn weekday(day: i64) -> usize {
    hour_of_week(day * 24) / 24
}

fn of_levels(levels: &BTreeMap<i64, f64>, kinds: usize) -> Option<Spread> {
    let count = levels.len();
    if count < DAYS_AT_LEAST || count <= kinds {
        return None;
    }
    let mean = levels.values().sum::<f64>() / count as f64;
    let sum: f64 = levels.values().map(|x| (x - mean) * (x - mean)).sum();
    let sigma = libm::sqrt(sum / (count - kinds) as f64);
    let pairs = levels.iter().filter_map(|(day, x)| {
        let next = levels.get(&(day + 1))?;
        Some((x - mean, next - mean))
    });
    let (product, one, two) = pairs.fold((0.0, 0.0, 0.0), |(product, one, two), (a, b)| {
        (product + a * b, one + a * a, two + b * b)
    });
    // Below a millionth there is nothing but rounding.
    let correlation = if sigma < 1e-6 || one * two <= 0.0 {
        0.0
    } else {
        (product / libm::sqrt(one * two)).clamp(-0.99, 0.99)
    };
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    Some(Spread { sigma: rounded(sigma), correlation: rounded(correlation) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days with the given levels, from Monday 5 January 1970 on.
    fn days(levels: &[f64]) -> Vec<Seen> {
        let hours = levels.iter().enumerate().flat_map(|(day, level)| {
            (0..24).map(move |h| Seen {
                hour: 96 + day as i64 * 24 + h,
                count: level * (1.0 + h as f64),
                exposure: 1.0,
            })
        });
        hours.collect()
    }

    #[test]
    fn six_days_are_too_few_and_seven_equal_ones_have_no_spread() {
        assert_eq!(spread(&days(&[1.0; 6])), (6, None));
        let none = Spread { sigma: 0.0, correlation: 0.0 };
        assert_eq!(spread(&days(&[1.0; 7])), (7, Some(none)));
    }

    #[test]
    fn the_spread_of_two_weeks_is_that_of_the_pairs_of_weekdays() {
        // Second week e^0.2 of the first: each pair has the sample deviation 0.2 / sqrt 2.
        let mut levels = vec![1.0; 7];
        levels.extend([libm::exp(0.2); 7]);
        let (count, spread) = spread(&days(&levels));
        let spread = spread.unwrap();
        assert_eq!(count, 14);
        assert!((spread.sigma - 0.2 / 2f64.sqrt()).abs() < 1e-4, "{}", spread.sigma);
        // Thirteen pairs: twelve within a week give +0.01, one between them gives -0.01.
        assert!((spread.correlation - 11.0 / 13.0).abs() < 1e-4, "{}", spread.correlation);
    }

    #[test]
    fn a_weekend_is_shape_and_not_spread() {
        let week = [1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.3];
        let (_, spread) = spread(&days(&week));
        assert_eq!(spread.map(|s| s.sigma), Some(0.0));
    }

    #[test]
    fn a_day_seen_for_less_than_half_does_not_count() {
        let mut seen = days(&[1.0; 8]);
        seen.truncate(7 * 24 + 11);
        assert_eq!(spread(&seen).0, 7);
    }
}
