//! What signing an offer would change, for the few that ask least; one that can no longer be signed is left out.

use super::{Base, Context};
use crate::commands::{OfferArguments, offer_json};
use crate::failure::Failure;
use offtake_report::Section;
use serde_json::Value;

/// Offers that a study looks at: each takes seconds, and the plan looks at all of them together.
const MOST: usize = 4;

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    let (opened, ask) = (context.opened, context.ask);
    let book = &opened.book;
    let is_open = |offer: &&offtake_model::Offer| {
        offer.open_until.is_none_or(|until| until >= book.as_of)
            && offtake_book::in_service(offer, book.as_of).is_some()
    };
    let mut open: Vec<&offtake_model::Offer> = book.offers.values().filter(is_open).collect();
    open.sort_by(|a, b| {
        let price = |offer: &offtake_model::Offer| book.in_currency(offer.price.money());
        price(a).total_cmp(&price(b)).then_with(|| a.id.cmp(&b.id))
    });
    let mut found = Vec::new();
    for offer in open.into_iter().take(MOST) {
        let request = context.request(ask.offer);
        let arguments = OfferArguments::of_study(context.source.path, &offer.id, &request);
        found.push(offer_json(opened, &arguments)?);
    }
    let section = Section::new("offers", Value::Array(found.clone()));
    Ok(if found.is_empty() { section } else { section.with_samples("all", ask.offer) })
}
