//! Delay credits: a tranche that is late beyond grace earns its buyer a share of its monthly fee.
//!
//!     credit of a month = monthly fee · credit · (hours late in it / hours of it)      up to cap · monthly fee in all
//!
//! It runs from the promised day plus grace until the tranche is in service, is terminated or given up, or its
//! seller fails, and is booked as it accrues.

use super::Clause;
use crate::calendar::Calendar;
use crate::exact::{WHOLE, ratio};

pub(super) const CLAUSE: Clause = Clause {
    name: "delay-credit",
    about: "a tranche that is late beyond grace earns a share of its monthly fee a month, pro rata and capped",
    keys: &["late.grace", "late.credit", "late.cap"],
};

/// What a contract says of the lateness of one tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Its monthly fee, in millionths.
    pub monthly_fee: i128,
    /// Credit a month, in parts of a billion of the monthly fee.
    pub credit: i128,
    /// Most of all credits, in parts of a billion of the monthly fee.
    pub cap: i128,
    /// Hour from which it accrues: the promised one plus grace.
    pub from: i64,
}

impl Delay {
    /// Calls `put` with the month and millionths of each credit until the hour `until`.
    pub fn flows(&self, calendar: &Calendar, until: i64, mut put: impl FnMut(i32, i128)) {
        let most = ratio(self.monthly_fee, self.cap, WHOLE);
        let mut left = most;
        if self.credit == 0 || until <= self.from {
            return;
        }
        let whole = ratio(self.monthly_fee, self.credit, WHOLE);
        let mut month = calendar.month_of_hour(self.from);
        while left > 0 && calendar.hours(month).start < until {
            let hours = calendar.hours(month);
            let late = until.min(hours.end) - self.from.max(hours.start);
            let length = i128::from(hours.end - hours.start);
            let credit = ratio(whole, i128::from(late), length).min(left);
            if credit == 0 {
                break;
            }
            put(month, credit);
            left -= credit;
            month += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn credits(delay: &Delay, until: i64) -> Vec<(i32, i128)> {
        let calendar = Calendar::of(date(2026, 1, 1), date(2028, 1, 1), date(2026, 1, 1));
        let mut credits = Vec::new();
        delay.flows(&calendar, until, |month, micros| credits.push((month, micros)));
        credits
    }

    /// Promised for 1 January, 45 days of grace, 30 % of a fee of 100 USD a month, at most three fees.
    const LATE: Delay = Delay {
        monthly_fee: 100_000_000,
        credit: 300_000_000,
        cap: 3_000_000_000,
        from: 45 * 24,
    };

    /// Worked example: 90 days late. Grace ends on 15 February; 14 of 28 days of February and all of
    /// March earn 15 and 30 USD.
    #[test]
    fn a_part_of_a_month_earns_its_part() {
        assert_eq!(credits(&LATE, 90 * 24), [(1, 15_000_000), (2, 30_000_000)]);
    }

    #[test]
    fn lateness_within_grace_earns_nothing() {
        assert!(credits(&LATE, 45 * 24).is_empty());
        assert!(credits(&LATE, 0).is_empty());
    }

    #[test]
    fn what_never_comes_earns_the_cap_and_no_more() {
        let all = credits(&LATE, i64::MAX / 8);
        assert_eq!(all.iter().map(|c| c.1).sum::<i128>(), 300_000_000);
        assert_eq!(all.last(), Some(&(11, 15_000_000)));
    }
}
