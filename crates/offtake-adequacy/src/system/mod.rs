//! A book made ready to be dispatched: groups of pools, classes of work, blocks in order, cuts.
//!
//! Nothing here is random and nothing depends on a sample; it is built once and shared by all threads.

mod capacity;
mod order;
mod work;

use crate::dispatch::Sheet;
use crate::dispatch::cuts::{self, Column, Cut};
use crate::load::Load;
use capacity::{binding_halls, columns, draws, groups, limits, limits_of, pool_speeds, weights};
use offtake_futures::{Hours, Sampler, base_scenario};
use offtake_model::{AcceleratorId, Axis, Book, ContractId, Hall, HallId, Month, ZoneId};
use offtake_position::{Pool, Use, pools};
use order::{blocks, places, spots, standards, with_prefixes};
use work::{drafts, finish_classes, headroom_draft, headroom_keys};

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
    /// How each pool serves it; `None` where the pool is not open to it.
    pub uses: Vec<Option<Use>>,
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
    /// For each of them, the first that takes as much from every class that divides.
    pub(crate) kinds: Vec<usize>,
    /// Useful share of its running time.
    pub goodput: f64,
}

impl GangSpec {
    /// Returns the hours of the month in which it runs, counted from the month's start.
    pub(crate) fn active(&self, month: Month) -> std::ops::Range<usize> {
        crate::run::active_hours(month, self.hours)
    }

    /// Says whether it runs in the month.
    pub(crate) fn is_active(&self, month: Month) -> bool {
        !self.active(month).is_empty()
    }
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
    /// How each class may use the resources, from which the cuts follow.
    columns: Vec<Vec<Column>>,
    /// Cuts.
    pub cuts: Vec<Cut>,
    /// What the cuts leave when no gang runs, and in general.
    pub(crate) sheets: [Sheet; 2],
    /// Classes that divide, which come first among the classes; then those of gangs; then headroom.
    pub(crate) divisible_classes: usize,
    /// Classes of work: all but headroom.
    pub(crate) served_classes: usize,
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
    /// For each scenario, the one with the next greater growth; itself for the greatest.
    pub scenario_above: Vec<usize>,
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

/// A book that is ready already.
#[derive(Clone, Copy)]
struct Known<'a> {
    book: &'a Book,
    system: &'a System,
}

/// Returns the cuts and what they leave, for as many classes as divide and as are served: what is known already, if work
/// may use resources there as in these columns.
fn limited<E>(
    (columns, resources): (&[Vec<Column>], usize),
    classes: [usize; 2],
    known: Option<Known<'_>>,
    find: impl FnOnce(&[Vec<Column>], usize) -> Result<Vec<Cut>, E>,
) -> Result<(Vec<Cut>, [Sheet; 2]), E> {
    let is_alike = |it: &&System| {
        it.columns == columns
            && it.resources == resources
            && [it.divisible_classes, it.served_classes] == classes
    };
    if let Some(known) = known.map(|known| known.system).filter(is_alike) {
        return Ok((known.cuts.clone(), known.sheets.clone()));
    }
    let cuts = find(columns, resources)?;
    let sheets = classes.map(|classes| Sheet::new(&cuts, classes));
    Ok((cuts, sheets))
}

fn find_cuts(columns: &[Vec<Column>], resources: usize) -> Result<Vec<Cut>, BuildError> {
    cuts::cuts(columns, resources).map_err(|_| BuildError::TooManyCuts)
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

impl System {
    /// Makes `book` ready to be dispatched, with futures drawn from `seed`.
    ///
    /// # Errors
    ///
    /// When its pools differ in too many ways.
    pub fn new(book: &Book, seed: u64) -> Result<System, BuildError> {
        System::with_cuts(book, seed, None, find_cuts)
    }

    /// Makes `book` ready as [`System::new`] does, to the last bit, and takes over what it has in common with a book that
    /// is ready already: cuts where work may use the pools alike, and demand that is the same. For whoever moves one
    /// value at a time.
    ///
    /// # Errors
    ///
    /// When its pools differ in too many ways.
    pub fn like(
        book: &Book,
        seed: u64,
        (known_book, known): (&Book, &System),
    ) -> Result<System, BuildError> {
        System::with_cuts(book, seed, Some(Known { book: known_book, system: known }), find_cuts)
    }

    /// Makes `book` ready to be drawn from alone: nothing can be served in it, so pools may differ as they like. For whoever
    /// solves a programme of its own over its pools, work and futures.
    #[must_use]
    pub fn undispatched(book: &Book, seed: u64) -> System {
        let none = |_: &[Vec<Column>], _| Ok::<_, std::convert::Infallible>(Vec::new());
        match System::with_cuts(book, seed, None, none) {
            Ok(system) => system,
            Err(never) => match never {},
        }
    }

    fn with_cuts<E>(
        book: &Book,
        seed: u64,
        known: Option<Known<'_>>,
        find: impl FnOnce(&[Vec<Column>], usize) -> Result<Vec<Cut>, E>,
    ) -> Result<System, E> {
        let axis = Axis::new(book.from, book.until);
        let pools = pools(book, &axis);
        let sampler = Sampler::new(book, &axis, &pools, seed);
        let (mut drafts, mut gangs) = drafts(book, &axis, &pools, known);
        let headroom = headroom_keys(book, &pools);
        let served_classes = drafts.len();
        let divides = |draft: &&work::Draft| !matches!(draft.kind, ClassKind::GangAt { .. });
        let divisible_classes = drafts.iter().take_while(divides).count();
        let more = |(index, key)| headroom_draft(book, &pools, index, key);
        drafts.extend(headroom.iter().enumerate().map(more));
        let headline_months = axis.months_of_quarters(book.headline_quarters);
        let pool_speed =
            pool_speeds(&drafts, pools.len(), base_scenario(book), end_of(&axis, headline_months));
        let binding = binding_halls(book, &pools, &drafts);
        let (groups, group_of) = groups(&pools, &drafts, &binding);
        let limits = limits(book, &binding, groups.len());
        let resources = groups.len() + limits.len();
        let binding = limits_of(&binding, groups.len());
        let columns_of = |draft: &work::Draft| columns(draft, &pools, &groups, &binding);
        let columns: Vec<Vec<Column>> = drafts.iter().map(columns_of).collect();
        let of = (columns.as_slice(), resources);
        let (cuts, sheets) = limited(of, [divisible_classes, served_classes], known, find)?;
        let is_transport =
            limits.is_empty() && columns.iter().flatten().all(|c| (c.speed - 1.0).abs() < 1e-12);
        let classes = finish_classes(drafts, &cuts);
        for gang in &mut gangs {
            gang.kinds = kinds_of(gang, &cuts, divisible_classes);
        }
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
            headroom_classes: (served_classes..classes.len()).collect(),
            base: base_scenario(book),
            scenario_above: scenario_above(book),
            tolerance: 0.0,
            exact_window: crate::dispatch::EXACT_WINDOW,
            spots: Vec::new(),
            standards: Vec::new(),
            places: Vec::new(),
            draws: draws(&groups, &columns, groups.len()),
            axis,
            pools,
            sampler,
            groups,
            limits,
            resources,
            classes,
            gangs,
            blocks,
            sheets,
            columns,
            divisible_classes,
            served_classes,
            cuts,
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

    /// Says whether a gang runs in the month.
    pub(crate) fn has_gangs(&self, month: Month) -> bool {
        self.gangs.iter().any(|gang| gang.is_active(month))
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

/// Returns, for each fabric of a gang, the first that takes as much from every cut that binds a class
/// that divides.
fn kinds_of(gang: &GangSpec, cuts: &[Cut], divisible: usize) -> Vec<usize> {
    let binds = |cut: &&Cut| cut.alpha[..divisible].iter().any(|alpha| *alpha > 1e-9);
    let is_alike = |a: usize, b: usize| {
        cuts.iter().filter(binds).all(|cut| (cut.alpha[a] - cut.alpha[b]).abs() <= 1e-9)
    };
    let first = |at: &usize| gang.at.iter().position(|other| is_alike(*at, *other)).unwrap_or(0);
    gang.at.iter().map(first).collect()
}

/// Returns the hour after the first `months`.
fn end_of(axis: &Axis, months: usize) -> usize {
    axis.months().get(months.wrapping_sub(1)).map_or(0, |month| month.end)
}

/// Returns, for each scenario, the one in which tokens (then accelerators) grow by the next more.
fn scenario_above(book: &Book) -> Vec<usize> {
    let growth = |s: &offtake_model::Scenario| (s.tokens.factor(), s.accelerators.factor());
    let mut order: Vec<usize> = (0..book.scenarios.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (growth(&book.scenarios[a]), growth(&book.scenarios[b]));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let mut above: Vec<usize> = (0..order.len()).collect();
    for pair in order.windows(2) {
        above[pair[0]] = pair[1];
    }
    above
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
