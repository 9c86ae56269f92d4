//! Joint firmness: the share of paths in which a promise is kept, after those that are served before it.
//!
//! ```text
//!     served[p](t) = Σ over pools  min(g(t), max(0, supply[p](t) − before(t)))
//!     φ = share of paths p in which, in every month,  ∫ served[p] ≥ 0.99 · ∫ g
//! ```
//!
//! with g what the promise takes of a pool and before(t) what promises of an earlier rank take of it: a lower priority
//! number, or the same and an earlier event. Contracts sold before the desk opened are served first, in every path as
//! much as there is. Counted in whole GPU-minutes, so that the same promises give the same φ on any machine.

use crate::checks::rest;
use crate::ledger::{Ledger, Standing};
use crate::month::next_month;
use crate::paths::PoolPaths;
use crate::shelf::{Rank, Shelf};
use crate::{Calendar, Placed};
use offtake_ledger::{CERTAIN, Firmness, LAST_PRIORITY, Minute, Priority, PromiseId};

/// Hundredths of a month's GPU-hours that may be missing from a promise that is kept.
const MAY_MISS: u64 = 1;

/// The rank of whoever comes last of a priority.
#[must_use]
pub const fn last_of(priority: Priority) -> Rank {
    (priority, u64::MAX)
}

/// A stretch in which neither what a promise takes of a pool nor what is taken before it changes.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: Minute,
    until: Minute,
    takes: i64,
    before: i64,
}

/// By how much more a promise takes of a pool from a minute on, and by how much more is taken before it.
pub(crate) type Taken = (Minute, i64, i64);

/// What a change would take besides what is promised (below zero: give back), by whom of which rank.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Rank of the promise that changes.
    pub rank: Rank,
    /// What it would take more, and below zero less.
    pub parts: Vec<Placed>,
}

impl Ledger {
    /// Returns the joint firmness of a promise of these parts that is served at `rank`, if `moved` came true as well.
    ///
    /// What an existing promise of the same rank takes is its own and is not counted as taken before it.
    #[must_use]
    pub fn firmness(&self, rank: Rank, parts: &[Placed], moved: &Moved) -> Firmness {
        self.joint_after(parts, |pool, window, changes| {
            before(self.shelf(pool), self, rank, window, changes);
            if moved.rank < rank {
                for part in moved.parts.iter().filter(|part| part.pool == pool) {
                    changes.push((part.from.clamp(window.0, window.1), 0, part.gpus));
                    changes.push((part.until.clamp(window.0, window.1), 0, -part.gpus));
                }
            }
        })
    }

    /// Returns the share of paths in which these parts are kept, where `earlier` adds the changes, within a window, of what
    /// is taken of a pool before them.
    pub(crate) fn joint_after(
        &self,
        parts: &[Placed],
        earlier: impl Fn(u32, (Minute, Minute), &mut Vec<Taken>),
    ) -> Firmness {
        let from = parts.iter().map(|part| part.from).min().unwrap_or(0);
        let until = parts.iter().map(|part| part.until).max().unwrap_or(0);
        let mut pools: Vec<u32> = parts.iter().map(|part| part.pool).collect();
        pools.sort_unstable();
        pools.dedup();
        let lane = |pool: &u32| (&self.shelf(*pool).paths, stretches(*pool, parts, &earlier));
        let lanes: Vec<(&PoolPaths, Vec<Stretch>)> = pools.iter().map(lane).collect();
        let count = self.publication().path_count.max(1);
        let (mut missed, mut is_kept) = (vec![0_u64; count], vec![true; count]);
        let mut month = from;
        while month < until {
            let end = next_month(month).min(until);
            missed.fill(0);
            let takes: u64 = lanes.iter().map(|lane| miss(lane, (month, end), &mut missed)).sum();
            for (missed, is_kept) in missed.iter().zip(&mut is_kept) {
                *is_kept &= missed * 100 <= takes * MAY_MISS;
            }
            month = end;
        }
        let kept = is_kept.iter().filter(|is_kept| **is_kept).count() as u64;
        (kept * u64::from(CERTAIN) / count as u64) as Firmness
    }

    /// Returns the joint firmness of what is left of a promise from the next minute on: what was served or missed before is
    /// no longer a matter of chance, and supply that is published later does not say it.
    #[must_use]
    pub fn firmness_of(&self, standing: &Standing) -> Firmness {
        let left = rest(standing, self.next_minute());
        self.firmness(standing.rank(), &left, &Moved::default())
    }

    /// Returns the promises whose firmness would fall below what they were promised at (or further below) if `moved`
    /// came true: each with its firmness before and after.
    #[must_use]
    pub fn harmed(&self, moved: &Moved) -> Vec<(PromiseId, Firmness, Firmness)> {
        let mut later: Vec<&Standing> = Vec::new();
        for part in moved.parts.iter().filter(|part| part.gpus > 0) {
            let after = (moved.rank, PromiseId::new(u128::MAX));
            let members = self.shelf(part.pool).members.range(after..);
            let standing = members.filter_map(|(_, id)| self.promise(*id));
            let overlaps = |of: &&Standing| {
                let overlap = |own: &Placed| {
                    own.pool == part.pool && own.from < part.until && part.from < own.until
                };
                of.parts.iter().any(overlap)
            };
            later.extend(standing.filter(overlaps));
        }
        later.sort_by_key(|standing| standing.rank());
        later.dedup_by_key(|standing| standing.id);
        let fall = |standing: &Standing| {
            let left = rest(standing, self.next_minute());
            let after = self.firmness(standing.rank(), &left, moved);
            // Whoever is as firm as promised need not be looked at twice.
            if after >= standing.firmness {
                return None;
            }
            let before = self.firmness_of(standing);
            (after < before).then_some((standing.id, before, after))
        };
        later.into_iter().filter_map(fall).collect()
    }
}

/// Returns the stretches of what parts take of a pool, with what is taken before them.
fn stretches(
    pool: u32,
    parts: &[Placed],
    earlier: impl Fn(u32, (Minute, Minute), &mut Vec<Taken>),
) -> Vec<Stretch> {
    let own = parts.iter().filter(|part| part.pool == pool);
    let from = own.clone().map(|part| part.from).min().unwrap_or(0);
    let until = own.clone().map(|part| part.until).max().unwrap_or(0);
    let mut changes: Vec<Taken> = Vec::with_capacity(16);
    for part in own {
        changes.push((part.from, part.gpus, 0));
        changes.push((part.until, -part.gpus, 0));
    }
    earlier(pool, (from, until), &mut changes);
    changes.sort_unstable_by_key(|change| change.0);
    joined(&changes, until)
}

/// Adds the changes, within a window, of a calendar of what is taken.
pub(crate) fn walked(load: &Calendar, (from, until): (Minute, Minute), changes: &mut Vec<Taken>) {
    let mut last = 0;
    load.walk(from, until, |minute, gpus| {
        if gpus != last {
            changes.push((minute, 0, gpus - last));
        }
        last = gpus;
    });
}

/// Adds the changes, within a window, of what is taken of a pool before `rank`.
fn before(
    shelf: &Shelf,
    ledger: &Ledger,
    rank: Rank,
    (from, until): (Minute, Minute),
    changes: &mut Vec<Taken>,
) {
    let (priority, order) = rank;
    let whole = if order == u64::MAX { priority } else { priority - 1 };
    for load in &shelf.load[..usize::from(whole.min(LAST_PRIORITY))] {
        walked(load, (from, until), changes);
    }
    if order == u64::MAX {
        return;
    }
    let first = ((priority, 0), PromiseId::new(0));
    let earlier = shelf.members.range(first..(rank, PromiseId::new(0)));
    for standing in earlier.filter_map(|(_, id)| ledger.promise(*id)) {
        for part in &standing.parts {
            let is_here = ledger.shelf(part.pool).pool.id == shelf.pool.id;
            if is_here && part.from < until && from < part.until {
                changes.push((part.from.max(from), 0, part.gpus));
                changes.push((part.until.min(until), 0, -part.gpus));
            }
        }
    }
}

/// Joins sorted changes to stretches up to `until`.
fn joined(changes: &[Taken], until: Minute) -> Vec<Stretch> {
    let mut stretches = Vec::with_capacity(changes.len());
    let (mut takes, mut before) = (0, 0);
    for (at, (minute, more, more_before)) in changes.iter().enumerate() {
        takes += more;
        before += more_before;
        let next = changes.get(at + 1).map_or(until, |next| next.0.min(until));
        if next > *minute && takes > 0 {
            stretches.push(Stretch { from: *minute, until: next, takes, before });
        }
    }
    stretches
}

/// Adds to `missed` the GPU-minutes that each path misses of a pool within a window, and returns those asked for.
fn miss(
    (paths, stretches): &(&PoolPaths, Vec<Stretch>),
    (from, until): (Minute, Minute),
    missed: &mut [u64],
) -> u64 {
    let mut asked = 0;
    let first = stretches.partition_point(|stretch| stretch.until <= from);
    for stretch in stretches[first..].iter().take_while(|stretch| stretch.from < until) {
        let (from, until) = (stretch.from.max(from), stretch.until.min(until));
        asked += stretch.takes as u64 * (until - from) as u64;
        let mut cell = paths.cell(from);
        let mut at = from;
        while at < until {
            let next = cell.map_or(0, |cell| cell + 1);
            let end = paths.starts.get(next).map_or(until, |start| (*start).min(until));
            let minutes = (end - at) as u64;
            match cell {
                Some(cell) => miss_in_cell(paths, cell, stretch, minutes, missed),
                None => missed.iter_mut().for_each(|miss| *miss += stretch.takes as u64 * minutes),
            }
            (cell, at) = (Some(next), end);
        }
    }
    asked
}

fn miss_in_cell(
    paths: &PoolPaths,
    cell: usize,
    stretch: &Stretch,
    minutes: u64,
    missed: &mut [u64],
) {
    let enough = stretch.before + stretch.takes;
    if i64::from(paths.least[cell]) >= enough {
        return;
    }
    // GPUs of a pool are fewer than two thousand million, which the publication is checked for.
    let (enough, takes) = (enough.min(i64::from(i32::MAX)) as i32, stretch.takes as i32);
    add_missed(paths.of(cell), enough, takes, minutes as u32, missed);
}

/// Adds `min(takes, max(0, enough − supply)) · minutes` to every path.
#[multiversion::multiversion(targets("x86_64+avx2", "x86_64+sse4.1"))]
fn add_missed(supply: &[i32], enough: i32, takes: i32, minutes: u32, missed: &mut [u64]) {
    for (missed, supply) in missed.iter_mut().zip(supply) {
        let short = enough.saturating_sub(*supply).clamp(0, takes) as u32;
        *missed += u64::from(short) * u64::from(minutes);
    }
}
