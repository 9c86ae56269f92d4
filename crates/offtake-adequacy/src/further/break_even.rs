//! Break-even growth: how fast demand may grow, and how much of it there may be, before the
//! standards of the headline horizon no longer hold.
//!
//! Two fixed ladders, so that parts of a run merge. On the first every workload grows from its level
//! by one factor a year, in place of its scenario's growth; noise, derate and all of supply stay as
//! drawn. On the second, demand as drawn is multiplied by one factor. At each step the standards are
//! tested as they always are; where the tightest of them turns is read off between two steps, on the
//! logarithm of how far it is over or under its limit.

use super::{Extras, Places};
use crate::dispatch::{Queues, Service};
use crate::estimate::{Estimate, batch_error};
use crate::kernel::{self, Series, series};
use crate::load::{compound, grown};
use crate::month::{Ground, STRIDE, fill_load};
use crate::record::{Layout, Record};
use crate::results::Samples;
use crate::system::{System, Work};
use offtake_futures::{Causes, Future};
use offtake_model::Month;

/// Yearly growth of each step.
const GROWTH: [f64; 12] = [1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 12.0];
/// Factor on demand of each step.
const FACTOR: [f64; 14] = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.3, 1.8, 3.0];
const STEPS: usize = GROWTH.len() + FACTOR.len();
/// Months whose shortfalls one number holds, a bit each.
const MONTHS_PER_WORD: usize = 32;
/// How far under its limit a standard is taken to be at most, on the logarithm's scale.
const LEAST_MARGIN: f64 = 1e-3;

/// Where on a ladder the standards turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turning {
    /// The step at which they just hold, read off between two steps.
    pub at: Estimate,
    /// Whether they still hold at the ladder's end: then `at` is that.
    pub is_at_least: bool,
}

/// What the standards of the headline horizon survive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakEven {
    /// The yearly growth of all demand at which they just hold; `None` when they fail without any.
    pub growth: Option<Turning>,
    /// The factor on demand, growing as its scenarios do, at which they just hold; `None` when they
    /// fail at the least step of the ladder.
    pub factor: Option<Turning>,
}

/// Numbers of a standard at one step: unserved, demand, and the months with a shortfall.
fn width(layout: &Layout) -> usize {
    2 + layout.headline.div_ceil(MONTHS_PER_WORD)
}

/// Returns the numbers of a sample.
pub(crate) fn numbers(layout: &Layout) -> usize {
    STEPS * layout.standards * width(layout)
}

#[derive(Clone, Debug)]
pub(crate) struct BreakEvenRunner<'a> {
    system: &'a System,
    layout: Layout,
    future: Future,
    ground: Ground,
    service: Service,
    queues: Vec<Queues>,
    loads: Vec<Series>,
    /// Growth since the start of the horizon, by step of the first ladder and hour.
    growth: Vec<Vec<f32>>,
    own: Vec<f32>,
}

impl<'a> BreakEvenRunner<'a> {
    pub(crate) fn new(system: &'a System) -> BreakEvenRunner<'a> {
        let hours = system.headline_hours();
        let by_hour = |yearly: f64| grown(yearly, 0, hours).into_iter().map(|g| g as f32).collect();
        let service = Service::new(system);
        BreakEvenRunner {
            layout: Layout::of(system),
            future: Future::default(),
            ground: Ground::new(system),
            queues: vec![service.queues().clone(); STEPS],
            service,
            loads: vec![series(STRIDE); system.classes.len()],
            growth: GROWTH.iter().map(|&yearly| by_hour(yearly)).collect(),
            own: vec![0.0; STRIDE],
            system,
        }
    }

    /// Writes what each standard is short of at each step.
    pub(crate) fn run(&mut self, sample: u64, out: &mut [f64]) {
        if !is_set(self.system) {
            return;
        }
        self.system.sampler.draw(sample, Causes::ALL, &mut self.future);
        self.ground.start(self.system, &self.future, sample);
        self.queues.iter_mut().for_each(Queues::clear);
        self.service.start();
        let blocks = self.system.standards.iter().map(|s| s.prefix).max().unwrap_or(0);
        for index in 0..self.layout.headline {
            let month = self.system.axis.months()[index];
            self.ground.fill(self.system, &self.future, sample, index);
            for step in 0..STEPS {
                self.load(month, step);
                self.service.exchange_queues(&mut self.queues[step]);
                self.service.open(self.system, month, &self.ground.resources);
                self.service.serve_blocks(self.system, month, &self.loads, 0..blocks);
                self.service.exchange_queues(&mut self.queues[step]);
                self.keep(index, month, step, out);
            }
        }
    }

    /// Fills the loads of the month as they are at `step`.
    fn load(&mut self, month: Month, step: usize) {
        for (class, (spec, load)) in self.system.classes.iter().zip(&mut self.loads).enumerate() {
            let drawn = &self.ground.loads[class];
            let workload = spec.load.as_ref().filter(|load| load.workload.is_some());
            match (workload, step.checked_sub(GROWTH.len())) {
                (Some(_), Some(factor)) => {
                    let factor = FACTOR[factor] as f32;
                    load.iter_mut().zip(drawn.iter()).for_each(|(l, d)| *l = d * factor);
                }
                (Some(found), None) if !found.level.is_empty() => {
                    let before = compound(GROWTH[step], -found.since) as f32;
                    let level = &found.level[month.start..month.end];
                    let growth = &self.growth[step][month.start..month.end];
                    let hours = &mut self.own[..month.len()];
                    for ((h, l), g) in hours.iter_mut().zip(level).zip(growth) {
                        *h = l * g * before;
                    }
                    fill_load(&self.own[..month.len()], found.workload, &self.future, month, load);
                }
                _ => load.copy_from_slice(drawn),
            }
        }
    }

    fn keep(&mut self, index: usize, month: Month, step: usize, out: &mut [f64]) {
        let system = self.system;
        let (length, width) = (month.len(), width(&self.layout));
        for standard in 0..system.standards.len() {
            let at = (step * system.standards.len() + standard) * width;
            self.own.fill(0.0);
            for (block, spec) in
                system.blocks.iter().enumerate().filter(|(_, b)| b.standards.contains(&standard))
            {
                kernel::add(&self.service.shorts[block], &mut self.own);
                out[at + 1] += match spec.work {
                    Work::Divisible { class, share, .. } => {
                        share * kernel::sum(&self.loads[class][..length])
                    }
                    Work::Gang(gang) => {
                        let spec = &system.gangs[gang];
                        crate::run::active_hours(month, spec.hours).len() as f64 * spec.size
                    }
                };
            }
            out[at] += kernel::sum(&self.own[..length]);
            if self.own[..length].iter().any(|x| *x > system.tolerance) {
                // A whole number below 2³², which a double holds exactly.
                out[at + 2 + index / MONTHS_PER_WORD] +=
                    f64::from(1_u32 << (index % MONTHS_PER_WORD));
            }
        }
    }
}

fn is_set(system: &System) -> bool {
    system.standards.iter().any(|s| s.unserved.is_some() || s.month_risk.is_some())
}

/// Makes the break-even growth from the extras of all samples; `None` when no standard is set.
#[must_use]
pub fn break_even(system: &System, (records, extras): (&[Record], &[Extras])) -> Option<BreakEven> {
    if !is_set(system) || records.is_empty() {
        return None;
    }
    let none = Record::default();
    let samples = Samples::new(system, records, &none);
    let all: Vec<usize> = (0..records.len()).collect();
    let of = |ladder: &[f64], first: usize| {
        let turn =
            |part: &[usize]| turning(ladder, |step| margin(&samples, extras, part, first + step));
        let (at, is_at_least) = turn(&all)?;
        let standard_error =
            if is_at_least { 0.0 } else { batch_error(&all, |part| turn(part).map(|(at, _)| at)) };
        Some(Turning { at: Estimate { mean: at, standard_error }, is_at_least })
    };
    Some(BreakEven { growth: of(&GROWTH, 0), factor: of(&FACTOR, GROWTH.len()) })
}

/// Returns where `margin` reaches 1 on the ladder, and whether it never does; `None` when it is over
/// 1 from the first step on.
fn turning(ladder: &[f64], margin: impl Fn(usize) -> f64) -> Option<(f64, bool)> {
    let margins: Vec<f64> =
        (0..ladder.len()).map(|step| libm::log(margin(step).max(LEAST_MARGIN))).collect();
    let Some(over) = margins.iter().position(|m| *m > 0.0) else {
        return Some((ladder[ladder.len() - 1], true));
    };
    let under = over.checked_sub(1)?;
    let t = -margins[under] / (margins[over] - margins[under]);
    Some((ladder[under] + t * (ladder[over] - ladder[under]), false))
}

/// Returns how far the tightest standard is over (above 1) or under its limit at a step, in `part`
/// of the samples.
fn margin(samples: &Samples<'_>, extras: &[Extras], part: &[usize], step: usize) -> f64 {
    let system = samples.system;
    let width = width(&samples.layout);
    let first = Places::of(system).break_even;
    let mean = |value: &dyn Fn(usize) -> f64| -> f64 {
        part.iter().map(|&i| samples.weights.of(i) * value(i)).sum()
    };
    let total = mean(&|_| 1.0);
    let mut worst = 0.0_f64;
    for (standard, spec) in system.standards.iter().enumerate() {
        let at = first + (step * system.standards.len() + standard) * width;
        if let Some(limit) = spec.unserved {
            let demand = mean(&|i| extras[i].row[at + 1]);
            let share = if demand > 0.0 { mean(&|i| extras[i].row[at]) / demand } else { 0.0 };
            worst = worst.max(over(share, limit));
        }
        if let Some(limit) = spec.month_risk {
            for month in 0..samples.layout.headline {
                let (word, bit) =
                    (at + 2 + month / MONTHS_PER_WORD, 1_u32 << (month % MONTHS_PER_WORD));
                let risk = mean(&|i| f64::from(extras[i].row[word] as u32 & bit != 0)) / total;
                worst = worst.max(over(risk, limit));
            }
        }
    }
    worst
}

fn over(value: f64, limit: f64) -> f64 {
    match (value > 0.0, limit > 0.0) {
        (false, _) => 0.0,
        (true, true) => value / limit,
        (true, false) => f64::MAX,
    }
}
