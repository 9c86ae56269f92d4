//! What signing each offer would change; one that can no longer be signed is left out.

use super::{Base, Context};
use crate::commands::{OfferArguments, offer_json};
use crate::failure::Failure;
use offtake_report::Section;
use serde_json::Value;

pub(super) fn section(context: &Context<'_>, _base: &Base) -> Result<Section, Failure> {
    let (opened, ask) = (context.opened, context.ask);
    let book = &opened.book;
    let is_open = |offer: &&offtake_model::Offer| {
        offer.open_until.is_none_or(|until| until >= book.as_of)
            && offtake_book::in_service(offer, book.as_of).is_some()
    };
    let mut found = Vec::new();
    for offer in book.offers.values().filter(is_open) {
        let request = context.request(ask.offer);
        let arguments = OfferArguments::of_study(context.source.path, &offer.id, &request);
        found.push(offer_json(opened, &arguments)?);
    }
    let section = Section::new("offers", Value::Array(found.clone()));
    Ok(if found.is_empty() { section } else { section.with_samples("all", ask.offer) })
}
