//! A table with a time in each line: one request.
//!
//! Comma, semicolon or tab; with a head or without; the time in any column. Columns of tokens are
//! taken along if the head names them.

use super::Format;
use super::azure_llm::tokens;
use crate::cells::{cells, head, headless, separator};
use crate::error::{TraceError, Wrong};
use crate::length::MICRO;
use crate::measure::Reading;
use crate::stamp;

pub(super) const FORMAT: Format = Format {
    name: "timestamps",
    about: "CSV with the time of a request in each line; columns of input and output tokens if it has them",
    is_hourly: false,
    sniff,
    read,
    beside: None,
};

fn sniff(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let separator = separator(first);
    // A line may be bad, so any of the first that begins like a request will do.
    head(first, separator).is_some()
        || lines.iter().any(|line| headless(line, separator).is_some())
}

fn read(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    let zone = reading.zone.clone();
    let lines = reading.first_lines_owned();
    let Some(first) = lines.first() else { return reading.each(|_, _| Ok(())) };
    let separator = separator(first);
    let named = head(first, separator);
    let columns =
        named.or_else(|| lines.iter().find_map(|line| headless(line, separator))).unwrap_or_default();
    // A first line that names other columns than times is a head all the same.
    let is_head = named.is_some() || (lines.len() > 1 && headless(first, separator).is_none());
    let mut is_first = true;
    reading.each(|line, tally| {
        if std::mem::take(&mut is_first) && is_head {
            return Ok(());
        }
        let cell = |index: usize| cells(line, separator).nth(index);
        let Some(time) = cell(columns.time) else {
            let problem = format!("the line has no column {}", columns.time + 1);
            return Err(Wrong::new(problem, "give every line the columns of the first"));
        };
        let stamp = stamp::parse(time, zone.as_ref(), columns.unit)?;
        let length = |column: Option<usize>, what: &str| {
            let text = column.and_then(cell).filter(|text| !text.is_empty());
            text.map(|text| tokens(Some(text), what)).transpose()
        };
        let input = length(columns.input, "input tokens")?;
        let output = length(columns.output, "output tokens")?;
        tally.request(stamp);
        if let Some(tokens) = input {
            tally.input.add(tokens, MICRO);
        }
        if let Some(tokens) = output {
            tally.output.add(tokens, MICRO);
        }
        Ok(())
    })
}
