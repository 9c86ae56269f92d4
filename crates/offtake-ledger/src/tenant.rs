//! Who capacity is promised to, who may come, and what the desk may do alone.

use crate::{Fee, Minute, PoolId, Priority};
use offtake_model::{AcceleratorId, PartyId};
use std::collections::BTreeMap;

/// Somebody to whom capacity is promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: PartyId,
    /// Its name for people.
    pub name: String,
    /// The most that its promises may be worth, in millionths of the currency, from now to their ends; `None` for no limit.
    pub credit_limit: Option<i64>,
    /// The most GPUs that it may have at any minute; `None` for no limit.
    pub quota: Option<i64>,
    /// What it pays at least for a GPU-hour, by accelerator.
    pub floors: BTreeMap<AcceleratorId, Fee>,
    /// The best priority that it may ask for, and gets when it asks for none: who is served first is the house's to say.
    pub best_priority: Priority,
}

/// An opportunity of the pipeline: it is shown in the position and holds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Its id.
    pub id: String,
    /// Who may come.
    pub party: PartyId,
    /// The pool that would serve it, if that is known.
    pub pool: Option<PoolId>,
    /// GPUs that it would take.
    pub gpus: i64,
    /// First minute.
    pub from: Minute,
    /// Minute after the last.
    pub until: Minute,
    /// Chance of closing, in millionths.
    pub chance: u32,
    /// Whether others must be refused until it has answered: until this minute; `None` for no such right.
    pub first_refusal_until: Option<Minute>,
}

/// What holds for the whole ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// A commitment worth more, in millionths of the currency, is confirmed only once a second person approved it;
    /// `None` when one is enough.
    pub approval_above: Option<i64>,
}
