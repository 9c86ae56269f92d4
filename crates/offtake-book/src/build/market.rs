//! Market prices: of every accelerator that is under contract or on offer.

use super::{Build, Thing};
use offtake_model::{AcceleratorId, Contract, ContractId, Market, Offer};
use offtake_units::{Growth, Money, Per, Price, Rate, RateBasis, Share, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The laws that hold where neither the book nor a catalog says anything.
const TREND: Growth = Growth::new(0.85);
const HALF_LIFE: Span = Span::from_months(12);

impl<'a> Build<'a> {
    /// Returns the rate at which later money counts less.
    pub(super) fn discount_rate(&mut self) -> Rate {
        let top = self.top.clone();
        self.or(&top, "discount_rate", Rate::new(0.10, RateBasis::Year))
    }

    /// Returns the market of every accelerator whose price somebody has seen or signed.
    pub(super) fn markets(
        &mut self,
        contracts: &BTreeMap<ContractId, Contract>,
        offers: &BTreeMap<String, Offer>,
    ) -> BTreeMap<AcceleratorId, Market> {
        let signed = contracts.values().filter(|contract| contract.price.is_some());
        let of_contracts = signed.flat_map(|contract| &contract.tranches).map(|t| &t.accelerator);
        let used: BTreeSet<&AcceleratorId> =
            of_contracts.chain(offers.values().map(|offer| &offer.accelerator)).collect();
        let markets = used.into_iter().filter_map(|accelerator| {
            Some((accelerator.clone(), self.market(accelerator, contracts)?))
        });
        markets.collect()
    }

    fn market(
        &mut self,
        accelerator: &AcceleratorId,
        contracts: &BTreeMap<ContractId, Contract>,
    ) -> Option<Market> {
        let facts = self.input.facts;
        let name = accelerator.to_string();
        let records = [facts.record("market", &name), facts.record("market", "default")];
        let thing = Thing::new("market", &name, records.into_iter().flatten().collect());
        self.keep_general(&thing, &name, records[0]);
        let own: Option<Price> =
            records[0].and_then(|record| Thing::new("market", &name, vec![record]).get("price"));
        let price = match own {
            Some(price) => price,
            None => {
                let price = self.seen(accelerator).or_else(|| signed(accelerator, contracts))?;
                self.keep_default(&thing, "price", &price.to_string());
                price
            }
        };
        Some(Market {
            price,
            trend: self.or(&thing, "trend", TREND),
            half_life: self.or(&thing, "half_life", HALF_LIFE),
            volatility: self.or(&thing, "volatility", Share::new(0.35)),
            correlation: self.or(&thing, "correlation", Share::new(0.5)),
            depth: records[0]
                .and_then(|record| Thing::new("market", &name, vec![record]).get("depth")),
        })
    }

    /// Keeps what the general law says where the accelerator's own is silent.
    fn keep_general(&mut self, thing: &Thing<'a>, name: &str, own: Option<&crate::format::Record>) {
        let Some(general) = self.input.facts.record("market", "default") else { return };
        for (key, entry) in general.values.iter().filter(|(key, _)| own.is_none_or(|o| !o.has(key)))
        {
            if name != "default" && !matches!(key.as_str(), "source" | "mark" | "note" | "price") {
                self.keep_of_catalog(thing.path(key), &entry.text, ("market", "default"));
            }
        }
    }

    /// Returns the latest price under contract that was seen by the day of the book; the longer contract
    /// where two were seen on one day.
    fn seen(&self, accelerator: &AcceleratorId) -> Option<Price> {
        let rows = self.catalog.prices.iter();
        let known = rows.filter(|row| row.accelerator == *accelerator && row.date <= self.as_of);
        let contracts = known.filter(|row| row.kind.starts_with("contract"));
        contracts.max_by(|a, b| (a.date, &a.kind).cmp(&(b.date, &b.kind))).map(|row| row.price)
    }
}

/// Returns the mean price of the book's own contracts for the accelerator, weighed by GPUs, where all are
/// in one currency.
fn signed(
    accelerator: &AcceleratorId,
    contracts: &BTreeMap<ContractId, Contract>,
) -> Option<Price> {
    let (mut money, mut gpus) = (0_i128, 0_i128);
    let mut currency = None;
    for contract in contracts.values() {
        let Some(price) = contract.price else { continue };
        let of_type = contract.tranches.iter().filter(|t| t.accelerator == *accelerator);
        let count: i64 = of_type.map(|tranche| tranche.gpus.count()).sum();
        let here = price.money().currency();
        if count == 0 || *currency.get_or_insert(here) != here {
            continue;
        }
        money += price.money().micros() * i128::from(count);
        gpus += i128::from(count);
    }
    let mean = Money::from_micros((money + gpus / 2).checked_div(gpus)?, currency?);
    Some(Price::new(mean, Per::GpuHour))
}
