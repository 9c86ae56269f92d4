//! Dates of tranches: spans added to days, months that a term has, days that are counted from others.

use jiff::civil::Date;
use offtake_model::{AfterAnchor, Contract, DueDate, Tranche};
use offtake_units::Span;

/// Returns the day that lies `span` after `date`; a part of a day does not count.
pub(crate) fn after(date: Date, span: Span) -> Date {
    date.checked_add(span.calendar()).unwrap_or(Date::MAX)
}

/// Returns the day that lies `span` before `date`.
pub(crate) fn before(date: Date, span: Span) -> Date {
    date.checked_sub(span.calendar()).unwrap_or(Date::MIN)
}

/// Returns the days from one date to another, negative when it is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |span| i64::from(span.get_days()))
}

/// Returns the day that use of the tranche begins: delivered, else promised.
pub(crate) fn start(tranche: &Tranche) -> Date {
    tranche.delivered.unwrap_or(tranche.promised)
}

/// Returns the day after the last of its use, as promised (or as delivered).
pub(crate) fn end(tranche: &Tranche) -> Date {
    let end = after(start(tranche), tranche.term);
    tranche.ends.map_or(end, |ends| ends.min(end))
}

/// Returns the day that a date relative to `tranche` falls on, or `None` when it counts from a signing
/// whose day is not known.
pub(crate) fn due(contract: &Contract, tranche: &Tranche, date: DueDate) -> Option<Date> {
    let anchor = match date.anchor {
        AfterAnchor::Promised => tranche.promised,
        AfterAnchor::Shipped => {
            tranche.accelerators.reached.unwrap_or(tranche.accelerators.promised)
        }
        AfterAnchor::InService => start(tranche),
        AfterAnchor::Signed => contract.signed?,
    };
    Some(if date.is_before { before(anchor, date.offset) } else { after(anchor, date.offset) })
}

/// Returns the day that the milestones of `tranche` now say: the latest of them, then acceptance. What a
/// supplier announces later than its promise shows here.
pub(crate) fn noticed(tranche: &Tranche) -> Date {
    let milestones = [tranche.power, tranche.hall_ready, tranche.accelerators];
    let ready = milestones.iter().map(|m| m.reached.unwrap_or(m.promised)).max();
    ready.map_or(tranche.promised, |ready| after(ready, tranche.acceptance).max(tranche.promised))
}
