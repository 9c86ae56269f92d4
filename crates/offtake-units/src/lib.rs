//! Quantities of the GPU-capacity field: power, GPUs, money, time, shares and rates.
//!
//! Text always carries its unit (`"750 MW"`), and a bare number is refused with the mend in the
//! message. What enters money or counts is a whole number of one fixed unit, so that sums are
//! exact; what enters statistics alone (shares, rates, growth) is floating point.
//!
//! **Invariant:** no public field; a number becomes a quantity through a constructor that names
//! the unit, and only the products that mean something exist.

mod compute;
mod money;
mod power;
mod ratio;
mod text;
mod time;

pub use compute::{Bandwidth, Bytes, GpuHours, Gpus, Level, LevelUnit, Speed};
pub use money::{Currency, Money, Per, Price};
pub use power::Power;
pub use ratio::{Growth, Rate, RateBasis, Share};
pub use text::{ParseQuantityError, Quantity};
pub use time::Span;
