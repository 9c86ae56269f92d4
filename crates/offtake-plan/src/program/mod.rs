//! The programme as plain data: what can be signed, what must be served, what may happen, what limits.
//!
//! [`Program`] is all that this crate reads; whoever has a book writes one. **Units, without exception:**
//! capacity in thousands of GPUs (kGPU), power in megawatts (which makes kW per GPU the same number as
//! MW per kGPU), money in millions of the book's currency, prices in that currency per GPU-hour, time in
//! hours. Things refer to each other by their place in their list. Demand and performance are in GPUs of
//! one reference type: a GPU with performance 0.8 serves 0.8 of a reference GPU.
//!
//! **Invariant:** a program without [`findings`] can be solved: every reference is in range, every number
//! finite, every table of the size that its lists say.

mod check;
mod limits;
mod table;

pub use check::{Finding, findings};
pub use limits::{
    BudgetLimit, ConcentrationLimit, ExposureLimit, Limits, LossLimit, Measure, PrepaymentLimit,
    RowLimit, Standard,
};
pub use table::{Table2, Table3};

/// What to sign next, as data. Tables name their keys in order; where the first key is the scenario, a
/// table with one plane (or row) stands for all scenarios.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The months of the horizon, in order.
    pub months: Vec<Month>,
    /// The hours that stand for each month, in order: the same list in every month.
    pub hours: Vec<Hour>,
    /// `month × hour`: how many hours of the month each one stands for, above 0.
    pub weight: Table2,
    /// The futures.
    pub scenarios: Vec<Scenario>,
    /// Sites.
    pub sites: Vec<Site>,
    /// `scenario × month × site`: critical IT load, in MW.
    pub power_mw: Table3,
    /// `month × site × hour`: share of that power that is there; 0 in an hour in which the site is out.
    pub power_share: Table3,
    /// GPUs of one type at one site.
    pub pools: Vec<Pool>,
    /// Kinds of work.
    pub classes: Vec<Class>,
    /// Which work may run where, and how well.
    pub uses: Vec<Use>,
    /// `month × class × hour`: shape of demand; times `demand_level` it is kGPU of the reference type.
    pub demand_shape: Table3,
    /// `scenario × month × class`: level of demand.
    pub demand_level: Table3,
    /// `scenario × month`: price of spot, per hour of a reference GPU.
    pub spot_price: Table2,
    /// Capacity that is there whatever is signed: owned, or under contract already.
    pub held: Vec<Held>,
    /// `scenario × month × held`: kGPU available.
    pub held_kgpu: Table3,
    /// What can be signed. The same offer with another start or another term is another offer; a
    /// [`RowLimit`] says that only one of them is signed.
    pub offers: Vec<Offer>,
    /// `scenario × month × offer`: share of the signed blocks that is available, 0 to 1: start, ramp,
    /// term, slip, failure.
    pub available: Table3,
    /// `scenario × offer`: share of prepayments and other payments that falls due, 0 to 1; 0 where the offer is gone
    /// before it can be signed. Empty where all of it always does.
    pub due: Table2,
    /// Kinds of party, as "supplier" or "site", for concentration and the loss of one.
    pub kinds: Vec<String>,
    /// Who stands behind capacity.
    pub parties: Vec<Party>,
    /// Standards and limits.
    pub limits: Limits,
    /// How cost is weighed.
    pub risk: Risk,
}

/// A month of the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    /// Its name, as `2027-03`.
    pub name: String,
    /// The year that it counts to in yearly limits, as 2027.
    pub year: i32,
    /// What money of this month is worth at the start, above 0.
    pub discount: f64,
}

/// An hour that stands for several of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Hours that follow each other and have the same `run` make a cycle (a typical day, a week, a day
    /// with a site out), within which delayed work passes from one hour to the next and from the last to
    /// the first. A run of one hour delays nothing.
    pub run: usize,
}

/// A future.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its weight; over all scenarios they sum to 1.
    pub probability: f64,
}

/// A site: a limit of power.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub name: String,
}

/// GPUs of one type at one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name, as `narvik/gb300-nvl72`.
    pub name: String,
    /// Its site.
    pub site: usize,
}

/// A kind of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// What an hour of a reference GPU that is asked and not served costs, at least 0.
    pub lost_load: f64,
    /// Hours for which work may wait; 0 for work that may not. What waits at the end of an hour is at
    /// most what was asked in the last so many hours of its run.
    pub delay_hours: usize,
    /// By month: the most that spot can serve, in kGPU of the reference type.
    pub spot_kgpu_most: Vec<f64>,
}

/// A pool that serves a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The pool.
    pub pool: usize,
    /// The class.
    pub class: usize,
    /// Reference GPUs that one GPU of the pool stands for in this work, above 0.
    pub performance: f64,
    /// Power of one GPU at this work in kW, at least 0.
    pub power_kw: f64,
}

/// Capacity that is there whatever is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Its pool.
    pub pool: usize,
    /// Who stands behind it.
    pub parties: Vec<usize>,
}

/// Something that can be signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Where its GPUs are.
    pub pool: usize,
    /// GPUs of one block, in kGPU, above 0.
    pub block_kgpu: f64,
    /// How many blocks.
    pub size: Size,
    /// By month: price of a GPU-hour, at least 0.
    pub price: Vec<f64>,
    /// What must be paid whether or not it is used.
    pub taking: Taking,
    /// Paid ahead of service, for one block; counts to the limits of prepayment. At least 0.
    pub prepayments: Vec<Payment>,
    /// What else is paid for certain, for one block: a fee, a purchase; a credit is below 0.
    pub payments: Vec<Payment>,
    /// By month: money that is lost if a party fails, for one block; empty for none.
    pub at_stake: Vec<f64>,
    /// Who stands behind it.
    pub parties: Vec<usize>,
}

/// How many blocks of an offer may be signed: none, or at least `least` and at most `most`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// The fewest blocks, if any are signed; 0 for no minimum.
    pub least: f64,
    /// The most blocks, at least `least`.
    pub most: f64,
    /// Whether parts of blocks can be had.
    pub step: Step,
}

/// Whether parts of blocks can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whole blocks.
    Whole,
    /// Any quantity.
    Any,
}

/// What must be paid whether or not it is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Taking {
    /// All that is available is paid for, and is there at no further cost.
    Firm,
    /// This share of what is available is paid for, 0 to 1; use above it in a month costs the price.
    Flexible {
        /// The take-or-pay share.
        share: f64,
    },
}

/// Money for one block of an offer, paid in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payment {
    /// The month.
    pub month: usize,
    /// Millions, before discounting.
    pub amount: f64,
}

/// Somebody who stands behind capacity and may fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The kind, in `Program::kinds`.
    pub kind: usize,
    /// The name.
    pub name: String,
}

/// How cost is weighed: `(1 − weight) · expected + weight · CVaR`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// Weight of the CVaR, 0 to 1 (λ).
    pub weight: f64,
    /// The CVaR is the mean of the worst `1 − level` of futures; 0 or above and below 1 (α).
    pub level: f64,
}

impl Default for Risk {
    fn default() -> Risk {
        Risk { weight: 0.0, level: 0.95 }
    }
}

impl Taking {
    /// Returns the share of what is available that is paid for in any case.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Taking::Firm => 1.0,
            Taking::Flexible { share } => share,
        }
    }
}

impl Program {
    /// Returns the number of blocks: a scenario and a month each.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.scenarios.len() * self.months.len()
    }

    /// Returns the hours that a month's weights sum to.
    #[must_use]
    pub fn month_hours(&self, month: usize) -> f64 {
        self.weight.row(month).iter().sum()
    }

    /// Returns demand by hour, in kGPU of the reference type.
    pub fn demand(
        &self,
        scenario: usize,
        month: usize,
        class: usize,
    ) -> impl Iterator<Item = f64> + '_ {
        let level = self.demand_level.at(scenario, month, class);
        self.demand_shape.row(month, class).iter().map(move |shape| level * shape)
    }

    /// Returns what one block of an offer costs in a scenario whether or not it is used: its take-or-pay
    /// share of what is available, and its certain payments; discounted, in millions.
    #[must_use]
    pub fn fixed_cost(&self, scenario: usize, offer: usize) -> f64 {
        let of = &self.offers[offer];
        let certain = of.prepayments.iter().chain(&of.payments);
        let certain: f64 = certain.map(|pay| pay.amount * self.months[pay.month].discount).sum();
        let certain = self.due(scenario, offer) * certain;
        let taken = (0..self.months.len())
            .map(|month| self.months[month].discount * self.take_or_pay(scenario, month, offer));
        certain + taken.sum::<f64>()
    }

    /// Returns the share of an offer's prepayments and other payments that falls due in a scenario.
    #[must_use]
    pub fn due(&self, scenario: usize, offer: usize) -> f64 {
        if self.due.values().is_empty() { 1.0 } else { self.due.at(scenario, offer) }
    }

    /// Returns the same in expectation.
    #[must_use]
    pub fn expected_due(&self, offer: usize) -> f64 {
        let scenarios = self.scenarios.iter().enumerate();
        scenarios.map(|(at, scenario)| scenario.probability * self.due(at, offer)).sum()
    }

    /// Returns what the take-or-pay share of one block costs in a month, before discounting, in millions.
    #[must_use]
    pub fn take_or_pay(&self, scenario: usize, month: usize, offer: usize) -> f64 {
        let of = &self.offers[offer];
        let kgpu = self.available.at(scenario, month, offer) * of.block_kgpu;
        of.taking.share() * of.price[month] * kgpu * self.month_hours(month) / THOUSAND
    }
}

/// A price per GPU-hour times kGPU and hours is thousands of the currency; this makes them millions.
pub(crate) const THOUSAND: f64 = 1000.0;
