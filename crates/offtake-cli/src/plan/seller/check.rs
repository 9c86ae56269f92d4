//! What of a plan's arguments belongs to one side alone.

use crate::commands::{PlanArguments, WhichSide};
use crate::failure::Failure;
use crate::plan_file::{PlanFile, Signed};

/// Finds arguments that say nothing on the side that is planned for.
pub(crate) fn check_side(arguments: &PlanArguments) -> Result<(), Failure> {
    match arguments.side {
        WhichSide::Seller => check_seller(arguments),
        WhichSide::Buyer => check_buyer(arguments),
    }
}

fn check_buyer(arguments: &PlanArguments) -> Result<(), Failure> {
    let asked = [
        ("--loan-to-cost", arguments.loan_to_cost.is_some()),
        ("--debt", arguments.debt.is_some()),
        ("--min-dscr", arguments.min_dscr.is_some()),
    ];
    let Some((name, _)) = asked.into_iter().find(|(_, is_there)| *is_there) else { return Ok(()) };
    Err(Failure::input(format!(
        "`{name}` limits what a seller borrows, and this is a buyer's plan"
    ))
    .hint("add `--side seller`"))
}

fn check_seller(arguments: &PlanArguments) -> Result<(), Failure> {
    let standards = "a seller's promises are priced: what is accepted and not served costs its fee and a credit";
    let money =
        "limit a seller's money with `--budget`, `--debt`, `--loan-to-cost` and `--min-dscr`";
    let asked = [
        ("--standards-from", arguments.standards_from.is_some(), standards),
        ("--assessed", !arguments.assessed.is_empty(), standards),
        (
            "--concentration",
            !arguments.concentration.is_empty(),
            "leave it out: it spreads supply over suppliers, and a seller is its own",
        ),
        ("--prepayment", arguments.prepayment.is_some(), money),
        ("--exposure", arguments.exposure.is_some(), money),
        (
            "--insurance",
            arguments.insurance,
            "compare with `--risk-weight`, or with a plan of other futures (`--seed`)",
        ),
        ("--look-ahead", !arguments.look_ahead.is_empty(), "plan for fewer months with `--to`"),
    ];
    let Some((name, _, hint)) = asked.into_iter().find(|(_, is_there, _)| *is_there) else {
        return Ok(());
    };
    Err(Failure::input(format!("`{name}` belongs to a buyer's plan")).hint(hint))
}

/// Fails for a seller's plan, of which nothing can be changed but in the book.
pub(crate) fn check_what_if(plan: &PlanFile) -> Result<(), Failure> {
    if plan.request.seller.is_none() {
        return Ok(());
    }
    Err(Failure::input("`what-if` changes offers, and this is a seller's plan").hint(
        "change the price, power or date of an `[opportunity.…]` in the book and plan anew; the plan says from which price each request pays",
    ))
}

/// How the file of a plan names a request that is accepted: told beside what turns it away, so that its contract can be
/// read.
pub(crate) const ACCEPTED: &str = "accept";

/// Says whether a line of a plan's file is no offer of its programme.
pub(crate) fn is_told_beside(signed: &Signed) -> bool {
    signed.name.starts_with(&format!("{ACCEPTED}["))
}
