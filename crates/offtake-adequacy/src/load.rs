//! Demand by hour before anything random touches it.

use offtake_model::{Axis, Book, ContractId, LevelSeries, Scenario, Workload};
use offtake_position::{Pool, Steps, reference_speed};
use offtake_units::LevelUnit;

/// Hours of a year of 365.25 days, the unit that growth is compounded in.
pub(crate) const HOURS_PER_YEAR: f64 = 8_766.0;

/// Demand of a class by scenario and hour, in reference GPUs of a fleet without derate.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// By scenario, then hour; a class that no scenario moves has one series.
    pub hours: Vec<Vec<f32>>,
    /// Demand by hour as if nothing grew, for break-even growth; empty where growth does not apply.
    pub level: Vec<f32>,
    /// Hour from which the level grows.
    pub since: i64,
    /// Place of its workload among the book's, for noise and derate; `None` for what is contracted.
    pub workload: Option<usize>,
}

impl Load {
    /// Returns the series of `scenario`.
    #[must_use]
    pub fn of(&self, scenario: usize) -> &[f32] {
        self.hours.get(scenario).or_else(|| self.hours.first()).map_or(&[], Vec::as_slice)
    }
}

/// Returns the demand of `workload`.
#[must_use]
pub(crate) fn of_workload(book: &Book, axis: &Axis, index: usize, workload: &Workload) -> Load {
    let scale = 1.0 / reference_speed(book, workload).unwrap_or(1.0);
    let first = axis.hour_of(workload.from).max(0);
    let last =
        workload.until.map_or(i64::MAX, |until| axis.hour_of(until)).min(axis.hours() as i64);
    let is_active = |hour: i64| (first..last).contains(&hour);
    let since = axis.hour_of(workload.from);
    match &workload.series {
        LevelSeries::Hourly { values, .. } => {
            let value = |hour: usize| {
                let at = usize::try_from(hour as i64 - since).ok().and_then(|at| values.get(at));
                at.filter(|_| is_active(hour as i64)).map_or(0.0, |v| (v * scale) as f32)
            };
            Load {
                hours: vec![(0..axis.hours()).map(value).collect()],
                level: Vec::new(),
                since,
                workload: Some(index),
            }
        }
        LevelSeries::Grown { level, growth, profile, shift } => {
            let week = axis.first_hour_of_week() as i64 - shift;
            let shape = |hour: usize| profile.hours[(week + hour as i64).rem_euclid(168) as usize];
            let at = |hour: usize| {
                if is_active(hour as i64) { level.value() * scale * shape(hour) } else { 0.0 }
            };
            let series = |yearly: f64| -> Vec<f32> {
                grown(yearly, since, axis.hours())
                    .into_iter()
                    .enumerate()
                    .map(|(hour, g)| (at(hour) * g) as f32)
                    .collect()
            };
            let efficiency = workload.efficiency.factor();
            // What a GPU did on the day it was measured, it does better by now.
            let gained = compound(efficiency, since - axis.hour_of(workload.efficiency_from));
            let net = |scenario: &Scenario| {
                let own = growth.map(offtake_units::Growth::factor);
                match level.unit() {
                    LevelUnit::Gpus => own.unwrap_or(scenario.accelerators.factor()),
                    _ => own.unwrap_or(scenario.tokens.factor()) / efficiency,
                }
            };
            let rescale = |v: Vec<f32>| {
                v.into_iter().map(|x| (f64::from(x) / gained) as f32).collect::<Vec<f32>>()
            };
            Load {
                hours: book.scenarios.iter().map(|s| rescale(series(net(s)))).collect(),
                level: rescale(series(1.0)),
                since,
                workload: Some(index),
            }
        }
    }
}

/// Returns `factor` to the power of `hours` in years.
pub(crate) fn compound(factor: f64, hours: i64) -> f64 {
    if (factor - 1.0).abs() < 1e-15 {
        1.0
    } else {
        libm::pow(factor, hours as f64 / HOURS_PER_YEAR)
    }
}

/// Returns `factor` to the power of the years from hour `since` to each hour from 0 on: one power a
/// day, times a table of the hours of a day.
pub(crate) fn grown(factor: f64, since: i64, hours: usize) -> Vec<f64> {
    let of_hour: [f64; 24] = std::array::from_fn(|hour| compound(factor, hour as i64));
    let mut grown = Vec::with_capacity(hours.next_multiple_of(24));
    for day in 0..hours.div_ceil(24) {
        let start = compound(factor, day as i64 * 24 - since);
        grown.extend(of_hour.iter().map(|hour| start * hour));
    }
    grown.truncate(hours);
    grown
}

/// Returns the GPUs that the owner promised under `contract`, by hour.
#[must_use]
pub(crate) fn of_obligation(axis: &Axis, pools: &[Pool], contract: &ContractId) -> Load {
    let mut hours = vec![0.0_f32; axis.hours()];
    for pool in pools.iter().filter(|pool| pool.contract == *contract) {
        let steps = Steps::new(pool, pool.promised_life());
        for (hour, total) in hours.iter_mut().enumerate() {
            *total += offtake_position::available(pool, steps.racks(hour as i64), 0, 1.0) as f32;
        }
    }
    Load { hours: vec![hours], level: Vec::new(), since: 0, workload: None }
}
