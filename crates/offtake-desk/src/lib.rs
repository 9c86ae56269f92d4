//! The desk: what of contracted capacity can still be promised, how firmly, and to whom.
//!
//! [`Ledger`] is the fold of the ledger's events. It answers a [`Wish`] with alternatives or with a refusal that has
//! reasons and numbers ([`Ledger::quote`]); says how probably a promise is kept, over all its pools and months
//! ([`Ledger::firmness`]); turns an [`Order`] into a change or into all that speaks against it ([`Ledger::decide`]); and
//! lists what no longer fits when supply changes ([`Ledger::breaches`]). Under it lies a [`Calendar`] for each pool: free
//! GPUs over time, answered in the logarithm of its steps.
//!
//! Pure: it owns no clock, no store and no thread. Time comes with events; who keeps them appends what
//! [`Ledger::decide`] says, in the transaction in which it said so.

mod amend;
mod breach;
mod calendar;
mod checks;
mod decide;
mod firmness;
mod fit;
mod grid;
mod ledger;
mod library;
mod month;
mod objection;
mod paths;
mod position;
mod publication;
mod quote;
mod reason;
mod refusal;
mod request;
mod search;
mod shelf;
mod split;
mod tokens;
mod tower;

pub use amend::{Amendment, Weighed};
pub use breach::{Breach, Broken, LateContract};
pub use calendar::Calendar;
pub use decide::{Command, Order};
pub use firmness::{Moved, last_of};
pub use fit::misfit;
pub use ledger::{Ledger, Standing, State};
pub use library::Kept;
pub use month::next_month;
pub use objection::Objection;
pub use offtake_ledger::{Minute, NEVER};
pub use position::Position;
pub use publication::publication_faults;
pub use quote::{Alternative, Answer, Placed, level_for, value};
pub use reason::Reason;
pub use refusal::{Capable, Means, Refusal};
pub use request::{
    By, Fault, LONGEST_HOLD_MS, MOST_ALTERNATIVES, MOST_GPUS, MOST_MINUTES, SHORTEST_HOLD_MS, Wish,
    constraint_faults, faults,
};
pub use shelf::{Rank, Shelf, value_at};
pub use tokens::gpus_for;
