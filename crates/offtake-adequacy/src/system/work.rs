//! The work of a book: workloads, what was sold, gangs at each fabric, and headroom, as drafts of classes.

use super::{Class, ClassKind, GangSpec, Known, weights};
use crate::dispatch::cuts::Cut;
use crate::load::{self, Load};
use offtake_futures::Hours;
use offtake_model::{AcceleratorId, Axis, Book, Ownership, Side, Workload, ZoneId};
use offtake_position::{Pool, Use, open_to_gang, open_to_workload, reference_speed};
use std::collections::BTreeMap;

/// A class before its cuts are known.
pub(super) struct Draft {
    pub(super) kind: ClassKind,
    pub(super) id: String,
    pub(super) load: Option<Load>,
    /// By pool.
    pub(super) uses: Vec<Option<Use>>,
}

/// Returns the classes of work of the book, and its gangs.
pub(super) fn drafts(
    book: &Book,
    axis: &Axis,
    pools: &[Pool],
    known: Option<Known<'_>>,
) -> (Vec<Draft>, Vec<GangSpec>) {
    let mut drafts = Vec::new();
    for (index, workload) in book.workloads.values().enumerate() {
        let same = known.and_then(|known| same_load(known, book, axis, (index, workload)));
        let load = same.unwrap_or_else(|| load::of_workload(book, axis, index, workload));
        drafts.push(Draft {
            kind: ClassKind::Workload(index),
            id: workload.id.to_string(),
            load: Some(load),
            uses: pools.iter().map(|pool| open_to_workload(book, pool, workload)).collect(),
        });
    }
    for contract in book.contracts.values() {
        if book.side(contract) == Side::Sold && contract.ownership != Ownership::Owned {
            drafts.push(Draft {
                kind: ClassKind::Obligation(contract.id.clone()),
                id: contract.id.to_string(),
                load: Some(load::of_obligation(axis, pools, &contract.id)),
                uses: pools.iter().map(|pool| serves_obligation(contract, pool, pools)).collect(),
            });
        }
    }
    let mut gangs = Vec::new();
    for gang in book.gangs.values() {
        gangs.push(gang_spec(book, axis, pools, gang, &mut drafts, gangs.len()));
    }
    (drafts, gangs)
}

/// Returns the demand of a workload where a book that is ready has the same one.
fn same_load(
    known: Known<'_>,
    book: &Book,
    axis: &Axis,
    (index, workload): (usize, &Workload),
) -> Option<Load> {
    let before = known.book;
    let other = before.workloads.get(&workload.id)?;
    let is_same = known.system.axis == *axis
        && before.scenarios == book.scenarios
        && other == workload
        && reference_speed(before, other) == reference_speed(book, workload);
    let class = known.system.classes.get(index).filter(|class| class.id == workload.id.to_string());
    class.filter(|_| is_same)?.load.clone()
}

/// A sold contract is served by its own tranches, and by like kind where the contract allows.
pub(super) fn serves_obligation(
    contract: &offtake_model::Contract,
    pool: &Pool,
    pools: &[Pool],
) -> Option<Use> {
    let own = |p: &&Pool| p.contract == contract.id;
    let is_like = contract.like_kind_substitution
        && pool.dedicated_to.is_none()
        && pools.iter().filter(own).any(|p| p.accelerator == pool.accelerator);
    (pool.contract == contract.id || is_like).then_some(Use { speed: 1.0, kilowatts: 0.0 })
}

pub(super) fn gang_spec(
    book: &Book,
    axis: &Axis,
    pools: &[Pool],
    gang: &offtake_model::Gang,
    drafts: &mut Vec<Draft>,
    index: usize,
) -> GangSpec {
    // One class for each fabric: a site with one type of accelerator.
    let mut fabrics: BTreeMap<(&offtake_model::SiteId, &AcceleratorId), Vec<usize>> =
        BTreeMap::new();
    for (i, pool) in pools.iter().enumerate() {
        if open_to_gang(book, pool, gang).is_some() {
            fabrics.entry((&pool.site, &pool.accelerator)).or_default().push(i);
        }
    }
    let mut at = Vec::new();
    for ((site, accelerator), members) in &fabrics {
        at.push(drafts.len());
        let uses = (0..pools.len())
            .map(|i| members.contains(&i).then(|| open_to_gang(book, &pools[i], gang)).flatten())
            // A gang is counted in its own GPUs: it needs all of them, whatever their speed.
            .map(|found| found.map(|u| Use { speed: 1.0, ..u }))
            .collect();
        let id = format!("{}@{site}/{accelerator}", gang.id);
        drafts.push(Draft { kind: ClassKind::GangAt { gang: index }, id, load: None, uses });
    }
    let rate =
        fabrics.keys().next().map_or(0.0, |(_, accelerator)| stops_per_gpu_hour(book, accelerator));
    GangSpec {
        id: gang.id.to_string(),
        size: gang.size.count() as f64,
        hours: Hours { from: axis.hour_of(gang.from), until: axis.hour_of(gang.until) },
        at,
        kinds: Vec::new(),
        goodput: gang.goodput(rate),
    }
}

/// Returns the failures of an accelerator that stop a gang, per GPU and hour: every radius counts.
pub(super) fn stops_per_gpu_hour(book: &Book, accelerator: &AcceleratorId) -> f64 {
    let Some(found) = book.catalog.accelerators.get(accelerator) else { return 0.0 };
    let per_gpu = |mode: &offtake_model::FailureMode| match mode.rate.basis() {
        offtake_units::RateBasis::GpuDay => mode.rate.value() / 24.0,
        offtake_units::RateBasis::Year => mode.rate.value() / 8_766.0 / f64::from(found.rack_gpus),
        _ => mode.rate.value() / 24.0 / f64::from(found.rack_gpus),
    };
    found.failures.iter().map(per_gpu).sum()
}

pub(super) fn headroom_keys(book: &Book, pools: &[Pool]) -> Vec<(ZoneId, AcceleratorId)> {
    let zone = |pool: &Pool| book.sites.get(&pool.site).map(|site| site.zone.clone());
    let keys: std::collections::BTreeSet<(ZoneId, AcceleratorId)> =
        pools.iter().filter_map(|pool| Some((zone(pool)?, pool.accelerator.clone()))).collect();
    keys.into_iter().collect()
}

pub(super) fn headroom_draft(
    book: &Book,
    pools: &[Pool],
    index: usize,
    key: &(ZoneId, AcceleratorId),
) -> Draft {
    let is_in = |pool: &Pool| {
        pool.accelerator == key.1
            && book.sites.get(&pool.site).is_some_and(|site| site.zone == key.0)
    };
    let uses = pools
        .iter()
        .map(|pool| is_in(pool).then_some(Use { speed: 1.0, kilowatts: 0.0 }))
        .collect();
    Draft { kind: ClassKind::Headroom(index), id: format!("{}/{}", key.0, key.1), load: None, uses }
}

pub(super) fn finish_classes(drafts: Vec<Draft>, cuts: &[Cut]) -> Vec<Class> {
    let finish = |(index, draft): (usize, Draft)| Class {
        cuts: weights(cuts, |cut| cut.alpha[index]),
        kind: draft.kind,
        id: draft.id,
        load: draft.load,
        uses: draft.uses,
    };
    drafts.into_iter().enumerate().map(finish).collect()
}
