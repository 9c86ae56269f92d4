//! Will the contracted capacity hold? Dispatch over samples, and every result of `assess`.
//!
//! A [`System`] is a book made ready once; a [`Runner`] turns sample numbers into [`Record`]s, one
//! at a time and each on its own; results are made from records alone. Pure: no file, clock or thread.

pub mod dispatch;
mod estimate;
mod headline;
mod hours;
mod kernel;
mod ladder;
mod load;
mod month;
mod record;
mod results;
mod run;
mod spot;
mod system;

pub use estimate::{Estimate, Quantiles, Weights};
pub use dispatch::Note;
pub use headline::{DEFAULT_MONTH_RISK, Headline};
pub use hours::MonthHours;
pub use load::Load;
pub use record::{Family, Layout, Record};
pub use results::{
    Assessment, BlockResult, ContractResult, HeadroomResult, MonthResult, StandardResult,
    SupplyResult, assess,
};
pub use run::Runner;
pub use system::{
    Block, BuildError, Class, ClassKind, GangSpec, Group, PowerLimit, SpotSpec, StandardSpec,
    System, Work,
};
