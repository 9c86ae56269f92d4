//! One row of the calendar.

use jiff::civil::Date;
use offtake_units::Money;

/// What a row is about. The order is that of rows on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// The day in service that a tranche was promised for.
    Promised,
    /// A step towards service that has a day of its own.
    Milestone,
    /// A part of the price that is paid ahead is due.
    PrepaymentDue,
    /// The prepayment begins to be credited.
    PrepaymentCredited,
    /// The grace period is over: from here on lateness earns credits.
    CreditsStart,
    /// Credits have reached their cap: from here on lateness earns nothing more.
    CreditsCapped,
    /// From here on the buyer may end a late tranche.
    TerminationOpens,
    /// A tranche that has not come is given up, and what was prepaid for it is paid back.
    GivenUp,
    /// The last day to claim credits for a month of service.
    ClaimDeadline,
    /// The last day to give notice of a renewal.
    RenewalNotice,
    /// The day that use of a tranche ends.
    EndOfTerm,
    /// The last day to exercise an option.
    OptionExpiry,
    /// The day that capacity under an option would start.
    OptionStart,
    /// The last day to exercise another right.
    RightExpiry,
    /// The last day to sign an offer.
    OfferExpiry,
    /// Bought hardware is to be paid.
    PurchasePayment,
    /// The last day to draw a debt.
    DrawingEnds,
    /// The day of a debt's last repayment.
    DebtMatures,
    /// Megawatts that are not yet sold are there from this day on.
    PowerAvailable,
    /// The first day of a lease.
    LeaseStart,
    /// The day after the last of a lease.
    LeaseEnd,
}

/// Something that has a day in the world and none in the book.
#[derive(Clone, Debug, PartialEq)]
pub struct Undated {
    /// What it would be.
    pub kind: RowKind,
    /// Path of the thing in the book.
    pub on: String,
    /// What it is worth, as of a row.
    pub amount: Option<Money>,
    /// Which way the money goes.
    pub flow: Flow,
    /// What it is and what the book does not say, for people.
    pub text: String,
}

/// Which way money goes, seen by the owner of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// The owner pays it.
    Out,
    /// The owner gets it.
    In,
    /// Nobody pays: what the right or the date is worth.
    Worth,
    /// Others pay it to each other.
    Between,
}

/// A day on which something is due, ends, or may be done from then on.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The day.
    pub date: Date,
    /// What it is.
    pub kind: RowKind,
    /// Path of the thing in the book, as `tranche.iren-childress.horizon-1` or `debt.ddtl`.
    pub on: String,
    /// The contract, if it is about one.
    pub contract: Option<String>,
    /// The tranche's own name, if it is about one.
    pub tranche: Option<String>,
    /// What the row is worth in money, exact to the cent; `None` when the book does not say enough.
    pub amount: Option<Money>,
    /// Which way the money goes.
    pub flow: Flow,
    /// Probability that the day matters at all (that a tranche is so late); `None` where it is sure.
    pub chance: Option<f64>,
    /// In a line, for people.
    pub text: String,
}

/// Every kind with its name and what its amount is.
const KINDS: [(RowKind, &str, &str); 21] = [
    (RowKind::Promised, "promised", "the monthly fee that begins"),
    (RowKind::Milestone, "milestone", "none"),
    (
        RowKind::PrepaymentDue,
        "prepayment-due",
        "the share of the tranche's value that is paid ahead",
    ),
    (
        RowKind::PrepaymentCredited,
        "prepayment-credited",
        "the prepayment that is credited from then on, in equal parts to the end of the term",
    ),
    (RowKind::CreditsStart, "credits-start", "the credit for a month of lateness"),
    (RowKind::CreditsCapped, "credits-capped", "the most that credits come to"),
    (
        RowKind::TerminationOpens,
        "termination-opens",
        "the take-or-pay value that the right can end",
    ),
    (RowKind::GivenUp, "given-up", "the prepayment that is paid back"),
    (RowKind::ClaimDeadline, "claim-deadline", "the most that a claim for the month can come to"),
    (RowKind::RenewalNotice, "renewal-notice", "the renewed term at today's price"),
    (RowKind::EndOfTerm, "end-of-term", "the monthly fee that ends"),
    (
        RowKind::OptionExpiry,
        "option-expiry",
        "the optional capacity over the contract's term at its price; of megawatts, of the GPUs that they carry",
    ),
    (RowKind::OptionStart, "option-start", "as of option-expiry"),
    (RowKind::RightExpiry, "right-expiry", "the value of the contract that the right is on"),
    (RowKind::OfferExpiry, "offer-expiry", "all blocks over the term at the offered price"),
    (RowKind::PurchasePayment, "purchase-payment", "the tranche's part of the price by its GPUs"),
    (RowKind::DrawingEnds, "drawing-ends", "the debt that can be drawn"),
    (RowKind::DebtMatures, "debt-matures", "the debt, of which some may be repaid by then"),
    (RowKind::PowerAvailable, "power-available", "none"),
    (RowKind::LeaseStart, "lease-start", "the rent for a month, of a total in equal parts"),
    (RowKind::LeaseEnd, "lease-end", "as of lease-start"),
];

impl RowKind {
    /// Returns all kinds, in their order.
    pub fn all() -> impl Iterator<Item = RowKind> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// Returns the name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        KINDS[self as usize].1
    }

    /// Says whether the amount is for each month from the day on (or up to it), and not paid at once.
    #[must_use]
    pub const fn is_monthly(self) -> bool {
        matches!(
            self,
            RowKind::Promised
                | RowKind::CreditsStart
                | RowKind::EndOfTerm
                | RowKind::LeaseStart
                | RowKind::LeaseEnd
        )
    }

    /// Says what the amount of such a row is.
    #[must_use]
    pub const fn worth(self) -> &'static str {
        KINDS[self as usize].2
    }
}

impl Flow {
    /// Returns the name that outputs use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Flow::Out => "out",
            Flow::In => "in",
            Flow::Worth => "worth",
            Flow::Between => "between-others",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_own_place_in_the_table() {
        for (at, kind) in RowKind::all().enumerate() {
            assert_eq!(kind as usize, at, "{}", kind.name());
        }
    }
}
