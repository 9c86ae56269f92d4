//! What there is to promise: by contract, firmly, and in each of a few hundred joint paths.

use crate::{Firmness, Minute, Offer, Pool, PoolId, PowerPool, Rate};
use offtake_model::PartyId;

/// A step function of time: from each minute on so many, none before the first. Minutes ascend.
pub type Steps = Vec<(Minute, i64)>;

/// The levels of firm supply that are published, highest first.
pub const LEVELS: [Firmness; 4] = [950_000, 900_000, 750_000, 500_000];

/// One pool's supply in every path: cells of time that the paths share, each with as many numbers as there are paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// Start of each cell, ascending; the last goes on for good, and before the first there is nothing.
    pub starts: Vec<Minute>,
    /// GPUs in service: the first cell's paths in order, then the next cell's.
    pub gpus: Vec<i32>,
}

/// A pool with its supply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The pool.
    pub pool: Pool,
    /// GPUs that the contract says are in service: the most that may be promised.
    pub contracted: Steps,
    /// GPUs in service in at least the share of samples of each of [`LEVELS`].
    pub firm: [Steps; 4],
    /// GPUs in service in each joint path.
    pub paths: Paths,
}

/// A contract that was sold before the desk opened: it follows its tranche, in every path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// The contract and its tranche.
    pub id: String,
    /// Who bought.
    pub tenant: PartyId,
    /// The pool that it takes from.
    pub pool: PoolId,
    /// GPUs, or what of them is there.
    pub gpus: i64,
    /// GPUs that the contract promises, by minute.
    pub due: Steps,
    /// Minutes of lateness that are no breach.
    pub grace: Minute,
}

/// Everything that there is to promise, as of one assess. It replaces what was published before as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// Which assess of which book: words for people.
    pub study: String,
    /// The version of the book that it was made of, by its id; empty where none was kept.
    pub book: String,
    /// ISO code of the currency of all money.
    pub currency: String,
    /// How many joint paths there are, at least one, all equally likely.
    pub path_count: usize,
    /// The pools.
    pub pools: Vec<Published>,
    /// Power without GPUs.
    pub powers: Vec<PowerPool>,
    /// What could be signed.
    pub offers: Vec<Offer>,
    /// What was sold before.
    pub sold: Vec<Sold>,
    /// What GPUs do of work that may be asked for in tokens.
    pub rates: Vec<Rate>,
}
