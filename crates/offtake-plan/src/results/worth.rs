//! What one more GPU is worth: by pool and month, from the prices of its pool in the evaluation of the best plan.
//!
//! The row `pool[k,m,h]` of a block has the dual that is meant; a cut sums it over the hours of the month, so over
//! the month's hours it is a price of a GPU-hour. Where power, and not GPUs, is what lacks, it is 0.

use crate::block;
use crate::program::THOUSAND;
use crate::search::{Found, Search};

/// Millions that are as good as none: a cent.
const NOTHING: f64 = 1e-8;

/// By pool and month: what one more of the pool's GPUs for an hour is worth, in the book's currency, undiscounted and
/// expected over futures; 0 where nothing was evaluated.
#[must_use]
pub fn pool_worth(search: &Search<'_>, found: &Found) -> Vec<Vec<f64>> {
    let program = search.program();
    let mut worth = vec![vec![0.0; program.months.len()]; program.pools.len()];
    let evaluation = search.best.as_ref().map_or(0, |best| best.evaluation);
    let Some(kept) = search.store.evaluations.get(evaluation) else { return worth };
    for kept in kept.iter().filter(|kept| kept.place.lost.is_none()) {
        let place = kept.place;
        let tariff = block::Tariff::Money { excess: search.engine.excess };
        let resolution = block::Resolution::joining(program, kept.length);
        let at = place.month * program.scenarios.len() + place.scenario;
        let cut =
            block::cut(program, &resolution, (place, tariff), &kept.duals, found.allowed.of(at));
        // Where nothing is lacking one more saves nothing, whatever price the solver chose of those that would do.
        if cut.at(&found.signed, found.allowed.of(at)) <= NOTHING {
            continue;
        }
        let money = program.months[place.month].discount / THOUSAND;
        let hours = program.month_hours(place.month);
        for (of, slope) in worth.iter_mut().zip(&cut.pools) {
            let price = -slope / (hours * money);
            of[place.month] += program.scenarios[place.scenario].probability * price;
        }
    }
    worth
}
