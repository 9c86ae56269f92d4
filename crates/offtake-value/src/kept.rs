//! What a valuation is asked, and what is kept of each sample: a few numbers, from which results are made.

use crate::measure::Measure;
use offtake_model::Book;

/// Whose eyes the flows are seen with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The owner of the book as a buyer of contracts.
    Buyer,
    /// The owner of the book as a seller.
    Seller,
}

/// What is known of a sample besides what was supplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The sample is dispatched: what was used and not served is known.
    Dispatched,
    /// It is not: all that is available counts as taken.
    Taken,
}

/// What a valuation is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whose eyes.
    pub side: Side,
    /// Whether samples are dispatched.
    pub usage: Use,
    /// Months to wait before signing, in the question what that would have cost.
    pub wait: i32,
    /// Seed of the futures.
    pub seed: u64,
}

/// What is kept of one sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Its number.
    pub sample: u64,
    /// Its scenario.
    pub scenario: usize,
    /// What each contract of the side came to, in the order of deals.
    pub contracts: Vec<Measure>,
    /// What was prepaid and still open at the end of each month of the horizon, over all contracts.
    pub open: Vec<f64>,
    /// Work; `None` for a sample that was not dispatched.
    pub work: Option<KeptWork>,
}

/// What is kept of the work of one sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptWork {
    /// By workload: reference GPU-hours served within the headline horizon.
    pub served: Vec<f64>,
    /// By workload: millions of tokens served within it.
    pub tokens: Vec<f64>,
    /// By workload: what its users paid, in the currency's unit.
    pub revenue: Vec<f64>,
    /// By contract of the book: its part of the revenue.
    pub by_contract: Vec<f64>,
    /// All revenue, discounted.
    pub present: f64,
    /// Reference GPU-hours served within the headline horizon, gangs included.
    pub all_served: f64,
    /// By contract of the side: work lost at least, in the currency's unit, when what is not delivered was signed later.
    pub meanwhile: Vec<f64>,
    /// The same when all of it was.
    pub meanwhile_all: f64,
    /// Reference GPU-hours unserved within the headline horizon.
    pub unserved: f64,
    /// What they cost at their blocks' values.
    pub unserved_cost: f64,
}

impl Side {
    /// Returns the name that reports and files use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Side::Buyer => "buyer",
            Side::Seller => "seller",
        }
    }

    /// Returns the side of contracts that it is about.
    #[must_use]
    pub const fn of_book(self) -> offtake_model::Side {
        match self {
            Side::Buyer => offtake_model::Side::Bought,
            Side::Seller => offtake_model::Side::Sold,
        }
    }

    /// Returns the side that the owner of `book` mainly is on: the one with more GPUs under contract.
    #[must_use]
    pub fn mainly(book: &Book) -> Side {
        let gpus = |side: Side| -> i64 {
            let on = book.contracts.values().filter(|c| book.side(c) == side.of_book());
            on.filter(|c| c.price.is_some()).map(|c| c.gpus().count()).sum()
        };
        if gpus(Side::Seller) > gpus(Side::Buyer) { Side::Seller } else { Side::Buyer }
    }
}
