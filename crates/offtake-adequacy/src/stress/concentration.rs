//! Concentration: who stands behind the capacity that firm work can use, by kind of party.

use super::list::{landlord, lenders, makers};
use crate::system::{ClassKind, System, Work};
use offtake_model::Book;
use std::collections::BTreeMap;

/// The shares of one kind of party.
#[derive(Clone, Debug, PartialEq)]
pub struct Concentration {
    /// The kind: `supplier`, `site`, `grid`, `zone`, `accelerator`, `gpu-maker`, `server-maker`,
    /// `landlord`, `lender`, `tenant`.
    pub kind: String,
    /// Herfindahl and Hirschman's index, the sum of the squares of the shares: 1 for a single party, 1/n
    /// for n alike. What is behind nobody known counts as spread, so the index is a lower bound then.
    pub hhi: f64,
    /// Largest first; they sum to 1 but where a pool has several parties of the kind.
    pub shares: Vec<PartyShare>,
}

/// A party's share.
#[derive(Clone, Debug, PartialEq)]
pub struct PartyShare {
    /// The party; `None` where the book does not say.
    pub party: Option<String>,
    /// Its name for people.
    pub name: String,
    /// Share of the capacity, by reference GPU-hours delivered.
    pub share: f64,
}

/// Returns the concentration of every kind; `hours` says how many GPU-hours a pool has available on average.
pub(super) fn concentrations(
    book: &Book,
    system: &System,
    hours: &dyn Fn(usize) -> f64,
) -> Vec<Concentration> {
    let weight = |pool: usize| {
        if serves_firm(system, pool) { hours(pool) * system.pool_speed[pool] } else { 0.0 }
    };
    let weights: Vec<f64> = (0..system.pools.len()).map(weight).collect();
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let of = |(kind, parties): (&str, Vec<Vec<String>>)| {
        let mut shares: BTreeMap<Option<&str>, f64> = BTreeMap::new();
        for (weight, parties) in weights.iter().zip(&parties).filter(|(w, _)| **w > 0.0) {
            let nobody = parties.is_empty().then_some(None);
            let known = parties.iter().map(|party| Some(party.as_str()));
            for party in known.chain(nobody) {
                *shares.entry(party).or_default() += weight / total;
            }
        }
        // A kind that nothing in the book names says nothing.
        (shares.keys().any(Option::is_some)).then(|| concentration(book, kind, shares))
    };
    parties_behind(book, system).into_iter().filter_map(of).collect()
}

fn concentration(book: &Book, kind: &str, shares: BTreeMap<Option<&str>, f64>) -> Concentration {
    let hhi = shares.iter().filter(|(party, _)| party.is_some()).map(|(_, s)| s * s).sum();
    let mut shares: Vec<PartyShare> = shares
        .into_iter()
        .map(|(party, share)| PartyShare {
            party: party.map(str::to_owned),
            name: party.map_or_else(|| "not in the book".to_owned(), |id| name(book, kind, id)),
            share,
        })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.party.cmp(&b.party)));
    Concentration { kind: kind.to_owned(), hhi, shares }
}

/// Returns the name of a party, site, grid, type or zone.
pub(super) fn name(book: &Book, kind: &str, id: &str) -> String {
    fn find<K: ToString, V>(
        all: &BTreeMap<K, V>,
        id: &str,
        name: impl Fn(&V) -> &String,
    ) -> Option<String> {
        all.iter().find(|(other, _)| other.to_string() == id).map(|(_, found)| name(found).clone())
    }
    let known = match kind {
        "site" => find(&book.sites, id, |site| &site.name),
        "grid" => find(&book.grids, id, |grid| &grid.name),
        "zone" => find(&book.catalog.zones, id, |zone| &zone.name),
        "accelerator" => find(&book.catalog.accelerators, id, |a| &a.name),
        _ => find(&book.parties, id, |party| &party.name),
    };
    known.unwrap_or_else(|| id.to_owned())
}

/// Returns, for each kind, the parties behind each pool.
#[must_use]
pub fn parties_behind(book: &Book, system: &System) -> Vec<(&'static str, Vec<Vec<String>>)> {
    let site = |pool: usize| book.sites.get(&system.pools[pool].site);
    let tranche = |pool: usize| {
        let id = &system.pools[pool].tranche;
        book.contracts.get(&id.contract)?.tranches.iter().find(|tranche| tranche.id == *id)
    };
    let one = |found: Option<String>| found.into_iter().collect::<Vec<String>>();
    let each = |of: &dyn Fn(usize) -> Vec<String>| (0..system.pools.len()).map(of).collect();
    let contract = |pool: usize| book.contracts.get(&system.pools[pool].contract);
    let sold_to = |pool: usize| {
        let sold = contract(pool).filter(|c| book.side(c) == offtake_model::Side::Sold);
        sold.map(|contract| contract.buyer.to_string())
    };
    vec![
        ("supplier", each(&|p| vec![system.pools[p].supplier.to_string()])),
        ("site", each(&|p| vec![system.pools[p].site.to_string()])),
        ("zone", each(&|p| one(site(p).map(|site| site.zone.to_string())))),
        ("grid", each(&|p| one(site(p).and_then(|s| Some(s.grid.as_ref()?.to_string()))))),
        ("accelerator", each(&|p| vec![system.pools[p].accelerator.to_string()])),
        ("gpu-maker", each(&|p| one(makers(book, tranche(p)).0.map(|id| id.to_string())))),
        ("server-maker", each(&|p| one(makers(book, tranche(p)).1.map(|id| id.to_string())))),
        ("landlord", each(&|p| one(landlord(book, system, p).map(|id| id.to_string())))),
        ("lender", each(&|p| lenders(book, system, p).iter().map(ToString::to_string).collect())),
        ("tenant", each(&|p| one(sold_to(p)))),
    ]
}

/// Says whether any firm work may use a pool.
fn serves_firm(system: &System, pool: usize) -> bool {
    let Some(group) = system.group_of[pool] else { return false };
    let resource = system.groups[group].resource;
    let uses = |class: usize| {
        system.classes[class].cuts.iter().any(|(cut, ..)| system.cuts[*cut].y[resource] > 1e-9)
    };
    system.blocks.iter().filter(|block| block.is_firm).any(|block| match &block.work {
        Work::Divisible { class, .. } => match &system.classes[*class].kind {
            ClassKind::Obligation(contract) => *contract == system.pools[pool].contract,
            _ => uses(*class),
        },
        Work::Gang(gang) => system.gangs[*gang].at.iter().any(|&class| uses(class)),
    })
}
