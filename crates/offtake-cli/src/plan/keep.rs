//! Keeping a plan: the file, and the prices that prove its bound beside it.

use super::{Made, Planned, prices};
use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::library::Opened;
use crate::plan_file::{Asking, Cost, PlanFile, Signed};
use offtake_adequacy::System;
use offtake_book::signed;
use offtake_model::Id;
use offtake_plan::results::Bill;
use std::path::Path;

/// Writes the plan to `file`, and its certificate where one is asked for.
pub(super) fn keep(
    opened: &Opened,
    arguments: &PlanArguments,
    (made, planned): (&Made, &Planned),
    file: &Path,
) -> Result<(), Failure> {
    let (found, bill) = (&planned.found, &planned.bill);
    let request = Asking::of(&opened.book, arguments);
    let cost = Cost { expected: bill.expected, cvar: bill.cvar, worst: bill.worst };
    let plan = PlanFile {
        objective: found.objective,
        lower_bound: found.bound,
        gap: found.gap(),
        unserved_firm: unserved_firm(made, bill),
        ..PlanFile::new(opened, request, signs(opened, made, &found.signed), cost)
    };
    if let Some(certificate) = &arguments.certificate {
        prices::write(&planned.store, &opened.hash, certificate)?;
    }
    plan.write(file)
}

/// Returns what is signed, each with its table.
pub(super) fn signs(opened: &Opened, made: &Made, blocks: &[f64]) -> Vec<Signed> {
    let starts = made.starts.iter().zip(blocks).filter(|(_, blocks)| **blocks > 0.0);
    let sign = |(start, &blocks): (&offtake_study::plan::Start, &f64)| {
        let (offer, contract) = (&start.offer, start.contract.as_str());
        Signed {
            offer: offer.id.clone(),
            name: start.name.clone(),
            contract: contract.to_owned(),
            sign_on: start.signed.to_string(),
            start: start.promised.to_string(),
            blocks,
            gpus: offer.block.count() * blocks as i64,
            toml: signed(&opened.book, offer, contract, blocks as i64, start.promised),
        }
    };
    starts.map(sign).collect()
}

/// Returns the expected reference GPU-hours of firm work that go unserved or to spot.
pub(super) fn unserved_firm(made: &Made, bill: &Bill) -> f64 {
    let system = System::undispatched(&made.whole, made.request.seed);
    // The programme's classes are the system's blocks, in order.
    let firm = system.blocks.iter().zip(&bill.unserved).filter(|(block, _)| block.is_firm);
    firm.map(|(_, unserved)| unserved * 1e3).sum()
}
