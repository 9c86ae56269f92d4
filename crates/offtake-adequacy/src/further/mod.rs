//! What needs further passes over the samples: causes, capacity credit, break-even growth.
//!
//! Like records, extras are one row of numbers for each sample, so that parts of a run merge; what
//! they are compared on (orders, ladders) is fixed or drawn from the sample's own stream.

mod break_even;
mod causes;
mod credit;

use crate::record::{Layout, Record};
use crate::system::System;

pub use break_even::{BreakEven, Turning, break_even};
pub use causes::{CauseResult, causes};
pub use credit::{CREDIT_EVERY, CreditResult, YearCredit, credits};

/// What one sample came to in the further passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extras {
    /// The numbers: causes, then break-even growth, then capacity credit.
    pub row: Vec<f64>,
}

/// Where each kind of number stands in a row of extras.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) break_even: usize,
    pub(crate) credit: usize,
    pub(crate) len: usize,
}

impl Places {
    pub(crate) fn of(system: &System) -> Places {
        let layout = Layout::of(system);
        let break_even = causes::NUMBERS;
        let credit = break_even + break_even::numbers(&layout);
        Places { break_even, credit, len: credit + credit::numbers(system) }
    }
}

/// Runs the further passes of one system, sample after sample; each thread has one.
#[derive(Clone, Debug)]
pub struct ExtrasRunner<'a> {
    places: Places,
    causes: causes::CausesRunner<'a>,
    break_even: break_even::BreakEvenRunner<'a>,
    credit: credit::CreditRunner<'a>,
}

impl<'a> ExtrasRunner<'a> {
    /// Makes a runner; `promised` is the record of the run in which no cause is on.
    #[must_use]
    pub fn new(system: &'a System, promised: &Record) -> ExtrasRunner<'a> {
        ExtrasRunner {
            places: Places::of(system),
            causes: causes::CausesRunner::new(system, promised),
            break_even: break_even::BreakEvenRunner::new(system),
            credit: credit::CreditRunner::new(system),
        }
    }

    /// Returns the extras of the sample whose record is `record`.
    #[must_use]
    pub fn extras(&mut self, record: &Record) -> Extras {
        let mut row = vec![0.0; self.places.len];
        self.causes.run(record, &mut row[..self.places.break_even]);
        self.break_even.run(record.sample, &mut row[self.places.break_even..self.places.credit]);
        self.credit.run(record.sample, &mut row[self.places.credit..]);
        Extras { row }
    }
}
