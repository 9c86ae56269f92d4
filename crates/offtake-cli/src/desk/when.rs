//! Instants as they are typed and shown. All are in UTC unless an offset stands behind.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use offtake_units::{Quantity as _, Span};

/// An instant on a whole minute, as typed: a day, a month, a year, or a day with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct When(Timestamp);

impl When {
    /// Writes it as the desk reads it.
    pub(crate) fn text(self) -> String {
        self.0.to_string()
    }

    /// Returns the instant so much later: calendar months as the calendar counts them.
    pub(crate) fn after(self, span: Span) -> Result<When, String> {
        let far = || format!("{span} after {} is too far away", self.text());
        let months = jiff::Span::new().months(span.months().clamp(0, 2_400));
        let moved = self.0.to_zoned(TimeZone::UTC).checked_add(months).map_err(|_| far())?;
        let micros = ((span.hours() - Span::from_months(span.months()).hours()) * 3.6e9).round();
        let rest = jiff::SignedDuration::from_micros(micros as i64);
        moved.timestamp().checked_add(rest).map(When).map_err(|_| far())
    }

    /// Returns the hours from this instant to another.
    pub(crate) fn hours_until(self, end: When) -> f64 {
        (end.0.as_second() - self.0.as_second()) as f64 / 3_600.0
    }
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        let bad = || {
            format!(
                "`{text}` is no instant; write a day (2030-03-01), a month, or a time as 2030-03-01T08:00Z; \
                 it is in UTC unless an offset stands behind, as +01:00"
            )
        };
        let stamp = if text.contains(['T', 't', ' ']) {
            let stamp = text.parse::<Timestamp>().or_else(|_| {
                let clock: DateTime = text.parse()?;
                clock.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
            });
            stamp.map_err(|_| bad())?
        } else {
            let period: crate::horizon::Period = text.parse().map_err(|_| bad())?;
            midnight(period.first()).ok_or_else(bad)?
        };
        if stamp.as_second() % 60 != 0 || stamp.subsec_nanosecond() != 0 {
            return Err(format!(
                "`{text}` is within a minute; capacity changes hands on whole ones"
            ));
        }
        Ok(When(stamp))
    }
}

/// Returns the first instant of a day.
pub(crate) fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Reads a length of time as the format of books writes it, for clap.
pub(crate) fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).map_err(|error| error.to_string())
}

/// Writes an instant of the desk for people: a day where it is a midnight, else to the minute.
pub(crate) fn shown(text: &str) -> String {
    let Ok(stamp) = text.parse::<Timestamp>() else { return text.to_owned() };
    let stamp = stamp.round(Unit::Minute).unwrap_or(stamp);
    let clock = stamp.to_zoned(TimeZone::UTC).datetime();
    match (clock.hour(), clock.minute()) {
        (0, 0) => clock.date().to_string(),
        (hour, minute) => format!("{} {hour:02}:{minute:02}", clock.date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        text.parse::<When>().map_or_else(|error| error, When::text)
    }

    #[test]
    fn instants_are_in_utc_unless_an_offset_stands_behind() {
        assert_eq!(read("2030-03"), "2030-03-01T00:00:00Z");
        assert_eq!(read("2030-03-02"), "2030-03-02T00:00:00Z");
        assert_eq!(read("2030-03-02T08:30"), "2030-03-02T08:30:00Z");
        assert_eq!(read("2030-03-02T08:30+02:00"), "2030-03-02T06:30:00Z");
        assert!(read("2030-03-02T08:30:30Z").contains("within a minute"));
        assert!(read("soon").contains("is no instant"));
    }

    #[test]
    fn months_are_those_of_the_calendar_and_hours_are_hours() {
        let start: When = "2030-01-31".parse().unwrap();
        let end = start.after(span("1 month").unwrap()).unwrap();
        assert_eq!(end.text(), "2030-02-28T00:00:00Z");
        assert_eq!(start.hours_until(end), 28.0 * 24.0);
        assert_eq!(start.after(span("90 min").unwrap()).unwrap().text(), "2030-01-31T01:30:00Z");
        assert!(span("6").is_err());
    }

    #[test]
    fn midnights_are_shown_as_days() {
        assert_eq!(shown("2030-01-01T00:00:00Z"), "2030-01-01");
        assert_eq!(shown("2030-01-01T08:05:00Z"), "2030-01-01 08:05");
        assert_eq!(shown("never"), "never");
    }
}
