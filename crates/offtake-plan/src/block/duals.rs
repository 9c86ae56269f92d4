//! What is kept of a solved block: prices of power, of served work and of unserved work.
//!
//! Any such prices give a valid bound once they are clipped to what the costs allow; those of pools and of
//! flexible offers follow from them and are computed anew (`cut`). So they may be rounded to half the
//! memory, and they outlive every change of what is signed or asked.

use super::{Filled, Layout};
use crate::program::Program;

/// Prices of one block at one resolution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duals {
    /// `site × segment`: what one more MW saves, at most 0.
    pub power: Vec<f32>,
    /// `class × segment`: what one more reference kGPU asked costs.
    pub balance: Vec<f32>,
    /// By row of unserved work: what one less kGPU allowed costs, at least 0.
    pub unserved: Vec<f32>,
}

impl Duals {
    /// Reads them from a solver's row duals.
    pub(crate) fn read(layout: &Layout, duals: &[f64]) -> Duals {
        let narrow = |of: &[f64]| of.iter().map(|dual| *dual as f32).collect::<Vec<f32>>();
        Duals {
            power: narrow(&duals[layout.power..layout.balance]),
            balance: narrow(&duals[layout.balance..layout.overtake]),
            unserved: duals[layout.unserved..].iter().map(|dual| -*dual as f32).collect(),
        }
    }

    /// Returns prices of power, of work (`class × segment`) and of unserved work that satisfy every
    /// condition of the dual programme that does not follow from the rest.
    pub(crate) fn clipped(
        &self,
        filled: &Filled,
        counts: &[&[usize]],
    ) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let n = filled.weight.len();
        let power = self.power.iter().map(|price| f64::from(*price).min(0.0)).collect();
        let unserved: Vec<f64> = (filled.allowed.iter().enumerate())
            .map(|(row, allowed)| {
                let price = self.unserved.get(row).map_or(0.0, |price| f64::from(*price));
                // A row that does not count this block has no price.
                if allowed.is_finite() { price.clamp(0.0, filled.excess_cost) } else { 0.0 }
            })
            .collect();
        let mut balance: Vec<f64> = self.balance.iter().map(|price| f64::from(*price)).collect();
        for (class, lost) in filled.lost_cost.iter().enumerate() {
            let extra = extra_of(class, &unserved, counts);
            for segment in 0..n {
                let most = filled.weight[segment] * lost + filled.share[segment] * extra;
                let price = &mut balance[class * n + segment];
                *price = price.min(most);
            }
        }
        (power, balance, unserved)
    }
}

/// Returns what unserved work of a class costs beyond money, over all rows that count it.
pub(crate) fn extra_of(class: usize, unserved: &[f64], counts: &[&[usize]]) -> f64 {
    let of = unserved.iter().zip(counts).filter(|(_, classes)| classes.contains(&class));
    of.map(|(price, _)| price).sum()
}

/// Returns what an hour of unserved work of each class costs beyond money, over all rows that count it.
pub(crate) fn extra_by_class(program: &Program, unserved: &[f64], filled: &Filled) -> Vec<f64> {
    let hours: f64 = filled.weight.iter().sum();
    let counts: Vec<&[usize]> =
        (0..unserved.len()).map(|row| super::counted_classes(program, row)).collect();
    (0..program.classes.len()).map(|class| extra_of(class, unserved, &counts) / hours).collect()
}
