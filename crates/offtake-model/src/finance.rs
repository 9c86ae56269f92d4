//! What stands behind the contracts: purchases, leases, debts; and a seller's raw material.

use crate::{AcceleratorId, ContractId, DueDate, PartyId, SiteId};
use jiff::civil::Date;
use offtake_units::{Gpus, Money, Power, Price, Rate, Share, Span};

/// Hardware bought by a supplier (or by the owner).
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// Who sells.
    pub seller: PartyId,
    /// Who makes the accelerators, when that is another.
    pub maker: Option<PartyId>,
    /// Who buys.
    pub buyer: PartyId,
    /// What.
    pub accelerator: Option<AcceleratorId>,
    /// How many.
    pub gpus: Option<Gpus>,
    /// What it costs.
    pub price_total: Option<Money>,
    /// When it is paid.
    pub paid: DueDate,
    /// Whether the order can be cancelled.
    pub cancellable: bool,
}

/// A site let to a party.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// Who lets.
    pub landlord: PartyId,
    /// Who rents.
    pub tenant: PartyId,
    /// Where.
    pub site: SiteId,
    /// How much over the term.
    pub total: Option<Money>,
    /// First day, if known.
    pub from: Option<Date>,
    /// For how long.
    pub term: Span,
}

/// Money borrowed against contracts.
#[derive(Clone, Debug, PartialEq)]
pub struct Debt {
    /// Who borrows.
    pub borrower: PartyId,
    /// Who lends, if known.
    pub lender: Option<PartyId>,
    /// The contracts that secure it.
    pub secured_on: Vec<ContractId>,
    /// How much.
    pub amount: Money,
    /// Interest a year.
    pub rate: Rate,
    /// First day of drawing; `None` for from the start.
    pub opens: Option<Date>,
    /// Last day of drawing; `None` when all is drawn on the first day.
    pub draw_until: Option<Date>,
    /// What must have happened before a part can be drawn.
    pub draws_on: DrawsOn,
    /// Fee a year on what can be drawn and is not.
    pub undrawn_fee: Rate,
    /// Day from which it is repaid; `None` for after the last promised day in service.
    pub repays_from: Option<Date>,
    /// Day of the last repayment.
    pub matures: Date,
    /// How it is repaid.
    pub repayment: Repayment,
    /// Least cash flow over debt service.
    pub min_dscr: Option<f64>,
    /// Cash flow over debt service below which nothing is paid out to the owners.
    pub lock_up: Option<f64>,
    /// Debt service of so many months is held in a reserve account.
    pub reserve: Span,
    /// Whether owners pay what the cash flow does not.
    pub support: Support,
    /// Day by which all of its tranches must be in service, or it falls due.
    pub long_stop: Option<Date>,
}

/// How a debt is repaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repayment {
    /// Along the promised cash flow, so that it covers the service of each month as often.
    Sculpted,
    /// In equal parts.
    Level,
    /// All on the last day.
    Bullet,
}

/// Whether owners pay debt service that the cash flow does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// Never: lenders wait.
    None,
    /// Until every tranche is in service: whoever builds answers for it.
    UntilService,
}

/// What must have happened before a part of a debt can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrawsOn {
    /// Something is to be paid.
    Payment,
    /// As large a part of the GPUs is in service.
    InService,
}

/// Megawatts that are not yet turned into GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerStock {
    /// Where.
    pub site: SiteId,
    /// Gross power.
    pub grid_power: Power,
    /// When it is there, if not already.
    pub from: Option<Date>,
    /// Recipes that may turn it into GPUs.
    pub builds: Vec<String>,
}

/// A recipe that turns megawatts into GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// What is installed.
    pub accelerator: AcceleratorId,
    /// From order to service.
    pub takes: Span,
    /// Money for a megawatt of hall.
    pub capex_hall: Option<Price>,
    /// Money for a rack.
    pub capex_rack: Option<Money>,
}

/// What megawatts earn until a hall needs them.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// Where.
    pub site: SiteId,
    /// Money for a megawatt-hour.
    pub earns: Price,
}

/// A customer that may come: it holds nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Opportunity {
    /// Who.
    pub party: PartyId,
    /// How much power it would take, if said so.
    pub power: Option<Power>,
    /// How many GPUs it would take, if said so.
    pub gpus: Option<Gpus>,
    /// Chance of closing.
    pub chance: Share,
    /// The power that it would be served from, by its id; the first that is large enough, if not said.
    pub on: Option<String>,
    /// The recipe that would be built; the first of that power, if not said.
    pub build: Option<String>,
    /// Money for a GPU-hour, if it was named.
    pub price: Option<Price>,
    /// Length of use.
    pub term: Span,
    /// The least share of what it asks for that it would take; 1 for all or nothing.
    pub least: Share,
}
