//! Registries, seeded streams and the few things that the standard library lacks.
//!
//! **Invariant:** nothing here knows the field; every function gives the same bits on every machine.

pub mod estimate;
pub mod exp;
pub mod normal;
mod registry;
pub mod sampled;
mod stream;

pub use registry::assert_folder_is_registered;
pub use stream::{Entity, Purpose, Stream};
