//! The shape of the week from counts by the hour.
//!
//! ```text
//! rate[h]  = requests in hours of week h / time observed in them
//! shape[h] = rate[h] / max rate
//! ```
//!
//! An hour counts as observed when at least half of it was. An hour of the week that never was is the
//! mean of the observed rates at its hour of day, else the mean of all; a trace that observed no more
//! than one hour is flat. A short break in the recording is not a lack of demand and is left out.

use crate::stamp::HOUR;
use crate::tally::{Tally, WHOLE};
use std::collections::BTreeMap;

/// Hours of a week.
pub(crate) const WEEK: usize = 168;
/// Longest run of nearly empty hours that is taken as a break in the recording.
const LONGEST_BREAK: usize = 6;
/// Share of the usual below which an hour is nearly empty.
const NEARLY_EMPTY: f64 = 0.05;
/// Requests that an hour must usually have for its emptiness to be no accident.
const USUAL_AT_LEAST: f64 = 50.0;

/// An hour that was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Hours since 1970, UTC.
    pub(crate) hour: i64,
    /// Requests in it.
    pub(crate) count: f64,
    /// Share of the hour that was observed.
    pub(crate) exposure: f64,
}

impl Seen {
    fn rate(self) -> f64 {
        self.count / self.exposure
    }
}

/// Rates by hour of week, the busiest 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) rates: [f64; WEEK],
    pub(crate) observed: [bool; WEEK],
}

/// Returns the hour of the week, Monday 00:00 UTC being 0; 1970 began on a Thursday.
pub(crate) fn hour_of_week(hour: i64) -> usize {
    (hour + 72).rem_euclid(168) as usize
}

/// Returns the hours that were observed for at least half, in order.
pub(crate) fn observed_hours(tally: &Tally) -> Vec<Seen> {
    let Some((first, last)) = tally.ends else { return Vec::new() };
    let count = |hour: i64| tally.hours.get(&hour).map_or(0.0, |c| *c as f64 / 1e6);
    let exposures: Vec<(i64, f64)> = if tally.cover.is_empty() {
        (first.div_euclid(HOUR)..=last.div_euclid(HOUR))
            .map(|hour| {
                let time = last.min((hour + 1) * HOUR) - first.max(hour * HOUR);
                (hour, time as f64 / HOUR as f64)
            })
            .collect()
    } else {
        let share = |marks: u16| f64::from(marks.count_ones()) / f64::from(WHOLE.count_ones());
        tally.cover.iter().map(|(hour, marks)| (*hour, share(*marks))).collect()
    };
    let enough = exposures.into_iter().filter(|(_, exposure)| *exposure >= 0.5);
    enough.map(|(hour, exposure)| Seen { hour, count: count(hour), exposure }).collect()
}

/// Leaves out breaks in the recording: runs of at most six hours, each with less than a twentieth of
/// what its hour of day usually has (the median of at least three days), where that is not little.
pub(crate) fn without_breaks(seen: &[Seen]) -> Vec<Seen> {
    let mut by_hour: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for one in seen {
        by_hour.entry(one.hour.rem_euclid(24)).or_default().push(one.rate());
    }
    let usual: BTreeMap<i64, f64> = by_hour
        .into_iter()
        .filter(|(_, rates)| rates.len() >= 3)
        .map(|(hour, mut rates)| {
            rates.sort_by(f64::total_cmp);
            (hour, rates[rates.len() / 2])
        })
        .collect();
    let is_low = |one: &Seen| {
        usual
            .get(&one.hour.rem_euclid(24))
            .is_some_and(|usual| *usual >= USUAL_AT_LEAST && one.rate() < NEARLY_EMPTY * usual)
    };
    let mut kept = Vec::with_capacity(seen.len());
    let mut run: Vec<Seen> = Vec::new();
    for one in seen {
        if is_low(one) {
            run.push(*one);
            continue;
        }
        if run.len() > LONGEST_BREAK {
            kept.append(&mut run);
        }
        run.clear();
        kept.push(*one);
    }
    if run.len() > LONGEST_BREAK {
        kept.append(&mut run);
    }
    kept
}

/// Returns the mean rate of each class of hours, `None` where no hour of the class was seen.
pub(crate) fn mean_rates<const N: usize>(
    seen: &[Seen],
    class: impl Fn(i64) -> usize,
) -> [Option<f64>; N] {
    let mut sums = [(0.0, 0.0); N];
    for one in seen {
        let (count, time) = &mut sums[class(one.hour)];
        *count += one.count;
        *time += one.exposure;
    }
    sums.map(|(count, time)| (time > 0.0).then(|| count / time))
}

/// Returns the shape of the week.
pub(crate) fn shape(seen: &[Seen]) -> Shape {
    let own: [Option<f64>; WEEK] = mean_rates(seen, hour_of_week);
    let observed = own.map(|rate| rate.is_some());
    let known = || own.iter().enumerate().filter_map(|(hour, rate)| Some((hour, (*rate)?)));
    let flat = Shape { rates: [1.0; WEEK], observed };
    if known().count() <= 1 {
        return flat;
    }
    let mean = |of: &dyn Fn(usize) -> bool| {
        let (sum, count) = known()
            .filter(|(hour, _)| of(*hour))
            .fold((0.0, 0.0), |(sum, count), (_, rate)| (sum + rate, count + 1.0));
        (count > 0.0).then(|| sum / count)
    };
    let all = mean(&|_| true).unwrap_or(1.0);
    let by_day: Vec<f64> =
        (0..24).map(|day_hour| mean(&|hour| hour % 24 == day_hour).unwrap_or(all)).collect();
    let filled: Vec<f64> = (0..WEEK).map(|hour| own[hour].unwrap_or(by_day[hour % 24])).collect();
    let most = filled.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return flat;
    }
    let mut rates = [0.0; WEEK];
    for (rate, value) in rates.iter_mut().zip(filled) {
        *rate = (value / most * 1e4).round() / 1e4;
    }
    Shape { rates, observed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(hour: i64, count: f64) -> Seen {
        Seen { hour, count, exposure: 1.0 }
    }

    #[test]
    fn the_first_hour_of_1970_is_a_thursdays() {
        assert_eq!(hour_of_week(0), 72);
        assert_eq!(hour_of_week(96), 0);
        assert_eq!(hour_of_week(-73), 167);
    }

    #[test]
    fn hours_not_seen_are_filled_by_hour_of_day_then_by_the_mean() {
        // Monday 00:00 has 10, Tuesday 00:00 has 30, Monday 01:00 has 40.
        let shape = shape(&[seen(96, 10.0), seen(97, 40.0), seen(120, 30.0)]);
        assert_eq!(shape.rates[0], 0.25);
        assert_eq!(shape.rates[1], 1.0);
        assert_eq!(shape.rates[24], 0.75);
        assert_eq!(shape.rates[48], 0.5, "the mean of 10 and 30, over 40");
        assert_eq!(shape.rates[25], 1.0, "the only 01:00");
        assert_eq!(shape.rates[2], 0.6667, "the mean of all three, over 40");
        assert_eq!(shape.observed.iter().filter(|seen| **seen).count(), 3);
    }

    #[test]
    fn one_hour_is_flat() {
        assert_eq!(shape(&[seen(96, 7.0)]).rates, [1.0; WEEK]);
    }

    #[test]
    fn two_weeks_are_averaged_by_time_observed() {
        let half = Seen { hour: 96 + 168, count: 10.0, exposure: 0.5 };
        // Monday 00:00: 20 in one hour and 10 in half an hour, so 20 an hour; Tuesday 00:00: 40.
        let shape = shape(&[seen(96, 20.0), half, seen(120, 40.0)]);
        assert_eq!((shape.rates[0], shape.rates[24]), (0.5, 1.0));
    }

    #[test]
    fn a_short_hole_is_a_break_and_a_long_one_is_demand() {
        let day = |hole: std::ops::Range<i64>| -> Vec<Seen> {
            (0..24 * 5).map(|h| seen(h, if hole.contains(&h) { 0.0 } else { 100.0 })).collect()
        };
        assert_eq!(without_breaks(&day(50..56)).len(), 24 * 5 - 6);
        assert_eq!(without_breaks(&day(50..57)).len(), 24 * 5);
        let night: Vec<Seen> =
            (0..24 * 5).map(|h| seen(h, if h % 24 < 4 { 0.0 } else { 100.0 })).collect();
        assert_eq!(without_breaks(&night).len(), 24 * 5, "nights are always empty: no break");
        let quiet: Vec<Seen> =
            (0..24 * 5).map(|h| seen(h, if h == 50 { 0.0 } else { 3.0 })).collect();
        assert_eq!(without_breaks(&quiet).len(), 24 * 5, "an empty hour of few requests is chance");
    }
}
