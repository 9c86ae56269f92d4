//! Mooncake's traces: a JSON object a line, with `timestamp` in milliseconds from the start.
//!
//! `hash_ids`, the blocks of the prompt, are passed over: a profile has no cache.

use super::Format;
use crate::error::{TraceError, Wrong, short};
use crate::length::MICRO;
use crate::measure::Reading;
use crate::stamp::{self, Unit};
use serde::Deserialize;

pub(super) const FORMAT: Format = Format {
    name: "mooncake",
    about: "Mooncake trace: JSON lines with timestamp (ms), input_length, output_length",
    is_hourly: false,
    sniff,
    read,
    beside: None,
};

#[derive(Deserialize)]
struct Request {
    timestamp: f64,
    input_length: Option<u64>,
    output_length: Option<u64>,
}

fn sniff(head: &[&str]) -> bool {
    head.first().is_some_and(|line| line.starts_with('{') && line.contains("\"timestamp\""))
}

fn read(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    reading.each(|line, tally| {
        let request: Request = serde_json::from_str(line).map_err(|error| bad(line, &error))?;
        let stamp = stamp::parse(&request.timestamp.to_string(), None, Unit::Millis)?;
        tally.request(stamp);
        if let Some(tokens) = request.input_length {
            tally.input.add(tokens, MICRO);
        }
        if let Some(tokens) = request.output_length {
            tally.output.add(tokens, MICRO);
        }
        Ok(())
    })
}

/// Says what is wrong with a line of JSON.
pub(super) fn bad(line: &str, error: &serde_json::Error) -> Wrong {
    let what = if error.is_data() { "lacks something" } else { "is not JSON" };
    let text = error.to_string();
    let why = text.split(" at line").next().unwrap_or_default();
    let fix = "write one object a line, with `timestamp` in milliseconds";
    Wrong::new(format!("the line {what} ({why}): `{}`", short(line)), fix)
}
