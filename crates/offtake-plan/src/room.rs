//! A bound on memory: prices of earlier evaluations, with the cuts that they prove (which are small).
//!
//! A block by single hours keeps two kilobytes of prices in each evaluation, and there are tens of thousands
//! of blocks. When they take more than they may, the oldest evaluation goes of which no cut held with nothing
//! to spare where the master stood last; if all did, the oldest. **Invariant:** the evaluation of the best
//! plan and the last one stay, and the bound is what the cuts that are left prove.

use crate::engine::PlanError;
use crate::master::Aim;
use crate::search::Search;
use crate::store::{Kept, Store};

impl Store {
    /// Returns about how many bytes the prices take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.evaluations.iter().map(|of| bytes(of)).sum()
    }
}

fn bytes(evaluation: &[Kept]) -> usize {
    let one = |kept: &Kept| {
        let duals = &kept.duals;
        let prices = duals.power.len() + duals.balance.len() + duals.unserved.len();
        size_of::<Kept>() + prices * size_of::<f32>()
    };
    evaluation.iter().map(one).sum()
}

impl Search<'_> {
    /// Forgets evaluations until the rest fits; says whether it did forget any.
    pub(crate) fn make_room(&mut self) -> Result<bool, PlanError> {
        let mut used = self.store.bytes();
        if used <= self.options.memory || self.aim != Aim::Cost || self.master.has_more() {
            return Ok(false);
        }
        let count = self.store.evaluations.len();
        let rows = |at: usize| {
            let end = self.first_rows.get(at + 1).copied().unwrap_or(self.master.cuts.len());
            self.first_rows[at]..end
        };
        let best = self.best.as_ref().map(|best| best.evaluation);
        let may_go = |at: &usize| best != Some(*at) && at + 1 < count;
        let is_idle = |at: &usize| !rows(*at).any(|row| self.master.is_active(row));
        let (mut order, busy): (Vec<usize>, Vec<usize>) =
            (0..count).filter(may_go).partition(is_idle);
        order.extend(busy);
        let mut goes = vec![false; count];
        for at in order {
            if used <= self.options.memory {
                break;
            }
            goes[at] = true;
            used -= bytes(&self.store.evaluations[at]);
        }
        if !goes.contains(&true) {
            return Ok(false);
        }
        let of_row: Vec<bool> =
            (0..count).flat_map(|at| rows(at).map(move |_| at)).map(|at| goes[at]).collect();
        let lengths: Vec<usize> = (0..count).map(|at| rows(at).len()).collect();
        self.master.forget(self.engine.solvers, |row| !of_row[row])?;
        let mut at = 0;
        self.store.evaluations.retain(|_| {
            at += 1;
            !goes[at - 1]
        });
        self.first_rows.clear();
        let mut first = 0;
        for (length, _) in lengths.into_iter().zip(&goes).filter(|(_, goes)| !**goes) {
            self.first_rows.push(first);
            first += length;
        }
        if let Some(best) = &mut self.best {
            best.evaluation -= goes[..best.evaluation].iter().filter(|goes| **goes).count();
        }
        Ok(true)
    }
}
