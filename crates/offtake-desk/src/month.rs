//! Calendar months of UTC in minutes of Unix time, because firmness is counted month by month.

use offtake_ledger::{Minute, NEVER};

const MINUTES_OF_A_DAY: i64 = 1_440;

/// Returns the first minute of the month after the one that `minute` falls in.
#[must_use]
pub fn next_month(minute: Minute) -> Minute {
    let (year, month) = month_of(i64::from(minute).div_euclid(MINUTES_OF_A_DAY));
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Minute::try_from(first_day(year, month) * MINUTES_OF_A_DAY).unwrap_or(NEVER)
}

/// Returns year and month of a day, counted from 1970-01-01: the proleptic Gregorian calendar in eras of 400 years, with
/// years that begin in March so that the leap day is the last (Hinnant, "chrono-compatible low-level date algorithms").
const fn month_of(day: i64) -> (i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + (month <= 2) as i64, month)
}

/// Returns the first day of a month, counted from 1970-01-01.
const fn first_day(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_one_another_as_in_the_calendar() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut minute: Minute = 0;
        for year in 1970..2200 {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, days) in lengths.iter().enumerate() {
                let days = days + Minute::from(is_leap && month == 1);
                let next = minute + days * 1_440;
                assert_eq!(next_month(minute), next, "{year}-{}", month + 1);
                assert_eq!(next_month(next - 1), next, "{year}-{}", month + 1);
                minute = next;
            }
        }
    }
}
