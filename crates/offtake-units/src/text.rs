//! Reading `number unit`, shared by every quantity.
//!
//! Numbers are read as exact decimals, so that `9.7 GUSD` is not 9,699,999,999.99. Thousands
//! separators and decimal commas are refused: `1,000` is a thousand to one reader and one to another.

use std::fmt;

/// Why a piece of text is not a quantity. The text says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseQuantityError {
    /// The unit is missing: `750` instead of `750 MW`.
    #[error("`{text}` has no unit; write for example `{text} {example}`")]
    MissingUnit {
        /// What was given.
        text: String,
        /// A unit that would do.
        example: &'static str,
    },
    /// The unit is not one of those that this quantity can have.
    #[error("`{unit}` is not a unit of {kind}; use {expected}")]
    UnknownUnit {
        /// The unit that was given.
        unit: String,
        /// What the quantity is.
        kind: &'static str,
        /// The units that would do.
        expected: String,
    },
    /// The number is no number.
    #[error("`{number}` is not a number; write digits with a decimal point, as in `{example}`")]
    BadNumber {
        /// What was given.
        number: String,
        /// A number that would do.
        example: &'static str,
    },
    /// The number has a thousands separator or a decimal comma.
    #[error("`{number}` has a separator; write it without, as in `1000.5`")]
    Separator {
        /// What was given.
        number: String,
    },
    /// The number is outside what the quantity can hold.
    #[error("`{text}` is out of range for {kind}: {limits}")]
    OutOfRange {
        /// What was given.
        text: String,
        /// What the quantity is.
        kind: &'static str,
        /// The limits, in words.
        limits: &'static str,
    },
}

/// A quantity that is written as text with its unit.
pub trait Quantity: Sized + fmt::Display {
    /// What it is, in a word or two, for messages and the schema.
    const KIND: &'static str;
    /// A text that reads, for messages and the schema.
    const EXAMPLE: &'static str;
    /// The pattern that its text has, as a JSON Schema (ECMA) regular expression.
    fn pattern() -> String;
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the number or the unit, with the mend.
    fn parse(text: &str) -> Result<Self, ParseQuantityError>;
}

/// The number part of every quantity's pattern.
pub(crate) const NUMBER_PATTERN: &str = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?";

/// Returns the pattern of a number followed by one of `units`.
pub(crate) fn pattern_of(units: &[(&'static str, i64)]) -> String {
    let mut names: Vec<String> = units.iter().map(|(name, _)| escape(name)).collect();
    names.sort();
    names.dedup();
    format!("^{NUMBER_PATTERN} ?({})$", names.join("|"))
}

/// Escapes what a regular expression would read as an operator.
pub(crate) fn escape(unit: &str) -> String {
    unit.chars()
        .flat_map(|c| if ".+*?()|[]{}^$".contains(c) { vec!['\\', c] } else { vec![c] })
        .collect()
}

/// The most places after the point of a number that reads.
const MOST_PLACES: usize = 18;

/// An exact decimal: `mantissa · 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    /// Reads digits with an optional point and exponent.
    pub(crate) fn parse(
        number: &str,
        example: &'static str,
    ) -> Result<Decimal, ParseQuantityError> {
        if number.contains([',', '_', '\'']) {
            return Err(ParseQuantityError::Separator { number: number.to_owned() });
        }
        let bad = || ParseQuantityError::BadNumber { number: number.to_owned(), example };
        let (digits, power) = match number.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse::<i32>().map_err(|_| bad())?),
            None => (number, 0),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(unsigned)
            || !all_digits(part)
            || part.len() > MOST_PLACES
            || power.abs() > 30
        {
            return Err(bad());
        }
        let mantissa: i128 = format!("{unsigned}{part}").parse().map_err(|_| bad())?;
        let signed = if whole.starts_with('-') { -mantissa } else { mantissa };
        let places = i32::try_from(part.len()).map_err(|_| bad())?;
        Ok(Decimal { mantissa: signed, exponent: power - places })
    }

    /// Returns the number times `factor` as a whole number, rounded half away from zero, or
    /// `None` when it does not fit.
    pub(crate) fn times(self, factor: i128) -> Option<i128> {
        let scaled = self.mantissa.checked_mul(factor)?;
        if self.exponent >= 0 {
            return scaled.checked_mul(10_i128.checked_pow(self.exponent.unsigned_abs())?);
        }
        let Some(divisor) = 10_i128.checked_pow(self.exponent.unsigned_abs()) else {
            return Some(0);
        };
        let half = divisor / 2;
        Some(if scaled < 0 { (scaled - half) / divisor } else { (scaled + half) / divisor })
    }

    /// Returns the nearest floating-point number; what is below 1e-27 is nothing.
    pub(crate) fn as_f64(self) -> f64 {
        // Reading the text again is the one correctly rounded way that needs no big numbers.
        let value: f64 = format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN);
        // Smaller exponents could be written, but not be read again.
        if value.abs() < 1e-27 { 0.0 } else { value }
    }
}

/// Writes a number so that it reads again as the same: plain, or with an exponent when it is tiny.
pub(crate) fn number_text(value: f64) -> String {
    let plain = value.to_string();
    let places = plain.split_once('.').map_or(0, |(_, part)| part.len());
    if places <= MOST_PLACES { plain } else { format!("{value:e}") }
}

/// Splits `text` into its number and its unit.
pub(crate) fn split<'a>(
    text: &'a str,
    example: &'static str,
    example_unit: &'static str,
) -> Result<(Decimal, &'a str), ParseQuantityError> {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|&(at, c)| !is_number_char(c) && !is_exponent(text, at))
        .map_or(text.len(), |(at, _)| at);
    let (number, unit) = (&text[..end], text[end..].trim());
    if number.is_empty() && !text.is_empty() {
        // `NaN`, `about 5 MW`: what stands there says more than what does not.
        return Err(ParseQuantityError::BadNumber { number: text.to_owned(), example });
    }
    if unit.is_empty() {
        return Err(ParseQuantityError::MissingUnit {
            text: text.to_owned(),
            example: example_unit,
        });
    }
    Ok((Decimal::parse(number, example)?, unit))
}

fn is_number_char(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '-' | ',' | '_' | '\'')
}

/// Says whether the character at `at` is part of an exponent such as `e-5`.
fn is_exponent(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let after_digit = at > 0 && bytes[at - 1].is_ascii_digit();
    let is_e = |at: usize| matches!(bytes.get(at), Some(b'e' | b'E'));
    let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let sign_at = |at: usize| matches!(bytes.get(at), Some(b'-' | b'+'));
    (is_e(at) && after_digit && (digit_at(at + 1) || (sign_at(at + 1) && digit_at(at + 2))))
        || (at > 1 && bytes[at] == b'+' && is_e(at - 1) && digit_at(at + 1))
}

/// Finds `unit` in a table of names and factors.
pub(crate) fn factor_of(
    unit: &str,
    kind: &'static str,
    units: &[(&'static str, i64)],
) -> Result<i64, ParseQuantityError> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor).ok_or_else(|| {
        ParseQuantityError::UnknownUnit { unit: unit.to_owned(), kind, expected: list_of(units) }
    })
}

/// Lists the names of units as people say it: `kW, MW or GW`.
pub(crate) fn list_of(units: &[(&'static str, i64)]) -> String {
    let names: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

/// Defines a quantity that is a whole number of one base unit.
macro_rules! whole_quantity {
    (
        $(#[$doc:meta])* $name:ident($inner:ty), $kind:literal, example $example:literal,
        unit $unit:literal, range $low:literal ..= $high:literal ($limits:literal),
        [$(($text:literal, $factor:literal)),* $(,)?]
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(0);
            pub(crate) const UNITS: &'static [(&'static str, i64)] = &[$(($text, $factor)),*];
        }

        impl $crate::text::Quantity for $name {
            const KIND: &'static str = $kind;
            const EXAMPLE: &'static str = $example;
            fn pattern() -> String { $crate::text::pattern_of(Self::UNITS) }
            fn parse(text: &str) -> Result<Self, $crate::text::ParseQuantityError> {
                let (number, unit) = $crate::text::split(text, $example, $unit)?;
                let factor = $crate::text::factor_of(unit, $kind, Self::UNITS)?;
                number
                    .times(factor.into())
                    .filter(|base| ($low..=$high).contains(base))
                    .and_then(|base| <$inner>::try_from(base).ok())
                    .map($name)
                    .ok_or_else(|| $crate::text::ParseQuantityError::OutOfRange {
                        text: text.to_owned(), kind: $kind, limits: $limits,
                    })
            }
        }

        impl std::ops::Add for $name {
            type Output = $name;
            fn add(self, other: $name) -> $name { $name(self.0 + other.0) }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = $name>>(all: I) -> $name {
                all.fold($name(0), std::ops::Add::add)
            }
        }
    };
}
pub(crate) use whole_quantity;

/// Writes `value` of base units in the largest unit that keeps it exact with up to three places.
pub(crate) fn write_scaled(
    f: &mut fmt::Formatter<'_>,
    value: i128,
    units: &[(&'static str, i64)],
) -> fmt::Result {
    let size = value.abs();
    let is_exact = |factor: i64| size * 1000 % i128::from(factor) == 0;
    let fits = units.iter().filter(|(_, factor)| i128::from(*factor) <= size && is_exact(*factor));
    let smallest = units.iter().min_by_key(|(_, factor)| *factor);
    // The smallest unit of every quantity is one to a thousand base units, so that nothing is lost.
    let best = fits.max_by_key(|(_, factor)| *factor).or(smallest);
    let Some((name, factor)) = best else { return write!(f, "{value}") };
    let thousandths = size * 1000 / i128::from(*factor);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    if part == 0 {
        write!(f, "{sign}{whole} {name}")
    } else {
        let part = format!("{part:03}");
        write!(f, "{sign}{whole}.{} {name}", part.trim_end_matches('0'))
    }
}
