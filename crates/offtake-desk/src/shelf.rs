//! One pool as the desk keeps it: what is free by contract and firmly, who has what, and the paths.
//!
//! Nothing here is the truth: all of it is made from the publication and the promises, and made anew when either changes
//! as a whole.

use crate::Calendar;
use crate::paths::PoolPaths;
use offtake_ledger::{LAST_PRIORITY, LEVELS, Minute, Pool, Priority, PromiseId, Published, Steps};
use std::collections::BTreeSet;

/// Where in the order of service a promise stands: its priority, then the event that made it.
pub type Rank = (Priority, u64);

/// A pool and what is promised of it.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Its place among the shelves.
    pub(crate) place: u32,
    /// The pool.
    pub pool: Pool,
    /// Whether it is in the supply published last; one that is not has no supply, and may still have promises.
    pub is_published: bool,
    /// GPUs under contract, less what was sold with it.
    pub(crate) contracted: Steps,
    /// Each level of firm supply, less what was sold with it.
    firm_supply: [Steps; LEVELS.len()],
    /// GPUs of the contracts sold before the desk opened, as they follow the contracted supply.
    pub(crate) sold: Steps,
    /// GPUs under contract that are not promised; below zero where more is promised than there is.
    pub(crate) free: Calendar,
    /// GPUs of each level of firm supply that are not promised.
    pub(crate) firm: [Calendar; LEVELS.len()],
    /// GPUs promised, by priority.
    pub(crate) load: [Calendar; LAST_PRIORITY as usize],
    /// Who has a part of it, in the order of service.
    pub(crate) members: BTreeSet<(Rank, PromiseId)>,
    pub(crate) paths: PoolPaths,
}

impl Shelf {
    /// Makes the shelf of a published pool of which contracts sold before take up to `sold` GPUs.
    pub(crate) fn new(place: u32, published: &Published, sold: i64, path_count: usize) -> Shelf {
        let contracted = less(&published.contracted, sold);
        // A slip moves a term whole, so that firm supply may outlast the contract's; a promise may not.
        let firm = published.firm.each_ref().map(|firm| lesser(&less(firm, sold), &contracted));
        Shelf {
            place,
            pool: published.pool.clone(),
            is_published: true,
            sold: difference(&published.contracted, &contracted),
            free: Calendar::new(),
            contracted,
            firm_supply: firm,
            firm: Default::default(),
            load: Default::default(),
            members: BTreeSet::new(),
            paths: PoolPaths::new(&published.paths, sold, path_count),
        }
    }

    /// Makes the shelf of a pool that is no longer published: nothing of it is there.
    pub(crate) fn gone(place: u32, pool: Pool) -> Shelf {
        Shelf {
            place,
            pool,
            is_published: false,
            contracted: Steps::new(),
            sold: Steps::new(),
            free: Calendar::new(),
            firm_supply: Default::default(),
            firm: Default::default(),
            load: Default::default(),
            members: BTreeSet::new(),
            paths: PoolPaths::default(),
        }
    }

    /// Makes all calendars from what is taken by each priority: by how much it rises, minute by minute, in any order.
    pub(crate) fn fill(&mut self, taken: &[Vec<(Minute, i64)>; LAST_PRIORITY as usize]) {
        self.free = left(&self.contracted, taken);
        self.firm = self.firm_supply.each_ref().map(|supply| left(supply, taken));
        self.load = taken.each_ref().map(|taken| Calendar::of(taken.clone()));
    }

    /// Returns the most GPUs that are under contract at any time.
    #[must_use]
    pub fn size(&self) -> i64 {
        let whole = |(step, sold): (&(Minute, i64), &(Minute, i64))| step.1 + sold.1;
        self.contracted.iter().zip(&self.sold).map(whole).max().unwrap_or(0)
    }

    /// Returns the GPUs free by contract all through each stretch between two of these minutes, which ascend.
    #[must_use]
    pub fn free_through(&self, minutes: &[Minute]) -> Vec<i64> {
        through(&self.free, minutes)
    }

    /// As [`Shelf::free_through`], of a level of firm supply by its place.
    #[must_use]
    pub fn firm_through(&self, level: usize, minutes: &[Minute]) -> Vec<i64> {
        through(&self.firm[level], minutes)
    }

    /// Takes GPUs out of what is free, or gives them back when `gpus` is below zero.
    pub(crate) fn take(&mut self, priority: Priority, from: Minute, until: Minute, gpus: i64) {
        self.free.add(from, until, -gpus);
        for firm in &mut self.firm {
            firm.add(from, until, -gpus);
        }
        self.load[usize::from(priority - 1)].add(from, until, gpus);
    }
}

fn through(calendar: &Calendar, minutes: &[Minute]) -> Vec<i64> {
    minutes.windows(2).map(|stretch| calendar.least_free(stretch[0], stretch[1])).collect()
}

/// Returns the calendar of a step function.
pub(crate) fn calendar(steps: &Steps) -> Calendar {
    Calendar::of(rises(steps))
}

/// Returns the calendar of what is left of supply when all that is taken is gone.
fn left(supply: &Steps, taken: &[Vec<(Minute, i64)>]) -> Calendar {
    let taken = taken.iter().flatten().map(|(minute, gpus)| (*minute, -gpus));
    Calendar::of(rises(supply).into_iter().chain(taken).collect())
}

/// Returns by how much a step function rises at each of its minutes.
fn rises(steps: &Steps) -> Vec<(Minute, i64)> {
    let before = [0].into_iter().chain(steps.iter().map(|step| step.1));
    steps.iter().zip(before).map(|(step, before)| (step.0, step.1 - before)).collect()
}

/// Returns what is left of a step function when up to `gpus` are taken all the time.
fn less(steps: &Steps, gpus: i64) -> Steps {
    steps.iter().map(|(minute, here)| (*minute, (here - gpus).max(0))).collect()
}

/// Returns the lesser of two step functions at every minute.
fn lesser(one: &Steps, other: &Steps) -> Steps {
    combine(one, other, i64::min)
}

/// Returns one step function less another.
fn difference(one: &Steps, other: &Steps) -> Steps {
    combine(one, other, |one, other| one - other)
}

fn combine(one: &Steps, other: &Steps, of: impl Fn(i64, i64) -> i64) -> Steps {
    let minutes: BTreeSet<Minute> = one.iter().chain(other).map(|step| step.0).collect();
    minutes
        .into_iter()
        .map(|minute| (minute, of(value_at(one, minute), value_at(other, minute))))
        .collect()
}

/// Returns the value of a step function at a minute.
#[must_use]
pub fn value_at(steps: &Steps, minute: Minute) -> i64 {
    let after = steps.partition_point(|step| step.0 <= minute);
    after.checked_sub(1).map_or(0, |at| steps[at].1)
}
