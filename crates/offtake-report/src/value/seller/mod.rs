//! What only a seller asks, for people and programs: returns and ratios, delay, claims, uses of a megawatt.
//!
//! Nothing here computes a result: all comes from `offtake_value::finance::SellerResults`.

mod data;
mod picture;
mod read;
mod sentence;

pub(super) use data::{distribution, headline, json, tables};
pub(super) use read::sections;
pub(super) use sentence::sentence;

use super::ValueAnswer;
use crate::number::{NONE, decimal};
use offtake_value::Branch;
use offtake_value::finance::{Irr, SellerResults};

/// Returns a seller's results, if the answer is a seller's.
pub(super) fn of<'a>(answer: &ValueAnswer<'a>) -> Option<&'a SellerResults> {
    match &answer.value.branch {
        Branch::Seller(results) => Some(results),
        Branch::Buyer => None,
    }
}

/// Writes a yearly rate: `8.8 %`.
fn rate(rate: f64) -> String {
    if rate.is_finite() { format!("{} %", decimal(rate * 100.0, 1)) } else { NONE.to_owned() }
}

/// Writes a rate of return, or why there is none.
fn irr(irr: &Irr) -> String {
    match irr {
        Irr::One(one) => rate(*one),
        Irr::None(_) => "none".to_owned(),
        Irr::Several(_) => "several".to_owned(),
    }
}

/// Writes a ratio of cash flow to debt service.
fn ratio(dscr: f64) -> String {
    decimal(dscr, 2)
}

/// Writes a length of time in days as months and days.
fn days(days: i64) -> String {
    format!("{days} days ({} months)", decimal(days as f64 / 30.4375, 1))
}
