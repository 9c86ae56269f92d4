//! What share of each contract is used, in samples that were dispatched: for those that were not.
//!
//! A sample that is not dispatched takes the shares of one that was, of its own scenario, in turn. So use is spread as it
//! is among those, month by month together, and payments that are no straight line in it (a share of take-or-pay) have
//! the mean that they would have.

use offtake_value::Table;

/// The shares, by scenario.
#[derive(Debug)]
pub(super) struct Shares {
    of: Vec<Table>,
    by_scenario: Vec<Vec<usize>>,
}

impl Shares {
    pub(super) fn new(scenarios: usize) -> Shares {
        Shares { of: Vec::new(), by_scenario: vec![Vec::new(); scenarios.max(1)] }
    }

    /// Takes in the shares of a sample of `scenario`, by contract and month.
    pub(super) fn add(&mut self, scenario: usize, shares: Option<Table>) {
        let Some(shares) = shares else { return };
        if let Some(known) = self.by_scenario.get_mut(scenario) {
            known.push(self.of.len());
        }
        self.of.push(shares);
    }

    /// Returns the shares that `sample` takes after: of its scenario, or of any where none of that was dispatched.
    pub(super) fn after(&self, sample: u64, scenario: usize) -> Option<&Table> {
        let own = self.by_scenario.get(scenario).filter(|known| !known.is_empty());
        let at = match own {
            Some(known) => known[(sample % known.len() as u64) as usize],
            None if self.of.is_empty() => return None,
            None => (sample % self.of.len() as u64) as usize,
        };
        self.of.get(at)
    }
}
