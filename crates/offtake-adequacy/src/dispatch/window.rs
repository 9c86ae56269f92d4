//! Work that may wait, served exactly over a short window.
//!
//! Of the many schedules that lose least of one block, [`super::delay`] takes one by a rule, which may
//! leave the later blocks less than another would. Over a window of at most
//! [`EXACT_WINDOW`] hours the order `min (Σ_t short[1,t], Σ_t short[2,t], …)` is solved as a program:
//!
//! ```text
//! s[b,t] = q[b,t−1] + a[b,t] − q[b,t] ≥ 0        served, from what was taken on (a ≤ load) and what waits (q)
//! q[b,t] ≤ Σ_{τ=t−W+1..t} a[b,τ]                 nothing waits longer than W
//! Σ_b α[c,b] · s[b,t] ≤ slack[c,t]               every cut, every hour
//! ```
//!
//! What still waits when the window ends is not lost: it has time left.

use super::program::Program;
use super::service::Service;
use crate::kernel::{Series, TILE};
use crate::system::{System, Work};
use offtake_model::Month;

/// Hours of the longest window that is solved, unless a system says otherwise.
pub(crate) const EXACT_WINDOW: usize = 72;

/// Says whether the whole horizon is one short window, so that work that waits is served exactly.
pub(crate) fn is_short(system: &System) -> bool {
    system.axis.hours() <= system.exact_window && system.axis.months().len() == 1
}

/// What a window serves of one block, and loses, by hour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    pub(crate) served: Vec<f32>,
    pub(crate) lost: Vec<f32>,
}

/// Variables of one block.
struct Columns {
    class: usize,
    delay: usize,
    /// What is wanted, by hour, over the scale.
    load: Vec<f64>,
    /// Taken on, by hour.
    taken: Vec<usize>,
    /// Waiting after the hour; empty for a block that may not wait.
    waiting: Vec<usize>,
}

/// Returns what of the blocks from `first` on is served; all of them are divisible. `None` when the
/// program is too hard.
pub(crate) fn plan(
    system: &System,
    month: Month,
    service: &mut Service,
    loads: &[Series],
    first: usize,
) -> Option<Vec<Planned>> {
    let scale = f64::from(system.tolerance) * 1e6;
    let hours = month.len();
    let mut program = Program::default();
    let mut blocks = Vec::new();
    for block in &system.blocks[first..] {
        let Work::Divisible { class, share, delay } = block.work else { return None };
        let load: Vec<f64> =
            loads[class][..hours].iter().map(|l| f64::from(l * share as f32) / scale).collect();
        let taken = load.iter().map(|l| program.variable(*l)).collect();
        let waits = if delay > 0 { hours } else { 0 };
        let waiting = (0..waits).map(|_| program.variable(f64::INFINITY)).collect();
        blocks.push(Columns { class, delay, load, taken, waiting });
    }
    for block in &blocks {
        block.add_waiting(&mut program);
    }
    for hour in 0..hours {
        let slack = service.slack(system, hour / TILE);
        let left = |cut: usize| f64::from(slack[cut][hour % TILE]).max(0.0) / scale;
        add_cuts(system, &blocks, hour, left, &mut program);
    }
    let objectives: Vec<Vec<(usize, f64)>> = blocks
        .iter()
        .map(|block| block.taken.iter().map(|&variable| (variable, 1.0)).collect())
        .collect();
    let values = program.solve(&objectives)?;
    Some(blocks.iter().map(|block| block.read(&values, scale)).collect())
}

/// Adds the cuts of one hour that could bind.
fn add_cuts(
    system: &System,
    blocks: &[Columns],
    hour: usize,
    left: impl Fn(usize) -> f64,
    program: &mut Program,
) {
    let mut rows: Vec<(Vec<(usize, f64)>, f64)> = vec![(Vec::new(), 0.0); system.cuts.len()];
    for block in blocks {
        for &(cut, coefficient, _) in &system.classes[block.class].cuts {
            let coefficient = f64::from(coefficient);
            let (terms, most) = &mut rows[cut];
            for (variable, sign) in block.served(hour) {
                terms.push((variable, sign * coefficient));
            }
            *most += coefficient * block.most(hour);
        }
    }
    for (cut, (terms, most)) in rows.into_iter().enumerate() {
        let left = left(cut);
        if most > left {
            program.row(terms, left);
        }
    }
}

impl Columns {
    /// Returns what makes up the amount served in an hour.
    fn served(&self, hour: usize) -> Vec<(usize, f64)> {
        let mut terms = vec![(self.taken[hour], 1.0)];
        if self.delay > 0 {
            terms.push((self.waiting[hour], -1.0));
            if hour > 0 {
                terms.push((self.waiting[hour - 1], 1.0));
            }
        }
        terms
    }

    /// Returns the most that could be served in an hour: all that came and has time left.
    fn most(&self, hour: usize) -> f64 {
        self.load[hour.saturating_sub(self.delay)..=hour].iter().sum()
    }

    fn add_waiting(&self, program: &mut Program) {
        for (hour, &waiting) in self.waiting.iter().enumerate() {
            let not_below_zero = self.served(hour).into_iter().map(|(v, sign)| (v, -sign));
            program.row(not_below_zero.collect(), 0.0);
            let recent = &self.taken[(hour + 1).saturating_sub(self.delay)..=hour];
            let terms = recent.iter().map(|&taken| (taken, -1.0));
            program.row(terms.chain([(waiting, 1.0)]).collect(), 0.0);
        }
    }

    /// Returns what is served, and what is lost at the hour at which its time is over.
    fn read(&self, values: &[f64], scale: f64) -> Planned {
        let hours = self.load.len();
        let mut lost = vec![0.0; hours];
        for (hour, (load, &taken)) in self.load.iter().zip(&self.taken).enumerate() {
            let missing = (load - values[taken]).max(0.0) * scale;
            lost[(hour + self.delay).min(hours - 1)] += missing;
        }
        let served = |hour: usize| {
            let sum: f64 = self.served(hour).iter().map(|&(v, sign)| sign * values[v]).sum();
            (sum.max(0.0) * scale) as f32
        };
        Planned {
            served: (0..hours).map(served).collect(),
            lost: lost.into_iter().map(|l| l as f32).collect(),
        }
    }
}
