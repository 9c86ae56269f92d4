//! Runs the base and every counterfactual on one future, month by month.
//!
//! A month that a counterfactual leaves as it was is not served again. The base has a service of its own,
//! so that its numbers are those of `assess` whatever is asked beside it.
//!
//! Of a future it may serve every n-th month alone: a month's difference from the base then counts n
//! times, and the month with which a future begins is drawn by lot, so every figure that is a sum over months is
//! expected to be what all months give. What the lot adds to its error is in the error, since futures draw apart.
//! Months are much alike where a loss lasts, so that is little for a n-th of the work. Work that waits comes into such a
//! month as in the base.

use super::effect::Effect;
use super::row::{Number, StressLayout, StressRow};
use super::variant::Variant;
use crate::dispatch::{Queues, Service};
use crate::kernel::{self, Series, series};
use crate::month::{Broken, Ground, PoolDraw, STRIDE, fill_load, limit_power, within};
use crate::run::active_hours;
use crate::system::{Block, ClassKind, System, Work};
use offtake_futures::{Breakdown, Causes, Future};
use offtake_model::Month;
use offtake_position::{Life, Steps};
use offtake_stdx::{Entity, Purpose, Stream};

/// Draws the first month of a future that is served.
const FIRST_MONTH: Purpose = Purpose::new("stress/first-month");

/// Runs samples of one system and its counterfactuals; each thread has one.
#[derive(Clone, Debug)]
pub struct StressRunner<'a> {
    system: &'a System,
    layout: StressLayout,
    /// Serves every so-manieth month under a counterfactual.
    every: usize,
    /// The first that is served of the future at hand.
    first: usize,
    /// Counterfactuals that differ from one another.
    variants: Vec<Variant>,
    /// For each that was asked for, its place among those.
    places: Vec<usize>,
    /// Money for a GPU-hour available, by pool; below zero for what the owner sold.
    fees: &'a [f64],
    /// Money for the power of a GPU-hour available, by pool, where the owner pays it.
    power: &'a [f64],
    /// Money for a reference GPU-hour on the market.
    market: f64,
    future: Future,
    ground: Ground,
    base: Service,
    trial: Service,
    /// Work that waits in the base at the start of the month.
    waits: Queues,
    states: Vec<State>,
    month: MonthRoom,
}

/// What a counterfactual carries from month to month.
#[derive(Clone, Debug)]
struct State {
    lives: Vec<Life>,
    /// Pools that live otherwise than in the base; the first `apart` of them count.
    pools: Vec<Apart>,
    apart: usize,
    queues: Queues,
    /// Whether other work waits than in the base.
    waits_otherwise: bool,
}

/// A pool that lives otherwise than in the base.
#[derive(Clone, Debug)]
struct Apart {
    pool: usize,
    broken: Broken,
    infants: Vec<Breakdown>,
}

/// Room for one counterfactual's month.
#[derive(Clone, Debug)]
struct MonthRoom {
    /// What pools have available that have other than in the base.
    available: Vec<Series>,
    /// Those pools, in the order in which they were changed.
    changed: Vec<usize>,
    /// Capacity by resource: the base's, but for those that were `touched`.
    resources: Vec<Series>,
    touched: Vec<usize>,
    loads: Vec<Series>,
    /// Whether those are what is wanted, and not the base's.
    has_loads: bool,
    down: Vec<i32>,
    is_absent: Vec<bool>,
    /// Numbers of the base, and of the counterfactual at hand.
    base: Vec<f64>,
    own: Vec<f64>,
}

/// Money that hangs on what is available, by pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// Money for a GPU-hour available; below zero for what the owner sold.
    pub fees: Vec<f64>,
    /// Money for the power of a GPU-hour available, where the owner pays it.
    pub power: Vec<f64>,
    /// Money for a reference GPU-hour on the market; 0 where the book knows none.
    pub market: f64,
}

impl<'a> StressRunner<'a> {
    /// Makes a runner of the base and of counterfactuals, each with its effects, over the first `months`, of
    /// which it serves every `every`-th under a counterfactual (1 for all of them).
    #[must_use]
    pub fn new(
        system: &'a System,
        prices: &'a Prices,
        effects: &[&[Effect]],
        (months, every): (usize, usize),
    ) -> StressRunner<'a> {
        let (different, places) = tell_apart(effects);
        let variants: Vec<Variant> =
            different.iter().map(|effects| Variant::new(system, effects)).collect();
        let layout = StressLayout::of(system, effects.len(), months);
        let base = Service::new(system);
        let state = State {
            lives: Vec::new(),
            pools: Vec::new(),
            apart: 0,
            queues: base.queues().clone(),
            waits_otherwise: false,
        };
        StressRunner {
            layout,
            every: every.clamp(1, layout.months.max(1)),
            first: 0,
            fees: &prices.fees,
            power: &prices.power,
            market: prices.market,
            future: Future::default(),
            ground: Ground::new(system),
            waits: base.queues().clone(),
            trial: base.clone(),
            base,
            states: vec![state; variants.len()],
            month: MonthRoom::new(system, &layout),
            variants,
            places,
            system,
        }
    }

    /// Returns the numbers of `sample`.
    #[must_use]
    pub fn row(&mut self, sample: u64) -> StressRow {
        let mut row = vec![0.0; self.layout.len()];
        self.start(sample);
        for index in 0..self.layout.months {
            self.serve_base(sample, index, &mut row);
            for variant in 0..self.variants.len() {
                if self.is_served(index) {
                    self.serve_variant(sample, index, variant);
                    self.stand_for_others();
                } else {
                    self.pass_month(sample, index, variant);
                }
                for (asked, _) in self.places.iter().enumerate().filter(|(_, p)| **p == variant) {
                    add(&mut row, (asked + 1) * self.layout.width(), &self.month.own);
                }
            }
        }
        StressRow { sample, scenario: self.future.scenario, row }
    }

    /// Says whether counterfactuals are served in a month of the future at hand.
    const fn is_served(&self, index: usize) -> bool {
        index % self.every == self.first
    }

    /// Lets the difference of the month stand for those that are not served.
    fn stand_for_others(&mut self) {
        let times = self.every as f64;
        for (own, base) in self.month.own.iter_mut().zip(&self.month.base) {
            *own = base + times * (*own - base);
        }
    }

    fn start(&mut self, sample: u64) {
        let system = self.system;
        let mut lot = Stream::new(system.sampler.seed(), FIRST_MONTH, Entity::new(""), sample, 0);
        self.first = ((lot.uniform() * self.every as f64) as usize).min(self.every - 1);
        system.sampler.draw(sample, Causes::ALL, &mut self.future);
        self.ground.start(system, &self.future, sample);
        self.base.start();
        self.trial.start();
        for (state, variant) in self.states.iter_mut().zip(&self.variants) {
            state.queues.clear();
            state.waits_otherwise = false;
            state.apart = 0;
            let Some(fate) = &variant.fate else { continue };
            system.sampler.draw_lives_with(sample, fate, &mut state.lives);
            for pool in 0..system.pools.len() {
                let follows = fate.follows[pool];
                if state.lives[pool] != self.future.lives[pool]
                    || system.site_of[follows] != system.site_of[pool]
                {
                    state.part(system, &self.future, (sample, pool, follows));
                }
            }
        }
    }

    fn serve_base(&mut self, sample: u64, index: usize, row: &mut [f64]) {
        let system = self.system;
        let month = system.axis.months()[index];
        self.ground.fill(system, &self.future, sample, index);
        self.month.resources.clone_from(&self.ground.resources);
        self.month.touched.clear();
        self.month.is_absent.fill(false);
        self.waits.copy(self.base.queues());
        self.base.serve(system, month, &self.ground.resources, &self.ground.loads);
        let mut numbers = std::mem::take(&mut self.month.base);
        numbers.fill(0.0);
        self.keep(&self.base.shorts, &self.ground.loads, index, &mut numbers);
        for pool in 0..system.pools.len() {
            let hours = self.ground.hours[pool];
            numbers[Number::Fees as usize] += hours * (self.fees[pool] + self.power[pool]);
            row[self.layout.at_pool(pool)] += hours;
        }
        add(row, 0, &numbers);
        self.month.base = numbers;
    }

    /// Leaves in `month.own` what a counterfactual comes to in the month.
    fn serve_variant(&mut self, sample: u64, index: usize, variant: usize) {
        let system = self.system;
        let month = system.axis.months()[index];
        self.change_pools(sample, index, variant);
        let limits = self.limits_change(month, variant);
        let (start, end) = (month.start as i64, month.end as i64);
        self.month.has_loads = self.variants[variant].changes_work(start, end);
        let is_as_base = self.month.changed.is_empty() && !limits && !self.month.has_loads;
        if is_as_base && !self.states[variant].waits_otherwise {
            self.month.own.copy_from_slice(&self.month.base);
        } else {
            self.change_resources(month, variant);
            self.change_loads(month, variant);
            self.serve_changed(index, variant);
        }
        self.keep_fees(month, variant);
    }

    /// Leaves the numbers of the base, and takes into the next month what breaks in this one.
    fn pass_month(&mut self, sample: u64, index: usize, variant: usize) {
        self.month.own.copy_from_slice(&self.month.base);
        let system = self.system;
        let months = system.axis.months();
        let (month, state) = (months[index], &mut self.states[variant]);
        state.waits_otherwise = false;
        let ahead = (index + 1..self.layout.months).find(|next| next % self.every == self.first);
        let Some(next) = ahead else { return };
        let lasts = months[next].start - month.end < system.sampler.longest_repair();
        for apart in &mut state.pools[..state.apart] {
            let pool = apart.pool;
            let draw = PoolDraw {
                sample,
                pool,
                life: state.lives[pool],
                infants: &apart.infants,
                site: (system.site_of[pool], &[]),
                has_breakdowns: self.future.has_breakdowns,
            };
            if lasts {
                apart.broken.pass(system, &draw, (index, month), &mut self.month.down);
            } else {
                apart.broken.forget(&draw, month);
            }
        }
    }

    /// Writes what pools have available that have other than in the base.
    fn change_pools(&mut self, sample: u64, index: usize, variant: usize) {
        let system = self.system;
        let month = system.axis.months()[index];
        let (state, room) = (&mut self.states[variant], &mut self.month);
        room.changed.clear();
        for apart in &mut state.pools[..state.apart] {
            let pool = apart.pool;
            let follows = self.variants[variant].fate.as_ref().map_or(pool, |f| f.follows[pool]);
            let site = system.site_of[follows];
            let draw = PoolDraw {
                sample,
                pool,
                life: state.lives[pool],
                infants: &apart.infants,
                site: (site, &self.future.outages[site]),
                has_breakdowns: self.future.has_breakdowns,
            };
            let out = &mut room.available[pool];
            apart.broken.fill(system, &draw, (index, month), &mut room.down, out);
            if out[..month.len()] != self.ground.available[pool][..month.len()] {
                room.changed.push(pool);
            }
        }
        for loss in &self.variants[variant].losses {
            let hours = within(loss.hours, month);
            let is_changed = room.changed.contains(&loss.pool);
            let has = match is_changed {
                true => &room.available[loss.pool],
                false => &self.ground.available[loss.pool],
            };
            if has[hours.clone()].iter().all(|gpus| *gpus == 0.0) {
                continue;
            }
            if !is_changed {
                room.available[loss.pool].copy_from_slice(&self.ground.available[loss.pool]);
                room.changed.push(loss.pool);
            }
            let rack = system.pools[loss.pool].rack_gpus as f32;
            for gpus in &mut room.available[loss.pool][hours] {
                *gpus = left_of(*gpus, rack, loss.share);
            }
        }
    }

    /// Says whether megawatts are cut in the month that are not in the base.
    fn limits_change(&self, month: Month, variant: usize) -> bool {
        let cuts = &self.variants[variant].cuts;
        cuts.iter().any(|(grid, cut)| {
            let touches = |limit: &crate::PowerLimit| {
                limit.grid == Some(*grid) && limit.hall.curtailable.megawatts() > 0.0
            };
            !within(cut.hours, month).is_empty() && self.system.limits.iter().any(touches)
        })
    }

    fn change_resources(&mut self, month: Month, variant: usize) {
        let (system, room) = (self.system, &mut self.month);
        // What the counterfactual before changed is as in the base again.
        for resource in room.touched.drain(..) {
            room.resources[resource].copy_from_slice(&self.ground.resources[resource]);
        }
        for &pool in &room.changed {
            let Some(group) = system.group_of[pool] else { continue };
            let resource = system.groups[group].resource;
            let total = &mut room.resources[resource];
            kernel::add_times(&self.ground.available[pool], -1.0, total);
            kernel::add(&room.available[pool], total);
            room.touched.push(resource);
        }
        for (grid, cut) in &self.variants[variant].cuts {
            for limit in system.limits.iter().filter(|limit| limit.grid == Some(*grid)) {
                limit_power(limit, cut, month, &mut room.resources[limit.resource]);
                room.touched.push(limit.resource);
            }
        }
    }

    /// Writes what is wanted, where that is another than in the base.
    fn change_loads(&mut self, month: Month, variant: usize) {
        let (system, room, variant) = (self.system, &mut self.month, &self.variants[variant]);
        for (is_absent, from) in room.is_absent.iter_mut().zip(&variant.gangs) {
            *is_absent = *from <= month.start as i64;
        }
        if !room.has_loads {
            return;
        }
        room.loads.clone_from(&self.ground.loads);
        if variant.is_scenario_up {
            let scenario = system.scenario_above[self.future.scenario];
            for (class, out) in system.classes.iter().zip(&mut room.loads) {
                let Some(load) = &class.load else { continue };
                let hours = &load.of(scenario)[month.start..month.end];
                fill_load(hours, load.workload, &self.future, month, out);
            }
        }
        for (class, from) in &variant.unwanted {
            room.loads[*class][from_hour(*from, month)..].fill(0.0);
        }
        for (pool, hours, class) in &variant.unsold {
            let Some(class) = class else { continue };
            owe_less(system, *pool, month, within(*hours, month), &mut room.loads[*class]);
        }
    }

    fn serve_changed(&mut self, index: usize, variant: usize) {
        let system = self.system;
        let month = system.axis.months()[index];
        let state = &mut self.states[variant];
        if !state.waits_otherwise {
            state.queues.copy(&self.waits);
        }
        let has_loads = self.month.has_loads;
        let loads = if has_loads { &self.month.loads } else { &self.ground.loads };
        self.trial.leave_out(&self.month.is_absent);
        self.trial.exchange_queues(&mut state.queues);
        self.trial.serve(system, month, &self.month.resources, loads);
        self.trial.exchange_queues(&mut state.queues);
        state.waits_otherwise = !state.queues.is_same(self.base.queues());
        let mut numbers = std::mem::take(&mut self.month.own);
        numbers.fill(0.0);
        let loads = if has_loads { &self.month.loads } else { &self.ground.loads };
        self.keep(&self.trial.shorts, loads, index, &mut numbers);
        numbers[Number::Fees as usize] = self.month.base[Number::Fees as usize];
        self.month.own = numbers;
    }

    /// Changes the fees by what is available otherwise, and by what is sold no more.
    fn keep_fees(&mut self, month: Month, variant: usize) {
        let (room, variant) = (&mut self.month, &self.variants[variant]);
        let mut change = 0.0;
        for &pool in &room.changed {
            let has = kernel::sum(&room.available[pool][..month.len()]);
            let more = has - self.ground.hours[pool];
            change += more * (self.fees[pool] + self.power[pool]);
        }
        for (pool, unsold, _) in &variant.unsold {
            let has = match room.changed.contains(pool) {
                true => &room.available[*pool],
                false => &self.ground.available[*pool],
            };
            change -= kernel::sum(&has[within(*unsold, month)]) * self.fees[*pool];
        }
        if variant.power_price != 0.0 {
            let power = |(hours, price): (&f64, &f64)| hours * price;
            let base: f64 = self.ground.hours.iter().zip(self.power).map(power).sum();
            change += variant.power_price * base;
        }
        let unserved = room.base[Number::Unserved as usize];
        change += variant.rental_price * self.market * unserved;
        room.own[Number::Fees as usize] += change;
    }

    /// Adds up what is unserved of the month.
    fn keep(&self, shorts: &[Series], loads: &[Series], index: usize, numbers: &mut [f64]) {
        let system = self.system;
        let month = system.axis.months()[index];
        let is_absent: &[bool] = &self.month.is_absent;
        let mut own = [0.0_f32; STRIDE];
        let own = &mut own[..month.len()];
        for (block, spec) in system.blocks.iter().enumerate() {
            let unserved = kernel::sum(&shorts[block][..month.len()]);
            numbers[Number::Unserved as usize] += unserved;
            numbers[Number::Value as usize] += unserved * value_of(system, spec);
            let demand = match spec.work {
                Work::Divisible { class, share, .. } => {
                    share * kernel::sum(&loads[class][..month.len()])
                }
                Work::Gang(gang) if is_absent[gang] => 0.0,
                Work::Gang(gang) => {
                    let spec = &system.gangs[gang];
                    active_hours(month, spec.hours).len() as f64 * spec.size
                }
            };
            if spec.is_firm {
                numbers[Number::Firm as usize] += unserved;
                numbers[Number::FirmDemand as usize] += demand;
                kernel::add(&shorts[block][..month.len()], own);
            }
            numbers[self.layout.at_block(0, block)] += unserved;
            for &standard in spec.standards.iter().filter(|_| index < self.layout.headline) {
                let at = self.layout.at_standard(0, standard);
                numbers[at] += unserved;
                numbers[at + 1] += demand;
            }
        }
        if index < self.layout.headline {
            numbers[Number::HeadlineFirm as usize] = numbers[Number::Firm as usize];
            numbers[Number::HeadlineDemand as usize] = numbers[Number::FirmDemand as usize];
        }
        let hours = kernel::count_above(own, system.tolerance);
        let is_short = |day: &&[f32]| day.iter().any(|x| *x > system.tolerance);
        numbers[Number::ShortHours as usize] = f64::from(hours);
        if hours > 0 {
            numbers[Number::ShortDays as usize] = own.chunks(24).filter(is_short).count() as f64;
        }
        let standards = if index < self.layout.headline { system.standards.len() } else { 0 };
        for standard in 0..standards {
            let is_short = self.is_short(shorts, standard, own);
            numbers[self.layout.at_standard(0, standard) + 2 + index] = f64::from(is_short);
        }
    }

    /// Says whether work of a standard is short in any hour.
    fn is_short(&self, shorts: &[Series], standard: usize, own: &mut [f32]) -> bool {
        own.fill(0.0);
        let counts = |block: &usize| self.system.blocks[*block].standards.contains(&standard);
        for block in (0..self.system.blocks.len()).filter(counts) {
            kernel::add(&shorts[block][..own.len()], own);
        }
        kernel::greatest(own, 0.0) > self.system.tolerance
    }
}

impl State {
    /// Notes that a pool lives otherwise than in the base.
    fn part(&mut self, system: &System, future: &Future, at: (u64, usize, usize)) {
        let (sample, pool, follows) = at;
        if self.apart == self.pools.len() {
            let broken = Broken::new(system);
            self.pools.push(Apart { pool, broken, infants: Vec::new() });
        }
        let apart = &mut self.pools[self.apart];
        self.apart += 1;
        apart.pool = pool;
        apart.infants.clear();
        let life = self.lives[pool];
        if future.has_breakdowns {
            system.sampler.draw_infants_of(sample, pool, life, &mut apart.infants);
        }
        let site = system.site_of[follows];
        let draw = PoolDraw {
            sample,
            pool,
            life,
            infants: &apart.infants,
            site: (site, &future.outages[site]),
            has_breakdowns: future.has_breakdowns,
        };
        apart.broken.start(system, &draw);
    }
}

impl MonthRoom {
    fn new(system: &System, layout: &StressLayout) -> MonthRoom {
        MonthRoom {
            available: vec![series(STRIDE); system.pools.len()],
            changed: Vec::new(),
            resources: vec![series(STRIDE); system.resources],
            touched: Vec::new(),
            loads: vec![series(STRIDE); system.classes.len()],
            has_loads: false,
            down: vec![0; STRIDE],
            is_absent: vec![false; system.gangs.len()],
            base: vec![0.0; layout.width()],
            own: vec![0.0; layout.width()],
        }
    }
}

/// Returns the effects that differ from one another (a supplier with one site is lost with it), and the
/// place of each among them.
fn tell_apart<'e>(effects: &[&'e [Effect]]) -> (Vec<&'e [Effect]>, Vec<usize>) {
    let mut different: Vec<&[Effect]> = Vec::new();
    let mut place = |one: &&'e [Effect]| {
        different.iter().position(|known| known == one).unwrap_or_else(|| {
            different.push(*one);
            different.len() - 1
        })
    };
    let places = effects.iter().map(&mut place).collect();
    (different, places)
}

/// Returns what an unserved hour of a block costs beside the fees: of what the owner sold nothing, since an hour
/// that is not available earns no fee.
fn value_of(system: &System, block: &Block) -> f64 {
    match block.work {
        Work::Divisible { class, .. } => match system.classes[class].kind {
            ClassKind::Obligation(_) => 0.0,
            _ => block.value,
        },
        Work::Gang(_) => block.value,
    }
}

/// Returns what is left of GPUs in racks when a share of them is lost: whole racks.
fn left_of(gpus: f32, rack: f32, share: f64) -> f32 {
    if share >= 1.0 {
        return 0.0;
    }
    // A nudge of 1e-6 keeps 0.9 · 10 racks from reading as 8.999….
    let left = f64::from(gpus) * (1.0 - share);
    (libm::floor(left / f64::from(rack) + 1e-6) * f64::from(rack)) as f32
}

/// Returns an hour of the horizon as one of the month, within it.
fn from_hour(from: i64, month: Month) -> usize {
    (from.clamp(month.start as i64, month.end as i64) - month.start as i64) as usize
}

/// Takes what a pool was to deliver from what is owed.
fn owe_less(
    system: &System,
    pool: usize,
    month: Month,
    hours: std::ops::Range<usize>,
    load: &mut [f32],
) {
    let spec = &system.pools[pool];
    let steps = Steps::new(spec, spec.promised_life());
    for (hour, owed) in hours.clone().zip(&mut load[hours]) {
        let racks = steps.racks((month.start + hour) as i64);
        let gpus = offtake_position::available(spec, racks, 0, 1.0) as f32;
        *owed = (*owed - gpus).max(0.0);
    }
}

fn add(row: &mut [f64], at: usize, numbers: &[f64]) {
    for (total, number) in row[at..at + numbers.len()].iter_mut().zip(numbers) {
        *total += number;
    }
}
