//! The fixed ladder of constant GPUs on which the firm equivalent is found.
//!
//! Fixed, so that parts of a run merge; in shares of the system's size, so that any book fits it.

use crate::load::Load;
use crate::system::System;

/// Steps of the ladder.
pub(crate) const STEPS: usize = 32;

/// Shares of the size at each step: fine near zero, coarse far away, both ways.
const SHARES: [f64; STEPS] = [
    -1.0, -0.7, -0.5, -0.35, -0.25, -0.18, -0.13, -0.09, -0.06, -0.04, -0.025, -0.015, -0.008,
    -0.003, 0.0, 0.003, 0.008, 0.015, 0.025, 0.04, 0.06, 0.09, 0.13, 0.18, 0.25, 0.35, 0.5, 0.7,
    1.0, 1.5, 2.5, 4.0,
];

/// Returns the steps in reference GPUs, rising.
#[must_use]
pub(crate) fn steps(system: &System) -> [f64; STEPS] {
    let size = size(system);
    SHARES.map(|share| share * size)
}

/// Returns the size of the system: the greatest of its pools' GPUs and its base demand in the
/// headline horizon, derate at its mode.
fn size(system: &System) -> f64 {
    let gpus: f64 = system.pools.iter().map(|pool| pool.gpus as f64).sum();
    let end = system.headline_hours();
    let peak = |load: &Load| load.of(system.base)[..end].iter().fold(0.0_f32, |m, x| m.max(*x));
    let demand: f64 =
        system.classes.iter().filter_map(|c| c.load.as_ref()).map(|l| f64::from(peak(l))).sum();
    gpus.max(demand).max(1.0)
}
