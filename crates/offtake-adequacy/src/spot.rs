//! What the short-notice markets would take from the shortfall, within their depth and lead time.
//!
//! Spot is not supply: unserved work is reported before it, and once more after it. What is rented
//! in an hour was asked for `lead` hours before, so it is at most what was missing then.

use crate::month::STRIDE;
use crate::system::System;

#[derive(Clone, Debug, Default)]
pub(crate) struct SpotMarket {
    /// GPUs asked for in the last hours, by market; what is asked now is pushed at the end.
    asked: Vec<Vec<f32>>,
    wanted: Vec<f32>,
    left: Vec<Vec<f32>>,
}

impl SpotMarket {
    pub(crate) fn new(system: &System) -> SpotMarket {
        SpotMarket {
            asked: system.spots.iter().map(|spot| vec![0.0; spot.lead]).collect(),
            wanted: vec![0.0; STRIDE],
            left: if system.spots.is_empty() {
                Vec::new()
            } else {
                vec![vec![0.0; STRIDE]; system.blocks.len()]
            },
        }
    }

    pub(crate) fn start(&mut self) {
        for asked in &mut self.asked {
            asked.fill(0.0);
        }
    }

    /// Returns the reference GPU-hours of the month that the markets cover.
    pub(crate) fn cover(&mut self, system: &System, shorts: &[Vec<f32>], length: usize) -> f64 {
        if system.spots.is_empty() {
            return 0.0;
        }
        for (left, short) in self.left.iter_mut().zip(shorts) {
            left[..length].copy_from_slice(&short[..length]);
        }
        let mut covered = 0.0;
        for (spot, asked) in system.spots.iter().zip(&mut self.asked) {
            let wanted = &mut self.wanted[..length];
            wanted.fill(0.0);
            for (left, &speed) in
                self.left.iter().zip(&spot.speed).filter(|(_, speed)| **speed > 0.0)
            {
                for (w, l) in wanted.iter_mut().zip(left) {
                    *w += l / speed as f32;
                }
            }
            asked.truncate(spot.lead);
            asked.extend(wanted.iter().map(|w| w.min(spot.depth as f32)));
            // What can be used in an hour is what was asked for `lead` hours before it.
            let mut rented = asked[..length].to_vec();
            for (left, &speed) in
                self.left.iter_mut().zip(&spot.speed).filter(|(_, speed)| **speed > 0.0)
            {
                for (l, r) in left[..length].iter_mut().zip(&mut rented) {
                    let taken = l.min(*r * speed as f32);
                    *l -= taken;
                    *r -= taken / speed as f32;
                    covered += f64::from(taken);
                }
            }
            asked.drain(..length);
        }
        covered
    }
}
