//! A sample hour by hour, for who checks the dispatch or wants to look at one future.
//!
//! Reports are made from rows ([`crate::Record`]) and never need this; the auditor and the tests do.

use crate::kernel::Series;
use crate::run::Runner;
use offtake_futures::Causes;
use offtake_model::Month;

/// One month of one sample, after it was served; every slice is as long as the month.
#[derive(Clone, Copy, Debug)]
pub struct MonthHours<'a> {
    /// The month.
    pub month: Month,
    pub(crate) available: &'a [Series],
    pub(crate) resources: &'a [Series],
    pub(crate) loads: &'a [Series],
    pub(crate) shorts: &'a [Series],
}

impl<'a> MonthHours<'a> {
    /// Returns the GPUs of a pool that work may use.
    #[must_use]
    pub fn available(&self, pool: usize) -> &'a [f32] {
        &self.available[pool][..self.month.len()]
    }

    /// Returns a resource: GPUs of a group, or kilowatts of a hall whose power can bind.
    #[must_use]
    pub fn resource(&self, resource: usize) -> &'a [f32] {
        &self.resources[resource][..self.month.len()]
    }

    /// Returns the demand of a class, in reference GPUs.
    #[must_use]
    pub fn load(&self, class: usize) -> &'a [f32] {
        &self.loads[class][..self.month.len()]
    }

    /// Returns what of a block is not served, in reference GPUs; of work that may wait, at the hour
    /// at which it is lost.
    #[must_use]
    pub fn unserved(&self, block: usize) -> &'a [f32] {
        &self.shorts[block][..self.month.len()]
    }
}

impl Runner<'_> {
    /// Calls `visit` for every month of `sample` with what was available, wanted and not served.
    pub fn hours(&mut self, sample: u64, causes: Causes, mut visit: impl FnMut(&MonthHours)) {
        let months = 0..self.system().axis.months().len();
        self.visit(sample, causes, months, |outcome| {
            let hours = MonthHours {
                month: outcome.month,
                available: &outcome.ground.available,
                resources: &outcome.ground.resources,
                loads: &outcome.ground.loads,
                shorts: &outcome.service.shorts,
            };
            visit(&hours);
        });
    }
}
