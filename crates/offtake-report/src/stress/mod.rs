//! What people and programs read of `stress`: sentence, tornado, tables, JSON.

mod json;
mod sentence;
mod tables;
mod text;

use crate::answer::Head;
use offtake_adequacy::{Estimate, Stresses};

pub use json::stress_json;
pub use tables::stress_tables;
pub use text::stress_text;

/// What `stress` found, with what reports say of the book.
#[derive(Clone, Copy, Debug)]
pub struct StressAnswer<'a> {
    /// What the reports say of the book.
    pub head: &'a Head,
    /// The currency of money.
    pub currency: &'a str,
    /// What counterfactuals change.
    pub stresses: &'a Stresses,
    /// What moving each judgement between its low and its high changes, the most first.
    pub judgements: &'a [Judgement],
}

/// A value that is only judgement, moved between its low and its high.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Its path in the book: `contract.iren.late.grace`.
    pub input: String,
    /// The value as written.
    pub value: String,
    /// Its low end, as written.
    pub low: String,
    /// Its high end.
    pub high: String,
    /// What the low end changes of the unserved reference GPU-hours a year.
    pub delta_low: Estimate,
    /// What the high end changes.
    pub delta_high: Estimate,
    /// Why an end was not tried, in words, where the book does not read with it.
    pub note: Option<String>,
}

impl Judgement {
    /// Returns how much it moves the unserved at most.
    #[must_use]
    pub fn swing(&self) -> f64 {
        let of = |delta: Estimate| if delta.mean.is_finite() { delta.mean.abs() } else { 0.0 };
        of(self.delta_low).max(of(self.delta_high))
    }
}

/// Returns the sentences that answer "who guarantees continuous access, and does it make new dependencies?".
#[must_use]
pub fn stress_sentence(answer: &StressAnswer<'_>) -> String {
    sentence::sentence(answer)
}
