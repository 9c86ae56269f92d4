//! Standards and limits: what a plan has to keep, each with a name under which its price is reported.
//!
//! None of them knows how it is met: a standard couples the blocks and is met by allowances
//! (`standards`), the others are rows over what is signed (`master`).

/// Everything that a plan has to keep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Unserved work.
    pub standards: Vec<Standard>,
    /// Unserved work when one party is lost.
    pub losses: Vec<LossLimit>,
    /// Share of capacity behind one party.
    pub concentration: Vec<ConcentrationLimit>,
    /// Money of a year.
    pub budgets: Vec<BudgetLimit>,
    /// Money paid ahead in a month.
    pub prepayments: Vec<PrepaymentLimit>,
    /// Money at stake with one party.
    pub exposures: Vec<ExposureLimit>,
    /// Any other limit of what is signed together.
    pub rows: Vec<RowLimit>,
}

/// Unserved work (before spot: spot counts as unserved) of some classes in some months is at most so much.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// Its name, as `eue[chat,2027]`.
    pub name: String,
    /// The classes that it counts; together they are one quantity.
    pub classes: Vec<usize>,
    /// The months that it counts.
    pub months: Vec<usize>,
    /// How futures are weighed.
    pub measure: Measure,
    /// The most, in thousands of hours of reference GPUs over those months.
    pub most: f64,
}

/// How the unserved work of many futures becomes one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Its mean (EUE).
    Expected,
    /// The mean of the worst `1 − level` of futures.
    Cvar {
        /// 0 or above and below 1.
        level: f64,
    },
}

/// With any one party of a kind lost for the whole horizon, and all that it stands behind, the expected
/// unserved work (before spot) of some classes is at most so much.
#[derive(Clone, Debug, PartialEq)]
pub struct LossLimit {
    /// Its name, as `n-1[supplier,chat]`.
    pub name: String,
    /// Whose loss.
    pub kind: usize,
    /// The classes that it counts.
    pub classes: Vec<usize>,
    /// The months that it counts.
    pub months: Vec<usize>,
    /// The scenarios that it is held in, weighed by their probabilities made to sum to 1.
    pub scenarios: Vec<usize>,
    /// The most, in thousands of hours of reference GPUs over those months.
    pub most: f64,
}

/// In every year, expected GPU-hours behind any one party of a kind are at most a share of all.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcentrationLimit {
    /// Its name, as `concentration[supplier]`.
    pub name: String,
    /// The kind of party.
    pub kind: usize,
    /// The most, 0 to 1.
    pub share: f64,
}

/// Expected fixed payments of a year (take-or-pay, prepayments, others; not discounted) are at most so much.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetLimit {
    /// Its name, as `budget[2027]`.
    pub name: String,
    /// The year.
    pub year: i32,
    /// Millions.
    pub most: f64,
}

/// Prepayments of a month are at most so much.
#[derive(Clone, Debug, PartialEq)]
pub struct PrepaymentLimit {
    /// Its name, as `prepayment[2027-03]`.
    pub name: String,
    /// The month.
    pub month: usize,
    /// Millions.
    pub most: f64,
}

/// Money at stake with one party is at most so much, in every month.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposureLimit {
    /// Its name, as `exposure[nscale]`.
    pub name: String,
    /// The party.
    pub party: usize,
    /// Millions.
    pub most: f64,
}

/// `Σ factor · blocks ≤ most`: only one start of an offer, halls that fit, whatever else is linear.
#[derive(Clone, Debug, PartialEq)]
pub struct RowLimit {
    /// Its name, as `hall[narvik,2027-03]`.
    pub name: String,
    /// Offers and the factor of a block of each.
    pub terms: Vec<(usize, f64)>,
    /// The most of their sum.
    pub most: f64,
}
