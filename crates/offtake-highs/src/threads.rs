//! Threads for the planner's blocks, and the flag that stops them.
//!
//! The threads live as long as one call of `each`; what they share is a counter. Which thread does which
//! piece is left to chance: pieces do not see each other, and the planner merges them by number.

use crate::raw::Highs;
use offtake_plan::solver::{Model, Solver, SolverError, Solvers};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Opens instances of HiGHS, and runs pieces of work on so many threads.
#[derive(Clone, Debug)]
pub struct Threads {
    threads: NonZeroUsize,
    stop: Arc<AtomicBool>,
}

impl Threads {
    /// Makes so many threads.
    #[must_use]
    pub fn new(threads: NonZeroUsize) -> Threads {
        Threads { threads, stop: Arc::default() }
    }

    /// Makes so many threads that are stopped by a flag of the caller's.
    #[must_use]
    pub fn stopped_by(threads: NonZeroUsize, stop: Arc<AtomicBool>) -> Threads {
        Threads { threads, stop }
    }
}

impl Solvers for Threads {
    fn open(&self, model: &Model) -> Result<Box<dyn Solver>, SolverError> {
        Ok(Box::new(Highs::open(model, Arc::clone(&self.stop))?))
    }

    fn seats(&self) -> usize {
        self.threads.get()
    }

    fn each(&self, count: usize, work: &(dyn Fn(usize, usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let take = |seat: usize| {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                work(seat, number);
            }
        };
        let seats = self.threads.get().min(count);
        if seats <= 1 {
            return take(0);
        }
        let take = &take;
        std::thread::scope(|scope| {
            for seat in 1..seats {
                scope.spawn(move || take(seat));
            }
            take(0);
        });
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
