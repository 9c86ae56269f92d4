//! What was drawn in one sample, as plain data by name. Hours count from the first of the horizon.

use std::collections::BTreeMap;

/// What was drawn in one sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnEvents {
    /// By tranche, as `contract.name`.
    pub tranches: BTreeMap<String, DrawnTranche>,
    /// Hours `[from, until)` in which a site is out, by site.
    pub outages: BTreeMap<String, Vec<(i64, i64)>>,
    /// Curtailments, by grid.
    pub cuts: BTreeMap<String, Vec<DrawnCut>>,
    /// Place of the scenario among the book's.
    pub scenario: usize,
    /// A fleet's share of the benchmark, by workload.
    pub derate: BTreeMap<String, f64>,
    /// Factor of each day, by workload; a workload that is not here has none.
    pub noise: BTreeMap<String, Vec<f64>>,
}

/// What happens to one tranche.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnTranche {
    /// Hour of its first racks in service; `None` when it never comes.
    pub in_service: Option<i64>,
    /// The failure of its supplier, if any.
    pub stop: Option<DrawnStop>,
    /// What breaks.
    pub breakdowns: Vec<DrawnBreakdown>,
}

/// A supplier's failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnStop {
    /// Hour at which everything stops; no rack comes from then on.
    pub at: i64,
    /// Hour at which a share is back.
    pub back: i64,
    /// That share.
    pub share: f64,
}

/// GPUs that are broken over hours `[from, until)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnBreakdown {
    /// First hour.
    pub from: i64,
    /// Hour after the last.
    pub until: i64,
    /// How many GPUs.
    pub gpus: i64,
}

/// A curtailment over hours `[from, until)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnCut {
    /// First hour.
    pub from: i64,
    /// Hour after the last.
    pub until: i64,
    /// Share of the curtailable megawatts that is cut.
    pub depth: f64,
}
