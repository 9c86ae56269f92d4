//! What is wrong with a publication: all of it at once, before any of it is believed.

use crate::request::Fault;
use offtake_ledger::{Publication, Published, Steps};
use std::collections::BTreeSet;

/// The most joint paths of a publication.
const MOST_PATHS: usize = 4_096;
/// The most GPUs of a pool.
const MOST_GPUS: i64 = 1_000_000_000;

/// Returns what of a publication contradicts itself.
#[must_use]
pub fn publication_faults(publication: &Publication) -> Vec<Fault> {
    let mut found = Vec::new();
    if !(1..=MOST_PATHS).contains(&publication.path_count) {
        let problem = format!("is {}", publication.path_count);
        found.push(Fault::new("path_count", problem, "publish 1 to 4,096 joint paths"));
    }
    let mut names = BTreeSet::new();
    for published in &publication.pools {
        let name = published.pool.id.as_str();
        if !names.insert(name) {
            let problem = format!("`{name}` is there twice");
            found.push(Fault::new("pools", problem, "publish each pool once"));
        }
        found.extend(pool_faults(published, publication.path_count));
    }
    for sold in publication.sold.iter().filter(|sold| !names.contains(sold.pool.as_str())) {
        let problem = format!("`{}` takes from `{}`, which is not published", sold.id, sold.pool);
        found.push(Fault::new("sold", problem, "publish the pool as well"));
    }
    for sold in publication.sold.iter().filter(|sold| !is_sound(&sold.due) || sold.gpus < 0) {
        found.push(unsound("sold", &sold.id));
    }
    for power in publication.powers.iter().filter(|power| !is_sound(&power.kilowatts)) {
        found.push(unsound("powers", power.id.as_str()));
    }
    found
}

fn pool_faults(published: &Published, path_count: usize) -> Vec<Fault> {
    let name = published.pool.id.as_str();
    let mut found = Vec::new();
    if !is_sound(&published.contracted) || !published.firm.iter().all(is_sound) {
        found.push(unsound("pools", name));
    }
    let paths = &published.paths;
    let is_ascending = paths.starts.windows(2).all(|pair| pair[0] < pair[1]);
    let is_whole = paths.gpus.len() == paths.starts.len() * path_count;
    if !is_ascending || !is_whole || paths.gpus.iter().any(|gpus| *gpus < 0) {
        let problem = format!(
            "`{name}` has {} numbers for {} cells of {path_count} paths",
            paths.gpus.len(),
            paths.starts.len()
        );
        let fix = "give each path a number of at least 0 in each cell, and cells in order";
        found.push(Fault::new("pools.paths", problem, fix));
    }
    if published.pool.spec.rack_gpus < 1 || published.pool.spec.nvlink_domain < 1 {
        let problem = format!("`{name}` has racks or NVLink domains of no GPU");
        found.push(Fault::new("pools.spec", problem, "give both at least one"));
    }
    found
}

fn unsound(field: &str, name: &str) -> Fault {
    let problem = format!("`{name}` has steps out of order, or below zero or above 1,000,000,000");
    Fault::new(field, problem, "give each minute once, in order, with what is there from then on")
}

fn is_sound(steps: &Steps) -> bool {
    let is_ascending = steps.windows(2).all(|pair| pair[0].0 < pair[1].0);
    is_ascending && steps.iter().all(|step| (0..=MOST_GPUS).contains(&step.1))
}
