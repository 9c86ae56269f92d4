//! Result types that the engine is about to have.

use offtake_adequacy::Estimate;

/// A cause.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseResult {
    /// `open-position`, or the name of a cause.
    pub cause: String,
    /// Unserved reference GPU-hours a year.
    pub eue: Estimate,
    /// Its share of all the unserved; the shares sum to 1.
    pub share: f64,
}

/// A contract's worth.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditResult {
    /// Its id.
    pub contract: String,
    /// GPUs of all its tranches.
    pub nameplate_gpus: f64,
    /// By calendar year.
    pub years: Vec<YearCredit>,
}

/// What a contract is worth in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct YearCredit {
    /// The year.
    pub year: i16,
    /// GPUs that it promises, mean over the year's hours.
    pub promised_gpus: f64,
    /// Firm GPUs that it is worth.
    pub credit_gpus: Option<Estimate>,
}

/// Break-even growth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakEven {
    /// Growth a year.
    pub growth: Option<Estimate>,
    /// Factor on today's level.
    pub factor: Option<Estimate>,
}

/// A last date to sign.
#[derive(Clone, Debug, PartialEq)]
pub struct DecideBy {
    /// The gap.
    pub gap: String,
    /// As `2026-Q3`.
    pub quarter: String,
    /// The zone.
    pub zone: String,
    /// GPUs.
    pub gpus: f64,
    /// The last date.
    pub date: Option<jiff::civil::Date>,
    /// How.
    pub how: String,
}
