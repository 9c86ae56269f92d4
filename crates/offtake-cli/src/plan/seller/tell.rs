//! What reports read of a seller's plan.

use super::{MadeSeller, PlannedSeller};
use crate::library::Opened;
use offtake_model::Book;
use offtake_plan::seller::{decision, margins, years};
use offtake_report::{Head, SellerBuild, SellerPlanAnswer, SellerRequest, SellerTold, SellerWay};
use offtake_units::Gpus;

/// Returns what is said of builds, ways and requests, in the order of the seller's.
pub(super) fn told(made: &MadeSeller) -> SellerTold {
    let book = &made.whole;
    SellerTold {
        builds: made.built.iter().map(|one| build(book, one)).collect(),
        ways: made.accepting.iter().map(|one| way(book, one)).collect(),
        requests: made.seller.requests.iter().map(|one| request(book, &one.name)).collect(),
    }
}

fn site_name(book: &Book, id: &offtake_model::SiteId) -> String {
    book.sites.get(id).map_or_else(|| id.to_string(), |site| site.name.clone())
}

fn build(book: &Book, one: &offtake_book::Building) -> SellerBuild {
    let idle = book.idles.iter().find(|(_, idle)| idle.site == one.site);
    SellerBuild {
        name: one.name.clone(),
        power: one.power.clone(),
        recipe: one.build.clone(),
        site: site_name(book, &one.site),
        accelerator: one.accelerator.to_string(),
        turned_from: idle.map(|(id, _)| id.clone()),
        ordered: one.ordered.to_string(),
        promised: one.promised.to_string(),
        rack: one.rack,
    }
}

fn way(book: &Book, one: &super::Accepting) -> SellerWay {
    SellerWay {
        name: one.way.name.clone(),
        site: site_name(book, &one.request.site),
        accelerator: one.way.accelerator.to_string(),
        signed: one.signed.to_string(),
        promised: one.way.promised.to_string(),
        gpus: Gpus::new(one.way.gpus).count(),
    }
}

fn request(book: &Book, id: &str) -> SellerRequest {
    let wanted = &book.opportunities[id];
    let party = book.parties.get(&wanted.party);
    SellerRequest {
        id: id.to_owned(),
        tenant: party.map_or_else(|| wanted.party.to_string(), |party| party.name.clone()),
        chance: wanted.chance.part(),
        term: wanted.term.to_string(),
    }
}

/// Returns all that is known of a plan.
pub(super) fn answer<'a>(
    opened: &'a Opened,
    head: &'a Head,
    (made, planned): (&'a MadeSeller, &'a PlannedSeller),
    told: &'a SellerTold,
) -> SellerPlanAnswer<'a> {
    let decided = decision(&made.seller, &made.columns, &planned.found.signed);
    SellerPlanAnswer {
        head,
        currency: opened.book.currency.code(),
        seed: made.request.seed,
        seller: &made.seller,
        program: &made.program,
        columns: &made.columns,
        told,
        years: years(&made.seller, &decided),
        margins: margins(&made.seller, (&made.program, &made.columns), &planned.bill),
        decision: decided,
        found: &planned.found,
        bill: &planned.bill,
        nothing: &planned.nothing,
        least: &planned.least,
        more: &planned.more,
        rounds: &planned.rounds,
    }
}
