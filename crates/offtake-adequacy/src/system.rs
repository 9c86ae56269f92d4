//! A book made ready to be dispatched: groups of pools, classes of work, blocks in order, cuts.
//!
//! Nothing here is random and nothing depends on a sample; it is built once and shared by all threads.

use crate::dispatch::cuts::{self, Column, Cut};
use crate::load::{self, Load};
use offtake_futures::{Hours, Sampler, base_scenario};
use offtake_model::{AcceleratorId, Axis, Book, ContractId, Hall, HallId, Ownership, Side, ZoneId};
use offtake_position::{Pool, Use, open_to_gang, open_to_workload, pools};
use std::collections::BTreeMap;

/// What a class of work is.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassKind {
    /// A workload, by its place among the book's.
    Workload(usize),
    /// What the owner sold under a contract: the promised GPUs.
    Obligation(ContractId),
    /// A gang at one of the fabrics that could hold it.
    GangAt {
        /// Place among [`System::gangs`].
        gang: usize,
    },
    /// Surplus of one zone and type: no work, but what more could be served there.
    Headroom(usize),
}

/// One class of work: columns that say what may serve it.
#[derive(Clone, Debug)]
pub struct Class {
    /// What it is.
    pub kind: ClassKind,
    /// Its id, for reports.
    pub id: String,
    /// Its demand; `None` for gangs and headroom.
    pub load: Option<Load>,
    /// (cut, coefficient, 1 / coefficient) of the cuts that bind it.
    pub cuts: Vec<(usize, f32, f32)>,
}

/// A block of work in the order of service.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Id of the workload, gang or sold contract.
    pub workload: String,
    /// Name within it.
    pub name: String,
    /// 1 is served first.
    pub priority: u32,
    /// Money for an unserved reference GPU-hour.
    pub value: f64,
    /// What is served.
    pub work: Work,
    /// Whether the block is under a standard (or none is set).
    pub is_firm: bool,
    /// Standards that count it, by their place.
    pub standards: Vec<usize>,
}

/// What a block serves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// A share of a divisible class, which may wait for whole hours.
    Divisible {
        /// The class.
        class: usize,
        /// The block's share of it.
        share: f64,
        /// How many hours it may wait.
        delay: usize,
    },
    /// A gang.
    Gang(usize),
}

/// Work that needs all its GPUs at once.
#[derive(Clone, Debug)]
pub struct GangSpec {
    /// Its id.
    pub id: String,
    /// GPUs.
    pub size: f64,
    /// When.
    pub hours: Hours,
    /// The classes that stand for it at one fabric each.
    pub at: Vec<usize>,
    /// Useful share of its running time.
    pub goodput: f64,
}

/// Pools that are alike to every class: one capacity.
#[derive(Clone, Debug)]
pub struct Group {
    /// The pools.
    pub pools: Vec<usize>,
    /// Its resource.
    pub resource: usize,
}

/// A hall whose power can bind.
#[derive(Clone, Debug)]
pub struct PowerLimit {
    /// Its id.
    pub id: HallId,
    /// The hall.
    pub hall: Hall,
    /// Place of its grid among the book's, if it has one.
    pub grid: Option<usize>,
    /// Its resource, in kilowatts.
    pub resource: usize,
}

/// A short-notice market, as far as it can serve each class.
#[derive(Clone, Debug)]
pub struct SpotSpec {
    /// GPUs.
    pub depth: f32,
    /// Hours from asking to using.
    pub lead: usize,
    /// Work one GPU does in reference GPUs, by block; 0 where it cannot.
    pub speed: Vec<f32>,
}

/// Where some of the firm work may run: what a gap is called after.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSpec {
    /// The zones, as they are written; `anywhere` for none.
    pub name: String,
    /// The zones themselves.
    pub zones: Vec<ZoneId>,
    /// Its firm blocks.
    pub blocks: Vec<usize>,
}

/// A standard as it is tested.
#[derive(Clone, Debug, PartialEq)]
pub struct StandardSpec {
    /// Its name for reports: `priority 1`, with zones.
    pub name: String,
    /// Its priority.
    pub priority: u32,
    /// Greatest unserved share.
    pub unserved: Option<f64>,
    /// Greatest probability of shortfall in a month.
    pub month_risk: Option<f64>,
    /// Blocks before this one, in order, hold every block of its priority and those above.
    pub prefix: usize,
}

/// A book made ready to be dispatched.
#[derive(Clone, Debug)]
pub struct System {
    /// Time.
    pub axis: Axis,
    /// Months of the headline horizon.
    pub headline_months: usize,
    /// Pools.
    pub pools: Vec<Pool>,
    /// Draws futures.
    pub sampler: Sampler,
    /// Groups of pools.
    pub groups: Vec<Group>,
    /// Halls whose power can bind.
    pub limits: Vec<PowerLimit>,
    /// Number of resources: groups, then limits.
    pub resources: usize,
    /// Classes of work.
    pub classes: Vec<Class>,
    /// Gangs.
    pub gangs: Vec<GangSpec>,
    /// Blocks in the order of service.
    pub blocks: Vec<Block>,
    /// Cuts.
    pub cuts: Vec<Cut>,
    /// For each group, the cuts that weigh it: (cut, weight, 1 / weight).
    pub group_cuts: Vec<Vec<(usize, f32, f32)>>,
    /// For each group in a hall whose power can bind: that limit's resource, and the kilowatts that one
    /// of its GPUs draws at most.
    pub draws: Vec<Option<(usize, f64)>>,
    /// Group of each pool; `None` when nothing is open to it.
    pub group_of: Vec<Option<usize>>,
    /// Place of each pool's site among the book's.
    pub site_of: Vec<usize>,
    /// Pools from the last in the order of merit to the first.
    pub from_worst_merit: Vec<usize>,
    /// Contracts, in the order of their ids.
    pub contracts: Vec<ContractId>,
    /// Contract of each pool.
    pub contract_of: Vec<usize>,
    /// Reference GPUs that one GPU of each pool stands for in pictures: the mean over the work that it
    /// is open to, weighed by base demand over the headline horizon; 1 where nothing is open to it.
    pub pool_speed: Vec<f64>,
    /// Zone and type of each kind of headroom.
    pub headroom: Vec<(ZoneId, AcceleratorId)>,
    /// Classes of headroom.
    pub headroom_classes: Vec<usize>,
    /// Standards.
    pub standards: Vec<StandardSpec>,
    /// Places that firm work may run at.
    pub places: Vec<PlaceSpec>,
    /// Short-notice markets.
    pub spots: Vec<SpotSpec>,
    /// Index of the base scenario.
    pub base: usize,
    /// Work smaller than this, in reference GPUs, does not count as a shortfall: a millionth of the
    /// system's size, since single precision cannot tell less.
    pub tolerance: f32,
    /// Longest horizon in hours over which work that may wait is served exactly; over a longer one
    /// it is served by a rule.
    pub exact_window: usize,
    /// Whether the cuts are the closures of a transport problem (equal speeds, no power limit):
    /// then a reference GPU added to all takes exactly one from the shortfall of each prefix.
    pub is_transport: bool,
}

/// Why a book cannot be dispatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The pools differ in too many ways from one another.
    #[error(
        "too many different pools: their exchange rates would give thousands of limits; give sites of one zone the same types, or leave power limits out that never bind"
    )]
    TooManyCuts,
}

/// A class before its cuts are known.
struct Draft {
    kind: ClassKind,
    id: String,
    load: Option<Load>,
    /// By pool.
    uses: Vec<Option<Use>>,
}

impl System {
    /// Makes `book` ready to be dispatched, with futures drawn from `seed`.
    ///
    /// # Errors
    ///
    /// When its pools differ in too many ways.
    pub fn new(book: &Book, seed: u64) -> Result<System, BuildError> {
        let axis = Axis::new(book.from, book.until);
        let pools = pools(book, &axis);
        let sampler = Sampler::new(book, &axis, &pools, seed);
        let (mut drafts, gangs) = drafts(book, &axis, &pools);
        let headroom = headroom_keys(book, &pools);
        let work_classes = drafts.len();
        drafts.extend(
            headroom.iter().enumerate().map(|(i, key)| headroom_draft(book, &pools, i, key)),
        );
        let headline_months = axis.months_of_quarters(book.headline_quarters);
        let pool_speed =
            pool_speeds(&drafts, pools.len(), base_scenario(book), end_of(&axis, headline_months));
        let binding = binding_halls(book, &pools, &drafts);
        let (groups, group_of) = groups(&pools, &drafts, &binding);
        let limits = limits(book, &binding, groups.len());
        let resources = groups.len() + limits.len();
        let columns: Vec<Vec<Column>> = drafts
            .iter()
            .map(|draft| columns(draft, &pools, &groups, &limits_of(&binding, groups.len())))
            .collect();
        let cuts = cuts::cuts(&columns, resources).map_err(|_| BuildError::TooManyCuts)?;
        let draws = draws(&groups, &columns, groups.len());
        let is_transport =
            limits.is_empty() && columns.iter().flatten().all(|c| (c.speed - 1.0).abs() < 1e-12);
        let classes = finish_classes(drafts, &cuts);
        let standards = standards(book);
        let blocks = blocks(book, &classes, &gangs);
        let mut system = System {
            headline_months,
            site_of: site_places(book, &pools),
            from_worst_merit: from_worst_merit(&pools),
            contracts: book.contracts.keys().cloned().collect(),
            contract_of: contract_places(book, &pools),
            pool_speed,
            group_cuts: (0..groups.len()).map(|g| weights(&cuts, |cut| cut.y[g])).collect(),
            headroom_classes: (work_classes..classes.len()).collect(),
            base: base_scenario(book),
            tolerance: 0.0,
            exact_window: crate::dispatch::EXACT_WINDOW,
            spots: Vec::new(),
            standards: Vec::new(),
            places: Vec::new(),
            axis,
            pools,
            sampler,
            groups,
            limits,
            resources,
            classes,
            gangs,
            blocks,
            cuts,
            draws,
            group_of,
            headroom,
            is_transport,
        };
        system.standards = with_prefixes(standards, &mut system.blocks, book);
        system.places = places(book, &system.blocks);
        system.spots = spots(book, &system);
        system.tolerance = tolerance(&system);
        Ok(system)
    }

    /// Returns the hours of the headline horizon.
    #[must_use]
    pub fn headline_hours(&self) -> usize {
        end_of(&self.axis, self.headline_months)
    }

    /// Returns the years that the horizon lasts, of 8,766 hours each.
    #[must_use]
    pub fn years(&self) -> f64 {
        self.axis.hours() as f64 / 8_766.0
    }
}

/// Returns the classes of work of the book, and its gangs.
fn drafts(book: &Book, axis: &Axis, pools: &[Pool]) -> (Vec<Draft>, Vec<GangSpec>) {
    let mut drafts = Vec::new();
    for (index, workload) in book.workloads.values().enumerate() {
        drafts.push(Draft {
            kind: ClassKind::Workload(index),
            id: workload.id.to_string(),
            load: Some(load::of_workload(book, axis, index, workload)),
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

/// A sold contract is served by its own tranches, and by like kind where the contract allows.
fn serves_obligation(
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

fn gang_spec(
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
        goodput: gang.goodput(rate),
    }
}

/// Returns the failures of an accelerator that stop a gang, per GPU and hour: every radius counts.
fn stops_per_gpu_hour(book: &Book, accelerator: &AcceleratorId) -> f64 {
    let Some(found) = book.catalog.accelerators.get(accelerator) else { return 0.0 };
    let per_gpu = |mode: &offtake_model::FailureMode| match mode.rate.basis() {
        offtake_units::RateBasis::GpuDay => mode.rate.value() / 24.0,
        offtake_units::RateBasis::Year => mode.rate.value() / 8_766.0 / f64::from(found.rack_gpus),
        _ => mode.rate.value() / 24.0 / f64::from(found.rack_gpus),
    };
    found.failures.iter().map(per_gpu).sum()
}

fn headroom_keys(book: &Book, pools: &[Pool]) -> Vec<(ZoneId, AcceleratorId)> {
    let zone = |pool: &Pool| book.sites.get(&pool.site).map(|site| site.zone.clone());
    let keys: std::collections::BTreeSet<(ZoneId, AcceleratorId)> =
        pools.iter().filter_map(|pool| Some((zone(pool)?, pool.accelerator.clone()))).collect();
    keys.into_iter().collect()
}

fn headroom_draft(
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

/// Returns the hour after the first `months`.
fn end_of(axis: &Axis, months: usize) -> usize {
    axis.months().get(months.wrapping_sub(1)).map_or(0, |month| month.end)
}

/// Returns what one GPU of each pool does on average, in reference GPUs.
fn pool_speeds(drafts: &[Draft], pools: usize, base: usize, hours: usize) -> Vec<f64> {
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

/// Returns the halls whose racks could draw more than there is in some future.
fn binding_halls(book: &Book, pools: &[Pool], drafts: &[Draft]) -> Vec<HallId> {
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
fn groups(
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

fn limits(book: &Book, binding: &[HallId], first: usize) -> Vec<PowerLimit> {
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

fn limits_of(binding: &[HallId], first: usize) -> BTreeMap<HallId, usize> {
    binding.iter().enumerate().map(|(index, hall)| (hall.clone(), first + index)).collect()
}

fn columns(
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
fn draws(
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
fn weights(cuts: &[Cut], weight: impl Fn(&Cut) -> f64) -> Vec<(usize, f32, f32)> {
    let entry = |(index, cut): (usize, &Cut)| {
        let w = weight(cut);
        (w > 1e-9).then(|| (index, w as f32, (1.0 / w) as f32))
    };
    cuts.iter().enumerate().filter_map(entry).collect()
}

fn finish_classes(drafts: Vec<Draft>, cuts: &[Cut]) -> Vec<Class> {
    let finish = |(index, draft): (usize, Draft)| Class {
        cuts: weights(cuts, |cut| cut.alpha[index]),
        kind: draft.kind,
        id: draft.id,
        load: draft.load,
    };
    drafts.into_iter().enumerate().map(finish).collect()
}

/// Returns the blocks in the order of service: by priority, gangs first, by value falling, by id.
fn blocks(book: &Book, classes: &[Class], gangs: &[GangSpec]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut push = |workload: String, name: &str, priority: u32, value: f64, work: Work| {
        let is_firm = book.is_firm(priority);
        blocks.push(Block {
            workload,
            name: name.to_owned(),
            priority,
            value,
            work,
            is_firm,
            standards: Vec::new(),
        });
    };
    for (class, found) in classes.iter().enumerate() {
        match &found.kind {
            ClassKind::Workload(index) => {
                let Some(workload) = book.workloads.values().nth(*index) else { continue };
                for block in &workload.blocks {
                    let delay = workload.delay_hours as usize;
                    let work = Work::Divisible { class, share: block.share.part(), delay };
                    push(
                        found.id.clone(),
                        &block.name,
                        block.priority,
                        block.unserved_value.money().units(),
                        work,
                    );
                }
            }
            ClassKind::Obligation(contract) => {
                let price =
                    book.contracts[contract].price.map_or(0.0, |price| price.money().units());
                push(
                    found.id.clone(),
                    "all",
                    1,
                    price,
                    Work::Divisible { class, share: 1.0, delay: 0 },
                );
            }
            ClassKind::GangAt { .. } | ClassKind::Headroom(_) => {}
        }
    }
    for (index, (spec, gang)) in gangs.iter().zip(book.gangs.values()).enumerate() {
        push(
            spec.id.clone(),
            "all",
            gang.priority,
            gang.unserved_value.money().units(),
            Work::Gang(index),
        );
    }
    blocks.sort_by(|a, b| {
        let is_divisible = |block: &Block| !matches!(block.work, Work::Gang(_));
        (a.priority, is_divisible(a))
            .cmp(&(b.priority, is_divisible(b)))
            .then(b.value.total_cmp(&a.value))
            .then_with(|| (&a.workload, &a.name).cmp(&(&b.workload, &b.name)))
    });
    blocks
}

fn standards(book: &Book) -> Vec<StandardSpec> {
    let spec = |standard: &offtake_model::Standard| {
        let zones: Vec<String> = standard.zones.iter().map(ToString::to_string).collect();
        let place =
            if zones.is_empty() { String::new() } else { format!(" in {}", zones.join(", ")) };
        StandardSpec {
            name: format!("priority {}{place}", standard.priority),
            priority: standard.priority,
            unserved: standard.unserved.map(offtake_units::Share::part),
            month_risk: standard.month_risk.map(offtake_units::Share::part),
            prefix: 0,
        }
    };
    book.standards.iter().map(spec).collect()
}

/// Tells each block its standards, and each standard its prefix of the order.
fn with_prefixes(
    mut standards: Vec<StandardSpec>,
    blocks: &mut [Block],
    book: &Book,
) -> Vec<StandardSpec> {
    for (index, standard) in standards.iter_mut().enumerate() {
        standard.prefix =
            blocks.iter().take_while(|block| block.priority <= standard.priority).count();
        for block in blocks.iter_mut().filter(|block| block.priority == standard.priority) {
            let zones = book
                .workloads
                .get(block.workload.as_str())
                .map_or(&[][..], |workload| &workload.zones);
            let within = |zone: &ZoneId| {
                book.standards[index].zones.iter().any(|z| book.catalog.lies_in(zone, z))
            };
            let counts = book.standards[index].zones.is_empty()
                || (!zones.is_empty() && zones.iter().all(within));
            if counts {
                block.standards.push(index);
            }
        }
    }
    for block in blocks.iter_mut() {
        block.is_firm = standards.is_empty() || !block.standards.is_empty();
    }
    if standards.is_empty() {
        for block in blocks.iter_mut() {
            block.standards.push(0);
        }
        let (name, prefix) = ("all work".to_owned(), blocks.len());
        standards.push(StandardSpec {
            name,
            priority: u32::MAX,
            unserved: None,
            month_risk: None,
            prefix,
        });
    }
    standards
}

/// Groups firm blocks by the zones that they may run in.
fn places(book: &Book, blocks: &[Block]) -> Vec<PlaceSpec> {
    let zones_of = |block: &Block| -> Vec<ZoneId> {
        let id = block.workload.as_str();
        let workload = book.workloads.get(id).map(|workload| workload.zones.clone());
        workload.or_else(|| book.gangs.get(id).map(|gang| gang.zones.clone())).unwrap_or_default()
    };
    let mut found: BTreeMap<Vec<ZoneId>, Vec<usize>> = BTreeMap::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.is_firm) {
        let mut zones = zones_of(block);
        zones.sort();
        found.entry(zones).or_default().push(index);
    }
    let name = |zones: &[ZoneId]| match zones {
        [] => "anywhere".to_owned(),
        some => {
            some.iter().map(|zone| zone.to_string().to_uppercase()).collect::<Vec<_>>().join(", ")
        }
    };
    found
        .into_iter()
        .map(|(zones, blocks)| PlaceSpec { name: name(&zones), zones, blocks })
        .collect()
}

fn spots(book: &Book, system: &System) -> Vec<SpotSpec> {
    let speed = |block: &Block, accelerator: &AcceleratorId| {
        let Some(workload) = book.workloads.get(block.workload.as_str()) else { return 0.0 };
        // Contiguous racks of a large NVLink domain are not to be had at short notice.
        let domain = book.catalog.accelerators.get(accelerator).map_or(0, |a| a.nvlink_domain);
        if domain >= 72 || workload.nvlink_domain > domain {
            return 0.0;
        }
        let own = workload.speed.get(accelerator).copied().unwrap_or(0.0);
        let reference = workload.speed.get(&book.reference_accelerator).copied().unwrap_or(own);
        if reference > 0.0 { (own / reference) as f32 } else { 0.0 }
    };
    let spec = |spot: &offtake_model::Spot| SpotSpec {
        depth: spot.depth.count() as f32,
        lead: spot.lead_time.hours().ceil() as usize,
        speed: system.blocks.iter().map(|block| speed(block, &spot.accelerator)).collect(),
    };
    // A market without any depth only says that there is none.
    book.spots.values().filter(|spot| spot.depth.count() > 0).map(spec).collect()
}

/// A millionth of the pools' GPUs, or of the greatest demand of a system without pools.
fn tolerance(system: &System) -> f32 {
    let gpus: f64 = system.pools.iter().map(|pool| pool.gpus as f64).sum();
    let size = if gpus > 0.0 { gpus } else { 1.0 };
    (size * 1e-6) as f32
}

fn site_places(book: &Book, pools: &[Pool]) -> Vec<usize> {
    let place = |pool: &Pool| book.sites.keys().position(|id| *id == pool.site).unwrap_or(0);
    pools.iter().map(place).collect()
}

fn contract_places(book: &Book, pools: &[Pool]) -> Vec<usize> {
    let place =
        |pool: &Pool| book.contracts.keys().position(|id| *id == pool.contract).unwrap_or(0);
    pools.iter().map(place).collect()
}

fn from_worst_merit(pools: &[Pool]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pools.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(pools[index].merit));
    order
}
