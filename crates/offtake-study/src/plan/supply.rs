//! What is there: places that power limits, pools that are alike, capacity that is held, and who stands behind it.

use super::draw::Drawn;
use super::offers::Start;
use offtake_adequacy::{ClassKind, System, parties_behind};
use offtake_model::Book;
use offtake_plan::program::{Held, Party, Pool, Site, Table3};
use offtake_position::Use;
use std::collections::BTreeMap;

/// A place that power limits: a hall whose power can bind, or all of a site that none does.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hall {
    pub(super) name: String,
    /// Place of its site among the book's.
    pub(super) site: usize,
    /// Its limit among the system's; `None` where power never binds.
    limit: Option<usize>,
    /// Megawatts that are always enough, where power never binds.
    enough: f64,
}

/// Pools, gathered.
#[derive(Clone, Debug)]
pub(super) struct Supply {
    pub(super) halls: Vec<Hall>,
    /// Gathered pools: a name, the place, and the system's pool that stands for all of them.
    gathered: Vec<(String, usize, usize)>,
    /// By pool of the system: which of those it is.
    pub(super) pool_of: Vec<usize>,
    /// Pools of the system that no start of an offer is.
    kept: Vec<usize>,
    /// By start: the pools of the system that it is.
    pub(super) of_start: Vec<Vec<usize>>,
    pub(super) kinds: Vec<String>,
    pub(super) parties: Vec<Party>,
    /// By pool of the system: who stands behind it.
    pub(super) behind: Vec<Vec<usize>>,
}

impl Supply {
    pub(super) fn new(book: &Book, system: &System, starts: &[Start]) -> Supply {
        let pools = 0..system.pools.len();
        let of_start: Vec<Vec<usize>> = starts
            .iter()
            .map(|start| pools.clone().filter(|&p| is_of(system, p, start)).collect())
            .collect();
        let kept = pools
            .clone()
            .filter(|&pool| !starts.iter().any(|start| is_of(system, pool, start)))
            .collect();
        let (halls, hall_of) = halls(book, system);
        let mut gathered: Vec<(String, usize, usize)> = Vec::new();
        let mut pool_of = Vec::new();
        for pool in pools {
            let spec = &system.pools[pool];
            let is_like = |(_, hall, other): &&(String, usize, usize)| {
                *hall == hall_of[pool]
                    && system.pools[*other].accelerator == spec.accelerator
                    && uses(system, pool).eq(uses(system, *other))
            };
            let known = gathered.iter().position(|known| is_like(&known));
            pool_of.push(known.unwrap_or_else(|| {
                let name = format!("{}/{}", halls[hall_of[pool]].name, spec.accelerator);
                gathered.push((name, hall_of[pool], pool));
                gathered.len() - 1
            }));
        }
        let (kinds, parties, behind) = parties(book, system);
        Supply { halls, gathered, pool_of, kept, of_start, kinds, parties, behind }
    }

    pub(super) fn sites(&self) -> Vec<Site> {
        self.halls.iter().map(|hall| Site { name: hall.name.clone() }).collect()
    }

    pub(super) fn pools(&self) -> Vec<Pool> {
        let pool =
            |(name, site, _): &(String, usize, usize)| Pool { name: name.clone(), site: *site };
        self.gathered.iter().map(pool).collect()
    }

    /// Returns, for each gathered pool, the system's pool that stands for it.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.gathered.iter().map(|(_, _, pool)| *pool)
    }

    /// Returns the megawatts of a place in a month of a future.
    pub(super) fn power_mw(
        &self,
        system: &System,
        drawn: &Drawn,
        (month, hall): (usize, usize),
    ) -> f64 {
        let Some(limit) = self.halls[hall].limit else { return self.halls[hall].enough };
        let limit = &system.limits[limit];
        let all = limit.hall.megawatts(0.0).unwrap_or(self.halls[hall].enough);
        let cut = limit.hall.megawatts(1.0).unwrap_or(all);
        let left = limit.grid.map_or(1.0, |grid| drawn.left[grid][month]);
        cut + (all - cut) * left
    }

    pub(super) fn held(&self, system: &System) -> Vec<Held> {
        let held = |&pool: &usize| Held {
            name: system.pools[pool].tranche.to_string(),
            pool: self.pool_of[pool],
            parties: self.behind[pool].clone(),
        };
        self.kept.iter().map(held).collect()
    }

    pub(super) fn held_kgpu(&self, system: &System, drawn: &[Drawn]) -> Table3 {
        let months = system.axis.months().len();
        Table3::new((drawn.len(), months, self.kept.len()), |future, month, held| {
            drawn[future].gpus[self.kept[held] * months + month] / 1e3
        })
    }
}

fn is_of(system: &System, pool: usize, start: &Start) -> bool {
    system.pools[pool].contract == start.contract
}

/// Returns how work uses a pool, class by class.
pub(super) fn uses(system: &System, pool: usize) -> impl Iterator<Item = Option<Use>> + '_ {
    let is_work = |kind: &ClassKind| !matches!(kind, ClassKind::Headroom(_));
    let classes = system.classes.iter().filter(move |class| is_work(&class.kind));
    classes.map(move |class| class.uses.get(pool).copied().flatten())
}

/// Returns the places, and the place of each pool.
fn halls(book: &Book, system: &System) -> (Vec<Hall>, Vec<usize>) {
    // More than all that could draw at once.
    let most: f64 = (0..system.pools.len())
        .map(|pool| {
            let draw =
                uses(system, pool).flatten().map(|u| u.kilowatts.max(1.0)).fold(1.0, f64::max);
            system.pools[pool].gpus as f64 * draw / 1e3
        })
        .sum::<f64>()
        * 2.0
        + 1.0;
    let mut known: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
    let mut halls = Vec::new();
    let names: Vec<String> = book.sites.keys().map(ToString::to_string).collect();
    let of = system
        .pools
        .iter()
        .enumerate()
        .map(|(pool, spec)| {
            let site = system.site_of[pool];
            let limit = system.limits.iter().position(|limit| limit.id == spec.hall);
            *known.entry((site, limit)).or_insert_with(|| {
                let site_name = names.get(site).cloned().unwrap_or_default();
                let name = match limit {
                    Some(_) => spec.hall.to_string(),
                    None => site_name,
                };
                halls.push(Hall { name, site, limit, enough: most });
                halls.len() - 1
            })
        })
        .collect();
    (halls, of)
}

/// Returns kinds of party, parties, and who stands behind each pool.
fn parties(book: &Book, system: &System) -> (Vec<String>, Vec<Party>, Vec<Vec<usize>>) {
    let (mut kinds, mut parties) = (Vec::new(), Vec::<Party>::new());
    let mut behind = vec![Vec::new(); system.pools.len()];
    for (name, by_pool) in parties_behind(book, system) {
        if by_pool.iter().all(Vec::is_empty) {
            continue;
        }
        let kind = kinds.len();
        kinds.push(name.to_owned());
        for (pool, found) in by_pool.into_iter().enumerate() {
            for name in found {
                let known = parties.iter().position(|p| p.kind == kind && p.name == name);
                let place = known.unwrap_or_else(|| {
                    parties.push(Party { kind, name });
                    parties.len() - 1
                });
                behind[pool].push(place);
            }
        }
    }
    (kinds, parties, behind)
}
