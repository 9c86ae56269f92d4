//! What limits cost: the duals of the master with whole numbers held at the plan's.

use crate::engine::PlanError;
use crate::search::{Found, Search};

/// What a limit costs.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitPrice {
    /// The limit's name.
    pub limit: String,
    /// The most that it allows, in its own unit.
    pub most: f64,
    /// Millions that one more unit would save, with whole numbers held; at least 0.
    pub price: f64,
}

/// Returns the price of every limit, by the dual of its row on the cuts, with whole numbers held.
///
/// # Errors
/// If the solver fails.
pub fn limit_prices(search: &mut Search<'_>, found: &Found) -> Result<Vec<LimitPrice>, PlanError> {
    search.hold_whole(&found.signed)?;
    let choice = search.master.choose(&search.nothing);
    search.let_go()?;
    let duals = choice?.duals;
    let price = |row: usize| (-duals.get(row).copied().unwrap_or(0.0)).max(0.0);
    let limits = search.master.limits.iter();
    let one = |limit: &crate::master::LimitRow| LimitPrice {
        limit: limit.name.clone(),
        most: limit.most,
        price: price(limit.row),
    };
    Ok(limits.map(one).collect())
}
