//! Answers of the desk, as far as they are shown. What is not shown is not read, so that a newer desk may say more.

use serde::Deserialize;

/// Whose token it is.
#[derive(Debug, Deserialize)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) tenant: Option<String>,
}

/// The supply that is in force.
#[derive(Debug, Deserialize)]
pub(crate) struct Supply {
    pub(crate) study: String,
    pub(crate) currency: String,
    pub(crate) pools: usize,
    pub(crate) paths: usize,
}

/// GPUs of a pool for a time.
#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    pub(crate) pool: String,
    pub(crate) gpus: i64,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) price: f64,
}

/// What a change would take.
#[derive(Debug, Deserialize)]
pub(crate) struct ChangeQuote {
    pub(crate) parts: Vec<Part>,
    pub(crate) total: f64,
    pub(crate) total_before: f64,
    pub(crate) joint: f64,
    pub(crate) objections: Vec<Against>,
}

/// One thing that speaks against it.
#[derive(Debug, Deserialize)]
pub(crate) struct Against {
    pub(crate) detail: String,
}

/// One way to serve a wish.
#[derive(Debug, Deserialize)]
pub(crate) struct Way {
    pub(crate) parts: Vec<Part>,
    pub(crate) gpus: i64,
    pub(crate) total: f64,
    pub(crate) screen: f64,
    pub(crate) joint: Option<f64>,
}

/// The answer to a wish.
#[derive(Debug, Deserialize)]
pub(crate) struct Quote {
    pub(crate) is_offered: bool,
    pub(crate) screened_for: f64,
    #[serde(default)]
    pub(crate) alternatives: Vec<Way>,
    pub(crate) refusal: Option<Refusal>,
}

/// Why a wish cannot be served.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) earliest_possible: Option<String>,
    pub(crate) fewer_gpus: Option<Near>,
    pub(crate) fewer_hours: Option<Near>,
    pub(crate) less_firm: Option<Near>,
    #[serde(default)]
    pub(crate) capable: Vec<Capable>,
}

/// Why a pool does not serve.
#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    pub(crate) pool: String,
    pub(crate) reason: String,
}

/// Something near to what was asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Near {
    pub(crate) pool: String,
    pub(crate) value: f64,
}

/// What could be signed or built.
#[derive(Debug, Deserialize)]
pub(crate) struct Capable {
    pub(crate) by: String,
    pub(crate) what: String,
    pub(crate) gpus: i64,
    pub(crate) start: String,
    pub(crate) price: Option<f64>,
    pub(crate) capex: Option<f64>,
}

/// A promise as it stands.
#[derive(Debug, Deserialize)]
pub(crate) struct Promise {
    pub(crate) id: String,
    pub(crate) tenant: String,
    pub(crate) state: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) priority: u8,
    pub(crate) promised_firmness: f64,
    pub(crate) firmness: Option<f64>,
    pub(crate) lapses: Option<String>,
    pub(crate) version: u32,
}

/// A pool.
#[derive(Debug, Deserialize)]
pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) site: String,
    pub(crate) accelerator: String,
}

/// A pool's position over a stretch of time.
#[derive(Debug, Deserialize)]
pub(crate) struct Stretch {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) contracted: i64,
    pub(crate) sold: i64,
    pub(crate) committed: i64,
    pub(crate) held: i64,
    pub(crate) free: i64,
    pub(crate) firm_left: Vec<Level>,
    pub(crate) pipeline: f64,
}

/// What is left at a level of firm supply.
#[derive(Debug, Deserialize)]
pub(crate) struct Level {
    pub(crate) firmness: f64,
    pub(crate) gpus: i64,
}

/// All that is promised and will not be there.
#[derive(Debug, Deserialize)]
pub(crate) struct Breaches {
    pub(crate) promises: Vec<Breach>,
    pub(crate) contracts: Vec<Late>,
}

/// A promise that gets less than was promised, or is less firm.
#[derive(Debug, Deserialize)]
pub(crate) struct Breach {
    pub(crate) promise: String,
    pub(crate) tenant: String,
    pub(crate) priority: u8,
    /// `short`, or `softer`.
    pub(crate) kind: String,
    /// What of it is not kept, in words.
    pub(crate) says: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) short: i64,
    pub(crate) gpu_hours: f64,
    pub(crate) cures: Vec<Cure>,
}

/// Other capacity for a breach.
#[derive(Debug, Deserialize)]
pub(crate) struct Cure {
    pub(crate) parts: Vec<Part>,
}

/// A contract sold before the desk opened that is later than it forgives.
#[derive(Debug, Deserialize)]
pub(crate) struct Late {
    pub(crate) contract: String,
    pub(crate) tenant: String,
    pub(crate) from: String,
    pub(crate) short: i64,
}

/// What a recount found.
#[derive(Debug, Deserialize)]
pub(crate) struct Audit {
    pub(crate) is_sound: bool,
    pub(crate) events: u64,
    pub(crate) live: usize,
    pub(crate) faults: Vec<String>,
    pub(crate) disagreements: Vec<String>,
}

/// A token.
#[derive(Debug, Deserialize)]
pub(crate) struct Token {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) tenant: Option<String>,
    pub(crate) made: String,
    pub(crate) barred: Option<String>,
}

/// A token that was just made.
#[derive(Debug, Deserialize)]
pub(crate) struct NewToken {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) secret: String,
}

/// A tenant.
#[derive(Debug, Deserialize)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) credit_limit: Option<f64>,
    pub(crate) quota: Option<i64>,
    pub(crate) exposure: f64,
}

/// An opportunity.
#[derive(Debug, Deserialize)]
pub(crate) struct Prospect {
    pub(crate) id: String,
    pub(crate) party: String,
    pub(crate) pool: Option<String>,
    pub(crate) gpus: i64,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) chance: f64,
    pub(crate) first_refusal_until: Option<String>,
}

/// What holds for the whole desk.
#[derive(Debug, Deserialize)]
pub(crate) struct Settings {
    pub(crate) approval_above: Option<f64>,
}

/// Something that happened.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) why: String,
    pub(crate) kind: String,
    pub(crate) promise: Option<String>,
}
