//! Contracts, their tranches and every clause, on whichever side of them the owner stands.
//!
//! What a clause does to money comes with `value`; here it is data.

use crate::{AcceleratorId, ContractId, HallId, PartyId, SiteId, TrancheId};
use jiff::civil::Date;
use offtake_units::{Gpus, Money, Power, Price, Rate, Share, Span};

/// How the GPUs of a contract come to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// Under contract between two parties.
    Contracted,
    /// A fleet that the owner of the book holds.
    Owned,
}

/// The distribution of one milestone's slip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlipLaw {
    /// Probability of a slip within `on_time_within`, among those ever delivered.
    pub on_time: Share,
    /// What counts as on time.
    pub on_time_within: Span,
    /// Median of the log-normal part, its class multiplier included.
    pub median: Span,
    /// Spread of the logarithm.
    pub sigma: f64,
    /// Probability of never.
    pub never: Share,
}

/// A step towards service with its own promised date and its own slip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milestone {
    /// When it is promised.
    pub promised: Date,
    /// When it was reached, if it was.
    pub reached: Option<Date>,
    /// How it slips; `None` when it comes on time.
    pub slip: Option<SlipLaw>,
}

/// A part of a contract with its own date and quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Tranche {
    /// Contract and name.
    pub id: TrancheId,
    /// Where.
    pub site: SiteId,
    /// In which hall of the site.
    pub hall: HallId,
    /// What.
    pub accelerator: AcceleratorId,
    /// How many.
    pub gpus: Gpus,
    /// The day that it is to be in service (00:00 UTC); with a ramp, its first racks.
    pub promised: Date,
    /// The day that it was in service, if it is.
    pub delivered: Option<Date>,
    /// Power at the hall.
    pub power: Milestone,
    /// The hall itself.
    pub hall_ready: Milestone,
    /// The GPUs (on site, ready for acceptance).
    pub accelerators: Milestone,
    /// The purchase that the GPUs come from.
    pub accelerators_from: Option<String>,
    /// From ready to in service.
    pub acceptance: Span,
    /// The tranche of the same contract that must be in service before this one is ready.
    pub after: Option<TrancheId>,
    /// From the first racks in service to the last, linear by whole racks.
    pub ramp: Span,
    /// Length of use from the day in service.
    pub term: Span,
    /// A day on which use ends at the latest.
    pub ends: Option<Date>,
    /// Racks beyond the contracted ones that stand in for failed ones.
    pub spares: i64,
    /// The one tenant that may use it; `None` for all.
    pub dedicated_to: Option<PartyId>,
}

/// What must be paid for whether or not it is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakeOrPay {
    /// Share of the available GPU-hours.
    pub share: Share,
    /// How long a deficiency can be made up, if at all.
    pub make_up: Option<Span>,
}

/// What a due date counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AfterAnchor {
    /// The tranche's promised day in service.
    Promised,
    /// The day that the accelerators leave the maker.
    Shipped,
    /// The day in service.
    InService,
    /// The day of signing.
    Signed,
}

/// A date relative to an event: `promised - 30 d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DueDate {
    /// What it counts from.
    pub anchor: AfterAnchor,
    /// How far; before the anchor when `is_before`.
    pub offset: Span,
    /// Whether the date lies before the anchor.
    pub is_before: bool,
}

/// Money paid ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prepayment {
    /// Share of the tranche's value.
    pub share: Share,
    /// When it is due.
    pub due: DueDate,
    /// Months of service after which it is credited, in equal parts to the end of the term.
    pub credited_after: Span,
    /// Share that an unsecured claim recovers when the seller fails.
    pub recovery: Share,
    /// From the failure until that is paid.
    pub recovered_after: Span,
}

/// Who uses a termination right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exercise {
    /// Never.
    Never,
    /// When the market is cheaper.
    IfCheaper,
    /// Always.
    Always,
}

/// A cap counted in monthly fees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fee(
    /// How many monthly fees.
    pub f64,
);

/// What happens when a tranche is late.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Late {
    /// Lateness that costs nothing.
    pub grace: Span,
    /// Share of the tranche's monthly fee a month, pro rata, after grace.
    pub credit: Rate,
    /// Cap of the credits, in monthly fees.
    pub cap: Fee,
    /// Days late after which the buyer may terminate; `None` for never.
    pub terminate_after: Option<Span>,
    /// Whether the buyer does.
    pub exercise: Exercise,
    /// Whether missing the first tranche may end the whole order.
    pub first_ends_all: bool,
    /// Lateness after which a tranche that never comes is given up by both sides.
    pub given_up_after: Span,
}

/// What service level is promised, and what a miss pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sla {
    /// Share of the time that the capacity must be there.
    pub availability: Share,
    /// Cap of the credits, as a share of the monthly fee.
    pub credit_cap: Share,
    /// How long after the month a claim may be made.
    pub claim_within: Span,
}

/// A right to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Renewal {
    /// For how long.
    pub term: Span,
    /// How long before the end notice must be given.
    pub notice: Span,
    /// How many times.
    pub times: u32,
}

/// One agreement: a seller, a buyer, tranches and clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// Its name for people.
    pub name: String,
    /// Contracted or owned.
    pub ownership: Ownership,
    /// Who delivers.
    pub seller: PartyId,
    /// Who uses and pays.
    pub buyer: PartyId,
    /// When it was signed.
    pub signed: Option<Date>,
    /// In date order of promise, then by name.
    pub tranches: Vec<Tranche>,
    /// Money over all tranches' terms.
    pub price_total: Option<Money>,
    /// Money for a GPU-hour; derived from `price_total` when that alone is given.
    pub price: Option<Price>,
    /// Yearly change of the price; 0 for flat.
    pub escalator: f64,
    /// Whether power is charged on top.
    pub power_passed_through: bool,
    /// What a GPU is billed at, where the contract bills power.
    pub billed_power: Option<Power>,
    /// What must be paid for.
    pub take_or_pay: TakeOrPay,
    /// What is paid ahead.
    pub prepayment: Option<Prepayment>,
    /// What lateness does.
    pub late: Late,
    /// What service level is promised.
    pub sla: Option<Sla>,
    /// The right to go on.
    pub renewal: Option<Renewal>,
    /// Whether the seller may deliver another type that is no worse.
    pub like_kind_substitution: bool,
    /// Whether the buyer may pass it on.
    pub sublease: bool,
    /// Who guarantees it.
    pub guarantor: Option<PartyId>,
}

impl Contract {
    /// Returns the GPUs of all tranches.
    #[must_use]
    pub fn gpus(&self) -> Gpus {
        self.tranches.iter().map(|tranche| tranche.gpus).sum()
    }
}
