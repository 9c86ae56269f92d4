//! Where each column and row of a block stands, at a resolution, and the matrix that months share.
//!
//! Rows of `overtake` and `unserved` are divided by the hours of the month and waiting work by the weight
//! of its run's first hour, so the matrix depends on ratios of weights alone and most months have the same.

use crate::program::{Program, Taking};
use crate::solver::Model;
use std::ops::Range;

/// Hours joined to segments: consecutive hours of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Each segment's hours.
    pub segments: Vec<Range<usize>>,
    /// For each segment, the one before it in the cycle of its run; itself if the run is one segment.
    pub before: Vec<usize>,
}

impl Resolution {
    /// Joins up to `length` consecutive hours of each run.
    #[must_use]
    pub fn joining(program: &Program, length: usize) -> Resolution {
        let length = length.max(1);
        let hours = &program.hours;
        let mut of = Resolution { segments: Vec::new(), before: Vec::new() };
        let mut first = 0;
        while first < hours.len() {
            let run = hours[first].run;
            let end = hours[first..].iter().position(|hour| hour.run != run);
            let end = end.map_or(hours.len(), |after| first + after);
            let first_segment = of.segments.len();
            for start in (first..end).step_by(length) {
                of.before.push(of.segments.len().wrapping_sub(1));
                of.segments.push(start..(start + length).min(end));
            }
            of.before[first_segment] = of.segments.len() - 1;
            first = end;
        }
        of
    }

    /// Returns the weight of each segment in a month, in hours.
    #[must_use]
    pub fn weights(&self, program: &Program, month: usize) -> Vec<f64> {
        let hours = program.weight.row(month);
        self.segments.iter().map(|of| hours[of.clone()].iter().sum()).collect()
    }

    /// Returns the mean over each segment of a value by hour, weighed by the hours.
    pub(crate) fn mean(&self, weights: &[f64], values: &[f64]) -> Vec<f64> {
        let one = |of: &Range<usize>| {
            if of.len() == 1 {
                return values[of.start];
            }
            let weight: f64 = weights[of.clone()].iter().sum();
            let hours = of.clone();
            hours.map(|hour| weights[hour] * values[hour]).sum::<f64>() / weight
        };
        self.segments.iter().map(one).collect()
    }

    /// Returns how many segments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Returns, by segment, the weight of its run's first hour: the unit of waiting work.
    pub(crate) fn unit(&self, program: &Program, month: usize) -> Vec<f64> {
        let hours = program.weight.row(month);
        let mut unit = 0.0;
        let mut last_run = None;
        let mut units = Vec::with_capacity(self.len());
        for segment in &self.segments {
            let run = program.hours[segment.start].run;
            if last_run != Some(run) {
                (unit, last_run) = (hours[segment.start], Some(run));
            }
            units.push(unit);
        }
        units
    }
}

/// Where the columns and rows of a block stand.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) resolution: Resolution,
    /// Share of the month's hours, and unit of waiting work over weight, by segment: what the matrix
    /// depends on.
    pub(crate) share: Vec<f64>,
    pub(crate) ratio: Vec<f64>,
    /// Offers with a take-or-pay share of their own.
    pub(crate) flexible: Vec<usize>,
    /// Class and segment of each column of waiting work.
    pub(crate) waiting: Vec<(usize, usize)>,
    /// First columns of `f`, `s`, `z`, `q`, `o`, `e` (those of `y` begin at 0).
    pub(crate) flows: usize,
    pub(crate) spot: usize,
    pub(crate) lost: usize,
    pub(crate) backlog: usize,
    pub(crate) over: usize,
    pub(crate) excess: usize,
    /// First rows of `power`, `balance`, `overtake`, `unserved` (those of `pool` begin at 0).
    pub(crate) power: usize,
    pub(crate) balance: usize,
    pub(crate) overtake: usize,
    pub(crate) unserved: usize,
    pub(crate) model: Model,
}

/// Returns the offers with a take-or-pay share of their own.
pub(crate) fn flexible(program: &Program) -> Vec<usize> {
    let is_flexible =
        |offer: &usize| matches!(program.offers[*offer].taking, Taking::Flexible { .. });
    (0..program.offers.len()).filter(is_flexible).collect()
}

/// Returns how many rows of unserved work a block has: one for each standard, then for each loss.
pub(crate) fn counted(program: &Program) -> usize {
    program.limits.standards.len() + program.limits.losses.len()
}

/// Returns the classes that a row of unserved work counts.
pub(crate) fn counted_classes(program: &Program, row: usize) -> &[usize] {
    let standards = &program.limits.standards;
    match standards.get(row) {
        Some(standard) => &standard.classes,
        None => &program.limits.losses[row - standards.len()].classes,
    }
}

fn waiting(program: &Program, resolution: &Resolution) -> Vec<(usize, usize)> {
    let delays = |class: &usize| program.classes[*class].delay_hours > 0;
    let classes = (0..program.classes.len()).filter(delays);
    let linked = |segment: &usize| resolution.before[*segment] != *segment;
    classes
        .flat_map(|class| (0..resolution.len()).filter(linked).map(move |segment| (class, segment)))
        .collect()
}

impl Layout {
    /// Lays out the blocks of a month.
    pub(crate) fn new(program: &Program, resolution: Resolution, month: usize) -> Layout {
        let (n, flexible) = (resolution.len(), flexible(program));
        let (share, ratio) = Layout::ratios(program, &resolution, month);
        let waiting = waiting(program, &resolution);
        let classes = program.classes.len();
        let flows = program.uses.len() * n;
        let spot = flows + flexible.len() * n;
        let lost = spot + classes * n;
        let backlog = lost + classes * n;
        let over = backlog + waiting.len();
        let excess = over + flexible.len();
        let power = program.pools.len() * n;
        let balance = power + program.sites.len() * n;
        let overtake = balance + classes * n;
        let unserved = overtake + flexible.len();
        let mut layout = Layout {
            resolution,
            share,
            ratio,
            flexible,
            waiting,
            flows,
            spot,
            lost,
            backlog,
            over,
            excess,
            power,
            balance,
            overtake,
            unserved,
            model: Model::default(),
        };
        layout.model = layout.skeleton(program);
        layout
    }

    fn ratios(program: &Program, resolution: &Resolution, month: usize) -> (Vec<f64>, Vec<f64>) {
        let (weights, unit) = (resolution.weights(program, month), resolution.unit(program, month));
        let hours = program.month_hours(month);
        let share = weights.iter().map(|weight| weight / hours).collect();
        let ratio = weights.iter().zip(&unit).map(|(weight, unit)| unit / weight).collect();
        (share, ratio)
    }

    /// Says whether the blocks of a month have this matrix. A last bit that differs does not matter: bounds
    /// are recomputed from the month's own weights.
    pub(crate) fn fits(&self, program: &Program, month: usize) -> bool {
        let (share, ratio) = Layout::ratios(program, &self.resolution, month);
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-12 * a);
        near(&self.share, &share) && near(&self.ratio, &ratio)
    }

    pub(crate) fn columns(&self) -> usize {
        self.model.columns.len()
    }

    /// The matrix, with costs and bounds that `fill` replaces.
    fn skeleton(&self, program: &Program) -> Model {
        let n = self.resolution.len();
        let rows = self.unserved + counted(program);
        let mut entries: Vec<Vec<(usize, f64)>> = vec![Vec::new(); rows];
        for (at, usage) in program.uses.iter().enumerate() {
            let site = program.pools[usage.pool].site;
            for segment in 0..n {
                let column = at * n + segment;
                entries[usage.pool * n + segment].push((column, 1.0));
                if usage.power_kw > 0.0 {
                    entries[self.power + site * n + segment].push((column, usage.power_kw));
                }
                let balance = self.balance + usage.class * n + segment;
                entries[balance].push((column, usage.performance));
            }
        }
        for (at, offer) in self.flexible.iter().enumerate() {
            let pool = program.offers[*offer].pool;
            for segment in 0..n {
                let column = self.flows + at * n + segment;
                entries[pool * n + segment].push((column, -1.0));
                entries[self.overtake + at].push((column, -self.share[segment]));
            }
            entries[self.overtake + at].push((self.over + at, 1.0));
        }
        for at in 0..program.classes.len() * n {
            entries[self.balance + at].push((self.spot + at, 1.0));
            entries[self.balance + at].push((self.lost + at, 1.0));
        }
        for (at, (class, segment)) in self.waiting.iter().enumerate() {
            let column = self.backlog + at;
            entries[self.balance + class * n + segment].push((column, self.ratio[*segment]));
            let after = self.resolution.before.iter().position(|before| before == segment);
            if let Some(after) = after {
                entries[self.balance + class * n + after].push((column, -self.ratio[after]));
            }
        }
        self.count_unserved(program, &mut entries);
        let mut model = Model::default();
        for _ in 0..self.excess + counted(program) {
            model.column(0.0, 0.0, f64::INFINITY);
        }
        for of in entries {
            model.rows.push(f64::NEG_INFINITY, f64::INFINITY, of);
        }
        model
    }

    fn count_unserved(&self, program: &Program, entries: &mut [Vec<(usize, f64)>]) {
        let n = self.resolution.len();
        for row in 0..counted(program) {
            let of = &mut entries[self.unserved + row];
            for class in counted_classes(program, row) {
                for segment in 0..n {
                    of.push((self.spot + class * n + segment, self.share[segment]));
                    of.push((self.lost + class * n + segment, self.share[segment]));
                }
            }
            of.push((self.excess + row, -1.0));
        }
    }
}
