//! Standards of the book, and limits that are asked for, as rows of the programme.

use super::offers::{Start, one_of_each};
use offtake_adequacy::System;
use offtake_model::Book;
use offtake_plan::program::{
    BudgetLimit, ConcentrationLimit, ExposureLimit, Limits, LossLimit, Measure, PrepaymentLimit,
    Program, Standard,
};

/// The most that any one party of a kind may stand behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The kind: `supplier`, `site`, `grid`, …
    pub kind: String,
    /// The share, 0 to 1.
    pub most: f64,
}

/// Limits that are asked for; money in millions of the book's currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Whether the shares of demand that the book's standards name are kept, year by year; the first year in which they are.
    pub standards_from: Option<i32>,
    /// The share that a standard is taken to name which names none; `None` leaves it out.
    pub unsaid: Option<f64>,
    /// Whether they are kept with any one party gone, of the kinds that the standards name.
    pub n_minus_1: bool,
    /// Shares of capacity behind one party.
    pub concentration: Vec<Share>,
    /// Fixed payments of a year.
    pub budgets: Vec<(i32, f64)>,
    /// Prepayments of any month.
    pub prepayment: Option<f64>,
    /// Money at stake with any one supplier.
    pub exposure: Option<f64>,
}

/// Returns the limits of a programme that has everything else.
pub(super) fn limits(
    book: &Book,
    system: &System,
    program: &Program,
    (starts, asked): (&[Start], &Asked),
) -> Limits {
    let kind_of = |name: &str| program.kinds.iter().position(|kind| kind == name);
    let concentration = asked.concentration.iter().filter_map(|share| {
        Some(ConcentrationLimit {
            name: format!("concentration[{}]", share.kind),
            kind: kind_of(&share.kind)?,
            share: share.most,
        })
    });
    let budget =
        |&(year, most): &(i32, f64)| BudgetLimit { name: format!("budget[{year}]"), year, most };
    let prepayments = asked.prepayment.iter().flat_map(|&most| {
        let of = move |(month, spec): (usize, &offtake_plan::program::Month)| PrepaymentLimit {
            name: format!("prepayment[{}]", spec.name),
            month,
            most,
        };
        program.months.iter().enumerate().map(of)
    });
    let exposures = asked.exposure.iter().flat_map(|&most| {
        let supplier = kind_of("supplier");
        let is_supplier =
            move |(_, party): &(usize, &offtake_plan::program::Party)| Some(party.kind) == supplier;
        let of = move |(place, party): (usize, &offtake_plan::program::Party)| ExposureLimit {
            name: format!("exposure[{}]", party.name),
            party: place,
            most,
        };
        program.parties.iter().enumerate().filter(is_supplier).map(of)
    });
    Limits {
        standards: standards(system, program, asked),
        losses: losses(book, system, program, asked),
        concentration: concentration.collect(),
        budgets: asked.budgets.iter().map(budget).collect(),
        prepayments: prepayments.collect(),
        exposures: exposures.collect(),
        rows: one_of_each(starts),
    }
}

/// Returns the classes that a standard of the system counts: its blocks, in order.
fn classes_of(system: &System, standard: usize) -> Vec<usize> {
    let counts = |block: &usize| system.blocks[*block].standards.contains(&standard);
    (0..system.blocks.len()).filter(counts).collect()
}

fn standards(system: &System, program: &Program, asked: &Asked) -> Vec<Standard> {
    let Some(from) = asked.standards_from else { return Vec::new() };
    let mut years: Vec<i32> = program.months.iter().map(|month| month.year).collect();
    years.dedup();
    let mut found = Vec::new();
    for (index, spec) in system.standards.iter().enumerate() {
        let Some(share) = spec.unserved.or(asked.unsaid) else { continue };
        let classes = classes_of(system, index);
        for &year in years.iter().filter(|year| **year >= from) {
            let months = months_of(program, |month| month.year == year);
            let most = share * demand(program, &classes, &months);
            found.push(Standard {
                name: format!("eue[{},{year}]", spec.name),
                classes: classes.clone(),
                months,
                measure: Measure::Expected,
                most,
            });
        }
    }
    found
}

fn losses(book: &Book, system: &System, program: &Program, asked: &Asked) -> Vec<LossLimit> {
    let from = asked.standards_from.filter(|_| asked.n_minus_1);
    let Some(from) = from else { return Vec::new() };
    let months = months_of(program, |month| month.year >= from);
    let mut found = Vec::new();
    for (index, (spec, standard)) in system.standards.iter().zip(&book.standards).enumerate() {
        let Some(share) = spec.unserved else { continue };
        let classes = classes_of(system, index);
        let most = share * demand(program, &classes, &months);
        for name in &standard.n_minus_1 {
            let Some(kind) = program.kinds.iter().position(|kind| kind == name) else { continue };
            found.push(LossLimit {
                name: format!("n-1[{name},{}]", spec.name),
                kind,
                classes: classes.clone(),
                months: months.clone(),
                scenarios: (0..program.scenarios.len()).collect(),
                most,
            });
        }
    }
    found
}

fn months_of(
    program: &Program,
    is_in: impl Fn(&offtake_plan::program::Month) -> bool,
) -> Vec<usize> {
    (0..program.months.len()).filter(|&month| is_in(&program.months[month])).collect()
}

/// Returns the expected demand of classes over months, in thousands of hours of reference GPUs.
fn demand(program: &Program, classes: &[usize], months: &[usize]) -> f64 {
    let of = |scenario: usize, month: usize, class: usize| -> f64 {
        let hours = program.demand(scenario, month, class).zip(program.weight.row(month));
        hours.map(|(demand, weight)| demand * weight).sum()
    };
    let of_month = |scenario: usize, month: usize| -> f64 {
        classes.iter().map(|&class| of(scenario, month, class)).sum()
    };
    let futures = program.scenarios.iter().enumerate();
    futures
        .map(|(scenario, spec)| {
            spec.probability * months.iter().map(|&month| of_month(scenario, month)).sum::<f64>()
        })
        .sum()
}
