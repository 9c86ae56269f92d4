//! Shares, rates and growth: what enters statistics, in floating point.

use crate::text::{
    NUMBER_PATTERN, ParseQuantityError, Quantity, factor_of, list_of, number_text, pattern_of,
    split,
};
use std::fmt;

/// A part of a whole; `30 %` is 0.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

/// What a rate counts events or parts over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateBasis {
    /// A year of 8,766 hours.
    Year,
    /// A twelfth of a year.
    Month,
    /// One GPU for a day.
    GpuDay,
    /// One rack for a day.
    RackDay,
    /// One node for a day.
    NodeDay,
}

/// Events, or parts of a whole, for each unit of time or use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    value: f64,
    basis: RateBasis,
}

/// The factor by which something grows in a year; `2.2 times/year` is 2.2.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Growth(f64);

const SHARES: &[(&str, i64)] = &[("%", 1), ("ppm", 1)];
const BASES: &[(&str, RateBasis)] = &[
    ("/year", RateBasis::Year),
    ("/month", RateBasis::Month),
    ("/GPU-day", RateBasis::GpuDay),
    ("/rack-day", RateBasis::RackDay),
    ("/node-day", RateBasis::NodeDay),
];
const GROWTHS: &[(&str, i64)] = &[("times/year", 1)];

impl Share {
    /// Makes a share from a part of one.
    #[must_use]
    pub const fn new(part: f64) -> Share {
        Share(part)
    }

    /// Returns the part of one.
    #[must_use]
    pub const fn part(self) -> f64 {
        self.0
    }
}

impl Rate {
    /// Makes a rate.
    #[must_use]
    pub const fn new(value: f64, basis: RateBasis) -> Rate {
        Rate { value, basis }
    }

    /// Returns the number, over the basis.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }

    /// Returns what the number is over.
    #[must_use]
    pub const fn basis(self) -> RateBasis {
        self.basis
    }
}

impl Growth {
    /// Makes a growth from its yearly factor.
    #[must_use]
    pub const fn new(factor: f64) -> Growth {
        Growth(factor)
    }

    /// Returns the yearly factor.
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.0
    }
}

impl Quantity for Share {
    const KIND: &'static str = "share";
    const EXAMPLE: &'static str = "30 %";
    fn pattern() -> String {
        pattern_of(SHARES)
    }
    fn parse(text: &str) -> Result<Share, ParseQuantityError> {
        let (number, unit) = split(text, Self::EXAMPLE, "%")?;
        factor_of(unit, Self::KIND, SHARES)?;
        let part = number.as_f64() / if unit == "ppm" { 1e6 } else { 1e2 };
        let limits = "from 0 % to 100 %";
        if (0.0..=1.0).contains(&part) {
            Ok(Share(part))
        } else {
            Err(ParseQuantityError::OutOfRange { text: text.to_owned(), kind: Self::KIND, limits })
        }
    }
}

impl Quantity for Rate {
    const KIND: &'static str = "rate";
    const EXAMPLE: &'static str = "3 %/year";
    fn pattern() -> String {
        let bases: Vec<&str> = BASES.iter().map(|(name, _)| *name).collect();
        format!("^{NUMBER_PATTERN} ?%?({})$", bases.join("|"))
    }
    fn parse(text: &str) -> Result<Rate, ParseQuantityError> {
        let (number, unit) = split(text, Self::EXAMPLE, "%/year")?;
        let (scale, over) = unit.strip_prefix('%').map_or((1.0, unit), |over| (100.0, over));
        let names: Vec<(&'static str, i64)> = BASES.iter().map(|(name, _)| (*name, 1)).collect();
        let Some((_, basis)) = BASES.iter().find(|(name, _)| *name == over) else {
            let expected = format!("{}, with or without %", list_of(&names));
            return Err(ParseQuantityError::UnknownUnit {
                unit: unit.to_owned(),
                kind: Self::KIND,
                expected,
            });
        };
        let value = number.as_f64() / scale;
        if (0.0..=1e6).contains(&value) {
            Ok(Rate { value, basis: *basis })
        } else {
            let limits = "from 0 to a million";
            Err(ParseQuantityError::OutOfRange { text: text.to_owned(), kind: Self::KIND, limits })
        }
    }
}

impl Quantity for Growth {
    const KIND: &'static str = "growth";
    const EXAMPLE: &'static str = "2.2 times/year";
    fn pattern() -> String {
        pattern_of(GROWTHS)
    }
    fn parse(text: &str) -> Result<Growth, ParseQuantityError> {
        let (number, unit) = split(text, Self::EXAMPLE, "times/year")?;
        factor_of(unit, Self::KIND, GROWTHS)?;
        let factor = number.as_f64();
        if (0.01..=1_000.0).contains(&factor) {
            Ok(Growth(factor))
        } else {
            let limits = "from 0.01 to 1000 times a year";
            Err(ParseQuantityError::OutOfRange { text: text.to_owned(), kind: Self::KIND, limits })
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, ppm) = (scaled(self.0, 1e2), scaled(self.0, 1e6));
        let is_small = self.0 > 0.0 && self.0 < 1e-3;
        match (percent, ppm) {
            (percent, Some(ppm)) if is_small || percent.is_none() => write!(f, "{ppm} ppm"),
            (Some(percent), _) => write!(f, "{percent} %"),
            (None, _) => write!(f, "{} %", trim(self.0 * 1e2)),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis =
            BASES.iter().find(|(_, basis)| *basis == self.basis).map_or("", |(name, _)| name);
        let is_chance = matches!(self.basis, RateBasis::Year | RateBasis::Month);
        match scaled(self.value, 1e2).filter(|_| is_chance) {
            Some(percent) => write!(f, "{percent} %{basis}"),
            None => write!(f, "{} {basis}", number_text(self.value)),
        }
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} times/year", number_text(self.0))
    }
}

/// Writes `part · scale` so that dividing it again gives the same part, short where that is enough;
/// `None` when no number does.
fn scaled(part: f64, scale: f64) -> Option<String> {
    let is_same = |text: &String| text.parse::<f64>().is_ok_and(|number| number / scale == part);
    let product = part * scale;
    // The product is rounded; the number that was written lies at most two steps away.
    let near = [product, product.next_up(), product.next_down()];
    let far = [product.next_up().next_up(), product.next_down().next_down()];
    let exact = near.into_iter().chain(far).map(number_text);
    std::iter::once(trim(product)).chain(exact).find(is_same)
}

/// Writes at most nine places.
fn trim(value: f64) -> String {
    let text = format!("{value:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_rates_and_growth_read_and_write() {
        assert_eq!(Share::parse("100 ppm").unwrap().to_string(), "100 ppm");
        assert_eq!(Share::parse("30%").unwrap().part(), 0.3);
        assert_eq!(Rate::parse("3 %/year").unwrap().value(), 0.03);
        assert_eq!(Rate::parse("8.75e-5 /GPU-day").unwrap().value(), 8.75e-5);
        assert_eq!(Growth::parse("2.2 times/year").unwrap().factor(), 2.2);
        assert!(Share::parse("130 %").is_err());
    }

    /// Found by the fuzzer: what was trimmed did not read again as the same.
    #[test]
    fn what_is_written_reads_as_the_same() {
        for text in
            ["33.3333333333333 %", "0.00000000001 %", "1e-20 %", "1234.5678901234 ppm", "0.1 %"]
        {
            let share = Share::parse(text).unwrap();
            assert_eq!(Share::parse(&share.to_string()), Ok(share), "{text} is written {share}");
        }
        for text in [
            "33.3333333333333 %/year",
            "1e-20 /GPU-day",
            "1e-29 %/rack-day",
            "0.1234567890123 /month",
        ] {
            let rate = Rate::parse(text).unwrap();
            assert_eq!(Rate::parse(&rate.to_string()), Ok(rate), "{text} is written {rate}");
        }
        assert_eq!(Share::new(0.1 + 0.2).to_string(), "30.000000000000004 %");
    }
}
