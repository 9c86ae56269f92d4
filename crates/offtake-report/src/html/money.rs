//! What the part `value` says, read in one place.

use super::facts::{est, num, rows, text};
use offtake_adequacy::Estimate;
use serde_json::Value;
use std::collections::BTreeMap;

/// The least cash over debt service that lenders ask for where the part names none.
const LEAST: f64 = 1.05;
/// Days of a month.
const MONTH: f64 = 365.25 / 12.0;

/// Returns what a GPU-hour does to whom is asked: it costs a buyer and brings a seller.
pub(super) fn verb(value: &Value) -> &'static str {
    if text(value, "side") == "seller" { "brings" } else { "costs" }
}

/// Returns P5, P50 and P95 of a figure's distribution.
pub(super) fn spread(value: &Value, name: &str) -> Option<[f64; 3]> {
    let at = |q: &str| num(value, &format!("distribution/{name}/{q}"));
    Some([at("p5")?, at("p50")?, at("p95")?])
}

/// Returns the cost of a GPU-hour promised, delivered and used.
pub(super) fn cost(value: &Value) -> Option<[Estimate; 3]> {
    let at = |what: &str| est(value, &format!("headline/cost_per_gpu_hour/{what}"));
    Some([at("promised")?, at("delivered")?, at("used")?])
}

/// Returns the megawatts that can still be turned to another use, by how long it takes.
pub(super) fn agility(value: &Value) -> Option<Vec<(String, Estimate)>> {
    let row = |row: &Value| {
        let months = num(row, "months")?;
        Some((format!("{months:.0} months"), est(row, "megawatts")?))
    };
    let found: Vec<_> =
        rows(value, "headline/megawatts_convertible").iter().filter_map(row).collect();
    (!found.is_empty()).then_some(found)
}

/// Returns the least cash over debt service by months late, and the least that lenders ask for; of the
/// first project that has a debt.
pub(super) fn delays(value: &Value) -> Option<(Vec<(f64, f64)>, f64)> {
    let project = late_project(value)?;
    let pair = |row: &Value| Some((num(row, "months_late")?, num(row, "dscr_min")?));
    let found: Vec<(f64, f64)> = rows(project, "delay/rows").iter().filter_map(pair).collect();
    let least = num(project, "delay/min_dscr").unwrap_or(LEAST);
    (!found.is_empty()).then_some((found, least))
}

/// Returns the project whose delay is told: the first that has a debt.
pub(super) fn late_project(value: &Value) -> Option<&Value> {
    let is_told = |project: &&Value| {
        rows(project, "delay/rows").iter().any(|row| num(row, "dscr_min").is_some())
    };
    rows(value, "projects").iter().find(is_told)
}

/// What happens when all of a project is late.
pub(super) struct Trigger {
    /// What happens, in words.
    pub(super) name: String,
    /// Days late from which it does; negative when the promised day is too late already.
    pub(super) days: f64,
    /// The same in months.
    pub(super) months: f64,
}

/// Returns what happens when all of that project is late, the first to happen first.
pub(super) fn triggers(project: &Value) -> Vec<Trigger> {
    let least = num(project, "delay/min_dscr").unwrap_or(LEAST);
    let below = format!("DSCR below {}", crate::number::decimal(least, 2));
    let named = [
        (below.as_str(), "delay/days_until_below"),
        ("lenders get less than is due", "delay/days_until_lenders_are_not_paid"),
        ("draws lapse", "delay/days_until_draws_lapse"),
        ("the buyer may terminate, and debt falls due", "delay/days_until_termination"),
        ("long-stop date: all debt falls due", "delay/days_until_long_stop"),
    ];
    let trigger = |(name, path): (&str, &str)| {
        let days = num(project, path)?;
        Some(Trigger { name: name.to_owned(), days, months: days / MONTH })
    };
    let mut found: Vec<Trigger> = named.into_iter().filter_map(trigger).collect();
    found.sort_by(|a, b| a.days.total_cmp(&b.days));
    found
}

/// Returns the sum of all flows by kind, the largest receipts first and the largest payments last.
pub(super) fn by_kind(value: &Value) -> Vec<(String, f64)> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for flow in rows(value, "cash_flows") {
        *sums.entry(text(flow, "kind")).or_insert(0.0) += num(flow, "amount").unwrap_or(0.0);
    }
    let mut found: Vec<(String, f64)> =
        sums.into_iter().map(|(kind, sum)| (kind.to_owned(), sum)).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}
