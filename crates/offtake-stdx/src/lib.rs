//! Registries, seeded streams and the few things that the standard library lacks.
//!
//! **Invariant:** nothing here knows the field; every function gives the same bits on every machine.

pub mod exp;
pub mod normal;
mod stream;

pub use stream::{Entity, Purpose, Stream};
