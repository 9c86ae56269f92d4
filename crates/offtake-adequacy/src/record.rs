//! What is kept of one sample: one row of numbers with a layout that follows from the book.
//!
//! Results are made from rows alone, in the order of samples; so parts of a run that were made
//! apart merge to the same bytes.

use crate::system::System;

/// Where each kind of number stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Months.
    pub months: usize,
    /// Blocks of work.
    pub blocks: usize,
    /// Standards.
    pub standards: usize,
    /// Places that firm work may run at.
    pub places: usize,
    /// Contracts.
    pub contracts: usize,
    /// Kinds of headroom.
    pub headroom: usize,
    /// Months of the headline.
    pub headline: usize,
    /// Steps of the ladder of constant GPUs.
    pub ladder: usize,
}

/// A kind of number that a row holds for every month and every member of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Unserved reference GPU-hours by block.
    Unserved,
    /// Demand in reference GPU-hours by block.
    Demand,
    /// Greatest demand of any hour, all classes together, in reference GPUs (one member).
    PeakDemand,
    /// Hours with a shortfall, by standard, and last of any firm work.
    ShortHours,
    /// Days (UTC) with a shortfall, by standard, and last of any firm work.
    ShortDays,
    /// Deepest hour by standard, over its prefix, in reference GPUs; below zero it is what was left.
    Deepest,
    /// Deepest hour of firm work by place, in reference GPUs.
    DeepestAt,
    /// Unserved reference GPU-hours after spot (one member).
    AfterSpot,
    /// GPU-hours available by contract.
    Available,
    /// GPU-hours available and not used, by contract.
    Idle,
    /// Mean surplus GPUs by zone and type.
    Headroom,
}

const FAMILIES: [Family; 11] = [
    Family::Unserved,
    Family::Demand,
    Family::PeakDemand,
    Family::ShortHours,
    Family::ShortDays,
    Family::Deepest,
    Family::DeepestAt,
    Family::AfterSpot,
    Family::Available,
    Family::Idle,
    Family::Headroom,
];

impl Layout {
    /// Returns the layout of `system`'s rows.
    #[must_use]
    pub fn of(system: &System) -> Layout {
        Layout {
            months: system.axis.months().len(),
            blocks: system.blocks.len(),
            standards: system.standards.len(),
            places: system.places.len(),
            contracts: system.contracts.len(),
            headroom: system.headroom.len(),
            headline: system.headline_months,
            ladder: crate::ladder::STEPS,
        }
    }

    /// Returns how many members a family has.
    #[must_use]
    pub const fn members(&self, family: Family) -> usize {
        match family {
            Family::Unserved | Family::Demand => self.blocks,
            Family::PeakDemand | Family::AfterSpot => 1,
            Family::ShortHours | Family::ShortDays => self.standards + 1,
            Family::Deepest => self.standards,
            Family::DeepestAt => self.places,
            Family::Available | Family::Idle => self.contracts,
            Family::Headroom => self.headroom,
        }
    }

    /// Returns the place of a number in the row.
    #[must_use]
    pub fn at(&self, family: Family, member: usize, month: usize) -> usize {
        let before: usize =
            FAMILIES.iter().take_while(|f| **f != family).map(|f| self.members(*f)).sum();
        (before + member) * self.months + month
    }

    /// Returns the place of `Σ max(0, shortfall − step)` over a headline month, in GPU-hours.
    #[must_use]
    pub fn at_ladder(&self, standard: usize, month: usize, step: usize) -> usize {
        let families: usize = FAMILIES.iter().map(|f| self.members(*f)).sum();
        families * self.months + (standard * self.headline + month) * self.ladder + step
    }

    /// Returns the length of a row.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at_ladder(self.standards, 0, 0)
    }

    /// Says whether a row holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What one sample came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The sample's number.
    pub sample: u64,
    /// Its scenario.
    pub scenario: usize,
    /// The numbers, by [`Layout`].
    pub row: Vec<f64>,
}
