//! Samples of everything uncertain: correlated slips by milestone, supplier failures, site outages,
//! grid curtailment, breakdowns by blast radius, and demand.
//!
//! Pure: a [`Future`] is a function of (book, seed, sample, causes). Every draw comes from a stream
//! of its own, named by purpose, entity, sample and part, so that adding an entity never moves
//! another's draws and switching one cause off leaves the others where they were.

mod breakdown;
mod causes;
mod curtailment;
mod demand;
mod fate;
mod market;
mod poisson;
mod renewal;
mod sampler;
mod scenario;
mod slip;
mod supplier;

pub use breakdown::{Breakdown, Breakdowns};
pub use causes::{Cause, Causes};
pub use curtailment::Cut;
pub use fate::Fate;
pub use market::Prices;
pub use sampler::{Future, Sampler};
pub use scenario::{Strata, base_scenario};
pub use slip::{Factors, Shares, slip_cdf, slip_days, slip_quantile};

/// A range of hours `[from, until)` in which something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First hour.
    pub from: i64,
    /// Hour after the last.
    pub until: i64,
}
