//! The walk-away price of an offer: the price at which signing it and not signing it cost the same.
//!
//! With `n` blocks signed the best plan costs `z(n, p)`, which grows with the price `p`; without any it
//! costs `z(0)`. Both lie between a bound, by solving the master on the cuts with the offer held, and an
//! incumbent, by evaluating what the master chose at full resolution. So the price lies between the one at
//! which the incumbent with it reaches the bound without, and the one at which the bound with it reaches
//! the incumbent without. Below the interval signing is worth it, above it is not, whatever else is signed.
//!
//! A price is a factor on the offer's prices by month; it is reported times the mean price asked.

use super::reach::reach;
use crate::engine::PlanError;
use crate::program::Program;
use crate::risk;
use crate::search::{Found, Point, Search};

/// At which price an offer is worth signing.
#[derive(Clone, Debug, PartialEq)]
pub struct WalkAway {
    /// The offer.
    pub offer: usize,
    /// The quantity that it is asked for: what the plan signs, or the least that can be signed.
    pub blocks: f64,
    /// Whether the plan signs it.
    pub is_signed: bool,
    /// Up to this price per GPU-hour it is worth signing for certain.
    pub low: f64,
    /// From this price on it is not, for certain.
    pub high: f64,
    /// The mean price asked, weighed by what is expected to be paid for in any case.
    pub asked: f64,
}

/// Returns the mean price of an offer: its expected take-or-pay payments over the GPU-hours that they
/// pay for; the plain mean for one that nothing must be paid for.
#[must_use]
pub fn mean_price(program: &Program, offer: usize) -> f64 {
    let of = &program.offers[offer];
    let (mut paid, mut hours) = (0.0, 0.0);
    for (scenario, one) in program.scenarios.iter().enumerate() {
        for month in 0..program.months.len() {
            let kgpu = program.available.at(scenario, month, offer) * of.block_kgpu;
            let weight = one.probability * kgpu * program.month_hours(month);
            hours += weight;
            paid += weight * of.price[month];
        }
    }
    if hours > 0.0 { paid / hours } else { of.price.iter().sum::<f64>() / of.price.len() as f64 }
}

/// What the best plan with an offer held costs, at least and at most.
struct Held {
    least: f64,
    /// By scenario, with the incumbent; and what of it is overtake of the offer.
    incumbent: Option<(Vec<f64>, Vec<f64>)>,
}

/// Returns the walk-away price of an offer. Takes one evaluation at full resolution, two for an offer that
/// the plan does not sign.
///
/// # Errors
/// If the solver fails.
pub fn walk_away(
    search: &mut Search<'_>,
    found: &Found,
    offer: usize,
) -> Result<WalkAway, PlanError> {
    let program = search.program();
    let is_signed = found.signed[offer] > 0.0;
    let blocks = if is_signed { found.signed[offer] } else { least_blocks(program, offer) };
    let with = if is_signed {
        let over = over(search, found, offer)?;
        let least = search.bound_with(offer, blocks)?.map_or(f64::INFINITY, |choice| choice.bound);
        Held { least, incumbent: Some((found.costs.clone(), over)) }
    } else {
        held(search, offer, blocks)?
    };
    let without = if is_signed {
        held(search, offer, 0.0)?
    } else {
        let least = search.bound_with(offer, 0.0)?.map_or(f64::INFINITY, |choice| choice.bound);
        Held { least, incumbent: Some((found.costs.clone(), vec![0.0; found.costs.len()])) }
    };
    let asked = mean_price(program, offer);
    let fixed: Vec<f64> = (0..program.scenarios.len())
        .map(|scenario| blocks * priced(program, scenario, offer))
        .collect();
    // The dearest factor at which the plan with the offer is no dearer than the bound without.
    let low = with.incumbent.as_ref().map_or(0.0, |(costs, over)| {
        let at = |factor: f64| {
            let moved = costs.iter().zip(fixed.iter().zip(over));
            let costs: Vec<f64> =
                moved.map(|(cost, (fixed, over))| cost + (factor - 1.0) * (fixed + over)).collect();
            risk::weighed(program, &costs)
        };
        bisect(|factor| at(factor) - without.least)
    });
    let incumbent = without.incumbent.as_ref();
    let most = incumbent.map_or(f64::INFINITY, |(costs, _)| risk::weighed(program, costs));
    let high = bound_reaches(search, (offer, blocks), with.least, most)?;
    Ok(WalkAway { offer, blocks, is_signed, low: low * asked, high: high * asked, asked })
}

/// Returns what use of an offer above its share costs in the plan, by scenario: of one that is paid for whole, nothing.
fn over(search: &mut Search<'_>, found: &Found, offer: usize) -> Result<Vec<f64>, PlanError> {
    if search.program().offers[offer].taking.share() >= 1.0 {
        return Ok(vec![0.0; found.costs.len()]);
    }
    let point = Point { signed: found.signed.clone(), allowed: found.allowed.clone() };
    Ok(search.costs_with_over(&point, offer)?.1)
}

/// Returns the same of an offer that the plan does not sign from bounds alone: from which price on it is not worth
/// signing, on a line. Takes no evaluation, and says nothing of `low`, which is 0.
///
/// # Errors
/// If the solver fails.
pub fn walk_away_most(
    search: &mut Search<'_>,
    found: &Found,
    offer: usize,
) -> Result<WalkAway, PlanError> {
    let program = search.program();
    let blocks = least_blocks(program, offer);
    let least = search.bound_with(offer, blocks)?.map_or(f64::INFINITY, |choice| choice.bound);
    let most = risk::weighed(program, &found.costs);
    let (high, _) = line_reaches(program, (offer, blocks), least, most);
    let asked = mean_price(program, offer);
    Ok(WalkAway { offer, blocks, is_signed: false, low: 0.0, high: high * asked, asked })
}

/// Returns the least quantity of an offer that can be signed.
fn least_blocks(program: &Program, offer: usize) -> f64 {
    let size = program.offers[offer].size;
    if size.least > 0.0 { size.least } else { size.most.min(1.0) }
}

/// Returns what is paid for one block by price and must be, discounted.
fn priced(program: &Program, scenario: usize, offer: usize) -> f64 {
    (0..program.months.len())
        .map(|month| program.months[month].discount * program.take_or_pay(scenario, month, offer))
        .sum()
}

/// Solves the master with an offer held, and evaluates what it chose.
fn held(search: &mut Search<'_>, offer: usize, blocks: f64) -> Result<Held, PlanError> {
    let Some(choice) = search.bound_with(offer, blocks)? else {
        return Ok(Held { least: f64::INFINITY, incumbent: None });
    };
    let point =
        Point { signed: search.master.whole(&choice.signed), allowed: choice.allowed.clone() };
    let (costs, over) = search.costs_with_over(&point, offer)?;
    // With what the evaluation taught, the bound is better.
    let least = search.bound_with(offer, blocks)?.map_or(choice.bound, |after| after.bound);
    Ok(Held { least: least.max(choice.bound), incumbent: costs.map(|costs| (costs, over)) })
}

/// The largest factor that is looked at.
const MOST: f64 = 1e3;

/// Returns where an increasing function passes 0: 0 if it begins above, [`MOST`] if it ends below.
fn bisect(value: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, MOST);
    if value(low) > 0.0 {
        return 0.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if value(middle) <= 0.0 { low = middle } else { high = middle }
    }
    low
}

/// Returns the factor at which the bound with the offer reaches `most`: on a line, and where that is not exact by
/// bisection on the cuts.
fn bound_reaches(
    search: &mut Search<'_>,
    (offer, blocks): (usize, f64),
    least: f64,
    most: f64,
) -> Result<f64, PlanError> {
    match line_reaches(search.program(), (offer, blocks), least, most) {
        (line, None) => Ok(line),
        (line, Some(low)) => reach(search, (offer, blocks), most, (low, line, MOST)),
    }
}

/// Returns the factor at which a line under the bound reaches `most`, and where that is not exact one at which the bound
/// may not. The bound is concave in the price and grows at least by the probability-weighed payments that stay
/// whatever is chosen, which for λ = 0 and a firm price is exact; so the true bound is nowhere below the line.
fn line_reaches(
    program: &Program,
    (offer, blocks): (usize, f64),
    least: f64,
    most: f64,
) -> (f64, Option<f64>) {
    let fixed: Vec<f64> = (0..program.scenarios.len())
        .map(|scenario| blocks * priced(program, scenario, offer))
        .collect();
    // A dearer price adds `fixed` to every future, and a coherent measure then grows by at least the
    // smallest of it plus what the mean keeps.
    let smallest = fixed.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = risk::expected(program, &fixed);
    let weight = program.risk.weight;
    let slope = (1.0 - weight) * mean + weight * smallest;
    let largest = (1.0 - weight) * mean + weight * fixed.iter().copied().fold(0.0, f64::max);
    if !most.is_finite() || least > most && largest <= 0.0 {
        return (MOST, None);
    }
    let apart = most - least;
    let line = match apart >= 0.0 {
        true if slope > 0.0 => (1.0 + apart / slope).min(MOST),
        true => MOST,
        // Below the price asked the bound falls at most as fast as the payments in the worst futures, and
        // what is paid above the take-or-pay share as well.
        false if program.offers[offer].taking.share() >= 1.0 => (1.0 + apart / largest).max(0.0),
        false => 1.0,
    };
    let is_exact = weight == 0.0 && program.offers[offer].taking.share() >= 1.0;
    let low = if apart >= 0.0 { 1.0 } else { 0.0 };
    (line, (!is_exact).then_some(low))
}
