//! Hardware and default facts, read from data files; nothing here is about one book.

use crate::{
    AcceleratorId, Curtailment, Derate, Draw, Noise, Outage, PartyId, Scenario, SlipLaw, ZoneId,
};
use jiff::civil::Date;
use offtake_units::{Bandwidth, Bytes, Money, Power, Price, Rate, Share, Span};
use std::collections::BTreeMap;

/// What one failure takes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Radius {
    /// Minutes: costs gangs their goodput, takes no capacity.
    Restart,
    /// One tray (a node of 8-GPU systems).
    Tray,
    /// The whole rack.
    Rack,
}

/// Shape of the time to repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepairShape {
    /// Uniform between low and high.
    Uniform,
    /// Log-normal with low and high as its P10 and P90.
    LogNormal,
}

/// Time to repair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// Shortest, or P10.
    pub low: Span,
    /// Longest, or P90.
    pub high: Span,
    /// Which of the two.
    pub shape: RepairShape,
}

/// One way in which an accelerator fails.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureMode {
    /// Its id, as `gb300-nvl72-tray`.
    pub id: String,
    /// What it takes with it.
    pub radius: Radius,
    /// How often, per GPU-day, rack-day or node-day.
    pub rate: Rate,
    /// Time to repair.
    pub repair: Repair,
    /// Factor on the rate on the first day in service.
    pub infant_factor: f64,
    /// Time in which the excess falls to 1/e.
    pub infant_decay: Span,
}

/// A type of accelerator with its rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Accelerator {
    /// Its id.
    pub id: AcceleratorId,
    /// Its name for people.
    pub name: String,
    /// Who makes it.
    pub maker: PartyId,
    /// GPUs of a rack, the unit of delivery and of whole failure.
    pub rack_gpus: u32,
    /// GPUs that reach each other over NVLink.
    pub nvlink_domain: u32,
    /// GPUs lost with one tray.
    pub tray_gpus: u32,
    /// What a GPU draws, with its share of the rack.
    pub draw: Draw,
    /// What contracts bill for a GPU, if known.
    pub billed_power: Option<Power>,
    /// Memory of a GPU.
    pub memory: Option<Bytes>,
    /// Network of a GPU.
    pub network: Option<Bandwidth>,
    /// When it can be had.
    pub available: Option<Date>,
    /// What a rack costs.
    pub rack_price: Option<Money>,
    /// From order to delivery of the hardware.
    pub lead_time: Option<Span>,
    /// How it fails.
    pub failures: Vec<FailureMode>,
}

/// Defaults by class of site.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Factor on the median slip.
    pub slip_multiplier: f64,
    /// From signing to service.
    pub lead_time: Span,
    /// Outages, where they differ from the default.
    pub outage: Option<Outage>,
}

/// A measured throughput: what one GPU does at a latency target.
#[derive(Clone, Debug, PartialEq)]
pub struct ThroughputRow {
    /// The model.
    pub model: String,
    /// The accelerator.
    pub accelerator: AcceleratorId,
    /// Tokens a second that each user sees at least; `None` for offline.
    pub interactivity: Option<f64>,
    /// Seconds to the first token, where measured.
    pub first_token: Option<f64>,
    /// Input tokens of the test, where said.
    pub input_tokens: Option<f64>,
    /// Output tokens of the test, where said.
    pub output_tokens: Option<f64>,
    /// Output tokens (or images) a second and GPU.
    pub per_gpu: f64,
    /// Number format, where said.
    pub precision: String,
    /// When it was measured.
    pub date: Option<Date>,
    /// Id of its source.
    pub source: String,
}

/// One point of the agentic curve: throughput against sessions held in a GPU's memory.
#[derive(Clone, Debug, PartialEq)]
pub struct AgenticPoint {
    /// The model.
    pub model: String,
    /// The accelerator.
    pub accelerator: AcceleratorId,
    /// Sessions a GPU.
    pub sessions_per_gpu: f64,
    /// Output tokens a second and GPU.
    pub per_gpu: f64,
    /// Tokens a second that each session sees.
    pub interactivity: f64,
    /// When it was measured.
    pub date: Option<Date>,
    /// Id of its source.
    pub source: String,
}

/// A zone and the one that it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The zone that it is part of; `None` for the world.
    pub parent: Option<ZoneId>,
    /// Its name for people.
    pub name: String,
    /// Whether GPUs may be sent there only under an export licence, which can be revoked.
    pub export_licence: bool,
}

/// A market price as it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct PricePoint {
    /// What.
    pub accelerator: AcceleratorId,
    /// When.
    pub date: Date,
    /// Which market: `contract-1y`, `contract-5y`, `on-demand`, `spot`.
    pub kind: String,
    /// Money for a GPU-hour.
    pub price: Price,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Accelerators.
    pub accelerators: BTreeMap<AcceleratorId, Accelerator>,
    /// Measured throughput, tokens and images.
    pub throughput: Vec<ThroughputRow>,
    /// The agentic curves, by sessions within a model and accelerator.
    pub agentic: Vec<AgenticPoint>,
    /// Zones, a tree.
    pub zones: BTreeMap<ZoneId, Zone>,
    /// Round trips in milliseconds between places, both ways.
    pub round_trips: BTreeMap<(String, String), f64>,
    /// Places with the zone that each is in.
    pub places: BTreeMap<String, ZoneId>,
    /// The slip law before its class multiplier.
    pub slip: SlipLaw,
    /// Variance shares of world, grid, supplier and own in a milestone's slip; they sum to 1.
    pub slip_variance: [f64; 4],
    /// From ready to in service.
    pub acceptance: Span,
    /// Classes of site.
    pub classes: BTreeMap<String, Class>,
    /// Outages of a site.
    pub outage: Outage,
    /// Curtailment by grid id, and `default`.
    pub curtailment: BTreeMap<String, Curtailment>,
    /// Scenarios of a book that has none.
    pub scenarios: Vec<Scenario>,
    /// A fleet's share of the benchmark.
    pub derate: Derate,
    /// Day-to-day variability of a workload whose profile does not say.
    pub noise: Noise,
    /// Market prices.
    pub prices: Vec<PricePoint>,
    /// Probability of failure in a year of a supplier that the book says nothing about.
    pub supplier_failure: Rate,
    /// Share that comes back after a supplier's failure.
    pub continues: Share,
}

impl Catalog {
    /// Says whether `zone` is `within`, or lies below it in the tree.
    #[must_use]
    pub fn lies_in(&self, zone: &ZoneId, within: &ZoneId) -> bool {
        let mut at = Some(zone);
        // The tree is shallow; the bound keeps a cycle in bad data from turning for ever.
        for _ in 0..32 {
            match at {
                Some(here) if here == within => return true,
                Some(here) => at = self.zones.get(here).and_then(|zone| zone.parent.as_ref()),
                None => return false,
            }
        }
        false
    }

    /// Returns the round trip between two places in milliseconds, if it is known.
    #[must_use]
    pub fn round_trip(&self, one: &str, other: &str) -> Option<f64> {
        if one == other {
            return Some(0.0);
        }
        let key = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        self.round_trips
            .get(&key(one, other))
            .or_else(|| self.round_trips.get(&key(other, one)))
            .copied()
    }
}
