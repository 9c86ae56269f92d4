//! How numbers with weights are spread: shares of equal bins with round ends.

use serde_json::{Value, json};

/// Most bins.
const MOST: f64 = 16.0;

/// Returns bins (`from`, `to`, `share` of all weight) that hold all of `values`, each a number with its
/// weight; `null` where there are none. A number on an end belongs to the bin that begins there.
#[must_use]
pub fn histogram(values: &[(f64, f64)]) -> Value {
    let finite = || values.iter().filter(|(value, weight)| value.is_finite() && *weight > 0.0);
    let least = finite().map(|(value, _)| *value).fold(f64::INFINITY, f64::min);
    let most = finite().map(|(value, _)| *value).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = finite().map(|(_, weight)| weight).sum();
    if least > most || total <= 0.0 {
        return Value::Null;
    }
    let step = step((most - least).max(1e-6));
    let first = (least / step).floor();
    let count = (most / step).floor() - first + 1.0;
    let mut shares = vec![0.0; count as usize];
    for (value, weight) in finite() {
        let at = ((value / step).floor() - first) as usize;
        if let Some(share) = shares.get_mut(at) {
            *share += weight / total;
        }
    }
    let bin = |(at, share): (usize, &f64)| {
        let from = (first + at as f64) * step;
        json!({
            "from": crate::json::number(from),
            "to": crate::json::number(from + step),
            "share": crate::json::number(*share),
        })
    };
    Value::Array(shares.iter().enumerate().map(bin).collect())
}

/// Returns the least round step that cuts `range` into few enough bins.
fn step(range: f64) -> f64 {
    let power = 10.0_f64.powf((range / MOST).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0].map(|factor| factor * power);
    steps.into_iter().find(|step| range / step <= MOST - 1.0).unwrap_or(20.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_round_few_and_hold_all_weight() {
        let values: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i) / 100.0, 1.0)).collect();
        let bins = histogram(&values);
        let bins = bins.as_array().unwrap();
        assert_eq!(bins.len(), 10);
        let shares: f64 = bins.iter().map(|bin| bin["share"].as_f64().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-9);
        assert_eq!(bins[3]["from"].as_f64().unwrap(), 0.3);
    }

    #[test]
    fn one_number_is_one_bin_and_none_are_null() {
        assert_eq!(histogram(&[(0.19, 1.0), (0.19, 1.0)]).as_array().unwrap().len(), 1);
        assert_eq!(histogram(&[(f64::NAN, 1.0)]), Value::Null);
        assert_eq!(histogram(&[]), Value::Null);
    }
}
