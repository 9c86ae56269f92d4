//! A wish served by several pools of one type of GPU, at one site or at several.
//!
//! What a window holds changes, as it moves later, for the better only when it leaves a minute with less behind: so the
//! first start that fits is the first one allowed, or a minute at which some pool's free GPUs rise. Those are tried in
//! order, which makes the answer exact.

use crate::quote::{Alternative, Asker, Placed, rack_of};
use crate::request::{By, Wish};
use crate::{Ledger, Reason};
use offtake_ledger::{LEVELS, Minute, PoolId, Together};
use offtake_model::{AcceleratorId, SiteId};
use std::collections::BTreeMap;

type GroupKey<'a> = (&'a AcceleratorId, Option<&'a SiteId>, Option<&'a PoolId>);

/// Returns the ways in which groups of pools serve a wish, the best first: one for each group.
pub(crate) fn split(ledger: &Ledger, wish: &Wish) -> Vec<Alternative> {
    let asker = Asker::new(ledger, wish);
    let levels = if wish.by == By::Firmness { 0..=asker.level } else { asker.level..=asker.level };
    let range = (ledger.earliest_of(wish), wish.latest);
    let mut found: Vec<Alternative> = Vec::new();
    for pools in groups(ledger, wish, &asker).into_values() {
        let mut levels = levels.clone();
        let way = levels.find_map(|level| {
            let (parts, _) = in_group(ledger, wish, &asker, &pools, (level, range))?;
            Some(Alternative { parts, screen: LEVELS[level], joint: None })
        });
        found.extend(way);
    }
    match wish.by {
        By::Start => found.sort_by_key(|way| (way.start(), way.value())),
        By::Price => found.sort_by_key(|way| (way.value(), way.start())),
        By::Firmness => found.sort_by_key(|way| (u32::MAX - way.screen, way.start(), way.value())),
    }
    found.truncate(wish.count);
    found
}

/// Returns the soonest way in which any group of pools serves a wish within a range of starts.
pub(crate) fn soonest_split(
    ledger: &Ledger,
    wish: &Wish,
    asker: &Asker,
    range: (Minute, Minute),
) -> Option<(Vec<Placed>, Minute)> {
    let groups = groups(ledger, wish, asker).into_values();
    let ways =
        groups.filter_map(|pools| in_group(ledger, wish, asker, &pools, (asker.level, range)));
    ways.min_by_key(|(_, start)| *start)
}

/// Returns the sets of open pools that may serve one wish together.
pub(crate) fn together(ledger: &Ledger, wish: &Wish, asker: &Asker) -> Vec<Vec<u32>> {
    groups(ledger, wish, asker).into_values().collect()
}

/// Returns the open pools that may serve one wish together, from the cheapest.
fn groups<'a>(ledger: &'a Ledger, wish: &Wish, asker: &Asker) -> BTreeMap<GroupKey<'a>, Vec<u32>> {
    let mut groups: BTreeMap<GroupKey, Vec<u32>> = BTreeMap::new();
    for place in &ledger.by_fee {
        let shelf = ledger.shelf(*place);
        let is_closed: Option<Reason> = asker.closed(shelf, wish);
        if is_closed.is_none() {
            let spec = &shelf.pool.spec;
            let site = (wish.constraints.together == Together::Site).then_some(&spec.site);
            let pool = (wish.constraints.together == Together::Pool).then_some(&shelf.pool.id);
            groups.entry((&spec.accelerator, site, pool)).or_default().push(*place);
        }
    }
    groups
}

/// Returns what pools give together from the first start within a range at which they have enough.
fn in_group(
    ledger: &Ledger,
    wish: &Wish,
    asker: &Asker,
    pools: &[u32],
    (level, (from, latest)): (usize, (Minute, Minute)),
) -> Option<(Vec<Placed>, Minute)> {
    let mut starts = vec![from];
    for place in pools {
        let mut before = None;
        // A range may end at the last minute that can be counted.
        ledger.shelf(*place).firm[level].walk(from, latest.saturating_add(1), |minute, free| {
            if before.is_some_and(|before| free > before) {
                starts.push(minute);
            }
            before = Some(free);
        });
    }
    starts.sort_unstable();
    starts.dedup();
    starts.retain(|start| *start <= latest);
    starts.into_iter().find_map(|start| {
        let parts = filled(ledger, wish, asker, pools, (level, start))?;
        Some((parts, start))
    })
}

/// Fills a wish from pools in their order; `None` when they have too few all together.
fn filled(
    ledger: &Ledger,
    wish: &Wish,
    asker: &Asker,
    pools: &[u32],
    (level, from): (usize, Minute),
) -> Option<Vec<Placed>> {
    let until = from + wish.minutes;
    let first = ledger.shelf(*pools.first()?);
    let mut rest = asker.need(&first.pool.spec.accelerator, wish)?;
    let mut parts = Vec::new();
    for place in pools {
        let shelf = ledger.shelf(*place);
        let rack = rack_of(shelf, wish);
        let free = shelf.firm[level].least_free(from, until) / rack * rack;
        let gpus = free.min((rest + rack - 1) / rack * rack);
        if gpus > 0 {
            parts.push(Placed { pool: *place, gpus, from, until, fee: asker.fee(shelf) });
            rest -= gpus;
        }
        if rest <= 0 {
            return Some(parts);
        }
    }
    None
}
