//! What people and programs read: the picture, the sentence, tables, JSON, CSV and Parquet.
//!
//! All of it is made from one [`Answer`], so that no two outputs can say different things; nothing
//! here computes a result.

mod answer;
mod awaited;
mod canvas;
mod columns;
pub mod number;
mod picture;
mod read;
mod sentence;

pub use answer::{Answer, Extras, Head, stacked};
pub use awaited::*;
pub use canvas::{Colour, GREEN, Glyphs, RED, Style, YELLOW};
pub use columns::{Columns, Side, wrap};
pub use picture::picture;
pub use read::report;
pub use sentence::sentence;
