//! The seller's plan: what to build on which megawatts, whom to accept, how much to borrow.
//!
//! It is the buyer's programme with the signs reversed, so the same engine solves it. A request is demand that may be
//! turned away at the price of what it would have paid:
//!
//! ```text
//! build[b]      an offer of blocks: its running cost is the price, what is spent and what is left are its payments
//! way[w]        a request served from a stock of power from some month on: a class of its full size; what goes unserved
//!               costs the fee and a credit
//! decline[w]    an offer of as much as the way asks, usable by it alone, at the fee forgone
//! market[k]     a class of so many GPUs that the market takes at its price, which is lost where none are left
//! borrow[b]     an offer of no GPUs: a million drawn as the build is paid, and paid back as its loan says
//! ```
//!
//! What all ways and markets would pay is the same in every choice, so the cost that is minimised is that sum less the
//! margin. **Invariant:** [`Columns::most`] less a cost is the margin of that choice in that future, whatever the risk
//! is weighed by: where futures ask for different sums, an offer that must be taken makes up the difference.

mod least;
mod limits;
mod tell;
mod write;

pub use least::{LeastPrice, least_prices};
pub use tell::{Decision, Margins, YearOf, decision, margins, nothing, years};
pub use write::{Columns, WayColumns, write};

use crate::program::{Payment, Program, Table2, Use};

/// What a seller may do, as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seller {
    /// Months, hours, futures, sites, pools, what is held and what is sold already: a programme without offers.
    pub base: Program,
    /// Megawatts that may be built on.
    pub stocks: Vec<Stock>,
    /// What may be built, each from some month on.
    pub builds: Vec<Build>,
    /// Requests of tenants.
    pub requests: Vec<Request>,
    /// How they may be served.
    pub ways: Vec<Way>,
    /// What the market takes.
    pub markets: Vec<Market>,
    /// Debt, and money for building.
    pub money: Money,
}

/// Megawatts that may be built on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stock {
    /// Its name.
    pub name: String,
    /// Gross megawatts.
    pub megawatts: f64,
}

/// Something that may be built, in service from some month on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// Its name, as `childress-rest/liquid-hall@2026-11`.
    pub name: String,
    /// The megawatts that it takes, for good.
    pub stock: usize,
    /// Where its GPUs are.
    pub pool: usize,
    /// GPUs of a block, in kGPU.
    pub block_kgpu: f64,
    /// Gross megawatts of a block.
    pub block_mw: f64,
    /// The most blocks.
    pub most: f64,
    /// Power and operation of a GPU-hour.
    pub running: f64,
    /// What the megawatts of a GPU-hour would earn otherwise.
    pub forgone: f64,
    /// What a block is paid for, in millions, above 0.
    pub outlay: Vec<Payment>,
    /// What a block is worth in the end, in millions, above 0.
    pub left: Vec<Payment>,
    /// By month: share that is there if all comes as promised.
    pub promised: Vec<f64>,
    /// `scenario × month`: share that is available.
    pub available: Table2,
    /// By scenario: share of what it is paid for that falls due; empty where all of it always does.
    pub due: Vec<f64>,
    /// What can be borrowed on it.
    pub loan: Option<Loan>,
}

/// A million borrowed on a build.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loan {
    /// Parts of the million by month, as the build is paid.
    pub draws: Vec<Payment>,
    /// What is paid back within the horizon, with interest, in millions.
    pub service: Vec<Payment>,
    /// What is still owed at its end, which counts as paid then; no service of a year.
    pub owed: Vec<Payment>,
}

/// A tenant's request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Its name.
    pub name: String,
    /// Blocks that it asks for.
    pub blocks: f64,
    /// The fewest that it would take, if any.
    pub least: f64,
}

/// A request served from one stock of power from one month on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Way {
    /// Its name, as `rest-of-childress@2026-11`.
    pub name: String,
    /// The request.
    pub request: usize,
    /// GPUs of a block, in kGPU.
    pub block_kgpu: f64,
    /// What a GPU-hour would pay.
    pub price: f64,
    /// Share of that which is left when what operation takes of each fee is paid.
    pub kept: f64,
    /// Share of the price that is lost beside the fee for each GPU-hour that is accepted and not served.
    pub credit: f64,
    /// Power and operation of a GPU-hour of the build that is meant for it.
    pub running: f64,
    /// By month: share of the month in which it asks if all comes as promised.
    pub promised: Vec<f64>,
    /// `scenario × month`: share of the month in which it asks.
    pub asked: Table2,
    /// By month: share that the build meant for it is expected to serve.
    pub served: Vec<f64>,
    /// The pools that may serve it; `class` is not read.
    pub uses: Vec<Use>,
}

/// GPUs that the market takes in some months at a price.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Market {
    /// Its name, as `gb300-nvl72[2028]`.
    pub name: String,
    /// The most that it takes, in kGPU.
    pub kgpu: f64,
    /// What a GPU-hour pays, less what operation takes of it.
    pub price: f64,
    /// By month: whether it is asked.
    pub months: Vec<bool>,
    /// The pools that may serve it; `class` is not read.
    pub uses: Vec<Use>,
}

/// Debt, and money for building; in millions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Money {
    /// The most that may be borrowed on a build, as a share of what it is paid for.
    pub loan_to_cost: f64,
    /// The most that may be borrowed in all.
    pub debt: Option<f64>,
    /// Least contracted cash flow over debt service.
    pub floor: f64,
    /// The most of the owners' own that a year may be spent on building.
    pub capital: Vec<(i32, f64)>,
    /// What contracts bring and debts take already, by year.
    pub standing: Vec<Standing>,
}

/// What a year has before anything is decided, in millions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The year.
    pub year: i32,
    /// Cash flow of what is sold, before debt.
    pub cash: f64,
    /// Service of debts.
    pub service: f64,
}
