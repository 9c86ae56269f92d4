//! Every dated right and payment of a book, and when each tranche is to be expected.
//!
//! Pure: a [`Calendar`] is a function of the book. **Invariant:** money is exact, to the cent, and the
//! parts of a contract add up to it; only chances and quantiles of delivery are floating point.
//!
//! Words: a **row** is one day on which something is due, may be done for the last time, or may be done
//! from then on; an **outlook** is one tranche with what its contract says about its being late.

mod calendar;
mod dates;
mod money;
mod outlook;
mod row;
mod rows;
mod service;

pub use calendar::{Calendar, SAMPLES, SEED, Whose, calendar};
pub use money::{monthly_fee, tranche_value};
pub use outlook::{LateTerms, Outlook, PrepaymentTerms};
pub use row::{Flow, Row, RowKind, Undated};
pub use service::{Basis, Service, Services};
