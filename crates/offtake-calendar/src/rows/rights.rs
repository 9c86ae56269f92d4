//! Options, other rights, and offers: the last day for each.

use super::delivery::worth;
use super::plain;
use super::words::{does, name, whole, whom};
use crate::dates::{after, days_between};
use crate::money::{contract_value, priced};
use crate::row::{Flow, Row, RowKind};
use offtake_model::{Book, Contract, Offer, OptionRight, Right, Side};
use offtake_units::Money;

/// Adds the rows of options, rights and offers.
pub(crate) fn push(book: &Book, rows: &mut Vec<Row>) {
    for (id, option) in &book.options {
        rows.extend(of_option(book, id, option));
    }
    for (id, right) in &book.rights {
        rows.extend(of_right(book, id, right));
    }
    for offer in book.offers.values() {
        rows.extend(of_offer(book, offer));
    }
}

fn of_option(book: &Book, id: &str, option: &OptionRight) -> Vec<Row> {
    let Some(contract) = book.contracts.get(&option.contract) else { return Vec::new() };
    let amount = option_value(contract, option);
    let much = match (option.gpus, option.power) {
        (Some(gpus), _) => format!("{} GPUs", whole(gpus.count())),
        (None, Some(power)) => power.to_string(),
        (None, None) => "more capacity".to_owned(),
    };
    let place = option.site.as_ref().map_or_else(String::new, |site| format!(" at {site}"));
    let flow = if book.side(contract) == Side::Other { Flow::Between } else { Flow::Worth };
    let of = |date, kind, text: &str| Row {
        contract: Some(contract.id.to_string()),
        flow,
        ..plain(date, kind, format!("option.{id}"), amount, text)
    };
    let start = option.start;
    let unknown =
        if amount.is_none() { "; its worth is not known, since no GPUs are named" } else { "" };
    let expiry = option.exercise_by.map(|day| {
        let caller = whom(book, &contract.buyer);
        let text = format!("last day for {caller} to call for {much}{place} from {start}{unknown}");
        of(day, RowKind::OptionExpiry, &text)
    });
    let text = format!("{much}{place} under the option {id} would be in service, if called for");
    expiry.into_iter().chain([of(start, RowKind::OptionStart, &text)]).collect()
}

/// Returns the price of the optional GPUs over the term of the contract's first tranche.
fn option_value(contract: &Contract, option: &OptionRight) -> Option<Money> {
    let (gpus, price) = (option.gpus?, contract.price?);
    let days = days_between(option.start, after(option.start, contract.tranches.first()?.term));
    Some(priced(price, i128::from(gpus.count()) * i128::from(days) * 24))
}

fn of_right(book: &Book, id: &str, right: &Right) -> Option<Row> {
    let day = right.exercise_by?;
    let contract = book.contracts.values().find(|contract| contract.id.to_string() == right.on);
    let holder = if right.holder == book.owner {
        "our".to_owned()
    } else {
        format!("{}'s", name(book, &right.holder))
    };
    let kind = right.kind.replace('-', " ");
    let answer = right
        .answer_within
        .map_or_else(String::new, |span| format!("; {span} to answer once asked"));
    let text = format!("last day of {holder} right of {kind} on {}{answer}", right.on);
    let amount = contract.and_then(|contract| contract_value(book, contract));
    Some(Row {
        contract: contract.map(|contract| contract.id.to_string()),
        ..plain(day, RowKind::RightExpiry, format!("right.{id}"), amount, &text)
    })
}

fn of_offer(book: &Book, offer: &Offer) -> Option<Row> {
    let day = offer.open_until?;
    let gpus = offer.block.count().saturating_mul(offer.blocks);
    let days = days_between(offer.start_from, after(offer.start_from, offer.term));
    let amount = priced(offer.price, i128::from(gpus) * i128::from(days) * 24);
    let taken = if offer.taken_chance.part() > 0.0 {
        format!("; {} a quarter that somebody else takes it first", offer.taken_chance)
    } else {
        String::new()
    };
    let text = format!(
        "last day to sign: {} up to {} {} at {} at {}, {} in all{taken}",
        does(book, &offer.seller, "offer"),
        whole(gpus),
        offer.accelerator,
        offer.site,
        offer.price,
        worth(Some(amount)),
    );
    Some(plain(day, RowKind::OfferExpiry, format!("offer.{}", offer.id), Some(amount), &text))
}
