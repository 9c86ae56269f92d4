//! One kind of party; contracts, leases, purchases and debts name it in roles.

use offtake_units::{Rate, Share, Span};

/// What a party mainly is; a party may play other roles too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyKind {
    /// Sells GPU capacity.
    Supplier,
    /// Uses GPU capacity.
    Tenant,
    /// Makes GPUs.
    GpuMaker,
    /// Makes servers and racks.
    ServerMaker,
    /// Owns land, shells or power that others rent.
    Landlord,
    /// Lends.
    Lender,
}

/// Somebody that the book depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// Its name for people.
    pub name: String,
    /// What it mainly is.
    pub kind: PartyKind,
    /// Probability of failure in a year while it supplies; zero for the owner of the book.
    pub failure: Rate,
    /// From failure to the stop of its capacity.
    pub notice: Span,
    /// Share of its delivered capacity that comes back under the lenders' step-in.
    pub continues: Share,
    /// From the stop until that share is back.
    pub back_after: Span,
    /// How late its first tranche must be for its hazard to double; `None` when it never does.
    pub late_doubles_after: Option<Span>,
}
