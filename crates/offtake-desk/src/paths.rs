//! A pool's supply in a few hundred joint paths, laid out so that one stretch of time is read for all paths at once.

use offtake_ledger::{Minute, Paths};

/// GPUs of one pool in every path, cell of time by cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct PoolPaths {
    /// Start of each cell; the last goes on for good.
    pub(crate) starts: Vec<Minute>,
    /// The least of any path, by cell: where even that is enough, no path has to be looked at.
    pub(crate) least: Vec<i32>,
    /// GPUs by cell, then path.
    gpus: Vec<i32>,
    count: usize,
}

impl PoolPaths {
    /// Lays out published paths, less up to `sold` GPUs in each.
    pub(crate) fn new(paths: &Paths, sold: i64, count: usize) -> PoolPaths {
        let sold = i32::try_from(sold).unwrap_or(i32::MAX);
        let gpus: Vec<i32> =
            paths.gpus.iter().map(|gpus| gpus.saturating_sub(sold).max(0)).collect();
        let least = gpus.chunks(count.max(1)).map(|cell| cell.iter().copied().min().unwrap_or(0));
        PoolPaths { starts: paths.starts.clone(), least: least.collect(), gpus, count }
    }

    /// Returns the cell that a minute falls in; `None` before the first.
    pub(crate) fn cell(&self, minute: Minute) -> Option<usize> {
        self.starts.partition_point(|start| *start <= minute).checked_sub(1)
    }

    /// Returns the GPUs of every path in a cell.
    pub(crate) fn of(&self, cell: usize) -> &[i32] {
        &self.gpus[cell * self.count..(cell + 1) * self.count]
    }
}
