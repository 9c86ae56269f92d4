//! Numbers as people read them: `12,345`, `3.4 M GPUh`, `1.2 %`, `85 ppm`, with their errors.
//!
//! What is not known is a dash, never `NaN`.

use offtake_adequacy::Estimate;

/// Stands for a number that there is none of.
pub const NONE: &str = "–";

/// Writes a whole number with separators: `12,345`.
#[must_use]
pub fn whole(value: f64) -> String {
    decimal(value, 0)
}

/// Writes a number with separators and so many places.
#[must_use]
pub fn decimal(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let text = format!("{:.places$}", value.abs());
    let (digits, part) = text.split_once('.').map_or((text.as_str(), None), |(d, p)| (d, Some(p)));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    part.map_or_else(|| format!("{sign}{grouped}"), |part| format!("{sign}{grouped}.{part}"))
}

/// Returns the factor and letter that make a number short: `(1e6, " M")`.
#[must_use]
pub fn scale_of(value: f64) -> (f64, &'static str) {
    let steps = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " k")];
    let found = steps.into_iter().find(|(least, _)| value.abs() >= *least);
    match found {
        Some((1e4, letter)) => (1e3, letter),
        Some(step) => step,
        None => (1.0, ""),
    }
}

/// Writes a number short, with three digits that count: `3.40 M`, `512`, `0.0120`.
#[must_use]
pub fn short(value: f64) -> String {
    let (factor, letter) = scale_of(value);
    let scaled = value / factor;
    format!("{}{letter}", decimal(scaled, places_for(scaled, 3)))
}

/// Writes a number in at most five characters, for columns under a picture: `999`, `1.2k`, `76.0k`.
#[must_use]
pub fn tiny(value: f64) -> String {
    let steps = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    // Half a unit below the step already reads as the step.
    let found = steps.into_iter().find(|(least, _)| value.abs() >= least * 0.9995);
    let Some((factor, letter)) = found else { return decimal(value, 0) };
    let scaled = value / factor;
    let places = if scaled.abs() < 99.95 { 1 } else { 0 };
    format!("{}{letter}", decimal(scaled, places))
}

/// Returns the places that show `digits` digits that count, and none of a whole number beyond.
fn places_for(value: f64, digits: i32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let before = value.abs().log10().floor() as i32 + 1;
    usize::try_from((digits - before).clamp(0, 6)).unwrap_or(0)
}

/// Writes an estimate with its error and unit, both in the same multiple: `3.40 ± 0.05 M GPUh`.
#[must_use]
pub fn estimate(value: Estimate, unit: &str) -> String {
    let (factor, letter) = scale_of(value.mean);
    let (mean, error) = (value.mean / factor, value.standard_error / factor);
    let gap = if unit.is_empty() { "" } else { " " };
    format!("{}{letter}{gap}{unit}", plus_minus(mean, error))
}

/// Writes a mean with its error, to the places at which the error has two digits.
#[must_use]
pub fn plus_minus(mean: f64, error: f64) -> String {
    if !mean.is_finite() {
        return NONE.to_owned();
    }
    if error == 0.0 {
        let places = if mean.fract() == 0.0 { 0 } else { places_for(mean, 3) };
        return decimal(mean, places);
    }
    if !error.is_finite() {
        return format!("{} ± ?", decimal(mean, places_for(mean, 3)));
    }
    let places = places_for(error, 2).min(places_for(mean, 6).max(1));
    format!("{} ± {}", decimal(mean, places), decimal(error, places))
}

/// Writes a difference with its sign and its error, each short: `+3.40 M ± 52.0 k`.
#[must_use]
pub fn signed(delta: Estimate) -> String {
    let sign = if delta.mean > 0.0 { "+" } else { "" };
    format!("{sign}{} ± {}", short(delta.mean), short(delta.standard_error))
}

/// Writes a share in per cent, with three digits that count at most: `1.2 %`, `0.031 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    let places = if value.abs() >= 9.995 { 0 } else { places_for(value, 2) };
    format!("{} %", decimal(value, places))
}

/// Units in which a share is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareUnit {
    /// Per cent.
    Percent,
    /// Parts in a million.
    Ppm,
}

impl ShareUnit {
    /// Returns the unit in which a limit is best read: parts in a million below a thousandth.
    #[must_use]
    pub fn of_limit(limit: f64) -> ShareUnit {
        if limit > 0.0 && limit < 1e-3 { ShareUnit::Ppm } else { ShareUnit::Percent }
    }

    /// Writes a share.
    #[must_use]
    pub fn text(self, share: f64) -> String {
        match self {
            ShareUnit::Percent => percent(share),
            ShareUnit::Ppm if share >= 0.01 => percent(share),
            ShareUnit::Ppm => format!("{} ppm", whole(share * 1e6)),
        }
    }

    /// Returns the unit in which a share is best read: what is above 1 % is in per cent.
    #[must_use]
    pub fn for_share(self, share: f64) -> ShareUnit {
        if share >= 0.01 { ShareUnit::Percent } else { self }
    }

    /// Writes an estimated share with its error.
    #[must_use]
    pub fn estimate(self, share: Estimate) -> String {
        let (factor, unit) = match self.for_share(share.mean) {
            ShareUnit::Percent => (100.0, "%"),
            ShareUnit::Ppm => (1e6, "ppm"),
        };
        format!("{} {unit}", plus_minus(share.mean * factor, share.standard_error * factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(whole(12_345.4), "12,345");
        assert_eq!(whole(-0.2), "0");
        assert_eq!(decimal(-1_234.56, 1), "-1,234.6");
        assert_eq!(
            (short(3.4e6), short(512.3), short(76_000.0)),
            ("3.40 M".into(), "512".into(), "76.0 k".into())
        );
        assert_eq!(
            (tiny(76_000.0), tiny(999.0), tiny(999.6), tiny(1.234e6)),
            ("76.0k".into(), "999".into(), "1.0k".into(), "1.2M".into())
        );
        assert_eq!(
            (percent(0.012), percent(0.346), percent(1.0)),
            ("1.2 %".into(), "35 %".into(), "100 %".into())
        );
        assert_eq!(ShareUnit::of_limit(1e-4).text(2.5e-4), "250 ppm");
        assert_eq!(whole(f64::NAN), NONE);
    }

    #[test]
    fn an_error_has_two_digits_and_the_mean_its_places() {
        let text = |mean, standard_error| estimate(Estimate { mean, standard_error }, "GPUh");
        assert_eq!(text(3.4e6, 51_234.0), "3.400 ± 0.051 M GPUh");
        assert_eq!(text(12_345.0, 0.0), "12.3 k GPUh");
        assert_eq!(text(0.0, 0.0), "0 GPUh");
        assert_eq!(text(5.0, f64::NAN), "5.00 ± ? GPUh");
    }
}
