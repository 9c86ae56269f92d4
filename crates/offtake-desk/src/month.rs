//! Calendar months of UTC in minutes of Unix time, because firmness is counted month by month.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use offtake_ledger::{Minute, NEVER};
use offtake_model::first_of_next_month;

const MINUTES_OF_A_DAY: i64 = 1_440;
/// The day that minutes are counted from.
const EPOCH: Date = date(1970, 1, 1);

/// Returns the first minute of the month after the one that `minute` falls in.
#[must_use]
pub fn next_month(minute: Minute) -> Minute {
    let day = i64::from(minute).div_euclid(MINUTES_OF_A_DAY);
    let next = EPOCH.checked_add(day.days()).map(first_of_next_month);
    let days = next.and_then(|next| next.since(EPOCH)).map(|span| i64::from(span.get_days()));
    let minutes = days.ok().map(|days| days * MINUTES_OF_A_DAY);
    minutes.and_then(|minutes| Minute::try_from(minutes).ok()).unwrap_or(NEVER)
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
