//! Counts by the hour and lengths: all that is kept of a trace.
//!
//! Counts are whole millionths of a request, so that sums do not depend on the order of the lines.

use crate::error::Wrong;
use crate::length::{Histogram, MICRO};
use crate::stamp::{HOUR, Moment, SOME_MONDAY, Stamp};
use std::collections::BTreeMap;

/// Twelve marks of five minutes: a whole hour.
pub(crate) const WHOLE: u16 = 0xFFF;
const MARK: i64 = HOUR / 12;

/// What a trace has said so far.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Millionths of a request by hour since 1970, UTC.
    pub(crate) hours: BTreeMap<i64, u128>,
    /// Which twelfths of an hour were covered, when lines cover time; a trace of requests covers all
    /// from its first to its last.
    pub(crate) cover: BTreeMap<i64, u16>,
    /// First and last instant in microseconds.
    pub(crate) ends: Option<(i64, i64)>,
    /// Millionths of a request in all.
    pub(crate) total: u128,
    pub(crate) input: Histogram,
    pub(crate) output: Histogram,
    /// Whether a stamp named no zone.
    pub(crate) has_local: bool,
    /// Whether a stamp counted from the start, and whether one was a date.
    pub(crate) has_relative: bool,
    pub(crate) has_dates: bool,
    /// Millionths by client and six hours, for lengths that stand in a file of their own.
    pub(crate) clients: BTreeMap<(u64, i64), u64>,
    /// Where counting from the start begins.
    start: i64,
}

impl Tally {
    pub(crate) fn new(start: Option<i64>) -> Tally {
        Tally {
            hours: BTreeMap::new(),
            cover: BTreeMap::new(),
            ends: None,
            total: 0,
            input: Histogram::default(),
            output: Histogram::default(),
            has_local: false,
            has_relative: false,
            has_dates: false,
            clients: BTreeMap::new(),
            start: start.unwrap_or(SOME_MONDAY),
        }
    }

    /// Counts one request.
    pub(crate) fn request(&mut self, stamp: Stamp) {
        match self.resolve(stamp) {
            (at, None) => self.add(at, u128::from(MICRO)),
            (one, Some(two)) => {
                self.add(one, u128::from(MICRO / 2));
                self.add(two, u128::from(MICRO / 2));
            }
        }
    }

    /// Counts what arrived, evenly, in the `length` microseconds from the stamp on.
    pub(crate) fn window(&mut self, stamp: Stamp, length: i64, amount: u64) {
        match self.resolve(stamp) {
            (at, None) => self.spread(at, length, amount),
            (one, Some(two)) => {
                self.spread(one, length, amount - amount / 2);
                self.spread(two, length, amount / 2);
            }
        }
    }

    fn resolve(&mut self, stamp: Stamp) -> (i64, Option<i64>) {
        self.has_local |= stamp.is_local;
        match stamp.moment {
            Moment::At(at) => {
                self.has_dates = true;
                (at, None)
            }
            Moment::Either(one, two) => {
                self.has_dates = true;
                (one, Some(two))
            }
            Moment::Since(since) => {
                self.has_relative = true;
                (self.start + since, None)
            }
        }
    }

    fn add(&mut self, at: i64, amount: u128) {
        self.widen(at, at);
        *self.hours.entry(at.div_euclid(HOUR)).or_default() += amount;
        self.total += amount;
    }

    /// Shares the amount out over the hours that the window touches.
    fn spread(&mut self, from: i64, length: i64, amount: u64) {
        let until = from + length;
        self.widen(from, until);
        self.total += u128::from(amount);
        let mut given = 0;
        let mut at = from;
        while at < until {
            let hour = at.div_euclid(HOUR);
            let end = until.min((hour + 1) * HOUR);
            // By what is due until `end`, so that the parts add up to the amount.
            let due = u128::from(amount) * (end - from) as u128 / length as u128;
            *self.hours.entry(hour).or_default() += due - given;
            given = due;
            let first = (at - hour * HOUR) / MARK;
            let last = (end - 1 - hour * HOUR) / MARK;
            let marks = (first..=last).fold(0_u16, |marks, i| marks | 1 << i);
            *self.cover.entry(hour).or_default() |= marks;
            at = end;
        }
    }

    fn widen(&mut self, from: i64, until: i64) {
        self.ends = Some(match self.ends {
            None => (from, until),
            Some((first, last)) => (first.min(from), last.max(until)),
        });
    }

    /// Says what is wrong with the stamps as a whole.
    pub(crate) fn check(&self) -> Result<(), Wrong> {
        if self.has_relative && self.has_dates {
            let problem = "some lines have dates, others count from the start of the trace";
            return Err(Wrong::new(problem, "use one kind of time in all lines"));
        }
        if self.total == 0 {
            let problem = "there is not one request in the trace";
            return Err(Wrong::new(problem, "give a trace with requests"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(moment: Moment) -> Stamp {
        Stamp { moment, is_local: false, is_whole_hour: true }
    }

    #[test]
    fn a_window_across_two_hours_is_shared_by_time_and_adds_up() {
        let mut tally = Tally::new(None);
        tally.window(stamp(Moment::At(HOUR / 2)), HOUR, 1_000_001);
        assert_eq!(tally.hours, BTreeMap::from([(0, 500_000), (1, 500_001)]));
        assert_eq!(tally.cover, BTreeMap::from([(0, 0xFC0), (1, 0x03F)]));
        assert_eq!(tally.total, 1_000_001);
    }

    #[test]
    fn a_request_in_a_doubled_hour_is_half_in_each() {
        let mut tally = Tally::new(None);
        tally.request(stamp(Moment::Either(0, HOUR)));
        assert_eq!(tally.hours, BTreeMap::from([(0, 500_000), (1, 500_000)]));
    }

    #[test]
    fn dates_and_counting_from_the_start_do_not_mix() {
        let mut tally = Tally::new(None);
        tally.request(stamp(Moment::At(0)));
        assert!(tally.check().is_ok());
        tally.request(stamp(Moment::Since(0)));
        assert!(tally.check().is_err());
    }
}
