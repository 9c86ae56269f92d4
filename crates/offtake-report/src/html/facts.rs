//! Reads the JSON of parts, and writes what is in it for people.

use crate::number::{self, NONE};
use offtake_adequacy::Estimate;
use serde_json::Value;

/// Returns the number at `path` (as `headline/months`): a number, an estimate's mean, or a decimal string.
pub(super) fn num(value: &Value, path: &str) -> Option<f64> {
    let found = at(value, path)?;
    match found {
        Value::Object(map) => map.get("mean").and_then(Value::as_f64),
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}

/// Returns the estimate at `path`; a bare number has no error.
pub(super) fn est(value: &Value, path: &str) -> Option<Estimate> {
    let mean = num(value, path)?;
    let error = at(value, path)?.get("standard_error");
    let standard_error = error.map_or(0.0, |error| error.as_f64().unwrap_or(f64::NAN));
    Some(Estimate { mean, standard_error })
}

/// Returns the words at `path`, empty where there are none.
pub(super) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).and_then(Value::as_str).unwrap_or("")
}

/// Returns the list at `path`, empty where there is none.
pub(super) fn rows<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns what is at `path`; the value itself for an empty one.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() { Some(value) } else { value.pointer(&format!("/{path}")) }
}

/// Writes a share with its error in per cent: `18.5 ± 1.6 %`.
pub(super) fn share(value: Estimate) -> String {
    let (mean, error) = (value.mean * 100.0, value.standard_error * 100.0);
    if error == 0.0 || !error.is_finite() {
        return number::percent(value.mean);
    }
    format!("{} %", number::plus_minus(mean, error))
}

/// Writes a count with its error, both to the places at which the error has two digits:
/// `356,000 ± 24,000`.
pub(super) fn count(value: Estimate) -> String {
    if !value.mean.is_finite() {
        return NONE.to_owned();
    }
    if !(value.standard_error > 0.0 && value.standard_error.is_finite()) {
        return number::whole(value.mean);
    }
    let power = (value.standard_error.log10().floor() as i32 - 1).max(0);
    let step = 10.0_f64.powi(power);
    let round = |x: f64| number::whole((x / step).round() * step);
    format!("{} ± {}", round(value.mean), round(value.standard_error))
}

/// Writes a column of estimates in one multiple, so that they can be held against each other; returns the
/// multiple's letter and the cells, empty where there is none.
pub(super) fn aligned(all: &[Option<Estimate>]) -> (&'static str, Vec<String>) {
    let most = all.iter().flatten().map(|e| e.mean.abs()).fold(0.0, f64::max);
    let (factor, letter) = number::scale_of(most);
    let cell = |e: &Option<Estimate>| {
        e.map_or_else(String::new, |e| {
            let (mean, error) = (e.mean / factor, e.standard_error / factor);
            // What is left of an error below a thousandth of the unit says nothing in it.
            number::plus_minus(mean, if error.abs() < 5e-4 { 0.0 } else { error })
        })
    };
    (letter.trim(), all.iter().map(cell).collect())
}

/// Writes `2027-12` as `Dec 2027`; what is no month stays as it is.
pub(super) fn month(text: &str) -> String {
    match text.split('-').collect::<Vec<_>>()[..] {
        [year, month] => named(month).map_or_else(|| text.to_owned(), |m| format!("{m} {year}")),
        _ => text.to_owned(),
    }
}

/// Writes `2027-Q3` as `Q3 2027`; what is no quarter stays as it is.
pub(super) fn quarter(text: &str) -> String {
    text.split_once('-')
        .map_or_else(|| text.to_owned(), |(year, quarter)| format!("{quarter} {year}"))
}

/// Writes `2026-02-21` as `21 Feb 2026`; what is no day stays as it is, and no day is a dash.
pub(super) fn day(text: &str) -> String {
    match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => {
            let day = day.trim_start_matches('0');
            named(month).map_or_else(|| text.to_owned(), |m| format!("{day} {m} {year}"))
        }
        _ if text.is_empty() => NONE.to_owned(),
        _ => text.to_owned(),
    }
}

fn named(month: &str) -> Option<&'static str> {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number: usize = month.parse().ok()?;
    NAMES.get(number.checked_sub(1)?).copied()
}

/// Writes an amount of money short: `9.70 G USD`.
pub(super) fn money(amount: f64, currency: &str) -> String {
    let (factor, letter) = number::scale_of(amount);
    let scaled = amount / factor;
    let places = if scaled.abs() >= 100.0 { 0 } else { 2 };
    format!(
        "{}{letter}{}{currency}",
        number::decimal(scaled, places),
        if letter.is_empty() { " " } else { "" }
    )
}

/// Writes a kind of the parts' JSON as words: `site-outage` as `site outage`.
pub(super) fn words(kind: &str) -> String {
    let word = |word: &str| match word {
        "gpu" | "sla" | "ebitda" => word.to_uppercase(),
        word => word.to_owned(),
    };
    kind.split(['-', '_', ' ']).map(word).collect::<Vec<_>>().join(" ")
}

/// Writes an amount of work with its error: `1.29 ± 0.03 billion GPU-hours a year`.
pub(super) fn work(value: Estimate) -> String {
    let steps = [(1e9, " billion"), (1e6, " million"), (1e3, " thousand")];
    let found = steps.into_iter().find(|(least, _)| value.mean.abs() >= *least);
    let (factor, word) = found.unwrap_or((1.0, ""));
    let text = number::plus_minus(value.mean / factor, value.standard_error / factor);
    format!("{text}{word} GPU-hours a year")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_estimates_and_decimal_strings_are_read_alike() {
        let value = json!({ "a": { "mean": 2, "standard_error": null }, "b": 3, "c": "4.5" });
        assert_eq!(
            (num(&value, "a"), num(&value, "b"), num(&value, "c")),
            (Some(2.0), Some(3.0), Some(4.5))
        );
        assert!(est(&value, "a").unwrap().standard_error.is_nan());
        assert_eq!(est(&value, "b").unwrap(), Estimate::exact(3.0));
        assert_eq!((num(&value, "d"), text(&value, "b"), rows(&value, "a").len()), (None, "", 0));
    }

    #[test]
    fn a_column_has_one_unit() {
        let est = |mean, standard_error| Some(Estimate { mean, standard_error });
        let (letter, cells) = aligned(&[est(19.8e9, 0.0), est(1e8, 3.2e7), None, est(0.0, 0.0)]);
        assert_eq!(letter, "G");
        assert_eq!(cells, ["19.8", "0.100 ± 0.032", "", "0"]);
    }

    #[test]
    fn figures_read_as_people_write_them() {
        let est = |mean, standard_error| Estimate { mean, standard_error };
        assert_eq!(count(est(356_449.0, 23_548.0)), "356,000 ± 24,000");
        assert_eq!(count(est(12.0, 0.0)), "12");
        assert_eq!(share(est(0.18525, 0.01642)), "18.5 ± 1.6 %");
        assert_eq!((month("2027-12"), month("2027")), ("Dec 2027".to_owned(), "2027".to_owned()));
        assert_eq!((day("2026-02-01"), day("")), ("1 Feb 2026".to_owned(), "–".to_owned()));
        assert_eq!(work(est(1.291e9, 3.4e7)), "1.291 ± 0.034 billion GPU-hours a year");
        assert_eq!(words("gpu-maker-stops"), "GPU maker stops");
        assert_eq!(money(9.7e9, "USD"), "9.70 GUSD");
    }
}
