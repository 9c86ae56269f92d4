//! Time of a book: hours in UTC from the first day of the horizon, and the months, days and
//! years that they fall in.

use jiff::civil::Date;

/// One month of the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Calendar year.
    pub year: i16,
    /// Calendar month, 1 to 12.
    pub month: i8,
    /// First hour.
    pub start: usize,
    /// Hour after the last.
    pub end: usize,
}

/// The hours of a horizon and what they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    from: Date,
    hours: usize,
    months: Vec<Month>,
}

impl Month {
    /// Returns the number of hours.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Says whether the month has no hour.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.end == self.start
    }

    /// Returns the quarter of the year, 1 to 4.
    #[must_use]
    pub const fn quarter(&self) -> i8 {
        (self.month - 1) / 3 + 1
    }

    /// Writes it as `2026-03`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// Writes its quarter as `2026-Q1`.
    #[must_use]
    pub fn quarter_text(&self) -> String {
        format!("{:04}-Q{}", self.year, self.quarter())
    }
}

impl Axis {
    /// Makes the axis of the days from `from` to the day before `until`.
    #[must_use]
    pub fn new(from: Date, until: Date) -> Axis {
        let hours = hours_between(from, until).max(0).unsigned_abs() as usize;
        let mut months = Vec::new();
        let mut at = from;
        while at < until {
            let next = first_of_next_month(at).min(until);
            let start = hours_between(from, at).unsigned_abs() as usize;
            let end = hours_between(from, next).unsigned_abs() as usize;
            months.push(Month { year: at.year(), month: at.month(), start, end });
            at = next;
        }
        Axis { from, hours, months }
    }

    /// Returns the first day.
    #[must_use]
    pub const fn from(&self) -> Date {
        self.from
    }

    /// Returns the number of hours.
    #[must_use]
    pub const fn hours(&self) -> usize {
        self.hours
    }

    /// Returns the number of days (UTC).
    #[must_use]
    pub const fn days(&self) -> usize {
        self.hours.div_ceil(24)
    }

    /// Returns the months; the first and last may be parts of months.
    #[must_use]
    pub fn months(&self) -> &[Month] {
        &self.months
    }

    /// Returns the hour at 00:00 UTC of `date`, negative before the horizon.
    #[must_use]
    pub fn hour_of(&self, date: Date) -> i64 {
        hours_between(self.from, date)
    }

    /// Returns the day that `hour` falls in.
    #[must_use]
    pub fn date_of(&self, hour: i64) -> Date {
        let days = hour.div_euclid(24);
        self.from
            .checked_add(jiff::Span::new().days(days.clamp(-3_000_000, 3_000_000)))
            .unwrap_or(Date::MAX)
    }

    /// Returns the hour of the week of the first hour; Monday 00:00 is 0.
    #[must_use]
    pub fn first_hour_of_week(&self) -> usize {
        (self.from.weekday().to_monday_zero_offset().unsigned_abs() as usize) * 24
    }

    /// Returns how many of the months lie before the end of the `quarters`-th calendar quarter.
    #[must_use]
    pub fn months_of_quarters(&self, quarters: u32) -> usize {
        let index = |m: &Month| i64::from(m.year) * 4 + i64::from(m.quarter()) - 1;
        let Some(first) = self.months.first().map(index) else { return 0 };
        self.months.iter().take_while(|m| index(m) < first + i64::from(quarters)).count()
    }
}

fn hours_between(from: Date, to: Date) -> i64 {
    let days = to.since(from).map_or(0, |span| i64::from(span.get_days()));
    days * 24
}

/// Returns the first day of the month after that of a day.
#[must_use]
pub fn first_of_next_month(date: Date) -> Date {
    date.first_of_month().checked_add(jiff::Span::new().months(1)).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn six_years_have_52584_hours_and_72_months() {
        let axis = Axis::new(date(2026, 1, 1), date(2032, 1, 1));
        assert_eq!((axis.hours(), axis.months().len()), (52_584, 72));
        assert_eq!(axis.months()[1].start, 31 * 24);
        assert_eq!(axis.months()[71].end, 52_584);
        assert_eq!(axis.months_of_quarters(8), 24);
        // 1 January 2026 is a Thursday.
        assert_eq!(axis.first_hour_of_week(), 72);
        assert_eq!(axis.date_of(axis.hour_of(date(2027, 5, 3)) + 23), date(2027, 5, 3));
    }

    #[test]
    fn a_horizon_may_start_inside_a_month() {
        let axis = Axis::new(date(2026, 1, 15), date(2026, 3, 10));
        let lengths: Vec<usize> = axis.months().iter().map(Month::len).collect();
        assert_eq!(lengths, [17 * 24, 28 * 24, 9 * 24]);
    }
}
