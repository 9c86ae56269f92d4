//! Serving work from pools, hour by hour, in strict order of blocks.

pub mod cuts;
mod delay;
mod gangs;
mod service;

pub(crate) use service::{Outcome, Queues, Service};
