//! What stands behind the contracts: purchases, leases, debts; and a seller's raw material.

use super::{Build, Thing, id};
use jiff::civil::Date;
use offtake_model::{
    AcceleratorId, AfterAnchor, Build as Recipe, Debt, DrawsOn, DueDate, Idle, Lease, Opportunity,
    PartyKind, PowerStock, Purchase, Repayment, Support,
};
use offtake_units::{Gpus, Money, Power, Price, Rate, RateBasis, Span};
use std::collections::BTreeMap;

pub(super) const NO_RATE: Rate = Rate::new(0.0, RateBasis::Year);

impl<'a> Build<'a> {
    /// Returns the accelerator that is written and known.
    pub(super) fn known_accelerator(&mut self, thing: &Thing<'a>) -> Option<AcceleratorId> {
        let text: String = self.maybe(thing, "accelerator")?;
        self.catalog.accelerators.contains_key(text.as_str()).then(|| id(&text))
    }

    pub(super) fn purchases(&mut self) -> BTreeMap<String, Purchase> {
        let mut all = BTreeMap::new();
        for thing in self.things("purchase") {
            let accelerator = self.known_accelerator(&thing);
            let rack = accelerator
                .as_ref()
                .and_then(|a| self.catalog.accelerators.get(a))
                .map(|a| i64::from(a.rack_gpus));
            let racks =
                thing.get::<i64>("racks").zip(rack).map(|(racks, rack)| racks.saturating_mul(rack));
            let gpus = thing.get::<i64>("gpus").or(racks);
            if gpus.is_none() {
                self.keep_default(&thing, "gpus", "not said");
            }
            let owner = self.owner.clone();
            let buyer = thing.id_of("buyer").unwrap_or_else(|| {
                self.keep_default(&thing, "buyer", &owner.to_string());
                owner
            });
            let seller = thing.id_of("seller").unwrap_or_else(|| self.owner.clone());
            let paid = DueDate {
                anchor: AfterAnchor::Shipped,
                offset: Span::from_days(30),
                is_before: false,
            };
            let purchase = Purchase {
                seller: self.role(seller, PartyKind::ServerMaker),
                maker: self
                    .maybe::<String>(&thing, "maker")
                    .map(|text| self.role(id(&text), PartyKind::GpuMaker)),
                buyer: self.role(buyer, PartyKind::Supplier),
                accelerator,
                gpus: gpus.map(|gpus| Gpus::new(gpus.clamp(0, 1_000_000_000))),
                price_total: self.maybe(&thing, "price.total"),
                paid: self.or(&thing, "paid", paid),
                cancellable: self.or(&thing, "cancellable", false),
            };
            all.insert(thing.id.clone(), purchase);
        }
        all
    }

    pub(super) fn leases(&mut self) -> BTreeMap<String, Lease> {
        let mut all = BTreeMap::new();
        for thing in self.things("lease") {
            let owner = self.owner.clone();
            let tenant = thing.id_of("tenant").unwrap_or_else(|| {
                self.keep_default(&thing, "tenant", &owner.to_string());
                owner.clone()
            });
            let (Some(landlord), Some(site)) = (thing.id_of("landlord"), thing.id_of("site"))
            else {
                continue;
            };
            let lease = Lease {
                landlord: self.role(landlord, PartyKind::Landlord),
                tenant: self.role(tenant, PartyKind::Supplier),
                site,
                total: self.maybe(&thing, "total"),
                from: self.maybe(&thing, "from"),
                term: self.or(&thing, "term", Span::from_months(120)),
            };
            all.insert(thing.id.clone(), lease);
        }
        all
    }

    pub(super) fn debts(&mut self) -> BTreeMap<String, Debt> {
        let mut all = BTreeMap::new();
        for thing in self.things("debt") {
            let secured: Vec<String> = self.maybe(&thing, "secured_on").unwrap_or_default();
            let borrower = thing.id_of("borrower").unwrap_or_else(|| self.owner.clone());
            let debt = Debt {
                borrower: self.role(borrower, PartyKind::Supplier),
                lender: self
                    .maybe::<String>(&thing, "lender")
                    .map(|text| self.role(id(&text), PartyKind::Lender)),
                secured_on: secured.iter().map(|contract| id(contract)).collect(),
                amount: thing.get("amount").unwrap_or(Money::from_micros(0, self.currency)),
                rate: thing.get("rate").unwrap_or(NO_RATE),
                opens: self.maybe(&thing, "opens"),
                draw_until: self.maybe(&thing, "draw_until"),
                draws_on: match self.or(&thing, "draws_on", "payment".to_owned()).as_str() {
                    "in-service" => DrawsOn::InService,
                    _ => DrawsOn::Payment,
                },
                undrawn_fee: self.or(&thing, "undrawn_fee", NO_RATE),
                repays_from: self.maybe(&thing, "repays_from"),
                matures: thing.get("matures").unwrap_or(self.until),
                repayment: match self.or(&thing, "repayment", "sculpted".to_owned()).as_str() {
                    "level" => Repayment::Level,
                    "bullet" => Repayment::Bullet,
                    _ => Repayment::Sculpted,
                },
                min_dscr: self.maybe(&thing, "min_dscr"),
                lock_up: self.maybe(&thing, "lock_up"),
                reserve: self.or(&thing, "reserve", Span::from_months(0)),
                support: match self.or(&thing, "support", "none".to_owned()).as_str() {
                    "until-service" => Support::UntilService,
                    _ => Support::None,
                },
                long_stop: self.maybe(&thing, "long_stop"),
            };
            all.insert(thing.id.clone(), debt);
        }
        all
    }

    pub(super) fn powers(&mut self) -> BTreeMap<String, PowerStock> {
        let mut all = BTreeMap::new();
        for thing in self.things("power") {
            let Some(site) = thing.id_of("site") else { continue };
            let from: Option<Date> = self.maybe(&thing, "from");
            let stock = PowerStock {
                site,
                grid_power: thing.get("grid_power").unwrap_or(Power::ZERO),
                from,
                builds: self.maybe(&thing, "builds").unwrap_or_default(),
            };
            all.insert(thing.id.clone(), stock);
        }
        all
    }

    pub(super) fn builds(&mut self) -> BTreeMap<String, Recipe> {
        let mut all = BTreeMap::new();
        for thing in self.things("build") {
            let accelerator =
                self.known_accelerator(&thing).unwrap_or_else(|| self.reference.clone());
            let of_catalog = self.catalog.accelerators.get(&accelerator).and_then(|a| a.rack_price);
            let capex_rack = thing.get::<Money>("capex.rack").or(of_catalog);
            if !thing.has("capex.rack") {
                let text = of_catalog.map_or("not known".to_owned(), |price| price.to_string());
                self.keep_default(&thing, "capex.rack", &text);
            }
            let recipe = Recipe {
                accelerator,
                takes: thing.get("takes").unwrap_or(Span::from_months(12)),
                capex_hall: self.maybe::<Price>(&thing, "capex.hall"),
                capex_rack,
            };
            all.insert(thing.id.clone(), recipe);
        }
        all
    }

    pub(super) fn idles(&mut self) -> BTreeMap<String, Idle> {
        let things = self.things("idle").into_iter();
        let one = |thing: Thing<'a>| {
            Some((
                thing.id.clone(),
                Idle { site: thing.id_of("site")?, earns: thing.get("earns")? },
            ))
        };
        things.filter_map(one).collect()
    }

    pub(super) fn opportunities(&mut self) -> BTreeMap<String, Opportunity> {
        let mut all = BTreeMap::new();
        for thing in self.things("opportunity") {
            let Some(party) = thing.id_of("party") else { continue };
            let opportunity = Opportunity {
                party: self.role(party, PartyKind::Tenant),
                power: self.maybe(&thing, "power"),
                gpus: self.maybe(&thing, "gpus"),
                chance: thing.get("chance").unwrap_or(super::NONE),
                on: self.maybe(&thing, "on"),
                build: self.maybe(&thing, "build"),
                price: self.maybe(&thing, "price.per_gpu_hour"),
                term: self.or(&thing, "term", Span::from_months(60)),
                least: self.or(&thing, "least", super::ALL),
            };
            all.insert(thing.id.clone(), opportunity);
        }
        all
    }
}
