//! Serving work from pools, hour by hour, in strict order of blocks.

pub mod cuts;
mod delay;
mod gangs;
mod notes;
mod program;
mod rays;
mod service;
mod sheet;
mod tile;
mod window;
mod working;

pub use notes::Note;
pub(crate) use service::{Outcome, Queues, Service};
pub(crate) use sheet::Sheet;
pub(crate) use tile::as_tile;
pub(crate) use window::{EXACT_WINDOW, is_short};
