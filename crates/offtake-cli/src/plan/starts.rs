//! What reports say of each start of an offer; of one that is signed also by which day it is to be expected.

use super::Made;
use offtake_calendar::{SAMPLES, SEED, Service, Services};
use offtake_model::{Book, ContractId};
use offtake_report::{PlanDays, PlanStart};
use offtake_study::plan::Start;
use std::collections::BTreeMap;

/// Returns what is said of every start, in order; `signed` are the blocks that a plan takes of each.
pub(super) fn told(made: &Made, signed: &[f64]) -> Vec<PlanStart> {
    let is_signed = |at: usize| signed.get(at).is_some_and(|blocks| *blocks > 0.0);
    let taken: Vec<&Start> = made
        .starts
        .iter()
        .enumerate()
        .filter(|(at, _)| is_signed(*at))
        .map(|(_, start)| start)
        .collect();
    let days = days(&made.whole, &taken);
    let of = |start: &Start| PlanStart {
        days: days.get(&start.contract).cloned(),
        ..plain(&made.whole, start)
    };
    made.starts.iter().map(of).collect()
}

fn plain(book: &Book, start: &Start) -> PlanStart {
    let offer = &start.offer;
    let seller = book.parties.get(&offer.seller).map(|party| party.name.clone());
    let site = book.sites.get(&offer.site).map(|site| site.name.clone());
    let ends = start.promised.checked_add(offer.term.calendar()).unwrap_or(start.promised);
    PlanStart {
        name: start.name.clone(),
        offer: offer.id.clone(),
        seller: seller.unwrap_or_else(|| offer.seller.to_string()),
        site: site.unwrap_or_else(|| offer.site.to_string()),
        accelerator: offer.accelerator.to_string(),
        signed: start.signed.to_string(),
        promised: start.promised.to_string(),
        ends: ends.to_string(),
        days: None,
        block: offer.block.count(),
        blocks: offer.blocks,
        price: book.in_currency(offer.price.money()),
        term: offer.term.to_string(),
    }
}

/// Returns by which day each of some starts is to be expected, as `calendar` finds it of a contract. A draw hangs on
/// what is drawn alone, so the starts that nobody signs can be left out.
fn days(whole: &Book, starts: &[&Start]) -> BTreeMap<ContractId, PlanDays> {
    let mut book = whole.clone();
    book.contracts.retain(|id, _| starts.iter().any(|start| start.contract == *id));
    if book.contracts.is_empty() {
        return BTreeMap::new();
    }
    let services = Services::new(&book, SAMPLES, SEED);
    let of = |start: &&Start| {
        let tranche = book.contracts.get(&start.contract)?.tranches.first()?;
        Some((start.contract.clone(), expected(services.of(&tranche.id)?)))
    };
    starts.iter().filter_map(of).collect()
}

fn expected(service: &Service) -> PlanDays {
    let day = |p: f64| service.quantile(p).map(|day| day.to_string());
    PlanDays { p50: day(0.5), p90: day(0.9), never: service.never() }
}
