//! What to sign next: the programme, its decomposition with certified bounds, and what a plan says.
//!
//! A [`Program`] is plain data. Pure: no file, clock or thread; a solver of linear programmes and the
//! threads to run it on are parameters ([`solver`]).

pub mod block;
mod block_rows;
pub mod certificate;
mod conflict;
mod engine;
mod hours;
pub mod made;
mod master;
pub mod program;
pub mod pypsa;
pub mod results;
pub mod risk;
mod room;
mod sample;
pub mod search;
mod search_more;
pub mod solver;
pub mod stage;
pub mod standards;
pub mod store;
pub mod whatif;
pub mod whole;

pub use block_rows::Allowed;
pub use conflict::Conflict;
pub use engine::PlanError;
pub use program::Program;
pub use search::{Finish, Found, Integers, Options, Progress, Search};
pub use store::Store;
