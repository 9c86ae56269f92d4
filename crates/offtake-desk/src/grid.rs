//! A calendar seen from afar: how few and how many are free at any minute of each cell of time.
//!
//! A cell is found by a shift, so that a question about years reads a few hundred numbers that stand side by side and
//! seldom has to look for a step. What the cells cannot say, the steps are asked. **Invariant:** a cell's bounds are exact
//! for the minutes of that cell; the first goes back for ever and the last goes on for good.

use offtake_ledger::{Minute, NEVER};

/// The most cells of a grid.
#[cfg(not(test))]
const MOST: usize = 256;
/// Small, so that short tests have cells with many steps.
#[cfg(test)]
const MOST: usize = 8;

/// What cells say of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It fits.
    Fits,
    /// The steps have to be asked about starts up to this minute, which is the last of its cell.
    Perhaps(Minute),
    /// Nothing that starts before this minute fits.
    NotBefore(Minute),
}

/// Bounds of what is free, cell by cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    /// First minute of the second cell.
    origin: Minute,
    /// A cell has two to the power of this many minutes.
    shift: u32,
    least: Vec<i64>,
    most: Vec<i64>,
    /// Blocks that there were when it was made; with many more, finer cells would say more.
    blocks: usize,
}

impl Grid {
    /// Makes the cells for steps from `first` to `last`, with nothing in them yet.
    pub(crate) fn new((first, last): (Minute, Minute), steps: usize, blocks: usize) -> Grid {
        let most = (steps / 4).clamp(1, MOST - 2) as i64;
        let span = i64::from(last) - i64::from(first) + 1;
        let shift = (span as u64).div_ceil(most as u64).next_power_of_two().trailing_zeros();
        let cells = (span >> shift) as usize + 3;
        Grid {
            origin: first,
            shift,
            least: vec![i64::MAX; cells],
            most: vec![i64::MIN; cells],
            blocks,
        }
    }

    /// Says whether it says nothing, or too little for so many blocks.
    pub(crate) const fn is_coarse(&self, blocks: usize) -> bool {
        blocks > 2 * self.blocks + 1
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.least.is_empty()
    }

    pub(crate) const fn cells(&self) -> usize {
        self.least.len()
    }

    /// Returns the cell that a minute falls in.
    pub(crate) fn cell(&self, minute: Minute) -> usize {
        let after = i64::from(minute) - i64::from(self.origin);
        if after < 0 { 0 } else { (1 + (after >> self.shift) as usize).min(self.least.len() - 1) }
    }

    /// Returns the first minute of a cell and the one after its last.
    pub(crate) fn minutes(&self, cell: usize) -> (Minute, Minute) {
        let start = |cell: usize| {
            let minute = i64::from(self.origin) + ((cell as i64 - 1) << self.shift);
            Minute::try_from(minute).unwrap_or(NEVER)
        };
        let from = if cell == 0 { Minute::MIN } else { start(cell) };
        let until = if cell + 1 == self.least.len() { NEVER } else { start(cell + 1) };
        (from, until)
    }

    /// Writes the bounds of a cell.
    pub(crate) fn set(&mut self, cell: usize, (least, most): (i64, i64)) {
        (self.least[cell], self.most[cell]) = (least, most);
    }

    /// Adds to cells that a change covers from end to end.
    pub(crate) fn add(&mut self, cells: std::ops::Range<usize>, gpus: i64) {
        self.least[cells.clone()].iter_mut().for_each(|least| *least += gpus);
        self.most[cells].iter_mut().for_each(|most| *most += gpus);
    }

    /// Returns the least of a cell.
    pub(crate) fn least_of(&self, cell: usize) -> i64 {
        self.least[cell]
    }

    /// Returns the least of a run of cells; `i64::MAX` for none.
    pub(crate) fn least(&self, cells: std::ops::Range<usize>) -> i64 {
        least_of(&self.least[cells])
    }

    /// Returns a minute from `from` on by which fewer than `gpus` were free at some minute, as close as cells can tell.
    pub(crate) fn short_by(&self, from: Minute, gpus: i64) -> Minute {
        let here = self.cell(from);
        if self.most[here] < gpus {
            return from;
        }
        // This cell may be short before `from` alone.
        let short = self.least[here + 1..].iter().position(|least| *least < gpus);
        short.map_or(NEVER, |short| self.minutes(here + 1 + short).1)
    }

    /// Says what cells know of `gpus` for `minutes` from `start` on; `latest` is the last start of interest.
    pub(crate) fn look(
        &self,
        (start, latest): (Minute, Minute),
        minutes: Minute,
        gpus: i64,
    ) -> Seen {
        let here = self.cell(start);
        let Some(first) = first_enough(&self.most[here..=self.cell(latest)], gpus) else {
            return Seen::NotBefore(NEVER);
        };
        if first > 0 {
            return Seen::NotBefore(self.minutes(here + first).0);
        }
        // Whatever starts in this cell from `start` on covers all cells from the next to the one that it might end in.
        let end = self.cell(start.saturating_add(minutes)).max(here + 1);
        if let Some(short) = last_short(&self.least[here + 1..end], gpus) {
            return Seen::NotBefore(self.minutes(here + 1 + short).0);
        }
        let last = self.cell(start.saturating_add(minutes - 1));
        match self.least[here] >= gpus && self.least[last] >= gpus {
            true => Seen::Fits,
            false => Seen::Perhaps(self.minutes(here).1.saturating_sub(1)),
        }
    }
}

/// Cells that are compared at once.
const LANES: usize = 16;

/// Returns the first place with `gpus` or more.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2"))]
fn first_enough(most: &[i64], gpus: i64) -> Option<usize> {
    let is_enough = |most: &&i64| **most >= gpus;
    let chunk = most.chunks(LANES).position(|some| some.iter().filter(is_enough).count() > 0)?;
    let place = most[chunk * LANES..].iter().position(|most| *most >= gpus)?;
    Some(chunk * LANES + place)
}

/// Returns the last place with fewer than `gpus`.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2"))]
fn last_short(least: &[i64], gpus: i64) -> Option<usize> {
    let is_short = |least: &&i64| **least < gpus;
    let chunk = least.rchunks(LANES).position(|some| some.iter().filter(is_short).count() > 0)?;
    least[..least.len() - chunk * LANES].iter().rposition(|least| *least < gpus)
}

/// Returns the least; `i64::MAX` for none.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2"))]
fn least_of(least: &[i64]) -> i64 {
    least.iter().copied().fold(i64::MAX, i64::min)
}
