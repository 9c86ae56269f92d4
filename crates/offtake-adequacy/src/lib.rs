//! Will the contracted capacity hold? Dispatch over samples, and every result of `assess`.
//!
//! A [`System`] is a book made ready once; a [`Runner`] turns sample numbers into [`Record`]s, one
//! at a time and each on its own; results are made from records alone. Pure: no file, clock or thread.

pub mod dispatch;
mod kernel;
mod ladder;
mod load;
mod month;
mod record;
mod run;
mod spot;
mod system;

pub use load::Load;
pub use record::{Family, Layout, Record};
pub use run::Runner;
pub use system::{Block, BuildError, Class, ClassKind, GangSpec, Group, PowerLimit, SpotSpec, StandardSpec, System, Work};
