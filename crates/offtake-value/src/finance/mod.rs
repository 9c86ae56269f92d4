//! The seller's side: what a project of contracts, purchases, halls and debt earns, and what would
//! break it.
//!
//! Pure: months and exact money in, numbers out. Money is in whole millionths until it enters a rate
//! of return, a present value or a ratio.

mod agility;
mod case;
mod claims;
mod compare;
mod debt;
mod delay;
mod irr;
mod kept;
mod ledger;
mod npv;
mod payback;
mod plan;
mod results;
mod sensitivity;
mod window;

pub use agility::{Agility, Stock, gross_megawatts};
pub use case::{Case, Imagined, Returns};
pub use claims::{Held, Need, a_year, claims};
pub use compare::{UseOfPower, compare};
pub use debt::{Cash, Paid, Structure, Terms, Test, structure};
pub use delay::{Delays, Late};
pub use irr::{Irr, NoIrr, RANGE, irr};
pub use kept::{KeptProject, Step};
pub use ledger::Ledger;
pub use npv::npv;
pub use payback::payback;
pub use plan::{Moves, Part, Plan};
pub use results::{ProjectResult, Rates, SellerResults, Tenant, cases, projects, seller_results};
pub use sensitivity::{End, Moved, sensitivity};
pub use window::Window;

/// Returns an amount of millionths in the currency's unit, for statistics.
fn units(micros: i128) -> f64 {
    micros as f64 / 1e6
}
