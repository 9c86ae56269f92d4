//! One joint draw of everything uncertain.

use crate::curtailment::{self, Cut};
use crate::supplier::{self, Doubled};
use crate::{
    Breakdown, Breakdowns, Cause, Causes, Factors, Fate, Hours, Strata, base_scenario, demand,
    renewal, slip_days,
};
use offtake_model::{
    Axis, Book, Curtailment, Derate, Milestone, Noise, Outage, Party, PartyId, SlipLaw, Tranche,
    TrancheId,
};
use offtake_position::{Life, Pool, Stop};
use offtake_stdx::{Entity, Purpose, Stream};
use std::collections::BTreeMap;

const WORLD: Purpose = Purpose::new("slip/world");
const GRID: Purpose = Purpose::new("slip/grid");
const SUPPLIER: Purpose = Purpose::new("slip/supplier");
const OWN: Purpose = Purpose::new("slip/own");
/// Place of the accelerators among a tranche's milestones.
const ACCELERATORS: usize = 2;
const FAILURE: Purpose = Purpose::new("supplier-failure");
const OUTAGE: Purpose = Purpose::new("site-outage");
const CURTAILMENT: Purpose = Purpose::new("curtailment");
const BREAKDOWN: Purpose = Purpose::new("breakdown");
const INFANT: Purpose = Purpose::new("breakdown/infant");
const NOISE: Purpose = Purpose::new("demand/noise");
const DERATE: Purpose = Purpose::new("demand/derate");
/// The part of a pool's breakdowns that began before the horizon.
const BEFORE: u64 = u64::MAX;

/// A milestone as it is sampled.
#[derive(Clone, Debug)]
enum Reach {
    /// At this hour for certain.
    At(i64),
    /// Promised at an hour, later by a law; known to be late by so many days already.
    Slips { promised: i64, law: SlipLaw, known_late: f64, own: Entity },
}

#[derive(Clone, Debug)]
struct TrancheDraw {
    /// Hour in service for certain, once delivered.
    delivered: Option<i64>,
    milestones: Vec<Reach>,
    acceptance: i64,
    after: Option<usize>,
    grid: Entity,
    supplier: usize,
    breakdowns: Breakdowns,
    entity: Entity,
}

#[derive(Clone, Debug)]
struct SupplierDraw {
    party: Party,
    entity: Entity,
    /// The pool promised first, and the lateness from which the hazard doubles.
    first: usize,
    is_owner: bool,
}

#[derive(Clone, Debug)]
struct ClassDraw {
    entity: Entity,
    derate: Derate,
    noise: Option<Noise>,
}

/// Draws futures of one book.
#[derive(Clone, Debug)]
pub struct Sampler {
    seed: u64,
    hours: i64,
    days: usize,
    pools: Vec<Pool>,
    tranches: Vec<TrancheDraw>,
    /// Pools in an order in which what comes `after` another comes after it.
    order: Vec<usize>,
    suppliers: Vec<SupplierDraw>,
    sites: Vec<(Entity, Option<Outage>)>,
    grids: Vec<(Entity, Option<Curtailment>)>,
    classes: Vec<ClassDraw>,
    strata: Strata,
    base: usize,
    shares: [f64; 4],
    before: usize,
}

/// One joint draw. The vectors follow the order of pools, of the book's sites and grids, and of its
/// workloads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Future {
    /// Index of the scenario.
    pub scenario: usize,
    /// Life of each pool.
    pub lives: Vec<Life>,
    /// Hours in which each site is out.
    pub outages: Vec<Vec<Hours>>,
    /// Curtailments of each grid.
    pub cuts: Vec<Vec<Cut>>,
    /// Breakdowns of each pool's infancy, by start.
    pub infants: Vec<Vec<Breakdown>>,
    /// A fleet's share of the benchmark, by workload.
    pub derate: Vec<f64>,
    /// Factor of each day, by workload; empty for a workload without noise.
    pub noise: Vec<Vec<f32>>,
    /// Whether breakdowns happen at all.
    pub has_breakdowns: bool,
}

impl Sampler {
    /// Makes the sampler of `book`; the same seed gives the same futures.
    #[must_use]
    pub fn new(book: &Book, axis: &Axis, pools: &[Pool], seed: u64) -> Sampler {
        let mut lengths: Vec<usize> = axis.months().iter().map(offtake_model::Month::len).collect();
        let before =
            book.catalog.accelerators.values().map(Breakdowns::longest_of).max().unwrap_or(0) + 1;
        lengths.push(before.unsigned_abs() as usize);
        lengths.sort_unstable();
        lengths.dedup();
        let suppliers = suppliers(book, pools);
        let index: BTreeMap<&PartyId, usize> =
            suppliers.iter().enumerate().map(|(i, (id, _))| (*id, i)).collect();
        let mut tranches: Vec<TrancheDraw> = pools
            .iter()
            .map(|pool| tranche_draw(book, axis, pools, pool, index[&pool.supplier], &lengths))
            .collect();
        let mut known = Vec::new();
        for tranche in &mut tranches {
            tranche.breakdowns.share_lengths(&mut known);
        }
        Sampler {
            seed,
            hours: axis.hours() as i64,
            days: axis.days(),
            order: in_order(&tranches),
            tranches,
            suppliers: suppliers.into_iter().map(|(_, draw)| draw).collect(),
            sites: book
                .sites
                .iter()
                .map(|(id, site)| (Entity::new(&id.to_string()), site.outage))
                .collect(),
            grids: book
                .grids
                .iter()
                .map(|(id, grid)| (Entity::new(&id.to_string()), grid.curtailment))
                .collect(),
            classes: book
                .workloads
                .values()
                .map(|w| ClassDraw {
                    entity: Entity::new(&w.id.to_string()),
                    derate: w.derate,
                    noise: w.noise,
                })
                .collect(),
            strata: Strata::new(&book.scenarios),
            base: base_scenario(book),
            shares: book.catalog.slip_variance,
            pools: pools.to_vec(),
            before: before.unsigned_abs() as usize,
        }
    }

    /// Returns the seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the strata of the scenarios.
    #[must_use]
    pub const fn strata(&self) -> &Strata {
        &self.strata
    }

    /// Returns the causes that can change anything here: switching another on or off changes no future.
    #[must_use]
    pub fn live_causes(&self) -> Causes {
        let slips = |t: &TrancheDraw| {
            t.delivered.is_none() && t.milestones.iter().any(|m| matches!(m, Reach::Slips { .. }))
        };
        // A delivery that came another day than promised is a fact with every cause on or off, but a
        // milestone that was reached late counts as slip.
        let late = |(t, pool): (&TrancheDraw, &Pool)| {
            t.delivered.is_none()
                && t.milestones
                    .iter()
                    .any(|m| matches!(m, Reach::At(hour) if hour + t.acceptance > pool.promised))
        };
        let varies =
            |c: &ClassDraw| c.derate.high > c.derate.low || c.noise.is_some_and(|n| n.sigma > 0.0);
        let is_live = |cause: Cause| match cause {
            Cause::Slip => {
                self.tranches.iter().any(slips) || self.tranches.iter().zip(&self.pools).any(late)
            }
            Cause::SupplierFailure => {
                self.suppliers.iter().any(|s| !s.is_owner && s.party.failure.value() > 0.0)
            }
            Cause::SiteOutage => self.sites.iter().any(|(_, outage)| outage.is_some()),
            Cause::Curtailment => self.grids.iter().any(|(_, curtailment)| curtailment.is_some()),
            Cause::Breakdown => self.tranches.iter().any(|t| t.breakdowns.happen()),
            Cause::Demand => {
                self.strata.probabilities().len() > 1 || self.classes.iter().any(varies)
            }
        };
        let on = Cause::ALL.into_iter().filter(|cause| is_live(*cause));
        on.fold(Causes::NONE, Causes::with)
    }

    /// Returns the longest repair of any pool in hours.
    #[must_use]
    pub fn longest_repair(&self) -> usize {
        self.tranches.iter().map(|t| t.breakdowns.longest()).max().unwrap_or(0).unsigned_abs()
            as usize
    }

    /// Says whether GPUs of the pool can break at all.
    #[must_use]
    pub fn breaks(&self, pool: usize) -> bool {
        self.tranches[pool].breakdowns.happen()
    }

    /// Returns the share of a site's capacity that an outage takes; sites in the order of their ids.
    #[must_use]
    pub fn outage_depth(&self, site: usize) -> f64 {
        self.sites
            .get(site)
            .and_then(|(_, process)| process.as_ref())
            .map_or(0.0, |process| process.depth.part())
    }

    /// Draws sample `sample` with only `causes` on; what is off is as promised.
    pub fn draw(&self, sample: u64, causes: Causes, out: &mut Future) {
        out.has_breakdowns = causes.has(Cause::Breakdown);
        self.draw_lives(sample, causes, out);
        self.draw_infants(sample, causes, out);
        self.draw_outages(sample, causes, out);
        self.draw_demand(sample, causes, out);
    }

    fn stream(&self, purpose: Purpose, entity: Entity, sample: u64) -> Stream {
        Stream::new(self.seed, purpose, entity, sample, 0)
    }

    fn draw_lives(&self, sample: u64, causes: Causes, out: &mut Future) {
        out.lives.clear();
        out.lives.resize(self.pools.len(), Life { start: None, end: 0, stop: None });
        if causes.has(Cause::Slip) {
            self.draw_starts(sample, None, &mut out.lives);
        } else {
            // A delivery that happened is a fact, whatever is switched off.
            for ((life, pool), tranche) in out.lives.iter_mut().zip(&self.pools).zip(&self.tranches)
            {
                *life = pool.life(Some(tranche.delivered.unwrap_or(pool.promised)));
            }
        }
        if causes.has(Cause::SupplierFailure) {
            self.draw_stops(sample, None, &mut out.lives);
        }
    }

    /// Draws the lives of all pools of `sample` as `fate` changes them, with every cause on.
    pub fn draw_lives_with(&self, sample: u64, fate: &Fate, lives: &mut Vec<Life>) {
        lives.clear();
        lives.resize(self.pools.len(), Life { start: None, end: 0, stop: None });
        self.draw_starts(sample, Some(fate), lives);
        self.draw_stops(sample, Some(fate), lives);
    }

    fn draw_starts(&self, sample: u64, fate: Option<&Fate>, lives: &mut [Life]) {
        let world = self.stream(WORLD, Entity::new(""), sample).normal();
        for &pool in &self.order {
            let start = self.start(pool, (sample, world), fate, lives);
            lives[pool] = self.pools[pool].life(start);
        }
    }

    fn draw_stops(&self, sample: u64, fate: Option<&Fate>, lives: &mut [Life]) {
        let stops: Vec<Option<Stop>> =
            self.suppliers.iter().map(|supplier| self.stop(supplier, sample, lives)).collect();
        for (pool, life) in lives.iter_mut().enumerate() {
            let decides = fate.map_or(pool, |fate| fate.follows[pool]);
            life.stop = stops[self.tranches[decides].supplier];
        }
    }

    /// Returns the hour in service of `pool`, or `None` for never.
    fn start(
        &self,
        pool: usize,
        (sample, world): (u64, f64),
        fate: Option<&Fate>,
        lives: &[Life],
    ) -> Option<i64> {
        let tranche = &self.tranches[pool];
        if let Some(hour) = tranche.delivered {
            return Some(hour);
        }
        let mut ready = i64::MIN;
        if let Some(before) = tranche.after {
            ready = lives[before].start?;
        }
        let decides = &self.tranches[fate.map_or(pool, |fate| fate.follows[pool])];
        for (index, milestone) in tranche.milestones.iter().enumerate() {
            let at = self.reached(milestone, decides, (sample, world))?;
            ready = ready.max(at + fate.map_or(0, |fate| fate.later[pool][index]));
        }
        let start = ready + tranche.acceptance;
        let Some(fate) = fate else { return Some(start) };
        let start = start.max(fate.not_before[pool]);
        (start < fate.lapses[pool]).then_some(start)
    }

    /// Returns the hour at which a milestone of a tranche is reached, or `None` for never.
    fn reached(
        &self,
        milestone: &Reach,
        decides: &TrancheDraw,
        (sample, world): (u64, f64),
    ) -> Option<i64> {
        match milestone {
            Reach::At(hour) => Some(*hour),
            Reach::Slips { promised, law, known_late, own } => {
                let supplier = self.suppliers[decides.supplier].entity;
                let factors = Factors {
                    world,
                    grid: self.stream(GRID, decides.grid, sample).normal(),
                    supplier: self.stream(SUPPLIER, supplier, sample).normal(),
                    own: self.stream(OWN, *own, sample).normal(),
                };
                let slip = slip_days(law, factors.combine(&self.shares), *known_late)?;
                Some(promised + libm::round(slip * 24.0) as i64)
            }
        }
    }

    /// Returns the hour at which the accelerators of each pool are on site in `sample`, every cause on, or `None`
    /// for never: the same draw that its life waits for.
    pub fn draw_shipped(&self, sample: u64, shipped: &mut Vec<Option<i64>>) {
        let world = self.stream(WORLD, Entity::new(""), sample).normal();
        let of =
            |tranche: &TrancheDraw| match (tranche.milestones.get(ACCELERATORS), tranche.delivered)
            {
                // What is in service has shipped, on a day that is known or was promised.
                (Some(Reach::Slips { promised, .. }), Some(delivered)) => {
                    Some(delivered.min(*promised))
                }
                (Some(milestone), _) => self.reached(milestone, tranche, (sample, world)),
                (None, delivered) => delivered,
            };
        shipped.clear();
        shipped.extend(self.tranches.iter().map(of));
    }

    fn stop(&self, supplier: &SupplierDraw, sample: u64, lives: &[Life]) -> Option<Stop> {
        if supplier.is_owner {
            return None;
        }
        let doubled = supplier.party.late_doubles_after.and_then(|after| {
            let from = self.pools[supplier.first].promised as f64 + after.hours();
            let until = lives[supplier.first].start.map_or(f64::MAX, |hour| hour as f64);
            (until > from).then_some(Doubled { from: from.max(0.0), until })
        });
        supplier::stop(
            &supplier.party,
            doubled,
            self.hours,
            &mut self.stream(FAILURE, supplier.entity, sample),
        )
    }

    fn draw_infants(&self, sample: u64, causes: Causes, out: &mut Future) {
        out.infants.resize_with(self.pools.len(), Vec::new);
        for (pool, infants) in out.infants.iter_mut().enumerate() {
            infants.clear();
            if causes.has(Cause::Breakdown) {
                self.draw_infants_of(sample, pool, out.lives[pool], infants);
            }
        }
    }

    /// Adds the breakdowns of a pool's infancy within the horizon, by start.
    pub fn draw_infants_of(
        &self,
        sample: u64,
        pool: usize,
        life: Life,
        infants: &mut Vec<Breakdown>,
    ) {
        let Some(start) = life.start.filter(|start| *start < self.hours) else { return };
        let tranche = &self.tranches[pool];
        let mut stream = self.stream(INFANT, tranche.entity, sample);
        tranche.breakdowns.draw_infants(&self.pools[pool], start, &mut stream, |breakdown| {
            if breakdown.until > 0 && breakdown.from < self.hours {
                infants.push(breakdown);
            }
        });
        infants.sort_unstable();
    }

    fn draw_outages(&self, sample: u64, causes: Causes, out: &mut Future) {
        out.outages.resize_with(self.sites.len(), Vec::new);
        for (ranges, (entity, process)) in out.outages.iter_mut().zip(&self.sites) {
            ranges.clear();
            if let Some(process) = process.filter(|_| causes.has(Cause::SiteOutage)) {
                renewal::outages(
                    &process,
                    self.hours,
                    &mut self.stream(OUTAGE, *entity, sample),
                    ranges,
                );
            }
        }
        out.cuts.resize_with(self.grids.len(), Vec::new);
        for (cuts, (entity, process)) in out.cuts.iter_mut().zip(&self.grids) {
            cuts.clear();
            if let Some(process) = process.filter(|_| causes.has(Cause::Curtailment)) {
                curtailment::cuts(
                    &process,
                    self.hours,
                    &mut self.stream(CURTAILMENT, *entity, sample),
                    cuts,
                );
            }
        }
    }

    fn draw_demand(&self, sample: u64, causes: Causes, out: &mut Future) {
        let is_on = causes.has(Cause::Demand);
        out.scenario = if is_on { self.strata.of(sample) } else { self.base };
        out.derate.clear();
        out.noise.resize_with(self.classes.len(), Vec::new);
        for (class, noise) in self.classes.iter().zip(&mut out.noise) {
            let derate = match is_on {
                true => {
                    demand::derate(&class.derate, &mut self.stream(DERATE, class.entity, sample))
                }
                false => class.derate.mode,
            };
            out.derate.push(derate);
            noise.clear();
            if let Some(process) = class.noise.filter(|noise| is_on && noise.sigma > 0.0) {
                noise.resize(self.days, 1.0);
                demand::noise(process, &mut self.stream(NOISE, class.entity, sample), noise);
            }
        }
    }

    /// Calls `sink` for each breakdown of `pool` that starts in month `month` (`None` for what began
    /// before the horizon and still lasts), infancy apart.
    pub fn breakdowns(
        &self,
        sample: u64,
        pool: usize,
        (month, start, hours): (Option<usize>, i64, usize),
        life: Life,
        mut sink: impl FnMut(Breakdown),
    ) {
        let tranche = &self.tranches[pool];
        let steps = offtake_position::Steps::new(&self.pools[pool], life);
        match month {
            Some(month) => {
                let mut stream =
                    Stream::new(self.seed, BREAKDOWN, tranche.entity, sample, month as u64);
                tranche.breakdowns.draw(&steps, (start, hours), &mut stream, sink);
            }
            None => {
                let mut stream = Stream::new(self.seed, BREAKDOWN, tranche.entity, sample, BEFORE);
                let span = (-(self.before as i64), self.before);
                tranche.breakdowns.draw(&steps, span, &mut stream, |breakdown| {
                    if breakdown.until > 0 {
                        sink(Breakdown { from: breakdown.from.max(0), ..breakdown });
                    }
                });
            }
        }
    }
}

/// Returns the suppliers of the pools in the order of their ids, each with its draws.
fn suppliers<'a>(book: &Book, pools: &'a [Pool]) -> Vec<(&'a PartyId, SupplierDraw)> {
    let mut first: BTreeMap<&PartyId, usize> = BTreeMap::new();
    for (index, pool) in pools.iter().enumerate() {
        let entry = first.entry(&pool.supplier).or_insert(index);
        if pool.promised < pools[*entry].promised {
            *entry = index;
        }
    }
    let unknown = || Party {
        name: String::new(),
        kind: offtake_model::PartyKind::Supplier,
        failure: offtake_units::Rate::new(0.0, offtake_units::RateBasis::Year),
        notice: offtake_units::Span::ZERO,
        continues: offtake_units::Share::new(1.0),
        back_after: offtake_units::Span::ZERO,
        late_doubles_after: None,
    };
    first
        .into_iter()
        .map(|(id, first)| {
            let party = book.parties.get(id).cloned().unwrap_or_else(unknown);
            let draw = SupplierDraw {
                party,
                entity: Entity::new(&id.to_string()),
                first,
                is_owner: *id == book.owner,
            };
            (id, draw)
        })
        .collect()
}

fn tranche_draw(
    book: &Book,
    axis: &Axis,
    pools: &[Pool],
    pool: &Pool,
    supplier: usize,
    lengths: &[usize],
) -> TrancheDraw {
    let tranche = tranche_of(book, &pool.tranche);
    let id = pool.tranche.to_string();
    let site = book.sites.get(&pool.site);
    // A site without a grid hangs on one of its own.
    let grid = site
        .and_then(|s| s.grid.as_ref())
        .map_or_else(|| format!("site/{}", pool.site), ToString::to_string);
    let reach = |name: &str, milestone: &Milestone| reach(book, axis, &id, name, milestone);
    TrancheDraw {
        delivered: tranche.and_then(|t| t.delivered).map(|date| axis.hour_of(date)),
        milestones: tranche.map_or_else(Vec::new, |t| {
            vec![
                reach("power", &t.power),
                reach("hall", &t.hall_ready),
                reach("accelerators", &t.accelerators),
            ]
        }),
        acceptance: tranche.map_or(0, |t| t.acceptance.hours().round() as i64),
        after: tranche
            .and_then(|t| t.after.as_ref())
            .and_then(|id| pools.iter().position(|p| p.tranche == *id)),
        grid: Entity::new(&grid),
        supplier,
        breakdowns: Breakdowns::new(
            pool,
            book.catalog.accelerators.get(&pool.accelerator),
            lengths,
        ),
        entity: Entity::new(&id),
    }
}

fn reach(book: &Book, axis: &Axis, tranche: &str, name: &str, milestone: &Milestone) -> Reach {
    let promised = axis.hour_of(milestone.promised);
    match (milestone.reached, milestone.slip) {
        (Some(date), _) => Reach::At(axis.hour_of(date)),
        (None, None) => Reach::At(promised),
        (None, Some(law)) => {
            let known_late = (axis.hour_of(book.as_of) - promised) as f64 / 24.0;
            Reach::Slips {
                promised,
                law,
                known_late,
                own: Entity::new(&format!("{tranche}/{name}")),
            }
        }
    }
}

fn tranche_of<'a>(book: &'a Book, id: &TrancheId) -> Option<&'a Tranche> {
    book.contracts.get(&id.contract)?.tranches.iter().find(|tranche| tranche.id == *id)
}

/// Returns the indices so that each comes after the one it waits for; what waits in a circle comes last.
fn in_order(tranches: &[TrancheDraw]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(tranches.len());
    let mut is_placed = vec![false; tranches.len()];
    loop {
        let ready =
            |i: &usize| !is_placed[*i] && tranches[*i].after.is_none_or(|before| is_placed[before]);
        let Some(next) = (0..tranches.len()).find(ready) else { break };
        is_placed[next] = true;
        order.push(next);
    }
    order.extend((0..tranches.len()).filter(|&i| !is_placed[i]));
    order
}
