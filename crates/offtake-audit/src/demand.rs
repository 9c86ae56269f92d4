//! Demand counted hour by hour, and which GPUs may serve it.

use crate::calendar;
use crate::drawn::DrawnEvents;
use offtake_model::{AcceleratorId, Book, LevelSeries, Tranche, Workload, ZoneId};
use offtake_units::LevelUnit;
use std::collections::BTreeMap;

/// Hours of a year of 365.25 days.
const YEAR: f64 = 8_766.0;

/// Returns the demand of `workload` at `hour` in reference GPUs.
pub(crate) fn of_workload(book: &Book, drawn: &DrawnEvents, work: &Workload, hour: i64) -> f64 {
    let since = hour - calendar::hour(book.from, work.from);
    let is_over = work.until.is_some_and(|until| hour >= calendar::hour(book.from, until));
    if since < 0 || is_over {
        return 0.0;
    }
    let id = work.id.to_string();
    let level = match &work.series {
        LevelSeries::Hourly { values, .. } => values.get(since as usize).copied().unwrap_or(0.0),
        LevelSeries::Grown { level, growth, profile, shift } => {
            // 1 January 1970 was a Thursday: three days after a Monday.
            let week_hour = 24 * (calendar::day_number(book.from) + 3) + hour - shift;
            let shape = profile.hours[week_hour.rem_euclid(168) as usize];
            let scenario = &book.scenarios[drawn.scenario];
            let is_gross = level.unit() != LevelUnit::Gpus;
            let seen = if is_gross { scenario.tokens } else { scenario.accelerators };
            let yearly = growth.unwrap_or(seen).factor();
            let years = since as f64 / YEAR;
            let mut amount = level.value() * shape * libm::pow(yearly, years);
            if is_gross {
                let measured = calendar::hour(book.from, work.efficiency_from);
                let age = (hour - measured) as f64 / YEAR;
                amount /= libm::pow(work.efficiency.factor(), age);
            }
            amount
        }
    };
    let noise = drawn.noise.get(&id).and_then(|days| days.get((hour / 24) as usize));
    let derate = drawn.derate.get(&id).copied().unwrap_or(1.0);
    level * noise.copied().unwrap_or(1.0) / derate / reference(book, &work.speed)
}

/// Returns the speed that counts as one reference GPU: the reference accelerator's, or where that
/// cannot serve the work the fastest that can.
pub(crate) fn reference(book: &Book, speed: &BTreeMap<AcceleratorId, f64>) -> f64 {
    match speed.get(&book.reference_accelerator) {
        Some(speed) => *speed,
        None => speed.values().copied().fold(0.0, f64::max),
    }
}

/// Returns the reference GPUs that one GPU of `tranche` is worth to `workload`, or `None` when it may
/// not serve it. `sold_to` is who the owner of the book sold the tranche to, if anyone.
pub(crate) fn worth(
    book: &Book,
    work: &Workload,
    tranche: &Tranche,
    sold_to: Option<&offtake_model::PartyId>,
) -> Option<f64> {
    let speed = *work.speed.get(&tranche.accelerator)?;
    let domain = book.catalog.accelerators.get(&tranche.accelerator)?.nvlink_domain;
    if domain < work.nvlink_domain || speed <= 0.0 {
        return None;
    }
    let only = tranche.dedicated_to.as_ref().or(sold_to);
    if only.is_some() && only != work.tenant.as_ref() {
        return None;
    }
    let site = book.sites.get(&tranche.site)?;
    if !work.zones.is_empty() && !work.zones.iter().any(|zone| lies_in(book, &site.zone, zone)) {
        return None;
    }
    if let (Some(latency), Some(place)) = (&work.latency, &site.place) {
        let trip = trip(book, &latency.from, place);
        let is_far =
            |trip: f64| trip + site.place_adder.milliseconds() > latency.round_trip.milliseconds();
        if trip.is_some_and(is_far) {
            return None;
        }
    }
    let mut whole = 0;
    while work.nvlink_domain > 0 && whole + work.nvlink_domain <= domain {
        whole += work.nvlink_domain;
    }
    let share = if whole == 0 { 1.0 } else { f64::from(whole) / f64::from(domain) };
    Some(speed * share / reference(book, &work.speed))
}

fn trip(book: &Book, from: &str, to: &str) -> Option<f64> {
    let known = |a: &str, b: &str| book.catalog.round_trips.get(&(a.to_owned(), b.to_owned()));
    if from == to { Some(0.0) } else { known(from, to).or_else(|| known(to, from)).copied() }
}

fn lies_in(book: &Book, zone: &ZoneId, outer: &ZoneId) -> bool {
    let mut here = Some(zone.clone());
    for _ in 0..book.catalog.zones.len() + 1 {
        match here {
            Some(zone) if zone == *outer => return true,
            Some(zone) => here = book.catalog.zones.get(&zone).and_then(|z| z.parent.clone()),
            None => return false,
        }
    }
    false
}
