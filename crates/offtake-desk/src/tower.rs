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

/// A run within the run above it: what the runs before it there sum up to, and what it does itself.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: i64,
    does: Summary,
}

/// Levels of summaries over blocks that stand in order; the lowest has one for each block.
#[derive(Clone, Debug)]
pub(crate) struct Tower {
    levels: Vec<Vec<Run>>,
    /// What all blocks do together; apart, because most questions need no more.
    whole: Summary,
}

impl Tower {
    pub(crate) fn new() -> Tower {
        Tower { levels: vec![Vec::new()], whole: Summary::NONE }
    }

    /// Makes the tower over blocks with these summaries.
    pub(crate) fn of(blocks: Vec<Summary>) -> Tower {
        let runs = blocks.into_iter().map(|does| Run { start: 0, does }).collect();
        let mut tower = Tower { levels: vec![runs], whole: Summary::NONE };
        tower.mend(0, usize::MAX);
        tower
    }

    /// Changes the summary of a block.
    pub(crate) fn set(&mut self, block: usize, summary: Summary) {
        self.levels[0][block].does = summary;
        self.mend(block, block + 1);
    }

    /// Puts a block in front of the one at `block`.
    pub(crate) fn insert(&mut self, block: usize, summary: Summary) {
        self.levels[0].insert(block, Run { start: 0, does: summary });
        self.mend(block, usize::MAX);
    }

    /// Takes a block away.
    pub(crate) fn remove(&mut self, block: usize) {
        self.levels[0].remove(block);
        self.mend(block, usize::MAX);
    }

    /// Returns what all blocks do together.
    pub(crate) const fn whole(&self) -> Summary {
        self.whole
    }

    /// Returns the sum of all blocks before `block`.
    pub(crate) fn before(&self, block: usize) -> i64 {
        self.before_run(0, block)
    }

    /// Returns the sum of all that stands before a run.
    fn before_run(&self, level: usize, mut at: usize) -> i64 {
        let mut sum = 0;
        for runs in &self.levels[level..] {
            sum += runs.get(at).map_or(0, |run| run.start);
            at /= FAN;
        }
        sum
    }

    /// Returns the least and the most that blocks `from..until` come to, from a start of `sum`; for none, what binds
    /// nothing.
    pub(crate) fn extremes(&self, from: usize, until: usize, sum: i64) -> (i64, i64) {
        let (mut at, mut all) = (from, Summary { sum, ..Summary::NONE });
        while at < until {
            let (level, width) = self.widest(at, until);
            all = all.then(self.levels[level][at / width].does);
            at += width;
        }
        (all.least, all.most)
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
                let run = self.levels[level][at / width].does;
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

    /// Returns the last of blocks `from..until` that goes below `least`, and the sum before it.
    pub(crate) fn find_last(&self, from: usize, until: usize, least: i64) -> Option<(usize, i64)> {
        let mut end = until;
        while from < end {
            let (mut level, mut width) = self.widest_back(from, end);
            loop {
                let at = (end - 1) / width;
                let sum = self.before_run(level, at);
                if self.levels[level][at].does.least.saturating_add(sum) >= least {
                    end = at * width;
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

    /// Returns the highest level of which a whole run ends at `end` and begins no earlier than `from`, and its blocks.
    fn widest_back(&self, from: usize, end: usize) -> (usize, usize) {
        let (mut level, mut width) = (0, 1);
        while level + 1 < self.levels.len() && end.is_multiple_of(width * FAN) {
            let wider = width * FAN;
            if end < from + wider {
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
            let (below, above) = (&mut below[level - 1], &mut above[0]);
            let count = below.len().div_ceil(FAN);
            // A level that is new has nothing that could stay.
            let first_here = if above.is_empty() { 0 } else { first };
            above.resize(count, Run { start: 0, does: Summary::NONE });
            for at in first_here..count.min(last.saturating_add(1)) {
                let end = ((at + 1) * FAN).min(below.len());
                above[at].does = joined(&mut below[at * FAN..end]);
            }
            (first, last) = (first / FAN, last / FAN);
            level += 1;
        }
        self.levels.truncate(level.max(1));
        // The one run on top has nothing before it.
        let top = &mut self.levels[level - 1];
        self.whole = joined(top);
    }
}

/// Places runs one after another and returns what they do together.
fn joined(runs: &mut [Run]) -> Summary {
    let mut all = Summary { sum: 0, ..Summary::NONE };
    for run in runs {
        run.start = all.sum;
        all = all.then(run.does);
    }
    all
}
