//! An offer as the contract that signing it makes, written as its table in a book.
//!
//! Written, and not made: so clauses, slip and all that an offer does not say get the same defaults as
//! any contract, and what was looked at can be pasted into the book.

use jiff::civil::Date;
use offtake_model::{Book, Offer};
use std::fmt::Write;

/// Returns the table of the contract `id` that signing `blocks` of `offer` makes, to be in service on
/// `promised`.
#[must_use]
pub fn signed(book: &Book, offer: &Offer, id: &str, blocks: i64, promised: Date) -> String {
    let gpus = offer.block.count() * blocks.clamp(1, offer.blocks.max(1));
    let mut text = format!("[contract.{id}]\n");
    let mut line = |key: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key:<20} = {value}");
    };
    line("name", format!("\"offer {}, signed\"", offer.id));
    line("seller", format!("\"{}\"", offer.seller));
    line("buyer", format!("\"{}\"", book.owner));
    line("signed", book.as_of.to_string());
    line("site", format!("\"{}\"", offer.site));
    line("accelerator", format!("\"{}\"", offer.accelerator));
    line("gpus", gpus.to_string());
    line("promised", promised.to_string());
    line("price.per_gpu_hour", format!("\"{}\"", offer.price));
    line("term", format!("\"{}\"", offer.term));
    line("take_or_pay.share", format!("\"{}\"", offer.take_or_pay));
    if offer.prepayment.part() > 0.0 {
        line("prepayment.share", format!("\"{}\"", offer.prepayment));
    }
    text
}

/// Returns the day on which an offer that is signed on `day` could be in service: its lead time later, and
/// not before it starts; `None` when that is after the last day on which it may start.
#[must_use]
pub fn in_service(offer: &Offer, day: Date) -> Option<Date> {
    let lead =
        jiff::Span::new().months(offer.lead_time.months()).days(offer.lead_time.exact_days());
    let date = day.checked_add(lead).ok()?.max(offer.start_from);
    (date <= offer.start_until).then_some(date)
}
