//! HiGHS behind a small safe wrapper, and the threads on which a plan solves its blocks.
//!
//! The only crate that links C++. [`Highs`] is one instance with its model; [`Threads`] opens them and runs
//! work on threads, which makes it the [`offtake_plan::solver::Solvers`] of the planner; [`write_mps`]
//! writes a model for others to solve. **Invariant:** every instance runs on one thread and is silent, so
//! that many at once give the same bits as one after the other.

mod ladder;

mod raw;
mod threads;

pub use ladder::Rung;

pub use raw::{Highs, write_mps};
pub use threads::Threads;
