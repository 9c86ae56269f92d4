//! What one sample says that money depends on.
//!
//! It is borrowed from whoever drew it: supply alone (lives and GPU-hours available) is enough for
//! every contract; what was used and not served is there where the sample was dispatched.

use offtake_position::Life;

/// Numbers by member (a pool, a contract, a block, an accelerator) and month of the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    months: usize,
    cells: Vec<f64>,
}

/// One sample.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    /// Its number.
    pub sample: u64,
    /// Its scenario.
    pub scenario: usize,
    /// Life of each pool, in the order of `offtake_position::pools`.
    pub lives: &'a [Life],
    /// Hour at which the accelerators of each pool are on site, `None` for never; empty where that is as promised.
    pub shipped: &'a [Option<i64>],
    /// GPU-hours available by pool and month of the horizon; whole numbers.
    pub available: &'a Table,
    /// What was used and not served; `None` when the sample was not dispatched, and then all that is
    /// available counts as taken.
    pub served: Option<&'a Served>,
    /// Market price of a GPU-hour in the book's currency by market of the book, in the order of ids,
    /// and month from that of the book's `as_of`; the last month holds for all after it.
    pub market: &'a Table,
}

/// What dispatch says of a sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Served {
    /// GPU-hours used by contract (in the order of the book's contracts) and month of the horizon.
    pub used: Table,
    /// Reference GPU-hours wanted by block of work and month.
    pub wanted: Table,
    /// Reference GPU-hours not served by block of work and month.
    pub unserved: Table,
    /// A fleet's share of the benchmark by workload.
    pub derate: Vec<f64>,
}

impl Table {
    /// Makes a table of zeros.
    #[must_use]
    pub fn new(members: usize, months: usize) -> Table {
        Table { months, cells: vec![0.0; members * months] }
    }

    /// Returns the number of months.
    #[must_use]
    pub const fn months(&self) -> usize {
        self.months
    }

    /// Returns the months of one member; empty for one that is not there.
    #[must_use]
    pub fn of(&self, member: usize) -> &[f64] {
        self.cells.get(member * self.months..(member + 1) * self.months).unwrap_or(&[])
    }

    /// Returns the months of one member to write to.
    pub fn of_mut(&mut self, member: usize) -> &mut [f64] {
        &mut self.cells[member * self.months..(member + 1) * self.months]
    }

    /// Returns the number of a member in a month; before the first month that of the first, beyond the
    /// last that of the last; zero for a member that is not there.
    #[must_use]
    pub fn held(&self, member: usize, month: i32) -> f64 {
        let row = self.of(member);
        match usize::try_from(month) {
            Ok(at) => row.get(at).or(row.last()).copied().unwrap_or(0.0),
            Err(_) => row.first().copied().unwrap_or(0.0),
        }
    }

    /// Returns the number of a member in a month; zero outside the months of the table.
    #[must_use]
    pub fn at(&self, member: usize, month: i32) -> f64 {
        usize::try_from(month).ok().and_then(|at| self.of(member).get(at)).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_its_months_a_table_is_zero_or_holds_its_ends() {
        let mut table = Table::new(2, 3);
        table.of_mut(1).copy_from_slice(&[1.0, 2.0, 3.0]);
        assert_eq!((table.at(1, 2), table.at(1, 3), table.at(1, -1)), (3.0, 0.0, 0.0));
        assert_eq!((table.held(1, 2), table.held(1, 9), table.held(1, -1)), (3.0, 3.0, 1.0));
        assert_eq!((table.at(5, 0), table.held(5, 0)), (0.0, 0.0));
    }
}
