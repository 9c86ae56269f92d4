//! What-ifs on a plan that is known, and every supplier and site lost in turn.

use crate::used::now;
use crate::{say, searched};
use offtake_highs::Threads;
use offtake_plan::program::{Program, Table2};
use offtake_plan::whatif::{Change, changed};
use offtake_plan::{Found, Options, PlanError, Search, results};
use std::process::ExitCode;

/// Prints how soon a bound is there after each kind of change, and how soon a plan within the gap.
pub(crate) fn what_if(program: &Program, size: &str, threads: &Threads) -> ExitCode {
    told(size, what_if_rows(program, size, threads))
}

fn told(size: &str, done: Result<(), PlanError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(size, "Offtake", &error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn what_if_rows(program: &Program, size: &str, threads: &Threads) -> Result<(), PlanError> {
    let (found, store) = searched(program, threads)?;
    for (name, change) in changes(program, &found) {
        let after = changed(program, &change);
        let started = now();
        let mut search = Search::new(&after, threads, Options::default(), |_| {})?;
        search.recall(&store)?;
        let bound = search.bound()?;
        let at_once = started.elapsed().as_secs_f64();
        let new = search.run()?;
        println!(
            "| {size} | {name} | {:.2} | {bound:.2} after {:.0} ms | {:.2} | {:.1e} | {:.2} s |",
            found.objective,
            at_once * 1e3,
            new.objective,
            new.gap(),
            started.elapsed().as_secs_f64(),
        );
    }
    Ok(())
}

/// A change of each kind, of what the plan signs most of.
fn changes(program: &Program, found: &Found) -> Vec<(&'static str, Change)> {
    let kgpu = |offer: &usize| found.signed[*offer] * program.offers[*offer].block_kgpu;
    let offers = 0..program.offers.len();
    let Some(most) = offers.max_by(|a, b| kgpu(a).total_cmp(&kgpu(b))) else { return Vec::new() };
    let mut cheaper = program.offers[most].clone();
    cheaper.price.iter_mut().for_each(|price| *price *= 0.9);
    "a new offer".clone_into(&mut cheaper.name);
    let (scenarios, months) = (program.scenarios.len(), program.months.len());
    let available = Table2::new((scenarios, months), |scenario, month| {
        program.available.at(scenario, month, most)
    });
    let party = program.offers[most].parties.first().copied().unwrap_or(0);
    vec![
        ("price + 20 %", Change::Price { offer: most, factor: 1.2 }),
        ("price - 20 %", Change::Price { offer: most, factor: 0.8 }),
        ("nine months late", Change::Slip { offer: most, months: 9 }),
        ("its supplier lost", Change::Lose { party, from: months / 3 }),
        ("a new offer for 10 % less", Change::Add { offer: Box::new(cheaper), available }),
    ]
}

/// Serves the work anew with every party lost in turn, under the plan.
pub(crate) fn losses(program: &Program, size: &str, threads: &Threads) -> ExitCode {
    told(size, losses_row(program, size, threads))
}

fn losses_row(program: &Program, size: &str, threads: &Threads) -> Result<(), PlanError> {
    let (found, _) = searched(program, threads)?;
    let started = now();
    let mut worst: Option<(f64, &str)> = None;
    for (party, of) in program.parties.iter().enumerate() {
        let after = changed(program, &Change::Lose { party, from: 0 });
        let mut search = Search::new(&after, threads, Options::default(), |_| {})?;
        let bill = results::bill(&mut search, &found.signed, &found.allowed)?;
        if worst.is_none_or(|(cost, _)| bill.objective > cost) {
            worst = Some((bill.objective, &of.name));
        }
    }
    let took = started.elapsed().as_secs_f64();
    let (cost, name) = worst.unwrap_or((found.objective, "nobody"));
    println!(
        "| {size} | {} parties | {:.2} | {cost:.2} without {name} | {took:.2} s |",
        program.parties.len(),
        found.objective
    );
    Ok(())
}
