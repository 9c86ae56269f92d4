//! Sums and extremes of runs of blocks, sixteen to one, so that whole stretches are passed in a step.

/// Blocks of one level that make one of the next.
#[cfg(not(test))]
const FAN: usize = 16;
/// Small, so that short tests climb several levels.
#[cfg(test)]
const FAN: usize = 3;

/// What a run of steps does: where it ends, and how far it goes down and up on the way, all from where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) sum: i64,
    pub(crate) least: i64,
    pub(crate) most: i64,
}

impl Summary {
    /// A run of no steps: its extremes bind nothing.
    pub(crate) const NONE: Summary = Summary { sum: 0, least: i64::MAX, most: i64::MIN };

    /// Returns what this run and `next` after it do together.
    const fn then(self, next: Summary) -> Summary {
        let (low, high) = (next.least.saturating_add(self.sum), next.most.saturating_add(self.sum));
        Summary {
            sum: self.sum + next.sum,
            least: if low < self.least { low } else { self.least },
            most: if high > self.most { high } else { self.most },
        }
    }
}

/// Levels of summaries over blocks that stand in order; the lowest has one for each block.
#[derive(Clone, Debug)]
pub(crate) struct Tower {
    levels: Vec<Vec<Summary>>,
}

impl Tower {
    pub(crate) fn new() -> Tower {
        Tower { levels: vec![Vec::new()] }
    }

    /// Makes the tower over blocks with these summaries.
    pub(crate) fn of(blocks: Vec<Summary>) -> Tower {
        let mut tower = Tower { levels: vec![blocks] };
        tower.mend(0, usize::MAX);
        tower
    }

    /// Changes the summary of a block.
    pub(crate) fn set(&mut self, block: usize, summary: Summary) {
        self.levels[0][block] = summary;
        self.mend(block, block + 1);
    }

    /// Puts a block in front of the one at `block`.
    pub(crate) fn insert(&mut self, block: usize, summary: Summary) {
        self.levels[0].insert(block, summary);
        self.mend(block, usize::MAX);
    }

    /// Takes a block away.
    pub(crate) fn remove(&mut self, block: usize) {
        self.levels[0].remove(block);
        self.mend(block, usize::MAX);
    }

    /// Returns what all blocks do together.
    pub(crate) fn whole(&self) -> Summary {
        self.levels.last().and_then(|level| level.first()).copied().unwrap_or(Summary::NONE)
    }

    /// Returns the sum of all blocks before `block`.
    pub(crate) fn before(&self, block: usize) -> i64 {
        let (mut sum, mut at) = (0, block);
        for level in &self.levels {
            let first = at - at % FAN;
            sum += level[first..at.min(level.len())].iter().map(|of| of.sum).sum::<i64>();
            at /= FAN;
        }
        sum
    }

    /// Returns the least that blocks `from..until` come to, from a start of `sum`; `i64::MAX` for none.
    pub(crate) fn least(&self, from: usize, until: usize, mut sum: i64) -> i64 {
        let (mut at, mut least) = (from, i64::MAX);
        while at < until {
            let (level, width) = self.widest(at, until);
            let run = self.levels[level][at / width];
            least = least.min(run.least.saturating_add(sum));
            sum += run.sum;
            at += width;
        }
        least
    }

    /// Returns the first block from `from` on in which `is_in` holds of the least and the most, and the sum before it,
    /// from a start of `sum`.
    pub(crate) fn find(
        &self,
        from: usize,
        mut sum: i64,
        is_in: impl Fn(i64, i64) -> bool,
    ) -> Option<(usize, i64)> {
        let blocks = self.levels[0].len();
        let mut at = from;
        while at < blocks {
            let (mut level, mut width) = self.widest(at, usize::MAX);
            loop {
                let run = self.levels[level][at / width];
                if !is_in(run.least.saturating_add(sum), run.most.saturating_add(sum)) {
                    sum += run.sum;
                    at += width;
                    break;
                }
                if level == 0 {
                    return Some((at, sum));
                }
                level -= 1;
                width /= FAN;
            }
        }
        None
    }

    /// Returns the highest level of which a run begins at `at` and ends by `until`, and the blocks that a run of it has.
    fn widest(&self, at: usize, until: usize) -> (usize, usize) {
        let (mut level, mut width) = (0, 1);
        while level + 1 < self.levels.len() && at.is_multiple_of(width * FAN) {
            let wider = width * FAN;
            if until != usize::MAX && at + wider > until {
                break;
            }
            level += 1;
            width = wider;
        }
        (level, width)
    }

    /// Works out anew what stands over blocks `from..until`, and as many levels as there have to be.
    fn mend(&mut self, from: usize, until: usize) {
        let (mut first, mut last) = (from / FAN, until.saturating_sub(1) / FAN);
        let mut level = 1;
        while self.levels[level - 1].len() > 1 {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level);
            let (below, above) = (&below[level - 1], &mut above[0]);
            let count = below.len().div_ceil(FAN);
            // A level that is new has nothing that could stay.
            let first_here = if above.is_empty() { 0 } else { first };
            above.resize(count, Summary::NONE);
            for at in first_here..count.min(last.saturating_add(1)) {
                let run = &below[at * FAN..((at + 1) * FAN).min(below.len())];
                above[at] = run.iter().fold(Summary::NONE, |all, next| all.then(*next));
            }
            (first, last) = (first / FAN, last / FAN);
            level += 1;
        }
        self.levels.truncate(level.max(1));
    }
}
