//! The certificate of a plan: what somebody else needs to check it without trusting the search.
//!
//! The lower bound is the optimum of a small programme, [`Certificate::master`]: what is signed, its limits
//! and the cuts. That each cut is valid follows from the prices that it was made of; that the programme's
//! optimum is the bound, from solving it with any solver. The upper bound is what the flows cost. [`check`]
//! does the arithmetic, hour by hour from the formulas, and shares none of it with what made the numbers.

mod check;

use crate::block::Place;
use crate::engine::PlanError;
use crate::search::{Found, Point, Search};
use crate::solver::{Model, Rows};
use crate::store::Kept;

pub use check::{Broken, Checked, check};

/// What a block does, by column of its programme at full resolution: those that are not 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    /// `use × hour` and kGPU.
    pub uses: Vec<(u32, f64)>,
    /// `flexible offer × hour` (numbered among the flexible) and kGPU taken.
    pub taken: Vec<(u32, f64)>,
    /// `class × hour` and kGPU of spot.
    pub spot: Vec<(u32, f64)>,
    /// `class × hour` and what waits at its end, in thousands of GPU-hours.
    pub waiting: Vec<(u32, f64)>,
}

/// A plan with its proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// Blocks by offer.
    pub signed: Vec<f64>,
    /// What the plan costs at most.
    pub objective: f64,
    /// What every plan costs at least.
    pub bound: f64,
    /// The blocks of money, in the order of `flows`.
    pub places: Vec<Place>,
    /// What each of them does.
    pub flows: Vec<Flows>,
    /// Prices of all blocks, by evaluation.
    pub prices: Vec<Vec<Kept>>,
    /// By evaluation: the first of its rows among `cuts`.
    pub rows: Vec<usize>,
    /// Rows made of prices: `θ − Σ slope x + Σ price υ ≥ constant`.
    pub cuts: Rows,
    /// What is signed and its limits, without cuts.
    pub base: Model,
    /// Columns of θ: the first, and how many months fall to one of a scenario's.
    pub theta: usize,
    /// Sums that the master keeps apart for each scenario.
    pub groups: usize,
    /// The most that a price of unserved work is taken for; any number proves something.
    pub dearest: f64,
    /// By block and row of unserved work: the master's column, if it has one.
    pub allowed: Vec<Option<usize>>,
    /// All blocks, those with a party lost included, in the order of `allowed`.
    pub all_places: Vec<Place>,
}

impl Certificate {
    /// Returns the small programme whose optimum is the bound.
    #[must_use]
    pub fn master(&self) -> Model {
        let mut model = self.base.clone();
        for row in 0..self.cuts.len() {
            let terms: Vec<(usize, f64)> = self.cuts.terms(row).collect();
            model.rows.push(self.cuts.lower[row], self.cuts.upper[row], terms);
        }
        model
    }
}

/// Returns the certificate of a plan. Evaluates it once more to write down its flows.
///
/// # Errors
/// If a block cannot be solved.
pub fn certificate(search: &mut Search<'_>, found: &Found) -> Result<Certificate, PlanError> {
    let point = Point { signed: found.signed.clone(), allowed: found.allowed.clone() };
    let flows = search.flows(&point)?;
    let engine = &search.engine;
    Ok(Certificate {
        signed: found.signed.clone(),
        objective: found.objective,
        bound: found.bound,
        places: engine.places[..engine.money].to_vec(),
        flows,
        prices: search.store.evaluations.clone(),
        rows: search.first_rows.clone(),
        cuts: search.master.cuts.clone(),
        base: search.master.model.clone(),
        theta: search.master.columns.theta,
        groups: search.master.groups,
        dearest: engine.excess,
        allowed: search.master.columns.allowed.clone(),
        all_places: engine.places.clone(),
    })
}
