//! What a plan costs, term by term: every line is a quantity times a price, and the lines sum to the cost.

use crate::engine::PlanError;
use crate::program::Program;
use crate::search::{Point, Search};
use crate::standards::{self, Standing};
use crate::{Allowed, risk};

/// What a line of the bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// The take-or-pay share of an offer.
    TakeOrPay {
        /// The offer.
        offer: usize,
    },
    /// Prepayments of an offer.
    Prepayment {
        /// The offer.
        offer: usize,
    },
    /// What else an offer costs for certain; credits are below 0.
    Payment {
        /// The offer.
        offer: usize,
    },
    /// Use of an offer above its take-or-pay share.
    Overtake {
        /// The offer.
        offer: usize,
    },
    /// Spot.
    Spot,
    /// Work of a class that is lost, at its value.
    Lost {
        /// The class.
        class: usize,
    },
}

/// An expected cost of a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// What for.
    pub term: Term,
    /// The year.
    pub year: i32,
    /// Millions, discounted, expected over futures.
    pub cost: f64,
}

/// What a plan costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// Lines that are not 0, by term and year.
    pub lines: Vec<Line>,
    /// By scenario, in millions.
    pub costs: Vec<f64>,
    /// Their mean, which the lines sum to.
    pub expected: f64,
    /// The mean of the worst, at the program's level.
    pub cvar: f64,
    /// The worst.
    pub worst: f64,
    /// What the plan minimised.
    pub objective: f64,
    /// By class: expected thousands of reference GPU-hours of spot and lost work.
    pub unserved: Vec<f64>,
    /// Standards, and what they come to.
    pub standings: Vec<Standing>,
}

/// Returns what a plan costs, evaluated anew at full resolution.
///
/// # Errors
/// If a block cannot be solved.
pub fn bill(search: &mut Search<'_>, signed: &[f64], allowed: &Allowed) -> Result<Bill, PlanError> {
    let point = Point { signed: signed.to_vec(), allowed: allowed.clone() };
    let solved = search.services(&point)?;
    let program = search.program();
    let mut sums = std::collections::BTreeMap::<(Term, i32), f64>::new();
    let mut add = |term, month: usize, cost: f64| {
        if cost != 0.0 {
            *sums.entry((term, program.months[month].year)).or_default() += cost;
        }
    };
    let mut costs = vec![0.0; program.scenarios.len()];
    fixed(program, signed, |term, scenario, month, cost| {
        costs[scenario] += cost;
        add(term, month, program.scenarios[scenario].probability * cost);
    });
    let mut unserved = vec![0.0; program.classes.len()];
    for (place, service) in search.engine.places.iter().zip(&solved) {
        if place.lost.is_some() {
            continue;
        }
        let p = program.scenarios[place.scenario].probability;
        costs[place.scenario] += service.cost();
        add(Term::Spot, place.month, p * service.spot);
        for (class, cost) in service.lost.iter().enumerate() {
            add(Term::Lost { class }, place.month, p * cost);
            unserved[class] += p * service.unserved[class];
        }
        for (offer, cost) in service.over.iter().enumerate() {
            add(Term::Overtake { offer }, place.month, p * cost);
        }
    }
    let counted: Vec<&[f64]> = solved.iter().map(|of| of.counted.as_slice()).collect();
    Ok(Bill {
        lines: sums.into_iter().map(|((term, year), cost)| Line { term, year, cost }).collect(),
        expected: risk::expected(program, &costs),
        cvar: risk::cvar(program, &costs, program.risk.level),
        worst: costs.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        objective: risk::weighed(program, &costs),
        unserved,
        standings: standards::standings(program, &search.engine.places, &counted),
        costs,
    })
}

/// Calls `add(term, scenario, month, cost)` for all that is paid whatever is used.
fn fixed(program: &Program, signed: &[f64], mut add: impl FnMut(Term, usize, usize, f64)) {
    for (offer, blocks) in signed.iter().enumerate().filter(|(_, blocks)| **blocks != 0.0) {
        let of = &program.offers[offer];
        for (term, payments) in
            [(Term::Prepayment { offer }, &of.prepayments), (Term::Payment { offer }, &of.payments)]
        {
            for pay in payments {
                let discount = program.months[pay.month].discount;
                for scenario in 0..program.scenarios.len() {
                    let due = program.due(scenario, offer) * pay.amount;
                    add(term, scenario, pay.month, blocks * due * discount);
                }
            }
        }
        for scenario in 0..program.scenarios.len() {
            for month in 0..program.months.len() {
                let cost = program.take_or_pay(scenario, month, offer);
                let discount = program.months[month].discount;
                let term = Term::TakeOrPay { offer };
                add(term, scenario, month, blocks * cost * discount);
            }
        }
    }
}
