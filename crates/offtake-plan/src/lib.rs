//! What to sign next: the programme, its decomposition with certified bounds, and what a plan says.
//!
//! A [`Program`] is plain data. Pure: no file, clock or thread; a solver of linear programmes and the
//! threads to run it on are parameters ([`solver`]).

pub mod block;
pub mod made;
pub mod program;
pub mod risk;
pub mod solver;
pub mod stage;
pub mod whole;

pub use program::Program;
