//! Contracts and fleets with their tranches, milestones and clauses.

use super::{ALL, Build, NONE, Thing, id};
use crate::near::nearest;
use jiff::civil::Date;
use offtake_model::{
    AcceleratorId, AfterAnchor, Contract, ContractId, DueDate, Exercise, Fee, HallId, Late, Mark,
    Milestone, Ownership, PartyKind, Prepayment, Renewal, SiteId, Sla, SlipLaw, TakeOrPay, Tranche,
    TrancheId,
};
use offtake_units::{Gpus, Growth, Money, Per, Price, Rate, RateBasis, Span};
use std::collections::BTreeMap;

/// Length of use of a fleet that is there for good.
const FOR_GOOD: Span = Span::from_months(2_400);

/// When a tranche that never comes is given up, where nothing says so.
const GIVEN_UP_AFTER: Span = Span::from_months(24);

impl<'a> Build<'a> {
    /// Returns all contracts, and the fleets of the owner among them.
    pub(super) fn contracts(&mut self) -> BTreeMap<ContractId, Contract> {
        let mut contracts = BTreeMap::new();
        for thing in self.things("contract") {
            let contract = self.contract(&thing);
            contracts.insert(contract.id.clone(), contract);
        }
        for thing in self.things("fleet") {
            let fleet = self.fleet(&thing);
            if contracts.contains_key(&fleet.id) {
                let problem = format!("`{}` is the id of a contract and of a fleet", fleet.id);
                self.find(&thing, "", "same-id-twice", problem, "rename one of the two".to_owned());
                continue;
            }
            contracts.insert(fleet.id.clone(), fleet);
        }
        contracts
    }

    fn contract(&mut self, thing: &Thing<'a>) -> Contract {
        let (seller, buyer) = self.sides(thing);
        let tranches = self.tranches_of(thing);
        let clauses = self.with_clauses(thing);
        let price_total: Option<Money> = self.maybe(thing, "price.total");
        let price = self.price(thing, price_total, &tranches);
        let guarantor = self
            .maybe::<String>(thing, "guarantor")
            .map(|text| self.role(id(&text), PartyKind::Lender));
        Contract {
            id: id(&thing.id),
            name: self.name_of(thing),
            ownership: Ownership::Contracted,
            seller: self.role(seller, PartyKind::Supplier),
            buyer: self.role(buyer, PartyKind::Tenant),
            signed: self.maybe(thing, "signed"),
            tranches,
            price_total,
            price,
            escalator: self.or(&clauses, "escalator", Growth::new(1.0)).factor() - 1.0,
            power_passed_through: self.or(&clauses, "power_passed_through", false),
            billed_power: self.maybe(thing, "billed_power"),
            take_or_pay: TakeOrPay {
                share: self.or(&clauses, "take_or_pay.share", ALL),
                make_up: self.maybe(&clauses, "take_or_pay.make_up"),
            },
            prepayment: self.prepayment(&clauses),
            late: self.late(&clauses),
            sla: self.sla(&clauses),
            renewal: self.renewal(&clauses),
            like_kind_substitution: self.or(&clauses, "like_kind_substitution", false),
            sublease: self.or(&clauses, "sublease", false),
            guarantor,
        }
    }

    /// Returns seller and buyer: the owner buys from a party of the contract's name, or sells to the
    /// buyer that is written.
    fn sides(&mut self, thing: &Thing<'a>) -> (offtake_model::PartyId, offtake_model::PartyId) {
        let owner = self.owner.clone();
        let buyer = thing.id_of("buyer").unwrap_or_else(|| {
            self.keep_default(thing, "buyer", &owner.to_string());
            owner.clone()
        });
        let seller = thing.id_of("seller").unwrap_or_else(|| {
            let seller = if buyer == owner { id(&thing.id) } else { owner.clone() };
            self.keep_default(thing, "seller", &seller.to_string());
            seller
        });
        (seller, buyer)
    }

    /// Puts the clauses that hold where the contract is silent behind it.
    fn with_clauses(&mut self, thing: &Thing<'a>) -> Thing<'a> {
        let facts = self.input.facts;
        let name = thing.get::<String>("clauses").unwrap_or_else(|| "default".to_owned());
        let mut clauses = thing.clone();
        let mut sets = vec![name.as_str()];
        if name != "default" {
            sets.push("default");
        }
        for set in sets {
            let Some(record) = facts.record("clauses", set) else { continue };
            for (key, entry) in record.values.iter().filter(|(key, _)| !clauses.has(key)) {
                if !matches!(key.as_str(), "source" | "mark" | "note" | "name") {
                    self.keep_of_catalog(thing.path(key), &entry.text, ("clauses", set));
                }
            }
            clauses.tables.push(record);
        }
        clauses
    }

    fn prepayment(&mut self, thing: &Thing<'a>) -> Option<Prepayment> {
        let share = self.maybe(thing, "prepayment.share")?;
        let promised =
            DueDate { anchor: AfterAnchor::Promised, offset: Span::ZERO, is_before: false };
        Some(Prepayment {
            share,
            due: self.or(thing, "prepayment.due", promised),
            credited_after: self.or(thing, "prepayment.credited_after", Span::from_months(24)),
            recovery: self.or(thing, "prepayment.recovery", offtake_units::Share::new(0.3)),
            recovered_after: self.or(thing, "prepayment.recovered_after", Span::from_months(12)),
        })
    }

    fn late(&mut self, thing: &Thing<'a>) -> Late {
        let never = thing.get::<String>("late.terminate_after").is_some();
        let terminate_after = if never { None } else { self.maybe(thing, "late.terminate_after") };
        let exercise: String = self.or(thing, "late.exercise", "never".to_owned());
        Late {
            grace: self.or(thing, "late.grace", Span::ZERO),
            credit: self.or(thing, "late.credit", Rate::new(0.0, RateBasis::Month)),
            cap: Fee(self.or(thing, "late.cap", 0.0)),
            terminate_after,
            exercise: match exercise.as_str() {
                "if-cheaper" => Exercise::IfCheaper,
                "always" => Exercise::Always,
                _ => Exercise::Never,
            },
            first_ends_all: self.or(thing, "late.first_ends_all", false),
            given_up_after: self.or(thing, "late.given_up_after", GIVEN_UP_AFTER),
        }
    }

    fn sla(&mut self, thing: &Thing<'a>) -> Option<Sla> {
        let availability = self.maybe(thing, "sla.availability")?;
        Some(Sla {
            availability,
            credit_cap: self.or(thing, "sla.credit_cap", ALL),
            claim_within: self.or(thing, "sla.claim_within", Span::from_days(30)),
        })
    }

    fn renewal(&mut self, thing: &Thing<'a>) -> Option<Renewal> {
        let term = self.maybe(thing, "renewal.term")?;
        let times: i64 = self.or(thing, "renewal.times", 1);
        Some(Renewal {
            term,
            notice: self.or(thing, "renewal.notice", Span::from_months(6)),
            times: u32::try_from(times).unwrap_or(u32::MAX),
        })
    }

    /// Returns the price of a GPU-hour: what is written, else the total over the contracted hours.
    fn price(
        &mut self,
        thing: &Thing<'a>,
        total: Option<Money>,
        tranches: &[Tranche],
    ) -> Option<Price> {
        let written: Option<Price> = thing.get("price.per_gpu_hour");
        if written.is_some() || thing.has("price.per_gpu_hour") {
            return written;
        }
        let hours: f64 = tranches.iter().map(contracted_hours).sum();
        let Some(total) = total.filter(|_| hours > 0.0) else {
            self.keep_default(thing, "price.per_gpu_hour", "not known");
            return None;
        };
        // In whole millionths of the currency; the float only carries hours below 2^53.
        let hours = hours as i128;
        let micros = (total.micros() + total.micros().signum() * hours / 2) / hours.max(1);
        let price = Price::new(Money::from_micros(micros, total.currency()), Per::GpuHour);
        let note = format!("{total} / {hours} GPUh, the contracted hours of the tranches' terms");
        self.keep(thing.path("price.per_gpu_hour"), &price.to_string(), Mark::Derived, Some(note));
        Some(price)
    }

    fn fleet(&mut self, thing: &Thing<'a>) -> Contract {
        let owner = self.owner.clone();
        let tranche = self.with_defaults(thing.clone());
        let tranche = self.tranche(&tranche, "all", Ownership::Owned);
        Contract {
            id: id(&thing.id),
            name: self.name_of(thing),
            ownership: Ownership::Owned,
            seller: owner.clone(),
            buyer: owner,
            signed: None,
            tranches: vec![tranche],
            price_total: None,
            price: None,
            escalator: 0.0,
            power_passed_through: false,
            billed_power: None,
            take_or_pay: TakeOrPay { share: NONE, make_up: None },
            prepayment: None,
            late: Late {
                grace: Span::ZERO,
                credit: Rate::new(0.0, RateBasis::Month),
                cap: Fee(0.0),
                terminate_after: None,
                exercise: Exercise::Never,
                first_ends_all: false,
                given_up_after: GIVEN_UP_AFTER,
            },
            sla: None,
            renewal: None,
            like_kind_substitution: false,
            sublease: false,
            guarantor: None,
        }
    }

    /// Returns the tranches of a contract, or the one that it is itself.
    fn tranches_of(&mut self, thing: &Thing<'a>) -> Vec<Tranche> {
        let prefix = format!("{}.", thing.id);
        let input = self.input;
        let all = input.book.kinds.get("tranche");
        let own = all.into_iter().flat_map(|all| all.range(prefix.clone()..));
        let own: Vec<(&String, &crate::format::Record)> =
            own.take_while(|(id, _)| id.starts_with(&prefix)).collect();
        if own.is_empty() {
            let only = self.with_defaults(thing.clone());
            return vec![self.tranche(&only, "all", Ownership::Contracted)];
        }
        self.find_amounts_of_a_contract_with_tranches(thing);
        let names: Vec<&str> = own.iter().map(|(id, _)| &id[prefix.len()..]).collect();
        let mut tranches = Vec::new();
        for (full, record) in &own {
            let name = &full[prefix.len()..];
            let mut tranche = Thing::new("tranche", full, vec![*record]);
            tranche.tables.extend(thing.tables.iter().copied());
            tranche.shown_in = (thing.kind, thing.id.clone());
            let tranche = self.with_defaults(tranche);
            self.find_unknown_predecessor(&tranche, name, &names);
            tranches.push(self.tranche(&tranche, name, Ownership::Contracted));
        }
        tranches.sort_by(|a, b| a.promised.cmp(&b.promised).then(a.id.name.cmp(&b.id.name)));
        tranches
    }

    fn find_amounts_of_a_contract_with_tranches(&mut self, thing: &Thing<'a>) {
        let keys = [
            "gpus",
            "racks",
            "promised",
            "delivered",
            "power.promised",
            "power.reached",
            "hall_ready.promised",
            "hall_ready.reached",
            "accelerators.promised",
            "accelerators.reached",
        ];
        for key in keys {
            if thing.has(key) {
                let problem = format!("`{key}` is written for the contract, which has tranches");
                let fix =
                    "move it to the tranches: they inherit all but counts and dates".to_owned();
                self.find(thing, key, "amount-twice", problem, fix);
            }
        }
    }

    fn find_unknown_predecessor(&mut self, tranche: &Thing<'a>, name: &str, names: &[&str]) {
        let Some(after) = tranche.tables[0].text("after").map(str::to_owned) else { return };
        if names.contains(&after.as_str()) && after != name {
            return;
        }
        let others = names.iter().copied().filter(|other| *other != name);
        let fix = nearest(&after, others)
            .map_or("name another tranche of the same contract".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
        let problem = format!("there is no other tranche `{after}` in the contract");
        if !self.input.is_partial {
            self.find(tranche, "after", "not-in-the-book", problem, fix);
        }
    }

    fn tranche(&mut self, thing: &Thing<'a>, name: &str, ownership: Ownership) -> Tranche {
        let contract: ContractId = id(thing.id.split('.').next().unwrap_or(&thing.id));
        let own_site = contract.to_string();
        let site: SiteId = thing.id_of("site").unwrap_or_else(|| {
            self.keep_default(thing, "site", &own_site);
            id(&own_site)
        });
        let accelerator = self.accelerator(thing);
        let acceptance =
            self.or_fact(thing, "acceptance", self.catalog.acceptance, ("slip", "default"));
        let (promised, delivered) = self.dates(thing, ownership);
        let slips = if delivered.is_some() { [None; 3] } else { self.slips(thing, &site) };
        let ready = promised.checked_sub(acceptance.calendar()).unwrap_or(promised);
        let after = thing.tables.first().and_then(|table| table.text("after")).map(str::to_owned);
        let term = match (ownership, thing.get("term")) {
            (_, Some(term)) => term,
            (Ownership::Owned, None) => {
                self.keep_default(thing, "term", "for good");
                FOR_GOOD
            }
            (Ownership::Contracted, None) => self.or(thing, "term", Span::from_months(60)),
        };
        Tranche {
            hall: self.hall_of(thing, &site),
            gpus: self.gpus(thing, &accelerator),
            power: self.milestone(thing, "power", ready, slips[0]),
            hall_ready: self.milestone(thing, "hall_ready", ready, slips[1]),
            accelerators: self.milestone(thing, "accelerators", ready, slips[2]),
            accelerators_from: self.maybe(thing, "accelerators.from"),
            after: after.map(|name| TrancheId { contract: contract.clone(), name }),
            ramp: self.or(thing, "ramp", Span::ZERO),
            term,
            ends: self.maybe(thing, "ends"),
            spares: self.or(thing, "spares", 0),
            dedicated_to: self
                .maybe::<String>(thing, "dedicated_to")
                .map(|text| self.role(id(&text), PartyKind::Tenant)),
            id: TrancheId { contract, name: name.to_owned() },
            site,
            accelerator,
            promised,
            delivered,
            acceptance,
        }
    }

    fn accelerator(&mut self, thing: &Thing<'a>) -> AcceleratorId {
        let reference = self.reference.clone();
        if let Some(text) = thing.get::<String>("accelerator") {
            return if self.catalog.accelerators.contains_key(text.as_str()) {
                id(&text)
            } else {
                reference
            };
        }
        if self.top.has("reference_accelerator") {
            self.keep_default(thing, "accelerator", &reference.to_string());
        } else if !thing.has("accelerator") {
            let problem =
                format!("`{}` does not say what type it is of", thing.kind.path(&thing.id));
            let fix = format!("write it, as in `accelerator = \"{reference}\"`");
            self.find_missing(thing, "accelerator", problem, fix);
        }
        reference
    }

    /// Returns the day promised and the day delivered.
    fn dates(&mut self, thing: &Thing<'a>, ownership: Ownership) -> (Date, Option<Date>) {
        let own = Thing { tables: thing.tables.iter().copied().take(1).collect(), ..thing.clone() };
        let mut delivered: Option<Date> = own.get("delivered");
        let promised: Option<Date> = own.get("promised");
        if ownership == Ownership::Owned
            && promised.is_none()
            && delivered.is_none()
            && !own.has("delivered")
        {
            let day = self.as_of;
            self.keep_default(thing, "delivered", &day.to_string());
            delivered = Some(day);
        }
        if promised.is_none()
            && delivered.is_none()
            && !own.has("promised")
            && thing.kind.name != "tranche"
        {
            let problem =
                format!("`{}` does not say when it is promised", thing.kind.path(&thing.id));
            let fix =
                "write the day in service, as in `promised = 2026-03-31`, or give it tranches"
                    .to_owned();
            self.find_missing(thing, "promised", problem, fix);
        }
        let day = promised.or(delivered).unwrap_or(self.as_of);
        if promised.is_none() && delivered.is_some() {
            self.keep_default(&own, "promised", &day.to_string());
        }
        (day, delivered)
    }

    fn gpus(&mut self, thing: &Thing<'a>, accelerator: &AcceleratorId) -> Gpus {
        let own = Thing { tables: thing.tables.iter().copied().take(1).collect(), ..thing.clone() };
        let rack = self.catalog.accelerators.get(accelerator).map_or(1, |a| i64::from(a.rack_gpus));
        let (gpus, racks): (Option<i64>, Option<i64>) = (own.get("gpus"), own.get("racks"));
        if let (Some(gpus), Some(racks)) = (gpus, racks)
            && (gpus > racks.saturating_mul(rack) || gpus <= (racks - 1).saturating_mul(rack))
        {
            let problem = format!("`racks` is {racks} of {rack} GPUs each, and `gpus` {gpus}");
            self.find(
                thing,
                "racks",
                "amount-twice",
                problem,
                "leave one of the two out".to_owned(),
            );
        }
        if gpus.is_none() && racks.is_none() && !own.has("gpus") && !own.has("racks") {
            let problem = format!("`{}` does not say how much it is", thing.kind.path(&thing.id));
            self.find_missing(
                thing,
                "gpus",
                problem,
                "write `gpus = 4608` or `racks = 64`".to_owned(),
            );
        }
        let from_racks = racks.map(|racks| racks.saturating_mul(rack));
        if let (None, Some(from_racks)) = (gpus, from_racks) {
            let note = format!("racks · {rack}");
            self.keep(own.path("gpus"), &from_racks.to_string(), Mark::Derived, Some(note));
        }
        Gpus::new(gpus.or(from_racks).unwrap_or(0).clamp(0, 1_000_000_000))
    }

    /// Returns the hall: the one that is written, the one of the site's name, or its only one.
    fn hall_of(&mut self, thing: &Thing<'a>, site: &SiteId) -> HallId {
        let site_name = site.to_string();
        let input = self.input;
        let of_site =
            |record: &crate::format::Record| record.text("site") == Some(site_name.as_str());
        let halls: Vec<&str> =
            input.book.of("hall").filter(|(_, r)| of_site(r)).map(|(id, _)| id.as_str()).collect();
        if let Some(written) = thing.get::<String>("hall") {
            let is_here =
                halls.contains(&written.as_str()) || (halls.is_empty() && written == site_name);
            let is_site = input.book.get("site", &written).is_some()
                || self.own_sites.contains_key(written.as_str());
            let is_known = input.book.get("hall", &written).is_some() || is_site;
            if !is_here && is_known {
                let problem = format!("the hall `{written}` is not at the site `{site_name}`");
                let known = if halls.is_empty() { "none".to_owned() } else { halls.join(", ") };
                self.find(
                    thing,
                    "hall",
                    "hall-of-another-site",
                    problem,
                    format!("name one of its halls: {known}"),
                );
            }
            return id(&written);
        }
        let hall = match halls.as_slice() {
            [] => site_name.clone(),
            [only] => (*only).to_owned(),
            several if several.contains(&site_name.as_str()) => site_name.clone(),
            several => {
                let problem = format!(
                    "the site `{site_name}` has {} halls, and nothing says which",
                    several.len()
                );
                let fix = format!("write `hall`, one of: {}", several.join(", "));
                self.find_missing(thing, "hall", problem, fix);
                several[0].to_owned()
            }
        };
        self.keep_default(thing, "hall", &hall);
        id(&hall)
    }

    fn milestone(
        &mut self,
        thing: &Thing<'a>,
        name: &str,
        ready: Date,
        slip: Option<SlipLaw>,
    ) -> Milestone {
        let own = Thing {
            tables: thing.tables.iter().copied().take(1).collect(),
            shown_in: (thing.kind, thing.id.clone()),
            ..thing.clone()
        };
        let promised = self.or(&own, &format!("{name}.promised"), ready);
        Milestone { promised, reached: own.get(&format!("{name}.reached")), slip }
    }

    /// Returns the slips of power, hall and accelerators.
    fn slips(&mut self, thing: &Thing<'a>, site: &SiteId) -> [Option<SlipLaw>; 3] {
        let class = thing.get::<String>("class").unwrap_or_else(|| {
            let record = self.input.book.get("site", &site.to_string());
            let site = Thing::new("site", &site.to_string(), record.into_iter().collect());
            let class = self.class_of_site(&site);
            self.keep_default(thing, "class", &class);
            class
        });
        let factor = self.class(&class).map_or(1.0, |class| class.slip_multiplier);
        ["power.slip", "slip", "accelerators.slip"].map(|prefix| self.slip(thing, prefix, factor))
    }

    /// Returns the law under `prefix`: written, or the catalog's where that holds by default, which is
    /// for the hall alone and not with uncertainty off.
    fn slip(&mut self, thing: &Thing<'a>, prefix: &str, factor: f64) -> Option<SlipLaw> {
        let word = thing.get::<String>(prefix);
        let is_written = thing.has_any(&format!("{prefix}."));
        let holds = prefix == "slip" && !self.is_certain;
        if word.as_deref() == Some("none") || (!is_written && word.is_none() && !holds) {
            self.keep_default(thing, prefix, "none");
            return None;
        }
        let law = self.catalog.slip;
        let fact = ("slip", "default");
        let key = |end: &str| format!("{prefix}.{end}");
        let median = scaled(law.median, factor);
        let (on_time, within, middle, sigma, never) =
            (key("on_time"), key("on_time_within"), key("median"), key("sigma"), key("never"));
        Some(SlipLaw {
            on_time: self.or_fact(thing, &on_time, law.on_time, fact),
            on_time_within: self.or_fact(thing, &within, law.on_time_within, fact),
            median: self.or(thing, &middle, median),
            sigma: self.or_fact(thing, &sigma, law.sigma, fact),
            never: self.or_fact(thing, &never, law.never, fact),
        })
    }
}

/// Returns the span times a factor: in whole months when that comes out, else in hours.
fn scaled(span: Span, factor: f64) -> Span {
    let months = span.months() as f64 * factor;
    if span.months() > 0 && months.fract() == 0.0 && (0.0..2_400.0).contains(&months) {
        return Span::from_months(months as i64);
    }
    Span::from_hours((span.hours() * factor).clamp(0.0, 2e6).round() as i64)
}

/// Returns the GPU-hours of a tranche from its promised day to the end of its term.
fn contracted_hours(tranche: &Tranche) -> f64 {
    let start = tranche.delivered.unwrap_or(tranche.promised);
    let end = start.checked_add(tranche.term.calendar()).unwrap_or(Date::MAX);
    let end = tranche.ends.map_or(end, |ends| ends.min(end));
    let length = end.since(start).map_or(0, |span| span.get_days()).max(0);
    tranche.gpus.count() as f64 * f64::from(length) * 24.0
}
