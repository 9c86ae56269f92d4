//! Free GPUs over time: a step function that takes changes and answers questions in the logarithm of its steps.
//!
//! Steps stand in blocks in the order of time, each with what it leaves from where its block begins; a
//! [`Tower`] over the blocks knows how far each run of them goes down and up. A change of a stretch of time is two
//! changes of a step: what lies between them moves because sums do, and is not touched. A [`Grid`] over all of it says in
//! a few numbers what most questions want to know.

use crate::grid::Grid;
use crate::tower::{Summary, Tower};
use offtake_ledger::{Minute, NEVER};

/// Steps of a block, so few that looking through them all costs little.
#[cfg(not(test))]
const MOST: usize = 64;
/// Small, so that short tests split and merge.
#[cfg(test)]
const MOST: usize = 4;

/// Steps that follow one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) times: Vec<Minute>,
    /// What is free after each step, from what was free before the first.
    pub(crate) free: Vec<i64>,
}

/// Free GPUs over time. Before the first change none are.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(crate) blocks: Vec<Block>,
    /// First time of each block.
    pub(crate) firsts: Vec<Minute>,
    pub(crate) tower: Tower,
    pub(crate) grid: Grid,
}

/// A step, by its block and its place there.
pub(crate) type At = (usize, usize);

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar::new()
    }
}

impl Calendar {
    /// Makes a calendar in which nothing is free.
    #[must_use]
    pub fn new() -> Calendar {
        Calendar {
            blocks: Vec::new(),
            firsts: Vec::new(),
            tower: Tower::new(),
            grid: Grid::default(),
        }
    }

    /// Makes the calendar to which all these changes were made, each from its minute on and for good; O(n log n), and much
    /// quicker than one after another.
    #[must_use]
    pub fn of(mut changes: Vec<(Minute, i64)>) -> Calendar {
        changes.sort_unstable_by_key(|change| change.0);
        let mut steps: Vec<(Minute, i64)> = Vec::with_capacity(changes.len());
        for (minute, change) in changes {
            match steps.last_mut().filter(|last| last.0 == minute) {
                Some(last) => last.1 += change,
                None => steps.push((minute, change)),
            }
        }
        steps.retain(|step| step.1 != 0);
        // Half full, so that what comes later does not split every block at once.
        let blocks: Vec<Block> = steps.chunks(MOST / 2).map(Block::of).collect();
        let firsts = blocks.iter().map(|block| block.times[0]).collect();
        let tower = Tower::of(blocks.iter().map(Block::summary).collect());
        let mut calendar = Calendar { blocks, firsts, tower, grid: Grid::default() };
        calendar.follow(Minute::MIN, NEVER, 0);
        calendar
    }

    /// Returns how many steps there are.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.blocks.iter().map(|block| block.times.len()).sum()
    }

    /// Adds `gpus` (or takes them, below zero) from `from` until just before `until`; [`NEVER`] is for good. Nothing
    /// happens when `until` is not after `from`. O(log n), but for every thirty-second change, which moves blocks.
    pub fn add(&mut self, from: Minute, until: Minute, gpus: i64) {
        if from >= until || gpus == 0 {
            return;
        }
        self.step(from, gpus);
        if until != NEVER {
            self.step(until, -gpus);
        }
        self.follow(from, until, gpus);
    }

    /// Returns how many are free at a minute.
    #[must_use]
    pub fn free_at(&self, minute: Minute) -> i64 {
        self.at(minute).map_or(0, |at| self.free(at))
    }

    /// Returns how many are free all the time from `from` until just before `until`; of an empty stretch those free at
    /// its start. O(log n).
    #[must_use]
    pub fn least_free(&self, from: Minute, until: Minute) -> i64 {
        let until = until.max(from.saturating_add(1));
        if self.grid.is_empty() {
            return self.extremes(from, until).0;
        }
        let (first, last) = (self.grid.cell(from), self.grid.cell(until - 1));
        if last - first < 2 {
            return self.extremes(from, until).0;
        }
        // The cells at the ends count in part; mostly they have no less than those between, and need not be looked into.
        let mut least = self.grid.least(first + 1..last);
        if self.grid.least_of(first) < least {
            least = least.min(self.extremes(from, self.grid.minutes(first).1).0);
        }
        if self.grid.least_of(last) < least {
            least = least.min(self.extremes(self.grid.minutes(last).0, until).0);
        }
        least
    }

    /// Returns the fewest and the most that are free at any minute from `from` until just before `until`, from the steps.
    fn extremes(&self, from: Minute, until: Minute) -> (i64, i64) {
        let at = self.at(from);
        let start = at.map_or(0, |at| self.free(at));
        let Some(end) = self.at(until - 1) else { return (start, start) };
        let (block, step) = at.map_or((0, 0), |(block, step)| (block, step + 1));
        let sum = self.tower.before(block);
        let wider = |all: (i64, i64), next: (i64, i64)| (all.0.min(next.0), all.1.max(next.1));
        if block == end.0 {
            let between = self.blocks[block].free.get(step..=end.1).unwrap_or(&[]);
            return wider((start, start), extremes(between, sum));
        }
        let first = extremes(&self.blocks[block].free[step..], sum);
        let between = self.tower.extremes(block + 1, end.0, sum + self.blocks[block].sum());
        let last = extremes(&self.blocks[end.0].free[..=end.1], self.tower.before(end.0));
        wider(wider((start, start), first), wider(between, last))
    }

    /// Returns the most that are free at any minute. O(1).
    #[must_use]
    pub fn most_free(&self) -> i64 {
        self.tower.whole().most.max(0)
    }

    /// Makes the cells anew from the steps.
    fn look_from_afar(&mut self) {
        let (Some(first), Some(last)) = (self.firsts.first(), self.blocks.last()) else { return };
        let ends = (*first, last.times.last().copied().unwrap_or(*first));
        let steps = self.blocks.len() * MOST / 2;
        let mut grid = Grid::new(ends, steps, self.blocks.len());
        for cell in 0..grid.cells() {
            let (from, until) = grid.minutes(cell);
            grid.set(cell, self.extremes(from, until));
        }
        self.grid = grid;
    }

    /// Follows a change in the cells: those that it covers move, those that it ends in are looked into.
    fn follow(&mut self, from: Minute, until: Minute, gpus: i64) {
        if self.grid.is_coarse(self.blocks.len()) {
            self.look_from_afar();
            return;
        }
        if self.grid.is_empty() {
            return;
        }
        let (first, last) = (self.grid.cell(from), self.grid.cell(until - 1));
        if first + 1 < last {
            self.grid.add(first + 1..last, gpus);
        }
        for cell in [first, last] {
            let (from, until) = self.grid.minutes(cell);
            self.grid.set(cell, self.extremes(from, until));
        }
    }

    /// Calls `visit` with what is free at `from`, then with every minute after it and before `until` at which that
    /// changes, and what is free from then on.
    pub fn walk(&self, from: Minute, until: Minute, mut visit: impl FnMut(Minute, i64)) {
        let at = self.at(from);
        visit(from, at.map_or(0, |at| self.free(at)));
        let (mut block, mut step) = at.map_or((0, 0), |(block, step)| (block, step + 1));
        let mut sum = self.tower.before(block);
        while let Some(here) = self.blocks.get(block) {
            for (minute, free) in here.times[step..].iter().zip(&here.free[step..]) {
                if *minute >= until {
                    return;
                }
                visit(*minute, sum + free);
            }
            sum += here.sum();
            (block, step) = (block + 1, 0);
        }
    }

    /// Returns the step that is in force at a minute; `None` before the first.
    pub(crate) fn at(&self, minute: Minute) -> Option<At> {
        let block = self.firsts.partition_point(|first| *first <= minute).checked_sub(1)?;
        let step = self.blocks[block].times.partition_point(|time| *time <= minute);
        Some((block, step - 1))
    }

    pub(crate) fn free(&self, (block, step): At) -> i64 {
        self.tower.before(block) + self.blocks[block].free[step]
    }

    /// Changes what is free from a minute on.
    fn step(&mut self, minute: Minute, change: i64) {
        if self.blocks.is_empty() {
            self.put(0, Block { times: vec![minute], free: vec![change] });
            return;
        }
        let block = self.at(minute).map_or(0, |(block, _)| block);
        self.blocks[block].step(minute, change);
        match self.blocks[block].times.len() {
            0 => drop(self.take(block)),
            1..=MOST => {
                self.firsts[block] = self.blocks[block].times[0];
                self.tower.set(block, self.blocks[block].summary());
            }
            _ => {
                let mut left = self.take(block);
                let right = left.split();
                self.put(block, right);
                self.put(block, left);
            }
        }
    }

    fn put(&mut self, at: usize, block: Block) {
        self.firsts.insert(at, block.times[0]);
        self.tower.insert(at, block.summary());
        self.blocks.insert(at, block);
    }

    fn take(&mut self, at: usize) -> Block {
        self.firsts.remove(at);
        self.tower.remove(at);
        self.blocks.remove(at)
    }
}

impl Block {
    /// Makes the block of these changes, in order.
    fn of(changes: &[(Minute, i64)]) -> Block {
        let mut sum = 0;
        let free = changes.iter().map(|change| {
            sum += change.1;
            sum
        });
        Block { times: changes.iter().map(|change| change.0).collect(), free: free.collect() }
    }

    pub(crate) fn sum(&self) -> i64 {
        self.free.last().copied().unwrap_or(0)
    }

    fn summary(&self) -> Summary {
        let (least, most) = extremes(&self.free, 0);
        Summary { sum: self.sum(), least, most }
    }

    /// Changes what is free from a minute on; a step that changes nothing any more goes.
    fn step(&mut self, minute: Minute, change: i64) {
        let at = self.times.partition_point(|time| *time < minute);
        let before = if at == 0 { 0 } else { self.free[at - 1] };
        if self.times.get(at) != Some(&minute) {
            self.times.insert(at, minute);
            self.free.insert(at, before);
        }
        for free in &mut self.free[at..] {
            *free += change;
        }
        if self.free[at] == before {
            self.times.remove(at);
            self.free.remove(at);
        }
    }

    /// Gives away the later half.
    fn split(&mut self) -> Block {
        let half = self.times.len() / 2;
        let times = self.times.split_off(half);
        let mut free = self.free.split_off(half);
        let sum = self.sum();
        for free in &mut free {
            *free -= sum;
        }
        Block { times, free }
    }
}

/// Returns the least and the most of the numbers, from a start of `sum`; for none, what binds nothing.
fn extremes(free: &[i64], sum: i64) -> (i64, i64) {
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for free in free {
        least = least.min(free + sum);
        most = most.max(free + sum);
    }
    (least, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_stdx::{Entity, Purpose, Stream};

    /// Minute by minute, as one would count.
    struct Counted(Vec<i64>);

    impl Counted {
        fn add(&mut self, from: Minute, until: Minute, gpus: i64) {
            let end = (until as usize).min(self.0.len());
            for free in &mut self.0[(from as usize).min(end)..end] {
                *free += gpus;
            }
        }

        fn least(&self, from: Minute, until: Minute) -> i64 {
            let until = until.max(from + 1);
            self.0[from as usize..until as usize].iter().copied().min().unwrap()
        }

        fn earliest(
            &self,
            (from, latest): (Minute, Minute),
            minutes: Minute,
            gpus: i64,
        ) -> Option<Minute> {
            (from..=latest).find(|start| self.least(*start, start + minutes) >= gpus)
        }
    }

    /// Returns what is free minute by minute, as a walk tells it.
    fn walked(calendar: &Calendar, from: Minute, until: Minute) -> Vec<i64> {
        let mut free = Vec::new();
        let mut last = 0;
        calendar.walk(from, until, |minute, now| {
            free.resize((minute - from) as usize, last);
            last = now;
        });
        free.resize((until - from) as usize, last);
        free
    }

    /// Plays `turns` of changes and questions over so many minutes, against the count.
    fn play(seed: u64, turns: usize, minutes: Minute) -> usize {
        let mut stream = Stream::new(seed, Purpose::new("calendar"), Entity::new("test"), 0, 0);
        let mut below = |most: Minute| (stream.uniform() * f64::from(most)) as Minute;
        let (mut calendar, mut counted) = (Calendar::new(), Counted(vec![0; 4 * minutes as usize]));
        let mut open: Vec<(Minute, Minute, i64)> = Vec::new();
        let mut most = 0;
        for _ in 0..turns {
            let (a, b) = (below(minutes), below(minutes));
            let (from, until) = (a.min(b), a.max(b));
            match below(8) {
                // What was added goes again, so that steps vanish too.
                0 | 1 if !open.is_empty() => {
                    let (from, until, gpus) =
                        open.swap_remove(below(open.len() as Minute) as usize);
                    calendar.add(from, until, -gpus);
                    counted.add(from, until, -gpus);
                }
                0..=3 => {
                    let until = if below(40) == 0 { NEVER } else { until };
                    let gpus = i64::from(below(9)) - 3;
                    calendar.add(from, until, gpus);
                    counted.add(from, until, gpus);
                    open.push((from, until, gpus));
                }
                4 | 5 => assert_eq!(
                    calendar.least_free(from, until),
                    counted.least(from, until),
                    "{from} to {until}"
                ),
                6 => {
                    assert_eq!(calendar.free_at(a), counted.0[a as usize], "at {a}");
                    assert_eq!(
                        walked(&calendar, from, until + 1),
                        counted.0[from as usize..=until as usize]
                    );
                    let first =
                        (a..4 * minutes).find(|m| counted.0[*m as usize] < 3).unwrap_or(NEVER);
                    let past = a + below(4);
                    let until = calendar.free_until(a, 3, past);
                    assert_eq!(until, (first > past).then_some(first), "from {a} past {past}");
                    let most = counted.0.iter().copied().max().unwrap();
                    assert_eq!(calendar.most_free(), most.max(0));
                }
                _ => {
                    let (long, gpus) = (1 + below(minutes / 8), i64::from(below(12)) - 4);
                    let asked = (from, until);
                    let found = calendar.earliest(asked, long, gpus);
                    let expected = counted.earliest(asked, long, gpus);
                    assert_eq!(found, expected, "{gpus} for {long} in {asked:?}");
                }
            }
            most = most.max(calendar.steps());
        }
        most
    }

    #[test]
    fn a_million_changes_and_questions_are_as_one_would_count() {
        let mut steps = 0;
        for seed in 0..500 {
            steps = steps.max(play(seed, 2_000, 30 + (seed % 5) as Minute * 20));
        }
        assert!(steps > 4 * 3 * 3, "{steps} steps climb three levels");
    }

    #[test]
    fn made_at_once_it_is_as_if_made_change_by_change() {
        for seed in 0..200 {
            let mut stream = Stream::new(seed, Purpose::new("at-once"), Entity::new("test"), 0, 0);
            let mut below = |most: i64| (stream.uniform() * most as f64) as i64;
            let mut one_by_one = Calendar::new();
            let mut changes = Vec::new();
            for _ in 0..below(60) {
                let (minute, gpus) = (below(40) as Minute, below(9) - 4);
                one_by_one.add(minute, NEVER, gpus);
                changes.push((minute, gpus));
            }
            let at_once = Calendar::of(changes);
            assert_eq!(walked(&at_once, 0, 60), walked(&one_by_one, 0, 60), "seed {seed}");
            assert_eq!(at_once.steps(), one_by_one.steps());
            let (from, gpus) = (below(40) as Minute, below(9));
            let earliest = |calendar: &Calendar| calendar.earliest((from, 50), 5, gpus);
            assert_eq!(earliest(&at_once), earliest(&one_by_one), "seed {seed}");
            assert_eq!(at_once.least_free(from, 60), one_by_one.least_free(from, 60));
        }
    }

    #[test]
    fn what_is_promised_and_given_back_leaves_nothing() {
        let mut calendar = Calendar::new();
        for start in 0..100 {
            calendar.add(start, start + 50, 3);
        }
        for start in (0..100).rev() {
            calendar.add(start, start + 50, -3);
        }
        assert_eq!((calendar.steps(), calendar.least_free(0, 1_000)), (0, 0));
    }

    #[test]
    fn a_wish_waits_for_the_gap_that_is_long_enough() {
        let mut calendar = Calendar::new();
        calendar.add(0, NEVER, 72);
        calendar.add(10, 20, -72);
        calendar.add(25, 60, -36);
        // 72 GPUs: free before 10 and from 20 to 25, then from 60 on.
        assert_eq!(calendar.earliest((0, 100), 10, 72), Some(0));
        assert_eq!(calendar.earliest((1, 100), 10, 72), Some(60));
        assert_eq!(calendar.earliest((1, 100), 5, 72), Some(1));
        assert_eq!(calendar.earliest((6, 100), 5, 72), Some(20));
        assert_eq!(calendar.earliest((6, 100), 40, 36), Some(20));
        assert_eq!(calendar.earliest((6, 59), 10, 72), None);
        assert_eq!(calendar.earliest((0, 100), 1, 73), None);
    }
}
