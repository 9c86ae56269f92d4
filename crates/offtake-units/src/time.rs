//! Lengths of time.

use crate::text::{ParseQuantityError, Quantity, factor_of, pattern_of, split, write_scaled};
use std::fmt;

/// A length of time: calendar months, or an exact number of microseconds, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    months: i64,
    micros: i64,
}

const MONTHS: &[(&str, i64)] = &[("month", 1), ("months", 1), ("year", 12), ("years", 12)];
const TIMES: &[(&str, i64)] = &[
    ("ms", 1_000),
    ("s", 1_000_000),
    ("min", 60_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
    ("weeks", 604_800_000_000),
];
/// Hours of the mean Gregorian month.
const HOURS_PER_MONTH: f64 = 8_765.82 / 12.0;

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span { months: 0, micros: 0 };

    /// Makes a span of calendar months.
    #[must_use]
    pub const fn from_months(months: i64) -> Span {
        Span { months, micros: 0 }
    }

    /// Makes a span of whole days.
    #[must_use]
    pub const fn from_days(days: i64) -> Span {
        Span { months: 0, micros: days * 86_400_000_000 }
    }

    /// Makes a span of whole hours.
    #[must_use]
    pub const fn from_hours(hours: i64) -> Span {
        Span { months: 0, micros: hours * 3_600_000_000 }
    }

    /// Returns the calendar months; the rest is in [`Span::exact_days`].
    #[must_use]
    pub const fn months(self) -> i64 {
        self.months
    }

    /// Returns the whole days of the part that is not calendar months.
    #[must_use]
    pub const fn exact_days(self) -> i64 {
        self.micros / 86_400_000_000
    }

    /// Returns the span as dates count it: calendar months, then whole days.
    #[must_use]
    pub fn calendar(self) -> jiff::Span {
        // Two hundred years, the most that a book can say: dates have no room for much more.
        let (months, days) = (self.months.clamp(0, 2_400), self.exact_days().clamp(0, 73_050));
        jiff::Span::new().months(months).days(days)
    }

    /// Returns the length in hours; a calendar month counts as the mean Gregorian month (730.485 h).
    #[must_use]
    pub fn hours(self) -> f64 {
        self.months as f64 * HOURS_PER_MONTH + self.micros as f64 / 3.6e9
    }

    /// Returns the length in days; a calendar month counts as the mean Gregorian month.
    #[must_use]
    pub fn days(self) -> f64 {
        self.hours() / 24.0
    }

    /// Returns the length in milliseconds.
    #[must_use]
    pub fn milliseconds(self) -> f64 {
        self.hours() * 3.6e6
    }
}

impl Quantity for Span {
    const KIND: &'static str = "time";
    const EXAMPLE: &'static str = "120 d";
    fn pattern() -> String {
        let all: Vec<(&'static str, i64)> = MONTHS.iter().chain(TIMES).copied().collect();
        pattern_of(&all)
    }
    fn parse(text: &str) -> Result<Span, ParseQuantityError> {
        let (number, unit) = split(text, Self::EXAMPLE, "d")?;
        let limits = "from 0 to 200 years, and whole calendar months";
        let out =
            || ParseQuantityError::OutOfRange { text: text.to_owned(), kind: Self::KIND, limits };
        let to_range = |value: Option<i128>, high: i64| {
            value
                .and_then(|v| i64::try_from(v).ok())
                .filter(|v| (0..=high).contains(v))
                .ok_or_else(out)
        };
        if let Some((_, factor)) = MONTHS.iter().find(|(name, _)| *name == unit) {
            let exact = (number.as_f64() * *factor as f64).fract() == 0.0;
            let months = to_range(number.times((*factor).into()).filter(|_| exact), 2_400)?;
            return Ok(Span { months, micros: 0 });
        }
        let all: Vec<(&'static str, i64)> = MONTHS.iter().chain(TIMES).copied().collect();
        let factor = factor_of(unit, Self::KIND, &all)?;
        let micros = to_range(number.times(factor.into()), 73_050 * 86_400_000_000)?;
        Ok(Span { months: 0, micros })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.months > 0 {
            let unit = if self.months == 1 { "month" } else { "months" };
            return write!(f, "{} {unit}", self.months);
        }
        if self.micros == 0 {
            return f.write_str("0 d");
        }
        let units: Vec<(&'static str, i64)> =
            TIMES.iter().filter(|(n, _)| *n != "weeks").copied().collect();
        write_scaled(f, self.micros.into(), &units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_write() {
        for text in ["45 d", "12 h", "20 min", "40 ms", "2 s", "60 months", "1 month", "1.5 h"] {
            assert_eq!(Span::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Span::parse("10 years").unwrap().months(), 120);
        // Found by the fuzzer: what no larger unit holds exactly was written a thousandfold in ms.
        for text in ["8.8875 d", "0.001 ms", "1.0001 h"] {
            let span = Span::parse(text).unwrap();
            assert_eq!(Span::parse(&span.to_string()).unwrap(), span, "{text} is written {span}");
        }
        assert_eq!(Span::parse("8.8875 d").unwrap().to_string(), "213.3 h");
        assert!(Span::parse("1.3 months").is_err());
        assert!(Span::parse("-3 d").is_err());
    }
}
