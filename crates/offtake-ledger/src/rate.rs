//! What a GPU does of some work, so that capacity can be asked for in tokens.

use offtake_model::AcceleratorId;

/// What one GPU of a type does of some work at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// A workload of the book, at its own target, or a model that was measured.
    pub work: String,
    /// The type of GPU.
    pub accelerator: AcceleratorId,
    /// Tokens a second that each user sees at least, in thousandths; 0 for no such target, and for a workload's own.
    pub interactivity: i64,
    /// Tokens a second of one GPU, in thousandths.
    pub per_gpu: i64,
}

/// Work that is asked for in place of GPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// A workload of the book, or a model that was measured.
    pub work: String,
    /// Tokens a second in all, in thousandths.
    pub per_second: i64,
    /// Tokens a second that each user has to see at least, in thousandths; 0 for no such target.
    pub interactivity: i64,
}
