//! The few things that a counterfactual can do to a future.

use offtake_futures::{Cut, Hours};

/// A step towards service that can come later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// Power at the hall.
    Power,
    /// The hall itself.
    Hall,
    /// The accelerators.
    Accelerators,
}

/// What a counterfactual does. Pools, sites, grids, workloads and gangs are named by their places.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A share of what the pools have available is lost, in whole racks.
    Lost {
        /// The pools.
        pools: Vec<usize>,
        /// When.
        hours: Hours,
        /// The share.
        share: f64,
    },
    /// The pool is not in service before an hour.
    NotBefore {
        /// The pool.
        pool: usize,
        /// The hour.
        hour: i64,
    },
    /// Pools that are not in service by an hour never are.
    Lapses {
        /// The pools.
        pools: Vec<usize>,
        /// The hour.
        hour: i64,
    },
    /// A milestone of pools that are not delivered comes later.
    Later {
        /// The pools.
        pools: Vec<usize>,
        /// The milestone.
        milestone: Milestone,
        /// By how many hours.
        hours: i64,
    },
    /// The supplier, grid and site of another pool decide over these, in slip, failure and outage.
    Follows {
        /// The pools.
        pools: Vec<usize>,
        /// The other.
        pool: usize,
    },
    /// A grid cuts curtailable megawatts.
    Curtailed {
        /// The grid.
        grid: usize,
        /// When and how deep.
        cut: Cut,
    },
    /// Workloads and gangs are wanted no more.
    Unwanted {
        /// The workloads.
        workloads: Vec<usize>,
        /// The gangs.
        gangs: Vec<usize>,
        /// From this hour on; gangs, which run whole or not at all, from the first of its month.
        from: i64,
    },
    /// What the owner sold from these pools is owed and paid no more.
    Unsold {
        /// The pools.
        pools: Vec<usize>,
        /// When.
        hours: Hours,
    },
    /// Each future's demand follows the scenario with the next greater growth.
    ScenarioUp,
    /// Power that the owner pays costs this much more, as a share.
    PowerPrice {
        /// The share.
        share: f64,
    },
}
