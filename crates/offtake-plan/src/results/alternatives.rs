//! Other plans that cost nearly the same: each as different as can be from those before it.
//!
//! On the cuts, a plan within reach is searched that signs as little as possible of what the plans before
//! it sign, and as much as possible of what they do not. What it really costs is then evaluated at full
//! resolution; one that turns out to cost more than was asked for is left out.

use crate::engine::PlanError;
use crate::search::{Found, Point, Search};

/// Another plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Blocks by offer.
    pub signed: Vec<f64>,
    /// What it costs, evaluated at full resolution.
    pub objective: f64,
}

/// Returns up to `count` plans that cost at most `share` more than the one found, and keep every standard.
///
/// # Errors
/// If the solver fails.
pub fn alternatives(
    search: &mut Search<'_>,
    found: &Found,
    share: f64,
    count: usize,
) -> Result<Vec<Alternative>, PlanError> {
    let most = found.objective + share * found.objective.abs();
    let row = search.cost_row()?;
    let mut known = vec![found.signed.clone()];
    let mut plans = Vec::new();
    for _ in 0..2 * count {
        if plans.len() == count {
            break;
        }
        let costs = search.distance(&known);
        let choice = search.with_objective(&costs, (row, most))?;
        let Some(choice) = choice else { break };
        let signed = search.master.whole(&choice.signed);
        if known.contains(&signed) {
            break;
        }
        let point = Point { signed: signed.clone(), allowed: choice.allowed };
        let value = search.evaluate_fine(&point)?;
        if let Some(objective) = value.filter(|objective| *objective <= most) {
            plans.push(Alternative { signed: signed.clone(), objective });
        }
        known.push(signed);
    }
    Ok(plans)
}
