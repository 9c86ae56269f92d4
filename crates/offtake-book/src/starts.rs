//! When an offer could be signed: now, or later while it is open; each day as a contract of its own.

use crate::signed::{in_service, signed};
use jiff::civil::Date;
use offtake_model::{Book, Offer};
use offtake_units::Span;

/// An offer signed on some day.
#[derive(Clone, Debug, PartialEq)]
pub struct Signing {
    /// The offer and the month in which it would be in service, as `narvik-2@2027-01`.
    pub name: String,
    /// The offer.
    pub offer: Offer,
    /// Id of the contract that it becomes.
    pub contract: String,
    /// Day of signing.
    pub signed: Date,
    /// Day on which it is promised.
    pub promised: Date,
    /// The contract's table, for all blocks.
    pub toml: String,
}

/// Returns each offer signed on the day of the book and up to `most` times in all, `every` so often, as long as it is
/// open and would be in service in time, within the horizon.
#[must_use]
pub fn signings(book: &Book, offers: &[Offer], (every, most): (Span, usize)) -> Vec<Signing> {
    offers.iter().flat_map(|offer| of_offer(book, offer, (every, most))).collect()
}

fn of_offer(book: &Book, offer: &Offer, (every, most): (Span, usize)) -> Vec<Signing> {
    let mut found: Vec<Signing> = Vec::new();
    let mut day = book.as_of;
    while found.len() < most && offer.open_until.is_none_or(|last| day <= last) && day < book.until
    {
        if let Some(promised) = in_service(offer, day).filter(|promised| *promised < book.until) {
            // An offer that starts late starts no later when it is signed a little later.
            let month = (promised.year(), promised.month());
            let is_new = found
                .last()
                .is_none_or(|last| (last.promised.year(), last.promised.month()) < month);
            if is_new {
                found.push(signing(book, offer, day, promised));
            }
        }
        let Ok(next) = day.checked_add(every.calendar()) else { break };
        if next <= day {
            break;
        }
        day = next;
    }
    found
}

fn signing(book: &Book, offer: &Offer, day: Date, promised: Date) -> Signing {
    let month = format!("{:04}-{:02}", promised.year(), promised.month());
    let contract = format!("{}--{month}", offer.id);
    let toml = signed(book, offer, &contract, offer.blocks, promised);
    Signing {
        name: format!("{}@{month}", offer.id),
        offer: offer.clone(),
        contract,
        signed: day,
        promised,
        toml,
    }
}
