//! Work: divisible workloads with value blocks, and gangs that need all their GPUs at once.

use crate::{AcceleratorId, PartyId, Profile, WorkloadId, ZoneId};
use jiff::civil::Date;
use offtake_units::{Bandwidth, Bytes, Gpus, Growth, Level, Price, Share, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the GPUs do; it decides what they draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// Answering requests.
    Serving,
    /// Training, or other work at full draw.
    Training,
}

/// A share of a workload with its own priority and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its name within the workload.
    pub name: String,
    /// Its share of the workload.
    pub share: Share,
    /// 1 is served first.
    pub priority: u32,
    /// What an unserved reference GPU-hour costs.
    pub unserved_value: Price,
}

/// A fleet's share of a benchmark: triangular, one draw per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derate {
    /// The least.
    pub low: f64,
    /// The likeliest.
    pub mode: f64,
    /// The most.
    pub high: f64,
}

/// Day-to-day variability: log-normal, AR(1) by day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Standard deviation of the logarithm of a day's level.
    pub sigma: f64,
    /// Correlation of a day with the next.
    pub correlation: f64,
}

/// A bound on the round trip from where the users are.
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    /// A place of the catalog.
    pub from: String,
    /// The longest round trip.
    pub round_trip: Span,
}

/// The level over time.
#[derive(Clone, Debug, PartialEq)]
pub enum LevelSeries {
    /// A level at `from`, in the profile's busiest hour, that grows.
    Grown {
        /// The level at `from`.
        level: Level,
        /// A yearly growth of its own, in place of the scenario's.
        growth: Option<Growth>,
        /// Shape over the week.
        profile: Arc<Profile>,
        /// Hours by which the profile is moved later.
        shift: i64,
    },
    /// Levels by hour from `from` on, as given; neither growth nor profile nor noise touch them.
    Hourly {
        /// Values in the unit of `unit`.
        values: Arc<Vec<f64>>,
        /// The unit.
        unit: offtake_units::LevelUnit,
    },
}

/// Divisible work of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Its id.
    pub id: WorkloadId,
    /// Its name for people.
    pub name: String,
    /// Whose it is.
    pub tenant: Option<PartyId>,
    /// Serving or training.
    pub kind: WorkKind,
    /// First day; the level is as of then.
    pub from: Date,
    /// Day after the last; `None` to the end of the horizon.
    pub until: Option<Date>,
    /// The level over time.
    pub series: LevelSeries,
    /// Yearly growth of what a GPU does (gross work only); 1 for none.
    pub efficiency: Growth,
    /// The day from which efficiency counts: the date of the catalog row, or `from`.
    pub efficiency_from: Date,
    /// Work that one GPU does at the target, by accelerator, in the level's unit per second (GPUs:
    /// relative to the reference accelerator), as measured at `efficiency_from`. An accelerator
    /// that is not here cannot serve the workload.
    pub speed: BTreeMap<AcceleratorId, f64>,
    /// Where those figures come from, for people.
    pub speed_source: String,
    /// The model served, if said.
    pub model: Option<String>,
    /// A fleet's share of the benchmark.
    pub derate: Derate,
    /// Day-to-day variability; `None` for none.
    pub noise: Option<Noise>,
    /// What its users pay for a reference GPU-hour or a million tokens served, if said.
    pub revenue: Option<Price>,
    /// Yearly factor on that, from the first day of the horizon on.
    pub revenue_trend: Growth,
    /// One to three, in order of priority.
    pub blocks: Vec<Block>,
    /// Zones that may serve it (and all below them); empty for all.
    pub zones: Vec<ZoneId>,
    /// Bound on the round trip.
    pub latency: Option<Latency>,
    /// Smallest NVLink domain that a replica needs.
    pub nvlink_domain: u32,
    /// How long work may wait, in whole hours.
    pub delay_hours: u32,
    /// Storage that it needs at a site.
    pub storage: Option<Bytes>,
    /// Network that it needs at a site.
    pub network: Option<Bandwidth>,
}

/// Work that needs all its GPUs at once, in one fabric.
#[derive(Clone, Debug, PartialEq)]
pub struct Gang {
    /// Its id.
    pub id: WorkloadId,
    /// Its name for people.
    pub name: String,
    /// Whose it is.
    pub tenant: Option<PartyId>,
    /// All of these or none.
    pub size: Gpus,
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub until: Date,
    /// 1 is served first.
    pub priority: u32,
    /// What an unserved reference GPU-hour costs.
    pub unserved_value: Price,
    /// Zones that may serve it; empty for all.
    pub zones: Vec<ZoneId>,
    /// Accelerators that it can run on, with their speed relative to the reference accelerator.
    pub speed: BTreeMap<AcceleratorId, f64>,
    /// Smallest NVLink domain that it needs.
    pub nvlink_domain: u32,
    /// Time between checkpoints.
    pub checkpoint_every: Span,
    /// Share of the time that writing checkpoints costs.
    pub checkpoint_cost: Share,
    /// Time to be running again after a failure.
    pub restart: Span,
}

impl Gang {
    /// Returns the share of the gang's time that is useful, with `rate` failures that stop it per
    /// GPU and hour: `1 − N · rate · (restart + half the checkpoint interval) − checkpoint cost`.
    #[must_use]
    pub fn goodput(&self, rate_per_gpu_hour: f64) -> f64 {
        let stops = self.size.count() as f64 * rate_per_gpu_hour;
        let lost = self.restart.hours() + self.checkpoint_every.hours() / 2.0;
        (1.0 - stops * lost - self.checkpoint_cost.part()).clamp(0.0, 1.0)
    }
}
