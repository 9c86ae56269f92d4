//! Stamps of time, with exact zones.
//!
//! A stamp that names its offset or zone is taken at its word; one that does not is in the zone that
//! the user gives, else UTC. A local time that the autumn's change of clocks makes twice belongs half
//! to each of its two hours, whatever the order of the lines; one that the spring leaves out is taken
//! an hour later. Numbers are seconds, or milli-, micro- or nanoseconds, since 1970 by their size;
//! small numbers count from the start of the trace.

use crate::error::{TraceError, Wrong, short};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;
/// Microseconds of an hour.
pub(crate) const HOUR: i64 = 3_600 * SECOND;
/// Monday 5 January 1970, 00:00 UTC: where a trace without dates begins unless the user says.
pub(crate) const SOME_MONDAY: i64 = 4 * 24 * HOUR;
/// Seconds below which a number counts from the start of the trace: three years.
const RELATIVE_BELOW: f64 = 1e8;
const FIX: &str = "write it as `2024-05-01T13:00:00Z`, or as seconds since 1970";

/// An instant in microseconds, as far as the stamp tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Since 1970, UTC.
    At(i64),
    /// One of two, an hour apart: the clocks were put back.
    Either(i64, i64),
    /// Since the start of the trace.
    Since(i64),
}

/// A stamp that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) moment: Moment,
    /// Whether it names neither offset nor zone.
    pub(crate) is_local: bool,
    /// Whether its own clock shows a whole hour.
    pub(crate) is_whole_hour: bool,
}

impl Stamp {
    /// Returns the microseconds from the stamp to the end of its hour of UTC.
    pub(crate) fn rest_of_hour(self) -> i64 {
        let (Moment::At(at) | Moment::Either(at, _) | Moment::Since(at)) = self.moment;
        HOUR - at.rem_euclid(HOUR)
    }
}

/// Unit of a bare number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Unit {
    /// Told by its size.
    #[default]
    BySize,
    /// Seconds.
    Seconds,
    /// Thousandths.
    Millis,
    /// Millionths.
    Micros,
    /// Billionths.
    Nanos,
}

/// Reads a zone: an offset as `+08:00`, `UTC`, or a name as `America/Los_Angeles`.
///
/// # Errors
///
/// If there is no such zone.
pub fn parse_zone(text: &str) -> Result<TimeZone, TraceError> {
    zone_of(text.trim()).ok_or_else(|| TraceError::ReadOption {
        problem: format!("`{}` is not a time zone", short(text)),
        fix: "write for example `UTC`, `+08:00` or `America/Los_Angeles`".to_owned(),
    })
}

/// Reads the instant at which a trace without dates starts; `zone` is for one that names none.
///
/// # Errors
///
/// If it is no date with a time.
pub fn parse_start(text: &str, zone: Option<&TimeZone>) -> Result<jiff::Timestamp, TraceError> {
    let bad = |problem: String, fix: String| TraceError::ReadOption { problem, fix };
    let stamp = parse(text, zone, Unit::BySize).map_err(|wrong| bad(wrong.problem, wrong.fix))?;
    let micros = match stamp.moment {
        Moment::At(at) | Moment::Either(at, _) => at,
        Moment::Since(_) => {
            let problem = format!("`{}` is not a date", short(text));
            return Err(bad(problem, FIX.to_owned()));
        }
    };
    jiff::Timestamp::from_microsecond(micros).map_err(|e| bad(e.to_string(), FIX.to_owned()))
}

/// Reads a stamp; `zone` is that of one that names none, UTC if `None`.
pub(crate) fn parse(text: &str, zone: Option<&TimeZone>, unit: Unit) -> Result<Stamp, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::new("the time is missing", FIX));
    }
    if let Ok(number) = text.parse::<f64>() {
        return of_number(number, text, unit);
    }
    let refused = || Wrong::new(format!("`{}` is not a time", short(text)), FIX);
    let (civil, rest) = civil(text).ok_or_else(refused)?;
    let Some((civil, rest)) = civil.map(|civil| (civil, rest.trim_start())) else {
        let problem = format!("`{}` is a date without a time of day", short(text));
        return Err(Wrong::new(problem, FIX));
    };
    let is_whole_hour = civil.minute() == 0 && civil.second() == 0;
    let (offset, name) = split_zone(rest);
    let named = match (offset, name) {
        ("", "") => None,
        ("", name) => Some(zone_of(name).ok_or_else(refused)?),
        (offset, _) => Some(TimeZone::fixed(offset_of(offset).ok_or_else(refused)?)),
    };
    let moment = place(civil, named.as_ref().or(zone)).ok_or_else(refused)?;
    Ok(Stamp { moment, is_local: named.is_none(), is_whole_hour })
}

fn of_number(number: f64, text: &str, unit: Unit) -> Result<Stamp, Wrong> {
    let seconds = match unit {
        Unit::Seconds => number,
        Unit::Millis => number / 1e3,
        Unit::Micros => number / 1e6,
        Unit::Nanos => number / 1e9,
        Unit::BySize if number < 1e11 => number,
        Unit::BySize if number < 1e14 => number / 1e3,
        Unit::BySize if number < 1e17 => number / 1e6,
        Unit::BySize => number / 1e9,
    };
    // The year 2100: what lies beyond is a mistake of units.
    if !(0.0..4.2e9).contains(&seconds) {
        let problem = format!("`{}` is not a time between 1970 and 2100", short(text));
        return Err(Wrong::new(problem, FIX));
    }
    let micros = (seconds * 1e6).round() as i64;
    let moment = if seconds < RELATIVE_BELOW { Moment::Since(micros) } else { Moment::At(micros) };
    Ok(Stamp { moment, is_local: false, is_whole_hour: micros % HOUR == 0 })
}

/// Splits date and time off the front; the inner `None` is a date alone.
fn civil(text: &str) -> Option<(Option<DateTime>, &str)> {
    let bytes = text.as_bytes();
    let mark = *bytes.get(4)?;
    if bytes.len() < 10 || !(mark == b'-' || mark == b'/') || bytes[7] != mark {
        return None;
    }
    let (year, month, day) = (digits(&bytes[0..4])?, digits(&bytes[5..7])?, digits(&bytes[8..10])?);
    let (year, month, day) = (i16::try_from(year).ok()?, month as i8, day as i8);
    if !(1970..=2100).contains(&year) {
        return None;
    }
    if bytes.len() == 10 {
        return DateTime::new(year, month, day, 0, 0, 0, 0).ok().map(|_| (None, ""));
    }
    if bytes.len() < 16 || !matches!(bytes[10], b'T' | b't' | b' ') || bytes[13] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&bytes[11..13])? as i8, digits(&bytes[14..16])? as i8);
    let mut end = 16;
    let mut second = 0;
    let mut nanos = 0;
    if bytes.get(16) == Some(&b':') {
        // A leap second is counted with the second before it.
        second = digits(bytes.get(17..19)?)?.min(if minute == 59 { 60 } else { 99 });
        second = if second == 60 { 59 } else { second };
        end = 19;
        if matches!(bytes.get(19), Some(b'.' | b',')) {
            let length = bytes[20..].iter().take_while(|b| b.is_ascii_digit()).count();
            let kept = digits(&bytes[20..20 + length.min(6)])?;
            nanos = kept as i32 * 10_i32.pow(9 - length.min(6) as u32);
            end = 20 + length;
        }
    }
    let civil = DateTime::new(year, month, day, hour, minute, second as i8, nanos).ok()?;
    Some((Some(civil), text.get(end..)?))
}

/// Reads a whole number of at most nine digits, which no part of a time needs and every `u32` holds.
fn digits(bytes: &[u8]) -> Option<u32> {
    let is_number = matches!(bytes.len(), 1..=9) && bytes.iter().all(u8::is_ascii_digit);
    is_number.then(|| bytes.iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0')))
}

/// Splits `+01:00[Europe/Berlin]` into its two parts; either may be empty.
fn split_zone(rest: &str) -> (&str, &str) {
    match rest.split_once('[') {
        Some((offset, name)) => (offset.trim(), name.trim_end_matches(']')),
        None => (rest.trim(), ""),
    }
}

fn zone_of(text: &str) -> Option<TimeZone> {
    match offset_of(text) {
        Some(offset) => Some(TimeZone::fixed(offset)),
        None => TimeZone::get(text).ok(),
    }
}

/// Reads `Z`, `UTC`, `GMT`, `+8`, `+08`, `+0800`, `+08:00`.
fn offset_of(text: &str) -> Option<Offset> {
    if ["z", "utc", "gmt"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = text.get(1..)?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => (rest.get(..2)?, rest.get(2..)?),
        None => (rest, "0"),
    };
    let (hours, minutes) = (digits(hours.as_bytes())?, digits(minutes.as_bytes())?);
    if hours > 18 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours as i32 * 3_600 + minutes as i32 * 60)).ok()
}

fn place(civil: DateTime, zone: Option<&TimeZone>) -> Option<Moment> {
    let at = |offset: Offset| Some(offset.to_timestamp(civil).ok()?.as_microsecond());
    let Some(zone) = zone else { return at(Offset::UTC).map(Moment::At) };
    let moment = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => Moment::At(at(offset)?),
        AmbiguousOffset::Gap { before, .. } => Moment::At(at(before)?),
        AmbiguousOffset::Fold { before, after } => Moment::Either(at(before)?, at(after)?),
    };
    Some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Moment {
        Moment::At(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn moment(text: &str) -> Moment {
        parse(text, None, Unit::BySize).unwrap().moment
    }

    #[test]
    fn every_common_way_of_writing_an_instant_is_that_instant() {
        let want = utc("2023-11-16T18:17:03.979960Z");
        for text in [
            "2023-11-16 18:17:03.9799600",
            "2023-11-16T18:17:03.97996Z",
            "2023-11-16 18:17:03,979960 UTC",
            "2023/11/16 19:17:03.97996+01:00",
            "2023-11-16T13:17:03.97996-0500",
            "2023-11-17 02:17:03.97996 +8",
            "2023-11-16T10:17:03.97996[America/Los_Angeles]",
            "2023-11-16T10:17:03.97996-08:00[America/Los_Angeles]",
            "1700158623.97996",
            "1700158623979.96",
            "1700158623979960",
            "1700158623979960000",
        ] {
            assert_eq!(moment(text), want, "{text}");
        }
    }

    #[test]
    fn a_small_number_counts_from_the_start_in_the_unit_of_its_column() {
        assert_eq!(moment("3600"), Moment::Since(HOUR));
        assert_eq!(parse("500", None, Unit::Millis).unwrap().moment, Moment::Since(SECOND / 2));
    }

    #[test]
    fn a_local_time_that_came_twice_is_either_of_two_instants() {
        let zone = parse_zone("America/Los_Angeles").unwrap();
        let read = |text| parse(text, Some(&zone), Unit::BySize).unwrap().moment;
        let (Moment::At(one), Moment::At(two)) =
            (utc("2017-11-05T08:30:00Z"), utc("2017-11-05T09:30:00Z"))
        else {
            unreachable!()
        };
        assert_eq!(read("2017-11-05 01:30:00"), Moment::Either(one, two));
        assert_eq!(read("2017-11-05 02:30:00"), utc("2017-11-05T10:30:00Z"));
        assert_eq!(read("2017-03-12 02:30:00"), utc("2017-03-12T10:30:00Z"), "left out in spring");
        assert_eq!(read("2017-11-05 01:30:00-07:00"), Moment::At(one), "the offset says which");
    }

    #[test]
    fn what_is_no_instant_is_refused_with_what_is_wrong() {
        for text in [
            "",
            "NaN",
            "inf",
            "-5",
            "1e30",
            "yesterday",
            "2024-02-30 00:00:00",
            "2024-05-01",
            "05/01/2024 13:00",
            "2024-05-01 25:00:00",
            "2024-05-01 10:61",
            "2024-05-01 10:00:61",
            "2024-05-01 10:00:00 Mars/Olympus",
            "2024-05-01T10:00:00+99:00",
            // Found by the fuzzer: these ran over, and the first was taken for `+02:00`.
            "2024-05-01T10:00:00+4294967298:00",
            "2024-05-01T10:00:00+99999999999999999999992:00",
            "1666-05-01 10:00:00",
            "２０２４-05-01 10:00:00",
            "2024-05-01T1é:00:00",
        ] {
            assert!(parse(text, None, Unit::BySize).is_err(), "{text}");
        }
        let wrong = parse("2024-05-01", None, Unit::BySize).unwrap_err();
        assert!(wrong.problem.contains("without a time of day"), "{}", wrong.problem);
    }

    #[test]
    fn an_unknown_zone_is_told_with_examples() {
        let error = parse_zone("Mars/Olympus").unwrap_err();
        assert_eq!(error.to_string(), "read option: `Mars/Olympus` is not a time zone");
    }
}
