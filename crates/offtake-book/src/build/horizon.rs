//! The top of the book: whose it is, what it knows, how far it looks, which futures it asks about.

use super::{Build, id};
use crate::format::FORMAT;
use jiff::civil::Date;
use offtake_model::{Finding, PartyId, Scenario, Standard};
use offtake_units::{Currency, Money, Share};
use std::collections::BTreeMap;

/// Longest horizon; what is asked of sixty years is not asked of contracts for GPUs.
const MAX_YEARS: i16 = 60;

impl<'a> Build<'a> {
    /// Reads what everything else rests on. Says whether a book can be built at all.
    pub(super) fn links_and_base(&mut self) -> bool {
        let top = self.top.clone();
        if let Some(format) = top.get::<i64>("format").filter(|format| *format != FORMAT) {
            let problem = format!("format {format} is not one that this version reads");
            let fix = format!("write `format = {FORMAT}`, or use a later version of offtake");
            self.find(&top, "format", "unknown-format", problem, fix);
            return false;
        }
        if self.catalog.accelerators.is_empty() {
            let fix = "add one as `[accelerator.ID]`".to_owned();
            self.findings.push(Finding::error(
                "catalog-incomplete",
                "accelerator",
                "no accelerator is known".to_owned(),
                fix,
            ));
            return false;
        }
        self.owner = self.owner();
        self.currency = self.or(&top, "currency", Currency::USD);
        let Some(as_of) = top.get::<Date>("as_of") else { return false };
        self.as_of = as_of;
        self.from = self.or(&top, "from", first_of_month_from(as_of));
        let quarters = i64::from(self.headline().max(8));
        let months = jiff::Span::new().months(quarters * 3);
        let until = self.from.checked_add(months).unwrap_or(Date::MAX);
        self.until = self.or(&top, "until", until);
        if self.until.year() - self.from.year() > MAX_YEARS {
            let problem = format!(
                "the horizon from {} until {} is longer than {MAX_YEARS} years",
                self.from, self.until
            );
            self.find(&top, "until", "out-of-range", problem, "set an earlier `until`".to_owned());
            return false;
        }
        self.find_dangling();
        self.reference = self.reference();
        true
    }

    fn owner(&mut self) -> PartyId {
        let top = self.top.clone();
        match top.get::<String>("owner") {
            Some(text) => id(&text),
            None => {
                self.keep_default(&top, "owner", "us");
                id("us")
            }
        }
    }

    pub(super) fn headline(&mut self) -> u32 {
        let top = self.top.clone();
        let quarters: i64 = top.get("headline").unwrap_or_else(|| {
            self.keep_default(&top, "headline", "8 quarters");
            8
        });
        u32::try_from(quarters).unwrap_or(8)
    }

    pub(super) fn title(&mut self) -> String {
        let top = self.top.clone();
        let name = self.input.name.clone();
        self.or(&top, "title", name)
    }

    pub(super) fn scope(&mut self) -> String {
        let top = self.top.clone();
        self.or(&top, "scope", "all work and all capacity in the book".to_owned())
    }

    /// Returns the accelerator that the book names, else the one with most GPUs under contract.
    fn reference(&mut self) -> offtake_model::AcceleratorId {
        let top = self.top.clone();
        let written = top
            .id_of("reference_accelerator")
            .filter(|id| self.catalog.accelerators.contains_key(id));
        if let Some(reference) = written {
            return reference;
        }
        let mut gpus: BTreeMap<String, i64> = BTreeMap::new();
        for (kind, up) in [("contract", false), ("fleet", false), ("tranche", true)] {
            for (thing_id, record) in self.input.book.of(kind) {
                let contract = up.then(|| thing_id.split_once('.')).flatten();
                let above =
                    contract.and_then(|(contract, _)| self.input.book.get("contract", contract));
                let accelerator = record.text("accelerator").or_else(|| above?.text("accelerator"));
                let Some(accelerator) = accelerator else { continue };
                let known = self.catalog.accelerators.get(accelerator);
                let Some(rack) = known.map(|a| i64::from(a.rack_gpus)) else { continue };
                let thing = super::Thing::new("tranche", thing_id, vec![record]);
                let racks = thing.get::<i64>("racks").map(|racks| racks.saturating_mul(rack));
                let count = thing.get::<i64>("gpus").or(racks).unwrap_or(0);
                let sum = gpus.entry(accelerator.to_owned()).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        let most = gpus
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)))
            .map(|(name, _)| name.clone());
        let first = || self.catalog.accelerators.keys().next().map(ToString::to_string);
        let preferred = || {
            self.catalog.accelerators.contains_key("gb300-nvl72").then(|| "gb300-nvl72".to_owned())
        };
        let name = most.or_else(preferred).or_else(first).unwrap_or_default();
        self.keep_default(&top, "reference_accelerator", &name);
        id(&name)
    }

    pub(super) fn standards(&mut self) -> Vec<Standard> {
        let mut standards = Vec::new();
        for thing in self.things("standard") {
            let Some(priority) =
                thing.id.parse::<u32>().ok().filter(|priority| (1..=1_000).contains(priority))
            else {
                let problem = format!("`{}` is not a priority", thing.id);
                let fix =
                    "name the standard after the priority that it is for, as in `[standard.1]`"
                        .to_owned();
                self.find(&thing, "", "bad-id", problem, fix);
                continue;
            };
            standards.push(Standard {
                priority,
                zones: self.zones_of(&thing),
                unserved: self.maybe(&thing, "unserved"),
                month_risk: self.maybe(&thing, "month_risk"),
                n_minus_1: self.maybe(&thing, "n_minus_1").unwrap_or_default(),
            });
        }
        standards.sort_by_key(|standard| standard.priority);
        standards
    }

    pub(super) fn scenarios(&mut self) -> Vec<Scenario> {
        let things = self.things("growth");
        if things.is_empty() {
            return self.scenarios_of_the_catalog();
        }
        let written: f64 = things
            .iter()
            .filter_map(|thing| thing.get::<Share>("probability"))
            .map(Share::part)
            .sum();
        let silent = things.iter().filter(|thing| !thing.has("probability")).count();
        let left = ((1.0 - written) / silent.max(1) as f64).clamp(0.0, 1.0);
        let known = self.catalog.scenarios.clone();
        let base = |name: &str| {
            known
                .iter()
                .find(|s| s.name == name)
                .or_else(|| known.iter().find(|s| s.name == "base"))
        };
        let mut scenarios = Vec::new();
        for thing in things {
            let like = base(&thing.id);
            let one = offtake_units::Growth::new(1.0);
            scenarios.push(Scenario {
                name: thing.id.clone(),
                probability: self.or(&thing, "probability", Share::new(left)),
                tokens: self.or(&thing, "tokens", like.map_or(one, |s| s.tokens)),
                accelerators: self.or(&thing, "accelerators", like.map_or(one, |s| s.accelerators)),
            });
        }
        scenarios.sort_by(|a, b| {
            a.tokens.factor().total_cmp(&b.tokens.factor()).then(a.name.cmp(&b.name))
        });
        scenarios
    }

    fn scenarios_of_the_catalog(&mut self) -> Vec<Scenario> {
        let mut scenarios = self.catalog.scenarios.clone();
        if self.is_certain {
            let likeliest = scenarios
                .iter()
                .max_by(|a, b| a.probability.part().total_cmp(&b.probability.part()));
            let base = scenarios.iter().find(|s| s.name == "base").or(likeliest).cloned();
            scenarios =
                base.into_iter().map(|base| Scenario { probability: super::ALL, ..base }).collect();
        }
        for scenario in &scenarios {
            let name = &scenario.name;
            let values = [
                ("probability", scenario.probability.to_string()),
                ("tokens", scenario.tokens.to_string()),
                ("accelerators", scenario.accelerators.to_string()),
            ];
            for (key, text) in values {
                self.keep_of_catalog(format!("growth.{name}.{key}"), &text, ("growth", name));
            }
        }
        scenarios
    }

    pub(super) fn exchange_rates(&mut self) -> BTreeMap<Currency, f64> {
        let mut rates = BTreeMap::new();
        let Some(record) = self.input.book.get("fx", "") else { return rates };
        let thing = super::Thing::new("fx", "", vec![record]);
        for key in
            record.values.keys().filter(|key| !matches!(key.as_str(), "source" | "mark" | "note"))
        {
            let Some(currency) = Currency::parse(key) else {
                let fix = "write its ISO code in capitals, as in `EUR = \"1.16 USD\"`".to_owned();
                self.find(&thing, key, "unknown-word", format!("`{key}` is not a currency"), fix);
                continue;
            };
            let Some(worth) = thing.get::<Money>(key) else { continue };
            if worth.currency() != self.currency || worth.micros() <= 0 {
                let problem = format!(
                    "`{worth}` is not an amount of the reporting currency, {}",
                    self.currency
                );
                let fix = format!("write what one {currency} is worth in {}", self.currency);
                self.find(&thing, key, "unknown-unit", problem, fix);
                continue;
            }
            rates.insert(currency, worth.units());
        }
        rates
    }
}

/// Returns the first of the month that `day` begins, or else of the next.
fn first_of_month_from(day: Date) -> Date {
    if day.day() == 1 {
        return day;
    }
    day.first_of_month().checked_add(jiff::Span::new().months(1)).unwrap_or(day)
}
