//! Money and prices, exact.

use crate::text::{NUMBER_PATTERN, ParseQuantityError, Quantity, split};
use std::fmt;

/// A currency, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// An amount of money, in whole millionths of the currency's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    micros: i128,
    currency: Currency,
}

/// What a price is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Per {
    /// One GPU for one hour.
    GpuHour,
    /// One megawatt for one hour.
    MegawattHour,
    /// One megawatt of capacity, once.
    Megawatt,
    /// One megawatt of capacity for a year.
    MegawattYear,
    /// One kilowatt for a month.
    KilowattMonth,
    /// One million tokens.
    MillionTokens,
}

/// An amount of money for each unit of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Price {
    money: Money,
    per: Per,
}

const PERS: &[(&str, Per)] = &[
    ("GPUh", Per::GpuHour),
    ("MWh", Per::MegawattHour),
    ("MW", Per::Megawatt),
    ("MW-year", Per::MegawattYear),
    ("kW-month", Per::KilowattMonth),
    ("Mtok", Per::MillionTokens),
];

const PREFIXES: &[(char, i128)] = &[('k', 1_000), ('M', 1_000_000), ('G', 1_000_000_000)];

impl Currency {
    /// The United States dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// Reads three capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// Returns the code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl Money {
    /// Makes an amount from whole millionths of the currency's unit.
    #[must_use]
    pub const fn from_micros(micros: i128, currency: Currency) -> Money {
        Money { micros, currency }
    }

    /// Returns the millionths.
    #[must_use]
    pub const fn micros(self) -> i128 {
        self.micros
    }

    /// Returns the amount in the currency's unit, for statistics and charts alone.
    #[must_use]
    pub fn units(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Adds two amounts, or returns `None` when the currencies differ or the sum does not fit.
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        let micros = self.micros.checked_add(other.micros)?;
        (self.currency == other.currency).then_some(Money { micros, ..self })
    }
}

impl Price {
    /// Makes a price.
    #[must_use]
    pub const fn new(money: Money, per: Per) -> Price {
        Price { money, per }
    }

    /// Returns the money for one unit.
    #[must_use]
    pub const fn money(self) -> Money {
        self.money
    }

    /// Returns what the money buys one of.
    #[must_use]
    pub const fn per(self) -> Per {
        self.per
    }
}

/// Reads `GUSD` as a factor and a currency.
fn read_currency(unit: &str) -> Option<(i128, Currency)> {
    if let Some(currency) = Currency::parse(unit) {
        return Some((1, currency));
    }
    let (prefix, factor) = PREFIXES.iter().find(|(prefix, _)| unit.starts_with(*prefix))?;
    Some((*factor, Currency::parse(&unit[prefix.len_utf8()..])?))
}

fn read_money(
    text: &str,
    kind: &'static str,
    example: &'static str,
    unit: &str,
) -> Result<Money, ParseQuantityError> {
    let (number, _) = split(text, example, "USD")?;
    let unknown = || ParseQuantityError::UnknownUnit {
        unit: unit.to_owned(),
        kind,
        expected: "an ISO currency with an optional k, M or G, as in USD, MUSD or GEUR".to_owned(),
    };
    let (factor, currency) = read_currency(unit).ok_or_else(unknown)?;
    let limits = "below 1e21 of the currency";
    let out = || ParseQuantityError::OutOfRange { text: text.to_owned(), kind, limits };
    let micros =
        number.times(factor * 1_000_000).filter(|m| m.abs() < 10_i128.pow(27)).ok_or_else(out)?;
    Ok(Money { micros, currency })
}

impl Quantity for Money {
    const KIND: &'static str = "money";
    const EXAMPLE: &'static str = "9.7 GUSD";
    fn pattern() -> String {
        format!("^{NUMBER_PATTERN} ?[kMG]?[A-Z]{{3}}$")
    }
    fn parse(text: &str) -> Result<Money, ParseQuantityError> {
        let (_, unit) = split(text, Self::EXAMPLE, "MUSD")?;
        read_money(text, Self::KIND, Self::EXAMPLE, unit)
    }
}

impl Quantity for Price {
    const KIND: &'static str = "price";
    const EXAMPLE: &'static str = "2.91 USD/GPUh";
    fn pattern() -> String {
        let pers: Vec<&str> = PERS.iter().map(|(name, _)| *name).collect();
        format!("^{NUMBER_PATTERN} ?[kMG]?[A-Z]{{3}}/({})$", pers.join("|"))
    }
    fn parse(text: &str) -> Result<Price, ParseQuantityError> {
        let (_, unit) = split(text, Self::EXAMPLE, "USD/GPUh")?;
        let unknown = || ParseQuantityError::UnknownUnit {
            unit: unit.to_owned(),
            kind: Self::KIND,
            expected: "a currency per GPUh, MWh, MW, MW-year, kW-month or Mtok".to_owned(),
        };
        let (currency, per) = unit.split_once('/').ok_or_else(unknown)?;
        let per = PERS.iter().find(|(name, _)| *name == per).ok_or_else(unknown)?.1;
        Ok(Price { money: read_money(text, Self::KIND, Self::EXAMPLE, currency)?, per })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.micros.abs();
        let (prefix, factor) = PREFIXES
            .iter()
            .rev()
            .map(|(prefix, factor)| (prefix.to_string(), factor * 1_000_000))
            .find(|(_, factor)| size >= *factor && size * 1000 % factor == 0)
            .unwrap_or((String::new(), 1_000_000));
        let digits = format!("{:06}", size % factor * 1_000_000 / factor);
        let part = digits.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        let sign = if self.micros < 0 { "-" } else { "" };
        write!(f, "{sign}{}{point}{part} {prefix}{}", size / factor, self.currency)
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PERS.iter().find(|(_, per)| per == self).map_or("", |(name, _)| name))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.money, self.per)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_point_seven_billion_is_exact() {
        let money = Money::parse("9.7 GUSD").unwrap();
        assert_eq!(money.micros(), 9_700_000_000_000_000);
        assert_eq!(money.to_string(), "9.7 GUSD");
    }

    #[test]
    fn a_price_names_what_it_buys() {
        let price = Price::parse("2.91 USD/GPUh").unwrap();
        assert_eq!(price.per(), Per::GpuHour);
        assert_eq!(price.to_string(), "2.91 USD/GPUh");
        let error = Price::parse("2.91 USD").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`USD` is not a unit of price; use a currency per GPUh, MWh, MW, MW-year, kW-month or Mtok"
        );
    }

    #[test]
    fn currencies_do_not_mix() {
        let dollars = Money::parse("1 USD").unwrap();
        let euros = Money::parse("1 EUR").unwrap();
        assert_eq!(dollars.checked_add(euros), None);
    }
}
