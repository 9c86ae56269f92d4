//! What to sign next: the programme, its decomposition with certified bounds, and what a plan says.
//!
//! A [`Program`] is plain data. Pure: no file, clock or thread; a solver of linear programmes and the
//! threads to run it on are parameters.

pub mod program;

pub use program::Program;
