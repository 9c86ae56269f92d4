//! What contracts earn and cost, for people and programs: picture, sentence, tables, JSON, files.
//!
//! All of it is made from one [`ValueAnswer`]; nothing here computes a result.

mod folder;
mod json;
mod picture;
mod read;
mod seller;
mod sentence;
mod table;

pub use folder::{FlowWriter, VALUE_MARK, write_value_folder};
pub use json::value_json;
pub use read::value_report;
pub use sentence::value_sentence;
pub use table::tables as value_tables;

use crate::answer::Head;
use crate::number::{NONE, decimal, plus_minus, scale_of, short};
use offtake_adequacy::Estimate;
use offtake_value::Valuation;

/// What a valuation came to, with what reports say of the book.
#[derive(Clone, Copy, Debug)]
pub struct ValueAnswer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// The results.
    pub value: &'a Valuation,
}

impl ValueAnswer<'_> {
    /// Writes an amount: `1.94 GUSD`.
    fn money(&self, amount: f64) -> String {
        let text = short(amount);
        let gap = if scale_of(amount).1.is_empty() { " " } else { "" };
        if amount.is_finite() { format!("{text}{gap}{}", self.value.currency) } else { text }
    }

    /// Writes an estimated amount: `1.940 ± 0.012 GUSD`.
    fn amount(&self, amount: Estimate) -> String {
        if !amount.mean.is_finite() {
            return NONE.to_owned();
        }
        let (factor, letter) = scale_of(amount.mean);
        let number = plus_minus(amount.mean / factor, amount.standard_error / factor);
        format!("{number} {}{}", letter.trim(), self.value.currency)
    }

    /// Writes a price of a GPU-hour or a million tokens: `2.911`.
    fn price(price: Option<Estimate>) -> String {
        price.map_or(NONE.to_owned(), |price| {
            let places = if price.mean.abs() < 0.1 { 4 } else { 2 };
            decimal(price.mean, places)
        })
    }
}

/// Writes whole millionths as a decimal with two places at least: `-123.45`.
#[must_use]
pub fn decimal_text(micros: i128) -> String {
    let (sign, size) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
    let digits = format!("{:06}", size % 1_000_000);
    let part = digits.trim_end_matches('0');
    format!("{sign}{}.{part:0<2}", size / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_exactly() {
        assert_eq!(decimal_text(-123_450_000), "-123.45");
        assert_eq!(decimal_text(9_700_000_000_000_000), "9700000000.00");
        assert_eq!(decimal_text(1), "0.000001");
        assert_eq!(decimal_text(0), "0.00");
    }
}
