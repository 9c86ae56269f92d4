//! Azure's LLM inference traces: `TIMESTAMP,ContextTokens,GeneratedTokens`, a request a line.
//!
//! The head may be missing. Times are UTC, with seven digits after the second.

use super::Format;
use crate::cells::{cells, plain, separator};
use crate::error::{TraceError, Wrong, short};
use crate::length::MICRO;
use crate::measure::Reading;
use crate::stamp::{self, Unit};

pub(super) const FORMAT: Format = Format {
    name: "azure-llm",
    about: "Azure LLM inference trace: TIMESTAMP,ContextTokens,GeneratedTokens",
    is_hourly: false,
    sniff,
    read,
    beside: None,
};

fn is_head(line: &str) -> bool {
    let names: Vec<String> = cells(line, separator(line)).map(plain).collect();
    names == ["timestamp", "contexttokens", "generatedtokens"]
}

fn sniff(head: &[&str]) -> bool {
    let is_request = |line: &&str| {
        let all: Vec<&str> = cells(line, ',').collect();
        let is_date = |text: &str| text.parse::<f64>().is_err();
        all.len() == 3
            && is_date(all[0])
            && stamp::parse(all[0], None, Unit::BySize).is_ok()
            && all[1..].iter().all(|text| text.parse::<u64>().is_ok())
    };
    head.first().is_some_and(|line| is_head(line))
        || (head.len() >= 2 && head[..2].iter().all(is_request))
}

fn read(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    let zone = reading.zone.clone();
    let mut is_first = true;
    reading.each(|line, tally| {
        if std::mem::take(&mut is_first) && is_head(line) {
            return Ok(());
        }
        let mut all = cells(line, separator(line));
        let stamp = stamp::parse(all.next().unwrap_or(""), zone.as_ref(), Unit::BySize)?;
        let input = tokens(all.next(), "input tokens")?;
        let output = tokens(all.next(), "output tokens")?;
        tally.request(stamp);
        tally.input.add(input, MICRO);
        tally.output.add(output, MICRO);
        Ok(())
    })
}

/// Reads a count of tokens.
pub(super) fn tokens(cell: Option<&str>, what: &str) -> Result<u64, Wrong> {
    let fix = "write a whole number of tokens";
    let Some(text) = cell.filter(|text| !text.is_empty()) else {
        return Err(Wrong::new(format!("the {what} are missing"), fix));
    };
    let whole = text.parse::<u64>().ok();
    // Tables that once had empty cells come back from spreadsheets as `12.0`.
    let read = whole.or_else(|| {
        let number = text.parse::<f64>().ok()?;
        ((0.0..1e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
    });
    read.ok_or_else(|| Wrong::new(format!("`{}` is not a number of {what}", short(text)), fix))
}
