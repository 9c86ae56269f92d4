//! From a book to what is published: pools, what the contracts say is there, and what is there in joint samples.
//!
//! A path is one sample of the book's futures (slips, failures of suppliers, outages, breakdowns; the owner's own failure
//! is never drawn), as the mean of each cell of time, rounded down. `firm(q)` of a cell is the most that at least the share
//! `q` of the paths have. Where a hall lacks power, for good or because the grid cuts it, its pools share what is left
//! alike (`curtailment.rs`). **Limits:** within a cell a path is its mean, so that an outage or a cut of hours shows as a
//! lower day; after the book's horizon nothing is there to promise firmly.

use crate::curtailment::Halls;
use jiff::civil::Date;
use offtake_adequacy::{Causes, SupplyRunner, System};
use offtake_futures::Future;
use offtake_ledger::{
    Fee, LEVELS, Minute, Offer, Paths, Pool, PoolId, PowerPool, Publication, Published, Rate,
    Recipe, Sold, Spec, Steps,
};
use offtake_model::{
    AcceleratorId, Axis, Book, LevelSeries, PartyId, Side, Site, SiteId, ThroughputRow, ZoneId,
};
use offtake_units::{LevelUnit, Per, Price, Span};
use std::collections::BTreeMap;

const MINUTES_OF_AN_HOUR: i64 = 60;
const HOURS_OF_A_DAY: usize = 24;
const HOURS_OF_A_WEEK: usize = 168;
/// Numbers of paths up to which a cell is a day; beyond, it is a week.
const FINE: usize = 20_000_000;
/// The deepest tree of zones.
const DEEPEST: usize = 32;

/// Makes what is published of a book, from so many joint samples.
#[must_use]
pub fn publication(book: &Book, study: &str, samples: u64, seed: u64) -> Publication {
    let system = System::undispatched(book, seed);
    let clock = Clock::new(&system.axis);
    let cells = sampled(&system, &Halls::new(book, &system), samples);
    let contracted = contracted(&system, &clock);
    let pools = system.pools.iter().zip(contracted).zip(&cells.means);
    let pools: Vec<Published> = pools
        .filter_map(|((pool, contracted), means)| {
            let (firm, paths) = cells.published(means, &clock);
            Some(Published { pool: pool_of(book, pool)?, contracted, firm, paths })
        })
        .collect();
    Publication {
        study: study.to_owned(),
        currency: book.currency.code().to_owned(),
        path_count: samples as usize,
        pools,
        powers: powers(book, &clock),
        offers: offers(book, &clock),
        sold: sold(book, &system, &clock),
        rates: rates(book),
        book: String::new(),
    }
}

/// Returns what GPUs do: of each workload that is counted in tokens, at its own target and as much of the benchmark as the
/// fleet reaches in the mean, without what it learns later; and of each model that was measured by the book's day, as the
/// latest measurements say.
fn rates(book: &Book) -> Vec<Rate> {
    let thousandths = |tokens: f64| (tokens * 1e3) as i64;
    let mut rates = Vec::new();
    for workload in book.workloads.values() {
        let unit = match &workload.series {
            LevelSeries::Grown { level, .. } => level.unit(),
            LevelSeries::Hourly { unit, .. } => *unit,
        };
        let derate = workload.derate;
        let reached = (derate.low + derate.mode + derate.high) / 3.0;
        let tokens = workload.speed.iter().filter(|_| unit == LevelUnit::TokensPerSecond);
        rates.extend(tokens.map(|(accelerator, speed)| Rate {
            work: workload.id.to_string(),
            accelerator: accelerator.clone(),
            interactivity: 0,
            per_gpu: thousandths(speed * reached),
        }));
    }
    let known: Vec<&ThroughputRow> =
        book.catalog.throughput.iter().filter(|row| row.date <= Some(book.as_of)).collect();
    let mut latest: BTreeMap<(&str, &AcceleratorId), Option<Date>> = BTreeMap::new();
    for row in &known {
        let date = latest.entry((&row.model, &row.accelerator)).or_default();
        *date = (*date).max(row.date);
    }
    let is_latest =
        |row: &&&ThroughputRow| latest[&(row.model.as_str(), &row.accelerator)] == row.date;
    rates.extend(known.iter().filter(is_latest).map(|row| Rate {
        work: row.model.clone(),
        accelerator: row.accelerator.clone(),
        interactivity: thousandths(row.interactivity.unwrap_or(0.0)),
        per_gpu: thousandths(row.per_gpu),
    }));
    rates.retain(|rate| rate.per_gpu > 0);
    rates
}

/// Minutes of Unix time for the hours and days of a book.
struct Clock<'a> {
    axis: &'a Axis,
    start: i64,
}

impl Clock<'_> {
    fn new(axis: &Axis) -> Clock<'_> {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = axis.from().since(epoch).map_or(0, |span| i64::from(span.get_days()));
        Clock { axis, start: days * 24 }
    }

    fn hour(&self, hour: i64) -> Minute {
        let last = i64::from(Minute::MAX) / MINUTES_OF_AN_HOUR;
        let hours = hour.saturating_add(self.start).clamp(-last, last - 1);
        (hours * MINUTES_OF_AN_HOUR) as Minute
    }

    fn day(&self, day: jiff::civil::Date) -> Minute {
        self.hour(self.axis.hour_of(day))
    }
}

fn span_minutes(span: Span) -> Minute {
    (span.hours() * 60.0).clamp(0.0, 1e9) as Minute
}

/// Means of every pool, cell and sample.
struct Cells {
    /// First hour of each cell.
    starts: Vec<usize>,
    hours: usize,
    samples: usize,
    /// By pool: cell after cell, in each the samples.
    means: Vec<Vec<i32>>,
}

fn sampled(system: &System, halls: &Halls, samples: u64) -> Cells {
    let hours = system.axis.hours();
    let count = samples as usize;
    let days = system.axis.days();
    let width = match system.pools.len() * days * count <= FINE {
        true => HOURS_OF_A_DAY,
        false => HOURS_OF_A_WEEK,
    };
    let starts: Vec<usize> = (0..hours).step_by(width).collect();
    let mut means = vec![vec![0_i32; starts.len() * count]; system.pools.len()];
    let mut runner = SupplyRunner::new(system);
    let mut future = Future::default();
    let mut sums = vec![vec![0.0_f64; starts.len()]; system.pools.len()];
    let mut here: Vec<Vec<f32>> = vec![Vec::new(); system.pools.len()];
    for sample in 0..samples {
        sums.iter_mut().for_each(|sums| sums.fill(0.0));
        if !halls.is_empty() {
            // The same future as the runner draws.
            system.sampler.draw(sample, Causes::ALL, &mut future);
        }
        runner.hours(sample, Causes::ALL, |month, pool, available| {
            here[pool].clear();
            here[pool].extend_from_slice(available);
            if pool + 1 < system.pools.len() {
                return;
            }
            let month = system.axis.months()[month];
            halls.share(&future, month, &mut here);
            for (sums, available) in sums.iter_mut().zip(&here) {
                for (hour, gpus) in available.iter().enumerate() {
                    sums[(month.start + hour) / width] += f64::from(*gpus);
                }
            }
        });
        for (means, sums) in means.iter_mut().zip(&sums) {
            for (cell, sum) in sums.iter().enumerate() {
                let long = width.min(hours - cell * width);
                means[cell * count + sample as usize] = (sum / long as f64) as i32;
            }
        }
    }
    Cells { starts, hours, samples: count, means }
}

impl Cells {
    /// Returns firm supply by level, and the paths, of a pool; cells in which nothing changes are left out.
    fn published(&self, means: &[i32], clock: &Clock) -> ([Steps; 4], Paths) {
        let mut firm: [Steps; 4] = Default::default();
        let mut paths = Paths::default();
        for (cell, start) in self.starts.iter().enumerate() {
            let here = &means[cell * self.samples..(cell + 1) * self.samples];
            if paths.gpus.len() >= self.samples
                && paths.gpus[paths.gpus.len() - self.samples..] == *here
            {
                continue;
            }
            let minute = clock.hour(*start as i64);
            paths.starts.push(minute);
            paths.gpus.extend_from_slice(here);
            let mut sorted = here.to_vec();
            sorted.sort_unstable();
            for (steps, level) in firm.iter_mut().zip(LEVELS) {
                push(steps, minute, firm_of(&sorted, level));
            }
        }
        let end = clock.hour(self.hours as i64);
        paths.starts.push(end);
        paths.gpus.extend(std::iter::repeat_n(0, self.samples));
        firm.iter_mut().for_each(|steps| push(steps, end, 0));
        (firm, paths)
    }
}

/// Returns the most that at least a share of numbers, which ascend, come up to.
fn firm_of(sorted: &[i32], level: u32) -> i64 {
    let count = sorted.len() as u64;
    let enough = (count * u64::from(level)).div_ceil(1_000_000) as usize;
    sorted.len().checked_sub(enough.max(1)).map_or(0, |at| i64::from(sorted[at]))
}

fn push(steps: &mut Steps, minute: Minute, gpus: i64) {
    if steps.last().is_none_or(|last| last.1 != gpus) {
        steps.push((minute, gpus));
    }
}

/// Returns what the contracts say of each pool: on the promised day, or the day that it came.
fn contracted(system: &System, clock: &Clock) -> Vec<Steps> {
    let mut future = Future::default();
    system.sampler.draw(0, Causes::NONE, &mut future);
    let steps = |(pool, life): (&offtake_position::Pool, &offtake_position::Life)| {
        let racks = offtake_position::Steps::new(pool, *life);
        let mut steps = Steps::new();
        let mut hour = i64::MIN;
        loop {
            hour = racks.next_change(hour);
            if hour == i64::MAX {
                return steps;
            }
            push(&mut steps, clock.hour(hour), (racks.racks(hour) * pool.rack_gpus).min(pool.gpus));
        }
    };
    system.pools.iter().zip(&future.lives).map(steps).collect()
}

fn fee(book: &Book, price: Option<Price>) -> Option<Fee> {
    let price = price.filter(|price| price.per() == Per::GpuHour)?;
    Some((book.in_currency(price.money()) * 1e6).round() as Fee)
}

/// Returns what is asked for a GPU-hour, as far as the book knows: the price of a long contract on the market.
fn market(book: &Book, accelerator: &AcceleratorId) -> Fee {
    fee(book, book.markets.get(accelerator).map(|market| market.price)).unwrap_or(0)
}

fn spec(book: &Book, site: &SiteId, accelerator: &AcceleratorId) -> Option<Spec> {
    let (here, kind) = (book.sites.get(site)?, book.catalog.accelerators.get(accelerator)?);
    Some(Spec {
        site: site.clone(),
        zones: zones(book, &here.zone),
        round_trips: round_trips(book, here),
        accelerator: accelerator.clone(),
        rack_gpus: i64::from(kind.rack_gpus.max(1)),
        nvlink_domain: i64::from(kind.nvlink_domain.max(1)),
    })
}

fn zones(book: &Book, zone: &ZoneId) -> Vec<ZoneId> {
    let around = |zone: &ZoneId| book.catalog.zones.get(zone).and_then(|zone| zone.parent.clone());
    std::iter::successors(Some(zone.clone()), around).take(DEEPEST).collect()
}

fn round_trips(book: &Book, site: &Site) -> BTreeMap<String, u32> {
    let Some(here) = &site.place else { return BTreeMap::new() };
    let trip = |place: &String| {
        let trip = book.catalog.round_trip(place, here)? + site.place_adder.milliseconds();
        Some((place.clone(), (trip * 1e3) as u32))
    };
    book.catalog.places.keys().filter_map(trip).collect()
}

/// Returns the kilowatts of grid power that a GPU takes at a site at full draw.
fn grid_kilowatts(book: &Book, site: &SiteId, accelerator: &AcceleratorId) -> f64 {
    let here = book.sites.get(site).and_then(|site| site.draw.get(accelerator));
    let listed = book.catalog.accelerators.get(accelerator).map(|kind| &kind.draw);
    let pue = book
        .halls
        .values()
        .filter(|hall| hall.site == *site)
        .map(|hall| hall.pue)
        .fold(1.0, f64::max);
    here.or(listed).map_or(0.0, |draw| draw.training.kilowatts()) * pue
}

fn pool_of(book: &Book, pool: &offtake_position::Pool) -> Option<Pool> {
    let contract = book.contracts.get(&pool.contract)?;
    let idle = book.idles.values().find(|idle| idle.site == pool.site);
    let earns = idle.map_or(0.0, |idle| book.in_currency(idle.earns.money()));
    let displaces = earns * grid_kilowatts(book, &pool.site, &pool.accelerator) / 1e3;
    let is_bought = book.side(contract) == Side::Bought;
    Some(Pool {
        id: PoolId::new(&pool.tranche.to_string()),
        spec: spec(book, &pool.site, &pool.accelerator)?,
        dedicated_to: pool.dedicated_to.clone(),
        price: market(book, &pool.accelerator),
        cost: if is_bought { fee(book, contract.price).unwrap_or(0) } else { 0 },
        displaces: (displaces * 1e6).round() as Fee,
    })
}

fn powers(book: &Book, clock: &Clock) -> Vec<PowerPool> {
    let recipe = |site: &SiteId, name: &String| {
        let build = book.builds.get(name)?;
        let spec = spec(book, site, &build.accelerator)?;
        let rack_kilowatts = grid_kilowatts(book, site, &build.accelerator) * spec.rack_gpus as f64;
        let hall = build.capex_hall.map_or(0.0, |price| book.in_currency(price.money()))
            * rack_kilowatts
            / 1e3;
        let rack = build.capex_rack.map(|money| book.in_currency(money));
        Some(Recipe {
            id: name.clone(),
            spec,
            rack_kilowatts: rack_kilowatts.ceil() as i64,
            takes: span_minutes(build.takes),
            rack_capex: rack.map(|rack| ((rack + hall) * 1e6).round() as i64),
        })
    };
    let power = |(id, stock): (&String, &offtake_model::PowerStock)| PowerPool {
        id: PoolId::new(id),
        kilowatts: vec![(
            clock.day(stock.from.unwrap_or(book.from)),
            stock.grid_power.kilowatts() as i64,
        )],
        recipes: stock.builds.iter().filter_map(|name| recipe(&stock.site, name)).collect(),
    };
    book.powers.iter().map(power).collect()
}

fn offers(book: &Book, clock: &Clock) -> Vec<Offer> {
    let next = |day: jiff::civil::Date| day.tomorrow().unwrap_or(day);
    let offer = |offer: &offtake_model::Offer| {
        Some(Offer {
            id: offer.id.clone(),
            seller: offer.seller.clone(),
            spec: spec(book, &offer.site, &offer.accelerator)?,
            block: offer.block.count(),
            blocks: offer.blocks,
            start_from: clock.day(offer.start_from),
            start_until: clock.day(next(offer.start_until)),
            lead: span_minutes(offer.lead_time),
            term: span_minutes(offer.term),
            open_until: offer.open_until.map(|day| clock.day(next(day))),
            price: fee(book, Some(offer.price)).unwrap_or(0),
        })
    };
    book.offers.values().filter_map(offer).collect()
}

/// Returns the contracts that the owner sold, each tied to its tranche.
fn sold(book: &Book, system: &System, clock: &Clock) -> Vec<Sold> {
    let sold = |pool: &offtake_position::Pool| {
        let contract = book.contracts.get(&pool.contract)?;
        let buyer: &PartyId = &contract.buyer;
        if book.side(contract) != Side::Sold || *buyer == book.owner {
            return None;
        }
        let life = pool.promised_life();
        let mut due = Steps::new();
        push(&mut due, clock.hour(pool.promised.saturating_add(pool.ramp)), pool.gpus);
        push(&mut due, clock.hour(life.end), 0);
        Some(Sold {
            id: pool.tranche.to_string(),
            tenant: buyer.clone(),
            pool: PoolId::new(pool.tranche.to_string().as_str()),
            gpus: pool.gpus,
            due,
            grace: span_minutes(contract.late.grace),
        })
    };
    system.pools.iter().filter_map(sold).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails says where")]

    use super::*;
    use std::path::Path;

    fn book(name: &str) -> Book {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books").join(name);
        offtake_book::read_book(&path).book.unwrap()
    }

    #[test]
    fn firm_supply_is_what_enough_paths_come_up_to() {
        let sorted: Vec<i32> = (1..=10).collect();
        assert_eq!(LEVELS.map(|level| firm_of(&sorted, level)), [1, 2, 3, 6]);
        assert_eq!(firm_of(&[], 900_000), 0);
        assert_eq!(firm_of(&[7], 1), 7);
    }

    /// A hall of 9 MW of which the grid may cut 2, with 1,536 GPUs of one and 3,072 of another at 1.95 kW each: 8,986 kW.
    fn hall(events: &str, depth: &str) -> Book {
        let text = format!(
            r#"
format = 1
title = "One hall"
as_of = 2026-01-01
from = 2026-01-01
until = 2027-01-01
scope = "a system small enough to be solved by hand"
reference_accelerator = "gb300-nvl72"
[defaults]
uncertainty = "none"
[grid.plain]
curtailment.events = "{events}"
curtailment.duration = "10000 h"
curtailment.depth = "{depth}"
[site.plains]
zone = "US-TX"
grid = "plain"
accelerator.gb300-nvl72.draw = "1.95 kW"
[hall.plains-1]
site = "plains"
critical_it = "9 MW"
curtailable = "2 MW"
[fleet.one]
site = "plains"
hall = "plains-1"
accelerator = "gb300-nvl72"
gpus = 1536
delivered = 2025-01-01
[fleet.two]
site = "plains"
hall = "plains-1"
accelerator = "gb300-nvl72"
gpus = 3072
delivered = 2026-07-01
"#
        );
        let reading = offtake_book::read_book_bytes("hall.toml", text.as_bytes());
        reading.book.unwrap_or_else(|| panic!("{:?}", reading.findings))
    }

    #[test]
    fn pools_of_a_hall_share_what_the_grid_leaves() {
        // Cut without a pause: events every few hours that last a year.
        let gpus = |book: &Book| {
            let made = publication(book, "hall", 4, 7);
            let at = |pool: usize, month: i8| {
                let day = jiff::civil::date(2026, month, 15);
                let minute =
                    i64::from(day.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days());
                let steps = &made.pools[pool].firm[0];
                steps.iter().rev().find(|step| i64::from(step.0) <= minute * 1_440).unwrap().1
            };
            let all = [at(0, 3), at(1, 3), at(0, 9), at(1, 9)];
            // Firm in every path alike, because it is never uncertain here.
            assert_eq!(made.pools[0].firm[0], made.pools[0].firm[3]);
            all
        };
        // 7,000 kW are left: enough for the first alone, and of both 7,000 / 8,985.6 = 0.77902: 1,196.6 and 2,393.2.
        assert_eq!(gpus(&hall("500/month", "100 %")), [1_536, 0, 1_196, 2_393]);
        // Half of it cut: 8,000 kW, a share of 0.89031: 1,367.5 and 2,735.04.
        assert_eq!(gpus(&hall("500/month", "50 %")), [1_536, 0, 1_367, 2_735]);
        assert_eq!(gpus(&hall("0/month", "100 %")), [1_536, 0, 1_536, 3_072]);
    }

    #[test]
    fn a_cut_of_hours_lowers_those_hours_alone() {
        let book = hall("0/month", "100 %");
        let system = System::undispatched(&book, 7);
        let halls = Halls::new(&book, &system);
        let grid = book.grids.keys().position(|id| id.to_string() == "plain").unwrap();
        let mut future = Future::default();
        system.sampler.draw(0, Causes::NONE, &mut future);
        let hours = offtake_futures::Hours { from: 2, until: 4 };
        future.cuts[grid].push(offtake_futures::Cut { hours, depth: 1.0 });
        let month = system.axis.months()[0];
        let mut available = vec![vec![1_536.0; 31 * 24], vec![3_072.0; 31 * 24]];
        halls.share(&future, month, &mut available);
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        for (hour, (one, two)) in available[0].iter().zip(&available[1]).enumerate() {
            let share = if (2..4).contains(&hour) { 7_000.0 / 8_985.6 } else { 1.0 };
            assert!(near(*one, 1_536.0 * share), "hour {hour}: {one}");
            assert!(near(*two, 3_072.0 * share), "hour {hour}: {two}");
        }
    }

    #[test]
    fn what_is_published_of_a_book_contradicts_nothing_and_is_the_same_again() {
        for name in ["iren-2026-07", "microsoft-2025-11", "one-rack"] {
            let book = book(name);
            let made = publication(&book, name, 16, 7);
            assert_eq!(offtake_desk::publication_faults(&made), [], "{name}");
            assert_eq!(made, publication(&book, name, 16, 7), "{name}");
            assert!(!made.pools.is_empty(), "{name}");
            // What work does is published: the catalog's models in every book, and the book's own workloads.
            let works: std::collections::BTreeSet<&str> =
                made.rates.iter().map(|rate| rate.work.as_str()).collect();
            assert!(works.contains("deepseek-r1"), "{name} {works:?}");
            assert_eq!(works.contains("reasoning-us"), name.starts_with("microsoft"), "{works:?}");
            for pool in &made.pools {
                let most = pool.paths.gpus.iter().copied().max().unwrap();
                let contracted = pool.contracted.iter().map(|step| step.1).max().unwrap();
                assert!(i64::from(most) <= contracted, "{name} {}", pool.pool.id);
                // A higher level of firmness is never more.
                for (minute, gpus) in &pool.firm[0] {
                    let lower = pool.firm[3].iter().rev().find(|step| step.0 <= *minute).unwrap();
                    assert!(*gpus <= lower.1, "{name} {}", pool.pool.id);
                }
            }
        }
    }

    #[test]
    fn a_sellers_book_has_sold_contracts_power_to_build_on_and_what_idle_power_earns() {
        let made = publication(&book("iren-2026-07"), "iren", 8, 7);
        assert!(!made.sold.is_empty());
        assert!(made.powers.iter().any(|power| !power.recipes.is_empty()));
        for sold in &made.sold {
            let pool = made.pools.iter().find(|pool| pool.pool.id == sold.pool).unwrap();
            assert_eq!(pool.pool.dedicated_to.as_ref(), Some(&sold.tenant));
        }
    }
}
