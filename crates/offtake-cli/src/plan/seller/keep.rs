//! Keeping a seller's plan: the choices of its programme, and the contracts and fleets that they make in a book.

use super::check::ACCEPTED;
use super::{MadeSeller, PlannedSeller};
use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::library::Opened;
use crate::plan_file::{Asking, Cost, PlanFile, Signed};
use offtake_plan::seller::{Decision, decision};
use std::path::Path;

/// Writes the plan to `file`, and its certificate where one is asked for.
pub(super) fn keep(
    opened: &Opened,
    arguments: &PlanArguments,
    (made, planned): (&MadeSeller, &PlannedSeller),
    file: &Path,
) -> Result<(), Failure> {
    let (found, bill) = (&planned.found, &planned.bill);
    let request = Asking::of(&opened.book, arguments);
    let cost = Cost { expected: bill.expected, cvar: bill.cvar, worst: bill.worst };
    let mut sign = choices(made, &found.signed);
    sign.extend(accepted(made, &decision(&made.seller, &made.columns, &found.signed)));
    let plan = PlanFile {
        objective: found.objective,
        lower_bound: found.bound,
        gap: found.gap(),
        unserved_firm: unserved_firm(made, bill),
        ..PlanFile::new(opened, request, sign, cost)
    };
    if let Some(certificate) = &arguments.certificate {
        super::super::prices::write(&planned.store, &opened.hash, certificate)?;
    }
    plan.write(file)
}

/// Returns the reference GPU-hours of what is sold and accepted that go unserved.
fn unserved_firm(made: &MadeSeller, bill: &offtake_plan::results::Bill) -> f64 {
    let sold = 0..made.seller.base.classes.len();
    let classes = sold.chain(made.columns.way_classes.iter().copied());
    classes.map(|class| bill.unserved[class] * 1e3).sum()
}

/// Returns what is chosen of every offer of the programme; a build that no request takes whole carries its fleet.
fn choices(made: &MadeSeller, signed: &[f64]) -> Vec<Signed> {
    let decided = decision(&made.seller, &made.columns, signed);
    let offers = made.program.offers.iter().enumerate().zip(signed);
    let of = |((at, offer), &blocks): ((usize, &offtake_plan::program::Offer), &f64)| {
        let build = made.columns.builds.iter().position(|place| *place == at);
        let built = build.map(|build| (build, &made.built[build]));
        let spare = built.map_or(0, |(build, _)| spare_racks(made, &decided, build));
        let day = |of: &dyn Fn(&offtake_book::Building) -> String| {
            built.map_or_else(String::new, |(_, one)| of(one))
        };
        Signed {
            offer: offer.name.clone(),
            name: offer.name.clone(),
            contract: built
                .filter(|_| spare > 0)
                .map_or_else(String::new, |(_, one)| one.fleet.clone()),
            sign_on: day(&|one| one.ordered.to_string()),
            start: day(&|one| one.promised.to_string()),
            blocks,
            gpus: built.map_or(0, |(_, one)| one.rack * blocks as i64),
            toml: match built {
                Some((_, one)) if spare > 0 => one.toml(spare),
                _ => String::new(),
            },
        }
    };
    offers.filter(|(_, blocks)| **blocks > 0.0).map(of).collect()
}

/// Returns the racks of a build that stand for no request: the contracts that are accepted bring their own.
fn spare_racks(made: &MadeSeller, decided: &Decision, build: usize) -> i64 {
    let one = &made.built[build];
    let mut taken = 0;
    for (accepting, (way, blocks)) in
        made.accepting.iter().zip(made.seller.ways.iter().zip(&decided.accepted))
    {
        if accepting.way.power == one.power && accepting.way.promised == one.promised {
            taken += (way.block_kgpu * 1e3 * blocks + 0.5) as i64;
        }
    }
    (decided.built[build] as i64 - (taken + one.rack - 1) / one.rack).max(0)
}

/// Returns the requests that are accepted, each with the tables of its contract.
fn accepted(made: &MadeSeller, decided: &Decision) -> Vec<Signed> {
    let ways = made.accepting.iter().zip(made.seller.ways.iter().zip(&decided.accepted));
    ways.filter(|(_, (_, blocks))| **blocks > 0.0)
        .map(|(one, (way, blocks))| {
            let gpus = (way.block_kgpu * 1e3 * blocks + 0.5) as i64;
            Signed {
                offer: one.way.opportunity.clone(),
                name: format!("{ACCEPTED}[{}]", one.way.name),
                contract: one.contract.clone(),
                sign_on: one.signed.to_string(),
                start: one.way.promised.to_string(),
                blocks: *blocks,
                gpus,
                toml: one.request.of_gpus(gpus),
            }
        })
        .collect()
}
