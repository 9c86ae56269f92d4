//! From which price on a request is worth accepting.
//!
//! ```text
//! f(p) = margin of the best choice that accepts it at price p  −  margin of the best that turns it away
//! ```
//!
//! Each choice that accepts earns on a line in `p` whose slope is the GPU-hours that it is paid for, so `f` is the greatest
//! of such lines, and Newton's way from the right comes down to where it passes 0, never below. A price far above is tried
//! first where the plan turns the request away: at a price that does not pay, the best way to accept is not to deliver, which
//! says nothing of what delivering takes.

use super::limits::accepted;
use super::tell::asked_of;
use super::write::{Columns, kgpu_of, write};
use super::{Seller, decision};
use crate::engine::PlanError;
use crate::program::{Program, RowLimit};
use crate::results::{self, Bill, Term};
use crate::search::{Found, Options, Search};
use crate::solver::Solvers;
use crate::store::Store;
use std::cell::RefCell;

/// From which price on a request is worth accepting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeastPrice {
    /// The request.
    pub request: usize,
    /// Whether the plan accepts it.
    pub is_accepted: bool,
    /// Blocks that it is asked for: what the plan accepts, or the fewest that can be.
    pub blocks: f64,
    /// What a GPU-hour would pay.
    pub asked: f64,
    /// Below the first turning it away earns more, from the second on accepting it; `None` where no choice that accepts it
    /// keeps the limits, or none pays at the highest price that is tried.
    pub price: Option<(f64, f64)>,
}

/// Prices are told this close, as a share of themselves, after at most so many steps.
const CLOSE: f64 = 2e-3;
const STEPS: usize = 6;
/// How much dearer each try is where nothing pays yet, and how many there are.
const DEARER: f64 = 2.0;
const TRIES: usize = 8;

/// What the best choice with a request accepted, or turned away, earns.
#[derive(Clone, Copy, Debug)]
struct Earned {
    /// As found, and what none can exceed.
    least: f64,
    most: f64,
    /// GPU-hours that it is paid for, discounted and expected.
    hours: f64,
}

/// Where a request is looked at, at which price.
struct Looker<'a> {
    seller: &'a Seller,
    solvers: &'a dyn Solvers,
    options: &'a Options,
    ways: Vec<usize>,
    /// Prices that the searches so far taught: they prove cuts at any price of a request.
    store: RefCell<Store>,
}

/// Returns the least price of every request.
///
/// # Errors
/// If the solver fails, or somebody stops.
pub fn least_prices(
    seller: &Seller,
    columns: &Columns,
    (found, bill, store): (&Found, &Bill, &Store),
    (program, solvers, options): (&Program, &dyn Solvers, &Options),
) -> Result<Vec<LeastPrice>, PlanError> {
    let decided = decision(seller, columns, &found.signed);
    let mut prices = Vec::new();
    for (at, request) in seller.requests.iter().enumerate() {
        let ways: Vec<usize> =
            (0..seller.ways.len()).filter(|way| seller.ways[*way].request == at).collect();
        let Some(first) = ways.first() else { continue };
        let asked = seller.ways[*first].price;
        let taken: f64 = ways.iter().map(|way| decided.accepted[*way]).sum();
        let is_accepted = taken > 1e-6;
        let blocks = if is_accepted { taken } else { request.least };
        let store = RefCell::new(store.clone());
        let looker = Looker { seller, solvers, options, ways, store };
        let own = Earned {
            least: columns.most - found.objective,
            most: columns.most - found.bound,
            hours: looker.hours((program, columns), seller, (&found.signed, bill)),
        };
        let price = match is_accepted {
            true => match looker.earns(asked, 0.0)? {
                Some(without) => looker.down((asked, own), without, blocks)?,
                None => None,
            },
            false => looker.up(asked, own, blocks)?,
        };
        prices.push(LeastPrice { request: at, is_accepted, blocks, asked, price });
    }
    Ok(prices)
}

impl Looker<'_> {
    /// Looks for a price at which accepting pays, and comes down from there.
    fn up(
        &self,
        asked: f64,
        without: Earned,
        blocks: f64,
    ) -> Result<Option<(f64, f64)>, PlanError> {
        let mut price = asked.max(1e-3);
        for _ in 0..TRIES {
            price *= DEARER;
            let with = self.earns(price, blocks)?;
            if let Some(with) = with.filter(|with| with.least >= without.least && with.hours > 0.0)
            {
                return self.down((price, with), without, blocks);
            }
        }
        Ok(None)
    }

    /// Comes down from a price at which accepting pays to where it no longer does.
    fn down(
        &self,
        (mut price, mut with): (f64, Earned),
        without: Earned,
        blocks: f64,
    ) -> Result<Option<(f64, f64)>, PlanError> {
        for _ in 0..STEPS {
            let next = price - (with.least - without.least) / with.hours.max(1e-12);
            let is_close = price - next <= CLOSE * price;
            if is_close || next <= 0.0 {
                break;
            }
            let Some(lower) = self.earns(next, blocks)?.filter(|lower| lower.hours > 0.0) else {
                break;
            };
            (price, with) = (next, lower);
        }
        let at =
            |earned: f64, other: f64| (price - (earned - other) / with.hours.max(1e-12)).max(0.0);
        Ok(Some((at(with.most, without.least), at(with.least, without.most))))
    }

    /// Returns what the best choice earns at a price with at least so many blocks accepted, or with none of any; `None` where
    /// no choice keeps the limits.
    fn earns(&self, price: f64, blocks: f64) -> Result<Option<Earned>, PlanError> {
        let mut seller = self.seller.clone();
        for &way in &self.ways {
            seller.ways[way].price = price;
        }
        let (mut program, columns) = write(&seller);
        program.limits.rows.push(self.held(&columns, blocks));
        let mut search = Search::new(&program, self.solvers, self.options.clone(), |_| {})?;
        search.recall(&self.store.borrow())?;
        let found = match search.run() {
            Ok(found) => found,
            Err(PlanError::NoPlan(_) | PlanError::NoChoice) => return Ok(None),
            Err(error) => return Err(error),
        };
        let bill = results::bill(&mut search, &found.signed, &found.allowed)?;
        *self.store.borrow_mut() = std::mem::take(&mut search.store);
        Ok(Some(Earned {
            least: columns.most - found.objective,
            most: columns.most - found.bound,
            hours: self.hours((&program, &columns), &seller, (&found.signed, &bill)),
        }))
    }

    /// Returns the row by which nothing of the request is accepted, or at least so many blocks.
    fn held(&self, columns: &Columns, least: f64) -> RowLimit {
        let blocks = self.seller.requests[self.seller.ways[self.ways[0]].request].blocks;
        let (terms, all) = accepted(blocks, self.ways.iter().map(|way| columns.ways[*way]));
        let sign = if least > 0.0 { -1.0 } else { 1.0 };
        RowLimit {
            name: "held".to_owned(),
            terms: terms.into_iter().map(|(offer, factor)| (offer, sign * factor)).collect(),
            most: sign * (least - all),
        }
    }

    /// Returns the GPU-hours that a choice is paid for by the request: the share kept of each that is served, less what
    /// is credited on each that is not.
    fn hours(
        &self,
        (program, columns): (&Program, &Columns),
        seller: &Seller,
        (signed, bill): (&[f64], &Bill),
    ) -> f64 {
        let decided = decision(seller, columns, signed);
        let lost = |class: usize| -> f64 {
            let is_of = |term: &Term| matches!(term, Term::Lost { class: at } if *at == class);
            bill.lines.iter().filter(|line| is_of(&line.term)).map(|line| line.cost).sum()
        };
        let of = |&at: &usize| {
            let way = &seller.ways[at];
            let share = decided.accepted[at] * way.block_kgpu / kgpu_of(seller, way);
            let class = columns.way_classes[at];
            // What is lost is the price times its share kept and credited, for each hour.
            share * way.kept * asked_of(program, class) - lost(class) / way.price
        };
        self.ways.iter().map(of).sum()
    }
}
