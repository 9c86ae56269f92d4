//! What a counterfactual changes in how tranches come into service.
//!
//! The draws stay as they are (common random numbers): a fate says from when on a pool cannot be in
//! service, what lapses, what waits longer, and whose supplier and grid decide over it.

/// Changes to the lives of pools, by pool; what is not named stays as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Hour before which the pool is not in service, unless it was delivered.
    pub not_before: Vec<i64>,
    /// What is not in service by this hour never is.
    pub lapses: Vec<i64>,
    /// Hours by which each milestone comes later: power, hall, accelerators.
    pub later: Vec<[i64; 3]>,
    /// The pool whose supplier and grid decide over this one: itself, if nothing is said.
    pub follows: Vec<usize>,
}

impl Fate {
    /// Makes the fate of `pools` pools in which nothing is changed.
    #[must_use]
    pub fn unchanged(pools: usize) -> Fate {
        Fate {
            not_before: vec![i64::MIN; pools],
            lapses: vec![i64::MAX; pools],
            later: vec![[0; 3]; pools],
            follows: (0..pools).collect(),
        }
    }

    /// Says whether it changes nothing.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        *self == Fate::unchanged(self.follows.len())
    }
}
