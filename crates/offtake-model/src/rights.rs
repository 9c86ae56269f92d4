//! What may be signed, rented at short notice, or called for.

use crate::{AcceleratorId, ContractId, PartyId, SiteId};
use jiff::civil::Date;
use offtake_units::{Gpus, Growth, Power, Price, Share, Span};

/// A contract that may be signed, in blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// Who offers.
    pub seller: PartyId,
    /// Where.
    pub site: SiteId,
    /// What.
    pub accelerator: AcceleratorId,
    /// The least that can be signed.
    pub block: Gpus,
    /// How many blocks there are.
    pub blocks: i64,
    /// First day on which service may start.
    pub start_from: Date,
    /// Last day on which service may start.
    pub start_until: Date,
    /// From signing to the promised day in service.
    pub lead_time: Span,
    /// Money for a GPU-hour.
    pub price: Price,
    /// Length of use.
    pub term: Span,
    /// Share that must be paid for.
    pub take_or_pay: Share,
    /// Share of the value that is paid ahead.
    pub prepayment: Share,
    /// Last day on which it can be signed.
    pub open_until: Option<Date>,
    /// Chance that somebody else takes it first, in a quarter.
    pub taken_chance: Share,
}

/// GPUs that can be rented at short notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// What.
    pub accelerator: AcceleratorId,
    /// From asking to using.
    pub lead_time: Span,
    /// How many there are.
    pub depth: Gpus,
    /// Money for a GPU-hour.
    pub price: Price,
}

/// A right to call for more capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionRight {
    /// The contract that it is part of.
    pub contract: ContractId,
    /// Where, if said.
    pub site: Option<SiteId>,
    /// How much power it is for, if said so.
    pub power: Option<Power>,
    /// How many GPUs it is for, if said so.
    pub gpus: Option<Gpus>,
    /// Start of use.
    pub start: Date,
    /// Last day of exercise.
    pub exercise_by: Option<Date>,
}

/// Another right: first refusal, first look, extension.
#[derive(Clone, Debug, PartialEq)]
pub struct Right {
    /// Its kind: `first-refusal`, `extension`, `renewal`, `termination`.
    pub kind: String,
    /// Who holds it.
    pub holder: PartyId,
    /// The thing it is on.
    pub on: String,
    /// How long the holder has to answer.
    pub answer_within: Option<Span>,
    /// Last day of exercise.
    pub exercise_by: Option<Date>,
    /// Yearly price change on exercise.
    pub escalator: Option<Growth>,
}
