//! What each block may leave unserved: the numbers that tie blocks to standards.

use crate::block::Place;
use crate::program::Program;

/// By block and row of unserved work: kGPU allowed on average over the month; infinity where the row does
/// not count the block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allowed {
    rows: usize,
    values: Vec<f64>,
}

impl Allowed {
    /// Returns nothing allowed where a row counts, everything where it does not.
    #[must_use]
    pub fn nothing(program: &Program, places: &[Place]) -> Allowed {
        let standards = program.limits.standards.len();
        let rows = standards + program.limits.losses.len();
        let mut values = vec![f64::INFINITY; rows * places.len()];
        for (block, place) in places.iter().enumerate() {
            for (row, value) in values[block * rows..(block + 1) * rows].iter_mut().enumerate() {
                if counts(program, row, *place) {
                    *value = 0.0;
                }
            }
        }
        Allowed { rows, values }
    }

    /// Returns the allowances of a block.
    #[must_use]
    pub fn of(&self, block: usize) -> &[f64] {
        &self.values[block * self.rows..(block + 1) * self.rows]
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Returns what blocks left unserved, by row, as allowances.
    pub(crate) fn counted(&self, counted: &[&[f64]]) -> Allowed {
        let flat = counted.iter().flat_map(|of| of.iter());
        let one = |(value, counted): (&f64, &f64)| {
            if value.is_finite() { *counted } else { *value }
        };
        Allowed { rows: self.rows, values: self.values.iter().zip(flat).map(one).collect() }
    }

    /// Returns the point between two of them, `share` of the way from `self`.
    pub(crate) fn towards(&self, other: &Allowed, share: f64) -> Allowed {
        let values = self.values.iter().zip(&other.values);
        let between = |(a, b): (&f64, &f64)| {
            if a.is_finite() { (1.0 - share) * a + share * b } else { *a }
        };
        Allowed { rows: self.rows, values: values.map(between).collect() }
    }
}

/// Says whether a row of unserved work counts a block.
fn counts(program: &Program, row: usize, place: Place) -> bool {
    let standards = &program.limits.standards;
    match (standards.get(row), place.lost) {
        (Some(standard), None) => standard.months.contains(&place.month),
        (None, Some(party)) => {
            let loss = &program.limits.losses[row - standards.len()];
            loss.kind == program.parties[party].kind
                && loss.months.contains(&place.month)
                && loss.scenarios.contains(&place.scenario)
        }
        _ => false,
    }
}
