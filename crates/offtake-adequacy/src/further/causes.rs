//! What the risk part comes from: Shapley values over "this cause off".
//!
//! The value of a set of causes is the unserved work of the sample with only those on. A cause's share
//! is its marginal change, averaged over orders in which causes are switched on; one random order and
//! its reverse for each sample make an unbiased estimate whose parts add up exactly, in every sample,
//! to the unserved with all on less the open position (Shapley 1953; Castro et al. 2009).

use super::Extras;
use crate::estimate::Estimate;
use crate::record::{Family, Layout, Record};
use crate::results::{Samples, sum_of};
use crate::run::Runner;
use crate::system::System;
use offtake_futures::{Cause, Causes};
use offtake_stdx::{Entity, Purpose, Stream};

const ORDER: Purpose = Purpose::new("causes/order");
/// Numbers of a sample: one for each cause.
pub(crate) const NUMBERS: usize = Cause::ALL.len();

/// A cause's part of the expected unserved.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseResult {
    /// `open-position`, or the name of a cause.
    pub cause: String,
    /// Unserved reference GPU-hours a year.
    pub eue: Estimate,
    /// Its share of all the unserved; the shares sum to 1.
    pub share: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct CausesRunner<'a> {
    system: &'a System,
    runner: Runner<'a>,
    live: Causes,
    promised: f64,
}

impl<'a> CausesRunner<'a> {
    pub(crate) fn new(system: &'a System, promised: &Record) -> CausesRunner<'a> {
        let live = system.sampler.live_causes();
        CausesRunner {
            live,
            promised: total(system, promised),
            runner: Runner::new(system),
            system,
        }
    }

    /// Writes what each cause adds to the sample's unserved reference GPU-hours.
    pub(crate) fn run(&mut self, record: &Record, out: &mut [f64]) {
        let order = order(self.system.sampler.seed(), record.sample);
        let all = total(self.system, record);
        let mut values: Vec<(Causes, f64)> = vec![(Causes::NONE, self.promised), (self.live, all)];
        for backwards in [false, true] {
            let mut on = Causes::NONE;
            let mut before = self.promised;
            for step in 0..NUMBERS {
                let cause = if backwards { order[NUMBERS - 1 - step] } else { order[step] };
                on = on.with(cause);
                let after = self.value(record.sample, on.within(self.live), &mut values);
                out[cause as usize] += (after - before) / 2.0;
                before = after;
            }
        }
    }

    /// Returns the unserved with only `causes` on, which another order may have asked for already.
    fn value(&mut self, sample: u64, causes: Causes, known: &mut Vec<(Causes, f64)>) -> f64 {
        if let Some((_, value)) = known.iter().find(|(c, _)| *c == causes) {
            return *value;
        }
        let value = self.runner.unserved(sample, causes);
        known.push((causes, value));
        value
    }
}

/// Returns a random order of the causes (Fisher and Yates).
fn order(seed: u64, sample: u64) -> [Cause; NUMBERS] {
    let mut stream = Stream::new(seed, ORDER, Entity::new(""), sample, 0);
    let mut order = Cause::ALL;
    for last in (1..NUMBERS).rev() {
        let pick = (stream.uniform() * (last + 1) as f64) as usize;
        order.swap(last, pick.min(last));
    }
    order
}

/// Returns the unserved reference GPU-hours of a record.
fn total(system: &System, record: &Record) -> f64 {
    let layout = Layout::of(system);
    sum_of(&layout, record, Family::Unserved, 0..layout.blocks, 0..layout.months)
}

/// Makes the causes from the extras of all samples: open position first, then the causes; they add
/// up to the expected unserved.
#[must_use]
pub fn causes(
    system: &System,
    (records, extras): (&[Record], &[Extras]),
    promised: &Record,
) -> Vec<CauseResult> {
    let samples = Samples::new(system, records, promised);
    let per_year = 1.0 / system.years();
    let open = total(system, promised) * per_year;
    let of = |cause: Cause| samples.weights.mean(|i| extras[i].row[cause as usize]).times(per_year);
    let mut found = vec![("open-position", Estimate::exact(open))];
    found.extend(Cause::ALL.into_iter().map(|cause| (cause.name(), of(cause))));
    let sum: f64 = found.iter().map(|(_, eue)| eue.mean).sum();
    let share = |eue: Estimate| if sum > 0.0 { eue.mean / sum } else { 0.0 };
    found
        .into_iter()
        .map(|(cause, eue)| CauseResult { cause: cause.to_owned(), share: share(eue), eue })
        .collect()
}
