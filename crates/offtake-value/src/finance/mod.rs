//! The seller's side: what a project of contracts, purchases, halls and debt earns, and what would
//! break it.
//!
//! Pure: months and exact money in, numbers out. Money is in whole millionths until it enters a rate
//! of return, a present value or a ratio.

mod debt;
mod irr;
mod npv;
mod payback;

pub use debt::{Cash, Paid, Structure, Terms, Test, structure};
pub use irr::{Irr, NoIrr, RANGE, irr};
pub use npv::npv;
pub use payback::payback;

/// Returns an amount of millionths in the currency's unit, for statistics.
fn units(micros: i128) -> f64 {
    micros as f64 / 1e6
}
