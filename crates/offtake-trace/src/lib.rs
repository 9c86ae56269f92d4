//! Turns a trace of requests into a profile: the shape of the week, how much days differ, how long
//! requests are; with a picture.
//!
//! A trace is read once, line by line, in memory that does not grow with the file: counts by the hour
//! and histograms of lengths. Each format is one file in `formats`. `source` opens and unpacks,
//! `stamp` knows time zones, `tally` counts, `week` and `days` turn counts into the profile,
//! `picture`, `svg` and `json` show it. The profile's own file is in `offtake-book`.
//!
//! **Invariants:** the order of the lines does not matter (counts are whole numbers, in millionths of
//! a request); whatever the bytes, the outcome is a profile or an error that names lines, never a panic.

mod cells;
mod days;
mod error;
pub mod formats;
mod json;
mod length;
mod measure;
mod picture;
mod source;
mod stamp;
mod svg;
mod tally;
mod week;

pub use error::{BadLine, TraceError};
pub use json::json;
pub use measure::{BadLines, Options, Traffic, measure, measure_bytes};
pub use picture::{Ink, picture};
pub use source::{Progress, QUIET_BELOW};
pub use stamp::{parse_start, parse_zone};
pub use svg::svg;
