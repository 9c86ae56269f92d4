//! Money of several currencies is one only at a rate.

use super::paths::{of_block, of_contract};
use super::supply::list;
use super::{Book, Check, Problem, Severity};
use crate::Mark;
use offtake_units::{Currency, Money, Per, Price};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "currency-without-rate",
    severity: Severity::Error,
    about: "money in a currency that the book neither reports in nor has a rate for",
    why: "it cannot be compared or added, so that neither value nor order of merit can be computed",
    mend: "write what one unit is worth in the reporting currency, as in `EUR = \"1.16 USD\"` under `[fx]`",
    run,
};

fn run(book: &Book) -> Vec<Problem> {
    let mut without: BTreeMap<Currency, Vec<String>> = BTreeMap::new();
    for (path, currency) in amounts(book) {
        let is_default = book.provenance.get(&path).is_some_and(|p| p.mark == Mark::Default);
        let has_rate = currency == book.currency || book.exchange_rates.contains_key(&currency);
        if !has_rate && !is_default {
            without.entry(currency).or_default().push(path);
        }
    }
    let problem = |(currency, paths): (Currency, Vec<String>)| {
        let here = book.currency;
        Problem::new(
            paths[0].clone(),
            format!("the book reports in {here} and has no rate for {currency}, which stands in {}", list(&paths)),
            format!("write `{currency} = \"… {here}\"` under `[fx]`, what one {currency} is worth"),
        )
    };
    without.into_iter().map(problem).collect()
}

/// Returns every amount of money in the book, with the path of its value.
fn amounts(book: &Book) -> Vec<(String, Currency)> {
    let mut all = Vec::new();
    let mut put = |path: String, money: Option<Money>| {
        all.extend(money.map(|money| (path, money.currency())));
    };
    let of = |price: Option<Price>| price.map(Price::money);
    for contract in book.contracts.values() {
        put(of_contract(contract, "price.total"), contract.price_total);
        // A derived price is in the currency of its total.
        let written = contract.price.filter(|_| contract.price_total.is_none());
        put(of_contract(contract, "price.per_gpu_hour"), of(written));
    }
    for (accelerator, market) in &book.markets {
        put(format!("market.{accelerator}.price"), of(Some(market.price)));
    }
    for (id, workload) in &book.workloads {
        let per = workload.revenue.map(|price| match price.per() {
            Per::MillionTokens => "per_million_tokens",
            _ => "per_gpu_hour",
        });
        put(
            format!("workload.{id}.revenue.{}", per.unwrap_or("per_gpu_hour")),
            of(workload.revenue),
        );
        for block in &workload.blocks {
            put(of_block(id, block, "unserved_value"), of(Some(block.unserved_value)));
        }
    }
    for (id, gang) in &book.gangs {
        put(format!("gang.{id}.unserved_value"), of(Some(gang.unserved_value)));
    }
    for (id, offer) in &book.offers {
        put(format!("offer.{id}.price.per_gpu_hour"), of(Some(offer.price)));
    }
    for (id, spot) in &book.spots {
        put(format!("spot.{id}.price"), of(Some(spot.price)));
    }
    for (id, site) in &book.sites {
        put(format!("site.{id}.power_price"), of(site.power_price));
    }
    for (id, purchase) in &book.purchases {
        put(format!("purchase.{id}.price.total"), purchase.price_total);
    }
    for (id, lease) in &book.leases {
        put(format!("lease.{id}.total"), lease.total);
    }
    for (id, debt) in &book.debts {
        put(format!("debt.{id}.amount"), Some(debt.amount));
    }
    for (id, build) in &book.builds {
        put(format!("build.{id}.capex.hall"), of(build.capex_hall));
        put(format!("build.{id}.capex.rack"), build.capex_rack);
    }
    for (id, idle) in &book.idles {
        put(format!("idle.{id}.earns"), of(Some(idle.earns)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn euros_in_a_book_of_dollars_are_found_once() {
        let mut book = test_book();
        contract(&mut book).price = Some(of("2.50 EUR/GPUh"));
        site(&mut book).power_price = Some(of("75 EUR/MWh"));
        assert_eq!(found(&CHECK, &book), "\
error: contract.acme.price.per_gpu_hour: the book reports in USD and has no rate for EUR, which stands in contract.acme.price.per_gpu_hour, site.childress.power_price
  fix: write `EUR = \"… USD\"` under `[fx]`, what one EUR is worth");
    }

    #[test]
    fn euros_with_a_rate_are_good() {
        let mut book = test_book();
        contract(&mut book).price = Some(of("2.50 EUR/GPUh"));
        book.exchange_rates.insert(Currency::parse("EUR").unwrap(), 1.16);
        assert_eq!(found(&CHECK, &book), "");
    }
}
