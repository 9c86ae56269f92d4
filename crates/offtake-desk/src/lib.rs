//! The desk: what of contracted capacity can still be promised.
//!
//! A [`Calendar`] holds the free GPUs of one pool over time and answers, without looking at every step, how many are free
//! through a stretch of time and from when a wish fits. Pure: it owns no clock and no store; who keeps a ledger
//! feeds it with what was promised.

mod calendar;
mod tower;

pub use calendar::{Calendar, Minute, NEVER};
