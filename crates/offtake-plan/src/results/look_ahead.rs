//! Regret of look-ahead: what it costs to see only so many months, and to decide again every year.
//!
//! A planner who looks ahead `n` months solves the same programme cut off after them, keeps what is to be signed before
//! the next decision, and decides again then with what is signed held. What came of it is evaluated on all months. The
//! futures are the same throughout: only the horizon is short, nothing is learned on the way.

use crate::Allowed;
use crate::engine::PlanError;
use crate::program::{Payment, Program, Table2, Table3};
use crate::results::bill;
use crate::search::{Found, Options, Search};
use crate::solver::Solvers;
use crate::whatif::{Change, changed};

/// How far a planner looks, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Months ahead, at least 1.
    pub ahead: usize,
    /// Months from one decision to the next, at least 1 and at most `ahead`.
    pub every: usize,
}

/// What came of looking so far ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct LookAhead {
    /// Months ahead.
    pub ahead: usize,
    /// Blocks by offer, after all decisions.
    pub signed: Vec<f64>,
    /// What they cost over all months, weighed as the plan's cost is; without the standards where they break them.
    pub objective: f64,
    /// Standards and limits that can then no longer be kept.
    pub breaks: Vec<String>,
}

/// Decides with a short look ahead; `signed_in` has the month in which each offer is signed.
///
/// # Errors
/// If the solver fails, somebody asks to stop, or limits of what is signed contradict each other.
pub fn look_ahead(
    program: &Program,
    (solvers, options): (&dyn Solvers, &Options),
    found: &Found,
    (signed_in, look): (&[usize], Look),
) -> Result<LookAhead, PlanError> {
    let all = program.months.len();
    let mut signed = vec![0.0; program.offers.len()];
    let mut from = 0;
    while from < all {
        let end = (from + look.ahead).min(all);
        if from == 0 && end == all {
            signed.clone_from(&found.signed);
            break;
        }
        let chosen = decide(program, (solvers, options), (&signed, signed_in), (from, end))?;
        // Whoever sees the end has nothing more to learn from looking again.
        let next = if end == all { all } else { from + look.every };
        for (offer, month) in signed_in.iter().enumerate() {
            if (from..next).contains(month) {
                signed[offer] = chosen[offer];
            }
        }
        from = next;
    }
    let (objective, breaks) = evaluate(program, (solvers, options), found, &signed)?;
    Ok(LookAhead { ahead: look.ahead, signed, objective, breaks })
}

/// Returns the program with these offers held as they are signed.
fn held(program: &Program, signed: &[f64], is_held: impl Fn(usize) -> bool) -> Program {
    let offers = (0..signed.len()).filter(|offer| is_held(*offer));
    offers.fold(program.clone(), |program, offer| {
        changed(&program, &Change::Sign { offer, blocks: signed[offer] })
    })
}

fn is_tied(program: &Program) -> bool {
    !program.limits.standards.is_empty() || !program.limits.losses.is_empty()
}

fn free(mut program: Program) -> Program {
    program.limits.standards.clear();
    program.limits.losses.clear();
    program
}

/// Plans months up to `end`, with what was signed before `from` held.
fn decide(
    program: &Program,
    (solvers, options): (&dyn Solvers, &Options),
    (signed, signed_in): (&[f64], &[usize]),
    (from, end): (usize, usize),
) -> Result<Vec<f64>, PlanError> {
    let mut short = held(&until(program, end), signed, |offer| signed_in[offer] < from);
    for (offer, month) in signed_in.iter().enumerate() {
        if *month >= end {
            short.offers[offer].size.least = 0.0;
            short.offers[offer].size.most = 0.0;
        }
    }
    let run = |program: &Program| Search::new(program, solvers, options.clone(), |_| {})?.run();
    let found = match run(&short) {
        // What earlier decisions left no way to keep is not kept.
        Err(PlanError::NoPlan(_)) if is_tied(&short) => run(&free(short))?,
        other => other?,
    };
    Ok(found.signed)
}

/// Returns what a portfolio costs over all months, and what it breaks.
fn evaluate(
    program: &Program,
    (solvers, options): (&dyn Solvers, &Options),
    found: &Found,
    signed: &[f64],
) -> Result<(f64, Vec<String>), PlanError> {
    if signed == found.signed {
        return Ok((found.objective, Vec::new()));
    }
    let mut breaks = Vec::new();
    if is_tied(program) {
        let all = held(program, signed, |_| true);
        match Search::new(&all, solvers, options.clone(), |_| {})?.run() {
            Ok(found) => return Ok((found.objective, Vec::new())),
            Err(PlanError::NoPlan(conflict)) => {
                let is_row = |name: &String| !name.starts_with("signed[");
                breaks = conflict.together.into_iter().filter(is_row).collect();
            }
            Err(error) => return Err(error),
        }
    }
    let free = free(program.clone());
    let mut search = Search::new(&free, solvers, options.clone(), |_| {})?;
    let nothing = Allowed::nothing(&free, &[]);
    Ok((bill(&mut search, signed, &nothing)?.objective, breaks))
}

/// Returns the program cut off before a month. What is credited later is a claim at the end.
#[must_use]
fn until(program: &Program, end: usize) -> Program {
    let mut cut = program.clone();
    cut.months.truncate(end);
    cut.weight = rows(&program.weight, end);
    cut.power_mw = middle(&program.power_mw, end);
    cut.power_share = planes(&program.power_share, end);
    cut.demand_shape = planes(&program.demand_shape, end);
    cut.demand_level = middle(&program.demand_level, end);
    cut.held_kgpu = middle(&program.held_kgpu, end);
    cut.available = middle(&program.available, end);
    let (scenarios, _) = program.spot_price.size();
    cut.spot_price = Table2::new((scenarios, end), |s, month| program.spot_price.at(s, month));
    for class in &mut cut.classes {
        class.spot_kgpu_most.truncate(end);
    }
    for offer in &mut cut.offers {
        offer.price.truncate(end);
        offer.at_stake.truncate(end);
        offer.prepayments.retain(|pay| pay.month < end);
        let later = offer.payments.iter().filter(|pay| pay.month >= end && pay.amount < 0.0);
        let claim: f64 = later.map(|pay| pay.amount).sum();
        offer.payments.retain(|pay| pay.month < end);
        if claim < 0.0 {
            offer.payments.push(Payment { month: end - 1, amount: claim });
        }
    }
    limits(&mut cut, program, end);
    cut
}

/// Keeps what limits say of the months that are left, in proportion where they say it of several.
fn limits(cut: &mut Program, program: &Program, end: usize) {
    let share = |months: &[usize]| {
        let hours = |months: &mut dyn Iterator<Item = &usize>| -> f64 {
            months.map(|month| program.month_hours(*month)).sum()
        };
        let all = hours(&mut months.iter());
        if all > 0.0 { hours(&mut months.iter().filter(|m| **m < end)) / all } else { 0.0 }
    };
    let limits = &mut cut.limits;
    for standard in &mut limits.standards {
        standard.most *= share(&standard.months);
        standard.months.retain(|month| *month < end);
    }
    for loss in &mut limits.losses {
        loss.most *= share(&loss.months);
        loss.months.retain(|month| *month < end);
    }
    limits.standards.retain(|standard| !standard.months.is_empty());
    limits.losses.retain(|loss| !loss.months.is_empty());
    limits.prepayments.retain(|limit| limit.month < end);
    let years: Vec<i32> = cut.months.iter().map(|month| month.year).collect();
    limits.budgets.retain(|limit| years.contains(&limit.year));
}

fn rows(table: &Table2, end: usize) -> Table2 {
    let (rows, columns) = table.size();
    Table2::new((rows.min(end), columns), |row, column| table.at(row, column))
}

fn planes(table: &Table3, end: usize) -> Table3 {
    let (planes, rows, columns) = table.size();
    Table3::new((planes.min(end), rows, columns), |plane, row, column| table.at(plane, row, column))
}

fn middle(table: &Table3, end: usize) -> Table3 {
    let (planes, _, columns) = table.size();
    Table3::new((planes, end, columns), |plane, row, column| table.at(plane, row, column))
}
