//! What a search has learned, to begin from again: the prices of every block in every evaluation.
//!
//! Prices outlive what is signed and asked: from each a cut of the program at hand is computed anew.

use crate::block::{Cut, Duals, Place, cut};
use crate::engine::{PlanError, locked};
use crate::search::Search;
use std::sync::Mutex;

/// Prices of a block, as they are kept to be used again.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The block.
    pub place: Place,
    /// Hours joined.
    pub length: usize,
    /// The prices.
    pub duals: Duals,
}

/// All that a search has learned: evaluations, each the prices of every block. A later question about the
/// same sites, classes, months and hours begins from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// Evaluations in order.
    pub evaluations: Vec<Vec<Kept>>,
}

impl Search<'_> {
    /// Begins from what another search learned: every price becomes a cut of this program.
    ///
    /// # Errors
    /// If the solver refuses the cuts.
    pub fn recall(&mut self, store: &Store) -> Result<(), PlanError> {
        // A search in which excess got dearer kept prices as dear, and they prove what they proved there.
        let kept = store.evaluations.iter().flatten().filter(|kept| kept.place.lost.is_none());
        let prices = kept.flat_map(|kept| &kept.duals.unserved);
        self.engine.excess =
            prices.fold(self.engine.excess, |most, price| most.max(f64::from(*price)));
        store.evaluations.iter().try_for_each(|evaluation| self.recall_one(evaluation.clone()))
    }

    pub(crate) fn recall_one(&mut self, evaluation: Vec<Kept>) -> Result<(), PlanError> {
        self.first_rows.push(self.master.cuts.len());
        let cuts = self.cuts_of(&evaluation);
        let cuts: Vec<(usize, &Cut)> = cuts.iter().map(|(block, cut)| (*block, cut)).collect();
        self.master.add(self.program(), &self.engine.places, &cuts)?;
        self.store.evaluations.push(evaluation);
        Ok(())
    }

    /// Returns the cuts of kept prices; those of blocks that this program has not are left out.
    pub(crate) fn cuts_of(&self, evaluation: &[Kept]) -> Vec<(usize, Cut)> {
        let slots: Vec<Mutex<Option<(usize, Cut)>>> =
            evaluation.iter().map(|_| Mutex::new(None)).collect();
        let block_of: std::collections::BTreeMap<Place, usize> =
            self.engine.places.iter().enumerate().map(|(block, place)| (*place, block)).collect();
        let (engine, lengths, nothing) = (&self.engine, &self.options.lengths, &self.nothing);
        let one = |at: usize| {
            let kept = &evaluation[at];
            let block = *block_of.get(&kept.place)?;
            let level = lengths.iter().position(|it| *it == kept.length)?;
            let of = (kept.place, engine.tariff(block));
            let resolution = engine.resolution(level);
            Some((block, cut(engine.program, resolution, of, &kept.duals, nothing.of(block))))
        };
        engine.solvers.each(evaluation.len(), &|_, at| *locked(&slots[at]) = one(at));
        slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or(None)).collect()
    }
}
