//! Checks a certificate by arithmetic, hour by hour.
//!
//! A price of a segment is spread over its hours by weight; it has to satisfy every condition of the full
//! programme's dual, and what it then says of the least cost has to be what the cut says. So that coarse
//! hours give valid cuts is checked here too, and not believed.

use super::{Certificate, Flows};
use crate::block::Place;
use crate::program::{Program, Taking};
use crate::risk;
use crate::store::Kept;
use std::ops::Range;

/// What a certificate was found to say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checked {
    /// Cuts that were recomputed from their prices.
    pub cuts: usize,
    /// What the plan costs, recounted from its flows.
    pub objective: f64,
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Broken {
    /// A cut says more than its prices prove.
    #[error("cut {row} says {says} and its prices prove {proved}")]
    Cut {
        /// The row.
        row: usize,
        /// What it says at a point.
        says: f64,
        /// What its prices prove there.
        proved: f64,
    },
    /// A block uses more than there is.
    #[error("block {block} uses {used} of {what} {number}, where {there} are")]
    Used {
        /// The block.
        block: usize,
        /// Pool, site or class.
        what: &'static str,
        /// Which one.
        number: usize,
        /// How much.
        used: f64,
        /// How much there is.
        there: f64,
    },
    /// The plan costs more than it says.
    #[error("the plan says that it costs {says}, its flows cost {cost}")]
    Cost {
        /// What it says.
        says: f64,
        /// What it costs.
        cost: f64,
    },
    /// Parts that belong together do not.
    #[error("{0} is missing or does not fit")]
    Missing(&'static str),
}

/// A share of what is compared, for sums in another order.
const NEAR: f64 = 1e-9;

/// Prices by `site × hour` or `class × hour`, one row after the other.
type ByHour<'a> = &'a [f64];

/// What a cut adds up to: constant, factor by offer, factor by `block × row` of unserved work.
#[derive(Default)]
struct Proved {
    constant: f64,
    offers: Vec<f64>,
    unserved: Vec<(usize, f64)>,
}

/// Recomputes every cut from its prices and the plan's cost from its flows.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(program: &Program, certificate: &Certificate) -> Result<Checked, Broken> {
    let cuts = cuts(program, certificate)?;
    let objective = cost(program, certificate)?;
    if objective > certificate.objective + 1e-6 * certificate.objective.abs().max(1.0) {
        return Err(Broken::Cost { says: certificate.objective, cost: objective });
    }
    Ok(Checked { cuts, objective })
}

fn cuts(program: &Program, of: &Certificate) -> Result<usize, Broken> {
    if of.rows.len() != of.prices.len() {
        return Err(Broken::Missing("the first row of an evaluation"));
    }
    let block_of: std::collections::BTreeMap<Place, usize> =
        of.all_places.iter().enumerate().map(|(block, place)| (*place, block)).collect();
    for (at, prices) in of.prices.iter().enumerate() {
        let mut row = of.rows[at];
        // Rows of lost parties come first, in the order of blocks; then one for each θ.
        let mut sums: std::collections::BTreeMap<usize, Proved> = std::collections::BTreeMap::new();
        for kept in prices {
            let block = *block_of.get(&kept.place).ok_or(Broken::Missing("a block"))?;
            let proved = proved(program, of, block, kept)?;
            if kept.place.lost.is_some() {
                holds(of, row, None, &proved)?;
                row += 1;
            } else {
                let group = kept.place.month * of.groups / program.months.len();
                let theta = of.theta + kept.place.scenario * of.groups + group;
                add(sums.entry(theta).or_default(), proved);
            }
        }
        for (theta, proved) in sums {
            holds(of, row, Some(theta), &proved)?;
            row += 1;
        }
        let end = of.rows.get(at + 1).copied().unwrap_or(of.cuts.len());
        if row != end {
            return Err(Broken::Missing("a row"));
        }
    }
    Ok(of.cuts.len())
}

fn add(sum: &mut Proved, one: Proved) {
    sum.constant += one.constant;
    sum.offers.resize(one.offers.len(), 0.0);
    sum.offers.iter_mut().zip(&one.offers).for_each(|(sum, slope)| *sum += slope);
    sum.unserved.extend(one.unserved);
}

/// Holds a row against what its prices prove. Quantities are at least 0, so a row may say less with every
/// factor, and no more with any.
fn holds(
    of: &Certificate,
    row: usize,
    theta: Option<usize>,
    proved: &Proved,
) -> Result<(), Broken> {
    if row >= of.cuts.len() {
        return Err(Broken::Missing("a row"));
    }
    let scale = proved.constant.abs().max(1.0);
    let broken = |says: f64, proved: f64| Broken::Cut { row, says, proved };
    if of.cuts.lower[row] > proved.constant + NEAR * scale {
        return Err(broken(of.cuts.lower[row], proved.constant));
    }
    let mut factors = std::collections::BTreeMap::<usize, f64>::new();
    for (column, factor) in of.cuts.terms(row) {
        *factors.entry(column).or_default() += factor;
    }
    if let Some(theta) = theta
        && factors.remove(&theta) != Some(1.0)
    {
        return Err(Broken::Missing("the sum that a row is about"));
    }
    // θ ≥ constant + Σ slope x − Σ price υ is the row θ − Σ slope x + Σ price υ ≥ constant.
    for (offer, slope) in proved.offers.iter().enumerate() {
        let says = -factors.remove(&offer).unwrap_or(0.0);
        if says > slope + NEAR * scale {
            return Err(broken(says, *slope));
        }
    }
    for (column, price) in &proved.unserved {
        let says = factors.remove(column).unwrap_or(0.0);
        if says < price - NEAR * scale {
            return Err(broken(-says, -price));
        }
    }
    if factors.values().any(|factor| *factor != 0.0) {
        return Err(Broken::Missing("the price of a column"));
    }
    Ok(())
}

/// Returns each hour's segment when up to `length` hours of a run are joined, and the segments' weights.
fn segments(program: &Program, length: usize, weight: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let (mut of_hour, mut weights) = (Vec::new(), Vec::<f64>::new());
    let (mut run, mut filled) = (None, 0);
    for (hour, of) in program.hours.iter().enumerate() {
        if run != Some(of.run) || filled == length {
            weights.push(0.0);
            (run, filled) = (Some(of.run), 0);
        }
        filled += 1;
        let at = weights.len() - 1;
        weights[at] += weight[hour];
        of_hour.push(at);
    }
    (of_hour, weights)
}

/// Returns the hours of each run.
fn runs(program: &Program) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (hour, of) in program.hours.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if program.hours[run.start].run == of.run => run.end = hour + 1,
            _ => runs.push(hour..hour + 1),
        }
    }
    runs
}

/// Returns what waits at most at the end of each hour of a run, in thousands of GPU-hours: what was asked
/// in the last so many of its hours.
fn waits_most(program: &Program, place: Place, class: usize, run: &Range<usize>) -> Vec<f64> {
    let weight = &program.weight.row(place.month)[run.clone()];
    let asked = program.demand(place.scenario, place.month, class).skip(run.start);
    let asked: Vec<f64> = asked.zip(weight).map(|(asked, weight)| weight * asked).collect();
    let (length, back) = (asked.len(), program.classes[class].delay_hours.min(asked.len()));
    (0..length)
        .map(|hour| (0..back).map(|ago| asked[(hour + length - ago) % length]).sum())
        .collect()
}

fn behind(place: Place, parties: &[usize]) -> bool {
    place.lost.is_none_or(|lost| !parties.contains(&lost))
}

/// What prices of a block prove: the value of the dual of its programme at full resolution.
fn proved(
    program: &Program,
    of: &Certificate,
    block: usize,
    kept: &Kept,
) -> Result<Proved, Broken> {
    let place = kept.place;
    let weight = program.weight.row(place.month);
    let (segment, total) = segments(program, kept.length, weight);
    let joined = total.len();
    if kept.duals.power.len() != program.sites.len() * joined
        || kept.duals.balance.len() != program.classes.len() * joined
    {
        return Err(Broken::Missing("a price"));
    }
    let month_hours: f64 = weight.iter().sum();
    let rows = program.limits.standards.len() + program.limits.losses.len();
    let columns = &of.allowed[block * rows..(block + 1) * rows];
    let is_lost = place.lost.is_some();
    let money = if is_lost { 0.0 } else { program.months[place.month].discount / 1000.0 };
    // Prices of unserved work, in millions for a thousand GPU-hours.
    let unserved: Vec<f64> = (0..rows)
        .map(|row| {
            let price =
                kept.duals.unserved.get(row).map_or(0.0, |price| f64::from(*price)).max(0.0);
            let price = price.min(if is_lost { 1.0 } else { of.dearest });
            if columns[row].is_some() { price } else { 0.0 }
        })
        .collect();
    // Prices by hour, in millions for a MW or for a thousand GPU-hours.
    let spread = |of: &[f32], row: usize, most: f64| -> Vec<f64> {
        let price = |at: &usize| (f64::from(of[row * joined + at]) / total[*at]).min(most);
        segment.iter().map(price).collect()
    };
    let extra: Vec<f64> = (0..program.classes.len())
        .map(|class| {
            let of = (0..rows).filter(|row| counts(program, *row).contains(&class));
            of.map(|row| unserved[row]).sum::<f64>() / month_hours
        })
        .collect();
    let sites = 0..program.sites.len();
    let power: Vec<f64> = sites.flat_map(|site| spread(&kept.duals.power, site, 0.0)).collect();
    let dearest = |class: usize| program.classes[class].lost_load * money + extra[class];
    let work: Vec<f64> = (0..program.classes.len())
        .flat_map(|class| spread(&kept.duals.balance, class, dearest(class)))
        .collect();
    let hours = weight.len();
    let mut proved = Proved { offers: vec![0.0; program.offers.len()], ..Proved::default() };
    for (row, price) in unserved.iter().enumerate() {
        if let Some(column) = columns[row]
            && *price > 0.0
        {
            proved.unserved.push((column, *price));
        }
    }
    for (site, mw) in program.power_mw.row(place.scenario, place.month).iter().enumerate() {
        for (hour, share) in program.power_share.row(place.month, site).iter().enumerate() {
            proved.constant += weight[hour] * power[site * hours + hour] * mw * share;
        }
    }
    classes(program, place, (&work, &extra), money, &mut proved.constant);
    capacity(program, place, (&power, &work), money, &mut proved);
    Ok(proved)
}

fn counts(program: &Program, row: usize) -> &[usize] {
    let standards = &program.limits.standards;
    match standards.get(row) {
        Some(of) => &of.classes,
        None => &program.limits.losses[row - standards.len()].classes,
    }
}

/// Adds what demand, spot and waiting work come to.
fn classes(
    program: &Program,
    place: Place,
    (work, extra): (ByHour<'_>, &[f64]),
    money: f64,
    constant: &mut f64,
) {
    let weight = program.weight.row(place.month);
    let spot_price = program.spot_price.at(place.scenario, place.month) * money;
    let runs: Vec<Range<usize>> = runs(program).into_iter().filter(|run| run.len() > 1).collect();
    for (class, of) in program.classes.iter().enumerate() {
        let work = &work[class * weight.len()..(class + 1) * weight.len()];
        for (hour, asked) in program.demand(place.scenario, place.month, class).enumerate() {
            *constant += weight[hour] * work[hour] * asked;
            let saves = (spot_price + extra[class] - work[hour]).min(0.0);
            *constant += weight[hour] * saves * of.spot_kgpu_most[place.month];
        }
        if of.delay_hours == 0 {
            continue;
        }
        for run in &runs {
            let most = waits_most(program, place, class, run);
            for hour in run.clone() {
                let next = if hour + 1 == run.end { run.start } else { hour + 1 };
                let saves = (work[next] - work[hour]).min(0.0);
                *constant += saves * most[hour - run.start];
            }
        }
    }
}

/// Adds what held capacity and offers come to.
fn capacity(
    program: &Program,
    place: Place,
    (power, work): (ByHour<'_>, ByHour<'_>),
    money: f64,
    proved: &mut Proved,
) {
    let weight = program.weight.row(place.month);
    // By pool and hour: what one GPU-hour is worth, at least 0.
    let mut worth = vec![vec![0.0_f64; weight.len()]; program.pools.len()];
    for usage in &program.uses {
        let site = program.pools[usage.pool].site;
        for (hour, worth) in worth[usage.pool].iter_mut().enumerate() {
            let earns = usage.performance * work[usage.class * weight.len() + hour];
            *worth = worth.max(earns + usage.power_kw * power[site * weight.len() + hour]);
        }
    }
    for (at, held) in program.held.iter().enumerate() {
        if behind(place, &held.parties) {
            let kgpu = program.held_kgpu.at(place.scenario, place.month, at);
            let hours = weight.iter().zip(&worth[held.pool]);
            proved.constant -= kgpu * hours.map(|(hours, worth)| hours * worth).sum::<f64>();
        }
    }
    for (at, offer) in program.offers.iter().enumerate() {
        if !behind(place, &offer.parties) {
            continue;
        }
        let kgpu = program.available.at(place.scenario, place.month, at) * offer.block_kgpu;
        let most = match offer.taking {
            Taking::Firm => 0.0,
            Taking::Flexible { .. } => offer.price[place.month] * money,
        };
        proved.offers[at] = -kgpu * least(weight, &worth[offer.pool], offer.taking.share(), most);
    }
}

/// Returns the least of `share · free · hours + Σ hours · (worth − free)⁺` over `0 ≤ free ≤ most`: any price
/// of use above the share, up to the offer's own, proves something. The sum is convex and bends only at the
/// hours' worths, so they are gone through from the dearest on for as long as it falls.
fn least(weight: &[f64], worth: &[f64], share: f64, most: f64) -> f64 {
    let sum = |free: f64| {
        let hours = weight.iter().zip(worth);
        let beyond: f64 = hours.map(|(hours, worth)| hours * (worth - free).max(0.0)).sum();
        share * free * weight.iter().sum::<f64>() + beyond
    };
    let mut tries: Vec<f64> = worth.iter().copied().filter(|worth| *worth < most).collect();
    tries.sort_by(|a, b| b.total_cmp(a));
    tries.dedup();
    let mut best = sum(most);
    for free in tries.into_iter().chain([0.0]) {
        let next = sum(free);
        if next > best {
            break;
        }
        best = next;
    }
    best
}

/// Recounts what the plan costs from its flows, and that they fit.
fn cost(program: &Program, of: &Certificate) -> Result<f64, Broken> {
    if of.flows.len() != program.blocks() || of.places.len() != program.blocks() {
        return Err(Broken::Missing("a block's flows"));
    }
    let mut costs: Vec<f64> = (0..program.scenarios.len())
        .map(|s| of.signed.iter().enumerate().map(|(c, x)| x * program.fixed_cost(s, c)).sum())
        .collect();
    for (block, (place, flows)) in of.places.iter().zip(&of.flows).enumerate() {
        costs[place.scenario] += block_cost(program, of, (block, *place), flows)?;
    }
    Ok(risk::weighed(program, &costs))
}

/// A block with its flows spread out by hour.
struct Service<'a> {
    program: &'a Program,
    block: usize,
    place: Place,
    weight: &'a [f64],
    signed: &'a [f64],
    flexible: Vec<usize>,
    uses: Vec<f64>,
    taken: Vec<f64>,
    spot: Vec<f64>,
    waits: Vec<f64>,
}

/// Reads sparse flows.
fn spread(of: &[(u32, f64)], length: usize) -> Result<Vec<f64>, Broken> {
    let mut all = vec![0.0; length];
    for (at, value) in of {
        let cell = all.get_mut(*at as usize).ok_or(Broken::Missing("the column of a flow"))?;
        *cell = value.max(0.0);
    }
    Ok(all)
}

fn block_cost(
    program: &Program,
    of: &Certificate,
    (block, place): (usize, Place),
    flows: &Flows,
) -> Result<f64, Broken> {
    let hours = program.hours.len();
    let offers = 0..program.offers.len();
    let flexible: Vec<usize> =
        offers.filter(|at| program.offers[*at].taking != Taking::Firm).collect();
    let service = Service {
        uses: spread(&flows.uses, program.uses.len() * hours)?,
        taken: spread(&flows.taken, flexible.len() * hours)?,
        spot: spread(&flows.spot, program.classes.len() * hours)?,
        waits: spread(&flows.waiting, program.classes.len() * hours)?,
        weight: program.weight.row(place.month),
        signed: &of.signed,
        program,
        block,
        place,
        flexible,
    };
    let (there, over) = service.there()?;
    let served = service.served(&there)?;
    Ok(program.months[place.month].discount / 1000.0 * (over + service.missing(&served)?))
}

impl Service<'_> {
    fn fits(&self, what: &'static str, number: usize, used: f64, there: f64) -> Result<(), Broken> {
        let is_near = used <= there + 1e-9 * there.abs().max(1.0);
        let block = self.block;
        if is_near { Ok(()) } else { Err(Broken::Used { block, what, number, used, there }) }
    }

    fn kgpu(&self, offer: usize) -> f64 {
        let share = self.program.available.at(self.place.scenario, self.place.month, offer);
        self.signed[offer] * share * self.program.offers[offer].block_kgpu
    }

    /// Returns capacity by `pool × hour` with what is taken of flexible offers, and what use above their
    /// shares costs, in thousands.
    fn there(&self) -> Result<(Vec<f64>, f64), Broken> {
        let (program, hours) = (self.program, self.weight.len());
        let mut there = vec![0.0; program.pools.len() * hours];
        let mut add = |pool: usize, hour: usize, kgpu: f64| there[pool * hours + hour] += kgpu;
        let held = program.held_kgpu.row(self.place.scenario, self.place.month);
        for (of, kgpu) in program.held.iter().zip(held) {
            (0..hours).for_each(|hour| add(of.pool, hour, *kgpu));
        }
        let firm = program.offers.iter().enumerate().filter(|(_, of)| of.taking == Taking::Firm);
        for (at, offer) in firm {
            (0..hours).for_each(|hour| add(offer.pool, hour, self.kgpu(at)));
        }
        let mut over = 0.0;
        for (number, at) in self.flexible.iter().enumerate() {
            let (offer, kgpu) = (&program.offers[*at], self.kgpu(*at));
            let mut used = 0.0;
            for hour in 0..hours {
                let take = self.taken[number * hours + hour];
                self.fits("offer", *at, take, kgpu)?;
                add(offer.pool, hour, take);
                used += self.weight[hour] * take;
            }
            let free = offer.taking.share() * kgpu * self.weight.iter().sum::<f64>();
            over += offer.price[self.place.month] * (used - free).max(0.0);
        }
        Ok((there, over))
    }

    /// Returns what is served by `class × hour`, after it fits pools and power.
    fn served(&self, there: &[f64]) -> Result<Vec<f64>, Broken> {
        let (program, hours) = (self.program, self.weight.len());
        let mut pools = vec![0.0; there.len()];
        let mut sites = vec![0.0; program.sites.len() * hours];
        let mut served = vec![0.0; program.classes.len() * hours];
        for (at, usage) in program.uses.iter().enumerate() {
            let site = program.pools[usage.pool].site;
            for hour in 0..hours {
                let flow = self.uses[at * hours + hour];
                pools[usage.pool * hours + hour] += flow;
                sites[site * hours + hour] += usage.power_kw * flow;
                served[usage.class * hours + hour] += usage.performance * flow;
            }
        }
        for (at, used) in pools.iter().enumerate() {
            self.fits("pool", at / hours, *used, there[at])?;
        }
        for (at, used) in sites.iter().enumerate() {
            let (site, hour) = (at / hours, at % hours);
            let mw = program.power_mw.at(self.place.scenario, self.place.month, site);
            let share = program.power_share.at(self.place.month, site, hour);
            self.fits("site", site, *used, mw * share)?;
        }
        Ok(served)
    }

    /// Returns what spot and lost work cost, in thousands.
    fn missing(&self, served: &[f64]) -> Result<f64, Broken> {
        let (program, place, hours) = (self.program, self.place, self.weight.len());
        let price = program.spot_price.at(place.scenario, place.month);
        let mut sum = 0.0;
        let runs = runs(program);
        for (class, kind) in program.classes.iter().enumerate() {
            let asked: Vec<f64> = program.demand(place.scenario, place.month, class).collect();
            for run in &runs {
                let most = waits_most(program, place, class, run);
                for hour in run.clone() {
                    let at = class * hours + hour;
                    let before = if hour == run.start { run.end - 1 } else { hour - 1 };
                    let waited = self.waits[at] - self.waits[class * hours + before];
                    self.fits("waiting", class, self.waits[at], most[hour - run.start])?;
                    let missing = asked[hour] - waited / self.weight[hour] - served[at];
                    self.fits("class", class, -missing, 0.0)?;
                    let missing = missing.max(0.0);
                    let bought = self.spot[at].min(missing);
                    self.fits("spot", class, bought, kind.spot_kgpu_most[place.month])?;
                    let lost = kind.lost_load * (missing - bought);
                    sum += self.weight[hour] * (price * bought + lost);
                }
            }
        }
        Ok(sum)
    }
}
