//! All that was measured, as JSON.

use crate::measure::Traffic;
use crate::picture::{QUANTILES, extremes};
use offtake_model::Lengths;
use serde_json::{Value, json as value};

/// Returns all that was measured, for `--json`.
///
/// `hours` are 168 objects from Monday 00:00 UTC on; what was not measured is null.
#[must_use]
pub fn json(traffic: &Traffic) -> Value {
    let profile = &traffic.profile;
    let (low, high) = extremes(traffic);
    let hours: Vec<Value> = (0..crate::week::WEEK)
        .map(|hour| {
            value!({ "hour": hour, "rate": profile.hours[hour], "observed": traffic.observed[hour] })
        })
        .collect();
    value!({
        "source": profile.source,
        "file": traffic.name,
        "format": traffic.format,
        "requests": traffic.requests,
        "first": traffic.span.0.to_string(),
        "last": traffic.span.1.to_string(),
        "start_is_assumed": traffic.is_relative,
        "observed_hours": profile.observed_hours,
        "days": traffic.days,
        "load_factor": profile.load_factor(),
        "busiest_hour": high,
        "quietest_hour": low,
        "daily_sigma": profile.daily_sigma,
        "daily_correlation": profile.daily_correlation,
        "input_tokens": profile.input_tokens.as_ref().map(lengths),
        "output_tokens": profile.output_tokens.as_ref().map(lengths),
        "hours": hours,
        "warnings": traffic.warnings,
    })
}

fn lengths(lengths: &Lengths) -> Value {
    let mut all = serde_json::Map::new();
    all.insert("mean".to_owned(), value!(lengths.mean));
    for (name, tokens) in QUANTILES.iter().zip(lengths.quantiles) {
        all.insert(name.to_lowercase(), value!(tokens));
    }
    Value::Object(all)
}
