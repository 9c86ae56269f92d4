//! Carrying what was learned of one programme over to another with more sites, hours or parties: a new offer may bring
//! a site of its own.
//!
//! Any prices prove something of any programme, so nothing here can make a bound wrong; it can only make one weak. What
//! the old programme had no price of gets one that is near: no power is short at a new site, and work in an hour in
//! which a new site is out is worth what it is worth in the mean.

use offtake_plan::block::{Duals, Resolution};
use offtake_plan::store::Kept;
use offtake_plan::{Program, Store};

/// What a segment of hours is, by which it is known again: sites that are out, which day, which hour of it.
type Key = (Vec<String>, usize, usize);

/// Returns what was learned of `old` as prices of `new`; `None` where months, futures or work are others.
pub(super) fn carry(store: Store, (old, new): (&Program, &Program)) -> Option<Store> {
    let names =
        |of: &Program| -> Vec<String> { of.sites.iter().map(|site| site.name.clone()).collect() };
    let classes = |of: &Program| -> Vec<String> {
        of.classes.iter().map(|class| class.name.clone()).collect()
    };
    let is_like = old.months == new.months
        && old.scenarios.len() == new.scenarios.len()
        && classes(old) == classes(new)
        && old.limits.standards.len() == new.limits.standards.len()
        && old.limits.losses.len() == new.limits.losses.len();
    if !is_like {
        return None;
    }
    if names(old) == names(new) && old.hours == new.hours && old.parties == new.parties {
        return Some(store);
    }
    let mut levels: Vec<Level> = Vec::new();
    let mut evaluations = Vec::new();
    for evaluation in store.evaluations {
        let mut kept = Vec::new();
        for one in evaluation {
            if !levels.iter().any(|level| level.length == one.length) {
                levels.push(Level::new(one.length, (old, new)));
            }
            let level = levels.iter().find(|level| level.length == one.length)?;
            kept.extend(level.carried(&one, (old, new)));
        }
        evaluations.push(kept);
    }
    Some(Store { evaluations })
}

/// How prices at one resolution are carried.
struct Level {
    length: usize,
    /// Resolutions of the old programme and the new.
    old: Resolution,
    new: Resolution,
    /// By segment of the new programme: the old one's, if it had it.
    segments: Vec<Option<usize>>,
    /// By site of the new programme: the old one's.
    sites: Vec<Option<usize>>,
}

impl Level {
    fn new(length: usize, (old, new): (&Program, &Program)) -> Level {
        let (old_at, new_at) = (Resolution::joining(old, length), Resolution::joining(new, length));
        let known = keys(old, &old_at);
        let segments = keys(new, &new_at);
        let segments = segments.iter().map(|key| known.iter().position(|other| other == key));
        let site = |site: &offtake_plan::program::Site| old.sites.iter().position(|s| s == site);
        Level {
            length,
            segments: segments.collect(),
            sites: new.sites.iter().map(site).collect(),
            old: old_at,
            new: new_at,
        }
    }

    /// Returns prices of a block as prices of the new programme; `None` where who is lost in it is not there any more.
    fn carried(&self, kept: &Kept, (old, new): (&Program, &Program)) -> Option<Kept> {
        let mut place = kept.place;
        if let Some(lost) = place.lost {
            let of = &old.parties[lost];
            let is_same = |party: &offtake_plan::program::Party| {
                party.name == of.name && new.kinds.get(party.kind) == old.kinds.get(of.kind)
            };
            place.lost = Some(new.parties.iter().position(is_same)?);
        }
        let weights = self.new.weights(new, place.month);
        let all: f64 = self.old.weights(old, place.month).iter().sum();
        let n = self.old.len();
        let power = self.sites.iter().flat_map(|site| {
            self.segments.iter().map(move |segment| match (site, segment) {
                (Some(site), Some(segment)) => kept.duals.power[site * n + segment],
                // No power is short where nobody knew of any.
                _ => 0.0,
            })
        });
        let balance = kept.duals.balance.chunks_exact(n.max(1)).flat_map(|prices| {
            let mean = prices.iter().map(|price| f64::from(*price)).sum::<f64>() / all;
            let weights = &weights;
            self.segments.iter().enumerate().map(move |(at, segment)| match segment {
                Some(segment) => prices[*segment],
                None => (mean * weights[at]) as f32,
            })
        });
        let duals = Duals {
            power: power.collect(),
            balance: balance.collect(),
            unserved: kept.duals.unserved.clone(),
        };
        Some(Kept { place, length: kept.length, duals })
    }
}

/// Returns what each segment is.
fn keys(program: &Program, resolution: &Resolution) -> Vec<Key> {
    let runs = program.hours.iter().map(|hour| hour.run);
    let runs: Vec<usize> = runs.collect();
    let key = |range: &std::ops::Range<usize>| {
        let hour = range.start;
        let out = program.sites.iter().enumerate();
        let out = out.filter(|(site, _)| program.power_share.at(0, *site, hour) <= 0.0);
        let out: Vec<String> = out.map(|(_, site)| site.name.clone()).collect();
        let first = runs.iter().position(|run| *run == runs[hour]).unwrap_or(hour);
        // Days with a site out are told by the site: their number moves with the sites there are.
        let day = if out.is_empty() { runs[hour] } else { 0 };
        (out, day, hour - first)
    };
    resolution.segments.iter().map(key).collect()
}
