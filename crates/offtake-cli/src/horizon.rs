//! `--from` and `--to`: a shorter horizon than the book's.

use crate::failure::Failure;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use offtake_model::Book;

/// A day, a month or a year, as typed: `2026-03-31`, `2026-03`, `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    first: Date,
    /// Day after the last.
    end: Date,
}

impl Period {
    /// Returns its first day.
    pub(crate) const fn first(self) -> Date {
        self.first
    }

    /// Returns the day after its last.
    pub(crate) const fn end(self) -> Date {
        self.end
    }
}

impl std::str::FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Period, String> {
        let bad = || {
            format!(
                "`{text}` is no date; write a day, month or year, as in 2026-03-31, 2026-03 or 2026"
            )
        };
        let parts: Vec<&str> = text.split('-').collect();
        let number =
            |at: usize| parts.get(at).map_or(Ok(1), |part| part.parse::<i16>().map_err(|_| bad()));
        let (year, month, day) = (number(0)?, number(1)?, number(2)?);
        let small = |n: i16| i8::try_from(n).map_err(|_| bad());
        if parts[0].len() != 4 || parts.len() > 3 {
            return Err(bad());
        }
        let first = Date::new(year, small(month)?, small(day)?).map_err(|_| bad())?;
        let length = match parts.len() {
            1 => 1.year(),
            2 => 1.month(),
            _ => 1.day(),
        };
        Ok(Period { first, end: first.checked_add(length).map_err(|_| bad())? })
    }
}

/// Shortens the horizon of `book` to what lies from the first day of `from` to the last of `to`.
pub(crate) fn restrict(
    book: &mut Book,
    from: Option<Period>,
    to: Option<Period>,
) -> Result<(), Failure> {
    let outside = |day: Date| {
        Failure::input(format!(
            "{day} lies outside the book's horizon, {} to {}",
            book.from,
            last(book.until)
        ))
        .hint("change `from` and `until` in the book to look further")
    };
    let (first, end) = (from.map_or(book.from, |p| p.first), to.map_or(book.until, |p| p.end));
    if first < book.from || first >= book.until {
        return Err(outside(first));
    }
    if end > book.until || end <= book.from {
        return Err(outside(last(end)));
    }
    if end <= first {
        return Err(Failure::input(format!("--to {} is before --from {first}", last(end))));
    }
    (book.from, book.until) = (first, end);
    Ok(())
}

/// Returns the day before an end.
fn last(end: Date) -> Date {
    end.yesterday().unwrap_or(date(1, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_day_a_month_or_a_year() {
        let read = |text: &str| text.parse::<Period>();
        assert_eq!(
            read("2026").unwrap(),
            Period { first: date(2026, 1, 1), end: date(2027, 1, 1) }
        );
        assert_eq!(
            read("2026-12").unwrap(),
            Period { first: date(2026, 12, 1), end: date(2027, 1, 1) }
        );
        assert_eq!(
            read("2028-02-29").unwrap(),
            Period { first: date(2028, 2, 29), end: date(2028, 3, 1) }
        );
        for bad in ["26", "2026-13", "2026-02-30", "soon", "2026-1-1-1", "", "2026-"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
