//! Days counted by the rule of the Gregorian calendar, and nothing else.

use jiff::civil::Date;
use offtake_units::Span;

/// Returns the days from 1 January 1970 to `date`.
pub(crate) fn day_number(date: Date) -> i64 {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let year = i64::from(date.year());
    let mut days = 0;
    for y in 1970.min(year)..1970.max(year) {
        days += if is_leap(y) { 366 } else { 365 };
    }
    if year < 1970 {
        days = -days;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: i64 = months[..date.month() as usize - 1].iter().sum();
    days + before + i64::from(date.day()) - 1
}

/// Returns the hours from `from` to 00:00 UTC of `date`.
pub(crate) fn hour(from: Date, date: Date) -> i64 {
    24 * (day_number(date) - day_number(from))
}

/// Returns the hours of `span` from `start` on; months end at the same day of a later month, or at
/// its last.
pub(crate) fn hours_of(span: Span, start: Date) -> i64 {
    let months = i64::from(start.year()) * 12 + i64::from(start.month()) - 1 + span.months();
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let first = |year: i64, month: i64| Date::new(year as i16, month as i8, 1);
    let (Ok(here), Ok(next)) = (
        first(year, month),
        first(year + i64::from(month == 12), if month == 12 { 1 } else { month + 1 }),
    ) else {
        return i64::MAX / 4;
    };
    let last = day_number(next) - day_number(here);
    let end = day_number(here) + (i64::from(start.day()) - 1).min(last - 1) + span.exact_days();
    24 * (end - day_number(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        assert_eq!(day_number(date(2000, 3, 1)), 11_017);
        assert_eq!(day_number(date(2026, 1, 1)), 20_454);
        assert_eq!(day_number(date(1969, 12, 31)), -1);
        assert_eq!(hour(date(2028, 2, 28), date(2028, 3, 1)), 48);
    }

    #[test]
    fn a_month_from_the_last_of_january_ends_in_february() {
        assert_eq!(hours_of(Span::from_months(1), date(2026, 1, 31)), 28 * 24);
        assert_eq!(hours_of(Span::from_months(60), date(2026, 3, 31)), 1_826 * 24);
        assert_eq!(hours_of(Span::from_days(10), date(2026, 12, 25)), 240);
    }
}
