//! The book itself: one versioned unit over all nouns.

use crate::{
    AcceleratorId, Axis, Build, Catalog, Claim, Contract, ContractId, Debt, Gang, Grid, GridId,
    Hall, HallId, Idle, Lease, Market, Offer, Opportunity, OptionRight, Party, PartyId, PowerStock,
    PowerUse, Project, Provenance, Purchase, Right, Said, Scenario, Site, SiteId, Source, Spot,
    Standard, Workload, WorkloadId,
};
use jiff::civil::Date;
use offtake_units::{Currency, Money, Rate, Share};
use std::collections::BTreeMap;

/// Whose eyes a contract is seen with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The owner of the book buys.
    Bought,
    /// The owner of the book sells.
    Sold,
    /// Neither side is the owner: it is in the book for what hangs on it (an upstream purchase).
    Other,
}

/// Everything held, bought, sold, needed and on offer, with every default filled in.
#[derive(Clone, Debug)]
pub struct Book {
    /// What the book is about, one line.
    pub title: String,
    /// Whose book it is; decides which contracts are bought and which are sold.
    pub owner: PartyId,
    /// The day whose knowledge the book holds; no source may be later.
    pub as_of: Date,
    /// First day of the horizon (00:00 UTC).
    pub from: Date,
    /// Day after the last of the horizon.
    pub until: Date,
    /// The currency that reports are in.
    pub currency: Currency,
    /// Units of `currency` for one unit of another, by currency.
    pub exchange_rates: BTreeMap<Currency, f64>,
    /// Yearly rate at which later money counts less.
    pub discount_rate: Rate,
    /// In words: whose demand this is and which supply lies outside.
    pub scope: String,
    /// The accelerator in whose GPU-hours unserved work is reported.
    pub reference_accelerator: AcceleratorId,
    /// How many quarters from `from` the headline looks at.
    pub headline_quarters: u32,
    /// Standards by priority; empty when none is set, and then all work is firm.
    pub standards: Vec<Standard>,
    /// The named futures; their probabilities sum to 1.
    pub scenarios: Vec<Scenario>,
    /// Suppliers, tenants, makers, landlords, lenders.
    pub parties: BTreeMap<PartyId, Party>,
    /// Grids that sites hang on.
    pub grids: BTreeMap<GridId, Grid>,
    /// Sites.
    pub sites: BTreeMap<SiteId, Site>,
    /// Halls of sites; every site has at least one (a site without halls is one hall of its name).
    pub halls: BTreeMap<HallId, Hall>,
    /// Contracts on all sides, and the fleets that the owner holds.
    pub contracts: BTreeMap<ContractId, Contract>,
    /// Divisible work.
    pub workloads: BTreeMap<WorkloadId, Workload>,
    /// Work that needs all its GPUs at once.
    pub gangs: BTreeMap<WorkloadId, Gang>,
    /// Market prices of accelerators under contract or on offer; one whose price nobody has seen is left out.
    pub markets: BTreeMap<AcceleratorId, Market>,
    /// What may be signed.
    pub offers: BTreeMap<String, Offer>,
    /// What can be rented at short notice.
    pub spots: BTreeMap<String, Spot>,
    /// Options held on further capacity.
    pub options: BTreeMap<String, OptionRight>,
    /// Other rights: first refusal, extension, renewal.
    pub rights: BTreeMap<String, Right>,
    /// Hardware purchases behind the contracts.
    pub purchases: BTreeMap<String, Purchase>,
    /// Leases of sites.
    pub leases: BTreeMap<String, Lease>,
    /// Debts secured on contracts.
    pub debts: BTreeMap<String, Debt>,
    /// Megawatts not yet turned into GPUs.
    pub powers: BTreeMap<String, PowerStock>,
    /// Recipes that turn megawatts into GPUs.
    pub builds: BTreeMap<String, Build>,
    /// What megawatts earn until a hall needs them.
    pub idles: BTreeMap<String, Idle>,
    /// Opportunities that are not signed: they hold nothing.
    pub opportunities: BTreeMap<String, Opportunity>,
    /// Contracts sold together with what stands behind them.
    pub projects: BTreeMap<String, Project>,
    /// What else megawatts could be used for.
    pub uses: BTreeMap<String, PowerUse>,
    /// What was claimed in public of a project.
    pub claims: BTreeMap<String, Claim>,
    /// The user's own stresses.
    pub stresses: BTreeMap<String, Stress>,
    /// Where facts come from.
    pub sources: BTreeMap<String, Source>,
    /// Source, mark and place in the files of every value, by its path (`contract.iren.late.grace`).
    pub provenance: BTreeMap<String, Provenance>,
    /// Source, mark and note that tables write for all their values, by path (`contract.iren.source`).
    pub said: BTreeMap<String, Said>,
    /// Hardware and default facts.
    pub catalog: Catalog,
}

/// A counterfactual that the user wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Stress {
    /// What it acts on: the grid, site or party lost or cut (its kind and id, as `grid.ercot`).
    pub on: String,
    /// How much of it is lost.
    pub depth: Share,
    /// First day.
    pub from: Date,
    /// Day after the last; `None` when it lasts.
    pub until: Option<Date>,
}

impl Book {
    /// Says which side of `contract` the owner of the book is on.
    #[must_use]
    pub fn side(&self, contract: &Contract) -> Side {
        if contract.buyer == self.owner {
            Side::Bought
        } else if contract.seller == self.owner {
            Side::Sold
        } else {
            Side::Other
        }
    }

    /// Returns the day after the last of the headline, within the horizon.
    #[must_use]
    pub fn headline_until(&self) -> Date {
        let axis = Axis::new(self.from, self.until);
        let months = axis.months_of_quarters(self.headline_quarters);
        let last = months.checked_sub(1).and_then(|last| axis.months().get(last));
        last.map_or(self.until, |last| axis.date_of(last.end as i64))
    }

    /// Returns an amount in the book's currency, for statistics; 0 where no rate is known, which is a finding.
    #[must_use]
    pub fn in_currency(&self, money: Money) -> f64 {
        let rate = match money.currency() == self.currency {
            true => Some(1.0),
            false => self.exchange_rates.get(&money.currency()).copied(),
        };
        rate.map_or(0.0, |rate| money.units() * rate)
    }

    /// Returns the standard of `priority`, if one is set.
    #[must_use]
    pub fn standard_of(&self, priority: u32) -> Option<&Standard> {
        self.standards.iter().find(|standard| standard.priority == priority)
    }

    /// Says whether work of `priority` is firm: under a standard, or the book sets none at all.
    #[must_use]
    pub fn is_firm(&self, priority: u32) -> bool {
        self.standards.is_empty() || self.standard_of(priority).is_some()
    }
}
