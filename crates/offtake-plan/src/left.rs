//! Where blocks ended, so that the next solve of a block at nearly the same capacity begins there.
//!
//! A block at full resolution can begin in two ways: from its own last answer, whose prices still hold where
//! capacity changed little, or from an answer made of single hours, which is as good wherever the last one
//! was. **Invariant:** what is remembered is the block's own, so that it does not matter which thread it is on.

use crate::engine::locked;
use crate::solver::Basis;
use std::sync::Mutex;

/// The share of a block's capacity that may have changed since its last answer for that to be the better beginning.
const NEAR: f64 = 0.1;
/// Bytes that all answers of a resolution may take; beyond it none is kept.
const ROOM: usize = 128 << 20;

/// Where one block ended at one resolution.
struct Answer {
    basis: Basis,
    /// Firm kGPU by pool, then flexible by offer, that it was solved at.
    kgpu: Vec<f32>,
}

/// Where all blocks ended, by block and resolution.
pub(crate) struct Left {
    of: Vec<Mutex<Vec<Option<Answer>>>>,
}

impl Left {
    pub(crate) fn new(blocks: usize, levels: usize) -> Left {
        let none = || (0..levels).map(|_| None).collect();
        Left { of: (0..blocks).map(|_| Mutex::new(none())).collect() }
    }

    /// Returns where a block ended at a resolution.
    pub(crate) fn basis(&self, block: usize, level: usize) -> Option<Basis> {
        locked(&self.of[block])[level].as_ref().map(|answer| answer.basis.clone())
    }

    /// Says whether a block ended at a resolution with nearly this capacity.
    pub(crate) fn is_near(&self, (block, level): (usize, usize), kgpu: &[f32]) -> bool {
        let of = locked(&self.of[block]);
        of[level].as_ref().is_some_and(|answer| {
            let pairs = || answer.kgpu.iter().zip(kgpu);
            let apart: f32 = pairs().map(|(then, now)| (then - now).abs()).sum();
            let all: f32 = pairs().map(|(then, now)| then.max(*now)).sum();
            f64::from(apart) <= NEAR * f64::from(all)
        })
    }

    /// Remembers where a block ended, if there is room for all blocks.
    pub(crate) fn keep(
        &self,
        (block, level): (usize, usize),
        basis: Option<Basis>,
        kgpu: Vec<f32>,
    ) {
        let fits = |basis: &Basis| {
            let bytes = basis.columns.len() + basis.rows.len() + kgpu.len() * size_of::<f32>();
            bytes.saturating_mul(self.of.len()) <= ROOM
        };
        let answer = basis.filter(fits).map(|basis| Answer { basis, kgpu });
        locked(&self.of[block])[level] = answer;
    }
}

/// Returns the capacity of a block, firm by pool and flexible by offer, as its answers are told apart by.
pub(crate) fn kgpu(firm: &[f64], flexible: &[f64]) -> Vec<f32> {
    firm.iter().chain(flexible).map(|kgpu| *kgpu as f32).collect()
}
