//! A counterfactual made ready to be applied to futures: its effects, gathered by what they change.

use super::effect::{Effect, Milestone};
use crate::system::{ClassKind, System};
use offtake_futures::{Cut, Fate, Hours};

/// A loss of what a pool has available.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub(super) pool: usize,
    pub(super) hours: Hours,
    pub(super) share: f64,
}

/// Effects, gathered.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// `None` when tranches come as they were drawn.
    pub(super) fate: Option<Fate>,
    pub(super) losses: Vec<Loss>,
    /// (grid, cut).
    pub(super) cuts: Vec<(usize, Cut)>,
    /// (class, first hour) of work that is wanted no more.
    pub(super) unwanted: Vec<(usize, i64)>,
    /// By gang: the first hour from which it is wanted no more.
    pub(super) gangs: Vec<i64>,
    /// (pool, when, class of its obligation) of what is not sold.
    pub(super) unsold: Vec<(usize, Hours, Option<usize>)>,
    pub(super) is_scenario_up: bool,
    /// Share by which power costs more.
    pub(super) power_price: f64,
}

impl Variant {
    pub(super) fn new(system: &System, effects: &[Effect]) -> Variant {
        let mut variant = Variant {
            fate: None,
            losses: Vec::new(),
            cuts: Vec::new(),
            unwanted: Vec::new(),
            gangs: vec![i64::MAX; system.gangs.len()],
            unsold: Vec::new(),
            is_scenario_up: false,
            power_price: 0.0,
        };
        for effect in effects {
            variant.take(system, effect);
        }
        variant.fate = variant.fate.filter(|fate| !fate.is_unchanged());
        variant
    }

    fn take(&mut self, system: &System, effect: &Effect) {
        match effect {
            Effect::Lost { pools, hours, share } => {
                let loss = |&pool: &usize| Loss { pool, hours: *hours, share: *share };
                self.losses.extend(pools.iter().map(loss));
            }
            Effect::NotBefore { pool, hour } => {
                let known = &mut self.fate(system).not_before[*pool];
                *known = (*known).max(*hour);
            }
            Effect::Lapses { pools, hour } => {
                let fate = self.fate(system);
                for &pool in pools {
                    fate.lapses[pool] = fate.lapses[pool].min(*hour);
                }
            }
            Effect::Later { pools, milestone, hours } => {
                let fate = self.fate(system);
                for &pool in pools {
                    fate.later[pool][place(*milestone)] += hours;
                }
            }
            Effect::Follows { pools, pool } => {
                let fate = self.fate(system);
                for &other in pools {
                    fate.follows[other] = *pool;
                }
            }
            Effect::Curtailed { grid, cut } => self.cuts.push((*grid, *cut)),
            Effect::Unwanted { workloads, gangs, from } => {
                self.unwanted.extend(workloads.iter().filter_map(|&workload| {
                    Some((class_of(system, |k| *k == ClassKind::Workload(workload))?, *from))
                }));
                for &gang in gangs {
                    self.gangs[gang] = self.gangs[gang].min(*from);
                }
            }
            Effect::Unsold { pools, hours } => {
                self.unsold.extend(pools.iter().map(|&pool| {
                    let contract = &system.pools[pool].contract;
                    let owes =
                        |k: &ClassKind| matches!(k, ClassKind::Obligation(id) if id == contract);
                    (pool, *hours, class_of(system, owes))
                }));
            }
            Effect::ScenarioUp => self.is_scenario_up = true,
            Effect::PowerPrice { share } => self.power_price += share,
        }
    }

    fn fate(&mut self, system: &System) -> &mut Fate {
        self.fate.get_or_insert_with(|| Fate::unchanged(system.pools.len()))
    }

    /// Says whether what is wanted in the month from hour `start` to `end` is another than in the base.
    pub(super) fn changes_work(&self, start: i64, end: i64) -> bool {
        self.is_scenario_up
            || self.unwanted.iter().any(|(_, from)| *from < end)
            || self
                .unsold
                .iter()
                .any(|(_, hours, class)| class.is_some() && hours.from < end && hours.until > start)
            || self.gangs.iter().any(|from| *from <= start)
    }
}

fn place(milestone: Milestone) -> usize {
    match milestone {
        Milestone::Power => 0,
        Milestone::Hall => 1,
        Milestone::Accelerators => 2,
    }
}

fn class_of(system: &System, is_it: impl Fn(&ClassKind) -> bool) -> Option<usize> {
    system.classes[..system.divisible_classes].iter().position(|class| is_it(&class.kind))
}
