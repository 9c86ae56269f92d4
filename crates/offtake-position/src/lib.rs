//! Capacity arithmetic, and nowhere else: what is promised, what is in service, what is available,
//! and which work may use it.
//!
//! Study, desk and page show the same number because they call the same function. (The auditor
//! recounts with arithmetic of its own.) Pure: plain data in, plain data out.
//!
//! Words: a **pool** is one tranche (or an owned fleet) at one site with one GPU type, in racks;
//! racks of a ramp arrive one after another; a pool that was never delivered has no **life**.

mod capacity;
mod eligibility;
mod pool;

pub use capacity::{Steps, available};
pub use eligibility::{Use, open_to_gang, open_to_workload, reference_speed};
pub use pool::{Life, Pool, Stop, pools};
