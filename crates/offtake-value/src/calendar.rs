//! Calendar months as numbers, and the hours that they have.
//!
//! Money is booked by calendar month. Month 0 is the month of the book's first day; months before it
//! are negative and the horizon's end is no bound, since terms outlast it. Hours count from 00:00 UTC
//! of the book's first day, as everywhere.

use jiff::civil::Date;
use offtake_model::Book;
use std::ops::Range;

/// First and last month that can be named: a century before and four after.
const SPAN: Range<i32> = -1_200..4_800;

/// The months around a book's horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    from: Date,
    /// Months since year 0 of month 0.
    base: i32,
    /// First hour of each month of [`SPAN`], and the hour after the last.
    starts: Vec<i64>,
    /// Month of the book's `as_of`.
    as_of: i32,
    /// Month after the last of the horizon.
    horizon: i32,
}

impl Calendar {
    /// Makes the calendar of `book`.
    #[must_use]
    pub fn new(book: &Book) -> Calendar {
        Calendar::of(book.from, book.until, book.as_of)
    }

    /// Makes the calendar of the days from `from` to the day before `until`, as known on `as_of`.
    #[must_use]
    pub fn of(from: Date, until: Date, as_of: Date) -> Calendar {
        let base = i32::from(from.year()) * 12 + i32::from(from.month()) - 1;
        let into_month = i64::from(from.day()) - 1;
        let origin = days_from_epoch(base) + into_month;
        let starts =
            (SPAN.start..=SPAN.end).map(|month| (days_from_epoch(base + month) - origin) * 24);
        let mut calendar = Calendar { from, base, starts: starts.collect(), as_of: 0, horizon: 0 };
        calendar.as_of = calendar.month_of_date(as_of);
        calendar.horizon = calendar.month_of_hour(calendar.hour_of(until) - 1) + 1;
        calendar
    }

    /// Returns the hours of `month` from 00:00 UTC of the book's first day: first, and after the last.
    #[must_use]
    pub fn hours(&self, month: i32) -> Range<i64> {
        let at = (month.clamp(SPAN.start, SPAN.end - 1) - SPAN.start) as usize;
        self.starts[at]..self.starts[at + 1]
    }

    /// Returns the month in which `hour` lies; hours beyond what can be named lie in the outermost.
    #[must_use]
    pub fn month_of_hour(&self, hour: i64) -> i32 {
        let after = self.starts.partition_point(|start| *start <= hour) as i32;
        (SPAN.start + after - 1).clamp(SPAN.start, SPAN.end - 1)
    }

    /// Returns the month in which `date` lies.
    #[must_use]
    pub fn month_of_date(&self, date: Date) -> i32 {
        let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1 - self.base;
        month.clamp(SPAN.start, SPAN.end - 1)
    }

    /// Returns the hour at 00:00 UTC of `date`, negative before the horizon.
    #[must_use]
    pub fn hour_of(&self, date: Date) -> i64 {
        date.since(self.from).map_or(0, |span| i64::from(span.get_days())) * 24
    }

    /// Returns the month of the day whose knowledge the book holds.
    #[must_use]
    pub const fn as_of(&self) -> i32 {
        self.as_of
    }

    /// Returns the month after the last of the horizon.
    #[must_use]
    pub const fn horizon(&self) -> i32 {
        self.horizon
    }

    /// Writes `month` as `2026-03`.
    #[must_use]
    pub fn text(&self, month: i32) -> String {
        let at = self.base + month;
        format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)
    }

    /// Returns the calendar year of `month`.
    #[must_use]
    pub const fn year(&self, month: i32) -> i32 {
        (self.base + month).div_euclid(12)
    }
}

/// Returns the days from 1970-01-01 to the first of a month, counted in months since year 0.
///
/// The civil calendar in whole numbers (Hinnant, "chrono-compatible low-level date algorithms"), since a
/// library's dates end where a bad book's terms may not.
fn days_from_epoch(months: i32) -> i64 {
    let (year, month) = (i64::from(months.div_euclid(12)), i64::from(months.rem_euclid(12)) + 1);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_before_the_horizon_are_negative_and_those_after_it_have_hours_too() {
        let calendar = Calendar::of(date(2026, 1, 15), date(2026, 4, 1), date(2025, 11, 30));
        assert_eq!(calendar.hours(0), -14 * 24..17 * 24);
        assert_eq!(calendar.hours(1), 17 * 24..(17 + 28) * 24);
        assert_eq!((calendar.as_of(), calendar.horizon()), (-2, 3));
        assert_eq!(calendar.text(-1), "2025-12");
        assert_eq!(calendar.text(60), "2031-01");
        assert_eq!(calendar.month_of_date(date(2031, 1, 31)), 60);
    }

    #[test]
    fn every_month_has_the_days_of_the_civil_calendar() {
        let calendar = Calendar::of(date(2026, 1, 1), date(2027, 1, 1), date(2026, 1, 1));
        for month in -600..1_200 {
            let hours = calendar.hours(month);
            let (year, of_year) = (2026 + month.div_euclid(12), month.rem_euclid(12) + 1);
            let first = date(year as i16, of_year as i8, 1);
            assert_eq!(calendar.hour_of(first), hours.start);
            assert_eq!((hours.end - hours.start) / 24, i64::from(first.days_in_month()));
            assert_eq!(calendar.month_of_hour(hours.start), month);
            assert_eq!(calendar.month_of_hour(hours.end - 1), month);
        }
    }
}
