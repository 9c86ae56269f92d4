//! What was promised to whom, and what there is to promise, as plain data and events.
//!
//! State is never stored: it is the fold of [`Event`]s. The desk (`offtake-desk`) folds them into calendars that answer
//! quickly, the auditor (`offtake-audit`) recounts them slowly with arithmetic of its own; this crate is all that the two
//! have in common, so it has nouns and no arithmetic beyond a product of three numbers.
//!
//! **Invariant:** types here are not (de)serialisable; how an event is written belongs to the store. Time is counted in
//! minutes and milliseconds of Unix time in UTC; nothing here owns a clock.

mod book;
mod event;
mod pool;
mod promise;
mod rate;
mod supply;
mod tenant;
mod time;

pub use book::BookVersion;
pub use event::{Cause, Change, Event, KINDS_OF_PROMISES, KINDS_OF_THE_HOUSE};
pub use pool::{Offer, Pool, PoolId, PowerPool, Recipe, Spec};
pub use promise::{Constraints, Latency, Part, Promise, PromiseId, Racks, Together, value_of};
pub use rate::{Rate, Tokens};
pub use supply::{LEVELS, Paths, Publication, Published, Sold, Steps};
pub use tenant::{Prospect, Settings, Tenant};
pub use time::{Instant, MINUTE_MS, Minute, NEVER};

/// Millionths of the ledger's currency for one GPU-hour.
pub type Fee = i64;

/// A probability in millionths: 900,000 is 0.9.
pub type Firmness = u32;

/// The probability 1 as [`Firmness`].
pub const CERTAIN: Firmness = 1_000_000;

/// The firmness that a request asks for when it says nothing.
pub const USUAL: Firmness = 900_000;

/// Who is served first: 1 before 2 and so on, up to [`LAST_PRIORITY`].
pub type Priority = u8;

/// The priority that is served last.
pub const LAST_PRIORITY: Priority = 5;

/// The priority that is asked for where nothing is said.
pub const USUAL_PRIORITY: Priority = 1;
