//! The answer in a few numbers, over the headline horizon.

use crate::estimate::{Estimate, batch_error};
use crate::ladder::{self, STEPS};
use crate::record::Family;
use crate::results::{Samples, StandardResult};

/// The chance of shortfall above which a month counts as at risk when no standard says.
pub const DEFAULT_MONTH_RISK: f64 = 0.01;
/// Unserved shares for which a book without a standard is told its firm equivalent.
const SHARES: [f64; 5] = [1e-4, 1e-3, 1e-2, 5e-2, 1e-1];

/// The headline.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// Its months.
    pub months: usize,
    /// First month, as `2026-01`.
    pub from: String,
    /// Last month.
    pub to: String,
    /// Months whose chance of a firm shortfall is above the standard's.
    pub months_at_risk: usize,
    /// The months themselves.
    pub at_risk: Vec<String>,
    /// Share of firm demand unserved.
    pub unserved_share: Estimate,
    /// The least constant number of reference GPUs, open to all, whose addition (or if negative
    /// removal) makes the standards just hold; `None` when no standard is set, or none on the
    /// ladder does.
    pub firm_equivalent_gpus: Option<Estimate>,
    /// The same for a ladder of unserved shares of firm work: (share, GPUs).
    pub ladder: Vec<(f64, Option<f64>)>,
}

pub(crate) fn headline(samples: &Samples, standards: &[StandardResult]) -> Headline {
    let system = samples.system;
    let months = 0..samples.layout.headline;
    let firm = samples.firm_blocks();
    let sum = |i, family| samples.sum(i, family, firm.iter().copied(), months.clone());
    let at_risk: Vec<usize> = months.clone().filter(|&month| is_at_risk(samples, month)).collect();
    let name = |month: usize| {
        system.axis.months().get(month).map(offtake_model::Month::text).unwrap_or_default()
    };
    let is_set =
        standards.iter().any(|s| s.unserved_limit.is_some() || s.month_risk_limit.is_some());
    Headline {
        months: months.len(),
        from: name(0),
        to: name(months.len().saturating_sub(1)),
        months_at_risk: at_risk.len(),
        at_risk: at_risk.into_iter().map(name).collect(),
        unserved_share: samples
            .weights
            .ratio(|i| sum(i, Family::Unserved), |i| sum(i, Family::Demand)),
        firm_equivalent_gpus: if is_set { firm_equivalent(samples) } else { None },
        ladder: SHARES.iter().map(|&share| (share, for_share(samples, share))).collect(),
    }
}

/// Says whether the chance of shortfall of any standard's work in `month` is above its limit.
pub(crate) fn is_at_risk(samples: &Samples, month: usize) -> bool {
    samples.system.standards.iter().enumerate().any(|(index, spec)| {
        samples.lolp(index, month).mean > spec.month_risk.unwrap_or(DEFAULT_MONTH_RISK)
    })
}

/// Returns the firm equivalent with the error of its batches.
fn firm_equivalent(samples: &Samples) -> Option<Estimate> {
    let all: Vec<usize> = (0..samples.records.len()).collect();
    let mean = firm_equivalent_of(samples, &all)?;
    let standard_error = batch_error(&all, |part| firm_equivalent_of(samples, part));
    Some(Estimate { mean, standard_error })
}

/// Returns the least GPUs with which every standard holds in `part` of the samples.
pub(crate) fn firm_equivalent_of(samples: &Samples, part: &[usize]) -> Option<f64> {
    let mut most = f64::MIN;
    for (index, spec) in samples.system.standards.iter().enumerate() {
        if let Some(limit) = spec.unserved {
            most = most.max(for_unserved(samples, part, index, limit)?);
        }
        if let Some(limit) = spec.month_risk {
            most = most.max(for_month_risk(samples, part, index, limit));
        }
    }
    (most > f64::MIN).then_some(most)
}

/// Returns the least GPUs with which at most `limit` of a standard's work is unserved.
fn for_unserved(samples: &Samples, part: &[usize], standard: usize, limit: f64) -> Option<f64> {
    let steps = ladder::steps(samples.system);
    let months = 0..samples.layout.headline;
    let blocks = samples.blocks_of(standard);
    let weight = |i: usize| samples.weights.of(i);
    let demand: f64 = part
        .iter()
        .map(|&i| {
            weight(i) * samples.sum(i, Family::Demand, blocks.iter().copied(), months.clone())
        })
        .sum();
    if demand <= 0.0 {
        return Some(f64::MIN);
    }
    let left = |step: usize| -> f64 {
        let of = |i: usize, s: usize| -> f64 {
            months
                .clone()
                .map(|m| samples.records[i].row[samples.layout.at_ladder(s, m, step)])
                .sum()
        };
        // A prefix holds what comes before the standard's own work, which is short last of all.
        let own =
            |i: usize| if standard == 0 { of(i, 0) } else { of(i, standard) - of(i, standard - 1) };
        part.iter().map(|&i| weight(i) * own(i)).sum::<f64>() / demand
    };
    let shares: Vec<f64> = (0..STEPS).map(left).collect();
    let found = shares.iter().position(|share| *share <= limit)?;
    if found == 0 {
        return Some(steps[0]);
    }
    let (above, below) = (shares[found - 1], shares[found]);
    let t = if above > below { (above - limit) / (above - below) } else { 1.0 };
    Some(steps[found - 1] + t * (steps[found] - steps[found - 1]))
}

/// Returns the least GPUs with which no month has more than `limit` chance of a shortfall: exact,
/// from the deepest hour of each month.
fn for_month_risk(samples: &Samples, part: &[usize], standard: usize, limit: f64) -> f64 {
    let total: f64 = part.iter().map(|&i| samples.weights.of(i)).sum();
    let mut most = f64::MIN;
    for month in 0..samples.layout.headline {
        let mut deepest: Vec<(f64, f64)> = part
            .iter()
            .map(|&i| {
                (samples.number(i, Family::Deepest, standard, month), samples.weights.of(i) / total)
            })
            .collect();
        deepest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        for (depth, weight) in deepest {
            sum += weight;
            if sum > limit + 1e-12 {
                most = most.max(depth);
                break;
            }
        }
    }
    most
}

/// Returns the GPUs for an unserved share of all firm work, from the widest prefix.
fn for_share(samples: &Samples, share: f64) -> Option<f64> {
    let part: Vec<usize> = (0..samples.records.len()).collect();
    let standard = samples.system.standards.len() - 1;
    let steps = ladder::steps(samples.system);
    for_unserved(samples, &part, standard, share).filter(|gpus| *gpus > steps[0])
}
