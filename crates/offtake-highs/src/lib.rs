//! HiGHS behind a small safe wrapper, and the threads on which a plan solves its blocks.
//!
//! The only crate that links C++. [`Highs`] is one instance with its model; [`Pool`] opens them and runs
//! work on threads, which makes it the [`offtake_plan::solver::Solvers`] of the planner; [`write_mps`]
//! writes a model for others to solve. **Invariant:** every instance runs on one thread and is silent, so
//! that many at once give the same bits as one after the other.

mod ladder;
mod pool;
mod raw;

pub use ladder::Rung;
pub use pool::Pool;
pub use raw::{Highs, write_mps};
