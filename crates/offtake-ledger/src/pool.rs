//! Pools of GPUs, pools of power that GPUs can be built on, and offers that could be signed.

use crate::{Fee, Minute, Steps};
use offtake_model::{AcceleratorId, PartyId, SiteId, ZoneId};
use std::collections::BTreeMap;
use std::fmt;

/// Names a pool: `contract.tranche`, or the id of a power pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolId(String);

impl PoolId {
    /// Makes the id; any text is one.
    #[must_use]
    pub fn new(text: &str) -> PoolId {
        PoolId(text.to_owned())
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for PoolId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// What constraints look at: where capacity stands and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Where.
    pub site: SiteId,
    /// The zone of the site, then every zone around it.
    pub zones: Vec<ZoneId>,
    /// Round trips in microseconds, by the place that they are measured from.
    pub round_trips: BTreeMap<String, u32>,
    /// What.
    pub accelerator: AcceleratorId,
    /// GPUs of a rack.
    pub rack_gpus: i64,
    /// GPUs that reach each other over NVLink.
    pub nvlink_domain: i64,
}

/// A tranche of a contract, or an owned fleet, at one site with one GPU type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Where and what.
    pub spec: Spec,
    /// The one tenant that may use it; `None` for all.
    pub dedicated_to: Option<PartyId>,
    /// What is asked for a GPU-hour.
    pub price: Fee,
    /// What a GPU-hour costs its holder.
    pub cost: Fee,
    /// What a promised GPU-hour displaces: what the megawatts would earn otherwise.
    pub displaces: Fee,
}

impl Pool {
    /// Says whether it is anybody's, or this tenant's own; `None` stands for nobody in particular.
    #[must_use]
    pub fn is_open_to(&self, tenant: Option<&PartyId>) -> bool {
        self.dedicated_to.as_ref().is_none_or(|only| Some(only) == tenant)
    }

    /// Returns the price below which a promise loses money: what the capacity costs and what the promise displaces.
    #[must_use]
    pub const fn floor(&self) -> Fee {
        self.cost.saturating_add(self.displaces)
    }
}

/// Megawatts not yet turned into GPUs, and what may be built on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerPool {
    /// Its id.
    pub id: PoolId,
    /// Kilowatts that are there, by minute.
    pub kilowatts: Steps,
    /// What may be built, in the order of preference.
    pub recipes: Vec<Recipe>,
}

/// A recipe that turns power into GPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Its id in the book.
    pub id: String,
    /// Where and what would stand.
    pub spec: Spec,
    /// Kilowatts of grid power that a rack takes.
    pub rack_kilowatts: i64,
    /// Minutes from order to service.
    pub takes: Minute,
    /// What a rack and its share of the hall cost, in millionths of the currency; `None` when not known.
    pub rack_capex: Option<i64>,
}

/// A contract that is not signed yet and could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id in the book.
    pub id: String,
    /// Who offers.
    pub seller: PartyId,
    /// Where and what.
    pub spec: Spec,
    /// GPUs of a block, the least that can be signed.
    pub block: i64,
    /// How many blocks there are.
    pub blocks: i64,
    /// First minute at which service may start.
    pub start_from: Minute,
    /// Minute after the last at which service may start.
    pub start_until: Minute,
    /// Minutes from signing to service.
    pub lead: Minute,
    /// Minutes of use.
    pub term: Minute,
    /// Minute from which it can no longer be signed; `None` when it stays open.
    pub open_until: Option<Minute>,
    /// What it costs a GPU-hour.
    pub price: Fee,
}
