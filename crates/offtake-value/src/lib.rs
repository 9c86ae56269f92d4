//! What contracts earn and cost: every clause as a function from a sample to dated cash flows.
//!
//! A sample says what came when and what was available ([`Drawn`]); the clauses of a contract turn that
//! into [`Flow`]s, seen by its buyer; the seller's are the same with the other sign. Pure: no file,
//! clock or thread. **Invariant:** money is whole millionths of the book's currency; floating point is in
//! statistics alone.

mod calendar;
mod cash;
pub mod clauses;
mod drawn;
pub mod exact;
pub mod finance;
mod flow;
mod headline;
mod kept;
mod measure;
mod results;
mod service;
mod settle;
mod terms;

pub use calendar::Calendar;
pub use cash::Cash;
pub use drawn::{Drawn, Served, Table};
pub use flow::{Flow, FlowKind, On};
pub use headline::by_sample;
pub use kept::{Asked, Kept, KeptWork, Side, Use};
pub use measure::{Measure, Measuring};
pub use results::{
    Branch, CashFlow, ContractValue, Spread, Totals, Valuation, WorkValue, has_revenue,
    headline_months, results,
};
pub use service::Months;
pub use settle::{Outcome, Valuer};
pub use terms::{Deal, Lot};
