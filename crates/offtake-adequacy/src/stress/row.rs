//! What one sample came to in the base and under each counterfactual: a row of numbers.

use crate::system::System;

/// Where each number stands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StressLayout {
    /// Counterfactuals, the base (the first) counted in.
    pub variants: usize,
    /// Standards.
    pub standards: usize,
    /// Months that are looked at.
    pub months: usize,
    /// Months of the headline, over which standards are held.
    pub headline: usize,
    /// Blocks of work.
    pub blocks: usize,
    /// Pools.
    pub pools: usize,
}

/// A number that a row holds for the base and each counterfactual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// Unserved reference GPU-hours of all work.
    Unserved,
    /// The same of firm work.
    Firm,
    /// Demand of firm work.
    FirmDemand,
    /// What the unserved is worth.
    Value,
    /// What the owner pays (or is paid, below zero) for what is available, and for power.
    Fees,
    /// Hours with a shortfall of firm work.
    ShortHours,
    /// Days (UTC) with one.
    ShortDays,
    /// Unserved reference GPU-hours of firm work over the headline.
    HeadlineFirm,
    /// Demand of firm work over the headline.
    HeadlineDemand,
}

const NUMBERS: usize = 9;

/// One sample's numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StressRow {
    /// The sample's number.
    pub sample: u64,
    /// Its scenario.
    pub scenario: usize,
    /// The numbers, by [`StressLayout`].
    pub row: Vec<f64>,
}

impl StressLayout {
    /// Returns the layout of rows for so many counterfactuals beside the base, over the first `months`.
    #[must_use]
    pub fn of(system: &System, counterfactuals: usize, months: usize) -> StressLayout {
        let months = months.min(system.axis.months().len());
        StressLayout {
            variants: counterfactuals + 1,
            standards: system.standards.len(),
            headline: system.headline_months.min(months),
            months,
            blocks: system.blocks.len(),
            pools: system.pools.len(),
        }
    }

    /// Returns how many numbers each variant has.
    pub(crate) const fn width(&self) -> usize {
        NUMBERS + self.standards * (2 + self.headline) + self.blocks
    }

    /// Returns the place of a number of a variant; the base is variant 0.
    pub(crate) const fn at(&self, variant: usize, number: Number) -> usize {
        variant * self.width() + number as usize
    }

    /// Returns the place of a standard's unserved over the headline; its demand is the next, then whether each
    /// month of it is short.
    pub(crate) const fn at_standard(&self, variant: usize, standard: usize) -> usize {
        variant * self.width() + NUMBERS + standard * (2 + self.headline)
    }

    /// Returns the place of the unserved reference GPU-hours of a block of a variant.
    pub(crate) const fn at_block(&self, variant: usize, block: usize) -> usize {
        self.at_standard(variant, self.standards) + block
    }

    /// Returns the place of the GPU-hours that a pool has available in the base.
    pub(crate) const fn at_pool(&self, pool: usize) -> usize {
        self.variants * self.width() + pool
    }

    /// Returns the length of a row.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.at_pool(self.pools)
    }

    /// Says whether rows hold nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl StressRow {
    /// Returns the unserved reference GPU-hours of the book as it is, over the headline.
    #[must_use]
    pub fn base_unserved(&self) -> f64 {
        self.row.first().copied().unwrap_or(0.0)
    }
}
