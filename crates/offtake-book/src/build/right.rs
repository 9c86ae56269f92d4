//! What may be signed, rented at short notice, or called for; and the user's own stresses.

use super::{ALL, Build, NONE, Thing, id};
use crate::format::Value;
use jiff::civil::Date;
use offtake_model::{Offer, OptionRight, PartyKind, Right, SiteId, Spot, Stress};
use offtake_units::{Gpus, Money, Per, Price, Span};
use std::collections::BTreeMap;

impl<'a> Build<'a> {
    pub(super) fn offers(&mut self) -> BTreeMap<String, Offer> {
        let mut all = BTreeMap::new();
        for thing in self.things("offer") {
            let thing = self.with_defaults(thing);
            let offer = self.offer(&thing);
            all.insert(thing.id.clone(), offer);
        }
        all
    }

    fn offer(&mut self, thing: &Thing<'a>) -> Offer {
        let site: SiteId = thing.id_of("site").unwrap_or_else(|| {
            self.keep_default(thing, "site", &thing.id);
            id(&thing.id)
        });
        let seller = thing.id_of("seller").unwrap_or_else(|| {
            self.keep_default(thing, "seller", &thing.id);
            id(&thing.id)
        });
        let accelerator = self.known_accelerator(thing).unwrap_or_else(|| self.reference.clone());
        let record = self.input.book.get("site", &site.to_string());
        let at = Thing::new("site", &site.to_string(), record.into_iter().collect());
        let class = self.class_of_site(&at);
        let of_class = self.class(&class).map_or(Span::from_months(12), |class| class.lead_time);
        let lead_time = self.or(thing, "lead_time", of_class);
        let earliest = self.as_of.checked_add(lead_time.calendar()).unwrap_or(Date::MAX);
        let clauses = self
            .input
            .facts
            .record("clauses", "default")
            .and_then(|record| record.values.get("take_or_pay.share"));
        let take_or_pay = clauses
            .and_then(|entry| entry.value.as_ref())
            .and_then(crate::format::FromValue::from_value);
        let nothing = Price::new(Money::from_micros(0, self.currency), Per::GpuHour);
        Offer {
            id: thing.id.clone(),
            seller: self.role(seller, PartyKind::Supplier),
            site,
            block: self.block_of(thing, &accelerator),
            accelerator,
            blocks: self.or(thing, "blocks", 1),
            start_from: self.or(thing, "start.from", earliest),
            start_until: self.or(thing, "start.until", self.until),
            lead_time,
            price: thing.get("price.per_gpu_hour").unwrap_or(nothing),
            term: self.or(thing, "term", Span::from_months(60)),
            take_or_pay: self.or(thing, "take_or_pay.share", take_or_pay.unwrap_or(ALL)),
            prepayment: self.or(thing, "prepayment.share", NONE),
            open_until: self.maybe(thing, "open_until"),
            taken_chance: self.or(thing, "taken_chance", NONE),
        }
    }

    fn block_of(&self, thing: &Thing<'a>, accelerator: &offtake_model::AcceleratorId) -> Gpus {
        let rack = self.catalog.accelerators.get(accelerator).map_or(1, |a| i64::from(a.rack_gpus));
        let entry = thing.tables.iter().find_map(|table| table.values.get("block"));
        match entry.and_then(|entry| entry.value.as_ref()) {
            Some(Value::Gpus(gpus)) => *gpus,
            Some(Value::Racks(racks)) => {
                Gpus::new(racks.saturating_mul(rack).clamp(0, 1_000_000_000))
            }
            _ => Gpus::new(rack),
        }
    }

    pub(super) fn spots(&mut self) -> BTreeMap<String, Spot> {
        let mut all = BTreeMap::new();
        for thing in self.things("spot") {
            let Some(accelerator) = self.known_accelerator(&thing) else { continue };
            let (Some(depth), Some(price)) = (thing.get("depth"), thing.get("price")) else {
                continue;
            };
            let spot = Spot {
                accelerator,
                lead_time: self.or(&thing, "lead_time", Span::ZERO),
                depth,
                price,
            };
            all.insert(thing.id.clone(), spot);
        }
        all
    }

    pub(super) fn options(&mut self) -> BTreeMap<String, OptionRight> {
        let mut all = BTreeMap::new();
        for thing in self.things("option") {
            let (Some(contract), Some(start)) = (thing.id_of("contract"), thing.get("start"))
            else {
                continue;
            };
            let option = OptionRight {
                contract,
                site: self.maybe::<String>(&thing, "site").map(|text| id(&text)),
                power: self.maybe(&thing, "power"),
                gpus: self.maybe(&thing, "gpus"),
                start,
                exercise_by: self.maybe(&thing, "exercise_by"),
            };
            all.insert(thing.id.clone(), option);
        }
        all
    }

    pub(super) fn rights(&mut self) -> BTreeMap<String, Right> {
        let mut all = BTreeMap::new();
        for thing in self.things("right") {
            let holder = thing.id_of("holder").unwrap_or_else(|| self.owner.clone());
            let (Some(kind), Some(on)) = (thing.get("kind"), thing.get("on")) else { continue };
            let right = Right {
                kind,
                holder: self.role(holder, PartyKind::Tenant),
                on,
                answer_within: self.maybe(&thing, "answer_within"),
                exercise_by: self.maybe(&thing, "exercise_by"),
                escalator: self.maybe(&thing, "escalator"),
            };
            all.insert(thing.id.clone(), right);
        }
        all
    }

    pub(super) fn stresses(&mut self) -> BTreeMap<String, Stress> {
        let mut all = BTreeMap::new();
        for thing in self.things("stress") {
            let targets: Vec<&str> =
                ["grid", "site", "party"].into_iter().filter(|key| thing.has(key)).collect();
            let [target] = targets.as_slice() else {
                let problem =
                    format!("`{}` acts on {} things", thing.kind.path(&thing.id), targets.len());
                let fix = "write exactly one of `grid`, `site` and `party`".to_owned();
                self.find_missing(&thing, "", problem, fix);
                continue;
            };
            let Some(name) = thing.get::<String>(target) else { continue };
            let stress = Stress {
                on: format!("{target}.{name}"),
                depth: self.or(&thing, "depth", ALL),
                from: self.or(&thing, "from", self.from),
                until: self.maybe(&thing, "until"),
            };
            all.insert(thing.id.clone(), stress);
        }
        all
    }
}
