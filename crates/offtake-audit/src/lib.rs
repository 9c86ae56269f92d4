//! The auditor: counts again, hour by hour, what an engine says of supply, demand and unserved work.
//!
//! It starts from the book and from drawn events as plain data ([`DrawnEvents`]), and has arithmetic of
//! its own, slow and simple: one rack, one hour, one class at a time, in double precision. It knows no
//! engine, no position and no sampler, so a mistake in those cannot repeat itself here.
//!
//! **Limits:** supply and demand are recounted in full. Unserved work is recounted in full where all
//! GPUs are alike to the work that may use them (equal speeds, no power limit, no waiting, no gang);
//! elsewhere it is held against bounds.
//!
//! It also recounts the desk's ledger from its events ([`recount_ledger`]): no GPU-minute promised twice, nothing
//! acknowledged lost, nothing less firm than was said.

mod calendar;
mod check;
mod claim;
mod demand;
mod drawn;
mod flow;
mod ledger;
mod supply;

pub use check::{Disagreement, Recount, Reported, recount};
pub use drawn::{DrawnBreakdown, DrawnCut, DrawnEvents, DrawnStop, DrawnTranche};
pub use ledger::{Acknowledged, LedgerFault, LedgerRecount, recount_ledger};
