//! Supply alone: when every pool came, and what of it was available by month, without dispatch.
//!
//! The same futures as [`crate::Runner`]'s, to the last bit: a sample's breakdowns, outages and deliveries come
//! from streams that demand never touches. For whoever asks what a contract delivers and not what is done with it.

use crate::month::Ground;
use crate::run::Runner;
use crate::system::System;
use offtake_futures::{Causes, Future};
use offtake_position::Life;

/// What one sample supplies.
#[derive(Clone, Copy, Debug)]
pub struct Supplied<'a> {
    /// Index of the scenario.
    pub scenario: usize,
    /// Life of each pool.
    pub lives: &'a [Life],
    /// GPU-hours available, by pool and then month.
    pub available: &'a [f64],
    /// A fleet's share of the benchmark, by workload.
    pub derate: &'a [f64],
}

/// Draws the supply of samples, one after another; each thread has one.
#[derive(Clone, Debug)]
pub struct SupplyRunner<'a> {
    system: &'a System,
    future: Future,
    ground: Ground,
    available: Vec<f64>,
}

impl<'a> SupplyRunner<'a> {
    /// Makes a runner.
    #[must_use]
    pub fn new(system: &'a System) -> SupplyRunner<'a> {
        SupplyRunner {
            future: Future::default(),
            ground: Ground::new(system),
            available: vec![0.0; system.pools.len() * system.axis.months().len()],
            system,
        }
    }

    /// Returns what `sample` supplies with only `causes` on.
    pub fn draw(&mut self, sample: u64, causes: Causes) -> Supplied<'_> {
        let months = self.system.axis.months().len();
        self.system.sampler.draw(sample, causes, &mut self.future);
        self.ground.start(self.system, &self.future, sample);
        for month in 0..months {
            self.ground.supply(self.system, &self.future, sample, month);
            for (pool, hours) in self.ground.hours.iter().enumerate() {
                self.available[pool * months + month] = *hours;
            }
        }
        Supplied {
            scenario: self.future.scenario,
            lives: &self.future.lives,
            available: &self.available,
            derate: &self.future.derate,
        }
    }
}

impl SupplyRunner<'_> {
    /// Calls `visit` with month, pool and the GPUs available in each hour of that month, for every month and pool of
    /// `sample` with only `causes` on.
    pub fn hours(
        &mut self,
        sample: u64,
        causes: Causes,
        mut visit: impl FnMut(usize, usize, &[f32]),
    ) {
        self.system.sampler.draw(sample, causes, &mut self.future);
        self.ground.start(self.system, &self.future, sample);
        for (month, span) in self.system.axis.months().iter().enumerate() {
            self.ground.supply(self.system, &self.future, sample, month);
            for (pool, available) in self.ground.available.iter().enumerate() {
                visit(month, pool, &available[..span.len()]);
            }
        }
    }
}

impl Runner<'_> {
    /// Returns what the last sample supplied.
    #[must_use]
    pub fn supplied(&self) -> Supplied<'_> {
        let future = self.future();
        Supplied {
            scenario: future.scenario,
            lives: &future.lives,
            available: self.by_pool(),
            derate: &future.derate,
        }
    }
}
