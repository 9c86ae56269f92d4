//! The rows, by what they come from.

pub(crate) mod claims;
pub(crate) mod delivery;
pub(crate) mod finance;
pub(crate) mod rights;
mod words;

use crate::row::{Flow, Row, RowKind};
use jiff::civil::Date;
use offtake_units::Money;

/// Returns a row that is about no contract, with what most rows have.
fn plain(date: Date, kind: RowKind, on: String, amount: Option<Money>, text: &str) -> Row {
    Row {
        date,
        kind,
        on,
        contract: None,
        tranche: None,
        amount,
        flow: Flow::Worth,
        chance: None,
        text: words::sentence(text),
    }
}
