//! What a plan says, each answer in a file: what it costs and where, what limits cost, at which price an
//! offer is worth signing, other plans that cost nearly the same, cost against risk, what the uncertainty
//! is worth.
//!
//! All of them begin from what the search learned ([`crate::Store`]), and say with every figure how it was
//! found: a sum, an interval between bounds, or the dual of a programme with whole numbers held.

mod alternatives;
mod bill;
mod frontier;
mod look_ahead;
mod prices;
mod reach;
mod stochastic;
mod walk_away;
mod worth;

pub use alternatives::{Alternative, alternatives};
pub use bill::{Bill, Line, Term, bill};
pub use frontier::{FrontierPoint, frontier};
pub use look_ahead::{Look, LookAhead, look_ahead};
pub use prices::{LimitPrice, limit_prices};
pub use stochastic::{Information, information, mean_program, one_scenario};
pub use walk_away::{WalkAway, mean_price, walk_away, walk_away_most};
pub use worth::pool_worth;
