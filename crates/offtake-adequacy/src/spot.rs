//! What the short-notice markets would take from the shortfall, within their depth and lead time.
//!
//! Spot is not supply: unserved work is reported before it, and once more after it. What is rented
//! in an hour was asked for `lead` hours before, so it is at most what was missing then.

use crate::kernel::{self, Series, series};
use crate::month::STRIDE;
use crate::system::System;

#[derive(Clone, Debug)]
pub(crate) struct SpotMarket {
    /// GPUs asked for in the last hours, by market; what is asked now is pushed at the end.
    asked: Vec<Vec<f32>>,
    wanted: Series,
    rented: Series,
    left: Vec<Series>,
}

impl SpotMarket {
    pub(crate) fn new(system: &System) -> SpotMarket {
        let rows = if system.spots.is_empty() { 0 } else { system.blocks.len() };
        SpotMarket {
            asked: system.spots.iter().map(|spot| vec![0.0; spot.lead]).collect(),
            wanted: series(STRIDE),
            rented: series(STRIDE),
            left: vec![series(STRIDE); rows],
        }
    }

    pub(crate) fn start(&mut self) {
        for asked in &mut self.asked {
            asked.fill(0.0);
        }
    }

    /// Returns the reference GPU-hours of the month that the markets cover; `sums` says of each block
    /// what its `shorts` add up to.
    pub(crate) fn cover(
        &mut self,
        system: &System,
        shorts: &[Series],
        sums: &[f64],
        length: usize,
    ) -> f64 {
        let mut covered = 0.0;
        let is_served = |block: usize, speed: f32| speed > 0.0 && sums[block] > 0.0;
        for (block, (left, short)) in self.left.iter_mut().zip(shorts).enumerate() {
            if system.spots.iter().any(|spot| is_served(block, spot.speed[block])) {
                left[..length].copy_from_slice(&short[..length]);
            }
        }
        for (spot, asked) in system.spots.iter().zip(&mut self.asked) {
            let wanted = &mut self.wanted[..length];
            wanted.fill(0.0);
            let served = || {
                spot.speed.iter().enumerate().filter(|(block, speed)| is_served(*block, **speed))
            };
            for (block, &speed) in served() {
                kernel::add_times(&self.left[block][..length], 1.0 / speed, wanted);
            }
            kernel::at_most(wanted, spot.depth);
            asked.truncate(spot.lead);
            asked.extend_from_slice(wanted);
            // What can be used in an hour is what was asked for `lead` hours before it.
            let rented = &mut self.rented[..length];
            rented.copy_from_slice(&asked[..length]);
            for (block, &speed) in served() {
                covered += kernel::cover(&mut self.left[block][..length], rented, speed);
            }
            asked.drain(..length);
        }
        covered
    }
}
