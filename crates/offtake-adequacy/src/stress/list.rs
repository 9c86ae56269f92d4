//! The counterfactuals of a book: every party, site, grid, delivery and type that it depends on, upstream
//! and downstream, and the user's own.

use super::concentration;
use super::effect::{Effect, Milestone};
use crate::system::System;
use offtake_futures::{Cut, Hours, slip_cdf, slip_quantile};
use offtake_model::{Book, Ownership, PartyId, Side, Tranche};
use std::collections::BTreeMap;

/// Share of its GPUs that a recall of one type takes.
const RECALL: f64 = 0.10;
/// Days by which a shortage of memory or of transformers delays everything that is open.
const SHORTAGE_DAYS: i64 = 180;
/// How late a late delivery is: the slip that nine in ten of those that ever come stay within.
const LATE: f64 = 0.9;
/// Share by which GPUs get dearer: contracts signed half a year later paid 17 % more a megawatt in May 2026.
const RENTAL_UP: f64 = 0.2;
/// Share by which power gets dearer: a judgement, below what IREN saw (76 dollars a megawatt-hour in July 2024,
/// 39 to 40 in the two months after).
const POWER_UP: f64 = 0.5;
const FOR_EVER: i64 = i64::MAX / 4;

/// What a counterfactual is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A supplier stops for ever, with all that it delivered.
    SupplierGone,
    /// A site is lost.
    SiteLost,
    /// A grid cuts all curtailable megawatts.
    GridCurtailed,
    /// A grid is lost, with every site on it.
    GridLost,
    /// A delivery is as late as nine in ten stay within.
    DeliveryLate,
    /// A type of GPU is recalled in part.
    Recall,
    /// A maker of GPUs delivers no more.
    GpuMakerStops,
    /// A maker of servers delivers no more.
    ServerMakerStops,
    /// A lender pays no more: what is not delivered never is.
    LenderStops,
    /// A landlord lets nobody in.
    LandlordStops,
    /// A shortage delays all that is open.
    Shortage,
    /// A tenant wants and pays nothing more.
    TenantGone,
    /// A tenant rejects what is not delivered.
    TenantRejects,
    /// A sold contract is terminated.
    Terminated,
    /// Export licences to a zone are revoked.
    LicenceRevoked,
    /// Demand grows by the next greater scenario.
    DemandUp,
    /// Power gets dearer.
    PowerPriceUp,
    /// GPUs that are not signed yet get dearer.
    RentalPriceUp,
    /// The user's own.
    Written,
    /// A supplier's GPUs come from the largest supplier instead.
    AsLargest,
    /// Two at once.
    Pair,
}

/// A counterfactual: what is done to every future.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// Its id: `supplier-gone:iren`.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// The party, site, grid, tranche, type or zone that it acts on.
    pub party: String,
    /// Its name for people.
    pub name: String,
    /// What happens, in words.
    pub text: String,
    /// What that does.
    pub effects: Vec<Effect>,
}

impl Kind {
    /// Returns the name that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::SupplierGone => "supplier-gone",
            Kind::SiteLost => "site-lost",
            Kind::GridCurtailed => "grid-curtailed",
            Kind::GridLost => "grid-lost",
            Kind::DeliveryLate => "delivery-late",
            Kind::Recall => "recall",
            Kind::GpuMakerStops => "gpu-maker-stops",
            Kind::ServerMakerStops => "server-maker-stops",
            Kind::LenderStops => "lender-stops",
            Kind::LandlordStops => "landlord-stops",
            Kind::Shortage => "shortage",
            Kind::TenantGone => "tenant-gone",
            Kind::TenantRejects => "tenant-rejects",
            Kind::Terminated => "terminated",
            Kind::LicenceRevoked => "licence-revoked",
            Kind::DemandUp => "demand-up",
            Kind::PowerPriceUp => "power-price-up",
            Kind::RentalPriceUp => "rental-price-up",
            Kind::Written => "written",
            Kind::AsLargest => "as-largest",
            Kind::Pair => "pair",
        }
    }

    /// Returns the kind of party of which one is gone, where it is a test of N − 1.
    #[must_use]
    pub const fn loses_one(self) -> Option<&'static str> {
        match self {
            Kind::SupplierGone => Some("supplier"),
            Kind::SiteLost => Some("site"),
            Kind::GridLost => Some("grid"),
            Kind::GpuMakerStops => Some("gpu-maker"),
            Kind::ServerMakerStops => Some("server-maker"),
            Kind::LenderStops => Some("lender"),
            Kind::LandlordStops => Some("landlord"),
            _ => None,
        }
    }
}

/// Puts two counterfactuals into one.
#[must_use]
pub fn pair(one: &Counterfactual, other: &Counterfactual) -> Counterfactual {
    Counterfactual {
        id: format!("{}+{}", one.id, other.id),
        kind: Kind::Pair,
        party: format!("{} and {}", one.party, other.party),
        name: format!("{} and {}", one.name, other.name),
        text: format!("{}; and {}", one.text, other.text),
        effects: one.effects.iter().chain(&other.effects).cloned().collect(),
    }
}

/// Returns the counterfactuals of `book`, which strike at hour `at`: first what stops, then what is
/// late, then work and prices, then the user's own; each kind in the order of ids.
#[must_use]
pub fn counterfactuals(book: &Book, system: &System, at: i64) -> Vec<Counterfactual> {
    let mut list = List { book, system, at, found: Vec::new() };
    list.suppliers();
    list.sites();
    list.grids();
    list.makers();
    list.lenders();
    list.landlords();
    list.zones();
    list.types();
    list.late();
    list.shortages();
    list.tenants();
    list.demand();
    list.written();
    list.found
}

struct List<'a> {
    book: &'a Book,
    system: &'a System,
    at: i64,
    found: Vec<Counterfactual>,
}

impl List<'_> {
    fn push(&mut self, kind: Kind, party: &str, text: String, effects: Vec<Effect>) {
        let id = format!("{}:{party}", kind.name());
        let (party, name) = (party.to_owned(), name_of(self.book, kind, party));
        self.found.push(Counterfactual { id, kind, party, name, text, effects });
    }

    const fn ever_after(&self) -> Hours {
        Hours { from: self.at, until: FOR_EVER }
    }

    fn lost(&self, pools: Vec<usize>) -> Vec<Effect> {
        vec![Effect::Lost { pools, hours: self.ever_after(), share: 1.0 }]
    }

    fn name(&self, party: &PartyId) -> String {
        self.book.parties.get(party).map_or_else(|| party.to_string(), |found| found.name.clone())
    }

    /// Returns the pools for which `key` says something, by what it says.
    fn pools_by<K: Ord>(&self, key: impl Fn(usize) -> Option<K>) -> BTreeMap<K, Vec<usize>> {
        let mut found: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for pool in 0..self.system.pools.len() {
            if let Some(key) = key(pool) {
                found.entry(key).or_default().push(pool);
            }
        }
        found
    }

    fn tranche(&self, pool: usize) -> Option<&Tranche> {
        let id = &self.system.pools[pool].tranche;
        let contract = self.book.contracts.get(&id.contract)?;
        contract.tranches.iter().find(|tranche| tranche.id == *id)
    }

    fn is_open(&self, pool: usize) -> bool {
        self.tranche(pool).is_some_and(|tranche| tranche.delivered.is_none())
    }

    fn open_pools(&self) -> Vec<usize> {
        (0..self.system.pools.len()).filter(|&pool| self.is_open(pool)).collect()
    }

    fn suppliers(&mut self) {
        let by = self.pools_by(|pool| {
            let supplier = &self.system.pools[pool].supplier;
            (*supplier != self.book.owner).then(|| supplier.clone())
        });
        let gpus =
            |pools: &[usize]| -> i64 { pools.iter().map(|&p| self.system.pools[p].gpus).sum() };
        let mut largest: Vec<(&PartyId, usize)> = by
            .iter()
            .filter_map(|(id, pools)| {
                let most = pools.iter().max_by_key(|&&p| self.system.pools[p].gpus)?;
                Some((id, *most))
            })
            .collect();
        largest.sort_by_key(|(id, _)| std::cmp::Reverse(gpus(&by[*id])));
        let stand_in = |id: &PartyId| largest.iter().find(|(other, _)| *other != id).copied();
        let mut more = Vec::new();
        for (id, pools) in &by {
            let text = format!("{} stops, with all that it delivered", self.name(id));
            more.push((Kind::SupplierGone, id.to_string(), text, self.lost(pools.clone())));
        }
        for (id, pools) in &by {
            let Some((other, pool)) = stand_in(id) else { continue };
            let text =
                format!("as many GPUs of {} come from {} instead", self.name(id), self.name(other));
            let effects = vec![Effect::Follows { pools: pools.clone(), pool }];
            more.push((Kind::AsLargest, id.to_string(), text, effects));
        }
        for (kind, party, text, effects) in more {
            self.push(kind, &party, text, effects);
        }
    }

    fn sites(&mut self) {
        let by = self.pools_by(|pool| Some(self.system.pools[pool].site.clone()));
        for (id, pools) in by {
            let name = self.book.sites.get(&id).map_or_else(|| id.to_string(), |s| s.name.clone());
            let effects = self.lost(pools);
            self.push(Kind::SiteLost, &id.to_string(), format!("{name} is lost"), effects);
        }
    }

    fn grids(&mut self) {
        let grid_of = |pool: usize| {
            self.book.sites.get(&self.system.pools[pool].site).and_then(|site| site.grid.clone())
        };
        for (id, pools) in self.pools_by(grid_of) {
            let Some(grid) = self.book.grids.keys().position(|other| *other == id) else {
                continue;
            };
            let name = self.book.grids[&id].name.clone();
            let cut = Cut { hours: self.ever_after(), depth: 1.0 };
            let effects = vec![Effect::Curtailed { grid, cut }];
            let text = format!("every curtailable megawatt on {name} is cut, all the time");
            self.push(Kind::GridCurtailed, &id.to_string(), text, effects);
            let effects = self.lost(pools);
            let text = format!("{name} is lost, with every site on it");
            self.push(Kind::GridLost, &id.to_string(), text, effects);
        }
    }

    /// The makers that a pool's hardware comes from: of GPUs, and of servers.
    fn maker_of(&self, pool: usize) -> (Option<PartyId>, Option<PartyId>) {
        makers(self.book, self.tranche(pool))
    }

    fn makers(&mut self) {
        let at = self.at;
        let gpu = self.pools_by(|p| self.maker_of(p).0.filter(|_| self.is_open(p)));
        let server = self.pools_by(|p| self.maker_of(p).1.filter(|_| self.is_open(p)));
        for (kind, by) in [(Kind::GpuMakerStops, gpu), (Kind::ServerMakerStops, server)] {
            for (id, pools) in by {
                let text = format!("{} delivers no more: what is open never comes", self.name(&id));
                let effects = vec![Effect::Lapses { pools, hour: at }];
                self.push(kind, &id.to_string(), text, effects);
            }
        }
    }

    fn lenders(&mut self) {
        let mut by: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
        for pool in self.open_pools() {
            for lender in lenders(self.book, self.system, pool) {
                by.entry(lender).or_default().push(pool);
            }
        }
        for (id, pools) in by {
            let text = format!(
                "{} pays no more: what it finances and is open never comes",
                self.name(&id)
            );
            let effects = vec![Effect::Lapses { pools, hour: self.at }];
            self.push(Kind::LenderStops, &id.to_string(), text, effects);
        }
    }

    fn landlords(&mut self) {
        let by = self.pools_by(|pool| landlord(self.book, self.system, pool));
        for (id, pools) in by {
            let text = format!("{} lets nobody in: its sites are lost", self.name(&id));
            let effects = self.lost(pools);
            self.push(Kind::LandlordStops, &id.to_string(), text, effects);
        }
    }

    fn zones(&mut self) {
        let licensed = |pool: usize| {
            let zone = &self.book.sites.get(&self.system.pools[pool].site)?.zone;
            let catalog = &self.book.catalog;
            let needs = |(id, zone): (&offtake_model::ZoneId, &offtake_model::Zone)| {
                zone.export_licence.then(|| id.clone())
            };
            let mut zones = catalog.zones.iter().filter_map(needs);
            zones.find(|licensed| catalog.lies_in(zone, licensed))
        };
        for (id, pools) in self.pools_by(licensed) {
            let text = format!("export licences to {id} are revoked: its sites are lost");
            let effects = self.lost(pools);
            self.push(Kind::LicenceRevoked, &id.to_string(), text, effects);
        }
    }

    fn types(&mut self) {
        let by = self.pools_by(|pool| Some(self.system.pools[pool].accelerator.clone()));
        for (id, pools) in by {
            let text = format!("{:.0} % of all {id} are recalled", RECALL * 100.0);
            let effects = vec![Effect::Lost { pools, hours: self.ever_after(), share: RECALL }];
            self.push(Kind::Recall, &id.to_string(), text, effects);
        }
    }

    fn late(&mut self) {
        for pool in self.open_pools() {
            let Some(tranche) = self.tranche(pool) else { continue };
            let Some(hour) = late_hour(self.book, self.system, tranche) else { continue };
            let promised = self.system.pools[pool].promised;
            let days = (hour - promised).max(0) / 24;
            let id = tranche.id.to_string();
            let text = format!("{id} is {days} d late, as nine in ten stay within");
            self.push(Kind::DeliveryLate, &id, text, vec![Effect::NotBefore { pool, hour }]);
        }
    }

    fn shortages(&mut self) {
        let pools = self.open_pools();
        if pools.is_empty() {
            return;
        }
        let kinds = [("memory", Milestone::Accelerators), ("transformers", Milestone::Power)];
        for (what, milestone) in kinds {
            let text = format!("a shortage of {what} delays all that is open by {SHORTAGE_DAYS} d");
            let effect =
                Effect::Later { pools: pools.clone(), milestone, hours: SHORTAGE_DAYS * 24 };
            self.push(Kind::Shortage, what, text, vec![effect]);
        }
    }

    fn tenants(&mut self) {
        let mut gone: BTreeMap<PartyId, Vec<Effect>> = BTreeMap::new();
        for (index, workload) in self.book.workloads.values().enumerate() {
            let effect =
                Effect::Unwanted { workloads: vec![index], gangs: Vec::new(), from: self.at };
            gone.entry_of(workload.tenant.as_ref(), effect);
        }
        for (index, gang) in self.book.gangs.values().enumerate() {
            let effect =
                Effect::Unwanted { workloads: Vec::new(), gangs: vec![index], from: self.at };
            gone.entry_of(gang.tenant.as_ref(), effect);
        }
        let mut open: BTreeMap<PartyId, Vec<Effect>> = BTreeMap::new();
        let mut ended = Vec::new();
        for contract in self.book.contracts.values() {
            if contract.ownership == Ownership::Owned || self.book.side(contract) != Side::Sold {
                continue;
            }
            let pools = self.pools_of(|pool| self.system.pools[pool].contract == contract.id);
            let unsold = |pools: Vec<usize>| Effect::Unsold { pools, hours: self.ever_after() };
            gone.entry_of(Some(&contract.buyer), unsold(pools.clone()));
            let undelivered: Vec<usize> =
                pools.iter().copied().filter(|&pool| self.is_open(pool)).collect();
            if !undelivered.is_empty() {
                open.entry_of(Some(&contract.buyer), unsold(undelivered));
            }
            if contract.late.terminate_after.is_some() {
                ended.push((contract.id.to_string(), contract.name.clone(), unsold(pools)));
            }
        }
        for (id, effects) in gone {
            let text = format!("the tenant {} is gone, and pays nothing more", self.name(&id));
            self.push(Kind::TenantGone, &id.to_string(), text, effects);
        }
        for (id, effects) in open {
            let text = format!("the tenant {} rejects what is not delivered", self.name(&id));
            self.push(Kind::TenantRejects, &id.to_string(), text, effects);
        }
        for (id, name, effect) in ended {
            self.push(Kind::Terminated, &id, format!("{name} is terminated"), vec![effect]);
        }
    }

    fn pools_of(&self, is_of: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.system.pools.len()).filter(|&pool| is_of(pool)).collect()
    }

    fn demand(&mut self) {
        if self.system.scenario_above.len() > 1 {
            let text = "demand grows by the next greater scenario".to_owned();
            self.push(Kind::DemandUp, "scenario", text, vec![Effect::ScenarioUp]);
        }
        let text = format!("power costs {:.0} % more", POWER_UP * 100.0);
        self.push(Kind::PowerPriceUp, "power", text, vec![Effect::PowerPrice { share: POWER_UP }]);
        let text = format!("what is not signed yet costs {:.0} % more to rent", RENTAL_UP * 100.0);
        let effects = vec![Effect::RentalPrice { share: RENTAL_UP }];
        self.push(Kind::RentalPriceUp, "market", text, effects);
    }

    fn written(&mut self) {
        for (id, stress) in &self.book.stresses {
            let axis = &self.system.axis;
            let until = stress.until.map_or(FOR_EVER, |until| axis.hour_of(until));
            let hours = Hours { from: axis.hour_of(stress.from), until };
            let Some((kind, target)) = stress.on.split_once('.') else { continue };
            let share = stress.depth.part();
            let effect = match kind {
                "grid" => {
                    let position = self.book.grids.keys().position(|id| id.to_string() == target);
                    let Some(grid) = position else { continue };
                    Effect::Curtailed { grid, cut: Cut { hours, depth: share } }
                }
                "site" => {
                    let pools = self.pools_of(|p| self.system.pools[p].site.to_string() == target);
                    Effect::Lost { pools, hours, share }
                }
                _ => {
                    let pools =
                        self.pools_of(|p| self.system.pools[p].supplier.to_string() == target);
                    Effect::Lost { pools, hours, share }
                }
            };
            let text = format!("{:.0} % of {target} is lost from {}", share * 100.0, stress.from);
            self.push(Kind::Written, id, text, vec![effect]);
        }
    }
}

/// Returns the name of what a counterfactual acts on.
fn name_of(book: &Book, kind: Kind, id: &str) -> String {
    let of = match kind {
        Kind::SiteLost => "site",
        Kind::GridLost | Kind::GridCurtailed => "grid",
        _ => "party",
    };
    concentration::name(book, of, id)
}

/// Adding an effect to a party's, where there is one.
trait EntryOf {
    fn entry_of(&mut self, party: Option<&PartyId>, effect: Effect);
}

impl EntryOf for BTreeMap<PartyId, Vec<Effect>> {
    fn entry_of(&mut self, party: Option<&PartyId>, effect: Effect) {
        if let Some(party) = party {
            self.entry(party.clone()).or_default().push(effect);
        }
    }
}

/// Returns who makes the GPUs of a tranche, and who the servers, as far as the book or the catalog says.
pub(super) fn makers(book: &Book, tranche: Option<&Tranche>) -> (Option<PartyId>, Option<PartyId>) {
    let Some(tranche) = tranche else { return (None, None) };
    let purchase = tranche.accelerators_from.as_ref().and_then(|id| book.purchases.get(id));
    let of_type = || book.catalog.accelerators.get(&tranche.accelerator).map(|a| a.maker.clone());
    let maker = purchase.and_then(|purchase| purchase.maker.clone()).or_else(of_type);
    (maker, purchase.map(|purchase| purchase.seller.clone()))
}

/// Returns the lenders that a pool's contract secures.
pub(super) fn lenders(book: &Book, system: &System, pool: usize) -> Vec<PartyId> {
    let contract = &system.pools[pool].contract;
    let secured = book.debts.values().filter(|debt| debt.secured_on.contains(contract));
    let mut found: Vec<PartyId> = secured.filter_map(|debt| debt.lender.clone()).collect();
    found.sort();
    found.dedup();
    found
}

/// Returns who lets the site of a pool to its supplier.
pub(super) fn landlord(book: &Book, system: &System, pool: usize) -> Option<PartyId> {
    let spec = &system.pools[pool];
    let lets =
        |lease: &&offtake_model::Lease| lease.site == spec.site && lease.tenant == spec.supplier;
    book.leases.values().find(lets).map(|lease| lease.landlord.clone())
}

/// Returns the hour in service of a tranche of which every milestone slips as nine in ten stay within,
/// given how late it is known to be; `None` when nothing of it slips.
fn late_hour(book: &Book, system: &System, tranche: &Tranche) -> Option<i64> {
    let mut latest = None;
    for milestone in [&tranche.power, &tranche.hall_ready, &tranche.accelerators] {
        let Some(law) = milestone.slip.filter(|_| milestone.reached.is_none()) else { continue };
        let promised = system.axis.hour_of(milestone.promised);
        let known = (system.axis.hour_of(book.as_of) - promised) as f64 / 24.0;
        let ever = 1.0 - law.never.part();
        let floor = if known > 0.0 { slip_cdf(&law, known) } else { 0.0 };
        let slip = slip_quantile(&law, floor + (ever - floor) * LATE)?;
        latest = latest.max(Some(promised + libm::round(slip * 24.0) as i64));
    }
    latest.map(|hour| hour + tranche.acceptance.hours().round() as i64)
}
