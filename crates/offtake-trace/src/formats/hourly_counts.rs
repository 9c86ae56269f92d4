//! A table of counts by the hour: a time and how many requests began in the hour from then on.
//!
//! Counts of shorter steps are added up. An hour with no line was not recorded; a quiet one has 0. An
//! hour of a zone with half an hour to UTC is shared between the two hours of UTC that it touches.

use super::Format;
use crate::cells::{Columns, cells, head, plain, separator};
use crate::error::{TraceError, Wrong, short};
use crate::length::MICRO;
use crate::measure::Reading;
use crate::stamp::{self, HOUR, Unit};

pub(super) const FORMAT: Format = Format {
    name: "hourly-counts",
    about: "CSV with a time and the count of requests in the hour from then on",
    is_hourly: true,
    sniff,
    read,
    beside: None,
};

/// Largest count: a line cannot make the sums overflow.
const MAX_COUNT: f64 = 1e12;
const FIX: &str = "write a time and a count in each line, for example `2024-05-01T13:00:00Z,1250`";

fn sniff(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let separator = separator(first);
    if let Some(columns) = head(first, separator) {
        return columns.count.is_some();
    }
    // Without a head: two columns, a whole hour and a number, at least twice.
    let is_count = |line: &&str| {
        let all: Vec<&str> = cells(line, separator).collect();
        let is_hour = |text: &str| {
            stamp::parse(text, None, Unit::BySize).is_ok_and(|stamp| stamp.is_whole_hour)
        };
        all.len() == 2 && is_hour(all[0]) && all[1].parse::<f64>().is_ok()
    };
    lines.iter().filter(|line| is_count(line)).count() >= 2 && lines.iter().skip(1).all(is_count_or_bad)
}

/// Says whether a line does not speak against counts.
fn is_count_or_bad(line: &&str) -> bool {
    let stamp = cells(line, separator(line))
        .next()
        .and_then(|text| stamp::parse(text, None, Unit::BySize).ok());
    stamp.is_none_or(|stamp| stamp.is_whole_hour)
}

fn read(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    let zone = reading.zone.clone();
    let lines = reading.first_lines_owned();
    let first = lines.first().map_or("", String::as_str);
    let separator = separator(first);
    let named = head(first, separator);
    let columns = named.unwrap_or_default();
    let count = match &reading.count {
        Some(name) => column_of(name, first, separator)?,
        None => columns.count.unwrap_or(Columns::default().time + 1),
    };
    let mut is_first = true;
    reading.each(|line, tally| {
        let is_head = std::mem::take(&mut is_first)
            && (named.is_some() || first_cell_is_no_time(line, separator));
        if is_head {
            return Ok(());
        }
        let cell = |index: usize| cells(line, separator).nth(index).unwrap_or("");
        let stamp = stamp::parse(cell(columns.time), zone.as_ref(), columns.unit)?;
        let text = cell(count);
        if text.is_empty() {
            return Err(Wrong::new("the count is missing", FIX));
        }
        let value = text.parse::<f64>().ok().filter(|value| (0.0..=MAX_COUNT).contains(value));
        let Some(value) = value else {
            let problem = format!("`{}` is not a count from 0 to 1e12", short(text));
            return Err(Wrong::new(problem, FIX));
        };
        // A step shorter than an hour begins within it, and ends with it at the latest.
        let length = if stamp.is_whole_hour { HOUR } else { stamp.rest_of_hour() };
        tally.window(stamp, length, (value * MICRO as f64).round() as u64);
        Ok(())
    })
}

/// Finds the column that the user names.
fn column_of(name: &str, head: &str, separator: char) -> Result<usize, TraceError> {
    cells(head, separator).position(|cell| plain(cell) == plain(name)).ok_or_else(|| {
        let names: Vec<&str> = cells(head, separator).take(12).collect();
        TraceError::ReadOption {
            problem: format!("there is no column `{}`", short(name)),
            fix: format!("name one of: {}", short(&names.join(", "))),
        }
    })
}

fn first_cell_is_no_time(line: &str, separator: char) -> bool {
    cells(line, separator).next().is_none_or(|c| stamp::parse(c, None, Unit::BySize).is_err())
}
