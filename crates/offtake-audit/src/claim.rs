//! How probably a promise is kept, counted anew: every path, stretch by stretch, month by month.
//!
//! Nothing of it comes from the desk: time is cut at every minute at which anything changes, in a plain sorted list, and months
//! are counted by the rule of the Gregorian calendar.

use offtake_ledger::{Minute, Part, PoolId, Publication};
use std::collections::BTreeMap;

const MINUTES_OF_A_DAY: i64 = 1_440;

/// By how much more is asked, and taken before, from a minute on.
type Changes = BTreeMap<Minute, (i64, i64)>;

/// Returns the share of paths, in millionths, in which parts are kept after those of others, and how many steps that took.
pub(crate) fn kept_share(
    publication: &Publication,
    own: &[Part],
    earlier: &BTreeMap<PoolId, Vec<Part>>,
) -> (u32, u64) {
    let count = publication.path_count.max(1);
    // Of each month what was asked for, and what each path lacks of it.
    let mut months: BTreeMap<i64, (i64, Vec<i64>)> = BTreeMap::new();
    let mut steps = 0;
    let mut pools: Vec<&PoolId> = own.iter().map(|part| &part.pool).collect();
    pools.sort();
    pools.dedup();
    for pool in pools {
        let here = |part: &&Part| part.pool == *pool;
        let from = own.iter().filter(here).map(|part| part.from).min().unwrap_or(0);
        let until = own.iter().filter(here).map(|part| part.until).max().unwrap_or(0);
        let mut changes = Changes::new();
        for part in own.iter().filter(here) {
            changes.entry(part.from).or_default().0 += part.gpus;
            changes.entry(part.until).or_default().0 -= part.gpus;
        }
        for part in earlier.get(pool).into_iter().flatten() {
            let (start, end) = (part.from.max(from), part.until.min(until));
            if start < end {
                changes.entry(start).or_default().1 += part.gpus;
                changes.entry(end).or_default().1 -= part.gpus;
            }
        }
        steps += count_pool(publication, pool, (changes, until), &mut months);
    }
    let is_kept = |path: &usize| months.values().all(|(asked, lacks)| lacks[*path] * 100 <= *asked);
    let kept = (0..count).filter(is_kept).count();
    ((kept * 1_000_000 / count) as u32, steps)
}

/// Adds up what is asked of a pool and what each path lacks of it.
fn count_pool(
    publication: &Publication,
    pool: &PoolId,
    (mut changes, until): (Changes, Minute),
    months: &mut BTreeMap<i64, (i64, Vec<i64>)>,
) -> u64 {
    let count = publication.path_count.max(1);
    let published = publication.pools.iter().find(|published| published.pool.id == *pool);
    let on_it = publication.sold.iter().filter(|sold| sold.pool == *pool);
    let sold: i64 = on_it.map(|sold| sold.gpus).sum();
    let starts = published.map_or(&[][..], |published| &published.paths.starts);
    let from = changes.keys().next().copied().unwrap_or(until);
    let within = |minute: &Minute| from < *minute && *minute < until;
    let cuts: Vec<Minute> =
        starts.iter().copied().chain(month_starts(from, until)).filter(within).collect();
    for minute in cuts {
        changes.entry(minute).or_default();
    }
    let (mut asked, mut before, mut steps) = (0, 0, 0);
    let ends: Vec<Minute> = changes.keys().skip(1).copied().chain([until]).collect();
    for ((minute, (more, more_before)), end) in changes.iter().zip(ends) {
        asked += more;
        before += more_before;
        let minutes = i64::from(end) - i64::from(*minute);
        if asked == 0 || minutes == 0 {
            continue;
        }
        let none = || (0, vec![0; count]);
        let month = months.entry(month_of(*minute)).or_insert_with(none);
        month.0 += asked * minutes;
        let cell = starts.iter().rposition(|start| start <= minute);
        for (path, lacks) in month.1.iter_mut().enumerate() {
            let there = match (published, cell) {
                (Some(published), Some(cell)) => {
                    i64::from(published.paths.gpus[cell * count + path])
                }
                _ => 0,
            };
            let left = ((there - sold).max(0) - before).max(0);
            *lacks += (asked - left.min(asked)) * minutes;
        }
        steps += count as u64;
    }
    steps
}

/// Returns the first minutes of the months that begin between two minutes, and perhaps the one before.
fn month_starts(from: Minute, until: Minute) -> Vec<Minute> {
    let mut starts = Vec::new();
    let mut day = i64::from(from).div_euclid(MINUTES_OF_A_DAY);
    let mut month = month_of(from);
    while day * MINUTES_OF_A_DAY < i64::from(until) {
        let minute = (day * MINUTES_OF_A_DAY) as Minute;
        if month_of(minute) != month {
            month = month_of(minute);
            starts.push(minute);
        }
        day += 1;
    }
    starts
}

/// Returns the month that a minute of Unix time falls in, counted from the year 0.
///
/// Years begin in March here, so that the day that not all of them have is the last; 400 of them have 146,097 days.
fn month_of(minute: Minute) -> i64 {
    let days = i64::from(minute).div_euclid(MINUTES_OF_A_DAY) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    // Months from March on have 153 days in five.
    let from_march = (5 * of_year + 2) / 153;
    (era * 400 + year) * 12 + from_march + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_number;
    use jiff::civil::date;

    #[test]
    fn months_are_those_of_the_calendar() {
        for year in 1969..2110_i16 {
            for month in 1..=12_i8 {
                let first = (day_number(date(year, month, 1)) * MINUTES_OF_A_DAY) as Minute;
                let expected = i64::from(year) * 12 + i64::from(month) - 1;
                assert_eq!((month_of(first), month_of(first - 1)), (expected, expected - 1));
            }
        }
        let first = |month: i8| (day_number(date(2026, month, 1)) * MINUTES_OF_A_DAY) as Minute;
        assert_eq!(month_starts(first(1) + 5, first(3) + 1), [first(2), first(3)]);
    }
}
