//! Studies: samples run on threads, kept in parts that merge, and made into results.
//!
//! The engine below is pure and runs one sample at a time; this shell gives it threads, a clock and
//! a file for each part. A part holds what every sample came to and nothing that depends on how it
//! was shared out, so a study of merged parts is the study of one run, to the last bit.

mod compare;
mod facts;
mod judgement;
mod offer;
mod part;
pub mod plan;
mod recount;
mod run;
mod share;
mod stress;
mod study;
pub mod value;
mod whole;

pub use compare::{BooksCompared, compare_books};
pub use facts::{RunClock, RunFacts};
pub use judgement::{Change, judgements};
pub use offer::offer;
pub use part::{Header, Part, PartError};
pub use recount::{drawn_events, recount, reported};
pub use run::{Progress, Request, Silent, StudyError, run, run_on, threads};
pub use stress::{StressRequest, every_month, stress};
pub use study::{Study, results, results_on};
pub use whole::write_whole;
