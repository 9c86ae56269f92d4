//! What the part `plan` says, read in one place.

use super::facts::{num, rows, text};
use crate::number::percent;
use crate::plan::TERMS;
use serde_json::Value;

/// Above so many times the price asked, nothing is known of a price.
const KNOWN: f64 = 100.0;

/// An offer with the prices at which it would be left.
pub(super) struct Walk<'a> {
    /// The offer, and the start that is meant.
    pub(super) offer: &'a str,
    /// Promised day.
    pub(super) start: &'a str,
    /// Whether the plan signs it.
    pub(super) is_signed: bool,
    /// Money for a GPU-hour that is asked.
    pub(super) asked: f64,
    /// Up to this price it is worth signing; 0 where that was not looked for.
    pub(super) low: f64,
    /// From this price on it is not; `None` where nothing is known.
    pub(super) high: Option<f64>,
}

/// Returns the plan, if there was anything to plan.
pub(super) fn made(plan: &Value) -> Option<&Value> {
    plan.get("objective").map(|_| plan)
}

/// Returns the price at which each offer would be left, by how far what is asked is below: one start of each, the
/// signed one or that which is nearest to being signed.
pub(super) fn walks(plan: &Value) -> Vec<Walk<'_>> {
    let mut found: Vec<Walk<'_>> = Vec::new();
    for row in rows(plan, "walk_away") {
        let one = walk(row);
        match found.iter_mut().find(|known| known.offer == one.offer) {
            None => found.push(one),
            Some(known) if is_nearer(&one, known) => *known = one,
            Some(_) => {}
        }
    }
    found.sort_by(|a, b| b.is_signed.cmp(&a.is_signed).then(over(a).total_cmp(&over(b))));
    found
}

fn walk(row: &Value) -> Walk<'_> {
    let asked = num(row, "price_asked").unwrap_or(0.0);
    Walk {
        offer: text(row, "offer"),
        start: text(row, "start"),
        is_signed: row["signed"] == true,
        asked,
        low: num(row, "price/low").unwrap_or(0.0),
        high: num(row, "price/high").filter(|high| *high < KNOWN * asked.max(1e-9)),
    }
}

fn is_nearer(one: &Walk<'_>, other: &Walk<'_>) -> bool {
    (one.is_signed && !other.is_signed)
        || (one.is_signed == other.is_signed && over(one) < over(other))
}

/// Returns how much too dear an offer is at least; below 0 where it is worth more than is asked.
fn over(walk: &Walk<'_>) -> f64 {
    walk.high.map_or(0.0, |high| walk.asked - high)
}

/// The terms of the bill in the order of a waterfall, each with its expected millions; and all of them.
pub(super) fn terms(plan: &Value) -> (Vec<(&'static str, f64)>, f64) {
    let of = |name: &'static str| Some((name, num(plan, &format!("cost/by_term/{name}"))?));
    let found: Vec<_> = TERMS.into_iter().filter_map(of).collect();
    (found, num(plan, "cost/expected").unwrap_or(0.0))
}

/// Writes the most that a better plan could save, to a hundredth of a percent and never less than one.
pub(super) fn gap(plan: &Value) -> String {
    percent(num(plan, "gap").unwrap_or(0.0).max(1e-4))
}

/// Returns the GPUs of all that is signed.
pub(super) fn gpus(plan: &Value) -> f64 {
    rows(plan, "sign").iter().filter_map(|one| num(one, "gpus")).sum()
}
