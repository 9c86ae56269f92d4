//! The capacity of a book: pools that are alike to every class, and halls whose power can bind.

use super::work::Draft;
use super::{Group, PowerLimit};
use crate::dispatch::cuts::{Column, Cut};
use offtake_model::{Book, Hall, HallId};
use offtake_position::Pool;
use std::collections::BTreeMap;

/// Returns the halls whose racks could draw more than there is in some future.
pub(super) fn binding_halls(book: &Book, pools: &[Pool], drafts: &[Draft]) -> Vec<HallId> {
    let mut drawn: BTreeMap<&HallId, f64> = BTreeMap::new();
    for (index, pool) in pools.iter().enumerate() {
        let most =
            drafts.iter().filter_map(|d| d.uses[index]).map(|u| u.kilowatts).fold(0.0, f64::max);
        *drawn.entry(&pool.hall).or_default() += most * pool.gpus as f64;
    }
    let least = |hall: &HallId| {
        let found = book.halls.get(hall)?;
        let grid = book.sites.get(&found.site)?.grid.as_ref().and_then(|grid| book.grids.get(grid));
        let depth = grid.and_then(|grid| grid.curtailment).map_or(0.0, |c| c.depth.part());
        found.megawatts(depth).map(|mw| mw * 1e3)
    };
    drawn
        .into_iter()
        .filter(|(hall, drawn)| least(hall).is_some_and(|kw| *drawn > kw * (1.0 + 1e-9)))
        .map(|(hall, _)| hall.clone())
        .collect()
}

/// Groups pools that no class tells apart.
pub(super) fn groups(
    pools: &[Pool],
    drafts: &[Draft],
    binding: &[HallId],
) -> (Vec<Group>, Vec<Option<usize>>) {
    let mut keys: Vec<Vec<(u64, u64)>> = Vec::new();
    let mut halls: Vec<Option<usize>> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = Vec::new();
    for (index, pool) in pools.iter().enumerate() {
        let hall = binding.iter().position(|hall| *hall == pool.hall);
        let key: Vec<(u64, u64)> = drafts
            .iter()
            .map(|draft| match draft.uses[index] {
                Some(used) => (used.speed.to_bits(), hall.map_or(0, |_| used.kilowatts.to_bits())),
                None => (u64::MAX, u64::MAX),
            })
            .collect();
        let found = keys.iter().zip(&halls).position(|(k, h)| *k == key && *h == hall);
        let group = found.unwrap_or_else(|| {
            keys.push(key);
            halls.push(hall);
            groups.push(Group { pools: Vec::new(), resource: groups.len() });
            groups.len() - 1
        });
        groups[group].pools.push(index);
        group_of.push(Some(group));
    }
    (groups, group_of)
}

pub(super) fn limits(book: &Book, binding: &[HallId], first: usize) -> Vec<PowerLimit> {
    let grid_of = |hall: &Hall| {
        let grid = book.sites.get(&hall.site)?.grid.as_ref()?;
        book.grids.keys().position(|id| id == grid)
    };
    let limit = |(index, id): (usize, &HallId)| {
        let hall = book.halls[id].clone();
        PowerLimit { id: id.clone(), grid: grid_of(&hall), resource: first + index, hall }
    };
    binding.iter().enumerate().map(limit).collect()
}

pub(super) fn limits_of(binding: &[HallId], first: usize) -> BTreeMap<HallId, usize> {
    binding.iter().enumerate().map(|(index, hall)| (hall.clone(), first + index)).collect()
}

pub(super) fn columns(
    draft: &Draft,
    pools: &[Pool],
    groups: &[Group],
    limits: &BTreeMap<HallId, usize>,
) -> Vec<Column> {
    let mut columns = Vec::new();
    for group in groups {
        let Some(&first) = group.pools.first() else { continue };
        let Some(used) = draft.uses[first] else { continue };
        let mut takes = vec![(group.resource, 1.0)];
        if let Some(&limit) = limits.get(&pools[first].hall).filter(|_| used.kilowatts > 0.0) {
            takes.push((limit, used.kilowatts));
        }
        columns.push(Column { speed: used.speed, takes });
    }
    columns
}

/// Returns what each group draws at most from its power limit, if it has one.
pub(super) fn draws(
    groups: &[Group],
    columns: &[Vec<Column>],
    first_limit: usize,
) -> Vec<Option<(usize, f64)>> {
    let most = |group: &Group| {
        let of_group =
            |column: &&Column| column.takes.first().is_some_and(|(r, _)| *r == group.resource);
        let powers = columns.iter().flatten().filter(of_group).flat_map(|column| &column.takes);
        powers
            .filter(|(r, _)| *r >= first_limit)
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
    };
    groups.iter().map(most).collect()
}

/// Returns (cut, weight, 1 / weight) for the cuts whose weight is not zero.
pub(super) fn weights(cuts: &[Cut], weight: impl Fn(&Cut) -> f64) -> Vec<(usize, f32, f32)> {
    let entry = |(index, cut): (usize, &Cut)| {
        let w = weight(cut);
        (w > 1e-9).then(|| (index, w as f32, (1.0 / w) as f32))
    };
    cuts.iter().enumerate().filter_map(entry).collect()
}

/// Returns what one GPU of each pool does on average, in reference GPUs.
pub(super) fn pool_speeds(drafts: &[Draft], pools: usize, base: usize, hours: usize) -> Vec<f64> {
    let demand = |draft: &Draft| {
        let load = draft.load.as_ref()?;
        Some(load.of(base)[..hours].iter().map(|x| f64::from(*x)).sum::<f64>())
    };
    let weights: Vec<f64> = drafts.iter().map(|draft| demand(draft).unwrap_or(0.0)).collect();
    let speed = |pool: usize| {
        let open =
            || drafts.iter().zip(&weights).filter_map(|(d, w)| Some((d.uses[pool]?.speed, *w)));
        let total: f64 = open().map(|(_, weight)| weight).sum();
        let sum: f64 = open().map(|(speed, weight)| speed * weight).sum();
        if total > 0.0 { sum / total } else { 1.0 }
    };
    (0..pools).map(speed).collect()
}
