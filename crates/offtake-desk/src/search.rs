//! Searches of a calendar: the first start that fits, and how long what is asked for stays free.
//!
//! The cells of the [`Grid`](crate::grid::Grid) say of most starts whether they fit. What they cannot say is found by
//! strides over the steps: a window is looked at from its end, because no start serves before the last minute in it that
//! has too few.

use crate::calendar::{At, Block, Calendar};
use crate::grid::Seen;
use offtake_ledger::{Minute, NEVER};

impl Calendar {
    /// Returns the first start from `from` up to `latest` from which `gpus` are free for `minutes`; `None` when there is
    /// none.
    ///
    /// Cells of time say of most starts whether they fit; the steps are asked about the rest. O(log n) for each stride
    /// that [`Calendar::earliest_by_steps`] makes, and at least a cell is passed each time.
    #[must_use]
    pub fn earliest(
        &self,
        (from, latest): (Minute, Minute),
        minutes: Minute,
        gpus: i64,
    ) -> Option<Minute> {
        if self.most_free() < gpus || from > latest {
            return None;
        }
        let minutes = minutes.max(1);
        if self.grid.is_empty() {
            return self.earliest_by_steps((from, latest), minutes, gpus);
        }
        let mut start = from;
        while start <= latest {
            match self.grid.look((start, latest), minutes, gpus) {
                Seen::Fits => return Some(start),
                Seen::NotBefore(next) => start = next,
                Seen::Perhaps(last) => {
                    let last = last.min(latest);
                    let found = self.earliest_by_steps((start, last), minutes, gpus);
                    if found.is_some() || last == latest {
                        return found;
                    }
                    start = last + 1;
                }
            }
            if start == NEVER {
                return None;
            }
        }
        None
    }

    /// Answers [`Calendar::earliest`] from the steps.
    ///
    /// A window is looked at from its end: no start serves before the last minute in it that has too few. So a calendar full
    /// of short gaps is passed in strides of nearly the window's length, each O(log n), and nothing is looked at twice.
    fn earliest_by_steps(
        &self,
        (from, latest): (Minute, Minute),
        minutes: Minute,
        gpus: i64,
    ) -> Option<Minute> {
        let (mut next, mut start) = (self.after(from), from);
        if self.free_before(next) < gpus {
            (next, start) = self.next_enough(next, gpus)?;
        }
        while start <= latest {
            let end = start.saturating_add(minutes);
            match self.last_short(next, end, gpus) {
                None => return Some(start),
                Some(short) => (next, start) = self.next_enough(short, gpus)?,
            }
        }
        None
    }

    /// Returns the first minute from `from` on at which fewer than `gpus` are free, if that is after `past`, which is not
    /// before `from`; [`NEVER`] when there always are so many. O(log n).
    #[must_use]
    pub fn free_until(&self, from: Minute, gpus: i64, past: Minute) -> Option<Minute> {
        if !self.grid.is_empty() && self.grid.short_by(from, gpus) <= past {
            return None;
        }
        let next = self.after(from);
        if self.free_before(next) < gpus {
            return None;
        }
        Some(self.next_short(next, gpus).unwrap_or(NEVER)).filter(|short| *short > past)
    }

    /// Returns the step after the one that is in force at a minute.
    fn after(&self, minute: Minute) -> At {
        self.at(minute).map_or((0, 0), |(block, step)| (block, step + 1))
    }

    /// Returns what is free just before a step.
    fn free_before(&self, (block, step): At) -> i64 {
        step.checked_sub(1).map_or(0, |before| self.free((block, before)))
    }

    /// Returns the first step from one on at which `gpus` are free, as the step after it, and its minute.
    fn next_enough(&self, (block, step): At, gpus: i64) -> Option<(At, Minute)> {
        let here = self.blocks.get(block)?;
        let sum = self.tower.before(block);
        let enough = |block: &Block, step: usize, sum: i64| {
            let is_it = |free: &i64| *free >= gpus - sum;
            block.free[step..].iter().position(is_it).map(|found| step + found)
        };
        let found = |at: usize, step: usize| ((at, step + 1), self.blocks[at].times[step]);
        if let Some(step) = enough(here, step, sum) {
            return Some(found(block, step));
        }
        let sum = sum + here.sum();
        let (block, sum) = self.tower.find(block + 1, sum, |_, most| most >= gpus)?;
        enough(&self.blocks[block], 0, sum).map(|step| found(block, step))
    }

    /// Returns the last step from one on and before `end` at which fewer than `gpus` are free, as the step after it.
    fn last_short(&self, (block, step): At, end: Minute, gpus: i64) -> Option<At> {
        let last = self.last_block(block, end)?;
        let short = |at: usize, steps: std::ops::Range<usize>, sum: i64| {
            let free = self.blocks[at].free.get(steps.clone())?;
            let found = free.iter().rposition(|free| *free < gpus - sum)?;
            Some((at, steps.start + found + 1))
        };
        let before_end = self.blocks[last].times.partition_point(|time| *time < end);
        if last == block {
            return short(block, step..before_end, self.tower.before(block));
        }
        short(last, 0..before_end, self.tower.before(last))
            .or_else(|| {
                let (at, sum) = self.tower.find_last(block + 1, last, gpus)?;
                short(at, 0..self.blocks[at].free.len(), sum)
            })
            .or_else(|| short(block, step..self.blocks[block].free.len(), self.tower.before(block)))
    }

    /// Returns the last block from one on that begins before `end`; `None` when there is no such block.
    fn last_block(&self, block: usize, end: Minute) -> Option<usize> {
        let is_before = |at: usize| self.firsts.get(at).is_some_and(|first| *first < end);
        // Short windows end where they begin.
        match (is_before(block), is_before(block + 1)) {
            (false, _) => None,
            (true, false) => Some(block),
            _ => Some(block + self.firsts[block..].partition_point(|first| *first < end) - 1),
        }
    }

    /// Returns the minute of the first step from one on at which fewer than `gpus` are free.
    fn next_short(&self, (block, step): At, gpus: i64) -> Option<Minute> {
        let here = self.blocks.get(block)?;
        let sum = self.tower.before(block);
        let found = |block: &Block, step: usize, sum: i64| {
            let is_it = |free: &i64| *free < gpus - sum;
            block.free[step..].iter().position(is_it).map(|found| block.times[step + found])
        };
        found(here, step, sum).or_else(|| {
            let is_in = |least: i64, _| least < gpus;
            let (block, sum) = self.tower.find(block + 1, sum + here.sum(), is_in)?;
            found(&self.blocks[block], 0, sum)
        })
    }
}
